/* node.c -- joining, renewals, the entries of `sys`.  The barrier's waiters are barrier.c.
 *
 *   AWAY --api.node_join committed--> JOINED --api.node_start read--> STARTED --sys head applied--> delivering
 *     ^____________________ renewal hit no row, lineage changed, fenced ____________________________/
 *
 * (1) A renewal is sent every renew_ms and right after entries were applied; at most one is under way.
 * (2) applied_seq moves in order, by what enters the ring of `sys`.
 * (3) A join drops every gate state, render and answer under way before anything is read again, and asks whether the
 *     sign-ins of all sessions are still good: revocations it did not follow may be among what it missed.
 */
#include "hub/node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hub/barrier.h"
#include "hub/frame.h"
#include "hub/gate.h"
#include "hub/hub.h"
#include "hub/lease.h"
#include "hub/presence.h"
#include "hub/session.h"
#include "hub/sessions.h"
#include "hub/stream.h"
#include "hub/sub.h"
#include "hub/sys.h"
#include "hub/tail.h"
#include "io/db.h"
#include "io/json.h"
#include "io/loop.h"
#include "base/id.h"
#include "base/log.h"
#include "base/mem.h"

enum { LINEAGE_BYTES = 64, REJOIN_MS = 100, NUMBER_BYTES = 24 };
enum phase { PHASE_AWAY, PHASE_JOINING, PHASE_STARTED };

struct node {
    struct hub *hub;
    enum phase phase;
    int64_t id, applied, deliver_from;
    int peers;
    bool renewing, renew_due, left;
    uint64_t generation; /* of joins: answers of an older one are ignored */
    char lineage[LINEAGE_BYTES];
    struct loop_timer *renew_timer, *rejoin_timer;
    struct boot_ns renewal_sent_at;
    struct stream *sys;
    struct sys_log *log;
    struct barrier *barrier;
    void (*left_done)(void *arg);
    void *left_arg;
};

struct ask {
    struct node *node;
    uint64_t generation;
};

static struct ask *ask_new(struct node *n)
{
    struct ask *ask = mem_alloc(sizeof *ask);

    ask->node = n;
    ask->generation = n->generation;
    return ask;
}

/* Frees the question; NULL if it belongs to an earlier join. */
static struct node *ask_end(struct ask *ask)
{
    struct node *n = ask->generation == ask->node->generation ? ask->node : NULL;

    mem_free(ask);
    return n;
}

/* --- what a sys entry does here --- */

static void look_at_presence(struct hub *h, const struct sys_entry *e)
{
    for (size_t i = 0; i < e->reload_count; i++) {
        struct member *m = gate_find(h->gate, e->reload[i]);

        if (m != NULL)
            presence_touched(h->presence, m);
    }
}

static void apply(struct node *n, const struct sys_entry *e)
{
    struct hub *h = n->hub;

    for (size_t i = 0; i < e->end_count; i++) {
        struct member *m = gate_find(h->gate, e->ends[i].member);

        if (m == NULL)
            continue;
        LIST_EACH_SAFE(&m->sessions, node, after)
        {
            struct sub *sub =
                sub_find(LIST_ITEM(node, struct session, in_member), e->ends[i].stream);

            if (sub != NULL)
                sub_end(sub, e->ends[i].reason);
        }
    }
    if (e->all) { /* every member, as a subject too */
        gate_reload(h->gate, NULL, 0);
        frames_forget_all(h->frames);
        sessions_park(h->sessions);
    } else if (e->reload_count > 0) {
        gate_reload(h->gate, e->reload, e->reload_count);
        look_at_presence(h, e);
    }
    for (size_t i = 0; i < e->shown_count; i++)
        frames_touch_subject(h->frames, e->shown[i]);
    if (e->object != NULL)
        streams_void_object(h->streams, e->object);
    sessions_cut_holders(h->sessions, e->touched, e->touched_count, e->object);
    if (e->revoke_who != NULL)
        sessions_revoke(h->sessions, e);
    if (e->rights_who != NULL)
        sessions_recheck_rights(h->sessions, e->rights_who);
}

static void on_sys_entered(void *arg, const struct event *event)
{
    struct node *n = arg;
    const struct sys_entry *e = sys_log_add(n->log, event->seq, event->refs_json);

    apply(n, e);
    n->applied = event->seq;
    n->renew_due = true;
    barrier_progress(n->barrier);
    loop_again(n->hub->loop);
    if (n->applied == n->deliver_from)
        sessions_lag_all(n->hub->sessions);
}

/* --- joining --- */

static void rejoin(struct node *n);

static void on_rejoin_timer(void *arg)
{
    rejoin(arg);
}

static void away(struct node *n)
{
    n->phase = PHASE_AWAY;
    n->generation++;
    n->renewing = false;
    lease_drop(n->hub->lease);
    tail_stop(n->hub->tail);
    loop_timer_stop(n->renew_timer);
    if (!n->left)
        loop_timer_set(n->rejoin_timer, REJOIN_MS, 0);
}

static void renew(struct node *n);

/* Columns: snapshot, sys_seq, lineage. */
static void on_started(void *arg, const struct answer *a)
{
    struct node *n = ask_end(arg);

    if (n == NULL)
        return;
    if (answer_err(a) != ERR_OK || answer_rows(a) != 1 ||
        strcmp(answer_text(a, 0, 2), n->lineage) != 0) {
        away(n);
        return;
    }
    n->applied = n->deliver_from = answer_i64(a, 0, 1);
    stream_restart(n->sys, n->applied);
    sys_log_restart(n->log, n->applied);
    gate_forget_all(n->hub->gate);
    frames_forget_all(n->hub->frames);
    n->phase = PHASE_STARTED;
    tail_start(n->hub->tail, answer_text(a, 0, 0));
    streams_check_heads(n->hub->streams);
    sessions_recheck(n->hub->sessions);
    loop_timer_set(n->renew_timer, n->hub->limits.renew_ms, n->hub->limits.renew_ms);
    renew(n);
    barrier_progress(n->barrier);
    log_info("node_joined", "node=%lld sys_seq=%lld lineage=%s", (long long)n->id,
        (long long)n->applied, n->lineage);
}

/* Columns: node_id, lineage. */
static void on_joined(void *arg, const struct answer *a)
{
    struct node *n = ask_end(arg);
    const char *lineage;

    if (n == NULL)
        return;
    if (answer_err(a) != ERR_OK || answer_rows(a) != 1) {
        away(n);
        return;
    }
    n->id = answer_i64(a, 0, 0);
    lineage = answer_text(a, 0, 1);
    if (n->lineage[0] != '\0' && strcmp(n->lineage, lineage) != 0) {
        log_warn("lineage_changed", "from=%s to=%s", n->lineage, lineage);
        streams_reset(n->hub->streams, "epoch");
    }
    snprintf(n->lineage, sizeof n->lineage, "%s", lineage);
    db_query(
        n->hub->db, LANE_NODE, "select * from api.node_start()", 0, NULL, on_started, ask_new(n));
}

static void rejoin(struct node *n)
{
    char name[NUMBER_BYTES];
    const char *args[] = {n->lineage, name};

    if (n->left)
        return;
    n->generation++;
    n->phase = PHASE_JOINING;
    lease_drop(n->hub->lease);
    snprintf(name, sizeof name, "worker %d", n->hub->worker);
    db_query(n->hub->db, LANE_NODE, "select * from api.node_join($1, $2)", 2, args, on_joined,
        ask_new(n));
}

/* --- renewals --- */

/* Columns: hit, now_ms, lineage, nodes. */
static void on_renewed(void *arg, const struct answer *a)
{
    struct node *n = ask_end(arg);

    if (n == NULL)
        return;
    n->renewing = false;
    if (answer_err(a) == ERR_OK && answer_rows(a) == 1) {
        if (!answer_bool(a, 0, 0) || strcmp(answer_text(a, 0, 2), n->lineage) != 0) {
            log_warn("node_fenced", "node=%lld", (long long)n->id);
            away(n);
            return;
        }
        n->peers = (int)answer_i64(a, 0, 3) - 1;
        gate_set_clock(n->hub->gate, answer_i64(a, 0, 1), n->renewal_sent_at);
        lease_renewed(n->hub->lease, n->renewal_sent_at, n->hub->limits.lease_ms);
    }
    if (n->renew_due)
        renew(n);
}

static void renew(struct node *n)
{
    char id[NUMBER_BYTES], applied[NUMBER_BYTES];
    const char *args[] = {id, applied, n->lineage};

    if (n->phase != PHASE_STARTED || n->renewing)
        return;
    n->renewing = true;
    n->renew_due = false;
    snprintf(id, sizeof id, "%lld", (long long)n->id);
    snprintf(applied, sizeof applied, "%lld", (long long)n->applied);
    n->renewal_sent_at = clock_boot();
    db_query(n->hub->db, LANE_NODE, "select * from api.node_renew($1, $2, $3)", 3, args, on_renewed,
        ask_new(n));
}

static void on_renew_timer(void *arg)
{
    struct node *n = arg;

    n->renew_due = true;
    renew(n);
}

void node_turn(struct node *n)
{
    if (n->renew_due)
        renew(n);
}

/* --- what others ask --- */

bool node_is_delivering(const struct node *n)
{
    return n->phase == PHASE_STARTED && n->applied >= n->deliver_from;
}

int64_t node_id(const struct node *n)
{
    return n->id;
}

int node_peers(const struct node *n)
{
    return n->peers;
}

int64_t node_applied(const struct node *n)
{
    return n->applied;
}

const char *node_lineage(const struct node *n)
{
    return n->lineage;
}

enum node_touch node_touched(
    const struct node *n, int64_t sys_seq, const int64_t *ids, size_t count, const char *object)
{
    if (n->phase != PHASE_STARTED)
        return TOUCH_UNKNOWN;
    if (sys_seq >= n->applied)
        return TOUCH_NO;
    return sys_log_touched(n->log, sys_seq, ids, count, object);
}

bool node_is_at(const struct node *n, int64_t sys_seq)
{
    return n->phase == PHASE_STARTED && sys_seq == n->applied;
}

enum node_touch node_revoked(
    const struct node *n, int64_t sys_seq, const char *who, int64_t family, const char *token_id)
{
    if (n->phase != PHASE_STARTED)
        return TOUCH_UNKNOWN;
    if (sys_seq >= n->applied)
        return TOUCH_NO;
    return sys_log_revoked(n->log, sys_seq, who, family, token_id);
}

struct node_wait *node_wait_applied(
    struct node *n, int64_t seq, unsigned timeout_ms, void (*done)(void *, enum err), void *arg)
{
    return barrier_wait(n->barrier, seq, timeout_ms, done, arg);
}

void node_wait_cancel(struct node_wait *w)
{
    barrier_cancel(w);
}

int64_t node_barrier_last_us(const struct node *n)
{
    return barrier_last_us(n->barrier);
}

void node_note_commit(struct node *n)
{
    tail_wake_others(n->hub->tail);
}

void node_lost_connection(struct node *n, int64_t incarnation)
{
    (void)incarnation;
    barrier_restart_clocks(n->barrier);
    if (n->phase == PHASE_STARTED)
        streams_check_heads(n->hub->streams); /* events whose answer is lost come this way */
}

void node_notified(struct node *n)
{
    tail_poke(n->hub->tail);
}

/* --- life --- */

struct node *node_new(struct hub *h)
{
    struct node *n = mem_zalloc(sizeof *n);

    n->hub = h;
    n->renew_timer = loop_timer_new(h->loop, on_renew_timer, n);
    n->rejoin_timer = loop_timer_new(h->loop, on_rejoin_timer, n);
    n->log = sys_log_new();
    n->sys = stream_open(h->streams, "sys", 0);
    stream_observe(n->sys, on_sys_entered, n);
    n->barrier = barrier_new(h, n);
    return n;
}

void node_free(struct node *n)
{
    if (n == NULL)
        return;
    barrier_free(n->barrier);
    sys_log_free(n->log);
    loop_timer_free(n->renew_timer);
    loop_timer_free(n->rejoin_timer);
    mem_free(n);
}

void node_start(struct node *n)
{
    rejoin(n);
}

void node_rejoin(struct node *n)
{
    away(n);
}

static void on_left(void *arg, const struct answer *a)
{
    struct node *n = arg;

    (void)a; /* a row that stays is fenced by the next waiter */
    if (n->left_done != NULL)
        n->left_done(n->left_arg);
}

void node_leave(struct node *n, void (*done)(void *), void *arg)
{
    char id[NUMBER_BYTES];
    const char *args[] = {id};

    n->left = true;
    n->left_done = done;
    n->left_arg = arg;
    away(n);
    snprintf(id, sizeof id, "%lld", (long long)n->id);
    db_query(n->hub->db, LANE_NODE, "select api.node_leave($1)", 1, args, on_left, n);
}
