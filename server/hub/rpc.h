/* rpc.h -- the JSON-RPC 2.0 envelope: text in, method row, entry checks, calls; replies out (protocol.md 3).
 *
 * Checks in this order, each with its own error: envelope, method exists, may this principal call it, params fit the
 * shape, under the session's limits.  A client batch (at most RPC_BATCH_MAX) is answered by one array.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { RPC_BATCH_MAX = 50 };

struct hub;
struct rpc;
struct session;

struct rpc *rpc_new(struct hub *h);
void rpc_free(struct rpc *r);
/* One whole message of s; text may be modified.  False: nothing of it will be answered (only notifications). */
bool rpc_receive(struct rpc *r, struct session *s, char *text, size_t length_bytes);
