/* db_answer.h -- what `struct answer` is made of.  Used by db*.c only. */
#pragma once

#include "base/err.h"

struct pg_result; /* PGresult */

struct answer {
    enum err err;
    const char *statement;
    struct pg_result *result; /* NULL: nothing came back */
    const char *sqlstate;
};
