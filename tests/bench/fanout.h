/* fanout.h -- one measured fan-out: what bench_fanout and bench_gate share. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { FANOUT_SESSIONS = 5000, FANOUT_ROUNDS = 120, FANOUT_FRAME_MAX = 65536 };

struct fanout {
    double per_cpu_s; /* deliveries (events x sessions) per CPU-second of the sender */
    double cpu_s;
    char frame[FANOUT_FRAME_MAX]; /* one round's bytes, as the first client got them */
    size_t frame_bytes;
};

/* `burst` events of about 200 bytes at a time to all sessions of one worker of `binary`. */
void fanout_of_hub(const char *binary, int burst, struct fanout *out);
/* The same bytes by the bare server. */
void fanout_of_floor(int burst, const struct fanout *hub, struct fanout *out);
