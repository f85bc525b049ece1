/* ledger_judge.c -- the ledger beside the model. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/db.h"
#include "io/json.h"
#include "base/buf.h"
#include "check.h"
#include "fleet.h"
#include "ledger_private.h"

enum { CHUNK = 5000, TOLD = 8, ABOUT_MS = 7200000 };

/* --- what was acknowledged ----------------------------------------------------------------------------- */

static void judge_records(struct market *m)
{
    int64_t lost;

    fleet_run(m->fleet, "create temp table record (kind text, tx bigint, amount bigint)");
    for (size_t from = 0; from < m->record_count; from += CHUNK) {
        struct buf b;

        buf_init(&b, 0);
        buf_add_text(&b, "insert into record values ");
        for (size_t i = from; i < m->record_count && i < from + CHUNK; i++)
            buf_printf(&b, "%s('%s',%" PRId64 ",%" PRId64 ")", i == from ? "" : ",",
                m->records[i].kind, m->records[i].tx, m->records[i].amount);
        fleet_run(m->fleet, "%s", b.bytes);
        buf_done(&b);
    }
    fleet_run(m->fleet, "analyze record");
    lost = fleet_number(m->fleet,
        "select count(*) from record r where not exists (select from ledger_tx x"
        " where x.tx_id = r.tx and x.kind = r.kind and x.amount = r.amount)");
    check(lost == 0, "P1: each of %zu acknowledged transactions is in the ledger (%lld not)",
        m->record_count, (long long)lost);
    lost = fleet_number(
        m->fleet, "select count(*) - count(distinct tx) from record where kind <> 'release'");
    check(lost == 0, "P2: no transaction answers for two moves (%lld)", (long long)lost);
}

/* --- balances ------------------------------------------------------------------------------------------ */

static const char sums_sql[] =
    "select m.member_id - %d,"
    " coalesce(sum(a.balance) filter (where a.kind = 'redeemable'), 0)"
    "   - coalesce((select sum(l.remaining) from point_lot l join ledger_account r on r.account_id = l.account_id"
    "                where r.owner_kind = 'm' and r.owner_id = m.member_id and l.expires_at <= now()), 0),"
    " coalesce(sum(a.balance) filter (where a.kind = 'held'), 0),"
    " coalesce(sum(a.balance) filter (where a.kind = 'pending'), 0),"
    " -coalesce(sum(a.balance) filter (where a.kind = 'debt'), 0)"
    " from member m left join ledger_account a on a.owner_kind = 'm' and a.owner_id = m.member_id and a.cur = 'RP'"
    " where m.member_id >= %d and m.member_id < %d + %d group by m.member_id order by m.member_id";

static int64_t cell(const struct db_sync *d, int row, int column)
{
    const char *value = db_sync_value(d, row, column);

    return value == NULL ? LEDGER_NEVER : strtoll(value, NULL, 10);
}

/* The end of a member's story. */
static void note_story(struct market *m, int member)
{
    check_note("  of member %d: %s", FLEET_FIRST_MEMBER + member,
        fleet_text(m->fleet,
            "select string_agg(format('%%s %%s %%s %%s %%s', created_at::time, kind, amount, idem, reverses), '; ' order by tx_id)"
            " from (select distinct x.* from ledger_tx x join ledger_entry e using (tx_id) join ledger_account a using (account_id)"
            "        where a.owner_kind = 'm' and a.owner_id = %d and a.cur = 'RP' order by tx_id desc limit 12) t",
            FLEET_FIRST_MEMBER + member));
    check_note("  its holds: %s",
        fleet_text(m->fleet,
            "select string_agg(format('%%s %%s of %%s for %%s', hold_id, h.state, amount, purpose), '; ' order by hold_id)"
            " from point_hold h join ledger_account a using (account_id) where a.owner_kind = 'm' and a.owner_id = %d",
            FLEET_FIRST_MEMBER + member));
}

static void judge_sums(struct market *m)
{
    const struct db_sync *d = fleet_db(m->fleet);
    struct ledger_sums all = {0};
    size_t wrong = 0;
    int last = -1;

    fleet_run(
        m->fleet, sums_sql, FLEET_FIRST_MEMBER, FLEET_FIRST_MEMBER, FLEET_FIRST_MEMBER, m->members);
    for (int i = 0; i < m->members; i++) {
        struct ledger_sums s = ledger_model_sums(m->model, i);

        all.available += s.available;
        all.held += s.held;
        all.pending += s.pending;
        all.debt += s.debt;
        if (cell(d, i, 1) == s.available && cell(d, i, 2) == s.held && cell(d, i, 3) == s.pending &&
            cell(d, i, 4) == s.debt)
            continue;
        last = i;
        if (wrong++ < TOLD)
            check_note("member %d has %lld available, %lld held, %lld pending, owes %lld; the model"
                       " has %lld, %lld, %lld, %lld",
                FLEET_FIRST_MEMBER + i, (long long)cell(d, i, 1), (long long)cell(d, i, 2),
                (long long)cell(d, i, 3), (long long)cell(d, i, 4), (long long)s.available,
                (long long)s.held, (long long)s.pending, (long long)s.debt);
    }
    check(db_sync_rows(d) == m->members && wrong == 0,
        "what %d members have is what the model says (%zu do not)", m->members, wrong);
    check_note("in all %lld available, %lld held, %lld pending, %lld owed",
        (long long)all.available, (long long)all.held, (long long)all.pending, (long long)all.debt);
    if (last >= 0)
        note_story(m, last);
}

/* --- lots ---------------------------------------------------------------------------------------------- */

static const char lots_sql[] =
    "select a.owner_id - %d, l.remaining, (extract(epoch from l.expires_at) * 1000)::bigint, l.origin_member - %d"
    " from point_lot l join ledger_account a on a.account_id = l.account_id"
    " where a.owner_kind = 'm' and l.remaining > 0 and (l.expires_at is null or l.expires_at > now())"
    " order by a.owner_id, l.expires_at nulls last, l.lot_id";

static bool is_lot(const struct db_sync *d, int row, const struct ledger_lot *l)
{
    int64_t expires_ms = cell(d, row, 2);

    if (l->is_about ? llabs(expires_ms - l->expires_ms) > ABOUT_MS : expires_ms != l->expires_ms)
        return false;
    return cell(d, row, 1) == l->remaining && cell(d, row, 3) == l->origin;
}

static void judge_lots(struct market *m)
{
    const struct db_sync *d = fleet_db(m->fleet);
    size_t lots = 0, wrong = 0;
    int row = 0;

    fleet_run(m->fleet, lots_sql, FLEET_FIRST_MEMBER, FLEET_FIRST_MEMBER);
    for (int i = 0; i < m->members; i++) {
        size_t count = ledger_model_lots(m->model, i), same = 0, have = 0;

        lots += count;
        for (; row < db_sync_rows(d) && cell(d, row, 0) == i; row++, have++)
            same += have < count && is_lot(d, row, ledger_model_lot(m->model, i, have));
        if (same == count && have == count)
            continue;
        if (wrong++ < TOLD)
            check_note("member %d has %zu lots, the model %zu; %zu are the same",
                FLEET_FIRST_MEMBER + i, have, count, same);
    }
    check(row == db_sync_rows(d) && wrong == 0,
        "amount, end and origin of %zu lots are those of the model (%zu members' are not)", lots,
        wrong);
}

void market_judge(struct market *m)
{
    struct fleet *f = m->fleet;
    int64_t violations;

    check(m->wrong == 0, "every answer is the verdict of the model (%zu of %zu are not)", m->wrong,
        m->answered);
    fleet_run(f, "analyze"); /* the counts of changes were lost with each crash */
    judge_records(m);
    judge_sums(m);
    judge_lots(m);
    violations = fleet_number(f, "select count(*) from lib.ledger_violations()");
    if (!check(violations == 0, "I-01 ... I-15 hold (%lld violations)", (long long)violations))
        check_note("%s",
            fleet_text(f,
                "select string_agg(concat_ws(' ', invariant, what, detail), '; ') from (select * from lib.ledger_violations() limit 10) v"));
}
