/* reservation_pay.c -- the row of reservation.confirm; the function is sql/api/reservation_pay.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { PAYMENT_REF_MAX = 64 };

static const char *const outcomes[] = {"confirmed", "confirmed_late", "refunded", NULL};
static const char *const states[] = {"held", "confirmed", "checked_in", "completed", "no_show",
    "expired", "released", "cancelled", NULL};
static const char *const reasons[] = {"paid", "released", "cancelled", "offer_cancelled", "amount",
    "begun", "sold_out", "points", "gone", NULL};

static const struct field confirm_params[] = {
    FIELD_ID("reservation", "The reservation."),
    FIELD_TEXT("payment_ref",
        1,
        PAYMENT_REF_MAX,
        "Services: the number of the payment, unique for ever; its answer never changes.",
        .optional = true),
    FIELD_OBJECT("amount",
        points_money,
        "Services: what was paid; what was due when left out. Another sum than was due goes back.",
        .optional = true),
    FIELD_END,
};

static const struct field confirm_result[] = {
    FIELD_ID("reservation", "The reservation."),
    FIELD_WORD("outcome",
        outcomes,
        "Confirmed; confirmed_late: the hold was over and its seats still free; refunded: the money "
        "goes back."),
    FIELD_WORD("state", states, "Where the reservation stood then."),
    FIELD_OBJECT("amount", points_money, "What was paid; members: left out.", .optional = true),
    FIELD_WORD("reason",
        reasons,
        "Why it was refunded: paid before, released or cancelled before, the offer was cancelled, "
        "another sum than was due, too late and the offer has begun, the seats are sold or the "
        "points are spent, the member is gone.",
        .optional = true),
    FIELD_ID("refund", "The refund; see refund.take.", .optional = true),
    FIELD_END,
};

const struct method reservation_pay_methods[] = {
    {
        .name = "reservation.confirm",
        .doc =
            "Makes a booking of a hold: members where no money is due, else the service that was "
            "paid, which is never told that it is too late.",
        .since = "1",
        .who = WHO_MEMBER | WHO_BOOKING,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = confirm_params,
        .result = confirm_result,
        .sql = "select * from api.reservation_confirm($1, $2, $3, $4, $5, $6)",
        .publishes = PUBLISHES("case.changed",
            "plan.changed",
            "plan.threshold",
            "notify.added",
            "offer.availability",
            "points.changed",
            "resv.changed",
            "waitlist.offered"),
        .errors = ERRORS(ERR_NOT_FOUND,
            ERR_NOT_MEMBER,
            ERR_INVALID_STATE,
            ERR_PAYMENT_REF_USED,
            ERR_HOLD_EXPIRED,
            ERR_HOLD_RESOLVED,
            ERR_CLOSED,
            ERR_RESTRICTED),
    },
    {.name = NULL},
};
