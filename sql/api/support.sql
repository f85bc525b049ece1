-- support.sql -- cases that somebody of the staff has to look at, and moments of truth (domain.md 13.4, 14).

-- Opens a case, due by its priority: what the club and the tier say, one more in the first 90 days, three more where the
-- member was let down.  Null: the same cause and ref has opened one before.
create function lib.case_open(p_club bigint, p_member bigint, p_topic text, p_cause text, p_ref text)
returns bigint language plpgsql volatile as $$
declare
    v_case bigint := lib.new_id();
    v_prio int;
begin
    select coalesce((lib.club_settings(c.form, c.settings) ->> 'support_prio')::int, 0)
           + coalesce((select (select t.support_prio from tier t where t.tier_id = m.tier_id)
                              + (m.joined_at > now() - interval '90 days')::int
                         from membership m
                        where m.member_id = p_member
                          and m.club_id = p_club
                          and m.status in ('active', 'paused', 'lapsed')), 0)
           + case when p_cause in ('paid_late', 'offer_cancelled') then 3 else 0 end
      into v_prio
      from club c
     where c.club_id = p_club;
    insert into support_case (case_id, club_id, member_id, topic, cause, ref, prio, due_at)
    values (v_case, p_club, p_member, p_topic, p_cause, p_ref, v_prio,
            now() + case when v_prio >= 4 then interval '1 hour'
                         when v_prio >= 2 then interval '4 hours'
                         else interval '24 hours' end)
        on conflict (cause, ref) do nothing;
    return case when found then v_case end;
end $$;

-- What the staff of the club is told of a case; null: of none.  Volatile, so that it sees one that was opened just now.
create function lib.case_events(p_case bigint) returns lib.event_row[] language plpgsql volatile as $$
begin
    return array(
        select lib.event('staff:' || c.club_id, 'case.changed', 'staff', jsonb_build_object(
                             'case', c.case_id::text, 'topic', c.topic, 'cause', c.cause, 'state', c.state,
                             'prio', c.prio, 'due_at', lib.iso(c.due_at)),
                         p_object => 'case:' || c.case_id)
          from support_case c
         where c.case_id = p_case);
end $$;

-- Records what the system itself knows of how a member fared.
create function lib.moment_add(p_club bigint, p_member bigint, p_touchpoint text, p_ref text, p_class text,
                               p_case bigint default null)
returns bigint language plpgsql volatile as $$
declare
    v_moment bigint := lib.new_id();
begin
    insert into moment (moment_id, club_id, member_id, touchpoint, ref, source, class, case_id)
    values (v_moment, p_club, p_member, p_touchpoint, p_ref, 'system', p_class, p_case);
    return v_moment;
end $$;

-- support.list   Cases of a club, those that are due first; open ones when no state is asked for.  Who reads of a member is
--                written down.
--   who    agent, manager
--   raises ZC001 not of this club's staff; ZC602 cursor
--   emits  –
create function api.support_list(p_who text, p_club bigint, p_state text, p_limit bigint, p_cursor text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_head    bigint := lib.sys_head();
    v_limit   int := coalesce(p_limit, 20);
    v_at      timestamptz := '-infinity';
    v_last    bigint := 0;
    v_members bigint[] := '{}';
    v_case    record;
    v_cases   jsonb := '[]';
    v_cursor  text;
begin
    perform lib.require_staff(p_who, '{agent,manager}', p_club);
    if p_cursor is not null then
        if p_cursor !~ '^[0-9]{1,16}-[0-9]{1,18}$' then
            perform lib.invalid('cursor', 'is not one of ours');
        end if;
        v_at := timestamptz 'epoch' + split_part(p_cursor, '-', 1)::bigint * interval '1 microsecond';
        v_last := split_part(p_cursor, '-', 2)::bigint;
    end if;
    for v_case in
        select c.*
          from support_case c
         where c.club_id = p_club
           and c.state = any (case when p_state is null then '{open,assigned,waiting_member}' else array[p_state] end)
           and (c.due_at, c.case_id) > (v_at, v_last)
         order by c.due_at, c.case_id
         limit v_limit + 1
    loop
        if jsonb_array_length(v_cases) = v_limit then
            v_cursor := (extract(epoch from v_at) * 1000000)::bigint || '-' || v_last;
            exit;
        end if;
        v_cases := v_cases || lib.case_view(v_case.case_id);
        v_at := v_case.due_at;
        v_last := v_case.case_id;
        v_members := v_members || v_case.member_id;
    end loop;
    v_members := array(select distinct m from unnest(v_members) m order by m);
    for i in 1 .. cardinality(v_members) loop
        perform lib.audit(p_who, 'support.list', v_members[i], jsonb_build_object('club', p_club::text));
    end loop;
    return row(jsonb_build_object('cases', v_cases, 'cursor', v_cursor), null, v_head, v_members)::lib.answer;
end $$;

-- A case as staff sees it.
create function lib.case_view(p_case bigint) returns jsonb language plpgsql stable as $$
begin
    return (
        select jsonb_build_object(
                   'case', c.case_id::text, 'member', c.member_id::text, 'topic', c.topic, 'cause', c.cause, 'ref', c.ref,
                   'prio', c.prio, 'state', c.state, 'due_at', lib.iso(c.due_at), 'created_at', lib.iso(c.created_at),
                   'overdue', c.due_at <= now() and c.state not in ('resolved', 'closed'))
          from support_case c
         where c.case_id = p_case);
end $$;

-- support.close   Ends a case: it has been looked at.
--   who    agent, manager
--   raises ZC001 not of this club's staff; ZC002 no such case; ZC017 closed before {"state"}
--   emits  case.changed on staff:<club>
create function api.support_close(p_who text, p_idem text, p_hash bytea, p_case bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_answer lib.answer := lib.idem_begin(p_who, 'support.close', p_idem, p_hash);
    v_head   bigint := lib.sys_head();
    v_case   support_case;
begin
    if v_answer.reply is not null then
        return v_answer;
    end if;
    perform lib.require_staff(p_who, '{agent,manager}');
    select * into v_case from support_case where case_id = p_case for no key update;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    perform lib.require_staff(p_who, '{agent,manager}', v_case.club_id);
    if v_case.state = 'closed' then
        perform lib.refuse('ZC017', '{"state":"closed"}');
    end if;
    update support_case
       set state = 'closed', resolved_at = coalesce(resolved_at, now())
     where case_id = p_case;
    perform lib.audit(p_who, 'support.close', v_case.member_id, jsonb_build_object('case', p_case::text));
    v_answer := lib.done(lib.case_view(p_case), lib.emit_all(lib.case_events(p_case)), array[v_case.member_id]);
    v_answer.sys_seq := v_head;
    return lib.idem_end(p_who, 'support.close', p_idem, v_answer);
end $$;
