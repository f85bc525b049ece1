/* fuzz_ws.c -- frames of every kind after the upgrade: joined, refused, answered; never more than a message long.
 *
 * An input is a row of frames: a byte for FIN, the reserved bits and the opcode; one for the mask and how its length is
 * written; then the bytes up to the next cut.  With the first byte FUZZ_CUT all that follows is sent as it is.
 */
#include <string.h>

#include "base/buf.h"
#include "edge_stage.h"
#include "fuzz.h"

enum { MASKED = 0x80, SHORT_MAX = 125, LENGTH_16 = 126, LENGTH_64 = 127, REPEAT_SHIFT = 2 };

static const char handshake[] =
    "GET /v1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    edge_start();
    return 0;
}

/* style: bit 7 mask; bits 0 and 1 how the length is written; the others repeat the payload. */
static void add_frame(
    struct buf *out, uint8_t first, uint8_t style, const uint8_t *text, size_t length)
{
    size_t times = 1 + ((style & ~MASKED) >> REPEAT_SHIFT);
    size_t whole = length * times;
    int wide = style & 3;

    buf_add_char(out, (char)first);
    if (wide == 0 && whole > SHORT_MAX)
        wide = 1;
    if (wide == 0) {
        buf_add_char(out, (char)((style & MASKED) | (uint8_t)whole));
    } else if (wide == 1) {
        buf_add_char(out, (char)((style & MASKED) | LENGTH_16));
        buf_add_char(out, (char)(whole >> 8));
        buf_add_char(out, (char)whole);
    } else {
        buf_add_char(out, (char)((style & MASKED) | LENGTH_64));
        for (int i = 0; i < 8; i++) /* style 3 says more than there is */
            buf_add_char(out, (char)((wide == 3 && i == 2) ? 1 : (uint64_t)whole >> (56 - 8 * i)));
    }
    if (style & MASKED)
        buf_add(out, "\0\0\0\0", 4);
    for (size_t i = 0; i < times; i++)
        buf_add(out, (const char *)text, length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = data + size;
    struct buf bytes;

    if (size > 0 && data[0] == FUZZ_CUT) {
        edge_play(handshake, data + 1, size - 1);
        return 0;
    }
    buf_init(&bytes, 0);
    while (end - data > 2) {
        const uint8_t *cut = memchr(data + 2, FUZZ_CUT, (size_t)(end - data - 2));
        size_t length = (size_t)((cut != NULL ? cut : end) - data - 2);

        add_frame(&bytes, data[0], data[1], data + 2, length);
        data += 2 + length + (cut != NULL);
    }
    edge_play(handshake, (const uint8_t *)bytes.bytes, bytes.length_bytes);
    buf_done(&bytes);
    return 0;
}
