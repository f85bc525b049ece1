/* fake_clock.c -- see fake_clock.h. */
#include "support/fake_clock.h"

#include <stdatomic.h>
#include <time.h>

static _Atomic int64_t ahead_ms; /* a thread pool may ask too */

static int64_t read_ns(clockid_t clock)
{
    struct timespec t;

    (void)clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

struct mono_ms clock_mono(void)
{
    return (struct mono_ms){read_ns(CLOCK_MONOTONIC) / 1000000};
}

struct boot_ns clock_boot(void)
{
    return (struct boot_ns){read_ns(CLOCK_BOOTTIME)};
}

struct wall_ms clock_wall(void)
{
    return (struct wall_ms){read_ns(CLOCK_REALTIME) / 1000000 + ahead_ms};
}

void clock_iso(struct wall_ms t, char out[CLOCK_ISO_BYTES])
{
    struct tm parts = {0};
    time_t when = (time_t)(t.ms / 1000);

    (void)gmtime_r(&when, &parts);
    (void)strftime(out, CLOCK_ISO_BYTES, "%Y-%m-%dT%H:%M:%S.000Z", &parts);
}

void fake_clock_set(int64_t set_ahead_s)
{
    ahead_ms = set_ahead_s * 1000;
}
