/* loop.c -- the event loop on libuv.
 *
 *   one turn:  timers -> idle -> END OF TURN (uv_prepare) -> wait -> descriptors -> closed handles
 *
 * libuv closes handles asynchronously: a _free stops the handle at once, and its memory goes when libuv has let go of
 * it.  Each public handle embeds its libuv handle as first member, so that on_closed() can free it by that pointer.
 */
#include "io/loop.h"

#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"

#include <uv.h>

#include <assert.h>

struct loop {
    uv_loop_t uv;
    uv_prepare_t prepare;
    uv_idle_t again;
    struct list turns;
    struct list_node *next_turn; /* the walk's next one, moved on when that one is freed */
    size_t works;                /* loop_work()s that have not called `done` */
};

struct loop_watch {
    uv_poll_t uv;
    loop_ready_fn *ready;
    void *arg;
    int events;
};

struct loop_timer {
    uv_timer_t uv;
    loop_fn *fire;
    void *arg;
};

struct loop_turn {
    struct list_node node;
    struct loop *loop;
    loop_fn *end_of_turn;
    void *arg;
};

struct loop_signal {
    uv_signal_t uv;
    loop_fn *caught;
    void *arg;
};

struct work {
    uv_work_t uv;
    struct loop *loop;
    loop_fn *work, *done;
    void *arg;
};

/* A libuv call that fails only when the caller broke its contract, or the process is out of descriptors at start. */
static void must(int result, const char *what)
{
    if (result != 0) {
        log_error("loop_failed", "call=%s reason=%s", what, uv_err_name(result));
        assert(result == 0);
    }
}

static void on_closed(uv_handle_t *h)
{
    mem_free(h);
}

/* --- the loop -------------------------------------------------------------------------------- */

static void on_prepare(uv_prepare_t *p)
{
    struct loop *l = p->data;

    for (struct list_node *n = l->turns.head.next; n != &l->turns.head; n = l->next_turn) {
        struct loop_turn *t = LIST_ITEM(n, struct loop_turn, node);

        l->next_turn = n->next;
        t->end_of_turn(t->arg);
    }
    l->next_turn = NULL;
}

static void on_again(uv_idle_t *i)
{
    uv_idle_stop(i);
}

struct loop *loop_new(void)
{
    struct loop *l = mem_zalloc(sizeof *l);

    must(uv_loop_init(&l->uv), "uv_loop_init");
    list_init(&l->turns);
    uv_prepare_init(&l->uv, &l->prepare);
    l->prepare.data = l;
    uv_prepare_start(&l->prepare, on_prepare);
    uv_idle_init(&l->uv, &l->again);
    return l;
}

void loop_free(struct loop *l)
{
    if (l == NULL)
        return;
    while (l->works > 0) /* exactly once, also on shutdown */
        uv_run(&l->uv, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&l->prepare, NULL);
    uv_close((uv_handle_t *)&l->again, NULL);
    for (int turns = 0; turns < 3; turns++) /* handles already freed get their on_closed */
        uv_run(&l->uv, UV_RUN_NOWAIT);
    if (uv_loop_close(&l->uv) != 0)
        log_error("loop_handles_left", "bug=%s", "a handle was not freed before its loop");
    mem_free(l);
}

void loop_run(struct loop *l)
{
    uv_run(&l->uv, UV_RUN_DEFAULT);
}

void loop_run_once(struct loop *l)
{
    uv_run(&l->uv, UV_RUN_NOWAIT);
}

void loop_stop(struct loop *l)
{
    uv_stop(&l->uv);
}

void *loop_native(struct loop *l)
{
    return &l->uv;
}

void loop_again(struct loop *l)
{
    uv_idle_start(&l->again, on_again);
}

/* --- descriptors ----------------------------------------------------------------------------- */

static void on_poll(uv_poll_t *p, int status, int events)
{
    struct loop_watch *w = p->data;

    if (status < 0) {
        uv_poll_stop(
            p); /* libuv has stopped it for some errors; loop_watch_set() starts it again */
        w->events = 0;
        w->ready(w->arg, true, true);
        return;
    }
    w->ready(w->arg, (events & UV_READABLE) != 0, (events & UV_WRITABLE) != 0);
}

struct loop_watch *loop_watch_new(struct loop *l, int fd, loop_ready_fn *ready, void *arg)
{
    struct loop_watch *w = mem_zalloc(sizeof *w);

    must(uv_poll_init(&l->uv, &w->uv, fd), "uv_poll_init");
    w->uv.data = w;
    w->ready = ready;
    w->arg = arg;
    return w;
}

void loop_watch_set(struct loop_watch *w, bool readable, bool writable)
{
    int events = (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0);

    if (events == w->events) /* each change costs two epoll_ctl */
        return;
    w->events = events;
    if (events == 0)
        uv_poll_stop(&w->uv);
    else
        must(uv_poll_start(&w->uv, events, on_poll), "uv_poll_start");
}

void loop_watch_free(struct loop_watch *w)
{
    if (w == NULL)
        return;
    uv_poll_stop(&w->uv); /* from here on the descriptor may be closed */
    uv_close((uv_handle_t *)&w->uv, on_closed);
}

/* --- timers ---------------------------------------------------------------------------------- */

static void on_timer(uv_timer_t *uv)
{
    struct loop_timer *t = uv->data;

    t->fire(t->arg);
}

struct loop_timer *loop_timer_new(struct loop *l, loop_fn *fire, void *arg)
{
    struct loop_timer *t = mem_zalloc(sizeof *t);

    uv_timer_init(&l->uv, &t->uv);
    t->uv.data = t;
    t->fire = fire;
    t->arg = arg;
    return t;
}

void loop_timer_set(struct loop_timer *t, uint64_t after_ms, uint64_t repeat_ms)
{
    uv_update_time(
        t->uv.loop); /* the loop's time is that of the turn's start: it would fire early */
    uv_timer_start(&t->uv, on_timer, after_ms, repeat_ms);
}

void loop_timer_stop(struct loop_timer *t)
{
    uv_timer_stop(&t->uv);
}

void loop_timer_free(struct loop_timer *t)
{
    if (t == NULL)
        return;
    uv_close((uv_handle_t *)&t->uv, on_closed);
}

/* --- end of turn ----------------------------------------------------------------------------- */

struct loop_turn *loop_turn_new(struct loop *l, loop_fn *end_of_turn, void *arg)
{
    struct loop_turn *t = mem_zalloc(sizeof *t);

    list_node_init(&t->node);
    t->loop = l;
    t->end_of_turn = end_of_turn;
    t->arg = arg;
    list_append(&l->turns, &t->node);
    return t;
}

void loop_turn_free(struct loop_turn *t)
{
    if (t == NULL)
        return;
    if (t->loop->next_turn == &t->node)
        t->loop->next_turn = t->node.next;
    list_remove(&t->loop->turns, &t->node);
    mem_free(t);
}

/* --- thread pool ----------------------------------------------------------------------------- */

static void on_work(uv_work_t *uv)
{
    struct work *w = uv->data;

    w->work(w->arg);
}

static void on_work_done(uv_work_t *uv, int status)
{
    struct work *w = uv->data;

    (void)status; /* nothing cancels */
    w->loop->works--;
    w->done(w->arg);
    mem_free(w);
}

void loop_work(struct loop *l, loop_fn *work, loop_fn *done, void *arg)
{
    struct work *w = mem_zalloc(sizeof *w);

    w->uv.data = w;
    w->loop = l;
    w->work = work;
    w->done = done;
    w->arg = arg;
    l->works++;
    must(uv_queue_work(&l->uv, &w->uv, on_work, on_work_done), "uv_queue_work");
}

/* --- signals --------------------------------------------------------------------------------- */

static void on_signal(uv_signal_t *uv, int number)
{
    struct loop_signal *s = uv->data;

    (void)number;
    s->caught(s->arg);
}

struct loop_signal *loop_signal_new(struct loop *l, int signal_number, loop_fn *caught, void *arg)
{
    struct loop_signal *s = mem_zalloc(sizeof *s);

    must(uv_signal_init(&l->uv, &s->uv), "uv_signal_init");
    s->uv.data = s;
    s->caught = caught;
    s->arg = arg;
    must(uv_signal_start(&s->uv, on_signal, signal_number), "uv_signal_start");
    return s;
}

void loop_signal_free(struct loop_signal *s)
{
    if (s == NULL)
        return;
    uv_close((uv_handle_t *)&s->uv, on_closed);
}

const char *loop_library_version(void)
{
    return uv_version_string();
}
