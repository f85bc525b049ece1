/* account.h -- what session.c needs of signing in: comparing a password, and reading an answer. */
#pragma once

#include <stdbool.h>

#include "hub/method.h"
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

/* A new secret, 43 characters of base64url; and the SHA-256 of one, as a bytea literal. */
const char *account_new_secret(struct call *c);
const char *account_hash(struct call *c, const char *secret);

/* identity = external: passwords are somebody else's, and what needs them answers CLOSED. */
bool account_is_closed(const struct call *c);

/* The reply of an answer, parsed; json_free() it.  NULL: SQL answered no JSON object. */
struct json *account_reply_of(struct call *c, const struct answer *in);
/* The value of a member as text in the call's arena; NULL: absent or null. */
const char *account_text(struct call *c, const struct json *reply, const char *name);
