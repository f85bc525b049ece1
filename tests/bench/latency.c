/* latency.c -- see latency.h. */
#include "latency.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "io/db.h"
#include "base/mem.h"
#include "crowd.h"
#include "members.h"
#include "report.h"
#include "stage.h"

enum { WARM_S = 2, SEEN_MAX = 20000, WAIT_S = 60 };

struct seen {
    double at_s; /* wall clock when the frame was read */
    long long seq;
    int earner;
};

struct observed {
    const struct latency_load *load;
    struct seen seen[SEEN_MAX];
    int count;
    bool is_measuring;
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
    struct observed *o = arg;
    const char *at = payload, *end = payload + length_bytes;
    double now = wall_s();

    if (!o->is_measuring || index >= o->load->earners)
        return;
    while ((at = memmem(at, (size_t)(end - at), "\"seq\":", 6)) != NULL && o->count < SEEN_MAX) {
        at += 6;
        if (memmem(at, (size_t)(end - at), "points.changed", 14) != NULL)
            o->seen[o->count++] = (struct seen){now, atoll(at), index};
    }
}

/* So many calls a second, evenly, whatever the answers do. */
static void earn(struct crowd *c, const struct latency_load *l, int seconds)
{
    static long long number;
    double began = report_now_s();
    char text[512];

    for (int sent = 0; sent < l->per_s * seconds;) {
        double now = report_now_s();

        for (; sent < (int)((now - began) * l->per_s) && sent < l->per_s * seconds; sent++) {
            long long n = ++number;
            int length = snprintf(text, sizeof text,
                "{\"jsonrpc\":\"2.0\",\"id\":%lld,\"method\":\"points.earn\",\"params\":{\"member\":\"%d\","
                "\"club\":\"1\",\"receipt\":\"l%d-%lld\",\"lines\":[{\"amount\":{\"minor\":1000,\"cur\":\"EUR\"}}],"
                "\"idem\":\"latency-%d-%lld\"}}",
                n, STAGE_FIRST_MEMBER + (int)(n % l->earners), (int)getpid(), n, (int)getpid(), n);

            crowd_send(c, l->earners + l->others, text, (size_t)length);
        }
        crowd_poll(c, 1);
    }
    for (double until = report_now_s() + 1; report_now_s() < until;)
        crowd_poll(c, 10);
}

static size_t compare_with_commits(const struct observed *o, double took_ms[SEEN_MAX])
{
    char message[256], since[32];
    const char *args[] = {since};
    size_t count = 0;

    snprintf(since, sizeof since, "%d", WARM_S + o->load->seconds + WAIT_S);
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

        for (int i = 0; i < o->count; i++) {
            if (o->seen[i].seq == seq && STAGE_FIRST_MEMBER + o->seen[i].earner == member) {
                took_ms[count++] = (o->seen[i].at_s - committed_s) * 1000;
                break;
            }
        }
    }
    return count;
}

struct latency latency_of(const struct latency_load *l)
{
    struct observed *o = mem_zalloc(sizeof *o);
    double *took_ms = mem_alloc(SEEN_MAX * sizeof *took_ms);
    struct stage s = stage_start(stage_env("CLUBHUB"), 1, l->options);
    struct crowd *c = crowd_new(l->earners + l->others + 1, on_frame, o);
    struct latency found;
    size_t count;

    o->load = l;
    members_join(c, s.port, l->earners + l->others, true);
    crowd_add(c, s.port, true, "Authorization: Key " STAGE_API_KEY "\r\n"); /* the till */
    earn(c, l, WARM_S);
    o->is_measuring = true;
    earn(c, l, l->seconds);
    count = compare_with_commits(o, took_ms);
    crowd_free(c);
    stage_stop(&s);
    if (count < (size_t)(l->per_s * l->seconds) / 2) {
        fprintf(stderr, "latency: only %zu frames were seen\n", count);
        exit(1);
    }
    found.p50_ms = report_quantile(took_ms, count, 0.5);
    found.p99_ms = report_quantile(took_ms, count, 0.99);
    mem_free(took_ms);
    mem_free(o);
    return found;
}
