/* plan_signal.c -- the row of plan.typing, and what signals say; hub/signal.c and hub/presence.c carry them. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "club/all.h"
#include "club/views.h"
#include "hub/call.h"
#include "hub/hub.h"
#include "hub/session.h"
#include "hub/signal.h"
#include "base/arena.h"
#include "base/id.h"

enum { TTL_MAX_MS = 3600000, STREAM_NAME_MAX = 64 };

const struct signal_rule plan_signal_rules[] = {
    {STREAM_PLAN, "svc.plan", "com.presence"},
    {.purpose = NULL},
};

static const char *const types[] = {"presence", "typing", NULL};

static const struct field signal_data[] = {
    FIELD_ID("member", "Who."),
    FIELD_ID("item", "Of typing: at this item of the plan.", .optional = true),
    FIELD_BOOL("on", "Of presence: has the stream open, or no more.", .optional = true),
    FIELD_INT("ttl_ms",
        1,
        TTL_MAX_MS,
        "Holds for so long if it is not told again; left out of who is gone.",
        .optional = true),
    FIELD_END,
};

const struct field plan_signal_params[] = {
    FIELD_TEXT("stream", 1, STREAM_NAME_MAX, "The stream, by its name on the wire."),
    FIELD_WORD("type", types, "Which signal."),
    FIELD_OBJECT("data", signal_data, "What it says."),
    FIELD_END,
};

/* --- plan.typing ----------------------------------------------------------------------------- */

enum { ARG_PLAN, ARG_ITEM };

static const struct field typing_params[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_ID("item", "The item that is being written at.", .optional = true),
    FIELD_END,
};

static const struct field nothing[] = {FIELD_END};

static enum flow typing_look(struct call *c, const struct answer *in)
{
    const char *args[] = {call_who(c), call_arg(c, ARG_PLAN), call_arg(c, ARG_ITEM)};

    (void)in;
    if (call_session(c)->kind != SESSION_SOCKET)
        return call_fail(c, ERR_INVALID_STATE);
    if (!signal_is_due(call_hub(c)->signals, call_session(c)))
        return call_reply(c, "{}");
    return call_query(c, LANE_READ, "select * from api.plan_typing($1, $2, $3)", 3, args);
}

static int64_t id_of(const char *text)
{
    int64_t id = 0;

    if (text != NULL)
        (void)id_parse(text, strlen(text), &id); /* its shape is checked: it is one */
    return id;
}

static enum flow typing_tell(struct call *c, const struct answer *in)
{
    struct signal sg = {.type = SIGNAL_TYPING,
        .stream = arena_printf(call_arena(c), "plan:%s", call_arg(c, ARG_PLAN)),
        .member = id_of(call_who(c) + 2),
        .item = id_of(call_arg(c, ARG_ITEM)),
        .sys_seq = answer_i64(in, 0, 2)};
    const char *reply = call_take_answer(c, in);

    if (signal_is_due(call_hub(c)->signals, call_session(c))) { /* not another call meanwhile */
        signal_take(call_session(c));
        signal_send(call_hub(c)->signals, &sg);
    }
    return call_reply(c, reply);
}

const struct method plan_signal_methods[] = {
    {
        .name = "plan.typing",
        .doc =
            "Tells the others who have the plan open that the caller is writing, at most once in 3 seconds; needs com.presence.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = typing_params,
        .result = nothing,
        .errors = ERRORS(ERR_FORBIDDEN,
            ERR_NOT_FOUND,
            ERR_CONSENT_REQUIRED,
            ERR_NOT_MEMBER,
            ERR_INVALID_STATE,
            ERR_RESTRICTED),
        .steps = STEPS(typing_look, typing_tell),
    },
    {.name = NULL},
};
