/* test_signal.c -- what goes to other nodes and when, what comes from them, and that nothing happens without signals. */
#include "hub/signal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hub/frame.h"
#include "hub/gate.h"
#include "hub/hub.h"
#include "hub/lease.h"
#include "hub/presence.h"
#include "hub/session.h"
#include "hub/sub.h"
#include "hub/tail.h"
#include "io/loop.h"
#include "base/buf.h"
#include "base/mem.h"
#include "support/fake_db.h"
#include "support/fake_node.h"

enum {
    PLAN = 77,
    CLUB = 9,
    PRESENCE = 53,
    PACE_MS = 40,
    BATCH_MS = 2,
    TTL_MS = 360,
    WAIT_MS = 5000
};
enum { ANNA = 5, BERT = 6 };

static const struct gate_purpose purposes[] = {
    {.id = 4, .code = "svc.plan", .basis = BASIS_CONTRACT, .statuses = 1U << STATUS_ACTIVE},
    {.id = PRESENCE,
        .code = "com.presence",
        .basis = BASIS_CONSENT,
        .statuses = 1U << STATUS_ACTIVE},
    {.code = NULL},
};
static const struct signal_rule rules[] = {
    {STREAM_PLAN, "svc.plan", "com.presence"}, {.purpose = NULL}};

/* A member with one session and one subscription of the plan. */
struct one {
    struct member member;
    struct session session;
    struct sub sub;
    int64_t plans[1];
    struct gate_grant grant;
};

struct fixture {
    struct hub hub;
    struct stream *plan;
    struct sub *subs[2];
    struct one anna, bert;
    char seen[16384]; /* the lines of all NOTIFYs so far, without the first of each */
    int notifies;
};

static void on_nothing(void *arg)
{
    (void)arg;
}

static void make_one(struct fixture *f, struct one *o, int64_t id)
{
    o->plans[0] = PLAN;
    o->grant = (struct gate_grant){.purpose = PRESENCE, .scope = CLUB};
    o->member = (struct member){.id = id,
        .known = true,
        .status = STATUS_ACTIVE,
        .bit_words = 1,
        .plans = o->plans,
        .plan_count = 1,
        .grants = &o->grant,
        .grant_count = 1};
    o->member.bits = o->member.first_bits;
    list_init(&o->member.sessions);
    o->session = (struct session){.hub = &f->hub, .member = &o->member, .state = SESSION_OPENING};
    list_node_init(&o->session.in_member);
    o->sub = (struct sub){.session = &o->session, .stream = f->plan, .live = true};
}

static int set_up(void **state)
{
    struct fixture *f = mem_zalloc(sizeof *f);
    struct hub *h = &f->hub;

    fake_node_reset();
    fake_node.peers = 1;
    fake_node.applied = 40;
    h->purposes = purposes;
    h->signal_rules = rules;
    h->limits.signal_pace_ms = PACE_MS;
    h->limits.signal_batch_ms = BATCH_MS;
    h->limits.presence_ttl_ms = TTL_MS;
    h->loop = loop_new();
    h->db = fake_db_new();
    h->lease = lease_new(h->loop, on_nothing, on_nothing, NULL);
    h->gate = gate_new(h);
    h->frames = frames_new(h);
    h->streams = streams_new(h);
    h->tail = tail_new(h);
    h->signals = signals_new(h);
    h->presence = presence_new(h);
    f->plan = stream_open(h->streams, "plan:77", 0);
    f->plan->scope = CLUB;
    f->plan->subs = f->subs;
    make_one(f, &f->anna, ANNA);
    make_one(f, &f->bert, BERT);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    struct hub *h = &f->hub;

    f->plan->subs = NULL;
    f->plan->sub_count = 0;
    presence_free(h->presence);
    signals_free(h->signals);
    tail_free(h->tail);
    fake_db_free(h->db);
    streams_free(h->streams);
    frames_free(h->frames);
    gate_free(h->gate);
    lease_free(h->lease);
    loop_run_once(h->loop);
    loop_free(h->loop);
    mem_free(f);
    return 0;
}

static void come(struct fixture *f, struct one *o)
{
    f->subs[f->plan->sub_count++] = &o->sub;
    presence_opened(f->hub.presence, &o->sub);
}

static void leave(struct fixture *f, struct one *o)
{
    presence_left(f->hub.presence, &o->sub);
    f->plan->sub_count = 0;
}

/* Answers NOTIFYs and keeps what they say. */
static void take(struct fixture *f)
{
    while (fake_db_waiting(f->hub.db) > 0) {
        const struct fake_query *q = fake_db_first(f->hub.db);
        const char *lines = q->args[0] == NULL ? NULL : strchr(q->args[0], '\n');

        assert_string_equal(q->sql, "select api.signal($1)");
        assert_true(strlen(q->args[0]) < 8000);
        assert_non_null(lines);
        assert_true(strlen(f->seen) + strlen(lines) < sizeof f->seen);
        memcpy(f->seen + strlen(f->seen), lines + 1, strlen(lines));
        f->notifies++;
        fake_db_answer(f->hub.db, &(struct fake_answer){.err = ERR_OK});
    }
}

static void turn_until(struct fixture *f, const char *text)
{
    int64_t until_ms = clock_mono().ms + WAIT_MS;

    while (strstr(f->seen, text) == NULL && clock_mono().ms < until_ms) {
        loop_run_once(f->hub.loop);
        take(f);
    }
    if (strstr(f->seen, text) == NULL)
        fail_msg("no \"%s\" in \"%s\"", text, f->seen);
}

static void turn_for(struct fixture *f, int64_t ms)
{
    for (int64_t until_ms = clock_mono().ms + ms; clock_mono().ms < until_ms;) {
        loop_run_once(f->hub.loop);
        take(f);
    }
}

static void hear(struct fixture *f, const char *origin, const char *lineage, const char *lines)
{
    char payload[400];

    snprintf(payload, sizeof payload, "%s %s\n%s", origin, lineage, lines);
    signals_heard(f->hub.signals, payload);
}

static uint64_t counted(struct fixture *f, const char *name)
{
    uint64_t n = 0;
    struct buf b;
    char *at;

    buf_init(&b, 0);
    signals_print(f->hub.signals, &b);
    at = strstr(b.bytes, name);
    assert_non_null(at);
    n = strtoull(at + strlen(name), NULL, 10);
    buf_done(&b);
    return n;
}

static void nothing_without_consent(void **state)
{
    struct fixture *f = *state;

    f->anna.member.grant_count = 0;
    come(f, &f->anna);
    turn_for(f, 2 * PACE_MS);
    leave(f, &f->anna);
    turn_for(f, 2 * PACE_MS);
    assert_int_equal(f->notifies, 0);
    assert_int_equal(presence_count(f->hub.presence), 0);
}

static void nothing_without_peers(void **state)
{
    struct fixture *f = *state;

    fake_node.peers = 0;
    come(f, &f->anna);
    turn_for(f, PACE_MS);
    assert_int_equal(presence_count(f->hub.presence), 1);
    assert_int_equal(f->notifies, 0);
}

static void comes_and_goes(void **state)
{
    struct fixture *f = *state;

    come(f, &f->anna);
    turn_until(f, "h plan:77 5 40 0\n");
    fake_node.applied = 41;
    leave(f, &f->anna);
    turn_until(f, "g plan:77 5 41 0\n");
    turn_for(f, 2 * PACE_MS);
    assert_string_equal(f->seen, "h plan:77 5 40 0\ng plan:77 5 41 0\n");
    assert_int_equal(presence_count(f->hub.presence), 0);
}

static void a_short_break_is_not_told(void **state)
{
    struct fixture *f = *state;

    f->hub.limits.signal_pace_ms = WAIT_MS;
    come(f, &f->anna);
    turn_until(f, "h plan:77 5");
    leave(f, &f->anna);
    turn_for(f, 10 * BATCH_MS);
    come(f, &f->anna);
    turn_for(f, 10 * BATCH_MS);
    assert_null(strstr(f->seen, "g plan:77"));
    assert_int_equal(presence_count(f->hub.presence), 1);
}

static void is_told_again(void **state)
{
    struct fixture *f = *state;

    come(f, &f->anna);
    turn_until(f, "h plan:77 5 40 0\nh plan:77 5 40 0\n");
}

static void a_loss_ends_it_without_a_word(void **state)
{
    struct fixture *f = *state;

    come(f, &f->anna);
    turn_until(f, "h plan:77 5");
    f->seen[0] = '\0';
    f->anna.member.grant_count = 0; /* read again without */
    list_append(&f->anna.member.sessions, &f->anna.session.in_member);
    presence_touched(f->hub.presence, &f->anna.member);
    turn_for(f, PACE_MS);
    leave(f, &f->anna);
    turn_for(f, 3 * PACE_MS);
    assert_string_equal(f->seen, "");
}

static void unknown_is_not_shown(void **state)
{
    struct fixture *f = *state;

    f->anna.member.known = false;
    come(f, &f->anna);
    turn_for(f, PACE_MS);
    assert_int_equal(f->notifies, 0);
    f->anna.member.known = true;
    turn_until(f, "h plan:77 5");
}

static void others_are_asked_and_answered(void **state)
{
    struct fixture *f = *state;

    f->anna.sub.is_watched = true;
    come(f, &f->anna);
    turn_until(f, "w plan:77 0 0 0\n");
    hear(f, "other", "lineage", "w plan:77 0 0 0\n");
    turn_until(f, "a plan:77 5 40 0\n");
}

static void gone_elsewhere_but_here(void **state)
{
    struct fixture *f = *state;

    f->hub.limits.presence_ttl_ms = 1000 * WAIT_MS;
    come(f, &f->anna);
    turn_until(f, "h plan:77 5 40 0\n");
    f->seen[0] = '\0';
    hear(f, "other", "lineage", "g plan:77 5 40 0\n");
    turn_until(f, "h plan:77 5 40 0\n");
}

static void what_is_not_for_us(void **state)
{
    struct fixture *f = *state;

    hear(f, tail_origin(f->hub.tail), "lineage", "t plan:77 5 40 0\n");
    hear(f, "other", "line", "t plan:77 5 40 0\n");
    hear(f, "other", "lineages", "t plan:77 5 40 0\n");
    signals_heard(f->hub.signals, "");
    signals_heard(f->hub.signals, "rubbish");
    assert_int_equal(counted(f, "\nclubhub_signals_heard_total "), 0);
    hear(f, "other", "lineage", "x plan:77 5 40 0\nt plan:77 5 40 0\n");
    hear(f, "other", "lineage", "t plan:77 5\n");
    assert_int_equal(counted(f, "\nclubhub_signals_heard_total "), 0);
    hear(f, "other", "lineage", "t plan:77 5 40 0\nt plan:78 5 40 8\n");
    assert_int_equal(counted(f, "\nclubhub_signals_heard_total "), 2);
}

static void give_lease(struct fixture *f)
{
    lease_renewed(f->hub.lease, clock_boot(), 60000);
}

static void evidence_is_looked_at(void **state)
{
    struct fixture *f = *state;

    give_lease(f);
    f->subs[f->plan->sub_count++] = &f->bert.sub;
    fake_node.touched_seq = 40;
    fake_node.touched_id = ANNA;
    hear(f, "other", "lineage", "t plan:77 5 39 0\n");
    assert_int_equal(counted(f, "{reason=\"stale\"} "), 1);
    hear(f, "other", "lineage", "t plan:77 5 40 0\n");
    assert_int_equal(counted(f, "{reason=\"stale\"} "), 1);
    assert_int_equal(counted(f, "{reason=\"backlog\"} "), 1); /* his socket takes nothing now */
}

static void nothing_without_the_lease(void **state)
{
    struct fixture *f = *state;

    f->subs[f->plan->sub_count++] = &f->bert.sub;
    hear(f, "other", "lineage", "t plan:77 5 40 0\n");
    assert_int_equal(counted(f, "{reason=\"lease\"} "), 1);
    give_lease(f);
    fake_node.delivering = false;
    hear(f, "other", "lineage", "t plan:77 5 40 0\n");
    assert_int_equal(counted(f, "{reason=\"lease\"} "), 2);
}

static void a_notify_is_bounded(void **state)
{
    struct fixture *f = *state;
    struct signal sg = {.type = SIGNAL_TYPING,
        .stream = "plan:77",
        .member = INT64_MAX,
        .sys_seq = INT64_MAX,
        .item = INT64_MAX};

    for (int i = 0; i < 500; i++)
        signal_send(f->hub.signals, &sg);
    turn_for(f, 10 * BATCH_MS);
    assert_int_equal(f->notifies, 1);
    assert_true(counted(f, "{reason=\"full\"} ") > 300);
    for (int i = 0; i < 2; i++)
        signal_send(f->hub.signals, &sg);
    turn_for(f, 10 * BATCH_MS);
    assert_int_equal(f->notifies, 2); /* those of one turn go together */
}

static void notifies_keep_their_distance(void **state)
{
    struct fixture *f = *state;
    struct signal sg = {.type = SIGNAL_TYPING, .stream = "plan:77", .member = 1};
    int64_t first_ms;

    f->hub.limits.signal_batch_ms = PACE_MS;
    signal_send(f->hub.signals, &sg);
    turn_until(f, "t plan:77 1");
    first_ms = clock_mono().ms;
    sg.member = 2;
    signal_send(f->hub.signals, &sg);
    turn_until(f, "t plan:77 2");
    assert_true(clock_mono().ms - first_ms >= PACE_MS - 1);
}

static void a_session_keeps_the_pace(void **state)
{
    struct fixture *f = *state;
    struct session *s = &f->anna.session;
    int64_t until_ms = clock_mono().ms + WAIT_MS;

    assert_true(signal_is_due(f->hub.signals, s));
    assert_true(signal_is_due(f->hub.signals, s));
    signal_take(s);
    assert_false(signal_is_due(f->hub.signals, s));
    assert_int_equal(counted(f, "{reason=\"rate\"} "), 1);
    while (!signal_is_due(f->hub.signals, s) && clock_mono().ms < until_ms)
        loop_run_once(f->hub.loop);
    assert_true(clock_mono().ms - s->signalled_at.ms >= PACE_MS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_without_consent),
        TEST(nothing_without_peers),
        TEST(comes_and_goes),
        TEST(a_short_break_is_not_told),
        TEST(is_told_again),
        TEST(a_loss_ends_it_without_a_word),
        TEST(unknown_is_not_shown),
        TEST(others_are_asked_and_answered),
        TEST(gone_elsewhere_but_here),
        TEST(what_is_not_for_us),
        TEST(evidence_is_looked_at),
        TEST(nothing_without_the_lease),
        TEST(a_notify_is_bounded),
        TEST(notifies_keep_their_distance),
        TEST(a_session_keeps_the_pace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
