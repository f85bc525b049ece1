/* plan_judge.c -- see plan_judge.h.  Mirrors and answers are written into temporary tables and compared there. */
#include "plan_judge.h"

#include <stdio.h>
#include <string.h>

#include "io/json.h"
#include "base/buf.h"
#include "check.h"
#include "client.h"
#include "coverage.h"
#include "fleet.h"

enum { CALL_MS = 10000 };

/* A count that must be 0, and some of what was counted. */
static void none(const struct plan_judge *j, const char *what, const char *rows)
{
    int64_t n = fleet_number(j->fleet, "select count(*) from (%s) r", rows);

    if (!check(n == 0, "%s (%lld)", what, (long long)n))
        check_note("%s",
            fleet_text(j->fleet,
                "select left(string_agg(r::text, E'\\n# '), 3000) from (select * from (%s) q limit 5) r",
                rows));
}

/* --- what was seen -------------------------------------------------------------------------------- */

static void write_mirrors(const struct plan_judge *j)
{
    fleet_run(j->fleet, "create temp table mirror (no int, seen jsonb)");
    for (int i = 0; i < j->mirror_count; i++) {
        struct buf b;

        buf_init(&b, 0);
        plan_mirror_print(&j->mirrors[i], &b);
        fleet_run(j->fleet, "insert into mirror values (%d, $seen$%s$seen$)", i, b.bytes);
        buf_done(&b);
    }
}

/* The plan as each member reads it now. */
static int read_plans(const struct plan_judge *j)
{
    int read = 0;

    fleet_run(j->fleet, "create temp table got (member bigint, plan jsonb)");
    for (int i = 0; i < j->mirror_count; i++) {
        struct client *c = fleet_member(j->fleet, j->server, j->mirrors[i].member);
        struct client_message *m;
        char params[64];
        struct buf b;

        snprintf(params, sizeof params, "{\"plan\":\"%lld\"}", (long long)j->plan);
        m = c == NULL ? NULL : client_call(c, "plan.get", params, CALL_MS);
        buf_init(&b, 0);
        if (m != NULL && m->result != NULL) {
            json_print(m->result, &b);
            fleet_run(j->fleet, "insert into got values (%lld, $got$%s$got$)",
                (long long)j->mirrors[i].member, b.bytes);
            read++;
        }
        buf_done(&b);
        client_message_free(m);
        client_free(c);
    }
    return read;
}

/* The same things as a mirror holds them, from the tables. */
static void write_truth(const struct plan_judge *j)
{
    long long p = j->plan;

    fleet_run(j->fleet,
        "create temp table truth as"
        " select 'plan' as kind, plan_id::text as id, lib.plan_view(p) as view from plan p where plan_id = %lld"
        " union all select 'member', x ->> 'member', x from jsonb_array_elements(lib.plan_members_view(%lld, 0)) x"
        " union all select 'item', x ->> 'item', x from jsonb_array_elements(lib.plan_items_view(%lld, 0)) x"
        " union all select 'poll', poll_id::text, lib.poll_view(p, 0) from poll p where plan_id = %lld"
        " union all select 'proposal', x ->> 'proposal', x from jsonb_array_elements(lib.plan_proposals_view(%lld, 0)) x"
        " union all select 'expense', expense_id::text, lib.expense_row(e) from expense e where plan_id = %lld and deleted_at is null"
        " union all select 'settlement', settlement_id::text, lib.settlement_row(s, 'EUR') from settlement s where plan_id = %lld"
        " union all select 'comment', comment_id::text, (lib.plan_comment_view(comment_id)).view from plan_comment where plan_id = %lld",
        p, p, p, p, p, p, p, p);
    /* Of a plan only what its events show; of a poll not what only its reader said; who has gone takes part in nothing and has
     * proposed nothing. */
    fleet_run(j->fleet,
        "create temp view seen as"
        " select m.no, k.key as kind, t.key as id, case k.key"
        "   when 'plan' then (select jsonb_object_agg(f.key, f.value) from jsonb_each(t.value) f"
        "                      where f.key <> 'op_seq' and exists (select from truth x where x.kind = 'plan' and x.view ? f.key))"
        "   when 'poll' then t.value - 'mine'"
        "   when 'item' then t.value || jsonb_build_object('assignees', (t.value -> 'assignees') - '%lld')"
        "   when 'proposal' then t.value || case t.value ->> 'by' when '%lld' then '{\"by\":null}' else '{}' end::jsonb"
        "   else t.value end as view"
        "  from mirror m, jsonb_each(m.seen) k, jsonb_each(k.value) t"
        " where k.key <> 'proposal' or t.value ->> 'state' = 'open'",
        (long long)j->removed, (long long)j->removed);
}

static void judge_mirrors(const struct plan_judge *j)
{
    char stream[40];
    size_t broken = 0, events = 0, hops = 0;
    int read = read_plans(j);

    for (int i = 0; i < j->mirror_count; i++) {
        const struct plan_mirror *m = &j->mirrors[i];
        const char *problem = coverage_problem(m->coverage);

        plan_mirror_stream(m, stream, sizeof stream);
        events += m->events;
        hops += m->hops;
        broken +=
            problem != NULL || m->problem[0] != '\0' || coverage_resyncs(m->coverage, stream) != 0;
        if (problem != NULL || m->problem[0] != '\0')
            check_note("%s %s", problem == NULL ? "" : problem, m->problem);
    }
    write_mirrors(j);
    write_truth(j);
    check(broken == 0 && events > 0,
        "P3: every seq exactly once, in order, without another snapshot (%zu not; %zu events, %zu connections)",
        broken, events, hops);
    none(j, "P3: the snapshot and the events since are the plan, on every device",
        "select s.no, coalesce(s.kind, t.kind) as kind, coalesce(s.id, t.id) as id, s.view, t.view as truth from"
        " (select n.no, x.kind, x.id, x.view - case x.kind when 'plan' then 'op_seq' else '' end as view"
        "    from truth x, (select distinct no from mirror) n) t"
        " full join seen s on s.no = t.no and s.kind = t.kind and s.id = t.id where s.view is distinct from t.view");
    check(read == j->mirror_count, "everybody reads the plan (%d of %d)", read, j->mirror_count);
    none(j, "plan.get says what SQL says",
        "select g.member, g.plan - 'mine' as got from got g, plan p where p.plan_id::text = g.plan ->> 'plan'"
        " and g.plan <> (api.plan_get('m:' || g.member, p.plan_id)).reply");
    none(j, "and to all the same",
        "select (g.plan - '{mine,polls}'::text[])::text as plan from got g group by 1 offset 1");
}

/* --- what was done -------------------------------------------------------------------------------- */

static void write_told(const struct plan_judge *j)
{
    const struct plan_moves *m = j->moves;
    struct buf b;

    buf_init(&b, 0);
    buf_add_text(&b,
        "create temp table told (member bigint, item bigint, version bigint, op bigint, kind text, patch jsonb)");
    for (size_t i = 0; i < m->told_count; i++) {
        const struct plan_told *t = &m->told[i];

        buf_printf(&b, "%s(%lld,%lld,%lld,%lld,nullif('%s',''),nullif('%s','')::jsonb)",
            i == 0 ? "; insert into told values " : ",", (long long)t->member, (long long)t->item,
            (long long)t->version, (long long)t->op, t->kind == NULL ? "" : t->kind, t->patch);
    }
    fleet_run(j->fleet, "%s", b.bytes);
    buf_done(&b);
}

static void judge_changes(const struct plan_judge *j)
{
    write_told(j);
    none(j, "P1: every change that was accepted is in the log as it was made",
        "select t.* from told t where not exists (select from plan_op o where o.op_seq = t.op and o.actor = 'm:' || t.member"
        " and o.object = 'item:' || t.item and o.new_ver = t.version and (t.kind is null or o.kind = t.kind)"
        " and (t.kind is not null or o.undoes is not null) and (t.patch is null or o.patch = t.patch))");
    none(j, "P2: and once, and nothing else is",
        "select o.op_seq, o.actor, o.kind, o.patch from plan_op o left join told t on t.op = o.op_seq"
        " where o.object like 'item:%%' and coalesce(o.patch ->> 'notes', '') not like 'proposed %%'"
        "   and o.op_seq > (select min(op) from told)"
        " group by o.plan_id, o.op_seq having count(t.op) <> 1");
    none(j, "I-35: each field of an item is what the last change set, by the log alone",
        "select i.item_id, l.key, l.value, v.value as now from plan_item i cross join lateral"
        " (select distinct on (k.key) k.key, k.value from plan_op o, jsonb_each(o.patch) k"
        "   where o.plan_id = i.plan_id and o.object = 'item:' || i.item_id order by k.key, o.op_seq desc) l"
        " cross join lateral (select case l.key when 'deleted' then to_jsonb(i.deleted_at is not null)"
        "   else coalesce(lib.plan_item_view(i, i.assignees) -> l.key, 'null') end as value) v where v.value <> l.value");
    check(fleet_number(j->fleet, "select count(*) from plan_op where object like 'expense:%%'") ==
              (int64_t)j->moves->expenses,
        "P1, P2: of %zu accepted changes of expenses each is in the log once", j->moves->expenses);
}

static void judge_money(const struct plan_judge *j)
{
    none(j, "I-32: balances add up to nothing, whoever reads them",
        "select member, sum((b ->> 'net')::bigint) from got, jsonb_array_elements(plan #> '{balances,members}') b"
        " group by member having sum((b ->> 'net')::bigint) <> 0");
    none(j, "and are what the expenses and settlements on a device come to",
        "with part as (select s.no, x ->> 'member' as member, (x ->> 'paid_base')::bigint as net"
        "  from seen s, jsonb_array_elements(s.view -> 'payers') x where s.kind = 'expense' union all"
        " select s.no, x ->> 'member', -(x ->> 'owed')::bigint from seen s, jsonb_array_elements(s.view -> 'shares') x"
        "  where s.kind = 'expense' union all"
        " select s.no, s.view #>> array[w, 'member'], case w when 'payer' then 1 else -1 end * (s.view #>> '{amount,minor}')::bigint"
        "  from seen s, unnest('{payer,payee}'::text[]) w where s.kind = 'settlement' and s.view ->> 'state' = 'confirmed'),"
        " device as (select no, member, sum(net) as net from part group by no, member)"
        " select d.no, d.member, d.net, b ->> 'net' as is from device d, got g, jsonb_array_elements(g.plan #> '{balances,members}') b"
        " where b ->> 'member' = d.member and (b ->> 'net')::bigint <> d.net");
}

void plan_judge(const struct plan_judge *j)
{
    int64_t deadlocks;

    judge_mirrors(j);
    judge_changes(j);
    judge_money(j);
    none(j, "I-30 ... I-35 hold", "select * from lib.plan_violations()");
    none(j, "I-60: no stream has a gap",
        "select s.stream, s.seq, count(o.seq) from stream s left join outbox o on o.stream = s.stream"
        " group by s.stream having s.seq <> count(o.seq) or s.seq <> max(o.seq)");
    deadlocks = fleet_number(
        j->fleet, "select deadlocks from pg_stat_database where datname = current_database()");
    check(deadlocks == 0, "the lock order holds: no deadlock (%lld)", (long long)deadlocks);
}
