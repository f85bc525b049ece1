/* arena.h -- memory of one call: many small allocations, one free.
 *
 * Ownership  everything returned belongs to the arena and dies with it; nothing is freed singly
 * Errors     none: out of memory aborts the process (style.md 2.6(10))
 */
#pragma once

#include <stddef.h>

struct arena;

/* Returns a new arena whose blocks are `block_bytes` large (at least). */
struct arena *arena_new(size_t block_bytes);
void arena_free(struct arena *a); /* NULL is fine */

/* `size_bytes` bytes, 16-byte aligned, not zeroed / zeroed. */
void *arena_alloc(struct arena *a, size_t size_bytes);
void *arena_zalloc(struct arena *a, size_t size_bytes);

/* A NUL-terminated copy of the first `length_bytes` bytes of `text`. */
char *arena_copy(struct arena *a, const char *text, size_t length_bytes);
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

size_t arena_used_bytes(const struct arena *a);
