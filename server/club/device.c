/* device.c -- the rows of device.*; the functions are sql/api/device.sql. */
#include <stddef.h>

#include "club/all.h"

static const char *const platforms[] = {"ios", "android", "web", NULL};

static const struct field register_params[] = {
    FIELD_WORD("platform", platforms, "What the device is."),
    FIELD_TEXT("push_token",
        8,
        2048,
        "What its push service knows it by; kept sealed, told to the mailer only."),
    FIELD_TEXT("app_ver", 1, 40, "Version of the app.", .optional = true),
    FIELD_ID("device", "The device whose token this replaces.", .optional = true),
    FIELD_END,
};

static const struct field register_result[] = {
    FIELD_ID("device", "The device."),
    FIELD_BOOL("new", "False: it was known already."),
    FIELD_END,
};

static const struct field device[] = {
    FIELD_ID("device", "The device."),
    FIELD_END,
};

const struct method device_methods[] = {
    {
        .name = "device.register",
        .doc = "Makes a device of the caller known for push messages; 20 at most.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = register_params,
        .result = register_result,
        .sql = "select * from api.device_register($1, $2, $3, $4, $5, $6, $7)",
        .publishes = PUBLISHES("device.new"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_LIMIT, ERR_RESTRICTED),
    },
    {
        .name = "device.remove",
        .doc = "Forgets a device of the caller and its push token.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = device,
        .result = device,
        .sql = "select * from api.device_remove($1, $2, $3, $4)",
        .errors = ERRORS(ERR_NOT_FOUND),
    },
    {.name = NULL},
};
