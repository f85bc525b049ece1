/* plan_mirror.h -- what a device knows of a plan: the snapshot it got first, and the events since, over connections that
 * come and go.  Nothing is read a second time, so in the end it must be what the plan is.
 *
 * A mirror never waits: plan_mirror_act does what is due, the set that is pumped does the rest.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct client;
struct client_set;
struct coverage;
struct fleet;

/* The kinds of things, each with an event of its own. */
enum plan_kind {
    PLAN_ITSELF,
    PLAN_MEMBER,
    PLAN_ITEM,
    PLAN_POLL,
    PLAN_PROPOSAL,
    PLAN_EXPENSE,
    PLAN_SETTLEMENT,
    PLAN_COMMENT,
    PLAN_KINDS
};
extern const char *const plan_kind_names[PLAN_KINDS]; /* as the references of events have them */

struct plan_thing {
    enum plan_kind kind;
    int64_t id, version;
    char *view; /* as it was shown last; NULL: it is not there (any more) */
};

enum mirror_state { MIRROR_CLOSED, MIRROR_SIGNING_IN, MIRROR_SUBSCRIBING, MIRROR_OPEN };

struct plan_mirror {
    struct fleet *fleet;
    const int *servers; /* it meets one of them, by chance */
    int server_count;
    int64_t member, plan;
    struct client_set *set;
    bool is_steady; /* leaves only when it is cut */

    enum mirror_state state;
    struct client *client;
    struct coverage *coverage;
    struct plan_thing *things;
    size_t count, capacity;
    int64_t last_op; /* the newest number of the log it heard of */
    int64_t asked, after, due_ms, hop_ms, out_ms;
    size_t hops, events;

    /* Once the member is out: answers of NOT_FOUND, and what came after the first of them. */
    bool is_out, is_probing;
    bool has_ended; /* it was told that the stream ended, or was cut */
    size_t refused, late;
    char problem[200];
};

void plan_mirror_init(struct plan_mirror *m);
void plan_mirror_done(struct plan_mirror *m);
void plan_mirror_act(struct plan_mirror *m, int64_t now_ms);
/* The member was told to be out: from the answer to a call on this very socket on nothing of the plan may come. */
void plan_mirror_out(struct plan_mirror *m);
int64_t plan_mirror_position(const struct plan_mirror *m); /* -1: it has no snapshot yet */
const char *plan_mirror_stream(const struct plan_mirror *m, char *out, size_t out_bytes);

/* One of those that are there, or of those that are not any more; NULL: none. */
const struct plan_thing *plan_mirror_any(
    const struct plan_mirror *m, enum plan_kind kind, bool is_there);
/* All that are there, as {"item":{"17":{...}},"poll":{...},...}. */
void plan_mirror_print(const struct plan_mirror *m, struct buf *out);
