/* printer.h -- writes JSON with indents: 2 spaces a level, the same for every build and host.
 *
 * Start with `struct printer p = {.out = buf, .is_first = true}`.  `name` is that of the member; NULL: an item of a
 * list, or the whole text.  Each printer_begin needs its printer_end.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct buf;

struct printer {
    struct buf *out;
    int depth;
    bool is_first; /* of its container */
};

void printer_begin(struct printer *p, const char *name, char bracket); /* '{' or '[' */
void printer_end(struct printer *p, char bracket);                     /* '}' or ']' */
void printer_text(struct printer *p, const char *name, const char *value);
void printer_number(struct printer *p, const char *name, int64_t value);
void printer_boolean(struct printer *p, const char *name, bool value);
void printer_null(struct printer *p, const char *name);
/* A list; words ends with NULL; NULL: an empty list. */
void printer_texts(struct printer *p, const char *name, const char *const *words);
