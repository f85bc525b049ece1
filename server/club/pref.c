/* pref.c -- the rows of pref.*; the functions are sql/api/pref.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { TOPICS_MAX = 40, CHANNELS_MAX = 4, CHANGES_MAX = 120 };

static const char *const locales[] = {"en", "nb", "ro", "pt", "he", NULL};
static const char *const channels[] = {"inapp", "push", "email", "sms", NULL};

static const struct field topic_channel[] = {
    FIELD_WORD("channel", channels, "The channel."),
    FIELD_BOOL("enabled", "True: the member is told there."),
    FIELD_END,
};

static const struct field topic[] = {
    FIELD_TEXT("topic", 1, 24, "What it is about."),
    FIELD_BOOL("essential", "True: one channel beside the app stays on."),
    FIELD_LIST("channels", 0, CHANNELS_MAX, topic_channel, "Those that one can choose."),
    FIELD_END,
};

const struct field pref_view[] = {
    FIELD_TEXT("locale", 2, 2, "Language of messages."),
    FIELD_TEXT("tz", 1, 64, "Time zone, as in Europe/Oslo."),
    FIELD_TEXT("quiet_from", 5, 5, "From then on no marketing leaves, HH:MM in that zone."),
    FIELD_TEXT("quiet_to", 5, 5, "Until then; the same as quiet_from: no quiet hours."),
    FIELD_LIST("topics", 0, TOPICS_MAX, topic, "Channels of service messages; not consents."),
    FIELD_END,
};

static const struct field none[] = {FIELD_END};

static const struct field change[] = {
    FIELD_TEXT("topic", 1, 24, "One of the topics of pref.get."),
    FIELD_WORD("channel", channels, "The channel."),
    FIELD_BOOL("enabled", "Whether to be told there; inapp cannot be switched off."),
    FIELD_END,
};

static const struct field set_params[] = {
    FIELD_WORD("locale", locales, "Language of messages.", .optional = true),
    FIELD_TEXT("tz", 1, 64, "Time zone, as in Europe/Oslo.", .optional = true),
    FIELD_TEXT("quiet_from", 5, 5, "HH:MM in that zone.", .optional = true),
    FIELD_TEXT("quiet_to", 5, 5, "HH:MM in that zone.", .optional = true),
    FIELD_LIST("topics", 1, CHANGES_MAX, change, "Channels to change.", .optional = true),
    FIELD_END,
};

const struct method pref_methods[] = {
    {
        .name = "pref.get",
        .doc = "How the caller wants to be told: language, zone, quiet hours, channels per topic.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = none,
        .result = pref_view,
        .sql = "select * from api.pref_get($1)",
    },
    {
        .name = "pref.set",
        .doc = "Changes how the caller wants to be told; what is left out stays.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = set_params,
        .result = pref_view,
        .sql = "select * from api.pref_set($1, $2, $3, $4, $5, $6, $7, $8)",
        .publishes = PUBLISHES("pref.changed"),
        .errors = ERRORS(ERR_LIMIT),
    },
    {.name = NULL},
};
