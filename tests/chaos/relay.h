/* relay.h -- a road between a server and PostgreSQL that can be cut without either end being told.
 *
 * A process of its own takes TCP connections and passes their bytes to the cluster's unix socket.  Where that is allowed
 * (root) it lives in a network of its own at the far end of a pair of virtual cards, and the cut is at that card: packets
 * vanish, as where a switch lost its power.  Elsewhere it listens on loopback, and cut means that it stands still.
 */
#pragma once

#include <stdbool.h>

struct relay;

/* To the cluster of this connection URL.  NULL: no road, errno tells why. */
struct relay *relay_new(const char *database_url);
void relay_free(struct relay *r);             /* NULL is fine */
const char *relay_url(const struct relay *r); /* for a server: the same database, along this road */
bool relay_has_network(const struct relay *r); /* false: on loopback */
void relay_cut(struct relay *r);
void relay_mend(struct relay *r);
