/* close_code.h -- why a WebSocket ends. */
#pragma once

/* WebSocket close codes (protocol.md 6). */
enum close_code {
    CLOSE_NORMAL = 1000,
    CLOSE_BAD_UTF8 = 1007,
    CLOSE_TOO_BIG = 1009,
    CLOSE_ERROR = 1011,
    CLOSE_RESTART = 1012,
    CLOSE_OVERLOADED = 1013,
    CLOSE_MALFORMED = 4400,
    CLOSE_NO_TOKEN = 4401,
    CLOSE_REVOKED = 4403,
    CLOSE_TOO_SLOW = 4408,
    CLOSE_REPLACED = 4409,
    CLOSE_TOO_MANY_CALLS = 4429
};
