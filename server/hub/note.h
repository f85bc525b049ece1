/* note.h -- delivery_inapp: per event and node, how many got it, got it redacted, or did not get it and why.
 * Counted at hand-off, written in batches once a second (api.delivery_note); no row per recipient.
 */
#pragma once

#include <stdbool.h>

#include "hub/gate.h"

struct event;
struct hub;
struct notes;

struct notes *notes_new(struct hub *h);
void notes_free(struct notes *n);
void notes_sent(struct notes *n, struct event *e, unsigned recipients, bool redacted);
void notes_suppressed(struct notes *n, struct event *e, enum gate_reason reason);
void notes_flush(struct notes *n); /* drain: write what is counted now */
