/* plan_item.c -- the rows of plan.item_*, plan.ops and plan.undo; the functions are sql/api/plan_item.sql and plan_op.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { TITLE_MAX = 120, PLACE_MAX = 200, NOTES_MAX = 4000, ASSIGNEES_MAX = 50, OPS_MAX = 200 };
enum { DAY_MINUTES = 1440, MICRO_DEGREES = 1000000, FIELDS_MAX = 12 };

static const char *const kinds[] = {
    "transport", "lodging", "activity", "meal", "note", "task", NULL};
static const char *const changes[] = {"add", "set", "move", "delete", "restore", NULL};
static const char *const names[] = {"kind", "day", "start_min", "end_min", "order_key", "title",
    "place", "lat_micro", "lon_micro", "notes", "assignees", "offer", NULL};
static const char *const clearable[] = {
    "day", "start_min", "end_min", "place", "position", "notes", "offer", NULL};

/* --- an item --------------------------------------------------------------------------------- */

static const struct field assignee[] = {FIELD_ID(NULL, "Who takes part."), FIELD_END};
static const struct field field_name[] = {FIELD_WORD(NULL, names, "A field."), FIELD_END};
static const struct field field_to_clear[] = {
    FIELD_WORD(NULL, clearable, "A field; position: lat_micro and lon_micro."), FIELD_END};

/* What is always there says so itself, for where one item is added. */
/* clang-format off */
#define ITEM_FIELDS(...)                                                                                           \
    FIELD_WORD("kind", kinds, "What it is.", __VA_ARGS__),                                                         \
    FIELD_TEXT("title", 1, TITLE_MAX, "Title.", __VA_ARGS__),                                                      \
    FIELD_TEXT("order_key", 1, PLAN_ORDER_KEY_MAX,                                                                 \
        "Place among the items of its day: 0-9, A-Z, a-z, compared bytewise; equal ones go by id.", __VA_ARGS__),  \
    FIELD_TEXT("day", 10, 10, "The day, like 2027-05-31.", .optional = true),                                      \
    FIELD_INT("start_min", 0, DAY_MINUTES - 1, "Its beginning in minutes of that day.", .optional = true),         \
    FIELD_INT("end_min", 0, 2 * DAY_MINUTES - 1, "Its end in minutes of that day.", .optional = true),             \
    FIELD_TEXT("place", 1, PLACE_MAX, "Where.", .optional = true),                                                 \
    FIELD_INT("lat_micro", -90 * MICRO_DEGREES, 90 * MICRO_DEGREES,                                                \
        "Latitude in millionths of a degree; with lon_micro.", .optional = true),                                  \
    FIELD_INT("lon_micro", -180 * MICRO_DEGREES, 180 * MICRO_DEGREES,                                              \
        "Longitude in millionths of a degree; with lat_micro.", .optional = true),                                 \
    FIELD_TEXT("notes", 1, NOTES_MAX, "Notes.", .optional = true)
#define ITEM_ASSIGNEES(...)                                                                                        \
    FIELD_LIST("assignees", 0, ASSIGNEES_MAX, assignee,                                                            \
        "Who of the plan takes part, where not all do.", .scalar_items = true, ##__VA_ARGS__)
/* clang-format on */

const struct field plan_item_new[] = {
    ITEM_FIELDS(.optional = false), ITEM_ASSIGNEES(.optional = true), FIELD_END};
const struct field plan_item_set[] = {
    ITEM_FIELDS(.optional = true), ITEM_ASSIGNEES(.optional = true), FIELD_END};

const struct field plan_item_view[] = {
    FIELD_ID("item", "The item."),
    ITEM_FIELDS(.optional = false),
    ITEM_ASSIGNEES(),
    FIELD_ID(
        "offer", "The offer on it; offer.get tells it to those whom it is for.", .optional = true),
    FIELD_INT("version", 1, FIELD_POINTS_MAX, "Rises with every change; base of the next."),
    FIELD_ID("updated_by",
        "Who changed it last; of a poll, who opened it. Not told where it is cut.",
        .optional = true),
    FIELD_TIME("updated_at", "When. Not told where it is cut.", .optional = true),
    FIELD_TIME("deleted_at", "When it was deleted; restorable for 30 days.", .optional = true),
    FIELD_BOOL("notes_cut", "True: notes go on, see plan.item_get.", .optional = true),
    FIELD_BOOL("cut",
        "True: the plan is so full that only kind, day, place in order and the beginning of the title are told.",
        .optional = true),
    FIELD_END,
};

/* event plan.item_changed */
const struct field plan_item_refs[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_ID("item", "The item."),
    FIELD_WORD("change", changes, "What happened to it."),
    FIELD_LIST("set", 0, FIELDS_MAX, field_name, "The fields set.", .scalar_items = true),
    FIELD_INT("ver", 1, FIELD_POINTS_MAX, "The version of the item that this made."),
    FIELD_INT("op", 1, FIELD_POINTS_MAX, "Its number in the log of the plan."),
    FIELD_ID("by", "Who did it; null: a poll.", .nullable = true),
    FIELD_ID("poll", "The poll that did it.", .optional = true),
    FIELD_END,
};

/* --- parameters and results ------------------------------------------------------------------ */

#define BASE_FIELD FIELD_INT("base", 1, FIELD_POINTS_MAX, "The version of the item that was seen.")

static const struct field add_params[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_OBJECT("set", plan_item_new, "The fields of the item."),
    FIELD_END,
};

static const struct field set_params[] = {
    FIELD_ID("item", "The item."),
    BASE_FIELD,
    FIELD_OBJECT("set", plan_item_set, "Fields to set: those that changed only.", .optional = true),
    FIELD_LIST("clear",
        0,
        FIELDS_MAX,
        field_to_clear,
        "Fields to empty.",
        .optional = true,
        .scalar_items = true),
    FIELD_END,
};

static const struct field move_params[] = {
    FIELD_ID("item", "The item."),
    BASE_FIELD,
    FIELD_TEXT("order_key",
        1,
        PLAN_ORDER_KEY_MAX,
        "Its place: a key between those of its neighbours, of 0-9, A-Z, a-z."),
    FIELD_TEXT("day", 10, 10, "The day; the same when left out.", .optional = true),
    FIELD_END,
};

static const struct field delete_params[] = {
    FIELD_ID("item", "The item."),
    BASE_FIELD,
    FIELD_END,
};

static const struct field one_item[] = {FIELD_ID("item", "The item."), FIELD_END};

static const struct field undo_params[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_INT("op", 1, FIELD_POINTS_MAX, "The number of the change in the log."),
    FIELD_END,
};

const struct field plan_item_done[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_ID("item", "The item."),
    FIELD_INT("version", 1, FIELD_POINTS_MAX, "Its version now."),
    FIELD_INT("op", 1, FIELD_POINTS_MAX, "The number of the change in the log."),
    FIELD_END,
};

static const struct field ops_params[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_INT("after",
        0,
        FIELD_POINTS_MAX,
        "The last number already there; from the first when left out.",
        .optional = true),
    FIELD_INT("limit", 1, OPS_MAX, "Rows at most; 100 when left out.", .optional = true),
    FIELD_END,
};

static const struct field values[] = {FIELD_END};

static const struct field op_row[] = {
    FIELD_INT("op", 1, FIELD_POINTS_MAX, "Its number; none is missing."),
    FIELD_TEXT("kind", 1, 40, "What was done, like item_set."),
    FIELD_TEXT("object", 1, 40, "What it was done to, like item:17."),
    FIELD_OBJECT("set", values, "The values set, by field; null: emptied.", .open = true),
    FIELD_OBJECT("before", values, "The values they replaced.", .open = true),
    FIELD_INT("base",
        0,
        FIELD_POINTS_MAX,
        "The version of the object that was seen; null: none.",
        .nullable = true),
    FIELD_INT(
        "ver", 0, FIELD_POINTS_MAX, "The version that this made; null: none.", .nullable = true),
    FIELD_INT("undoes",
        1,
        FIELD_POINTS_MAX,
        "The change that it is the inverse of; null: of none.",
        .nullable = true),
    FIELD_ID("by", "Who did it; null: a poll, or somebody who is erased.", .nullable = true),
    FIELD_ID("poll", "The poll that did it.", .optional = true),
    FIELD_TIME("at", "When."),
    FIELD_END,
};

static const struct field ops_result[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_LIST("ops", 0, OPS_MAX, op_row, "Changes in order, fewer where they are long."),
    FIELD_INT("last", 0, FIELD_POINTS_MAX, "The number of the last change there is."),
    FIELD_END,
};

#define EDIT_ERRORS(...)                                                                    \
    ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_INVALID_STATE, ERR_NOT_MEMBER, ERR_RESTRICTED, \
        ##__VA_ARGS__)

const struct method plan_item_methods[] = {
    {
        .name = "plan.item_add",
        .doc = "Adds an item to the itinerary of a plan.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = add_params,
        .result = plan_item_done,
        .sql = "select * from api.plan_item_add($1, $2, $3, $4, $5)",
        .coalesce = "plan",
        .coalesce_lanes = 2,
        .batch_sql = "select * from api.plan_item_add_many($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("plan.item_changed"),
        .errors = EDIT_ERRORS(ERR_LIMIT),
    },
    {
        .name = "plan.item_delete",
        .doc = "Deletes an item that nobody changed since it was seen; restorable for 30 days.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = delete_params,
        .result = plan_item_done,
        .sql = "select * from api.plan_item_delete($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("plan.item_changed"),
        .errors = EDIT_ERRORS(ERR_GONE, ERR_CONFLICT),
    },
    {
        .name = "plan.item_get",
        .doc =
            "Answers one item whole, for 30 days also a deleted one; plan.get cuts long notes in large plans.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = one_item,
        .result = plan_item_view,
        .sql = "select * from api.plan_item_get($1, $2)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_GONE, ERR_NOT_MEMBER, ERR_RESTRICTED),
    },
    {
        .name = "plan.item_move",
        .doc =
            "Moves an item to another place in order or day; moves of other items are never in its way.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = move_params,
        .result = plan_item_done,
        .sql = "select * from api.plan_item_move($1, $2, $3, $4, $5, $6, $7)",
        .coalesce = "item",
        .coalesce_lanes = 2,
        .batch_sql = "select * from api.plan_item_move_many($1, $2, $3, $4, $5, $6, $7)",
        .publishes = PUBLISHES("plan.item_changed"),
        .errors = EDIT_ERRORS(ERR_GONE, ERR_CONFLICT, ERR_LIMIT),
    },
    {
        .name = "plan.item_restore",
        .doc = "Brings an item back that was deleted in the last 30 days.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = one_item,
        .result = plan_item_done,
        .sql = "select * from api.plan_item_restore($1, $2, $3, $4)",
        .publishes = PUBLISHES("plan.item_changed"),
        .errors = EDIT_ERRORS(ERR_GONE, ERR_LIMIT),
    },
    {
        .name = "plan.item_set",
        .doc =
            "Sets fields of an item. Accepted where none of them changed since the version that was seen, whatever else did; "
            "a CONFLICT brings the item as it is and what was asked for.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = set_params,
        .result = plan_item_done,
        .sql = "select * from api.plan_item_set($1, $2, $3, $4, $5, $6, $7)",
        .coalesce = "item",
        .coalesce_lanes = 2,
        .batch_sql = "select * from api.plan_item_set_many($1, $2, $3, $4, $5, $6, $7)",
        .publishes = PUBLISHES("plan.item_changed"),
        .errors = EDIT_ERRORS(ERR_GONE, ERR_CONFLICT, ERR_LIMIT),
    },
    {
        .name = "plan.ops",
        .doc = "Tells the changes of a plan after a number, oldest first.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = ops_params,
        .result = ops_result,
        .sql = "select * from api.plan_ops($1, $2, $3, $4)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_RESTRICTED),
    },
    {
        .name = "plan.undo",
        .doc =
            "Makes the inverse of a change of an item, where what it set has not been changed since.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = undo_params,
        .result = plan_item_done,
        .sql = "select * from api.plan_undo($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("plan.item_changed"),
        .errors = EDIT_ERRORS(ERR_GONE, ERR_CONFLICT, ERR_LIMIT),
    },
    {.name = NULL},
};
