-- reconcile.sql -- does the ledger still add up, are as many seats taken as the pools say, and do plans?  (domain.md 7.7, 17)
--
-- Nightly what was posted since the last night, weekly everything, in pieces of bounded size: one statement, so one
-- snapshot, looks at one piece, and postings go on meanwhile.  A difference freezes the account of its owner, opens an
-- incident and is told to the operators.  Then, every night, the pools of all offers that are on, and all plans that are
-- not over.  Nothing here mends anything.

-- What is not as it must be: `found` of `object` is not `expected`.  account: what to freeze; null: no member's.
create type lib.difference as (account bigint, object text, invariant text, found numeric, expected numeric);

-- The invariants that can be told of one owner: I-03 to I-08 of each account, I-14 of the wallet.  One statement.
create function lib.reconcile_owners(p_kinds text[], p_owners bigint[])
returns setof lib.difference language sql stable as $$
    with account as (
        select a.account_id, a.cur, a.kind, a.balance, a.ver, a.owner_kind, a.owner_id,
               case a.cur when 'TP' then a.account_id
                          else max(a.account_id) filter (where a.kind = 'redeemable')
                               over (partition by a.owner_kind, a.owner_id) end as freeze
          from unnest(p_kinds, p_owners) as o (kind, id)
          join ledger_account a on a.owner_kind = o.kind::char(1) and a.owner_id = o.id
         where a.tracked
    ), entry as (
        select a.account_id, e.tx_id, e.amt, e.ver, e.bal_after,
               sum(e.amt) over (partition by e.account_id order by e.ver) as running
          from account a
          join ledger_entry e on e.account_id = a.account_id
    ), total as (
        select a.account_id, coalesce(sum(e.amt), 0) as amt, count(e.tx_id) as entries,
               coalesce(max(e.ver), 0) as last, coalesce(min(e.ver), 1) as first,
               count(*) filter (where e.bal_after is distinct from e.running) as off
          from account a
          left join entry e on e.account_id = a.account_id
         group by a.account_id
    )
    select a.freeze, 'account:' || a.account_id, d.invariant, d.found, d.expected
      from account a
      join total t on t.account_id = a.account_id
     cross join lateral (
           values ('I-03', a.balance::numeric, t.amt),
                  ('I-04', a.ver::numeric, t.entries::numeric),
                  ('I-04', a.ver::numeric, t.last::numeric),
                  ('I-04', t.first::numeric, 1::numeric),
                  ('I-04', t.off::numeric, 0::numeric),
                  ('I-05', a.balance::numeric, case when a.kind = 'redeemable' then (
                      select coalesce(sum(l.remaining), 0)
                        from point_lot l
                       where l.account_id = a.account_id
                         and l.live) else a.balance end),
                  ('I-06', a.balance::numeric, case when a.kind = 'held' then (
                      select coalesce(sum(h.amount), 0)
                        from ledger_account r
                        join point_hold h on h.account_id = r.account_id and h.state = 'active'
                       where r.account_id = a.freeze
                         and h.held_account = a.account_id) else a.balance end),
                  ('I-08', a.balance::numeric, case when a.kind = 'debt' then least(a.balance, 0)
                                                    else greatest(a.balance, 0) end::numeric)
           ) as d (invariant, found, expected)
     where d.found <> d.expected
     union all
    select a.freeze, 'hold:' || h.hold_id, 'I-07', h.amount, coalesce(sum(l.amt), 0)
      from account a
      join point_hold h on h.account_id = a.account_id and h.state = 'active'
      left join point_hold_lot l on l.hold_id = h.hold_id
     where a.kind = 'redeemable'
     group by a.freeze, h.hold_id
    having h.amount <> coalesce(sum(l.amt), 0)
     union all
    select r.freeze, 'account:' || r.account_id, 'I-14', w.ver, r.touched
      from (select a.owner_kind, a.owner_id, max(a.freeze) filter (where a.kind = 'redeemable') as freeze,
                   max(a.account_id) filter (where a.kind = 'redeemable') as account_id,
                   count(distinct e.tx_id) as touched
              from account a
              left join entry e on e.account_id = a.account_id
             group by a.owner_kind, a.owner_id) r
      join wallet w on w.owner_kind = r.owner_kind and w.owner_id = r.owner_id
     where r.account_id is not null
       and w.ver <> r.touched;
$$;

-- Those that can be told of one transaction: I-01, entries of accounts that are not there (I-02), I-10, I-13; of the
-- transactions above p_after up to p_upto, and of those that these reverse.
create function lib.reconcile_transactions(p_after bigint, p_upto bigint)
returns setof lib.difference language sql stable as $$
    with tx as (
        select x.tx_id
          from ledger_tx x
         where x.tx_id > p_after and x.tx_id <= p_upto
         union
        select x.reverses
          from ledger_tx x
         where x.tx_id > p_after and x.tx_id <= p_upto
           and x.reverses is not null
    ), entry as (
        select t.tx_id, e.amt, a.account_id, a.cur, a.club_id
          from tx t
          join ledger_entry e on e.tx_id = t.tx_id
          left join ledger_account a on a.account_id = e.account_id
    )
    select null::bigint, 'tx:' || e.tx_id, 'I-01', sum(e.amt), 0::numeric
      from entry e
     where e.account_id is not null
     group by e.tx_id, e.cur
    having sum(e.amt) <> 0
     union all
    select null, 'tx:' || t.tx_id, 'I-01', 0, 1
      from tx t
     where not exists (select from entry e where e.tx_id = t.tx_id)
     union all
    select null, 'tx:' || e.tx_id, 'I-02', count(*), 0
      from entry e
     where e.account_id is null
     group by e.tx_id
     union all
    select null, 'tx:' || t.tx_id, 'I-10', x.reversed, r.amount
      from tx t
      join ledger_tx x on x.tx_id = t.tx_id
     cross join lateral (
           select coalesce(sum(v.amount), 0) as amount, count(*) as reversals
             from ledger_tx v
            where v.reverses = x.tx_id) r
     where x.reversed <> r.amount
        or r.amount > x.amount
        or x.reverses is not null and r.reversals > 0
     union all
    select null, 'tx:' || t.tx_id, 'I-13', count(*), 0
      from tx t
      join ledger_tx x on x.tx_id = t.tx_id
      join entry e on e.tx_id = t.tx_id
     where e.account_id is not null
       and ((e.cur = 'TP') <> (x.kind in ('tier_earn', 'tier_reverse'))
            or e.cur = 'TP' and e.club_id is distinct from x.club_id)
     group by t.tx_id;
$$;

-- Those that can be told of the pools of these offers: I-20, I-21.  One statement.
create function lib.reconcile_seats(p_offers bigint[]) returns setof lib.difference language sql stable as $$
    with leg as (
        select l.pool_id, sum(l.qty) filter (where r.state = 'held') as held,
               sum(l.qty) filter (where r.state <> 'held') as confirmed
          from reservation r
          join reservation_leg l on l.resv_id = r.resv_id
         where r.offer_id = any (p_offers)
           and r.state in ('held', 'confirmed', 'checked_in', 'completed', 'no_show')
         group by l.pool_id
    ), offered as (
        select c.pool_id, sum(e.qty) as qty
          from waitlist_entry e
          join seat_class_pool c on c.class_id = e.class_id
         where e.offer_id = any (p_offers)
           and e.state = 'offered'
         group by c.pool_id
    )
    select null::bigint, 'pool:' || p.pool_id, d.invariant, d.found, d.expected
      from seat_pool p
      left join leg l on l.pool_id = p.pool_id
      left join offered o on o.pool_id = p.pool_id
     cross join lateral (
           values ('I-20', (p.held + p.confirmed + p.offered)::numeric,
                   least(p.held + p.confirmed + p.offered, p.capacity)::numeric),
                  ('I-21', p.held::numeric, coalesce(l.held, 0)::numeric),
                  ('I-21', p.confirmed::numeric, coalesce(l.confirmed, 0)::numeric),
                  ('I-21', p.offered::numeric, coalesce(o.qty, 0)::numeric)
           ) as d (invariant, found, expected)
     where p.offer_id = any (p_offers)
       and d.found <> d.expected;
$$;

-- Those that can be told of these plans: I-30 to I-33.  One statement.
create function lib.reconcile_plans(p_plans bigint[]) returns setof lib.difference language sql stable as $$
    with expenses as (
        select e.plan_id, count(*) as count, max(e.no) as no,
               sum(abs(e.amount_minor - coalesce(y.paid, 0)) + abs(e.base_minor - coalesce(y.base, 0))
                   + abs(e.base_minor - coalesce(s.owed, 0))) as off
          from expense e
          left join lateral (select sum(paid_minor) as paid, sum(paid_base_minor) as base
                               from expense_payer
                              where expense_id = e.expense_id) y on true
          left join lateral (select sum(owed_minor) as owed from expense_share where expense_id = e.expense_id) s on true
         where e.plan_id = any (p_plans)
         group by e.plan_id
    )
    select null::bigint, 'plan:' || p.plan_id, d.invariant, d.found, d.expected
      from plan p
      left join expenses e on e.plan_id = p.plan_id
     cross join lateral (
           select count(*) filter (where m.role = 'owner') as owners,
                  count(*) filter (where m.role in ('owner', 'editor', 'voter')) as heirs
             from plan_member m
            where m.plan_id = p.plan_id
              and m.state = 'joined') m
     cross join lateral (
           select count(*) as count, coalesce(max(op_seq), 0) as last from plan_op where plan_id = p.plan_id) o
     cross join lateral (select coalesce(sum(net_minor), 0) as net from lib.plan_nets(p.plan_id)) n
     cross join lateral (
           values ('I-30', m.owners::numeric,
                   case when m.heirs = 0 and p.state in ('done', 'cancelled') then 0 else 1 end::numeric),
                  ('I-31', p.op_seq::numeric, o.count::numeric),
                  ('I-31', p.op_seq::numeric, o.last::numeric),
                  ('I-32', n.net::numeric, 0::numeric),
                  ('I-33', p.expense_no::numeric, coalesce(e.count, 0)::numeric),
                  ('I-33', p.expense_no::numeric, coalesce(e.no, 0)::numeric),
                  ('I-33', coalesce(e.off, 0)::numeric, 0::numeric)
           ) as d (invariant, found, expected)
     where p.plan_id = any (p_plans)
       and d.found <> d.expected;
$$;

-- Who has to do with a transaction that does not add up: those owners whose own accounts differ, else all that it
-- touched, else nobody (then account stays null).
create function lib.reconcile_blame(p_differences lib.difference[])
returns lib.difference[] language plpgsql stable as $$
declare
    v_difference lib.difference;
    v_tx         bigint;
    v_kinds      text[];
    v_owners     bigint[];
    v_accounts   bigint[];
    v_out        lib.difference[] := '{}';
begin
    foreach v_difference in array p_differences loop
        v_tx := split_part(v_difference.object, ':', 2)::bigint;
        select array_agg(o.owner_kind), array_agg(o.owner_id), array_agg(o.account)
          into v_kinds, v_owners, v_accounts
          from (select a.owner_kind::text, a.owner_id,
                       coalesce(max(r.account_id), max(a.account_id)) as account
                  from ledger_entry e
                  join ledger_account a on a.account_id = e.account_id and a.tracked
                  left join ledger_account r on r.cur = 'RP' and r.kind = 'redeemable' and r.owner_kind = a.owner_kind
                                            and r.owner_id = a.owner_id and r.club_id = 0 and a.cur = 'RP'
                 where e.tx_id = v_tx
                 group by a.owner_kind, a.owner_id
                 limit 100) o;
        v_accounts := coalesce(
            (select array_agg(distinct d.account) from lib.reconcile_owners(v_kinds, v_owners) d),
            v_accounts, array[null::bigint]);
        v_out := v_out || array(
            select row(a, v_difference.object, v_difference.invariant, v_difference.found,
                       v_difference.expected)::lib.difference
              from unnest(v_accounts) a);
    end loop;
    return v_out;
end $$;

-- Opens one incident for each account, or each transaction of nobody's, or adds what is new to the one that is open,
-- and freezes the accounts.  Returns a line of numbers for each that was opened.
create function lib.reconcile_report(p_kind text, p_differences lib.difference[])
returns text[] language plpgsql volatile as $$
declare
    v_case   record;
    v_id     bigint;
    v_freeze bigint[] := '{}';
    v_lines  text[] := '{}';
    v_events lib.event_row[] := '{}';
begin
    if cardinality(p_differences) = 0 then
        return '{}';
    end if;
    for v_case in
        select d.account, coalesce('account:' || d.account, d.object) as object,
               (array_agg(distinct jsonb_build_object(
                    'invariant', d.invariant, 'object', d.object,
                    'found', lib.number_shown(d.found), 'expected', lib.number_shown(d.expected))))[1:20] as facts,
               string_agg(distinct d.invariant || ' ' || d.object || ' found ' || d.found || ' expected ' || d.expected, ', ')
                   as numbers
          from unnest(p_differences) d
         group by d.account, coalesce('account:' || d.account, d.object)
         order by coalesce('account:' || d.account, d.object) collate "C"
    loop
        v_id := lib.incident_open(p_kind, v_case.object, v_case.account, to_jsonb(v_case.facts));
        v_freeze := v_freeze || v_case.account;
        if v_id is not null then
            v_lines := v_lines || ('incident=' || v_id || ' ' || v_case.object || ': ' || left(v_case.numbers, 800));
            v_events := v_events || lib.incident_event(v_id, 'open');
        end if;
    end loop;
    v_freeze := array_remove(v_freeze, null);
    perform from ledger_account where account_id = any (v_freeze) order by account_id for no key update;
    with frozen as (
        update ledger_account
           set frozen = true
         where account_id = any (v_freeze)
           and not frozen
        returning owner_kind, owner_id, kind
    )
    select v_events || coalesce(array_agg(lib.frozen_event(f.owner_id, true)
                                          order by f.owner_id), '{}')
      into v_events
      from frozen f
     where f.owner_kind = 'm'
       and f.kind = 'redeemable';
    perform lib.emit_all(v_events);
    return v_lines;
end $$;

-- Is it time?  A run begins at 02:00 UTC, or later when the job was down then; every seventh night looks at everything.
create function lib.reconcile_begin(p_run reconcile_run) returns boolean language plpgsql volatile as $$
declare
    v_night timestamptz := date_trunc('day', now() - interval '2 hours', 'UTC') + interval '2 hours';
begin
    if p_run.changed_at >= v_night then
        return false;
    end if;
    update reconcile_run
       set state = 'waiting', mode = case when p_run.all_at < v_night - interval '6 days' then 'all' else 'changed' end,
           before_xid = pg_snapshot_xmax(pg_current_snapshot()),
           upto_entry = coalesce(pg_sequence_last_value('club.ledger_entry_entry_id_seq'), 0),
           upto_tx = coalesce(pg_sequence_last_value('club.ledger_tx_tx_id_seq'), 0),
           started_at = now();
    return true;
end $$;

-- The owners of the accounts that were posted to since the last run, from the entries after the cursor.
create function lib.reconcile_list(p_run reconcile_run) returns void language plpgsql volatile as $$
declare
    v_upto bigint := least(p_run.cursor_id + 50000, p_run.upto_entry);
begin
    insert into reconcile_owner (owner_kind, owner_id)
    select distinct a.owner_kind, a.owner_id
      from ledger_entry e
      join ledger_account a on a.account_id = e.account_id
     where e.entry_id > p_run.cursor_id and e.entry_id <= v_upto
       and a.tracked
        on conflict do nothing;
    update reconcile_run
       set cursor_id = case when v_upto < p_run.upto_entry then v_upto else 0 end,
           state = case when v_upto < p_run.upto_entry then 'listing' else 'accounts' end;
end $$;

-- The next owners: at most 500, and as many as have 50,000 entries together; p_after: the last of them.
create function lib.reconcile_next(p_run reconcile_run, out kinds text[], out owners bigint[])
language plpgsql stable as $$
begin
    select array_agg(n.owner_kind order by n.no), array_agg(n.owner_id order by n.no)
      into kinds, owners
      from (select o.owner_kind::text, o.owner_id, o.no,
                   sum(o.entries) over (order by o.no) - o.entries as before
              from (select w.owner_kind, w.owner_id, row_number() over (order by w.owner_kind, w.owner_id) as no,
                           (select sum(a.ver)
                              from ledger_account a
                             where a.owner_kind = w.owner_kind
                               and a.owner_id = w.owner_id) as entries
                      from (select q.owner_kind, q.owner_id
                              from wallet q
                             where p_run.mode = 'all'
                               and (q.owner_kind, q.owner_id) > (p_run.cursor_kind, p_run.cursor_id)
                             order by q.owner_kind, q.owner_id
                             limit 500) w
                     where p_run.mode = 'all'
                     union all
                    select t.owner_kind, t.owner_id, row_number() over (order by t.owner_kind, t.owner_id),
                           (select sum(a.ver)
                              from ledger_account a
                             where a.owner_kind = t.owner_kind
                               and a.owner_id = t.owner_id)
                      from (select q.owner_kind, q.owner_id
                              from reconcile_owner q
                             where p_run.mode = 'changed'
                             order by q.owner_kind, q.owner_id
                             limit 500) t) o) n
     where n.before < 50000;
end $$;

-- One piece of a run.  done: how much was looked at, 0 when there is nothing to do now.  alarms: a line of numbers for
-- each incident that was opened.
create function lib.reconcile(out done bigint, out alarms text[]) language plpgsql volatile as $$
declare
    v_run    reconcile_run;
    v_kinds  text[];
    v_owners bigint[];
    v_upto   bigint;
begin
    done := 1;
    alarms := '{}';
    select * into v_run from reconcile_run;
    case v_run.state
        when 'idle' then
            done := lib.reconcile_begin(v_run)::int;
        when 'waiting' then
            if pg_snapshot_xmin(pg_current_snapshot()) < v_run.before_xid then
                done := 0;      -- who wrote then may not have committed yet, with numbers below upto
                return;
            end if;
            update reconcile_run
               set state = case v_run.mode when 'all' then 'accounts' else 'listing' end, cursor_kind = '',
                   cursor_id = case v_run.mode when 'all' then 0 else v_run.from_entry end;
        when 'listing' then
            perform lib.reconcile_list(v_run);
        when 'accounts' then
            select n.kinds, n.owners into v_kinds, v_owners from lib.reconcile_next(v_run) n;
            if v_owners is null then
                update reconcile_run
                   set state = 'transactions', cursor_id = case v_run.mode when 'all' then 0 else v_run.from_tx end;
                return;
            end if;
            done := cardinality(v_owners);
            delete from reconcile_owner o
             using unnest(v_kinds, v_owners) as n (kind, id)
             where o.owner_kind = n.kind::char(1)
               and o.owner_id = n.id;
            update reconcile_run set cursor_kind = v_kinds[done], cursor_id = v_owners[done];
            alarms := lib.reconcile_report('ledger', array(select d from lib.reconcile_owners(v_kinds, v_owners) d));
        when 'transactions' then
            v_upto := least(v_run.cursor_id + 10000, v_run.upto_tx);
            done := greatest(v_upto - v_run.cursor_id, 1);
            update reconcile_run set cursor_id = v_upto;
            if v_upto >= v_run.upto_tx then
                update reconcile_run
                   set state = 'seats', cursor_id = 0, from_entry = v_run.upto_entry, from_tx = v_run.upto_tx,
                       changed_at = v_run.started_at,
                       all_at = case v_run.mode when 'all' then v_run.started_at else v_run.all_at end;
            end if;
            alarms := lib.reconcile_report('ledger', lib.reconcile_blame(
                array(select d from lib.reconcile_transactions(v_run.cursor_id, v_upto) d)));
        when 'seats' then
            v_owners := array(
                select offer_id
                  from offer
                 where state in ('announced', 'open', 'paused', 'closed', 'running')
                   and offer_id > v_run.cursor_id
                 order by offer_id
                 limit 20);
            if v_owners = '{}' then
                update reconcile_run set state = 'plans', cursor_id = 0;
                return;
            end if;
            done := cardinality(v_owners);
            update reconcile_run set cursor_id = v_owners[done];
            alarms := lib.reconcile_report('seats', array(select d from lib.reconcile_seats(v_owners) d));
        when 'plans' then
            v_owners := array(
                select plan_id
                  from plan
                 where state not in ('done', 'cancelled')
                   and plan_id > v_run.cursor_id
                 order by plan_id
                 limit 50);
            if v_owners = '{}' then
                update reconcile_run set state = 'idle';
                return;
            end if;
            done := cardinality(v_owners);
            update reconcile_run set cursor_id = v_owners[done];
            alarms := lib.reconcile_report('plans', array(select d from lib.reconcile_plans(v_owners) d));
    end case;
end $$;

-- Is what an incident tells of still so?  The accounts of its owner are looked at, and the transactions, pools and plans
-- among its facts.
create function lib.reconcile_differs(p_incident incident) returns boolean language plpgsql stable as $$
begin
    return exists (
        select
          from ledger_account a
         cross join lateral lib.reconcile_owners(array[a.owner_kind::text], array[a.owner_id]) d
         where a.account_id = (p_incident).account_id)
        or exists (
        select
          from jsonb_array_elements((p_incident).facts) f
         cross join lateral (select split_part(f ->> 'object', ':', 2)::bigint as tx) t
         cross join lateral lib.reconcile_transactions(t.tx - 1, t.tx) d
         where f ->> 'object' like 'tx:%')
        or exists (
        select
          from jsonb_array_elements((p_incident).facts) f
          join seat_pool p on 'pool:' || p.pool_id = f ->> 'object'
         cross join lateral lib.reconcile_seats(array[p.offer_id]) d
         where d.object = f ->> 'object')
        or exists (
        select
          from jsonb_array_elements((p_incident).facts) f
         cross join lateral lib.reconcile_plans(array[split_part(f ->> 'object', ':', 2)::bigint]) d
         where f ->> 'object' like 'plan:%');
end $$;
