/* purse.c -- calls left over HTTP; the 10,000 principals who called last are remembered. */
#include "hub/purse.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "hub/hub.h"
#include "hub/method.h"
#include "hub/session.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/map.h"
#include "base/mem.h"

enum { PURSES_MAX = 10000, MILLI = 1000, WHO_BYTES = 64 };

/* The calls one principal (or one guest address) may still make. */
struct purse {
    struct list_node node; /* in order of last use */
    int64_t milli;
    struct mono_ms at;
    char who[WHO_BYTES];
};

struct purses {
    const struct hub_limits *limits;
    struct map_text *by_who;
    struct list used;
};

struct purses *purses_new(const struct hub_limits *limits)
{
    struct purses *all = mem_zalloc(sizeof *all);

    all->limits = limits;
    all->by_who = map_text_new();
    list_init(&all->used);
    return all;
}

void purses_free(struct purses *all)
{
    struct list_node *n;

    if (all == NULL)
        return;
    while ((n = list_shift(&all->used)) != NULL)
        mem_free(LIST_ITEM(n, struct purse, node));
    map_text_free(all->by_who);
    mem_free(all);
}

static struct purse *purse_of(struct purses *l, const char *who)
{
    struct purse *p = map_text_get(l->by_who, who, strlen(who));

    if (p != NULL) {
        list_remove(&l->used, &p->node);
        list_append(&l->used, &p->node);
        return p;
    }
    if (l->used.count >= PURSES_MAX) {
        struct purse *oldest = LIST_ITEM(list_shift(&l->used), struct purse, node);

        map_text_remove(l->by_who, oldest->who, strlen(oldest->who));
        mem_free(oldest);
    }
    p = mem_zalloc(sizeof *p);
    list_node_init(&p->node);
    snprintf(p->who, sizeof p->who, "%s", who);
    map_text_set(l->by_who, p->who, strlen(p->who), p);
    list_append(&l->used, &p->node);
    return p;
}

struct purse *purse_open(struct purses *all, struct session *s)
{
    const struct hub_limits *l = all->limits;
    bool service = (s->who_bits & WHO_SERVICE) != 0;
    int64_t rate = service ? l->service_calls_per_s : l->calls_per_s;
    int64_t most = (service ? (int64_t)l->service_calls_per_s : l->calls_burst) * MILLI;
    struct mono_ms now = clock_mono();
    char who[WHO_BYTES];

    if (s->who_bits == WHO_GUEST)
        snprintf(who, sizeof who, "g:%s", s->address);
    else
        snprintf(who, sizeof who, "%s", s->who);

    struct purse *p = purse_of(all, who);

    if (p->at.ms == 0)
        p->milli = most;
    else
        p->milli += (now.ms - p->at.ms) * rate;
    if (p->milli > most)
        p->milli = most;
    p->at = now;
    s->call_tokens_milli = (int32_t)p->milli;
    s->call_tokens_at = now;
    return p;
}

bool purse_has_call(const struct purse *p)
{
    return p->milli >= MILLI;
}

void purse_close(struct purse *p, const struct session *s)
{
    p->milli = s->call_tokens_milli;
}
