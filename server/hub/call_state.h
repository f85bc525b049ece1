/* call_state.h -- what call.c and call_steps.c share; nobody else includes it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "hub/call.h"
#include "base/clock.h"
#include "base/list.h"

struct crypto_hash;
struct loop_timer;
struct node_wait;

struct call_engine {
    struct hub *hub;
    struct loop_timer *timer;
    struct crypto_hash *hash;
    struct list usual;   /* calls with the usual deadline, in order of start */
    struct list special; /* calls of rows with a timeout of their own */
    struct list work;    /* calls that wait for the thread pool */
    int working, running;
    bool ticking, closing;
};

struct call {
    struct list_node in_session, in_deadline, in_work;
    struct call_engine *engine;
    struct session *session; /* NULL: gone */
    const struct method *method;
    struct arena *arena;
    const struct call_events *events;
    void *arg;
    const char *who;
    const char *idem;
    const char *const *params;
    const char **row_args; /* of the row's own statement */
    int row_count;
    const char *sql; /* the statement under way; NULL: none */
    const char *const *args;
    int count;
    enum lane lane;
    void (*work)(void *job);
    void *job;
    void *state;
    struct node_wait *wait; /* for the barrier */
    const char *reply;      /* held for the barrier */
    size_t reply_bytes;
    struct call_guard guard;
    int64_t applied_seq; /* of sys here when the statement was sent: its snapshot is not older */
    enum err refusal;    /* that SQL gave, with something in it to guard; ERR_OK: none */
    struct boot_ns started;
    struct mono_ms deadline;
    size_t text_bytes; /* counted in session->call_bytes */
    int step;
    uint8_t resends, redos, rereads;
    bool outstanding, finished, ended;
    bool lost, holds_cursors, counted;
    bool kept; /* what the refusal wrote stays, so it is not asked for twice */
};

/* Sends the statement under way. */
void call_send(struct call *c);
void call_next_step(struct call *c, const struct answer *in);
void call_answered(struct call *c, const char *result, size_t length_bytes);
void call_failed(struct call *c, enum err e, const char *detail);
/* A refusal of SQL: a detail that may show somebody is guarded like a reply.  subjects: whom, an array literal; NULL:
 * not told. */
void call_failed_with(
    struct call *c, enum err e, const char *detail, bool is_kept, const char *subjects);
/* Something no row of err.def names: the caller gets a number, the log the rest. */
void call_failed_unexpectedly(struct call *c, const char *sqlstate, const char *statement);
/* Fills row_args. */
void call_bind_row(struct call *c);
/* A reply with the member "refused": the call fails with it, and the other members are the error's data. */
bool call_refused(struct call *c, const char *reply, size_t length_bytes, const char *subjects);
/* Barrier rows: the reply waits until every node has applied the sys entry of this write. */
void call_hold_or_reply(struct call *c, const char *result, size_t length_bytes);
void call_set_guard(struct call *c, int64_t sys_seq, const char *subjects);
void call_free_if_over(struct call *c);
