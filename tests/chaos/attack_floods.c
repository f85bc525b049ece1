/* attack_floods.c -- members who ask for too much: who never reads, who follows everything, who does not mind RATE. */
#include "attack.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "client.h"
#include "fleet.h"

enum {
    RATE = 1006,
    NOT_FOUND = 1002,
    SLOW_BYTES = 4096,
    STANDS = 3, /* answers that nobody reads, of about 90 KB each */
    GREEDY = 12,
    MOST_BYTES = 700 * 1024, /* kernel, library and session together */
    MESSAGES = 12,           /* batches of fifty */
    BATCH = 50,
    WAIT_MS = 12000,
    REST_MS = 300
};

/* --- never reads ------------------------------------------------------------------------------- */

/* Asks for so many long answers; nobody reads them for now. */
static struct client *begin_deaf(const struct attack *a, int number, int asked)
{
    struct client_options o = {
        .port = attack_port(a), .from = attack_from(a), .receive_bytes = SLOW_BYTES};
    char token[FLEET_TOKEN_BYTES], who[32], params[80];
    struct client *c;

    snprintf(who, sizeof who, "m:%lld", (long long)attack_member(a) + number);
    fleet_token(attack_fleet(a), who, token);
    c = client_sign_in(&o, token);
    snprintf(params, sizeof params, "{\"club\":\"%d\",\"limit\":100}", FLEET_CLUB);
    for (int i = 0; c != NULL && i < asked; i++)
        (void)client_request(c, "feed.list", params);
    return c;
}

static void end_deaf(struct attack *a, struct client *c, const char *closed, const char *words)
{
    int64_t until_ms = clock_mono().ms + WAIT_MS;

    if (!attack_saw(a, c != NULL, "one who never reads may sign in", 0))
        return;
    while (
        fleet_metric(attack_fleet(a), attack_server(a), closed) < 1 && clock_mono().ms < until_ms)
        attack_rest(REST_MS);
    attack_saw(a, clock_mono().ms < until_ms, words, 0);
    attack_counted(a, closed);
    (void)attack_close_code(c);
    attack_saw(a, client_bytes_read(c) < MOST_BYTES, "and was not sent all it asked for",
        (int)client_bytes_read(c));
    client_free(c);
}

/* --- follows everything ------------------------------------------------------------------------ */

static void subscribe(
    struct attack *a, struct client *c, const char *stream, int wanted, const char *words)
{
    char params[100];
    struct client_message *m;
    int code;

    snprintf(params, sizeof params, "{\"stream\":\"%s\"}", stream);
    m = client_call(c, "stream.subscribe", params, 8000);
    code = client_error(m);
    attack_saw(a, code == wanted, words, code);
    if (wanted == NOT_FOUND)
        attack_counted(a, ATTACK_OUTCOME("stream.subscribe", "NOT_FOUND"));
    client_message_free(m);
}

static void follow_everything(struct attack *a)
{
    struct client *c = attack_sign_in(a, attack_member(a) + 1);

    if (!attack_saw(a, c != NULL, "one who follows everything may sign in", 0))
        return;
    subscribe(a, c, "me", 0, "may follow itself");
    subscribe(a, c, "club:101", 0, "may follow its club");
    subscribe(a, c, "club:101", 0, "and that again, as one");
    subscribe(a, c, "club:102", NOT_FOUND, "may not follow another club");
    subscribe(a, c, "me:1001", NOT_FOUND, "may not follow another member");
    subscribe(a, c, "ops", NOT_FOUND, "may not follow the operators");
    subscribe(a, c, "staff:101", NOT_FOUND, "may not follow the staff");
    subscribe(a, c, "moderation:101", NOT_FOUND, "may not follow the moderators");
    subscribe(a, c, "plan:9007199254740993", NOT_FOUND, "may not follow what is not there");
    client_free(c);
}

/* --- does not mind RATE ------------------------------------------------------------------------ */

static void print_batch(struct buf *b, const char *method)
{
    for (int i = 0; i < BATCH; i++)
        buf_printf(b, "%s{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\"}", i == 0 ? "[" : ",", i,
            method);
    buf_add_char(b, ']');
}

static void hammer(struct attack *a, const char *method, const char *words)
{
    struct client *c = attack_sign_in(a, attack_member(a) + 2);
    struct client_message *m;
    int rated = 0, code;
    struct buf b;

    if (!attack_saw(a, c != NULL, "one who hammers may sign in", 0))
        return;
    buf_init(&b, 0);
    print_batch(&b, method);
    for (int i = 0; i < MESSAGES && client_is_open(c); i++)
        (void)client_send(c, b.bytes, b.length_bytes);
    buf_done(&b);
    code = attack_close_code(c);
    while ((m = client_next(c, 0)) != NULL) {
        rated += client_error(m) == RATE;
        client_message_free(m);
    }
    attack_saw(a, rated > 0 && code == 4429, words, code);
    attack_counted(a, ATTACK_CLOSED("4429"));
    client_free(c);
    attack_rest(REST_MS);
}

void attack_floods(struct attack *a)
{
    struct client *still = begin_deaf(a, 0, STANDS), *greedy = begin_deaf(a, 3, GREEDY);

    do {
        follow_everything(a);
        hammer(a, "club.list", "calls without end are refused as RATE, then closed 4429");
        hammer(a, "nobody.knows", "unknown methods without end are, too");
        attack_rest(REST_MS);
    } while (!attack_is_over(a));
    end_deaf(a, still, ATTACK_CLOSED("4408"), "who never reads is closed as too slow");
    end_deaf(a, greedy, ATTACK_CLOSED("1013"), "who never reads and asks on is closed at 256 KiB");
}
