/* account_password.c -- new passwords and e-mail addresses; the functions are sql/api/account.sql.
 *
 * A password comes in, is looked at, and goes to the thread pool; only its hash goes on.  Whatever is asked about an
 * address, the answer is the same whether it has an account or not.
 */
#include <string.h>
#include <strings.h>

#include "club/account.h"
#include "club/all.h"
#include "hub/call.h"
#include "hub/session.h"
#include "io/json.h"
#include "base/arena.h"
#include "base/id.h"

/* --- which passwords ------------------------------------------------------------------------- */

/* What guessers try first, of ten characters and more. */
static const char *const commonest[] = {"1234567890", "0123456789", "9876543210", "0987654321",
    "12345678910", "123456789a", "1234567891", "1234567890123", "123123123123", "1122334455",
    "1q2w3e4r5t", "1q2w3e4r5t6y", "q1w2e3r4t5", "1qaz2wsx3edc", "qwertyuiop", "qwertyuiop123",
    "qwerty1234", "qwerty12345", "qwerty123456", "asdfghjkl1", "asdfghjklzxcvbnm", "password12",
    "password123", "password1234", "password12345", "passw0rd123", "password123!", "p@ssw0rd123",
    "administrator", "letmein123", "letmein1234", "welcome123", "welcome1234", "iloveyou12",
    "iloveyou123", "ilovemyself", "changeme123", "basketball", "football123", "superman123",
    "princess123", "monkey12345", "dragon12345", "abcdefghij", "abcdefghijk", "abc1234567",
    "abcd1234567", "abcd123456", "aa12345678", "a123456789", "a1234567890", "zaq12wsxcde3",
    "correcthorsebatterystaple", "trustno1234", "liverpool123", "manchester", "barcelona1",
    "clubhub123", "clubhub1234", NULL};

static bool is_word(const char *password, const char *word, size_t length)
{
    return length > 0 && strlen(password) == length && strncasecmp(password, word, length) == 0;
}

static bool is_one_letter(const char *password)
{
    return strspn(password, (char[]){password[0], '\0'}) == strlen(password);
}

const char *account_password_problem(const char *password, const char *email, const char *handle)
{
    if (email != NULL &&
        (is_word(password, email, strlen(email)) || is_word(password, email, strcspn(email, "@"))))
        return "is the e-mail address";
    if (handle != NULL && is_word(password, handle, strlen(handle)))
        return "is the handle";
    for (int i = 0; commonest[i] != NULL; i++) {
        if (is_word(password, commonest[i], strlen(commonest[i])))
            return "is one of the commonest";
    }
    return is_one_letter(password) ? "is one of the commonest" : NULL;
}

enum flow account_password_refuse(struct call *c, const char *problem)
{
    return call_fail_detail(c, ERR_INVALID_PARAMS,
        arena_printf(call_arena(c), "{\"path\":\"password\",\"problem\":\"%s\"}", problem));
}

enum flow account_pace(struct call *c)
{
    const char *args[] = {account_address(c)};

    return call_query(c, LANE_WRITE, "select * from api.account_pace($1)", 1, args);
}

void account_password_hash(void *password)
{
    struct account_password *p = password;

    if (p->text != NULL)
        p->is_hashed = password_hash(p->text, strlen(p->text), p->phc);
}

/* Hashes what the caller wants as password, unless there is something against it. */
static enum flow hash(struct call *c, const char *password, const char *email, const char *handle)
{
    const char *problem = account_password_problem(password, email, handle);
    struct account_password *p = arena_zalloc(call_arena(c), sizeof *p);

    if (problem != NULL)
        return account_password_refuse(c, problem);
    p->text = password;
    call_set_state(c, p);
    return call_work(c, account_password_hash, p);
}

static enum flow reply_as_it_is(struct call *c, const struct answer *in)
{
    return call_reply(c, call_take_answer(c, in));
}

/* --- account.reset_start, account.reset_confirm ---------------------------------------------- */

static enum flow reset_ask(struct call *c, const struct answer *in)
{
    const char *args[] = {call_arg(c, 0), account_address(c)};

    (void)in;
    if (account_is_closed(c))
        return call_fail(c, ERR_CLOSED);
    return call_query(c, LANE_WRITE, "select * from api.account_reset_start($1, $2)", 2, args);
}

enum reset_param { RESET_EMAIL, RESET_CODE, RESET_PASSWORD };

static enum flow reset_pace(struct call *c, const struct answer *in)
{
    (void)in;
    return account_is_closed(c) ? call_fail(c, ERR_CLOSED) : account_pace(c);
}

static enum flow reset_hash(struct call *c, const struct answer *in)
{
    (void)in;
    return hash(c, call_arg(c, RESET_PASSWORD), call_arg(c, RESET_EMAIL), NULL);
}

static enum flow reset_write(struct call *c, const struct answer *in)
{
    const struct account_password *p = call_state(c);
    const char *args[] = {
        call_arg(c, RESET_EMAIL), call_arg(c, RESET_CODE), p->phc, account_address(c)};

    (void)in;
    if (!p->is_hashed)
        return call_fail(c, ERR_UNAVAILABLE);
    return call_query(
        c, LANE_WRITE, "select * from api.account_reset_confirm($1, $2, $3, $4)", 4, args);
}

/* --- account.password ------------------------------------------------------------------------ */

static enum flow password_look(struct call *c, const struct answer *in)
{
    const char *args[] = {call_who(c)};

    (void)in;
    if (account_is_closed(c))
        return call_fail(c, ERR_CLOSED);
    return call_query(c, LANE_READ, "select * from api.account_words($1)", 1, args);
}

static enum flow password_hash_new(struct call *c, const struct answer *in)
{
    struct json *reply = account_reply_of(c, in);
    const char *email = account_text(c, reply, "email"), *handle = account_text(c, reply, "handle");

    json_free(reply);
    return hash(c, call_arg(c, 0), email, handle);
}

static enum flow password_write(struct call *c, const struct answer *in)
{
    const struct account_password *p = call_state(c);
    const struct session *s = call_session(c);
    char family[ID_TEXT_BYTES];
    const char *args[] = {call_who(c), p->phc, family, s->token_id};

    (void)in;
    if (!p->is_hashed)
        return call_fail(c, ERR_UNAVAILABLE);
    id_print(s->family, family);
    return call_query(c, LANE_WRITE, "select * from api.account_password($1, $2, $3, $4)", 4, args);
}

/* --- account.email_change -------------------------------------------------------------------- */

static enum flow email_ask(struct call *c, const struct answer *in)
{
    const char *args[] = {call_who(c), call_arg(c, 0), account_address(c)};

    (void)in;
    return call_query(c, LANE_WRITE, "select * from api.account_email_change($1, $2, $3)", 3, args);
}

/* --- rows ------------------------------------------------------------------------------------ */

static const struct field nothing[] = {FIELD_END};

static const struct field email_params[] = {
    FIELD_TEXT("email", 3, 254, "The new address."),
    FIELD_END,
};

static const struct field confirm_params[] = {
    FIELD_TEXT("code", 8, 8, "The code that was mailed to the new address."),
    FIELD_END,
};

static const struct field confirm_result[] = {
    FIELD_INT("version", 1, FIELD_POINTS_MAX, "Of the profile now."),
    FIELD_END,
};

static const struct field password_params[] = {
    FIELD_TEXT("password", ACCOUNT_PASSWORD_MIN, ACCOUNT_PASSWORD_MAX, "The new password."),
    FIELD_END,
};

static const struct field reset_start_params[] = {
    FIELD_TEXT("email", 3, 254, "E-mail address of a member, or login of staff."),
    FIELD_END,
};

static const struct field reset_confirm_params[] = {
    [RESET_EMAIL] = FIELD_TEXT("email", 3, 254, "As in account.reset_start."),
    [RESET_CODE] = FIELD_TEXT("code", 8, 8, "The code that was mailed."),
    [RESET_PASSWORD] =
        FIELD_TEXT("password", ACCOUNT_PASSWORD_MIN, ACCOUNT_PASSWORD_MAX, "The new password."),
    FIELD_END,
};

static const struct field code_result[] = {
    FIELD_INT("expires_in_s", 1, 3600, "Seconds for which a code that was mailed is good."),
    FIELD_END,
};

const struct method account_password_methods[] = {
    {
        .name = "account.email_change",
        .doc = "Mails a code to a new address, which is the account's once account.email_confirm "
               "has it.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .no_idem = true,
        .step_up = true,
        .params = email_params,
        .result = code_result,
        .errors = ERRORS(ERR_RATE, ERR_INVALID_PARAMS, ERR_STEP_UP_REQUIRED, ERR_RESTRICTED),
        .steps = STEPS(email_ask, reply_as_it_is),
    },
    {
        .name = "account.email_confirm",
        .doc = "Takes the new address with the code that was mailed there; the old one is told.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .no_idem = true,
        .params = confirm_params,
        .result = confirm_result,
        .sql = "select * from api.account_email_confirm($1, $2)",
        .publishes = PUBLISHES("profile.changed"),
        .errors = ERRORS(ERR_CODE_INVALID, ERR_CONFLICT, ERR_RESTRICTED),
    },
    {
        .name = "account.password",
        .doc = "Sets a new password; the other sign-ins of the account have ended when this "
               "answers.",
        .since = "1",
        .who = WHO_MEMBER | WHO_STAFF,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .no_idem = true,
        .step_up = true,
        .params = password_params,
        .result = nothing,
        .errors = ERRORS(ERR_INVALID_PARAMS, ERR_STEP_UP_REQUIRED, ERR_CLOSED),
        .timeout_ms = ACCOUNT_TIMEOUT_MS,
        .steps = STEPS(password_look, password_hash_new, password_write, reply_as_it_is),
    },
    {
        .name = "account.reset_confirm",
        .doc = "Sets a new password with the code; every sign-in of the account has ended when "
               "this answers.",
        .since = "1",
        .who = WHO_GUEST,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .no_idem = true,
        .params = reset_confirm_params,
        .result = nothing,
        .errors = ERRORS(ERR_CODE_INVALID, ERR_RATE, ERR_INVALID_PARAMS, ERR_CLOSED),
        .timeout_ms = ACCOUNT_TIMEOUT_MS,
        .steps = STEPS(reset_pace, reset_hash, reset_write, reply_as_it_is),
    },
    {
        .name = "account.reset_start",
        .doc = "Mails a code for a new password, if there is such an account; the answer does not "
               "say.",
        .since = "1",
        .who = WHO_GUEST,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .no_idem = true,
        .params = reset_start_params,
        .result = code_result,
        .errors = ERRORS(ERR_RATE, ERR_INVALID_PARAMS, ERR_CLOSED),
        .steps = STEPS(reset_ask, reply_as_it_is),
    },
    {.name = NULL},
};
