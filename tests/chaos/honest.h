/* honest.h -- five hundred members who call and listen, and how long they wait for their answers. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fleet;
struct honest;

struct honest_figures {
    size_t calls, failed, posts;
    int64_t p50_us, p99_us;
};

/* Signs `count` members in, FLEET_FIRST_MEMBER and up, from addresses of their own; each follows the club. */
struct honest *honest_new(struct fleet *f, int server, int count);
void honest_free(struct honest *h);
/* Calls and listens for at least `ms`, and as long as `more` says so (may be NULL).  Waits for the last answers. */
struct honest_figures honest_phase(struct honest *h, int ms, bool (*more)(void *arg), void *arg);
/* Reads until all have all events of the club; checks that nobody missed one or was disconnected. */
void honest_judge(struct honest *h);
