/* err.h -- everything that can go wrong and is expected, as one enum made from err.def.
 *
 * A function that can fail returns enum err and is marked MUST_CHECK.  ERR_LOST is internal (a database
 * connection died with the answer outstanding) and never reaches the wire.
 */
#pragma once

#include <stdbool.h>

#define MUST_CHECK __attribute__((warn_unused_result))

enum err {
    ERR_OK = 0,
    ERR_LOST,
#define ERR(reason, code, sqlstate, retry_ms, text) ERR_##reason,
#include "base/err.def"
#undef ERR
    ERR_COUNT
};

const char *err_reason(enum err e);   /* "SOLD_OUT" */
int err_code(enum err e);             /* JSON-RPC code: -32700 ... or 1000 ... */
const char *err_sqlstate(enum err e); /* "ZC009", or "" where SQL never raises it */
const char *err_text(enum err e);     /* one English sentence; hub/words.c has the other locales */
/* -1: do not retry; else wait this long, then the same call may go through */
int err_retry_ms(enum err e);
bool err_may_retry(enum err e);
/* ERR_INTERNAL for a state that no row names. */
enum err err_from_sqlstate(const char *sqlstate);
/* States of PostgreSQL in which it cannot serve: shutting down, read-only after a fail-over, a disk in trouble. */
bool err_is_away(const char *sqlstate);
/* A failed query that may well succeed later: the database is away, busy or slow, or two transactions collided. */
bool err_is_passing(enum err e, const char *sqlstate);
