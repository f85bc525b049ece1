/* floor.h -- the least a fan-out can cost: a bare epoll server that send()s the same bytes to every socket. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

struct floor_server {
    pid_t pid;
    int port;
    int control_fd;
};

/* Starts it as a child of this process on a free loopback port. */
struct floor_server floor_start(void);
/* One round: the same `bytes` to every connected client, with one send() each. */
void floor_send(const struct floor_server *f, const void *bytes, size_t length_bytes);
void floor_stop(const struct floor_server *f);
