/* loop.h -- the event loop: descriptors, timers, end-of-turn work, thread pool, signals.  libuv stays inside loop.c.
 *
 * Threads    everything runs on the loop's thread, except the `work` of loop_work()
 * Ownership  handles belong to the caller until their _free; a freed handle calls nobody back
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct loop_watch;
struct loop_timer;
struct loop_turn;
struct loop_signal;

typedef void loop_fn(void *arg);
typedef void loop_ready_fn(void *arg, bool readable, bool writable); /* an error counts as both */

struct loop *loop_new(void);
void loop_free(struct loop *l);
void loop_run(struct loop *l); /* until loop_stop() */
/* One turn without waiting: for shutting down and for tests; never from a callback. */
void loop_run_once(struct loop *l);
void loop_stop(struct loop *l);
void *loop_native(struct loop *l); /* for ws.c only: the uv_loop_t that libwebsockets rides on */

/* Watches a descriptor.  Change what is watched with loop_watch_set; both false pauses it. */
struct loop_watch *loop_watch_new(struct loop *l, int fd, loop_ready_fn *ready, void *arg);
void loop_watch_set(struct loop_watch *w, bool readable, bool writable);
void loop_watch_free(struct loop_watch *w); /* does not close the descriptor; NULL is fine */

/* A timer, stopped at first.  repeat_ms 0: once.  Setting it again restarts it. */
struct loop_timer *loop_timer_new(struct loop *l, loop_fn *fire, void *arg);
void loop_timer_set(struct loop_timer *t, uint64_t after_ms, uint64_t repeat_ms);
void loop_timer_stop(struct loop_timer *t);
void loop_timer_free(struct loop_timer *t);

/* Work at the end of every turn, before the loop waits, in the order in which it was registered.  It may ask for
 * another turn at once with loop_again().
 */
struct loop_turn *loop_turn_new(struct loop *l, loop_fn *end_of_turn, void *arg);
void loop_turn_free(struct loop_turn *t);
void loop_again(struct loop *l);

/* Runs work(arg) in the thread pool, then done(arg) on the loop's thread: exactly once, also on shutdown. */
void loop_work(struct loop *l, loop_fn *work, loop_fn *done, void *arg);

struct loop_signal *loop_signal_new(struct loop *l, int signal_number, loop_fn *caught, void *arg);
void loop_signal_free(struct loop_signal *s);

const char *loop_library_version(void); /* "1.44.2" */
