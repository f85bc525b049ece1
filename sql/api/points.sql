-- points.sql -- the one function that writes the ledger, and the methods points.*.
--
-- Every posting goes through lib.ledger_post, in sets: a call of a single purchase is a batch of one.  Other kinds of
-- transactions (hold, redeem, transfer ...) add functions that decide entries and call it; none of them writes the
-- tables of the ledger beside it.  The functions of hot methods find rows by key only (no seqscan) and are planned
-- once (force_generic_plan): with arrays as parameters PostgreSQL would otherwise plan them anew at every call, at
-- several times the price of running them.

-- One transaction to post.  expires_at is that of the lot its credit makes.
create type lib.posting as (
    kind text, idem text, amount bigint, club bigint, ref_kind text, ref_id text, actor text, reason text,
    reverses bigint, hold bigint, detail jsonb, effective_at timestamptz, expires_at timestamptz);

-- One entry of the posting at place `post` of its array.  credit: points become the owner's own; debt is repaid
-- first, the rest makes a lot.
create type lib.leg as (post int, account bigint, amt bigint, credit boolean);

-- What the posting at place `post` left one owner with.  delta: change of all that is the owner's in that currency.
create type lib.posted as (
    post int, tx bigint, owner_kind text, owner_id bigint, ver bigint,
    available bigint, held bigint, pending bigint, debt bigint, delta bigint);

-- One entry on its way.  lot_of: the member whose lot it makes.
create type lib.entry as (post int, account bigint, amt bigint, bal_after bigint, ver bigint, lot_of bigint);

-- What an owner has.
create type lib.ledger_owner as (
    ver bigint, available bigint, held bigint, pending bigint, debt bigint, debt_account bigint, debt_ver bigint);

-- A receipt that was credited before.
create type lib.earn_known as (key text, tx bigint, tier_tx bigint, club bigint, detail jsonb);

-- One purchase of points.earn on its way: what it would earn, or why not (sqlstate, error).
create type lib.earn_ask as (
    idx int, who text, member bigint, club bigint, receipt text, receipt_key text, tier_key text, lines jsonb,
    at timestamptz, matures_at timestamptz, expires_at timestamptz, points bigint, tier_points bigint,
    detail jsonb, sqlstate text, error jsonb,
    redeemable bigint, pending bigint, debt bigint, tier bigint, issuance bigint, tier_issuance bigint);

-- Makes the accounts and wallets of members that have none.
create function lib.wallet_open(p_members bigint[])
returns void language plpgsql volatile as $$
begin
    insert into wallet (owner_kind, owner_id)
    select 'm', m
      from unnest(p_members) m
     order by m
        on conflict do nothing;
    insert into ledger_account (cur, kind, owner_kind, owner_id, tracked, floor_bal, ceil_bal)
    select 'RP', k, 'm', m, true, case when k <> 'debt' then 0 end, case when k = 'debt' then 0 end
      from unnest(p_members) m
     cross join unnest('{redeemable,held,pending,debt}'::text[]) k
     order by m, k
        on conflict do nothing;
end $$;

-- Makes the tier point accounts of (member, club) pairs that have none, and those of the clubs.
create function lib.tier_account_open(p_members bigint[], p_clubs bigint[])
returns void language plpgsql volatile as $$
begin
    insert into ledger_account (cur, kind, owner_kind, owner_id, club_id, tracked)
    select 'TP', 'issuance', 's', 0, c, false
      from (select distinct unnest(p_clubs) as c) x
     order by c
        on conflict do nothing;
    insert into ledger_account (cur, kind, owner_kind, owner_id, club_id, tracked, floor_bal)
    select distinct 'TP', 'tier', 'm', m, c, true, 0
      from unnest(p_members, p_clubs) as x (m, c)
     order by m, c
        on conflict do nothing;
end $$;

-- Locks tracked accounts by id, then the wallets of their owners: the order every posting keeps.
create function lib.ledger_lock(p_accounts bigint[])
returns void language plpgsql volatile as $$
declare
    v_members  bigint[];
    v_families bigint[];
begin
    select array_agg(owner_id) filter (where owner_kind = 'm'), array_agg(owner_id) filter (where owner_kind = 'f')
      into v_members, v_families
      from (select owner_kind, owner_id
              from ledger_account
             where account_id = any (p_accounts)
               and tracked
             order by account_id
               for no key update) a;
    if v_families is not null then
        perform
           from wallet
          where owner_kind = 'f'
            and owner_id = any (v_families)
          order by owner_id
            for no key update;
    end if;
    perform
       from wallet
      where owner_kind = 'm'
        and owner_id = any (v_members)
      order by owner_id
        for no key update;
end $$;

-- What an owner has in RP, and the ver of the wallet.
create function lib.ledger_owner_of(p_kind text, p_id bigint)
returns lib.ledger_owner language plpgsql stable as $$
declare
    v_own lib.ledger_owner;
begin
    select (select w.ver from wallet w where w.owner_kind = p_kind::char(1) and w.owner_id = p_id),
           coalesce(sum(a.balance) filter (where a.kind = 'redeemable'), 0)
               - coalesce(sum(lib.points_due(a.account_id)) filter (where a.kind = 'redeemable'), 0),
           coalesce(sum(a.balance) filter (where a.kind = 'held'), 0),
           coalesce(sum(a.balance) filter (where a.kind = 'pending'), 0),
           coalesce(sum(a.balance) filter (where a.kind = 'debt'), 0),
           max(a.account_id) filter (where a.kind = 'debt'), max(a.ver) filter (where a.kind = 'debt')
      into v_own
      from ledger_account a
     where a.owner_kind = p_kind::char(1)
       and a.owner_id = p_id
       and a.cur = 'RP';
    return v_own;
end $$;

-- Posts transactions: the only writer of ledger_tx, ledger_entry, point_lot, balances and wallets.
--   p_locked  the caller already holds the locks of lib.ledger_lock, the debt accounts of credits included
--   raises    40001 a key was posted meanwhile (look again under the locks); 23514 a floor; P0001 entries that do not
--             add up to 0 per currency
create function lib.ledger_post(p_posts lib.posting[], p_legs lib.leg[], p_locked boolean default false)
returns lib.posted[] language plpgsql volatile as $$
declare
    v_tx       bigint[];
    v_inserted int;
    v_leg      record;
    v_own      record;                                                      -- the owner at hand, as it becomes
    v_rp       bigint[] := array_fill(0::bigint, array[cardinality(p_posts)]);  -- sum of the entries by posting
    v_tp       bigint[] := array_fill(0::bigint, array[cardinality(p_posts)]);
    v_account  bigint[] := '{}';    -- tracked accounts, and what becomes of them; those of v_own begin at v_from
    v_balance  bigint[];
    v_ver      bigint[];
    v_from     int := 1;
    v_entry    lib.entry[] := '{}';
    v_kinds    text[] := '{}';      -- owners, and the ver of their wallets
    v_owners   bigint[] := '{}';
    v_vers     bigint[];
    v_posted   lib.posted[] := '{}';
    v_post     int;                 -- what v_own is being posted
    v_delta    bigint;
    v_repaid   bigint;
    v_at       int;
begin
    if not p_locked then
        perform lib.ledger_lock(array(
            select l.account
              from unnest(p_legs) l
             union
            select d.account_id
              from unnest(p_legs) l
              join ledger_account a on a.account_id = l.account
              join ledger_account d on d.cur = 'RP' and d.kind = 'debt' and d.owner_kind = a.owner_kind
                                   and d.owner_id = a.owner_id and d.club_id = 0
             where l.credit));
    end if;

    for i in 1 .. cardinality(p_posts) loop
        v_tx[i] := nextval('club.ledger_tx_tx_id_seq');
    end loop;
    insert into ledger_tx (tx_id, kind, idem, amount, reverses, club_id, hold_id, ref_kind, ref_id, actor, reason,
                           detail, effective_at)
    overriding system value
    select v_tx[p.no], p.kind, p.idem, p.amount, p.reverses, p.club, p.hold, p.ref_kind, p.ref_id, p.actor, p.reason,
           coalesce(p.detail, '{}'), coalesce(p.effective_at, now())
      from unnest(p_posts) with ordinality as p (kind, idem, amount, club, ref_kind, ref_id, actor, reason, reverses,
                                                 hold, detail, effective_at, expires_at, no)
     order by p.idem collate "C"
        on conflict (idem) do nothing;
    get diagnostics v_inserted = row_count;
    if v_inserted < cardinality(p_posts) then
        raise exception using errcode = '40001', message = 'a ledger key was posted meanwhile';
    end if;

    -- Owner by owner, posting by posting.
    for v_leg in
        select l.post, l.amt, l.credit, a.account_id, a.cur, a.kind, a.tracked, a.owner_kind, a.owner_id, a.balance,
               a.ver
          from unnest(p_legs) l
          join ledger_account a on a.account_id = l.account
         order by a.tracked, a.owner_kind, a.owner_id, l.post, l.credit, a.account_id
    loop
        if v_leg.cur = 'RP' then
            v_rp[v_leg.post] := v_rp[v_leg.post] + v_leg.amt;
        else
            v_tp[v_leg.post] := v_tp[v_leg.post] + v_leg.amt;
        end if;
        if not v_leg.tracked then
            v_entry := v_entry || row(v_leg.post, v_leg.account_id, v_leg.amt, null, null, null)::lib.entry;
            continue;
        end if;

        v_at := cardinality(v_owners);
        if v_at = 0 or v_leg.owner_id <> v_owners[v_at] or v_leg.owner_kind <> v_kinds[v_at] then
            v_own := lib.ledger_owner_of(v_leg.owner_kind, v_leg.owner_id);
            v_at := v_at + 1;
            v_kinds[v_at] := v_leg.owner_kind;
            v_owners[v_at] := v_leg.owner_id;
            v_from := cardinality(v_account) + 1;
            v_post := null;
        end if;
        if v_leg.post is distinct from v_post then
            v_post := v_leg.post;
            v_delta := 0;
            v_own.ver := v_own.ver + 1;
            v_vers[v_at] := v_own.ver;
            v_posted := v_posted || null::lib.posted;
        end if;

        v_repaid := case when v_leg.credit then least(v_leg.amt, -v_own.debt) else 0 end;
        if v_repaid > 0 then
            v_at := array_position(v_account, v_own.debt_account, v_from);
            if v_at is null then
                v_at := cardinality(v_account) + 1;
                v_account[v_at] := v_own.debt_account;
                v_balance[v_at] := v_own.debt;
                v_ver[v_at] := v_own.debt_ver;
            end if;
            v_balance[v_at] := v_balance[v_at] + v_repaid;
            v_ver[v_at] := v_ver[v_at] + 1;
            v_own.debt := v_own.debt + v_repaid;
            v_entry := v_entry || row(v_leg.post, v_account[v_at], v_repaid, v_balance[v_at], v_ver[v_at],
                                      null)::lib.entry;
        end if;
        if v_leg.amt <> v_repaid then
            v_at := array_position(v_account, v_leg.account_id, v_from);
            if v_at is null then
                v_at := cardinality(v_account) + 1;
                v_account[v_at] := v_leg.account_id;
                v_balance[v_at] := v_leg.balance;
                v_ver[v_at] := v_leg.ver;
            end if;
            v_balance[v_at] := v_balance[v_at] + v_leg.amt - v_repaid;
            v_ver[v_at] := v_ver[v_at] + 1;
            case v_leg.kind
                when 'redeemable' then v_own.available := v_own.available + v_leg.amt - v_repaid;
                when 'held' then v_own.held := v_own.held + v_leg.amt;
                when 'pending' then v_own.pending := v_own.pending + v_leg.amt;
                when 'debt' then v_own.debt := v_own.debt + v_leg.amt;
                else null;
            end case;
            v_entry := v_entry || row(v_leg.post, v_leg.account_id, v_leg.amt - v_repaid, v_balance[v_at], v_ver[v_at],
                                      case when v_leg.credit then v_leg.owner_id end)::lib.entry;
        end if;
        v_delta := v_delta + v_leg.amt;
        v_posted[cardinality(v_posted)] := row(
            v_post, v_tx[v_post], v_leg.owner_kind, v_leg.owner_id, v_own.ver, v_own.available, v_own.held,
            v_own.pending, v_own.debt, v_delta)::lib.posted;
    end loop;

    v_at := cardinality(array_remove(v_rp, 0)) + cardinality(array_remove(v_tp, 0));
    if v_at > 0 then
        raise exception 'the entries of % transactions do not add up to 0', v_at;
    end if;
    insert into ledger_entry (tx_id, account_id, amt, bal_after, ver)
    select v_tx[e.post], e.account, e.amt, e.bal_after, e.ver
      from unnest(v_entry) e
     order by e.post, e.account;
    insert into point_lot (account_id, origin_member, earned_tx, amount, remaining, expires_at)
    select e.account, e.lot_of, v_tx[e.post], e.amt, e.amt, (p_posts[e.post]).expires_at
      from unnest(v_entry) e
     where e.lot_of is not null
     order by e.post;
    update ledger_account a
       set balance = u.balance,
           ver     = u.ver
      from unnest(v_account, v_balance, v_ver) as u (account, balance, ver)
     where a.account_id = u.account;
    update wallet w
       set ver = u.ver
      from unnest(v_kinds, v_owners, v_vers) as u (kind, owner, ver)
     where w.owner_kind = u.kind::char(1)
       and w.owner_id = u.owner;
    if cardinality(v_owners) > 1 then
        return array(select row(p.*)::lib.posted from unnest(v_posted) p order by p.post, p.owner_kind, p.owner_id);
    end if;
    return v_posted;
end $$;

-- Points of a redeemable account whose lots are past their expiry but not swept yet: nobody can spend them.
create function lib.points_due(p_account bigint)
returns bigint language plpgsql stable as $$
begin
    return (
        select coalesce(sum(remaining), 0)::bigint
          from point_lot
         where account_id = p_account
           and remaining > 0
           and expires_at <= now());
end $$;

-- End of the month, in that zone, p_months after p_at: the instant from which points are expired.
create function lib.points_expiry(p_at timestamptz, p_months int, p_tz text)
returns timestamptz language sql stable as $$
    select (date_trunc('month', (p_at at time zone p_tz) + make_interval(months => p_months)) + interval '1 month')
           at time zone p_tz;
$$;

-- May the service post purchases of earlier days?
create function lib.service_backdates(p_service text)
returns boolean language plpgsql stable as $$
begin
    return (
        select exists (select
                         from api_key
                        where service = p_service
                          and revoked_at is null
                          and scopes && '{pos,crm}'::text[]));
end $$;

-- What each request would earn, by the rules of its club at the time of purchase, or why it earns nothing.
-- A membership that is paused, lapsed or over earns nothing: the purchase is refused, so that the till can say so.
create function lib.points_earn_asks(p_idem lib.idem_row[], p_who text[], p_member bigint[], p_club bigint[],
                                     p_receipt text[], p_lines jsonb[], p_at timestamptz[], p_return_days bigint[])
returns setof lib.earn_ask language sql stable as $$
    select q.idx, q.who, q.member, q.club, q.receipt,
           'pos:' || lib.service_of(q.who) || ':' || q.receipt || ':earn',
           'pos:' || lib.service_of(q.who) || ':' || q.receipt || ':tier',
           q.lines, q.bought, q.matures, q.expires, q.points, q.tier_points,
           jsonb_build_object('member', q.member::text, 'lines', q.lines, 'rules', q.rules, 'earn_ppm', q.earn_ppm,
                              'points', q.points, 'tier_points', q.tier_points, 'matures_at', lib.iso(q.matures),
                              'expires_at', lib.iso(q.expires)),
           q.verdict[1], q.verdict[2]::jsonb, q.redeemable, q.pending, q.debt, q.tier, q.issuance, q.tier_issuance
      from (select x.*,
                   case when x.club_status is null or x.club_status = 'closed' then array['ZC002', null]
                        when x.club_status = 'frozen' then array['ZC017', '{"state":"frozen"}']
                        when x.bought > now() + interval '5 minutes'
                        then array['ZC602', '{"path":"at","problem":"lies in the future"}']
                        when x.bought < now() - interval '365 days'
                        then array['ZC602', '{"path":"at","problem":"is more than 365 days ago"}']
                        when x.bought < now() - interval '1 day' and not lib.service_backdates(lib.service_of(x.who))
                        then array['ZC001', null]
                        when x.foreign_money
                        then array['ZC602', '{"path":"lines","problem":"is not in the currency of the club"}']
                        when x.foreign_category
                        then array['ZC602', '{"path":"lines","problem":"names a category that the club does not have"}']
                        when coalesce(x.status, 'left') in ('applied', 'invited', 'left', 'expelled', 'declined')
                        then array['ZC014', null]
                        when x.status <> 'active' then array['ZC017', jsonb_build_object('state', x.status)::text]
                        when greatest(x.points, x.tier_points) > 1000000000 then array['ZC024', '{"max":1000000000}']
                        else array[null, null]
                   end as verdict
              from (select r.idx, r.who, r.member, r.club, r.receipt, r.lines, d.bought,
                           case when d.bought + d.return_days * interval '1 day' > now()
                                then d.bought + d.return_days * interval '1 day' end as matures,
                           lib.points_expiry(d.bought, coalesce((c.settings ->> 'expiry_months')::int, 24), c.tz)
                               as expires,
                           c.status as club_status, case when b.member_id is not null then m.status end as status,
                           coalesce(t.earn_ppm, 1000000) as earn_ppm,
                           floor(l.product * coalesce(t.earn_ppm, 1000000) / 1000000000000)::bigint as points,
                           floor(l.product / 1000000)::bigint as tier_points,
                           l.rules, l.foreign_money, l.foreign_category, a.redeemable, a.pending, a.debt, a.tier,
                           (select s.account_id
                              from ledger_account s
                             where s.cur = 'RP' and s.kind = 'issuance' and s.owner_kind = 's' and s.owner_id = 0
                               and s.club_id = 0) as issuance,
                           (select s.account_id
                              from ledger_account s
                             where s.cur = 'TP' and s.kind = 'issuance' and s.owner_kind = 's' and s.owner_id = 0
                               and s.club_id = r.club) as tier_issuance
                      from unnest(p_idem) i
                     cross join lateral (
                           select i.idx, p_who[i.idx] as who, p_member[i.idx] as member, p_club[i.idx] as club,
                                  p_receipt[i.idx] as receipt, p_lines[i.idx] as lines, p_at[i.idx] as at,
                                  p_return_days[i.idx] as return_days) r
                      left join club c on c.club_id = r.club
                      left join membership m on m.member_id = r.member and m.club_id = r.club
                      left join member b on b.member_id = r.member and b.status <> 'erased'
                      left join tier t on t.tier_id = m.tier_id
                     cross join lateral (
                           select max(o.account_id) filter (where o.kind = 'redeemable') as redeemable,
                                  max(o.account_id) filter (where o.kind = 'pending') as pending,
                                  max(o.account_id) filter (where o.kind = 'debt') as debt,
                                  max(o.account_id) filter (where o.kind = 'tier' and o.club_id = r.club) as tier
                             from ledger_account o
                            where o.owner_kind = 'm'
                              and o.owner_id = r.member) a
                     cross join lateral (
                           select coalesce(r.at, now()) as bought,
                                  coalesce(r.return_days, (c.settings ->> 'return_days')::bigint, 0) as return_days) d
                     cross join lateral (
                           select coalesce(sum((e.line #>> '{amount,minor}')::numeric * coalesce(u.rate_ppm, 0)), 0)
                                      as product,
                                  jsonb_agg(jsonb_build_object('rule', u.rule_id::text, 'rate_ppm', u.rate_ppm)
                                            order by e.no) as rules,
                                  coalesce(bool_or(e.line #>> '{amount,cur}' <> c.currency), false) as foreign_money,
                                  coalesce(bool_or(e.line ? 'category' and not exists (
                                      select
                                        from product_category g
                                       where g.category_id = (e.line ->> 'category')::bigint
                                         and g.club_id = r.club)), false) as foreign_category
                             from jsonb_array_elements(r.lines) with ordinality as e (line, no)
                             left join lateral (
                                  select k.rule_id, k.rate_ppm
                                    from earn_rule k
                                   where k.club_id = r.club
                                     and (k.category_id is null or k.category_id = (e.line ->> 'category')::bigint)
                                     and k.from_at <= d.bought
                                     and (k.to_at is null or d.bought < k.to_at)
                                   order by k.category_id is null, k.from_at desc
                                   limit 1) u on true) l
                     where i.fresh) x) q
     order by q.idx;
$$;

-- What the till is told: the same for the first time and for every later one.
create function lib.points_earn_reply(p_tx bigint, p_tier_tx bigint, p_detail jsonb, p_duplicate boolean)
returns jsonb language sql stable as $$
    select jsonb_build_object(
        'tx', p_tx::text, 'tier_tx', p_tier_tx::text,
        'points', p_detail -> 'points', 'tier_points', p_detail -> 'tier_points',
        'state', case when p_tx is null then 'none' when p_detail ->> 'matures_at' is null then 'credited'
                      else 'pending' end,
        'matures_at', p_detail -> 'matures_at', 'expires_at', p_detail -> 'expires_at', 'duplicate', p_duplicate);
$$;

-- points.changed of one posting.  ref is the transaction.
create function lib.points_event(p_kind text, p_tx bigint, p_owner bigint, p_ver bigint, p_available bigint,
                                 p_held bigint, p_pending bigint, p_delta bigint)
returns lib.event_row language sql stable as $$
    select lib.event('me:' || p_owner, 'points.changed', 'svc.points',
                     jsonb_build_object('ver', p_ver, 'available', p_available, 'held', p_held, 'pending', p_pending,
                                        'delta', p_delta, 'kind', p_kind, 'ref', p_tx::text),
                     p_subjects => array[p_owner], p_key => 'points');
$$;

-- Makes the accounts that these credits need and do not have; says whether there were such.
create function lib.points_earn_open(p_asks lib.earn_ask[])
returns boolean language plpgsql volatile as $$
declare
    v_ask     lib.earn_ask;
    v_members bigint[];
    v_clubs   bigint[];
begin
    foreach v_ask in array p_asks loop
        if v_ask.sqlstate is null and v_ask.tier is null then
            v_members := v_members || v_ask.member;
            v_clubs := v_clubs || v_ask.club;
        end if;
    end loop;
    if v_members is null then
        return false;
    end if;
    perform lib.wallet_open(v_members);
    perform lib.tier_account_open(v_members, v_clubs);
    return true;
end $$;

-- The receipts among these ledger keys that were credited before.
create function lib.points_earn_known(p_keys text[])
returns lib.earn_known[] language plpgsql volatile as $$
declare
    v_tx  record;
    v_key text;
    v_n   int := 0;
    v_out lib.earn_known[];
begin
    for v_tx in
        select x.idem, x.tx_id, x.club_id, x.detail
          from ledger_tx x
         where x.idem = any (p_keys)
         order by x.idem collate "C"        -- ...:earn before ...:tier
    loop
        v_key := left(v_tx.idem, -length('tier')) || 'earn';
        if v_n = 0 or (v_out[v_n]).key <> v_key then
            v_n := v_n + 1;
            v_out[v_n] := row(v_key, null, null, v_tx.club_id, v_tx.detail)::lib.earn_known;
        end if;
        if v_tx.idem = v_key then
            v_out[v_n].tx := v_tx.tx_id;
        else
            v_out[v_n].tier_tx := v_tx.tx_id;
        end if;
    end loop;
    return v_out;
end $$;

create function lib.earn_known_of(p_known lib.earn_known[], p_key text)
returns lib.earn_known language plpgsql immutable as $$
declare
    v_known lib.earn_known;
begin
    if p_known is not null then
        foreach v_known in array p_known loop
            if v_known.key = p_key then
                return v_known;
            end if;
        end loop;
    end if;
    return null;
end $$;

-- Credits purchases, in sets.  Locks: keys, accounts by id, wallets, streams.  A receipt is looked up under the
-- locks of its member's accounts, so two tills that send it at once credit it once.
create function lib.points_earn(p_who text[], p_idem text[], p_hash bytea[], p_member bigint[], p_club bigint[],
                                p_receipt text[], p_lines jsonb[], p_at timestamptz[], p_return_days bigint[])
returns lib.batch_answer[] language plpgsql volatile as $$
declare
    v_idem    lib.idem_row[] := lib.idem_begin_many(p_who, 'points.earn', p_idem, p_hash);
    v_asks    lib.earn_ask[];
    v_ask     lib.earn_ask;
    v_lead    lib.earn_ask;
    v_locks   bigint[];
    v_keys    text[];
    v_known   lib.earn_known[];     -- receipts that were credited before
    v_old     lib.earn_known;
    v_credit  text[];               -- receipts this call credits, and by which ask
    v_by      int[];
    v_posts   lib.posting[];
    v_legs    lib.leg[];
    v_of      int[];                -- by posting: its request, its ask
    v_for     int[];
    v_posted  lib.posted[];
    v_rows    lib.event_row[];
    v_events  jsonb[];              -- by request
    v_tx      bigint[];             -- by ask: what was posted for it
    v_tier_tx bigint[];
    v_answers lib.batch_answer[] := array_fill(null::lib.batch_answer, array[cardinality(p_who)]);
    v_at      int;
begin
    loop    -- a membership that was resumed since the last look may need accounts that were not made then
        v_asks := array(select a
                          from lib.points_earn_asks(v_idem, p_who, p_member, p_club, p_receipt, p_lines, p_at,
                                                    p_return_days) a);
        exit when not lib.points_earn_open(v_asks);
    end loop;
    foreach v_ask in array v_asks loop
        v_keys := v_keys || v_ask.receipt_key || v_ask.tier_key;
        if v_ask.sqlstate is null then
            v_locks := v_locks || v_ask.redeemable || v_ask.pending || v_ask.debt || v_ask.tier;
        end if;
    end loop;
    perform lib.ledger_lock(v_locks);
    v_known := lib.points_earn_known(v_keys);

    for k in 1 .. cardinality(v_asks) loop
        v_ask := v_asks[k];
        continue when v_ask.sqlstate is not null or v_ask.receipt_key = any (v_credit)
                      or (lib.earn_known_of(v_known, v_ask.receipt_key)).key is not null;
        v_credit := v_credit || v_ask.receipt_key;
        v_by := v_by || k;
        if v_ask.points > 0 then
            v_posts := v_posts || row('earn', v_ask.receipt_key, v_ask.points, v_ask.club, 'receipt', v_ask.receipt,
                                      v_ask.who, null, null, null, v_ask.detail, v_ask.at,
                                      v_ask.expires_at)::lib.posting;
            v_at := cardinality(v_posts);
            v_legs := v_legs || row(v_at, v_ask.issuance, -v_ask.points, false)::lib.leg
                             || row(v_at, case when v_ask.matures_at is null then v_ask.redeemable
                                               else v_ask.pending end,
                                    v_ask.points, v_ask.matures_at is null)::lib.leg;
            v_of := v_of || v_ask.idx;
            v_for := v_for || k;
        end if;
        if v_ask.tier_points > 0 then
            v_posts := v_posts || row('tier_earn', v_ask.tier_key, v_ask.tier_points, v_ask.club, 'receipt',
                                      v_ask.receipt, v_ask.who, null, null, null, v_ask.detail, v_ask.at,
                                      v_ask.expires_at)::lib.posting;
            v_at := cardinality(v_posts);
            v_legs := v_legs || row(v_at, v_ask.tier_issuance, -v_ask.tier_points, false)::lib.leg
                             || row(v_at, v_ask.tier, v_ask.tier_points, false)::lib.leg;
            v_of := v_of || v_ask.idx;
            v_for := v_for || k;
        end if;
    end loop;

    insert into audit_log (actor, action, subject_member, detail)
    select a.who, 'points.earn', a.member, jsonb_build_object('club', a.club::text, 'receipt', a.receipt)
      from unnest(v_asks) a
     where a.sqlstate is null;

    if v_posts is not null then
        v_posted := lib.ledger_post(v_posts, v_legs, p_locked => true);
        for n in 1 .. cardinality(v_posted) loop    -- one owner to each posting
            v_rows[n] := lib.points_event((v_posts[n]).kind, (v_posted[n]).tx, (v_posted[n]).owner_id,
                                          (v_posted[n]).ver, (v_posted[n]).available, (v_posted[n]).held,
                                          (v_posted[n]).pending, (v_posted[n]).delta);
            if (v_posts[n]).kind = 'earn' then
                v_tx[v_for[n]] := (v_posted[n]).tx;
            else
                v_tier_tx[v_for[n]] := (v_posted[n]).tx;
            end if;
        end loop;
        v_events := lib.emit_each(v_rows, v_of);
    end if;

    for k in 1 .. cardinality(v_asks) loop
        v_ask := v_asks[k];
        v_old := lib.earn_known_of(v_known, v_ask.receipt_key);
        if v_old.key is not null then
            if v_old.club = v_ask.club and v_old.detail ->> 'member' = v_ask.member::text
               and v_old.detail -> 'lines' = v_ask.lines then
                v_answers[v_ask.idx] := row(
                    v_ask.idx, null, null, lib.points_earn_reply(v_old.tx, v_old.tier_tx, v_old.detail, true), null,
                    null, null)::lib.batch_answer;
                continue;
            end if;
            v_ask.sqlstate := 'ZC004';
            v_ask.error := jsonb_build_object('tx', v_old.tx::text);
        elsif v_ask.sqlstate is null then
            v_at := v_by[array_position(v_credit, v_ask.receipt_key)];
            v_lead := v_asks[v_at];
            if v_lead.club = v_ask.club and v_lead.member = v_ask.member and v_lead.lines = v_ask.lines then
                v_answers[v_ask.idx] := row(
                    v_ask.idx, null, null, lib.points_earn_reply(v_tx[v_at], v_tier_tx[v_at], v_lead.detail, k <> v_at),
                    v_events[v_ask.idx], null, null)::lib.batch_answer;
                continue;
            end if;
            v_ask.sqlstate := 'ZC004';
            v_ask.error := jsonb_build_object('tx', v_tx[v_at]::text);
        end if;
        v_answers[v_ask.idx] := row(v_ask.idx, v_ask.sqlstate, v_ask.error, null, null, null, null)::lib.batch_answer;
    end loop;
    return lib.idem_end_many(p_who, 'points.earn', p_idem, v_idem, v_answers);
end $$;

-- points.earn   Credits a purchase: redeemable points and the tier points of the club.
--   who    service pos, booking, crm
--   raises ZC001 back-dated by a service that may not; ZC002 no such club; ZC004 the receipt was credited with other
--          content; ZC014 not a member of the club; ZC017 membership paused or lapsed, club frozen; ZC024 more than
--          1,000,000,000 points; ZC602 at, lines
--   emits  points.changed on me:<member>, one per ledger transaction
create function api.points_earn(p_who text, p_idem text, p_hash bytea, p_member bigint, p_club bigint, p_receipt text,
                                p_lines jsonb, p_at timestamptz, p_return_days bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    return lib.batch_single(lib.points_earn(
        array[p_who], array[p_idem], array[p_hash], array[p_member], array[p_club], array[p_receipt], array[p_lines],
        array[p_at], array[p_return_days]));
end $$;

create function api.points_earn_many(p_who text[], p_idem text[], p_hash bytea[], p_member bigint[], p_club bigint[],
                                     p_receipt text[], p_lines jsonb[], p_at timestamptz[], p_return_days bigint[])
returns setof lib.batch_answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    return query
    select *
      from unnest(lib.points_earn(p_who, p_idem, p_hash, p_member, p_club, p_receipt, p_lines, p_at, p_return_days));
end $$;

-- The start of the window in which the tier points of a membership count.
create function lib.tier_window_from(p_kind text, p_months int, p_joined timestamptz, p_tz text)
returns timestamptz language sql stable as $$
    select case p_kind
           when 'rolling' then now() - make_interval(months => p_months)
           when 'calendar' then date_trunc('year', now() at time zone p_tz) at time zone p_tz
           else p_joined + make_interval(months => p_months * floor(
                    (extract(year from age(now(), p_joined)) * 12 + extract(month from age(now(), p_joined)))
                    / p_months)::int)
           end;
$$;

-- One row per club: the tier, the points that count for it, and what the next one needs.
create function lib.next_tier_rows(p_member bigint)
returns jsonb language plpgsql stable as $$
begin
    return (
        select coalesce(jsonb_agg(jsonb_build_object(
                   'club', m.club_id::text, 'rank', t.rank, 'name', t.name, 'tier_points', p.counted,
                   'next_rank', n.rank, 'next_name', n.name, 'missing', greatest(n.qualify_tp - p.counted, 0))
                   order by m.club_id), '[]')
          from membership m
          join club c on c.club_id = m.club_id
          join tier t on t.tier_id = m.tier_id
          left join lateral (select rank, name, qualify_tp
                               from tier
                              where club_id = m.club_id
                                and rank > t.rank
                              order by rank
                              limit 1) n on true
         cross join lateral (
               select coalesce(sum(e.amt), 0)::bigint as counted
                 from ledger_entry e
                where e.account_id = (select a.account_id
                                        from ledger_account a
                                       where a.cur = 'TP' and a.kind = 'tier' and a.owner_kind = 'm'
                                         and a.owner_id = p_member and a.club_id = m.club_id)
                  and (select x.effective_at from ledger_tx x where x.tx_id = e.tx_id)
                      >= lib.tier_window_from(t.window_kind, t.window_months, m.joined_at, c.tz)) p
         where m.member_id = p_member
           and m.status in ('active', 'paused', 'lapsed'));
end $$;

-- What points.summary answers and points.changed carries.  Keys are looked up in subqueries, not joined: a plan made while the
-- ledger was empty, and kept, would walk whole indexes.  ladder: what expires when, 24 days at most; later: what
-- expires after them; never: what does not expire.
create function lib.points_summary_view(p_member bigint)
returns lib.shown language plpgsql stable as $$
begin
    return (
        select row(jsonb_build_object(
                   'available', coalesce(b.redeemable, 0) - coalesce(b.due, 0), 'held', coalesce(b.held, 0),
                   'pending', coalesce(b.pending, 0), 'debt', coalesce(b.debt, 0), 'ver', coalesce(w.ver, 0),
                   'ladder', d.ladder, 'later', d.later, 'never', d.never, 'next_tier', lib.next_tier_rows(p_member)),
               true, false, array[p_member])::lib.shown
          from (select max(balance) filter (where kind = 'redeemable') as redeemable,
                       max(balance) filter (where kind = 'held') as held,
                       max(balance) filter (where kind = 'pending') as pending,
                       max(balance) filter (where kind = 'debt') as debt,
                       max(lib.points_due(account_id)) filter (where kind = 'redeemable') as due
                  from ledger_account
                 where owner_kind = 'm'
                   and owner_id = p_member
                   and cur = 'RP') b
          left join wallet w on w.owner_kind = 'm' and w.owner_id = p_member
         cross join lateral (
               select coalesce(jsonb_agg(jsonb_build_object('on', r.last_day, 'points', r.points) order by r.last_day)
                               filter (where r.no <= 24 and r.last_day is not null), '[]') as ladder,
                      coalesce(sum(r.points) filter (where r.no > 24 and r.last_day is not null), 0)::bigint as later,
                      coalesce(sum(r.points) filter (where r.last_day is null), 0)::bigint as never
                 from (select s.last_day, sum(s.remaining)::bigint as points,
                              row_number() over (order by s.last_day) as no
                         from (select l.remaining,
                                      ((l.expires_at at time zone coalesce(
                                            (select c.tz
                                               from club c
                                              where c.club_id = (select x.club_id
                                                                   from ledger_tx x
                                                                  where x.tx_id = l.earned_tx)), 'UTC'))
                                       - interval '1 microsecond')::date
                                          as last_day
                                 from point_lot l
                                where l.account_id = (select a.account_id
                                                        from ledger_account a
                                                       where a.cur = 'RP' and a.kind = 'redeemable'
                                                         and a.owner_kind = 'm' and a.owner_id = p_member
                                                         and a.club_id = 0)
                                  and l.remaining > 0
                                  and (l.expires_at is null or l.expires_at > now())) s
                        group by s.last_day) r) d);
end $$;

-- Whose points a call is about: the caller's own, or those of a member whom an agent names, of a club of the agent's.
create function lib.points_subject(p_who text, p_member bigint)
returns bigint language plpgsql stable as $$
declare
    v_member bigint := lib.member_of(p_who);
    v_staff  bigint;
begin
    if v_member is not null then
        if p_member <> v_member then
            perform lib.refuse('ZC001');
        end if;
        return lib.require_member(p_who, true);
    end if;
    v_staff := lib.require_staff(p_who, '{agent}');
    if p_member is null then
        perform lib.invalid('member', 'must be named by staff');
    end if;
    if not exists (select
                     from membership m
                     join staff_club s on s.club_id = m.club_id
                    where m.member_id = p_member
                      and m.joined_at is not null       -- an invitation opens nothing
                      and s.staff_id = v_staff) then
        perform lib.refuse('ZC002');
    end if;
    return p_member;
end $$;

-- The answer of a look at a member's points, which is written down when it was not the member's own.
create function lib.points_answer(p_who text, p_method text, p_member bigint, p_reply jsonb, p_head bigint)
returns lib.answer language plpgsql volatile as $$
begin
    if lib.member_of(p_who) is not null then
        return row(p_reply, null, p_head, '{}')::lib.answer;
    end if;
    perform lib.audit(p_who, p_method, p_member, '{}');
    return row(p_reply, null, p_head, array[p_member])::lib.answer;
end $$;

-- points.summary   The balance, when points expire, and what the next tiers need.  Volatile, because what staff reads
--                  is written down.
--   who    member, agent
--   raises ZC001 somebody else's; ZC002 nobody of the agent's clubs; ZC602 an agent that names nobody
--   emits  –
create function api.points_summary(p_who text, p_member bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_head   bigint := lib.sys_head();
    v_member bigint := lib.points_subject(p_who, p_member);
begin
    return lib.points_answer(p_who, 'points.summary', v_member, (lib.points_summary_view(v_member)).view, v_head);
end $$;

-- points.history   The entries of the caller's accounts, newest first, or those of a member whom an agent names.
--   who    member, agent
--   raises ZC001 somebody else's; ZC002 nobody of the agent's clubs; ZC602 cursor, an agent that names nobody
--   emits  –
create function api.points_history(p_who text, p_member bigint, p_limit bigint, p_cursor text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_head   bigint := lib.sys_head();
    v_member bigint := lib.points_subject(p_who, p_member);
    v_limit  int := coalesce(p_limit, 20);
    v_reply  jsonb;
begin
    if p_cursor is not null and p_cursor !~ '^[0-9]{1,18}$' then
        perform lib.invalid('cursor', 'is not one of ours');
    end if;
    select jsonb_build_object(
               'entries', coalesce(jsonb_agg(r.entry order by r.entry_id desc) filter (where r.no <= v_limit), '[]'),
               'cursor', case when max(r.no) > v_limit
                              then min(r.entry_id) filter (where r.no <= v_limit)::text end)
      into v_reply
      from (select h.entry_id, row_number() over (order by h.entry_id desc) as no,
                   jsonb_build_object(
                       'entry', h.entry_id::text, 'tx', x.tx_id::text, 'kind', x.kind, 'account', a.kind,
                       'club', x.club_id::text, 'amount', h.amt, 'before', h.bal_after - h.amt, 'after', h.bal_after,
                       'cause', jsonb_build_object('key', 'points.' || x.kind, 'params', jsonb_build_object(
                           'actor', split_part(x.actor, ':', 1), 'reason', x.reason)),
                       'ref', case when x.ref_kind is not null
                                   then jsonb_build_object('kind', x.ref_kind, 'id', x.ref_id) end,
                       'reversible', x.kind in ('earn', 'redeem', 'tier_earn') and x.reversed < x.amount,
                       'effective_at', lib.iso(x.effective_at), 'at', lib.iso(x.created_at)) as entry
              from ledger_account a
             cross join lateral (
                   select e.entry_id, e.tx_id, e.amt, e.bal_after
                     from ledger_entry e
                    where e.account_id = a.account_id
                      and (p_cursor is null or e.entry_id < p_cursor::bigint)
                    order by e.entry_id desc
                    limit v_limit + 1) h
              join ledger_tx x on x.tx_id = h.tx_id
             where a.owner_kind = 'm'
               and a.owner_id = v_member
             order by h.entry_id desc
             limit v_limit + 1) r;
    return lib.points_answer(p_who, 'points.history', v_member, v_reply, v_head);
end $$;

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
