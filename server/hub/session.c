/* session.c -- connections: states, sign-in, limits, ends.  Bytes go out in outgoing.c. */
#include "hub/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hub/agent.h"
#include "hub/auth.h"
#include "hub/batch.h"
#include "hub/call.h"
#include "hub/hub.h"
#include "hub/lease.h"
#include "hub/method.h"
#include "hub/metrics.h"
#include "hub/outgoing.h"
#include "hub/rpc.h"
#include "hub/session_upgrade.h"
#include "hub/sessions.h"
#include "hub/stream.h"
#include "hub/sub.h"
#include "hub/sys.h"
#include "hub/words.h"
#include "io/crypto.h"
#include "io/loop.h"
#include "io/ws.h"
#include "base/log.h"
#include "base/mem.h"

enum {
    TICK_MS = 1000,
    MALFORMED_MAX = 10,
    MALFORMED_WINDOW_MS = 60000,
    EXPIRING_S = 60,
    SKEW_S = 30, /* the clock of who made the token may be ahead so far */
    MILLI = 1000,
    MS_PER_S = 1000
};

/* A principal being looked at again, while the session receives no events. */
struct recheck {
    struct session *session;
};

/* --- states --- */

static struct list *list_of(struct sessions *all, uint8_t state)
{
    return &all->lists[state];
}

static void session_move(struct session *s, enum session_state to)
{
    list_remove(list_of(s->hub->sessions, s->state), &s->node);
    s->state = (uint8_t)to;
    list_append(list_of(s->hub->sessions, s->state), &s->node);
}

static struct session *session_new(struct hub *h, enum session_kind kind)
{
    struct session *s = mem_zalloc(sizeof *s);

    s->hub = h;
    s->kind = (uint8_t)kind;
    s->number = ++h->sessions->last_number;
    s->who_bits = WHO_GUEST;
    memcpy(s->who, "g", 2);
    memcpy(s->locale, "en", 3);
    s->opened_at = clock_mono();
    s->call_tokens_at = s->opened_at;
    s->call_tokens_milli = h->limits.calls_burst * MILLI;
    s->cut_slot = LEASE_NO_SLOT;
    list_node_init(&s->node);
    list_node_init(&s->in_member);
    list_node_init(&s->in_lagging);
    list_node_init(&s->in_flush);
    list_init(&s->calls);
    list_init(&s->replies);
    list_append(list_of(h->sessions, SESSION_OPENING), &s->node);
    return s;
}

static void session_free(struct session *s)
{
    struct sessions *all = s->hub->sessions;

    call_abandon_all(s);
    while (s->sub_count > 0)
        sub_free(s->subs[s->sub_count - 1]);
    outgoing_drop(s);
    session_upgrade_forget(s);
    if (s->recheck != NULL)
        s->recheck->session = NULL;
    gate_leave(s->hub->gate, s);
    if (list_is_linked(&s->in_lagging))
        list_remove(&all->lagging, &s->in_lagging);
    if (list_is_linked(&s->in_flush))
        list_remove(&all->flush, &s->in_flush);
    list_remove(list_of(all, s->state), &s->node);
    mem_free(s->subs);
    mem_free(s);
}

struct session *session_new_http(struct hub *h, const char *locale)
{
    struct session *s = session_new(h, SESSION_HTTP);

    snprintf(s->locale, sizeof s->locale, "%s", locale);
    return s;
}

void session_free_http(struct session *s)
{
    session_free(s);
}

bool session_is_open(const struct session *s)
{
    return s->state != SESSION_CLOSING;
}

bool session_is_proven(const struct session *s)
{
    int64_t age_s = clock_wall().ms / MS_PER_S - s->auth_time_s;

    return clock_mono().ms < s->step_up_until.ms ||
           (s->auth_time_s != 0 && age_s >= -SKEW_S && age_s <= SESSION_PROOF_S);
}

bool session_may_receive(const struct session *s)
{
    return s->state == SESSION_READY && s->kind == SESSION_SOCKET && s->barriers_held == 0 &&
           s->replies.count == 0 && !ws_is_choked(s->conn);
}

/* --- signing in --- */

static void replace_oldest(struct member *m, int sessions_max)
{
    int count = 0;

    LIST_EACH(&m->sessions, n)
    count += session_is_open(LIST_ITEM(n, struct session, in_member));
    LIST_EACH(&m->sessions, n)
    {
        struct session *s = LIST_ITEM(n, struct session, in_member);

        if (count <= sessions_max)
            return;
        if (session_is_open(s)) {
            session_close(s, CLOSE_REPLACED);
            count--;
        }
    }
}

static unsigned bits_of_roles(const char *roles)
{
    unsigned bits = 0;

    while (*roles != '\0') {
        size_t n = strcspn(roles, " ");

        bits |= method_who_of(roles, n);
        roles += n + (roles[n] == ' ');
    }
    return bits;
}

void session_sign_in(struct session *s,
    const char *who,
    const char *roles,
    const char *locale,
    const struct crypto_claims *claims)
{
    if (!session_is_open(s))
        return;
    snprintf(s->who, sizeof s->who, "%s", who);
    if (locale != NULL && locale[0] != '\0')
        snprintf(s->locale, sizeof s->locale, "%s", words_locale(locale));
    s->who_bits = bits_of_roles(roles);
    s->family = claims->session_family;
    memcpy(s->token_id, claims->token_id, sizeof s->token_id);
    s->expires_s = claims->expires_s;
    s->auth_time_s = claims->auth_time_s;
    s->expiring_told = false;
    s->signed_in = true;
    if ((s->who_bits & WHO_SERVICE) != 0)
        s->call_tokens_milli = s->hub->limits.service_calls_per_s * MILLI;
    if (s->kind != SESSION_SOCKET)
        return;
    if (s->state == SESSION_OPENING)
        session_move(s, SESSION_READY);
    if ((s->who_bits & WHO_MEMBER) != 0 && s->member == NULL) {
        struct member *m = gate_join(s->hub->gate, strtoll(s->who + 2, NULL, 10), s);

        replace_oldest(m, s->hub->limits.member_sessions_max);
    }
}

static void on_opened(void *arg, struct ws_conn *c, const struct ws_hello *hello)
{
    struct hub *h = arg;
    struct session *s = session_new(h, SESSION_SOCKET);

    s->conn = c;
    ws_set_user(c, s);
    if (hello->accept_language != NULL)
        snprintf(s->locale, sizeof s->locale, "%s", words_locale(hello->accept_language));
    s->agent = agent_family(hello->user_agent);
    session_upgrade(s, hello);
}

/* --- asking again --- */

static void on_rechecked(void *arg, const struct auth_result *r)
{
    struct recheck *check = arg;
    struct session *s = check->session;

    mem_free(check);
    if (s == NULL)
        return;
    s->recheck = NULL;
    s->barriers_held--;
    if (r->err == ERR_OK)
        session_lag(s);
    else
        session_close(s, r->err == ERR_UNAVAILABLE ? CLOSE_OVERLOADED : CLOSE_REVOKED);
}

void sessions_recheck(struct sessions *all)
{
    LIST_EACH(list_of(all, SESSION_READY), n)
    {
        struct session *s = LIST_ITEM(n, struct session, node);

        if (s->recheck != NULL || (s->who_bits & (WHO_MEMBER | WHO_STAFF)) == 0)
            continue;
        s->recheck = mem_zalloc(sizeof *s->recheck);
        s->recheck->session = s;
        s->barriers_held++;
        auth_session(all->hub->auth, s, on_rechecked, s->recheck);
    }
}

/* --- limits --- */

static int calls_per_s(const struct session *s)
{
    return (s->who_bits & WHO_SERVICE) != 0 ? s->hub->limits.service_calls_per_s
                                            : s->hub->limits.calls_per_s;
}

enum err session_take_call(struct session *s)
{
    struct mono_ms now = clock_mono();
    int64_t rate = calls_per_s(s),
            burst = (s->who_bits & WHO_SERVICE) != 0 ? rate : s->hub->limits.calls_burst;
    int64_t tokens = s->call_tokens_milli + (now.ms - s->call_tokens_at.ms) * rate;
    int in_flight_max = s->hub->limits.calls_in_flight;

    s->call_tokens_at = now;
    s->call_tokens_milli = (int32_t)(tokens < burst * MILLI ? tokens : burst * MILLI);
    if (s->calls_in_flight >=
        ((s->who_bits & WHO_SERVICE) != 0 ? in_flight_max * 8 : in_flight_max))
        return ERR_BUSY;
    if (s->call_tokens_milli < MILLI)
        return ERR_RATE;
    s->call_tokens_milli -= MILLI;
    return ERR_OK;
}

void session_note_malformed(struct session *s)
{
    struct mono_ms now = clock_mono();

    if (s->malformed == 0 || now.ms - s->malformed_since.ms > MALFORMED_WINDOW_MS) {
        s->malformed = 0;
        s->malformed_since = now;
    }
    if (++s->malformed >= MALFORMED_MAX)
        session_close_after_replies(s, CLOSE_MALFORMED);
}

static void on_message(void *user, char *text, size_t length_bytes)
{
    struct session *s = user;

    if (s->signing_in != NULL)
        session_upgrade_keep(s, text, length_bytes);
    else if (session_is_open(s) && !s->close_after_replies)
        (void)rpc_receive(s->hub->rpc, s, text, length_bytes); /* false: nothing to answer */
}

/* --- ends --- */

void session_close(struct session *s, enum close_code code)
{
    if (!session_is_open(s))
        return;
    session_move(s, SESSION_CLOSING);
    metrics_closed(s->hub->metrics, (int)code);
    log_debug("session_closed", "session=%llu who=%s code=%d", (unsigned long long)s->number,
        s->who, (int)code);
    if (s->conn != NULL)
        ws_close(s->conn, (int)code, "");
}

void session_close_after_replies(struct session *s, enum close_code code)
{
    if (s->replies.count == 0 && s->barriers_held == 0) {
        session_close(s, code);
        return;
    }
    s->close_after_replies = true;
    s->close_code = (uint16_t)code;
}

void session_cut(struct session *s)
{
    lease_unlist(s->hub->lease, &s->cut_slot);
    if (s->cut || s->conn == NULL)
        return;
    s->cut = true;
    if (session_is_open(s))
        session_move(s, SESSION_CLOSING);
    ws_cut(s->conn);
}

static void on_closed(void *user)
{
    session_free(user);
}

static void on_drained(void *user)
{
    outgoing_drained(user);
}

void session_lag(struct session *s)
{
    if (s->kind != SESSION_SOCKET || list_is_linked(&s->in_lagging))
        return;
    list_append(&s->hub->sessions->lagging, &s->in_lagging);
    loop_again(s->hub->loop);
}

/* --- all of them --- */

void sessions_fill_events(struct ws_events *e)
{
    e->opened = on_opened;
    e->message = on_message;
    e->drained = on_drained;
    e->closed = on_closed;
}

static void tell_expiring(struct session *s, int64_t left_s)
{
    char text[96];
    int n = snprintf(text, sizeof text,
        "{\"jsonrpc\":\"2.0\",\"method\":\"session.expiring\",\"params\":{\"in_s\":%lld}}",
        (long long)left_s);

    s->expiring_told = true;
    session_tell(s, text, (size_t)n);
}

static void look_at_ready(struct session *s, struct mono_ms now, int64_t now_s)
{
    if (s->stalled_since.ms != 0 && now.ms - s->stalled_since.ms > s->hub->limits.stall_ms)
        session_close(s, CLOSE_TOO_SLOW);
    else if (s->expires_s != 0 && s->expires_s <= now_s)
        session_close(s, CLOSE_NO_TOKEN);
    else if (s->expires_s != 0 && !s->expiring_told && s->expires_s - now_s <= EXPIRING_S)
        tell_expiring(s, s->expires_s - now_s);
}

static void expire_replies(struct sessions *all, struct mono_ms now)
{
    struct mono_ms before = {now.ms - all->hub->limits.call_timeout_ms};

    for (int state = SESSION_OPENING; state <= SESSION_READY; state++) {
        LIST_EACH_SAFE(list_of(all, (uint8_t)state), n, after)
        outgoing_expire(LIST_ITEM(n, struct session, node), before);
    }
}

static void on_tick(void *arg)
{
    struct sessions *all = arg;
    struct mono_ms now = clock_mono();
    int64_t now_s = clock_wall().ms / MS_PER_S;

    LIST_EACH_SAFE(list_of(all, SESSION_OPENING), n, after)
    {
        struct session *s = LIST_ITEM(n, struct session, node);

        if (s->kind == SESSION_SOCKET && now.ms - s->opened_at.ms > all->hub->limits.sign_in_ms)
            session_close(s, CLOSE_NO_TOKEN);
    }
    LIST_EACH_SAFE(list_of(all, SESSION_READY), n, after)
    look_at_ready(LIST_ITEM(n, struct session, node), now, now_s);
    if (!lease_is_held(all->hub->lease))
        expire_replies(all, now);
}

struct sessions *sessions_new(struct hub *h)
{
    struct sessions *all = mem_zalloc(sizeof *all);

    all->hub = h;
    for (int i = 0; i < SESSION_STATES; i++)
        list_init(&all->lists[i]);
    list_init(&all->lagging);
    list_init(&all->flush);
    all->tick = loop_timer_new(h->loop, on_tick, all);
    loop_timer_set(all->tick, TICK_MS, TICK_MS);
    return all;
}

void sessions_free(struct sessions *all)
{
    if (all == NULL)
        return;
    loop_timer_free(all->tick);
    mem_free(all);
}

int sessions_count(const struct sessions *all, enum session_state state)
{
    return (int)all->lists[state].count;
}

struct list *sessions_lagging(struct sessions *all)
{
    return &all->lagging;
}

void sessions_lag_all(struct sessions *all)
{
    for (int state = SESSION_OPENING; state < SESSION_STATES;
         state++) { /* a request over HTTP is answered while it closes */
        LIST_EACH(list_of(all, (uint8_t)state), n)
        {
            struct session *s = LIST_ITEM(n, struct session, node);

            session_lag(s);
            if (s->replies.count > 0 && !list_is_linked(&s->in_flush))
                list_append(&all->flush, &s->in_flush);
        }
    }
}

static bool is_revoked(const struct session *s, const struct sys_entry *e)
{
    return s->kind == SESSION_SOCKET && strcmp(s->who, e->revoke_who) == 0 &&
           (e->revoke_family == 0 || s->family == e->revoke_family) &&
           (e->revoke_token == NULL || strcmp(s->token_id, e->revoke_token) == 0);
}

void sessions_revoke(struct sessions *all, const struct sys_entry *e)
{
    for (int state = SESSION_OPENING; state <= SESSION_READY; state++) {
        LIST_EACH_SAFE(list_of(all, (uint8_t)state), n, after)
        {
            struct session *s = LIST_ITEM(n, struct session, node);

            if (!is_revoked(s, e))
                continue;
            if (s->held != NULL)
                session_cut(s); /* closing it in order would let what it holds out */
            else
                session_close_after_replies(s, CLOSE_REVOKED);
        }
    }
}

void sessions_cut_holders(
    struct sessions *all, const int64_t *ids, size_t count, const char *object)
{
    for (int state = SESSION_OPENING; state < SESSION_STATES; state++) {
        LIST_EACH_SAFE(list_of(all, (uint8_t)state), n, after)
        {
            struct session *s = LIST_ITEM(n, struct session, node);
            bool is_touched = s->held != NULL && batch_shows(s->held, ids, count, object);

            for (size_t i = 0; !is_touched && s->held != NULL && s->member != NULL && i < count;
                 i++)
                is_touched = s->member->id == ids[i];
            if (is_touched)
                session_cut(s);
        }
    }
}

void sessions_park(struct sessions *all)
{
    for (int state = SESSION_OPENING; state < SESSION_STATES; state++) {
        LIST_EACH_SAFE(list_of(all, (uint8_t)state), n, after)
        {
            struct session *s = LIST_ITEM(n, struct session, node);

            if (s->held != NULL)
                session_cut(s);
        }
    }
}

int sessions_drain_step(struct sessions *all, int count)
{
    for (int state = SESSION_OPENING; state <= SESSION_READY; state++) {
        LIST_EACH_SAFE(list_of(all, (uint8_t)state), n, after)
        {
            struct session *s = LIST_ITEM(n, struct session, node);

            if (s->kind != SESSION_SOCKET || s->calls_in_flight > 0 || s->close_after_replies)
                continue;
            if (count-- <= 0)
                break;
            session_close_after_replies(s, CLOSE_RESTART);
        }
    }
    return sessions_count(all, SESSION_OPENING) + sessions_count(all, SESSION_READY);
}
