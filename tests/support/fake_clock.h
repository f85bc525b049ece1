/* fake_clock.h -- base/clock.h with a time of day that can be set, as an administrator or NTP may do. */
#pragma once

#include <stdint.h>

#include "base/clock.h"

/* The time of day is so far from the true one from now on; the other clocks do not care. */
void fake_clock_set(int64_t ahead_s);
