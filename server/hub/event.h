/* event.h -- the kinds of events as data.  The one table is club/events.c, with more of it in club/events_seats.c and events_plan.c. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/shape.h"

enum event_keep {
    KEEP_ALL, /* every event is delivered */
    KEEP_LATEST /* state: of several with the same conflation key a lagging session gets the newest only */
};

struct event_kind {
    const char *type; /* "post.published" */
    const char *doc;
    const char *const
        *gates; /* codes of the purposes its rows may carry; ends with NULL; never empty */
    enum event_keep keep;
    bool voids;               /* renders of the object it names are void: deleted, edited, hidden */
    const struct field *refs; /* what outbox.refs holds = data without view */
    const struct field *view; /* data.view, rendered at delivery; NULL: none */
};

#define GATES(...) ((const char *const[]){__VA_ARGS__, NULL})
