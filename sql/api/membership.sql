-- membership.sql -- joining and leaving a club (domain.md 6.3).
--
--      none, left, declined --apply--> active (open), applied (application)
--      active, paused, lapsed --leave--> left

-- A membership as membership.list lists it and membership.changed carries it.
create function lib.membership_row(p_member bigint, p_club bigint)
returns jsonb language sql stable as $$
    select jsonb_build_object(
               'club', c.club_id::text, 'slug', c.slug, 'name', c.name, 'status', m.status,
               'track', jsonb_build_object('track', k.track_id::text, 'code', k.code, 'name', k.name,
                                           'fee_kind', k.fee_kind),
               'tier', jsonb_build_object('rank', t.rank, 'name', t.name, 'since', lib.iso(m.tier_since),
                                          'until', lib.iso(m.tier_until)),
               'joined_at', lib.iso(m.joined_at), 'paid_until', lib.iso(m.paid_until), 'version', m.version)
      from membership m
      join club c on c.club_id = m.club_id
      join track k on k.track_id = m.track_id
      join tier t on t.tier_id = m.tier_id
     where m.member_id = p_member
       and m.club_id = p_club;
$$;

create function lib.membership_view(p_member bigint, p_club bigint)
returns lib.shown language sql stable as $$
    select row(v.view, v.view is not null, false, array[p_member])::lib.shown
      from (select lib.membership_row(p_member, p_club) as view) v;
$$;

-- membership.list   The caller's memberships, former ones too.
--   who    member
--   raises –
--   emits  –
create function api.membership_list(p_who text)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_member bigint := lib.require_member(p_who, true);
begin
    return lib.done((
        select jsonb_build_object('memberships', coalesce(jsonb_agg(lib.membership_row(v_member, m.club_id)
                                                                    order by m.club_id), '[]'))
          from membership m
         where m.member_id = v_member));
end $$;

-- Is the member too young for the club?  The facts kept in the clear tell under 18 and under the age of consent.
create function lib.club_too_young(p_min_age int, p_under_consent_age boolean, p_under_18 boolean)
returns boolean language sql immutable as $$
    select coalesce(p_min_age >= 18 and p_under_18 or p_min_age between 1 and 17 and p_under_consent_age, false);
$$;

-- membership.apply   Joins a club, or applies to it, by its policy; also to come back.
--   who    member
--   raises ZC001 by invitation only; ZC002 no such club, or one that is not listed; ZC013 too young {"min_age"}; ZC017
--          already a member, applied, invited or expelled, club frozen; ZC024 too many clubs, or joined too often
--          today; ZC035 restricted; ZC602 track, answers
--   emits  membership.changed on me:<member>; metric.updated on staff:<club>; sys
create function api.membership_apply(p_who text, p_idem text, p_hash bytea, p_club bigint, p_track bigint,
                                     p_answers jsonb)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_facts  record;
    v_club   record;
    v_had    record;
    v_track  bigint;
    v_tier   bigint;
    v_status text;
begin
    v_old := lib.idem_begin(p_who, 'membership.apply', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    select under_consent_age, under_18 into v_facts from member where member_id = v_member for no key update;
    select m.status, m.tier_id
      into v_had
      from membership m
     where m.member_id = v_member
       and m.club_id = p_club
       for no key update;
    select c.status, c.join_policy, c.settings, lib.club_is_listed(c) as listed
      into v_club
      from club c
     where c.club_id = p_club;
    if v_club.status is null or v_club.status = 'closed' or not v_club.listed and v_had.status is null then
        perform lib.refuse('ZC002');
    end if;
    if v_had.status in ('applied', 'invited', 'active', 'paused', 'lapsed', 'expelled') then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_had.status));
    end if;
    if v_club.status = 'frozen' then
        perform lib.refuse('ZC017', '{"state":"frozen"}');
    end if;
    if v_club.join_policy = 'invitation' then
        perform lib.refuse('ZC001');
    end if;
    if lib.club_too_young((v_club.settings ->> 'min_age')::int, v_facts.under_consent_age, v_facts.under_18) then
        perform lib.refuse('ZC013', jsonb_build_object('min_age', (v_club.settings ->> 'min_age')::int));
    end if;
    if (select count(*)
          from membership
         where member_id = v_member
           and status in ('applied', 'invited', 'active', 'paused', 'lapsed')) >= 50 then
        perform lib.refuse('ZC024', '{"max":50}');
    end if;
    if (select count(*)
          from tier_change
         where member_id = v_member
           and club_id = p_club
           and cause = 'join'
           and at > now() - interval '1 day') >= 3 then
        perform lib.refuse('ZC024', '{"max":3}');
    end if;

    select track_id
      into v_track
      from track
     where club_id = p_club
       and active
       and (p_track is null or track_id = p_track)
     order by fee_minor, track_id
     limit 1;
    if not found then
        perform lib.invalid('track', 'is no track of this club');
    end if;
    if v_club.join_policy = 'application'
       and exists (select
                     from jsonb_array_elements_text(coalesce(v_club.settings -> 'questions', '[]')) q
                    where not exists (select
                                        from jsonb_array_elements(p_answers) a
                                       where a ->> 'question' = q
                                         and btrim(a ->> 'answer') <> '')) then
        perform lib.invalid('answers', 'leaves a question of the club open');
    end if;
    v_status := case v_club.join_policy when 'open' then 'active' else 'applied' end;
    select tier_id into v_tier from tier where club_id = p_club order by rank limit 1;

    insert into membership (member_id, club_id, track_id, status, tier_id, joined_at, applied_answers)
    values (v_member, p_club, v_track, v_status, v_tier, case v_status when 'active' then now() end, p_answers)
        on conflict (member_id, club_id)
        do update set track_id = excluded.track_id, status = excluded.status,
                      joined_at = coalesce(membership.joined_at, excluded.joined_at),
                      applied_answers = excluded.applied_answers, version = membership.version + 1;
    insert into tier_change (member_id, club_id, from_tier, to_tier, cause, actor)
    values (v_member, p_club, v_had.tier_id, coalesce(v_had.tier_id, v_tier), 'join', p_who);
    return lib.idem_end(p_who, 'membership.apply', p_idem, lib.done(
        lib.membership_row(v_member, p_club),
        lib.emit_all(array[
            lib.event('me:' || v_member, 'membership.changed', 'svc.account',
                      jsonb_build_object('club', p_club::text, 'status', v_status), p_subjects => array[v_member]),
            lib.event('staff:' || p_club, 'metric.updated', 'staff', jsonb_build_object('metric', 'members')),
            lib.sys(p_reload => array[v_member], p_shown => array[v_member])])));
end $$;

-- membership.leave   Leaves a club at once; no reason asked, nothing forfeited.
--   who    member
--   raises ZC014 never a member; ZC017 not a member now
--   emits  membership.changed on me:<member>; metric.updated on staff:<club>; sys
create function api.membership_leave(p_who text, p_idem text, p_hash bytea, p_club bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_status text;
begin
    v_old := lib.idem_begin(p_who, 'membership.leave', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    select status
      into v_status
      from membership
     where member_id = v_member
       and club_id = p_club
       for no key update;
    if not found then
        perform lib.refuse('ZC014');
    end if;
    if v_status not in ('active', 'paused', 'lapsed') then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_status));
    end if;
    update membership
       set status = 'left', version = version + 1
     where member_id = v_member
       and club_id = p_club;
    return lib.idem_end(p_who, 'membership.leave', p_idem, lib.done(
        lib.membership_row(v_member, p_club),
        lib.emit_all(array[
            lib.event('me:' || v_member, 'membership.changed', 'svc.account',
                      jsonb_build_object('club', p_club::text, 'status', 'left'), p_subjects => array[v_member]),
            lib.event('staff:' || p_club, 'metric.updated', 'staff', jsonb_build_object('metric', 'members')),
            lib.sys(p_reload => array[v_member], p_shown => array[v_member],
                    p_ends => jsonb_build_array(jsonb_build_object(
                        'stream', 'club:' || p_club, 'member', v_member::text, 'reason', 'LEFT')))])));
end $$;
