/* http.c -- requests that are not WebSockets.
 *
 * libwebsockets parses the request; the answer is written whole by us, and the connection is closed after it.  From
 * the moment a request is complete until its answer nothing more is read: libwebsockets would not consume it, and the
 * loop would spin on it.
 */
#include "io/http.h"

#include "io/ws.h"
#include "io/ws_private.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"

#include <libwebsockets.h>

#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <string.h>
#include <strings.h>

enum {
    DISCARD_MAX = 4 /* times body_bytes */,
    LONG_ANSWER_BYTES = 16384,
    PIECE_BYTES = 65536, /* of a long answer, on their way to the peer at a time */
    ROOM_BYTES = 4 * PIECE_BYTES,
    UNSENT_MAX_BYTES = 32 << 20 /* of a worker: above it the oldest answer that is not taken goes */
};

enum {
    HEADER_AUTHORIZATION,
    HEADER_CONTENT_TYPE,
    HEADER_ACCEPT_LANGUAGE,
    HEADER_ORIGIN,
    HEADER_IF_NONE_MATCH,
    HEADER_USER_AGENT,
    HEADER_COUNT
};

static const struct {
    const char *name;
    enum lws_token_indexes token;
} kept_headers[HEADER_COUNT] = {
    [HEADER_AUTHORIZATION] = {"authorization", WSI_TOKEN_HTTP_AUTHORIZATION},
    [HEADER_CONTENT_TYPE] = {"content-type", WSI_TOKEN_HTTP_CONTENT_TYPE},
    [HEADER_ACCEPT_LANGUAGE] = {"accept-language", WSI_TOKEN_HTTP_ACCEPT_LANGUAGE},
    [HEADER_ORIGIN] = {"origin", WSI_TOKEN_ORIGIN},
    [HEADER_IF_NONE_MATCH] = {"if-none-match", WSI_TOKEN_HTTP_IF_NONE_MATCH},
    [HEADER_USER_AGENT] = {"user-agent", WSI_TOKEN_HTTP_USER_AGENT},
};

static const struct {
    enum lws_token_indexes token;
    const char *name;
} methods[] = {
    {WSI_TOKEN_GET_URI, "GET"},
    {WSI_TOKEN_POST_URI, "POST"},
    {WSI_TOKEN_HEAD_URI, "HEAD"},
    {WSI_TOKEN_OPTIONS_URI, "OPTIONS"},
    {WSI_TOKEN_PUT_URI, "PUT"},
    {WSI_TOKEN_PATCH_URI, "PATCH"},
    {WSI_TOKEN_DELETE_URI, "DELETE"},
};

struct http_request {
    struct ws_conn *conn; /* NULL: the peer has left */
    const char *method;
    char *path;
    char *headers[HEADER_COUNT];
    struct buf body;
    size_t body_wanted, discarded;
    char address[46];
    bool admin, complete, answered;
};

static const char *reason_phrase(int status)
{
    static const struct {
        int status;
        const char *phrase;
    } phrases[] = {
        {200, "OK"},
        {202, "Accepted"},
        {204, "No Content"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {410, "Gone"},
        {411, "Length Required"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {426, "Upgrade Required"},
        {429, "Too Many Requests"},
        {500, "Internal Server Error"},
        {503, "Service Unavailable"},
    };

    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++)
        if (phrases[i].status == status)
            return phrases[i].phrase;
    return "Status";
}

/* --- the answer ------------------------------------------------------------------------------ */

static void build(struct buf *out, const struct http_response *response, bool with_body)
{
    bool bodyless = response->status == 204 || response->status == 304;

    buf_printf(out, "HTTP/1.1 %d %s\r\n", response->status, reason_phrase(response->status));
    buf_add_text(out, "connection: close\r\n"
                      "x-content-type-options: nosniff\r\n"
                      "x-frame-options: DENY\r\n"
                      "referrer-policy: no-referrer\r\n");
    if (response->content_type != NULL)
        buf_printf(out, "content-type: %s\r\n", response->content_type);
    if (response->retry_after_s > 0)
        buf_printf(out, "retry-after: %d\r\n", response->retry_after_s);
    if (response->status == 426)
        buf_add_text(out, "sec-websocket-version: 13\r\n");
    if (response->extra_name != NULL)
        buf_printf(out, "%s: %s\r\n", response->extra_name, response->extra_value);
    if (response->allow_origin != NULL)
        buf_printf(
            out, "access-control-allow-origin: %s\r\nvary: origin\r\n", response->allow_origin);
    if (response->allow_origin != NULL && response->status == 204)
        buf_add_text(out, "access-control-allow-methods: GET, POST\r\n"
                          "access-control-allow-headers: authorization, content-type\r\n"
                          "access-control-max-age: 600\r\n");
    if (response->attachment != NULL)
        buf_printf(
            out, "content-disposition: attachment; filename=\"%s\"\r\n", response->attachment);
    if (response->is_private)
        buf_add_text(out, "cache-control: no-store\r\n");
    if (response->in_pieces)
        buf_add_text(out, "transfer-encoding: chunked\r\n");
    else if (!bodyless)
        buf_printf(out, "content-length: %zu\r\n", response->body_bytes);
    buf_add_text(out, "\r\n");
    if (with_body && !bodyless && response->body_bytes > 0)
        buf_add(out, response->body, response->body_bytes);
}

/* A long answer should go to the kernel at once: while libwebsockets holds a rest of it, it reads, too. */
static void make_room(int fd, size_t length_bytes)
{
    int room = (int)length_bytes, unsent = 0;

    if (length_bytes <= LONG_ANSWER_BYTES)
        return;
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
}

static void count(struct ws_counts *counts, int status)
{
    for (int i = 0; i < WS_STATUSES_MAX; i++) {
        if (counts->answered[i].status != status && counts->answered[i].status != 0)
            continue;
        counts->answered[i].status = status;
        counts->answered[i].count++;
        return;
    }
}

void http_forget_unsent(struct ws_conn *c)
{
    c->server->unsent_bytes -= c->unsent_bytes;
    c->unsent_bytes = 0;
}

/* An answer that is read is gone in a moment, so the oldest is one that is not. */
static void hold_rest(struct ws_conn *c, size_t length_bytes)
{
    struct ws *w = c->server;

    c->unsent_bytes = (uint32_t)length_bytes;
    w->unsent_bytes += length_bytes;
    LIST_EACH_SAFE(&w->closing, n, after)
    {
        struct ws_conn *oldest = LIST_ITEM(n, struct ws_conn, node);

        if (w->unsent_bytes <= UNSENT_MAX_BYTES)
            return;
        if (oldest->unsent_bytes == 0)
            continue;
        w->counts->ended_unread++;
        http_forget_unsent(oldest);
        ws_cut(oldest);
    }
}

static void answer(struct ws_conn *c, const struct http_response *response, bool with_body)
{
    struct buf out;

    count(c->server->counts, response->status);
    buf_init(&out, 0);
    build(&out, response, with_body);
    make_room(c->fd, out.length_bytes);
    (void)ws_write(c, out.bytes, out.length_bytes);
    if (lws_partial_buffered(c->wsi)) {
        lws_rx_flow_control(c->wsi, 1); /* libwebsockets writes the rest only while it may read */
        hold_rest(c, out.length_bytes);
    }
    buf_done(&out);
}

/* Storms should not come back all in the same second. */
static int retry_after_s(struct ws_conn *c, int status)
{
    if (status != 429 && status != 503)
        return 0;
    return 1 + (int)((c->server->counts->refused_rate + c->server->counts->refused_full) % 3);
}

void http_refuse(struct ws_conn *c, int status)
{
    struct http_response response = {.status = status, .retry_after_s = retry_after_s(c, status)};

    answer(c, &response, false);
}

/* --- the request ----------------------------------------------------------------------------- */

static void request_free(struct http_request *r)
{
    for (int i = 0; i < HEADER_COUNT; i++)
        mem_free(r->headers[i]);
    buf_done(&r->body);
    mem_free(r->path);
    mem_free(r);
}

static const char *method_of(struct lws *wsi)
{
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (lws_hdr_total_length(wsi, methods[i].token) > 0)
            return methods[i].name;
    return NULL;
}

/* Announced length of the body; false: it cannot be told, the request must be refused with *out_status. */
static bool body_length(struct lws *wsi, const char *method, size_t *out_bytes, int *out_status)
{
    char text[20];
    int length = lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH);
    size_t bytes = 0;

    *out_status = 400;
    if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0 || length <= 0) {
        *out_status = 411;
        *out_bytes = 0;
        return length <= 0 && lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) <= 0 &&
               method[0] != 'P';
    }
    if (lws_hdr_copy(wsi, text, sizeof text, WSI_TOKEN_HTTP_CONTENT_LENGTH) != length)
        return false;
    for (int i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9' || bytes > SIZE_MAX / 16)
            return false;
        bytes = bytes * 10 + (size_t)(text[i] - '0');
    }
    *out_bytes = bytes;
    return true;
}

/* Answers before the request has come in whole; what still comes of it is thrown away. */
static void refuse_early(struct http_request *r, int status)
{
    r->answered = true;
    http_refuse(r->conn, status);
    if (status != 413 || r->body_wanted == 0 ||
        r->body_wanted > DISCARD_MAX * r->conn->server->options->body_bytes)
        ws_doom(r->conn);
}

void http_begin(struct ws_conn *c, const char *path, size_t path_bytes)
{
    struct http_request *r;
    const char *method = method_of(c->wsi);
    int status = 400;

    if (c->closing || c->request != NULL)
        return;
    r = mem_zalloc(sizeof *r);
    buf_init(&r->body, 0);
    r->conn = c;
    r->admin = c->admin;
    r->method = method != NULL ? method : "";
    memcpy(r->address, c->address->text, sizeof r->address);
    r->path = mem_copy(path, path_bytes);
    c->request = r;
    if (c->refusal != 0)
        refuse_early(r, c->refusal);
    else if (method == NULL || memchr(path, '\0', path_bytes) != NULL)
        refuse_early(r, 400);
    else if (!body_length(c->wsi, method, &r->body_wanted, &status))
        refuse_early(r, status);
    else if (r->body_wanted > c->server->options->body_bytes)
        refuse_early(r, 413);
    if (r->answered)
        return;
    for (int i = 0; i < HEADER_COUNT; i++)
        r->headers[i] = ws_copy_header(c->wsi, (int)kept_headers[i].token);
    if (r->body_wanted == 0)
        http_complete(c);
}

void http_add_body(struct ws_conn *c, const void *bytes, size_t length_bytes)
{
    struct http_request *r = c->request;

    if (r == NULL || r->complete || c->closing)
        return;
    if (r->answered) {
        r->discarded += length_bytes;
        if (r->discarded >= r->body_wanted)
            ws_doom(c);
        return;
    }
    if (length_bytes > 0 && r->body.length_bytes + length_bytes <= r->body_wanted)
        buf_add(&r->body, bytes, length_bytes);
}

void http_complete(struct ws_conn *c)
{
    struct http_request *r = c->request;

    if (r == NULL || r->complete || r->answered || c->closing)
        return;
    r->complete = true;
    c->stage = WS_REQUEST;
    ws_move(c, &c->server->requests);
    lws_rx_flow_control(c->wsi, 0);
    lws_set_timeout(c->wsi, NO_PENDING_TIMEOUT, 0);
    c->server->events->request(c->server->arg, r);
}

void http_abandon(struct ws_conn *c)
{
    struct http_request *r = c->request;

    if (r == NULL)
        return;
    c->request = NULL;
    r->conn = NULL;
    if (r->answered || !r->complete)
        request_free(r);
}

void http_reply(struct http_request *r, const struct http_response *response)
{
    struct ws_conn *c = r->conn;

    if (c != NULL) {
        c->request = NULL;
        if (!c->closing) {
            answer(c, response, strcmp(r->method, "HEAD") != 0);
            ws_doom(c);
        }
    }
    request_free(r);
}

/* --- answers in pieces ----------------------------------------------------------------------- */

/* Bytes of it that the peer may still have to take; more would have to wait with libwebsockets. */
static size_t room_bytes(struct ws_conn *c)
{
    int unsent = 0;

    if (lws_partial_buffered(c->wsi) || ioctl(c->fd, SIOCOUTQ, &unsent) != 0 ||
        unsent >= PIECE_BYTES)
        return 0;
    return (size_t)(PIECE_BYTES - unsent);
}

void http_start(struct http_request *r, const struct http_response *response)
{
    struct http_response head = *response;

    if (!http_is_open(r))
        return;
    head.in_pieces = true;
    make_room(r->conn->fd, ROOM_BYTES);
    answer(r->conn, &head, false);
}

size_t http_write(struct http_request *r, const void *bytes, size_t length_bytes)
{
    struct ws_conn *c = r->conn;
    struct buf out;
    size_t room;

    if (!http_is_open(r))
        return 0;
    if (strcmp(r->method, "HEAD") == 0)
        return length_bytes;
    room = room_bytes(c);
    if (room < length_bytes && room < PIECE_BYTES / 2)
        return 0;
    if (room > length_bytes)
        room = length_bytes;
    lws_rx_flow_control(c->wsi, 0);
    buf_init(&out, 0);
    buf_printf(&out, "%zx\r\n", room);
    buf_add(&out, bytes, room);
    buf_add_text(&out, "\r\n");
    if (!ws_write(c, out.bytes, out.length_bytes))
        ws_doom(c);
    else if (lws_partial_buffered(c->wsi))
        lws_rx_flow_control(c->wsi, 1); /* libwebsockets writes the rest only while it may read */
    buf_done(&out);
    return room;
}

bool http_is_open(const struct http_request *r)
{
    return r->conn != NULL && !r->conn->closing;
}

void http_finish(struct http_request *r, bool is_whole)
{
    static const char end[] = "0\r\n\r\n";
    struct ws_conn *c = r->conn;

    if (c != NULL) {
        c->request = NULL;
        if (!c->closing && is_whole && strcmp(r->method, "HEAD") != 0)
            (void)ws_write(c, end, sizeof end - 1);
        if (is_whole)
            ws_doom(c);
        else
            ws_cut(c);
    }
    request_free(r);
}

/* --- what handlers read ---------------------------------------------------------------------- */

const char *http_method(const struct http_request *r)
{
    return r->method;
}

const char *http_path(const struct http_request *r)
{
    return r->path;
}

const char *http_header(const struct http_request *r, const char *name)
{
    for (int i = 0; i < HEADER_COUNT; i++)
        if (strcasecmp(kept_headers[i].name, name) == 0)
            return r->headers[i];
    return NULL;
}

const char *http_body(const struct http_request *r, size_t *out_bytes)
{
    if (out_bytes != NULL)
        *out_bytes = r->body.length_bytes;
    return r->body.bytes != NULL ? r->body.bytes : "";
}

const char *http_address(const struct http_request *r)
{
    return r->address;
}

bool http_is_admin(const struct http_request *r)
{
    return r->admin;
}
