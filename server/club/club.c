/* club.c -- the rows of club.*; the functions are sql/api/club.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum {
    RANK_MAX = 1000,
    PPM_MAX = 10000000,
    LEAD_MAX = 527040, /* a year, in minutes */
    SEATS_MAX = 600,
    HOLD_MAX = 10080
};

static const char *const forms[] = {"vip", "fan", "product_interest", "benefit", NULL};
static const char *const policies[] = {"open", "application", "invitation", NULL};
static const char *const fee_kinds[] = {"free", "one_off", "periodic", NULL};
static const char *const windows[] = {"rolling", "anniversary", "calendar", NULL};
static const char *const statuses[] = {"active", "frozen", "closed", NULL};

#define CARD_FIELDS                                                                               \
    FIELD_ID("club", "The club."), FIELD_TEXT("slug", 2, 40, "Its name in addresses."),           \
        FIELD_TEXT("name", 1, 120, "Its name."), FIELD_WORD("form", forms, "What kind of club."), \
        FIELD_WORD("join_policy", policies, "How one gets in."),                                  \
        FIELD_TEXT("locale", 2, 16, "Its main language."),                                        \
        FIELD_TEXT("tz", 1, 64, "Its time zone; days are counted there."),                        \
        FIELD_TEXT("currency", 3, 3, "ISO 4217 code."),                                           \
        FIELD_INT("min_age", 1, 99, "Least age; null: none.", .nullable = true),                  \
        FIELD_WORD("status", statuses,                                                            \
            "A frozen club takes no new members and posts; a closed one is there for its staff only.")

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
    FIELD_INT("early_lead_minutes",
        0,
        LEAD_MAX,
        "Offers open so much earlier for its members, where they have no windows of their own."),
    FIELD_INT("seat_limit", 1, SEATS_MAX, "Seats that a member can book of one offer."),
    FIELD_INT("hold_minutes", 0, HOLD_MAX, "Seats are held for so long."),
    FIELD_END,
};

static const struct field category[] = {
    FIELD_ID("category", "The category."),
    FIELD_TEXT("code", 1, 64, "Its code."),
    FIELD_TEXT("name", 1, 200, "Its name in the language asked for, where there is one."),
    FIELD_END,
};

static const struct field question[] = {FIELD_TEXT(NULL, 1, 400, "A question."), FIELD_END};
static const struct field gift[] = {FIELD_ID(NULL, "A benefit of the club."), FIELD_END};
static const struct field welcome[] = {
    FIELD_INT("points", 0, 100000, "Bonus points."),
    FIELD_LIST("benefits", 0, 10, gift, "What there is a voucher for.", .scalar_items = true),
    FIELD_END,
};
static const struct field topic[] = {FIELD_TEXT(NULL, 1, 40, "A topic."), FIELD_END};

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

/* What a manager may set, and how far; sql/README.md tells what each means.  lib.club_defaults (sql/api/club.sql) holds
 * what is so in a club that says nothing. */
#define SETTINGS_FIELDS(mode)                                                                    \
    FIELD_INT("comments_per_day", 1, 10000, "Comments of a member in 24 hours.", mode),          \
        FIELD_INT(                                                                               \
            "comments_per_day_new", 1, 10000, "Comments of a new author in 24 hours.", mode),    \
        FIELD_TEXT("controller", 1, 200, "Who answers for the data; null: the club.", mode),     \
        FIELD_BOOL("dedicated_agent", "True: members have an agent of their own.", mode),        \
        FIELD_INT("expiry_months", 0, 120, "Life of points in months; 0: for ever.", mode),      \
        FIELD_INT("hold_minutes", 5, 120, "How long seats are held for who is paying.", mode),   \
        FIELD_BOOL("listed", "False: the club is there for its members only.", mode),            \
        FIELD_BOOL("magazine", "True: the club has a magazine.", mode),                          \
        FIELD_INT("marketing_per_day", 0, 2, "Offers sent to a member in 24 hours.", mode),      \
        FIELD_INT("marketing_per_week", 0, 6, "Offers sent to a member in 7 days.", mode),       \
        FIELD_INT("min_age", 0, 99, "Least age in years; 0 or null: none.", mode),               \
        FIELD_BOOL("moderate_new_authors", "True: posts of new authors wait.", mode),            \
        FIELD_INT("new_author_days", 0, 365, "A member is a new author so long.", mode),         \
        FIELD_INT("point_value_micro", 0, 1000000000,                                            \
            "What a point costs the club, in millionths of a minor unit; null: unknown.", mode), \
        FIELD_INT("posts_per_day", 1, 1000, "Posts of a member in 24 hours.", mode),             \
        FIELD_INT("posts_per_day_new", 1, 1000, "Posts of a new author in 24 hours.", mode),     \
        FIELD_BOOL("preferential_prices", "True: members have price steps of their own.", mode), \
        FIELD_LIST("questions", 0, 10, question, "What an application must answer.",             \
            .scalar_items = true, mode),                                                         \
        FIELD_INT("return_days", 0, 365, "Days that points are pending; 0: none.", mode),        \
        FIELD_INT("support_prio", 0, 9, "Added to the priority of members' cases.", mode),       \
        FIELD_LIST("topics", 0, 50, topic, "Words one can follow, beside the categories.",       \
            .scalar_items = true, mode),                                                         \
        FIELD_BOOL("transfers", "True: members may give points to one another.", mode),          \
        FIELD_BOOL("waitlist_top_tier", "True: the top tier waits ahead of the others.", mode),  \
        FIELD_OBJECT("welcome", welcome, "What a new member gets, once for life.", mode)

static const struct field settings[] = {SETTINGS_FIELDS(.nullable = true), FIELD_END};
static const struct field settings_set[] = {SETTINGS_FIELDS(.optional = true), FIELD_END};

static const char *const setting_names[] = {"comments_per_day", "comments_per_day_new",
    "controller", "dedicated_agent", "expiry_months", "hold_minutes", "listed", "magazine",
    "marketing_per_day", "marketing_per_week", "min_age", "moderate_new_authors", "new_author_days",
    "point_value_micro", "posts_per_day", "posts_per_day_new", "preferential_prices", "questions",
    "return_days", "support_prio", "topics", "transfers", "waitlist_top_tier", "welcome", NULL};
static const struct field setting[] = {FIELD_WORD(NULL, setting_names, "A setting."), FIELD_END};

const struct field club_view[] = {
    CARD_FIELDS,
    FIELD_LIST("tracks", 0, 100, track, "What one can join, cheapest first."),
    FIELD_LIST("tiers", 0, 100, tier, "Its tiers, lowest first."),
    FIELD_LIST(
        "questions", 0, 10, question, "What an application must answer.", .scalar_items = true),
    FIELD_LIST("categories", 0, 1000, category, "Its product categories."),
    FIELD_OBJECT("settings", settings, "Its settings; for its staff.", .optional = true),
    FIELD_INT("version",
        1,
        FIELD_POINTS_MAX,
        "Rises with every change; for its staff.",
        .optional = true),
    FIELD_END,
};

static const struct field tier_set[] = {
    FIELD_INT("rank", 0, RANK_MAX, "Which tier."),
    FIELD_INT("early_lead_minutes",
        0,
        LEAD_MAX,
        "Offers announced from now on open so much earlier for its members.",
        .optional = true),
    FIELD_INT(
        "seat_limit", 1, SEATS_MAX, "Seats that a member can book of one offer.", .optional = true),
    FIELD_INT("hold_minutes", 2, 30, "Seats are held for so long.", .optional = true),
    FIELD_END,
};

static const struct field update_params[] = {
    FIELD_ID("club", "Which club."),
    FIELD_INT("base", 1, FIELD_POINTS_MAX, "The version that the screen showed."),
    FIELD_TEXT("name", 1, 120, "Its name.", .optional = true),
    FIELD_WORD("join_policy", policies, "How one gets in.", .optional = true),
    FIELD_OBJECT("settings", settings_set, "Settings to change.", .optional = true),
    FIELD_LIST("clear",
        0,
        30,
        setting,
        "Settings that go back to what holds for clubs of this form.",
        .optional = true,
        .scalar_items = true),
    FIELD_LIST("tiers", 1, 100, tier_set, "What goes with its tiers.", .optional = true),
    FIELD_END,
};

const struct method club_methods[] = {
    {
        .name = "club.get",
        .doc =
            "Answers one club with its tracks, tiers and categories; to its staff with its settings.",
        .since = "1",
        .who = WHO_GUEST | WHO_MEMBER | WHO_STAFF,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = get_params,
        .result = club_view,
        .sql = "select * from api.club_get($1, $2, $3)",
        .errors = ERRORS(ERR_NOT_FOUND),
    },
    {
        .name = "club.list",
        .doc = "Lists the clubs one can look at.",
        .since = "1",
        .who = WHO_GUEST | WHO_MEMBER | WHO_STAFF,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = list_params,
        .result = list_result,
        .sql = "select * from api.club_list($1, $2, $3)",
    },
    {
        .name = "club.update",
        .doc = "Changes what is given of a club and keeps the rest.",
        .since = "1",
        .who = WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = update_params,
        .result = club_view,
        .sql = "select * from api.club_update($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        .publishes = PUBLISHES("club.changed"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_CONFLICT, ERR_INVALID_STATE),
    },
    {.name = NULL},
};
