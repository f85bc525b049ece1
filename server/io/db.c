/* db.c -- the answers of queries (db.h).  The pool is db_pool.c, one connection db_connection.c, blocking use
 * db_sync.c.
 */
#include "io/db.h"

#include "io/db_answer.h"

#include <libpq-fe.h>

#include <stdlib.h>
#include <string.h>

enum err answer_err(const struct answer *a)
{
    return a->err;
}

const char *answer_sqlstate(const struct answer *a)
{
    return a->sqlstate;
}

const char *answer_detail(const struct answer *a)
{
    const char *detail;

    if (strncmp(a->sqlstate, "ZC", 2) != 0)
        return NULL;
    detail = PQresultErrorField(a->result, PG_DIAG_MESSAGE_DETAIL);
    return detail != NULL && detail[0] == '{' ? detail : NULL;
}

const char *answer_statement(const struct answer *a)
{
    return a->statement;
}

int answer_rows(const struct answer *a)
{
    return a->err == ERR_OK ? PQntuples(a->result) : 0;
}

int answer_columns(const struct answer *a)
{
    return a->err == ERR_OK ? PQnfields(a->result) : 0;
}

const char *answer_text(const struct answer *a, int row, int column)
{
    if (row < 0 || column < 0 || row >= answer_rows(a) || column >= answer_columns(a))
        return NULL;
    return PQgetisnull(a->result, row, column) ? NULL : PQgetvalue(a->result, row, column);
}

size_t answer_bytes(const struct answer *a, int row, int column)
{
    return answer_text(a, row, column) == NULL ? 0 : (size_t)PQgetlength(a->result, row, column);
}

int64_t answer_i64(const struct answer *a, int row, int column)
{
    const char *text = answer_text(a, row, column);

    return text == NULL ? 0 : strtoll(text, NULL, 10);
}

bool answer_bool(const struct answer *a, int row, int column)
{
    const char *text = answer_text(a, row, column);

    return text != NULL && text[0] == 't';
}
