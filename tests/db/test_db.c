/* test_db.c -- the contract of io/db.h, against a real PostgreSQL (DATABASE_URL; ADMIN_URL for what needs tables). */
#include "io/db.h"
#include "io/loop.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { ANSWERS = 4096 };

/* One query's fate. */
struct fate {
    int calls;
    int order; /* among all answers */
    enum err err;
    int rows;
    int columns;
    char sqlstate[6];
    char text[64];
    char detail[64];
};

struct fixture {
    struct loop *loop;
    struct db *db;
    struct db_sync *admin;
    struct db_options options;
    struct fate fates[ANSWERS];
    int asked, answered;
    bool inside_query;
    int ready_told, not_ready_told, notified, lost;
    int64_t lost_incarnation;
    int answered_when_lost;
    char channel[32];
};

static struct fixture *fx;

static void on_answer(void *arg, const struct answer *a)
{
    struct fate *f = arg;
    const char *text = answer_text(a, 0, 0), *detail = answer_detail(a);

    assert_false(fx->inside_query);
    f->calls++;
    f->order = fx->answered++;
    f->err = answer_err(a);
    f->rows = answer_rows(a);
    f->columns = answer_columns(a);
    snprintf(f->sqlstate, sizeof f->sqlstate, "%s", answer_sqlstate(a));
    snprintf(f->text, sizeof f->text, "%s", text != NULL ? text : "");
    snprintf(f->detail, sizeof f->detail, "%s", detail != NULL ? detail : "");
}

static struct fate *ask_args(enum lane lane, const char *sql, int count, const char *const *args)
{
    struct fate *f = &fx->fates[fx->asked++];

    assert_true(fx->asked <= ANSWERS);
    fx->inside_query = true;
    db_query(fx->db, lane, sql, count, args, on_answer, f);
    fx->inside_query = false;
    return f;
}

static struct fate *ask(enum lane lane, const char *sql)
{
    return ask_args(lane, sql, 0, NULL);
}

static void on_notified(void *arg, const char *channel, const char *payload)
{
    (void)arg;
    (void)payload;
    fx->notified++;
    snprintf(fx->channel, sizeof fx->channel, "%s", channel);
}

static void on_lost(void *arg, int64_t incarnation)
{
    (void)arg;
    fx->lost++;
    fx->lost_incarnation = incarnation;
    fx->answered_when_lost = fx->answered;
}

static void on_ready(void *arg, bool usable)
{
    (void)arg;
    if (usable)
        fx->ready_told++;
    else
        fx->not_ready_told++;
}

static const struct db_events events = {
    .notified = on_notified, .lost = on_lost, .ready = on_ready};

/* Turns the loop until `*value` is at least `wanted`. */
static void turn_until(const int *value, int wanted)
{
    int64_t end_ms = clock_mono().ms + 10000;

    while (*value < wanted) {
        loop_run_once(fx->loop);
        usleep(200);
        assert_true(clock_mono().ms < end_ms);
    }
}

static void turn_for(int ms)
{
    int64_t end_ms = clock_mono().ms + ms;

    while (clock_mono().ms < end_ms) {
        loop_run_once(fx->loop);
        usleep(200);
    }
}

static void turn_until_all_answered(void)
{
    turn_until(&fx->answered, fx->asked);
}

static void open_db(void)
{
    fx->db = db_open(fx->loop, &fx->options, &events, NULL);
}

static void open_ready_db(void)
{
    open_db();
    turn_until(&fx->ready_told, 1);
}

static void admin_run(const char *sql)
{
    char message[256];

    if (db_sync_run(fx->admin, sql, 0, NULL, message, sizeof message) != ERR_OK)
        fail_msg("%s: %s", sql, message);
}

static int set_up(void **state)
{
    const char *url = getenv("DATABASE_URL"), *admin = getenv("ADMIN_URL");
    char message[256];

    assert_non_null(url);
    fx = calloc(1, sizeof *fx);
    fx->loop = loop_new();
    fx->options = (struct db_options){.url = url,
        .connections = {1, 1, 0, 1},
        .depth_max = 64,
        .statement_timeout_ms = 3000,
        .lock_timeout_ms = 1000,
        .connect_wait_ms = 2000};
    if (db_sync_open(admin != NULL ? admin : url, &fx->admin, message, sizeof message) != ERR_OK)
        fail_msg("%s", message);
    *state = fx;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    db_close(fx->db);
    db_sync_close(fx->admin);
    loop_free(fx->loop);
    for (int i = 0; i < fx->asked; i++)
        assert_int_equal(fx->fates[i].calls, 1); /* exactly once, whatever happened */
    free(fx);
    fx = NULL;
    return 0;
}

/* --- tests ----------------------------------------------------------------------------------- */

static void answers_come_once_and_in_order(void **state)
{
    (void)state;
    fx->options.depth_max = 1000;
    open_ready_db();
    for (int i = 0; i < 500; i++) {
        char number[16];
        const char *args[] = {number, NULL};

        snprintf(number, sizeof number, "%d", i);
        ask_args(
            LANE_READ, i % 2 ? "select $1::int, $2::text" : "select $1::bigint, $2::int", 2, args);
    }
    turn_until_all_answered();
    for (int i = 0; i < 500; i++) {
        assert_int_equal(fx->fates[i].order, i);
        assert_int_equal(fx->fates[i].err, ERR_OK);
        assert_int_equal(atoi(fx->fates[i].text), i);
        assert_int_equal(fx->fates[i].columns, 2);
    }
}

static void a_failure_aborts_only_itself(void **state)
{
    const char *zero[] = {"0"}, *one[] = {"1"};
    struct fate *before, *bad, *after;

    (void)state;
    open_ready_db();
    before = ask_args(LANE_READ, "select 10 / $1::int", 1, one);
    bad = ask_args(LANE_READ, "select 10 / $1::int", 1, zero);
    after = ask_args(LANE_READ, "select 20 / $1::int", 1, one);
    turn_until_all_answered();
    assert_int_equal(before->err, ERR_OK);
    assert_int_equal(bad->err, ERR_INTERNAL);
    assert_string_equal(bad->sqlstate, "22012");
    assert_int_equal(bad->rows, 0);
    assert_int_equal(after->err, ERR_OK);
    assert_string_equal(after->text, "20");
}

static void a_statement_that_does_not_parse_fails_each_time(void **state)
{
    static const char sql[] = "select nonsense(";
    struct fate *first, *second, *fine;

    (void)state;
    open_ready_db();
    first = ask(LANE_READ, sql);
    second = ask(LANE_READ, sql);
    fine = ask(LANE_READ, "select 7");
    turn_until_all_answered();
    assert_string_equal(first->sqlstate, "42601");
    assert_string_equal(second->sqlstate, "42601");
    assert_string_equal(fine->text, "7");
    assert_int_equal(fx->lost, 0);
}

static void refusals_of_the_product_carry_reason_and_detail(void **state)
{
    static const char sql[] =
        "do $$ begin raise exception using errcode = 'ZC024', detail = '{\"max\":3}'; end $$";
    struct fate *f;

    (void)state;
    open_ready_db();
    f = ask(LANE_WRITE, sql);
    turn_until_all_answered();
    assert_int_equal(f->err, ERR_LIMIT);
    assert_string_equal(f->detail, "{\"max\":3}");
    f = ask(LANE_WRITE, sql);
    turn_until_all_answered();
    assert_int_equal(f->err, ERR_LIMIT);
}

static void a_full_disk_is_unavailable(void **state)
{
    struct fate *f;

    (void)state;
    open_ready_db();
    f = ask(LANE_WRITE, "do $$ begin raise exception using errcode = '53100'; end $$");
    turn_until_all_answered();
    assert_int_equal(f->err, ERR_UNAVAILABLE);
    assert_string_equal(f->sqlstate, "53100");
}

static void a_commit_that_fails_is_a_failure(void **state)
{
    struct fate *bad, *after;

    (void)state;
    admin_run(
        "drop table if exists public.test_db; create table public.test_db (n int unique deferrable initially "
        "deferred); grant all on public.test_db to public; insert into public.test_db values (1)");
    open_ready_db();
    bad = ask(LANE_WRITE, "insert into public.test_db values (1) returning n");
    after = ask(LANE_WRITE, "select 5");
    turn_until_all_answered();
    assert_int_equal(bad->err, ERR_INTERNAL);
    assert_string_equal(bad->sqlstate, "23505");
    assert_int_equal(after->err, ERR_OK);
    assert_string_equal(after->text, "5");
    admin_run("drop table public.test_db");
}

static void a_stale_plan_is_prepared_again(void **state)
{
    static const char sql[] = "select * from public.test_db";
    struct fate *before, *after;

    (void)state;
    admin_run("drop table if exists public.test_db; create table public.test_db (n int); "
              "grant all on public.test_db to public; insert into public.test_db values (1)");
    open_ready_db();
    before = ask(LANE_READ, sql);
    turn_until_all_answered();
    admin_run("alter table public.test_db add column m int");
    after = ask(LANE_READ, sql);
    turn_until_all_answered();
    assert_int_equal(before->columns, 1);
    assert_int_equal(after->err, ERR_OK);
    assert_int_equal(after->columns, 2);
    assert_int_equal(fx->lost, 0);
    admin_run("drop table public.test_db");
}

static void statements_time_out(void **state)
{
    struct fate *f;

    (void)state;
    fx->options.statement_timeout_ms = 200;
    open_ready_db();
    f = ask(LANE_READ, "select pg_sleep(5)");
    turn_until_all_answered();
    assert_int_equal(f->err, ERR_TIMEOUT);
    assert_string_equal(f->sqlstate, "57014");
    assert_int_equal(fx->lost, 0);
}

static void lanes_do_not_wait_for_each_other(void **state)
{
    struct fate *slow, *quick;

    (void)state;
    open_ready_db();
    slow = ask(LANE_WRITE, "select pg_sleep(0.3)");
    quick = ask(LANE_READ, "select 1");
    turn_until_all_answered();
    assert_true(quick->order < slow->order);
}

static void the_least_busy_connection_is_taken(void **state)
{
    struct fate *slow, *quick;

    (void)state;
    fx->options.connections[LANE_READ] = 2;
    open_ready_db();
    turn_for(100);
    assert_int_equal(db_connected(fx->db, LANE_READ), 2);
    slow = ask(LANE_READ, "select pg_sleep(0.3)");
    quick = ask(LANE_READ, "select 1");
    turn_until_all_answered();
    assert_true(quick->order < slow->order);
}

static void too_deep_is_busy(void **state)
{
    struct fate *f;

    (void)state;
    fx->options.depth_max = 2;
    open_ready_db();
    ask(LANE_READ, "select pg_sleep(0.1)");
    ask(LANE_READ, "select 1");
    f = ask(LANE_READ, "select 2");
    assert_int_equal(db_outstanding(fx->db, LANE_READ), 2);
    turn_until_all_answered();
    assert_int_equal(f->err, ERR_BUSY);
    assert_int_equal(f->order, 0);
    assert_int_equal(fx->fates[1].err, ERR_OK);
}

static void a_session_compiles_no_plans(void **state)
{
    struct fate *said;

    (void)state;
    open_ready_db();
    said = ask(LANE_READ, "select setting || ' by ' || source from pg_settings where name = 'jit'");
    turn_until_all_answered();
    assert_string_equal(said->text, "off by client");
}

static int64_t incarnation_of_answer; /* the connection the first answer told of */

static void a_killed_connection_answers_lost_and_comes_back(void **state)
{
    struct fate *dying, *behind, *waiting;

    (void)state;
    fx->options.hello_sql =
        "select set_config('test.hello', concat($1::text, ',', $2::text, ',', $3::text), false)";
    fx->options.hello_args[0] = "7";
    fx->options.hello_args[1] = "lineage";
    open_ready_db();
    ask(LANE_WRITE, "select split_part(current_setting('test.hello'), ',', 3)");
    turn_until_all_answered();
    incarnation_of_answer = atoll(fx->fates[0].text);
    assert_true(db_incarnation_alive(fx->db, incarnation_of_answer));
    dying = ask(LANE_WRITE, "select pg_terminate_backend(pg_backend_pid()), pg_sleep(1)");
    behind = ask(LANE_WRITE, "select 1");
    turn_until(&fx->answered, 3);
    assert_int_equal(dying->err, ERR_LOST);
    assert_int_equal(behind->err, ERR_LOST);
    assert_int_equal(fx->not_ready_told, 1);
    turn_until(&fx->lost, 1);
    assert_int_equal(fx->answered_when_lost, 3);
    assert_true(fx->lost_incarnation == incarnation_of_answer);
    assert_false(db_incarnation_alive(fx->db, incarnation_of_answer));
    waiting =
        ask(LANE_WRITE, "select current_setting('test.hello')"); /* the lane is away: it waits */
    turn_until_all_answered();
    assert_int_equal(waiting->err, ERR_OK);
    assert_memory_equal(waiting->text, "7,lineage,", 10);
    assert_int_equal(fx->ready_told, 2);
}

static void an_idle_connection_that_dies_is_noticed(void **state)
{
    struct fate *f;

    (void)state;
    open_ready_db();
    f = ask(LANE_READ, "select pg_backend_pid()");
    turn_until_all_answered();
    {
        char sql[128];

        snprintf(sql, sizeof sql, "select pg_terminate_backend(%s)", f->text);
        admin_run(sql);
    }
    turn_until(&fx->lost, 1);
    turn_until(&fx->ready_told, 2);
}

static void queries_wait_for_a_database_that_is_away_then_fail(void **state)
{
    struct fate *f;
    int64_t start_ms = clock_mono().ms;

    (void)state;
    fx->options.url = "postgresql://nobody@/none?host=/nonexistent&port=5432";
    fx->options.connect_wait_ms = 300;
    open_db();
    f = ask(LANE_READ, "select 1");
    turn_until_all_answered();
    assert_int_equal(f->err, ERR_UNAVAILABLE);
    assert_in_range(clock_mono().ms - start_ms, 290, 1000);
    assert_false(db_is_ready(fx->db));
}

static void a_query_before_the_first_connection_waits(void **state)
{
    struct fate *f;

    (void)state;
    open_db();
    f = ask(LANE_READ, "select 3");
    turn_until_all_answered();
    assert_int_equal(f->err, ERR_OK);
    assert_string_equal(f->text, "3");
}

static void a_hello_that_fails_counts_as_not_connected(void **state)
{
    struct fate *f;

    (void)state;
    fx->options.hello_sql = "select 1 / ($1::int + $2::int + length($3::text) * 0)";
    fx->options.hello_args[0] = "0";
    fx->options.hello_args[1] = "0";
    fx->options.connect_wait_ms = 200;
    open_db();
    f = ask(LANE_READ, "select 1");
    turn_until_all_answered();
    assert_int_equal(f->err, ERR_UNAVAILABLE);
    assert_int_equal(fx->ready_told, 0);
    db_set_hello(fx->db, "1", "0");
    turn_until(&fx->ready_told, 1);
}

static void notifications_arrive(void **state)
{
    (void)state;
    fx->options.listen_channels[0] = "test Channel";
    fx->options.listen_channels[1] = "other";
    open_ready_db();
    turn_for(200); /* the one that listens connects last */
    ask(LANE_NODE, "select pg_notify('test Channel', '')");
    turn_until(&fx->notified, 1);
    assert_string_equal(fx->channel, "test Channel");
    ask(LANE_NODE, "select pg_notify('other', '')");
    turn_until(&fx->notified, 2);
    assert_string_equal(fx->channel, "other");
}

static void reset_connects_anew(void **state)
{
    struct fate *before, *during, *after;

    (void)state;
    open_ready_db();
    before = ask(LANE_READ, "select pg_backend_pid()");
    turn_until_all_answered();
    during = ask(LANE_READ, "select 1");
    db_reset(fx->db);
    after = ask(LANE_READ, "select pg_backend_pid()");
    turn_until_all_answered();
    assert_int_equal(during->err, ERR_LOST);
    assert_int_equal(after->err, ERR_OK);
    assert_string_not_equal(before->text, after->text);
}

static void the_watchdog_drops_a_connection_without_progress(void **state)
{
    struct fate *f;

    (void)state;
    fx->options.statement_timeout_ms = 100;
    open_ready_db();
    f = ask(LANE_READ, "select set_config('statement_timeout', '0', false)");
    turn_until_all_answered();
    assert_int_equal(f->err, ERR_OK);
    f = ask(LANE_READ, "select pg_sleep(6)");
    turn_until_all_answered();
    assert_int_equal(f->err, ERR_LOST);
}

static void closing_answers_everything(void **state)
{
    struct fate *f;

    (void)state;
    open_ready_db();
    f = ask(LANE_READ, "select pg_sleep(2)");
    db_close(fx->db);
    fx->db = NULL;
    assert_int_equal(f->err, ERR_LOST);
}

static void synchronous_use(void **state)
{
    char message[256];
    const char *args[] = {"41"}, *types[4];

    (void)state;
    assert_int_equal(
        db_sync_run(fx->admin, "select $1::int + 1, null", 1, args, message, sizeof message),
        ERR_OK);
    assert_int_equal(db_sync_rows(fx->admin), 1);
    assert_string_equal(db_sync_value(fx->admin, 0, 0), "42");
    assert_null(db_sync_value(fx->admin, 0, 1));
    assert_null(db_sync_value(fx->admin, 1, 0));
    assert_int_equal(
        db_sync_run(fx->admin, "select 1;\n select x", 0, NULL, message, sizeof message),
        ERR_INTERNAL);
    assert_memory_equal(message, "line 2: ", 8);
    assert_int_equal(db_sync_describe(fx->admin, "select $1::bigint, $2::text[]", types, 4, message,
                         sizeof message),
        2);
    assert_string_equal(types[0], "bigint");
    assert_string_equal(types[1], "text[]");
    assert_int_equal(
        db_sync_describe(fx->admin, "select nonsense(", types, 4, message, sizeof message), -1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(answers_come_once_and_in_order),
        TEST(a_failure_aborts_only_itself),
        TEST(a_statement_that_does_not_parse_fails_each_time),
        TEST(refusals_of_the_product_carry_reason_and_detail),
        TEST(a_full_disk_is_unavailable),
        TEST(a_commit_that_fails_is_a_failure),
        TEST(a_stale_plan_is_prepared_again),
        TEST(statements_time_out),
        TEST(lanes_do_not_wait_for_each_other),
        TEST(the_least_busy_connection_is_taken),
        TEST(too_deep_is_busy),
        TEST(a_session_compiles_no_plans),
        TEST(a_killed_connection_answers_lost_and_comes_back),
        TEST(an_idle_connection_that_dies_is_noticed),
        TEST(queries_wait_for_a_database_that_is_away_then_fail),
        TEST(a_query_before_the_first_connection_waits),
        TEST(a_hello_that_fails_counts_as_not_connected),
        TEST(notifications_arrive),
        TEST(reset_connects_anew),
        TEST(the_watchdog_drops_a_connection_without_progress),
        TEST(closing_answers_everything),
        TEST(synchronous_use),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
