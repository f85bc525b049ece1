/* views.h -- shapes that are both a method's result and what an event carries as data.view.
 *
 * Each is defined in the file of its noun, beside the method that answers it (domain.md 16, column view).
 */
#pragma once

#include "base/shape.h"

extern const struct field feed_view[];                 /* feed.get */
extern const struct field points_view[];               /* points.summary */
extern const struct field membership_view[];           /* one row of membership.list */
extern const struct field privacy_view[];              /* privacy.status */
extern const struct field moderation_case_view[];      /* one row of mod.queue */
extern const struct field moderation_statement_view[]; /* one row of mod.decisions */
extern const struct field profile_view[];              /* profile.get */
extern const struct field club_view[];                 /* club.get */
extern const struct field consent_view[];              /* rows of consent.catalog's states */
extern const struct field pref_view[];                 /* pref.get */

/* Refs of events, beside the noun's methods. */
extern const struct field notify_added_refs[];
extern const struct field notify_read_refs[];
