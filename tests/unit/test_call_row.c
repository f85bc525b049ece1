/* test_call_row.c -- flags of a method's row: a fresh proof, the context, replies that refuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hub/call.h"
#include "hub/method.h"
#include "hub/session.h"
#include "io/crypto.h"
#include "base/clock.h"
#include "support/fake_clock.h"
#include "support/fake_db.h"
#include "support/fake_node.h"

#include "rpc_stage.h"

static const struct field text_param[] = {FIELD_TEXT("text", 1, 20, "A text."), FIELD_END};

static enum flow look(struct call *c, const struct answer *in)
{
    const char *args[] = {call_who(c), call_arg(c, 0)};

    (void)in;
    return call_query(c, LANE_READ, "select look", 2, args);
}

static enum flow pass_on(struct call *c, const struct answer *in)
{
    return call_reply(c, call_take_answer(c, in));
}

const struct method rpc_rows[] = {
    {.name = "t.read", .who = WHO_GUEST, .params = text_param, .sql = "select read"},
    {.name = "t.steps",
        .who = WHO_GUEST,
        .kind = METHOD_WRITE,
        .no_idem = true,
        .params = text_param,
        .steps = STEPS(look, pass_on)},
    {.name = "t.proven", .who = WHO_GUEST, .sql = "select proven", .step_up = true},
    {.name = "t.where",
        .who = WHO_GUEST,
        .kind = METHOD_WRITE,
        .params = text_param,
        .context = true,
        .sql = "select where"},
    {.name = NULL},
};

/* A refusal that keeps its writes comes as a reply. */
static void test_refused_replies(void **state)
{
    struct fixture *f = *state;
    const char *text = CALL("1", "t.read", "{\"text\":\"x\"}");

    receive(f, text);
    answer(f, "{\"max\": {\"a\": [1, null]}, \"refused\": \"LIMIT\"}", "{}");
    assert_string_equal(take(f, false), ERROR("1", "1024", "A limit is reached.",
                                            "{\"reason\":\"LIMIT\",\"max\":{\"a\":[1,null]}}"));
    receive(f, text);
    answer(f, "{\"refused\": \"LIMIT\"}", "{}");
    assert_string_equal(
        take(f, false), ERROR("1", "1024", "A limit is reached.", "{\"reason\":\"LIMIT\"}"));
    receive(f, text);
    answer(f, "{\"refused\": \"NO_SUCH_REASON\"}", "{}");
    assert_non_null(strstr(take(f, false), "\"reason\":\"INTERNAL\",\"incident\":\""));
    receive(f, CALL("1", "t.steps", "{\"text\":\"x\"}"));
    answer(f, "{\"refused\": \"LIMIT\", \"max\": 5}", "{}");
    assert_non_null(strstr(take(f, false), "\"reason\":\"LIMIT\",\"max\":5}"));
    assert_int_equal(fake_db_waiting(f->hub.db), 0); /* no step came after it */
}

/* Only the top member of that name, and only a text, refuses. */
static void test_what_looks_refused(void **state)
{
    static const char *const fine[] = {"{\"a\":{\"refused\":\"LIMIT\"}}",
        "{\"a\":\"\\\"refused\\\":\\\"LIMIT\\\"\"}", "{\"refused\":3}",
        "[{\"refused\":\"LIMIT\"}]"};
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++) {
        char expected[200];

        receive(f, CALL("1", "t.read", "{\"text\":\"x\"}"));
        answer(f, fine[i], "{}");
        snprintf(
            expected, sizeof expected, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":%s}", fine[i]);
        assert_string_equal(take(f, false), expected);
    }
}

/* By the token's own proof or by one given here; not older than five minutes, and not from the future. */
static void test_fresh_proof(void **state)
{
    static const struct {
        int64_t age_s;
        bool fresh;
    } cases[] = {{0, true}, {298, true}, {301, false}, {-20, true}, {-40, false}};
    struct fixture *f = *state;
    const char *text = CALL("1", "t.proven", "{}");
    int64_t now_s = clock_wall().ms / 1000;

    assert_string_equal(refusal(f, text),
        ERROR("1", "1015", "Prove first that it is you.", "{\"reason\":\"STEP_UP_REQUIRED\"}"));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct crypto_claims claims = {.auth_time_s = now_s - cases[i].age_s};

        session_sign_in(f->session, "g", "guest", NULL, &claims);
        receive(f, text);
        if (cases[i].fresh)
            answer(f, "{}", "{}");
        assert_int_equal(strstr(take(f, false), "\"result\":{}") != NULL, cases[i].fresh);
        assert_int_equal(fake_db_waiting(f->hub.db), 0);
    }
    f->session->step_up_until.ms = clock_mono().ms - 1;
    assert_non_null(strstr(refusal(f, text), "STEP_UP_REQUIRED"));
    f->session->step_up_until.ms = clock_mono().ms + 60000;
    receive(f, text);
    answer(f, "{}", "{}");
    assert_non_null(strstr(take(f, false), "\"result\":{}"));
}

/* A clock that is set neither ends a proof nor makes an old one fresh, nor does it end the session. */
static void test_clock_is_set(void **state)
{
    static const int64_t jumps_s[] = {86400, -86400};
    struct fixture *f = *state;
    const char *text = CALL("1", "t.proven", "{}");
    int64_t now_s = clock_wall().ms / 1000;

    for (size_t i = 0; i < sizeof jumps_s / sizeof jumps_s[0]; i++) {
        struct crypto_claims claims = {.auth_time_s = now_s, .expires_s = now_s + 600};
        int64_t ends_ms;

        session_sign_in(f->session, "g", "guest", NULL, &claims);
        ends_ms = f->session->expires_at.ms;
        assert_in_range(ends_ms - clock_mono().ms, 590000, 600000);
        fake_clock_set(jumps_s[i]);
        receive(f, text);
        answer(f, "{}", "{}");
        assert_non_null(strstr(take(f, false), "\"result\":{}"));
        assert_int_equal(f->session->expires_at.ms, ends_ms);
        claims.auth_time_s = now_s - 400;
        fake_clock_set(0);
        session_sign_in(f->session, "g", "guest", NULL, &claims);
        fake_clock_set(-200);
        assert_non_null(strstr(refusal(f, text), "STEP_UP_REQUIRED"));
        fake_clock_set(0);
    }
}

/* Where the call came from stands before its parameters, and is no part of its hash. */
static void test_context(void **state)
{
    const char *text = CALL("1", "t.where", "{\"text\":\"x\",\"idem\":\"key-0001\"}");
    struct fixture *f = *state;
    char hash[80];

    receive(f, text);
    assert_int_equal(fake_db_first(f->hub.db)->count, 5);
    snprintf(hash, sizeof hash, "%s", fake_db_first(f->hub.db)->args[2]);
    assert_string_equal(
        fake_db_first(f->hub.db)->args[3], "{\"session\":\"0\",\"address\":null,\"agent\":null}");
    assert_string_equal(fake_db_first(f->hub.db)->args[4], "x");
    answer(f, "{}", "{}");
    take(f, false);

    f->session->agent = "Firefox";
    f->session->family = 12;
    memcpy(f->session->address, "203.0.113.7", 12);
    receive(f, text);
    assert_string_equal(fake_db_first(f->hub.db)->args[3],
        "{\"session\":\"12\",\"address\":\"203.0.113.0/24\",\"agent\":\"Firefox\"}");
    assert_string_equal(fake_db_first(f->hub.db)->args[2], hash);
    answer(f, "{}", "{}");
    take(f, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_refused_replies),
        TEST(test_what_looks_refused),
        TEST(test_fresh_proof),
        TEST(test_clock_is_set),
        TEST(test_context),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
