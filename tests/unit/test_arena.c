/* test_arena.c -- pieces are apart, aligned and kept until the arena dies. */
#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif
#ifdef HAS_ASAN
int __asan_address_is_poisoned(const volatile void *byte);
#endif

enum { PIECES = 500 };

static void pieces_do_not_overlap(void **state)
{
    struct arena *a = arena_new(256);
    unsigned char *pieces[PIECES];

    (void)state;
    for (size_t i = 0; i < PIECES; i++) {
        pieces[i] = arena_alloc(a, i);
        assert_int_equal((uintptr_t)pieces[i] % 16, 0);
        memset(pieces[i], (int)(i % 251), i);
    }
    for (size_t i = 0; i < PIECES; i++) {
        for (size_t b = 0; b < i; b++)
            assert_int_equal(pieces[i][b], i % 251);
    }
    arena_free(a);
}

static void a_large_piece_keeps_the_room_of_the_block(void **state)
{
    struct arena *a = arena_new(4096);
    char *before = arena_alloc(a, 16);
    char *large = arena_alloc(a, 100000);
    char *after = arena_alloc(a, 16);

    (void)state;
    memset(large, 'x', 100000);
    assert_true(after > before && after < before + 4096);
    arena_free(a);
}

static void zalloc_is_zero_even_on_used_memory(void **state)
{
    (void)state;
    for (int round = 0; round < 20; round++) {
        struct arena *a = arena_new(1024);
        unsigned char *p = arena_zalloc(a, 700);

        for (size_t i = 0; i < 700; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xff, 700);
        arena_free(a);
    }
}

static void copies_end_with_nul(void **state)
{
    struct arena *a = arena_new(64);

    (void)state;
    assert_string_equal(arena_copy(a, "member", 3), "mem");
    assert_string_equal(arena_copy(a, "", 0), "");
    arena_free(a);
}

static void printf_of_short_and_long_texts(void **state)
{
    struct arena *a = arena_new(64);
    char long_text[1000];

    (void)state;
    memset(long_text, 'a', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    assert_string_equal(arena_printf(a, "%s:%d", "club", 12), "club:12");
    char *printed = arena_printf(a, "<%s>", long_text);
    assert_int_equal(strlen(printed), sizeof long_text + 1);
    assert_int_equal(printed[sizeof long_text], '>');
    arena_free(a);
}

static void used_bytes_are_the_bytes_asked_for(void **state)
{
    struct arena *a = arena_new(64);

    (void)state;
    assert_int_equal(arena_used_bytes(a), 0);
    arena_alloc(a, 10);
    arena_alloc(a, 5000);
    assert_int_equal(arena_used_bytes(a), 5010);
    arena_free(a);
}

static void free_accepts_null(void **state)
{
    (void)state;
    arena_free(NULL);
}

static void the_tail_is_poisoned(void **state)
{
#ifdef HAS_ASAN
    struct arena *a = arena_new(256);
    char *p = arena_alloc(a, 24);
    char *q = arena_alloc(a, 32);

    (void)state;
    assert_false(__asan_address_is_poisoned(p + 23));
    assert_true(__asan_address_is_poisoned(p + 24));
    assert_false(__asan_address_is_poisoned(q + 31));
    assert_true(__asan_address_is_poisoned(q + 32));
    arena_free(a);
#else
    (void)state;
    skip();
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_do_not_overlap),
        cmocka_unit_test(a_large_piece_keeps_the_room_of_the_block),
        cmocka_unit_test(zalloc_is_zero_even_on_used_memory),
        cmocka_unit_test(copies_end_with_nul),
        cmocka_unit_test(printf_of_short_and_long_texts),
        cmocka_unit_test(used_bytes_are_the_bytes_asked_for),
        cmocka_unit_test(free_accepts_null),
        cmocka_unit_test(the_tail_is_poisoned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
