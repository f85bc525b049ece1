-- privacy.sql -- a member's requests about the own data, and who has looked at it (domain.md 5.9, 12.9).
--
--      received --the clock is running--> executing --> done, partly, refused
--      received --taken back--> withdrawn
--
-- Restricting and lifting it are done at once.  The export is privacy_export.sql, the erasure privacy_erase.sql.

-- Opens a request: due within a month.
create function lib.dsr_open(p_member bigint, p_kind text, p_state text, p_options jsonb default '{}',
                             p_run_at timestamptz default null)
returns bigint language plpgsql volatile as $$
declare
    v_dsr bigint := lib.new_id();
begin
    insert into dsr (dsr_id, member_id, kind, state, due_at, options, run_at, log, closed_at)
    values (v_dsr, p_member, p_kind, p_state, now() + interval '1 month', p_options, p_run_at,
            jsonb_build_array(jsonb_build_object('state', p_state, 'at', lib.iso(now()))),
            case when p_state = 'done' then now() end);
    return v_dsr;
end $$;

-- Moves a request to another state.
create function lib.dsr_move(p_dsr bigint, p_state text)
returns void language plpgsql volatile as $$
begin
    update dsr
       set state     = p_state,
           log       = log || jsonb_build_object('state', p_state, 'at', lib.iso(now())),
           closed_at = case when p_state in ('done', 'partly', 'refused', 'withdrawn') then now() end
     where dsr_id = p_dsr;
end $$;

create function lib.dsr_changed(p_member bigint, p_dsr bigint, p_kind text, p_state text)
returns lib.event_row language sql stable as $$
    select lib.event('me:' || p_member, 'dsr.changed', 'legal.privacy',
                     jsonb_build_object('dsr', p_dsr::text, 'kind', p_kind, 'state', p_state),
                     p_subjects => array[p_member]);
$$;

-- What privacy.status answers and dsr.changed carries: the newest 50 requests.
create function lib.privacy_status_view(p_member bigint)
returns lib.shown language plpgsql stable as $$
begin
    return (
        select row(jsonb_build_object(
                   'status', (select status from member where member_id = p_member),
                   'requests', coalesce(jsonb_agg(jsonb_build_object(
                       'request', d.dsr_id::text, 'kind', d.kind, 'state', d.state, 'at', lib.iso(d.at),
                       'due_at', lib.iso(d.due_at), 'extended', d.extended, 'closed_at', lib.iso(d.closed_at),
                       'execute_at', lib.iso(d.run_at), 'content', d.options ->> 'content')
                       order by d.dsr_id desc), '[]')),
                   true, false, array[p_member])::lib.shown
          from (select * from dsr where member_id = p_member order by dsr_id desc limit 50) d);
end $$;

-- privacy.status   The caller's requests, newest first, with their clocks.
--   who    member
--   raises –
--   emits  –
create function api.privacy_status(p_who text)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_member bigint := lib.require_member(p_who, true);
begin
    return lib.done((lib.privacy_status_view(v_member)).view);
end $$;

-- privacy.restrict   Stops all use of the caller's data but storage and what the contract needs (Art. 18 GDPR).
--   who    member
--   raises ZC017 not active {"state"}
--   emits  dsr.changed on me:<member>; sys
create function api.privacy_restrict(p_who text, p_idem text, p_hash bytea)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_status text;
    v_dsr    bigint;
begin
    v_old := lib.idem_begin(p_who, 'privacy.restrict', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who, true);
    select status into v_status from member where member_id = v_member for no key update;
    if v_status <> 'active' then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_status));
    end if;
    update member set status = 'restricted' where member_id = v_member;
    v_dsr := lib.dsr_open(v_member, 'restrict', 'done');
    return lib.idem_end(p_who, 'privacy.restrict', p_idem, lib.done(
        jsonb_build_object('request', v_dsr::text, 'status', 'restricted'),
        lib.emit_all(array[
            lib.dsr_changed(v_member, v_dsr, 'restrict', 'done'),
            lib.sys(p_reload => array[v_member], p_shown => array[v_member])])));
end $$;

-- privacy.unrestrict   Lifts the caller's own restriction.
--   who    member
--   raises ZC017 not restricted {"state"}
--   emits  dsr.changed on me:<member>; sys
create function api.privacy_unrestrict(p_who text, p_idem text, p_hash bytea)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_status text;
    v_dsr    bigint;
begin
    v_old := lib.idem_begin(p_who, 'privacy.unrestrict', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who, true);
    select status into v_status from member where member_id = v_member for no key update;
    if v_status <> 'restricted' then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_status));
    end if;
    update member set status = 'active' where member_id = v_member;
    update dsr
       set log = log || jsonb_build_object('state', 'lifted', 'at', lib.iso(now()))
     where dsr_id = (select max(dsr_id) from dsr where member_id = v_member and kind = 'restrict')
    returning dsr_id into v_dsr;
    return lib.idem_end(p_who, 'privacy.unrestrict', p_idem, lib.done(
        jsonb_build_object('request', v_dsr::text, 'status', 'active'),
        lib.emit_all(
            case when v_dsr is null then '{}' else array[lib.dsr_changed(v_member, v_dsr, 'restrict', 'done')] end
            || lib.sys(p_reload => array[v_member], p_shown => array[v_member]))));
end $$;

-- who has looked ------------------------------------------------------------------------------------------

-- Who acted, as a member may know it: the kind and the role, never the person.
create function lib.audit_by(p_actor text)
returns jsonb language plpgsql stable as $$
begin
    return case left(p_actor, 2)
        when 's:' then jsonb_build_object(
            'kind', 'staff',
            'roles', coalesce((select to_jsonb(roles) from staff where staff_id = lib.staff_of(p_actor)), '[]'),
            'service', null)
        when 'v:' then jsonb_build_object('kind', 'service', 'roles', '[]'::jsonb, 'service', lib.service_of(p_actor))
        when 'm:' then '{"kind":"member","roles":[],"service":null}'
        else '{"kind":"job","roles":[],"service":null}'
    end;
end $$;

-- A cursor of this file: the id of the last row shown.
create function lib.audit_cursor(p_cursor text)
returns bigint language plpgsql immutable as $$
begin
    if p_cursor !~ '^[0-9]{1,18}$' then
        perform lib.invalid('cursor', 'is not one of ours');
    end if;
    return coalesce(p_cursor::bigint, 9223372036854775807);
end $$;

-- privacy.access_log   Who, by role, has read or changed the caller's data, and when; newest first.
--   who    member
--   raises ZC602 cursor
--   emits  –
create function api.privacy_access_log(p_who text, p_limit bigint, p_cursor text)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_member bigint := lib.require_member(p_who, true);
    v_limit  int := coalesce(p_limit, 20);
begin
    return lib.done((
        select jsonb_build_object(
                   'entries', coalesce(jsonb_agg(jsonb_build_object(
                       'entry', r.id::text, 'by', lib.audit_by(r.actor), 'action', r.action, 'at', lib.iso(r.at))
                       order by r.id desc) filter (where r.no <= v_limit), '[]'),
                   'cursor', case when max(r.no) > v_limit then min(r.id) filter (where r.no <= v_limit)::text end)
          from (select a.id, a.actor, a.action, a.at, row_number() over (order by a.id desc) as no
                  from audit_log a
                 where a.subject_member = v_member
                   and a.actor <> p_who
                   and a.id < lib.audit_cursor(p_cursor)
                 order by a.id desc
                 limit v_limit + 1) r));
end $$;

-- privacy.audit   The audit log of one member, or of one member of staff, of the caller's clubs, newest first.  Reading it
--                 is logged, too.
--   who    privacy
--   raises ZC002 nobody of their clubs; ZC602 neither member nor staff, or both; cursor
--   emits  –
create function api.privacy_audit(p_who text, p_member bigint, p_staff bigint, p_limit bigint, p_cursor text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_limit int := coalesce(p_limit, 20);
    v_clubs bigint[] := lib.staff_clubs(lib.require_staff(p_who, '{privacy}'));
    v_reply jsonb;
begin
    if (p_member is null) = (p_staff is null) then
        perform lib.invalid('member', 'or staff: one of them');
    end if;
    if not exists (select
                     from membership
                    where member_id = p_member
                      and club_id = any (v_clubs)
                      and coalesce(joined_at, applied_at) is not null)
       and not coalesce(v_clubs && lib.staff_clubs(p_staff), false) then
        perform lib.refuse('ZC002');
    end if;
    select jsonb_build_object(
               'entries', coalesce(jsonb_agg(jsonb_build_object(
                   'entry', r.id::text, 'by', lib.audit_by(r.actor), 'staff', lib.staff_of(r.actor)::text,
                   'action', r.action, 'member', r.subject_member::text, 'detail', r.detail, 'at', lib.iso(r.at))
                   order by r.id desc) filter (where r.no <= v_limit), '[]'),
               'cursor', case when max(r.no) > v_limit then min(r.id) filter (where r.no <= v_limit)::text end)
      into v_reply
      from (select a.*, row_number() over (order by a.id desc) as no
              from (select * from audit_log
                     where p_member is not null
                       and subject_member = p_member
                       and id < lib.audit_cursor(p_cursor)
                     union all
                    select * from audit_log
                     where p_staff is not null
                       and actor = 's:' || p_staff
                       and actor like 's:%'
                       and id < lib.audit_cursor(p_cursor)) a
             order by a.id desc
             limit v_limit + 1) r;
    perform lib.audit(p_who, 'privacy.audit', p_member, jsonb_strip_nulls(jsonb_build_object('staff', p_staff::text)));
    return lib.done(v_reply, null, case when p_member is null then '{}' else array[p_member] end);
end $$;
