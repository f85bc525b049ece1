/* chaos_waitlist.c -- the waiting list beside a plain model of its rules.
 *
 * Random steps of members, staff, jobs and time go to the functions in the database and to waitlist_model.c, one after
 * the other; after each the two say the same of every entry, its place, its skips, of the pools and what is kept, I-20
 * and I-21 hold in the tables and I-24 in the model.  Time passes by moving all times of an offer into the past.
 *
 * CHAOS_WAITLIST_STEPS (or the first argument) says how many steps; the seed is CHAOS_WAITLIST_SEED.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/db.h"
#include "check.h"
#include "fleet.h"
#include "waitlist_play.h"

enum {
    STEPS = 2000,
    SEED = 9,
    STEP_S = 5 * 3600, /* time passes in such steps: no limit of the rules is a multiple */
    END_S = 13 * 3600, /* an offer that begins so soon is replaced */
    AUDIT_EVERY = 250
};

static int below(int limit)
{
    return (int)(random() % limit);
}

static int64_t member_id(int member)
{
    return FLEET_FIRST_MEMBER + member;
}

/* --- steps of members ---------------------------------------------------------------------------- */

static void step_join(struct waitlist_play *p, struct waitlist_model_offer *o)
{
    int member = below(WAITLIST_PLAY_MEMBERS), class = below(o->classes),
        qty = 1 + below(below(3) == 0 ? 6 : 2);
    size_t before = o->entry_count;
    int64_t id;
    const char *refused = waitlist_model_join(o,
        (struct waitlist_model_entry){
            .member = member, .class = class, .qty = qty, .prio = p->rank[member] == 2},
        p->now_s);

    id = waitlist_play_call(p, refused, "entry",
        "waitlist_join('m:%" PRId64 "', 'step-%06ld', '', %" PRId64 ", %" PRId64 ", %d)",
        member_id(member), p->step, o->id, o->class_id[class], qty);
    if (o->entry_count > before)
        o->entries[before].id = id;
}

/* One of the last entries; false: there is none. */
static bool some_entry(const struct waitlist_model_offer *o, size_t *out)
{
    size_t most = o->entry_count < 40 ? o->entry_count : 40;

    if (most == 0)
        return false;
    for (int tries = 0; tries < 4; tries++) { /* live ones more often */
        *out = o->entry_count - 1 - (size_t)below((int)most);
        if (o->entries[*out].state <= WAITLIST_OFFERED)
            break;
    }
    return true;
}

/* One in that state, if any. */
static bool entry_in(
    const struct waitlist_model_offer *o, enum waitlist_model_state state, size_t *out)
{
    size_t seen = 0;

    for (size_t i = 0; i < o->entry_count; i++)
        if (o->entries[i].state == state && below((int)++seen) == 0)
            *out = i;
    return seen > 0;
}

static void step_leave(struct waitlist_play *p, struct waitlist_model_offer *o)
{
    size_t e = 0;

    if (!some_entry(o, &e))
        return;
    waitlist_play_call(p, waitlist_model_leave(o, e, p->now_s), "entry",
        "waitlist_leave('m:%" PRId64 "', 'step-%06ld', '', %" PRId64 ")",
        member_id(o->entries[e].member), p->step, o->entries[e].id);
}

static void step_answer(struct waitlist_play *p, struct waitlist_model_offer *o)
{
    size_t e = 0, before = o->booking_count;
    int64_t id;
    bool accepts = below(3) > 0;
    const char *refused;

    if (below(4) == 0 ? !some_entry(o, &e) : !entry_in(o, WAITLIST_OFFERED, &e))
        return;
    refused =
        accepts ? waitlist_model_accept(o, e, 0, p->now_s) : waitlist_model_decline(o, e, p->now_s);
    id = waitlist_play_call(p, refused, "reservation",
        "waitlist_%s('m:%" PRId64 "', 'step-%06ld', '', %" PRId64 "%s)",
        accepts ? "accept" : "decline", member_id(o->entries[e].member), p->step, o->entries[e].id,
        accepts ? ", null" : "");
    if (o->booking_count > before)
        o->bookings[before].id = id;
}

/* A hold that is refused keeps the seats that it freed: the batch form is called. */
static void step_hold(struct waitlist_play *p, struct waitlist_model_offer *o)
{
    int member = below(WAITLIST_PLAY_MEMBERS), class = below(o->classes), qty = 1 + below(3);
    size_t before = o->booking_count;
    const char *refused = waitlist_model_hold(
        o, (struct waitlist_model_booking){.member = member, .class = class, .qty = qty}, p->now_s);
    char what[80];
    const char *id;

    snprintf(what, sizeof what, "hold of %d of class %" PRId64, qty, o->class_id[class]);
    fleet_run(p->fleet,
        "select sqlstate, reply ->> 'reservation' from api.reservation_hold_many('{m:%" PRId64
        "}', '{step-%06ld}', array[''::bytea], '{%" PRId64 "}', array['[{\"class\":\"%" PRId64
        "\",\"qty\":%d}]'::jsonb],"
        " array[null::jsonb], array[null::jsonb], array[null::bigint])",
        member_id(member), p->step, o->id, o->class_id[class], qty);
    id = db_sync_value(fleet_db(p->fleet), 0, 1);
    waitlist_play_judge(p, refused, db_sync_value(fleet_db(p->fleet), 0, 0), what);
    if (o->booking_count > before && id != NULL)
        o->bookings[before].id = strtoll(id, NULL, 10);
    fleet_run(p->fleet, /* five in 24 hours are allowed */
        "update reservation set created_at = created_at - interval '2 days'"
        " where offer_id = %" PRId64 " and created_at > now() - interval '1 day'",
        o->id);
}

static bool some_booking(const struct waitlist_model_offer *o, int state, size_t *out)
{
    size_t seen = 0;

    for (size_t i = 0; i < o->booking_count; i++)
        if ((int)o->bookings[i].state == state && below((int)++seen) == 0)
            *out = i;
    return seen > 0;
}

static void step_release(struct waitlist_play *p, struct waitlist_model_offer *o)
{
    size_t b = 0;

    if (!some_booking(o, WAITLIST_HELD, &b))
        return;
    waitlist_play_call(p, waitlist_model_release(o, b, p->now_s), "reservation",
        "reservation_release('m:%" PRId64 "', 'step-%06ld', '', %" PRId64 ")",
        member_id(o->bookings[b].member), p->step, o->bookings[b].id);
}

static void step_confirm(struct waitlist_play *p, struct waitlist_model_offer *o)
{
    size_t b = 0;

    if (!some_booking(o, WAITLIST_HELD, &b) || o->bookings[b].expires_s <= p->now_s ||
        !p->may[o->bookings[b].member])
        return;
    waitlist_model_confirm(o, b);
    waitlist_play_call(p, NULL, "reservation",
        "reservation_confirm('m:%" PRId64 "', 'step-%06ld', '', %" PRId64 ", null, null)",
        member_id(o->bookings[b].member), p->step, o->bookings[b].id);
}

static void step_cancel(struct waitlist_play *p, struct waitlist_model_offer *o)
{
    size_t b = 0;

    if (!some_booking(o, WAITLIST_CONFIRMED, &b))
        return;
    waitlist_model_cancel(o, b, p->now_s);
    waitlist_play_call(p, NULL, "reservation",
        "reservation_cancel('m:%" PRId64 "', 'step-%06ld', '', %" PRId64
        ", null, (select version from club.reservation where resv_id = %" PRId64 "), null)",
        member_id(o->bookings[b].member), p->step, o->bookings[b].id, o->bookings[b].id);
}

/* --- steps of staff, of time --------------------------------------------------------------------- */

static void step_capacity(struct waitlist_play *p, struct waitlist_model_offer *o)
{
    int pool = below(o->pools), least = o->booked[pool] + o->offered[pool] - 1,
        capacity = (least < 1 ? 1 : least) + below(4);

    if (capacity > 16)
        return;
    waitlist_play_call(p, waitlist_model_capacity(o, pool, capacity, p->now_s), "offer",
        "offer_set_capacity('s:%d', 'step-%06ld', '', %" PRId64 ", %" PRId64 ", %d)", FLEET_EDITOR,
        p->step, o->id, o->pool_id[pool], capacity);
}

static void step_override(struct waitlist_play *p, struct waitlist_model_offer *o)
{
    int prio = below(4);
    size_t e = 0;

    if (!some_entry(o, &e))
        return;
    waitlist_play_call(p, waitlist_model_override(o, e, prio, p->now_s), "entry",
        "waitlist_override('s:%d', 'step-%06ld', '', %" PRId64 ", %d, 'Why')", FLEET_EDITOR,
        p->step, o->entries[e].id, prio);
}

static void step_pause(struct waitlist_play *p, struct waitlist_model_offer *o)
{
    o->is_paused = !o->is_paused && below(3) == 0;
    waitlist_play_call(p, NULL, "offer",
        "waitlist_pause('s:%d', 'step-%06ld', '', %" PRId64 ", %s)", FLEET_EDITOR, p->step, o->id,
        o->is_paused ? "true" : "false");
}

static void step_suspend(struct waitlist_play *p, struct waitlist_model_offer *o)
{
    int member = below(WAITLIST_PLAY_MEMBERS);

    (void)o;
    p->may[member] = below(3) > 0;
    fleet_run(p->fleet, "update member set status = '%s' where member_id = %" PRId64,
        p->may[member] ? "active" : "suspended", member_id(member));
    waitlist_play_note(
        p, "member %" PRId64 " %s", member_id(member), p->may[member] ? "may" : "may not");
}

static void step_time(struct waitlist_play *p, struct waitlist_model_offer *o)
{
    static const char sql[] =
        "update offer set starts_at = starts_at - t, ends_at = ends_at - t, announce_at = announce_at - t,"
        " public_open_at = public_open_at - t, booking_close_at = booking_close_at - t from (select interval '%d seconds' as t) x"
        " where offer_id = %" PRId64 ";"
        "update waitlist_entry set accumulate_since = accumulate_since - t, offer_expires = offer_expires - t,"
        " offered_at = offered_at - t, joined_at = joined_at - t, closed_at = closed_at - t from (select interval '%d seconds' as t) x"
        " where offer_id = %" PRId64 ";"
        "update reservation set expires_at = expires_at - t, created_at = created_at - t from (select interval '%d seconds' as t) x"
        " where offer_id = %" PRId64;
    int passed_s = (1 + below(3)) * STEP_S;

    fleet_run(p->fleet, sql, passed_s, o->id, passed_s, o->id, passed_s, o->id);
    waitlist_model_pass_time(o, passed_s);
    waitlist_play_note(p, "%d hours for %" PRId64, passed_s / 3600, o->id);
}

static void step_jobs(struct waitlist_play *p, struct waitlist_model_offer *o)
{
    bool is_list = below(2) == 0;

    (void)o;
    for (int i = 0; i < (is_list ? 1 : WAITLIST_PLAY_OFFERS + 1); i++)
        (void)fleet_number(
            p->fleet, is_list ? "select lib.waitlist_run()" : "select lib.reservations_run()");
    for (int i = 0; i < WAITLIST_PLAY_OFFERS; i++) {
        if (is_list)
            waitlist_model_run(&p->offers[i], p->now_s);
        else
            waitlist_model_sweep(&p->offers[i], p->now_s);
    }
    waitlist_play_note(p, "job %s", is_list ? "waitlist" : "reservations");
}

/* --- the play ------------------------------------------------------------------------------------ */

typedef void step_fn(struct waitlist_play *p, struct waitlist_model_offer *o);

static const struct {
    step_fn *run;
    int weight;
} steps[] = {{step_join, 26}, {step_leave, 4}, {step_hold, 20}, {step_release, 10},
    {step_confirm, 12}, {step_cancel, 10}, {step_answer, 6}, {step_capacity, 4}, {step_override, 2},
    {step_pause, 2}, {step_suspend, 1}, {step_time, 10}, {step_jobs, 8}};

static step_fn *some_step(void)
{
    int sum = 0, at;

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        sum += steps[i].weight;
    at = below(sum);
    for (size_t i = 0;; i++)
        if ((at -= steps[i].weight) < 0)
            return steps[i].run;
}

static void count_ends(struct waitlist_play *p, const struct waitlist_model_offer *o)
{
    for (size_t i = 0; i < o->entry_count; i++) {
        p->passed += o->entries[i].state == WAITLIST_PASSED;
        p->lapsed += o->entries[i].state == WAITLIST_LAPSED;
    }
}

/* The list of an offer that begins soon is closed, and another offer takes its place. */
static void replace(struct waitlist_play *p, int slot)
{
    struct waitlist_model_offer *o = &p->offers[slot];

    waitlist_model_close(o);
    waitlist_play_call(p, NULL, "offer", "waitlist_close('s:%d', 'close-%06ld', '', %" PRId64 ")",
        FLEET_EDITOR, p->step, o->id);
    waitlist_play_compare(p, o);
    count_ends(p, o);
    waitlist_play_offer(p, slot);
    p->replaced++;
}

static void turn(struct waitlist_play *p)
{
    int slot = below(WAITLIST_PLAY_OFFERS);
    step_fn *run = some_step();

    waitlist_play_note(p, "nothing");
    run(p, &p->offers[slot]);
    for (int i = 0; i < WAITLIST_PLAY_OFFERS; i++)
        if (run == step_jobs || i == slot)
            waitlist_play_compare(p, &p->offers[i]);
    p->kept += waitlist_model_kept(&p->offers[slot]) != 0;
    if (p->offers[slot].starts_s - p->now_s < END_S)
        replace(p, slot);
    if (p->step % AUDIT_EVERY == AUDIT_EVERY - 1)
        waitlist_play_audit(p);
}

static long number_of(const char *text, long otherwise)
{
    long n = text == NULL ? 0 : strtol(text, NULL, 10);

    return n > 0 ? n : otherwise;
}

int main(int count, char **args)
{
    struct waitlist_play p = {.fleet = fleet_open()};
    long most = number_of(getenv("CHAOS_WAITLIST_STEPS"), STEPS);

    most = count > 1 ? number_of(args[1], most) : most;
    srandom((unsigned)number_of(getenv("CHAOS_WAITLIST_SEED"), SEED));
    waitlist_play_begin(&p);
    for (p.step = 0; p.step < most && !p.is_broken; p.step++)
        turn(&p);
    if (p.is_broken)
        for (long i = p.step < WAITLIST_PLAY_STORY ? 0 : p.step - WAITLIST_PLAY_STORY; i < p.step;
             i++)
            check_note("%s", p.story[i % WAITLIST_PLAY_STORY]);
    else
        waitlist_play_audit(&p);
    for (int i = 0; i < WAITLIST_PLAY_OFFERS; i++) {
        count_ends(&p, &p.offers[i]);
        waitlist_model_free(&p.offers[i]);
    }
    check_note("%ld steps, %" PRId64 " refused; %" PRId64 " times seats were offered, %" PRId64
               " entries passed, %" PRId64 " lapsed, in %" PRId64 " steps seats were kept; %" PRId64
               " lists closed",
        p.step, p.refused, p.served, p.passed, p.lapsed, p.kept, p.replaced);
    check(!p.is_broken, "tables and rules agree after each of %ld steps", p.step);
    check(p.served > most / 20 && p.passed > 0 && p.lapsed > 0 && p.kept > 0,
        "and everything happened");
    check(fleet_close(p.fleet) == 0, "the database ended well");
    return check_end();
}
