/* json.h -- JSON in: text to checked values.  cJSON stays inside json.c; `struct json` is opaque.  json_bind and
 * json_fits are in json_bind.c.
 *
 * Numbers  integers with |n| <= 2^53-1 are exact; nothing is ever printed through cJSON
 * Limits   depth 32; duplicate members of one object are refused
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/shape.h"

struct arena;
struct buf;
struct json;

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_TEXT, JSON_LIST, JSON_OBJECT };
enum { JSON_DEPTH_MAX = 32 };

/* Parses one whole text (no trailing bytes but white space), after utf8_scan.  The caller owns the result.
 *   errors  ERR_PARSE; *out_bad_utf8 tells the one case a WebSocket closes with 1007 for (may be NULL)
 */
MUST_CHECK enum err json_parse(
    const char *bytes, size_t length_bytes, struct json **out_json, bool *out_bad_utf8);
void json_free(struct json *j); /* NULL is fine; only what json_parse returned */

enum json_type json_type_of(const struct json *j);
/* NULL where there is none: no such member, no object, an empty list, the last item.  `j` may be NULL everywhere. */
const struct json *json_member(const struct json *object, const char *name);
const struct json *json_first(const struct json *list_or_object);
const struct json *json_next(const struct json *item);
const char *json_name(const struct json *member_value); /* name of an object's member */
size_t json_count(const struct json *list_or_object);

const char *json_text(const struct json *j);             /* NULL unless a string */
bool json_integer(const struct json *j, int64_t *out_n); /* exact integer within +-(2^53-1) */
/* A decimal id as text, or as a positive integer (from SQL).  json_bind and json_fits take text only. */
bool json_id(const struct json *j, int64_t *out_id);
bool json_is_true(const struct json *j);

/* Appends the value as compact JSON. */
void json_print(const struct json *j, struct buf *out);

/* Checks `params` (NULL counts as {}) against `shape` and turns each top-level field into one SQL argument in
 * `out_args` (SHAPE_FIELDS_MAX entries), in the arena: id, int, text, word, time as their text, bool "t"/"f",
 * list and object as JSON text, absent as NULL.  Members named in `skip` (ends with NULL; "idem", "base") need not be
 * in the shape; any other unknown member is refused.
 *   errors  ERR_INVALID_PARAMS with *out_problem filled
 */
MUST_CHECK enum err json_bind(const struct json *params,
    const struct field *shape,
    const char *const *skip,
    struct arena *a,
    const char **out_args,
    struct shape_problem *out_problem);

/* Does `value` (an object) fit `shape`?  Used by tests and by describe; unknown members do not fit. */
MUST_CHECK enum err json_fits(
    const struct json *value, const struct field *shape, struct shape_problem *out_problem);

const char *json_library_version(void); /* "1.7.15" */
