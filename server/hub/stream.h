/* stream.h -- per node and stream: a ring of recent events, the head, the subscribers, and their delivery.
 *
 * One rule feeds a ring: an event enters only if it is the next seq; an older one is a duplicate and dropped; a later
 * one waits 20 ms for the tail, then the missing range is read.  Sources: this node's own commits, the tail, ranges.
 *
 *   per turn and stream:  new events -> rendered? -> one shared batch -> every subscriber that is up to date
 *                         others (lagging, gate differs, own view) -> session_catch_up builds one of their own
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"

struct hub;
struct batch;
struct event;
struct json;
struct session;
struct stream;
struct streams;
struct sub;

enum stream_kind { STREAM_ME, STREAM_CLUB, STREAM_STAFF, STREAM_SYS };

struct sub {
    struct session *session;
    struct stream  *stream;
    uint32_t        slot;      /* place in stream->subs */
    int64_t         cursor;    /* last seq handed over, as event or skip */
    int64_t         floor_sys; /* nothing before this sys entry is applied here (the open's snapshot) */
    bool            live;      /* its subscribe was answered */
    struct event  **backlog;   /* events older than the ring, read for this subscription alone */
    uint32_t        backlog_count, backlog_at;
    bool            backlog_asked;
    void          (*opened)(void *arg, struct sub *s); /* while not live: tried again at every progress */
    void           *opened_arg;
};

struct streams *streams_new(struct hub *h);
void streams_free(struct streams *all);

/* A row of an answer or of the tail.  Accepts what a ring wants, remembers what comes early. */
void streams_accept(struct streams *all, const struct json *row);
/* All events of an answer: text is the JSON array, NULL is fine. */
void streams_accept_all(struct streams *all, const char *events, size_t length_bytes);
/* Compare every ring with the database (a connection died, a rejoin): reads heads, then missing ranges. */
void streams_check_heads(struct streams *all);
void streams_turn(struct streams *all);        /* end of turn: batches and deliveries */
void streams_progress(struct streams *all);    /* something cursors wait for has happened: lease, gate, drain */
/* Fragments of this stream were rendered (frame.c). */
void streams_rendered(struct streams *all, const char *name);
/* Renders of `object` are void in every ring. */
void streams_void_object(struct streams *all, const char *object);
/* Lineage changed: all rings are dropped; each session gets stream.resync {"reason":"epoch"} and its cursors end. */
void streams_reset(struct streams *all, const char *reason);
void streams_lose_lease(struct streams *all);
int  streams_count(const struct streams *all);

/* Internal name ("me:5") to wire name ("me"). */
const char *stream_wire_name(const char *name);
enum stream_kind stream_kind_of(const char *name);
int64_t stream_id_of(const char *name); /* the number after the colon; 0 for sys */
const char *stream_name(const struct stream *st);

/* The ring of `name`, made with the given head if this node does not serve it yet. */
struct stream *stream_open(struct streams *all, const char *name, int64_t head);
struct stream *stream_find(struct streams *all, const char *name); /* NULL: not served here */
int64_t stream_head(const struct stream *st);
/* The observer of `sys`: called for each event in order, as it enters the ring. */
void stream_observe(struct stream *st, void (*entered)(void *arg, const struct event *e), void *arg);

/* A new subscription with its cursor at `after`.  It delivers once live is set and floor_sys is applied. */
struct sub *sub_new(struct session *s, struct stream *st, int64_t after, int64_t floor_sys);
struct sub *sub_find(const struct session *s, const char *stream_name);
void sub_free(struct sub *sub);
/* Tells stream.ended and frees it. */
void sub_end(struct sub *sub, const char *reason);

/* Brings s as far as it can get now: builds batches of its own for lagging subscriptions, 64 KiB at a time. */
void session_catch_up(struct session *s);
/* For stream.subscribe: what lies between the cursor and the head, through the gate.
 *   NULL       not all there yet (rendering, gate, range under way): try again at the next progress
 *   else       the JSON array (owned by the caller); *out_seq = where the cursor stands now; *out_about for the lease
 */
char *sub_take_history(struct sub *sub, size_t limit_bytes, int64_t *out_seq, size_t *out_bytes, struct batch **out_about);
