/* drain.h -- SIGTERM: stop accepting, tell every session when to come back, close in batches of 500 per 100 ms with
 * 1012, finish calls in flight, leave the node table, stop the loop; at drain_ms whatever is left is dropped.
 */
#pragma once

#include <stdbool.h>

struct drain;
struct hub;

struct drain *drain_new(struct hub *h);
void drain_free(struct drain *d);
void drain_begin(struct drain *d);
bool drain_is_on(const struct drain *d); /* readiness is false then */
