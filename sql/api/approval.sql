-- approval.sql -- four eyes: the first call of a method that needs them changes nothing and leaves a question; somebody
-- else who may call that method decides; then the same call goes through, once, within 24 hours.
--
-- Which methods somebody may call is known by the table of methods, so the hub brings the names (p_methods).

-- Is there a second pair of eyes for this call?  Reply null: yes, and it is used up by this transaction.  Else the
-- caller returns what this gives: APPROVAL_REQUIRED with approval_id, and the question is asked.  To be called right
-- after the rights check: the approval's row is locked before any other but staff.  p_params is shown to who decides.
create function lib.approval_check(p_who text, p_method text, p_idem text, p_hash bytea, p_params jsonb,
    p_clubs bigint[])
returns lib.answer language plpgsql volatile as $$
declare
    v_staff  bigint := lib.staff_of(p_who);
    v_row    approval;
    v_events jsonb;
begin
    update approval
       set state = 'expired'
     where method = p_method
       and params_sha256 = p_hash
       and asked_by = v_staff
       and state in ('asked', 'granted')
       and expires_at <= now();
    loop
        select * into v_row
          from approval
         where method = p_method
           and params_sha256 = p_hash
           and asked_by = v_staff
           and state in ('asked', 'granted')
           for update;
        exit when found;
        perform lib.approval_make_room(v_staff);
        insert into approval (approval_id, method, params_sha256, params, clubs, asked_by, expires_at)
        values (lib.new_id(), p_method, p_hash, p_params, p_clubs, v_staff, now() + interval '24 hours')
        on conflict do nothing
        returning * into v_row;
        if found then
            v_events := lib.emit_all(lib.approval_events(v_row, 'approval.needed'));
            exit;
        end if;
    end loop;
    if v_row.state = 'granted' then
        update approval set state = 'used' where approval_id = v_row.approval_id;
        return null;
    end if;
    return lib.refused('APPROVAL_REQUIRED', jsonb_build_object('approval_id', v_row.approval_id::text), v_events,
                       p_who, p_method, p_idem, '{}');
end $$;

-- One person keeps at most 20 questions open: the oldest makes way.
create function lib.approval_make_room(p_staff bigint) returns void language plpgsql volatile as $$
begin
    update approval
       set state = 'expired'
     where approval_id in (
               select approval_id
                 from approval
                where asked_by = p_staff
                  and state = 'asked'
                order by approval_id desc
               offset 19);
end $$;

create function lib.approval_events(p_row approval, p_type text) returns lib.event_row[]
language plpgsql stable as $$
begin
    return array(
        select lib.event('staff:' || club, p_type, 'staff',
                         jsonb_build_object('approval', (p_row).approval_id::text, 'method', (p_row).method)
                         || case when p_type = 'approval.decided' then jsonb_build_object('state', (p_row).state)
                                 else '{}' end)
          from unnest((p_row).clubs) as club
         order by club);
end $$;

-- The clubs of somebody of the staff.
create function lib.staff_clubs(p_staff bigint) returns bigint[] language plpgsql stable as $$
begin
    return array(select club_id from staff_club where staff_id = p_staff order by club_id);
end $$;

-- approval.list   What waits for a second person: the caller's own questions, and those the caller may decide.
--   who    staff
--   raises ZC602 cursor
--   emits  –
create function api.approval_list(p_who text, p_limit bigint, p_cursor text, p_methods text[])
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_staff bigint := lib.require_staff(p_who, '{agent,moderator,editor,manager,analyst,privacy,admin}');
    v_clubs bigint[] := lib.staff_clubs(v_staff);
    v_limit int := coalesce(p_limit, 20);
    v_reply jsonb;
begin
    if p_cursor !~ '^[0-9]{1,18}$' then
        perform lib.invalid('cursor', 'is not one of ours');
    end if;
    select jsonb_build_object(
               'approvals', coalesce(jsonb_agg(l.row order by l.approval_id desc) filter (where l.no <= v_limit), '[]'),
               'cursor', case when max(l.no) > v_limit
                              then min(l.approval_id) filter (where l.no <= v_limit)::text end)
      into v_reply
      from (select a.approval_id, row_number() over (order by a.approval_id desc) as no,
                   jsonb_build_object(
                       'approval', a.approval_id::text, 'method', a.method, 'params', a.params,
                       'clubs', lib.ids(a.clubs), 'state', a.state, 'asked_at', lib.iso(a.asked_at),
                       'expires_at', lib.iso(a.expires_at), 'mine', a.asked_by = v_staff,
                       'asked_by', jsonb_build_object('staff', s.staff_id::text, 'login', s.login)) as row
              from approval a
              join staff s on s.staff_id = a.asked_by
             where a.state in ('asked', 'granted')
               and a.expires_at > now()
               and (a.asked_by = v_staff or a.method = any (p_methods) and a.clubs <@ v_clubs)
               and (p_cursor is null or a.approval_id < p_cursor::bigint)
             order by a.approval_id desc
             limit v_limit + 1) l;
    return lib.done(v_reply);
end $$;

-- approval.decide   Lets somebody else's call go through, or not.
--   who    staff who may call the method in all clubs it is about
--   raises ZC001 one's own question; ZC002 none that this person may decide; ZC017 decided or too late
--   emits  approval.decided on staff:<club> of each club
create function api.approval_decide(p_who text, p_idem text, p_hash bytea, p_approval bigint, p_granted boolean,
    p_methods text[])
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_answer lib.answer;
    v_staff  bigint;
    v_row    approval;
begin
    v_answer := lib.idem_begin(p_who, 'approval.decide', p_idem, p_hash);
    if v_answer.reply is not null then
        return v_answer;
    end if;
    v_staff := lib.require_staff(p_who, '{agent,moderator,editor,manager,analyst,privacy,admin}');
    select * into v_row from approval where approval_id = p_approval for update;
    if v_row.asked_by = v_staff then
        perform lib.refuse('ZC001');
    end if;
    if v_row.approval_id is null or v_row.method <> all (p_methods)
       or not v_row.clubs <@ lib.staff_clubs(v_staff) then
        perform lib.refuse('ZC002');
    end if;
    if v_row.state <> 'asked' or v_row.expires_at <= now() then
        perform lib.refuse('ZC017', jsonb_build_object(
            'state', case when v_row.state = 'asked' then 'expired' else v_row.state end));
    end if;

    update approval
       set state = case when p_granted then 'granted' else 'denied' end,
           decided_by = v_staff,
           decided_at = now(),
           expires_at = now() + interval '24 hours'
     where approval_id = p_approval
    returning * into v_row;
    perform lib.audit(p_who, 'approval.decide', null, jsonb_build_object(
        'approval', p_approval::text, 'method', v_row.method, 'asked_by', v_row.asked_by::text, 'state', v_row.state));
    return lib.idem_end(p_who, 'approval.decide', p_idem, lib.done(
        jsonb_build_object('approval', p_approval::text, 'state', v_row.state),
        lib.emit_all(lib.approval_events(v_row, 'approval.decided'))));
end $$;

-- Marks what was not decided, or not used, in time.
create function lib.approvals_expire() returns bigint language plpgsql volatile as $$
declare
    v_row    approval;
    v_events lib.event_row[] := '{}';
    v_count  bigint := 0;
begin
    for v_row in
        update approval
           set state = 'expired'
         where approval_id in (
                   select approval_id
                     from approval
                    where state in ('asked', 'granted')
                      and expires_at <= now()
                    order by approval_id
                    limit 200
                      for update skip locked)
        returning *
    loop
        v_events := v_events || lib.approval_events(v_row, 'approval.decided');
        v_count := v_count + 1;
    end loop;
    perform lib.emit_all(v_events);
    return v_count;
end $$;
