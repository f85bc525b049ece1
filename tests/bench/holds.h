/* holds.h -- agents that hold seats for members, thousands of requests in flight, and pgbench that does the same.
 *
 * An offer of one class, and so of one pool, is sold; each request is for one unit and for a member of its own, because
 * a member has one live hold of an offer.
 */
#pragma once

#include <stdbool.h>

enum { HOLDS_PGBENCH_CLIENTS = 32 };

struct holds_load {
    int sockets, in_flight, requests; /* request i is for the i-th member of the stage */
    const char *const *options;       /* of the server; ends with NULL */
};

struct holds_outcome {
    double
        per_s; /* while all places were taken: without the first and the last in_flight answers */
    double p50_ms, p99_ms; /* from the request to its answer */
    int yes, sold_out;     /* any other answer ends the program */
    int without_row;       /* told yes, and nothing is held by that name */
};

void holds_seed(int agents); /* once per database */
/* A new offer that is open; returns its id. */
long long holds_offer(int capacity);
/* Seats of the offer that are held. */
int holds_held(long long offer);
struct holds_outcome holds_of_hub(long long offer, const struct holds_load *l);
/* The single form of the same function, per second; members: how many the stage has. */
double holds_of_pgbench(long long offer, int members, int seconds);
