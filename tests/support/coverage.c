/* coverage.c -- one byte and one hash per seq, from where the first answer started. */
#include "coverage.h"

#include <stdio.h>
#include <string.h>

#include "io/json.h"
#include "base/buf.h"
#include "base/mem.h"
#include "client.h"

struct covered_type {
    char type[48];
    uint64_t hash;
    struct covered_type *next;
};

struct covered {
    char name[64];
    char epoch[64];
    int64_t start, position; /* (start, position] is covered */
    char *how;               /* one per seq */
    uint64_t *hashes;
    size_t how_capacity, hash_capacity;
    size_t events, resyncs;
    bool ended, waiting; /* waiting: a resync or end came, only an answer goes on */
    struct covered_type *types;
    struct covered *next;
};

struct coverage {
    struct covered *streams;
    char problem[COVERAGE_PROBLEM_BYTES];
};

struct coverage *coverage_new(void)
{
    return mem_zalloc(sizeof(struct coverage));
}

static void covered_free(struct covered *s)
{
    while (s->types != NULL) {
        struct covered_type *t = s->types;

        s->types = t->next;
        mem_free(t);
    }
    mem_free(s->how);
    mem_free(s->hashes);
    mem_free(s);
}

void coverage_free(struct coverage *c)
{
    if (c == NULL)
        return;
    while (c->streams != NULL) {
        struct covered *s = c->streams;

        c->streams = s->next;
        covered_free(s);
    }
    mem_free(c);
}

static struct covered *find(const struct coverage *c, const char *name)
{
    struct covered *s = c->streams;

    while (s != NULL && strcmp(s->name, name) != 0)
        s = s->next;
    return s;
}

static void note(
    struct coverage *c, const char *stream, const char *what, int64_t got, int64_t expected)
{
    if (c->problem[0] == '\0')
        snprintf(c->problem, sizeof c->problem, "%s: %s: got %lld, expected %lld", stream, what,
            (long long)got, (long long)expected);
}

static uint64_t hash_text(uint64_t hash, const char *text, size_t length_bytes)
{
    for (size_t i = 0; i < length_bytes; i++)
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
    return hash;
}

static uint64_t hash_event(const struct json *event)
{
    const char *type = json_text(json_member(event, "type"));
    const struct json *data = json_member(event, "data");
    uint64_t hash = UINT64_C(14695981039346656037);
    struct buf b;

    buf_init(&b, 0);
    if (type != NULL)
        hash = hash_text(hash, type, strlen(type));
    if (data != NULL)
        json_print(data, &b);
    hash = hash_text(hash, b.bytes == NULL ? "" : b.bytes, b.length_bytes);
    buf_done(&b);
    return hash == 0 ? 1 : hash;
}

/* Adds one seq, which must be the next. */
static void cover(struct coverage *c, struct covered *s, int64_t seq, char how, uint64_t hash)
{
    size_t at;

    if (seq != s->position + 1) {
        note(c, s->name, how == 'e' ? "event out of order" : "skip out of order", seq,
            s->position + 1);
        if (seq <= s->position)
            return;
    }
    at = (size_t)(seq - s->start - 1);
    if (at >= s->how_capacity) {
        size_t before = s->how_capacity;

        mem_grow((void **)&s->how, &s->how_capacity, at + 1, 1);
        memset(s->how + before, '?', s->how_capacity - before);
    }
    if (at >= s->hash_capacity) {
        size_t before = s->hash_capacity;

        mem_grow((void **)&s->hashes, &s->hash_capacity, at + 1, sizeof *s->hashes);
        memset(s->hashes + before, 0, (s->hash_capacity - before) * sizeof *s->hashes);
    }
    s->how[at] = how;
    s->hashes[at] = hash;
    s->position = seq;
}

static void note_type(struct covered *s, const char *type, uint64_t hash)
{
    struct covered_type *t = s->types;

    while (t != NULL && strcmp(t->type, type) != 0)
        t = t->next;
    if (t == NULL) {
        t = mem_zalloc(sizeof *t);
        snprintf(t->type, sizeof t->type, "%s", type);
        t->next = s->types;
        s->types = t;
    }
    t->hash = hash;
}

static void cover_event(struct coverage *c, struct covered *s, const struct json *event)
{
    const char *type = json_text(json_member(event, "type"));
    uint64_t hash = hash_event(event);
    int64_t seq = 0;

    if (!json_integer(json_member(event, "seq"), &seq)) {
        note(c, s->name, "event without seq", 0, s->position + 1);
        return;
    }
    cover(c, s, seq, 'e', hash);
    s->events++;
    if (type != NULL)
        note_type(s, type, hash);
}

/* --- answers of stream.subscribe --------------------------------------------------------------- */

static void restart(struct covered *s, int64_t seq)
{
    s->start = seq;
    s->position = seq;
    if (s->how != NULL)
        memset(s->how, '?', s->how_capacity);
    if (s->hashes != NULL)
        memset(s->hashes, 0, s->hash_capacity * sizeof *s->hashes);
}

static struct covered *find_or_add(struct coverage *c, const char *name)
{
    struct covered *s = find(c, name);

    if (s == NULL) {
        s = mem_zalloc(sizeof *s);
        snprintf(s->name, sizeof s->name, "%s", name);
        s->start = s->position = -1;
        s->next = c->streams;
        c->streams = s;
    }
    return s;
}

/* (after, seq] is covered: by its events, all others as skips. */
static void answered_range(
    struct coverage *c, struct covered *s, const struct json *result, int64_t seq)
{
    const struct json *events = json_member(result, "events");

    for (const struct json *e = json_first(events); e != NULL; e = json_next(e)) {
        int64_t at = 0;

        if (json_integer(json_member(e, "seq"), &at) && at > seq)
            note(c, s->name, "event beyond the answer's seq", at, seq);
        while (s->position + 1 < at)
            cover(c, s, s->position + 1, 's', 0);
        cover_event(c, s, e);
    }
    while (s->position < seq)
        cover(c, s, s->position + 1, 's', 0);
}

void coverage_answered(struct coverage *c, int64_t after, const struct json *result)
{
    const char *name = json_text(json_member(result, "stream"));
    const char *epoch = json_text(json_member(result, "epoch"));
    struct covered *s;
    int64_t seq = 0;

    if (name == NULL || !json_integer(json_member(result, "seq"), &seq)) {
        note(c, "?", "answer without stream or seq", 0, 0);
        return;
    }
    s = find_or_add(c, name);
    snprintf(s->epoch, sizeof s->epoch, "%s", epoch == NULL ? "" : epoch);
    s->waiting = false;
    s->ended = false;
    if (!json_is_true(json_member(result, "recovered"))) {
        s->resyncs += s->start >= 0 ? 1 : 0;
        restart(s, seq);
        return;
    }
    if (s->start < 0)
        restart(s, after < 0 ? seq : after);
    else if (after != s->position)
        note(c, name, "asked from another position", after, s->position);
    answered_range(c, s, result, seq);
}

/* --- messages ---------------------------------------------------------------------------------- */

static void cover_skip(struct coverage *c, struct covered *s, const struct json *params)
{
    int64_t from = 0, to = 0;

    if (!json_integer(json_member(params, "from"), &from) ||
        !json_integer(json_member(params, "to"), &to) || to < from) {
        note(c, s->name, "malformed skip", from, to);
        return;
    }
    for (int64_t seq = from; seq <= to; seq++)
        cover(c, s, seq, 's', 0);
}

bool coverage_message(struct coverage *c, const struct client_message *m)
{
    const char *name = json_text(json_member(m->params, "stream"));
    struct covered *s;

    if (name == NULL || m->kind < CLIENT_EVENT || m->kind > CLIENT_ENDED)
        return false;
    s = find(c, name);
    if (s == NULL || s->waiting) {
        note(c, name, "message of a stream that is not subscribed", m->kind, 0);
        return true;
    }
    if (m->kind == CLIENT_EVENT) {
        cover_event(c, s, m->params);
    } else if (m->kind == CLIENT_SKIP) {
        cover_skip(c, s, m->params);
    } else {
        s->waiting = true;
        s->ended = m->kind == CLIENT_ENDED;
    }
    return true;
}

/* --- questions --------------------------------------------------------------------------------- */

int64_t coverage_position(const struct coverage *c, const char *stream, const char **out_epoch)
{
    const struct covered *s = find(c, stream);

    if (out_epoch != NULL)
        *out_epoch = s == NULL ? "" : s->epoch;
    return s == NULL ? -1 : s->position;
}

int64_t coverage_start(const struct coverage *c, const char *stream)
{
    const struct covered *s = find(c, stream);

    return s == NULL ? -1 : s->start;
}

size_t coverage_resyncs(const struct coverage *c, const char *stream)
{
    const struct covered *s = find(c, stream);

    return s == NULL ? 0 : s->resyncs;
}

bool coverage_has_ended(const struct coverage *c, const char *stream)
{
    const struct covered *s = find(c, stream);

    return s != NULL && s->ended;
}

char coverage_of(const struct coverage *c, const char *stream, int64_t seq)
{
    const struct covered *s = find(c, stream);

    if (s == NULL || seq <= s->start || seq > s->position)
        return '?';
    return s->how[seq - s->start - 1];
}

size_t coverage_events(const struct coverage *c, const char *stream)
{
    const struct covered *s = find(c, stream);

    return s == NULL ? 0 : s->events;
}

uint64_t coverage_event_hash(const struct coverage *c, const char *stream, int64_t seq)
{
    const struct covered *s = find(c, stream);

    return coverage_of(c, stream, seq) == 'e' ? s->hashes[seq - s->start - 1] : 0;
}

uint64_t coverage_last_of(const struct coverage *c, const char *stream, const char *type)
{
    const struct covered *s = find(c, stream);

    for (const struct covered_type *t = s == NULL ? NULL : s->types; t != NULL; t = t->next)
        if (strcmp(t->type, type) == 0)
            return t->hash;
    return 0;
}

const char *coverage_problem(const struct coverage *c)
{
    return c->problem[0] == '\0' ? NULL : c->problem;
}
