/* outgoing.h -- what leaves a session: replies (at the end of the turn, or when the socket drains) and event batches.
 *
 * There is no other way out: both write only when the socket holds nothing back, and event bytes and guarded replies
 * only inside the lease.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hub/gate.h"
#include "base/list.h"

struct session;
struct sessions;

/* A finished reply waiting for the socket.  A guarded one was read from a snapshot of the database: if a loss applied
 * since then touches its caller or a subject, it is not sent; `again` is called instead to read anew.
 */
struct reply {
    struct list_node node;
    char *bytes; /* the JSON-RPC message, no frame header; mem_alloc'ed, owned */
    size_t length_bytes;
    bool guarded, anyone, own_only; /* as in struct call_guard */
    struct mono_ms queued_at;
    int64_t sys_seq;
    int64_t *subjects; /* mem_alloc'ed, owned; NULL when none */
    size_t subject_count;
    void (*again)(void *
            arg); /* exactly one of again, sent is called once; also when the session dies (sent) */
    void (*sent)(void *arg);
    void *arg;
};

/* Queues a reply (takes it). */
void session_reply(struct session *s, struct reply *r);
/* Queues a server message that names nobody (notices, stream.ended ...); text is one JSON-RPC message, copied. */
void session_tell(struct session *s, const char *text, size_t length_bytes);

enum sent { SENT_ALL, SENT_HELD, SENT_NOT };
/* Hands the bytes of v.of to the socket, after looking at the lease clock.  stream is for the trace.
 *   SENT_NOT  nothing was written: socket choked, no lease, or the connection is dead
 */
enum sent session_deliver(struct session *s, struct verdict v, const char *stream);

/* The end of the turn: replies of every session that has some. */
void sessions_flush(struct sessions *all);
void outgoing_drop(struct session *s); /* the session goes: replies, held bytes */
void outgoing_expire(struct session *s,
    struct mono_ms before); /* no lease: guarded replies queued before are read again */
void outgoing_drained(struct session *s); /* the socket took everything */
