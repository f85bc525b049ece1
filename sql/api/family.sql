-- family.sql -- families (domain.md 6.7): who is in one, and what they see of it.
--
--      (none) --invite--> invited --accept--> active --leave--> left
--                            \--decline--> declined    \--remove--> removed
--
-- A family is active, then dissolving for 72 hours, then dissolved.  Its pool belongs to the members by parts: every
-- lot says whose it was, and whoever goes takes the own ones along (family_pool.sql).  Answers of writes hold numbers
-- only: who the others are tells family.get, which is asked anew each time.

-- Are these two members of one live family?
create function lib.same_family(p_one bigint, p_other bigint)
returns boolean language plpgsql stable as $$
begin
    return exists (
        select
          from family_member mine
          join family_member theirs on theirs.family_id = mine.family_id
         where mine.member_id = p_one
           and theirs.member_id = p_other
           and mine.state = 'active'
           and theirs.state = 'active');
end $$;

create function lib.in_family(p_member bigint, p_family bigint)
returns boolean language plpgsql stable as $$
begin
    return exists (
        select from family_member where family_id = p_family and member_id = p_member and state = 'active');
end $$;

-- The family a member is in now, or null.
create function lib.family_of(p_member bigint)
returns bigint language plpgsql stable as $$
begin
    return (select family_id from family_member where member_id = p_member and state = 'active');
end $$;

-- what members see ----------------------------------------------------------------------------------------

-- What the pool holds; what is due to expire is not there any more.
create function lib.family_pool(p_family bigint)
returns jsonb language plpgsql stable as $$
begin
    return (
        select jsonb_build_object(
                   'available', coalesce(b.redeemable, 0) - coalesce(b.due, 0), 'held', coalesce(b.held, 0),
                   'ver', coalesce((select ver from wallet where owner_kind = 'f' and owner_id = p_family), 0))
          from (select max(balance) filter (where kind = 'redeemable') as redeemable,
                       max(balance) filter (where kind = 'held') as held,
                       max(lib.points_due(account_id)) filter (where kind = 'redeemable') as due
                  from ledger_account
                 where owner_kind = 'f'
                   and owner_id = p_family
                   and cur = 'RP') b);
end $$;

-- The last changes of the pool, and the last purchases of members who let the others see theirs.  Who it was is told of
-- these and of the viewer.
create function lib.family_activity(p_family bigint, p_viewer bigint)
returns jsonb language plpgsql stable as $$
begin
    return (
        select coalesce(jsonb_agg(jsonb_build_object(
                   'tx', r.tx_id::text, 'kind', r.kind, 'amount', r.amt, 'member', r.member_id::text,
                   'pool', r.is_pool, 'at', lib.iso(r.created_at)) order by r.tx_id desc), '[]')
          from (select x.tx_id, x.kind, e.amt, x.created_at, o.is_pool,
                       coalesce(o.member_id, (
                           select s.member_id
                             from family_member s
                            where s.family_id = p_family
                              and s.member_id = lib.member_of(x.actor)
                              and s.state = 'active'
                              and (s.share_activity or s.member_id = p_viewer))) as member_id
                  from (select a.account_id, null::bigint as member_id, true as is_pool
                          from ledger_account a
                         where a.owner_kind = 'f' and a.owner_id = p_family and a.kind = 'redeemable'
                        union all
                        select a.account_id, s.member_id, false
                          from family_member s
                          join ledger_account a on a.owner_kind = 'm' and a.owner_id = s.member_id and a.cur = 'RP'
                                               and a.kind in ('redeemable', 'pending')
                         where s.family_id = p_family
                           and s.state = 'active'
                           and s.share_activity) o
                 cross join lateral (
                       select n.tx_id, n.amt
                         from ledger_entry n
                        where n.account_id = o.account_id
                        order by n.entry_id desc
                        limit 20) e
                  join ledger_tx x on x.tx_id = e.tx_id
                 where o.is_pool or x.kind = 'earn'
                 order by x.tx_id desc
                 limit 20) r);
end $$;

-- A family as one of its members sees it: how much is in the pool and what happened only adults; who is invited only the
-- head; what somebody gives only that member.  Who is invited sees the head.  Viewer 0 is nobody in particular.  A
-- viewer who has nothing to do with it sees nothing, one whose account is not active only the own row.
create function lib.family_view(p_family bigint, p_viewer bigint)
returns lib.shown language plpgsql stable as $$
declare
    v_family   family;
    v_mine     family_member;
    v_alone    boolean;
    v_adult    boolean;
    v_members  jsonb;
    v_subjects bigint[];
begin
    select * into v_mine
      from family_member
     where family_id = p_family
       and member_id = p_viewer
       and state in ('invited', 'active');
    if not found and p_viewer <> 0 then
        return row(null, true, false, '{}'::bigint[])::lib.shown;
    end if;
    select * into v_family from family where family_id = p_family;
    v_alone := p_viewer <> 0 and (select status from member where member_id = p_viewer) <> 'active';
    v_adult := v_mine.state = 'active' and v_mine.role <> 'child' and not v_alone;

    select jsonb_agg(coalesce(lib.actor_view(s.member_id), '{"former":true}') || jsonb_build_object(
                         'role', s.role, 'state', s.state, 'can_redeem', s.can_redeem,
                         'share_activity', s.share_activity, 'joined_at', lib.iso(s.joined_at))
                     || case when s.member_id = p_viewer
                             then jsonb_build_object('contribution', s.contribution, 'percent', s.percent)
                             else '{}' end
                     order by s.role <> 'head', s.joined_at, s.member_id),
           array_agg(s.member_id order by s.member_id)
      into v_members, v_subjects
      from family_member s
     where s.family_id = p_family
       and (s.member_id = p_viewer
            or not v_alone and (s.state = 'active' and (v_mine.state is distinct from 'invited' or s.role = 'head')
                                or s.state = 'invited' and v_mine.role = 'head'))
       and s.state in ('invited', 'active');
    return row(jsonb_build_object(
                   'family', p_family::text, 'status', v_family.status, 'max_members', v_family.max_members,
                   'version', v_family.version, 'dissolve_at', lib.iso(v_family.dissolve_at),
                   'members', coalesce(v_members, '[]'))
               || case when v_adult
                       then jsonb_build_object('pool', lib.family_pool(p_family),
                                               'activity', lib.family_activity(p_family, p_viewer))
                       else '{}' end,
               true, false, coalesce(v_subjects, '{}'))::lib.shown;
end $$;

-- Tells the family, and p_me of its members on streams of their own, that one of them stands otherwise.
create function lib.family_events(p_family bigint, p_member bigint, p_state text, p_actor bigint, p_me bigint[],
                                  p_all boolean default true)
returns lib.event_row[] language sql stable as $$
    select array_agg(lib.event(s, 'family.member', 'svc.family', jsonb_build_object(
                                   'family', p_family::text, 'member', p_member::text, 'state', p_state),
                               p_subjects => array[p_member], p_actor => p_actor) order by s)
      from (select 'me:' || m as s from unnest(p_me) m
            union
            select 'family:' || p_family where p_all) t
$$;

-- family.get   The caller's family, or one that has invited the caller.
--   who    member
--   raises ZC002 in none, or nothing to do with that one; ZC035 restricted
--   emits  –
create function api.family_get(p_who text, p_family bigint)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_member bigint := lib.require_member(p_who);
    v_shown  lib.shown := lib.family_view(coalesce(p_family, lib.family_of(v_member)), v_member);
begin
    if v_shown.view is null then
        perform lib.refuse('ZC002');
    end if;
    return lib.done(v_shown.view, null, array_remove(v_shown.subjects, v_member));
end $$;

-- coming together -----------------------------------------------------------------------------------------

-- Refuses who is in a family, or has left another one less than 30 days ago.
create function lib.family_may_join(p_member bigint, p_family bigint)
returns void language plpgsql stable as $$
declare
    v_until timestamptz;
begin
    if lib.family_of(p_member) is not null then
        perform lib.refuse('ZC017', '{"state":"in_family"}');
    end if;
    select max(left_at) + interval '30 days' into v_until
      from family_member
     where member_id = p_member
       and family_id is distinct from p_family;
    if v_until > now() then
        perform lib.refuse('ZC017', jsonb_build_object('state', 'cooldown', 'until', lib.iso(v_until)));
    end if;
end $$;

-- The family that the caller is the head of, locked; it must be active unless p_any.
create function lib.family_headed(p_member bigint, p_any boolean default false)
returns family language plpgsql volatile as $$
declare
    v_family family;
begin
    select * into v_family from family where family_id = lib.family_of(p_member) for update;
    if not found or not lib.in_family(p_member, v_family.family_id) then
        perform lib.refuse('ZC002');
    end if;
    if v_family.head <> p_member then
        perform lib.refuse('ZC001');
    end if;
    if v_family.status <> 'active' and not p_any then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_family.status));
    end if;
    return v_family;
end $$;

-- family.create   Founds a family; the caller is its head.
--   who    member
--   raises ZC013 a minor {"min_age"}; ZC017 in a family, or left one less than 30 days ago {"state","until"?};
--          ZC035 restricted
--   emits  family.member on me:<member>, family:<family>; sys
create function api.family_create(p_who text, p_idem text, p_hash bytea, p_max_members bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_family bigint := lib.new_id();
begin
    v_old := lib.idem_begin(p_who, 'family.create', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    if (select under_18 from member where member_id = v_member for no key update) then
        perform lib.refuse('ZC013', '{"min_age":18}');
    end if;
    perform lib.family_may_join(v_member, null);
    insert into family (family_id, head, max_members) values (v_family, v_member, coalesce(p_max_members, 7));
    insert into family_member (family_id, member_id, role, state, can_redeem, joined_at)
    values (v_family, v_member, 'head', 'active', true, now());
    return lib.idem_end(p_who, 'family.create', p_idem, lib.done(
        jsonb_build_object('family', v_family::text, 'member', v_member::text, 'state', 'active'),
        lib.emit_all(lib.family_events(v_family, v_member, 'active', v_member, array[v_member])
                     || lib.sys(p_reload => array[v_member]))));
end $$;

-- Whom a head may invite by this number or handle: an active member who is in a club with the head, no block between
-- them; a child under the age of consent only by the handle, which has to be known.  Null: nobody.
create function lib.family_invitee(p_head bigint, p_member bigint, p_handle text)
returns bigint language plpgsql stable as $$
begin
    return (
        select m.member_id
          from member m
         where (m.member_id = p_member or m.handle = lower(p_handle))
           and m.member_id <> p_head
           and m.status = 'active'
           and (not m.under_consent_age or p_handle is not null)
           and not lib.is_blocked(p_head, m.member_id)
           and exists (
               select
                 from membership mine
                 join membership theirs on theirs.club_id = mine.club_id
                where mine.member_id = p_head
                  and theirs.member_id = m.member_id
                  and mine.status in ('active', 'paused', 'lapsed')
                  and theirs.status in ('active', 'paused', 'lapsed')));
end $$;

-- family.invite   Asks another member into the caller's family, by number or by handle.
--   who    member, the head
--   raises ZC001 not the head; ZC002 in no family, or nobody the caller may invite; ZC017 dissolving, invited already or
--          in it {"state"}; ZC024 the family is full, or too many invitations {"max"}; ZC035 restricted; ZC602 not one
--          of both
--   emits  family.member on me:<head>, me:<member>; notify.added on me:<member>
create function api.family_invite(p_who text, p_idem text, p_hash bytea, p_member bigint, p_handle text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_head   bigint;
    v_other  bigint;
    v_family family;
    v_row    family_member;
    v_events lib.event_row[];
begin
    v_old := lib.idem_begin(p_who, 'family.invite', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_head := lib.require_member(p_who);
    if (p_member is null) = (p_handle is null) then
        perform lib.invalid('member', 'or handle: one of both names whom');
    end if;
    v_family := lib.family_headed(v_head);
    v_other := lib.family_invitee(v_head, p_member, p_handle);
    if v_other is null then
        perform lib.refuse('ZC002');
    end if;
    select * into v_row from family_member where family_id = v_family.family_id and member_id = v_other;
    if v_row.state in ('invited', 'active') then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_row.state));
    end if;
    if v_row.invited_at > now() - interval '1 day' then
        perform lib.refuse('ZC024', '{"max":1}');
    end if;
    if (select count(*)
          from family_member
         where family_id = v_family.family_id
           and state in ('invited', 'active')) >= v_family.max_members then
        perform lib.refuse('ZC024', jsonb_build_object('max', v_family.max_members));
    end if;
    if (select count(*)
          from family_member
         where family_id = v_family.family_id
           and invited_at > now() - interval '1 day') >= 20 then
        perform lib.refuse('ZC024', '{"max":20}');
    end if;
    insert into family_member (family_id, member_id, role, state, invited_at)
    values (v_family.family_id, v_other, 'adult', 'invited', now())
        on conflict (family_id, member_id) do update
       set state = 'invited', invited_at = now(), can_redeem = false, contribution = 'manual', percent = 0,
           share_activity = false;
    v_events := lib.notify(v_other, 'family_invited', 'family:' || v_family.family_id,
                           jsonb_build_object('actor', v_head::text, 'family', v_family.family_id::text), 'svc.family');
    return lib.idem_end(p_who, 'family.invite', p_idem, lib.done(
        jsonb_build_object('family', v_family.family_id::text, 'member', v_other::text, 'state', 'invited'),
        lib.emit_all(lib.family_events(v_family.family_id, v_other, 'invited', v_head, array[v_head, v_other], false)
                     || v_events)));
end $$;

-- The family that has invited the caller, locked.
create function lib.family_inviting(p_member bigint, p_family bigint)
returns family language plpgsql volatile as $$
declare
    v_family family;
begin
    select * into v_family from family where family_id = p_family for update;
    if not found or not exists (
        select from family_member where family_id = p_family and member_id = p_member and state = 'invited') then
        perform lib.refuse('ZC002');
    end if;
    return v_family;
end $$;

-- family.accept   Joins a family that has invited the caller.
--   who    member
--   raises ZC002 not invited; ZC017 in a family, left another one less than 30 days ago, or this one is dissolving
--          {"state","until"?}; ZC024 it is full {"max"}; ZC035 restricted
--   emits  family.member on me:<member>, family:<family>; sys
create function api.family_accept(p_who text, p_idem text, p_hash bytea, p_family bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_family family;
    v_child  boolean;
begin
    v_old := lib.idem_begin(p_who, 'family.accept', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    select under_18 into v_child from member where member_id = v_member for no key update;
    v_family := lib.family_inviting(v_member, p_family);
    if v_family.status <> 'active' then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_family.status));
    end if;
    perform lib.family_may_join(v_member, p_family);
    if (select count(*) from family_member where family_id = p_family and state = 'active') >= v_family.max_members then
        perform lib.refuse('ZC024', jsonb_build_object('max', v_family.max_members));
    end if;
    update family_member
       set state = 'active', role = case when v_child then 'child' else 'adult' end, joined_at = now()
     where family_id = p_family
       and member_id = v_member;
    update family set version = version + 1 where family_id = p_family;
    return lib.idem_end(p_who, 'family.accept', p_idem, lib.done(
        jsonb_build_object('family', p_family::text, 'member', v_member::text, 'state', 'active'),
        lib.emit_all(lib.family_events(p_family, v_member, 'active', v_member, array[v_member])
                     || lib.sys(p_reload => array[v_member]))));
end $$;

-- family.decline   Turns an invitation down.
--   who    member
--   raises ZC002 not invited
--   emits  family.member on me:<member>, me:<head>
create function api.family_decline(p_who text, p_idem text, p_hash bytea, p_family bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_family family;
begin
    v_old := lib.idem_begin(p_who, 'family.decline', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who, true);
    v_family := lib.family_inviting(v_member, p_family);
    update family_member set state = 'declined' where family_id = p_family and member_id = v_member;
    return lib.idem_end(p_who, 'family.decline', p_idem, lib.done(
        jsonb_build_object('family', p_family::text, 'member', v_member::text, 'state', 'declined'),
        lib.emit_all(lib.family_events(p_family, v_member, 'declined', v_member, array[v_member, v_family.head],
                                       false))));
end $$;

-- family.set_member   Who may spend from the pool is for the head to say; what of one's earnings goes there, and whether
--                     the others see them, for everybody alone.
--   who    member
--   raises ZC001 not for the caller to say; ZC002 in no family, or that member is not; ZC035 restricted; ZC602 percent
--   emits  family.member on me:<member>, family:<family>; sys when others see less
create function api.family_set_member(p_who text, p_idem text, p_hash bytea, p_member bigint, p_can_redeem boolean,
                                      p_contribution text, p_percent bigint, p_share_activity boolean)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_caller bigint;
    v_member bigint;
    v_family family;
    v_row    family_member;
begin
    v_old := lib.idem_begin(p_who, 'family.set_member', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_caller := lib.require_member(p_who, coalesce(p_can_redeem, false) is false
                                          and coalesce(p_contribution, 'manual') = 'manual'
                                          and coalesce(p_share_activity, false) is false);
    v_member := coalesce(p_member, v_caller);
    if (p_percent is null) = (p_contribution is not distinct from 'percent') then
        perform lib.invalid('percent', 'goes with the contribution percent');
    end if;
    select * into v_family from family where family_id = lib.family_of(v_caller) for update;
    select * into v_row
      from family_member
     where family_id = v_family.family_id
       and member_id = v_member
       and state = 'active';
    if not found or not lib.in_family(v_caller, v_family.family_id) then
        perform lib.refuse('ZC002');
    end if;
    if p_can_redeem is not null and v_family.head <> v_caller
       or v_member <> v_caller and (p_contribution is not null or p_share_activity is not null) then
        perform lib.refuse('ZC001');
    end if;
    update family_member
       set can_redeem = coalesce(p_can_redeem, can_redeem), contribution = coalesce(p_contribution, contribution),
           percent = case when p_contribution is null then percent else coalesce(p_percent, 0) end,
           share_activity = coalesce(p_share_activity, share_activity),
           earned_ver = case when contribution = 'manual'  -- what was earned before is not shared
                             then coalesce((select ver
                                              from ledger_account
                                             where cur = 'RP' and kind = 'redeemable' and owner_kind = 'm'
                                               and owner_id = v_member and club_id = 0), 0)
                             else earned_ver end
     where family_id = v_family.family_id
       and member_id = v_member;
    update family set version = version + 1 where family_id = v_family.family_id;
    return lib.idem_end(p_who, 'family.set_member', p_idem, lib.done(
        jsonb_build_object('family', v_family.family_id::text, 'member', v_member::text, 'state', 'active'),
        lib.emit_all(lib.family_events(v_family.family_id, v_member, 'active', v_caller, array[v_member])
                     || case when v_row.share_activity and p_share_activity is false
                             then array[lib.sys(p_shown => array[v_member])]
                             else '{}'::lib.event_row[] end)));
end $$;
