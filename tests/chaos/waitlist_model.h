/* waitlist_model.h -- the rules of waiting lists (domain.md 9.7) written down a second time, without SQL.
 *
 * An offer has pools and classes that draw on one unit of each of their pools.  Times are seconds, given by the caller;
 * all members live in UTC.  A step answers NULL, or the SQLSTATE with which the hub must refuse it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WAITLIST_MODEL_POOLS = 4, WAITLIST_MODEL_CLASSES = 5 };

enum waitlist_model_state {
    WAITLIST_WAITING,
    WAITLIST_OFFERED,
    WAITLIST_CONVERTED,
    WAITLIST_DECLINED,
    WAITLIST_LAPSED,
    WAITLIST_PASSED,
    WAITLIST_WITHDRAWN,
    WAITLIST_CLOSED,
    WAITLIST_STATES
};

struct waitlist_model_entry {
    int64_t id; /* in the database, given by the caller */
    int member, class, qty, prio, skips, missed;
    int64_t ord, kept_since_s;
    int64_t expires_us; /* of what is offered, microseconds; the caller corrects it */
    enum waitlist_model_state state;
    bool keeps, is_fresh; /* is_fresh: offered since the caller looked */
};

enum waitlist_model_seats { WAITLIST_HELD, WAITLIST_CONFIRMED, WAITLIST_FREE };

struct waitlist_model_booking {
    int64_t id;
    int member, class, qty;
    int64_t expires_s;
    enum waitlist_model_seats state;
    bool is_from_list;
};

struct waitlist_model_offer {
    int64_t id, starts_s, last_ord;
    int pools, classes, cap; /* cap: so many may wait */
    int64_t pool_id[WAITLIST_MODEL_POOLS], class_id[WAITLIST_MODEL_CLASSES];
    int capacity[WAITLIST_MODEL_POOLS], booked[WAITLIST_MODEL_POOLS], offered[WAITLIST_MODEL_POOLS];
    unsigned draws[WAITLIST_MODEL_CLASSES]; /* pools of a class, as bits */
    bool is_paused, is_closed;
    struct waitlist_model_entry *entries;
    struct waitlist_model_booking *bookings;
    size_t entry_count, entry_capacity, booking_count, booking_capacity;
    const bool *may; /* by member: can book */
};

void waitlist_model_free(struct waitlist_model_offer *o);

/* Until when seats offered now are kept; right to ten seconds. */
int64_t waitlist_model_deadline(int64_t now_s, int64_t starts_s);

/* The pools kept for protected entries, as bits. */
unsigned waitlist_model_kept(const struct waitlist_model_offer *o);

/* I-24: no free seats fit an entry that waits, unless they are kept for one before it. */
bool waitlist_model_is_fair(const struct waitlist_model_offer *o);

/* What the members do; the new entry or booking is the last one. */
const char *waitlist_model_join(
    struct waitlist_model_offer *o, struct waitlist_model_entry wish, int64_t now_s);
const char *waitlist_model_leave(struct waitlist_model_offer *o, size_t entry, int64_t now_s);
const char *waitlist_model_accept(
    struct waitlist_model_offer *o, size_t entry, int64_t booking, int64_t now_s);
const char *waitlist_model_decline(struct waitlist_model_offer *o, size_t entry, int64_t now_s);
const char *waitlist_model_hold(
    struct waitlist_model_offer *o, struct waitlist_model_booking wish, int64_t now_s);
const char *waitlist_model_release(struct waitlist_model_offer *o, size_t booking, int64_t now_s);
void waitlist_model_confirm(struct waitlist_model_offer *o, size_t booking);
void waitlist_model_cancel(struct waitlist_model_offer *o, size_t booking, int64_t now_s);

/* What the staff does. */
const char *waitlist_model_capacity(
    struct waitlist_model_offer *o, int pool, int capacity, int64_t now_s);
const char *waitlist_model_override(
    struct waitlist_model_offer *o, size_t entry, int prio, int64_t now_s);
void waitlist_model_close(struct waitlist_model_offer *o);

/* The jobs. */
void waitlist_model_sweep(struct waitlist_model_offer *o, int64_t now_s); /* holds that ran out */
void waitlist_model_run(struct waitlist_model_offer *o, int64_t now_s);   /* the list itself */
/* All times of the offer move so far into the past. */
void waitlist_model_pass_time(struct waitlist_model_offer *o, int64_t seconds);
