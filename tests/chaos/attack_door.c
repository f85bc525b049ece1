/* attack_door.c -- handshakes that never end, and those that must be refused; requests that are none. */
#include "attack.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "client.h"
#include "client_private.h"

enum {
    LINGERING = 30,    /* of three kinds */
    LINGER_MS = 20000, /* they are cut after ten seconds */
    TICK_MS = 250,
    CROWD = 500, /* silent sockets, more than half_open_max of the server together */
    HEADER_LETTERS = 9000
};

#define UPGRADE                                                \
    "Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" \
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define POST(length) "POST /v1/rpc HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" length

/* --- refused ----------------------------------------------------------------------------------- */

static const struct {
    const char *words, *bytes;
    int status;
    const char *metric;
} requests[] = {
    {"a page of another origin",
        "GET /v1 HTTP/1.1\r\n" UPGRADE
        "Sec-WebSocket-Version: 13\r\nOrigin: https://elsewhere.example\r\n\r\n",
        403, ATTACK_REFUSED("origin")},
    {"an origin that only begins well",
        "GET /v1 HTTP/1.1\r\n" UPGRADE
        "Sec-WebSocket-Version: 13\r\nOrigin: https://club.example.elsewhere.example\r\n\r\n",
        403, ATTACK_REFUSED("origin")},
    {"an origin that is null",
        "GET /v1 HTTP/1.1\r\n" UPGRADE "Sec-WebSocket-Version: 13\r\nOrigin: null\r\n\r\n", 403,
        ATTACK_REFUSED("origin")},
    {"another version of the protocol",
        "GET /v1 HTTP/1.1\r\n" UPGRADE "Sec-WebSocket-Version: 8\r\n\r\n", 426, ATTACK_HTTP("426")},
    {"an upgrade elsewhere",
        "GET /elsewhere HTTP/1.1\r\n" UPGRADE "Sec-WebSocket-Version: 13\r\n\r\n", 404,
        ATTACK_HTTP("404")},
    {"a body of another type",
        "POST /v1/rpc HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
        "Content-Length: 2\r\n\r\n{}",
        415, ATTACK_HTTP("415")},
    {"a body without length", POST("\r\n{}"), 411, ATTACK_HTTP("411")},
    {"a body in chunks", POST("Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 411,
        ATTACK_HTTP("411")},
    {"a length that is none", POST("Content-Length: -1\r\n\r\n"), 400, ATTACK_HTTP("400")},
    {"a body over 1 MiB", POST("Content-Length: 99999999\r\n\r\n"), 413, ATTACK_HTTP("413")},
    {"another method", "DELETE /v1/rpc HTTP/1.1\r\nHost: x\r\n\r\n", 405, ATTACK_HTTP("405")},
    {"no HTTP", "\x16\x03\x01\x02\x00\x01\r\n\r\n", 0, ATTACK_ENDED("request")},
    {"two lengths", POST("Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} "), 400,
        ATTACK_HTTP("400")},
    {"a length and chunks", POST("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}"), 411,
        ATTACK_HTTP("411")},
    {"a tunnel", "CONNECT elsewhere:443 HTTP/1.1\r\nHost: x\r\n\r\n", 0, ATTACK_ENDED("request")},
    {"a trace", "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", 0, ATTACK_ENDED("request")},
    {"a proxy's request", "GET http://elsewhere/ HTTP/1.1\r\nHost: x\r\n\r\n", 0,
        ATTACK_ENDED("request")},
    {"HTTP/2 in clear",
        "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n"
        "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
        0, ATTACK_ENDED("request")},
};

static void refused(struct attack *a)
{
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        int status = attack_http(a, requests[i].bytes, strlen(requests[i].bytes));

        attack_saw(a, status == requests[i].status, requests[i].words, status);
        attack_counted(a, requests[i].metric);
    }
}

static void long_header(struct attack *a)
{
    struct buf b;
    int status;

    buf_init(&b, 0);
    buf_add_text(&b, "GET /v1 HTTP/1.1\r\n" UPGRADE "X-Long: ");
    for (int i = 0; i < HEADER_LETTERS; i++)
        buf_add_char(&b, 'x');
    buf_add_text(&b, "\r\n\r\n");
    status = attack_http(a, b.bytes, b.length_bytes);
    attack_saw(a, status == 0, "headers over 8 KiB", status);
    attack_counted(a, ATTACK_ENDED("request"));
    buf_done(&b);
}

/* --- never ending ------------------------------------------------------------------------------ */

static bool is_closed(int fd)
{
    char byte;
    ssize_t n = recv(fd, &byte, 1, MSG_DONTWAIT);

    return n == 0 || (n < 0 && errno != EAGAIN);
}

/* One third says nothing, one a letter of its headers at a time, one a letter of its body. */
static void linger_on(int fds[LINGERING])
{
    for (int i = 0; i < LINGERING; i++)
        if (fds[i] >= 0 && i % 3 != 0)
            (void)send(fds[i], "x", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void begin_lingering(struct attack *a, int fds[LINGERING])
{
    static const char *const begun[] = {
        "", "GET /v1 HTTP/1.1\r\nHost: ", POST("Content-Length: 1000\r\n\r\n{")};

    for (int i = 0; i < LINGERING; i++) {
        fds[i] = client_connect(NULL, attack_from(a), attack_port(a), 0);
        if (fds[i] >= 0)
            (void)send(fds[i], begun[i % 3], strlen(begun[i % 3]), MSG_NOSIGNAL);
        attack_rest(5);
    }
}

static int close_those_cut(struct attack *a, int fds[LINGERING])
{
    int open = 0;

    for (int i = 0; i < LINGERING; i++) {
        if (fds[i] >= 0 && is_closed(fds[i])) {
            close(fds[i]);
            fds[i] = -1;
            attack_counted(a, ATTACK_ENDED("half_open"));
        }
        open += fds[i] >= 0;
    }
    return open;
}

/* Silent sockets, more than the server keeps: who speaks comes in all the same. */
static void crowd(struct attack *a)
{
    int fds[CROWD];
    struct client *c;

    for (int i = 0; i < CROWD; i++) {
        char from[ATTACK_ADDRESS_BYTES];

        snprintf(from, sizeof from, "127.0.8.%d", 1 + i % 10);
        fds[i] = client_connect(NULL, from, attack_port(a), 0);
    }
    c = attack_open(a);
    attack_saw(a, c != NULL, "silence shuts nobody out", 0);
    attack_counted(a, ATTACK_REFUSED("half_open"));
    client_free(c);
    for (int i = 0; i < CROWD; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

void attack_door(struct attack *a)
{
    int fds[LINGERING], open = LINGERING;
    int64_t until_ms = clock_mono().ms + LINGER_MS;

    begin_lingering(a, fds);
    while (open > 0 && clock_mono().ms < until_ms) {
        refused(a);
        long_header(a);
        linger_on(fds);
        attack_rest(TICK_MS);
        open = close_those_cut(a, fds);
    }
    attack_saw(a, open == 0, "handshakes and bodies that never end are cut", open);
    crowd(a);
}
