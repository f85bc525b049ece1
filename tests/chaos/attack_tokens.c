/* attack_tokens.c -- tokens that are expired, forged, confused, revoked or not tokens at all. */
#include "attack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/crypto.h"
#include "base/buf.h"
#include "base/clock.h"
#include "attack_issuer.h"
#include "client.h"
#include "fleet.h"
#include "fleet_private.h"

enum { UNAUTHENTICATED = 1000, PER_SOCKET = 8, REST_MS = 30, HOUR_S = 3600 };

#define REFUSED ATTACK_OUTCOME("session.auth", "UNAUTHENTICATED")

struct trial {
    struct attack *attack;
    struct client *client; /* not signed in; a new one after PER_SOCKET trials */
    int trials;
};

static void refused(struct trial *t, const char *token, const char *words)
{
    struct attack *a = t->attack;
    struct buf params;
    struct client_message *m;
    int code;

    if (t->trials++ % PER_SOCKET == 0) {
        client_free(t->client);
        t->client = attack_open(a);
    }
    if (!attack_saw(a, t->client != NULL, "is let in to be heard", t->trials))
        return;
    buf_init(&params, 0);
    buf_printf(&params, "{\"token\":\"%s\"}", token);
    m = client_call(t->client, "session.auth", params.bytes, 8000);
    code = client_error(m);
    if (attack_saw(a, code == UNAUTHENTICATED, words, code))
        attack_counted(a, REFUSED);
    client_message_free(m);
    buf_done(&params);
    attack_rest(REST_MS);
}

/* --- minted ------------------------------------------------------------------------------------ */

static struct crypto_claims fair_claims(const struct attack *a)
{
    int64_t now_s = clock_wall().ms / 1000;
    struct crypto_claims claims = {
        .issued_s = now_s, .expires_s = now_s + HOUR_S, .auth_time_s = now_s};

    snprintf(claims.sub, sizeof claims.sub, "m:%lld", (long long)attack_member(a));
    return claims;
}

static void mint(const void *key,
    size_t key_bytes,
    const char *kid,
    const struct crypto_claims *claims,
    char out[FLEET_TOKEN_BYTES])
{
    struct crypto_keys *keys = crypto_keys_new();

    if (crypto_keys_add(keys, kid, CRYPTO_HS256, key, key_bytes) != ERR_OK ||
        crypto_token_mint(keys, kid, "clubhub", "clubhub", claims, out, FLEET_TOKEN_BYTES) == 0)
        abort();
    crypto_keys_free(keys);
}

static void own_key(uint8_t key[CRYPTO_TOKEN_BYTES])
{
    for (int i = 0; i < CRYPTO_TOKEN_BYTES; i++) {
        char pair[3] = {FLEET_TOKEN_KEY[2 * i], FLEET_TOKEN_KEY[2 * i + 1]};

        key[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
}

static void wrong_times(struct trial *t)
{
    struct crypto_claims claims = fair_claims(t->attack);
    char token[FLEET_TOKEN_BYTES];
    uint8_t key[CRYPTO_TOKEN_BYTES];

    own_key(key);
    claims.issued_s -= 2 * HOUR_S;
    claims.expires_s -= 2 * HOUR_S;
    mint(key, sizeof key, "hub", &claims, token);
    refused(t, token, "an expired token");
    claims = fair_claims(t->attack);
    claims.issued_s += HOUR_S;
    claims.expires_s += HOUR_S;
    mint(key, sizeof key, "hub", &claims, token);
    refused(t, token, "a token of tomorrow");
    claims = fair_claims(t->attack);
    claims.expires_s += 48 * HOUR_S;
    mint(key, sizeof key, "hub", &claims, token);
    refused(t, token, "a token for ever");
}

static void wrong_keys(struct trial *t)
{
    struct crypto_claims claims = fair_claims(t->attack);
    char token[FLEET_TOKEN_BYTES];
    uint8_t key[CRYPTO_TOKEN_BYTES];

    own_key(key);
    mint(key, sizeof key, "nobody", &claims, token);
    refused(t, token, "a key that nobody has");
    memset(key, 0, sizeof key);
    mint(key, sizeof key, "hub", &claims, token);
    refused(t, token, "signed with zeros");
}

/* --- changed ----------------------------------------------------------------------------------- */

static void add_b64(struct buf *b, const char *text)
{
    char out[512];

    buf_add(b, out, crypto_b64_encode((const uint8_t *)text, strlen(text), out, sizeof out));
}

/* Signed with what everybody knows of a provider's RSA key, as if that were a secret of HS256. */
static void confused(struct trial *t, const char *secret, const char *words)
{
    uint8_t mac[CRYPTO_SHA256_BYTES];
    char claims[400], signature[CRYPTO_B64_BYTES];
    long long now_s = clock_wall().ms / 1000;
    struct buf b;

    snprintf(claims, sizeof claims,
        "{\"iss\":\"" ATTACK_ISSUER
        "\",\"aud\":\"clubhub\",\"sub\":\"m:%lld\",\"iat\":%lld,\"exp\":%lld}",
        (long long)attack_member(t->attack), now_s, now_s + HOUR_S);
    buf_init(&b, 0);
    add_b64(&b, "{\"alg\":\"HS256\",\"kid\":\"" ATTACK_ISSUER_KID "\"}");
    buf_add_char(&b, '.');
    add_b64(&b, claims);
    crypto_hmac_sha256(secret, strlen(secret), b.bytes, b.length_bytes, mac);
    (void)crypto_b64_encode(mac, sizeof mac, signature, sizeof signature);
    buf_printf(&b, ".%s", signature);
    refused(t, b.bytes, words);
    buf_done(&b);
}

/* A fair token with other headers: its payload, and its signature or none. */
static void other_header(struct trial *t, const char *header, bool is_signed, const char *words)
{
    char token[FLEET_TOKEN_BYTES], who[32];
    const char *payload, *signature;
    struct buf b;

    snprintf(who, sizeof who, "m:%lld", (long long)attack_member(t->attack));
    fleet_token(attack_fleet(t->attack), who, token);
    payload = strchr(token, '.');
    signature = strrchr(token, '.') + 1;
    buf_init(&b, 0);
    add_b64(&b, header);
    buf_add(&b, payload, (size_t)(signature - payload));
    if (is_signed)
        buf_add_text(&b, signature);
    refused(t, b.bytes, words);
    buf_done(&b);
}

static void forged(struct trial *t)
{
    char token[FLEET_TOKEN_BYTES], who[32], *payload;

    confused(t, ATTACK_ISSUER_PEM, "RS256 to HS256: the public key's PEM as the secret");
    confused(t, ATTACK_ISSUER_N, "RS256 to HS256: the modulus as the secret");
    other_header(t, "{\"alg\":\"none\",\"kid\":\"hub\"}", false, "alg none, no signature");
    other_header(t, "{\"alg\":\"none\",\"kid\":\"hub\"}", true, "alg none, a signature");
    other_header(t, "{\"alg\":\"None\",\"kid\":\"hub\"}", false, "alg None");
    other_header(t, "{\"alg\":\"RS256\",\"kid\":\"hub\"}", true, "HS256 to RS256");
    other_header(t, "{\"alg\":\"HS256\",\"kid\":\"" ATTACK_ISSUER_KID "\"}", true, "another's kid");
    snprintf(who, sizeof who, "m:%lld", (long long)attack_member(t->attack));
    fleet_token(attack_fleet(t->attack), who, token);
    payload = strchr(token, '.') + 20;
    *payload = *payload == 'A' ? 'B' : 'A';
    refused(t, token, "a changed payload");
    refused(t, "..", "dots");
    refused(t, "e30.e30.e30", "empty objects");
}

/* Signing out makes the token void for everybody. */
static void revoked(struct trial *t)
{
    struct attack *a = t->attack;
    struct crypto_claims claims = fair_claims(a);
    struct client_options o = {.port = attack_port(a), .from = attack_from(a)};
    char token[FLEET_TOKEN_BYTES];
    uint8_t key[CRYPTO_TOKEN_BYTES];
    struct client *c, *twin;
    int code;

    own_key(key);
    client_idem(claims.jti);
    mint(key, sizeof key, "hub", &claims, token);
    c = client_sign_in(&o, token);
    twin = client_sign_in(&o, token);
    if (attack_saw(a, c != NULL && twin != NULL, "a fair token signs in", 0)) {
        client_message_free(client_call(c, "account.logout", NULL, 8000));
        code = attack_close_code(twin);
        attack_saw(a, code == 4403, "a revoked token closes its other session", code);
        attack_counted(a, ATTACK_CLOSED("4403"));
        refused(t, token, "a revoked token");
    }
    client_free(c);
    client_free(twin);
}

/* On the upgrade, and over HTTP. */
static void elsewhere(struct trial *t)
{
    static const char call[] =
        "POST /v1/rpc HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        "Authorization: Bearer e30.e30.e30\r\nContent-Length: 2\r\n\r\n{}";
    struct attack *a = t->attack;
    struct client_options o = {
        .port = attack_port(a), .from = attack_from(a), .authorization = "Bearer e30.e30.e30"};
    struct client *c = client_open(&o, NULL);
    int code;

    if (c != NULL) {
        code = attack_close_code(c);
        attack_saw(a, code == 4401, "a false token on the upgrade", code);
        attack_counted(a, ATTACK_CLOSED("4401"));
    }
    client_free(c);
    code = attack_http(a, call, sizeof call - 1);
    attack_saw(a, code == 401, "a false token over HTTP", code);
    attack_counted(a, ATTACK_HTTP("401"));
}

void attack_tokens(struct attack *a)
{
    struct trial t = {.attack = a};

    do {
        wrong_times(&t);
        wrong_keys(&t);
        forged(&t);
        revoked(&t);
        elsewhere(&t);
    } while (!attack_is_over(a));
    client_free(t.client);
}
