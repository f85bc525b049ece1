/* events_plan.c -- the rows of events.c that tell of plans, polls and expenses. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

const struct event_kind events_plan[] = {
    {
        .type = "expense.changed",
        .doc = "An expense of the plan is new, is otherwise, or is deleted.",
        .gates = GATES("svc.plan"),
        .keep = KEEP_ALL,
        .voids = true,
        .refs = expense_refs,
        .view = expense_view,
    },
    {
        .type = "plan.changed",
        .doc = "A plan has another state, title, place or days, or is new.",
        .gates = GATES("svc.plan"),
        .keep = KEEP_ALL,
        .refs = plan_changed_refs,
        .view = plan_view,
    },
    {
        .type = "plan.comment",
        .doc = "Somebody commented on a plan or one of its items, or a comment is gone.",
        .gates = GATES("svc.plan"),
        .keep = KEEP_ALL,
        .voids = true,
        .refs = plan_comment_refs,
        .view = plan_comment_view,
    },
    {
        .type = "plan.item_changed",
        .doc =
            "An item of a plan was added, changed, moved, deleted or restored; the view is the item as it is now.",
        .gates = GATES("svc.plan"),
        .keep = KEEP_ALL,
        .refs = plan_item_refs,
        .view = plan_item_view,
    },
    {
        .type = "plan.member",
        .doc = "A member of a plan, or who is invited, stands otherwise, or may do other things.",
        .gates = GATES("svc.plan"),
        .keep = KEEP_ALL,
        .refs = plan_member_refs,
        .view = plan_member_view,
    },
    {
        .type = "plan.proposal",
        .doc = "Something is proposed for a plan, or that was decided.",
        .gates = GATES("svc.plan"),
        .keep = KEEP_ALL,
        .voids = true,
        .refs = plan_proposal_refs,
        .view = plan_proposal_view,
    },
    {
        .type = "plan.threshold",
        .doc =
            "Seats booked for a plan are near a price step of an offer, or have reached it; plan.threshold "
            "tells what it is worth to the caller.",
        .gates = GATES("svc.plan"),
        .keep = KEEP_ALL,
        .refs = plan_threshold_refs,
    },
    {
        .type = "poll.changed",
        .doc =
            "A poll of a plan was opened, voted in or closed; the votes of a secret one are told "
            "to the voter alone.",
        .gates = GATES("svc.plan"),
        .keep = KEEP_ALL,
        .voids = true,
        .refs = poll_refs,
        .view = poll_view,
    },
    {
        .type = "settlement.changed",
        .doc = "A payment between two participants is marked as paid, confirmed or disputed; to "
               "both and to the plan.",
        .gates = GATES("svc.plan"),
        .keep = KEEP_ALL,
        .voids = true,
        .refs = expense_settlement_refs,
        .view = expense_settlement_view,
    },
    {.type = NULL},
};
