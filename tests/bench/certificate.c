/* certificate.c -- see certificate.h. */
#include "certificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DAY_S = 86400 };

static FILE *create(const char *path)
{
    FILE *f = fopen(path, "w");

    if (f == NULL) {
        perror(path);
        exit(1);
    }
    return f;
}

struct certificate certificate_make(void)
{
    char folder[] = "/tmp/clubhub-bench-XXXXXX";
    struct certificate c;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    FILE *f;

    if (mkdtemp(folder) == NULL) {
        perror(folder);
        exit(1);
    }
    snprintf(c.cert_file, sizeof c.cert_file, "%s/cert.pem", folder);
    snprintf(c.key_file, sizeof c.key_file, "%s/key.pem", folder);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), -60);
    X509_gmtime_adj(X509_getm_notAfter(cert), DAY_S);
    X509_set_pubkey(cert, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
        (const unsigned char *)"localhost", -1, -1, 0);
    X509_set_issuer_name(cert, X509_get_subject_name(cert));
    X509_sign(cert, key, EVP_sha256());
    f = create(c.cert_file);
    PEM_write_X509(f, cert);
    fclose(f);
    f = create(c.key_file);
    PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL);
    fclose(f);
    X509_free(cert);
    EVP_PKEY_free(key);
    return c;
}

void certificate_remove(const struct certificate *c)
{
    char folder[CERTIFICATE_PATH_BYTES];

    unlink(c->cert_file);
    unlink(c->key_file);
    memcpy(folder, c->cert_file, sizeof folder);
    rmdir(dirname(folder));
}
