/* range.c -- see range.h. */
#include "hub/range.h"

#include <stdbool.h>
#include <string.h>

#include "hub/hub.h"
#include "io/db.h"
#include "io/json.h"
#include "io/loop.h"
#include "base/buf.h"
#include "base/mem.h"

struct range {
    struct hub *hub;
    char *stream;
    int64_t after, limit;
    range_done_fn *done;
    void *arg;
    struct loop_timer *retry;
    bool cancelled, in_flight;
};

static void range_free(struct range *r)
{
    loop_timer_free(r->retry);
    mem_free(r->stream);
    mem_free(r);
}

static void on_range(void *arg, const struct answer *a)
{
    struct range *r = arg;
    const char *text;
    struct json *events = NULL;

    r->in_flight = false;
    if (r->cancelled) {
        range_free(r);
        return;
    }
    if (answer_err(a) != ERR_OK || answer_rows(a) != 1) {
        loop_timer_set(r->retry, RANGE_RETRY_MS, 0);
        return;
    }
    text = answer_text(a, 0, 2);
    if (text != NULL && json_parse(text, answer_bytes(a, 0, 2), &events, NULL) != ERR_OK)
        events = NULL;
    r->done(r->arg, answer_i64(a, 0, 0), answer_i64(a, 0, 1), events);
    json_free(events);
    range_free(r);
}

static void send_query(void *arg)
{
    struct range *r = arg;
    char after[24], limit[24];
    struct buf b;
    const char *args[] = {r->stream, after, limit};

    buf_init(&b, 0);
    buf_add_i64(&b, r->after);
    memcpy(after, b.bytes, b.length_bytes + 1);
    buf_clear(&b);
    buf_add_i64(&b, r->limit);
    memcpy(limit, b.bytes, b.length_bytes + 1);
    buf_done(&b);
    r->in_flight = true;
    db_query(
        r->hub->db, LANE_READ, "select * from api.stream_range($1, $2, $3)", 3, args, on_range, r);
}

struct range *range_read(
    struct hub *h, const char *stream, int64_t after, int64_t limit, range_done_fn *done, void *arg)
{
    struct range *r = mem_zalloc(sizeof *r);

    r->hub = h;
    r->stream = mem_copy(stream, strlen(stream));
    r->after = after;
    r->limit = limit;
    r->done = done;
    r->arg = arg;
    r->retry = loop_timer_new(h->loop, send_query, r);
    send_query(r);
    return r;
}

void range_cancel(struct range *r)
{
    if (r == NULL)
        return;
    r->cancelled = true;
    if (!r->in_flight)
        range_free(r);
}
