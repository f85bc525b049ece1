/* ledger_model.h -- the points of some members as the rules say (domain.md 7.2, 7.3), in plain arrays: what the ledger is
 * compared with.
 *
 * Nothing here is fast, concurrent or durable, and no line of it comes from the ledger's SQL.  A refused operation
 * changes nothing.  Whoever uses it gives each member's operations one after the other, in the order in which they took
 * effect.
 *
 * Units   points; times are milliseconds since 1970, LEDGER_NEVER for no end
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LEDGER_NEVER INT64_MAX

struct ledger_model;

enum ledger_verdict {
    LEDGER_OK,
    LEDGER_INSUFFICIENT, /* amount: what there is */
    LEDGER_HOLD_EXPIRED,
    LEDGER_HOLD_RESOLVED,
    LEDGER_ABOVE_HOLD,
    LEDGER_IN_DEBT,
    LEDGER_ALREADY_REVERSED /* amount: what is left to reverse */
};

struct ledger_outcome {
    enum ledger_verdict verdict;
    int64_t amount;
};

struct ledger_lot {
    int64_t tx; /* the earn or adjustment behind it, wherever it moved since */
    int64_t remaining, expires_ms;
    int origin;     /* the member who earned it */
    bool is_about;  /* expires_ms is known to within the run only */
    bool is_over;   /* its end has passed */
    bool has_moved; /* points of it are somebody else's now */
};

struct ledger_sums {
    int64_t available, held, pending, debt; /* debt is positive here */
};

struct ledger_model *ledger_model_new(int members); /* they are numbered from 0 */
void ledger_model_free(struct ledger_model *m);

/* Credits by transaction tx; expires_ms is that of the lot.  A pending one makes its lot when it matures.  Adjusting
 * upwards is a credit that cannot be reversed.
 */
struct ledger_credit {
    int64_t tx, amount, expires_ms;
};
void ledger_model_earn(struct ledger_model *m, int member, struct ledger_credit c);
void ledger_model_earn_pending(struct ledger_model *m, int member, struct ledger_credit c);
void ledger_model_mature(struct ledger_model *m, int member, int64_t tx); /* the earn's */
void ledger_model_adjust_up(struct ledger_model *m, int member, struct ledger_credit c);

struct ledger_outcome ledger_model_adjust_down(struct ledger_model *m, int member, int64_t amount);
struct ledger_outcome ledger_model_redeem(
    struct ledger_model *m, int member, int64_t tx, int64_t amount);
struct ledger_outcome ledger_model_forfeit(struct ledger_model *m, int member); /* all there is */

struct ledger_outcome ledger_model_hold(
    struct ledger_model *m, int member, int64_t hold, int64_t amount);
/* tx is the capture's, which can be reversed like a redeem. */
struct ledger_outcome ledger_model_capture(
    struct ledger_model *m, int member, int64_t hold, struct ledger_credit c);
struct ledger_outcome ledger_model_release(struct ledger_model *m, int member, int64_t hold);
void ledger_model_hold_lapses(
    struct ledger_model *m, int member, int64_t hold); /* and is released */
/* A transfer is a hold until it is accepted: then its lots move. */
struct ledger_outcome ledger_model_accept(struct ledger_model *m, int from, int64_t hold, int to);

/* Of an earn, redeem or capture, whole or in part.  new_end_ms: until when points live that were spent and expired
 * meanwhile; 0: they stay expired.
 */
struct ledger_outcome ledger_model_reverse(
    struct ledger_model *m, int member, int64_t tx, int64_t amount, int64_t new_end_ms);
int64_t ledger_model_left(const struct ledger_model *m, int member, int64_t tx); /* to reverse */
/* The member's lots that end at expires_ms end at past_ms, the drained ones too: what is in them is gone.  Not those that
 * have moved to others, whose lots would end later than these.
 */
void ledger_model_lapse(struct ledger_model *m, int member, int64_t expires_ms, int64_t past_ms);

struct ledger_sums ledger_model_sums(const struct ledger_model *m, int member);
int64_t ledger_model_held_by(
    const struct ledger_model *m, int member, int64_t hold); /* 0: resolved */
/* The lots with points in them, in the order in which they are spent: how many; lot `at` of them. */
size_t ledger_model_lots(struct ledger_model *m, int member);
const struct ledger_lot *ledger_model_lot(const struct ledger_model *m, int member, size_t at);
