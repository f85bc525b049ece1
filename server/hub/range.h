/* range.h -- reads of missing events from the outbox: at a ring's head, before its first event, or for one lagging
 * subscription.  One query each (api.stream_range); who asked is told by its own done function.
 */
#pragma once

#include <stdint.h>

struct hub;
struct json;
struct range;

enum { RANGE_EVENTS_MAX = 256, RANGE_RETRY_MS = 50 };

/* head: newest seq in the database; floor: oldest still there; events: the JSON array (NULL: none), ascending.
 * On a failure the read is repeated after RANGE_RETRY_MS until it succeeds or is cancelled.
 */
typedef void range_done_fn(void *arg, int64_t head, int64_t floor, const struct json *events);

struct range *range_read(struct hub *h,
    const char *stream,
    int64_t after,
    int64_t limit,
    range_done_fn *done,
    void *arg);
void range_cancel(struct range *r); /* done is not called; NULL is fine */
