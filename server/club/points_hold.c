/* points_hold.c -- rows of points.hold, .capture and .release (sql/api/points_hold.sql). */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { HOLD_SECONDS_MAX = 24 * 60 * 60, REF_MAX = 64 };

static const char *const sources[] = {"own", "family", NULL};
static const char *const purposes[] = {"purchase", "booking", "other", NULL};

/* --- points.hold ----------------------------------------------------------------------------- */

static const struct field hold_params[] = {
    FIELD_ID("member",
        "Whose points; the caller's own when left out, and for members always.",
        .optional = true),
    FIELD_INT("points", 1, FIELD_POINTS_MAX, "How many."),
    FIELD_INT("seconds",
        1,
        HOLD_SECONDS_MAX,
        "How long, at most: 30 minutes for members, 24 hours for services; 10 minutes when left out.",
        .optional = true),
    FIELD_WORD("purpose", purposes, "What for; purchase when left out.", .optional = true),
    FIELD_TEXT("ref", 1, REF_MAX, "The caller's own number for it.", .optional = true),
    FIELD_WORD("from",
        sources,
        "Own points, or those of the family's pool if the member may spend them; own when left out.",
        .optional = true),
    FIELD_END,
};

static const struct field hold_result[] = {
    FIELD_ID("hold", "The hold."),
    FIELD_ID("tx", "Its ledger transaction."),
    FIELD_INT("points", 1, FIELD_POINTS_MAX, "Points it keeps."),
    FIELD_INT("available", 0, FIELD_POINTS_MAX, "Points that can still be spent."),
    FIELD_TIME("expires_at", "From then on it can only be released."),
    FIELD_END,
};

/* --- points.capture, points.release ---------------------------------------------------------- */

static const struct field capture_params[] = {
    FIELD_ID("hold", "The hold."),
    FIELD_INT("points",
        1,
        FIELD_POINTS_MAX,
        "How many are spent; all when left out. The rest is released.",
        .optional = true),
    FIELD_END,
};

static const struct field release_params[] = {FIELD_ID("hold", "The hold."), FIELD_END};

static const struct field resolved_result[] = {
    FIELD_ID("hold", "The hold."),
    FIELD_ID("tx", "The ledger transaction; a rest that was released has one of its own."),
    FIELD_INT("captured", 0, FIELD_POINTS_MAX, "Points spent."),
    FIELD_INT("released",
        0,
        FIELD_POINTS_MAX,
        "Points given back; those that have expired meanwhile end at once."),
    FIELD_INT("available", 0, FIELD_POINTS_MAX, "Points that can be spent now."),
    FIELD_END,
};

/* --- the table ------------------------------------------------------------------------------- */

const struct method points_hold_methods[] = {
    {
        .name = "points.capture",
        .doc = "Spends the points of a hold, wholly or in part; a hold is resolved once.",
        .since = "1",
        .who = WHO_POS | WHO_BOOKING,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = capture_params,
        .result = resolved_result,
        .sql = "select * from api.points_capture($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("points.changed"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_LIMIT, ERR_HOLD_EXPIRED, ERR_HOLD_RESOLVED),
    },
    {
        .name = "points.hold",
        .doc = "Puts points aside for a while, so that nothing else can spend them.",
        .since = "1",
        .who = WHO_MEMBER | WHO_POS | WHO_BOOKING,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = hold_params,
        .result = hold_result,
        .sql = "select * from api.points_hold($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        .coalesce = "",
        .batch_sql = "select * from api.points_hold_many($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        .publishes = PUBLISHES("points.changed"),
        .errors = ERRORS(ERR_FORBIDDEN,
            ERR_NOT_FOUND,
            ERR_INVALID_STATE,
            ERR_LIMIT,
            ERR_INSUFFICIENT_POINTS,
            ERR_POINTS_FROZEN,
            ERR_RESTRICTED),
    },
    {
        .name = "points.release",
        .doc = "Gives the points of a hold back; a hold is resolved once.",
        .since = "1",
        .who = WHO_MEMBER | WHO_POS | WHO_BOOKING,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = release_params,
        .result = resolved_result,
        .sql = "select * from api.points_release($1, $2, $3, $4)",
        .publishes = PUBLISHES("points.changed"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_HOLD_RESOLVED),
    },
    {.name = NULL},
};
