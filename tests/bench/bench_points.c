/* bench_points.c -- the ledger through the hub, each case beside its floor in the same run.
 *
 *   earn             16 tills, one call in flight each, over 2,000 members, beside pgbench with 16 clients
 *   earn_coalesced   64 tills with 8 calls in flight each, beside the same
 *   mixed_hot        every kind of call on 10 members by 16 clients, beside pgbench with the same functions and mix
 *   device           milliseconds from the commit to the member's device, 500 purchases a second by 500 members with a
 *                    device each, beside an idle hub (10 a second)
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/db.h"
#include "crowd.h"
#include "hot.h"
#include "latency.h"
#include "rate.h"
#include "report.h"
#include "stage.h"

enum {
    RUNS = 5,
    TILLS = 16,
    MANY_TILLS = 64,
    MANY_IN_FLIGHT = 8,
    MEASURE_S = 6,
    MEMBERS = 2000,
    DEVICES = 500,
    DEVICE_PER_S = 500,
    IDLE_PER_S = 10
};

#define LIMITS \
    "db_connections=16 session_calls_per_s=100000 session_calls_burst=100000 service_calls_per_s=1000000"

static int runs = RUNS;

static const char *const options[] = {"--db_connections=16", "--session_calls_per_s=100000",
    "--session_calls_burst=100000", "--service_calls_per_s=1000000", NULL};

struct earns {
    int tills;
    long long number, run;
};

/* What the database grew by. */
struct growth {
    double transactions, ledger_bytes, outbox_bytes, other_bytes, wal_bytes;
};

static void open_tills(void *arg, struct crowd *c, int port)
{
    const struct earns *e = arg;

    rate_open_tills(c, port, e->tills);
}

static int ask_earn(void *arg, int place, char text[RATE_TEXT_BYTES], int *out_client)
{
    struct earns *e = arg;
    long long n = ++e->number;

    *out_client = place % e->tills;
    return snprintf(text, RATE_TEXT_BYTES,
        "points.earn\",\"params\":{\"member\":\"%d\",\"club\":\"1\",\"receipt\":\"b%lld-%lld\","
        "\"lines\":[{\"amount\":{\"minor\":1000,\"cur\":\"EUR\"}}],\"idem\":\"bench-%lld-%lld\"}",
        STAGE_FIRST_MEMBER + rand() % MEMBERS, e->run, n, e->run, n);
}

static double earn_rate(int tills, int in_flight)
{
    static long long load;
    struct earns e = {.tills = tills, .run = (long long)getpid() * 100 + ++load};

    return rate_hub(&(struct rate_load){.clients = tills,
        .places = tills * in_flight,
        .seconds = MEASURE_S,
        .options = options,
        .open = open_tills,
        .ask = ask_earn,
        .arg = &e});
}

/* chr(58) is a colon: pgbench takes one before a letter for a variable, in texts as well. */
static double earn_floor(void)
{
    char script[RATE_TEXT_BYTES];

    snprintf(script, sizeof script,
        "\\set m random(%d, %d)\n\\set r random(1, 9000000000000000)\n"
        "select * from api.points_earn('v' || chr(58) || 'till', 'pgbench-' || :r::bigint, '\\x%%s'::bytea, :m::bigint, 1,"
        " 'p' || :r::bigint,"
        " jsonb_build_array(jsonb_build_object('amount', jsonb_build_object('minor', 1000, 'cur', 'EUR'))), null, null);\n",
        STAGE_FIRST_MEMBER, STAGE_FIRST_MEMBER + MEMBERS - 1);
    return rate_pgbench(script, MEASURE_S);
}

static struct growth grown(void)
{
    static const char sql[] =
        "select (select count(*) from ledger_tx),"
        " (select sum(pg_total_relation_size(c.oid)) from pg_class c where c.relnamespace = 'club'::regnamespace"
        "   and c.relkind = 'r' and c.relname ~ '^(ledger_|point_|lot_use|wallet)'),"
        " (select sum(pg_total_relation_size(c.oid)) from pg_class c where c.relnamespace = 'club'::regnamespace"
        "   and c.relkind = 'r' and c.relname ~ '^(outbox|stream$)'),"
        " (select sum(pg_total_relation_size(c.oid)) from pg_class c where c.relnamespace = 'club'::regnamespace"
        "   and c.relkind = 'r' and c.relname !~ '^(ledger_|point_|lot_use|wallet|outbox|stream$)'),"
        " pg_current_wal_lsn() - '0/0'";
    const struct db_sync *d = stage_owner();

    stage_run(sql);
    return (struct growth){atof(db_sync_value(d, 0, 0)), atof(db_sync_value(d, 0, 1)),
        atof(db_sync_value(d, 0, 2)), atof(db_sync_value(d, 0, 3)), atof(db_sync_value(d, 0, 4))};
}

static void print_growth(const struct growth *from, char *out, size_t out_bytes)
{
    struct growth to = grown();
    double n = to.transactions - from->transactions;

    snprintf(out, out_bytes,
        "\"transactions\":%.0f,\"ledger_bytes_per_tx\":%.0f,\"outbox_bytes_per_tx\":%.0f,"
        "\"other_bytes_per_tx\":%.0f,\"wal_bytes_per_tx\":%.0f",
        n, (to.ledger_bytes - from->ledger_bytes) / n, (to.outbox_bytes - from->outbox_bytes) / n,
        (to.other_bytes - from->other_bytes) / n, (to.wal_bytes - from->wal_bytes) / n);
}

static void run_earns(const char *name, int tills, int in_flight)
{
    double hubs[RUNS], floors[RUNS];
    struct growth before;
    char more[256];

    for (int i = 0; i < runs; i++) {
        floors[i] = earn_floor();
        before = grown();
        hubs[i] = earn_rate(tills, in_flight);
        fprintf(stderr, "  %s run %d: %.0f/s against %.0f/s\n", name, i + 1, hubs[i], floors[i]);
    }
    print_growth(&before, more, sizeof more);
    report_print(
        &(struct report_case){"points", name, "calls per second", report_median(hubs, (size_t)runs),
            report_median(floors, (size_t)runs), runs, LIMITS, more});
}

static void run_hot(void)
{
    double hubs[RUNS], floors[RUNS];
    struct growth before;
    char more[256];

    hot_seed();
    for (int i = 0; i < runs; i++) {
        floors[i] = hot_of_pgbench(MEASURE_S);
        before = grown();
        hubs[i] = hot_of_hub(MEASURE_S, options);
        fprintf(stderr, "  mixed_hot run %d: %.0f/s against %.0f/s\n", i + 1, hubs[i], floors[i]);
    }
    print_growth(&before, more, sizeof more);
    report_print(&(struct report_case){"points", "mixed_hot", "calls per second",
        report_median(hubs, (size_t)runs), report_median(floors, (size_t)runs), runs, LIMITS,
        more});
}

static struct latency device_latency(int per_s)
{
    return latency_of(&(struct latency_load){
        .earners = DEVICES, .per_s = per_s, .seconds = MEASURE_S, .options = options});
}

static void run_device(void)
{
    double busy[RUNS], idle[RUNS], busy_p50[RUNS], idle_p50[RUNS];
    size_t n = (size_t)runs;
    char more[96];

    for (int i = 0; i < runs; i++) {
        struct latency a = device_latency(IDLE_PER_S), b = device_latency(DEVICE_PER_S);

        idle[i] = a.p99_ms;
        idle_p50[i] = a.p50_ms;
        busy[i] = b.p99_ms;
        busy_p50[i] = b.p50_ms;
        fprintf(stderr, "  device run %d: p50 %.2f, p99 %.2f ms; idle p50 %.2f, p99 %.2f ms\n",
            i + 1, b.p50_ms, b.p99_ms, a.p50_ms, a.p99_ms);
    }
    snprintf(more, sizeof more, "\"p50\":%.3f,\"p50_idle\":%.3f,\"per_s\":%d",
        report_median(busy_p50, n), report_median(idle_p50, n), DEVICE_PER_S);
    report_print(&(struct report_case){"points", "device", "ms, p99, floor: an idle hub",
        report_median(busy, n), report_median(idle, n), runs, LIMITS " track_commit_timestamp=on",
        more});
}

int main(int count, char **args)
{
    const char *only = count > 1 ? args[1] : NULL; /* one case by name */

    if (count > 2 && atoi(args[2]) > 0 && atoi(args[2]) < RUNS)
        runs = atoi(args[2]);
    stage_track_commits();
    stage_seed(MEMBERS);
    if (only == NULL || strcmp(only, "earn") == 0)
        run_earns("earn", TILLS, 1);
    if (only == NULL || strcmp(only, "earn_coalesced") == 0)
        run_earns("earn_coalesced", MANY_TILLS, MANY_IN_FLIGHT);
    if (only == NULL || strcmp(only, "mixed_hot") == 0)
        run_hot();
    if (only == NULL || strcmp(only, "device") == 0)
        run_device();
    return 0;
}
