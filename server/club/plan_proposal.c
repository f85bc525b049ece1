/* plan_proposal.c -- the rows of proposals for a plan; the functions are sql/api/plan_proposal.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { CLEAR_MAX = 6, ASSIGNEES_MAX = 50, MINUTE_MAX = 1439, END_MAX = 2879, NOTES_MAX = 4000 };
enum { LATITUDE_MICRO_MAX = 90000000, LONGITUDE_MICRO_MAX = 180000000 };

static const char *const actions[] = {"add", "change", "remove", "dates", NULL};
static const char *const states[] = {"open", "accepted", "rejected", "withdrawn", "stale", NULL};
static const char *const item_kinds[] = {
    "transport", "lodging", "activity", "meal", "note", "task", NULL};
static const char *const clearable[] = {
    "day", "start_min", "end_min", "place", "position", "notes", NULL};

const struct field plan_proposal_refs[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_ID("proposal", "The proposal."),
    FIELD_WORD("state",
        states,
        "Its state; stale: what it was to change has changed, or the plan is locked."),
    FIELD_END,
};

static const struct field assignee[] = {FIELD_ID(NULL, "A member of the plan."), FIELD_END};
static const struct field clear[] = {FIELD_WORD(NULL, clearable, "A field."), FIELD_END};

/* clang-format off */
#define SET_FIELDS(null)                                                                                      \
    FIELD_WORD("kind", item_kinds, "Kind of the item.", .optional = true),                                    \
    FIELD_TEXT("title", 1, 120, "What it is.", .optional = true),                                             \
    FIELD_TEXT("order_key", 1, 64, "Its place among the others of the day.", .optional = true),               \
    FIELD_TEXT("day", 10, 10, "Its day, like 2027-05-31.", .optional = true, .nullable = (null)),             \
    FIELD_INT("start_min", 0, MINUTE_MAX, "Minute of the day it begins.", .optional = true,                   \
        .nullable = (null)),                                                                                  \
    FIELD_INT("end_min", 0, END_MAX, "Minute it ends, counted from the same midnight.", .optional = true,     \
        .nullable = (null)),                                                                                  \
    FIELD_TEXT("place", 1, 200, "Where.", .optional = true, .nullable = (null)),                              \
    FIELD_INT("lat_micro", -LATITUDE_MICRO_MAX, LATITUDE_MICRO_MAX, "Latitude in millionths of a degree.",    \
        .optional = true, .nullable = (null)),                                                                \
    FIELD_INT("lon_micro", -LONGITUDE_MICRO_MAX, LONGITUDE_MICRO_MAX, "Longitude in millionths of a degree.", \
        .optional = true, .nullable = (null)),                                                                \
    FIELD_TEXT("notes", 1, NOTES_MAX, "Notes.", .optional = true, .nullable = (null)),                        \
    FIELD_LIST("assignees", 0, ASSIGNEES_MAX, assignee, "Who takes part; empty: everybody.",                  \
        .optional = true, .scalar_items = true),                                                              \
    FIELD_TEXT("starts_on", 10, 10, "First day of the journey; of dates.", .optional = true),                 \
    FIELD_TEXT("ends_on", 10, 10, "Last day of the journey.", .optional = true)
/* clang-format on */

static const struct field set[] = {SET_FIELDS(false), FIELD_END};
static const struct field set_view[] = {SET_FIELDS(true), FIELD_END};

static const struct field was[] = {
    FIELD_TEXT("starts_on", 10, 10, "First day.", .nullable = true),
    FIELD_TEXT("ends_on", 10, 10, "Last day.", .nullable = true),
    FIELD_END,
};

const struct field plan_proposal_view[] = {
    FIELD_ID("proposal", "The proposal."),
    FIELD_ID("plan", "Its plan."),
    FIELD_WORD("action", actions, "An item more, another or none, or other dates."),
    FIELD_ID("item", "The item it is about; null: none.", .nullable = true),
    FIELD_INT("base",
        1,
        FIELD_POINTS_MAX,
        "The version of the item its author saw; null: none.",
        .nullable = true),
    FIELD_OBJECT("set", set_view, "What it sets; null clears a field."),
    FIELD_OBJECT("was", was, "The dates as they were when it was made.", .optional = true),
    FIELD_BOOL(
        "notes_cut", "True: the notes are longer; the event tells them all.", .optional = true),
    FIELD_WORD("state", states, "Its state."),
    FIELD_ID("poll", "The poll that asks about it; null: none.", .nullable = true),
    FIELD_ID("by", "Its author; null: somebody who is not in the plan any more.", .nullable = true),
    FIELD_TIME("at", "When it was made."),
    FIELD_TIME("decided_at", "When it was decided; null: not yet.", .nullable = true),
    FIELD_END,
};

static const struct field propose_params[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_WORD("action", actions, "add an item, change or remove one, or set other dates."),
    FIELD_ID("item", "The item to change or to remove.", .optional = true),
    FIELD_INT("base",
        1,
        FIELD_POINTS_MAX,
        "The version of it that was seen; with item.",
        .optional = true),
    FIELD_OBJECT("set",
        set,
        "What to set: of add kind, title and order_key at least, of change what is to be another, of dates both days.",
        .optional = true),
    FIELD_LIST("clear",
        1,
        CLEAR_MAX,
        clear,
        "Fields to clear; of a change.",
        .optional = true,
        .scalar_items = true),
    FIELD_END,
};

static const struct field proposal_only[] = {
    FIELD_ID("proposal", "The proposal."),
    FIELD_END,
};

const struct method plan_proposal_methods[] = {
    {
        .name = "plan.proposal_accept",
        .doc =
            "Changes the plan as proposed, or finds that what was to be changed has changed: it is stale then.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = proposal_only,
        .result = plan_proposal_refs,
        .sql = "select * from api.plan_proposal_accept($1, $2, $3, $4)",
        .publishes =
            PUBLISHES("plan.changed", "plan.item_changed", "plan.proposal", "poll.changed"),
        .errors = ERRORS(ERR_FORBIDDEN,
            ERR_NOT_FOUND,
            ERR_NOT_MEMBER,
            ERR_INVALID_STATE,
            ERR_LIMIT,
            ERR_RESTRICTED),
    },
    {
        .name = "plan.proposal_reject",
        .doc = "Turns a proposal down.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = proposal_only,
        .result = plan_proposal_refs,
        .sql = "select * from api.plan_proposal_reject($1, $2, $3, $4)",
        .publishes = PUBLISHES("plan.proposal"),
        .errors =
            ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_INVALID_STATE, ERR_RESTRICTED),
    },
    {
        .name = "plan.proposal_withdraw",
        .doc = "Takes a proposal of the caller's back.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = proposal_only,
        .result = plan_proposal_refs,
        .sql = "select * from api.plan_proposal_withdraw($1, $2, $3, $4)",
        .publishes = PUBLISHES("plan.proposal"),
        .errors =
            ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_INVALID_STATE, ERR_RESTRICTED),
    },
    {
        .name = "plan.propose",
        .doc = "Proposes to add an item to a plan, to change or remove one, or other dates.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = propose_params,
        .result = plan_proposal_refs,
        .sql = "select * from api.plan_propose($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        .publishes = PUBLISHES("plan.proposal"),
        .errors = ERRORS(ERR_FORBIDDEN,
            ERR_NOT_FOUND,
            ERR_GONE,
            ERR_NOT_MEMBER,
            ERR_INVALID_STATE,
            ERR_LIMIT,
            ERR_RESTRICTED),
    },
    {.name = NULL},
};
