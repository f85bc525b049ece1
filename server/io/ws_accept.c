/* ws_accept.c -- who may come in: the listeners, limits per address and per process, the judgement of a handshake.
 *
 * At the door nothing is refused: above half_open_max the oldest half-open socket is dropped for the new one.  Every
 * refusal waits for the request, so that the peer gets a proper answer with Retry-After.
 */
#include "io/ws.h"

#include "io/loop.h"
#include "io/ws_private.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"

#include <libwebsockets.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum {
    ACCEPTS_PER_TURN = 64,
    SEND_BUFFER_BYTES = 65536, /* the kernel doubles it; caps what a stalled reader pins */
    NOT_SENT_BYTES = 32768,    /* beyond it the backlog stays with us, as a cursor */
    SILENT_MS = 30000          /* a peer that acknowledges nothing for so long is gone */
};

static void on_public(void *arg, bool readable, bool writable);
static void on_admin(void *arg, bool readable, bool writable);

/* --- addresses ------------------------------------------------------------------------------- */

static int64_t second_of(const struct ws *w)
{
    (void)w;
    return clock_mono().ms / 1000;
}

/* The key of a peer: IPv4 whole, IPv6 its /64; and its text. */
static void key_of(const struct sockaddr_storage *peer, uint8_t key[16], char text[46])
{
    memset(key, 0, 16);
    text[0] = '\0';
    if (peer->ss_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)peer;

        memcpy(key, &in->sin_addr, 4);
        (void)inet_ntop(AF_INET, &in->sin_addr, text, 46);
    } else if (peer->ss_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)(const void *)peer;

        if (IN6_IS_ADDR_V4MAPPED(&in->sin6_addr)) {
            memcpy(key, in->sin6_addr.s6_addr + 12, 4);
            (void)inet_ntop(AF_INET, in->sin6_addr.s6_addr + 12, text, 46);
            return;
        }
        memcpy(key, in->sin6_addr.s6_addr, 8);
        key[15] = 6;
        (void)inet_ntop(AF_INET6, &in->sin6_addr, text, 46);
    }
}

static struct ws_address *address_of(struct ws *w, const struct sockaddr_storage *peer)
{
    uint8_t key[16];
    char text[46];
    struct ws_address *a;

    key_of(peer, key, text);
    a = map_text_get(w->addresses, (const char *)key, sizeof key);
    if (a == NULL) {
        a = mem_zalloc(sizeof *a);
        list_node_init(&a->idle);
        memcpy(a->key, key, sizeof key);
        memcpy(a->text, text, sizeof text);
        map_text_set(w->addresses, (const char *)key, sizeof key, a);
    }
    if (list_is_linked(&a->idle))
        list_remove(&w->idle_addresses, &a->idle);
    a->open++;
    return a;
}

void ws_accept_release(struct ws *w, struct ws_address *a)
{
    if (a == NULL || --a->open > 0)
        return;
    list_append(&w->idle_addresses, &a->idle); /* its handshakes of this second still count */
}

static void forget_idle_addresses(struct ws *w)
{
    int64_t now = second_of(w);

    for (size_t left = w->idle_addresses.count; left > 0; left--) {
        struct ws_address *a = LIST_ITEM(list_first(&w->idle_addresses), struct ws_address, idle);

        list_remove(&w->idle_addresses, &a->idle);
        if (a->handshakes.second == now || a->tls.second == now) {
            list_append(&w->idle_addresses, &a->idle);
            continue;
        }
        (void)map_text_remove(w->addresses, (const char *)a->key, sizeof a->key);
        mem_free(a);
    }
}

/* --- judging a handshake --------------------------------------------------------------------- */

static bool origin_is_allowed(const char *allowed, const char *origin, size_t origin_bytes)
{
    const char *word = allowed;

    while (*word != '\0') {
        size_t length = strcspn(word, " ");

        if (length == 1 && word[0] == '*')
            return true;
        if (length == origin_bytes && strncasecmp(word, origin, length) == 0)
            return true;
        word += length;
        word += strspn(word, " ");
    }
    return false;
}

static bool has_fair_origin(const struct ws_conn *c)
{
    char origin[256];
    int length = lws_hdr_total_length(c->wsi, WSI_TOKEN_ORIGIN);

    if (length <= 0)
        return true; /* not a browser */
    if (lws_hdr_copy(c->wsi, origin, sizeof origin, WSI_TOKEN_ORIGIN) != length)
        return false;
    return origin_is_allowed(c->server->options->origins, origin, (size_t)length);
}

static bool asks_for_v1(const struct ws_conn *c)
{
    char path[8];

    return lws_hdr_total_length(c->wsi, WSI_TOKEN_GET_URI) == 3 &&
           lws_hdr_copy(c->wsi, path, sizeof path, WSI_TOKEN_GET_URI) == 3 &&
           memcmp(path, "/v1", 3) == 0;
}

static bool speaks_version_13(const struct ws_conn *c)
{
    char version[8];

    return lws_hdr_copy(c->wsi, version, sizeof version, WSI_TOKEN_VERSION) == 2 &&
           memcmp(version, "13", 2) == 0;
}

/* Counts one handshake of this second; false above the limit (0: no limit). */
static bool take(int64_t now, struct ws_rate *r, int limit)
{
    if (r->second != now) {
        r->second = now;
        r->count = 0;
    }
    if (limit > 0 && r->count >= limit)
        return false;
    r->count++;
    return true;
}

/* Each address has its share before the worker's is touched: one alone does not use it up. */
bool ws_accept_judge_tls(struct ws_conn *c)
{
    struct ws *w = c->server;
    const struct ws_options *o = w->options;
    int64_t now = second_of(w);

    c->tls_asked = true;
    if (!take(now, &c->address->tls, o->tls_handshakes_per_address_per_s) ||
        !take(now, &w->tls_rate, o->tls_handshakes_per_s)) {
        w->counts->refused_tls++;
        c->tls_done = true;
        c->refusal = 503; /* nobody will read it; its end was counted here */
        return false;
    }
    w->counts->tls_handshakes++;
    return true;
}

int ws_accept_judge(struct ws_conn *c)
{
    struct ws *w = c->server;
    int64_t now = second_of(w);

    if (c->refusal != 0)
        return c->refusal;
    if (!w->accepting)
        return 503;
    if (c->admin || !asks_for_v1(c))
        return 404;
    if (!speaks_version_13(c))
        return 426;
    if (!has_fair_origin(c)) {
        w->counts->refused_origin++;
        return 403;
    }
    if (!take(now, &c->address->handshakes, w->options->handshakes_per_address_per_s)) {
        w->counts->refused_rate++;
        return 429;
    }
    if (!take(now, &w->handshakes, w->options->handshakes_per_s)) {
        w->counts->refused_rate++;
        return 503;
    }
    return 0;
}

/* --- accepting ------------------------------------------------------------------------------- */

/* What is refused whatever it will ask for. */
static uint16_t refusal_of(struct ws *w, const struct ws_conn *c)
{
    const struct ws_options *o = w->options;

    if (c->admin)
        return 0;
    if (o->per_address_max > 0 && c->address->open > o->per_address_max) {
        w->counts->refused_address++;
        return 429;
    }
    if (w->counts->open + (int)w->requests.count >= o->connections_max) {
        w->counts->refused_full++;
        return 503;
    }
    return 0;
}

static void adopt(struct ws *w, int fd, const struct sockaddr_storage *peer, bool admin)
{
    struct ws_conn *c = mem_zalloc(sizeof *c);

    list_node_init(&c->node);
    list_node_init(&c->doomed);
    c->server = w;
    c->fd = fd;
    c->admin = admin;
    c->tls = !admin && w->options->cert_file != NULL;
    c->seen_ms = w->now_ms;
    c->address = address_of(w, peer);
    c->refusal = refusal_of(w, c);
    w->adopting = c;
    c->wsi =
        lws_adopt_socket_vhost(admin ? w->admin_vhost : w->vhost, fd); /* owns fd from here on */
    w->adopting = NULL;
    if (c->wsi == NULL) {
        w->counts->ended_tls += c->tls && !c->tls_done;
        ws_forget(c);
        return;
    }
    ws_tls_adopted(c);
    lws_set_opaque_user_data(c->wsi, c);
    lws_set_timeout(c->wsi, NO_PENDING_TIMEOUT, 0); /* ours is the list half_open */
    ws_move(c, &w->half_open);
}

/* Who says nothing shuts nobody out: the one that has been half open for longest goes.  An honest handshake takes a
 * moment, so it is hardly ever the oldest.
 */
static void make_way(struct ws *w)
{
    w->counts->refused_half_open++;
    ws_cut(LIST_ITEM(list_first(&w->half_open), struct ws_conn, node));
}

static void accept_some(struct ws *w, int listen_fd, struct loop_watch *listener, bool admin)
{
    for (int i = 0; i < ACCEPTS_PER_TURN && w->accepting; i++) {
        struct sockaddr_storage peer = {0};
        socklen_t peer_bytes = sizeof peer;
        int fd =
            accept4(listen_fd, (struct sockaddr *)&peer, &peer_bytes, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
            log_warn("accept_failed", "errno=%d", errno);
            w->out_of_descriptors = true; /* until the next tick; the listener stays readable */
            loop_watch_set(listener, false, false);
        }
        if (fd < 0)
            return;
        if (!admin && (int)w->half_open.count >= w->options->half_open_max)
            make_way(w);
        adopt(w, fd, &peer, admin);
    }
}

static void on_public(void *arg, bool readable, bool writable)
{
    struct ws *w = arg;

    (void)readable;
    (void)writable;
    accept_some(w, w->options->listen_fd, w->listener, false);
}

static void on_admin(void *arg, bool readable, bool writable)
{
    struct ws *w = arg;

    (void)readable;
    (void)writable;
    accept_some(w, w->options->admin_fd, w->admin_listener, true);
}

/* Accepted sockets inherit all of this, which saves them the calls. */
static void tune(int listen_fd)
{
    int on = 1, idle_s = 60, interval_s = 10, buffer = SEND_BUFFER_BYTES, unsent = NOT_SENT_BYTES,
        silent = SILENT_MS;

    (void)setsockopt(listen_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)setsockopt(listen_fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    (void)setsockopt(listen_fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
    (void)setsockopt(listen_fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &silent, sizeof silent);
    (void)setsockopt(listen_fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    (void)setsockopt(listen_fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
    (void)setsockopt(listen_fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval_s, sizeof interval_s);
}

void ws_accept_start(struct ws *w)
{
    w->accepting = true;
    tune(w->options->listen_fd);
    w->listener = loop_watch_new(w->loop, w->options->listen_fd, on_public, w);
    loop_watch_set(w->listener, true, false);
    if (w->options->admin_fd >= 0) {
        w->admin_listener = loop_watch_new(w->loop, w->options->admin_fd, on_admin, w);
        loop_watch_set(w->admin_listener, true, false);
    }
}

void ws_accept_tick(struct ws *w)
{
    forget_idle_addresses(w);
    if (w->out_of_descriptors && w->accepting) {
        w->out_of_descriptors = false;
        loop_watch_set(w->listener, true, false);
        if (w->admin_listener != NULL)
            loop_watch_set(w->admin_listener, true, false);
    }
}

void ws_accept_stop(struct ws *w)
{
    w->accepting = false;
    loop_watch_free(w->listener);
    loop_watch_free(w->admin_listener);
    w->listener = w->admin_listener = NULL;
}
