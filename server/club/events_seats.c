/* events_seats.c -- the rows of events.c that tell of offers, reservations, the waiting list and the queue. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

const struct event_kind seat_events[] = {
    {.type = NULL},
};
