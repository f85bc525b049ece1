/* all.h -- the tables of the product, and the two ways to find a row.
 *
 * A new file of rows: declare its table here, list it in all.c.
 */
#pragma once

#include <stddef.h>

#include "hub/event.h"
#include "hub/method.h"
#include "hub/signal.h"

extern const struct method account_methods[]; /* each ends with name NULL */
extern const struct method account_password_methods[];
extern const struct method admin_methods[];
extern const struct method approval_methods[];
extern const struct method benefit_methods[];
extern const struct method benefit_desk_methods[];
extern const struct method card_methods[];
extern const struct method club_methods[];
extern const struct method consent_methods[];
extern const struct method consent_desk_methods[];
extern const struct method consent_evidence_methods[];
extern const struct method device_methods[];
extern const struct method expense_methods[];
extern const struct method family_methods[];
extern const struct method feed_comment_methods[];
extern const struct method feed_methods[];
extern const struct method insight_methods[];
extern const struct method insight_seats_methods[];
extern const struct method join_methods[];
extern const struct method member_methods[];
extern const struct method membership_methods[];
extern const struct method moderation_methods[];
extern const struct method notify_methods[];
extern const struct method offer_desk_methods[];
extern const struct method offer_methods[];
extern const struct method offer_notice_methods[];
extern const struct method plan_comment_methods[];
extern const struct method plan_hold_methods[];
extern const struct method plan_item_methods[];
extern const struct method plan_member_methods[];
extern const struct method plan_methods[];
extern const struct method plan_offer_methods[];
extern const struct method plan_proposal_methods[];
extern const struct method plan_signal_methods[];
extern const struct method points_desk_methods[];
extern const struct method points_hold_methods[];
extern const struct method ops_methods[];
extern const struct method points_code_methods[];
extern const struct method points_methods[];
extern const struct method points_rule_methods[];
extern const struct method points_transfer_methods[];
extern const struct method poll_methods[];
extern const struct method pref_methods[];
extern const struct method profile_methods[];
extern const struct method privacy_methods[];
extern const struct method refund_methods[];
extern const struct method queue_methods[];
extern const struct method report_methods[];
extern const struct method reservation_desk_methods[];
extern const struct method reservation_methods[];
extern const struct method reservation_pay_methods[];
extern const struct method reservation_cancel_methods[];
extern const struct method reservation_party_methods[];
extern const struct method send_methods[];
extern const struct method session_methods[];
extern const struct method stream_methods[];
extern const struct method support_methods[];
extern const struct method tier_methods[];
extern const struct method voucher_methods[];
extern const struct method waitlist_methods[];
extern const struct signal_rule plan_signal_rules[]; /* plan_signal.c; ends with purpose NULL */
extern const struct event_kind events[];             /* ends with type NULL */
extern const struct event_kind events_seats[];
extern const struct event_kind events_plan[];

const struct method *method_find(const char *name, size_t length_bytes); /* NULL: none */
const struct event_kind *event_find(const char *type);                   /* NULL: none */

/* All rows by name, bytewise. */
const struct method *const *all_methods(size_t *out_count);
const struct event_kind *const *all_events(size_t *out_count);
