/* presence.c -- a crowd per stream: who of this node was told to be here, and when it is to be looked at again.
 *
 * (1) A crowd is compared with the subscriptions when it is due: who is here and untold is told, who is away for one pace
 *     is told as gone, and every third of presence_ttl_ms all are told again.  No member is told twice within a pace but
 *     for that.  A short break is not told.
 * (2) Evidence is the member's state in the gate, when it is known, and the entry of `sys` applied then; of somebody who
 *     left, that at leaving.  Who lost the right to be shown is not told as gone either: the time to live ends it.
 */
#include "hub/presence.h"

#include <string.h>

#include "hub/gate.h"
#include "hub/hub.h"
#include "hub/node.h"
#include "hub/session.h"
#include "hub/signal.h"
#include "hub/stream.h"
#include "hub/sub.h"
#include "io/loop.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/map.h"
#include "base/mem.h"

enum { NAME_BYTES = 48, CROWD_MAX = 60, REFRESH_PARTS = 3 };

struct one {
    int64_t member, sys_seq; /* evidence */
    int64_t told_ms, left_ms;
    bool is_on;   /* told as present */
    bool is_here; /* has the stream open on this node */
    bool may;     /* known to be one who may be shown, now */
};

struct crowd {
    struct list_node node;
    char stream[NAME_BYTES];
    struct one *ones;
    size_t count, capacity;
    int64_t due_ms, again_ms; /* the next look; the next time all are told again */
    int64_t asked_ms, answered_ms;
    bool is_asking, is_asked; /* other nodes are to be asked, are to be answered */
};

struct presence {
    struct hub *hub;
    struct map_text *by_stream;
    struct list crowds;
    struct loop_timer *timer;
    int64_t fires_ms; /* INT64_MAX: not set */
};

static int64_t pace_ms(const struct presence *p)
{
    return p->hub->limits.signal_pace_ms;
}

static void look_by(struct crowd *c, int64_t at_ms)
{
    if (at_ms < c->due_ms)
        c->due_ms = at_ms;
}

/* --- crowds ---------------------------------------------------------------------------------- */

static struct crowd *find(const struct presence *p, const char *stream)
{
    return map_text_get(p->by_stream, stream, strlen(stream));
}

static struct crowd *find_or_make(struct presence *p, const char *stream)
{
    struct crowd *c = find(p, stream);

    if (c != NULL || strlen(stream) >= sizeof c->stream)
        return c;
    c = mem_zalloc(sizeof *c);
    memcpy(c->stream, stream, strlen(stream) + 1);
    c->due_ms = INT64_MAX;
    c->again_ms = clock_mono().ms + (int64_t)p->hub->limits.presence_ttl_ms / REFRESH_PARTS;
    list_node_init(&c->node);
    list_append(&p->crowds, &c->node);
    map_text_set(p->by_stream, c->stream, strlen(c->stream), c);
    return c;
}

static void crowd_free(struct presence *p, struct crowd *c)
{
    list_remove(&p->crowds, &c->node);
    (void)map_text_remove(p->by_stream, c->stream, strlen(c->stream));
    mem_free(c->ones);
    mem_free(c);
}

static struct one *one_of(struct crowd *c, int64_t member)
{
    for (size_t i = 0; i < c->count; i++) {
        if (c->ones[i].member == member)
            return &c->ones[i];
    }
    return NULL;
}

/* Looks soon: when the reply that opened a stream has left, and what a turn brought has been applied. */
static void look_soon(struct presence *p, struct crowd *c)
{
    int64_t at_ms = clock_mono().ms + p->hub->limits.signal_batch_ms;

    look_by(c, at_ms);
    if (p->fires_ms <= at_ms)
        return;
    p->fires_ms = at_ms;
    loop_timer_set(p->timer, p->hub->limits.signal_batch_ms, 0);
}

static bool may_show(const struct presence *p, const struct stream *st, struct member *m)
{
    const struct signal_rule *rule = signal_rule_of(p->hub, st);

    return rule != NULL && st->scope != 0 &&
           gate_holds(p->hub->gate, m, rule->consent, st->scope, st->name);
}

/* --- telling --------------------------------------------------------------------------------- */

static struct signal about(const struct crowd *c, const struct one *o, enum signal_type type)
{
    return (struct signal){
        .type = type, .stream = c->stream, .member = o->member, .sys_seq = o->sys_seq};
}

static void tell(
    struct presence *p, struct crowd *c, struct one *o, enum signal_type type, int64_t now_ms)
{
    struct signal sg = about(c, o, type);

    o->is_on = type == SIGNAL_HERE;
    o->told_ms = now_ms;
    signal_send(p->hub->signals, &sg);
}

static void note_here(struct presence *p, struct crowd *c, const struct sub *sub)
{
    struct member *m = sub->session->member;
    struct one *o;

    if (m == NULL || !sub->live)
        return;
    o = one_of(c, m->id);
    if (o == NULL) {
        if (c->count == CROWD_MAX)
            return;
        mem_grow((void **)&c->ones, &c->capacity, c->count + 1, sizeof *c->ones);
        o = &c->ones[c->count++];
        *o = (struct one){.member = m->id};
    }
    o->is_here = true;
    o->left_ms = 0;
    o->may = may_show(p, sub->stream, m);
    if (o->may)
        o->sys_seq = node_applied(p->hub->node);
    else if (m->known)
        o->is_on = false;
    else
        look_by(c, clock_mono().ms + p->hub->limits.signal_batch_ms);
}

/* What is to be told of one; false: it can be forgotten. */
static bool follow(struct presence *p, struct crowd *c, struct one *o, int64_t now_ms)
{
    if (o->is_here && o->may && !o->is_on) {
        if (o->told_ms == 0 || now_ms - o->told_ms >= pace_ms(p))
            tell(p, c, o, SIGNAL_HERE, now_ms);
        else
            look_by(c, o->told_ms + pace_ms(p));
    }
    if (o->is_here)
        return true;
    if (o->left_ms == 0)
        o->left_ms = now_ms;
    if (o->is_on && now_ms - o->left_ms >= pace_ms(p))
        tell(p, c, o, SIGNAL_GONE, now_ms);
    if (o->is_on)
        look_by(c, o->left_ms + pace_ms(p));
    else if (o->told_ms != 0 && now_ms - o->told_ms < pace_ms(p))
        look_by(c, o->told_ms + pace_ms(p));
    else
        return false;
    return true;
}

static void follow_all(struct presence *p, struct crowd *c, int64_t now_ms)
{
    for (size_t i = 0; i < c->count;) {
        if (follow(p, c, &c->ones[i], now_ms))
            i++;
        else
            c->ones[i] = c->ones[--c->count];
    }
}

static void tell_again(struct presence *p, struct crowd *c, int64_t now_ms)
{
    bool is_any_on = false;

    for (size_t i = 0; i < c->count; i++) {
        struct one *o = &c->ones[i];

        is_any_on = is_any_on || o->is_on;
        if (now_ms >= c->again_ms && o->is_on && o->is_here && o->may &&
            now_ms - o->told_ms >= pace_ms(p))
            tell(p, c, o, SIGNAL_HERE, now_ms);
    }
    if (now_ms >= c->again_ms)
        c->again_ms = now_ms + (int64_t)p->hub->limits.presence_ttl_ms / REFRESH_PARTS;
    if (is_any_on)
        look_by(c, c->again_ms);
}

/* --- newcomers ------------------------------------------------------------------------------- */

/* Answers and questions of a crowd keep the pace, too. */
static bool is_due(
    struct presence *p, struct crowd *c, bool *wish, int64_t *last_ms, int64_t now_ms)
{
    if (!*wish)
        return false;
    if (*last_ms != 0 && now_ms - *last_ms < pace_ms(p)) {
        look_by(c, *last_ms + pace_ms(p));
        return false;
    }
    *wish = false;
    *last_ms = now_ms;
    return true;
}

static void talk_to_nodes(struct presence *p, struct crowd *c, int64_t now_ms)
{
    struct signal who = {.type = SIGNAL_WHO, .stream = c->stream};

    if (is_due(p, c, &c->is_asking, &c->asked_ms, now_ms))
        signal_pass(p->hub->signals, &who);
    if (!is_due(p, c, &c->is_asked, &c->answered_ms, now_ms))
        return;
    for (size_t i = 0; i < c->count; i++) {
        struct signal sg = about(c, &c->ones[i], SIGNAL_AGAIN);

        if (c->ones[i].is_on && c->ones[i].may)
            signal_pass(p->hub->signals, &sg);
    }
}

/* Who is here, to one who has just come; once its socket takes it. */
static void greet(struct presence *p, struct crowd *c, struct sub *sub, int64_t now_ms)
{
    if (sub->is_greeted || !sub->live)
        return;
    if (!session_may_receive(sub->session) && now_ms - sub->opened_at.ms < pace_ms(p)) {
        look_by(c, now_ms + p->hub->limits.signal_batch_ms);
        return;
    }
    sub->is_greeted = true;
    for (size_t i = 0; i < c->count; i++) {
        struct signal sg = about(c, &c->ones[i], SIGNAL_AGAIN);

        if (c->ones[i].is_on && c->ones[i].may)
            signal_show(p->hub->signals, &sg, sub);
    }
}

/* --- looking --------------------------------------------------------------------------------- */

static void look(struct presence *p, struct crowd *c, int64_t now_ms)
{
    struct stream *st = stream_find(p->hub->streams, c->stream);
    size_t subs = st == NULL ? 0 : st->sub_count;

    c->due_ms = INT64_MAX;
    if (!signals_have_room(p->hub->signals, c->count)) {
        look_by(c, now_ms + p->hub->limits.signal_batch_ms);
        return;
    }
    for (size_t i = 0; i < c->count; i++)
        c->ones[i].is_here = c->ones[i].may = false;
    for (size_t i = 0; i < subs; i++)
        note_here(p, c, st->subs[i]);
    for (size_t i = 0; i < subs; i++)
        greet(p, c, st->subs[i], now_ms);
    follow_all(p, c, now_ms);
    tell_again(p, c, now_ms);
    talk_to_nodes(p, c, now_ms);
}

static void on_timer(void *arg)
{
    struct presence *p = arg;
    int64_t now_ms = clock_mono().ms, next_ms = INT64_MAX;

    p->fires_ms = INT64_MAX;
    LIST_EACH_SAFE(&p->crowds, n, after)
    {
        struct crowd *c = LIST_ITEM(n, struct crowd, node);

        if (c->due_ms <= now_ms)
            look(p, c, now_ms);
        if (c->due_ms == INT64_MAX)
            crowd_free(p, c);
        else if (c->due_ms < next_ms)
            next_ms = c->due_ms;
    }
    if (next_ms == INT64_MAX)
        return;
    if (next_ms < now_ms + p->hub->limits.signal_batch_ms)
        next_ms = now_ms + p->hub->limits.signal_batch_ms;
    p->fires_ms = next_ms;
    loop_timer_set(p->timer, (uint64_t)(next_ms - now_ms), 0);
}

/* --- what happens ---------------------------------------------------------------------------- */

void presence_opened(struct presence *p, struct sub *sub)
{
    struct member *m = sub->session->member;
    struct crowd *c = find(p, sub->stream->name);

    if (sub->stream->scope == 0 || m == NULL)
        return;
    sub->opened_at = clock_mono();
    if (c == NULL && !sub->is_watched && m->known && !may_show(p, sub->stream, m))
        return; /* nobody shows presence here */
    c = find_or_make(p, sub->stream->name);
    if (c == NULL)
        return;
    c->is_asking = c->is_asking || sub->is_watched;
    look_soon(p, c);
}

void presence_left(struct presence *p, const struct sub *sub)
{
    struct member *m = sub->session->member;
    struct crowd *c = sub->stream->scope == 0 || m == NULL ? NULL : find(p, sub->stream->name);
    struct one *o = c == NULL ? NULL : one_of(c, m->id);

    if (o == NULL)
        return;
    if (may_show(p, sub->stream, m))
        o->sys_seq = node_applied(p->hub->node);
    look_soon(p, c);
}

void presence_touched(struct presence *p, const struct member *m)
{
    LIST_EACH(&m->sessions, n)
    {
        struct session *s = LIST_ITEM(n, struct session, in_member);

        for (uint32_t i = 0; i < s->sub_count; i++) {
            struct crowd *c =
                s->subs[i]->stream->scope == 0 ? NULL : find_or_make(p, s->subs[i]->stream->name);

            if (c != NULL)
                look_soon(p, c);
        }
    }
}

bool presence_hears(struct presence *p, const struct signal *sg)
{
    struct crowd *c = find(p, sg->stream);
    struct one *o = c == NULL ? NULL : one_of(c, sg->member);

    if (sg->type == SIGNAL_WHO) {
        if (c != NULL && c->count > 0) {
            c->is_asked = true;
            look_soon(p, c);
        }
        return false;
    }
    if (sg->type != SIGNAL_GONE || o == NULL || !o->is_on || !o->is_here)
        return true;
    o->is_on = false; /* gone there, but here: said anew */
    look_soon(p, c);
    return false;
}

/* --- life ------------------------------------------------------------------------------------ */

int presence_count(const struct presence *p)
{
    int count = 0;

    LIST_EACH(&p->crowds, n)
    {
        const struct crowd *c = LIST_ITEM(n, struct crowd, node);

        for (size_t i = 0; i < c->count; i++)
            count += c->ones[i].is_on;
    }
    return count;
}

struct presence *presence_new(struct hub *h)
{
    struct presence *p = mem_zalloc(sizeof *p);

    p->hub = h;
    p->fires_ms = INT64_MAX;
    p->by_stream = map_text_new();
    list_init(&p->crowds);
    p->timer = loop_timer_new(h->loop, on_timer, p);
    return p;
}

void presence_free(struct presence *p)
{
    struct list_node *n;

    if (p == NULL)
        return;
    while ((n = list_first(&p->crowds)) != NULL)
        crowd_free(p, LIST_ITEM(n, struct crowd, node));
    map_text_free(p->by_stream);
    loop_timer_free(p->timer);
    mem_free(p);
}
