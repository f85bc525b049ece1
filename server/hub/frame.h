/* frame.h -- events, and what they look like on the wire.
 *
 *   struct event     one outbox row: references only.  Immutable, reference-counted; rings and backlogs share it
 *   struct fragment  an event rendered for one visibility class: the JSON-RPC message without a frame.  Remembers the
 *                    epochs of its subjects; when one has moved on it is rendered again on next use
 *
 * Rendering is one query per turn for all fragments wanted (api.render); streams_rendered() tells the stream.  A query
 * that fails for another reason than a database that is away is made again fragment by fragment; one that fails 20
 * times makes its event a skip, so that a broken row stops nobody but itself.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hub/gate.h"

struct hub;
struct json;
struct frames;
struct event_kind;

enum fragment_state { FRAGMENT_WANTED, FRAGMENT_READY, FRAGMENT_NOTHING };

struct fragment {
    uint8_t state;
    bool redacted;
    bool asked;          /* a query for it is under way */
    bool alone;          /* rendered in a query of its own: one with it has failed */
    uint8_t failures;    /* of queries of its own */
    uint64_t generation; /* of frames_forget_all */
    int64_t viewer;      /* 0: the stream's common class; else this member's own view */
    char *bytes;         /* {"jsonrpc":"2.0","method":"event","params":{...}} */
    uint32_t length_bytes;
    uint32_t subject_count;
    int64_t *subjects;     /* whose data it shows */
    uint32_t *epochs;      /* of those subjects, when it was rendered */
    struct fragment *next; /* further viewers of the same event */
};

/* Where the value of "params" stands in fragment.bytes: after this many bytes, up to one before the end. */
enum { FRAGMENT_PREFIX_BYTES = 43 };

struct event {
    uint32_t refs;
    int32_t gate_key;
    int64_t seq, actor;                           /* actor 0: none */
    const struct event_kind *kind;                /* NULL: of a newer version; never sent */
    char *stream, *refs_json, *object, *key, *at; /* object, key: NULL when none */
    int64_t *subjects;
    uint32_t subject_count;
    uint32_t voided; /* how often its fragments were dropped */
    struct fragment *fragments;
    uint32_t sent, redacted,
        suppressed[REASON_COUNT]; /* verdicts of this node not yet written (note.c) */
    bool is_noted;
    bool is_broken; /* cannot be rendered: a skip for everybody */
};

struct frames *frames_new(struct hub *h);
void frames_free(struct frames *f);
void frames_turn(struct frames *f);       /* end of turn: queries for all fragments wanted */
void frames_forget_all(struct frames *f); /* rejoin: answers under way are asked for again */
/* A subject's permissions changed: fragments that show it are void. */
void frames_touch_subject(struct frames *f, int64_t member);

/* From one element of an answer's `events`; one reference.  NULL if malformed. */
struct event *event_new(struct hub *h, const struct json *row);
struct event *event_ref(struct event *e);
void event_unref(struct event *e); /* NULL is fine */

/* The fragment of e for `viewer`, rendered and current; or NULL, then it was asked for. */
const struct fragment *event_fragment(struct frames *f, struct event *e, int64_t viewer);
void event_drop_fragments(struct event *e);
