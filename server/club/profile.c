/* profile.c -- the rows of profile.*; the functions are sql/api/profile.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { NAME_MAX_LETTERS = 120, INTERESTS_MAX = 50, RANK_MAX = 1000 };

static const char *const locales[] = {"en", "nb", "ro", "pt", "he", NULL};
static const char *const statuses[] = {
    "pending", "active", "suspended", "restricted", "closing", NULL};

static const struct field interest[] = {FIELD_TEXT(NULL, 1, 40, "A tag."), FIELD_END};

const struct field profile_view[] = {
    FIELD_ID("member", "The member."),
    FIELD_TEXT("handle", 3, 24, "The name in clubs; null: none yet.", .nullable = true),
    FIELD_TEXT("name", 1, NAME_MAX_LETTERS, "The real name; null: not told.", .nullable = true),
    FIELD_TEXT("town", 1, NAME_MAX_LETTERS, "The town; null: not told.", .nullable = true),
    FIELD_TEXT("email", 3, 320, "The address one signs in with; null: none.", .nullable = true),
    FIELD_BOOL("email_verified", "True: a code sent there came back."),
    FIELD_TEXT("locale", 2, 16, "The language."),
    FIELD_TEXT("tz", 1, 64, "The time zone."),
    FIELD_TEXT("country", 2, 2, "ISO 3166 code; null: not told.", .nullable = true),
    FIELD_BOOL("under_18", "True: a minor."),
    FIELD_BOOL("under_consent_age", "True: a guardian decides about consent."),
    FIELD_LIST("interests", 0, INTERESTS_MAX, interest, "What one likes.", .scalar_items = true),
    FIELD_INT("version", 1, FIELD_POINTS_MAX, "Rises with every change; the next base."),
    FIELD_END,
};

static const struct field nothing[] = {FIELD_END};

static const struct field set_params[] = {
    FIELD_INT("base", 1, FIELD_POINTS_MAX, "The version that the screen showed."),
    FIELD_TEXT(
        "handle", 3, 24, "Letters a-z, digits, _ and . ; once a day at most.", .optional = true),
    FIELD_TEXT("name", 0, NAME_MAX_LETTERS, "One line; empty: none.", .optional = true),
    FIELD_TEXT("town", 0, NAME_MAX_LETTERS, "One line; empty: none.", .optional = true),
    FIELD_WORD("locale", locales, "The language.", .optional = true),
    FIELD_TEXT("tz", 1, 64, "The time zone, like Europe/Oslo.", .optional = true),
    FIELD_TEXT(
        "country", 0, 2, "ISO 3166 code; empty: none.  Minors do not change it.", .optional = true),
    FIELD_LIST("interests",
        0,
        INTERESTS_MAX,
        interest,
        "All of them; kept in lower case, each once.",
        .optional = true,
        .scalar_items = true),
    FIELD_END,
};

static const struct field set_result[] = {
    FIELD_INT("version", 1, FIELD_POINTS_MAX, "The version it has now."),
    FIELD_END,
};

static const struct field view_params[] = {
    FIELD_ID("member", "Whom."),
    FIELD_ID("club", "As seen in which club."),
    FIELD_END,
};

static const struct field tier[] = {
    FIELD_INT("rank", 0, RANK_MAX, "Its rank, from 0."),
    FIELD_TEXT("name", 1, 120, "Its name."),
    FIELD_END,
};

static const struct field view_result[] = {
    FIELD_ID("member", "The member."),
    FIELD_TEXT("handle", 3, 24, "The name in clubs; null: none yet.", .nullable = true),
    FIELD_TEXT("name",
        1,
        NAME_MAX_LETTERS,
        "The real name, where the member allows it.",
        .optional = true),
    FIELD_TEXT(
        "town", 1, NAME_MAX_LETTERS, "The town, where the member allows it.", .optional = true),
    FIELD_OBJECT("tier", tier, "The tier, where the member allows it.", .optional = true),
    FIELD_LIST("interests",
        0,
        INTERESTS_MAX,
        interest,
        "What one likes; for oneself and for staff.",
        .optional = true,
        .scalar_items = true),
    FIELD_WORD("status", statuses, "How the account stands; for staff.", .optional = true),
    FIELD_TIME("joined_at", "When the member joined the club; for staff.", .optional = true),
    FIELD_END,
};

const struct method profile_methods[] = {
    {
        .name = "profile.get",
        .doc = "Answers what the hub knows the caller by.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = nothing,
        .result = profile_view,
        .sql = "select * from api.profile_get($1)",
        .errors = ERRORS(ERR_RESTRICTED),
    },
    {
        .name = "profile.set",
        .doc = "Changes what is given of the caller's profile and keeps the rest.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = set_params,
        .result = set_result,
        .sql = "select * from api.profile_set($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        .publishes = PUBLISHES("profile.changed"),
        .errors = ERRORS(ERR_CONFLICT, ERR_AGE_LIMIT, ERR_LIMIT, ERR_RESTRICTED),
    },
    {
        .name = "profile.view",
        .doc = "Shows a fellow member as that member allows; to an agent of the club, on the "
               "record, more.",
        .since = "1",
        .who = WHO_MEMBER | WHO_AGENT,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = view_params,
        .result = view_result,
        .sql = "select * from api.profile_view($1, $2, $3)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_RESTRICTED),
    },
    {.name = NULL},
};
