/* chaos_attack.c -- P7: strangers cost the others nothing.
 *
 * Five hundred members call and listen, first in quiet, then while six attackers (attack.h) do at once whatever strangers
 * do.  Every attack gets the answer that the protocol names and is counted; no call of a member fails, no event is
 * missed, their answers take about as long as in quiet, and in the end the workers hold about as much as at first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "attack.h"
#include "attack_issuer.h"
#include "check.h"
#include "fleet.h"
#include "honest.h"
#include "scratch.h"

enum {
    HONEST = 500,
    ATTACKERS = 100, /* members that attackers sign in as */
    WORKERS = 2,
    QUIET_MS = 5000,
    SETTLE_MS = 8000,
    LONG_POSTS = 10,
    LETTERS = 9000,
    /* Attackers, members, workers and database share the machine: a flood that were not held off would be far more. */
    P50_TIMES = 10,
    P99_TIMES = 10,
    TAIL_TIMES = 10, /* of the median at least: a 99th that is lucky in quiet makes no ratio */
    MEMORY_SPARE_PAGES = 8192 /* 32 MB of a worker */
};

static struct fleet *fleet;
static int server;

/* What a worker keeps of freed memory under AddressSanitizer is not what it holds. */
static void keep_little(void)
{
    const char *given = getenv("ASAN_OPTIONS");
    char options[400];

    snprintf(options, sizeof options, "%s%squarantine_size_mb=1:thread_local_quarantine_size_kb=64",
        given == NULL ? "" : given, given == NULL ? "" : ":");
    setenv("ASAN_OPTIONS", options, 1);
}

static void serve(void)
{
    static char issuers[SCRATCH_PATH_BYTES + 20];
    const char *options[] = {issuers, "--origins=https://club.example", "--half_open_max=150",
        "--per_address_max=60", "--handshakes_per_address_per_s=30", "--stall_ms=2000",
        "--session_calls_per_s=20", "--session_calls_burst=20", NULL};

    (void)scratch_make();
    scratch_write("outside.jwks", ATTACK_ISSUER_JWKS);
    scratch_write("issuers.json", ATTACK_ISSUER_FILE);
    snprintf(issuers, sizeof issuers, "--issuers_file=%s", scratch_path("issuers.json"));
    server = fleet_serve(fleet, WORKERS, options);
}

/* Posts of 9,000 letters, which one who never reads asks for. */
static void fill(void)
{
    char params[LETTERS + 100];

    for (int i = 0; i < LONG_POSTS; i++) {
        struct client *c =
            fleet_member(fleet, server, FLEET_FIRST_MEMBER + HONEST + ATTACKERS - 1 - i);
        int length = snprintf(
            params, sizeof params, "{\"club\":\"%d\",\"kind\":\"story\",\"body\":\"", FLEET_CLUB);

        memset(params + length, 'l', LETTERS);
        memcpy(params + length + LETTERS, "\"}", 3);
        client_message_free(client_write(c, "feed.post", params, NULL, SETTLE_MS));
        client_free(c);
    }
}

static long pages(void)
{
    pid_t pids[FLEET_WORKERS_MAX];
    int count = fleet_workers(fleet, server, pids);
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

static bool are_busy(void *arg)
{
    return attackers_are_busy(arg);
}

static void compare(const struct honest_figures *quiet, const struct honest_figures *attacked)
{
    int64_t tail_us = TAIL_TIMES * quiet->p50_us;

    if (tail_us < quiet->p99_us)
        tail_us = quiet->p99_us;
    check_note(
        "quiet: %zu calls, p50 %lld us, p99 %lld us; attacked: %zu calls, p50 %lld us, p99 %lld us",
        quiet->calls, (long long)quiet->p50_us, (long long)quiet->p99_us, attacked->calls,
        (long long)attacked->p50_us, (long long)attacked->p99_us);
    check(quiet->calls > HONEST && attacked->calls > HONEST && quiet->posts > 0 &&
              attacked->posts > 0,
        "members call and post in both phases");
    check(quiet->failed == 0 && attacked->failed == 0, "P7: no call of a member failed (%zu, %zu)",
        quiet->failed, attacked->failed);
    check(attacked->p50_us <= P50_TIMES * quiet->p50_us, "P7: the median is below %d times (%.1f)",
        P50_TIMES, (double)attacked->p50_us / (double)quiet->p50_us);
    check(attacked->p99_us <= P99_TIMES * tail_us, "P7: the 99th of 100 is below %d times (%.1f)",
        P99_TIMES, (double)attacked->p99_us / (double)tail_us);
}

/* What the attackers opened is gone, and what it took with it. */
static void look_at_the_rest(long before)
{
    static const char *const gauges[] = {
        "clubhub_sockets ", "clubhub_subscriptions ", "clubhub_sessions{state=\"ready\"}"};
    int64_t until_ms = clock_mono().ms + SETTLE_MS;
    long after;

    for (size_t i = 0; i < sizeof gauges / sizeof gauges[0]; i++) {
        while (fleet_metric(fleet, server, gauges[i]) != HONEST && clock_mono().ms < until_ms)
            usleep(100000);
        check(fleet_metric(fleet, server, gauges[i]) == HONEST,
            "P7: %s is that of the members again", gauges[i]);
    }
    check(fleet_metric(fleet, server, "clubhub_sockets_half_open ") <= WORKERS &&
              fleet_metric(fleet, server, "clubhub_calls_running ") == 0,
        "P7: nothing is half open, no call is left");
    after = pages();
    check(after <= before + before / 2 + WORKERS * MEMORY_SPARE_PAGES,
        "P7: the workers hold %ld pages, %ld before", after, before);
    check(fleet_metric(fleet, server, "clubhub_worker_ends_total ") <= 0, "P7: no worker ended");
}

int main(void)
{
    struct honest_figures quiet, attacked;
    struct attackers *attackers;
    struct honest *honest;
    long before;

    keep_little();
    fleet = fleet_open();
    fleet_seed(fleet, HONEST + ATTACKERS);
    serve();
    fill();
    attackers = attackers_new(fleet, server, FLEET_FIRST_MEMBER + HONEST);
    honest = honest_new(fleet, server, HONEST);
    quiet = honest_phase(honest, QUIET_MS, NULL, NULL);
    before = pages();
    attackers_go(attackers);
    attacked = honest_phase(honest, ATTACK_MS, are_busy, attackers);
    compare(&quiet, &attacked);
    honest_judge(honest);
    attackers_judge(attackers);
    look_at_the_rest(before);
    honest_free(honest);
    attackers_free(attackers);
    check(fleet_close(fleet) == 0, "the servers ended well");
    scratch_remove();
    return check_end();
}
