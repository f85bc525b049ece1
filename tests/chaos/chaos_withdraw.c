/* chaos_withdraw.c -- P5, P6: withdrawal under fire (domain.md 19.4).
 *
 * Three workers, 600 sockets of 300 members, 100 offer-news a second for 20 s.  200 members withdraw mkt.offers at
 * random times; one worker is stopped for 3 s in the middle.  Among those who withdraw: two who do not read, one of
 * them on the very socket of the withdrawal, and two who come back with an old cursor right then.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/json.h"
#include "base/mem.h"
#include "check.h"
#include "fleet.h"
#include "watch.h"

enum {
    MEMBERS = 300,
    SOCKETS = 2 * MEMBERS,
    WITHDRAW = 200, /* members 0 ... WITHDRAW - 1 */
    EDITORS = 3,
    FIRE_MS = 14000,
    OFFERS = 2000,
    STOP_MS = 8000,
    CONTINUE_MS = 11000,
    SETTLE_MS = 120000, /* on a busy machine; usually a fifth of a second */
    SWEEP_MS = 100,
    REVIVE_MAX = 8,
    RETRY_MS = 4000, /* longer than the server tries itself */
    SLOW_BYTES = 4096
};

/* The first four of those who withdraw. */
enum { SLOW_SAME, SLOW_OTHER, OLD_SAME, OLD_OTHER, SPECIAL };

struct withdrawal {
    int64_t due_ms, sent_ms;
    struct watch *by;
    int64_t id; /* of the request under way; 0: none */
    char idem[CLIENT_IDEM_BYTES];
    bool is_done;
    int64_t wait_ms;
};

struct offer {
    int64_t id, sent_ms;
    int editor;
    char idem[CLIENT_IDEM_BYTES];
    bool is_done;
};

struct fire {
    struct fleet *fleet;
    int server;
    struct client_set *set;
    struct watch watches[SOCKETS];
    struct withdrawal withdrawals[WITHDRAW];
    struct client *editors[EDITORS];
    struct offer *offers;
    int offer_count, refusals;
    int64_t begun_ms, swept_ms;
    pid_t stopped;
    bool has_stopped, has_continued, is_over;
    int64_t ack_ns[MEMBERS]; /* earliest in the trace; 0: none */
    size_t sent_lines, late_lines;
};

static int64_t now_ms(const struct fire *f)
{
    return clock_mono().ms - f->begun_ms;
}

static struct withdrawal *withdrawal_of(struct fire *f, int64_t member)
{
    int64_t i = member - FLEET_FIRST_MEMBER;

    return i < WITHDRAW ? &f->withdrawals[i] : NULL;
}

/* --- withdrawing --------------------------------------------------------------------------------- */

static void send_withdrawal(struct fire *f, struct withdrawal *d)
{
    static const char params[] =
        "{\"purpose\":\"mkt.offers\",\"scope\":\"11\",\"channel\":\"inapp\"}";

    if (d->by->client == NULL || !client_is_open(d->by->client))
        return;
    if (d->sent_ms == 0)
        client_idem(d->idem);
    d->sent_ms = now_ms(f);
    d->id = client_request_once(d->by->client, "consent.withdraw", params, d->idem);
}

static void on_reply(void *arg, struct watch *w, const struct client_message *m)
{
    struct fire *f = arg;
    struct withdrawal *d = withdrawal_of(f, w->member);

    if (d == NULL || d->by != w || d->id == 0 || m->id != d->id)
        return;
    d->id = 0;
    if (m->result == NULL) {
        f->refusals++;
        return; /* the sweep tries again, with the same key */
    }
    d->is_done = true;
    d->wait_ms = now_ms(f) - d->due_ms;
    w->is_forbidden = true;
}

static void withdraw_due(struct fire *f)
{
    int64_t now = now_ms(f);

    for (int i = 0; i < WITHDRAW; i++) {
        struct withdrawal *d = &f->withdrawals[i];
        bool is_lost = d->id != 0 && now - d->sent_ms > RETRY_MS;
        bool is_broken = d->by->client == NULL || !client_is_open(d->by->client);

        if (is_lost || is_broken)
            d->id = 0;
        if (!d->is_done && d->id == 0 && now >= d->due_ms &&
            now - d->sent_ms > (d->sent_ms == 0 ? 0 : SWEEP_MS))
            send_withdrawal(f, d);
    }
}

/* --- offers -------------------------------------------------------------------------------------- */

static bool on_editor(void *arg, struct client *c, const struct client_message *m)
{
    struct fire *f = arg;

    for (int i = f->offer_count - 1; i >= 0; i--) {
        struct offer *o = &f->offers[i];

        if (o->id == m->id && m->id != 0 && f->editors[o->editor] == c) {
            o->is_done = m->result != NULL;
            o->id = 0;
            f->refusals += m->result == NULL;
            break;
        }
    }
    return true;
}

static void send_offer(struct fire *f, int i)
{
    struct offer *o = &f->offers[i];
    char params[200];

    if (o->sent_ms == 0)
        client_idem(o->idem);
    o->sent_ms = now_ms(f) + 1;
    o->editor = (o->editor + 1) % EDITORS;
    if (f->editors[o->editor] == NULL || !client_is_open(f->editors[o->editor]))
        return;
    snprintf(params, sizeof params,
        "{\"club\":\"101\",\"category\":\"11\",\"title\":\"Offer %d\",\"body\":\"Fjords.\"}", i);
    o->id = client_request_once(f->editors[o->editor], "feed.offer_news", params, o->idem);
}

static void offers_due(struct fire *f)
{
    while (f->offer_count < OFFERS && f->offer_count < now_ms(f) * OFFERS / FIRE_MS) {
        f->offers[f->offer_count].editor = f->offer_count % EDITORS;
        send_offer(f, f->offer_count++);
    }
}

static void open_editor(struct fire *f, int i)
{
    client_free(f->editors[i]);
    f->editors[i] = fleet_editor(f->fleet, f->server);
    if (f->editors[i] == NULL)
        return;
    client_on_message(f->editors[i], on_editor, f);
    client_set_add(f->set, f->editors[i]);
    for (int n = 0; n < f->offer_count; n++)
        if (f->offers[n].editor == i)
            f->offers[n].id = 0;
}

/* --- what goes wrong is mended ------------------------------------------------------------------- */

static void sweep(struct fire *f)
{
    int revived = 0;
    int64_t now = now_ms(f);

    if (now - f->swept_ms < SWEEP_MS)
        return;
    f->swept_ms = now;
    for (int i = 0; i < EDITORS; i++)
        if (f->editors[i] == NULL || !client_is_open(f->editors[i]))
            open_editor(f, i);
    for (int i = 0; i < f->offer_count; i++) {
        struct offer *o = &f->offers[i];

        if (!o->is_done && (o->id == 0 || now - o->sent_ms > RETRY_MS))
            send_offer(f, i);
    }
    for (int i = 0; i < SOCKETS && revived < REVIVE_MAX; i++) {
        struct watch *w = &f->watches[i];
        const struct withdrawal *d = withdrawal_of(f, w->member);

        if (w->is_idle || (w->client != NULL && client_is_open(w->client)))
            continue;
        revived++;
        w->is_forbidden = w->is_forbidden || (d != NULL && d->is_done);
        (void)watch_revive(w);
    }
}

static void stop_and_continue(struct fire *f)
{
    pid_t workers[FLEET_WORKERS_MAX];

    if (!f->has_stopped && now_ms(f) >= STOP_MS) {
        f->has_stopped = true;
        f->stopped = fleet_workers(f->fleet, f->server, workers) > 1 ? workers[1] : 0;
        if (f->stopped != 0)
            kill(f->stopped, SIGSTOP);
    }
    if (f->has_stopped && !f->has_continued && now_ms(f) >= CONTINUE_MS) {
        f->has_continued = true;
        if (f->stopped != 0)
            kill(f->stopped, SIGCONT);
    }
}

static struct watch *socket_of(struct fire *f, int member, int which)
{
    return &f->watches[2 * member + which];
}

/* Those who do not read sleep from 1 s to 2 s after their withdrawal; those with an old cursor are away until it. */
static void act_special(struct fire *f)
{
    int64_t now = now_ms(f);

    for (int who = 0; who < SPECIAL; who++) {
        struct watch *w = socket_of(f, who, 0);
        const struct withdrawal *d = &f->withdrawals[who];
        bool is_old = who == OLD_SAME || who == OLD_OTHER;

        if (!w->is_idle && now >= 1000 && now < d->due_ms - 200) {
            watch_sleep(w);
            if (is_old)
                watch_close(w);
        } else if (w->is_idle && is_old && now >= d->due_ms - 100) {
            w->is_idle = false;
            (void)watch_revive(w);
        } else if (w->is_idle && !is_old && now >= d->due_ms + 2000) {
            watch_wake(w);
        }
    }
}

/* --- phases -------------------------------------------------------------------------------------- */

static void prepare(struct fire *f)
{
    static const char *const options[] = {"--session_calls_per_s=1000",
        "--session_calls_burst=1000", "--session_calls_in_flight=500", "--db_connections=5",
        "--handshakes_per_s=10000", NULL};
    size_t open = 0;

    fleet_seed(f->fleet, MEMBERS);
    f->server = fleet_serve(f->fleet, 3, options);
    f->set = client_set_new();
    srandom(194);
    for (int i = 0; i < SOCKETS; i++) {
        f->watches[i] = (struct watch){.fleet = f->fleet,
            .server = f->server,
            .member = FLEET_FIRST_MEMBER + i / 2,
            .set = f->set,
            .position = -1,
            .on_reply = on_reply,
            .arg = f,
            .receive_bytes = i / 2 == SLOW_SAME || i / 2 == SLOW_OTHER ? SLOW_BYTES : 0};
        open += watch_open(&f->watches[i]);
    }
    check(open == SOCKETS, "%zu sockets on 3 workers", open);
    for (int i = 0; i < WITHDRAW; i++) {
        f->withdrawals[i].due_ms = 1500 + random() % (FIRE_MS - 2000);
        f->withdrawals[i].by = socket_of(f, i, i < SPECIAL ? 0 : (int)(random() % 2));
    }
    for (int i = 0; i < SPECIAL; i++)
        f->withdrawals[i].due_ms = 13000 + 500 * i;
    f->withdrawals[SLOW_OTHER].by = socket_of(f, SLOW_OTHER, 1);
    f->withdrawals[OLD_OTHER].by = socket_of(f, OLD_OTHER, 1);
    for (int i = 0; i < EDITORS; i++)
        open_editor(f, i);
}

static void turn(struct fire *f)
{
    offers_due(f);
    stop_and_continue(f);
    act_special(f);
    withdraw_due(f);
    sweep(f);
    client_set_pump(f->set, 5);
}

static bool is_settled(struct fire *f, int64_t head)
{
    for (int i = 0; i < WITHDRAW; i++)
        if (!f->withdrawals[i].is_done)
            return false;
    for (int i = 0; i < f->offer_count; i++)
        if (!f->offers[i].is_done)
            return false;
    for (int i = 0; i < SOCKETS; i++)
        if (f->watches[i].position < head)
            return false;
    return true;
}

static int64_t head_of_club(struct fire *f)
{
    return fleet_number(f->fleet, "select seq from stream where stream = 'club:%d'", FLEET_CLUB);
}

/* --- what came of it ----------------------------------------------------------------------------- */

static void on_trace_ack(void *arg, const struct fleet_trace *t)
{
    struct fire *f = arg;
    int64_t i = t->member - FLEET_FIRST_MEMBER;

    if (t->is_ack && i >= 0 && i < MEMBERS && strcmp(t->stream, "consent.withdraw") == 0 &&
        (f->ack_ns[i] == 0 || t->at_ns < f->ack_ns[i]))
        f->ack_ns[i] = t->at_ns;
}

static void on_trace_sent(void *arg, const struct fleet_trace *t)
{
    struct fire *f = arg;
    int64_t i = t->member - FLEET_FIRST_MEMBER;

    f->sent_lines += !t->is_ack;
    if (t->is_ack || i < 0 || i >= MEMBERS || f->ack_ns[i] == 0 || t->at_ns <= f->ack_ns[i] ||
        strstr(t->purposes, "mkt.offers") == NULL)
        return;
    if (f->late_lines++ < 10)
        check_note("session %lld of member %lld: %s %lld-%lld, %lld us after the acknowledgement",
            (long long)t->session, (long long)t->member, t->stream, (long long)t->from,
            (long long)t->to, (long long)(t->at_ns - f->ack_ns[i]) / 1000);
}

static int compare_waits(const void *a, const void *b)
{
    const struct withdrawal *x = a, *y = b;

    return (x->wait_ms > y->wait_ms) - (x->wait_ms < y->wait_ms);
}

static void judge_withdrawals(struct fire *f)
{
    size_t forbidden = 0, before = 0, acknowledged = 0, traced = 0;

    for (int i = 0; i < SOCKETS; i++) {
        forbidden += f->watches[i].forbidden;
        before += i < 2 * WITHDRAW ? f->watches[i].offers : 0;
    }
    (void)fleet_trace_each(f->fleet, on_trace_ack, f);
    (void)fleet_trace_each(f->fleet, on_trace_sent, f);
    for (int i = 0; i < WITHDRAW; i++) {
        acknowledged += f->withdrawals[i].is_done;
        traced += f->ack_ns[i] != 0;
    }
    check(acknowledged == WITHDRAW && traced == WITHDRAW,
        "%zu withdrawals are acknowledged, %zu in the trace", acknowledged, traced);
    check(before > 0, "those who withdraw got offers before (%zu)", before);
    check(forbidden == 0,
        "P5: offers read after the acknowledgement on its socket, or on later ones: %zu",
        forbidden);
    check(f->sent_lines > 0 && f->late_lines == 0,
        "P5: offers handed to any socket of the member after it: %zu of %zu batches", f->late_lines,
        f->sent_lines);
    qsort(f->withdrawals, WITHDRAW, sizeof f->withdrawals[0], compare_waits);
    check_note("acknowledged within p50 %lld ms, p99 %lld ms, most %lld ms",
        (long long)f->withdrawals[WITHDRAW / 2].wait_ms,
        (long long)f->withdrawals[WITHDRAW * 99 / 100].wait_ms,
        (long long)f->withdrawals[WITHDRAW - 1].wait_ms);
}

static void judge_others(struct fire *f)
{
    int64_t offers = fleet_number(f->fleet,
        "select count(*) from outbox where stream = 'club:%d' and type = 'post.published'",
        FLEET_CLUB);
    size_t incomplete = 0, broken = 0, reconnects = 0;

    for (int i = 0; i < SOCKETS; i++) {
        const struct watch *w = &f->watches[i];

        if (w->problem[0] != '\0' && broken++ < 5)
            check_note("%s", w->problem);
        reconnects += w->reconnects;
        if (i >= 2 * WITHDRAW && w->offers != (size_t)offers && incomplete++ < 5)
            check_note(
                "member %lld got %zu of %lld", (long long)w->member, w->offers, (long long)offers);
    }
    check(offers == OFFERS, "P1, P2: %lld offers for %d calls", (long long)offers, OFFERS);
    check(incomplete == 0, "P6: those who had not withdrawn got every offer (%zu did not)",
        incomplete);
    check(broken == 0, "P3: every seq exactly once on every socket (%zu not)", broken);
    check_note("%zu reconnects, %d refusals tried again, lease lost %lld times", reconnects,
        f->refusals, (long long)fleet_metric(f->fleet, f->server, "clubhub_leases_lost_total"));
}

static void end(struct fire *f)
{
    for (int i = 0; i < SOCKETS; i++)
        watch_close(&f->watches[i]);
    for (int i = 0; i < EDITORS; i++)
        client_free(f->editors[i]);
    client_set_free(f->set);
    check(fleet_close(f->fleet) == 0, "the servers ended well");
    mem_free(f->offers);
    mem_free(f);
}

int main(void)
{
    struct fire *f = mem_zalloc(sizeof *f);
    int64_t head, settled_ms;
    bool settled = false;

    f->fleet = fleet_open();
    f->offers = mem_zalloc(OFFERS * sizeof *f->offers);
    prepare(f);
    f->begun_ms = clock_mono().ms;
    while (now_ms(f) < FIRE_MS || f->offer_count < OFFERS)
        turn(f);
    settled_ms = now_ms(f);
    for (int64_t asked_ms = 0; !settled && now_ms(f) < settled_ms + SETTLE_MS;) {
        turn(f);
        if (now_ms(f) - asked_ms > 200) {
            asked_ms = now_ms(f);
            head = head_of_club(f);
            settled = is_settled(f, head);
        }
    }
    check(
        settled, "everybody reaches the end (after %lld ms)", (long long)(now_ms(f) - settled_ms));
    judge_withdrawals(f);
    judge_others(f);
    end(f);
    return check_end();
}
