/* http.h -- requests that are not WebSockets: /v1/rpc, health, metrics, files.
 *
 * A request is complete when `ws_events.request` gets it (headers and body).  Exactly one http_reply() per request;
 * it may come later.  If the peer leaves first, the request turns deaf: http_reply still must be called, and frees it.
 * Every response carries `connection: close` (engineering.md 3) and the security headers.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct http_request;

const char *http_method(const struct http_request *r); /* "GET", "POST", "OPTIONS", "HEAD" */
const char *http_path(const struct http_request *r); /* without query; no %-escapes left, no NUL */
const char *http_header(const struct http_request *r,
    const char *name); /* authorization, content-type, accept-language, origin, if-none-match, user-agent */
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
    const char *
        allow_origin; /* CORS: who may read the answer (204: and may ask with POST); NULL: nobody */
};
void http_reply(struct http_request *r, const struct http_response *response);
