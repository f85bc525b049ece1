/* test_http.c -- io/http.h over loopback. */
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

enum { LONG = 3000000 };

static void request(int fd, const char *text)
{
    edge_send(fd, text, strlen(text));
}

static void read_answer(int fd, char *out, size_t out_bytes)
{
    long n = edge_read(fd, out, out_bytes - 1);

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
    fd = edge_connect();
    request(fd, "POST /v1/rpc?x=1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                "Authorization: Key k\r\nUser-Agent: curl/8\r\nContent-Length: 11\r\n\r\n{\"a\"");
    turn(20);
    assert_int_equal(fx->requests, 0);
    request(fd, ":\"bcd\"}GET / junk behind it");
    turn_until(&fx->requests, 1);
    assert_string_equal(http_method(fx->request), "POST");
    assert_string_equal(http_path(fx->request), "/v1/rpc");
    assert_string_equal(http_header(fx->request, "Content-Type"), "application/json");
    assert_string_equal(http_header(fx->request, "authorization"), "Key k");
    assert_string_equal(http_header(fx->request, "user-agent"), "curl/8");
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
    assert_int_equal(edge_read(fd, out, 5), 5);
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
    fd = edge_connect();
    request(fd, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    read_answer(fd, out, sizeof out);
    assert_non_null(strstr(out, "\r\n\r\nfine\n"));
    close(fd);
    fd = edge_connect();
    request(fd, "HEAD /healthz HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n");
    read_answer(fd, out, sizeof out);
    assert_non_null(strstr(out, "content-length: 5\r\n\r\n"));
    assert_null(strstr(out, "fine"));
    close(fd);
    fx->answer_at_once = false;
    fd = edge_connect_with(fx->admin_port, 0);
    request(fd, "GET /metrics HTTP/1.0\r\n\r\n");
    turn_until(&fx->requests, 3);
    assert_true(http_is_admin(fx->request));
    reply_ok(fx->request);
    read_answer(fd, out, sizeof out);
    assert_non_null(strstr(out, "fine\n"));
    close(fd);
}

/* How often `text` is in what came; the server has closed after it. */
static int count_in_answer(int fd, const char *text)
{
    char out[4096];
    int count = 0;

    read_answer(fd, out, sizeof out);
    assert_int_equal(recv(fd, &(char){0}, 1, 0), 0);
    for (const char *at = strstr(out, text); at != NULL; at = strstr(at + 1, text))
        count++;
    return count;
}

/* CVE-2025-11677 and the states of libwebsockets that end in assert(0) need a second request on the same connection. */
static void a_connection_serves_one_request(void **state)
{
    static const char *const twice[] = {
        "GET /one HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n"
        "GET /two HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /one HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}POST /two HTTP/1.1\r\nHost: "
        "x\r\nContent-Length: 2\r\n\r\n{}",
        "GET /one HTTP/1.1\r\nHost: x\r\n\r\nGET /v1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
        "dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        "GET /one HTTP/1.1\r\nHost: x\r\n\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET /one HTTP/1.0\r\nConnection: keep-alive\r\n\r\nrubbish that is no request\r\n\r\n"};

    (void)state;
    fx->answer_at_once = true;
    open_server();
    for (int i = 0; i < (int)(sizeof twice / sizeof twice[0]); i++) {
        int fd = edge_connect();

        request(fd, twice[i]);
        assert_int_equal(count_in_answer(fd, "HTTP/1.1 200 OK\r\nconnection: close\r\n"), 1);
        assert_int_equal(fx->requests, i + 1);
        close(fd);
    }
    assert_int_equal(fx->opened, 0);
}

/* An upgrade that brings a body, or is none after all, is answered once and closed, too. */
static void an_upgrade_is_no_request(void **state)
{
    static const char *const requests[] = {
        "GET /v1 HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n"
        "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n",
        "POST /v1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Content-Length: 5\r\n\r\nhello",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"};
    char out[2048];

    (void)state;
    fx->answer_at_once = true;
    fx->options.half_open_ms = 300;
    open_server();
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        int fd = edge_connect();

        memset(out, 0, sizeof out);
        request(fd, requests[i]);
        read_answer(fd, out, sizeof out);
        assert_null(strstr(out, " 101 "));
        assert_null(memmem(out, 64, "\x04\0\0\0\0\0", 6)); /* no SETTINGS of HTTP/2 */
        close(fd);
    }
    assert_int_equal(fx->opened, 0);
}

static void escapes_hide_nothing(void **state)
{
    static const char *const refused[] = {"/healthz%00", "/v1/rpc%00?x", "/a%00b/healthz"};
    static const char *const odd[] = {"/%00", "/%", "/%z", "/%2", "/%2e%2e/%2e%2e/etc",
        "/..%2f..%2fetc", "/%ff%fe", "/?%00", "/healthz?a=%00&b=%", "/%25%30%30"};
    char out[2048], line[128];
    int fd;

    (void)state;
    fx->answer_at_once = true;
    open_server();
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        fd = edge_connect();
        snprintf(line, sizeof line, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", refused[i]);
        request(fd, line);
        read_answer(fd, out, sizeof out);
        if (strstr(out, " 200 ") != NULL) /* 400, or closed */
            fail_msg("%s: %s", refused[i], out);
        close(fd);
    }
    assert_int_equal(fx->requests, 0);
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        fd = edge_connect();
        snprintf(line, sizeof line, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", odd[i]);
        request(fd, line);
        read_answer(fd, out, sizeof out); /* answered or closed, and the next one is served */
        close(fd);
    }
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
    fd = edge_connect();
    request(fd, "POST /v1/rpc HTTP/1.1\r\nHost: x\r\nContent-Length: 10001\r\n\r\n");
    edge_send(fd, body, sizeof body);
    read_answer(fd, out, sizeof out);
    assert_memory_equal(out, "HTTP/1.1 413 ", 13);
    close(fd);
    fd = edge_connect();
    request(fd, "POST /v1/rpc HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n");
    read_answer(fd, out, sizeof out);
    assert_memory_equal(out, "HTTP/1.1 413 ", 13);
    close(fd);
    fd = edge_connect();
    request(fd, "POST /v1/rpc HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    read_answer(fd, out, sizeof out);
    assert_memory_equal(out, "HTTP/1.1 411 ", 13);
    close(fd);
    fd = edge_connect();
    request(fd, "POST /v1/rpc HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n");
    read_answer(fd, out, sizeof out);
    assert_memory_equal(out, "HTTP/1.1 400 ", 13);
    close(fd);
    assert_int_equal(fx->requests, 0);
    fd = edge_connect();
    request(fd, "POST /v1/rpc HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    read_answer(fd, out, sizeof out);
    assert_memory_equal(out, "HTTP/1.1 200 ", 13);
    close(fd);
    fd = edge_connect();
    request(fd, "POST /v1/rpc HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n");
    edge_send(fd, body, 10000);
    read_answer(fd, out, sizeof out);
    assert_memory_equal(out, "HTTP/1.1 200 ", 13);
    close(fd);
    assert_int_equal(fx->requests, 2);
}

/* Status of the answer; 0: closed without one, 1: it waits for more, which is all that a short look can tell. */
static int status_of(const char *bytes, size_t length, int look_ms)
{
    int64_t until_ms = clock_mono().ms + look_ms;
    char out[400] = "";
    int fd = edge_connect(), status = 1;

    edge_send(fd, bytes, length);
    while (status == 1 && clock_mono().ms < until_ms) {
        turn(2);
        long n = recv(fd, out, sizeof out - 1, MSG_DONTWAIT);

        if (n == 0 || (n < 0 && errno != EAGAIN))
            status = 0;
        else if (n > 0 && sscanf(out, "HTTP/%*s %d", &status) != 1)
            status = -1;
    }
    close(fd);
    turn(2);
    return status;
}

/* Nothing that another program in front could read as another request, and no road to elsewhere. */
static void odd_requests(void **state)
{
    static const struct {
        const char *bytes;
        int status;
        bool ends; /* counted as what is no request */
    } rows[] = {
#define POST(headers) "POST /v1/rpc HTTP/1.1\r\nHost: x\r\n" headers
#define GET(path, headers) "GET " path " HTTP/1.1\r\nHost: x\r\n" headers "\r\n"
        {POST("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 411, false},
        {POST("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"), 411, false},
        {POST("Transfer-Encoding: x\r\n\r\n12345"), 411, false},
        {POST("Content-Length : 5\r\n\r\n12345"), 411, false},
        {POST("Content-Length: 5\r\nContent-Length: 6\r\n\r\n123456"), 400, false},
        {POST("Content-Length: 5\r\nContent-Length: 5\r\n\r\n12345"), 400, false},
        {POST("Content-Length: 5, 5\r\n\r\n12345"), 400, false},
        {POST("Content-Length: +5\r\n\r\n12345"), 400, false},
        {POST("Content-Length: 0x5\r\n\r\n12345"), 400, false},
        {POST("Content-Length: 18446744073709551621\r\n\r\n12345"), 400, false},
        {POST("Content-Length: 00000000000000000000000000005\r\n\r\n12345"), 400, false},
        {POST("Content-Length: 4294967301\r\n\r\n12345"), 413, false},
        {POST("Content-Length:\r\n 5\r\n\r\n12345"), 1, true}, /* folded: cut in its time */
        {GET("/healthz", "X: 1\r\n folded\r\n"), 1, true},
        {GET("/healthz", "no colon\r\n"), 1, true}, {"GET /healthz\r\n", 1, true}, /* HTTP/0.9 */
        {GET("/%00healthz", ""), 400, false}, {GET("/healthz%00", ""), 0, true},
        {GET("http://x/healthz", ""), 403, true},
        {"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", 0, true},
        {"TRACE /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 403, true},
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 403, true},
        {GET("/healthz", "Upgrade: h2c\r\nConnection: Upgrade\r\n"), 0, true},
        {GET("/v1", "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"),
            0, true}, /* without a key */
    };
    uint64_t ended = 0;

    (void)state;
    log_set_level(LOG_ERROR + 1);
    open_server();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int look_ms = rows[i].status == 1 ? 100 : 5000;
        int status = status_of(rows[i].bytes, strlen(rows[i].bytes), look_ms);

        if (status != rows[i].status)
            fail_msg("%d, not %d: %s", status, rows[i].status, rows[i].bytes);
        ended += rows[i].ends;
        if (ws_count(fx->ws).ended_request != ended)
            fail_msg("counted %d, not %d: %s", (int)ws_count(fx->ws).ended_request, (int)ended,
                rows[i].bytes);
    }
    assert_int_equal(fx->requests, 0);
    log_set_level(LOG_INFO);
}

static void a_long_answer_reaches_a_slow_reader(void **state)
{
    char *body = malloc(LONG), *out = malloc(LONG + 1000);
    struct http_response response = {
        .status = 200, .content_type = "text/plain", .body = body, .body_bytes = LONG};
    int fd;
    long n;

    (void)state;
    memset(body, 'L', LONG);
    open_server();
    fd = edge_connect_with(fx->port, 4096);
    request(fd, "GET /v1/protocol.json HTTP/1.1\r\nHost: x\r\n\r\n");
    turn_until(&fx->requests, 1);
    http_reply(fx->request, &response);
    turn(50);
    n = edge_read(fd, out, LONG + 1000);
    assert_true(n > LONG);
    assert_int_equal(out[n - 1], 'L');
    free(body);
    free(out);
    close(fd);
}

/* Many who ask for what is long and never read it: the oldest go, who reads gets it whole. */
static void unread_answers_have_a_limit(void **state)
{
    enum { UNREAD = 30, MOST = (32 << 20) / LONG + 1 };
    char *body = malloc(LONG), *out = malloc(LONG + 1000);
    struct http_response response = {
        .status = 200, .content_type = "text/plain", .body = body, .body_bytes = LONG};
    int fds[UNREAD];

    (void)state;
    memset(body, 'L', LONG);
    open_server();
    for (int i = 0; i < UNREAD; i++) {
        fds[i] = edge_connect_with(fx->port, 4096);
        request(fds[i], "GET /v1/protocol.json HTTP/1.1\r\nHost: x\r\n\r\n");
        turn_until(&fx->requests, i + 1);
        http_reply(fx->request, &response);
    }
    turn(5);
    assert_in_range(ws_count(fx->ws).ended_unread, UNREAD - MOST, UNREAD - 5);
    assert_true(edge_read(fds[0], out, LONG + 1000) < LONG);
    assert_true(edge_read(fds[UNREAD - 1], out, LONG + 1000) > LONG);
    for (int i = 0; i < UNREAD; i++)
        close(fds[i]);
    free(body);
    free(out);
}

/* Hands on a long body as the peer takes it, and counts what came of it: letters, and how often there was no room. */
static void send_in_pieces(int fd, long wanted, long *out_letters, int *out_waits)
{
    char piece[4096], got[65536];
    long sent = 0;

    memset(piece, 'P', sizeof piece);
    while (sent < wanted) {
        size_t taken = http_write(fx->request, piece, sizeof piece);
        long n = 0;

        sent += (long)taken;
        *out_waits += taken == 0;
        if (taken == 0)
            n = edge_read(fd, got, 1000);
        for (long i = 0; i < n; i++)
            *out_letters += got[i] == 'P';
        turn(0);
    }
    http_finish(fx->request, true);
    for (long n = edge_read(fd, got, sizeof got); n > 0; n = edge_read(fd, got, sizeof got)) {
        for (long i = 0; i < n; i++)
            *out_letters += got[i] == 'P';
        if (n >= 5 && n < (long)sizeof got)
            assert_memory_equal(got + n - 5, "0\r\n\r\n", 5);
    }
}

static void an_answer_in_pieces_waits_for_its_reader(void **state)
{
    struct http_response head = {.status = 200,
        .content_type = "application/zip",
        .attachment = "all.zip",
        .is_private = true};
    char out[1024];
    long letters = 0;
    int fd, waits = 0;

    (void)state;
    open_server();
    fd = edge_connect_with(fx->port, 4096);
    request(fd, "GET /v1/export/x HTTP/1.1\r\nHost: x\r\n\r\n");
    turn_until(&fx->requests, 1);
    http_start(fx->request, &head);
    read_head(fd, out, sizeof out);
    assert_non_null(strstr(out, "content-disposition: attachment; filename=\"all.zip\"\r\n"));
    assert_non_null(strstr(out, "cache-control: no-store\r\n"));
    assert_non_null(strstr(out, "transfer-encoding: chunked\r\n"));
    assert_null(strstr(out, "content-length"));
    send_in_pieces(fd, LONG, &letters, &waits);
    assert_true(waits > 0);
    assert_int_equal(letters, (LONG + 4095) / 4096 * 4096);
    close(fd);
}

static void an_answer_that_breaks_off_is_seen_to(void **state)
{
    struct http_response head = {.status = 200, .content_type = "application/zip"};
    char out[1025];
    long n;
    int fd;

    (void)state;
    open_server();
    fd = edge_connect();
    request(fd, "GET /v1/export/x HTTP/1.1\r\nHost: x\r\n\r\n");
    turn_until(&fx->requests, 1);
    http_start(fx->request, &head);
    assert_int_equal(http_write(fx->request, "half", 4), 4);
    http_finish(fx->request, false);
    turn(20);
    n = edge_read(fd, out, sizeof out - 1);
    out[n > 0 ? n : 0] = '\0';
    assert_null(strstr(out, "\r\n0\r\n"));
    close(fd);

    fd = edge_connect();
    request(fd, "GET /v1/export/y HTTP/1.1\r\nHost: x\r\n\r\n");
    turn_until(&fx->requests, 2);
    http_start(fx->request, &head);
    ws_close_server(fx->ws); /* the server goes first */
    fx->ws = NULL;
    assert_false(http_is_open(fx->request));
    assert_int_equal(http_write(fx->request, "half", 4), 0);
    http_finish(fx->request, true);
    close(fd);
}

static void a_peer_that_has_left_harms_nobody(void **state)
{
    struct http_request *first, *second;
    int fd;

    (void)state;
    open_server();
    fd = edge_connect();
    request(fd, "GET /one HTTP/1.1\r\nHost: x\r\n\r\n");
    turn_until(&fx->requests, 1);
    first = fx->request;
    close(fd);
    turn(20);
    reply_ok(first);
    fd = edge_connect();
    request(fd, "GET /two HTTP/1.1\r\nHost: x\r\n\r\n");
    turn_until(&fx->requests, 2);
    second = fx->request;
    close(fd);
    ws_close_server(fx->ws); /* the server goes first */
    fx->ws = NULL;
    reply_ok(second);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_request_with_a_body_is_answered_later),
        TEST(gets_and_heads_and_the_admin_listener),
        TEST(a_connection_serves_one_request),
        TEST(an_upgrade_is_no_request),
        TEST(escapes_hide_nothing),
        TEST(bodies_have_limits),
        TEST(odd_requests),
        TEST(a_long_answer_reaches_a_slow_reader),
        TEST(unread_answers_have_a_limit),
        TEST(an_answer_in_pieces_waits_for_its_reader),
        TEST(an_answer_that_breaks_off_is_seen_to),
        TEST(a_peer_that_has_left_harms_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
