/* frame.c -- events and their fragments: made from rows, rendered by SQL, dropped when a loss touches them.
 *
 * (1) A fragment is used only while the epoch of each subject is the one it was rendered under.
 * (2) A render read at sys entry n is installed only if no later entry applied here touches its subjects or object.
 */
#include "hub/frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hub/event.h"
#include "hub/gate.h"
#include "hub/hub.h"
#include "hub/metrics.h"
#include "hub/node.h"
#include "hub/stream.h"
#include "io/db.h"
#include "io/json.h"
#include "io/loop.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/id.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"

enum {
    RENDER_MAX = 50, /* what waits behind it on its connection should not wait long */
    RENDERS_IN_FLIGHT = 4,
    RENDER_RETRY_MS = 50,
    ALONE_IN_FLIGHT = 2, /* what failed once does not hold up the rest */
    TRIES_MAX = 20,
    TRIES_OTHER_MAX = 200, /* not the row's fault, as it seems: functions that are being replaced */
    TRIES_KNOWN_MAX = 2,   /* of one that was given up before */
    BROKEN_KNOWN_MAX = 1000,
    NAME_BYTES = 96,
    EPOCHS_MAX = 100000
};

static const char prefix[] = "{\"jsonrpc\":\"2.0\",\"method\":\"event\",\"params\":";
_Static_assert(sizeof prefix - 1 == FRAGMENT_PREFIX_BYTES,
    "FRAGMENT_PREFIX_BYTES is the length of the prefix");

struct wanted {
    struct event *event;
    int64_t viewer;
    uint32_t voided;
};

struct render {
    struct frames *frames;
    uint64_t generation;
    bool alone;
    size_t count;
    struct wanted items[];
};

struct queue {
    struct wanted *items;
    size_t count, capacity;
};

struct frames {
    struct hub *hub;
    struct map_int *epochs; /* member -> epoch + 1, as a pointer; absent: epoch 0 */
    struct queue wanted;    /* together */
    struct queue alone;     /* one by one */
    struct queue failed;    /* one by one, at the next retry */
    struct map_text *known_broken;
    int in_flight, alone_in_flight;
    bool backing_off;
    uint64_t generation;
    struct loop_timer *retry;
};

/* --- events --- */

static char *text_of(const struct json *row, const char *name)
{
    const char *text = json_text(json_member(row, name));

    return text == NULL ? NULL : mem_copy(text, strlen(text));
}

static int64_t id_of(const struct json *row, const char *name)
{
    int64_t id = 0;

    return json_id(json_member(row, name), &id) ? id : 0;
}

static void read_subjects(struct event *e, const struct json *list)
{
    size_t n = json_count(list);

    e->subjects = n == 0 ? NULL : mem_alloc(n * sizeof *e->subjects);
    for (const struct json *j = json_first(list); j != NULL; j = json_next(j)) {
        if (json_id(j, &e->subjects[e->subject_count]))
            e->subject_count++;
    }
}

struct event *event_new(struct hub *h, const struct json *row)
{
    const char *type = json_text(json_member(row, "type")),
               *gate = json_text(json_member(row, "gate"));
    const char *scope = json_text(json_member(row, "scope"));
    struct event *e;
    struct buf refs;

    if (type == NULL || gate == NULL || json_text(json_member(row, "stream")) == NULL)
        return NULL;
    e = mem_zalloc(sizeof *e);
    e->refs = 1;
    e->stream = text_of(row, "stream");
    (void)json_integer(json_member(row, "seq"), &e->seq);
    e->kind = h->event_find(type);
    e->actor = id_of(row, "actor");
    e->object = text_of(row, "object");
    e->key = text_of(row, "key");
    e->at = text_of(row, "at");
    read_subjects(e, json_member(row, "subjects"));
    buf_init(&refs, 0);
    if (json_member(row, "refs") != NULL)
        json_print(json_member(row, "refs"), &refs);
    else
        buf_add_text(&refs, "{}");
    e->refs_json = buf_take(&refs, &(size_t){0});
    e->gate_key = gate_key(h->gate, gate, scope == NULL ? 0 : strtoll(scope, NULL, 10),
        json_text(json_member(row, "audience")), e->stream);
    return e;
}

struct event *event_ref(struct event *e)
{
    e->refs++;
    return e;
}

static void fragment_free(struct fragment *g)
{
    mem_free(g->bytes);
    mem_free(g->subjects);
    mem_free(g->epochs);
    mem_free(g);
}

static void fragments_free(struct event *e)
{
    while (e->fragments != NULL) {
        struct fragment *g = e->fragments;

        e->fragments = g->next;
        fragment_free(g);
    }
}

void event_unref(struct event *e)
{
    if (e == NULL || --e->refs > 0)
        return;
    fragments_free(e);
    mem_free(e->stream);
    mem_free(e->refs_json);
    mem_free(e->object);
    mem_free(e->key);
    mem_free(e->at);
    mem_free(e->subjects);
    mem_free(e);
}

void event_drop_fragments(struct event *e)
{
    e->voided++;
    e->is_broken = false;
    fragments_free(e);
}

/* --- epochs of subjects --- */

static uint32_t epoch_of(const struct frames *f, int64_t member)
{
    return (uint32_t)(uintptr_t)map_int_get(f->epochs, (uint64_t)member);
}

void frames_touch_subject(struct frames *f, int64_t member)
{
    if (map_int_count(f->epochs) >=
        EPOCHS_MAX) { /* all fragments are void, so nothing remembers an epoch */
        frames_forget_all(f);
        map_int_free(f->epochs);
        f->epochs = map_int_new();
    }
    map_int_set(f->epochs, (uint64_t)member, (void *)((uintptr_t)epoch_of(f, member) + 1));
}

static bool is_current(const struct frames *f, const struct fragment *g)
{
    if (g->generation != f->generation)
        return false;
    for (uint32_t i = 0; i < g->subject_count; i++) {
        if (epoch_of(f, g->subjects[i]) != g->epochs[i])
            return false;
    }
    return true;
}

/* --- rendering --- */

static struct fragment *find(struct event *e, int64_t viewer)
{
    struct fragment *g = e->fragments;

    while (g != NULL && g->viewer != viewer)
        g = g->next;
    return g;
}

static void put(struct queue *q, struct event *e, const struct fragment *g)
{
    mem_grow((void **)&q->items, &q->capacity, q->count + 1, sizeof *q->items);
    q->items[q->count++] = (struct wanted){e, g->viewer, e->voided};
}

static void ask(struct frames *f, struct event *e, struct fragment *g)
{
    if (g->asked)
        return;
    g->asked = true;
    put(g->alone ? &f->alone : &f->wanted, event_ref(e), g);
    loop_again(f->hub->loop);
}

const struct fragment *event_fragment(struct frames *f, struct event *e, int64_t viewer)
{
    struct fragment *g = find(e, viewer);

    if (g == NULL) {
        g = mem_zalloc(sizeof *g);
        g->viewer = viewer;
        g->next = e->fragments;
        e->fragments = g;
    }
    if (e->is_broken)
        g->state = FRAGMENT_NOTHING;
    if (e->is_broken || (g->state != FRAGMENT_WANTED && is_current(f, g)))
        return g;
    g->state = FRAGMENT_WANTED;
    ask(f, e, g);
    return NULL;
}

static void compose(struct frames *f,
    const struct event *e,
    struct fragment *g,
    const char *actor,
    const char *view)
{
    const char *code;
    int64_t scope;
    size_t refs_bytes = strlen(e->refs_json);
    struct buf b;

    buf_init(&b, 0);
    buf_add(&b, prefix, sizeof prefix - 1);
    buf_printf(&b, "{\"stream\":\"%s\",\"seq\":%lld,\"type\":\"%s\",\"at\":\"%s\"",
        stream_wire_name(e->stream), (long long)e->seq, e->kind->type, e->at == NULL ? "" : e->at);
    if (actor != NULL && strcmp(actor, "null") != 0)
        buf_printf(&b, ",\"actor\":%s", actor);
    if (gate_key_basis(f->hub->gate, e->gate_key, &code, &scope))
        buf_printf(&b, ",\"basis\":{\"purpose\":\"%s\",\"scope\":\"%lld\",\"channel\":\"inapp\"}",
            code, (long long)scope);
    buf_add_text(&b, ",\"data\":");
    buf_add(&b, e->refs_json, refs_bytes - 1); /* without the closing brace */
    if (view != NULL) {
        buf_add_text(&b, refs_bytes > 2 ? ",\"view\":" : "\"view\":");
        buf_add_text(&b, view);
    }
    buf_add_text(&b, "}}}");
    mem_free(g->bytes);
    g->length_bytes = (uint32_t)b.length_bytes;
    g->bytes = buf_take(&b, &(size_t){0});
}

/* Takes the list. */
static void take_subjects(struct frames *f, struct fragment *g, int64_t *ids, size_t count)
{
    mem_free(g->subjects);
    mem_free(g->epochs);
    g->subjects = ids;
    g->epochs = count == 0 ? NULL : mem_alloc(count * sizeof *g->epochs);
    g->subject_count = (uint32_t)count;
    for (size_t i = 0; i < count; i++)
        g->epochs[i] = epoch_of(f, ids[i]);
}

/* Columns: idx, shown, redacted, actor, view, subjects, sys_seq. */
static void install(struct frames *f, const struct wanted *w, const struct answer *a, int row)
{
    struct event *e = w->event;
    struct fragment *g = find(e, w->viewer);
    const char *ids = answer_text(a, row, 5);
    size_t count = id_parse_array(ids, NULL, 0);
    int64_t *subjects;

    if (g == NULL)
        return; /* dropped meanwhile; whoever needs it asks again */
    g->asked = g->alone = false;
    g->failures = 0;
    subjects = mem_alloc((count + 1) * sizeof *subjects);
    (void)id_parse_array(ids, subjects, count);
    if (e->voided != w->voided ||
        node_touched(f->hub->node, answer_i64(a, row, 6), subjects, count, e->object) != TOUCH_NO) {
        ask(f, e, g);
        mem_free(subjects);
        return;
    }
    take_subjects(f, g, subjects, count);
    g->redacted = answer_bool(a, row, 2);
    g->state = FRAGMENT_NOTHING;
    g->generation = f->generation;
    if (answer_bool(a, row, 1) && e->kind != NULL) {
        compose(f, e, g, answer_text(a, row, 3), answer_text(a, row, 4));
        g->state = FRAGMENT_READY;
    }
}

/* --- what fails --- */

static void wait_a_little(struct frames *f)
{
    loop_timer_set(f->retry, RENDER_RETRY_MS, 0);
}

static void on_retry(void *arg)
{
    struct frames *f = arg;

    f->backing_off = false;
    for (size_t i = 0; i < f->failed.count; i++) {
        mem_grow((void **)&f->alone.items, &f->alone.capacity, f->alone.count + 1,
            sizeof *f->alone.items);
        f->alone.items[f->alone.count++] = f->failed.items[i];
    }
    f->failed.count = 0;
    loop_again(f->hub->loop);
}

static int name_of(const struct event *e, char out[NAME_BYTES])
{
    return snprintf(out, NAME_BYTES, "%s %lld", e->stream, (long long)e->seq);
}

/* Is it about the data of the row: a value, a decryption, what a function raises? */
static bool is_of_row(const char *sqlstate)
{
    return strncmp(sqlstate, "2", 1) == 0 || strncmp(sqlstate, "38", 2) == 0 ||
           strncmp(sqlstate, "39", 2) == 0 || strncmp(sqlstate, "P0", 2) == 0 ||
           strncmp(sqlstate, "ZC", 2) == 0;
}

static int tries_max(const struct frames *f, const struct event *e, const char *sqlstate)
{
    char name[NAME_BYTES];
    int length = name_of(e, name);

    if (map_text_get(f->known_broken, name, (size_t)length) != NULL)
        return TRIES_KNOWN_MAX;
    return is_of_row(sqlstate) ? TRIES_MAX : TRIES_OTHER_MAX;
}

/* The event is a skip from now on; a row mended later shows again when it is read anew. */
static void give_up(struct frames *f, struct event *e, const char *sqlstate)
{
    char name[NAME_BYTES];
    int length = name_of(e, name);

    e->is_broken = true;
    metrics_broken(f->hub->metrics);
    if (map_text_get(f->known_broken, name, (size_t)length) != NULL)
        return;
    log_error("event_skipped", "stream=%s seq=%lld sqlstate=%s", e->stream, (long long)e->seq,
        sqlstate[0] != '\0' ? sqlstate : "-");
    if (map_text_count(f->known_broken) >= BROKEN_KNOWN_MAX) {
        map_text_free(f->known_broken);
        f->known_broken = map_text_new();
    }
    map_text_set(f->known_broken, name, (size_t)length, f);
}

/* One that failed by itself. */
static void failed_alone(struct frames *f, const struct wanted *w, const char *sqlstate)
{
    struct fragment *g = find(w->event, w->viewer);

    if (g == NULL)
        return;
    g->asked = false;
    if (++g->failures >= tries_max(f, w->event, sqlstate)) {
        give_up(f, w->event, sqlstate);
        return;
    }
    g->asked = true;
    put(&f->failed, event_ref(w->event), g);
    wait_a_little(f);
}

static void ask_again(struct frames *f, const struct wanted *w, bool alone)
{
    struct fragment *g = find(w->event, w->viewer);

    if (g == NULL)
        return;
    g->asked = false;
    g->alone = alone;
    ask(f, w->event, g);
}

/* --- queries --- */

static void on_failed(struct frames *f, const struct render *r, const struct answer *a)
{
    bool lasting = !err_is_passing(answer_err(a), answer_sqlstate(a));

    if (lasting && r->alone) {
        failed_alone(f, &r->items[0], answer_sqlstate(a));
        return;
    }
    for (size_t i = 0; i < r->count; i++)
        ask_again(f, &r->items[i], lasting || r->alone);
    if (!lasting) {
        f->backing_off = true;
        wait_a_little(f);
    }
}

static void on_rendered(void *arg, const struct answer *a)
{
    struct render *r = arg;
    struct frames *f = r->frames;
    bool fine = answer_err(a) == ERR_OK && answer_rows(a) == (int)r->count;

    *(r->alone ? &f->alone_in_flight : &f->in_flight) -= 1;
    if (!fine)
        on_failed(f, r, a);
    for (size_t i = 0; fine && i < r->count; i++) {
        if (r->generation == f->generation)
            install(f, &r->items[i], a, (int)i);
        else
            ask_again(f, &r->items[i], r->alone);
    }
    for (size_t i = 0; i < r->count; i++) {
        if (i == 0 || strcmp(r->items[i].event->stream, r->items[i - 1].event->stream) != 0)
            streams_rendered(f->hub->streams, r->items[i].event->stream);
    }
    for (size_t i = 0; i < r->count; i++)
        event_unref(r->items[i].event);
    mem_free(r);
}

static void send(struct frames *f, const struct wanted *items, size_t count, bool alone)
{
    struct render *r = mem_alloc(sizeof *r + count * sizeof *r->items);
    struct buf streams, seqs, viewers;
    const char *args[3];

    r->frames = f;
    r->generation = f->generation;
    r->alone = alone;
    r->count = count;
    buf_init(&streams, 0);
    buf_init(&seqs, 0);
    buf_init(&viewers, 0);
    for (size_t i = 0; i < count; i++) {
        const struct wanted *w = &items[i];

        r->items[i] = *w;
        buf_printf(&streams, "%c\"%s\"", i == 0 ? '{' : ',', w->event->stream);
        buf_printf(&seqs, "%c%lld", i == 0 ? '{' : ',', (long long)w->event->seq);
        buf_printf(&viewers, "%c%lld", i == 0 ? '{' : ',', (long long)w->viewer);
    }
    buf_add_char(&streams, '}');
    buf_add_char(&seqs, '}');
    buf_add_char(&viewers, '}');
    args[0] = streams.bytes;
    args[1] = seqs.bytes;
    args[2] = viewers.bytes;
    *(alone ? &f->alone_in_flight : &f->in_flight) += 1;
    db_query(
        f->hub->db, LANE_READ, "select * from api.render($1, $2, $3)", 3, args, on_rendered, r);
    buf_done(&streams);
    buf_done(&seqs);
    buf_done(&viewers);
}

/* What nobody but this list holds any more was wanted by a subscription that has gone. */
static void drop_unwanted(struct queue *q)
{
    size_t kept = 0;

    for (size_t i = 0; i < q->count; i++) {
        if (q->items[i].event->refs > 1)
            q->items[kept++] = q->items[i];
        else
            event_unref(q->items[i].event);
    }
    q->count = kept;
}

static void send_some(struct frames *f, struct queue *q, int *in_flight, int in_flight_max)
{
    bool alone = q == &f->alone;
    size_t first = 0, most = alone ? 1 : RENDER_MAX;

    if (*in_flight == in_flight_max)
        return;
    drop_unwanted(q);
    while (first < q->count && *in_flight < in_flight_max) {
        size_t count = q->count - first < most ? q->count - first : most;

        send(f, q->items + first, count, alone);
        first += count;
    }
    if (first > 0)
        memmove(q->items, q->items + first, (q->count - first) * sizeof *q->items);
    q->count -= first;
}

void frames_turn(struct frames *f)
{
    if (f->backing_off)
        return;
    send_some(f, &f->wanted, &f->in_flight, RENDERS_IN_FLIGHT);
    send_some(f, &f->alone, &f->alone_in_flight, ALONE_IN_FLIGHT);
}

void frames_forget_all(struct frames *f)
{
    f->generation++;
}

struct frames *frames_new(struct hub *h)
{
    struct frames *f = mem_zalloc(sizeof *f);

    f->hub = h;
    f->epochs = map_int_new();
    f->known_broken = map_text_new();
    f->retry = loop_timer_new(h->loop, on_retry, f);
    return f;
}

static void queue_done(struct queue *q)
{
    for (size_t i = 0; i < q->count; i++)
        event_unref(q->items[i].event);
    mem_free(q->items);
}

void frames_free(struct frames *f)
{
    if (f == NULL)
        return;
    queue_done(&f->wanted);
    queue_done(&f->alone);
    queue_done(&f->failed);
    map_int_free(f->epochs);
    map_text_free(f->known_broken);
    loop_timer_free(f->retry);
    mem_free(f);
}
