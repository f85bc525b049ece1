/* db_connection.c -- one PostgreSQL connection in pipeline mode (libpq).
 *
 * Each query travels with a Sync of its own, so a failure aborts nothing but itself and each query is its own
 * transaction.  What comes back, for a statement used here for the first time and for later ones:
 *
 *   sent       Prepare  Execute  Sync           | Execute  Sync
 *   results    COMMAND_OK NULL  TUPLES_OK NULL  SYNC | TUPLES_OK NULL  SYNC
 *   refused    FATAL_ERROR NULL  ABORTED NULL   SYNC | FATAL_ERROR NULL  SYNC
 *
 * A query keeps its rows, or its first error, until its SYNC arrives: only then has it committed.
 * A plan that went stale (0A000), or a name that was never prepared (26000, its Prepare failed), had no effect: the
 * name is forgotten and the query sent once more.
 *
 * Host names are resolved by libpq inside PQconnectStart, which blocks: give sockets or addresses (`hostaddr`).
 */
#include "io/db_connection.h"

#include "io/db_answer.h"
#include "io/loop.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"

#include <libpq-fe.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- queries and answers --------------------------------------------------------------------- */

struct db_query *db_connection_query(
    const char *sql, int count, const char *const *args, db_done_fn *done, void *arg)
{
    size_t n = (size_t)count, bytes = sizeof(struct db_query) + n * sizeof(char *);
    struct db_query *q;
    char *text;

    for (size_t i = 0; i < n; i++)
        bytes += args[i] != NULL ? strlen(args[i]) + 1 : 0;
    q = mem_alloc(bytes);
    memset(q, 0, sizeof *q);
    list_node_init(&q->node);
    q->sql = sql;
    q->done = done;
    q->arg = arg;
    q->count = count;
    text = (char *)&q->args[n];
    for (size_t i = 0; i < n; i++) {
        q->args[i] = NULL;
        if (args[i] != NULL) {
            size_t length = strlen(args[i]) + 1;

            memcpy(text, args[i], length);
            q->args[i] = text;
            text += length;
        }
    }
    return q;
}

void db_connection_query_free(struct db_query *q)
{
    if (q == NULL)
        return;
    PQclear(q->result);
    mem_free(q);
}

static const char *sqlstate_of(const PGresult *r)
{
    const char *state = r != NULL ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;

    return state != NULL ? state : "";
}

static bool is_success(const PGresult *r)
{
    ExecStatusType status = PQresultStatus(r);

    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

/* Does this error end the connection, with the outcome of what is outstanding unknown? */
static bool ends_connection(const PGresult *r)
{
    const char *severity = PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *state = sqlstate_of(r);

    if (severity == NULL ||
        strcmp(severity, "ERROR") != 0) /* FATAL, PANIC; NULL: libpq's own words */
        return true;
    return strncmp(state, "08", 2) == 0 || strncmp(state, "57P", 3) == 0 ||
           strcmp(state, "25006") == 0;
}

static bool is_stale_plan(const PGresult *r)
{
    const char *state = sqlstate_of(r);

    if (strcmp(state, "26000") == 0)
        return true;
    return strcmp(state, "0A000") == 0 &&
           strstr(PQresultErrorMessage(r), "cached plan must not change result type") != NULL;
}

static enum err err_of(const PGresult *r)
{
    const char *state = sqlstate_of(r);

    if (r == NULL)
        return ERR_LOST;
    if (is_success(r))
        return ERR_OK;
    if (ends_connection(r))
        return ERR_LOST;
    if (strncmp(state, "53", 2) == 0) /* disk full, no memory, too many connections */
        return ERR_UNAVAILABLE;
    return err_from_sqlstate(state);
}

void db_connection_answer(struct db_query *q, enum err failure)
{
    struct answer a = {.statement = q->sql, .err = failure, .sqlstate = ""};

    if (failure == ERR_OK) {
        a.err = err_of(q->result);
        a.result = q->result;
        a.sqlstate = a.err == ERR_OK ? "" : sqlstate_of(q->result);
    }
    q->done(q->arg, &a);
    db_connection_query_free(q);
}

/* --- sending --------------------------------------------------------------------------------- */

void db_connection_break(struct db_connection *c)
{
    if (c->state == DB_DOWN || c->broken)
        return;
    c->broken = true;
    loop_watch_free(
        c->watch); /* libpq may have closed it, and the next connection gets its number */
    c->watch = NULL;
    c->calls->broken(c->owner);
}

static void flush(struct db_connection *c)
{
    int left = PQflush(c->pg);

    if (left < 0)
        db_connection_break(c);
    else if (c->watch != NULL)
        loop_watch_set(c->watch, true, left > 0);
}

static void forget(struct db_connection *c, const char *sql)
{
    mem_free(map_int_remove(c->prepared, (uint64_t)(uintptr_t)sql));
}

static bool send_prepared(struct db_connection *c, struct db_query *q)
{
    uint64_t key = (uint64_t)(uintptr_t)q->sql;
    char *name = map_int_get(c->prepared, key);

    if (name == NULL) {
        char text[16];
        int length = snprintf(text, sizeof text, "s%u", ++c->names);

        name = mem_copy(text, (size_t)length);
        map_int_set(c->prepared, key, name);
        q->prepares = true;
        if (!PQsendPrepare(c->pg, name, q->sql, 0, NULL))
            return false;
    }
    return PQsendQueryPrepared(c->pg, name, q->count, q->args, NULL, NULL, 0) == 1;
}

void db_connection_send(struct db_connection *c, struct db_query *q)
{
    bool sent;

    if (c->fifo.count == 0)
        c->since_ms = clock_mono().ms;
    list_append(&c->fifo, &q->node);
    if (q->once)
        sent = PQsendQueryParams(c->pg, q->sql, q->count, NULL, q->args, NULL, NULL, 0) == 1;
    else
        sent = send_prepared(c, q);
    if (!sent || !PQpipelineSync(c->pg)) {
        db_connection_break(c);
        return;
    }
    flush(c);
}

/* --- receiving ------------------------------------------------------------------------------- */

/* The head of the FIFO has its Sync. */
static void finish(struct db_connection *c)
{
    struct list_node *n = list_shift(&c->fifo);
    struct db_query *q;

    if (n == NULL) {
        db_connection_break(c); /* an answer to nothing: the stream is out of step */
        return;
    }
    q = LIST_ITEM(n, struct db_query, node);
    c->since_ms = clock_mono().ms;
    if (q->result != NULL && !is_success(q->result) && !q->once) {
        bool stale = is_stale_plan(q->result);

        if (strcmp(sqlstate_of(q->result), "53100") == 0)
            c->no_room_ms = c->since_ms;
        if (stale || q->prepares)
            forget(c, q->sql);
        if (stale && !q->resent && !c->broken) {
            q->resent = true;
            PQclear(q->result);
            q->result = NULL;
            db_connection_send(c, q);
            return;
        }
    }
    db_connection_answer(q, ERR_OK);
}

static void keep_result(struct db_connection *c, PGresult *r)
{
    struct list_node *n = list_first(&c->fifo);
    struct db_query *q = n != NULL ? LIST_ITEM(n, struct db_query, node) : NULL;

    if (!is_success(r) && PQresultStatus(r) != PGRES_PIPELINE_ABORTED && ends_connection(r)) {
        snprintf(c->refused_sqlstate, sizeof c->refused_sqlstate, "%s", sqlstate_of(r));
        db_connection_break(c);
    }
    if (q == NULL || (q->result != NULL && !is_success(q->result))) {
        PQclear(r); /* the first error is the one that counts */
        return;
    }
    q->prepares = q->prepares && !is_success(r);
    PQclear(q->result);
    q->result = r;
}

static void read_results(struct db_connection *c)
{
    int nulls = 0;

    while (!c->broken && !PQisBusy(c->pg)) {
        PGresult *r = PQgetResult(c->pg);

        if (r == NULL) {
            if (++nulls > 1) /* two in a row: nothing more has come */
                break;
            continue;
        }
        nulls = 0;
        if (PQresultStatus(r) == PGRES_PIPELINE_SYNC) {
            PQclear(r);
            finish(c);
        } else {
            keep_result(c, r);
        }
    }
}

static void read_notifications(struct db_connection *c)
{
    PGnotify *n;

    while ((n = PQnotifies(c->pg)) != NULL) {
        c->calls->notified(c->owner, n->relname, n->extra);
        PQfreemem(n);
    }
}

static void on_ready(void *arg, bool readable, bool writable)
{
    struct db_connection *c = arg;

    if (c->broken)
        return;
    if (readable) {
        if (!PQconsumeInput(c->pg)) {
            db_connection_break(c);
            return;
        }
        read_results(c);
        read_notifications(c);
        if (PQstatus(c->pg) == CONNECTION_BAD)
            db_connection_break(c);
    }
    if (!c->broken && (writable || readable))
        flush(c);
}

/* --- connecting ------------------------------------------------------------------------------ */

static void enter(struct db_connection *c, enum db_connection_state state)
{
    c->state = state;
    c->since_ms = clock_mono().ms;
}

static void on_greeted(void *arg, const struct answer *a)
{
    struct db_connection *c = arg;

    if (answer_err(a) != ERR_OK) {
        snprintf(c->refused_sqlstate, sizeof c->refused_sqlstate, "%s", answer_sqlstate(a));
        db_connection_break(c);
    } else if (c->fifo.count == 0 && !c->broken) {
        c->failures = 0;
        enter(c, DB_UP);
        c->calls->up(c->owner, c);
    }
}

static void send_greeting(
    struct db_connection *c, const char *sql, int count, const char *const *args)
{
    struct db_query *q = db_connection_query(sql, count, args, on_greeted, c);

    q->once = true;
    db_connection_send(c, q);
}

static void send_listen(struct db_connection *c, const char *name)
{
    char *channel = PQescapeIdentifier(c->pg, name, strlen(name));
    char sql[160];

    snprintf(sql, sizeof sql, "listen %s", channel != NULL ? channel : "");
    PQfreemem(channel);
    send_greeting(c, sql, 0, NULL);
}

/* The first statements of a connection: hello, then LISTEN; or an empty one that proves that it answers. */
static void greet(struct db_connection *c)
{
    const struct db_options *o = c->calls->options;
    char incarnation[24];

    snprintf(incarnation, sizeof incarnation, "%lld", (long long)c->incarnation);
    if (o->hello_sql != NULL) {
        const char *args[] = {o->hello_args[0], o->hello_args[1], incarnation, o->hello_args[2]};

        send_greeting(c, o->hello_sql, o->hello_args[2] != NULL ? 4 : 3, args);
    }
    if (c->lane == LANE_COUNT) {
        for (int i = 0; i < DB_CHANNELS_MAX && o->listen_channels[i] != NULL; i++)
            send_listen(c, o->listen_channels[i]);
    } else if (o->hello_sql == NULL) {
        send_greeting(c, "select 1", 0, NULL);
    }
}

static void ignore_notice(void *arg, const PGresult *r)
{
    (void)arg;
    (void)r;
}

static void on_connected(struct db_connection *c)
{
    PQsetNoticeReceiver(c->pg, ignore_notice, NULL);
    if (PQsetnonblocking(c->pg, 1) != 0 || !PQenterPipelineMode(c->pg)) {
        db_connection_break(c);
        return;
    }
    c->watch = loop_watch_new(c->calls->loop, PQsocket(c->pg), on_ready, c);
    enter(c, DB_GREETING);
    greet(c);
}

/* The descriptor may change, or close and come back under the same number, inside PQconnectPoll. */
static void on_connecting(void *arg, bool readable, bool writable)
{
    struct db_connection *c = arg;
    PostgresPollingStatusType next;

    (void)readable;
    (void)writable;
    if (c->broken)
        return;
    loop_watch_free(c->watch);
    c->watch = NULL;
    next = PQconnectPoll(c->pg);
    if (next == PGRES_POLLING_OK) {
        on_connected(c);
    } else if (next == PGRES_POLLING_FAILED || PQsocket(c->pg) < 0) {
        db_connection_break(c);
    } else {
        c->watch = loop_watch_new(c->calls->loop, PQsocket(c->pg), on_connecting, c);
        loop_watch_set(c->watch, next == PGRES_POLLING_READING, next == PGRES_POLLING_WRITING);
    }
}

int db_connection_timeout_ms(const struct db_connection *c)
{
    const struct db_options *o = c->calls->options;

    return c->lane == LANE_SLOW && o->slow_timeout_ms > 0 ? o->slow_timeout_ms
                                                          : o->statement_timeout_ms;
}

/* What every session of ours has.  jit: plans that must not scan a table whole count as dear where nothing else is left,
 * and compiling one costs more than running it; `options` of the connection string may say otherwise.  The limits come
 * after those and stand. */
static void session_options(const struct db_connection *c, char *out, size_t out_bytes)
{
    const struct db_options *o = c->calls->options;
    PQconninfoOption *all = PQconninfoParse(o->url, NULL);
    const char *given = "";
    int timeout_ms = db_connection_timeout_ms(c);

    for (PQconninfoOption *p = all; p != NULL && p->keyword != NULL; p++)
        if (strcmp(p->keyword, "options") == 0 && p->val != NULL)
            given = p->val;
    snprintf(out, out_bytes,
        "-c jit=off %s -c statement_timeout=%d -c lock_timeout=%d -c idle_in_transaction_session_timeout=%d",
        given, timeout_ms, o->lock_timeout_ms, timeout_ms * 2);
    PQconninfoFree(all);
}

void db_connection_start(struct db_connection *c)
{
    static int64_t incarnations;
    const struct db_options *o = c->calls->options;
    char options[512];
    const char *names[] = {"gssencmode", "keepalives_idle", "keepalives_interval",
        "keepalives_count", "tcp_user_timeout", "application_name", "dbname", "options",
        "client_encoding", NULL};
    const char *values[] = {
        "disable", "10", "5", "3", "15000", "clubhub", o->url, options, "UTF8", NULL};

    session_options(c, options, sizeof options);
    c->incarnation = ++incarnations;
    c->names = 0;
    c->refused_sqlstate[0] = '\0';
    c->prepared = map_int_new();
    c->pg = PQconnectStartParams(names, values, 1);
    enter(c, DB_CONNECTING);
    if (c->pg == NULL || PQstatus(c->pg) == CONNECTION_BAD || PQsocket(c->pg) < 0) {
        db_connection_break(c);
        return;
    }
    c->watch = loop_watch_new(c->calls->loop, PQsocket(c->pg), on_connecting, c);
    loop_watch_set(c->watch, false, true);
}

void db_connection_init(
    struct db_connection *c, const struct db_connection_owner *calls, void *owner, enum lane lane)
{
    memset(c, 0, sizeof *c);
    c->calls = calls;
    c->owner = owner;
    c->lane = lane;
    list_init(&c->fifo);
}

static void log_loss(const struct db_connection *c)
{
    const char *text = c->pg != NULL ? PQerrorMessage(c->pg) : "";

    if (c->state == DB_UP && text[0] == '\0' && c->refused_sqlstate[0] == '\0')
        return; /* closed by ourselves */
    if (c->state == DB_UP)
        log_warn("db_connection_lost", "lane=%d outstanding=%zu sqlstate=%s reason=%.200s",
            (int)c->lane, c->fifo.count, c->refused_sqlstate, text);
    else if (c->failures == 0 || c->failures % 16 == 0)
        log_warn("db_connect_failed", "lane=%d failures=%d sqlstate=%s reason=%.200s", (int)c->lane,
            c->failures + 1, c->refused_sqlstate, text);
}

void db_connection_lost(struct db_connection *c, struct list *out_queries)
{
    struct list_node *n;
    size_t cursor = 0;
    uint64_t key;
    void *name;

    log_loss(c);
    loop_watch_free(c->watch);
    c->watch = NULL;
    PQfinish(c->pg);
    c->pg = NULL;
    while (map_int_next(c->prepared, &cursor, &key, &name))
        mem_free(name);
    map_int_free(c->prepared);
    c->prepared = NULL;
    while ((n = list_shift(&c->fifo)) != NULL)
        list_append(out_queries, n);
    enter(c, DB_DOWN);
    c->broken = false;
}
