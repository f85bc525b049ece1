/* coalesce.c -- batches of requests for one hot key.
 *
 *   coalesce_add -> bucket of (method, key or lane of keys): idle -> sent at once; else `waiting`
 *   answer       -> every member is told; what waited meanwhile goes next; an empty bucket is freed
 *
 * A batch of one runs the row's plain statement.  A batch that aborts as a whole runs its members singly, once: a
 * refusal of one request is a row of the batch form, so an abort is a deadlock, a lock timeout or a bug of one member.
 */
#include "hub/coalesce.h"

#include <assert.h>
#include <string.h>

#include "hub/hub.h"
#include "hub/method.h"
#include "io/db.h"
#include "base/buf.h"
#include "base/list.h"
#include "base/map.h"
#include "base/mem.h"

enum { FIXED_ARGS = 3, ARGS_MAX = FIXED_ARGS + 1 + SHAPE_FIELDS_MAX };

struct request {
    struct list_node node;
    struct batch_run *run; /* NULL while it waits */
    const struct method *method;
    coalesce_done_fn *done;
    void *arg;
    int count;
    const char *args[]; /* the texts follow in the same block */
};

/* All requests of one method and key. */
struct bucket {
    struct coalescer *owner;
    const struct method *method;
    char *name; /* key of coalescer.buckets */
    size_t name_bytes;
    struct list waiting;
    struct batch_run *run; /* NULL: idle */
};

/* The requests in flight of one bucket. */
struct batch_run {
    struct bucket *bucket;
    struct list members;
    size_t outstanding; /* statements not yet answered */
    bool singly;        /* second attempt, one statement per member */
};

struct coalescer {
    struct hub *hub;
    struct map_text *buckets;
    int waiting;
};

static void send_next(struct bucket *b);
static void run_singly(struct batch_run *r);

struct coalescer *coalescer_new(struct hub *h)
{
    struct coalescer *c = mem_zalloc(sizeof *c);

    c->hub = h;
    c->buckets = map_text_new();
    return c;
}

static void free_requests(struct list *l)
{
    struct list_node *n;

    while ((n = list_shift(l)) != NULL)
        mem_free(LIST_ITEM(n, struct request, node));
}

/* By now the database has answered everything: a bucket that is left has neither run nor waiting requests. */
void coalescer_free(struct coalescer *c)
{
    size_t cursor = 0;
    const char *key;
    void *value;

    if (c == NULL)
        return;
    while (map_text_next(c->buckets, &cursor, &key, &value)) {
        struct bucket *b = value;

        free_requests(&b->waiting);
        if (b->run != NULL)
            free_requests(&b->run->members);
        mem_free(b->run);
        mem_free(b->name);
        mem_free(b);
    }
    map_text_free(c->buckets);
    mem_free(c);
}

int coalesce_waiting(const struct coalescer *c)
{
    return c->waiting;
}

/* --- requests and buckets -------------------------------------------------------------------- */

static struct request *request_new(const struct coalesce_request *r)
{
    size_t bytes = sizeof(struct request) + (size_t)r->count * sizeof(char *);
    size_t at = bytes;

    assert(r->count >= FIXED_ARGS && r->count <= ARGS_MAX);
    for (int i = 0; i < r->count; i++)
        bytes += r->args[i] != NULL ? strlen(r->args[i]) + 1 : 0;

    struct request *q = mem_zalloc(bytes);

    list_node_init(&q->node);
    q->method = r->method;
    q->done = r->done;
    q->arg = r->arg;
    q->count = r->count;
    for (int i = 0; i < r->count; i++) {
        if (r->args[i] == NULL)
            continue;
        size_t length = strlen(r->args[i]) + 1;

        q->args[i] = memcpy((char *)q + at, r->args[i], length);
        at += length;
    }
    return q;
}

static struct bucket *bucket_of(struct coalescer *c, const struct method *m, const char *key)
{
    size_t name_bytes = strlen(m->name) + 1 + strlen(key);
    char *name = mem_alloc(name_bytes + 1);

    memcpy(name, m->name, strlen(m->name));
    name[strlen(m->name)] = ' ';
    memcpy(name + strlen(m->name) + 1, key, strlen(key) + 1);

    struct bucket *b = map_text_get(c->buckets, name, name_bytes);

    if (b != NULL) {
        mem_free(name);
        return b;
    }
    b = mem_zalloc(sizeof *b);
    b->owner = c;
    b->method = m;
    b->name = name;
    b->name_bytes = name_bytes;
    list_init(&b->waiting);
    map_text_set(c->buckets, name, name_bytes, b);
    return b;
}

static void bucket_free(struct bucket *b)
{
    map_text_remove(b->owner->buckets, b->name, b->name_bytes);
    mem_free(b->name);
    mem_free(b);
}

/* Which of a row's lanes a key goes by: the same key always by the same one, so its requests keep their order. */
static const char *lane_of(const char *key, int lanes)
{
    static const char *const names[COALESCE_LANES_MAX] = {"0", "1", "2", "3"};
    unsigned sum = 0;

    for (; *key != '\0'; key++)
        sum = sum * 31 + (unsigned char)*key;
    return names[sum % (unsigned)lanes];
}

void coalesce_add(struct coalescer *c, const struct coalesce_request *r)
{
    int lanes = r->method->coalesce_lanes;
    struct bucket *b = bucket_of(c, r->method, lanes > 0 ? lane_of(r->key, lanes) : r->key);

    list_append(&b->waiting, &request_new(r)->node);
    c->waiting++;
    if (b->run == NULL)
        send_next(b);
}

/* --- answers --------------------------------------------------------------------------------- */

void coalesce_row_of(const struct answer *a, struct coalesce_row *out_row)
{
    *out_row = (struct coalesce_row){
        .err = answer_err(a),
        .sqlstate = answer_sqlstate(a),
        .statement = answer_statement(a),
        .detail = answer_detail(a),
    };
    if (out_row->err != ERR_OK)
        return;
    if (answer_rows(a) != 1 || answer_columns(a) != 4 || answer_text(a, 0, 0) == NULL) {
        out_row->err = ERR_INTERNAL;
        return;
    }
    out_row->reply = answer_text(a, 0, 0);
    out_row->reply_bytes = answer_bytes(a, 0, 0);
    out_row->events = answer_text(a, 0, 1);
    out_row->events_bytes = answer_bytes(a, 0, 1);
    out_row->sys_seq = answer_i64(a, 0, 2);
    out_row->subjects = answer_text(a, 0, 3);
}

/* Row `i` of a batch form's answer: idx, sqlstate, detail, reply, events, sys_seq, subjects. */
static void batch_row(const struct answer *a, int i, struct coalesce_row *out_row)
{
    const char *state = answer_text(a, i, 1);

    *out_row = (struct coalesce_row){.sqlstate = "", .statement = answer_statement(a)};
    if (i >= answer_rows(a) || answer_columns(a) != 7 || answer_i64(a, i, 0) != i + 1) {
        out_row->err = ERR_INTERNAL;
        return;
    }
    if (state != NULL) {
        out_row->err = err_from_sqlstate(state);
        out_row->sqlstate = state;
        out_row->detail = answer_text(a, i, 2);
        out_row->subjects = answer_text(a, i, 6);
        return;
    }
    out_row->err = answer_text(a, i, 3) != NULL ? ERR_OK : ERR_INTERNAL;
    out_row->reply = answer_text(a, i, 3);
    out_row->reply_bytes = answer_bytes(a, i, 3);
    out_row->events = answer_text(a, i, 4);
    out_row->events_bytes = answer_bytes(a, i, 4);
    out_row->sys_seq = answer_i64(a, i, 5);
    out_row->subjects = answer_text(a, i, 6);
}

/* The run is over: the next batch goes, or the bucket. */
static void run_done(struct batch_run *r)
{
    struct bucket *b = r->bucket;

    assert(r->members.count == 0);
    mem_free(r);
    b->run = NULL;
    if (b->waiting.count > 0)
        send_next(b);
    else
        bucket_free(b);
}

static void tell(struct request *q, const struct coalesce_row *row)
{
    q->done(q->arg, row);
    mem_free(q);
}

/* Refused by PostgreSQL as a whole, for a reason that a member alone may not have. */
static bool is_abort(const struct answer *a)
{
    const char *s = answer_sqlstate(a);

    if (answer_err(a) == ERR_OK || answer_err(a) == ERR_LOST || answer_err(a) == ERR_UNAVAILABLE)
        return false;
    return s[0] != '\0' && strcmp(s, "57014") != 0;
}

static void on_batch(void *arg, const struct answer *a)
{
    struct batch_run *r = arg;
    struct list_node *n;

    if (is_abort(a)) {
        run_singly(r);
        return;
    }
    for (int i = 0; (n = list_shift(&r->members)) != NULL; i++) {
        struct coalesce_row row;

        if (answer_err(a) == ERR_OK)
            batch_row(a, i, &row);
        else
            coalesce_row_of(a, &row);
        tell(LIST_ITEM(n, struct request, node), &row);
    }
    run_done(r);
}

static void on_single(void *arg, const struct answer *a)
{
    struct request *q = arg;
    struct batch_run *r = q->run;
    const char *state = answer_sqlstate(a);
    bool aborted = strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0 ||
                   strcmp(state, "55P03") == 0 || strncmp(state, "23", 2) == 0;
    struct coalesce_row row;

    if (!r->singly && aborted) {
        run_singly(r);
        return;
    }
    coalesce_row_of(a, &row);
    list_remove(&r->members, &q->node);
    r->outstanding--;
    tell(q, &row);
    if (r->outstanding == 0)
        run_done(r);
}

/* --- sending --------------------------------------------------------------------------------- */

static void send_single(struct batch_run *r, struct request *q)
{
    struct hub *h = r->bucket->owner->hub;

    db_query(h->db, q->method->lane, q->method->sql, q->count, q->args, on_single, q);
}

static void run_singly(struct batch_run *r)
{
    r->singly = true;
    r->outstanding = r->members.count;
    LIST_EACH(&r->members, n)
    send_single(r, LIST_ITEM(n, struct request, node));
}

/* One element of an array literal; every element is quoted. */
static void add_element(struct buf *b, const char *text)
{
    if (text == NULL) {
        buf_add_text(b, "NULL");
        return;
    }
    buf_add_char(b, '"');
    for (const char *p = text; *p != '\0';) {
        size_t plain = strcspn(p, "\"\\");

        buf_add(b, p, plain);
        p += plain;
        if (*p != '\0') {
            buf_add_char(b, '\\');
            buf_add_char(b, *p++);
        }
    }
    buf_add_char(b, '"');
}

static void send_many(struct batch_run *r)
{
    struct bucket *b = r->bucket;
    int count = LIST_ITEM(list_first(&r->members), struct request, node)->count;
    struct buf arrays[ARGS_MAX];
    const char *args[ARGS_MAX];

    for (int i = 0; i < count; i++) {
        buf_init(&arrays[i], 0);
        LIST_EACH(&r->members, n)
        {
            buf_add_char(&arrays[i], arrays[i].length_bytes == 0 ? '{' : ',');
            add_element(&arrays[i], LIST_ITEM(n, struct request, node)->args[i]);
        }
        buf_add_char(&arrays[i], '}');
        args[i] = arrays[i].bytes;
    }
    r->outstanding = 1;
    db_query(b->owner->hub->db, b->method->lane, b->method->batch_sql, count, args, on_batch, r);
    for (int i = 0; i < count; i++)
        buf_done(&arrays[i]);
}

/* Sends what waits, up to coalesce_max. */
static void send_next(struct bucket *b)
{
    struct batch_run *r = mem_zalloc(sizeof *r);
    size_t most = (size_t)b->owner->hub->limits.coalesce_max;

    r->bucket = b;
    b->run = r;
    list_init(&r->members);
    while (b->waiting.count > 0 && r->members.count < most) {
        struct list_node *n = list_shift(&b->waiting);

        LIST_ITEM(n, struct request, node)->run = r;
        list_append(&r->members, n);
        b->owner->waiting--;
    }
    if (r->members.count > 1) {
        send_many(r);
        return;
    }
    r->outstanding = 1;
    send_single(r, LIST_ITEM(list_first(&r->members), struct request, node));
}
