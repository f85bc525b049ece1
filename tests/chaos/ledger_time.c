/* ledger_time.c -- what only time does to points: the ledger's clock is moved by its owner, the model is told. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/db.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "fleet.h"
#include "ledger_private.h"

enum { STEP_MS = 30000, PAST_HOURS = 175200, TRIES = 20 };
#define HOUR_MS 3600000LL

static int anybody(const struct market *m)
{
    for (int i = 0; i < TRIES; i++) {
        int member = market_below(m->members);

        if (!m->people[member].is_busy)
            return member;
    }
    return -1;
}

/* Some lots of somebody end: all that have one end, as at the end of a month. */
static void end_lots(struct market *m)
{
    int member = anybody(m);
    size_t count = member < 0 ? 0 : ledger_model_lots(m->model, member);
    const struct ledger_lot *l;
    int64_t expires_ms;

    if (count == 0)
        return;
    l = ledger_model_lot(m->model, member, (size_t)market_below((int)count));
    if (l->is_about || l->expires_ms == LEDGER_NEVER)
        return;
    expires_ms = l->expires_ms;
    fleet_run(m->fleet,
        "update point_lot l set expires_at = l.expires_at - interval '%d hours' from ledger_account a"
        " where a.owner_kind = 'm' and a.owner_id = %d and l.account_id = a.account_id"
        " and l.expires_at = to_timestamp(%" PRId64 ")"
        " and not exists (select from point_lot c where c.from_lot = l.lot_id)",
        PAST_HOURS, FLEET_FIRST_MEMBER + member, expires_ms / 1000);
    ledger_model_lapse(m->model, member, expires_ms, expires_ms - PAST_HOURS * HOUR_MS);
    m->lapsed_lots++;
}

/* A hold comes to its end.  Its member is busy until the sweeper has given it back. */
static void end_hold(struct market *m)
{
    int member = anybody(m), at;
    struct open_hold h;

    if (member < 0 || m->people[member].hold_count == 0)
        return;
    at = market_below(m->people[member].hold_count);
    h = m->people[member].holds[at];
    fleet_run(m->fleet,
        "update point_hold set expires_at = now() - interval '1 second' where hold_id = %" PRId64,
        market_hold_id(m, h));
    ledger_model_hold_lapses(m->model, member, h.handle);
    market_drop_hold(m, member, at);
    m->people[member].is_busy = true;
    mem_grow((void **)&m->waiting, &m->waiting_capacity, m->waiting_count + 1, sizeof *m->waiting);
    m->waiting[m->waiting_count++] = (struct waiting){member, market_hold_id(m, h)};
    m->lapsed_holds++;
}

static void look_at_waiting(struct market *m)
{
    for (size_t i = 0; i < m->waiting_count;) {
        struct waiting w = m->waiting[i];

        if (fleet_number(m->fleet,
                "select count(*) from point_hold where hold_id = %" PRId64 " and state = 'active'",
                w.hold) > 0) {
            i++;
            continue;
        }
        m->people[w.member].is_busy = false;
        m->waiting[i] = m->waiting[--m->waiting_count];
    }
}

/* A return window closes: the job is run, which else comes every ten minutes. */
static void close_window(struct market *m)
{
    int member = anybody(m);
    int64_t earn = member < 0 ? 0 : m->people[member].pending;

    if (earn == 0)
        return;
    fleet_run(m->fleet,
        "update point_pending set matures_at = now() - interval '1 second' where tx_id = %" PRId64,
        m->ids[earn]);
    fleet_run(m->fleet, "select lib.points_mature_run()");
    ledger_model_mature(m->model, member, earn);
    m->people[member].pending = 0;
    m->matured++;
}

/* A day goes by for what somebody has offered: three more offers are possible. */
static void forget_offers(struct market *m)
{
    int member = market_below(m->devices);

    if (m->people[member].is_busy || m->people[member].offers == 0)
        return;
    fleet_run(m->fleet,
        "update point_hold h set created_at = h.created_at - interval '31 days' from ledger_account a"
        " where a.owner_kind = 'm' and a.owner_id = %d and h.account_id = a.account_id and h.purpose = 'transfer'",
        FLEET_FIRST_MEMBER + member);
    m->people[member].offers = 0;
}

/* What the members' devices show in this step. */
static void read_codes(struct market *m)
{
    const struct db_sync *d = fleet_db(m->fleet);
    int64_t now_ms = clock_wall().ms;

    if (now_ms / STEP_MS == m->codes_step)
        return;
    m->codes_step = now_ms / STEP_MS;
    m->codes_ms = now_ms;
    fleet_run(m->fleet,
        "select member_id - %d, card_no, lib.totp(lib.card_secret(card_no), %" PRId64 ")"
        " from member_card where status = 'active'",
        FLEET_FIRST_MEMBER, m->codes_step);
    for (int row = 0; row < db_sync_rows(d); row++) {
        struct person *p = &m->people[strtol(db_sync_value(d, row, 0), NULL, 10)];

        snprintf(p->card, sizeof p->card, "%s", db_sync_value(d, row, 1));
        snprintf(p->code, sizeof p->code, "%s", db_sync_value(d, row, 2));
        p->used[0] = '\0';
    }
}

void market_pass_time(struct market *m)
{
    read_codes(m);
    look_at_waiting(m);
    if (m->is_ending)
        return;
    end_lots(m);
    end_hold(m);
    forget_offers(m);
    for (int i = 0; i < 3; i++)
        close_window(m);
}

void market_stop(struct market *m)
{
    m->is_ending = true;
}
