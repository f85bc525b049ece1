/* sub.h -- one session's subscription: a cursor into a stream.
 *
 *   opening --its subscribe was answered--> live --unsubscribed, ended, resync, session gone--> freed
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/list.h"

struct event;
struct range;
struct session;
struct stream;

struct sub {
    struct session *session;
    struct stream *stream;
    uint32_t slot;     /* place in stream->subs */
    uint32_t place;    /* place in session->subs */
    int64_t cursor;    /* last seq handed over, as event or skip */
    int64_t floor_sys; /* the open's snapshot: answered once this sys entry is applied here */
    bool live;
    bool is_watched,
        is_greeted; /* somebody else may show presence here; was told who is (presence.c) */
    struct mono_ms opened_at; /* of a stream with signals: when it went live */
    struct list_node in_opening;
    struct event **backlog; /* events older than the ring, read for this subscription alone */
    uint32_t backlog_count;
    struct range *range;                      /* reading the backlog */
    void (*opened)(void *arg, struct sub *s); /* while opening: tried again every turn */
    void (*dropped)(void *arg);               /* while opening: the session went */
    void *opened_arg;
};

/* A new subscription with its cursor at `after`, opening. */
struct sub *sub_new(struct session *s, struct stream *st, int64_t after, int64_t floor_sys);
struct sub *sub_find(const struct session *s, const char *stream_name); /* NULL: none */
void sub_set_live(struct sub *sub);
void sub_free(struct sub *sub);
void sub_end(struct sub *sub, const char *reason); /* tells stream.ended and frees it */
/* Ends those whose right went while this worker was away from the others: the entry of `sys` that said so is not read. */
void sub_end_lost(struct session *s);
void sub_resync(struct sub *sub, const char *reason); /* tells stream.resync and frees it */
/* The event `seq` of the stream, from the ring or the backlog; NULL: it is being read, and the session lags again
 * once it is there.
 */
struct event *sub_event(struct sub *sub, int64_t seq);
struct event *sub_peek(const struct sub *sub, int64_t seq); /* the same, asks for nothing */
void sub_forget_backlog(struct sub *sub);                   /* once its cursor has passed it */
