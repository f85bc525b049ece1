/* waitlist_play.c -- see waitlist_play.h. */
#include "waitlist_play.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/db.h"
#include "base/buf.h"
#include "base/mem.h"
#include "check.h"
#include "fleet.h"

enum { BEGIN_S = 330 * 3600 + 1800, SLACK_US = 15000000, SQL_BYTES = 500 };

static int below(int limit)
{
    return (int)(random() % limit);
}

static const char try_sql[] =
    "create function pg_temp.try(p_sql text, out code text, out reply jsonb) language plpgsql as $f$"
    " begin"
    "   execute 'select x.reply from (' || p_sql || ') x' into reply;"
    " exception when others then"
    "   if left(sqlstate, 2) <> 'ZC' then raise; end if;"
    "   code := sqlstate;"
    " end $f$";

void waitlist_play_note(struct waitlist_play *p, const char *format, ...)
{
    char *line = p->story[p->step % WAITLIST_PLAY_STORY];
    va_list args;
    int used = snprintf(line, WAITLIST_PLAY_LINE_BYTES, "%ld: ", p->step);

    va_start(args, format);
    (void)vsnprintf(line + used, (size_t)(WAITLIST_PLAY_LINE_BYTES - used), format, args);
    va_end(args);
}

void waitlist_play_judge(
    struct waitlist_play *p, const char *refused, const char *code, const char *what)
{
    waitlist_play_note(p, "%s => %s", code == NULL ? "done" : code, what);
    p->refused += refused != NULL;
    if (strcmp(code == NULL ? "" : code, refused == NULL ? "" : refused) == 0)
        return;
    check(false, "step %ld: %s is %s, the rules say %s", p->step, what,
        code == NULL ? "done" : code, refused == NULL ? "done" : refused);
    p->is_broken = true;
}

int64_t waitlist_play_call(
    struct waitlist_play *p, const char *refused, const char *field, const char *format, ...)
{
    char sql[SQL_BYTES];
    const char *value;
    va_list args;

    va_start(args, format);
    (void)vsnprintf(sql, sizeof sql, format, args);
    va_end(args);
    fleet_run(p->fleet,
        "select t.code, t.reply ->> '%s' from pg_temp.try($s$select * from api.%s$s$) t", field,
        sql);
    value = db_sync_value(fleet_db(p->fleet), 0, 1);
    waitlist_play_judge(p, refused, db_sync_value(fleet_db(p->fleet), 0, 0), sql);
    return value == NULL ? 0 : strtoll(value, NULL, 10);
}

/* Three ways to draw on pools: one for all; a total beside own ones; in a chain. */
static void shape(struct waitlist_model_offer *o, int kind)
{
    static const int pools[] = {1, 3, 4}, classes[] = {2, 3, 4};
    static const unsigned draws[][WAITLIST_MODEL_CLASSES] = {
        {1, 1}, {1, 1 | 2, 1 | 4}, {1 | 2, 2 | 4, 4 | 8, 8}};

    o->pools = pools[kind];
    o->classes = classes[kind];
    memcpy(o->draws, draws[kind], sizeof o->draws);
    o->cap = kind == 0 ? 9 : 10000;
    for (int i = 0; i < o->pools; i++)
        o->capacity[i] = 4 + below(kind == 1 && i == 0 ? 12 : 6);
}

void waitlist_play_offer(struct waitlist_play *p, int slot)
{
    struct waitlist_model_offer *o = &p->offers[slot];

    waitlist_model_free(o);
    *o = (struct waitlist_model_offer){.may = p->may};
    shape(o, slot);
    o->id = fleet_number(p->fleet,
        "insert into offer (offer_id, club_id, kind, title, organiser_name, starts_at, ends_at, announce_at,"
        " public_open_at, booking_close_at, name_deadline, currency, waitlist_cap, state)"
        " select lib.new_id(), %d, 'trip', 'Trip', 'Club', s, s + interval '7 days', s - interval '40 days',"
        " s - interval '30 days', s, s, 'EUR', %s, 'open'"
        " from (select date_trunc('second', now()) + interval '%d seconds' as s) x returning offer_id",
        FLEET_CLUB, slot == 0 ? "9" : "null", BEGIN_S);
    o->starts_s = fleet_number(p->fleet,
        "select extract(epoch from starts_at)::bigint from offer where offer_id = %" PRId64, o->id);
    for (int i = 0; i < o->pools; i++)
        o->pool_id[i] = fleet_number(p->fleet,
            "insert into seat_pool (pool_id, offer_id, code, capacity)"
            " values (lib.new_id(), %" PRId64 ", 'p%d', %d) returning pool_id",
            o->id, i, o->capacity[i]);
    for (int c = 0; c < o->classes; c++) {
        o->class_id[c] = fleet_number(p->fleet,
            "insert into seat_class (class_id, offer_id, code, title)"
            " values (lib.new_id(), %" PRId64 ", 'c%d', 'Class') returning class_id",
            o->id, c);
        for (int i = 0; i < o->pools; i++)
            if ((o->draws[c] >> i & 1) != 0)
                fleet_run(p->fleet,
                    "insert into seat_class_pool values (%" PRId64 ", %" PRId64 ", %" PRId64 ")",
                    o->class_id[c], o->pool_id[i], o->id);
    }
}

/* --- comparing --------------------------------------------------------------------------------- */

static const char state_sql[] =
    "select coalesce((select string_agg(format('%%s/%%s%%s/%%s/%%s', entry_id, skips,"
    "   case when accumulate_since is not null then 'k' end, prio_class, offers_missed), ' ' order by prio_class desc, ord)"
    "   from waitlist_entry where offer_id = o.offer_id and state = 'waiting'), '')"
    " || '|' || coalesce((select string_agg(entry_id::text, ' ' order by entry_id)"
    "   from waitlist_entry where offer_id = o.offer_id and state = 'offered'), '')"
    " || '|' || (select string_agg((select count(*)::text from waitlist_entry where offer_id = o.offer_id and state = s), ' ' order by no)"
    "   from unnest('{converted,declined,lapsed,passed,withdrawn,closed}'::text[]) with ordinality as x (s, no))"
    " || '|' || (select string_agg(format('%%s/%%s/%%s', capacity, held + confirmed, offered), ' ' order by pool_id)"
    "   from seat_pool where offer_id = o.offer_id)"
    " || '|' || coalesce((select string_agg(k::text, ' ' order by k) from unnest(lib.waitlist_kept(o.offer_id)) k), ''),"
    " (select count(*) from seat_pool s where s.offer_id = o.offer_id and (s.held + s.confirmed + s.offered > s.capacity"
    "   or (s.held, s.confirmed) <> (select coalesce(sum(l.qty) filter (where r.state = 'held'), 0),"
    "         coalesce(sum(l.qty) filter (where r.state = 'confirmed'), 0)"
    "         from reservation_leg l join reservation r on r.resv_id = l.resv_id where l.pool_id = s.pool_id)"
    "   or s.offered <> (select coalesce(sum(e.qty), 0) from waitlist_entry e"
    "         where e.state = 'offered' and e.class_id in (select class_id from seat_class_pool where pool_id = s.pool_id)))),"
    " extract(epoch from clock_timestamp())::bigint"
    " from offer o where o.offer_id = %" PRId64;

static int by_place(const void *a, const void *b)
{
    const struct waitlist_model_entry *x = *(const struct waitlist_model_entry *const *)a,
                                      *y = *(const struct waitlist_model_entry *const *)b;

    if (x->prio != y->prio)
        return x->prio > y->prio ? -1 : 1;
    return x->ord < y->ord ? -1 : x->ord > y->ord;
}

static void print_waiting(const struct waitlist_model_offer *o, struct buf *b)
{
    const struct waitlist_model_entry **list = mem_zalloc((o->entry_count + 1) * sizeof(void *));
    size_t count = 0;

    for (size_t i = 0; i < o->entry_count; i++)
        if (o->entries[i].state == WAITLIST_WAITING)
            list[count++] = &o->entries[i];
    qsort(list, count, sizeof(void *), by_place);
    for (size_t i = 0; i < count; i++)
        buf_printf(b, "%s%" PRId64 "/%d%s/%d/%d", i == 0 ? "" : " ", list[i]->id, list[i]->skips,
            list[i]->keeps ? "k" : "", list[i]->prio, list[i]->missed);
    mem_free(list);
}

/* What state_sql answers, as the model has it. */
static void print_state(const struct waitlist_model_offer *o, struct buf *b)
{
    unsigned kept = waitlist_model_kept(o);
    int ended[WAITLIST_STATES] = {0};
    const char *gap = "";

    print_waiting(o, b);
    buf_add_text(b, "|");
    for (size_t i = 0; i < o->entry_count; i++) {
        ended[o->entries[i].state]++;
        if (o->entries[i].state == WAITLIST_OFFERED) {
            buf_printf(b, "%s%" PRId64, gap, o->entries[i].id);
            gap = " ";
        }
    }
    buf_printf(b, "|%d %d %d %d %d %d|", ended[WAITLIST_CONVERTED], ended[WAITLIST_DECLINED],
        ended[WAITLIST_LAPSED], ended[WAITLIST_PASSED], ended[WAITLIST_WITHDRAWN],
        ended[WAITLIST_CLOSED]);
    for (int i = 0; i < o->pools; i++)
        buf_printf(b, "%s%d/%d/%d", i == 0 ? "" : " ", o->capacity[i], o->booked[i], o->offered[i]);
    buf_add_text(b, "|");
    gap = "";
    for (int i = 0; i < o->pools; i++)
        if ((kept >> i & 1) != 0) {
            buf_printf(b, "%s%" PRId64, gap, o->pool_id[i]);
            gap = " ";
        }
}

/* The deadlines of what was offered just now. */
static void compare_deadlines(struct waitlist_play *p, struct waitlist_model_offer *o)
{
    for (struct waitlist_model_entry *e = o->entries; e < o->entries + o->entry_count; e++) {
        int64_t expires_us;

        if (!e->is_fresh)
            continue;
        e->is_fresh = false;
        p->served++;
        if (e->state != WAITLIST_OFFERED)
            continue;
        expires_us = fleet_number(p->fleet,
            "select (extract(epoch from offer_expires) * 1000000)::bigint from waitlist_entry where entry_id = %" PRId64,
            e->id);
        if (llabs(expires_us - e->expires_us) > SLACK_US) {
            check(false, "step %ld: the deadline of %" PRId64 " is %" PRId64 " s off", p->step,
                e->id, (expires_us - e->expires_us) / 1000000);
            p->is_broken = true;
        }
        e->expires_us = expires_us;
    }
}

void waitlist_play_compare(struct waitlist_play *p, struct waitlist_model_offer *o)
{
    struct buf b;
    const char *state, *broken;

    buf_init(&b, 0);
    print_state(o, &b);
    fleet_run(p->fleet, state_sql, o->id);
    state = db_sync_value(fleet_db(p->fleet), 0, 0);
    broken = db_sync_value(fleet_db(p->fleet), 0, 1);
    if (strcmp(state, b.bytes) != 0 || strcmp(broken, "0") != 0 || !waitlist_model_is_fair(o)) {
        check(false, "step %ld: the tables and the rules agree (I-20, I-21: %s; I-24: %s)", p->step,
            broken, waitlist_model_is_fair(o) ? "holds" : "broken");
        check_note("before %s", p->before[o - p->offers]);
        check_note("tables %s", state);
        check_note("rules  %s", b.bytes);
        p->is_broken = true;
    }
    snprintf(p->before[o - p->offers], WAITLIST_PLAY_STATE_BYTES, "%s", state);
    p->now_s = strtoll(db_sync_value(fleet_db(p->fleet), 0, 2), NULL, 10);
    buf_done(&b);
    compare_deadlines(p, o);
}

void waitlist_play_audit(struct waitlist_play *p)
{
    int64_t count = fleet_number(p->fleet, "select count(*) from lib.seat_violations()");

    if (count == 0)
        return;
    check(false, "step %ld: lib.seat_violations finds nothing, but: %s", p->step,
        fleet_text(p->fleet,
            "select string_agg(v::text, '; ') from (select * from lib.seat_violations() limit 5) v"));
    p->is_broken = true;
}

/* --- beginning ----------------------------------------------------------------------------------- */

void waitlist_play_begin(struct waitlist_play *p)
{
    fleet_seed(p->fleet, WAITLIST_PLAY_MEMBERS);
    fleet_run(p->fleet, "%s", try_sql);
    fleet_run(p->fleet, "update club set settings = settings || '{\"waitlist_top_tier\": true}'");
    fleet_run(p->fleet, "update tier set seat_limit = 1000");
    for (int m = 0; m < WAITLIST_PLAY_MEMBERS; m++) {
        p->may[m] = true;
        p->rank[m] = (int)fleet_number(p->fleet, "select lib.tier_rank(%" PRId64 ", %d)",
            (int64_t)FLEET_FIRST_MEMBER + m, FLEET_CLUB);
    }
    for (int i = 0; i < WAITLIST_PLAY_OFFERS; i++)
        waitlist_play_offer(p, i);
    p->now_s = fleet_number(p->fleet, "select extract(epoch from clock_timestamp())::bigint");
}
