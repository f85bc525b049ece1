/* relay.c -- see relay.h. */
#include "relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "ports.h"

enum { PAIRS_MAX = 64, COPY_BYTES = 65536, URL_BYTES = 600, COMMAND_BYTES = 300, BACKLOG = 64 };

struct relay {
    pid_t pid;
    bool has_network;
    int port;
    char here[16], there[16]; /* the two cards */
    char subnet[20], url[URL_BYTES];
    struct sockaddr_un socket;
};

/* A program of the system; false: it failed. */
static bool do_command(const char *format, ...) __attribute__((format(printf, 1, 2)));
static bool do_command(const char *format, ...)
{
    char command[COMMAND_BYTES];
    va_list args;

    va_start(args, format);
    vsnprintf(command, sizeof command, format, args);
    va_end(args);
    return system(command) == 0; /* NOLINT: words of this file alone */
}

/* --- the process that passes bytes on ------------------------------------------------------------ */

static bool copy(int from, int to)
{
    static char bytes[COPY_BYTES];
    ssize_t n = read(from, bytes, sizeof bytes);

    for (ssize_t done = 0; n > 0 && done < n;) {
        ssize_t wrote = send(to, bytes + done, (size_t)(n - done), MSG_NOSIGNAL);

        if (wrote <= 0)
            return false;
        done += wrote;
    }
    return n > 0;
}

static int connect_database(const struct relay *r)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, (const struct sockaddr *)&r->socket, sizeof r->socket) == 0)
        return fd;
    close(fd);
    return -1;
}

static void take_connection(const struct relay *r, struct pollfd *fds, int *count)
{
    int client = accept4(fds[0].fd, NULL, NULL, SOCK_CLOEXEC), server;

    if (client < 0)
        return;
    server = *count + 2 <= 2 * PAIRS_MAX + 1 ? connect_database(r) : -1;
    if (server < 0) {
        close(client);
        return;
    }
    fds[(*count)++] = (struct pollfd){.fd = client, .events = POLLIN};
    fds[(*count)++] = (struct pollfd){.fd = server, .events = POLLIN};
}

static void pass_bytes(const struct relay *r, int listener)
{
    struct pollfd fds[2 * PAIRS_MAX + 1] = {{.fd = listener, .events = POLLIN}};
    int count = 1;

    while (poll(fds, (nfds_t)count, -1) > 0 || errno == EINTR) {
        for (int i = 1; i < count; i += 2) {
            bool open = (fds[i].revents == 0 || copy(fds[i].fd, fds[i + 1].fd)) &&
                        (fds[i + 1].revents == 0 || copy(fds[i + 1].fd, fds[i].fd));

            if (open)
                continue;
            close(fds[i].fd);
            close(fds[i + 1].fd);
            fds[i] = fds[count - 2];
            fds[i + 1] = fds[count - 1];
            count -= 2;
            i -= 2;
        }
        if (fds[0].revents != 0)
            take_connection(r, fds, &count);
    }
}

static int listen_at(const struct relay *r)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
        .sin_port = htons((uint16_t)r->port),
        .sin_addr = {htonl(r->has_network ? INADDR_ANY : INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
        bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, BACKLOG) != 0)
        _exit(1);
    return fd;
}

/* Tells through `tell` whether it has a network, hears from `hear` that the cards are there, tells that it listens. */
static void run_child(struct relay *r, int tell, int hear)
{
    char word = unshare(CLONE_NEWNET) == 0 ? 'n' : 'l';
    int listener;

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (write(tell, &word, 1) != 1 || read(hear, &word, 1) != 1)
        _exit(1);
    r->has_network = word == 'n';
    if (r->has_network && !do_command("ip addr add %s.2/30 dev %s && ip link set %s up", r->subnet,
                              r->there, r->there))
        _exit(1);
    listener = listen_at(r);
    if (write(tell, &word, 1) != 1)
        _exit(1);
    pass_bytes(r, listener);
    _exit(0);
}

/* --- the other side ------------------------------------------------------------------------------ */

/* Both cards; one goes to the child. */
static bool make_cards(const struct relay *r)
{
    return do_command("ip link add %s type veth peer name %s 2>/dev/null", r->here, r->there) &&
           do_command("ip link set %s netns %d", r->there, (int)r->pid) &&
           do_command(
               "ip addr add %s.1/30 dev %s && ip link set %s up", r->subnet, r->here, r->here);
}

static bool start_child(struct relay *r)
{
    int up[2], down[2];
    char word = 0;

    if (pipe(up) != 0 || pipe(down) != 0)
        return false;
    r->pid = fork();
    if (r->pid == 0)
        run_child(r, up[1], down[0]);
    close(up[1]);
    close(down[0]);
    if (read(up[0], &word, 1) == 1) {
        r->has_network = word == 'n' && make_cards(r);
        if (word == 'n' && !r->has_network)
            word = 0; /* a network without a card is no road */
        else if (write(down[1], &word, 1) != 1 || read(up[0], &word, 1) != 1)
            word = 0;
    }
    close(up[0]);
    close(down[1]);
    return word != 0;
}

/* The unix socket that the URL names. */
static bool find_socket(struct relay *r, const char *url)
{
    const char *host = strstr(url, "host="), *port = strstr(url, "port=");
    int n;

    if (host == NULL || port == NULL)
        return false;
    host += 5;
    r->socket.sun_family = AF_UNIX;
    n = snprintf(r->socket.sun_path, sizeof r->socket.sun_path, "%.*s/.s.PGSQL.%ld",
        (int)strcspn(host, "&"), host, strtol(port + 5, NULL, 10));
    return n > 0 && (size_t)n < sizeof r->socket.sun_path;
}

static void name_url(struct relay *r, const char *url)
{
    const char *at = strchr(url, '@'), *end = strchr(url, '?');
    char address[32] = "127.0.0.1";

    if (r->has_network)
        snprintf(address, sizeof address, "%s.2", r->subnet);
    snprintf(r->url, sizeof r->url, "%.*s%s:%d%.*s", (int)(at + 1 - url), url, address, r->port,
        (int)(end - at - 1), at + 1);
}

struct relay *relay_new(const char *database_url)
{
    struct relay *r = mem_zalloc(sizeof *r);
    unsigned mine = (unsigned)getpid();

    r->port = ports_free(1);
    snprintf(r->here, sizeof r->here, "hub%ua", mine);
    snprintf(r->there, sizeof r->there, "hub%ub", mine);
    snprintf(r->subnet, sizeof r->subnet, "198.18.%u", mine % 250); /* for benchmarks: nobody's */
    if (!find_socket(r, database_url) || !start_child(r)) {
        relay_free(r);
        return NULL;
    }
    name_url(r, database_url);
    return r;
}

void relay_free(struct relay *r)
{
    if (r == NULL)
        return;
    if (r->pid > 0) {
        kill(r->pid, SIGKILL); /* its network goes with it, and the cards with that */
        (void)waitpid(r->pid, NULL, 0);
    }
    mem_free(r);
}

const char *relay_url(const struct relay *r)
{
    return r->url;
}

bool relay_has_network(const struct relay *r)
{
    return r->has_network;
}

static void set_card(const struct relay *r, const char *state)
{
    if (!do_command("nsenter -t %d -n ip link set %s %s", (int)r->pid, r->there, state))
        (void)fprintf(stderr, "relay: %s cannot be set %s\n", r->there, state);
}

void relay_cut(struct relay *r)
{
    if (r->has_network)
        set_card(r, "down");
    else
        kill(r->pid, SIGSTOP);
}

void relay_mend(struct relay *r)
{
    if (r->has_network)
        set_card(r, "up");
    else
        kill(r->pid, SIGCONT);
}
