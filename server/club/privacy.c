/* privacy.c -- the rows of privacy.*; the functions are sql/api/privacy*.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

static const char *const statuses[] = {
    "pending", "active", "suspended", "restricted", "closing", NULL};
static const char *const kinds[] = {
    "access", "portability", "rectify", "erase", "restrict", "object", NULL};
static const char *const states[] = {
    "received", "verified", "executing", "done", "refused", "partly", "withdrawn", NULL};
static const char *const contents[] = {"delete", "anonymise", NULL};

static const struct field nothing[] = {FIELD_END};

/* --- requests -------------------------------------------------------------------------------- */

static const struct field request[] = {
    FIELD_ID("request", "The request."),
    FIELD_WORD("kind", kinds, "What was asked for."),
    FIELD_WORD("state", states, "Where it stands."),
    FIELD_TIME("at", "When it was made."),
    FIELD_TIME("due_at", "When it is answered at the latest."),
    FIELD_BOOL("extended", "True: the time was extended, with notice."),
    FIELD_TIME("closed_at", "When it was closed; null: it is open.", .nullable = true),
    FIELD_TIME("execute_at",
        "An erasure: from then on it is carried out; null: no erasure.",
        .nullable = true),
    FIELD_WORD("content",
        contents,
        "An erasure: what becomes of posts and comments; null: no erasure.",
        .nullable = true),
    FIELD_END,
};

const struct field privacy_view[] = {
    FIELD_WORD("status", statuses, "Status of the account."),
    FIELD_LIST("requests", 0, 50, request, "The newest requests, newest first."),
    FIELD_END,
};

static const struct field changed[] = {
    FIELD_ID("request", "The request; null: there was none.", .nullable = true),
    FIELD_WORD("status", statuses, "Status of the account."),
    FIELD_END,
};

static const struct field exported[] = {
    FIELD_ID("request", "The request."),
    FIELD_TEXT("link",
        1,
        200,
        "Path of the archive on this server, to be fetched without signing in; a secret."),
    FIELD_TIME("expires_at", "Until then the link is good, or until the next one is made."),
    FIELD_END,
};

/* --- erasure --------------------------------------------------------------------------------- */

static const struct field points[] = {
    FIELD_INT("available", 0, FIELD_POINTS_MAX, "Points that can be spent now."),
    FIELD_INT("held", 0, FIELD_POINTS_MAX, "Points reserved by holds."),
    FIELD_INT("pending", 0, FIELD_POINTS_MAX, "Points in a return window."),
    FIELD_END,
};

static const struct field club[] = {
    FIELD_ID("club", "The club."),
    FIELD_TEXT("name", 1, 120, "Its name."),
    FIELD_END,
};

static const char *const kept_words[] = {"points_ledger", "reservations", "consent_evidence",
    "moderation_decisions", "delivery_log", "audit_log", NULL};
static const struct field kept[] = {
    FIELD_WORD(NULL, kept_words, "A kind of record, without a name."), FIELD_END};

static const struct field booked[] = {
    FIELD_ID("reservation", "A reservation of what has not begun."),
    FIELD_TEXT("title", 1, 120, "What was booked."),
    FIELD_TIME("starts_at", "When it begins."),
    FIELD_OBJECT("refund", points_money, "What the policy gives back of the money, now."),
    FIELD_END,
};

static const struct field preview[] = {
    FIELD_OBJECT("points", points, "Points that would be lost."),
    FIELD_LIST("clubs", 0, 50, club, "Clubs that would be left."),
    FIELD_INT("posts", 0, FIELD_POINTS_MAX, "Posts that would be blanked or lose their author."),
    FIELD_INT(
        "comments", 0, FIELD_POINTS_MAX, "Comments that would be blanked or lose their author."),
    FIELD_LIST(
        "reservations", 0, 100, booked, "What would be cancelled; travel first, to keep it."),
    FIELD_INT("cooling_days", 1, 30, "So long one can think again, unless one waives it."),
    FIELD_LIST("kept",
        1,
        10,
        kept,
        "What the law or the books demand to be kept, under a pseudonym.",
        .scalar_items = true),
    FIELD_END,
};

static const struct field erase_params[] = {
    FIELD_WORD("content",
        contents,
        "What becomes of posts and comments: blanked, or shown as a former member's."),
    FIELD_BOOL("at_once", "True: without the seven days to think again.", .optional = true),
    FIELD_END,
};

static const struct field erasing[] = {
    FIELD_ID("request", "The request."),
    FIELD_WORD("status", statuses, "Status of the account."),
    FIELD_TIME("execute_at", "From then on the account is erased."),
    FIELD_END,
};

/* --- who has looked -------------------------------------------------------------------------- */

static const char *const by_kinds[] = {"staff", "service", "member", "job", NULL};
static const char *const roles[] = {
    "agent", "moderator", "editor", "manager", "analyst", "privacy", "admin", NULL};

static const struct field role[] = {FIELD_WORD(NULL, roles, "A role."), FIELD_END};

static const struct field by[] = {
    FIELD_WORD("kind", by_kinds, "Kind of principal."),
    FIELD_LIST("roles", 0, 7, role, "Roles of a member of staff.", .scalar_items = true),
    FIELD_TEXT("service", 1, 40, "Name of a service; null: none.", .nullable = true),
    FIELD_END,
};

static const struct field access_params[] = {
    FIELD_INT("limit", 1, 100, "Rows at most; 20 when left out.", .optional = true),
    FIELD_TEXT(
        "cursor", 1, 64, "From the page before; the newest when left out.", .optional = true),
    FIELD_END,
};

static const struct field access_entry[] = {
    FIELD_ID("entry", "The entry."),
    FIELD_OBJECT("by", by, "Who it was, by role."),
    FIELD_TEXT("action", 1, 80, "The method that was called."),
    FIELD_TIME("at", "When."),
    FIELD_END,
};

static const struct field access_result[] = {
    FIELD_LIST("entries", 0, 100, access_entry, "Newest first."),
    FIELD_TEXT("cursor", 1, 64, "For the next page; null: this was the last.", .nullable = true),
    FIELD_END,
};

static const struct field audit_params[] = {
    FIELD_ID("member", "Whose data was touched; either this or staff.", .optional = true),
    FIELD_ID("staff", "Who touched data; either this or member.", .optional = true),
    FIELD_INT("limit", 1, 100, "Rows at most; 20 when left out.", .optional = true),
    FIELD_TEXT(
        "cursor", 1, 64, "From the page before; the newest when left out.", .optional = true),
    FIELD_END,
};

static const struct field audit_entry[] = {
    FIELD_ID("entry", "The entry."),
    FIELD_OBJECT("by", by, "Who it was, by role."),
    FIELD_ID("staff", "The member of staff; null: none.", .nullable = true),
    FIELD_TEXT("action", 1, 80, "The method that was called."),
    FIELD_ID("member", "Whose data; null: nobody's, or an erased member's.", .nullable = true),
    FIELD_OBJECT("detail", nothing, "Ids, numbers and words that go with it.", .open = true),
    FIELD_TIME("at", "When."),
    FIELD_END,
};

static const struct field audit_result[] = {
    FIELD_LIST("entries", 0, 100, audit_entry, "Newest first."),
    FIELD_TEXT("cursor", 1, 64, "For the next page; null: this was the last.", .nullable = true),
    FIELD_END,
};

/* --- the table ------------------------------------------------------------------------------- */

const struct method privacy_methods[] = {
    {
        .name = "privacy.access_log",
        .doc = "Lists who, by role, has read or changed the caller's data, newest first.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = access_params,
        .result = access_result,
        .sql = "select * from api.privacy_access_log($1, $2, $3)",
    },
    {
        .name = "privacy.audit",
        .doc = "Lists what was done with one member's data, or by one of the staff, newest first.",
        .since = "1",
        .who = WHO_PRIVACY,
        .kind = METHOD_READ,
        .lane = LANE_WRITE, /* reading the log is logged */
        .params = audit_params,
        .result = audit_result,
        .sql = "select * from api.privacy_audit($1, $2, $3, $4, $5)",
        .errors = ERRORS(ERR_NOT_FOUND),
    },
    {
        .name = "privacy.erase",
        .doc = "Asks for the erasure of the caller's account: after seven days, or at once.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .step_up = true,
        .params = erase_params,
        .result = erasing,
        .sql = "select * from api.privacy_erase($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("dsr.changed"),
        .errors = ERRORS(ERR_INVALID_STATE, ERR_STEP_UP_REQUIRED),
    },
    {
        .name = "privacy.erase_cancel",
        .doc = "Takes the wish to be erased back, as long as nothing was done.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = nothing,
        .result = changed,
        .sql = "select * from api.privacy_erase_cancel($1, $2, $3)",
        .publishes = PUBLISHES("dsr.changed"),
        .errors = ERRORS(ERR_INVALID_STATE),
    },
    {
        .name = "privacy.erase_preview",
        .doc = "Tells what an erasure would do, before one asks for it.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = nothing,
        .result = preview,
        .sql = "select * from api.privacy_erase_preview($1)",
    },
    {
        .name = "privacy.export",
        .doc = "Makes a link to an archive of all that the club holds about the caller.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .step_up = true,
        .params = nothing,
        .result = exported,
        .sql = "select * from api.privacy_export($1, $2, $3)",
        .publishes = PUBLISHES("dsr.changed"),
        .errors = ERRORS(ERR_LIMIT, ERR_STEP_UP_REQUIRED),
    },
    {
        .name = "privacy.restrict",
        .doc = "Stops the use of the caller's data for all but storage and the contract.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = nothing,
        .result = changed,
        .sql = "select * from api.privacy_restrict($1, $2, $3)",
        .publishes = PUBLISHES("dsr.changed"),
        .errors = ERRORS(ERR_INVALID_STATE),
    },
    {
        .name = "privacy.status",
        .doc = "Lists the caller's requests about the own data, with their clocks.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = nothing,
        .result = privacy_view,
        .sql = "select * from api.privacy_status($1)",
    },
    {
        .name = "privacy.unrestrict",
        .doc = "Lifts the caller's own restriction.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = nothing,
        .result = changed,
        .sql = "select * from api.privacy_unrestrict($1, $2, $3)",
        .publishes = PUBLISHES("dsr.changed"),
        .errors = ERRORS(ERR_INVALID_STATE),
    },
    {.name = NULL},
};
