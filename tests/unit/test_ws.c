/* test_ws.c -- io/ws.h and io/http.h over loopback: a real server, raw sockets as clients. */
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

enum { MESSAGE_BYTES = 65536, PART_BYTES = 20000 };

struct session {
    struct ws_conn *conn;
    int messages, drained, closed;
    char last[128];
    size_t last_bytes;
};

struct fixture {
    struct loop *loop;
    struct ws *ws;
    struct ws_options options;
    int port, admin_port;
    struct session sessions[64];
    int opened;
    char authorization[64], ticket[64], address[64];
    struct http_request *request; /* not answered yet */
    int requests;
    bool answer_at_once, send_in_opened;
};

static struct fixture *fx;

/* --- the server's side ----------------------------------------------------------------------- */

static void copy_text(char *out, size_t out_bytes, const char *text)
{
    snprintf(out, out_bytes, "%s", text != NULL ? text : "-");
}

static void on_opened(void *arg, struct ws_conn *c, const struct ws_hello *hello)
{
    struct session *s = &fx->sessions[fx->opened++];

    assert_ptr_equal(arg, fx);
    s->conn = c;
    ws_set_user(c, s);
    copy_text(fx->authorization, sizeof fx->authorization, hello->authorization);
    copy_text(fx->ticket, sizeof fx->ticket, hello->ticket);
    copy_text(fx->address, sizeof fx->address, hello->address);
    if (fx->send_in_opened)
        assert_true(ws_send(c, "\x81\x02hi", 4));
}

static void on_message(void *user, char *text, size_t length_bytes)
{
    struct session *s = user;

    s->messages++;
    s->last_bytes = length_bytes;
    snprintf(s->last, sizeof s->last, "%s", text);
    assert_int_equal(text[length_bytes], '\0');
}

static void on_drained(void *user)
{
    ((struct session *)user)->drained++;
}

static void on_closed(void *user)
{
    struct session *s = user;

    s->closed++;
    s->conn = NULL;
}

static void reply_ok(struct http_request *r)
{
    struct http_response response = {.status = 200,
        .content_type = "text/plain",
        .body = "fine\n",
        .body_bytes = 5,
        .extra_name = "etag",
        .extra_value = "\"1\""};

    http_reply(r, &response);
}

static void on_request(void *arg, struct http_request *r)
{
    (void)arg;
    fx->requests++;
    if (fx->answer_at_once)
        reply_ok(r);
    else
        fx->request = r;
}

static const struct ws_events events = {.opened = on_opened,
    .message = on_message,
    .drained = on_drained,
    .closed = on_closed,
    .request = on_request};

static int listen_on_loopback(int *out_port)
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

static int set_up(void **state)
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

static void open_server(void)
{
    fx->ws = ws_open(fx->loop, &fx->options, &events, fx);
    assert_non_null(fx->ws);
}

static int tear_down(void **state)
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

static void turn(int ms)
{
    int64_t end_ms = clock_mono().ms + ms;

    do {
        loop_run_once(fx->loop);
        usleep(100);
    } while (clock_mono().ms < end_ms);
}

static void turn_until(const int *value, int wanted)
{
    int64_t end_ms = clock_mono().ms + 10000;

    while (*value < wanted) {
        turn(0);
        assert_true(clock_mono().ms < end_ms);
    }
}

static int client_connect_with(int port, int receive_buffer)
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

static int client_connect(void)
{
    return client_connect_with(fx->port, 0);
}

static void client_send(int fd, const void *bytes, size_t length)
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
static long client_read(int fd, void *out, size_t wanted)
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
static void read_head(int fd, char *out, size_t out_bytes)
{
    size_t got = 0;

    while (got + 1 < out_bytes && client_read(fd, out + got, 1) == 1) {
        got++;
        if (got >= 4 && memcmp(out + got - 4, "\r\n\r\n", 4) == 0)
            break;
    }
    out[got] = '\0';
}

static void send_handshake(int fd, const char *path, const char *headers)
{
    char text[1024];
    int length = snprintf(text, sizeof text,
        "GET %s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s\r\n",
        path, headers);

    client_send(fd, text, (size_t)length);
}

static int client_open_with(int receive_buffer)
{
    char head[1024];
    int fd = client_connect_with(fx->port, receive_buffer);

    send_handshake(fd, "/v1", "");
    read_head(fd, head, sizeof head);
    assert_memory_equal(head, "HTTP/1.1 101 ", 13);
    assert_non_null(strstr(head, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    return fd;
}

static int client_open(void)
{
    return client_open_with(0);
}

static void client_frame(int fd, int first_byte, const char *text, size_t length)
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
    client_send(fd, head, head_bytes + 4);
    client_send(fd, masked, length);
    free(masked);
}

static void assert_close_frame(int fd, int code, const char *reason)
{
    uint8_t head[4];
    char text[128] = "";

    assert_int_equal(client_read(fd, head, 4), 4);
    assert_int_equal(head[0], 0x88);
    assert_int_equal(head[1], 2 + strlen(reason));
    assert_int_equal(head[2] << 8 | head[3], code);
    assert_int_equal(client_read(fd, text, strlen(reason)), strlen(reason));
    assert_string_equal(text, reason);
    client_frame(fd, 0x88, (const char *)head + 2, 2);
}

/* --- messages -------------------------------------------------------------------------------- */

static void an_upgrade_tells_what_the_client_said(void **state)
{
    char head[1024];
    int fd;

    (void)state;
    open_server();
    fd = client_connect();
    send_handshake(fd, "/v1?a=1&ticket=t-77",
        "Authorization: Bearer abc\r\nOrigin: http://localhost:3000\r\n"
        "Sec-WebSocket-Protocol: other, clubhub.v1\r\n");
    read_head(fd, head, sizeof head);
    assert_non_null(strstr(head, " 101 "));
    assert_non_null(strstr(head, "Sec-WebSocket-Protocol: clubhub.v1\r\n"));
    assert_string_equal(fx->authorization, "Bearer abc");
    assert_string_equal(fx->ticket, "t-77");
    assert_string_equal(fx->address, "127.0.0.1");
    assert_int_equal(ws_count(fx->ws).open, 1);
    assert_int_equal(ws_count(fx->ws).half_open, 0);
    close(fd);
    turn_until(&fx->sessions[0].closed, 1);
    assert_int_equal(ws_count(fx->ws).open, 0);
}

static void frames_may_follow_the_handshake_at_once(void **state)
{
    char bytes[4];
    int fd;

    (void)state;
    fx->send_in_opened = true;
    open_server();
    fd = client_connect();
    send_handshake(fd, "/v1", "");
    client_frame(fd, 0x81, "early", 5);
    {
        char head[1024];

        read_head(fd, head, sizeof head);
    }
    assert_int_equal(client_read(fd, bytes, 4), 4);
    assert_memory_equal(bytes, "\x81\x02hi", 4);
    turn_until(&fx->sessions[0].messages, 1);
    assert_string_equal(fx->sessions[0].last, "early");
    close(fd);
}

static void fragments_are_joined(void **state)
{
    static char big[30000];
    int fd;

    (void)state;
    memset(big, 'a', sizeof big);
    open_server();
    fd = client_open();
    client_frame(fd, 0x01, "one ", 4);
    client_frame(fd, 0x89, "ping", 4); /* a control frame in between */
    client_frame(fd, 0x00, "two ", 4);
    client_frame(fd, 0x80, "three", 5);
    client_frame(fd, 0x81, "next", 4);
    turn_until(&fx->sessions[0].messages, 2);
    assert_string_equal(fx->sessions[0].last, "next");
    client_frame(fd, 0x81, big, sizeof big); /* one frame, many reads */
    turn_until(&fx->sessions[0].messages, 3);
    assert_int_equal(fx->sessions[0].last_bytes, sizeof big);
    client_frame(fd, 0x01, big, 10);
    client_frame(fd, 0x00, "", 0);
    client_frame(fd, 0x80, "end", 3);
    turn_until(&fx->sessions[0].messages, 4);
    assert_string_equal(fx->sessions[0].last, "aaaaaaaaaaend");
    client_frame(fd, 0x81, "", 0);
    turn_until(&fx->sessions[0].messages, 5);
    assert_int_equal(fx->sessions[0].last_bytes, 0);
    close(fd);
}

static void the_largest_message_passes(void **state)
{
    static char big[MESSAGE_BYTES];
    int fd;

    (void)state;
    memset(big, 'b', sizeof big);
    open_server();
    fd = client_open();
    client_frame(fd, 0x81, big, sizeof big);
    turn_until(&fx->sessions[0].messages, 1);
    assert_int_equal(fx->sessions[0].last_bytes, MESSAGE_BYTES);
    close(fd);
}

static void too_big_a_message_closes_1009(void **state)
{
    static char big[MESSAGE_BYTES + 1];
    int fd, fragments;

    (void)state;
    open_server();
    fd = client_open();
    client_frame(fd, 0x81, big, sizeof big);
    assert_close_frame(fd, 1009, "message too big");
    close(fd);
    fragments = client_open();
    client_frame(fragments, 0x01, big, 40000);
    client_frame(fragments, 0x80, big, 40000);
    assert_close_frame(fragments, 1009, "message too big");
    turn_until(&fx->sessions[1].closed, 1);
    assert_int_equal(fx->sessions[0].messages + fx->sessions[1].messages, 0);
    assert_int_equal(ws_count(fx->ws).too_big, 2);
    close(fragments);
}

static void binary_closes_1003(void **state)
{
    int fd;

    (void)state;
    open_server();
    fd = client_open();
    client_frame(fd, 0x82, "\x01\x02", 2);
    assert_close_frame(fd, 1003, "text only");
    turn_until(&fx->sessions[0].closed, 1);
    assert_int_equal(fx->sessions[0].messages, 0);
    close(fd);
}

static void pings_are_answered(void **state)
{
    uint8_t pong[6];
    int fd;

    (void)state;
    open_server();
    fd = client_open();
    client_frame(fd, 0x89, "abcd", 4);
    assert_int_equal(client_read(fd, pong, 6), 6);
    assert_memory_equal(pong,
        "\x8a\x04"
        "abcd",
        6);
    close(fd);
}

static void silence_is_pinged_and_two_missed_pongs_end_it(void **state)
{
    uint8_t ping[3], rest[16];
    int fd;

    (void)state;
    fx->options.ping_ms = 300;
    open_server();
    fd = client_open();
    for (int i = 0; i < 4; i++) { /* answered: lives on */
        assert_int_equal(client_read(fd, ping, 3), 3);
        assert_memory_equal(ping, "\x89\x01\x2a", 3);
        client_frame(fd, 0x8a, "\x2a", 1);
    }
    assert_int_equal(fx->sessions[0].closed, 0);
    assert_true(client_read(fd, rest, sizeof rest) <= 6); /* two more, then the end */
    turn_until(&fx->sessions[0].closed, 1);
    assert_int_equal(ws_count(fx->ws).ping_timeouts, 1);
    close(fd);
}

/* --- outgoing -------------------------------------------------------------------------------- */

static void a_slow_reader_chokes_and_keeps_the_order(void **state)
{
    static uint8_t frame[10 + PART_BYTES], got[10 + PART_BYTES];
    size_t header = ws_frame_header(PART_BYTES, frame);
    struct session *s;
    int fd, sent = 0, choked = 0;

    (void)state;
    open_server();
    fd = client_open_with(4096);
    s = &fx->sessions[0];
    for (; sent < 300; sent++) { /* more than the contract allows: order must hold even so */
        memset(frame + header, 'A' + sent % 26, PART_BYTES);
        assert_true(ws_send(s->conn, frame, header + PART_BYTES));
        choked += ws_is_choked(s->conn);
    }
    assert_true(choked > 200);
    client_frame(fd, 0x81, "still there", 11);
    turn_until(&s->messages, 1);
    for (int i = 0; i < 300; i++) {
        assert_int_equal(client_read(fd, got, header + PART_BYTES), header + PART_BYTES);
        assert_memory_equal(got, frame, header);
        assert_int_equal(got[header], 'A' + i % 26);
        assert_int_equal(got[header + PART_BYTES - 1], 'A' + i % 26);
    }
    turn_until(&s->drained, 1);
    assert_false(ws_is_choked(s->conn));
    close(fd);
}

static void frame_headers_have_three_lengths(void **state)
{
    uint8_t h[10];

    (void)state;
    open_server();
    assert_int_equal(ws_frame_header(125, h), 2);
    assert_memory_equal(h, "\x81\x7d", 2);
    assert_int_equal(ws_frame_header(126, h), 4);
    assert_memory_equal(h, "\x81\x7e\x00\x7e", 4);
    assert_int_equal(ws_frame_header(65536, h), 10);
    assert_memory_equal(h, "\x81\x7f\0\0\0\0\0\x01\0\0", 10);
}

static void closing_sends_code_and_reason(void **state)
{
    int fd;

    (void)state;
    open_server();
    fd = client_open();
    ws_close(fx->sessions[0].conn, 4409, "replaced");
    assert_false(ws_send(fx->sessions[0].conn, "\x81\x01x", 3));
    assert_int_equal(fx->sessions[0].closed, 0); /* never from inside */
    assert_close_frame(fd, 4409, "replaced");
    turn_until(&fx->sessions[0].closed, 1);
    close(fd);
}

static void closing_a_choked_connection_sends_the_code_last(void **state)
{
    static uint8_t frame[10 + PART_BYTES], got[10 + PART_BYTES];
    size_t header = ws_frame_header(PART_BYTES, frame);
    int fd, sent = 0;

    (void)state;
    open_server();
    fd = client_open_with(4096);
    while (!ws_is_choked(fx->sessions[0].conn)) {
        assert_true(ws_send(fx->sessions[0].conn, frame, header + PART_BYTES));
        sent++;
    }
    ws_close(fx->sessions[0].conn, 4408, "too slow");
    for (int i = 0; i < sent; i++)
        assert_int_equal(client_read(fd, got, header + PART_BYTES), header + PART_BYTES);
    assert_int_equal(client_read(fd, got, 12), 12);
    assert_memory_equal(got, "\x88\x0a\x11\x38too slow", 12);
    turn_until(&fx->sessions[0].closed, 1);
    close(fd);
}

static void a_choked_connection_that_never_reads_is_ended(void **state)
{
    static uint8_t frame[10 + PART_BYTES];
    size_t header = ws_frame_header(PART_BYTES, frame);
    int fd;

    (void)state;
    open_server();
    fd = client_open_with(4096);
    while (!ws_is_choked(fx->sessions[0].conn))
        assert_true(ws_send(fx->sessions[0].conn, frame, header + PART_BYTES));
    ws_close(fx->sessions[0].conn, 4408, "too slow");
    turn_until(
        &fx->sessions[0].closed, 1); /* the quiet loop must not forget the 5 s of libwebsockets */
    close(fd);
}

static void a_cut_keeps_back_what_the_kernel_holds(void **state)
{
    static uint8_t frame[10 + PART_BYTES], got[400000];
    size_t header = ws_frame_header(PART_BYTES, frame), sent = 0;
    long read_bytes;
    int fd;

    (void)state;
    open_server();
    fd = client_open_with(4096);
    while (!ws_is_choked(fx->sessions[0].conn)) {
        assert_true(ws_send(fx->sessions[0].conn, frame, header + PART_BYTES));
        sent += header + PART_BYTES;
    }
    ws_cut(fx->sessions[0].conn);
    assert_false(ws_send(fx->sessions[0].conn, frame, 2));
    turn_until(&fx->sessions[0].closed, 1);
    read_bytes = client_read(fd, got, sizeof got);
    assert_true(read_bytes < (long)sent / 2); /* reset, or only what had crossed the wire */
    close(fd);
}

/* --- refusals -------------------------------------------------------------------------------- */

static void assert_refused(const char *path, const char *headers, const char *status)
{
    char head[1024], rest[8];
    int fd = client_connect();

    send_handshake(fd, path, headers);
    read_head(fd, head, sizeof head);
    assert_memory_equal(head, "HTTP/1.1 ", 9);
    assert_memory_equal(head + 9, status, 3);
    assert_non_null(strstr(head, "connection: close\r\n"));
    assert_int_equal(
        strstr(head, "retry-after: ") != NULL, status[0] == '5' || strcmp(status, "429") == 0);
    assert_int_equal(client_read(fd, rest, 1), 0);
    close(fd);
}

static void handshakes_are_refused_politely(void **state)
{
    (void)state;
    open_server();
    assert_refused("/v1", "Origin: https://evil.example\r\n", "403");
    assert_refused("/v1", "Origin: https://club.example.evil\r\n", "403");
    assert_refused("/v2", "", "404");
    assert_refused("/v1x", "", "404");
    close(client_open());
    assert_int_equal(ws_count(fx->ws).refused_origin, 2);
    turn_until(&fx->sessions[0].closed, 1);
    assert_int_equal(fx->opened, 1);
}

static void rates_are_limited(void **state)
{
    int fds[3];

    (void)state;
    fx->options.handshakes_per_address_per_s = 3;
    open_server();
    while (clock_mono().ms % 1000 > 300) /* all within one second */
        usleep(1000);
    for (int i = 0; i < 3; i++)
        fds[i] = client_open();
    assert_refused("/v1", "", "429");
    usleep(1000000 - (useconds_t)(clock_mono().ms % 1000) * 1000);
    close(client_open());
    for (int i = 0; i < 3; i++)
        close(fds[i]);
    assert_int_equal(ws_count(fx->ws).refused_rate, 1);
    turn_until(&fx->sessions[3].closed, 1);
}

static void the_process_limits_its_rate(void **state)
{
    (void)state;
    fx->options.handshakes_per_s = 1;
    open_server();
    while (clock_mono().ms % 1000 > 300)
        usleep(1000);
    close(client_open());
    assert_refused("/v1", "", "503");
    turn_until(&fx->sessions[0].closed, 1);
}

static void open_sockets_are_limited(void **state)
{
    int fds[3];

    (void)state;
    fx->options.per_address_max = 3;
    open_server();
    for (int i = 0; i < 3; i++)
        fds[i] = client_open();
    assert_refused("/v1", "", "429");
    assert_int_equal(ws_count(fx->ws).refused_address, 1);
    close(fds[0]);
    turn_until(&fx->sessions[0].closed, 1);
    turn(5);
    close(client_open());
    close(fds[1]);
    close(fds[2]);
    turn_until(&fx->sessions[3].closed, 1);
}

static void a_full_process_says_so(void **state)
{
    int fd;

    (void)state;
    fx->options.connections_max = 1;
    open_server();
    fd = client_open();
    assert_refused("/v1", "", "503");
    assert_int_equal(ws_count(fx->ws).refused_full, 1);
    close(fd);
    turn_until(&fx->sessions[0].closed, 1);
}

static void silent_sockets_are_limited_and_ended(void **state)
{
    int fds[21];
    char byte;

    (void)state;
    fx->options.half_open_ms = 400;
    open_server();
    for (int i = 0; i < 21; i++) {
        fds[i] = client_connect();
        turn(2);
    }
    assert_int_equal(ws_count(fx->ws).half_open, 20);
    assert_int_equal(ws_count(fx->ws).refused_half_open, 1);
    client_send(fds[0], "GET /v1 HT", 10); /* a slow one is silent, too */
    for (int i = 0; i < 21; i++) {
        assert_true(client_read(fds[i], &byte, 1) <= 0);
        close(fds[i]);
    }
    turn(5);
    assert_int_equal(ws_count(fx->ws).half_open, 0);
}

static void a_draining_server_accepts_nobody(void **state)
{
    int fd, late;
    char byte;

    (void)state;
    open_server();
    fd = client_open();
    ws_stop_accepting(fx->ws);
    late = client_connect(); /* the kernel takes it: the listener stays with its owner */
    send_handshake(late, "/v1", "");
    turn(50);
    assert_int_equal(recv(late, &byte, 1, 0), -1);
    assert_int_equal(fx->opened, 1);
    ws_close(fx->sessions[0].conn, 1012, "restart");
    assert_close_frame(fd, 1012, "restart");
    turn_until(&fx->sessions[0].closed, 1);
    close(fd);
    close(late);
}

static void rubbish_is_survived(void **state)
{
    static const char *const rubbish[] = {
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        ("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
         "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n"),
        "GET /v1 HTTP/1.1\r\nHost: x\r\nUpgrade: tls/1.0\r\nConnection: Upgrade\r\n\r\n",
        "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\nabc",
        "BREW /pot HTTP/1.1\r\n\r\n",
        "GET noslash HTTP/1.1\r\n\r\n",
        "GET /v1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n",
        "GET /v1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\r\n",
        "GET /%00abc HTTP/1.1\r\nHost: x\r\n\r\n",
        "\r\n\r\n\r\n",
    };

    (void)state;
    fx->answer_at_once = true;
    fx->options.half_open_ms = 300;
    open_server();
    for (size_t i = 0; i < sizeof rubbish / sizeof rubbish[0]; i++) {
        char rest[1024];
        int fd = client_connect();

        client_send(fd, rubbish[i], strlen(rubbish[i]));
        assert_true(client_read(fd, rest, sizeof rest) < (long)sizeof rest);
        close(fd);
    }
    assert_int_equal(fx->opened, 0);
    close(client_open());
    turn_until(&fx->sessions[0].closed, 1);
}

/* --- http ------------------------------------------------------------------------------------ */

static void request(int fd, const char *text)
{
    client_send(fd, text, strlen(text));
}

static void read_answer(int fd, char *out, size_t out_bytes)
{
    long n = client_read(fd, out, out_bytes - 1);

    assert_true(n >= 0);
    out[n] = '\0';
}

static void a_request_with_a_body_is_answered_later(void **state)
{
    char out[1024];
    size_t bytes;
    int fd;

    (void)state;
    open_server();
    fd = client_connect();
    request(fd, "POST /v1/rpc?x=1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                "Authorization: Key k\r\nContent-Length: 11\r\n\r\n{\"a\"");
    turn(20);
    assert_int_equal(fx->requests, 0);
    request(fd, ":\"bcd\"}GET / junk behind it");
    turn_until(&fx->requests, 1);
    assert_string_equal(http_method(fx->request), "POST");
    assert_string_equal(http_path(fx->request), "/v1/rpc");
    assert_string_equal(http_header(fx->request, "Content-Type"), "application/json");
    assert_string_equal(http_header(fx->request, "authorization"), "Key k");
    assert_null(http_header(fx->request, "origin"));
    assert_string_equal(http_body(fx->request, &bytes), "{\"a\":\"bcd\"}");
    assert_int_equal(bytes, 11);
    assert_string_equal(http_address(fx->request), "127.0.0.1");
    assert_false(http_is_admin(fx->request));
    turn(20);
    reply_ok(fx->request);
    read_head(fd, out, sizeof out);
    assert_memory_equal(out, "HTTP/1.1 200 OK\r\n", 17);
    assert_non_null(strstr(out, "\r\nconnection: close\r\n"));
    assert_non_null(strstr(out, "\r\nx-content-type-options: nosniff\r\n"));
    assert_non_null(strstr(out, "\r\netag: \"1\"\r\n"));
    assert_non_null(strstr(out, "\r\ncontent-length: 5\r\n"));
    assert_int_equal(client_read(fd, out, 5), 5);
    assert_memory_equal(out, "fine\n", 5);
    close(fd);
}

static void gets_and_heads_and_the_admin_listener(void **state)
{
    char out[1024];
    int fd;

    (void)state;
    fx->answer_at_once = true;
    open_server();
    fd = client_connect();
    request(fd, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    read_answer(fd, out, sizeof out);
    assert_non_null(strstr(out, "\r\n\r\nfine\n"));
    close(fd);
    fd = client_connect();
    request(fd, "HEAD /healthz HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n");
    read_answer(fd, out, sizeof out);
    assert_non_null(strstr(out, "content-length: 5\r\n\r\n"));
    assert_null(strstr(out, "fine"));
    close(fd);
    fx->answer_at_once = false;
    fd = client_connect_with(fx->admin_port, 0);
    request(fd, "GET /metrics HTTP/1.0\r\n\r\n");
    turn_until(&fx->requests, 3);
    assert_true(http_is_admin(fx->request));
    reply_ok(fx->request);
    read_answer(fd, out, sizeof out);
    assert_non_null(strstr(out, "fine\n"));
    close(fd);
}

static void bodies_have_limits(void **state)
{
    static char body[10001];
    char out[1024];
    int fd;

    (void)state;
    fx->answer_at_once = true;
    open_server();
    memset(body, 'x', sizeof body);
    fd = client_connect();
    request(fd, "POST /v1/rpc HTTP/1.1\r\nHost: x\r\nContent-Length: 10001\r\n\r\n");
    client_send(fd, body, sizeof body);
    read_answer(fd, out, sizeof out);
    assert_memory_equal(out, "HTTP/1.1 413 ", 13);
    close(fd);
    fd = client_connect();
    request(fd, "POST /v1/rpc HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n");
    read_answer(fd, out, sizeof out);
    assert_memory_equal(out, "HTTP/1.1 413 ", 13);
    close(fd);
    fd = client_connect();
    request(fd, "POST /v1/rpc HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    read_answer(fd, out, sizeof out);
    assert_memory_equal(out, "HTTP/1.1 411 ", 13);
    close(fd);
    fd = client_connect();
    request(fd, "POST /v1/rpc HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n");
    read_answer(fd, out, sizeof out);
    assert_memory_equal(out, "HTTP/1.1 400 ", 13);
    close(fd);
    assert_int_equal(fx->requests, 0);
    fd = client_connect();
    request(fd, "POST /v1/rpc HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    read_answer(fd, out, sizeof out);
    assert_memory_equal(out, "HTTP/1.1 200 ", 13);
    close(fd);
    fd = client_connect();
    request(fd, "POST /v1/rpc HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n");
    client_send(fd, body, 10000);
    read_answer(fd, out, sizeof out);
    assert_memory_equal(out, "HTTP/1.1 200 ", 13);
    close(fd);
    assert_int_equal(fx->requests, 2);
}

static void a_long_answer_reaches_a_slow_reader(void **state)
{
    enum { LONG = 3000000 };
    char *body = malloc(LONG), *out = malloc(LONG + 1000);
    struct http_response response = {
        .status = 200, .content_type = "text/plain", .body = body, .body_bytes = LONG};
    int fd;
    long n;

    (void)state;
    memset(body, 'L', LONG);
    open_server();
    fd = client_connect_with(fx->port, 4096);
    request(fd, "GET /v1/protocol.json HTTP/1.1\r\nHost: x\r\n\r\n");
    turn_until(&fx->requests, 1);
    http_reply(fx->request, &response);
    turn(50);
    n = client_read(fd, out, LONG + 1000);
    assert_true(n > LONG);
    assert_int_equal(out[n - 1], 'L');
    free(body);
    free(out);
    close(fd);
}

static void a_peer_that_has_left_harms_nobody(void **state)
{
    struct http_request *first, *second;
    int fd;

    (void)state;
    open_server();
    fd = client_connect();
    request(fd, "GET /one HTTP/1.1\r\nHost: x\r\n\r\n");
    turn_until(&fx->requests, 1);
    first = fx->request;
    close(fd);
    turn(20);
    reply_ok(first);
    fd = client_connect();
    request(fd, "GET /two HTTP/1.1\r\nHost: x\r\n\r\n");
    turn_until(&fx->requests, 2);
    second = fx->request;
    close(fd);
    ws_close_server(fx->ws); /* the server goes first */
    fx->ws = NULL;
    reply_ok(second);
}

/* --- certificates ---------------------------------------------------------------------------- */

static void a_missing_certificate_is_an_error(void **state)
{
    (void)state;
    fx->options.cert_file = "/nonexistent/cert.pem";
    fx->options.key_file = "/nonexistent/key.pem";
    log_set_level(LOG_ERROR + 1);
    assert_null(ws_open(fx->loop, &fx->options, &events, fx));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_upgrade_tells_what_the_client_said),
        TEST(frames_may_follow_the_handshake_at_once),
        TEST(fragments_are_joined),
        TEST(the_largest_message_passes),
        TEST(too_big_a_message_closes_1009),
        TEST(binary_closes_1003),
        TEST(pings_are_answered),
        TEST(silence_is_pinged_and_two_missed_pongs_end_it),
        TEST(a_slow_reader_chokes_and_keeps_the_order),
        TEST(frame_headers_have_three_lengths),
        TEST(closing_sends_code_and_reason),
        TEST(closing_a_choked_connection_sends_the_code_last),
        TEST(a_choked_connection_that_never_reads_is_ended),
        TEST(a_cut_keeps_back_what_the_kernel_holds),
        TEST(handshakes_are_refused_politely),
        TEST(rates_are_limited),
        TEST(the_process_limits_its_rate),
        TEST(open_sockets_are_limited),
        TEST(a_full_process_says_so),
        TEST(silent_sockets_are_limited_and_ended),
        TEST(a_draining_server_accepts_nobody),
        TEST(rubbish_is_survived),
        TEST(a_request_with_a_body_is_answered_later),
        TEST(gets_and_heads_and_the_admin_listener),
        TEST(bodies_have_limits),
        TEST(a_long_answer_reaches_a_slow_reader),
        TEST(a_peer_that_has_left_harms_nobody),
        TEST(a_missing_certificate_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
