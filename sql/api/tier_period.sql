-- tier_period.sql -- what time does to tiers: warnings before the end of one, and the end.
--
-- membership.tier_check_at says when to look next (lib.tier_check_next); the job takes what is due, a hundred a run.
-- Each look moves it on in the same transaction, so that nothing happens twice.  A pause stops no clock.  Clubs that
-- are not active are looked at a day later: nothing can be earned there.

-- What a look came to.  moved: the rank differs, so nodes must know.  notice: kind of notification; null: none.
create type lib.tier_outcome as (events lib.event_row[], moved boolean, notice text, refs jsonb);

-- The tier below that a member falls to; null: there is none.
create function lib.tier_below(p_at lib.tier_at, p_kept bigint)
returns tier language plpgsql stable as $$
declare
    v_tier tier;
begin
    select *
      into v_tier
      from tier t
     where t.club_id = (p_at).club
       and t.rank < (p_at).rank
       and lib.tier_open(t, (p_at).track)
     order by (p_at).downgrade = 'balance_based' and t.qualify_tp > p_kept, t.rank desc
     limit 1;
    return v_tier;
end $$;

-- Ends a tier whose days of grace are over: more than earned, kept, or lower.  The caller holds the membership's row.
create function lib.tier_finish(p_at lib.tier_at)
returns lib.tier_outcome language plpgsql volatile as $$
declare
    v_kept  bigint := lib.tier_kept(p_at);
    v_tier  tier := case when (p_at).status = 'active' then lib.tier_earned(p_at) end;
    v_until timestamptz := (p_at).until;
    v_event lib.event_row;
begin
    if v_tier.tier_id is null and lib.tier_end((select t from tier t where t.tier_id = (p_at).tier), p_at) is null then
        update membership
           set tier_until = null, tier_check_at = null, tier_fixed = false, version = version + 1
         where member_id = (p_at).member
           and club_id = (p_at).club;
        return row('{}'::lib.event_row[], false, null, null)::lib.tier_outcome;
    end if;
    if v_tier.tier_id is null and v_kept >= (p_at).retain_tp then
        while v_until <= now() loop
            v_until := lib.later(v_until, make_interval(months => (p_at).window_months), (p_at).tz);
        end loop;
        select * into v_tier from tier where tier_id = (p_at).tier;
        v_event := lib.tier_move(p_at, v_tier, v_until, 'period_end', 'job:tiers');
        return row(array[v_event], false, 'tier', jsonb_build_object(
            'club', (p_at).club::text, 'rank', (p_at).rank, 'cause', 'period_end'))::lib.tier_outcome;
    end if;
    if v_tier.tier_id is not null then
        v_event := lib.tier_move(p_at, v_tier, lib.tier_end(v_tier, p_at), 'qualified', 'job:tiers');
    else
        v_tier := lib.tier_below(p_at, v_kept);
        v_event := lib.tier_move(p_at, v_tier, lib.tier_end(v_tier, p_at), 'period_end', 'job:tiers');
    end if;
    return row(array[v_event], true, 'tier', jsonb_build_object(
        'club', (p_at).club::text, 'rank', v_tier.rank,
        'cause', case when v_tier.rank > (p_at).rank then 'qualified' else 'period_end' end))::lib.tier_outcome;
end $$;

-- Warns of the end of a tier, unless enough is there already, and says when to look next.
create function lib.tier_warn(p_at lib.tier_at)
returns lib.tier_outcome language plpgsql volatile as $$
declare
    v_missing bigint := (p_at).retain_tp - lib.tier_kept(p_at);
    v_below   tier := lib.tier_below(p_at, lib.tier_kept(p_at));
begin
    update membership
       set tier_check_at = lib.tier_check_next((p_at).until, (p_at).grace_days, (p_at).tz)
     where member_id = (p_at).member
       and club_id = (p_at).club;
    if v_missing <= 0 or v_below.tier_id is null or (p_at).until <= now() then
        return row('{}'::lib.event_row[], false, null, null)::lib.tier_outcome;
    end if;
    return row(array[lib.tier_event('tier.warning', (p_at).member, (p_at).club, (p_at).rank, v_below.rank, (p_at).until,
                                    v_missing)],
               false, 'tier_warning', jsonb_build_object(
                   'club', (p_at).club::text, 'rank', (p_at).rank, 'missing', v_missing,
                   'on', to_char((p_at).until at time zone (p_at).tz - interval '1 microsecond', 'YYYY-MM-DD'))
              )::lib.tier_outcome;
end $$;

-- Looks at a membership that is due; the caller holds its row.
create function lib.tier_due(p_at lib.tier_at)
returns lib.tier_outcome language plpgsql volatile as $$
begin
    if (p_at).status not in ('active', 'paused', 'lapsed') or (p_at).until is null or (p_at).club_status <> 'active' then
        update membership
           set tier_check_at = case when (p_at).status in ('active', 'paused', 'lapsed') and (p_at).until is not null
                                    then now() + interval '1 day' end
         where member_id = (p_at).member
           and club_id = (p_at).club;
        return row('{}'::lib.event_row[], false, null, null)::lib.tier_outcome;
    end if;
    if lib.later((p_at).until, make_interval(days => (p_at).grace_days), (p_at).tz) <= now() then
        return lib.tier_finish(p_at);
    end if;
    return lib.tier_warn(p_at);
end $$;

-- Looks at who comes back to a club: the tier kept from before may have ended meanwhile.  For lib.membership_enter,
-- which holds the row and whose caller tells the nodes of the member anyway.
create function lib.tier_return(p_member bigint, p_club bigint)
returns lib.event_row[] language plpgsql volatile as $$
declare
    v_at lib.tier_at := lib.tier_look(p_member, p_club);
begin
    if v_at.until is null then
        return '{}';
    end if;
    if lib.later(v_at.until, make_interval(days => v_at.grace_days), v_at.tz) <= now() then
        return (lib.tier_finish(v_at)).events;
    end if;
    update membership
       set tier_check_at = lib.tier_check_next(v_at.until, v_at.grace_days, v_at.tz)
     where member_id = p_member
       and club_id = p_club;
    return '{}';
end $$;

-- Notifications of the rises that purchases made, which could not be queued with the accounts locked.
create function lib.tier_untold(p_limit int)
returns table (member bigint, kind text, refs jsonb) language sql volatile as $$
    with told as (
        update tier_change
           set told_at = now()
         where id = any (array(
                   select id from tier_change where told_at is null order by id limit p_limit for update skip locked))
        returning member_id, club_id, to_tier
    )
    select t.member_id, 'tier', jsonb_build_object(
               'club', t.club_id::text, 'rank', (select rank from tier where tier_id = t.to_tier), 'cause', 'qualified')
      from told t
$$;

-- The job: looks at what is due and tells the members, those whom purchases have raised too.  Locks memberships by
-- club and member, notifications by member.
create function lib.tiers_run()
returns bigint language plpgsql volatile as $$
declare
    v_row    record;
    v_at     lib.tier_at;
    v_look   lib.tier_outcome;
    v_notice record;
    v_events lib.event_row[] := '{}';
    v_moved  bigint[];
    v_whom   bigint[] := '{}';
    v_kinds  text[] := '{}';
    v_refs   jsonb[] := '{}';
    v_count  bigint := 0;
begin
    for v_row in
        select m.member_id, m.club_id
          from membership m
         where (m.member_id, m.club_id) in (
                   select d.member_id, d.club_id
                     from membership d
                    where d.tier_check_at <= now()
                    order by d.tier_check_at
                    limit 100)
         order by m.club_id, m.member_id
           for no key update skip locked
    loop
        v_at := lib.tier_look(v_row.member_id, v_row.club_id);
        continue when v_at.check_at > now();
        v_look := lib.tier_due(v_at);
        v_count := v_count + 1;
        v_events := v_events || v_look.events;
        if v_look.moved then
            v_moved := v_moved || v_row.member_id;
        end if;
        if v_look.notice is not null then
            v_whom := v_whom || v_row.member_id;
            v_kinds := v_kinds || v_look.notice;
            v_refs := v_refs || v_look.refs;
        end if;
    end loop;
    for v_notice in
        select n.member, n.kind, n.refs
          from (select * from unnest(v_whom, v_kinds, v_refs) as u (member, kind, refs)
                union all
                select * from lib.tier_untold(100)) n
         order by n.member, n.kind desc, n.refs ->> 'club'
    loop
        v_events := v_events || lib.notify(v_notice.member, v_notice.kind, 'club:' || (v_notice.refs ->> 'club'),
                                           v_notice.refs, 'svc.account');
        v_count := v_count + 1;
    end loop;
    if v_moved is not null then
        v_events := v_events || lib.sys(p_reload => v_moved, p_shown => v_moved);
    end if;
    perform lib.emit_all(v_events);
    return v_count;
end $$;
