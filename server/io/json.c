/* json.c -- cJSON behind a strict gate.
 *
 * cJSON is lenient, so three looks make it strict:
 *   before   utf8_scan(): UTF-8, NUL, depth; then token_scan(): control characters, numbers, hex digits
 *   during   cJSON: structure, escapes, lone surrogates
 *   after    tree_fits(): no number beyond a double, no object with two members of one name
 *
 * A `struct json` is a cJSON item under another name; no such struct is ever defined.  A tree lives in an
 * arena of its own, so that freeing it is one step; the root's unused `prev` points to that arena.
 */
#include "io/json.h"

#include <cjson/cJSON.h>

#include <ctype.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/id.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { FEW_MEMBERS = 8, BLOCK_BYTES_MIN = 512, BLOCK_BYTES_MAX = 16384 };

static const cJSON *in(const struct json *j)
{
    return (const cJSON *)(const void *)j;
}

static const struct json *out(const cJSON *item)
{
    return (const struct json *)(const void *)item;
}

/* Every piece of a tree comes from the arena of that tree. */
static _Thread_local struct arena *filling;

static void *on_alloc(size_t size_bytes)
{
    return arena_alloc(filling, size_bytes);
}

static void on_free(void *piece)
{
    (void)piece; /* dies with its arena */
}

static void set_hooks(void)
{
    cJSON_Hooks hooks = {.malloc_fn = on_alloc, .free_fn = on_free};

    cJSON_InitHooks(&hooks);
}

/* --- before: tokens ----------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *skip_digits(const char *p, const char *end)
{
    while (p < end && is_digit(*p))
        p++;
    return p;
}

/* Behind the number that starts at p, or NULL if RFC 8259 does not know it. */
static const char *number_end(const char *p, const char *end)
{
    const char *digits = *p == '-' ? p + 1 : p;

    p = skip_digits(digits, end);
    if (p == digits || (p - digits > 1 && *digits == '0'))
        return NULL;
    if (p < end && *p == '.') {
        digits = p + 1;
        p = skip_digits(digits, end);
        if (p == digits)
            return NULL;
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        if (p < end && (*p == '+' || *p == '-'))
            p++;
        digits = p;
        p = skip_digits(digits, end);
        if (p == digits)
            return NULL;
    }
    return p;
}

/* Behind the escape whose backslash is at p - 1, or NULL.  cJSON turns bad hex digits into a NUL. */
static const char *escape_end(const char *p, const char *end)
{
    if (p == end)
        return NULL;
    if (*p++ != 'u')
        return p; /* cJSON knows the letters */
    if (end - p < 4)
        return NULL;
    for (int i = 0; i < 4; i++) {
        if (!isxdigit((unsigned char)p[i]))
            return NULL;
    }
    return p + 4;
}

/* Behind the closing quote of the string whose text starts at p, or NULL. */
static const char *string_end(const char *p, const char *end)
{
    while (p != NULL && p < end) {
        p += utf8_plain_run(p, (size_t)(end - p));
        if (p == end)
            break;
        unsigned char c = (unsigned char)*p++;

        if (c == '"')
            return p;
        if (c < 0x20)
            return NULL;
        if (c == '\\')
            p = escape_end(p, end);
    }
    return NULL;
}

/* Refuses what cJSON would let pass: control characters, numbers like 01 or 1., escapes like \u12g4. */
static bool token_scan(const char *p, const char *end)
{
    while (p != NULL && p < end) {
        unsigned char c = (unsigned char)*p;

        if (c == '"')
            p = string_end(p + 1, end);
        else if (c == '-' || is_digit(*p))
            p = number_end(p, end);
        else if (c > 0x7e || (c < 0x20 && !is_space(*p)))
            p = NULL;
        else
            p++;
    }
    return p != NULL;
}

/* --- after: the tree ---------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool names_differ_many(const cJSON *object, size_t count)
{
    const char **names = mem_alloc(count * sizeof *names);
    size_t n = 0;
    bool differ = true;

    for (const cJSON *m = object->child; m != NULL; m = m->next)
        names[n++] = m->string;
    qsort(names, n, sizeof *names, by_name);
    for (size_t i = 1; i < n && differ; i++)
        differ = strcmp(names[i - 1], names[i]) != 0;
    mem_free(names);
    return differ;
}

static bool names_differ(const cJSON *object)
{
    const char *seen[FEW_MEMBERS];
    size_t count = 0;

    for (const cJSON *m = object->child; m != NULL; m = m->next) {
        if (count == FEW_MEMBERS)
            return names_differ_many(object, json_count(out(object)));
        for (size_t i = 0; i < count; i++) {
            if (strcmp(seen[i], m->string) == 0)
                return false;
        }
        seen[count++] = m->string;
    }
    return true;
}

/* Recursion is bounded by JSON_DEPTH_MAX. */
static bool tree_fits(const cJSON *item)
{
    if (cJSON_IsNumber(item))
        return isfinite(item->valuedouble);
    if (cJSON_IsObject(item) && !names_differ(item))
        return false;
    for (const cJSON *c = item->child; c != NULL; c = c->next) {
        if (!tree_fits(c))
            return false;
    }
    return true;
}

/* --- parsing ------------------------------------------------------------------------------ */

/* True if only white space lies between p and end. */
static bool ends_at(const char *p, const char *end)
{
    while (p < end && is_space(*p))
        p++;
    return p == end;
}

/* Most requests fit one block; a long answer takes several. */
static struct arena *arena_for(size_t length_bytes)
{
    size_t block_bytes = BLOCK_BYTES_MIN + 4 * length_bytes;

    return arena_new(block_bytes < BLOCK_BYTES_MAX ? block_bytes : BLOCK_BYTES_MAX);
}

/* The tree of a text that passed the scans; NULL if it is no JSON. */
static cJSON *parse_strict(const char *bytes, size_t length_bytes)
{
    const char *p = NULL;
    struct arena *a = arena_for(length_bytes);

    filling = a;
    cJSON *root = cJSON_ParseWithLengthOpts(bytes, length_bytes, &p, 0);

    filling = NULL;
    if (root == NULL || !ends_at(p, bytes + length_bytes) || !tree_fits(root)) {
        arena_free(a);
        return NULL;
    }
    root->prev = (cJSON *)(void *)a; /* a root has no neighbours: the place to keep the arena */
    return root;
}

enum err json_parse(
    const char *bytes, size_t length_bytes, struct json **out_json, bool *out_bad_utf8)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    enum utf8_fault fault = utf8_scan(bytes, length_bytes, JSON_DEPTH_MAX);

    if (out_bad_utf8 != NULL)
        *out_bad_utf8 = fault == UTF8_INVALID;
    if (fault != UTF8_OK || !token_scan(bytes, bytes + length_bytes))
        return ERR_PARSE;

    pthread_once(&once, set_hooks);
    cJSON *root = parse_strict(bytes, length_bytes);

    if (root == NULL)
        return ERR_PARSE;
    *out_json = (struct json *)(void *)root;
    return ERR_OK;
}

void json_free(struct json *j)
{
    if (j != NULL)
        arena_free((struct arena *)(void *)in(j)->prev);
}

/* --- looking ------------------------------------------------------------------------------ */

enum json_type json_type_of(const struct json *j)
{
    const cJSON *item = in(j);

    if (cJSON_IsBool(item))
        return JSON_BOOL;
    if (cJSON_IsNumber(item))
        return JSON_NUMBER;
    if (cJSON_IsString(item))
        return JSON_TEXT;
    if (cJSON_IsArray(item))
        return JSON_LIST;
    return cJSON_IsObject(item) ? JSON_OBJECT : JSON_NULL;
}

const struct json *json_member(const struct json *object, const char *name)
{
    if (!cJSON_IsObject(in(object)))
        return NULL;
    for (const cJSON *m = in(object)->child; m != NULL; m = m->next) {
        if (strcmp(m->string, name) == 0)
            return out(m);
    }
    return NULL;
}

const struct json *json_first(const struct json *list_or_object)
{
    return list_or_object != NULL ? out(in(list_or_object)->child) : NULL;
}

const struct json *json_next(const struct json *item)
{
    return out(in(item)->next);
}

const char *json_name(const struct json *member_value)
{
    return in(member_value)->string;
}

size_t json_count(const struct json *list_or_object)
{
    size_t count = 0;

    for (const struct json *j = json_first(list_or_object); j != NULL; j = json_next(j))
        count++;
    return count;
}

const char *json_text(const struct json *j)
{
    return cJSON_IsString(in(j)) ? in(j)->valuestring : NULL;
}

bool json_integer(const struct json *j, int64_t *out_n)
{
    if (!cJSON_IsNumber(in(j)))
        return false;
    double n = in(j)->valuedouble;

    if (!(n >= -(double)FIELD_POINTS_MAX && n <= (double)FIELD_POINTS_MAX) ||
        n != (double)(int64_t)n)
        return false;
    *out_n = (int64_t)n;
    return true;
}

bool json_id(const struct json *j, int64_t *out_id)
{
    const char *text = json_text(j);
    int64_t n;

    if (text != NULL)
        return id_parse(text, strlen(text), out_id);
    if (!json_integer(j, &n) || n <= 0)
        return false;
    *out_id = n;
    return true;
}

bool json_is_true(const struct json *j)
{
    return cJSON_IsTrue(in(j));
}

/* --- printing ----------------------------------------------------------------------------- */

static void print_scalar(const struct json *j, struct buf *b)
{
    int64_t n;

    switch (json_type_of(j)) {
    case JSON_BOOL:
        buf_add_text(b, json_is_true(j) ? "true" : "false");
        break;
    case JSON_NUMBER:
        if (json_integer(j, &n))
            buf_add_i64(b, n);
        else
            buf_printf(b, "%.17g", in(j)->valuedouble);
        break;
    case JSON_TEXT:
        buf_add_json_string(b, json_text(j), strlen(json_text(j)));
        break;
    default:
        buf_add_text(b, "null");
    }
}

void json_print(const struct json *j, struct buf *b)
{
    enum json_type type = json_type_of(j);

    if (type != JSON_LIST && type != JSON_OBJECT) {
        print_scalar(j, b);
        return;
    }
    buf_add_char(b, type == JSON_LIST ? '[' : '{');
    for (const struct json *c = json_first(j); c != NULL; c = json_next(c)) {
        if (c != json_first(j))
            buf_add_char(b, ',');
        if (type == JSON_OBJECT) {
            buf_add_json_string(b, json_name(c), strlen(json_name(c)));
            buf_add_char(b, ':');
        }
        json_print(c, b);
    }
    buf_add_char(b, type == JSON_LIST ? ']' : '}');
}

const char *json_library_version(void)
{
    return cJSON_Version();
}
