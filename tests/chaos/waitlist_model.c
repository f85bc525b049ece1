/* waitlist_model.c -- see waitlist_model.h. */
#include "waitlist_model.h"

#include <stdlib.h>

#include "base/mem.h"

enum {
    HOUR_S = 3600,
    DAY_S = 24 * HOUR_S,
    PROTECTED_S = 24 * HOUR_S,
    NEAR_S = 72 * HOUR_S,
    TICK_S = 10,
    SKIPS = 3,
    HOLD_S = 10 * 60,
    SECOND_US = 1000000
};

void waitlist_model_free(struct waitlist_model_offer *o)
{
    mem_free(o->entries);
    mem_free(o->bookings);
}

/* Counts the seconds one by one, or ten by ten, as a clock would that stops at night. */
int64_t waitlist_model_deadline(int64_t now_s, int64_t starts_s)
{
    int64_t left = (starts_s - now_s) / 20, at = now_s;

    left = left < HOUR_S / 2 ? HOUR_S / 2 : left > DAY_S ? DAY_S : left;
    if (starts_s - now_s < 2 * DAY_S)
        return now_s + left;
    while (left > 0) {
        int64_t hour = at % DAY_S / HOUR_S;

        if (hour >= 8 && hour < 22)
            left -= TICK_S;
        at += TICK_S;
    }
    return at;
}

/* --- seats ------------------------------------------------------------------------------------ */

static bool draws(const struct waitlist_model_offer *o, int class, int pool)
{
    return (o->draws[class] >> pool & 1) != 0;
}

static bool fits(const struct waitlist_model_offer *o, int class, int qty)
{
    for (int p = 0; p < o->pools; p++)
        if (draws(o, class, p) && o->capacity[p] - o->booked[p] - o->offered[p] < qty)
            return false;
    return true;
}

static void book(struct waitlist_model_offer *o, int class, int qty)
{
    for (int p = 0; p < o->pools; p++)
        o->booked[p] += draws(o, class, p) ? qty : 0;
}

static void offer(struct waitlist_model_offer *o, int class, int qty)
{
    for (int p = 0; p < o->pools; p++)
        o->offered[p] += draws(o, class, p) ? qty : 0;
}

unsigned waitlist_model_kept(const struct waitlist_model_offer *o)
{
    unsigned kept = 0;

    for (size_t i = 0; i < o->entry_count; i++)
        if (o->entries[i].state == WAITLIST_WAITING && o->entries[i].keeps)
            kept |= o->draws[o->entries[i].class];
    return kept;
}

/* --- the list, word by word as in domain.md 9.7 -------------------------------------------------- */

static bool is_before(const struct waitlist_model_entry *a, const struct waitlist_model_entry *b)
{
    return a->prio > b->prio || (a->prio == b->prio && a->ord < b->ord);
}

/* The next one in the order that waits, after `last` (NULL: the first); NULL: there is none. */
static struct waitlist_model_entry *next_of(
    struct waitlist_model_offer *o, const struct waitlist_model_entry *last)
{
    struct waitlist_model_entry *best = NULL;

    for (struct waitlist_model_entry *e = o->entries; e < o->entries + o->entry_count; e++)
        if (e->state == WAITLIST_WAITING && (last == NULL || is_before(last, e)) &&
            (best == NULL || is_before(e, best)))
            best = e;
    return best;
}

/* Everybody before `e` who was looked at in this pass, did not fit and shares a pool is skipped, once a pass. */
static void skip_before(struct waitlist_model_offer *o,
    const struct waitlist_model_entry *e,
    const bool *did_not_fit,
    bool *skipped)
{
    for (size_t i = 0; i < o->entry_count; i++)
        if (did_not_fit[i] && !skipped[i] &&
            (o->draws[o->entries[i].class] & o->draws[e->class]) != 0) {
            skipped[i] = true;
            o->entries[i].skips++;
        }
}

static void give(struct waitlist_model_offer *o, struct waitlist_model_entry *e, int64_t now_s)
{
    e->state = WAITLIST_OFFERED;
    e->keeps = false;
    e->is_fresh = true;
    e->expires_us = waitlist_model_deadline(now_s, o->starts_s) * SECOND_US;
    offer(o, e->class, e->qty);
}

static void keep(struct waitlist_model_entry *e, int64_t now_s)
{
    if (!e->keeps)
        e->kept_since_s = now_s;
    e->keeps = true;
}

static void pass(struct waitlist_model_offer *o, int64_t now_s)
{
    bool *did_not_fit = mem_zalloc(o->entry_count + 1), *skipped = mem_zalloc(o->entry_count + 1);
    unsigned kept = 0;
    const struct waitlist_model_entry *last = NULL;

    for (struct waitlist_model_entry *e; (e = next_of(o, last)) != NULL;) {
        bool fit = fits(o, e->class, e->qty);

        if ((o->draws[e->class] & kept) != 0) {
            /* held back, not a skip */
        } else if (!o->may[e->member] && (fit || e->skips == SKIPS)) {
            e->state = WAITLIST_WITHDRAWN;
            e->keeps = false;
        } else if (fit) {
            give(o, e, now_s);
            skip_before(o, e, did_not_fit, skipped);
        } else if (e->skips < SKIPS) {
            did_not_fit[e - o->entries] = true;
        } else {
            keep(e, now_s);
            kept |= o->draws[e->class];
        }
        last = e;
    }
    mem_free(did_not_fit);
    mem_free(skipped);
}

static bool is_over(
    const struct waitlist_model_offer *o, const struct waitlist_model_entry *e, int64_t now_s)
{
    return e->state == WAITLIST_WAITING && e->keeps &&
           (now_s - e->kept_since_s > PROTECTED_S || o->starts_s - now_s < NEAR_S);
}

/* Ends the protection that is over; true if there was one. */
static bool release(struct waitlist_model_offer *o, int64_t now_s)
{
    bool any = false;

    for (struct waitlist_model_entry *e = o->entries; e < o->entries + o->entry_count; e++)
        if (is_over(o, e, now_s)) {
            e->state = WAITLIST_PASSED;
            e->keeps = false;
            any = true;
        }
    return any;
}

static void fill(struct waitlist_model_offer *o, int64_t now_s)
{
    do
        pass(o, now_s);
    while (release(o, now_s));
}

bool waitlist_model_is_fair(const struct waitlist_model_offer *o)
{
    for (const struct waitlist_model_entry *e = o->entries; e < o->entries + o->entry_count; e++) {
        bool is_kept = false;

        if (e->state != WAITLIST_WAITING || !fits(o, e->class, e->qty))
            continue;
        for (const struct waitlist_model_entry *k = o->entries; k < o->entries + o->entry_count;
             k++)
            is_kept = is_kept || (k->state == WAITLIST_WAITING && k->keeps && is_before(k, e) &&
                                     (o->draws[k->class] & o->draws[e->class]) != 0);
        if (!is_kept)
            return false;
    }
    return true;
}

/* --- members ------------------------------------------------------------------------------------ */

static const char *try_join(
    const struct waitlist_model_offer *o, const struct waitlist_model_entry *wish)
{
    int waiting = 0, most = 0;

    if (!o->may[wish->member])
        return "ZC035";
    for (size_t i = 0; i < o->entry_count; i++) {
        const struct waitlist_model_entry *e = &o->entries[i];

        waiting += e->state == WAITLIST_WAITING;
        if (e->member == wish->member && e->class == wish->class &&
            (e->state == WAITLIST_WAITING || e->state == WAITLIST_OFFERED))
            return "ZC004";
    }
    if (o->is_paused || o->is_closed)
        return "ZC034";
    if (waiting >= o->cap)
        return "ZC024";
    for (int p = 0; p < o->pools; p++)
        if (draws(o, wish->class, p) && (most == 0 || o->capacity[p] < most))
            most = o->capacity[p];
    if (wish->qty > most)
        return "ZC024";
    if (fits(o, wish->class, wish->qty) && (o->draws[wish->class] & waitlist_model_kept(o)) == 0)
        return "ZC017";
    return NULL;
}

const char *waitlist_model_join(
    struct waitlist_model_offer *o, struct waitlist_model_entry wish, int64_t now_s)
{
    const char *refused = try_join(o, &wish);

    if (refused != NULL)
        return refused;
    mem_grow((void **)&o->entries, &o->entry_capacity, o->entry_count + 1, sizeof *o->entries);
    wish.ord = ++o->last_ord;
    wish.state = WAITLIST_WAITING;
    o->entries[o->entry_count++] = wish;
    if (wish.prio > 0 && waitlist_model_kept(o) != 0)
        fill(o, now_s);
    return NULL;
}

const char *waitlist_model_leave(struct waitlist_model_offer *o, size_t entry, int64_t now_s)
{
    struct waitlist_model_entry *e = &o->entries[entry];
    bool kept = e->keeps;

    if (e->state == WAITLIST_OFFERED)
        return "ZC017";
    if (e->state != WAITLIST_WAITING)
        return "ZC003";
    e->state = WAITLIST_WITHDRAWN;
    e->keeps = false;
    if (kept)
        fill(o, now_s);
    return NULL;
}

static const char *why_not_offered(const struct waitlist_model_entry *e, int64_t now_s)
{
    if (e->state == WAITLIST_WAITING && e->missed == 0)
        return "ZC017";
    return e->state != WAITLIST_OFFERED || e->expires_us <= now_s * SECOND_US ? "ZC003" : NULL;
}

static void add_booking(struct waitlist_model_offer *o, struct waitlist_model_booking b)
{
    mem_grow(
        (void **)&o->bookings, &o->booking_capacity, o->booking_count + 1, sizeof *o->bookings);
    b.state = WAITLIST_HELD;
    o->bookings[o->booking_count++] = b;
    book(o, b.class, b.qty);
}

const char *waitlist_model_accept(
    struct waitlist_model_offer *o, size_t entry, int64_t booking, int64_t now_s)
{
    struct waitlist_model_entry *e = &o->entries[entry];
    const char *refused = o->may[e->member] ? why_not_offered(e, now_s) : "ZC035";

    if (refused != NULL)
        return refused;
    e->state = WAITLIST_CONVERTED;
    offer(o, e->class, -e->qty);
    add_booking(o, (struct waitlist_model_booking){.id = booking,
                       .member = e->member,
                       .class = e->class,
                       .qty = e->qty,
                       .expires_s = now_s + HOLD_S,
                       .is_from_list = true});
    return NULL;
}

const char *waitlist_model_decline(struct waitlist_model_offer *o, size_t entry, int64_t now_s)
{
    struct waitlist_model_entry *e = &o->entries[entry];
    const char *refused = why_not_offered(e, now_s);

    if (refused != NULL)
        return refused;
    e->state = WAITLIST_DECLINED;
    offer(o, e->class, -e->qty);
    fill(o, now_s);
    return NULL;
}

const char *waitlist_model_hold(
    struct waitlist_model_offer *o, struct waitlist_model_booking wish, int64_t now_s)
{
    waitlist_model_sweep(o, now_s);
    if (!o->may[wish.member])
        return "ZC035";
    for (size_t i = 0; i < o->booking_count; i++)
        if (o->bookings[i].member == wish.member && o->bookings[i].state == WAITLIST_HELD &&
            !o->bookings[i].is_from_list)
            return "ZC024";
    if (!fits(o, wish.class, wish.qty) || (o->draws[wish.class] & waitlist_model_kept(o)) != 0)
        return "ZC009";
    wish.expires_s = now_s + HOLD_S;
    add_booking(o, wish);
    return NULL;
}

static void free_seats(struct waitlist_model_offer *o, struct waitlist_model_booking *b)
{
    b->state = WAITLIST_FREE;
    book(o, b->class, -b->qty);
}

const char *waitlist_model_release(struct waitlist_model_offer *o, size_t booking, int64_t now_s)
{
    struct waitlist_model_booking *b = &o->bookings[booking];

    if (b->state != WAITLIST_HELD || b->expires_s <= now_s)
        return "ZC026";
    free_seats(o, b);
    fill(o, now_s);
    return NULL;
}

void waitlist_model_confirm(struct waitlist_model_offer *o, size_t booking)
{
    o->bookings[booking].state = WAITLIST_CONFIRMED;
}

void waitlist_model_cancel(struct waitlist_model_offer *o, size_t booking, int64_t now_s)
{
    free_seats(o, &o->bookings[booking]);
    fill(o, now_s);
}

/* --- staff -------------------------------------------------------------------------------------- */

const char *waitlist_model_capacity(
    struct waitlist_model_offer *o, int pool, int capacity, int64_t now_s)
{
    bool is_more = capacity > o->capacity[pool];

    if (capacity < o->booked[pool] + o->offered[pool])
        return "ZC024";
    o->capacity[pool] = capacity;
    if (is_more)
        fill(o, now_s);
    return NULL;
}

const char *waitlist_model_override(
    struct waitlist_model_offer *o, size_t entry, int prio, int64_t now_s)
{
    if (o->entries[entry].state != WAITLIST_WAITING)
        return "ZC017";
    o->entries[entry].prio = prio;
    fill(o, now_s);
    return NULL;
}

void waitlist_model_close(struct waitlist_model_offer *o)
{
    o->is_closed = true;
    for (struct waitlist_model_entry *e = o->entries; e < o->entries + o->entry_count; e++)
        if (e->state == WAITLIST_WAITING) {
            e->state = WAITLIST_CLOSED;
            e->keeps = false;
        }
}

/* --- time --------------------------------------------------------------------------------------- */

void waitlist_model_sweep(struct waitlist_model_offer *o, int64_t now_s)
{
    bool any = false;

    for (size_t i = 0; i < o->booking_count; i++)
        if (o->bookings[i].state == WAITLIST_HELD && o->bookings[i].expires_s <= now_s) {
            free_seats(o, &o->bookings[i]);
            any = true;
        }
    if (any)
        fill(o, now_s);
}

/* The offer that is over first; of several, the older one in the list. */
static struct waitlist_model_entry *next_lapse(struct waitlist_model_offer *o, int64_t now_s)
{
    struct waitlist_model_entry *best = NULL;

    for (struct waitlist_model_entry *e = o->entries; e < o->entries + o->entry_count; e++)
        if (e->state == WAITLIST_OFFERED && e->expires_us <= now_s * SECOND_US &&
            (best == NULL || e->expires_us < best->expires_us ||
                (e->expires_us == best->expires_us && e->ord < best->ord)))
            best = e;
    return best;
}

void waitlist_model_run(struct waitlist_model_offer *o, int64_t now_s)
{
    bool any = false;

    for (size_t i = 0; i < o->entry_count; i++)
        any = any || is_over(o, &o->entries[i], now_s);
    for (struct waitlist_model_entry *e; (e = next_lapse(o, now_s)) != NULL; any = true) {
        offer(o, e->class, -e->qty);
        e->state = e->missed == 0 && !o->is_closed ? WAITLIST_WAITING : WAITLIST_LAPSED;
        e->missed++;
        if (e->state == WAITLIST_WAITING) {
            e->ord = ++o->last_ord;
            e->skips = 0;
        }
    }
    if (any)
        fill(o, now_s);
}

void waitlist_model_pass_time(struct waitlist_model_offer *o, int64_t seconds)
{
    o->starts_s -= seconds;
    for (struct waitlist_model_entry *e = o->entries; e < o->entries + o->entry_count; e++) {
        e->kept_since_s -= seconds;
        e->expires_us -= seconds * SECOND_US;
    }
    for (size_t i = 0; i < o->booking_count; i++)
        o->bookings[i].expires_s -= seconds;
}
