/* goers.c -- see goers.h. */
#include "goers.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/json.h"
#include "base/buf.h"
#include "base/mem.h"
#include "check.h"
#include "fleet.h"

enum {
    ANSWER_MS = 8000, /* then the connection counts as dead */
    OPEN_MS = 300,
    OPEN_AT_ONCE = 8,
    RETRY_MS = 150,
    GATHER_MS = 120000,
    TWICE = 8, /* of so many one sends twice */
    UNEQUAL_TOLD = 5,
    QUIET_TURNS = 20
};

#define DESK_KEY "chaos-key-of-the-desk-0123456789abcdef"

struct goers {
    struct fleet *fleet;
    int server, count;
    struct goer *all;
    struct client_set *set;
    const struct goers_play *play; /* NULL: they only gather */
    struct goers_count tally;
    int64_t begun_ms;
    size_t kills;
};

static int64_t now_ms(const struct goers *g)
{
    return clock_mono().ms - g->begun_ms;
}

struct goers *goers_new(struct fleet *f, int server, int members, int desks, int managers)
{
    struct goers *g = mem_zalloc(sizeof *g);

    g->fleet = f;
    g->server = server;
    g->count = members + desks + managers;
    g->all = mem_zalloc((size_t)g->count * sizeof *g->all);
    g->set = client_set_new();
    g->begun_ms = clock_mono().ms;
    for (int i = 0; i < g->count; i++) {
        bool is_member = i < members, is_desk = !is_member && i < members + desks;

        g->all[i] = (struct goer){.all = g,
            .kind = is_member ? GOER_MEMBER
                    : is_desk ? GOER_DESK
                              : GOER_MANAGER,
            .number = is_member ? i
                      : is_desk ? i - members
                                : i - members - desks,
            .member = is_member ? FLEET_FIRST_MEMBER + i : 0};
    }
    fleet_run(f, "select lib.apikey_new('desk', '{booking}', sha256('" DESK_KEY "'))");
    return g;
}

void goers_free(struct goers *g)
{
    for (int i = 0; i < g->count; i++) {
        client_free(g->all[i].client);
        mem_free(g->all[i].first);
    }
    client_set_free(g->set);
    mem_free(g->all);
    mem_free(g);
}

struct goers_count goers_count(const struct goers *g)
{
    return g->tally;
}

/* --- calls ------------------------------------------------------------------------------------------ */

static void send_call(struct goer *g)
{
    if (g->sends == 0 && g->number % TWICE == 0)
        (void)client_request_once(g->client, g->method, g->params, g->idem);
    g->asked = client_request_once(g->client, g->method, g->params, g->idem);
    g->asked_ms = now_ms(g->all);
    g->all->tally.resends += g->sends > g->answers;
    g->sends++;
}

/* May the same call be right in a moment? */
static bool is_passing(int code)
{
    return code == 1006 || code == 1007 || code == 1008 || code == 1011;
}

/* The result as text, without the note that it is a replay. */
static char *text_of(const struct json *result)
{
    static const char replay[] = "\"replay\":true,";
    struct buf b;
    char *text, *at;

    if (result == NULL)
        return NULL;
    buf_init(&b, 0);
    json_print(result, &b);
    text = mem_zalloc(b.length_bytes + 1);
    memcpy(text, b.bytes, b.length_bytes);
    buf_done(&b);
    at = strstr(text, replay);
    if (at != NULL)
        memmove(at, at + sizeof replay - 1, strlen(at + sizeof replay - 1) + 1);
    return text;
}

static void compare(struct goer *g, const struct json *result, int code)
{
    struct goers *all = g->all;
    char *text = text_of(result);
    bool is_equal = code == g->code && (text == NULL) == (g->first == NULL) &&
                    (text == NULL || strcmp(text, g->first) == 0);

    all->tally.repeats++;
    if (!is_equal && all->tally.unequal++ < UNEQUAL_TOLD)
        check_note("%s %s: first %d %s, then %d %s", g->method, g->params, g->code,
            g->first == NULL ? "" : g->first, code, text == NULL ? "" : text);
    mem_free(text);
}

/* The call took effect, and its first answer was lost with who should have brought it. */
static bool is_found_again(const struct goer *g, const struct client_message *m)
{
    return g->number % TWICE != 0 && m->result != NULL &&
           json_is_true(json_member(m->result, "replay"));
}

static void on_answer(struct goer *g, const struct client_message *m)
{
    const struct goers_play *play = g->all->play;
    int code = client_error(m);

    if (is_passing(code)) { /* tried again with the same key */
        g->next_ms = now_ms(g->all) + RETRY_MS;
        return;
    }
    if (g->answers == 0) {
        g->code = code;
        mem_free(g->first);
        g->first = text_of(m->result);
        g->all->tally.answers++;
        g->all->tally.found_again += is_found_again(g, m);
    } else {
        compare(g, m->result, code);
    }
    if (++g->answers > play->repeats || (play->is_mild && code != 0))
        g->has_call = false;
    if (g->answers == 1)
        play->answer(play->arg, g, m->result, m->error, code);
}

static bool on_message(void *arg, struct client *c, const struct client_message *m)
{
    struct goer *g = arg;

    if (m->kind != CLIENT_REPLY || m->id != g->asked)
        return true;
    g->asked = 0;
    if (g->is_ready && g->has_call)
        on_answer(g, m);
    else if (m->result == NULL)
        client_close(c, 1000); /* comes back */
    else
        g->is_ready = true;
    return true;
}

/* --- sockets ---------------------------------------------------------------------------------------- */

static void open_goer(struct goer *g)
{
    struct goers *all = g->all;
    struct client_options o = {.port = fleet_port(all->fleet, all->server), .timeout_ms = OPEN_MS};
    char token[FLEET_TOKEN_BYTES], who[32], params[FLEET_TOKEN_BYTES + 20];

    client_free(g->client);
    g->next_ms = now_ms(all) + RETRY_MS;
    g->asked = 0;
    g->is_ready = g->kind == GOER_DESK;
    if (g->kind == GOER_DESK)
        o.authorization = "Key " DESK_KEY;
    g->client = client_open(&o, NULL);
    if (g->client == NULL)
        return;
    client_on_message(g->client, on_message, g);
    client_set_add(all->set, g->client);
    g->next_ms = 0;
    if (g->kind == GOER_DESK)
        return;
    if (g->kind == GOER_MANAGER)
        snprintf(who, sizeof who, "s:%d", FLEET_EDITOR);
    else
        snprintf(who, sizeof who, "m:%lld", (long long)g->member);
    fleet_token(all->fleet, who, token);
    snprintf(params, sizeof params, "{\"token\":\"%s\"}", token);
    g->asked = client_request(g->client, "session.auth", params);
    g->asked_ms = now_ms(all);
}

static bool next_call(struct goer *g)
{
    const struct goers_play *play = g->all->play;

    if (play == NULL || !play->next(play->arg, g))
        return false;
    g->has_call = true;
    g->sends = g->answers = g->code = 0;
    client_idem(g->idem);
    return true;
}

/* Does what this goer has to do next; counts those that connected, and those that wait for something. */
static void act(struct goer *g, int *opened, int *busy)
{
    bool is_open = g->client != NULL && client_is_open(g->client);

    if (is_open && g->asked != 0 && now_ms(g->all) - g->asked_ms > ANSWER_MS)
        is_open = false;
    if (g->has_call || g->asked != 0 || g->all->play == NULL)
        (*busy)++;
    if (now_ms(g->all) < g->next_ms)
        return;
    if (!is_open) {
        if (*opened < OPEN_AT_ONCE) {
            open_goer(g);
            (*opened)++;
        }
        return;
    }
    if (!g->is_ready || g->asked != 0)
        return;
    if (g->has_call || next_call(g)) {
        send_call(g);
        (*busy)++;
    }
}

/* Returns how many still wait for something. */
static int turn(struct goers *g)
{
    int opened = 0, busy = 0;

    for (int i = 0; i < g->count; i++)
        act(&g->all[i], &opened, &busy);
    if (g->play != NULL && g->play->turn != NULL)
        g->play->turn(g->play->arg);
    client_set_pump(g->set, 5);
    return busy;
}

void goers_gather(struct goers *g)
{
    int64_t until_ms = now_ms(g) + GATHER_MS;
    int ready = 0;

    g->play = NULL;
    while (ready < g->count && now_ms(g) < until_ms) {
        (void)turn(g);
        ready = 0;
        for (int i = 0; i < g->count; i++)
            ready += g->all[i].is_ready;
    }
    check(ready == g->count, "%d clients are signed in (%d)", g->count, ready);
}

/* --- killing ---------------------------------------------------------------------------------------- */

static void kill_worker(struct goers *g)
{
    pid_t pids[FLEET_WORKERS_MAX];
    int count = fleet_workers(g->fleet, g->server, pids);

    if (count == 0)
        return;
    kill(pids[random() % count], SIGKILL);
    g->tally.killed_workers++;
}

static void kill_database(struct goers *g)
{
    fleet_postgres_kill(g->fleet);
    for (int64_t until_ms = now_ms(g) + random() % 500; now_ms(g) < until_ms;)
        (void)turn(g);
    fleet_postgres_restart(g->fleet);
    g->tally.killed_databases++;
}

/* The first of them at once: whoever comes first gets something, and it is there that something can be lost. */
static void kill_due(struct goers *g)
{
    size_t kills = strlen(g->play->kills), i = g->kills,
           at = i == 0 ? 1
                       : (size_t)g->play->expected * (i + 1) * (i + 1) /
                             (2 * (kills + 1) * (kills + 1));

    if (g->kills >= kills || g->tally.answers < at)
        return;
    if (g->play->kills[g->kills++] == 'd')
        kill_database(g);
    else
        kill_worker(g);
}

bool goers_play(struct goers *g, const struct goers_play *play)
{
    int64_t until_ms = now_ms(g) + play->most_s * 1000LL;
    int quiet = 0;

    g->play = play;
    g->tally = (struct goers_count){0};
    g->kills = 0;
    while (quiet < QUIET_TURNS && now_ms(g) < until_ms) {
        quiet = turn(g) == 0 ? quiet + 1 : 0;
        kill_due(g);
    }
    return quiet == QUIET_TURNS;
}

void goers_wait(struct goers *g, int ms)
{
    int64_t until_ms = now_ms(g) + ms;

    g->play = NULL;
    while (now_ms(g) < until_ms)
        (void)turn(g);
}
