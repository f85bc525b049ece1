/* clock.c -- the three clocks of the kernel, never cached. */
#include "base/clock.h"

#include <assert.h>
#include <time.h>

static int64_t read_ns(clockid_t clock)
{
    struct timespec t;
    int failed = clock_gettime(clock, &t);

    assert(failed == 0);
    (void)failed;
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
    return (struct wall_ms){read_ns(CLOCK_REALTIME) / 1000000};
}

/* Writes the last `digits` decimal digits of n. */
static void put(char *out, int64_t n, int digits)
{
    while (digits-- > 0) {
        out[digits] = (char)('0' + n % 10);
        n /= 10;
    }
}

void clock_iso(struct wall_ms t, char out[CLOCK_ISO_BYTES])
{
    static const char shape[CLOCK_ISO_BYTES] = "0000-00-00T00:00:00.000Z";
    int64_t ms = t.ms % 1000;
    int64_t seconds = t.ms / 1000;
    struct tm parts = {0};

    if (ms < 0) {
        ms += 1000;
        seconds--;
    }
    time_t when = (time_t)seconds;
    struct tm *known = gmtime_r(&when, &parts);

    assert(known != NULL);
    (void)known;
    for (int i = 0; i < CLOCK_ISO_BYTES; i++)
        out[i] = shape[i];
    put(out, (int64_t)parts.tm_year + 1900, 4);
    put(out + 5, parts.tm_mon + 1, 2);
    put(out + 8, parts.tm_mday, 2);
    put(out + 11, parts.tm_hour, 2);
    put(out + 14, parts.tm_min, 2);
    put(out + 17, parts.tm_sec, 2);
    put(out + 20, ms, 3);
}
