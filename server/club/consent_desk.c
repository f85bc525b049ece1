/* consent_desk.c -- rows of consent.* for services and staff: what is in force, what members
 * are asked, whom an offer will reach (sql/api/consent_check.sql, consent_text.sql, feed_preview.sql).
 */
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

/* --- texts ----------------------------------------------------------------------------------- */

enum { LOCALES_MAX = 12, VERSIONS_MAX = 20 };

static const struct field words[] = {
    FIELD_TEXT("locale", 2, 5, "Language, like nb or pt-BR."),
    FIELD_TEXT("title", 1, 200, "Title."),
    FIELD_TEXT("body", 1, 4000, "The text one says yes or no to."),
    FIELD_TEXT("change_note",
        1,
        1000,
        "What is new since the version before; of the first version left out.",
        .optional = true),
    FIELD_END,
};

static const struct field publish_params[] = {
    FIELD_TEXT("purpose", 1, 64, "The purpose."),
    FIELD_INT("ver",
        1,
        CONSENT_TEXT_VER_MAX,
        "The version of which these are translations; left out: they are the next one.",
        .optional = true),
    FIELD_LIST("texts",
        1,
        LOCALES_MAX,
        words,
        "Of a new version: in en, nb, ro, pt, he and every language of the one before."),
    FIELD_BOOL("material",
        "Of a new version. True: yeses to older ones end; takes a second person.",
        .optional = true),
    FIELD_TIME("valid_from",
        "Of a new version: since when it is in force; now when left out.",
        .optional = true),
    FIELD_END,
};

static const struct field publish_result[] = {
    FIELD_TEXT("purpose", 1, 64, "The purpose."),
    FIELD_INT("ver", 1, CONSENT_TEXT_VER_MAX, "The version."),
    FIELD_TIME("valid_from", "Since when these texts are in force."),
    FIELD_END,
};

static const struct field texts_params[] = {
    FIELD_TEXT("purpose", 1, 64, "The purpose."),
    FIELD_INT(
        "ver", 1, CONSENT_TEXT_VER_MAX, "Only this version, with its bodies.", .optional = true),
    FIELD_TEXT("locale", 2, 5, "Only this language.", .optional = true),
    FIELD_END,
};

static const struct field version_text[] = {
    FIELD_TEXT("locale", 2, 16, "Language."),
    FIELD_TEXT("title", 1, 200, "Title."),
    FIELD_TEXT("change_note", 0, 2000, "What is new in this version."),
    FIELD_TEXT("sha256", 64, 64, "SHA-256 of title, line feed and body, in hexadecimal."),
    FIELD_TEXT("body", 1, 10000, "The text; null: ask for the version.", .nullable = true),
    FIELD_END,
};

static const struct field version[] = {
    FIELD_INT("ver", 1, CONSENT_TEXT_VER_MAX, "The version."),
    FIELD_BOOL("material", "True: yeses to older ones end with it."),
    FIELD_TIME("valid_from", "Since when it is in force, or will be."),
    FIELD_BOOL("current", "True: this one is shown now."),
    FIELD_TEXT("published_by", 1, 80, "Who published it."),
    FIELD_LIST("texts", 1, 100, version_text, "Its languages."),
    FIELD_END,
};

static const struct field texts_result[] = {
    FIELD_TEXT("purpose", 1, 64, "The purpose."),
    FIELD_INT("min_ver",
        1,
        CONSENT_TEXT_VER_MAX,
        "Oldest version whose yes still counts; null: no text yet.",
        .nullable = true),
    FIELD_LIST("versions", 0, VERSIONS_MAX, version, "Newest first, at most twenty."),
    FIELD_END,
};

/* --- feed.preview ---------------------------------------------------------------------------- */

static const struct field preview_params[] = {
    FIELD_ID("club", "The club."),
    FIELD_ID("category", "The category of the offer."),
    FIELD_END,
};

#define COUNT(n, d) FIELD_INT(n, 10, FIELD_POINTS_MAX, d, .nullable = true)

/* Counts are full tens, so that nobody is found by subtraction. */
static const struct field preview_row[] = {
    FIELD_WORD("channel", consent_channels, "The channel."),
    COUNT("will", "Members who will get it, in full tens; null: fewer than ten."),
    COUNT("unknown", "Who have not answered; null: fewer than ten."),
    COUNT("refused", "Who said no; null: fewer than ten."),
    COUNT("waiting", "Who have not confirmed their yes; null: fewer than ten."),
    COUNT("stale", "Whose yes is out of date; null: fewer than ten."),
    COUNT("closed", "Who are too young; null: fewer than ten."),
    COUNT("inactive", "Whose account is not active; null: fewer than ten."),
    COUNT("unreachable", "Without an address or device there; null: fewer than ten."),
    FIELD_END,
};

static const struct field preview_result[] = {
    FIELD_LIST("channels", 1, 6, preview_row, "One per channel."),
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
    {
        .name = "consent.publish_text",
        .doc = "Publishes a version of what members are asked, or further languages of one.",
        .since = "1",
        .who = WHO_PRIVACY,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = publish_params,
        .result = publish_result,
        .sql = "select * from api.consent_publish_text($1, $2, $3, $4, $5, $6, $7, $8)",
        .publishes = PUBLISHES("approval.needed"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_CONFLICT, ERR_APPROVAL_REQUIRED, ERR_LIMIT),
    },
    {
        .name = "consent.texts",
        .doc =
            "Lists the versions of what members are asked about one purpose, with those to come.",
        .since = "1",
        .who = WHO_PRIVACY,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = texts_params,
        .result = texts_result,
        .sql = "select * from api.consent_texts($1, $2, $3, $4)",
    },
    {
        .name = "feed.preview",
        .doc = "Tells how many members would get offer news of a category, and why others not.",
        .since = "1",
        .who = WHO_EDITOR,
        .kind = METHOD_READ,
        .lane = LANE_SLOW,
        .params = preview_params,
        .result = preview_result,
        .sql = "select * from api.feed_preview($1, $2, $3)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND),
    },
    {.name = NULL},
};
