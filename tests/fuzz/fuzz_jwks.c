/* fuzz_jwks.c -- key sets of outside providers: read, refused with a reason, or a key left out. */
#include <string.h>

#include "io/crypto.h"
#include "fuzz.h"

enum { KEYS_MAX = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct crypto_keys *keys = crypto_keys_new();
    int left_out = 0;
    enum err e = crypto_jwks_add(keys, (const char *)data, size, &left_out);

    FUZZ_MUST(e == ERR_OK || e == ERR_PARSE || e == ERR_LIMIT || e == ERR_CONFLICT);
    FUZZ_MUST(crypto_keys_count(keys) + left_out <= KEYS_MAX);
    crypto_keys_free(keys);
    return 0;
}
