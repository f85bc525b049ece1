/* zip.c -- a ZIP archive written front to back (APPNOTE 4.3: local headers, central directory, its end). */
#include "base/zip.h"

#include <string.h>

enum {
    VERSION = 20,
    FLAG_UTF8 = 0x0800,
    FIRST_DAY = 0x21, /* 1980-01-01: the format has no "unknown" */
    FILES_MAX = 65535
};

static const uint64_t bytes_max = UINT32_MAX - (1u << 24); /* leaves room for the directory */

void zip_init(struct zip *z)
{
    memset(z, 0, sizeof *z);
    buf_init(&z->directory, 0);
}

void zip_done(struct zip *z)
{
    buf_done(&z->directory);
}

/* Half a byte at a time. */
uint32_t zip_crc(const void *bytes, size_t length_bytes)
{
    static const uint32_t table[16] = {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190,
        0x6b6b51f4, 0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
        0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
    const uint8_t *p = bytes;
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < length_bytes; i++) {
        crc ^= p[i];
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return ~crc;
}

static void add16(struct buf *b, unsigned n)
{
    buf_add_char(b, (char)(n & 0xff));
    buf_add_char(b, (char)(n >> 8 & 0xff));
}

static void add32(struct buf *b, uint32_t n)
{
    add16(b, n & 0xffff);
    add16(b, n >> 16);
}

/* The part that a file's own header and its entry in the directory share. */
static void add_facts(struct buf *b, uint32_t crc, size_t length_bytes, size_t name_bytes)
{
    add16(b, VERSION);
    add16(b, FLAG_UTF8);
    add16(b, 0); /* stored */
    add16(b, 0);
    add16(b, FIRST_DAY);
    add32(b, crc);
    add32(b, (uint32_t)length_bytes);
    add32(b, (uint32_t)length_bytes);
    add16(b, (unsigned)name_bytes);
    add16(b, 0);
}

bool zip_add(
    struct zip *z, struct buf *out, const char *name, const void *bytes, size_t length_bytes)
{
    size_t name_bytes = strlen(name), before_bytes = out->length_bytes;
    uint32_t crc = zip_crc(bytes, length_bytes);

    if (z->count == FILES_MAX || length_bytes > bytes_max - z->written_bytes)
        return false;
    add32(&z->directory, 0x02014b50);
    add16(&z->directory, VERSION);
    add_facts(&z->directory, crc, length_bytes, name_bytes);
    add16(&z->directory, 0);
    add16(&z->directory, 0);
    add16(&z->directory, 0);
    add32(&z->directory, 0);
    add32(&z->directory, (uint32_t)z->written_bytes);
    buf_add(&z->directory, name, name_bytes);

    add32(out, 0x04034b50);
    add_facts(out, crc, length_bytes, name_bytes);
    buf_add(out, name, name_bytes);
    buf_add(out, bytes, length_bytes);
    z->written_bytes += out->length_bytes - before_bytes;
    z->count++;
    return true;
}

void zip_end(struct zip *z, struct buf *out)
{
    buf_add(out, z->directory.bytes, z->directory.length_bytes);
    add32(out, 0x06054b50);
    add16(out, 0);
    add16(out, 0);
    add16(out, z->count);
    add16(out, z->count);
    add32(out, (uint32_t)z->directory.length_bytes);
    add32(out, (uint32_t)z->written_bytes);
    add16(out, 0);
}
