/* expense.c -- what a plan costs: the rows of its expenses and settlements; the functions are sql/api/expense.sql and
 * settlement.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

/* Amounts stay below 2^53 also as the sum of all that a plan can hold. */
#define AMOUNT_MAX 1000000000000
#define FX_PPB_MAX 1000000000000000
enum { PEOPLE_MAX = 50, NAMED_MAX = 400, PAGE_MAX = 20, REASONS_MAX = 100, NO_MAX = 2000 };

static const char *const modes[] = {"equal", "shares", "percent", "exact", NULL};
static const char *const expense_states[] = {"active", "deleted", NULL};
static const char *const settlement_states[] = {"marked_paid", "confirmed", "disputed", NULL};

/* A participant, wherever one is told: who has been erased has a number instead. */
#define PERSON_FIELDS                                                                   \
    FIELD_ID("member", "The member.", .optional = true),                                \
        FIELD_TEXT("handle", 1, 24, "The member's handle.", .optional = true),          \
        FIELD_INT("former", 1, 1000000,                                                 \
            "Somebody who has left for good: which of the plan's former participants.", \
            .optional = true)

static const struct field person[] = {
    PERSON_FIELDS,
    FIELD_END,
};

static const struct field money[] = {
    FIELD_INT("minor", 0, AMOUNT_MAX, "Amount in minor units."),
    FIELD_TEXT("cur", 3, 3, "ISO 4217 code."),
    FIELD_END,
};

static const struct field amount[] = {
    FIELD_INT("minor", 1, AMOUNT_MAX, "Amount in minor units."),
    FIELD_TEXT("cur", 3, 3, "ISO 4217 code."),
    FIELD_END,
};

/* --- what members see ------------------------------------------------------------------------- */

static const struct field payer_row[] = {
    PERSON_FIELDS,
    FIELD_INT("paid", 1, AMOUNT_MAX, "What the member paid, in the currency of the expense."),
    FIELD_INT("paid_base", 0, AMOUNT_MAX, "The same in the currency of the plan."),
    FIELD_END,
};

static const struct field share_row[] = {
    PERSON_FIELDS,
    FIELD_INT("weight",
        0,
        AMOUNT_MAX,
        "Parts; of percent millionths; of exact minor units of the expense's currency."),
    FIELD_INT("owed", 0, AMOUNT_MAX, "The member's share, in the currency of the plan."),
    FIELD_END,
};

const struct field expense_view[] = {
    FIELD_ID("expense", "The expense."),
    FIELD_INT("no", 1, NO_MAX, "Its number in the plan."),
    FIELD_TEXT("title", 1, 120, "What for."),
    FIELD_OBJECT("amount", amount, "What it cost."),
    FIELD_OBJECT("base", money, "The same in the currency of the plan, rounded once."),
    FIELD_INT(
        "fx_ppb", 1, FX_PPB_MAX, "Units of the plan's currency per unit x 10^9, fixed at entry."),
    FIELD_TEXT("spent_on", 10, 10, "When, like 2031-12-24."),
    FIELD_WORD("mode", modes, "How it is shared."),
    FIELD_ID("item", "What of the plan it was for; null: not said.", .nullable = true),
    FIELD_INT("version", 1, FIELD_POINTS_MAX, "Rises with every change."),
    FIELD_WORD("state", expense_states, "Active: it counts."),
    FIELD_OBJECT("by", person, "Who entered it."),
    FIELD_TIME("at", "When it was entered."),
    FIELD_LIST("payers", 1, PEOPLE_MAX, payer_row, "Who paid."),
    FIELD_LIST("shares", 1, PEOPLE_MAX, share_row, "Who owes what of it."),
    FIELD_END,
};

const struct field expense_settlement_view[] = {
    FIELD_ID("settlement", "The settlement."),
    FIELD_ID("plan", "The plan."),
    FIELD_OBJECT("payer", person, "Who pays."),
    FIELD_OBJECT("payee", person, "Who is paid."),
    FIELD_OBJECT("amount", amount, "How much, in the currency of the plan."),
    FIELD_WORD("state", settlement_states, "Only confirmed ones change balances."),
    FIELD_TIME("at", "When it was marked as paid."),
    FIELD_TIME("decided_at", "When the payee answered; null: not yet.", .nullable = true),
    FIELD_END,
};

static const struct field balance_row[] = {
    PERSON_FIELDS,
    FIELD_INT("paid", 0, FIELD_POINTS_MAX, "Paid for expenses."),
    FIELD_INT("owed", 0, FIELD_POINTS_MAX, "The shares of the member."),
    FIELD_INT("sent", 0, FIELD_POINTS_MAX, "Confirmed payments to others."),
    FIELD_INT("received", 0, FIELD_POINTS_MAX, "Confirmed payments of others."),
    FIELD_INT("net",
        -FIELD_POINTS_MAX,
        FIELD_POINTS_MAX,
        "What the member gets back; negative: owes. All of them sum to 0."),
    FIELD_END,
};

/* What plan.get tells, too. */
const struct field expense_balances[] = {
    FIELD_TEXT("cur", 3, 3, "The currency of the plan."),
    FIELD_LIST("members",
        0,
        NAMED_MAX,
        balance_row,
        "Who is in the plan, and who was and had a part in its expenses."),
    FIELD_END,
};

static const struct field balances_result[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_TEXT("cur", 3, 3, "The currency of the plan."),
    FIELD_LIST("members",
        0,
        NAMED_MAX,
        balance_row,
        "Who is in the plan, and who was and had a part in its expenses."),
    FIELD_LIST("expenses", 0, PAGE_MAX, expense_view, "The newest first."),
    FIELD_LIST("settlements",
        0,
        REASONS_MAX,
        expense_settlement_view,
        "What waits for an answer first, the caller's own before others', then the newest."),
    FIELD_INT("next",
        1,
        NO_MAX,
        "There are more expenses: before this number; null: no more.",
        .nullable = true),
    FIELD_END,
};

static const struct field balances_params[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_INT("before", 1, NO_MAX, "Expenses before this number.", .optional = true),
    FIELD_END,
};

static const struct field why_params[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_ID("a", "A participant."),
    FIELD_ID("b", "Another one."),
    FIELD_END,
};

#define SIGNED(name, doc) FIELD_INT(name, -FIELD_POINTS_MAX, FIELD_POINTS_MAX, doc)

static const struct field why_person[] = {
    PERSON_FIELDS,
    SIGNED("net", "The balance."),
    FIELD_END,
};

static const struct field why_expense[] = {
    FIELD_ID("expense", "The expense."),
    FIELD_INT("no", 1, NO_MAX, "Its number in the plan."),
    FIELD_TEXT("title", 1, 120, "What for."),
    FIELD_TEXT("spent_on", 10, 10, "When."),
    SIGNED("a", "What it did to the balance of a."),
    SIGNED("b", "What it did to the balance of b."),
    SIGNED("direct", "What a owes b of it, rounded; negative: b owes a."),
    FIELD_END,
};

static const struct field why_settlement[] = {
    FIELD_ID("settlement", "The settlement."),
    SIGNED("a", "What it did to the balance of a."),
    SIGNED("b", "What it did to the balance of b."),
    SIGNED("direct", "What a owes b by it; negative: less than before."),
    FIELD_END,
};

static const struct field why_result[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_TEXT("cur", 3, 3, "The currency of the plan, of all amounts here."),
    FIELD_OBJECT("a", why_person, "The one."),
    FIELD_OBJECT("b", why_person, "The other."),
    SIGNED(
        "direct", "What a owes b of what b paid, less the other way round and what was settled."),
    FIELD_LIST("expenses", 0, REASONS_MAX, why_expense, "Those with a part of either; the newest."),
    FIELD_LIST(
        "settlements", 0, REASONS_MAX, why_settlement, "Confirmed ones of either; the newest."),
    FIELD_END,
};

static const struct field payment[] = {
    FIELD_OBJECT("payer", person, "Who could pay."),
    FIELD_OBJECT("payee", person, "Whom."),
    FIELD_OBJECT("amount", money, "How much."),
    FIELD_END,
};

static const struct field suggest_result[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_LIST("payments", 0, NAMED_MAX, payment, "Less than there are participants."),
    FIELD_END,
};

static const struct field plan_only[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_END,
};

/* --- events ----------------------------------------------------------------------------------- */

const struct field expense_refs[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_ID("expense", "The expense."),
    FIELD_INT("no", 1, NO_MAX, "Its number in the plan."),
    FIELD_INT("version", 1, FIELD_POINTS_MAX, "Its version."),
    FIELD_WORD("state", expense_states, "Active, or deleted and counting no more."),
    FIELD_END,
};

const struct field expense_settlement_refs[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_ID("settlement", "The settlement."),
    FIELD_WORD("state", settlement_states, "Its state now."),
    FIELD_END,
};

/* --- what members do -------------------------------------------------------------------------- */

static const struct field payer_param[] = {
    FIELD_ID("member", "Who paid."),
    FIELD_INT("minor", 1, AMOUNT_MAX, "How much, in the currency of the expense."),
    FIELD_END,
};

static const struct field part_param[] = {
    FIELD_ID("member", "Who takes part."),
    FIELD_INT("weight",
        0,
        AMOUNT_MAX,
        "Parts; of percent millionths, 1000000 in sum; of exact minor units, the amount in sum.",
        .optional = true),
    FIELD_END,
};

#define FX_FIELD                                                                                                                         \
    FIELD_INT("fx_ppb", 1, FX_PPB_MAX,                                                                                                   \
        "What one unit is worth in the plan's currency, x 10^9: 86000000 for a krone of 0.086 EUR; needed where the currencies differ.", \
        .optional = true)
#define SHARE_FIELDS                                                                                   \
    FIELD_TEXT(                                                                                        \
        "spent_on", 10, 10, "When, like 2031-12-24; today when left out.", .optional = true),          \
        FIELD_WORD("mode", modes, "How it is shared; equal when left out.", .optional = true),         \
        FIELD_LIST("payers", 1, PEOPLE_MAX, payer_param,                                               \
            "Who paid, in sum the amount; the caller when left out.", .optional = true),               \
        FIELD_LIST("participants", 1, PEOPLE_MAX, part_param,                                          \
            "Who shares it; when left out who is assigned to the item, else all who are in the plan.", \
            .optional = true)

static const struct field add_params[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_TEXT("title", 1, 120, "What for."),
    FIELD_OBJECT("amount", amount, "What it cost."),
    FX_FIELD,
    SHARE_FIELDS,
    FIELD_ID("item", "What of the plan it was for.", .optional = true),
    FIELD_END,
};

static const struct field set_params[] = {
    FIELD_ID("expense", "The expense."),
    FIELD_INT("base", 1, FIELD_POINTS_MAX, "The version that the caller knows."),
    FIELD_TEXT("title", 1, 120, "What for.", .optional = true),
    FIELD_OBJECT("amount",
        amount,
        "What it cost; a single payer has paid it, several are to be said anew.",
        .optional = true),
    FX_FIELD,
    SHARE_FIELDS,
    FIELD_END,
};

static const struct field delete_params[] = {
    FIELD_ID("expense", "The expense."),
    FIELD_INT("base", 1, FIELD_POINTS_MAX, "The version that the caller knows."),
    FIELD_END,
};

static const struct field expense_changed[] = {
    FIELD_ID("expense", "The expense."),
    FIELD_ID("plan", "The plan."),
    FIELD_INT("no", 1, NO_MAX, "Its number in the plan."),
    FIELD_INT("version", 1, FIELD_POINTS_MAX, "Its version now."),
    FIELD_OBJECT("base", money, "The amount in the currency of the plan."),
    FIELD_END,
};

static const struct field mark_params[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_ID("to", "Whom the caller has paid; this or from.", .optional = true),
    FIELD_ID("from",
        "Instead, who has left the plan and has paid the caller; confirmed at once.",
        .optional = true),
    FIELD_OBJECT("amount", amount, "How much, in the currency of the plan."),
    FIELD_END,
};

static const struct field settlement_only[] = {
    FIELD_ID("settlement", "The settlement."),
    FIELD_END,
};

static const struct field settled[] = {
    FIELD_ID("settlement", "The settlement."),
    FIELD_ID("plan", "The plan."),
    FIELD_WORD("state", settlement_states, "Its state now."),
    FIELD_END,
};

const struct method expense_methods[] = {
    {
        .name = "plan.balances",
        .doc = "Shows who of a plan has paid and owes what, its settlements, and its expenses.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = balances_params,
        .result = balances_result,
        .sql = "select * from api.plan_balances($1, $2, $3)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_RESTRICTED),
    },
    {
        .name = "plan.expense_add",
        .doc = "Enters an expense of a plan: who paid, and who shares it how.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = add_params,
        .result = expense_changed,
        .sql =
            "select * from api.plan_expense_add($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        .publishes = PUBLISHES("expense.changed"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_LIMIT, ERR_RESTRICTED),
    },
    {
        .name = "plan.expense_delete",
        .doc =
            "Takes an expense out of the balances: the caller's own, or any as the plan's owner.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = delete_params,
        .result = expense_changed,
        .sql = "select * from api.plan_expense_delete($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("expense.changed"),
        .errors = ERRORS(
            ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_GONE, ERR_CONFLICT, ERR_NOT_MEMBER, ERR_RESTRICTED),
    },
    {
        .name = "plan.expense_set",
        .doc = "Corrects an expense: the caller's own, or any as the plan's owner.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = set_params,
        .result = expense_changed,
        .sql =
            "select * from api.plan_expense_set($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        .publishes = PUBLISHES("expense.changed"),
        .errors = ERRORS(ERR_FORBIDDEN,
            ERR_NOT_FOUND,
            ERR_GONE,
            ERR_CONFLICT,
            ERR_NOT_MEMBER,
            ERR_LIMIT,
            ERR_RESTRICTED),
    },
    {
        .name = "plan.expense_why",
        .doc = "Shows which expenses and settlements made the balances of two participants.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = why_params,
        .result = why_result,
        .sql = "select * from api.plan_expense_why($1, $2, $3, $4)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_RESTRICTED),
    },
    {
        .name = "plan.settle_confirm",
        .doc = "Says that the caller has got the money of a settlement; balances change.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = settlement_only,
        .result = settled,
        .sql = "select * from api.plan_settle_confirm($1, $2, $3, $4)",
        .publishes = PUBLISHES("settlement.changed"),
        .errors =
            ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_INVALID_STATE, ERR_RESTRICTED),
    },
    {
        .name = "plan.settle_dispute",
        .doc =
            "Says that the caller has not got the money of a settlement; that is its end, who pays after all marks another one.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = settlement_only,
        .result = settled,
        .sql = "select * from api.plan_settle_dispute($1, $2, $3, $4)",
        .publishes = PUBLISHES("settlement.changed"),
        .errors =
            ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_INVALID_STATE, ERR_RESTRICTED),
    },
    {
        .name = "plan.settle_mark",
        .doc = "Says that the caller has paid another participant; the hub itself moves no money.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = mark_params,
        .result = settled,
        .sql = "select * from api.plan_settle_mark($1, $2, $3, $4, $5, $6, $7)",
        .publishes = PUBLISHES("settlement.changed"),
        .errors =
            ERRORS(ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_INVALID_STATE, ERR_LIMIT, ERR_RESTRICTED),
    },
    {
        .name = "plan.settle_suggest",
        .doc = "Shows who could pay whom so that nobody of a plan owes anything.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = plan_only,
        .result = suggest_result,
        .sql = "select * from api.plan_settle_suggest($1, $2)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_RESTRICTED),
    },
    {.name = NULL},
};
