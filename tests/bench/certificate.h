/* certificate.h -- a self-signed certificate for a bench that measures TLS. */
#pragma once

enum { CERTIFICATE_PATH_BYTES = 128 };

struct certificate {
    char cert_file[CERTIFICATE_PATH_BYTES], key_file[CERTIFICATE_PATH_BYTES];
};

/* Writes a P-256 pair, good for a day, into a new folder of the temporary directory. */
struct certificate certificate_make(void);
void certificate_remove(const struct certificate *c);
