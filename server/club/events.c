/* events.c -- the event table: every kind of event that goes to a client (domain.md 16).
 *
 * Adding an event: 1 a row here (of seats: in events_seats.c, of plans: in events_plan.c), with the purposes its rows may carry;
 * 2 lib.event(...) in the function that causes it; 3 its name in .publishes of the method's row; 4 its view, if it has one, in lib.event_view
 * (sql/api/stream.sql); 5 a wire script that sees it.
 *
 * refs are references only: ids, numbers, states.  Words come with the view, which is made behind the gate.
 */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { TRIPLES_MAX = 2000 };

static const char *const membership_statuses[] = {
    "applied", "invited", "active", "paused", "lapsed", "left", "expelled", "declined", NULL};
static const char *const channels[] = {
    "none", "inapp", "push", "email", "sms", "phone", "post", NULL};
static const char *const approval_states[] = {"granted", "denied", "expired", NULL};
static const char *const metrics[] = {"applications", "members", "points", NULL};

static const struct field none[] = {FIELD_END};

static const struct field approval_refs[] = {
    FIELD_ID("approval", "The question; see approval.list."),
    FIELD_TEXT("method", 1, 64, "The method that was called."),
    FIELD_END,
};

static const struct field approval_decided_refs[] = {
    FIELD_ID("approval", "The question."),
    FIELD_TEXT("method", 1, 64, "The method that was called."),
    FIELD_WORD("state", approval_states, "What became of it."),
    FIELD_END,
};

static const struct field points_refs[] = {
    FIELD_INT(
        "ver", 1, FIELD_POINTS_MAX, "Version of the wallet; one more per ledger transaction."),
    FIELD_INT("available", 0, FIELD_POINTS_MAX, "Points that can be spent now."),
    FIELD_INT("held", 0, FIELD_POINTS_MAX, "Points reserved by holds."),
    FIELD_INT("pending", 0, FIELD_POINTS_MAX, "Points in a return window."),
    FIELD_INT("delta",
        -FIELD_POINTS_MAX,
        FIELD_POINTS_MAX,
        "Change of all that is the member's: points, or tier points for tier_earn."),
    FIELD_WORD("kind", points_kinds, "Kind of the ledger transaction."),
    FIELD_ID("ref", "The ledger transaction."),
    FIELD_END,
};

static const char *const benefit_statuses[] = {"active", "paused", "retired", NULL};

static const struct field benefit_refs[] = {
    FIELD_ID("benefit", "The benefit."),
    FIELD_WORD("status", benefit_statuses, "Whether it is offered."),
    FIELD_END,
};

static const struct field expiring_benefit[] = {FIELD_ID(NULL, "A benefit."), FIELD_END};

static const struct field points_expiring_refs[] = {
    FIELD_TEXT("on", 10, 10, "Last day on which they can be spent, in the club's time zone."),
    FIELD_INT("points", 1, FIELD_POINTS_MAX, "How many expire after that day."),
    FIELD_LIST("benefits",
        0,
        3,
        expiring_benefit,
        "What they would buy; see benefit.get.",
        .scalar_items = true),
    FIELD_END,
};

static const struct field voucher_refs[] = {
    FIELD_ID("voucher", "The voucher."),
    FIELD_END,
};

static const struct field voucher_expiring_refs[] = {
    FIELD_ID("voucher", "The voucher."),
    FIELD_INT("days", 7, 30, "So many days are left at most: 30 or 7."),
    FIELD_END,
};

static const struct field membership_refs[] = {
    FIELD_ID("club", "The club."),
    FIELD_WORD("status", membership_statuses, "Where the membership stands."),
    FIELD_END,
};

enum { RANK_MAX = 1000 };

static const struct field tier_refs[] = {
    FIELD_ID("club", "The club."),
    FIELD_INT("from", 0, RANK_MAX, "Rank of the tier before."),
    FIELD_INT("to", 0, RANK_MAX, "Rank of the tier now; the same: it was kept."),
    FIELD_TIME("until", "Kept at least until then; null: no end is set.", .nullable = true),
    FIELD_INT("missing",
        0,
        FIELD_POINTS_MAX,
        "Tier points missing for the next one; null: there is none.",
        .nullable = true),
    FIELD_END,
};

static const struct field tier_warning_refs[] = {
    FIELD_ID("club", "The club."),
    FIELD_INT("from", 0, RANK_MAX, "Rank of the tier."),
    FIELD_INT("to", 0, RANK_MAX, "Rank of the one that the member would have then."),
    FIELD_TIME("until", "When the tier ends; days of grace follow."),
    FIELD_INT("missing", 1, FIELD_POINTS_MAX, "Tier points missing to keep it."),
    FIELD_END,
};

static const struct field club_refs[] = {
    FIELD_ID("club", "The club."),
    FIELD_INT("version", 1, FIELD_POINTS_MAX, "Its version."),
    FIELD_END,
};

static const struct field profile_refs[] = {
    FIELD_INT("version", 1, FIELD_POINTS_MAX, "The version of the profile."),
    FIELD_END,
};

static const struct field metric_refs[] = {
    FIELD_WORD("metric", metrics, "Which figure has changed."),
    FIELD_END,
};

static const struct field post_refs[] = {
    FIELD_ID("post", "The post."),
    FIELD_END,
};

static const char *const dsr_kinds[] = {
    "access", "portability", "rectify", "erase", "restrict", "object", NULL};
static const char *const dsr_states[] = {
    "received", "verified", "executing", "done", "refused", "partly", "withdrawn", NULL};

static const struct field dsr_refs[] = {
    FIELD_ID("dsr", "The request."),
    FIELD_WORD("kind", dsr_kinds, "What was asked for."),
    FIELD_WORD("state", dsr_states, "Where it stands."),
    FIELD_END,
};

static const struct field comment_refs[] = {
    FIELD_ID("post", "The post."),
    FIELD_ID("comment", "The comment."),
    FIELD_ID("parent", "The comment that it answers.", .optional = true),
    FIELD_END,
};

static const char *const comment_states[] = {"published", "hidden", "removed", "deleted", NULL};

static const struct field comment_changed_refs[] = {
    FIELD_ID("post", "The post."),
    FIELD_ID("comment", "The comment."),
    FIELD_WORD("state", comment_states, "Published: edited, or shown again; else it is gone."),
    FIELD_END,
};

static const struct field counters_refs[] = {
    FIELD_ID("post", "The post."),
    FEED_COUNT_FIELDS,
    FIELD_END,
};

static const struct field triple[] = {
    FIELD_TEXT("purpose", 1, 64, "The purpose."),
    FIELD_TEXT("scope", 1, 18, "Id of the club or category; 0: none."),
    FIELD_WORD("channel", channels, "The channel."),
    FIELD_END,
};

static const struct field consent_refs[] = {
    FIELD_INT("epoch", 1, FIELD_POINTS_MAX, "The member's consent epoch."),
    FIELD_LIST("triples", 1, TRIPLES_MAX, triple, "What changed."),
    FIELD_END,
};

static const char *const moderation_cases[] = {"report", "pending", "appeal", NULL};
static const char *const moderation_kinds[] = {"post", "comment", "member", NULL};
static const char *const moderation_actions[] = {
    "none", "restore", "publish", "hide", "remove", "silence", "suspend", "expel", NULL};
static const char *const decision_states[] = {"in_force", "appeal", "decision", "until", NULL};

static const struct field decision_refs[] = {
    FIELD_ID("decision", "The decision."),
    FIELD_WORD("action", moderation_actions, "What was decided."),
    FIELD_WORD("state", decision_states, "In force, or what ended it."),
    FIELD_END,
};

static const char *const report_outcomes[] = {"action_taken", "no_action", "gone", NULL};

static const struct field report_closed_refs[] = {
    FIELD_ID("report", "The report."),
    FIELD_WORD("kind", moderation_kinds, "What it was about."),
    FIELD_ID("target", "Its number."),
    FIELD_WORD("outcome", report_outcomes, "What came of it; gone: the author had deleted it."),
    FIELD_END,
};

static const char *const incident_states[] = {"open", "closed", NULL};

static const struct field incident_refs[] = {
    FIELD_ID("incident", "The incident."),
    FIELD_WORD("state", incident_states, "Opened or closed."),
    FIELD_END,
};

static const struct field report_decided_refs[] = {
    FIELD_WORD("kind", moderation_kinds, "What it was about."),
    FIELD_ID("target", "Its number."),
    FIELD_ID("decision", "The decision."),
    FIELD_WORD("action", moderation_actions, "What was decided."),
    FIELD_END,
};

static const struct field report_refs[] = {
    FIELD_WORD("case", moderation_cases, "Why it is in the queue."),
    FIELD_WORD("kind", moderation_kinds, "What it is about."),
    FIELD_ID("target", "Its number."),
    FIELD_INT("weight", 0, FIELD_POINTS_MAX, "What its open reports weigh, in thousandths."),
    FIELD_BOOL("reminder", "True: half of its time has passed."),
    FIELD_END,
};

const struct event_kind events[] = {
    {
        .type = "account.frozen",
        .doc = "Points cannot leave the member's account, or can again.",
        .gates = GATES("svc.account"),
        .keep = KEEP_ALL,
        .refs = points_frozen_refs,
        .view = points_view,
    },
    {
        .type = "approval.decided",
        .doc = "A call that needs a second person may go through, or not.",
        .gates = GATES("staff"),
        .keep = KEEP_ALL,
        .refs = approval_decided_refs,
    },
    {
        .type = "approval.needed",
        .doc = "A call waits for a second person.",
        .gates = GATES("staff"),
        .keep = KEEP_ALL,
        .refs = approval_refs,
    },
    {
        .type = "card.changed",
        .doc = "The member's card is new, locked or unlocked, or one more device shows its codes.",
        .gates = GATES("li.security"),
        .keep = KEEP_LATEST,
        .refs = none,
        .view = card_view,
    },
    {
        .type = "benefit.changed",
        .doc = "A benefit of the club is new, has changed, or is offered no more.",
        .gates = GATES("svc.feed"),
        .keep = KEEP_ALL,
        .refs = benefit_refs,
        .view = benefit_view,
    },
    {
        .type = "club.changed",
        .doc = "A club has another name, policy or setting.",
        .gates = GATES("staff"),
        .keep = KEEP_ALL,
        .refs = club_refs,
        .view = club_view,
    },
    {
        .type = "code.failures",
        .doc = "Wrong codes or passwords were tried on the account or its card.",
        .gates = GATES("li.security"),
        .keep = KEEP_ALL,
        .refs = none,
    },
    {
        .type = "comment.changed",
        .doc = "A comment was edited, or is gone.",
        .gates = GATES("svc.feed", "mkt.offers"),
        .keep = KEEP_ALL,
        .voids = true,
        .refs = comment_changed_refs,
        .view = feed_comment_view,
    },
    {
        .type = "consent.changed",
        .doc = "The member has given, refused or withdrawn consents.",
        .gates = GATES("legal.privacy"),
        .keep = KEEP_ALL,
        .refs = consent_refs,
        .view = consent_view,
    },
    {
        .type = "device.new",
        .doc = "Someone signed in to the account, or a device was added for push messages.",
        .gates = GATES("li.security"),
        .keep = KEEP_ALL,
        .refs = none,
    },
    {
        .type = "dsr.changed",
        .doc = "A request of the member about the own data has another state.",
        .gates = GATES("legal.privacy"),
        .keep = KEEP_ALL,
        .refs = dsr_refs,
        .view = privacy_view,
    },
    {
        .type = "family.member",
        .doc =
            "A member of the family, or who is invited, stands otherwise, or may do other things.",
        .gates = GATES("svc.family"),
        .keep = KEEP_ALL,
        .refs = family_member_refs,
        .view = family_view,
    },
    {
        .type = "incident",
        .doc =
            "The hub has found a difference that it will not mend, or somebody has dealt with one.",
        .gates = GATES("staff"),
        .keep = KEEP_ALL,
        .refs = incident_refs,
        .view = ops_view,
    },
    {
        .type = "membership.changed",
        .doc = "A membership of the member has another state.",
        .gates = GATES("svc.account"),
        .keep = KEEP_ALL,
        .refs = membership_refs,
        .view = membership_view,
    },
    {
        .type = "metric.updated",
        .doc = "A figure on the club's dashboard has changed.",
        .gates = GATES("staff"),
        .keep = KEEP_ALL,
        .refs = metric_refs,
    },
    {
        .type = "moderation.decision",
        .doc = "A moderator, or reports alone, decided about something of the member's.",
        .gates = GATES("legal.moderation"),
        .keep = KEEP_ALL,
        .refs = decision_refs,
        .view = moderation_statement_view,
    },
    {
        .type = "notify.added",
        .doc = "A notification is new, or has happened once more; for the badge.",
        .gates = GATES("svc.account",
            "svc.points",
            "svc.resv",
            "svc.plan",
            "svc.family",
            "svc.support",
            "svc.benefit",
            "svc.feed",
            "legal.privacy",
            "legal.moderation",
            "li.security"),
        .keep = KEEP_LATEST,
        .refs = notify_added_refs,
    },
    {
        .type = "notify.read",
        .doc = "Notifications were marked as read, perhaps on another device.",
        .gates = GATES("svc.account"),
        .keep = KEEP_LATEST,
        .refs = notify_read_refs,
    },
    {
        .type = "points.changed",
        .doc =
            "A ledger transaction touched the wallet of the member, or the family's, for its adults; the newest "
            "tells all.",
        .gates = GATES("svc.points", "svc.family"),
        .keep = KEEP_LATEST,
        .refs = points_refs,
        .view = points_view,
    },
    {
        .type = "points.expiring",
        .doc = "Points of the member expire 60, 30, 7 days or 1 day from now; at most one a day.",
        .gates = GATES("svc.points"),
        .keep = KEEP_ALL,
        .refs = points_expiring_refs,
        .view = points_view,
    },
    {
        .type = "post.comment",
        .doc = "Somebody commented on a post.",
        .gates = GATES("svc.feed", "mkt.offers"),
        .keep = KEEP_ALL,
        .refs = comment_refs,
        .view = feed_comment_view,
    },
    {
        .type = "post.counters",
        .doc = "The numbers of a post have changed; at most once a second, the newest tells all.",
        .gates = GATES("svc.feed"),
        .keep = KEEP_LATEST,
        .refs = counters_refs,
    },
    {
        .type = "post.edited",
        .doc = "A post has another text.",
        .gates = GATES("svc.feed"),
        .keep = KEEP_ALL,
        .voids = true,
        .refs = post_refs,
        .view = feed_view,
    },
    {
        .type = "post.published",
        .doc = "A post of a member, an announcement or offer news of the club, is in the feed.",
        .gates = GATES("svc.account", "svc.feed", "mkt.offers"),
        .keep = KEEP_ALL,
        .refs = post_refs,
        .view = feed_view,
    },
    {
        .type = "post.removed",
        .doc = "A post is gone.",
        .gates = GATES("svc.account", "svc.feed"),
        .keep = KEEP_ALL,
        .voids = true,
        .refs = post_refs,
    },
    {
        .type = "profile.changed",
        .doc = "The member has changed their profile.",
        .gates = GATES("svc.account"),
        .keep = KEEP_ALL,
        .refs = profile_refs,
        .view = profile_view,
    },
    {
        .type = "report.closed",
        .doc = "A report of the member's was decided.",
        .gates = GATES("legal.moderation"),
        .keep = KEEP_ALL,
        .refs = report_closed_refs,
    },
    {
        .type = "report.decided",
        .doc = "A case is off the moderators' queue.",
        .gates = GATES("staff"),
        .keep = KEEP_ALL,
        .refs = report_decided_refs,
    },
    {
        .type = "report.new",
        .doc = "A case in the moderators' queue is new, heavier or late.",
        .gates = GATES("staff"),
        .keep = KEEP_LATEST,
        .refs = report_refs,
        .view = moderation_case_view,
    },
    {
        .type = "pref.changed",
        .doc = "The member wants to be told in another way.",
        .gates = GATES("svc.account"),
        .keep = KEEP_LATEST,
        .refs = none,
        .view = pref_view,
    },
    {
        .type = "tier.changed",
        .doc = "The member has another tier in a club, or has kept the one there was.",
        .gates = GATES("svc.account"),
        .keep = KEEP_ALL,
        .refs = tier_refs,
        .view = tier_view,
    },
    {
        .type = "tier.warning",
        .doc =
            "A tier of the member's ends in 60, 30 or 7 days, and points are missing to keep it.",
        .gates = GATES("svc.account"),
        .keep = KEEP_ALL,
        .refs = tier_warning_refs,
        .view = tier_view,
    },
    {
        .type = "transfer.offered",
        .doc = "Another member offers points.",
        .gates = GATES("svc.points"),
        .keep = KEEP_ALL,
        .refs = points_offered_refs,
        .view = points_transfer_view,
    },
    {
        .type = "voucher.changed",
        .doc = "A voucher was cancelled, has expired, or was given by or to the member.",
        .gates = GATES("svc.benefit"),
        .keep = KEEP_ALL,
        .voids = true,
        .refs = voucher_refs,
        .view = benefit_entitlement,
    },
    {
        .type = "voucher.expiring",
        .doc = "A voucher of the member's ends in 30 days or in 7.",
        .gates = GATES("svc.benefit"),
        .keep = KEEP_ALL,
        .refs = voucher_expiring_refs,
        .view = benefit_entitlement,
    },
    {
        .type = "voucher.issued",
        .doc = "The member has a new voucher; its code is asked for.",
        .gates = GATES("svc.benefit"),
        .keep = KEEP_ALL,
        .refs = voucher_refs,
        .view = benefit_entitlement,
    },
    {
        .type = "voucher.redeemed",
        .doc = "A voucher of the member's was used.",
        .gates = GATES("svc.benefit"),
        .keep = KEEP_ALL,
        .voids = true,
        .refs = voucher_refs,
        .view = benefit_entitlement,
    },
    {.type = NULL},
};
