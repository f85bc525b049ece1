/* offer.c -- the rows of offer.* that members read with; the functions are sql/api/offer.sql. */
#include "club/offer.h"

#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { CODE_MAX = 40, PERSONS_MAX = 12, HOURS_MAX = 8760 };

const char *const offer_kinds[] = {"trip", "activity", "event", "attraction", "closed_event", NULL};
static const char *const states[] = {
    "draft", "announced", "open", "paused", "closed", "running", "done", "cancelled", NULL};
static const char *const waitlists[] = {"open", "paused", "closed", NULL};
static const char *const levels[] = {"none", "few", "many", NULL};

static const struct field segment[] = {FIELD_ID(NULL, "A segment."), FIELD_END};
static const struct field class_id[] = {FIELD_ID(NULL, "A class."), FIELD_END};

const struct field offer_audience[] = {
    FIELD_INT("min_rank",
        0,
        OFFER_RANK_MAX,
        "Least rank of the tier; 0: a closed offer for every member.",
        .optional = true),
    FIELD_LIST("segments",
        0,
        OFFER_LIST_MAX,
        segment,
        "For members in one of these.",
        .optional = true,
        .scalar_items = true),
    FIELD_BOOL("invite_only",
        "True: for members who are invited, beside those in its segments.",
        .optional = true),
    FIELD_INT("min_age", 1, 120, "Least age in years.", .optional = true),
    FIELD_END,
};

const struct field offer_policy[] = {
    FIELD_INT("hours_before", 0, HOURS_MAX, "Cancelled so many hours before the start, or more."),
    FIELD_INT("refund_ppm", 0, OFFER_PPM_MAX, "So many millionths of the price are given back."),
    FIELD_END,
};

const struct field offer_step[] = {
    FIELD_INT("min_party", 1, 600, "For so many persons, or more."),
    FIELD_INT("min_rank",
        0,
        OFFER_RANK_MAX,
        "Least rank of who books; above 0 it is a price of that tier.",
        .optional = true),
    FIELD_INT("discount_ppm", 0, OFFER_PPM_MAX, "Millionths off the price."),
    FIELD_END,
};

static const struct field class_view[] = {
    FIELD_ID("class", "The class."),
    FIELD_TEXT("code", 1, CODE_MAX, "Its short name."),
    FIELD_TEXT("title", 1, 120, "Its title."),
    FIELD_INT("persons", 1, PERSONS_MAX, "So many persons a unit seats."),
    FIELD_OBJECT("price", points_money, "Of a unit."),
    FIELD_INT("points_price",
        1,
        FIELD_POINTS_MAX,
        "Of a unit in points; null: money only.",
        .nullable = true),
    FIELD_WORD("level", levels, "Whether there are units left."),
    FIELD_INT("free", 0, OFFER_SEATS_MAX, "How many are left."),
    FIELD_END,
};

static const struct field mine_class[] = {
    FIELD_ID("class", "The class."),
    FIELD_INT("free", 0, OFFER_SEATS_MAX, "So many units are there for the caller now."),
    FIELD_END,
};

static const struct field mine[] = {
    FIELD_TIME("opens_at", "When booking opens for the caller."),
    FIELD_INT("cap_ppm",
        0,
        OFFER_PPM_MAX,
        "So many millionths of each pool the caller's window reaches now; 0: none is open."),
    FIELD_TIME("next_cap_at", "When it reaches further; null: no more.", .nullable = true),
    FIELD_BOOL("open", "True: the caller can book now."),
    FIELD_BOOL("reminder", "True: the caller asked to be told when booking opens."),
    FIELD_LIST("classes", 0, OFFER_LIST_MAX, mine_class, "What the caller can book now."),
    FIELD_END,
};

static const struct field pool_view[] = {
    FIELD_ID("pool", "The pool."),
    FIELD_TEXT("code", 1, CODE_MAX, "Its short name."),
    FIELD_INT("capacity", 0, OFFER_SEATS_MAX, "Seats it has."),
    FIELD_INT("held", 0, OFFER_SEATS_MAX, "Held by who is booking."),
    FIELD_INT("confirmed", 0, OFFER_SEATS_MAX, "Sold."),
    FIELD_INT("offered", 0, OFFER_SEATS_MAX, "Offered to the waiting list."),
    FIELD_LIST("classes",
        0,
        OFFER_LIST_MAX,
        class_id,
        "Classes that draw on it; null: none.",
        .scalar_items = true,
        .nullable = true),
    FIELD_END,
};

static const struct field window_view[] = {
    FIELD_INT("min_rank", 0, OFFER_RANK_MAX, "For members from that rank on."),
    FIELD_ID("segment", "In that segment; null: in none.", .nullable = true),
    FIELD_TIME("opens_at", "From then on."),
    FIELD_TIME("closes_at", "Until then; null: to the end.", .nullable = true),
    FIELD_INT("cum_cap_ppm", 0, OFFER_PPM_MAX, "So many millionths of each pool it reaches."),
    FIELD_END,
};

static const struct field desk[] = {
    FIELD_OBJECT("audience", offer_audience, "For whom it is."),
    FIELD_TIME("announced_at", "When it was announced; null: not yet.", .nullable = true),
    FIELD_INT("waitlist_cap",
        0,
        OFFER_SEATS_MAX,
        "So many may wait at most; null: no end.",
        .nullable = true),
    FIELD_INT("queue_rate",
        1,
        1000,
        "So many of its queue are admitted a second; null: it has none.",
        .nullable = true),
    FIELD_INT("invited", 0, FIELD_POINTS_MAX, "So many members are invited."),
    FIELD_LIST("pools", 0, OFFER_LIST_MAX, pool_view, "Its pools."),
    FIELD_LIST("windows", 0, 1000, window_view, "Who may book ahead of the public opening."),
    FIELD_END,
};

#define OFFER_BODY FIELD_TEXT("body", 1, OFFER_BODY_MAX, "Text; null: none.", .nullable = true)
#define OFFER_FIELDS                                                                              \
    FIELD_ID("offer", "The offer."), FIELD_ID("club", "Its club."),                               \
        FIELD_ID("category", "Its product category; null: none.", .nullable = true),              \
        FIELD_WORD("kind", offer_kinds, "What it is."), FIELD_TEXT("title", 1, 120, "Title."),    \
        FIELD_TEXT("organiser_name", 1, 120, "Who sells it: the club, or whom it mediates for."), \
        FIELD_WORD("state", states, "Its state."),                                                \
        FIELD_BOOL("closed", "True: not for the whole club."),                                    \
        FIELD_INT("min_age", 1, 120, "Least age in years; null: any.", .nullable = true),         \
        FIELD_TIME("starts_at", "When it begins."), FIELD_TIME("ends_at", "When it ends."),       \
        FIELD_TIME("public_open_at", "When booking opens for all."),                              \
        FIELD_TIME("booking_close_at", "When booking closes."),                                   \
        FIELD_TIME("name_deadline", "Until then seats can be named."),                            \
        FIELD_WORD("waitlist", waitlists, "Whether one can join the waiting list."),              \
        FIELD_TEXT("currency", 3, 3, "ISO 4217 code of its prices."),                             \
        FIELD_BOOL("points_allowed", "True: what has a price in points can be paid in points."),  \
        FIELD_LIST("cancel_policy", 0, OFFER_LIST_MAX, offer_policy,                              \
            "What is given back, the most hours first; nothing where none fits."),                \
        FIELD_LIST("steps", 0, OFFER_LIST_MAX, offer_step, "Prices for parties and for tiers."),  \
        FIELD_OBJECT("queue", queue_view, "Its on-sale queue; null: it has none, or not yet.",    \
            .nullable = true),                                                                    \
        FIELD_LIST("classes", 0, OFFER_LIST_MAX, class_view, "What can be booked."),              \
        FIELD_INT("version", 1, FIELD_POINTS_MAX, "Its version.")

const struct field offer_view[] = {OFFER_FIELDS, OFFER_BODY, FIELD_END};

static const struct field notice[] = {
    FIELD_ID("notice", "The notice."),
    FIELD_TEXT("body", 1, OFFER_BODY_MAX, "What everybody must know."),
    FIELD_TIME("at", "When it was written."),
    FIELD_END,
};

const struct field offer_safety_view[] = {
    OFFER_FIELDS,
    OFFER_BODY,
    FIELD_OBJECT("notice", notice, "The notice."),
    FIELD_END,
};

const struct field offer_full[] = {
    OFFER_FIELDS,
    OFFER_BODY,
    FIELD_OBJECT("mine", mine, "What holds for the caller; only for members.", .optional = true),
    FIELD_OBJECT("desk", desk, "What staff sees beside; only for staff.", .optional = true),
    FIELD_END,
};

static const struct field offer_row[] = {
    OFFER_FIELDS,
    FIELD_OBJECT("mine", mine, "What holds for the caller; only for members.", .optional = true),
    FIELD_END,
};

static const struct field list_params[] = {
    FIELD_ID("club", "Which club."),
    FIELD_ID("category", "Of that product category only.", .optional = true),
    FIELD_BOOL(
        "past", "True: those that are over or called off, the latest first.", .optional = true),
    FIELD_INT("limit", 1, 50, "Offers at most; 20 when left out.", .optional = true),
    FIELD_TEXT("cursor", 1, 40, "Where the page before ended.", .optional = true),
    FIELD_END,
};

static const struct field list_result[] = {
    FIELD_LIST("offers", 0, 50, offer_row, "By their start; fewer when they are long."),
    FIELD_TEXT("cursor", 1, 40, "For the next page; null: there is none.", .nullable = true),
    FIELD_END,
};

static const struct field one_offer[] = {
    FIELD_ID("offer", "Which offer."),
    FIELD_END,
};

const struct method offer_methods[] = {
    {
        .name = "offer.get",
        .doc = "Tells all of an offer, and what holds for the caller: since when, how much.",
        .since = "1",
        .who = WHO_MEMBER | WHO_MANAGER | WHO_AGENT,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = one_offer,
        .result = offer_full,
        .sql = "select * from api.offer_get($1, $2)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND),
    },
    {
        .name = "offer.list",
        .doc = "Lists the offers of a club that are meant for the caller, without their texts.",
        .since = "1",
        .who = WHO_MEMBER | WHO_MANAGER | WHO_AGENT,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = list_params,
        .result = list_result,
        .sql = "select * from api.offer_list($1, $2, $3, $4, $5, $6)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_MEMBER),
    },
    {.name = NULL},
};
