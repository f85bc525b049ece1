/* bench_fanout.c -- deliveries per CPU-second of one worker, beside a bare epoll server sending the same bytes. */
#include <stdio.h>

#include "fanout.h"
#include "report.h"
#include "stage.h"

enum { RUNS = 5 };

static void run_case(const char *name, int burst)
{
    static struct fanout hub, bare;
    double hubs[RUNS], floors[RUNS];
    char more[64];

    for (int i = 0; i < RUNS; i++) {
        fanout_of_hub(stage_env("CLUBHUB"), burst, &hub);
        fanout_of_floor(burst, &hub, &bare);
        hubs[i] = hub.per_cpu_s;
        floors[i] = bare.per_cpu_s;
        fprintf(stderr, "  %s run %d: %.0f against %.0f, %zu bytes\n", name, i + 1, hubs[i],
            floors[i], hub.frame_bytes);
    }
    snprintf(
        more, sizeof more, "\"sessions\":%d,\"frame_bytes\":%zu", FANOUT_SESSIONS, hub.frame_bytes);
    report_print(&(struct report_case){"fanout", name, "deliveries per CPU-second",
        report_median(hubs, RUNS), report_median(floors, RUNS), RUNS,
        "handshakes_per_s=100000 half_open_max=10000 workers=1", more});
}

int main(void)
{
    stage_seed(FANOUT_SESSIONS);
    run_case("single", 1);
    run_case("burst4", 4);
    return 0;
}
