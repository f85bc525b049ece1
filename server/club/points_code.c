/* points_code.c -- the row of points.redeem_code; the functions are sql/api/points_code.sql. */
#include <stddef.h>

#include "club/all.h"

enum { TILL_MAX = 40, CARD_DIGITS = 16, CODE_DIGITS = 8, HOLD_MAX_S = 86400 };

static const char *const modes[] = {"hold", "redeem", NULL};
static const char *const states[] = {"held", "redeemed", NULL};

static const struct field redeem_params[] = {
    FIELD_TEXT("till", 1, TILL_MAX, "Which till of the service; wrong codes are counted by it."),
    FIELD_TEXT("card",
        CARD_DIGITS,
        CARD_DIGITS,
        "Number of the card: the first part of its QR code, `card|step|code`."),
    FIELD_TEXT("code", CODE_DIGITS, CODE_DIGITS, "The code that it shows; the last part."),
    FIELD_INT("step",
        0,
        FIELD_POINTS_MAX,
        "The second part; a code is then good for that step only.",
        .optional = true),
    FIELD_INT("amount", 1, FIELD_POINTS_MAX, "Points."),
    FIELD_WORD(
        "mode", modes, "Put them aside, to be captured or released, or redeem them at once."),
    FIELD_TEXT("receipt", 1, 64, "Number of the receipt, unique for this service for ever."),
    FIELD_ID(
        "club", "The club in whose name the till redeems; points are one purse for all clubs."),
    FIELD_INT("seconds",
        1,
        HOLD_MAX_S,
        "How long a hold lives; 10 minutes when left out. Means nothing when redeeming.",
        .optional = true),
    FIELD_END,
};

static const struct field redeem_result[] = {
    FIELD_ID("tx", "The ledger transaction."),
    FIELD_WORD("state", states, "What was done."),
    FIELD_ID("hold", "The hold; null: redeemed.", .nullable = true),
    FIELD_INT("amount", 1, FIELD_POINTS_MAX, "Points."),
    FIELD_TIME("expires_at", "When the hold expires; null: redeemed.", .nullable = true),
    FIELD_BOOL("duplicate", "True: this receipt was posted before; nothing was taken."),
    FIELD_END,
};

const struct method points_code_methods[] = {
    {
        .name = "points.redeem_code",
        .doc =
            "Holds or redeems points of the member whose card and code a till has read; a code is good once.",
        .since = "1",
        .who = WHO_POS,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = redeem_params,
        .result = redeem_result,
        .sql =
            "select * from api.points_redeem_code($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        .coalesce = "",
        .batch_sql =
            "select * from api.points_redeem_code_many($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        .publishes = PUBLISHES("points.changed", "code.failures", "card.changed", "notify.added"),
        .errors = ERRORS(ERR_NOT_FOUND,
            ERR_CONFLICT,
            ERR_RATE,
            ERR_INVALID_STATE,
            ERR_INSUFFICIENT_POINTS,
            ERR_POINTS_FROZEN,
            ERR_CODE_INVALID,
            ERR_CODE_USED,
            ERR_CARD_LOCKED),
    },
    {.name = NULL},
};
