/* test_barrier.c -- waiting for all nodes: which rows count, who is fenced and when. */
#include "hub/barrier.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "hub/hub.h"
#include "hub/metrics.h"
#include "io/loop.h"
#include "base/clock.h"
#include "support/fake_db.h"
#include "support/fake_node.h"

enum { FENCE_MS = 40, US_PER_MS = 1000 };

struct fixture {
    struct hub hub;
    struct barrier *barrier;
    int told;
    enum err err;
};

static void on_done(void *arg, enum err e)
{
    struct fixture *f = arg;

    f->told++;
    f->err = e;
}

static int set_up(void **state)
{
    static struct fixture f;

    memset(&f, 0, sizeof f);
    fake_node_reset();
    fake_node.id = 1;
    fake_node.applied = 10;
    f.hub.loop = loop_new();
    f.hub.db = fake_db_new();
    f.hub.metrics = metrics_new();
    f.hub.limits.fence_ms = FENCE_MS;
    f.barrier = barrier_new(&f.hub, NULL);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    fake_db_free(f->hub.db);
    barrier_free(f->barrier);
    metrics_free(f->hub.metrics);
    loop_run_once(f->hub.loop);
    loop_free(f->hub.loop);
    return 0;
}

static bool next_is(const struct fixture *f, const char *function)
{
    const struct fake_query *q = fake_db_first(f->hub.db);

    return q != NULL && strstr(q->sql, function) != NULL;
}

/* Answers the read of rows: this node, and with peer_beat not NULL node 2. */
static void answer_rows_with(struct fixture *f, const char *peer_beat, const char *peer_applied)
{
    struct fake_answer a = {.columns = 3,
        .rows = peer_beat == NULL ? 1 : 2,
        .cells = {{"1", "100", "3"}, {"2", peer_beat, peer_applied}}};

    assert_true(next_is(f, "node_rows"));
    fake_db_answer(f->hub.db, &a);
}

/* Runs the loop until the next query is there. */
static void until_query(struct fixture *f)
{
    for (int i = 0; i < 1000 && fake_db_waiting(f->hub.db) == 0; i++) {
        usleep(US_PER_MS);
        loop_run_once(f->hub.loop);
    }
    assert_int_equal(fake_db_waiting(f->hub.db), 1);
}

static void test_alone(void **state)
{
    struct fixture *f = *state;

    barrier_wait(f->barrier, 10, 1000, on_done, f);
    assert_int_equal(f->told, 0);
    answer_rows_with(f, NULL,
        NULL); /* the own row's applied_seq is that of the last renewal: it does not matter */
    assert_int_equal(f->told, 1);
    assert_int_equal(f->err, ERR_OK);
    assert_int_equal(fake_db_waiting(f->hub.db), 0);
}

static void test_own_node_first(void **state)
{
    struct fixture *f = *state;

    barrier_wait(f->barrier, 11, 1000, on_done, f);
    answer_rows_with(f, NULL, NULL);
    assert_int_equal(f->told, 0);
    fake_node.applied = 11;
    barrier_progress(f->barrier);
    answer_rows_with(f, NULL, NULL);
    assert_int_equal(f->told, 1);
}

static void test_not_while_away(void **state)
{
    struct fixture *f = *state;

    fake_node.delivering = false;
    barrier_wait(f->barrier, 10, 1000, on_done, f);
    answer_rows_with(f, NULL, NULL);
    assert_int_equal(f->told, 0);
}

static void test_waits_for_peer(void **state)
{
    struct fixture *f = *state;

    barrier_wait(f->barrier, 10, 1000, on_done, f);
    answer_rows_with(f, "5", "9");
    assert_int_equal(f->told, 0);
    until_query(f);
    answer_rows_with(f, "6", "10");
    assert_int_equal(f->told, 1);
    assert_int_equal(f->err, ERR_OK);
}

/* A node may have joined between the rows under way and the commit that is waited for. */
static void test_rows_under_way_do_not_count(void **state)
{
    struct fixture *f = *state;
    struct fixture second = {0};

    barrier_wait(f->barrier, 10, 1000, on_done, f);
    barrier_wait(f->barrier, 10, 1000, on_done, &second);
    answer_rows_with(f, NULL, NULL);
    assert_int_equal(f->told, 1);
    assert_int_equal(second.told, 0);
    answer_rows_with(f, "1", "9");
    assert_int_equal(second.told, 0);
    until_query(f);
    answer_rows_with(f, "1", "10");
    assert_int_equal(second.told, 1);
}

static void test_silence_is_fenced(void **state)
{
    struct fixture *f = *state;
    struct fake_answer deleted = {.columns = 1, .rows = 1, .cells = {{"t"}}};
    int64_t began_ms = clock_mono().ms;

    barrier_wait(f->barrier, 10, 5000, on_done, f);
    while (next_is(f, "node_rows")) {
        answer_rows_with(f, "5", "9");
        until_query(f);
    }
    assert_true(next_is(f, "node_fence"));
    assert_true(clock_mono().ms - began_ms >= FENCE_MS);
    assert_string_equal(fake_db_first(f->hub.db)->args[0], "2");
    assert_string_equal(fake_db_first(f->hub.db)->args[1], "5"); /* only if it is still silent */
    fake_db_answer(f->hub.db, &deleted);
    assert_int_equal(f->told, 0); /* the rows tell */
    until_query(f);
    answer_rows_with(f, NULL, NULL);
    assert_int_equal(f->told, 1);
}

static void run_for(struct fixture *f, const char *beat, int64_t ms)
{
    for (int64_t until_ms = clock_mono().ms + ms; clock_mono().ms < until_ms; until_query(f)) {
        assert_true(next_is(f, "node_rows"));
        answer_rows_with(f, beat, "9");
    }
    assert_true(next_is(f, "node_rows"));
}

static void test_a_beat_is_life(void **state)
{
    struct fixture *f = *state;
    static const char *const beats[] = {"5", "6", "7", "8"};

    barrier_wait(f->barrier, 10, 5000, on_done, f);
    for (int i = 0; i < 4; i++)
        run_for(f, beats[i], FENCE_MS / 2);
    assert_int_equal(f->told, 0);
}

/* A database that died may have forgotten renewals: what was seen before says nothing. */
static void test_silence_anew_after_a_loss(void **state)
{
    struct fixture *f = *state;

    barrier_wait(f->barrier, 10, 5000, on_done, f);
    for (int i = 0; i < 4; i++) {
        run_for(f, "5", FENCE_MS / 2);
        barrier_restart_clocks(f->barrier);
    }
    assert_int_equal(f->told, 0);
}

static void test_too_late(void **state)
{
    struct fixture *f = *state;

    barrier_wait(f->barrier, 10, 20, on_done, f);
    for (int i = 0; i < 200 && f->told == 0; i++) {
        if (fake_db_waiting(f->hub.db) > 0)
            answer_rows_with(f, "5", "9");
        usleep(US_PER_MS);
        loop_run_once(f->hub.loop);
    }
    assert_int_equal(f->told, 1);
    assert_int_equal(f->err, ERR_UNAVAILABLE);
}

static void test_cancelled(void **state)
{
    struct fixture *f = *state;

    barrier_cancel(barrier_wait(f->barrier, 10, 1000, on_done, f));
    answer_rows_with(f, NULL, NULL);
    assert_int_equal(f->told, 0);
    assert_int_equal(fake_db_waiting(f->hub.db), 0);
}

static void test_failed_read_is_repeated(void **state)
{
    struct fixture *f = *state;
    struct fake_answer lost = {.err = ERR_LOST};

    barrier_wait(f->barrier, 10, 1000, on_done, f);
    fake_db_answer(f->hub.db, &lost);
    assert_int_equal(f->told, 0);
    until_query(f);
    answer_rows_with(f, NULL, NULL);
    assert_int_equal(f->told, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_own_node_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_not_while_away, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_waits_for_peer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rows_under_way_do_not_count, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_silence_is_fenced, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_beat_is_life, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_silence_anew_after_a_loss, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_too_late, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cancelled, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_failed_read_is_repeated, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
