/* test_utf8.c -- every way a byte sequence can be wrong, NUL in both spellings, depth. */
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { DEPTH = 32 };

static enum utf8_fault scan(const char *text)
{
    return utf8_scan(text, strlen(text), DEPTH);
}

/* The same sequence inside a string, where whole words are skipped, at every offset. */
static void check(const char *sequence, enum utf8_fault expected)
{
    assert_int_equal(scan(sequence), expected);
    for (size_t at = 1; at < 24; at++) {
        char text[64];

        memset(text, 'a', sizeof text);
        text[0] = '"';
        memcpy(text + at, sequence, strlen(sequence));
        text[at + strlen(sequence) + 16] = '"';
        assert_int_equal(utf8_scan(text, at + strlen(sequence) + 17, DEPTH), expected);
    }
}

static void valid_sequences(void **state)
{
    (void)state;
    check("abc", UTF8_OK);
    check("\x7f", UTF8_OK);
    check("\xc2\x80", UTF8_OK);
    check("\xdf\xbf", UTF8_OK);
    check("\xe0\xa0\x80", UTF8_OK);
    check("\xed\x9f\xbf", UTF8_OK);
    check("\xee\x80\x80", UTF8_OK);
    check("\xef\xbf\xbf", UTF8_OK);
    check("\xf0\x90\x80\x80", UTF8_OK);
    check("\xf4\x8f\xbf\xbf", UTF8_OK);
}

static void invalid_sequences(void **state)
{
    (void)state;
    check("\x80", UTF8_INVALID);             /* tail alone */
    check("\xc0\xaf", UTF8_INVALID);         /* overlong / */
    check("\xc1\xbf", UTF8_INVALID);         /* overlong */
    check("\xe0\x9f\xbf", UTF8_INVALID);     /* overlong */
    check("\xf0\x8f\xbf\xbf", UTF8_INVALID); /* overlong */
    check("\xed\xa0\x80", UTF8_INVALID);     /* surrogate */
    check("\xed\xbf\xbf", UTF8_INVALID);     /* surrogate */
    check("\xf4\x90\x80\x80", UTF8_INVALID); /* beyond U+10FFFF */
    check("\xf5\x80\x80\x80", UTF8_INVALID);
    check("\xff", UTF8_INVALID);
    check("\xc3(", UTF8_INVALID);
    check("\xe2\x82(", UTF8_INVALID);
    check("\xf0\x9f\x98(", UTF8_INVALID);
}

static void cut_sequences(void **state)
{
    static const char whole[] = "\xf0\x9f\x98\x80";

    (void)state;
    for (size_t length = 1; length < 4; length++)
        assert_int_equal(utf8_scan(whole, length, DEPTH), UTF8_INVALID);
    assert_int_equal(utf8_scan(whole, 4, DEPTH), UTF8_OK);
    assert_int_equal(utf8_scan("\xe2\x82", 2, DEPTH), UTF8_INVALID);
    assert_int_equal(utf8_scan("\xc3", 1, DEPTH), UTF8_INVALID);
    assert_int_equal(utf8_scan("", 0, DEPTH), UTF8_OK);
}

static void nul_in_both_spellings(void **state)
{
    (void)state;
    assert_int_equal(utf8_scan("a\0b", 3, DEPTH), UTF8_NUL);
    assert_int_equal(utf8_scan("\"a\0b\"", 5, DEPTH), UTF8_NUL);
    assert_int_equal(utf8_scan("\"aaaaaaaaaaaa\0aaaaaaa\"", 22, DEPTH), UTF8_NUL);
    check("\\u0001", UTF8_OK);
    assert_int_equal(scan("\"x\\u0000\""), UTF8_NUL);
    assert_int_equal(scan("\"x\\\\\\u0000\""), UTF8_NUL);
    assert_int_equal(scan("\"x\\\\u0000\""), UTF8_OK); /* a backslash, then the text u0000 */
    assert_int_equal(scan("\"\\u00001\""), UTF8_NUL);
    assert_int_equal(scan("\"\\u000"), UTF8_OK); /* cut: the parser's business */
    assert_int_equal(scan("\"\\"), UTF8_OK);
    assert_int_equal(utf8_scan("\"\\\0\"", 4, DEPTH), UTF8_NUL);
    assert_int_equal(scan("\"\\\xff\""), UTF8_INVALID);
}

static void depth(void **state)
{
    char text[200];

    (void)state;
    memset(text, '[', DEPTH + 1);
    assert_int_equal(utf8_scan(text, DEPTH, DEPTH), UTF8_OK);
    assert_int_equal(utf8_scan(text, DEPTH + 1, DEPTH), UTF8_TOO_DEEP);
    for (size_t i = 0; i + 1 < sizeof text; i += 2)
        memcpy(text + i, "{}", 2);
    assert_int_equal(utf8_scan(text, sizeof text, 1), UTF8_OK); /* wide, not deep */
    assert_int_equal(scan("[{\"a\":[{}]}]"), UTF8_OK);
    assert_int_equal(utf8_scan("[{\"a\":[{}]}]", 12, 3), UTF8_TOO_DEEP);
}

static void brackets_in_strings_do_not_nest(void **state)
{
    (void)state;
    assert_int_equal(utf8_scan("[\"[[[[\\\"[[[[\"]", 14, 1), UTF8_OK);
    assert_int_equal(utf8_scan("[\"\",[]]", 7, 1), UTF8_TOO_DEEP);
    assert_int_equal(utf8_scan("[\"\\\\\",[]]", 9, 1), UTF8_TOO_DEEP);
}

static void length_counts_code_points(void **state)
{
    (void)state;
    assert_int_equal(utf8_length("", 0), 0);
    assert_int_equal(utf8_length("abc", 3), 3);
    assert_int_equal(utf8_length("sm\xc3\xb8r\xe2\x82\xac\xf0\x9f\x98\x80", 12), 6);
}

static void plain_run_stops_at_what_matters(void **state)
{
    static const char stops[] = {'"', '\\', 0x1f, 0x00, 0x0a, (char)0x80, (char)0xff};
    char text[40];

    (void)state;
    for (size_t s = 0; s < sizeof stops; s++) {
        for (size_t at = 0; at < sizeof text; at++) {
            memset(text, '~', sizeof text);
            text[at] = stops[s];
            assert_int_equal(utf8_plain_run(text, sizeof text), at);
        }
    }
    for (int c = 0x20; c < 0x80; c++) {
        memset(text, c, sizeof text);
        assert_int_equal(
            utf8_plain_run(text, sizeof text), c == '"' || c == '\\' ? 0 : sizeof text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_sequences),
        cmocka_unit_test(invalid_sequences),
        cmocka_unit_test(cut_sequences),
        cmocka_unit_test(nul_in_both_spellings),
        cmocka_unit_test(depth),
        cmocka_unit_test(brackets_in_strings_do_not_nest),
        cmocka_unit_test(length_counts_code_points),
        cmocka_unit_test(plain_run_stops_at_what_matters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
