/* barrier.h -- waiting until a loss is in force on every node, and fencing nodes that do not answer.
 *
 * The waiter reads all node rows every BARRIER_POLL_MS (one query for all that wait) until each has applied_seq >= the
 * entry's.  A row whose beat stood still for fence_ms on this node's clock is deleted, if its beat is still the one seen.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"

struct barrier;
struct hub;
struct node;
struct node_wait;

enum { BARRIER_POLL_MS = 5 };

struct barrier *barrier_new(struct hub *h, struct node *n);
void barrier_free(struct barrier *b);
struct node_wait *barrier_wait(struct barrier *b,
    int64_t seq,
    unsigned timeout_ms,
    void (*done)(void *arg, enum err e),
    void *arg);
void barrier_cancel(struct node_wait *w);
void barrier_progress(struct barrier *b); /* this node applied something */
/* A connection died.  If it was the database that did, renewals it had answered may be gone (they do not wait for the
 * disk), and a beat seen before is no proof of silence: every peer's silence counts from now.
 */
void barrier_restart_clocks(struct barrier *b);
int64_t barrier_last_us(const struct barrier *b);
