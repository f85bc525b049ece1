/* test_id.c -- one id, one spelling. */
#include "base/id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void parses_what_prints(void **state)
{
    static const int64_t ids[] = {1, 9, 10, 7340032, 9007199254740993, INT64_MAX};
    char text[ID_TEXT_BYTES];
    int64_t id;

    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        id_print(ids[i], text);
        assert_true(id_parse(text, strlen(text), &id));
        assert_true(id == ids[i]);
    }
}

static void prints_zero_and_negatives(void **state)
{
    char text[ID_TEXT_BYTES];

    (void)state;
    id_print(0, text);
    assert_string_equal(text, "0");
    id_print(INT64_MIN, text);
    assert_string_equal(text, "-9223372036854775808");
}

static void refuses_other_spellings(void **state)
{
    static const char *const bad[] = {"", "0", "01", "-1", "+1", " 1", "1 ", "1e3", "1.0", "0x1",
        "a", "9223372036854775808", "99999999999999999999", "10000000000000000000"};
    int64_t id = 77;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(id_parse(bad[i], strlen(bad[i]), &id));
    assert_int_equal(id, 77); /* untouched on failure */
}

static void reads_only_the_given_length(void **state)
{
    int64_t id;

    (void)state;
    assert_true(id_parse("123456", 3, &id));
    assert_int_equal(id, 123);
    assert_false(id_parse("1\0002", 3, &id));
}

static void arrays(void **state)
{
    int64_t ids[3] = {0};

    (void)state;
    assert_int_equal(id_parse_array("{}", ids, 3), 0);
    assert_int_equal(id_parse_array(NULL, ids, 3), 0);
    assert_int_equal(id_parse_array("", ids, 3), 0);
    assert_int_equal(id_parse_array("{5}", ids, 3), 1);
    assert_int_equal(ids[0], 5);
    assert_int_equal(id_parse_array("{1,22,9223372036854775807}", ids, 3), 3);
    assert_int_equal(ids[1], 22);
    assert_true(ids[2] == INT64_MAX);
}

static void arrays_longer_than_the_room(void **state)
{
    int64_t ids[3] = {0, 0, 99};

    (void)state;
    assert_int_equal(id_parse_array("{1,2,3,4}", ids, 2), 4);
    assert_int_equal(ids[1], 2);
    assert_int_equal(ids[2], 99);
}

static void arrays_skip_nulls(void **state)
{
    int64_t ids[3];

    (void)state;
    assert_int_equal(id_parse_array("{1,NULL,3}", ids, 3), 2);
    assert_int_equal(ids[1], 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_what_prints),
        cmocka_unit_test(prints_zero_and_negatives),
        cmocka_unit_test(refuses_other_spellings),
        cmocka_unit_test(reads_only_the_given_length),
        cmocka_unit_test(arrays),
        cmocka_unit_test(arrays_longer_than_the_room),
        cmocka_unit_test(arrays_skip_nulls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
