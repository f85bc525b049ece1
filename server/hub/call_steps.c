/* call_steps.c -- what the steps of a method may use: queries, work in the thread pool, waiting for a module. */
#include "hub/call.h"

#include <assert.h>
#include <string.h>

#include "hub/call_state.h"
#include "hub/hub.h"
#include "hub/session.h"
#include "io/loop.h"
#include "io/ws.h"
#include "base/arena.h"

enum {
    WORK_MAX = 2, /* jobs in the thread pool */
    WORK_WAIT_MAX = 200
};

static void start_work(struct call *c);

void call_next_step(struct call *c, const struct answer *in)
{
    step_fn *step = c->method->steps[c->step++];

    assert(step != NULL);
    c->sql = NULL;
    if (step(c, in) == FLOW_WAIT)
        assert(c->outstanding || list_is_linked(&c->in_work));
}

enum flow call_query(
    struct call *c, enum lane lane, const char *sql, int count, const char *const *args)
{
    const char **copies = arena_alloc(c->arena, sizeof *copies * (size_t)(count + 1));

    for (int i = 0; i < count; i++)
        copies[i] = args[i] != NULL ? arena_copy(c->arena, args[i], strlen(args[i])) : NULL;
    c->sql = sql;
    c->lane = lane;
    c->args = copies;
    c->count = count;
    call_send(c);
    return FLOW_WAIT;
}

static void run_work(void *arg)
{
    struct call *c = arg;

    c->work(c->job);
}

static void on_work(void *arg)
{
    struct call *c = arg;
    struct call_engine *e = c->engine;
    struct list_node *n = e->closing ? NULL : list_shift(&e->work);

    e->working--;
    if (n != NULL)
        start_work(LIST_ITEM(n, struct call, in_work));
    c->outstanding = false;
    if (c->finished)
        call_free_if_over(c);
    else
        call_next_step(c, NULL);
}

static void start_work(struct call *c)
{
    c->engine->working++;
    c->outstanding = true;
    loop_work(c->engine->hub->loop, run_work, on_work, c);
}

enum flow call_work(struct call *c, void (*work)(void *job), void *job)
{
    struct call_engine *e = c->engine;

    c->work = work;
    c->job = job;
    if (e->working < WORK_MAX)
        start_work(c);
    else if (e->work.count < WORK_WAIT_MAX)
        list_append(&e->work, &c->in_work);
    else
        return call_fail(c, ERR_BUSY);
    return FLOW_WAIT;
}

enum flow call_reply(struct call *c, const char *result_json)
{
    call_hold_or_reply(c, result_json, strlen(result_json));
    return FLOW_DONE; /* also while it is held: no step comes after it */
}

enum flow call_fail(struct call *c, enum err e)
{
    return call_fail_detail(c, e, NULL);
}

enum flow call_fail_detail(struct call *c, enum err e, const char *detail_json)
{
    call_failed(c, e, detail_json);
    return FLOW_DONE;
}

enum flow call_wait(struct call *c)
{
    c->outstanding = true;
    return FLOW_WAIT;
}

void call_resume_reply(
    struct call *c, const char *result_json, size_t length_bytes, const struct call_guard *g)
{
    c->outstanding = false;
    if (c->finished) {
        call_free_if_over(c);
        return;
    }
    if (g != NULL) {
        int64_t *ids = arena_alloc(c->arena, (g->subject_count + 1) * sizeof *ids);

        c->guard = *g;
        for (size_t i = 0; i < g->subject_count; i++)
            ids[i] = g->subjects[i];
        c->guard.subjects = ids;
    }
    call_answered(c, result_json, length_bytes);
}

void call_resume_fail(struct call *c, enum err e, const char *detail_json)
{
    c->outstanding = false;
    if (c->finished)
        call_free_if_over(c);
    else
        call_failed(c, e, detail_json);
}

/* --- for steps ------------------------------------------------------------------------------- */

bool call_is_waiting(const struct call *c)
{
    return !c->finished;
}

const char *call_arg(const struct call *c, int index)
{
    return c->params[index];
}

const char *call_who(const struct call *c)
{
    return c->who;
}

const char *call_address(const struct call *c)
{
    const char *address = NULL;

    if (c->session != NULL)
        address = c->session->conn != NULL ? ws_address(c->session->conn) : c->session->address;
    return address != NULL ? address : "";
}

struct session *call_session(const struct call *c)
{
    return c->session;
}

struct hub *call_hub(const struct call *c)
{
    return c->engine->hub;
}

struct arena *call_arena(const struct call *c)
{
    return c->arena;
}

void call_set_state(struct call *c, void *state)
{
    c->state = state;
}

void *call_state(const struct call *c)
{
    return c->state;
}

const char *call_take_answer(struct call *c, const struct answer *in)
{
    call_set_guard(c, answer_i64(in, 0, 2), answer_text(in, 0, 3));
    return answer_text(in, 0, 0);
}
