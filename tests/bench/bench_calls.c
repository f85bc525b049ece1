/* bench_calls.c -- calls per second through the hub, 64 in flight from 32 sockets, beside pgbench on the same functions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crowd.h"
#include "rate.h"
#include "report.h"
#include "stage.h"

enum { RUNS = 5, SOCKETS = 32, PLACES = 64, MEASURE_S = 6, MEMBERS = 5000, EARNERS = 1000 };

enum kind { FEED_POST, FEED_POST_HOT, POINTS_EARN };

struct load {
    enum kind kind;
    long long number, run;
};

static void open_members(void *arg, struct crowd *c, int port)
{
    const struct load *l = arg;
    char text[RATE_TEXT_BYTES];

    if (l->kind == POINTS_EARN) {
        rate_open_tills(c, port, SOCKETS);
        return;
    }
    for (int i = 0; i < SOCKETS; i++) {
        int at = crowd_add(c, port, true, "");
        int n = snprintf(text, sizeof text,
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"session.auth\",\"params\":{\"token\":\"%s\"}}",
            stage_token(STAGE_FIRST_MEMBER + i));

        crowd_send(c, at, text, (size_t)n);
    }
}

static int ask(void *arg, int place, char text[RATE_TEXT_BYTES], int *out_client)
{
    struct load *l = arg;
    long long n = ++l->number;

    *out_client = place % SOCKETS;
    if (l->kind == POINTS_EARN)
        return snprintf(text, RATE_TEXT_BYTES,
            "points.earn\",\"params\":{\"member\":\"%d\",\"club\":\"1\","
            "\"receipt\":\"b%lld-%lld\",\"lines\":[{\"amount\":{\"minor\":1000,\"cur\":\"EUR\"}}],\"idem\":\"bench-%lld-%lld\"}",
            STAGE_FIRST_MEMBER + rand() % EARNERS, l->run, n, l->run, n);
    return snprintf(text, RATE_TEXT_BYTES,
        "feed.post\",\"params\":{\"club\":\"%d\",\"kind\":\"story\","
        "\"body\":\"A day on the water.\",\"idem\":\"bench-%lld-%lld\"}",
        l->kind == FEED_POST ? 1 + rand() % STAGE_CLUBS : 1, l->run, n);
}

static double hub_rate(enum kind kind, int run)
{
    static const char *const options[] = {"--db_connections=16", "--session_calls_per_s=100000",
        "--session_calls_burst=100000", "--service_calls_per_s=1000000", NULL};
    struct load l = {.kind = kind, .run = (long long)getpid() * 100 + run * 10 + kind};

    return rate_hub(&(struct rate_load){.clients = SOCKETS,
        .places = PLACES,
        .seconds = MEASURE_S,
        .options = options,
        .open = open_members,
        .ask = ask,
        .arg = &l});
}

/* chr(58) is a colon: pgbench takes one before a letter for a variable, in texts as well. */
static const char *const scripts[] = {
    [FEED_POST] =
        "\\set m random(100001, 100064)\n\\set c random(1, 100)\n\\set r random(1, 9000000000000000)\n"
        "select * from api.feed_post('m:' || :m::bigint, 'pgbench-' || :r::bigint, '\\x%s'::bytea, :c::bigint, 'story', null, "
        "'A day on the water.', null, null, null);\n",
    [FEED_POST_HOT] =
        "\\set m random(100001, 100064)\n\\set r random(1, 9000000000000000)\n"
        "select * from api.feed_post('m:' || :m::bigint, 'pgbench-' || :r::bigint, '\\x%s'::bytea, 1, 'story', null, "
        "'A day on the water.', null, null, null);\n",
    [POINTS_EARN] =
        "\\set m random(100001, 101000)\n\\set r random(1, 9000000000000000)\n"
        "select * from api.points_earn('v' || chr(58) || 'till', 'pgbench-' || :r::bigint, '\\x%s'::bytea, :m::bigint, 1, 'p' || :r::bigint, "
        "jsonb_build_array(jsonb_build_object('amount', jsonb_build_object('minor', 1000, 'cur', 'EUR'))), null, null);\n",
};

static void run_case(const char *name, enum kind kind)
{
    double hubs[RUNS], floors[RUNS];

    for (int i = 0; i < RUNS; i++) {
        floors[i] = rate_pgbench(scripts[kind], MEASURE_S);
        hubs[i] = hub_rate(kind, i);
        fprintf(stderr, "  %s run %d: %.0f/s against %.0f/s\n", name, i + 1, hubs[i], floors[i]);
    }
    report_print(&(struct report_case){"calls", name, "calls per second", report_median(hubs, RUNS),
        report_median(floors, RUNS), RUNS,
        "db_connections=16 session_calls_per_s=100000 session_calls_burst=100000 "
        "service_calls_per_s=1000000 club.settings.posts_per_day=100000000",
        NULL});
}

int main(int count, char **args)
{
    const char *only = count > 1 ? args[1] : NULL; /* one case by name */

    stage_seed(MEMBERS);
    if (only == NULL || strcmp(only, "feed.post") == 0)
        run_case("feed.post", FEED_POST);
    if (only == NULL || strcmp(only, "feed.post_hot") == 0)
        run_case("feed.post_hot", FEED_POST_HOT);
    if (only == NULL || strcmp(only, "points.earn") == 0)
        run_case("points.earn", POINTS_EARN);
    return 0;
}
