/* insight_seats.c -- the row of insight.reservations; the functions are sql/api/insight_seats.sql.
 *
 * A figure about fewer than 10 members is null, and sums are those of the figures that are shown.
 */
#include <stddef.h>

#include "club/all.h"

enum { MONTHS_MAX = 36, MONTHS_AHEAD = 12, PPM_MAX = 1000000 };

#define FIGURE(name, doc) FIELD_INT(name, 0, FIELD_POINTS_MAX, doc, .nullable = true)
#define SHARE(name, doc) FIELD_INT(name, 0, PPM_MAX, doc, .nullable = true)

#define FIGURES                                                                                \
    FIGURE("holds", "Reservations that were held: open, abandoned and confirmed."),            \
        FIGURE("open", "Held now."), FIGURE("abandoned", "Held, and never confirmed."),        \
        FIGURE("confirmed", "Confirmed, whatever became of them."),                            \
        FIGURE("coming", "Of these, still to come."), FIGURE("came", "Of these, checked in."), \
        FIGURE("no_show", "Of these, nobody came."),                                           \
        FIGURE("cancelled", "Of these, cancelled as a whole."),                                \
        FIGURE("capacity", "Seats of all pools."), SHARE("fill_ppm", "Of these, taken."),      \
        SHARE("abandoned_ppm", "Abandoned of those that are held no more."),                   \
        SHARE("cancelled_ppm", "Cancelled of confirmed."),                                     \
        SHARE("no_show_ppm", "No-shows of those whose time has come."),                        \
        FIGURE("waiting", "Entries of waiting lists that wait."),                              \
        FIGURE("converted", "Entries that became a reservation."),                             \
        FIGURE("missed", "Entries that were offered seats and took none."),                    \
        SHARE("conversion_ppm", "Converted of those that were offered seats.")

static const struct field params[] = {
    FIELD_ID("club", "Which club."),
    FIELD_INT("months",
        1,
        MONTHS_MAX,
        "How many months back, this one counted; 12 when left out.",
        .optional = true),
    FIELD_END,
};

static const struct field month[] = {
    FIELD_TEXT("month", 7, 7, "The month in which the offers begin, in the club's time zone."),
    FIELD_INT("offers", 1, FIELD_POINTS_MAX, "Offers that begin in it."),
    FIGURES,
    FIELD_END,
};

static const struct field result[] = {
    FIELD_ID("club", "The club."),
    FIELD_TIME("as_of", "When it was counted."),
    FIELD_INT("months_back", 1, MONTHS_MAX, "How many months back; twelve ahead are added."),
    FIGURES,
    FIGURE("time_to_offer_s", "Median of the seconds on a waiting list up to an offer."),
    FIGURE("queue_p50_s", "Median of the seconds in an on-sale queue, from the opening on."),
    FIGURE("queue_p95_s", "So long at most waited 95 of 100."),
    FIELD_LIST("months", 0, MONTHS_MAX + MONTHS_AHEAD, month, "By month, newest first."),
    FIELD_END,
};

const struct method insight_seats_methods[] = {
    {
        .name = "insight.reservations",
        .doc = "Tells how a club's offers fill: holds, no-shows, waiting lists and queues.",
        .since = "1",
        .who = WHO_ANALYST | WHO_MANAGER,
        .kind = METHOD_READ,
        .lane = LANE_SLOW,
        .params = params,
        .result = result,
        .sql = "select * from api.insight_reservations($1, $2, $3)",
    },
    {.name = NULL},
};
