/* card.c -- the rows of card.*; the functions are sql/api/card.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"
#include "hub/call.h"
#include "hub/session.h"
#include "base/id.h"

enum { CARD_DIGITS = 16, CODE_DIGITS = 8, SECRET_HEX_DIGITS = 40, PERIOD_S = 30, DEVICES_MAX = 20 };

static const char *const statuses[] = {"active", "locked", NULL};
static const char *const lockers[] = {"member", "failures", NULL};
static const char *const algorithms[] = {"SHA1", NULL};

static const struct field none[] = {FIELD_END};

const struct field card_view[] = {
    FIELD_TEXT("card", CARD_DIGITS, CARD_DIGITS, "Its number; the last digit is Luhn's."),
    FIELD_WORD("status", statuses, "Whether tills take its codes."),
    FIELD_WORD("locked_by",
        lockers,
        "Who locked it: the member, or 20 wrong codes in a row; null: it is not locked.",
        .nullable = true),
    FIELD_TIME("issued_at", "Since when the member has this number."),
    FIELD_INT("devices", 0, DEVICES_MAX, "Sign-ins that have shown its codes and are not over."),
    FIELD_END,
};

/* --- card.code ------------------------------------------------------------------------------- */

static const struct field code_result[] = {
    FIELD_TEXT("card", CARD_DIGITS, CARD_DIGITS, "Number of the card."),
    FIELD_WORD("algorithm", algorithms, "The HMAC of RFC 6238."),
    FIELD_INT("digits", CODE_DIGITS, CODE_DIGITS, "Digits of a code."),
    FIELD_INT("period_s", PERIOD_S, PERIOD_S, "Seconds of a step, counted from 1970."),
    FIELD_TEXT("secret",
        SECRET_HEX_DIGITS,
        SECRET_HEX_DIGITS,
        "The key, in hexadecimal. Keep it where only this app can read it, and show `card|step|code`."),
    FIELD_TIME("server_time",
        "The clock that tills go by; a code is good for its step, one more and one less."),
    FIELD_END,
};

static enum flow code_ask(struct call *c, const struct answer *in)
{
    const struct session *s = call_session(c);
    char family[ID_TEXT_BYTES];
    const char *args[] = {call_who(c), family, session_is_proven(s) ? "t" : "f"};

    (void)in;
    id_print(s->family, family);
    return call_query(c, LANE_WRITE, "select * from api.card_code($1, $2, $3)", 3, args);
}

static enum flow code_reply(struct call *c, const struct answer *in)
{
    return call_reply(c, call_take_answer(c, in));
}

/* --- the table ------------------------------------------------------------------------------- */

const struct method card_methods[] = {
    {
        .name = "card.code",
        .doc =
            "Tells what this device needs to show the codes of the card; the first time after a sign-in "
            "it needs a fresh proof.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .no_idem = true,
        .params = none,
        .result = code_result,
        .publishes = PUBLISHES("card.changed"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_STEP_UP_REQUIRED, ERR_CARD_LOCKED, ERR_RESTRICTED),
        .steps = STEPS(code_ask, code_reply),
    },
    {
        .name = "card.get",
        .doc = "Tells the caller's card; who has none yet gets one.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = none,
        .result = card_view,
        .sql = "select * from api.card_get($1)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_RESTRICTED),
    },
    {
        .name = "card.lock",
        .doc = "Locks the card: from the answer on no till takes its codes.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = none,
        .result = card_view,
        .sql = "select * from api.card_lock($1, $2, $3)",
        .publishes = PUBLISHES("card.changed"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_RESTRICTED),
    },
    {
        .name = "card.replace",
        .doc =
            "Gives the caller a card with another number; the old one and its codes are dead at once; "
            "10 in 30 days.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .step_up = true,
        .params = none,
        .result = card_view,
        .sql = "select * from api.card_replace($1, $2, $3)",
        .publishes = PUBLISHES("card.changed"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_STEP_UP_REQUIRED, ERR_LIMIT, ERR_RESTRICTED),
    },
    {
        .name = "card.unlock",
        .doc = "Unlocks the card, whoever locked it, and forgets the wrong codes that were tried.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = none,
        .result = card_view,
        .sql = "select * from api.card_unlock($1, $2, $3)",
        .publishes = PUBLISHES("card.changed"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_RESTRICTED),
    },
    {.name = NULL},
};
