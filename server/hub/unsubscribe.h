/* unsubscribe.h -- the link in a message that stops its kind, without signing in (RFC 8058).
 *
 *   GET  /v1/unsubscribe/<token>   a page with one button; changes nothing, so that a scanner of mails may look
 *   POST the same path             List-Unsubscribe=One-Click, from that button or from a mail program
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* The token in a path, NUL-terminated, or NULL if it is none. */
const char *unsubscribe_token(const char *path);
/* Is this the form of RFC 8058, by either of its two content types? */
bool unsubscribe_is_form(const char *content_type, const char *body);
/* The call that does it, as JSON-RPC. */
void unsubscribe_request(const char *token, struct buf *out);
/* The HTTP status that the call's answer means. */
int unsubscribe_status(const char *reply, size_t length_bytes);
/* What people see, in their language.  200: done; 0: the question; else what went wrong. */
void unsubscribe_page(int status, const char *locale, struct buf *out);
