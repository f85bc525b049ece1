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
    select 'I-05', 'lot ' || l.lot_id, 'no account of redeemable points ' || l.account_id
      from point_lot l
     where not exists (select from ledger_account a where a.account_id = l.account_id and a.kind = 'redeemable')
     union all
    select 'I-05', 'lot ' || l.lot_id,
           'amount ' || l.amount || ', left ' || l.remaining || ', used ' || coalesce(u.used, 0) || ', held '
           || coalesce(h.held, 0) || ', given anew ' || coalesce(g.given, 0)
      from point_lot l
      left join (select lot_id, sum(amt - restored) as used
                   from lot_use
                  group by lot_id) u on u.lot_id = l.lot_id
      left join (select p.lot_id, sum(p.amt) as held
                   from point_hold_lot p
                   join point_hold o on o.hold_id = p.hold_id and o.state = 'active'
                  group by p.lot_id) h on h.lot_id = l.lot_id
      left join (select n.from_lot, sum(n.amount) as given
                   from point_lot n
                   join ledger_tx x on x.tx_id = n.made_tx and x.kind = 'reverse'
                  group by n.from_lot) g on g.from_lot = l.lot_id
     where l.amount <> l.remaining + coalesce(u.used, 0) + coalesce(h.held, 0) + coalesce(g.given, 0)
     union all
    select 'I-05', 'transaction ' || u.tx_id, 'uses lot ' || u.lot_id || ', one of them is not there'
      from lot_use u
     where not exists (select from ledger_tx x where x.tx_id = u.tx_id)
        or not exists (select from point_lot l where l.lot_id = u.lot_id)
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
    select 'I-07', 'hold ' || h.hold_id, h.state || ', captured ' || h.captured || ', left the hold '
           || coalesce(r.gone, 0)
      from point_hold h
      left join (select hold_id, sum(amount) as gone,
                        sum(amount) filter (where kind in ('capture', 'transfer')) as captured
                   from ledger_tx
                  where kind in ('capture', 'release', 'transfer')
                  group by hold_id) r on r.hold_id = h.hold_id
     where coalesce(r.gone, 0) <> case h.state when 'active' then 0 else h.amount end
        or coalesce(r.captured, 0) <> h.captured
     union all
    select 'I-07', 'hold ' || h.hold_id, 'lot ' || h.lot_id || ' is not there or another account''s'
      from point_hold_lot h
     where not exists (
               select
                 from point_hold o
                 join point_lot l on l.account_id = o.account_id
                where o.hold_id = h.hold_id
                  and l.lot_id = h.lot_id)
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
    select 'I-10', 'transaction ' || x.tx_id, 'reverses ' || o.kind || ' ' || o.tx_id
      from ledger_tx x
      join ledger_tx o on o.tx_id = x.reverses
     where o.kind not in ('earn', 'redeem', 'capture', 'tier_earn')
     union all
    select 'I-11', 'lot ' || l.lot_id, 'expires ' || coalesce(l.expires_at::text, 'never') || ', lot ' || p.lot_id
           || ' before it ' || p.expires_at
      from point_lot l
      join point_lot p on p.lot_id = l.from_lot
      join ledger_tx x on x.tx_id = l.made_tx
     where coalesce(l.expires_at, 'infinity') > p.expires_at
       and not (x.kind = 'reverse' and l.expires_at <= x.created_at + interval '30 days 1 hour')
     union all
    select 'I-11', 'lot ' || l.lot_id, 'expires ' || coalesce(l.expires_at::text, 'never') || ', earned until '
           || (x.detail ->> 'expires_at')
      from point_lot l
      join ledger_tx x on x.tx_id = l.earned_tx and x.kind = 'earn'
     where l.from_lot is null
       and coalesce(l.expires_at, 'infinity') > (x.detail ->> 'expires_at')::timestamptz + interval '1 ms'
     union all
    select 'I-12', 'lot ' || l.lot_id, 'of member ' || l.origin_member || ', who is not in family ' || a.owner_id
      from point_lot l
      join ledger_account a on a.account_id = l.account_id and a.owner_kind = 'f'
     where l.live
       and not exists (select
                         from family_member m
                        where m.family_id = a.owner_id
                          and m.member_id = l.origin_member
                          and m.state = 'active')
     union all
    select 'I-10', 'transaction ' || tx_id, kind || ' reverses ' || coalesce(reverses::text, 'nothing')
      from ledger_tx
     where (kind in ('reverse', 'tier_reverse')) <> (reverses is not null)
     union all
    select 'I-13', 'account ' || account_id, 'cannot be ' || cur || ' ' || kind || ' of ' || owner_kind
      from ledger_account
     where case owner_kind
           when 'm' then kind not in ('redeemable', 'held', 'pending', 'debt', 'tier')
           when 'f' then kind not in ('redeemable', 'held')
           when 's' then kind not in ('issuance', 'redemption', 'breakage', 'adjustment', 'forfeit')
           else true
           end
        or (cur = 'TP') <> (club_id <> 0)
        or cur not in ('RP', 'TP')
        or cur = 'TP' and kind not in ('tier', 'issuance')
        or cur = 'RP' and kind = 'tier'
        or tracked <> (owner_kind <> 's')
        or tracked and case kind when 'debt' then ceil_bal is distinct from 0 else floor_bal is distinct from 0 end
     union all
    select 'I-13', 'transaction ' || tx_id, 'is of kind ' || kind
      from ledger_tx
     where kind not in ('earn', 'mature', 'hold', 'capture', 'release', 'redeem', 'transfer', 'contribute',
                        'return_share', 'expire', 'adjust', 'reverse', 'forfeit', 'tier_earn', 'tier_reverse')
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
             where type = 'points.changed') o
     where o.ver <> o.before + 1
     union all
    select 'I-14', 'wallet ' || w.owner_kind || w.owner_id, 'ver ' || w.ver || ', newest points.changed ' || o.ver
      from wallet w
      join (select stream, max((refs ->> 'ver')::bigint) as ver
              from outbox
             where type = 'points.changed'
             group by stream) o on o.stream = case w.owner_kind when 'f' then 'family:' else 'me:' end || w.owner_id
     where w.ver <> o.ver
     union all
    select 'I-14', o.stream || ' ' || o.seq, 'points.changed of a transaction that did not touch them'
      from outbox o
     where o.type = 'points.changed'
       and not exists (
               select
                 from ledger_entry e
                 join ledger_account a on a.account_id = e.account_id
                where e.tx_id = (o.refs ->> 'ref')::bigint
                  and o.stream = case a.owner_kind when 'f' then 'family:' else 'me:' end || a.owner_id)
     union all
    select 'I-15', 'transaction ' || e.tx_id, 'credits ' || e.amt || ' to member ' || a.owner_id || ', who owes '
           || -d.bal_after
      from ledger_account a
      join ledger_entry e on e.account_id = a.account_id and e.amt > 0
      join ledger_account b on b.owner_kind = a.owner_kind and b.owner_id = a.owner_id and b.kind = 'debt'
     cross join lateral (
           select bal_after
             from ledger_entry
            where account_id = b.account_id
              and tx_id <= e.tx_id
            order by ver desc
            limit 1) d
     where a.kind = 'redeemable'
       and d.bal_after < 0
     union all
    select 'tiers', what, detail from lib.tier_violations();
$$;
