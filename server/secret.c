/* secret.c -- keys from files. */
#include "secret.h"

#include "io/crypto.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { FILE_BYTES_MAX = 2 * SECRET_MAX_BYTES + 16, BASE64_MIN = 43 };

static bool is_hex(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isxdigit((unsigned char)text[i]))
            return false;
    return n % 2 == 0 && n >= 2 * SECRET_MIN_BYTES;
}

static uint8_t hex_digit(char c)
{
    return (uint8_t)(isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10);
}

static void take_hex(const char *text, size_t n, struct secret *out)
{
    for (size_t i = 0; i < n / 2; i++)
        out->bytes[i] = (uint8_t)(hex_digit(text[2 * i]) << 4 | hex_digit(text[2 * i + 1]));
    out->length_bytes = n / 2;
}

/* Both alphabets of base64, with or without padding.  Changes the text. */
static bool take_base64(char *text, size_t n, struct secret *out)
{
    int length;

    while (n > 0 && text[n - 1] == '=')
        n--;
    if (n < BASE64_MIN)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '+')
            text[i] = '-';
        else if (text[i] == '/')
            text[i] = '_';
        else if (!isalnum((unsigned char)text[i]) && text[i] != '-' && text[i] != '_')
            return false;
    }
    length = crypto_b64_decode(text, n, out->bytes, sizeof out->bytes);
    if (length < SECRET_MIN_BYTES)
        return false;
    out->length_bytes = (size_t)length;
    return true;
}

static size_t read_file(const char *path, char *out, size_t out_bytes)
{
    FILE *file = fopen(path, "re");
    size_t n;

    if (file == NULL)
        return 0;
    errno = 0;
    n = fread(out, 1, out_bytes, file);
    (void)fclose(file); /* it was only read */
    return n;
}

enum err secret_read(const char *option,
    const char *path,
    struct secret *out_secret,
    char out_message[SECRET_MESSAGE_BYTES])
{
    char raw[FILE_BYTES_MAX], text[FILE_BYTES_MAX];
    size_t raw_bytes = read_file(path, raw, sizeof raw), n = raw_bytes;
    struct secret s = {.length_bytes = 0};

    if (raw_bytes == 0) {
        snprintf(out_message, SECRET_MESSAGE_BYTES, "%s: %.200s: %s", option, path,
            errno != 0 ? strerror(errno) : "the file is empty");
        return ERR_INVALID_PARAMS;
    }
    while (n > 0 && isspace((unsigned char)raw[n - 1]))
        n--;
    memcpy(text, raw, n);
    if (is_hex(raw, n) && n <= 2 * SECRET_MAX_BYTES) {
        take_hex(raw, n, &s);
    } else if (!take_base64(text, n, &s)) {
        s.length_bytes = raw_bytes == SECRET_MIN_BYTES ? raw_bytes : n;
        if (s.length_bytes <= SECRET_MAX_BYTES)
            memcpy(s.bytes, raw, s.length_bytes);
    }
    crypto_wipe(raw, sizeof raw);
    crypto_wipe(text, sizeof text);
    if (s.length_bytes < SECRET_MIN_BYTES || s.length_bytes > SECRET_MAX_BYTES) {
        snprintf(out_message, SECRET_MESSAGE_BYTES, "%s must hold %d..%d bytes, not %zu", option,
            SECRET_MIN_BYTES, SECRET_MAX_BYTES, s.length_bytes);
        secret_wipe(&s);
        return ERR_INVALID_PARAMS;
    }
    *out_secret = s;
    secret_wipe(&s);
    return ERR_OK;
}

void secret_wipe(struct secret *s)
{
    crypto_wipe(s, sizeof *s);
}
