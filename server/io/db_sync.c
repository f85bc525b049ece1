/* db_sync.c -- one statement after the other, blocking: for commands of the program and for tests. */
#include "io/db.h"

#include "base/mem.h"

#include <libpq-fe.h>

#include <stdio.h>
#include <string.h>

struct db_sync {
    PGconn *pg;
    PGresult *last;      /* of the last run, or NULL */
    PGresult *described; /* type names that db_sync_describe() lent out */
};

/* The server's words, with the line and column of the mistake if it named a position. */
static void describe_failure(
    const PGresult *r, const PGconn *pg, const char *sql, char *out, size_t out_bytes)
{
    const char *text = r != NULL ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    const char *state = r != NULL ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
    const char *detail = r != NULL ? PQresultErrorField(r, PG_DIAG_MESSAGE_DETAIL) : NULL;
    const char *position = r != NULL ? PQresultErrorField(r, PG_DIAG_STATEMENT_POSITION) : NULL;
    int line = 0;

    if (text == NULL) {
        snprintf(out, out_bytes, "%s", PQerrorMessage(pg));
        return;
    }
    if (position != NULL) {
        size_t characters = 0, wanted = 0;

        (void)sscanf(position, "%zu", &wanted);
        line = 1;
        for (const char *p = sql; *p != '\0' && characters + 1 < wanted; p++) {
            characters += ((unsigned char)*p & 0xC0) != 0x80;
            line += *p == '\n';
        }
    }
    if (line > 0)
        snprintf(out, out_bytes, "line %d: %s [%s]%s%s", line, text, state != NULL ? state : "",
            detail != NULL ? " " : "", detail != NULL ? detail : "");
    else
        snprintf(out, out_bytes, "%s [%s]%s%s", text, state != NULL ? state : "",
            detail != NULL ? " " : "", detail != NULL ? detail : "");
}

static enum err err_of(const PGresult *r, const PGconn *pg)
{
    ExecStatusType status = PQresultStatus(r);
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);

    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY)
        return ERR_OK;
    if (PQstatus(pg) == CONNECTION_BAD || state == NULL)
        return ERR_LOST;
    return err_from_sqlstate(state);
}

/* Why libpq would misunderstand the address; NULL: it does not.  libpq's own words would repeat what it takes for a host or
 * a port, which is a piece of the password if a sign in it was not written as it must be.
 */
static const char *address_problem(const char *url)
{
    PQconninfoOption *all = PQconninfoParse(url, NULL);
    const char *problem =
        all != NULL ? NULL
                    : "is neither postgresql://USER:PASSWORD@HOST/DATABASE, with % codes for signs "
                      "in the password, nor host=... dbname=...";

    for (const PQconninfoOption *p = all; p != NULL && p->keyword != NULL; p++) {
        bool is_port = strcmp(p->keyword, "port") == 0;

        if (p->val == NULL || p->val[0] == '\0')
            continue;
        if (is_port ? p->val[strspn(p->val, "0123456789,")] != '\0'
                    : (strcmp(p->keyword, "host") == 0 || strcmp(p->keyword, "dbname") == 0) &&
                          strchr(p->val + 1, '@') != NULL)
            problem = "has a password with signs that a URL gives another meaning: write @ as %40, "
                      ": as %3A, / as %2F";
    }
    PQconninfoFree(all);
    return problem;
}

static void ignore_notice(void *arg, const PGresult *r)
{
    (void)arg;
    (void)r;
}

enum err db_sync_open(
    const char *url, struct db_sync **out_db, char *out_message, size_t message_bytes)
{
    const char *names[] = {
        "connect_timeout", "application_name", "dbname", "client_encoding", NULL};
    const char *values[] = {"10", "clubhub", url, "UTF8", NULL};
    const char *problem = address_problem(url);
    struct db_sync *d;
    PGconn *pg;

    if (problem != NULL) {
        snprintf(out_message, message_bytes, "the database's address %s", problem);
        return ERR_INVALID_PARAMS;
    }
    pg = PQconnectdbParams(names, values, 1);
    if (PQstatus(pg) != CONNECTION_OK) {
        snprintf(out_message, message_bytes, "%s", PQerrorMessage(pg));
        PQfinish(pg);
        return ERR_UNAVAILABLE;
    }
    PQsetNoticeReceiver(pg, ignore_notice, NULL);
    d = mem_zalloc(sizeof *d);
    d->pg = pg;
    *out_db = d;
    return ERR_OK;
}

void db_sync_close(struct db_sync *d)
{
    if (d == NULL)
        return;
    PQclear(d->last);
    PQclear(d->described);
    PQfinish(d->pg);
    mem_free(d);
}

enum err db_sync_run(struct db_sync *d,
    const char *sql,
    int count,
    const char *const *args,
    char *out_message,
    size_t message_bytes)
{
    enum err e;

    PQclear(d->last);
    if (count == 0)
        d->last = PQexec(d->pg, sql);
    else
        d->last = PQexecParams(d->pg, sql, count, NULL, args, NULL, NULL, 0);
    e = err_of(d->last, d->pg);
    if (message_bytes > 0) {
        out_message[0] = '\0';
        if (e != ERR_OK)
            describe_failure(d->last, d->pg, sql, out_message, message_bytes);
    }
    return e;
}

int db_sync_rows(const struct db_sync *d)
{
    return PQntuples(d->last);
}

const char *db_sync_value(const struct db_sync *d, int row, int column)
{
    if (row < 0 || column < 0 || row >= PQntuples(d->last) || column >= PQnfields(d->last) ||
        PQgetisnull(d->last, row, column))
        return NULL;
    return PQgetvalue(d->last, row, column);
}

/* Appends the oids of the parameters as an array literal: "{20,25}". */
static void print_types(const PGresult *described, char *out, size_t out_bytes)
{
    size_t used = (size_t)snprintf(out, out_bytes, "{");

    for (int i = 0; i < PQnparams(described) && used + 16 < out_bytes; i++)
        used += (size_t)snprintf(
            out + used, out_bytes - used, "%s%u", i > 0 ? "," : "", PQparamtype(described, i));
    snprintf(out + used, out_bytes - used, "}");
}

int db_sync_describe(struct db_sync *d,
    const char *sql,
    const char **out_param_types,
    int max,
    char *out_message,
    size_t message_bytes)
{
    char oids[1024];
    const char *args[] = {oids};
    PGresult *r = PQprepare(d->pg, "", sql, 0, NULL);
    int count;

    if (PQresultStatus(r) == PGRES_COMMAND_OK) {
        PQclear(r);
        r = PQdescribePrepared(d->pg, "");
    }
    if (PQresultStatus(r) != PGRES_COMMAND_OK) {
        describe_failure(r, d->pg, sql, out_message, message_bytes);
        PQclear(r);
        return -1;
    }
    print_types(r, oids, sizeof oids);
    count = PQnparams(r);
    PQclear(r);
    PQclear(d->described);
    d->described = PQexecParams(d->pg,
        "select format_type(t, null) from unnest($1::oid[]) with ordinality as u(t, n) order by n",
        1, NULL, args, NULL, NULL, 0);
    for (int i = 0; i < count && i < max && i < PQntuples(d->described); i++)
        out_param_types[i] = PQgetvalue(d->described, i, 0);
    return count;
}

int db_library_version(void)
{
    return PQlibVersion();
}
