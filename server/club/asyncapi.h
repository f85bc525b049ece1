/* asyncapi.h -- the protocol as AsyncAPI 3.0: clients/asyncapi.json, printed by `clubhub describe --asyncapi`.
 *
 * From the same tables as describe.h.  The document is the hub's: it receives calls and sends their replies, events and
 * messages.
 *
 *   channels     socket: the WebSocket at /v1; http: POST /v1/rpc
 *   operations   <method>: a call and its reply, which bears the id of the call; event.<type>; message.<name>; batch; http
 *   messages     <method>, <method>.reply, event.<type>, message.<name>, error.<REASON>, refused (any call), and the
 *                batches
 *   x-close-codes, x-streams   what the standard has no words for
 */
#pragma once

struct buf;

/* Appends the whole file: 2 spaces of indent, one newline at the end; the same for every build and host. */
void asyncapi_print(struct buf *out);
