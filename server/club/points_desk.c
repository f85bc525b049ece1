/* points_desk.c -- rows of points.* for staff and services: freezing and the books (sql/api/points_desk.sql), taking
 * back and correcting (sql/api/points_correct.sql).
 */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { ACCOUNTS_MAX = 1000, REASON_MAX = 400 };

#define REASON_FIELD(mode) FIELD_TEXT("reason", 1, REASON_MAX, "Why; it is kept.", mode)

/* --- points.freeze, points.unfreeze ---------------------------------------------------------- */

static const struct field freeze_params[] = {
    FIELD_ID("member", "Whose account.", .optional = true),
    REASON_FIELD(),
    FIELD_ID("family", "Instead of a member: the family whose pool it is.", .optional = true),
    FIELD_END,
};

static const struct field freeze_result[] = {
    FIELD_ID("member", "The member; null: a family's pool.", .nullable = true),
    FIELD_ID("family", "The family; null: a member's account.", .nullable = true),
    FIELD_BOOL("frozen", "True: no points leave the account."),
    FIELD_END,
};

const struct field points_frozen_refs[] = {
    FIELD_BOOL("on", "True: no points leave the account now; false: they do again."),
    FIELD_END,
};

/* --- points.audit ---------------------------------------------------------------------------- */

static const char *const account_kinds[] = {"redeemable", "held", "pending", "debt", "tier", NULL};

static const struct field audit_params[] = {
    FIELD_ID("member", "Whose accounts."),
    FIELD_WORD("account", account_kinds, "Only entries of this account.", .optional = true),
    FIELD_ID("club", "Only entries of tier points of this club.", .optional = true),
    FIELD_INT("limit", 1, 100, "Entries at most; 20 when left out.", .optional = true),
    FIELD_TEXT(
        "cursor", 1, 64, "From the page before; the newest when left out.", .optional = true),
    FIELD_END,
};

static const struct field account[] = {
    FIELD_WORD("account", account_kinds, "Which account."),
    FIELD_ID("club", "The club, of tier points; else null.", .nullable = true),
    FIELD_INT("balance", -FIELD_POINTS_MAX, FIELD_POINTS_MAX, "Its balance in the books."),
    FIELD_INT("ver", 0, FIELD_POINTS_MAX, "Number of its last entry."),
    FIELD_BOOL("frozen", "True: nothing leaves it."),
    FIELD_END,
};

static const struct field audit_entry[] = {
    FIELD_ID("entry", "The entry."),
    FIELD_INT("ver", 1, FIELD_POINTS_MAX, "Its number in the account, without a gap."),
    FIELD_ID("tx", "Its ledger transaction."),
    FIELD_WORD("kind", points_kinds, "Kind of the transaction."),
    FIELD_WORD("account", account_kinds, "Which account."),
    FIELD_ID("club", "The club it came from; null: none.", .nullable = true),
    FIELD_INT("amount", -FIELD_POINTS_MAX, FIELD_POINTS_MAX, "Change of the account."),
    FIELD_INT("after", -FIELD_POINTS_MAX, FIELD_POINTS_MAX, "The account after."),
    FIELD_TEXT("key", 1, 400, "The key under which it was posted, once for ever."),
    FIELD_TEXT("actor", 1, 80, "Principal that caused it."),
    FIELD_TEXT("reason", 0, REASON_MAX, "Reason given by staff; null: none.", .nullable = true),
    FIELD_ID("reverses", "The transaction that it reverses; null: none.", .nullable = true),
    FIELD_INT("reversed", 0, FIELD_POINTS_MAX, "How much of the transaction was reversed since."),
    FIELD_ID("hold", "The hold it belongs to; null: none.", .nullable = true),
    FIELD_OBJECT("ref", points_reference, "What it refers to; null: nothing.", .nullable = true),
    FIELD_TIME("effective_at", "When it counts from, the purchase say."),
    FIELD_TIME("at", "When it was posted."),
    FIELD_END,
};

static const struct field audit_result[] = {
    FIELD_LIST("accounts", 0, ACCOUNTS_MAX, account, "All accounts of the member."),
    FIELD_LIST("entries", 0, 100, audit_entry, "Newest first."),
    FIELD_TEXT("cursor", 1, 64, "For the next page; null: this was the last.", .nullable = true),
    FIELD_END,
};

/* --- points.reverse -------------------------------------------------------------------------- */

static const struct field reverse_params[] = {
    FIELD_ID("tx", "The purchase, or the spending, to take back."),
    FIELD_INT("amount",
        1,
        FIELD_POINTS_MAX,
        "How many of its points; all that are left when left out.",
        .optional = true),
    FIELD_TEXT("return",
        1,
        64,
        "Of a service: number of the return, unique for this service for ever.",
        .optional = true),
    FIELD_BOOL("operator",
        "True: the mistake is the club's or its partner's, so spent points that have expired since "
        "come back for 30 days.",
        .optional = true),
    FIELD_TEXT("reason", 1, REASON_MAX, "Why; staff must say it.", .optional = true),
    FIELD_END,
};

static const struct field reverse_result[] = {
    FIELD_ID("tx", "The ledger transaction of the reversal."),
    FIELD_ID("reverses", "The one that it reverses."),
    FIELD_INT("amount", 1, FIELD_POINTS_MAX, "How many of its points."),
    FIELD_INT("left", 0, FIELD_POINTS_MAX, "How many of them are not reversed."),
    FIELD_BOOL("duplicate", "True: this return was posted before; nothing was added."),
    FIELD_END,
};

/* --- points.adjust --------------------------------------------------------------------------- */

static const struct field adjust_params[] = {
    FIELD_ID("member", "Whose account."),
    FIELD_ID("club", "The club that gives or corrects."),
    FIELD_INT("amount",
        -FIELD_POINTS_MAX,
        FIELD_POINTS_MAX,
        "Points to add; below 0 to take, which agents cannot. More than 10,000 by one person for "
        "one member in 24 hours take a second person."),
    FIELD_TEXT("reason", 1, REASON_MAX, "Why; the member reads it."),
    FIELD_TEXT("case", 1, 64, "The case it belongs to.", .optional = true),
    FIELD_END,
};

static const struct field adjust_result[] = {
    FIELD_ID("tx", "The ledger transaction."),
    FIELD_ID("member", "The member."),
    FIELD_INT("amount", -FIELD_POINTS_MAX, FIELD_POINTS_MAX, "Points added; below 0: taken."),
    FIELD_END,
};

/* --- the table ------------------------------------------------------------------------------- */

const struct method points_desk_methods[] = {
    {
        .name = "points.adjust",
        .doc = "Gives a member points as goodwill, or corrects a balance.",
        .since = "1",
        .who = WHO_AGENT | WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = adjust_params,
        .result = adjust_result,
        .sql = "select * from api.points_adjust($1, $2, $3, $4, $5, $6, $7, $8)",
        .publishes = PUBLISHES("approval.needed", "points.changed"),
        .errors = ERRORS(ERR_FORBIDDEN,
            ERR_NOT_FOUND,
            ERR_CONFLICT,
            ERR_APPROVAL_REQUIRED,
            ERR_LIMIT,
            ERR_INSUFFICIENT_POINTS,
            ERR_POINTS_FROZEN),
    },
    {
        .name = "points.audit",
        .doc = "Shows the accounts of a member and their entries as they stand in the books.",
        .since = "1",
        .who = WHO_MANAGER | WHO_PRIVACY,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = audit_params,
        .result = audit_result,
        .sql = "select * from api.points_audit($1, $2, $3, $4, $5, $6)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND),
    },
    {
        .name = "points.freeze",
        .doc = "Lets no points leave a member's account; credits go on.",
        .since = "1",
        .who = WHO_MANAGER | WHO_MODERATOR,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = freeze_params,
        .result = freeze_result,
        .sql = "select * from api.points_freeze($1, $2, $3, $4, $5, $6)",
        .publishes = PUBLISHES("account.frozen"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_INVALID_STATE),
    },
    {
        .name = "points.reverse",
        .doc = "Takes the points of a purchase back, or gives spent ones back; whole or in part.",
        .since = "1",
        .who = WHO_POS | WHO_BOOKING | WHO_CRM | WHO_AGENT | WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = reverse_params,
        .result = reverse_result,
        .sql = "select * from api.points_reverse($1, $2, $3, $4, $5, $6, $7, $8)",
        .publishes = PUBLISHES("points.changed"),
        .errors =
            ERRORS(ERR_NOT_FOUND, ERR_CONFLICT, ERR_INVALID_STATE, ERR_LIMIT, ERR_ALREADY_REVERSED),
    },
    {
        .name = "points.unfreeze",
        .doc = "Lets points leave a member's account again.",
        .since = "1",
        .who = WHO_MANAGER | WHO_MODERATOR,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = freeze_params,
        .result = freeze_result,
        .sql = "select * from api.points_unfreeze($1, $2, $3, $4, $5, $6)",
        .publishes = PUBLISHES("account.frozen"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_INVALID_STATE),
    },
    {.name = NULL},
};
