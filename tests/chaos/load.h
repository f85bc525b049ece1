/* load.h -- people who go on while a fault lasts: some post, each with a key until it is answered, some follow the club.
 *
 * They do what an SDK does: an answer that may be tried again is, with the same key; a socket that closed is opened again
 * at the next server; who follows resumes where it was.  load_judge compares what they were told with the tables.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct client_set;
struct fleet;
struct load;

enum { LOAD_MEMBERS = 12 }; /* of the first members of the fleet */

struct load_counts {
    size_t acknowledged;
    size_t refused;         /* 1008: not reachable, to be tried again */
    size_t others;          /* any other error */
    size_t silent;          /* calls that nobody answered though their socket stayed open */
    size_t drained, broken; /* sockets that closed with 1012, and otherwise */
};

/* They are spread over the servers. */
struct load *load_new(
    struct fleet *f, struct client_set *set, const int *servers, int server_count);
void load_free(struct load *l);
void load_run(struct load *l, int duration_ms);
/* Runs until fine() says so; false: not within the time. */
bool load_until(struct load *l, bool (*fine)(void *arg), void *arg, int timeout_ms);
struct load_counts load_counts(const struct load *l);
/* Everything is answered, everybody is at the head of the stream; then compares.  Nothing is posted any more. */
void load_judge(struct load *l);
