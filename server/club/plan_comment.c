/* plan_comment.c -- the rows of plan.comment*; the functions are sql/api/plan_comment.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { BODY_MAX = 2000, PAGE_MAX = 100 };

static const char *const states[] = {"published", "deleted", NULL};

const struct field plan_comment_view[] = {
    FIELD_ID("comment", "The comment."),
    FIELD_ID("plan", "Its plan."),
    FIELD_ID("item", "The item it is about.", .optional = true),
    FIELD_OBJECT("author", notify_actor, "Who wrote it."),
    FIELD_TEXT("body", 1, BODY_MAX, "Text."),
    FIELD_TIME("at", "When it was written."),
    FIELD_END,
};

/* event plan.comment */
const struct field plan_comment_refs[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_ID("comment", "The comment."),
    FIELD_ID("item", "The item it is about.", .optional = true),
    FIELD_WORD("state", states, "New, or deleted."),
    FIELD_END,
};

static const struct field comment_params[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_TEXT("body", 1, BODY_MAX, "Text."),
    FIELD_ID("item", "The item it is about; the plan when left out.", .optional = true),
    FIELD_END,
};

static const struct field commented[] = {
    FIELD_ID("comment", "The comment."),
    FIELD_ID("plan", "Its plan."),
    FIELD_ID("item", "The item it is about.", .optional = true),
    FIELD_WORD("state", states, "Its state."),
    FIELD_TIME("at", "When it was written."),
    FIELD_END,
};

static const struct field one_comment[] = {FIELD_ID("comment", "The comment."), FIELD_END};

static const struct field deleted[] = {
    FIELD_ID("comment", "The comment."),
    FIELD_WORD("state", states, "Deleted."),
    FIELD_END,
};

static const struct field page_params[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_ID("item", "Only what is about this item.", .optional = true),
    FIELD_ID("before", "The oldest comment already there, for the next page.", .optional = true),
    FIELD_INT("limit", 1, PAGE_MAX, "Rows at most; 50 when left out.", .optional = true),
    FIELD_END,
};

static const struct field page[] = {
    FIELD_LIST("comments", 0, PAGE_MAX, plan_comment_view, "Comments, the newest first."),
    FIELD_ID("before", "For the next page; null: this was the last.", .nullable = true),
    FIELD_END,
};

const struct method plan_comment_methods[] = {
    {
        .name = "plan.comment",
        .doc = "Comments on a plan or on one of its items; 200 times in 24 hours at most.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = comment_params,
        .result = commented,
        .sql = "select * from api.plan_comment($1, $2, $3, $4, $5, $6)",
        .publishes = PUBLISHES("plan.comment"),
        .errors = ERRORS(
            ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_GONE, ERR_NOT_MEMBER, ERR_LIMIT, ERR_RESTRICTED),
    },
    {
        .name = "plan.comment_delete",
        .doc =
            "Deletes a comment, one's own or as the owner of the plan any; its text is gone at once, everywhere.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = one_comment,
        .result = deleted,
        .sql = "select * from api.plan_comment_delete($1, $2, $3, $4)",
        .publishes = PUBLISHES("plan.comment"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_GONE, ERR_NOT_MEMBER, ERR_RESTRICTED),
    },
    {
        .name = "plan.comments",
        .doc = "Answers the comments of a plan or of one of its items, the newest first.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = page_params,
        .result = page,
        .sql = "select * from api.plan_comments($1, $2, $3, $4, $5)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_RESTRICTED),
    },
    {.name = NULL},
};
