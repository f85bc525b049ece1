/* chaos_tls.c -- P7 for a server that speaks TLS itself: chaos_attack's comparison, over TLS, with what strangers do to
 * handshakes and records besides.
 */
#include <stdio.h>

#include "attack.h"
#include "attack_judge.h"
#include "attack_play.h"
#include "certificate.h"
#include "check.h"
#include "client.h"
#include "fleet.h"
#include "scratch.h"

enum {
    HONEST = 100,
    ATTACKERS = 60, /* members that attackers sign in as */
    WORKERS = 2,
    QUIET_MS = 2600,
    ATTACK_MS = 4000
};

static const struct attack_kind kinds[] = {
    {"handshakes", attack_handshakes},
    {"hellos", attack_hellos},
    {"records", attack_records},
    {"frames", attack_frames},
    {"floods", attack_floods},
    {NULL, NULL},
};

static struct fleet *fleet;
static int server;

static void serve(void)
{
    static char cert[SCRATCH_PATH_BYTES + 20], key[SCRATCH_PATH_BYTES + 20], per_address[60];
    const char *options[] = {cert, key, "--half_open_max=150", "--handshake_ms=2000", per_address,
        "--tls_handshakes_per_s=300", "--stall_ms=2000", "--session_calls_per_s=20",
        "--session_calls_burst=20", NULL};

    snprintf(
        per_address, sizeof per_address, "--tls_handshakes_per_address_per_s=%d", ATTACK_TLS_PER_S);
    (void)scratch_make();
    certificate_write(scratch_path("cert.pem"), scratch_path("key.pem"), "club.example");
    snprintf(cert, sizeof cert, "--tls_cert_file=%s", scratch_path("cert.pem"));
    snprintf(key, sizeof key, "--tls_key_file=%s", scratch_path("key.pem"));
    server = fleet_serve(fleet, WORKERS, options);
}

int main(void)
{
    attack_keep_little();
    fleet = fleet_open();
    fleet_seed(fleet, HONEST + ATTACKERS);
    serve();
    client_speak_tls(true);
    attack_play(&(struct attack_play){.fleet = fleet,
        .server = server,
        .members = HONEST,
        .attackers = ATTACKERS,
        .kinds = kinds,
        .quiet_ms = QUIET_MS,
        .attack_ms = ATTACK_MS});
    client_speak_tls(false);
    check(fleet_close(fleet) == 0, "the servers ended well");
    scratch_remove();
    return check_end();
}
