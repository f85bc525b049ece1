/* waitlist.c -- the rows of waitlist.*; the functions are sql/api/waitlist_member.sql and waitlist_desk.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum {
    WAITLIST_QTY_MAX = 50,
    WAITLIST_PERSONS_MAX = 600,
    WAITLIST_LENGTH_MAX = 100000,
    WAITLIST_PPM = 1000000,
    WAITLIST_PRIO_MAX = 9,
    WAITLIST_PAGE = 100,
    WAITLIST_NOTE_MAX = 400
};

static const char *const states[] = {
    "waiting", "offered", "converted", "declined", "lapsed", "passed", "withdrawn", "closed", NULL};
static const char *const list_states[] = {"open", "paused", "closed", NULL};
static const char *const reasons[] = {
    "waited", "near", "booking", "cancelled", "staff", "left", "unable", NULL};

/* --- one entry ------------------------------------------------------------------------------- */

const struct field waitlist_view[] = {
    FIELD_ID("entry", "The entry."),
    FIELD_ID("offer", "What is waited for."),
    FIELD_TEXT("title", 1, 120, "Its title."),
    FIELD_ID("class", "The class."),
    FIELD_TEXT("class_title", 1, 120, "Its title."),
    FIELD_INT("qty", 1, WAITLIST_QTY_MAX, "So many units."),
    FIELD_INT("persons", 1, WAITLIST_PERSONS_MAX, "They seat so many."),
    FIELD_WORD("state", states, "Where the entry stands."),
    FIELD_INT("position",
        1,
        WAITLIST_LENGTH_MAX,
        "Its place among all that wait for the offer; null: it does not wait.",
        .nullable = true),
    FIELD_INT("length", 1, WAITLIST_LENGTH_MAX, "So many wait.", .nullable = true),
    FIELD_INT("chance_ppm",
        0,
        WAITLIST_PPM,
        "Of the club's last lists so many went as far as this place, in tenths; null: too few yet.",
        .nullable = true),
    FIELD_INT("prio", 0, WAITLIST_PRIO_MAX, "Its priority; higher ones come first."),
    FIELD_WORD("why",
        reasons,
        "Why it ended or was moved: waited, near (too close to the start), booking (closed), "
        "cancelled, staff, left, unable (could not book any more); null: nothing to tell.",
        .nullable = true),
    FIELD_TEXT("note", 1, WAITLIST_NOTE_MAX, "The reason that staff gave.", .nullable = true),
    FIELD_TIME("expires_at", "Offered seats are kept until then.", .nullable = true),
    FIELD_ID("reservation", "What an accepted offer became.", .nullable = true),
    FIELD_TIME("joined_at", "When it joined."),
    FIELD_END,
};

static const struct field join_params[] = {
    FIELD_ID("offer", "The offer."),
    FIELD_ID("class", "A class that has not so many free units."),
    FIELD_INT("qty", 1, WAITLIST_QTY_MAX, "How many units."),
    FIELD_END,
};

static const struct field entry_param[] = {FIELD_ID("entry", "The entry."), FIELD_END};

static const struct field accept_params[] = {
    FIELD_ID("entry", "The entry."),
    FIELD_INT("points",
        0,
        WAITLIST_QTY_MAX,
        "So many of its units are paid in points; none when left out.",
        .optional = true),
    FIELD_END,
};

static const struct field status_params[] = {
    FIELD_ID("offer", "Of this offer only.", .optional = true),
    FIELD_END,
};

static const struct field status_result[] = {
    FIELD_LIST("entries",
        0,
        2 * WAITLIST_OWN_MAX,
        waitlist_view,
        "Live ones first, then what ended in the last 30 days, the newest first."),
    FIELD_END,
};

/* --- the desk -------------------------------------------------------------------------------- */

static const struct field list_params[] = {
    FIELD_ID("offer", "The offer."),
    FIELD_WORD("state", states, "Entries in this state; waiting when left out.", .optional = true),
    FIELD_INT("limit", 1, WAITLIST_PAGE, "How many; 50 when left out.", .optional = true),
    FIELD_TEXT("cursor", 1, 24, "From the page before.", .optional = true),
    FIELD_END,
};

static const struct field list_entry[] = {
    FIELD_ID("entry", "The entry."),
    FIELD_ID("member", "Who waits."),
    FIELD_TEXT("handle", 3, 24, "The member's handle; null: a former member.", .nullable = true),
    FIELD_ID("class", "The class."),
    FIELD_INT("qty", 1, WAITLIST_QTY_MAX, "So many units."),
    FIELD_WORD("state", states, "Where the entry stands."),
    FIELD_INT("prio", 0, WAITLIST_PRIO_MAX, "Its priority."),
    FIELD_INT("skips", 0, 3, "How often later ones were served because it did not fit."),
    FIELD_WORD("why", reasons, "Why it ended or was moved.", .nullable = true),
    FIELD_TEXT("note", 1, WAITLIST_NOTE_MAX, "The reason that staff gave.", .nullable = true),
    FIELD_TIME("kept_since", "Since then free seats are kept for it.", .nullable = true),
    FIELD_TIME("expires_at", "Offered seats are kept until then.", .nullable = true),
    FIELD_ID("reservation", "What an accepted offer became.", .nullable = true),
    FIELD_TIME("joined_at", "When it joined."),
    FIELD_END,
};

static const struct field list_result[] = {
    FIELD_WORD("state", list_states, "Whether one can join."),
    FIELD_INT("waiting", 0, WAITLIST_LENGTH_MAX, "So many wait."),
    FIELD_LIST("entries", 0, WAITLIST_PAGE, list_entry, "In the order of the list."),
    FIELD_TEXT("cursor", 1, 24, "For the next page; null: this is the last.", .nullable = true),
    FIELD_END,
};

static const struct field override_params[] = {
    FIELD_ID("entry", "The entry."),
    FIELD_INT("prio", 0, WAITLIST_PRIO_MAX, "Its new priority; higher ones come first."),
    FIELD_TEXT("reason", 1, WAITLIST_NOTE_MAX, "Why; the member is shown it."),
    FIELD_END,
};

static const struct field override_result[] = {
    FIELD_ID("entry", "The entry."),
    FIELD_WORD("state", states, "Where it stands now."),
    FIELD_INT("prio", 0, WAITLIST_PRIO_MAX, "Its priority."),
    FIELD_END,
};

static const struct field pause_params[] = {
    FIELD_ID("offer", "The offer."),
    FIELD_BOOL("on", "True: nobody can join; false: everybody again."),
    FIELD_END,
};

static const struct field offer_param[] = {FIELD_ID("offer", "The offer."), FIELD_END};

static const struct field desk_result[] = {
    FIELD_ID("offer", "The offer."),
    FIELD_WORD("state", list_states, "Whether one can join."),
    FIELD_INT("waiting", 0, WAITLIST_LENGTH_MAX, "So many wait."),
    FIELD_END,
};

/* --- the table ------------------------------------------------------------------------------- */

const struct method waitlist_methods[] = {
    {
        .name = "waitlist.accept",
        .doc = "Takes offered seats: a reservation held for who is paying, at the price of now.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = accept_params,
        .result = reservation_held,
        .sql = "select * from api.waitlist_accept($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("waitlist.changed", "resv.changed", "points.changed"),
        .errors = ERRORS(ERR_NOT_FOUND,
            ERR_GONE,
            ERR_GUARDIAN_REQUIRED,
            ERR_INVALID_STATE,
            ERR_LIMIT,
            ERR_INSUFFICIENT_POINTS,
            ERR_POINTS_FROZEN,
            ERR_CLOSED,
            ERR_RESTRICTED),
    },
    {
        .name = "waitlist.close",
        .doc = "Ends a waiting list for good; what is offered stays so until its deadline.",
        .since = "1",
        .who = WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = offer_param,
        .result = desk_result,
        .sql = "select * from api.waitlist_close($1, $2, $3, $4)",
        .publishes = PUBLISHES("waitlist.changed", "notify.added", "offer.availability"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_INVALID_STATE),
    },
    {
        .name = "waitlist.decline",
        .doc = "Lets offered seats go; they are the next one's at once.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = entry_param,
        .result = waitlist_view,
        .sql = "select * from api.waitlist_decline($1, $2, $3, $4)",
        .publishes = PUBLISHES("waitlist.changed", "waitlist.offered", "offer.availability"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_GONE, ERR_INVALID_STATE),
    },
    {
        .name = "waitlist.join",
        .doc = "Waits for units of a class that is sold out.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = join_params,
        .result = waitlist_view,
        .sql = "select * from api.waitlist_join($1, $2, $3, $4, $5, $6)",
        .publishes = PUBLISHES("waitlist.changed", "waitlist.offered"),
        .errors = ERRORS(ERR_NOT_FOUND,
            ERR_CONFLICT,
            ERR_GUARDIAN_REQUIRED,
            ERR_INVALID_STATE,
            ERR_NOT_OPEN_YET,
            ERR_LIMIT,
            ERR_CLOSED,
            ERR_RESTRICTED),
    },
    {
        .name = "waitlist.leave",
        .doc = "Stops waiting; offered seats are declined instead.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = entry_param,
        .result = waitlist_view,
        .sql = "select * from api.waitlist_leave($1, $2, $3, $4)",
        .publishes = PUBLISHES("waitlist.changed", "waitlist.offered", "offer.availability"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_GONE, ERR_INVALID_STATE),
    },
    {
        .name = "waitlist.list",
        .doc = "Entries of an offer in the order of the list; the members can see who looked.",
        .since = "1",
        .who = WHO_AGENT | WHO_MANAGER,
        .kind = METHOD_READ,
        .lane = LANE_WRITE,
        .params = list_params,
        .result = list_result,
        .sql = "select * from api.waitlist_list($1, $2, $3, $4, $5)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND),
    },
    {
        .name = "waitlist.override",
        .doc = "Gives an entry another priority; the member is shown the reason.",
        .since = "1",
        .who = WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = override_params,
        .result = override_result,
        .sql = "select * from api.waitlist_override($1, $2, $3, $4, $5, $6)",
        .publishes = PUBLISHES("waitlist.changed", "waitlist.offered", "offer.availability"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_INVALID_STATE),
    },
    {
        .name = "waitlist.pause",
        .doc =
            "Lets nobody join a waiting list, or everybody again; who waits is served either way.",
        .since = "1",
        .who = WHO_MANAGER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = pause_params,
        .result = desk_result,
        .sql = "select * from api.waitlist_pause($1, $2, $3, $4, $5)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_INVALID_STATE),
    },
    {
        .name = "waitlist.status",
        .doc = "What the member waits for, with places and chances.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = status_params,
        .result = status_result,
        .sql = "select * from api.waitlist_status($1, $2)",
    },
    {.name = NULL},
};
