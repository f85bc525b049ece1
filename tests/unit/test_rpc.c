/* test_rpc.c -- from the text of a message to the text of its reply, with a fake database below. */
#include "hub/rpc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "hub/call.h"
#include "hub/coalesce.h"
#include "hub/hub.h"
#include "hub/lease.h"
#include "hub/method.h"
#include "hub/metrics.h"
#include "hub/outgoing.h"
#include "hub/session.h"
#include "hub/sessions.h"
#include "io/json.h"
#include "io/loop.h"
#include "base/mem.h"
#include "support/fake_db.h"
#include "support/fake_node.h"

#include "rpc_stage.h"

enum { PATIENCE_TURNS = 400 };

static const struct field text_param[] = {
    FIELD_TEXT("text", 1, 20, "A text."),
    FIELD_INT("limit", 1, 10, "A number.", .optional = true),
    FIELD_END,
};

static enum flow look(struct call *c, const struct answer *in)
{
    const char *args[] = {call_who(c), call_arg(c, 0)};

    (void)in;
    return call_query(c, LANE_READ, "select look", 2, args);
}

static enum flow decide(struct call *c, const struct answer *in)
{
    const char *reply = call_take_answer(c, in);

    return strcmp(reply, "\"no\"") == 0 ? call_fail_detail(c, ERR_LIMIT, "{\"max\": 5}")
                                        : call_reply(c, reply);
}

const struct method rpc_rows[] = {
    {.name = "t.read", .who = WHO_GUEST, .params = text_param, .sql = "select read"},
    {.name = "t.write",
        .who = WHO_GUEST,
        .kind = METHOD_WRITE,
        .params = text_param,
        .sql = "select write",
        .lane = LANE_WRITE},
    {.name = "t.hot",
        .who = WHO_GUEST,
        .kind = METHOD_WRITE,
        .params = text_param,
        .sql = "select hot",
        .batch_sql = "select hot_many",
        .coalesce = "text"},
    {.name = "t.steps",
        .who = WHO_GUEST,
        .kind = METHOD_WRITE,
        .no_idem = true,
        .params = text_param,
        .steps = STEPS(look, decide)},
    {.name = "t.member", .who = WHO_MEMBER, .sql = "select member"},
    {.name = "t.short", .who = WHO_GUEST, .sql = "select short", .timeout_ms = 1},
    {.name = "t.note", .who = WHO_GUEST, .kind = METHOD_NOTIFY, .sql = "select note"},
    {.name = NULL},
};

/* --- envelopes ------------------------------------------------------------------------------- */

static void test_malformed_messages(void **state)
{
    static const char invalid[] = ERROR("null", "-32600", "This is not a JSON-RPC 2.0 request.",
        "{\"reason\":\"INVALID_REQUEST\"}");
    static const char *const texts[] = {"[]", "7", "\"x\"", "{}",
        "{\"jsonrpc\":\"1.0\",\"method\":\"t.read\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"t.read\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"t.read\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":[1],\"method\":\"t.read\"}"};
    struct fixture *f = *state;

    assert_string_equal(refusal(f, "{"),
        ERROR("null", "-32700", "This is not valid JSON.", "{\"reason\":\"PARSE\"}"));
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_string_equal(refusal(f, texts[i]), invalid);
    assert_string_equal(refusal(f, "{\"jsonrpc\":\"2.0\",\"id\":\"a\\\"b\",\"method\":5}"),
        ERROR("\"a\\\"b\"", "-32600", "This is not a JSON-RPC 2.0 request.",
            "{\"reason\":\"INVALID_REQUEST\"}"));
    assert_int_equal(fake_db_waiting(f->hub.db), 0);
}

static void test_entry_checks_in_order(void **state)
{
    struct fixture *f = *state;

    assert_string_equal(refusal(f, CALL("1", "t.none", "{}")),
        ERROR("1", "-32601", "There is no such method.", "{\"reason\":\"METHOD_NOT_FOUND\"}"));
    assert_string_equal(refusal(f, CALL("1", "t.member", "[]")),
        ERROR("1", "1000", "Sign in first.", "{\"reason\":\"UNAUTHENTICATED\"}"));
    f->session->who_bits = WHO_EDITOR;
    assert_string_equal(refusal(f, CALL("1", "t.member", "{}")),
        ERROR("1", "1001", "Your role may not do this.", "{\"reason\":\"FORBIDDEN\"}"));
    memcpy(f->session->locale, "nb", 3);
    assert_non_null(strstr(refusal(f, CALL("1", "t.none", "{}")), "Det finnes ingen slik metode."));
}

static void test_params_that_do_not_fit(void **state)
{
    static const char *const cases[][3] = {
        {CALL("1", "t.read", "[]"), "", "must be an object"},
        {CALL("1", "t.read", "{}"), "text", "is missing"},
        {CALL("1", "t.read", "{\"text\":\"x\",\"more\":1}"), "more", "is not known"},
        {CALL("1", "t.read", "{\"text\":\"x\",\"idem\":\"12345678\"}"), "idem",
            "is not taken by this method"},
        {CALL("1", "t.write", "{\"text\":\"x\"}"), "idem", "is missing"},
        {CALL("1", "t.write", "{\"idem\":\"key-0001\"}"), "text", "is missing"},
        {CALL("1", "t.write", "{\"text\":\"x\",\"idem\":\"short\"}"), "idem",
            "must have 8 to 64 of A-Z a-z 0-9 _ -"},
        {CALL("1", "t.write", "{\"text\":\"x\",\"idem\":12345678}"), "idem",
            "must have 8 to 64 of A-Z a-z 0-9 _ -"},
    };
    struct fixture *f = *state;
    char expected[256];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(expected, sizeof expected,
            ERROR("1", "-32602", "A parameter is missing or wrong.",
                "{\"reason\":\"INVALID_PARAMS\",\"path\":\"%s\",\"problem\":\"%s\"}"),
            cases[i][1], cases[i][2]);
        assert_string_equal(refusal(f, cases[i][0]), expected);
    }
    assert_int_equal(fake_db_waiting(f->hub.db), 0);
}

static void test_notifications(void **state)
{
    struct fixture *f = *state;

    assert_false(receive(f, "{\"jsonrpc\":\"2.0\",\"method\":\"t.read\"}"));
    assert_false(receive(f, "{\"jsonrpc\":\"2.0\",\"method\":\"t.none\"}"));
    assert_int_equal(fake_db_waiting(f->hub.db), 0);
    assert_false(receive(f, "{\"jsonrpc\":\"2.0\",\"method\":\"t.note\"}"));
    assert_int_equal(fake_db_waiting(f->hub.db), 1);
    answer(f, "{}", "{}");
    assert_int_equal(replies(f), 0);
    assert_int_equal(call_engine_running(f->hub.calls), 0);
}

/* --- calls ----------------------------------------------------------------------------------- */

static void test_read(void **state)
{
    struct fixture *f = *state;

    receive(f, CALL("\"r1\"", "t.read", "{\"text\":\"x\"}"));
    assert_string_equal(fake_db_first(f->hub.db)->sql, "select read");
    assert_int_equal(fake_db_first(f->hub.db)->count, 3);
    assert_string_equal(fake_db_first(f->hub.db)->args[0], "g");
    assert_string_equal(fake_db_first(f->hub.db)->args[1], "x");
    assert_null(fake_db_first(f->hub.db)->args[2]);
    assert_int_equal(f->session->calls_in_flight, 1);
    answer(f, "{\"a\":1}", "{}");
    assert_int_equal(replies(f), 1);
    assert_string_equal(take(f, false), "{\"jsonrpc\":\"2.0\",\"id\":\"r1\",\"result\":{\"a\":1}}");
    assert_int_equal(f->session->calls_in_flight, 0);
}

static void test_write_has_key_and_hash(void **state)
{
    struct fixture *f = *state;
    char hash[80];

    receive(f, CALL("1", "t.write", "{\"text\":\"x\",\"idem\":\"key-0001\"}"));
    assert_int_equal(fake_db_first(f->hub.db)->count, 5);
    assert_string_equal(fake_db_first(f->hub.db)->args[1], "key-0001");
    snprintf(hash, sizeof hash, "%s", fake_db_first(f->hub.db)->args[2]);
    assert_int_equal(strlen(hash), 66);
    assert_int_equal(strncmp(hash, "\\x", 2), 0);
    answer(f, "{}", "{}");
    take(f, false);

    receive(f, CALL("1", "t.write", "{\"idem\":\"key-0002\",\"text\":\"x\"}"));
    assert_string_equal(fake_db_first(f->hub.db)->args[2], hash);
    answer(f, "{}", "{}");
    take(f, false);
    receive(f, CALL("1", "t.write", "{\"idem\":\"key-0002\",\"text\":\"y\"}"));
    assert_string_not_equal(fake_db_first(f->hub.db)->args[2], hash);
    answer(f, "{}", "{}");
    take(f, false);
    receive(f, CALL("1", "t.write", "{\"idem\":\"key-0002\",\"text\":\"x\",\"limit\":1}"));
    assert_string_not_equal(fake_db_first(f->hub.db)->args[2], hash);
}

static void test_refusals_of_sql(void **state)
{
    struct fixture *f = *state;
    struct fake_answer limit = {.err = ERR_LIMIT, .sqlstate = "ZC024", .detail = "{\"max\": 5}"};
    struct fake_answer rate = {
        .err = ERR_RATE, .sqlstate = "ZC006", .detail = "{\"retry_ms\": 9000}"};
    struct fake_answer busy = {.err = ERR_BUSY};
    struct fake_answer bug = {.err = ERR_INTERNAL, .sqlstate = "22012"};
    struct fake_answer disk = {.err = ERR_INTERNAL, .sqlstate = "58030"};
    const char *text = CALL("1", "t.read", "{\"text\":\"x\"}");

    receive(f, text);
    fake_db_answer(f->hub.db, &limit);
    assert_string_equal(take(f, false),
        ERROR("1", "1024", "A limit is reached.", "{\"reason\":\"LIMIT\",\"max\": 5}"));
    receive(f, text);
    fake_db_answer(f->hub.db, &rate);
    assert_string_equal(take(f, false), ERROR("1", "1006", "Too many of these; slow down.",
                                            "{\"reason\":\"RATE\",\"retry_ms\": 9000}"));
    receive(f, text);
    fake_db_answer(f->hub.db, &busy);
    assert_non_null(strstr(take(f, false), "{\"reason\":\"BUSY\",\"retry_ms\":500}"));
    receive(f, text);
    fake_db_answer(f->hub.db, &bug);
    assert_non_null(strstr(take(f, false), "\"reason\":\"INTERNAL\",\"incident\":\""));
    receive(f, text);
    fake_db_answer(f->hub.db, &disk);
    assert_non_null(strstr(take(f, false), "\"reason\":\"UNAVAILABLE\""));
}

/* A write with a key, a read: sent again; a write without: the outcome is unknown. */
static void test_lost_connection(void **state)
{
    struct fixture *f = *state;
    struct fake_answer lost = {.err = ERR_LOST};

    receive(f, CALL("1", "t.write", "{\"text\":\"x\",\"idem\":\"key-0001\"}"));
    fake_db_answer(f->hub.db, &lost);
    assert_int_equal(fake_db_waiting(f->hub.db), 1);
    assert_string_equal(fake_db_first(f->hub.db)->args[1], "key-0001");
    answer(f, "{}", "{}");
    assert_non_null(strstr(take(f, false), "\"result\":{}"));

    receive(f, CALL("1", "t.hot", "{\"text\":\"x\",\"idem\":\"key-0001\"}"));
    fake_db_answer(f->hub.db, &lost);
    assert_int_equal(fake_db_waiting(f->hub.db), 1);
    answer(f, "{}", "{}");
    assert_non_null(strstr(take(f, false), "\"result\":{}"));

    receive(f, CALL("1", "t.steps", "{\"text\":\"x\"}"));
    fake_db_answer(f->hub.db, &lost);
    assert_int_equal(fake_db_waiting(f->hub.db), 0);
    assert_non_null(strstr(take(f, false), "\"reason\":\"UNAVAILABLE\",\"retry_ms\":1000"));
}

static void test_deadlock_is_run_again(void **state)
{
    struct fixture *f = *state;
    struct fake_answer deadlock = {.err = ERR_INTERNAL, .sqlstate = "40P01"};

    receive(f, CALL("1", "t.steps", "{\"text\":\"x\"}"));
    for (int i = 0; i < 3; i++) {
        fake_db_answer(f->hub.db, &deadlock);
        assert_int_equal(fake_db_waiting(f->hub.db), 1);
    }
    fake_db_answer(f->hub.db, &deadlock);
    assert_non_null(strstr(take(f, false), "\"reason\":\"INTERNAL\""));
}

static void test_steps(void **state)
{
    struct fixture *f = *state;

    receive(f, CALL("1", "t.steps", "{\"text\":\"x\"}"));
    assert_string_equal(fake_db_first(f->hub.db)->args[1], "x");
    answer(f, "\"yes\"", "{}");
    assert_string_equal(take(f, false), "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"yes\"}");
    receive(f, CALL("1", "t.steps", "{\"text\":\"x\"}"));
    answer(f, "\"no\"", "{}");
    assert_non_null(strstr(take(f, false), "\"reason\":\"LIMIT\",\"max\": 5"));
}

static void test_answer_too_big(void **state)
{
    struct fixture *f = *state;
    char big[300];

    memset(big, 'x', sizeof big);
    big[0] = big[sizeof big - 2] = '"';
    big[sizeof big - 1] = '\0';
    receive(f, CALL("1", "t.read", "{\"text\":\"x\"}"));
    answer(f, big, "{}");
    assert_non_null(strstr(take(f, false), "\"reason\":\"INTERNAL\",\"incident\":\""));
}

/* The database never answers: the caller is told, and the late answer frees the call. */
static void expect_at_deadline(struct fixture *f, const char *reason)
{
    receive(f, CALL("1", "t.short", "{}"));
    for (int i = 0; i < PATIENCE_TURNS && replies(f) == 0; i++) {
        usleep(2000);

        loop_run_once(f->hub.loop);
    }
    assert_non_null(strstr(take(f, false), reason));
    assert_int_equal(f->session->calls_in_flight, 0);
    assert_int_equal(call_engine_running(f->hub.calls), 1);
    answer(f, "{}", "{}");
    assert_int_equal(call_engine_running(f->hub.calls), 0);
}

/* While the lease is renewed the statement is slow; else it is the database that is away. */
static void test_deadline(void **state)
{
    struct fixture *f = *state;

    lease_renewed(f->hub.lease, clock_boot(), 60000);
    expect_at_deadline(f, "\"reason\":\"TIMEOUT\",\"retry_ms\":1000");
    lease_drop(f->hub.lease);
    expect_at_deadline(f, "\"reason\":\"UNAVAILABLE\",\"retry_ms\":1000");
}

/* A loss touched what the reply shows: it is read again, three times, then UNAVAILABLE. */
static void test_stale_reply_is_read_again(void **state)
{
    struct fixture *f = *state;
    const struct reply *r;

    receive(f, CALL("1", "t.read", "{\"text\":\"x\"}"));
    answer(f, "1", "{3,4}");
    r = LIST_ITEM(list_first(&f->session->replies), struct reply, node);
    assert_true(r->guarded);
    assert_int_equal(r->sys_seq, 7);
    assert_int_equal(r->subject_count, 2);
    assert_int_equal(r->subjects[1], 4);
    take(f, true);
    assert_int_equal(replies(f), 0);
    answer(f, "2", "{3}");
    assert_string_equal(take(f, true), "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":2}");
    answer(f, "3", "{3}");
    take(f, true);
    answer(f, "4", "{3}");
    take(f, true);
    assert_int_equal(fake_db_waiting(f->hub.db), 0);
    assert_non_null(strstr(take(f, false), "\"reason\":\"UNAVAILABLE\""));
}

/* The caller is among those whose losses void the reply, also when it shows nobody else. */
static void test_caller_guards_the_reply(void **state)
{
    struct fixture *f = *state;
    const struct reply *r;

    memcpy(f->session->who, "m:5", 4);
    f->session->who_bits = WHO_MEMBER;
    receive(f, CALL("1", "t.member", "{}"));
    assert_string_equal(fake_db_first(f->hub.db)->args[0], "m:5");
    answer(f, "1", "{}");
    r = LIST_ITEM(list_first(&f->session->replies), struct reply, node);
    assert_true(r->guarded);
    assert_int_equal(r->subject_count, 1);
    assert_int_equal(r->subjects[0], 5);
    take(f, false);
}

static void test_session_goes_first(void **state)
{
    struct fixture *f = *state;

    receive(f, CALL("1", "t.read", "{\"text\":\"x\"}"));
    receive(f, "[" CALL("1", "t.read", "{\"text\":\"x\"}") "," CALL(
                   "2", "t.hot", "{\"text\":\"x\",\"idem\":\"key-0001\"}") "]");
    answer(f, "1", "{}"); /* queued */
    answer(f, "1", "{}"); /* waits for its batch */
    session_free_http(f->session);
    f->session = NULL;
    assert_int_equal(call_engine_running(f->hub.calls), 1);
    answer(f, "1", "{}");
    assert_int_equal(call_engine_running(f->hub.calls), 0);
}

/* --- batches --------------------------------------------------------------------------------- */

static void test_batch(void **state)
{
    struct fixture *f = *state;

    receive(f, "[" CALL("1", "t.read", "{\"text\":\"a\"}") "," CALL(
                   "2", "t.none", "{}") ",7,"
                                        "{\"jsonrpc\":\"2.0\",\"method\":\"t.note\"}," CALL(
                                            "3", "t.read", "{\"text\":\"b\"}") "]");
    assert_int_equal(fake_db_waiting(f->hub.db), 3);
    assert_int_equal(f->session->barriers_held, 1);
    answer(f, "\"a\"", "{1}");
    answer(f, "\"note\"", "{}");
    assert_int_equal(replies(f), 0);
    answer(f, "\"b\"", "{2}");
    assert_int_equal(replies(f), 1);
    assert_int_equal(f->session->barriers_held, 0);
    const struct reply *r = LIST_ITEM(list_first(&f->session->replies), struct reply, node);

    assert_true(r->guarded);
    assert_int_equal(r->subject_count, 2);
    assert_string_equal(take(f, true),
        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"a\"}," ERROR("2", "-32601",
            "There is no such method.", "{\"reason\":\"METHOD_NOT_FOUND\"}") "," ERROR("null",
            "-32600", "This is not a JSON-RPC 2.0 request.",
            "{\"reason\":\"INVALID_REQUEST\"}") ",{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":\"b\"}]");
    assert_int_equal(fake_db_waiting(f->hub.db), 2); /* the guarded ones, again */
    answer(f, "\"A\"", "{}");
    answer(f, "\"B\"", "{}");
    assert_non_null(strstr(take(f, false), "\"result\":\"B\""));
}

static void test_batch_of_notifications_has_no_answer(void **state)
{
    struct fixture *f = *state;

    assert_false(receive(f, "[{\"jsonrpc\":\"2.0\",\"method\":\"t.read\"},"
                            "{\"jsonrpc\":\"2.0\",\"method\":\"t.none\"}]"));
    assert_int_equal(replies(f), 0);
    assert_int_equal(f->session->barriers_held, 0);
}

static void test_batch_is_bounded(void **state)
{
    struct fixture *f = *state;
    char text[512] = "[1";

    for (int i = 0; i < 50; i++)
        memcpy(text + strlen(text), ",1", 3);
    memcpy(text + strlen(text), "]", 2);
    assert_non_null(strstr(refusal(f, text), "\"id\":null"));
    assert_int_equal(f->reply[0], '{');
}

static void test_limits(void **state)
{
    struct fixture *f = *state;

    f->hub.limits.calls_in_flight = 1;
    receive(f, CALL("1", "t.read", "{\"text\":\"x\"}"));
    assert_non_null(
        strstr(refusal(f, CALL("2", "t.read", "{\"text\":\"x\"}")), "\"reason\":\"BUSY\""));
    answer(f, "1", "{}");
    take(f, false);
    f->hub.limits.calls_per_s = 0;
    f->session->call_tokens_milli = 0;
    assert_non_null(
        strstr(refusal(f, CALL("2", "t.read", "{\"text\":\"x\"}")), "\"reason\":\"RATE\""));
    f->hub.limits.calls_in_flight = 60;
    f->session->call_tokens_milli = 1000;
    f->session->reply_bytes = f->hub.limits.reply_bytes; /* a client that does not read */
    assert_non_null(
        strstr(refusal(f, CALL("3", "t.read", "{\"text\":\"x\"}")), "\"reason\":\"BUSY\""));
    f->session->reply_bytes = 0;
}

/* What is refused at the entry is counted like a call; who goes on is shut out. */
static void test_refusals_have_a_rate(void **state)
{
    struct fixture *f = *state;
    static const char *const wrong[] = {CALL("1", "t.none", "{}"),
        CALL("1", "t.read", "{\"text\":5}"), "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"t.read\"}",
        "{", "7"};

    f->hub.limits.calls_per_s = 0;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        f->session->call_tokens_milli = 1000;
        assert_null(strstr(refusal(f, wrong[i]), "RATE"));
        assert_int_equal(f->session->call_tokens_milli, 0);
        assert_true((strstr(refusal(f, wrong[i]), "\"reason\":\"RATE\"") != NULL) == (i < 2));
    }
    f->hub.limits.calls_burst = 1;
    f->session->over_rate = 0;
    f->session->kind = SESSION_SOCKET;
    for (int i = 0; i < 10; i++)
        assert_non_null(strstr(refusal(f, wrong[0]), "RATE"));
    assert_true(session_is_open(f->session));
    assert_non_null(strstr(refusal(f, wrong[0]), "RATE")); /* it is answered, and then ... */
    assert_false(session_is_open(f->session) && !f->session->close_after_replies);
    f->session->kind = SESSION_HTTP;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_malformed_messages),
        TEST(test_entry_checks_in_order),
        TEST(test_params_that_do_not_fit),
        TEST(test_notifications),
        TEST(test_read),
        TEST(test_write_has_key_and_hash),
        TEST(test_refusals_of_sql),
        TEST(test_lost_connection),
        TEST(test_deadlock_is_run_again),
        TEST(test_steps),
        TEST(test_answer_too_big),
        TEST(test_deadline),
        TEST(test_stale_reply_is_read_again),
        TEST(test_caller_guards_the_reply),
        TEST(test_session_goes_first),
        TEST(test_batch),
        TEST(test_batch_of_notifications_has_no_answer),
        TEST(test_batch_is_bounded),
        TEST(test_limits),
        TEST(test_refusals_have_a_rate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
