/* feed.c -- the rows of feed.* that are about posts; the functions are sql/api/feed*.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { RANK_MAX = 1000 };

/* --- a post ---------------------------------------------------------------------------------- */

static const char *const written_kinds[] = {"story", "recommendation", "question", NULL};
static const char *const post_kinds[] = {"story", "recommendation", "question", "announcement",
    "article", "offer_news", "surprise_reveal", NULL};
static const char *const post_states[] = {"pending", "published", "hidden", "deleted", NULL};
static const char *const reactions[] = {"like", "thanks", "wow", "going", NULL};
static const char *const deeds[] = {"comment", "delete", "edit", "hide", "react", "report", NULL};

static const struct field tier[] = {
    FIELD_INT("rank", 0, RANK_MAX, "Rank of the tier."),
    FIELD_TEXT("name", 1, 120, "Name of the tier."),
    FIELD_END,
};

const struct field feed_author[] = {
    FIELD_ID("member", "The member.", .optional = true),
    FIELD_TEXT("handle", 1, 24, "The member's handle.", .optional = true, .nullable = true),
    FIELD_TEXT("name", 1, 200, "Real name, where com.profile allows it.", .optional = true),
    FIELD_TEXT("town", 1, 200, "Town, where com.profile allows it.", .optional = true),
    FIELD_OBJECT("tier", tier, "Tier, where com.badge allows it.", .optional = true),
    FIELD_BOOL("former", "True: a member who has left for good.", .optional = true),
    FIELD_BOOL("staff", "True: staff of the club.", .optional = true),
    FIELD_END,
};

static const struct field audience[] = {
    FIELD_INT("min_rank", 0, RANK_MAX, "Members of this tier or a higher one."),
    FIELD_END,
};

static const struct field picture[] = {
    FIELD_TEXT("path", 2, 300, "Path of a picture that the club publishes."),
    FIELD_TEXT("alt", 0, 300, "What it shows, in words.", .optional = true),
    FIELD_END,
};

const struct field feed_mention[] = {
    FIELD_ID("member", "The member."),
    FIELD_TEXT("handle", 1, 24, "The member's handle now."),
    FIELD_INT("from", 0, FEED_BODY_MAX, "Where the @ stands in body, in code points from 0."),
    FIELD_INT("to", 1, FEED_BODY_MAX, "Where the text goes on after the handle."),
    FIELD_END,
};

/* What is equal for all who may see a post. */
/* clang-format off */
#define POST_FIELDS                                                                                          \
    FIELD_ID("post", "The post."),                                                                           \
    FIELD_ID("club", "Its club."),                                                                           \
    FIELD_WORD("kind", post_kinds, "What it is."),                                                           \
    FIELD_OBJECT("author", feed_author, "Who wrote it, as far as it may be shown."),                         \
    FIELD_TEXT("title", 1, 120, "Title; null: none.", .nullable = true),                                     \
    FIELD_TEXT("body", 1, FEED_BODY_MAX, "Text."),                                                           \
    FIELD_LIST("mentions", 0, FEED_MENTIONS_MAX, feed_mention, "Handles in body that are links, in order."), \
    FIELD_LIST("media", 0, 10, picture, "Pictures of the club."),                                            \
    FIELD_INT("rating", 1, 5, "Of a recommendation; null: none.", .nullable = true),                         \
    FIELD_TEXT("subject", 1, 80, "What a recommendation is about; null: none.", .nullable = true),           \
    FIELD_ID("category", "Product category of offer news; null: none.", .nullable = true),                   \
    FIELD_OBJECT("audience", audience, "Whom it is for; null: the whole club.", .nullable = true),           \
    FIELD_WORD("state", post_states, "Published, but for an author's own post that is not."),                \
    FIELD_INT("version", 1, FEED_COUNT_MAX, "Rises with every edit; base of the next."),                     \
    FIELD_TIME("published_at", "When it was published; null: not yet.", .nullable = true),                   \
    FIELD_TIME("edited_at", "When it was last edited; null: never.", .nullable = true),                      \
    FEED_COUNT_FIELDS
/* clang-format on */

const struct field feed_view[] = {POST_FIELDS, FIELD_END};

static const struct field basis[] = {
    FIELD_TEXT("purpose", 1, 64, "The purpose, as in consent.catalog."),
    FIELD_TEXT("scope", 1, 20, "Its category."),
    FIELD_TEXT("channel", 1, 16, "Always inapp."),
    FIELD_END,
};

static const struct field reaction_name[] = {FIELD_WORD(NULL, reactions, "A kind."), FIELD_END};
static const struct field deed_name[] = {FIELD_WORD(NULL, deeds, "A verb of feed."), FIELD_END};

/* The same and what is the caller's own: lists and answers only, events are shared. */
static const struct field post_item[] = {
    POST_FIELDS,
    FIELD_LIST("reacted", 0, 4, reaction_name, "The caller's reactions.", .scalar_items = true),
    FIELD_LIST("can", 0, 6, deed_name, "What the caller may do with it.", .scalar_items = true),
    FIELD_OBJECT(
        "basis", basis, "The caller's consent it is listed for; null: none.", .nullable = true),
    FIELD_END,
};

/* --- parameters and results ------------------------------------------------------------------ */

static const struct field post_params[] = {
    FIELD_ID("club", "Where."),
    FIELD_WORD("kind", written_kinds, "What it is."),
    FIELD_TEXT("title", 1, 120, "Title.", .optional = true),
    FIELD_TEXT("body", 1, FEED_BODY_MAX, "Text; @handle mentions, #topic is on a topic."),
    FIELD_INT("rating", 1, 5, "Of a recommendation.", .optional = true),
    FIELD_TEXT("subject", 1, 80, "What a recommendation is about.", .optional = true),
    FIELD_OBJECT("audience", audience, "The whole club when left out.", .optional = true),
    FIELD_END,
};

static const struct field offer_params[] = {
    FIELD_ID("club", "Where."),
    FIELD_ID("category", "Product category; only members who allow offers of it get the news."),
    FIELD_TEXT("title", 1, 120, "Title."),
    FIELD_TEXT("body", 1, FEED_BODY_MAX, "Text."),
    FIELD_LIST("media", 0, 10, picture, "Pictures that the club publishes.", .optional = true),
    FIELD_OBJECT("audience", audience, "The whole club when left out.", .optional = true),
    FIELD_END,
};

static const struct field announce_params[] = {
    FIELD_ID("club", "Where."),
    FIELD_TEXT("title", 1, 120, "Title."),
    FIELD_TEXT("body", 1, FEED_BODY_MAX, "Text; one that points to an offer is refused."),
    FIELD_LIST("media", 0, 10, picture, "Pictures that the club publishes.", .optional = true),
    FIELD_OBJECT("audience", audience, "The whole club when left out.", .optional = true),
    FIELD_END,
};

static const struct field edit_params[] = {
    FIELD_ID("post", "The post."),
    FIELD_INT("base", 1, FEED_COUNT_MAX, "The version that was edited."),
    FIELD_TEXT("title", 1, 120, "Title; none when left out.", .optional = true),
    FIELD_TEXT("body", 1, FEED_BODY_MAX, "Text."),
    FIELD_INT("rating", 1, 5, "Of a recommendation; none when left out.", .optional = true),
    FIELD_TEXT(
        "subject", 1, 80, "What a recommendation is about; none when left out.", .optional = true),
    FIELD_END,
};

static const struct field edited[] = {
    FIELD_ID("post", "The post."),
    FIELD_WORD("state", post_states, "Its state; pending: a moderator looks first."),
    FIELD_INT("version", 1, FEED_COUNT_MAX, "Its version."),
    FIELD_TIME("edited_at", "When it was edited."),
    FIELD_END,
};

static const struct field follow_params[] = {
    FIELD_ID("club", "Which club."),
    FIELD_TEXT(
        "topic", 1, 40, "The code of one of its categories, or one of the words in its settings."),
    FIELD_BOOL("on", "False: no longer."),
    FIELD_END,
};

static const struct field topic[] = {FIELD_TEXT(NULL, 1, 40, "A topic."), FIELD_END};

static const struct field followed[] = {
    FIELD_ID("club", "The club."),
    FIELD_TEXT("topic", 1, 40, "The topic."),
    FIELD_BOOL("on", "True: followed."),
    FIELD_LIST("topics", 0, 100, topic, "All that the caller follows there.", .scalar_items = true),
    FIELD_END,
};

static const struct field hide_params[] = {
    FIELD_ID("post", "The post."),
    FIELD_BOOL("on", "False: show it again."),
    FIELD_END,
};

static const struct field hidden[] = {
    FIELD_ID("post", "The post."),
    FIELD_BOOL("on", "True: hidden."),
    FIELD_END,
};

static const struct field published[] = {
    FIELD_ID("post", "The post."),
    FIELD_WORD("state", post_states, "Its state; pending: a moderator looks first."),
    FIELD_INT("version", 1, 1, "Its version."),
    FIELD_TIME("published_at", "When it was published; null: not yet.", .nullable = true),
    FIELD_END,
};

static const struct field one_post[] = {
    FIELD_ID("post", "The post."),
    FIELD_END,
};

static const struct field deleted[] = {
    FIELD_ID("post", "The post."),
    FIELD_WORD("state", post_states, "Deleted."),
    FIELD_END,
};

static const struct field list_params[] = {
    FIELD_ID("club", "Which club."),
    FIELD_INT("limit", 1, 100, "Posts at most; 20 when left out.", .optional = true),
    FIELD_TEXT(
        "cursor", 1, 64, "From the page before; the newest when left out.", .optional = true),
    FIELD_BOOL("include_offers",
        "True: offer news too, also of categories one has not said yes to.",
        .optional = true),
    FIELD_END,
};

static const struct field list_result[] = {
    FIELD_LIST("posts", 0, 100, post_item, "Newest first."),
    FIELD_TEXT("cursor", 1, 64, "For the next page; null: this was the last.", .nullable = true),
    FIELD_END,
};

/* --- the table ------------------------------------------------------------------------------- */

const struct method feed_methods[] = {
    {
        .name = "feed.announce",
        .doc = "Publishes an announcement of the club about its service.",
        .since = "1",
        .who = WHO_EDITOR,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = announce_params,
        .result = published,
        .sql = "select * from api.feed_announce($1, $2, $3, $4, $5, $6, $7, $8)",
        .publishes = PUBLISHES("post.published"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_INVALID_STATE),
    },
    {
        .name = "feed.delete",
        .doc = "Deletes the caller's own post; its texts are gone at once, everywhere.",
        .since = "1",
        .who = WHO_MEMBER | WHO_EDITOR,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = one_post,
        .result = deleted,
        .sql = "select * from api.feed_delete($1, $2, $3, $4)",
        .publishes = PUBLISHES("post.removed"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_GONE, ERR_RESTRICTED),
    },
    {
        .name = "feed.edit",
        .doc = "Replaces title, text, rating and subject of the caller's own post.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = edit_params,
        .result = edited,
        .sql = "select * from api.feed_edit($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        .publishes = PUBLISHES("notify.added", "post.edited", "post.removed", "report.new"),
        .errors = ERRORS(ERR_NOT_FOUND,
            ERR_GONE,
            ERR_CONFLICT,
            ERR_NOT_MEMBER,
            ERR_INVALID_STATE,
            ERR_LIMIT,
            ERR_CLOSED,
            ERR_RESTRICTED),
    },
    {
        .name = "feed.follow",
        .doc = "Follows a topic of a club, or no longer; posts that say #topic are told.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = follow_params,
        .result = followed,
        .sql = "select * from api.feed_follow($1, $2, $3, $4, $5, $6)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_LIMIT, ERR_RESTRICTED),
    },
    {
        .name = "feed.get",
        .doc = "Answers one post as the caller may see it.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = one_post,
        .result = post_item,
        .sql = "select * from api.feed_get($1, $2)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_RESTRICTED),
    },
    {
        .name = "feed.hide",
        .doc = "Takes a post out of the caller's own lists, or back into them.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = hide_params,
        .result = hidden,
        .sql = "select * from api.feed_hide($1, $2, $3, $4, $5)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_LIMIT, ERR_RESTRICTED),
    },
    {
        .name = "feed.list",
        .doc = "Lists the posts of a club, newest first, as the caller may see them.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = list_params,
        .result = list_result,
        .sql = "select * from api.feed_list($1, $2, $3, $4, $5)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_RESTRICTED),
    },
    {
        .name = "feed.offer_news",
        .doc = "Publishes an offer in a category, for members who allow offers of it.",
        .since = "1",
        .who = WHO_EDITOR,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = offer_params,
        .result = published,
        .sql = "select * from api.feed_offer_news($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        .publishes = PUBLISHES("post.published"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_INVALID_STATE),
    },
    {
        .name = "feed.post",
        .doc = "Publishes a story, a recommendation or a question in a club.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = post_params,
        .result = published,
        .sql = "select * from api.feed_post($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        .coalesce = "", /* a batch of several clubs costs less than several batches */
        .batch_sql = "select * from api.feed_post_many($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        .publishes = PUBLISHES("notify.added", "post.published", "report.new"),
        .errors = ERRORS(ERR_FORBIDDEN,
            ERR_NOT_FOUND,
            ERR_NOT_MEMBER,
            ERR_INVALID_STATE,
            ERR_LIMIT,
            ERR_CLOSED,
            ERR_RESTRICTED),
    },
    {.name = NULL},
};
