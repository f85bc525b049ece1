/* hub.h -- what the modules of this folder share: one process's loop, database, tables and limits.
 *
 * main.c fills it, creates the modules in the order of the pointers below and frees them in reverse.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct db;
struct ws;
struct method;
struct event_kind;
struct gate_purpose;
struct crypto_keys;
struct crypto_signer;
struct issuers;
struct signal_rule;

struct hub_limits {
    unsigned call_timeout_ms;
    int calls_in_flight, calls_per_s, calls_burst, service_calls_per_s;
    int subscriptions_max, member_sessions_max;
    size_t reply_bytes, answer_bytes, message_bytes, ring_events;
    unsigned sign_in_ms, stall_ms, lease_ms, renew_ms, fence_ms, wake_ms, tail_ms, drain_ms;
    int coalesce_max;
    int access_token_s;
    unsigned signal_batch_ms, signal_pace_ms, presence_ttl_ms;
};

struct hub {
    struct loop *loop;
    struct db *db;
    struct ws *ws;
    struct hub_limits limits;

    const struct method *(*method_find)(const char *name, size_t length_bytes); /* NULL: none */
    const struct event_kind *(*event_find)(const char *type);                   /* NULL: none */
    const struct gate_purpose *purposes;    /* ends with code NULL */
    const struct signal_rule *signal_rules; /* ends with purpose NULL; NULL: none */
    const struct crypto_keys *keys;
    const struct crypto_signer *signer; /* of receipts */
    const char *token_issuer, *token_audience;
    int token_leeway_s;
    struct issuers *issuers;   /* NULL: the built-in one only */
    bool identity_is_external; /* passwords are somebody else's */
    int terms_version;
    int worker;                  /* 0, 1 ... */
    const uint64_t *worker_ends; /* shared by all workers: how many died; NULL: not told */

    struct metrics *metrics;
    struct lease *lease;
    struct gate *gate;
    struct frames *frames;
    struct notes *notes;
    struct streams *streams;
    struct node *node;
    struct tail *tail;
    struct signals *signals;
    struct presence *presence;
    struct sessions *sessions;
    struct auth *auth;
    struct subscribe *subscribe;
    struct coalescer *coalescer;
    struct call_engine *calls;
    struct rpc *rpc;
    struct jobs *jobs;
    struct drain *drain;
};
