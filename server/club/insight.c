/* insight.c -- the rows of insight.*; the functions are sql/api/insight.sql.
 *
 * A figure about fewer than 10 members is null.
 */
#include <stddef.h>

#include "club/all.h"

enum { MONTHS_MAX = 36, COHORTS_MAX = 1000, PPM_MAX = 1000000, VALUE_MAX = 1000000000 };

static const char *const causes[] = {"goodwill", "case", "correction", "other", NULL};

#define FIGURE(name, doc) FIELD_INT(name, 0, FIELD_POINTS_MAX, doc, .nullable = true)

static const struct field points_params[] = {
    FIELD_ID("club", "Which club."),
    FIELD_INT("months",
        1,
        MONTHS_MAX,
        "How many months back, this one counted; 12 when left out.",
        .optional = true),
    FIELD_END,
};

static const struct field month[] = {
    FIELD_TEXT("month", 7, 7, "The month, in the club's time zone."),
    FIGURE("issued", "Earned by purchases and gifts."),
    FIGURE("returned", "Taken back with purchases."),
    FIGURE("redeemed", "Spent, of points earned in this club."),
    FIGURE("given_back", "Of these, given back."),
    FIGURE("expired", "Expired."),
    FIGURE("adjusted_up", "Given by staff."),
    FIGURE("adjusted_down", "Taken by staff."),
    FIGURE("forfeited", "Lost by members who left for good."),
    FIELD_END,
};

static const struct field cohort[] = {
    FIELD_TEXT("month", 7, 7, "The month in which the points were earned."),
    FIGURE("issued", "Earned then, or given by staff."),
    FIGURE("returned", "Of these, taken back with purchases."),
    FIGURE("redeemed", "Of these, spent by now."),
    FIGURE("expired", "Of these, expired by now."),
    FIGURE("breakage_ppm", "Expired of issued, in millionths."),
    FIELD_END,
};

static const struct field cause[] = {
    FIELD_WORD("cause",
        causes,
        "goodwill: by an agent; case: names one; correction: by a manager; other: the hub's own."),
    FIELD_INT("points", 0, FIELD_POINTS_MAX, "Points given and taken for it."),
    FIELD_INT("count", 0, FIELD_POINTS_MAX, "How often."),
    FIELD_END,
};

static const struct field money[] = {
    FIELD_INT("minor", 0, FIELD_POINTS_MAX, "Amount in minor units."),
    FIELD_TEXT("cur", 3, 3, "ISO 4217 code; the currency of the club."),
    FIELD_END,
};

static const struct field estimate[] = {
    FIELD_INT(
        "point_value_micro", 0, VALUE_MAX, "What a point costs, in millionths of a minor unit."),
    FIELD_INT("expected_redemption_ppm",
        0,
        PPM_MAX,
        "Share of the points that will be spent, as of those that are no more; all while none is."),
    FIELD_OBJECT("value", money, "What the liability will cost."),
    FIELD_END,
};

static const struct field points_result[] = {
    FIELD_ID("club", "The club."),
    FIELD_TIME("as_of", "Up to when postings are counted, some minutes ago at most."),
    FIELD_INT("months_back", 1, MONTHS_MAX, "How many months issued, redeemed and expired cover."),
    FIELD_INT("liability",
        -FIELD_POINTS_MAX,
        FIELD_POINTS_MAX,
        "Points of this club that are out: spendable, held and pending, less what members owe.",
        .nullable = true),
    FIGURE("issued", "In these months."),
    FIGURE("redeemed", "In these months."),
    FIGURE("expired", "In these months."),
    FIGURE("burn_earn_ppm", "Redeemed of issued, in these months, in millionths."),
    FIGURE("breakage_ppm", "Expired of issued, ever, in millionths."),
    FIGURE("redemption_ppm", "Redeemed of issued, ever, in millionths."),
    FIELD_INT("days_to_redeem",
        0,
        FIELD_POINTS_MAX,
        "From a purchase to the redemption, on average.",
        .nullable = true),
    FIELD_OBJECT("estimate",
        estimate,
        "What it will cost; null: the setting point_value_micro is not there, or the liability is hidden.",
        .nullable = true),
    FIELD_LIST("months", 0, MONTHS_MAX, month, "By the month of the posting, newest first."),
    FIELD_LIST("cohorts", 0, COHORTS_MAX, cohort, "By the month of the purchase, newest first."),
    FIELD_LIST("adjust_causes", 0, 4, cause, "Why staff gave and took, most first."),
    FIELD_END,
};

const struct method insight_methods[] = {
    {
        .name = "insight.points",
        .doc = "Tells what is outstanding of a club's points, and what became of the others.",
        .since = "1",
        .who = WHO_ANALYST | WHO_MANAGER,
        .kind = METHOD_READ,
        .lane = LANE_SLOW,
        .params = points_params,
        .result = points_result,
        .sql = "select * from api.insight_points($1, $2, $3)",
    },
    {.name = NULL},
};
