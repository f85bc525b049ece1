/* printer.c -- JSON with indents. */
#include "base/printer.h"

#include <stddef.h>
#include <string.h>

#include "base/buf.h"

/* A new line for the next member or item. */
static void next(struct printer *p, const char *name)
{
    if (!p->is_first)
        buf_add_char(p->out, ',');
    p->is_first = false;
    if (p->depth > 0)
        buf_add_char(p->out, '\n');
    for (int i = 0; i < p->depth; i++)
        buf_add_text(p->out, "  ");
    if (name == NULL)
        return;
    buf_add_json_string(p->out, name, strlen(name));
    buf_add_text(p->out, ": ");
}

void printer_begin(struct printer *p, const char *name, char bracket)
{
    next(p, name);
    buf_add_char(p->out, bracket);
    p->depth++;
    p->is_first = true;
}

void printer_end(struct printer *p, char bracket)
{
    p->depth--;
    if (!p->is_first) {
        buf_add_char(p->out, '\n');
        for (int i = 0; i < p->depth; i++)
            buf_add_text(p->out, "  ");
    }
    buf_add_char(p->out, bracket);
    p->is_first = false;
}

void printer_text(struct printer *p, const char *name, const char *value)
{
    next(p, name);
    buf_add_json_string(p->out, value, strlen(value));
}

void printer_number(struct printer *p, const char *name, int64_t value)
{
    next(p, name);
    buf_add_i64(p->out, value);
}

void printer_boolean(struct printer *p, const char *name, bool value)
{
    next(p, name);
    buf_add_text(p->out, value ? "true" : "false");
}

void printer_null(struct printer *p, const char *name)
{
    next(p, name);
    buf_add_text(p->out, "null");
}

void printer_texts(struct printer *p, const char *name, const char *const *words)
{
    printer_begin(p, name, '[');
    for (; words != NULL && *words != NULL; words++)
        printer_text(p, NULL, *words);
    printer_end(p, ']');
}
