/* faults_storm.c -- a worker dies, and all its sessions come back at once. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "io/json.h"
#include "base/mem.h"
#include "check.h"
#include "client.h"
#include "faults.h"
#include "fleet.h"

enum { WAIT_MS = 30000, STATEMENTS_MOST = FAULTS_STORM / 10, ROUNDS_MAX = 10 };

struct guest {
    struct storm *storm;
    struct client *client;
    int64_t asked;
    bool is_done;
};

struct storm {
    struct faults *faults;
    struct guest guests[FAULTS_STORM];
    int open, asked, answered, done, events;
    long long position;
};

static bool on_message(void *arg, struct client *c, const struct client_message *m)
{
    struct guest *g = arg;
    struct storm *s = g->storm;
    int64_t seq = 0;

    (void)c;
    if (m->kind == CLIENT_REPLY && m->id == g->asked) {
        s->answered++;
        g->is_done = m->result != NULL;
        s->done += g->is_done;
    }
    s->events += m->kind == CLIENT_EVENT && json_integer(json_member(m->params, "seq"), &seq) &&
                 seq == s->position + 1;
    return true;
}

static void wait_for(struct storm *s, const int *count, int most)
{
    int64_t until_ms = clock_mono().ms + WAIT_MS;

    while (*count < most && clock_mono().ms < until_ms)
        (void)client_set_pump(s->faults->set, 20);
}

static void connect_all(struct storm *s)
{
    struct client_options o = {.port = fleet_port(s->faults->fleet, s->faults->near)};

    for (int i = 0; i < FAULTS_STORM; i++) {
        struct guest *g = &s->guests[i];

        *g = (struct guest){.storm = s, .client = client_open(&o, NULL)};
        if (g->client == NULL)
            continue;
        s->open++;
        client_on_message(g->client, on_message, g);
        client_set_add(s->faults->set, g->client);
    }
    check(s->open == FAULTS_STORM, "%d sockets are back after a worker died", s->open);
}

static void sign_in(struct guest *g)
{
    struct storm *s = g->storm;
    char token[FLEET_TOKEN_BYTES], who[32], params[FLEET_TOKEN_BYTES + 20];

    snprintf(who, sizeof who, "m:%d", FLEET_FIRST_MEMBER + (int)(g - s->guests));
    fleet_token(s->faults->fleet, who, token);
    snprintf(params, sizeof params, "{\"token\":\"%s\"}", token);
    g->asked = client_request(g->client, "session.auth", params);
}

static void resume(struct guest *g)
{
    char params[80];

    snprintf(params, sizeof params, "{\"stream\":\"club:101\",\"after\":%lld}", g->storm->position);
    g->asked = client_request(g->client, "stream.subscribe", params);
}

/* All ask at once; who is told to try again does, as an SDK would. */
static void ask_all(struct storm *s, void (*ask)(struct guest *g))
{
    s->done = 0;
    for (int i = 0; i < FAULTS_STORM; i++)
        s->guests[i].is_done = s->guests[i].client == NULL;
    for (int round = 0; round < ROUNDS_MAX && s->done < s->open; round++) {
        s->asked = s->answered = 0;
        for (int i = 0; i < FAULTS_STORM; i++)
            if (!s->guests[i].is_done) {
                ask(&s->guests[i]);
                s->asked++;
            }
        wait_for(s, &s->answered, s->asked);
    }
}

static void kill_worker(struct faults *f)
{
    pid_t pids[FLEET_WORKERS_MAX];

    if (!check(fleet_workers(f->fleet, f->near, pids) == 1, "one worker"))
        return;
    kill(pids[0], SIGKILL);
    while (fleet_is_alive(pids[0]))
        (void)client_set_pump(f->set, 5);
    check(fleet_wait_ready(f->fleet, f->near, FAULTS_BACK_MS), "  it is replaced");
}

static int64_t statements(struct faults *f)
{
    return fleet_metric(f->fleet, f->near, "clubhub_database_statements_total");
}

void faults_storm(struct faults *f)
{
    struct storm *s = mem_zalloc(sizeof *s);
    struct client *editor;
    struct client_message *m;
    int64_t before;

    s->faults = f;
    s->position = fleet_number(f->fleet, "select seq from stream where stream = 'club:101'");
    kill_worker(f);
    connect_all(s);
    before = statements(f);
    ask_all(s, sign_in);
    check(s->done == FAULTS_STORM, "  %d sign in at once", s->done);
    ask_all(s, resume);
    check(s->done == FAULTS_STORM, "  %d resume at once", s->done);
    before = statements(f) - before;
    check(before > 0 && before <= STATEMENTS_MOST, "  with %lld statements in all",
        (long long)before);
    editor = fleet_editor(f->fleet, f->far);
    m = client_write(editor, "feed.offer_news",
        "{\"club\":\"101\",\"category\":\"11\",\"title\":\"News\",\"body\":\"Fjords.\"}", NULL,
        FAULTS_CALL_MS);
    check(m != NULL && m->result != NULL, "  news is published");
    client_message_free(m);
    client_free(editor);
    wait_for(s, &s->events, FAULTS_STORM);
    check(s->events == FAULTS_STORM, "  and reaches all of them (%d)", s->events);
    for (int i = 0; i < FAULTS_STORM; i++)
        client_free(s->guests[i].client);
    mem_free(s);
}
