/* worker.c -- the wiring of one worker.
 *
 * End of each turn, in this order: sign-ins and subscriptions of the turn go to the database together, replies leave,
 * then events, then replies that deliveries made ready, then the questions of gate and frames, then a renewal that is
 * due.
 */
#include "worker.h"

#include "config.h"
#include "club/all.h"
#include "club/jobs.h"
#include "club/mailer.h"
#include "club/purposes.h"
#include "hub/auth.h"
#include "hub/call.h"
#include "hub/coalesce.h"
#include "hub/deliver.h"
#include "hub/drain.h"
#include "hub/endpoint.h"
#include "hub/frame.h"
#include "hub/gate.h"
#include "hub/hub.h"
#include "hub/issuers.h"
#include "hub/job.h"
#include "hub/lease.h"
#include "hub/metrics.h"
#include "hub/node.h"
#include "hub/note.h"
#include "hub/outgoing.h"
#include "hub/presence.h"
#include "hub/rpc.h"
#include "hub/session.h"
#include "hub/sessions.h"
#include "hub/signal.h"
#include "hub/stream.h"
#include "hub/subscribe.h"
#include "hub/tail.h"
#include "hub/trace.h"
#include "io/crypto.h"
#include "io/db.h"
#include "io/loop.h"
#include "io/ws.h"
#include "base/log.h"
#include "base/mem.h"
#include "secret.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct worker {
    const struct worker_options *options;
    struct hub hub;
    struct crypto_keys *keys;
    struct endpoint *endpoint;
    struct mailer *mailer; /* NULL: messages wait for the mail service */
    struct loop_turn *turn;
    struct loop_signal *term, *interrupt, *hangup;
    int listen_fd, admin_fd;
    bool started; /* the node has been told of its database */
};

/* --- the end of a turn ----------------------------------------------------------------------- */

static void on_turn(void *arg)
{
    struct worker *w = arg;
    struct hub *h = &w->hub;

    auth_turn(h->auth);
    subscribe_turn(h->subscribe);
    streams_turn(h->streams);
    sessions_flush(h->sessions);
    deliver_turn(h);
    sessions_flush(h->sessions);
    gate_turn(h->gate);
    frames_turn(h->frames);
    node_turn(h->node);
}

/* --- callbacks of lower layers --------------------------------------------------------------- */

static void on_parked(void *arg)
{
    struct worker *w = arg;

    sessions_park(w->hub.sessions);
}

static void on_regained(void *arg)
{
    struct worker *w = arg;

    sessions_lag_all(w->hub.sessions);
}

static void on_db_ready(void *arg, bool usable)
{
    struct worker *w = arg;

    log_info("database", "usable=%s", usable ? "true" : "false");
    if (!usable || w->started)
        return;
    w->started = true;
    node_start(w->hub.node);
}

static void on_db_lost(void *arg, int64_t incarnation)
{
    struct worker *w = arg;

    node_lost_connection(w->hub.node, incarnation);
}

static void on_db_notified(void *arg, const char *channel, const char *payload)
{
    struct worker *w = arg;

    if (strcmp(channel, SIGNAL_CHANNEL) == 0)
        signals_heard(w->hub.signals, payload);
    else
        node_notified(w->hub.node);
}

static void on_request(void *arg, struct http_request *r)
{
    struct hub *h = arg;
    struct worker *w = (struct worker *)(void *)((char *)h - offsetof(struct worker, hub));

    endpoint_request(w->endpoint, r);
}

/* --- signals --------------------------------------------------------------------------------- */

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* The supervisor keeps the listeners while it lives; once it is gone too, the ports are free. */
static void on_term(void *arg)
{
    struct worker *w = arg;

    drain_begin(w->hub.drain);
    close_fd(&w->listen_fd);
    close_fd(&w->admin_fd);
}

static void on_hangup(void *arg)
{
    struct worker *w = arg;
    const struct worker_options *o = w->options;
    int level = o->log_level(o->log_level_arg);

    if (level >= 0)
        log_set_level((enum log_level)level);
    if (o->config->tls_cert_file[0] != '\0')
        log_info("certificate", "loaded=%s", ws_reload_certificate(w->hub.ws) ? "true" : "false");
    if (w->hub.issuers != NULL)
        issuers_look(w->hub.issuers);
}

/* --- building -------------------------------------------------------------------------------- */

static struct hub_limits limits_of(const struct config *c)
{
    return (struct hub_limits){
        .call_timeout_ms = (unsigned)c->call_timeout_ms,
        .calls_in_flight = c->session_calls_in_flight,
        .calls_per_s = c->session_calls_per_s,
        .calls_burst = c->session_calls_burst,
        .service_calls_per_s = c->service_calls_per_s,
        .subscriptions_max = c->session_subscriptions_max,
        .member_sessions_max = c->member_sessions_max,
        .reply_bytes = (size_t)c->reply_bytes,
        .answer_bytes = (size_t)c->answer_bytes,
        .message_bytes = (size_t)c->message_bytes,
        .ring_events = (size_t)c->ring_events,
        .sign_in_ms = (unsigned)c->sign_in_ms,
        .stall_ms = (unsigned)c->stall_ms,
        .lease_ms = (unsigned)c->lease_ms,
        .renew_ms = (unsigned)c->renew_ms,
        .fence_ms = (unsigned)c->fence_ms,
        .wake_ms = (unsigned)c->wake_ms,
        .tail_ms = (unsigned)c->tail_ms,
        .drain_ms = (unsigned)c->drain_ms,
        .coalesce_max = c->coalesce_max,
        .access_token_s = c->access_token_s,
        .signal_batch_ms = (unsigned)c->signal_batch_ms,
        .signal_pace_ms = (unsigned)c->signal_pace_ms,
        .presence_ttl_ms = (unsigned)c->presence_ttl_ms,
    };
}

static struct db *open_db(struct worker *w)
{
    const struct config *c = w->options->config;
    struct db_options o = {
        .url = c->database_url,
        .connections = {[LANE_READ] = config_db_read(c),
            [LANE_WRITE] = config_db_write(c),
            [LANE_SLOW] = 1,
            [LANE_NODE] = 1},
        .depth_max = c->db_depth_max,
        .statement_timeout_ms = c->statement_timeout_ms,
        .lock_timeout_ms = c->lock_timeout_ms,
        .slow_timeout_ms = c->slow_timeout_ms,
        .connect_wait_ms = c->call_timeout_ms,
        .hello_sql = "select api.connection_open($1, $2, $3, $4)",
        .hello_args = {"", w->options->pii_key_hex, c->public_url},
        .listen_channels = {"clubhub", SIGNAL_CHANNEL},
    };
    struct db_events calls = {.notified = on_db_notified, .lost = on_db_lost, .ready = on_db_ready};

    return db_open(w->hub.loop, &o, &calls, w);
}

static struct ws *open_ws(struct worker *w)
{
    const struct config *c = w->options->config;
    struct ws_events calls = {.request = on_request};
    struct ws_options o = {
        .listen_fd = w->listen_fd,
        .admin_fd = w->admin_fd,
        .origins = c->origins,
        .cert_file = c->tls_cert_file[0] != '\0' ? c->tls_cert_file : NULL,
        .key_file = c->tls_key_file[0] != '\0' ? c->tls_key_file : NULL,
        .ticket_key = w->options->ticket_key,
        .message_bytes = (size_t)c->message_bytes,
        .body_bytes = (size_t)c->body_bytes,
        .half_open_max = c->half_open_max,
        .per_address_max = c->per_address_max,
        .handshakes_per_s = c->handshakes_per_s,
        .handshakes_per_address_per_s = c->handshakes_per_address_per_s,
        .tls_handshakes_per_s = c->tls_handshakes_per_s,
        .tls_handshakes_per_address_per_s = c->tls_handshakes_per_address_per_s,
        .ping_ms = c->ping_ms,
        .connections_max = c->connections_max,
        .half_open_ms = c->handshake_ms,
    };

    session_fill_events(&calls);
    return ws_open(w->hub.loop, &o, &calls, &w->hub);
}

static void fill_hub(struct worker *w)
{
    const struct config *c = w->options->config;
    struct hub *h = &w->hub;

    h->limits = limits_of(c);
    h->method_find = method_find;
    h->event_find = event_find;
    h->purposes = purposes;
    h->signal_rules = plan_signal_rules;
    h->keys = w->keys;
    h->signer = w->options->signer;
    h->token_issuer = c->token_issuer;
    h->token_audience = c->token_audience;
    h->token_leeway_s = c->token_leeway_s;
    h->terms_version = c->terms_version;
    h->identity_is_external = strcmp(c->identity, "external") == 0;
    h->worker = w->options->number;
    h->worker_ends = w->options->ends;
}

/* In the order of hub.h. */
static void open_modules(struct worker *w)
{
    struct hub *h = &w->hub;

    h->metrics = metrics_new();
    h->lease = lease_new(h->loop, on_parked, on_regained, w);
    h->gate = gate_new(h);
    h->frames = frames_new(h);
    h->notes = notes_new(h);
    h->streams = streams_new(h);
    h->node = node_new(h);
    h->tail = tail_new(h);
    h->signals = signals_new(h);
    h->presence = presence_new(h);
    h->sessions = sessions_new(h);
    h->auth = auth_new(h);
    h->subscribe = subscribe_new(h);
    h->coalescer = coalescer_new(h);
    h->calls = call_engine_new(h);
    h->rpc = rpc_new(h);
    h->jobs = jobs_new(h, jobs);
    h->drain = drain_new(h);
    if (strcmp(w->options->config->mailer, "log") == 0)
        w->mailer = mailer_new(h);
    w->endpoint = endpoint_new(h, w->options->endpoint);
    w->turn = loop_turn_new(h->loop, on_turn, w);
    db_set_hello(h->db, tail_origin(h->tail), w->options->pii_key_hex);
}

static void close_modules(struct worker *w)
{
    struct hub *h = &w->hub;

    loop_turn_free(w->turn);
    mailer_free(w->mailer);
    drain_free(h->drain);
    jobs_free(h->jobs);
    rpc_free(h->rpc);
    call_engine_free(h->calls);
    coalescer_free(h->coalescer);
    subscribe_free(h->subscribe);
    auth_free(h->auth);
    sessions_free(h->sessions);
    presence_free(h->presence);
    signals_free(h->signals);
    tail_free(h->tail);
    node_free(h->node);
    streams_free(h->streams);
    notes_free(h->notes);
    frames_free(h->frames);
    gate_free(h->gate);
    lease_free(h->lease);
    metrics_free(h->metrics);
}

/* Sockets first, so that no session is left; then the database, so that every question is answered while those who
 * asked are still there; then the modules.
 */
static void close_all(struct worker *w)
{
    endpoint_free(w->endpoint);
    ws_close_server(w->hub.ws);
    db_close(w->hub.db);
    close_modules(w);
    loop_signal_free(w->term);
    loop_signal_free(w->interrupt);
    loop_signal_free(w->hangup);
    issuers_free(w->hub.issuers);
    loop_free(w->hub.loop);
    crypto_keys_free(w->keys);
    close_fd(&w->listen_fd);
    close_fd(&w->admin_fd);
}

static bool open_keys(struct worker *w)
{
    const struct secret *key = w->options->token_key;

    w->keys = crypto_keys_new();
    return crypto_keys_add(w->keys, "hub", CRYPTO_HS256, key->bytes, key->length_bytes) == ERR_OK;
}

/* The file was good when the server started; a worker that starts again does not wait for it. */
static void open_issuers(struct worker *w)
{
    const struct config *c = w->options->config;
    char message[ISSUERS_MESSAGE_BYTES];

    if (c->issuers_file[0] == '\0')
        return;
    if (issuers_open(c->issuers_file, c->token_issuer, &w->hub.issuers, message) != ERR_OK) {
        log_error("issuers_refused", "reason=%s", message);
        w->hub.issuers = issuers_expect(c->issuers_file, c->token_issuer);
    }
    issuers_watch(w->hub.issuers, w->hub.loop);
}

static void open_trace(const struct config *c)
{
    if (c->trace_file[0] != '\0' && !trace_open(c->trace_file))
        log_error("trace_failed", "path=%s", c->trace_file);
}

int worker_run(const struct worker_options *o)
{
    struct worker w = {.options = o, .listen_fd = o->listen_fd, .admin_fd = o->admin_fd};
    char name[32];
    int status = EXIT_SUCCESS;

    snprintf(name, sizeof name, "worker %d", o->number);
    log_set_name(name);
    open_trace(o->config);
    w.hub.loop = loop_new();
    if (!open_keys(&w))
        log_error("token_key", "reason=%s", "not usable for HS256");
    fill_hub(&w);
    open_issuers(&w);
    w.hub.db = open_db(&w);
    open_modules(&w);
    w.term = loop_signal_new(w.hub.loop, SIGTERM, on_term, &w);
    w.interrupt = loop_signal_new(w.hub.loop, SIGINT, on_term, &w);
    w.hangup = loop_signal_new(w.hub.loop, SIGHUP, on_hangup, &w);
    w.hub.ws = open_ws(&w);
    if (w.hub.ws != NULL) {
        log_info("worker_ready", "worker=%d pid=%d", o->number, (int)getpid());
        loop_run(w.hub.loop);
    } else {
        status = WORKER_CANNOT_START;
    }
    trace_close(); /* after the drain: what leaves then is judged, too */
    close_all(&w);
    log_info("worker_ended", "worker=%d status=%d", o->number, status);
    log_set_name("worker");
    return status;
}
