/* bench_plan.c -- travel plans that several edit at once.
 *
 *   edits       milliseconds from plan.item_set to its frame on the sockets of the other editors: 100 plans of 8 editors,
 *               500 edits a second; beside the same sockets and one edit at a time
 *   hot_plan    edits per second of one plan, 256 in flight, 8 of its editors watching; beside pgbench with 32 clients and
 *               the same function
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plans.h"
#include "report.h"
#include "stage.h"

enum {
    RUNS = 5,
    PLANS = 100,
    EDITORS = 8,
    PER_S = 500,
    MEASURE_S = 8,
    ALONE_S = 2,
    HOT_EDITORS = 32,
    IN_FLIGHT = 256,
    FLOOR_S = 5
};

#define LIMITS \
    "db_connections=16 call_timeout_ms=30000 session_calls_per_s=100000 session_calls_burst=100000 handshakes_per_s=100000"

static const char *const options[] = {"--db_connections=16", "--call_timeout_ms=30000",
    "--session_calls_per_s=100000", "--session_calls_burst=100000", "--handshakes_per_s=100000",
    NULL};

static int runs = RUNS;

static void run_edits(void)
{
    static const struct plans_load load = {.plans = PLANS,
        .editors = EDITORS,
        .per_s = PER_S,
        .seconds = MEASURE_S,
        .alone_seconds = ALONE_S,
        .options = options};
    double p50s[RUNS], p99s[RUNS], alone_p50s[RUNS], alone_p99s[RUNS];
    size_t n = (size_t)runs;
    char more[160];
    int frames = 0;

    for (int i = 0; i < runs; i++) {
        struct plans_outcome o = plans_edited(&load);

        p50s[i] = o.together.p50_ms;
        p99s[i] = o.together.p99_ms;
        alone_p50s[i] = o.alone.p50_ms;
        alone_p99s[i] = o.alone.p99_ms;
        frames = o.together.frames;
        fprintf(stderr,
            "  edits run %d: p50 %.2f ms, p99 %.2f ms; alone p50 %.2f ms, p99 %.2f ms (%d edits)\n",
            i + 1, p50s[i], p99s[i], alone_p50s[i], alone_p99s[i], o.alone.edits);
    }
    snprintf(more, sizeof more, "\"p50\":%.3f,\"p50_alone\":%.3f,\"per_s\":%d,\"frames\":%d",
        report_median(p50s, n), report_median(alone_p50s, n), PER_S, frames);
    report_print(&(struct report_case){"plan", "edits", "ms, p99, floor: one edit at a time",
        report_median(p99s, n), report_median(alone_p99s, n), runs, LIMITS, more});
}

static void run_hot_plan(void)
{
    static const struct plans_hot load = {.editors = HOT_EDITORS,
        .watching = EDITORS,
        .in_flight = IN_FLIGHT,
        .seconds = MEASURE_S,
        .options = options};
    double hubs[RUNS], floors[RUNS];
    size_t n = (size_t)runs;
    char more[64];

    for (int i = 0; i < runs; i++) {
        floors[i] = plans_hot_of_pgbench(FLOOR_S);
        hubs[i] = plans_hot_of_hub(&load);
        fprintf(stderr, "  hot_plan run %d: %.0f/s against %.0f/s\n", i + 1, hubs[i], floors[i]);
    }
    snprintf(more, sizeof more, "\"in_flight\":%d,\"watching\":%d", IN_FLIGHT, EDITORS);
    report_print(&(struct report_case){"plan", "hot_plan", "edits per second",
        report_median(hubs, n), report_median(floors, n), runs, LIMITS, more});
}

int main(int count, char **args)
{
    const char *only = count > 1 ? args[1] : NULL; /* one case by name */

    if (count > 2 && atoi(args[2]) > 0 && atoi(args[2]) < RUNS)
        runs = atoi(args[2]);
    stage_seed(PLANS * EDITORS);
    if (only == NULL || strcmp(only, "edits") == 0)
        run_edits();
    if (only == NULL || strcmp(only, "hot_plan") == 0)
        run_hot_plan();
    return 0;
}
