/* test_ring.c -- the recent events of a stream: contiguous, bounded, from both ends. */
#include "hub/ring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "hub/frame.h"
#include "base/mem.h"

enum { KEEP = 5 };

static struct event *event_at(int64_t seq)
{
    struct event *e = mem_zalloc(sizeof *e);

    e->refs = 1;
    e->seq = seq;
    return e;
}

static void assert_holds(const struct ring *r, int64_t first, int64_t head)
{
    assert_int_equal(r->head, head);
    assert_int_equal(ring_first(r), first);
    assert_int_equal(r->count, head - first + 1);
    assert_null(ring_get(r, first - 1));
    assert_null(ring_get(r, head + 1));
    for (int64_t seq = first; seq <= head; seq++)
        assert_int_equal(ring_get(r, seq)->seq, seq);
}

static void test_empty(void **state)
{
    struct ring r;

    (void)state;
    ring_init(&r, 41);
    assert_holds(&r, 42, 41);
    ring_done(&r);
}

static void test_push_keeps_the_newest(void **state)
{
    struct ring r;

    (void)state;
    ring_init(&r, 41);
    for (int64_t seq = 42; seq <= 42 + 3 * KEEP; seq++) {
        ring_push(&r, event_at(seq), KEEP);
        assert_holds(&r, seq - 42 < KEEP ? 42 : seq - KEEP + 1, seq);
    }
    ring_done(&r);
}

static void test_prepend(void **state)
{
    struct ring r;

    (void)state;
    ring_init(&r, 50);
    ring_prepend(&r, event_at(50)); /* also into an empty one */
    assert_holds(&r, 50, 50);
    for (int64_t seq = 49; seq > 30; seq--)
        ring_prepend(&r, event_at(seq));
    assert_holds(&r, 31, 50);
    ring_push(&r, event_at(51), KEEP); /* more than it may keep: the oldest go */
    assert_holds(&r, 47, 51);
    ring_prepend(&r, event_at(46));
    assert_holds(&r, 46, 51);
    ring_done(&r);
}

/* The ring holds one reference of its own. */
static void test_references(void **state)
{
    struct event *e = event_at(1);
    struct ring r;

    (void)state;
    ring_init(&r, 0);
    ring_push(&r, event_ref(e), KEEP);
    assert_int_equal(e->refs, 2);
    ring_done(&r);
    assert_int_equal(e->refs, 1);
    event_unref(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_push_keeps_the_newest),
        cmocka_unit_test(test_prepend),
        cmocka_unit_test(test_references),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
