-- membership_staff.sql -- what managers do about memberships: invite, decide, name an agent (domain.md 6.3).
--
-- Answers of these methods are kept for a day and so name members by id only.  Every call is written to the audit log.

-- The member that a manager means, by id or by handle.
create function lib.membership_invitee(p_member bigint, p_handle text)
returns bigint language plpgsql stable as $$
declare
    v_member bigint;
begin
    if (p_member is null) = (p_handle is null) then
        perform lib.invalid('member', 'must be given, or else a handle');
    end if;
    select member_id
      into v_member
      from member
     where (member_id = p_member or handle = lower(p_handle))
       and status = 'active';
    if not found then
        perform lib.refuse('ZC002');
    end if;
    return v_member;
end $$;

-- Tells the member what a manager has decided, on the devices too.
create function lib.membership_notice(p_member bigint, p_club bigint, p_status text)
returns lib.event_row[] language plpgsql volatile as $$
begin
    return lib.notify(p_member, 'membership', 'club:' || p_club,
                      jsonb_build_object('club', p_club::text, 'status', p_status), 'svc.account');
end $$;

-- What a manager's write answers: the state, by ids; its sys_seq is that of the events, else the head before.
create function lib.membership_managed(p_at lib.membership_at, p_events jsonb, p_head bigint)
returns lib.answer language plpgsql stable as $$
declare
    v_answer lib.answer;
begin
    v_answer := lib.done((
        select jsonb_build_object('club', m.club_id::text, 'member', m.member_id::text, 'status', m.status,
                                  'agent', m.agent::text, 'version', m.version)
          from membership m
         where m.member_id = (p_at).member
           and m.club_id = (p_at).club), p_events, array[(p_at).member]);
    v_answer.sys_seq := coalesce(lib.sys_seq_of(p_events), p_head);
    return v_answer;
end $$;

-- membership.invite   Invites a member into a club, whatever its policy; a former member too, once a day.
--   who    manager
--   raises ZC001 not a manager of the club; ZC002 no such club or member; ZC017 a member, applied, invited or expelled
--          {"state"}, club frozen; ZC024 invited today {"max"}; ZC034 no track without a fee; ZC602 member, criterion
--   emits  membership.changed, notify.added on me:<member>
create function api.membership_invite(p_who text, p_idem text, p_hash bytea, p_club bigint, p_member bigint,
                                      p_handle text, p_criterion text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old       lib.answer;
    v_head      bigint := lib.sys_head();
    v_criterion text := nullif(normalize(btrim(p_criterion, E' \n')), '');
    v_at        lib.membership_at;
begin
    v_old := lib.idem_begin(p_who, 'membership.invite', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    perform lib.require_staff(p_who, '{manager}', p_club);
    v_at := lib.membership_lock(lib.membership_invitee(p_member, p_handle), p_club);
    if v_at.club_status = 'frozen' then
        perform lib.refuse('ZC017', '{"state":"frozen"}');
    end if;
    if v_at.status is not null then
        perform lib.membership_require(v_at, '{left,declined}');
    end if;
    if v_at.form = 'vip' and v_criterion is null then
        perform lib.invalid('criterion', 'must say why, in a club of this form');
    end if;
    if v_at.invited_at > now() - interval '1 day' then
        perform lib.refuse('ZC024', '{"max":1}');
    end if;
    insert into membership (member_id, club_id, track_id, status, tier_id, invited_at, invite_criterion)
    select v_at.member, p_club, lib.membership_track(p_club, null), 'invited', t.tier_id, now(), v_criterion
      from tier t
     where t.club_id = p_club
     order by t.rank
     limit 1
        on conflict (member_id, club_id)
        do update set status = excluded.status, invited_at = excluded.invited_at,
                      invite_criterion = excluded.invite_criterion, version = membership.version + 1;
    perform lib.audit(p_who, 'membership.invite', v_at.member, jsonb_build_object('club', p_club::text));
    return lib.idem_end(p_who, 'membership.invite', p_idem, lib.membership_managed(
        v_at, lib.emit_all(lib.membership_events(v_at.member, p_club, 'invited', null)
                           || lib.membership_notice(v_at.member, p_club, 'invited')), v_head));
end $$;

-- membership.decide   Takes an applicant in, or not.
--   who    manager
--   raises ZC001 not a manager of the club; ZC002 no such club; ZC013 too young {"min_age"}; ZC014 nothing to do with the
--          club; ZC017 has not applied {"state"}, club frozen
--   emits  membership.changed, notify.added and what the welcome package brings on me:<member>; metric.updated on
--          staff:<club>; sys when taken in
create function api.membership_decide(p_who text, p_idem text, p_hash bytea, p_club bigint, p_member bigint,
                                      p_decision text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_head   bigint := lib.sys_head();
    v_at     lib.membership_at;
    v_events lib.event_row[];
begin
    v_old := lib.idem_begin(p_who, 'membership.decide', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    perform lib.require_staff(p_who, '{manager}', p_club);
    v_at := lib.membership_lock(p_member, p_club);
    perform lib.membership_require(v_at, '{applied}');
    if p_decision = 'approve' then
        perform lib.membership_admit(v_at);
        v_events := lib.membership_enter(p_member, p_club, v_at.track, p_who, p_told => true)
                    || lib.sys(p_reload => array[p_member], p_shown => array[p_member]);
    else
        update membership
           set status = 'declined', version = version + 1
         where member_id = p_member
           and club_id = p_club;
        v_events := lib.membership_events(p_member, p_club, 'declined', 'applications')
                    || lib.membership_notice(p_member, p_club, 'declined');
    end if;
    perform lib.audit(p_who, 'membership.decide', p_member,
                      jsonb_build_object('club', p_club::text, 'decision', p_decision));
    return lib.idem_end(p_who, 'membership.decide', p_idem,
                        lib.membership_managed(v_at, lib.emit_all(v_events), v_head));
end $$;

-- membership.set_agent   Names the agent who looks after a member, or nobody.
--   who    manager
--   raises ZC001 not a manager of the club; ZC002 no such club; ZC014 nothing to do with the club; ZC017 not a member now
--          {"state"}; ZC602 agent
--   emits  membership.changed on me:<member>
create function api.membership_set_agent(p_who text, p_idem text, p_hash bytea, p_club bigint, p_member bigint,
                                         p_agent bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old  lib.answer;
    v_head bigint := lib.sys_head();
    v_at   lib.membership_at;
begin
    v_old := lib.idem_begin(p_who, 'membership.set_agent', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    perform lib.require_staff(p_who, '{manager}', p_club);
    v_at := lib.membership_lock(p_member, p_club);
    perform lib.membership_require(v_at, '{active,paused,lapsed}');
    if p_agent is not null
       and not exists (select
                         from staff s
                         join staff_club c on c.staff_id = s.staff_id and c.club_id = p_club
                        where s.staff_id = p_agent
                          and s.active
                          and 'agent' = any (s.roles)) then
        perform lib.invalid('agent', 'is no agent of this club');
    end if;
    update membership
       set agent = p_agent, version = version + 1
     where member_id = p_member
       and club_id = p_club;
    perform lib.audit(p_who, 'membership.set_agent', p_member,
                      jsonb_build_object('club', p_club::text, 'agent', p_agent::text));
    return lib.idem_end(p_who, 'membership.set_agent', p_idem, lib.membership_managed(
        v_at, lib.emit_all(lib.membership_events(p_member, p_club, v_at.status, null)), v_head));
end $$;

-- membership.applications   Who wants to become a member of a club, and what they answered; oldest first.  A page ends
--                           early, with a cursor, before it grows past 100,000 bytes.  Volatile, because it is written
--                           down whom one has read of.
--   who    manager
--   raises ZC001 not a manager of the club; ZC602 cursor
--   emits  –
create function api.membership_applications(p_who text, p_club bigint, p_limit bigint, p_cursor text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_answer lib.answer;
    v_limit  int := coalesce(p_limit, 20);
    v_at     timestamptz := '-infinity';
    v_last   bigint := 0;
begin
    v_answer.sys_seq := lib.sys_head();
    perform lib.require_staff(p_who, '{manager}', p_club);
    if p_cursor is not null then
        if p_cursor !~ '^[0-9]{1,16}-[0-9]{1,18}$' then
            perform lib.invalid('cursor', 'is not one of ours');
        end if;
        v_at := timestamptz 'epoch' + split_part(p_cursor, '-', 1)::bigint * interval '1 microsecond';
        v_last := split_part(p_cursor, '-', 2)::bigint;
    end if;
    with page as (
        select m.member_id, m.applied_at,
               jsonb_build_object('member', m.member_id::text, 'handle', p.handle, 'name', lib.pii_open(i.name_enc),
                                  'track', jsonb_build_object('track', k.track_id::text, 'code', k.code,
                                                              'name', k.name, 'fee_kind', k.fee_kind),
                                  'answers', coalesce(m.applied_answers, '[]'), 'applied_at', lib.iso(m.applied_at))
                   as row
          from membership m
          join member p on p.member_id = m.member_id
          left join member_pii i on i.member_id = m.member_id
          join track k on k.track_id = m.track_id
         where m.club_id = p_club
           and m.status = 'applied'
           and p.status <> 'erased'
           and (m.applied_at, m.member_id) > (v_at, v_last)
         order by m.applied_at, m.member_id
         limit v_limit + 1
    ), measured as (
        select p.member_id, p.applied_at, p.row, row_number() over w as no, sum(octet_length(p.row::text) + 2) over w as bytes
          from page p
        window w as (order by p.applied_at, p.member_id)
    ), kept as (
        select m.member_id, m.applied_at, m.row, m.no
          from measured m
         where m.no <= v_limit
           and (m.bytes <= 100000 or m.no = 1)
    )
    select jsonb_build_object(
               'applications', coalesce(jsonb_agg(k.row order by k.no), '[]'),
               'cursor', case when count(*) < (select count(*) from measured) then (
                             select (extract(epoch from l.applied_at) * 1000000)::bigint || '-' || l.member_id
                               from kept l
                              order by l.no desc
                              limit 1) end),
           coalesce(array_agg(k.member_id order by k.no), '{}')
      into v_answer.reply, v_answer.subjects
      from kept k;
    perform lib.audit(p_who, 'membership.applications', s, jsonb_build_object('club', p_club::text))
       from unnest(v_answer.subjects) s;
    return v_answer;
end $$;
