/* stream.c -- the rows of stream.*; what they do is hub/subscribe.c. */
#include "club/stream.h"

#include <stddef.h>

#include "club/all.h"
#include "hub/subscribe.h"

static const struct field actor[] = {
    FIELD_ID("member", "The member.", .optional = true),
    FIELD_TEXT("handle", 1, 24, "The member's handle.", .optional = true),
    FIELD_BOOL("former", "True: a member who has left for good.", .optional = true),
    FIELD_BOOL("staff", "True: staff of the club.", .optional = true),
    FIELD_END,
};

static const struct field basis[] = {
    FIELD_TEXT("purpose", 1, 64, "The purpose, as in consent.catalog."),
    FIELD_TEXT("scope", 1, 20, "Id of its club or category; 0 when it has none."),
    FIELD_TEXT("channel", 1, 16, "Always inapp here."),
    FIELD_END,
};

const struct field stream_event[] = {
    FIELD_TEXT("stream", 1, 64, "The stream, by its name on the wire."),
    FIELD_INT("seq", 1, FIELD_POINTS_MAX, "Its number in the stream; without gaps."),
    FIELD_TEXT("type", 1, 64, "Which event."),
    FIELD_TIME("at", "When it happened."),
    FIELD_OBJECT("actor",
        actor,
        "Who did it; left out or null when nobody is named.",
        .optional = true,
        .nullable = true),
    FIELD_OBJECT(
        "data", NULL, "The event's refs, and its view where that may be shown.", .open = true),
    FIELD_OBJECT("basis", basis, "The consent it needed; see consent.receipt.", .optional = true),
    FIELD_END,
};

static const struct field reason[] = {
    FIELD_INT("code", -32768, 9999, "As in errors."),
    FIELD_TEXT("reason", 1, 64, "As in errors."),
    FIELD_END,
};

static const struct field subscribe_params[] = {
    FIELD_TEXT("stream", 1, 64, "One of the streams of session.auth."),
    FIELD_INT("after",
        0,
        FIELD_POINTS_MAX,
        "The last seq the client has; a snapshot when left out.",
        .optional = true),
    FIELD_TEXT("epoch", 1, 64, "The lineage that seq belongs to.", .optional = true),
    FIELD_END,
};

static const struct field subscribe_result[] = {
    FIELD_TEXT("stream", 1, 64, "The stream, by its name on the wire."),
    FIELD_TEXT("epoch", 1, 64, "Lineage of the database."),
    FIELD_INT("seq", 0, FIELD_POINTS_MAX, "Covered up to here; live events start at the next."),
    FIELD_BOOL("recovered",
        "True: events cover everything after the given seq, seqs not in it are "
        "skipped ones; false: take the snapshot."),
    FIELD_LIST("events", 0, 10000, stream_event, "What was missed, ascending.", .optional = true),
    FIELD_ANY("snapshot", "The state as of seq; see streams.", .optional = true),
    FIELD_END,
};

static const struct field many_params[] = {
    FIELD_LIST("streams", 1, 50, subscribe_params, "What stream.subscribe takes, for each."),
    FIELD_END,
};

static const struct field many_item[] = {
    FIELD_TEXT("stream", 1, 64, "The stream, by its name on the wire."),
    FIELD_OBJECT(
        "error", reason, "Why it could not be; nothing else is there then.", .optional = true),
    FIELD_TEXT("epoch", 1, 64, "As in stream.subscribe.", .optional = true),
    FIELD_INT("seq", 0, FIELD_POINTS_MAX, "As in stream.subscribe.", .optional = true),
    FIELD_BOOL("recovered", "As in stream.subscribe.", .optional = true),
    FIELD_LIST("events", 0, 10000, stream_event, "As in stream.subscribe.", .optional = true),
    FIELD_ANY("snapshot", "As in stream.subscribe.", .optional = true),
    FIELD_END,
};

static const struct field many_result[] = {
    FIELD_LIST("streams", 1, 50, many_item, "One for each asked for, in that order."),
    FIELD_END,
};

static const struct field unsubscribe_params[] = {
    FIELD_TEXT("stream", 1, 64, "The stream."),
    FIELD_END,
};

static const struct field nothing[] = {FIELD_END};

const struct method stream_methods[] = {
    {
        .name = "stream.subscribe",
        .doc = "Begins a stream with a snapshot, or resumes it after a known seq.",
        .since = "1",
        .who = WHO_MEMBER | WHO_STAFF,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = subscribe_params,
        .result = subscribe_result,
        .errors = ERRORS(ERR_NOT_FOUND, ERR_LIMIT, ERR_INVALID_STATE),
        .steps = STEPS(subscribe_one),
    },
    {
        .name = "stream.subscribe_many",
        .doc = "Begins or resumes several streams at once; each succeeds or fails by itself.",
        .since = "1",
        .who = WHO_MEMBER | WHO_STAFF,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = many_params,
        .result = many_result,
        .errors = ERRORS(ERR_NOT_FOUND, ERR_LIMIT, ERR_INVALID_STATE),
        .steps = STEPS(subscribe_many),
    },
    {
        .name = "stream.unsubscribe",
        .doc = "Ends a subscription of this connection.",
        .since = "1",
        .who = WHO_MEMBER | WHO_STAFF,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = unsubscribe_params,
        .result = nothing,
        .errors = ERRORS(ERR_NOT_FOUND),
        .steps = STEPS(subscribe_end),
    },
    {.name = NULL},
};
