/* bench_gate.c -- the gate's share of a fan-out's CPU: this build against one whose gate always passes. */
#include <stdio.h>

#include "fanout.h"
#include "report.h"
#include "stage.h"

enum { RUNS = 5 };

int main(void)
{
    static struct fanout gated, open;
    double with[RUNS], without[RUNS], shares[RUNS];
    char more[96];

    stage_seed(FANOUT_SESSIONS);
    for (int i = 0; i < RUNS; i++) {
        fanout_of_hub(stage_env("CLUBHUB"), 1, &gated);
        fanout_of_hub(stage_env("CLUBHUB_OPEN"), 1, &open);
        with[i] = gated.cpu_s;
        without[i] = open.cpu_s;
        shares[i] = (gated.cpu_s - open.cpu_s) / open.cpu_s * 100;
        fprintf(stderr, "  share run %d: %.2f s against %.2f s\n", i + 1, with[i], without[i]);
    }
    snprintf(more, sizeof more, "\"with_cpu_s\":%.3f,\"without_cpu_s\":%.3f",
        report_median(with, RUNS), report_median(without, RUNS));
    report_print(
        &(struct report_case){"gate", "share", "per cent of CPU", report_median(shares, RUNS), 0,
            RUNS, "handshakes_per_s=100000 half_open_max=10000 workers=1", more});
    return 0;
}
