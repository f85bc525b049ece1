/* chaos_attack.c -- P7: strangers cost the others nothing.
 *
 * Five hundred members call and listen, first in quiet, then while six attackers (attack.h) do at once whatever strangers
 * do.  Every attack gets the answer that the protocol names and is counted; no call of a member fails, no event is
 * missed, their answers take about as long as in quiet, and in the end the workers hold about as much as at first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attack.h"
#include "attack_issuer.h"
#include "attack_judge.h"
#include "check.h"
#include "fleet.h"
#include "honest.h"
#include "scratch.h"

enum {
    HONEST = 500,
    ATTACKERS = 100, /* members that attackers sign in as */
    WORKERS = 2,
    QUIET_MS = 5000,
    ATTACK_MS = 11000,
    SETTLE_MS = 8000,
    LONG_POSTS = 10,
    LETTERS = 9000
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
        client_message_free(client_write(c, "feed.post", params, NULL, SETTLE_MS));
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
    check(fleet_close(fleet) == 0, "the servers ended well");
    scratch_remove();
    return check_end();
}
