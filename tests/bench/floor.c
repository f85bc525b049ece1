/* floor.c -- the child reads rounds (length, bytes) from a pipe and sends each to all its sockets. */
#include "floor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CLIENTS_MAX = 16384, ROUND_MAX = 65536, EVENTS = 64 };

static int listen_on_free_port(int *out_port)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t n = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) != 0 || listen(fd, 4096) != 0 ||
        getsockname(fd, (struct sockaddr *)&a, &n) != 0) {
        perror("floor: listen");
        exit(1);
    }
    *out_port = ntohs(a.sin_port);
    return fd;
}

static void read_all(int fd, void *to, size_t bytes)
{
    for (size_t got = 0; got < bytes;) {
        ssize_t n = read(fd, (char *)to + got, bytes - got);

        if (n <= 0)
            exit(0);
        got += (size_t)n;
    }
}

static void send_round(const int *clients, int count, int control_fd)
{
    static char bytes[ROUND_MAX];
    uint32_t length;

    read_all(control_fd, &length, sizeof length);
    read_all(control_fd, bytes, length);
    for (int i = 0; i < count; i++) {
        if (send(clients[i], bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)length) {
            perror("floor: send");
            exit(1);
        }
    }
}

static void serve(int listen_fd, int control_fd)
{
    static int clients[CLIENTS_MAX];
    struct epoll_event e = {.events = EPOLLIN, .data = {.fd = listen_fd}}, events[EVENTS];
    int count = 0, ep = epoll_create1(0), one = 1;

    epoll_ctl(ep, EPOLL_CTL_ADD, listen_fd, &e);
    e.data.fd = control_fd;
    epoll_ctl(ep, EPOLL_CTL_ADD, control_fd, &e);
    for (;;) {
        int n = epoll_wait(ep, events, EVENTS, -1);

        for (int i = 0; i < n; i++) {
            if (events[i].data.fd == control_fd) {
                send_round(clients, count, control_fd);
            } else if (events[i].data.fd == listen_fd) {
                int fd = accept(listen_fd, NULL, NULL);

                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                e.data.fd = fd;
                epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
                clients[count++] = fd;
            } else { /* a client left */
                epoll_ctl(ep, EPOLL_CTL_DEL, events[i].data.fd, NULL);
            }
        }
    }
}

struct floor_server floor_start(void)
{
    struct floor_server f;
    int listen_fd = listen_on_free_port(&f.port), pipe_fds[2];

    if (pipe(pipe_fds) != 0)
        exit(1);
    f.control_fd = pipe_fds[1];
    f.pid = fork();
    if (f.pid == 0) {
        close(pipe_fds[1]);
        serve(listen_fd, pipe_fds[0]);
    }
    close(listen_fd);
    close(pipe_fds[0]);
    return f;
}

void floor_send(const struct floor_server *f, const void *bytes, size_t length_bytes)
{
    uint32_t length = (uint32_t)length_bytes;

    if (write(f->control_fd, &length, sizeof length) != sizeof length ||
        write(f->control_fd, bytes, length_bytes) != (ssize_t)length_bytes) {
        perror("floor: control");
        exit(1);
    }
}

void floor_stop(const struct floor_server *f)
{
    close(f->control_fd);
    kill(f->pid, SIGTERM);
    waitpid(f->pid, NULL, 0);
}
