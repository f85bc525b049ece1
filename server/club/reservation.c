/* reservation.c -- rows of reservation.quote, .hold, .extend, .release, .payment_started, .list and .get
 * (sql/api/reservation.sql, reservation_quote.sql, reservation_hold.sql). */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum {
    UNITS_MAX = 50,
    PERSONS_MAX = UNITS_MAX * RESERVATION_ITEMS_MAX * 12,
    GUEST_MAX = 60,
    PPM = 1000000
};

static const char *const states[] = {"held", "confirmed", "checked_in", "completed", "no_show",
    "expired", "released", "cancelled", NULL};
static const char *const seat_states[] = {
    "unnamed", "invited", "accepted", "declined", "checked_in", "no_show", "cancelled", NULL};
static const char *const sources[] = {"direct", "waitlist", "staff", NULL};

/* --- what is held ---------------------------------------------------------------------------- */

const struct field reservation_units[] = {
    FIELD_ID("class", "The class."),
    FIELD_INT("qty", 1, UNITS_MAX, "Units of it."),
    FIELD_END,
};

const struct field reservation_named[] = {
    FIELD_ID("class", "One of the classes held."),
    FIELD_ID(
        "member", "Who gets a seat of it: a member of the club, who is asked.", .optional = true),
    FIELD_TEXT("guest", 1, GUEST_MAX, "Or somebody else, in the caller's words.", .optional = true),
    FIELD_END,
};

#define ITEMS_FIELD \
    FIELD_LIST("items", 1, RESERVATION_ITEMS_MAX, reservation_units, "Classes and their units.")
#define POINTS_FIELD                                                  \
    FIELD_LIST("points", 0, RESERVATION_ITEMS_MAX, reservation_units, \
        "Which of these units are paid in points.", .optional = true)

static const struct field priced_item[] = {
    FIELD_ID("class", "The class."),
    FIELD_TEXT("title", 1, 120, "Its title."),
    FIELD_INT("qty", 0, UNITS_MAX, "Units; 0: all of them were cancelled."),
    FIELD_INT("points_qty", 0, UNITS_MAX, "How many of them are paid in points."),
    FIELD_OBJECT("unit", points_money, "Price of a unit in money, before the discount."),
    FIELD_INT("unit_points", 1, FIELD_POINTS_MAX, "Price of a unit in points.", .nullable = true),
    FIELD_INT("persons", 1, 12, "Persons that a unit seats."),
    FIELD_END,
};

/* --- reservation.quote ----------------------------------------------------------------------- */

static const struct field quote_params[] = {
    FIELD_ID("offer", "The offer."),
    ITEMS_FIELD,
    POINTS_FIELD,
    FIELD_END,
};

static const struct field step[] = {
    FIELD_INT("min_party", 1, PERSONS_MAX, "From so many persons on."),
    FIELD_INT("discount_ppm", 0, PPM, "Its discount, in millionths."),
    FIELD_END,
};

static const struct field policy_step[] = {
    FIELD_INT("hours_before", 0, 100000, "Cancelled so many hours or more before the start."),
    FIELD_INT("refund_ppm", 0, PPM, "So much is given back, in millionths."),
    FIELD_END,
};

static const struct field quote_result[] = {
    FIELD_ID("offer", "The offer."),
    FIELD_LIST("items", 1, RESERVATION_ITEMS_MAX, priced_item, "The items, with their prices."),
    FIELD_INT("persons", 1, PERSONS_MAX, "Persons in all."),
    FIELD_OBJECT("list", points_money, "What is due in money before the discount."),
    FIELD_INT("discount_ppm", 0, PPM, "The discount of the party, in millionths."),
    FIELD_OBJECT("total", points_money, "What is due in money."),
    FIELD_INT("points", 0, FIELD_POINTS_MAX, "What is due in points."),
    FIELD_INT("all_in_points",
        1,
        FIELD_POINTS_MAX,
        "What all units would cost in points; null: not all can be paid so.",
        .nullable = true),
    FIELD_OBJECT(
        "next_step", step, "The next price step of a larger party; null: none.", .nullable = true),
    FIELD_LIST("cancel_policy", 0, 20, policy_step, "What a cancellation gives back."),
    FIELD_END,
};

/* --- reservation.hold ------------------------------------------------------------------------ */

static const struct field hold_params[] = {
    FIELD_ID("offer", "The offer."),
    ITEMS_FIELD,
    POINTS_FIELD,
    FIELD_LIST("party",
        0,
        RESERVATION_NAMED_MAX,
        reservation_named,
        "Who gets which seats, as far as it is known; names can follow.",
        .optional = true),
    FIELD_ID("member", "For whom; only agents name one, and must.", .optional = true),
    FIELD_ID("plan",
        "The plan that the seats are part of: the member has joined it, not as a viewer, and the offer is on it.",
        .optional = true),
    FIELD_END,
};

static const struct field pay[] = {
    FIELD_OBJECT("amount", points_money, "What is due in money."),
    FIELD_TEXT("reference", 1, 64, "What the payment must carry."),
    FIELD_END,
};

const struct field reservation_held[] = {
    FIELD_ID("reservation", "The reservation."),
    FIELD_WORD("state", states, "held."),
    FIELD_TIME("expires_at", "From then on the seats are free again."),
    FIELD_OBJECT("pay", pay, "How to pay."),
    FIELD_INT("persons", 1, PERSONS_MAX, "Persons in all."),
    FIELD_INT("discount_ppm", 0, PPM, "The discount of the party, in millionths."),
    FIELD_OBJECT("total", points_money, "What it costs in money."),
    FIELD_INT("points", 0, FIELD_POINTS_MAX, "Points put aside for it."),
    FIELD_END,
};

/* --- steps of a hold ------------------------------------------------------------------------- */

static const struct field one_param[] = {FIELD_ID("reservation", "The reservation."), FIELD_END};

static const struct field step_result[] = {
    FIELD_ID("reservation", "The reservation."),
    FIELD_WORD("state", states, "Its state now."),
    FIELD_TIME("expires_at", "When a hold ends; null: it is none.", .nullable = true),
    FIELD_END,
};

/* event resv.changed */
const struct field reservation_refs[] = {
    FIELD_ID("resv", "The reservation."),
    FIELD_WORD("state", states, "Its state now."),
    FIELD_TIME("expires_at", "When a hold ends; null: it is none.", .nullable = true),
    FIELD_END,
};

/* --- reservation.get, reservation.list ------------------------------------------------------- */

static const struct field seat[] = {
    FIELD_INT("seat", 1, PERSONS_MAX, "Its number in the reservation."),
    FIELD_ID("class", "Its class."),
    FIELD_INT("unit", 1, UNITS_MAX, "Its unit among those of the class."),
    FIELD_WORD("state", seat_states, "Whether somebody is named for it, and has accepted."),
    FIELD_ID("member", "The member named for it.", .optional = true),
    FIELD_TEXT("handle", 1, 24, "The member's handle.", .optional = true, .nullable = true),
    FIELD_BOOL("former", "True: somebody who has left for good.", .optional = true),
    FIELD_TEXT("guest", 1, GUEST_MAX, "Somebody else, to the organiser.", .optional = true),
    FIELD_OBJECT(
        "price", points_money, "Its share of the price, to the organiser.", .optional = true),
    FIELD_INT("price_points",
        0,
        FIELD_POINTS_MAX,
        "Its share in points, to the organiser.",
        .optional = true),
    FIELD_END,
};

const struct field reservation_view[] = {
    FIELD_ID("reservation", "The reservation."),
    FIELD_ID("offer", "The offer."),
    FIELD_ID("club", "Its club."),
    FIELD_TEXT("title", 1, 120, "Title of the offer."),
    FIELD_TEXT("organiser_name", 1, 120, "Who sells it."),
    FIELD_TIME("starts_at", "When the offer begins."),
    FIELD_TIME("ends_at", "When it ends."),
    FIELD_OBJECT("by", notify_actor, "Who made the reservation."),
    FIELD_WORD("state", states, "Its state now."),
    FIELD_INT("persons", 0, PERSONS_MAX, "Persons in all."),
    FIELD_INT("version", 1, FIELD_POINTS_MAX, "Rises with every change."),
    FIELD_LIST("party",
        0,
        PERSONS_MAX,
        seat,
        "A row per seat once it is confirmed: all to the organiser; those accepted to who has "
        "accepted one; the own to who is invited."),
    FIELD_ID("plan",
        "The plan that it is part of, to the organiser and who has joined the plan.",
        .optional = true),
    FIELD_WORD("source", sources, "How it was made, to the organiser.", .optional = true),
    FIELD_TIME(
        "expires_at", "When a hold ends, to the organiser.", .optional = true, .nullable = true),
    FIELD_BOOL("extended", "True: a hold has been extended, to the organiser.", .optional = true),
    FIELD_LIST("items",
        1,
        RESERVATION_ITEMS_MAX,
        priced_item,
        "What is reserved, to the organiser.",
        .optional = true),
    FIELD_INT(
        "discount_ppm", 0, PPM, "The discount, in millionths, to the organiser.", .optional = true),
    FIELD_OBJECT(
        "total", points_money, "What it costs in money, to the organiser.", .optional = true),
    FIELD_INT("points",
        0,
        FIELD_POINTS_MAX,
        "What it costs in points, to the organiser.",
        .optional = true),
    FIELD_OBJECT("paid", points_money, "Money paid, to the organiser.", .optional = true),
    FIELD_OBJECT("refunded", points_money, "Money given back, to the organiser.", .optional = true),
    FIELD_TIME("created_at", "When it was made, to the organiser.", .optional = true),
    FIELD_END,
};

static const struct field list_params[] = {
    FIELD_ID("member",
        "Whose; the caller's own when left out, and for members always.",
        .optional = true),
    FIELD_BOOL("live",
        "True: those held, confirmed or checked in; false: the others; all when left out.",
        .optional = true),
    FIELD_INT("limit", 1, 50, "Rows at most; 20 when left out.", .optional = true),
    FIELD_TEXT("cursor", 1, 18, "Where the page before ended.", .optional = true),
    FIELD_END,
};

static const struct field list_result[] = {
    FIELD_LIST("reservations", 0, 50, reservation_view, "Newest first."),
    FIELD_TEXT("cursor", 1, 18, "For the next page; null: this is the last.", .nullable = true),
    FIELD_END,
};

/* --- the table ------------------------------------------------------------------------------- */

const struct method reservation_methods[] = {
    {
        .name = "reservation.extend",
        .doc = "Five more minutes for a hold whose payment has begun, once.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = one_param,
        .result = step_result,
        .sql = "select * from api.reservation_extend($1, $2, $3, $4)",
        .publishes = PUBLISHES("resv.changed"),
        .errors =
            ERRORS(ERR_NOT_FOUND, ERR_INVALID_STATE, ERR_LIMIT, ERR_HOLD_RESOLVED, ERR_RESTRICTED),
    },
    {
        .name = "reservation.get",
        .doc = "A reservation: all of it to its organiser, their part to its party.",
        .since = "1",
        .who = WHO_MEMBER | WHO_AGENT,
        .kind = METHOD_READ,
        .lane = LANE_WRITE, /* what an agent reads is written down */
        .params = one_param,
        .result = reservation_view,
        .sql = "select * from api.reservation_get($1, $2)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND),
    },
    {
        .name = "reservation.hold",
        .doc = "Holds seats of an offer for a while, all that is asked for or nothing.",
        .since = "1",
        .who = WHO_MEMBER | WHO_AGENT,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = hold_params,
        .result = reservation_held,
        .sql = "select * from api.reservation_hold($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        .coalesce = "offer",
        .batch_sql = "select * from api.reservation_hold_many($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        .publishes = PUBLISHES("resv.changed",
            "points.changed",
            "offer.availability",
            "waitlist.offered",
            "waitlist.changed",
            "notify.added"),
        .errors = ERRORS(ERR_FORBIDDEN,
            ERR_NOT_FOUND,
            ERR_SOLD_OUT,
            ERR_GUARDIAN_REQUIRED,
            ERR_NOT_MEMBER,
            ERR_INVALID_STATE,
            ERR_NOT_OPEN_YET,
            ERR_QUEUE,
            ERR_LIMIT,
            ERR_INSUFFICIENT_POINTS,
            ERR_POINTS_FROZEN,
            ERR_CLOSED,
            ERR_RESTRICTED),
    },
    {
        .name = "reservation.list",
        .doc = "The member's reservations, and those of others with a seat for the member.",
        .since = "1",
        .who = WHO_MEMBER | WHO_AGENT,
        .kind = METHOD_READ,
        .lane = LANE_WRITE,
        .params = list_params,
        .result = list_result,
        .sql = "select * from api.reservation_list($1, $2, $3, $4, $5)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND),
    },
    {
        .name = "reservation.payment_started",
        .doc = "Says that the payment of a hold has begun, so that it may be extended once.",
        .since = "1",
        .who = WHO_BOOKING,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = one_param,
        .result = step_result,
        .sql = "select * from api.reservation_payment_started($1, $2, $3, $4)",
        .publishes = PUBLISHES("resv.changed"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_HOLD_RESOLVED),
    },
    {
        .name = "reservation.quote",
        .doc = "What a party would cost the member, in money and points; holds nothing.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = quote_params,
        .result = quote_result,
        .sql = "select * from api.reservation_quote($1, $2, $3, $4)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_RESTRICTED),
    },
    {
        .name = "reservation.release",
        .doc = "Gives a hold up: its seats are free at once, its points the member's again.",
        .since = "1",
        .who = WHO_MEMBER | WHO_AGENT,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = one_param,
        .result = step_result,
        .sql = "select * from api.reservation_release($1, $2, $3, $4)",
        .publishes = PUBLISHES("resv.changed",
            "points.changed",
            "offer.availability",
            "waitlist.offered",
            "waitlist.changed",
            "notify.added"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_HOLD_RESOLVED),
    },
    {.name = NULL},
};
