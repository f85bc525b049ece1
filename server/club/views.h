/* views.h -- shapes that are both a method's result and what an event carries as data.view.
 *
 * Each is defined in the file of its noun, beside the method that answers it (domain.md 16, column view).
 */
#pragma once

#include "base/shape.h"

/* What an event carries of feed.get and of a row of feed.comments lacks what is the caller's own. */
extern const struct field feed_view[];                 /* feed.get */
extern const struct field feed_comment_view[];         /* one row of feed.comments */
extern const struct field card_view[];                 /* card.get */
extern const struct field ops_view[];                  /* ops.health */
extern const struct field offer_view[];                /* offer.get, without what is the caller's */
extern const struct field offer_safety_view[];         /* the same, with a safety notice */
extern const struct field expense_view[];              /* an expense of a plan */
extern const struct field expense_settlement_view[];   /* a settlement of a plan */
extern const struct field expense_balances[];          /* what plan.get tells of balances */
extern const struct field family_view[];               /* family.get */
extern const struct field plan_member_view[];          /* what plan.member carries */
extern const struct field plan_member_row[];           /* of plan.get's members */
extern const struct field plan_view[];                 /* plan.get, without what is the caller's */
extern const struct field points_view[];               /* points.summary */
extern const struct field tier_view[];                 /* tier.explain */
extern const struct field points_transfer_view[];      /* an offer of points */
extern const struct field membership_view[];           /* one row of membership.list */
extern const struct field plan_comment_view[];         /* one row of plan.comments */
extern const struct field plan_item_view[];            /* plan.item_get */
extern const struct field privacy_view[];              /* privacy.status */
extern const struct field moderation_case_view[];      /* one row of mod.queue */
extern const struct field moderation_statement_view[]; /* one row of mod.decisions */
extern const struct field profile_view[];              /* profile.get */
extern const struct field club_view[];                 /* club.get */
extern const struct field reservation_view[];          /* reservation.get */
extern const struct field consent_view[];              /* rows of consent.catalog's states */
extern const struct field pref_view[];                 /* pref.get */
extern const struct field plan_proposal_view[];        /* one row of plan.get's proposals */
extern const struct field poll_view[];                 /* one row of plan.get's polls */
extern const struct field benefit_view[];              /* benefit.get */
extern const struct field
    benefit_entitlement[]; /* one row of benefit.entitlements, without its code */
extern const struct field reservation_held[]; /* reservation.hold */
/* Of holds: units of classes, and who is named for them. */
enum { RESERVATION_ITEMS_MAX = 10, RESERVATION_NAMED_MAX = 100 };
extern const struct field reservation_units[];
extern const struct field reservation_named[];
/* one row of waitlist.status; so many live ones at a time */
enum { WAITLIST_OWN_MAX = 20 };
extern const struct field waitlist_view[];

/* Refs of events, beside the noun's methods. */
extern const struct field expense_refs[];
extern const struct field expense_settlement_refs[];
extern const struct field family_member_refs[];
extern const struct field notify_added_refs[];
extern const struct field notify_read_refs[];
extern const struct field offer_opening_refs[];
extern const struct field offer_safety_refs[];
extern const struct field plan_comment_refs[];
extern const struct field plan_item_refs[];
extern const struct field plan_threshold_refs[];
extern const struct field plan_member_refs[];
extern const struct field plan_changed_refs[];
extern const struct field plan_proposal_refs[];
extern const struct field plan_signal_params[]; /* the message signal */
extern const struct field points_frozen_refs[];
extern const struct field points_offered_refs[];
extern const struct field poll_refs[];
extern const struct field queue_opened_refs[];
extern const struct field queue_sealed_refs[];
extern const struct field queue_view[];        /* what offer.get tells of the queue */
extern const struct field queue_ticket_view[]; /* of queue.position, too */
extern const struct field reservation_refs[];
extern const struct field reservation_strike_refs[];
extern const struct field support_changed_refs[];
extern const struct field reservation_invited_refs[];

/* Of plans: fields of an item to set, for one that is added and for one that is there. */
enum { PLAN_ORDER_KEY_MAX = 64, PLAN_ITEMS_MAX = 300 };
extern const struct field plan_item_new[];
extern const struct field plan_item_set[];
extern const struct field plan_item_done[]; /* what changes of an item answer */

/* Of points. */
enum { POINTS_LINES_MAX = 50, POINTS_RECEIPT_MAX = 1000000000 };
extern const struct field points_money[];
extern const struct field points_reference[];
extern const struct field points_line[]; /* of a receipt */
extern const char *const points_kinds[]; /* of ledger transactions */

/* A member who did something, as others see one. */
extern const struct field notify_actor[];

/* Of posts and comments. */
enum { FEED_BODY_MAX = 10000, FEED_MENTIONS_MAX = 50, FEED_COUNT_MAX = 2000000000 };
extern const struct field feed_author[];
extern const struct field feed_mention[];

/* The numbers of a post, wherever they are told. */
#define FEED_COUNT_FIELDS                                                \
    FIELD_INT("likes", 0, FEED_COUNT_MAX, "Number of likes."),           \
        FIELD_INT("thanks", 0, FEED_COUNT_MAX, "Number of thanks."),     \
        FIELD_INT("wow", 0, FEED_COUNT_MAX, "Number of wows."),          \
        FIELD_INT("going", 0, FEED_COUNT_MAX, "Number of those going."), \
        FIELD_INT("comments", 0, FEED_COUNT_MAX, "Number of comments.")
