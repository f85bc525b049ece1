/* config.h -- what an operator can set.  One table in config.c is default, check, manual and sample at once.
 *
 * Precedence  the option's default < file (--config=FILE, else CLUBHUB_CONFIG) < environment CLUBHUB_<NAME> <
 *             --name=value
 * File        lines `name = value`; # begins a comment line
 * Texts       belong to the config; "" when not set
 * Only the files beside main.c see struct config; modules receive the numbers they need.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/err.h"

struct config {
    const char *admin_listen, *database_url, *identity, *issuers_file, *listen, *log_level, *mailer,
        *migrate_url, *origins;
    const char *pii_key_file, *public_url, *receipt_key_file, *tls_cert_file, *tls_key_file,
        *token_audience, *token_issuer;
    const char *token_key_file, *trace_file;
    bool development;
    int access_token_s, answer_bytes, body_bytes, call_timeout_ms, coalesce_max, connections_max;
    int db_connections, db_depth_max, drain_ms, fence_ms, half_open_max;
    int handshake_ms, handshakes_per_address_per_s, handshakes_per_s, lease_ms, lock_timeout_ms;
    int member_sessions_max, message_bytes, per_address_max, ping_ms, presence_ttl_ms;
    int renew_ms, reply_bytes;
    int ring_events, service_calls_per_s, session_calls_burst, session_calls_in_flight;
    int session_calls_per_s, session_subscriptions_max, sign_in_ms, signal_batch_ms;
    int signal_pace_ms, slow_timeout_ms, stall_ms, statement_timeout_ms, tail_ms, terms_version;
    int tls_handshakes_per_address_per_s, tls_handshakes_per_s, token_leeway_s, wake_ms, workers;
};

enum { CONFIG_MESSAGE_BYTES = 512 };

/* Reads all sources.  `args` are "--name=value" and "--config=FILE" only.
 *   errors  ERR_INVALID_PARAMS: out_message says in one line what is wrong; *out_config holds nothing then
 */
MUST_CHECK enum err config_load(int count,
    char *const *args,
    struct config *out_config,
    char out_message[CONFIG_MESSAGE_BYTES]);
void config_done(struct config *c);

/* What serving needs beyond each option's own range: required ones, and options that belong together.
 *   errors  ERR_INVALID_PARAMS with out_message
 */
MUST_CHECK enum err config_check_serve(
    const struct config *c, char out_message[CONFIG_MESSAGE_BYTES]);

/* config/clubhub.conf.example. */
void config_print_example(FILE *out);

/* How many connections of each worker read and write; one is for slow calls. */
int config_db_read(const struct config *c);
int config_db_write(const struct config *c);
