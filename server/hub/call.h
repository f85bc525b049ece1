/* call.h -- one request in flight, and the step engine (style.md 2.5).
 *
 * A call belongs to a session and lives in its arena.  Default: run the row's SQL, take the answer's events into the
 * streams, hold the reply for the barrier if the row says so, reply.  A connection that dies sends the call again on
 * another (a write only with its key) until its deadline.  A reply with the member "refused" becomes that error, and
 * what its statement wrote stays.  A reply read from an older snapshot that a loss has touched is read again (three
 * times, then UNAVAILABLE).  So is what a refusal shows beside its reason; where SQL does not name whom, every loss
 * touches the detail of CONFLICT and GONE, and what the caller loses that of others (states, ids and numbers); what was
 * kept or has steps is not asked again, its reason stands alone.  If the session goes, the outstanding answer frees it.
 *
 *      running --reply or failure--> finished --call_end--> ended --outstanding answer, if any--> freed
 *         ^______call_again_____________/
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hub/method.h"
#include "io/db.h"
#include "base/err.h"

struct arena;
struct buf;
struct call;
struct call_engine;
struct hub;
struct session;

/* What all calls of a process share: deadlines, the thread pool's queue, the hash. */
struct call_engine *call_engine_new(struct hub *h);
void call_engine_free(struct call_engine *e);
int call_engine_running(const struct call_engine *e); /* calls not yet freed */
int call_engine_waiting_work(const struct call_engine *e);

/* What guards a reply at hand-off (session.h struct reply).  subjects are borrowed from the call. */
struct call_guard {
    bool guarded;
    bool anyone;   /* whom it shows is not known: whatever was applied since touches it */
    bool own_only; /* it shows nobody and no object: what the caller loses touches it */
    int64_t sys_seq;
    const int64_t *subjects; /* members shown, and the caller */
    size_t subject_count;
};

/* Whom to tell (rpc.c).  Exactly one of answered, failed, gone is called per run, possibly from inside call_start()
 * and call_again(); result and detail are borrowed.
 *   answered, failed   the call stays until call_end(), and call_again() may run it once more
 *   gone               the session went first; the call ends itself
 */
struct call_events {
    void (*answered)(void *arg,
        struct call *c,
        const char *result,
        size_t length_bytes,
        const struct call_guard *g);
    void (*failed)(void *arg,
        struct call *c,
        enum err e,
        const char *detail, /* JSON object text or NULL */
        const struct call_guard *g);
    void (*gone)(void *arg, struct call *c);
};

struct call_order {
    const struct method *method;
    struct arena *arena;     /* taken */
    const char *const *args; /* the bound parameters, in that arena */
    const char *idem;        /* in the arena; NULL where none is needed */
    const struct call_events *events;
    void *arg;
};
void call_start(struct hub *h, struct session *s, const struct call_order *o);
/* The reply was found stale at hand-off: read it again.  Only from session.c through struct reply. */
void call_again(struct call *c);
/* The reply left (or the session went): the call ends.  NULL is fine. */
void call_end(struct call *c);
/* The session goes: its calls turn deaf; the answers outstanding free them. */
void call_abandon_all(struct session *s);

/* --- for steps: each step ends in exactly one of these --- */
enum flow call_query(
    struct call *c, enum lane lane, const char *sql, int count, const char *const *args);
/* work runs in the thread pool on `job` (in the call's arena), then the next step runs with in = NULL.  Two at a time;
 * 200 may wait, then BUSY.
 */
enum flow call_work(struct call *c, void (*work)(void *job), void *job);
enum flow call_reply(struct call *c, const char *result_json);
enum flow call_fail(struct call *c, enum err e);
enum flow call_fail_detail(struct call *c, enum err e, const char *detail_json);
/* The call waits for a module of the hub, which later calls call_resume_reply or call_resume_fail exactly once, also
 * when the caller no longer waits: then that only frees the call.
 */
enum flow call_wait(struct call *c);
void call_resume_reply(
    struct call *c, const char *result_json, size_t length_bytes, const struct call_guard *g);
void call_resume_fail(struct call *c, enum err e, const char *detail_json);
bool call_is_waiting(
    const struct call *c); /* false: deadline passed or session gone; do nothing in its name */

const char *call_arg(const struct call *c, int index); /* bound parameter, NULL: left out */
const char *call_who(const struct call *c);
const char *call_address(const struct call *c); /* the peer's, numeric; "" unknown */
/* Of a write with a key, as a row's own statement gets them: for steps that run it. */
const char *call_idem(const struct call *c);
const char *call_hash(struct call *c);
/* {"session":"7","address":"203.0.113.0/24" or null,"agent":"Firefox" or null}: what evidence keeps of the caller.
 * session: the number of the sign-in, else the name of the token, else "0".
 */
const char *call_context(const struct call *c);
struct session *call_session(const struct call *c); /* NULL: gone */
struct hub *call_hub(const struct call *c);
struct arena *call_arena(const struct call *c);
void call_set_state(struct call *c, void *state); /* of the steps, in the arena */
void *call_state(const struct call *c);
/* First row of a club.answer: remembers sys_seq and subjects for the barrier and the guard, returns the reply's JSON
 * text (borrowed).  Its events are in the streams already.
 */
const char *call_take_answer(struct call *c, const struct answer *in);
