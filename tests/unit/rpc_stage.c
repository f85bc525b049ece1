/* rpc_stage.c -- calls with a fake database below. */
#include "rpc_stage.h"

#include "hub/rpc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hub/call.h"
#include "hub/coalesce.h"
#include "hub/lease.h"
#include "hub/metrics.h"
#include "hub/outgoing.h"
#include "hub/session.h"
#include "hub/sessions.h"
#include "io/loop.h"
#include "base/mem.h"
#include "support/fake_db.h"

static const struct method *find(const char *name, size_t length_bytes)
{
    for (const struct method *m = rpc_rows; m->name != NULL; m++) {
        if (strlen(m->name) == length_bytes && memcmp(m->name, name, length_bytes) == 0)
            return m;
    }
    return NULL;
}

static void on_lease(void *arg)
{
    (void)arg;
}

int rpc_set_up(void **state)
{
    static struct fixture f;
    struct hub *h = &f.hub;

    memset(&f, 0, sizeof f);
    h->loop = loop_new();
    h->db = fake_db_new();
    h->limits = (struct hub_limits){.call_timeout_ms = 3000,
        .calls_in_flight = 60,
        .calls_per_s = 1000,
        .calls_burst = 1000,
        .coalesce_max = 10,
        .reply_bytes = 1 << 20,
        .answer_bytes = 200};
    h->method_find = find;
    h->metrics = metrics_new();
    h->lease = lease_new(h->loop, on_lease, on_lease, NULL);
    h->sessions = sessions_new(h);
    h->coalescer = coalescer_new(h);
    h->calls = call_engine_new(h);
    h->rpc = rpc_new(h);
    f.session = session_new_http(h, "en");
    *state = &f;
    return 0;
}

int rpc_tear_down(void **state)
{
    struct fixture *f = *state;
    struct hub *h = &f->hub;

    if (f->session != NULL)
        session_free_http(f->session);
    mem_free(f->reply);
    fake_db_free(h->db);
    rpc_free(h->rpc);
    assert_int_equal(call_engine_running(h->calls), 0);
    call_engine_free(h->calls);
    coalescer_free(h->coalescer);
    sessions_free(h->sessions);
    lease_free(h->lease);
    metrics_free(h->metrics);
    loop_run_once(h->loop);
    loop_free(h->loop);
    return 0;
}

bool receive(struct fixture *f, const char *text)
{
    char *copy = mem_copy(text, strlen(text));
    bool answers = rpc_receive(f->hub.rpc, f->session, copy, strlen(text));

    mem_free(copy);
    return answers;
}

int replies(struct fixture *f)
{
    return (int)f->session->replies.count;
}

/* Takes the oldest reply as the socket would; with `again` it is found stale instead. */
const char *take(struct fixture *f, bool again)
{
    struct reply *r = LIST_ITEM(list_shift(&f->session->replies), struct reply, node);

    f->session->reply_bytes -= r->length_bytes;
    mem_free(f->reply);
    f->reply = mem_copy(r->bytes, r->length_bytes);
    (again ? r->again : r->sent)(r->arg);
    mem_free(r->bytes);
    mem_free(r->subjects);
    mem_free(r);
    return f->reply;
}

/* What one message is answered with at once. */
const char *refusal(struct fixture *f, const char *text)
{
    assert_true(receive(f, text));
    assert_int_equal(replies(f), 1);
    return take(f, false);
}

void answer(struct fixture *f, const char *reply, const char *subjects)
{
    struct fake_answer a = {.rows = 1, .columns = 4, .cells = {{reply, NULL, "7", subjects}}};

    fake_db_answer(f->hub.db, &a);
}
