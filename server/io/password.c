/* password.c -- argon2id with the parameters OWASP names first: 19 MiB, two passes, one lane. */
#include "io/password.h"

#include <argon2.h>

#include <string.h>

#include "io/crypto.h"

enum { MEMORY_KIB = 19 * 1024, PASSES = 2, LANES = 1, SALT_BYTES = 16, HASH_BYTES = 32 };

bool password_hash(const char *password, size_t password_bytes, char out_phc[PASSWORD_PHC_BYTES])
{
    uint8_t salt[SALT_BYTES];

    crypto_random(salt, sizeof salt);
    return argon2id_hash_encoded(PASSES, MEMORY_KIB, LANES, password, password_bytes, salt,
               sizeof salt, HASH_BYTES, out_phc, PASSWORD_PHC_BYTES) == ARGON2_OK;
}

bool password_verify(const char *phc, const char *password, size_t password_bytes)
{
    if (password_bytes > PASSWORD_MAX_BYTES || strlen(phc) >= PASSWORD_PHC_BYTES)
        return false;
    return argon2id_verify(phc, password, password_bytes) == ARGON2_OK;
}

const char *password_decoy(void)
{
    /* Salt and hash are plain counting patterns: nobody can know a password for them. */
    return "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$"
           "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
}
