/* json_bind.c -- checks JSON values against a shape and turns parameters into SQL arguments.
 *
 * A value's place is a chain of `struct place` on the C stack, from the leaf up; it becomes text like
 * "items[2].qty" only when something is wrong there.
 */
#include "io/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/id.h"
#include "base/utf8.h"

struct place {
    const struct place *up; /* NULL: the top */
    const char *name;       /* NULL: an item of a list */
    size_t index;
};

struct check {
    struct shape_problem *problem; /* filled by fail() */
};

static bool value_fits(
    struct check *k, const struct json *v, const struct field *f, const struct place *at);

/* --- problems ----------------------------------------------------------------------------- */

/* Cuts text that snprintf cut in the middle of a UTF-8 sequence back to whole ones. */
static void cut_whole(char *text)
{
    size_t length = strlen(text);

    while (length > 0 && utf8_scan(text, length, 0x7fffffff) == UTF8_INVALID)
        length--;
    text[length] = '\0';
}

static void add_place(struct buf *path, const struct place *at)
{
    if (at == NULL)
        return;
    add_place(path, at->up);
    if (at->name == NULL) {
        buf_printf(path, "[%zu]", at->index);
        return;
    }
    if (path->length_bytes > 0)
        buf_add_char(path, '.');
    buf_add_text(path, at->name);
}

__attribute__((format(printf, 3, 4))) static bool fail(
    struct check *k, const struct place *at, const char *format, ...)
{
    struct buf path;
    va_list args;

    buf_init(&path, 0);
    add_place(&path, at);
    snprintf(k->problem->path, sizeof k->problem->path, "%s", path.bytes != NULL ? path.bytes : "");
    cut_whole(k->problem->path);
    buf_done(&path);

    va_start(args, format);
    vsnprintf(k->problem->problem, sizeof k->problem->problem, format, args);
    va_end(args);
    return false;
}

/* --- scalars ------------------------------------------------------------------------------ */

static bool int_fits(
    struct check *k, const struct json *v, const struct field *f, const struct place *at)
{
    int64_t n;

    if (!json_integer(v, &n))
        return fail(k, at, "must be a whole number");
    if (n < f->min || n > f->max)
        return fail(k, at, "must be %lld to %lld", (long long)f->min, (long long)f->max);
    return true;
}

static bool has_control(const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        if ((*p < 0x20 && *p != '\n') || *p == 0x7f)
            return true;
        if (p[0] == 0xc2 && p[1] < 0xa0) /* U+0080 ... U+009F */
            return true;
    }
    return false;
}

static bool text_fits(
    struct check *k, const struct json *v, const struct field *f, const struct place *at)
{
    const char *text = json_text(v);

    if (text == NULL)
        return fail(k, at, "must be text");
    int64_t length = (int64_t)utf8_length(text, strlen(text));

    if (length < f->min || length > f->max)
        return fail(
            k, at, "must have %lld to %lld characters", (long long)f->min, (long long)f->max);
    if (has_control(text))
        return fail(k, at, "must not hold control characters");
    return true;
}

static bool word_fits(
    struct check *k, const struct json *v, const struct field *f, const struct place *at)
{
    const char *text = json_text(v);
    struct buf known;

    for (const char *const *w = f->words; text != NULL && *w != NULL; w++) {
        if (strcmp(*w, text) == 0)
            return true;
    }
    buf_init(&known, 0);
    for (const char *const *w = f->words; *w != NULL; w++) {
        buf_add_text(&known, known.length_bytes == 0 ? " " : ", ");
        buf_add_text(&known, *w);
    }
    fail(k, at, "must be one of%.78s", known.bytes != NULL ? known.bytes : "");
    buf_done(&known);
    return false;
}

/* Value of the `count` digits at p, or -1. */
static int digits_at(const char *p, int count)
{
    int n = 0;

    for (int i = 0; i < count; i++) {
        if (p[i] < '0' || p[i] > '9')
            return -1;
        n = n * 10 + (p[i] - '0');
    }
    return n;
}

static bool date_exists(int year, int month, int day)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return year >= 1 && month >= 1 && month <= 12 && day >= 1 &&
           day <= days[month - 1] + (month == 2 && leap ? 1 : 0);
}

/* "2026-11-22T10:10:00Z", with up to six digits of a fraction. */
static bool is_time(const char *t)
{
    size_t length = strlen(t);

    if (length < 20 || length > 27 || t[4] != '-' || t[7] != '-' || t[10] != 'T' || t[13] != ':' ||
        t[16] != ':' || t[length - 1] != 'Z')
        return false;
    int hour = digits_at(t + 11, 2);
    int minute = digits_at(t + 14, 2);
    int second = digits_at(t + 17, 2);

    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
        return false;
    if (length > 20 && (t[19] != '.' || length == 21 || digits_at(t + 20, (int)length - 21) < 0))
        return false;
    return date_exists(digits_at(t, 4), digits_at(t + 5, 2), digits_at(t + 8, 2));
}

static bool time_fits(struct check *k, const struct json *v, const struct place *at)
{
    const char *text = json_text(v);

    if (text == NULL || !is_time(text))
        return fail(k, at, "must be a time like 2026-11-22T10:10:00.000Z");
    return true;
}

static bool id_fits(struct check *k, const struct json *v, const struct place *at)
{
    int64_t id;

    if (json_text(v) == NULL || !json_id(v, &id))
        return fail(k, at, "must be an id: a decimal number as text");
    return true;
}

/* --- lists and objects -------------------------------------------------------------------- */

static const struct field *field_of(const struct field *shape, const char *name)
{
    for (const struct field *f = shape; f != NULL && f->type != FIELD_TYPE_END; f++) {
        if (strcmp(f->name, name) == 0)
            return f;
    }
    return NULL;
}

/* Every field of `shape` that is there fits, and none is missing. */
static bool fields_fit(
    struct check *k, const struct json *object, const struct field *shape, const struct place *at)
{
    for (const struct field *f = shape; f != NULL && f->type != FIELD_TYPE_END; f++) {
        const struct json *v = json_member(object, f->name);
        struct place here = {.up = at, .name = f->name};

        if (v == NULL && !f->optional)
            return fail(k, &here, "is missing");
        if (v != NULL && !value_fits(k, v, f, &here))
            return false;
    }
    return true;
}

static bool is_skipped(const char *const *skip, const char *name)
{
    for (; skip != NULL && *skip != NULL; skip++) {
        if (strcmp(*skip, name) == 0)
            return true;
    }
    return false;
}

/* Every member of `object` is in `shape` or in `skip`. */
static bool members_known(struct check *k,
    const struct json *object,
    const struct field *shape,
    const char *const *skip,
    const struct place *at)
{
    for (const struct json *m = json_first(object); m != NULL; m = json_next(m)) {
        struct place here = {.up = at, .name = json_name(m)};

        if (field_of(shape, json_name(m)) == NULL && !is_skipped(skip, json_name(m)))
            return fail(k, &here, "is not known");
    }
    return true;
}

static bool object_fits(
    struct check *k, const struct json *v, const struct field *f, const struct place *at)
{
    if (json_type_of(v) != JSON_OBJECT)
        return fail(k, at, "must be an object");
    if (!(f->open && f->type == FIELD_TYPE_OBJECT) && !members_known(k, v, f->fields, NULL, at))
        return false;
    return fields_fit(k, v, f->fields, at);
}

static bool list_fits(
    struct check *k, const struct json *v, const struct field *f, const struct place *at)
{
    if (json_type_of(v) != JSON_LIST)
        return fail(k, at, "must be a list");
    int64_t count = (int64_t)json_count(v);

    if (count < f->min || count > f->max)
        return fail(k, at, "must have %lld to %lld items", (long long)f->min, (long long)f->max);

    struct place here = {.up = at};

    for (const struct json *i = json_first(v); i != NULL; i = json_next(i), here.index++) {
        bool fits =
            f->scalar_items ? value_fits(k, i, f->fields, &here) : object_fits(k, i, f, &here);
        if (!fits)
            return false;
    }
    return true;
}

static bool value_fits(
    struct check *k, const struct json *v, const struct field *f, const struct place *at)
{
    if (json_type_of(v) == JSON_NULL && f->type != FIELD_TYPE_ANY)
        return f->nullable || fail(k, at, "must not be null");
    switch (f->type) {
    case FIELD_TYPE_ID:
        return id_fits(k, v, at);
    case FIELD_TYPE_INT:
        return int_fits(k, v, f, at);
    case FIELD_TYPE_BOOL:
        return json_type_of(v) == JSON_BOOL || fail(k, at, "must be true or false");
    case FIELD_TYPE_TEXT:
        return text_fits(k, v, f, at);
    case FIELD_TYPE_WORD:
        return word_fits(k, v, f, at);
    case FIELD_TYPE_TIME:
        return time_fits(k, v, at);
    case FIELD_TYPE_LIST:
        return list_fits(k, v, f, at);
    case FIELD_TYPE_OBJECT:
        return object_fits(k, v, f, at);
    case FIELD_TYPE_ANY:
        return true;
    case FIELD_TYPE_END:
        break;
    }
    return fail(k, at, "is not known");
}

/* --- the two entries ---------------------------------------------------------------------- */

static const char *as_json(const struct json *v, struct arena *a)
{
    struct buf b;

    buf_init(&b, 0);
    json_print(v, &b);
    const char *text = arena_copy(a, b.bytes, b.length_bytes);

    buf_done(&b);
    return text;
}

/* The SQL argument of a value that fits `f`. */
static const char *argument(const struct json *v, const struct field *f, struct arena *a)
{
    char digits[ID_TEXT_BYTES];
    int64_t n = 0;

    if (v == NULL || json_type_of(v) == JSON_NULL)
        return NULL;
    switch (f->type) {
    case FIELD_TYPE_BOOL:
        return json_is_true(v) ? "t" : "f";
    case FIELD_TYPE_INT:
        (void)json_integer(v, &n); /* it fits */
        id_print(n, digits);
        return arena_copy(a, digits, strlen(digits));
    case FIELD_TYPE_ID:
    case FIELD_TYPE_TEXT:
    case FIELD_TYPE_WORD:
    case FIELD_TYPE_TIME:
        return arena_copy(a, json_text(v), strlen(json_text(v)));
    default:
        return as_json(v, a);
    }
}

enum err json_bind(const struct json *params,
    const struct field *shape,
    const char *const *skip,
    struct arena *a,
    const char **out_args,
    struct shape_problem *out_problem)
{
    struct check k = {.problem = out_problem};
    size_t count = 0;

    if (params != NULL && json_type_of(params) != JSON_OBJECT) {
        fail(&k, NULL, "must be an object");
        return ERR_INVALID_PARAMS;
    }
    if (!members_known(&k, params, shape, skip, NULL) || !fields_fit(&k, params, shape, NULL))
        return ERR_INVALID_PARAMS;
    for (const struct field *f = shape; f != NULL && f->type != FIELD_TYPE_END; f++)
        out_args[count++] = argument(json_member(params, f->name), f, a);
    return ERR_OK;
}

enum err json_fits(
    const struct json *value, const struct field *shape, struct shape_problem *out_problem)
{
    struct check k = {.problem = out_problem};
    struct field object = {.type = FIELD_TYPE_OBJECT, .fields = shape};

    return object_fits(&k, value, &object, NULL) ? ERR_OK : ERR_INVALID_PARAMS;
}
