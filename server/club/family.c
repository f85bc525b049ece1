/* family.c -- the rows of family.*; the functions are sql/api/family.sql and family_pool.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { MEMBERS_MIN = 2, MEMBERS_MAX = 11, ACTIVITY_MAX = 20 };

static const char *const statuses[] = {"active", "dissolving", "dissolved", NULL};
static const char *const roles[] = {"head", "adult", "child", NULL};
static const char *const contributions[] = {"manual", "percent", "all", NULL};
static const char *const states[] = {
    "invited", "declined", "active", "left", "removed", "dissolving", NULL};

/* event family.member */
const struct field family_member_refs[] = {
    FIELD_ID("family", "The family."),
    FIELD_ID("member", "Who stands otherwise; of dissolving the head."),
    FIELD_WORD("state", states, "Where the member stands now, or that the family is dissolving."),
    FIELD_END,
};

/* --- family.get ------------------------------------------------------------------------------ */

static const struct field member[] = {
    FIELD_ID("member", "The member.", .optional = true),
    FIELD_TEXT("handle", 1, 24, "The member's handle.", .optional = true),
    FIELD_BOOL("former", "True: somebody who has left for good.", .optional = true),
    FIELD_WORD("role", roles, "Head, adult or child."),
    FIELD_WORD("state", states, "Active; to the head also who is invited."),
    FIELD_BOOL("can_redeem", "True: may spend from the pool."),
    FIELD_BOOL("share_activity", "True: the other adults see when the member earns points."),
    FIELD_TIME("joined_at", "Since when; null: not yet.", .nullable = true),
    FIELD_WORD("contribution",
        contributions,
        "What goes to the pool of each earning, seconds later; the caller's own.",
        .optional = true),
    FIELD_INT("percent",
        0,
        100,
        "How much of each earning, where the contribution is percent; the caller's own.",
        .optional = true),
    FIELD_END,
};

static const struct field pool[] = {
    FIELD_INT("available", 0, FIELD_POINTS_MAX, "Points that can be spent now."),
    FIELD_INT("held", 0, FIELD_POINTS_MAX, "Points reserved by holds."),
    FIELD_INT(
        "ver", 0, FIELD_POINTS_MAX, "Version of the wallet; one more per ledger transaction."),
    FIELD_END,
};

static const struct field activity[] = {
    FIELD_ID("tx", "The ledger transaction."),
    FIELD_WORD("kind", points_kinds, "Its kind."),
    FIELD_INT("amount",
        -FIELD_POINTS_MAX,
        FIELD_POINTS_MAX,
        "What it did to the points that can be spent, or that are pending."),
    FIELD_ID("member",
        "Who did it, where the member lets the others see that; null: not said.",
        .nullable = true),
    FIELD_BOOL("pool", "True: a change of the pool; false: a purchase of a member."),
    FIELD_TIME("at", "When."),
    FIELD_END,
};

const struct field family_view[] = {
    FIELD_ID("family", "The family."),
    FIELD_WORD("status", statuses, "Dissolving: points go back to their owners in 72 hours."),
    FIELD_INT("max_members", MEMBERS_MIN, MEMBERS_MAX, "How many it may have."),
    FIELD_INT("version", 1, FIELD_POINTS_MAX, "Rises with every change of the members."),
    FIELD_TIME("dissolve_at", "When the points go back; null: it stays.", .nullable = true),
    FIELD_LIST("members",
        0,
        2 * MEMBERS_MAX,
        member,
        "The members, the head first. Who is invited sees the head and the own row."),
    FIELD_OBJECT("pool", pool, "What they share; for adults.", .optional = true),
    FIELD_LIST("activity",
        0,
        ACTIVITY_MAX,
        activity,
        "The last changes of the pool and purchases of members who share theirs; for adults.",
        .optional = true),
    FIELD_END,
};

static const struct field get_params[] = {
    FIELD_ID("family",
        "A family that has invited the caller; the caller's own when left out.",
        .optional = true),
    FIELD_END,
};

/* --- what members do ------------------------------------------------------------------------- */

static const struct field create_params[] = {
    FIELD_INT("max_members",
        MEMBERS_MIN,
        MEMBERS_MAX,
        "How many it may have; 7 when left out.",
        .optional = true),
    FIELD_END,
};

static const struct field invite_params[] = {
    FIELD_ID("member", "Whom, by number.", .optional = true),
    FIELD_TEXT(
        "handle", 3, 24, "Whom, by handle. A young child can only be named so.", .optional = true),
    FIELD_END,
};

static const struct field family_only[] = {
    FIELD_ID("family", "The family."),
    FIELD_END,
};

static const struct field set_params[] = {
    FIELD_ID("member", "Of whom; the caller when left out.", .optional = true),
    FIELD_BOOL("can_redeem", "May spend from the pool; for the head to say.", .optional = true),
    FIELD_WORD("contribution",
        contributions,
        "What of the caller's earnings goes to the pool by itself.",
        .optional = true),
    FIELD_INT("percent",
        1,
        100,
        "How much of each earning; with contribution percent.",
        .optional = true),
    FIELD_BOOL(
        "share_activity", "The other adults see when the caller earns points.", .optional = true),
    FIELD_END,
};

static const struct field changed[] = {
    FIELD_ID("family", "The family."),
    FIELD_ID("member", "The member."),
    FIELD_WORD("state", states, "Where the member stands."),
    FIELD_END,
};

static const struct field contribute_params[] = {
    FIELD_INT("amount", 1, FIELD_POINTS_MAX, "How many."),
    FIELD_END,
};

static const struct field contribute_result[] = {
    FIELD_ID("family", "The family."),
    FIELD_ID("tx", "The ledger transaction."),
    FIELD_INT("amount", 1, FIELD_POINTS_MAX, "How many went into the pool."),
    FIELD_END,
};

static const struct field member_only[] = {
    FIELD_ID("member", "The member, or who was invited."),
    FIELD_END,
};

static const struct field left[] = {
    FIELD_ID("family", "The family."),
    FIELD_ID("member", "Who is not in it any more."),
    FIELD_WORD("state", states, "Left, removed, or declined of an invitation."),
    FIELD_INT("returned", 0, FIELD_POINTS_MAX, "Points of the pool that went along."),
    FIELD_END,
};

static const struct field dissolve_result[] = {
    FIELD_ID("family", "The family."),
    FIELD_WORD("status", statuses, "Dissolving."),
    FIELD_TIME("dissolve_at", "When everybody has the own points back."),
    FIELD_END,
};

static const struct field nothing[] = {FIELD_END};

const struct method family_methods[] = {
    {
        .name = "family.accept",
        .doc = "Joins a family that has invited the caller; minors become its children.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = family_only,
        .result = changed,
        .sql = "select * from api.family_accept($1, $2, $3, $4)",
        .publishes = PUBLISHES("family.member"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_INVALID_STATE, ERR_LIMIT, ERR_RESTRICTED),
    },
    {
        .name = "family.contribute",
        .doc =
            "Puts points of the caller into the pool of the family; leaving brings back what is left of them.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = contribute_params,
        .result = contribute_result,
        .sql = "select * from api.family_contribute($1, $2, $3, $4)",
        .publishes = PUBLISHES("points.changed"),
        .errors = ERRORS(ERR_NOT_FOUND,
            ERR_INVALID_STATE,
            ERR_INSUFFICIENT_POINTS,
            ERR_POINTS_FROZEN,
            ERR_RESTRICTED),
    },
    {
        .name = "family.create",
        .doc = "Founds a family with the caller as its head; one is in one family only.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = create_params,
        .result = changed,
        .sql = "select * from api.family_create($1, $2, $3, $4)",
        .publishes = PUBLISHES("family.member"),
        .errors = ERRORS(ERR_AGE_LIMIT, ERR_INVALID_STATE, ERR_RESTRICTED),
    },
    {
        .name = "family.decline",
        .doc = "Turns an invitation to a family down.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = family_only,
        .result = changed,
        .sql = "select * from api.family_decline($1, $2, $3, $4)",
        .publishes = PUBLISHES("family.member"),
        .errors = ERRORS(ERR_NOT_FOUND),
    },
    {
        .name = "family.dissolve",
        .doc =
            "Ends the family that the caller heads: in 72 hours everybody has the own points back.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = nothing,
        .result = dissolve_result,
        .sql = "select * from api.family_dissolve($1, $2, $3)",
        .publishes = PUBLISHES("family.member", "notify.added"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_INVALID_STATE, ERR_RESTRICTED),
    },
    {
        .name = "family.get",
        .doc = "Shows the caller's family: who is in it and, to adults, what is in the pool.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = get_params,
        .result = family_view,
        .sql = "select * from api.family_get($1, $2)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_RESTRICTED),
    },
    {
        .name = "family.invite",
        .doc = "Asks a member of one of the caller's clubs into the family that the caller heads.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = invite_params,
        .result = changed,
        .sql = "select * from api.family_invite($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("family.member", "notify.added"),
        .errors =
            ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_INVALID_STATE, ERR_LIMIT, ERR_RESTRICTED),
    },
    {
        .name = "family.leave",
        .doc =
            "Leaves the family with what is left of the own points; the head dissolves it instead.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = nothing,
        .result = left,
        .sql = "select * from api.family_leave($1, $2, $3)",
        .publishes = PUBLISHES("family.member", "points.changed"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_INVALID_STATE, ERR_POINTS_FROZEN),
    },
    {
        .name = "family.remove",
        .doc =
            "Takes a member out of the family, with that member's points, or an invitation back.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = member_only,
        .result = left,
        .sql = "select * from api.family_remove($1, $2, $3, $4)",
        .publishes = PUBLISHES("family.member", "notify.added", "points.changed"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_POINTS_FROZEN, ERR_RESTRICTED),
    },
    {
        .name = "family.set_member",
        .doc =
            "Sets who may spend from the pool, or what of the caller's own goes there and is seen.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = set_params,
        .result = changed,
        .sql = "select * from api.family_set_member($1, $2, $3, $4, $5, $6, $7, $8)",
        .publishes = PUBLISHES("family.member"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_RESTRICTED),
    },
    {.name = NULL},
};
