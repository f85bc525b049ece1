/* points.c -- the rows of points.*; the ledger is sql/api/ledger.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { MONEY_MAX = 1000000000 };

/* --- points.earn ----------------------------------------------------------------------------- */

const struct field points_money[] = {
    FIELD_INT("minor", 0, MONEY_MAX, "Amount in minor units."),
    FIELD_TEXT("cur", 3, 3, "ISO 4217 code; the currency of the club."),
    FIELD_END,
};

const struct field points_line[] = {
    FIELD_ID("category",
        "Product category; the club's general rule applies when left out.",
        .optional = true),
    FIELD_OBJECT("amount", points_money, "What was paid for this line."),
    FIELD_END,
};

static const struct field earn_params[] = {
    FIELD_ID("member", "Who bought."),
    FIELD_ID("club", "The club whose rules apply."),
    FIELD_TEXT("receipt", 1, 64, "Number of the receipt, unique for this service for ever."),
    FIELD_LIST("lines", 1, POINTS_LINES_MAX, points_line, "The whole receipt."),
    FIELD_TIME("at",
        "When it was bought; now when left out. Up to 365 days back for services pos and crm, a day "
        "for others.",
        .optional = true),
    FIELD_INT("return_days",
        0,
        120,
        "Days in which goods may come back: points stay pending so long. The club's own number when left out.",
        .optional = true),
    FIELD_END,
};

static const char *const earn_states[] = {"credited", "pending", "none", NULL};

static const struct field earn_result[] = {
    FIELD_ID(
        "tx", "Ledger transaction of the points; null when there were none.", .nullable = true),
    FIELD_ID("tier_tx",
        "Ledger transaction of the tier points; null when there were none.",
        .nullable = true),
    FIELD_INT("points", 0, POINTS_RECEIPT_MAX, "Points earned."),
    FIELD_INT("tier_points", 0, POINTS_RECEIPT_MAX, "Tier points earned."),
    FIELD_WORD("state", earn_states, "Whether the points can be spent already."),
    FIELD_TIME("matures_at", "End of the return window; null: none.", .nullable = true),
    FIELD_TIME("expires_at", "From then on the points are expired; null: never.", .nullable = true),
    FIELD_BOOL("duplicate", "True: this receipt was credited before; nothing was added."),
    FIELD_END,
};

/* --- points.summary -------------------------------------------------------------------------- */

static const struct field ladder_step[] = {
    FIELD_TEXT("on", 10, 10, "Last day on which they can be spent, in the club's time zone."),
    FIELD_INT("points", 1, FIELD_POINTS_MAX, "Points that expire after that day."),
    FIELD_END,
};

static const struct field next_tier[] = {
    FIELD_ID("club", "The club."),
    FIELD_INT("rank", 0, 1000, "Rank of the present tier."),
    FIELD_TEXT("name", 1, 120, "Name of the present tier."),
    FIELD_INT("tier_points", 0, FIELD_POINTS_MAX, "Tier points that count in the present window."),
    FIELD_INT(
        "next_rank", 0, 1000, "Rank of the next tier; null: there is none.", .nullable = true),
    FIELD_TEXT(
        "next_name", 1, 120, "Name of the next tier; null: there is none.", .nullable = true),
    FIELD_INT("missing",
        0,
        FIELD_POINTS_MAX,
        "Tier points missing for it; null: there is none.",
        .nullable = true),
    FIELD_END,
};

static const struct field family_share[] = {
    FIELD_ID("family", "The family."),
    FIELD_INT("available", 0, FIELD_POINTS_MAX, "Points of its pool that can be spent now."),
    FIELD_END,
};

const struct field points_view[] = {
    FIELD_INT("available", 0, FIELD_POINTS_MAX, "Points that can be spent now."),
    FIELD_INT("held", 0, FIELD_POINTS_MAX, "Points reserved by holds."),
    FIELD_INT("pending", 0, FIELD_POINTS_MAX, "Points in a return window."),
    FIELD_INT(
        "debt", -FIELD_POINTS_MAX, 0, "Shortfall of a claw-back; the next credits repay it first."),
    FIELD_INT("ver", 0, FIELD_POINTS_MAX, "Version of the wallet; only rises."),
    FIELD_BOOL("frozen", "True: staff, or an incident, lets no points leave the account."),
    FIELD_OBJECT("family",
        family_share,
        "The pool of the member's family; null: none, or a child of it.",
        .nullable = true),
    FIELD_LIST("ladder", 0, 24, ladder_step, "What expires when, soonest first."),
    FIELD_INT("later", 0, FIELD_POINTS_MAX, "Points that expire after the days of the ladder."),
    FIELD_INT("never", 0, FIELD_POINTS_MAX, "Points that do not expire."),
    FIELD_LIST(
        "next_tier", 0, 50, next_tier, "One per club: the tier and what the next one needs."),
    FIELD_END,
};

#define MEMBER_FIELD                                                                            \
    FIELD_ID("member", "Whose points; the caller's own when left out, and for members always.", \
        .optional = true)

static const struct field summary_params[] = {MEMBER_FIELD, FIELD_END};

/* --- points.history -------------------------------------------------------------------------- */

static const struct field history_params[] = {
    MEMBER_FIELD,
    FIELD_INT("limit", 1, 100, "Rows at most; 20 when left out.", .optional = true),
    FIELD_TEXT(
        "cursor", 1, 64, "From the page before; the newest when left out.", .optional = true),
    FIELD_END,
};

const char *const points_kinds[] = {"earn", "mature", "hold", "capture", "release", "redeem",
    "transfer", "contribute", "return_share", "expire", "adjust", "reverse", "forfeit", "tier_earn",
    "tier_reverse", NULL};
static const char *const account_kinds[] = {"redeemable", "held", "pending", "debt", "tier", NULL};

static const struct field cause_params[] = {
    FIELD_TEXT("actor", 1, 8, "Kind of principal that caused it: m, s, v or job."),
    FIELD_TEXT("reason", 0, 400, "Reason given by staff; null: none.", .nullable = true),
    FIELD_OBJECT("member",
        notify_actor,
        "The other one of a transfer; null when nobody is named.",
        .nullable = true),
    FIELD_END,
};

static const struct field cause[] = {
    FIELD_TEXT("key", 1, 64, "Key of the sentence in the app's own words."),
    FIELD_OBJECT("params", cause_params, "What goes into the sentence."),
    FIELD_END,
};

const struct field points_reference[] = {
    FIELD_TEXT("kind", 1, 32, "What is referred to: receipt."),
    FIELD_TEXT("id", 1, 64, "Its number there."),
    FIELD_END,
};

static const struct field history_entry[] = {
    FIELD_ID("entry", "The entry."),
    FIELD_ID("tx", "Its ledger transaction."),
    FIELD_WORD("kind", points_kinds, "Kind of the transaction."),
    FIELD_WORD("account", account_kinds, "Which of the caller's accounts."),
    FIELD_ID("club", "The club it came from; null: none.", .nullable = true),
    FIELD_INT("amount", -FIELD_POINTS_MAX, FIELD_POINTS_MAX, "Change of the account."),
    FIELD_INT("before", -FIELD_POINTS_MAX, FIELD_POINTS_MAX, "The account before."),
    FIELD_INT("after", -FIELD_POINTS_MAX, FIELD_POINTS_MAX, "The account after."),
    FIELD_OBJECT("cause", cause, "Why."),
    FIELD_OBJECT("ref", points_reference, "What it refers to; null: nothing.", .nullable = true),
    FIELD_BOOL("reversible", "True: it can still be reversed, wholly or in part."),
    FIELD_TIME("effective_at", "When it counts from, the purchase say."),
    FIELD_TIME("at", "When it was posted."),
    FIELD_END,
};

static const struct field history_result[] = {
    FIELD_LIST("entries", 0, 100, history_entry, "Newest first."),
    FIELD_TEXT("cursor", 1, 64, "For the next page; null: this was the last.", .nullable = true),
    FIELD_END,
};

/* --- the table ------------------------------------------------------------------------------- */

const struct method points_methods[] = {
    {
        .name = "points.earn",
        .doc =
            "Credits a purchase with points and tier points; a receipt is credited once for ever.",
        .since = "1",
        .who = WHO_POS | WHO_BOOKING | WHO_CRM,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = earn_params,
        .result = earn_result,
        .sql = "select * from api.points_earn($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        .coalesce = "member",
        .coalesce_lanes = 2,
        .batch_sql = "select * from api.points_earn_many($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        .publishes = PUBLISHES("points.changed", "tier.changed"),
        .errors = ERRORS(ERR_FORBIDDEN,
            ERR_NOT_FOUND,
            ERR_CONFLICT,
            ERR_NOT_MEMBER,
            ERR_INVALID_STATE,
            ERR_LIMIT),
    },
    {
        .name = "points.history",
        .doc = "Lists the entries of a member's accounts, newest first.",
        .since = "1",
        .who = WHO_MEMBER | WHO_AGENT,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = history_params,
        .result = history_result,
        .sql = "select * from api.points_history($1, $2, $3, $4)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND),
    },
    {
        .name = "points.summary",
        .doc = "Tells a member's balance, when points expire, and what the next tiers need.",
        .since = "1",
        .who = WHO_MEMBER | WHO_AGENT,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = summary_params,
        .result = points_view,
        .sql = "select * from api.points_summary($1, $2)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND),
    },
    {.name = NULL},
};
