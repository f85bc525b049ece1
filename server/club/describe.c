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
#include "club/stream.h"
#include "club/views.h"
#include "base/buf.h"

/* --- a JSON writer with indents -------------------------------------------------------------- */

struct printer {
    struct buf *out;
    int depth;
    bool is_first; /* of its container */
};

/* A new line for the next member or item; name NULL: an item. */
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

static void begin(struct printer *p, const char *name, char bracket)
{
    next(p, name);
    buf_add_char(p->out, bracket);
    p->depth++;
    p->is_first = true;
}

static void end(struct printer *p, char bracket)
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

static void text(struct printer *p, const char *name, const char *value)
{
    next(p, name);
    buf_add_json_string(p->out, value, strlen(value));
}

static void number(struct printer *p, const char *name, int64_t value)
{
    next(p, name);
    buf_add_i64(p->out, value);
}

static void boolean(struct printer *p, const char *name, bool value)
{
    next(p, name);
    buf_add_text(p->out, value ? "true" : "false");
}

static void null(struct printer *p, const char *name)
{
    next(p, name);
    buf_add_text(p->out, "null");
}

/* words ends with NULL; NULL: an empty list. */
static void texts(struct printer *p, const char *name, const char *const *words)
{
    begin(p, name, '[');
    for (; words != NULL && *words != NULL; words++)
        text(p, NULL, *words);
    end(p, ']');
}

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
    begin(p, member, '{');
    text(p, "name", f->name != NULL ? f->name : ""); /* items of a list have none */
    text(p, "type", type_names[f->type]);
    text(p, "doc", f->doc == NULL ? "" : f->doc);
    if (f->min != 0 || f->max != 0) {
        number(p, "min", f->min);
        number(p, "max", f->max);
    }
    if (f->type == FIELD_TYPE_WORD)
        texts(p, "words", f->words);
    if (f->scalar_items)
        field(p, "items", f->fields);
    else if (f->fields != NULL)
        shape(p, "fields", f->fields);
    if (f->optional)
        boolean(p, "optional", true);
    if (f->nullable)
        boolean(p, "nullable", true);
    if (f->open)
        boolean(p, "open", true);
    end(p, '}');
}

/* fields NULL: an empty list. */
static void shape(struct printer *p, const char *name, const struct field *fields)
{
    begin(p, name, '[');
    for (; fields != NULL && fields->type != FIELD_TYPE_END; fields++)
        field(p, NULL, fields);
    end(p, ']');
}

/* --- methods and events ---------------------------------------------------------------------- */

static void who(struct printer *p, unsigned bits)
{
    begin(p, "who", '[');
    for (unsigned bit = 1; bit <= WHO_OPS; bit <<= 1) {
        struct buf b;

        if ((bits & bit) == 0)
            continue;
        buf_init(&b, 0);
        buf_printf(&b, "%s%s", (bit & WHO_SERVICE) != 0 ? "service:" : "", method_who_name(bit));
        text(p, NULL, b.bytes);
        buf_done(&b);
    }
    end(p, ']');
}

static void method(struct printer *p, const struct method *m)
{
    static const char *const kinds[] = {
        [METHOD_READ] = "read", [METHOD_WRITE] = "write", [METHOD_NOTIFY] = "notify"};

    begin(p, NULL, '{');
    text(p, "name", m->name);
    text(p, "doc", m->doc);
    text(p, "since", m->since);
    text(p, "kind", kinds[m->kind]);
    boolean(p, "idem", m->kind == METHOD_WRITE && !m->no_idem);
    who(p, m->who);
    boolean(p, "barrier", m->barrier);
    boolean(p, "coalesced", m->coalesce != NULL);
    boolean(p, "step_up", m->step_up);
    shape(p, "params", m->params);
    shape(p, "result", m->result);
    texts(p, "publishes", m->publishes);
    begin(p, "errors", '[');
    for (const enum err *e = m->errors; e != NULL && *e != ERR_OK; e++)
        text(p, NULL, err_reason(*e));
    end(p, ']');
    end(p, '}');
}

static void event(struct printer *p, const struct event_kind *k)
{
    begin(p, NULL, '{');
    text(p, "name", k->type);
    text(p, "doc", k->doc);
    texts(p, "gates", k->gates);
    text(p, "keep", k->keep == KEEP_LATEST ? "latest" : "all");
    boolean(p, "voids", k->voids);
    shape(p, "refs", k->refs);
    if (k->view != NULL)
        shape(p, "view", k->view);
    else
        null(p, "view");
    end(p, '}');
}

/* --- messages of the server ------------------------------------------------------------------ */

static const struct field skip_params[] = {
    FIELD_TEXT("stream", 1, 64, "The stream."),
    FIELD_INT("from", 1, FIELD_POINTS_MAX, "First seq."),
    FIELD_INT("to", 1, FIELD_POINTS_MAX, "Last seq."),
    FIELD_END,
};

static const struct field stream_reason_params[] = {
    FIELD_TEXT("stream", 1, 64, "The stream."),
    FIELD_TEXT("reason", 1, 64, "Why."),
    FIELD_END,
};

static const struct field notice_params[] = {
    FIELD_TEXT("kind", 1, 64, "What: draining."),
    FIELD_INT("reconnect_ms", 0, FIELD_POINTS_MAX, "Come back after this time.", .optional = true),
    FIELD_END,
};

static const struct field expiring_params[] = {
    FIELD_INT("in_s", 0, FIELD_POINTS_MAX, "Seconds left."),
    FIELD_END,
};

static const struct {
    const char *name, *doc;
    const struct field *params;
} messages[] = {
    {"event", "Something happened on a stream.", stream_event},
    {"stream.skip", "These seqs hold nothing for this recipient.", skip_params},
    {"stream.resync", "The position is lost; subscribe again and take the snapshot.",
        stream_reason_params},
    {"stream.ended", "The subscription is over.", stream_reason_params},
    {"signal", "Somebody types, or has the stream open; holds for a time and is not kept.",
        plan_signal_params},
    {"session.notice", "What the server is about to do.", notice_params},
    {"session.expiring", "The token expires soon; send session.refresh.", expiring_params},
};

static void print_messages(struct printer *p)
{
    begin(p, "messages", '[');
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        begin(p, NULL, '{');
        text(p, "name", messages[i].name);
        text(p, "doc", messages[i].doc);
        shape(p, "params", messages[i].params);
        end(p, '}');
    }
    end(p, ']');
}

/* --- errors, close codes --------------------------------------------------------------------- */

static void print_errors(struct printer *p)
{
    begin(p, "errors", '[');
    for (int e = ERR_LOST + 1; e < ERR_COUNT; e++) {
        begin(p, NULL, '{');
        number(p, "code", err_code((enum err)e));
        text(p, "reason", err_reason((enum err)e));
        text(p, "text", err_text((enum err)e));
        if (err_may_retry((enum err)e))
            number(p, "retry_ms", err_retry_ms((enum err)e));
        else
            null(p, "retry_ms");
        end(p, '}');
    }
    end(p, ']');
}

static const struct {
    int code;
    const char *text, *client;
} close_codes[] = {
    {1000, "Normal.", "reconnect"},
    {1001, "Going away.", "reconnect"},
    {1007, "Not UTF-8.", "stop"},
    {1009, "Message too big.", "stop"},
    {1011, "Server error.", "reconnect"},
    {1012, "Restart or drain.", "wait"},
    {1013, "Overloaded.", "reconnect"},
    {4400, "Too many malformed messages.", "stop"},
    {4401, "No token, or an expired one.", "token"},
    {4403, "Revoked or erased.", "sign_out"},
    {4408, "Too slow; resume.", "reconnect"},
    {4409, "Replaced by a newer session.", "stop"},
    {4429, "Too many calls.", "wait"},
};

static void print_close_codes(struct printer *p)
{
    begin(p, "close_codes", '[');
    for (size_t i = 0; i < sizeof close_codes / sizeof close_codes[0]; i++) {
        begin(p, NULL, '{');
        number(p, "code", close_codes[i].code);
        text(p, "text", close_codes[i].text);
        text(p, "client", close_codes[i].client);
        end(p, '}');
    }
    end(p, ']');
}

/* --- streams --------------------------------------------------------------------------------- */

static const struct field *result_of(const char *name)
{
    const struct method *m = method_find(name, strlen(name));

    return m != NULL ? m->result : NULL;
}

static void print_stream(struct printer *p,
    const char *name,
    const char *doc,
    unsigned bits,
    const struct field *snapshot)
{
    begin(p, NULL, '{');
    text(p, "name", name);
    text(p, "doc", doc);
    who(p, bits);
    shape(p, "snapshot", snapshot);
    end(p, '}');
}

static void print_streams(struct printer *p)
{
    const struct field me[] = {
        FIELD_OBJECT("points", result_of("points.summary"), "What points.summary answers."),
        FIELD_LIST("tickets", 0, FIELD_POINTS_MAX, queue_ticket_view,
            "Tickets that wait in on-sale queues, or are admitted."),
        FIELD_INT("unread", 0, FIELD_POINTS_MAX, "Notifications not yet read."),
        FIELD_LIST("reservations", 0, 50, reservation_view,
            "Those held, confirmed or checked in, newest first."),
        FIELD_LIST("waitlist", 0, WAITLIST_OWN_MAX, waitlist_view, "What the member waits for."),
        FIELD_END,
    };
    const struct field staff[] = {
        FIELD_ID("club", "The club."),
        FIELD_END,
    };

    begin(p, "streams", '[');
    print_stream(p, "me", "The caller's own.", WHO_MEMBER, me);
    print_stream(p, "club:<id>", "A club, for its members; the snapshot is feed.list's first page.",
        WHO_MEMBER, result_of("feed.list"));
    print_stream(p, "family:<id>", "A family, for who is in it; the snapshot is family.get.",
        WHO_MEMBER, result_of("family.get"));
    print_stream(p, "moderation:<club>",
        "What waits for the moderators of a club; the snapshot is mod.queue's first page.",
        WHO_MODERATOR, result_of("mod.queue"));
    print_stream(p, "offer:<id>",
        "An offer, for whom it is meant, to a day after its end; the snapshot is offer.get.",
        WHO_MEMBER, result_of("offer.get"));
    print_stream(p, "ops",
        "How the hub is, for those who run it; the snapshot is what ops.health answers.", WHO_ADMIN,
        result_of("ops.health"));
    print_stream(p, "plan:<id>", "A travel plan, for who is in it; the snapshot is plan.get.",
        WHO_MEMBER, result_of("plan.get"));
    print_stream(p, "staff:<club>", "What happens in a club, for its staff.", WHO_STAFF, staff);
    end(p, ']');
}

void describe_print(struct buf *out)
{
    struct printer p = {.out = out, .is_first = true};
    size_t count;

    begin(&p, NULL, '{');
    text(&p, "protocol", "clubhub.v1");
    text(&p, "version", "1");

    const struct method *const *methods = all_methods(&count);

    begin(&p, "methods", '[');
    for (size_t i = 0; i < count; i++)
        method(&p, methods[i]);
    end(&p, ']');

    const struct event_kind *const *kinds = all_events(&count);

    begin(&p, "events", '[');
    for (size_t i = 0; i < count; i++)
        event(&p, kinds[i]);
    end(&p, ']');
    print_messages(&p);
    print_errors(&p);
    print_close_codes(&p);
    print_streams(&p);
    end(&p, '}');
    buf_add_char(out, '\n');
}
