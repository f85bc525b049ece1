/* offer_notice.c -- the rows of offer.* about reminders, safety and who is booked; the functions are
 * sql/api/offer_notice.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum {
    NOTICE_MAX = 2000,
    RECIPIENTS_MAX = 1000000,
    SEATS_MAX = 1000,
    LABEL_MAX = 120,
    NEEDS_MAX = 4000,
    PAGE_MAX = 100,
    CURSOR_MAX = 24
};

static const char *const seat_states[] = {
    "unnamed", "invited", "accepted", "declined", "checked_in", "no_show", NULL};

static const struct field remind_params[] = {
    FIELD_ID("offer", "Which offer."),
    FIELD_BOOL("on", "True: tell me when I can book; false: no more."),
    FIELD_END,
};

static const struct field remind_result[] = {
    FIELD_ID("offer", "The offer."),
    FIELD_BOOL("on", "Whether the caller will be told."),
    FIELD_TIME(
        "opens_at", "When it opens for the caller, as it is now; null: off.", .nullable = true),
    FIELD_END,
};

static const struct field safety_params[] = {
    FIELD_ID("offer", "Which offer."),
    FIELD_TEXT("body", 1, NOTICE_MAX, "What everybody must know."),
    FIELD_END,
};

static const struct field safety_result[] = {
    FIELD_ID("notice", "The notice."),
    FIELD_ID("offer", "Its offer."),
    FIELD_INT("recipients", 0, RECIPIENTS_MAX, "How many members are registered, and are told."),
    FIELD_END,
};

static const struct field bookings_params[] = {
    FIELD_ID("offer", "Which offer."),
    FIELD_BOOL("needs",
        "True, by managers: with what members have said of diet, access and health.",
        .optional = true),
    FIELD_INT("limit", 1, PAGE_MAX, "Seats at most; 50 when left out.", .optional = true),
    FIELD_TEXT("cursor",
        1,
        CURSOR_MAX,
        "From the page before; the first when left out.",
        .optional = true),
    FIELD_END,
};

static const struct field booking[] = {
    FIELD_ID("reservation", "The reservation."),
    FIELD_OBJECT("by", notify_actor, "Who made it."),
    FIELD_INT("seat", 1, SEATS_MAX, "Number of the seat in it."),
    FIELD_TEXT("class", 1, LABEL_MAX, "Code of its class."),
    FIELD_INT("unit", 1, SEATS_MAX, "Which unit of the class."),
    FIELD_WORD("state", seat_states, "Where it stands."),
    FIELD_OBJECT(
        "member", notify_actor, "Whose it is; null: nobody's who has said yes.", .nullable = true),
    FIELD_TEXT("guest", 1, LABEL_MAX, "A guest, by the words of who booked.", .nullable = true),
    FIELD_TIME("checked_in_at", "Since when they are there; null: not yet.", .nullable = true),
    FIELD_TEXT("needs",
        1,
        NEEDS_MAX,
        "What they need; null: nothing said, or not to be shown.",
        .optional = true,
        .nullable = true),
    FIELD_END,
};

static const struct field bookings_result[] = {
    FIELD_ID("offer", "The offer."),
    FIELD_TIME("as_of", "When the list was made; it serves a guide without a network."),
    FIELD_LIST("seats", 0, PAGE_MAX, booking, "By reservation and seat."),
    FIELD_TEXT(
        "cursor", 1, CURSOR_MAX, "For the next page; null: this is the last.", .nullable = true),
    FIELD_END,
};

const struct field offer_opening_refs[] = {
    FIELD_ID("offer", "The offer."),
    FIELD_TIME("opens_at", "When it opened for the member."),
    FIELD_END,
};

const struct field offer_safety_refs[] = {
    FIELD_ID("offer", "The offer."),
    FIELD_ID("notice", "The notice."),
    FIELD_END,
};

const struct method offer_notice_methods[] = {
    {
        .name = "offer.bookings",
        .doc = "Lists who is booked on an offer, seat by seat, without contact data.",
        .since = "1",
        .who = WHO_MANAGER | WHO_AGENT,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = bookings_params,
        .result = bookings_result,
        .sql = "select * from api.offer_bookings($1, $2, $3, $4, $5)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND),
    },
    {
        .name = "offer.remind",
        .doc = "Asks to be told once when an offer opens for the caller, or takes that back.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = remind_params,
        .result = remind_result,
        .sql = "select * from api.offer_remind($1, $2, $3, $4, $5)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_LIMIT, ERR_CLOSED, ERR_RESTRICTED),
    },
    {
        .name = "offer.safety_notice",
        .doc = "Warns everybody who is registered for an offer, whatever else they refused.",
        .since = "1",
        .who = WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = safety_params,
        .result = safety_result,
        .sql = "select * from api.offer_safety_notice($1, $2, $3, $4, $5)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_LIMIT),
    },
    {.name = NULL},
};
