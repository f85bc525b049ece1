/* test_frame.c -- rendering: together, one by one after a failure, and giving up on one that is broken. */
#include "hub/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hub/event.h"
#include "hub/hub.h"
#include "hub/metrics.h"
#include "hub/stream.h"
#include "io/json.h"
#include "io/loop.h"
#include "base/buf.h"
#include "support/fake_db.h"
#include "support/fake_node.h"

enum { EVENTS = 4, TRIES = 20 };

static const char *const gates[] = {"svc.feed", NULL};
static const struct event_kind kind = {.type = "post.published", .gates = gates};
static const struct gate_purpose purposes[] = {
    {.id = 1, .code = "svc.feed", .basis = BASIS_CONTRACT, .statuses = 1U << STATUS_ACTIVE},
    {.code = NULL},
};
static const struct fake_answer broken = {.err = ERR_INTERNAL, .sqlstate = "39000"};

struct fixture {
    struct hub hub;
    struct event *events[EVENTS];
};

static const struct event_kind *find_kind(const char *type)
{
    (void)type;
    return &kind;
}

static struct event *make_event(struct hub *h, int seq)
{
    char text[160];
    struct json *j = NULL;
    struct event *e;
    int n = snprintf(text, sizeof text,
        "{\"stream\":\"club:1\",\"seq\":%d,\"type\":\"post.published\",\"gate\":\"svc.feed\","
        "\"scope\":\"0\",\"subjects\":[\"7\"],\"object\":\"post:%d\",\"refs\":{}}",
        seq, seq);

    assert_int_equal(json_parse(text, (size_t)n, &j, NULL), ERR_OK);
    e = event_new(h, j);
    json_free(j);
    return e;
}

static int set_up(void **state)
{
    static struct fixture f;

    memset(&f, 0, sizeof f);
    fake_node_reset();
    f.hub.loop = loop_new();
    f.hub.db = fake_db_new();
    f.hub.purposes = purposes;
    f.hub.event_find = find_kind;
    f.hub.metrics = metrics_new();
    f.hub.gate = gate_new(&f.hub);
    f.hub.streams = streams_new(&f.hub);
    f.hub.frames = frames_new(&f.hub);
    for (int i = 0; i < EVENTS; i++)
        f.events[i] = make_event(&f.hub, i + 1);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    fake_db_free(f->hub.db);
    for (int i = 0; i < EVENTS; i++)
        event_unref(f->events[i]);
    frames_free(f->hub.frames);
    streams_free(f->hub.streams);
    gate_free(f->hub.gate);
    metrics_free(f->hub.metrics);
    loop_run_once(f->hub.loop);
    loop_free(f->hub.loop);
    return 0;
}

static const struct fragment *ask(struct fixture *f, int i)
{
    return event_fragment(f->hub.frames, f->events[i], 0);
}

static void ask_all(struct fixture *f)
{
    for (int i = 0; i < EVENTS; i++)
        assert_null(ask(f, i));
    frames_turn(f->hub.frames);
}

/* The rows of a good answer to the query that waits first, by its number of events. */
static void render_first(struct fixture *f)
{
    struct fake_answer a = {.columns = 7, .rows = 1};

    for (const char *p = fake_db_first(f->hub.db)->args[1]; *p != '\0'; p++)
        a.rows += *p == ',';
    for (int i = 0; i < a.rows; i++) {
        const char *const row[7] = {"1", "t", "f", NULL, "{}", "{7}", "0"};

        memcpy(a.cells[i], row, sizeof row);
    }
    fake_db_answer(f->hub.db, &a);
    frames_turn(f->hub.frames);
}

static void fail_first(struct fixture *f, const struct fake_answer *a)
{
    fake_db_answer(f->hub.db, a);
    frames_turn(f->hub.frames);
}

/* The pause before what failed is asked again. */
static void pass_pause(struct fixture *f)
{
    while (fake_db_waiting(f->hub.db) == 0) {
        loop_run_once(f->hub.loop);
        frames_turn(f->hub.frames);
    }
}

static uint64_t count_broken(struct fixture *f)
{
    static const char name[] = "\nclubhub_events_broken_total ";
    struct buf text;
    unsigned long long count = 0;

    buf_init(&text, 0);
    metrics_print_events(f->hub.metrics, &text);
    assert_int_equal(sscanf(strstr(text.bytes, name) + sizeof name - 1, "%llu", &count), 1);
    buf_done(&text);
    return count;
}

static void test_together(void **state)
{
    struct fixture *f = *state;

    ask_all(f);
    assert_int_equal(fake_db_waiting(f->hub.db), 1);
    assert_string_equal(fake_db_first(f->hub.db)->args[1], "{1,2,3,4}");
    render_first(f);
    for (int i = 0; i < EVENTS; i++)
        assert_int_equal(ask(f, i)->state, FRAGMENT_READY);
    assert_int_equal(fake_db_waiting(f->hub.db), 0);
}

static void test_one_by_one_after_a_failure(void **state)
{
    struct fixture *f = *state;

    ask_all(f);
    fail_first(f, &broken);
    for (int i = 0; i < EVENTS; i++) {
        char seq[16];

        snprintf(seq, sizeof seq, "{%d}", i + 1);
        assert_string_equal(fake_db_first(f->hub.db)->args[1], seq);
        render_first(f);
        assert_int_equal(ask(f, i)->state, FRAGMENT_READY);
    }
    assert_int_equal(count_broken(f), 0);
}

/* The third cannot be rendered: the others can, and it is a skip after as many tries as is said. */
static void test_giving_up(void **state)
{
    struct fixture *f = *state;
    int failures = 0;

    ask_all(f);
    fail_first(f, &broken);
    for (int answers = 0; answers < EVENTS; answers++) {
        if (strcmp(fake_db_first(f->hub.db)->args[1], "{3}") != 0) {
            render_first(f);
            continue;
        }
        failures++;
        fail_first(f, &broken);
    }
    assert_int_equal(failures, 1);
    assert_int_equal(fake_db_waiting(f->hub.db), 0);
    for (; failures < TRIES; failures++) {
        assert_null(ask(f, 2));
        pass_pause(f);
        assert_string_equal(fake_db_first(f->hub.db)->args[1], "{3}");
        fail_first(f, &broken);
    }
    assert_int_equal(ask(f, 2)->state, FRAGMENT_NOTHING);
    assert_int_equal(event_fragment(f->hub.frames, f->events[2], 7)->state, FRAGMENT_NOTHING);
    assert_int_equal(count_broken(f), 1);
    frames_forget_all(f->hub.frames);
    assert_int_equal(ask(f, 2)->state, FRAGMENT_NOTHING);
    assert_null(ask(f, 1)); /* that one is rendered again */
    assert_int_equal(fake_db_waiting(f->hub.db), 0);
}

/* Read anew it is tried again, twice; and what happens to its object is a new chance. */
static void test_a_second_chance(void **state)
{
    struct fixture *f = *state;

    assert_null(ask(f, 0));
    frames_turn(f->hub.frames);
    for (int i = 0; i <= TRIES; i++) { /* the first of them was not alone */
        pass_pause(f);
        fail_first(f, &broken);
    }
    assert_int_equal(ask(f, 0)->state, FRAGMENT_NOTHING);
    event_drop_fragments(f->events[0]);
    assert_null(ask(f, 0));
    frames_turn(f->hub.frames);
    render_first(f);
    assert_int_equal(ask(f, 0)->state, FRAGMENT_READY);

    event_unref(f->events[0]);
    f->events[0] = make_event(&f->hub, 1);
    assert_null(ask(f, 0));
    frames_turn(f->hub.frames);
    for (int i = 0; i < 3; i++) {
        pass_pause(f);
        fail_first(f, &broken);
    }
    assert_int_equal(ask(f, 0)->state, FRAGMENT_NOTHING);
    assert_int_equal(count_broken(f), 2);
}

/* A database that is away, busy or slow is no fault of a row, however long it lasts. */
static void test_passing_failures(void **state)
{
    static const struct fake_answer passing[] = {{.err = ERR_LOST}, {.err = ERR_UNAVAILABLE},
        {.err = ERR_TIMEOUT, .sqlstate = "57014"}, {.err = ERR_BUSY, .sqlstate = "55P03"},
        {.err = ERR_INTERNAL, .sqlstate = "57P01"}, {.err = ERR_INTERNAL, .sqlstate = "53300"},
        {.err = ERR_INTERNAL, .sqlstate = "40001"}};
    struct fixture *f = *state;

    ask_all(f);
    for (int i = 0; i < 5; i++) {
        for (size_t n = 0; n < sizeof passing / sizeof passing[0]; n++) {
            pass_pause(f);
            assert_string_equal(fake_db_first(f->hub.db)->args[1], "{1,2,3,4}");
            fail_first(f, &passing[n]);
            assert_int_equal(fake_db_waiting(f->hub.db), 0);
        }
    }
    pass_pause(f);
    render_first(f);
    assert_int_equal(ask(f, 0)->state, FRAGMENT_READY);
}

/* However many members an event shows: each of them is remembered. */
static void test_many_subjects(void **state)
{
    struct fixture *f = *state;
    struct fake_answer a = {.columns = 7, .rows = 1};
    const char *row[7] = {"1", "t", "f", NULL, "{}", NULL, "0"};
    struct buf ids;

    buf_init(&ids, 0);
    for (int i = 1; i <= 1000; i++)
        buf_printf(&ids, "%c%d", i == 1 ? '{' : ',', i);
    buf_add_char(&ids, '}');
    row[5] = ids.bytes;
    memcpy(a.cells[0], row, sizeof row);
    assert_null(ask(f, 0));
    frames_turn(f->hub.frames);
    fake_db_answer(f->hub.db, &a);
    assert_int_equal(ask(f, 0)->subject_count, 1000);
    frames_touch_subject(f->hub.frames, 1001);
    assert_non_null(ask(f, 0));
    frames_touch_subject(f->hub.frames, 1000);
    assert_null(ask(f, 0));
    buf_done(&ids);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_together),
        TEST(test_one_by_one_after_a_failure),
        TEST(test_giving_up),
        TEST(test_a_second_chance),
        TEST(test_passing_failures),
        TEST(test_many_subjects),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
