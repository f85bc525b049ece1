/* client.c -- the socket: connecting, frames, reading. */
#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/crypto.h"
#include "io/json.h"
#include "base/mem.h"
#include "client_private.h"

enum {
    HANDSHAKE_MS = 10000,
    SEND_MS = 10000,
    READ_BYTES = 65536,
    HEAD_MAX_BYTES = 8192,
    ABNORMAL = 1006
};
enum { OP_TEXT = 1, OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10 };

/* --- sockets ----------------------------------------------------------------------------------- */

bool client_poll(int fd, short events, int timeout_ms)
{
    struct pollfd p = {.fd = fd, .events = events};
    int64_t until_ms = clock_mono().ms + timeout_ms;
    int n;

    do {
        n = poll(&p, 1, timeout_ms);
        timeout_ms = (int)(until_ms - clock_mono().ms);
    } while (n < 0 && errno == EINTR && timeout_ms > 0);
    return n > 0;
}

/* From an address of one's own; the port is chosen when it connects, as without. */
static bool bind_to(int fd, const char *from)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    int on = 1;

    return from == NULL ||
           (setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on) == 0 &&
               inet_pton(AF_INET, from, &at.sin_addr) == 1 &&
               bind(fd, (struct sockaddr *)&at, sizeof at) == 0);
}

/* An address, or a name that stands for one; NULL: 127.0.0.1. */
static bool look_up(const char *host, struct in_addr *out)
{
    struct addrinfo wanted = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found = NULL;

    if (inet_pton(AF_INET, host == NULL ? "127.0.0.1" : host, out) == 1)
        return true;
    if (getaddrinfo(host, NULL, &wanted, &found) != 0)
        return false;
    *out = ((const struct sockaddr_in *)(const void *)found->ai_addr)->sin_addr;
    freeaddrinfo(found);
    return true;
}

int client_connect(const char *host, const char *from, int port, int receive_bytes)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int one = 1;

    if (fd < 0 || !look_up(host, &to.sin_addr) || !bind_to(fd, from)) {
        if (fd >= 0)
            close(fd);
        return -1;
    }
    if (receive_bytes > 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        int problem = 0;
        socklen_t size = sizeof problem;

        if (errno != EINPROGRESS || !client_poll(fd, POLLOUT, HANDSHAKE_MS) ||
            getsockopt(fd, SOL_SOCKET, SO_ERROR, &problem, &size) != 0 || problem != 0) {
            close(fd);
            return -1;
        }
    }
    return fd;
}

void client_lost(struct client *c, int code)
{
    if (!c->is_open)
        return;
    c->is_open = false;
    if (c->close_code == 0)
        c->close_code = code;
    if (c->set != NULL)
        client_set_remove(c->set, c);
    client_tls_free(c);
    close(c->fd);
    c->fd = -1;
}

bool client_send_raw(struct client *c, const void *bytes, size_t length_bytes)
{
    const char *p = bytes;

    while (length_bytes > 0 && c->is_open) {
        ssize_t n = c->tls != NULL ? client_tls_send(c, p, length_bytes)
                                   : send(c->fd, p, length_bytes, MSG_NOSIGNAL);

        if (n > 0) {
            p += n;
            length_bytes -= (size_t)n;
        } else if (n < 0 && errno == EAGAIN) {
            if (!client_poll(c->fd, POLLOUT, SEND_MS))
                client_lost(c, ABNORMAL);
        } else if (n < 0 && errno != EINTR) {
            if (errno != EPIPE && errno != ECONNRESET)
                client_lost(c, ABNORMAL);
            return false; /* what the server said last may still be read */
        }
    }
    return c->is_open;
}

/* --- opening ----------------------------------------------------------------------------------- */

static bool send_upgrade(struct client *c, const struct client_options *o)
{
    uint8_t random[16];
    char key[32];
    size_t key_bytes;
    struct buf b;
    bool sent;

    crypto_random(random, sizeof random);
    key_bytes = crypto_b64_encode(random, sizeof random, key, sizeof key);
    for (size_t i = 0; i < key_bytes; i++)
        key[i] = key[i] == '-' ? '+' : key[i] == '_' ? '/' : key[i];
    buf_init(&b, 0);
    buf_printf(&b,
        "GET %s HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: %s==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: clubhub.v1\r\n",
        o->path == NULL ? "/v1" : o->path, o->host == NULL ? "127.0.0.1" : o->host, o->port, key);
    if (o->authorization != NULL)
        buf_printf(&b, "Authorization: %s\r\n", o->authorization);
    if (o->origin != NULL)
        buf_printf(&b, "Origin: %s\r\n", o->origin);
    buf_add_text(&b, "\r\n");
    sent = client_send_raw(c, b.bytes, b.length_bytes);
    buf_done(&b);
    return sent;
}

/* Reads once into c->in.  False: the socket is gone. */
static bool read_some(struct client *c)
{
    char bytes[READ_BYTES];
    ssize_t n;

    do { /* what OpenSSL holds makes no descriptor readable */
        n = c->tls != NULL ? client_tls_recv(c, bytes, sizeof bytes)
                           : recv(c->fd, bytes, sizeof bytes, 0);
        if (n > 0) {
            c->bytes_read += (size_t)n;
            buf_add(&c->in, bytes, (size_t)n);
        }
    } while (n > 0 && c->tls != NULL && client_tls_holds(c));
    if (n > 0)
        return true;
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    client_lost(c, ABNORMAL);
    return false;
}

static void drop_read(struct client *c, size_t length_bytes)
{
    memmove(c->in.bytes, c->in.bytes + length_bytes, c->in.length_bytes - length_bytes);
    c->in.length_bytes -= length_bytes;
}

/* Waits for the head of the answer; returns its status, 0: none. */
static int read_upgrade(struct client *c, unsigned timeout_ms)
{
    int64_t until_ms = clock_mono().ms + (timeout_ms == 0 ? HANDSHAKE_MS : (int64_t)timeout_ms);

    for (;;) {
        const char *end =
            c->in.length_bytes == 0 ? NULL : memmem(c->in.bytes, c->in.length_bytes, "\r\n\r\n", 4);
        int64_t left_ms = until_ms - clock_mono().ms;

        if (end != NULL) {
            int status = 0;

            if (sscanf(c->in.bytes, "HTTP/1.1 %d", &status) != 1)
                return 0;
            drop_read(c, (size_t)(end + 4 - c->in.bytes));
            return status;
        }
        if (left_ms <= 0 || c->in.length_bytes > HEAD_MAX_BYTES ||
            !client_poll(c->fd, POLLIN, (int)left_ms) || !read_some(c))
            return 0;
    }
}

struct client *client_open(const struct client_options *o, int *out_status)
{
    struct client *c = mem_zalloc(sizeof *c);
    int status = 0;

    buf_init(&c->in, 0);
    buf_init(&c->fragment, 0);
    c->fd = client_connect(o->host, o->from, o->port, o->receive_bytes);
    c->is_open = c->fd >= 0;
    if (c->is_open && client_tls_begin(c, o->timeout_ms == 0 ? HANDSHAKE_MS : (int)o->timeout_ms) &&
        send_upgrade(c, o))
        status = read_upgrade(c, o->timeout_ms);
    if (out_status != NULL)
        *out_status = status;
    if (status != 101) {
        client_free(c);
        return NULL;
    }
    return c;
}

int client_http_status(
    const struct client_options *o, const char *bytes, size_t length_bytes, int timeout_ms)
{
    struct client *c = mem_zalloc(sizeof *c);
    int status = -1;

    buf_init(&c->in, 0);
    buf_init(&c->fragment, 0);
    c->fd = client_connect(o->host, o->from, o->port, o->receive_bytes);
    c->is_open = c->fd >= 0;
    if (c->is_open && client_tls_begin(c, timeout_ms)) {
        (void)client_send_raw(c, bytes, length_bytes);
        status = read_upgrade(c, (unsigned)timeout_ms);
    }
    client_free(c);
    return status;
}

struct client *client_sign_in(const struct client_options *o, const char *token)
{
    struct client *c = client_open(o, NULL);
    struct client_message *reply;
    char params[1200];
    bool fine;

    if (c == NULL)
        return NULL;
    snprintf(params, sizeof params, "{\"token\":\"%s\"}", token);
    reply = client_call(
        c, "session.auth", params, o->timeout_ms == 0 ? HANDSHAKE_MS : (int)o->timeout_ms);
    fine = reply != NULL && reply->result != NULL;
    client_message_free(reply);
    if (!fine) {
        client_free(c);
        return NULL;
    }
    return c;
}

void client_free(struct client *c)
{
    if (c == NULL)
        return;
    client_lost(c, ABNORMAL);
    while (c->first != NULL) {
        struct client_message *m = c->first;

        c->first = m->next;
        client_message_free(m);
    }
    buf_done(&c->in);
    buf_done(&c->fragment);
    mem_free(c);
}

bool client_is_open(const struct client *c)
{
    return c->is_open;
}

int client_close_code(const struct client *c)
{
    return c->is_open ? 0 : c->close_code;
}

int client_fd(const struct client *c)
{
    return c->fd;
}

size_t client_bytes_read(const struct client *c)
{
    return c->bytes_read;
}

/* --- frames out -------------------------------------------------------------------------------- */

bool client_send_frame(
    struct client *c, int opcode, bool is_final, const void *bytes, size_t length_bytes)
{
    static const uint8_t mask[4] = {0x5a, 0xc3, 0x17, 0x88};
    const uint8_t *from = bytes;
    uint8_t head[14] = {0};
    size_t head_bytes = 2;
    struct buf b;
    char *to;
    bool sent;

    head[0] = (uint8_t)((is_final ? 0x80 : 0) | opcode);
    if (length_bytes < 126) {
        head[1] = (uint8_t)(0x80 | length_bytes);
    } else if (length_bytes < 65536) {
        head[1] = 0x80 | 126;
        head_bytes = 4;
    } else {
        head[1] = 0x80 | 127;
        head_bytes = 10;
    }
    for (size_t i = 2; i < head_bytes; i++)
        head[i] = (uint8_t)(length_bytes >> (8 * (head_bytes - 1 - i)));
    memcpy(head + head_bytes, mask, 4);
    buf_init(&b, 0);
    buf_add(&b, head, head_bytes + 4);
    to = buf_reserve(&b, length_bytes);
    for (size_t i = 0; i < length_bytes; i++)
        to[i] = (char)(from[i] ^ mask[i & 3]);
    b.length_bytes += length_bytes;
    sent = client_send_raw(c, b.bytes, b.length_bytes);
    buf_done(&b);
    return sent;
}

bool client_send(struct client *c, const char *text, size_t length_bytes)
{
    return client_send_frame(c, OP_TEXT, true, text, length_bytes);
}

void client_close(struct client *c, int code)
{
    uint8_t payload[2] = {(uint8_t)(code >> 8), (uint8_t)code};

    client_send_frame(c, OP_CLOSE, true, payload, sizeof payload);
}

/* --- frames in --------------------------------------------------------------------------------- */

static void on_close_frame(struct client *c, const uint8_t *payload, size_t length_bytes)
{
    c->close_code = length_bytes >= 2 ? payload[0] << 8 | payload[1] : 1005;
    client_send_frame(c, OP_CLOSE, true, payload, length_bytes < 2 ? 0 : 2);
    client_lost(c, c->close_code);
}

static void on_frame(
    struct client *c, const uint8_t *frame, const uint8_t *payload, size_t length_bytes)
{
    int opcode = frame[0] & 0x0f;
    bool is_final = (frame[0] & 0x80) != 0;

    if (opcode == OP_PING) {
        client_send_frame(c, OP_PONG, true, payload, length_bytes);
    } else if (opcode == OP_CLOSE) {
        on_close_frame(c, payload, length_bytes);
    } else if (opcode == OP_PONG) {
        return;
    } else if (is_final && c->fragment.length_bytes == 0) {
        client_receive(c, (const char *)payload, length_bytes);
    } else {
        buf_add(&c->fragment, payload, length_bytes);
        if (is_final) {
            client_receive(c, c->fragment.bytes, c->fragment.length_bytes);
            buf_clear(&c->fragment);
        }
    }
}

/* The frame at `p`: its head's length and its payload's, false: not all there. */
static bool measure(const uint8_t *p, size_t there_bytes, size_t *out_head, size_t *out_payload)
{
    size_t head = 2, length;

    if (there_bytes < 2)
        return false;
    length = p[1] & 0x7f;
    if (length >= 126) {
        head = length == 126 ? 4 : 10;
        if (there_bytes < head)
            return false;
        length = 0;
        for (size_t i = 2; i < head; i++)
            length = length << 8 | p[i];
    }
    *out_head = head;
    *out_payload = length;
    return there_bytes - head >= length;
}

void client_take_frames(struct client *c)
{
    size_t at = 0, head, payload;

    while (c->is_open && at < c->in.length_bytes &&
           measure((const uint8_t *)c->in.bytes + at, c->in.length_bytes - at, &head, &payload)) {
        const uint8_t *frame = (const uint8_t *)c->in.bytes + at;

        at += head + payload;
        on_frame(c, frame, frame + head, payload);
    }
    if (at > 0)
        drop_read(c, at);
    if (c->in.length_bytes == 0 && c->in.capacity_bytes > READ_BYTES)
        buf_shrink(&c->in);
}

bool client_pump(struct client *c, int timeout_ms)
{
    client_take_frames(c); /* what came with the handshake */
    if (!c->is_open)
        return false;
    if (client_poll(c->fd, POLLIN, timeout_ms) && read_some(c))
        client_take_frames(c);
    return c->is_open;
}

/* --- many -------------------------------------------------------------------------------------- */

struct client_set {
    int fd;
};

struct client_set *client_set_new(void)
{
    struct client_set *s = mem_zalloc(sizeof *s);

    s->fd = epoll_create1(EPOLL_CLOEXEC);
    return s;
}

void client_set_free(struct client_set *s)
{
    if (s == NULL)
        return;
    close(s->fd);
    mem_free(s);
}

void client_set_add(struct client_set *s, struct client *c)
{
    struct epoll_event e = {.events = EPOLLIN, .data = {.ptr = c}};

    client_take_frames(c);
    if (c->is_open && epoll_ctl(s->fd, EPOLL_CTL_ADD, c->fd, &e) == 0)
        c->set = s;
}

void client_set_remove(struct client_set *s, struct client *c)
{
    if (c->set == s && c->fd >= 0)
        epoll_ctl(s->fd, EPOLL_CTL_DEL, c->fd, NULL);
    c->set = NULL;
}

int client_set_pump(struct client_set *s, int timeout_ms)
{
    struct epoll_event ready[256];
    int n = epoll_wait(s->fd, ready, 256, timeout_ms);

    for (int i = 0; i < n; i++) {
        struct client *c = ready[i].data.ptr;

        if (c->set == s && c->is_open && read_some(c))
            client_take_frames(c);
    }
    return n < 0 ? 0 : n;
}

void client_set_run(struct client_set *s, int duration_ms)
{
    int64_t until_ms = clock_mono().ms + duration_ms;

    for (int64_t left_ms = duration_ms; left_ms > 0; left_ms = until_ms - clock_mono().ms)
        client_set_pump(s, (int)left_ms);
}
