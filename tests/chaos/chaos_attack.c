/* chaos_attack.c -- P7: strangers cost the others nothing.
 *
 * Five hundred members call and listen, first in quiet, then while six attackers (attack.h) do at once whatever strangers
 * do.  Every attack gets the answer that the protocol names and is counted; no call of a member fails, no event is
 * missed, their answers take about as long as in quiet, and in the end the workers hold about as much as at first.
 */
#include <stdio.h>

#include "attack.h"
#include "attack_issuer.h"
#include "attack_judge.h"
#include "attack_play.h"
#include "check.h"
#include "fleet.h"
#include "scratch.h"

enum {
    HONEST = 500,
    ATTACKERS = 100, /* members that attackers sign in as */
    WORKERS = 2,
    QUIET_MS = 5000,
    ATTACK_MS = 11000
};

static const struct attack_kind kinds[] = {
    {"texts", attack_texts},
    {"frames", attack_frames},
    {"door", attack_door},
    {"tokens", attack_tokens},
    {"floods", attack_floods},
    {"loop", attack_loop},
    {NULL, NULL},
};

static struct fleet *fleet;
static int server;

static void serve(void)
{
    static char issuers[SCRATCH_PATH_BYTES + 20];
    const char *options[] = {issuers, "--origins=https://club.example", "--half_open_max=150",
        "--per_address_max=60", "--handshakes_per_address_per_s=30", "--stall_ms=2000",
        "--session_calls_per_s=20", "--session_calls_burst=20", NULL};

    (void)scratch_make();
    scratch_write("outside.jwks", ATTACK_ISSUER_JWKS);
    scratch_write("issuers.json", ATTACK_ISSUER_FILE);
    snprintf(issuers, sizeof issuers, "--issuers_file=%s", scratch_path("issuers.json"));
    server = fleet_serve(fleet, WORKERS, options);
}

int main(void)
{
    attack_keep_little();
    fleet = fleet_open();
    fleet_seed(fleet, HONEST + ATTACKERS);
    serve();
    attack_play(&(struct attack_play){.fleet = fleet,
        .server = server,
        .members = HONEST,
        .attackers = ATTACKERS,
        .kinds = kinds,
        .quiet_ms = QUIET_MS,
        .attack_ms = ATTACK_MS});
    check(fleet_close(fleet) == 0, "the servers ended well");
    scratch_remove();
    return check_end();
}
