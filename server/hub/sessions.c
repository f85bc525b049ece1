/* sessions.c -- all sessions of a process: their clock, and what is done to many of them at once. */
#include "hub/sessions.h"

#include <stdio.h>
#include <string.h>

#include "hub/auth.h"
#include "hub/batch.h"
#include "hub/hub.h"
#include "hub/lease.h"
#include "hub/method.h"
#include "hub/outgoing.h"
#include "hub/stream.h"
#include "hub/sub.h"
#include "hub/sys.h"
#include "io/json.h"
#include "io/loop.h"
#include "base/clock.h"
#include "base/mem.h"

enum { TICK_MS = 1000, EXPIRING_S = 60, MS_PER_S = 1000 };

/* A principal being looked at again, while the session receives no events. */
struct recheck {
    struct session *session;
};

static struct list *list_of(struct sessions *all, uint8_t state)
{
    return &all->lists[state];
}

/* --- asking again --- */

static bool lists(const struct json *streams, const char *name)
{
    for (const struct json *j = json_first(streams); j != NULL; j = json_next(j)) {
        if (json_text(j) != NULL && strcmp(json_text(j), name) == 0)
            return true;
    }
    return false;
}

/* Staff streams follow the clubs of the account; those of members follow their memberships, by entries of sys. */
static void end_lost_streams(struct session *s, const char *opened)
{
    struct json *reply = NULL;

    if ((s->who_bits & WHO_STAFF) == 0 && strncmp(s->who, "s:", 2) != 0)
        return;
    if (json_parse(opened, strlen(opened), &reply, NULL) != ERR_OK)
        reply = NULL; /* then none is left */
    for (uint32_t i = s->sub_count; i-- > 0;) {
        if (i < s->sub_count &&
            !lists(json_member(reply, "streams"), stream_wire_name(s->subs[i]->stream->name)))
            sub_end(s->subs[i], "REMOVED");
    }
    json_free(reply);
}

static void on_rechecked(void *arg, const struct auth_result *r)
{
    struct recheck *check = arg;
    struct session *s = check->session;

    mem_free(check);
    if (s == NULL)
        return;
    s->recheck = NULL;
    s->barriers_held--;
    if (r->err == ERR_OK && session_is_open(s)) {
        s->who_bits = session_bits_of(r->roles);
        end_lost_streams(s, r->reply);
        session_lag(s);
    } else if (r->err != ERR_OK) {
        session_close(s, r->err == ERR_UNAVAILABLE ? CLOSE_OVERLOADED : CLOSE_REVOKED);
    }
}

void sessions_forget_recheck(struct session *s)
{
    if (s->recheck != NULL)
        s->recheck->session = NULL;
}

static void recheck(struct session *s)
{
    if (s->recheck != NULL)
        return; /* its answer is asked for again if it is too old */
    s->recheck = mem_zalloc(sizeof *s->recheck);
    s->recheck->session = s;
    s->barriers_held++;
    auth_session(s->hub->auth, s, on_rechecked, s->recheck);
}

/* The key of a service is not kept: it signs in again. */
void sessions_recheck(struct sessions *all)
{
    LIST_EACH_SAFE(list_of(all, SESSION_READY), n, after)
    {
        struct session *s = LIST_ITEM(n, struct session, node);

        if (s->kind != SESSION_SOCKET)
            continue;
        if ((s->who_bits & WHO_SERVICE) != 0)
            session_close(s, CLOSE_OVERLOADED);
        else
            recheck(s);
    }
}

void sessions_recheck_rights(struct sessions *all, const char *who)
{
    for (int state = SESSION_OPENING; state <= SESSION_READY; state++) {
        LIST_EACH_SAFE(list_of(all, (uint8_t)state), n, after)
        {
            struct session *s = LIST_ITEM(n, struct session, node);

            if (s->kind != SESSION_SOCKET || strcmp(s->who, who) != 0)
                continue;
            if (s->held != NULL)
                session_cut(s);
            else
                recheck(s);
        }
    }
}

/* --- the clock --- */

static void tell_expiring(struct session *s, int64_t left_s)
{
    char text[96];
    int n = snprintf(text, sizeof text,
        "{\"jsonrpc\":\"2.0\",\"method\":\"session.expiring\",\"params\":{\"in_s\":%lld}}",
        (long long)left_s);

    s->expiring_told = true;
    session_tell(s, text, (size_t)n);
}

static void look_at_ready(struct session *s, struct mono_ms now)
{
    int64_t left_ms = s->expires_at.ms - now.ms;

    if (s->stalled_since.ms != 0 && now.ms - s->stalled_since.ms > s->hub->limits.stall_ms)
        session_close(s, CLOSE_TOO_SLOW);
    else if (s->expires_at.ms != 0 && left_ms <= 0)
        session_close(s, CLOSE_NO_TOKEN);
    else if (s->expires_at.ms != 0 && !s->expiring_told && left_ms <= EXPIRING_S * MS_PER_S)
        tell_expiring(s, left_ms / MS_PER_S);
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

    LIST_EACH_SAFE(list_of(all, SESSION_OPENING), n, after)
    {
        struct session *s = LIST_ITEM(n, struct session, node);

        if (s->kind == SESSION_SOCKET && now.ms - s->opened_at.ms > all->hub->limits.sign_in_ms)
            session_close(s, CLOSE_NO_TOKEN);
    }
    LIST_EACH_SAFE(list_of(all, SESSION_READY), n, after)
    look_at_ready(LIST_ITEM(n, struct session, node), now);
    if (!lease_is_held(all->hub->lease))
        expire_replies(all, now);
}

/* --- all of them --- */

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

void sessions_revoke(struct sessions *all, const struct sys_entry *e)
{
    for (int state = SESSION_OPENING; state <= SESSION_READY; state++) {
        LIST_EACH_SAFE(list_of(all, (uint8_t)state), n, after)
        {
            struct session *s = LIST_ITEM(n, struct session, node);

            if (s->kind != SESSION_SOCKET || !sys_entry_revokes(e, s->who, s->family, s->token_id))
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
