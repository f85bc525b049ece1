/* club.c -- the rows of club.*; the functions are sql/api/club.sql. */
#include <stddef.h>

#include "club/all.h"

enum { RANK_MAX = 1000, PPM_MAX = 10000000 };

static const char *const forms[] = {"vip", "fan", "product_interest", "benefit", NULL};
static const char *const policies[] = {"open", "application", "invitation", NULL};
static const char *const fee_kinds[] = {"free", "one_off", "periodic", NULL};
static const char *const windows[] = {"rolling", "anniversary", "calendar", NULL};
static const char *const statuses[] = {"active", "frozen", NULL};

#define CARD_FIELDS                                                                               \
    FIELD_ID("club", "The club."), FIELD_TEXT("slug", 2, 40, "Its name in addresses."),           \
        FIELD_TEXT("name", 1, 120, "Its name."), FIELD_WORD("form", forms, "What kind of club."), \
        FIELD_WORD("join_policy", policies, "How one gets in."),                                  \
        FIELD_TEXT("locale", 2, 16, "Its main language."),                                        \
        FIELD_TEXT("tz", 1, 64, "Its time zone; days are counted there."),                        \
        FIELD_TEXT("currency", 3, 3, "ISO 4217 code."),                                           \
        FIELD_INT("min_age", 1, 99, "Least age; null: none.", .nullable = true),                  \
        FIELD_WORD("status", statuses, "A frozen club takes no new members and posts.")

static const struct field card[] = {CARD_FIELDS, FIELD_END};

static const struct field money[] = {
    FIELD_INT("minor", 0, FIELD_POINTS_MAX, "Amount in minor units."),
    FIELD_TEXT("cur", 3, 3, "ISO 4217 code."),
    FIELD_END,
};

static const struct field track[] = {
    FIELD_ID("track", "The track."),
    FIELD_TEXT("code", 1, 64, "Its code."),
    FIELD_TEXT("name", 1, 120, "Its name."),
    FIELD_WORD("fee_kind", fee_kinds, "Whether it costs something, and how often."),
    FIELD_OBJECT("fee", money, "The fee; null: free.", .nullable = true),
    FIELD_INT(
        "period_months", 1, 1200, "Months a fee lasts; null: not periodic.", .nullable = true),
    FIELD_END,
};

static const struct field tier[] = {
    FIELD_INT("rank", 0, RANK_MAX, "Its rank, from 0."),
    FIELD_TEXT("name", 1, 120, "Its name."),
    FIELD_INT("qualify_tp", 0, FIELD_POINTS_MAX, "Tier points it takes to get there."),
    FIELD_INT("retain_tp", 0, FIELD_POINTS_MAX, "Tier points it takes to stay."),
    FIELD_WORD("window", windows, "Which points count."),
    FIELD_INT("window_months", 1, 36, "Length of the window in months."),
    FIELD_INT("earn_ppm", 0, PPM_MAX, "Factor on points earned, in millionths."),
    FIELD_END,
};

static const struct field category[] = {
    FIELD_ID("category", "The category."),
    FIELD_TEXT("code", 1, 64, "Its code."),
    FIELD_TEXT("name", 1, 200, "Its name in the language asked for, where there is one."),
    FIELD_END,
};

static const struct field question[] = {FIELD_TEXT(NULL, 1, 400, "A question."), FIELD_END};

static const struct field list_params[] = {
    FIELD_INT("limit", 1, 100, "Clubs at most; 20 when left out.", .optional = true),
    FIELD_TEXT("cursor", 1, 64, "From the page before; the first when left out.", .optional = true),
    FIELD_END,
};

static const struct field list_result[] = {
    FIELD_LIST("clubs", 0, 100, card, "The listed clubs."),
    FIELD_TEXT("cursor", 1, 64, "For the next page; null: this was the last.", .nullable = true),
    FIELD_END,
};

static const struct field get_params[] = {
    FIELD_ID("club", "Which club."),
    FIELD_TEXT("locale",
        2,
        16,
        "Language of the names; the caller's own when left out.",
        .optional = true),
    FIELD_END,
};

static const struct field get_result[] = {
    CARD_FIELDS,
    FIELD_LIST("tracks", 0, 100, track, "What one can join, cheapest first."),
    FIELD_LIST("tiers", 0, 100, tier, "Its tiers, lowest first."),
    FIELD_LIST(
        "questions", 0, 20, question, "What an application must answer.", .scalar_items = true),
    FIELD_LIST("categories", 0, 1000, category, "Its product categories."),
    FIELD_END,
};

const struct method club_methods[] = {
    {
        .name = "club.get",
        .doc = "Answers one club with its tracks, tiers and categories.",
        .since = "1",
        .who = WHO_GUEST | WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = get_params,
        .result = get_result,
        .sql = "select * from api.club_get($1, $2, $3)",
        .errors = ERRORS(ERR_NOT_FOUND),
    },
    {
        .name = "club.list",
        .doc = "Lists the clubs one can look at.",
        .since = "1",
        .who = WHO_GUEST | WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = list_params,
        .result = list_result,
        .sql = "select * from api.club_list($1, $2, $3)",
    },
    {.name = NULL},
};
