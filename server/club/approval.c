/* approval.c -- the rows of approval.*; the functions are sql/api/approval.sql.
 *
 * Who may decide is who may call the method: the names are read from the table of methods and given to SQL.
 */
#include <string.h>

#include "club/all.h"
#include "hub/call.h"
#include "hub/session.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/id.h"

static bool takes_four_eyes(const struct method *m)
{
    for (const enum err *e = m->errors; e != NULL && *e != ERR_OK; e++) {
        if (*e == ERR_APPROVAL_REQUIRED)
            return true;
    }
    return false;
}

/* Names of the methods with four eyes that the caller may call, as an array literal. */
static const char *own_methods(struct call *c)
{
    size_t count;
    const struct method *const *rows = all_methods(&count);
    const char *text;
    struct buf b;

    buf_init(&b, 0);
    buf_add_char(&b, '{');
    for (size_t i = 0; i < count; i++) {
        if (!takes_four_eyes(rows[i]) || (rows[i]->who & call_session(c)->who_bits) == 0)
            continue;
        if (b.length_bytes > 1)
            buf_add_char(&b, ',');
        buf_add_text(&b, rows[i]->name);
    }
    buf_add_char(&b, '}');
    text = arena_copy(call_arena(c), b.bytes, b.length_bytes);
    buf_done(&b);
    return text;
}

static enum flow list_read(struct call *c, const struct answer *in)
{
    const char *args[] = {call_who(c), call_arg(c, 0), call_arg(c, 1), own_methods(c)};

    (void)in;
    return call_query(c, LANE_READ, "select * from api.approval_list($1, $2, $3, $4)", 4, args);
}

static enum flow decide_write(struct call *c, const struct answer *in)
{
    const char *args[] = {
        call_who(c), call_idem(c), call_hash(c), call_arg(c, 0), call_arg(c, 1), own_methods(c)};

    (void)in;
    return call_query(
        c, LANE_WRITE, "select * from api.approval_decide($1, $2, $3, $4, $5, $6)", 6, args);
}

static enum flow pass_on(struct call *c, const struct answer *in)
{
    return call_reply(c, call_take_answer(c, in));
}

/* --- rows ------------------------------------------------------------------------------------ */

static const char *const live_states[] = {"asked", "granted", NULL};
static const char *const decisions[] = {"granted", "denied", NULL};

static const struct field list_params[] = {
    FIELD_INT("limit", 1, 100, "Rows at most; 20 when left out.", .optional = true),
    FIELD_TEXT(
        "cursor", 1, 64, "From the page before; the newest when left out.", .optional = true),
    FIELD_END,
};

static const struct field asker[] = {
    FIELD_ID("staff", "The person."),
    FIELD_TEXT("login", 1, 254, "Their login."),
    FIELD_END,
};

static const struct field club_item[] = {FIELD_ID(NULL, "A club."), FIELD_END};

static const struct field approval[] = {
    FIELD_ID("approval", "The question."),
    FIELD_TEXT("method", 1, 64, "The method that was called."),
    FIELD_OBJECT("params", NULL, "What it was called with: ids, numbers, words.", .open = true),
    FIELD_LIST("clubs", 0, 1000, club_item, "The clubs it is about.", .scalar_items = true),
    FIELD_WORD("state", live_states, "Granted: the asker's next call goes through."),
    FIELD_TIME("asked_at", "When it was asked."),
    FIELD_TIME("expires_at", "It is void then."),
    FIELD_BOOL("mine", "True: the caller asked, so another person decides."),
    FIELD_OBJECT("asked_by", asker, "Who asked."),
    FIELD_END,
};

static const struct field list_result[] = {
    FIELD_LIST("approvals", 0, 100, approval, "Newest first."),
    FIELD_TEXT("cursor", 1, 64, "For the next page; null: this was the last.", .nullable = true),
    FIELD_END,
};

static const struct field decide_params[] = {
    FIELD_ID("approval", "The question."),
    FIELD_BOOL("grant", "True: the call may go through, once, within 24 hours."),
    FIELD_END,
};

static const struct field decide_result[] = {
    FIELD_ID("approval", "The question."),
    FIELD_WORD("state", decisions, "The decision."),
    FIELD_END,
};

const struct method approval_methods[] = {
    {
        .name = "approval.decide",
        .doc = "Lets a colleague's call go through, or not; by somebody who may make that call.",
        .since = "1",
        .who = WHO_STAFF,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .step_up = true,
        .params = decide_params,
        .result = decide_result,
        .publishes = PUBLISHES("approval.decided"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_STEP_UP_REQUIRED, ERR_INVALID_STATE),
        .steps = STEPS(decide_write, pass_on),
    },
    {
        .name = "approval.list",
        .doc = "Lists calls that wait for a second person: the caller's, and those to decide.",
        .since = "1",
        .who = WHO_STAFF,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = list_params,
        .result = list_result,
        .steps = STEPS(list_read, pass_on),
    },
    {.name = NULL},
};
