/* ws.h -- the network edge: one listener, WebSocket connections and HTTP requests over libwebsockets, which stays
 * inside ws.c (sockets) and http.c (requests).
 *
 * Incoming   `message` gets whole text messages (fragments joined, at most message_bytes; longer: closed 1009; binary:
 *            closed 1003).  UTF-8 is checked by json_parse, not here.  A message has WS_PIECES_MAX pieces at most
 *            (1009) and is whole within three times ping_ms (1008).
 * Outgoing   ws_send hands ready-made frames to the socket with one raw write.  Call it only when !ws_is_choked():
 *            what the kernel does not take at once is kept by libwebsockets and makes the connection choked until
 *            `drained` tells that it has gone out.
 * Ownership  a connection lives until `closed` has returned (called exactly once for each `opened`)
 * Liveness   pings after ping_ms of silence; two missed pongs close.  All inside ws.c.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct ws;
struct ws_conn;
struct http_request;

/* A piece is a fragment, or what one read brings of it. */
enum { WS_PIECES_MAX = 4096, WS_STATUSES_MAX = 20 };

/* What the client said before the upgrade; borrowed until `opened` returns. */
struct ws_hello {
    const char *authorization; /* header, or NULL */
    const char *ticket;        /* ?ticket=, or NULL */
    const char *accept_language;
    const char *user_agent;
    const char *address; /* peer, numeric */
};

struct ws_events {
    /* Upgraded; set ws_set_user here. */
    void (*opened)(void *arg, struct ws_conn *c, const struct ws_hello *hello);
    /* NUL-terminated, may be modified. */
    void (*message)(void *user, char *text, size_t length_bytes);
    void (*drained)(void *user); /* no longer choked */
    void (*closed)(void *user);  /* gone; free your side */
    /* A complete HTTP request.  Answer it with http_reply(), at once or later. */
    void (*request)(void *arg, struct http_request *r);
};

struct ws_options {
    int listen_fd;       /* bound and listening, SO_REUSEPORT; owned by the caller */
    int admin_fd;        /* listening, plain HTTP, loopback; -1: none */
    const char *origins; /* space separated; "*" any; a missing Origin header is fine */
    const char *cert_file, *key_file; /* NULL: no TLS on listen_fd */
    /* 80 bytes for SSL_CTX_set_tlsext_ticket_keys, shared by workers; NULL: random */
    const char *ticket_key;
    size_t message_bytes;
    size_t body_bytes;                /* HTTP bodies, 413 above */
    int half_open_max;                /* sockets that have not finished their handshake */
    int per_address_max;              /* open sockets of one peer address; 0: no limit */
    int handshakes_per_s;             /* above: 503 with Retry-After */
    int handshakes_per_address_per_s; /* above: 429 */
    /* TLS handshakes, before anything is computed for them; above: an alert.  0: no limit */
    int tls_handshakes_per_s, tls_handshakes_per_address_per_s;
    int ping_ms;
    int connections_max; /* above: 503 */
    int half_open_ms;    /* a handshake may take so long; 0: 10 s */
};

struct ws *ws_open(
    struct loop *l, const struct ws_options *o, const struct ws_events *e, void *arg);
void ws_stop_accepting(struct ws *w); /* drain: the listener stays with the supervisor */
/* After the last connection; never from a callback; needs no further turns of the loop. */
void ws_close_server(struct ws *w);
/* SIGHUP: new connections get the new certificate.  False (and the old one stays) if it cannot be loaded. */
bool ws_reload_certificate(struct ws *w);

void ws_set_user(struct ws_conn *c, void *user);
int ws_fd(const struct ws_conn *c);
const char *ws_address(const struct ws_conn *c);

/* A hint that c is written to soon: _far two deliveries ahead, _near one. */
void ws_prefetch_far(const struct ws_conn *c);
void ws_prefetch_near(const struct ws_conn *c);
bool ws_is_choked(
    const struct ws_conn *c); /* bytes of an earlier write still wait for the kernel */
/* Sends `bytes` (whole frames).  False: the connection is dead; `closed` follows from the loop. */
bool ws_send(struct ws_conn *c, const void *bytes, size_t length_bytes);
/* Sends a close frame and ends the connection from the next turn on; `closed` follows. */
void ws_close(struct ws_conn *c, int code, const char *reason);
/* Ends it now: nothing more reaches the peer, not even what the kernel holds (connect to AF_UNSPEC). */
void ws_cut(struct ws_conn *c);

/* Writes the WebSocket header of an unmasked text frame into out (10 bytes at most); returns its length. */
size_t ws_frame_header(size_t payload_bytes, uint8_t out[10]);

struct ws_counts { /* for /metrics */
    uint64_t opened, closed, refused_rate, refused_tls, refused_address, refused_half_open,
        refused_full, refused_origin, too_big, ping_timeouts, tls_handshakes;
    /* Ended for what came, or did not come, before it was a message or a request. */
    uint64_t ended_binary, ended_frame, ended_pieces, ended_slow, ended_half_open, ended_tls,
        ended_request, ended_unread;
    int open, half_open;
    struct {
        int status;
        uint64_t count;
    } answered[WS_STATUSES_MAX]; /* HTTP answers; the first with status 0 ends the list */
};
struct ws_counts ws_count(const struct ws *w);

const char *ws_library_version(void); /* "4.1.6", of libwebsockets as it was loaded */
