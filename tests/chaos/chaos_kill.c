/* chaos_kill.c -- P1, P2, P3: nothing acknowledged is lost, nothing is done twice, whatever is killed.
 *
 * Members post and the till credits points for forty seconds, one call at a time each, and repeat a call with its key until
 * it is answered.  At random moments a worker, the supervisor or PostgreSQL is killed with -9.  Some devices follow the
 * club's stream all the while.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/json.h"
#include "base/buf.h"
#include "base/mem.h"
#include "check.h"
#include "coverage.h"
#include "fleet.h"

enum {
    WORKERS = 3,
    POSTERS = 14,
    TILLS = 6,
    WATCHERS = 4,
    ACTORS = POSTERS + TILLS + WATCHERS,
    MEMBERS = 40,
    KILL_MS = 40000,
    SETTLE_MS = 30000,
    PAUSE_MS = 30,    /* between two calls of one actor */
    ANSWER_MS = 6000, /* then the connection counts as dead */
    OPEN_MS = 300,
    RETRY_MS = 150,
    FIRST_KILL_MS = 1500,
    MOST_BETWEEN_MS = 4000,
    GONE_MS = 8000
};

enum kind { POST, EARN, WATCH };

struct job {
    enum kind kind;
    int actor, serial;
    int64_t id; /* of the post or transaction; 0: not acknowledged */
};

struct actor {
    struct tempest *tempest;
    int number;
    enum kind kind;
    struct client *client;
    bool is_ready; /* signed in */
    int64_t asked, asked_ms, next_ms, after;
    char idem[CLIENT_IDEM_BYTES];
    struct job *job; /* under way */
    struct coverage *coverage;
};

struct tempest {
    struct fleet *fleet;
    int server;
    struct client_set *set;
    struct actor actors[ACTORS];
    struct job **jobs;
    size_t job_count, job_capacity, refused, repeats, killed_workers, killed_supervisors,
        killed_databases;
    int64_t begun_ms, kill_ms;
    bool is_ending;
};

static int64_t now_ms(const struct tempest *t)
{
    return clock_mono().ms - t->begun_ms;
}

/* --- actors -------------------------------------------------------------------------------------- */

static void send_job(struct actor *a)
{
    const struct job *j = a->job;
    char params[300];

    if (j->kind == POST)
        snprintf(params, sizeof params,
            "{\"club\":\"101\",\"kind\":\"story\",\"body\":\"kill-%d-%d\"}", j->actor, j->serial);
    else
        snprintf(params, sizeof params,
            "{\"member\":\"%d\",\"club\":\"101\",\"receipt\":\"kill-%d-%d\",\"lines\":[{\"amount\":{\"minor\":100,\"cur\":\"EUR\"}}]}",
            FLEET_FIRST_MEMBER + j->serial % MEMBERS, j->actor, j->serial);
    a->asked = client_request_once(
        a->client, j->kind == POST ? "feed.post" : "points.earn", params, a->idem);
    a->asked_ms = now_ms(a->tempest);
}

static void next_job(struct actor *a)
{
    struct tempest *t = a->tempest;
    struct job *j = mem_zalloc(sizeof *j);

    *j = (struct job){.kind = a->kind, .actor = a->number, .serial = (int)t->job_count};
    mem_grow((void **)&t->jobs, &t->job_capacity, t->job_count + 1, sizeof(struct job *));
    t->jobs[t->job_count++] = j;
    a->job = j;
    client_idem(a->idem);
}

static void subscribe(struct actor *a)
{
    const char *epoch;
    char params[200];

    a->after = coverage_position(a->coverage, "club:101", &epoch);
    snprintf(params, sizeof params, "{\"stream\":\"club:101\"}");
    if (a->after >= 0)
        snprintf(params, sizeof params, "{\"stream\":\"club:101\",\"after\":%lld,\"epoch\":\"%s\"}",
            (long long)a->after, epoch);
    a->asked = client_request(a->client, "stream.subscribe", params);
    a->asked_ms = now_ms(a->tempest);
}

static void on_done(struct actor *a, const struct client_message *m)
{
    if (m->result == NULL) { /* tried again with the same key */
        a->tempest->refused++;
        a->next_ms = now_ms(a->tempest) + RETRY_MS;
        return;
    }
    (void)json_id(json_member(m->result, a->kind == POST ? "post" : "tx"), &a->job->id);
    a->job = NULL;
    a->next_ms = now_ms(a->tempest) + PAUSE_MS;
}

static bool on_message(void *arg, struct client *c, const struct client_message *m)
{
    struct actor *a = arg;

    (void)c;
    if (m->kind != CLIENT_REPLY)
        return a->coverage == NULL || coverage_message(a->coverage, m);
    if (m->id != a->asked)
        return true;
    a->asked = 0;
    if (a->is_ready && a->kind != WATCH) {
        on_done(a, m);
    } else if (m->result == NULL) {
        a->next_ms = 0;
        client_close(c, 1000); /* comes back */
    } else if (!a->is_ready) {
        a->is_ready = true;
        if (a->kind == WATCH)
            subscribe(a);
    } else {
        coverage_answered(a->coverage, a->after, m->result);
    }
    return true;
}

static void open_actor(struct actor *a)
{
    struct tempest *t = a->tempest;
    struct client_options o = {.port = fleet_port(t->fleet, t->server), .timeout_ms = OPEN_MS};
    char token[FLEET_TOKEN_BYTES], who[32], params[FLEET_TOKEN_BYTES + 20];

    client_free(a->client);
    a->next_ms = now_ms(t) + RETRY_MS;
    a->asked = 0;
    a->is_ready = a->kind == EARN;
    if (a->kind == EARN)
        o.authorization = "Key " FLEET_POS_KEY;
    a->client = client_open(&o, NULL);
    if (a->client == NULL)
        return;
    client_on_message(a->client, on_message, a);
    client_set_add(t->set, a->client);
    if (a->kind == EARN)
        return;
    snprintf(who, sizeof who, "m:%d", FLEET_FIRST_MEMBER + a->number);
    fleet_token(t->fleet, who, token);
    snprintf(params, sizeof params, "{\"token\":\"%s\"}", token);
    a->asked = client_request(a->client, "session.auth", params);
    a->asked_ms = now_ms(t);
}

/* Does what this actor has to do next; returns true if it took its time to connect. */
static bool act(struct actor *a)
{
    struct tempest *t = a->tempest;
    bool is_open = a->client != NULL && client_is_open(a->client);

    if (is_open && a->asked != 0 && now_ms(t) - a->asked_ms > ANSWER_MS)
        is_open = false;
    if (now_ms(t) < a->next_ms)
        return false;
    if (!is_open) {
        open_actor(a);
        return true;
    }
    if (!a->is_ready || a->asked != 0 || a->kind == WATCH)
        return false;
    if (a->job != NULL) {
        t->repeats++;
        send_job(a);
    } else if (!t->is_ending) {
        next_job(a);
        send_job(a);
    }
    return false;
}

static void turn(struct tempest *t)
{
    int opened = 0;

    for (int i = 0; i < ACTORS && opened < 4; i++)
        opened += act(&t->actors[i]);
    client_set_pump(t->set, 5);
}

/* --- killing ------------------------------------------------------------------------------------- */

static void kill_worker(struct tempest *t)
{
    pid_t pids[FLEET_WORKERS_MAX];
    int count = fleet_workers(t->fleet, t->server, pids);

    if (count == 0)
        return;
    kill(pids[random() % count], SIGKILL);
    t->killed_workers++;
}

/* Its workers go with it. */
static void kill_supervisor(struct tempest *t)
{
    pid_t pids[FLEET_WORKERS_MAX];
    int count = fleet_workers(t->fleet, t->server, pids);
    int64_t until_ms = now_ms(t) + GONE_MS;

    fleet_signal(t->fleet, t->server, SIGKILL);
    for (int i = 0; i < count; i++) {
        while (fleet_is_alive(pids[i]) && now_ms(t) < until_ms)
            turn(t);
        if (fleet_is_alive(pids[i])) {
            check(false, "a worker outlives its supervisor");
            kill(pids[i], SIGKILL);
        }
    }
    fleet_restart(t->fleet, t->server);
    t->killed_supervisors++;
}

static void kill_database(struct tempest *t)
{
    fleet_postgres_kill(t->fleet);
    for (int64_t until_ms = now_ms(t) + random() % 1000; now_ms(t) < until_ms;)
        turn(t);
    fleet_postgres_restart(t->fleet);
    t->killed_databases++;
}

static void kill_due(struct tempest *t)
{
    long what = random() % 10;

    if (now_ms(t) < t->kill_ms)
        return;
    if (t->killed_databases == 0 && now_ms(t) > KILL_MS / 2)
        what = 9;
    if (t->killed_supervisors == 0 && now_ms(t) > KILL_MS / 3)
        what = 7;
    if (what < 6)
        kill_worker(t);
    else if (what < 8)
        kill_supervisor(t);
    else
        kill_database(t);
    t->kill_ms = now_ms(t) + 200 + random() % MOST_BETWEEN_MS;
}

/* --- phases -------------------------------------------------------------------------------------- */

static void begin(struct tempest *t)
{
    static const char *const options[] = {"--db_connections=4", NULL};

    fleet_seed(t->fleet, MEMBERS);
    fleet_run(t->fleet, "update club set settings = '{\"posts_per_day\":1000000}'");
    t->server = fleet_serve(t->fleet, WORKERS, options);
    t->set = client_set_new();
    t->begun_ms = clock_mono().ms;
    t->kill_ms = FIRST_KILL_MS;
    srandom(9);
    for (int i = 0; i < ACTORS; i++) {
        t->actors[i] = (struct actor){.tempest = t,
            .number = i,
            .kind = i < POSTERS           ? POST
                    : i < POSTERS + TILLS ? EARN
                                          : WATCH};
        if (t->actors[i].kind == WATCH)
            t->actors[i].coverage = coverage_new();
    }
}

static bool is_settled(struct tempest *t)
{
    int64_t head = 0;

    for (int i = 0; i < ACTORS; i++)
        if (t->actors[i].job != NULL)
            return false;
    head = fleet_number(t->fleet, "select seq from stream where stream = 'club:101'");
    for (int i = 0; i < ACTORS; i++)
        if (t->actors[i].coverage != NULL &&
            coverage_position(t->actors[i].coverage, "club:101", NULL) < head)
            return false;
    return true;
}

static bool settle(struct tempest *t)
{
    int64_t until_ms = now_ms(t) + SETTLE_MS, again_ms = 0;

    t->is_ending = true;
    while (now_ms(t) < until_ms) {
        turn(t);
        if (now_ms(t) < again_ms)
            continue;
        again_ms = now_ms(t) + 200;
        if (is_settled(t))
            return true;
    }
    return false;
}

/* --- what came of it ----------------------------------------------------------------------------- */

static void write_jobs(struct tempest *t)
{
    struct buf b;

    buf_init(&b, 0);
    buf_add_text(&b,
        "create temp table job (kind int, word text, id bigint); insert into job values (-1, '', 0)");
    for (size_t i = 0; i < t->job_count; i++)
        buf_printf(&b, ",(%d,'kill-%d-%d',%lld)", (int)t->jobs[i]->kind, t->jobs[i]->actor,
            t->jobs[i]->serial, (long long)t->jobs[i]->id);
    fleet_run(t->fleet, "%s; delete from job where kind = -1; analyze job", b.bytes);
    buf_done(&b);
}

static void judge_effects(struct tempest *t)
{
    struct fleet *f = t->fleet;
    int64_t open, lost, twice, tx_lost, tx_twice, events, violations;

    write_jobs(t);
    open = fleet_number(f, "select count(*) from job where id = 0");
    lost = fleet_number(f,
        "select count(*) from job j where kind = 0 and not exists (select from post p where p.post_id = j.id and p.body = j.word)");
    twice = fleet_number(
        f, "select count(*) from (select body from post group by body having count(*) > 1) d");
    tx_lost = fleet_number(f,
        "select count(*) from job j where kind = 1 and not exists (select from ledger_tx x"
        " where x.tx_id = j.id and x.ref_id = j.word and x.kind = 'earn' and x.amount = 100)");
    tx_twice = fleet_number(f,
        "select count(*) from (select ref_id, kind from ledger_tx group by 1, 2 having count(*) > 1) d");
    events = fleet_number(f,
        "select count(*) - (select count(*) from outbox where stream = 'club:101' and type = 'post.published') from post");
    violations = fleet_number(f, "select count(*) from lib.ledger_violations()");
    check(t->job_count > 500, "%zu posts and credits were made", t->job_count);
    check(open == 0, "every one is acknowledged in the end (%lld not)", (long long)open);
    check(lost == 0 && tx_lost == 0, "P1: nothing acknowledged is lost (%lld posts, %lld credits)",
        (long long)lost, (long long)tx_lost);
    check(twice == 0 && tx_twice == 0, "P2: nothing is done twice (%lld posts, %lld credits)",
        (long long)twice, (long long)tx_twice);
    check(events == 0, "each post has one event (%lld)", (long long)events);
    if (!check(violations == 0, "I-01 ... I-09 hold (%lld violations)", (long long)violations))
        check_note("%s",
            fleet_text(f,
                "select string_agg(concat_ws(' ', invariant, what, detail), '; ') from (select * from lib.ledger_violations() limit 10) v"));
}

static void judge_watchers(struct tempest *t)
{
    size_t broken = 0, resyncs = 0;

    for (int i = 0; i < ACTORS; i++) {
        const struct coverage *c = t->actors[i].coverage;

        if (c == NULL)
            continue;
        resyncs += coverage_resyncs(c, "club:101");
        if (coverage_problem(c) != NULL && broken++ < 5)
            check_note("%s", coverage_problem(c));
    }
    check(broken == 0 && resyncs == 0,
        "P3: those who follow the stream get every seq once (%zu broken, %zu snapshots)", broken,
        resyncs);
}

static void end(struct tempest *t)
{
    for (int i = 0; i < ACTORS; i++) {
        client_free(t->actors[i].client);
        coverage_free(t->actors[i].coverage);
    }
    client_set_free(t->set);
    for (size_t i = 0; i < t->job_count; i++)
        mem_free(t->jobs[i]);
    mem_free(t->jobs);
    check(fleet_close(t->fleet) == 0, "the servers ended well");
}

int main(void)
{
    struct tempest t = {.fleet = fleet_open()};

    begin(&t);
    while (now_ms(&t) < KILL_MS) {
        turn(&t);
        kill_due(&t);
    }
    check_note(
        "killed: %zu workers, %zu supervisors, %zu databases; %zu refusals, %zu calls repeated",
        t.killed_workers, t.killed_supervisors, t.killed_databases, t.refused, t.repeats);
    check(t.killed_workers > 0 && t.killed_supervisors > 0 && t.killed_databases > 0,
        "workers, supervisors and databases were killed");
    check(settle(&t), "everything settles");
    judge_effects(&t);
    judge_watchers(&t);
    end(&t);
    return check_end();
}
