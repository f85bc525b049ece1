/* fleet_database.c -- the cluster and the people in it. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/crypto.h"
#include "fleet_private.h"

enum { MESSAGE_BYTES = 600, SQL_BYTES = 8192, CONNECT_TRIES = 100, CONNECT_WAIT_US = 100000 };

/* Copies the value of `export name=` from what pg.sh printed; bash quoted it with backslashes. */
static bool read_export(const char *path, const char *name, char *out, size_t out_bytes)
{
    char line[FLEET_URL_BYTES * 2];
    FILE *file = fopen(path, "re");
    bool found = false;

    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        const char *value = strstr(line, name);
        size_t n = 0;

        if (strncmp(line, "export ", 7) != 0 || value == NULL || value[strlen(name)] != '=')
            continue;
        for (value += strlen(name) + 1;
             *value != '\0' && *value != '\n' && *value != ' ' && n + 1 < out_bytes; value++)
            if (*value != '\\')
                out[n++] = *value;
        out[n] = '\0';
        found = true;
    }
    if (file != NULL)
        (void)fclose(file);
    return found;
}

static void pg_sh(struct fleet *f, const char *verb)
{
    const char *argv[] = {f->pg_sh, verb, f->pg_dir, NULL};
    char path[FLEET_PATH_BYTES];

    if (fleet_command(f, "pg.log", argv) != 0)
        fleet_die("pg.sh %s failed: see %s/pg.log", verb, f->dir);
    if (strcmp(verb, "start") == 0 || strcmp(verb, "env") == 0) {
        snprintf(path, sizeof path, "%s/pg.log", f->dir);
        if (!read_export(path, "DATABASE_URL", f->database_url, sizeof f->database_url) ||
            !read_export(path, "MIGRATE_URL", f->migrate_url, sizeof f->migrate_url) ||
            !read_export(path, "ADMIN_URL", f->admin_url, sizeof f->admin_url))
            fleet_die("pg.sh %s told no address", verb);
    }
}

static struct db_sync *connect_owner(struct fleet *f, char *message, size_t message_bytes)
{
    char setup[200 + sizeof f->pii_key_hex];
    struct db_sync *d = NULL;

    snprintf(setup, sizeof setup,
        "set search_path = club, public; set client_min_messages = warning; "
        "select set_config('clubhub.pii_key', '%s', false)",
        f->pii_key_hex);
    if (db_sync_open(f->migrate_url, &d, message, message_bytes) != ERR_OK)
        return NULL;
    if (db_sync_run(d, setup, 0, NULL, message, message_bytes) != ERR_OK) {
        db_sync_close(d);
        return NULL;
    }
    return d;
}

struct db_sync *fleet_db_new(struct fleet *f)
{
    char message[MESSAGE_BYTES] = "";

    for (int i = 0; i < CONNECT_TRIES; i++) {
        struct db_sync *d = connect_owner(f, message, sizeof message);

        if (d != NULL)
            return d;
        usleep(CONNECT_WAIT_US);
    }
    fleet_die("no connection to the database: %s", message);
}

struct db_sync *fleet_db(struct fleet *f)
{
    if (f->db == NULL)
        f->db = fleet_db_new(f);
    return f->db;
}

void fleet_database_open(struct fleet *f)
{
    const char *shared = getenv("PG_DIR");
    const char *migrate[] = {f->binary, "migrate", NULL};

    f->owns_cluster = shared == NULL;
    if (f->owns_cluster) {
        setenv("PG_FSYNC", "off", 0);
        snprintf(f->pg_dir, sizeof f->pg_dir, "%s/pg", f->dir);
        pg_sh(f, "start");
    } else {
        snprintf(f->pg_dir, sizeof f->pg_dir, "%s", shared);
        pg_sh(f, "env");
        pg_sh(f, "reset");
    }
    setenv("CLUBHUB_DATABASE_URL", f->database_url, 1);
    setenv("CLUBHUB_MIGRATE_URL", f->migrate_url, 1);
    if (fleet_command(f, "migrate.log", migrate) != 0)
        fleet_die("clubhub migrate failed: see %s/migrate.log", f->dir);
}

void fleet_database_close(struct fleet *f)
{
    db_sync_close(f->db);
    f->db = NULL;
    if (f->owns_cluster)
        pg_sh(f, "remove");
}

const char *fleet_postgres_log(const struct fleet *f)
{
    static char path[FLEET_PATH_BYTES];

    snprintf(path, sizeof path, "%s/data/server.log", f->pg_dir);
    return path;
}

const char *fleet_database_url(const struct fleet *f)
{
    return f->database_url;
}

const char *fleet_admin_url(const struct fleet *f)
{
    return f->admin_url;
}

void fleet_postgres_pause(struct fleet *f)
{
    pg_sh(f, "pause");
}

void fleet_postgres_resume(struct fleet *f)
{
    pg_sh(f, "resume");
}

void fleet_postgres_kill(struct fleet *f)
{
    db_sync_close(f->db);
    f->db = NULL;
    pg_sh(f, "kill9");
}

void fleet_postgres_wal(struct fleet *f, const char *folder)
{
    db_sync_close(f->db);
    f->db = NULL;
    setenv("PG_WAL", folder == NULL ? "" : folder, 1);
    pg_sh(f, "wal");
    (void)fleet_db(f);
}

void fleet_postgres_restart(struct fleet *f)
{
    pg_sh(f, "restart");
    (void)fleet_db(f);
}

/* --- statements -------------------------------------------------------------------------------- */

static void run(struct fleet *f, const char *format, va_list args)
{
    char message[MESSAGE_BYTES] = "";
    char *sql;

    if (vasprintf(&sql, format, args) < 0)
        fleet_die("out of memory");
    if (db_sync_run(fleet_db(f), sql, 0, NULL, message, sizeof message) != ERR_OK)
        fleet_die("%s\nin: %.600s", message, sql);
    free(sql);
}

void fleet_run(struct fleet *f, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    run(f, format, args);
    va_end(args);
}

int64_t fleet_number(struct fleet *f, const char *format, ...)
{
    const char *value;
    va_list args;

    va_start(args, format);
    run(f, format, args);
    va_end(args);
    value = db_sync_value(f->db, 0, 0);
    return value == NULL ? 0 : strtoll(value, NULL, 10);
}

const char *fleet_text(struct fleet *f, const char *format, ...)
{
    const char *value;
    va_list args;

    va_start(args, format);
    run(f, format, args);
    va_end(args);
    value = db_sync_value(f->db, 0, 0);
    return value == NULL ? "" : value;
}

/* --- people ------------------------------------------------------------------------------------ */

static const char clubs_sql[] =
    "insert into club (club_id, slug, name, form, join_policy) values"
    " (%d, 'chaos', 'Chaos', 'fan', 'open'), (%d, 'calm', 'Calm', 'benefit', 'open');"
    "insert into track (track_id, club_id, code, name, fee_kind)"
    " select club_id, club_id, 'free', 'Free', 'free' from club;"
    "insert into tier (tier_id, club_id, rank, name, qualify_tp, retain_tp, window_kind)"
    " select club_id * 10 + r, club_id, r, 'Rank ' || r, r * 1000, r * 500, 'rolling'"
    "   from club, unnest('{0,2}'::int[]) r;"
    "insert into product_category (category_id, club_id, code) values (%d, %d, 'fjords'), (%d, %d, 'cities');"
    "insert into category_text select category_id, 'en', code from product_category;"
    "insert into earn_rule (rule_id, club_id, rate_ppm, from_at)"
    " select club_id, club_id, 1000000, now() - interval '2 years' from club;"
    "insert into consent_text (purpose_id, ver, locale, title, body, sha256, material, valid_from, published_by)"
    " select purpose_id, 1, 'en', code, code, sha256(convert_to(code, 'UTF8')), true, now() - interval '1 day', 'test'"
    "   from purpose where basis in ('consent', 'explicit_consent');"
    "insert into staff (staff_id, login, roles) values"
    " (%d, 'editor@example.org', '{agent,moderator,editor,manager,analyst,privacy,admin}');"
    "insert into staff_club select %d, club_id from club;"
    "select lib.apikey_new('till', '{pos}', sha256('" FLEET_POS_KEY "'))";

static const char members_sql[] =
    "insert into member (member_id, status, handle, email_verified_at, terms_ver, terms_at, created_at)"
    " select id, 'active', 'm' || id, now(), 1, now(), now() - interval '1 year' from generate_series(%d, %d) id;"
    "insert into member_pii (member_id, name_enc, town_enc, email_enc, email_hash)"
    " select member_id, lib.pii_seal('Realname ' || member_id), lib.pii_seal('Realtown ' || member_id),"
    "        lib.pii_seal(handle || '@example.org'), lib.email_hash(handle || '@example.org') from member;"
    "insert into membership (member_id, club_id, track_id, status, tier_id, joined_at, tier_since)"
    " select member_id, %d, %d, 'active', %d * 10 + case when member_id %% 3 = 0 then 2 else 0 end,"
    "        now() - interval '1 year', now() - interval '1 year' from member;"
    "insert into consent_state (member_id, purpose_id, scope_id, channel_id, state, text_ver, event_id)"
    " select m.member_id, p.purpose_id, case p.code when 'mkt.offers' then %d else %d end, p.per_channel::int, 'given', 1,"
    "        lib.consent_record(m.member_id, p.purpose_id, case p.code when 'mkt.offers' then %d else %d end,"
    "                           p.per_channel::int::smallint, 'give', 1, 'en', 'm:' || m.member_id, 'test', '{}')"
    "   from member m, purpose p where p.code in ('mkt.offers', 'com.profile', 'com.badge');"
    "update member set consent_epoch = 3";

void fleet_seed(struct fleet *f, int members)
{
    fleet_run(f, clubs_sql, FLEET_CLUB, FLEET_CLUB + 1, FLEET_CATEGORY, FLEET_CLUB,
        FLEET_CATEGORY + 1, FLEET_CLUB, FLEET_EDITOR, FLEET_EDITOR);
    fleet_run(f, members_sql, FLEET_FIRST_MEMBER, FLEET_FIRST_MEMBER + members - 1, FLEET_CLUB,
        FLEET_CLUB, FLEET_CLUB, FLEET_CATEGORY, FLEET_CLUB, FLEET_CATEGORY, FLEET_CLUB);
    fleet_run(f, "analyze");
}
