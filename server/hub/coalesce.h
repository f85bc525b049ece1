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
    enum err    err;            /* ERR_OK, the row's refusal, ERR_LOST ... */
    const char *detail;         /* JSON object or NULL */
    const char *reply;          size_t reply_bytes;
    const char *events;         size_t events_bytes; /* NULL: none */
    int64_t     sys_seq;
    const char *subjects;       /* array literal */
};
typedef void coalesce_done_fn(void *arg, const struct coalesce_row *row);

/* args: who, idem, hash (hex bytea literal), then the parameters; count of them; copied.  done exactly once, never from
 * inside.  If the batch as a whole aborts (40001, 40P01, 55P03, 23xxx) its members run singly, once.
 */
void coalesce_add(struct coalescer *c, const struct method *m, const char *key, int count, const char *const *args,
                  coalesce_done_fn *done, void *arg);
int coalesce_waiting(const struct coalescer *c);
