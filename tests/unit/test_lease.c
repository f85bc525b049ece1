/* test_lease.c -- the lease clock: parking before the end, regaining, and the list of the signal handler. */
#include "hub/lease.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/loop.h"

enum { LEASE_MS = LEASE_PARK_MS + 60, US_PER_MS = 1000, NS_PER_MS = 1000000 };

struct fixture {
    struct loop *loop;
    struct lease *lease;
    int parked, regained;
};

static void on_parked(void *arg)
{
    ((struct fixture *)arg)->parked++;
}

static void on_regained(void *arg)
{
    ((struct fixture *)arg)->regained++;
}

static int set_up(void **state)
{
    static struct fixture f;

    memset(&f, 0, sizeof f);
    f.loop = loop_new();
    f.lease = lease_new(f.loop, on_parked, on_regained, &f);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    lease_free(f->lease);
    loop_run_once(f->loop);
    loop_free(f->loop);
    return 0;
}

static void run_for(struct fixture *f, int64_t ms)
{
    for (int64_t until_ns = clock_boot().ns + ms * NS_PER_MS; clock_boot().ns < until_ns;) {
        usleep(US_PER_MS);
        loop_run_once(f->loop);
    }
}

static bool may_write(struct fixture *f)
{
    if (!lease_may_write(f->lease))
        return false;
    lease_wrote(f->lease);
    return true;
}

static void test_shut_at_first(void **state)
{
    struct fixture *f = *state;

    assert_false(lease_is_held(f->lease));
    assert_false(may_write(f));
    lease_renewed(f->lease, clock_boot(), LEASE_MS);
    assert_int_equal(f->regained, 1);
    assert_true(lease_is_held(f->lease));
    assert_true(may_write(f));
}

static void test_counts_from_sending(void **state)
{
    struct fixture *f = *state;
    struct boot_ns sent_at = clock_boot();

    sent_at.ns -=
        (int64_t)(LEASE_MS - LEASE_PARK_MS / 2) * NS_PER_MS; /* answered too late to be of use */
    lease_renewed(f->lease, sent_at, LEASE_MS);
    assert_false(lease_is_held(f->lease));
    assert_int_equal(f->regained, 0);
    sent_at = clock_boot();
    sent_at.ns -= (int64_t)10 * NS_PER_MS;
    lease_renewed(f->lease, sent_at, LEASE_MS);
    assert_true(lease_is_held(f->lease));
    assert_true(lease_left_ms(f->lease) <= LEASE_MS - 10);
    lease_renewed(f->lease, (struct boot_ns){sent_at.ns - NS_PER_MS},
        LEASE_MS); /* an older one shortens nothing */
    assert_true(lease_left_ms(f->lease) > LEASE_MS - 60);
}

static void test_parks_before_the_end(void **state)
{
    struct fixture *f = *state;
    int64_t until_ns;

    lease_renewed(f->lease, clock_boot(), LEASE_MS);
    until_ns = clock_boot().ns + (int64_t)LEASE_MS * NS_PER_MS;
    while (f->parked == 0 && clock_boot().ns < until_ns)
        run_for(f, 1);
    assert_int_equal(f->parked, 1);
    assert_true(lease_left_ms(f->lease) > 0); /* before it, not at it */
    assert_false(lease_is_held(f->lease));
    assert_false(may_write(f));
    assert_int_equal(lease_lost_count(f->lease), 1);
    lease_renewed(f->lease, clock_boot(), LEASE_MS);
    assert_int_equal(f->regained, 2);
    assert_true(may_write(f));
    run_for(f, LEASE_MS + 20);
    assert_int_equal(f->parked, 2); /* once each */
}

static void test_renewals_keep_it(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 20; i++) {
        lease_renewed(f->lease, clock_boot(), 4 * LEASE_MS);
        run_for(f, 10);
    }
    assert_int_equal(f->parked, 0);
    assert_int_equal(f->regained, 1);
}

static void test_drop(void **state)
{
    struct fixture *f = *state;

    lease_drop(f->lease);
    assert_int_equal(f->parked, 0); /* it was shut */
    lease_renewed(f->lease, clock_boot(), LEASE_MS);
    lease_drop(f->lease);
    assert_int_equal(f->parked, 1);
    assert_false(may_write(f));
    run_for(f, LEASE_MS + 20);
    assert_int_equal(f->parked, 1);
    lease_renewed(f->lease, clock_boot(), LEASE_MS);
    assert_true(may_write(f));
}

/* Any order of listing and unlisting keeps every slot true. */
static void test_list(void **state)
{
    struct fixture *f = *state;
    int32_t slots[5];

    for (int i = 0; i < 5; i++) {
        slots[i] = LEASE_NO_SLOT;
        assert_true(lease_list(f->lease, 1000 + i, &slots[i]));
        assert_int_equal(slots[i], i);
    }
    assert_true(lease_list(f->lease, 1000, &slots[0])); /* listed already */
    assert_int_equal(slots[0], 0);
    lease_unlist(f->lease, &slots[1]);
    assert_int_equal(slots[1], LEASE_NO_SLOT);
    assert_int_equal(slots[4], 1); /* the last one took its place */
    lease_unlist(f->lease, &slots[1]);
    lease_unlist(f->lease, &slots[3]);
    assert_int_equal(slots[3], LEASE_NO_SLOT);
    assert_true(lease_list(f->lease, 2000, &slots[3]));
    assert_int_equal(slots[3], 3);
    for (int i = 0; i < 5; i++)
        lease_unlist(f->lease, &slots[i]);
    assert_true(lease_list(f->lease, 3000, &slots[2]));
    assert_int_equal(slots[2], 0);
    lease_unlist(f->lease, &slots[2]);
}

static void connect_pair(int out[2])
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(bind(listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &length), 0);
    out[1] = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(out[1], (struct sockaddr *)&at, sizeof at), 0);
    out[0] = accept(listener, NULL, NULL);
    close(listener);
}

/* Sleeps past the end without giving the loop a turn. */
static void stall_past_end(struct fixture *f)
{
    while (lease_left_ms(f->lease) > -2)
        usleep(US_PER_MS);
}

/* A loop that stalls does not park: the handler cuts what is listed, and only that. */
static void test_handler_cuts(void **state)
{
    struct fixture *f = *state;
    int listed[2], other[2];
    int32_t slot = LEASE_NO_SLOT;

    connect_pair(listed);
    connect_pair(other);
    lease_renewed(f->lease, clock_boot(), LEASE_MS);
    assert_true(lease_list(f->lease, listed[1], &slot));
    stall_past_end(f);
    assert_true(send(listed[1], "x", 1, MSG_NOSIGNAL) < 0);
    assert_int_equal(send(other[1], "x", 1, MSG_NOSIGNAL), 1);
    assert_int_equal(f->parked, 0);
    assert_false(may_write(f));
    run_for(f, 2);
    assert_int_equal(f->parked, 1); /* the loop hears of it when it runs */
    lease_unlist(f->lease, &slot);
    lease_renewed(f->lease, clock_boot(), LEASE_MS);
    assert_int_equal(f->regained, 2);
    for (int i = 0; i < 2; i++) {
        close(listed[i]);
        close(other[i]);
    }
}

/* A renewal that was answered during the stall is heard first: what was cut is told before the lease is. */
static void test_renewed_after_the_handler_cut(void **state)
{
    struct fixture *f = *state;

    lease_renewed(f->lease, clock_boot(), LEASE_MS);
    stall_past_end(f);
    lease_renewed(f->lease, clock_boot(), LEASE_MS);
    assert_int_equal(f->parked, 1);
    assert_int_equal(f->regained, 2);
    assert_true(may_write(f));
}

static void test_handler_ends_a_write(void **state)
{
    int status = 0;
    pid_t child;

    (void)state;
    fflush(stdout);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct fixture f = {.loop = loop_new()};

        f.lease = lease_new(f.loop, on_parked, on_regained, &f);
        lease_renewed(f.lease, clock_boot(), LEASE_MS);
        if (lease_may_write(f.lease))
            stall_past_end(&f);
        _exit(EXIT_SUCCESS);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), LEASE_EXIT_STATUS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_shut_at_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_counts_from_sending, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_parks_before_the_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_renewals_keep_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_drop, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_list, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_handler_cuts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_renewed_after_the_handler_cut, set_up, tear_down),
        cmocka_unit_test(test_handler_ends_a_write),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
