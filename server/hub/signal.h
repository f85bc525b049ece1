/* signal.h -- typing and presence: told to who has the stream open now, and forgotten.  No seq, no storage, droppable.
 *
 * A signal carries its evidence: the number of `sys` at which its member was known to be in the stream and to have given
 * the consent that its kind needs.  Whoever is about to write it looks whether an entry after that touched the member, so
 * that a signal made before a loss is worth nothing once the loss is applied, on whatever node it was made or waited.
 * Recipients pass the gate as for an event of the stream.  Between nodes: a NOTIFY of its own, one per signal_batch_ms
 * at most, of one payload; what does not fit is dropped.  A socket that holds bytes back gets none.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hub/stream.h"

struct buf;
struct hub;
struct session;
struct signals;
struct sub;

#define SIGNAL_CHANNEL "clubhub_signal"

/* Which streams have signals: read by whom the purpose lets through, about who gave the consent for the stream's scope. */
struct signal_rule {
    enum stream_kind stream;
    const char *purpose, *consent;
};

enum signal_type {
    SIGNAL_TYPING,
    SIGNAL_HERE, /* has the stream open; SIGNAL_AGAIN: the same, for those who have just come */
    SIGNAL_AGAIN,
    SIGNAL_GONE,
    SIGNAL_WHO, /* between nodes only: who has it open? */
    SIGNAL_TYPES
};

struct signal {
    enum signal_type type;
    const char *stream;
    int64_t member, sys_seq; /* of SIGNAL_WHO: 0 */
    int64_t item;            /* of typing; 0: none */
};

struct signals *signals_new(struct hub *h);
void signals_free(struct signals *all);

/* NULL: this stream has none. */
const struct signal_rule *signal_rule_of(const struct hub *h, const struct stream *st);

/* Has the session been silent for signal_pace_ms?  If not, it is counted as dropped. */
bool signal_is_due(struct signals *all, const struct session *s);
void signal_take(struct session *s); /* it speaks now */

/* To the sockets here and to the other nodes. */
void signal_send(struct signals *all, const struct signal *sg);
void signal_pass(struct signals *all, const struct signal *sg); /* to the nodes */
void signal_show(struct signals *all, const struct signal *sg, const struct sub *sub); /* to one */
/* Is there room for so many more in the next NOTIFY? */
bool signals_have_room(const struct signals *all, size_t count);
void signals_heard(struct signals *all, const char *payload);   /* a NOTIFY of SIGNAL_CHANNEL */
void signals_print(const struct signals *all, struct buf *out); /* for /metrics */
