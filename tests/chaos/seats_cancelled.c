/* seats_cancelled.c -- an offer is cancelled while payments arrive, in time and late: everybody is refunded once. */
#include <stdio.h>
#include <string.h>

#include "io/json.h"
#include "base/clock.h"
#include "base/mem.h"
#include "check.h"
#include "fleet.h"
#include "goers.h"
#include "seats.h"

enum {
    OFFER = 700400,
    MOST_HOLDERS = 400,
    MOST_S = 120,
    REPEATS = 2,
    WAIT_MS = 20000,
    OUTCOME_BYTES = 300
};

/* When the money of a holder arrives. */
enum plan { PAID_BEFORE, PAID_MEANWHILE, PAID_LATE, PAID_IN_POINTS, PLANS };

struct holder {
    struct seats_told told;
    bool is_asked, is_confirming;
    char outcome[OUTCOME_BYTES]; /* of its payment, as it was first answered */
};

struct cancelled {
    struct seats *seats;
    struct holder *holders;
    int count, payments, from, changed, refused;
    enum plan first, last; /* whose payments arrive now */
    bool is_selling, is_cancelling, is_told_again;
};

static bool next_holder(struct cancelled *r, struct goer *g)
{
    struct holder *h = &r->holders[g->number];
    bool in_points = g->number % PLANS == PAID_IN_POINTS;

    if (!r->is_selling || g->number >= r->count)
        return false;
    if (!h->is_asked) {
        h->is_asked = true;
        g->method = "reservation.hold";
        seats_print_hold(g->params, sizeof g->params, OFFER, 1, 0, in_points);
        return true;
    }
    if (!in_points || h->told.resv == 0 || h->is_confirming)
        return false;
    h->is_confirming = true;
    g->method = "reservation.confirm";
    snprintf(g->params, sizeof g->params, "{\"reservation\":\"%lld\"}", (long long)h->told.resv);
    return true;
}

/* The payments of those whose turn it is, one after the other. */
static bool next_payment(struct cancelled *r, struct goer *g)
{
    for (; r->from < r->count; r->from++) {
        enum plan plan = (enum plan)(r->from % PLANS);
        long long resv = r->holders[r->from].told.resv;

        if (plan < r->first || plan > r->last || resv == 0)
            continue;
        r->from++;
        g->method = "reservation.confirm";
        snprintf(g->params, sizeof g->params,
            "{\"reservation\":\"%lld\",\"payment_ref\":\"cancelled-%lld\",\"amount\":{\"minor\":%d,\"cur\":\"EUR\"}}",
            resv, resv, SEATS_PRICE);
        return true;
    }
    return false;
}

static bool cancelled_next(void *arg, struct goer *g)
{
    struct cancelled *r = arg;

    if (g->kind == GOER_MEMBER)
        return next_holder(r, g);
    if (g->kind == GOER_DESK)
        return !r->is_selling && next_payment(r, g);
    if (!r->is_cancelling || r->payments < r->count / 8)
        return false;
    r->is_cancelling = false; /* once, in the middle of the payments */
    g->method = "offer.cancel";
    snprintf(g->params, sizeof g->params, "{\"offer\":\"%d\",\"base\":%lld}", OFFER,
        (long long)fleet_number(
            r->seats->fleet, "select version from offer where offer_id = %d", OFFER));
    return true;
}

static struct holder *holder_of(struct cancelled *r, const struct json *result)
{
    int64_t resv = 0;

    (void)json_id(json_member(result, "reservation"), &resv);
    for (int i = 0; i < r->count; i++)
        if (r->holders[i].told.resv == resv && resv != 0)
            return &r->holders[i];
    return NULL;
}

static void note_payment(struct cancelled *r, const struct goer *g, const struct json *result)
{
    struct holder *h = holder_of(r, result);

    r->payments++;
    if (h == NULL)
        r->refused++;
    else if (!r->is_told_again)
        snprintf(h->outcome, sizeof h->outcome, "%s", g->first);
    else if (strcmp(h->outcome, g->first) != 0 && r->changed++ < 5)
        check_note("first %s, under another key %s", h->outcome, g->first);
}

static void cancelled_answer(
    void *arg, struct goer *g, const struct json *result, const struct json *error, int code)
{
    struct cancelled *r = arg;

    (void)error;
    if (code != 0 && r->refused++ < 5)
        check_note("%s %s: code %d", g->method, g->params, code);
    if (strcmp(g->method, "reservation.hold") == 0)
        r->holders[g->number].told = seats_told(result, code);
    else if (g->kind == GOER_DESK && result != NULL)
        note_payment(r, g, result);
}

static void play(struct cancelled *r, int expected, const char *kills)
{
    struct goers_play p = {.next = cancelled_next,
        .answer = cancelled_answer,
        .arg = r,
        .repeats = REPEATS,
        .expected = expected,
        .kills = kills,
        .most_s = MOST_S};

    r->payments = 0;
    check(goers_play(r->seats->goers, &p) && goers_count(r->seats->goers).unequal == 0,
        "cancelled: every call has its answer, and the same when it is repeated (%zu not)",
        goers_count(r->seats->goers).unequal);
}

static void pay(struct cancelled *r, enum plan first, enum plan last, const char *kills)
{
    r->is_selling = false;
    r->first = first;
    r->last = last;
    r->from = 0;
    play(r, r->count * (1 + (int)(last - first)) / PLANS, kills);
}

static int64_t live(const struct cancelled *r)
{
    return fleet_number(r->seats->fleet,
        "select count(*) from reservation where offer_id = %d and state in ('held', 'confirmed')",
        OFFER);
}

static void wait_until_over(const struct cancelled *r)
{
    int64_t until_ms = clock_mono().ms + WAIT_MS;

    while (live(r) > 0 && clock_mono().ms < until_ms)
        goers_wait(r->seats->goers, 100);
}

static void judge(struct cancelled *r)
{
    struct fleet *f = r->seats->fleet;
    int paying = r->count * PAID_IN_POINTS / PLANS;
    int64_t
        payments = fleet_number(f,
            "select count(*) from payment p join reservation r using (resv_id) where r.offer_id = %d",
            OFFER),
        unpaid = fleet_number(f,
            "select count(*) from (select p.resv_id, sum(p.amount_minor) as paid,"
            " (select coalesce(sum(f.amount_minor), 0) from refund f where f.resv_id = p.resv_id) as back"
            " from payment p join reservation r using (resv_id) where r.offer_id = %d group by p.resv_id) x"
            " where paid <> back",
            OFFER),
        refunds = fleet_number(f,
            "select count(*) from refund f join reservation r using (resv_id) where r.offer_id = %d",
            OFFER),
        points = fleet_number(f,
            "select count(*) from reservation r join ledger_tx x on x.tx_id = r.capture_tx"
            " where r.offer_id = %d and x.reversed = x.amount",
            OFFER);

    check(live(r) == 0, "cancelled: in the end nobody has a seat (%lld have)", (long long)live(r));
    check(r->refused == 0, "P1: every payment is taken in, none is refused (%d)", r->refused);
    check(payments == paying && refunds == paying && unpaid == 0,
        "cancelled: %d payments, each is given back wholly and once (%lld payments, %lld refunds,"
        " %lld do not agree)",
        paying, (long long)payments, (long long)refunds, (long long)unpaid);
    check(points == r->count / PLANS, "cancelled: points as well (%lld of %d)", (long long)points,
        r->count / PLANS);
    check(r->changed == 0, "19.7: a payment_ref is answered the same for ever (%d are not)",
        r->changed);
}

void seats_cancelled(struct seats *s)
{
    int count = s->clients / 3 < MOST_HOLDERS ? s->clients / 3 : MOST_HOLDERS;
    struct cancelled r = {.seats = s, .count = count - count % PLANS, .is_selling = true};

    r.holders = mem_zalloc((size_t)r.count * sizeof *r.holders);
    seats_offer(s, OFFER, r.count, 0);
    play(&r, r.count + r.count / PLANS, "");
    pay(&r, PAID_BEFORE, PAID_BEFORE, "");
    fleet_run(s->fleet,
        "update reservation set expires_at = now() - interval '1 second' where offer_id = %d and state = 'held'"
        " and (organiser - %d) %% %d = %d",
        OFFER, FLEET_FIRST_MEMBER, PLANS, PAID_LATE);
    r.is_cancelling = true;
    pay(&r, PAID_MEANWHILE, PAID_LATE, "ww");
    wait_until_over(&r);
    check_note("cancelled: outcomes of payments are %s",
        fleet_text(s->fleet,
            "select string_agg(n || ' ' || outcome, ', ') from (select outcome, count(*) as n from payment p"
            " join reservation r using (resv_id) where r.offer_id = %d group by outcome order by outcome) x",
            OFFER));
    r.is_told_again = true;
    pay(&r, PAID_BEFORE, PAID_LATE, "");
    judge(&r);
    seats_judge(s, "cancelled");
    mem_free(r.holders);
}
