/* test_call_guard.c -- refusals of SQL are guarded like replies: what they tell is not sent when somebody withdrew it. */
#include "hub/call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hub/hub.h"
#include "hub/lease.h"
#include "hub/method.h"
#include "hub/outgoing.h"
#include "hub/session.h"
#include "hub/sessions.h"
#include "io/loop.h"
#include "support/fake_db.h"
#include "support/fake_node.h"

#include "rpc_stage.h"

enum { APPLIED = 40 };

static const struct field text_param[] = {
    FIELD_TEXT("text", 1, 20, "A text."),
    FIELD_END,
};

static enum flow look(struct call *c, const struct answer *in)
{
    const char *args[] = {call_who(c)};

    (void)in;
    return call_query(c, LANE_WRITE, "select look", 1, args);
}

static enum flow tell(struct call *c, const struct answer *in)
{
    return call_reply(c, call_take_answer(c, in));
}

const struct method rpc_rows[] = {
    {.name = "t.write",
        .who = WHO_GUEST | WHO_MEMBER,
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
        .steps = STEPS(look, tell)},
    {.name = NULL},
};

static const char write_call[] = CALL("1", "t.write", "{\"text\":\"x\",\"idem\":\"key-0001\"}");
static const struct fake_answer raised = {
    .err = ERR_CONFLICT, .sqlstate = "ZC004", .detail = "{\"current\": \"frozen\"}"};

static int set_up(void **state)
{
    fake_node_reset();
    fake_node.applied = APPLIED;
    return rpc_set_up(state);
}

/* The one reply that waits. */
static const struct reply *queued(const struct fixture *f)
{
    assert_int_equal(f->session->replies.count, 1);
    return LIST_ITEM(list_first(&f->session->replies), struct reply, node);
}

static void expect(struct fixture *f, bool again, const char *part)
{
    assert_non_null(strstr(take(f, again), part));
}

/* Nobody is named: any entry touches it, from the number on that was applied when it was asked. */
static void test_raised(void **state)
{
    struct fixture *f = *state;

    memcpy(f->session->who, "m:5", 4);
    f->session->who_bits = WHO_MEMBER;
    receive(f, write_call);
    fake_node.applied = APPLIED + 1;
    fake_db_answer(f->hub.db, &raised);
    assert_true(queued(f)->guarded && queued(f)->anyone);
    assert_int_equal(queued(f)->sys_seq, APPLIED);
    assert_int_equal(queued(f)->subject_count, 1);
    assert_int_equal(queued(f)->subjects[0], 5);
    expect(f, true, "\"current\": \"frozen\"");
    answer(f, "\"done\"", "{}");
    assert_false(queued(f)->guarded || queued(f)->anyone);
    expect(f, false, "\"result\":\"done\"");
}

static void test_raised_again_and_again(void **state)
{
    struct fixture *f = *state;

    receive(f, write_call);
    for (int i = 0; i < 4; i++) {
        fake_db_answer(f->hub.db, &raised);
        expect(f, true, "\"current\": \"frozen\"");
    }
    assert_int_equal(fake_db_waiting(f->hub.db), 0);
    assert_false(queued(f)->guarded);
    assert_string_equal(take(f, false),
        ERROR("1", "1004", "Someone changed this before you.", "{\"reason\":\"CONFLICT\"}"));
}

/* What tells nothing but its reason leaves at once, also without a lease. */
static void test_no_detail(void **state)
{
    struct fixture *f = *state;
    struct fake_answer bare = {.err = ERR_NOT_FOUND, .sqlstate = "ZC002", .detail = ""};

    receive(f, write_call);
    fake_db_answer(f->hub.db, &bare);
    assert_false(queued(f)->guarded);
    take(f, false);
    receive(f, write_call);
    answer(f, "{\"refused\":\"CODE_INVALID\"}", NULL);
    assert_false(queued(f)->guarded);
    take(f, false);
}

static const struct fake_answer sold_out = {
    .err = ERR_SOLD_OUT, .sqlstate = "ZC009", .detail = "{\"waitlist\": true}"};

/* States and numbers show nobody; whether they may be told is up to what the caller may see. */
static void test_states_and_numbers(void **state)
{
    struct fixture *f = *state;

    receive(f, write_call);
    fake_db_answer(f->hub.db, &sold_out);
    assert_true(queued(f)->guarded && queued(f)->own_only && !queued(f)->anyone);
    expect(f, true, "\"waitlist\": true");
    answer(f, "{\"refused\":\"CODE_INVALID\",\"left\":3}", NULL);
    assert_true(queued(f)->guarded && queued(f)->own_only);
    expect(f, true, "\"left\":3");
    assert_int_equal(fake_db_waiting(f->hub.db), 0); /* it counted: not asked again */
    assert_null(strstr(take(f, false), "left"));
}

/* What was kept names whom it shows, and the call is made again; else the reason stands alone. */
static void test_kept(void **state)
{
    struct fixture *f = *state;
    static const char conflict[] = "{\"refused\":\"CONFLICT\",\"current\":\"words\"}";

    receive(f, write_call);
    answer(f, conflict, "{3,4}");
    assert_true(queued(f)->guarded && !queued(f)->anyone);
    assert_int_equal(queued(f)->sys_seq, APPLIED);
    assert_int_equal(queued(f)->subject_count, 2);
    assert_int_equal(queued(f)->subjects[1], 4);
    expect(f, true, "\"current\":\"words\"");
    answer(f, conflict, "{}");
    assert_true(queued(f)->guarded && !queued(f)->anyone);
    expect(f, true, "words");
    answer(f, conflict, NULL);
    assert_true(queued(f)->guarded && queued(f)->anyone);
    expect(f, true, "words");
    assert_int_equal(fake_db_waiting(f->hub.db), 0);
    assert_false(queued(f)->guarded);
    assert_null(strstr(take(f, false), "words"));
    assert_non_null(strstr(f->reply, "CONFLICT"));
}

static void test_steps_are_not_taken_again(void **state)
{
    struct fixture *f = *state;

    receive(f, CALL("1", "t.steps", "{}"));
    fake_db_answer(f->hub.db, &raised);
    assert_true(queued(f)->guarded && queued(f)->anyone);
    expect(f, true, "frozen");
    assert_int_equal(fake_db_waiting(f->hub.db), 0);
    assert_null(strstr(take(f, false), "frozen"));
    assert_non_null(strstr(f->reply, "CONFLICT"));
}

#define HOT(id, key) CALL(id, "t.hot", "{\"text\":\"x\",\"idem\":\"" key "\"}")

/* The rows of a coalesced batch, and of a batch of the client. */
static void test_batches(void **state)
{
    struct fixture *f = *state;
    struct fake_answer many = {.rows = 2,
        .columns = 7,
        .cells = {{"1", "ZC004", "{\"current\": \"frozen\"}", NULL, NULL, NULL, NULL},
            {"2", NULL, NULL, "{\"refused\":\"GONE\",\"item\":\"words\"}", NULL, "90", "{8,9}"}}};
    const struct reply *r;

    receive(f, HOT("1", "key-0001"));
    receive(f, "[" HOT("2", "key-0002") "," HOT("3", "key-0003") "]");
    answer(f, "\"first\"", "{}");
    take(f, false);
    fake_db_answer(f->hub.db, &many);
    r = queued(f);
    assert_true(r->guarded && r->anyone);
    assert_int_equal(r->sys_seq, APPLIED);
    assert_int_equal(r->subject_count, 2);
    assert_int_equal(r->subjects[0], 8);
    assert_non_null(strstr(r->bytes, "frozen"));
    assert_non_null(strstr(r->bytes, "words"));
    take(f, true);
    answer(f, "\"second\"", "{}");
    fake_db_answer(f->hub.db, &(struct fake_answer){.err = ERR_NOT_FOUND, .sqlstate = "ZC002"});
    assert_false(queued(f)->guarded);
    assert_non_null(strstr(take(f, false), "second"));
    assert_null(strstr(f->reply, "words"));

    receive(f, HOT("4", "key-0004"));
    receive(f, HOT("5", "key-0005"));
    receive(f, HOT("6", "key-0006"));
    answer(f, "\"first\"", "{}");
    take(f, false);
    many.cells[0][6] = "{7}";
    fake_db_answer(f->hub.db, &many);
    r = LIST_ITEM(list_first(&f->session->replies), struct reply, node);
    assert_true(r->guarded && !r->anyone); /* an error may name them as well */
    assert_int_equal(r->subjects[0], 7);
    take(f, false);
    take(f, false);
}

/* --- at hand-off ------------------------------------------------------------------------------ */

static void on_http(void *arg, struct session *s)
{
    (void)s;
    (*(int *)arg)++;
}

static int flushed(struct fixture *f)
{
    int left = 0;

    f->session->http_done = on_http;
    f->session->http_arg = &left;
    sessions_flush(f->hub.sessions);
    return left;
}

/* Before its bytes are handed over: the lease, and whether anything was applied since. */
static void test_hand_off(void **state)
{
    struct fixture *f = *state;

    receive(f, write_call);
    fake_db_answer(f->hub.db, &raised);
    assert_int_equal(flushed(f), 0); /* no lease */
    lease_renewed(f->hub.lease, clock_boot(), 60000);
    f->session->conn = NULL;
    list_append(&f->hub.sessions->flush, &f->session->in_flush);
    assert_int_equal(flushed(f), 1);
    take(f, false);

    receive(f, write_call);
    fake_db_answer(f->hub.db, &raised);
    fake_node.applied++;
    assert_int_equal(flushed(f), 0);
    assert_int_equal(replies(f), 0);
    assert_int_equal(fake_db_waiting(f->hub.db), 1); /* asked again */
    answer(f, "\"done\"", "{}");
    assert_int_equal(flushed(f), 1);
    take(f, false);
}

/* A kept refusal is touched by those it names, and by nobody else. */
static void test_hand_off_of_named(void **state)
{
    struct fixture *f = *state;

    lease_renewed(f->hub.lease, clock_boot(), 60000);
    for (int64_t touched = 3; touched <= 4; touched++) {
        receive(f, write_call);
        answer(f, "{\"refused\":\"CONFLICT\",\"current\":\"words\"}", "{3}");
        fake_node.touched_seq = ++fake_node.applied;
        fake_node.touched_id = touched;
        assert_int_equal(flushed(f), touched == 4);
        if (touched == 3)
            answer(f, "\"done\"", "{}");
        take(f, false);
    }
}

/* Of states and numbers: by what the caller loses, and by nothing else. */
static void test_hand_off_of_own(void **state)
{
    struct fixture *f = *state;

    lease_renewed(f->hub.lease, clock_boot(), 60000);
    receive(f, write_call);
    fake_db_answer(f->hub.db, &sold_out);
    fake_node.touched_seq = ++fake_node.applied;
    fake_node.touched_id = 77;
    fake_node.touched_object = true;
    assert_int_equal(flushed(f), 1);
    assert_non_null(strstr(take(f, false), "waitlist"));
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, rpc_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_raised),
        CASE(test_raised_again_and_again),
        CASE(test_no_detail),
        CASE(test_states_and_numbers),
        CASE(test_kept),
        CASE(test_steps_are_not_taken_again),
        CASE(test_batches),
        CASE(test_hand_off),
        CASE(test_hand_off_of_named),
        CASE(test_hand_off_of_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
