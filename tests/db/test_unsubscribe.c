/* test_unsubscribe.c -- the link in a message answers when no node may still send: a stopped one is taken out first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <signal.h>

#include "base/buf.h"
#include "client_http.h"
#include "fleet.h"

enum { MEMBERS = 2, TIMEOUT_MS = 30000 };

static struct fleet *fleet;

/* The path of a link that takes back the member's mkt.offers in the app. */
static void make_link(int member, char *out, size_t out_bytes)
{
    fleet_run(fleet, "select lib.unsubscribe_token(%d, 'mkt.offers', %d, 'inapp')", member,
        FLEET_CATEGORY);
    snprintf(out, out_bytes, "/v1/unsubscribe/%s",
        fleet_text(fleet,
            "select lib.token_secret(max(token_id)) from one_time_token where member_id = %d",
            member));
}

static int post(int server, const char *path)
{
    struct client_http r = {
        .port = fleet_port(fleet, server),
        .path = path,
        .content_type = "application/x-www-form-urlencoded",
        .body = "List-Unsubscribe=One-Click",
        .timeout_ms = TIMEOUT_MS,
    };
    struct buf body;
    int status;

    buf_init(&body, 0);
    status = client_http(&r, NULL, &body);
    buf_done(&body);
    return status;
}

static void test_waits_for_every_node(void **state)
{
    static const char *const options[] = {"--call_timeout_ms=20000", NULL};
    int here = fleet_serve(fleet, 1, options), there = fleet_serve(fleet, 1, NULL);
    pid_t pids[FLEET_WORKERS_MAX];
    char path[128];

    (void)state;
    make_link(FLEET_FIRST_MEMBER, path, sizeof path);
    assert_int_equal(fleet_number(fleet, "select count(*) from node"), 2);
    assert_int_equal(fleet_workers(fleet, there, pids), 1);
    kill(pids[0], SIGSTOP);
    assert_int_equal(post(here, path), 200);
    assert_int_equal(fleet_number(fleet, "select count(*) from node"), 1);
    kill(pids[0], SIGCONT);
    assert_int_equal(
        fleet_number(fleet,
            "select count(*) from consent_state s join purpose p using (purpose_id) where "
            "member_id = %d and code = 'mkt.offers' and state = 'withdrawn'",
            FLEET_FIRST_MEMBER),
        1);
    assert_true(fleet_wait_ready(fleet, there, TIMEOUT_MS));
    fleet_stop(fleet, there);
    fleet_stop(fleet, here);
}

static int set_up(void **state)
{
    (void)state;
    fleet = fleet_open();
    fleet_seed(fleet, MEMBERS);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return fleet_close(fleet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_waits_for_every_node),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
