/* join.c -- the rows of join.*; the functions are sql/api/join.sql.
 *
 *      join.start: password -> thread pool -> form and hash wait behind a mailed code
 *      join.verify: code -> member -> tokens, as account.login answers them
 *
 * With identity = external there is no password: join.verify brings an outside token, whose subject stands for the new
 * member from then on, and the answer holds no tokens.
 */
#include <string.h>

#include "club/account.h"
#include "club/all.h"
#include "hub/call.h"
#include "hub/hub.h"
#include "hub/issuers.h"
#include "io/json.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/id.h"

/* --- join.start ------------------------------------------------------------------------------ */

enum start_param {
    CLUB,
    EMAIL,
    PASSWORD,
    HANDLE,
    NAME,
    LOCALE,
    COUNTRY,
    TZ,
    TRACK,
    ANSWERS,
    INVITE
};

static enum flow start_pace(struct call *c, const struct answer *in)
{
    const char *password = call_arg(c, PASSWORD), *problem = NULL;

    (void)in;
    if (account_is_closed(c) != (password == NULL))
        return account_password_refuse(c, password == NULL ? "is missing" : "is not kept here");
    if (password != NULL)
        problem = account_password_problem(password, call_arg(c, EMAIL), call_arg(c, HANDLE));
    if (problem != NULL)
        return account_password_refuse(c, problem);
    return account_pace(c);
}

static enum flow start_hash(struct call *c, const struct answer *in)
{
    struct account_password *p = arena_zalloc(call_arena(c), sizeof *p);

    (void)in;
    p->text = call_arg(c, PASSWORD);
    call_set_state(c, p);
    return call_work(c, account_password_hash, p);
}

static enum flow start_write(struct call *c, const struct answer *in)
{
    const struct account_password *p = call_state(c);
    const char *args[] = {call_arg(c, CLUB), call_arg(c, EMAIL), call_arg(c, HANDLE),
        call_arg(c, NAME), call_arg(c, LOCALE), call_arg(c, COUNTRY), call_arg(c, TZ),
        call_arg(c, TRACK), call_arg(c, ANSWERS), call_arg(c, INVITE), p->is_hashed ? p->phc : NULL,
        account_address(c)};

    (void)in;
    if (p->text != NULL && !p->is_hashed)
        return call_fail(c, ERR_UNAVAILABLE);
    return call_query(c, LANE_WRITE,
        "select * from api.join_start($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)", 12,
        args);
}

static enum flow start_reply(struct call *c, const struct answer *in)
{
    const char *text = call_take_answer(c, in);

    return call_reply(c,
        arena_printf(call_arena(c), "{\"terms_ver\":%d,%s", call_hub(c)->terms_version, text + 1));
}

/* --- join.verify ----------------------------------------------------------------------------- */

enum verify_param { JOIN, CODE, TERMS_VER, BIRTH, TOKEN, DEVICE };

struct verify {
    const char *refresh; /* NULL: an outside provider's matter */
    const char *issuer;
    struct crypto_claims claims;
};

static enum flow verify_write(struct call *c, const struct answer *in)
{
    struct hub *h = call_hub(c);
    struct verify *v = arena_zalloc(call_arena(c), sizeof *v);
    const char *token = call_arg(c, TOKEN);
    char terms[ID_TEXT_BYTES];

    (void)in;
    if (token == NULL && account_is_closed(c))
        return call_fail_detail(
            c, ERR_INVALID_PARAMS, "{\"path\":\"token\",\"problem\":\"is missing\"}");
    if (token != NULL && (h->issuers == NULL || issuers_verify(h->issuers, token, h->token_leeway_s,
                                                    &v->claims, &v->issuer) != ERR_OK))
        return call_fail(c, ERR_UNAUTHENTICATED);
    if (!account_is_closed(c))
        v->refresh = account_new_secret(c);
    id_print(h->terms_version, terms);
    call_set_state(c, v);
    const char *args[] = {call_arg(c, JOIN), call_arg(c, CODE), call_arg(c, TERMS_VER), terms,
        call_arg(c, BIRTH), v->issuer, v->issuer != NULL ? v->claims.sub : NULL,
        v->refresh != NULL ? account_hash(c, v->refresh) : NULL, call_arg(c, DEVICE),
        account_address(c)};

    return call_query(c, LANE_WRITE,
        "select * from api.join_verify($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", 10, args);
}

static enum flow reply_principal(struct call *c, const struct json *reply)
{
    struct buf b;
    const char *text;

    buf_init(&b, 0);
    buf_add_text(&b, "{\"principal\":");
    json_print(json_member(reply, "principal"), &b);
    buf_add_char(&b, '}');
    text = arena_copy(call_arena(c), b.bytes, b.length_bytes);
    buf_done(&b);
    return call_reply(c, text);
}

static enum flow verify_reply(struct call *c, const struct answer *in)
{
    const struct verify *v = call_state(c);
    struct json *reply = account_reply_of(c, in);
    const char *who = account_text(c, reply, "who");
    enum flow flow = who == NULL          ? call_fail(c, ERR_INTERNAL)
                     : v->refresh != NULL ? account_reply_tokens(c, reply, who, v->refresh, true)
                                          : reply_principal(c, reply);

    json_free(reply);
    return flow;
}

/* --- rows ------------------------------------------------------------------------------------ */

static const char *const locales[] = {"en", "nb", "ro", "pt", "he", NULL};

static const struct field answer_item[] = {
    FIELD_TEXT("question", 1, 300, "A question of the club."),
    FIELD_TEXT("answer", 1, 2000, "The answer."),
    FIELD_END,
};

static const struct field start_params[] = {
    [CLUB] = FIELD_ID("club", "The club to join."),
    [EMAIL] = FIELD_TEXT("email", 3, 254, "E-mail address; the code goes there."),
    [PASSWORD] = FIELD_TEXT("password",
        ACCOUNT_PASSWORD_MIN,
        ACCOUNT_PASSWORD_MAX,
        "For account.login; left out where an outside provider keeps passwords.",
        .optional = true),
    [HANDLE] = FIELD_TEXT("handle", 3, 24, "What others see.", .optional = true),
    [NAME] = FIELD_TEXT("name", 1, 120, "The real name.", .optional = true),
    [LOCALE] = FIELD_WORD("locale", locales, "Language of mails.", .optional = true),
    [COUNTRY] = FIELD_TEXT("country",
        2,
        2,
        "ISO 3166 code; decides the age of digital consent, 16 when left out.",
        .optional = true),
    [TZ] = FIELD_TEXT("tz", 1, 64, "Time zone like Europe/Oslo.", .optional = true),
    [TRACK] =
        FIELD_ID("track", "A track of the club; the free one when left out.", .optional = true),
    [ANSWERS] = FIELD_LIST("answers",
        0,
        20,
        answer_item,
        "Answers to the club's questions, where it takes applications.",
        .optional = true),
    [INVITE] = FIELD_TEXT("invite", 43, 43, "The token of an invitation.", .optional = true),
    FIELD_END,
};

static const struct field start_result[] = {
    FIELD_ID("join", "For join.verify, with the code of the mail."),
    FIELD_INT("expires_in_s", 1, 86400, "Seconds for which the code is good."),
    FIELD_INT("terms_ver", 1, 1000000, "Version of the terms to agree to."),
    FIELD_END,
};

static const struct field verify_params[] = {
    [JOIN] = FIELD_ID("join", "From join.start."),
    [CODE] = FIELD_TEXT("code", 8, 8, "The code that was mailed."),
    [TERMS_VER] = FIELD_INT("terms_ver", 1, 1000000, "Version of the terms agreed to."),
    [BIRTH] = FIELD_TEXT("birth", 10, 10, "Date of birth like 1990-12-31."),
    [TOKEN] = FIELD_TEXT("token",
        1,
        8192,
        "A token of an outside provider; its subject stands for the new member from now on.",
        .optional = true),
    [DEVICE] = FIELD_TEXT("device", 1, 200, "What the member calls this device.", .optional = true),
    FIELD_END,
};

static const struct field verify_result[] = {
    FIELD_TEXT("token",
        1,
        1024,
        "Access token; none where an outside provider keeps passwords.",
        .optional = true),
    FIELD_INT("expires_in_s", 1, 86400, "Seconds for which it is good.", .optional = true),
    FIELD_TEXT("refresh_token", 1, 200, "For account.refresh.", .optional = true),
    FIELD_OBJECT("principal", account_principal, "The new member."),
    FIELD_END,
};

const struct method join_methods[] = {
    {
        .name = "join.start",
        .doc = "Mails a code to somebody who wants to join; the answer does not say whether the "
               "address has an account.",
        .since = "1",
        .who = WHO_GUEST,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .no_idem = true,
        .params = start_params,
        .result = start_result,
        .errors = ERRORS(ERR_INVALID_PARAMS,
            ERR_RATE,
            ERR_NOT_FOUND,
            ERR_FORBIDDEN,
            ERR_CONFLICT,
            ERR_INVALID_STATE,
            ERR_CODE_INVALID,
            ERR_CLOSED),
        .timeout_ms = ACCOUNT_TIMEOUT_MS,
        .steps = STEPS(start_pace, start_hash, start_write, start_reply),
    },
    {
        .name = "join.verify",
        .doc = "Makes the member with the code, the terms and the birth date, enters the club or "
               "applies to it, and signs in.",
        .since = "1",
        .who = WHO_GUEST,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .no_idem = true,
        .params = verify_params,
        .result = verify_result,
        .publishes = PUBLISHES("membership.changed",
            "metric.updated",
            "voucher.issued",
            "points.changed",
            "card.changed",
            "notify.added"),
        .errors = ERRORS(ERR_INVALID_PARAMS,
            ERR_RATE,
            ERR_CODE_INVALID,
            ERR_STALE,
            ERR_GUARDIAN_REQUIRED,
            ERR_AGE_LIMIT,
            ERR_CONFLICT,
            ERR_UNAUTHENTICATED),
        .steps = STEPS(verify_write, verify_reply),
    },
    {.name = NULL},
};
