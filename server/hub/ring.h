/* ring.h -- the recent events of one stream, contiguous by seq, oldest first. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct event;

struct ring {
    struct event **events; /* circular; one reference each */
    size_t capacity, start, count;
    int64_t head; /* seq of the newest event; with count 0 the seq after which it will begin */
};

void ring_init(struct ring *r, int64_t head);
void ring_done(struct ring *r);
int64_t ring_first(const struct ring *r); /* seq of the oldest event; head + 1 when empty */
struct event *ring_get(const struct ring *r, int64_t seq); /* borrowed; NULL: outside */
void ring_push(struct ring *r,
    struct event *e,
    size_t keep_max); /* takes e, seq head + 1; drops the oldest above keep_max */
void ring_prepend(struct ring *r, struct event *e); /* takes e, seq ring_first - 1 */
