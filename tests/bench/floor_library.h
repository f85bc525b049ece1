/* floor_library.h -- the least memory a session can cost on this library: bare libwebsockets, which holds the same sockets
 * and does nothing with them.
 */
#pragma once

#include "floor.h"

/* Starts it as a child of this process on a free loopback port; with a certificate (NULL: none) it speaks TLS.  Ended by
 * floor_stop.
 */
struct floor_server floor_library_start(const char *cert_file, const char *key_file);
