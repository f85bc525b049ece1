/* send.c -- the rows of send.*, for the service that sends messages; the functions are sql/api/send.sql. */
#include <stddef.h>

#include "club/all.h"

enum { JOBS_MAX = 100, ADDRESSES_MAX = 20, BODY_MAX = 20000 };

static const char *const channels[] = {"push", "email", "sms", "phone", NULL};
static const char *const outcomes[] = {"sent", "bounced", "complaint", NULL};

static const struct field channel[] = {
    FIELD_WORD("", channels, "A channel."),
    FIELD_END,
};

static const struct field take_params[] = {
    FIELD_INT("limit", 1, JOBS_MAX, "Messages at most; 20 when left out.", .optional = true),
    FIELD_LIST("channels",
        1,
        4,
        channel,
        "Only these channels; all when left out.",
        .optional = true,
        .scalar_items = true),
    FIELD_END,
};

static const struct field address[] = {
    FIELD_TEXT("", 1, 2048, "An e-mail address, a number or a push token."),
    FIELD_END,
};

static const struct field job[] = {
    FIELD_ID("job", "The message, for send.result."),
    FIELD_WORD("channel", channels, "How it goes."),
    FIELD_TEXT("template", 1, 40, "What kind of message it is."),
    FIELD_ID("member", "Whom it is for; left out: somebody who is no member.", .optional = true),
    FIELD_LIST("to",
        1,
        ADDRESSES_MAX,
        address,
        "Where to; of several each gets it.",
        .scalar_items = true),
    FIELD_TEXT("locale", 2, 2, "Language of the words."),
    FIELD_TEXT("subject", 1, 1000, "One line."),
    FIELD_TEXT("body", 1, BODY_MAX, "Plain text."),
    FIELD_TEXT("code", 8, 8, "The code that is in it.", .optional = true),
    FIELD_TEXT("link", 1, 2048, "The link that is in it.", .optional = true),
    FIELD_TEXT("unsubscribe",
        1,
        2048,
        "For the headers List-Unsubscribe and List-Unsubscribe-Post of marketing and surveys.",
        .optional = true),
    FIELD_TIME("lease_until", "Until then send.result is awaited."),
    FIELD_END,
};

static const struct field take_result[] = {
    FIELD_LIST("jobs", 0, JOBS_MAX, job, "Codes first, then service, then marketing."),
    FIELD_BOOL("more", "True: call again at once."),
    FIELD_END,
};

static const struct field result_params[] = {
    FIELD_ID("job", "The message."),
    FIELD_WORD("outcome",
        outcomes,
        "What became of it; bounced and complaint keep its addresses from further ones."),
    FIELD_END,
};

static const struct field result_result[] = {
    FIELD_ID("job", "The message."),
    FIELD_WORD("state", outcomes, "Where it stands now."),
    FIELD_END,
};

const struct method send_methods[] = {
    {
        .name = "send.result",
        .doc = "Tells what became of a message that was taken.",
        .since = "1",
        .who = WHO_MAILER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = result_params,
        .result = result_result,
        .sql = "select * from api.send_result($1, $2, $3, $4, $5)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_INVALID_STATE),
    },
    {
        .name = "send.take",
        .doc =
            "Takes messages that are due, with addresses and words, under a lease of 60 seconds.",
        .since = "1",
        .who = WHO_MAILER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .no_idem = true, /* an answer holds addresses: it is stored nowhere */
        .params = take_params,
        .result = take_result,
        .sql = "select * from api.send_take($1, $2, $3)",
    },
    {.name = NULL},
};
