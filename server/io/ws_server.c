/* ws_server.c -- opening and closing the network edge, its settings of libwebsockets, and liveness.
 *
 * One tick looks after all connections: they stand in lists ordered by their last sign of life, so it looks at the
 * first ones only.
 */
#include "io/ws.h"

#include "io/loop.h"
#include "io/ws_private.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"

#include <libwebsockets.h>

#include <sys/resource.h>

#include <string.h>

enum {
    HEADER_BYTES = 8192,
    TICK_MS = 250,
    PINGS_PER_TICK = 500,
    PINGS_MISSED_MAX = 2,
    CLOSING_MS = 10000, /* libwebsockets gives up after 5 s; this is the last resort */
    HALF_OPEN_MS = 10000,
    DESCRIPTORS_SPARE = 1024,
    DESCRIPTORS_LEAST = 128 /* of these for all that is no connection, where they are few */
};

/* --- liveness -------------------------------------------------------------------------------- */

/* Connections in a list ordered by seen_ms that have been there for `age_ms`, oldest first; or NULL. */
static struct ws_conn *oldest(struct ws *w, struct list *l, int64_t age_ms)
{
    struct list_node *n = list_first(l);
    struct ws_conn *c = n != NULL ? LIST_ITEM(n, struct ws_conn, node) : NULL;

    return c != NULL && c->seen_ms + age_ms <= w->now_ms ? c : NULL;
}

static void ping(struct ws_conn *c)
{
    static const uint8_t frame[] = {
        0x89, 0x01, 0x2a}; /* a PONG without payload would not be told to us */

    if (ws_is_slow(c)) {
        ws_end_slow(c);
        return;
    }
    if (c->pings >= PINGS_MISSED_MAX) {
        c->server->counts->ping_timeouts++;
        ws_cut(c);
        return;
    }
    c->pings++;
    c->seen_ms = c->server->now_ms;
    ws_move(c, &c->server->lively);
    if (!ws_is_choked(c))
        (void)ws_send(c, frame, sizeof frame);
}

static int64_t half_open_ms(const struct ws *w)
{
    return w->options->half_open_ms > 0 ? w->options->half_open_ms : HALF_OPEN_MS;
}

static void on_tick(void *arg)
{
    struct ws *w = arg;
    struct ws_conn *c;

    w->now_ms = clock_mono().ms;
    for (int i = 0; i < PINGS_PER_TICK && (c = oldest(w, &w->lively, w->options->ping_ms)) != NULL;
         i++)
        ping(c);
    while ((c = oldest(w, &w->half_open, half_open_ms(w))) != NULL) {
        w->counts->ended_half_open++;
        ws_cut(c);
    }
    while ((c = oldest(w, &w->closing, CLOSING_MS)) != NULL) {
        c->seen_ms = w->now_ms;
        ws_cut(c);
        ws_move(c, &w->closing);
    }
    ws_accept_tick(w);
    if (w->closing.count > 0)
        lws_cancel_service(w->context);
}

/* --- the server ------------------------------------------------------------------------------ */

/* Lines that a peer can provoke: at most five a second. */
static void on_lws_log(int level, const char *line)
{
    static int64_t second;
    static int lines;
    int64_t now_s = clock_mono().ms / 1000;

    if (second != now_s) {
        second = now_s;
        lines = 0;
    }
    if (++lines <= 5)
        log_line(level == LLL_ERR ? LOG_WARN : LOG_DEBUG, "lws", "line=%.*s",
            (int)strcspn(line, "\r\n"), line);
}

/* Fewer connections than were asked for, so that whoever is one too many is still told so. */
static void fit_connections(struct ws_options *o, rlim_t limit)
{
    int room = limit > 2 * DESCRIPTORS_LEAST ? (int)(limit - DESCRIPTORS_LEAST) : DESCRIPTORS_LEAST;

    if (o->half_open_max > room / 4)
        o->half_open_max = room / 4;
    if (o->connections_max > room - o->half_open_max)
        o->connections_max = room - o->half_open_max;
}

/* libwebsockets sizes its tables by the soft limit, and each close of a socket walks through them. */
static void fit_descriptors(struct ws_options *o)
{
    rlim_t wanted = (rlim_t)(o->connections_max + o->half_open_max + DESCRIPTORS_SPARE);
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
    if (limit.rlim_cur < wanted) {
        fit_connections(o, limit.rlim_cur);
        log_warn("descriptors_few", "wanted=%llu hard_limit=%llu connections_max=%d",
            (unsigned long long)wanted, (unsigned long long)limit.rlim_max, o->connections_max);
    }
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

static char *copy_of(const char *text)
{
    return text == NULL ? NULL : mem_copy(text, strlen(text));
}

static struct ws *new_server(
    struct loop *l, const struct ws_options *o, const struct ws_events *e, void *arg)
{
    struct ws *w = mem_zalloc(sizeof *w);

    w->loop = l;
    w->arg = arg;
    w->options = mem_alloc(sizeof *w->options);
    *w->options = *o;
    w->options->origins = copy_of(o->origins != NULL ? o->origins : "");
    w->options->cert_file = copy_of(o->cert_file);
    w->options->key_file = copy_of(o->key_file);
    w->options->ticket_key = o->ticket_key != NULL ? mem_copy(o->ticket_key, 80) : NULL;
    w->events = mem_alloc(sizeof *w->events);
    *w->events = *e;
    w->counts = mem_zalloc(sizeof *w->counts);
    list_init(&w->half_open);
    list_init(&w->requests);
    list_init(&w->lively);
    list_init(&w->closing);
    list_init(&w->doomed);
    list_init(&w->idle_addresses);
    w->addresses = map_text_new();
    w->now_ms = clock_mono().ms;
    return w;
}

static void free_server(struct ws *w)
{
    size_t cursor = 0;
    const char *key;
    void *address;

    while (map_text_next(w->addresses, &cursor, &key, &address))
        mem_free(address);
    map_text_free(w->addresses);
    mem_free((char *)w->options->origins);
    mem_free((char *)w->options->cert_file);
    mem_free((char *)w->options->key_file);
    mem_free((char *)w->options->ticket_key);
    mem_free(w->options);
    mem_free(w->events);
    mem_free(w->counts);
    mem_free(w);
}

static bool open_context(struct ws *w)
{
    static const lws_retry_bo_t
        no_timers; /* the default policy makes every connect walk a list of all */
    void *loops[] = {loop_native(w->loop)};
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN_SERVER,
        .protocols = ws_protocols(),
        .retry_and_idle_policy = &no_timers,
        .options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS,
        .foreign_loops = loops,
        .user = w,
        .gid = -1,
        .uid = -1,
        .alpn = "http/1.1",
        .pt_serv_buf_size = 16384,
        .max_http_header_data = HEADER_BYTES,
        .timeout_secs = 15,
        .vhost_name = "clubhub",
        .max_http_header_pool2 =
            (unsigned)(w->options->connections_max + w->options->half_open_max),
    };

    lws_set_log_level(LLL_ERR | LLL_WARN, on_lws_log);
    ws_tls_prepare(w, &info);
    w->context = lws_create_context(&info);
    if (w->context == NULL)
        return false;
    w->vhost = lws_create_vhost(w->context, &info);
    w->admin_vhost = w->vhost;
    if (w->vhost != NULL && w->options->cert_file != NULL) {
        info.port =
            CONTEXT_PORT_NO_LISTEN; /* another number, so that no Host header leads from one to the other */
        info.vhost_name = "admin";
        info.ssl_cert_filepath = info.ssl_private_key_filepath = NULL;
        w->admin_vhost = lws_create_vhost(w->context, &info);
    }
    return w->vhost != NULL && w->admin_vhost != NULL &&
           (w->options->cert_file == NULL || w->tls != NULL);
}

struct ws *ws_open(struct loop *l, const struct ws_options *o, const struct ws_events *e, void *arg)
{
    struct ws *w = new_server(l, o, e, arg);

    fit_descriptors(w->options);
    w->turn = loop_turn_new(l, ws_end_doomed, w);
    w->tick = loop_timer_new(l, on_tick, w);
    if (!open_context(w)) {
        log_error("ws_open_failed", "reason=%s",
            "certificate, key or the package libwebsockets-evlib-uv");
        ws_close_server(w);
        return NULL;
    }
    loop_timer_set(w->tick, TICK_MS, TICK_MS);
    ws_accept_start(w);
    return w;
}

void ws_stop_accepting(struct ws *w)
{
    ws_accept_stop(w);
}

void ws_close_server(struct ws *w)
{
    if (w == NULL)
        return;
    ws_accept_stop(w);
    loop_timer_free(w->tick);
    loop_turn_free(w->turn);
    if (w->context != NULL) {
        lws_context_destroy(w->context); /* starts closing; libuv finishes that in later turns */
        for (int turns = 0; turns < 3; turns++)
            loop_run_once(w->loop);
        lws_context_destroy(w->context);
    }
    free_server(w);
}

struct ws_counts ws_count(const struct ws *w)
{
    struct ws_counts n = *w->counts;

    n.half_open = (int)w->half_open.count;
    return n;
}

const char *ws_library_version(void)
{
    return lws_get_library_version();
}
