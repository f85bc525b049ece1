/* crypto_jwks.c -- JSON Web Key Sets (RFC 7517, 7518, 8037): the public keys an identity provider hands out.
 *
 *      {"keys":[{kty, kid, …}]} -> parameters -> OpenSSL's key -> PEM -> crypto_keys_add, which judges it
 *
 * The type of a key decides its algorithm: RSA is RS256, P-256 is ES256, Ed25519 is EdDSA, oct is HS256.  `alg` of the
 * key may confirm that and nothing else; what the set says of other algorithms, of encryption, or weakly, is left out.
 * Secrets must say `alg`, and a private key is never read.
 */
#include "io/crypto.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <string.h>

#include "io/json.h"

enum {
    KEYS_MAX = 64,
    PART_BYTES_MAX = 1024, /* of a parameter; RSA with 4,096 bits has 512 */
    PEM_BYTES_MAX = 4096,
    P256_PART_BYTES = 32,
    ED25519_BYTES = 32,
};

/* A parameter of a key, decoded. */
struct part {
    uint8_t bytes[PART_BYTES_MAX];
    size_t length_bytes; /* 0: absent or not base64url */
};

static void read_part(const struct json *jwk, const char *name, struct part *out)
{
    const char *text = json_text(json_member(jwk, name));
    int length =
        text != NULL ? crypto_b64_decode(text, strlen(text), out->bytes, sizeof out->bytes) : 0;

    out->length_bytes = length > 0 ? (size_t)length : 0;
}

static bool text_is(const struct json *jwk, const char *name, const char *text)
{
    const char *found = json_text(json_member(jwk, name));

    return found != NULL && strcmp(found, text) == 0;
}

/* --- OpenSSL's keys ---------------------------------------------------------------------------- */

static EVP_PKEY *from_params(const char *type, OSSL_PARAM_BLD *builder)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY *p = NULL;

    if (ctx == NULL || params == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &p, EVP_PKEY_PUBLIC_KEY, params) != 1)
        p = NULL;
    OSSL_PARAM_free(params);
    EVP_PKEY_CTX_free(ctx);
    return p;
}

static EVP_PKEY *rsa_key(const struct json *jwk)
{
    struct part n, e;
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY *p = NULL;

    read_part(jwk, "n", &n);
    read_part(jwk, "e", &e);
    BIGNUM *modulus = BN_bin2bn(n.bytes, (int)n.length_bytes, NULL);
    BIGNUM *exponent = BN_bin2bn(e.bytes, (int)e.length_bytes, NULL);

    if (builder != NULL && n.length_bytes != 0 && e.length_bytes != 0 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent) == 1)
        p = from_params("RSA", builder);
    OSSL_PARAM_BLD_free(builder);
    BN_free(modulus);
    BN_free(exponent);
    return p;
}

static EVP_PKEY *p256_key(const struct json *jwk)
{
    static const char group[] = "prime256v1";
    struct part x, y;
    uint8_t point[1 + 2 * P256_PART_BYTES] = {4}; /* not compressed */
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY *p = NULL;

    read_part(jwk, "x", &x);
    read_part(jwk, "y", &y);
    if (builder != NULL && x.length_bytes == P256_PART_BYTES && y.length_bytes == P256_PART_BYTES) {
        memcpy(point + 1, x.bytes, P256_PART_BYTES);
        memcpy(point + 1 + P256_PART_BYTES, y.bytes, P256_PART_BYTES);
        if (OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) == 1 &&
            OSSL_PARAM_BLD_push_octet_string(
                builder, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point) == 1)
            p = from_params("EC", builder);
    }
    OSSL_PARAM_BLD_free(builder);
    return p;
}

static EVP_PKEY *ed25519_key(const struct json *jwk)
{
    struct part x;

    read_part(jwk, "x", &x);
    if (x.length_bytes != ED25519_BYTES)
        return NULL;
    return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, x.bytes, ED25519_BYTES);
}

/* --- one key ----------------------------------------------------------------------------------- */

static const struct {
    const char *type, *curve, *name;
    enum crypto_alg alg;
    EVP_PKEY *(*read)(const struct json *jwk); /* NULL: a secret */
} kinds[] = {
    {"RSA", NULL, "RS256", CRYPTO_RS256, rsa_key},
    {"EC", "P-256", "ES256", CRYPTO_ES256, p256_key},
    {"OKP", "Ed25519", "EdDSA", CRYPTO_EDDSA, ed25519_key},
    {"oct", NULL, "HS256", CRYPTO_HS256, NULL},
};

/* Which of `kinds`; -1: none that is taken. */
static int kind_of(const struct json *jwk)
{
    const struct json *alg = json_member(jwk, "alg");

    for (int i = 0; i < (int)(sizeof kinds / sizeof kinds[0]); i++) {
        if (!text_is(jwk, "kty", kinds[i].type) ||
            (kinds[i].curve != NULL && !text_is(jwk, "crv", kinds[i].curve)))
            continue;
        if (alg == NULL)
            return kinds[i].read != NULL ? i : -1;
        return text_is(jwk, "alg", kinds[i].name) ? i : -1;
    }
    return -1;
}

/* For signatures, to be verified by us. */
static bool may_verify(const struct json *jwk)
{
    const struct json *ops = json_member(jwk, "key_ops");

    if (json_member(jwk, "d") != NULL ||
        (json_member(jwk, "use") != NULL && !text_is(jwk, "use", "sig")))
        return false;
    if (ops == NULL)
        return true;
    for (const struct json *op = json_first(ops); op != NULL; op = json_next(op)) {
        if (json_text(op) != NULL && strcmp(json_text(op), "verify") == 0)
            return true;
    }
    return false;
}

/* The key as PEM; returns its length, 0: it is none. */
static size_t pem_of(EVP_PKEY *p, char out[PEM_BYTES_MAX])
{
    BIO *bio = BIO_new(BIO_s_mem());
    int length = 0;

    if (bio != NULL && p != NULL && PEM_write_bio_PUBKEY(bio, p) == 1)
        length = BIO_read(bio, out, PEM_BYTES_MAX);
    BIO_free(bio);
    return length > 0 ? (size_t)length : 0;
}

static enum err add_secret(struct crypto_keys *k, const char *kid, const struct json *jwk)
{
    struct part secret;
    enum err e;

    read_part(jwk, "k", &secret);
    e = crypto_keys_add(k, kid, CRYPTO_HS256, secret.bytes, secret.length_bytes);
    crypto_wipe(&secret, sizeof secret);
    return e;
}

static enum err add_key(struct crypto_keys *k, const struct json *jwk)
{
    const char *kid = json_text(json_member(jwk, "kid"));
    int kind = kind_of(jwk);
    char pem[PEM_BYTES_MAX];

    if (kid == NULL || kind < 0 || !may_verify(jwk))
        return ERR_INVALID_PARAMS;
    if (kinds[kind].read == NULL)
        return add_secret(k, kid, jwk);

    EVP_PKEY *p = kinds[kind].read(jwk);
    size_t length = pem_of(p, pem);

    EVP_PKEY_free(p);
    return length == 0 ? ERR_INVALID_PARAMS : crypto_keys_add(k, kid, kinds[kind].alg, pem, length);
}

/* --- the set ----------------------------------------------------------------------------------- */

enum err crypto_jwks_add(
    struct crypto_keys *k, const char *text, size_t length_bytes, int *out_left_out)
{
    struct json *set = NULL;
    const struct json *keys;
    int left_out = 0;
    enum err e = json_parse(text, length_bytes, &set, NULL);

    if (e != ERR_OK)
        return ERR_PARSE;
    keys = json_member(set, "keys");
    if (json_type_of(set) != JSON_OBJECT || keys == NULL || json_type_of(keys) != JSON_LIST)
        e = ERR_PARSE;
    else if (json_count(keys) > KEYS_MAX)
        e = ERR_LIMIT;
    for (const struct json *jwk = json_first(keys); jwk != NULL && e == ERR_OK;
         jwk = json_next(jwk)) {
        e = add_key(k, jwk);
        if (e == ERR_INVALID_PARAMS) {
            left_out++;
            e = ERR_OK;
        }
    }
    json_free(set);
    ERR_clear_error(); /* the queue of the thread is also TLS's */
    if (e == ERR_OK)
        *out_left_out = left_out;
    return e;
}
