/* test_buf.c -- appending, limits that stick, numbers, JSON strings. */
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

static void appends_and_ends_with_nul(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 0);
    buf_add(&b, "abc", 2);
    buf_add_text(&b, "-x");
    buf_add_char(&b, '!');
    buf_printf(&b, "%d", 7);
    assert_true(buf_ok(&b));
    assert_int_equal(b.length_bytes, 6);
    assert_string_equal(b.bytes, "ab-x!7");
    buf_done(&b);
    assert_null(b.bytes);
}

static void grows_over_many_appends(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 0);
    for (int i = 0; i < 10000; i++)
        buf_add_char(&b, (char)('a' + i % 26));
    assert_int_equal(b.length_bytes, 10000);
    for (int i = 0; i < 10000; i++)
        assert_int_equal(b.bytes[i], 'a' + i % 26);
    assert_int_equal(b.bytes[10000], '\0');
    buf_done(&b);
}

static void the_limit_is_exact_and_sticks(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 100);
    for (int i = 0; i < 100; i++)
        buf_add_char(&b, 'x');
    assert_true(buf_ok(&b));
    buf_add_char(&b, 'x');
    assert_false(buf_ok(&b));
    assert_int_equal(b.length_bytes, 100);
    buf_add(&b, "", 0); /* would fit, but the failure sticks */
    assert_false(buf_ok(&b));
    assert_null(buf_reserve(&b, 1));

    buf_clear(&b);
    assert_true(buf_ok(&b));
    buf_add_text(&b, "again");
    assert_string_equal(b.bytes, "again");
    buf_done(&b);
}

static void a_limit_below_the_capacity_counts_too(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 5); /* the first block is larger than that */
    buf_add_text(&b, "123");
    buf_add_text(&b, "456");
    assert_false(buf_ok(&b));
    assert_string_equal(b.bytes, "123");
    buf_done(&b);
}

static void a_huge_append_fails_without_overflow(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 1000);
    buf_add_text(&b, "abc");
    assert_null(buf_reserve(&b, SIZE_MAX - 1));
    assert_false(buf_ok(&b));
    buf_done(&b);
}

static void check_i64(int64_t n, const char *expected)
{
    struct buf b;

    buf_init(&b, 0);
    buf_add_i64(&b, n);
    assert_string_equal(b.bytes, expected);
    buf_done(&b);
}

static void numbers_at_their_edges(void **state)
{
    struct buf b;

    (void)state;
    check_i64(0, "0");
    check_i64(-1, "-1");
    check_i64(9007199254740993, "9007199254740993");
    check_i64(INT64_MAX, "9223372036854775807");
    check_i64(INT64_MIN, "-9223372036854775808");
    buf_init(&b, 0);
    buf_add_u64(&b, UINT64_MAX);
    assert_string_equal(b.bytes, "18446744073709551615");
    buf_done(&b);
}

static void check_json(const char *text, size_t length, const char *expected)
{
    struct buf b;

    buf_init(&b, 0);
    buf_add_json_string(&b, text, length);
    assert_string_equal(b.bytes, expected);
    buf_done(&b);
}

static void json_strings_are_escaped(void **state)
{
    (void)state;
    check_json("", 0, "\"\"");
    check_json("plain", 5, "\"plain\"");
    check_json("a\"b\\c/d", 7, "\"a\\\"b\\\\c/d\"");
    check_json("\n\r\t\b\f", 5, "\"\\n\\r\\t\\b\\f\"");
    check_json("\x01\x1f\0", 3, "\"\\u0001\\u001f\\u0000\"");
    check_json("\x7f", 1, "\"\x7f\"");
    check_json("sm\xc3\xb8r\xf0\x9f\x98\x80", 9, "\"sm\xc3\xb8r\xf0\x9f\x98\x80\"");
}

/* The escape is found wherever it stands in the words of eight bytes. */
static void json_escapes_at_every_offset(void **state)
{
    static const struct {
        char c;
        const char *escape;
    } specials[] = {{'"', "\\\""}, {'\\', "\\\\"}, {'\n', "\\n"}, {0x1f, "\\u001f"}};

    (void)state;
    for (size_t s = 0; s < sizeof specials / sizeof specials[0]; s++) {
        for (size_t at = 0; at < 40; at++) {
            char text[40];
            char expected[60] = "\"";

            memset(text, '~', sizeof text);
            text[at] = specials[s].c;
            memset(expected + 1, '~', at);
            memcpy(expected + 1 + at, specials[s].escape, strlen(specials[s].escape));
            size_t n = 1 + at + strlen(specials[s].escape);
            memset(expected + n, '~', 39 - at);
            expected[n + 39 - at] = '"';
            check_json(text, sizeof text, expected);
        }
    }
}

static void json_leaves_every_other_byte_alone(void **state)
{
    char text[256];
    char expected[300];
    size_t n = 0;

    (void)state;
    expected[n++] = '"';
    for (int c = 0x20; c < 256; c++) {
        text[c - 0x20] = (char)c;
        if (c == '"' || c == '\\')
            expected[n++] = '\\';
        expected[n++] = (char)c;
    }
    expected[n++] = '"';
    expected[n] = '\0';
    check_json(text, 256 - 0x20, expected);
}

static void long_printf_is_whole(void **state)
{
    char text[2000];
    struct buf b;

    (void)state;
    memset(text, 'y', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    buf_init(&b, 0);
    buf_printf(&b, "[%s]", text);
    assert_int_equal(b.length_bytes, sizeof text + 1);
    assert_int_equal(b.bytes[b.length_bytes - 1], ']');
    buf_done(&b);
}

static void reserve_then_write(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 0);
    buf_add_text(&b, "a");
    char *p = buf_reserve(&b, 300);
    memset(p, 'z', 300);
    b.length_bytes += 300;
    assert_int_equal(strlen(b.bytes), 301);
    buf_done(&b);
}

static void take_gives_the_bytes_away(void **state)
{
    struct buf b;
    size_t length;

    (void)state;
    buf_init(&b, 10);
    char *empty = buf_take(&b, &length);
    assert_string_equal(empty, "");
    assert_int_equal(length, 0);
    mem_free(empty);

    buf_add_text(&b, "bytes");
    char *bytes = buf_take(&b, &length);
    assert_string_equal(bytes, "bytes");
    assert_int_equal(length, 5);
    assert_null(b.bytes);
    assert_int_equal(b.length_bytes, 0);
    assert_int_equal(b.limit_bytes, 10);
    mem_free(bytes);
    buf_add_text(&b, "new");
    assert_string_equal(b.bytes, "new");
    buf_shrink(&b);
    assert_int_equal(b.capacity_bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends_and_ends_with_nul),
        cmocka_unit_test(grows_over_many_appends),
        cmocka_unit_test(the_limit_is_exact_and_sticks),
        cmocka_unit_test(a_limit_below_the_capacity_counts_too),
        cmocka_unit_test(a_huge_append_fails_without_overflow),
        cmocka_unit_test(numbers_at_their_edges),
        cmocka_unit_test(json_strings_are_escaped),
        cmocka_unit_test(json_escapes_at_every_offset),
        cmocka_unit_test(json_leaves_every_other_byte_alone),
        cmocka_unit_test(long_printf_is_whole),
        cmocka_unit_test(reserve_then_write),
        cmocka_unit_test(take_gives_the_bytes_away),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
