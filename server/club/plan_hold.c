/* plan_hold.c -- the row of plan.group_hold (sql/api/plan_hold.sql). */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

static const struct field group_params[] = {
    FIELD_ID("plan", "The caller's plan."),
    FIELD_ID("offer", "The offer; it is on the plan."),
    FIELD_LIST("items", 1, RESERVATION_ITEMS_MAX, reservation_units, "Classes and their units."),
    FIELD_LIST("points",
        0,
        RESERVATION_ITEMS_MAX,
        reservation_units,
        "Which of these units are paid in points, those of the caller.",
        .optional = true),
    FIELD_LIST("party",
        0,
        RESERVATION_NAMED_MAX,
        reservation_named,
        "Who gets which seats, as far as it is known: members of the plan, who are asked once it "
        "is confirmed, or others in the caller's words; names can follow.",
        .optional = true),
    FIELD_END,
};

const struct method plan_hold_methods[] = {
    {
        .name = "plan.group_hold",
        .doc = "Holds seats of an offer for the whole plan, all that is asked for or nothing: one "
               "hold of its owner, for as many persons as have joined.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = group_params,
        .result = reservation_held,
        .sql = "select * from api.plan_group_hold($1, $2, $3, $4, $5, $6, $7, $8)",
        .coalesce = "offer",
        .batch_sql = "select * from api.plan_group_hold_many($1, $2, $3, $4, $5, $6, $7, $8)",
        .publishes = PUBLISHES("resv.changed",
            "points.changed",
            "plan.changed",
            "offer.availability",
            "waitlist.offered",
            "waitlist.changed",
            "notify.added"),
        .errors = ERRORS(ERR_FORBIDDEN,
            ERR_NOT_FOUND,
            ERR_SOLD_OUT,
            ERR_GUARDIAN_REQUIRED,
            ERR_INVALID_STATE,
            ERR_NOT_OPEN_YET,
            ERR_QUEUE,
            ERR_LIMIT,
            ERR_INSUFFICIENT_POINTS,
            ERR_POINTS_FROZEN,
            ERR_CLOSED,
            ERR_RESTRICTED),
    },
    {.name = NULL},
};
