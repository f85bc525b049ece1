/* session.h -- one connection: who it is, its limits, its subscriptions, its outgoing bytes.
 *
 *      opening --signed in--> ready --close or error--> closing --end of turn--> gone
 *         \______bad token, sign_in_ms over________________/
 *
 *  opening -> ready   session_sign_in       opening, ready -> closing   session_close
 *  closing -> gone    on_closed (ws.h)
 *
 * (1) A session is in exactly one list, the one of its state; session_move() is the only mover.
 * (2) Bytes leave in session_flush() (replies) and session_deliver() (events) only.  Both write only when the socket
 *     holds nothing back; events and replies that name other members also look at the lease.
 * (3) reply_bytes is the sum of the queued replies; above the limit the session is closed 1013.
 * A session of kind SESSION_HTTP lives for one request: it has no subscriptions, and its replies are collected by
 * endpoint.c through `http_done`.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hub/close_code.h"
#include "hub/gate.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"

struct hub;
struct call;
struct batch;
struct sub;
struct ws_conn;
struct ws_events;
struct crypto_claims;

enum { SESSION_PROOF_S = 300 }; /* so long a proof for sensitive calls is fresh */
enum session_state { SESSION_OPENING, SESSION_READY, SESSION_CLOSING };
enum session_kind { SESSION_SOCKET, SESSION_HTTP };

struct session { /* what a delivery looks at stands first, in two cache lines */
    struct hub *hub;
    struct ws_conn *conn;  /* NULL for SESSION_HTTP */
    struct member *member; /* shared gate state; NULL unless a member */
    uint8_t state, kind;
    bool cut, close_after_replies;
    uint16_t barriers_held;
    uint16_t close_code;   /* of close_after_replies */
    struct list replies;   /* struct reply */
    struct list_node node; /* in the list of its state */
    uint64_t number;       /* for logs */
    unsigned who_bits;     /* enum who */
    char who[40];          /* "m:123"; "g" while signed out */
    char locale[6];
    char address[46];  /* of a SESSION_HTTP: the peer, numeric */
    const char *agent; /* family of the client's program (agent.h); NULL: it said none */
    int64_t family;    /* token family; 0: none */
    char token_id[33]; /* of its token (io/crypto.h) */
    int64_t expires_s;
    int64_t auth_time_s; /* when the token's owner proved to be it; 0: not told */
    struct mono_ms expires_at, proven_until; /* both of the token, on a clock that never jumps */
    struct mono_ms opened_at, stalled_since, step_up_until; /* ms 0: not */
    struct signing_in *signing_in;                          /* of the upgrade; session_upgrade.c */
    struct recheck *recheck; /* a principal being looked at again; sessions.c */
    struct list_node in_member;
    struct list_node in_lagging;
    struct sub **subs;
    uint32_t sub_count, sub_capacity;
    struct list calls; /* struct call, by call.c */
    struct list_node in_flush;
    size_t reply_bytes, call_bytes; /* unsent replies; texts of calls in flight */
    struct batch *held;             /* events whose bytes libwebsockets still holds */
    int32_t cut_slot;               /* lease.c: place in the signal's list, -1 none */
    uint16_t calls_in_flight, malformed;
    int32_t call_tokens_milli;
    struct mono_ms signalled_at; /* signal.c; ms 0: never */
    int32_t over_rate;           /* requests refused as RATE since over_rate_since */
    struct mono_ms call_tokens_at, malformed_since, over_rate_since;
    bool expiring_told, signed_in;
    void (*http_done)(void *arg, struct session *s); /* SESSION_HTTP: a reply was queued */
    void *http_arg;
};

/* The table ws_open() wants; its arg is the hub. `request` is endpoint.c's. */
void session_fill_events(struct ws_events *e);
unsigned session_bits_of(const char *roles); /* words, separated by a space */

struct session *session_new_http(struct hub *h, const char *locale);
void session_free_http(struct session *s);

/* Makes an opening session ready as this principal.  roles: space-separated words of method_who_of.
 * A member's oldest session is replaced (4409) when there are more than member_sessions_max.
 */
void session_sign_in(struct session *s,
    const char *who,
    const char *roles,
    const char *locale,
    const struct crypto_claims *claims);
bool session_is_open(const struct session *s); /* not closing */
/* Was the password given within the last five minutes, here or for the token? */
bool session_is_proven(const struct session *s);
/* May events be handed over now: ready, nothing held back, no reply waiting, no barrier held by a call of its own. */
bool session_may_receive(const struct session *s);
/* Refills the bucket and takes one call: ERR_OK, ERR_BUSY (too many in flight) or ERR_RATE. */
MUST_CHECK enum err session_take_call(struct session *s);
/* The same for a request that becomes no call: one of the bucket; false: it is empty. */
bool session_spend(struct session *s);
/* Closes 4429, after its replies, a socket that was refused as RATE ten times its burst within a minute. */
void session_end_over_rate(struct session *s);
/* Its cursors are behind: deliver_turn looks at it at the end of this turn. */
void session_lag(struct session *s);
void session_note_malformed(struct session *s); /* ten in a minute: closed 4400 */

void session_close(struct session *s, enum close_code code);
/* Sends what is queued, then closes: the reply to a logout must reach its caller. */
void session_close_after_replies(struct session *s, enum close_code code);
void session_cut(struct session *s); /* nothing more reaches the peer, not even what is held */
