/* doctor_files.c -- the configuration: options, keys and certificates, as `serve` reads them from files. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "config.h"
#include "io/crypto_sign.h"
#include "doctor_private.h"
#include "startup.h"

enum {
    KIB_PER_HANDSHAKE = 200, /* OpenSSL takes a ClientHello of 128 KiB */
    HALF_OPEN_GOOD_MIB = 512,
    KIB_PER_MIB = 1024
};

static void look_at_options(struct doctor *d, struct doctor_finding *f)
{
    char why[CONFIG_MESSAGE_BYTES];

    if (config_check_serve(d->config, why) != ERR_OK)
        doctor_say(
            f, DOCTOR_WRONG, "`clubhub serve --print-config` explains each option", "%s", why);
    else
        doctor_say(f, DOCTOR_FINE, NULL, "go together");
}

static void look_at_mode(struct doctor *d, struct doctor_finding *f)
{
    doctor_say(f, d->config->development ? DOCTOR_CHANGE : DOCTOR_FINE,
        "leave development out where people are served",
        d->config->development ? "development: keys may be derived, codes may be printed"
                               : "not in development");
}

static void look_at_keys(struct doctor *d, struct doctor_finding *f)
{
    struct startup s = {0};
    char why[STARTUP_MESSAGE_BYTES];
    enum err e = startup_read_keys(d->config, &s, why);

    if (e == ERR_OK)
        e = startup_read_signer(d->config, &s, why);
    if (e == ERR_OK)
        doctor_say(
            f, DOCTOR_FINE, NULL, "token_key_file, pii_key_file and receipt_key_file are read");
    else
        doctor_say(f, DOCTOR_WRONG,
            "make a key with `openssl rand -hex 32`, and let only the hub read it", "%s", why);
    startup_done(&s);
}

/* Adds `name` to `list` if others than owner and group may read the file, or anybody may write it. */
static void add_if_open(char *list, size_t list_bytes, const char *name, const char *path)
{
    size_t n = strlen(list);
    struct stat st;

    if (path[0] != '\0' && stat(path, &st) == 0 &&
        (st.st_mode & (S_IROTH | S_IWOTH | S_IWGRP)) != 0)
        snprintf(list + n, list_bytes - n, "%s%s", n > 0 ? ", " : "", name);
}

static void look_at_permissions(struct doctor *d, struct doctor_finding *f)
{
    const struct config *c = d->config;
    char open[DOCTOR_ADVICE_BYTES] = "";

    add_if_open(open, sizeof open, "token_key_file", c->token_key_file);
    add_if_open(open, sizeof open, "pii_key_file", c->pii_key_file);
    add_if_open(open, sizeof open, "receipt_key_file", c->receipt_key_file);
    add_if_open(open, sizeof open, "tls_key_file", c->tls_key_file);
    if (open[0] != '\0')
        doctor_say(f, DOCTOR_WRONG, "chmod 0400, owned by the user that serves",
            "others may read or write %s", open);
    else
        doctor_say(f, DOCTOR_FINE, NULL, "private");
}

static void look_at_issuers(struct doctor *d, struct doctor_finding *f)
{
    char why[STARTUP_MESSAGE_BYTES];

    if (startup_check_issuers(d->config, why) != ERR_OK)
        doctor_say(f, DOCTOR_WRONG, "README, Signing in, shows the file", "%s", why);
    else
        doctor_say(f, DOCTOR_FINE, NULL, "%s",
            d->config->issuers_file[0] != '\0' ? "issuers_file and its key sets are read"
                                               : "only the built-in one");
}

static void look_at_certificate(struct doctor *d, struct doctor_finding *f)
{
    enum { SOON_DAYS = 14 };
    const char *path = d->config->tls_cert_file;
    int days;

    if (path[0] == '\0')
        doctor_say(f, DOCTOR_CHANGE,
            "set tls_cert_file and tls_key_file, or let a proxy in front do TLS",
            "no TLS: what is sent can be read on the way");
    else if (!crypto_certificate_days(path, &days))
        doctor_say(f, DOCTOR_WRONG, "a PEM file, the server's certificate in front",
            "tls_cert_file cannot be read: %s", path);
    else if (days < 0)
        doctor_say(f, DOCTOR_WRONG, "renew it, then SIGHUP", "ended %d days ago", -days);
    else
        doctor_say(f, days < SOON_DAYS ? DOCTOR_CHANGE : DOCTOR_FINE, "renew it, then SIGHUP",
            "good for %d days", days);
}

/* Off by default, for behind a proxy all members come from its address, and a service makes all its calls from one. */
static void look_at_addresses(struct doctor *d, struct doctor_finding *f)
{
    const struct config *c = d->config;
    bool is_tls_free = c->tls_cert_file[0] != '\0' && c->tls_handshakes_per_address_per_s == 0;
    char without[DOCTOR_ADVICE_BYTES];

    snprintf(without, sizeof without, "%s%s%s", c->per_address_max == 0 ? " per_address_max" : "",
        c->handshakes_per_address_per_s == 0 ? " handshakes_per_address_per_s" : "",
        is_tls_free ? " tls_handshakes_per_address_per_s" : "");
    if (without[0] == '\0')
        doctor_say(f, DOCTOR_FINE, NULL, "one address has limits");
    else
        doctor_say(f, DOCTOR_CHANGE,
            "where peers' own addresses are seen: per_address_max=200 handshakes_per_address_per_s=20"
            " tls_handshakes_per_address_per_s=100; behind a proxy, whose address all members have, limit them there"
            " and leave these 0",
            "one address may take all there is, 0:%s", without);
}

/* What strangers can make a worker hold before they have said who they are. */
static void look_at_half_open(struct doctor *d, struct doctor_finding *f)
{
    const struct config *c = d->config;
    long most_mib = (long)c->half_open_max * KIB_PER_HANDSHAKE / KIB_PER_MIB;

    if (c->tls_cert_file[0] == '\0')
        doctor_say(f, DOCTOR_FINE, NULL, "no TLS here: they hold little");
    else
        doctor_say(f, most_mib <= HALF_OPEN_GOOD_MIB ? DOCTOR_FINE : DOCTOR_CHANGE,
            "lower half_open_max, or handshake_ms",
            "TLS handshakes hold %ld MiB of a worker at most, each for %d ms", most_mib,
            c->handshake_ms);
}

const struct doctor_check doctor_file_checks[] = {
    {"options", look_at_options},
    {"development", look_at_mode},
    {"keys", look_at_keys},
    {"files of keys", look_at_permissions},
    {"identity providers", look_at_issuers},
    {"certificate", look_at_certificate},
    {"limits of an address", look_at_addresses},
    {"half-open sockets", look_at_half_open},
    {NULL, NULL},
};
