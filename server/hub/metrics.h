/* metrics.h -- counters of this process, printed as Prometheus text.  Work in progress as well as work done. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct buf;
struct hub;
struct method;
struct metrics;

struct metrics *metrics_new(void);
void metrics_free(struct metrics *m);

void metrics_call(
    struct metrics *m, const struct method *method, enum err outcome, int64_t took_us);
void metrics_delivered(struct metrics *m, uint64_t events, uint64_t bytes);
void metrics_suppressed(struct metrics *m, int reason); /* enum gate_reason */
void metrics_skipped(struct metrics *m, uint64_t seqs);
void metrics_barrier(struct metrics *m, int64_t took_us);
void metrics_closed(struct metrics *m, int close_code);
void metrics_malformed(struct metrics *m, enum err e);
void metrics_broken(struct metrics *m);   /* an event that cannot be rendered was skipped */
void metrics_reread(struct metrics *m);   /* answers read again because a loss touched them */
void metrics_incident(struct metrics *m); /* opened by a job that ran here */

void metrics_print_events(const struct metrics *m, struct buf *out); /* counters of deliveries */
/* Everything, including gauges asked from the modules of h. */
void metrics_print(const struct metrics *m, const struct hub *h, struct buf *out);
