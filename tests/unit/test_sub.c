/* test_sub.c -- subscriptions whose right went while their worker could not read the entry that said so. */
#include "hub/sub.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "club/purposes.h"
#include "hub/frame.h"
#include "hub/gate.h"
#include "hub/hub.h"
#include "hub/outgoing.h"
#include "hub/session.h"
#include "hub/sessions.h"
#include "hub/stream.h"
#include "io/loop.h"
#include "base/list.h"
#include "base/mem.h"
#include "support/fake_db.h"
#include "support/fake_node.h"

enum { MEMBER = 5, PLENTY = 100000 };

static const char *const names[] = {"club:1", "club:2", "plan:8", "plan:9", "family:4", "me:5"};
enum { NAMES = sizeof names / sizeof names[0] };

struct fixture {
    struct hub hub;
    struct session session;
};

static int set_up(void **state)
{
    static struct fixture f;

    memset(&f, 0, sizeof f);
    fake_node_reset();
    f.hub.limits.reply_bytes = PLENTY;
    f.hub.loop = loop_new();
    f.hub.db = fake_db_new();
    f.hub.purposes = purposes;
    f.hub.sessions = sessions_new(&f.hub);
    f.hub.gate = gate_new(&f.hub);
    f.hub.frames = frames_new(&f.hub);
    f.hub.streams = streams_new(&f.hub);
    f.session.hub = &f.hub;
    f.session.kind = SESSION_SOCKET;
    f.session.state = SESSION_READY;
    f.session.cut_slot = -1;
    list_init(&f.session.replies);
    list_node_init(&f.session.in_member);
    list_node_init(&f.session.in_lagging);
    list_node_init(&f.session.in_flush);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    struct hub *h = &f->hub;

    while (f->session.sub_count > 0)
        sub_free(f->session.subs[0]);
    mem_free(f->session.subs);
    outgoing_drop(&f->session);
    gate_leave(h->gate, &f->session);
    fake_db_free(h->db);
    streams_free(h->streams);
    frames_free(h->frames);
    gate_free(h->gate);
    sessions_free(h->sessions);
    loop_run_once(h->loop);
    loop_free(h->loop);
    return 0;
}

/* The member's state as api.gate_load answers it. */
static void answer_load(struct fixture *f, const char *clubs, const char *family, const char *plans)
{
    struct fake_answer a = {.rows = 1,
        .columns = 12,
        .cells = {{"5", "active", "1", "{}", "", "", clubs, "{}", "1", family, "{}", plans}}};

    gate_turn(f->hub.gate);
    fake_db_answer(f->hub.db, &a);
    assert_true(f->session.member->known);
}

static void follow_all(struct fixture *f)
{
    for (int i = 0; i < NAMES; i++)
        sub_set_live(sub_new(&f->session, stream_open(f->hub.streams, names[i], 0), 0, 0));
}

/* The oldest message to the session. */
static void told(struct fixture *f, const char *expected)
{
    struct list_node *n = list_first(&f->session.replies);
    struct reply *r = n != NULL ? LIST_ITEM(n, struct reply, node) : NULL;

    assert_non_null(r);
    assert_int_equal(r->length_bytes, strlen(expected));
    assert_memory_equal(r->bytes, expected, r->length_bytes);
    list_remove(&f->session.replies, n);
    f->session.reply_bytes -= r->length_bytes;
    mem_free(r->bytes);
    mem_free(r);
}

#define ENDED(stream)                                                                         \
    "{\"jsonrpc\":\"2.0\",\"method\":\"stream.ended\",\"params\":{\"stream\":\"" stream "\"," \
    "\"reason\":\"NOT_MEMBER\"}}"

static void test_what_is_lost_ends(void **state)
{
    struct fixture *f = *state;

    gate_join(f->hub.gate, MEMBER, &f->session);
    answer_load(f, "1:0,2:0", "4", "{8,9}");
    follow_all(f);
    gate_forget_all(f->hub.gate); /* as after a rejoin: nothing known, nothing told */
    assert_int_equal(f->session.sub_count, NAMES);
    assert_int_equal(f->session.replies.count, 0);
    answer_load(f, "2:0", "", "{9}");
    assert_int_equal(f->session.sub_count, 3);
    assert_null(sub_find(&f->session, "club:1"));
    assert_null(sub_find(&f->session, "plan:8"));
    assert_null(sub_find(&f->session, "family:4"));
    assert_non_null(sub_find(&f->session, "club:2"));
    assert_non_null(sub_find(&f->session, "plan:9"));
    assert_non_null(sub_find(&f->session, "me:5"));
    told(f, ENDED("family:4"));
    told(f, ENDED("plan:8"));
    told(f, ENDED("club:1"));
    assert_int_equal(f->session.replies.count, 0);
}

static void test_what_is_kept_stays(void **state)
{
    struct fixture *f = *state;

    gate_join(f->hub.gate, MEMBER, &f->session);
    answer_load(f, "1:0,2:0", "4", "{8,9}");
    follow_all(f);
    gate_reload(f->hub.gate, (int64_t[]){MEMBER}, 1);
    answer_load(f, "1:0,2:0", "4", "{8,9}");
    assert_int_equal(f->session.sub_count, NAMES);
    assert_int_equal(f->session.replies.count, 0);
}

/* One that is opening has no answer yet: its subscribe is judged by the database, in a snapshot newer than the loss. */
static void test_opening_is_left_alone(void **state)
{
    struct fixture *f = *state;

    gate_join(f->hub.gate, MEMBER, &f->session);
    answer_load(f, "1:0", "", "{}");
    (void)sub_new(&f->session, stream_open(f->hub.streams, "plan:8", 0), 0, 0);
    gate_reload(f->hub.gate, (int64_t[]){MEMBER}, 1);
    answer_load(f, "1:0", "", "{}");
    assert_int_equal(f->session.sub_count, 1);
    assert_int_equal(f->session.replies.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_what_is_lost_ends), TEST(test_what_is_kept_stays),
        TEST(test_opening_is_left_alone)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
