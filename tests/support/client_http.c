/* client_http.c -- plain HTTP, and JSON-RPC over it. */
#include "client_http.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "client_private.h"

enum { HTTP_MS = 10000 };

static void print_http(struct buf *b, const struct client_http *r)
{
    buf_printf(b, "%s %s HTTP/1.1\r\nHost: %s:%d\r\nConnection: close\r\n",
        r->method == NULL ? "POST" : r->method, r->path == NULL ? "/v1/rpc" : r->path,
        r->host == NULL ? "127.0.0.1" : r->host, r->port);
    if (r->authorization != NULL)
        buf_printf(b, "Authorization: %s\r\n", r->authorization);
    if (r->headers != NULL)
        buf_add_text(b, r->headers);
    if (r->body != NULL)
        buf_printf(b, "Content-Type: %s\r\nContent-Length: %zu\r\n",
            r->content_type == NULL ? "application/json" : r->content_type, strlen(r->body));
    buf_printf(b, "\r\n%s", r->body == NULL ? "" : r->body);
}

struct client_http_wait {
    int fd;
    int64_t until_ms;
    struct buf request;
    size_t sent;
};

static void send_some(struct client_http_wait *w)
{
    ssize_t n = send(w->fd, w->request.bytes + w->sent, w->request.length_bytes - w->sent,
        MSG_NOSIGNAL | MSG_DONTWAIT);

    if (n > 0)
        w->sent += (size_t)n;
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        w->sent =
            w->request.length_bytes; /* it does not want the rest; what it says is still read */
}

struct client_http_wait *client_http_begin(const struct client_http *r)
{
    int fd = client_connect(r->host, NULL, r->port, 0);
    struct client_http_wait *w;

    if (fd < 0)
        return NULL;
    w = mem_zalloc(sizeof *w);
    w->fd = fd;
    w->until_ms = clock_mono().ms + (r->timeout_ms == 0 ? HTTP_MS : (int64_t)r->timeout_ms);
    buf_init(&w->request, 0);
    print_http(&w->request, r);
    send_some(w);
    return w;
}

/* Writes the rest of the request and reads to the end of the connection. */
static void exchange(struct client_http_wait *w, struct buf *answer)
{
    char bytes[16384];

    for (;;) {
        int64_t left_ms = w->until_ms - clock_mono().ms;
        bool sending = w->sent < w->request.length_bytes;
        ssize_t n;

        if (left_ms <= 0 || !client_poll(w->fd, sending ? POLLIN | POLLOUT : POLLIN, (int)left_ms))
            return;
        if (sending)
            send_some(w);
        n = recv(w->fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (n > 0)
            buf_add(answer, bytes, (size_t)n);
        else if (n == 0 || (errno != EAGAIN && errno != EINTR))
            return;
    }
}

/* A body in chunks is joined. */
static void add_body(struct buf *body, const char *from, size_t length_bytes, bool is_chunked)
{
    const char *end = from + length_bytes;

    if (!is_chunked) {
        buf_add(body, from, length_bytes);
        return;
    }
    while (from < end) {
        char *line;
        size_t chunk = strtoul(from, &line, 16);

        line = memchr(line, '\n', (size_t)(end - line));
        if (chunk == 0 || line == NULL || (size_t)(end - line - 1) < chunk)
            return;
        buf_add(body, line + 1, chunk);
        from = line + 1 + chunk + 2;
    }
}

static int read_answer(const struct buf *answer, struct buf *head, struct buf *body)
{
    const char *end = answer->length_bytes == 0
                          ? NULL
                          : memmem(answer->bytes, answer->length_bytes, "\r\n\r\n", 4);
    struct buf lines;
    size_t head_bytes;
    int status = 0;

    if (end == NULL || sscanf(answer->bytes, "HTTP/1.1 %d", &status) != 1)
        return 0;
    head_bytes = (size_t)(end + 4 - answer->bytes);
    buf_init(&lines, 0);
    buf_add(&lines, answer->bytes, head_bytes);
    add_body(body, end + 4, answer->length_bytes - head_bytes,
        strcasestr(lines.bytes, "transfer-encoding: chunked") != NULL);
    if (head != NULL)
        buf_add(head, lines.bytes, lines.length_bytes);
    buf_done(&lines);
    return status;
}

int client_http_end(struct client_http_wait *w, struct buf *head, struct buf *body)
{
    struct buf answer;
    int status;

    buf_add(body, "", 0); /* NUL-terminated, also when empty */
    if (w == NULL)
        return 0;
    buf_init(&answer, 0);
    exchange(w, &answer);
    status = read_answer(&answer, head, body);
    close(w->fd);
    buf_done(&answer);
    buf_done(&w->request);
    mem_free(w);
    return status;
}

int client_http(const struct client_http *r, struct buf *head, struct buf *body)
{
    return client_http_end(client_http_begin(r), head, body);
}

struct client_message *client_http_call(
    int port, const char *authorization, const char *method, const char *params, int timeout_ms)
{
    struct client_http r = {
        .port = port, .authorization = authorization, .timeout_ms = (unsigned)timeout_ms};
    struct client_message *m = NULL;
    struct buf request, body;

    buf_init(&request, 0);
    buf_init(&body, 0);
    client_print_request(&request, 1, method, params);
    r.body = request.bytes;
    if (client_http(&r, NULL, &body) == 200)
        m = client_message_parse(body.bytes, body.length_bytes);
    buf_done(&request);
    buf_done(&body);
    return m;
}
