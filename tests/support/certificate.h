/* certificate.h -- self-signed certificates for tests and benches that speak TLS. */
#pragma once

/* Writes a P-256 certificate for this name, good for a day, and its key.  What goes wrong ends the program. */
void certificate_write(const char *cert_file, const char *key_file, const char *name);
