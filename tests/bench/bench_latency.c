/* bench_latency.c -- milliseconds from the commit of points.earn to its frame on the member's socket, 500 a second, while
 * 5,000 other sockets are held; beside the same with 10.
 *
 * The instant of the commit is PostgreSQL's own (track_commit_timestamp); both clocks are this machine's.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "io/db.h"
#include "crowd.h"
#include "members.h"
#include "report.h"
#include "stage.h"

enum {
    RUNS = 5,
    EARNERS = 500,
    OTHERS = 5000,
    FEW = 10,
    PER_S = 500,
    WARM_S = 2,
    MEASURE_S = 8,
    EVENTS_MAX = PER_S * (WARM_S + MEASURE_S),
    WAIT_S = 60
};

struct seen {
    double at_s; /* wall clock when the frame was read; 0: not yet */
    long long seq;
    int earner;
};

struct load {
    struct seen seen[2 * EVENTS_MAX];
    int count;
    bool measuring;
};

static double wall_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Notes every points.changed in the frame; several may come as one batch. */
static void on_frame(void *arg, int index, const char *payload, size_t length_bytes)
{
    struct load *l = arg;
    const char *at = payload, *end = payload + length_bytes;
    double now = wall_s();

    if (!l->measuring || index >= EARNERS)
        return;
    while (
        (at = memmem(at, (size_t)(end - at), "\"seq\":", 6)) != NULL && l->count < 2 * EVENTS_MAX) {
        at += 6;
        if (memmem(at, (size_t)(end - at), "points.changed", 14) != NULL)
            l->seen[l->count++] = (struct seen){now, atoll(at), index};
    }
}

/* PER_S calls a second, evenly, whatever the answers do. */
static void earn(struct crowd *c, int till, int run, int seconds)
{
    static long long number;
    double began = report_now_s();
    char text[512];

    for (int sent = 0; sent < PER_S * seconds;) {
        double now = report_now_s();

        for (; sent < (int)((now - began) * PER_S) && sent < PER_S * seconds; sent++) {
            long long n = ++number;
            int length = snprintf(text, sizeof text,
                "{\"jsonrpc\":\"2.0\",\"id\":%lld,\"method\":\"points.earn\",\"params\":{\"member\":\"%d\","
                "\"club\":\"1\",\"receipt\":\"l%d-%d-%lld\",\"lines\":[{\"amount\":{\"minor\":1000,\"cur\":\"EUR\"}}],"
                "\"idem\":\"latency-%d-%d-%lld\"}}",
                n, STAGE_FIRST_MEMBER + (int)(n % EARNERS), (int)getpid(), run, n, (int)getpid(),
                run, n);

            crowd_send(c, till, text, (size_t)length);
        }
        crowd_poll(c, 1);
    }
    for (double until = report_now_s() + 1; report_now_s() < until;)
        crowd_poll(c, 10);
}

static double *latencies(const struct load *l, size_t *out_count)
{
    static double took_ms[2 * EVENTS_MAX];
    char message[256], since[32];
    const char *args[] = {since};
    size_t count = 0;

    snprintf(since, sizeof since, "%d", WARM_S + MEASURE_S + WAIT_S);
    if (db_sync_run(stage_owner(),
            "select substr(stream, 4), seq, extract(epoch from pg_xact_commit_timestamp(tx::xid)) "
            "from outbox where stream like 'me:%' and type = 'points.changed' "
            "and at > now() - $1::int * interval '1 second' order by 1, 2",
            1, args, message, sizeof message) != ERR_OK) {
        fprintf(stderr, "latency: %s\n", message);
        exit(1);
    }
    for (int row = 0; row < db_sync_rows(stage_owner()); row++) {
        long long member = atoll(db_sync_value(stage_owner(), row, 0)),
                  seq = atoll(db_sync_value(stage_owner(), row, 1));
        double committed_s = atof(db_sync_value(stage_owner(), row, 2));

        for (int i = 0; i < l->count; i++) {
            if (l->seen[i].seq == seq && STAGE_FIRST_MEMBER + l->seen[i].earner == member) {
                took_ms[count++] = (l->seen[i].at_s - committed_s) * 1000;
                break;
            }
        }
    }
    *out_count = count;
    return took_ms;
}

static double p99_of(int others, int run, double *out_p50)
{
    static const char *const options[] = {"--handshakes_per_s=100000", "--connections_max=16000",
        "--db_connections=16", "--service_calls_per_s=1000000", NULL};
    static struct load l;
    struct stage s = stage_start(stage_env("CLUBHUB"), 1, options);
    struct crowd *c = crowd_new(EARNERS + others + 1, on_frame, &l);
    double *took;
    size_t count;

    l.count = 0;
    l.measuring = false;
    members_join(c, s.port, EARNERS + others, true);
    crowd_add(c, s.port, true, "Authorization: Key " STAGE_API_KEY "\r\n"); /* the till */
    earn(c, EARNERS + others, run, WARM_S);
    l.measuring = true;
    earn(c, EARNERS + others, run, MEASURE_S);
    took = latencies(&l, &count);
    crowd_free(c);
    stage_stop(&s);
    if (count < PER_S * MEASURE_S / 2) {
        fprintf(stderr, "latency: only %zu frames were seen\n", count);
        exit(1);
    }
    *out_p50 = report_quantile(took, count, 0.5);
    return report_quantile(took, count, 0.99);
}

int main(void)
{
    double many[RUNS], few[RUNS], many_p50[RUNS], few_p50[RUNS];
    char more[96];

    stage_track_commits();
    stage_seed(EARNERS + OTHERS);
    for (int i = 0; i < RUNS; i++) {
        few[i] = p99_of(FEW, i, &few_p50[i]);
        many[i] = p99_of(OTHERS, i, &many_p50[i]);
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
