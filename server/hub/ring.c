/* ring.c -- a circular array of events that grows by doubling. */
#include "hub/ring.h"

#include <assert.h>
#include <string.h>

#include "hub/frame.h"
#include "base/mem.h"

enum { FIRST_CAPACITY = 4 };

void ring_init(struct ring *r, int64_t head)
{
    memset(r, 0, sizeof *r);
    r->head = head;
}

void ring_done(struct ring *r)
{
    for (size_t i = 0; i < r->count; i++)
        event_unref(r->events[(r->start + i) % r->capacity]);
    mem_free(r->events);
    memset(r, 0, sizeof *r);
}

int64_t ring_first(const struct ring *r)
{
    return r->head - (int64_t)r->count + 1;
}

struct event *ring_get(const struct ring *r, int64_t seq)
{
    int64_t first = ring_first(r);

    if (seq < first || seq > r->head)
        return NULL;
    return r->events[(r->start + (size_t)(seq - first)) % r->capacity];
}

static void make_room(struct ring *r)
{
    size_t capacity = r->capacity == 0 ? FIRST_CAPACITY : r->capacity * 2;
    struct event **events;

    if (r->count < r->capacity)
        return;
    events = mem_alloc(capacity * sizeof(struct event *));
    for (size_t i = 0; i < r->count; i++)
        events[i] = r->events[(r->start + i) % r->capacity];
    mem_free(r->events);
    r->events = events;
    r->capacity = capacity;
    r->start = 0;
}

void ring_push(struct ring *r, struct event *e, size_t keep_max)
{
    assert(e->seq == r->head + 1);
    while (r->count >= keep_max && r->count > 0) {
        event_unref(r->events[r->start]);
        r->start = (r->start + 1) % r->capacity;
        r->count--;
    }
    make_room(r);
    r->events[(r->start + r->count) % r->capacity] = e;
    r->count++;
    r->head++;
}

void ring_prepend(struct ring *r, struct event *e)
{
    assert(e->seq == ring_first(r) - 1);
    make_room(r);
    r->start = (r->start + r->capacity - 1) % r->capacity;
    r->events[r->start] = e;
    r->count++;
}
