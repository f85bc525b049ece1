/* test_auth.c -- tokens and keys to principals: one question for all that asked in a turn. */
#include "hub/auth.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hub/hub.h"
#include "io/loop.h"
#include "support/fake_db.h"
#include "support/fake_node.h"

enum { ASKERS = 4, TOKEN_BYTES = 1024 };

struct told {
    int calls;
    enum err err;
    int64_t family, expires_s;
    char who[32], roles[32], reply[32];
};

struct fixture {
    struct hub hub;
    struct crypto_keys *keys;
    struct told told[ASKERS];
};

static void on_auth(void *arg, const struct auth_result *r)
{
    struct told *t = arg;

    t->calls++;
    t->err = r->err;
    t->family = r->claims.session_family;
    t->expires_s = r->claims.expires_s;
    snprintf(t->who, sizeof t->who, "%s", r->who != NULL ? r->who : "");
    snprintf(t->roles, sizeof t->roles, "%s", r->roles != NULL ? r->roles : "");
    snprintf(t->reply, sizeof t->reply, "%s", r->reply != NULL ? r->reply : "");
}

static int set_up(void **state)
{
    static struct fixture f;
    static const char secret[] = "a secret of at least 32 bytes, for tests";

    memset(&f, 0, sizeof f);
    f.keys = crypto_keys_new();
    if (crypto_keys_add(f.keys, "hub", CRYPTO_HS256, secret, sizeof secret) != ERR_OK)
        return -1;
    f.hub.loop = loop_new();
    f.hub.db = fake_db_new();
    f.hub.keys = f.keys;
    f.hub.token_issuer = "clubhub";
    f.hub.token_audience = "clubhub";
    f.hub.auth = auth_new(&f.hub);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    fake_db_free(f->hub.db);
    auth_free(f->hub.auth);
    crypto_keys_free(f->keys);
    loop_run_once(f->hub.loop);
    loop_free(f->hub.loop);
    return 0;
}

static void ask_token(struct fixture *f, int i, const char *sub, int64_t expires_s)
{
    struct crypto_claims claims = {
        .session_family = 12, .issued_s = expires_s - 60, .expires_s = expires_s};
    char token[TOKEN_BYTES];

    snprintf(claims.sub, sizeof claims.sub, "%s", sub);
    assert_true(
        crypto_token_mint(f->keys, "hub", "clubhub", "clubhub", &claims, token, sizeof token) > 0);
    auth_token(f->hub.auth, token, on_auth, &f->told[i]);
}

static int64_t later(void)
{
    return clock_wall().ms / 1000 + 60;
}

static void test_all_of_a_turn_in_one_question(void **state)
{
    struct fixture *f = *state;
    const struct fake_query *q;

    ask_token(f, 0, "s:7", later());
    auth_api_key(f->hub.auth, "a key of enough bytes, say", on_auth, &f->told[1]);
    ask_token(f, 2, "s:8", later());
    assert_int_equal(fake_db_waiting(f->hub.db), 0);
    auth_turn(f->hub.auth);
    assert_int_equal(fake_db_waiting(f->hub.db), 1);
    q = fake_db_first(f->hub.db);
    assert_string_equal(q->args[0], "{\"s:7\",NULL,\"s:8\"}");
    assert_string_equal(q->args[1], "{12,0,12}");
    assert_int_equal(strncmp(q->args[2], "{NULL,", 6), 0);
    assert_int_equal(strlen(q->args[2]), strlen("{NULL,,NULL}") + 64);
    assert_int_equal(strlen(q->args[3]), strlen("{,NULL,}") + 2 * 32);

    struct fake_answer a = {
        .rows = 3,
        .columns = 7,
        .cells = {{"1", NULL, "s:7", "editor", "nb", "{}", "4"},
            {"2", NULL, "v:till", "pos", "en", "{\"x\":1}", "4"},
            {"3", "ZC000", "s:8", NULL, NULL, NULL, "4"}},
    };

    fake_db_answer(f->hub.db, &a);
    assert_int_equal(f->told[0].err, ERR_OK);
    assert_int_equal(f->told[0].family, 12);
    assert_string_equal(f->told[0].roles, "editor");
    assert_string_equal(f->told[1].who, "v:till");
    assert_string_equal(f->told[1].reply, "{\"x\":1}");
    assert_int_equal(f->told[2].err, ERR_UNAUTHENTICATED);
    assert_int_equal(f->told[2].calls, 1);
}

static void test_bad_tokens_ask_nobody(void **state)
{
    struct fixture *f = *state;

    auth_token(f->hub.auth, "nonsense", on_auth, &f->told[0]);
    ask_token(f, 1, "s:7", 1);          /* expired */
    ask_token(f, 2, "v:till", later()); /* services have keys */
    auth_header(f->hub.auth, "Basic abc", on_auth, &f->told[3]);
    for (int i = 0; i < ASKERS; i++)
        assert_int_equal(f->told[i].calls, 0); /* never from inside */
    auth_turn(f->hub.auth);
    for (int i = 0; i < ASKERS; i++) {
        assert_int_equal(f->told[i].calls, 1);
        assert_int_equal(f->told[i].err, ERR_UNAUTHENTICATED);
    }
    assert_int_equal(fake_db_waiting(f->hub.db), 0);
}

static void test_lost_connection_is_asked_again(void **state)
{
    struct fixture *f = *state;
    struct fake_answer lost = {.err = ERR_LOST};

    ask_token(f, 0, "s:7", later());
    for (int i = 0; i < 3; i++) {
        auth_turn(f->hub.auth);
        assert_int_equal(f->told[0].calls, 0);
        fake_db_answer(f->hub.db, &lost);
    }
    assert_int_equal(f->told[0].calls, 1);
    assert_int_equal(f->told[0].err, ERR_UNAVAILABLE);
}

static void test_headers(void **state)
{
    struct fixture *f = *state;

    auth_header(f->hub.auth, "Key a key of enough bytes, say", on_auth, &f->told[0]);
    auth_header(f->hub.auth, "key short", on_auth, &f->told[1]);
    auth_turn(f->hub.auth);
    assert_int_equal(f->told[1].err, ERR_UNAUTHENTICATED);
    assert_string_equal(fake_db_first(f->hub.db)->args[0], "{NULL}");
    fake_db_answer(f->hub.db, &(struct fake_answer){.err = ERR_UNAVAILABLE});
    assert_int_equal(f->told[0].err, ERR_UNAVAILABLE);
}

static void test_a_ticket_is_taken_first(void **state)
{
    struct fixture *f = *state;
    struct fake_answer taken = {
        .rows = 3,
        .columns = 6,
        .cells = {{"1", "m:5", "12", "00112233445566778899aabbccddeeff", "1900000000", "7"},
            {"2", NULL, NULL, NULL, NULL, NULL},
            {"3", "m:5", "0", "ff112233445566778899aabbccddeeff", "1900000000", "0"}},
    };
    struct fake_answer opened = {
        .rows = 2,
        .columns = 7,
        .cells = {{"1", NULL, "m:5", "member", "en", "{}", "4"},
            {"2", "ZC000", "m:5", NULL, NULL, NULL, "4"}},
    };
    char ticket[] = "0123456789012345678901234567890123456789012";

    auth_ticket(f->hub.auth, ticket, on_auth, &f->told[0]);
    ticket[0] = 'x';
    auth_ticket(f->hub.auth, ticket, on_auth, &f->told[1]);
    auth_ticket(f->hub.auth, ticket, on_auth, &f->told[2]);
    auth_ticket(f->hub.auth, "short", on_auth, &f->told[3]);
    auth_turn(f->hub.auth);
    assert_int_equal(f->told[3].err, ERR_UNAUTHENTICATED);
    assert_int_equal(fake_db_waiting(f->hub.db), 1);
    assert_int_equal(fake_db_first(f->hub.db)->lane, LANE_WRITE);
    assert_int_equal(strlen(fake_db_first(f->hub.db)->args[0]), strlen("{,,}") + 3 * 64);
    assert_null(strstr(fake_db_first(f->hub.db)->args[0], ticket + 1));
    fake_db_answer(f->hub.db, &taken);
    assert_int_equal(f->told[1].calls, 1);
    assert_int_equal(f->told[1].err, ERR_UNAUTHENTICATED);
    auth_turn(f->hub.auth);
    assert_string_equal(fake_db_first(f->hub.db)->args[0], "{\"m:5\",\"m:5\"}");
    assert_string_equal(fake_db_first(f->hub.db)->args[1], "{12,0}");
    assert_string_equal(fake_db_first(f->hub.db)->args[3],
        "{00112233445566778899aabbccddeeff,ff112233445566778899aabbccddeeff}");
    fake_db_answer(f->hub.db, &opened);
    assert_int_equal(f->told[0].err, ERR_OK);
    assert_int_equal(f->told[0].family, 12);
    assert_int_equal(f->told[0].expires_s, 1900000000);
    assert_int_equal(f->told[2].err, ERR_UNAUTHENTICATED);
}

/* Whether it was spent is not known: its owner asks for another. */
static void test_a_ticket_is_not_asked_again(void **state)
{
    struct fixture *f = *state;

    auth_ticket(f->hub.auth, "0123456789012345678901234567890123456789012", on_auth, &f->told[0]);
    auth_turn(f->hub.auth);
    fake_db_answer(f->hub.db, &(struct fake_answer){.err = ERR_LOST});
    assert_int_equal(f->told[0].calls, 1);
    assert_int_equal(f->told[0].err, ERR_UNAVAILABLE);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_all_of_a_turn_in_one_question),
        TEST(test_bad_tokens_ask_nobody),
        TEST(test_lost_connection_is_asked_again),
        TEST(test_headers),
        TEST(test_a_ticket_is_taken_first),
        TEST(test_a_ticket_is_not_asked_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
