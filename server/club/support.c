/* support.c -- the rows of support.*: cases for the staff of a club; the functions are sql/api/support.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { PAGE_MAX = 100, PRIO_MAX = 100 };

static const char *const states[] = {
    "open", "assigned", "waiting_member", "resolved", "closed", NULL};
static const char *const topics[] = {
    "itinerary", "booking", "points", "account", "privacy", "complaint", "other", NULL};
static const char *const causes[] = {
    "paid_late", "refund_failed", "offer_cancelled", "dispute", NULL};

const struct field support_changed_refs[] = {
    FIELD_ID("case", "The case; see support.list."),
    FIELD_WORD("topic", topics, "What it is about."),
    FIELD_WORD("cause", causes, "What opened it."),
    FIELD_WORD("state", states, "Where it stands."),
    FIELD_INT("prio", 0, PRIO_MAX, "The higher, the sooner."),
    FIELD_TIME("due_at", "By when somebody has to have looked."),
    FIELD_END,
};

static const struct field list_params[] = {
    FIELD_ID("club", "Which club."),
    FIELD_WORD(
        "state", states, "Only these; all that are not resolved when left out.", .optional = true),
    FIELD_INT("limit", 1, PAGE_MAX, "Cases at most; 20 when left out.", .optional = true),
    FIELD_TEXT("cursor", 1, 64, "From the page before; the first when left out.", .optional = true),
    FIELD_END,
};

static const struct field support_case[] = {
    FIELD_ID("case", "The case."),
    FIELD_ID("member", "Whom it is about."),
    FIELD_WORD("topic", topics, "What it is about."),
    FIELD_WORD("cause",
        causes,
        "What opened it: a payment that came too late, a refund that did not arrive, an offer that was cancelled, a "
        "strike that is disputed."),
    FIELD_TEXT("ref",
        1,
        64,
        "What it hangs on: resv:<reservation>, refund:<refund> and so on.",
        .nullable = true),
    FIELD_INT("prio", 0, PRIO_MAX, "The higher, the sooner."),
    FIELD_WORD("state", states, "Where it stands."),
    FIELD_TIME("due_at", "By when somebody has to have looked: an hour, 4 or 24, by priority."),
    FIELD_TIME("created_at", "When it was opened."),
    FIELD_BOOL("overdue", "True: that has passed, and it is not resolved."),
    FIELD_END,
};

static const struct field list_result[] = {
    FIELD_LIST("cases", 0, PAGE_MAX, support_case, "Those that are due first."),
    FIELD_TEXT("cursor", 1, 64, "For the next page; null: this was the last.", .nullable = true),
    FIELD_END,
};

static const struct field close_params[] = {FIELD_ID("case", "The case."), FIELD_END};

const struct method support_methods[] = {
    {
        .name = "support.close",
        .doc = "Ends a case: it has been looked at.",
        .since = "1",
        .who = WHO_AGENT | WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = close_params,
        .result = support_case,
        .sql = "select * from api.support_close($1, $2, $3, $4)",
        .publishes = PUBLISHES("case.changed"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_INVALID_STATE),
    },
    {
        .name = "support.list",
        .doc = "Cases of a club that somebody of its staff has to look at.",
        .since = "1",
        .who = WHO_AGENT | WHO_MANAGER,
        .kind = METHOD_READ,
        .lane = LANE_WRITE, /* what staff reads of a member is written down */
        .params = list_params,
        .result = list_result,
        .sql = "select * from api.support_list($1, $2, $3, $4, $5)",
        .errors = ERRORS(ERR_FORBIDDEN),
    },
    {.name = NULL},
};
