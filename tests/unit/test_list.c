/* test_list.c -- order, count, removal during a walk. */
#include "base/list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { ITEMS = 6 };

struct item {
    int number;
    struct list_node node;
};

static struct item items[ITEMS];
static struct list list;

static int fill(void **state)
{
    (void)state;
    list_init(&list);
    for (int i = 0; i < ITEMS; i++) {
        items[i].number = i;
        list_node_init(&items[i].node);
        list_append(&list, &items[i].node);
    }
    return 0;
}

static void keeps_the_order_of_appending(void **state)
{
    int expected = 0;

    (void)state;
    LIST_EACH(&list, n)
    {
        assert_int_equal(LIST_ITEM(n, struct item, node)->number, expected);
        expected++;
    }
    assert_int_equal(expected, ITEMS);
    assert_int_equal(list.count, ITEMS);
}

static void removal_during_a_walk(void **state)
{
    int left = 0;

    (void)state;
    LIST_EACH_SAFE(&list, n, after)
    {
        if (LIST_ITEM(n, struct item, node)->number % 2 == 0)
            list_remove(&list, n);
    }
    assert_int_equal(list.count, ITEMS / 2);
    LIST_EACH(&list, n)
    {
        assert_int_equal(LIST_ITEM(n, struct item, node)->number, 2 * left + 1);
        left++;
    }
    assert_int_equal(left, ITEMS / 2);
    assert_false(list_is_linked(&items[0].node));
    assert_true(list_is_linked(&items[1].node));
}

static void a_removed_node_can_be_appended_again(void **state)
{
    (void)state;
    list_remove(&list, &items[0].node);
    list_append(&list, &items[0].node);
    assert_ptr_equal(list_first(&list), &items[1].node);
    assert_ptr_equal(list.head.prev, &items[0].node);
    assert_int_equal(list.count, ITEMS);
}

static void shift_empties_in_order(void **state)
{
    (void)state;
    for (int i = 0; i < ITEMS; i++) {
        struct list_node *n = list_shift(&list);

        assert_ptr_equal(n, &items[i].node);
        assert_false(list_is_linked(n));
    }
    assert_null(list_shift(&list));
    assert_null(list_first(&list));
    assert_int_equal(list.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(keeps_the_order_of_appending, fill),
        cmocka_unit_test_setup(removal_during_a_walk, fill),
        cmocka_unit_test_setup(a_removed_node_can_be_appended_again, fill),
        cmocka_unit_test_setup(shift_empties_in_order, fill),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
