-- ledger.sql -- the ledger: its types, accounts and locks.
--
-- Every posting goes through lib.ledger_post (ledger_post.sql), in sets: a call of a single purchase is a batch of one.  The functions
-- of ledger_points.sql decide what to post; none of them writes the tables of the ledger beside it.  The functions of
-- hot methods find rows by key only (no seqscan) and are planned once (force_generic_plan): with arrays as parameters
-- PostgreSQL would otherwise plan them anew at every call, at several times the price of running them.

-- One transaction to post.  Up to expires_at, that of the lot its credit makes, it is what the row of ledger_tx holds.
-- Then, filled in by the functions of ledger_points.sql: whose account; whose it goes to (moves); mode: `pending` (earn
-- in a return window), `debit` (adjust), for reverse `earn`, `pending`, `redeem` or `operator` (redeem, by mistake of
-- ours); origin: only lots of that member; earned: the earn behind a mature; matures_at: of an earn.
create type lib.posting as (
    kind text, idem text, amount bigint, club bigint, ref_kind text, ref_id text, actor text, reason text,
    reverses bigint, hold bigint, detail jsonb, effective_at timestamptz, expires_at timestamptz,
    owner_kind text, owner_id bigint, to_kind text, to_id bigint, mode text, origin bigint, earned bigint,
    matures_at timestamptz);

-- What the posting at place `post` (0: an expiry that came before or after) left one owner with.  delta: change of all
-- that is the owner's in that currency.
create type lib.posted as (
    post int, tx bigint, owner_kind text, owner_id bigint, ver bigint,
    available bigint, held bigint, pending bigint, debt bigint, delta bigint, kind text);

-- What an owner has.
create type lib.ledger_owner as (ver bigint, available bigint, held bigint, pending bigint, debt bigint, frozen boolean);

-- Points of one lot on their way.
create type lib.lot_part as (lot bigint, amt bigint, expires_at timestamptz, origin bigint, earned bigint);

-- Makes the accounts and wallets of members that have none.
create function lib.wallet_open(p_members bigint[])
returns void language plpgsql volatile as $$
begin
    insert into wallet (owner_kind, owner_id)
    select distinct 'm', m
      from unnest(p_members) m
     order by m
        on conflict do nothing;
    insert into ledger_account (cur, kind, owner_kind, owner_id, tracked, floor_bal, ceil_bal)
    select 'RP', k, 'm', m, true, case when k <> 'debt' then 0 end, case when k = 'debt' then 0 end
      from (select distinct unnest(p_members) as m) x
     cross join unnest('{redeemable,held,pending,debt}'::text[]) k
     order by m, k
        on conflict do nothing;
end $$;

-- The same for families: they spend and hold, but neither earn nor owe.
create function lib.wallet_open_family(p_families bigint[])
returns void language plpgsql volatile as $$
begin
    insert into wallet (owner_kind, owner_id)
    select distinct 'f', f
      from unnest(p_families) f
     order by f
        on conflict do nothing;
    insert into ledger_account (cur, kind, owner_kind, owner_id, tracked, floor_bal)
    select 'RP', k, 'f', f, true, 0
      from (select distinct unnest(p_families) as f) x
     cross join unnest('{redeemable,held}'::text[]) k
     order by f, k
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

-- Opens what these owners do not have yet, then locks it: all their accounts of redeemable points, the accounts of tier
-- points of the pairs (member, club), their wallets.  Once per transaction, after all rows of the domain, with
-- everybody whom the transaction may touch.
create function lib.points_lock(p_members bigint[], p_families bigint[] default '{}',
                                p_tier_members bigint[] default '{}', p_tier_clubs bigint[] default '{}')
returns void language plpgsql volatile as $$
declare
    v_accounts bigint[];
begin
    if cardinality(p_families) > 0 then     -- what is reversed in a pool may belong to who has left
        p_members := array(
            select unnest(p_members)
             union
            select member_id
              from family_member
             where family_id = any (p_families)
               and state in ('left', 'removed'));
    end if;
    if (select count(*) from wallet where owner_kind = 'm' and owner_id = any (p_members))
       < (select count(distinct m) from unnest(p_members) m) then
        perform lib.wallet_open(p_members);
    end if;
    if cardinality(p_families) > 0
       and (select count(*) from wallet where owner_kind = 'f' and owner_id = any (p_families))
           < (select count(distinct f) from unnest(p_families) f) then
        perform lib.wallet_open_family(p_families);
    end if;
    if cardinality(p_tier_members) > 0 then
        perform lib.tier_account_open(p_tier_members, p_tier_clubs);
    end if;
    select array_agg(a.account_id)
      into v_accounts
      from unnest(p_members) m
     cross join lateral (select account_id from ledger_account
                          where owner_kind = 'm' and owner_id = m and cur = 'RP' offset 0) a;
    if cardinality(p_families) > 0 then
        v_accounts := v_accounts || array(
            select a.account_id
              from unnest(p_families) f
             cross join lateral (select account_id from ledger_account
                                  where owner_kind = 'f' and owner_id = f offset 0) a);
    end if;
    if cardinality(p_tier_members) > 0 then
        v_accounts := v_accounts || array(
            select (select account_id from ledger_account
                     where cur = 'TP' and kind = 'tier' and owner_kind = 'm' and owner_id = x.m and club_id = x.c)
              from unnest(p_tier_members, p_tier_clubs) as x (m, c));
    end if;
    perform lib.ledger_lock(v_accounts);
end $$;

-- Points of a redeemable account whose lots are past their expiry but not swept yet: nobody can spend them.
create function lib.points_due(p_account bigint, p_now timestamptz default clock_timestamp())
returns bigint language plpgsql stable as $$
begin
    return (
        select coalesce(sum(remaining), 0)::bigint
          from point_lot
         where account_id = p_account
           and live
           and expires_at <= p_now);
end $$;

-- What an owner has in RP, and the ver of the wallet; nulls where there is none.
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
           coalesce(bool_or(a.frozen), false)
      into v_own
      from ledger_account a
     where a.owner_kind = p_kind::char(1)
       and a.owner_id = p_id
       and a.cur = 'RP';
    return v_own;
end $$;
