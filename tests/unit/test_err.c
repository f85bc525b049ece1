/* test_err.c -- the error list is complete, unique and mapped both ways. */
#include "base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void every_row_is_filled(void **state)
{
    (void)state;
    for (int e = ERR_LOST + 1; e < ERR_COUNT; e++) {
        const char *text = err_text((enum err)e);
        int code = err_code((enum err)e);
        size_t state_length = strlen(err_sqlstate((enum err)e));

        assert_true(strlen(err_reason((enum err)e)) > 0);
        assert_int_equal(text[strlen(text) - 1], '.');
        assert_true((code >= 1000 && code < 2000) || (code <= -32600 && code >= -32700));
        assert_true(state_length == 0 || state_length == 5);
        assert_int_equal(err_may_retry((enum err)e), err_retry_ms((enum err)e) >= 0);
    }
}

static void reasons_codes_and_states_are_unique(void **state)
{
    (void)state;
    for (int a = ERR_LOST + 1; a < ERR_COUNT; a++) {
        for (int b = a + 1; b < ERR_COUNT; b++) {
            const char *sqlstate = err_sqlstate((enum err)a);

            assert_string_not_equal(err_reason((enum err)a), err_reason((enum err)b));
            assert_int_not_equal(err_code((enum err)a), err_code((enum err)b));
            if (sqlstate[0] != '\0')
                assert_string_not_equal(sqlstate, err_sqlstate((enum err)b));
        }
    }
}

static void sqlstates_map_back(void **state)
{
    (void)state;
    for (int e = ERR_LOST + 1; e < ERR_COUNT; e++) {
        const char *sqlstate = err_sqlstate((enum err)e);

        if (sqlstate[0] != '\0')
            assert_int_equal(err_from_sqlstate(sqlstate), e);
    }
}

static void unknown_states_are_internal(void **state)
{
    (void)state;
    assert_int_equal(err_from_sqlstate("23505"), ERR_INTERNAL);
    assert_int_equal(err_from_sqlstate("ZC999"), ERR_INTERNAL);
    assert_int_equal(err_from_sqlstate(""), ERR_INTERNAL);
    assert_int_equal(err_from_sqlstate(NULL), ERR_INTERNAL);
}

static void rows_that_clients_rely_on(void **state)
{
    (void)state;
    assert_int_equal(err_code(ERR_PARSE), -32700);
    assert_int_equal(err_code(ERR_UNAUTHENTICATED), 1000);
    assert_string_equal(err_reason(ERR_NOT_FOUND), "NOT_FOUND");
    assert_string_equal(err_sqlstate(ERR_NOT_FOUND), "ZC002");
    assert_int_equal(err_from_sqlstate("57014"), ERR_TIMEOUT);
    assert_int_equal(err_from_sqlstate("55P03"), ERR_BUSY);
    assert_false(err_may_retry(ERR_FORBIDDEN));
    assert_true(err_may_retry(ERR_UNAVAILABLE));
    assert_int_equal(err_retry_ms(ERR_FORBIDDEN), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_filled),
        cmocka_unit_test(reasons_codes_and_states_are_unique),
        cmocka_unit_test(sqlstates_map_back),
        cmocka_unit_test(unknown_states_are_internal),
        cmocka_unit_test(rows_that_clients_rely_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
