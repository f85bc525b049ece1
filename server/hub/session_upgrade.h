/* session_upgrade.h -- signing in with the upgrade of a WebSocket: by its Authorization header, or by a ticket in its
 * address (`?ticket=`, from session.ticket) where a browser cannot set headers.  The session's `signing_in` is set as
 * long as nobody knows yet who it is.
 */
#pragma once

#include <stddef.h>

struct session;
struct ws_hello;

void session_upgrade(struct session *s, const struct ws_hello *hello);
/* A message while `signing_in`: kept until it is known who sent it; too many close the session. */
void session_upgrade_keep(struct session *s, const char *text, size_t length_bytes);
void session_upgrade_forget(struct session *s); /* the session is freed */
