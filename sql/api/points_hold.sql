-- points_hold.sql -- points.hold, in sets, points.capture, points.release.

-- Holds made by points.hold: those of transfers and reservations are resolved by what made them.
create function lib.hold_purposes()
returns text[] language sql immutable as $$ select '{purchase,booking,other,pos}'::text[] $$;

-- One request of points.hold on its way.  owner: the member, or minus the number of the family.
create type lib.hold_ask as (
    idx int, who text, member bigint, owner bigint, points bigint, purpose text, ref text, expires_at timestamptz, sqlstate text,
    error jsonb, hold bigint);

-- What each request asks for, or why it may not.
create function lib.points_hold_asks(p_idem lib.idem_row[], p_who text[], p_member bigint[], p_points bigint[],
                                     p_seconds bigint[], p_purpose text[], p_ref text[], p_from text[])
returns lib.hold_ask[] language plpgsql stable as $$
declare
    v_ask    lib.hold_ask;
    v_asks   lib.hold_ask[] := '{}';
    v_own    bigint;
    v_max    int;
    v_status text;
begin
    for i in 1 .. cardinality(p_who) loop
        continue when (p_idem[i]).fresh is distinct from true;
        v_own := lib.member_of(p_who[i]);
        v_max := case when v_own is null then 86400 else 1800 end;
        v_ask := row(i, p_who[i], coalesce(p_member[i], v_own), coalesce(p_member[i], v_own), p_points[i],
                     coalesce(p_purpose[i], 'purchase'),
                     p_ref[i], clock_timestamp() + coalesce(p_seconds[i], 600) * interval '1 second', null, null,
                     null)::lib.hold_ask;
        v_status := (select status from member where member_id = v_ask.member);
        if v_ask.member is null then
            v_ask.sqlstate := 'ZC602';
            v_ask.error := '{"path":"member","problem":"must be named by a service"}';
        elsif v_ask.member <> v_own then
            v_ask.sqlstate := 'ZC001';
        elsif v_status is null or v_status = 'erased' then
            v_ask.sqlstate := case when v_own is null then 'ZC002' else 'ZC000' end;
        elsif v_status <> 'active' then
            v_ask.sqlstate := 'ZC035';
            v_ask.error := jsonb_build_object('status', v_status);
        elsif p_seconds[i] > v_max then
            v_ask.sqlstate := 'ZC024';
            v_ask.error := jsonb_build_object('max', v_max);
        elsif p_from[i] = 'family' then
            v_ask.owner := -lib.family_of(v_ask.member);
            if v_ask.owner is null then
                v_ask.sqlstate := 'ZC002';
            end if;
        end if;
        v_asks := v_asks || v_ask;
    end loop;
    return v_asks;
end $$;

-- Those who would hold points of their families: the families are locked, then whether they may is looked at.
create function lib.points_hold_pools(p_asks lib.hold_ask[])
returns lib.hold_ask[] language plpgsql volatile as $$
declare
    v_can    boolean;
    v_status text;
begin
    perform
       from family
      where family_id in (select -a.owner from unnest(p_asks) a where a.owner < 0)
      order by family_id
        for share;
    for k in 1 .. cardinality(p_asks) loop
        continue when (p_asks[k]).owner is null or (p_asks[k]).owner > 0 or (p_asks[k]).sqlstate is not null;
        select m.can_redeem, f.status
          into v_can, v_status
          from family_member m
          join family f on f.family_id = m.family_id
         where m.family_id = -(p_asks[k]).owner
           and m.member_id = (p_asks[k]).member
           and m.state = 'active';
        if not found then
            p_asks[k].sqlstate := 'ZC002';
        elsif not v_can then
            p_asks[k].sqlstate := 'ZC001';
        elsif v_status <> 'active' then
            p_asks[k].sqlstate := 'ZC017';
            p_asks[k].error := jsonb_build_object('state', v_status);
        end if;
    end loop;
    return p_asks;
end $$;

-- Holds points, in sets.  Locks: keys, families, accounts by id, wallets, streams.  The requests on one wallet are decided in
-- order of arrival: one that asks for more than is left is refused, and a smaller one after it may still be granted.
create function lib.points_hold_many(p_who text[], p_idem text[], p_hash bytea[], p_member bigint[], p_points bigint[],
                                     p_seconds bigint[], p_purpose text[], p_ref text[], p_from text[])
returns lib.batch_answer[] language plpgsql volatile as $$
declare
    c_holds    constant int := 20;      -- a member's own at a time
    v_idem     lib.idem_row[] := lib.idem_begin_many(p_who, 'points.hold', p_idem, p_hash);
    v_asks     lib.hold_ask[] := lib.points_hold_asks(v_idem, p_who, p_member, p_points, p_seconds, p_purpose, p_ref,
                                                        p_from);
    v_ask      lib.hold_ask;
    v_owners   bigint[];
    v_account  bigint[];
    v_held     bigint[];
    v_left     bigint[];
    v_own      bigint[];                -- holds that members made
    v_frozen   boolean[];
    v_row      record;
    v_key      text;
    v_known    ledger_tx;
    v_posts    lib.posting[];
    v_of       int[];                   -- by posting: its request
    v_for      int[];                   -- its ask
    v_posted   lib.posted[];
    v_to       int[];                   -- by event: its request
    v_events   jsonb[];
    v_answers  lib.batch_answer[] := array_fill(null::lib.batch_answer, array[cardinality(p_who)]);
    v_at       int;
begin
    if 'family' = any (p_from) then
        v_asks := lib.points_hold_pools(v_asks);
    end if;
    v_owners := array(select distinct a.owner from unnest(v_asks) a where a.sqlstate is null);
    if cardinality(v_owners) > 0 then
        perform lib.points_lock(array(select o from unnest(v_owners) o where o > 0),
                                array(select -o from unnest(v_owners) o where o < 0));
        for v_row in
            select m.no, r.account_id, r.frozen, h.account_id as held_account,
                   r.balance - coalesce((select sum(l.remaining) from point_lot l
                                          where l.account_id = r.account_id and l.live
                                            and l.expires_at <= clock_timestamp()), 0) as available,
                   (select count(*) from point_hold o
                     where o.account_id = r.account_id and o.state = 'active'
                       and left(o.requested_by, 2) = 'm:') as own
              from unnest(v_owners) with ordinality as m (owner, no)
             cross join lateral (select account_id, balance, frozen from ledger_account
                                  where cur = 'RP' and kind = 'redeemable' and club_id = 0 and owner_id = abs(m.owner)
                                    and owner_kind = case when m.owner < 0 then 'f' else 'm' end::char(1) offset 0) r
             cross join lateral (select account_id from ledger_account
                                  where cur = 'RP' and kind = 'held' and club_id = 0 and owner_id = abs(m.owner)
                                    and owner_kind = case when m.owner < 0 then 'f' else 'm' end::char(1) offset 0) h
        loop
            v_account[v_row.no] := v_row.account_id;
            v_held[v_row.no] := v_row.held_account;
            v_left[v_row.no] := v_row.available;
            v_own[v_row.no] := v_row.own;
            v_frozen[v_row.no] := v_row.frozen;
        end loop;
    end if;

    for k in 1 .. cardinality(v_asks) loop
        v_ask := v_asks[k];
        continue when v_ask.sqlstate is not null;
        v_at := array_position(v_owners, v_ask.owner);
        v_key := 'hold:' || v_ask.who || ':' || p_idem[v_ask.idx];
        v_known := lib.ledger_tx_by_key(v_key);
        if v_known.tx_id is not null then   -- its answer is forgotten, the ledger is not
            if v_known.amount <> v_ask.points then
                v_ask.sqlstate := 'ZC005';
            else
                v_answers[v_ask.idx] := row(
                    v_ask.idx, null, null, jsonb_build_object(
                        'hold', v_known.hold_id::text, 'tx', v_known.tx_id::text, 'points', v_known.amount,
                        'available', v_left[v_at],
                        'expires_at', (select lib.iso(expires_at) from point_hold where hold_id = v_known.hold_id)),
                    null, null, null)::lib.batch_answer;
            end if;
        elsif v_frozen[v_at] then
            v_ask.sqlstate := 'ZC028';
        elsif left(v_ask.who, 2) = 'm:' and v_own[v_at] >= c_holds then
            v_ask.sqlstate := 'ZC024';
            v_ask.error := jsonb_build_object('max', c_holds);
        elsif v_ask.points > v_left[v_at] then
            v_ask.sqlstate := 'ZC027';
            v_ask.error := jsonb_build_object('have', v_left[v_at], 'need', v_ask.points);
        else
            v_ask.hold := nextval('club.point_hold_hold_id_seq');
            v_left[v_at] := v_left[v_at] - v_ask.points;
            v_own[v_at] := v_own[v_at] + (left(v_ask.who, 2) = 'm:')::int;
            insert into point_hold (hold_id, account_id, held_account, requested_by, amount, purpose, ref_id, expires_at)
            overriding system value
            values (v_ask.hold, v_account[v_at], v_held[v_at], v_ask.who, v_ask.points, v_ask.purpose, v_ask.ref,
                    v_ask.expires_at);
            if left(v_ask.who, 2) <> 'm:' then
                perform lib.audit(v_ask.who, 'points.hold', v_ask.member, jsonb_build_object('hold', v_ask.hold::text));
            end if;
            v_posts := v_posts || row('hold', v_key, v_ask.points, null,
                                      case when v_ask.ref is not null then v_ask.purpose end, v_ask.ref, v_ask.who, null, null, v_ask.hold, '{}', null, null,
                                      case when v_ask.owner < 0 then 'f' else 'm' end,
                                      abs(v_ask.owner), null, null, null, null, null, null)::lib.posting;
            v_of := v_of || v_ask.idx;
            v_for := v_for || k;
        end if;
        v_asks[k] := v_ask;
    end loop;

    if v_posts is not null then
        v_posted := lib.ledger_post(v_posts);
        v_at := 1;
        for n in 1 .. cardinality(v_posted) loop    -- an expiry goes with what was posted last
            v_at := greatest(v_at, (v_posted[n]).post);
            v_to[n] := v_of[v_at];
            continue when (v_posted[n]).post = 0;
            v_ask := v_asks[v_for[v_at]];
            v_answers[v_ask.idx] := row(
                v_ask.idx, null, null, jsonb_build_object(
                    'hold', v_ask.hold::text, 'tx', (v_posted[n]).tx::text, 'points', v_ask.points,
                    'available', (v_posted[n]).available, 'expires_at', lib.iso(v_ask.expires_at)),
                null, null, null)::lib.batch_answer;
        end loop;
        v_events := lib.emit_each(lib.points_events(v_posted), v_to);
        foreach v_at in array v_of loop
            v_answers[v_at].events := v_events[v_at];
        end loop;
    end if;
    foreach v_ask in array v_asks loop
        if v_ask.sqlstate is not null then
            v_answers[v_ask.idx] := row(v_ask.idx, v_ask.sqlstate, v_ask.error, null, null, null, null)::lib.batch_answer;
        end if;
    end loop;
    return lib.idem_end_many(p_who, 'points.hold', p_idem, v_idem, v_answers);
end $$;

-- points.hold   Puts points of a member aside, or of the pool of that member's family.
--   who    member, service pos, booking
--   raises ZC001 somebody else's, or a pool that is not the member's to spend; ZC002 no such member, none of a family;
--          ZC017 the family is dissolving {"state"}; ZC024 for more than 30 minutes (a service: 24 hours), or the
--          twentieth that members of one wallet hold; ZC027 not enough; ZC028 frozen; ZC035 not active; ZC602 a service that names
--          nobody
--   emits  points.changed on me:<member> or family:<family>
create function api.points_hold(p_who text, p_idem text, p_hash bytea, p_member bigint, p_points bigint,
                                p_seconds bigint, p_purpose text, p_ref text, p_from text default null)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    return lib.batch_single(lib.points_hold_many(
        array[p_who], array[p_idem], array[p_hash], array[p_member], array[p_points], array[p_seconds],
        array[p_purpose], array[p_ref], array[p_from]));
end $$;

create function api.points_hold_many(p_who text[], p_idem text[], p_hash bytea[], p_member bigint[], p_points bigint[],
                                     p_seconds bigint[], p_purpose text[], p_ref text[], p_from text[] default null)
returns setof lib.batch_answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    return query
    select *
      from unnest(lib.points_hold_many(p_who, p_idem, p_hash, p_member, p_points, p_seconds, p_purpose, p_ref,
                                      p_from));
end $$;

-- A hold that who calls made with points.hold; whose points it keeps is locked.  Returns the member, null of a family.
create function lib.hold_of(p_who text, p_hold bigint)
returns bigint language plpgsql volatile as $$
declare
    v_hold   point_hold;
    v_owner  ledger_account;
begin
    select * into v_hold from point_hold where hold_id = p_hold;
    if v_hold.requested_by is distinct from p_who or v_hold.purpose <> all (lib.hold_purposes()) then
        perform lib.refuse('ZC002');
    end if;
    select * into v_owner from ledger_account where account_id = v_hold.account_id;
    if v_owner.owner_kind = 'f' then
        perform lib.points_lock('{}', array[v_owner.owner_id]);
        return null;
    end if;
    perform lib.points_lock(array[v_owner.owner_id]);
    return v_owner.owner_id;
end $$;

-- The end of points.capture and .release: tells, writes down, answers.
create function lib.hold_resolved(p_who text, p_method text, p_idem text, p_hold bigint, p_member bigint,
                                  p_captured bigint, p_released bigint, p_posted lib.posted[])
returns lib.answer language plpgsql volatile as $$
begin
    if lib.member_of(p_who) is null then
        perform lib.audit(p_who, p_method, p_member, jsonb_build_object('hold', p_hold::text));
    end if;
    return lib.idem_end(p_who, p_method, p_idem, lib.done(
        jsonb_build_object('hold', p_hold::text, 'tx', p_posted[1].tx::text, 'captured', p_captured,
                           'released', p_released, 'available', p_posted[cardinality(p_posted)].available),
        lib.emit_all(lib.points_events(p_posted))));
end $$;

-- points.capture   Spends what a hold keeps, wholly or in part; the rest is the member's again.
--   who    the service that made it
--   raises ZC002 no such hold of that service; ZC024 more than it keeps; ZC025 expired; ZC026 resolved before
--   emits  points.changed on me:<member> or family:<family>, one per ledger transaction
create function api.points_capture(p_who text, p_idem text, p_hash bytea, p_hold bigint, p_points bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_answer lib.answer := lib.idem_begin(p_who, 'points.capture', p_idem, p_hash);
    v_member bigint;
    v_hold   point_hold;
    v_points bigint;
begin
    if v_answer.reply is not null then
        return v_answer;
    end if;
    v_member := lib.hold_of(p_who, p_hold);
    select * into v_hold from point_hold where hold_id = p_hold;
    v_points := coalesce(p_points, v_hold.amount);
    return lib.hold_resolved(p_who, 'points.capture', p_idem, p_hold, v_member, v_points, v_hold.amount - v_points,
                             lib.points_capture(p_hold, v_points, lib.posting_of(
                                 'cap:' || p_hold, p_who,
                                 p_ref_kind => case when v_hold.ref_id is not null then v_hold.purpose end,
                                 p_ref_id   => v_hold.ref_id)));
end $$;

-- points.release   Gives back what a hold keeps.
--   who    the service or member that made it
--   raises ZC002 no such hold of who calls; ZC026 resolved before
--   emits  points.changed on me:<member> or family:<family>, one per ledger transaction
create function api.points_release(p_who text, p_idem text, p_hash bytea, p_hold bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_answer lib.answer := lib.idem_begin(p_who, 'points.release', p_idem, p_hash);
    v_member bigint;
    v_hold   point_hold;
begin
    if v_answer.reply is not null then
        return v_answer;
    end if;
    if lib.member_of(p_who) is not null then
        perform lib.require_member(p_who, true);
    end if;
    v_member := lib.hold_of(p_who, p_hold);
    select * into v_hold from point_hold where hold_id = p_hold;
    return lib.hold_resolved(p_who, 'points.release', p_idem, p_hold, v_member, 0, v_hold.amount,
                             lib.points_release(p_hold, 'released', lib.posting_of(
                                 null, p_who,
                                 p_ref_kind => case when v_hold.ref_id is not null then v_hold.purpose end,
                                 p_ref_id   => v_hold.ref_id)));
end $$;
