/* seats_order.c -- first come, first served: of the requests of one socket, sent at once, the first ones get the seats,
 * however many others want them too.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "check.h"
#include "fleet.h"
#include "goers.h"
#include "seats.h"

enum {
    OFFER = 700500,
    ROUNDS = 6,
    REQUESTS = 60,
    SEATS = 30,
    OTHERS = 40,
    CALL_MS = 20000,
    MOST_S = 60
};

struct order {
    struct seats *seats;
    int64_t offer;
    bool *is_asked;
};

static bool order_next(void *arg, struct goer *g)
{
    struct order *r = arg;

    if (g->kind != GOER_MEMBER || g->number >= OTHERS || r->is_asked[g->number])
        return false;
    r->is_asked[g->number] = true;
    g->method = "reservation.hold";
    seats_print_hold(g->params, sizeof g->params, r->offer, 1, 0, 0);
    return true;
}

static void order_answer(
    void *arg, struct goer *g, const struct json *result, const struct json *error, int code)
{
    (void)arg;
    (void)g;
    (void)result;
    (void)error;
    (void)code;
}

/* An agent asks for one member after the other, behind the others. */
static int64_t ask(const struct order *r, struct client *agent, int i)
{
    char params[300];

    snprintf(params, sizeof params,
        "{\"offer\":\"%lld\",\"member\":\"%d\",\"items\":[{\"class\":\"%lld\",\"qty\":1}]}",
        (long long)r->offer, FLEET_FIRST_MEMBER + OTHERS + i, (long long)r->offer + SEATS_SINGLE);
    return client_request_once(agent, "reservation.hold", params, NULL);
}

/* How many were served, and how many of them after one who was not. */
static int round_once(struct order *r, struct client *agent, int *out_overtook)
{
    struct goers_play play = {.next = order_next,
        .answer = order_answer,
        .arg = r,
        .expected = OTHERS,
        .kills = "",
        .most_s = MOST_S};
    int64_t asked[REQUESTS];
    int served = 0, refused = 0;

    seats_offer(r->seats, r->offer, SEATS, 0);
    for (int i = 0; i < REQUESTS; i++)
        asked[i] = ask(r, agent, i);
    (void)goers_play(r->seats->goers, &play);
    for (int i = 0; i < REQUESTS; i++) {
        struct client_message *m = client_wait(agent, asked[i], CALL_MS);

        if (client_error(m) == 0) {
            served++;
            *out_overtook += refused > 0;
        } else if (client_error(m) == SEATS_SOLD_OUT) {
            refused++;
        } else {
            check_note("%.200s", m == NULL ? "no answer" : client_message_text(m, NULL));
        }
        client_message_free(m);
    }
    return served + refused == REQUESTS ? served : -1;
}

void seats_order(struct seats *s)
{
    struct client *agent = fleet_editor(s->fleet, s->server);
    int overtook = 0, served = 0, whole = 0;

    for (int i = 0; i < ROUNDS; i++) {
        struct order r = {.seats = s,
            .offer = OFFER + 100 * i,
            .is_asked = mem_zalloc(OTHERS * sizeof *r.is_asked)};
        int n = round_once(&r, agent, &overtook);

        served += n;
        whole += n >= 0;
        mem_free(r.is_asked);
    }
    client_free(agent);
    check(whole == ROUNDS && overtook == 0,
        "order: of %d requests of one socket for %d seats the first are served (%d of them), none"
        " overtakes (%d)",
        REQUESTS * ROUNDS, SEATS * ROUNDS, served, overtook);
    seats_judge(s, "order");
}
