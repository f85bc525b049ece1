/* test_coalesce.c -- batches of one key: who waits, what is sent, who is told what. */
#include "hub/coalesce.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hub/hub.h"
#include "hub/method.h"
#include "support/fake_db.h"

static const struct method hot = {
    .name = "t.hot",
    .kind = METHOD_WRITE,
    .lane = LANE_WRITE,
    .sql = "select * from one($1, $2, $3, $4)",
    .batch_sql = "select * from many($1, $2, $3, $4)",
    .coalesce = "club",
};

static const struct method shared = {
    .name = "t.shared",
    .kind = METHOD_WRITE,
    .lane = LANE_WRITE,
    .sql = "select * from one($1, $2, $3, $4)",
    .batch_sql = "select * from many($1, $2, $3, $4)",
    .coalesce = "club",
    .coalesce_lanes = 2,
};

enum { TOLD_MAX = 16 };

struct told {
    int calls;
    enum err err;
    int64_t sys_seq;
    char reply[32], detail[32], sqlstate[8], subjects[16];
};

struct fixture {
    struct hub hub;
    struct coalescer *coalescer;
    struct told told[TOLD_MAX];
};

static void on_row(void *arg, const struct coalesce_row *row)
{
    struct told *t = arg;

    t->calls++;
    t->err = row->err;
    t->sys_seq = row->sys_seq;
    snprintf(t->reply, sizeof t->reply, "%s", row->reply != NULL ? row->reply : "");
    snprintf(t->detail, sizeof t->detail, "%s", row->detail != NULL ? row->detail : "");
    snprintf(t->sqlstate, sizeof t->sqlstate, "%s", row->sqlstate);
    snprintf(t->subjects, sizeof t->subjects, "%s", row->subjects != NULL ? row->subjects : "");
}

static int set_up(void **state)
{
    static struct fixture f;

    memset(&f, 0, sizeof f);
    f.hub.db = fake_db_new();
    f.hub.limits.coalesce_max = 3;
    f.coalescer = coalescer_new(&f.hub);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    fake_db_free(f->hub.db);
    coalescer_free(f->coalescer);
    return 0;
}

static void add_to(
    struct fixture *f, const struct method *method, int i, const char *key, const char *text)
{
    const char *args[] = {"m:1", "key-0001", "\\x00ff", text};
    struct coalesce_request r = {
        .method = method, .key = key, .count = 4, .args = args, .done = on_row, .arg = &f->told[i]};

    coalesce_add(f->coalescer, &r);
}

static void add(struct fixture *f, int i, const char *key, const char *text)
{
    add_to(f, &hot, i, key, text);
}

static void answer_one(struct fixture *f, const char *reply)
{
    struct fake_answer a = {.rows = 1, .columns = 4, .cells = {{reply, NULL, "7", "{3,4}"}}};

    fake_db_answer(f->hub.db, &a);
}

static void test_idle_key_is_sent_at_once_and_singly(void **state)
{
    struct fixture *f = *state;

    add(f, 0, "1", "x");
    assert_int_equal(fake_db_waiting(f->hub.db), 1);
    assert_string_equal(fake_db_first(f->hub.db)->sql, hot.sql);
    assert_int_equal(f->told[0].calls, 0); /* never from inside */
    answer_one(f, "{}");
    assert_int_equal(f->told[0].calls, 1);
    assert_int_equal(f->told[0].err, ERR_OK);
    assert_int_equal(f->told[0].sys_seq, 7);
    assert_string_equal(f->told[0].subjects, "{3,4}");
}

static void test_others_wait_and_go_together(void **state)
{
    struct fixture *f = *state;

    add(f, 0, "1", "x");
    add(f, 1, "1", "a\"b\\c");
    add(f, 2, "1", NULL);
    add(f, 3, "2", "y"); /* another key does not wait */
    assert_int_equal(fake_db_waiting(f->hub.db), 2);
    assert_int_equal(coalesce_waiting(f->coalescer), 2);
    answer_one(f, "{}");
    answer_one(f, "{}");
    assert_int_equal(fake_db_waiting(f->hub.db), 1);
    assert_string_equal(fake_db_first(f->hub.db)->sql, hot.batch_sql);
    assert_string_equal(fake_db_first(f->hub.db)->args[0], "{\"m:1\",\"m:1\"}");
    assert_string_equal(fake_db_first(f->hub.db)->args[2], "{\"\\\\x00ff\",\"\\\\x00ff\"}");
    assert_string_equal(fake_db_first(f->hub.db)->args[3], "{\"a\\\"b\\\\c\",NULL}");

    struct fake_answer a = {
        .rows = 2,
        .columns = 7,
        .cells = {{"1", NULL, NULL, "{\"n\":1}", NULL, "9", "{}"},
            {"2", "ZC024", "{\"max\": 5}", NULL, NULL, "9", "{}"}},
    };

    fake_db_answer(f->hub.db, &a);
    assert_int_equal(f->told[1].err, ERR_OK);
    assert_string_equal(f->told[1].reply, "{\"n\":1}");
    assert_int_equal(f->told[2].err, ERR_LIMIT);
    assert_string_equal(f->told[2].detail, "{\"max\": 5}");
    assert_int_equal(coalesce_waiting(f->coalescer), 0);
}

static void test_batch_is_bounded(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 6; i++)
        add(f, i, "1", "x");
    answer_one(f, "{}"); /* 0; then 1, 2, 3 in one batch */
    struct fake_answer a = {.rows = 3,
        .columns = 7,
        .cells = {{"1", NULL, NULL, "{}", NULL, "9", "{}"},
            {"2", NULL, NULL, "{}", NULL, "9", "{}"}, {"3", NULL, NULL, "{}", NULL, "9", "{}"}}};

    fake_db_answer(f->hub.db, &a);
    assert_int_equal(f->told[3].calls, 1);
    assert_int_equal(f->told[4].calls, 0);
    assert_int_equal(fake_db_waiting(f->hub.db), 1);
}

static void test_abort_runs_members_singly_once(void **state)
{
    struct fixture *f = *state;
    struct fake_answer deadlock = {.err = ERR_INTERNAL, .sqlstate = "40P01"};

    add(f, 0, "1", "x");
    add(f, 1, "1", "y");
    add(f, 2, "1", "z");
    answer_one(f, "{}");
    fake_db_answer(f->hub.db, &deadlock);
    assert_int_equal(f->told[1].calls, 0);
    assert_int_equal(fake_db_waiting(f->hub.db), 2);
    assert_string_equal(fake_db_first(f->hub.db)->sql, hot.sql);
    assert_string_equal(fake_db_first(f->hub.db)->args[3], "y");
    answer_one(f, "{}");
    assert_int_equal(f->told[1].err, ERR_OK);
    fake_db_answer(f->hub.db, &deadlock);
    assert_int_equal(f->told[2].calls, 1);
    assert_int_equal(f->told[2].err, ERR_INTERNAL);
    assert_string_equal(f->told[2].sqlstate, "40P01");
    assert_int_equal(fake_db_waiting(f->hub.db), 0);
}

static void test_lost_connection_is_told_to_each(void **state)
{
    struct fixture *f = *state;
    struct fake_answer lost = {.err = ERR_LOST};

    add(f, 0, "1", "x");
    add(f, 1, "1", "y");
    add(f, 2, "1", "z");
    answer_one(f, "{}");
    fake_db_answer(f->hub.db, &lost);
    assert_int_equal(f->told[1].err, ERR_LOST);
    assert_int_equal(f->told[2].err, ERR_LOST);
    assert_int_equal(fake_db_waiting(f->hub.db), 0);
}

static void test_missing_row_is_internal(void **state)
{
    struct fixture *f = *state;
    struct fake_answer a = {
        .rows = 1, .columns = 7, .cells = {{"1", NULL, NULL, "{}", NULL, "9", "{}"}}};

    add(f, 0, "1", "x");
    add(f, 1, "1", "y");
    add(f, 2, "1", "z");
    answer_one(f, "{}");
    fake_db_answer(f->hub.db, &a);
    assert_int_equal(f->told[1].err, ERR_OK);
    assert_int_equal(f->told[2].err, ERR_INTERNAL);
}

/* Keys that share two lanes: at most two batches at a time, and a key never in both. */
static void test_keys_share_lanes(void **state)
{
    struct fixture *f = *state;
    const struct method *method = &shared;
    int sent = 0;

    add_to(f, method, 0, "a", "x");
    add_to(f, method, 1, "a", "x");
    assert_int_equal(fake_db_waiting(f->hub.db), 1); /* the same key waits for itself */
    assert_int_equal(coalesce_waiting(f->coalescer), 1);
    for (int i = 2; i < 10; i++) {
        const char key[] = {(char)('a' + i), '\0'};

        add_to(f, method, i, key, "x");
        sent = fake_db_waiting(f->hub.db);
        assert_in_range(sent, 1, 2);
    }
    assert_int_equal(sent, 2); /* other keys go by the other lane */
    assert_int_equal(coalesce_waiting(f->coalescer), 8);

    answer_one(f, "{}"); /* the lane of "a": what waited for it goes next */
    assert_int_equal(f->told[0].calls, 1);
    assert_int_equal(f->told[1].calls, 0);
    assert_int_equal(fake_db_waiting(f->hub.db), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_idle_key_is_sent_at_once_and_singly, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_others_wait_and_go_together, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_keys_share_lanes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_batch_is_bounded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_abort_runs_members_singly_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lost_connection_is_told_to_each, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_missing_row_is_internal, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
