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
