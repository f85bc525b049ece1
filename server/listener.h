/* listener.h -- listening sockets: one SO_REUSEPORT listener per worker on the public port, one per worker on the
 * admin ports.
 */
#pragma once

#include <stddef.h>

#include "base/err.h"

enum { LISTENER_MESSAGE_BYTES = 256, LISTENER_HOST_BYTES = 64 };

struct listener_set {
    int count;
    int *public_fds, *admin_fds;
    char host[LISTENER_HOST_BYTES];
    int port, admin_port; /* as bound; that of worker i is admin_port + i */
};

/* Both are "host:port" with a numeric host ("[::1]:80" for IPv6); port 0: any free one.
 *   errors  ERR_INVALID_PARAMS, ERR_UNAVAILABLE (port taken) with out_message
 */
MUST_CHECK enum err listener_open(const char *listen,
    const char *admin_listen,
    int count,
    struct listener_set *out_set,
    char out_message[LISTENER_MESSAGE_BYTES]);
/* Closes all but those of worker `keep`; -1: all. */
void listener_close(struct listener_set *s, int keep);
void listener_done(struct listener_set *s); /* closes all and frees */
