/* test_zip.c -- base/zip.h. */
#include "base/zip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static unsigned at16(const struct buf *b, size_t at)
{
    const uint8_t *p = (const uint8_t *)b->bytes + at;

    return p[0] | (unsigned)p[1] << 8;
}

static uint32_t at32(const struct buf *b, size_t at)
{
    return at16(b, at) | (uint32_t)at16(b, at + 2) << 16;
}

static void the_checksum_is_that_of_the_standard(void **state)
{
    (void)state;
    assert_int_equal(zip_crc("123456789", 9), 0xcbf43926);
    assert_int_equal(zip_crc("", 0), 0);
}

/* What a reader does: from the end to the directory, from there to each file. */
static void a_reader_finds_every_file(void **state)
{
    static const char *const names[] = {"index.html", "a/b.jsonl", "empty"};
    static const char *const texts[] = {"<p>Hello</p>", "{\"a\":1}\n{\"b\":2}\n", ""};
    struct zip z;
    struct buf out;
    size_t end, entry;

    (void)state;
    zip_init(&z);
    buf_init(&out, 0);
    for (int i = 0; i < 3; i++)
        assert_true(zip_add(&z, &out, names[i], texts[i], strlen(texts[i])));
    zip_end(&z, &out);
    end = out.length_bytes - 22;
    assert_int_equal(at32(&out, end), 0x06054b50);
    assert_int_equal(at16(&out, end + 10), 3);
    entry = at32(&out, end + 16);
    assert_int_equal(entry + at32(&out, end + 12), end);
    for (int i = 0; i < 3; i++) {
        size_t name_bytes = at16(&out, entry + 28), file = at32(&out, entry + 42);

        assert_int_equal(at32(&out, entry), 0x02014b50);
        assert_int_equal(at32(&out, file), 0x04034b50);
        assert_int_equal(name_bytes, strlen(names[i]));
        assert_memory_equal(out.bytes + entry + 46, names[i], name_bytes);
        assert_memory_equal(out.bytes + file + 30, names[i], name_bytes);
        assert_int_equal(at32(&out, entry + 24), strlen(texts[i]));
        assert_memory_equal(out.bytes + file + 30 + name_bytes, texts[i], strlen(texts[i]));
        assert_int_equal(at32(&out, file + 14), zip_crc(texts[i], strlen(texts[i])));
        assert_int_equal(at32(&out, file + 14), at32(&out, entry + 16));
        entry += 46 + name_bytes;
    }
    assert_int_equal(entry, end);
    buf_done(&out);
    zip_done(&z);
}

static void a_full_archive_takes_no_more(void **state)
{
    struct zip z;
    struct buf out;

    (void)state;
    zip_init(&z);
    buf_init(&out, 0);
    z.written_bytes = UINT32_MAX - (1u << 24) - 10;
    assert_false(zip_add(&z, &out, "a", "12345678901", 11));
    assert_int_equal(out.length_bytes, 0);
    assert_true(zip_add(&z, &out, "a", "1", 1));
    z.count = 65535;
    z.written_bytes = 0;
    assert_false(zip_add(&z, &out, "a", "1", 1));
    buf_done(&out);
    zip_done(&z);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_checksum_is_that_of_the_standard),
        cmocka_unit_test(a_reader_finds_every_file),
        cmocka_unit_test(a_full_archive_takes_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
