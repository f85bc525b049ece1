/* arena.c -- a bump allocator: blocks in a list, the newest is filled from its start.
 *
 * (1) The arena itself lies at the start of its first block.
 * (2) Everything behind `next` in a block is poisoned under AddressSanitizer, and so are the bytes
 *     between two pieces, so that a read or write past the end of a piece is found.
 * (3) A piece too large for the block size gets a block of its own behind the current one, so the
 *     room left in the current block is not lost.
 */
#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#endif

#ifdef ARENA_POISONS
/* Declared here, since clang has the header in a package of its own. */
void __asan_poison_memory_region(const volatile void *start, size_t size_bytes);
void __asan_unpoison_memory_region(const volatile void *start, size_t size_bytes);
enum { GAP_BYTES = 16 };
#define POISON(p, n) __asan_poison_memory_region(p, n)
#define UNPOISON(p, n) __asan_unpoison_memory_region(p, n)
#else
enum { GAP_BYTES = 0 };
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

enum { ALIGN_BYTES = 16 };

struct block {
    _Alignas(ALIGN_BYTES) struct block *older;
    size_t size_bytes; /* of what follows */
};

struct arena {
    _Alignas(ALIGN_BYTES) struct block *newest;
    char *next; /* where the next piece starts, in the newest block */
    char *end;
    size_t block_bytes;
    size_t used_bytes;
};

static inline size_t round_up(size_t n)
{
    return (n + ALIGN_BYTES - 1) & ~(size_t)(ALIGN_BYTES - 1);
}

static char *block_data(struct block *b)
{
    return (char *)(b + 1);
}

static struct block *block_new(size_t size_bytes, struct block *older)
{
    struct block *b = mem_alloc(sizeof *b + size_bytes);

    b->older = older;
    b->size_bytes = size_bytes;
    return b;
}

struct arena *arena_new(size_t block_bytes)
{
    size_t size_bytes =
        round_up(block_bytes > sizeof(struct arena) ? block_bytes : sizeof(struct arena));
    struct block *b = block_new(size_bytes, NULL);
    struct arena *a = (struct arena *)(void *)block_data(b);

    a->newest = b;
    a->next = block_data(b) + sizeof *a;
    a->end = block_data(b) + size_bytes;
    a->block_bytes = size_bytes;
    a->used_bytes = 0;
    POISON(a->next, (size_t)(a->end - a->next));
    return a;
}

void arena_free(struct arena *a)
{
    struct block *b = a != NULL ? a->newest : NULL;

    while (b != NULL) {
        struct block *older = b->older;

        UNPOISON(block_data(b), b->size_bytes);
        mem_free(b);
        b = older;
    }
}

/* A piece that does not fit the newest block. */
static void *alloc_slow(struct arena *a, size_t room_bytes, size_t size_bytes)
{
    if (room_bytes > a->block_bytes / 4) { /* a block of its own, see (3) */
        struct block *own = block_new(room_bytes, a->newest->older);

        a->newest->older = own;
        POISON(block_data(own) + size_bytes, room_bytes - size_bytes);
        return block_data(own);
    }
    a->newest = block_new(a->block_bytes, a->newest);
    a->next = block_data(a->newest) + room_bytes;
    a->end = block_data(a->newest) + a->block_bytes;
    POISON(block_data(a->newest) + size_bytes, a->block_bytes - size_bytes);
    return block_data(a->newest);
}

void *arena_alloc(struct arena *a, size_t size_bytes)
{
    assert(size_bytes < SIZE_MAX / 2);
    size_t room_bytes = round_up(size_bytes != 0 ? size_bytes : 1) + GAP_BYTES;
    void *piece = a->next;

    a->used_bytes += size_bytes;
    if (room_bytes > (size_t)(a->end - a->next))
        return alloc_slow(a, room_bytes, size_bytes);
    a->next += room_bytes;
    UNPOISON(piece, size_bytes);
    return piece;
}

void *arena_zalloc(struct arena *a, size_t size_bytes)
{
    void *piece = arena_alloc(a, size_bytes);

    memset(piece, 0, size_bytes);
    return piece;
}

char *arena_copy(struct arena *a, const char *text, size_t length_bytes)
{
    char *copy = arena_alloc(a, length_bytes + 1);

    if (length_bytes != 0)
        memcpy(copy, text, length_bytes);
    copy[length_bytes] = '\0';
    return copy;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    char small[256];
    va_list args;

    va_start(args, format);
    int length = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    assert(length >= 0);
    if ((size_t)length < sizeof small)
        return arena_copy(a, small, (size_t)length);

    char *text = arena_alloc(a, (size_t)length + 1);

    va_start(args, format);
    (void)vsnprintf(text, (size_t)length + 1, format, args); /* the same text as above */
    va_end(args);
    return text;
}

size_t arena_used_bytes(const struct arena *a)
{
    return a->used_bytes;
}
