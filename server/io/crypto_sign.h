/* crypto_sign.h -- the operator's own signature: Ed25519, as compact JWS (RFC 7515, RFC 8037), and the public keys as
 * JWKS, so that anybody can verify with any library.
 *
 * A key's `kid` is its thumbprint (RFC 7638).  Synchronous; a signature over 64 KiB takes well below a millisecond.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct crypto_signer;

/* From PEM: the private key that signs, and then, if wanted, public keys of earlier ones (at most 8 in all), which are only
 * published.
 *   errors  ERR_INVALID_PARAMS no private key in front, one that is not Ed25519, or too many
 */
MUST_CHECK enum err crypto_signer_read(
    const char *pem, size_t pem_bytes, struct crypto_signer **out_signer);
/* For development: a key that follows from a secret, so that all workers have the same one. */
struct crypto_signer *crypto_signer_derive(const void *secret, size_t secret_bytes);
void crypto_signer_free(struct crypto_signer *s); /* NULL is fine */

const char *crypto_signer_kid(const struct crypto_signer *s);
/* {"keys":[…]}; the one that signs first. */
const char *crypto_signer_jwks(const struct crypto_signer *s);

/* Bytes that crypto_signer_jws needs for a payload, with its NUL. */
size_t crypto_signer_jws_bytes(const struct crypto_signer *s, size_t payload_bytes);
/* header.payload.signature over exactly these bytes. */
void crypto_signer_jws(
    const struct crypto_signer *s, const char *payload, size_t payload_bytes, char *out);

/* How many days the first certificate of a PEM file is still good for; below 0: since when it is not.  False: there is
 * none.
 */
bool crypto_certificate_days(const char *path, int *out_days);
