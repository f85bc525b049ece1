/* account.h -- what the files of signing in share: passwords, secrets, tokens, reading an answer. */
#pragma once

#include <stdbool.h>

#include "hub/method.h"
#include "io/password.h"
#include "base/err.h"

struct call;
struct field;
struct json;

extern const struct field account_principal[]; /* who signed in, on the wire */

/* A password to compare in the thread pool; phc NULL: there is no such account, and the time is spent all the same. */
struct account_check {
    const char *phc, *password;
    bool matches;
};
void account_compare(void *check); /* for call_work() */

/* A new password, hashed in the thread pool. */
struct account_password {
    const char *text; /* NULL: none, nothing is hashed */
    char phc[PASSWORD_PHC_BYTES];
    bool is_hashed;
};
enum { ACCOUNT_PASSWORD_MIN = 10, ACCOUNT_PASSWORD_MAX = 128, ACCOUNT_TIMEOUT_MS = 10000 };
/* Counts a password that a guest wants hashed; the next step hashes it. */
enum flow account_pace(struct call *c);
void account_password_hash(void *password); /* for call_work() */
/* Why nobody should use this password, or NULL: it is an e-mail address or handle of its owner (NULL: unknown), or one
 * of the commonest.  Length is the shape's matter: 10 ... 128 code points of any kind.
 */
const char *account_password_problem(const char *password, const char *email, const char *handle);
enum flow account_password_refuse(struct call *c, const char *problem); /* INVALID_PARAMS */

/* Answers with tokens for the principal `who` of `reply`, who signed in with the family in it. */
enum flow account_reply_tokens(
    struct call *c, const struct json *reply, const char *who, const char *refresh, bool proven);

/* A new secret, 43 characters of base64url; and the SHA-256 of one, as a bytea literal. */
const char *account_new_secret(struct call *c);
const char *account_hash(struct call *c, const char *secret);

/* The caller's network address; NULL: unknown. */
const char *account_address(const struct call *c);

/* identity = external: passwords are somebody else's, and what needs them answers CLOSED. */
bool account_is_closed(const struct call *c);

/* The reply of an answer, parsed; json_free() it.  NULL: SQL answered no JSON object. */
struct json *account_reply_of(struct call *c, const struct answer *in);
/* The value of a member as text in the call's arena; NULL: absent or null. */
const char *account_text(struct call *c, const struct json *reply, const char *name);
