/* attack_play.c -- see attack_play.h. */
#include "attack_play.h"

#include <stdio.h>
#include <string.h>

#include "attack.h"
#include "attack_judge.h"
#include "client.h"
#include "fleet.h"
#include "honest.h"

enum { LONG_POSTS = 10, LETTERS = 9000, CALL_MS = 8000 };

/* Posts of 9,000 letters, which one who never reads asks for. */
static void fill(const struct attack_play *p)
{
    char params[LETTERS + 100];

    for (int i = 0; i < LONG_POSTS; i++) {
        struct client *c = fleet_member(
            p->fleet, p->server, FLEET_FIRST_MEMBER + p->members + p->attackers - 1 - i);
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

void attack_play(const struct attack_play *p)
{
    struct honest_figures quiet, attacked;
    struct attackers *attackers;
    struct honest *honest;
    long before;

    fill(p);
    attackers =
        attackers_new(p->fleet, p->server, FLEET_FIRST_MEMBER + p->members, p->kinds, p->attack_ms);
    honest = honest_new(p->fleet, p->server, p->members);
    quiet = honest_phase(honest, p->quiet_ms, NULL, NULL);
    before = attack_pages(p->fleet, p->server);
    attackers_go(attackers);
    attacked = honest_phase(honest, p->attack_ms, are_busy, attackers);
    attack_compare(&quiet, &attacked, p->members);
    honest_judge(honest);
    attackers_judge(attackers);
    attack_look_at_the_rest(p->fleet, p->server, p->members, before);
    honest_free(honest);
    attackers_free(attackers);
}
