/* migrate.c -- runs the embedded SQL (migrate.h).  tests/support/migrate.sh does the same with psql. */
#include "migrate.h"

#include "embedded.h"
#include "io/crypto.h"
#include "io/db.h"
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_BYTES = 16, NAME_BYTES = 128, DEMO_BYTES_MAX = 64 << 20 };

static const char migrations_prefix[] = "migrations/";
static const char api_prefix[] = "api/";
static const char lock_sql[] = "select pg_advisory_lock(7355608)";

/* One run. */
struct run {
    struct db_sync *db;
    char *message;
    struct migrate_outcome outcome;
};

static const char *text_of(const struct embedded_file *f)
{
    return (const char *)f->data; /* a NUL byte follows */
}

static const struct embedded_file *file_named(const char *name)
{
    for (const struct embedded_file *f = embedded_files; f->name != NULL; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* The next migration after f (NULL: the first); the table is ordered by name. */
static const struct embedded_file *next_migration(const struct embedded_file *f)
{
    for (f = f == NULL ? embedded_files : f + 1; f->name != NULL; f++)
        if (starts_with(f->name, migrations_prefix))
            return f;
    return NULL;
}

/* The files of api and lib in load order: core first, then by name, roles last.  NULL after the last. */
static const struct embedded_file *next_api(const struct embedded_file *f)
{
    const char *core = "api/core.sql", *roles = "roles.sql";

    if (f == NULL)
        return file_named(core);
    if (strcmp(f->name, roles) == 0)
        return NULL;
    for (f = strcmp(f->name, core) == 0 ? embedded_files : f + 1; f->name != NULL; f++)
        if (starts_with(f->name, api_prefix) && strcmp(f->name, core) != 0)
            return f;
    return file_named(roles);
}

/* "migrations/0003_feed.sql" -> 3, "0003_feed" */
static int number_of(const struct embedded_file *f, char out_name[NAME_BYTES])
{
    const char *name = f->name + strlen(migrations_prefix);
    size_t length = strlen(name) - strlen(".sql");

    snprintf(out_name, NAME_BYTES, "%.*s", (int)length, name);
    return (int)strtol(name, NULL, 10);
}

static void hash_text(const void *data, size_t bytes, char out_hex[MIGRATE_HASH_BYTES])
{
    uint8_t sum[CRYPTO_SHA256_BYTES];

    crypto_sha256(data, bytes, sum);
    crypto_hex(sum, sizeof sum, out_hex);
}

static void hash_api(char out_hex[MIGRATE_HASH_BYTES])
{
    struct crypto_hash *h = crypto_hash_new();
    uint8_t sum[CRYPTO_SHA256_BYTES];

    crypto_hash_begin(h);
    for (const struct embedded_file *f = next_api(NULL); f != NULL; f = next_api(f))
        crypto_hash_add(h, f->data, f->size_bytes);
    crypto_hash_end(h, sum);
    crypto_hash_free(h);
    crypto_hex(sum, sizeof sum, out_hex);
}

void migrate_hashes(char out_migrations[MIGRATE_HASH_BYTES], char out_api[MIGRATE_HASH_BYTES])
{
    struct buf list;
    char name[NAME_BYTES], hash[MIGRATE_HASH_BYTES];

    buf_init(&list, 0);
    for (const struct embedded_file *f = next_migration(NULL); f != NULL; f = next_migration(f)) {
        hash_text(f->data, f->size_bytes, hash);
        buf_printf(&list, "%s%d %s", list.length_bytes > 0 ? "\n" : "", number_of(f, name), hash);
    }
    hash_text(list.bytes, list.length_bytes, out_migrations);
    buf_done(&list);
    hash_api(out_api);
}

/* --- statements ------------------------------------------------------------------------------ */

static enum err run_args(
    struct run *r, const char *what, const char *sql, int count, const char *const *args)
{
    char why[MIGRATE_MESSAGE_BYTES - NAME_BYTES - 8];
    enum err e = db_sync_run(r->db, sql, count, args, why, sizeof why);

    if (e != ERR_OK)
        snprintf(r->message, MIGRATE_MESSAGE_BYTES, "%.100s: %s", what, why);
    return e;
}

static enum err run_sql(struct run *r, const char *what, const char *sql)
{
    return run_args(r, what, sql, 0, NULL);
}

static enum err run_file(struct run *r, const char *name)
{
    const struct embedded_file *f = file_named(name);

    if (f == NULL) {
        snprintf(r->message, MIGRATE_MESSAGE_BYTES, "%s is not in this binary", name);
        return ERR_NOT_FOUND;
    }
    return run_sql(r, name, text_of(f));
}

/* Ends the transaction: commit, or rollback after a failure (whose message stays). */
static enum err end_transaction(struct run *r, enum err e)
{
    char ignored[1];

    if (e == ERR_OK)
        return run_sql(r, "commit", "commit");
    if (db_sync_run(r->db, "rollback", 0, NULL, ignored, 0) == ERR_LOST)
        return ERR_LOST;
    return e;
}

/* --- migrations ------------------------------------------------------------------------------ */

static enum err apply(
    struct run *r, const struct embedded_file *f, const char *const insert_args[3])
{
    enum err e = run_sql(r, f->name, "begin; set local search_path = club, pg_temp");

    if (e == ERR_OK)
        e = run_args(r, f->name,
            "insert into club.migration (number, name, sha256) values ($1, $2, $3)", 3,
            insert_args);
    if (e == ERR_OK)
        e = run_sql(r, f->name, text_of(f));
    return end_transaction(r, e);
}

static enum err migrate_one(struct run *r, const struct embedded_file *f)
{
    char name[NAME_BYTES], number[NUMBER_BYTES], hash[MIGRATE_HASH_BYTES];
    const char *args[] = {number, name, hash};
    const char *known;
    enum err e;

    snprintf(number, sizeof number, "%d", number_of(f, name));
    hash_text(f->data, f->size_bytes, hash);
    e = run_args(r, f->name, "select sha256 from club.migration where number = $1", 1, args);
    if (e != ERR_OK)
        return e;
    known = db_sync_value(r->db, 0, 0);
    if (known == NULL) {
        r->outcome.applied++;
        return apply(r, f, args);
    }
    if (strcmp(known, hash) == 0)
        return ERR_OK;
    snprintf(
        r->message, MIGRATE_MESSAGE_BYTES, "migration %s was edited after it had been run", name);
    return ERR_CONFLICT;
}

/* --- functions ------------------------------------------------------------------------------- */

static enum err build_api(struct run *r, const char *hash)
{
    const char *args[] = {hash};
    enum err e = run_sql(r, "api",
        "begin; drop schema if exists api cascade; drop schema if exists lib cascade;"
        "create schema api; create schema lib;"
        "set local search_path = club, pg_temp; set local check_function_bodies = off");

    for (const struct embedded_file *f = next_api(NULL); f != NULL && e == ERR_OK; f = next_api(f))
        e = run_sql(r, f->name, text_of(f));
    if (e == ERR_OK)
        e = run_sql(r, "api", "delete from club.api_state");
    if (e == ERR_OK)
        e = run_args(r, "api", "insert into club.api_state (sha256) values ($1)", 1, args);
    return end_transaction(r, e);
}

static enum err rebuild_api(struct run *r)
{
    char hash[MIGRATE_HASH_BYTES];
    const char *known;
    enum err e = run_sql(r, "api", "select sha256 from club.api_state");

    if (e != ERR_OK)
        return e;
    hash_api(hash);
    known = db_sync_value(r->db, 0, 0);
    if (r->outcome.applied == 0 && known != NULL && strcmp(known, hash) == 0)
        return ERR_OK;
    r->outcome.rebuilt = true;
    return build_api(r, hash);
}

static enum err run_all(struct run *r)
{
    enum err e = run_sql(r, "lock", lock_sql);

    if (e == ERR_OK)
        e = run_file(r, "ledger.sql");
    for (const struct embedded_file *f = next_migration(NULL); f != NULL && e == ERR_OK;
         f = next_migration(f))
        e = migrate_one(r, f);
    if (e == ERR_OK)
        e = rebuild_api(r);
    if (e == ERR_OK)
        e = run_sql(r, "outbox_partitions", "select lib.outbox_partitions()");
    return e;
}

enum err migrate_run(
    const char *url, struct migrate_outcome *out_outcome, char out_message[MIGRATE_MESSAGE_BYTES])
{
    struct run r = {.message = out_message};
    enum err e = db_sync_open(url, &r.db, out_message, MIGRATE_MESSAGE_BYTES);

    if (e != ERR_OK)
        return e;
    e = run_all(&r);
    db_sync_close(r.db); /* and with it the lock */
    if (e == ERR_OK)
        *out_outcome = r.outcome;
    return e;
}

/* --- demo data ------------------------------------------------------------------------------- */

static enum err read_demo(const char *path, struct buf *out, char *message)
{
    char part[65536];
    FILE *file = fopen(path, "re");
    size_t n;

    if (file == NULL) {
        snprintf(message, MIGRATE_MESSAGE_BYTES, "%.200s cannot be read", path);
        return ERR_NOT_FOUND;
    }
    while ((n = fread(part, 1, sizeof part, file)) > 0)
        buf_add(out, part, n);
    (void)fclose(file); /* it was only read */
    if (buf_ok(out))
        return ERR_OK;
    snprintf(message, MIGRATE_MESSAGE_BYTES, "%.200s is too large", path);
    return ERR_LIMIT;
}

static enum err load_demo(struct run *r, const char *sql, const char *pii_key_hex)
{
    const char *args[] = {pii_key_hex};
    enum err e = run_sql(r, "demo.sql", "begin");

    if (e == ERR_OK)
        e = run_args(r, "demo.sql", "select set_config('clubhub.pii_key', $1, true)", 1, args);
    if (e == ERR_OK)
        e = run_sql(r, "demo.sql", sql);
    return end_transaction(r, e);
}

static enum err demo_unless_there(
    struct run *r, const char *sql, const char *pii_key_hex, bool *out_loaded)
{
    enum err e = run_sql(r, "lock", lock_sql);
    const char *there;

    if (e == ERR_OK)
        e = run_sql(r, "demo", "select exists (select from club.member)");
    if (e != ERR_OK)
        return e;
    there = db_sync_value(r->db, 0, 0);
    *out_loaded = there != NULL && there[0] == 'f';
    return *out_loaded ? load_demo(r, sql, pii_key_hex) : ERR_OK;
}

enum err migrate_demo(const char *url,
    const char *path,
    const char *pii_key_hex,
    bool *out_loaded,
    char out_message[MIGRATE_MESSAGE_BYTES])
{
    const struct embedded_file *built_in = file_named("demo.sql");
    struct run r = {.message = out_message};
    struct buf text;
    enum err e = ERR_OK;

    buf_init(&text, DEMO_BYTES_MAX);
    if (path != NULL) {
        e = read_demo(path, &text, out_message);
    } else if (built_in == NULL) {
        snprintf(out_message, MIGRATE_MESSAGE_BYTES, "this binary carries no demo data");
        e = ERR_NOT_FOUND;
    } else {
        buf_add(&text, built_in->data, built_in->size_bytes);
    }
    if (e == ERR_OK)
        e = db_sync_open(url, &r.db, out_message, MIGRATE_MESSAGE_BYTES);
    if (e == ERR_OK) {
        e = demo_unless_there(&r, text.bytes, pii_key_hex, out_loaded);
        db_sync_close(r.db);
    }
    buf_done(&text);
    return e;
}
