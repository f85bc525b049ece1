/* address.c -- addresses, shortened. */
#include "base/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { IPV6_KEPT_BYTES = 6, MAPPED_AT = 12 };

static void print_ipv4(const uint8_t *bytes, char out[ADDRESS_NETWORK_BYTES])
{
    snprintf(out, ADDRESS_NETWORK_BYTES, "%u.%u.%u.0/24", bytes[0], bytes[1], bytes[2]);
}

bool address_network(const char *address, char out[ADDRESS_NETWORK_BYTES])
{
    struct in_addr four;
    struct in6_addr six;
    size_t length;

    out[0] = '\0';
    if (inet_pton(AF_INET, address, &four) == 1) {
        print_ipv4((const uint8_t *)&four.s_addr, out);
        return true;
    }
    if (inet_pton(AF_INET6, address, &six) != 1)
        return false;
    if (IN6_IS_ADDR_V4MAPPED(&six)) {
        print_ipv4(six.s6_addr + MAPPED_AT, out);
        return true;
    }
    memset(six.s6_addr + IPV6_KEPT_BYTES, 0, sizeof six.s6_addr - IPV6_KEPT_BYTES);
    if (inet_ntop(AF_INET6, &six, out, INET6_ADDRSTRLEN) == NULL)
        return false;
    length = strlen(out);
    snprintf(out + length, ADDRESS_NETWORK_BYTES - length, "/48");
    return true;
}
