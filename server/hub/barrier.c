/* barrier.c -- see barrier.h.
 *
 * (1) A wait ends only by rows that were asked for after it began: a node that joined before the loss was committed is
 *     among those, but need not be among rows that were under way.
 */
#include "hub/barrier.h"

#include <stdbool.h>
#include <stdio.h>

#include "hub/hub.h"
#include "hub/metrics.h"
#include "hub/node.h"
#include "io/db.h"
#include "io/loop.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"

enum { NUMBER_BYTES = 24, NS_PER_MS = 1000000, NS_PER_US = 1000 };

/* What this node has seen of another one's row. */
struct peer {
    int64_t id, beat;
    struct boot_ns since;
    uint64_t round;
    bool fencing;
};

struct node_wait {
    struct list_node node;
    struct barrier *barrier;
    int64_t seq;
    uint64_t first_read; /* rows of earlier reads say nothing to it */
    struct boot_ns began;
    int64_t until_ns;
    void (*done)(void *arg, enum err e);
    void *arg;
};

struct barrier {
    struct hub *hub;
    struct node *node;
    struct list waits;
    struct map_int *peers; /* by node id */
    struct loop_timer *poll;
    uint64_t round;
    uint64_t reads; /* sent so far; the last one may be under way */
    bool in_flight, again;
    int64_t last_us;
};

struct fence {
    struct barrier *barrier;
    int64_t id;
};

static void wait_end(struct node_wait *w, enum err e)
{
    struct barrier *b = w->barrier;

    list_remove(&b->waits, &w->node);
    b->last_us = (clock_boot().ns - w->began.ns) / NS_PER_US;
    metrics_barrier(b->hub->metrics, b->last_us);
    w->done(w->arg, e);
    mem_free(w);
}

void barrier_cancel(struct node_wait *w)
{
    list_remove(&w->barrier->waits, &w->node);
    mem_free(w);
}

static void drop_late(struct barrier *b)
{
    int64_t now_ns = clock_boot().ns;

    LIST_EACH_SAFE(&b->waits, n, after)
    {
        struct node_wait *w = LIST_ITEM(n, struct node_wait, node);

        if (w->until_ns <= now_ns)
            wait_end(w, ERR_UNAVAILABLE);
    }
}

static void on_fenced(void *arg, const struct answer *a)
{
    struct fence *f = arg;
    struct peer *p = map_int_get(f->barrier->peers, (uint64_t)f->id);

    if (p != NULL)
        p->fencing = false;
    if (answer_err(a) == ERR_OK && answer_rows(a) == 1 && answer_bool(a, 0, 0))
        log_warn("fenced_node", "node=%lld", (long long)f->id);
    mem_free(f);
}

static void fence(struct barrier *b, struct peer *p)
{
    char id[NUMBER_BYTES], beat[NUMBER_BYTES];
    const char *args[] = {id, beat};
    struct fence *f = mem_alloc(sizeof *f);

    f->barrier = b;
    f->id = p->id;
    p->fencing = true;
    snprintf(id, sizeof id, "%lld", (long long)p->id);
    snprintf(beat, sizeof beat, "%lld", (long long)p->beat);
    db_query(b->hub->db, LANE_NODE, "select api.node_fence($1, $2)", 2, args, on_fenced, f);
}

static struct peer *peer_of(struct barrier *b, int64_t id, int64_t beat)
{
    struct peer *p = map_int_get(b->peers, (uint64_t)id);

    if (p == NULL) {
        p = mem_zalloc(sizeof *p);
        p->id = id;
        p->beat = beat;
        p->since = clock_boot();
        map_int_set(b->peers, (uint64_t)id, p);
    }
    if (p->beat != beat) {
        p->beat = beat;
        p->since = clock_boot();
    }
    p->round = b->round;
    return p;
}

static void forget_gone(struct barrier *b)
{
    size_t cursor = 0;
    uint64_t key;
    void *value;
    bool found = true;

    while (found) {
        found = false;
        cursor = 0;
        while (!found && map_int_next(b->peers, &cursor, &key, &value)) {
            struct peer *p = value;

            if (p->round == b->round || p->fencing)
                continue;
            map_int_remove(b->peers, key);
            mem_free(p);
            found = true;
        }
    }
}

/* Columns: node_id, beat, applied_seq.  What all others have applied; own is known without asking. */
static int64_t least_applied(struct barrier *b, const struct answer *a)
{
    int64_t least = node_applied(b->node);

    b->round++;
    for (int row = 0; row < answer_rows(a); row++) {
        int64_t id = answer_i64(a, row, 0), applied = answer_i64(a, row, 2);
        struct peer *p;

        if (id == node_id(b->node))
            continue;
        p = peer_of(b, id, answer_i64(a, row, 1));
        if (!p->fencing &&
            clock_boot().ns - p->since.ns >= (int64_t)b->hub->limits.fence_ms * NS_PER_MS)
            fence(b, p);
        least = applied < least ? applied : least;
    }
    forget_gone(b);
    return least;
}

static void read_rows(struct barrier *b);

static void on_rows(void *arg, const struct answer *a)
{
    struct barrier *b = arg;
    uint64_t this_read = b->reads;

    b->in_flight = false;
    if (answer_err(a) == ERR_OK && node_is_delivering(b->node)) {
        int64_t least = least_applied(b, a);

        LIST_EACH_SAFE(&b->waits, n, after)
        {
            struct node_wait *w = LIST_ITEM(n, struct node_wait, node);

            if (w->seq <= least && w->first_read <= this_read)
                wait_end(w, ERR_OK);
        }
    }
    drop_late(b);
    if (b->waits.count == 0)
        return;
    if (b->again)
        read_rows(b);
    else
        loop_timer_set(b->poll, BARRIER_POLL_MS, 0);
}

static void read_rows(struct barrier *b)
{
    b->again = b->in_flight;
    if (b->in_flight)
        return;
    b->in_flight = true;
    b->reads++;
    db_query(b->hub->db, LANE_NODE, "select * from api.node_rows()", 0, NULL, on_rows, b);
}

static void on_poll(void *arg)
{
    struct barrier *b = arg;

    drop_late(b);
    if (b->waits.count > 0)
        read_rows(b);
}

struct node_wait *barrier_wait(
    struct barrier *b, int64_t seq, unsigned timeout_ms, void (*done)(void *, enum err), void *arg)
{
    struct node_wait *w = mem_zalloc(sizeof *w);

    list_node_init(&w->node);
    w->barrier = b;
    w->seq = seq;
    w->first_read = b->reads + 1;
    w->began = clock_boot();
    w->until_ns = w->began.ns + (int64_t)timeout_ms * NS_PER_MS;
    w->done = done;
    w->arg = arg;
    list_append(&b->waits, &w->node);
    read_rows(b);
    return w;
}

void barrier_progress(struct barrier *b)
{
    if (b->waits.count > 0)
        read_rows(b);
}

void barrier_restart_clocks(struct barrier *b)
{
    size_t cursor = 0;
    uint64_t key;
    void *value;

    while (map_int_next(b->peers, &cursor, &key, &value))
        ((struct peer *)value)->since = clock_boot();
}

int64_t barrier_last_us(const struct barrier *b)
{
    return b->last_us;
}

struct barrier *barrier_new(struct hub *h, struct node *n)
{
    struct barrier *b = mem_zalloc(sizeof *b);

    b->hub = h;
    b->node = n;
    list_init(&b->waits);
    b->peers = map_int_new();
    b->poll = loop_timer_new(h->loop, on_poll, b);
    return b;
}

void barrier_free(struct barrier *b)
{
    size_t cursor = 0;
    uint64_t key;
    void *value;

    if (b == NULL)
        return;
    while (map_int_next(b->peers, &cursor, &key, &value))
        mem_free(value);
    map_int_free(b->peers);
    while (b->waits.count > 0)
        mem_free(LIST_ITEM(list_shift(&b->waits), struct node_wait, node));
    loop_timer_free(b->poll);
    mem_free(b);
}
