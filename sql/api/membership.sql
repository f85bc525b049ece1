-- membership.sql -- joining, pausing and leaving a club (domain.md 6.3).  What managers do is membership_staff.sql.
--
--      none, left, declined --apply, open--> active            --apply, on application--> applied
--      none, left, declined --invite--> invited                invited --accept_invite, apply--> active
--      applied --decide--> active, declined                    applied, invited --decline--> declined
--      active --pause--> paused --resume--> active             active, paused, lapsed --leave--> left
--
-- Each step takes the member's row, then the membership's (lib.membership_lock), and looks at the club as it is then.
-- Every way into active ends in lib.membership_enter.

-- What a step looks at, the rows being locked.  status: null where the member never had to do with the club.
create type lib.membership_at as (
    member bigint, club bigint, status text, track bigint, applied_at timestamptz, invited_at timestamptz, paused_at timestamptz,
    paused_days int, paused_year int, club_status text, form text, join_policy text, tz text, settings jsonb,
    listed boolean);

-- A membership as membership.list lists it and membership.changed carries it.  What the member answered when applying
-- is not in it: managers read that in membership.applications.
create function lib.membership_row(p_member bigint, p_club bigint)
returns jsonb language sql stable as $$
    select jsonb_build_object(
               'club', c.club_id::text, 'slug', c.slug, 'name', c.name, 'status', m.status,
               'track', jsonb_build_object('track', k.track_id::text, 'code', k.code, 'name', k.name,
                                           'fee_kind', k.fee_kind),
               'tier', case when m.status in ('active', 'paused', 'lapsed')
                            then jsonb_build_object('rank', t.rank, 'name', t.name, 'since', lib.iso(m.tier_since),
                                                    'until', lib.iso(m.tier_until)) end,
               'joined_at', lib.iso(m.joined_at), 'paid_until', lib.iso(m.paid_until),
               'paused_at', case m.status when 'paused' then lib.iso(m.paused_at) end,
               'paused_days', lib.pause_days(m.paused_days, m.paused_year,
                                             case m.status when 'paused' then m.paused_at end, c.tz),
               'criterion', case m.status when 'invited' then m.invite_criterion end,
               'agent', m.agent::text, 'version', m.version)
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

-- Days paused in this calendar year of the club's zone, a pause that runs included; a begun day counts, the last does
-- not, and a pause counts for one at least.
create function lib.pause_days(p_days int, p_year int, p_paused_at timestamptz, p_tz text)
returns int language sql stable as $$
    select least(184, case when p_year = extract(year from now() at time zone p_tz) then p_days else 0 end
                      + case when p_paused_at is null then 0
                             else greatest(1, (now() at time zone p_tz)::date
                                              - greatest((p_paused_at at time zone p_tz)::date,
                                                         date_trunc('year', now() at time zone p_tz)::date)) end)
$$;

-- The birth date decides where it is known; else the facts kept in the clear, which tell under 18 and under the age of
-- consent.
create function lib.club_too_young(p_member bigint, p_min_age int, p_tz text)
returns boolean language plpgsql stable as $$
declare
    v_birth date;
begin
    if coalesce(p_min_age, 0) = 0 then
        return false;
    end if;
    v_birth := (select lib.pii_open(birth_enc)::date from member_pii where member_id = p_member);
    if v_birth is not null then
        return v_birth + p_min_age * interval '1 year' > (now() at time zone p_tz)::date;
    end if;
    return (select p_min_age >= 18 and under_18 or p_min_age < 18 and under_consent_age
              from member
             where member_id = p_member);
end $$;

-- Locks a member and what the member has to do with a club, and looks at both.  Refuses with ZC002 where there is no
-- such club; a closed one is there only for those who leave it.
create function lib.membership_lock(p_member bigint, p_club bigint, p_closed_too boolean default false)
returns lib.membership_at language plpgsql volatile as $$
declare
    v_at lib.membership_at;
begin
    perform from member where member_id = p_member for no key update;
    select m.status, m.track_id, m.applied_at, m.invited_at, m.paused_at, m.paused_days, m.paused_year
      into v_at.status, v_at.track, v_at.applied_at, v_at.invited_at, v_at.paused_at, v_at.paused_days, v_at.paused_year
      from membership m
     where m.member_id = p_member
       and m.club_id = p_club
       for no key update;
    v_at.member := p_member;
    v_at.club := p_club;
    select c.status, c.form, c.join_policy, c.tz, lib.club_settings(c.form, c.settings), lib.club_is_listed(c)
      into v_at.club_status, v_at.form, v_at.join_policy, v_at.tz, v_at.settings, v_at.listed
      from club c
     where c.club_id = p_club;
    if not found or v_at.club_status = 'closed' and not p_closed_too then
        perform lib.refuse('ZC002');
    end if;
    return v_at;
end $$;

-- Refuses a step that the state machine does not have.
create function lib.membership_require(p_at lib.membership_at, p_from text[])
returns void language plpgsql immutable as $$
begin
    if (p_at).status is null then
        perform lib.refuse('ZC014');
    end if;
    if (p_at).status <> all (p_from) then
        perform lib.refuse('ZC017', jsonb_build_object('state', (p_at).status));
    end if;
end $$;

-- Refuses who may not become, or apply to become, a member now: club frozen, too young, too many clubs, too often in
-- and out.
create function lib.membership_admit(p_at lib.membership_at)
returns void language plpgsql stable as $$
declare
    v_min_age int := ((p_at).settings ->> 'min_age')::int;
begin
    if (p_at).club_status = 'frozen' then
        perform lib.refuse('ZC017', '{"state":"frozen"}');
    end if;
    if lib.club_too_young((p_at).member, v_min_age, (p_at).tz) then
        perform lib.refuse('ZC013', jsonb_build_object('min_age', v_min_age));
    end if;
    if (select count(*)
          from membership
         where member_id = (p_at).member
           and club_id <> (p_at).club
           and status in ('applied', 'active', 'paused', 'lapsed')) >= 50 then
        perform lib.refuse('ZC024', '{"max":50}');
    end if;
    if (select count(*)
          from tier_change
         where member_id = (p_at).member
           and club_id = (p_at).club
           and cause = 'join'
           and at > now() - interval '1 day') >= 3 then
        perform lib.refuse('ZC024', '{"max":3}');
    end if;
end $$;

-- The track to join on: the one asked for, else the first without a fee.  One with a fee is closed (ZC034 {"fee_kind"}).
create function lib.membership_track(p_club bigint, p_track bigint)
returns bigint language plpgsql stable as $$
declare
    v_track record;
begin
    select track_id, fee_kind
      into v_track
      from track
     where club_id = p_club
       and active
       and (p_track is null or track_id = p_track)
     order by fee_kind <> 'free', fee_minor, track_id
     limit 1;
    if not found then
        perform lib.invalid('track', 'is no track of this club');
    end if;
    if v_track.fee_kind <> 'free' then
        perform lib.refuse('ZC034', jsonb_build_object('fee_kind', v_track.fee_kind));
    end if;
    return v_track.track_id;
end $$;

-- What tells of a new state: the member, and the staff that a figure moved.
create function lib.membership_events(p_member bigint, p_club bigint, p_status text, p_metric text)
returns lib.event_row[] language sql immutable as $$
    select array[lib.event('me:' || p_member, 'membership.changed', 'svc.account',
                           jsonb_build_object('club', p_club::text, 'status', p_status), p_subjects => array[p_member])]
           || case when p_metric is not null
                   then array[lib.event('staff:' || p_club, 'metric.updated', 'staff',
                                        jsonb_build_object('metric', p_metric))]
                   else '{}'::lib.event_row[] end;
$$;

-- Enters `active`, for the first time or again; the day of joining is kept from before, and a tier that has not ended.
-- The first time brings the welcome package.
--   before  the caller holds the member's row (lib.membership_lock) and has decided that the member may: policy,
--           lib.membership_admit; p_track is one of lib.membership_track
--   after   the caller locks nothing more, and puts the events, and lib.sys(p_reload => array[member],
--           p_shown => array[member]), into its one lib.emit_all
--   p_told  the member is told by a notice, too
create function lib.membership_enter(p_member bigint, p_club bigint, p_track bigint, p_actor text,
                                     p_told boolean default false)
returns lib.event_row[] language plpgsql volatile as $$
declare
    v_had    bigint;
    v_joined timestamptz;
    v_tier   bigint;
    v_events lib.event_row[] := lib.membership_events(p_member, p_club, 'active', 'members');
begin
    select tier_id, joined_at
      into v_had, v_joined
      from membership
     where member_id = p_member
       and club_id = p_club
       for no key update;
    select tier_id into v_tier from tier where club_id = p_club order by rank limit 1;
    insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)
    values (p_member, p_club, p_track, 'active', v_tier, now())
        on conflict (member_id, club_id)
        do update set track_id = excluded.track_id, status = 'active', version = membership.version + 1,
                      joined_at = coalesce(membership.joined_at, excluded.joined_at),
                      paused_at = null;
    insert into tier_change (member_id, club_id, from_tier, to_tier, cause, actor)
    values (p_member, p_club, v_had, coalesce(v_had, v_tier), 'join', p_actor);
    v_events := v_events || lib.tier_return(p_member, p_club);
    if v_joined is null then
        return v_events || lib.welcome_grant(p_member, p_club, p_told);
    end if;
    return v_events || case when p_told then lib.membership_notice(p_member, p_club, 'active')
                            else '{}'::lib.event_row[] end;
end $$;

-- Enters `applied`; as for lib.membership_enter.
create function lib.membership_ask(p_at lib.membership_at, p_track bigint, p_answers jsonb)
returns lib.event_row[] language plpgsql volatile as $$
begin
    insert into membership (member_id, club_id, track_id, status, tier_id, applied_at, applied_answers)
    select (p_at).member, (p_at).club, p_track, 'applied', t.tier_id, now(), p_answers
      from tier t
     where t.club_id = (p_at).club
     order by t.rank
     limit 1
        on conflict (member_id, club_id)
        do update set track_id = excluded.track_id, status = excluded.status, applied_at = excluded.applied_at,
                      applied_answers = excluded.applied_answers, version = membership.version + 1;
    return lib.membership_events((p_at).member, (p_at).club, 'applied', 'applications');
end $$;

-- The answers of an application in the order of the club's questions, every one answered.
create function lib.membership_answers(p_questions jsonb, p_answers jsonb)
returns jsonb language plpgsql stable as $$
declare
    v_kept jsonb;
begin
    if exists (select
                 from jsonb_array_elements(coalesce(p_answers, '[]')) a
                where not p_questions ? (a ->> 'question')) then
        perform lib.invalid('answers', 'holds a question that the club does not ask');
    end if;
    select jsonb_agg(jsonb_build_object('question', q.question, 'answer', x.answer) order by q.no)
      into v_kept
      from jsonb_array_elements_text(p_questions) with ordinality as q (question, no)
      left join lateral (
           select normalize(btrim(a ->> 'answer', E' \n')) as answer
             from jsonb_array_elements(coalesce(p_answers, '[]')) a
            where a ->> 'question' = q.question
            limit 1) x on true;
    if exists (select from jsonb_array_elements(v_kept) k where coalesce(k ->> 'answer', '') = '') then
        perform lib.invalid('answers', 'leaves a question of the club open');
    end if;
    return v_kept;
end $$;

-- membership.apply   Joins a club, or applies to it, by its policy; also to come back.  Who is invited is in at once.
--   who    member
--   raises ZC001 by invitation only; ZC002 no such club, or one that is not listed; ZC013 too young {"min_age"}; ZC017
--          already a member or applied, expelled, club frozen; ZC024 too many clubs, joined too often today, or applied
--          within the hour; ZC034 a track with a fee; ZC035 restricted; ZC602 track, answers
--   emits  membership.changed on me:<member>; metric.updated on staff:<club>; sys
create function api.membership_apply(p_who text, p_idem text, p_hash bytea, p_club bigint, p_track bigint,
                                     p_answers jsonb)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old     lib.answer;
    v_member  bigint;
    v_at      lib.membership_at;
    v_track   bigint;
    v_answers jsonb;
    v_events  lib.event_row[];
begin
    v_old := lib.idem_begin(p_who, 'membership.apply', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    v_at := lib.membership_lock(v_member, p_club);
    if not v_at.listed and v_at.status is null then
        perform lib.refuse('ZC002');
    end if;
    if v_at.status in ('applied', 'active', 'paused', 'lapsed', 'expelled') then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_at.status));
    end if;
    if v_at.join_policy = 'invitation' and v_at.status is distinct from 'invited' then
        perform lib.refuse('ZC001');
    end if;
    perform lib.membership_admit(v_at);
    v_track := lib.membership_track(p_club, p_track);

    if v_at.join_policy = 'application' and v_at.status is distinct from 'invited' then
        if v_at.applied_at > now() - interval '1 hour' then
            perform lib.refuse('ZC024', '{"max":1}');
        end if;
        v_answers := lib.membership_answers(v_at.settings -> 'questions', p_answers);
        v_events := lib.membership_ask(v_at, v_track, v_answers);
    else
        v_events := lib.membership_enter(v_member, p_club, v_track, p_who)
                    || lib.sys(p_reload => array[v_member], p_shown => array[v_member]);
    end if;
    return lib.idem_end(p_who, 'membership.apply', p_idem,
                        lib.done(lib.membership_row(v_member, p_club), lib.emit_all(v_events)));
end $$;

-- membership.accept_invite   Becomes a member of a club that has invited the caller.
--   who    member
--   raises ZC002 no such club; ZC013 too young {"min_age"}; ZC014 nothing to do with the club; ZC017 not invited, club
--          frozen; ZC024 as membership.apply; ZC034 a track with a fee; ZC035 restricted; ZC602 track
--   emits  membership.changed on me:<member>; metric.updated on staff:<club>; sys
create function api.membership_accept_invite(p_who text, p_idem text, p_hash bytea, p_club bigint, p_track bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_at     lib.membership_at;
begin
    v_old := lib.idem_begin(p_who, 'membership.accept_invite', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    v_at := lib.membership_lock(v_member, p_club);
    perform lib.membership_require(v_at, '{invited}');
    perform lib.membership_admit(v_at);
    v_old.events := lib.emit_all(
        lib.membership_enter(v_member, p_club, lib.membership_track(p_club, p_track), p_who)
        || lib.sys(p_reload => array[v_member], p_shown => array[v_member]));
    return lib.idem_end(p_who, 'membership.accept_invite', p_idem,
                        lib.done(lib.membership_row(v_member, p_club), v_old.events));
end $$;

-- membership.decline   Turns an invitation down, or takes back one's own application.
--   who    member
--   raises ZC002 no such club; ZC014 nothing to do with the club; ZC017 neither invited nor applied; ZC035 restricted
--   emits  membership.changed on me:<member>; metric.updated on staff:<club>
create function api.membership_decline(p_who text, p_idem text, p_hash bytea, p_club bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_at     lib.membership_at;
begin
    v_old := lib.idem_begin(p_who, 'membership.decline', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    v_at := lib.membership_lock(v_member, p_club, true);
    perform lib.membership_require(v_at, '{invited,applied}');
    update membership
       set status = 'declined', version = version + 1
     where member_id = v_member
       and club_id = p_club;
    v_old.events := lib.emit_all(lib.membership_events(v_member, p_club, 'declined', 'applications'));
    return lib.idem_end(p_who, 'membership.decline', p_idem,
                        lib.done(lib.membership_row(v_member, p_club), v_old.events));
end $$;

-- membership.pause   Rests a membership: nothing is earned in that club; what there is expires as before.
--   who    member
--   raises ZC002 no such club; ZC014 never a member; ZC017 not active; ZC024 184 days of this year are used {"max"};
--          ZC035 restricted
--   emits  membership.changed on me:<member>; metric.updated on staff:<club>
create function api.membership_pause(p_who text, p_idem text, p_hash bytea, p_club bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_at     lib.membership_at;
    v_days   int;
begin
    v_old := lib.idem_begin(p_who, 'membership.pause', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    v_at := lib.membership_lock(v_member, p_club, true);
    perform lib.membership_require(v_at, '{active}');
    v_days := lib.pause_days(v_at.paused_days, v_at.paused_year, null, v_at.tz);
    if v_days >= 184 then
        perform lib.refuse('ZC024', '{"max":184}');
    end if;
    update membership
       set status = 'paused', paused_at = now(), paused_days = v_days,
           paused_year = extract(year from now() at time zone v_at.tz), version = version + 1
     where member_id = v_member
       and club_id = p_club;
    v_old.events := lib.emit_all(lib.membership_events(v_member, p_club, 'paused', 'members'));
    return lib.idem_end(p_who, 'membership.pause', p_idem,
                        lib.done(lib.membership_row(v_member, p_club), v_old.events));
end $$;

-- Ends a pause in a new state and counts its days.  The caller holds the membership's row.
create function lib.membership_unpause(p_at lib.membership_at, p_status text)
returns void language plpgsql volatile as $$
begin
    update membership
       set status = p_status, paused_at = null, version = version + 1,
           paused_days = lib.pause_days((p_at).paused_days, (p_at).paused_year,
                                        case (p_at).status when 'paused' then (p_at).paused_at end, (p_at).tz),
           paused_year = extract(year from now() at time zone (p_at).tz)
     where member_id = (p_at).member
       and club_id = (p_at).club;
end $$;

-- membership.resume   Ends the pause of a membership.
--   who    member
--   raises ZC002 no such club; ZC014 never a member; ZC017 not paused; ZC035 restricted
--   emits  membership.changed on me:<member>; metric.updated on staff:<club>
create function api.membership_resume(p_who text, p_idem text, p_hash bytea, p_club bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_at     lib.membership_at;
begin
    v_old := lib.idem_begin(p_who, 'membership.resume', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    v_at := lib.membership_lock(v_member, p_club, true);
    perform lib.membership_require(v_at, '{paused}');
    perform lib.membership_unpause(v_at, 'active');
    v_old.events := lib.emit_all(lib.membership_events(v_member, p_club, 'active', 'members'));
    return lib.idem_end(p_who, 'membership.resume', p_idem,
                        lib.done(lib.membership_row(v_member, p_club), v_old.events));
end $$;

-- Ends pauses that have used the days of their year, a hundred a run.
create function lib.pauses_end()
returns bigint language plpgsql volatile as $$
declare
    v_due    membership[];
    v_row    membership;
    v_at     lib.membership_at;
    v_events lib.event_row[] := '{}';
    v_count  bigint := 0;
begin
    select array_agg(d.due order by (d.due).club_id, (d.due).member_id)
      into v_due
      from (select m as due
              from membership m
              join club c on c.club_id = m.club_id
             where m.status = 'paused'
               and m.paused_at < now() - interval '1 day'
               and lib.pause_days(m.paused_days, m.paused_year, m.paused_at, c.tz) >= 184
             order by m.paused_at
             limit 100) d;
    if v_due is null then
        return 0;
    end if;
    perform
       from member
      where member_id in (select d.member_id from unnest(v_due) d)
      order by member_id
        for no key update;
    foreach v_row in array v_due loop
        v_at := lib.membership_lock(v_row.member_id, v_row.club_id, true);
        continue when v_at.status <> 'paused';
        perform lib.membership_unpause(v_at, 'active');
        v_events := v_events || lib.membership_events(v_row.member_id, v_row.club_id, 'active', 'members');
        v_count := v_count + 1;
    end loop;
    perform lib.emit_all(v_events);
    return v_count;
end $$;

-- membership.leave   Leaves a club at once; no reason asked, nothing forfeited.
--   who    member
--   raises ZC002 no such club; ZC014 never a member; ZC017 not a member now; ZC035 restricted
--   emits  membership.changed on me:<member>; metric.updated on staff:<club>; what ends of waiting lists and queues; of each
--          plan of the club what plan.leave does; sys
create function api.membership_leave(p_who text, p_idem text, p_hash bytea, p_club bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_at     lib.membership_at;
begin
    v_old := lib.idem_begin(p_who, 'membership.leave', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    v_at := lib.membership_lock(v_member, p_club, true);
    perform lib.membership_require(v_at, '{active,paused,lapsed}');
    perform lib.membership_unpause(v_at, 'left');
    v_old.events := lib.emit_all(
        lib.membership_events(v_member, p_club, 'left', 'members') || lib.seats_leave(v_member, p_club)
        || lib.sys(p_reload => array[v_member], p_shown => array[v_member],
                   p_ends => jsonb_build_array(jsonb_build_object(
                       'stream', 'club:' || p_club, 'member', v_member::text, 'reason', 'LEFT'))));
    return lib.idem_end(p_who, 'membership.leave', p_idem,
                        lib.done(lib.membership_row(v_member, p_club), v_old.events));
end $$;

-- Whose memberships a call is about: the caller's own, or those of the member that staff names.
create function lib.membership_subject(p_who text, p_member bigint)
returns bigint language plpgsql stable as $$
begin
    if lib.member_of(p_who) is not null then
        if p_member is distinct from coalesce(lib.member_of(p_who), p_member) and p_member is not null then
            perform lib.refuse('ZC001');
        end if;
        return lib.require_member(p_who, true);
    end if;
    perform lib.require_staff(p_who, '{agent}');
    if p_member is null then
        perform lib.invalid('member', 'must be named by staff');
    end if;
    return p_member;
end $$;

-- Is this club shown to the caller: to a member all, to staff its own?
create function lib.membership_club_is_shown(p_who text, p_club bigint)
returns boolean language sql stable as $$
    select lib.staff_of(p_who) is null
        or exists (select from staff_club where staff_id = lib.staff_of(p_who) and club_id = p_club);
$$;

-- membership.list   The caller's memberships, former ones too; for staff those of a member in the staff's clubs.
--                   Volatile, because what staff reads is written down.
--   who    member, agent
--   raises ZC001 somebody else's; ZC002 nobody of the staff's clubs; ZC602 staff that names nobody
--   emits  –
create function api.membership_list(p_who text, p_member bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_head   bigint := lib.sys_head();
    v_member bigint := lib.membership_subject(p_who, p_member);
    v_rows   jsonb;
    v_answer lib.answer;
begin
    select coalesce(jsonb_agg(lib.membership_row(v_member, m.club_id) order by m.club_id), '[]')
      into v_rows
      from membership m
     where m.member_id = v_member
       and lib.membership_club_is_shown(p_who, m.club_id);
    v_answer := lib.done(jsonb_build_object('memberships', v_rows));
    if lib.staff_of(p_who) is not null then
        if v_rows = '[]' then
            perform lib.refuse('ZC002');
        end if;
        perform lib.audit(p_who, 'membership.list', v_member, '{}');
        v_answer.subjects := array[v_member];
    end if;
    v_answer.sys_seq := v_head;
    return v_answer;
end $$;

-- membership.get   One membership, as membership.list lists it.
--   who    member, agent
--   raises ZC001 somebody else's; ZC002 there is none; ZC602 staff that names nobody
--   emits  –
create function api.membership_get(p_who text, p_club bigint, p_member bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_head   bigint := lib.sys_head();
    v_member bigint := lib.membership_subject(p_who, p_member);
    v_answer lib.answer;
begin
    v_answer := lib.done(lib.membership_row(v_member, p_club));
    if v_answer.reply is null or not lib.membership_club_is_shown(p_who, p_club) then
        perform lib.refuse('ZC002');
    end if;
    if lib.staff_of(p_who) is not null then
        perform lib.audit(p_who, 'membership.get', v_member, jsonb_build_object('club', p_club::text));
        v_answer.subjects := array[v_member];
    end if;
    v_answer.sys_seq := v_head;
    return v_answer;
end $$;
