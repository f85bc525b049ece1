/* match.c -- partial comparison. */
#include "match.h"

#include <stdint.h>
#include <string.h>

#include "io/json.h"
#include "base/buf.h"

#include "problem.h"
#include "vars.h"

static bool differs(const struct json *expected, const struct json *actual, struct problem *problem)
{
    struct buf want, got;

    buf_init(&want, 0);
    buf_init(&got, 0);
    if (expected != NULL)
        json_print(expected, &want);
    buf_add_text(&got, actual == NULL ? "nothing" : "");
    if (actual != NULL)
        json_print(actual, &got);
    problem_set(problem, "%s%sexpected %.300s, got %.900s",
        expected != NULL && json_name(expected) != NULL ? json_name(expected) : "",
        expected != NULL && json_name(expected) != NULL ? ": " : "",
        want.length_bytes > 0 ? want.bytes : "no more", got.bytes);
    buf_done(&want);
    buf_done(&got);
    return false;
}

static bool match_list(const struct json *expected,
    const struct json *actual,
    struct vars *vars,
    struct problem *problem)
{
    const struct json *a = json_first(actual);

    for (const struct json *e = json_first(expected); e != NULL; e = json_next(e)) {
        const char *text = json_text(e);

        if (text != NULL && strcmp(text, "...") == 0)
            return true;
        if (a == NULL || !match_value(e, a, vars, problem))
            return differs(expected, actual, problem);
        a = json_next(a);
    }
    return a == NULL || differs(expected, actual, problem);
}

static bool match_text(const struct json *expected,
    const struct json *actual,
    struct vars *vars,
    struct problem *problem)
{
    const char *text = json_text(expected);
    const char *name = vars_is_capture(text);
    const char *other = json_text(actual);

    if (name != NULL && strcmp(name, "absent") == 0)
        return actual == NULL || differs(expected, actual, problem);
    if (actual == NULL)
        return differs(expected, actual, problem);
    if (name != NULL && strcmp(name, "any") == 0)
        return true;
    if (name != NULL) {
        vars_set_json(vars, name, actual);
        return true;
    }
    return (other != NULL && strcmp(text, other) == 0) || differs(expected, actual, problem);
}

bool match_value(const struct json *expected,
    const struct json *actual,
    struct vars *vars,
    struct problem *out_problem)
{
    int64_t n, m;

    if (json_text(expected) != NULL)
        return match_text(expected, actual, vars, out_problem);
    if (actual == NULL || json_type_of(expected) != json_type_of(actual))
        return differs(expected, actual, out_problem);
    switch (json_type_of(expected)) {
    case JSON_OBJECT:
        return match_members(expected, &actual, 1, vars, out_problem);
    case JSON_LIST:
        return match_list(expected, actual, vars, out_problem);
    case JSON_NUMBER:
        return (json_integer(expected, &n) && json_integer(actual, &m) && n == m) ||
               differs(expected, actual, out_problem);
    case JSON_BOOL:
        return json_is_true(expected) == json_is_true(actual) ||
               differs(expected, actual, out_problem);
    default:
        return true;
    }
}

bool match_members(const struct json *expected,
    const struct json *const *places,
    size_t count,
    struct vars *vars,
    struct problem *out_problem)
{
    for (const struct json *e = json_first(expected); e != NULL; e = json_next(e)) {
        const struct json *actual = NULL;

        for (size_t i = 0; i < count && actual == NULL; i++) {
            if (places[i] != NULL)
                actual = json_member(places[i], json_name(e));
        }
        if (!match_value(e, actual, vars, out_problem))
            return false;
    }
    return true;
}
