/* test_ws.c -- io/ws.h over loopback. */
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

/* --- messages -------------------------------------------------------------------------------- */

static void an_upgrade_tells_what_the_client_said(void **state)
{
    char head[1024];
    int fd;

    (void)state;
    open_server();
    fd = edge_connect();
    send_handshake(fd, "/v1?a=1&ticket=t-77",
        "Authorization: Bearer abc\r\nUser-Agent: curl/8\r\nOrigin: http://localhost:3000\r\n"
        "Sec-WebSocket-Protocol: other, clubhub.v1\r\n");
    read_head(fd, head, sizeof head);
    assert_non_null(strstr(head, " 101 "));
    assert_non_null(strstr(head, "Sec-WebSocket-Protocol: clubhub.v1\r\n"));
    assert_string_equal(fx->authorization, "Bearer abc");
    assert_string_equal(fx->agent, "curl/8");
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
    fd = edge_connect();
    send_handshake(fd, "/v1", "");
    edge_frame(fd, 0x81, "early", 5);
    {
        char head[1024];

        read_head(fd, head, sizeof head);
    }
    assert_int_equal(edge_read(fd, bytes, 4), 4);
    assert_memory_equal(bytes, "\x81\x02hi", 4);
    turn_until(&fx->sessions[0].messages, 1);
    assert_string_equal(fx->sessions[0].last, "early");
    close(fd);
}

/* permessage-deflate of libwebsockets aborts on an empty message of ours: offered, it is never taken. */
static void no_extension_is_negotiated(void **state)
{
    char head[1024], bytes[2];
    int fd;

    (void)state;
    open_server();
    fd = edge_connect();
    send_handshake(fd, "/v1",
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, x-webkit-deflate-frame\r\n");
    read_head(fd, head, sizeof head);
    assert_memory_equal(head, "HTTP/1.1 101 ", 13);
    assert_null(strcasestr(head, "sec-websocket-extensions"));
    turn_until(&fx->opened, 1);
    edge_frame(fd, 0x81, "", 0); /* empty, both ways */
    turn_until(&fx->sessions[0].messages, 1);
    assert_int_equal(fx->sessions[0].last_bytes, 0);
    assert_true(ws_send(fx->sessions[0].conn, (const uint8_t[]){0x81, 0}, 2));
    assert_int_equal(edge_read(fd, bytes, 2), 2);
    assert_memory_equal(bytes, "\x81\0", 2);
    close(fd);
}

static void fragments_are_joined(void **state)
{
    static char big[30000];
    int fd;

    (void)state;
    memset(big, 'a', sizeof big);
    open_server();
    fd = edge_open();
    edge_frame(fd, 0x01, "one ", 4);
    edge_frame(fd, 0x89, "ping", 4); /* a control frame in between */
    edge_frame(fd, 0x00, "two ", 4);
    edge_frame(fd, 0x80, "three", 5);
    edge_frame(fd, 0x81, "next", 4);
    turn_until(&fx->sessions[0].messages, 2);
    assert_string_equal(fx->sessions[0].last, "next");
    edge_frame(fd, 0x81, big, sizeof big); /* one frame, many reads */
    turn_until(&fx->sessions[0].messages, 3);
    assert_int_equal(fx->sessions[0].last_bytes, sizeof big);
    edge_frame(fd, 0x01, big, 10);
    edge_frame(fd, 0x00, "", 0);
    edge_frame(fd, 0x80, "end", 3);
    turn_until(&fx->sessions[0].messages, 4);
    assert_string_equal(fx->sessions[0].last, "aaaaaaaaaaend");
    edge_frame(fd, 0x81, "", 0);
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
    fd = edge_open();
    edge_frame(fd, 0x81, big, sizeof big);
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
    fd = edge_open();
    edge_frame(fd, 0x81, big, sizeof big);
    assert_close_frame(fd, 1009, "message too big");
    close(fd);
    fragments = edge_open();
    edge_frame(fragments, 0x01, big, 40000);
    edge_frame(fragments, 0x80, big, 40000);
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
    fd = edge_open();
    edge_frame(fd, 0x82, "\x01\x02", 2);
    assert_close_frame(fd, 1003, "text only");
    turn_until(&fx->sessions[0].closed, 1);
    assert_int_equal(fx->sessions[0].messages, 0);
    assert_int_equal(ws_count(fx->ws).ended_binary, 1);
    assert_int_equal(ws_count(fx->ws).ended_frame, 0);
    close(fd);
}

static void pings_are_answered(void **state)
{
    uint8_t pong[6];
    int fd;

    (void)state;
    open_server();
    fd = edge_open();
    edge_frame(fd, 0x89, "abcd", 4);
    assert_int_equal(edge_read(fd, pong, 6), 6);
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
    fd = edge_open();
    for (int i = 0; i < 4; i++) { /* answered: lives on */
        assert_int_equal(edge_read(fd, ping, 3), 3);
        assert_memory_equal(ping, "\x89\x01\x2a", 3);
        edge_frame(fd, 0x8a, "\x2a", 1);
    }
    assert_int_equal(fx->sessions[0].closed, 0);
    assert_true(edge_read(fd, rest, sizeof rest) <= 6); /* two more, then the end */
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
    fd = edge_open_with(4096);
    s = &fx->sessions[0];
    for (; sent < 300; sent++) { /* more than the contract allows: order must hold even so */
        memset(frame + header, 'A' + sent % 26, PART_BYTES);
        assert_true(ws_send(s->conn, frame, header + PART_BYTES));
        choked += ws_is_choked(s->conn);
    }
    assert_true(choked > 200);
    edge_frame(fd, 0x81, "still there", 11);
    turn_until(&s->messages, 1);
    for (int i = 0; i < 300; i++) {
        assert_int_equal(edge_read(fd, got, header + PART_BYTES), header + PART_BYTES);
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
    fd = edge_open();
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
    fd = edge_open_with(4096);
    while (!ws_is_choked(fx->sessions[0].conn)) {
        assert_true(ws_send(fx->sessions[0].conn, frame, header + PART_BYTES));
        sent++;
    }
    ws_close(fx->sessions[0].conn, 4408, "too slow");
    for (int i = 0; i < sent; i++)
        assert_int_equal(edge_read(fd, got, header + PART_BYTES), header + PART_BYTES);
    assert_int_equal(edge_read(fd, got, 12), 12);
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
    fd = edge_open_with(4096);
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
    fd = edge_open_with(4096);
    while (!ws_is_choked(fx->sessions[0].conn)) {
        assert_true(ws_send(fx->sessions[0].conn, frame, header + PART_BYTES));
        sent += header + PART_BYTES;
    }
    ws_cut(fx->sessions[0].conn);
    assert_false(ws_send(fx->sessions[0].conn, frame, 2));
    turn_until(&fx->sessions[0].closed, 1);
    read_bytes = edge_read(fd, got, sizeof got);
    assert_true(read_bytes < (long)sent / 2); /* reset, or only what had crossed the wire */
    close(fd);
}

/* --- refusals -------------------------------------------------------------------------------- */

static void assert_refused(const char *path, const char *headers, const char *status)
{
    char head[1024], rest[8];
    int fd = edge_connect();

    send_handshake(fd, path, headers);
    read_head(fd, head, sizeof head);
    assert_memory_equal(head, "HTTP/1.1 ", 9);
    assert_memory_equal(head + 9, status, 3);
    assert_non_null(strstr(head, "connection: close\r\n"));
    assert_int_equal(
        strstr(head, "retry-after: ") != NULL, status[0] == '5' || strcmp(status, "429") == 0);
    assert_int_equal(edge_read(fd, rest, 1), 0);
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
    close(edge_open());
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
        fds[i] = edge_open();
    assert_refused("/v1", "", "429");
    usleep(1000000 - (useconds_t)(clock_mono().ms % 1000) * 1000);
    close(edge_open());
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
    close(edge_open());
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
        fds[i] = edge_open();
    assert_refused("/v1", "", "429");
    assert_int_equal(ws_count(fx->ws).refused_address, 1);
    close(fds[0]);
    turn_until(&fx->sessions[0].closed, 1);
    turn(5);
    close(edge_open());
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
    fd = edge_open();
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
        fds[i] = edge_connect();
        turn(2);
    }
    assert_int_equal(ws_count(fx->ws).half_open, 20);
    assert_int_equal(ws_count(fx->ws).refused_half_open, 1);
    assert_true(edge_read(fds[0], &byte, 1) <= 0); /* the oldest had to go */
    assert_int_equal(ws_count(fx->ws).ended_half_open, 0);
    edge_send(fds[1], "GET /v1 HT", 10); /* a slow one is silent, too */
    for (int i = 1; i < 21; i++)
        assert_true(edge_read(fds[i], &byte, 1) <= 0);
    turn(5);
    assert_int_equal(ws_count(fx->ws).half_open, 0);
    assert_int_equal(ws_count(fx->ws).ended_half_open, 20);
    for (int i = 0; i < 21; i++)
        close(fds[i]);
}

/* However many are silent, who speaks is let in. */
static void silence_shuts_nobody_out(void **state)
{
    int fds[40];

    (void)state;
    open_server();
    for (int i = 0; i < 40; i++) {
        fds[i] = edge_connect();
        turn(2);
    }
    close(edge_open());
    assert_int_equal(fx->opened, 1);
    assert_int_equal(ws_count(fx->ws).refused_half_open, 21);
    for (int i = 0; i < 40; i++)
        close(fds[i]);
    turn_until(&fx->sessions[0].closed, 1);
}

static void a_draining_server_accepts_nobody(void **state)
{
    int fd, late;
    char byte;

    (void)state;
    open_server();
    fd = edge_open();
    ws_stop_accepting(fx->ws);
    late = edge_connect(); /* the kernel takes it: the listener stays with its owner */
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
        int fd = edge_connect();

        edge_send(fd, rubbish[i], strlen(rubbish[i]));
        assert_true(edge_read(fd, rest, sizeof rest) < (long)sizeof rest);
        close(fd);
    }
    assert_int_equal(fx->opened, 0);
    close(edge_open());
    turn_until(&fx->sessions[0].closed, 1);
}

/* --- certificates ---------------------------------------------------------------------------- */

static void a_missing_certificate_is_an_error(void **state)
{
    (void)state;
    fx->options.cert_file = "/nonexistent/cert.pem";
    fx->options.key_file = "/nonexistent/key.pem";
    log_set_level(LOG_ERROR + 1);
    assert_null(ws_open(fx->loop, &fx->options, &edge_events, fx));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_upgrade_tells_what_the_client_said),
        TEST(frames_may_follow_the_handshake_at_once),
        TEST(no_extension_is_negotiated),
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
        TEST(silence_shuts_nobody_out),
        TEST(a_draining_server_accepts_nobody),
        TEST(rubbish_is_survived),
        TEST(a_missing_certificate_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
