/* crowd.c -- see crowd.h. */
#include "crowd.h"
#include "crowd_tls.h"
#include "report.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { OP_TEXT = 1, OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10 };
enum { READ_BYTES = 262144, EVENTS = 512, HEADER_MAX = 10, PER_SOURCE = 4000, SEND_MAX = 65536 };

struct client {
    int fd;
    struct crowd_tls *tls; /* NULL: plain */
    bool is_raw;
    uint8_t header[HEADER_MAX];
    uint32_t header_bytes;
    uint64_t left; /* payload still to come of the frame under way */
    char *partial; /* payload so far, when a frame came in pieces */
    size_t partial_bytes;
    uint8_t opcode;
};

struct crowd {
    struct client *clients;
    int count, max, epoll_fd;
    bool is_tls;
    crowd_frame_fn *on_frame;
    void *arg;
    uint64_t bytes, frames;
    char read_buffer[READ_BYTES];
};

static void die(const char *what)
{
    fprintf(stderr, "crowd: %s: %s\n", what, strerror(errno));
    exit(1);
}

struct crowd *crowd_new(int clients_max, crowd_frame_fn *on_frame, void *arg)
{
    struct crowd *c = calloc(1, sizeof *c);

    if (c == NULL)
        die("memory");
    c->clients = calloc((size_t)clients_max, sizeof *c->clients);
    c->max = clients_max;
    c->on_frame = on_frame;
    c->arg = arg;
    c->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    return c;
}

void crowd_use_tls(struct crowd *c)
{
    c->is_tls = true;
}

void crowd_free(struct crowd *c)
{
    struct linger reset = {.l_onoff = 1, .l_linger = 0};

    for (int i = 0; i < c->count; i++) {
        setsockopt(c->clients[i].fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        crowd_tls_free(c->clients[i].tls);
        close(c->clients[i].fd);
        free(c->clients[i].partial);
    }
    close(c->epoll_fd);
    free(c->clients);
    free(c);
}

static int dial(int index, int port)
{
    struct sockaddr_in from = {.sin_family = AF_INET},
                       to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)(index / PER_SOURCE));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0)
        die("socket");
    setsockopt(fd, IPPROTO_IP, 24 /* IP_BIND_ADDRESS_NO_PORT */, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&from, sizeof from) != 0 ||
        connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
        die("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

static void read_byte(const struct client *k, char *out)
{
    struct pollfd readable = {.fd = k->fd, .events = POLLIN};
    ssize_t n;

    while ((n = crowd_tls_read(k->tls, k->fd, out, 1)) < 0 && errno == EAGAIN)
        (void)poll(&readable, 1, -1);
    if (n != 1)
        die("handshake answer");
}

static void upgrade(const struct client *k, const char *headers)
{
    char request[4096], answer[2048];
    size_t got = 0;
    int n = snprintf(request, sizeof request,
        "GET /v1 HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s\r\n",
        headers);

    if (crowd_tls_write(k->tls, k->fd, request, (size_t)n) != n)
        die("handshake");
    do { /* byte by byte: what follows the headers belongs to the frames */
        if (got == sizeof answer - 1)
            die("handshake answer");
        read_byte(k, answer + got);
        answer[++got] = '\0';
    } while (got < 4 || memcmp(answer + got - 4, "\r\n\r\n", 4) != 0);
    if (strncmp(answer, "HTTP/1.1 101", 12) != 0) {
        fprintf(stderr, "crowd: not upgraded: %.60s\n", answer);
        exit(1);
    }
}

int crowd_add(struct crowd *c, int port, bool is_upgraded, const char *headers)
{
    struct client *client = &c->clients[c->count];
    struct epoll_event e = {.events = EPOLLIN, .data = {.u32 = (uint32_t)c->count}};

    if (c->count == c->max)
        die("too many clients");
    client->fd = dial(c->count, port);
    client->is_raw = !is_upgraded;
    client->tls = c->is_tls ? crowd_tls_open(client->fd) : NULL;
    if (is_upgraded)
        upgrade(client, headers);
    if (epoll_ctl(c->epoll_fd, EPOLL_CTL_ADD, client->fd, &e) != 0)
        die("epoll");
    return c->count++;
}

static void send_frame(
    struct crowd *c, int index, uint8_t opcode, const char *text, size_t length_bytes)
{
    static uint8_t frame[SEND_MAX + 8];
    size_t at = 2;

    if (length_bytes > SEND_MAX - 8)
        die("message too long");
    frame[0] = (uint8_t)(0x80 | opcode);
    if (length_bytes < 126) {
        frame[1] = (uint8_t)(0x80 | length_bytes);
    } else {
        frame[1] = 0x80 | 126;
        frame[2] = (uint8_t)(length_bytes >> 8);
        frame[3] = (uint8_t)length_bytes;
        at = 4;
    }
    memset(frame + at, 0, 4); /* a mask of zeros leaves the text as it is */
    memcpy(frame + at + 4, text, length_bytes);
    if (crowd_tls_write(c->clients[index].tls, c->clients[index].fd, frame, at + 4 + length_bytes) <
        0)
        die("send");
}

void crowd_send(struct crowd *c, int index, const char *text, size_t length_bytes)
{
    send_frame(c, index, OP_TEXT, text, length_bytes);
}

/* Bytes the frame header needs, known from its first two. */
static uint32_t header_need(const struct client *k)
{
    uint8_t length = k->header[1] & 0x7f;

    if (k->header_bytes < 2)
        return 2;
    return length == 127 ? 10 : length == 126 ? 4 : 2;
}

static uint64_t payload_length(const struct client *k)
{
    uint64_t n = 0;
    uint32_t need = header_need(k);

    if (need == 2)
        return k->header[1] & 0x7f;
    for (uint32_t i = 2; i < need; i++)
        n = n << 8 | k->header[i];
    return n;
}

static void end_frame(struct crowd *c, int index, const char *payload, size_t length_bytes)
{
    struct client *k = &c->clients[index];

    k->header_bytes = 0;
    if (k->opcode == OP_PING) {
        send_frame(c, index, OP_PONG, payload, length_bytes);
    } else if (k->opcode == OP_TEXT) {
        c->frames++;
        if (c->on_frame != NULL)
            c->on_frame(c->arg, index, payload, length_bytes);
    } else if (k->opcode == OP_CLOSE) {
        fprintf(stderr, "crowd: client %d was closed\n", index);
        exit(1);
    }
}

static void keep(struct client *k, const char *bytes, size_t n)
{
    k->partial = realloc(k->partial, k->partial_bytes + n);
    memcpy(k->partial + k->partial_bytes, bytes, n);
    k->partial_bytes += n;
}

static void take(struct crowd *c, int index, const char *bytes, size_t n)
{
    struct client *k = &c->clients[index];

    while (n > 0) {
        if (k->left == 0 && (k->header_bytes < 2 || k->header_bytes < header_need(k))) {
            k->header[k->header_bytes++] = (uint8_t)*bytes++;
            n--;
            if (k->header_bytes < 2 || k->header_bytes < header_need(k))
                continue;
            k->opcode = k->header[0] & 0x0f;
            k->left = payload_length(k);
            if (k->left == 0)
                end_frame(c, index, "", 0);
            continue;
        }
        if (k->partial_bytes == 0 && n >= k->left) {
            size_t whole = k->left;

            k->left = 0;
            end_frame(c, index, bytes, whole);
            bytes += whole;
            n -= whole;
        } else {
            size_t part = n < k->left ? n : k->left;

            keep(k, bytes, part);
            k->left -= part;
            bytes += part;
            n -= part;
            if (k->left == 0) {
                end_frame(c, index, k->partial, k->partial_bytes);
                k->partial_bytes = 0;
            }
        }
    }
}

int crowd_poll(struct crowd *c, int wait_ms)
{
    struct epoll_event events[EVENTS];
    uint64_t before = c->frames;
    int n = epoll_wait(c->epoll_fd, events, EVENTS, wait_ms), reads = 0;

    for (int i = 0; i < n; i++) {
        int index = (int)events[i].data.u32;
        ssize_t got = crowd_tls_read(
            c->clients[index].tls, c->clients[index].fd, c->read_buffer, sizeof c->read_buffer);

        if (got <= 0) {
            if (got < 0 && (errno == EAGAIN || errno == EINTR))
                continue;
            fprintf(stderr, "crowd: client %d lost its connection\n", index);
            exit(1);
        }
        c->bytes += (uint64_t)got;
        reads++;
        if (!c->clients[index].is_raw)
            take(c, index, c->read_buffer, (size_t)got);
    }
    return c->frames == before ? reads : (int)(c->frames - before);
}

void crowd_wait(struct crowd *c, uint64_t frames, int seconds)
{
    double until = report_now_s() + seconds;

    while (c->frames < frames) {
        crowd_poll(c, 10);
        if (report_now_s() > until) {
            fprintf(stderr, "crowd: %llu of %llu frames came\n", (unsigned long long)c->frames,
                (unsigned long long)frames);
            exit(1);
        }
    }
}

uint64_t crowd_bytes(const struct crowd *c)
{
    return c->bytes;
}

uint64_t crowd_frames(const struct crowd *c)
{
    return c->frames;
}

int crowd_count(const struct crowd *c)
{
    return c->count;
}
