/* crypto_sign.c -- Ed25519 with OpenSSL.  A failure of OpenSSL with a good key is a broken machine: it ends the process. */
#include "io/crypto_sign.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/crypto.h"
#include "base/buf.h"
#include "base/mem.h"

enum { RAW_BYTES = 32, SIGNATURE_BYTES = 64, KEYS_MAX = 8, JWK_BYTES = 256, HEADER_BYTES = 128 };

struct crypto_signer {
    EVP_PKEY *key;
    char kid[CRYPTO_B64_BYTES];
    char header[HEADER_BYTES]; /* base64url */
    char *jwks;
};

static void must(int ok, const char *what)
{
    if (ok == 1)
        return;
    fprintf(stderr, "OpenSSL: %s failed\n", what);
    abort();
}

static size_t b64_bytes(size_t bytes)
{
    return (bytes * 4 + 2) / 3;
}

/* The key's "x", and its thumbprint: the hash of the members that make it, in their order. */
static void identify(EVP_PKEY *key, char x[CRYPTO_B64_BYTES], char kid[CRYPTO_B64_BYTES])
{
    uint8_t raw[RAW_BYTES], sum[CRYPTO_SHA256_BYTES];
    size_t length = sizeof raw;
    char members[JWK_BYTES];

    must(EVP_PKEY_get_raw_public_key(key, raw, &length), "EVP_PKEY_get_raw_public_key");
    (void)crypto_b64_encode(raw, sizeof raw, x, CRYPTO_B64_BYTES);
    snprintf(members, sizeof members, "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"%s\"}", x);
    crypto_sha256(members, strlen(members), sum);
    (void)crypto_b64_encode(sum, sizeof sum, kid, CRYPTO_B64_BYTES);
}

static void add_jwk(struct buf *b, EVP_PKEY *key)
{
    char x[CRYPTO_B64_BYTES], kid[CRYPTO_B64_BYTES];

    identify(key, x, kid);
    buf_printf(b,
        "%s{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"EdDSA\",\"use\":\"sig\",\"kid\":\"%s\","
        "\"x\":\"%s\"}",
        b->length_bytes == 0 ? "{\"keys\":[" : ",", kid, x);
}

/* Takes the key. */
static struct crypto_signer *signer_of(EVP_PKEY *key)
{
    struct crypto_signer *s = mem_zalloc(sizeof *s);
    char x[CRYPTO_B64_BYTES], header[HEADER_BYTES];

    s->key = key;
    identify(key, x, s->kid);
    snprintf(header, sizeof header, "{\"alg\":\"EdDSA\",\"kid\":\"%s\"}", s->kid);
    (void)crypto_b64_encode((const uint8_t *)header, strlen(header), s->header, sizeof s->header);
    return s;
}

static void end_jwks(struct crypto_signer *s, struct buf *b)
{
    buf_add_text(b, "]}\n");
    s->jwks = buf_take(b, &(size_t){0});
}

/* The public keys that follow.  False: one that is no Ed25519 key, or too many. */
static bool read_earlier(BIO *bio, struct buf *jwks)
{
    EVP_PKEY *key;
    int count = 1;
    bool fine = true;

    while (fine && (key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL)) != NULL) {
        fine = EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 && ++count <= KEYS_MAX;
        if (fine)
            add_jwk(jwks, key);
        EVP_PKEY_free(key);
    }
    ERR_clear_error(); /* "no start line": the end of the file */
    return fine;
}

/* No question on a terminal for a key that is locked. */
static int no_password(char *out, int bytes, int writes, void *arg)
{
    (void)out;
    (void)bytes;
    (void)writes;
    (void)arg;
    return -1;
}

enum err crypto_signer_read(const char *pem, size_t pem_bytes, struct crypto_signer **out_signer)
{
    BIO *bio = pem_bytes <= INT_MAX ? BIO_new_mem_buf(pem, (int)pem_bytes) : NULL;
    EVP_PKEY *key = bio != NULL ? PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL) : NULL;
    struct crypto_signer *s = NULL;
    struct buf jwks;

    ERR_clear_error();
    buf_init(&jwks, 0);
    if (key != NULL && EVP_PKEY_get_id(key) == EVP_PKEY_ED25519) {
        add_jwk(&jwks, key);
        s = signer_of(key);
        if (read_earlier(bio, &jwks)) {
            end_jwks(s, &jwks);
        } else {
            crypto_signer_free(s);
            s = NULL;
        }
    } else {
        EVP_PKEY_free(key);
    }
    buf_done(&jwks);
    BIO_free(bio);
    if (s == NULL)
        return ERR_INVALID_PARAMS;
    *out_signer = s;
    return ERR_OK;
}

struct crypto_signer *crypto_signer_derive(const void *secret, size_t secret_bytes)
{
    static const char use[] = "clubhub receipts";
    uint8_t seed[CRYPTO_SHA256_BYTES];
    struct crypto_signer *s;
    struct buf jwks;
    EVP_PKEY *key;

    crypto_hmac_sha256(secret, secret_bytes, use, sizeof use - 1, seed);
    key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, sizeof seed);
    must(key != NULL, "EVP_PKEY_new_raw_private_key");
    crypto_wipe(seed, sizeof seed);
    buf_init(&jwks, 0);
    add_jwk(&jwks, key);
    s = signer_of(key);
    end_jwks(s, &jwks);
    buf_done(&jwks);
    return s;
}

void crypto_signer_free(struct crypto_signer *s)
{
    if (s == NULL)
        return;
    EVP_PKEY_free(s->key);
    mem_free(s->jwks);
    mem_free(s);
}

const char *crypto_signer_kid(const struct crypto_signer *s)
{
    return s->kid;
}

const char *crypto_signer_jwks(const struct crypto_signer *s)
{
    return s->jwks;
}

size_t crypto_signer_jws_bytes(const struct crypto_signer *s, size_t payload_bytes)
{
    return strlen(s->header) + 1 + b64_bytes(payload_bytes) + 1 + b64_bytes(SIGNATURE_BYTES) + 1;
}

void crypto_signer_jws(
    const struct crypto_signer *s, const char *payload, size_t payload_bytes, char *out)
{
    size_t room = crypto_signer_jws_bytes(s, payload_bytes), length = strlen(s->header);
    uint8_t signature[SIGNATURE_BYTES];
    size_t signature_bytes = sizeof signature;
    EVP_MD_CTX *context = EVP_MD_CTX_new();

    memcpy(out, s->header, length);
    out[length++] = '.';
    length +=
        crypto_b64_encode((const uint8_t *)payload, payload_bytes, out + length, room - length);
    must(context != NULL && EVP_DigestSignInit(context, NULL, NULL, NULL, s->key) == 1,
        "EVP_DigestSignInit");
    must(EVP_DigestSign(context, signature, &signature_bytes, (const uint8_t *)out, length),
        "EVP_DigestSign");
    EVP_MD_CTX_free(context);
    out[length++] = '.';
    (void)crypto_b64_encode(signature, sizeof signature, out + length, room - length);
}
