/* goers.h -- thousands of clients that want something at the same instant and repeat a call until it is answered,
 * whatever is killed; what the answers were, and whether a repeated call was answered as the first time.
 *
 * A goer is one socket with one call in flight.  A play tells each what to call next.  Every eighth goer sends a new
 * call twice at once, as a network may.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client.h"

struct fleet;
struct goers;
struct json;

enum { GOER_PARAMS_BYTES = 400 };

enum goer_kind { GOER_MEMBER, GOER_DESK, GOER_MANAGER };

struct goer {
    struct goers *all;
    enum goer_kind kind;
    int number;     /* among those of its kind, from 0 */
    int64_t member; /* of GOER_MEMBER */
    const char *method;
    char params[GOER_PARAMS_BYTES];
    struct client *client;
    bool is_ready, has_call;
    char idem[CLIENT_IDEM_BYTES];
    int sends, answers, code; /* of the call; code: of its first answer */
    char *first;              /* its result as text, NULL: it was refused */
    int64_t asked, asked_ms, next_ms;
};

struct goers_play {
    /* Writes method and params of the next call; false: nothing to do now. */
    bool (*next)(void *arg, struct goer *g);
    /* The first answer to a call; code 0: result holds, else error. */
    void (*answer)(
        void *arg, struct goer *g, const struct json *result, const struct json *error, int code);
    void (*turn)(void *arg); /* between calls, for what else there is to do; may be NULL */
    void *arg;
    int repeats;       /* how often an answered call is sent again, with its key */
    bool is_mild;      /* what was refused is not sent again: it may be right by then */
    int expected;      /* first answers, to say what the middle is */
    const char *kills; /* among the first half of them: 'w' a worker, 'd' PostgreSQL; "" none */
    int most_s;        /* then it is over, whether or not all have their answers */
};

struct goers_count {
    size_t answers, repeats, unequal, resends, killed_workers, killed_databases;
    size_t found_again; /* calls that took effect before their client was told */
};

/* Members from FLEET_FIRST_MEMBER on, desks (of the booking service), managers. */
struct goers *goers_new(struct fleet *f, int server, int members, int desks, int managers);
void goers_free(struct goers *g);
void goers_gather(struct goers *g); /* all are signed in */
/* Plays until nobody has anything left to do; false: most_s were over before. */
bool goers_play(struct goers *g, const struct goers_play *play);
void goers_wait(struct goers *g, int ms);              /* nobody calls, all stay connected */
struct goers_count goers_count(const struct goers *g); /* of the last play */
