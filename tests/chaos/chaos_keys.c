/* chaos_keys.c -- P2: one key, one effect, on whatever node; and the lock order holds.
 *
 * The same call with the same key goes to two nodes at once; a batch in which every second request is refused gives each
 * its own answer; random writes of every kind on a few members and clubs meet no deadlock.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/json.h"
#include "check.h"
#include "fleet.h"

enum {
    MEMBERS = 30,
    NODES = 2,
    KEYS = 40,
    COPIES = 6, /* of each call, over both nodes */
    BATCH = 60,
    CALL_MS = 8000,
    LOAD_MS = 12000,
    LOADERS = 24,
    IN_FLIGHT = 4,
    MISMATCH = 1005,
    NOT_MEMBER = 1014,
    INTERNAL = -32603
};

struct keys {
    struct fleet *fleet;
    int servers[NODES];
};

static int64_t id_of(const struct client_message *m, const char *name)
{
    int64_t id = 0;

    return m != NULL && m->result != NULL && json_id(json_member(m->result, name), &id) ? id : 0;
}

static bool is_replay(const struct client_message *m)
{
    return m != NULL && m->result != NULL && json_is_true(json_member(m->result, "replay"));
}

/* --- one key on two nodes ------------------------------------------------------------------------ */

struct story {
    const char *method, *params,
        *id; /* %d in params: the number of the key; id: member of the result, NULL: none */
};

/* Sends one call COPIES times; counts answers that agree, and replays among them. */
static void send_copies(struct client *const *clients,
    const struct story *s,
    int number,
    size_t *out_same,
    size_t *out_replays)
{
    char params[300], idem[CLIENT_IDEM_BYTES];
    struct client_message *replies[COPIES];
    int64_t asked[COPIES], first;

    snprintf(params, sizeof params, s->params, number);
    client_idem(idem);
    for (int i = 0; i < COPIES; i++)
        asked[i] = client_request_once(clients[i % NODES], s->method, params, idem);
    for (int i = 0; i < COPIES; i++)
        replies[i] = client_wait(clients[i % NODES], asked[i], CALL_MS);
    first = s->id == NULL ? 0 : id_of(replies[0], s->id);
    for (int i = 0; i < COPIES; i++) {
        bool is_fine = replies[i] != NULL && replies[i]->result != NULL;

        *out_same +=
            is_fine && (s->id == NULL || (first != 0 && id_of(replies[i], s->id) == first));
        *out_replays += is_replay(replies[i]);
        if (!is_fine)
            check_note("%s: %.200s", s->method,
                replies[i] == NULL ? "no answer" : client_message_text(replies[i], NULL));
        client_message_free(replies[i]);
    }
}

static void duplicates(struct keys *k)
{
    static const struct story stories[] = {
        {"feed.post", "{\"club\":\"101\",\"kind\":\"story\",\"body\":\"twin %d\"}", "post"},
        {"points.earn",
            "{\"member\":\"1001\",\"club\":\"101\",\"receipt\":\"twin-%d\",\"lines\":[{\"amount\":{\"minor\":100,\"cur\":\"EUR\"}}]}",
            "tx"},
        {"consent.withdraw", "{\"purpose\":\"mkt.offers\",\"method\":\"twin.%d\"}", NULL},
    };

    for (size_t n = 0; n < sizeof stories / sizeof stories[0]; n++) {
        size_t same = 0, replays = 0;
        struct client *clients[NODES], *member[NODES];

        for (int i = 0; i < NODES; i++) {
            member[i] = fleet_member(k->fleet, k->servers[i], FLEET_FIRST_MEMBER);
            clients[i] = strcmp(stories[n].method, "points.earn") == 0
                             ? fleet_till(k->fleet, k->servers[i])
                             : member[i];
        }
        for (int number = 0; number < KEYS; number++)
            send_copies(clients, &stories[n], number, &same, &replays);
        check(same == KEYS * COPIES, "P2: %s: %zu of %d answers are the same", stories[n].method,
            same, KEYS * COPIES);
        check(replays == KEYS * (COPIES - 1), "P2: %s: all but one are replays (%zu)",
            stories[n].method, replays);
        for (int i = 0; i < NODES; i++) {
            if (clients[i] != member[i])
                client_free(clients[i]);
            client_free(member[i]);
        }
    }
    check(fleet_number(k->fleet, "select count(*) from post where body like 'twin %%'") == KEYS,
        "P2: one post per key");
    check(
        fleet_number(k->fleet,
            "select count(*) from ledger_tx where kind = 'earn' and ref_id like 'twin-%%'") == KEYS,
        "P2: one credit per key");
    check(fleet_number(k->fleet,
              "select count(*) from consent_event where member_id = %d and action = 'withdraw'",
              FLEET_FIRST_MEMBER) == 1,
        "P2: one withdrawal");
}

static void mismatch(struct keys *k)
{
    struct client *c[NODES];
    struct client_message *m;

    for (int i = 0; i < NODES; i++)
        c[i] = fleet_member(k->fleet, k->servers[i], FLEET_FIRST_MEMBER);
    client_message_free(client_write(c[0], "feed.post",
        "{\"club\":\"101\",\"kind\":\"story\",\"body\":\"one\"}", "mismatch-1", CALL_MS));
    m = client_write(c[1], "feed.post", "{\"club\":\"101\",\"kind\":\"story\",\"body\":\"other\"}",
        "mismatch-1", CALL_MS);
    check(client_error(m) == MISMATCH, "P2: the same key for another request is refused (%d)",
        client_error(m));
    client_message_free(m);
    for (int i = 0; i < NODES; i++)
        client_free(c[i]);
}

/* --- a batch ------------------------------------------------------------------------------------- */

/* All at once on one connection: while the first is under way the others gather. */
static void every_second(struct keys *k)
{
    struct client *till = fleet_till(k->fleet, k->servers[0]);
    int64_t asked[BATCH];
    size_t credited = 0, refused = 0;
    char params[300];

    for (int i = 0; i < BATCH; i++) {
        snprintf(params, sizeof params,
            "{\"member\":\"%d\",\"club\":\"101\",\"receipt\":\"half-%d\",\"lines\":[{\"amount\":{\"minor\":100,\"cur\":\"EUR\"}}]}",
            i % 2 == 0 ? FLEET_FIRST_MEMBER + i % MEMBERS : 999999, i);
        asked[i] = client_request_once(till, "points.earn", params, NULL);
    }
    for (int i = 0; i < BATCH; i++) {
        struct client_message *m = client_wait(till, asked[i], CALL_MS);

        credited += i % 2 == 0 && id_of(m, "tx") != 0;
        refused += i % 2 == 1 && client_error(m) == NOT_MEMBER;
        client_message_free(m);
    }
    check(credited == BATCH / 2 && refused == BATCH / 2,
        "a batch: %zu credited, %zu refused, each with its own answer", credited, refused);
    check(fleet_number(k->fleet,
              "select count(*) from ledger_tx where kind = 'earn' and ref_id like 'half-%%'") ==
              BATCH / 2,
        "  and what was not refused took effect");
    client_free(till);
}

/* --- random load --------------------------------------------------------------------------------- */

struct loader {
    struct client *client;
    int64_t member; /* 0: the till; -1: the editor */
    int64_t last_post;
    int in_flight;
    size_t *done, *refused, *internal;
};

static bool on_answer(void *arg, struct client *c, const struct client_message *m)
{
    struct loader *l = arg;
    int64_t post = id_of(m, "post");

    (void)c;
    if (m->kind != CLIENT_REPLY)
        return true;
    l->in_flight--;
    *l->done += m->result != NULL;
    *l->refused += m->error != NULL;
    if (post != 0)
        l->last_post = post;
    if (client_error(m) == INTERNAL && (*l->internal)++ < 5)
        check_note("%.300s", client_message_text(m, NULL));
    return true;
}

static const char *member_call(
    struct keys *k, const struct loader *l, char *params, size_t params_bytes)
{
    static const char *const purposes[] = {"mkt.offers", "com.profile", "com.badge"};
    long other = FLEET_FIRST_MEMBER + random() % MEMBERS;
    int scope = 0;

    (void)k;
    switch (random() % 8) {
    case 0:
    case 1:
        snprintf(params, params_bytes, "{\"club\":\"%d\",\"kind\":\"story\",\"body\":\"load\"}",
            FLEET_CLUB + (int)(random() % 2));
        return "feed.post";
    case 2:
        snprintf(params, params_bytes, "{\"post\":\"%lld\"}",
            (long long)(l->last_post == 0 ? 1 : l->last_post));
        return "feed.delete";
    case 3:
        snprintf(params, params_bytes, "{\"purpose\":\"%s\"}", purposes[random() % 3]);
        return "consent.withdraw";
    case 4:
        scope = (int)(random() % 3);
        snprintf(params, params_bytes,
            "{\"items\":[{\"purpose\":\"%s\",\"scope\":\"%d\",\"channel\":\"%s\",\"text_ver\":1,\"locale\":\"en\"}],\"base\":%ld}",
            purposes[scope], scope == 0 ? FLEET_CATEGORY : FLEET_CLUB,
            scope == 0 ? "inapp" : "none", 3 + random() % 6);
        return "consent.give";
    case 5:
        snprintf(params, params_bytes, "{\"member\":\"%ld\"}", other);
        return "member.block";
    case 6:
        snprintf(params, params_bytes, "{\"member\":\"%ld\"}", other);
        return "member.unblock";
    default:
        snprintf(params, params_bytes, "{\"club\":\"%d\"}", FLEET_CLUB + 1);
        return random() % 2 == 0 ? "membership.apply" : "membership.leave";
    }
}

static const char *random_call(
    struct keys *k, const struct loader *l, char *params, size_t params_bytes)
{
    if (l->member > 0)
        return member_call(k, l, params, params_bytes);
    if (l->member < 0) {
        snprintf(params, params_bytes,
            "{\"club\":\"101\",\"category\":\"11\",\"title\":\"Load\",\"body\":\"Load\"}");
        return "feed.offer_news";
    }
    snprintf(params, params_bytes,
        "{\"member\":\"%ld\",\"club\":\"101\",\"receipt\":\"load-%ld\",\"lines\":[{\"amount\":{\"minor\":100,\"cur\":\"EUR\"}}]}",
        FLEET_FIRST_MEMBER + random() % MEMBERS, random());
    return "points.earn";
}

static int64_t deadlocks(struct keys *k)
{
    usleep(1100000); /* the counters are told a second later at most */
    return fleet_number(
        k->fleet, "select deadlocks from pg_stat_database where datname = current_database()");
}

static void run_load(struct keys *k, struct client_set *set, struct loader *loaders)
{
    int64_t until_ms = clock_mono().ms + LOAD_MS, drain_ms = until_ms + CALL_MS;
    int in_flight = 1;
    char params[400];

    while (clock_mono().ms < until_ms || (in_flight > 0 && clock_mono().ms < drain_ms)) {
        in_flight = 0;
        for (int i = 0; i < LOADERS; i++) {
            struct loader *l = &loaders[i];

            while (l->in_flight < IN_FLIGHT && clock_mono().ms < until_ms &&
                   client_is_open(l->client)) {
                const char *method = random_call(k, l, params, sizeof params);

                l->in_flight += client_request_once(l->client, method, params, NULL) != 0;
            }
            in_flight += client_is_open(l->client) ? l->in_flight : 0;
        }
        client_set_pump(set, 10);
    }
}

static void random_load(struct keys *k)
{
    struct client_set *set = client_set_new();
    struct loader loaders[LOADERS] = {0};
    size_t done = 0, refused = 0, internal = 0, open = 0;
    int64_t before = deadlocks(k), after;

    srandom(40);
    for (int i = 0; i < LOADERS; i++) {
        struct loader *l = &loaders[i];

        *l = (struct loader){.done = &done,
            .refused = &refused,
            .internal = &internal,
            .member = i < 3   ? 0
                      : i < 6 ? -1
                              : FLEET_FIRST_MEMBER + i};
        l->client = l->member == 0  ? fleet_till(k->fleet, k->servers[i % NODES])
                    : l->member < 0 ? fleet_editor(k->fleet, k->servers[i % NODES])
                                    : fleet_member(k->fleet, k->servers[i % NODES], l->member);
        client_on_message(l->client, on_answer, l);
        client_set_add(set, l->client);
    }
    run_load(k, set, loaders);
    for (int i = 0; i < LOADERS; i++) {
        open += client_is_open(loaders[i].client);
        client_free(loaders[i].client);
    }
    client_set_free(set);
    after = deadlocks(k);
    check(done > 500 && open == LOADERS,
        "random writes: %zu done, %zu refused, %zu connections stayed", done, refused, open);
    check(internal == 0, "none of them failed unexpectedly (%zu)", internal);
    check(after == before, "the lock order holds: %lld deadlocks", (long long)(after - before));
    check(fleet_number(k->fleet, "select count(*) from lib.ledger_violations()") == 0,
        "I-01 ... I-09 hold");
}

int main(void)
{
    static const char *const options[] = {"--session_calls_per_s=2000",
        "--session_calls_burst=2000", "--session_calls_in_flight=200", NULL};
    struct keys k = {.fleet = fleet_open()};

    fleet_seed(k.fleet, MEMBERS);
    fleet_run(k.fleet, "update club set settings = '{\"posts_per_day\":1000000}'");
    for (int i = 0; i < NODES; i++)
        k.servers[i] = fleet_serve(k.fleet, 1, options);
    duplicates(&k);
    mismatch(&k);
    every_second(&k);
    random_load(&k);
    check(fleet_close(k.fleet) == 0, "the servers ended well");
    return check_end();
}
