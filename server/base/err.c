/* err.c -- the columns of err.def as arrays. */
#include "base/err.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

struct row {
    const char *reason;
    int code;
    const char *sqlstate;
    int retry_ms;
    const char *text;
};

static const struct row rows[ERR_COUNT] = {
    [ERR_OK] = {"OK", 0, "", -1, "All is well."},
    [ERR_LOST] = {"LOST", -32603, "", 0, "The database connection was lost."},
#define ERR(reason, code, sqlstate, retry_ms, text) \
    [ERR_##reason] = {#reason, code, sqlstate, retry_ms, text},
#include "base/err.def"
#undef ERR
};

static const struct row *row_of(enum err e)
{
    assert((unsigned)e < ERR_COUNT);
    return &rows[e];
}

const char *err_reason(enum err e)
{
    return row_of(e)->reason;
}

int err_code(enum err e)
{
    return row_of(e)->code;
}

const char *err_sqlstate(enum err e)
{
    return row_of(e)->sqlstate;
}

const char *err_text(enum err e)
{
    return row_of(e)->text;
}

int err_retry_ms(enum err e)
{
    return row_of(e)->retry_ms;
}

bool err_may_retry(enum err e)
{
    return row_of(e)->retry_ms >= 0;
}

enum err err_from_sqlstate(const char *sqlstate)
{
    if (sqlstate == NULL || sqlstate[0] == '\0')
        return ERR_INTERNAL;
    for (int e = ERR_LOST + 1; e < ERR_COUNT; e++) {
        if (strcmp(rows[e].sqlstate, sqlstate) == 0)
            return (enum err)e;
    }
    return ERR_INTERNAL;
}

bool err_is_away(const char *sqlstate)
{
    return strncmp(sqlstate, "57P", 3) == 0 || strcmp(sqlstate, "25006") == 0 ||
           strncmp(sqlstate, "58", 2) == 0 || strncmp(sqlstate, "53", 2) == 0;
}

bool err_is_passing(enum err e, const char *sqlstate)
{
    return e == ERR_LOST || e == ERR_UNAVAILABLE || e == ERR_TIMEOUT || e == ERR_BUSY ||
           err_is_away(sqlstate) || strncmp(sqlstate, "40", 2) == 0;
}
