/* crypto_certificate.c -- how long a TLS certificate is good for (crypto_sign.h). */
#include "io/crypto_sign.h"

#include <stdio.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

bool crypto_certificate_days(const char *path, int *out_days)
{
    FILE *file = fopen(path, "re");
    X509 *certificate = file != NULL ? PEM_read_X509(file, NULL, NULL, NULL) : NULL;
    int seconds;
    bool known;

    if (file != NULL)
        (void)fclose(file); /* it was only read */
    known = certificate != NULL &&
            ASN1_TIME_diff(out_days, &seconds, NULL, X509_get0_notAfter(certificate)) == 1;
    if (known && *out_days == 0 && seconds < 0)
        *out_days = -1;
    X509_free(certificate);
    return known;
}
