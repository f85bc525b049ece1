/* coalesce.h -- hot rows: requests with the same key that arrive while a batch of that key is in flight wait and go
 * together (architecture.md 5.1).  No timer, no added delay: an idle key runs a batch of one at once.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct answer;
struct coalescer;
struct hub;
struct method;

struct coalescer *coalescer_new(struct hub *h);
void coalescer_free(struct coalescer *c);

/* One request's row of a batch; text borrowed until `done` returns. */
struct coalesce_row {
    enum err err;          /* ERR_OK, the row's refusal, ERR_LOST ... */
    const char *sqlstate;  /* "" unless refused */
    const char *statement; /* for the log */
    const char *detail;    /* JSON object or NULL */
    const char *reply;
    size_t reply_bytes;
    const char *events;
    size_t events_bytes; /* NULL: none */
    int64_t sys_seq;
    const char *subjects; /* array literal; NULL: not told */
};
typedef void coalesce_done_fn(void *arg, const struct coalesce_row *row);

/* The row of a single statement's answer (club.answer). */
void coalesce_row_of(const struct answer *a, struct coalesce_row *out_row);

enum { COALESCE_LANES_MAX = 4 };

struct coalesce_request {
    const struct method *method;
    const char *key;         /* "" or the text of the parameter */
    int count;               /* of args */
    const char *const *args; /* who, idem, hash (hex bytea literal), then the parameters; copied */
    coalesce_done_fn *done;  /* exactly once, never from inside coalesce_add */
    void *arg;
};
/* If the batch as a whole aborts, its members run singly, once. */
void coalesce_add(struct coalescer *c, const struct coalesce_request *r);
int coalesce_waiting(const struct coalescer *c); /* requests not yet sent */
