/* stream.h -- per node and stream: a ring of recent events, the head, the subscribers.
 *
 * One rule feeds a ring: an event enters only if it is the next seq; an older one is a duplicate and dropped; a later
 * one waits 20 ms for the tail, then the missing range is read.  Sources: this node's own commits, the tail, ranges.
 * Delivery is deliver.c.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hub/ring.h"
#include "base/list.h"

struct hub;
struct event;
struct json;
struct range;
struct session;
struct streams;
struct sub;

enum stream_kind {
    STREAM_ME,
    STREAM_CLUB,
    STREAM_FAMILY,
    STREAM_OFFER,
    STREAM_PLAN,
    STREAM_STAFF,
    STREAM_SYS
};

struct stream {
    struct streams *all;
    char *name;
    enum stream_kind kind;
    int64_t id;    /* the number after the colon; 0 for sys */
    int64_t scope; /* of the consent to be shown in its signals; 0: it has none */
    struct ring ring;
    int64_t flushed; /* last seq that went into a shared batch */
    struct sub **subs;
    size_t sub_count, sub_capacity;
    struct event **early; /* arrived before their turn, by seq */
    size_t early_count, early_capacity;
    bool is_dirty, is_gapped;
    struct range *repair;  /* reading what is missing at the head */
    struct range *prepend; /* reading what is older than the ring */
    struct list_node in_dirty, in_gapped, in_fresh;
    void (*entered)(void *arg, const struct event *e);
    void *entered_arg;
};

struct streams *streams_new(struct hub *h);
void streams_free(struct streams *all);

/* A row of an answer or of the tail: a ring takes it, or remembers it when it comes early. */
void streams_accept(struct streams *all, const struct json *row);
/* All events of an answer: text is the JSON array; NULL is fine. */
void streams_accept_all(struct streams *all, const char *events, size_t length_bytes);
/* Compares every ring with the database (a connection died, a rejoin) and reads what is missing. */
void streams_check_heads(struct streams *all);
void streams_turn(struct streams *all); /* end of turn: one such query for all rings that are new */
/* Fragments of this stream were rendered (frame.c). */
void streams_rendered(struct streams *all, const char *name);
/* Renders of `object` are void in every ring. */
void streams_void_object(struct streams *all, const char *object);
/* Lineage changed: every subscription gets stream.resync {"reason"} and ends; all rings are dropped but sys. */
void streams_reset(struct streams *all, const char *reason);
int streams_count(const struct streams *all);
int streams_sub_count(const struct streams *all);
struct stream_load {                       /* for /metrics */
    uint64_t ring_events, ring_events_max; /* in all rings; in the fullest */
    uint64_t lag, lag_max; /* events that cursors are behind: together; the last one */
};
struct stream_load streams_load(const struct streams *all);

enum stream_kind stream_kind_of(const char *name);
int64_t stream_id_of(const char *name);
const char *stream_wire_name(const char *name); /* "me:5" -> "me" */

/* The ring of `name`, made with the given head if this node does not serve it yet. */
struct stream *stream_open(struct streams *all, const char *name, int64_t head);
struct stream *stream_find(struct streams *all, const char *name); /* NULL: not served here */
/* Follows a stream without subscribing: called for each event in order, as it enters the ring. */
void stream_observe(
    struct stream *st, void (*entered)(void *arg, const struct event *e), void *arg);
/* Starts the ring anew at `head` (a rejoin of sys). */
void stream_restart(struct stream *st, int64_t head);
void stream_mark_dirty(struct stream *st);
struct list *streams_dirty(struct streams *all);
struct list *streams_opening(struct streams *all);
struct hub *streams_hub(struct streams *all);
void streams_count_sub(struct streams *all, int change);
size_t stream_ring_limit(const struct stream *st);
/* Frees it if nobody subscribes or observes. */
void stream_release(struct stream *st);
