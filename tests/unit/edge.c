/* edge.c -- see edge.h. */
#include "edge.h"

#include "io/http.h"
#include "io/loop.h"
#include "io/ws.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

struct fixture *fx;

/* --- the server's side ----------------------------------------------------------------------- */

void copy_text(char *out, size_t out_bytes, const char *text)
{
    snprintf(out, out_bytes, "%s", text != NULL ? text : "-");
}

void on_opened(void *arg, struct ws_conn *c, const struct ws_hello *hello)
{
    struct session *s = &fx->sessions[fx->opened++];

    assert_ptr_equal(arg, fx);
    s->conn = c;
    ws_set_user(c, s);
    copy_text(fx->authorization, sizeof fx->authorization, hello->authorization);
    copy_text(fx->ticket, sizeof fx->ticket, hello->ticket);
    copy_text(fx->agent, sizeof fx->agent, hello->user_agent);
    copy_text(fx->address, sizeof fx->address, hello->address);
    if (fx->send_in_opened)
        assert_true(ws_send(c, "\x81\x02hi", 4));
}

void on_message(void *user, char *text, size_t length_bytes)
{
    struct session *s = user;

    s->messages++;
    s->last_bytes = length_bytes;
    snprintf(s->last, sizeof s->last, "%s", text);
    assert_int_equal(text[length_bytes], '\0');
}

void on_drained(void *user)
{
    ((struct session *)user)->drained++;
}

void on_closed(void *user)
{
    struct session *s = user;

    s->closed++;
    s->conn = NULL;
}

void reply_ok(struct http_request *r)
{
    struct http_response response = {.status = 200,
        .content_type = "text/plain",
        .body = "fine\n",
        .body_bytes = 5,
        .extra_name = "etag",
        .extra_value = "\"1\""};

    http_reply(r, &response);
}

void on_request(void *arg, struct http_request *r)
{
    (void)arg;
    fx->requests++;
    if (fx->answer_at_once)
        reply_ok(r);
    else
        fx->request = r;
}

const struct ws_events edge_events = {.opened = on_opened,
    .message = on_message,
    .drained = on_drained,
    .closed = on_closed,
    .request = on_request};

int listen_on_loopback(int *out_port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(fd, 256), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &bytes), 0);
    *out_port = ntohs(at.sin_port);
    return fd;
}

int set_up(void **state)
{
    (void)state;
    log_set_level(LOG_ERROR);
    fx = calloc(1, sizeof *fx);
    fx->loop = loop_new();
    fx->options = (struct ws_options){
        .listen_fd = listen_on_loopback(&fx->port),
        .admin_fd = listen_on_loopback(&fx->admin_port),
        .origins = "https://club.example http://localhost:3000",
        .message_bytes = MESSAGE_BYTES,
        .body_bytes = 10000,
        .half_open_max = 20,
        .handshakes_per_s = 1000,
        .handshakes_per_address_per_s = 1000,
        .ping_ms = 60000,
        .connections_max = 50,
    };
    return 0;
}

void open_server(void)
{
    fx->ws = ws_open(fx->loop, &fx->options, &edge_events, fx);
    assert_non_null(fx->ws);
}

int tear_down(void **state)
{
    (void)state;
    ws_close_server(fx->ws);
    for (int i = 0; i < fx->opened; i++)
        assert_int_equal(fx->sessions[i].closed, 1); /* exactly once for each `opened` */
    loop_free(fx->loop);
    close(fx->options.listen_fd);
    close(fx->options.admin_fd);
    free(fx);
    return 0;
}

/* --- the client's side ----------------------------------------------------------------------- */

void turn(int ms)
{
    int64_t end_ms = clock_mono().ms + ms;

    do {
        loop_run_once(fx->loop);
        usleep(100);
    } while (clock_mono().ms < end_ms);
}

void turn_until(const int *value, int wanted)
{
    int64_t end_ms = clock_mono().ms + 10000;

    while (*value < wanted) {
        turn(0);
        assert_true(clock_mono().ms < end_ms);
    }
}

int edge_connect_with(int port, int receive_buffer)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
        .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (receive_buffer > 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

int edge_connect(void)
{
    return edge_connect_with(fx->port, 0);
}

void edge_send(int fd, const void *bytes, size_t length)
{
    const char *p = bytes;

    while (length > 0) {
        ssize_t n = send(fd, p, length, MSG_NOSIGNAL);

        if (n < 0) {
            assert_int_equal(errno, EAGAIN);
            turn(0);
            continue;
        }
        p += n;
        length -= (size_t)n;
    }
}

/* Reads `wanted` bytes while the loop turns; fewer if the server ends the connection.  -1: reset. */
long edge_read(int fd, void *out, size_t wanted)
{
    int64_t end_ms = clock_mono().ms + 8000;
    size_t got = 0;

    while (got < wanted && clock_mono().ms < end_ms) {
        ssize_t n = recv(fd, (char *)out + got, wanted - got, 0);

        if (n == 0)
            break;
        if (n < 0 && errno != EAGAIN)
            return -1;
        if (n > 0)
            got += (size_t)n;
        else
            turn(1);
    }
    return (long)got;
}

/* Reads a head up to its empty line, or to the end of the connection. */
void read_head(int fd, char *out, size_t out_bytes)
{
    size_t got = 0;

    while (got + 1 < out_bytes && edge_read(fd, out + got, 1) == 1) {
        got++;
        if (got >= 4 && memcmp(out + got - 4, "\r\n\r\n", 4) == 0)
            break;
    }
    out[got] = '\0';
}

void send_handshake(int fd, const char *path, const char *headers)
{
    char text[1024];
    int length = snprintf(text, sizeof text,
        "GET %s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s\r\n",
        path, headers);

    edge_send(fd, text, (size_t)length);
}

int edge_open_with(int receive_buffer)
{
    char head[1024];
    int fd = edge_connect_with(fx->port, receive_buffer);

    send_handshake(fd, "/v1", "");
    read_head(fd, head, sizeof head);
    assert_memory_equal(head, "HTTP/1.1 101 ", 13);
    assert_non_null(strstr(head, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    return fd;
}

int edge_open(void)
{
    return edge_open_with(0);
}

void edge_frame(int fd, int first_byte, const char *text, size_t length)
{
    uint8_t head[14] = {(uint8_t)first_byte};
    size_t head_bytes = 2;
    char *masked = malloc(length + 1);

    if (length < 126) {
        head[1] = (uint8_t)(0x80 | length);
    } else if (length < 65536) {
        head[1] = 0x80 | 126;
        head[2] = (uint8_t)(length >> 8);
        head[3] = (uint8_t)length;
        head_bytes = 4;
    } else {
        head[1] = 0x80 | 127;
        for (int i = 0; i < 8; i++)
            head[2 + i] = (uint8_t)(length >> (56 - 8 * i));
        head_bytes = 10;
    }
    memcpy(head + head_bytes, "\x11\x22\x33\x44", 4);
    for (size_t i = 0; i < length; i++)
        masked[i] = (char)(text[i] ^ "\x11\x22\x33\x44"[i % 4]);
    edge_send(fd, head, head_bytes + 4);
    edge_send(fd, masked, length);
    free(masked);
}

void assert_close_frame(int fd, int code, const char *reason)
{
    uint8_t head[4];
    char text[128] = "";

    assert_int_equal(edge_read(fd, head, 4), 4);
    assert_int_equal(head[0], 0x88);
    assert_int_equal(head[1], 2 + strlen(reason));
    assert_int_equal(head[2] << 8 | head[3], code);
    assert_int_equal(edge_read(fd, text, strlen(reason)), strlen(reason));
    assert_string_equal(text, reason);
    edge_frame(fd, 0x88, (const char *)head + 2, 2);
}
