/* test_address.c -- an address shortened no longer names one person. */
#include "base/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void check(const char *address, const char *expected)
{
    char out[ADDRESS_NETWORK_BYTES] = "x";

    assert_int_equal(address_network(address, out), expected[0] != '\0');
    assert_string_equal(out, expected);
}

static void test_ipv4(void **state)
{
    (void)state;
    check("203.0.113.7", "203.0.113.0/24");
    check("255.255.255.255", "255.255.255.0/24");
    check("127.0.0.1", "127.0.0.0/24");
}

static void test_ipv6(void **state)
{
    (void)state;
    check("2001:db8:1:2::3", "2001:db8:1::/48");
    check("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8:ffff::/48");
    check("::1", "::/48");
    check("fe80:1:2:3:4:5:6:7", "fe80:1:2::/48");
    check("::ffff:203.0.113.7", "203.0.113.0/24");
}

static void test_no_address(void **state)
{
    (void)state;
    check("", "");
    check("localhost", "");
    check("203.0.113", "");
    check("203.0.113.7/24", "");
    check("fe80::1%eth0", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ipv4),
        cmocka_unit_test(test_ipv6),
        cmocka_unit_test(test_no_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
