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
#include "base/mem.h"

#include <libwebsockets.h>

#include <sys/socket.h>

#include <errno.h>
#include <string.h>
#include <strings.h>

enum {
    PREFETCH_LINE_BYTES = 64,
    RX_CHUNK_BYTES = 1024,   /* per connection, for as long as it lives */
    TX_CHUNK_BYTES = 262144, /* one write takes so much at most */
    MESSAGE_PINGS = 3        /* a message may take so many times ping_ms */
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
    http_forget_unsent(c);
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

void ws_end_doomed(void *arg)
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

void ws_prefetch_far(const struct ws_conn *c)
{
    __builtin_prefetch(c);
    __builtin_prefetch((const char *)c + PREFETCH_LINE_BYTES);
}

void ws_prefetch_near(const struct ws_conn *c)
{
    __builtin_prefetch(c->wsi);
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

/* --- incoming -------------------------------------------------------------------------------- */

static void saw_life(struct ws_conn *c)
{
    c->pings = 0;
    c->tls_asides = 0;
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
    c->message_bytes = c->message_capacity = c->pieces = 0;
    c->server->events->message(c->user, whole, length_bytes);
    mem_free(whole);
}

bool ws_is_slow(const struct ws_conn *c)
{
    const struct ws *w = c->server;

    return c->pieces > 0 &&
           w->now_ms - c->message_ms > MESSAGE_PINGS * (int64_t)w->options->ping_ms;
}

void ws_end_slow(struct ws_conn *c)
{
    c->server->counts->ended_slow++;
    ws_close(c, 1008, "message too slow");
}

/* A piece that is not the whole message: neither their number nor their time is without end. */
static void on_piece(struct ws_conn *c, const char *bytes, size_t length_bytes, bool last)
{
    if (c->pieces++ == 0)
        c->message_ms = c->server->now_ms;
    if (c->pieces > WS_PIECES_MAX) {
        c->server->counts->ended_pieces++;
        ws_close(c, 1009, "too many fragments");
    } else if (ws_is_slow(c)) {
        ws_end_slow(c);
    } else {
        add_piece(c, bytes, length_bytes, last);
    }
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
        c->server->counts->ended_binary++;
        ws_close(c, 1003, "text only");
    } else if (left > limit || c->message_bytes + length_bytes + left > limit) {
        c->server->counts->too_big++;
        ws_close(c, 1009, "message too big");
    } else if (last && c->pieces == 0) {
        give_whole(c, bytes, length_bytes);
    } else {
        on_piece(c, bytes, length_bytes, last);
    }
}

/* Copies a header, or an argument of the query, into a text of its own; NULL if it is absent. */
char *ws_copy_header(struct lws *wsi, int token_index)
{
    enum lws_token_indexes token = (enum lws_token_indexes)token_index;
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
    char *authorization = ws_copy_header(c->wsi, WSI_TOKEN_HTTP_AUTHORIZATION);
    char *language = ws_copy_header(c->wsi, WSI_TOKEN_HTTP_ACCEPT_LANGUAGE);
    char *agent = ws_copy_header(c->wsi, WSI_TOKEN_HTTP_USER_AGENT);
    char *ticket = copy_ticket(c->wsi);
    struct ws_hello hello = {.authorization = authorization,
        .ticket = ticket,
        .accept_language = language,
        .user_agent = agent,
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
    mem_free(agent);
    mem_free(ticket);
}

static bool peer_is_there(const struct ws_conn *c)
{
    char byte;
    ssize_t n = recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

    return n > 0 || (n < 0 && errno == EAGAIN);
}

/* libwebsockets ends a connection by itself for a frame that RFC 6455 forbids: with a code of its own, or without. */
static bool was_bad_frame(const struct ws_conn *c)
{
    return c->stage == WS_OPEN && !c->closing && !c->peer_closes &&
           (lws_get_close_length(c->wsi) >= 2 || peer_is_there(c));
}

static void on_closed(struct ws_conn *c)
{
    struct ws *w = c->server;

    w->counts->ended_frame += was_bad_frame(c);
    if (c->stage == WS_HANDSHAKE && !c->closing && c->tls && !c->tls_done)
        w->counts->ended_tls++;
    else if (c->stage == WS_HANDSHAKE && !c->closing && c->refusal == 0 && c->request == NULL)
        w->counts->ended_request++;
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
    c->refusal = (uint16_t)status;
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
        if (ws_is_slow(c))
            ws_end_slow(c);
        return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        on_writable(c);
        return 0;
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        c->peer_closes = true;
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

const struct lws_protocols *ws_protocols(void)
{
    return protocols;
}
