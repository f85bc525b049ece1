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

-- What the staff of the club is told of a case; null: of none.
create function lib.case_events(p_case bigint) returns lib.event_row[] language plpgsql stable as $$
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
