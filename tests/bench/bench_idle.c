/* bench_idle.c -- resident KiB of one worker per signed-in session that is subscribed to `me` and to its club, beside bare
 * libwebsockets holding the same sockets.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "certificate.h"
#include "crowd.h"
#include "floor_library.h"
#include "members.h"
#include "report.h"
#include "scratch.h"
#include "stage.h"

struct tls_files {
    const char *cert_file, *key_file;
};

enum {
    SESSIONS = 15000,
    RUNS = 3,
    SETTLE_S = 30, /* at most, until the allocator has given back what signing in took */
    STILL_S = 4    /* as long without a change: settled */
};

/* Resident memory once it has not changed for a while. */
static double settled_kib(pid_t pid, struct crowd *c)
{
    double kib = report_resident_kib(pid), since = report_now_s(), until = since + SETTLE_S;

    while (report_now_s() < until && report_now_s() - since < STILL_S) {
        double now = report_resident_kib(pid);

        if (now < kib - 64 || now > kib + 64) {
            kib = now;
            since = report_now_s();
        }
        if (c != NULL)
            crowd_poll(c, 100);
        else
            usleep(100000);
    }
    return report_resident_kib(pid);
}

static double hub_kib(const struct tls_files *tls)
{
    char cert[SCRATCH_PATH_BYTES + 32], key[SCRATCH_PATH_BYTES + 32];
    const char *options[] = {"--handshakes_per_s=100000", "--connections_max=16000",
        "--tls_handshakes_per_s=0", "--tls_handshakes_per_address_per_s=0", NULL, NULL, NULL};
    struct stage s;
    struct crowd *c = crowd_new(SESSIONS, NULL, NULL);
    double before, after;

    if (tls != NULL) {
        snprintf(cert, sizeof cert, "--tls_cert_file=%s", tls->cert_file);
        snprintf(key, sizeof key, "--tls_key_file=%s", tls->key_file);
        options[4] = cert;
        options[5] = key;
        crowd_use_tls(c);
    }
    s = stage_start(stage_env("CLUBHUB"), 1, options);
    before = settled_kib(s.workers[0], NULL);
    members_join(c, s.port, SESSIONS, true);
    after = settled_kib(s.workers[0], c);
    crowd_free(c);
    stage_stop(&s);
    return (after - before) / SESSIONS;
}

static double floor_kib(const struct tls_files *tls)
{
    struct floor_server f = floor_library_start(
        tls != NULL ? tls->cert_file : NULL, tls != NULL ? tls->key_file : NULL);
    struct crowd *c = crowd_new(SESSIONS, NULL, NULL);
    double before = report_resident_kib(f.pid), after;

    if (tls != NULL)
        crowd_use_tls(c);
    for (int i = 0; i < SESSIONS; i++)
        crowd_add(c, f.port, true, "Sec-WebSocket-Protocol: clubhub.v1\r\n");
    after = settled_kib(f.pid, c);
    crowd_free(c);
    floor_stop(&f);
    return (after - before) / SESSIONS;
}

static void run_case(const char *name, const struct tls_files *tls)
{
    double hubs[RUNS], floors[RUNS];
    char more[64];

    for (int i = 0; i < RUNS; i++) {
        floors[i] = floor_kib(tls);
        hubs[i] = hub_kib(tls);
        fprintf(
            stderr, "  %s run %d: %.2f KiB against %.2f KiB\n", name, i + 1, hubs[i], floors[i]);
    }
    snprintf(more, sizeof more, "\"sessions\":%d", SESSIONS);
    report_print(&(struct report_case){"idle", name, "KiB per session, floor: bare libwebsockets",
        report_median(hubs, RUNS), report_median(floors, RUNS), RUNS,
        "handshakes_per_s=100000 connections_max=16000 workers=1", more});
}

int main(int count, char **args)
{
    const char *only = count > 1 ? args[1] : NULL; /* one case by name */
    struct tls_files tls;

    if (only != NULL && strcmp(only, FLOOR_LIBRARY_WORD) == 0 && count > 2) {
        floor_library_serve(atoi(args[2]), count > 3 ? args[3] : NULL, count > 4 ? args[4] : NULL);
        return 1;
    }
    stage_seed(SESSIONS);
    if (only == NULL || strcmp(only, "plain") == 0)
        run_case("plain", NULL);
    if (only == NULL || strcmp(only, "tls") == 0) {
        (void)scratch_make();
        tls = (struct tls_files){scratch_path("cert.pem"), scratch_path("key.pem")};
        certificate_write(tls.cert_file, tls.key_file, "localhost");
        run_case("tls", &tls);
        scratch_remove();
    }
    return 0;
}
