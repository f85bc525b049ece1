/* crypto.h -- hashes, MACs, random bytes, tokens.  All functions are synchronous.
 * OpenSSL stays inside crypto.c and, for the tokens and their keys, crypto_token.c and crypto_jwks.c.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

enum {
    CRYPTO_SHA256_BYTES = 32,
    CRYPTO_TOKEN_BYTES = 32,
    CRYPTO_HEX_BYTES = 65,
    CRYPTO_TOKEN_ID_BYTES = 33,
    CRYPTO_SUBJECT_BYTES = 256,
    CRYPTO_B64_BYTES = 44
};

void crypto_random(void *out, size_t bytes);
uint64_t crypto_random_below(uint64_t limit);
void crypto_sha256(const void *data, size_t bytes, uint8_t out[CRYPTO_SHA256_BYTES]);
void crypto_hmac_sha256(const void *key,
    size_t key_bytes,
    const void *data,
    size_t bytes,
    uint8_t out[CRYPTO_SHA256_BYTES]);
bool crypto_equal(const void *a, const void *b, size_t bytes); /* constant time */
void crypto_hex(const uint8_t *data, size_t bytes, char *out); /* 2 * bytes + 1 */
/* base64url without padding; decode returns the length or -1 */
size_t crypto_b64_encode(const uint8_t *data, size_t bytes, char *out, size_t out_bytes);
int crypto_b64_decode(const char *text, size_t text_bytes, uint8_t *out, size_t out_bytes);
void crypto_wipe(void *p, size_t bytes);

/* A streaming SHA-256, for the request hash. */
struct crypto_hash;
struct crypto_hash *crypto_hash_new(void); /* reusable; one per process is enough */
void crypto_hash_free(struct crypto_hash *h);
void crypto_hash_begin(struct crypto_hash *h);
void crypto_hash_add(struct crypto_hash *h, const void *data, size_t bytes);
void crypto_hash_end(struct crypto_hash *h, uint8_t out[CRYPTO_SHA256_BYTES]);

/* Tokens: JWTs whose algorithm belongs to the key (by kid) and is never read from the token. */
enum crypto_alg { CRYPTO_HS256, CRYPTO_ES256, CRYPTO_RS256, CRYPTO_EDDSA };
struct crypto_keys; /* kid -> (algorithm, key) */
struct crypto_keys *crypto_keys_new(void);
void crypto_keys_free(struct crypto_keys *k);
int crypto_keys_count(const struct crypto_keys *k);
/* key: raw secret for HS256 (32 ... 512 bytes), PEM public key for the others; copied.
 *   errors  ERR_INVALID_PARAMS no key, or none for this algorithm (P-256, RSA of 2,048 bits and more, Ed25519);
 *           ERR_CONFLICT the kid is taken
 */
MUST_CHECK enum err crypto_keys_add(
    struct crypto_keys *k, const char *kid, enum crypto_alg alg, const void *key, size_t key_bytes);

/* Adds the keys of a JSON Web Key Set that can verify tokens here; *out_left_out counts the others: of another
 * algorithm or use, too weak, without kid.
 *   errors  ERR_PARSE no key set; ERR_LIMIT more than 64 keys; ERR_CONFLICT two keys with one kid.  What came before
 *           the fault is in `k`: throw it away
 */
MUST_CHECK enum err crypto_jwks_add(
    struct crypto_keys *k, const char *text, size_t length_bytes, int *out_left_out);

struct crypto_claims {
    char sub
        [CRYPTO_SUBJECT_BYTES]; /* principal: "m:123", "s:7"; of an outside provider its subject */
    char jti[CRYPTO_SUBJECT_BYTES];
    char token_id
        [CRYPTO_TOKEN_ID_BYTES]; /* what a revocation names: hex, of iss and jti, or of the signed text */
    int64_t session_family; /* sid; 0: none (minted on the command line) */
    int64_t issued_s, expires_s, not_before_s, auth_time_s;
};
/* What a token must say. */
struct crypto_rules {
    const char *issuer, *audience;
    int leeway_s; /* so far the clock of who made it may be ahead: for nbf and iat; exp has none */
};
/* Verifies signature, exp (no leeway, at most 24 h ahead and after iat), nbf, iat, aud and iss.  `sid` that is no
 * decimal id counts as 0.
 *   errors  ERR_UNAUTHENTICATED, whatever is wrong
 */
MUST_CHECK enum err crypto_token_verify(const struct crypto_keys *k,
    const char *token,
    const struct crypto_rules *rules,
    struct wall_ms now,
    struct crypto_claims *out_claims);
/* Mints an HS256 token under `kid` (which must be there); returns its length, 0 if out is too small (1,024 is enough). */
size_t crypto_token_mint(const struct crypto_keys *k,
    const char *kid,
    const char *issuer,
    const char *audience,
    const struct crypto_claims *claims,
    char *out,
    size_t out_bytes);

const char *crypto_library_version(void); /* "3.0.17" */
