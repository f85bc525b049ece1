/* bench_sale.c -- the day on which a sale opens: a crowd waits on its sockets over several workers, queues, is drawn, has
 * its turn and holds seats until there are none.
 *
 *   on_sale_day   tickets per second while 10,000 members join, 1,000 at a time; beside it how long all of them took to be
 *                 answered once it opened, and what failed.  An answer is a hold or SOLD_OUT; who never has a turn knows a
 *                 position.  A failed interaction is any other answer to a call, and a client that heard nothing.
 *
 *   bench_sale [clients [workers]]
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/db.h"
#include "base/mem.h"
#include "crowd.h"
#include "members.h"
#include "report.h"
#include "stage.h"

enum {
    CLIENTS = 10000,
    CLIENTS_MAX = 19000, /* descriptors of a process */
    WORKERS = 2,
    SEATS = 500,
    RATE = 1000, /* admitted per second */
    IN_FLIGHT = 1000,
    WAIT_S = 120,
    SUBSCRIBE_CHUNK = 200,
    OFFER = 900001,
    POOL = 900002,
    CLASS = 900003
};

static const char *const options[] = {NULL};

enum where { WAITS, JOINS, QUEUED, PLACED, HOLDS, HELD, SOLD_OUT, FAILED };

struct client {
    enum where where;
    double sent_s;
};

struct sale {
    struct crowd *crowd;
    struct client *clients;
    int count, next, joined, answered, failed;
    int held, sold_out;
    double *join_ms, *hold_ms;
    int holds;
    bool is_open;
};

static bool has(const char *text, size_t length, const char *word)
{
    return memmem(text, length, word, strlen(word)) != NULL;
}

static void fail(struct sale *s, struct client *c, const char *text, size_t length)
{
    if (s->failed++ < 3)
        fprintf(stderr, "  failed: %.*s\n", (int)(length > 300 ? 300 : length), text);
    c->where = FAILED;
}

static void join_next(struct sale *s)
{
    char text[256];
    int at = s->next, n;

    if (at >= s->count)
        return;
    s->next++;
    n = snprintf(text, sizeof text,
        "{\"jsonrpc\":\"2.0\",\"id\":777001,\"method\":\"queue.join\",\"params\":{\"offer\":\"%d\","
        "\"idem\":\"sale-join-%d-%d\"}}",
        OFFER, (int)getpid(), at);
    s->clients[at].where = JOINS;
    s->clients[at].sent_s = report_now_s();
    crowd_send(s->crowd, at, text, (size_t)n);
}

static void hold(struct sale *s, int at)
{
    char text[256];
    int n = snprintf(text, sizeof text,
        "{\"jsonrpc\":\"2.0\",\"id\":777002,\"method\":\"reservation.hold\",\"params\":{\"offer\":\"%d\","
        "\"items\":[{\"class\":\"%d\",\"qty\":1}],\"idem\":\"sale-hold-%d-%d\"}}",
        OFFER, CLASS, (int)getpid(), at);

    s->clients[at].where = HOLDS;
    s->clients[at].sent_s = report_now_s();
    crowd_send(s->crowd, at, text, (size_t)n);
}

static void on_joined(struct sale *s, int at, const char *text, size_t length)
{
    struct client *c = &s->clients[at];

    s->join_ms[s->joined++] = (report_now_s() - c->sent_s) * 1000;
    if (has(text, length, "\"error\":"))
        fail(s, c, text, length);
    else
        c->where = QUEUED;
    join_next(s);
}

static void on_held(struct sale *s, int at, const char *text, size_t length)
{
    struct client *c = &s->clients[at];

    s->hold_ms[s->holds++] = (report_now_s() - c->sent_s) * 1000;
    s->answered++;
    if (has(text, length, "\"SOLD_OUT\"")) {
        c->where = SOLD_OUT;
        s->sold_out++;
    } else if (has(text, length, "\"error\":")) {
        fail(s, c, text, length);
    } else {
        c->where = HELD;
        s->held++;
    }
}

/* Several messages may come as one frame. */
static void on_frame(void *arg, int at, const char *text, size_t length)
{
    struct sale *s = arg;
    struct client *c = &s->clients[at];

    if (c->where == JOINS && has(text, length, "\"id\":777001"))
        on_joined(s, at, text, length);
    if (s->is_open && c->where == QUEUED && has(text, length, "\"position\":") &&
        !has(text, length, "\"position\":null"))
        c->where = PLACED;
    if ((c->where == QUEUED || c->where == PLACED) && has(text, length, "\"state\":\"admitted\""))
        hold(s, at);
    else if (c->where == HOLDS && has(text, length, "\"id\":777002"))
        on_held(s, at, text, length);
}

static void seed(void)
{
    char sql[2048];

    snprintf(sql, sizeof sql,
        "insert into offer (offer_id, club_id, kind, title, organiser_name, starts_at, ends_at, announce_at,"
        " public_open_at, booking_close_at, name_deadline, currency, state)"
        " values (%d, 1, 'event', 'Opening night', 'Bench', now() + interval '60 days', now() + interval '61 days', now(),"
        " now() + interval '14 minutes', now() + interval '50 days', now() + interval '55 days', 'EUR', 'announced');"
        "insert into seat_pool (pool_id, offer_id, code, capacity) values (%d, %d, 'all', %d);"
        "insert into seat_class (class_id, offer_id, code, title, unit_price_minor) values (%d, %d, 'single', 'Single', 5000);"
        "insert into seat_class_pool (class_id, pool_id, offer_id) values (%d, %d, %d);"
        "insert into offer_pulse (offer_id, levels, emitted_at) values (%d, lib.offer_levels(lib.offer_left(%d)), now());"
        "select lib.queue_make(%d, %d)",
        OFFER, POOL, OFFER, SEATS, CLASS, OFFER, CLASS, POOL, OFFER, OFFER, OFFER, OFFER, RATE);
    stage_run(sql);
}

/* Those who wait look at the offer, too. */
static void watch_offer(struct sale *s)
{
    uint64_t before = crowd_frames(s->crowd);

    for (int i = 0; i < s->count; i++) {
        char text[192];
        int n = snprintf(text, sizeof text,
            "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"stream.subscribe\",\"params\":{\"stream\":\"offer:%d\",\"after\":0}}",
            OFFER);

        crowd_send(s->crowd, i, text, (size_t)n);
        if (i % SUBSCRIBE_CHUNK == SUBSCRIBE_CHUNK - 1 || i == s->count - 1)
            crowd_wait(s->crowd, before + (uint64_t)i + 1, WAIT_S);
    }
}

static double join_all(struct sale *s)
{
    double began = report_now_s(), until = began + WAIT_S;

    for (int i = 0; i < IN_FLIGHT; i++)
        join_next(s);
    while (s->joined < s->count && report_now_s() < until)
        crowd_poll(s->crowd, 10);
    return (double)s->joined / (report_now_s() - began);
}

/* Opens the sale; returns the seconds until everybody was answered. */
static double sell(struct sale *s)
{
    double began = report_now_s(), until = began + WAIT_S;
    int failed_before = s->failed;

    s->is_open = true;
    stage_run("update offer set public_open_at = clock_timestamp() where offer_id = 900001");
    while (s->answered < s->count - failed_before && report_now_s() < until)
        crowd_poll(s->crowd, 10);
    for (int i = 0; i < s->count; i++) {
        if (s->clients[i].where == QUEUED || s->clients[i].where == HOLDS)
            s->failed++; /* told nothing */
    }
    return report_now_s() - began;
}

static long long number(const char *sql)
{
    stage_run(sql);
    return atoll(db_sync_value(stage_owner(), 0, 0));
}

static void print(struct sale *s, int workers, double joins_per_s, double all_s)
{
    char more[1024];
    long long calls = s->joined + s->holds,
              seats =
                  number("select held + confirmed + offered from seat_pool where pool_id = 900002"),
              kept = number(
                  "select count(*) from reservation where offer_id = 900001 and state = 'held'"),
              wrong = number("select count(*) from lib.seat_violations()");

    snprintf(more, sizeof more,
        "\"clients\":%d,\"workers\":%d,\"joined\":%d,\"answered\":%d,\"all_answered_s\":%.1f,"
        "\"join_p50_ms\":%.1f,\"join_p99_ms\":%.1f,\"hold_p50_ms\":%.1f,\"hold_p99_ms\":%.1f,"
        "\"held\":%d,\"sold_out\":%d,\"failed\":%d,\"failed_ppm\":%.0f,\"oversold\":%lld,\"lost\":%lld,\"violations\":%lld",
        s->count, workers, s->joined, s->answered, all_s,
        report_quantile(s->join_ms, (size_t)s->joined, 0.5),
        report_quantile(s->join_ms, (size_t)s->joined, 0.99),
        report_quantile(s->hold_ms, (size_t)s->holds, 0.5),
        report_quantile(s->hold_ms, (size_t)s->holds, 0.99), s->held, s->sold_out, s->failed,
        calls > 0 ? 1e6 * s->failed / (double)calls : 0, seats > SEATS ? seats - SEATS : 0,
        (long long)s->held - kept, wrong);
    report_print(&(struct report_case){
        "sale", "on_sale_day", "tickets per second", joins_per_s, 0, 1, "queue.rate=1000", more});
}

int main(int count, char **args)
{
    int clients = count > 1 ? atoi(args[1]) : CLIENTS,
        workers = count > 2 ? atoi(args[2]) : WORKERS;
    struct sale s = {.count = clients > 0 && clients <= CLIENTS_MAX ? clients : CLIENTS};
    struct stage stage;
    double joins_per_s, all_s;

    workers = workers > 0 && workers <= STAGE_WORKERS_MAX ? workers : WORKERS;
    s.clients = mem_zalloc((size_t)s.count * sizeof *s.clients);
    s.join_ms = mem_zalloc((size_t)s.count * sizeof *s.join_ms);
    s.hold_ms = mem_zalloc((size_t)s.count * sizeof *s.hold_ms);
    stage_seed(s.count);
    seed();
    stage = stage_start(stage_env("CLUBHUB"), workers, options);
    s.crowd = crowd_new(s.count, on_frame, &s);
    members_join(s.crowd, stage.port, s.count, true);
    watch_offer(&s);
    fprintf(stderr, "  %d wait\n", s.count);
    joins_per_s = join_all(&s);
    fprintf(stderr, "  %d joined, %.0f/s\n", s.joined, joins_per_s);
    all_s = sell(&s);
    print(&s, workers, joins_per_s, all_s);
    crowd_free(s.crowd);
    stage_stop(&stage);
    mem_free(s.clients);
    mem_free(s.join_ms);
    mem_free(s.hold_ms);
    return 0;
}
