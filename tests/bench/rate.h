/* rate.h -- calls per second: through the hub, and of the same functions under pgbench.
 *
 * The hub's load has `places`, each with one call in flight: its answer is the moment of its next call.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct crowd;

enum { RATE_PGBENCH_CLIENTS = 16, RATE_TEXT_BYTES = 2048 };

/* Adds the clients of a load; answers to what it sends here are nobody's. */
typedef void rate_open_fn(void *arg, struct crowd *c, int port);
/* Prints method and params of the next call of a place: "feed.post\",\"params\":{...}" from behind `"method":"` to the
 * end of params, and names its socket.  Returns the length.
 */
typedef int rate_ask_fn(void *arg, int place, char text[RATE_TEXT_BYTES], int *out_client);
/* The answer of a place; false: it counts as failed.  NULL: every error does. */
typedef bool rate_answer_fn(void *arg, int place, const char *text, size_t length_bytes);

struct rate_load {
    int clients, places, seconds;
    const char *const *options; /* of the server; ends with NULL */
    rate_open_fn *open;
    rate_ask_fn *ask;
    rate_answer_fn *answer;
    void *arg;
};

/* Answers per second; ends the program when calls fail. */
double rate_hub(const struct rate_load *l);
/* Opens this many sockets of the till. */
void rate_open_tills(struct crowd *c, int port, int count);
/* Transactions per second of a pgbench script with RATE_PGBENCH_CLIENTS clients, as the hub's role; "%s" in the script
 * is a request hash, and the variable n begins as 0 in each client.
 */
double rate_pgbench(const char *script, int seconds);
double rate_pgbench_of(const char *script, int clients, int seconds);
