/* edge_stage.c -- see edge_stage.h. */
#include "edge_stage.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/http.h"
#include "io/loop.h"
#include "io/ws.h"
#include "base/clock.h"
#include "base/log.h"
#include "fuzz.h"

enum { RATE_PER_S = 1000000, PATIENCE_MS = 20000, PING_MS = 60000, CONNECTIONS = 1000 };

static struct loop *loop;
static struct ws *ws;
static int port;
static int open_now, answered;

static void on_opened(void *arg, struct ws_conn *c, const struct ws_hello *hello)
{
    (void)arg;
    FUZZ_MUST(hello->address != NULL);
    ws_set_user(c, c);
    open_now++;
}

/* Every message is whole, short enough and ends with a NUL; it is sent back, as the hub would answer. */
static void on_message(void *user, char *text, size_t length_bytes)
{
    uint8_t frame[EDGE_MESSAGE_BYTES + 10];
    size_t head;

    FUZZ_MUST(length_bytes <= EDGE_MESSAGE_BYTES && text[length_bytes] == '\0');
    head = ws_frame_header(length_bytes, frame);
    memcpy(frame + head, text, length_bytes);
    if (!ws_is_choked(user))
        (void)ws_send(user, frame, head + length_bytes);
}

static void on_drained(void *user)
{
    (void)user;
}

static void on_closed(void *user)
{
    (void)user;
    open_now--;
    FUZZ_MUST(open_now >= 0);
}

static void on_request(void *arg, struct http_request *r)
{
    struct http_response response = {.status = 200, .content_type = "application/json"};
    size_t bytes;
    const char *path = http_path(r), *body = http_body(r, &bytes);

    (void)arg;
    FUZZ_MUST(path != NULL && http_method(r) != NULL && bytes <= EDGE_BODY_BYTES);
    FUZZ_MUST(body == NULL || body[bytes] == '\0');
    (void)http_header(r, "authorization");
    (void)http_header(r, "origin");
    response.body = body != NULL ? body : path;
    response.body_bytes = body != NULL ? bytes : strlen(path);
    http_reply(r, &response);
    answered++;
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

    FUZZ_MUST(fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0);
    FUZZ_MUST(listen(fd, CONNECTIONS) == 0);
    FUZZ_MUST(getsockname(fd, (struct sockaddr *)&at, &bytes) == 0);
    *out_port = ntohs(at.sin_port);
    return fd;
}

void edge_start(void)
{
    struct ws_options o = {.admin_fd = -1,
        .origins = "*",
        .message_bytes = EDGE_MESSAGE_BYTES,
        .body_bytes = EDGE_BODY_BYTES,
        .half_open_max = CONNECTIONS,
        .handshakes_per_s = RATE_PER_S,
        .handshakes_per_address_per_s = RATE_PER_S,
        .ping_ms = PING_MS,
        .connections_max = CONNECTIONS};

    log_set_level(LOG_ERROR);
    loop = loop_new();
    o.listen_fd = listen_on_loopback(&port);
    ws = ws_open(loop, &o, &events, NULL);
    FUZZ_MUST(ws != NULL);
}

static int connect_client(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
        .sin_port = htons((uint16_t)port)};
    struct linger at_once = {.l_onoff = 1};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct pollfd made = {.fd = fd, .events = POLLOUT};

    /* libFuzzer's alarm would interrupt a connect that waits */
    FUZZ_MUST(fd >= 0);
    FUZZ_MUST(connect(fd, (struct sockaddr *)&to, sizeof to) == 0 || errno == EINPROGRESS);
    while (poll(&made, 1, PATIENCE_MS) < 0)
        FUZZ_MUST(errno == EINTR);
    FUZZ_MUST(made.revents == POLLOUT);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    return fd;
}

/* One turn of the server; true: the server has ended the connection. */
static bool turn(int fd)
{
    char sink[4096];
    ssize_t n;

    loop_run_once(loop);
    while ((n = recv(fd, sink, sizeof sink, 0)) > 0)
        ;
    return n == 0 || (n < 0 && errno != EAGAIN);
}

static bool send_all(int fd, const void *bytes, size_t size)
{
    const char *p = bytes;

    while (size > 0) {
        ssize_t n = send(fd, p, size, MSG_NOSIGNAL);

        if (n < 0 && errno != EAGAIN)
            return false;
        if (n > 0) {
            p += n;
            size -= (size_t)n;
        } else if (turn(fd)) {
            return false;
        }
    }
    return true;
}

void edge_play(const char *head, const uint8_t *bytes, size_t size)
{
    int64_t end_ms = clock_mono().ms + PATIENCE_MS;
    struct ws_counts counts;
    int fd = connect_client();

    if (send_all(fd, head, strlen(head)) && send_all(fd, bytes, size))
        shutdown(fd, SHUT_WR);
    while (!turn(fd))
        FUZZ_MUST(clock_mono().ms < end_ms);
    close(fd);
    do { /* the server's side of it is gone too */
        loop_run_once(loop);
        counts = ws_count(ws);
        FUZZ_MUST(clock_mono().ms < end_ms);
    } while (counts.open > 0 || counts.half_open > 0 || open_now > 0);
}
