/* db_connection.h -- one connection of db_pool.c: connecting, greeting, and its pipeline.  Used by db*.c only.
 *
 *   DOWN --db_connection_start--> CONNECTING --PQconnectPoll--> GREETING --hello, LISTEN answered--> UP
 *     ^                               |                            |                                |
 *     +---- db_connection_lost -------+---------- `broken` --------+--------------------------------+
 *
 * A connection in trouble is only marked `broken`; db_pool.c takes it down at the end of the turn, so that no answer is
 * ever given from inside db_query().
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/db.h"
#include "base/list.h"

struct pg_conn;   /* PGconn */
struct pg_result; /* PGresult */

struct db_query {
    struct list_node node;
    const char *sql;
    db_done_fn *done;
    void *arg;
    int64_t wait_until_ms;    /* while it waits for a connection */
    struct pg_result *result; /* rows, or the first error, until its Sync arrives */
    enum err refusal;         /* of a query that was never sent */
    bool once;                /* not worth preparing: hello, LISTEN */
    bool prepares;            /* its Prepare travels with it and has not been answered */
    bool resent;              /* its plan was stale; sent a second time */
    int count;
    const char *args[]; /* the texts follow in the same block */
};

enum db_connection_state { DB_DOWN, DB_CONNECTING, DB_GREETING, DB_UP };

struct db_connection;

struct db_connection_owner {
    struct loop *loop;
    const struct db_options *options;
    void (*up)(void *owner, struct db_connection *c);
    void (*broken)(void *owner); /* come back at the end of the turn */
    void (*notified)(void *owner, const char *channel, const char *payload);
};

struct db_connection {
    const struct db_connection_owner *calls;
    void *owner;
    enum lane lane; /* LANE_COUNT: the one that LISTENs */
    enum db_connection_state state;
    bool broken;
    struct pg_conn *pg;
    struct loop_watch *watch;
    struct map_int *prepared; /* sql pointer -> its name on this connection */
    unsigned names;
    struct list fifo; /* sent, not answered */
    int64_t incarnation;
    int64_t due_ms; /* DOWN: when to try again */
    int64_t
        since_ms; /* of this state; UP: of the last answer, or of the first query after idling */
    int64_t no_room_ms; /* when a statement was refused for want of disk; 0: never */
    int failures;       /* attempts in a row */
    char refused_sqlstate[6];
};

struct db_query *db_connection_query(
    const char *sql, int count, const char *const *args, db_done_fn *done, void *arg);
void db_connection_query_free(struct db_query *q);
/* Answers a query: `failure`, or with ERR_OK what its result says. */
void db_connection_answer(struct db_query *q, enum err failure);

void db_connection_init(
    struct db_connection *c, const struct db_connection_owner *calls, void *owner, enum lane lane);
void db_connection_start(struct db_connection *c);
void db_connection_send(struct db_connection *c, struct db_query *q);
void db_connection_break(struct db_connection *c);
/* How long a statement may run on it. */
int db_connection_timeout_ms(const struct db_connection *c);
/* Takes it down and moves its queries to `out_queries`, for the caller to answer. */
void db_connection_lost(struct db_connection *c, struct list *out_queries);
