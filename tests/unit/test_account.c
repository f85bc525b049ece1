/* test_account.c -- which passwords are refused. */
#include "club/account.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void check(const char *password, const char *problem)
{
    const char *found = account_password_problem(password, "Anna.Berg@example.org", "anna_of_oslo");

    if (problem == NULL ? found != NULL : found == NULL || strcmp(found, problem) != 0)
        fail_msg("%s: %s", password, found != NULL ? found : "fine");
}

static void test_names_are_no_passwords(void **state)
{
    (void)state;
    check("anna.berg@example.org", "is the e-mail address");
    check("ANNA.BERG@EXAMPLE.ORG", "is the e-mail address");
    check("anna.berg", "is the e-mail address");
    check("Anna_of_Oslo", "is the handle");
    check("anna.berg@example.org!", NULL);
    check("anna_of_oslo_and_bergen", NULL);
    assert_null(account_password_problem("anna_of_oslo", NULL, NULL));
    assert_null(account_password_problem("six hungry walruses", "@", ""));
}

static void test_the_commonest_are_refused(void **state)
{
    (void)state;
    check("1234567890", "is one of the commonest");
    check("QwertyUiop", "is one of the commonest");
    check("password123", "is one of the commonest");
    check("aaaaaaaaaaaaaaaaaa", "is one of the commonest");
    check("1234567890 and so on", NULL);
    check("six hungry walruses", NULL);
}

/* 128 code points of four bytes are hashed and compared whole. */
static void test_the_longest_is_kept_whole(void **state)
{
    struct account_password p = {.text = NULL};
    struct account_check check = {.phc = p.phc};
    char text[ACCOUNT_PASSWORD_MAX * 4 + 1] = "";

    (void)state;
    account_password_hash(&p);
    assert_false(p.is_hashed); /* none, nothing to hash */
    for (int i = 0; i < ACCOUNT_PASSWORD_MAX; i++)
        memcpy(text + 4 * i, "\xf0\x9f\x8f\x94", 5);
    p.text = text;
    account_password_hash(&p);
    assert_true(p.is_hashed);
    check.password = text;
    account_compare(&check);
    assert_true(check.matches);
    text[sizeof text - 5] = '\0';
    account_compare(&check);
    assert_false(check.matches);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_are_no_passwords),
        cmocka_unit_test(test_the_commonest_are_refused),
        cmocka_unit_test(test_the_longest_is_kept_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
