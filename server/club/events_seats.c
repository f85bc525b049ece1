/* events_seats.c -- the rows of events.c that tell of offers, reservations, the waiting list and the queue. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

static const char *const offer_states[] = {
    "announced", "open", "paused", "closed", "running", "done", "cancelled", NULL};
static const char *const offer_levels[] = {"none", "few", "many", NULL};

static const struct field offer_refs[] = {
    FIELD_ID("offer", "The offer."),
    FIELD_WORD("state", offer_states, "Its state."),
    FIELD_INT("version", 1, FIELD_POINTS_MAX, "Its version."),
    FIELD_END,
};

static const struct field offer_level[] = {
    FIELD_ID("class", "A class of the offer."),
    FIELD_WORD("level", offer_levels, "Whether there are units left."),
    FIELD_END,
};

static const struct field offer_left_refs[] = {
    FIELD_ID("offer", "The offer."),
    FIELD_LIST("classes", 0, 20, offer_level, "All its classes."),
    FIELD_END,
};

static const char *const waitlist_states[] = {
    "waiting", "converted", "declined", "lapsed", "passed", "withdrawn", "closed", NULL};
static const char *const waitlist_offers[] = {"offered", NULL};

static const struct field waitlist_refs[] = {
    FIELD_ID("entry", "The entry."),
    FIELD_ID("offer", "Its offer."),
    FIELD_WORD("state", waitlist_states, "Its state now."),
    FIELD_END,
};

static const struct field waitlist_offered_refs[] = {
    FIELD_ID("entry", "The entry."),
    FIELD_ID("offer", "Its offer."),
    FIELD_WORD("state", waitlist_offers, "Seats are kept for the member."),
    FIELD_TIME("expires_at", "Until then."),
    FIELD_END,
};

static const struct field waitlist_position_refs[] = {
    FIELD_ID("entry", "The entry."),
    FIELD_INT("pos", 1, 100000, "Its place; 1 is the first."),
    FIELD_INT("length", 1, 100000, "So many wait."),
    FIELD_END,
};

const struct event_kind events_seats[] = {
    {
        .type = "case.changed",
        .doc = "A case was opened for the staff of the club, or has another state.",
        .gates = GATES("staff"),
        .keep = KEEP_ALL,
        .refs = support_changed_refs,
    },
    {
        .type = "early.opening",
        .doc = "An offer of a category that the member asked to hear of is open for the member.",
        .gates = GATES("mkt.early_access"),
        .keep = KEEP_ALL,
        .refs = offer_opening_refs,
        .view = offer_view,
    },
    {
        .type = "offer.availability",
        .doc = "Another number of seats is left; at once when there are none, few or many, else "
               "four times a second at most.",
        .gates = GATES("svc.feed"),
        .keep = KEEP_LATEST,
        .refs = offer_left_refs,
        .view = offer_view,
    },
    {
        .type = "offer.changed",
        .doc = "The offer is in another state, or something of it was changed.",
        .gates = GATES("svc.feed"),
        .keep = KEEP_ALL,
        .voids = true,
        .refs = offer_refs,
        .view = offer_view,
    },
    {
        .type = "offer.opened",
        .doc = "An offer is open for booking; after a draw with the seed of it.",
        .gates = GATES("svc.feed"),
        .voids = true,
        .refs = queue_opened_refs,
        .view = offer_view,
    },
    {
        .type = "offer.reminder",
        .doc = "An offer is open for the member, who asked to be told.",
        .gates = GATES("svc.resv"),
        .keep = KEEP_ALL,
        .refs = offer_opening_refs,
        .view = offer_view,
    },
    {
        .type = "offer.safety",
        .doc = "What everybody who is registered for an offer must know for their safety.",
        .gates = GATES("legal.safety"),
        .keep = KEEP_ALL,
        .refs = offer_safety_refs,
        .view = offer_safety_view,
    },
    {
        .type = "queue.position",
        .doc = "A ticket has moved: at most every ten seconds, and at once when it is admitted.",
        .gates = GATES("svc.resv"),
        .keep = KEEP_LATEST,
        .refs = queue_ticket_view,
    },
    {
        .type = "queue.sealed",
        .doc = "The list of early tickets is closed; the seed follows with offer.opened.",
        .gates = GATES("svc.feed"),
        .refs = queue_sealed_refs,
        .view = offer_view,
    },
    {
        .type = "resv.changed",
        .doc =
            "A reservation in which the member has a part is in another state, or something of it was changed.",
        .gates = GATES("svc.resv"),
        .keep = KEEP_ALL,
        .voids = true,
        .refs = reservation_refs,
        .view = reservation_view,
    },
    {
        .type = "resv.invited",
        .doc = "The member is named for a seat that somebody else has booked, or not any more.",
        .gates = GATES("svc.resv"),
        .keep = KEEP_ALL,
        .voids = true,
        .refs = reservation_invited_refs,
        .view = reservation_view,
    },
    {
        .type = "strike.added",
        .doc = "Nobody came for a reservation of the member's, and that counts for a year.",
        .gates = GATES("svc.account"),
        .keep = KEEP_ALL,
        .refs = reservation_strike_refs,
        .view = reservation_view,
    },
    {
        .type = "strike.changed",
        .doc = "A strike is disputed, was decided about, or counts no more.",
        .gates = GATES("svc.account"),
        .keep = KEEP_ALL,
        .refs = reservation_strike_refs,
        .view = reservation_view,
    },
    {
        .type = "waitlist.changed",
        .doc = "An entry of the member's in a waiting list has another state, or was moved.",
        .gates = GATES("svc.resv"),
        .keep = KEEP_ALL,
        .refs = waitlist_refs,
        .view = waitlist_view,
    },
    {
        .type = "waitlist.offered",
        .doc = "Seats that the member waits for are free, and kept for a while.",
        .gates = GATES("svc.resv"),
        .keep = KEEP_ALL,
        .refs = waitlist_offered_refs,
        .view = waitlist_view,
    },
    {
        .type = "waitlist.position",
        .doc = "The member's place in a waiting list is another; every ten seconds at most.",
        .gates = GATES("svc.resv"),
        .keep = KEEP_LATEST,
        .refs = waitlist_position_refs,
        .view = waitlist_view,
    },
    {.type = NULL},
};
