/* attack_loop.c -- one who comes again and again, and one who comes many times at once. */
#include "attack.h"

#include "base/clock.h"
#include "client.h"

enum {
    COMES = 600,  /* in a row: one address may come 30 times a second to each worker */
    REFUSED = 20, /* then it has been shown */
    TWINS = 24,   /* sessions of one member, more than it may have on both workers */
    KEPT = 16,
    REST_MS = 40,
    ANSWER_MS = 5000,
    SECOND_MS = 1100
};

static void come_and_go(struct attack *a)
{
    int comes = 0, in = 0, refused = 0, status;

    for (; comes < COMES && refused < REFUSED; comes++) {
        struct client_options o = {.port = attack_port(a), .from = attack_from(a)};
        struct client *c = client_open(&o, &status);

        in += c != NULL;
        refused += status == 429;
        if (status == 429)
            attack_counted(a, ATTACK_REFUSED("rate"));
        client_free(c);
    }
    attack_saw(a, in > 0 && in + refused == comes, "is let in, or told why not", comes - in);
    attack_saw(a, refused == REFUSED, "who comes too often is answered 429", refused);
    attack_rest(SECOND_MS);
}

static int count_replaced(struct client *const twins[TWINS])
{
    int replaced = 0;

    for (int i = 0; i < TWINS; i++)
        if (twins[i] != NULL && !client_pump(twins[i], 1))
            replaced += client_close_code(twins[i]) == 4409;
    return replaced;
}

static void all_at_once(struct attack *a)
{
    struct client *twins[TWINS];
    int64_t until_ms = clock_mono().ms + ANSWER_MS;
    int replaced = 0, left = 0;

    for (int i = 0; i < TWINS; i++) {
        twins[i] = attack_sign_in(a, attack_member(a));
        left += twins[i] == NULL;
        attack_rest(REST_MS);
    }
    while (replaced < TWINS - KEPT - left && clock_mono().ms < until_ms)
        replaced = count_replaced(twins);
    attack_saw(a, left < TWINS - KEPT && replaced >= TWINS - KEPT - left,
        "sessions above the eighth of a worker replace the oldest", replaced);
    for (int i = 0; i < TWINS; i++) {
        if (i < replaced)
            attack_counted(a, ATTACK_CLOSED("4409"));
        client_free(twins[i]);
    }
    attack_rest(SECOND_MS);
}

void attack_loop(struct attack *a)
{
    do {
        come_and_go(a);
        all_at_once(a);
    } while (!attack_is_over(a));
}
