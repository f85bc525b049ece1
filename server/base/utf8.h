/* utf8.h -- one scan over an incoming message: UTF-8, NUL, JSON depth. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum utf8_fault { UTF8_OK, UTF8_INVALID, UTF8_NUL, UTF8_TOO_DEEP };

/* Checks that `bytes` is valid UTF-8 (no surrogates, no overlong forms), holds no NUL byte and no \u0000 escape,
 * and that no JSON array or object in it nests deeper than `max_depth`.
 */
enum utf8_fault utf8_scan(const char *bytes, size_t length_bytes, int max_depth);

/* Number of code points of valid UTF-8. */
size_t utf8_length(const char *bytes, size_t length_bytes);

/* Number of bytes from the start that are plain text of a JSON string: ASCII, no control character, quote or
 * backslash.
 */
size_t utf8_plain_run(const char *bytes, size_t length_bytes);
