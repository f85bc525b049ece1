/* mem.c -- malloc and friends that end the process instead of returning NULL. */
#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void out_of_memory(size_t size_bytes)
{
    fprintf(stderr, "out of memory: %zu bytes\n", size_bytes);
    abort();
}

void *mem_alloc(size_t size_bytes)
{
    void *p = malloc(size_bytes != 0 ? size_bytes : 1);

    if (p == NULL)
        out_of_memory(size_bytes);
    return p;
}

void *mem_zalloc(size_t size_bytes)
{
    void *p = calloc(1, size_bytes != 0 ? size_bytes : 1);

    if (p == NULL)
        out_of_memory(size_bytes);
    return p;
}

void *mem_realloc(void *old, size_t size_bytes)
{
    void *p = realloc(old, size_bytes != 0 ? size_bytes : 1);

    if (p == NULL)
        out_of_memory(size_bytes);
    return p;
}

char *mem_copy(const char *text, size_t length_bytes)
{
    if (length_bytes == SIZE_MAX)
        out_of_memory(length_bytes);
    char *copy = mem_alloc(length_bytes + 1);

    if (length_bytes != 0)
        memcpy(copy, text, length_bytes);
    copy[length_bytes] = '\0';
    return copy;
}

void mem_free(void *p)
{
    free(p);
}

void mem_grow(void **items, size_t *capacity, size_t wanted, size_t item_bytes)
{
    size_t room = *capacity != 0 ? *capacity : 8;

    if (wanted <= *capacity)
        return;
    while (room < wanted) {
        if (room > SIZE_MAX / 2)
            out_of_memory(SIZE_MAX);
        room *= 2;
    }
    if (item_bytes != 0 && room > SIZE_MAX / item_bytes)
        out_of_memory(SIZE_MAX);
    *items = mem_realloc(*items, room * item_bytes);
    *capacity = room;
}
