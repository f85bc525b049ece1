/* ws.c -- WebSocket connections on libwebsockets: messages in, ready-made frames out.
 *
 * libwebsockets does the handshake, the framing of what comes in, control frames and TLS.  Frames go out untouched
 * (LWS_WRITE_RAW): never LWS_WRITE_TEXT, whose state breaks when an earlier write is still buffered.  While
 * nothing is buffered and there is no TLS, a frame goes to the kernel directly.
 *
 * A connection is ended at the end of the turn and nowhere else, so callbacks of libwebsockets may close, cut or send
 * on any connection, their own included.
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
#include <sys/socket.h>

#include <errno.h>
#include <string.h>
#include <strings.h>

enum {
    RX_CHUNK_BYTES = 1024,   /* per connection, for as long as it lives */
    TX_CHUNK_BYTES = 262144, /* one write takes so much at most */
    HEADER_BYTES = 8192,
    TICK_MS = 250,
    PINGS_PER_TICK = 500,
    PINGS_MISSED_MAX = 2,
    CLOSING_MS = 10000, /* libwebsockets gives up after 5 s; this is the last resort */
    HALF_OPEN_MS = 10000,
    DESCRIPTORS_SPARE = 1024
};

static int on_lws(
    struct lws *wsi, enum lws_callback_reasons reason, void *pss, void *in, size_t len);

static const struct lws_protocols protocols[] = {
    {"clubhub.v1", on_lws, 0, RX_CHUNK_BYTES, 0, NULL, TX_CHUNK_BYTES},
    {NULL, NULL, 0, 0, 0, NULL, 0}};

/* --- a connection's lists and end ------------------------------------------------------------ */

void ws_move(struct ws_conn *c, struct list *to)
{
    if (c->list != NULL)
        list_remove(c->list, &c->node);
    c->list = to;
    if (to != NULL)
        list_append(to, &c->node);
}

void ws_doom(struct ws_conn *c)
{
    if (list_is_linked(&c->doomed))
        return;
    c->closing = true;
    c->seen_ms = c->server->now_ms;
    ws_move(c, &c->server->closing);
    list_append(&c->server->doomed, &c->doomed);
    loop_again(c->server->loop);
}

void ws_forget(struct ws_conn *c)
{
    ws_move(c, NULL);
    if (list_is_linked(&c->doomed))
        list_remove(&c->server->doomed, &c->doomed);
    http_abandon(c);
    ws_accept_release(c->server, c->address);
    mem_free(c->message);
    mem_free(c->close_reason);
    mem_free(c);
}

/* The close frame of a connection whose earlier bytes still wait: it goes after them. */
static void write_close_frame(struct ws_conn *c)
{
    uint8_t frame[4 + 123];
    size_t length = c->close_reason != NULL ? strlen(c->close_reason) : 0;

    frame[0] = 0x88;
    frame[1] = (uint8_t)(2 + length);
    frame[2] = (uint8_t)(c->close_code >> 8);
    frame[3] = (uint8_t)(c->close_code & 0xff);
    if (length > 0)
        memcpy(frame + 4, c->close_reason, length);
    (void)ws_write(c, frame, 4 + length);
}

static void end(struct ws_conn *c)
{
    if (c->stage == WS_OPEN && !c->cut && c->close_code != 0) {
        if (lws_partial_buffered(c->wsi))
            write_close_frame(c);
        else
            lws_close_reason(c->wsi, (enum lws_close_status)c->close_code,
                (unsigned char *)c->close_reason,
                c->close_reason != NULL ? strlen(c->close_reason) : 0);
        c->close_code = 0;
    }
    lws_set_timeout(c->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
}

static void on_turn(void *arg)
{
    struct ws *w = arg;
    struct list_node *n = list_shift(&w->doomed);

    if (n == NULL)
        return;
    for (; n != NULL; n = list_shift(&w->doomed))
        end(LIST_ITEM(n, struct ws_conn, doomed));
    lws_cancel_service(
        w->context); /* libwebsockets looks at its timers only when one of its descriptors stirs */
}

static void disconnect(struct ws_conn *c)
{
    struct sockaddr none = {.sa_family = AF_UNSPEC};

    c->cut = true;
    if (c->fd >= 0)
        (void)connect(c->fd, &none,
            sizeof none); /* drops what the kernel holds; fails only on a dead socket */
}

/* --- outgoing -------------------------------------------------------------------------------- */

bool ws_write(struct ws_conn *c, const void *bytes, size_t length_bytes)
{
    /* RAW leaves the bytes as they are; the parameter is not const for the sake of other modes. */
    return lws_write(c->wsi, (unsigned char *)bytes, length_bytes, LWS_WRITE_RAW) >= 0;
}

bool ws_is_choked(const struct ws_conn *c)
{
    return lws_partial_buffered(c->wsi) != 0;
}

bool ws_send(struct ws_conn *c, const void *bytes, size_t length_bytes)
{
    ssize_t sent = 0;

    if (c->closing)
        return false;
    if (!c->tls && !lws_partial_buffered(c->wsi)) {
        sent = send(c->fd, bytes, length_bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent == (ssize_t)length_bytes)
            return true;
        if (sent < 0 && errno != EAGAIN && errno != EINTR) {
            ws_doom(c);
            return false;
        }
        sent = sent < 0 ? 0 : sent;
    }
    if (!ws_write(c, (const char *)bytes + sent, length_bytes - (size_t)sent)) {
        ws_doom(c);
        return false;
    }
    return true;
}

void ws_close(struct ws_conn *c, int code, const char *reason)
{
    if (c->closing)
        return;
    c->close_code = (uint16_t)code;
    if (reason != NULL && reason[0] != '\0')
        c->close_reason = mem_copy(reason, strnlen(reason, 120));
    ws_doom(c);
}

void ws_cut(struct ws_conn *c)
{
    disconnect(c);
    ws_doom(c);
}

size_t ws_frame_header(size_t payload_bytes, uint8_t out[10])
{
    out[0] = 0x81;
    if (payload_bytes < 126) {
        out[1] = (uint8_t)payload_bytes;
        return 2;
    }
    if (payload_bytes < 65536) {
        out[1] = 126;
        out[2] = (uint8_t)(payload_bytes >> 8);
        out[3] = (uint8_t)payload_bytes;
        return 4;
    }
    out[1] = 127;
    for (int i = 0; i < 8; i++)
        out[2 + i] = (uint8_t)((uint64_t)payload_bytes >> (56 - 8 * i));
    return 10;
}

void ws_set_user(struct ws_conn *c, void *user)
{
    c->user = user;
}

int ws_fd(const struct ws_conn *c)
{
    return c->fd;
}

const char *ws_address(const struct ws_conn *c)
{
    return c->address->text;
}

struct ws_counts ws_count(const struct ws *w)
{
    struct ws_counts n = *w->counts;

    n.half_open = (int)w->half_open.count;
    return n;
}

/* --- incoming -------------------------------------------------------------------------------- */

static void saw_life(struct ws_conn *c)
{
    c->pings = 0;
    if (c->seen_ms == c->server->now_ms || c->closing)
        return;
    c->seen_ms = c->server->now_ms;
    ws_move(c, &c->server->lively);
}

/* Hands a message up that came in one piece; the byte behind it may belong to the next frame. */
static void give_whole(struct ws_conn *c, char *text, size_t length_bytes)
{
    char behind = text[length_bytes]; /* all buffers of libwebsockets have room for one more */

    text[length_bytes] = '\0';
    c->server->events->message(c->user, text, length_bytes);
    text[length_bytes] = behind;
}

static void add_piece(struct ws_conn *c, const char *bytes, size_t length_bytes, bool last)
{
    size_t wanted = (size_t)c->message_bytes + length_bytes + 1;
    char *whole;

    if (wanted >
        c->message_capacity) { /* grows with what has arrived, not with what was announced */
        size_t capacity = wanted < 2048 ? 4096 : wanted * 2;

        if (capacity > c->server->options->message_bytes + 1)
            capacity = c->server->options->message_bytes + 1;
        c->message = mem_realloc(c->message, capacity);
        c->message_capacity = (uint32_t)capacity;
    }
    memcpy(c->message + c->message_bytes, bytes, length_bytes);
    c->message_bytes += (uint32_t)length_bytes;
    if (!last)
        return;
    whole = c->message;
    length_bytes = c->message_bytes;
    whole[length_bytes] = '\0';
    c->message = NULL;
    c->message_bytes = c->message_capacity = 0;
    c->server->events->message(c->user, whole, length_bytes);
    mem_free(whole);
}

static void on_receive(struct ws_conn *c, char *bytes, size_t length_bytes)
{
    size_t left = lws_remaining_packet_payload(c->wsi);
    size_t limit = c->server->options->message_bytes;
    bool last = lws_is_final_fragment(c->wsi) && left == 0;

    if (c->closing)
        return;
    saw_life(c);
    if (lws_frame_is_binary(c->wsi)) {
        c->server->counts->malformed++;
        ws_close(c, 1003, "text only");
    } else if (left > limit || c->message_bytes + length_bytes + left > limit) {
        c->server->counts->too_big++;
        ws_close(c, 1009, "message too big");
    } else if (last && c->message_bytes == 0) {
        give_whole(c, bytes, length_bytes);
    } else {
        add_piece(c, bytes, length_bytes, last);
    }
}

/* Copies a header, or an argument of the query, into a text of its own; NULL if it is absent. */
static char *copy_header(struct lws *wsi, enum lws_token_indexes token)
{
    int length = lws_hdr_total_length(wsi, token);
    char *text;

    if (length <= 0)
        return NULL;
    text = mem_alloc((size_t)length + 1);
    if (lws_hdr_copy(wsi, text, length + 1, token) >= 0)
        return text;
    mem_free(text);
    return NULL;
}

static char *copy_ticket(struct lws *wsi)
{
    char part[512];

    for (int i = 0; lws_hdr_copy_fragment(wsi, part, sizeof part, WSI_TOKEN_HTTP_URI_ARGS, i) > 0;
         i++)
        if (strncmp(part, "ticket=", 7) == 0)
            return mem_copy(part + 7, strlen(part + 7));
    return NULL;
}

static void on_established(struct ws_conn *c)
{
    char *authorization = copy_header(c->wsi, WSI_TOKEN_HTTP_AUTHORIZATION);
    char *language = copy_header(c->wsi, WSI_TOKEN_HTTP_ACCEPT_LANGUAGE);
    char *ticket = copy_ticket(c->wsi);
    struct ws_hello hello = {.authorization = authorization,
        .ticket = ticket,
        .accept_language = language,
        .address = c->address->text};
    struct ws *w = c->server;

    c->stage = WS_OPEN;
    c->seen_ms = w->now_ms;
    ws_move(c, &w->lively);
    w->counts->opened++;
    w->counts->open++;
    w->events->opened(w->arg, c, &hello);
    mem_free(authorization);
    mem_free(language);
    mem_free(ticket);
}

static void on_closed(struct ws_conn *c)
{
    struct ws *w = c->server;

    c->closing = true;
    ws_move(c, NULL);
    if (list_is_linked(&c->doomed))
        list_remove(&w->doomed, &c->doomed);
    if (c->stage != WS_OPEN)
        return; /* the handshake failed: `opened` was never told */
    c->stage = WS_HANDSHAKE;
    w->counts->closed++;
    w->counts->open--;
    w->events->closed(c->user);
}

/* The only place where an upgrade is decided (CVE-2025-11677: no answer from CONFIRM_UPGRADE). */
static int on_upgrade(struct ws_conn *c)
{
    int status = ws_accept_judge(c);

    if (status == 0)
        return 0;
    http_refuse(c, status);
    return -1;
}

static void on_writable(struct ws_conn *c)
{
    if (c->stage == WS_OPEN && !c->closing && !lws_partial_buffered(c->wsi))
        c->server->events->drained(c->user);
}

static int on_conn(struct ws_conn *c, enum lws_callback_reasons reason, void *in, size_t len)
{
    switch (reason) {
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return strcasecmp(in, "websocket") == 0 ? 0 : -1;
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        return on_upgrade(c);
    case LWS_CALLBACK_ESTABLISHED:
        on_established(c);
        return 0;
    case LWS_CALLBACK_RECEIVE:
        on_receive(c, in, len);
        return 0;
    case LWS_CALLBACK_RECEIVE_PONG:
        saw_life(c);
        return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        on_writable(c);
        return 0;
    case LWS_CALLBACK_CLOSED:
        on_closed(c);
        return 0;
    case LWS_CALLBACK_HTTP:
        http_begin(c, in, len);
        return 0;
    case LWS_CALLBACK_HTTP_BODY:
        http_add_body(c, in, len);
        return 0;
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        http_complete(c);
        return 0;
    case LWS_CALLBACK_RAW_ADOPT:
    case LWS_CALLBACK_RAW_RX:
        return -1;
    case LWS_CALLBACK_WSI_DESTROY:
        on_closed(c);
        ws_forget(c);
        return 0;
    default:
        return 0;
    }
}

static int on_lws(
    struct lws *wsi, enum lws_callback_reasons reason, void *pss, void *in, size_t len)
{
    struct ws_conn *c;

    (void)pss;
    if (reason == LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS) {
        ws_tls_configure(lws_context_user(lws_get_context(wsi)), pss);
        return 0;
    }
    c = wsi != NULL ? lws_get_opaque_user_data(wsi) : NULL;
    return c != NULL ? on_conn(c, reason, in, len) : 0;
}

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
    while ((c = oldest(w, &w->half_open, half_open_ms(w))) != NULL)
        ws_cut(c);
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

/* libwebsockets sizes its tables by the soft limit, and each close of a socket walks through them. */
static void fit_descriptors(const struct ws_options *o)
{
    rlim_t wanted = (rlim_t)(o->connections_max + o->half_open_max + DESCRIPTORS_SPARE);
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
    if (limit.rlim_cur < wanted)
        log_warn("descriptors_few", "wanted=%llu hard_limit=%llu", (unsigned long long)wanted,
            (unsigned long long)limit.rlim_max);
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
        .protocols = protocols,
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

    fit_descriptors(o);
    w->turn = loop_turn_new(l, on_turn, w);
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
