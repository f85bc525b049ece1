/* plans.h -- members who edit travel plans together, and what others see of it: what bench_plan measures. */
#pragma once

enum { PLANS_PGBENCH_CLIENTS = 32 };

/* Every editor is a member of the stage with a socket that follows the stream of the plan, and has an item of its own. */
struct plans_load {
    int plans, editors;         /* editors of each plan */
    int per_s, seconds;         /* edits in all, evenly, whatever the answers do */
    int alone_seconds;          /* before that: one edit at a time */
    const char *const *options; /* of the server; ends with NULL */
};

struct plans_seen {
    double p50_ms,
        p99_ms; /* from the call, or the moment it was due, to its frame on the socket of another editor */
    int edits, frames;
};

struct plans_outcome {
    struct plans_seen alone, together;
};

/* New plans, edited.  Ends the program when an edit is refused or a frame is missing. */
struct plans_outcome plans_edited(const struct plans_load *l);

/* One new plan and so many edits of it in flight, each of an item of its own; edits per second.  `watching` of the editors
 * follow its stream.
 */
struct plans_hot {
    int editors, watching, in_flight, seconds;
    const char *const *options;
};
double plans_hot_of_hub(const struct plans_hot *l);
/* The single form of the same function, on a new plan, per second. */
double plans_hot_of_pgbench(int seconds);
