/* rpc.c -- messages in, calls, replies out.
 *
 * One message is one `group`: a slot per request.  The group's reply is queued when no slot is pending.
 *
 *   group_new -> slots start (pending) -> answered or failed ... last one -> session_reply
 *   reply stale at hand-off -> its guarded slots are pending again -> ... -> session_reply
 *   reply left -> every call ends, the group is freed
 *   session gone while slots are pending -> `dead`: freed with the last of them
 *
 * A client batch holds its session's cursors until its one reply is queued, so that the reply precedes the events its
 * calls caused.
 */
#include "hub/rpc.h"

#include <assert.h>
#include <string.h>

#include "hub/call.h"
#include "hub/hub.h"
#include "hub/method.h"
#include "hub/metrics.h"
#include "hub/outgoing.h"
#include "hub/rpc_envelope.h"
#include "hub/session.h"
#include "io/crypto.h"
#include "io/json.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"

enum { ARENA_BYTES = 2048 };

struct rpc {
    struct hub *hub;
};

struct group;

struct slot {
    struct group *group;
    const struct method *method;
    char *id;          /* NULL: a notification */
    struct call *call; /* NULL: refused at the entry, or gone */
    struct buf text;   /* its part of the reply; empty: none */
    bool malformed;    /* answered although it has no id */
    struct call_guard guard;
};

struct group {
    struct rpc *rpc;
    struct session *session;
    bool is_list, holds_cursors, dead;
    int malformed; /* requests that count against the session once their answer is queued */
    size_t count;
    size_t pending; /* slots not yet answered, and one while somebody walks over them */
    struct slot slots[];
};

static void settle(struct group *g);

struct rpc *rpc_new(struct hub *h)
{
    struct rpc *r = mem_zalloc(sizeof *r);

    r->hub = h;
    return r;
}

void rpc_free(struct rpc *r)
{
    mem_free(r);
}

/* --- groups ---------------------------------------------------------------------------------- */

static struct group *group_new(struct rpc *r, struct session *s, size_t count, bool is_list)
{
    struct group *g = mem_zalloc(sizeof *g + count * sizeof g->slots[0]);

    g->rpc = r;
    g->session = s;
    g->is_list = is_list;
    g->count = count;
    g->pending = 1;
    if (is_list) {
        g->holds_cursors = true;
        s->barriers_held++;
    }
    for (size_t i = 0; i < count; i++) {
        g->slots[i].group = g;
        buf_init(&g->slots[i].text, 0);
    }
    return g;
}

/* Ends the calls that are still there. */
static void group_free(struct group *g)
{
    for (size_t i = 0; i < g->count; i++) {
        call_end(g->slots[i].call);
        buf_done(&g->slots[i].text);
        mem_free(g->slots[i].id);
    }
    mem_free(g);
}

static bool is_silent(const struct slot *t)
{
    return t->id == NULL && !t->malformed;
}

static void release_cursors(struct group *g)
{
    if (!g->holds_cursors)
        return;
    g->holds_cursors = false;
    g->session->barriers_held--;
    if (g->session->kind == SESSION_SOCKET && session_is_open(g->session))
        session_lag(g->session);
}

static void on_sent(void *arg)
{
    group_free(arg);
}

static void on_again(void *arg)
{
    struct group *g = arg;

    g->pending++;
    for (size_t i = 0; i < g->count; i++)
        g->pending += g->slots[i].guard.guarded;
    for (size_t i = 0; i < g->count; i++) {
        struct slot *t = &g->slots[i];

        if (!t->guard.guarded)
            continue;
        t->guard.guarded = false;
        buf_clear(&t->text);
        call_again(t->call);
    }
    g->pending--;
    settle(g);
}

/* The guard of the whole reply: the oldest snapshot, all members shown. */
static void guard_reply(const struct group *g, struct reply *r)
{
    size_t most = 0;

    for (size_t i = 0; i < g->count; i++)
        most += g->slots[i].guard.guarded ? g->slots[i].guard.subject_count : 0;
    if (most > 0)
        r->subjects = mem_alloc(most * sizeof *r->subjects);
    for (size_t i = 0; i < g->count; i++) {
        const struct call_guard *k = &g->slots[i].guard;

        if (!k->guarded)
            continue;
        if (!r->guarded || k->sys_seq < r->sys_seq)
            r->sys_seq = k->sys_seq;
        r->own_only = k->own_only && (r->own_only || !r->guarded);
        r->guarded = true;
        r->anyone = r->anyone || k->anyone;
        for (size_t n = 0; n < k->subject_count; n++)
            r->subjects[r->subject_count++] = k->subjects[n];
    }
}

/* All parts as one message; a single request gives its part away, unless it may be wanted again. */
static void join(struct group *g, struct reply *r)
{
    struct buf b;

    if (!g->is_list) {
        r->bytes = buf_take(&g->slots[0].text, &r->length_bytes);
        return;
    }
    buf_init(&b, 0);
    for (size_t i = 0; i < g->count; i++) {
        if (is_silent(&g->slots[i]))
            continue;
        buf_add_char(&b, b.length_bytes == 0 ? '[' : ',');
        buf_add(&b, g->slots[i].text.bytes, g->slots[i].text.length_bytes);
    }
    buf_add_char(&b, ']');
    r->bytes = buf_take(&b, &r->length_bytes);
}

static bool has_reply(const struct group *g)
{
    for (size_t i = 0; i < g->count; i++) {
        if (!is_silent(&g->slots[i]))
            return true;
    }
    return false;
}

/* Nothing of this group is pending any more: reply. */
static void settle(struct group *g)
{
    struct reply *r;

    if (g->pending > 0)
        return;
    if (g->dead) {
        group_free(g);
        return;
    }
    release_cursors(g);
    if (!has_reply(g)) {
        group_free(g);
        return;
    }
    r = mem_zalloc(sizeof *r);
    list_node_init(&r->node);
    guard_reply(g, r);
    join(g, r);
    r->again = on_again;
    r->sent = on_sent;
    r->arg = g;
    session_reply(g->session, r); /* g may be gone now */
}

static void slot_done(struct slot *t)
{
    t->group->pending--;
    settle(t->group);
}

/* --- what calls tell ------------------------------------------------------------------------- */

static void write_error(struct slot *t, enum err e, const char *detail)
{
    t->guard.guarded = false;
    buf_clear(&t->text);
    if (!is_silent(t))
        rpc_envelope_error(&t->text, t->id, e, t->group->session->locale, detail);
}

static void write_internal(struct slot *t, const char *event, size_t length_bytes)
{
    uint8_t random[8];
    char incident[2 * sizeof random + 1];
    struct buf detail;

    crypto_random(random, sizeof random);
    crypto_hex(random, sizeof random, incident);
    log_error(event, "incident=%s method=%s bytes=%zu", incident, t->method->name, length_bytes);
    buf_init(&detail, 0);
    buf_printf(&detail, "{\"incident\":\"%s\"}", incident);
    write_error(t, ERR_INTERNAL, detail.bytes);
    buf_done(&detail);
}

static void on_answered(void *arg,
    struct call *c,
    const char *result,
    size_t length_bytes,
    const struct call_guard *guard)
{
    struct slot *t = arg;

    t->call = c;
    if (length_bytes > t->group->rpc->hub->limits.answer_bytes) {
        write_internal(t, "answer_too_big", length_bytes);
    } else if (!is_silent(t)) {
        t->guard = *guard;
        rpc_envelope_result(&t->text, t->id, result, length_bytes);
    }
    slot_done(t);
}

static void on_failed(
    void *arg, struct call *c, enum err e, const char *detail, const struct call_guard *guard)
{
    struct slot *t = arg;

    t->call = c;
    write_error(t, e, detail);
    if (!is_silent(t))
        t->guard = *guard;
    slot_done(t);
}

static void on_gone(void *arg, struct call *c)
{
    struct slot *t = arg;

    (void)c; /* ends itself */
    t->call = NULL;
    t->group->dead = true;
    slot_done(t);
}

static const struct call_events call_events = {
    .answered = on_answered, .failed = on_failed, .gone = on_gone};

/* --- the entry ------------------------------------------------------------------------------- */

static bool wants_idem(const struct method *m)
{
    return m->kind == METHOD_WRITE && !m->no_idem;
}

static enum err may_call(const struct method *m, const struct session *s)
{
    if ((m->who & s->who_bits) != 0)
        return ERR_OK;
    return s->who_bits == WHO_GUEST ? ERR_UNAUTHENTICATED : ERR_FORBIDDEN;
}

/* Parameters of `q` bound in `a`; fills a problem as error detail, in `a` too. */
static enum err bind(struct rpc_request *q,
    const struct method *m,
    struct arena *a,
    const char **out_args,
    const char **out_detail)
{
    static const char *const reserved[] = {"idem", NULL};
    struct shape_problem problem = {.path = ""};
    const char *path, *words;
    enum err e = rpc_envelope_params(q, wants_idem(m), &path, &words);
    struct buf b;

    if (e == ERR_OK) {
        e = json_bind(q->params, m->params, wants_idem(m) ? reserved : NULL, a, out_args, &problem);
        path = problem.path;
        words = problem.problem;
    }
    if (e == ERR_OK)
        return ERR_OK;
    buf_init(&b, 0);
    buf_add_text(&b, "{\"path\":");
    buf_add_json_string(&b, path, strlen(path));
    buf_add_text(&b, ",\"problem\":");
    buf_add_json_string(&b, words, strlen(words));
    buf_add_char(&b, '}');
    *out_detail = arena_copy(a, b.bytes, b.length_bytes);
    buf_done(&b);
    return e;
}

/* Refused before it became a call.  It counts against the rate like a call: what is wrong is no cheaper to ask. */
static void refuse(struct slot *t, enum err e, const char *detail)
{
    struct metrics *m = t->group->rpc->hub->metrics;

    if (e != ERR_RATE && !session_spend(t->group->session) && e != ERR_INVALID_REQUEST) {
        e = ERR_RATE;
        detail = NULL;
    }

    if (t->method == NULL || e == ERR_INVALID_REQUEST)
        metrics_malformed(m, e);
    else
        metrics_call(m, t->method, e, 0);
    t->group->malformed += e == ERR_INVALID_REQUEST;
    write_error(t, e, detail);
    slot_done(t);
}

/* The texts of calls in flight and the replies not yet sent have a limit together (P7). */
static bool has_room(const struct session *s, const struct arena *a)
{
    return s->call_bytes + s->reply_bytes + arena_used_bytes(a) <= s->hub->limits.reply_bytes;
}

/* The row is there and the caller may: bind, count, go. */
static void start(struct slot *t, struct rpc_request *q)
{
    struct session *s = t->group->session;
    struct arena *a = arena_new(ARENA_BYTES);
    const char **args = arena_zalloc(a, SHAPE_FIELDS_MAX * sizeof *args);
    const char *detail = NULL;
    enum err e = bind(q, t->method, a, args, &detail);

    if (e == ERR_OK && t->method->step_up && !session_is_proven(s))
        e = ERR_STEP_UP_REQUIRED;
    if (e == ERR_OK)
        e = has_room(s, a) ? session_take_call(s) : ERR_BUSY;
    if (e != ERR_OK) {
        refuse(t, e, detail);
        arena_free(a);
        return;
    }
    struct call_order o = {
        .method = t->method,
        .arena = a,
        .args = args,
        .idem = q->idem != NULL ? arena_copy(a, q->idem, strlen(q->idem)) : NULL,
        .events = &call_events,
        .arg = t,
    };
    call_start(t->group->rpc->hub, s, &o);
}

static void enter(struct slot *t, const struct json *item)
{
    struct rpc *r = t->group->rpc;
    struct session *s = t->group->session;
    struct rpc_request q;
    enum err e = rpc_envelope_read(item, &q);

    t->id = q.id;
    if (e != ERR_OK) {
        t->malformed = true;
        refuse(t, e, NULL);
        return;
    }
    t->method = r->hub->method_find(q.method, strlen(q.method));
    if (t->id == NULL && (t->method == NULL || t->method->kind != METHOD_NOTIFY)) {
        refuse(t, ERR_INVALID_REQUEST, NULL);
        return;
    }
    if (t->method == NULL) {
        refuse(t, ERR_METHOD_NOT_FOUND, NULL);
        return;
    }
    e = may_call(t->method, s);
    if (e != ERR_OK)
        refuse(t, e, NULL);
    else
        start(t, &q);
}

/* The last answer before the door is shut is queued by now, so it goes out. */
static void note_malformed(struct session *s, int count)
{
    while (count-- > 0)
        session_note_malformed(s);
}

/* A message that is not a request at all is answered with id null. */
static void reply_malformed(struct rpc *r, struct session *s, enum err e)
{
    struct group *g = group_new(r, s, 1, false);

    g->slots[0].malformed = true;
    (void)session_spend(s); /* over HTTP nothing else limits it */
    metrics_malformed(r->hub->metrics, e);
    write_error(&g->slots[0], e, NULL);
    g->pending--;
    settle(g);
    note_malformed(s, 1);
}

bool rpc_receive(struct rpc *r, struct session *s, char *text, size_t length_bytes)
{
    struct json *j = NULL;
    bool bad_utf8 = false;

    if (json_parse(text, length_bytes, &j, &bad_utf8) != ERR_OK) {
        if (bad_utf8 && s->kind == SESSION_SOCKET) {
            metrics_malformed(r->hub->metrics, ERR_PARSE);
            session_close(s, CLOSE_BAD_UTF8);
            return false;
        }
        reply_malformed(r, s, ERR_PARSE);
        return true;
    }
    bool is_list = json_type_of(j) == JSON_LIST;
    size_t count = is_list ? json_count(j) : 1;

    if (count < 1 || count > RPC_BATCH_MAX) {
        json_free(j);
        reply_malformed(r, s, ERR_INVALID_REQUEST);
        return true;
    }
    struct group *g = group_new(r, s, count, is_list);
    const struct json *item = is_list ? json_first(j) : j;

    g->pending += count;
    for (size_t i = 0; i < count; i++, item = json_next(item)) {
        if (session_is_open(s))
            enter(&g->slots[i], item);
        else
            g->pending--; /* closed for what came before */
    }
    json_free(j);
    bool replies = has_reply(g);
    int malformed = s->kind == SESSION_SOCKET ? g->malformed : 0;

    g->pending--;
    settle(g);
    note_malformed(s, malformed);
    session_end_over_rate(s);
    return replies;
}
