/* client_private.h -- what client*.c share. */
#pragma once

#include "client.h"

#include <sys/types.h>

#include "base/buf.h"

struct client_text {
    int refs;
    struct json *root;
    char *bytes;
    size_t length_bytes;
};

struct client {
    int fd, close_code;
    bool is_open;
    void *tls; /* SSL; NULL: plain */
    int64_t last_id;
    size_t bytes_read;
    struct buf in;       /* bytes of frames not complete yet */
    struct buf fragment; /* payload of a message not complete yet */
    client_message_fn *on_message;
    void *on_message_arg;
    client_text_fn *on_text;
    void *on_text_arg;
    struct client_message *first, *last; /* inbox */
    struct client_set *set;
};

/* Sends bytes on a connection of their own; the status of the answer, 0: closed without one, -1: not let in. */
int client_http_status(
    const struct client_options *o, const char *bytes, size_t length_bytes, int timeout_ms);
/* -1: refused; non-blocking afterwards */
int client_connect(const char *host, const char *from, int port, int receive_bytes);
/* client_tls.c: as send and recv, with errno; EAGAIN also where TLS has to read before it can write. */
bool client_tls_begin(struct client *c, int timeout_ms);
ssize_t client_tls_send(struct client *c, const void *bytes, size_t length_bytes);
ssize_t client_tls_recv(struct client *c, void *out, size_t most_bytes);
bool client_tls_holds(const struct client *c); /* bytes that were read and not taken */
void client_tls_free(struct client *c);
bool client_poll(int fd, short events, int timeout_ms);
/* Looks at what is in c->in: whole frames become messages. */
void client_take_frames(struct client *c);
void client_receive(
    struct client *c, const char *text, size_t length_bytes); /* one whole text message */
void client_lost(struct client *c, int code);
void client_print_request(struct buf *b, int64_t id, const char *method, const char *params);
struct client_message *client_message_parse(
    const char *text, size_t length_bytes); /* NULL: not JSON */
