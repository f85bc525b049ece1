/* test_words.c -- every error has words in every locale, and locales are found in headers. */
#include "hub/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"

static void test_every_error_in_every_locale(void **state)
{
    static const char *const locales[] = {"nb", "ro", "pt", "he"};

    (void)state;
    for (int e = ERR_LOST + 1; e < ERR_COUNT; e++) {
        const char *english = words_error((enum err)e, "en");

        assert_string_equal(english, err_text((enum err)e));
        for (size_t i = 0; i < sizeof locales / sizeof locales[0]; i++) {
            const char *text = words_error((enum err)e, locales[i]);

            assert_string_not_equal(text, english);
            assert_int_equal(text[strlen(text) - 1], '.');
            assert_int_equal(utf8_scan(text, strlen(text), 1), UTF8_OK);
        }
    }
}

static void test_unknown_locale_is_english(void **state)
{
    (void)state;
    assert_string_equal(words_error(ERR_GONE, "xx"), err_text(ERR_GONE));
    assert_string_equal(words_error(ERR_GONE, NULL), err_text(ERR_GONE));
}

static void test_locale_of_a_header(void **state)
{
    static const char *const cases[][2] = {
        {"nb-NO,nb;q=0.9,en;q=0.5", "nb"},
        {"fr, pt;q=0.7, en;q=0.8", "en"},
        {"fr, pt-BR;q=0.85, en;q=0.8", "pt"},
        {"no", "nb"},
        {"nn-NO", "nb"},
        {"iw", "he"},
        {"HE-il", "he"},
        {"ro_RO", "ro"},
        {"en;q=0, ro;q=0.1", "ro"},
        {"*", "en"},
        {"", "en"},
        {",,;q=,", "en"},
        {"fr", "en"},
        {"norsk", "en"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(words_locale(cases[i][0]), cases[i][1]);
    assert_string_equal(words_locale(NULL), "en");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_error_in_every_locale),
        cmocka_unit_test(test_unknown_locale_is_english),
        cmocka_unit_test(test_locale_of_a_header),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
