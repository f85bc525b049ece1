/* latency.h -- from the commit of points.earn to the member's frame: what bench_latency and bench_points share.
 *
 * The instant of the commit is PostgreSQL's own (stage_track_commits, before the stage is seeded); both clocks are this
 * machine's.
 */
#pragma once

struct latency_load {
    int earners; /* members who earn, in turn; each has a socket that follows its `me` */
    int others;  /* further sockets, held */
    int per_s, seconds;
    const char *const *options; /* of the server; ends with NULL */
};

struct latency {
    double p50_ms, p99_ms;
};

/* Ends the program when fewer than half of the frames were seen. */
struct latency latency_of(const struct latency_load *l);
