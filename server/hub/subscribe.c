/* subscribe.c -- opening subscriptions.
 *
 *   asked --query of the turn--> answered --sys applied, history rendered--> ready --all of the call--> live, replied
 *
 * (1) The reply leaves when it is true: the cursor stands at its seq, and nothing of the stream was handed over before.
 * (2) Asking for a stream one has ends the old subscription at once; the reply tells from where the new one goes on.
 * (3) call_resume_* is called exactly once per opening, also when the session or the call went first.
 * (4) The reply is guarded from the snapshot on in which the streams were opened, also where its events were rendered
 *     later: a loss in between may have ended the right to the stream.
 */
#include "hub/subscribe.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hub/batch.h"
#include "hub/call.h"
#include "hub/deliver.h"
#include "hub/hub.h"
#include "hub/node.h"
#include "hub/session.h"
#include "hub/stream.h"
#include "hub/sub.h"
#include "io/db.h"
#include "io/json.h"
#include "io/loop.h"
#include "base/buf.h"
#include "base/id.h"
#include "base/log.h"
#include "base/mem.h"

enum {
    NAME_BYTES = 64,
    NUMBER_BYTES = 24,
    HISTORY_BYTES_MAX = 65536,
    ROWS_MAX = 500,
    REFUSED_BYTES_MAX = 160
};

struct opening;

/* One stream asked for. */
struct item {
    struct opening *of;
    struct list_node node;                  /* in the queue of the next query */
    char name[NAME_BYTES], who[NAME_BYTES]; /* as asked for */
    int64_t after;                          /* -1: from a snapshot */
    enum err err;
    bool is_answered, is_ready, is_recovered;
    bool is_alone; /* asked by itself: a query with it has failed */
    struct sub *sub;
    int64_t seq, sys_seq;
    char *body; /* the snapshot, or the list of events */
    int64_t *subjects;
    size_t subject_count;
};

/* One call: all its streams are answered together. */
struct opening {
    struct subscribe *all;
    struct call *call;
    bool is_many, is_over;
    size_t count, unanswered;
    size_t history_bytes; /* what the histories of all may still take */
    struct item items[];
};

struct subscribe {
    struct hub *hub;
    struct list queue; /* items for the next query */
};

struct query {
    struct subscribe *all;
    size_t count;
    struct item *items[];
};

/* --- ends --- */

/* Frees the opening once no query holds one of its items. */
static void opening_free(struct opening *o)
{
    if (o->unanswered > 0)
        return;
    for (size_t i = 0; i < o->count; i++) {
        mem_free(o->items[i].body);
        mem_free(o->items[i].subjects);
    }
    mem_free(o);
}

/* Lets go of the subscriptions that are not live yet, and of the call. */
static void give_up(struct opening *o, enum err e)
{
    if (o->is_over)
        return;
    o->is_over = true;
    for (size_t i = 0; i < o->count; i++) {
        struct item *item = &o->items[i];

        if (list_is_linked(&item->node)) {
            list_remove(&o->all->queue, &item->node);
            item->is_answered = true;
            o->unanswered--;
        }
        if (item->sub != NULL) {
            item->sub->dropped = NULL;
            sub_free(item->sub);
            item->sub = NULL;
        }
    }
    call_resume_fail(o->call, e, NULL);
    opening_free(o);
}

static void on_dropped(void *arg)
{
    struct item *item = arg;

    item->sub = NULL; /* being freed by whoever tells us */
    give_up(item->of, ERR_UNAVAILABLE);
}

static void on_refused_sub(struct item *item, const char *sqlstate)
{
    item->err = err_from_sqlstate(sqlstate);
    item->is_ready = true;
}

/* --- the reply --- */

static void add_result(struct buf *b, const struct item *item, const char *epoch)
{
    buf_add_text(b, "{\"stream\":");
    buf_add_json_string(b, item->name, strlen(item->name));
    if (item->err != ERR_OK) {
        buf_printf(b, ",\"error\":{\"code\":%d,\"reason\":\"%s\"}}", err_code(item->err),
            err_reason(item->err));
        return;
    }
    buf_printf(b, ",\"epoch\":\"%s\",\"seq\":%lld,\"recovered\":%s,\"%s\":%s}", epoch,
        (long long)item->seq, item->is_recovered ? "true" : "false",
        item->is_recovered ? "events" : "snapshot", item->body == NULL ? "null" : item->body);
}

static void set_guard(const struct opening *o, struct call_guard *g, int64_t *subjects)
{
    size_t n = 0;
    int64_t own = 0;

    *g = (struct call_guard){.guarded = true, .sys_seq = INT64_MAX, .subjects = subjects};
    for (size_t i = 0; i < o->count; i++) {
        const struct item *item = &o->items[i];

        if (item->err == ERR_OK && item->sys_seq < g->sys_seq)
            g->sys_seq = item->sys_seq;
        for (size_t k = 0; k < item->subject_count; k++)
            subjects[n++] = item->subjects[k];
    }
    if (strncmp(call_who(o->call), "m:", 2) == 0 &&
        id_parse(call_who(o->call) + 2, strlen(call_who(o->call) + 2), &own))
        subjects[n++] = own;
    g->subject_count = n;
}

/* What does not fit into one answer is to be asked for again. */
static void put_off(struct item *item)
{
    item->err = ERR_BUSY;
    if (item->sub == NULL)
        return;
    item->sub->dropped = NULL;
    sub_free(item->sub);
    item->sub = NULL;
}

static void add_results(struct opening *o, struct buf *b)
{
    const char *epoch = node_lineage(o->all->hub->node);
    size_t most = o->all->hub->limits.answer_bytes;

    for (size_t i = 0; i < o->count; i++) {
        size_t before = b->length_bytes, left = (o->count - i) * REFUSED_BYTES_MAX;

        if (i > 0)
            buf_add_char(b, ',');
        add_result(b, &o->items[i], epoch);
        if (i == 0 || o->items[i].err != ERR_OK || b->length_bytes + left <= most)
            continue;
        b->length_bytes = before;
        put_off(&o->items[i]);
        buf_add_char(b, ',');
        add_result(b, &o->items[i], epoch);
    }
}

static void reply(struct opening *o)
{
    struct call_guard guard;
    size_t most = 1;
    int64_t *subjects;
    struct buf b;

    for (size_t i = 0; i < o->count; i++)
        most += o->items[i].subject_count;
    subjects = mem_alloc(most * sizeof *subjects);
    set_guard(o, &guard, subjects);
    buf_init(&b, 0);
    if (o->is_many)
        buf_add_text(&b, "{\"streams\":[");
    add_results(o, &b);
    if (o->is_many)
        buf_add_text(&b, "]}");
    o->is_over = true;
    if (!o->is_many && o->items[0].err != ERR_OK)
        call_resume_fail(o->call, o->items[0].err, NULL);
    else
        call_resume_reply(o->call, b.bytes, b.length_bytes, &guard);
    for (size_t i = 0; i < o->count; i++) {
        if (o->items[i].sub != NULL)
            sub_set_live(o->items[i].sub);
    }
    buf_done(&b);
    mem_free(subjects);
    opening_free(o);
}

static void reply_if_ready(struct opening *o)
{
    if (o->is_over)
        return;
    for (size_t i = 0; i < o->count; i++) {
        if (!o->items[i].is_ready)
            return;
    }
    reply(o);
}

/* --- becoming ready --- */

static int64_t *make_subjects(struct item *item, size_t count)
{
    item->subjects = count == 0 ? NULL : mem_alloc(count * sizeof *item->subjects);
    item->subject_count = count;
    return item->subjects;
}

/* From an array literal: as many as there are. */
static void read_subjects(struct item *item, const char *ids)
{
    size_t count = id_parse_array(ids, NULL, 0);

    (void)id_parse_array(ids, make_subjects(item, count), count);
}

/* Tried every turn while the subscription is not live. */
static void on_try(void *arg, struct sub *sub)
{
    struct item *item = arg;
    struct opening *o = item->of;
    struct hub *h = o->all->hub;
    struct batch *b;

    if (!call_is_waiting(o->call)) {
        give_up(o, ERR_UNAVAILABLE);
        return;
    }
    if (item->is_ready || !node_is_delivering(h->node) || node_applied(h->node) < sub->floor_sys)
        return;
    if (item->is_recovered) {
        b = deliver_history(sub, item->seq, o->history_bytes);
        if (b == NULL)
            return;
        o->history_bytes -= b->length_bytes < o->history_bytes ? b->length_bytes : o->history_bytes;
        item->body = mem_copy(b->bytes, b->length_bytes);
        if (make_subjects(item, b->subject_count) != NULL)
            memcpy(item->subjects, b->subjects, b->subject_count * sizeof *item->subjects);
        batch_unref(b);
    }
    item->seq = sub->cursor;
    item->is_ready = true;
    reply_if_ready(o);
}

/* A subscription that a call past its deadline left opening (there was no lease) makes way. */
static void end_forgotten(struct session *s, const char *stream)
{
    struct sub *old = sub_find(s, stream);
    struct item *item = old == NULL || old->live ? NULL : old->opened_arg;

    if (item != NULL && !call_is_waiting(item->of->call))
        give_up(item->of, ERR_UNAVAILABLE);
}

/* Columns: idx, sqlstate, stream, seq, recovered, snapshot, sys_seq, subjects, scope, watched. */
static void take_row(struct item *item, const struct answer *a, int row)
{
    struct session *s = call_session(item->of->call);
    const char *snapshot = answer_text(a, row, 5);
    int64_t head = answer_i64(a, row, 3);

    if (answer_text(a, row, 1) != NULL) {
        on_refused_sub(item, answer_text(a, row, 1));
        return;
    }
    if (item->who[0] == 's' && node_revoked(s->hub->node, answer_i64(a, row, 6), item->who,
                                   s->family, s->token_id) != TOUCH_NO) {
        on_refused_sub(item, err_sqlstate(ERR_UNAVAILABLE)); /* no guard holds for staff */
        return;
    }
    end_forgotten(s, answer_text(a, row, 2));
    if (sub_find(s, answer_text(a, row, 2)) != NULL) { /* asked for twice in one go */
        on_refused_sub(item, err_sqlstate(ERR_CONFLICT));
        return;
    }
    if (s->sub_count >= (uint32_t)s->hub->limits.subscriptions_max) {
        on_refused_sub(item, err_sqlstate(ERR_LIMIT));
        return;
    }
    item->seq = head;
    item->is_recovered = answer_bool(a, row, 4);
    item->sys_seq = answer_i64(a, row, 6);
    if (!item->is_recovered) {
        item->body = snapshot == NULL ? NULL : mem_copy(snapshot, answer_bytes(a, row, 5));
        read_subjects(item, answer_text(a, row, 7));
    }
    item->sub = sub_new(s, stream_open(item->of->all->hub->streams, answer_text(a, row, 2), head),
        item->is_recovered ? item->after : head, item->sys_seq);
    item->sub->stream->scope = answer_i64(a, row, 8);
    item->sub->is_watched = answer_bool(a, row, 9);
    item->sub->opened = on_try;
    item->sub->dropped = on_dropped;
    item->sub->opened_arg = item;
}

/* What fails for a reason of its own must not fail others: each is asked by itself. */
static bool is_asked_again(struct item *item, const struct answer *a, bool is_together)
{
    enum err e = answer_err(a);

    if (e == ERR_OK || e == ERR_LOST)
        return e == ERR_LOST;
    if (!is_together || err_is_passing(e, answer_sqlstate(a))) {
        log_error("subscribe_failed", "stream=%s who=%s sqlstate=%s", item->name, item->who,
            answer_sqlstate(a)[0] != '\0' ? answer_sqlstate(a) : "-");
        return false;
    }
    item->is_alone = true;
    return true;
}

static void take_answer(struct item *item, const struct answer *a, int row, bool is_together)
{
    struct opening *o = item->of;
    enum err e = answer_err(a);

    if (!o->is_over && !call_is_waiting(o->call))
        give_up(o, ERR_UNAVAILABLE);
    if (!o->is_over && is_asked_again(item, a, is_together)) {
        list_append(&o->all->queue, &item->node);
        loop_again(o->all->hub->loop);
        return;
    }
    item->is_answered = true;
    o->unanswered--;
    if (o->is_over) {
        opening_free(o);
    } else if (e != ERR_OK && !err_is_passing(e, answer_sqlstate(a))) {
        on_refused_sub(item, err_sqlstate(ERR_UNAVAILABLE));
        reply_if_ready(o);
    } else if (e != ERR_OK) {
        give_up(o, e == ERR_BUSY || e == ERR_TIMEOUT ? e : ERR_UNAVAILABLE);
    } else {
        take_row(item, a, row);
        reply_if_ready(o);
    }
}

static void on_opened_all(void *arg, const struct answer *a)
{
    struct query *q = arg;

    for (size_t i = 0; i < q->count; i++)
        take_answer(q->items[i], a, (int)i, q->count > 1);
    mem_free(q);
}

/* --- asking --- */

static void send_query(struct subscribe *all)
{
    struct query *q = mem_alloc(sizeof *q + ROWS_MAX * sizeof(struct item *));
    struct buf who, stream, after;
    const char *args[3];

    q->all = all;
    q->count = 0;
    buf_init(&who, 0);
    buf_init(&stream, 0);
    buf_init(&after, 0);
    while (all->queue.count > 0 && q->count < ROWS_MAX) {
        struct item *item = LIST_ITEM(list_first(&all->queue), struct item, node);
        char separator = q->count == 0 ? '{' : ',';

        if (item->is_alone && q->count > 0)
            break;
        list_remove(&all->queue, &item->node);

        buf_printf(&who, "%c\"%s\"", separator, item->who);
        buf_printf(&stream, "%c\"%s\"", separator, item->name);
        if (item->after < 0)
            buf_printf(&after, "%cNULL", separator);
        else
            buf_printf(&after, "%c%lld", separator, (long long)item->after);
        q->items[q->count++] = item;
        if (item->is_alone)
            break;
    }
    buf_add_char(&who, '}');
    buf_add_char(&stream, '}');
    buf_add_char(&after, '}');
    args[0] = who.bytes;
    args[1] = stream.bytes;
    args[2] = after.bytes;
    db_query(all->hub->db, LANE_READ, "select * from api.stream_open($1, $2, $3)", 3, args,
        on_opened_all, q);
    buf_done(&who);
    buf_done(&stream);
    buf_done(&after);
}

void subscribe_turn(struct subscribe *all)
{
    while (all->queue.count > 0)
        send_query(all);
}

/* Names are letters, digits, ':' and '_' by their shape, so they are safe inside an array literal. */
static bool is_name(const char *name)
{
    return name != NULL && strlen(name) < NAME_BYTES &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789:_") == strlen(name);
}

static void end_old(struct session *s, const char *name)
{
    char own[NAME_BYTES];
    struct sub *old;

    snprintf(own, sizeof own, "me:%s", s->who + (s->who[0] == 'm' ? 2 : 0));
    old = sub_find(s, strcmp(name, "me") == 0 ? own : name);
    if (old != NULL && old->live)
        sub_free(old);
}

static struct opening *opening_new(struct call *c, size_t count)
{
    struct opening *o = mem_zalloc(sizeof *o + count * sizeof o->items[0]);

    o->all = call_hub(c)->subscribe;
    o->call = c;
    o->count = count;
    o->unanswered = count;
    o->history_bytes = HISTORY_BYTES_MAX;
    return o;
}

static void ask(
    struct opening *o, size_t at, const char *name, const char *after, const char *epoch)
{
    struct item *item = &o->items[at];
    const char *lineage = node_lineage(o->all->hub->node);
    bool is_other_epoch = epoch != NULL && strcmp(epoch, lineage) != 0;

    item->of = o;
    snprintf(item->name, sizeof item->name, "%s", name);
    snprintf(item->who, sizeof item->who, "%s", call_who(o->call));
    item->after = after == NULL || is_other_epoch ? -1 : strtoll(after, NULL, 10);
    list_node_init(&item->node);
    end_old(call_session(o->call), name);
    list_append(&o->all->queue, &item->node);
}

static enum flow too_many(struct call *c)
{
    char detail[NUMBER_BYTES + 16];

    snprintf(detail, sizeof detail, "{\"max\":%d}", call_hub(c)->limits.subscriptions_max);
    return call_fail_detail(c, ERR_LIMIT, detail);
}

static bool fits(const struct call *c, size_t count)
{
    return call_session(c)->sub_count + count <= (size_t)call_hub(c)->limits.subscriptions_max;
}

enum flow subscribe_one(struct call *c, const struct answer *in)
{
    struct opening *o;

    (void)in;
    if (call_session(c)->kind != SESSION_SOCKET)
        return call_fail(c, ERR_INVALID_STATE); /* an HTTP request has nowhere to deliver to */
    if (!is_name(call_arg(c, 0)))
        return call_fail(c, ERR_NOT_FOUND);
    if (!fits(c, 1))
        return too_many(c);
    o = opening_new(c, 1);
    ask(o, 0, call_arg(c, 0), call_arg(c, 1), call_arg(c, 2));
    loop_again(call_hub(c)->loop);
    return call_wait(c);
}

static bool names_fit(const struct json *list)
{
    for (const struct json *j = json_first(list); j != NULL; j = json_next(j)) {
        if (!is_name(json_text(json_member(j, "stream"))))
            return false;
    }
    return true;
}

static enum flow ask_all(struct call *c, const struct json *list)
{
    struct opening *o = opening_new(c, json_count(list));
    char after[NUMBER_BYTES];
    size_t at = 0;

    o->is_many = true;
    for (const struct json *j = json_first(list); j != NULL; j = json_next(j)) {
        int64_t n = 0;
        bool has_after = json_integer(json_member(j, "after"), &n);

        snprintf(after, sizeof after, "%lld", (long long)n);
        ask(o, at++, json_text(json_member(j, "stream")), has_after ? after : NULL,
            json_text(json_member(j, "epoch")));
    }
    loop_again(call_hub(c)->loop);
    return call_wait(c);
}

enum flow subscribe_many(struct call *c, const struct answer *in)
{
    struct json *list = NULL;
    enum flow flow;

    (void)in;
    if (call_session(c)->kind != SESSION_SOCKET)
        return call_fail(c, ERR_INVALID_STATE);
    if (json_parse(call_arg(c, 0), strlen(call_arg(c, 0)), &list, NULL) != ERR_OK)
        return call_fail(c, ERR_INVALID_PARAMS);
    if (!names_fit(list))
        flow = call_fail(c, ERR_NOT_FOUND);
    else if (!fits(c, json_count(list)))
        flow = too_many(c);
    else
        flow = ask_all(c, list);
    json_free(list);
    return flow;
}

enum flow subscribe_end(struct call *c, const struct answer *in)
{
    struct session *s = call_session(c);
    char own[NAME_BYTES];
    struct sub *sub = NULL;

    (void)in;
    if (is_name(call_arg(c, 0))) {
        snprintf(own, sizeof own, "me:%s", s->who + (s->who[0] == 'm' ? 2 : 0));
        sub = sub_find(s, strcmp(call_arg(c, 0), "me") == 0 ? own : call_arg(c, 0));
    }
    if (sub == NULL)
        return call_fail(c, ERR_NOT_FOUND);
    sub_free(sub);
    return call_reply(c, "{}");
}

struct subscribe *subscribe_new(struct hub *h)
{
    struct subscribe *all = mem_zalloc(sizeof *all);

    all->hub = h;
    list_init(&all->queue);
    return all;
}

void subscribe_free(struct subscribe *all)
{
    mem_free(all);
}
