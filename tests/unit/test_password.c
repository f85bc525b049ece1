/* test_password.c -- argon2id in and out. */
#include "io/password.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char password[] = "correct horse \xe2\x82\xac";

static void verifies_what_it_hashed(void **state)
{
    char phc[PASSWORD_PHC_BYTES];

    (void)state;
    assert_true(password_hash(password, sizeof password - 1, phc));
    assert_ptr_equal(strstr(phc, "$argon2id$v=19$m=19456,t=2,p=1$"), phc);
    assert_true(strlen(phc) < PASSWORD_PHC_BYTES);
    assert_true(password_verify(phc, password, sizeof password - 1));
    assert_false(password_verify(phc, password, sizeof password - 2));
    assert_false(password_verify(phc, "correct horsf", 13));
    assert_false(password_verify(phc, "", 0));
}

static void salts_differ(void **state)
{
    char a[PASSWORD_PHC_BYTES];
    char b[PASSWORD_PHC_BYTES];

    (void)state;
    assert_true(password_hash(password, sizeof password - 1, a));
    assert_true(password_hash(password, sizeof password - 1, b));
    assert_string_not_equal(a, b);
}

/* A test vector of the reference implementation. */
static void reads_strings_made_elsewhere(void **state)
{
    static const char phc[] = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$"
                              "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    (void)state;
    assert_true(password_verify(phc, "password", 8));
    assert_false(password_verify(phc, "Password", 8));
}

static void broken_strings_fit_nothing(void **state)
{
    static const char *const broken[] = {
        "",
        "password",
        "$argon2id$",
        "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$",
        ("$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$"
         "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"),
        "$2b$12$abcdefghijklmnopqrstuv",
    };

    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        assert_false(password_verify(broken[i], "password", 8));
}

static void overlong_passwords_are_refused(void **state)
{
    char phc[PASSWORD_PHC_BYTES];
    char long_one[PASSWORD_MAX_BYTES + 1];

    (void)state;
    memset(long_one, 'p', sizeof long_one);
    assert_true(password_hash(long_one, PASSWORD_MAX_BYTES, phc));
    assert_true(password_verify(phc, long_one, PASSWORD_MAX_BYTES));
    assert_true(password_hash(long_one, PASSWORD_MAX_BYTES + 1, phc));
    assert_false(password_verify(phc, long_one, PASSWORD_MAX_BYTES + 1));
}

/* The decoy must be well-formed, or it would be refused without the work it is there for. */
static void the_decoy_costs_as_much_and_fits_nothing(void **state)
{
    char phc[PASSWORD_PHC_BYTES];

    (void)state;
    assert_true(password_hash(password, sizeof password - 1, phc));
    assert_int_equal(strlen(password_decoy()), strlen(phc));
    assert_memory_equal(password_decoy(), phc, strlen("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_false(password_verify(password_decoy(), password, sizeof password - 1));
    assert_false(password_verify(password_decoy(), "", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verifies_what_it_hashed),
        cmocka_unit_test(salts_differ),
        cmocka_unit_test(reads_strings_made_elsewhere),
        cmocka_unit_test(broken_strings_fit_nothing),
        cmocka_unit_test(overlong_passwords_are_refused),
        cmocka_unit_test(the_decoy_costs_as_much_and_fits_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
