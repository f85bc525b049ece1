/* bench_latency.c -- milliseconds from the commit of points.earn to its frame on the member's socket, 500 a second, while
 * 5,000 other sockets are held; beside the same with 10.
 */
#include <stdio.h>

#include "latency.h"
#include "report.h"
#include "stage.h"

enum { RUNS = 5, EARNERS = 500, OTHERS = 5000, FEW = 10, PER_S = 500, MEASURE_S = 8 };

static struct latency with_others(int others)
{
    static const char *const options[] = {"--handshakes_per_s=100000", "--connections_max=16000",
        "--db_connections=16", "--service_calls_per_s=1000000", NULL};

    return latency_of(&(struct latency_load){.earners = EARNERS,
        .others = others,
        .per_s = PER_S,
        .seconds = MEASURE_S,
        .options = options});
}

int main(void)
{
    double many[RUNS], few[RUNS], many_p50[RUNS], few_p50[RUNS];
    char more[96];

    stage_track_commits();
    stage_seed(EARNERS + OTHERS);
    for (int i = 0; i < RUNS; i++) {
        struct latency a = with_others(FEW), b = with_others(OTHERS);

        few[i] = a.p99_ms;
        few_p50[i] = a.p50_ms;
        many[i] = b.p99_ms;
        many_p50[i] = b.p50_ms;
        fprintf(stderr, "  commit_to_frame run %d: p99 %.2f ms with %d sockets, %.2f ms with %d\n",
            i + 1, many[i], OTHERS, few[i], FEW);
    }
    snprintf(more, sizeof more, "\"p50\":%.3f,\"p50_few\":%.3f,\"per_s\":%d",
        report_median(many_p50, RUNS), report_median(few_p50, RUNS), PER_S);
    report_print(&(struct report_case){"latency", "commit_to_frame",
        "ms, p99, floor: the same with 10 other sockets", report_median(many, RUNS),
        report_median(few, RUNS), RUNS,
        "handshakes_per_s=100000 connections_max=16000 db_connections=16 service_calls_per_s=1000000 "
        "track_commit_timestamp=on",
        more});
    return 0;
}
