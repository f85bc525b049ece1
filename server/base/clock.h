/* clock.h -- the clocks, each in a type of its own so that they cannot be mixed. */
#pragma once

#include <stdint.h>

/* CLOCK_MONOTONIC: timeouts, limits */
struct mono_ms {
    int64_t ms;
};

/* CLOCK_BOOTTIME: leases; counts while the machine sleeps */
struct boot_ns {
    int64_t ns;
};

/* CLOCK_REALTIME, ms since 1970: tokens' exp, log lines */
struct wall_ms {
    int64_t ms;
};

struct mono_ms clock_mono(void);
struct boot_ns clock_boot(void);
struct wall_ms clock_wall(void);

enum { CLOCK_ISO_BYTES = 25 };
/* "2026-11-22T10:10:00.000Z" into out (CLOCK_ISO_BYTES, NUL included). */
void clock_iso(struct wall_ms t, char out[CLOCK_ISO_BYTES]);
