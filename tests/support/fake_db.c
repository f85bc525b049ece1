/* fake_db.c -- implements io/db.h for unit tests, but for db_sync. */
#include "support/fake_db.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/mem.h"

struct waiting {
    struct list_node node;
    struct fake_query query;
    db_done_fn *done;
    void *arg;
};

struct db {
    struct list queries;
    bool ready, inside;
};

struct answer {
    const struct fake_answer *of;
    const char *statement;
};

struct db *fake_db_new(void)
{
    struct db *d = mem_zalloc(sizeof *d);

    list_init(&d->queries);
    d->ready = true;
    return d;
}

void fake_db_free(struct db *d)
{
    const struct fake_answer lost = {.err = ERR_LOST};

    while (d->queries.count > 0)
        fake_db_answer(d, &lost);
    mem_free(d);
}

int fake_db_waiting(const struct db *d)
{
    return (int)d->queries.count;
}

const struct fake_query *fake_db_first(const struct db *d)
{
    struct list_node *n = d->queries.count > 0 ? d->queries.head.next : NULL;

    return n != NULL ? &LIST_ITEM(n, struct waiting, node)->query : NULL;
}

void fake_db_answer(struct db *d, const struct fake_answer *a)
{
    struct list_node *n = list_shift(&d->queries);

    assert(n != NULL && !d->inside);
    struct waiting *w = LIST_ITEM(n, struct waiting, node);
    const struct answer answer = {.of = a, .statement = w->query.sql};

    w->done(w->arg, &answer);
    for (int i = 0; i < w->query.count; i++)
        mem_free(w->query.args[i]);
    mem_free(w);
}

void fake_db_set_ready(struct db *d, bool ready)
{
    d->ready = ready;
}

/* --- io/db.h --------------------------------------------------------------------------------- */

struct db *db_open(struct loop *l, const struct db_options *o, const struct db_events *e, void *arg)
{
    (void)l, (void)o, (void)e, (void)arg;
    return fake_db_new();
}

void db_close(struct db *d)
{
    fake_db_free(d);
}

void db_set_hello(struct db *d, const char *arg0, const char *arg1)
{
    (void)d, (void)arg0, (void)arg1;
}

void db_reset(struct db *d)
{
    (void)d;
}

void db_query(struct db *d,
    enum lane lane,
    const char *sql,
    int count,
    const char *const *args,
    db_done_fn *done,
    void *arg)
{
    struct waiting *w = mem_zalloc(sizeof *w);

    assert(count <= FAKE_ARGS_MAX);
    list_node_init(&w->node);
    w->query.lane = lane;
    w->query.sql = sql;
    w->query.count = count;
    for (int i = 0; i < count; i++)
        w->query.args[i] = args[i] != NULL ? mem_copy(args[i], strlen(args[i])) : NULL;
    w->done = done;
    w->arg = arg;
    list_append(&d->queries, &w->node);
}

bool db_is_ready(const struct db *d)
{
    return d->ready;
}

bool db_has_room(const struct db *d)
{
    (void)d;
    return true;
}

uint64_t db_statements(const struct db *d, enum lane lane)
{
    (void)d, (void)lane;
    return 0;
}

int db_outstanding(const struct db *d, enum lane lane)
{
    int count = 0;

    LIST_EACH(&d->queries, n)
    count += LIST_ITEM(n, struct waiting, node)->query.lane == lane;
    return count;
}

int db_connected(const struct db *d, enum lane lane)
{
    (void)lane;
    return d->ready;
}

bool db_incarnation_alive(const struct db *d, int64_t incarnation)
{
    (void)d, (void)incarnation;
    return true;
}

enum err answer_err(const struct answer *a)
{
    return a->of->err;
}

const char *answer_sqlstate(const struct answer *a)
{
    return a->of->sqlstate != NULL ? a->of->sqlstate : "";
}

const char *answer_detail(const struct answer *a)
{
    return a->of->detail;
}

const char *answer_statement(const struct answer *a)
{
    return a->statement;
}

int answer_rows(const struct answer *a)
{
    return a->of->err == ERR_OK ? a->of->rows : 0;
}

int answer_columns(const struct answer *a)
{
    return a->of->err == ERR_OK ? a->of->columns : 0;
}

const char *answer_text(const struct answer *a, int row, int column)
{
    if (row >= answer_rows(a) || column >= answer_columns(a))
        return NULL;
    return a->of->cells[row][column];
}

size_t answer_bytes(const struct answer *a, int row, int column)
{
    const char *text = answer_text(a, row, column);

    return text != NULL ? strlen(text) : 0;
}

int64_t answer_i64(const struct answer *a, int row, int column)
{
    const char *text = answer_text(a, row, column);

    return text != NULL ? strtoll(text, NULL, 10) : 0;
}

bool answer_bool(const struct answer *a, int row, int column)
{
    const char *text = answer_text(a, row, column);

    return text != NULL && text[0] == 't';
}
