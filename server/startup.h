/* startup.h -- what `clubhub serve` looks at before it serves, and what all workers share because of it. */
#pragma once

#include <signal.h>

#include "hub/endpoint.h"
#include "io/crypto_sign.h"
#include "base/err.h"
#include "base/log.h"
#include "secret.h"

enum { STARTUP_MESSAGE_BYTES = 1280, STARTUP_HASH_BYTES = 65 };

struct config;

struct startup {
    struct secret token_key;
    struct crypto_signer *signer;
    char pii_key_hex[2 * SECRET_MAX_BYTES + 1];
    struct endpoint_options endpoint; /* its texts are here */
    char *protocol_json;
    char *asyncapi_json;
    char migrations_hash[STARTUP_HASH_BYTES], api_hash[STARTUP_HASH_BYTES];
    int workers;
};

/* Keys, files, the database's limits and functions.  Waits up to 30 s for a database that is away.
 *   errors  ERR_GONE: one of `ends` (SIGTERM, SIGINT, blocked) came meanwhile; others with out_message in one line
 */
MUST_CHECK enum err startup_check(const struct config *c,
    const sigset_t *ends,
    struct startup *out_startup,
    char out_message[STARTUP_MESSAGE_BYTES]);
void startup_done(struct startup *s);

/* The secrets alone, for commands that need them. */
MUST_CHECK enum err startup_read_keys(
    const struct config *c, struct startup *s, char out_message[STARTUP_MESSAGE_BYTES]);

/* issuers_file and the key sets it names. */
MUST_CHECK enum err startup_check_issuers(
    const struct config *c, char out_message[STARTUP_MESSAGE_BYTES]);

/* The key that signs receipts, from its file; in development it may follow from the token key, which was read before. */
MUST_CHECK enum err startup_read_signer(
    const struct config *c, struct startup *s, char out_message[STARTUP_MESSAGE_BYTES]);

enum log_level startup_log_level(const struct config *c);
int startup_workers(const struct config *c);     /* as many as cores unless told */
int startup_connections(const struct config *c); /* to the database, of all workers */
