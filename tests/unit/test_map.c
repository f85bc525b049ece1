/* test_map.c -- the maps against a plain array, over long random histories. */
#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { KEYS = 3000, STEPS = 300000 };

static char values[KEYS];
static void *model[KEYS]; /* what the map must hold */

/* Fixed sequence, so that a failure comes again. */
static uint32_t next_random(void)
{
    static uint64_t seed = 88172645463325252u;

    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 32);
}

static size_t model_count(void)
{
    size_t count = 0;

    for (size_t i = 0; i < KEYS; i++)
        count += model[i] != NULL;
    return count;
}

static int forget(void **state)
{
    (void)state;
    memset(model, 0, sizeof model);
    return 0;
}

/* Neighbouring, far apart and extreme keys. */
static uint64_t key_of(size_t i)
{
    return i % 3 == 0 ? i : i % 3 == 1 ? (uint64_t)i << 40 : UINT64_MAX - i;
}

static void int_random_history(void **state)
{
    struct map_int *m = map_int_new();

    (void)state;
    for (int step = 0; step < STEPS; step++) {
        size_t i = next_random() % KEYS;

        /* phases of growing and of shrinking */
        if (next_random() % 4 < ((step / 50000) % 2 == 0 ? 3u : 1u)) {
            model[i] = &values[next_random() % KEYS];
            map_int_set(m, key_of(i), model[i]);
        } else {
            assert_ptr_equal(map_int_remove(m, key_of(i)), model[i]);
            model[i] = NULL;
        }
    }
    assert_int_equal(map_int_count(m), model_count());
    for (size_t i = 0; i < KEYS; i++)
        assert_ptr_equal(map_int_get(m, key_of(i)), model[i]);
    map_int_free(m);
}

static void int_walk_sees_each_once(void **state)
{
    struct map_int *m = map_int_new();
    char seen[1000] = {0};
    size_t cursor = 0;
    uint64_t key;
    void *value;
    int count = 0;

    (void)state;
    for (uint64_t i = 0; i < 1000; i++)
        map_int_set(m, i, &values[i]);
    while (map_int_next(m, &cursor, &key, &value)) {
        assert_in_range(key, 0, 999);
        assert_int_equal(seen[key], 0);
        assert_ptr_equal(value, &values[key]);
        seen[key] = 1;
        count++;
    }
    assert_int_equal(count, 1000);
    map_int_free(m);
}

static void int_zero_is_a_key(void **state)
{
    struct map_int *m = map_int_new();

    (void)state;
    assert_null(map_int_get(m, 0));
    assert_null(map_int_remove(m, 0));
    map_int_set(m, 0, &values[1]);
    map_int_set(m, 0, &values[2]); /* replaces */
    assert_ptr_equal(map_int_get(m, 0), &values[2]);
    assert_int_equal(map_int_count(m), 1);
    assert_ptr_equal(map_int_remove(m, 0), &values[2]);
    assert_int_equal(map_int_count(m), 0);
    map_int_free(m);
}

static size_t name_of(size_t i, char out[64])
{
    int length;

    switch (i % 4) {
    case 0:
        length = snprintf(out, 64, "club:%zu", i);
        break;
    case 1:
        length = snprintf(out, 64, "me:%zu", i);
        break;
    case 2:
        length = snprintf(out, 64, "a rather long name of a stream %zu", i);
        break;
    default:
        length = snprintf(out, 64, "%zu", i);
    }
    return (size_t)length;
}

static void text_random_history(void **state)
{
    struct map_text *m = map_text_new();
    char name[64];

    (void)state;
    for (int step = 0; step < STEPS; step++) {
        size_t i = next_random() % KEYS;
        size_t length = name_of(i, name);

        if (next_random() % 4 < ((step / 50000) % 2 == 0 ? 3u : 1u)) {
            model[i] = &values[next_random() % KEYS];
            map_text_set(m, name, length, model[i]);
        } else {
            assert_ptr_equal(map_text_remove(m, name, length), model[i]);
            model[i] = NULL;
        }
    }
    assert_int_equal(map_text_count(m), model_count());
    for (size_t i = 0; i < KEYS; i++) {
        size_t length = name_of(i, name);

        assert_ptr_equal(map_text_get(m, name, length), model[i]);
    }
    map_text_free(m);
}

static void text_keys_are_copied(void **state)
{
    struct map_text *m = map_text_new();
    char key[] = "club:1";
    const char *kept;
    void *value;
    size_t cursor = 0;

    (void)state;
    map_text_set(m, key, 6, &values[0]);
    memset(key, 'x', 6);
    assert_ptr_equal(map_text_get(m, "club:1", 6), &values[0]);
    assert_true(map_text_next(m, &cursor, &kept, &value));
    assert_string_equal(kept, "club:1");
    assert_false(map_text_next(m, &cursor, &kept, &value));
    map_text_free(m);
}

static void text_prefixes_differ(void **state)
{
    struct map_text *m = map_text_new();

    (void)state;
    map_text_set(m, "club:12", 6, &values[0]); /* the key is club:1 */
    assert_null(map_text_get(m, "club:12", 7));
    assert_null(map_text_get(m, "club:", 5));
    assert_ptr_equal(map_text_get(m, "club:1", 6), &values[0]);
    map_text_set(m, "", 0, &values[1]);
    assert_ptr_equal(map_text_get(m, "", 0), &values[1]);
    map_text_set(m, "a\0b", 3, &values[2]);
    assert_null(map_text_get(m, "a\0c", 3));
    assert_int_equal(map_text_count(m), 3);
    map_text_free(m);
}

static void free_accepts_null(void **state)
{
    (void)state;
    map_int_free(NULL);
    map_text_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(int_random_history, forget),
        cmocka_unit_test(int_walk_sees_each_once),
        cmocka_unit_test(int_zero_is_a_key),
        cmocka_unit_test_setup(text_random_history, forget),
        cmocka_unit_test(text_keys_are_copied),
        cmocka_unit_test(text_prefixes_differ),
        cmocka_unit_test(free_accepts_null),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
