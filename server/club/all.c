/* all.c -- lists the tables of rows; the indexes are made at first use and live as long as the process. */
#include "club/all.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "hub/event.h"
#include "hub/method.h"

enum { METHODS_MAX = 512, EVENTS_MAX = 256 };

static const struct method *const tables[] = {
    account_methods,
    account_password_methods,
    admin_methods,
    approval_methods,
    benefit_methods,
    benefit_desk_methods,
    card_methods,
    club_methods,
    consent_methods,
    consent_desk_methods,
    consent_evidence_methods,
    device_methods,
    expense_methods,
    family_methods,
    feed_comment_methods,
    feed_methods,
    insight_methods,
    insight_seats_methods,
    join_methods,
    member_methods,
    membership_methods,
    moderation_methods,
    notify_methods,
    offer_desk_methods,
    offer_methods,
    offer_notice_methods,
    plan_comment_methods,
    plan_hold_methods,
    plan_item_methods,
    plan_member_methods,
    plan_methods,
    plan_offer_methods,
    plan_proposal_methods,
    plan_signal_methods,
    points_desk_methods,
    points_hold_methods,
    ops_methods,
    points_code_methods,
    points_methods,
    points_rule_methods,
    points_transfer_methods,
    poll_methods,
    pref_methods,
    profile_methods,
    privacy_methods,
    refund_methods,
    queue_methods,
    report_methods,
    reservation_desk_methods,
    reservation_methods,
    reservation_pay_methods,
    reservation_cancel_methods,
    reservation_party_methods,
    send_methods,
    session_methods,
    stream_methods,
    support_methods,
    tier_methods,
    voucher_methods,
    waitlist_methods,
};

static const struct event_kind *const event_tables[] = {events, events_plan, events_seats};

static const struct method *methods_by_name[METHODS_MAX];
static const struct event_kind *events_by_type[EVENTS_MAX];
static size_t method_count, event_count;

static int compare_methods(const void *a, const void *b)
{
    const struct method *const *left = a, *const *right = b;

    return strcmp((*left)->name, (*right)->name);
}

static int compare_events(const void *a, const void *b)
{
    const struct event_kind *const *left = a, *const *right = b;

    return strcmp((*left)->type, (*right)->type);
}

static void make_indexes(void)
{
    if (method_count > 0)
        return;
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
        for (const struct method *m = tables[t]; m->name != NULL; m++) {
            assert(method_count < METHODS_MAX);
            methods_by_name[method_count++] = m;
        }
    }
    for (size_t t = 0; t < sizeof event_tables / sizeof event_tables[0]; t++) {
        for (const struct event_kind *k = event_tables[t]; k->type != NULL; k++) {
            assert(event_count < EVENTS_MAX);
            events_by_type[event_count++] = k;
        }
    }
    qsort(methods_by_name, method_count, sizeof methods_by_name[0], compare_methods);
    qsort(events_by_type, event_count, sizeof events_by_type[0], compare_events);
}

/* Like strcmp, of a text that is not terminated. */
static int compare_text(const char *text, size_t length, const char *name)
{
    int order = strncmp(text, name, length);

    return order != 0 ? order : (name[length] == '\0' ? 0 : -1);
}

const struct method *method_find(const char *name, size_t length_bytes)
{
    size_t low = 0, high;

    make_indexes();
    for (high = method_count; low < high;) {
        size_t middle = low + (high - low) / 2;
        int order = compare_text(name, length_bytes, methods_by_name[middle]->name);

        if (order == 0)
            return methods_by_name[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const struct event_kind *event_find(const char *type)
{
    const struct event_kind wanted = {.type = type};
    const struct event_kind *key = &wanted;
    const struct event_kind **found;

    make_indexes();
    found = bsearch(&key, events_by_type, event_count, sizeof events_by_type[0], compare_events);
    return found != NULL ? *found : NULL;
}

const struct method *const *all_methods(size_t *out_count)
{
    make_indexes();
    *out_count = method_count;
    return methods_by_name;
}

const struct event_kind *const *all_events(size_t *out_count)
{
    make_indexes();
    *out_count = event_count;
    return events_by_type;
}
