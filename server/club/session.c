/* session.c -- signing a connection in, keeping it signed in, and the fresh proof for sensitive calls. */
#include "hub/session.h"
#include "club/account.h"
#include "club/all.h"
#include "hub/auth.h"
#include "hub/call.h"
#include "hub/hub.h"
#include "hub/node.h"
#include "io/json.h"
#include "io/password.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"

#include <string.h>

enum { PASSWORD_TIMEOUT_MS = 10000, MS_PER_S = 1000 };

static bool may_sign_in(const struct session *s)
{
    return s->kind == SESSION_SOCKET && s->who_bits == WHO_GUEST;
}

/* --- session.auth ---------------------------------------------------------------------------- */

/* api.session_open's object, and what this server adds to it. */
static void reply_signed_in(struct call *c, const char *opened)
{
    const struct hub *h = call_hub(c);
    const struct hub_limits *l = &h->limits;
    const char *epoch = node_lineage(h->node);
    const char *end = strrchr(opened, '}');
    char at[CLOCK_ISO_BYTES];
    struct buf b;

    clock_iso(clock_wall(), at);
    buf_init(&b, 0);
    buf_add(&b, opened, end != NULL ? (size_t)(end - opened) : 0);
    buf_printf(&b,
        ",\"server_time\":\"%s\",\"limits\":{\"calls_in_flight\":%d,\"calls_per_s\":%d,"
        "\"subscriptions\":%d,\"message_bytes\":%zu},\"epoch\":",
        at, l->calls_in_flight, l->calls_per_s, l->subscriptions_max, l->message_bytes);
    buf_add_json_string(&b, epoch, strlen(epoch));
    buf_add_char(&b, '}');
    call_resume_reply(c, b.bytes, b.length_bytes, NULL);
    buf_done(&b);
}

static void on_auth(void *arg, const struct auth_result *r)
{
    struct call *c = arg;

    if (r->err != ERR_OK || !call_is_waiting(c)) {
        call_resume_fail(c, r->err, NULL);
    } else if (!may_sign_in(call_session(c))) {
        call_resume_fail(c, ERR_INVALID_STATE, NULL);
    } else {
        session_sign_in(call_session(c), r->who, r->roles, r->locale, &r->claims);
        reply_signed_in(c, r->reply);
    }
}

static enum flow auth_verify(struct call *c, const struct answer *in)
{
    (void)in;
    if (!may_sign_in(call_session(c)))
        return call_fail(c, ERR_INVALID_STATE);
    auth_token(call_hub(c)->auth, call_arg(c, 0), on_auth, c);
    return call_wait(c);
}

/* --- session.refresh ------------------------------------------------------------------------- */

static void on_refresh(void *arg, const struct auth_result *r)
{
    struct call *c = arg;
    struct session *s = call_session(c);
    struct buf b;

    if (r->err != ERR_OK || !call_is_waiting(c)) {
        call_resume_fail(c, r->err, NULL);
        return;
    }
    if (strcmp(r->who, call_who(c)) != 0 || strcmp(r->who, s->who) != 0) {
        call_resume_fail(c, ERR_FORBIDDEN, NULL);
        return;
    }
    session_sign_in(s, r->who, r->roles, r->locale, &r->claims);
    buf_init(&b, 0);
    buf_printf(&b, "{\"expires_in_s\":%lld}",
        (long long)(r->claims.expires_s - clock_wall().ms / MS_PER_S));
    call_resume_reply(c, b.bytes, b.length_bytes, NULL);
    buf_done(&b);
}

static enum flow refresh_verify(struct call *c, const struct answer *in)
{
    (void)in;
    if (call_session(c)->kind != SESSION_SOCKET)
        return call_fail(c, ERR_INVALID_STATE);
    auth_token(call_hub(c)->auth, call_arg(c, 0), on_refresh, c);
    return call_wait(c);
}

/* --- session.ticket -------------------------------------------------------------------------- */

static enum flow ticket_make(struct call *c, const struct answer *in)
{
    const struct session *s = call_session(c);
    const char *ticket = account_new_secret(c);
    char family[ID_TEXT_BYTES], expires_s[ID_TEXT_BYTES], auth_time_s[ID_TEXT_BYTES];
    const char *args[] = {
        call_who(c), account_hash(c, ticket), family, s->token_id, expires_s, auth_time_s};

    (void)in;
    id_print(s->family, family);
    id_print(s->expires_s, expires_s);
    id_print(s->auth_time_s, auth_time_s);
    call_set_state(c, (void *)ticket);
    return call_query(
        c, LANE_WRITE, "select * from api.session_ticket($1, $2, $3, $4, $5, $6)", 6, args);
}

static enum flow ticket_reply(struct call *c, const struct answer *in)
{
    const char *text = call_take_answer(c, in);

    return call_reply(c, arena_printf(call_arena(c), "{\"ticket\":\"%s\",%s",
                             (const char *)call_state(c), text + 1));
}

/* --- session.step_up ------------------------------------------------------------------------- */

static enum flow step_up_look(struct call *c, const struct answer *in)
{
    const char *args[] = {call_who(c)};

    (void)in;
    if (call_session(c)->kind != SESSION_SOCKET)
        return call_fail(c, ERR_INVALID_STATE);
    if (account_is_closed(c))
        return call_fail(c, ERR_CLOSED);
    return call_query(c, LANE_READ, "select * from api.account_phc($1)", 1, args);
}

static enum flow step_up_compare(struct call *c, const struct answer *in)
{
    struct json *reply = account_reply_of(c, in);
    struct account_check *check = arena_zalloc(call_arena(c), sizeof *check);

    check->phc = account_text(c, reply, "phc");
    check->password = call_arg(c, 0);
    json_free(reply);
    call_set_state(c, check);
    return call_work(c, account_compare, check);
}

static enum flow step_up_note(struct call *c, const struct answer *in)
{
    const struct account_check *check = call_state(c);
    const char *args[] = {call_who(c), check->matches ? "t" : "f"};

    (void)in;
    return call_query(c, LANE_WRITE, "select * from api.step_up_note($1, $2)", 2, args);
}

static enum flow step_up_reply(struct call *c, const struct answer *in)
{
    (void)call_take_answer(c, in);
    call_session(c)->step_up_until.ms = clock_mono().ms + SESSION_PROOF_S * MS_PER_S;
    return call_reply(c, arena_printf(call_arena(c), "{\"valid_for_s\":%d}", SESSION_PROOF_S));
}

/* --- rows ------------------------------------------------------------------------------------ */

static const struct field text_item[] = {FIELD_TEXT("", 1, 64, "A name."), FIELD_END};

static const struct field tier[] = {
    FIELD_INT("rank", 0, 1000, "Higher is better."),
    FIELD_TEXT("name", 1, 120, "Its name."),
    FIELD_END,
};

static const struct field club_item[] = {
    FIELD_ID("club", "The club."),
    FIELD_TEXT("slug", 1, 120, "Its name in addresses."),
    FIELD_TEXT("name", 1, 120, "Its name."),
    FIELD_TEXT("status", 1, 24, "State of the membership; members only.", .optional = true),
    FIELD_OBJECT("tier", tier, "The caller's tier; members only.", .optional = true),
    FIELD_END,
};

static const struct field limits[] = {
    FIELD_INT("calls_in_flight", 1, FIELD_POINTS_MAX, "Calls at once; above: BUSY."),
    FIELD_INT("calls_per_s", 1, FIELD_POINTS_MAX, "Calls per second; above: RATE."),
    FIELD_INT("subscriptions", 1, FIELD_POINTS_MAX, "Streams at once."),
    FIELD_INT("message_bytes", 1, FIELD_POINTS_MAX, "Longest message; above: closed 1009."),
    FIELD_END,
};

static const struct field token_params[] = {
    FIELD_TEXT("token", 1, 8192, "An access token."),
    FIELD_END,
};

static const struct field auth_result[] = {
    FIELD_OBJECT("principal", account_principal, "Who signed in."),
    FIELD_LIST("clubs", 0, 1000, club_item, "Clubs of the principal."),
    FIELD_LIST("streams", 0, 2000, text_item, "Streams it may subscribe to.", .scalar_items = true),
    FIELD_INT("consent_epoch", 0, FIELD_POINTS_MAX, "Version of the member's consents; else 0."),
    FIELD_TIME("server_time", "The server's clock."),
    FIELD_OBJECT("limits", limits, "Limits of this session."),
    FIELD_TEXT("epoch", 1, 64, "Lineage of the database; a stream position belongs to it."),
    FIELD_END,
};

static const struct field refresh_result[] = {
    FIELD_INT("expires_in_s", 0, 86400, "Seconds for which the new token is good."),
    FIELD_END,
};

static const struct field ticket_params[] = {FIELD_END};

static const struct field ticket_result[] = {
    FIELD_TEXT("ticket", 43, 43, "For `GET /v1?ticket=…`; good once."),
    FIELD_INT("expires_in_s", 1, 3600, "Seconds for which it is good."),
    FIELD_END,
};

static const struct field step_up_params[] = {
    FIELD_TEXT("password", 1, PASSWORD_MAX_BYTES, "The password, again."),
    FIELD_END,
};

static const struct field step_up_result[] = {
    FIELD_INT("valid_for_s", 1, 3600, "Seconds for which sensitive calls go through."),
    FIELD_END,
};

const struct method session_methods[] = {
    {
        .name = "session.auth",
        .doc = "Signs this connection in with an access token.",
        .since = "1",
        .who = WHO_GUEST | WHO_MEMBER | WHO_STAFF | WHO_SERVICE,
        .kind = METHOD_WRITE,
        .lane = LANE_READ,
        .no_idem = true,
        .params = token_params,
        .result = auth_result,
        .errors = ERRORS(ERR_UNAUTHENTICATED, ERR_INVALID_STATE),
        .steps = STEPS(auth_verify),
    },
    {
        .name = "session.refresh",
        .doc = "Replaces the token of this connection by a newer one of the same principal.",
        .since = "1",
        .who = WHO_MEMBER | WHO_STAFF,
        .kind = METHOD_WRITE,
        .lane = LANE_READ,
        .no_idem = true,
        .params = token_params,
        .result = refresh_result,
        .errors = ERRORS(ERR_UNAUTHENTICATED, ERR_FORBIDDEN, ERR_INVALID_STATE),
        .steps = STEPS(refresh_verify),
    },
    {
        .name = "session.step_up",
        .doc = "Proves the password again, for calls that need a fresh proof.",
        .since = "1",
        .who = WHO_MEMBER | WHO_STAFF,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .no_idem = true,
        .params = step_up_params,
        .result = step_up_result,
        .publishes = PUBLISHES("code.failures"),
        .errors = ERRORS(ERR_CODE_INVALID, ERR_RATE, ERR_INVALID_STATE, ERR_CLOSED),
        .timeout_ms = PASSWORD_TIMEOUT_MS,
        .steps = STEPS(step_up_look, step_up_compare, step_up_note, step_up_reply),
    },
    {
        .name = "session.ticket",
        .doc =
            "Makes a ticket that signs one more WebSocket in, for browsers, which cannot set headers.",
        .since = "1",
        .who = WHO_MEMBER | WHO_STAFF,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .no_idem = true,
        .params = ticket_params,
        .result = ticket_result,
        .errors = ERRORS(ERR_RATE),
        .steps = STEPS(ticket_make, ticket_reply),
    },
    {.name = NULL},
};
