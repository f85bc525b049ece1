/* points_transfer.c -- rows of points.transfer*: points from one member to another (sql/api/points_transfer.sql). */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { TRANSFER_MAX = 20000 };

static const char *const states[] = {"offered", "accepted", "declined", "lapsed", NULL};

static const struct field transfer_params[] = {
    FIELD_ID("member", "Who gets them.", .optional = true),
    FIELD_TEXT(
        "handle", 1, 24, "Instead of the number: the handle of who gets them.", .optional = true),
    FIELD_INT("amount",
        1,
        FIELD_POINTS_MAX,
        "How many points; outside the family 20,000 in 30 days, in three offers in 24 hours."),
    FIELD_END,
};

static const struct field offer_params[] = {
    FIELD_ID("hold", "The offer."),
    FIELD_END,
};

static const struct field transfer_result[] = {
    FIELD_ID("hold", "The offer; null: given at once, inside a family.", .nullable = true),
    FIELD_ID("tx", "The ledger transaction of this step."),
    FIELD_ID("member", "The other side."),
    FIELD_INT("amount", 1, FIELD_POINTS_MAX, "How many points."),
    FIELD_WORD("state", states, "What became of it."),
    FIELD_TIME("expires_at", "When the offer lapses; null: there was none.", .nullable = true),
    FIELD_END,
};

const struct field points_offered_refs[] = {
    FIELD_ID("hold", "The offer."),
    FIELD_INT("amount", 1, TRANSFER_MAX, "How many points."),
    FIELD_ID("from", "Who offers them."),
    FIELD_TIME("expires_at", "When the offer lapses."),
    FIELD_END,
};

const struct field points_transfer_view[] = {
    FIELD_ID("hold", "The offer."),
    FIELD_INT("amount", 1, TRANSFER_MAX, "How many points."),
    FIELD_OBJECT("from", notify_actor, "Who offers them."),
    FIELD_WORD("state", states, "What has become of it."),
    FIELD_TIME("expires_at", "When the offer lapses."),
    FIELD_END,
};

const struct method points_transfer_methods[] = {
    {
        .name = "points.transfer",
        .doc = "Gives points to another member: in a family at once, else when the other accepts.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = transfer_params,
        .result = transfer_result,
        .sql = "select * from api.points_transfer($1, $2, $3, $4, $5, $6)",
        .publishes = PUBLISHES("notify.added", "points.changed", "transfer.offered"),
        .errors = ERRORS(ERR_NOT_FOUND,
            ERR_CONFLICT,
            ERR_INVALID_STATE,
            ERR_LIMIT,
            ERR_INSUFFICIENT_POINTS,
            ERR_POINTS_FROZEN,
            ERR_CLOSED,
            ERR_RESTRICTED),
    },
    {
        .name = "points.transfer_accept",
        .doc = "Takes points that another member has offered.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = offer_params,
        .result = transfer_result,
        .sql = "select * from api.points_transfer_accept($1, $2, $3, $4)",
        .publishes = PUBLISHES("points.changed"),
        .errors = ERRORS(ERR_NOT_FOUND,
            ERR_INVALID_STATE,
            ERR_LIMIT,
            ERR_HOLD_EXPIRED,
            ERR_HOLD_RESOLVED,
            ERR_RESTRICTED),
    },
    {
        .name = "points.transfer_decline",
        .doc = "Turns offered points down, or takes the caller's own offer back.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = offer_params,
        .result = transfer_result,
        .sql = "select * from api.points_transfer_decline($1, $2, $3, $4)",
        .publishes = PUBLISHES("points.changed"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_HOLD_RESOLVED),
    },
    {.name = NULL},
};
