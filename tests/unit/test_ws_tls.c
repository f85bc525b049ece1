/* test_ws_tls.c -- the public listener with TLS: frames both ways, tickets over a restart, certificates reloaded. */
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
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <arpa/inet.h>
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

    assert_true(clock_mono().ms < end_ms);
    loop_run_once(loop);
    usleep(100);
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

static SSL *client_connect(SSL_SESSION *resume)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
        .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), result;
    int64_t end_ms = clock_mono().ms + 5000;
    SSL *ssl = SSL_new(client_ctx);

    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    SSL_set_fd(ssl, fd);
    if (resume != NULL)
        SSL_set_session(ssl, resume);
    while ((result = SSL_connect(ssl)) != 1)
        assert_true(wait_more(ssl, result, end_ms));
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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
