/* utf8.c -- one pass over a message: sequences, NUL, nesting.
 *
 * Strings are skipped in runs of plain text, eight bytes at a time, since most of a message is text.
 */
#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

struct scan {
    const unsigned char *p, *end;
    int depth, max_depth;
};

static bool is_tail(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

/* Length of the valid sequence that starts at p with a byte over 0x7f; 0 if there is none. */
static size_t sequence(const unsigned char *p, const unsigned char *end)
{
    size_t left = (size_t)(end - p);

    if (p[0] < 0xc2)
        return 0;
    if (p[0] < 0xe0)
        return left >= 2 && is_tail(p[1]) ? 2 : 0;
    if (p[0] < 0xf0) {
        if (left < 3 || !is_tail(p[1]) || !is_tail(p[2]))
            return 0;
        if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] >= 0xa0))
            return 0;
        return 3;
    }
    if (p[0] > 0xf4 || left < 4 || !is_tail(p[1]) || !is_tail(p[2]) || !is_tail(p[3]))
        return 0;
    if ((p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] >= 0x90))
        return 0;
    return 4;
}

size_t utf8_plain_run(const char *bytes, size_t length_bytes)
{
    const uint64_t ones = 0x0101010101010101u;
    const uint64_t highs = 0x8080808080808080u;
    size_t n = 0;

    for (; length_bytes - n >= 8; n += 8) {
        uint64_t w;

        memcpy(&w, bytes + n, 8);
        uint64_t quote = w ^ (ones * '"');
        uint64_t slash = w ^ (ones * '\\');
        uint64_t hit = w | (w - ones * 0x20) | (quote - ones) | (slash - ones);
        if ((hit & highs) != 0)
            break;
    }
    while (n < length_bytes) {
        unsigned char c = (unsigned char)bytes[n];

        if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\')
            break;
        n++;
    }
    return n;
}

/* The byte after a backslash, with the four digits of \u0000. */
static enum utf8_fault escape(struct scan *s)
{
    s->p++;
    if (s->p == s->end)
        return UTF8_OK; /* the parser's business */
    if (s->end - s->p >= 5 && memcmp(s->p, "u0000", 5) == 0)
        return UTF8_NUL;
    if (*s->p != '\0' && *s->p < 0x80)
        s->p++;
    return UTF8_OK;
}

/* One byte over 0x7f, or a NUL. */
static enum utf8_fault special(struct scan *s)
{
    if (*s->p == '\0')
        return UTF8_NUL;
    size_t n = sequence(s->p, s->end);

    s->p += n;
    return n != 0 ? UTF8_OK : UTF8_INVALID;
}

/* From behind the opening quote to behind the closing one. */
static enum utf8_fault string(struct scan *s)
{
    while (s->p < s->end) {
        enum utf8_fault fault = UTF8_OK;

        s->p += utf8_plain_run((const char *)s->p, (size_t)(s->end - s->p));
        if (s->p == s->end)
            break;
        unsigned char c = *s->p;
        if (c == '"') {
            s->p++;
            break;
        }
        if (c == '\\')
            fault = escape(s);
        else if (c >= 0x80 || c == '\0')
            fault = special(s);
        else
            s->p++;
        if (fault != UTF8_OK)
            return fault;
    }
    return UTF8_OK;
}

/* One byte, or one whole string, outside strings. */
static enum utf8_fault outside(struct scan *s)
{
    unsigned char c = *s->p;

    if (c >= 0x80 || c == '\0')
        return special(s);
    s->p++;
    if (c == '"')
        return string(s);
    if (c == '{' || c == '[')
        return ++s->depth > s->max_depth ? UTF8_TOO_DEEP : UTF8_OK;
    if ((c == '}' || c == ']') && s->depth > 0)
        s->depth--;
    return UTF8_OK;
}

enum utf8_fault utf8_scan(const char *bytes, size_t length_bytes, int max_depth)
{
    const unsigned char *p = (const unsigned char *)bytes;
    struct scan s = {.p = p, .end = p + length_bytes, .max_depth = max_depth};

    while (s.p < s.end) {
        enum utf8_fault fault = outside(&s);

        if (fault != UTF8_OK)
            return fault;
    }
    return UTF8_OK;
}

size_t utf8_length(const char *bytes, size_t length_bytes)
{
    size_t count = 0;

    for (size_t i = 0; i < length_bytes; i++)
        count += !is_tail((unsigned char)bytes[i]);
    return count;
}
