/* jose.h -- an identity provider for tests: keys made by OpenSSL, their JSON Web Keys, and tokens signed with them. */
#pragma once

#include <stddef.h>

enum jose_kind { JOSE_RSA, JOSE_RSA_1024, JOSE_P256, JOSE_P384, JOSE_ED25519 };

struct jose_key;
struct jose_key *jose_key_new(enum jose_kind kind);
void jose_key_free(struct jose_key *k);

/* {"kty":…,"kid":kid,<more>}; more: further members, "" or "\"alg\":\"RS256\"".  Texts are good for the next fifteen calls. */
const char *jose_jwk(const struct jose_key *k, const char *kid, const char *more);
const char *jose_set(const char *keys); /* {"keys":[keys]} */
/* PEM and DER of the public key. */
size_t jose_pem(const struct jose_key *k, char *out, size_t out_bytes);
size_t jose_der(const struct jose_key *k, unsigned char *out, size_t out_bytes);

/* header.payload.signature; the signature is that of the key, whatever the header says. */
const char *jose_token(const struct jose_key *k, const char *header, const char *payload);
/* The same with an HMAC-SHA-256; secret NULL: without a signature. */
const char *jose_mac_token(
    const void *secret, size_t secret_bytes, const char *header, const char *payload);
