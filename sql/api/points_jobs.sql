-- points_jobs.sql -- what time does to points: return windows end, lots expire, holds lapse; and members are told before
-- points expire.
--
-- None of it is waited for: a debit expires what is due before it, a capture compares the hold's end with the clock, so
-- a job that is late changes when something is posted, never what can be spent.  A job takes what is due, locks all its
-- owners as every posting does, looks again under the locks, and posts what is still to be done; whoever was there
-- first has the effect, and keys of the ledger (mat:, exp:, rel:) stand behind that.

-- Ends the return windows that are over.
create function lib.points_mature_run() returns bigint language plpgsql volatile as $$
declare
    v_due     bigint[];
    v_members bigint[];
    v_tx      bigint;
    v_posted  lib.posted[] := '{}';
begin
    select array_agg(p.tx_id order by p.tx_id), array_agg(distinct a.owner_id)
      into v_due, v_members
      from (select tx_id, account_id from point_pending where matures_at <= now() order by matures_at limit 100) p
      join ledger_account a on a.account_id = p.account_id;
    if v_due is null then
        return 0;
    end if;
    perform lib.points_lock(v_members);
    foreach v_tx in array v_due loop
        v_posted := v_posted || lib.points_mature(v_tx, lib.posting_of(null, 'job:points_mature'));
    end loop;
    perform lib.emit_all(lib.points_events(v_posted));
    return cardinality(v_due);
end $$;

-- Expires what is due, account by account; those whose oldest lot is due longest come first.
create function lib.points_expire_run() returns bigint language plpgsql volatile as $$
declare
    v_owner    record;
    v_members  bigint[] := '{}';
    v_families bigint[] := '{}';
    v_posted   lib.posted[] := '{}';
begin
    for v_owner in
        select distinct a.owner_kind, a.owner_id
          from (select account_id from point_lot where live and expires_at <= now() order by expires_at limit 100) l
          join ledger_account a on a.account_id = l.account_id
    loop
        if v_owner.owner_kind = 'm' then
            v_members := v_members || v_owner.owner_id;
        else
            v_families := v_families || v_owner.owner_id;
        end if;
    end loop;
    if cardinality(v_members) + cardinality(v_families) = 0 then
        return 0;
    end if;
    perform lib.points_lock(v_members, v_families);
    for v_owner in
        select 'm' as kind, m as id from unnest(v_members) m
         union all
        select 'f', f from unnest(v_families) f
         order by 1, 2
    loop
        v_posted := v_posted || lib.points_expire(v_owner.kind, v_owner.id);
    end loop;
    perform lib.emit_all(lib.points_events(v_posted));
    return cardinality(v_members) + cardinality(v_families);
end $$;

-- Gives back what holds past their end keep; offers of points to others lapse with theirs.
create function lib.point_holds_run() returns bigint language plpgsql volatile as $$
declare
    v_holds    bigint[];
    v_members  bigint[];
    v_families bigint[];
    v_hold     bigint;
    v_posted   lib.posted[] := '{}';
begin
    select array_agg(h.hold_id order by h.hold_id),
           coalesce(array_agg(distinct a.owner_id) filter (where a.owner_kind = 'm'), '{}'),
           coalesce(array_agg(distinct a.owner_id) filter (where a.owner_kind = 'f'), '{}')
      into v_holds, v_members, v_families
      from (select hold_id, account_id from point_hold where state = 'active' and expires_at <= now()
             order by expires_at limit 100) h
      join ledger_account a on a.account_id = h.account_id;
    if v_holds is null then
        return 0;
    end if;
    perform lib.points_lock(v_members, v_families);
    foreach v_hold in array v_holds loop
        if (select state from point_hold where hold_id = v_hold) = 'active' then
            v_posted := v_posted || lib.points_release(v_hold, 'expired', lib.posting_of(null, 'job:point_holds'));
        end if;
    end loop;
    perform lib.emit_all(lib.points_events(v_posted));
    return cardinality(v_holds);
end $$;
