/* check_methods.c -- rows of the method table against the database. */
#include "check_methods.h"

#include "club/all.h"
#include "hub/method.h"
#include "io/db.h"

#include <stdio.h>
#include <string.h>

enum { FIXED_MAX = 4, TYPES_MAX = FIXED_MAX + SHAPE_FIELDS_MAX };

/* What one statement must take. */
struct expected {
    const char *names[TYPES_MAX];
    const char *types[TYPES_MAX];
    int count;
};

static const char *type_of(enum field_type t)
{
    switch (t) {
    case FIELD_TYPE_ID:
    case FIELD_TYPE_INT:
        return "bigint";
    case FIELD_TYPE_BOOL:
        return "boolean";
    case FIELD_TYPE_TEXT:
    case FIELD_TYPE_WORD:
        return "text";
    case FIELD_TYPE_TIME:
        return "timestamp with time zone";
    case FIELD_TYPE_END:
    case FIELD_TYPE_LIST:
    case FIELD_TYPE_OBJECT:
    case FIELD_TYPE_ANY:
        break;
    }
    return "jsonb";
}

static void expect(struct expected *x, const char *name, const char *type)
{
    x->names[x->count] = name;
    x->types[x->count++] = type;
}

static void expect_row(const struct method *m, struct expected *x)
{
    x->count = 0;
    expect(x, "who", "text");
    if (m->kind == METHOD_WRITE && !m->no_idem) {
        expect(x, "idem", "text");
        expect(x, "hash", "bytea");
    }
    if (m->context)
        expect(x, "context", "jsonb");
    for (const struct field *f = m->params;
         f != NULL && f->type != FIELD_TYPE_END && x->count < TYPES_MAX; f++)
        expect(x, f->name, type_of(f->type));
}

static bool fits(const char *expected, const char *found, bool is_batch)
{
    size_t n = strlen(expected);

    return strncmp(expected, found, n) == 0 && strcmp(found + n, is_batch ? "[]" : "") == 0;
}

/* If not, out_message says why. */
static bool matches(
    struct db_sync *db, const struct method *m, const char *sql, bool is_batch, char *out_message)
{
    const char *found[TYPES_MAX];
    char why[CHECK_METHODS_MESSAGE_BYTES - 128];
    struct expected x;
    int count = db_sync_describe(db, sql, found, TYPES_MAX, why, sizeof why);

    expect_row(m, &x);
    if (count < 0) {
        snprintf(out_message, CHECK_METHODS_MESSAGE_BYTES, "%.80s: %s", m->name, why);
        return false;
    }
    if (count != x.count) {
        snprintf(out_message, CHECK_METHODS_MESSAGE_BYTES,
            "%s: the row has %d parameters, its sql %d", m->name, x.count, count);
        return false;
    }
    for (int i = 0; i < count; i++) {
        if (!fits(x.types[i], found[i], is_batch)) {
            snprintf(out_message, CHECK_METHODS_MESSAGE_BYTES,
                "%s: parameter '%s' is %s%s in the row, %s in sql", m->name, x.names[i], x.types[i],
                is_batch ? "[]" : "", found[i]);
            return false;
        }
    }
    return true;
}

static bool row_matches(struct db_sync *db, const struct method *m, char *out_message)
{
    if (m->sql != NULL && !matches(db, m, m->sql, false, out_message))
        return false;
    return m->batch_sql == NULL || matches(db, m, m->batch_sql, true, out_message);
}

int check_methods(struct db_sync *db, char out_message[CHECK_METHODS_MESSAGE_BYTES])
{
    char why[CHECK_METHODS_MESSAGE_BYTES];
    size_t count;
    const struct method *const *rows = all_methods(&count);
    int wrong = 0;

    for (size_t i = 0; i < count; i++) {
        if (row_matches(db, rows[i], why))
            continue;
        if (wrong++ == 0)
            memcpy(out_message, why, sizeof why);
    }
    return wrong;
}
