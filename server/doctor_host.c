/* doctor_host.c -- the machine: who serves, descriptors, backlog, memory, clock. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/timex.h>
#include <unistd.h>

#include "config.h"
#include "base/mem.h"
#include "doctor_private.h"
#include "startup.h"

enum {
    DESCRIPTORS_BESIDE = 200, /* the database, logs, libraries */
    BACKLOG_GOOD = 4096,
    KIB_PER_CONNECTION =
        32, /* with TLS and the kernel's share: engineering figures of README, Operating it */
    KIB_PER_MIB = 1024
};

static void look_at_user(struct doctor *d, struct doctor_finding *f)
{
    (void)d;
    if (geteuid() == 0)
        doctor_say(f, DOCTOR_CHANGE,
            "serve as a user of its own without rights; ports below 1024 by a proxy",
            "this is root");
    else
        doctor_say(f, DOCTOR_FINE, NULL, "not root");
}

static void look_at_descriptors(struct doctor *d, struct doctor_finding *f)
{
    rlim_t needed = (rlim_t)d->config->connections_max + DESCRIPTORS_BESIDE;
    struct rlimit r;

    if (getrlimit(RLIMIT_NOFILE, &r) != 0) {
        doctor_say(f, DOCTOR_CHANGE, NULL, "unknown");
        return;
    }
    doctor_say(f,
        r.rlim_max == RLIM_INFINITY || r.rlim_max >= needed ? DOCTOR_FINE
        : r.rlim_max > DESCRIPTORS_BESIDE                   ? DOCTOR_CHANGE
                                                            : DOCTOR_WRONG,
        "raise the limit of open files (LimitNOFILE of systemd, ulimit -Hn), or lower connections_max",
        "each worker may open %llu, connections_max wants %llu", (unsigned long long)r.rlim_max,
        (unsigned long long)needed);
}

/* The first number of a file under /proc; -1: there is none. */
static long read_number(const char *path, const char *format)
{
    FILE *file = fopen(path, "re");
    char line[256];
    long n = -1;

    while (file != NULL && n < 0 && fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, format, &n) != 1)
            n = -1;
    if (file != NULL)
        (void)fclose(file); /* it was only read */
    return n;
}

static void look_at_backlog(struct doctor *d, struct doctor_finding *f)
{
    long n = read_number("/proc/sys/net/core/somaxconn", "%ld");

    (void)d;
    doctor_say(f, n < 0 || n >= BACKLOG_GOOD ? DOCTOR_FINE : DOCTOR_CHANGE,
        "sysctl net.core.somaxconn=4096: when thousands come back at once, the kernel holds them until they are taken",
        "somaxconn %ld", n);
}

static void look_at_memory(struct doctor *d, struct doctor_finding *f)
{
    long there_mib = read_number("/proc/meminfo", "MemTotal: %ld kB") / KIB_PER_MIB;
    long needed_mib = (long)startup_workers(d->config) *
                      ((long)d->config->connections_max * KIB_PER_CONNECTION / KIB_PER_MIB);

    doctor_say(f, there_mib <= 0 || needed_mib <= there_mib ? DOCTOR_FINE : DOCTOR_CHANGE,
        "lower connections_max or workers, or add memory",
        "%ld MiB for at most %ld MiB of connections over %d workers", there_mib, needed_mib,
        startup_workers(d->config));
}

static void look_at_clock(struct doctor *d, struct doctor_finding *f)
{
    struct timex t = {0};

    (void)d;
    if (adjtimex(&t) == TIME_ERROR || (t.status & STA_UNSYNC) != 0)
        doctor_say(f, DOCTOR_CHANGE, "run an NTP client: tokens and one-time codes go by the clock",
            "the kernel does not call it synchronised");
    else
        doctor_say(f, DOCTOR_FINE, NULL, "synchronised");
}

const struct doctor_check doctor_host_checks[] = {
    {"user", look_at_user},
    {"descriptors", look_at_descriptors},
    {"backlog", look_at_backlog},
    {"memory", look_at_memory},
    {"clock", look_at_clock},
    {NULL, NULL},
};
