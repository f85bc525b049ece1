/* test_issuers.c -- outside identity providers: the file that names them, their keys, and changes of both. */
#include "hub/issuers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/loop.h"
#include "jose.h"
#include "scratch.h"

enum { BYTES = 8192, PATH_BYTES = SCRATCH_PATH_BYTES };

static char path[PATH_BYTES];
static struct jose_key *first, *second;

static int make_keys(void **state)
{
    (void)state;
    first = jose_key_new(JOSE_P256);
    second = jose_key_new(JOSE_ED25519);
    (void)scratch_make();
    snprintf(path, sizeof path, "%s", scratch_path("issuers.json"));
    return 0;
}

static int drop_keys(void **state)
{
    (void)state;
    jose_key_free(first);
    jose_key_free(second);
    scratch_remove();
    return 0;
}

#define A "{\"issuer\":\"https://a.example\",\"audience\":\"hub\",\"jwks_file\":\"a.jwks\"}"
#define B "{\"issuer\":\"https://b.example\",\"audience\":\"club\",\"jwks_file\":\"b.jwks\"}"

static struct issuers *open_both(void)
{
    struct issuers *s = NULL;
    char message[ISSUERS_MESSAGE_BYTES] = "";

    scratch_write("issuers.json", "{\"issuers\":[" A "," B "]}");
    scratch_write("a.jwks", jose_set(jose_jwk(first, "1", "")));
    scratch_write("b.jwks", jose_set(jose_jwk(second, "1", "")));
    if (issuers_open(path, "clubhub", &s, message) != ERR_OK)
        fail_msg("%s", message);
    return s;
}

/* A token with kid 1 for the next minute. */
static const char *token_of(
    const struct jose_key *k, const char *alg, const char *iss, const char *aud)
{
    char header[80], payload[300];

    snprintf(header, sizeof header, "{\"alg\":\"%s\",\"kid\":\"1\"}", alg);
    snprintf(payload, sizeof payload,
        "{\"iss\":\"%s\",\"aud\":\"%s\",\"sub\":\"m:5\",\"sid\":\"77\",\"exp\":%lld}", iss, aud,
        (long long)(clock_wall().ms / 1000 + 60));
    return jose_token(k, header, payload);
}

static enum err verify(const struct issuers *s, const char *token)
{
    struct crypto_claims claims;
    const char *issuer = NULL;

    return issuers_verify(s, token, 5, &claims, &issuer);
}

static void each_issuer_has_its_own_keys(void **state)
{
    struct issuers *s = open_both();
    struct crypto_claims claims;
    const char *issuer = NULL;

    (void)state;
    assert_int_equal(issuers_verify(s, token_of(first, "ES256", "https://a.example", "hub"), 5,
                         &claims, &issuer),
        ERR_OK);
    assert_string_equal(issuer, "https://a.example");
    assert_string_equal(claims.sub, "m:5");
    assert_int_equal(claims.session_family, 0); /* not one of ours */
    assert_int_equal(issuers_verify(s, token_of(second, "EdDSA", "https://b.example", "club"), 5,
                         &claims, &issuer),
        ERR_OK);
    assert_string_equal(issuer, "https://b.example");
    /* one does not speak for the other, nor for the built-in one */
    assert_int_equal(
        verify(s, token_of(first, "ES256", "https://b.example", "club")), ERR_UNAUTHENTICATED);
    assert_int_equal(
        verify(s, token_of(second, "EdDSA", "https://a.example", "hub")), ERR_UNAUTHENTICATED);
    assert_int_equal(verify(s, token_of(first, "ES256", "clubhub", "hub")), ERR_UNAUTHENTICATED);
    assert_int_equal(
        verify(s, token_of(first, "ES256", "https://a.example", "club")), ERR_UNAUTHENTICATED);
    assert_int_equal(verify(s, "nonsense"), ERR_UNAUTHENTICATED);
    issuers_free(s);
}

static void a_key_that_is_gone_signs_nobody_in(void **state)
{
    struct issuers *s = open_both();
    const char *token = token_of(first, "ES256", "https://a.example", "hub");

    (void)state;
    assert_int_equal(verify(s, token), ERR_OK);
    scratch_write("a.jwks", jose_set(jose_jwk(first, "2", "")));
    assert_int_equal(verify(s, token), ERR_OK); /* nobody has looked */
    issuers_look(s);
    assert_int_equal(verify(s, token), ERR_UNAUTHENTICATED);
    scratch_write("a.jwks", jose_set(jose_jwk(first, "1", "")));
    issuers_look(s);
    assert_int_equal(verify(s, token), ERR_OK);
    scratch_write("a.jwks", jose_set(""));
    issuers_look(s);
    assert_int_equal(verify(s, token), ERR_UNAUTHENTICATED);
    issuers_free(s);
}

static void an_issuer_that_is_gone_signs_nobody_in(void **state)
{
    struct issuers *s = open_both();
    const char *token = token_of(second, "EdDSA", "https://b.example", "club");

    (void)state;
    assert_int_equal(verify(s, token), ERR_OK);
    scratch_write("issuers.json", "{\"issuers\":[" A "]}");
    issuers_look(s);
    assert_int_equal(verify(s, token), ERR_UNAUTHENTICATED);
    scratch_write("issuers.json", "{\"issuers\":[" B "]}");
    issuers_look(s);
    assert_int_equal(verify(s, token), ERR_OK);
    scratch_write("b.jwks", jose_set("")); /* its key set is watched too */
    issuers_look(s);
    assert_int_equal(verify(s, token), ERR_UNAUTHENTICATED);
    issuers_free(s);
}

static void a_broken_file_changes_nothing(void **state)
{
    struct issuers *s = open_both();
    char twice[BYTES];
    const char *token = token_of(first, "ES256", "https://a.example", "hub");

    (void)state;
    snprintf(twice, sizeof twice, "%s,%s", jose_jwk(second, "1", ""), jose_jwk(second, "1", ""));
    scratch_write("a.jwks", "{\"keys\":");
    issuers_look(s);
    assert_int_equal(verify(s, token), ERR_OK);
    scratch_write("a.jwks", jose_set(twice));
    issuers_look(s);
    assert_int_equal(verify(s, token), ERR_OK);
    scratch_write("issuers.json", "");
    issuers_look(s);
    assert_int_equal(verify(s, token), ERR_OK);
    issuers_free(s);
}

static void it_looks_by_itself(void **state)
{
    struct issuers *s = open_both();
    struct loop *loop = loop_new();
    const char *token = token_of(first, "ES256", "https://a.example", "hub");

    (void)state;
    issuers_watch(s, loop);
    scratch_write("a.jwks", jose_set(""));
    while (verify(s, token) == ERR_OK)
        loop_run_once(loop);
    issuers_free(s);
    loop_free(loop);
}

static void one_that_was_expected_comes(void **state)
{
    struct issuers *s = open_both();
    const char *token = token_of(first, "ES256", "https://a.example", "hub");

    (void)state;
    issuers_free(s);
    s = issuers_expect(path, "clubhub");
    assert_int_equal(verify(s, token), ERR_UNAUTHENTICATED);
    issuers_look(s);
    assert_int_equal(verify(s, token), ERR_OK);
    issuers_free(s);
}

static void what_is_refused(void **state)
{
    static const struct {
        const char *file, *text, *says;
    } rows[] = {
        {"issuers.json", "", "empty"},
        {"issuers.json", "[]", "issuers"},
        {"issuers.json", "{\"issuers\":5}", "issuers"},
        {"issuers.json", "{\"issuers\":[],\"more\":1}", "issuers"},
        {"issuers.json", "{\"issuers\":[{\"issuer\":\"x\",\"audience\":\"hub\"}]}", "jwks_file"},
        {"issuers.json",
            "{\"issuers\":[{\"issuer\":\"\",\"audience\":\"hub\",\"jwks_file\":\"a.jwks\"}]}",
            "jwks_file"},
        {"issuers.json",
            "{\"issuers\":[{\"issuer\":\"clubhub\",\"audience\":\"hub\",\"jwks_file\":\"a.jwks\"}]}",
            "token_issuer"},
        {"issuers.json", "{\"issuers\":[" A "," A "]}", "twice"},
        {"issuers.json",
            "{\"issuers\":[{\"issuer\":\"x\",\"audience\":\"hub\",\"jwks_file\":\"none\"}]}",
            "No such file"},
        {"a.jwks", "{}", "Key Set"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct issuers *s = open_both();
        char message[ISSUERS_MESSAGE_BYTES] = "";

        issuers_free(s);
        s = NULL;
        scratch_write(rows[i].file, rows[i].text);
        assert_int_equal(issuers_open(path, "clubhub", &s, message), ERR_INVALID_PARAMS);
        assert_null(s);
        if (strstr(message, rows[i].says) == NULL)
            fail_msg("%s: %s", rows[i].text, message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_issuer_has_its_own_keys),
        cmocka_unit_test(a_key_that_is_gone_signs_nobody_in),
        cmocka_unit_test(an_issuer_that_is_gone_signs_nobody_in),
        cmocka_unit_test(a_broken_file_changes_nothing),
        cmocka_unit_test(it_looks_by_itself),
        cmocka_unit_test(one_that_was_expected_comes),
        cmocka_unit_test(what_is_refused),
    };

    return cmocka_run_group_tests(tests, make_keys, drop_keys);
}
