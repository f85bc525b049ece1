/* watch.h -- one socket of a member that follows the club's stream, cheap enough for hundreds under fire.
 *
 * Events and skips are not parsed but scanned: the seqs must follow one another without gap, and every event of
 * mkt.offers is counted.  Replies go to on_reply.  A socket that closed is opened again by watch_revive and resumes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client.h"

struct fleet;
struct watch;

typedef void watch_reply_fn(void *arg, struct watch *w, const struct client_message *m);

enum { WATCH_PROBLEM_BYTES = 160 };

struct watch {
    struct fleet *fleet;
    int server;
    int64_t member;
    struct client_set *set;
    const char *from;      /* client_options.from */
    int receive_bytes;     /* SO_RCVBUF; 0: the system's */
    struct client *client; /* NULL: closed */
    bool is_idle;          /* in no set: nobody reads it */
    int64_t position;      /* last seq covered; -1: never subscribed */
    bool is_forbidden;     /* an offer from now on is one too many */
    size_t events, offers, forbidden, reconnects;
    watch_reply_fn *on_reply;
    void *arg;
    char problem[WATCH_PROBLEM_BYTES];
};

/* Connects, signs in, subscribes from w->position; waits.  False: refused or too slow, to be tried again. */
bool watch_open(struct watch *w);
void watch_close(struct watch *w);  /* at once */
bool watch_revive(struct watch *w); /* opens it if it is closed; true if it is open then */
/* Leaves the set, so that nobody reads it; and comes back. */
void watch_sleep(struct watch *w);
void watch_wake(struct watch *w);
