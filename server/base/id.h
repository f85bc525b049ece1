/* id.h -- 64-bit ids, decimal strings on the wire (domain.md 5.1). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 0: nobody */
struct member_id {
    int64_t n;
};

enum { ID_TEXT_BYTES = 21 };

/* True if `text` is a canonical decimal id, 1 ... 2^63-1 (no sign, no leading zero). */
bool id_parse(const char *text, size_t length_bytes, int64_t *out_id);
void id_print(int64_t id, char out[ID_TEXT_BYTES]);

/* Parses a PostgreSQL bigint array literal "{1,2,3}"; returns the count of all, writes at most `max`. */
size_t id_parse_array(const char *literal, int64_t *out_ids, size_t max);
