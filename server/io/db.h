/* db.h -- PostgreSQL: a node's connections in pipeline mode, grouped in lanes.  libpq stays inside db.c.
 *
 * Contract of db_query: `done` is called exactly once, never from inside db_query(), in the order of sending per
 * connection, also on failure; the answer is borrowed until `done` returns.  A connection that dies answers all that
 * is outstanding on it with ERR_LOST (outcome unknown).  While a lane has no connection, queries wait up to
 * connect_wait_ms, then fail with ERR_UNAVAILABLE (outcome: not sent).
 *
 *   per connection    query -> FIFO -> PQsendQueryPrepared + PQpipelineSync ... result, NULL, SYNC -> done
 *
 * A statement is prepared on a connection at its first use there, in the same flight.  Statements are told apart by
 * the pointer `sql`: use string constants (or keep the text alive and unique).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct loop;
struct db;
struct answer;

enum lane {
    LANE_READ,
    LANE_WRITE,
    LANE_SLOW,
    LANE_NODE,
    LANE_COUNT
}; /* NODE: renewals, tail and wake-ups, one connection */

enum { DB_CHANNELS_MAX = 2 };

typedef void db_done_fn(void *arg, const struct answer *a);

struct db_options {
    /* libpq connection string; a host name is resolved blocking: give a socket or hostaddr */
    const char *url;
    int connections[LANE_COUNT];
    int depth_max; /* queries outstanding per connection before db_query refuses with ERR_BUSY */
    int statement_timeout_ms, lock_timeout_ms, connect_wait_ms;
    int slow_timeout_ms; /* statement_timeout of LANE_SLOW; 0: that of the others */
    /* Sent with its arguments as the first statement on each new connection, before anything else on it:
     * "select api.connection_open($1, $2, $3)" with $1 = hello_args[0], $2 = hello_args[1], and $3 = the connection's
     * incarnation (a number that is unique in this process); $4 = hello_args[2] if that is set.  NULL: none.
     */
    const char *hello_sql;
    const char *hello_args[3];
    /* Ends with NULL when shorter; none: no LISTEN connection; else one more connection, for all of them */
    const char *listen_channels[DB_CHANNELS_MAX];
};

struct db_events {
    void (*notified)(void *arg, const char *channel, const char *payload); /* a NOTIFY arrived */
    void (*lost)(void *arg, int64_t incarnation); /* a connection died; its answers came first */
    void (*ready)(void *arg, bool usable);        /* every lane has a connection / one has none */
};

struct db *db_open(
    struct loop *l, const struct db_options *o, const struct db_events *e, void *arg);
void db_close(struct db *d); /* answers everything outstanding with ERR_LOST first */
/* The first two arguments; copied; for connections made from now on. */
void db_set_hello(struct db *d, const char *arg0, const char *arg1);
/* Closes every connection and connects again (lineage changed, rejoin). */
void db_reset(struct db *d);

/* Sends `sql` with text arguments (NULL is SQL NULL; copied before return) on the least busy connection of the lane. */
void db_query(struct db *d,
    enum lane lane,
    const char *sql,
    int count,
    const char *const *args,
    db_done_fn *done,
    void *arg);

bool db_is_ready(const struct db *d); /* every lane has a connection */
bool db_has_room(const struct db *d); /* nothing was refused for want of disk in the last 3 s */
int db_outstanding(const struct db *d, enum lane lane);
int db_connected(const struct db *d, enum lane lane);
uint64_t db_statements(const struct db *d, enum lane lane); /* asked for so far */
/* Is the connection of that incarnation still alive?  Its own commits are then told by their answers (stream.c). */
bool db_incarnation_alive(const struct db *d, int64_t incarnation);

/* What a query answered.  Text values are NUL-terminated, borrowed; NULL for SQL NULL or an absent cell. */
enum err answer_err(const struct answer *a);
const char *answer_sqlstate(const struct answer *a); /* "" unless refused */
const char *answer_detail(
    const struct answer *a); /* DETAIL of a refusal of class ZC: a JSON object; or NULL */
const char *answer_statement(const struct answer *a); /* for the log of an unexpected error */
int answer_rows(const struct answer *a);
int answer_columns(const struct answer *a);
const char *answer_text(const struct answer *a, int row, int column);
size_t answer_bytes(const struct answer *a, int row, int column);
int64_t answer_i64(const struct answer *a, int row, int column); /* 0 for NULL */
bool answer_bool(const struct answer *a, int row, int column);   /* false for NULL */
int db_library_version(void);                                    /* 150014 */
/* Synchronous use, for commands and tests only.  ERR_INVALID_PARAMS: no address; no message repeats a password. */
struct db_sync;
MUST_CHECK enum err db_sync_open(
    const char *url, struct db_sync **out_db, char *out_message, size_t message_bytes);
void db_sync_close(struct db_sync *d);
/* Several statements separated by ; are fine when count is 0.  The message names the server's words and position. */
MUST_CHECK enum err db_sync_run(struct db_sync *d,
    const char *sql,
    int count,
    const char *const *args,
    char *out_message,
    size_t message_bytes);
const char *db_sync_value(
    const struct db_sync *d, int row, int column); /* of the last run; NULL if absent */
int db_sync_rows(const struct db_sync *d);
/* For tests/db/test_methods_prepare.c: parameter types of a prepared text, as type names; returns count or -1. */
int db_sync_describe(struct db_sync *d,
    const char *sql,
    const char **out_param_types,
    int max,
    char *out_message,
    size_t message_bytes);
