/* batch.h -- what one turn brought to one stream, as one ready WebSocket frame.
 *
 * A batch holds fragments and skips in seq order and what the gate must ask about them.  It is made for one turn; a
 * session whose socket held some of it back keeps one reference (session.held).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event;
struct fragment;
struct hub;

struct batch {
    uint32_t refs, events;
    uint64_t skipped;  /* seqs told as stream.skip */
    char *storage;     /* mem_alloc'ed */
    const char *bytes; /* WebSocket header and JSON, inside storage */
    size_t length_bytes;
    int64_t from, to;  /* seqs it covers */
    int32_t *keys;     /* distinct gate keys */
    int64_t *actors;   /* of events that a block suppresses */
    int64_t *subjects; /* whose data it shows */
    int64_t *
        own; /* whom it tells less about themselves than they may see: they get renders of their own */
    char **objects; /* copied */
    uint32_t key_count, actor_count, subject_count, own_count, object_count;
    const char *signal; /* its type; NULL: events */
    bool any_object;    /* it may show objects that are not listed */
    bool anyone;        /* and members */
};

struct batch_maker;
struct batch_maker *batch_begin(struct hub *h, const char *wire_name, int64_t from);
void batch_add(struct batch_maker *m, const struct event *e, const struct fragment *g);
void batch_skip(struct batch_maker *m, int64_t from, int64_t to);
/* e has nothing to show in common: its subjects are to look for themselves. */
void batch_withhold(struct batch_maker *m, const struct event *e);
size_t batch_size(const struct batch_maker *m); /* bytes so far */
struct batch *batch_end(
    struct batch_maker *m, int64_t to); /* one reference, framed; frees the maker */
/* For stream.subscribe: bytes = the JSON array of the events' params; skips are left out. */
struct batch *batch_end_as_list(struct batch_maker *m, int64_t to);

/* A signal: one message that nobody misses, about `subject`, for whom `key` lets through; not for the subject itself, nor
 * across a block.  type is a constant.
 */
struct batch *batch_of_signal(
    const char *type, const char *text, size_t length_bytes, int key, int64_t subject);

struct batch *batch_ref(struct batch *b);
void batch_unref(struct batch *b); /* NULL is fine */
/* Does it show one of ids, or object (NULL: none)? */
bool batch_shows(const struct batch *b, const int64_t *ids, size_t count, const char *object);
