/* doctor_host.c -- the machine: who serves, libraries, descriptors, backlog, memory, clock. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/timex.h>
#include <unistd.h>

#include "config.h"
#include "io/crypto.h"
#include "io/db.h"
#include "io/json.h"
#include "io/loop.h"
#include "io/ws.h"
#include "doctor_private.h"
#include "startup.h"

enum {
    DESCRIPTORS_BESIDE = 200, /* the database, logs, libraries */
    BACKLOG_GOOD = 4096,
    KIB_PER_CONNECTION =
        32, /* with TLS and the kernel's share: engineering figures of README, Operating it */
    KIB_PER_MIB = 1024,
    LIBPQ_MAJOR = 10000 /* 150014 is 15.14 */
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

/* --- libraries ------------------------------------------------------------------------------- */

struct library {
    const char *name, *version;
    int least[3];
};

static bool is_older(const char *version, const int least[3])
{
    int has[3] = {0};

    (void)sscanf(version, "%d.%d.%d", &has[0], &has[1], &has[2]); /* what is missing is 0 */
    for (int i = 0; i < 3; i++)
        if (has[i] != least[i])
            return has[i] < least[i];
    return false;
}

/* As they were loaded, which need not be those that it was built with. */
static void look_at_libraries(struct doctor *d, struct doctor_finding *f)
{
    char libpq[24], list[DOCTOR_FOUND_BYTES] = "";
    const struct library libraries[] = {
        {"libwebsockets", ws_library_version(), {4, 1, 6}},
        {"OpenSSL", crypto_library_version(), {3, 0, 0}},
        {"libpq", libpq, {15, 0, 0}},
        {"cJSON", json_library_version(), {1, 7, 15}},
        {"libuv", loop_library_version(), {1, 44, 0}},
    };

    (void)d;
    snprintf(libpq, sizeof libpq, "%d.%d", db_library_version() / LIBPQ_MAJOR,
        db_library_version() % LIBPQ_MAJOR);
    for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++) {
        const struct library *l = &libraries[i];
        size_t n = strlen(list);

        if (is_older(l->version, l->least)) {
            doctor_say(f, DOCTOR_WRONG, "install the updates of Debian 12; SECURITY.md says why",
                "%s %s is older than %d.%d.%d", l->name, l->version, l->least[0], l->least[1],
                l->least[2]);
            return;
        }
        snprintf(list + n, sizeof list - n, "%s%s %.*s", n > 0 ? ", " : "", l->name,
            (int)strspn(l->version, "0123456789."), l->version);
    }
    doctor_say(f, DOCTOR_FINE, NULL, "%s", list);
}

const struct doctor_check doctor_host_checks[] = {
    {"user", look_at_user},
    {"libraries", look_at_libraries},
    {"descriptors", look_at_descriptors},
    {"backlog", look_at_backlog},
    {"memory", look_at_memory},
    {"clock", look_at_clock},
    {NULL, NULL},
};
