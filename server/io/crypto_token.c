/* crypto_token.c -- JSON Web Tokens (RFC 7515, 7519), verified strictly and minted with HS256.
 *
 *      token -> three parts -> header: kid -> key -> signature over "header.payload" -> claims
 *
 * (1) The key decides the algorithm.  A header that names another one is refused, so neither "none" nor
 *     a public key used as an HMAC secret gets anywhere.
 * (2) Nothing of the payload is looked at before the signature holds.
 * (3) Whatever is wrong, the caller learns ERR_UNAUTHENTICATED and nothing else.
 */
#include "io/crypto.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <assert.h>
#include <limits.h>
#include <string.h>

#include "io/json.h"
#include "base/buf.h"
#include "base/id.h"
#include "base/mem.h"

enum {
    TOKEN_BYTES_MAX = 4096,
    HEADER_BYTES_MAX = 1024,
    SIGNATURE_BYTES_MAX = 512, /* RSA with 4,096 bits */
    SECRET_BYTES_MAX = 512,
    KID_BYTES_MAX = 128,
    TOKEN_ID_BYTES = 16,
    LIFETIME_S_MAX = 24 * 60 * 60,
    RSA_BITS_MIN = 2048,
    P256_PART_BYTES = 32, /* r and s */
};

struct key {
    char *kid;
    enum crypto_alg alg;
    uint8_t *secret; /* HS256 */
    size_t secret_bytes;
    EVP_PKEY *public_key; /* the others */
};

struct crypto_keys {
    struct key *keys;
    size_t count;
    size_t capacity;
};

/* A piece of the token. */
struct part {
    const char *text;
    size_t bytes;
};

/* --- keys --------------------------------------------------------------------------------- */

struct crypto_keys *crypto_keys_new(void)
{
    return mem_zalloc(sizeof(struct crypto_keys));
}

void crypto_keys_free(struct crypto_keys *k)
{
    if (k == NULL)
        return;
    for (size_t i = 0; i < k->count; i++) {
        struct key *key = &k->keys[i];

        if (key->secret != NULL)
            crypto_wipe(key->secret, key->secret_bytes);
        mem_free(key->secret);
        EVP_PKEY_free(key->public_key);
        mem_free(key->kid);
    }
    mem_free(k->keys);
    mem_free(k);
}

int crypto_keys_count(const struct crypto_keys *k)
{
    return (int)k->count;
}

static const struct key *key_by_kid(const struct crypto_keys *k, const char *kid)
{
    for (size_t i = 0; i < k->count; i++) {
        if (strcmp(k->keys[i].kid, kid) == 0)
            return &k->keys[i];
    }
    return NULL;
}

static int no_passphrase(char *out, int out_bytes, int writing, void *arg)
{
    (void)out;
    (void)out_bytes;
    (void)writing;
    (void)arg;
    return -1;
}

/* Neither a point off its curve nor an exponent that signs everything. */
static bool key_is_sound(EVP_PKEY *p)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, p, NULL);
    bool ok = ctx != NULL && EVP_PKEY_public_check(ctx) == 1;

    EVP_PKEY_CTX_free(ctx);
    return ok;
}

static bool key_suits(const EVP_PKEY *p, enum crypto_alg alg)
{
    char group[32] = "";

    switch (alg) {
    case CRYPTO_ES256:
        return EVP_PKEY_is_a(p, "EC") &&
               EVP_PKEY_get_group_name(p, group, sizeof group, NULL) == 1 &&
               strcmp(group, "prime256v1") == 0;
    case CRYPTO_RS256:
        return EVP_PKEY_is_a(p, "RSA") && EVP_PKEY_get_bits(p) >= RSA_BITS_MIN &&
               EVP_PKEY_get_size(p) <= SIGNATURE_BYTES_MAX;
    case CRYPTO_EDDSA:
        return EVP_PKEY_is_a(p, "ED25519");
    case CRYPTO_HS256:
        break;
    }
    return false;
}

/* The public key in a PEM text, or NULL if it is none or not one for `alg`. */
static EVP_PKEY *public_key_read(const void *pem, size_t pem_bytes, enum crypto_alg alg)
{
    BIO *bio = BIO_new_mem_buf(pem, (int)pem_bytes);
    EVP_PKEY *p = bio != NULL ? PEM_read_bio_PUBKEY(bio, NULL, no_passphrase, NULL) : NULL;

    BIO_free(bio);
    if (p != NULL && !(key_suits(p, alg) && key_is_sound(p))) {
        EVP_PKEY_free(p);
        p = NULL;
    }
    ERR_clear_error(); /* the queue of the thread is also TLS's */
    return p;
}

static bool is_der_key(const void *bytes, size_t length_bytes)
{
    const unsigned char *p = bytes;
    EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)length_bytes);
    bool is_key = key != NULL;

    EVP_PKEY_free(key);
    ERR_clear_error();
    return is_key;
}

/* Never a key that may be public. */
static bool secret_suits(const void *secret, size_t bytes)
{
    static const char pem[] = "-----BEGIN";

    return bytes >= CRYPTO_SHA256_BYTES && bytes <= SECRET_BYTES_MAX &&
           memcmp(secret, pem, sizeof pem - 1) != 0 && !is_der_key(secret, bytes);
}

enum err crypto_keys_add(
    struct crypto_keys *k, const char *kid, enum crypto_alg alg, const void *key, size_t key_bytes)
{
    struct key new_key = {.alg = alg};
    size_t kid_bytes = strlen(kid);
    void *keys = k->keys;

    if (kid_bytes == 0 || kid_bytes > KID_BYTES_MAX || key_bytes > INT_MAX)
        return ERR_INVALID_PARAMS;
    if (key_by_kid(k, kid) != NULL)
        return ERR_CONFLICT;
    if (alg == CRYPTO_HS256) {
        if (!secret_suits(key, key_bytes))
            return ERR_INVALID_PARAMS;
        new_key.secret = mem_alloc(key_bytes);
        new_key.secret_bytes = key_bytes;
        memcpy(new_key.secret, key, key_bytes);
    } else {
        new_key.public_key = public_key_read(key, key_bytes, alg);
        if (new_key.public_key == NULL)
            return ERR_INVALID_PARAMS;
    }
    new_key.kid = mem_copy(kid, kid_bytes);
    mem_grow(&keys, &k->capacity, k->count + 1, sizeof *k->keys);
    k->keys = keys;
    k->keys[k->count++] = new_key;
    return ERR_OK;
}

/* --- signatures --------------------------------------------------------------------------- */

/* r || s as JOSE has it, to the DER that OpenSSL wants; returns the length, 0 if it cannot be.
 * The caller frees *out_der with OPENSSL_free.
 */
static size_t der_of(const uint8_t *rs, unsigned char **out_der)
{
    ECDSA_SIG *sig = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(rs, P256_PART_BYTES, NULL);
    BIGNUM *s = BN_bin2bn(rs + P256_PART_BYTES, P256_PART_BYTES, NULL);
    int length = 0;

    if (sig != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(sig, r, s) == 1) {
        r = s = NULL; /* now the signature's */
        length = i2d_ECDSA_SIG(sig, out_der);
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(sig);
    return length > 0 ? (size_t)length : 0;
}

static bool digest_verifies(
    const struct key *key, struct part text, const uint8_t *sig, size_t sig_bytes)
{
    const EVP_MD *md = key->alg == CRYPTO_EDDSA ? NULL : EVP_sha256();
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok =
        ctx != NULL && EVP_DigestVerifyInit(ctx, NULL, md, NULL, key->public_key) == 1 &&
        EVP_DigestVerify(ctx, sig, sig_bytes, (const unsigned char *)text.text, text.bytes) == 1;

    EVP_MD_CTX_free(ctx);
    return ok;
}

static bool es256_verifies(
    const struct key *key, struct part text, const uint8_t *sig, size_t sig_bytes)
{
    unsigned char *der = NULL;

    if (sig_bytes != 2 * P256_PART_BYTES)
        return false;
    size_t der_bytes = der_of(sig, &der);
    bool ok = der_bytes != 0 && digest_verifies(key, text, der, der_bytes);

    OPENSSL_free(der);
    return ok;
}

static bool hs256_verifies(
    const struct key *key, struct part text, const uint8_t *sig, size_t sig_bytes)
{
    uint8_t mac[CRYPTO_SHA256_BYTES];

    if (sig_bytes != sizeof mac)
        return false;
    crypto_hmac_sha256(key->secret, key->secret_bytes, text.text, text.bytes, mac);
    return crypto_equal(mac, sig, sizeof mac);
}

static bool signature_holds(const struct key *key, struct part text, struct part signature)
{
    uint8_t sig[SIGNATURE_BYTES_MAX];
    int length = crypto_b64_decode(signature.text, signature.bytes, sig, sizeof sig);
    bool ok = false;

    if (length <= 0)
        return false;
    if (key->alg == CRYPTO_HS256)
        ok = hs256_verifies(key, text, sig, (size_t)length);
    else if (key->alg == CRYPTO_ES256)
        ok = es256_verifies(key, text, sig, (size_t)length);
    else
        ok = digest_verifies(key, text, sig, (size_t)length);
    ERR_clear_error();
    return ok;
}

/* --- reading ------------------------------------------------------------------------------ */

/* Cuts at the dots; false unless there are exactly two. */
static bool split(const char *token, struct part parts[3])
{
    const char *p = token;

    for (int i = 0; i < 3; i++) {
        size_t length = strcspn(p, ".");

        parts[i] = (struct part){p, length};
        p += length;
        if (*p != (i < 2 ? '.' : '\0'))
            return false;
        p += i < 2;
    }
    return true;
}

/* The JSON object in a part, or NULL. */
static struct json *part_json(struct part part, size_t max_bytes)
{
    uint8_t bytes[TOKEN_BYTES_MAX];
    struct json *j = NULL;
    int length = crypto_b64_decode(
        part.text, part.bytes, bytes, max_bytes < sizeof bytes ? max_bytes : sizeof bytes);

    if (length <= 0 || json_parse((const char *)bytes, (size_t)length, &j, NULL) != ERR_OK)
        return NULL;
    if (json_type_of(j) == JSON_OBJECT)
        return j;
    json_free(j);
    return NULL;
}

static const char *alg_name(enum crypto_alg alg)
{
    static const char *const names[] = {
        [CRYPTO_HS256] = "HS256",
        [CRYPTO_ES256] = "ES256",
        [CRYPTO_RS256] = "RS256",
        [CRYPTO_EDDSA] = "EdDSA",
    };

    return names[alg];
}

/* The key that the header names, if the header agrees with its algorithm. */
static const struct key *key_of_header(const struct crypto_keys *k, struct part part)
{
    struct json *header = part_json(part, HEADER_BYTES_MAX);
    const char *kid = json_text(json_member(header, "kid"));
    const char *alg = json_text(json_member(header, "alg"));
    const struct key *key = kid != NULL ? key_by_kid(k, kid) : NULL;

    if (key != NULL && (alg == NULL || strcmp(alg, alg_name(key->alg)) != 0))
        key = NULL;
    if (json_member(header, "crit") != NULL)
        key = NULL; /* extensions that must be understood: there are none */
    json_free(header);
    return key;
}

static bool text_is(const struct json *j, const char *text)
{
    const char *t = json_text(j);

    return t != NULL && strcmp(t, text) == 0;
}

/* `aud` is one text or a list of texts. */
static bool audience_is(const struct json *aud, const char *audience)
{
    if (json_type_of(aud) != JSON_LIST)
        return text_is(aud, audience);
    for (const struct json *a = json_first(aud); a != NULL; a = json_next(a)) {
        if (text_is(a, audience))
            return true;
    }
    return false;
}

/* A number of seconds that may be left out. */
static bool read_seconds(const struct json *payload, const char *name, int64_t *out_s)
{
    const struct json *j = json_member(payload, name);

    return j == NULL || (json_integer(j, out_s) && *out_s >= 0);
}

/* A text that must fit and hold no control characters; false if it is there and does not. */
static bool read_text(const struct json *payload, const char *name, char *out, size_t out_bytes)
{
    const struct json *j = json_member(payload, name);
    const char *text = json_text(j);

    if (j == NULL)
        return true;
    if (text == NULL || strlen(text) >= out_bytes)
        return false;
    for (const char *p = text; *p != '\0'; p++) {
        if ((unsigned char)*p < ' ' || *p == '\x7f')
            return false;
    }
    memcpy(out, text, strlen(text) + 1);
    return true;
}

/* `sid` is our session family; an outside provider may use any text, which is no family of ours. */
static bool read_family(const struct json *payload, int64_t *out_family)
{
    const struct json *j = json_member(payload, "sid");

    if (j == NULL || json_id(j, out_family))
        return true;
    return json_text(j) != NULL;
}

static bool read_claims(const struct json *payload, struct crypto_claims *c)
{
    return read_text(payload, "sub", c->sub, sizeof c->sub) && c->sub[0] != '\0' &&
           read_text(payload, "jti", c->jti, sizeof c->jti) &&
           read_family(payload, &c->session_family) && read_seconds(payload, "iat", &c->issued_s) &&
           json_member(payload, "exp") != NULL && read_seconds(payload, "exp", &c->expires_s) &&
           read_seconds(payload, "nbf", &c->not_before_s) &&
           read_seconds(payload, "auth_time", &c->auth_time_s);
}

/* expires after now, within a day of now and of its making; not before its time */
static bool is_in_time(const struct crypto_claims *c, struct wall_ms now, int leeway_s)
{
    int64_t latest_s = now.ms / 1000 + leeway_s;

    return c->expires_s * 1000 > now.ms && c->expires_s * 1000 <= now.ms + LIFETIME_S_MAX * 1000 &&
           (c->issued_s == 0 || c->expires_s - c->issued_s <= LIFETIME_S_MAX) &&
           c->issued_s <= latest_s && c->not_before_s <= latest_s;
}

/* Names the token: by issuer and jti, else by what was signed. */
static void name_token(struct crypto_claims *c, const char *issuer, struct part signed_text)
{
    uint8_t sum[CRYPTO_SHA256_BYTES];
    struct buf b;

    buf_init(&b, 0);
    if (c->jti[0] != '\0') {
        buf_add(&b, issuer, strlen(issuer) + 1);
        buf_add_text(&b, c->jti);
    } else {
        buf_add(&b, signed_text.text, signed_text.bytes);
    }
    crypto_sha256(b.bytes, b.length_bytes, sum);
    crypto_hex(sum, TOKEN_ID_BYTES, c->token_id);
    buf_done(&b);
}

enum err crypto_token_verify(const struct crypto_keys *k,
    const char *token,
    const struct crypto_rules *rules,
    struct wall_ms now,
    struct crypto_claims *out_claims)
{
    struct part parts[3];
    struct crypto_claims claims = {0};

    if (strnlen(token, TOKEN_BYTES_MAX + 1) > TOKEN_BYTES_MAX || !split(token, parts))
        return ERR_UNAUTHENTICATED;
    const struct key *key = key_of_header(k, parts[0]);
    struct part signed_text = {token, parts[0].bytes + 1 + parts[1].bytes};

    if (key == NULL || !signature_holds(key, signed_text, parts[2]))
        return ERR_UNAUTHENTICATED;

    struct json *payload = part_json(parts[1], TOKEN_BYTES_MAX);
    bool ok = payload != NULL && text_is(json_member(payload, "iss"), rules->issuer) &&
              audience_is(json_member(payload, "aud"), rules->audience) &&
              read_claims(payload, &claims) && is_in_time(&claims, now, rules->leeway_s);

    json_free(payload);
    if (!ok)
        return ERR_UNAUTHENTICATED;
    name_token(&claims, rules->issuer, signed_text);
    *out_claims = claims;
    return ERR_OK;
}

/* --- minting ------------------------------------------------------------------------------ */

static void add_text_member(struct buf *b, const char *name, const char *text)
{
    buf_printf(b, "%s\"%s\":", b->length_bytes > 1 ? "," : "", name);
    buf_add_json_string(b, text, strlen(text));
}

static void add_seconds(struct buf *b, const char *name, int64_t s)
{
    if (s != 0)
        buf_printf(b, ",\"%s\":%lld", name, (long long)s);
}

static void add_part(struct buf *token, const struct buf *json)
{
    size_t room = json->length_bytes / 3 * 4 + 5;
    char *p = buf_reserve(token, room);

    if (p != NULL)
        token->length_bytes +=
            crypto_b64_encode((const uint8_t *)json->bytes, json->length_bytes, p, room);
}

static void add_header(struct buf *token, const char *kid)
{
    struct buf json;

    buf_init(&json, 0);
    buf_add_text(&json, "{\"alg\":\"HS256\",\"typ\":\"JWT\"");
    add_text_member(&json, "kid", kid);
    buf_add_char(&json, '}');
    add_part(token, &json);
    buf_done(&json);
}

static void add_payload(
    struct buf *token, const char *issuer, const char *audience, const struct crypto_claims *c)
{
    char family[ID_TEXT_BYTES];
    struct buf json;

    buf_init(&json, 0);
    buf_add_char(&json, '{');
    add_text_member(&json, "iss", issuer);
    add_text_member(&json, "aud", audience);
    add_text_member(&json, "sub", c->sub);
    if (c->jti[0] != '\0')
        add_text_member(&json, "jti", c->jti);
    if (c->session_family != 0) {
        id_print(c->session_family, family);
        add_text_member(&json, "sid", family);
    }
    add_seconds(&json, "iat", c->issued_s);
    add_seconds(&json, "nbf", c->not_before_s);
    add_seconds(&json, "exp", c->expires_s);
    add_seconds(&json, "auth_time", c->auth_time_s);
    buf_add_char(&json, '}');
    add_part(token, &json);
    buf_done(&json);
}

size_t crypto_token_mint(const struct crypto_keys *k,
    const char *kid,
    const char *issuer,
    const char *audience,
    const struct crypto_claims *claims,
    char *out,
    size_t out_bytes)
{
    const struct key *key = key_by_kid(k, kid);
    uint8_t mac[CRYPTO_SHA256_BYTES];
    char signature[CRYPTO_B64_BYTES];
    size_t length = 0;
    struct buf token;

    assert(key != NULL && key->alg == CRYPTO_HS256);
    buf_init(&token, 0);
    add_header(&token, kid);
    buf_add_char(&token, '.');
    add_payload(&token, issuer, audience, claims);
    crypto_hmac_sha256(key->secret, key->secret_bytes, token.bytes, token.length_bytes, mac);
    buf_add_char(&token, '.');
    (void)crypto_b64_encode(mac, sizeof mac, signature, sizeof signature); /* it fits */
    buf_add_text(&token, signature);
    if (token.length_bytes < out_bytes) {
        length = token.length_bytes;
        memcpy(out, token.bytes, length + 1);
    }
    buf_done(&token);
    return length;
}
