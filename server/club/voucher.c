/* voucher.c -- the rows of benefit.* about vouchers; the functions are sql/api/voucher.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/benefit.h"

static const char *const ended[] = {"cancelled", NULL};
static const char *const handed_on[] = {"given", NULL};
static const char *const used[] = {"redeemed", NULL};

static const struct field claim_params[] = {FIELD_ID("benefit", "Which benefit."), FIELD_END};

static const struct field cancel_params[] = {
    FIELD_ID("voucher", "Which voucher."),
    FIELD_TEXT("reason", 1, 400, "Why; staff must say it.", .optional = true),
    FIELD_END,
};

static const struct field cancel_result[] = {
    FIELD_ID("voucher", "The voucher."),
    FIELD_WORD("state", ended, "It is of no use any more; its points are back."),
    FIELD_END,
};

static const struct field give_params[] = {
    FIELD_ID("voucher", "Which voucher."),
    FIELD_ID("to", "To whom; a member of the caller's family, or of a plan both are in."),
    FIELD_END,
};

static const struct field give_result[] = {
    FIELD_ID("voucher", "The voucher."),
    FIELD_WORD("state", handed_on, "The code that the caller had is of no use any more."),
    FIELD_ID("to", "Who holds it now."),
    FIELD_END,
};

static const struct field redeem_params[] = {
    FIELD_TEXT("code", 1, 40, "As the member shows it; case, blanks and hyphens do not count."),
    FIELD_END,
};

static const struct field redeem_result[] = {
    FIELD_ID("voucher", "The voucher."),
    FIELD_ID("benefit", "What it is for."),
    FIELD_WORD("kind", benefit_kinds, "What that is."),
    FIELD_TEXT("title", 1, 120, "Its title."),
    FIELD_TEXT("terms", 1, 4000, "What holds for it."),
    FIELD_WORD("state", used, "It is used now."),
    FIELD_TIME("redeemed_at", "When."),
    FIELD_END,
};

const struct method voucher_methods[] = {
    {
        .name = "benefit.cancel_voucher",
        .doc = "Gives a voucher back before it is used; its points return to who paid them.",
        .since = "1",
        .who = WHO_MEMBER | WHO_AGENT,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = cancel_params,
        .result = cancel_result,
        .sql = "select * from api.benefit_cancel_voucher($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("voucher.changed", "points.changed"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_GONE, ERR_RESTRICTED),
    },
    {
        .name = "benefit.claim",
        .doc = "Takes a benefit for its price in points: a voucher with a code.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = claim_params,
        .result = benefit_claimed,
        .sql = "select * from api.benefit_claim($1, $2, $3, $4)",
        .publishes = PUBLISHES("voucher.issued", "points.changed"),
        .errors = ERRORS(ERR_NOT_FOUND,
            ERR_GONE,
            ERR_INVALID_STATE,
            ERR_OUT_OF_STOCK,
            ERR_TIER_TOO_LOW,
            ERR_LIMIT,
            ERR_INSUFFICIENT_POINTS,
            ERR_POINTS_FROZEN,
            ERR_RESTRICTED),
    },
    {
        .name = "benefit.give",
        .doc = "Hands a voucher on to a member of the caller's family, or of a plan that both have "
               "joined; answered when the caller's code is dead everywhere.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = give_params,
        .result = give_result,
        .sql = "select * from api.benefit_give($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("voucher.changed", "notify.added"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_GONE, ERR_INVALID_STATE, ERR_LIMIT, ERR_RESTRICTED),
    },
    {
        .name = "benefit.redeem_voucher",
        .doc = "Takes a voucher by its code, once; a partner's service only those of its benefits.",
        .since = "1",
        .who = WHO_POS | WHO_PARTNER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = redeem_params,
        .result = redeem_result,
        .sql = "select * from api.benefit_redeem_voucher($1, $2, $3, $4)",
        .publishes = PUBLISHES("voucher.redeemed"),
        .errors = ERRORS(ERR_GONE, ERR_RATE, ERR_INVALID_STATE, ERR_CODE_INVALID, ERR_CODE_USED),
    },
    {.name = NULL},
};
