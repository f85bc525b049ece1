/* attack_judge.c -- see attack_judge.h. */
#include "attack_judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "check.h"
#include "fleet.h"
#include "honest.h"

enum {
    SETTLE_MS = 8000,
    /* Attackers, members, workers and database share the machine: a flood that were not held off would be far more. */
    P50_TIMES = 10,
    P99_TIMES = 10,
    TAIL_TIMES = 10, /* of the median at least: a 99th that is lucky in quiet makes no ratio */
    MEMORY_SPARE_PAGES = 8192 /* 32 MB of a worker */
};

void attack_keep_little(void)
{
    const char *given = getenv("ASAN_OPTIONS");
    char options[400];

    snprintf(options, sizeof options, "%s%squarantine_size_mb=1:thread_local_quarantine_size_kb=64",
        given == NULL ? "" : given, given == NULL ? "" : ":");
    setenv("ASAN_OPTIONS", options, 1);
}

long attack_pages(struct fleet *f, int server)
{
    pid_t pids[FLEET_WORKERS_MAX];
    int count = fleet_workers(f, server, pids);
    long sum = 0;

    for (int i = 0; i < count; i++) {
        char path[40];
        long resident = 0;
        FILE *file;

        snprintf(path, sizeof path, "/proc/%d/statm", (int)pids[i]);
        file = fopen(path, "re");
        if (file != NULL && fscanf(file, "%*d %ld", &resident) == 1)
            sum += resident;
        if (file != NULL)
            (void)fclose(file);
    }
    return sum;
}

void attack_compare(
    const struct honest_figures *quiet, const struct honest_figures *attacked, int members)
{
    int64_t tail_us = TAIL_TIMES * quiet->p50_us;

    if (tail_us < quiet->p99_us)
        tail_us = quiet->p99_us;
    check_note(
        "quiet: %zu calls, p50 %lld us, p99 %lld us; attacked: %zu calls, p50 %lld us, p99 %lld us",
        quiet->calls, (long long)quiet->p50_us, (long long)quiet->p99_us, attacked->calls,
        (long long)attacked->p50_us, (long long)attacked->p99_us);
    check(quiet->calls > (size_t)members && attacked->calls > (size_t)members && quiet->posts > 0 &&
              attacked->posts > 0,
        "members call and post in both phases");
    check(quiet->failed == 0 && attacked->failed == 0, "P7: no call of a member failed (%zu, %zu)",
        quiet->failed, attacked->failed);
    check(attacked->p50_us <= P50_TIMES * quiet->p50_us, "P7: the median is below %d times (%.1f)",
        P50_TIMES, (double)attacked->p50_us / (double)quiet->p50_us);
    check(attacked->p99_us <= P99_TIMES * tail_us, "P7: the 99th of 100 is below %d times (%.1f)",
        P99_TIMES, (double)attacked->p99_us / (double)tail_us);
}

void attack_look_at_the_rest(struct fleet *f, int server, int members, long pages_before)
{
    static const char *const gauges[] = {
        "clubhub_sockets ", "clubhub_subscriptions ", "clubhub_sessions{state=\"ready\"}"};
    int64_t until_ms = clock_mono().ms + SETTLE_MS;
    pid_t pids[FLEET_WORKERS_MAX];
    int workers = fleet_workers(f, server, pids);
    long after;

    for (size_t i = 0; i < sizeof gauges / sizeof gauges[0]; i++) {
        while (fleet_metric(f, server, gauges[i]) != members && clock_mono().ms < until_ms)
            usleep(100000);
        check(fleet_metric(f, server, gauges[i]) == members, "P7: %s is that of the members again",
            gauges[i]);
    }
    check(fleet_metric(f, server, "clubhub_sockets_half_open ") <= workers &&
              fleet_metric(f, server, "clubhub_calls_running ") == 0,
        "P7: nothing is half open, no call is left");
    after = attack_pages(f, server);
    check(after <= pages_before + pages_before / 2 + workers * MEMORY_SPARE_PAGES,
        "P7: the workers hold %ld pages, %ld before", after, pages_before);
    check(fleet_metric(f, server, "clubhub_worker_ends_total ") <= 0, "P7: no worker ended");
}
