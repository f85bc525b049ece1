/* gate.h -- who may receive an event, decided at the moment of sending.  domain.md 12.7 is the specification; its SQL
 * form is the oracle in tests/db.  Only gate.c makes a struct verdict (lint); it is never kept across a write.
 *
 * A member on this node is one object shared by all its sessions.  Its state is read in batches (api.gate_load) and is
 * `known` or not: unknown makes cursors wait, never skip.  A gate key (purpose, scope, audience, club, family, plan or offers) has a
 * dense index; a member caches one answer bit per key, forgotten when its state is read again or the earliest expiry passes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/list.h"

struct hub;
struct batch;
struct event;
struct gate;
struct session;

enum gate_basis { BASIS_ROLE, BASIS_CONTRACT, BASIS_LEGAL, BASIS_INTEREST, BASIS_CONSENT };
enum gate_status {
    STATUS_PENDING,
    STATUS_ACTIVE,
    STATUS_SUSPENDED,
    STATUS_RESTRICTED,
    STATUS_CLOSING,
    STATUS_ERASED
};

/* One row of the purpose register (domain.md 12.2), from club/purposes.c. */
struct gate_purpose {
    int id; /* 0 ... 63 */
    const char *code;
    enum gate_basis basis;
    unsigned statuses; /* bit set over enum gate_status in which it passes */
    bool blockable;    /* a block between recipient and actor suppresses it */
};

struct gate_grant {
    int32_t purpose;
    int64_t scope;
    int64_t until_ms;
}; /* until: database clock, 0 = no end */
struct gate_club {
    int64_t club;
    int32_t rank;
};

struct member {
    int64_t id; /* what a delivery looks at stands first, in one cache line */
    bool known, loading, family_adult;
    enum gate_status status;
    uint32_t block_count;
    uint32_t bit_words;
    int64_t bits_until_ms; /* earliest expiry among the grants used; 0: none */
    uint64_t *bits;        /* pairs of words: known, pass; first_bits until there are more keys */
    uint64_t first_bits[2];
    int64_t *blocks, *segments, *offers, *plans; /* sorted; offers: closed ones for the member */
    int64_t family;                              /* 0: none */
    struct list sessions;
    struct list_node in_wait; /* waiting to be loaded */
    int64_t epoch, loaded_seq;
    uint64_t denied; /* bit per purpose id: objected or closed */
    struct gate_grant *grants;
    struct gate_club *clubs;
    uint32_t grant_count, club_count, segment_count, offer_count, plan_count;
};

enum gate_answer { GATE_SEND, GATE_SPLIT, GATE_WAIT };
struct verdict {
    enum gate_answer answer;
    const struct batch *of;
};
struct gate *gate_new(struct hub *h);
void gate_free(struct gate *g);

/* The member's shared state; the first session creates it and asks for it to be loaded, the last one frees it. */
struct member *gate_join(struct gate *g, int64_t member, struct session *s);
void gate_leave(struct gate *g, struct session *s);
struct member *gate_find(struct gate *g, int64_t member); /* NULL: not on this node */

/* The dense index of an event's key, made when first seen.  -1: unknown purpose (such an event is never sent). */
int gate_key(
    struct gate *g, const char *purpose, int64_t scope, const char *audience, const char *stream);
/* Does this key's purpose need consent?  Then *out_code and *out_scope are its basis for the wire. */
bool gate_key_basis(const struct gate *g, int key, const char **out_code, int64_t *out_scope);
const char *gate_key_purpose(const struct gate *g, int key); /* its code, "?" for -1 */
bool gate_key_blockable(const struct gate *g, int key);
/* May s receive the whole batch as it is?  SPLIT: not all of it; ask per event with gate_event. */
struct verdict gate_ask(struct gate *g, const struct batch *b, const struct session *s);

/* Is m known here as one for whom such an event would be? */
bool gate_holds(
    struct gate *g, struct member *m, const char *purpose, int64_t scope, const char *stream);
enum gate_reason {
    REASON_NONE,
    REASON_INACTIVE,
    REASON_AUDIENCE,
    REASON_BLOCKED,
    REASON_BASIS,
    REASON_SUBJECT,
    REASON_COUNT
};
/* One event, one recipient: GATE_SEND, GATE_WAIT, or GATE_SPLIT with the reason why it is suppressed. */
enum gate_answer gate_event(
    struct gate *g, const struct event *e, const struct session *s, enum gate_reason *out_reason);

/* A loss or gain was applied on `sys`: read these again; all members of this node if ids is NULL. */
void gate_reload(struct gate *g, const int64_t *ids, size_t count);
void gate_forget_all(struct gate *g); /* rejoin: everything is unknown and read again */
void gate_turn(struct gate *g);       /* end of turn: one query for all that wait to be loaded */
/* Database time never runs ahead of this estimate (node.c, at each renewal). */
void gate_set_clock(struct gate *g, int64_t database_ms, struct boot_ns sent_at);
/* A hint that s is asked about soon. */
void gate_prefetch(const struct session *s);
bool gate_is_idle(const struct gate *g); /* nothing being loaded */
int gate_member_count(const struct gate *g);
