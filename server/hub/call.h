/* call.h -- one request in flight, and the step engine (style.md 2.5).
 *
 * A call belongs to a session and lives in its arena.  Default: run the row's SQL, take the answer's events into the
 * streams, hold the reply for the barrier if the row says so, reply.  A connection that dies sends the call again on
 * another (a write only with its key) until its deadline.  A reply read from an older snapshot that a loss has touched
 * is read again (three times, then UNAVAILABLE).  If the session goes, the outstanding answer frees the call.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "hub/method.h"
#include "io/db.h"

struct arena;
struct call;
struct json;
struct session;
struct hub;

/* Whom to tell: filled by rpc.c.  Exactly one of these is called, once; r or detail are borrowed.
 *   answered  the result as JSON text, with what guards it (session.h struct reply); again re-reads and answers anew
 */
struct call_guard { bool guarded; int64_t sys_seq; const int64_t *subjects; size_t subject_count; };
struct call_events {
    void (*answered)(void *arg, struct call *c, const char *result, size_t length_bytes, const struct call_guard *g);
    void (*failed)(void *arg, struct call *c, enum err e, const char *detail); /* detail: JSON object text or NULL */
};

/* Starts the call: params were bound to args (SHAPE_FIELDS_MAX).  Takes the arena.  idem NULL where none is needed. */
void call_start(struct hub *h, struct session *s, const struct method *m, struct arena *a, const char *const *args,
                const char *idem, const struct call_events *e, void *arg);
/* The reply was found stale at hand-off: read it again.  Only from session.c through struct reply. */
void call_again(struct call *c);
/* The reply left (or the session went): the call ends. */
void call_end(struct call *c);
/* The session goes: its calls turn deaf; the answers outstanding free them. */
void call_abandon_all(struct session *s);

/* --- for steps: each step ends in exactly one of these --- */
enum flow call_query(struct call *c, enum lane lane, const char *sql, int count, const char *const *args);
/* work runs in the thread pool on `job` (in the call's arena), then the next step runs with in = NULL. */
enum flow call_work(struct call *c, void (*work)(void *job), void *job);
enum flow call_reply(struct call *c, const char *result_json);
enum flow call_fail(struct call *c, enum err e);
enum flow call_fail_detail(struct call *c, enum err e, const char *detail_json);
/* The call waits for a module of the hub, which later calls call_resume_reply or call_resume_fail. */
enum flow call_wait(struct call *c);
void call_resume_reply(struct call *c, const char *result_json, size_t length_bytes, const struct call_guard *g);
void call_resume_fail(struct call *c, enum err e, const char *detail_json);

const char      *call_arg(const struct call *c, int index);  /* bound parameter, NULL: left out */
const char      *call_who(const struct call *c);
struct session  *call_session(const struct call *c);
struct hub      *call_hub(const struct call *c);
struct arena    *call_arena(const struct call *c);
void             call_set_state(struct call *c, void *state); /* of the steps, in the arena */
void            *call_state(const struct call *c);
/* First row, first four columns of an answer: takes events into the streams, returns the reply's JSON text (borrowed). */
const char      *call_take_answer(struct call *c, const struct answer *in);
/* The sys entry the reply must wait for on every node before it leaves (barrier rows set it from the answer). */
