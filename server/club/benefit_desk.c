/* benefit_desk.c -- the rows of benefit.* and partner.* that managers write with; the functions are
 * sql/api/benefit_desk.sql and partner.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/benefit.h"
#include "club/views.h"

static const char *const first_statuses[] = {"draft", "active", NULL};
static const char *const next_statuses[] = {"active", "paused", NULL};
static const char *const clearable[] = {
    "category", "partner", "per_member", "stock", "valid_from", "valid_to", "voucher_days", NULL};

static const struct field cleared[] = {FIELD_WORD(NULL, clearable, "A field."), FIELD_END};

/* What a benefit is made of, the same in create and update but for what must be said. */
#define BENEFIT_FIELDS(must)                                                                      \
    FIELD_WORD("kind", benefit_kinds, "What it is.", must),                                       \
        FIELD_TEXT("title", 1, 120, "Its title, one line.", must),                                \
        FIELD_TEXT("terms", 1, 4000, "What holds for it.", must),                                 \
        FIELD_WORD("how", benefit_hows,                                                           \
            "With a code that is claimed (that is so when left out), by the app or by the card; " \
            "only one with a code has a price, a stock or a limit per member.",                   \
            .optional = true),                                                                    \
        FIELD_INT("cost_points", 0, BENEFIT_POINTS_MAX, "Its price.", .optional = true),          \
        FIELD_INT("min_rank", 0, BENEFIT_RANK_MAX, "Least rank of the tier.", .optional = true),  \
        FIELD_INT("stock", 0, BENEFIT_COUNT_MAX, "How many are left; no end when left out.",      \
            .optional = true),                                                                    \
        FIELD_INT("per_member", 1, BENEFIT_COUNT_MAX, "How often a member can claim it.",         \
            .optional = true),                                                                    \
        FIELD_TIME("valid_from", "From then on.", .optional = true),                              \
        FIELD_TIME("valid_to", "Until then; vouchers end then, too.", .optional = true),          \
        FIELD_INT("voucher_days", 1, BENEFIT_DAYS_MAX, "Days that a voucher is good.",            \
            .optional = true),                                                                    \
        FIELD_ID("category", "Its product category.", .optional = true),                          \
        FIELD_ID("partner", "Where it is used; at the club when left out.", .optional = true),    \
        FIELD_BOOL(                                                                               \
            "needs_booking", "True: it must be booked with the partner before.", .optional = true)

static const struct field create_params[] = {
    FIELD_ID("club", "In which club."),
    BENEFIT_FIELDS(.optional = false),
    FIELD_WORD("status", first_statuses, "A draft when left out.", .optional = true),
    FIELD_END,
};

static const struct field update_params[] = {
    FIELD_ID("benefit", "Which benefit."),
    FIELD_INT("base", 1, FIELD_POINTS_MAX, "The version that the screen showed."),
    BENEFIT_FIELDS(.optional = true),
    FIELD_WORD("status", next_statuses, "Whether it is offered.", .optional = true),
    FIELD_LIST("clear",
        0,
        10,
        cleared,
        "Fields that are to be empty.",
        .optional = true,
        .scalar_items = true),
    FIELD_END,
};

static const struct field retire_params[] = {
    FIELD_ID("benefit", "Which benefit."),
    FIELD_INT("base", 1, FIELD_POINTS_MAX, "The version that the screen showed."),
    FIELD_END,
};

static const struct field partner_params[] = {
    FIELD_ID("club", "Of which club."),
    FIELD_ID("partner", "Which partner; a new one when left out.", .optional = true),
    FIELD_INT("base",
        1,
        FIELD_POINTS_MAX,
        "The version that the screen showed; of one that is there.",
        .optional = true),
    FIELD_TEXT("name", 1, 120, "Its name."),
    FIELD_TEXT("town", 1, 120, "Where it is.", .optional = true),
    FIELD_TEXT("country", 2, 2, "ISO 3166 code, as in NO.", .optional = true),
    FIELD_TEXT("url", 8, 300, "Its page.", .optional = true),
    FIELD_TEXT("service",
        1,
        40,
        "Which service of scope partner may redeem vouchers of its benefits.",
        .optional = true),
    FIELD_BOOL("listed", "False: members do not see it in the list.", .optional = true),
    FIELD_END,
};

const struct method benefit_desk_methods[] = {
    {
        .name = "benefit.create",
        .doc = "Adds a benefit to a club's catalogue, as a draft or active at once.",
        .since = "1",
        .who = WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = create_params,
        .result = benefit_view,
        .sql =
            "select * from api.benefit_create($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
            "$13, $14, $15, $16, $17, $18, $19)",
        .publishes = PUBLISHES("benefit.changed"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_INVALID_STATE, ERR_LIMIT),
    },
    {
        .name = "benefit.retire",
        .doc = "Takes a benefit out of the catalogue for good; its vouchers stay good.",
        .since = "1",
        .who = WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = retire_params,
        .result = benefit_view,
        .sql = "select * from api.benefit_retire($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("benefit.changed"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_CONFLICT, ERR_INVALID_STATE),
    },
    {
        .name = "benefit.update",
        .doc = "Changes what is given of a benefit and keeps the rest; vouchers stay as they are.",
        .since = "1",
        .who = WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = update_params,
        .result = benefit_view,
        .sql =
            "select * from api.benefit_update($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
            "$13, $14, $15, $16, $17, $18, $19, $20, $21)",
        .publishes = PUBLISHES("benefit.changed"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_CONFLICT, ERR_INVALID_STATE),
    },
    {
        .name = "partner.set",
        .doc = "Adds a partner, or says anew all that is told of one: what is left out is empty.",
        .since = "1",
        .who = WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = partner_params,
        .result = benefit_partner,
        .sql = "select * from api.partner_set($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_CONFLICT, ERR_LIMIT),
    },
    {.name = NULL},
};
