/* ws_private.h -- what ws*.c and http.c share.  Nobody else includes it.
 *
 *   accept4 --> WS_HANDSHAKE --+-- upgrade --> WS_OPEN ----------+--> closing --> gone
 *            (list half_open)  |             (list lively)       |   (list closing, doomed until the turn ends)
 *                              +-- request --> WS_REQUEST -------+
 *                                            (list requests)
 *
 * A connection belongs to exactly one of these lists; ws_move() is the only mover.  Nothing is ended from inside a
 * callback of libwebsockets: ws_doom() notes it, and the end of the turn does it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"

struct lws;
struct lws_context;
struct lws_context_creation_info;
struct lws_protocols;
struct lws_vhost;

enum ws_stage { WS_HANDSHAKE, WS_REQUEST, WS_OPEN };

/* So many in that second. */
struct ws_rate {
    int64_t second;
    int count;
};

/* One peer address (of IPv6: its /64), as long as it has sockets or handshakes in this second. */
struct ws_address {
    struct list_node idle;
    int open; /* its sockets */
    struct ws_rate handshakes, tls;
    uint8_t key[16];
    char text[46];
};

struct ws_conn {
    struct list_node node, doomed; /* in `list`; in that of the server */
    struct list *list;
    struct ws *server;
    struct lws *wsi;
    void *user;
    struct ws_address *address;
    char *message; /* of a message that came in part; else NULL */
    struct http_request *request;
    char *close_reason;
    int64_t seen_ms;    /* last sign of life, or when it entered its list */
    int64_t message_ms; /* when the message began that came in part */
    uint32_t message_bytes, message_capacity, unsent_bytes; /* unsent: of its answer, at most */
    int fd;
    uint16_t close_code;  /* 0: no close frame */
    uint16_t refusal;     /* HTTP status its request will get, whatever it asks for; 0: none */
    uint8_t stage, pings; /* pings: sent since the last sign of life */
    uint16_t pieces;      /* of the message that came in part */
    bool admin, tls, closing, cut, peer_closes;
    uint8_t tls_asides;       /* of OpenSSL, since the last message: ws_tls.c */
    bool tls_asked, tls_done; /* its ClientHello was judged; its handshake is over, or refused */
};

struct ws {
    struct loop *loop;
    struct ws_options *options; /* copies, with their texts */
    struct ws_events *events;
    struct ws_counts *counts;
    void *arg;
    struct lws_context *context;
    struct lws_vhost *vhost, *admin_vhost;
    void *tls; /* the SSL_CTX of vhost, or NULL */
    struct loop_watch *listener, *admin_listener;
    struct loop_turn *turn;
    struct loop_timer *tick;
    struct list half_open, requests, lively, closing, doomed;
    struct map_text *addresses; /* key -> struct ws_address */
    struct list idle_addresses;
    struct ws_rate handshakes, tls_rate;
    struct ws_conn *adopting; /* libwebsockets may read its first bytes before it is known there */
    int64_t now_ms;           /* of the last tick: good enough for signs of life */
    size_t unsent_bytes;      /* of all answers that libwebsockets holds a rest of */
    bool accepting, out_of_descriptors;
};

/* ws.c */
const struct lws_protocols *ws_protocols(void);
void ws_end_doomed(void *server); /* at the end of the turn */
/* A header, or the query, in a text of its own; NULL if it is absent. */
char *ws_copy_header(struct lws *wsi, int token_index);
void ws_move(struct ws_conn *c, struct list *to);
void ws_doom(struct ws_conn *c);
bool ws_is_slow(const struct ws_conn *c); /* its message has been coming for too long */
void ws_end_slow(struct ws_conn *c);
/* Through libwebsockets, in order. */
bool ws_write(struct ws_conn *c, const void *bytes, size_t length_bytes);
void ws_forget(struct ws_conn *c); /* frees it */

/* ws_accept.c */
void ws_accept_start(struct ws *w);
void ws_accept_tick(struct ws *w);
void ws_accept_stop(struct ws *w);
void ws_accept_release(struct ws *w, struct ws_address *a);
/* May this handshake become a WebSocket?  0, or the HTTP status to refuse it with. */
int ws_accept_judge(struct ws_conn *c);
bool ws_accept_judge_tls(struct ws_conn *c); /* may its TLS handshake go on? */

/* ws_tls.c */
void ws_tls_prepare(struct ws *w, struct lws_context_creation_info *info);
void ws_tls_configure(struct ws *w, void *ssl_ctx);
void ws_tls_adopted(struct ws_conn *c);

/* http.c */
void http_refuse(struct ws_conn *c, int status); /* writes a whole answer without a body */
void http_begin(struct ws_conn *c, const char *path, size_t path_bytes);
void http_add_body(struct ws_conn *c, const void *bytes, size_t length_bytes);
void http_complete(struct ws_conn *c);
void http_forget_unsent(struct ws_conn *c);
void http_abandon(struct ws_conn *c); /* the peer has left */
