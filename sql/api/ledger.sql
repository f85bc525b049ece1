-- ledger.sql -- the one function that writes the ledger: its types, accounts, locks, lib.ledger_post.
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

-- points.changed of one posting.  ref is the transaction.
create function lib.points_event(p_kind text, p_tx bigint, p_owner bigint, p_ver bigint, p_available bigint,
                                 p_held bigint, p_pending bigint, p_delta bigint)
returns lib.event_row language sql stable as $$
    select lib.event('me:' || p_owner, 'points.changed', 'svc.points',
                     jsonb_build_object('ver', p_ver, 'available', p_available, 'held', p_held, 'pending', p_pending,
                                        'delta', p_delta, 'kind', p_kind, 'ref', p_tx::text),
                     p_subjects => array[p_owner], p_key => 'points');
$$;
