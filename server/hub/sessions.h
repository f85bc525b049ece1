/* sessions.h -- what session.c, outgoing.c and drain.c share: the lists of all sessions. */
#pragma once

#include <stdint.h>

#include "base/list.h"
#include "hub/session.h"

struct hub;
struct loop_timer;

enum { SESSION_STATES = 3 };

struct sessions {
    struct hub        *hub;
    struct list        lists[SESSION_STATES];
    struct list        lagging; /* cursors behind */
    struct list        flush;   /* replies queued */
    struct loop_timer *tick;
    uint64_t           last_number;
};

void outgoing_drop(struct session *s);    /* the session goes: replies, held bytes */
void outgoing_drained(struct session *s); /* the socket took everything */
