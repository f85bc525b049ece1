/* honest.c -- see honest.h. */
#include "honest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "check.h"
#include "client.h"
#include "fleet.h"
#include "watch.h"

enum {
    ADDRESSES = 25,
    CALL_EACH_MS = 2500, /* of one member */
    POST_EACH_MS = 500,  /* of them all */
    CALL_MS = 8000,      /* longer: it failed */
    TURN_MS = 2,
    SETTLE_MS = 10000,
    NO_CALL = 0
};

struct member {
    struct watch watch;
    struct honest *all;
    char from[16];
    int64_t next_ms, asked_us, call_id;
    bool is_post;
};

struct honest {
    struct fleet *fleet;
    struct client_set *set;
    struct member *members;
    int count, next_author, in_flight;
    int64_t next_post_ms, *took_us;
    size_t took_count, took_capacity, failed, posts;
};

static int64_t now_us(void)
{
    return clock_boot().ns / 1000;
}

static void on_reply(void *arg, struct watch *w, const struct client_message *m)
{
    struct member *one = arg;
    struct honest *h = one->all;

    (void)w;
    if (one->call_id == NO_CALL || m->id != one->call_id)
        return;
    one->call_id = NO_CALL;
    h->in_flight--;
    if (m->error != NULL && h->failed++ == 0)
        check_note("a call failed: %.300s", client_message_text(m, NULL));
    mem_grow((void **)&h->took_us, &h->took_capacity, h->took_count + 1, sizeof *h->took_us);
    h->took_us[h->took_count++] = now_us() - one->asked_us;
}

static void open_one(struct honest *h, int i)
{
    struct member *one = &h->members[i];
    int tries = 0;

    one->all = h;
    one->next_ms = clock_mono().ms + (int64_t)i * CALL_EACH_MS / h->count;
    snprintf(one->from, sizeof one->from, "127.0.1.%d", 1 + i % ADDRESSES);
    one->watch = (struct watch){.fleet = h->fleet,
        .member = FLEET_FIRST_MEMBER + i,
        .set = h->set,
        .from = one->from,
        .position = -1,
        .on_reply = on_reply,
        .arg = one};
    while (!watch_open(&one->watch) && tries++ < 20)
        usleep(200000);
}

struct honest *honest_new(struct fleet *f, int server, int count)
{
    struct honest *h = mem_zalloc(sizeof *h);

    (void)server; /* the first */
    h->fleet = f;
    h->count = count;
    h->set = client_set_new();
    h->members = mem_zalloc((size_t)count * sizeof *h->members);
    for (int i = 0; i < count; i++) {
        open_one(h, i);
        (void)client_set_pump(h->set, 0);
    }
    return h;
}

void honest_free(struct honest *h)
{
    for (int i = 0; i < h->count; i++)
        watch_close(&h->members[i].watch);
    client_set_free(h->set);
    mem_free(h->members);
    mem_free(h->took_us);
    mem_free(h);
}

/* --- calls ------------------------------------------------------------------------------------- */

static void call(struct honest *h, struct member *one, bool is_post)
{
    char params[160];

    if (one->watch.client == NULL || !client_is_open(one->watch.client))
        return;
    one->asked_us = now_us();
    if (is_post) {
        snprintf(params, sizeof params,
            "{\"club\":\"%d\",\"kind\":\"story\",\"body\":\"Number %zu of an evening.\"}",
            FLEET_CLUB, ++h->posts);
        one->call_id = client_request_once(one->watch.client, "feed.post", params, NULL);
    } else {
        one->call_id = client_request(one->watch.client, "points.summary", NULL);
    }
    h->in_flight += one->call_id != NO_CALL;
}

/* A call without an answer for too long is given up. */
static void turn(struct honest *h, bool may_call)
{
    int64_t now_ms = clock_mono().ms;

    for (int i = 0; i < h->count; i++) {
        struct member *one = &h->members[i];

        if (one->call_id != NO_CALL && now_us() - one->asked_us > (int64_t)CALL_MS * 1000) {
            one->call_id = NO_CALL;
            h->in_flight--;
            h->failed++;
        }
        if (!may_call || one->call_id != NO_CALL || now_ms < one->next_ms)
            continue;
        one->next_ms += CALL_EACH_MS;
        call(h, one, now_ms >= h->next_post_ms);
        if (now_ms >= h->next_post_ms)
            h->next_post_ms = now_ms + POST_EACH_MS;
    }
    (void)client_set_pump(h->set, TURN_MS);
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

struct honest_figures honest_phase(struct honest *h, int ms, bool (*more)(void *arg), void *arg)
{
    int64_t until_ms = clock_mono().ms + ms;
    size_t posts = h->posts;
    struct honest_figures f;

    h->took_count = h->failed = 0;
    for (int i = 0; i < h->count; i++)
        h->members[i].next_ms = clock_mono().ms + (int64_t)i * CALL_EACH_MS / h->count;
    while (clock_mono().ms < until_ms || (more != NULL && more(arg)))
        turn(h, true);
    until_ms = clock_mono().ms + CALL_MS + 1000;
    while (h->in_flight > 0 && clock_mono().ms < until_ms)
        turn(h, false);
    qsort(h->took_us, h->took_count, sizeof *h->took_us, by_size);
    f = (struct honest_figures){
        .calls = h->took_count, .failed = h->failed, .posts = h->posts - posts};
    if (h->took_count > 0) {
        f.p50_us = h->took_us[h->took_count / 2];
        f.p99_us = h->took_us[h->took_count * 99 / 100];
    }
    return f;
}

/* --- events ------------------------------------------------------------------------------------ */

static int behind(const struct honest *h, int64_t head)
{
    int n = 0;

    for (int i = 0; i < h->count; i++)
        n += h->members[i].watch.position < head;
    return n;
}

void honest_judge(struct honest *h)
{
    int64_t head =
        fleet_number(h->fleet, "select seq from stream where stream = 'club:%d'", FLEET_CLUB);
    int64_t until_ms = clock_mono().ms + SETTLE_MS;
    const char *problem = NULL;
    int lost = 0;

    while (behind(h, head) > 0 && clock_mono().ms < until_ms)
        (void)client_set_pump(h->set, TURN_MS);
    for (int i = 0; i < h->count; i++) {
        const struct watch *w = &h->members[i].watch;

        if (problem == NULL && w->problem[0] != '\0')
            problem = w->problem;
        lost += w->client == NULL || !client_is_open(w->client);
    }
    check(lost == 0, "no honest socket was closed (%d of %d)", lost, h->count);
    check(behind(h, head) == 0, "P3: every honest socket has every event up to %lld (%d have not)",
        (long long)head, behind(h, head));
    check(problem == NULL, "P3: without a gap: %s", problem == NULL ? "none" : problem);
}
