/* deliver.h -- from rings to sockets: once per turn, stream by stream, then session by session for those behind. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct batch;
struct event;
struct fragment;
struct hub;
struct member;
struct session;
struct sub;

/* End of the turn: shared batches of every stream with news, then the sessions that lag, then opening subscriptions. */
void deliver_turn(struct hub *h);

/* What m shall see of e: m's own view of what the common one redacts or withholds about m.  NULL: being rendered.
 * m NULL: not a member.
 */
const struct fragment *deliver_fragment(struct hub *h, struct event *e, const struct member *m);

/* For stream.subscribe: what lies after the cursor, at least to seq `up_to` unless that is more than limit_bytes, through
 * the gate, as the JSON array in bytes; the cursor moves to batch->to.  NULL: not all there yet (rendering, gate, range
 * under way), ask again next turn.  (A busy stream's head is never all there.)
 */
struct batch *deliver_history(struct sub *sub, int64_t up_to, size_t limit_bytes);
