/* offer_desk.c -- the rows of offer.* that managers write with; the functions are sql/api/offer_desk.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/offer.h"
#include "club/views.h"

static const struct field code[] = {FIELD_TEXT(NULL, 1, 40, "Code of a pool."), FIELD_END};

static const struct field pool[] = {
    FIELD_TEXT("code", 1, 40, "Its short name, once in the offer."),
    FIELD_INT("capacity", 0, OFFER_SEATS_MAX, "Seats it has."),
    FIELD_END,
};

static const struct field class[] = {
    FIELD_TEXT("code", 1, 40, "Its short name, once in the offer."),
    FIELD_TEXT("title", 1, 120, "Its title, one line."),
    FIELD_INT("persons", 1, 12, "So many persons a unit seats; 1 when left out.", .optional = true),
    FIELD_OBJECT("price", points_money, "Of a unit; it is free when left out.", .optional = true),
    FIELD_INT("points_price",
        1,
        1000000000,
        "Of a unit in points; money only when left out.",
        .optional = true),
    FIELD_LIST("pools",
        1,
        OFFER_LIST_MAX,
        code,
        "A unit takes one of each, however many persons it seats.",
        .scalar_items = true),
    FIELD_END,
};

static const struct field window[] = {
    FIELD_INT("min_rank", 0, OFFER_RANK_MAX, "For members from that rank on."),
    FIELD_ID("segment", "In that segment only.", .optional = true),
    FIELD_TIME("opens_at", "From then on."),
    FIELD_TIME("closes_at", "Until then; to the end when left out.", .optional = true),
    FIELD_INT("cum_cap_ppm",
        0,
        OFFER_PPM_MAX,
        "So many millionths of each pool it reaches, all when left out.",
        .optional = true),
    FIELD_END,
};

static const char *const queue_modes[] = {"none", "always", NULL};

static const struct field queue[] = {
    FIELD_WORD(
        "mode", queue_modes, "Always: a draw at the opening, then first come, first served."),
    FIELD_INT(
        "rate", 1, 1000, "So many are admitted a second; 50 when left out.", .optional = true),
    FIELD_END,
};

/* What an offer is made of, the same in create and update but for what must be said. */
#define OFFER_INPUTS(must)                                                                       \
    FIELD_ID("category", "Its product category.", .optional = true),                             \
        FIELD_WORD("kind", offer_kinds, "What it is.", must),                                    \
        FIELD_TEXT("title", 1, 120, "Its title, one line.", must),                               \
        FIELD_TEXT(                                                                              \
            "organiser_name", 1, 120, "Who sells it: the club, or whom it mediates for.", must), \
        FIELD_TEXT("body", 1, OFFER_BODY_MAX, "Text.", .optional = true),                        \
        FIELD_TIME("starts_at", "When it begins.", must),                                        \
        FIELD_TIME("ends_at", "When it ends.", must),                                            \
        FIELD_OBJECT(                                                                            \
            "audience", offer_audience, "The whole club when left out.", .optional = true),      \
        FIELD_TIME("public_open_at", "When booking opens for all.", must),                       \
        FIELD_TIME("booking_close_at", "When booking closes.", must),                            \
        FIELD_TIME("name_deadline",                                                              \
            "Until then seats can be named; 72 hours before booking closes when left out.",      \
            .optional = true),                                                                   \
        FIELD_INT(                                                                               \
            "waitlist_cap", 0, OFFER_SEATS_MAX, "So many may wait at most.", .optional = true),  \
        FIELD_TEXT(                                                                              \
            "currency", 3, 3, "ISO 4217 code; the club's when left out.", .optional = true),     \
        FIELD_BOOL("points_allowed", "False: money only.", .optional = true),                    \
        FIELD_LIST("cancel_policy", 0, OFFER_LIST_MAX, offer_policy,                             \
            "What is given back; nothing when left out.", .optional = true),                     \
        FIELD_LIST("pools", 1, OFFER_LIST_MAX, pool, "Its pools.", must),                        \
        FIELD_LIST("classes", 1, OFFER_LIST_MAX, class, "What can be booked.", must),            \
        FIELD_LIST("windows", 0, OFFER_LIST_MAX, window,                                         \
            "Who may book ahead of the public opening; by the tiers' leads when left out.",      \
            .optional = true),                                                                   \
        FIELD_LIST("steps", 0, OFFER_LIST_MAX, offer_step, "Prices for parties and for tiers.",  \
            .optional = true),                                                                   \
        FIELD_OBJECT("queue", queue, "How its public opening is queued for.", .optional = true)

static const struct field create_params[] = {
    FIELD_ID("club", "In which club."),
    OFFER_INPUTS(.optional = false),
    FIELD_END,
};

static const char *const clearable[] = {"body", "category", "waitlist_cap", NULL};
static const struct field cleared[] = {FIELD_WORD(NULL, clearable, "A field."), FIELD_END};

static const struct field update_params[] = {
    FIELD_ID("offer", "Which offer."),
    FIELD_INT("base", 1, FIELD_POINTS_MAX, "The version that the screen showed."),
    OFFER_INPUTS(.optional = true),
    FIELD_LIST("clear",
        0,
        3,
        cleared,
        "Fields that are to be empty.",
        .optional = true,
        .scalar_items = true),
    FIELD_END,
};

static const struct field member[] = {FIELD_ID(NULL, "A member."), FIELD_END};

static const struct field invite_params[] = {
    FIELD_ID("offer", "Which offer; its audience is invite_only."),
    FIELD_LIST("members", 1, 200, member, "Members of its club.", .scalar_items = true),
    FIELD_BOOL("on", "False: no longer."),
    FIELD_END,
};

static const struct field invited[] = {
    FIELD_ID("offer", "The offer."),
    FIELD_INT("invited", 0, FIELD_POINTS_MAX, "So many are invited now."),
    FIELD_END,
};

static const struct field based[] = {
    FIELD_ID("offer", "Which offer."),
    FIELD_INT("base", 1, FIELD_POINTS_MAX, "The version that the screen showed."),
    FIELD_END,
};

static const struct field capacity_params[] = {
    FIELD_ID("offer", "Which offer."),
    FIELD_ID("pool", "Which of its pools."),
    FIELD_INT("capacity", 0, OFFER_SEATS_MAX, "Seats it has from now on."),
    FIELD_END,
};

const struct method offer_desk_methods[] = {
    {
        .name = "offer.announce",
        .doc = "Shows a draft to those it is meant for, with news in its category.",
        .since = "1",
        .who = WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = based,
        .result = offer_full,
        .sql = "select * from api.offer_announce($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("offer.changed", "post.published"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_CONFLICT, ERR_INVALID_STATE),
    },
    {
        .name = "offer.cancel",
        .doc = "Calls an offer off: nothing can be booked any more, and whoever paid gets it back.",
        .since = "1",
        .who = WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = based,
        .result = offer_full,
        .sql = "select * from api.offer_cancel($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("notify.added", "offer.changed", "waitlist.changed"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_CONFLICT, ERR_INVALID_STATE),
    },
    {
        .name = "offer.create",
        .doc = "Writes an offer, as a draft that only managers see.",
        .since = "1",
        .who = WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = create_params,
        .result = offer_full,
        .sql = "select * from api.offer_create($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
               "$13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_INVALID_STATE, ERR_LIMIT),
    },
    {
        .name = "offer.invite",
        .doc = "Adds members to those whom an offer by invitation is for, or takes them off.",
        .since = "1",
        .who = WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = invite_params,
        .result = invited,
        .sql = "select * from api.offer_invite($1, $2, $3, $4, $5, $6)",
        .errors =
            ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_INVALID_STATE, ERR_LIMIT),
    },
    {
        .name = "offer.pause",
        .doc = "Stops the booking of an offer for the time being.",
        .since = "1",
        .who = WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = based,
        .result = offer_full,
        .sql = "select * from api.offer_pause($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("offer.changed"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_CONFLICT, ERR_INVALID_STATE),
    },
    {
        .name = "offer.resume",
        .doc = "Lets an offer be booked again.",
        .since = "1",
        .who = WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = based,
        .result = offer_full,
        .sql = "select * from api.offer_resume($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("notify.added",
            "offer.availability",
            "offer.changed",
            "waitlist.changed",
            "waitlist.offered"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_CONFLICT, ERR_INVALID_STATE),
    },
    {
        .name = "offer.set_capacity",
        .doc = "Sets the capacity of a pool; what it frees goes to the waiting list first.",
        .since = "1",
        .who = WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = capacity_params,
        .result = offer_full,
        .sql = "select * from api.offer_set_capacity($1, $2, $3, $4, $5, $6)",
        .publishes =
            PUBLISHES("notify.added", "offer.availability", "waitlist.changed", "waitlist.offered"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_INVALID_STATE, ERR_LIMIT),
    },
    {
        .name = "offer.update",
        .doc =
            "Changes what is given of an offer and keeps the rest; windows and the deadline for names move with the dates they hang on.",
        .since = "1",
        .who = WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = update_params,
        .result = offer_full,
        .sql =
            "select * from api.offer_update($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)",
        .publishes = PUBLISHES("offer.changed"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_CONFLICT, ERR_INVALID_STATE),
    },
    {.name = NULL},
};
