/* chaos_plans.c -- P1, P2, P3, P5, I-30 ... I-35: eight members at one plan, whatever is killed.
 *
 * Each member has a client that changes the plan at random, repeats its call with its key until it is answered, and once
 * more, and a device that follows the plan, leaves at random and comes back on another worker.  There are three workers on two
 * servers; workers and PostgreSQL are killed with -9.  In the middle the owner removes a member, who has devices on both
 * servers, while one worker stands still: they get nothing of the plan after the acknowledgement.  In the end every device holds what the plan is.
 *
 * CHAOS_PLANS_CALLS (or the first argument) says how many calls are made, CHAOS_PLANS_SEED chooses others.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/json.h"
#include "base/clock.h"
#include "check.h"
#include "coverage.h"
#include "fleet.h"
#include "goers.h"
#include "plan_judge.h"
#include "plan_mirror.h"
#include "plan_moves.h"

enum {
    MEMBERS = 8,
    OWNER = 0,
    VOTER = 6,
    REMOVED = 7,
    MIRRORS = MEMBERS + 1, /* the last two are of who is removed */
    STAY = MEMBERS - 1,
    CALLS = 1200,
    CALLS_LEAST = 400,
    CALLS_AFTER = 12, /* of who is removed */
    SEED = 7,
    CALL_MS = 10000,
    STOP_MS = 2500, /* less than the lease */
    MOST_S = 120,
    SETTLE_MS = 30000,
    NOT_FOUND = 1002
};

struct plans {
    struct fleet *fleet;
    struct goers *goers;
    struct client_set *set;
    int servers[2], calls, asked_calls, answers;
    int64_t plan, removed_at_ns;
    int64_t members[MEMBERS];
    struct plan_mirror mirrors[MIRRORS];
    struct plan_asked asked[MEMBERS];
    struct plan_moves moves;
    bool is_removing, is_removed, is_after;
    pid_t stopped; /* the worker of the second server, while it stands still */
    int64_t stopped_ms;
    int after, after_refused;
    size_t events_before[2];
    size_t sent_before, sent_late;
};

/* --- the plan ------------------------------------------------------------------------------------- */

/* A write that must succeed; the text of `member` of its result in out. */
static void must(struct plans *p,
    int who,
    const char *method,
    const char *params,
    const char *member,
    char *out,
    size_t out_bytes)
{
    struct client *c = fleet_member(p->fleet, p->servers[0], p->members[who]);
    struct client_message *m = c == NULL ? NULL : client_write(c, method, params, NULL, CALL_MS);
    const char *text = m == NULL ? NULL : json_text(json_member(m->result, member));

    if (m == NULL || m->result == NULL || (out != NULL && text == NULL)) {
        check(
            false, "%s %s: %.300s", method, params, m == NULL ? "" : client_message_text(m, NULL));
        exit(check_end());
    }
    if (out != NULL)
        snprintf(out, out_bytes, "%s", text);
    client_message_free(m);
    client_free(c);
}

static void make_plan(struct plans *p)
{
    static const char *const polls[] = {"\"kind\":\"single\"",
        "\"kind\":\"single\",\"secret_until_close\":true", "\"kind\":\"multi\",\"max_choices\":2"};
    char id[32], token[128], params[500];

    must(p, OWNER, "plan.create", "{\"club\":\"101\",\"title\":\"Trip\",\"currency\":\"EUR\"}",
        "plan", id, sizeof id);
    p->plan = strtoll(id, NULL, 10);
    snprintf(params, sizeof params, "{\"plan\":\"%s\",\"role\":\"editor\",\"max_uses\":%d}", id,
        MEMBERS);
    must(p, OWNER, "plan.invite", params, "token", token, sizeof token);
    snprintf(params, sizeof params, "{\"token\":\"%s\"}", token);
    for (int i = 1; i < MEMBERS; i++)
        must(p, i, "plan.join", params, "state", NULL, 0);
    snprintf(params, sizeof params, "{\"plan\":\"%s\",\"member\":\"%lld\",\"role\":\"voter\"}", id,
        (long long)p->members[VOTER]);
    must(p, OWNER, "plan.set_role", params, "role", NULL, 0);
    for (size_t i = 0; i < sizeof polls / sizeof *polls; i++) {
        snprintf(params, sizeof params,
            "{\"plan\":\"%s\",%s,\"title\":\"Poll %zu\",\"closes_at\":\"%s\","
            "\"options\":[{\"label\":\"A\"},{\"label\":\"B\"},{\"label\":\"C\"}]}",
            id, polls[i], i, fleet_text(p->fleet, "select lib.iso(now() + interval '30 days')"));
        must(p, OWNER, "plan.poll_open", params, "poll", NULL, 0);
    }
    for (int i = 0; i < 3; i++) {
        snprintf(params, sizeof params,
            "{\"plan\":\"%s\",\"set\":{\"kind\":\"activity\",\"title\":\"First %d\",\"order_key\":\"V\","
            "\"assignees\":[\"%lld\",\"%lld\"]}}",
            id, i, (long long)p->members[OWNER], (long long)p->members[REMOVED]);
        must(p, OWNER, "plan.item_add", params, "item", NULL, 0);
    }
}

/* --- devices -------------------------------------------------------------------------------------- */

static int64_t now_ms(void)
{
    return clock_mono().ms;
}

static void go_on(struct plans *p)
{
    if (p->stopped != 0)
        kill(p->stopped, SIGCONT);
    p->stopped = 0;
}

static void turn(void *arg)
{
    struct plans *p = arg;

    if (now_ms() - p->stopped_ms > STOP_MS)
        go_on(p);
    for (int i = 0; i < MIRRORS; i++)
        plan_mirror_act(&p->mirrors[i], now_ms());
    client_set_pump(p->set, 0);
}

/* Until all those have everything up to `seq`; false: not in time. */
static bool wait_for(struct plans *p, int mirrors, int64_t seq)
{
    int64_t until_ms = now_ms() + SETTLE_MS;
    int at_end = 0;

    while (at_end < mirrors && now_ms() < until_ms) {
        turn(p);
        client_set_pump(p->set, 5);
        at_end = 0;
        for (int i = 0; i < mirrors; i++)
            at_end += plan_mirror_position(&p->mirrors[i]) >= seq;
    }
    return at_end == mirrors;
}

static int64_t head_of(struct plans *p)
{
    return fleet_number(
        p->fleet, "select seq from stream where stream = 'plan:%lld'", (long long)p->plan);
}

static void make_mirrors(struct plans *p)
{
    p->set = client_set_new();
    for (int i = 0; i < MIRRORS; i++) {
        bool stays = i < STAY;

        p->mirrors[i] = (struct plan_mirror){.fleet = p->fleet,
            .servers = stays ? p->servers : &p->servers[i - STAY],
            .server_count = stays ? 2 : 1,
            .member = p->members[stays ? i : REMOVED],
            .plan = p->plan,
            .set = p->set,
            .is_steady = !stays};
        plan_mirror_init(&p->mirrors[i]);
    }
    check(wait_for(p, MIRRORS, head_of(p)), "%d devices follow the plan", MIRRORS);
}

/* --- calls ---------------------------------------------------------------------------------------- */

/* Who is to be removed is there on both servers, and the last kill was a while ago. */
static bool is_removal_due(const struct plans *p)
{
    return !p->is_removing && p->answers > p->calls / 2 && p->mirrors[STAY].state == MIRROR_OPEN &&
           p->mirrors[STAY + 1].state == MIRROR_OPEN;
}

/* A worker stands still meanwhile, so that the acknowledgement has to wait for it. */
static void remove_member(struct plans *p, struct goer *g)
{
    pid_t workers[FLEET_WORKERS_MAX];

    p->is_removing = true;
    g->method = "plan.remove";
    snprintf(g->params, sizeof g->params, "{\"plan\":\"%lld\",\"member\":\"%lld\"}",
        (long long)p->plan, (long long)p->members[REMOVED]);
    if (fleet_workers(p->fleet, p->servers[1], workers) != 1)
        return;
    p->stopped = workers[0];
    p->stopped_ms = now_ms();
    kill(p->stopped, SIGSTOP);
}

static bool plans_next(void *arg, struct goer *g)
{
    struct plans *p = arg;
    bool is_out = g->number == REMOVED && p->is_removed;

    if (g->number == OWNER && is_removal_due(p)) {
        remove_member(p, g);
        return true;
    }
    if (is_out ? p->after++ >= CALLS_AFTER : p->asked_calls++ >= p->calls)
        return false;
    p->is_after = p->is_after || is_out;
    plan_moves_next(&p->moves, &p->asked[g->number], &p->mirrors[g->number], g);
    return true;
}

static void on_removed(struct plans *p, int code)
{
    int64_t behind = fleet_number(p->fleet,
        "select count(*) from node n, idempotency i where i.method = 'plan.remove' and n.applied_seq < i.sys_seq");

    check(code == 0 && p->stopped_ms != 0, "the owner removes a member (%d)", code);
    check(behind == 0, "P5: when that is acknowledged no worker has yet to hear of it (%lld)",
        (long long)behind);
    go_on(p);
    p->is_removed = code == 0;
    for (int i = 0; i < 2; i++) {
        p->events_before[i] = p->mirrors[STAY + i].events;
        plan_mirror_out(&p->mirrors[STAY + i]);
    }
}

static void plans_answer(
    void *arg, struct goer *g, const struct json *result, const struct json *error, int code)
{
    struct plans *p = arg;

    (void)error;
    p->answers++;
    if (strcmp(g->method, "plan.remove") == 0)
        on_removed(p, code);
    else if (g->number == REMOVED && p->is_after)
        p->after_refused += code == NOT_FOUND;
    else if (g->number != REMOVED || code != NOT_FOUND || !p->is_removing)
        plan_moves_answer(&p->moves, &p->asked[g->number], g, result, code);
}

static void play(struct plans *p)
{
    struct goers_play play = {.next = plans_next,
        .answer = plans_answer,
        .turn = turn,
        .arg = p,
        .repeats = 1,
        .is_mild = true,
        .expected = p->calls,
        .kills = "wdww",
        .most_s = MOST_S};
    struct goers_count c;

    check(goers_play(p->goers, &play), "every call has its answer");
    c = goers_count(p->goers);
    check_note(
        "%zu answers; killed: %zu workers, %zu databases; %zu calls sent anew, %zu of them had"
        " taken effect; %zu repeated",
        c.answers, c.killed_workers, c.killed_databases, c.resends, c.found_again, c.repeats);
    check(c.killed_workers == 3 && c.killed_databases == 1, "workers and PostgreSQL were killed");
    check(c.repeats > 0 && c.unequal == 0,
        "P2: a call repeated is answered as the first time (%zu are not)", c.unequal);
    check(p->moves.wrong == 0, "nothing is refused for another reason than there can be (%zu)",
        p->moves.wrong);
    check(p->moves.refusals[4] > 0, "changes contradicted one another (%zu), %zu were accepted",
        p->moves.refusals[4], p->moves.told_count);
}

/* --- who was removed ------------------------------------------------------------------------------ */

static void on_trace_ack(void *arg, const struct fleet_trace *t)
{
    struct plans *p = arg;

    if (t->is_ack && strcmp(t->stream, "plan.remove") == 0 &&
        (p->removed_at_ns == 0 || t->at_ns < p->removed_at_ns))
        p->removed_at_ns = t->at_ns;
}

static void on_trace_sent(void *arg, const struct fleet_trace *t)
{
    struct plans *p = arg;
    char stream[40];

    plan_mirror_stream(&p->mirrors[0], stream, sizeof stream);
    if (t->is_ack || t->member != p->members[REMOVED] || strcmp(t->stream, stream) != 0)
        return;
    if (t->at_ns < p->removed_at_ns)
        p->sent_before++;
    else if (p->sent_late++ < 5)
        check_note("session %lld: %s %lld-%lld, %lld us after the acknowledgement",
            (long long)t->session, t->stream, (long long)t->from, (long long)t->to,
            (long long)(t->at_ns - p->removed_at_ns) / 1000);
}

/* The devices of who was removed come back once more each, however early the calls were over. */
static void wait_for_refusals(struct plans *p)
{
    int64_t until_ms = now_ms() + SETTLE_MS;

    while ((p->mirrors[STAY].refused == 0 || p->mirrors[STAY + 1].refused == 0) &&
           now_ms() < until_ms) {
        turn(p);
        client_set_pump(p->set, 5);
    }
}

static void judge_removed(struct plans *p)
{
    size_t late = 0, refused = 0, ended = 0, problems = 0;

    for (int i = STAY; i < MIRRORS; i++) {
        const struct plan_mirror *m = &p->mirrors[i];

        late += m->late;
        refused += m->refused > 0;
        ended += m->has_ended;
        problems += m->problem[0] != '\0';
        if (m->problem[0] != '\0')
            check_note("%s", m->problem);
    }
    (void)fleet_trace_each(p->fleet, on_trace_ack, p);
    (void)fleet_trace_each(p->fleet, on_trace_sent, p);
    check(p->events_before[0] > 0 && p->events_before[1] > 0,
        "who was removed followed the plan on both servers (%zu, %zu events)", p->events_before[0],
        p->events_before[1]);
    check(p->removed_at_ns != 0 && p->sent_before > 0 && p->sent_late == 0,
        "P5: nothing of the plan was handed to a socket of the member after the acknowledgement (%zu before, %zu after)",
        p->sent_before, p->sent_late);
    check(late == 0 && problems == 0, "P5: nor was anything read after it (%zu)", late + problems);
    check(ended == 2 && refused == 2,
        "both devices are told or cut, and there is nothing to come back to (%zu, %zu)", ended,
        refused);
    check(p->after_refused == CALLS_AFTER, "nor anything to change (%d of %d calls)",
        p->after_refused, CALLS_AFTER);
}

/* --- the run -------------------------------------------------------------------------------------- */

static long option(const char *name, long otherwise)
{
    const char *text = getenv(name);

    return text == NULL ? otherwise : strtol(text, NULL, 10);
}

static void begin(struct plans *p)
{
    static const char *const options[] = {"--db_connections=4", "--session_calls_per_s=1000",
        "--session_calls_burst=1000", "--session_calls_in_flight=100", "--handshakes_per_s=10000",
        NULL};

    fleet_seed(p->fleet, MEMBERS);
    p->servers[0] = fleet_serve(p->fleet, 2, options);
    p->servers[1] = fleet_serve(p->fleet, 1, options);
    for (int i = 0; i < MEMBERS; i++)
        p->members[i] = FLEET_FIRST_MEMBER + i;
    make_plan(p);
    p->moves = (struct plan_moves){.plan = p->plan,
        .owner = p->members[OWNER],
        .voter = p->members[VOTER],
        .members = p->members,
        .member_count = STAY};
    make_mirrors(p);
    p->goers = goers_new(p->fleet, p->servers[0], MEMBERS, 0, 0);
    goers_gather(p->goers);
}

static void end(struct plans *p)
{
    goers_free(p->goers);
    for (int i = 0; i < MIRRORS; i++)
        plan_mirror_done(&p->mirrors[i]);
    plan_moves_done(&p->moves);
    client_set_free(p->set);
    check(fleet_close(p->fleet) == 0, "the servers ended well");
}

int main(int count, char **args)
{
    struct plans p = {.fleet = fleet_open(), .calls = CALLS};
    long calls = count > 1 ? strtol(args[1], NULL, 10) : option("CHAOS_PLANS_CALLS", CALLS);

    p.calls = calls < CALLS_LEAST ? CALLS_LEAST : (int)calls;
    srandom((unsigned)option("CHAOS_PLANS_SEED", SEED));
    begin(&p);
    play(&p);
    for (int i = 0; i < STAY; i++)
        p.mirrors[i].is_steady = true;
    check(wait_for(&p, STAY, head_of(&p)), "all devices reach the end");
    wait_for_refusals(&p);
    judge_removed(&p);
    plan_judge(&(struct plan_judge){.fleet = p.fleet,
        .server = p.servers[1],
        .plan = p.plan,
        .removed = p.members[REMOVED],
        .mirrors = p.mirrors,
        .mirror_count = STAY,
        .moves = &p.moves});
    end(&p);
    return check_end();
}
