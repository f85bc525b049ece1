/* floor_library.h -- the least memory a session can cost on this library: bare libwebsockets, which holds the same sockets
 * and does nothing with them.
 */
#pragma once

#include "floor.h"

#define FLOOR_LIBRARY_WORD "floor"

/* Starts this program again as a child, which finds FLOOR_LIBRARY_WORD, the port and the two files as its arguments and
 * calls floor_library_serve; with a certificate (NULL: none) it speaks TLS.  Ended by floor_stop.
 */
struct floor_server floor_library_start(const char *cert_file, const char *key_file);
/* Serves until it is killed. */
void floor_library_serve(int port, const char *cert_file, const char *key_file);
