/* chaos_twins.c -- P3: who leaves and comes back misses nothing and gets nothing twice.
 *
 * Each of some members has two devices: one that stays, and one that disconnects at random and comes back on whatever
 * worker it meets, from where it was.  Meanwhile members post, the editor publishes offers, the till credits points.
 * In the end both devices have the same coverage: every seq exactly once, as event or skip; for points, which are
 * state, the same last event.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/json.h"
#include "base/mem.h"
#include "check.h"
#include "coverage.h"
#include "fleet.h"

enum {
    PAIRS = 16,
    WRITERS = 40,
    MEMBERS = PAIRS + WRITERS,
    WRITE_MS = 14000,
    SETTLE_MS = 20000,
    POST_EVERY_MS = 25,
    EARN_EVERY_MS = 20,
    OFFER_EVERY_MS = 100,
    HOP_MOST_MS = 900,
    ANSWER_MS = 5000
};

/* One device. */
struct twin {
    int64_t member;
    struct client *client;
    struct coverage *coverage;
    int64_t asked[2], after[2]; /* per stream: request under way, and the position it named */
    int64_t hop_ms;
    bool hops, is_deaf, is_refused;
    size_t hopped;
};

struct meadow {
    struct fleet *fleet;
    int server;
    struct client_set *set;
    struct twin stay[PAIRS], hop[PAIRS];
    struct client *writers[WRITERS], *editor, *till;
    int64_t begun_ms, post_ms, earn_ms, offer_ms;
    size_t posts, earns, offers, done, refused;
};

static const char *const streams[2] = {"club:101", "me"};

static int64_t now_ms(const struct meadow *w)
{
    return clock_mono().ms - w->begun_ms;
}

/* --- devices ------------------------------------------------------------------------------------- */

static void refuse(struct twin *t, const struct client_message *m)
{
    check_note("member %lld: %.300s", (long long)t->member, client_message_text(m, NULL));
    t->is_refused = true;
}

static bool on_twin(void *arg, struct client *c, const struct client_message *m)
{
    struct twin *t = arg;

    (void)c;
    for (int i = 0; m->kind == CLIENT_REPLY && i < 2; i++) {
        if (t->asked[i] == 0 || t->asked[i] != m->id)
            continue;
        t->asked[i] = 0;
        if (m->result != NULL)
            coverage_answered(t->coverage, t->after[i], m->result);
        else
            refuse(t, m);
    }
    (void)coverage_message(t->coverage, m);
    return m->id == 0 || t->asked[0] == 0; /* replies of signing in are waited for */
}

static void ask(struct twin *t, int stream)
{
    const char *epoch;
    char params[200];

    t->after[stream] = coverage_position(t->coverage, streams[stream], &epoch);
    if (t->after[stream] < 0)
        snprintf(params, sizeof params, "{\"stream\":\"%s\"}", streams[stream]);
    else
        snprintf(params, sizeof params, "{\"stream\":\"%s\",\"after\":%lld,\"epoch\":\"%s\"}",
            streams[stream], (long long)t->after[stream], epoch);
    t->asked[stream] = client_request(t->client, "stream.subscribe", params);
}

/* Waits for the answers only when asked to: a device that hops may leave again before them. */
static bool arrive(struct meadow *w, struct twin *t, bool waits)
{
    int64_t until_ms = now_ms(w) + ANSWER_MS;

    client_free(t->client);
    t->client = fleet_member(w->fleet, w->server, t->member);
    if (t->client == NULL)
        return false;
    client_on_message(t->client, on_twin, t);
    for (int i = 0; i < 2; i++)
        ask(t, i);
    client_set_add(w->set, t->client);
    while (waits && (t->asked[0] != 0 || t->asked[1] != 0) && now_ms(w) < until_ms)
        client_set_pump(w->set, 10);
    return !waits || (t->asked[0] == 0 && t->asked[1] == 0);
}

/* Leaves: at once, politely, or after a while of not reading. */
static void hop(struct meadow *w, struct twin *t)
{
    long how = random() % 4;

    if (!t->is_deaf && how == 0) {
        t->is_deaf = true;
        client_set_remove(w->set, t->client);
        t->hop_ms = now_ms(w) + random() % HOP_MOST_MS;
        return;
    }
    t->is_deaf = false;
    if (how == 1 && t->client != NULL && client_is_open(t->client))
        client_close(t->client, 1000);
    t->asked[0] = t->asked[1] = 0;
    (void)arrive(w, t, false);
    t->hopped++;
    t->hop_ms = now_ms(w) + 5 + random() % HOP_MOST_MS;
}

/* --- writes -------------------------------------------------------------------------------------- */

static bool on_written(void *arg, struct client *c, const struct client_message *m)
{
    struct meadow *w = arg;

    (void)c;
    w->done += m->result != NULL;
    if (m->error != NULL && w->refused++ < 3)
        check_note("refused: %.300s", client_message_text(m, NULL));
    return true;
}

static void write_due(struct meadow *w)
{
    char params[300];

    for (; w->post_ms < now_ms(w); w->post_ms += POST_EVERY_MS) {
        snprintf(params, sizeof params,
            "{\"club\":\"101\",\"kind\":\"story\",\"body\":\"Post %zu of the meadow.\"}", w->posts);
        client_request_once(w->writers[w->posts++ % WRITERS], "feed.post", params, NULL);
    }
    for (; w->offer_ms < now_ms(w); w->offer_ms += OFFER_EVERY_MS) {
        snprintf(params, sizeof params,
            "{\"club\":\"101\",\"category\":\"11\",\"title\":\"Offer\",\"body\":\"Number %zu.\"}",
            w->offers++);
        client_request_once(w->editor, "feed.offer_news", params, NULL);
    }
    for (; w->earn_ms < now_ms(w); w->earn_ms += EARN_EVERY_MS) {
        snprintf(params, sizeof params,
            "{\"member\":\"%ld\",\"club\":\"101\",\"receipt\":\"r%zu\",\"lines\":[{\"amount\":{\"minor\":%ld,\"cur\":\"EUR\"}}]}",
            FLEET_FIRST_MEMBER + random() % PAIRS, w->earns, 100 + random() % 900);
        w->earns++;
        client_request_once(w->till, "points.earn", params, NULL);
    }
}

/* --- phases -------------------------------------------------------------------------------------- */

/* Half of the members do not want offers; each has blocked one writer. */
static void seed(struct meadow *w)
{
    fleet_seed(w->fleet, MEMBERS);
    fleet_run(w->fleet,
        "update consent_state set state = 'withdrawn' where purpose_id = 30 and member_id %% 2 = 0;"
        "insert into block_rel (blocker, blocked) select member_id, member_id + %d from member where member_id < %d",
        PAIRS, FLEET_FIRST_MEMBER + PAIRS);
}

static void begin(struct meadow *w)
{
    static const char *const options[] = {"--db_connections=5", "--ring_events=64",
        "--session_calls_per_s=1000", "--session_calls_burst=1000", "--session_calls_in_flight=500",
        NULL};
    size_t arrived = 0;

    seed(w);
    w->server = fleet_serve(w->fleet, 3, options);
    w->set = client_set_new();
    w->begun_ms = clock_mono().ms;
    srandom(7);
    for (int i = 0; i < PAIRS; i++) {
        w->stay[i] = (struct twin){.member = FLEET_FIRST_MEMBER + i, .coverage = coverage_new()};
        w->hop[i] = (struct twin){
            .member = FLEET_FIRST_MEMBER + i, .coverage = coverage_new(), .hops = true};
        arrived += (size_t)arrive(w, &w->stay[i], true) + (size_t)arrive(w, &w->hop[i], true);
    }
    check(arrived == 2 * PAIRS, "%zu devices", arrived);
    w->editor = fleet_editor(w->fleet, w->server);
    w->till = fleet_till(w->fleet, w->server);
    for (int i = 0; i < WRITERS + 2; i++) {
        struct client *c = i == WRITERS ? w->editor : i > WRITERS ? w->till : NULL;

        if (i < WRITERS)
            c = w->writers[i] = fleet_member(w->fleet, w->server, FLEET_FIRST_MEMBER + PAIRS + i);
        if (!check(c != NULL, "writer %d signs in", i))
            exit(check_end());
        client_on_message(c, on_written, w);
        client_set_add(w->set, c);
    }
    w->begun_ms = clock_mono().ms;
}

static bool is_at_end(struct meadow *w, const struct twin *t)
{
    int64_t club = fleet_number(
        w->fleet, "select coalesce((select seq from stream where stream = 'club:101'), 0)");
    int64_t me = fleet_number(w->fleet,
        "select coalesce((select seq from stream where stream = 'me:%lld'), 0)",
        (long long)t->member);

    return coverage_position(t->coverage, "club:101", NULL) >= club &&
           coverage_position(t->coverage, "me", NULL) >= me;
}

static bool settle(struct meadow *w)
{
    int64_t until_ms = now_ms(w) + SETTLE_MS;
    bool settled = false;

    for (int i = 0; i < PAIRS; i++) {
        w->hop[i].asked[0] = w->hop[i].asked[1] = 0;
        (void)arrive(w, &w->hop[i], true);
    }
    while (!settled && now_ms(w) < until_ms) {
        client_set_run(w->set, 200);
        settled = w->done + w->refused == w->posts + w->earns + w->offers;
        for (int i = 0; i < PAIRS && settled; i++)
            settled = is_at_end(w, &w->stay[i]) && is_at_end(w, &w->hop[i]);
    }
    return settled;
}

/* --- comparing ----------------------------------------------------------------------------------- */

/* Seqs that one of the two saw in another way than the other; of state, skips may differ. */
static size_t differences(
    const struct twin *a, const struct twin *b, const char *stream, bool is_state)
{
    int64_t start = coverage_start(a->coverage, stream),
            other = coverage_start(b->coverage, stream);
    size_t count = 0;

    for (int64_t seq = (start > other ? start : other) + 1;
         seq <= coverage_position(a->coverage, stream, NULL); seq++) {
        char x = coverage_of(a->coverage, stream, seq), y = coverage_of(b->coverage, stream, seq);
        bool is_same = x == y && coverage_event_hash(a->coverage, stream, seq) ==
                                     coverage_event_hash(b->coverage, stream, seq);

        if (x == '?' || y == '?' || (!is_state && !is_same)) {
            if (count++ < 3)
                check_note("member %lld %s %lld: stays '%c', hops '%c'", (long long)a->member,
                    stream, (long long)seq, x, y);
        }
    }
    return count;
}

static void judge(struct meadow *w)
{
    size_t broken = 0, refused = 0, club = 0, me = 0, state = 0, hopped = 0, events = 0, fewer = 0,
           resyncs = 0;

    for (int i = 0; i < PAIRS; i++) {
        const struct twin *a = &w->stay[i], *b = &w->hop[i];
        const struct coverage *both[2] = {a->coverage, b->coverage};

        for (int k = 0; k < 2; k++) {
            if (coverage_problem(both[k]) != NULL && broken++ < 5)
                check_note("member %lld, device %d: %s", (long long)a->member, k,
                    coverage_problem(both[k]));
            resyncs += coverage_resyncs(both[k], "club:101") + coverage_resyncs(both[k], "me");
        }
        refused += (size_t)a->is_refused + (size_t)b->is_refused;
        hopped += b->hopped;
        events += coverage_events(a->coverage, "club:101");
        fewer += coverage_events(b->coverage, "me") < coverage_events(a->coverage, "me");
        club += differences(a, b, "club:101", false);
        me += differences(a, b, "me", true);
        state += coverage_last_of(a->coverage, "me", "points.changed") !=
                 coverage_last_of(b->coverage, "me", "points.changed");
    }
    check(w->refused == 0, "%zu writes were done, %zu refused", w->done, w->refused);
    check(hopped > 10 * PAIRS && events > 0, "devices left and came back %zu times, %zu events",
        hopped, events);
    check(broken == 0 && refused == 0 && resyncs == 0,
        "P3: every seq exactly once, in order, without a snapshot (%zu, %zu, %zu)", broken, refused,
        resyncs);
    check(club == 0, "P3: the club's events are the same for both twins (%zu differ)", club);
    check(me == 0, "P3: nothing of one's own stream is missing (%zu)", me);
    check(state == 0, "P3: points end in the same state (%zu differ)", state);
    check_note("%zu of %d devices that hopped were sent fewer states", fewer, PAIRS);
}

static void end(struct meadow *w)
{
    for (int i = 0; i < PAIRS; i++) {
        client_free(w->stay[i].client);
        client_free(w->hop[i].client);
        coverage_free(w->stay[i].coverage);
        coverage_free(w->hop[i].coverage);
    }
    for (int i = 0; i < WRITERS; i++)
        client_free(w->writers[i]);
    client_free(w->editor);
    client_free(w->till);
    client_set_free(w->set);
    check(fleet_close(w->fleet) == 0, "the servers ended well");
}

int main(void)
{
    struct meadow w = {.fleet = fleet_open()};

    begin(&w);
    while (now_ms(&w) < WRITE_MS) {
        write_due(&w);
        for (int i = 0; i < PAIRS; i++)
            if (now_ms(&w) >= w.hop[i].hop_ms)
                hop(&w, &w.hop[i]);
        client_set_pump(w.set, 5);
    }
    check(settle(&w), "all devices reach the end");
    judge(&w);
    end(&w);
    return check_end();
}
