/* subscribe.h -- stream.subscribe, .subscribe_many and .unsubscribe: all that came in one turn are opened by one query
 * (api.stream_open), never one per session.
 */
#pragma once

#include <stdint.h>

#include "hub/method.h"

struct hub;
struct subscribe;

struct subscribe *subscribe_new(struct hub *h);
void subscribe_free(struct subscribe *s);
void subscribe_turn(struct subscribe *s); /* end of turn: sends what was asked for */

/* Steps for the rows in club/stream.c. */
enum flow subscribe_one(struct call *c, const struct answer *in); /* params: stream, after, epoch */
enum flow subscribe_many(
    struct call *c, const struct answer *in); /* params: streams = list of the same */
enum flow subscribe_end(struct call *c, const struct answer *in); /* params: stream */
