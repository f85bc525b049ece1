/* jose.c -- keys and tokens by OpenSSL (jose.h). */
#include "jose.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/crypto.h"

enum { TEXT_BYTES = 8192, TEXTS = 16, PART_BYTES = 1024, P256_BYTES = 32 };

struct jose_key {
    enum jose_kind kind;
    EVP_PKEY *pair;
};

static char *next_text(void)
{
    static char texts[TEXTS][TEXT_BYTES];
    static int last;

    last = (last + 1) % TEXTS;
    texts[last][0] = '\0';
    return texts[last];
}

struct jose_key *jose_key_new(enum jose_kind kind)
{
    struct jose_key *k = calloc(1, sizeof *k);

    if (k == NULL)
        abort();
    k->kind = kind;
    switch (kind) {
    case JOSE_RSA:
        k->pair = EVP_RSA_gen(2048);
        break;
    case JOSE_RSA_1024:
        k->pair = EVP_RSA_gen(1024);
        break;
    case JOSE_P256:
        k->pair = EVP_EC_gen("P-256");
        break;
    case JOSE_P384:
        k->pair = EVP_EC_gen("P-384");
        break;
    case JOSE_ED25519:
        k->pair = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
        break;
    }
    if (k->pair == NULL)
        abort();
    return k;
}

void jose_key_free(struct jose_key *k)
{
    if (k == NULL)
        return;
    EVP_PKEY_free(k->pair);
    free(k);
}

/* --- keys as JSON ------------------------------------------------------------------------------ */

static void add_member(char *text, const char *name, const uint8_t *bytes, size_t length)
{
    char encoded[2 * PART_BYTES];

    (void)crypto_b64_encode(bytes, length, encoded, sizeof encoded);
    snprintf(text + strlen(text), TEXT_BYTES - strlen(text), ",\"%s\":\"%s\"", name, encoded);
}

static void add_number(
    char *text, const char *name, const EVP_PKEY *p, const char *param, int bytes)
{
    uint8_t raw[PART_BYTES];
    BIGNUM *n = NULL;

    if (EVP_PKEY_get_bn_param(p, param, &n) != 1)
        abort();
    int length = bytes != 0 ? BN_bn2binpad(n, raw, bytes) : BN_bn2bin(n, raw);

    BN_free(n);
    add_member(text, name, raw, (size_t)length);
}

const char *jose_jwk(const struct jose_key *k, const char *kid, const char *more)
{
    static const char *const types[] = {
        "RSA", "RSA", "EC\",\"crv\":\"P-256", "EC\",\"crv\":\"P-384", "OKP\",\"crv\":\"Ed25519"};
    char *text = next_text();
    uint8_t raw[P256_BYTES];
    size_t raw_bytes = sizeof raw;

    snprintf(text, TEXT_BYTES, "{\"kty\":\"%s\"", types[k->kind]);
    if (kid != NULL)
        snprintf(text + strlen(text), TEXT_BYTES - strlen(text), ",\"kid\":\"%s\"", kid);
    if (k->kind == JOSE_RSA || k->kind == JOSE_RSA_1024) {
        add_number(text, "n", k->pair, OSSL_PKEY_PARAM_RSA_N, 0);
        add_number(text, "e", k->pair, OSSL_PKEY_PARAM_RSA_E, 0);
    } else if (k->kind == JOSE_ED25519) {
        if (EVP_PKEY_get_raw_public_key(k->pair, raw, &raw_bytes) != 1)
            abort();
        add_member(text, "x", raw, raw_bytes);
    } else {
        int bytes = k->kind == JOSE_P256 ? P256_BYTES : 48;

        add_number(text, "x", k->pair, OSSL_PKEY_PARAM_EC_PUB_X, bytes);
        add_number(text, "y", k->pair, OSSL_PKEY_PARAM_EC_PUB_Y, bytes);
    }
    snprintf(
        text + strlen(text), TEXT_BYTES - strlen(text), "%s%s}", more[0] != '\0' ? "," : "", more);
    return text;
}

const char *jose_set(const char *keys)
{
    char *text = next_text();

    snprintf(text, TEXT_BYTES, "{\"keys\":[%s]}", keys);
    return text;
}

size_t jose_pem(const struct jose_key *k, char *out, size_t out_bytes)
{
    BIO *bio = BIO_new(BIO_s_mem());
    int length = PEM_write_bio_PUBKEY(bio, k->pair) == 1 ? BIO_read(bio, out, (int)out_bytes) : 0;

    BIO_free(bio);
    return length > 0 ? (size_t)length : 0;
}

size_t jose_der(const struct jose_key *k, unsigned char *out, size_t out_bytes)
{
    unsigned char *p = out;
    int length = i2d_PUBKEY(k->pair, NULL);

    if (length <= 0 || (size_t)length > out_bytes || i2d_PUBKEY(k->pair, &p) != length)
        abort();
    return (size_t)length;
}

/* --- tokens ------------------------------------------------------------------------------------ */

static void add_part(char *token, const void *data, size_t bytes)
{
    size_t length = strlen(token);

    if (bytes > 0 && crypto_b64_encode(data, bytes, token + length, TEXT_BYTES - length) == 0)
        abort();
}

static char *signed_text(const char *header, const char *payload)
{
    char *token = next_text();

    add_part(token, header, strlen(header));
    strncat(token, ".", 2);
    add_part(token, payload, strlen(payload));
    return token;
}

/* DER to r || s. */
static size_t raw_of(uint8_t *sig, size_t sig_bytes)
{
    const unsigned char *p = sig;
    ECDSA_SIG *s = d2i_ECDSA_SIG(NULL, &p, (long)sig_bytes);

    if (s == NULL || BN_bn2binpad(ECDSA_SIG_get0_r(s), sig, P256_BYTES) < 0 ||
        BN_bn2binpad(ECDSA_SIG_get0_s(s), sig + P256_BYTES, P256_BYTES) < 0)
        abort();
    ECDSA_SIG_free(s);
    return (size_t)2 * P256_BYTES;
}

const char *jose_token(const struct jose_key *k, const char *header, const char *payload)
{
    char *token = signed_text(header, payload);
    uint8_t sig[PART_BYTES];
    size_t sig_bytes = sizeof sig;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    const EVP_MD *md = k->kind == JOSE_ED25519 ? NULL : EVP_sha256();

    if (EVP_DigestSignInit(ctx, NULL, md, NULL, k->pair) != 1 ||
        EVP_DigestSign(ctx, sig, &sig_bytes, (const unsigned char *)token, strlen(token)) != 1)
        abort();
    EVP_MD_CTX_free(ctx);
    if (k->kind == JOSE_P256)
        sig_bytes = raw_of(sig, sig_bytes);
    strncat(token, ".", 2);
    add_part(token, sig, sig_bytes);
    return token;
}

const char *jose_mac_token(
    const void *secret, size_t secret_bytes, const char *header, const char *payload)
{
    char *token = signed_text(header, payload);
    uint8_t mac[CRYPTO_SHA256_BYTES];

    crypto_hmac_sha256(secret != NULL ? secret : "", secret_bytes, token, strlen(token), mac);
    strncat(token, ".", 2);
    if (secret != NULL)
        add_part(token, mac, sizeof mac);
    return token;
}
