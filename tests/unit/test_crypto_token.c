/* test_crypto_token.c -- tokens: what is accepted, and every way of being refused.
 *
 * Keys and tokens of the asymmetric algorithms were made once with the openssl program; the private halves were
 * thrown away.  Their claims: sub auth0|41, aud [other, clubhub], iat T0, exp T0 + 3600.
 */
#include "io/crypto.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { T0 = 1800000000 };

static const char issuer[] = "https://id.example";
static const char audience[] = "clubhub";
static const char secret[] = "a secret of more than thirty-two bytes";
static const struct wall_ms now = {(int64_t)T0 * 1000 + 100000};

static const char ec_key[] = "-----BEGIN PUBLIC KEY-----\n"
                             "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEFl7lI1P6fIN5bartk4zMAPi3ONFo\n"
                             "TL//p32CsSYK8xyzGq82CR7u4ifLAhf1VJfLmyRvgnj/ZDWUfrSE/GgO/w==\n"
                             "-----END PUBLIC KEY-----\n";

static const char ec384_key[] = "-----BEGIN PUBLIC KEY-----\n"
                                "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEC1qTmIwGfdh2gjnlFxAmEFtCRVZMTZgD\n"
                                "MQIfGZwwxR9dBAA4C7ccw2IMVkGl2raMkR0tmcVg1H3Er0rKRKHZtvyiLFD7PYqo\n"
                                "yLjnl9xDLVHs/pw9ZwWBowfC/ebeFS54\n"
                                "-----END PUBLIC KEY-----\n";

static const char rsa_key[] = "-----BEGIN PUBLIC KEY-----\n"
                              "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuGkHzvxbBoiPX9Oc5str\n"
                              "bt2sEjAHpa/XruAo7nWn6MEiYOCCvBwOPDkGdovSKC5blVoW05oMoEdutq9cR7tW\n"
                              "r6NGsA2dCIrXHsQjLIO5v1OvVIfjpDfCkFK9/8q9fPgSm9qmAYgwgjFIPXFPaJtc\n"
                              "eWCRLB0VPWnuif2sM6+d6YGsPXAjgyem/bDRKslUJXCRl6e+LY0DRsbMhISgzF2i\n"
                              "WBG9WtlvnWWEymA80J5PAv0J9Ua4u7ROD2hl3VGZypV4CUR+4Rf6nAzL5jb7FSO5\n"
                              "MDmOTsrWw7NPcB49OxYm1MejhCHboMiw3z9kW31dQ5h3ZVJm2pEl1KZ+l0vKq4cc\n"
                              "bwIDAQAB\n"
                              "-----END PUBLIC KEY-----\n";

static const char rsa1024_key[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDVUM4ap0t+ayGlZs+w7OFGtaJx\n"
    "W3dXupfTjHMHrxjtvJyrWkBGsL1seTpSmJFysOykZsczaBbbPNAK0ohNccc+9m/e\n"
    "2jDALPZq3Rbu938Rh1enTtcWJP/Sq6zVWga+6oMVECxSGHqryk1oUo+CEj0PIPBL\n"
    "RymblxcR+xJLoyl40QIDAQAB\n"
    "-----END PUBLIC KEY-----\n";

static const char ed_key[] = "-----BEGIN PUBLIC KEY-----\n"
                             "MCowBQYDK2VwAyEAzjbTCIJrp6HfPEkvXxBbkthbFmfQJR4A4qZ0XcYeokY=\n"
                             "-----END PUBLIC KEY-----\n";

static const char ec_token[] =
    "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLC"
    "JhdWQiOlsib3RoZXIiLCJjbHViaHViIl0sInN1YiI6ImF1dGgwfDQxIiwic2lkIjoiOGYxYy11dWlkIiwianRpIjoi"
    "YTEiLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMzYwMCwiYXV0aF90aW1lIjoxODAwMDAwMDAwfQ.ewd3QGN"
    "hqXSYLKdCamkgIiUuF66yT873HWk-R2ua0vo4GvL6K13aNVyYk9-czkNeWGodGSKpxcmg_sqv2Dax6g";

static const char rsa_token[] =
    "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiL"
    "CJhdWQiOlsib3RoZXIiLCJjbHViaHViIl0sInN1YiI6ImF1dGgwfDQxIiwic2lkIjoiOGYxYy11dWlkIiwianRpIjo"
    "iYTEiLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMzYwMCwiYXV0aF90aW1lIjoxODAwMDAwMDAwfQ.HAnVqk"
    "-ZpG76-2pcza-VKqQFvs8yf2ZxvMrSWcYCPc59Mp7ZqFbZWXQVHNg4Msq3Ph4w36mzVGhM-4WnELR0nEXzVtbrwxQ9"
    "s4ASdhKBH7NNV7OzzEXra5yGPjjXE-RmSeEF1Z96LSdmMZ94aBO60uu38bni5kPw8UXnl4i2bEf6TK2B-zghT3S0Hn"
    "dMSrFsw47UAaol_1jBhhHIGwFkaeFwIfLoZaTGsaymATsMY84lcEUHagVCj2Y4SRCtkdhG3TbwVcgeS4K3LCG9etQK"
    "tN2m3zaBsX58RSqxb9BFraoTOdWj9igy-ZnTRjpEacwEkq1o8cOBRtauTFXCvTohNw";

static const char ed_token[] =
    "eyJhbGciOiJFZERTQSIsImtpZCI6ImVkIiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLC"
    "JhdWQiOlsib3RoZXIiLCJjbHViaHViIl0sInN1YiI6ImF1dGgwfDQxIiwic2lkIjoiOGYxYy11dWlkIiwianRpIjoi"
    "YTEiLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMzYwMCwiYXV0aF90aW1lIjoxODAwMDAwMDAwfQ.UNvmhLx"
    "sY8J06Jx7-KeoWFLvMhfOWfuysBS-GGam3gSaWss0tUFA0sKjM3IeaaBQ2_XzHpQbpPlR3580r_tAAQ";

static struct crypto_keys *keys;

static int open_keys(void **state)
{
    (void)state;
    keys = crypto_keys_new();
    assert_int_equal(crypto_keys_add(keys, "hub", CRYPTO_HS256, secret, sizeof secret - 1), ERR_OK);
    assert_int_equal(crypto_keys_add(keys, "ec", CRYPTO_ES256, ec_key, sizeof ec_key - 1), ERR_OK);
    assert_int_equal(
        crypto_keys_add(keys, "rsa", CRYPTO_RS256, rsa_key, sizeof rsa_key - 1), ERR_OK);
    assert_int_equal(crypto_keys_add(keys, "ed", CRYPTO_EDDSA, ed_key, sizeof ed_key - 1), ERR_OK);
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
    static const struct crypto_rules rules = {issuer, audience, 0};

    return crypto_token_verify(keys, token, &rules, now, out);
}

static void check_refused(const char *token)
{
    struct crypto_claims claims = {.session_family = 99};

    if (verify(token, &claims) == ERR_OK)
        fail_msg("accepted: %s", token);
    assert_int_equal(claims.session_family, 99); /* untouched */
}

/* Appends one base64url part. */
static void add_part(char *token, const void *data, size_t bytes)
{
    size_t length = strlen(token);

    if (bytes > 0)
        assert_true(crypto_b64_encode(data, bytes, token + length, 8192 - length) > 0);
}

/* Signs any header and payload with HMAC-SHA-256. */
static void forge(
    char token[8192], const char *header, const char *payload, const void *key, size_t key_bytes)
{
    uint8_t mac[CRYPTO_SHA256_BYTES];

    token[0] = '\0';
    add_part(token, header, strlen(header));
    memcpy(token + strlen(token), ".", 2);
    add_part(token, payload, strlen(payload));
    crypto_hmac_sha256(key, key_bytes, token, strlen(token), mac);
    memcpy(token + strlen(token), ".", 2);
    add_part(token, mac, sizeof mac);
}

static const char hub_header[] = "{\"alg\":\"HS256\",\"kid\":\"hub\"}";

static enum err verify_payload(const char *payload, struct crypto_claims *out)
{
    char token[8192];

    forge(token, hub_header, payload, secret, sizeof secret - 1);
    return verify(token, out);
}

static void check_payload_refused(const char *payload)
{
    struct crypto_claims claims;

    if (verify_payload(payload, &claims) == ERR_OK)
        fail_msg("accepted: %s", payload);
}

static void check_header_refused(const char *header)
{
    char token[8192];

    forge(token, header,
        "{\"iss\":\"https://id.example\",\"aud\":\"clubhub\",\"sub\":\"m:5\",\"exp\":1800000900}",
        secret, sizeof secret - 1);
    check_refused(token);
}

/* --- what is accepted ---------------------------------------------------------------------- */

static void a_minted_token_comes_back(void **state)
{
    const struct crypto_claims in = {.sub = "m:5",
        .jti = "u\"1",
        .session_family = 9007199254740993,
        .issued_s = T0,
        .expires_s = T0 + 900,
        .not_before_s = T0,
        .auth_time_s = T0 - 60};
    struct crypto_claims out;
    char token[1024];

    (void)state;
    size_t length = crypto_token_mint(keys, "hub", issuer, audience, &in, token, sizeof token);
    assert_int_equal(length, strlen(token));
    assert_int_equal(verify(token, &out), ERR_OK);
    assert_string_equal(out.sub, "m:5");
    assert_string_equal(out.jti, "u\"1");
    assert_true(out.session_family == 9007199254740993);
    assert_int_equal(out.issued_s, T0);
    assert_int_equal(out.expires_s, T0 + 900);
    assert_int_equal(out.not_before_s, T0);
    assert_int_equal(out.auth_time_s, T0 - 60);
}

static void minting_respects_the_room(void **state)
{
    const struct crypto_claims in = {.sub = "m:5", .expires_s = T0 + 900};
    char token[1024];

    (void)state;
    size_t length = crypto_token_mint(keys, "hub", issuer, audience, &in, token, sizeof token);
    assert_true(length > 0);
    assert_int_equal(crypto_token_mint(keys, "hub", issuer, audience, &in, token, length), 0);
    assert_int_equal(
        crypto_token_mint(keys, "hub", issuer, audience, &in, token, length + 1), length);
}

static void each_algorithm_verifies(void **state)
{
    static const char *const tokens[] = {ec_token, rsa_token, ed_token};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct crypto_claims out;

        assert_int_equal(verify(tokens[i], &out), ERR_OK);
        assert_string_equal(out.sub, "auth0|41");
        assert_string_equal(out.jti, "a1");
        assert_int_equal(out.session_family, 0); /* a provider's own text is no family of ours */
        assert_int_equal(out.expires_s, T0 + 3600);
    }
}

static void the_session_family_is_text_or_number(void **state)
{
    struct crypto_claims out;

    (void)state;
    assert_int_equal(
        verify_payload("{\"iss\":\"https://id.example\",\"aud\":\"clubhub\",\"sub\":\"m:5\","
                       "\"exp\":1800000900,\"sid\":\"12\"}",
            &out),
        ERR_OK);
    assert_int_equal(out.session_family, 12);
    assert_int_equal(
        verify_payload("{\"iss\":\"https://id.example\",\"aud\":\"clubhub\",\"sub\":\"m:5\","
                       "\"exp\":1800000900,\"sid\":13}",
            &out),
        ERR_OK);
    assert_int_equal(out.session_family, 13);
    check_payload_refused("{\"iss\":\"https://id.example\",\"aud\":\"clubhub\",\"sub\":\"m:5\","
                          "\"exp\":1800000900,\"sid\":{}}");
}

/* --- signatures ---------------------------------------------------------------------------- */

static void any_changed_character_is_refused(void **state)
{
    static const char *const tokens[] = {ec_token, rsa_token, ed_token};

    (void)state;
    for (size_t t = 0; t < 3; t++) {
        char token[1024];
        size_t length = strlen(tokens[t]);

        for (size_t i = 0; i < length; i += 7) {
            memcpy(token, tokens[t], length + 1);
            token[i] = token[i] == 'A' ? 'B' : 'A';
            check_refused(token);
        }
    }
}

static void any_truncation_is_refused(void **state)
{
    const struct crypto_claims in = {.sub = "m:5", .expires_s = T0 + 900};
    char token[1024];
    size_t length = crypto_token_mint(keys, "hub", issuer, audience, &in, token, sizeof token);

    (void)state;
    for (size_t cut = length; cut-- > 0;) {
        token[cut] = '\0';
        check_refused(token);
    }
}

static void the_algorithm_belongs_to_the_key(void **state)
{
    (void)state;
    check_header_refused("{\"alg\":\"none\",\"kid\":\"hub\"}");
    check_header_refused("{\"alg\":\"None\",\"kid\":\"hub\"}");
    check_header_refused("{\"alg\":\"HS512\",\"kid\":\"hub\"}");
    check_header_refused("{\"alg\":\"hs256\",\"kid\":\"hub\"}");
    check_header_refused("{\"alg\":null,\"kid\":\"hub\"}");
    check_header_refused("{\"kid\":\"hub\"}");
    check_header_refused("{\"alg\":\"HS256\",\"kid\":\"../../etc/passwd\"}");
    check_header_refused("{\"alg\":\"HS256\",\"kid\":\"hub' or '1'='1\"}");
    check_header_refused("{\"alg\":\"HS256\",\"kid\":\"\"}");
    check_header_refused("{\"alg\":\"HS256\",\"kid\":[\"hub\"]}");
    check_header_refused("{\"alg\":\"HS256\",\"kid\":\"rsa\"}");
    check_header_refused("{\"alg\":\"RS256\",\"kid\":\"hub\"}");
    check_header_refused("{\"alg\":\"RS256\",\"kid\":\"rsa\"}");
    check_header_refused("{\"alg\":\"ES256\",\"kid\":\"ec\"}");
    check_header_refused("{\"alg\":\"EdDSA\",\"kid\":\"ed\"}");
}

static void a_token_without_signature_is_refused(void **state)
{
    char token[8192];

    (void)state;
    forge(token, "{\"alg\":\"none\",\"kid\":\"hub\"}",
        "{\"iss\":\"https://id.example\",\"aud\":\"clubhub\",\"sub\":\"m:5\",\"exp\":1800000900}",
        secret, sizeof secret - 1);
    strrchr(token, '.')[1] = '\0';
    check_refused(token);
    *strrchr(token, '.') = '\0';
    check_refused(token);
}

/* The public key is known to everybody: as an HMAC secret it must be worth nothing. */
static void a_public_key_is_no_secret(void **state)
{
    static const char payload[] =
        "{\"iss\":\"https://id.example\",\"aud\":\"clubhub\",\"sub\":\"m:1\",\"exp\":1800000900}";
    char token[8192];

    (void)state;
    forge(token, "{\"alg\":\"HS256\",\"kid\":\"rsa\"}", payload, rsa_key, sizeof rsa_key - 1);
    check_refused(token);
    forge(token, "{\"alg\":\"RS256\",\"kid\":\"rsa\"}", payload, rsa_key, sizeof rsa_key - 1);
    check_refused(token);
    assert_int_equal(
        crypto_keys_add(keys, "x", CRYPTO_HS256, rsa_key, sizeof rsa_key - 1), ERR_INVALID_PARAMS);
}

static void kids_must_be_known(void **state)
{
    (void)state;
    check_header_refused("{\"alg\":\"HS256\"}");
    check_header_refused("{\"alg\":\"HS256\",\"kid\":\"\"}");
    check_header_refused("{\"alg\":\"HS256\",\"kid\":\"Hub\"}");
    check_header_refused("{\"alg\":\"HS256\",\"kid\":\"hub2\"}");
    check_header_refused("{\"alg\":\"HS256\",\"kid\":[\"hub\"]}");
    check_header_refused("{\"alg\":\"HS256\",\"kid\":\"hub\",\"kid\":\"hub\"}");
    check_header_refused("{\"alg\":\"HS256\",\"kid\":\"hub\",\"crit\":[\"b64\"],\"b64\":false}");
    check_header_refused("[\"HS256\",\"hub\"]");
    check_header_refused("{\"alg\":\"HS256\",\"kid\":\"hub\"");
}

static void another_secret_is_refused(void **state)
{
    static const char other[] = "a secret of more than thirty-two byteS";
    char token[8192];

    (void)state;
    forge(token, hub_header,
        "{\"iss\":\"https://id.example\",\"aud\":\"clubhub\",\"sub\":\"m:5\",\"exp\":1800000900}",
        other, sizeof other - 1);
    check_refused(token);
}

static void shapes_that_are_no_token(void **state)
{
    char long_one[9000];
    char four_parts[1024];

    (void)state;
    check_refused("");
    check_refused(".");
    check_refused("..");
    check_refused("...");
    check_refused("a.b.c");
    snprintf(four_parts, sizeof four_parts, "%s.AAAA", ec_token);
    check_refused(four_parts);
    snprintf(four_parts, sizeof four_parts, "%s=", ec_token);
    check_refused(four_parts);
    memset(long_one, 'A', sizeof long_one - 1);
    long_one[sizeof long_one - 1] = '\0';
    check_refused(long_one);
    long_one[100] = long_one[200] = '.';
    check_refused(long_one);
}

/* --- claims -------------------------------------------------------------------------------- */

#define ISS "\"iss\":\"https://id.example\","
#define AUD "\"aud\":\"clubhub\","
#define SUB "\"sub\":\"m:5\","

static void issuer_and_audience(void **state)
{
    struct crypto_claims out;

    (void)state;
    check_payload_refused("{" AUD SUB "\"exp\":1800000900}");
    check_payload_refused("{\"iss\":\"https://id.example/\"," AUD SUB "\"exp\":1800000900}");
    check_payload_refused("{\"iss\":[\"https://id.example\"]," AUD SUB "\"exp\":1800000900}");
    check_payload_refused("{" ISS SUB "\"exp\":1800000900}");
    check_payload_refused("{" ISS SUB "\"aud\":\"clubhub2\",\"exp\":1800000900}");
    check_payload_refused("{" ISS SUB "\"aud\":[],\"exp\":1800000900}");
    check_payload_refused("{" ISS SUB "\"aud\":[\"a\",[\"clubhub\"]],\"exp\":1800000900}");
    check_payload_refused("{" ISS SUB "\"aud\":{\"clubhub\":\"clubhub\"},\"exp\":1800000900}");
    assert_int_equal(
        verify_payload("{" ISS SUB "\"aud\":[\"clubhub\"],\"exp\":1800000900}", &out), ERR_OK);
}

static void expiry(void **state)
{
    struct crypto_claims out;

    (void)state; /* now is T0 + 100 */
    assert_int_equal(verify_payload("{" ISS AUD SUB "\"exp\":1800000101}", &out), ERR_OK);
    check_payload_refused("{" ISS AUD SUB "\"exp\":1800000100}");
    check_payload_refused("{" ISS AUD SUB "\"exp\":1799999999}");
    assert_int_equal(verify_payload("{" ISS AUD SUB "\"exp\":1800086500}", &out), ERR_OK);
    check_payload_refused("{" ISS AUD SUB "\"exp\":1800086501}"); /* more than a day ahead */
    check_payload_refused("{" ISS AUD SUB "\"exp\":9007199254740991}");
    check_payload_refused("{" ISS AUD SUB "\"exp\":1e300}");
    check_payload_refused("{" ISS AUD SUB "\"exp\":-1}");
    check_payload_refused("{" ISS AUD SUB "\"exp\":1800000900.5}");
    check_payload_refused("{" ISS AUD SUB "\"exp\":\"1800000900\"}");
    check_payload_refused("{" ISS AUD SUB "\"exp\":null}");
    check_payload_refused("{" ISS AUD "\"sub\":\"m:5\"}");
}

static void not_before(void **state)
{
    struct crypto_claims out;

    (void)state;
    assert_int_equal(
        verify_payload("{" ISS AUD SUB "\"exp\":1800000900,\"nbf\":1800000100}", &out), ERR_OK);
    check_payload_refused("{" ISS AUD SUB "\"exp\":1800000900,\"nbf\":1800000101}");
    check_payload_refused("{" ISS AUD SUB "\"exp\":1800000900,\"nbf\":\"0\"}");
    check_payload_refused("{" ISS AUD SUB "\"exp\":1800000900,\"nbf\":null}");
}

static void subjects_and_ids(void **state)
{
    char payload[600];
    char text[300];

    (void)state;
    check_payload_refused("{" ISS AUD "\"exp\":1800000900}");
    check_payload_refused("{" ISS AUD "\"sub\":\"\",\"exp\":1800000900}");
    check_payload_refused("{" ISS AUD "\"sub\":5,\"exp\":1800000900}");
    check_payload_refused("{" ISS AUD SUB "\"jti\":5,\"exp\":1800000900}");
    check_payload_refused("{" ISS AUD SUB "\"auth_time\":\"1\",\"exp\":1800000900}");
    check_payload_refused("{" ISS AUD SUB "\"sub\":\"m:6\",\"exp\":1800000900}"); /* twice */

    memset(text, 'x', sizeof text);
    text[256] = '\0'; /* one byte more than fits: refused, never cut */
    snprintf(payload, sizeof payload, "{" ISS AUD "\"sub\":\"%s\",\"exp\":1800000900}", text);
    check_payload_refused(payload);
    snprintf(payload, sizeof payload, "{" ISS AUD SUB "\"jti\":\"%s\",\"exp\":1800000900}", text);
    check_payload_refused(payload);
    check_payload_refused("{" ISS AUD "\"sub\":\"a\\nb\",\"exp\":1800000900}");
    check_payload_refused("{" ISS AUD "\"sub\":\"a\\u007fb\",\"exp\":1800000900}");
}

/* What a revocation names: the jti of an issuer, else the signed text. */
static void tokens_have_names(void **state)
{
    struct crypto_claims a, b;

    (void)state;
    assert_int_equal(
        verify_payload("{" ISS AUD SUB "\"jti\":\"1\",\"exp\":1800000900}", &a), ERR_OK);
    assert_int_equal(strlen(a.token_id), 32);
    assert_int_equal(
        verify_payload("{" ISS AUD SUB "\"jti\":\"1\",\"exp\":1800000901}", &b), ERR_OK);
    assert_string_equal(a.token_id, b.token_id);
    assert_int_equal(
        verify_payload("{" ISS AUD SUB "\"jti\":\"2\",\"exp\":1800000900}", &b), ERR_OK);
    assert_string_not_equal(a.token_id, b.token_id);
    assert_int_equal(verify_payload("{" ISS AUD SUB "\"exp\":1800000900}", &a), ERR_OK);
    assert_int_equal(strlen(a.token_id), 32);
    assert_int_equal(verify_payload("{" ISS AUD SUB "\"exp\":1800000901}", &b), ERR_OK);
    assert_string_not_equal(a.token_id, b.token_id);
}

/* --- keys ---------------------------------------------------------------------------------- */

static enum err add(enum crypto_alg alg, const char *key)
{
    return crypto_keys_add(keys, "new", alg, key, strlen(key));
}

static void keys_must_suit_their_algorithm(void **state)
{
    (void)state;
    assert_int_equal(add(CRYPTO_ES256, rsa_key), ERR_INVALID_PARAMS);
    assert_int_equal(add(CRYPTO_ES256, ec384_key), ERR_INVALID_PARAMS);
    assert_int_equal(add(CRYPTO_ES256, ed_key), ERR_INVALID_PARAMS);
    assert_int_equal(add(CRYPTO_RS256, ec_key), ERR_INVALID_PARAMS);
    assert_int_equal(add(CRYPTO_RS256, rsa1024_key), ERR_INVALID_PARAMS);
    assert_int_equal(add(CRYPTO_EDDSA, ec_key), ERR_INVALID_PARAMS);
    assert_int_equal(add(CRYPTO_EDDSA, "no key"), ERR_INVALID_PARAMS);
    assert_int_equal(add(CRYPTO_RS256, ""), ERR_INVALID_PARAMS);
    assert_int_equal(add(CRYPTO_HS256, "thirty-one bytes are not enough"), ERR_INVALID_PARAMS);
    assert_int_equal(add(CRYPTO_HS256, "thirty-two bytes are just enough"), ERR_OK);
}

static void kids_are_unique(void **state)
{
    (void)state;
    assert_int_equal(
        crypto_keys_add(keys, "hub", CRYPTO_EDDSA, ed_key, sizeof ed_key - 1), ERR_CONFLICT);
    assert_int_equal(
        crypto_keys_add(keys, "", CRYPTO_EDDSA, ed_key, sizeof ed_key - 1), ERR_INVALID_PARAMS);
    crypto_keys_free(NULL);
}

#define WITH_KEYS(test) cmocka_unit_test_setup_teardown(test, open_keys, close_keys)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_KEYS(a_minted_token_comes_back),
        WITH_KEYS(minting_respects_the_room),
        WITH_KEYS(each_algorithm_verifies),
        WITH_KEYS(the_session_family_is_text_or_number),
        WITH_KEYS(any_changed_character_is_refused),
        WITH_KEYS(any_truncation_is_refused),
        WITH_KEYS(the_algorithm_belongs_to_the_key),
        WITH_KEYS(a_token_without_signature_is_refused),
        WITH_KEYS(a_public_key_is_no_secret),
        WITH_KEYS(kids_must_be_known),
        WITH_KEYS(another_secret_is_refused),
        WITH_KEYS(shapes_that_are_no_token),
        WITH_KEYS(issuer_and_audience),
        WITH_KEYS(expiry),
        WITH_KEYS(not_before),
        WITH_KEYS(subjects_and_ids),
        WITH_KEYS(tokens_have_names),
        WITH_KEYS(keys_must_suit_their_algorithm),
        WITH_KEYS(kids_are_unique),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
