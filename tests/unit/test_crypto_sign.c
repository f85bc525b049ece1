/* test_crypto_sign.c -- the operator's signature.  The key is that of RFC 8032 7.1 and RFC 8037 appendix A. */
#include "io/crypto_sign.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "io/crypto.h"
#include "base/mem.h"

enum { T0 = 1800000000 };

#define KEY                                                              \
    "-----BEGIN PRIVATE KEY-----\n"                                      \
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n" \
    "-----END PRIVATE KEY-----\n"
#define PUBLIC_KEY \
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n"
#define EARLIER \
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAm+rVbh6Uytw2No939RhbqINWcmTzr7L1mX2UVa2NY4E=\n-----END PUBLIC KEY-----\n"
#define KID "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"

static const char claims[] = "{\"sub\":\"m:5\",\"iss\":\"i\",\"aud\":\"a\",\"exp\":1800000900}";

static struct crypto_signer *signer_of(const char *pem)
{
    struct crypto_signer *s = NULL;

    assert_int_equal(crypto_signer_read(pem, strlen(pem), &s), ERR_OK);
    return s;
}

static void refuses(const char *pem)
{
    struct crypto_signer *s = NULL;

    assert_int_equal(crypto_signer_read(pem, strlen(pem), &s), ERR_INVALID_PARAMS);
    assert_null(s);
}

/* Another implementation's verification, of tokens, takes it for a signature of this key. */
static enum err verify(const char *jws, const char *public_key)
{
    const struct crypto_rules rules = {.issuer = "i", .audience = "a"};
    struct crypto_keys *keys = crypto_keys_new();
    struct crypto_claims out;
    enum err e = crypto_keys_add(keys, KID, CRYPTO_EDDSA, public_key, strlen(public_key));

    assert_int_equal(e, ERR_OK);
    e = crypto_token_verify(keys, jws, &rules, (struct wall_ms){(int64_t)T0 * 1000}, &out);
    crypto_keys_free(keys);
    return e;
}

static void test_known_key(void **state)
{
    struct crypto_signer *s = signer_of(KEY);

    (void)state;
    assert_string_equal(crypto_signer_kid(s), KID);
    assert_string_equal(crypto_signer_jwks(s),
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"EdDSA\",\"use\":\"sig\",\"kid\":\"" KID
        "\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}\n");
    crypto_signer_free(s);
}

static void test_signature(void **state)
{
    struct crypto_signer *s = signer_of(KEY);
    size_t bytes = crypto_signer_jws_bytes(s, sizeof claims - 1);
    char *jws = mem_alloc(bytes);

    (void)state;
    crypto_signer_jws(s, claims, sizeof claims - 1, jws);
    assert_int_equal(strlen(jws) + 1, bytes);
    assert_int_equal(verify(jws, PUBLIC_KEY), ERR_OK);
    assert_int_equal(verify(jws, EARLIER), ERR_UNAUTHENTICATED);
    jws[bytes - 10] ^= 1;
    assert_int_equal(verify(jws, PUBLIC_KEY), ERR_UNAUTHENTICATED);
    mem_free(jws);
    crypto_signer_free(s);
}

static void test_earlier_keys(void **state)
{
    struct crypto_signer *s = signer_of(KEY EARLIER PUBLIC_KEY);
    const char *p = crypto_signer_jwks(s);
    int count = 0;

    (void)state;
    assert_string_equal(crypto_signer_kid(s), KID);
    for (; (p = strstr(p, "\"kid\"")) != NULL; p++)
        count++;
    assert_int_equal(count, 3);
    crypto_signer_free(s);
}

static void test_wrong_files(void **state)
{
    static const char ec[] = "-----BEGIN PRIVATE KEY-----\n"
                             "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg4ZCiH6ajvP9JhaJd\n"
                             "iSkxoppncWFGJRtFuWyGzXli6MihRANCAATSFf/LtmnlYsCmfzLQzQWN9CyRLZ0e\n"
                             "5x/PiNkpcUsaJVDA3BhHwGLNTV12dIgdfIpXvtKmoYXbxWnWlucpD8O4\n"
                             "-----END PRIVATE KEY-----\n";

    (void)state;
    refuses("");
    refuses("not PEM at all");
    refuses(PUBLIC_KEY);
    refuses(ec);
    refuses(KEY EARLIER EARLIER EARLIER EARLIER EARLIER EARLIER EARLIER EARLIER);
}

static void test_derived(void **state)
{
    struct crypto_signer *a = crypto_signer_derive("secret", 6),
                         *b = crypto_signer_derive("secret", 6),
                         *c = crypto_signer_derive("other", 5);

    (void)state;
    assert_string_equal(crypto_signer_jwks(a), crypto_signer_jwks(b));
    assert_string_not_equal(crypto_signer_kid(a), crypto_signer_kid(c));
    crypto_signer_free(a);
    crypto_signer_free(b);
    crypto_signer_free(c);
    crypto_signer_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_key),
        cmocka_unit_test(test_signature),
        cmocka_unit_test(test_earlier_keys),
        cmocka_unit_test(test_wrong_files),
        cmocka_unit_test(test_derived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
