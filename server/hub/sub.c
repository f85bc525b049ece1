/* sub.c -- subscriptions, and the events before the ring that they may still need. */
#include "hub/sub.h"

#include <string.h>

#include "hub/frame.h"
#include "hub/gate_state.h"
#include "hub/hub.h"
#include "hub/outgoing.h"
#include "hub/presence.h"
#include "hub/range.h"
#include "hub/session.h"
#include "hub/stream.h"
#include "io/json.h"
#include "base/buf.h"
#include "base/mem.h"

struct sub *sub_find(const struct session *s, const char *stream_name)
{
    for (uint32_t i = 0; i < s->sub_count; i++) {
        if (strcmp(s->subs[i]->stream->name, stream_name) == 0)
            return s->subs[i];
    }
    return NULL;
}

struct sub *sub_new(struct session *s, struct stream *st, int64_t after, int64_t floor_sys)
{
    struct sub *sub = mem_zalloc(sizeof *sub);
    size_t session_capacity = s->sub_capacity;

    sub->session = s;
    sub->stream = st;
    sub->cursor = after;
    sub->floor_sys = floor_sys;
    sub->slot = (uint32_t)st->sub_count;
    sub->place = s->sub_count;
    mem_grow((void **)&st->subs, &st->sub_capacity, st->sub_count + 1, sizeof(struct sub *));
    st->subs[st->sub_count++] = sub;
    mem_grow((void **)&s->subs, &session_capacity, s->sub_count + 1U, sizeof(struct sub *));
    s->sub_capacity = (uint32_t)session_capacity;
    s->subs[s->sub_count++] = sub;
    list_node_init(&sub->in_opening);
    list_append(streams_opening(st->all), &sub->in_opening);
    streams_count_sub(st->all, 1);
    return sub;
}

void sub_set_live(struct sub *sub)
{
    sub->live = true;
    sub->opened = NULL;
    sub->dropped = NULL;
    list_remove(streams_opening(sub->stream->all), &sub->in_opening);
    if (sub->cursor < sub->stream->ring.head)
        session_lag(sub->session);
    if (sub->stream->scope != 0)
        presence_opened(sub->session->hub->presence, sub);
}

static void drop_backlog(struct sub *sub)
{
    for (uint32_t i = 0; i < sub->backlog_count; i++)
        event_unref(sub->backlog[i]);
    mem_free(sub->backlog);
    sub->backlog = NULL;
    sub->backlog_count = 0;
}

void sub_forget_backlog(struct sub *sub)
{
    if (sub->backlog_count > 0 && sub->backlog[sub->backlog_count - 1]->seq <= sub->cursor)
        drop_backlog(sub);
}

void sub_free(struct sub *sub)
{
    struct stream *st = sub->stream;
    struct session *s = sub->session;

    if (!sub->live) {
        list_remove(streams_opening(st->all), &sub->in_opening);
        if (sub->dropped != NULL)
            sub->dropped(sub->opened_arg);
    } else if (st->scope != 0) {
        presence_left(s->hub->presence, sub);
    }
    st->subs[sub->slot] = st->subs[--st->sub_count];
    st->subs[sub->slot]->slot = sub->slot;
    s->subs[sub->place] = s->subs[--s->sub_count];
    s->subs[sub->place]->place = sub->place;
    range_cancel(sub->range);
    drop_backlog(sub);
    streams_count_sub(st->all, -1);
    mem_free(sub);
    stream_release(st);
}

static void tell(struct sub *sub, const char *method, const char *reason)
{
    struct buf b;

    if (!sub->live)
        return;
    buf_init(&b, 0);
    buf_printf(&b,
        "{\"jsonrpc\":\"2.0\",\"method\":\"%s\",\"params\":{\"stream\":\"%s\",\"reason\":\"%s\"}}",
        method, stream_wire_name(sub->stream->name), reason);
    session_tell(sub->session, b.bytes, b.length_bytes);
    buf_done(&b);
}

void sub_end(struct sub *sub, const char *reason)
{
    tell(sub, "stream.ended", reason);
    sub_free(sub);
}

void sub_end_lost(struct session *s)
{
    for (uint32_t i = s->sub_count; i-- > 0;)
        if (s->subs[i]->live && !gate_state_may_follow(s->member, s->subs[i]->stream->name))
            sub_end(s->subs[i], "NOT_MEMBER");
}

void sub_resync(struct sub *sub, const char *reason)
{
    tell(sub, "stream.resync", reason);
    sub_free(sub);
}

/* --- what lies before the ring --- */

static void on_prepended(void *arg, int64_t head, int64_t floor, const struct json *events)
{
    struct stream *st = arg;
    struct event *older[RANGE_EVENTS_MAX];
    size_t count = 0;

    (void)head;
    st->prepend = NULL;
    for (const struct json *j = json_first(events); j != NULL && count < RANGE_EVENTS_MAX;
         j = json_next(j)) {
        struct event *e = event_new(streams_hub(st->all), j);

        if (e != NULL)
            older[count++] = e;
    }
    while (count > 0 && older[count - 1]->seq >= ring_first(&st->ring))
        event_unref(older[--count]);
    while (count > 0 && older[count - 1]->seq == ring_first(&st->ring) - 1)
        ring_prepend(&st->ring, older[--count]);
    while (count > 0)
        event_unref(older[--count]);
    for (size_t i = st->sub_count; i-- > 0;) {
        struct sub *sub = st->subs[i];

        if (sub->live && sub->cursor + 1 < floor && sub->cursor + 1 < ring_first(&st->ring)) {
            bool is_last = st->sub_count == 1;

            sub_resync(sub, "retention");
            if (is_last)
                return; /* the stream went with it */
        } else if (sub->live && sub->cursor < st->ring.head) {
            session_lag(sub->session);
        }
    }
}

/* A subscription of the same stream whose backlog holds `seq`; NULL: none. */
static const struct sub *neighbour(const struct sub *sub, int64_t seq)
{
    const struct stream *st = sub->stream;

    for (size_t i = 0; i < st->sub_count; i++) {
        const struct sub *other = st->subs[i];

        if (other->backlog_count > 0 && other->backlog[0]->seq <= seq &&
            other->backlog[other->backlog_count - 1]->seq >= seq)
            return other;
    }
    return NULL;
}

/* The event of a row; one that the ring or the neighbour has is shared, so that it is rendered once. */
static struct event *backlog_event(
    const struct sub *sub, const struct sub *other, const struct json *row)
{
    struct event *e = NULL;
    int64_t seq = 0;

    if (json_integer(json_member(row, "seq"), &seq))
        e = sub_peek(other != NULL ? other : sub, seq);
    return e != NULL ? event_ref(e) : event_new(streams_hub(sub->stream->all), row);
}

static void on_backlog(void *arg, int64_t head, int64_t floor, const struct json *events)
{
    struct sub *sub = arg;
    const struct sub *other;

    (void)head;
    sub->range = NULL;
    drop_backlog(sub);
    if (floor > sub->cursor + 1) {
        sub_resync(sub, "retention");
        return;
    }
    other = neighbour(sub, sub->cursor + 1);
    sub->backlog = mem_alloc(RANGE_EVENTS_MAX * sizeof(struct event *));
    for (const struct json *j = json_first(events);
         j != NULL && sub->backlog_count < RANGE_EVENTS_MAX; j = json_next(j)) {
        struct event *e = backlog_event(sub, other, j);

        if (e != NULL)
            sub->backlog[sub->backlog_count++] = e;
    }
    session_lag(sub->session);
}

/* What is close to the ring is put into it, for all; what is far is read for this subscription alone. */
static void ask_older(struct sub *sub, int64_t seq)
{
    struct stream *st = sub->stream;
    int64_t missing = ring_first(&st->ring) - seq;
    bool fits =
        (size_t)missing + st->ring.count <= stream_ring_limit(st) && missing <= RANGE_EVENTS_MAX;

    if (fits && st->prepend == NULL)
        st->prepend =
            range_read(streams_hub(st->all), st->name, seq - 1, missing, on_prepended, st);
    else if (!fits && sub->range == NULL)
        sub->range = range_read(
            streams_hub(st->all), st->name, sub->cursor, RANGE_EVENTS_MAX, on_backlog, sub);
}

struct event *sub_peek(const struct sub *sub, int64_t seq)
{
    struct event *e = ring_get(&sub->stream->ring, seq);
    int64_t at = sub->backlog_count > 0 ? seq - sub->backlog[0]->seq : -1;

    if (e == NULL && at >= 0 && at < (int64_t)sub->backlog_count)
        e = sub->backlog[at];
    return e;
}

struct event *sub_event(struct sub *sub, int64_t seq)
{
    struct event *e = sub_peek(sub, seq);

    if (e == NULL)
        ask_older(sub, seq);
    return e;
}
