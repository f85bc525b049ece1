/* mem.h -- the heap, with out-of-memory as the end of the process.
 *
 * Every size a client can influence is bounded by an option, so running out is a bug or a machine too small;
 * both are better seen at once.  Everything else in the server allocates through here.
 */
#pragma once

#include <stddef.h>

void *mem_alloc(size_t size_bytes);  /* not zeroed */
void *mem_zalloc(size_t size_bytes); /* zeroed */
void *mem_realloc(void *old, size_t size_bytes);
char *mem_copy(const char *text, size_t length_bytes); /* NUL-terminated copy */
void mem_free(void *p);                                /* NULL is fine */

/* Grows `*items` (elements of `item_bytes`) so that `*capacity` is at least `wanted`; doubles. */
void mem_grow(void **items, size_t *capacity, size_t wanted, size_t item_bytes);
