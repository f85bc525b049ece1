/* surface.c -- messages, close codes, streams, and what stands around a call. */
#include "club/surface.h"

#include <stddef.h>
#include <string.h>

#include "club/all.h"
#include "club/stream.h"
#include "club/views.h"
#include "hub/rpc_envelope.h"
#include "base/buf.h"
#include "base/printer.h"

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

const struct surface_message surface_messages[] = {
    {"event", "Something happened on a stream.", stream_event},
    {"stream.skip", "These seqs hold nothing for this recipient.", skip_params},
    {"stream.resync", "The position is lost; subscribe again and take the snapshot.",
        stream_reason_params},
    {"stream.ended", "The subscription is over.", stream_reason_params},
    {"signal", "Somebody types, or has the stream open; holds for a time and is not kept.",
        plan_signal_params},
    {"session.notice", "What the server is about to do.", notice_params},
    {"session.expiring", "The token expires soon; send session.refresh.", expiring_params},
    {.name = NULL},
};

/* --- close codes ----------------------------------------------------------------------------- */

static const struct close_code {
    int code;                  /* 0: no more */
    const char *text, *client; /* client: what it does then */
} close_codes[] = {
    {1000, "Normal.", "reconnect"},
    {1001, "Going away.", "reconnect"},
    {1002, "A frame that RFC 6455 forbids.", "stop"},
    {1003, "Binary; messages are text.", "stop"},
    {1007, "Not UTF-8.", "stop"},
    {1008, "A message that was begun and did not end in its time.", "reconnect"},
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
    {.code = 0},
};

void surface_print_close_codes(struct printer *p, const char *name)
{
    printer_begin(p, name, '[');
    for (const struct close_code *c = close_codes; c->code != 0; c++) {
        printer_begin(p, NULL, '{');
        printer_number(p, "code", c->code);
        printer_text(p, "text", c->text);
        printer_text(p, "client", c->client);
        printer_end(p, '}');
    }
    printer_end(p, ']');
}

/* --- streams --------------------------------------------------------------------------------- */

static const struct field me[] = {
    FIELD_OBJECT("points", points_view, "What points.summary answers."),
    FIELD_LIST("tickets",
        0,
        FIELD_POINTS_MAX,
        queue_ticket_view,
        "Tickets that wait in on-sale queues, or are admitted."),
    FIELD_INT("unread", 0, FIELD_POINTS_MAX, "Notifications not yet read."),
    FIELD_LIST("reservations",
        0,
        50,
        reservation_view,
        "Those held, confirmed or checked in, newest first."),
    FIELD_LIST("waitlist", 0, WAITLIST_OWN_MAX, waitlist_view, "What the member waits for."),
    FIELD_END,
};

static const struct field staff[] = {
    FIELD_ID("club", "The club."),
    FIELD_END,
};

const struct surface_stream surface_streams[] = {
    {"me", "The caller's own.", WHO_MEMBER, NULL, me},
    {"club:<id>", "A club, for its members; the snapshot is feed.list's first page.", WHO_MEMBER,
        "feed.list", NULL},
    {"family:<id>", "A family, for who is in it; the snapshot is family.get.", WHO_MEMBER,
        "family.get", NULL},
    {"moderation:<club>",
        "What waits for the moderators of a club; the snapshot is mod.queue's first page.",
        WHO_MODERATOR, "mod.queue", NULL},
    {"offer:<id>",
        "An offer, for whom it is meant, to a day after its end; the snapshot is offer.get.",
        WHO_MEMBER, "offer.get", NULL},
    {"ops", "How the hub is, for those who run it; the snapshot is what ops.health answers.",
        WHO_ADMIN, "ops.health", NULL},
    {"plan:<id>", "A travel plan, for who is in it; the snapshot is plan.get.", WHO_MEMBER,
        "plan.get", NULL},
    {"staff:<club>", "What happens in a club, for its staff.", WHO_STAFF, NULL, staff},
    {.name = NULL},
};

const struct field *surface_snapshot(const struct surface_stream *s)
{
    const struct method *m = s->method != NULL ? method_find(s->method, strlen(s->method)) : NULL;

    return m != NULL ? m->result : s->snapshot;
}

/* --- calls ----------------------------------------------------------------------------------- */

const enum err surface_errors[] = {ERR_PARSE, ERR_INVALID_REQUEST, ERR_METHOD_NOT_FOUND,
    ERR_INVALID_PARAMS, ERR_INTERNAL, ERR_UNAUTHENTICATED, ERR_FORBIDDEN, ERR_IDEM_MISMATCH,
    ERR_RATE, ERR_BUSY, ERR_TIMEOUT, ERR_UNAVAILABLE, ERR_OK};

const struct field surface_idem[] = {
    FIELD_TEXT("idem",
        RPC_IDEM_MIN,
        RPC_IDEM_MAX,
        "Made and kept by the client before it sends: the same key and params are answered once."),
    FIELD_END,
};

const struct field surface_replay[] = {
    FIELD_BOOL("replay", "True: the stored answer to an earlier attempt.", .optional = true),
    FIELD_END,
};

void surface_print_who(struct printer *p, const char *name, unsigned bits)
{
    printer_begin(p, name, '[');
    for (unsigned bit = 1; bit <= WHO_OPS; bit <<= 1) {
        struct buf b;

        if ((bits & bit) == 0)
            continue;
        buf_init(&b, 0);
        buf_printf(&b, "%s%s", (bit & WHO_SERVICE) != 0 ? "service:" : "", method_who_name(bit));
        printer_text(p, NULL, b.bytes);
        buf_done(&b);
    }
    printer_end(p, ']');
}

bool surface_wants_idem(const struct method *m)
{
    return m->kind == METHOD_WRITE && !m->no_idem;
}
