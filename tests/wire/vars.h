/* vars.h -- what a script knows by name: $club, $alice, and what it captured from replies. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct json;

enum { VARS_MAX = 200, VARS_NAME_BYTES = 40 };

struct vars {
    size_t count;
    struct {
        char name[VARS_NAME_BYTES];
        char *json; /* as JSON */
    } items[VARS_MAX];
};

void vars_done(struct vars *v);
void vars_set_text(struct vars *v, const char *name, const char *text);
void vars_set_json(struct vars *v, const char *name, const struct json *value);
void vars_forget(struct vars *v, const char *name); /* so that it can be captured anew */

/* Replaces "$name" by the value as JSON and other $name by the text of the value; unknown names stay. */
void vars_expand(const struct vars *v, const char *text, struct buf *out);

/* "$name" with nothing else, the name unknown so far: NULL if it is not. */
const char *vars_is_capture(const char *text);
