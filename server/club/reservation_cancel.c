/* reservation_cancel.c -- rows of reservation.cancel and .cancel_preview (sql/api/reservation_cancel.sql). */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { SEATS_MAX = 600, SEAT_NO_MAX = 6000, PPM = 1000000 };

static const char *const states[] = {"confirmed", "cancelled", NULL};

static const struct field seat[] = {
    FIELD_INT(NULL, 1, SEAT_NO_MAX, "Its number in the reservation."),
    FIELD_END,
};

#define SEATS_PARAM                                                                   \
    FIELD_LIST("seats", 1, SEATS_MAX, seat,                                           \
        "Which seats, whole units of them; all when left out.", .scalar_items = true, \
        .optional = true)

#define TERMS_FIELDS                                                                           \
    FIELD_ID("reservation", "The reservation."),                                               \
        FIELD_LIST(                                                                            \
            "seats", 1, SEAT_NO_MAX, seat, "The seats that are meant.", .scalar_items = true), \
        FIELD_BOOL("whole", "True: no seat is left."),                                         \
        FIELD_INT("refund_ppm", 0, PPM,                                                        \
            "What the policy gives back now of the price of each seat, in millionths."),       \
        FIELD_OBJECT("refund", points_money, "Money that goes back."),                         \
        FIELD_INT(                                                                             \
            "points", 0, FIELD_POINTS_MAX, "Points that go back to the lots they came from.")

static const struct field preview_params[] = {
    FIELD_ID("reservation", "The reservation."),
    SEATS_PARAM,
    FIELD_END,
};

static const struct field preview_result[] = {
    TERMS_FIELDS,
    FIELD_TIME("until", "Until then the policy gives back so much."),
    FIELD_INT(
        "version", 1, FIELD_POINTS_MAX, "Of the reservation; reservation.cancel takes it as base."),
    FIELD_END,
};

static const struct field cancel_params[] = {
    FIELD_ID("reservation", "The reservation."),
    SEATS_PARAM,
    FIELD_INT("base",
        1,
        FIELD_POINTS_MAX,
        "The version that was looked at; another one now: CONFLICT.",
        .optional = true),
    FIELD_TEXT("reason", 1, 400, "Why; staff must say it.", .optional = true),
    FIELD_END,
};

static const struct field cancel_result[] = {
    TERMS_FIELDS,
    FIELD_WORD("state", states, "The reservation's state now."),
    FIELD_INT("version", 1, FIELD_POINTS_MAX, "Its version now."),
    FIELD_END,
};

const struct method reservation_cancel_methods[] = {
    {
        .name = "reservation.cancel",
        .doc = "Cancels a confirmed reservation, or whole units of it, before the start; what "
               "comes back is what the policy of the offer says.",
        .since = "1",
        .who = WHO_MEMBER | WHO_AGENT,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = cancel_params,
        .result = cancel_result,
        .sql = "select * from api.reservation_cancel($1, $2, $3, $4, $5, $6, $7)",
        .publishes = PUBLISHES("resv.changed",
            "resv.invited",
            "points.changed",
            "offer.availability",
            "waitlist.offered",
            "waitlist.changed",
            "notify.added"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_CONFLICT, ERR_INVALID_STATE, ERR_CLOSED),
    },
    {
        .name = "reservation.cancel_preview",
        .doc = "What reservation.cancel would give back now.",
        .since = "1",
        .who = WHO_MEMBER | WHO_AGENT,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = preview_params,
        .result = preview_result,
        .sql = "select * from api.reservation_cancel_preview($1, $2, $3)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_INVALID_STATE, ERR_CLOSED),
    },
    {.name = NULL},
};
