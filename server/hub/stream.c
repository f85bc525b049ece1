/* stream.c -- the streams this node serves: rings, their repair, subscriptions.
 *
 * (1) A ring is contiguous; its head only moves by one accepted event.
 * (2) An event that comes early is kept (EARLY_MAX) and asks for repair after GAP_MS; nothing is ever skipped.
 * (3) A stream lives while it has subscribers or an observer.
 * (4) What was committed between the snapshot that gave a new ring its head and the ring's making came by here when
 *     there was no ring yet: the head of every new ring is compared with the database once more.
 */
#include "hub/stream.h"

#include <stdlib.h>
#include <string.h>

#include "hub/event.h"
#include "hub/frame.h"
#include "hub/hub.h"
#include "hub/node.h"
#include "hub/range.h"
#include "hub/session.h"
#include "hub/sub.h"
#include "io/db.h"
#include "io/json.h"
#include "io/loop.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"

enum {
    EARLY_MAX = 1024,
    GAP_MS = 20,
    HEADS_RETRY_MS = 50,
    ME_RING_EVENTS = 64,
    SYS_RING_EVENTS = 8192,
    REPAIR_EVENTS_MAX = 1000,
    HEADS_MAX = 1000
};

struct streams {
    struct hub *hub;
    struct map_text *by_name;
    struct list dirty, gapped, opening, fresh;
    struct loop_timer *gap_timer, *heads_timer;
    bool gap_timer_on;
    int sub_count;
};

/* --- names --- */

enum stream_kind stream_kind_of(const char *name)
{
    if (strncmp(name, "me:", 3) == 0)
        return STREAM_ME;
    if (strncmp(name, "club:", 5) == 0)
        return STREAM_CLUB;
    if (strncmp(name, "family:", 7) == 0)
        return STREAM_FAMILY;
    if (strncmp(name, "offer:", 6) == 0)
        return STREAM_OFFER;
    if (strncmp(name, "plan:", 5) == 0)
        return STREAM_PLAN;
    return strcmp(name, "sys") == 0 ? STREAM_SYS : STREAM_STAFF;
}

int64_t stream_id_of(const char *name)
{
    const char *colon = strchr(name, ':');

    return colon == NULL ? 0 : strtoll(colon + 1, NULL, 10);
}

const char *stream_wire_name(const char *name)
{
    return stream_kind_of(name) == STREAM_ME ? "me" : name;
}

/* --- rings --- */

size_t stream_ring_limit(const struct stream *st)
{
    if (st->kind == STREAM_SYS)
        return SYS_RING_EVENTS;
    return st->kind == STREAM_ME ? ME_RING_EVENTS : st->all->hub->limits.ring_events;
}

void stream_mark_dirty(struct stream *st)
{
    if (st->is_dirty)
        return;
    st->is_dirty = true;
    list_append(&st->all->dirty, &st->in_dirty);
    loop_again(st->all->hub->loop);
}

static void void_in_event(struct event *e, const char *object)
{
    if (e->object != NULL && strcmp(e->object, object) == 0)
        event_drop_fragments(e);
}

/* In the backlogs of its subscriptions, too. */
static void void_in_ring(struct stream *st, const char *object)
{
    for (int64_t seq = ring_first(&st->ring); seq <= st->ring.head; seq++)
        void_in_event(ring_get(&st->ring, seq), object);
    for (size_t i = 0; i < st->sub_count; i++) {
        for (uint32_t k = 0; k < st->subs[i]->backlog_count; k++)
            void_in_event(st->subs[i]->backlog[k], object);
    }
}

static void enter(struct stream *st, struct event *e)
{
    if (e->kind != NULL && e->kind->voids && e->object != NULL)
        void_in_ring(st, e->object);
    ring_push(&st->ring, e, stream_ring_limit(st));
    if (st->entered != NULL)
        st->entered(st->entered_arg, e);
    stream_mark_dirty(st);
}

static void drain_early(struct stream *st)
{
    size_t used = 0;

    while (used < st->early_count && st->early[used]->seq <= st->ring.head + 1) {
        struct event *e = st->early[used++];

        if (e->seq == st->ring.head + 1)
            enter(st, e);
        else
            event_unref(e);
    }
    if (used == 0)
        return;
    memmove(st->early, st->early + used, (st->early_count - used) * sizeof(struct event *));
    st->early_count -= used;
}

static void wait_for_gap(struct stream *st)
{
    if (!st->is_gapped) {
        st->is_gapped = true;
        list_append(&st->all->gapped, &st->in_gapped);
    }
    if (!st->all->gap_timer_on) {
        st->all->gap_timer_on = true;
        loop_timer_set(st->all->gap_timer, GAP_MS, 0);
    }
}

static void on_repaired(void *arg, int64_t head, int64_t floor, const struct json *events)
{
    struct stream *st = arg;

    st->repair = NULL;
    if (floor > st->ring.head + 1 && head >= floor && st->kind == STREAM_SYS) {
        node_rejoin(st->all->hub->node); /* losses that cannot be told any more: begin anew */
        return;
    }
    if (floor > st->ring.head + 1 && head >= floor) {
        /* Older than retention: what lies between cannot be told to anyone.  The last one takes the stream with it. */
        for (size_t left = st->sub_count; left > 0; left--)
            sub_resync(st->subs[0], "retention");
        return;
    }
    for (const struct json *j = json_first(events); j != NULL; j = json_next(j))
        streams_accept(st->all, j);
    if (st->ring.head < head)
        st->repair =
            range_read(st->all->hub, st->name, st->ring.head, REPAIR_EVENTS_MAX, on_repaired, st);
    else if (st->early_count > 0)
        wait_for_gap(st); /* what they wait for was committed after this read */
}

static void repair(struct stream *st)
{
    if (st->repair == NULL)
        st->repair =
            range_read(st->all->hub, st->name, st->ring.head, REPAIR_EVENTS_MAX, on_repaired, st);
}

static void on_gap_timer(void *arg)
{
    struct streams *all = arg;
    struct list_node *n;

    all->gap_timer_on = false;
    while ((n = list_shift(&all->gapped)) != NULL) {
        struct stream *st = LIST_ITEM(n, struct stream, in_gapped);

        st->is_gapped = false;
        if (st->early_count > 0)
            repair(st);
    }
}

static void keep_early(struct stream *st, struct event *e)
{
    size_t at = st->early_count;

    while (at > 0 && st->early[at - 1]->seq > e->seq)
        at--;
    if (st->early_count == EARLY_MAX || (at > 0 && st->early[at - 1]->seq == e->seq)) {
        event_unref(e); /* a range read brings it again */
    } else {
        mem_grow(
            (void **)&st->early, &st->early_capacity, st->early_count + 1, sizeof(struct event *));
        memmove(
            st->early + at + 1, st->early + at, (st->early_count - at) * sizeof(struct event *));
        st->early[at] = e;
        st->early_count++;
    }
    wait_for_gap(st);
}

void streams_accept(struct streams *all, const struct json *row)
{
    const char *name = json_text(json_member(row, "stream"));
    struct stream *st = name == NULL ? NULL : stream_find(all, name);
    int64_t seq = 0;
    struct event *e;

    if (st == NULL || !json_integer(json_member(row, "seq"), &seq) || seq <= st->ring.head)
        return;
    e = event_new(all->hub, row);
    if (e == NULL)
        return;
    if (seq > st->ring.head + 1) {
        keep_early(st, e);
        return;
    }
    enter(st, e);
    drain_early(st);
}

void streams_accept_all(struct streams *all, const char *events, size_t length_bytes)
{
    struct json *list;

    if (events == NULL || json_parse(events, length_bytes, &list, NULL) != ERR_OK)
        return;
    for (const struct json *j = json_first(list); j != NULL; j = json_next(j))
        streams_accept(all, j);
    json_free(list);
}

static void on_heads(void *arg, const struct answer *a)
{
    struct streams *all = arg;

    if (answer_err(a) != ERR_OK) {
        loop_timer_set(all->heads_timer, HEADS_RETRY_MS, 0);
        return;
    }
    for (int row = 0; row < answer_rows(a); row++) {
        const char *name = answer_text(a, row, 0);
        struct stream *st = name != NULL ? stream_find(all, name) : NULL;

        if (st != NULL && answer_i64(a, row, 1) > st->ring.head)
            repair(st);
    }
}

/* names: an array literal that lacks its end, emptied here. */
static void read_heads(struct streams *all, struct buf *names)
{
    const char *args[1];

    if (names->length_bytes == 0)
        return;
    buf_add_char(names, '}');
    args[0] = names->bytes;
    db_query(all->hub->db, LANE_READ, "select * from api.stream_heads($1)", 1, args, on_heads, all);
    buf_clear(names);
}

void streams_check_heads(struct streams *all)
{
    size_t cursor = 0, count = 0;
    const char *name;
    void *value;
    struct buf names;

    buf_init(&names, 0);
    while (map_text_next(all->by_name, &cursor, &name, &value)) {
        buf_printf(&names, "%c\"%s\"", names.length_bytes == 0 ? '{' : ',', name);
        if (++count % HEADS_MAX == 0)
            read_heads(all, &names);
    }
    read_heads(all, &names);
    buf_done(&names);
}

static void on_heads_timer(void *arg)
{
    streams_check_heads(arg);
}

void streams_turn(struct streams *all)
{
    struct list_node *n;
    struct buf names;
    size_t count = 0;

    if (all->fresh.count == 0)
        return;
    buf_init(&names, 0);
    while ((n = list_shift(&all->fresh)) != NULL) {
        buf_printf(&names, "%c\"%s\"", names.length_bytes == 0 ? '{' : ',',
            LIST_ITEM(n, struct stream, in_fresh)->name);
        if (++count % HEADS_MAX == 0)
            read_heads(all, &names);
    }
    read_heads(all, &names);
    buf_done(&names);
}

void streams_rendered(struct streams *all, const char *name)
{
    struct stream *st = stream_find(all, name);

    if (st == NULL)
        return;
    stream_mark_dirty(st);
    for (size_t i = 0; i < st->sub_count; i++) {
        if (st->subs[i]->live && st->subs[i]->cursor < st->flushed)
            session_lag(st->subs[i]->session);
    }
}

void streams_void_object(struct streams *all, const char *object)
{
    size_t cursor = 0;
    const char *name;
    void *value;

    while (map_text_next(all->by_name, &cursor, &name, &value)) {
        if (((struct stream *)value)->kind != STREAM_ME)
            void_in_ring(value, object);
    }
}

/* --- streams --- */

struct stream *stream_find(struct streams *all, const char *name)
{
    return map_text_get(all->by_name, name, strlen(name));
}

struct stream *stream_open(struct streams *all, const char *name, int64_t head)
{
    struct stream *st = stream_find(all, name);

    if (st != NULL)
        return st;
    st = mem_zalloc(sizeof *st);
    st->all = all;
    st->name = mem_copy(name, strlen(name));
    st->kind = stream_kind_of(name);
    st->id = stream_id_of(name);
    ring_init(&st->ring, head);
    st->flushed = head;
    list_node_init(&st->in_dirty);
    list_node_init(&st->in_gapped);
    list_node_init(&st->in_fresh);
    if (st->kind != STREAM_SYS) { /* sys begins where node.c says */
        list_append(&all->fresh, &st->in_fresh);
        loop_again(all->hub->loop);
    }
    map_text_set(all->by_name, name, strlen(name), st);
    return st;
}

static void drop_early(struct stream *st)
{
    for (size_t i = 0; i < st->early_count; i++)
        event_unref(st->early[i]);
    st->early_count = 0;
}

static void stream_free(struct stream *st)
{
    map_text_remove(st->all->by_name, st->name, strlen(st->name));
    if (st->is_dirty)
        list_remove(&st->all->dirty, &st->in_dirty);
    if (st->is_gapped)
        list_remove(&st->all->gapped, &st->in_gapped);
    if (list_is_linked(&st->in_fresh))
        list_remove(&st->all->fresh, &st->in_fresh);
    range_cancel(st->repair);
    range_cancel(st->prepend);
    drop_early(st);
    ring_done(&st->ring);
    mem_free(st->early);
    mem_free(st->subs);
    mem_free(st->name);
    mem_free(st);
}

void stream_observe(struct stream *st, void (*entered)(void *, const struct event *), void *arg)
{
    st->entered = entered;
    st->entered_arg = arg;
}

void stream_restart(struct stream *st, int64_t head)
{
    range_cancel(st->repair);
    st->repair = NULL;
    drop_early(st);
    ring_done(&st->ring);
    ring_init(&st->ring, head);
    st->flushed = head;
}

void streams_reset(struct streams *all, const char *reason)
{
    size_t cursor = 0;
    const char *name;
    void *value;
    bool found = true;

    while (found) {
        found = false;
        cursor = 0;
        while (!found && map_text_next(all->by_name, &cursor, &name, &value)) {
            struct stream *st = value;

            found = st->sub_count > 0;
            if (found)
                sub_resync(st->subs[0], reason);
        }
    }
}

/* --- the registry --- */

struct streams *streams_new(struct hub *h)
{
    struct streams *all = mem_zalloc(sizeof *all);

    all->hub = h;
    all->by_name = map_text_new();
    list_init(&all->dirty);
    list_init(&all->gapped);
    list_init(&all->opening);
    list_init(&all->fresh);
    all->heads_timer = loop_timer_new(h->loop, on_heads_timer, all);
    all->gap_timer = loop_timer_new(h->loop, on_gap_timer, all);
    return all;
}

void streams_free(struct streams *all)
{
    size_t cursor;
    const char *name;
    void *value;

    if (all == NULL)
        return;
    while (cursor = 0, map_text_next(all->by_name, &cursor, &name, &value))
        stream_free(value);
    map_text_free(all->by_name);
    loop_timer_free(all->gap_timer);
    loop_timer_free(all->heads_timer);
    mem_free(all);
}

struct list *streams_dirty(struct streams *all)
{
    return &all->dirty;
}

struct list *streams_opening(struct streams *all)
{
    return &all->opening;
}

struct hub *streams_hub(struct streams *all)
{
    return all->hub;
}

int streams_count(const struct streams *all)
{
    return (int)map_text_count(all->by_name);
}

int streams_sub_count(const struct streams *all)
{
    return all->sub_count;
}

static void add_load(const struct stream *st, struct stream_load *out)
{
    out->ring_events += st->ring.count;
    if (st->ring.count > out->ring_events_max)
        out->ring_events_max = st->ring.count;
    for (size_t i = 0; i < st->sub_count; i++) {
        const struct sub *sub = st->subs[i];
        uint64_t lag = sub->live ? (uint64_t)(st->ring.head - sub->cursor) : 0;

        out->lag += lag;
        if (lag > out->lag_max)
            out->lag_max = lag;
    }
}

struct stream_load streams_load(const struct streams *all)
{
    struct stream_load load = {0};
    size_t cursor = 0;
    const char *name;
    void *value;

    while (map_text_next(all->by_name, &cursor, &name, &value))
        add_load(value, &load);
    return load;
}

void streams_count_sub(struct streams *all, int change)
{
    all->sub_count += change;
}

void stream_release(struct stream *st)
{
    if (st->sub_count == 0 && st->entered == NULL)
        stream_free(st);
}
