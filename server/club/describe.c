/* describe.c -- prints the tables.
 *
 * A value that stands at its default is left out of a field, so that files stay readable: optional, nullable and open
 * (false), min and max (no bounds), words, fields, items.  Everything else is always printed.
 */
#include "club/describe.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "club/all.h"
#include "club/surface.h"
#include "base/buf.h"
#include "base/printer.h"

/* --- fields ---------------------------------------------------------------------------------- */

static const char *const type_names[] = {
    [FIELD_TYPE_END] = "",
    [FIELD_TYPE_ID] = "id",
    [FIELD_TYPE_INT] = "int",
    [FIELD_TYPE_BOOL] = "bool",
    [FIELD_TYPE_TEXT] = "text",
    [FIELD_TYPE_WORD] = "word",
    [FIELD_TYPE_TIME] = "time",
    [FIELD_TYPE_LIST] = "list",
    [FIELD_TYPE_OBJECT] = "object",
    [FIELD_TYPE_ANY] = "any",
};

static void shape(struct printer *p, const char *name, const struct field *fields);

static void field(struct printer *p, const char *member, const struct field *f)
{
    printer_begin(p, member, '{');
    printer_text(p, "name", f->name != NULL ? f->name : ""); /* items of a list have none */
    printer_text(p, "type", type_names[f->type]);
    printer_text(p, "doc", f->doc == NULL ? "" : f->doc);
    if (f->min != 0 || f->max != 0) {
        printer_number(p, "min", f->min);
        printer_number(p, "max", f->max);
    }
    if (f->type == FIELD_TYPE_WORD)
        printer_texts(p, "words", f->words);
    if (f->scalar_items)
        field(p, "items", f->fields);
    else if (f->fields != NULL)
        shape(p, "fields", f->fields);
    if (f->optional)
        printer_boolean(p, "optional", true);
    if (f->nullable)
        printer_boolean(p, "nullable", true);
    if (f->open)
        printer_boolean(p, "open", true);
    printer_end(p, '}');
}

/* fields NULL: an empty list. */
static void shape(struct printer *p, const char *name, const struct field *fields)
{
    printer_begin(p, name, '[');
    for (; fields != NULL && fields->type != FIELD_TYPE_END; fields++)
        field(p, NULL, fields);
    printer_end(p, ']');
}

/* --- methods and events ---------------------------------------------------------------------- */

static void method(struct printer *p, const struct method *m)
{
    static const char *const kinds[] = {
        [METHOD_READ] = "read", [METHOD_WRITE] = "write", [METHOD_NOTIFY] = "notify"};

    printer_begin(p, NULL, '{');
    printer_text(p, "name", m->name);
    printer_text(p, "doc", m->doc);
    printer_text(p, "since", m->since);
    printer_text(p, "kind", kinds[m->kind]);
    printer_boolean(p, "idem", surface_wants_idem(m));
    surface_print_who(p, "who", m->who);
    printer_boolean(p, "barrier", m->barrier);
    printer_boolean(p, "coalesced", m->coalesce != NULL);
    printer_boolean(p, "step_up", m->step_up);
    shape(p, "params", m->params);
    shape(p, "result", m->result);
    printer_texts(p, "publishes", m->publishes);
    printer_begin(p, "errors", '[');
    for (const enum err *e = m->errors; e != NULL && *e != ERR_OK; e++)
        printer_text(p, NULL, err_reason(*e));
    printer_end(p, ']');
    printer_end(p, '}');
}

static void event(struct printer *p, const struct event_kind *k)
{
    printer_begin(p, NULL, '{');
    printer_text(p, "name", k->type);
    printer_text(p, "doc", k->doc);
    printer_texts(p, "gates", k->gates);
    printer_text(p, "keep", k->keep == KEEP_LATEST ? "latest" : "all");
    printer_boolean(p, "voids", k->voids);
    shape(p, "refs", k->refs);
    if (k->view != NULL)
        shape(p, "view", k->view);
    else
        printer_null(p, "view");
    printer_end(p, '}');
}

/* --- messages of the server, errors, close codes, streams ------------------------------------ */

static void print_messages(struct printer *p)
{
    printer_begin(p, "messages", '[');
    for (const struct surface_message *m = surface_messages; m->name != NULL; m++) {
        printer_begin(p, NULL, '{');
        printer_text(p, "name", m->name);
        printer_text(p, "doc", m->doc);
        shape(p, "params", m->params);
        printer_end(p, '}');
    }
    printer_end(p, ']');
}

static void print_errors(struct printer *p)
{
    printer_begin(p, "errors", '[');
    for (int e = ERR_LOST + 1; e < ERR_COUNT; e++) {
        printer_begin(p, NULL, '{');
        printer_number(p, "code", err_code((enum err)e));
        printer_text(p, "reason", err_reason((enum err)e));
        printer_text(p, "text", err_text((enum err)e));
        if (err_may_retry((enum err)e))
            printer_number(p, "retry_ms", err_retry_ms((enum err)e));
        else
            printer_null(p, "retry_ms");
        printer_end(p, '}');
    }
    printer_end(p, ']');
}

static void print_streams(struct printer *p)
{
    printer_begin(p, "streams", '[');
    for (const struct surface_stream *s = surface_streams; s->name != NULL; s++) {
        printer_begin(p, NULL, '{');
        printer_text(p, "name", s->name);
        printer_text(p, "doc", s->doc);
        surface_print_who(p, "who", s->who);
        shape(p, "snapshot", surface_snapshot(s));
        printer_end(p, '}');
    }
    printer_end(p, ']');
}

void describe_print(struct buf *out)
{
    struct printer p = {.out = out, .is_first = true};
    size_t count;

    printer_begin(&p, NULL, '{');
    printer_text(&p, "protocol", "clubhub.v1");
    printer_text(&p, "version", "1");

    const struct method *const *methods = all_methods(&count);

    printer_begin(&p, "methods", '[');
    for (size_t i = 0; i < count; i++)
        method(&p, methods[i]);
    printer_end(&p, ']');

    const struct event_kind *const *kinds = all_events(&count);

    printer_begin(&p, "events", '[');
    for (size_t i = 0; i < count; i++)
        event(&p, kinds[i]);
    printer_end(&p, ']');
    print_messages(&p);
    print_errors(&p);
    surface_print_close_codes(&p, "close_codes");
    print_streams(&p);
    printer_end(&p, '}');
    buf_add_char(out, '\n');
}
