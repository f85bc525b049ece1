/* tail.h -- reads every row of the outbox exactly once, and wakes the other nodes.
 *
 * The cursor is the snapshot of the previous read.  At most one read is in flight and one pending.  Rows whose origin
 * is a living connection of this process are left to that connection's answers, so that a reply precedes its events.
 */
#pragma once

#include <stdint.h>

struct hub;
struct tail;

struct tail *tail_new(struct hub *h);
void tail_free(struct tail *t);
void tail_start(struct tail *t, const char *snapshot); /* from api.node_start */
void tail_stop(struct tail *t);                        /* rejoin: answers under way are dropped */
void tail_poke(struct tail *t);                        /* a wake-up came: read now */
void tail_wake_others(struct tail *t); /* a commit here: one NOTIFY per wake_ms at most */
const char *tail_origin(
    const struct tail *t); /* random name of this process, first part of `origin` */
uint64_t tail_rows_read(const struct tail *t);
