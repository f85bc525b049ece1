-- plan_member.sql -- who is in a plan, and what its members see of each other (domain.md 10.2, 10.3, 12.8).
--
--      (none) --invite--> invited --join--> joined --leave--> left --join, invite--> …
--                            \--leave, remove--> declined  \--remove--> removed --invite--> invited
--
-- A plan has one owner.  When the owner goes, whoever has been an editor for longest is the next one, else the voter of
-- longest standing, else the plan is cancelled.  How much of oneself one shows is for everybody alone to say: the handle,
-- or name and town too; members under the age of consent show the handle only.

-- what members see ----------------------------------------------------------------------------------------

-- One row of the list of members.
create function lib.plan_member_row(p_row plan_member) returns jsonb language plpgsql stable as $$
declare
    v_person jsonb := '{}';
begin
    if (p_row).state = 'joined' and (p_row).share_level = 'profile' then
        select jsonb_strip_nulls(jsonb_build_object('name', lib.pii_open(i.name_enc), 'town', lib.pii_open(i.town_enc)))
          into v_person
          from member_pii i
          join member m on m.member_id = i.member_id
         where i.member_id = (p_row).member_id
           and not m.under_consent_age;
    end if;
    return coalesce(lib.actor_view((p_row).member_id), '{"former":true}') || coalesce(v_person, '{}')
        || jsonb_build_object(
               'role', (p_row).role, 'state', (p_row).state, 'share_level', (p_row).share_level,
               'joined_at', lib.iso((p_row).joined_at),
               'is_asked', exists (
                   select from plan_handover where plan_id = (p_row).plan_id and to_member = (p_row).member_id));
end $$;

-- The members, the owner first; who is invited only to those who may invite.  Viewer 0 is nobody in particular.
create function lib.plan_members_view(p_plan bigint, p_viewer bigint) returns jsonb language plpgsql stable as $$
declare
    v_invited boolean := exists (
        select
          from plan_member
         where plan_id = p_plan
           and member_id = p_viewer
           and state = 'joined'
           and role in ('owner', 'editor'));
begin
    return (
        select coalesce(jsonb_agg(lib.plan_member_row(s)
                                  order by s.state <> 'joined', s.role <> 'owner', s.joined_at, s.member_id), '[]')
          from plan_member s
         where s.plan_id = p_plan
           and (s.state = 'joined' or s.state = 'invited' and v_invited));
end $$;

-- What whoever is invited sees before joining, and nothing else.
create function lib.plan_invitation(p_plan bigint, p_inviter bigint, p_viewer bigint)
returns jsonb language plpgsql stable as $$
begin
    return (
        select jsonb_build_object(
                   'title', p.title, 'starts_on', p.starts_on, 'ends_on', p.ends_on,
                   'members', (select count(*) from plan_member m where m.plan_id = p_plan and m.state = 'joined'),
                   'inviter', lib.handle_met(p_inviter, p_viewer))
          from plan p
         where p.plan_id = p_plan);
end $$;

-- What plan.member tells: to the plan the row of that member; to a member alone the invitation, or the row.  Who is not
-- in the plan any more is told nothing of it.
create function lib.plan_member_view(p_stream text, p_refs jsonb) returns lib.shown language plpgsql stable as $$
declare
    v_plan  bigint := (p_refs ->> 'plan')::bigint;
    v_me    bigint := case when p_stream like 'me:%' then split_part(p_stream, ':', 2)::bigint end;
    v_mine  plan_member;
    v_row   plan_member;
begin
    if v_me is not null then
        select * into v_mine from plan_member where plan_id = v_plan and member_id = v_me;
        if v_mine.state = 'invited' then
            return row(jsonb_build_object('invitation', lib.plan_invitation(v_plan, v_mine.invited_by, v_me)), true, false,
                       array_remove(array[v_mine.invited_by], null))::lib.shown;
        end if;
    end if;
    select * into v_row from plan_member where plan_id = v_plan and member_id = (p_refs ->> 'member')::bigint;
    if v_me is not null and v_mine.state is distinct from 'joined'
       or v_row.state is distinct from 'joined' and (v_me is null or v_row.state is distinct from 'invited') then
        return row(null, true, false, '{}'::bigint[])::lib.shown;
    end if;
    return row(jsonb_build_object('member', lib.plan_member_row(v_row)), true, false,
               array[v_row.member_id])::lib.shown;
end $$;

-- Tells the plan, and p_me of its members on streams of their own, that one of them stands otherwise.
create function lib.plan_member_events(p_row plan_member, p_actor bigint, p_me bigint[], p_all boolean default true)
returns lib.event_row[] language sql stable as $$
    select array_agg(lib.event(s, 'plan.member', 'svc.plan', jsonb_build_object(
                                   'plan', (p_row).plan_id::text, 'member', (p_row).member_id::text,
                                   'state', (p_row).state, 'role', (p_row).role),
                               p_subjects => array[(p_row).member_id], p_actor => p_actor) order by s)
      from (select 'me:' || m as s from unnest(p_me) m
            union
            select 'plan:' || (p_row).plan_id where p_all) t
$$;

-- What a write about a member answers.
create function lib.plan_member_reply(p_row plan_member) returns jsonb language sql stable as $$
    select jsonb_build_object('plan', (p_row).plan_id::text, 'member', (p_row).member_id::text, 'state', (p_row).state,
                              'role', (p_row).role, 'share_level', (p_row).share_level)
$$;

-- going ---------------------------------------------------------------------------------------------------

-- Links that a member has made lead nowhere any more.
create function lib.plan_links_end(p_plan bigint, p_member bigint) returns void language plpgsql volatile as $$
begin
    update plan_invite
       set revoked_at = now()
     where plan_id = p_plan
       and created_by = p_member
       and revoked_at is null;
end $$;

-- Cancels a plan that nobody is left to own.
create function lib.plan_end(p_plan plan, p_actor bigint)
returns lib.event_row[] language plpgsql volatile as $$
begin
    update plan
       set state = 'cancelled', state_before = null, cancelled_at = now(), version = version + 1
     where plan_id = (p_plan).plan_id
    returning * into p_plan;
    return array[lib.plan_changed(p_plan, p_actor)] || lib.plan_polls_follow((p_plan).plan_id);
end $$;

-- A draft that others are asked into is a plan.
create function lib.plan_begin(p_plan plan, p_actor bigint)
returns lib.event_row[] language plpgsql volatile as $$
begin
    if (p_plan).state <> 'draft' then
        return '{}';
    end if;
    update plan
       set state = 'planning', version = version + 1
     where plan_id = (p_plan).plan_id
    returning * into p_plan;
    return array[lib.plan_changed(p_plan, p_actor)];
end $$;

-- The owner of a plan is gone: who is next, or the end of it.
create function lib.plan_succession(p_plan plan, p_actor bigint)
returns lib.event_row[] language plpgsql volatile as $$
declare
    v_next plan_member;
begin
    update plan_member
       set role = 'owner'
     where plan_id = (p_plan).plan_id
       and member_id = (
               select n.member_id
                 from plan_member n
                where n.plan_id = (p_plan).plan_id
                  and n.state = 'joined'
                  and n.role in ('editor', 'voter')
                order by n.role, n.joined_at, n.member_id
                limit 1)
    returning * into v_next;
    if found then
        return lib.plan_member_events(v_next, p_actor, array[v_next.member_id]);
    end if;
    if (p_plan).state in ('done', 'cancelled') then
        return '{}';
    end if;
    return lib.plan_end(p_plan, p_actor);
end $$;

-- Ends what a member has in a plan; null events: nothing.  The caller holds the plan.
create function lib.plan_part(p_plan plan, p_member bigint, p_state text, p_actor bigint)
returns lib.event_row[] language plpgsql volatile as $$
declare
    v_row    plan_member;
    v_was    text;
    v_events lib.event_row[];
begin
    select state into v_was
      from plan_member
     where plan_id = (p_plan).plan_id
       and member_id = p_member
       and state in ('invited', 'joined');
    if not found then
        return null;
    end if;
    update plan_member
       set state = case v_was when 'invited' then 'declined' else p_state end, share_level = 'handle', ended_at = now()
     where plan_id = (p_plan).plan_id
       and member_id = p_member
    returning * into v_row;
    if v_was = 'invited' then
        return lib.plan_member_events(v_row, p_actor, array_remove(array[p_member, v_row.invited_by], null), false);
    end if;
    perform lib.plan_links_end((p_plan).plan_id, p_member);
    delete from plan_handover where plan_id = (p_plan).plan_id and (to_member = p_member or v_row.role = 'owner');
    v_events := lib.plan_member_events(v_row, p_actor, array[p_member])
                || lib.plan_polls_without((p_plan).plan_id, p_member);
    if v_row.role = 'owner' then
        v_events := v_events || lib.plan_succession(p_plan, p_actor);
    end if;
    return v_events || lib.sys(p_reload => array[p_member], p_shown => array[p_member],
                               p_ends => jsonb_build_array(jsonb_build_object(
                                   'stream', 'plan:' || (p_plan).plan_id, 'member', p_member::text,
                                   'reason', upper(p_state))));
end $$;

-- The plans of a club that a member is in, or invited to.
create function lib.plans_with(p_member bigint, p_club bigint) returns bigint[] language plpgsql stable as $$
begin
    return array(
        select s.plan_id
          from plan_member s
          join plan p on p.plan_id = s.plan_id
         where s.member_id = p_member
           and s.state in ('invited', 'joined')
           and p.club_id = p_club
         order by s.plan_id);
end $$;

-- What follows for plans when a member is not in a club any more.  p_offers: those of lib.plan_seats_asked, locked.
create function lib.plans_leave(p_member bigint, p_club bigint, p_offers bigint[])
returns lib.event_row[] language plpgsql volatile as $$
declare
    v_plan   plan;
    v_events lib.event_row[] := '{}';
begin
    for v_plan in
        select *
          from plan
         where plan_id = any (lib.plans_with(p_member, p_club))
         order by plan_id
           for no key update
    loop
        v_events := v_events || coalesce(lib.plan_part(v_plan, p_member, 'left', p_member), '{}')
                    || lib.plan_seats_unask(v_plan.plan_id, p_offers, p_member);
    end loop;
    return v_events;
end $$;

-- plan.leave   Leaves a plan, or turns an invitation to one down.  Seats stay with who reserved or accepted them; who is
--              only asked for one that is part of the plan is not asked any more.
--   who    member
--   raises ZC002 not in it
--   emits  plan.member on me:<member>, plan:<plan>, of the next owner too; poll.changed, and what polls do that this closes;
--          when that was the last plan.changed, plan.proposal; resv.invited on me:<member> and resv.changed on me:<who is in
--          the party> where a seat has no name again; sys
create function api.plan_leave(p_who text, p_idem text, p_hash bytea, p_plan bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_offers bigint[];
    v_row    plan_member;
    v_events lib.event_row[];
begin
    v_old := lib.idem_begin(p_who, 'plan.leave', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who, true);
    v_offers := lib.plan_seats_asked(array[p_plan], v_member);
    perform from offer where offer_id = any (v_offers) order by offer_id for no key update;
    v_events := lib.plan_part(lib.plan_lock(p_plan), v_member, 'left', v_member);
    if v_events is null then
        perform lib.refuse('ZC002');
    end if;
    v_events := v_events || lib.plan_seats_unask(p_plan, v_offers, v_member);
    select * into v_row from plan_member where plan_id = p_plan and member_id = v_member;
    return lib.idem_end(p_who, 'plan.leave', p_idem, lib.done(lib.plan_member_reply(v_row), lib.emit_all(v_events)));
end $$;

-- plan.remove   Takes a member out of a plan, who cannot come back by a link; or an invitation back.  For seats as plan.leave.
--   who    member, the owner
--   raises ZC001 not the owner; ZC002 no such plan, or nobody of it; ZC014 not in its club; ZC035 restricted; ZC602 oneself
--   emits  plan.member on me:<member>, plan:<plan>; what polls and seats do, as plan.leave; sys
create function api.plan_remove(p_who text, p_idem text, p_hash bytea, p_plan bigint, p_member bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_plan   plan;
    v_offers bigint[];
    v_mine   plan_member;
    v_row    plan_member;
    v_events lib.event_row[];
begin
    v_old := lib.idem_begin(p_who, 'plan.remove', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_offers := lib.plan_seats_asked(array[p_plan], p_member);
    if v_offers <> '{}' then    -- offers are for those alone to lock who may do this
        select * into v_plan from plan where plan_id = p_plan;
        perform lib.plan_need(p_who, v_plan, 'remove');
        perform from offer where offer_id = any (v_offers) order by offer_id for no key update;
    end if;
    v_plan := lib.plan_lock(p_plan);
    v_mine := lib.plan_need(p_who, v_plan, 'remove');
    if p_member = v_mine.member_id then
        perform lib.invalid('member', 'is oneself');
    end if;
    v_events := lib.plan_part(v_plan, p_member, 'removed', v_mine.member_id);
    if v_events is null then
        perform lib.refuse('ZC002');
    end if;
    v_events := v_events || lib.plan_seats_unask(p_plan, v_offers, p_member);
    select * into v_row from plan_member where plan_id = p_plan and member_id = p_member;
    return lib.idem_end(p_who, 'plan.remove', p_idem, lib.done(lib.plan_member_reply(v_row), lib.emit_all(v_events)));
end $$;

-- roles ---------------------------------------------------------------------------------------------------

-- Another member of the plan, who has joined, or p_invited.
create function lib.plan_other(p_mine plan_member, p_member bigint, p_invited boolean)
returns plan_member language plpgsql volatile as $$
declare
    v_row plan_member;
begin
    if p_member = (p_mine).member_id then
        perform lib.invalid('member', 'is oneself');
    end if;
    select * into v_row
      from plan_member
     where plan_id = (p_mine).plan_id
       and member_id = p_member
       and (state = 'joined' or state = 'invited' and p_invited);
    if not found then
        perform lib.refuse('ZC002');
    end if;
    return v_row;
end $$;

-- plan.set_role   What a member, or who is invited, may do in the plan.  Who may not invite any more has no links there.
--   who    member, the owner
--   raises ZC001 not the owner; ZC002 no such plan, or nobody of it; ZC014 not in its club; ZC035 restricted; ZC602 oneself
--   emits  plan.member on me:<member>, plan:<plan>; what polls do without the votes of who may not vote any more; sys
create function api.plan_set_role(p_who text, p_idem text, p_hash bytea, p_plan bigint, p_member bigint, p_role text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old  lib.answer;
    v_mine plan_member;
    v_row  plan_member;
begin
    v_old := lib.idem_begin(p_who, 'plan.set_role', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_mine := lib.plan_need(p_who, lib.plan_lock(p_plan), 'role');
    v_row := lib.plan_other(v_mine, p_member, true);
    update plan_member
       set role = p_role
     where plan_id = p_plan
       and member_id = p_member
    returning * into v_row;
    if p_role <> 'editor' then
        perform lib.plan_links_end(p_plan, p_member);
    end if;
    return lib.idem_end(p_who, 'plan.set_role', p_idem, lib.done(
        lib.plan_member_reply(v_row),
        lib.emit_all(lib.plan_member_events(v_row, v_mine.member_id, array[p_member], v_row.state = 'joined')
                     || case when not lib.plan_can(p_role, 'planning', 'vote') then lib.plan_polls_without(p_plan, p_member) end
                     || lib.sys(p_reload => array[p_member]))));
end $$;

-- plan.set_share   How much of oneself the other members of the plan see.
--   who    member
--   raises ZC002 not in it; ZC034 under the age of consent; ZC035 restricted
--   emits  plan.member on me:<member>, plan:<plan>; sys
create function api.plan_set_share(p_who text, p_idem text, p_hash bytea, p_plan bigint, p_share_level text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_row    plan_member;
begin
    v_old := lib.idem_begin(p_who, 'plan.set_share', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who, p_share_level = 'handle');
    perform lib.plan_lock(p_plan);
    update plan_member
       set share_level = p_share_level
     where plan_id = p_plan
       and member_id = v_member
       and state = 'joined'
    returning * into v_row;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    perform lib.plan_may_share(v_member, p_share_level);
    return lib.idem_end(p_who, 'plan.set_share', p_idem, lib.done(
        lib.plan_member_reply(v_row),
        lib.emit_all(lib.plan_member_events(v_row, v_member, array[v_member])
                     || lib.sys(p_shown => array[v_member]))));
end $$;

-- Refuses to show name and town of a member under the age of consent.
create function lib.plan_may_share(p_member bigint, p_share_level text) returns void language plpgsql stable as $$
begin
    if p_share_level = 'profile' and (select under_consent_age from member where member_id = p_member) then
        perform lib.refuse('ZC034');
    end if;
end $$;

-- plan.transfer_ownership   Asks another member to take the plan over, or nobody any more.
--   who    member, the owner
--   raises ZC001 not the owner; ZC002 no such plan, or nobody of it; ZC014 not in its club; ZC035 restricted; ZC602 oneself
--   emits  plan.member on me:<member>, plan:<plan>, of who was asked before too
create function api.plan_transfer_ownership(p_who text, p_idem text, p_hash bytea, p_plan bigint, p_member bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_mine   plan_member;
    v_row    plan_member;
    v_before bigint;
    v_events lib.event_row[] := '{}';
begin
    v_old := lib.idem_begin(p_who, 'plan.transfer_ownership', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_mine := lib.plan_need(p_who, lib.plan_lock(p_plan), 'role');
    if p_member is not null then
        v_row := lib.plan_other(v_mine, p_member, false);
        v_events := lib.plan_member_events(v_row, v_mine.member_id, array[p_member]);
    end if;
    delete from plan_handover where plan_id = p_plan returning to_member into v_before;
    if v_before is distinct from p_member and v_before is not null then
        select * into v_row from plan_member where plan_id = p_plan and member_id = v_before;
        v_events := v_events || lib.plan_member_events(v_row, v_mine.member_id, array[v_before]);
    end if;
    if p_member is not null then
        insert into plan_handover (plan_id, to_member) values (p_plan, p_member);
    end if;
    return lib.idem_end(p_who, 'plan.transfer_ownership', p_idem, lib.done(
        jsonb_build_object('plan', p_plan::text, 'asked', p_member::text), lib.emit_all(v_events)));
end $$;

-- plan.ownership_accept   Takes a plan over whose owner has asked for that, or says no.  The former owner is an editor.
--   who    member
--   raises ZC002 not asked; ZC014 not in its club; ZC035 restricted
--   emits  plan.member on me: of both, plan:<plan>; sys
create function api.plan_ownership_accept(p_who text, p_idem text, p_hash bytea, p_plan bigint, p_accept boolean)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_row    plan_member;
    v_before plan_member;
    v_events lib.event_row[];
begin
    v_old := lib.idem_begin(p_who, 'plan.ownership_accept', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_row := lib.plan_need(p_who, lib.plan_lock(p_plan), 'see');
    delete from plan_handover where plan_id = p_plan and to_member = v_row.member_id;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    select * into v_before from plan_member where plan_id = p_plan and role = 'owner' and state = 'joined';
    if coalesce(p_accept, true) then
        update plan_member
           set role = 'editor'
         where plan_id = p_plan
           and member_id = v_before.member_id
        returning * into v_before;
        update plan_member
           set role = 'owner'
         where plan_id = p_plan
           and member_id = v_row.member_id
        returning * into v_row;
        v_events := lib.plan_member_events(v_before, v_row.member_id, array[v_before.member_id])
                    || lib.sys(p_reload => array[v_before.member_id]);
    end if;
    return lib.idem_end(p_who, 'plan.ownership_accept', p_idem, lib.done(
        lib.plan_member_reply(v_row),
        lib.emit_all(lib.plan_member_events(v_row, v_row.member_id, array[v_row.member_id, v_before.member_id])
                     || v_events)));
end $$;
