/* notify.c -- the rows of notify.*; the functions are sql/api/notify.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { COUNT_MAX = 1000000000, UNREAD_MAX = 1000 };

static const struct field list_params[] = {
    FIELD_INT("limit", 1, 100, "Rows at most; 20 when left out.", .optional = true),
    FIELD_TEXT(
        "cursor", 1, 18, "From the page before; the newest when left out.", .optional = true),
    FIELD_END,
};

const struct field notify_actor[] = {
    FIELD_ID("member", "The member.", .optional = true),
    FIELD_TEXT("handle", 1, 24, "The member's handle.", .optional = true),
    FIELD_BOOL("former", "True: a member who has left for good.", .optional = true),
    FIELD_END,
};

static const struct field notification[] = {
    FIELD_ID("id", "Its number among the caller's."),
    FIELD_TEXT("type", 1, 24, "What it tells."),
    FIELD_TEXT("target", 0, 80, "What it is about, such as post:12."),
    FIELD_INT("count", 1, COUNT_MAX, "How often this happened on that day."),
    FIELD_OBJECT("data", NULL, "Ids, numbers and states of the newest of them.", .open = true),
    FIELD_OBJECT("actor",
        notify_actor,
        "Who caused the newest; null when nobody is named.",
        .nullable = true),
    FIELD_BOOL("read", "True: up to read_upto."),
    FIELD_TIME("at", "When the newest happened."),
    FIELD_END,
};

static const struct field list_result[] = {
    FIELD_LIST("notifications", 0, 100, notification, "Newest first."),
    FIELD_INT("unread", 0, UNREAD_MAX, "How many are unread; counting ends at 1,000."),
    FIELD_TEXT("read_upto", 1, 18, "Up to this number they are read."),
    FIELD_TEXT("cursor", 1, 18, "For the next page; null: this is the last.", .nullable = true),
    FIELD_END,
};

const struct field notify_added_refs[] = {
    FIELD_ID("id", "Its number among the member's."),
    FIELD_TEXT("type", 1, 24, "What it tells."),
    FIELD_TEXT("target", 0, 80, "What it is about, such as post:12."),
    FIELD_INT("count", 1, COUNT_MAX, "How often this happened today."),
    FIELD_INT("unread", 0, UNREAD_MAX, "How many are unread; counting ends at 1,000."),
    FIELD_END,
};

static const struct field read_params[] = {
    FIELD_ID("read_upto", "The newest notification seen."),
    FIELD_END,
};

const struct field notify_read_refs[] = {
    FIELD_TEXT("read_upto", 1, 18, "Up to this number they are read; it only rises."),
    FIELD_INT("unread", 0, UNREAD_MAX, "How many are unread; counting ends at 1,000."),
    FIELD_END,
};

const struct method notify_methods[] = {
    {
        .name = "notify.list",
        .doc = "The caller's notifications, one per kind, target and day; kept for 90 days.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = list_params,
        .result = list_result,
        .sql = "select * from api.notify_list($1, $2, $3)",
    },
    {
        .name = "notify.read",
        .doc = "Marks the caller's notifications as read, up to one.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = read_params,
        .result = notify_read_refs,
        .sql = "select * from api.notify_read($1, $2, $3, $4)",
        .publishes = PUBLISHES("notify.read"),
    },
    {.name = NULL},
};
