/* listener.c -- opening the listening sockets.
 *
 * A port is first bound once without SO_REUSEPORT: another program on it, this one included, is an error and not a
 * partner.  A port that is taken is tried again for a moment, for workers of a killed supervisor that still close.
 */
#include "listener.h"

#include "base/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 4096, TRIES = 30, TRY_US = 100000, PORT_MAX = 65535, PICKS = 100 };

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static socklen_t size_of(const union address *a)
{
    return a->any.sa_family == AF_INET ? sizeof a->v4 : sizeof a->v6;
}

static void set_port(union address *a, int port)
{
    if (a->any.sa_family == AF_INET)
        a->v4.sin_port = htons((uint16_t)port);
    else
        a->v6.sin6_port = htons((uint16_t)port);
}

static int port_of(const union address *a)
{
    return ntohs(a->any.sa_family == AF_INET ? a->v4.sin_port : a->v6.sin6_port);
}

static bool parse(const char *text, union address *out, char host[LISTENER_HOST_BYTES])
{
    const char *colon = strrchr(text, ':');
    const char *begin = text[0] == '[' ? text + 1 : text;
    size_t n;
    char *end;
    long port;

    if (colon == NULL || colon == text || colon[1] == '\0')
        return false;
    n = (size_t)(colon - begin);
    if (text[0] == '[' && n > 0 && begin[n - 1] == ']')
        n--;
    port = strtol(colon + 1, &end, 10);
    if (n >= LISTENER_HOST_BYTES || *end != '\0' || port < 0 || port > PORT_MAX)
        return false;
    memcpy(host, begin, n);
    host[n] = '\0';
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, host, &out->v4.sin_addr) == 1)
        out->any.sa_family = AF_INET;
    else if (inet_pton(AF_INET6, host, &out->v6.sin6_addr) == 1)
        out->any.sa_family = AF_INET6;
    else
        return false;
    set_port(out, (int)port);
    return true;
}

/* A listening socket, or -1 with errno. */
static int open_one(const union address *a, bool is_shared)
{
    int on = 1, fd, saved;

    fd = socket(a->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if ((is_shared && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0) ||
        bind(fd, &a->any, size_of(a)) != 0 || listen(fd, BACKLOG) != 0) {
        saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

/* Tries again while the port is taken; learns the port that was bound. */
static int open_port(union address *a, int tries)
{
    socklen_t bytes = sizeof *a;
    int fd = -1;

    for (int i = 0; i < tries && fd < 0; i++) {
        fd = open_one(a, false);
        if (fd < 0 && errno != EADDRINUSE)
            break;
        if (fd < 0 && i + 1 < tries)
            (void)usleep(TRY_US);
    }
    if (fd >= 0)
        (void)getsockname(fd, &a->any, &bytes);
    return fd;
}

static void close_one(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static enum err refuse(char *out_message, const char *option, const char *value, int port)
{
    snprintf(out_message, LISTENER_MESSAGE_BYTES, "%s = %.80s: port %d: %s", option, value, port,
        strerror(errno));
    return ERR_UNAVAILABLE;
}

static enum err open_public(struct listener_set *s, const char *listen, char *out_message)
{
    union address a;
    int probe;

    if (!parse(listen, &a, s->host)) {
        snprintf(
            out_message, LISTENER_MESSAGE_BYTES, "listen must be host:port, not '%.80s'", listen);
        return ERR_INVALID_PARAMS;
    }
    probe = open_port(&a, TRIES);
    if (probe < 0)
        return refuse(out_message, "listen", listen, port_of(&a));
    close(probe);
    s->port = port_of(&a);
    for (int i = 0; i < s->count; i++) {
        s->public_fds[i] = open_one(&a, true);
        if (s->public_fds[i] < 0)
            return refuse(out_message, "listen", listen, s->port);
    }
    return ERR_OK;
}

/* Binds the ports after the first one's.  False: one is taken; errno says why. */
static bool open_rest(struct listener_set *s, union address *a, int tries)
{
    for (int i = 1; i < s->count; i++) {
        set_port(a, s->admin_port + i);
        s->admin_fds[i] = open_port(a, tries);
        if (s->admin_fds[i] < 0)
            return false;
    }
    return true;
}

static enum err open_admin(struct listener_set *s, const char *listen, char *out_message)
{
    char host[LISTENER_HOST_BYTES];
    union address a;
    int wanted;

    if (!parse(listen, &a, host) || port_of(&a) + s->count - 1 > PORT_MAX) {
        snprintf(out_message, LISTENER_MESSAGE_BYTES, "admin_listen must be host:port, not '%.80s'",
            listen);
        return ERR_INVALID_PARAMS;
    }
    wanted = port_of(&a);
    for (int i = 0; i < PICKS; i++) {
        s->admin_fds[0] = open_port(&a, TRIES);
        s->admin_port = port_of(&a);
        if (s->admin_fds[0] >= 0 && s->admin_port + s->count - 1 <= PORT_MAX &&
            open_rest(s, &a, wanted == 0 ? 1 : TRIES))
            return ERR_OK;
        if (wanted != 0)
            break;
        for (int j = 0; j < s->count; j++)
            close_one(&s->admin_fds[j]);
        set_port(&a, 0); /* any port will do, if the next ones are free too */
    }
    return refuse(out_message, "admin_listen", listen, port_of(&a));
}

enum err listener_open(const char *listen,
    const char *admin_listen,
    int count,
    struct listener_set *out_set,
    char out_message[LISTENER_MESSAGE_BYTES])
{
    struct listener_set s = {.count = count};
    enum err e;

    s.public_fds = mem_alloc((size_t)count * sizeof *s.public_fds);
    s.admin_fds = mem_alloc((size_t)count * sizeof *s.admin_fds);
    for (int i = 0; i < count; i++)
        s.public_fds[i] = s.admin_fds[i] = -1;
    e = open_public(&s, listen, out_message);
    if (e == ERR_OK)
        e = open_admin(&s, admin_listen, out_message);
    if (e == ERR_OK)
        *out_set = s;
    else
        listener_done(&s);
    return e;
}

void listener_close(struct listener_set *s, int keep)
{
    for (int i = 0; i < s->count; i++) {
        if (i == keep)
            continue;
        close_one(&s->public_fds[i]);
        close_one(&s->admin_fds[i]);
    }
}

void listener_done(struct listener_set *s)
{
    listener_close(s, -1);
    mem_free(s->public_fds);
    mem_free(s->admin_fds);
    s->public_fds = s->admin_fds = NULL;
    s->count = 0;
}
