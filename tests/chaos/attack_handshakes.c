/* attack_handshakes.c -- TLS handshakes that never end, those that are none, and more of them than a worker can compute. */
#include "attack.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "client.h"
#include "client_private.h"
#include "scratch.h"

enum {
    SILENT,     /* says nothing */
    HALF,       /* half a ClientHello */
    TRICKLE,    /* a byte of it at a time */
    HUGE,       /* the beginning of one of 100,000 bytes */
    MUTE,       /* the handshake, and no request */
    SLOW_LORIS, /* the handshake, and a letter of the request at a time */
    LINGER_KINDS,
    LINGERING = 5 * LINGER_KINDS,
    LINGER_MS = 6000, /* they are cut after two seconds */
    CLOSED_MS = 1500, /* sooner than that */
    TICK_MS = 100,
    HELLO_BYTES = 2048,
    RECORD_BYTES = 5,
    MANY = 2000,
    ALPN_WORDS = 230,
    ALPN_WORD_BYTES = 250,
    CROWD = 20,
    REST_MS = 200
};

#define TLS_ENDED ATTACK_ENDED("tls")
#define BYTES(text) text, sizeof text - 1

struct peer {
    SSL *ssl; /* NULL: bytes as they are */
    int fd, sent;
};

static SSL_CTX *context(void)
{
    static SSL_CTX *made;

    if (made == NULL)
        made = SSL_CTX_new(TLS_client_method());
    if (made == NULL)
        abort();
    return made;
}

/* The ClientHello of an honest client. */
static size_t hello(uint8_t out[HELLO_BYTES])
{
    SSL *ssl = SSL_new(context());
    BIO *to = BIO_new(BIO_s_mem());
    int length;

    SSL_set_bio(ssl, BIO_new(BIO_s_mem()), to);
    (void)SSL_connect(ssl);
    length = BIO_read(to, out, HELLO_BYTES);
    SSL_free(ssl);
    return length > 0 ? (size_t)length : 0;
}

static int dial(const struct attack *a)
{
    return client_connect(NULL, attack_from(a), attack_port(a), 0);
}

static bool shakes_hands(SSL *ssl, int fd)
{
    int64_t until_ms = clock_mono().ms + CLOSED_MS;
    int result;

    SSL_set_fd(ssl, fd);
    ERR_clear_error();
    while ((result = SSL_connect(ssl)) != 1) {
        int error = SSL_get_error(ssl, result);

        if ((error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) ||
            clock_mono().ms >= until_ms)
            return false;
        (void)client_poll(fd, error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, TICK_MS);
    }
    return true;
}

/* Reads what there is; true: the server has ended it. */
static bool is_over(int fd)
{
    char bytes[4096];
    ssize_t n;

    do
        n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    while (n > 0);
    return n == 0 || (errno != EAGAIN && errno != EINTR);
}

static bool ends_soon(int fd)
{
    int64_t until_ms = clock_mono().ms + CLOSED_MS;

    while (!is_over(fd) && clock_mono().ms < until_ms)
        (void)client_poll(fd, POLLIN, TICK_MS);
    return clock_mono().ms < until_ms;
}

static void send_all(int fd, const void *bytes, size_t length)
{
    (void)send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* --- never ending ------------------------------------------------------------------------------ */

static void begin(const struct attack *a, struct peer *p, int kind)
{
    static const char huge[16000] = "\x16\x03\x01\x3e\x7b\x01\x01\x86\xa0\x03\x03";
    uint8_t bytes[HELLO_BYTES];
    size_t length = hello(bytes);

    *p = (struct peer){.fd = dial(a)};
    if (p->fd < 0)
        return;
    if (kind == HALF)
        send_all(p->fd, bytes, length / 2);
    if (kind == HUGE)
        send_all(p->fd, huge, sizeof huge);
    if (kind != MUTE && kind != SLOW_LORIS)
        return;
    p->ssl = SSL_new(context());
    if (!shakes_hands(p->ssl, p->fd)) {
        SSL_free(p->ssl);
        p->ssl = NULL;
    }
}

static void go_on(struct peer *p, int kind)
{
    static const char request[] = "GET /v1 HTTP/1.1\r\nHost: ";
    uint8_t bytes[HELLO_BYTES];

    if (p->fd < 0)
        return;
    if (kind == TRICKLE && p->sent < 40 && hello(bytes) > 40)
        send_all(p->fd, bytes + p->sent++, 1);
    if (kind == SLOW_LORIS && p->ssl != NULL) {
        ERR_clear_error();
        (void)SSL_write(p->ssl, p->sent < (int)sizeof request - 1 ? request + p->sent : "x", 1);
        p->sent++;
    }
}

static int end_those_cut(struct attack *a, struct peer peers[LINGERING])
{
    int open = 0;

    for (int i = 0; i < LINGERING; i++) {
        go_on(&peers[i], i % LINGER_KINDS);
        if (peers[i].fd >= 0 && is_over(peers[i].fd)) {
            SSL_free(peers[i].ssl);
            close(peers[i].fd);
            peers[i] = (struct peer){.fd = -1};
            attack_counted(a, ATTACK_ENDED("half_open"));
        }
        open += peers[i].fd >= 0;
    }
    return open;
}

/* --- refused ----------------------------------------------------------------------------------- */

static const struct {
    const char *words, *bytes;
    size_t length;
} rubbish[] = {
    {"HTTP in clear", BYTES("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")},
    {"a WebSocket's handshake in clear", BYTES("GET /v1 HTTP/1.1\r\nUpgrade: websocket\r\n\r\n")},
    {"rubbish", BYTES("\x7f\x45\x4c\x46 and what else comes to mind")},
    {"SSL 2", BYTES("\x80\x10\x01\x03\x01 of SSL 2......")},
    {"data before the handshake", BYTES("\x17\x03\x03\0\x10................")},
    {"an alert before the handshake", BYTES("\x15\x03\x03\0\x02\x02\x28")},
    {"a ClientHello of nothing", BYTES("\x16\x03\x01\0\x04\x01\0\0\0")},
    {"a ClientHello of 16 MB", BYTES("\x16\x03\x01\0\x04\x01\xff\xff\xff")},
    {"a record of 64 KB", BYTES("\x16\x03\x01\xff\xff\x01")},
};

static const struct {
    const char *words, *bytes;
    size_t length;
} floods[] = {
    {"a flood of empty records", BYTES("\x16\x03\x01\0\0")},
    {"a flood of warnings", BYTES("\x15\x03\x01\0\x02\x01\x5a")},
    {"a flood of change_cipher_spec", BYTES("\x14\x03\x01\0\x01\x01")},
};

static void ends(struct attack *a, const void *bytes, size_t length, const char *words)
{
    int fd = dial(a);

    if (fd < 0)
        return;
    send_all(fd, bytes, length);
    if (attack_saw(a, ends_soon(fd), words, 0))
        attack_counted(a, TLS_ENDED);
    close(fd);
}

static void flood(struct attack *a, size_t row)
{
    static char bytes[MANY * 8];

    for (int i = 0; i < MANY; i++)
        memcpy(bytes + (size_t)i * floods[row].length, floods[row].bytes, floods[row].length);
    ends(a, bytes, MANY * floods[row].length, floods[row].words);
}

static void old_version(struct attack *a, int version, const char *words)
{
    SSL *ssl = SSL_new(context());
    int fd = dial(a);

    SSL_set_security_level(ssl, 0);
    SSL_set_min_proto_version(ssl, version);
    SSL_set_max_proto_version(ssl, version);
    if (fd >= 0 && attack_saw(a, !shakes_hands(ssl, fd) && ends_soon(fd), words, 0))
        attack_counted(a, TLS_ENDED);
    SSL_free(ssl);
    if (fd >= 0)
        close(fd);
}

/* --- odd, and taken ---------------------------------------------------------------------------- */

/* The first byte of the answer: of a record of the handshake, or of an alert. */
static int answer(int fd)
{
    uint8_t type = 0;

    (void)client_poll(fd, POLLIN, CLOSED_MS);
    return recv(fd, &type, 1, MSG_DONTWAIT) == 1 ? type : -1;
}

static void byte_by_byte(struct attack *a)
{
    uint8_t bytes[HELLO_BYTES];
    size_t length = hello(bytes);
    int fd = dial(a), got;

    if (fd < 0)
        return;
    for (size_t i = RECORD_BYTES; i < length; i++) {
        uint8_t record[] = {0x16, 3, 1, 0, 1, bytes[i]};

        send_all(fd, record, sizeof record);
    }
    got = answer(fd);
    attack_saw(a, got == 0x16, "a ClientHello in records of one byte is answered", got);
    close(fd);
}

static void long_extensions(struct attack *a)
{
    static uint8_t words[ALPN_WORDS * (ALPN_WORD_BYTES + 1)];
    SSL *ssl = SSL_new(context());
    int fd = dial(a);

    memset(words, 'x', sizeof words);
    for (int i = 0; i < ALPN_WORDS; i++)
        words[i * (ALPN_WORD_BYTES + 1)] = ALPN_WORD_BYTES;
    SSL_set_alpn_protos(ssl, words, sizeof words);
    if (fd >= 0) {
        (void)shakes_hands(ssl, fd);
        attack_saw(a, SSL_is_init_finished(ssl) || ends_soon(fd),
            "a ClientHello of 57 KB is taken or refused", 0);
    }
    SSL_free(ssl);
    if (fd >= 0)
        close(fd);
}

static void own_certificate(struct attack *a)
{
    SSL *ssl = SSL_new(context());
    int fd = dial(a);

    if (SSL_use_certificate_chain_file(ssl, scratch_path("cert.pem")) != 1 ||
        SSL_use_PrivateKey_file(ssl, scratch_path("key.pem"), SSL_FILETYPE_PEM) != 1)
        abort();
    if (fd >= 0)
        attack_saw(a, shakes_hands(ssl, fd), "a client with a certificate is not asked for it", 0);
    SSL_free(ssl);
    if (fd >= 0)
        close(fd);
}

void attack_handshakes(struct attack *a)
{
    struct peer peers[LINGERING];
    int64_t until_ms = clock_mono().ms + LINGER_MS;
    int open = LINGERING;

    for (int i = 0; i < LINGERING; i++)
        begin(a, &peers[i], i % LINGER_KINDS);
    do {
        for (size_t i = 0; i < sizeof rubbish / sizeof rubbish[0]; i++)
            ends(a, rubbish[i].bytes, rubbish[i].length, rubbish[i].words);
        for (size_t i = 0; i < sizeof floods / sizeof floods[0]; i++)
            flood(a, i);
        old_version(a, TLS1_VERSION, "TLS 1.0");
        old_version(a, TLS1_1_VERSION, "TLS 1.1");
        byte_by_byte(a);
        long_extensions(a);
        own_certificate(a);
        open = end_those_cut(a, peers);
        attack_rest(2 * REST_MS); /* five a turn, below what one address may */
    } while (open > 0 ? clock_mono().ms < until_ms : !attack_is_over(a));
    attack_saw(a, open == 0, "handshakes that never end are cut", open);
}

/* --- too many ---------------------------------------------------------------------------------- */

/* Costs this one nothing and the server a signature each; how they are answered is looked at in the end. */
void attack_hellos(struct attack *a)
{
    uint8_t bytes[HELLO_BYTES];
    size_t length = hello(bytes);
    int fds[CROWD], refused = 0, taken = 0;
    int64_t began_ms = clock_mono().ms;

    while (!attack_is_over(a)) {
        for (int i = 0; i < CROWD; i++) {
            fds[i] = dial(a);
            if (fds[i] >= 0)
                send_all(fds[i], bytes, length);
        }
        for (int i = 0; i < CROWD; i++) {
            int got = fds[i] >= 0 ? answer(fds[i]) : -1;

            refused += got == 0x15;
            taken += got == 0x16;
            if (got == 0x15)
                attack_counted(a, ATTACK_REFUSED("tls"));
            if (fds[i] >= 0)
                close(fds[i]);
        }
        attack_rest(REST_MS); /* what is measured is the server, not who shares its machine */
    }
    attack_saw(a, refused > 0 && taken > 0, "of a flood of handshakes some are computed", refused);
    attack_saw(a, taken <= 2 * ATTACK_TLS_PER_S * (int)(2 + (clock_mono().ms - began_ms) / 1000),
        "and no more than may be of one address", taken);
}
