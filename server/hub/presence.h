/* presence.h -- who has a stream open, as signals: told when somebody comes or goes, told again before the time to live of
 * what was told runs out, shown to newcomers.  Kept per node, for the subscriptions of this node alone; nothing of other
 * nodes is remembered.  Without anybody who shows presence there is no state, no timer and no NOTIFY.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct hub;
struct member;
struct presence;
struct signal;
struct sub;

struct presence *presence_new(struct hub *h);
void presence_free(struct presence *p);

void presence_opened(struct presence *p, struct sub *sub);     /* it is live */
void presence_left(struct presence *p, const struct sub *sub); /* it is about to be freed */
/* What m may has changed: it may show presence now, or no more. */
void presence_touched(struct presence *p, const struct member *m);
/* From another node; false: not to be handed over. */
bool presence_hears(struct presence *p, const struct signal *sg);
int presence_count(const struct presence *p); /* members told as present by this node */
