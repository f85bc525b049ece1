/* id.c -- decimal ids, read strictly so that one id has one spelling. */
#include "base/id.h"

#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool id_parse(const char *text, size_t length_bytes, int64_t *out_id)
{
    int64_t n = 0;

    if (length_bytes == 0 || length_bytes > 19 || text[0] == '0')
        return false;
    for (size_t i = 0; i < length_bytes; i++) {
        if (!is_digit(text[i]))
            return false;
        int64_t digit = text[i] - '0';
        if (n > (INT64_MAX - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    *out_id = n;
    return true;
}

void id_print(int64_t id, char out[ID_TEXT_BYTES])
{
    char digits[ID_TEXT_BYTES];
    char *p = digits + sizeof digits;
    uint64_t n = id < 0 ? 0 - (uint64_t)id : (uint64_t)id;

    *--p = '\0';
    do {
        *--p = (char)('0' + n % 10);
        n /= 10;
    } while (n != 0);
    if (id < 0)
        *--p = '-';
    memcpy(out, p, (size_t)(digits + sizeof digits - p));
}

/* Reads one element at *p; NULL and anything else that is no id is skipped. */
static bool next_id(const char **p, int64_t *out_id)
{
    const char *start = *p;
    const char *end = start;

    while (*end != '\0' && *end != ',' && *end != '}')
        end++;
    *p = *end == ',' ? end + 1 : end;
    return id_parse(start, (size_t)(end - start), out_id);
}

size_t id_parse_array(const char *literal, int64_t *out_ids, size_t max)
{
    size_t count = 0;

    if (literal == NULL || *literal != '{')
        return 0;
    for (const char *p = literal + 1; *p != '\0' && *p != '}';) {
        int64_t id;

        if (!next_id(&p, &id))
            continue;
        if (count < max)
            out_ids[count] = id;
        count++;
    }
    return count;
}
