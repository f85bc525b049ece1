/* chaos_tls.c -- P7 for a server that speaks TLS itself: chaos_attack's comparison, over TLS, with what strangers do to
 * handshakes and records besides.
 */
#include <stdio.h>
#include <string.h>

#include "attack.h"
#include "attack_judge.h"
#include "certificate.h"
#include "check.h"
#include "client.h"
#include "fleet.h"
#include "honest.h"
#include "scratch.h"

enum {
    HONEST = 100,
    ATTACKERS = 60, /* members that attackers sign in as */
    WORKERS = 2,
    QUIET_MS = 2600,
    ATTACK_MS = 4000,
    LONG_POSTS = 10,
    LETTERS = 9000,
    CALL_MS = 8000
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

/* Posts of 9,000 letters, which one who never reads asks for. */
static void fill(void)
{
    char params[LETTERS + 100];

    for (int i = 0; i < LONG_POSTS; i++) {
        struct client *c =
            fleet_member(fleet, server, FLEET_FIRST_MEMBER + HONEST + ATTACKERS - 1 - i);
        int length = snprintf(
            params, sizeof params, "{\"club\":\"%d\",\"kind\":\"story\",\"body\":\"", FLEET_CLUB);

        memset(params + length, 'l', LETTERS);
        memcpy(params + length + LETTERS, "\"}", 3);
        client_message_free(client_write(c, "feed.post", params, NULL, CALL_MS));
        client_free(c);
    }
}

static bool are_busy(void *arg)
{
    return attackers_are_busy(arg);
}

int main(void)
{
    struct honest_figures quiet, attacked;
    struct attackers *attackers;
    struct honest *honest;
    long before;

    attack_keep_little();
    fleet = fleet_open();
    fleet_seed(fleet, HONEST + ATTACKERS);
    serve();
    client_speak_tls(true);
    fill();
    attackers = attackers_new(fleet, server, FLEET_FIRST_MEMBER + HONEST, kinds, ATTACK_MS);
    honest = honest_new(fleet, server, HONEST);
    quiet = honest_phase(honest, QUIET_MS, NULL, NULL);
    before = attack_pages(fleet, server);
    attackers_go(attackers);
    attacked = honest_phase(honest, ATTACK_MS, are_busy, attackers);
    attack_compare(&quiet, &attacked, HONEST);
    honest_judge(honest);
    attackers_judge(attackers);
    attack_look_at_the_rest(fleet, server, HONEST, before);
    honest_free(honest);
    attackers_free(attackers);
    client_speak_tls(false);
    check(fleet_close(fleet) == 0, "the servers ended well");
    scratch_remove();
    return check_end();
}
