/* map.h -- hash maps from a 64-bit integer or a string to a pointer (open addressing).
 *
 * Values are borrowed: the map never frees them.  String keys are copied.  A value is never NULL.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map_int;
struct map_text;

struct map_int *map_int_new(void);
void map_int_free(struct map_int *m);
void *map_int_get(const struct map_int *m, uint64_t key);       /* NULL: not there */
void map_int_set(struct map_int *m, uint64_t key, void *value); /* replaces */
void *map_int_remove(struct map_int *m, uint64_t key); /* returns what was there, or NULL */
size_t map_int_count(const struct map_int *m);
/* Walks: *cursor starts at 0; false at the end.  The map must not change during the walk. */
bool map_int_next(const struct map_int *m, size_t *cursor, uint64_t *out_key, void **out_value);

struct map_text *map_text_new(void);
void map_text_free(struct map_text *m);
void *map_text_get(const struct map_text *m, const char *key, size_t key_bytes);
void map_text_set(struct map_text *m, const char *key, size_t key_bytes, void *value);
void *map_text_remove(struct map_text *m, const char *key, size_t key_bytes);
size_t map_text_count(const struct map_text *m);
bool map_text_next(
    const struct map_text *m, size_t *cursor, const char **out_key, void **out_value);
