/* points_rule.c -- rows of points.* about what purchases earn: the rules, a quote, and why
 * (sql/api/points_rule.sql).
 */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { RATE_MAX_PPM = 100000000, TIER_FACTOR_MAX_PPM = 10000000, PPM = 1000000 };

/* --- points.rule_list, points.rule_set ------------------------------------------------------- */

static const char *const states[] = {"coming", "running", "over", NULL};

#define RULE_FIELDS                                                                               \
    FIELD_ID("rule", "The rule."),                                                                \
        FIELD_ID("category", "Product category; null: all that have no rule of their own.",       \
            .nullable = true),                                                                    \
        FIELD_INT("rate_ppm", 0, RATE_MAX_PPM, "Points per minor unit of money, in millionths."), \
        FIELD_TIME("from", "Purchases from then on."),                                            \
        FIELD_TIME("to", "Purchases before then; null: without end.", .nullable = true),          \
        FIELD_WORD("state", states, "Whether it has begun, or is over."),                         \
        FIELD_BOOL("wins", "True: a line of its category bought now takes it."),                  \
        FIELD_INT("version", 1, FIELD_POINTS_MAX, "Rises with every change.")

static const struct field rule[] = {RULE_FIELDS, FIELD_END};

static const struct field rule_list_params[] = {
    FIELD_ID("club", "Which club."),
    FIELD_INT("limit", 1, 100, "Rules at most; 20 when left out.", .optional = true),
    FIELD_TEXT("cursor", 1, 64, "From the page before; the first when left out.", .optional = true),
    FIELD_END,
};

static const struct field rule_list_result[] = {
    FIELD_LIST("rules", 0, 100, rule, "Those that begin last first."),
    FIELD_TEXT("cursor", 1, 64, "For the next page; null: this was the last.", .nullable = true),
    FIELD_END,
};

static const struct field rule_set_params[] = {
    FIELD_ID("club", "Which club."),
    FIELD_ID("rule",
        "The rule to change; a new one when left out: a club has 200 at most, of those not over for a year.",
        .optional = true),
    FIELD_INT("base",
        1,
        FIELD_POINTS_MAX,
        "Of a rule to change: the version that the screen showed.",
        .optional = true),
    FIELD_ID("category",
        "Of a new rule: its product category; all that have no rule of their own when left out.",
        .optional = true),
    FIELD_INT("rate_ppm",
        0,
        RATE_MAX_PPM,
        "Points per minor unit of money, in millionths; as before when left out.",
        .optional = true),
    FIELD_TIME("from",
        "Purchases from then on; as before, or now, when left out. Not in the past: rules that "
        "have begun stay as they are.",
        .optional = true),
    FIELD_TIME("to", "Purchases before then; without end when left out.", .optional = true),
    FIELD_END,
};

/* --- points.quote_earn, points.explain ------------------------------------------------------- */

static const struct field explained_line[] = {
    FIELD_ID("category", "Product category; null: none was named.", .nullable = true),
    FIELD_OBJECT("amount", points_money, "What was paid for this line."),
    FIELD_ID("rule", "The rule it took; null: there was none.", .nullable = true),
    FIELD_INT("rate_ppm", 0, RATE_MAX_PPM, "Points per minor unit of money, in millionths."),
    FIELD_END,
};

static const struct field earn[] = {
    FIELD_LIST("lines", 0, POINTS_LINES_MAX, explained_line, "The lines of the receipt."),
    FIELD_INT("earn_ppm", 0, TIER_FACTOR_MAX_PPM, "Factor of the tier, in millionths."),
    FIELD_INT(
        "lost_ppm", 0, PPM - 1, "What rounding down the sum has cost, in millionths of a point."),
    FIELD_END,
};

static const struct field quote_params[] = {
    FIELD_ID(
        "member", "Who buys; the caller when left out, and for members always.", .optional = true),
    FIELD_ID("club", "The club whose rules apply."),
    FIELD_LIST("lines", 1, POINTS_LINES_MAX, points_line, "The whole receipt."),
    FIELD_TIME("at", "When it is bought; now when left out.", .optional = true),
    FIELD_INT("return_days",
        0,
        120,
        "Days in which goods may come back; the club's own number when left out.",
        .optional = true),
    FIELD_END,
};

static const char *const earn_states[] = {"credited", "pending", "none", NULL};

static const struct field quote_result[] = {
    FIELD_INT("points", 0, POINTS_RECEIPT_MAX, "Points it would earn."),
    FIELD_INT("tier_points", 0, POINTS_RECEIPT_MAX, "Tier points it would earn."),
    FIELD_WORD("state", earn_states, "Whether the points could be spent at once."),
    FIELD_TIME("matures_at", "End of the return window; null: none.", .nullable = true),
    FIELD_TIME(
        "expires_at", "From then on the points would be expired; null: never.", .nullable = true),
    FIELD_OBJECT("earn", earn, "How the points come about."),
    FIELD_END,
};

static const struct field explain_params[] = {
    FIELD_ID("tx", "The ledger transaction."),
    FIELD_ID("member",
        "Whose transaction; the caller's own when left out, and for members always.",
        .optional = true),
    FIELD_END,
};

static const struct field explain_result[] = {
    FIELD_ID("tx", "The ledger transaction."),
    FIELD_WORD("kind", points_kinds, "Its kind."),
    FIELD_ID("club", "The club it came from; null: none.", .nullable = true),
    FIELD_INT("amount", 1, FIELD_POINTS_MAX, "Points, or tier points, it was about."),
    FIELD_INT("reversed", 0, FIELD_POINTS_MAX, "How many of them were reversed since."),
    FIELD_ID("reverses", "The transaction that it reverses; null: none.", .nullable = true),
    FIELD_OBJECT("earn",
        earn,
        "How the points came about, those of a reversed purchase too; null: not by a purchase.",
        .nullable = true),
    FIELD_TIME("effective_at", "When it counts from, the purchase say."),
    FIELD_TIME("at", "When it was posted."),
    FIELD_END,
};

/* --- the table ------------------------------------------------------------------------------- */

const struct method points_rule_methods[] = {
    {
        .name = "points.explain",
        .doc = "Tells which rules, amounts, factor and rounding made the points of a transaction.",
        .since = "1",
        .who = WHO_MEMBER | WHO_AGENT,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = explain_params,
        .result = explain_result,
        .sql = "select * from api.points_explain($1, $2, $3)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND),
    },
    {
        .name = "points.quote_earn",
        .doc = "Tells what a purchase would earn.",
        .since = "1",
        .who = WHO_POS | WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = quote_params,
        .result = quote_result,
        .sql = "select * from api.points_quote_earn($1, $2, $3, $4, $5, $6)",
        .errors =
            ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_INVALID_STATE, ERR_LIMIT),
    },
    {
        .name = "points.rule_list",
        .doc = "Lists the earning rules of a club.",
        .since = "1",
        .who = WHO_MANAGER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = rule_list_params,
        .result = rule_list_result,
        .sql = "select * from api.points_rule_list($1, $2, $3, $4)",
        .errors = ERRORS(ERR_FORBIDDEN),
    },
    {
        .name = "points.rule_set",
        .doc = "Makes an earning rule, or changes one: of one that has begun only its end.",
        .since = "1",
        .who = WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = rule_set_params,
        .result = rule,
        .sql = "select * from api.points_rule_set($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_CONFLICT, ERR_INVALID_STATE, ERR_LIMIT),
    },
    {.name = NULL},
};
