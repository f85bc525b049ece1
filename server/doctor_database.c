/* doctor_database.c -- the database: its version, rights, functions, settings, clock and distance. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "migrate.h"
#include "io/db.h"
#include "base/clock.h"
#include "check_methods.h"
#include "doctor_private.h"
#include "startup.h"

enum {
    VERSION_MIN = 150000,
    ROUND_TRIPS = 21,
    DISTANCE_GOOD_US = 2000,
    DISTANCE_MOST_US = 20000,
    DRIFT_GOOD_MS = 500,
    US_PER_MS = 1000,
    NS_PER_US = 1000
};

/* The first value of a statement; NULL, with the finding made, if it fails. */
static const char *ask(struct doctor *d, struct doctor_finding *f, const char *sql, const char *arg)
{
    char why[DOCTOR_FOUND_BYTES];
    const char *value;

    if (db_sync_run(d->db, sql, arg != NULL, &arg, why, sizeof why) != ERR_OK) {
        doctor_say(f, DOCTOR_WRONG, NULL, "%s", why);
        return NULL;
    }
    value = db_sync_value(d->db, 0, 0);
    if (value == NULL)
        doctor_say(f, DOCTOR_WRONG, NULL, "no answer");
    return value;
}

static int64_t ask_number(struct doctor *d, struct doctor_finding *f, const char *sql)
{
    const char *value = ask(d, f, sql, NULL);

    return value != NULL ? strtoll(value, NULL, 10) : -1;
}

static void look_at_version(struct doctor *d, struct doctor_finding *f)
{
    int64_t n = ask_number(d, f, "select current_setting('server_version_num')");

    if (n >= 0)
        doctor_say(f, n >= VERSION_MIN ? DOCTOR_FINE : DOCTOR_WRONG, "PostgreSQL 15 or newer",
            "%" PRId64, n);
}

static void look_at_primary(struct doctor *d, struct doctor_finding *f)
{
    const char *value = ask(d, f, "select pg_is_in_recovery()", NULL);

    if (value != NULL)
        doctor_say(f, value[0] == 'f' ? DOCTOR_FINE : DOCTOR_WRONG,
            "name the primary in database_url",
            value[0] == 'f' ? "a primary" : "a standby, which takes no writes");
}

static void look_at_encoding(struct doctor *d, struct doctor_finding *f)
{
    const char *value = ask(d, f, "select current_setting('server_encoding')", NULL);

    if (value != NULL)
        doctor_say(f, strcmp(value, "UTF8") == 0 ? DOCTOR_FINE : DOCTOR_WRONG,
            "create the database with encoding 'UTF8'", "%s", value);
}

/* The hub may run the functions of api and nothing else (sql/roles.sql). */
static void look_at_rights(struct doctor *d, struct doctor_finding *f)
{
    static const char sql[] =
        "select concat_ws(', ',"
        " case when r.rolsuper then 'is a superuser' end,"
        " case when r.rolcreaterole then 'may create roles' end,"
        " case when r.rolbypassrls then 'bypasses row security' end,"
        " case when pg_has_role(r.rolname, d.datdba, 'member') then 'is the owner of the database' end,"
        " case when has_schema_privilege(to_regnamespace('club'), 'usage') then 'sees schema club' end,"
        " case when has_schema_privilege(to_regnamespace('lib'), 'usage') then 'sees schema lib' end)"
        " from pg_roles r, pg_database d where r.rolname = current_user and d.datname = current_database()";
    const char *value = ask(d, f, sql, NULL);

    if (value != NULL && value[0] != '\0')
        doctor_say(f, DOCTOR_WRONG,
            "database_url must be the database as role club_server, migrate_url as club_owner",
            "it %s", value);
    else if (value != NULL)
        doctor_say(f, DOCTOR_FINE, NULL, "may run the functions of api and nothing else");
}

static void look_at_functions(struct doctor *d, struct doctor_finding *f)
{
    char migrations[MIGRATE_HASH_BYTES], api[MIGRATE_HASH_BYTES], why[MIGRATE_MESSAGE_BYTES];
    const char *value = ask(d, f, "select to_regprocedure('api.schema_state()') is not null", NULL);
    int wrong;

    if (value == NULL)
        return;
    if (value[0] == 't')
        value = ask(d, f, "select migrations || api from api.schema_state()", NULL);
    else
        doctor_say(f, DOCTOR_WRONG, "run `clubhub migrate`", "the database is not prepared");
    if (f->verdict != DOCTOR_FINE)
        return;
    migrate_hashes(migrations, api);
    if (strncmp(value, migrations, strlen(migrations)) != 0 ||
        strcmp(value + strlen(migrations), api) != 0) {
        doctor_say(f, DOCTOR_WRONG, "run `clubhub migrate` of this version",
            "of another version than this program");
        return;
    }
    wrong = check_methods(d->db, why);
    if (wrong > 0)
        doctor_say(f, DOCTOR_WRONG, "run `clubhub migrate`", "%d do not fit; the first: %.300s",
            wrong, why);
    else
        doctor_say(f, DOCTOR_FINE, NULL, "of this version");
}

static void look_at_connections(struct doctor *d, struct doctor_finding *f)
{
    int needed = startup_connections(d->config);
    int64_t there = ask_number(d, f,
        "select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int");

    if (there >= 0)
        doctor_say(f, needed <= there ? DOCTOR_FINE : DOCTOR_WRONG,
            "lower workers or db_connections, or raise max_connections",
            "%d workers need %d, there are %" PRId64 " for everybody", startup_workers(d->config),
            needed, there);
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static void look_at_distance(struct doctor *d, struct doctor_finding *f)
{
    int64_t us[ROUND_TRIPS];

    for (int i = 0; i < ROUND_TRIPS; i++) {
        int64_t began = clock_boot().ns;

        if (ask(d, f, "select 1", NULL) == NULL)
            return;
        us[i] = (clock_boot().ns - began) / NS_PER_US;
    }
    qsort(us, ROUND_TRIPS, sizeof *us, compare);
    doctor_say(f,
        us[ROUND_TRIPS / 2] <= DISTANCE_GOOD_US   ? DOCTOR_FINE
        : us[ROUND_TRIPS / 2] <= DISTANCE_MOST_US ? DOCTOR_CHANGE
                                                  : DOCTOR_WRONG,
        "put hub and database into one data centre: every acknowledgement waits for this way and the disk",
        "a round trip takes %" PRId64 " us (median of %d)", us[ROUND_TRIPS / 2], ROUND_TRIPS);
}

static void look_at_drift(struct doctor *d, struct doctor_finding *f)
{
    int64_t before = clock_wall().ms;
    int64_t there =
        ask_number(d, f, "select (extract(epoch from clock_timestamp()) * 1000)::bigint");
    int64_t drift = there - (before + clock_wall().ms) / 2;

    if (there < 0)
        return;
    doctor_say(f, llabs(drift) <= DRIFT_GOOD_MS ? DOCTOR_FINE : DOCTOR_CHANGE,
        "run an NTP client on both: deadlines go by the database's clock, tokens by this machine's",
        "the database is %" PRId64 " ms ahead of this machine", drift);
}

/* --- settings -------------------------------------------------------------------------------- */

struct setting {
    const char *name;
    const char *wanted; /* words, separated by a space; NULL: a number */
    int64_t least;      /* in the setting's own unit */
    enum doctor_verdict otherwise;
    const char *advice;
};

static const struct setting settings[] = {
    {"fsync", "on", 0, DOCTOR_WRONG,
        "fsync = on: without it a power cut loses what was acknowledged, or everything"},
    {"full_page_writes", "on", 0, DOCTOR_WRONG,
        "full_page_writes = on: a torn page cannot be repaired without it"},
    {"synchronous_commit", "on local remote_write remote_apply", 0, DOCTOR_WRONG,
        "synchronous_commit = on: a crash loses what was acknowledged"},
    {"data_checksums", "on", 0, DOCTOR_CHANGE, "pg_checksums --enable: a failing disk is noticed"},
    {"autovacuum", "on", 0, DOCTOR_WRONG,
        "autovacuum = on: hot rows of streams and points grow without it"},
    {"max_wal_size", NULL, 1024, DOCTOR_CHANGE,
        "max_wal_size = 4GB: fewer checkpoints while much is written"},
    {"shared_buffers", NULL, 16384, DOCTOR_CHANGE, "shared_buffers = a quarter of the memory"},
    {"log_parameter_max_length_on_error", "0", 0, DOCTOR_WRONG,
        "log_parameter_max_length_on_error = 0: else what members write is in the database's log"},
    {"log_error_verbosity", "terse", 0, DOCTOR_CHANGE,
        "log_error_verbosity = terse: else a row that breaks a rule of its table is in the database's log, as it is"},
    {NULL, NULL, 0, DOCTOR_FINE, NULL},
};

static bool is_among(const char *word, const char *words)
{
    size_t n = strlen(word);

    for (const char *p = strstr(words, word); p != NULL; p = strstr(p + 1, word))
        if ((p == words || p[-1] == ' ') && (p[n] == '\0' || p[n] == ' '))
            return true;
    return false;
}

/* The worst of all; the first of that weight is told. */
static void look_at_settings(struct doctor *d, struct doctor_finding *f)
{
    int fine = 0;

    for (const struct setting *s = settings; s->name != NULL; s++) {
        const char *value = ask(d, f, "select setting from pg_settings where name = $1", s->name);
        bool good;

        if (value == NULL)
            return;
        good =
            s->wanted != NULL ? is_among(value, s->wanted) : strtoll(value, NULL, 10) >= s->least;
        fine += good;
        if (!good && s->otherwise > f->verdict)
            doctor_say(f, s->otherwise, s->advice, "%s is %s", s->name, value);
    }
    if (f->verdict == DOCTOR_FINE)
        doctor_say(f, DOCTOR_FINE, NULL, "%d looked at", fine);
}

/* Parameters of calls hold what members write, and the first one of each connection the key that seals personal data. */
static void look_at_log(struct doctor *d, struct doctor_finding *f)
{
    static const char sql[] = "select (current_setting('log_statement') in ('mod', 'all')"
                              " or current_setting('log_min_duration_statement') <> '-1'"
                              " or current_setting('log_min_duration_sample') <> '-1')"
                              " and current_setting('log_parameter_max_length') <> '0'";
    const char *value = ask(d, f, sql, NULL);

    if (value != NULL && value[0] != 'f')
        doctor_say(f, DOCTOR_WRONG,
            "log_parameter_max_length = 0: the parameters are what members write, and the key that seals personal data",
            "statements are logged with their parameters");
    else if (value != NULL)
        value = ask(d, f, "select current_setting('log_min_error_statement')", NULL);
    if (value == NULL || f->verdict != DOCTOR_FINE)
        return;
    doctor_say(f, strcmp(value, "panic") == 0 ? DOCTOR_FINE : DOCTOR_CHANGE,
        "log_min_error_statement = panic: else statements that fail are in the database's log, as they are",
        strcmp(value, "panic") == 0 ? "holds no parameters of calls and no statements that fail"
                                    : "holds statements that fail");
}

const struct doctor_check doctor_database_checks[] = {
    {"version", look_at_version},
    {"primary", look_at_primary},
    {"encoding", look_at_encoding},
    {"rights of the hub", look_at_rights},
    {"functions", look_at_functions},
    {"connections", look_at_connections},
    {"distance", look_at_distance},
    {"two clocks", look_at_drift},
    {"settings", look_at_settings},
    {"log of the database", look_at_log},
    {NULL, NULL},
};
