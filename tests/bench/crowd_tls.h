/* crowd_tls.h -- TLS under a client of the crowd: one connection each, no certificate is checked. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

struct crowd_tls; /* one connection; NULL is plain text everywhere below */

/* The client's half of the handshake on a connected, blocking socket, which does not block afterwards. */
struct crowd_tls *crowd_tls_open(int fd);
void crowd_tls_free(struct crowd_tls *t);
/* As recv() and send() would answer: -1 with EAGAIN when there is nothing to read; a write is whole or fails. */
ssize_t crowd_tls_read(struct crowd_tls *t, int fd, void *to, size_t bytes);
ssize_t crowd_tls_write(struct crowd_tls *t, int fd, const void *from, size_t bytes);
