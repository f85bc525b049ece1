/* plan_member.c -- the rows of plan.* about who is in a plan; the functions are sql/api/plan_member.sql and plan_invite.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { USES_MAX = 100, HOURS_MAX = 720, MEMBERS_MAX = 50, LINKS_MAX = 20, TITLE_MAX = 120 };

static const char *const roles[] = {"owner", "editor", "voter", "viewer", NULL};
static const char *const given[] = {"editor", "voter", "viewer", NULL};
static const char *const states[] = {"invited", "joined", "declined", "left", "removed", NULL};
static const char *const share_levels[] = {"handle", "profile", NULL};

/* event plan.member */
const struct field plan_member_refs[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_ID("member", "Who stands otherwise."),
    FIELD_WORD("state", states, "Where the member stands now."),
    FIELD_WORD("role", roles, "The member's role, or the last one."),
    FIELD_END,
};

const struct field plan_member_row[] = {
    FIELD_ID("member", "The member.", .optional = true),
    FIELD_TEXT("handle", 1, 24, "The member's handle.", .optional = true),
    FIELD_BOOL("former", "True: somebody who has left for good.", .optional = true),
    FIELD_TEXT("name", 1, 120, "The real name, of who shows it here.", .optional = true),
    FIELD_TEXT("town", 1, 120, "The town, of who shows it here.", .optional = true),
    FIELD_WORD("role", roles, "What the member may do."),
    FIELD_WORD("state", states, "Joined; to those who may invite also who is invited."),
    FIELD_WORD("share_level",
        share_levels,
        "What the member shows here: the handle, or name and town too."),
    FIELD_TIME("joined_at", "Since when; null: not yet.", .nullable = true),
    FIELD_BOOL("is_asked", "True: is asked to take the plan over."),
    FIELD_END,
};

static const struct field invitation[] = {
    FIELD_TEXT("title", 1, TITLE_MAX, "What the plan is called."),
    FIELD_TEXT("starts_on", 10, 10, "Its first day; null: not said.", .nullable = true),
    FIELD_TEXT("ends_on", 10, 10, "Its last day; null: not said.", .nullable = true),
    FIELD_INT("members", 0, MEMBERS_MAX, "How many are in it."),
    FIELD_TEXT("inviter", 1, 24, "The handle of who invites; null: not told.", .nullable = true),
    FIELD_END,
};

/* what plan.member carries */
const struct field plan_member_view[] = {
    FIELD_OBJECT(
        "member", plan_member_row, "The row of that member in plan.get.", .optional = true),
    FIELD_OBJECT("invitation",
        invitation,
        "Instead, to who is invited: what plan.invite_info answers.",
        .optional = true),
    FIELD_END,
};

static const struct field changed[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_ID("member", "The member."),
    FIELD_WORD("state", states, "Where the member stands."),
    FIELD_WORD("role", roles, "The member's role, or the last one."),
    FIELD_WORD("share_level", share_levels, "What the member shows there."),
    FIELD_END,
};

static const struct field plan_only[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_END,
};

static const struct field plan_and_member[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_ID("member", "Whom."),
    FIELD_END,
};

static const struct field role_params[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_ID("member", "Whom."),
    FIELD_WORD("role", given, "What the member may do from now on."),
    FIELD_END,
};

static const struct field share_params[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_WORD("share_level", share_levels, "The handle, or name and town too."),
    FIELD_END,
};

static const struct field transfer_params[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_ID("member", "Whom; nobody any more when left out.", .optional = true),
    FIELD_END,
};

static const struct field transfer_result[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_ID("asked", "Who is asked; null: nobody.", .nullable = true),
    FIELD_END,
};

static const struct field accept_params[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_BOOL("accept", "False: says no; true when left out.", .optional = true),
    FIELD_END,
};

static const struct field invite_params[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_WORD("role", given, "What they may do who come."),
    FIELD_ID(
        "member", "Whom, by number; without member and handle a link is made.", .optional = true),
    FIELD_TEXT(
        "handle", 3, 24, "Whom, by handle. A young child can only be named so.", .optional = true),
    FIELD_INT("max_uses",
        1,
        USES_MAX,
        "How many may come by the link; 1 when left out.",
        .optional = true),
    FIELD_INT("hours",
        1,
        HOURS_MAX,
        "How long the link is good; 168, a week, when left out.",
        .optional = true),
    FIELD_END,
};

static const struct field invite_result[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_WORD("role", given, "What they may do who come."),
    FIELD_ID("member", "Who is invited.", .optional = true),
    FIELD_WORD("state", states, "Invited.", .optional = true),
    FIELD_ID("invite", "The link, to revoke it.", .optional = true),
    FIELD_INT("max_uses", 1, USES_MAX, "How many may come by it.", .optional = true),
    FIELD_TIME("expires_at", "How long it is good.", .optional = true),
    FIELD_TEXT("token",
        22,
        22,
        "What the link carries; a secret. Null when the call is repeated and the link is over.",
        .optional = true,
        .nullable = true),
    FIELD_END,
};

static const struct field revoke_params[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_ID("invite", "The link; all of the plan when left out.", .optional = true),
    FIELD_END,
};

static const struct field revoke_result[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_INT("revoked", 0, LINKS_MAX, "How many links were good until now."),
    FIELD_END,
};

static const struct field info_params[] = {
    FIELD_TEXT("token", 1, 64, "What the link carries.", .optional = true),
    FIELD_ID("plan", "Instead, a plan that the caller is invited to by name.", .optional = true),
    FIELD_END,
};

static const struct field join_params[] = {
    FIELD_TEXT("token", 1, 64, "What the link carries.", .optional = true),
    FIELD_ID("plan", "Instead, a plan that the caller is invited to by name.", .optional = true),
    FIELD_WORD("share_level",
        share_levels,
        "What the other members see: the handle, when left out, or name and town too.",
        .optional = true),
    FIELD_END,
};

const struct method plan_member_methods[] = {
    {
        .name = "plan.invite",
        .doc = "Asks a member of the club into a plan, or makes a link that leads there.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = invite_params,
        .result = invite_result,
        .sql = "select * from api.plan_invite($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        .publishes = PUBLISHES("plan.changed", "plan.member"),
        .errors = ERRORS(ERR_FORBIDDEN,
            ERR_NOT_FOUND,
            ERR_NOT_MEMBER,
            ERR_INVALID_STATE,
            ERR_LIMIT,
            ERR_RESTRICTED),
    },
    {
        .name = "plan.invite_info",
        .doc = "Shows what there is to see of a plan before joining it.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = info_params,
        .result = invitation,
        .sql = "select * from api.plan_invite_info($1, $2, $3)",
        .errors = ERRORS(ERR_FORBIDDEN,
            ERR_NOT_FOUND,
            ERR_GONE,
            ERR_NOT_MEMBER,
            ERR_INVALID_STATE,
            ERR_RESTRICTED),
    },
    {
        .name = "plan.invite_revoke",
        .doc = "Makes a link to a plan void, or all links to it.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = revoke_params,
        .result = revoke_result,
        .sql = "select * from api.plan_invite_revoke($1, $2, $3, $4, $5)",
        .errors =
            ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_INVALID_STATE, ERR_RESTRICTED),
    },
    {
        .name = "plan.join",
        .doc =
            "Joins a plan by a link or as one who is invited; the caller says what the others see.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = join_params,
        .result = changed,
        .sql = "select * from api.plan_join($1, $2, $3, $4, $5, $6)",
        .publishes = PUBLISHES("plan.member"),
        .errors = ERRORS(ERR_FORBIDDEN,
            ERR_NOT_FOUND,
            ERR_GONE,
            ERR_NOT_MEMBER,
            ERR_INVALID_STATE,
            ERR_LIMIT,
            ERR_CLOSED,
            ERR_RESTRICTED),
    },
    {
        .name = "plan.leave",
        .doc =
            "Leaves a plan or turns an invitation down; the plan of an owner goes to the editor of longest standing, or voter.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = plan_only,
        .result = changed,
        .sql = "select * from api.plan_leave($1, $2, $3, $4)",
        .publishes = PUBLISHES("plan.changed",
            "plan.item_changed",
            "plan.member",
            "plan.proposal",
            "poll.changed",
            "resv.changed",
            "resv.invited"),
        .errors = ERRORS(ERR_NOT_FOUND),
    },
    {
        .name = "plan.ownership_accept",
        .doc = "Takes over a plan whose owner has asked the caller to, or says no.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = accept_params,
        .result = changed,
        .sql = "select * from api.plan_ownership_accept($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("plan.member"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_RESTRICTED),
    },
    {
        .name = "plan.remove",
        .doc = "Takes a member out of a plan that the caller owns, or an invitation back.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = plan_and_member,
        .result = changed,
        .sql = "select * from api.plan_remove($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("plan.changed",
            "plan.item_changed",
            "plan.member",
            "plan.proposal",
            "poll.changed",
            "resv.changed",
            "resv.invited"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_RESTRICTED),
    },
    {
        .name = "plan.set_role",
        .doc = "Sets what a member may do in a plan that the caller owns.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = role_params,
        .result = changed,
        .sql = "select * from api.plan_set_role($1, $2, $3, $4, $5, $6)",
        .publishes = PUBLISHES(
            "plan.changed", "plan.item_changed", "plan.member", "plan.proposal", "poll.changed"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_RESTRICTED),
    },
    {
        .name = "plan.set_share",
        .doc = "Sets what the other members of a plan see of the caller.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = share_params,
        .result = changed,
        .sql = "select * from api.plan_set_share($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("plan.member"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_CLOSED, ERR_RESTRICTED),
    },
    {
        .name = "plan.transfer_ownership",
        .doc = "Asks another member to take over a plan that the caller owns, or nobody any more.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = transfer_params,
        .result = transfer_result,
        .sql = "select * from api.plan_transfer_ownership($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("plan.member"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_RESTRICTED),
    },
    {.name = NULL},
};
