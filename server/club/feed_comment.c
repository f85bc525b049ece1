/* feed_comment.c -- the rows of feed.* that are about comments and reactions; the functions are sql/api/feed_comment.sql
 * and feed_react.sql.
 */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { BODY_MAX = 2000 };

static const char *const comment_states[] = {"published", "deleted", NULL};
static const char *const reactions[] = {"like", "thanks", "wow", "going", NULL};
static const char *const deeds[] = {"delete", "edit", "report", NULL};

/* --- a comment ------------------------------------------------------------------------------- */

/* What is equal for all who may see it. */
/* clang-format off */
#define COMMENT_FIELDS                                                                                       \
    FIELD_ID("comment", "The comment."),                                                                     \
    FIELD_ID("post", "Its post."),                                                                           \
    FIELD_ID("parent", "The comment that it answers; null: none.", .nullable = true),                        \
    FIELD_OBJECT("author", feed_author, "Who wrote it, as far as it may be shown."),                         \
    FIELD_TEXT("body", 1, BODY_MAX, "Text."),                                                                \
    FIELD_LIST("mentions", 0, FEED_MENTIONS_MAX, feed_mention, "Handles in body that are links, in order."), \
    FIELD_INT("version", 1, FEED_COUNT_MAX, "Rises with every edit; base of the next."),                     \
    FIELD_TIME("at", "When it was written."),                                                                \
    FIELD_TIME("edited_at", "When it was last edited; null: never.", .nullable = true)
/* clang-format on */

const struct field feed_comment_view[] = {COMMENT_FIELDS, FIELD_END};

static const struct field deed_name[] = {FIELD_WORD(NULL, deeds, "A verb."), FIELD_END};

static const struct field comment_item[] = {
    COMMENT_FIELDS,
    FIELD_LIST("can", 0, 3, deed_name, "What the caller may do with it.", .scalar_items = true),
    FIELD_END,
};

/* --- parameters and results ------------------------------------------------------------------ */

static const struct field comment_params[] = {
    FIELD_ID("post", "The post."),
    FIELD_TEXT("body", 1, BODY_MAX, "Text; @handle mentions."),
    FIELD_ID("parent",
        "The comment of the same post that it answers; it answers none itself.",
        .optional = true),
    FIELD_END,
};

static const struct field commented[] = {
    FIELD_ID("comment", "The comment."),
    FIELD_ID("post", "Its post."),
    FIELD_WORD("state", comment_states, "Its state."),
    FIELD_INT("version", 1, 1, "Its version."),
    FIELD_TIME("at", "When it was written."),
    FIELD_END,
};

static const struct field one_comment[] = {
    FIELD_ID("comment", "The comment."),
    FIELD_END,
};

static const struct field deleted[] = {
    FIELD_ID("comment", "The comment."),
    FIELD_WORD("state", comment_states, "Deleted."),
    FIELD_END,
};

static const struct field edit_params[] = {
    FIELD_ID("comment", "The comment."),
    FIELD_INT("base", 1, FEED_COUNT_MAX, "The version that was edited."),
    FIELD_TEXT("body", 1, BODY_MAX, "Text."),
    FIELD_END,
};

static const struct field edited[] = {
    FIELD_ID("comment", "The comment."),
    FIELD_INT("version", 1, FEED_COUNT_MAX, "Its version."),
    FIELD_TIME("edited_at", "When it was edited."),
    FIELD_END,
};

static const struct field list_params[] = {
    FIELD_ID("post", "The post."),
    FIELD_INT("limit", 1, 100, "Comments at most; 50 when left out.", .optional = true),
    FIELD_TEXT(
        "cursor", 1, 64, "From the page before; the oldest when left out.", .optional = true),
    FIELD_END,
};

static const struct field list_result[] = {
    FIELD_LIST("comments", 0, 100, comment_item, "Oldest first, answers among them."),
    FIELD_TEXT("cursor", 1, 64, "For the next page; null: this was the last.", .nullable = true),
    FIELD_END,
};

static const struct field react_params[] = {
    FIELD_ID("post", "The post."),
    FIELD_WORD("kind", reactions, "Which reaction."),
    FIELD_END,
};

static const struct field reaction_name[] = {FIELD_WORD(NULL, reactions, "A kind."), FIELD_END};

static const struct field reacted[] = {
    FIELD_ID("post", "The post."),
    FIELD_LIST("reacted", 0, 4, reaction_name, "The caller's reactions.", .scalar_items = true),
    FEED_COUNT_FIELDS,
    FIELD_END,
};

/* --- the table ------------------------------------------------------------------------------- */

const struct method feed_comment_methods[] = {
    {
        .name = "feed.comment",
        .doc = "Comments on a post, or answers a comment on it.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = comment_params,
        .result = commented,
        .sql = "select * from api.feed_comment($1, $2, $3, $4, $5, $6)",
        .publishes = PUBLISHES("notify.added", "post.comment"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_INVALID_STATE, ERR_LIMIT, ERR_CLOSED, ERR_RESTRICTED),
    },
    {
        .name = "feed.comment_delete",
        .doc = "Deletes the caller's own comment; its text is gone at once, everywhere.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = one_comment,
        .result = deleted,
        .sql = "select * from api.feed_comment_delete($1, $2, $3, $4)",
        .publishes = PUBLISHES("comment.changed"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_GONE, ERR_RESTRICTED),
    },
    {
        .name = "feed.comment_edit",
        .doc = "Replaces the text of the caller's own comment.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = edit_params,
        .result = edited,
        .sql = "select * from api.feed_comment_edit($1, $2, $3, $4, $5, $6)",
        .publishes = PUBLISHES("comment.changed", "notify.added"),
        .errors = ERRORS(ERR_NOT_FOUND,
            ERR_GONE,
            ERR_CONFLICT,
            ERR_INVALID_STATE,
            ERR_LIMIT,
            ERR_CLOSED,
            ERR_RESTRICTED),
    },
    {
        .name = "feed.comments",
        .doc = "Lists the comments of a post, oldest first, as the caller may see them.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = list_params,
        .result = list_result,
        .sql = "select * from api.feed_comments($1, $2, $3, $4)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_RESTRICTED),
    },
    {
        .name = "feed.react",
        .doc = "Adds one of the caller's reactions to a post; others see numbers only.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = react_params,
        .result = reacted,
        .sql = "select * from api.feed_react($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("post.counters"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_INVALID_STATE, ERR_RESTRICTED),
    },
    {
        .name = "feed.unreact",
        .doc = "Takes one of the caller's reactions back.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = react_params,
        .result = reacted,
        .sql = "select * from api.feed_unreact($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("post.counters"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_RESTRICTED),
    },
    {.name = NULL},
};
