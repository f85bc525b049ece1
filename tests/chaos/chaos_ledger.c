/* chaos_ledger.c -- the whole ledger under fire, beside a plain model of it.
 *
 * Tills, staff and members' devices move the points of 1,000 members at random over several workers, and repeat a call
 * with its key until it is answered, while workers and PostgreSQL are killed with -9.  In the end every member has what
 * the model says, to the lot; nothing acknowledged is lost; I-01 ... I-15 hold; who follows `me` saw each version.
 *
 * CHAOS_LEDGER_MOVES (or the first argument) says how many moves; the seed is CHAOS_LEDGER_SEED.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/json.h"
#include "base/mem.h"
#include "check.h"
#include "coverage.h"
#include "fleet.h"
#include "ledger_market.h"

enum {
    WORKERS = 3,
    MEMBERS = 1000,
    DEVICES = 48,
    TILLS = 32,
    STAFF = 4,
    ACTORS = DEVICES + TILLS + STAFF,
    MOVES = 8000,
    SEED = 5,
    ANSWER_MS = 6000, /* then the connection counts as dead */
    OPEN_MS = 300,
    RETRY_MS = 150,
    FENCE_MS = 6000, /* longer than a call may take */
    DEVICE_PAUSE_MS = 700,
    FIRST_KILL_MS = 2000,
    BETWEEN_KILLS_MS = 6000,
    LONG_MOVES = 50000, /* a run from so many on is killed less often */
    LONG_BETWEEN_KILLS_MS = 20000,
    TIME_MS = 100,
    SETTLE_MS = 60000,
    MOST_S = 3000
};

struct actor {
    struct storm *storm;
    enum market_side side;
    int member; /* of a device */
    struct client *client;
    bool is_ready, has_move;
    int sends, refusal; /* of the move; why it is refused, 0: it is not, or not yet for good */
    int64_t asked, asked_ms, next_ms, after, ver;
    struct market_move move;
    struct coverage *coverage;
    int64_t covered; /* position after which `ver` was seen */
};

struct storm {
    struct fleet *fleet;
    struct market *market;
    struct client_set *set;
    struct actor actors[ACTORS];
    int server;
    size_t moves, started, repeats, lost_vers, killed_workers, killed_databases;
    int64_t begun_ms, kill_ms, time_ms, between_kills_ms;
    bool is_down; /* no database */
};

static int64_t now_ms(const struct storm *s)
{
    return clock_mono().ms - s->begun_ms;
}

/* --- actors ---------------------------------------------------------------------------------------- */

static void send_move(struct actor *a)
{
    char params[MARKET_PARAMS_BYTES];

    market_print(a->storm->market, &a->move, params);
    a->asked = client_request_once(a->client, market_method(&a->move), params, a->move.idem);
    a->sends++;
    a->asked_ms = now_ms(a->storm);
}

static void subscribe(struct actor *a)
{
    const char *epoch;
    char params[200] = "{\"stream\":\"me\"}";

    a->after = coverage_position(a->coverage, "me", &epoch);
    if (a->after >= 0)
        snprintf(params, sizeof params, "{\"stream\":\"me\",\"after\":%lld,\"epoch\":\"%s\"}",
            (long long)a->after, epoch);
    a->asked = client_request(a->client, "stream.subscribe", params);
    a->asked_ms = now_ms(a->storm);
}

/* May the same call be right in a moment? */
static bool is_passing(int code)
{
    return code == 1006 || code == 1007 || code == 1008 || code == 1011;
}

static void on_done(struct actor *a, const struct client_message *m)
{
    struct storm *s = a->storm;
    int code = client_error(m);

    if (is_passing(code)) { /* tried again with the same key */
        a->next_ms = now_ms(s) + RETRY_MS;
        return;
    }
    if (code != 0 && a->sends > 1) { /* see act */
        a->refusal = code;
        a->next_ms = now_ms(s) + FENCE_MS;
        return;
    }
    a->has_move = false;
    a->next_ms = a->side == MARKET_DEVICE ? now_ms(s) + DEVICE_PAUSE_MS : 0;
    market_answered(s->market, &a->move, m->result, code);
}

/* I-14 as a device sees it: one version after the other, unless a skip says that some were left out. */
static void on_event(struct actor *a, const struct json *event)
{
    const char *type = json_text(json_member(event, "type"));
    int64_t seq = 0, ver = 0;

    if (type == NULL || strcmp(type, "points.changed") != 0)
        return;
    (void)json_integer(json_member(event, "seq"), &seq);
    (void)json_integer(json_member(json_member(event, "data"), "ver"), &ver);
    if (a->ver != 0 && (ver <= a->ver || (ver != a->ver + 1 && seq == a->covered + 1)))
        a->storm->lost_vers++;
    a->ver = ver;
    a->covered = seq;
}

static bool on_message(void *arg, struct client *c, const struct client_message *m)
{
    struct actor *a = arg;

    if (m->kind == CLIENT_EVENT && a->coverage != NULL)
        on_event(a, m->params);
    if (m->kind != CLIENT_REPLY)
        return a->coverage == NULL || coverage_message(a->coverage, m);
    if (m->id != a->asked)
        return true;
    a->asked = 0;
    if (a->is_ready && a->has_move) {
        on_done(a, m);
    } else if (m->result == NULL) {
        client_close(c, 1000); /* comes back */
    } else if (!a->is_ready && a->coverage != NULL && json_member(m->result, "seq") == NULL) {
        subscribe(a);
    } else {
        a->is_ready = true;
        if (a->coverage != NULL) {
            const struct json *events = json_member(m->result, "events");

            for (const struct json *e = json_first(events); e != NULL; e = json_next(e))
                on_event(a, e);
            coverage_answered(a->coverage, a->after, m->result);
        }
    }
    return true;
}

static void open_actor(struct actor *a)
{
    struct storm *s = a->storm;
    struct client_options o = {.port = fleet_port(s->fleet, s->server), .timeout_ms = OPEN_MS};
    char token[FLEET_TOKEN_BYTES], who[32], params[FLEET_TOKEN_BYTES + 20];

    client_free(a->client);
    a->next_ms = now_ms(s) + RETRY_MS;
    a->asked = 0;
    a->is_ready = a->side == MARKET_TILL;
    if (a->side == MARKET_TILL)
        o.authorization = "Key " FLEET_POS_KEY;
    a->client = client_open(&o, NULL);
    if (a->client == NULL)
        return;
    client_on_message(a->client, on_message, a);
    client_set_add(s->set, a->client);
    if (a->side == MARKET_TILL)
        return;
    snprintf(who, sizeof who, a->side == MARKET_STAFF ? "s:%d" : "m:%d",
        a->side == MARKET_STAFF ? FLEET_EDITOR : FLEET_FIRST_MEMBER + a->member);
    fleet_token(s->fleet, who, token);
    snprintf(params, sizeof params, "{\"token\":\"%s\"}", token);
    a->asked = client_request(a->client, "session.auth", params);
    a->asked_ms = now_ms(s);
}

/* A refusal has no effect and is kept nowhere.  So when a call was sent twice, the first may still stand in the pipeline
 * of a worker that is dead by now, and take effect after the second was refused, if there are points then.  Its member
 * makes no other move until that is over.
 */
static void end_refused(struct actor *a)
{
    a->has_move = false;
    market_answered(a->storm->market, &a->move, NULL, a->refusal);
    a->refusal = 0;
}

/* Does what this actor has to do next; returns true if it took its time to connect. */
static bool act(struct actor *a)
{
    struct storm *s = a->storm;
    bool is_open = a->client != NULL && client_is_open(a->client);

    if (is_open && a->asked != 0 && now_ms(s) - a->asked_ms > ANSWER_MS)
        is_open = false;
    if (now_ms(s) < a->next_ms)
        return false;
    if (a->refusal != 0)
        end_refused(a);
    if (!is_open) {
        open_actor(a);
        return true;
    }
    if (!a->is_ready || a->asked != 0)
        return false;
    if (a->has_move) {
        s->repeats++;
        send_move(a);
    } else if (s->started < s->moves && market_choose(s->market, a->side, a->member, &a->move)) {
        s->started++;
        a->has_move = true;
        a->sends = 0;
        send_move(a);
    }
    return false;
}

static void turn(struct storm *s)
{
    int opened = 0;

    for (int i = 0; i < ACTORS && opened < 4; i++)
        opened += act(&s->actors[i]);
    client_set_pump(s->set, 5);
    if (!s->is_down && now_ms(s) >= s->time_ms) {
        market_pass_time(s->market);
        s->time_ms = now_ms(s) + TIME_MS;
    }
}

/* --- killing --------------------------------------------------------------------------------------- */

static void kill_worker(struct storm *s)
{
    pid_t pids[FLEET_WORKERS_MAX];
    int count = fleet_workers(s->fleet, s->server, pids);

    if (count == 0)
        return;
    kill(pids[random() % count], SIGKILL);
    s->killed_workers++;
}

static void kill_database(struct storm *s)
{
    s->is_down = true;
    fleet_postgres_kill(s->fleet);
    for (int64_t until_ms = now_ms(s) + random() % 1000; now_ms(s) < until_ms;)
        turn(s);
    fleet_postgres_restart(s->fleet);
    s->is_down = false;
    s->killed_databases++;
}

static void kill_due(struct storm *s)
{
    if (now_ms(s) < s->kill_ms)
        return;
    if ((s->killed_workers + s->killed_databases) % 3 == 1)
        kill_database(s);
    else
        kill_worker(s);
    s->kill_ms = now_ms(s) + s->between_kills_ms / 2 + random() % s->between_kills_ms;
}

/* --- phases ---------------------------------------------------------------------------------------- */

static long number_of(const char *text, long otherwise)
{
    long n = text == NULL ? 0 : strtol(text, NULL, 10);

    return n > 0 ? n : otherwise;
}

static void begin(struct storm *s)
{
    static const char *const options[] = {"--db_connections=6", "--service_calls_per_s=100000",
        "--session_calls_per_s=1000", "--session_calls_burst=1000", NULL};

    fleet_seed(s->fleet, MEMBERS);
    fleet_run(
        s->fleet, "update club set tz = 'UTC', settings = settings || '{\"transfers\": true}'");
    fleet_run(s->fleet, "select count(lib.card_issue(member_id)) from member");
    s->server = fleet_serve(s->fleet, WORKERS, options);
    s->set = client_set_new();
    s->market = market_new(s->fleet, MEMBERS, DEVICES);
    s->begun_ms = clock_mono().ms;
    s->kill_ms = FIRST_KILL_MS;
    s->between_kills_ms = s->moves < LONG_MOVES ? BETWEEN_KILLS_MS : LONG_BETWEEN_KILLS_MS;
    for (int i = 0; i < ACTORS; i++) {
        s->actors[i] = (struct actor){.storm = s,
            .member = i,
            .side = i < DEVICES           ? MARKET_DEVICE
                    : i < DEVICES + TILLS ? MARKET_TILL
                                          : MARKET_STAFF};
        if (s->actors[i].side == MARKET_DEVICE)
            s->actors[i].coverage = coverage_new();
    }
}

static bool is_settled(struct storm *s)
{
    if (!market_is_quiet(s->market))
        return false;
    for (int i = 0; i < DEVICES; i++) {
        const struct actor *a = &s->actors[i];
        int64_t
            head = fleet_number(s->fleet,
                "select coalesce(max(seq), 0) from stream where stream = 'me:%d'",
                FLEET_FIRST_MEMBER + i),
            ver = fleet_number(s->fleet,
                "select coalesce(max(ver), 0) from wallet where owner_kind = 'm' and owner_id = %d",
                FLEET_FIRST_MEMBER + i);

        if (coverage_position(a->coverage, "me", NULL) < head || (a->ver != 0 && a->ver < ver))
            return false;
    }
    return true;
}

static bool settle(struct storm *s)
{
    int64_t until_ms = now_ms(s) + SETTLE_MS, again_ms = 0;

    s->moves = 0; /* no new ones */
    market_stop(s->market);
    while (now_ms(s) < until_ms) {
        turn(s);
        if (now_ms(s) < again_ms)
            continue;
        again_ms = now_ms(s) + 200;
        if (is_settled(s))
            return true;
    }
    return false;
}

static void judge_devices(struct storm *s)
{
    size_t broken = 0;

    for (int i = 0; i < DEVICES; i++) {
        const struct actor *a = &s->actors[i];

        if (coverage_problem(a->coverage) != NULL && broken++ < 5)
            check_note("member %d: %s", FLEET_FIRST_MEMBER + i, coverage_problem(a->coverage));
    }
    check(broken == 0, "P3: %d devices get every seq of `me` once (%zu do not)", DEVICES, broken);
    check(s->lost_vers == 0, "I-14: and every version of their points (%zu gaps)", s->lost_vers);
}

static void end(struct storm *s)
{
    for (int i = 0; i < ACTORS; i++) {
        client_free(s->actors[i].client);
        coverage_free(s->actors[i].coverage);
    }
    client_set_free(s->set);
    market_free(s->market);
    check(fleet_close(s->fleet) == 0, "the servers ended well");
}

int main(int count, char **args)
{
    struct storm s = {.fleet = fleet_open()};
    long moves = number_of(getenv("CHAOS_LEDGER_MOVES"), MOVES);

    s.moves = (size_t)(count > 1 ? number_of(args[1], moves) : moves);
    moves = (long)s.moves;
    srandom((unsigned)number_of(getenv("CHAOS_LEDGER_SEED"), SEED));
    begin(&s);
    while (market_moves(s.market) < (size_t)moves && now_ms(&s) < MOST_S * 1000LL) {
        turn(&s);
        kill_due(&s);
    }
    check_note("%zu moves in %lld s; killed: %zu workers, %zu databases; %zu calls repeated",
        market_moves(s.market), (long long)now_ms(&s) / 1000, s.killed_workers, s.killed_databases,
        s.repeats);
    market_note_kinds(s.market);
    check(market_moves(s.market) >= (size_t)moves, "all moves are made");
    check(s.killed_workers > 0 && s.killed_databases > 0, "workers and databases were killed");
    check(settle(&s), "everything settles, and devices have the last version of their points");
    market_judge(s.market);
    judge_devices(&s);
    end(&s);
    return check_end();
}
