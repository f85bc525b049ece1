/* crypto.c -- OpenSSL's hashes, MACs and random numbers; base64url and hex.  Tokens are in crypto_token.c.
 *
 * Algorithms are fetched once for the process (a fetch costs more than a short hash).  A failure of OpenSSL
 * in here is a broken machine or a bug, so it ends the process.
 */
#include "io/crypto.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

static pthread_once_t fetched = PTHREAD_ONCE_INIT;
static EVP_MD *sha256;
static EVP_MAC_CTX *hmac_form; /* HMAC-SHA-256 with some key; copied for each use */

static void must(int ok, const char *what)
{
    if (ok == 1)
        return;
    fprintf(stderr, "OpenSSL: %s failed\n", what);
    abort();
}

static void fetch(void)
{
    static char digest[] = "SHA256";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);

    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    must(sha256 != NULL && hmac != NULL, "fetch");
    hmac_form = EVP_MAC_CTX_new(hmac);
    must(hmac_form != NULL, "EVP_MAC_CTX_new");
    must(EVP_MAC_init(hmac_form, (const unsigned char *)"-", 1, params), "EVP_MAC_init");
    EVP_MAC_free(hmac); /* the form keeps it */
}

void crypto_random(void *out, size_t bytes)
{
    unsigned char *p = out;

    while (bytes > 0) {
        int n = bytes > INT_MAX ? INT_MAX : (int)bytes;

        must(RAND_bytes(p, n), "RAND_bytes");
        p += n;
        bytes -= (size_t)n;
    }
}

uint64_t crypto_random_below(uint64_t limit)
{
    uint64_t n;

    if (limit < 2)
        return 0;
    uint64_t biased = (0 - limit) % limit; /* 2^64 mod limit: so many low values are thrown away */

    do {
        crypto_random(&n, sizeof n);
    } while (n < biased);
    return n % limit;
}

void crypto_sha256(const void *data, size_t bytes, uint8_t out[CRYPTO_SHA256_BYTES])
{
    pthread_once(&fetched, fetch);
    must(EVP_Digest(data, bytes, out, NULL, sha256, NULL), "EVP_Digest");
}

void crypto_hmac_sha256(const void *key,
    size_t key_bytes,
    const void *data,
    size_t bytes,
    uint8_t out[CRYPTO_SHA256_BYTES])
{
    const unsigned char *secret = key != NULL ? key : (const unsigned char *)"";
    size_t length;

    pthread_once(&fetched, fetch);
    EVP_MAC_CTX *ctx = EVP_MAC_CTX_dup(hmac_form);

    must(ctx != NULL, "EVP_MAC_CTX_dup");
    must(EVP_MAC_init(ctx, secret, key_bytes, NULL), "EVP_MAC_init");
    must(EVP_MAC_update(ctx, data, bytes), "EVP_MAC_update");
    must(EVP_MAC_final(ctx, out, &length, CRYPTO_SHA256_BYTES), "EVP_MAC_final");
    EVP_MAC_CTX_free(ctx);
}

bool crypto_equal(const void *a, const void *b, size_t bytes)
{
    return CRYPTO_memcmp(a, b, bytes) == 0;
}

void crypto_wipe(void *p, size_t bytes)
{
    OPENSSL_cleanse(p, bytes);
}

/* --- texts -------------------------------------------------------------------------------- */

void crypto_hex(const uint8_t *data, size_t bytes, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < bytes; i++) {
        *out++ = digits[data[i] >> 4];
        *out++ = digits[data[i] & 15];
    }
    *out = '\0';
}

size_t crypto_b64_encode(const uint8_t *data, size_t bytes, char *out, size_t out_bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t length = bytes / 3 * 4 + (bytes % 3 != 0 ? bytes % 3 + 1 : 0);
    uint32_t bits = 0;
    int held = 0; /* bits not written yet */
    char *p = out;

    if (out_bytes <= length)
        return 0;
    for (size_t i = 0; i < bytes; i++) {
        bits = bits << 8 | data[i];
        for (held += 8; held >= 6; held -= 6)
            *p++ = digits[bits >> (held - 6) & 63];
    }
    if (held > 0)
        *p++ = digits[bits << (6 - held) & 63];
    *p = '\0';
    return length;
}

static int b64_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '-')
        return 62;
    return c == '_' ? 63 : -1;
}

int crypto_b64_decode(const char *text, size_t text_bytes, uint8_t *out, size_t out_bytes)
{
    size_t length = text_bytes / 4 * 3 + (text_bytes % 4 != 0 ? text_bytes % 4 - 1 : 0);
    uint32_t bits = 0;
    int held = 0;

    if (text_bytes % 4 == 1 || length > out_bytes || length > INT_MAX)
        return -1;
    for (size_t i = 0; i < text_bytes; i++) {
        int value = b64_value(text[i]);

        if (value < 0)
            return -1;
        bits = bits << 6 | (uint32_t)value;
        held += 6;
        if (held >= 8) {
            held -= 8;
            *out++ = (uint8_t)(bits >> held & 0xff);
        }
    }
    if ((bits & ((1u << held) - 1)) != 0)
        return -1; /* a second spelling of the same bytes */
    return (int)length;
}

/* --- streaming ---------------------------------------------------------------------------- */

struct crypto_hash {
    EVP_MD_CTX *ctx;
};

struct crypto_hash *crypto_hash_new(void)
{
    struct crypto_hash *h = mem_alloc(sizeof *h);

    pthread_once(&fetched, fetch);
    h->ctx = EVP_MD_CTX_new();
    must(h->ctx != NULL, "EVP_MD_CTX_new");
    crypto_hash_begin(h);
    return h;
}

void crypto_hash_free(struct crypto_hash *h)
{
    if (h == NULL)
        return;
    EVP_MD_CTX_free(h->ctx);
    mem_free(h);
}

void crypto_hash_begin(struct crypto_hash *h)
{
    must(EVP_DigestInit_ex2(h->ctx, sha256, NULL), "EVP_DigestInit_ex2");
}

void crypto_hash_add(struct crypto_hash *h, const void *data, size_t bytes)
{
    must(EVP_DigestUpdate(h->ctx, data, bytes), "EVP_DigestUpdate");
}

void crypto_hash_end(struct crypto_hash *h, uint8_t out[CRYPTO_SHA256_BYTES])
{
    must(EVP_DigestFinal_ex(h->ctx, out, NULL), "EVP_DigestFinal_ex");
}

const char *crypto_library_version(void)
{
    return OpenSSL_version(OPENSSL_VERSION_STRING);
}
