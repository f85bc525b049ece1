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
#include "hub/words.h"
#include "io/crypto.h"
#include "io/loop.h"
#include "io/ws.h"
#include "base/log.h"
#include "base/mem.h"

enum {
    MALFORMED_MAX = 10,
    MALFORMED_WINDOW_MS = 60000,
    OVER_RATE_BURSTS = 10,       /* so many times the burst may be refused as RATE ... */
    OVER_RATE_WINDOW_MS = 60000, /* ... in so long */
    SKEW_S = 30,                 /* the clock of who made the token may be ahead so far */
    MILLI = 1000,
    MS_PER_S = 1000
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
    sessions_forget_recheck(s);
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
    int64_t now_ms = clock_mono().ms;

    return now_ms < s->step_up_until.ms || now_ms < s->proven_until.ms;
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

unsigned session_bits_of(const char *roles)
{
    unsigned bits = 0;

    while (*roles != '\0') {
        size_t n = strcspn(roles, " ");

        bits |= method_who_of(roles, n);
        roles += n + (roles[n] == ' ');
    }
    return bits;
}

/* What the token says in time of day, once: a clock that is set later moves neither end. */
static void set_deadlines(struct session *s, const struct crypto_claims *claims)
{
    int64_t now_ms = clock_mono().ms, wall_ms = clock_wall().ms;
    int64_t age_ms = wall_ms - claims->auth_time_s * MS_PER_S;

    s->expires_s = claims->expires_s;
    s->auth_time_s = claims->auth_time_s;
    s->expires_at.ms = claims->expires_s == 0 ? 0 : now_ms + claims->expires_s * MS_PER_S - wall_ms;
    s->proven_until.ms = claims->auth_time_s == 0 || age_ms < -SKEW_S * MS_PER_S
                             ? 0
                             : now_ms + (SESSION_PROOF_S + 1) * MS_PER_S - age_ms;
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
    s->who_bits = session_bits_of(roles);
    s->family = claims->session_family;
    memcpy(s->token_id, claims->token_id, sizeof s->token_id);
    set_deadlines(s, claims);
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

/* --- limits --- */

static int calls_per_s(const struct session *s)
{
    return (s->who_bits & WHO_SERVICE) != 0 ? s->hub->limits.service_calls_per_s
                                            : s->hub->limits.calls_per_s;
}

static int64_t burst_of(const struct session *s)
{
    return (s->who_bits & WHO_SERVICE) != 0 ? s->hub->limits.service_calls_per_s
                                            : s->hub->limits.calls_burst;
}

/* Who goes on without minding RATE is closed, after the answer. */
static void note_over_rate(struct session *s, struct mono_ms now)
{
    if (s->over_rate == 0 || now.ms - s->over_rate_since.ms > OVER_RATE_WINDOW_MS) {
        s->over_rate = 0;
        s->over_rate_since = now;
    }
    s->over_rate++;
}

bool session_spend(struct session *s)
{
    struct mono_ms now = clock_mono();
    int64_t tokens = s->call_tokens_milli + (now.ms - s->call_tokens_at.ms) * calls_per_s(s);
    int64_t most = burst_of(s) * MILLI;

    s->call_tokens_at = now;
    s->call_tokens_milli = (int32_t)(tokens < most ? tokens : most);
    if (s->call_tokens_milli < MILLI) {
        note_over_rate(s, now);
        return false;
    }
    s->call_tokens_milli -= MILLI;
    return true;
}

void session_end_over_rate(struct session *s)
{
    if (s->kind == SESSION_SOCKET && s->over_rate > OVER_RATE_BURSTS * burst_of(s))
        session_close_after_replies(s, CLOSE_TOO_MANY_CALLS);
}

enum err session_take_call(struct session *s)
{
    int in_flight_max = s->hub->limits.calls_in_flight;

    if (s->calls_in_flight >=
        ((s->who_bits & WHO_SERVICE) != 0 ? in_flight_max * 8 : in_flight_max))
        return ERR_BUSY;
    return session_spend(s) ? ERR_OK : ERR_RATE;
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

void session_fill_events(struct ws_events *e)
{
    e->opened = on_opened;
    e->message = on_message;
    e->drained = on_drained;
    e->closed = on_closed;
}
