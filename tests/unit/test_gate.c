/* test_gate.c -- states in, verdicts out: each step of domain.md 12.7, and when a state is not to be believed. */
#include "hub/gate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "club/purposes.h"
#include "hub/batch.h"
#include "hub/frame.h"
#include "hub/hub.h"
#include "hub/session.h"
#include "hub/sessions.h"
#include "io/loop.h"
#include "support/fake_db.h"
#include "support/fake_node.h"

enum { COLUMNS = 12, SOON_MS = 30, US_PER_MS = 1000 };

static const int64_t database_ms = 1790000000000;

struct fixture {
    struct hub hub;
    struct session sessions[3];
};

static void session_make(struct fixture *f, struct session *s)
{
    memset(s, 0, sizeof *s);
    s->hub = &f->hub;
    s->kind = SESSION_SOCKET;
    list_node_init(&s->in_member);
    list_node_init(&s->in_lagging);
}

static int set_up(void **state)
{
    static struct fixture f;

    memset(&f, 0, sizeof f);
    fake_node_reset();
    f.hub.loop = loop_new();
    f.hub.db = fake_db_new();
    f.hub.purposes = purposes;
    f.hub.sessions = sessions_new(&f.hub);
    f.hub.gate = gate_new(&f.hub);
    gate_set_clock(f.hub.gate, database_ms, clock_boot());
    for (int i = 0; i < 3; i++)
        session_make(&f, &f.sessions[i]);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 3; i++)
        gate_leave(f->hub.gate, &f->sessions[i]);
    fake_db_free(f->hub.db);
    gate_free(f->hub.gate);
    sessions_free(f->hub.sessions);
    loop_run_once(f->hub.loop);
    loop_free(f->hub.loop);
    return 0;
}

/* A member's state, as api.gate_load answers it. */
struct row {
    const char *status, *blocks, *grants, *denied, *clubs, *segments, *sys_seq, *family, *offers,
        *plans;
};

static const char * or (const char *text, const char *otherwise)
{
    return text != NULL ? text : otherwise;
}

/* The oldest read is answered with this one row. */
static void answer_load(struct fixture *f, const char *member, struct row r)
{
    struct fake_answer a = {.rows = 1,
        .columns = COLUMNS,
        .cells = {{member, or (r.status, "active"), "1", or (r.blocks, "{}"), or (r.grants, ""),
            or (r.denied, ""), or (r.clubs, "1:0"), or (r.segments, "{}"), or (r.sys_seq, "1"),
            or (r.family, ""), or (r.offers, "{}"), or (r.plans, "{}")}}};

    assert_int_equal(fake_db_waiting(f->hub.db), 1);
    assert_non_null(strstr(fake_db_first(f->hub.db)->sql, "gate_load"));
    fake_db_answer(f->hub.db, &a);
}

/* Session 0 of member 5 with this state. */
static struct session *join(struct fixture *f, struct row r)
{
    gate_join(f->hub.gate, 5, &f->sessions[0]);
    gate_turn(f->hub.gate);
    assert_string_equal(fake_db_first(f->hub.db)->args[0], "{5}");
    answer_load(f, "5", r);
    assert_true(f->sessions[0].member->known);
    return &f->sessions[0];
}

static struct event event_of(
    struct fixture *f, const char *stream, const char *purpose, int64_t scope, const char *audience)
{
    return (struct event){
        .refs = 1, .seq = 1, .gate_key = gate_key(f->hub.gate, purpose, scope, audience, stream)};
}

/* The verdict about one event; the batch of it must agree. */
static enum gate_reason verdict(struct fixture *f, const struct session *s, const struct event *e)
{
    enum gate_reason reason;
    enum gate_answer answer = gate_event(f->hub.gate, e, s, &reason);
    int32_t keys[] = {e->gate_key};
    int64_t actors[] = {e->actor};
    bool is_blockable = e->actor != 0 && gate_key_blockable(f->hub.gate, e->gate_key);
    struct batch b = {
        .refs = 1, .keys = keys, .key_count = 1, .actors = actors, .actor_count = is_blockable};

    assert_int_equal(answer, reason == REASON_NONE ? GATE_SEND : GATE_SPLIT);
    assert_int_equal(gate_ask(f->hub.gate, &b, s).answer, answer);
    return reason;
}

static enum gate_reason ask(
    struct fixture *f, const char *stream, const char *purpose, int64_t scope, const char *audience)
{
    struct event e = event_of(f, stream, purpose, scope, audience);

    return verdict(f, &f->sessions[0], &e);
}

/* --- steps 1 to 4 --- */

static void test_statuses(void **state)
{
    static const struct {
        const char *status;
        bool account, points, support, feed, privacy, security;
    } rows[] = {
        {"pending", true, false, false, false, true, false},
        {"active", true, true, true, true, true, true},
        {"suspended", true, true, false, false, true, true},
        {"restricted", true, false, true, false, true, false},
        {"closing", true, true, false, false, true, true},
        {"erased", false, false, false, false, false, false},
        {"something new", false, false, false, false, false, false},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        join(f, (struct row){.status = rows[i].status});
        assert_int_equal(ask(f, "me:5", "svc.account", 0, NULL) == REASON_NONE, rows[i].account);
        assert_int_equal(ask(f, "me:5", "svc.points", 0, NULL) == REASON_NONE, rows[i].points);
        assert_int_equal(ask(f, "me:5", "svc.support", 0, NULL) == REASON_NONE, rows[i].support);
        assert_int_equal(
            ask(f, "club:1", "svc.feed", 0, NULL), rows[i].feed ? REASON_NONE : REASON_INACTIVE);
        assert_int_equal(ask(f, "me:5", "legal.privacy", 0, NULL) == REASON_NONE, rows[i].privacy);
        assert_int_equal(ask(f, "me:5", "li.security", 0, NULL) == REASON_NONE, rows[i].security);
        gate_leave(f->hub.gate, &f->sessions[0]);
    }
}

static void test_audience(void **state)
{
    struct fixture *f = *state;

    join(f, (struct row){.clubs = "1:2,7:0", .segments = "{30,4}"});
    assert_int_equal(ask(f, "club:1", "svc.feed", 0, NULL), REASON_NONE);
    assert_int_equal(ask(f, "club:2", "svc.feed", 0, NULL), REASON_AUDIENCE); /* not a member */
    assert_int_equal(ask(f, "club:1", "svc.feed", 0, "rank:2"), REASON_NONE);
    assert_int_equal(ask(f, "club:1", "svc.feed", 0, "rank:3"), REASON_AUDIENCE);
    assert_int_equal(
        ask(f, "club:7", "svc.feed", 0, "rank:2"), REASON_AUDIENCE); /* ranks are of one club */
    assert_int_equal(ask(f, "me:5", "svc.account", 0, "rank:0"), REASON_AUDIENCE);
    assert_int_equal(ask(f, "club:1", "svc.feed", 0, "segment:4"), REASON_NONE);
    assert_int_equal(ask(f, "club:1", "svc.feed", 0, "segment:30"), REASON_NONE);
    assert_int_equal(ask(f, "club:1", "svc.feed", 0, "segment:5"), REASON_AUDIENCE);
    assert_int_equal(ask(f, "club:1", "svc.feed", 0, "moon:1"), REASON_AUDIENCE);
    assert_int_equal(ask(f, "club:1", "svc.feed", 0, "moon"), REASON_AUDIENCE);
    assert_int_equal(ask(f, "staff:1", "staff", 0, NULL), REASON_INACTIVE); /* never to members */
}

/* Only who is in the family; what is meant for its adults is not for its children. */
static void test_families(void **state)
{
    struct fixture *f = *state;

    join(f, (struct row){.family = "77:1"});
    assert_int_equal(ask(f, "family:77", "svc.family", 0, NULL), REASON_NONE);
    assert_int_equal(ask(f, "family:77", "svc.family", 0, "adults"), REASON_NONE);
    assert_int_equal(ask(f, "family:7", "svc.family", 0, NULL), REASON_AUDIENCE);
    assert_int_equal(ask(f, "family:771", "svc.family", 0, "adults"), REASON_AUDIENCE);
    assert_int_equal(ask(f, "club:1", "svc.feed", 0, "adults"), REASON_AUDIENCE);
    gate_leave(f->hub.gate, &f->sessions[0]);
    join(f, (struct row){.family = "77:0"});
    assert_int_equal(ask(f, "family:77", "svc.family", 0, NULL), REASON_NONE);
    assert_int_equal(ask(f, "family:77", "svc.family", 0, "adults"), REASON_AUDIENCE);
    gate_leave(f->hub.gate, &f->sessions[0]);
    join(f, (struct row){0});
    assert_int_equal(ask(f, "family:77", "svc.family", 0, NULL), REASON_AUDIENCE);
    assert_int_equal(ask(f, "family:77", "svc.family", 0, "adults"), REASON_AUDIENCE);
}

/* An offer's stream: for its whole club, or for those whom the closed offer is for; never without an audience. */
static void test_offers(void **state)
{
    struct fixture *f = *state;

    join(f, (struct row){.clubs = "1:2", .segments = "{5}", .offers = "{31,33}"});
    assert_int_equal(ask(f, "offer:30", "svc.feed", 0, "club:1"), REASON_NONE);
    assert_int_equal(ask(f, "offer:30", "svc.feed", 0, "club:2"), REASON_AUDIENCE);
    assert_int_equal(ask(f, "offer:31", "svc.feed", 0, "offer:31"), REASON_NONE);
    assert_int_equal(ask(f, "offer:32", "svc.feed", 0, "offer:32"), REASON_AUDIENCE);
    assert_int_equal(ask(f, "offer:33", "svc.feed", 0, "offer:33"), REASON_NONE);
    assert_int_equal(ask(f, "offer:30", "svc.feed", 0, NULL), REASON_AUDIENCE);
    assert_int_equal(ask(f, "offer:30", "svc.feed", 0, "rank:0"), REASON_AUDIENCE);
    assert_int_equal(ask(f, "offer:30", "svc.feed", 0, "segment:5"), REASON_AUDIENCE);
    assert_int_equal(ask(f, "club:1", "svc.feed", 0, "club:1"), REASON_AUDIENCE);
    assert_int_equal(ask(f, "club:1", "svc.feed", 0, "offer:31"), REASON_AUDIENCE);
    assert_int_equal(ask(f, "me:5", "svc.feed", 0, "club:1"), REASON_AUDIENCE);
}

/* A plan's stream: for who is in it, whatever the club. */
static void test_plans(void **state)
{
    struct fixture *f = *state;

    join(f, (struct row){.blocks = "{9}", .segments = "{5}", .offers = "{33}", .plans = "{31,8}"});
    assert_int_equal(ask(f, "plan:8", "svc.plan", 0, NULL), REASON_NONE);
    assert_int_equal(ask(f, "plan:31", "svc.plan", 0, NULL), REASON_NONE);
    assert_int_equal(ask(f, "plan:30", "svc.plan", 0, NULL), REASON_AUDIENCE);
    assert_int_equal(ask(f, "plan:33", "svc.plan", 0, NULL), REASON_AUDIENCE);
    assert_int_equal(ask(f, "plan:1", "svc.plan", 0, NULL), REASON_AUDIENCE);
    assert_int_equal(ask(f, "plan:33", "svc.plan", 0, "segment:5"), REASON_AUDIENCE);
    assert_int_equal(ask(f, "plan:8", "svc.plan", 0, "adults"), REASON_AUDIENCE);
    gate_reload(f->hub.gate, (int64_t[]){5}, 1); /* removed from one of them */
    gate_turn(f->hub.gate);
    answer_load(f, "5", (struct row){.plans = "{31}"});
    assert_int_equal(ask(f, "plan:8", "svc.plan", 0, NULL), REASON_AUDIENCE);
    assert_int_equal(ask(f, "plan:31", "svc.plan", 0, NULL), REASON_NONE);
}

static void test_blocks(void **state)
{
    struct fixture *f = *state;
    struct event feed, profile, support, other;

    join(f, (struct row){.blocks = "{9,2,70}", .grants = "50:1:0"});
    feed = event_of(f, "club:1", "svc.feed", 0, NULL);
    profile = event_of(f, "club:1", "com.profile", 1, NULL);
    support = event_of(f, "me:5", "svc.support", 0, NULL);
    other = feed;
    feed.actor = profile.actor = support.actor = 70;
    other.actor = 8;
    assert_int_equal(verdict(f, &f->sessions[0], &feed), REASON_BLOCKED);
    assert_int_equal(verdict(f, &f->sessions[0], &profile), REASON_BLOCKED);
    assert_int_equal(verdict(f, &f->sessions[0], &support), REASON_NONE);
    assert_int_equal(verdict(f, &f->sessions[0], &other), REASON_NONE);
}

static void test_bases(void **state)
{
    struct fixture *f = *state;

    join(f, (struct row){.grants = "30:12:0,50:1:0", .denied = "21"});
    assert_int_equal(ask(f, "me:5", "mkt.offers", 12, NULL), REASON_NONE);
    assert_int_equal(ask(f, "me:5", "mkt.offers", 13, NULL), REASON_BASIS); /* another scope */
    assert_int_equal(ask(f, "me:5", "mkt.magazine", 12, NULL), REASON_BASIS);
    assert_int_equal(ask(f, "club:1", "com.profile", 1, NULL), REASON_NONE);
    assert_int_equal(ask(f, "me:5", "li.survey", 0, NULL), REASON_BASIS); /* objected */
    assert_int_equal(ask(f, "me:5", "li.security", 0, NULL), REASON_NONE);
    assert_int_equal(ask(f, "me:5", "no.such", 0, NULL), REASON_BASIS);
}

/* The first reason in the order of the steps is the one that is counted. */
static void test_order_of_steps(void **state)
{
    struct fixture *f = *state;
    struct event e;

    join(f, (struct row){.status = "suspended", .blocks = "{9}"});
    e = event_of(f, "club:2", "com.profile", 2, NULL);
    e.actor = 9;
    assert_int_equal(verdict(f, &f->sessions[0], &e), REASON_INACTIVE);
    gate_leave(f->hub.gate, &f->sessions[0]);
    join(f, (struct row){.blocks = "{9}"});
    assert_int_equal(verdict(f, &f->sessions[0], &e), REASON_AUDIENCE);
    gate_leave(f->hub.gate, &f->sessions[0]);
    join(f, (struct row){.blocks = "{9}", .clubs = "2:0"});
    assert_int_equal(verdict(f, &f->sessions[0], &e), REASON_BLOCKED);
}

static void test_staff(void **state)
{
    struct fixture *f = *state;
    struct event role = event_of(f, "staff:1", "staff", 0, NULL),
                 feed = event_of(f, "club:1", "svc.feed", 0, NULL);

    assert_int_equal(verdict(f, &f->sessions[1], &role), REASON_NONE);
    assert_int_equal(verdict(f, &f->sessions[1], &feed), REASON_AUDIENCE);
}

/* What tells a member less about themselves than they may see is not for them. */
static void test_own_render(void **state)
{
    struct fixture *f = *state;
    int64_t own[] = {4, 5};
    int32_t keys[] = {gate_key(f->hub.gate, "svc.feed", 0, NULL, "club:1")};
    struct batch b = {.refs = 1, .keys = keys, .key_count = 1, .own = own, .own_count = 2};

    join(f, (struct row){0});
    assert_int_equal(gate_ask(f->hub.gate, &b, &f->sessions[0]).answer, GATE_SPLIT);
    b.own_count = 1;
    assert_int_equal(gate_ask(f->hub.gate, &b, &f->sessions[0]).answer, GATE_SEND);
}

/* --- time --- */

/* Never later than the database would say: its clock is taken as read when the question was sent. */
static void test_expiry(void **state)
{
    struct fixture *f = *state;
    char grants[64];

    snprintf(grants, sizeof grants, "30:12:%lld,30:13:%lld,31:0:%lld",
        (long long)database_ms + SOON_MS, (long long)database_ms + 3600000, (long long)database_ms);
    gate_set_clock(f->hub.gate, database_ms, clock_boot());
    join(f, (struct row){.grants = grants});
    assert_int_equal(ask(f, "me:5", "mkt.magazine", 0, NULL), REASON_BASIS); /* over now */
    assert_int_equal(ask(f, "me:5", "mkt.offers", 13, NULL), REASON_NONE);
    (void)ask(f, "me:5", "mkt.offers", 12, NULL); /* its answer is remembered */
    usleep((SOON_MS + 1) * US_PER_MS);
    assert_int_equal(ask(f, "me:5", "mkt.offers", 12, NULL), REASON_BASIS);
    assert_int_equal(ask(f, "me:5", "mkt.offers", 13, NULL), REASON_NONE);
}

static void test_upper_bound_of_the_clock(void **state)
{
    struct fixture *f = *state;
    struct boot_ns long_ago = clock_boot();
    char grants[64];

    snprintf(grants, sizeof grants, "30:12:%lld", (long long)database_ms + 5000);
    join(f, (struct row){.grants = grants});
    assert_int_equal(ask(f, "me:5", "mkt.offers", 12, NULL), REASON_NONE);
    long_ago.ns -=
        INT64_C(6000000000); /* the answer took six seconds: it may be that late by now */
    gate_set_clock(f->hub.gate, database_ms, long_ago);
    assert_int_equal(ask(f, "me:5", "mkt.offers", 12, NULL), REASON_BASIS);
}

/* --- what is known --- */

static void assert_waits(struct fixture *f, const struct session *s)
{
    struct event e = event_of(f, "me:5", "svc.account", 0, NULL);
    int32_t keys[] = {e.gate_key};
    struct batch b = {.refs = 1, .keys = keys, .key_count = 1};
    enum gate_reason reason;

    assert_int_equal(gate_event(f->hub.gate, &e, s, &reason), GATE_WAIT);
    assert_int_equal(reason, REASON_NONE); /* not a suppression */
    assert_int_equal(gate_ask(f->hub.gate, &b, s).answer, GATE_WAIT);
}

static void test_unknown_waits(void **state)
{
    struct fixture *f = *state;

    gate_join(f->hub.gate, 5, &f->sessions[0]);
    assert_waits(f, &f->sessions[0]);
    gate_turn(f->hub.gate);
    assert_waits(f, &f->sessions[0]);
    assert_false(list_is_linked(&f->sessions[0].in_lagging));
    answer_load(f, "5", (struct row){0});
    assert_true(list_is_linked(&f->sessions[0].in_lagging)); /* its cursors are looked at again */
    assert_true(gate_is_idle(f->hub.gate));
    list_remove(&f->hub.sessions->lagging, &f->sessions[0].in_lagging);
}

/* One state for all sessions of a member, read once; many members in one query. */
static void test_shared(void **state)
{
    struct fixture *f = *state;
    struct fake_answer a = {.rows = 2,
        .columns = COLUMNS,
        .cells = {{"6", "active", "1", "{}", "", "", "", "{}", "1"},
            {"5", "active", "1", "{}", "", "", "", "{}", "1"}}};

    gate_join(f->hub.gate, 5, &f->sessions[0]);
    gate_join(f->hub.gate, 5, &f->sessions[1]);
    gate_join(f->hub.gate, 6, &f->sessions[2]);
    assert_ptr_equal(f->sessions[0].member, f->sessions[1].member);
    gate_turn(f->hub.gate);
    gate_turn(f->hub.gate);
    assert_int_equal(fake_db_waiting(f->hub.db), 1);
    assert_string_equal(fake_db_first(f->hub.db)->args[0], "{5,6}");
    fake_db_answer(f->hub.db, &a);
    assert_true(f->sessions[0].member->known);
    assert_true(f->sessions[2].member->known);
    gate_leave(f->hub.gate, &f->sessions[0]);
    assert_non_null(gate_find(f->hub.gate, 5));
    gate_leave(f->hub.gate, &f->sessions[1]);
    assert_null(gate_find(f->hub.gate, 5));
    for (int i = 0; i < 3; i++)
        list_remove(&f->hub.sessions->lagging, &f->sessions[i].in_lagging);
}

/* A withdrawal: unknown at once, and what was remembered is not believed any more. */
static void test_reload_forgets(void **state)
{
    struct fixture *f = *state;

    join(f, (struct row){.grants = "30:12:0", .clubs = "1:0,2:0"});
    assert_int_equal(ask(f, "me:5", "mkt.offers", 12, NULL), REASON_NONE);
    assert_int_equal(ask(f, "club:2", "svc.feed", 0, NULL), REASON_NONE);
    gate_reload(f->hub.gate, (int64_t[]){4, 5, 6}, 3);
    assert_waits(f, &f->sessions[0]);
    gate_turn(f->hub.gate);
    answer_load(f, "5", (struct row){.clubs = "1:0", .blocks = "{9}"});
    assert_int_equal(ask(f, "me:5", "mkt.offers", 12, NULL), REASON_BASIS);
    assert_int_equal(ask(f, "club:2", "svc.feed", 0, NULL), REASON_AUDIENCE);
    gate_reload(f->hub.gate, NULL, 0); /* everybody */
    assert_waits(f, &f->sessions[0]);
}

/* A state read before a loss that is applied by now is read again. */
static void test_stale_state_is_not_installed(void **state)
{
    struct fixture *f = *state;

    gate_join(f->hub.gate, 5, &f->sessions[0]);
    gate_turn(f->hub.gate);
    fake_node.touched_seq = 8;
    fake_node.touched_id = 5;
    answer_load(f, "5", (struct row){.sys_seq = "7"});
    assert_waits(f, &f->sessions[0]);
    gate_turn(f->hub.gate);
    answer_load(f, "5", (struct row){.sys_seq = "8"});
    assert_true(f->sessions[0].member->known);
}

/* A loss during the reading: the answer may be from before it, so it counts only if its snapshot says otherwise. */
static void test_reload_while_loading(void **state)
{
    struct fixture *f = *state;

    gate_join(f->hub.gate, 5, &f->sessions[0]);
    gate_turn(f->hub.gate);
    gate_reload(f->hub.gate, (int64_t[]){5}, 1);
    fake_node.touched_seq = 8;
    fake_node.touched_id = 5;
    gate_turn(f->hub.gate);
    assert_int_equal(fake_db_waiting(f->hub.db), 1);
    answer_load(f, "5", (struct row){.sys_seq = "7"});
    assert_waits(f, &f->sessions[0]);
    gate_turn(f->hub.gate);
    answer_load(f, "5", (struct row){.sys_seq = "9"});
    assert_true(f->sessions[0].member->known);
}

/* A rejoin drops what is under way. */
static void test_forget_all(void **state)
{
    struct fixture *f = *state;

    join(f, (struct row){0});
    gate_reload(f->hub.gate, (int64_t[]){5}, 1);
    gate_turn(f->hub.gate);
    gate_forget_all(f->hub.gate);
    answer_load(f, "5", (struct row){0});
    assert_waits(f, &f->sessions[0]);
    gate_turn(f->hub.gate);
    answer_load(f, "5", (struct row){0});
    assert_true(f->sessions[0].member->known);
}

static void test_left_while_loading(void **state)
{
    struct fixture *f = *state;

    gate_join(f->hub.gate, 5, &f->sessions[0]);
    gate_turn(f->hub.gate);
    gate_leave(f->hub.gate, &f->sessions[0]);
    answer_load(f, "5", (struct row){0});
    assert_null(gate_find(f->hub.gate, 5));
    assert_int_equal(gate_member_count(f->hub.gate), 0);
}

/* A failed read is repeated, after a pause. */
static void test_failed_load(void **state)
{
    struct fixture *f = *state;
    struct fake_answer lost = {.err = ERR_LOST};

    gate_join(f->hub.gate, 5, &f->sessions[0]);
    gate_turn(f->hub.gate);
    fake_db_answer(f->hub.db, &lost);
    gate_turn(f->hub.gate);
    assert_int_equal(fake_db_waiting(f->hub.db), 0);
    for (int i = 0; i < 1000 && fake_db_waiting(f->hub.db) == 0; i++) {
        usleep(US_PER_MS);
        loop_run_once(f->hub.loop);
        gate_turn(f->hub.gate);
    }
    answer_load(f, "5", (struct row){0});
    assert_true(f->sessions[0].member->known);
}

/* More keys than fit into the first word of a member's answers. */
static void test_many_keys(void **state)
{
    struct fixture *f = *state;

    join(f, (struct row){.grants = "30:3:0,30:150:0"});
    for (int round = 0; round < 2; round++) {
        for (int scope = 1; scope <= 200; scope++)
            assert_int_equal(ask(f, "me:5", "mkt.offers", scope, NULL),
                scope == 3 || scope == 150 ? REASON_NONE : REASON_BASIS);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_statuses), TEST(test_audience),
        TEST(test_families), TEST(test_offers), TEST(test_plans), TEST(test_blocks),
        TEST(test_bases), TEST(test_order_of_steps), TEST(test_staff), TEST(test_own_render),
        TEST(test_expiry), TEST(test_upper_bound_of_the_clock), TEST(test_unknown_waits),
        TEST(test_shared), TEST(test_reload_forgets), TEST(test_stale_state_is_not_installed),
        TEST(test_reload_while_loading), TEST(test_forget_all), TEST(test_left_while_loading),
        TEST(test_failed_load), TEST(test_many_keys)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
