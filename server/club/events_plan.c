/* events_plan.c -- the rows of events.c that tell of plans, polls and expenses. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

const struct event_kind events_plan[] = {
    {
        .type = "plan.changed",
        .doc = "A plan has another state, title, place or days, or is new.",
        .gates = GATES("svc.plan"),
        .keep = KEEP_ALL,
        .refs = plan_changed_refs,
        .view = plan_view,
    },
    {
        .type = "plan.member",
        .doc = "A member of a plan, or who is invited, stands otherwise, or may do other things.",
        .gates = GATES("svc.plan"),
        .keep = KEEP_ALL,
        .refs = plan_member_refs,
        .view = plan_member_view,
    },
    {.type = NULL},
};
