/* buf.h -- a growing byte string, for JSON and frames.
 *
 * Failure is sticky: a buffer over its limit swallows further appends, and buf_ok() says so once at the end.
 * A buf is a plain struct: embed it, buf_init() it, buf_done() it.  `bytes` is always NUL-terminated after the
 * first append; the NUL is not counted in length_bytes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
    char *bytes;
    size_t length_bytes;
    size_t capacity_bytes;
    size_t limit_bytes; /* 0: no limit */
    bool failed;
};

void buf_init(struct buf *b, size_t limit_bytes);
void buf_done(struct buf *b);
void buf_clear(struct buf *b);  /* keeps the memory, forgets failure */
void buf_shrink(struct buf *b); /* gives the memory back; length becomes 0 */
bool buf_ok(const struct buf *b);

void buf_add(struct buf *b, const void *bytes, size_t length_bytes);
void buf_add_text(struct buf *b, const char *text); /* NUL-terminated */
void buf_add_char(struct buf *b, char c);
void buf_add_i64(struct buf *b, int64_t n);
void buf_add_u64(struct buf *b, uint64_t n);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A JSON string with its quotes; escapes what RFC 8259 demands. `text` is valid UTF-8. */
void buf_add_json_string(struct buf *b, const char *text, size_t length_bytes);

/* Makes room for `length_bytes` more and returns where to write them, NULL over the limit; the caller then adds to
 * length_bytes.
 */
char *buf_reserve(struct buf *b, size_t length_bytes);

/* Gives the bytes away (mem_free them; never NULL); the buffer is empty afterwards.  Check buf_ok() before. */
char *buf_take(struct buf *b, size_t *out_length_bytes);
