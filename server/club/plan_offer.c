/* plan_offer.c -- the rows of plan.attach_offer and plan.threshold; the functions are sql/api/plan_offer.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { SEATS_MAX = 1000000, PPM = 1000000 };

static const char *const levels[] = {"near", "reached", NULL};

/* event plan.threshold */
const struct field plan_threshold_refs[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_ID("offer", "The offer."),
    FIELD_WORD("level", levels, "near: two seats are missing, or one; reached: prices went down."),
    FIELD_INT("min_party", 1, SEATS_MAX, "The seats of the step."),
    FIELD_END,
};

static const struct field attach_params[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_ID("offer", "An offer of the plan's club."),
    FIELD_ID("item",
        "The item to put it on; a new one, an activity with the title of the offer, when left out.",
        .optional = true),
    FIELD_INT("base",
        1,
        FIELD_POINTS_MAX,
        "The version of the item that was seen; goes with item.",
        .optional = true),
    FIELD_END,
};

static const struct field threshold_params[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_ID("offer", "An offer on it."),
    FIELD_END,
};

static const struct field step[] = {
    FIELD_INT("min_party", 1, SEATS_MAX, "From so many seats on."),
    FIELD_INT("discount_ppm", 0, PPM, "Its discount, in millionths."),
    FIELD_END,
};

static const struct field threshold_result[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_ID("offer", "The offer."),
    FIELD_INT("confirmed", 0, SEATS_MAX, "Seats confirmed for the plan, of all its reservations."),
    FIELD_INT(
        "held", 1, SEATS_MAX, "Seats held for it now, which do not count yet.", .optional = true),
    FIELD_INT("missing", 0, SEATS_MAX, "Seats missing to the next step; 0: there is none."),
    FIELD_TIME(
        "until", "When booking closes: steps that are reached before it lower the prices of all."),
    FIELD_OBJECT("reached", step, "The step reached, for the caller's tier.", .optional = true),
    FIELD_OBJECT("step",
        step,
        "The next step for the caller's tier; not told when booking has closed.",
        .optional = true),
    FIELD_OBJECT("saving",
        points_money,
        "What it saves in money per person, rounded down: on the caller's own seats of the plan, or on the cheapest "
        "seat there is.",
        .optional = true),
    FIELD_INT("saving_points",
        0,
        FIELD_POINTS_MAX,
        "The same in points, on own seats paid in points.",
        .optional = true),
    FIELD_END,
};

const struct method plan_offer_methods[] = {
    {
        .name = "plan.attach_offer",
        .doc =
            "Puts an offer on an item of a plan, or makes an item of it; plan.item_set clears it.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = attach_params,
        .result = plan_item_done,
        .sql = "select * from api.plan_attach_offer($1, $2, $3, $4, $5, $6, $7)",
        .publishes = PUBLISHES("plan.item_changed"),
        .errors = ERRORS(ERR_FORBIDDEN,
            ERR_NOT_FOUND,
            ERR_GONE,
            ERR_CONFLICT,
            ERR_NOT_MEMBER,
            ERR_INVALID_STATE,
            ERR_LIMIT,
            ERR_RESTRICTED),
    },
    {
        .name = "plan.threshold",
        .doc =
            "How far the seats that members booked for a plan are from the next price step of an offer, "
            "and what it would save. When a step is reached before booking closes, all reservations of the "
            "plan for the offer are quoted anew and what they cost less goes back, in money and in points.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = threshold_params,
        .result = threshold_result,
        .sql = "select * from api.plan_threshold($1, $2, $3)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_RESTRICTED),
    },
    {.name = NULL},
};
