/* reservation_party.c -- rows of reservation.name_seat, .accept_seat, .decline_seat and .set_needs
 * (sql/api/reservation_party.sql). */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { SEAT_NO_MAX = 6000, GUEST_MAX = 60, NEEDS_MAX = 1000 };

static const char *const seat_states[] = {"unnamed", "invited", "accepted", "declined", NULL};
static const char *const invited_states[] = {"invited", "withdrawn", NULL};

static const struct field one_param[] = {FIELD_ID("reservation", "The reservation."), FIELD_END};

static const struct field name_params[] = {
    FIELD_ID("reservation", "The caller's reservation."),
    FIELD_INT("seat", 1, SEAT_NO_MAX, "The seat's number in it."),
    FIELD_ID("member", "A member of the club, who is asked.", .optional = true),
    FIELD_TEXT("handle", 3, 24, "The same, by handle.", .optional = true),
    FIELD_TEXT("guest",
        1,
        GUEST_MAX,
        "Somebody else, in the caller's words; nobody when all three are left out.",
        .optional = true),
    FIELD_END,
};

static const struct field seat_result[] = {
    FIELD_ID("reservation", "The reservation."),
    FIELD_INT("seat", 1, SEAT_NO_MAX, "The seat's number in it."),
    FIELD_WORD("state", seat_states, "Whether somebody is named for it, and has accepted."),
    FIELD_END,
};

static const struct field needs_params[] = {
    FIELD_ID("reservation", "The reservation."),
    FIELD_INT("seat", 1, SEAT_NO_MAX, "The caller's seat in it."),
    FIELD_TEXT("text",
        1,
        NEEDS_MAX,
        "What is needed of diet, access or health; takes it back when left out.",
        .optional = true),
    FIELD_END,
};

static const struct field needs_result[] = {
    FIELD_ID("reservation", "The reservation."),
    FIELD_INT("seat", 1, SEAT_NO_MAX, "The caller's seat in it."),
    FIELD_BOOL("needs", "True: something is said."),
    FIELD_END,
};

/* event resv.invited */
const struct field reservation_invited_refs[] = {
    FIELD_ID("resv", "The reservation."),
    FIELD_INT("seat", 1, SEAT_NO_MAX, "The seat's number in it."),
    FIELD_WORD("state",
        invited_states,
        "Whether the member is named for it, or not any more: renamed or cancelled."),
    FIELD_END,
};

const struct method reservation_party_methods[] = {
    {
        .name = "reservation.accept_seat",
        .doc = "Takes the seat that the caller was named for; until then nobody sees the name.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = one_param,
        .result = seat_result,
        .sql = "select * from api.reservation_accept_seat($1, $2, $3, $4)",
        .publishes = PUBLISHES("resv.changed"),
        .errors = ERRORS(ERR_NOT_FOUND,
            ERR_GUARDIAN_REQUIRED,
            ERR_NOT_MEMBER,
            ERR_INVALID_STATE,
            ERR_CLOSED,
            ERR_RESTRICTED),
    },
    {
        .name = "reservation.decline_seat",
        .doc = "Says no to a seat, also after accepting it; answered when nobody sees the name any "
               "more.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = one_param,
        .result = seat_result,
        .sql = "select * from api.reservation_decline_seat($1, $2, $3, $4)",
        .publishes = PUBLISHES("resv.changed"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_INVALID_STATE, ERR_CLOSED),
    },
    {
        .name = "reservation.name_seat",
        .doc = "Says who sits on a seat of the caller's reservation, until the deadline of the "
               "offer; a member is asked and has to accept.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = name_params,
        .result = seat_result,
        .sql = "select * from api.reservation_name_seat($1, $2, $3, $4, $5, $6, $7, $8)",
        .publishes = PUBLISHES("resv.changed", "resv.invited", "notify.added"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_INVALID_STATE, ERR_LIMIT, ERR_CLOSED, ERR_RESTRICTED),
    },
    {
        .name = "reservation.set_needs",
        .doc = "What the caller needs on a trip, for those who run it; only with the consent "
               "special.access for its offer, and deleted 30 days after the end.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = needs_params,
        .result = needs_result,
        .sql = "select * from api.reservation_set_needs($1, $2, $3, $4, $5, $6)",
        .errors = ERRORS(
            ERR_NOT_FOUND, ERR_CONSENT_REQUIRED, ERR_INVALID_STATE, ERR_CLOSED, ERR_RESTRICTED),
    },
    {.name = NULL},
};
