/* membership.c -- the rows of membership.*; the functions are sql/api/membership.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum {
    RANK_MAX = 1000,
    CLUBS_MAX = 1000,
    PAUSE_DAYS_MAX = 184,
    ANSWERS_MAX = 10,
    CRITERION_MAX = 1000
};

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
    FIELD_OBJECT("tier", tier, "The tier; null: not a member now.", .nullable = true),
    FIELD_TIME("joined_at", "When it first became active; null: not yet.", .nullable = true),
    FIELD_TIME("paid_until", "Up to when the fee is paid; null: there is none.", .nullable = true),
    FIELD_TIME("paused_at", "Since when it is paused; null: it is not.", .nullable = true),
    FIELD_INT("paused_days", 0, PAUSE_DAYS_MAX, "Days paused in this calendar year of the club."),
    FIELD_TEXT("criterion",
        1,
        CRITERION_MAX,
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

static const struct field club_only[] = {
    FIELD_ID("club", "Which club."),
    FIELD_END,
};

static const struct field accept_params[] = {
    FIELD_ID("club", "Which club."),
    FIELD_ID("track", "Which track; the first without a fee when left out.", .optional = true),
    FIELD_END,
};

static const struct field get_params[] = {
    FIELD_ID("club", "Which club."),
    FIELD_ID("member", "Whose; staff must say it, members mean themselves.", .optional = true),
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

/* --- what managers do ------------------------------------------------------------------------ */

static const char *const decisions[] = {"approve", "decline", NULL};

static const struct field invite_params[] = {
    FIELD_ID("club", "Into which club."),
    FIELD_ID("member", "Whom; or else by handle.", .optional = true),
    FIELD_TEXT("handle", 3, 24, "Whom; or else by id.", .optional = true),
    FIELD_TEXT("criterion",
        1,
        CRITERION_MAX,
        "Why; a vip club must say it, the member reads it.",
        .optional = true),
    FIELD_END,
};

static const struct field decide_params[] = {
    FIELD_ID("club", "Which club."),
    FIELD_ID("member", "Who has applied."),
    FIELD_WORD("decision", decisions, "Whether the member gets in."),
    FIELD_END,
};

static const struct field agent_params[] = {
    FIELD_ID("club", "Which club."),
    FIELD_ID("member", "Which member."),
    FIELD_ID("agent", "An agent of the club; nobody when left out.", .optional = true),
    FIELD_END,
};

static const struct field managed_result[] = {
    FIELD_ID("club", "The club."),
    FIELD_ID("member", "The member."),
    FIELD_WORD("status", statuses, "Where the membership stands."),
    FIELD_ID("agent", "The dedicated agent; null: none.", .nullable = true),
    FIELD_INT("version", 1, FIELD_POINTS_MAX, "Rises with every change."),
    FIELD_END,
};

static const struct field applications_params[] = {
    FIELD_ID("club", "Which club."),
    FIELD_INT("limit", 1, 100, "Applications at most; 20 when left out.", .optional = true),
    FIELD_TEXT("cursor", 1, 64, "From the page before; the first when left out.", .optional = true),
    FIELD_END,
};

static const struct field application[] = {
    FIELD_ID("member", "Who has applied."),
    FIELD_TEXT("handle", 3, 24, "The handle; null: none yet.", .nullable = true),
    FIELD_TEXT("name", 1, 120, "The real name; null: not told.", .nullable = true),
    FIELD_OBJECT("track", track, "What for."),
    FIELD_LIST("answers", 0, ANSWERS_MAX, answer, "What the member answered."),
    FIELD_TIME("applied_at", "When."),
    FIELD_END,
};

static const struct field applications_result[] = {
    FIELD_LIST("applications", 0, 100, application, "Oldest first."),
    FIELD_TEXT("cursor", 1, 64, "For the next page; null: this was the last.", .nullable = true),
    FIELD_END,
};

const struct method membership_methods[] = {
    {
        .name = "membership.accept_invite",
        .doc = "Becomes a member of a club that has invited the caller.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = accept_params,
        .result = membership_view,
        .sql = "select * from api.membership_accept_invite($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("membership.changed",
            "metric.updated",
            "tier.changed",
            "voucher.issued",
            "points.changed",
            "card.changed",
            "notify.added"),
        .errors = ERRORS(ERR_NOT_FOUND,
            ERR_AGE_LIMIT,
            ERR_NOT_MEMBER,
            ERR_INVALID_STATE,
            ERR_LIMIT,
            ERR_CLOSED,
            ERR_RESTRICTED),
    },
    {
        .name = "membership.applications",
        .doc = "Lists who wants to become a member of a club, oldest first; it is written down "
               "whom one has read of.",
        .since = "1",
        .who = WHO_MANAGER,
        .kind = METHOD_READ,
        .lane = LANE_WRITE,
        .params = applications_params,
        .result = applications_result,
        .sql = "select * from api.membership_applications($1, $2, $3, $4)",
        .errors = ERRORS(ERR_FORBIDDEN),
    },
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
        .publishes = PUBLISHES("membership.changed",
            "metric.updated",
            "tier.changed",
            "voucher.issued",
            "points.changed",
            "card.changed",
            "notify.added"),
        .errors = ERRORS(ERR_FORBIDDEN,
            ERR_NOT_FOUND,
            ERR_AGE_LIMIT,
            ERR_INVALID_STATE,
            ERR_LIMIT,
            ERR_CLOSED,
            ERR_RESTRICTED),
    },
    {
        .name = "membership.decide",
        .doc = "Takes an applicant into the club, or not.",
        .since = "1",
        .who = WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = decide_params,
        .result = managed_result,
        .sql = "select * from api.membership_decide($1, $2, $3, $4, $5, $6)",
        .publishes = PUBLISHES("membership.changed",
            "metric.updated",
            "tier.changed",
            "notify.added",
            "voucher.issued",
            "points.changed",
            "card.changed"),
        .errors = ERRORS(ERR_FORBIDDEN,
            ERR_NOT_FOUND,
            ERR_AGE_LIMIT,
            ERR_NOT_MEMBER,
            ERR_INVALID_STATE,
            ERR_LIMIT),
    },
    {
        .name = "membership.decline",
        .doc = "Turns an invitation down, or takes the caller's application back.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = club_only,
        .result = membership_view,
        .sql = "select * from api.membership_decline($1, $2, $3, $4)",
        .publishes = PUBLISHES("membership.changed", "metric.updated"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_INVALID_STATE, ERR_RESTRICTED),
    },
    {
        .name = "membership.get",
        .doc = "Answers one membership of a member; to staff only in its clubs.",
        .since = "1",
        .who = WHO_MEMBER | WHO_AGENT,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = get_params,
        .result = membership_view,
        .sql = "select * from api.membership_get($1, $2, $3)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND),
    },
    {
        .name = "membership.invite",
        .doc = "Invites a member into a club, whatever its policy.",
        .since = "1",
        .who = WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = invite_params,
        .result = managed_result,
        .sql = "select * from api.membership_invite($1, $2, $3, $4, $5, $6, $7)",
        .publishes = PUBLISHES("membership.changed", "notify.added"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_INVALID_STATE, ERR_LIMIT, ERR_CLOSED),
    },
    {
        .name = "membership.leave",
        .doc = "Leaves a club at once; answered when its streams are closed everywhere.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = club_only,
        .result = membership_view,
        .sql = "select * from api.membership_leave($1, $2, $3, $4)",
        .publishes = PUBLISHES("membership.changed",
            "metric.updated",
            "waitlist.changed",
            "waitlist.offered",
            "queue.position",
            "offer.availability",
            "notify.added",
            "plan.changed",
            "plan.item_changed",
            "plan.proposal",
            "poll.changed",
            "plan.member",
            "resv.changed",
            "resv.invited"),
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
    {
        .name = "membership.pause",
        .doc = "Rests a membership, 184 days a year at most: nothing is earned in that club.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = club_only,
        .result = membership_view,
        .sql = "select * from api.membership_pause($1, $2, $3, $4)",
        .publishes = PUBLISHES("membership.changed", "metric.updated"),
        .errors =
            ERRORS(ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_INVALID_STATE, ERR_LIMIT, ERR_RESTRICTED),
    },
    {
        .name = "membership.resume",
        .doc = "Ends the pause of a membership.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = club_only,
        .result = membership_view,
        .sql = "select * from api.membership_resume($1, $2, $3, $4)",
        .publishes = PUBLISHES("membership.changed", "metric.updated"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_INVALID_STATE, ERR_RESTRICTED),
    },
    {
        .name = "membership.set_agent",
        .doc = "Names the agent who looks after a member, or nobody.",
        .since = "1",
        .who = WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = agent_params,
        .result = managed_result,
        .sql = "select * from api.membership_set_agent($1, $2, $3, $4, $5, $6)",
        .publishes = PUBLISHES("membership.changed"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_INVALID_STATE),
    },
    {.name = NULL},
};
