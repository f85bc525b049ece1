/* secret.h -- keys from files.  A key file holds 32 ... 512 bytes, raw or as hex or base64 text; white space at its
 * end does not count.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { SECRET_MIN_BYTES = 32, SECRET_MAX_BYTES = 512, SECRET_MESSAGE_BYTES = 512 };

struct secret {
    uint8_t bytes[SECRET_MAX_BYTES];
    size_t length_bytes;
};

/* `option` names the file in the message.
 *   errors  ERR_INVALID_PARAMS with out_message
 */
MUST_CHECK enum err secret_read(const char *option,
    const char *path,
    struct secret *out_secret,
    char out_message[SECRET_MESSAGE_BYTES]);
void secret_wipe(struct secret *s);
