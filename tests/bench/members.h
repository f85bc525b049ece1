/* members.h -- members of the stage on sockets of their own, signed in and subscribed. */
#pragma once

#include <stdbool.h>

struct crowd;

/* The first `count` members of the stage, in order: client i of the crowd, which is empty, is member
 * STAGE_FIRST_MEMBER + i, subscribed to club:1 from its head on, and to `me` as well if with_me.
 */
void members_join(struct crowd *c, int port, int count, bool with_me);
