/* account.c -- the built-in identity: passwords and refresh tokens to access tokens (protocol.md 2).
 *
 * What SQL keeps of a refresh token is its SHA-256; an access token is kept nowhere.  An unknown account costs the
 * same time and gives the same answer as a wrong password.
 */
#include "club/account.h"

#include <string.h>

#include "club/all.h"
#include "hub/call.h"
#include "hub/hub.h"
#include "hub/session.h"
#include "io/crypto.h"
#include "io/json.h"
#include "io/password.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"

enum {
    PASSWORD_TIMEOUT_MS = 10000, /* two at a time, and others wait */
    ACCESS_TOKEN_BYTES = 1024,
    HASH_TEXT_BYTES = 2 + 2 * CRYPTO_SHA256_BYTES + 1,
    JTI_BYTES = 16,
    MS_PER_S = 1000
};

/* --- shared ---------------------------------------------------------------------------------- */

void account_compare(void *check)
{
    struct account_check *k = check;
    const char *phc = k->phc != NULL ? k->phc : password_decoy();
    bool matches = password_verify(phc, k->password, strlen(k->password));

    k->matches = matches && k->phc != NULL;
}

struct json *account_reply_of(struct call *c, const struct answer *in)
{
    const char *text = call_take_answer(c, in);
    struct json *reply;

    if (text == NULL || json_parse(text, strlen(text), &reply, NULL) != ERR_OK)
        return NULL;
    return reply;
}

bool account_is_closed(const struct call *c)
{
    return call_hub(c)->identity_is_external;
}

const char *account_text(struct call *c, const struct json *reply, const char *name)
{
    const char *text = json_text(json_member(reply, name));

    return text != NULL ? arena_copy(call_arena(c), text, strlen(text)) : NULL;
}

const char *account_hash(struct call *c, const char *token)
{
    uint8_t sum[CRYPTO_SHA256_BYTES];
    char *text = arena_alloc(call_arena(c), HASH_TEXT_BYTES);

    crypto_sha256(token, strlen(token), sum);
    text[0] = '\\';
    text[1] = 'x';
    crypto_hex(sum, sizeof sum, text + 2);
    return text;
}

const char *account_new_secret(struct call *c)
{
    uint8_t random[CRYPTO_TOKEN_BYTES];
    char *text = arena_alloc(call_arena(c), CRYPTO_B64_BYTES);

    crypto_random(random, sizeof random);
    (void)crypto_b64_encode(random, sizeof random, text, CRYPTO_B64_BYTES); /* it fits */
    crypto_wipe(random, sizeof random);
    return text;
}

static void new_token_id(char *out, size_t out_bytes)
{
    uint8_t random[JTI_BYTES];

    crypto_random(random, sizeof random);
    (void)crypto_b64_encode(random, sizeof random, out, out_bytes); /* it fits */
}

const char *account_address(const struct call *c)
{
    const char *address = call_address(c);

    return address[0] != '\0' ? address : NULL;
}

/* Mints the access token for the signed-in principal `who` of `reply` and answers the call. */
enum flow account_reply_tokens(
    struct call *c, const struct json *reply, const char *who, const char *refresh, bool proven)
{
    struct hub *h = call_hub(c);
    int64_t now_s = clock_wall().ms / MS_PER_S;
    struct crypto_claims claims = {
        .issued_s = now_s,
        .expires_s = now_s + h->limits.access_token_s,
        .auth_time_s = proven ? now_s : 0,
    };
    char token[ACCESS_TOKEN_BYTES];
    struct buf b;

    (void)json_id(json_member(reply, "family"), &claims.session_family);
    memcpy(claims.sub, who, strnlen(who, sizeof claims.sub - 1));
    new_token_id(claims.jti, sizeof claims.jti);
    if (crypto_token_mint(
            h->keys, "hub", h->token_issuer, h->token_audience, &claims, token, sizeof token) == 0)
        return call_fail(c, ERR_INTERNAL);

    buf_init(&b, 0);
    buf_printf(&b,
        "{\"token\":\"%s\",\"expires_in_s\":%d,\"refresh_token\":\"%s\",\"principal\":", token,
        h->limits.access_token_s, refresh);
    json_print(json_member(reply, "principal"), &b);
    buf_add_char(&b, '}');
    const char *text = arena_copy(call_arena(c), b.bytes, b.length_bytes);

    buf_done(&b);
    return call_reply(c, text);
}

/* --- account.login --------------------------------------------------------------------------- */

struct login {
    struct account_check check;
    const char *who; /* NULL: unknown */
    const char *refresh;
};

static enum flow login_look(struct call *c, const struct answer *in)
{
    const char *args[] = {call_arg(c, 0), account_address(c)};

    (void)in;
    if (account_is_closed(c))
        return call_fail(c, ERR_CLOSED);
    return call_query(c, LANE_WRITE, "select * from api.account_look($1, $2)", 2, args);
}

static enum flow login_compare(struct call *c, const struct answer *in)
{
    struct json *reply = account_reply_of(c, in);
    struct login *login = arena_zalloc(call_arena(c), sizeof *login);

    login->who = account_text(c, reply, "who");
    login->check.phc = account_text(c, reply, "phc");
    login->check.password = call_arg(c, 1);
    json_free(reply);
    call_set_state(c, login);
    return call_work(c, account_compare, &login->check);
}

static enum flow login_sign_in(struct call *c, const struct answer *in)
{
    struct login *login = call_state(c);

    (void)in;
    login->refresh = account_new_secret(c);
    const char *args[] = {login->who, login->check.matches ? "t" : "f",
        account_hash(c, login->refresh), call_arg(c, 2), account_address(c)};

    return call_query(
        c, LANE_WRITE, "select * from api.account_sign_in($1, $2, $3, $4, $5)", 5, args);
}

static enum flow login_reply(struct call *c, const struct answer *in)
{
    struct login *login = call_state(c);
    struct json *reply = account_reply_of(c, in);
    enum flow flow = account_reply_tokens(c, reply, login->who, login->refresh, true);

    json_free(reply);
    return flow;
}

/* --- account.refresh ------------------------------------------------------------------------- */

struct rotation {
    const char *refresh;
};

static enum flow refresh_rotate(struct call *c, const struct answer *in)
{
    struct rotation *rotation = arena_zalloc(call_arena(c), sizeof *rotation);

    rotation->refresh = account_new_secret(c);
    const char *args[] = {account_hash(c, call_arg(c, 0)), account_hash(c, rotation->refresh)};

    (void)in;
    if (account_is_closed(c))
        return call_fail(c, ERR_CLOSED);
    call_set_state(c, rotation);
    return call_query(c, LANE_WRITE, "select * from api.account_refresh($1, $2)", 2, args);
}

static enum flow refresh_reply(struct call *c, const struct answer *in)
{
    const struct rotation *rotation = call_state(c);
    struct json *reply = account_reply_of(c, in);
    const char *who = account_text(c, reply, "who");
    enum flow flow = who != NULL ? account_reply_tokens(c, reply, who, rotation->refresh, false)
                                 : call_fail(c, ERR_INTERNAL);

    json_free(reply);
    return flow;
}

/* --- account.logout -------------------------------------------------------------------------- */

static enum flow logout_revoke(struct call *c, const struct answer *in)
{
    struct session *s = call_session(c);
    const char *refresh = call_arg(c, 0);
    char family[ID_TEXT_BYTES] = "0", expires_s[ID_TEXT_BYTES] = "0";

    (void)in;
    if (refresh == NULL && strcmp(call_who(c), "g") == 0)
        return call_fail(c, ERR_UNAUTHENTICATED);
    if (refresh == NULL)
        id_print(s->family, family);
    id_print(s->expires_s, expires_s);
    const char *args[] = {call_who(c), family, refresh != NULL ? account_hash(c, refresh) : NULL,
        s->token_id, expires_s};

    return call_query(
        c, LANE_WRITE, "select * from api.account_logout($1, $2, $3, $4, $5)", 5, args);
}

/* The sys entry closes the sessions. */
static enum flow logout_reply(struct call *c, const struct answer *in)
{
    return call_reply(c, call_take_answer(c, in));
}

/* --- rows ------------------------------------------------------------------------------------ */

static const char *const kinds[] = {"member", "staff", "service", NULL};
static const struct field text_item[] = {FIELD_TEXT("", 1, 64, "A word."), FIELD_END};
static const struct field id_item[] = {FIELD_ID("", "An id."), FIELD_END};

const struct field account_principal[] = {
    FIELD_WORD("kind", kinds, "What it is."),
    FIELD_ID("id", "Of a member or of staff.", .optional = true),
    FIELD_TEXT("handle", 1, 24, "Of a member; null: none yet.", .optional = true, .nullable = true),
    FIELD_TEXT("status", 1, 24, "State of a member.", .optional = true),
    FIELD_TEXT("login", 1, 254, "Of staff.", .optional = true),
    FIELD_LIST("roles", 0, 16, text_item, "Of staff.", .optional = true, .scalar_items = true),
    FIELD_LIST("clubs", 0, 1000, id_item, "Of staff.", .optional = true, .scalar_items = true),
    FIELD_TEXT("name", 1, 64, "Of a service.", .optional = true),
    FIELD_LIST("scopes", 0, 16, text_item, "Of a service.", .optional = true, .scalar_items = true),
    FIELD_END,
};

static const struct field login_params[] = {
    FIELD_TEXT("email", 1, 254, "E-mail address of a member, or login of staff."),
    FIELD_TEXT("password", 1, PASSWORD_MAX_BYTES, "The password."),
    FIELD_TEXT("device", 1, 200, "What the member calls this device.", .optional = true),
    FIELD_END,
};

static const struct field refresh_params[] = {
    FIELD_TEXT("refresh_token", 1, 200, "The newest refresh token."),
    FIELD_END,
};

static const struct field logout_params[] = {
    FIELD_TEXT("refresh_token",
        1,
        200,
        "A refresh token of the sign-in to end; the caller's own sign-in when left out.",
        .optional = true),
    FIELD_END,
};

static const struct field tokens[] = {
    FIELD_TEXT("token", 1, 1024, "Access token, for session.auth or a header."),
    FIELD_INT("expires_in_s", 1, 86400, "Seconds for which it is good."),
    FIELD_TEXT("refresh_token", 1, 200, "For account.refresh; good once, for 30 days."),
    FIELD_OBJECT("principal", account_principal, "Who signed in."),
    FIELD_END,
};

static const struct field nothing[] = {FIELD_END};

const struct method account_methods[] = {
    {
        .name = "account.login",
        .doc = "Signs in with a password; a new sign-in of its own on each device.",
        .since = "1",
        .who = WHO_GUEST,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .no_idem = true,
        .params = login_params,
        .result = tokens,
        .publishes = PUBLISHES("device.new"),
        .errors = ERRORS(ERR_UNAUTHENTICATED, ERR_RATE, ERR_CLOSED),
        .timeout_ms = PASSWORD_TIMEOUT_MS,
        .steps = STEPS(login_look, login_compare, login_sign_in, login_reply),
    },
    {
        .name = "account.logout",
        .doc = "Ends a sign-in: its tokens are void on every node when this answers.",
        .since = "1",
        .who = WHO_GUEST | WHO_MEMBER | WHO_STAFF,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .no_idem = true,
        .params = logout_params,
        .result = nothing,
        .errors = ERRORS(ERR_UNAUTHENTICATED),
        .steps = STEPS(logout_revoke, logout_reply),
    },
    {
        .name = "account.refresh",
        .doc = "Exchanges a refresh token for new tokens; the old one is good for 30 s more.",
        .since = "1",
        .who = WHO_GUEST | WHO_MEMBER | WHO_STAFF,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .no_idem = true,
        .params = refresh_params,
        .result = tokens,
        .errors = ERRORS(ERR_UNAUTHENTICATED, ERR_CLOSED),
        .steps = STEPS(refresh_rotate, refresh_reply),
    },
    {.name = NULL},
};
