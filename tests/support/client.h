/* client.h -- a small WebSocket and JSON-RPC client for tests and benches, over loopback or, where
 * they are told a host, elsewhere.
 *
 * A client is one socket.  Bytes are read by client_pump() and by everything that waits (client_call, client_next);
 * each message goes first to the client's own callback, and if that does not take it, into its inbox.  Thousands of
 * clients share one epoll through a client_set.
 *
 * Errors     a socket that closed is not an error of the caller: client_is_open() says so, and close_code tells why
 * Ownership  a message taken from the inbox belongs to the caller: client_message_free
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

struct client;
struct client_set;

enum client_kind {
    CLIENT_REPLY,
    CLIENT_EVENT,
    CLIENT_SKIP,
    CLIENT_RESYNC,
    CLIENT_ENDED,
    CLIENT_SIGNAL,
    CLIENT_NOTICE,
    CLIENT_EXPIRING,
    CLIENT_OTHER
};

struct client_message {
    enum client_kind kind;
    int64_t id;                /* of a reply; 0: none or no integer */
    struct boot_ns read_at;    /* when its last byte was read from the socket */
    const struct json *json;   /* the whole message */
    const struct json *params; /* of a notification */
    const struct json *result; /* of a reply; NULL when it failed */
    const struct json *error;  /* of a reply that failed */
    struct client_text *text;  /* what it was parsed from; shared by the messages of one batch */
    struct client_message *next;
};

struct client_options {
    const char *host; /* NULL: 127.0.0.1 */
    const char *from; /* address it comes from, of 127.0.0.0/8; NULL: the system's choice */
    int port;
    const char *authorization; /* of the upgrade: "Bearer ...", "Key ..."; NULL: none */
    const char *origin;        /* NULL: none */
    const char *path;          /* NULL: /v1 */
    int receive_bytes;         /* SO_RCVBUF, for slow readers; 0: the system's */
    unsigned timeout_ms;       /* of connecting and the handshake; 0: 10 s */
};

/* Connects and upgrades, waiting.  NULL: refused; *out_status (may be NULL) is the HTTP status, 0: no answer. */
struct client *client_open(const struct client_options *o, int *out_status);
/* The same, and signs in with session.auth; NULL when that fails too. */
struct client *client_sign_in(const struct client_options *o, const char *token);
/* All clients opened from now on speak TLS, and take any certificate; or plain again. */
void client_speak_tls(bool is_on);
void client_free(struct client *c);            /* closes without ceremony; NULL is fine */
void client_close(struct client *c, int code); /* sends a close frame; client_free later */

bool client_is_open(const struct client *c);
int client_close_code(
    const struct client *c); /* of the server's close frame; 1006: none came; 0: open */
int client_fd(const struct client *c);
size_t client_bytes_read(const struct client *c); /* since it was opened */

/* Takes a message before the inbox does: true keeps it out of the inbox.  The message is the client's. */
typedef bool client_message_fn(void *arg, struct client *c, const struct client_message *m);
void client_on_message(struct client *c, client_message_fn *on_message, void *arg);
/* Sees the text of every WebSocket message; true: it is not parsed at all (benches). */
typedef bool client_text_fn(void *arg, struct client *c, const char *text, size_t length_bytes);
void client_on_text(struct client *c, client_text_fn *on_text, void *arg);

/* Sends one text message as it is; waits while the socket is full.  False: the socket is gone. */
bool client_send(struct client *c, const char *text, size_t length_bytes);
/* One frame with any opcode and FIN bit, for tests of the framing. */
bool client_send_frame(
    struct client *c, int opcode, bool is_final, const void *bytes, size_t length_bytes);
/* Bytes as they are, without a frame. */
bool client_send_raw(struct client *c, const void *bytes, size_t length_bytes);
/* Sends a request; params is the text of a JSON object, NULL: {}.  Returns its id, 0 when the socket is gone. */
int64_t client_request(struct client *c, const char *method, const char *params);
/* client_request with a key: a fresh one if idem is NULL. */
int64_t client_request_once(
    struct client *c, const char *method, const char *params, const char *idem);

/* Reads what is there, waiting at most timeout_ms for the first byte.  Returns false when the socket closed. */
bool client_pump(struct client *c, int timeout_ms);
/* The next message of the inbox, waiting; NULL: none in time, or closed. */
struct client_message *client_next(struct client *c, int timeout_ms);
/* The reply to request `id`; other messages stay in the inbox. */
struct client_message *client_wait(struct client *c, int64_t id, int timeout_ms);
/* client_request and client_wait; client_write adds an idempotency key (NULL: a fresh one). */
struct client_message *client_call(
    struct client *c, const char *method, const char *params, int timeout_ms);
struct client_message *client_write(
    struct client *c, const char *method, const char *params, const char *idem, int timeout_ms);
void client_message_free(struct client_message *m); /* NULL is fine */
/* The text the message came in, for searches; of a batch: all of it. */
const char *client_message_text(const struct client_message *m, size_t *out_length_bytes);
/* error.code of a reply, 0 when it succeeded, -1 when m is NULL. */
int client_error(const struct client_message *m);

enum { CLIENT_IDEM_BYTES = 33 };
void client_idem(char out[CLIENT_IDEM_BYTES]);

/* Many clients, one epoll. */
struct client_set *client_set_new(void);
void client_set_free(struct client_set *s); /* not the clients */
void client_set_add(struct client_set *s, struct client *c);
void client_set_remove(struct client_set *s, struct client *c);
/* Waits at most timeout_ms and reads every ready client once.  Returns how many were ready. */
int client_set_pump(struct client_set *s, int timeout_ms);
/* Pumps for duration_ms in all. */
void client_set_run(struct client_set *s, int duration_ms);
