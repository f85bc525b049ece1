/* hub_stage.c -- see hub_stage.h. */
#include "hub_stage.h"

#include <string.h>

#include "club/all.h"
#include "club/purposes.h"
#include "hub/call.h"
#include "hub/coalesce.h"
#include "hub/frame.h"
#include "hub/gate.h"
#include "hub/lease.h"
#include "hub/metrics.h"
#include "hub/outgoing.h"
#include "hub/rpc.h"
#include "hub/session.h"
#include "hub/sessions.h"
#include "hub/stream.h"
#include "io/json.h"
#include "io/loop.h"
#include "base/log.h"
#include "base/mem.h"
#include "fuzz.h"
#include "support/fake_db.h"
#include "support/fake_node.h"

static const struct hub_limits limits = {.call_timeout_ms = 3000,
    .calls_in_flight = 60,
    .calls_per_s = 1000,
    .calls_burst = 1000,
    .coalesce_max = 10,
    .reply_bytes = 1 << 20,
    .answer_bytes = 1 << 17,
    .message_bytes = 1 << 16,
    .ring_events = 100,
    .lease_ms = 60000};

static void on_lease(void *arg)
{
    (void)arg;
}

struct stage *stage_open(const struct method *(*find)(const char *name, size_t length_bytes))
{
    struct stage *s = mem_zalloc(sizeof *s);
    struct hub *h = &s->hub;

    log_set_level(LOG_ERROR);
    fake_node_reset();
    h->loop = loop_new();
    h->db = fake_db_new();
    h->limits = limits;
    h->method_find = find;
    h->event_find = event_find;
    h->purposes = purposes;
    h->metrics = metrics_new();
    h->lease = lease_new(h->loop, on_lease, on_lease, NULL);
    h->gate = gate_new(h);
    h->frames = frames_new(h);
    h->streams = streams_new(h);
    h->sessions = sessions_new(h);
    h->coalescer = coalescer_new(h);
    h->calls = call_engine_new(h);
    h->rpc = rpc_new(h);
    s->session = session_new_http(h, "en");
    memcpy(s->session->who, "m:5", sizeof "m:5");
    s->session->who_bits = ~0U;
    return s;
}

void stage_close(struct stage *s)
{
    struct hub *h = &s->hub;

    gate_leave(h->gate, s->session);
    session_free_http(s->session);
    fake_db_free(h->db);
    rpc_free(h->rpc);
    FUZZ_MUST(call_engine_running(h->calls) == 0);
    call_engine_free(h->calls);
    coalescer_free(h->coalescer);
    sessions_free(h->sessions);
    streams_free(h->streams);
    frames_free(h->frames);
    gate_free(h->gate);
    lease_free(h->lease);
    metrics_free(h->metrics);
    loop_run_once(h->loop);
    loop_free(h->loop);
    mem_free(s);
}

static void check_reply(const char *bytes, size_t length)
{
    struct json *j;
    const struct json *one;

    FUZZ_MUST(json_parse(bytes, length, &j, NULL) == ERR_OK);
    one = json_type_of(j) == JSON_LIST ? json_first(j) : j;
    FUZZ_MUST(one != NULL && json_member(one, "jsonrpc") != NULL);
    FUZZ_MUST((json_member(one, "result") != NULL) != (json_member(one, "error") != NULL));
    json_free(j);
}

void stage_take_replies(struct stage *s)
{
    struct list_node *n;

    while ((n = list_shift(&s->session->replies)) != NULL) {
        struct reply *r = LIST_ITEM(n, struct reply, node);

        s->session->reply_bytes -= r->length_bytes;
        check_reply(r->bytes, r->length_bytes);
        r->sent(r->arg);
        mem_free(r->bytes);
        mem_free(r->subjects);
        mem_free(r);
    }
}
