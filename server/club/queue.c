/* queue.c -- rows of queue.*: the on-sale queue of an offer (sql/api/queue.sql, queue_draw.sql). */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { PROOF_PAGE_MAX = 4000, HEX_32 = 64, RATE_MAX = 1000, ESTIMATE_MAX = 24 * 60 * 60 };

static const char *const ticket_states[] = {"queued", "admitted", "used", "expired", "left", NULL};

/* --- a ticket -------------------------------------------------------------------------------- */

const struct field queue_ticket_view[] = {
    FIELD_ID("offer", "The offer."),
    FIELD_ID("ticket", "The ticket."),
    FIELD_BOOL("early", "True: drawn with those who came before the public opening."),
    FIELD_WORD("state",
        ticket_states,
        "Where it stands; expired: not used in time, or not to be used any more."),
    FIELD_INT("position",
        1,
        FIELD_POINTS_MAX,
        "How many have their turn until this one has, itself included; it never grows.  Null before the "
        "draw, and of a ticket that does not wait.",
        .nullable = true),
    FIELD_INT("estimate_s",
        0,
        ESTIMATE_MAX,
        "Seconds until then at the rate that is measured, rounded up to 30; null: not known.",
        .nullable = true),
    FIELD_TIME("admitted_until",
        "Until then it is good for reservation.hold; null unless admitted.",
        .nullable = true),
    FIELD_END,
};

const struct field queue_sealed_refs[] = {
    FIELD_ID("offer", "The offer."),
    FIELD_INT("count", 0, FIELD_POINTS_MAX, "How many early tickets there are."),
    FIELD_TEXT("sha256",
        HEX_32,
        HEX_32,
        "SHA-256 of their numbers, ascending, joined by commas; in hexadecimal."),
    FIELD_END,
};

/* Of offer.opened. */
const struct field queue_opened_refs[] = {
    FIELD_ID("offer", "The offer."),
    FIELD_TEXT("seed",
        HEX_32,
        HEX_32,
        "The seed of the draw, in hexadecimal; null: the offer has no queue.",
        .nullable = true),
    FIELD_END,
};

/* --- parameters and results ------------------------------------------------------------------ */

static const struct field offer_params[] = {FIELD_ID("offer", "The offer."), FIELD_END};

static const struct field left_result[] = {
    FIELD_ID("offer", "The offer."),
    FIELD_ID("ticket", "The ticket."),
    FIELD_WORD("state", ticket_states, "Left."),
    FIELD_END,
};

/* What everybody may know of the draw. */
/* clang-format off */
#define DRAW_FIELDS                                                                                             \
    FIELD_TEXT("seed_hash", HEX_32, HEX_32, "SHA-256 of the seed, as published with the announcement."),        \
    FIELD_TIME("sealed_at", "When the list of early tickets was closed; null: not yet.", .nullable = true),     \
    FIELD_INT("count", 0, FIELD_POINTS_MAX, "How many early tickets there are; null: not yet sealed.",          \
        .nullable = true),                                                                                      \
    FIELD_TEXT("sha256", HEX_32, HEX_32,                                                                        \
        "SHA-256 of their numbers, ascending, joined by commas; null: not yet sealed.", .nullable = true),      \
    FIELD_TEXT("seed", HEX_32, HEX_32, "The seed; null: not yet drawn.", .nullable = true)
/* clang-format on */

#define QUEUE_FIELDS                                                     \
    DRAW_FIELDS, FIELD_TIME("joins_from", "From then on one may join."), \
        FIELD_INT("rate", 1, RATE_MAX, "How many are admitted per second, at most.")

const struct field queue_view[] = {QUEUE_FIELDS, FIELD_END};

static const struct field status_result[] = {
    FIELD_ID("offer", "The offer."),
    QUEUE_FIELDS,
    FIELD_TIME("opens_at", "The public opening."),
    FIELD_TIME("opened_at", "When the draw was made; null: not yet.", .nullable = true),
    FIELD_OBJECT(
        "ticket", queue_ticket_view, "The caller's latest ticket; null: none.", .nullable = true),
    FIELD_END,
};

static const struct field proof_params[] = {
    FIELD_ID("offer", "The offer."),
    FIELD_INT("limit", 1, PROOF_PAGE_MAX, "Tickets at most; 1000 when left out.", .optional = true),
    FIELD_TEXT("cursor", 1, 32, "Continues after an earlier page.", .optional = true),
    FIELD_END,
};

static const struct field early_ticket[] = {FIELD_ID(NULL, "A ticket."), FIELD_END};

static const struct field proof_result[] = {
    FIELD_ID("offer", "The offer."),
    DRAW_FIELDS,
    FIELD_LIST("early",
        0,
        PROOF_PAGE_MAX,
        early_ticket,
        "The sealed list, ascending. Its order in the queue: ascending HMAC-SHA256(seed, number in "
        "decimal).",
        .scalar_items = true),
    FIELD_TEXT("cursor", 1, 32, "For the next page; null: this is the last.", .nullable = true),
    FIELD_END,
};

/* --- the table ------------------------------------------------------------------------------- */

const struct method queue_methods[] = {
    {
        .name = "queue.join",
        .doc =
            "Takes a ticket for the on-sale queue of an offer, from 15 minutes before its public "
            "opening on; who has one gets it again.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = offer_params,
        .result = queue_ticket_view,
        .sql = "select * from api.queue_join($1, $2, $3, $4)",
        .coalesce = "offer",
        .batch_sql = "select * from api.queue_join_many($1, $2, $3, $4)",
        .publishes = PUBLISHES("queue.position"),
        .errors = ERRORS(ERR_NOT_FOUND,
            ERR_INVALID_STATE,
            ERR_NOT_OPEN_YET,
            ERR_LIMIT,
            ERR_CLOSED,
            ERR_RESTRICTED),
    },
    {
        .name = "queue.leave",
        .doc = "Gives the caller's ticket for an offer up.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = offer_params,
        .result = left_result,
        .sql = "select * from api.queue_leave($1, $2, $3, $4)",
        .publishes = PUBLISHES("queue.position"),
        .errors = ERRORS(ERR_NOT_FOUND),
    },
    {
        .name = "queue.proof",
        .doc = "What anybody needs to work the order of the early tickets out again.",
        .since = "1",
        .who = WHO_GUEST | WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = proof_params,
        .result = proof_result,
        .sql = "select * from api.queue_proof($1, $2, $3, $4)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_INVALID_STATE),
    },
    {
        .name = "queue.status",
        .doc = "Where the queue of an offer stands, and the caller in it.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = offer_params,
        .result = status_result,
        .sql = "select * from api.queue_status($1, $2)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_INVALID_STATE),
    },
    {.name = NULL},
};
