/* hot.h -- every kind of call that moves points, on ten members: what bench_points measures as mixed_hot.
 *
 * Each of 16 clients goes through the same steps again and again, one call at a time, each time for a random member:
 * earn, hold, capture in part, hold, release, adjust, transfer to another, reverse in part.  A code of a card is good
 * once in 30 seconds, so redeeming by code is no part of it: a hold that is captured does the same to the ledger.
 */
#pragma once

/* The ten, who are one family and so give points to one another without asking; staff who correct.  Once per database. */
void hot_seed(void);
double hot_of_hub(int seconds, const char *const *options); /* calls per second */
double hot_of_pgbench(int seconds); /* of the same functions, in the same mix */
