-- plan_invite.sql -- how members come into a plan: by a link, or named (domain.md 10.3).
--
-- A link carries a token of 128 bits, derived from the invitation's id with a key of the hub; the table holds its SHA-256.
-- It ends with its last use, its time, or its being revoked; also when whoever made it may not invite any more.  Before
-- joining one sees title, dates, how many are in it and the inviter's handle.

create function lib.plan_token(p_invite bigint) returns text language sql stable as $$
    select rtrim(translate(encode(substr(club.hmac(convert_to('plan:' || p_invite, 'UTF8'), lib.pii_key('token'), 'sha256'),
                                         1, 16), 'base64'), '+/', '-_'), '=')
$$;

create function lib.plan_token_hash(p_token text) returns bytea language sql immutable as
$$ select sha256(convert_to(p_token, 'UTF8')) $$;

-- Refuses who is not an active member of the plan's club, who cannot leave it meanwhile.
create function lib.plan_in_club(p_member bigint, p_club bigint) returns void language plpgsql volatile as $$
declare
    v_status text;
begin
    select status into v_status from membership where member_id = p_member and club_id = p_club for share;
    if v_status is null or v_status not in ('active', 'paused', 'lapsed') then
        perform lib.refuse('ZC014');
    elsif v_status <> 'active' then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_status));
    end if;
end $$;

-- The same, for those who only look.
create function lib.plan_sees_club(p_member bigint, p_club bigint) returns void language plpgsql stable as $$
declare
    v_status text;
begin
    select status into v_status from membership where member_id = p_member and club_id = p_club;
    if v_status is null or v_status not in ('active', 'paused', 'lapsed') then
        perform lib.refuse('ZC014');
    elsif v_status <> 'active' then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_status));
    end if;
end $$;

-- Refuses a plan that nobody joins any more, and a link that is over; invite null: named.
create function lib.plan_invite_open(p_plan plan, p_invite plan_invite) returns void language plpgsql volatile as $$
declare
    v_state text := case
        when (p_plan).state in ('cancelled', 'done') then (p_plan).state
        when (p_invite).revoked_at is not null then 'revoked'
        when (p_invite).expires_at <= clock_timestamp() then 'expired'
        when (p_invite).uses >= (p_invite).max_uses then 'used'
    end;
begin
    if v_state is not null then
        perform lib.refuse('ZC003', jsonb_build_object('state', v_state));
    end if;
end $$;

-- Whom a member may ask into a plan of the club by this number or handle: an active member of it, no block between them; a
-- child under the age of consent only by the handle, which has to be known.  Null: nobody.
create function lib.plan_invitee(p_inviter bigint, p_club bigint, p_member bigint, p_handle text)
returns bigint language plpgsql stable as $$
begin
    return (
        select m.member_id
          from member m
         where (m.member_id = p_member or m.handle = lower(p_handle))
           and m.member_id <> p_inviter
           and m.status = 'active'
           and (not m.under_consent_age or p_handle is not null)
           and not lib.is_blocked(p_inviter, m.member_id)
           and lib.in_club(m.member_id, p_club));
end $$;

-- Asks a member by name.
create function lib.plan_invite_member(p_plan plan, p_mine plan_member, p_role text, p_other bigint)
returns lib.answer language plpgsql volatile as $$
declare
    v_row  plan_member;
begin
    if p_other is null then
        perform lib.refuse('ZC002');
    end if;
    select * into v_row from plan_member where plan_id = (p_plan).plan_id and member_id = p_other;
    if v_row.state in ('invited', 'joined') then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_row.state));
    end if;
    if v_row.state = 'declined' and v_row.ended_at > now() - interval '1 day' then
        perform lib.refuse('ZC024', '{"max":1}');
    end if;
    if (select count(*) from plan_member where plan_id = (p_plan).plan_id and state in ('invited', 'joined')) >= 50 then
        perform lib.refuse('ZC024', '{"max":50}');
    end if;
    if (select count(*)
          from plan_member
         where plan_id = (p_plan).plan_id
           and state = 'declined'
           and ended_at > now() - interval '1 day') >= 20 then
        perform lib.refuse('ZC024', '{"max":20}');
    end if;
    insert into plan_member (plan_id, member_id, role, state, invited_by)
    values ((p_plan).plan_id, p_other, p_role, 'invited', (p_mine).member_id)
        on conflict (plan_id, member_id) do update
       set role = excluded.role, state = 'invited', share_level = 'handle', invited_by = excluded.invited_by, joined_at = null
    returning * into v_row;
    return lib.done(
        jsonb_build_object('plan', v_row.plan_id::text, 'role', p_role, 'member', p_other::text, 'state', 'invited'),
        lib.emit_all(lib.plan_member_events(v_row, v_row.invited_by, array[v_row.invited_by, p_other], false)
                     || lib.plan_begin(p_plan, v_row.invited_by)));
end $$;

-- Makes a link.
create function lib.plan_invite_link(p_plan plan, p_mine plan_member, p_role text, p_max_uses bigint, p_hours bigint)
returns lib.answer language plpgsql volatile as $$
declare
    v_id  bigint := lib.new_id();
    v_row plan_invite;
begin
    if (select count(*)
          from plan_invite
         where plan_id = (p_plan).plan_id
           and revoked_at is null
           and expires_at > now()
           and uses < max_uses) >= 20 then
        perform lib.refuse('ZC024', '{"max":20}');
    end if;
    insert into plan_invite (invite_id, plan_id, token_hash, role, max_uses, expires_at, created_by)
    values (v_id, (p_plan).plan_id, lib.plan_token_hash(lib.plan_token(v_id)), p_role, coalesce(p_max_uses, 1),
            now() + coalesce(p_hours, 168) * interval '1 hour', (p_mine).member_id)
    returning * into v_row;
    return lib.done(jsonb_build_object('plan', v_row.plan_id::text, 'role', p_role, 'invite', v_id::text,
                                       'max_uses', v_row.max_uses, 'expires_at', lib.iso(v_row.expires_at)),
                    lib.emit_all(lib.plan_begin(p_plan, v_row.created_by)));
end $$;

-- plan.invite   Asks a member of the club into a plan, by number or by handle; or makes a link, whose token is a secret:
--               derived again for a replay, as long as the link is good.
--   who    member, the owner or an editor
--   raises ZC001 a lesser role; ZC002 no such plan, or nobody the caller may ask; ZC017 {"state"} of the plan, or of a
--          member who is invited or in it; ZC024 20 links, 50 members and invited, 20 refusals in 24 hours, or one a day of
--          the same member {"max"}; ZC035 restricted; ZC602 member and handle, or uses and hours of no link
--   emits  plan.member on me:<caller>, me:<member>; plan.changed on plan:<plan> of a draft
create function api.plan_invite(p_who text, p_idem text, p_hash bytea, p_plan bigint, p_role text, p_member bigint,
                                p_handle text, p_max_uses bigint, p_hours bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_answer lib.answer;
    v_plan   plan;
    v_mine   plan_member;
begin
    v_answer := lib.idem_begin(p_who, 'plan.invite', p_idem, p_hash);
    if v_answer.reply is null then
        if p_member is not null and p_handle is not null then
            perform lib.invalid('member', 'or handle: one of both names whom');
        end if;
        if coalesce(p_member::text, p_handle) is not null and coalesce(p_max_uses, p_hours) is not null then
            perform lib.invalid('max_uses', 'and hours are of links');
        end if;
        v_plan := lib.plan_lock(p_plan);
        v_mine := lib.plan_need(p_who, v_plan, 'invite');
        if p_member is null and p_handle is null then
            v_answer := lib.plan_invite_link(v_plan, v_mine, p_role, p_max_uses, p_hours);
        else
            v_answer := lib.plan_invite_member(v_plan, v_mine, p_role, lib.plan_invitee(
                v_mine.member_id, v_plan.club_id, p_member, p_handle));
        end if;
        v_answer := lib.idem_end(p_who, 'plan.invite', p_idem, v_answer);
    end if;
    if v_answer.reply ? 'invite' then
        v_answer.reply := v_answer.reply || jsonb_build_object('token', (
            select lib.plan_token(i.invite_id)
              from plan_invite i
             where i.invite_id = (v_answer.reply ->> 'invite')::bigint
               and i.revoked_at is null
               and i.expires_at > now()
               and i.uses < i.max_uses));
    end if;
    return v_answer;
end $$;

-- plan.invite_revoke   Makes a link of a plan void, or all of them.
--   who    member, the owner or an editor
--   raises ZC001 a lesser role; ZC002 no such plan or link; ZC017 {"state"}; ZC035 restricted
--   emits  –
create function api.plan_invite_revoke(p_who text, p_idem text, p_hash bytea, p_plan bigint, p_invite bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old   lib.answer;
    v_count int;
begin
    v_old := lib.idem_begin(p_who, 'plan.invite_revoke', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    perform lib.plan_need(p_who, lib.plan_lock(p_plan), 'invite');
    if p_invite is not null and not exists (select from plan_invite where plan_id = p_plan and invite_id = p_invite) then
        perform lib.refuse('ZC002');
    end if;
    update plan_invite
       set revoked_at = now()
     where plan_id = p_plan
       and invite_id = coalesce(p_invite, invite_id)
       and revoked_at is null
       and expires_at > now()
       and uses < max_uses;
    get diagnostics v_count = row_count;
    return lib.idem_end(p_who, 'plan.invite_revoke', p_idem,
                        lib.done(jsonb_build_object('plan', p_plan::text, 'revoked', v_count)));
end $$;

-- joining -------------------------------------------------------------------------------------------------

-- Where an invitation of the caller leads: the one behind a token, or the caller's own row in a plan.
create type lib.plan_entry as (plan_id bigint, invite plan_invite, mine plan_member);

create function lib.plan_door(p_member bigint, p_token text, p_plan bigint)
returns lib.plan_entry language plpgsql volatile as $$
declare
    v_door lib.plan_entry;
begin
    if (p_token is null) = (p_plan is null) then
        perform lib.invalid('token', 'or plan: one of both');
    end if;
    if p_token is not null then
        select i into v_door.invite from plan_invite i where i.token_hash = lib.plan_token_hash(p_token);
    end if;
    v_door.plan_id := coalesce((v_door.invite).plan_id, p_plan);
    select m into v_door.mine from plan_member m where m.plan_id = v_door.plan_id and m.member_id = p_member;
    if v_door.plan_id is null
       or p_token is null and ((v_door.mine).state is null or (v_door.mine).state not in ('invited', 'joined')) then
        perform lib.refuse('ZC002');
    end if;
    if p_token is not null and (v_door.mine).state = 'removed' then
        perform lib.refuse('ZC001');
    end if;
    return v_door;
end $$;

-- plan.invite_info   What there is to see before joining.
--   who    member
--   raises ZC001 removed from it; ZC002 no such link, or not invited; ZC003 the link or the plan is over {"state"}; ZC014,
--          ZC017 {"state"} not an active member of its club; ZC035 restricted; ZC602 token
--   emits  –
create function api.plan_invite_info(p_who text, p_token text, p_plan bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_member  bigint := lib.require_member(p_who);
    v_door    lib.plan_entry := lib.plan_door(v_member, p_token, p_plan);
    v_plan    plan;
    v_inviter bigint := coalesce((v_door.invite).created_by, (v_door.mine).invited_by);
begin
    select * into v_plan from plan where plan_id = v_door.plan_id;
    perform lib.plan_sees_club(v_member, v_plan.club_id);
    perform lib.plan_invite_open(v_plan, v_door.invite);
    return lib.done(lib.plan_invitation(v_plan.plan_id, v_inviter, v_member), null,
                    array_remove(array[nullif(v_inviter, v_member)], null));
end $$;

-- plan.join   Joins a plan by a link, or as one who is invited.
--   who    member
--   raises ZC001 removed from it; ZC002 no such link, or not invited; ZC003 the link or the plan is over {"state"}; ZC014 not
--          in its club; ZC017 in it already, or not an active member of the club {"state"}; ZC024 50 members and invited {"max"}; ZC034
--          name and town of a child; ZC035 restricted; ZC602 token
--   emits  plan.member on me:<member>, plan:<plan>; sys
create function api.plan_join(p_who text, p_idem text, p_hash bytea, p_token text, p_plan bigint, p_share_level text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_door   lib.plan_entry;
    v_plan   plan;
    v_row    plan_member;
begin
    v_old := lib.idem_begin(p_who, 'plan.join', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    v_door := lib.plan_door(v_member, p_token, p_plan);
    perform lib.plan_in_club(v_member, (select club_id from plan where plan_id = v_door.plan_id));
    v_plan := lib.plan_lock(v_door.plan_id);
    v_door := lib.plan_door(v_member, p_token, p_plan);     -- as it is now
    if (v_door.mine).state = 'joined' then
        perform lib.refuse('ZC017', '{"state":"joined"}');
    end if;
    perform lib.plan_invite_open(v_plan, v_door.invite);
    perform lib.plan_may_share(v_member, p_share_level);
    if (select count(*)
          from plan_member
         where plan_id = v_plan.plan_id
           and (state = 'joined'
                or state = 'invited' and (v_door.mine).state is distinct from 'invited')) >= 50 then  -- who is invited has a place
        perform lib.refuse('ZC024', '{"max":50}');
    end if;
    update plan_invite set uses = uses + 1 where invite_id = (v_door.invite).invite_id;
    insert into plan_member (plan_id, member_id, role, state, share_level, invited_by, joined_at)
    values (v_plan.plan_id, v_member, coalesce((v_door.invite).role, (v_door.mine).role), 'joined',
            coalesce(p_share_level, 'handle'), coalesce((v_door.invite).created_by, (v_door.mine).invited_by), now())
        on conflict (plan_id, member_id) do update
       set role = excluded.role, state = 'joined', share_level = excluded.share_level, invited_by = excluded.invited_by,
           joined_at = now(), ended_at = null
    returning * into v_row;
    return lib.idem_end(p_who, 'plan.join', p_idem, lib.done(
        lib.plan_member_reply(v_row),
        lib.emit_all(lib.plan_member_events(v_row, v_member, array[v_member])
                     || lib.sys(p_reload => array[v_member]))));
end $$;
