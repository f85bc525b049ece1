/* fuzz_token.c -- tokens: none is taken that its key did not sign, whatever its header claims. */
#include <string.h>

#include "io/crypto.h"
#include "fuzz.h"

enum { NOW_S = 1790000000, LIFE_S = 900, TOKEN_BYTES = 1024 };

static const char secret[] = "a secret of thirty-two bytes or so";
static const struct crypto_rules rules = {
    .issuer = "clubhub", .audience = "clubhub", .leeway_s = 30};
static struct crypto_keys *keys;
static char good[TOKEN_BYTES];
static size_t good_bytes;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct crypto_claims claims = {
        .sub = "m:5", .jti = "1", .issued_s = NOW_S, .expires_s = NOW_S + LIFE_S};

    (void)argc, (void)argv;
    keys = crypto_keys_new();
    FUZZ_MUST(crypto_keys_add(keys, "k1", CRYPTO_HS256, secret, sizeof secret - 1) == ERR_OK);
    good_bytes =
        crypto_token_mint(keys, "k1", rules.issuer, rules.audience, &claims, good, sizeof good);
    FUZZ_MUST(good_bytes > 0);
    return 0;
}

/* The bytes as a token; and the good token with the bytes laid over it from some place on. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct crypto_claims claims;
    struct wall_ms now = {.ms = (int64_t)NOW_S * 1000};
    char token[4 * TOKEN_BYTES];
    size_t at, length;

    if (size < 2 || size > sizeof token - TOKEN_BYTES)
        return 0;
    memcpy(token, data, size);
    token[size] = '\0';
    FUZZ_MUST(crypto_token_verify(keys, token, &rules, now, &claims) != ERR_OK ||
              strcmp(token, good) == 0);

    at = (size_t)(data[0] | data[1] << 8) % good_bytes;
    length = at + size - 2;
    memcpy(token, good, good_bytes + 1);
    memcpy(token + at, data + 2, size - 2);
    token[length > good_bytes ? length : good_bytes] = '\0';
    FUZZ_MUST(crypto_token_verify(keys, token, &rules, now, &claims) != ERR_OK ||
              strcmp(token, good) == 0);
    return 0;
}
