/* client_http.h -- plain HTTP for tests: one request on a connection of its own, waiting. */
#pragma once

struct client_message;

/* One HTTP request on a connection of its own; waits.  The answer's body is in the caller's buffer, NUL-terminated. */
struct client_http {
    const char *host; /* NULL: 127.0.0.1 */
    int port;
    const char *method;        /* NULL: POST */
    const char *path;          /* NULL: /v1/rpc */
    const char *authorization; /* NULL: none */
    const char *content_type;  /* NULL: application/json */
    const char *headers;       /* further lines, each ending in \r\n; NULL: none */
    const char *body;          /* NULL: none */
    unsigned timeout_ms;       /* 0: 10 s */
};
struct buf;
/* Returns the status, 0 when nothing came; head (may be NULL) gets the answer's header lines. */
int client_http(const struct client_http *r, struct buf *head, struct buf *body);
/* Calls a method over HTTP; the reply as a message, NULL when the status is not 200. */
struct client_message *client_http_call(
    int port, const char *authorization, const char *method, const char *params, int timeout_ms);

/* client_http in two halves: the request is sent, and the answer waited for later. */
struct client_http_wait;
struct client_http_wait *client_http_begin(const struct client_http *r); /* NULL: no connection */
/* Frees it; NULL is fine and answers 0. */
int client_http_end(struct client_http_wait *w, struct buf *head, struct buf *body);
