/* bench_holds.c -- seats of one class that everybody wants.
 *
 *   hot_class   5,000 requests in flight from 500 sockets of agents, beside pgbench with 32 clients and the same function;
 *               milliseconds from request to answer, and what a hold leaves behind
 *   oversold    seats sold above the capacity, or told to be held and held by nobody, after a class is sold out: 0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/db.h"
#include "holds.h"
#include "report.h"
#include "stage.h"

enum {
    RUNS = 5,
    SOCKETS = 500,
    IN_FLIGHT = 5000,
    MEMBERS = 30000,
    FLOOR_S = 6,
    BIG = 1000000,
    SEATS = 5000,
    WANTING = 20000
};

#define LIMITS \
    "db_connections=16 call_timeout_ms=30000 session_calls_per_s=100000 session_calls_burst=100000 handshakes_per_s=100000"

static int runs = RUNS;

static const char *const options[] = {"--db_connections=16", "--call_timeout_ms=30000",
    "--session_calls_per_s=100000", "--session_calls_burst=100000", "--handshakes_per_s=100000",
    NULL};

/* What the database grew by. */
struct growth {
    double holds, reservation_bytes, outbox_bytes, idempotency_bytes, other_bytes, wal_bytes;
};

static struct growth grown(void)
{
    static const char sql[] =
        "with t as (select c.relname as name, pg_total_relation_size(c.oid) as bytes from pg_class c"
        " where c.relnamespace = 'club'::regnamespace and c.relkind = 'r')"
        " select (select count(*) from reservation),"
        " (select sum(bytes) from t where name ~ '^reservation'),"
        " (select sum(bytes) from t where name ~ '^(outbox|stream$)'),"
        " (select sum(bytes) from t where name ~ '^idempotency'),"
        " (select sum(bytes) from t where name !~ '^(reservation|outbox|stream$|idempotency)'),"
        " pg_current_wal_lsn() - '0/0'";
    const struct db_sync *d = stage_owner();

    stage_run(sql);
    return (struct growth){atof(db_sync_value(d, 0, 0)), atof(db_sync_value(d, 0, 1)),
        atof(db_sync_value(d, 0, 2)), atof(db_sync_value(d, 0, 3)), atof(db_sync_value(d, 0, 4)),
        atof(db_sync_value(d, 0, 5))};
}

static int print_growth(const struct growth *from, char *out, size_t out_bytes)
{
    struct growth to = grown();
    double n = to.holds - from->holds;

    return snprintf(out, out_bytes,
        "\"holds\":%.0f,\"reservation_bytes_per_hold\":%.0f,\"outbox_bytes_per_hold\":%.0f,"
        "\"idempotency_bytes_per_hold\":%.0f,\"other_bytes_per_hold\":%.0f,\"wal_bytes_per_hold\":%.0f",
        n, (to.reservation_bytes - from->reservation_bytes) / n,
        (to.outbox_bytes - from->outbox_bytes) / n,
        (to.idempotency_bytes - from->idempotency_bytes) / n,
        (to.other_bytes - from->other_bytes) / n, (to.wal_bytes - from->wal_bytes) / n);
}

static void run_hot_class(void)
{
    static const struct holds_load load = {
        .sockets = SOCKETS, .in_flight = IN_FLIGHT, .requests = MEMBERS, .options = options};
    double hubs[RUNS], floors[RUNS], p50s[RUNS], p99s[RUNS];
    struct growth before;
    char more[512];
    size_t n = (size_t)runs;
    int at;

    for (int i = 0; i < runs; i++) {
        struct holds_outcome o;

        floors[i] = holds_of_pgbench(holds_offer(BIG), MEMBERS, FLOOR_S);
        before = grown();
        o = holds_of_hub(holds_offer(BIG), &load);
        if (o.yes != load.requests || o.without_row > 0) {
            fprintf(stderr, "holds: %d of %d were granted, %d of them are not there\n", o.yes,
                load.requests, o.without_row);
            exit(1);
        }
        hubs[i] = o.per_s;
        p50s[i] = o.p50_ms;
        p99s[i] = o.p99_ms;
        fprintf(stderr, "  hot_class run %d: %.0f/s against %.0f/s; p50 %.0f ms, p99 %.0f ms\n",
            i + 1, o.per_s, floors[i], o.p50_ms, o.p99_ms);
    }
    at = print_growth(&before, more, sizeof more);
    snprintf(more + at, sizeof more - (size_t)at, ",\"p50\":%.3f,\"p99\":%.3f,\"in_flight\":%d",
        report_median(p50s, n), report_median(p99s, n), IN_FLIGHT);
    report_print(&(struct report_case){"holds", "hot_class", "holds per second",
        report_median(hubs, n), report_median(floors, n), runs, LIMITS, more});
}

/* Sells an offer out; returns the seats that are wrong. */
static int sell_out(int run, struct holds_outcome *out)
{
    static const struct holds_load load = {
        .sockets = SOCKETS, .in_flight = IN_FLIGHT, .requests = WANTING, .options = options};
    long long offer = holds_offer(SEATS);
    int held;

    *out = holds_of_hub(offer, &load);
    held = holds_held(offer);
    fprintf(stderr, "  oversold run %d: %d told yes, %d held, %d told sold out\n", run, out->yes,
        held, out->sold_out);
    if (held < SEATS || out->yes < SEATS) {
        fprintf(stderr, "holds: not all of %d seats are sold\n", SEATS);
        exit(1);
    }
    return out->without_row + (held > SEATS ? held - SEATS : 0);
}

static void run_oversold(void)
{
    double worst = 0;
    struct holds_outcome o = {0};
    int violations;
    char more[160];

    for (int i = 0; i < runs; i++) {
        int wrong = sell_out(i + 1, &o);

        worst = wrong > worst ? wrong : worst;
    }
    stage_run("select count(*) from lib.seat_violations()");
    violations = atoi(db_sync_value(stage_owner(), 0, 0));
    snprintf(more, sizeof more, "\"seats\":%d,\"requests\":%d,\"sold_out\":%d,\"violations\":%d",
        SEATS, WANTING, o.sold_out, violations);
    report_print(&(struct report_case){"holds", "oversold", "seats", worst, 0, runs, LIMITS, more});
    if (worst > 0 || violations > 0)
        exit(1);
}

int main(int count, char **args)
{
    const char *only = count > 1 ? args[1] : NULL; /* one case by name */

    if (count > 2 && atoi(args[2]) > 0 && atoi(args[2]) < RUNS)
        runs = atoi(args[2]);
    stage_seed(MEMBERS);
    holds_seed(SOCKETS);
    if (only == NULL || strcmp(only, "hot_class") == 0)
        run_hot_class();
    if (only == NULL || strcmp(only, "oversold") == 0)
        run_oversold();
    return 0;
}
