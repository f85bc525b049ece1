/* credential.c -- tokens, API keys and outside identities from the command line. */
#include "credential.h"

#include "hub/method.h"
#include "io/crypto.h"
#include "io/db.h"
#include "base/clock.h"
#include "secret.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum {
    TOKEN_BYTES = 1024,
    KEY_RANDOM_BYTES = 32,
    JTI_RANDOM_BYTES = 16,
    SERVICE_BYTES_MAX = 40,
    SCOPES_BYTES = 256,
    NAME_BYTES_MAX = 255,
    MS_PER_S = 1000
};

enum err credential_print_token(
    const struct config *c, const char *who, int ttl_s, char out_message[CONFIG_MESSAGE_BYTES])
{
    struct crypto_keys *keys;
    struct crypto_claims claims = {0};
    struct secret secret;
    uint8_t random[JTI_RANDOM_BYTES];
    char token[TOKEN_BYTES];
    enum err e;

    if (c->token_key_file[0] == '\0') {
        snprintf(out_message, CONFIG_MESSAGE_BYTES, "token_key_file is missing");
        return ERR_INVALID_PARAMS;
    }
    e = secret_read("token_key_file", c->token_key_file, &secret, out_message);
    if (e != ERR_OK)
        return e;
    crypto_random(random, sizeof random);
    snprintf(claims.sub, sizeof claims.sub, "%s", who);
    (void)crypto_b64_encode(random, sizeof random, claims.jti, sizeof claims.jti);
    claims.issued_s = claims.auth_time_s = claims.not_before_s = clock_wall().ms / MS_PER_S;
    claims.expires_s = claims.issued_s + ttl_s;
    keys = crypto_keys_new();
    e = crypto_keys_add(keys, "hub", CRYPTO_HS256, secret.bytes, secret.length_bytes);
    if (e == ERR_OK && crypto_token_mint(keys, "hub", c->token_issuer, c->token_audience, &claims,
                           token, sizeof token) == 0)
        e = ERR_LIMIT;
    if (e == ERR_OK)
        puts(token);
    else
        snprintf(out_message, CONFIG_MESSAGE_BYTES, "no token can be made with this key");
    crypto_keys_free(keys);
    secret_wipe(&secret);
    return e;
}

/* "pos,booking" -> "{pos,booking}"; every word must be a scope. */
static enum err scopes_literal(const char *scopes, char out[SCOPES_BYTES], char *out_message)
{
    const char *p = scopes;

    while (*p != '\0') {
        size_t n = strcspn(p, ",");

        if ((method_who_of(p, n) & WHO_SERVICE) == 0) {
            snprintf(out_message, CONFIG_MESSAGE_BYTES,
                "scopes are pos, booking, crm, mailer, partner, ops, not '%.*s'",
                (int)(n < SERVICE_BYTES_MAX ? n : SERVICE_BYTES_MAX), p);
            return ERR_INVALID_PARAMS;
        }
        p += n + (p[n] == ',');
    }
    if (p == scopes || (size_t)snprintf(out, SCOPES_BYTES, "{%s}", scopes) >= SCOPES_BYTES) {
        snprintf(out_message, CONFIG_MESSAGE_BYTES, "--scopes must name some, such as pos,booking");
        return ERR_INVALID_PARAMS;
    }
    return ERR_OK;
}

static enum err check_service(const char *service, char *out_message)
{
    size_t n = strlen(service);
    bool fine = n > 0 && n <= SERVICE_BYTES_MAX && islower((unsigned char)service[0]);

    for (size_t i = 0; i < n; i++)
        fine = fine && (islower((unsigned char)service[i]) || isdigit((unsigned char)service[i]) ||
                           service[i] == '-' || service[i] == '_');
    if (fine)
        return ERR_OK;
    snprintf(out_message, CONFIG_MESSAGE_BYTES,
        "a service's name has 1..%d of a-z, 0-9, - and _, a letter first", SERVICE_BYTES_MAX);
    return ERR_INVALID_PARAMS;
}

enum err credential_print_apikey(const char *migrate_url,
    const char *service,
    const char *scopes,
    char out_message[CONFIG_MESSAGE_BYTES])
{
    uint8_t random[KEY_RANDOM_BYTES], sum[CRYPTO_SHA256_BYTES];
    char key[CRYPTO_B64_BYTES], list[SCOPES_BYTES], hash[2 + CRYPTO_HEX_BYTES] = "\\x";
    const char *args[] = {service, list, hash};
    struct db_sync *db;
    enum err e = check_service(service, out_message);

    if (e == ERR_OK)
        e = scopes_literal(scopes, list, out_message);
    if (e == ERR_OK)
        e = db_sync_open(migrate_url, &db, out_message, CONFIG_MESSAGE_BYTES);
    if (e != ERR_OK)
        return e;
    crypto_random(random, sizeof random);
    (void)crypto_b64_encode(random, sizeof random, key, sizeof key);
    crypto_sha256(key, strlen(key), sum);
    crypto_hex(sum, sizeof sum, hash + 2);
    e = db_sync_run(
        db, "select lib.apikey_new($1, $2, $3)", 3, args, out_message, CONFIG_MESSAGE_BYTES);
    db_sync_close(db);
    if (e == ERR_OK)
        puts(key);
    crypto_wipe(key, sizeof key);
    return e;
}

/* Runs one statement as the owner, then wakes the nodes; prints its value. */
static enum err run_as_owner(
    const char *url, const char *sql, int count, const char *const *args, char *out_message)
{
    struct db_sync *db;
    enum err e = db_sync_open(url, &db, out_message, CONFIG_MESSAGE_BYTES);

    if (e != ERR_OK)
        return e;
    e = db_sync_run(db, sql, count, args, out_message, CONFIG_MESSAGE_BYTES);
    if (e == ERR_OK)
        puts(db_sync_value(db, 0, 0) != NULL ? db_sync_value(db, 0, 0) : "");
    if (e == ERR_OK)
        e = db_sync_run(db, "select api.wake()", 0, NULL, out_message, CONFIG_MESSAGE_BYTES);
    db_sync_close(db);
    return e;
}

enum err credential_revoke_apikeys(const char *migrate_url,
    const char *service,
    const char *which,
    char out_message[CONFIG_MESSAGE_BYTES])
{
    bool all = strcmp(which, "all") == 0;
    const char *args[] = {service, all ? "t" : "f"};

    if (!all && strcmp(which, "older") != 0) {
        snprintf(out_message, CONFIG_MESSAGE_BYTES, "--revoke is all or older, not '%.40s'", which);
        return ERR_INVALID_PARAMS;
    }
    return run_as_owner(
        migrate_url, "select 'keys revoked: ' || lib.apikey_revoke($1, $2)", 2, args, out_message);
}

enum err credential_set_identity(const char *migrate_url,
    const char *issuer,
    const char *subject,
    const char *who,
    char out_message[CONFIG_MESSAGE_BYTES])
{
    const char *args[] = {issuer, subject, who};

    if (strlen(issuer) > NAME_BYTES_MAX || strlen(subject) > NAME_BYTES_MAX || issuer[0] == '\0' ||
        subject[0] == '\0') {
        snprintf(out_message, CONFIG_MESSAGE_BYTES, "issuer and subject have 1..%d bytes",
            NAME_BYTES_MAX);
        return ERR_INVALID_PARAMS;
    }
    if (who == NULL)
        return run_as_owner(migrate_url,
            "select case when lib.identity_remove($1, $2) then 'removed' else 'there was none' end",
            2, args, out_message);
    return run_as_owner(
        migrate_url, "select 'set' from lib.identity_set($1, $2, $3)", 3, args, out_message);
}
