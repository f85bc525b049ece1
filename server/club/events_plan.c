/* events_plan.c -- the rows of events.c that tell of plans, polls and expenses. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

const struct event_kind events_plan[] = {
    {.type = NULL},
};
