/* vars.c -- names and values of one script. */
#include "vars.h"

#include <string.h>

#include "io/json.h"
#include "base/buf.h"
#include "base/mem.h"

static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";

void vars_done(struct vars *v)
{
    for (size_t i = 0; i < v->count; i++)
        mem_free(v->items[i].json);
    v->count = 0;
}

/* The value named by the first `length` bytes of `name`, or NULL. */
static const char *find(const struct vars *v, const char *name, size_t length)
{
    for (size_t i = 0; i < v->count; i++) {
        if (strlen(v->items[i].name) == length && memcmp(v->items[i].name, name, length) == 0)
            return v->items[i].json;
    }
    return NULL;
}

/* Takes `b`. */
static void set(struct vars *v, const char *name, struct buf *b)
{
    size_t i = 0;

    while (i < v->count && strcmp(v->items[i].name, name) != 0)
        i++;
    if (i == VARS_MAX || strlen(name) >= VARS_NAME_BYTES) {
        buf_done(b);
        return;
    }
    if (i == v->count)
        v->count++;
    else
        mem_free(v->items[i].json);
    memcpy(v->items[i].name, name, strlen(name) + 1);
    v->items[i].json = buf_take(b, NULL);
}

void vars_set_text(struct vars *v, const char *name, const char *text)
{
    struct buf b;

    buf_init(&b, 0);
    buf_add_json_string(&b, text, strlen(text));
    set(v, name, &b);
}

void vars_set_json(struct vars *v, const char *name, const struct json *value)
{
    struct buf b;

    buf_init(&b, 0);
    json_print(value, &b);
    set(v, name, &b);
}

void vars_forget(struct vars *v, const char *name)
{
    for (size_t i = 0; i < v->count; i++) {
        if (strcmp(v->items[i].name, name) != 0)
            continue;
        mem_free(v->items[i].json);
        v->items[i] = v->items[--v->count];
        return;
    }
}

static void add_value(struct buf *out, const char *json, bool is_quoted)
{
    size_t length = strlen(json);

    if (json[0] == '"' && !is_quoted)
        buf_add(out, json + 1, length - 2);
    else
        buf_add(out, json, length);
}

void vars_expand(const struct vars *v, const char *text, struct buf *out)
{
    while (*text != '\0') {
        bool is_quoted = text[0] == '"' && text[1] == '$';
        const char *name = text + 1 + is_quoted;
        size_t length = text[is_quoted] == '$' ? strspn(name, letters) : 0;
        const char *json;

        is_quoted = is_quoted && name[length] == '"';
        json = length > 0 && (text[0] == '$' || is_quoted) ? find(v, name, length) : NULL;
        if (json == NULL) {
            buf_add_char(out, *text++);
            continue;
        }
        add_value(out, json, is_quoted);
        text = name + length + is_quoted;
    }
    buf_add(out, "", 0);
}

const char *vars_is_capture(const char *text)
{
    if (text == NULL || text[0] != '$' || text[1] == '\0')
        return NULL;
    return strspn(text + 1, letters) == strlen(text + 1) ? text + 1 : NULL;
}
