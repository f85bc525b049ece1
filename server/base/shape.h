/* shape.h -- the shape of a JSON object as data: what a method takes and answers, what an event carries.
 *
 * A shape is an array of fields that ends with FIELD_END.  json.c checks values against it, describe.c prints it,
 * the TypeScript types come from it.  Trailing designators set the rest:
 *
 *     FIELD_INT("limit", 1, 100, "Rows at most; 20 when left out.", .optional = true)
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum field_type {
    FIELD_TYPE_END = 0,
    FIELD_TYPE_ID,   /* decimal string on the wire, bigint in SQL */
    FIELD_TYPE_INT,  /* JSON integer min..max, bigint in SQL */
    FIELD_TYPE_BOOL, /* boolean */
    FIELD_TYPE_TEXT, /* min..max code points, text in SQL; control characters other than \n are refused */
    FIELD_TYPE_WORD, /* one of `words`, text in SQL */
    FIELD_TYPE_TIME, /* RFC 3339 UTC, timestamptz in SQL */
    FIELD_TYPE_LIST, /* min..max objects of `fields`, or scalars like the single unnamed field `fields`; jsonb in SQL */
    FIELD_TYPE_OBJECT, /* an object of `fields`; jsonb in SQL */
    FIELD_TYPE_ANY     /* any JSON value; only in results and events */
};

struct field {
    const char *name;
    enum field_type type;
    int64_t min, max;
    const char *const *words;   /* FIELD_TYPE_WORD: ends with NULL */
    const struct field *fields; /* FIELD_TYPE_LIST, FIELD_TYPE_OBJECT */
    const char *doc;            /* one sentence, ends with a full stop */
    bool optional;              /* may be left out */
    bool nullable;              /* may be null (results and events only) */
    bool scalar_items;          /* FIELD_TYPE_LIST: items are scalars described by fields[0] */
    bool open; /* FIELD_TYPE_OBJECT: further members are allowed (results and events only) */
};

#define FIELD_POINTS_MAX 9007199254740991 /* 2^53 - 1 */

/* clang-format off */
#define FIELD_ID(n, d, ...)             { .name = (n), .type = FIELD_TYPE_ID, .doc = (d), ##__VA_ARGS__ }
#define FIELD_INT(n, lo, hi, d, ...)    { .name = (n), .type = FIELD_TYPE_INT, .min = (lo), .max = (hi), .doc = (d), ##__VA_ARGS__ }
#define FIELD_BOOL(n, d, ...)           { .name = (n), .type = FIELD_TYPE_BOOL, .doc = (d), ##__VA_ARGS__ }
#define FIELD_TEXT(n, lo, hi, d, ...)   { .name = (n), .type = FIELD_TYPE_TEXT, .min = (lo), .max = (hi), .doc = (d), ##__VA_ARGS__ }
#define FIELD_WORD(n, w, d, ...)        { .name = (n), .type = FIELD_TYPE_WORD, .words = (w), .doc = (d), ##__VA_ARGS__ }
#define FIELD_TIME(n, d, ...)           { .name = (n), .type = FIELD_TYPE_TIME, .doc = (d), ##__VA_ARGS__ }
#define FIELD_LIST(n, lo, hi, f, d, ...) \
    { .name = (n), .type = FIELD_TYPE_LIST, .min = (lo), .max = (hi), .fields = (f), .doc = (d), ##__VA_ARGS__ }
#define FIELD_OBJECT(n, f, d, ...)      { .name = (n), .type = FIELD_TYPE_OBJECT, .fields = (f), .doc = (d), ##__VA_ARGS__ }
#define FIELD_ANY(n, d, ...)            { .name = (n), .type = FIELD_TYPE_ANY, .doc = (d), ##__VA_ARGS__ }
#define FIELD_END                       { .name = NULL, .type = FIELD_TYPE_END }
/* clang-format on */

#define SHAPE_FIELDS_MAX 24 /* top-level parameters of one method */

/* Where and why a value does not fit: path like "items[2].qty". */
struct shape_problem {
    char path[96];
    char problem[96];
};
