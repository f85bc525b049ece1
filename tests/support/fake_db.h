/* fake_db.h -- io/db.h without a database: queries are kept until the test answers them, in the order it likes per
 * lane, never from inside db_query().
 */
#pragma once

#include <stdbool.h>

#include "io/db.h"

enum { FAKE_COLUMNS_MAX = 12, FAKE_ROWS_MAX = 64, FAKE_ARGS_MAX = 32 };

/* One query that waits for its answer. */
struct fake_query {
    enum lane lane;
    const char *sql;
    int count;
    char *args[FAKE_ARGS_MAX];
};

struct fake_answer {
    enum err err;
    const char *sqlstate, *detail; /* of a refusal */
    int rows, columns;
    const char *cells[FAKE_ROWS_MAX][FAKE_COLUMNS_MAX];
};

struct db *fake_db_new(void);
void fake_db_free(struct db *d); /* answers what is left with ERR_LOST */
int fake_db_waiting(const struct db *d);
/* The oldest query that waits; NULL: none. */
const struct fake_query *fake_db_first(const struct db *d);
/* Answers it. */
void fake_db_answer(struct db *d, const struct fake_answer *a);
void fake_db_set_ready(struct db *d, bool ready);
