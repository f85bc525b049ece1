/* consent_desk.c -- rows of consent.* for services and staff: what is in force (sql/api/consent_check.sql). */
#include <stddef.h>

#include "club/all.h"
#include "club/consent.h"

/* --- what other systems ask ------------------------------------------------------------------ */

enum { CHECK_MAX = 1000, CHECK_VALID_MS = 1000 };

static const struct field check_item[] = {
    FIELD_ID("member", "The member."),
    FIELD_TEXT("purpose", 1, 64, "The purpose: one with consent, or a legitimate interest."),
    FIELD_TEXT("scope", 1, 18, "Id of the club or category; 0 when left out.", .optional = true),
    FIELD_WORD("channel", consent_channels, "The channel; none when left out.", .optional = true),
    FIELD_END,
};

static const struct field check_params[] = {
    FIELD_LIST("items", 1, CHECK_MAX, check_item, "What is asked."),
    FIELD_END,
};

static const struct field check_row[] = {
    FIELD_BOOL("in_force", "True: it may be sent to this member now."),
    FIELD_ID("event",
        "The piece of evidence; null: not in force, or a legitimate interest.",
        .nullable = true),
    FIELD_END,
};

static const struct field check_result[] = {
    FIELD_INT("valid_ms", CHECK_VALID_MS, CHECK_VALID_MS, "How long the answer is good."),
    FIELD_LIST("results", 1, CHECK_MAX, check_row, "In the order asked."),
    FIELD_END,
};

/* --- the table ------------------------------------------------------------------------------- */

const struct method consent_desk_methods[] = {
    {
        .name = "consent.check",
        .doc = "Tells of up to 1,000 triples of members whether they are in force, for a second.",
        .since = "1",
        .who = WHO_CRM | WHO_MAILER,
        .kind = METHOD_READ,
        .lane = LANE_WRITE,
        .params = check_params,
        .result = check_result,
        .sql = "select * from api.consent_check($1, $2)",
    },
    {.name = NULL},
};
