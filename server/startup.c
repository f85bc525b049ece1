/* startup.c -- refuses to serve what would not work, in one line that says why. */
#include "startup.h"

#include "config.h"
#include "migrate.h"
#include "club/asyncapi.h"
#include "club/describe.h"
#include "hub/issuers.h"
#include "io/crypto.h"
#include "io/db.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "check_methods.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    DATABASE_WAIT_MS = 30000,
    RETRY_S = 1,
    OWN_CONNECTIONS = 2, /* of each worker, beside those for calls: LISTEN, renewals */
    WORKERS_MAX = 256,
    SIGNER_BYTES_MAX = 16384
};

enum log_level startup_log_level(const struct config *c)
{
    static const char *const words[] = {"debug", "info", "warn", "error"};

    for (int i = LOG_DEBUG; i <= LOG_ERROR; i++)
        if (strcmp(words[i], c->log_level) == 0)
            return (enum log_level)i;
    return LOG_INFO;
}

int startup_workers(const struct config *c)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    if (c->workers > 0)
        return c->workers;
    return cores < 1 ? 1 : cores > WORKERS_MAX ? WORKERS_MAX : (int)cores;
}

int startup_connections(const struct config *c)
{
    return startup_workers(c) * (c->db_connections + OWN_CONNECTIONS);
}

/* --- files ----------------------------------------------------------------------------------- */

static enum err check_readable(const char *option, const char *path, char *out_message)
{
    if (path[0] == '\0' || access(path, R_OK) == 0)
        return ERR_OK;
    snprintf(out_message, STARTUP_MESSAGE_BYTES, "%s: %.200s: %s", option, path, strerror(errno));
    return ERR_INVALID_PARAMS;
}

enum err startup_read_keys(
    const struct config *c, struct startup *s, char out_message[STARTUP_MESSAGE_BYTES])
{
    struct secret pii;
    enum err e = secret_read("token_key_file", c->token_key_file, &s->token_key, out_message);

    if (e == ERR_OK)
        e = secret_read("pii_key_file", c->pii_key_file, &pii, out_message);
    if (e != ERR_OK)
        return e;
    crypto_hex(pii.bytes, pii.length_bytes, s->pii_key_hex);
    secret_wipe(&pii);
    return ERR_OK;
}

enum err startup_check_issuers(const struct config *c, char out_message[STARTUP_MESSAGE_BYTES])
{
    struct issuers *s = NULL;
    char why[ISSUERS_MESSAGE_BYTES];
    enum err e = ERR_OK;

    if (c->issuers_file[0] != '\0')
        e = issuers_open(c->issuers_file, c->token_issuer, &s, why);
    if (e != ERR_OK)
        snprintf(out_message, STARTUP_MESSAGE_BYTES, "issuers_file: %s", why);
    issuers_free(s);
    return e;
}

enum err startup_read_signer(
    const struct config *c, struct startup *s, char out_message[STARTUP_MESSAGE_BYTES])
{
    char pem[SIGNER_BYTES_MAX];
    FILE *file;
    size_t n;
    enum err e;

    if (c->receipt_key_file[0] == '\0') {
        s->signer = crypto_signer_derive(s->token_key.bytes, s->token_key.length_bytes);
        return ERR_OK;
    }
    e = check_readable("receipt_key_file", c->receipt_key_file, out_message);
    file = e == ERR_OK ? fopen(c->receipt_key_file, "re") : NULL;
    if (file == NULL)
        return e != ERR_OK ? e : ERR_UNAVAILABLE;
    n = fread(pem, 1, sizeof pem, file);
    (void)fclose(file); /* it was only read */
    e = crypto_signer_read(pem, n, &s->signer);
    crypto_wipe(pem, sizeof pem);
    if (e != ERR_OK)
        snprintf(out_message, STARTUP_MESSAGE_BYTES,
            "receipt_key_file: %.200s: not a PEM file with an Ed25519 private key in front",
            c->receipt_key_file);
    return e;
}

static enum err check_files(const struct config *c, struct startup *s, char *out_message)
{
    enum err e = startup_read_keys(c, s, out_message);

    if (e == ERR_OK)
        e = startup_check_issuers(c, out_message);
    if (e == ERR_OK)
        e = startup_read_signer(c, s, out_message);
    if (e == ERR_OK)
        e = check_readable("tls_cert_file", c->tls_cert_file, out_message);
    if (e == ERR_OK)
        e = check_readable("tls_key_file", c->tls_key_file, out_message);
    return e;
}

/* --- the database ---------------------------------------------------------------------------- */

static bool is_told_to_end(const sigset_t *ends)
{
    sigset_t pending;

    sigpending(&pending);
    return (sigismember(&pending, SIGTERM) == 1 && sigismember(ends, SIGTERM) == 1) ||
           (sigismember(&pending, SIGINT) == 1 && sigismember(ends, SIGINT) == 1);
}

static enum err open_database(
    const struct config *c, const sigset_t *ends, struct db_sync **out_db, char *out_message)
{
    int64_t until = clock_mono().ms + DATABASE_WAIT_MS;
    char why[MIGRATE_MESSAGE_BYTES];
    bool told = false;

    for (enum err e; (e = db_sync_open(c->database_url, out_db, why, sizeof why)) != ERR_OK;) {
        why[strcspn(why, "\n")] = '\0';
        if (e == ERR_INVALID_PARAMS) {
            snprintf(out_message, STARTUP_MESSAGE_BYTES, "database_url: %s", why);
            return e;
        }
        if (is_told_to_end(ends))
            return ERR_GONE;
        if (clock_mono().ms >= until) {
            snprintf(out_message, STARTUP_MESSAGE_BYTES, "the database is away: %s", why);
            return ERR_UNAVAILABLE;
        }
        if (!told)
            log_warn("database_away", "wait_ms=%d reason=%s", DATABASE_WAIT_MS, why);
        told = true;
        (void)sleep(RETRY_S);
    }
    return ERR_OK;
}

static enum err check_connections(
    struct db_sync *db, const struct config *c, int workers, char *out_message)
{
    const char *sql = "select current_setting('max_connections')::int - "
                      "current_setting('superuser_reserved_connections')::int";
    int needed = startup_connections(c);
    char why[MIGRATE_MESSAGE_BYTES];
    const char *value;
    long there;

    if (db_sync_run(db, sql, 0, NULL, why, sizeof why) != ERR_OK) {
        snprintf(out_message, STARTUP_MESSAGE_BYTES, "max_connections: %s", why);
        return ERR_UNAVAILABLE;
    }
    value = db_sync_value(db, 0, 0);
    there = value != NULL ? strtol(value, NULL, 10) : 0;
    if (needed <= there)
        return ERR_OK;
    snprintf(out_message, STARTUP_MESSAGE_BYTES,
        "%d workers need %d database connections (%d + %d each), the database has %ld: "
        "lower workers or db_connections, or raise max_connections",
        workers, needed, c->db_connections, OWN_CONNECTIONS, there);
    return ERR_LIMIT;
}

static enum err check_schema(struct db_sync *db, struct startup *s, char *out_message)
{
    char why[MIGRATE_MESSAGE_BYTES];
    const char *migrations, *api;
    int wrong;

    if (db_sync_run(db, "select migrations, api from api.schema_state()", 0, NULL, why,
            sizeof why) != ERR_OK) {
        snprintf(out_message, STARTUP_MESSAGE_BYTES,
            "the database is not prepared, run `clubhub migrate`: %s", why);
        return ERR_INVALID_STATE;
    }
    migrations = db_sync_value(db, 0, 0);
    api = db_sync_value(db, 0, 1);
    if (migrations == NULL || api == NULL || strcmp(migrations, s->migrations_hash) != 0 ||
        strcmp(api, s->api_hash) != 0)
        log_warn("schema_differs", "reason=%s",
            "the database was migrated by another version; not ready until they match");
    wrong = check_methods(db, why);
    if (wrong == 0)
        return ERR_OK;
    snprintf(out_message, STARTUP_MESSAGE_BYTES,
        "%d methods do not match the database, run `clubhub migrate`; the first: %.400s", wrong,
        why);
    return ERR_INVALID_STATE;
}

static enum err check_database(
    const struct config *c, const sigset_t *ends, struct startup *s, char *out_message)
{
    struct db_sync *db;
    enum err e = open_database(c, ends, &db, out_message);

    if (e != ERR_OK)
        return e;
    e = check_connections(db, c, s->workers, out_message);
    if (e == ERR_OK)
        e = check_schema(db, s, out_message);
    db_sync_close(db);
    return e;
}

/* --- all of it ------------------------------------------------------------------------------- */

static void fill_endpoint(const struct config *c, struct startup *s)
{
    struct buf text;

    buf_init(&text, 0);
    describe_print(&text);
    s->protocol_json = buf_take(&text, &(size_t){0});
    asyncapi_print(&text);
    s->asyncapi_json = buf_take(&text, &(size_t){0});
    s->endpoint = (struct endpoint_options){
        .protocol_json = s->protocol_json,
        .asyncapi_json = s->asyncapi_json,
        .keys_json = crypto_signer_jwks(s->signer),
        .origins = c->origins,
        .migrations_hash = s->migrations_hash,
        .api_hash = s->api_hash,
    };
}

enum err startup_check(const struct config *c,
    const sigset_t *ends,
    struct startup *out_startup,
    char out_message[STARTUP_MESSAGE_BYTES])
{
    struct startup *s = out_startup;
    enum err e = config_check_serve(c, out_message);

    s->workers = startup_workers(c);
    migrate_hashes(s->migrations_hash, s->api_hash);
    if (e == ERR_OK)
        e = check_files(c, s, out_message);
    if (e == ERR_OK)
        e = check_database(c, ends, s, out_message);
    if (e == ERR_OK)
        fill_endpoint(c, s);
    return e;
}

void startup_done(struct startup *s)
{
    mem_free(s->protocol_json);
    mem_free(s->asyncapi_json);
    crypto_signer_free(s->signer);
    crypto_wipe(s, sizeof *s);
}
