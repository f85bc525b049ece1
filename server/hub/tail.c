/* tail.c -- see tail.h.  One read in flight, one pending; the answer's snapshot is the next cursor. */
#include "hub/tail.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "hub/hub.h"
#include "hub/node.h"
#include "hub/stream.h"
#include "io/crypto.h"
#include "io/db.h"
#include "io/json.h"
#include "io/loop.h"
#include "base/mem.h"

enum { ORIGIN_RANDOM_BYTES = 8, ORIGIN_BYTES = 2 * ORIGIN_RANDOM_BYTES + 1 };

struct tail {
    struct hub *hub;
    char origin[ORIGIN_BYTES];
    char *snapshot; /* NULL: stopped */
    uint64_t generation;
    bool in_flight, pending, wake_due, wake_armed;
    struct loop_timer *period, *wake;
    uint64_t rows_read;
};

struct read {
    struct tail *tail;
    uint64_t generation;
};

/* Its answer brings these events, or has brought them. */
static bool is_own(const struct tail *t, const struct json *row)
{
    const char *origin = json_text(json_member(row, "origin"));
    size_t n = strlen(t->origin);

    if (origin == NULL || strncmp(origin, t->origin, n) != 0 || origin[n] != '.')
        return false;
    return db_incarnation_alive(t->hub->db, strtoll(origin + n + 1, NULL, 10));
}

static void take_rows(struct tail *t, const char *text, size_t length_bytes)
{
    struct json *rows;

    if (text == NULL)
        return;
    if (json_parse(text, length_bytes, &rows, NULL) != ERR_OK) {
        streams_check_heads(t->hub->streams); /* the cursor has passed them */
        return;
    }
    for (const struct json *j = json_first(rows); j != NULL; j = json_next(j)) {
        t->rows_read++;
        if (!is_own(t, j))
            streams_accept(t->hub->streams, j);
    }
    json_free(rows);
}

static void on_read(void *arg, const struct answer *a)
{
    struct read *r = arg;
    struct tail *t = r->tail;
    bool is_mine = r->generation == t->generation;

    mem_free(r);
    if (!is_mine)
        return;
    t->in_flight = false;
    if (answer_err(a) == ERR_OK && answer_rows(a) == 1 && t->snapshot != NULL) {
        mem_free(t->snapshot);
        t->snapshot = mem_copy(answer_text(a, 0, 0), answer_bytes(a, 0, 0));
        take_rows(t, answer_text(a, 0, 1), answer_bytes(a, 0, 1));
    }
    if (t->pending && answer_err(a) == ERR_OK)
        tail_poke(t);
}

void tail_poke(struct tail *t)
{
    struct read *r;
    const char *args[] = {t->snapshot};

    if (t->snapshot == NULL)
        return;
    t->pending = t->in_flight;
    if (t->in_flight)
        return;
    t->in_flight = true;
    r = mem_alloc(sizeof *r);
    r->tail = t;
    r->generation = t->generation;
    db_query(t->hub->db, LANE_NODE, "select * from api.tail($1)", 1, args, on_read, r);
}

static void on_period(void *arg)
{
    tail_poke(arg);
}

static void on_woken(void *arg, const struct answer *a)
{
    (void)arg;
    (void)a; /* a lost wake-up is made good by everyone's own period */
}

static void send_wake(struct tail *t)
{
    t->wake_due = false;
    loop_timer_set(t->wake, t->hub->limits.wake_ms, 0);
    db_query(t->hub->db, LANE_NODE, "select api.wake()", 0, NULL, on_woken, t);
}

static void on_wake_timer(void *arg)
{
    struct tail *t = arg;

    t->wake_armed = false;
    if (t->wake_due)
        tail_wake_others(t);
}

void tail_wake_others(struct tail *t)
{
    if (node_peers(t->hub->node) == 0)
        return;
    t->wake_due = true;
    if (t->wake_armed)
        return;
    t->wake_armed = true;
    send_wake(t);
}

void tail_start(struct tail *t, const char *snapshot)
{
    tail_stop(t);
    t->snapshot = mem_copy(snapshot, strlen(snapshot));
    loop_timer_set(t->period, t->hub->limits.tail_ms, t->hub->limits.tail_ms);
    tail_poke(t);
}

void tail_stop(struct tail *t)
{
    t->generation++;
    t->in_flight = t->pending = false;
    mem_free(t->snapshot);
    t->snapshot = NULL;
    loop_timer_stop(t->period);
}

const char *tail_origin(const struct tail *t)
{
    return t->origin;
}

uint64_t tail_rows_read(const struct tail *t)
{
    return t->rows_read;
}

struct tail *tail_new(struct hub *h)
{
    struct tail *t = mem_zalloc(sizeof *t);
    uint8_t random[ORIGIN_RANDOM_BYTES];

    t->hub = h;
    crypto_random(random, sizeof random);
    crypto_hex(random, sizeof random, t->origin);
    t->period = loop_timer_new(h->loop, on_period, t);
    t->wake = loop_timer_new(h->loop, on_wake_timer, t);
    return t;
}

void tail_free(struct tail *t)
{
    if (t == NULL)
        return;
    loop_timer_free(t->period);
    loop_timer_free(t->wake);
    mem_free(t->snapshot);
    mem_free(t);
}
