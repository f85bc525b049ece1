/* auth.h -- who is it: tokens and API keys to principals.  Tokens are verified in C; whether the principal may still
 * sign in is read from the database for all that asked in one turn together (api.session_open).
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "io/crypto.h"
#include "base/err.h"

struct auth;
struct hub;
struct session;

struct auth *auth_new(struct hub *h);
void auth_free(struct auth *a);
void auth_turn(struct auth *a); /* end of turn: one query for all that asked */

/* What came of it: who, roles, locale are borrowed; reply is api.session_open's JSON object text. */
struct auth_result {
    enum err err; /* ERR_OK, ERR_UNAUTHENTICATED, ERR_UNAVAILABLE */
    const char *who, *roles, *locale, *reply;
    int64_t sys_seq;
    struct crypto_claims claims; /* of a token; of an API key its token_id alone */
};
typedef void auth_done_fn(void *arg, const struct auth_result *r);

/* Verifies a token, or an API key, and asks the database.  done exactly once, never from inside. */
void auth_token(struct auth *a, const char *token, auth_done_fn *done, void *arg);
void auth_api_key(struct auth *a, const char *key, auth_done_fn *done, void *arg);
/* A ticket of session.ticket: good once, for the sign-in it was made in. */
void auth_ticket(struct auth *a, const char *ticket, auth_done_fn *done, void *arg);
/* Is the principal of a session that signed in before still welcome? */
void auth_session(struct auth *a, const struct session *s, auth_done_fn *done, void *arg);
/* "Bearer ..." or "Key ..." header. */
void auth_header(struct auth *a, const char *header, auth_done_fn *done, void *arg);
