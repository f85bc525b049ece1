/* note.c -- an event with new counts is in the list once and holds one reference until they are written. */
#include "hub/note.h"

#include <string.h>

#include "hub/frame.h"
#include "hub/hub.h"
#include "hub/metrics.h"
#include "hub/node.h"
#include "io/db.h"
#include "io/loop.h"
#include "base/buf.h"
#include "base/mem.h"

enum { PERIOD_MS = 1000, ROWS_MAX = 500, EVENTS_MAX = 20000 };

static const char *const reason_words[REASON_COUNT] = {
    "", "inactive", "audience", "blocked", "basis", "subject"};

struct notes {
    struct hub *hub;
    struct loop_timer *timer;
    struct event **events;
    size_t count, capacity;
};

static void remember(struct notes *n, struct event *e)
{
    if (e->is_noted || n->count == EVENTS_MAX)
        return;
    e->is_noted = true;
    mem_grow((void **)&n->events, &n->capacity, n->count + 1, sizeof(struct event *));
    n->events[n->count++] = event_ref(e);
}

void notes_sent(struct notes *n, struct event *e, unsigned recipients, bool redacted)
{
    if (redacted)
        e->redacted += recipients;
    else
        e->sent += recipients;
    remember(n, e);
}

void notes_suppressed(struct notes *n, struct event *e, enum gate_reason reason)
{
    e->suppressed[reason]++;
    metrics_suppressed(n->hub->metrics, (int)reason);
    remember(n, e);
}

struct columns {
    struct buf streams, seqs, sent, redacted, suppressed, reasons;
};

static void add_row(struct columns *c, struct event *e, char separator)
{
    unsigned total = 0;
    bool first = true;

    buf_printf(&c->streams, "%c\"%s\"", separator, e->stream);
    buf_printf(&c->seqs, "%c%lld", separator, (long long)e->seq);
    buf_printf(&c->sent, "%c%u", separator, e->sent);
    buf_printf(&c->redacted, "%c%u", separator, e->redacted);
    buf_printf(&c->reasons, "%c\"{", separator);
    for (int r = 0; r < REASON_COUNT; r++) {
        if (e->suppressed[r] == 0)
            continue;
        buf_printf(
            &c->reasons, "%s\\\"%s\\\":%u", first ? "" : ",", reason_words[r], e->suppressed[r]);
        total += e->suppressed[r];
        first = false;
    }
    buf_add_text(&c->reasons, "}\"");
    buf_printf(&c->suppressed, "%c%u", separator, total);
    e->sent = e->redacted = 0;
    memset(e->suppressed, 0, sizeof e->suppressed);
    e->is_noted = false;
    event_unref(e);
}

static void on_noted(void *arg, const struct answer *a)
{
    (void)arg;
    (void)a; /* counts of a lost connection are lost: they are statistics, never a permission */
}

static void write_rows(struct notes *n, size_t first, size_t count)
{
    struct columns c;
    struct buf *all[] = {&c.streams, &c.seqs, &c.sent, &c.redacted, &c.suppressed, &c.reasons};
    const char *args[7];
    struct buf node;

    buf_init(&node, 0);
    buf_add_i64(&node, node_id(n->hub->node));
    args[0] = node.bytes;
    for (int i = 0; i < 6; i++)
        buf_init(all[i], 0);
    for (size_t i = 0; i < count; i++)
        add_row(&c, n->events[first + i], i == 0 ? '{' : ',');
    for (int i = 0; i < 6; i++) {
        buf_add_char(all[i], '}');
        args[i + 1] = all[i]->bytes;
    }
    db_query(n->hub->db, LANE_SLOW, "select * from api.delivery_note($1, $2, $3, $4, $5, $6, $7)",
        7, args, on_noted, n);
    for (int i = 0; i < 6; i++)
        buf_done(all[i]);
    buf_done(&node);
}

void notes_flush(struct notes *n)
{
    for (size_t first = 0; first < n->count; first += ROWS_MAX)
        write_rows(n, first, n->count - first < ROWS_MAX ? n->count - first : ROWS_MAX);
    n->count = 0;
}

static void on_period(void *arg)
{
    notes_flush(arg);
}

struct notes *notes_new(struct hub *h)
{
    struct notes *n = mem_zalloc(sizeof *n);

    n->hub = h;
    n->timer = loop_timer_new(h->loop, on_period, n);
    loop_timer_set(n->timer, PERIOD_MS, PERIOD_MS);
    return n;
}

void notes_free(struct notes *n)
{
    if (n == NULL)
        return;
    for (size_t i = 0; i < n->count; i++)
        event_unref(n->events[i]);
    mem_free(n->events);
    loop_timer_free(n->timer);
    mem_free(n);
}
