/* crowd_tls.c -- see crowd_tls.h. */
#include "crowd_tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static SSL_CTX *context(void)
{
    static SSL_CTX *shared;

    if (shared == NULL) {
        shared = SSL_CTX_new(TLS_client_method());
        SSL_CTX_set_mode(shared, SSL_MODE_RELEASE_BUFFERS);
        SSL_CTX_set_verify(shared, SSL_VERIFY_NONE, NULL);
    }
    return shared;
}

static SSL *ssl_of(struct crowd_tls *t)
{
    return (SSL *)(void *)t;
}

struct crowd_tls *crowd_tls_open(int fd)
{
    SSL *ssl = SSL_new(context());

    SSL_set_fd(ssl, fd);
    if (SSL_connect(ssl) != 1) {
        fprintf(stderr, "crowd: TLS handshake: %s\n", ERR_reason_error_string(ERR_get_error()));
        exit(1);
    }
    if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) != 0) {
        perror("crowd: fcntl");
        exit(1);
    }
    return (struct crowd_tls *)(void *)ssl;
}

void crowd_tls_free(struct crowd_tls *t)
{
    SSL_free(ssl_of(t));
}

ssize_t crowd_tls_read(struct crowd_tls *t, int fd, void *to, size_t bytes)
{
    int n;

    if (t == NULL)
        return recv(fd, to, bytes, MSG_DONTWAIT);
    ERR_clear_error();
    n = SSL_read(ssl_of(t), to, (int)bytes);
    if (n > 0)
        return n;
    if (SSL_get_error(ssl_of(t), n) != SSL_ERROR_WANT_READ)
        return 0;
    errno = EAGAIN;
    return -1;
}

ssize_t crowd_tls_write(struct crowd_tls *t, int fd, const void *from, size_t bytes)
{
    struct pollfd writable = {.fd = fd, .events = POLLOUT};
    int n;

    if (t == NULL)
        return write(fd, from, bytes);
    ERR_clear_error();
    while ((n = SSL_write(ssl_of(t), from, (int)bytes)) <= 0) {
        if (SSL_get_error(ssl_of(t), n) != SSL_ERROR_WANT_WRITE)
            return -1;
        (void)poll(&writable, 1, -1);
    }
    return n;
}
