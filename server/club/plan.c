/* plan.c -- the rows of plan.* about plans themselves; the functions are sql/api/plan_view.sql and plan_edit.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum {
    TITLE_MAX = 120,
    DEST_MAX = 120,
    ZONE_MAX = 60,
    DAY_LENGTH = 10,
    LIST_MAX = 50,
    MEMBERS_MAX = 50,
    ITEMS_MAX = 300,
    POLLS_MAX = 50,
    PROPOSALS_MAX = 20
};

static const char *const states[] = {
    "draft", "planning", "locked", "booked", "travelling", "done", "cancelled", NULL};
static const char *const begun[] = {"planning", NULL};
static const char *const roles[] = {"owner", "editor", "voter", "viewer", NULL};
static const char *const share_levels[] = {"handle", "profile", NULL};
static const char *const actions[] = {"see", "comment", "vote", "propose", "item", "attach", "undo",
    "comment_delete_any", "expense", "expense_any", "poll", "invite", "book", "role", "remove",
    "lock", "cancel", "hold", NULL};

/* event plan.changed */
const struct field plan_changed_refs[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_WORD("state", states, "Its state."),
    FIELD_INT("version", 1, FIELD_POINTS_MAX, "Its version.", .optional = true),
    FIELD_END,
};

static const struct field action[] = {FIELD_WORD(NULL, actions, "An action."), FIELD_END};

static const struct field mine[] = {
    FIELD_WORD("role", roles, "The caller's role."),
    FIELD_WORD("share_level",
        share_levels,
        "What the others see of the caller: the handle, or name and town beside it."),
    FIELD_LIST("can",
        1,
        20,
        action,
        "What the caller may do now. item: plan.update too; role: plan.transfer_ownership too; book: reservation.hold with the plan; "
        "hold: plan.group_hold; with _any: also what others wrote.",
        .scalar_items = true),
    FIELD_END,
};

/* clang-format off */
#define PLAN_FIELDS \
    FIELD_ID("plan", "The plan."), \
    FIELD_ID("club", "Its club."), \
    FIELD_TEXT("title", 1, TITLE_MAX, "Its title."), \
    FIELD_TEXT("dest", 1, DEST_MAX, "Where to; null: not said.", .nullable = true), \
    FIELD_TEXT("starts_on", DAY_LENGTH, DAY_LENGTH, "First day, like 2027-05-31; null: open.", .nullable = true), \
    FIELD_TEXT("ends_on", DAY_LENGTH, DAY_LENGTH, "Last day; null: open, or a single day.", .nullable = true), \
    FIELD_TEXT("tz", 1, ZONE_MAX, "Zone of its days."), \
    FIELD_TEXT("currency", 3, 3, "Currency of its balances."), \
    FIELD_WORD("state", states, "Its state; travelling and done follow the days."), \
    FIELD_INT("op_seq", 0, FIELD_POINTS_MAX, "The last number in its log of changes."), \
    FIELD_INT("version", 1, FIELD_POINTS_MAX, "Its version, for plan.update."), \
    FIELD_TIME("created_at", "When it was made.")
/* clang-format on */

const struct field plan_view[] = {PLAN_FIELDS, FIELD_END};

static const struct field got[] = {
    PLAN_FIELDS,
    FIELD_LIST("members",
        1,
        MEMBERS_MAX,
        plan_member_row,
        "Who is in it, and who is invited to those who may invite; the owner first."),
    FIELD_LIST("items", 0, ITEMS_MAX, plan_item_view, "Its items, by day and order."),
    FIELD_LIST("polls", 0, POLLS_MAX, poll_view, "Its polls, newest first."),
    FIELD_LIST("proposals",
        0,
        PROPOSALS_MAX,
        plan_proposal_view,
        "What nobody has decided on yet, newest first."),
    FIELD_OBJECT("balances", expense_balances, "Who is owed what, and who owes."),
    FIELD_OBJECT("mine", mine, "What holds for the caller."),
    FIELD_BOOL("cut",
        "True: too full for one answer; texts are shorter, polls without options, long lists end early: see plan.item_get, "
        "plan.poll, plan.balances.",
        .optional = true),
    FIELD_END,
};

static const struct field written[] = {
    PLAN_FIELDS,
    FIELD_OBJECT("mine", mine, "What holds for the caller."),
    FIELD_END,
};

static const struct field row[] = {
    PLAN_FIELDS,
    FIELD_INT("member_count", 1, MEMBERS_MAX, "So many are in it."),
    FIELD_OBJECT("mine", mine, "What holds for the caller."),
    FIELD_END,
};

static const struct field list_params[] = {
    FIELD_BOOL("past", "Those that are done or cancelled, instead.", .optional = true),
    FIELD_INT("limit", 1, LIST_MAX, "Rows at most; 20 when left out.", .optional = true),
    FIELD_TEXT("cursor", 1, 40, "Where the last page ended.", .optional = true),
    FIELD_END,
};

static const struct field list_result[] = {
    FIELD_LIST("plans", 0, LIST_MAX, row, "The plans that the caller is in, newest first."),
    FIELD_TEXT("cursor", 1, 40, "For the next page; null: that is all.", .nullable = true),
    FIELD_END,
};

static const struct field create_params[] = {
    FIELD_ID("club", "The club."),
    FIELD_TEXT("title", 1, TITLE_MAX, "Its title."),
    FIELD_TEXT("dest", 0, DEST_MAX, "Where to.", .optional = true),
    FIELD_TEXT("starts_on", 0, DAY_LENGTH, "First day, like 2027-05-31.", .optional = true),
    FIELD_TEXT("ends_on", 0, DAY_LENGTH, "Last day, within a year.", .optional = true),
    FIELD_TEXT("tz", 1, ZONE_MAX, "Zone of its days; the club's when left out.", .optional = true),
    FIELD_TEXT("currency", 3, 3, "Of its balances; EUR when left out.", .optional = true),
    FIELD_END,
};

static const struct field update_params[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_INT("base", 1, FIELD_POINTS_MAX, "The version that the screen showed."),
    FIELD_TEXT("title", 1, TITLE_MAX, "Its title.", .optional = true),
    FIELD_TEXT("dest", 0, DEST_MAX, "Where to; empty: not said.", .optional = true),
    FIELD_TEXT("starts_on", 0, DAY_LENGTH, "First day; empty: open.", .optional = true),
    FIELD_TEXT("ends_on", 0, DAY_LENGTH, "Last day; empty: open.", .optional = true),
    FIELD_TEXT("tz", 1, ZONE_MAX, "Zone of its days.", .optional = true),
    FIELD_WORD("state", begun, "Ends the draft; so does the first plan.invite.", .optional = true),
    FIELD_END,
};

static const struct field plan_only[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_END,
};

const struct method plan_methods[] = {
    {
        .name = "plan.cancel",
        .doc = "Calls a plan off; comments, expenses and settlements go on.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = plan_only,
        .result = written,
        .sql = "select * from api.plan_cancel($1, $2, $3, $4)",
        .publishes = PUBLISHES("plan.changed", "plan.proposal", "poll.changed"),
        .errors =
            ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_INVALID_STATE, ERR_RESTRICTED),
    },
    {
        .name = "plan.create",
        .doc = "Makes a travel plan of a club, as a draft of which the caller is the owner.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = create_params,
        .result = written,
        .sql = "select * from api.plan_create($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        .publishes = PUBLISHES("plan.changed"),
        .errors = ERRORS(ERR_NOT_MEMBER, ERR_LIMIT, ERR_RESTRICTED),
    },
    {
        .name = "plan.get",
        .doc = "Shows a plan to who is in it, with what the caller may do.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = plan_only,
        .result = got,
        .sql = "select * from api.plan_get($1, $2)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_RESTRICTED),
    },
    {
        .name = "plan.list",
        .doc = "Lists the plans that the caller is in.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = list_params,
        .result = list_result,
        .sql = "select * from api.plan_list($1, $2, $3, $4)",
        .errors = ERRORS(ERR_RESTRICTED),
    },
    {
        .name = "plan.lock",
        .doc = "Lets only the owner edit; polls end without effect, proposals are stale.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = plan_only,
        .result = written,
        .sql = "select * from api.plan_lock($1, $2, $3, $4)",
        .publishes = PUBLISHES("plan.changed", "plan.proposal", "poll.changed"),
        .errors =
            ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_INVALID_STATE, ERR_RESTRICTED),
    },
    {
        .name = "plan.unlock",
        .doc = "Opens a locked plan again to its editors.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = plan_only,
        .result = written,
        .sql = "select * from api.plan_unlock($1, $2, $3, $4)",
        .publishes = PUBLISHES("plan.changed"),
        .errors =
            ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_INVALID_STATE, ERR_RESTRICTED),
    },
    {
        .name = "plan.update",
        .doc = "Changes the title, place, days or zone of a plan, or ends its draft.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = update_params,
        .result = written,
        .sql = "select * from api.plan_update($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        .publishes = PUBLISHES("plan.changed", "plan.proposal", "poll.changed"),
        .errors = ERRORS(ERR_FORBIDDEN,
            ERR_NOT_FOUND,
            ERR_CONFLICT,
            ERR_NOT_MEMBER,
            ERR_INVALID_STATE,
            ERR_LIMIT,
            ERR_RESTRICTED),
    },
    {.name = NULL},
};
