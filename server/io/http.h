/* http.h -- requests that are not WebSockets: /v1/rpc, health, metrics, files.
 *
 * A request is complete when `ws_events.request` gets it (headers and body).  Exactly one http_reply() per request;
 * it may come later.  If the peer leaves first, the request turns deaf: http_reply still must be called, and frees it.
 * A long answer goes out in pieces instead: http_start(), http_write() as the peer takes it, http_finish().
 * Every response carries `connection: close` (engineering.md 3) and the security headers.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct http_request;

const char *http_method(const struct http_request *r); /* "GET", "POST", "OPTIONS", "HEAD" */
const char *http_path(const struct http_request *r); /* without query; no %-escapes left, no NUL */
const char *http_header(const struct http_request *r,
    const char *
        name); /* authorization, content-type, accept-language, origin, if-none-match, user-agent */
const char *http_body(const struct http_request *r, size_t *out_bytes); /* NUL-terminated */
const char *http_address(const struct http_request *r);
bool http_is_admin(const struct http_request *r); /* came in on the admin listener */

struct http_response {
    int status;
    const char *content_type; /* NULL: no body */
    const char *body;         /* copied */
    size_t body_bytes;
    int retry_after_s;                    /* 0: no header */
    const char *extra_name, *extra_value; /* one more header, or NULL */
    const char *attachment; /* file name under which a browser keeps the body; NULL: it shows it */
    bool is_private;        /* nobody on the way, nor the browser, may keep it */
    bool in_pieces;         /* set by http_start */
    const char *
        allow_origin; /* CORS: who may read the answer (204: and may ask with POST); NULL: nobody */
};
void http_reply(struct http_request *r, const struct http_response *response);

/* The head of an answer whose body follows in pieces. */
void http_start(struct http_request *r, const struct http_response *response);
/* Takes so many bytes as the peer has room for, 64 KiB at most; returns how many.  0: look again in a while. */
size_t http_write(struct http_request *r, const void *bytes, size_t length_bytes);
bool http_is_open(const struct http_request *r); /* false: the peer has left */
/* Frees the request.  Not whole: the peer is cut off, so that it does not take what it got for all. */
void http_finish(struct http_request *r, bool is_whole);
