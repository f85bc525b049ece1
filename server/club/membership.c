/* membership.c -- the rows of membership.*; the functions are sql/api/membership.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { RANK_MAX = 1000, CLUBS_MAX = 1000, PAUSE_DAYS_MAX = 184, ANSWERS_MAX = 10 };

static const char *const statuses[] = {
    "applied", "invited", "active", "paused", "lapsed", "left", "expelled", "declined", NULL};
static const char *const fee_kinds[] = {"free", "one_off", "periodic", NULL};

static const struct field track[] = {
    FIELD_ID("track", "The track."),
    FIELD_TEXT("code", 1, 64, "Its code."),
    FIELD_TEXT("name", 1, 120, "Its name."),
    FIELD_WORD("fee_kind", fee_kinds, "Whether it costs something, and how often."),
    FIELD_END,
};

static const struct field tier[] = {
    FIELD_INT("rank", 0, RANK_MAX, "Its rank, from 0."),
    FIELD_TEXT("name", 1, 120, "Its name."),
    FIELD_TIME("since", "Since when."),
    FIELD_TIME("until", "Kept at least until then; null: no end is set.", .nullable = true),
    FIELD_END,
};

const struct field membership_view[] = {
    FIELD_ID("club", "The club."),
    FIELD_TEXT("slug", 2, 40, "Its name in addresses."),
    FIELD_TEXT("name", 1, 120, "Its name."),
    FIELD_WORD("status", statuses, "Where the membership stands."),
    FIELD_OBJECT("track", track, "What was joined."),
    FIELD_OBJECT("tier", tier, "The tier."),
    FIELD_TIME("joined_at", "When it first became active; null: not yet.", .nullable = true),
    FIELD_TIME("paid_until", "Up to when the fee is paid; null: there is none.", .nullable = true),
    FIELD_TIME("paused_at", "Since when it is paused; null: it is not.", .nullable = true),
    FIELD_INT("paused_days", 0, PAUSE_DAYS_MAX, "Days paused in this calendar year of the club."),
    FIELD_TEXT("criterion",
        1,
        1000,
        "Why the member is invited; null: is not, or nobody said.",
        .nullable = true),
    FIELD_ID("agent", "The dedicated agent; null: none.", .nullable = true),
    FIELD_INT("version", 1, FIELD_POINTS_MAX, "Rises with every change."),
    FIELD_END,
};

static const struct field answer[] = {
    FIELD_TEXT("question", 1, 400, "The question, as club.get words it."),
    FIELD_TEXT("answer", 1, 1000, "The answer."),
    FIELD_END,
};

static const struct field apply_params[] = {
    FIELD_ID("club", "Which club."),
    FIELD_ID("track", "Which track; the first without a fee when left out.", .optional = true),
    FIELD_LIST("answers",
        0,
        ANSWERS_MAX,
        answer,
        "Answers to the questions of the club.",
        .optional = true),
    FIELD_END,
};

static const struct field leave_params[] = {
    FIELD_ID("club", "Which club."),
    FIELD_END,
};

static const struct field list_params[] = {
    FIELD_ID("member", "Whose; staff must say it, members mean themselves.", .optional = true),
    FIELD_END,
};

static const struct field list_result[] = {
    FIELD_LIST("memberships", 0, CLUBS_MAX, membership_view, "One per club, former ones too."),
    FIELD_END,
};

const struct method membership_methods[] = {
    {
        .name = "membership.apply",
        .doc = "Joins a club, or applies to it, by its policy; also to come back.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = apply_params,
        .result = membership_view,
        .sql = "select * from api.membership_apply($1, $2, $3, $4, $5, $6)",
        .publishes = PUBLISHES("membership.changed", "metric.updated"),
        .errors = ERRORS(ERR_FORBIDDEN,
            ERR_NOT_FOUND,
            ERR_AGE_LIMIT,
            ERR_INVALID_STATE,
            ERR_LIMIT,
            ERR_CLOSED,
            ERR_RESTRICTED),
    },
    {
        .name = "membership.leave",
        .doc = "Leaves a club at once; answered when its streams are closed everywhere.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = leave_params,
        .result = membership_view,
        .sql = "select * from api.membership_leave($1, $2, $3, $4)",
        .publishes = PUBLISHES("membership.changed", "metric.updated"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_INVALID_STATE, ERR_RESTRICTED),
    },
    {
        .name = "membership.list",
        .doc = "Lists a member's memberships, former ones too; to staff those in its clubs.",
        .since = "1",
        .who = WHO_MEMBER | WHO_AGENT,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = list_params,
        .result = list_result,
        .sql = "select * from api.membership_list($1, $2)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND),
    },
    {.name = NULL},
};
