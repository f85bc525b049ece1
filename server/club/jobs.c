/* jobs.c -- names are those of api.jobs_run; a job only tidies up, correctness never waits for it. */
#include "club/jobs.h"

#include <stddef.h>

enum { SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS, HOUR_MS = 60 * MINUTE_MS };

const struct job jobs[] = {
    {"ages", HOUR_MS, "Lifts the marks of members who have come of age."},
    {"approvals", MINUTE_MS,
        "Closes questions to a second person that were not answered in a day."},
    {"consents", MINUTE_MS, "Marks consents whose time is over."},
    {"contributions", 10 * SECOND_MS, "Gives families what their members let go of each earning."},
    {"deliveries", HOUR_MS, "Drops counts of deliveries past their retention."},
    {"delivery_partitions", HOUR_MS,
        "Makes the partitions of the delivery log for the next months, drops the old."},
    {"erasures", MINUTE_MS, "Carries out erasures whose time has come, piece by piece."},
    {"families", MINUTE_MS, "Gives the points of dissolved families back, a family at a time."},
    {"fanout", SECOND_MS, "Queues messages for events that go to everybody who agreed."},
    {"followers", 5 * SECOND_MS, "Tells those who follow a topic of posts on it."},
    {"idempotency", 10 * MINUTE_MS, "Drops keys older than a day."},
    {"leases", 10 * SECOND_MS, "Returns messages that the mailer took and forgot."},
    {"logins", 10 * MINUTE_MS,
        "Drops counted attempts, refresh tokens and families that are over."},
    {"moderation", MINUTE_MS, "Ends silences and suspensions that are over, reminds moderators."},
    {"moderation_purge", HOUR_MS, "Drops reports and decisions past their retention."},
    {"messages", HOUR_MS, "Drops messages, tokens and notifications past their retention."},
    {"outbox_partitions", HOUR_MS, "Makes the outbox partitions of the next days, drops the old."},
    {"pauses", HOUR_MS, "Ends pauses of memberships that have used the days of their year."},
    {"post_counters", SECOND_MS, "Sends the numbers of posts that have changed."},
    {"pending", HOUR_MS, "Deletes those who never proved their address, 30 days on."},
    {"post_versions", HOUR_MS, "Drops earlier texts of posts past their retention."},
    {"point_holds", SECOND_MS, "Gives back what holds past their end keep."},
    {"points_expire", 10 * MINUTE_MS, "Expires points whose time is over."},
    {"points_figures", 5 * MINUTE_MS, "Adds what was posted to the figures of the clubs."},
    {"points_mature", 10 * MINUTE_MS, "Ends the return windows that are over."},
    {"points_notices", MINUTE_MS, "Tells members 60, 30, 7 and 1 days before points expire."},
    {"reconcile", MINUTE_MS,
        "Looks every night whether the ledger adds up, every seventh at all of it, piece by piece."},
    {"reservations", SECOND_MS, "Ends holds of seats that are past their end."},
    {"tiers", 10 * MINUTE_MS, "Ends tiers whose time is over, and warns of it before."},
    {"vouchers", 10 * MINUTE_MS,
        "Ends vouchers that are past their end, tells of those that end soon."},
    {NULL, 0, NULL},
};
