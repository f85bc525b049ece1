/* chaos_signals.c -- P5, P6 for what is not kept: after the acknowledgement of a withdrawal of com.presence, of
 * plan.remove and of plan.leave no node writes a signal of that member, nor, where the plan is lost, to that member.
 *
 * Two servers of one worker each; whoever is in the plan has a socket on both and types on both without a pause, and is
 * present.  Trial by trial one member withdraws, is removed, or leaves, through the second server, at a random moment; in
 * every other trial the first one's worker is stopped in the middle of its writes, is fenced meanwhile, and goes on.  The
 * send trace must not show a signal after the acknowledgement; those who stay go on seeing each other.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "check.h"
#include "fleet.h"

enum {
    TRIALS = 12,
    STAY = 4, /* the owner, and three more */
    MEMBERS = STAY + TRIALS,
    SERVERS = 2,
    PLAN = 900001,
    CALL_MS = 10000,
    FIRE_MS = 400,
    TALK_MS = 40,
    AFTER_MS = 300,
    SEEN_MS = 10000
};

enum loss { LOSS_CONSENT, LOSS_REMOVED, LOSS_LEFT, LOSSES };

static const char *const methods[LOSSES] = {"consent.withdraw", "plan.remove", "plan.leave"};

struct stand {
    struct fleet *fleet;
    int servers[SERVERS]; /* the first is stopped */
    struct client_set *set;
    struct client *sockets[MEMBERS][SERVERS];
    bool is_out[MEMBERS]; /* of the plan */
    int victim;           /* of this trial; -1: none */
    int64_t signals, spoke_ms;
    struct client *owner; /* removes others */
    int acknowledged, removals;
    int64_t ack_ns[MEMBERS],
        first_ns[MEMBERS]; /* of a member's loss; of the first signal that showed it */
    size_t late_of, late_to, after;
};

static enum loss loss_of(int trial)
{
    return (enum loss)(trial % LOSSES);
}

static int64_t member_of(int i)
{
    return FLEET_FIRST_MEMBER + i;
}

static bool on_message(void *arg, struct client *c, const struct client_message *m)
{
    struct stand *s = arg;

    (void)c;
    s->signals += m->kind == CLIENT_SIGNAL;
    return true;
}

/* --- sockets ------------------------------------------------------------------------------------- */

static bool open_socket(struct stand *s, int i, int at)
{
    struct client *c = fleet_member(s->fleet, s->servers[at], member_of(i));
    struct client_message *m =
        c == NULL ? NULL
                  : client_call(c, "stream.subscribe", "{\"stream\":\"plan:900001\"}", CALL_MS);
    bool fine = m != NULL && m->result != NULL;

    client_message_free(m);
    if (!fine) {
        client_free(c);
        return false;
    }
    client_on_message(c, on_message, s);
    client_set_add(s->set, c);
    s->sockets[i][at] = c;
    return true;
}

static void close_socket(struct stand *s, int i, int at)
{
    if (s->sockets[i][at] == NULL)
        return;
    client_set_remove(s->set, s->sockets[i][at]);
    client_free(s->sockets[i][at]);
    s->sockets[i][at] = NULL;
}

static bool revive(struct stand *s)
{
    bool all = true;

    for (int i = 0; i < MEMBERS; i++) {
        for (int at = 0; at < SERVERS; at++) {
            if (s->sockets[i][at] != NULL && !client_is_open(s->sockets[i][at]))
                close_socket(s, i, at);
            if (s->sockets[i][at] == NULL && !s->is_out[i])
                all = open_socket(s, i, at) && all;
        }
    }
    return all;
}

/* --- fire ---------------------------------------------------------------------------------------- */

static void type_at(struct client *c)
{
    if (c != NULL && client_is_open(c))
        (void)client_request(c, "plan.typing", "{\"plan\":\"900001\"}");
}

static void talk(struct stand *s)
{
    if (clock_mono().ms - s->spoke_ms >= TALK_MS) {
        s->spoke_ms = clock_mono().ms;
        for (int at = 0; at < SERVERS; at++) {
            for (int i = 0; i < STAY; i++)
                type_at(s->sockets[i][at]);
            if (s->victim >= 0)
                type_at(s->sockets[s->victim][at]);
        }
    }
    (void)client_set_pump(s->set, 2);
}

static void talk_for(struct stand *s, int64_t ms)
{
    for (int64_t until_ms = clock_mono().ms + ms; clock_mono().ms < until_ms;)
        talk(s);
}

static void lose(struct stand *s, int trial)
{
    static const char *const params[LOSSES] = {
        "{\"purpose\":\"com.presence\"}", NULL, "{\"plan\":\"900001\"}"};
    enum loss loss = loss_of(trial);
    struct client *own =
        loss == LOSS_REMOVED ? NULL : fleet_member(s->fleet, s->servers[1], member_of(s->victim));
    struct client *c = own != NULL ? own : s->owner;
    struct client_message *m = NULL;
    char removed[80];
    int64_t id, until_ms;

    snprintf(removed, sizeof removed, "{\"plan\":\"900001\",\"member\":\"%lld\"}",
        (long long)member_of(s->victim));
    talk_for(s, random() % 30);
    id = client_request_once(c, methods[loss], loss == LOSS_REMOVED ? removed : params[loss], NULL);
    for (until_ms = clock_mono().ms + CALL_MS; m == NULL && clock_mono().ms < until_ms;) {
        talk(s);
        m = client_wait(c, id, 1);
    }
    if (m != NULL && m->result != NULL)
        s->acknowledged++;
    else
        check(false, "%s of member %d: %.200s", methods[loss], s->victim,
            m == NULL ? "no answer" : client_message_text(m, NULL));
    client_message_free(m);
    client_free(own);
}

/* In the middle of what it writes. */
static pid_t stop(struct stand *s)
{
    pid_t pids[FLEET_WORKERS_MAX], worker = 0;
    int64_t before = s->signals;

    if (fleet_workers(s->fleet, s->servers[0], pids) > 0)
        worker = pids[0];
    for (int64_t until_ms = clock_mono().ms + SEEN_MS;
         s->signals == before && clock_mono().ms < until_ms;)
        talk(s);
    usleep((unsigned)(random() % 1500));
    if (worker != 0)
        kill(worker, SIGSTOP);
    return worker;
}

static void run_trial(struct stand *s, int trial)
{
    bool is_stopped = trial / LOSSES % 2 == 1;
    pid_t worker = 0;

    s->victim = STAY + trial;
    talk_for(s, FIRE_MS);
    if (is_stopped)
        worker = stop(s);
    lose(s, trial);
    s->is_out[s->victim] = loss_of(trial) != LOSS_CONSENT;
    if (worker != 0)
        kill(worker, SIGCONT);
    talk_for(s, AFTER_MS);
    if (is_stopped)
        check(fleet_wait_ready(s->fleet, s->servers[0], CALL_MS), "  it is back");
    s->victim = -1;
    for (int64_t until_ms = clock_mono().ms + CALL_MS; !revive(s) && clock_mono().ms < until_ms;)
        client_set_run(s->set, 20);
}

/* --- what came of it ----------------------------------------------------------------------------- */

static void on_ack(void *arg, const struct fleet_trace *t)
{
    struct stand *s = arg;
    int64_t i = t->member - FLEET_FIRST_MEMBER;

    if (!t->is_ack)
        return;
    if (strcmp(t->stream, methods[LOSS_REMOVED]) == 0)
        i = STAY + LOSSES * s->removals++ + LOSS_REMOVED; /* the owner's, one by one */
    if (i >= STAY && i < MEMBERS)
        s->ack_ns[i] = t->at_ns;
}

static void on_signal(void *arg, const struct fleet_trace *t)
{
    struct stand *s = arg;
    int64_t of = t->about - FLEET_FIRST_MEMBER, to = t->member - FLEET_FIRST_MEMBER;

    if (!t->is_signal || of < 0 || of >= MEMBERS || to < 0 || to >= MEMBERS)
        return;
    if (s->first_ns[of] == 0)
        s->first_ns[of] = t->at_ns;
    if (s->ack_ns[of] != 0 && t->at_ns > s->ack_ns[of] && s->late_of++ < 5)
        check_note("a signal of member %lld to %lld, %lld us after the acknowledgement of %s",
            (long long)of, (long long)to, (long long)(t->at_ns - s->ack_ns[of]) / 1000,
            methods[loss_of((int)of - STAY)]);
    if (to >= STAY && loss_of((int)to - STAY) != LOSS_CONSENT && s->ack_ns[to] != 0 &&
        t->at_ns > s->ack_ns[to] && s->late_to++ < 5)
        check_note("a signal to member %lld, %lld us after the acknowledgement of %s",
            (long long)to, (long long)(t->at_ns - s->ack_ns[to]) / 1000,
            methods[loss_of((int)to - STAY)]);
    s->after += of < STAY && t->at_ns > s->ack_ns[MEMBERS - 1];
}

static void judge(struct stand *s)
{
    int shown = 0;

    (void)fleet_trace_each(s->fleet, on_ack, s);
    (void)fleet_trace_each(s->fleet, on_signal, s);
    for (int i = 0; i < MEMBERS; i++)
        shown += s->first_ns[i] != 0 && (i < STAY || s->first_ns[i] < s->ack_ns[i]);
    check(s->acknowledged == TRIALS, "%d losses are acknowledged", s->acknowledged);
    check(shown == MEMBERS, "all %d members were shown before", shown);
    check(
        s->late_of == 0, "P5, P6: signals of a member after the acknowledgement: %zu", s->late_of);
    check(s->late_to == 0, "P5, P6: signals to one who is out after it: %zu", s->late_to);
    check(s->after > 0, "those who stay go on seeing each other: %zu", s->after);
    check_note("%lld signals were read", (long long)s->signals);
}

static void seed(struct stand *s)
{
    fleet_seed(s->fleet, MEMBERS);
    fleet_run(s->fleet,
        "insert into plan (plan_id, club_id, title, currency, state) values (%d, %d, 'Trip', 'EUR', 'planning');"
        "insert into plan_member (plan_id, member_id, role, state, joined_at)"
        " select %d, %d + n, case n when 0 then 'owner' else 'voter' end, 'joined', now() from generate_series(0, %d) n;"
        "insert into consent_state (member_id, purpose_id, scope_id, channel_id, state, text_ver, event_id)"
        " select m, 53, %d, 1, 'given', 1, lib.consent_record(m, 53::smallint, %d, 1::smallint, 'give', 1, 'en', 'm:' || m, 'test', '{}')"
        "   from generate_series(%d, %d) m",
        PLAN, FLEET_CLUB, PLAN, FLEET_FIRST_MEMBER, MEMBERS - 1, FLEET_CLUB, FLEET_CLUB,
        FLEET_FIRST_MEMBER, FLEET_FIRST_MEMBER + MEMBERS - 1);
}

int main(void)
{
    static const char *const options[] = {"--db_connections=4", "--session_calls_per_s=1000",
        "--session_calls_burst=1000", "--call_timeout_ms=6000", "--signal_pace_ms=100",
        "--signal_batch_ms=20", "--presence_ttl_ms=3000", "--handshakes_per_s=10000", NULL};
    struct stand *s = mem_zalloc(sizeof *s);

    s->fleet = fleet_open();
    s->victim = -1;
    seed(s);
    for (int at = 0; at < SERVERS; at++)
        s->servers[at] = fleet_serve(s->fleet, 1, options);
    s->set = client_set_new();
    srandom(760);
    s->owner = fleet_member(s->fleet, s->servers[1], member_of(0));
    if (!check(revive(s) && s->owner != NULL, "%d members have the plan open on both", MEMBERS))
        exit(check_end());
    for (int trial = 0; trial < TRIALS; trial++)
        run_trial(s, trial);
    talk_for(s, FIRE_MS);
    judge(s);
    for (int i = 0; i < MEMBERS; i++) {
        for (int at = 0; at < SERVERS; at++)
            close_socket(s, i, at);
    }
    client_free(s->owner);
    client_set_free(s->set);
    check(fleet_close(s->fleet) == 0, "the servers ended well");
    mem_free(s);
    return check_end();
}
