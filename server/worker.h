/* worker.h -- one worker: builds the layers, runs the loop, takes them down in reverse.
 *
 * Runs in a process of its own, made by fork before any thread or loop exists.
 */
#pragma once

#include <stdint.h>

enum { WORKER_CANNOT_START = 78 }; /* exit status: trying again is of no use */

struct config;
struct crypto_signer;
struct endpoint_options;
struct secret;

struct worker_options {
    const struct config *config;
    int number;              /* 0, 1 ... */
    int listen_fd, admin_fd; /* taken: closed when draining begins */
    const struct secret *token_key;
    const struct crypto_signer *signer;
    const char *pii_key_hex;
    const char *ticket_key; /* 80 bytes, the same for all workers */
    const uint64_t *ends;   /* shared memory: workers that died */
    const struct endpoint_options *endpoint;
    int (*log_level)(void *arg); /* SIGHUP: reads the level anew; -1: leave it */
    void *log_level_arg;
};

/* Serves until SIGTERM or SIGINT and the drain after it.  Returns the exit status. */
int worker_run(const struct worker_options *o);
