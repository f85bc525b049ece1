/* test_json_bind.c -- shapes: what fits, what does not and where, and the SQL arguments that come out. */
#include "io/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/utf8.h"

static const char *const colours[] = {"red", "blue", NULL};

static const struct field item_shape[] = {
    FIELD_ID("class", "The class."),
    FIELD_INT("qty", 1, 8, "How many."),
    FIELD_END,
};

static const struct field one_word[] = {FIELD_WORD("", colours, "A colour."), FIELD_END};

static const struct field shape[] = {
    FIELD_ID("offer", "The offer."),
    FIELD_INT("points", -5, FIELD_POINTS_MAX, "Points.", .optional = true),
    FIELD_BOOL("gift", "Is it a gift?", .optional = true),
    FIELD_TEXT("note", 1, 5, "A note.", .optional = true),
    FIELD_WORD("colour", colours, "A colour.", .optional = true),
    FIELD_TIME("at", "When.", .optional = true),
    FIELD_LIST("items", 1, 3, item_shape, "Items.", .optional = true),
    FIELD_LIST("colours", 0, 2, one_word, "Colours.", .optional = true, .scalar_items = true),
    FIELD_OBJECT("first", item_shape, "The first item.", .optional = true),
    FIELD_END,
};

enum { OFFER, POINTS, GIFT, NOTE, COLOUR, AT, ITEMS, COLOURS, FIRST, FIELDS };

static const char *const reserved[] = {"idem", "base", NULL};

struct bound {
    enum err e;
    struct arena *arena;
    const char *args[SHAPE_FIELDS_MAX];
    struct shape_problem problem;
};

/* Binds; the JSON is gone afterwards, so arguments that borrow from it are found. */
static void bind_text(struct bound *b, const char *params)
{
    struct json *j = NULL;

    *b = (struct bound){.arena = arena_new(256)};
    if (params != NULL)
        assert_int_equal(json_parse(params, strlen(params), &j, NULL), ERR_OK);
    b->e = json_bind(j, shape, reserved, b->arena, b->args, &b->problem);
    json_free(j);
}

static void check_problem(const char *params, const char *path, const char *problem)
{
    struct bound b;

    bind_text(&b, params);
    assert_int_equal(b.e, ERR_INVALID_PARAMS);
    assert_string_equal(b.problem.path, path);
    assert_string_equal(b.problem.problem, problem);
    arena_free(b.arena);
}

static void check_arg(const char *params, int field, const char *expected)
{
    struct bound b;

    bind_text(&b, params);
    if (b.e != ERR_OK)
        fail_msg("%s: %s %s", params, b.problem.path, b.problem.problem);
    assert_non_null(b.args[field]);
    assert_string_equal(b.args[field], expected);
    arena_free(b.arena);
}

static void all_types_become_arguments(void **state)
{
    struct bound b;

    (void)state;
    bind_text(&b, "{\"first\":{\"class\":\"3\",\"qty\":1},\"gift\":true,\"note\":\"h\\u00e9\\n\","
                  "\"colour\":\"blue\",\"at\":\"2026-11-22T10:10:00.000Z\",\"points\":-5,"
                  "\"items\":[{\"qty\":2,\"class\":\"9\"}],\"colours\":[\"red\",\"blue\"],"
                  "\"offer\":\"9223372036854775807\",\"idem\":\"12345678\"}");
    assert_int_equal(b.e, ERR_OK);
    assert_string_equal(b.args[OFFER], "9223372036854775807");
    assert_string_equal(b.args[POINTS], "-5");
    assert_string_equal(b.args[GIFT], "t");
    assert_string_equal(b.args[NOTE], "h\xc3\xa9\n");
    assert_string_equal(b.args[COLOUR], "blue");
    assert_string_equal(b.args[AT], "2026-11-22T10:10:00.000Z");
    assert_string_equal(b.args[ITEMS], "[{\"qty\":2,\"class\":\"9\"}]");
    assert_string_equal(b.args[COLOURS], "[\"red\",\"blue\"]");
    assert_string_equal(b.args[FIRST], "{\"class\":\"3\",\"qty\":1}");
    arena_free(b.arena);
}

static void absent_optionals_are_null(void **state)
{
    struct bound b;

    (void)state;
    bind_text(&b, "{\"offer\":\"1\",\"gift\":false}");
    assert_int_equal(b.e, ERR_OK);
    for (int i = POINTS; i < FIELDS; i++) {
        if (i == GIFT)
            assert_string_equal(b.args[i], "f");
        else
            assert_null(b.args[i]);
    }
    arena_free(b.arena);
}

static void params_may_be_missing_as_a_whole(void **state)
{
    static const struct field none[] = {FIELD_END};
    struct shape_problem problem = {"", ""};
    const char *args[SHAPE_FIELDS_MAX];
    struct arena *a = arena_new(64);

    (void)state;
    check_problem(NULL, "offer", "is missing");
    assert_int_equal(json_bind(NULL, none, NULL, a, args, &problem), ERR_OK);
    assert_int_equal(json_bind(NULL, NULL, NULL, a, args, &problem), ERR_OK);
    arena_free(a);
}

static void params_must_be_an_object(void **state)
{
    (void)state;
    check_problem("[]", "", "must be an object");
    check_problem("null", "", "must be an object");
    check_problem("\"x\"", "", "must be an object");
}

static void missing_and_unknown(void **state)
{
    (void)state;
    check_problem("{}", "offer", "is missing");
    check_problem("{\"offer\":\"1\",\"Offer\":\"2\"}", "Offer", "is not known");
    check_problem("{\"offer\":\"1\",\"as_member\":\"2\"}", "as_member", "is not known");
    check_problem("{\"offer\":\"1\",\"\":1}", "", "is not known");
    check_arg("{\"offer\":\"1\",\"idem\":\"x\",\"base\":3}", OFFER, "1");
}

static void ids(void **state)
{
    static const char problem[] = "must be an id: a decimal number as text";

    (void)state;
    check_problem("{\"offer\":1}", "offer", problem);
    check_problem("{\"offer\":\"0\"}", "offer", problem);
    check_problem("{\"offer\":\"-1\"}", "offer", problem);
    check_problem("{\"offer\":\"9223372036854775808\"}", "offer", problem);
    check_problem("{\"offer\":\"1 or 1=1\"}", "offer", problem);
    check_problem("{\"offer\":null}", "offer", "must not be null");
}

static void integers(void **state)
{
    (void)state;
    check_arg("{\"offer\":\"1\",\"points\":9007199254740991}", POINTS, "9007199254740991");
    check_arg("{\"offer\":\"1\",\"points\":1e3}", POINTS, "1000");
    check_arg("{\"offer\":\"1\",\"points\":-0}", POINTS, "0");
    check_problem("{\"offer\":\"1\",\"points\":-6}", "points", "must be -5 to 9007199254740991");
    check_problem("{\"offer\":\"1\",\"points\":1.5}", "points", "must be a whole number");
    check_problem(
        "{\"offer\":\"1\",\"points\":9007199254740992}", "points", "must be a whole number");
    check_problem("{\"offer\":\"1\",\"points\":\"7\"}", "points", "must be a whole number");
    check_problem("{\"offer\":\"1\",\"points\":null}", "points", "must not be null");
}

static void texts_are_counted_in_code_points(void **state)
{
    static const char problem[] = "must have 1 to 5 characters";

    (void)state;
    check_arg("{\"offer\":\"1\",\"note\":\"\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f"
              "\x98\x80\xf0\x9f\x98\x80\"}",
        NOTE, "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80");
    check_problem("{\"offer\":\"1\",\"note\":\"\"}", "note", problem);
    check_problem("{\"offer\":\"1\",\"note\":\"123456\"}", "note", problem);
    check_problem("{\"offer\":\"1\",\"note\":5}", "note", "must be text");
}

static void control_characters_are_refused(void **state)
{
    static const char *const bad[] = {
        "\\t", "\\r", "\\u0001", "\\u001f", "\\u007f", "\\u0080", "\\u009f"};
    char params[64];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(params, sizeof params, "{\"offer\":\"1\",\"note\":\"a%s\"}", bad[i]);
        check_problem(params, "note", "must not hold control characters");
    }
    check_arg("{\"offer\":\"1\",\"note\":\"\\n\\u00a0\\u00c0\"}", NOTE, "\n\xc2\xa0\xc3\x80");
}

static void words_and_booleans(void **state)
{
    (void)state;
    check_problem("{\"offer\":\"1\",\"colour\":\"Red\"}", "colour", "must be one of red, blue");
    check_problem("{\"offer\":\"1\",\"colour\":\"\"}", "colour", "must be one of red, blue");
    check_problem("{\"offer\":\"1\",\"colour\":1}", "colour", "must be one of red, blue");
    check_problem("{\"offer\":\"1\",\"gift\":1}", "gift", "must be true or false");
    check_problem("{\"offer\":\"1\",\"gift\":\"true\"}", "gift", "must be true or false");
}

static void times(void **state)
{
    static const char *const good[] = {"2026-11-22T10:10:00Z", "2024-02-29T23:59:59.999Z",
        "2000-02-29T00:00:00.123456Z", "0001-01-01T00:00:00.0Z"};
    static const char *const bad[] = {
        "",
        "2026-11-22",
        "2026-11-22 10:10:00Z",
        "2026-11-22T10:10:00",
        "2026-11-22T10:10:00+01:00",
        "2026-11-22t10:10:00z",
        "2026-13-01T10:10:00Z",
        "2026-00-01T10:10:00Z",
        "2026-02-29T10:10:00Z",
        "1900-02-29T10:10:00Z",
        "2026-04-31T10:10:00Z",
        "2026-11-00T10:10:00Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T10:60:00Z",
        "2026-11-22T10:10:60Z",
        "2026-11-22T10:10:00.Z",
        "2026-11-22T10:10:00.1234567Z",
        "2026-11-22T10:10:00.12aZ",
        "2026-11-22T10:10:-1Z",
        "0000-11-22T10:10:00Z",
        "infinity",
        "now",
    };
    char params[96];

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        snprintf(params, sizeof params, "{\"offer\":\"1\",\"at\":\"%s\"}", good[i]);
        check_arg(params, AT, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(params, sizeof params, "{\"offer\":\"1\",\"at\":\"%s\"}", bad[i]);
        check_problem(params, "at", "must be a time like 2026-11-22T10:10:00.000Z");
    }
}

static void paths_lead_into_lists_and_objects(void **state)
{
    (void)state;
    check_problem("{\"offer\":\"1\",\"items\":[]}", "items", "must have 1 to 3 items");
    check_problem("{\"offer\":\"1\",\"items\":{}}", "items", "must be a list");
    check_problem("{\"offer\":\"1\",\"items\":[1]}", "items[0]", "must be an object");
    check_problem("{\"offer\":\"1\",\"items\":[{\"class\":\"1\",\"qty\":1},{\"class\":\"1\","
                  "\"qty\":1},{\"class\":\"1\",\"qty\":9}]}",
        "items[2].qty", "must be 1 to 8");
    check_problem("{\"offer\":\"1\",\"items\":[{\"class\":\"1\",\"qty\":1,\"x\":1}]}", "items[0].x",
        "is not known");
    check_problem("{\"offer\":\"1\",\"items\":[{\"class\":\"1\",\"qty\":1,\"idem\":1}]}",
        "items[0].idem", "is not known"); /* reserved at the top only */
    check_problem("{\"offer\":\"1\",\"items\":[{\"qty\":1}]}", "items[0].class", "is missing");
    check_problem("{\"offer\":\"1\",\"first\":{\"class\":\"1\"}}", "first.qty", "is missing");
    check_problem("{\"offer\":\"1\",\"first\":[]}", "first", "must be an object");
    check_problem("{\"offer\":\"1\",\"colours\":[\"red\",\"pink\"]}", "colours[1]",
        "must be one of red, blue");
    check_problem("{\"offer\":\"1\",\"colours\":[\"red\",\"red\",\"red\"]}", "colours",
        "must have 0 to 2 items");
    check_problem("{\"offer\":\"1\",\"colours\":[null]}", "colours[0]", "must not be null");
    check_arg("{\"offer\":\"1\",\"colours\":[]}", COLOURS, "[]");
}

/* A member's name comes from outside: it is cut, but never inside a code point. */
static void long_names_are_cut_whole(void **state)
{
    char params[600] = "{\"offer\":\"1\",\"x";
    struct bound b;

    (void)state;
    for (int i = 0; i < 100; i++)
        memcpy(params + strlen(params), "\xe2\x82\xac", 4);
    memcpy(params + strlen(params), "\":1}", 5);
    bind_text(&b, params);
    assert_int_equal(b.e, ERR_INVALID_PARAMS);
    size_t length = strlen(b.problem.path);

    assert_true(length > 90 && length < sizeof b.problem.path);
    assert_int_equal(utf8_scan(b.problem.path, length, 1), UTF8_OK);
    arena_free(b.arena);
}

/* --- results and events -------------------------------------------------------------------- */

static const struct field result_shape[] = {
    FIELD_ID("post", "The post."),
    FIELD_TEXT("town", 0, 50, "The town.", .nullable = true),
    FIELD_ANY("extra", "Anything.", .optional = true),
    FIELD_OBJECT("view", item_shape, "The view.", .optional = true, .open = true),
    FIELD_OBJECT("free", NULL, "Anything in an object.", .optional = true, .open = true),
    FIELD_END,
};

static enum err fits(const char *text, struct shape_problem *out_problem)
{
    struct json *j = NULL;

    assert_int_equal(json_parse(text, strlen(text), &j, NULL), ERR_OK);
    enum err e = json_fits(j, result_shape, out_problem);

    json_free(j);
    return e;
}

static void results_fit(void **state)
{
    struct shape_problem p = {"", ""};

    (void)state;
    assert_int_equal(fits("{\"post\":\"1\",\"town\":null}", &p), ERR_OK);
    assert_int_equal(fits("{\"post\":\"1\",\"town\":\"Bod\",\"extra\":null}", &p), ERR_OK);
    assert_int_equal(fits("{\"post\":\"1\",\"town\":\"\",\"extra\":[{}]}", &p), ERR_OK);
    assert_int_equal(fits("{\"post\":\"1\",\"town\":\"\",\"free\":{\"a\":[1]}}", &p), ERR_OK);
    assert_int_equal(
        fits("{\"post\":\"1\",\"town\":\"\",\"view\":{\"class\":\"1\",\"qty\":1,\"more\":2}}", &p),
        ERR_OK);
    assert_string_equal(p.problem, ""); /* untouched */
}

static void results_that_do_not_fit(void **state)
{
    struct shape_problem p = {"", ""};

    (void)state;
    assert_int_equal(fits("{\"post\":\"1\"}", &p), ERR_INVALID_PARAMS);
    assert_string_equal(p.path, "town");
    assert_int_equal(fits("{\"post\":\"1\",\"town\":null,\"more\":1}", &p), ERR_INVALID_PARAMS);
    assert_string_equal(p.path, "more");
    assert_int_equal(fits("{\"post\":1,\"town\":null}", &p), ERR_INVALID_PARAMS);
    assert_string_equal(p.path, "post");
    assert_int_equal(
        fits("{\"post\":\"1\",\"town\":null,\"view\":{\"qty\":1}}", &p), ERR_INVALID_PARAMS);
    assert_string_equal(p.path, "view.class");
    assert_int_equal(fits("{\"post\":\"1\",\"town\":null,\"free\":[]}", &p), ERR_INVALID_PARAMS);
    assert_int_equal(fits("[]", &p), ERR_INVALID_PARAMS);
    assert_string_equal(p.path, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_types_become_arguments),
        cmocka_unit_test(absent_optionals_are_null),
        cmocka_unit_test(params_may_be_missing_as_a_whole),
        cmocka_unit_test(params_must_be_an_object),
        cmocka_unit_test(missing_and_unknown),
        cmocka_unit_test(ids),
        cmocka_unit_test(integers),
        cmocka_unit_test(texts_are_counted_in_code_points),
        cmocka_unit_test(control_characters_are_refused),
        cmocka_unit_test(words_and_booleans),
        cmocka_unit_test(times),
        cmocka_unit_test(paths_lead_into_lists_and_objects),
        cmocka_unit_test(long_names_are_cut_whole),
        cmocka_unit_test(results_fit),
        cmocka_unit_test(results_that_do_not_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
