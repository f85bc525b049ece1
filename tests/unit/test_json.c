/* test_json.c -- what is JSON and what is not; values in, values out. */
#include "io/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

/* The bytes in a block of their own, so that a read past the end is found. */
static enum err parse_bytes(const char *text, size_t length, struct json **out_json, bool *out_bad)
{
    char *copy = malloc(length != 0 ? length : 1);

    assert_non_null(copy);
    memcpy(copy, text, length);
    enum err e = json_parse(copy, length, out_json, out_bad);

    free(copy);
    return e;
}

static struct json *parse(const char *text)
{
    struct json *j = NULL;

    assert_int_equal(parse_bytes(text, strlen(text), &j, NULL), ERR_OK);
    assert_non_null(j);
    return j;
}

static void check_refused(const char *text)
{
    struct json *j = NULL;
    bool bad_utf8 = true;

    if (parse_bytes(text, strlen(text), &j, &bad_utf8) == ERR_OK)
        fail_msg("accepted: %s", text);
    assert_null(j);
    assert_false(bad_utf8);
}

/* Prints as `expected` after parsing. */
static void check_print(const char *text, const char *expected)
{
    struct json *j = parse(text);
    struct buf b;

    buf_init(&b, 0);
    json_print(j, &b);
    assert_string_equal(b.bytes, expected);
    buf_done(&b);
    json_free(j);
}

static void refuses_what_is_no_json(void **state)
{
    static const char *const bad[] = {
        "",
        " ",
        "{",
        "}",
        "[1,",
        "[1,]",
        "{\"a\":1,}",
        "{\"a\"}",
        "{a:1}",
        "{1:1}",
        "[1 2]",
        "nul",
        "nulll",
        "True",
        "'a'",
        "\"a",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\u000g\"",
        "\"\\ud83d\\udg00\"",
        "\"\\u 12\"",
        "[]]",
        "{}{}",
        "1 2",
        "{} x",
        "undefined",
        "NaN",
        "Infinity",
        "-Infinity",
        "/**/1",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\u0041\"",
        "[\"a\"\"b\"]",
        ",",
        ":",
        "[,1]",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        check_refused(bad[i]);
}

static void refuses_numbers_that_cjson_would_take(void **state)
{
    static const char *const bad[] = {"01", "-01", "00", "1.", ".5", "+1", "-", "1e", "1e+", "0x1",
        "1.e1", "--1", "1-2", "[01]", "1e400", "-1e400", "[1.]", "{\"a\":-}", "1.2.3", "1e1.5"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        check_refused(bad[i]);
}

static void refuses_control_characters(void **state)
{
    (void)state;
    check_refused("\"a\nb\"");
    check_refused("\"a\tb\"");
    check_refused("\"a\x01\"");
    check_refused("{\"a\nb\":1}");
    check_refused("\x01{}");
    check_refused("{\x0b}");
    check_refused("[1,\x0c 2]");
    check_refused("{}\x1f");
    check_refused("\xef\xbb\xbf{}"); /* a byte order mark */
    check_refused("[\xc2\xa0]");     /* a no-break space is no white space here */
    json_free(parse(" \t\r\n{ \"a\" :\n[ ] } \n"));
}

static void refuses_nul_in_both_spellings(void **state)
{
    struct json *j = NULL;
    bool bad_utf8 = true;

    (void)state;
    check_refused("\"\\u0000b\"");
    check_refused("{\"a\\u0000\":1}");
    assert_int_equal(parse_bytes("{}\0", 3, &j, &bad_utf8), ERR_PARSE);
    assert_false(bad_utf8);
    assert_int_equal(parse_bytes("\"a\0b\"", 5, &j, NULL), ERR_PARSE);
    assert_null(j);
}

static void tells_bad_utf8_apart(void **state)
{
    struct json *j = NULL;
    bool bad_utf8 = false;

    (void)state;
    assert_int_equal(parse_bytes("\"\xff\"", 3, &j, &bad_utf8), ERR_PARSE);
    assert_true(bad_utf8);
    assert_int_equal(parse_bytes("\"\xc3\"", 3, &j, &bad_utf8), ERR_PARSE);
    assert_true(bad_utf8);
    assert_int_equal(parse_bytes("\"\xc3\xa9\"", 4, &j, &bad_utf8), ERR_OK);
    assert_false(bad_utf8);
    json_free(j);
}

static void refuses_duplicate_members(void **state)
{
    char many[4000] = "{";
    size_t n = 1;

    (void)state;
    check_refused("{\"a\":1,\"a\":2}");
    check_refused("{\"a\":1,\"b\":{\"c\":1,\"d\":2,\"c\":3}}");
    check_refused("[{\"idem\":\"x\",\"idem\":\"y\"}]");
    check_refused("{\"a\":1,\"\\u0061\":2}"); /* the same name, spelled differently */
    json_free(parse("{\"a\":1,\"A\":2}"));
    json_free(parse("[{\"a\":1},{\"a\":1}]"));

    for (int i = 0; i < 300; i++)
        n += (size_t)snprintf(many + n, sizeof many - n, "\"k%d\":%d,", i, i);
    snprintf(many + n, sizeof many - n, "\"last\":0}");
    json_free(parse(many));
    snprintf(many + n, sizeof many - n, "\"k7\":0}");
    check_refused(many);
}

static void depth_ends_at_the_limit(void **state)
{
    char text[2 * JSON_DEPTH_MAX + 3];

    (void)state;
    memset(text, '[', JSON_DEPTH_MAX);
    memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
    text[2 * JSON_DEPTH_MAX] = '\0';
    json_free(parse(text));

    memset(text, '[', JSON_DEPTH_MAX + 1);
    memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
    text[2 * JSON_DEPTH_MAX + 2] = '\0';
    check_refused(text);
}

static void every_prefix_of_a_request_is_refused(void **state)
{
    static const char whole[] =
        "{\"jsonrpc\":\"2.0\",\"id\":-17.5e+2,\"method\":\"a.b\",\"params\":{\"x\":[true,false,null,"
        "\"\\u00e9\\ud83d\\ude00\\n\"]}}";
    struct json *j = NULL;

    (void)state;
    for (size_t length = 0; length < sizeof whole - 1; length++)
        assert_int_equal(parse_bytes(whole, length, &j, NULL), ERR_PARSE);
    assert_int_equal(parse_bytes(whole, sizeof whole - 1, &j, NULL), ERR_OK);
    json_free(j);
}

static void looks_into_values(void **state)
{
    struct json *j = parse("{\"a\":[1,\"two\",true,null,{}],\"b\":\"\",\"A\":2}");
    const struct json *a = json_member(j, "a");
    const struct json *item = json_first(a);
    static const enum json_type types[] = {
        JSON_NUMBER, JSON_TEXT, JSON_BOOL, JSON_NULL, JSON_OBJECT};

    (void)state;
    assert_int_equal(json_type_of(j), JSON_OBJECT);
    assert_int_equal(json_type_of(a), JSON_LIST);
    assert_int_equal(json_count(j), 3);
    assert_int_equal(json_count(a), 5);
    assert_string_equal(json_name(a), "a");
    for (size_t i = 0; i < 5; i++, item = json_next(item))
        assert_int_equal(json_type_of(item), types[i]);
    assert_null(item);
    assert_string_equal(json_text(json_next(json_first(a))), "two");
    assert_string_equal(json_text(json_member(j, "b")), "");
    assert_null(json_text(a));
    assert_null(json_member(j, "c"));
    assert_null(json_member(a, "a"));
    assert_null(json_member(NULL, "a"));
    assert_null(json_first(json_member(j, "b")));
    assert_true(json_is_true(json_next(json_next(json_first(a)))));
    assert_false(json_is_true(json_member(j, "b")));
    json_free(j);
}

static bool integer_of(const char *text, int64_t *out_n)
{
    struct json *j = parse(text);
    bool ok = json_integer(j, out_n);

    json_free(j);
    return ok;
}

static void integers_are_exact_or_refused(void **state)
{
    int64_t n = 5;

    (void)state;
    assert_true(integer_of("0", &n) && n == 0);
    assert_true(integer_of("-0", &n) && n == 0);
    assert_true(integer_of("-17", &n) && n == -17);
    assert_true(integer_of("9007199254740991", &n) && n == 9007199254740991);
    assert_true(integer_of("-9007199254740991", &n) && n == -9007199254740991);
    assert_true(integer_of("1.0", &n) && n == 1);
    assert_true(integer_of("1e3", &n) && n == 1000);
    n = 5;
    assert_false(integer_of("9007199254740992", &n));
    assert_false(integer_of("9007199254740993", &n));
    assert_false(integer_of("-9007199254740992", &n));
    assert_false(integer_of("1.5", &n));
    assert_false(integer_of("1e300", &n));
    assert_false(integer_of("1e-3", &n));
    assert_false(integer_of("\"1\"", &n));
    assert_false(integer_of("true", &n));
    assert_false(integer_of("null", &n));
    assert_int_equal(n, 5); /* untouched */
}

static bool id_of(const char *text, int64_t *out_id)
{
    struct json *j = parse(text);
    bool ok = json_id(j, out_id);

    json_free(j);
    return ok;
}

static void ids_are_texts_or_positive_integers(void **state)
{
    int64_t id;

    (void)state;
    assert_true(id_of("\"9223372036854775807\"", &id) && id == INT64_MAX);
    assert_true(id_of("41", &id) && id == 41);
    assert_false(id_of("0", &id));
    assert_false(id_of("-1", &id));
    assert_false(id_of("1.5", &id));
    assert_false(id_of("\"01\"", &id));
    assert_false(id_of("\"\"", &id));
    assert_false(id_of("null", &id));
}

static void prints_compactly_and_exactly(void **state)
{
    (void)state;
    check_print(" { \"a\" : [ 1 , -2 , 3.5 , true , false , null ] , \"b\" : { } } ",
        "{\"a\":[1,-2,3.5,true,false,null],\"b\":{}}");
    check_print("9007199254740991", "9007199254740991");
    check_print("1e15", "1000000000000000");
    check_print("0.1", "0.10000000000000001"); /* reads back as the same double */
    check_print("\"\\u00e9\\ud83d\\ude00\\/\\\"\\n\\u001f\"",
        "\"\xc3\xa9\xf0\x9f\x98\x80/\\\"\\n\\u001f\"");
    check_print("{\"a\\\"b\":[]}", "{\"a\\\"b\":[]}");
    check_print("[[],[[]],{\"x\":[{}]}]", "[[],[[]],{\"x\":[{}]}]");
}

static void long_texts_survive(void **state)
{
    enum { LENGTH = 200000 };
    char *text = malloc(LENGTH + 3);
    struct json *j = NULL;

    (void)state;
    assert_non_null(text);
    memset(text, 'a', LENGTH + 2);
    text[0] = text[LENGTH + 1] = '"';
    assert_int_equal(json_parse(text, LENGTH + 2, &j, NULL), ERR_OK);
    assert_int_equal(strlen(json_text(j)), LENGTH);
    json_free(j);

    text[0] = '[';
    for (int i = 1; i <= LENGTH; i++)
        text[i] = i % 2 == 1 ? '1' : ',';
    text[LENGTH] = ']';
    assert_int_equal(json_parse(text, LENGTH + 1, &j, NULL), ERR_OK);
    assert_int_equal(json_count(j), LENGTH / 2);
    json_free(j);
    free(text);
}

static void trees_live_side_by_side(void **state)
{
    struct json *a = parse("{\"name\":\"first\"}");
    struct json *b = parse("{\"name\":\"second\"}");

    (void)state;
    json_free(a);
    check_refused("{\"name\":");
    assert_string_equal(json_text(json_member(b, "name")), "second");
    json_free(b);
    json_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_is_no_json),
        cmocka_unit_test(refuses_numbers_that_cjson_would_take),
        cmocka_unit_test(refuses_control_characters),
        cmocka_unit_test(refuses_nul_in_both_spellings),
        cmocka_unit_test(tells_bad_utf8_apart),
        cmocka_unit_test(refuses_duplicate_members),
        cmocka_unit_test(depth_ends_at_the_limit),
        cmocka_unit_test(every_prefix_of_a_request_is_refused),
        cmocka_unit_test(looks_into_values),
        cmocka_unit_test(integers_are_exact_or_refused),
        cmocka_unit_test(ids_are_texts_or_positive_integers),
        cmocka_unit_test(prints_compactly_and_exactly),
        cmocka_unit_test(long_texts_survive),
        cmocka_unit_test(trees_live_side_by_side),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
