/* consent.c -- the rows of consent.*; the functions are sql/api/consent.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/consent.h"
#include "club/views.h"

enum { ITEMS_MAX = 100, STATES_MAX = 2000 };

const char *const consent_channels[] = {
    "none", "inapp", "push", "email", "sms", "phone", "post", NULL};
const char *const consent_scope_kinds[] = {"none", "category", "club", "offer", NULL};
const char *const consent_bases[] = {"consent", "explicit_consent", "li", NULL};
const char *const consent_states[] = {"requested", "pending_confirm", "given", "refused",
    "withdrawn", "expired", "stale", "objected", "allowed", NULL};
static const char *const reasons[] = {"closed", "interest", "waiting", "given", "withdrawn",
    "asked_enough", "refused", "unanswered", "stale", "expired", NULL};

/* --- states of triples ----------------------------------------------------------------------- */

static const struct field state[] = {
    FIELD_TEXT("purpose", 1, 64, "The purpose."),
    FIELD_TEXT("scope", 1, 18, "Id of the club or category; 0 when it has none."),
    FIELD_WORD("channel", consent_channels, "The channel."),
    FIELD_WORD("state", consent_states, "As of now: stale and expired are told as such at once."),
    FIELD_BOOL("in_force", "True: what needs this consent may be sent."),
    FIELD_BOOL("ask",
        "True: the app may ask about it by itself. What has no state may be asked about unless closed."),
    FIELD_WORD("why", reasons, "Why the app may ask, or may not."),
    FIELD_TEXT("change_note",
        1,
        20000,
        "Of a stale one: what has changed since, a line per version; else null.",
        .nullable = true),
    FIELD_INT(
        "text_ver", 1, CONSENT_TEXT_VER_MAX, "Version of the text; null: none.", .nullable = true),
    FIELD_TIME("expires_at", "When it ends by itself; null: never.", .nullable = true),
    FIELD_ID("event", "The piece of evidence it rests on."),
    FIELD_END,
};

const struct field consent_view[] = {
    FIELD_LIST("states", 0, STATES_MAX, state, "The triples that changed, as they are now."),
    FIELD_END,
};

static const struct field changed[] = {
    FIELD_INT("epoch", 0, FIELD_POINTS_MAX, "The caller's consent epoch; base of the next yes."),
    FIELD_LIST("states", 0, STATES_MAX, state, "The triples that changed, as they are now."),
    FIELD_END,
};

/* --- consent.catalog ------------------------------------------------------------------------- */

static const struct field catalog_params[] = {
    FIELD_TEXT("locale",
        2,
        16,
        "Language of the texts; the caller's own when left out.",
        .optional = true),
    FIELD_ID(
        "club", "Only scopes of this club; the caller's clubs when left out.", .optional = true),
    FIELD_END,
};

static const struct field channel_name[] = {
    FIELD_WORD(NULL, consent_channels, "A channel."), FIELD_END};

static const struct field purpose[] = {
    FIELD_TEXT("purpose", 1, 64, "The purpose."),
    FIELD_WORD("basis", consent_bases, "Its legal basis."),
    FIELD_WORD("scope_kind", consent_scope_kinds, "What it is limited to."),
    FIELD_LIST("channels",
        1,
        6,
        channel_name,
        "Channels one is asked about one by one.",
        .scalar_items = true),
    FIELD_LIST("double_opt_in",
        0,
        6,
        channel_name,
        "Channels on which a yes must be confirmed.",
        .scalar_items = true),
    FIELD_INT(
        "max_age_months", 1, 1200, "After so long a yes ends; null: never.", .nullable = true),
    FIELD_BOOL("closed", "True: not open to the caller at this age."),
    FIELD_INT("text_ver", 1, CONSENT_TEXT_VER_MAX, "Version of the text."),
    FIELD_INT("min_ver", 1, CONSENT_TEXT_VER_MAX, "Oldest version whose yes still counts."),
    FIELD_TEXT("locale", 2, 16, "Language of the text."),
    FIELD_TEXT("title", 1, 200, "Title."),
    FIELD_TEXT("body", 1, 10000, "The text one says yes or no to."),
    FIELD_TEXT("change_note", 0, 2000, "What is new in this version."),
    FIELD_TEXT("sha256", 64, 64, "SHA-256 of the text, in hexadecimal."),
    FIELD_TIME("valid_from", "Since when it is in force."),
    FIELD_END,
};

static const struct field club[] = {
    FIELD_ID("club", "The club."),
    FIELD_TEXT("name", 1, 120, "Its name."),
    FIELD_END,
};

static const struct field category[] = {
    FIELD_ID("category", "The category."),
    FIELD_ID("club", "Its club."),
    FIELD_TEXT("code", 1, 64, "Its code."),
    FIELD_TEXT("name", 1, 200, "Its name in the language asked for, where there is one."),
    FIELD_END,
};

static const char *const objections[] = {"allowed", "objected", NULL};

static const struct field objection[] = {
    FIELD_WORD("channel", consent_channels, "A channel on which one may object."),
    FIELD_WORD("state", objections, "What the caller has said; allowed for guests."),
    FIELD_END,
};

static const struct field interest[] = {
    FIELD_TEXT("purpose", 1, 64, "The purpose."),
    FIELD_BOOL("whole", "True: one may object to the whole; else only on single channels."),
    FIELD_BOOL("closed", "True: nothing of it is sent to the caller at this age."),
    FIELD_TEXT("locale", 2, 16, "Language of the text; null: none yet.", .nullable = true),
    FIELD_TEXT("title", 1, 200, "Title; null: none yet.", .nullable = true),
    FIELD_TEXT("body", 1, 10000, "What it is and why; null: none yet.", .nullable = true),
    FIELD_LIST("channels", 1, 6, objection, "Where one may object."),
    FIELD_END,
};

static const struct field catalog_result[] = {
    FIELD_TEXT("locale", 2, 16, "Language asked for."),
    FIELD_INT("epoch",
        0,
        FIELD_POINTS_MAX,
        "The caller's consent epoch; null for guests.",
        .nullable = true),
    FIELD_LIST("purposes", 0, 100, purpose, "What one may be asked for."),
    FIELD_LIST("interests", 0, 20, interest, "Legitimate interests: what one may object to."),
    FIELD_LIST("clubs", 0, 100, club, "Scopes of purposes that are limited to a club."),
    FIELD_LIST(
        "categories", 0, 1000, category, "Scopes of purposes that are limited to a category."),
    FIELD_LIST("states", 0, STATES_MAX, state, "The caller's answers; empty for guests."),
    FIELD_END,
};

/* --- answers --------------------------------------------------------------------------------- */

static const struct field text_item[] = {
    FIELD_TEXT("purpose", 1, 64, "The purpose."),
    FIELD_TEXT("scope", 1, 18, "Id of the club or category; 0 when left out.", .optional = true),
    FIELD_WORD("channel", consent_channels, "The channel; none when left out.", .optional = true),
    FIELD_INT("text_ver", 1, CONSENT_TEXT_VER_MAX, "Version of the text that was shown."),
    FIELD_TEXT("locale", 2, 16, "Language of the text that was shown."),
    FIELD_END,
};

static const struct field refuse_item[] = {
    FIELD_TEXT("purpose", 1, 64, "The purpose."),
    FIELD_TEXT("scope", 1, 18, "Id of the club or category; 0 when left out.", .optional = true),
    FIELD_WORD("channel", consent_channels, "The channel; none when left out.", .optional = true),
    FIELD_INT("text_ver",
        1,
        CONSENT_TEXT_VER_MAX,
        "Version of the text that was shown.",
        .optional = true),
    FIELD_TEXT("locale", 2, 16, "Language of the text that was shown.", .optional = true),
    FIELD_END,
};

static const struct field shown_params[] = {
    FIELD_LIST("items", 1, ITEMS_MAX, text_item, "What was shown."),
    CONSENT_METHOD_FIELD,
    CONSENT_APP_FIELD,
    FIELD_END,
};

static const struct field shown_result[] = {
    FIELD_INT("epoch", 0, FIELD_POINTS_MAX, "The caller's consent epoch; it has not changed."),
    FIELD_INT("recorded", 1, ITEMS_MAX, "Pieces of evidence."),
    FIELD_END,
};

static const struct field give_params[] = {
    FIELD_LIST("items", 1, ITEMS_MAX, text_item, "What one says yes to."),
    FIELD_INT("base", 0, FIELD_POINTS_MAX, "The consent epoch that the screen showed."),
    CONSENT_METHOD_FIELD,
    CONSENT_APP_FIELD,
    FIELD_END,
};

static const struct field refuse_params[] = {
    FIELD_LIST("items", 1, ITEMS_MAX, refuse_item, "What one says no to."),
    CONSENT_METHOD_FIELD,
    CONSENT_APP_FIELD,
    FIELD_END,
};

static const struct field withdraw_params[] = {
    FIELD_TEXT("purpose", 1, 64, "The purpose."),
    FIELD_TEXT("scope", 1, 18, "Only this club or category; all when left out.", .optional = true),
    FIELD_WORD(
        "channel", consent_channels, "Only this channel; all when left out.", .optional = true),
    CONSENT_METHOD_FIELD,
    CONSENT_APP_FIELD,
    FIELD_END,
};

static const struct field withdraw_all_params[] = {
    CONSENT_METHOD_FIELD,
    CONSENT_APP_FIELD,
    FIELD_END,
};

/* --- objections ------------------------------------------------------------------------------ */

static const struct field object_params[] = {
    FIELD_TEXT("purpose", 1, 64, "The legitimate interest."),
    FIELD_WORD("channel",
        consent_channels,
        "Only this channel; the whole when left out.",
        .optional = true),
    CONSENT_METHOD_FIELD,
    CONSENT_APP_FIELD,
    FIELD_END,
};

static const struct field unobject_params[] = {
    FIELD_TEXT("purpose", 1, 64, "The legitimate interest."),
    FIELD_WORD("channel",
        consent_channels,
        "Only this channel; the whole when left out.",
        .optional = true),
    FIELD_INT("base", 0, FIELD_POINTS_MAX, "The consent epoch that the screen showed."),
    CONSENT_METHOD_FIELD,
    CONSENT_APP_FIELD,
    FIELD_END,
};

/* --- with a code or a link -------------------------------------------------------------------- */

static const struct field confirm_params[] = {
    FIELD_TEXT("code", 8, 8, "The eight digits of the message."),
    FIELD_TEXT("email",
        3,
        254,
        "For who is not signed in: the e-mail address of the account.",
        .optional = true),
    CONSENT_METHOD_FIELD,
    CONSENT_APP_FIELD,
    FIELD_END,
};

static const struct field unsubscribe_params[] = {
    FIELD_TEXT("token", 43, 43, "The last part of the link."),
    FIELD_END,
};

/* --- the table ------------------------------------------------------------------------------- */

const struct method consent_methods[] = {
    {
        .name = "consent.catalog",
        .doc = "Tells what one may be asked for, in words, and what the caller has answered.",
        .since = "1",
        .who = WHO_GUEST | WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = catalog_params,
        .result = catalog_result,
        .sql = "select * from api.consent_catalog($1, $2, $3)",
        .errors = ERRORS(ERR_NOT_FOUND),
    },
    {
        .name = "consent.confirm",
        .doc = "Confirms what one said yes to on a channel, with the code that came there.",
        .since = "1",
        .who = WHO_GUEST | WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .no_idem = true,
        .context = true,
        .params = confirm_params,
        .result = changed,
        .sql = "select * from api.consent_confirm($1, $2, $3, $4, $5, $6)",
        .publishes = PUBLISHES("consent.changed"),
        .errors = ERRORS(ERR_CODE_INVALID, ERR_CLOSED, ERR_RESTRICTED),
    },
    {
        .name = "consent.give",
        .doc = "Says yes to triples of purpose, scope and channel, to the texts that were shown.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .context = true,
        .params = give_params,
        .result = changed,
        .sql = "select * from api.consent_give($1, $2, $3, $4, $5, $6, $7, $8)",
        .publishes = PUBLISHES("consent.changed"),
        .errors =
            ERRORS(ERR_NOT_FOUND, ERR_CONFLICT, ERR_LIMIT, ERR_STALE, ERR_CLOSED, ERR_RESTRICTED),
    },
    {
        .name = "consent.object",
        .doc = "Objects to a legitimate interest; answered when it is in force everywhere.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .context = true,
        .barrier = true,
        .params = object_params,
        .result = changed,
        .sql = "select * from api.consent_object($1, $2, $3, $4, $5, $6, $7, $8)",
        .publishes = PUBLISHES("consent.changed"),
        .errors = ERRORS(ERR_CLOSED),
    },
    {
        .name = "consent.refuse",
        .doc = "Says no to triples; where a yes was given it is taken back.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .context = true,
        .barrier = true,
        .params = refuse_params,
        .result = changed,
        .sql = "select * from api.consent_refuse($1, $2, $3, $4, $5, $6, $7)",
        .publishes = PUBLISHES("consent.changed"),
        .errors = ERRORS(ERR_NOT_FOUND),
    },
    {
        .name = "consent.shown",
        .doc = "Records which texts a screen has shown, as proof of what was asked.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .context = true,
        .params = shown_params,
        .result = shown_result,
        .sql = "select * from api.consent_shown($1, $2, $3, $4, $5, $6, $7)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_LIMIT, ERR_STALE, ERR_RESTRICTED),
    },
    {
        .name = "consent.unobject",
        .doc = "Takes an objection to a legitimate interest back.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .context = true,
        .params = unobject_params,
        .result = changed,
        .sql = "select * from api.consent_unobject($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        .publishes = PUBLISHES("consent.changed"),
        .errors = ERRORS(ERR_CONFLICT, ERR_LIMIT, ERR_CLOSED, ERR_RESTRICTED),
    },
    {
        .name = "consent.unsubscribe",
        .doc =
            "Takes one kind of message back with the link in it; answered when in force everywhere.",
        .since = "1",
        .who = WHO_GUEST | WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .no_idem = true,
        .context = true,
        .params = unsubscribe_params,
        .result = changed,
        .sql = "select * from api.consent_unsubscribe($1, $2, $3)",
        .publishes = PUBLISHES("consent.changed"),
        .errors = ERRORS(ERR_NOT_FOUND),
    },
    {
        .name = "consent.withdraw",
        .doc = "Takes a yes back; answered when it is in force everywhere.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .context = true,
        .barrier = true,
        .params = withdraw_params,
        .result = changed,
        .sql = "select * from api.consent_withdraw($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        .publishes = PUBLISHES("consent.changed"),
    },
    {
        .name = "consent.withdraw_all",
        .doc =
            "Takes every yes back but explicit ones for a trip; answered when in force everywhere.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .context = true,
        .barrier = true,
        .params = withdraw_all_params,
        .result = changed,
        .sql = "select * from api.consent_withdraw_all($1, $2, $3, $4, $5, $6)",
        .publishes = PUBLISHES("consent.changed"),
    },
    {.name = NULL},
};
