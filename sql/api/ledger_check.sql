-- ledger_check.sql -- the ledger's invariants as a query.

-- Breaches of the ledger's invariants (domain.md 17): no row means that all hold.  For the owner, tests and the
-- reconciliation; reads everything.
create function lib.ledger_violations()
returns table (invariant text, what text, detail text) language sql stable set search_path = club, pg_temp as $$
    select 'I-01', 'transaction ' || e.tx_id, 'entries in ' || a.cur || ' add up to ' || sum(e.amt)
      from ledger_entry e
      join ledger_account a on a.account_id = e.account_id
     group by e.tx_id, a.cur
    having sum(e.amt) <> 0
     union all
    select 'I-01', 'transaction ' || x.tx_id, 'no entries'
      from ledger_tx x
     where not exists (select from ledger_entry e where e.tx_id = x.tx_id)
     union all
    select 'I-02', 'currency ' || a.cur, 'all entries add up to ' || sum(e.amt)
      from ledger_entry e
      join ledger_account a on a.account_id = e.account_id
     group by a.cur
    having sum(e.amt) <> 0
     union all
    select 'I-02', 'entry ' || e.entry_id, 'no account ' || e.account_id
      from ledger_entry e
     where not exists (select from ledger_account a where a.account_id = e.account_id)
     union all
    select 'I-03', 'account ' || a.account_id, 'balance ' || a.balance || ', entries ' || coalesce(sum(e.amt), 0)
      from ledger_account a
      left join ledger_entry e on e.account_id = a.account_id
     where a.tracked
     group by a.account_id
    having a.balance <> coalesce(sum(e.amt), 0)
     union all
    select 'I-04', 'account ' || a.account_id,
           'ver ' || a.ver || ', entries ' || count(e.entry_id) || ' up to ' || coalesce(max(e.ver), 0)
      from ledger_account a
      left join ledger_entry e on e.account_id = a.account_id
     where a.tracked
     group by a.account_id
    having a.ver <> count(e.entry_id) or a.ver <> coalesce(max(e.ver), 0) or coalesce(min(e.ver), 1) <> 1
     union all
    select 'I-04', 'entry ' || r.entry_id, 'balance after is ' || coalesce(r.bal_after::text, 'missing')
      from (select e.entry_id, e.bal_after, sum(e.amt) over (partition by e.account_id order by e.ver) as running
              from ledger_entry e
              join ledger_account a on a.account_id = e.account_id and a.tracked) r
     where r.bal_after is distinct from r.running
     union all
    select 'I-05', 'account ' || a.account_id, 'balance ' || a.balance || ', lots ' || coalesce(sum(l.remaining), 0)
      from ledger_account a
      left join point_lot l on l.account_id = a.account_id
     where a.kind = 'redeemable'
     group by a.account_id
    having a.balance <> coalesce(sum(l.remaining), 0)
     union all
    select 'I-06', 'account ' || a.account_id, 'balance ' || a.balance || ', holds ' || coalesce(sum(h.amount), 0)
      from ledger_account a
      left join point_hold h on h.held_account = a.account_id and h.state = 'active'
     where a.kind = 'held'
     group by a.account_id
    having a.balance <> coalesce(sum(h.amount), 0)
     union all
    select 'I-07', 'hold ' || h.hold_id, 'amount ' || h.amount || ', lots ' || coalesce(sum(l.amt), 0)
      from point_hold h
      left join point_hold_lot l on l.hold_id = h.hold_id
     group by h.hold_id
    having h.amount <> coalesce(sum(l.amt), 0)
     union all
    select 'I-08', 'account ' || account_id, kind || ' is ' || balance
      from ledger_account
     where (kind in ('redeemable', 'held', 'pending', 'tier') and balance < 0)
        or (kind = 'debt' and balance > 0)
     union all
    select 'I-09', 'key ' || idem, count(*) || ' transactions'
      from ledger_tx
     group by idem
    having count(*) > 1
     union all
    select 'I-09', 'receipt ' || ref_id || ' of ' || actor, count(*) || ' transactions of one kind'
      from ledger_tx
     where ref_kind = 'receipt'
       and kind in ('earn', 'tier_earn')
     group by ref_id, actor, kind
    having count(*) > 1
     union all
    select 'I-10', 'transaction ' || x.tx_id, 'reversed ' || x.reversed || ', reversals ' || coalesce(sum(r.amount), 0)
      from ledger_tx x
      left join ledger_tx r on r.reverses = x.tx_id
     group by x.tx_id
    having x.reversed <> coalesce(sum(r.amount), 0)
     union all
    select 'I-13', 'transaction ' || x.tx_id, x.kind || ' touches ' || a.cur || ' of club ' || a.club_id
      from ledger_tx x
      join ledger_entry e on e.tx_id = x.tx_id
      join ledger_account a on a.account_id = e.account_id
     where (a.cur = 'TP') <> (x.kind in ('tier_earn', 'tier_reverse'))
        or (a.cur = 'TP' and a.club_id is distinct from x.club_id)
     union all
    select 'I-14', 'wallet ' || w.owner_kind || w.owner_id,
           'ver ' || w.ver || ', transactions ' || count(distinct e.tx_id)
      from wallet w
      left join ledger_account a on a.owner_kind = w.owner_kind and a.owner_id = w.owner_id
      left join ledger_entry e on e.account_id = a.account_id
     group by w.owner_kind, w.owner_id
    having w.ver <> count(distinct e.tx_id)
     union all
    select 'I-14', o.stream || ' ' || o.seq, 'points.changed ver ' || o.ver || ' after ' || o.before
      from (select stream, seq, (refs ->> 'ver')::bigint as ver,
                   lag((refs ->> 'ver')::bigint) over (partition by stream order by seq) as before
              from outbox
             where type = 'points.changed'
               and stream like 'me:%') o
     where o.ver <> o.before + 1
     union all
    select 'I-14', 'wallet m' || w.owner_id, 'ver ' || w.ver || ', newest points.changed ' || o.ver
      from wallet w
      join (select stream, max((refs ->> 'ver')::bigint) as ver
              from outbox
             where type = 'points.changed'
             group by stream) o on o.stream = 'me:' || w.owner_id
     where w.owner_kind = 'm'
       and w.ver <> o.ver;
$$;
