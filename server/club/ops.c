/* ops.c -- the rows of ops.*; the functions are sql/api/ops.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { COUNTED_MAX = 1000, FACTS_MAX = 20, INCIDENTS_MAX = 20, JOBS_MAX = 200 };

static const char *const kinds[] = {"ledger", "seats", "plans", NULL};
static const char *const reconcile_states[] = {
    "idle", "waiting", "listing", "accounts", "transactions", "seats", NULL};

/* --- incidents ------------------------------------------------------------------------------- */

static const struct field fact[] = {
    FIELD_TEXT("invariant", 1, 8, "Which invariant, I-03 say."),
    FIELD_TEXT("object", 1, 40, "What breaks it: account, hold, tx or pool, and its number."),
    FIELD_INT("found", -FIELD_POINTS_MAX, FIELD_POINTS_MAX, "What it says."),
    FIELD_INT("expected", -FIELD_POINTS_MAX, FIELD_POINTS_MAX, "What it would have to say."),
    FIELD_END,
};

static const struct field incident[] = {
    FIELD_ID("incident", "The incident."),
    FIELD_WORD("kind",
        kinds,
        "What kind: the ledger does not add up, other seats are taken than a pool says, or a plan is not what its log and its expenses say."),
    FIELD_TEXT("object", 1, 40, "What it is about: account, tx or pool, and its number."),
    FIELD_BOOL("frozen", "True: the account was frozen for it."),
    FIELD_LIST("facts", 0, FACTS_MAX, fact, "What was found; nothing of it is mended."),
    FIELD_TIME("opened_at", "Since when it is known."),
    FIELD_TIME("closed_at", "When it was closed; null: it is open.", .nullable = true),
    FIELD_END,
};

static const struct field close_params[] = {
    FIELD_ID("incident", "The incident."),
    FIELD_TEXT("reason", 1, 400, "What was found out and done."),
    FIELD_END,
};

/* --- ops.health ------------------------------------------------------------------------------ */

static const struct field ledger[] = {
    FIELD_INT("holds_due", 0, COUNTED_MAX, "Holds past their time; counting ends at 1,000."),
    FIELD_INT("holds_late_s", 0, FIELD_POINTS_MAX, "Since when the oldest of them is, in seconds."),
    FIELD_INT("lots_due", 0, COUNTED_MAX, "Lots past their expiry; counting ends at 1,000."),
    FIELD_INT("lots_late_s", 0, FIELD_POINTS_MAX, "Since when the oldest of them is, in seconds."),
    FIELD_WORD("reconcile", reconcile_states, "What the reconciliation is doing."),
    FIELD_TIME("changed_at", "When the last one of new postings, or of everything, began."),
    FIELD_TIME("all_at", "When the last one of everything began."),
    FIELD_END,
};

static const struct field messages[] = {
    FIELD_INT("queued", 0, COUNTED_MAX, "Messages that could be sent; counting ends at 1,000."),
    FIELD_INT("late_s", 0, FIELD_POINTS_MAX, "How long the oldest of them has waited, in seconds."),
    FIELD_END,
};

static const struct field job_run[] = {
    FIELD_TEXT("job", 1, 64, "The job."),
    FIELD_TIME("at", "When it last ran, to the minute."),
    FIELD_TIME("did_at", "When it last had something to do; null: never.", .nullable = true),
    FIELD_INT(
        "did", 1, FIELD_POINTS_MAX, "How many rows that were; null: never any.", .nullable = true),
    FIELD_END,
};

static const struct field versions[] = {
    FIELD_INT("migration", 1, 9999, "The newest migration of the database."),
    FIELD_TEXT("functions", 1, 64, "SHA-256 of its functions; null: unknown.", .nullable = true),
    FIELD_TEXT("database", 1, 64, "Version of PostgreSQL."),
    FIELD_TEXT("lineage", 1, 64, "Lineage of the database."),
    FIELD_END,
};

const struct field ops_view[] = {
    FIELD_TIME("at", "When this was so."),
    FIELD_LIST("incidents", 0, INCIDENTS_MAX, incident, "Open incidents, newest first."),
    FIELD_INT("open_incidents", 0, COUNTED_MAX, "How many are open; counting ends at 1,000."),
    FIELD_INT("nodes", 0, FIELD_POINTS_MAX, "Workers that are alive."),
    FIELD_INT("sys_lag",
        0,
        FIELD_POINTS_MAX,
        "Losses of permission that the slowest worker has not applied yet."),
    FIELD_OBJECT(
        "ledger", ledger, "How late the jobs of the ledger are; correctness waits for none."),
    FIELD_OBJECT("messages", messages, "What waits for the mailer."),
    FIELD_LIST("jobs", 0, JOBS_MAX, job_run, "What each job did last, by name."),
    FIELD_OBJECT("versions", versions, "What runs."),
    FIELD_END,
};

static const struct field nothing[] = {FIELD_END};

const struct method ops_methods[] = {
    {
        .name = "ops.health",
        .doc = "Tells how the hub is: incidents, nodes, what is late, what the jobs did, versions.",
        .since = "1",
        .who = WHO_ADMIN | WHO_OPS,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = nothing,
        .result = ops_view,
        .sql = "select * from api.ops_health($1)",
    },
    {
        .name = "ops.incident_close",
        .doc = "Ends an incident whose difference is gone; its account can be unfrozen then.",
        .since = "1",
        .who = WHO_ADMIN,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = close_params,
        .result = incident,
        .sql = "select * from api.ops_incident_close($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("incident"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_INVALID_STATE),
    },
    {.name = NULL},
};
