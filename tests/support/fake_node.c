/* fake_node.c -- implements hub/node.h for unit tests. */
#include "support/fake_node.h"

#include <stddef.h>
#include <string.h>

struct fake_node fake_node = {.delivering = true, .id = 1};

void fake_node_reset(void)
{
    fake_node = (struct fake_node){.delivering = true, .id = 1};
}

struct node *node_new(struct hub *h)
{
    (void)h;
    return NULL;
}

void node_free(struct node *n)
{
    (void)n;
}

void node_start(struct node *n)
{
    (void)n;
}

void node_rejoin(struct node *n)
{
    (void)n;
    fake_node.rejoins++;
}

void node_leave(struct node *n, void (*done)(void *arg), void *arg)
{
    (void)n;
    done(arg);
}

bool node_is_delivering(const struct node *n)
{
    (void)n;
    return fake_node.delivering;
}

int64_t node_id(const struct node *n)
{
    (void)n;
    return fake_node.id;
}

int node_peers(const struct node *n)
{
    (void)n;
    return fake_node.peers;
}

int64_t node_applied(const struct node *n)
{
    (void)n;
    return fake_node.applied;
}

const char *node_lineage(const struct node *n)
{
    (void)n;
    return "lineage";
}

enum node_touch node_touched(
    const struct node *n, int64_t sys_seq, const int64_t *ids, size_t count, const char *object)
{
    (void)n;
    if (fake_node.touched_seq <= sys_seq)
        return TOUCH_NO;
    if (fake_node.touched_object && object != NULL)
        return TOUCH_YES;
    for (size_t i = 0; i < count; i++) {
        if (fake_node.touched_id == 0 || fake_node.touched_id == ids[i])
            return TOUCH_YES;
    }
    return TOUCH_NO;
}

bool node_is_at(const struct node *n, int64_t sys_seq)
{
    (void)n;
    return sys_seq == fake_node.applied;
}

enum node_touch node_revoked(
    const struct node *n, int64_t sys_seq, const char *who, int64_t family, const char *token_id)
{
    (void)n;
    (void)family;
    (void)token_id;
    if (fake_node.revoked_who == NULL || fake_node.touched_seq <= sys_seq)
        return TOUCH_NO;
    return strcmp(fake_node.revoked_who, who) == 0 ? TOUCH_YES : TOUCH_NO;
}

struct node_wait *node_wait_applied(struct node *n,
    int64_t seq,
    unsigned timeout_ms,
    void (*done)(void *arg, enum err e),
    void *arg)
{
    (void)n, (void)seq, (void)timeout_ms, (void)done, (void)arg;
    return NULL;
}

void node_wait_cancel(struct node_wait *w)
{
    (void)w;
}

void node_note_commit(struct node *n)
{
    (void)n;
}

void node_lost_connection(struct node *n, int64_t incarnation)
{
    (void)n, (void)incarnation;
}

void node_notified(struct node *n)
{
    (void)n;
}

int64_t node_barrier_last_us(const struct node *n)
{
    (void)n;
    return 0;
}

void node_turn(struct node *n)
{
    (void)n;
}
