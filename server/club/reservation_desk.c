/* reservation_desk.c -- the rows of reservation.* about who comes and who does not; the functions are
 * sql/api/reservation_arrive.sql and sql/api/strike.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum {
    TILL_MAX = 40,
    CARD_DIGITS = 16,
    CARD_CODE_DIGITS = 8,
    CODE_DIGITS = 6,
    SEATS_MAX = 1000, /* of one reservation */
    NAMED_MAX = 100,
    QR_MAX = 40,
    PERIOD_S = 30,
    REASON_MAX = 400
};

static const char *const arrived[] = {"checked_in", NULL};
static const char *const absent[] = {"no_show", NULL};
static const char *const decided[] = {"no_show", "completed", NULL};
static const char *const disputed[] = {"disputed", NULL};
static const char *const outcomes[] = {"waived", "upheld", NULL};
static const char *const seat_states[] = {
    "unnamed", "invited", "accepted", "declined", "checked_in", "no_show", "cancelled", NULL};
const char *const reservation_strikes[] = {
    "active", "disputed", "waived", "upheld", "expired", NULL};

static const struct field one[] = {FIELD_ID("reservation", "Which reservation."), FIELD_END};

/* --- reservation.code, reservation.check_in -------------------------------------------------- */

static const struct field code_result[] = {
    FIELD_ID("reservation", "The reservation."),
    FIELD_TEXT("code", CODE_DIGITS, CODE_DIGITS, "The code as it is now."),
    FIELD_TEXT("text", CODE_DIGITS, QR_MAX, "What its QR code says: `clubhub:r:reservation:code`."),
    FIELD_INT("period_s", PERIOD_S, PERIOD_S, "Seconds after which there is another."),
    FIELD_TIME("next_at", "When there is another; this one is good for a step more."),
    FIELD_TIME("server_time", "The clock that it goes by."),
    FIELD_END,
};

static const struct field seat_number[] = {FIELD_INT(NULL, 1, SEATS_MAX, "A seat."), FIELD_END};

static const struct field check_in_params[] = {
    FIELD_ID("reservation", "Which reservation.", .optional = true),
    FIELD_ID("offer",
        "With a card, instead of the reservation: that of the card's member for this offer.",
        .optional = true),
    FIELD_TEXT("code",
        CODE_DIGITS,
        CARD_CODE_DIGITS,
        "The code of the reservation, or of the card; agents need none without a card.",
        .optional = true),
    FIELD_TEXT("card",
        CARD_DIGITS,
        CARD_DIGITS,
        "Number of a card, when it is one that was read.",
        .optional = true),
    FIELD_INT(
        "step", 0, FIELD_POINTS_MAX, "The step that the card's QR code names.", .optional = true),
    FIELD_LIST("seats",
        1,
        NAMED_MAX,
        seat_number,
        "Which seats. When left out: those of the card's member, or all where the code is the "
        "reservation's or the card the organiser's.",
        .scalar_items = true,
        .optional = true),
    FIELD_TEXT("till", 1, TILL_MAX, "Which till; wrong codes are counted by it.", .optional = true),
    FIELD_END,
};

static const struct field seat[] = {
    FIELD_INT("seat", 1, SEATS_MAX, "Number of the seat."),
    FIELD_ID("class", "Its class."),
    FIELD_INT("unit", 1, SEATS_MAX, "Which unit of the class."),
    FIELD_WORD("state", seat_states, "Where it stands."),
    FIELD_TIME("checked_in_at", "Since when; null: agreed on later.", .nullable = true),
    FIELD_END,
};

static const struct field check_in_result[] = {
    FIELD_ID("reservation", "The reservation."),
    FIELD_ID("offer", "Its offer."),
    FIELD_WORD("state", arrived, "Somebody is in."),
    FIELD_INT("checked_in", 0, SEATS_MAX, "How many were let in now; 0: all were in before."),
    FIELD_LIST("seats", 1, SEATS_MAX, seat, "The seats that were meant."),
    FIELD_END,
};

/* --- no-shows -------------------------------------------------------------------------------- */

static const struct field no_show_result[] = {
    FIELD_ID("reservation", "The reservation."),
    FIELD_WORD("state", absent, "Nobody came."),
    FIELD_END,
};

static const struct field dispute_result[] = {
    FIELD_ID("reservation", "The reservation."),
    FIELD_WORD("strike", disputed, "The strike, which counts until it is waived."),
    FIELD_TIME("due_at", "When it will be decided at the latest."),
    FIELD_END,
};

static const struct field decide_params[] = {
    FIELD_ID("reservation", "Which reservation."),
    FIELD_WORD("outcome", outcomes, "waived takes the strike away, upheld leaves it."),
    FIELD_TEXT("reason", 1, REASON_MAX, "Why; kept in the access log."),
    FIELD_END,
};

static const struct field decide_result[] = {
    FIELD_ID("reservation", "The reservation."),
    FIELD_WORD("strike", outcomes, "What became of the strike."),
    FIELD_WORD("state", decided, "What became of the reservation."),
    FIELD_END,
};

const struct field reservation_strike_refs[] = {
    FIELD_ID("resv", "The reservation."),
    FIELD_WORD("state", reservation_strikes, "Where the strike stands; all but waived count."),
    FIELD_END,
};

/* --- the table ------------------------------------------------------------------------------- */

const struct method reservation_desk_methods[] = {
    {
        .name = "reservation.check_in",
        .doc = "Lets in seats of a reservation by its code or by the card of one of its members; "
               "the same seat again is answered the same.",
        .since = "1",
        .who = WHO_POS | WHO_AGENT,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = check_in_params,
        .result = check_in_result,
        .sql = "select * from api.reservation_check_in($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        .publishes = PUBLISHES(
            "resv.changed", "resv.invited", "code.failures", "card.changed", "notify.added"),
        .errors = ERRORS(ERR_FORBIDDEN,
            ERR_NOT_FOUND,
            ERR_RATE,
            ERR_INVALID_STATE,
            ERR_CODE_INVALID,
            ERR_CODE_USED,
            ERR_CARD_LOCKED),
    },
    {
        .name = "reservation.code",
        .doc =
            "Tells the code that lets in the seats of a reservation of the caller, as it is now.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = one,
        .result = code_result,
        .sql = "select * from api.reservation_code($1, $2)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_INVALID_STATE),
    },
    {
        .name = "reservation.dispute",
        .doc = "Says that nobody should be blamed for a no-show, within 14 days; an agent decides.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = one,
        .result = dispute_result,
        .sql = "select * from api.reservation_dispute($1, $2, $3, $4)",
        .publishes = PUBLISHES("strike.changed", "case.changed"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_INVALID_STATE, ERR_CLOSED),
    },
    {
        .name = "reservation.dispute_decide",
        .doc = "Decides about a no-show that is disputed.",
        .since = "1",
        .who = WHO_AGENT,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = decide_params,
        .result = decide_result,
        .sql = "select * from api.reservation_dispute_decide($1, $2, $3, $4, $5, $6)",
        .publishes = PUBLISHES("strike.changed", "resv.changed", "notify.added", "case.changed"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_INVALID_STATE),
    },
    {
        .name = "reservation.no_show",
        .doc = "Says that nobody came for a reservation; two hours after the start the hub does.",
        .since = "1",
        .who = WHO_AGENT,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = one,
        .result = no_show_result,
        .sql = "select * from api.reservation_no_show($1, $2, $3, $4)",
        .publishes = PUBLISHES("resv.changed", "resv.invited", "strike.added", "notify.added"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_INVALID_STATE),
    },
    {.name = NULL},
};
