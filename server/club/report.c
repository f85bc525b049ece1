/* report.c -- the row of feed.report; the function is sql/api/moderation_report.sql. */
#include <stddef.h>

#include "club/all.h"

static const char *const kinds[] = {"post", "comment", "member", NULL};
static const char *const reasons[] = {
    "spam", "abuse", "illegal", "privacy", "off_topic", "safety", "other", NULL};
static const char *const states[] = {"open", NULL};

static const struct field report_params[] = {
    FIELD_WORD("kind", kinds, "What is reported."),
    FIELD_ID("target", "Its number."),
    FIELD_ID("club", "In which club; needed with a member.", .optional = true),
    FIELD_WORD("reason", reasons, "What is wrong with it."),
    FIELD_TEXT("note", 1, 4000, "In the reporter's own words; for moderators.", .optional = true),
    FIELD_END,
};

static const struct field report_result[] = {
    FIELD_ID("report", "The report."),
    FIELD_WORD("state", states, "Open: a moderator will decide."),
    FIELD_END,
};

const struct method report_methods[] = {
    {
        .name = "feed.report",
        .doc = "Reports a post, a comment or a member to the moderators; the author is not told by "
               "whom.",
        .since = "1",
        .who = WHO_MEMBER | WHO_AGENT | WHO_MODERATOR | WHO_EDITOR,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true, /* what it hides is gone when it is answered */
        .params = report_params,
        .result = report_result,
        .sql = "select * from api.feed_report($1, $2, $3, $4, $5, $6, $7, $8)",
        .publishes = PUBLISHES(
            "report.new", "moderation.decision", "post.removed", "comment.changed", "notify.added"),
        .errors =
            ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_INVALID_STATE, ERR_LIMIT, ERR_RESTRICTED),
    },
    {.name = NULL},
};
