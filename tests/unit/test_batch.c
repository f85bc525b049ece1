/* test_batch.c -- batches: the frame's bytes, and the lists the gate and the cutting of holders look at. */
#include "hub/batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hub/frame.h"
#include "hub/gate.h"
#include "hub/hub.h"
#include "io/json.h"
#include "io/loop.h"
#include "support/fake_db.h"
#include "support/fake_node.h"

static const struct gate_purpose purposes[] = {
    {.id = 1,
        .code = "svc.feed",
        .basis = BASIS_CONTRACT,
        .statuses = 1U << STATUS_ACTIVE,
        .blockable = true},
    {.id = 2, .code = "svc.points", .basis = BASIS_CONTRACT, .statuses = 1U << STATUS_ACTIVE},
    {.code = NULL},
};

struct fixture {
    struct hub hub;
    int feed, points;
};

static int set_up(void **state)
{
    static struct fixture f;

    memset(&f, 0, sizeof f);
    fake_node_reset();
    f.hub.loop = loop_new();
    f.hub.db = fake_db_new();
    f.hub.purposes = purposes;
    f.hub.gate = gate_new(&f.hub);
    f.feed = gate_key(f.hub.gate, "svc.feed", 0, NULL, "club:1");
    f.points = gate_key(f.hub.gate, "svc.points", 0, NULL, "me:5");
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    fake_db_free(f->hub.db);
    gate_free(f->hub.gate);
    loop_run_once(f->hub.loop);
    loop_free(f->hub.loop);
    return 0;
}

/* The text of the frame, after its header, parsed. */
static struct json *parse_frame(const struct batch *b)
{
    const uint8_t *bytes = (const uint8_t *)b->bytes;
    size_t header_bytes = 2, payload_bytes = bytes[1];
    struct json *j = NULL;

    assert_int_equal(bytes[0], 0x81);
    if (payload_bytes >= 126) {
        size_t wide = payload_bytes == 126 ? 2 : 8;

        payload_bytes = 0;
        for (size_t i = 0; i < wide; i++)
            payload_bytes = payload_bytes << 8 | bytes[2 + i];
        header_bytes += wide;
    }
    assert_int_equal(header_bytes + payload_bytes, b->length_bytes);
    assert_int_equal(json_parse(b->bytes + header_bytes, payload_bytes, &j, NULL), ERR_OK);
    return j;
}

/* A rendered event: seq tells them apart; the text is padded to pad_bytes. */
static void add(struct batch_maker *m, struct event *e, struct fragment *g, size_t pad_bytes)
{
    static char bytes[100000];
    int n = snprintf(bytes, sizeof bytes,
        "{\"jsonrpc\":\"2.0\",\"method\":\"event\",\"params\":{\"seq\":%lld,\"pad\":\"%0*d\"}}",
        (long long)e->seq, (int)pad_bytes, 0);

    g->bytes = bytes;
    g->length_bytes = (uint32_t)n;
    batch_add(m, e, g);
}

static int64_t seq_of(const struct json *message)
{
    int64_t seq = 0;

    assert_string_equal(json_text(json_member(message, "method")), "event");
    assert_true(json_integer(json_member(json_member(message, "params"), "seq"), &seq));
    return seq;
}

static void test_one_message_is_no_list(void **state)
{
    struct fixture *f = *state;
    struct batch_maker *m = batch_begin(&f->hub, "club:1", 7);
    struct event e = {.seq = 7, .gate_key = f->feed};
    struct fragment g = {0};

    add(m, &e, &g, 1);
    struct batch *b = batch_end(m, 7);
    struct json *j = parse_frame(b);

    assert_int_equal(seq_of(j), 7);
    assert_int_equal(b->events, 1);
    assert_int_equal(b->from, 7);
    assert_int_equal(b->to, 7);
    json_free(j);
    batch_unref(b);
}

static void test_skips_keep_the_order(void **state)
{
    struct fixture *f = *state;
    struct batch_maker *m = batch_begin(&f->hub, "me", 1);
    struct event e = {.seq = 3, .gate_key = f->points};
    struct fragment g = {0};
    int64_t from = 0, to = 0;

    batch_skip(m, 1, 2);
    add(m, &e, &g, 1);
    batch_skip(m, 4, 9);
    struct batch *b = batch_end(m, 9);
    struct json *j = parse_frame(b);
    const struct json *first = json_first(j), *last = json_next(json_next(first));

    assert_int_equal(json_count(j), 3);
    assert_string_equal(json_text(json_member(first, "method")), "stream.skip");
    assert_string_equal(json_text(json_member(json_member(first, "params"), "stream")), "me");
    assert_int_equal(seq_of(json_next(first)), 3);
    assert_true(json_integer(json_member(json_member(last, "params"), "from"), &from));
    assert_true(json_integer(json_member(json_member(last, "params"), "to"), &to));
    assert_int_equal(from, 4);
    assert_int_equal(to, 9);
    assert_int_equal(b->skipped, 8);
    assert_int_equal(b->events, 1);
    json_free(j);
    batch_unref(b);
}

/* The three widths of a frame's length. */
static void test_lengths(void **state)
{
    static const size_t pads[] = {1, 20, 50, 65, 200, 65400, 65480, 65550, 90000};
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof pads / sizeof pads[0]; i++) {
        for (int count = 1; count <= 2; count++) {
            struct batch_maker *m = batch_begin(&f->hub, "club:1", 1);
            struct event e = {.gate_key = f->feed};
            struct fragment g = {0};

            for (e.seq = 1; e.seq <= count; e.seq++)
                add(m, &e, &g, pads[i]);
            struct batch *b = batch_end(m, count);
            struct json *j = parse_frame(b);

            assert_int_equal(json_type_of(j) == JSON_LIST, count > 1);
            json_free(j);
            batch_unref(b);
        }
    }
}

static void test_as_list(void **state)
{
    struct fixture *f = *state;
    struct batch_maker *m = batch_begin(&f->hub, "club:1", 1);
    struct event e = {.gate_key = f->feed};
    struct fragment g = {0};
    struct json *j = NULL;

    for (e.seq = 1; e.seq <= 3; e.seq++) {
        if (e.seq == 2)
            batch_skip(m, 2, 2);
        else
            add(m, &e, &g, 1);
    }
    struct batch *b = batch_end_as_list(m, 3);

    assert_int_equal(json_parse(b->bytes, b->length_bytes, &j, NULL), ERR_OK);
    assert_int_equal(json_count(j), 2);
    json_free(j);
    batch_unref(b);

    b = batch_end_as_list(batch_begin(&f->hub, "club:1", 1), 0);
    assert_int_equal(b->length_bytes, 2);
    assert_memory_equal(b->bytes, "[]", 2);
    batch_unref(b);
}

static void test_lists_of_the_gate(void **state)
{
    struct fixture *f = *state;
    struct batch_maker *m = batch_begin(&f->hub, "club:1", 1);
    int64_t seven[] = {7}, eight_nine[] = {8, 9}, ten[] = {10};
    struct fragment common = {.redacted = true, .subjects = seven, .subject_count = 1};
    struct fragment plain = {.subjects = eight_nine, .subject_count = 2};
    struct event a = {.seq = 1, .gate_key = f->feed, .actor = 7, .object = (char *)"post:1"};
    struct event b = {.seq = 2, .gate_key = f->points, .actor = 8, .object = (char *)"post:1"};
    struct event c = {.seq = 3, .gate_key = f->feed, .actor = 7, .object = (char *)"post:2"};
    struct event hidden = {.seq = 4, .gate_key = f->feed, .subjects = ten, .subject_count = 1};

    add(m, &a, &common, 1);
    add(m, &b, &plain, 1);
    add(m, &c, &common, 1);
    batch_withhold(m, &hidden);
    batch_skip(m, 4, 4);
    struct batch *made = batch_end(m, 4);

    assert_int_equal(made->key_count, 2);
    assert_int_equal(made->keys[0], f->feed);
    assert_int_equal(made->keys[1], f->points);
    assert_int_equal(made->actor_count, 1); /* a block does not reach points */
    assert_int_equal(made->actors[0], 7);
    assert_int_equal(made->subject_count, 3);
    assert_int_equal(made->own_count, 2); /* whom it tells less about themselves */
    assert_int_equal(made->own[0], 7);
    assert_int_equal(made->own[1], 10);
    assert_int_equal(made->object_count, 2);
    assert_true(batch_shows(made, (int64_t[]){1, 9}, 2, NULL));
    assert_false(batch_shows(made, (int64_t[]){1, 10}, 2, "post:3"));
    assert_true(batch_shows(made, NULL, 0, "post:2"));
    made->any_object = true;
    assert_true(batch_shows(made, NULL, 0, "post:3"));
    assert_false(batch_shows(made, NULL, 0, NULL));
    batch_unref(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one_message_is_no_list, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_skips_keep_the_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lengths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_as_list, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lists_of_the_gate, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
