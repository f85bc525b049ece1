/* test_methods_prepare.c -- every statement of the method table against a migrated database (DATABASE_URL, as
 * club_server): the count of parameters and their types; and those of the steps, which no row names.
 */
#include "check_methods.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/db.h"

enum { TYPES_MAX = 14, MESSAGE_BYTES = 512 };

static int set_up(void **state)
{
    const char *url = getenv("DATABASE_URL");
    char message[MESSAGE_BYTES];
    struct db_sync *db;

    if (url == NULL) {
        print_error("DATABASE_URL is not set\n");
        return -1;
    }
    if (db_sync_open(url, &db, message, sizeof message) != ERR_OK) {
        print_error("%s\n", message);
        return -1;
    }
    *state = db;
    return 0;
}

static int tear_down(void **state)
{
    db_sync_close(*state);
    return 0;
}

static void test_rows(void **state)
{
    char message[CHECK_METHODS_MESSAGE_BYTES] = "";

    if (check_methods(*state, message) != 0)
        fail_msg("%s", message);
}

/* Statements of club/account.c, club/admin.c, club/approval.c, club/session.c, hub/auth.c and hub/endpoint.c. */
static const struct {
    const char *sql;
    const char *types[TYPES_MAX];
} statements[] = {
    {"select * from api.account_look($1, $2)", {"text", "text"}},
    {"select * from api.account_sign_in($1, $2, $3, $4, $5)",
        {"text", "boolean", "bytea", "text", "text"}},
    {"select * from api.account_refresh($1, $2)", {"bytea", "bytea"}},
    {"select * from api.account_logout($1, $2, $3, $4, $5)",
        {"text", "bigint", "bytea", "text", "bigint"}},
    {"select * from api.session_ticket($1, $2, $3, $4, $5, $6)",
        {"text", "bytea", "bigint", "text", "bigint", "bigint"}},
    {"select idx, who, family, token_id, expires_s, auth_time_s from api.session_ticket_take($1)",
        {"text[]"}},
    {"select * from api.account_phc($1)", {"text"}},
    {"select * from api.step_up_note($1, $2)", {"text", "boolean"}},
    {"select * from api.approval_list($1, $2, $3, $4)", {"text", "bigint", "text", "text[]"}},
    {"select * from api.approval_decide($1, $2, $3, $4, $5, $6)",
        {"text", "text", "bytea", "bigint", "boolean", "text[]"}},
    {"select * from api.admin_staff_set($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        {"text", "text", "bytea", "bigint", "text", "jsonb", "jsonb", "boolean", "text", "text"}},
    {"select idx, sqlstate, who, roles, locale, reply, sys_seq from api.session_open($1, $2, $3, $4, $5)",
        {"text[]", "bigint[]", "text[]", "text[]", "text[]"}},
    {"select * from api.account_reset_start($1, $2)", {"text", "text"}},
    {"select * from api.account_reset_confirm($1, $2, $3, $4)", {"text", "text", "text", "text"}},
    {"select * from api.account_words($1)", {"text"}},
    {"select * from api.account_password($1, $2, $3, $4)", {"text", "text", "bigint", "text"}},
    {"select * from api.account_email_change($1, $2, $3)", {"text", "text", "text"}},
    {"select * from api.join_start($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        {"bigint", "text", "text", "text", "text", "text", "text", "bigint", "jsonb", "text",
            "text", "text"}},
    {"select * from api.join_verify($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        {"bigint", "text", "integer", "integer", "text", "text", "text", "bytea", "text", "text"}},
    {"select migrations, api from api.schema_state()", {NULL}},
};

static void test_steps(void **state)
{
    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
        const char *found[TYPES_MAX];
        char message[MESSAGE_BYTES];
        int expected = 0;
        int count =
            db_sync_describe(*state, statements[i].sql, found, TYPES_MAX, message, sizeof message);

        while (statements[i].types[expected] != NULL)
            expected++;
        if (count < 0)
            fail_msg("%s: %s", statements[i].sql, message);
        assert_int_equal(count, expected);
        for (int n = 0; n < count; n++)
            assert_string_equal(found[n], statements[i].types[n]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_steps),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
