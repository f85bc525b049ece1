/* test_loop.c -- io/loop.h: timers, descriptors, the end of the turn, the thread pool, signals. */
#include "io/loop.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

static struct loop *loop;
static char trace[256]; /* what happened, one letter each */

/* A letter as the argument of a callback. */
static void *letter(char which)
{
    static char letters[128];

    letters[(int)which] = which;
    return &letters[(int)which];
}

static void note(char what)
{
    size_t n = strlen(trace);

    assert_true(n + 1 < sizeof trace);
    trace[n] = what;
}

static int set_up(void **state)
{
    (void)state;
    loop = loop_new();
    memset(trace, 0, sizeof trace);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    loop_free(loop);
    loop = NULL;
    return 0;
}

static void note_arg(void *arg)
{
    note(*(const char *)arg);
}

static void note_and_stop(void *arg)
{
    note_arg(arg);
    loop_stop(loop);
}

/* --- timers ---------------------------------------------------------------------------------- */

static void timers_fire_in_order_and_never_early(void **state)
{
    struct loop_timer *a = loop_timer_new(loop, note_arg, letter('a')),
                      *b = loop_timer_new(loop, note_and_stop, letter('b'));
    struct loop_timer *c = loop_timer_new(loop, note_arg, letter('c'));
    int64_t start_ms = clock_mono().ms;

    (void)state;
    usleep(20000); /* the loop's own time is behind now */
    start_ms = clock_mono().ms;
    loop_timer_set(b, 30, 0);
    loop_timer_set(a, 10, 0);
    loop_timer_set(c, 5, 0);
    loop_timer_stop(c);
    loop_run(loop);
    assert_string_equal(trace, "ab");
    assert_true(clock_mono().ms - start_ms >= 29);
    loop_timer_free(a);
    loop_timer_free(b);
    loop_timer_free(c);
}

static struct loop_timer *repeating;
static int beats;

static void on_beat(void *arg)
{
    (void)arg;
    if (++beats == 3) {
        loop_timer_free(repeating); /* freed by its own callback: calls nobody back */
        loop_stop(loop);
    }
}

static void a_repeating_timer_may_free_itself(void **state)
{
    (void)state;
    beats = 0;
    repeating = loop_timer_new(loop, on_beat, NULL);
    loop_timer_set(repeating, 1, 1);
    loop_run(loop);
    assert_int_equal(beats, 3);
}

static void setting_a_timer_again_restarts_it(void **state)
{
    struct loop_timer *a = loop_timer_new(loop, note_and_stop, letter('a')),
                      *b = loop_timer_new(loop, note_arg, letter('b'));

    (void)state;
    loop_timer_set(a, 5, 0);
    loop_timer_set(b, 20, 0);
    loop_timer_set(a, 40, 0);
    loop_run(loop);
    assert_string_equal(trace, "ba");
    loop_timer_free(a);
    loop_timer_free(b);
}

/* --- descriptors ----------------------------------------------------------------------------- */

static int pair[2];
static struct loop_watch *watch;

static void on_ready(void *arg, bool readable, bool writable)
{
    char byte;

    (void)arg;
    if (readable && recv(pair[0], &byte, 1, MSG_DONTWAIT) == 1)
        note(byte);
    else if (readable)
        note('E'); /* the end */
    if (writable) {
        note('w');
        loop_watch_set(watch, true, false);
    }
    if (strchr(trace, 'E') != NULL || strchr(trace, 'x') != NULL)
        loop_stop(loop);
}

static void descriptors_are_watched(void **state)
{
    struct loop_timer *later = loop_timer_new(loop, note_and_stop, letter('t'));

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    watch = loop_watch_new(loop, pair[0], on_ready, NULL);
    loop_watch_set(watch, true, true);
    assert_int_equal(write(pair[1], "x", 1), 1);
    loop_run(loop);
    assert_non_null(strchr(trace, 'w'));
    loop_watch_set(watch, false, false); /* paused */
    memset(trace, 0, sizeof trace);
    assert_int_equal(write(pair[1], "y", 1), 1);
    loop_timer_set(later, 20, 0);
    loop_run(loop);
    assert_string_equal(trace, "t");
    loop_watch_set(watch, true, false);
    close(pair[1]);
    loop_run(loop);
    assert_string_equal(trace, "tyE");
    loop_watch_free(watch);
    close(pair[0]);
    loop_timer_free(later);
}

static void a_freed_watch_calls_nobody_back(void **state)
{
    struct loop_timer *later = loop_timer_new(loop, note_and_stop, letter('t'));

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    watch = loop_watch_new(loop, pair[0], on_ready, NULL);
    loop_watch_set(watch, true, false);
    assert_int_equal(write(pair[1], "x", 1), 1);
    loop_watch_free(watch);
    watch =
        loop_watch_new(loop, pair[0], on_ready, NULL); /* the same number again, not watched yet */
    loop_timer_set(later, 10, 0);
    loop_run(loop);
    assert_string_equal(trace, "t");
    loop_watch_free(watch);
    loop_watch_free(NULL);
    close(pair[0]);
    close(pair[1]);
    loop_timer_free(later);
}

/* --- the end of the turn --------------------------------------------------------------------- */

static int agains;

static void on_end_again(void *arg)
{
    note_arg(arg);
    if (++agains < 3)
        loop_again(loop);
    else
        loop_stop(loop);
}

static void turns_end_in_the_order_of_registration(void **state)
{
    struct loop_turn *a = loop_turn_new(loop, note_arg, letter('a')),
                     *b = loop_turn_new(loop, on_end_again, letter('b'));
    struct loop_turn *c = loop_turn_new(loop, note_arg, letter('c'));
    int64_t start_ms = clock_mono().ms;

    (void)state;
    agains = 0;
    loop_run(loop); /* nothing else is watched: only loop_again() keeps it from waiting */
    assert_string_equal(trace, "abcabcabc");
    assert_true(clock_mono().ms - start_ms < 1000);
    loop_turn_free(a);
    loop_turn_free(b);
    loop_turn_free(c);
}

static struct loop_turn *victims[2];

static void free_next_and_self(void *arg)
{
    note_arg(arg);
    loop_turn_free(victims[1]);
    loop_turn_free(victims[0]);
    loop_stop(loop);
}

static void a_turn_may_free_itself_and_the_next(void **state)
{
    struct loop_turn *last;

    (void)state;
    victims[0] = loop_turn_new(loop, free_next_and_self, letter('1'));
    victims[1] = loop_turn_new(loop, note_arg, letter('2'));
    last = loop_turn_new(loop, note_arg, letter('3'));
    loop_run_once(loop);
    assert_string_equal(trace, "13");
    loop_turn_free(last);
}

/* --- the thread pool ------------------------------------------------------------------------- */

struct job {
    pthread_t worked_on;
    int worked, done;
    int *left;
};

static void work(void *arg)
{
    struct job *j = arg;

    j->worked_on = pthread_self();
    j->worked++;
    usleep(2000);
}

static void work_done(void *arg)
{
    struct job *j = arg;

    j->done++;
    if (j->left != NULL && --*j->left == 0)
        loop_stop(loop);
}

static void work_is_done_exactly_once(void **state)
{
    struct job jobs[20];
    int left = 20;

    (void)state;
    memset(jobs, 0, sizeof jobs);
    for (int i = 0; i < 20; i++) {
        jobs[i].left = &left;
        loop_work(loop, work, work_done, &jobs[i]);
    }
    loop_run(loop);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(jobs[i].worked, 1);
        assert_int_equal(jobs[i].done, 1);
        assert_false(pthread_equal(jobs[i].worked_on, pthread_self()));
    }
}

static void work_is_done_on_shutdown_too(void **state)
{
    struct job jobs[20];

    (void)state;
    memset(jobs, 0, sizeof jobs);
    for (int i = 0; i < 20; i++)
        loop_work(loop, work, work_done, &jobs[i]);
    loop_free(loop);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(jobs[i].worked, 1);
        assert_int_equal(jobs[i].done, 1);
    }
    loop = loop_new();
}

/* --- signals --------------------------------------------------------------------------------- */

static void signals_arrive_on_the_loop(void **state)
{
    struct loop_signal *s = loop_signal_new(loop, SIGUSR1, note_and_stop, letter('s'));

    (void)state;
    assert_int_equal(raise(SIGUSR1), 0);
    loop_run(loop);
    assert_string_equal(trace, "s");
    loop_signal_free(s);
}

static void stopping_before_running_returns_at_once(void **state)
{
    (void)state;
    loop_stop(loop);
    loop_run(loop);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(timers_fire_in_order_and_never_early),
        TEST(a_repeating_timer_may_free_itself),
        TEST(setting_a_timer_again_restarts_it),
        TEST(descriptors_are_watched),
        TEST(a_freed_watch_calls_nobody_back),
        TEST(turns_end_in_the_order_of_registration),
        TEST(a_turn_may_free_itself_and_the_next),
        TEST(work_is_done_exactly_once),
        TEST(work_is_done_on_shutdown_too),
        TEST(signals_arrive_on_the_loop),
        TEST(stopping_before_running_returns_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
