/* refund.c -- the rows of refund.*, for the service that moves money; the functions are sql/api/refund.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { REFUNDS_MAX = 100 };

static const char *const outcomes[] = {"done", "failed", NULL};

static const struct field take_params[] = {
    FIELD_INT("limit", 1, REFUNDS_MAX, "Refunds at most; 20 when left out.", .optional = true),
    FIELD_END,
};

static const struct field refund[] = {
    FIELD_ID("refund",
        "The refund, for refund.done; give its number along with the money, so that it goes once."),
    FIELD_ID("reservation", "What it is for."),
    FIELD_OBJECT("amount", points_money, "What goes back."),
    FIELD_TEXT("payment_ref", 1, 64, "The payment it goes back to."),
    FIELD_TIME("lease_until", "Until then refund.done is awaited."),
    FIELD_END,
};

static const struct field take_result[] = {
    FIELD_LIST("refunds", 0, REFUNDS_MAX, refund, "The oldest first."),
    FIELD_BOOL("more", "True: call again at once."),
    FIELD_END,
};

static const struct field done_params[] = {
    FIELD_ID("refund", "The refund."),
    FIELD_WORD(
        "state", outcomes, "What became of it; of one that failed somebody has to take care."),
    FIELD_END,
};

static const struct field done_result[] = {
    FIELD_ID("refund", "The refund."),
    FIELD_WORD("state", outcomes, "Where it stands now."),
    FIELD_END,
};

const struct method refund_methods[] = {
    {
        .name = "refund.done",
        .doc = "Tells what became of a refund that was taken.",
        .since = "1",
        .who = WHO_BOOKING,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = done_params,
        .result = done_result,
        .sql = "select * from api.refund_done($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("case.changed", "resv.changed"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_INVALID_STATE),
    },
    {
        .name = "refund.take",
        .doc = "Takes refunds that are due, under a lease of 60 seconds, five times at most.",
        .since = "1",
        .who = WHO_BOOKING,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .no_idem = true, /* what a lost answer held comes back when its lease lapses */
        .params = take_params,
        .result = take_result,
        .sql = "select * from api.refund_take($1, $2)",
        .publishes = PUBLISHES("case.changed"),
    },
    {.name = NULL},
};
