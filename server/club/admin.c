/* admin.c -- the rows of admin.*; the functions are sql/api/admin.sql.
 *
 * A first password is made here, hashed in the thread pool and told once; nothing keeps it.  Its owner is to change it.
 */
#include <string.h>

#include "club/all.h"
#include "hub/call.h"
#include "io/crypto.h"
#include "io/password.h"
#include "base/arena.h"

enum { PASSWORD_TIMEOUT_MS = 10000, FIRST_PASSWORD_BYTES = 15, SERVICE_SCOPES_MAX = 6 };

enum staff_param { STAFF, LOGIN, ROLES, CLUBS, ACTIVE, LOCALE, NEW_PASSWORD };

/* --- admin.staff_set ------------------------------------------------------------------------- */

struct first_password {
    char text[CRYPTO_B64_BYTES], phc[PASSWORD_PHC_BYTES];
    bool wanted, is_hashed;
};

static void hash_password(void *job)
{
    struct first_password *p = job;

    if (p->wanted)
        p->is_hashed = password_hash(p->text, strlen(p->text), p->phc);
}

static enum flow staff_password(struct call *c, const struct answer *in)
{
    struct first_password *p = arena_zalloc(call_arena(c), sizeof *p);
    const char *wanted = call_arg(c, NEW_PASSWORD);
    uint8_t random[FIRST_PASSWORD_BYTES];

    (void)in;
    p->wanted = wanted != NULL && wanted[0] == 't';
    crypto_random(random, sizeof random);
    (void)crypto_b64_encode(random, sizeof random, p->text, sizeof p->text); /* it fits */
    crypto_wipe(random, sizeof random);
    call_set_state(c, p);
    return call_work(c, hash_password, p);
}

static enum flow staff_write(struct call *c, const struct answer *in)
{
    const struct first_password *p = call_state(c);
    const char *args[] = {call_who(c), call_idem(c), call_hash(c), call_arg(c, STAFF),
        call_arg(c, LOGIN), call_arg(c, ROLES), call_arg(c, CLUBS), call_arg(c, ACTIVE),
        call_arg(c, LOCALE), p->is_hashed ? p->phc : NULL};

    (void)in;
    if (p->wanted && !p->is_hashed)
        return call_fail(c, ERR_UNAVAILABLE);
    return call_query(c, LANE_WRITE,
        "select * from api.admin_staff_set($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", 10, args);
}

/* A replay is no account of this call: the password made for it opens nothing. */
static enum flow staff_reply(struct call *c, const struct answer *in)
{
    const struct first_password *p = call_state(c);
    const char *reply = call_take_answer(c, in);
    const char *end = strrchr(reply, '}');

    if (!p->wanted || end == NULL || strstr(reply, "\"replay\":") != NULL)
        return call_reply(c, reply);
    return call_reply(c, arena_printf(call_arena(c), "%.*s,\"password\":\"%s\"}",
                             (int)(end - reply), reply, p->text));
}

/* --- rows ------------------------------------------------------------------------------------ */

static const char *const roles[] = {
    "agent", "moderator", "editor", "manager", "analyst", "privacy", "admin", NULL};
static const char *const scopes[] = {"pos", "booking", "crm", "mailer", "partner", "ops", NULL};
static const char *const modes[] = {"replace", "add", "prune", NULL};
static const char *const locales[] = {"en", "nb", "ro", "pt", "he", NULL};

static const struct field role_item[] = {FIELD_WORD(NULL, roles, "A role."), FIELD_END};
static const struct field scope_item[] = {FIELD_WORD(NULL, scopes, "A scope."), FIELD_END};
static const struct field club_item[] = {FIELD_ID(NULL, "A club."), FIELD_END};

static const struct field staff_params[] = {
    [STAFF] = FIELD_ID("staff", "The account; left out: a new one.", .optional = true),
    [LOGIN] = FIELD_TEXT("login", 3, 254, "E-mail address; of a new one.", .optional = true),
    [ROLES] = FIELD_LIST(
        "roles", 0, 7, role_item, "All its roles.", .optional = true, .scalar_items = true),
    [CLUBS] = FIELD_LIST("clubs",
        0,
        100,
        club_item,
        "All its clubs, of the caller's own.",
        .optional = true,
        .scalar_items = true),
    [ACTIVE] = FIELD_BOOL("active", "False: it signs in no more.", .optional = true),
    [LOCALE] = FIELD_WORD("locale", locales, "Its language.", .optional = true),
    [NEW_PASSWORD] = FIELD_BOOL("new_password",
        "True: the answer tells a new password, and every sign-in of the account ends.",
        .optional = true),
    FIELD_END,
};

static const struct field staff_result[] = {
    FIELD_ID("staff", "The account."),
    FIELD_TEXT("login", 1, 254, "Its login."),
    FIELD_LIST("roles", 0, 7, role_item, "Its roles.", .scalar_items = true),
    FIELD_LIST("clubs", 0, 100, club_item, "Its clubs.", .scalar_items = true),
    FIELD_BOOL("active", "Whether it can sign in."),
    FIELD_TEXT("locale", 2, 16, "Its language."),
    FIELD_TEXT(
        "password", 8, 64, "Its password, told this once; a replay has none.", .optional = true),
    FIELD_END,
};

static const struct field key_params[] = {
    FIELD_TEXT("service", 1, 40, "Name of the service: a-z, 0-9, - and _, a letter first."),
    FIELD_WORD("mode",
        modes,
        "replace: a new key, all others are void; add: a new key beside them; prune: all but the "
        "newest are void."),
    FIELD_LIST("scopes",
        1,
        SERVICE_SCOPES_MAX,
        scope_item,
        "What it may call; as its newest key when left out.",
        .optional = true,
        .scalar_items = true),
    FIELD_END,
};

static const struct field key_result[] = {
    FIELD_TEXT("service", 1, 40, "The service."),
    FIELD_LIST("scopes",
        1,
        SERVICE_SCOPES_MAX,
        scope_item,
        "What its newest key may call.",
        .scalar_items = true),
    FIELD_INT("live", 1, 5, "Keys that are good now."),
    FIELD_INT("revoked", 0, 5, "Keys that this call made void."),
    FIELD_TEXT("key", 43, 43, "The new key, told this once; a replay has none.", .optional = true),
    FIELD_END,
};

const struct method admin_methods[] = {
    {
        .name = "admin.key_rotate",
        .doc = "Makes a new key of a service, or makes old ones void; their connections end.",
        .since = "1",
        .who = WHO_ADMIN,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .step_up = true,
        .params = key_params,
        .result = key_result,
        .sql = "select * from api.admin_key_rotate($1, $2, $3, $4, $5, $6)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_STEP_UP_REQUIRED, ERR_LIMIT),
    },
    {
        .name = "admin.staff_set",
        .doc = "Makes or changes an account of the staff; what it gives to admin or privacy takes "
               "four eyes.",
        .since = "1",
        .who = WHO_ADMIN,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .step_up = true,
        .params = staff_params,
        .result = staff_result,
        .publishes = PUBLISHES("approval.needed"),
        .errors = ERRORS(ERR_FORBIDDEN,
            ERR_NOT_FOUND,
            ERR_CONFLICT,
            ERR_STEP_UP_REQUIRED,
            ERR_APPROVAL_REQUIRED),
        .timeout_ms = PASSWORD_TIMEOUT_MS,
        .steps = STEPS(staff_password, staff_write, staff_reply),
    },
    {.name = NULL},
};
