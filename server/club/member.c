/* member.c -- the rows of member.*; the functions are sql/api/member.sql. */
#include <stddef.h>

#include "club/all.h"

static const struct field other[] = {
    FIELD_ID("member", "The other member."),
    FIELD_END,
};

static const struct field result[] = {
    FIELD_ID("member", "The other member."),
    FIELD_BOOL("blocked", "True: the caller blocks that member."),
    FIELD_END,
};

static const struct field blocks_params[] = {
    FIELD_INT("limit", 1, 100, "Members at most; 50 when left out.", .optional = true),
    FIELD_TEXT("cursor", 1, 64, "From the page before; the first when left out.", .optional = true),
    FIELD_END,
};

static const struct field blocked[] = {
    FIELD_ID("member", "Who is blocked."),
    FIELD_TEXT(
        "handle", 3, 24, "The handle; null: of none of the caller's clubs.", .nullable = true),
    FIELD_TIME("at", "Since when."),
    FIELD_END,
};

static const struct field blocks_result[] = {
    FIELD_LIST("blocks", 0, 100, blocked, "Newest first."),
    FIELD_TEXT("cursor", 1, 64, "For the next page; null: this was the last.", .nullable = true),
    FIELD_END,
};

const struct method member_methods[] = {
    {
        .name = "member.block",
        .doc = "Makes the caller and another member invisible to each other in feeds.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = other,
        .result = result,
        .sql = "select * from api.member_block($1, $2, $3, $4)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_LIMIT, ERR_RESTRICTED),
    },
    {
        .name = "member.blocks",
        .doc = "Lists whom the caller has blocked, newest first.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = blocks_params,
        .result = blocks_result,
        .sql = "select * from api.member_blocks($1, $2, $3)",
        .errors = ERRORS(ERR_RESTRICTED),
    },
    {
        .name = "member.unblock",
        .doc = "Takes the caller's block back; a block by the other one stays.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = other,
        .result = result,
        .sql = "select * from api.member_unblock($1, $2, $3, $4)",
        .errors = ERRORS(ERR_RESTRICTED),
    },
    {.name = NULL},
};
