/* test_stream.c -- what /metrics tells of rings and cursors. */
#include "hub/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hub/event.h"
#include "hub/frame.h"
#include "hub/hub.h"
#include "hub/sub.h"
#include "io/loop.h"
#include "support/fake_db.h"
#include "support/fake_node.h"

static const struct gate_purpose purposes[] = {
    {.id = 1, .code = "svc.feed", .basis = BASIS_CONTRACT, .statuses = 1U << STATUS_ACTIVE},
    {.code = NULL},
};

static const struct event_kind *no_kind(const char *type)
{
    (void)type;
    return NULL;
}

static void accept_event(struct hub *h, const char *stream, int seq)
{
    char text[160];
    int n = snprintf(text, sizeof text,
        "[{\"stream\":\"%s\",\"seq\":%d,\"type\":\"t.t\",\"gate\":\"svc.feed\",\"scope\":\"0\"}]",
        stream, seq);

    streams_accept_all(h->streams, text, (size_t)n);
}

static void test_load(void **state)
{
    struct hub h = {.purposes = purposes, .event_find = no_kind, .limits.ring_events = 10};
    struct sub near = {.live = true, .cursor = 3}, far = {.live = true, .cursor = 1},
               opening = {.cursor = 0};
    struct sub *subs[] = {&near, &far, &opening};
    struct stream_load load;
    struct stream *st;

    (void)state;
    fake_node_reset();
    h.loop = loop_new();
    h.db = fake_db_new();
    h.gate = gate_new(&h);
    h.frames = frames_new(&h);
    h.streams = streams_new(&h);
    st = stream_open(h.streams, "club:1", 0);
    (void)stream_open(h.streams, "club:2", 7);
    for (int seq = 1; seq <= 4; seq++)
        accept_event(&h, "club:1", seq);
    accept_event(&h, "club:2", 8);
    st->subs = subs;
    st->sub_count = 3;
    load = streams_load(h.streams);
    st->subs = NULL;
    st->sub_count = 0;
    assert_int_equal(load.ring_events, 5);
    assert_int_equal(load.ring_events_max, 4);
    assert_int_equal(load.lag, 4);
    assert_int_equal(load.lag_max, 3);
    fake_db_free(h.db);
    streams_free(h.streams);
    frames_free(h.frames);
    gate_free(h.gate);
    loop_run_once(h.loop);
    loop_free(h.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_load)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
