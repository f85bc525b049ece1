/* seats_rush.c -- one seat for ten clients: held, paid with points or money, or sold out; and groups that want two pools. */
#include <stdio.h>
#include <string.h>

#include "io/json.h"
#include "base/mem.h"
#include "check.h"
#include "fleet.h"
#include "goers.h"
#include "seats.h"

enum { OFFER = 700100, GROUP_OFFER = 700200, SHARE = 10, MOST_S = 240, REPEATS = 2 };

/* What a client does with its seat. */
enum plan { KEEP, PAY_MONEY, PAY_POINTS, KEEP_POINTS, PLANS };

struct ticket {
    struct seats_told told;
    bool is_asked, is_queued, is_confirmed;
};

struct rush {
    struct seats *seats;
    struct ticket *tickets;
    int *queue; /* tickets that the booking service was paid for */
    int queued, taken, confirmed, wrong;
};

static enum plan plan_of(int member)
{
    return (enum plan)(member % PLANS);
}

static bool next_member(struct rush *r, struct goer *g)
{
    struct ticket *t = &r->tickets[g->number];
    enum plan plan = plan_of(g->number);

    if (!t->is_asked) {
        t->is_asked = true;
        g->method = "reservation.hold";
        seats_print_hold(g->params, sizeof g->params, OFFER, 1, 0, plan >= PAY_POINTS);
        return true;
    }
    if (plan != PAY_POINTS || t->told.resv == 0 || t->is_queued)
        return false;
    t->is_queued = true;
    g->method = "reservation.confirm";
    snprintf(g->params, sizeof g->params, "{\"reservation\":\"%lld\"}", (long long)t->told.resv);
    return true;
}

static bool next_desk(struct rush *r, struct goer *g)
{
    long long resv;

    if (r->taken == r->queued)
        return false;
    resv = r->tickets[r->queue[r->taken++]].told.resv;
    g->method = "reservation.confirm";
    snprintf(g->params, sizeof g->params,
        "{\"reservation\":\"%lld\",\"payment_ref\":\"rush-%lld\",\"amount\":{\"minor\":%d,\"cur\":\"EUR\"}}",
        resv, resv, SEATS_PRICE);
    return true;
}

static bool rush_next(void *arg, struct goer *g)
{
    if (g->kind == GOER_MANAGER)
        return false;
    return g->kind == GOER_MEMBER ? next_member(arg, g) : next_desk(arg, g);
}

static void rush_answer(
    void *arg, struct goer *g, const struct json *result, const struct json *error, int code)
{
    struct rush *r = arg;
    struct ticket *t = &r->tickets[g->number];
    const char *outcome = json_text(json_member(result, "outcome"));

    (void)error;
    if (strcmp(g->method, "reservation.confirm") == 0) {
        bool is_confirmed = outcome != NULL && strcmp(outcome, "confirmed") == 0;

        if (!is_confirmed && r->wrong++ < 5)
            check_note("%s: code %d, outcome %s", g->params, code, outcome == NULL ? "" : outcome);
        r->confirmed += is_confirmed;
        return;
    }
    t->told = seats_told(result, code);
    if (t->told.resv != 0 && plan_of(g->number) == PAY_MONEY) {
        t->is_queued = true;
        r->queue[r->queued++] = g->number;
    }
}

static void write_tickets(const struct rush *r)
{
    int clients = r->seats->clients;
    struct seats_told *told = mem_alloc((size_t)clients * sizeof *told);

    for (int i = 0; i < clients; i++)
        told[i] = r->tickets[i].told;
    seats_write_told(r->seats, told, clients);
    mem_free(told);
}

static void judge_rush(const struct rush *r, int seats)
{
    struct fleet *f = r->seats->fleet;
    int clients = r->seats->clients, wanted = 0;
    int64_t taken, empty, lost, others, paid;

    write_tickets(r);
    for (int i = 0; i < clients; i++)
        wanted += r->tickets[i].is_queued;
    taken = fleet_number(
        f, "select held + confirmed from seat_pool where pool_id = %d", OFFER + SEATS_TOTAL_POOL);
    empty = fleet_number(f,
        "select count(*) from told t where code = 0 and not exists (select from reservation r"
        " where r.resv_id = t.resv and r.organiser = t.member and r.offer_id = %d and r.state in ('held', 'confirmed'))",
        OFFER);
    lost = fleet_number(f,
        "select count(*) from reservation r where offer_id = %d and not exists (select from told t where t.resv = r.resv_id)",
        OFFER);
    others = fleet_number(f, "select count(*) from told where code not in (0, %d)", SEATS_SOLD_OUT);
    paid = fleet_number(
        f, "select count(*) from reservation where offer_id = %d and state = 'confirmed'", OFFER);
    check(taken == seats, "P8: of %d seats for %d clients exactly %d are held or confirmed (%lld)",
        seats, clients, seats, (long long)taken);
    check(fleet_number(f, "select count(*) from told where code = 0") == seats && empty == 0,
        "P8: nobody is told yes without a seat (%lld)", (long long)empty);
    check(lost == 0, "P8: no seat is lost to a client that was not told (%lld)", (long long)lost);
    check(others == 0, "all others are told SOLD_OUT (%lld are not)", (long long)others);
    check(r->wrong == 0 && r->confirmed == wanted && paid == wanted,
        "P1: whoever pays what is held has it: %d paid, %d told so, %lld confirmed", wanted,
        r->confirmed, (long long)paid);
}

void seats_rush(struct seats *s)
{
    int seats = s->clients / SHARE;
    struct rush r = {.seats = s,
        .tickets = mem_zalloc((size_t)s->clients * sizeof *r.tickets),
        .queue = mem_zalloc((size_t)s->clients * sizeof *r.queue)};
    struct goers_play play = {.next = rush_next,
        .answer = rush_answer,
        .arg = &r,
        .repeats = REPEATS,
        .expected = s->clients,
        .kills = "wdww",
        .most_s = MOST_S};
    struct goers_count c;

    seats_offer(s, OFFER, seats, seats);
    check(goers_play(s->goers, &play), "every client has its answer");
    c = goers_count(s->goers);
    check_note(
        "%zu answers; killed: %zu workers, %zu databases; %zu calls sent anew, %zu of them had"
        " taken effect; %zu repeated",
        c.answers, c.killed_workers, c.killed_databases, c.resends, c.found_again, c.repeats);
    check(c.killed_workers > 0 && c.killed_databases > 0, "workers and databases were killed");
    check(c.repeats > 0 && c.unequal == 0,
        "P2: a call repeated twice is answered as the first time (%zu are not)", c.unequal);
    judge_rush(&r, seats);
    seats_judge(s, "rush");
    mem_free(r.tickets);
    mem_free(r.queue);
}

/* --- groups ------------------------------------------------------------------------------------------- */

struct shape {
    int singles, doubles;
};

static const struct shape shapes[] = {{1, 0}, {0, 1}, {2, 1}, {0, 2}, {4, 0}};

enum { SHAPES = sizeof shapes / sizeof *shapes };

struct groups {
    struct seats *seats;
    struct seats_told *told;
    bool *is_asked;
};

static const struct shape *shape_of(int member)
{
    return &shapes[member % SHAPES];
}

static bool groups_next(void *arg, struct goer *g)
{
    struct groups *r = arg;

    if (g->kind != GOER_MEMBER || r->is_asked[g->number])
        return false;
    r->is_asked[g->number] = true;
    g->method = "reservation.hold";
    seats_print_hold(g->params, sizeof g->params, GROUP_OFFER, shape_of(g->number)->singles,
        shape_of(g->number)->doubles, 0);
    return true;
}

static void groups_answer(
    void *arg, struct goer *g, const struct json *result, const struct json *error, int code)
{
    struct groups *r = arg;

    (void)error;
    r->told[g->number] = seats_told(result, code);
}

static int64_t free_of(const struct groups *r, int pool)
{
    return fleet_number(r->seats->fleet,
        "select capacity - held - confirmed - offered from seat_pool where pool_id = %d",
        GROUP_OFFER + pool);
}

/* What a group was refused does not fit what is left, for nothing was given back. */
static int refused_and_fits(const struct groups *r)
{
    int64_t total = free_of(r, SEATS_TOTAL_POOL), doubles = free_of(r, SEATS_DOUBLE_POOL);
    int wrong = 0;

    for (int i = 0; i < r->seats->clients; i++) {
        const struct shape *p = shape_of(i);

        wrong += r->told[i].code != 0 && p->singles + p->doubles <= total && p->doubles <= doubles;
    }
    return wrong;
}

static void judge_groups(const struct groups *r)
{
    struct fleet *f = r->seats->fleet;
    int64_t parts = 0, others;
    int refused = 0, fits = refused_and_fits(r);

    seats_write_told(r->seats, r->told, r->seats->clients);
    for (int i = 0; i < r->seats->clients; i++) {
        refused += r->told[i].code == SEATS_SOLD_OUT;
        if (r->told[i].code == 0)
            parts += fleet_number(f,
                "select ((coalesce(sum(qty) filter (where class_id = %d), 0),"
                " coalesce(sum(qty) filter (where class_id = %d), 0)) <> (%d, %d))::int"
                " from reservation_item where resv_id = %lld",
                GROUP_OFFER + SEATS_SINGLE, GROUP_OFFER + SEATS_DOUBLE, shape_of(i)->singles,
                shape_of(i)->doubles, (long long)r->told[i].resv);
    }
    others = fleet_number(f,
        "select (select count(*) from reservation where offer_id = %d) - (select count(*) from told where code = 0)"
        " + (select count(*) from told where code not in (0, %d))",
        GROUP_OFFER, SEATS_SOLD_OUT);
    check(parts == 0 && others == 0,
        "groups: seats of two pools are held all or not at all (%lld wrong)",
        (long long)(parts + others));
    check(refused > 0 && fits == 0,
        "groups: none of %d is refused what is still free in the end (%d)", refused, fits);
}

void seats_groups(struct seats *s)
{
    struct groups r = {.seats = s,
        .told = mem_zalloc((size_t)s->clients * sizeof *r.told),
        .is_asked = mem_zalloc((size_t)s->clients * sizeof *r.is_asked)};
    struct goers_play play = {.next = groups_next,
        .answer = groups_answer,
        .arg = &r,
        .repeats = REPEATS,
        .expected = s->clients,
        .kills = "w",
        .most_s = MOST_S};

    seats_offer(s, GROUP_OFFER, s->clients / SHARE, s->clients / SHARE / 3);
    check(goers_play(s->goers, &play), "every group has its answer");
    check(goers_count(s->goers).unequal == 0, "P2: and the same when it asks again (%zu do not)",
        goers_count(s->goers).unequal);
    judge_groups(&r);
    seats_judge(s, "groups");
    mem_free(r.told);
    mem_free(r.is_asked);
}
