/* call.c -- requests in flight.
 *
 * (1) A call that is `finished` told its owner; it runs no further step, whatever arrives.
 * (2) `outstanding` means somebody (database, coalescer, thread pool, a module) still holds the call; it is freed when
 *     it has ended and nothing is outstanding.
 * (3) Events of an answer enter the streams even if nobody waits for the reply any more: the tail leaves them to us.
 * (4) A barrier call holds its session's cursors from its start until call_end().
 */
#include "hub/call.h"

#include <assert.h>
#include <string.h>

#include "hub/call_state.h"
#include "hub/coalesce.h"
#include "hub/hub.h"
#include "hub/lease.h"
#include "hub/metrics.h"
#include "hub/node.h"
#include "hub/session.h"
#include "hub/stream.h"
#include "hub/trace.h"
#include "io/crypto.h"
#include "io/loop.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"

enum {
    RESEND_MAX = 8, /* after a lost connection */
    REDO_MAX = 3,   /* after a deadlock */
    REREAD_MAX = 3, /* after a loss that touched the reply */
    TICK_MS = 50
};

static void run(struct call *c);

/* --- the engine ------------------------------------------------------------------------------ */

static void on_tick(void *arg);

struct call_engine *call_engine_new(struct hub *h)
{
    struct call_engine *e = mem_zalloc(sizeof *e);

    e->hub = h;
    e->timer = loop_timer_new(h->loop, on_tick, e);
    e->hash = crypto_hash_new();
    list_init(&e->usual);
    list_init(&e->special);
    list_init(&e->work);
    return e;
}

static void engine_release(struct call_engine *e)
{
    if (e->closing && e->running == 0)
        mem_free(e);
}

/* Calls that are still held by somebody free themselves, and the last one the engine. */
void call_engine_free(struct call_engine *e)
{
    if (e == NULL)
        return;
    loop_timer_free(e->timer);
    crypto_hash_free(e->hash);
    e->timer = NULL;
    e->hash = NULL;
    e->closing = true;
    engine_release(e);
}

int call_engine_running(const struct call_engine *e)
{
    return e->running;
}

int call_engine_waiting_work(const struct call_engine *e)
{
    return (int)e->work.count;
}

/* --- ends ------------------------------------------------------------------------------------ */

static void unlink_from(struct list *l, struct list_node *n)
{
    if (list_is_linked(n))
        list_remove(l, n);
}

static void leave_deadline(struct call *c)
{
    unlink_from(
        c->method->timeout_ms == 0 ? &c->engine->usual : &c->engine->special, &c->in_deadline);
}

/* Takes back what was asked for and can be taken back. */
static void cancel_waits(struct call *c)
{
    leave_deadline(c);
    if (list_is_linked(&c->in_work)) {
        list_remove(&c->engine->work, &c->in_work);
        c->outstanding = false;
    }
    if (c->wait != NULL) {
        node_wait_cancel(c->wait);
        c->wait = NULL;
    }
}

void call_free_if_over(struct call *c)
{
    struct call_engine *e = c->engine;

    if (!c->ended || c->outstanding)
        return;
    e->running--;
    arena_free(c->arena);
    engine_release(e);
}

static void count_outcome(struct call *c, enum err e)
{
    if (!c->counted)
        metrics_call(
            c->engine->hub->metrics, c->method, e, (clock_boot().ns - c->started.ns) / 1000);
    c->counted = true;
}

static void finish(struct call *c, enum err e)
{
    assert(!c->finished);
    cancel_waits(c);
    c->finished = true;
    count_outcome(c, e);
}

void call_answered(struct call *c, const char *result, size_t length_bytes)
{
    finish(c, ERR_OK);
    c->events->answered(c->arg, c, result, length_bytes, &c->guard);
}

void call_failed(struct call *c, enum err e, const char *detail)
{
    static const struct call_guard none = {.guarded = false};

    finish(c, e);
    c->events->failed(c->arg, c, e, detail, &none);
}

/* What may hold a whole object, words of members among it; the detail of others is states, ids and numbers. */
static bool tells_an_object(enum err e)
{
    return e == ERR_CONFLICT || e == ERR_GONE;
}

/* The number applied when a statement was sent is a lower bound of what each of its snapshots shows. */
void call_failed_with(
    struct call *c, enum err e, const char *detail, bool is_kept, const char *subjects)
{
    if (detail == NULL) {
        call_failed(c, e, NULL);
        return;
    }
    call_set_guard(c, c->applied_seq, subjects);
    c->guard.guarded = true;
    c->guard.anyone = subjects == NULL && tells_an_object(e);
    c->guard.own_only = subjects == NULL && !c->guard.anyone;
    c->refusal = e;
    c->kept = is_kept;
    finish(c, e);
    c->events->failed(c->arg, c, e, detail, &c->guard);
}

void call_failed_unexpectedly(struct call *c, const char *sqlstate, const char *statement)
{
    uint8_t random[8];
    char incident[2 * sizeof random + 1];

    crypto_random(random, sizeof random);
    crypto_hex(random, sizeof random, incident);
    log_error("call_failed", "incident=%s method=%s sqlstate=%s statement=%s", incident,
        c->method->name, sqlstate[0] != '\0' ? sqlstate : "-", statement != NULL ? statement : "-");
    call_failed(c, ERR_INTERNAL, arena_printf(c->arena, "{\"incident\":\"%s\"}", incident));
}

static void leave_session(struct call *c)
{
    struct session *s = c->session;

    if (s == NULL)
        return;
    c->session = NULL;
    unlink_from(&s->calls, &c->in_session);
    s->calls_in_flight--;
    s->call_bytes -= c->text_bytes;
    if (c->holds_cursors) {
        s->barriers_held--;
        if (s->kind == SESSION_SOCKET && session_is_open(s))
            session_lag(s);
    }
}

void call_end(struct call *c)
{
    if (c == NULL)
        return;
    assert(c->finished && !c->ended);
    leave_session(c);
    c->ended = true;
    call_free_if_over(c);
}

void call_abandon_all(struct session *s)
{
    struct list_node *n;

    while ((n = list_shift(&s->calls)) != NULL) {
        struct call *c = LIST_ITEM(n, struct call, in_session);

        leave_session(c);
        if (c->finished)
            continue; /* its reply is queued or gathered: call_end() comes */
        cancel_waits(c);
        c->finished = true;
        c->events->gone(c->arg, c);
        c->ended = true;
        call_free_if_over(c);
    }
}

/* --- deadlines ------------------------------------------------------------------------------- */

static void on_deadline(struct call *c)
{
    /* Only a statement that runs has taken too long; all else is a database or a peer that is away. */
    struct db *db = c->engine->hub->db;
    bool slow = c->outstanding && !c->lost && c->sql != NULL && c->wait == NULL &&
                db_is_ready(db) && lease_is_held(c->engine->hub->lease);

    call_failed(c, slow ? ERR_TIMEOUT : ERR_UNAVAILABLE, NULL);
}

static void expire(struct list *l, struct mono_ms now, bool in_order)
{
    struct list_node *n = list_first(l);

    while (n != NULL && n != &l->head) {
        struct call *c = LIST_ITEM(n, struct call, in_deadline);

        if (c->deadline.ms <= now.ms) {
            on_deadline(c);
            n = list_first(l); /* the reply may have ended other calls as well */
        } else if (in_order) {
            return;
        } else {
            n = n->next;
        }
    }
}

static void on_tick(void *arg)
{
    struct call_engine *e = arg;
    struct mono_ms now = clock_mono();

    expire(&e->usual, now, true);
    expire(&e->special, now, false);
    if (e->usual.count + e->special.count == 0) {
        loop_timer_stop(e->timer);
        e->ticking = false;
    }
}

static void set_deadline(struct call *c)
{
    struct call_engine *e = c->engine;
    unsigned own = c->method->timeout_ms;

    c->deadline.ms = clock_mono().ms + (own != 0 ? own : e->hub->limits.call_timeout_ms);
    list_append(own != 0 ? &e->special : &e->usual, &c->in_deadline);
    if (!e->ticking) {
        loop_timer_set(e->timer, TICK_MS, TICK_MS);
        e->ticking = true;
    }
}

/* --- starting -------------------------------------------------------------------------------- */

void call_start(struct hub *h, struct session *s, const struct call_order *o)
{
    struct call *c = arena_zalloc(o->arena, sizeof *c);

    c->engine = h->calls;
    c->engine->running++;
    c->session = s;
    c->method = o->method;
    c->arena = o->arena;
    c->events = o->events;
    c->arg = o->arg;
    c->who = arena_copy(c->arena, s->who, strlen(s->who));
    c->idem = o->idem;
    c->params = o->args;
    c->started = clock_boot();
    list_node_init(&c->in_session);
    list_node_init(&c->in_deadline);
    list_node_init(&c->in_work);
    list_append(&s->calls, &c->in_session);
    s->calls_in_flight++;
    c->text_bytes = arena_used_bytes(o->arena);
    s->call_bytes += c->text_bytes;
    if (c->method->barrier) {
        c->holds_cursors = true;
        s->barriers_held++;
    }
    if (c->method->sql != NULL)
        call_bind_row(c);
    set_deadline(c);
    run(c);
}

void call_again(struct call *c)
{
    bool is_over = ++c->rereads > REREAD_MAX || c->outstanding;

    assert(c->finished && !c->ended && c->session != NULL);
    c->finished = false;
    if ((c->guard.anyone || c->guard.own_only) &&
        (is_over || c->kept || c->method->steps != NULL)) {
        call_failed(c, c->refusal, NULL); /* it stands; what it told is left out */
        return;
    }
    if (is_over) {
        call_failed(c, ERR_UNAVAILABLE, NULL);
        return;
    }
    c->step = 0;
    c->resends = 0;
    c->redos = 0;
    c->lost = false;
    c->guard = (struct call_guard){.guarded = false};
    set_deadline(c);
    run(c);
}

/* --- the row's statement --------------------------------------------------------------------- */

static int64_t own_member(const struct call *c)
{
    int64_t id = 0;

    if (strncmp(c->who, "m:", 2) == 0)
        (void)id_parse(c->who + 2, strlen(c->who + 2), &id); /* 0 if not: nobody */
    return id;
}

/* A read is always guarded, by the members it shows and the caller; a write only if it shows other members. */
void call_set_guard(struct call *c, int64_t sys_seq, const char *subjects)
{
    int64_t own = own_member(c);
    size_t most = 1; /* own */
    size_t count = 0;

    for (const char *p = subjects; p != NULL && *p != '\0'; p++)
        most += *p == ',' || *p == '{';

    int64_t *ids = arena_alloc(c->arena, most * sizeof *ids);

    if (subjects != NULL)
        count = id_parse_array(subjects, ids, most - 1);
    c->guard.guarded = count > 0 || (c->method->kind == METHOD_READ && own != 0);
    if (own != 0)
        ids[count++] = own;
    c->guard.sys_seq = sys_seq;
    c->guard.subjects = ids;
    c->guard.subject_count = count;
}

static void take_events(struct call *c, const char *events, size_t length_bytes)
{
    struct hub *h = c->engine->hub;

    if (events == NULL)
        return;
    streams_accept_all(h->streams, events, length_bytes);
    node_note_commit(h->node);
}

static bool is_repeatable(const struct call *c)
{
    return c->method->kind == METHOD_READ || c->idem != NULL;
}

/* Sends the statement under way again, if that is allowed and there is time. */
static bool send_again(struct call *c, enum err e, const char *sqlstate)
{
    bool undone = strcmp(sqlstate, "40001") == 0 || strcmp(sqlstate, "40P01") == 0;

    if (e == ERR_LOST && is_repeatable(c) && c->resends < RESEND_MAX) {
        c->resends++;
        c->lost = true;
    } else if (undone && c->redos < REDO_MAX) {
        c->redos++;
    } else {
        return false;
    }
    call_send(c);
    return true;
}

static void refused(struct call *c, const struct coalesce_row *row)
{
    const char *detail = row->detail;

    if (send_again(c, row->err, row->sqlstate))
        return;
    if (row->err == ERR_LOST || row->err == ERR_UNAVAILABLE || err_is_away(row->sqlstate))
        call_failed(c, ERR_UNAVAILABLE, NULL);
    else if (row->err == ERR_INTERNAL)
        call_failed_unexpectedly(c, row->sqlstate, row->statement);
    else
        call_failed_with(
            c, row->err, detail != NULL && detail[0] == '{' ? detail : NULL, false, row->subjects);
}

/* The answer to the row's own statement, single or of a batch. */
static void on_row(void *arg, const struct coalesce_row *row)
{
    struct call *c = arg;

    c->outstanding = false;
    if (row->err == ERR_OK)
        take_events(c, row->events, row->events_bytes);
    if (c->finished) {
        call_free_if_over(c);
        return;
    }
    if (row->err != ERR_OK) {
        refused(c, row);
        return;
    }
    if (call_refused(c, row->reply, row->reply_bytes, row->subjects))
        return;
    call_set_guard(c, row->sys_seq, row->subjects);
    call_hold_or_reply(c, row->reply, row->reply_bytes);
}

static void on_row_answer(void *arg, const struct answer *a)
{
    struct coalesce_row row;

    coalesce_row_of(a, &row);
    on_row(arg, &row);
}

/* The answer to a step's query. */
static void on_step_answer(void *arg, const struct answer *a)
{
    struct call *c = arg;
    struct coalesce_row row = {.err = answer_err(a)};
    bool is_answer = row.err == ERR_OK && answer_rows(a) == 1 && answer_columns(a) == 4;

    c->outstanding = false;
    if (is_answer)
        take_events(c, answer_text(a, 0, 1), answer_bytes(a, 0, 1));
    if (c->finished) {
        call_free_if_over(c);
    } else if (row.err != ERR_OK) {
        coalesce_row_of(a, &row);
        refused(c, &row);
    } else if (!is_answer || !call_refused(c, answer_text(a, 0, 0), answer_bytes(a, 0, 0),
                                 answer_text(a, 0, 3))) {
        call_next_step(c, a);
    }
}

static const char *coalesce_key(const struct call *c)
{
    const char *name = c->method->coalesce, *key = "";

    for (int i = 0; name[0] != '\0'; i++) {
        assert(c->method->params[i].type != FIELD_TYPE_END); /* tests/unit/test_tables.c */
        if (strcmp(c->method->params[i].name, name) != 0)
            continue;
        key = c->params[i] != NULL ? c->params[i] : "";
        break;
    }
    return key;
}

void call_send(struct call *c)
{
    struct hub *h = c->engine->hub;

    c->outstanding = true;
    c->applied_seq = node_applied(h->node);
    if (c->method->steps != NULL) {
        db_query(h->db, c->lane, c->sql, c->count, c->args, on_step_answer, c);
    } else if (c->method->coalesce != NULL) {
        struct coalesce_request r = {.method = c->method,
            .key = coalesce_key(c),
            .count = c->count,
            .args = c->args,
            .done = on_row,
            .arg = c};

        coalesce_add(h->coalescer, &r);
    } else {
        db_query(h->db, c->lane, c->sql, c->count, c->args, on_row_answer, c);
    }
}

static void run(struct call *c)
{
    if (c->method->steps != NULL) {
        call_next_step(c, NULL);
        return;
    }
    c->sql = c->method->sql;
    c->lane = c->method->lane;
    c->args = c->row_args;
    c->count = c->row_count;
    call_send(c);
}

/* --- the barrier ----------------------------------------------------------------------------- */

static void on_applied(void *arg, enum err e)
{
    struct call *c = arg;

    c->wait = NULL;
    if (c->finished)
        return;
    if (e == ERR_OK && trace_is_on() && c->session != NULL)
        trace_acknowledged(c->session, c->method->name, c->guard.sys_seq);
    if (e != ERR_OK)
        call_failed(c, ERR_UNAVAILABLE, NULL);
    else
        call_answered(c, c->reply, c->reply_bytes);
}

/* Barrier rows: the reply waits until every node has applied the sys entry of this write. */
void call_hold_or_reply(struct call *c, const char *result, size_t length_bytes)
{
    struct hub *h = c->engine->hub;
    int64_t left_ms = c->deadline.ms - clock_mono().ms;

    if (!c->method->barrier) {
        call_answered(c, result, length_bytes);
        return;
    }
    c->reply = arena_copy(c->arena, result, length_bytes);
    c->reply_bytes = length_bytes;
    c->wait = node_wait_applied(
        h->node, c->guard.sys_seq, left_ms > 0 ? (unsigned)left_ms : 1, on_applied, c);
}
