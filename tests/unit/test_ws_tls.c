/* test_ws_tls.c -- the public listener with TLS: frames both ways, tickets over a restart, certificates reloaded, and
 * handshakes that must not be.
 */
#include "io/loop.h"
#include "io/ws.h"
#include "base/clock.h"
#include "base/log.h"
#include "certificate.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PART_BYTES = 20000 };

static struct loop *loop;
static struct ws *server;
static struct ws_options options;
static struct ws_conn *conn;
static int port, opened, messages, closed;
static char last[64], ticket_key[80];
static const char *cert_file, *key_file;
static SSL_CTX *client_ctx;
static int
    client_error; /* reason of the last one; the server, which is in the same thread, clears the queue */

static void on_opened(void *arg, struct ws_conn *c, const struct ws_hello *hello)
{
    (void)arg;
    (void)hello;
    opened++;
    conn = c;
    ws_set_user(c, c);
}

static void on_message(void *user, char *text, size_t length_bytes)
{
    (void)user;
    (void)length_bytes;
    messages++;
    snprintf(last, sizeof last, "%s", text);
}

static void on_drained(void *user)
{
    (void)user;
}

static void on_closed(void *user)
{
    (void)user;
    closed++;
}

static const struct ws_events events = {
    .opened = on_opened, .message = on_message, .drained = on_drained, .closed = on_closed};

static int listen_on_loopback(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(fd, 64), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &bytes), 0);
    port = ntohs(at.sin_port);
    return fd;
}

static int set_up(void **state)
{
    (void)state;
    log_set_level(LOG_ERROR);
    (void)scratch_make();
    cert_file = scratch_path("cert.pem");
    key_file = scratch_path("key.pem");
    certificate_write(cert_file, key_file, "first");
    memset(ticket_key, 7, sizeof ticket_key);
    opened = messages = closed = 0;
    loop = loop_new();
    options = (struct ws_options){.listen_fd = listen_on_loopback(),
        .admin_fd = -1,
        .origins = "*",
        .cert_file = cert_file,
        .key_file = key_file,
        .ticket_key = ticket_key,
        .message_bytes = 65536,
        .body_bytes = 1000,
        .half_open_max = 20,
        .ping_ms = 60000,
        .connections_max = 50};
    server = ws_open(loop, &options, &events, NULL);
    assert_non_null(server);
    client_ctx = SSL_CTX_new(TLS_client_method());
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    SSL_CTX_free(client_ctx);
    ws_close_server(server);
    assert_int_equal(closed, opened);
    loop_free(loop);
    close(options.listen_fd);
    scratch_remove();
    return 0;
}

/* --- the client ------------------------------------------------------------------------------ */

/* Turns the loop until an OpenSSL call that wants more has what it wants. */
static int wait_more(SSL *ssl, int result, int64_t end_ms)
{
    int error = SSL_get_error(ssl, result);

    client_error = ERR_GET_REASON(ERR_peek_error());
    ERR_clear_error();
    assert_true(clock_mono().ms < end_ms);
    loop_run_once(loop);
    usleep(100);
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

static int dial(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
        .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

static SSL *client_new(SSL_SESSION *resume)
{
    SSL *ssl = SSL_new(client_ctx);

    SSL_set_fd(ssl, dial());
    if (resume != NULL)
        SSL_set_session(ssl, resume);
    return ssl;
}

static bool shakes_hands(SSL *ssl)
{
    int64_t end_ms = clock_mono().ms + 5000;
    int result;

    if (SSL_is_init_finished(ssl) == 0 || SSL_renegotiate_pending(ssl) == 0)
        SSL_set_connect_state(ssl);
    while ((result = SSL_do_handshake(ssl)) != 1)
        if (!wait_more(ssl, result, end_ms))
            return false;
    return true;
}

static SSL *client_connect(SSL_SESSION *resume)
{
    SSL *ssl = client_new(resume);

    assert_true(shakes_hands(ssl));
    return ssl;
}

static void client_write(SSL *ssl, const void *bytes, size_t length)
{
    int64_t end_ms = clock_mono().ms + 5000;
    int result;

    while ((result = SSL_write(ssl, bytes, (int)length)) <= 0)
        assert_true(wait_more(ssl, result, end_ms));
}

static size_t client_read(SSL *ssl, void *out, size_t wanted)
{
    int64_t end_ms = clock_mono().ms + 5000;
    size_t got = 0;

    while (got < wanted) {
        int result = SSL_read(ssl, (char *)out + got, (int)(wanted - got));

        if (result > 0)
            got += (size_t)result;
        else if (!wait_more(ssl, result, end_ms))
            break;
    }
    return got;
}

static SSL *client_open(SSL_SESSION *resume)
{
    static const char request[] =
        "GET /v1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    char head[512];
    size_t got = 0;
    SSL *ssl = client_connect(resume);

    client_write(ssl, request, sizeof request - 1);
    do
        assert_int_equal(client_read(ssl, head + got, 1), 1);
    while (++got < 4 || memcmp(head + got - 4, "\r\n\r\n", 4) != 0);
    assert_memory_equal(head, "HTTP/1.1 101 ", 13);
    return ssl;
}

static void client_close(SSL *ssl)
{
    int fd = SSL_get_fd(ssl), before = closed;
    int64_t end_ms = clock_mono().ms + 5000;

    SSL_shutdown(ssl);
    SSL_free(ssl);
    close(fd);
    while (closed == before && clock_mono().ms < end_ms)
        loop_run_once(loop);
}

static void assert_name(SSL *ssl, const char *name)
{
    X509 *cert = SSL_get1_peer_certificate(ssl);
    char text[64] = "";

    X509_NAME_get_text_by_NID(X509_get_subject_name(cert), NID_commonName, text, sizeof text);
    assert_string_equal(text, name);
    X509_free(cert);
}

/* --- tests ----------------------------------------------------------------------------------- */

static void frames_go_both_ways(void **state)
{
    static uint8_t frame[10 + PART_BYTES], got[10 + PART_BYTES];
    size_t header = ws_frame_header(PART_BYTES, frame);
    SSL *ssl = client_open(NULL);

    (void)state;
    client_write(ssl, "\x81\x82\0\0\0\0hi", 8);
    while (messages == 0)
        loop_run_once(loop);
    assert_string_equal(last, "hi");
    for (int i = 0; i < 100; i++) {
        memset(frame + header, 'A' + i % 26, PART_BYTES);
        assert_true(ws_send(conn, frame, header + PART_BYTES));
    }
    for (int i = 0; i < 100; i++) {
        assert_int_equal(client_read(ssl, got, header + PART_BYTES), header + PART_BYTES);
        assert_int_equal(got[header], 'A' + i % 26);
        assert_int_equal(got[header + PART_BYTES - 1], 'A' + i % 26);
    }
    client_close(ssl);
}

static void several_messages_in_one_record_all_arrive(void **state)
{
    char many[200 * 8];
    SSL *ssl = client_open(NULL);
    int64_t end_ms = clock_mono().ms + 3000;

    (void)state;
    for (int i = 0; i < 200; i++)
        memcpy(many + i * 8, "\x81\x82\0\0\0\0hi", 8);
    client_write(ssl, many, sizeof many);
    while (messages < 200 && clock_mono().ms < end_ms)
        loop_run_once(loop);
    assert_int_equal(messages, 200);
    client_close(ssl);
}

static void a_close_code_arrives(void **state)
{
    uint8_t got[12];
    SSL *ssl = client_open(NULL);

    (void)state;
    ws_close(conn, 4403, "revoked");
    assert_int_equal(client_read(ssl, got, 11), 11);
    assert_memory_equal(got, "\x88\x09\x11\x33revoked", 11);
    client_close(ssl);
}

static void a_cut_ends_it(void **state)
{
    uint8_t got[4];
    SSL *ssl = client_open(NULL);

    (void)state;
    ws_cut(conn);
    assert_int_equal(client_read(ssl, got, 4), 0);
    client_close(ssl);
}

static void tickets_are_shared_by_workers(void **state)
{
    uint8_t pong[3];
    SSL *ssl = client_open(NULL);
    SSL_SESSION *session;

    (void)state;
    client_write(ssl, "\x89\x81\0\0\0\0x", 7);
    assert_int_equal(client_read(ssl, pong, 3), 3); /* the ticket came before it */
    session = SSL_get1_session(ssl);
    client_close(ssl);
    ws_close_server(server); /* another worker, same ticket key */
    server = ws_open(loop, &options, &events, NULL);
    assert_non_null(server);
    ssl = client_open(session);
    assert_int_equal(SSL_session_reused(ssl), 1);
    SSL_SESSION_free(session);
    client_close(ssl);
}

static void certificates_are_reloaded(void **state)
{
    FILE *f;
    SSL *ssl = client_open(NULL);

    (void)state;
    assert_name(ssl, "first");
    client_close(ssl);
    certificate_write(cert_file, key_file, "second");
    assert_true(ws_reload_certificate(server));
    ssl = client_open(NULL);
    assert_name(ssl, "second");
    client_close(ssl);
    f = fopen(cert_file, "w");
    fputs("rubbish", f);
    fclose(f);
    assert_false(ws_reload_certificate(server));
    ssl = client_open(NULL);
    assert_name(ssl, "second");
    client_close(ssl);
}

/* --- handshakes that must not be --------------------------------------------------------------- */

static void client_gone(SSL *ssl)
{
    int fd = SSL_get_fd(ssl);

    SSL_free(ssl);
    close(fd);
}

static void open_again(void)
{
    ws_close_server(server);
    server = ws_open(loop, &options, &events, NULL);
    assert_non_null(server);
}

/* Six, one after another; returns how many were let in, and what the others were told is an alert. */
static int six_handshakes(void)
{
    int64_t end_ms = clock_mono().ms + 5000;
    int in = 0;

    for (int i = 0; i < 6; i++) {
        SSL *ssl = client_new(NULL);

        while (i % 2 == 1 && ws_count(server).half_open == 0 && clock_mono().ms < end_ms)
            loop_run_once(loop); /* of every other one the ClientHello comes after the socket */
        if (shakes_hands(ssl))
            in++;
        else
            assert_int_equal(client_error, SSL_R_TLSV1_ALERT_INTERNAL_ERROR);
        client_gone(ssl);
        while (ws_count(server).half_open > 0 && clock_mono().ms < end_ms)
            loop_run_once(loop);
    }
    return in;
}

/* They may lie on both sides of one end of a second. */
static void too_many_handshakes_get_an_alert(void **state)
{
    int in;

    (void)state;
    options.tls_handshakes_per_address_per_s = 2;
    open_again();
    in = six_handshakes();
    assert_in_range(in, 2, 4);
    assert_int_equal(ws_count(server).refused_tls, 6 - in);
    assert_int_equal(ws_count(server).tls_handshakes, in);
    assert_int_equal(ws_count(server).ended_tls, 0);
    assert_int_equal(ws_count(server).ended_request, in); /* each is counted once */
    options.tls_handshakes_per_address_per_s = 0;
    options.tls_handshakes_per_s = 1;
    open_again();
    in = six_handshakes();
    assert_in_range(in, 1, 2);
    assert_int_equal(ws_count(server).refused_tls, 6 - in);
}

static void turn_until_ended(uint64_t wanted)
{
    int64_t end_ms = clock_mono().ms + 5000;

    while (ws_count(server).ended_tls < wanted && clock_mono().ms < end_ms)
        loop_run_once(loop);
    assert_int_equal(ws_count(server).ended_tls, wanted);
    assert_int_equal(ws_count(server).half_open, 0);
}

static void what_is_no_handshake_ends(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
    } texts[] = {
#define TEXT(text) text, sizeof text - 1
        {TEXT("GET /v1 HTTP/1.1\r\nHost: x\r\n\r\n")}, /* not encrypted */
        {TEXT("\x80\x10\x01\x03\x01 of SSL 2......")},
        {TEXT("\x17\x03\x03\0\x10................")}, /* data before the handshake */
        {TEXT("\x15\x03\x03\0\x02\x02\x28")},         /* an alert */
        {TEXT("\x16\x03\x01\0\x04\x01\0\0\0")},       /* an empty ClientHello */
        {TEXT("\x16\x03\x01\0\x04\x01\xff\xff\xff")}, /* one of 16 MB */
        {TEXT("\x16\x03\x01\xff\xff\x01")},           /* a record too long */
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int fd = dial();

        assert_int_equal(send(fd, texts[i].bytes, texts[i].length, 0), texts[i].length);
        turn_until_ended(i + 1);
        close(fd);
    }
    assert_int_equal(opened, 0);
}

static void old_versions_are_refused(void **state)
{
    static const int versions[] = {TLS1_VERSION, TLS1_1_VERSION};

    (void)state;
    SSL_CTX_set_security_level(client_ctx, 0);
    for (size_t i = 0; i < 2; i++) {
        SSL *ssl = client_new(NULL);

        SSL_set_min_proto_version(ssl, versions[i]);
        SSL_set_max_proto_version(ssl, versions[i]);
        assert_false(shakes_hands(ssl));
        assert_int_equal(client_error, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION);
        client_gone(ssl);
        turn_until_ended(i + 1);
    }
}

static void nothing_is_negotiated_twice(void **state)
{
    SSL *ssl;

    (void)state;
    SSL_CTX_set_max_proto_version(client_ctx, TLS1_2_VERSION);
    ssl = client_open(NULL);
    assert_int_equal(SSL_renegotiate(ssl), 1);
    assert_false(shakes_hands(ssl));
    assert_int_equal(client_error, SSL_R_NO_RENEGOTIATION);
    assert_int_equal(ws_count(server).tls_handshakes, 1);
    client_close(ssl);
}

/* Whatever the client would like. */
static void http_2_is_not_offered(void **state)
{
    static const uint8_t both[] = "\x02h2\x08http/1.1", only[] = "\x02h2";
    const uint8_t *chosen;
    unsigned length;
    SSL *ssl = client_new(NULL);

    (void)state;
    SSL_set_alpn_protos(ssl, both, sizeof both - 1);
    assert_true(shakes_hands(ssl));
    SSL_get0_alpn_selected(ssl, &chosen, &length);
    assert_int_equal(length, 8);
    assert_memory_equal(chosen, "http/1.1", 8);
    client_gone(ssl);
    ssl = client_new(NULL);
    SSL_set_alpn_protos(ssl, only, sizeof only - 1);
    if (shakes_hands(ssl)) {
        SSL_get0_alpn_selected(ssl, &chosen, &length);
        assert_int_equal(length, 0);
    }
    client_gone(ssl);
}

static int new_keys(SSL *ssl, int times)
{
    int made = 0;

    while (made < times && SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED) == 1 &&
           SSL_do_handshake(ssl) == 1)
        made++;
    return made;
}

/* OpenSSL takes all there are in one go: without a limit these would hold the worker for as long as they come. */
static void new_keys_without_end_are_cut(void **state)
{
    int64_t end_ms = clock_mono().ms + 5000;
    SSL *ssl = client_open(NULL), *other;

    (void)state;
    for (int i = 1; i <= 4; i++) { /* some between messages are fair */
        assert_int_equal(new_keys(ssl, 30), 30);
        client_write(ssl, "\x81\x82\0\0\0\0hi", 8);
        while (messages < i && clock_mono().ms < end_ms)
            loop_run_once(loop);
        assert_int_equal(messages, i);
    }
    assert_int_equal(ws_count(server).ended_tls, 0);
    assert_true(new_keys(ssl, 3000) > 500);
    while (closed == 0 && clock_mono().ms < end_ms)
        loop_run_once(loop);
    assert_int_equal(closed, 1);
    assert_int_equal(ws_count(server).ended_tls, 1);
    client_gone(ssl);
    other = client_new(NULL); /* nor by one who has not asked for anything yet */
    assert_true(shakes_hands(other));
    (void)new_keys(other, 3000);
    turn_until_ended(2);
    client_gone(other);
}

/* libwebsockets reads on for 5 s, for the answer to the close. */
static void new_keys_after_a_close_are_cut(void **state)
{
    int64_t end_ms = clock_mono().ms + 3000;
    char got[64];
    ssize_t n;
    SSL *ssl = client_open(NULL);

    (void)state;
    client_write(ssl, "\x82\x82\0\0\0\0hi", 8);
    assert_int_equal(client_read(ssl, got, 13), 13);
    assert_memory_equal(got, "\x88\x0b\x03\xebtext only", 13);
    assert_true(new_keys(ssl, 3000) > 500);
    do {
        loop_run_once(loop);
        n = recv(SSL_get_fd(ssl), got, sizeof got, 0);
    } while (n > 0 || (n < 0 && errno == EAGAIN && clock_mono().ms < end_ms));
    assert_int_equal(n, -1);
    assert_int_equal(errno, ECONNRESET);
    assert_int_equal(ws_count(server).ended_binary, 1);
    assert_int_equal(ws_count(server).ended_tls, 0); /* each is counted once */
    client_gone(ssl);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(frames_go_both_ways),
        TEST(several_messages_in_one_record_all_arrive),
        TEST(a_close_code_arrives),
        TEST(a_cut_ends_it),
        TEST(tickets_are_shared_by_workers),
        TEST(certificates_are_reloaded),
        TEST(too_many_handshakes_get_an_alert),
        TEST(what_is_no_handshake_ends),
        TEST(old_versions_are_refused),
        TEST(nothing_is_negotiated_twice),
        TEST(http_2_is_not_offered),
        TEST(new_keys_without_end_are_cut),
        TEST(new_keys_after_a_close_are_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
