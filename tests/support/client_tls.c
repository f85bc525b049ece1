/* client_tls.c -- the client's TLS: one switch for all clients of a program, any certificate will do. */
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>

#include "base/clock.h"
#include "client_private.h"

static SSL_CTX *context; /* NULL: plain */

void client_speak_tls(bool is_on)
{
    SSL_CTX_free(context);
    context = is_on ? SSL_CTX_new(TLS_client_method()) : NULL;
    if (is_on && context == NULL)
        abort();
    (void)signal(SIGPIPE, is_on ? SIG_IGN : SIG_DFL); /* OpenSSL writes without MSG_NOSIGNAL */
    if (is_on)
        SSL_CTX_set_mode(
            context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

/* What a call of OpenSSL came to, as errno. */
static ssize_t as_errno(struct client *c, int result)
{
    int error = SSL_get_error(c->tls, result);

    if (result > 0)
        return result;
    errno = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? EAGAIN
            : error == SSL_ERROR_ZERO_RETURN                              ? 0
                                                                          : ECONNRESET;
    return errno == 0 ? 0 : -1;
}

bool client_tls_begin(struct client *c, int timeout_ms)
{
    int64_t until_ms = clock_mono().ms + timeout_ms;
    int result;

    if (context == NULL)
        return true;
    c->tls = SSL_new(context);
    SSL_set_fd(c->tls, c->fd);
    while ((result = SSL_connect(c->tls)) != 1) {
        int64_t left_ms = until_ms - clock_mono().ms;
        short wanted = SSL_want_write(c->tls) ? POLLOUT : POLLIN;

        if (as_errno(c, result) == 0 || errno != EAGAIN || left_ms <= 0 ||
            !client_poll(c->fd, wanted, (int)left_ms))
            return false;
    }
    return true;
}

ssize_t client_tls_send(struct client *c, const void *bytes, size_t length_bytes)
{
    ERR_clear_error();
    return as_errno(c, SSL_write(c->tls, bytes, (int)length_bytes));
}

ssize_t client_tls_recv(struct client *c, void *out, size_t most_bytes)
{
    ERR_clear_error();
    return as_errno(c, SSL_read(c->tls, out, (int)most_bytes));
}

bool client_tls_holds(const struct client *c)
{
    return SSL_pending(c->tls) > 0;
}

void client_tls_free(struct client *c)
{
    SSL_free(c->tls);
    c->tls = NULL;
}
