/* schemas.c -- JSON Schemas of shapes.
 *
 * schemas_print walks the list of objects while what it prints adds more to its end.  An object is known by the
 * pointers of its shape, so that one view that many methods answer stands there once, by the name of its first use.
 */
#include "club/schemas.h"

#include <stddef.h>
#include <string.h>

#include "club/surface.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/printer.h"

struct entry {
    struct schemas_object object;
    bool open;
    char *name;
};

struct schemas {
    struct entry *entries;
    size_t count, capacity;
};

static const char id_pattern[] = "^[1-9][0-9]{0,18}$";
static const char sent_time_pattern[] =
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?Z$";
static const char told_time_pattern[] =
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$";
static const char idem_pattern[] = "^[A-Za-z0-9_-]*$";
static const char no_control_pattern[] = "^[^\\u0000-\\u0009\\u000B-\\u001F\\u007F-\\u009F]*$";

struct schemas *schemas_new(void)
{
    return mem_zalloc(sizeof(struct schemas));
}

void schemas_free(struct schemas *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->count; i++)
        mem_free(s->entries[i].name);
    mem_free(s->entries);
    mem_free(s);
}

/* --- names ----------------------------------------------------------------------------------- */

static bool is_same(const struct entry *e, const struct schemas_object *o, bool open)
{
    return e->object.fields == o->fields && e->object.more == o->more &&
           e->object.view == o->view && e->object.way == o->way && e->open == open;
}

/* The place of the object's name; it is added where it is new. */
static const char *name_of(
    struct schemas *s, const struct schemas_object *o, bool open, const char *const called[2])
{
    struct buf name;

    for (size_t i = 0; i < s->count; i++) {
        if (is_same(&s->entries[i], o, open))
            return s->entries[i].name;
    }
    buf_init(&name, 0);
    buf_printf(&name, "%s.%s", called[0], called[1]);
    mem_grow((void **)&s->entries, &s->capacity, s->count + 1, sizeof *s->entries);
    s->entries[s->count] =
        (struct entry){.object = *o, .open = open, .name = buf_take(&name, NULL)};
    return s->entries[s->count++].name;
}

void schemas_print_ref(struct printer *p, const char *name, const char *section, const char *called)
{
    struct buf ref;

    buf_init(&ref, 0);
    buf_printf(&ref, "#/%s/%s", section, called);
    printer_begin(p, name, '{');
    printer_text(p, "$ref", ref.bytes);
    printer_end(p, '}');
    buf_done(&ref);
}

static void refer(struct printer *p, const char *name, const char *schema)
{
    schemas_print_ref(p, name, "components/schemas", schema);
}

void schemas_refer(struct schemas *s,
    struct printer *p,
    const char *name,
    const struct schemas_object *object,
    const char *const called[2])
{
    refer(p, name, name_of(s, object, false, called));
}

/* --- fields ---------------------------------------------------------------------------------- */

/* What the members of one object share. */
struct inside {
    struct schemas *schemas;
    struct printer *p;
    const char *name; /* of the object */
    enum schemas_way way;
};

static void field(const struct inside *in, const char *name, const struct field *f);

static void type(struct printer *p, const char *word, const struct field *f)
{
    if (f->nullable)
        printer_texts(p, "type", (const char *const[]){word, "null", NULL});
    else
        printer_text(p, "type", word);
}

static void bounds(struct printer *p, const char *least, const char *most, const struct field *f)
{
    if (f->min == 0 && f->max == 0)
        return;
    printer_number(p, least, f->min);
    printer_number(p, most, f->max);
}

static void words(struct printer *p, const struct field *f)
{
    printer_begin(p, "enum", '[');
    for (const char *const *w = f->words; *w != NULL; w++)
        printer_text(p, NULL, *w);
    if (f->nullable)
        printer_null(p, NULL);
    printer_end(p, ']');
}

static void scalar(const struct inside *in, const struct field *f)
{
    struct printer *p = in->p;
    bool sent = in->way == SCHEMAS_SENT_BY_CLIENT;

    switch (f->type) {
    case FIELD_TYPE_ID:
        type(p, "string", f);
        printer_text(p, "pattern", id_pattern);
        break;
    case FIELD_TYPE_INT:
        type(p, "integer", f);
        bounds(p, "minimum", "maximum", f);
        break;
    case FIELD_TYPE_BOOL:
        type(p, "boolean", f);
        break;
    case FIELD_TYPE_TEXT:
        type(p, "string", f);
        bounds(p, "minLength", "maxLength", f);
        if (f == surface_idem)
            printer_text(p, "pattern", idem_pattern);
        else if (sent)
            printer_text(p, "pattern", no_control_pattern);
        break;
    case FIELD_TYPE_WORD:
        type(p, "string", f);
        words(p, f);
        break;
    case FIELD_TYPE_TIME:
        type(p, "string", f);
        printer_text(p, "format", "date-time");
        printer_text(p, "pattern", sent ? sent_time_pattern : told_time_pattern);
        break;
    case FIELD_TYPE_END:
    case FIELD_TYPE_LIST:
    case FIELD_TYPE_OBJECT:
    case FIELD_TYPE_ANY:
        break;
    }
}

/* The object that `f` is or has as items. */
static const char *object_of(const struct inside *in, const struct field *f)
{
    struct schemas_object o = {.fields = f->fields, .way = in->way};

    return name_of(in->schemas, &o, f->open, (const char *const[]){in->name, f->name});
}

static void list(const struct inside *in, const struct field *f)
{
    type(in->p, "array", f);
    bounds(in->p, "minItems", "maxItems", f);
    if (f->scalar_items)
        field(in, "items", f->fields);
    else if (f->fields != NULL)
        refer(in->p, "items", object_of(in, f));
}

/* Beside a $ref nothing else counts, so it stands in a list. */
static void object(const struct inside *in, const struct field *f)
{
    if (f->fields == NULL) {
        type(in->p, "object", f);
        return;
    }
    printer_begin(in->p, f->nullable ? "anyOf" : "allOf", '[');
    refer(in->p, NULL, object_of(in, f));
    if (f->nullable) {
        printer_begin(in->p, NULL, '{');
        printer_text(in->p, "type", "null");
        printer_end(in->p, '}');
    }
    printer_end(in->p, ']');
}

static void field(const struct inside *in, const char *name, const struct field *f)
{
    printer_begin(in->p, name, '{');
    if (f->doc != NULL && f->doc[0] != '\0')
        printer_text(in->p, "description", f->doc);
    if (f->type == FIELD_TYPE_LIST)
        list(in, f);
    else if (f->type == FIELD_TYPE_OBJECT)
        object(in, f);
    else
        scalar(in, f);
    printer_end(in->p, '}');
}

/* --- objects --------------------------------------------------------------------------------- */

static void properties(const struct inside *in, const struct field *fields)
{
    for (const struct field *f = fields; f != NULL && f->type != FIELD_TYPE_END; f++)
        field(in, f->name, f);
}

bool schemas_has_required(const struct field *fields)
{
    for (const struct field *f = fields; f != NULL && f->type != FIELD_TYPE_END; f++) {
        if (!f->optional)
            return true;
    }
    return false;
}

static void required(struct printer *p, const struct field *fields)
{
    for (const struct field *f = fields; f != NULL && f->type != FIELD_TYPE_END; f++) {
        if (!f->optional)
            printer_text(p, NULL, f->name);
    }
}

static void view(const struct inside *in, const struct field *fields)
{
    struct field f[] = {
        FIELD_OBJECT("view", fields, "The object, where it may be shown.", .optional = true)};

    field(in, "view", f);
}

static void entry(struct schemas *s, struct printer *p, const struct entry *e)
{
    const struct inside in = {.schemas = s, .p = p, .name = e->name, .way = e->object.way};
    const struct schemas_object o = e->object;
    bool open = e->open;

    printer_begin(p, e->name, '{');
    printer_text(p, "type", "object");
    printer_begin(p, "properties", '{');
    properties(&in, o.fields);
    properties(&in, o.more);
    if (o.view != NULL)
        view(&in, o.view);
    printer_end(p, '}');
    if (schemas_has_required(o.fields) || schemas_has_required(o.more)) {
        printer_begin(p, "required", '[');
        required(p, o.fields);
        required(p, o.more);
        printer_end(p, ']');
    }
    if (open || o.way == SCHEMAS_SENT_BY_CLIENT)
        printer_boolean(p, "additionalProperties", open);
    printer_end(p, '}');
}

void schemas_print(struct schemas *s, struct printer *p)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct entry e = s->entries[i]; /* printing may move the list */

        entry(s, p, &e);
    }
}
