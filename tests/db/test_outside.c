/* test_outside.c -- keys of an outside identity provider come and go while people are signed in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <signal.h>
#include <unistd.h>

#include "io/crypto.h"
#include "base/clock.h"
#include "client.h"
#include "fleet.h"
#include "scratch.h"

enum {
    WAIT_MS = 20000,
    LIFE_S = 12,
    SECRET_BYTES = 32,
    OPTION_BYTES = SCRATCH_PATH_BYTES + 20,
    TOKEN_BYTES = 1024
};

static const char issuer[] = "https://id.example";
static struct fleet *fleet;

/* A secret of one letter, as a key set and for minting. */
static void publish(const char *kid, char letter)
{
    char secret[SECRET_BYTES], encoded[2 * SECRET_BYTES], set[400];

    memset(secret, letter, sizeof secret);
    (void)crypto_b64_encode((const uint8_t *)secret, sizeof secret, encoded, sizeof encoded);
    snprintf(set, sizeof set,
        "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"%s\",\"alg\":\"HS256\",\"k\":\"%s\"}]}", kid,
        encoded);
    scratch_write("id.jwks", set);
}

static void mint(const char *kid, char letter, int life_s, char out[TOKEN_BYTES])
{
    struct crypto_keys *keys = crypto_keys_new();
    int64_t now_s = clock_wall().ms / 1000;
    struct crypto_claims claims = {
        .sub = "auth0|first", .issued_s = now_s, .expires_s = now_s + life_s};
    char secret[SECRET_BYTES];

    memset(secret, letter, sizeof secret);
    assert_int_equal(crypto_keys_add(keys, kid, CRYPTO_HS256, secret, sizeof secret), ERR_OK);
    assert_true(crypto_token_mint(keys, kid, issuer, "clubhub", &claims, out, TOKEN_BYTES) > 0);
    crypto_keys_free(keys);
}

static struct client *sign_in(int server, const char *token)
{
    struct client_options o = {.port = fleet_port(fleet, server)};

    return client_sign_in(&o, token);
}

/* Every worker has let go of the key. */
static void wait_refused(int server, const char *token)
{
    int64_t until_ms = clock_mono().ms + WAIT_MS;
    int refused = 0;

    while (refused < 10 && clock_mono().ms < until_ms) {
        struct client *c = sign_in(server, token);

        refused = c == NULL ? refused + 1 : 0;
        client_free(c);
    }
    assert_int_equal(refused, 10);
}

static void check_serves(struct client *c)
{
    struct client_message *m = client_call(c, "points.summary", NULL, WAIT_MS);

    assert_int_equal(client_error(m), 0);
    client_message_free(m);
}

static void test_a_key_is_replaced(void **state)
{
    char option[OPTION_BYTES], old[TOKEN_BYTES], late[TOKEN_BYTES], fresh[TOKEN_BYTES];
    const char *options[] = {option, NULL};
    struct client *c, *d;
    int server;

    (void)state;
    scratch_write("issuers.json", "{\"issuers\":[{\"issuer\":\"https://id.example\","
                                  "\"audience\":\"clubhub\",\"jwks_file\":\"id.jwks\"}]}");
    publish("one", 'a');
    snprintf(option, sizeof option, "--issuers_file=%s", scratch_path("issuers.json"));
    server = fleet_serve(fleet, 2, options);
    fleet_run(
        fleet, "select lib.identity_set('%s', 'auth0|first', 'm:%d')", issuer, FLEET_FIRST_MEMBER);
    mint("one", 'a', LIFE_S, old);
    mint("one", 'a', 600, late);
    c = sign_in(server, old);
    assert_non_null(c);

    publish("two", 'b');
    fleet_signal(fleet, server, SIGHUP);
    wait_refused(server, late);
    check_serves(c); /* nobody is dropped */
    mint("two", 'b', 600, fresh);
    d = sign_in(server, fresh);
    assert_non_null(d);
    mint("one", 'b', 600, fresh); /* the new secret under the old name */
    assert_null(sign_in(server, fresh));

    while (client_is_open(c)) /* until its token ends */
        client_message_free(client_next(c, 200));
    assert_int_equal(client_close_code(c), 4401);
    check_serves(d);

    publish("three", 'c'); /* seen without a signal */
    mint("two", 'b', 600, fresh);
    wait_refused(server, fresh);
    client_free(c);
    client_free(d);
    fleet_stop(fleet, server);
}

static int set_up(void **state)
{
    (void)state;
    (void)scratch_make();
    fleet = fleet_open();
    fleet_seed(fleet, 3);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_remove();
    return fleet_close(fleet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_key_is_replaced)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
