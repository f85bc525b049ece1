/* buf.c -- a growing byte string whose failure is sticky.
 *
 * (1) bytes is NULL or holds capacity_bytes bytes, and length_bytes < capacity_bytes (room for the NUL).
 * (2) After failed is set nothing changes until buf_clear(), buf_shrink() or buf_done().
 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

enum { FIRST_BYTES = 64, NUMBER_BYTES = 21 };

void buf_init(struct buf *b, size_t limit_bytes)
{
    *b = (struct buf){.limit_bytes = limit_bytes};
}

void buf_done(struct buf *b)
{
    mem_free(b->bytes);
    *b = (struct buf){.limit_bytes = b->limit_bytes};
}

void buf_clear(struct buf *b)
{
    b->length_bytes = 0;
    b->failed = false;
    if (b->bytes != NULL)
        b->bytes[0] = '\0';
}

void buf_shrink(struct buf *b)
{
    buf_done(b);
}

bool buf_ok(const struct buf *b)
{
    return !b->failed;
}

/* Slow path of reserve(): checks the limit and grows. */
static bool grow(struct buf *b, size_t length_bytes)
{
    void *bytes = b->bytes;

    if (length_bytes > SIZE_MAX - 1 - b->length_bytes) {
        b->failed = true;
        return false;
    }
    if (b->limit_bytes != 0 && b->length_bytes + length_bytes > b->limit_bytes) {
        b->failed = true;
        return false;
    }
    if (b->capacity_bytes == 0) {
        bytes = mem_alloc(FIRST_BYTES);
        b->capacity_bytes = FIRST_BYTES;
    }
    mem_grow(&bytes, &b->capacity_bytes, b->length_bytes + length_bytes + 1, 1);
    b->bytes = bytes;
    return true;
}

/* True if `length_bytes` more and a NUL fit now. */
static inline bool reserve(struct buf *b, size_t length_bytes)
{
    if (b->failed)
        return false;
    if (length_bytes < b->capacity_bytes - b->length_bytes &&
        (b->limit_bytes == 0 || b->length_bytes + length_bytes <= b->limit_bytes))
        return true;
    return grow(b, length_bytes);
}

static inline void end_at(struct buf *b, size_t length_bytes)
{
    b->length_bytes = length_bytes;
    b->bytes[length_bytes] = '\0';
}

char *buf_reserve(struct buf *b, size_t length_bytes)
{
    if (!reserve(b, length_bytes))
        return NULL;
    b->bytes[b->length_bytes + length_bytes] = '\0';
    return b->bytes + b->length_bytes;
}

void buf_add(struct buf *b, const void *bytes, size_t length_bytes)
{
    if (!reserve(b, length_bytes))
        return;
    if (length_bytes != 0)
        memcpy(b->bytes + b->length_bytes, bytes, length_bytes);
    end_at(b, b->length_bytes + length_bytes);
}

void buf_add_text(struct buf *b, const char *text)
{
    buf_add(b, text, strlen(text));
}

void buf_add_char(struct buf *b, char c)
{
    if (!reserve(b, 1))
        return;
    b->bytes[b->length_bytes] = c;
    end_at(b, b->length_bytes + 1);
}

static void add_number(struct buf *b, uint64_t n, bool negative)
{
    char digits[NUMBER_BYTES];
    char *p = digits + sizeof digits;

    do {
        *--p = (char)('0' + n % 10);
        n /= 10;
    } while (n != 0);
    if (negative)
        *--p = '-';
    buf_add(b, p, (size_t)(digits + sizeof digits - p));
}

void buf_add_i64(struct buf *b, int64_t n)
{
    if (n < 0)
        add_number(b, 0 - (uint64_t)n, true);
    else
        add_number(b, (uint64_t)n, false);
}

void buf_add_u64(struct buf *b, uint64_t n)
{
    add_number(b, n, false);
}

void buf_printf(struct buf *b, const char *format, ...)
{
    char small[256];
    va_list args;

    va_start(args, format);
    int length = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    if (length < 0) {
        b->failed = true;
        return;
    }
    if ((size_t)length < sizeof small) {
        buf_add(b, small, (size_t)length);
        return;
    }
    if (!reserve(b, (size_t)length))
        return;
    va_start(args, format);
    (void)vsnprintf(b->bytes + b->length_bytes, (size_t)length + 1, format, args); /* same text */
    va_end(args);
    end_at(b, b->length_bytes + (size_t)length);
}

/* --- JSON strings ------------------------------------------------------------------------- */

static inline bool is_plain(unsigned char c)
{
    return c >= 0x20 && c != '"' && c != '\\';
}

/* Number of bytes at `p` that need no escape; eight at a time. */
static size_t plain_run(const char *p, size_t length_bytes)
{
    const uint64_t ones = 0x0101010101010101u;
    const uint64_t highs = 0x8080808080808080u;
    size_t n = 0;

    for (; length_bytes - n >= 8; n += 8) {
        uint64_t w;

        memcpy(&w, p + n, 8);
        uint64_t quote = w ^ (ones * '"');
        uint64_t slash = w ^ (ones * '\\');
        uint64_t hit =
            ((w - ones * 0x20) & ~w) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash);
        if ((hit & highs) != 0)
            break;
    }
    while (n < length_bytes && is_plain((unsigned char)p[n]))
        n++;
    return n;
}

static void add_escape(struct buf *b, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    char escape[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
    size_t length = 2;

    switch (c) {
    case '"':
    case '\\':
        escape[1] = (char)c;
        break;
    case '\n':
        escape[1] = 'n';
        break;
    case '\r':
        escape[1] = 'r';
        break;
    case '\t':
        escape[1] = 't';
        break;
    case '\b':
        escape[1] = 'b';
        break;
    case '\f':
        escape[1] = 'f';
        break;
    default:
        length = sizeof escape;
    }
    buf_add(b, escape, length);
}

void buf_add_json_string(struct buf *b, const char *text, size_t length_bytes)
{
    size_t at = 0;

    buf_add_char(b, '"');
    while (at < length_bytes) {
        size_t run = plain_run(text + at, length_bytes - at);

        buf_add(b, text + at, run);
        at += run;
        if (at < length_bytes)
            add_escape(b, (unsigned char)text[at++]);
    }
    buf_add_char(b, '"');
}

char *buf_take(struct buf *b, size_t *out_length_bytes)
{
    char *bytes = b->bytes != NULL ? b->bytes : mem_copy("", 0);

    if (out_length_bytes != NULL)
        *out_length_bytes = b->length_bytes;
    *b = (struct buf){.limit_bytes = b->limit_bytes};
    return bytes;
}
