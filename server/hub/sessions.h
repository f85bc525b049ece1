/* sessions.h -- all sessions of a process, one list per state, and what is done to many of them at once. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "hub/session.h"
#include "base/list.h"

struct hub;
struct sys_entry;
struct loop_timer;
struct ws_events;

enum { SESSION_STATES = 3 };

struct sessions {
    struct hub *hub;
    struct list lists[SESSION_STATES];
    struct list lagging; /* cursors behind */
    struct list flush;   /* replies queued */
    struct loop_timer *tick;
    uint64_t last_number;
};

struct sessions *sessions_new(struct hub *h);
void sessions_free(struct sessions *all);
int sessions_count(const struct sessions *all, enum session_state state);
struct list *sessions_lagging(struct sessions *all); /* of struct session, in_lagging */
void sessions_lag_all(struct sessions *all);         /* lease regained, rejoined */

/* A loss was applied: sessions that hold bytes of `ids` (as recipient or subject) or of `object` are cut. */
void sessions_cut_holders(
    struct sessions *all, const int64_t *ids, size_t count, const char *object);
/* What `e` revokes (every token of a principal, a family, one token): 4403, after replies under way to the caller. */
void sessions_revoke(struct sessions *all, const struct sys_entry *e);
/* A join may have missed revocations: is everybody's sign-in still good?  They receive no events until that is known. */
void sessions_recheck(struct sessions *all);
/* Roles or clubs of `who` have changed: the same for its sessions; subscriptions it may no longer have end. */
void sessions_recheck_rights(struct sessions *all, const char *who);
void sessions_forget_recheck(struct session *s); /* it goes */
/* The lease is about to end: every session with held event bytes is cut. */
void sessions_park(struct sessions *all);
/* drain.c: closes up to `count` sessions; returns how many are left. */
int sessions_drain_step(struct sessions *all, int count);
