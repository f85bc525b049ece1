/* frame.h -- events, what they look like on the wire, and the batches that carry them.
 *
 *   struct event     one outbox row: references only.  Immutable, reference-counted; rings and backlogs share it
 *   struct fragment  an event rendered for one visibility class: the JSON-RPC message without a frame.  Remembers the
 *                    epochs of its subjects; when one has moved on it is rendered again on next use
 *   struct batch     a ready WebSocket frame with one or more fragments and skips of one stream, made for one turn;
 *                    a session whose socket held some of it back keeps one reference (session.held)
 *
 * Rendering is one query per turn for all fragments wanted (api.render); `rendered` of a fragment's stream is told.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hub;
struct json;
struct stream;
struct event_kind;

enum fragment_state { FRAGMENT_WANTED, FRAGMENT_READY, FRAGMENT_NOTHING };

struct fragment {
    uint32_t  refs;
    uint8_t   state;
    bool      redacted;
    bool      asked; /* a query for it is under way */
    int64_t   viewer; /* 0: the stream's common class; else this member's own view */
    char     *bytes;
    uint32_t  length_bytes;
    uint32_t  subject_count;
    int64_t  *subjects; /* whose data it shows */
    uint32_t *epochs;   /* of those subjects, when it was rendered */
    struct fragment *next; /* further viewers of the same event */
};

struct event {
    uint32_t refs;
    int32_t  gate_key;
    int64_t  seq, actor; /* actor 0: none */
    const struct event_kind *kind;
    char    *stream, *refs_json, *object, *key, *at; /* object, key: NULL when none */
    int64_t *subjects;
    uint32_t subject_count;
    int64_t  tail_number; /* for logs */
    struct fragment *fragments; /* the common one first */
    uint32_t counted_sent, counted_suppressed;
};

struct batch {
    uint32_t  refs;
    char     *bytes; /* WebSocket header and JSON */
    size_t    length_bytes;
    int64_t   from, to;           /* seqs it covers */
    int32_t  *keys;  uint32_t key_count;      /* distinct gate keys */
    int64_t  *actors; uint32_t actor_count;   /* of blockable events */
    int64_t  *subjects; uint32_t subject_count;
    int64_t  *own; uint32_t own_count;        /* subjects who must get a render of their own */
    const char **objects; uint32_t object_count;
    uint32_t  events;
};

struct frames *frames_new(struct hub *h);
void frames_free(struct frames *f);
void frames_turn(struct frames *f); /* end of turn: one query for all fragments wanted */
void frames_forget_all(struct frames *f); /* rejoin: answers under way are dropped */

/* From one element of an answer's `events` (CONTRACT of the SQL functions); one reference.  NULL if malformed. */
struct event *event_new(struct frames *f, const struct json *row);
struct event *event_ref(struct event *e);
void event_unref(struct event *e); /* NULL is fine */

/* The fragment of e for `viewer`, ready and current; or NULL, then it was asked for and s's stream will be told. */
const struct fragment *event_fragment(struct frames *f, struct event *e, int64_t viewer);
void event_drop_fragments(struct event *e);
/* A subject's permissions changed: fragments that show it are void. */
void frames_touch_subject(struct frames *f, int64_t member);

struct batch_maker; /* builds one batch */
struct batch_maker *batch_begin(struct frames *f, const struct stream *st, int64_t from);
void batch_add(struct batch_maker *m, const struct event *e, const struct fragment *g);
void batch_skip(struct batch_maker *m, int64_t to); /* everything up to `to` that was not added */
size_t batch_bytes(const struct batch_maker *m);
bool batch_is_empty(const struct batch_maker *m);
struct batch *batch_end(struct batch_maker *m); /* one reference; framed */
/* As the JSON array of event objects for stream.subscribe's answer instead of a frame; skips are left out. */
char *batch_end_as_list(struct batch_maker *m, size_t *out_bytes, struct batch **out_about);
struct batch *batch_ref(struct batch *b);
void batch_unref(struct batch *b);
bool batch_shows(const struct batch *b, const int64_t *ids, size_t count, const char *object);
