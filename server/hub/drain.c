/* drain.c -- the orderly end of a worker.
 *
 *   drain_begin --> notices --> sockets close in batches, calls finish --> nothing left: leave the node table --> stop
 *                                                                    \--> drain_ms over: stop as things are
 */
#include "hub/drain.h"

#include "hub/call.h"
#include "hub/hub.h"
#include "hub/node.h"
#include "hub/note.h"
#include "hub/outgoing.h"
#include "hub/sessions.h"
#include "io/crypto.h"
#include "io/loop.h"
#include "io/ws.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

#include <stdio.h>

enum {
    STEP_MS = 100,
    STEP_SESSIONS = 500,
    RECONNECT_MIN_MS = 500,
    RECONNECT_SPREAD_MS = 2500, /* others take the sessions over: not all in one instant */
    NOTICE_BYTES = 128
};

struct drain {
    struct hub *hub;
    struct loop_timer *timer;
    struct mono_ms deadline;
    bool on, leaving;
};

struct drain *drain_new(struct hub *h)
{
    struct drain *d = mem_zalloc(sizeof *d);

    d->hub = h;
    return d;
}

void drain_free(struct drain *d)
{
    if (d == NULL)
        return;
    loop_timer_free(d->timer);
    mem_free(d);
}

bool drain_is_on(const struct drain *d)
{
    return d->on;
}

static void tell(struct session *s)
{
    char text[NOTICE_BYTES];
    int n = snprintf(text, sizeof text,
        "{\"jsonrpc\":\"2.0\",\"method\":\"session.notice\",\"params\":"
        "{\"kind\":\"draining\",\"reconnect_ms\":%llu}}",
        (unsigned long long)(RECONNECT_MIN_MS + crypto_random_below(RECONNECT_SPREAD_MS)));

    session_tell(s, text, (size_t)n);
}

static void tell_all(struct sessions *all)
{
    for (int state = SESSION_OPENING; state <= SESSION_READY; state++) {
        LIST_EACH_SAFE(&all->lists[state], n, after)
        {
            struct session *s = LIST_ITEM(n, struct session, node);

            if (s->kind == SESSION_SOCKET)
                tell(s);
        }
    }
}

static void on_left(void *arg)
{
    struct drain *d = arg;

    loop_stop(d->hub->loop);
}

static void leave(struct drain *d)
{
    d->leaving = true;
    notes_flush(d->hub->notes);
    node_leave(d->hub->node, on_left, d);
}

static void on_step(void *arg)
{
    struct drain *d = arg;
    struct hub *h = d->hub;
    int left = sessions_drain_step(h->sessions, STEP_SESSIONS);

    left += sessions_count(h->sessions, SESSION_CLOSING) + call_engine_running(h->calls);
    if (clock_mono().ms >= d->deadline.ms) {
        log_warn("drain_deadline", "sessions=%d calls=%d",
            sessions_count(h->sessions, SESSION_OPENING) +
                sessions_count(h->sessions, SESSION_READY),
            call_engine_running(h->calls));
        loop_stop(h->loop);
    } else if (left == 0 && !d->leaving) {
        leave(d);
    }
}

void drain_begin(struct drain *d)
{
    struct hub *h = d->hub;

    if (d->on)
        return;
    d->on = true;
    d->deadline.ms = clock_mono().ms + h->limits.drain_ms;
    log_info("drain_began", "sessions=%d calls=%d", sessions_count(h->sessions, SESSION_READY),
        call_engine_running(h->calls));
    ws_stop_accepting(h->ws);
    tell_all(h->sessions);
    d->timer = loop_timer_new(h->loop, on_step, d);
    loop_timer_set(d->timer, STEP_MS, STEP_MS);
}
