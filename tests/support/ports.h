/* ports.h -- ports of the loopback interface for servers of the tests. */
#pragma once

/* The first of `count` free ports in a row, below those that clients get; 0: none were found.  They are not kept: whoever
 * asks binds them soon. */
int ports_free(int count);
