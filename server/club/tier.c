/* tier.c -- the rows of tier.*; the functions are sql/api/tier.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { RANK_MAX = 1000, REASON_MAX = 400 };

static const char *const window_kinds[] = {"rolling", "anniversary", "calendar", NULL};
static const char *const causes[] = {"staff", "match", "reversal", NULL};

static const struct field tier[] = {
    FIELD_INT("rank", 0, RANK_MAX, "Its rank, from 0."),
    FIELD_TEXT("name", 1, 120, "Its name."),
    FIELD_END,
};

static const struct field next[] = {
    FIELD_INT("rank", 0, RANK_MAX, "Its rank."),
    FIELD_TEXT("name", 1, 120, "Its name."),
    FIELD_INT("qualify_tp", 0, FIELD_POINTS_MAX, "Tier points in the window that it takes."),
    FIELD_END,
};

static const struct field window[] = {
    FIELD_WORD("kind",
        window_kinds,
        "The last months; or the period since the day of joining; or that of the calendar."),
    FIELD_TIME("from", "Its first day begins, in the zone of the club."),
    FIELD_TIME("to", "Its last day is over; of a rolling one today."),
    FIELD_END,
};

const struct field tier_view[] = {
    FIELD_ID("club", "The club."),
    FIELD_OBJECT("tier", tier, "The tier."),
    FIELD_TIME("since", "Since when."),
    FIELD_TIME("until", "Kept at least until then; null: no end is set.", .nullable = true),
    FIELD_INT("counted_tp", -FIELD_POINTS_MAX, FIELD_POINTS_MAX, "Tier points in the window."),
    FIELD_OBJECT("window", window, "The days on which tier points count."),
    FIELD_OBJECT("next",
        next,
        "The next tier that the member can rise to; null: there is none.",
        .nullable = true),
    FIELD_INT("need_next",
        0,
        FIELD_POINTS_MAX,
        "Tier points missing for it; null: there is none.",
        .nullable = true),
    FIELD_INT("kept_tp",
        -FIELD_POINTS_MAX,
        FIELD_POINTS_MAX,
        "Tier points that count for keeping the tier; null: it has no end.",
        .nullable = true),
    FIELD_INT("need_keep",
        0,
        FIELD_POINTS_MAX,
        "Tier points missing to keep it; null: it has no end.",
        .nullable = true),
    FIELD_TIME("next_check",
        "When it is decided whether it is kept, days of grace included; null: it has no end.",
        .nullable = true),
    FIELD_END,
};

static const struct field explain_params[] = {
    FIELD_ID("club", "Which club."),
    FIELD_ID("member", "Whose; staff must say it, members mean themselves.", .optional = true),
    FIELD_END,
};

static const struct field set_params[] = {
    FIELD_ID("club", "Which club."),
    FIELD_ID("member", "Whose tier."),
    FIELD_INT("rank", 0, RANK_MAX, "Rank of the tier to have."),
    FIELD_TIME("until", "To be kept until then; 5 years ahead at most."),
    FIELD_TEXT("reason", 1, REASON_MAX, "Why; the member can read it in an export."),
    FIELD_WORD("cause",
        causes,
        "A courtesy, which holds when left out; another programme's tier; or a rise taken back "
        "because its purchases were reversed and that was abuse.",
        .optional = true),
    FIELD_END,
};

static const struct field set_result[] = {
    FIELD_ID("club", "The club."),
    FIELD_ID("member", "The member."),
    FIELD_INT("rank", 0, RANK_MAX, "Rank of the tier."),
    FIELD_TIME("since", "Since when."),
    FIELD_TIME("until", "Until when."),
    FIELD_INT("version", 1, FIELD_POINTS_MAX, "Version of the membership."),
    FIELD_END,
};

const struct method tier_methods[] = {
    {
        .name = "tier.explain",
        .doc = "Tells what counts for a member's tier, what the next one needs, what keeping it "
               "needs, and when that is decided.",
        .since = "1",
        .who = WHO_MEMBER | WHO_AGENT,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = explain_params,
        .result = tier_view,
        .sql = "select * from api.tier_explain($1, $2, $3)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_MEMBER),
    },
    {
        .name = "tier.set",
        .doc = "Gives a member a tier up to a day; one set lower rises again only after it.",
        .since = "1",
        .who = WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = set_params,
        .result = set_result,
        .sql = "select * from api.tier_set($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        .publishes = PUBLISHES("tier.changed", "notify.added"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_MEMBER, ERR_INVALID_STATE),
    },
    {.name = NULL},
};
