/* ports.c -- tries ports by chance until so many in a row can be bound. */
#include "ports.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/crypto.h"

enum { FIRST = 20000, COUNT = 10000, TRIES = 200 };

static bool is_free(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
    bool bound;

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    bound = bind(fd, (struct sockaddr *)&at, sizeof at) == 0;
    close(fd);
    return bound;
}

int ports_free(int count)
{
    for (int tries = 0; tries < TRIES; tries++) {
        int first = FIRST + (int)crypto_random_below(COUNT), n = 0;

        while (n < count && is_free(first + n))
            n++;
        if (n == count)
            return first;
    }
    return 0;
}
