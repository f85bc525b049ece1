/* chaos_lease.c -- P5, P6: a worker that is stopped in the middle of its writes never writes late.
 *
 * Again and again: offers go to many sockets of one worker, and the moment some have arrived the worker is stopped, so
 * that it stands between two writes or inside one.  While it stands, members withdraw through the other worker, which
 * fences it.  Then it goes on.  The send trace must not show an offer to one of them after the acknowledgement; those
 * who did not withdraw miss nothing.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "check.h"
#include "fleet.h"
#include "watch.h"

enum {
    MEMBERS = 240,
    TRIALS = 12,
    WITHDRAW = 12, /* members per trial */
    BURST = 4,
    CALL_MS = 10000,
    ARRIVE_MS = 3000,
    SETTLE_MS = 20000
};

struct stand {
    struct fleet *fleet;
    int stopped, other; /* servers of one worker each */
    struct client_set *set;
    struct watch watches[MEMBERS]; /* all on the one to be stopped */
    struct client *editor;
    int64_t ack_ns[MEMBERS];
    size_t offers, acknowledged, late, mid;
};

static void publish(struct stand *s, int count)
{
    int64_t asked[BURST];

    for (int i = 0; i < count; i++)
        asked[i] = client_request_once(s->editor, "feed.offer_news",
            "{\"club\":\"101\",\"category\":\"11\",\"title\":\"Offer\",\"body\":\"Fjords.\"}",
            NULL);
    for (int i = 0; i < count; i++) {
        struct client_message *m = client_wait(s->editor, asked[i], CALL_MS);

        s->offers += m != NULL && m->result != NULL;
        client_message_free(m);
    }
}

static size_t read_so_far(const struct stand *s)
{
    size_t n = 0;

    for (int i = 0; i < MEMBERS; i++)
        n += s->watches[i].client == NULL ? 0 : client_bytes_read(s->watches[i].client);
    return n;
}

static void revive(struct stand *s)
{
    for (int i = 0; i < MEMBERS; i++) {
        struct watch *w = &s->watches[i];

        if (w->client == NULL || !client_is_open(w->client)) {
            w->is_forbidden = w->is_forbidden || i < (int)s->acknowledged;
            (void)watch_revive(w);
        }
    }
}

static void withdraw(struct stand *s, int trial)
{
    for (int i = trial * WITHDRAW; i < (trial + 1) * WITHDRAW; i++) {
        struct client *c = fleet_member(s->fleet, s->other, FLEET_FIRST_MEMBER + i);
        struct client_message *m = c == NULL ? NULL
                                             : client_write(c, "consent.withdraw",
                                                   "{\"purpose\":\"mkt.offers\"}", NULL, CALL_MS);

        if (m != NULL && m->result != NULL)
            s->acknowledged++;
        else
            check(false, "member %d withdraws: %.200s", i,
                m == NULL ? "no answer" : client_message_text(m, NULL));
        client_message_free(m);
        client_free(c);
    }
}

/* Until the worker is ready again, or another was started in its place. */
static void recover(struct stand *s)
{
    check(fleet_wait_ready(s->fleet, s->stopped, CALL_MS), "  it is back");
    client_set_run(s->set, 100);
    revive(s);
}

static void run_trial(struct stand *s, int trial)
{
    pid_t worker = 0, pids[FLEET_WORKERS_MAX];
    int64_t until_ms = clock_mono().ms + ARRIVE_MS;
    size_t before = read_so_far(s), after;

    if (fleet_workers(s->fleet, s->stopped, pids) > 0)
        worker = pids[0];
    publish(s, 1 + trial % BURST);
    while (read_so_far(s) == before && clock_mono().ms < until_ms)
        (void)client_set_pump(s->set, 1);
    usleep((unsigned)(random() % 1500));
    if (worker != 0)
        kill(worker, SIGSTOP);
    client_set_run(s->set, 20);
    after = read_so_far(s);
    withdraw(s, trial);
    publish(s, 1);
    client_set_run(s->set, 20);
    if (worker != 0)
        kill(worker, SIGCONT);
    client_set_run(s->set, 300);
    s->mid += read_so_far(s) > after || !fleet_is_alive(worker);
    recover(s);
}

/* --- what came of it ----------------------------------------------------------------------------- */

static void on_ack(void *arg, const struct fleet_trace *t)
{
    struct stand *s = arg;
    int64_t i = t->member - FLEET_FIRST_MEMBER;

    if (t->is_ack && i >= 0 && i < MEMBERS && strcmp(t->stream, "consent.withdraw") == 0)
        s->ack_ns[i] = t->at_ns;
}

static void on_sent(void *arg, const struct fleet_trace *t)
{
    struct stand *s = arg;
    int64_t i = t->member - FLEET_FIRST_MEMBER;

    if (t->is_ack || i < 0 || i >= MEMBERS || s->ack_ns[i] == 0 || t->at_ns <= s->ack_ns[i] ||
        strstr(t->purposes, "mkt.offers") == NULL)
        return;
    if (s->late++ < 10)
        check_note("session %lld of member %lld: %s %lld-%lld, %lld us after the acknowledgement",
            (long long)t->session, (long long)t->member, t->stream, (long long)t->from,
            (long long)t->to, (long long)(t->at_ns - s->ack_ns[i]) / 1000);
}

static bool settle(struct stand *s)
{
    int64_t head = fleet_number(s->fleet, "select seq from stream where stream = 'club:101'");

    for (int64_t until_ms = clock_mono().ms + SETTLE_MS; clock_mono().ms < until_ms;) {
        bool all = true;

        client_set_run(s->set, 100);
        revive(s);
        for (int i = 0; i < MEMBERS; i++)
            all = all && s->watches[i].position >= head;
        if (all)
            return true;
    }
    return false;
}

static void judge(struct stand *s)
{
    size_t broken = 0, incomplete = 0, forbidden = 0, reconnects = 0;

    for (int i = 0; i < MEMBERS; i++) {
        const struct watch *w = &s->watches[i];

        if (w->problem[0] != '\0' && broken++ < 5)
            check_note("%s", w->problem);
        incomplete += i >= TRIALS * WITHDRAW && w->offers != s->offers;
        forbidden += w->forbidden;
        reconnects += w->reconnects;
    }
    (void)fleet_trace_each(s->fleet, on_ack, s);
    (void)fleet_trace_each(s->fleet, on_sent, s);
    check(s->acknowledged == TRIALS * WITHDRAW,
        "%zu withdrawals are acknowledged while a worker stands still", s->acknowledged);
    check(s->late == 0 && forbidden == 0,
        "P5, P6: offers handed to a socket after the acknowledgement: %zu", s->late + forbidden);
    check(broken == 0 && incomplete == 0,
        "P3: all others got all %zu offers, once (%zu, %zu did not)", s->offers, broken,
        incomplete);
    check_note("%zu of %d times more was read after it went on; %zu reconnects", s->mid, TRIALS,
        reconnects);
}

int main(void)
{
    static const char *const options[] = {"--db_connections=4", "--session_calls_per_s=1000",
        "--session_calls_burst=1000", "--call_timeout_ms=6000", NULL};
    struct stand *s = mem_zalloc(sizeof *s);
    size_t open = 0;

    s->fleet = fleet_open();
    fleet_seed(s->fleet, MEMBERS);
    s->stopped = fleet_serve(s->fleet, 1, options);
    s->other = fleet_serve(s->fleet, 1, options);
    s->set = client_set_new();
    srandom(75);
    for (int i = 0; i < MEMBERS; i++) {
        s->watches[i] = (struct watch){.fleet = s->fleet,
            .server = s->stopped,
            .member = FLEET_FIRST_MEMBER + i,
            .set = s->set,
            .position = -1};
        open += watch_open(&s->watches[i]);
    }
    s->editor = fleet_editor(s->fleet, s->other);
    if (!check(open == MEMBERS && s->editor != NULL,
            "%zu sockets on the worker that will be stopped", open))
        exit(check_end());
    for (int trial = 0; trial < TRIALS; trial++)
        run_trial(s, trial);
    check(settle(s), "everybody reaches the end");
    judge(s);
    for (int i = 0; i < MEMBERS; i++)
        watch_close(&s->watches[i]);
    client_free(s->editor);
    client_set_free(s->set);
    check(fleet_close(s->fleet) == 0, "the servers ended well");
    mem_free(s);
    return check_end();
}
