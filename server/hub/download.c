/* download.c -- an archive made as it is read.
 *
 * One page is asked for when all of the page before it has gone to the kernel, so a download holds one page at most.
 * Whether the peer has room is looked at every few milliseconds: downloads are rare, and libwebsockets tells it for
 * WebSockets only.
 */
#include "hub/download.h"

#include <string.h>

#include "hub/hub.h"
#include "io/db.h"
#include "io/http.h"
#include "io/loop.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/zip.h"

enum { DOWNLOADS_MAX = 8, TOKEN_BYTES = 43, LOOK_MS = 10, STALL_MS = 30000 };

struct download {
    struct list_node node;
    struct downloads *all; /* NULL: freed meanwhile */
    struct http_request *request;
    struct loop_timer *timer;
    char token[TOKEN_BYTES + 1];
    char *cursor;
    struct buf page;
    size_t sent_bytes; /* of `page` */
    struct zip zip;
    struct mono_ms moved_at; /* when the peer last took something */
    bool begun, last;
};

struct downloads {
    struct hub *hub;
    struct list list;
};

static const char page_sql[] = "select sqlstate, file, body, cursor from api.export_page($1, $2)";

struct downloads *downloads_new(struct hub *h)
{
    struct downloads *all = mem_zalloc(sizeof *all);

    all->hub = h;
    list_init(&all->list);
    return all;
}

static void forget(struct download *d)
{
    if (d->all != NULL)
        list_remove(&d->all->list, &d->node);
    loop_timer_free(d->timer);
    buf_done(&d->page);
    zip_done(&d->zip);
    mem_free(d->cursor);
    mem_free(d);
}

/* Ends it before its end: with a status if nothing was said yet. */
static void give_up(struct download *d, int status)
{
    struct http_response refusal = {
        .status = status, .retry_after_s = status == 503 ? 1 : 0, .is_private = true};

    if (d->begun)
        http_finish(d->request, false);
    else
        http_reply(d->request, &refusal);
    forget(d);
}

static void on_page(void *arg, const struct answer *a);

static void ask(struct download *d)
{
    const char *args[] = {d->token, d->cursor};

    buf_clear(&d->page);
    d->sent_bytes = 0;
    db_query(d->all->hub->db, LANE_SLOW, page_sql, 2, args, on_page, d);
}

/* Hands on what the peer takes now. */
static void pump(void *arg)
{
    struct download *d = arg;
    size_t taken = 1;

    while (taken > 0 && d->sent_bytes < d->page.length_bytes) {
        taken = http_write(
            d->request, d->page.bytes + d->sent_bytes, d->page.length_bytes - d->sent_bytes);
        d->sent_bytes += taken;
        if (taken > 0)
            d->moved_at = clock_mono();
    }
    if (!http_is_open(d->request) || clock_mono().ms - d->moved_at.ms > STALL_MS) {
        give_up(d, 503);
    } else if (d->sent_bytes < d->page.length_bytes) {
        loop_timer_set(d->timer, LOOK_MS, 0);
    } else if (!d->last) {
        ask(d);
    } else {
        http_finish(d->request, true);
        forget(d);
    }
}

static void begin(struct download *d)
{
    struct http_response head = {
        .status = 200,
        .content_type = "application/zip",
        .attachment = "my-data.zip",
        .is_private = true,
    };

    d->begun = true;
    http_start(d->request, &head);
}

static void on_page(void *arg, const struct answer *a)
{
    struct download *d = arg;
    const char *body = answer_text(a, 0, 2);

    if (d->all == NULL) {
        give_up(d, 503);
        return;
    }
    if (answer_err(a) != ERR_OK || answer_text(a, 0, 0) != NULL) {
        give_up(d, answer_err(a) != ERR_OK ? 503 : 404);
        return;
    }
    if (!d->begun)
        begin(d);
    d->moved_at = clock_mono();
    if (body == NULL) {
        zip_end(&d->zip, &d->page);
        d->last = true;
    } else if (!zip_add(&d->zip, &d->page, answer_text(a, 0, 1), body, answer_bytes(a, 0, 2))) {
        give_up(d, 503);
        return;
    } else {
        const char *cursor = answer_text(a, 0, 3);

        mem_free(d->cursor);
        d->cursor = mem_copy(cursor, strlen(cursor));
    }
    pump(d);
}

void downloads_free(struct downloads *all)
{
    struct list_node *n;

    if (all == NULL)
        return;
    while ((n = list_shift(&all->list)) != NULL) {
        struct download *d = LIST_ITEM(n, struct download, node);

        d->all = NULL;
        if (d->sent_bytes < d->page.length_bytes) /* else a page is on its way, and ends it */
            give_up(d, 503);
    }
    mem_free(all);
}

static bool is_token(const char *text)
{
    return strlen(text) == TOKEN_BYTES &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") ==
               TOKEN_BYTES;
}

void downloads_get(struct downloads *all, struct http_request *r, const char *token)
{
    struct http_response refusal = {.status = 404};
    struct download *d;

    if (is_token(token) && (all->list.count >= DOWNLOADS_MAX || !db_is_ready(all->hub->db))) {
        refusal.status = 503;
        refusal.retry_after_s = 5;
    }
    if (!is_token(token) || refusal.status == 503) {
        http_reply(r, &refusal);
        return;
    }
    d = mem_zalloc(sizeof *d);
    d->all = all;
    d->request = r;
    d->timer = loop_timer_new(all->hub->loop, pump, d);
    memcpy(d->token, token, TOKEN_BYTES);
    buf_init(&d->page, 0);
    zip_init(&d->zip);
    list_node_init(&d->node);
    list_append(&all->list, &d->node);
    ask(d);
}
