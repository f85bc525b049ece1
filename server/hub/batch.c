/* batch.c -- builds batches: text after room for the frame header, and the lists the gate looks at. */
#include "hub/batch.h"

#include <string.h>

#include "hub/frame.h"
#include "hub/gate.h"
#include "hub/hub.h"
#include "io/ws.h"
#include "base/buf.h"
#include "base/mem.h"

enum { HEADER_ROOM_BYTES = 10 };

struct ids {
    int64_t *items;
    size_t count, capacity;
};

struct batch_maker {
    struct hub *hub;
    const char *wire_name;
    int64_t from;
    uint32_t events, messages;
    uint64_t skipped;
    struct buf text; /* header room, '[', messages */
    struct buf list; /* params only, for batch_end_as_list */
    struct ids keys, actors, subjects, own;
    char **objects;
    size_t object_count, object_capacity;
};

static void add_id(struct ids *set, int64_t id)
{
    for (size_t i = 0; i < set->count; i++) {
        if (set->items[i] == id)
            return;
    }
    mem_grow((void **)&set->items, &set->capacity, set->count + 1, sizeof *set->items);
    set->items[set->count++] = id;
}

struct batch_maker *batch_begin(struct hub *h, const char *wire_name, int64_t from)
{
    struct batch_maker *m = mem_zalloc(sizeof *m);

    m->hub = h;
    m->wire_name = wire_name;
    m->from = from;
    buf_init(&m->text, 0);
    buf_init(&m->list, 0);
    buf_add(&m->text, "          [", HEADER_ROOM_BYTES + 1);
    return m;
}

static void next_message(struct batch_maker *m)
{
    if (m->messages++ > 0)
        buf_add_char(&m->text, ',');
}

static void add_object(struct batch_maker *m, const char *object)
{
    for (size_t i = 0; i < m->object_count; i++) {
        if (strcmp(m->objects[i], object) == 0)
            return;
    }
    mem_grow((void **)&m->objects, &m->object_capacity, m->object_count + 1, sizeof *m->objects);
    m->objects[m->object_count++] = mem_copy(object, strlen(object));
}

void batch_add(struct batch_maker *m, const struct event *e, const struct fragment *g)
{
    next_message(m);
    buf_add(&m->text, g->bytes, g->length_bytes);
    if (m->events++ > 0)
        buf_add_char(&m->list, ',');
    buf_add(
        &m->list, g->bytes + FRAGMENT_PREFIX_BYTES, g->length_bytes - FRAGMENT_PREFIX_BYTES - 1);
    add_id(&m->keys, e->gate_key);
    if (e->actor != 0 && gate_key_blockable(m->hub->gate, e->gate_key))
        add_id(&m->actors, e->actor);
    for (uint32_t i = 0; i < g->subject_count; i++) {
        add_id(&m->subjects, g->subjects[i]);
        if (g->redacted && g->viewer == 0)
            add_id(&m->own, g->subjects[i]);
    }
    if (e->object != NULL)
        add_object(m, e->object);
}

void batch_withhold(struct batch_maker *m, const struct event *e)
{
    for (uint32_t i = 0; i < e->subject_count; i++)
        add_id(&m->own, e->subjects[i]);
}

void batch_skip(struct batch_maker *m, int64_t from, int64_t to)
{
    next_message(m);
    m->skipped += (uint64_t)(to - from + 1);
    buf_printf(&m->text,
        "{\"jsonrpc\":\"2.0\",\"method\":\"stream.skip\",\"params\":{\"stream\":\"%s\",\"from\":%lld,\"to\":%lld}}",
        m->wire_name, (long long)from, (long long)to);
}

size_t batch_size(const struct batch_maker *m)
{
    return m->text.length_bytes;
}

static struct batch *finish(struct batch_maker *m, int64_t to)
{
    struct batch *b = mem_zalloc(sizeof *b);
    struct ids keys = m->keys;

    b->refs = 1;
    b->events = m->events;
    b->skipped = m->skipped;
    b->from = m->from;
    b->to = to;
    b->keys = keys.count == 0 ? NULL : mem_alloc(keys.count * sizeof *b->keys);
    for (size_t i = 0; i < keys.count; i++)
        b->keys[i] = (int32_t)keys.items[i];
    b->key_count = (uint32_t)keys.count;
    b->actors = m->actors.items;
    b->actor_count = (uint32_t)m->actors.count;
    b->subjects = m->subjects.items;
    b->subject_count = (uint32_t)m->subjects.count;
    b->own = m->own.items;
    b->own_count = (uint32_t)m->own.count;
    b->objects = m->objects;
    b->object_count = (uint32_t)m->object_count;
    mem_free(keys.items);
    return b;
}

struct batch *batch_end(struct batch_maker *m, int64_t to)
{
    struct batch *b = finish(m, to);
    uint8_t header[HEADER_ROOM_BYTES];
    size_t start = HEADER_ROOM_BYTES + (m->messages == 1), header_bytes;
    char *text;

    if (m->messages != 1)
        buf_add_char(&m->text, ']');
    header_bytes = ws_frame_header(m->text.length_bytes - start, header);
    b->length_bytes = m->text.length_bytes - start + header_bytes;
    text = buf_take(&m->text, &(size_t){0});
    memcpy(text + start - header_bytes, header, header_bytes);
    b->storage = text;
    b->bytes = text + start - header_bytes;
    buf_done(&m->list);
    mem_free(m);
    return b;
}

struct batch *batch_end_as_list(struct batch_maker *m, int64_t to)
{
    struct batch *b = finish(m, to);
    struct buf list;

    buf_init(&list, 0);
    buf_add_char(&list, '[');
    if (m->list.length_bytes > 0)
        buf_add(&list, m->list.bytes, m->list.length_bytes);
    buf_add_char(&list, ']');
    b->storage = buf_take(&list, &b->length_bytes);
    b->bytes = b->storage;
    buf_done(&m->text);
    buf_done(&m->list);
    mem_free(m);
    return b;
}

static int64_t *one_id(int64_t id)
{
    int64_t *ids = mem_alloc(sizeof *ids);

    *ids = id;
    return ids;
}

struct batch *batch_of_signal(
    const char *type, const char *text, size_t length_bytes, int key, int64_t subject)
{
    struct batch *b = mem_zalloc(sizeof *b);
    uint8_t header[HEADER_ROOM_BYTES];
    size_t header_bytes = ws_frame_header(length_bytes, header);

    b->refs = 1;
    b->signal = type;
    b->storage = mem_alloc(header_bytes + length_bytes);
    memcpy(b->storage, header, header_bytes);
    memcpy(b->storage + header_bytes, text, length_bytes);
    b->bytes = b->storage;
    b->length_bytes = header_bytes + length_bytes;
    b->keys = mem_alloc(sizeof *b->keys);
    b->keys[0] = key;
    b->key_count = 1;
    b->actors = one_id(subject);
    b->subjects = one_id(subject);
    b->own = one_id(subject);
    b->actor_count = b->subject_count = b->own_count = 1;
    return b;
}

struct batch *batch_ref(struct batch *b)
{
    b->refs++;
    return b;
}

void batch_unref(struct batch *b)
{
    if (b == NULL || --b->refs > 0)
        return;
    for (uint32_t i = 0; i < b->object_count; i++)
        mem_free(b->objects[i]);
    mem_free(b->objects);
    mem_free(b->keys);
    mem_free(b->actors);
    mem_free(b->subjects);
    mem_free(b->own);
    mem_free(b->storage);
    mem_free(b);
}

bool batch_shows(const struct batch *b, const int64_t *ids, size_t count, const char *object)
{
    if (b->anyone && count > 0)
        return true;
    for (uint32_t i = 0; i < b->subject_count; i++) {
        for (size_t j = 0; j < count; j++) {
            if (b->subjects[i] == ids[j])
                return true;
        }
    }
    if (object != NULL && b->any_object)
        return true;
    for (uint32_t i = 0; object != NULL && i < b->object_count; i++) {
        if (strcmp(b->objects[i], object) == 0)
            return true;
    }
    return false;
}
