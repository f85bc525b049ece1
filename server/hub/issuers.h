/* issuers.h -- outside identity providers: whose tokens open a session here, and with which keys.
 *
 * File     issuers_file: {"issuers":[{"issuer":"https://id.example","audience":"clubhub","jwks_file":"id.jwks"}]};
 *          a relative jwks_file lies beside it.  At most 16 issuers, 64 KiB a file.  `issuer` and `audience` are what
 *          the tokens must carry as iss and aud
 * Changes  looked for every 2 s (time, size, inode), and on SIGHUP.  A file that cannot be read leaves in force what
 *          was; one that reads well is in force at once: a key or issuer that is gone signs nobody in any more, and
 *          the sessions it signed in end with their tokens
 * Mapping  whom (issuer, subject) stands for is in the database (table identity)
 */
#pragma once

#include <stdbool.h>

#include "io/crypto.h"
#include "base/clock.h"
#include "base/err.h"

struct issuers;
struct loop;

enum { ISSUERS_MESSAGE_BYTES = 512 };

/* Reads the file and all key sets.  own: the built-in issuer, which must not be among them.
 *   errors  ERR_INVALID_PARAMS with out_message
 */
MUST_CHECK enum err issuers_open(const char *path,
    const char *own,
    struct issuers **out_issuers,
    char out_message[ISSUERS_MESSAGE_BYTES]);
/* None yet, but looked for. */
struct issuers *issuers_expect(const char *path, const char *own);
void issuers_free(struct issuers *s); /* NULL is fine */

void issuers_watch(struct issuers *s, struct loop *l);
void issuers_look(struct issuers *s); /* reads again what has changed */

/* Whose token is it?  *out_issuer is borrowed until the next look.
 *   errors  ERR_UNAUTHENTICATED, whatever is wrong
 */
MUST_CHECK enum err issuers_verify(const struct issuers *s,
    const char *token,
    int leeway_s,
    struct crypto_claims *out_claims,
    const char **out_issuer);
