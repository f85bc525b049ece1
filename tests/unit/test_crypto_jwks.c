/* test_crypto_jwks.c -- key sets of identity providers, and what an attacker makes of them.  Every key is made here. */
#include "io/crypto.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "jose.h"

enum { T0 = 1800000000, BYTES = 16384 };

static const struct crypto_rules rules = {"https://id.example", "clubhub", 5};
static const struct wall_ms now = {(int64_t)T0 * 1000};

#define PAYLOAD                                                                               \
    "{\"iss\":\"https://id.example\",\"aud\":\"clubhub\",\"sub\":\"auth0|41\",\"jti\":\"a\"," \
    "\"iat\":1800000000,\"exp\":1800000900}"

static struct jose_key *rsa, *rsa_1024, *p256, *p384, *ed;
static struct crypto_keys *keys;

static int make_keys(void **state)
{
    (void)state;
    rsa = jose_key_new(JOSE_RSA);
    rsa_1024 = jose_key_new(JOSE_RSA_1024);
    p256 = jose_key_new(JOSE_P256);
    p384 = jose_key_new(JOSE_P384);
    ed = jose_key_new(JOSE_ED25519);
    return 0;
}

static int drop_keys(void **state)
{
    (void)state;
    jose_key_free(rsa);
    jose_key_free(rsa_1024);
    jose_key_free(p256);
    jose_key_free(p384);
    jose_key_free(ed);
    return 0;
}

/* "0123…", 32 bytes */
#define SECRET "0123456789abcdef0123456789abcdef"
#define OCT                                               \
    "{\"kty\":\"oct\",\"kid\":\"mac\",\"alg\":\"HS256\"," \
    "\"k\":\"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY\"}"

static enum err add(const char *set, int *out_left_out)
{
    return crypto_jwks_add(keys, set, strlen(set), out_left_out);
}

static int open_keys(void **state)
{
    char list[BYTES];
    int left_out = -1;

    (void)state;
    keys = crypto_keys_new();
    snprintf(list, sizeof list, "%s,%s,%s,%s", jose_jwk(rsa, "rsa", "\"alg\":\"RS256\""),
        jose_jwk(p256, "ec", "\"use\":\"sig\""), jose_jwk(ed, "ed", ""), OCT);
    assert_int_equal(add(jose_set(list), &left_out), ERR_OK);
    assert_int_equal(left_out, 0);
    assert_int_equal(crypto_keys_count(keys), 4);
    return 0;
}

static int open_none(void **state)
{
    (void)state;
    keys = crypto_keys_new();
    return 0;
}

static int close_keys(void **state)
{
    (void)state;
    crypto_keys_free(keys);
    keys = NULL;
    return 0;
}

static enum err verify(const char *token, struct crypto_claims *out)
{
    return crypto_token_verify(keys, token, &rules, now, out);
}

static void check_refused(const char *token)
{
    struct crypto_claims claims = {.session_family = 99};

    if (verify(token, &claims) == ERR_OK)
        fail_msg("accepted: %s", token);
    assert_int_equal(claims.session_family, 99); /* untouched */
}

static void check_taken(const char *token)
{
    struct crypto_claims claims;

    if (verify(token, &claims) != ERR_OK)
        fail_msg("refused: %s", token);
    assert_string_equal(claims.sub, "auth0|41");
}

/* --- signatures -------------------------------------------------------------------------------- */

static void each_algorithm_is_taken(void **state)
{
    (void)state;
    check_taken(jose_token(rsa, "{\"alg\":\"RS256\",\"kid\":\"rsa\"}", PAYLOAD));
    check_taken(jose_token(p256, "{\"alg\":\"ES256\",\"kid\":\"ec\"}", PAYLOAD));
    check_taken(jose_token(ed, "{\"alg\":\"EdDSA\",\"kid\":\"ed\"}", PAYLOAD));
    check_taken(jose_mac_token(SECRET, 32, "{\"alg\":\"HS256\",\"kid\":\"mac\"}", PAYLOAD));
}

/* The classic: what everybody knows of an RSA key, taken for the secret of an HMAC. */
static void a_public_key_is_no_secret(void **state)
{
    static const char *const kids[] = {"rsa", "ec", "ed"};
    const struct jose_key *const owners[] = {rsa, p256, ed};
    char pem[BYTES], header[80];
    unsigned char der[BYTES];

    (void)state;
    for (int i = 0; i < 3; i++) {
        size_t pem_bytes = jose_pem(owners[i], pem, sizeof pem);
        size_t der_bytes = jose_der(owners[i], der, sizeof der);

        snprintf(header, sizeof header, "{\"alg\":\"HS256\",\"kid\":\"%s\"}", kids[i]);
        check_refused(jose_mac_token(pem, pem_bytes, header, PAYLOAD));
        check_refused(
            jose_mac_token(pem, pem_bytes - 1, header, PAYLOAD)); /* without the newline */
        check_refused(jose_mac_token(der, der_bytes, header, PAYLOAD));
        check_refused(jose_mac_token("", 0, header, PAYLOAD));
    }
}

static void nothing_is_taken_unsigned(void **state)
{
    static const char *const headers[] = {"{\"alg\":\"none\",\"kid\":\"rsa\"}",
        "{\"alg\":\"None\",\"kid\":\"ec\"}", "{\"alg\":\"\",\"kid\":\"ed\"}", "{\"kid\":\"mac\"}",
        "{\"alg\":\"none\"}", "{\"alg\":null,\"kid\":\"rsa\"}",
        "{\"alg\":\"RS256\",\"kid\":\"rsa\"}", "{\"alg\":\"ES256\",\"kid\":\"ec\"}",
        "{\"alg\":\"EdDSA\",\"kid\":\"ed\"}"};
    char token[BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        const char *bare = jose_mac_token(NULL, 0, headers[i], PAYLOAD);

        check_refused(bare);
        snprintf(token, sizeof token, "%.*s", (int)strlen(bare) - 1, bare); /* two parts */
        check_refused(token);
        check_refused(jose_mac_token("", 0, headers[i], PAYLOAD));
        check_refused(jose_mac_token(SECRET, 32, headers[i], PAYLOAD));
    }
}

static void the_algorithm_is_the_keys(void **state)
{
    static const char *const others[] = {
        "RS384", "RS512", "PS256", "ES256", "EdDSA", "HS256", "rs256", "RS256 ", "none"};
    char header[80];

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        snprintf(header, sizeof header, "{\"alg\":\"%s\",\"kid\":\"rsa\"}", others[i]);
        check_refused(jose_token(rsa, header, PAYLOAD));
    }
    check_refused(jose_token(p256, "{\"alg\":\"RS256\",\"kid\":\"ec\"}", PAYLOAD));
    check_refused(jose_token(ed, "{\"alg\":\"ES256\",\"kid\":\"ed\"}", PAYLOAD));
    check_refused(jose_mac_token(SECRET, 32, "{\"alg\":\"RS256\",\"kid\":\"mac\"}", PAYLOAD));
}

static void the_kid_names_the_key(void **state)
{
    (void)state;
    check_refused(jose_token(rsa, "{\"alg\":\"RS256\"}", PAYLOAD));
    check_refused(jose_token(rsa, "{\"alg\":\"RS256\",\"kid\":\"\"}", PAYLOAD));
    check_refused(jose_token(rsa, "{\"alg\":\"RS256\",\"kid\":\"RSA\"}", PAYLOAD));
    check_refused(jose_token(rsa, "{\"alg\":\"RS256\",\"kid\":\"rs\"}", PAYLOAD));
    check_refused(jose_token(rsa, "{\"alg\":\"RS256\",\"kid\":5}", PAYLOAD));
    check_refused(jose_token(rsa, "{\"alg\":\"RS256\",\"kid\":\"ec\"}", PAYLOAD));
    check_refused(jose_token(rsa, "{\"alg\":\"ES256\",\"kid\":\"ec\"}", PAYLOAD));
    check_refused(jose_token(p256, "{\"alg\":\"RS256\",\"kid\":\"rsa\"}", PAYLOAD));
    check_refused(jose_token(ed, "{\"alg\":\"ES256\",\"kid\":\"ec\"}", PAYLOAD));
    check_refused(jose_token(rsa_1024, "{\"alg\":\"RS256\",\"kid\":\"rsa\"}", PAYLOAD));
    /* a key that the token itself brings along is not looked at */
    char header[BYTES];

    snprintf(header, sizeof header, "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"jwk\":%s}",
        jose_jwk(rsa_1024, "rsa", ""));
    check_refused(jose_token(rsa_1024, header, PAYLOAD));
    check_refused(jose_token(
        p384, "{\"alg\":\"ES256\",\"kid\":\"ec\",\"jku\":\"https://evil.example\"}", PAYLOAD));
    check_refused(
        jose_token(rsa, "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"crit\":[\"exp\"]}", PAYLOAD));
}

/* r = s = 0 and others that a careless verifier takes; DER instead of r || s. */
static void no_signature_of_zeros(void **state)
{
    static const uint8_t zeros[64];
    char token[BYTES], encoded[100];
    const char *bare = jose_mac_token(NULL, 0, "{\"alg\":\"ES256\",\"kid\":\"ec\"}", PAYLOAD);

    (void)state;
    for (size_t n = 0; n <= sizeof zeros; n += 16) {
        encoded[0] = '\0';
        if (n > 0)
            (void)crypto_b64_encode(zeros, n, encoded, sizeof encoded);
        snprintf(token, sizeof token, "%s%s", bare, encoded);
        check_refused(token);
    }
}

/* --- time, issuer, audience -------------------------------------------------------------------- */

static void check_claims(const char *claims, bool is_good)
{
    const char *token = jose_token(p256, "{\"alg\":\"ES256\",\"kid\":\"ec\"}", claims);
    struct crypto_claims out;

    if ((verify(token, &out) == ERR_OK) != is_good)
        fail_msg("%s: %s", is_good ? "refused" : "accepted", claims);
}

#define HEAD "{\"iss\":\"https://id.example\",\"aud\":\"clubhub\",\"sub\":\"x\","

static void claims_are_checked(void **state)
{
    (void)state;
    check_claims(HEAD "\"exp\":1800000001}", true);
    check_claims(HEAD "\"exp\":1800000000}", false); /* no leeway at the end */
    check_claims(HEAD "\"exp\":1799999999}", false);
    check_claims("{\"iss\":\"https://id.example\",\"aud\":\"clubhub\",\"sub\":\"x\"}", false);
    check_claims(HEAD "\"exp\":1800086400}", true);
    check_claims(HEAD "\"exp\":1800086401}", false); /* more than a day */
    check_claims(HEAD "\"iat\":1799999000,\"exp\":1800085400}", true);
    check_claims(HEAD "\"iat\":1799999000,\"exp\":1800085401}", false);
    check_claims(HEAD "\"iat\":1800000005,\"exp\":1800000900}", true); /* its clock is ahead */
    check_claims(HEAD "\"iat\":1800000006,\"exp\":1800000900}", false);
    check_claims(HEAD "\"nbf\":1800000005,\"exp\":1800000900}", true);
    check_claims(HEAD "\"nbf\":1800000006,\"exp\":1800000900}", false);
    check_claims(
        "{\"iss\":\"https://id.example/\",\"aud\":\"clubhub\",\"sub\":\"x\",\"exp\":1800000900}",
        false);
    check_claims(
        "{\"iss\":\"https://id.example\",\"aud\":\"other\",\"sub\":\"x\",\"exp\":1800000900}",
        false);
    check_claims(
        "{\"iss\":\"https://id.example\",\"aud\":[],\"sub\":\"x\",\"exp\":1800000900}", false);
    check_claims(
        "{\"iss\":\"https://id.example\",\"aud\":[\"o\",\"clubhub\"],\"sub\":\"x\",\"exp\":1800000900}",
        true);
    check_claims(
        "{\"iss\":[\"https://id.example\"],\"aud\":\"clubhub\",\"sub\":\"x\",\"exp\":1800000900}",
        false);
    check_claims(HEAD "\"exp\":9007199254740991}", false);
    check_claims(HEAD "\"exp\":1e10}", false);
}

/* --- key sets ---------------------------------------------------------------------------------- */

static void check_left_out(const char *jwk)
{
    int left_out = -1;

    assert_int_equal(add(jose_set(jwk), &left_out), ERR_OK);
    if (left_out != 1 || crypto_keys_count(keys) != 0)
        fail_msg("taken: %s", jwk);
}

static void weak_and_foreign_keys_are_left_out(void **state)
{
    (void)state;
    check_left_out(jose_jwk(rsa_1024, "k", ""));
    check_left_out(jose_jwk(p384, "k", ""));
    check_left_out(jose_jwk(p384, "k", "\"alg\":\"ES384\""));
    check_left_out(jose_jwk(rsa, "k", "\"alg\":\"RS512\""));
    check_left_out(jose_jwk(rsa, "k", "\"alg\":\"HS256\""));
    check_left_out(jose_jwk(p256, "k", "\"alg\":\"RS256\""));
    check_left_out(jose_jwk(rsa, "k", "\"use\":\"enc\""));
    check_left_out(jose_jwk(rsa, "k", "\"key_ops\":[\"sign\"]"));
    check_left_out(jose_jwk(rsa, "k", "\"d\":\"AQAB\""));
    check_left_out(jose_jwk(rsa, NULL, ""));
    check_left_out(jose_jwk(rsa, "", ""));
    check_left_out("{\"kty\":\"RSA\",\"kid\":\"k\",\"n\":\"AQAB\",\"e\":\"AQAB\"}");
    check_left_out("{\"kty\":\"RSA\",\"kid\":\"k\",\"n\":\"!\",\"e\":\"AQAB\"}");
    check_left_out("{\"kty\":\"RSA\",\"kid\":\"k\"}");
    check_left_out(
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"k\",\"x\":\"AQAB\",\"y\":\"AQAB\"}");
    check_left_out("{\"kty\":\"OKP\",\"crv\":\"X25519\",\"kid\":\"k\","
                   "\"x\":\"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY\"}");
    check_left_out("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"k\",\"x\":\"AQAB\"}");
    check_left_out("{\"kid\":\"k\"}");
    check_left_out("5");
}

/* A modulus with the exponent 1 makes every text its own signature; a point off the curve gives secrets away. */
static void unsound_keys_are_left_out(void **state)
{
    char jwk[BYTES];
    char *e;

    (void)state;
    snprintf(jwk, sizeof jwk, "%s", jose_jwk(rsa, "k", ""));
    e = strstr(jwk, "\"e\":\"AQAB\"");
    assert_non_null(e);
    memcpy(e, "\"e\" :\"AQ\" ", 10);
    check_left_out(jwk);
    snprintf(jwk, sizeof jwk,
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"k\",\"x\":\"%1$s\",\"y\":\"%1$s\"}",
        "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY");
    check_left_out(jwk);
}

static void check_secret_left_out(const void *bytes, size_t length, const char *more)
{
    char encoded[BYTES], jwk[2 * BYTES];

    encoded[0] = '\0';
    if (length > 0)
        (void)crypto_b64_encode(bytes, length, encoded, sizeof encoded);
    snprintf(jwk, sizeof jwk, "{\"kty\":\"oct\",\"kid\":\"k\",\"k\":\"%s\"%s}", encoded, more);
    check_left_out(jwk);
}

static void secrets_must_be_secret(void **state)
{
    char pem[BYTES];
    unsigned char der[BYTES];
    size_t length;

    (void)state;
    check_secret_left_out(SECRET, 32, ""); /* alg must say what it is for */
    check_secret_left_out(SECRET, 32, ",\"alg\":\"RS256\"");
    check_secret_left_out(SECRET, 31, ",\"alg\":\"HS256\"");
    check_secret_left_out("", 0, ",\"alg\":\"HS256\"");
    length = jose_pem(rsa, pem, sizeof pem);
    check_secret_left_out(pem, length, ",\"alg\":\"HS256\"");
    length = jose_der(rsa, der, sizeof der);
    check_secret_left_out(der, length, ",\"alg\":\"HS256\"");
    length = jose_der(p256, der, sizeof der);
    check_secret_left_out(der, length, ",\"alg\":\"HS256\"");
}

static void one_kid_one_key(void **state)
{
    char list[BYTES];
    int left_out;

    (void)state;
    snprintf(list, sizeof list, "%s,%s", jose_jwk(rsa, "mac", ""), OCT);
    assert_int_equal(add(jose_set(list), &left_out), ERR_CONFLICT);
    snprintf(list, sizeof list, "%s,%s", jose_jwk(rsa, "a", ""), jose_jwk(rsa, "a", ""));
    assert_int_equal(add(jose_set(list), &left_out), ERR_CONFLICT);
}

static void what_is_no_set(void **state)
{
    static const char *const texts[] = {"", "{", "[]", "5", "null", "{}", "{\"keys\":{}}",
        "{\"keys\":5}", "\xff", "{\"keys\":[],\"keys\":[]}"};
    char list[BYTES] = "";
    int left_out = 0;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_int_equal(add(texts[i], &left_out), ERR_PARSE);
    for (int i = 0; i < 65; i++)
        strncat(list, i == 0 ? "5" : ",5", 3);
    assert_int_equal(add(jose_set(list), &left_out), ERR_LIMIT);
    assert_int_equal(add(jose_set(""), &left_out), ERR_OK);
    assert_int_equal(crypto_keys_count(keys), 0);
}

/* --- noise ------------------------------------------------------------------------------------- */

static void noise_is_refused(void **state)
{
    static const char letters[] = "ABCxyz019-_.={}\"\\ \x01\x80";
    const char *good[] = {jose_token(rsa, "{\"alg\":\"RS256\",\"kid\":\"rsa\"}", PAYLOAD),
        jose_token(p256, "{\"alg\":\"ES256\",\"kid\":\"ec\"}", PAYLOAD),
        jose_mac_token(SECRET, 32, "{\"alg\":\"HS256\",\"kid\":\"mac\"}", PAYLOAD)};
    char token[BYTES];
    unsigned seed = 7;

    (void)state;
    for (int i = 0; i < 3000; i++) {
        const char *from = good[i % 3];
        size_t length = strlen(from);

        snprintf(token, sizeof token, "%s", from);
        for (int n = 0; n <= i % 4; n++) {
            seed = seed * 1103515245u + 12345u;
            token[(seed >> 8) % length] = letters[(seed >> 4) % (sizeof letters - 1)];
        }
        if (i % 7 == 0)
            token[(seed >> 9) % length] = '\0';
        if (strcmp(token, from) != 0)
            check_refused(token);
    }
}

#define WITH_KEYS(test) cmocka_unit_test_setup_teardown(test, open_keys, close_keys)
#define WITHOUT(test) cmocka_unit_test_setup_teardown(test, open_none, close_keys)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_KEYS(each_algorithm_is_taken),
        WITH_KEYS(a_public_key_is_no_secret),
        WITH_KEYS(nothing_is_taken_unsigned),
        WITH_KEYS(the_algorithm_is_the_keys),
        WITH_KEYS(the_kid_names_the_key),
        WITH_KEYS(no_signature_of_zeros),
        WITH_KEYS(claims_are_checked),
        WITHOUT(weak_and_foreign_keys_are_left_out),
        WITHOUT(unsound_keys_are_left_out),
        WITHOUT(secrets_must_be_secret),
        WITHOUT(one_kid_one_key),
        WITHOUT(what_is_no_set),
        WITH_KEYS(noise_is_refused),
    };

    return cmocka_run_group_tests(tests, make_keys, drop_keys);
}
