/* password.h -- argon2id (libargon2) as PHC strings.  Slow on purpose (about 40 ms): call in the thread pool only. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { PASSWORD_PHC_BYTES = 160, PASSWORD_MIN_BYTES = 8, PASSWORD_MAX_BYTES = 512 };

/* m = 19 MiB, t = 2, p = 1; false only if the machine has no memory left. */
bool password_hash(const char *password, size_t password_bytes, char out_phc[PASSWORD_PHC_BYTES]);
bool password_verify(const char *phc, const char *password, size_t password_bytes);
/* A PHC string no password fits, to spend the same time on unknown accounts. */
const char *password_decoy(void);
