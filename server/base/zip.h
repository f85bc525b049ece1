/* zip.h -- a ZIP archive written front to back: files are stored as they are, each handed over whole.
 *
 * Every program opens it; what has been written need not be kept, but for some 60 bytes a file.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct zip {
    struct buf directory; /* what zip_end writes */
    uint64_t written_bytes;
    unsigned count;
};

void zip_init(struct zip *z);
void zip_done(struct zip *z);

/* Appends one file to `out`, with a plain name.  False, and nothing is appended: the archive is full (4 GiB, 65,535
 * files).
 */
bool zip_add(
    struct zip *z, struct buf *out, const char *name, const void *bytes, size_t length_bytes);

/* Appends what makes an archive of it; the last call. */
void zip_end(struct zip *z, struct buf *out);

/* The checksum of ZIP: CRC-32 of IEEE 802.3. */
uint32_t zip_crc(const void *bytes, size_t length_bytes);
