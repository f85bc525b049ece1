/* bench_calls.c -- calls per second through the hub, 64 in flight from 32 sockets, beside pgbench on the same functions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/crypto.h"
#include "base/clock.h"
#include "crowd.h"
#include "report.h"
#include "secret.h"
#include "stage.h"

enum {
    RUNS = 5,
    SOCKETS = 32,
    PER_SOCKET = 2,
    WARM_S = 1,
    MEASURE_S = 6,
    MEMBERS = 5000,
    EARNERS = 1000
};

enum kind { FEED_POST, FEED_POST_HOT, POINTS_EARN };

struct load {
    struct crowd *crowd;
    enum kind kind;
    long long replies, failed, number;
    long long run;
};

static void send_call(struct load *l, int index)
{
    char text[512];
    long long n = ++l->number;
    int length;

    if (l->kind == POINTS_EARN)
        length = snprintf(text, sizeof text,
            "{\"jsonrpc\":\"2.0\",\"id\":%lld,\"method\":\"points.earn\",\"params\":{\"member\":\"%d\",\"club\":\"1\","
            "\"receipt\":\"b%lld-%lld\",\"lines\":[{\"amount\":{\"minor\":1000,\"cur\":\"EUR\"}}],\"idem\":\"bench-%lld-%lld\"}}",
            n, STAGE_FIRST_MEMBER + rand() % EARNERS, l->run, n, l->run, n);
    else
        length = snprintf(text, sizeof text,
            "{\"jsonrpc\":\"2.0\",\"id\":%lld,\"method\":\"feed.post\",\"params\":{\"club\":\"%d\",\"kind\":\"story\","
            "\"body\":\"A day on the water.\",\"idem\":\"bench-%lld-%lld\"}}",
            n, l->kind == FEED_POST ? 1 + rand() % STAGE_CLUBS : 1, l->run, n);
    crowd_send(l->crowd, index, text, (size_t)length);
}

static void on_frame(void *arg, int index, const char *payload, size_t length_bytes)
{
    struct load *l = arg;
    const char *at = payload, *end = payload + length_bytes;

    if (l->number == 0)
        return; /* the answers to session.auth */
    while ((at = memmem(at, (size_t)(end - at), "\"id\":", 5)) != NULL) {
        at += 5;
        l->replies++;
        send_call(l, index);
        break;
    }
    if (memmem(payload, length_bytes, "\"error\":", 8) != NULL && l->failed++ == 0)
        fprintf(stderr, "  first failure: %.*s\n", (int)length_bytes, payload);
}

static double hub_rate(enum kind kind, int run)
{
    static const char *const options[] = {"--db_connections=16", "--session_calls_per_s=100000",
        "--session_calls_burst=100000", "--service_calls_per_s=1000000", NULL};
    struct stage s = stage_start(stage_env("CLUBHUB"), 1, options);
    struct load l = {.kind = kind, .run = (long long)getpid() * 100 + run * 10 + kind};
    char text[2048];
    double began, until;
    long long counted;

    l.crowd = crowd_new(SOCKETS, on_frame, &l);
    for (int i = 0; i < SOCKETS; i++) {
        if (kind == POINTS_EARN) {
            crowd_add(l.crowd, s.port, true, "Authorization: Key " STAGE_API_KEY "\r\n");
        } else {
            int at = crowd_add(l.crowd, s.port, true, "");
            int n = snprintf(text, sizeof text,
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"session.auth\",\"params\":{\"token\":\"%s\"}}",
                stage_token(STAGE_FIRST_MEMBER + i));

            crowd_send(l.crowd, at, text, (size_t)n);
        }
    }
    for (until = report_now_s() + 0.5; report_now_s() < until;)
        crowd_poll(l.crowd, 10);
    for (int i = 0; i < SOCKETS * PER_SOCKET; i++)
        send_call(&l, i % SOCKETS);
    for (until = report_now_s() + WARM_S; report_now_s() < until;)
        crowd_poll(l.crowd, 10);
    counted = l.replies;
    began = report_now_s();
    while (report_now_s() < began + MEASURE_S)
        crowd_poll(l.crowd, 10);
    counted = l.replies - counted;
    began = report_now_s() - began;
    crowd_free(l.crowd);
    stage_stop(&s);
    if (l.failed > 0) {
        fprintf(stderr, "calls: %lld calls failed\n", l.failed);
        exit(1);
    }
    return (double)counted / began;
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

static double pgbench_rate(enum kind kind)
{
    char path[] = "/tmp/clubhub-bench-XXXXXX", command[2048], line[256], zeros[65],
         pii[2 * SECRET_MAX_BYTES + 1];
    char message[SECRET_MESSAGE_BYTES];
    struct secret key;
    int fd = mkstemp(path);
    FILE *f = fdopen(fd, "w");
    double tps = 0;

    memset(zeros, '0', 64);
    zeros[64] = '\0';
    fprintf(f, scripts[kind], zeros);
    fclose(f);
    if (secret_read("pii_key_file", stage_env("CLUBHUB_PII_KEY_FILE"), &key, message) != ERR_OK)
        exit(1);
    crypto_hex(key.bytes, key.length_bytes, pii);
    snprintf(command, sizeof command, "-c clubhub.pii_key=%s -c clubhub.origin=pgbench.0", pii);
    setenv("PGOPTIONS", command, 1);
    snprintf(command, sizeof command, "pgbench -n -c 16 -j 2 -M prepared -T %d -f %s '%s' 2>&1",
        MEASURE_S, path, stage_env("DATABASE_URL"));
    f = popen(command, "r");
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        if (sscanf(line, "tps = %lf", &tps) != 1 && strstr(line, "ERROR") != NULL)
            fprintf(stderr, "  %s", line);
    }
    if (f != NULL)
        pclose(f);
    unsetenv("PGOPTIONS");
    unlink(path);
    if (tps <= 0) {
        fprintf(stderr, "calls: pgbench gave no figure\n");
        exit(1);
    }
    return tps;
}

static void run_case(const char *name, enum kind kind)
{
    double hubs[RUNS], floors[RUNS];

    for (int i = 0; i < RUNS; i++) {
        floors[i] = pgbench_rate(kind);
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
