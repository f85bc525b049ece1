/* test_clock.c -- the clocks run in their units; times print as RFC 3339. */
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

static void check_iso(int64_t ms, const char *expected)
{
    char text[CLOCK_ISO_BYTES];

    clock_iso((struct wall_ms){ms}, text);
    assert_string_equal(text, expected);
}

static void iso(void **state)
{
    (void)state;
    check_iso(0, "1970-01-01T00:00:00.000Z");
    check_iso(1795342200000, "2026-11-22T10:10:00.000Z");
    check_iso(1709210096007, "2024-02-29T12:34:56.007Z");
    check_iso(-1, "1969-12-31T23:59:59.999Z");
    check_iso(253402300799999, "9999-12-31T23:59:59.999Z");
}

static void clocks_agree_on_a_pause(void **state)
{
    const struct timespec pause = {.tv_nsec = 30 * 1000 * 1000};
    struct mono_ms mono = clock_mono();
    struct boot_ns boot = clock_boot();

    (void)state;
    nanosleep(&pause, NULL);
    int64_t mono_ms = clock_mono().ms - mono.ms;
    int64_t boot_ns = clock_boot().ns - boot.ns;

    assert_true(mono_ms >= 29);
    assert_true(boot_ns >= 30 * 1000 * 1000);
    assert_true(boot_ns / 1000000 - mono_ms < 2000 && boot_ns / 1000000 - mono_ms > -2000);
}

static void the_wall_clock_counts_from_1970(void **state)
{
    time_t seconds = time(NULL);
    int64_t off_ms = clock_wall().ms - (int64_t)seconds * 1000;

    (void)state;
    assert_true(off_ms >= -1000 && off_ms < 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(iso),
        cmocka_unit_test(clocks_agree_on_a_pause),
        cmocka_unit_test(the_wall_clock_counts_from_1970),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
