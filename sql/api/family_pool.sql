-- family_pool.sql -- the pool of a family: points go in, and come back to whoever leaves (domain.md 6.7, 7.2).
--
-- A lot in the pool keeps its expiry and says whose it was.  Leaving gives back what is left of the leaver's lots, debt
-- first; what is held of them is given up for that.  So the pool never keeps points of who is not in the family.

-- What a pool holds, in the shape of points.summary.
create function lib.family_points_view(p_family bigint)
returns lib.shown language plpgsql stable as $$
declare
    v_pool  jsonb := lib.family_pool(p_family);
    v_steps jsonb;
    v_later bigint;
    v_never bigint;
begin
    select coalesce(jsonb_agg(jsonb_build_object('on', r.last_day, 'points', r.points) order by r.last_day)
                    filter (where r.no <= 24 and r.last_day is not null), '[]'),
           coalesce(sum(r.points) filter (where r.no > 24 and r.last_day is not null), 0),
           coalesce(sum(r.points) filter (where r.last_day is null), 0)
      into v_steps, v_later, v_never
      from (select s.last_day, sum(s.remaining)::bigint as points, row_number() over (order by s.last_day) as no
              from (select l.remaining,
                           ((l.expires_at at time zone coalesce(
                                 (select c.tz
                                    from club c
                                   where c.club_id = (select x.club_id
                                                        from ledger_tx x
                                                       where x.tx_id = l.earned_tx)), 'UTC'))
                            - interval '1 microsecond')::date as last_day
                      from point_lot l
                     where l.account_id = lib.family_account(p_family)
                       and l.live
                       and (l.expires_at is null or l.expires_at > now())) s
             group by s.last_day) r;
    return row(v_pool || jsonb_build_object('pending', 0, 'debt', 0, 'ladder', v_steps, 'later', v_later,
                                            'never', v_never, 'next_tier', '[]'::jsonb, 'family', null,
                                            'frozen', coalesce((
                                                select frozen
                                                  from ledger_account
                                                 where account_id = lib.family_account(p_family)), false)),
               true, false, '{}'::bigint[])::lib.shown;
end $$;

-- The pool of the family that a member is an adult of, for the own summary; null: none.
create function lib.family_share(p_member bigint)
returns jsonb language plpgsql stable as $$
declare
    v_family bigint := (select family_id
                          from family_member
                         where member_id = p_member
                           and state = 'active'
                           and role <> 'child');
begin
    if v_family is null then
        return null;
    end if;
    return jsonb_build_object('family', v_family::text, 'available', lib.family_pool(v_family) -> 'available');
end $$;

-- The account of what a pool can spend; null: nothing was ever in it.
create function lib.family_account(p_family bigint)
returns bigint language plpgsql stable as $$
begin
    return (select account_id
              from ledger_account
             where cur = 'RP'
               and kind = 'redeemable'
               and owner_kind = 'f'
               and owner_id = p_family
               and club_id = 0);
end $$;

-- family.contribute   Puts points of the caller into the pool.
--   who    member
--   raises ZC002 in no family; ZC005 the key was used for another amount; ZC017 dissolving, or the caller owes points
--          {"state"}; ZC024 too much for one pool; ZC027 not enough {"have","need"}; ZC028 frozen; ZC035 restricted
--   emits  points.changed on me:<member>, family:<family>
create function api.family_contribute(p_who text, p_idem text, p_hash bytea, p_amount bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_family family;
    v_key    text;
    v_tx     ledger_tx;
    v_posted lib.posted[] := '{}';
begin
    v_old := lib.idem_begin(p_who, 'family.contribute', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    select * into v_family from family where family_id = lib.family_of(v_member) for share;
    if not found or not lib.in_family(v_member, v_family.family_id) then
        perform lib.refuse('ZC002');
    end if;
    v_key := 'fam:' || v_family.family_id || ':give:' || v_member || ':' || p_idem;
    perform lib.points_lock(array[v_member], array[v_family.family_id]);
    v_tx := lib.ledger_tx_by_key(v_key);
    if v_tx.tx_id is null then
        if v_family.status <> 'active' then
            perform lib.refuse('ZC017', jsonb_build_object('state', v_family.status));
        end if;
        v_posted := lib.points_move('contribute', 'm', v_member, 'f', v_family.family_id, p_amount,
                                    lib.posting_of(v_key, p_who, p_ref_kind => 'family',
                                                   p_ref_id => v_family.family_id::text));
        v_tx := lib.ledger_tx_by_key(v_key);
    elsif v_tx.amount <> p_amount then
        perform lib.refuse('ZC005');
    end if;
    return lib.idem_end(p_who, 'family.contribute', p_idem, lib.done(
        jsonb_build_object('family', v_family.family_id::text, 'tx', v_tx.tx_id::text, 'amount', v_tx.amount),
        lib.emit_all(lib.points_events(v_posted))));
end $$;

-- leaving -------------------------------------------------------------------------------------------------

-- Gives these members back what is left of their points in the pool; holds that rest on them, or that they made, are given
-- up first.  The
-- caller holds the family's row and has given it a new version.  p_by_law: a frozen pool does not keep them.
create function lib.family_return(p_family bigint, p_members bigint[], p_actor text, p_by_law boolean default false,
                                  out returned bigint, out events lib.event_row[])
language plpgsql volatile as $$
declare
    v_account bigint;
    v_frozen  boolean;
    v_hold    bigint;
    v_share   record;
    v_posted  lib.posted[] := '{}';
    v_key     text := 'fam:' || p_family || ':return:' || (select version from family where family_id = p_family) || ':';
begin
    returned := 0;
    events := '{}';
    v_account := lib.family_account(p_family);
    if v_account is null then
        return;
    end if;
    perform lib.points_lock(p_members, array[p_family]);
    select frozen into v_frozen from ledger_account where account_id = v_account;
    if v_frozen and p_by_law then
        update ledger_account set frozen = false where account_id = v_account;
    end if;
    for v_hold in
        select h.hold_id
          from point_hold h
         where h.account_id = v_account
           and h.state = 'active'
           and (lib.member_of(h.requested_by) = any (p_members)
                or exists (select
                             from point_hold_lot p
                             join point_lot l on l.lot_id = p.lot_id
                            where p.hold_id = h.hold_id
                              and l.origin_member = any (p_members)))
         order by h.hold_id
    loop
        v_posted := v_posted || lib.points_release(v_hold, 'released', lib.posting_of(
            null, p_actor, p_ref_kind => 'family', p_ref_id => p_family::text, p_reason => 'left'));
    end loop;
    v_posted := v_posted || lib.points_expire('f', p_family);
    for v_share in
        select l.origin_member as member, sum(l.remaining)::bigint as points
          from point_lot l
         where l.account_id = v_account
           and l.live
           and l.origin_member = any (p_members)
         group by l.origin_member
         order by l.origin_member
    loop
        v_posted := v_posted || lib.points_move(
            'return_share', 'f', p_family, 'm', v_share.member, v_share.points,
            lib.posting_of(v_key || v_share.member, p_actor, p_ref_kind => 'family', p_ref_id => p_family::text),
            v_share.member);
        returned := returned + v_share.points;
    end loop;
    if v_frozen and p_by_law then
        update ledger_account set frozen = true where account_id = v_account;
    end if;
    events := lib.points_events(v_posted);
end $$;

-- Ends memberships.  The caller holds the family's row, and gives back the points.
create function lib.family_part(p_family bigint, p_members bigint[], p_state text)
returns void language plpgsql volatile as $$
begin
    update family_member
       set state = p_state, left_at = now(), can_redeem = false, contribution = 'manual', percent = 0,
           share_activity = false
     where family_id = p_family
       and member_id = any (p_members);
    update family set version = version + 1 where family_id = p_family;
end $$;

-- The loss of it: what they may see, what shows them, their subscriptions.
create function lib.family_lost(p_family bigint, p_members bigint[], p_reason text)
returns lib.event_row language sql stable as $$
    select lib.sys(p_reload => p_members, p_shown => p_members, p_ends => (
               select jsonb_agg(jsonb_build_object('stream', 'family:' || p_family, 'member', m::text,
                                                   'reason', p_reason))
                 from unnest(p_members) m))
$$;

-- family.leave   Leaves the family; what is left of one's points comes along.
--   who    member
--   raises ZC002 in no family; ZC017 the head dissolves instead {"state":"head"}; ZC028 the pool is frozen
--   emits  family.member on me:<member>, family:<family>; points.changed on both; sys
create function api.family_leave(p_who text, p_idem text, p_hash bytea)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old      lib.answer;
    v_member   bigint;
    v_family   family;
    v_returned bigint;
    v_events   lib.event_row[];
begin
    v_old := lib.idem_begin(p_who, 'family.leave', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who, true);
    select * into v_family from family where family_id = lib.family_of(v_member) for update;
    if not found or not lib.in_family(v_member, v_family.family_id) then
        perform lib.refuse('ZC002');
    end if;
    if v_family.head = v_member then
        perform lib.refuse('ZC017', '{"state":"head"}');
    end if;
    perform lib.family_part(v_family.family_id, array[v_member], 'left');
    select r.returned, r.events into v_returned, v_events
      from lib.family_return(v_family.family_id, array[v_member], p_who) r;
    return lib.idem_end(p_who, 'family.leave', p_idem, lib.done(
        jsonb_build_object('family', v_family.family_id::text, 'member', v_member::text, 'state', 'left',
                           'returned', v_returned),
        lib.emit_all(lib.family_events(v_family.family_id, v_member, 'left', v_member, array[v_member])
                     || v_events || lib.family_lost(v_family.family_id, array[v_member], 'LEFT'))));
end $$;

-- family.remove   Takes a member out of the family, with what is left of that member's points; or an invitation back.
--   who    member, the head
--   raises ZC001 not the head; ZC002 in no family, or nobody of it; ZC028 the pool is frozen; ZC035 restricted; ZC602
--          oneself
--   emits  family.member on me:<member>, family:<family>; points.changed on both; notify.added on me:<member>; sys
create function api.family_remove(p_who text, p_idem text, p_hash bytea, p_member bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old      lib.answer;
    v_head     bigint;
    v_family   family;
    v_id       bigint;
    v_state    text;
    v_returned bigint := 0;
    v_told     lib.event_row[];
    v_events   lib.event_row[] := '{}';
begin
    v_old := lib.idem_begin(p_who, 'family.remove', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_head := lib.require_member(p_who);
    v_family := lib.family_headed(v_head, true);
    v_id := v_family.family_id;
    if p_member = v_head then
        perform lib.invalid('member', 'is oneself');
    end if;
    select state into v_state
      from family_member
     where family_id = v_id
       and member_id = p_member
       and state in ('invited', 'active');
    if not found then
        perform lib.refuse('ZC002');
    end if;
    if v_state = 'invited' then
        update family_member set state = 'declined' where family_id = v_id and member_id = p_member;
        v_events := lib.family_events(v_id, p_member, 'declined', v_head, array[v_head, p_member], false);
    else
        perform lib.family_part(v_id, array[p_member], 'removed');
        v_told := lib.notify(p_member, 'family', 'family:' || v_id, jsonb_build_object('family', v_id::text),
                             'svc.family');
        select r.returned, r.events into v_returned, v_events from lib.family_return(v_id, array[p_member], p_who) r;
        v_events := lib.family_events(v_id, p_member, 'removed', v_head, array[p_member]) || v_told || v_events
                    || lib.family_lost(v_id, array[p_member], 'REMOVED');
    end if;
    return lib.idem_end(p_who, 'family.remove', p_idem, lib.done(
        jsonb_build_object('family', v_id::text, 'member', p_member::text,
                           'state', case v_state when 'active' then 'removed' else 'declined' end,
                           'returned', v_returned),
        lib.emit_all(v_events)));
end $$;

-- family.dissolve   Ends the family: nothing goes into the pool or is newly held of it, and in 72 hours everybody has the
--                   own points back.
--   who    member, the head
--   raises ZC001 not the head; ZC002 in no family; ZC017 dissolving already {"state"}; ZC035 restricted
--   emits  family.member on family:<family>; notify.added on me:<member> of the others
create function api.family_dissolve(p_who text, p_idem text, p_hash bytea)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_head   bigint;
    v_family family;
    v_member bigint;
    v_events lib.event_row[];
begin
    v_old := lib.idem_begin(p_who, 'family.dissolve', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_head := lib.require_member(p_who);
    v_family := lib.family_headed(v_head);
    update family
       set status = 'dissolving', dissolve_at = now() + interval '72 hours', version = version + 1
     where family_id = v_family.family_id
    returning * into v_family;
    v_events := lib.family_events(v_family.family_id, v_head, 'dissolving', v_head, array[v_head]);
    for v_member in
        select member_id
          from family_member
         where family_id = v_family.family_id
           and state = 'active'
           and member_id <> v_head
         order by member_id
    loop
        v_events := v_events || lib.notify(v_member, 'family', 'family:' || v_family.family_id,
                                           jsonb_build_object('family', v_family.family_id::text), 'svc.family');
    end loop;
    return lib.idem_end(p_who, 'family.dissolve', p_idem, lib.done(
        jsonb_build_object('family', v_family.family_id::text, 'status', v_family.status,
                           'dissolve_at', lib.iso(v_family.dissolve_at)),
        lib.emit_all(v_events)));
end $$;

-- time passes, people go ----------------------------------------------------------------------------------

-- Dissolves one family whose 72 hours are over, unless something of its pool is held or it is frozen; else makes adults
-- of children who have come of age.  Returns how many families it was.
create function lib.families_run()
returns bigint language plpgsql volatile as $$
declare
    v_family  family;
    v_members bigint[];
    v_member  bigint;
    v_events  lib.event_row[] := '{}';
begin
    select f.* into v_family
      from family f
     where f.status = 'dissolving'
       and f.dissolve_at <= now()
       and not exists (select
                         from ledger_account a
                        where a.owner_kind = 'f'
                          and a.owner_id = f.family_id
                          and (a.frozen or a.kind = 'held' and a.balance > 0))
     order by f.dissolve_at
     limit 1
       for update skip locked;
    if found then
        v_members := array(select member_id
                             from family_member
                            where family_id = v_family.family_id
                              and state = 'active'
                            order by member_id);
        perform lib.family_part(v_family.family_id, v_members, 'left');
        update family_member set state = 'declined' where family_id = v_family.family_id and state = 'invited';
        update family
           set status = 'dissolved', dissolved_at = now()
         where family_id = v_family.family_id;
        foreach v_member in array v_members loop
            v_events := v_events || lib.family_events(v_family.family_id, v_member, 'left', null, array[v_member], false);
        end loop;
        perform lib.emit_all(v_events || (lib.family_return(v_family.family_id, v_members, 'job:families')).events
                             || lib.family_lost(v_family.family_id, v_members, 'DISSOLVED'));
        return 1;
    end if;

    select f.* into v_family
      from family f
     where f.family_id = (select s.family_id
                            from family_member s
                            join member m on m.member_id = s.member_id
                           where s.role = 'child'
                             and s.state = 'active'
                             and not m.under_18
                           limit 1)
       for update skip locked;
    if not found then
        return 0;
    end if;
    v_members := array(select s.member_id
                         from family_member s
                         join member m on m.member_id = s.member_id
                        where s.family_id = v_family.family_id
                          and s.role = 'child'
                          and s.state = 'active'
                          and not m.under_18
                        order by s.member_id);
    update family_member set role = 'adult' where family_id = v_family.family_id and member_id = any (v_members);
    update family set version = version + 1 where family_id = v_family.family_id;
    foreach v_member in array v_members loop
        v_events := v_events || lib.family_events(v_family.family_id, v_member, 'active', null, array[v_member]);
    end loop;
    perform lib.emit_all(v_events || lib.sys(p_reload => v_members));
    return 1;
end $$;

-- An erasure takes the member out of the family first; the points follow with lib.family_return.  A family whose head is
-- gone dissolves: nobody becomes the head unasked.  Returns the family that was left, or null.
create function lib.family_erase(p_member bigint, out family bigint, out events lib.event_row[])
language plpgsql volatile as $$
declare
    v_family club.family;
begin
    events := '{}';
    perform
       from club.family f
      where f.family_id in (select family_id from family_member where member_id = p_member)
      order by f.family_id
        for update;
    update family_member set state = 'declined' where member_id = p_member and state = 'invited';
    family := lib.family_of(p_member);
    if family is null then
        return;
    end if;
    perform lib.family_part(family, array[p_member], 'left');
    update club.family f
       set status = 'dissolving', dissolve_at = now() + interval '72 hours'
     where f.family_id = family_erase.family
       and f.head = p_member
       and f.status = 'active';
    events := lib.family_events(family, p_member, 'left', p_member, '{}');
end $$;
