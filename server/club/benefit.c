/* benefit.c -- the rows of benefit.* and partner.* that look; the functions are sql/api/benefit.sql and partner.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/benefit.h"
#include "club/views.h"

enum { ENTITLEMENTS_MAX = 1000, PARTNERS_PAGE_MAX = 100, BENEFITS_PAGE_MAX = 100 };

const char *const benefit_kinds[] = {"discount", "gift", "service", "access", "voucher", NULL};
const char *const benefit_hows[] = {"code", "app", "card", NULL};
static const char *const statuses[] = {"draft", "active", "paused", "retired", NULL};

#define PARTNER_FIELDS                                                                   \
    FIELD_ID("partner", "The partner."), FIELD_TEXT("name", 1, 120, "Its name."),        \
        FIELD_TEXT("town", 1, 120, "Where it is; null: not said.", .nullable = true),    \
        FIELD_TEXT("country", 2, 2, "ISO 3166 code; null: not said.", .nullable = true), \
        FIELD_TEXT("url", 8, 300, "Its page; null: none.", .nullable = true)

static const struct field partner_card[] = {PARTNER_FIELDS, FIELD_END};

static const struct field partner_benefit[] = {
    FIELD_ID("benefit", "The benefit."),
    FIELD_TEXT("title", 1, 120, "Its title."),
    FIELD_END,
};

const struct field benefit_partner[] = {
    PARTNER_FIELDS,
    FIELD_LIST("benefits", 0, BENEFITS_MAX, partner_benefit, "Its active benefits."),
    FIELD_TEXT("service",
        1,
        40,
        "Which service may redeem vouchers there; null: none. For managers.",
        .optional = true,
        .nullable = true),
    FIELD_BOOL(
        "listed", "False: members do not see it in the list. For managers.", .optional = true),
    FIELD_INT(
        "version", 1, FIELD_POINTS_MAX, "Rises with every change. For managers.", .optional = true),
    FIELD_END,
};

const struct field benefit_view[] = {
    FIELD_ID("benefit", "The benefit."),
    FIELD_ID("club", "The club."),
    FIELD_ID("category", "Its product category; null: none.", .nullable = true),
    FIELD_WORD("kind", benefit_kinds, "What it is."),
    FIELD_TEXT("title", 1, 120, "Its title."),
    FIELD_TEXT("terms", 1, 4000, "What holds for it."),
    FIELD_WORD("how", benefit_hows, "With a code that is claimed, by the app or by the card."),
    FIELD_INT("cost_points", 0, BENEFIT_POINTS_MAX, "Its price."),
    FIELD_INT("min_rank", 0, BENEFIT_RANK_MAX, "Least rank of the tier."),
    FIELD_TEXT(
        "min_tier", 1, 120, "Name of that tier; null: no tier is that high.", .nullable = true),
    FIELD_INT("stock", 0, BENEFIT_COUNT_MAX, "How many are left; null: no end.", .nullable = true),
    FIELD_INT("per_member",
        1,
        BENEFIT_COUNT_MAX,
        "How often a member can claim it; null: no end.",
        .nullable = true),
    FIELD_TIME("valid_from", "From then on; null: at once.", .nullable = true),
    FIELD_TIME("valid_to", "Until then; null: no end is set.", .nullable = true),
    FIELD_INT("voucher_days",
        1,
        BENEFIT_DAYS_MAX,
        "Days that a voucher is good; null: until valid_to.",
        .nullable = true),
    FIELD_BOOL("needs_booking", "True: book with the partner before it is used."),
    FIELD_OBJECT("partner", partner_card, "Where it is used; null: at the club.", .nullable = true),
    FIELD_WORD("status", statuses, "Whether it is offered."),
    FIELD_INT("version", 1, FIELD_POINTS_MAX, "Rises with every change by a manager."),
    FIELD_END,
};

/* --- what a member can use ------------------------------------------------------------------- */

static const char *const whats[] = {"voucher", "benefit", NULL};
static const char *const reasons[] = {"TIER_TOO_LOW", "NOT_ENOUGH_POINTS", "OUT_OF_STOCK",
    "NEEDS_BOOKING", "NOT_YET", "ENDED", "PER_MEMBER_LIMIT", NULL};
static const char *const voucher_states[] = {
    "issued", "redeemed", "expired", "cancelled", "given", NULL};
static const char *const causes[] = {"purchase", "welcome", "surprise", "tier", "goodwill", NULL};

static const struct field reason[] = {FIELD_WORD(NULL, reasons, "A reason."), FIELD_END};

static const struct field giver[] = {
    FIELD_ID("member", "The member.", .optional = true),
    FIELD_TEXT(
        "handle", 3, 24, "The member's handle; null: none.", .optional = true, .nullable = true),
    FIELD_BOOL("former", "True: a member who has left for good.", .optional = true),
    FIELD_END,
};

#define ENTITLEMENT_FIELDS                                                                        \
    FIELD_WORD("what", whats, "A voucher that is held, or a benefit that is offered."),           \
        FIELD_ID("benefit", "The benefit."), FIELD_ID("club", "The club."),                       \
        FIELD_WORD("kind", benefit_kinds, "What it is."),                                         \
        FIELD_TEXT("title", 1, 120, "Its title."),                                                \
        FIELD_TEXT("terms", 1, 4000, "What holds for it."),                                       \
        FIELD_WORD("how", benefit_hows, "With a code, by the app or by the card."),               \
        FIELD_INT("cost_points", 0, BENEFIT_POINTS_MAX, "Its price; a voucher is paid."),         \
        FIELD_BOOL("usable", "True: now, as it is."),                                             \
        FIELD_LIST("reasons", 0, 7, reason, "Why not.", .scalar_items = true),                    \
        FIELD_INT("need_rank", 1, BENEFIT_RANK_MAX,                                               \
            "The rank it takes; null: the tier is high enough.", .nullable = true),               \
        FIELD_INT("missing_points", 1, BENEFIT_POINTS_MAX,                                        \
            "Points that are missing; null: there are enough.", .nullable = true),                \
        FIELD_TIME("from", "From then on; null: at once.", .nullable = true),                     \
        FIELD_TIME("until", "Until then; null: no end is set.", .nullable = true),                \
        FIELD_OBJECT("partner", partner_card, "Where; null: at the club.", .nullable = true),     \
        FIELD_ID("voucher", "The voucher.", .optional = true),                                    \
        FIELD_WORD("state", voucher_states,                                                       \
            "Where the voucher stands; given: away, by the reader.", .optional = true),           \
        FIELD_WORD("cause", causes, "How the voucher came to be.", .optional = true),             \
        FIELD_OBJECT("giver", giver, "Who gave the voucher; null: nobody did.", .optional = true, \
            .nullable = true)

const struct field benefit_entitlement[] = {ENTITLEMENT_FIELDS, FIELD_END};

static const struct field entitlement_row[] = {
    ENTITLEMENT_FIELDS,
    FIELD_TEXT("code", 20, 20, "The code of a voucher; a secret.", .optional = true),
    FIELD_END,
};

const struct field benefit_claimed[] = {
    ENTITLEMENT_FIELDS,
    FIELD_TEXT("code",
        20,
        20,
        "The code; a secret. Null when the call is repeated and the voucher is used or gone.",
        .nullable = true),
    FIELD_END,
};

static const struct field entitlements_params[] = {
    FIELD_ID("club", "Of this club only; of all when left out.", .optional = true),
    FIELD_END,
};

static const struct field entitlements_result[] = {
    FIELD_LIST("entitlements",
        0,
        ENTITLEMENTS_MAX,
        entitlement_row,
        "What ends first comes first; vouchers before benefits."),
    FIELD_BOOL("more", "True: there are more; ask club by club."),
    FIELD_END,
};

/* --- lists ----------------------------------------------------------------------------------- */

static const struct field get_params[] = {FIELD_ID("benefit", "Which benefit."), FIELD_END};

static const struct field list_params[] = {
    FIELD_ID("club", "Which club."),
    FIELD_ID("category", "Of this product category only.", .optional = true),
    FIELD_INT(
        "limit", 1, BENEFITS_PAGE_MAX, "Benefits at most; 20 when left out.", .optional = true),
    FIELD_TEXT("cursor", 1, 64, "From the page before; the first when left out.", .optional = true),
    FIELD_END,
};

static const struct field list_result[] = {
    FIELD_LIST("benefits", 0, BENEFITS_PAGE_MAX, benefit_view, "Newest first."),
    FIELD_TEXT("cursor", 1, 64, "For the next page; null: this was the last.", .nullable = true),
    FIELD_END,
};

static const struct field partners_params[] = {
    FIELD_ID("club", "Which club."),
    FIELD_INT(
        "limit", 1, PARTNERS_PAGE_MAX, "Partners at most; 50 when left out.", .optional = true),
    FIELD_TEXT("cursor", 1, 64, "From the page before; the first when left out.", .optional = true),
    FIELD_END,
};

static const struct field partners_result[] = {
    FIELD_LIST("partners", 0, PARTNERS_PAGE_MAX, benefit_partner, "Oldest first."),
    FIELD_TEXT("cursor", 1, 64, "For the next page; null: this was the last.", .nullable = true),
    FIELD_END,
};

const struct method benefit_methods[] = {
    {
        .name = "benefit.entitlements",
        .doc =
            "Everything the caller can use, or why not yet: vouchers held, with their codes, and "
            "what the caller's clubs offer.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = entitlements_params,
        .result = entitlements_result,
        .sql = "select * from api.benefit_entitlements($1, $2)",
        .errors = ERRORS(ERR_RESTRICTED),
    },
    {
        .name = "benefit.get",
        .doc = "Answers one benefit; to managers also a draft.",
        .since = "1",
        .who = WHO_MEMBER | WHO_MANAGER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = get_params,
        .result = benefit_view,
        .sql = "select * from api.benefit_get($1, $2)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_GONE, ERR_RESTRICTED),
    },
    {
        .name = "benefit.list",
        .doc = "Lists the catalogue of a club, whatever the caller's tier and points; to managers "
               "also what is not active.",
        .since = "1",
        .who = WHO_MEMBER | WHO_MANAGER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = list_params,
        .result = list_result,
        .sql = "select * from api.benefit_list($1, $2, $3, $4, $5)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_MEMBER, ERR_RESTRICTED),
    },
    {
        .name = "partner.list",
        .doc =
            "Lists the partners of a club with their benefits; to managers also those not listed.",
        .since = "1",
        .who = WHO_MEMBER | WHO_MANAGER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = partners_params,
        .result = partners_result,
        .sql = "select * from api.partner_list($1, $2, $3, $4)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_MEMBER, ERR_RESTRICTED),
    },
    {.name = NULL},
};
