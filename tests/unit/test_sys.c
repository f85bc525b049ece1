/* test_sys.c -- the memory of `sys`: did an entry after my snapshot touch what I show? */
#include "hub/sys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MEMORY = 8192 };

static int set_up(void **state)
{
    struct sys_log *l = sys_log_new();

    sys_log_restart(l, 100);
    *state = l;
    return 0;
}

static int tear_down(void **state)
{
    sys_log_free(*state);
    return 0;
}

static enum node_touch touched(const struct sys_log *l, int64_t after, int64_t id)
{
    return sys_log_touched(l, after, &id, 1, NULL);
}

static void test_members(void **state)
{
    struct sys_log *l = *state;
    const struct sys_entry *e = sys_log_add(l, 101, "{\"reload\":[\"5\",\"6\"],\"shown\":[\"7\"]}");

    assert_int_equal(e->reload_count, 2);
    assert_int_equal(e->shown_count, 1);
    assert_int_equal(e->touched_count, 3);
    assert_int_equal(e->shown[0], 7);
    (void)sys_log_add(l, 102, "{\"reload\":[\"9\"]}");
    assert_int_equal(touched(l, 100, 5), TOUCH_YES);
    assert_int_equal(touched(l, 100, 6), TOUCH_YES);
    assert_int_equal(touched(l, 100, 7), TOUCH_YES);
    assert_int_equal(touched(l, 100, 8), TOUCH_NO);
    assert_int_equal(touched(l, 101, 5), TOUCH_NO);
    assert_int_equal(touched(l, 101, 9), TOUCH_YES);
    assert_int_equal(touched(l, 102, 9), TOUCH_NO);
    assert_int_equal(
        touched(l, 500, 9), TOUCH_NO); /* a snapshot that is ahead of what is applied here */
    assert_int_equal(sys_log_touched(l, 100, NULL, 0, NULL), TOUCH_NO);
}

static void test_objects(void **state)
{
    struct sys_log *l = *state;

    (void)sys_log_add(l, 101, "{\"object\":\"post:12\"}");
    assert_int_equal(sys_log_touched(l, 100, NULL, 0, "post:12"), TOUCH_YES);
    assert_int_equal(sys_log_touched(l, 100, NULL, 0, "post:1"), TOUCH_NO);
    assert_int_equal(sys_log_touched(l, 100, NULL, 0, "*"), TOUCH_YES);
    assert_int_equal(sys_log_touched(l, 101, NULL, 0, "*"), TOUCH_NO);
    assert_int_equal(touched(l, 100, 12), TOUCH_NO);
}

static void test_revocations(void **state)
{
    struct sys_log *l = *state;

    (void)sys_log_add(l, 101, "{\"revoke\":{\"who\":\"m:5\",\"family\":\"12\"}}");
    (void)sys_log_add(l, 102, "{\"revoke\":{\"who\":\"s:7\"}}");
    assert_int_equal(sys_log_revoked(l, 100, "m:5", 12, "a1"), TOUCH_YES);
    assert_int_equal(sys_log_revoked(l, 100, "m:5", 13, "a1"), TOUCH_NO);
    assert_int_equal(sys_log_revoked(l, 100, "m:6", 12, "a1"), TOUCH_NO);
    assert_int_equal(sys_log_revoked(l, 101, "m:5", 12, "a1"), TOUCH_NO);
    assert_int_equal(sys_log_revoked(l, 101, "s:7", 1, "a1"), TOUCH_YES);
    assert_int_equal(sys_log_revoked(l, 101, "s:7", 0, "a1"), TOUCH_YES);
    assert_int_equal(sys_log_revoked(l, 99, "m:5", 13, "a1"), TOUCH_UNKNOWN);
}

static void test_rights(void **state)
{
    struct sys_log *l = *state;
    const struct sys_entry *e = sys_log_add(l, 101, "{\"rights\":\"s:7\"}");

    assert_string_equal(e->rights_who, "s:7");
    assert_null(e->revoke_who);
    assert_int_equal(sys_log_revoked(l, 100, "s:7", 12, ""), TOUCH_YES);
    assert_int_equal(sys_log_revoked(l, 100, "s:8", 12, ""), TOUCH_NO);
    assert_int_equal(sys_log_revoked(l, 101, "s:7", 12, ""), TOUCH_NO);
}

static void test_ends(void **state)
{
    struct sys_log *l = *state;
    const struct sys_entry *e = sys_log_add(l, 101,
        "{\"ends\":[{\"stream\":\"club:1\",\"member\":\"5\",\"reason\":\"LEFT\"},{\"member\":\"6\"},"
        "{\"stream\":\"club:2\",\"member\":\"7\"}]}");

    assert_int_equal(e->end_count, 2);
    assert_string_equal(e->ends[0].stream, "club:1");
    assert_string_equal(e->ends[0].reason, "LEFT");
    assert_int_equal(e->ends[1].member, 7);
    assert_string_equal(e->ends[1].reason, "ENDED");
}

static void test_everybody(void **state)
{
    struct sys_log *l = *state;

    (void)sys_log_add(l, 101, "{\"all\":true}");
    assert_int_equal(touched(l, 100, 77), TOUCH_YES);
}

/* An entry that cannot be read may have been anything. */
static void test_malformed(void **state)
{
    struct sys_log *l = *state;

    (void)sys_log_add(l, 101, "{\"reload\":");
    assert_int_equal(touched(l, 100, 77), TOUCH_YES);
    (void)sys_log_add(l, 102,
        "{\"reload\":[\"x\",5,null,\"8\"],\"shown\":\"9\",\"ends\":{},\"revoke\":7,\"object\":1}");
    assert_int_equal(touched(l, 101, 8), TOUCH_YES);
    assert_int_equal(touched(l, 101, 9), TOUCH_NO);
    (void)sys_log_add(l, 103, "[]");
    assert_int_equal(touched(l, 102, 8), TOUCH_NO);
}

static void test_memory_ends(void **state)
{
    struct sys_log *l = *state;

    assert_int_equal(touched(l, 99, 5), TOUCH_UNKNOWN);
    assert_int_equal(touched(l, 100, 5), TOUCH_NO);
    for (int64_t seq = 101; seq <= 100 + MEMORY; seq++)
        (void)sys_log_add(l, seq, seq == 101 ? "{\"reload\":[\"5\"]}" : "{}");
    assert_int_equal(touched(l, 100, 5), TOUCH_YES);
    (void)sys_log_add(l, 101 + MEMORY, "{}");
    assert_int_equal(touched(l, 100, 5), TOUCH_UNKNOWN);
    assert_int_equal(touched(l, 101, 5), TOUCH_NO);
    sys_log_restart(l, 20000);
    assert_int_equal(touched(l, 101 + MEMORY, 5), TOUCH_UNKNOWN);
    assert_int_equal(touched(l, 20000, 5), TOUCH_NO);
}

/* A new password ends all sign-ins but the one that set it. */
static void test_all_but_one(void **state)
{
    struct sys_log *l = sys_log_new();
    const struct sys_entry *e;

    (void)state;
    sys_log_restart(l, 0);
    e = sys_log_add(l, 1, "{\"revoke\":{\"who\":\"m:5\",\"keep_family\":\"12\"}}");
    assert_false(sys_entry_revokes(e, "m:5", 12, "a1"));
    assert_true(sys_entry_revokes(e, "m:5", 13, "a1"));
    assert_true(sys_entry_revokes(e, "m:5", 0, "a1"));
    assert_false(sys_entry_revokes(e, "m:6", 13, "a1"));
    e = sys_log_add(l, 2, "{\"revoke\":{\"who\":\"m:5\",\"keep_token\":\"a1\"}}");
    assert_false(sys_entry_revokes(e, "m:5", 0, "a1"));
    assert_true(sys_entry_revokes(e, "m:5", 0, "a2"));
    e = sys_log_add(l, 3, "{\"revoke\":{\"who\":\"m:5\",\"token\":\"a1\"}}");
    assert_true(sys_entry_revokes(e, "m:5", 0, "a1"));
    assert_false(sys_entry_revokes(e, "m:5", 0, "a2"));
    e = sys_log_add(l, 4, "{\"object\":\"post:1\"}");
    assert_false(sys_entry_revokes(e, "m:5", 0, "a1"));
    assert_int_equal(sys_log_revoked(l, 0, "m:5", 12, "zz"), TOUCH_YES); /* by the second */
    assert_int_equal(sys_log_revoked(l, 1, "m:5", 12, "a1"), TOUCH_YES); /* by the third */
    assert_int_equal(sys_log_revoked(l, 3, "m:5", 12, "a1"), TOUCH_NO);
    sys_log_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_members, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_objects, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_revocations, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rights, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_everybody, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_malformed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_memory_ends, set_up, tear_down),
        cmocka_unit_test(test_all_but_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
