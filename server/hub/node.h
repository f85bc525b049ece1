/* node.h -- this process among its peers: join, lease renewals, the sys stream, and the withdrawal barrier.
 *
 *   away --join committed, start read--> catching up --sys head applied--> delivering
 *     ^____________________________________renewal hit no row, lineage changed___________/
 *
 * Losses of permission arrive on the stream `sys` in order; node_applied() is the last one applied here.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct hub;
struct node;

struct node *node_new(struct hub *h);
void node_free(struct node *n);
void node_start(struct node *n); /* the database is there for the first time */
void node_rejoin(
    struct node *n); /* what is known here cannot be made current: everything is read anew */
void node_leave(struct node *n, void (*done)(void *arg), void *arg); /* drain: takes the row away */

bool node_is_delivering(const struct node *n);
int64_t node_id(const struct node *n);
int node_peers(const struct node *n); /* other rows at the last renewal */
int64_t node_applied(const struct node *n);
const char *node_lineage(const struct node *n); /* "epoch" on the wire */

/* Did a sys entry after `sys_seq` touch one of `ids`, or void `object` (NULL: none)?  UNKNOWN: the memory of sys does not reach back that far. */
enum node_touch { TOUCH_NO, TOUCH_YES, TOUCH_UNKNOWN };
enum node_touch node_touched(
    const struct node *n, int64_t sys_seq, const int64_t *ids, size_t count, const char *object);

/* Was nothing applied since that number? */
bool node_is_at(const struct node *n, int64_t sys_seq);

/* Did a sys entry after `sys_seq` revoke the tokens of `who` in `family`, or this one? */
enum node_touch node_revoked(
    const struct node *n, int64_t sys_seq, const char *who, int64_t family, const char *token_id);

/* Calls done(arg, ERR_OK) once every node has applied sys entry `seq`, or ERR_UNAVAILABLE after timeout_ms.
 * Never from inside.  Returns a ticket for node_wait_cancel (done is then not called).
 */
struct node_wait;
struct node_wait *node_wait_applied(struct node *n,
    int64_t seq,
    unsigned timeout_ms,
    void (*done)(void *arg, enum err e),
    void *arg);
void node_wait_cancel(struct node_wait *w);

/* A commit of this node emitted events: wake the peers (coalesced). */
void node_note_commit(struct node *n);
void node_lost_connection(struct node *n, int64_t incarnation); /* from db_events.lost */
void node_notified(struct node *n);                             /* from db_events.notified */
int64_t node_barrier_last_us(const struct node *n);
void node_turn(struct node *n); /* end of turn: renews at once after entries were applied */
