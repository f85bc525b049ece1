/* fit.c -- values against printed shapes. */
#include "fit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "io/json.h"
#include "base/buf.h"

#include "problem.h"

enum { PATH_BYTES = 400, SHOWN_BYTES = 120, TIME_LENGTH = 24 };

struct place {
    char path[PATH_BYTES];
    struct problem *problem;
};

static bool fits(struct place *at, const struct json *field, const struct json *value);

static bool refuse(struct place *at, const struct json *value, const char *why)
{
    struct buf b;

    buf_init(&b, 0);
    if (value != NULL)
        json_print(value, &b);
    buf_add(&b, "", 0);
    problem_set(at->problem, "%s %s: %.*s", at->path, why, SHOWN_BYTES, b.bytes);
    buf_done(&b);
    return false;
}

/* --- scalars --------------------------------------------------------------------------------- */

static size_t code_points(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

static bool is_within(const struct json *field, int64_t n)
{
    int64_t bound;

    if (json_integer(json_member(field, "min"), &bound) && n < bound)
        return false;
    return !json_integer(json_member(field, "max"), &bound) || n <= bound;
}

static bool is_time(const char *text)
{
    static const char form[] = "dddd-dd-ddTdd:dd:dd.dddZ";

    if (strlen(text) != TIME_LENGTH)
        return false;
    for (size_t i = 0; i < TIME_LENGTH; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';

        if (form[i] == 'd' ? !digit : text[i] != form[i])
            return false;
    }
    return true;
}

static bool is_word(const struct json *field, const char *text)
{
    const struct json *w = json_first(json_member(field, "words"));

    for (; w != NULL; w = json_next(w)) {
        if (strcmp(json_text(w), text) == 0)
            return true;
    }
    return false;
}

static bool is_id(const char *text)
{
    size_t length = strlen(text);

    return length > 0 && length <= 19 && strspn(text, "0123456789") == length && text[0] != '0';
}

static bool fits_text(
    struct place *at, const char *type, const struct json *field, const struct json *value)
{
    const char *text = json_text(value);

    if (text == NULL)
        return refuse(at, value, "is not a string");
    if (strcmp(type, "id") == 0)
        return is_id(text) || refuse(at, value, "is not an id");
    if (strcmp(type, "time") == 0)
        return is_time(text) || refuse(at, value, "is not a time in UTC with milliseconds");
    if (strcmp(type, "word") == 0)
        return is_word(field, text) || refuse(at, value, "is none of the words");
    return is_within(field, (int64_t)code_points(text)) ||
           refuse(at, value, "is shorter or longer than described");
}

/* --- lists and objects ----------------------------------------------------------------------- */

static bool fits_object(struct place *at,
    const struct json *fields,
    const struct json *value,
    const char *more,
    bool is_open)
{
    size_t length = strlen(at->path);

    if (json_type_of(value) != JSON_OBJECT)
        return refuse(at, value, "is not an object");
    for (const struct json *f = json_first(fields); f != NULL; f = json_next(f)) {
        const char *name = json_text(json_member(f, "name"));
        const struct json *member = json_member(value, name);
        bool is_optional = json_is_true(json_member(f, "optional"));

        snprintf(at->path + length, sizeof at->path - length, ".%s", name);
        if (member == NULL ? !is_optional && !refuse(at, value, "is missing in")
                           : !fits(at, f, member))
            return false;
        at->path[length] = '\0';
    }
    for (const struct json *m = json_first(value); m != NULL && !is_open; m = json_next(m)) {
        const struct json *f = json_first(fields);

        while (f != NULL && strcmp(json_text(json_member(f, "name")), json_name(m)) != 0)
            f = json_next(f);
        if (f == NULL && (more == NULL || strcmp(more, json_name(m)) != 0)) {
            snprintf(at->path + length, sizeof at->path - length, ".%s", json_name(m));
            return refuse(at, m, "is not described");
        }
    }
    return true;
}

static bool fits_list(struct place *at, const struct json *field, const struct json *value)
{
    const struct json *scalar = json_member(field, "items");
    size_t length = strlen(at->path), no = 0;

    if (json_type_of(value) != JSON_LIST)
        return refuse(at, value, "is not a list");
    if (!is_within(field, (int64_t)json_count(value)))
        return refuse(at, value, "has fewer or more items than described");
    for (const struct json *i = json_first(value); i != NULL; i = json_next(i), no++) {
        snprintf(at->path + length, sizeof at->path - length, "[%zu]", no);
        if (scalar != NULL ? !fits(at, scalar, i)
                           : !fits_object(at, json_member(field, "fields"), i, NULL, false))
            return false;
        at->path[length] = '\0';
    }
    return true;
}

static bool fits(struct place *at, const struct json *field, const struct json *value)
{
    const char *type = json_text(json_member(field, "type"));
    int64_t n;

    if (json_type_of(value) == JSON_NULL && strcmp(type, "any") != 0)
        return json_is_true(json_member(field, "nullable")) || refuse(at, value, "may not be null");
    if (strcmp(type, "any") == 0)
        return true;
    if (strcmp(type, "int") == 0)
        return (json_integer(value, &n) && is_within(field, n)) ||
               refuse(at, value, "is not an integer within its bounds");
    if (strcmp(type, "bool") == 0)
        return json_type_of(value) == JSON_BOOL || refuse(at, value, "is neither true nor false");
    if (strcmp(type, "list") == 0)
        return fits_list(at, field, value);
    if (strcmp(type, "object") == 0)
        return fits_object(at, json_member(field, "fields"), value, NULL,
            json_is_true(json_member(field, "open")));
    return fits_text(at, type, field, value);
}

bool fit_members(const struct json *fields,
    const struct json *value,
    const char *where,
    const char *more,
    struct problem *out_problem)
{
    struct place at = {.problem = out_problem};

    snprintf(at.path, sizeof at.path, "%s", where);
    return fits_object(&at, fields, value, more, false);
}
