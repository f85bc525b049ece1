/* address.h -- addresses of peers, shortened so far that they no longer name one person. */
#pragma once

#include <stdbool.h>

enum { ADDRESS_NETWORK_BYTES = 50 };

/* "203.0.113.7" -> "203.0.113.0/24", "2001:db8:1:2::3" -> "2001:db8:1::/48"; an IPv4 address within IPv6 counts as
 * IPv4.  False, and out is empty, when the text is no numeric address.
 */
bool address_network(const char *address, char out[ADDRESS_NETWORK_BYTES]);
