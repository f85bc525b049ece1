/* bench_withdraw.c -- milliseconds from consent.withdraw to its acknowledgement, 5,000 sockets on two workers and on one. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crowd.h"
#include "members.h"
#include "report.h"
#include "stage.h"

enum { RUNS = 5, SOCKETS = 5000, WITHDRAWALS = 200, WAIT_S = 20 };

static int acknowledged = -1; /* the client whose reply to id 9 came */

static void on_frame(void *arg, int index, const char *payload, size_t length_bytes)
{
    (void)arg;
    if (memmem(payload, length_bytes, "\"id\":9,", 7) == NULL)
        return;
    if (memmem(payload, length_bytes, "\"result\"", 8) == NULL)
        fprintf(stderr, "  %.*s\n", (int)length_bytes, payload);
    acknowledged = index;
}

/* The consents given anew, as the seed left them. */
static void give_all(void)
{
    stage_run("update consent_state set state = 'given' where purpose_id = 30");
}

static double p99_of(int workers, int run, double *out_p50)
{
    static const char *const options[] = {
        "--handshakes_per_s=100000", "--half_open_max=10000", NULL};
    struct stage s = stage_start(stage_env("CLUBHUB"), workers, options);
    struct crowd *c = crowd_new(SOCKETS, on_frame, NULL);
    double took[WITHDRAWALS];
    char text[512];

    give_all();
    members_join(c, s.port, SOCKETS, false);
    for (int i = 0; i < WITHDRAWALS; i++) {
        int index = (i * 7919 + run * 31) % SOCKETS;
        int n = snprintf(text, sizeof text,
            "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"consent.withdraw\",\"params\":{\"purpose\":\"mkt.offers\",\"scope\":\"12\","
            "\"channel\":\"inapp\",\"idem\":\"withdraw-%d-%d-%d\"}}",
            workers, run, i);
        double began = report_now_s(), until = began + WAIT_S;

        acknowledged = -1;
        crowd_send(c, index, text, (size_t)n);
        while (acknowledged != index && report_now_s() < until)
            crowd_poll(c, 10);
        took[i] = (report_now_s() - began) * 1000;
    }
    crowd_free(c);
    stage_stop(&s);
    *out_p50 = report_quantile(took, WITHDRAWALS, 0.5);
    return report_quantile(took, WITHDRAWALS, 0.99);
}

int main(void)
{
    double two[RUNS], one[RUNS], two_p50[RUNS], one_p50[RUNS];
    char more[96];

    stage_seed(SOCKETS);
    for (int i = 0; i < RUNS; i++) {
        one[i] = p99_of(1, i, &one_p50[i]);
        two[i] = p99_of(2, i, &two_p50[i]);
        fprintf(stderr, "  ack_ms run %d: p99 %.2f ms on two workers, %.2f ms on one\n", i + 1,
            two[i], one[i]);
    }
    snprintf(more, sizeof more, "\"p50\":%.3f,\"p50_one_worker\":%.3f",
        report_median(two_p50, RUNS), report_median(one_p50, RUNS));
    report_print(&(struct report_case){"withdraw", "ack_ms", "ms, p99, floor: one worker",
        report_median(two, RUNS), report_median(one, RUNS), RUNS,
        "handshakes_per_s=100000 half_open_max=10000", more});
    return 0;
}
