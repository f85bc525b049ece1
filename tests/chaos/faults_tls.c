/* faults_tls.c -- a certificate is replaced while handshakes and calls go on. */
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "certificate.h"
#include "check.h"
#include "client.h"
#include "faults.h"
#include "fleet.h"
#include "scratch.h"

enum { WORKERS = 2, OLD = 24, NEW = 40, NAME_BYTES = 32, PART_BYTES = 4096, WAIT_S = 10 };

struct visitor {
    SSL *ssl;
    int fd;
    char name[NAME_BYTES]; /* of the certificate it was shown */
};

static bool dial(struct visitor *v, SSL_CTX *tls, int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
        .sin_port = htons((uint16_t)port)};
    struct timeval patience = {.tv_sec = WAIT_S};
    X509 *cert;

    *v =
        (struct visitor){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), .ssl = SSL_new(tls)};
    (void)setsockopt(v->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    SSL_set_fd(v->ssl, v->fd);
    if (connect(v->fd, (struct sockaddr *)&to, sizeof to) != 0 || SSL_connect(v->ssl) != 1)
        return false;
    cert = SSL_get1_peer_certificate(v->ssl);
    X509_NAME_get_text_by_NID(X509_get_subject_name(cert), NID_commonName, v->name, NAME_BYTES);
    X509_free(cert);
    return true;
}

static void leave(struct visitor *v)
{
    SSL_free(v->ssl);
    close(v->fd);
    v->ssl = NULL;
}

/* Reads until this word has come. */
static bool reads(struct visitor *v, const char *word)
{
    char text[PART_BYTES + 1];
    size_t got = 0;

    while (got < PART_BYTES) {
        int n = SSL_read(v->ssl, text + got, (int)(PART_BYTES - got));

        if (n <= 0)
            return false;
        got += (size_t)n;
        if (memmem(text, got, word, strlen(word)) != NULL)
            return true;
    }
    return false;
}

static bool upgrades(struct visitor *v)
{
    static const char request[] =
        "GET /v1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

    return SSL_write(v->ssl, request, sizeof request - 1) > 0 && reads(v, "\r\n\r\n");
}

/* One call, in a frame whose mask is nothing; its answer is a refusal, as this is a guest. */
static bool is_answered(struct visitor *v)
{
    static const char call[] =
        "\x81\xb7\0\0\0\0"
        "{\"jsonrpc\":\"2.0\",\"id\":17,\"method\":\"me.get\",\"params\":{}}";

    _Static_assert(sizeof call - 1 - 6 == 0x37, "the length in the frame");
    return SSL_write(v->ssl, call, sizeof call - 1) > 0 && reads(v, "\"id\":17");
}

static int answered(struct visitor *all, int count)
{
    int n = 0;

    for (int i = 0; i < count; i++)
        n += is_answered(&all[i]);
    return n;
}

/* Handshakes until `count` of them in a row were shown this name; every one must succeed. */
static bool shows(SSL_CTX *tls, int port, const char *name, int count, struct visitor *old)
{
    int row = 0, failed = 0;
    int64_t until_ms = clock_mono().ms + WAIT_S * 1000;

    for (int i = 0; row < count && clock_mono().ms < until_ms; i++) {
        struct visitor v;

        if (!dial(&v, tls, port))
            failed++;
        row = strcmp(v.name, name) == 0 ? row + 1 : 0;
        leave(&v);
        failed += !is_answered(&old[i % OLD]);
    }
    check(failed == 0, "  no handshake and no call fails meanwhile (%d)", failed);
    return row == count;
}

void faults_certificate(struct faults *f)
{
    char cert_option[300], key_option[300];
    const char *options[] = {cert_option, key_option, "--db_connections=4", "--sign_in_ms=60000",
        "--tls_handshakes_per_s=0", NULL};
    const char *cert = scratch_path("cert.pem"), *key = scratch_path("key.pem");
    struct visitor old[OLD];
    SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
    int server, port, open = 0;

    certificate_write(cert, key, "first");
    snprintf(cert_option, sizeof cert_option, "--tls_cert_file=%s", cert);
    snprintf(key_option, sizeof key_option, "--tls_key_file=%s", key);
    server = fleet_serve(f->fleet, WORKERS, options);
    port = fleet_port(f->fleet, server);
    for (int i = 0; i < OLD; i++)
        open += dial(&old[i], tls, port) && upgrades(&old[i]) && strcmp(old[i].name, "first") == 0;
    check(open == OLD && answered(old, OLD) == OLD, "%d sockets with the first certificate", open);
    certificate_write(cert, key, "second");
    fleet_signal(f->fleet, server, SIGHUP);
    check(shows(tls, port, "second", NEW, old), "certificate reloaded: new sockets see the second");
    check(answered(old, OLD) == OLD, "  the old ones stay");
    for (int i = 0; i < OLD; i++)
        leave(&old[i]);
    SSL_CTX_free(tls);
    fleet_stop(f->fleet, server);
}
