/* map.c -- open addressing with linear probing over a table whose size is a power of two.
 *
 * (1) At most three quarters of the slots are used, so a probe always meets an empty slot.
 * (2) Removal moves later entries of the same run back into the hole: there are no tombstones, and a
 *     map that is filled and emptied for years stays as fast as a new one.
 * (3) Hashes mix in a random number of the process, so that no client can choose colliding keys.
 * (4) A slot with value NULL is empty.
 */
#include "base/map.h"

#include <assert.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"

enum { FIRST_SLOTS = 16 };

static uint64_t seed(void)
{
    static uint64_t process_seed;

    if (process_seed == 0) {
        if (getrandom(&process_seed, sizeof process_seed, 0) != (ssize_t)sizeof process_seed)
            process_seed = (uint64_t)(uintptr_t)&process_seed;
        process_seed |= 1;
    }
    return process_seed;
}

static inline uint64_t mix(uint64_t a, uint64_t b)
{
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* True if an entry whose home is `home` may move from `from` back to `hole`. */
static inline bool may_move(size_t home, size_t hole, size_t from, size_t mask)
{
    return ((from - home) & mask) >= ((from - hole) & mask);
}

static inline bool is_full(size_t count, size_t slots)
{
    return (count + 1) * 4 > slots * 3;
}

/* --- integers ----------------------------------------------------------------------------- */

struct slot_int {
    uint64_t key;
    void *value;
};

struct map_int {
    struct slot_int *slots;
    size_t mask; /* number of slots - 1 */
    size_t count;
    uint64_t seed;
};

static inline size_t home_int(const struct map_int *m, uint64_t key)
{
    return (size_t)mix(key ^ m->seed, 0x9e3779b97f4a7c15u) & m->mask;
}

/* Slot of `key`, or the empty slot where it would be. */
static inline size_t find_int(const struct map_int *m, uint64_t key)
{
    size_t i = home_int(m, key);

    while (m->slots[i].value != NULL && m->slots[i].key != key)
        i = (i + 1) & m->mask;
    return i;
}

struct map_int *map_int_new(void)
{
    struct map_int *m = mem_zalloc(sizeof *m);

    m->slots = mem_zalloc(FIRST_SLOTS * sizeof *m->slots);
    m->mask = FIRST_SLOTS - 1;
    m->seed = seed();
    return m;
}

void map_int_free(struct map_int *m)
{
    if (m == NULL)
        return;
    mem_free(m->slots);
    mem_free(m);
}

void *map_int_get(const struct map_int *m, uint64_t key)
{
    return m->slots[find_int(m, key)].value;
}

static void grow_int(struct map_int *m)
{
    struct slot_int *old = m->slots;
    size_t slots = m->mask + 1;

    m->slots = mem_zalloc(slots * 2 * sizeof *m->slots);
    m->mask = slots * 2 - 1;
    for (size_t i = 0; i < slots; i++) {
        if (old[i].value != NULL)
            m->slots[find_int(m, old[i].key)] = old[i];
    }
    mem_free(old);
}

void map_int_set(struct map_int *m, uint64_t key, void *value)
{
    size_t i = find_int(m, key);

    assert(value != NULL);
    if (m->slots[i].value == NULL) {
        if (is_full(m->count, m->mask + 1)) {
            grow_int(m);
            i = find_int(m, key);
        }
        m->count++;
    }
    m->slots[i] = (struct slot_int){key, value};
}

void *map_int_remove(struct map_int *m, uint64_t key)
{
    size_t hole = find_int(m, key);
    void *value = m->slots[hole].value;

    if (value == NULL)
        return NULL;
    for (size_t i = (hole + 1) & m->mask; m->slots[i].value != NULL; i = (i + 1) & m->mask) {
        if (may_move(home_int(m, m->slots[i].key), hole, i, m->mask)) {
            m->slots[hole] = m->slots[i];
            hole = i;
        }
    }
    m->slots[hole].value = NULL;
    m->count--;
    return value;
}

size_t map_int_count(const struct map_int *m)
{
    return m->count;
}

bool map_int_next(const struct map_int *m, size_t *cursor, uint64_t *out_key, void **out_value)
{
    while (*cursor <= m->mask) {
        const struct slot_int *s = &m->slots[(*cursor)++];

        if (s->value == NULL)
            continue;
        if (out_key != NULL)
            *out_key = s->key;
        if (out_value != NULL)
            *out_value = s->value;
        return true;
    }
    return false;
}

/* --- texts -------------------------------------------------------------------------------- */

struct slot_text {
    char *key; /* owned; NUL-terminated */
    size_t key_bytes;
    uint64_t hash;
    void *value;
};

struct map_text {
    struct slot_text *slots;
    size_t mask;
    size_t count;
    uint64_t seed;
};

static uint64_t hash_text(uint64_t seed_value, const char *key, size_t key_bytes)
{
    uint64_t h = seed_value ^ (key_bytes * 0x9e3779b97f4a7c15u);

    while (key_bytes > 0) {
        uint64_t word = 0;
        size_t n = key_bytes < 8 ? key_bytes : 8;

        memcpy(&word, key, n);
        h = mix(h ^ word, seed_value ^ 0xd6e8feb86659fd93u);
        h ^= h >> 29;
        key += n;
        key_bytes -= n;
    }
    return mix(h ^ seed_value, 0x9e3779b97f4a7c15u);
}

static size_t find_text(const struct map_text *m, uint64_t hash, const char *key, size_t key_bytes)
{
    size_t i = (size_t)hash & m->mask;

    for (; m->slots[i].value != NULL; i = (i + 1) & m->mask) {
        const struct slot_text *s = &m->slots[i];

        if (s->hash == hash && s->key_bytes == key_bytes && memcmp(s->key, key, key_bytes) == 0)
            break;
    }
    return i;
}

struct map_text *map_text_new(void)
{
    struct map_text *m = mem_zalloc(sizeof *m);

    m->slots = mem_zalloc(FIRST_SLOTS * sizeof *m->slots);
    m->mask = FIRST_SLOTS - 1;
    m->seed = seed();
    return m;
}

void map_text_free(struct map_text *m)
{
    if (m == NULL)
        return;
    for (size_t i = 0; i <= m->mask; i++)
        mem_free(m->slots[i].key);
    mem_free(m->slots);
    mem_free(m);
}

void *map_text_get(const struct map_text *m, const char *key, size_t key_bytes)
{
    uint64_t hash = hash_text(m->seed, key, key_bytes);

    return m->slots[find_text(m, hash, key, key_bytes)].value;
}

static void grow_text(struct map_text *m)
{
    struct slot_text *old = m->slots;
    size_t slots = m->mask + 1;

    m->slots = mem_zalloc(slots * 2 * sizeof *m->slots);
    m->mask = slots * 2 - 1;
    for (size_t i = 0; i < slots; i++) {
        if (old[i].value != NULL)
            m->slots[find_text(m, old[i].hash, old[i].key, old[i].key_bytes)] = old[i];
    }
    mem_free(old);
}

void map_text_set(struct map_text *m, const char *key, size_t key_bytes, void *value)
{
    uint64_t hash = hash_text(m->seed, key, key_bytes);
    size_t i = find_text(m, hash, key, key_bytes);

    assert(value != NULL);
    if (m->slots[i].value != NULL) {
        m->slots[i].value = value;
        return;
    }
    if (is_full(m->count, m->mask + 1)) {
        grow_text(m);
        i = find_text(m, hash, key, key_bytes);
    }
    m->slots[i] = (struct slot_text){mem_copy(key, key_bytes), key_bytes, hash, value};
    m->count++;
}

void *map_text_remove(struct map_text *m, const char *key, size_t key_bytes)
{
    uint64_t hash = hash_text(m->seed, key, key_bytes);
    size_t hole = find_text(m, hash, key, key_bytes);
    void *value = m->slots[hole].value;

    if (value == NULL)
        return NULL;
    mem_free(m->slots[hole].key);
    for (size_t i = (hole + 1) & m->mask; m->slots[i].value != NULL; i = (i + 1) & m->mask) {
        if (may_move((size_t)m->slots[i].hash & m->mask, hole, i, m->mask)) {
            m->slots[hole] = m->slots[i];
            hole = i;
        }
    }
    m->slots[hole] = (struct slot_text){0};
    m->count--;
    return value;
}

size_t map_text_count(const struct map_text *m)
{
    return m->count;
}

bool map_text_next(const struct map_text *m, size_t *cursor, const char **out_key, void **out_value)
{
    while (*cursor <= m->mask) {
        const struct slot_text *s = &m->slots[(*cursor)++];

        if (s->value == NULL)
            continue;
        if (out_key != NULL)
            *out_key = s->key;
        if (out_value != NULL)
            *out_value = s->value;
        return true;
    }
    return false;
}
