-- tier.sql -- tiers: the points that count for one, going up at once, what a member reads of it, what a manager sets.
--
-- Windows and periods begin with days of the club's zone.  tier_day holds, per member and club, the tier points up to
-- the end of each day on which some counted from, so that what counts from any day on is the difference of two rows:
-- no window has to be kept, and reading writes nothing.
--
--      lower  --enough points in the window, at once (lib.tier_raise)--> higher
--      higher --tier_until and the days of grace are over (lib.tiers_run)--> the same again, or lower
--      any    --a manager (tier.set)--> any, to an end; one set lower rises again only after it
--
-- The points that count are those in the window of the tier one has.  What keeps a tier are those of the window_months
-- before tier_until and of the days of grace after it.

-- A membership with its tier, and where it stands in the window.
create type lib.tier_at as (
    member bigint, club bigint, tz text, club_status text, status text, track text, joined_at timestamptz,
    tier bigint, rank int, name text, retain_tp bigint, window_kind text, window_months int, downgrade text,
    grace_days int, since timestamptz, until timestamptz, fixed boolean, check_at timestamptz,
    from_day date, to_day date, counted bigint);

-- windows -----------------------------------------------------------------------------------------------------

create function lib.day_start(p_day date, p_tz text) returns timestamptz language sql stable as
$$ select p_day::timestamp at time zone p_tz $$;

-- The same time of day so many months or days later, in a zone.
create function lib.later(p_at timestamptz, p_by interval, p_tz text) returns timestamptz language sql stable as
$$ select ((p_at at time zone p_tz) + p_by) at time zone p_tz $$;

-- The first day of the window: so many months ago; or of the period since the day of joining; or of the period of the
-- calendar, counted from January 2000.
create function lib.tier_from(p_kind text, p_months int, p_joined timestamptz, p_tz text)
returns date language plpgsql stable as $$
declare
    v_today  date := (now() at time zone p_tz)::date;
    v_begin  date;
    v_months int;
begin
    if p_kind = 'rolling' then
        return v_today - make_interval(months => p_months);
    end if;
    v_begin := case p_kind when 'calendar' then '2000-01-01' else (coalesce(p_joined, now()) at time zone p_tz)::date end;
    v_months := (extract(year from v_today) - extract(year from v_begin)) * 12
                + extract(month from v_today) - extract(month from v_begin);
    v_months := v_months / p_months * p_months;
    if v_begin + make_interval(months => v_months) > v_today then
        v_months := v_months - p_months;
    end if;
    return v_begin + make_interval(months => v_months);
end $$;

-- The day after the window: for a rolling one tomorrow.  Of an anniversary it is counted from the day of joining, so that
-- the 31st stays the 31st.
create function lib.tier_to(p_kind text, p_months int, p_joined timestamptz, p_tz text)
returns date language plpgsql stable as $$
declare
    v_from  date := lib.tier_from(p_kind, p_months, p_joined, p_tz);
    v_begin date := (coalesce(p_joined, now()) at time zone p_tz)::date;
begin
    if p_kind = 'rolling' then
        return (now() at time zone p_tz)::date + 1;
    end if;
    if p_kind = 'calendar' then
        return v_from + make_interval(months => p_months);
    end if;
    return v_begin + make_interval(months => p_months + (
        (extract(year from v_from) - extract(year from v_begin)) * 12
        + extract(month from v_from) - extract(month from v_begin))::int);
end $$;

-- counting ----------------------------------------------------------------------------------------------------

-- Tier points that count from a day on.
create function lib.tier_counted(p_member bigint, p_club bigint, p_from date)
returns bigint language plpgsql stable as $$
begin
    return coalesce((select total
                       from tier_day
                      where member_id = p_member
                        and club_id = p_club
                      order by day desc
                      limit 1), 0)
           - coalesce((select total
                         from tier_day
                        where member_id = p_member
                          and club_id = p_club
                          and day < p_from
                        order by day desc
                        limit 1), 0);
end $$;

-- Counts tier points to the day that they count from, with the tier account locked.
create function lib.tier_add(p_member bigint, p_club bigint, p_amount bigint, p_at timestamptz)
returns void language plpgsql volatile as $$
declare
    v_day  date := (select (p_at at time zone tz)::date from club where club_id = p_club);
    v_last tier_day;
begin
    select *
      into v_last
      from tier_day
     where member_id = p_member
       and club_id = p_club
     order by day desc
     limit 1;
    if v_last.day > v_day then      -- back-dated, or reversed: it counts on all days since
        update tier_day
           set total = total + p_amount
         where member_id = p_member
           and club_id = p_club
           and day > v_day;
        select *
          into v_last
          from tier_day
         where member_id = p_member
           and club_id = p_club
           and day <= v_day
         order by day desc
         limit 1;
    end if;
    if v_last.day = v_day then
        update tier_day
           set total = total + p_amount
         where member_id = p_member
           and club_id = p_club
           and day = v_day;
    else
        insert into tier_day (member_id, club_id, day, total)
        values (p_member, p_club, v_day, coalesce(v_last.total, 0) + p_amount);
    end if;
end $$;

-- The same for many memberships at once, each of them once.
create function lib.tier_add_many(p_members bigint[], p_clubs bigint[], p_days date[], p_amounts bigint[])
returns void language plpgsql volatile as $$
begin
    insert into tier_day as d (member_id, club_id, day, total)
    select u.member, u.club, u.day, u.amount + coalesce(b.total, 0)
      from unnest(p_members, p_clubs, p_days, p_amounts) as u (member, club, day, amount)
      left join lateral (select e.total
                           from tier_day e
                          where e.member_id = u.member
                            and e.club_id = u.club
                            and e.day <= u.day
                          order by e.day desc
                          limit 1) b on true
        on conflict (member_id, club_id, day)
        do update set total = excluded.total;
    update tier_day d
       set total = d.total + l.amount
      from (select u.amount, e.place
              from unnest(p_members, p_clubs, p_days, p_amounts) as u (member, club, day, amount)
             cross join lateral (select y.ctid as place
                                   from tier_day y
                                  where y.member_id = u.member
                                    and y.club_id = u.club
                                    and y.day > u.day
                                 offset 0) e) l
     where d.ctid = l.place;
end $$;

-- Counts what lib.ledger_post posts; a reversal counts on the day of its original.
create function lib.tier_posted(p_posts lib.posting[])
returns void language plpgsql volatile as $$
declare
    v_p       lib.posting;
    v_members bigint[];
    v_clubs   bigint[];
    v_days    date[];
    v_amounts bigint[];
begin
    if cardinality(p_posts) > 2 then
        select array_agg(x.member), array_agg(x.club), array_agg(x.day), array_agg(x.amount)
          into v_members, v_clubs, v_days, v_amounts
          from (select p.owner_id as member, p.club, sum(p.amount)::bigint as amount,
                       (coalesce(p.effective_at, now()) at time zone (select tz from club where club_id = p.club))::date
                           as day
                  from unnest(p_posts) p
                 where p.kind = 'tier_earn'
                 group by 1, 2, 4
                 order by 1, 2) x;
        if not exists (select from unnest(p_posts) p where p.kind = 'tier_reverse')
           and cardinality(v_members) = (select count(*)
                                           from (select distinct *
                                                   from unnest(v_members, v_clubs)) as x (member, club)) then
            perform lib.tier_add_many(v_members, v_clubs, v_days, v_amounts);
            return;
        end if;
    end if;
    foreach v_p in array p_posts loop
        if v_p.kind = 'tier_earn' then
            perform lib.tier_add(v_p.owner_id, v_p.club, v_p.amount, coalesce(v_p.effective_at, now()));
        elsif v_p.kind = 'tier_reverse' then
            perform lib.tier_add(v_p.owner_id, v_p.club, -v_p.amount,
                                 (select effective_at from ledger_tx where tx_id = v_p.reverses));
        end if;
    end loop;
end $$;

-- Days whose sums differ from the entries, and days that are missing or too many; for the owner and for tests.
create function lib.tier_violations()
returns table (what text, detail text) language sql stable set search_path = club, pg_temp as $$
    select 'tier_day ' || coalesce(d.member_id, e.member) || ' ' || coalesce(d.club_id, e.club),
           coalesce(d.day, e.day) || ': ' || coalesce(d.total::text, 'none') || ', entries '
           || coalesce(e.total::text, 'none')
      from tier_day d
      full join (
           select s.member, s.club, s.day, sum(s.amt) over (partition by s.member, s.club order by s.day) as total
             from (select a.owner_id as member, a.club_id as club, (o.effective_at at time zone c.tz)::date as day,
                          sum(n.amt) as amt
                     from ledger_entry n
                     join ledger_account a on a.account_id = n.account_id and a.cur = 'TP' and a.kind = 'tier'
                     join ledger_tx x on x.tx_id = n.tx_id
                     join ledger_tx o on o.tx_id = coalesce(x.reverses, x.tx_id)
                     join club c on c.club_id = a.club_id
                    group by 1, 2, 3) s) e
        on e.member = d.member_id and e.club = d.club_id and e.day = d.day
     where d.total is distinct from e.total
$$;

-- A membership and where it stands; null where there is none.
create function lib.tier_look(p_member bigint, p_club bigint)
returns lib.tier_at language plpgsql stable as $$
declare
    v_at lib.tier_at;
begin
    select m.member_id, m.club_id, c.tz, c.status, m.status, k.code, m.joined_at, t.tier_id, t.rank, t.name, t.retain_tp,
           t.window_kind, t.window_months, t.downgrade, t.grace_days, m.tier_since, m.tier_until, m.tier_fixed,
           m.tier_check_at, lib.tier_from(t.window_kind, t.window_months, m.joined_at, c.tz), null, null
      into v_at
      from membership m
      join club c on c.club_id = m.club_id
      join tier t on t.tier_id = m.tier_id
      join track k on k.track_id = m.track_id
     where m.member_id = p_member
       and m.club_id = p_club;
    if not found then
        return null;
    end if;
    v_at.to_day := lib.tier_to(v_at.window_kind, v_at.window_months, v_at.joined_at, v_at.tz);
    v_at.counted := lib.tier_counted(p_member, p_club, v_at.from_day);
    return v_at;
end $$;

-- Tier points that count for keeping the tier: of the months before its end, and since.
create function lib.tier_kept(p_at lib.tier_at)
returns bigint language plpgsql stable as $$
begin
    return lib.tier_counted(
        p_at.member, p_at.club, (p_at.until at time zone p_at.tz - make_interval(months => p_at.window_months))::date);
end $$;

-- May the member have this tier, on that track?
create function lib.tier_open(p_tier tier, p_track text)
returns boolean language sql immutable as $$
    select coalesce((p_tier).benefits ->> 'requires_track' = p_track, not (p_tier).benefits ? 'requires_track')
$$;

-- The next tier above; null: there is none that the member may have.
create function lib.tier_next(p_at lib.tier_at)
returns tier language plpgsql stable as $$
declare
    v_tier tier;
begin
    select *
      into v_tier
      from tier t
     where t.club_id = (p_at).club
       and t.rank > (p_at).rank
       and lib.tier_open(t, (p_at).track)
     order by t.rank
     limit 1;
    return v_tier;
end $$;

-- Up to when a tier is given to somebody who gets it now: the end of its window and as long again; the lowest for ever.
create function lib.tier_end(p_tier tier, p_at lib.tier_at)
returns timestamptz language plpgsql stable as $$
begin
    if not exists (select from tier where club_id = (p_tier).club_id and rank < (p_tier).rank) then
        return null;
    end if;
    return lib.day_start(
        (lib.tier_to((p_tier).window_kind, (p_tier).window_months, (p_at).joined_at, (p_at).tz)
         + make_interval(months => (p_tier).window_months))::date, (p_at).tz);
end $$;

-- When the job has to look next: 60, 30 and 7 days before the end, and after the days of grace.
create function lib.tier_check_next(p_until timestamptz, p_grace_days int, p_tz text)
returns timestamptz language sql stable as $$
    select min(c.at)
      from (select lib.later(p_until, make_interval(days => d), p_tz) as at
              from unnest(array[-60, -30, -7, p_grace_days]) d) c
     where c.at > now()
$$;

-- moving ------------------------------------------------------------------------------------------------------

create function lib.tier_event(p_type text, p_member bigint, p_club bigint, p_from int, p_to int, p_until timestamptz,
                               p_missing bigint)
returns lib.event_row language sql stable as $$
    select lib.event('me:' || p_member, p_type, 'svc.account',
                     jsonb_build_object('club', p_club::text, 'from', p_from, 'to', p_to, 'until', lib.iso(p_until),
                                        'missing', p_missing),
                     p_subjects => array[p_member])
$$;

-- Gives a member a tier, or the same one anew, and returns the event; the caller holds the membership's row, adds
-- lib.sys with the member in reload and shown where the rank differs, and emits.
--   p_told  false: the job notifies the member
create function lib.tier_move(p_at lib.tier_at, p_tier tier, p_until timestamptz, p_cause text, p_actor text,
                              p_fixed boolean default false, p_reason text default null, p_told boolean default true)
returns lib.event_row language plpgsql volatile as $$
declare
    v_at   lib.tier_at;
    v_next tier;
begin
    update membership
       set tier_id = (p_tier).tier_id,
           tier_since = case when tier_id = (p_tier).tier_id then tier_since else now() end,
           tier_until = p_until, tier_fixed = p_fixed,
           tier_check_at = coalesce(lib.tier_check_next(p_until, (p_tier).grace_days, (p_at).tz), p_until),
           version = version + 1
     where member_id = (p_at).member
       and club_id = (p_at).club;
    insert into tier_change (member_id, club_id, from_tier, to_tier, cause, actor, tp_seen, reason, told_at)
    values ((p_at).member, (p_at).club, (p_at).tier, (p_tier).tier_id, p_cause, p_actor, (p_at).counted, p_reason,
            case when p_told then now() end);
    v_at := lib.tier_look((p_at).member, (p_at).club);
    v_next := lib.tier_next(v_at);
    return lib.tier_event('tier.changed', (p_at).member, (p_at).club, (p_at).rank, (p_tier).rank, p_until,
                          case when v_next.tier_id is not null
                               then greatest(v_next.qualify_tp - v_at.counted, 0) end);
end $$;

-- The highest tier above that the points in the window are enough for; null: none.  A membership that rests or is over
-- earns nothing, so it does not rise.
create function lib.tier_earned(p_at lib.tier_at)
returns tier language plpgsql stable as $$
declare
    v_tier tier;
begin
    select *
      into v_tier
      from tier t
     where t.club_id = (p_at).club
       and t.rank > (p_at).rank
       and t.qualify_tp <= (p_at).counted
       and lib.tier_open(t, (p_at).track)
     order by t.rank desc
     limit 1;
    return v_tier;
end $$;

-- Are the tier points of a membership enough for a tier above?  A look at few rows, before lib.tier_raise looks closely.
create function lib.tier_may_rise(p_member bigint, p_club bigint)
returns boolean language plpgsql stable as $$
declare
    v_m    membership;
    v_t    tier;
    v_need bigint;
begin
    select * into v_m from membership where member_id = p_member and club_id = p_club;
    select * into v_t from tier where tier_id = v_m.tier_id;
    v_need := (select min(qualify_tp) from tier where club_id = p_club and rank > v_t.rank);
    return v_need is not null
           and v_need <= lib.tier_counted(p_member, p_club, lib.tier_from(
                   v_t.window_kind, v_t.window_months, v_m.joined_at, (select tz from club where club_id = p_club)));
end $$;

-- Raises memberships whose tier points have become enough, right after they were posted: pairs, and who posted.  The
-- caller holds the rows of the memberships (rank 30) and emits the events, sys last, after those of what it posted.
create function lib.tier_raise(p_members bigint[], p_clubs bigint[], p_actors text[])
returns lib.event_row[] language plpgsql volatile as $$
declare
    v_pair    record;
    v_at      lib.tier_at;
    v_tier    tier;
    v_members bigint[];
    v_events  lib.event_row[] := '{}';
begin
    if cardinality(p_members) = 0
       or cardinality(p_members) = 1 and not lib.tier_may_rise(p_members[1], p_clubs[1]) then
        return v_events;
    end if;
    for v_pair in
        select p.member, p.club, p.actor
          from (select u.member, u.club, max(u.actor) as actor
                  from unnest(p_members, p_clubs, p_actors) as u (member, club, actor)
                 group by u.member, u.club) p
         cross join lateral (
               select tier_id, joined_at
                 from membership
                where member_id = p.member
                  and club_id = p.club
                  and status = 'active'
                  and not (tier_fixed and tier_until > now())
               offset 0) m
         cross join lateral (select * from tier where tier_id = m.tier_id offset 0) t
         where (select min(h.qualify_tp) from tier h where h.club_id = p.club and h.rank > t.rank)
               <= (select d.total       -- lib.tier_counted, without the price of a call
                     from tier_day d
                    where d.member_id = p.member
                      and d.club_id = p.club
                    order by d.day desc
                    limit 1)
                  - coalesce((select d.total
                                from tier_day d
                               where d.member_id = p.member
                                 and d.club_id = p.club
                                 and d.day < lib.tier_from(t.window_kind, t.window_months, m.joined_at,
                                                           (select c.tz from club c where c.club_id = p.club))
                               order by d.day desc
                               limit 1), 0)
         order by p.club, p.member
    loop
        v_at := lib.tier_look(v_pair.member, v_pair.club);
        v_tier := lib.tier_earned(v_at);
        continue when v_tier.tier_id is null;
        v_events := v_events || lib.tier_move(v_at, v_tier, lib.tier_end(v_tier, v_at), 'qualified', v_pair.actor,
                                              p_told => false);
        v_members := v_members || v_at.member;
    end loop;
    if v_members is not null then
        v_events := v_events || lib.sys(p_reload => v_members, p_shown => v_members);
    end if;
    return v_events;
end $$;

-- reading -----------------------------------------------------------------------------------------------------

-- What tier.explain answers, tier.changed and tier.warning carry.  Nothing of a membership that is over.
create function lib.tier_view(p_member bigint, p_club bigint)
returns lib.shown language plpgsql stable as $$
declare
    v_at   lib.tier_at := lib.tier_look(p_member, p_club);
    v_next tier;
    v_kept bigint;
begin
    if v_at.status is null or v_at.status not in ('active', 'paused', 'lapsed') then
        return row(null, false, false, array[p_member])::lib.shown;
    end if;
    v_next := lib.tier_next(v_at);
    v_kept := case when v_at.until is not null then lib.tier_kept(v_at) end;
    return row(jsonb_build_object(
                   'club', p_club::text,
                   'tier', jsonb_build_object('rank', v_at.rank, 'name', v_at.name),
                   'since', lib.iso(v_at.since), 'until', lib.iso(v_at.until), 'counted_tp', v_at.counted,
                   'window', jsonb_build_object('kind', v_at.window_kind,
                                                'from', lib.iso(lib.day_start(v_at.from_day, v_at.tz)),
                                                'to', lib.iso(lib.day_start(v_at.to_day, v_at.tz))),
                   'next', case when v_next.tier_id is not null
                                then jsonb_build_object('rank', v_next.rank, 'name', v_next.name,
                                                        'qualify_tp', v_next.qualify_tp) end,
                   'need_next', case when v_next.tier_id is not null
                                     then greatest(v_next.qualify_tp - v_at.counted, 0) end,
                   'kept_tp', v_kept,
                   'need_keep', case when v_kept is not null then greatest(v_at.retain_tp - v_kept, 0) end,
                   'next_check', lib.iso(lib.later(v_at.until, make_interval(days => v_at.grace_days), v_at.tz))),
               true, false, array[p_member])::lib.shown;
end $$;

-- One row per club: the tier, the points that count for it, and what the next one needs.
create function lib.next_tier_rows(p_member bigint)
returns jsonb language plpgsql stable as $$
begin
    return (
        select coalesce(jsonb_agg(jsonb_build_object(
                   'club', x.club_id::text, 'rank', x.rank, 'name', x.name, 'tier_points', x.counted,
                   'next_rank', n.rank, 'next_name', n.name, 'missing', case when n.rank is not null
                                                                 then greatest(n.qualify_tp - x.counted, 0) end)
                   order by x.club_id), '[]')
          from (select m.club_id, t.rank, t.name, k.code as track,
                       lib.tier_counted(p_member, m.club_id, lib.tier_from(t.window_kind, t.window_months, m.joined_at,
                                                                           c.tz)) as counted
                  from membership m
                  join club c on c.club_id = m.club_id
                  join tier t on t.tier_id = m.tier_id
                  join track k on k.track_id = m.track_id
                 where m.member_id = p_member
                   and m.status in ('active', 'paused', 'lapsed')
                offset 0) x
          left join lateral (select h.rank, h.name, h.qualify_tp
                               from tier h
                              where h.club_id = x.club_id
                                and h.rank > x.rank
                                and lib.tier_open(h, x.track)
                              order by h.rank
                              limit 1) n on true);
end $$;

-- tier.explain   A member's tier in a club: what counts for it, what the next one needs, what keeping it needs, and when
--                that is looked at.  Volatile, because what staff reads is written down.
--   who    member, agent
--   raises ZC001 somebody else's, or a club that is not the agent's; ZC014 not a member of the club; ZC602 staff that
--          names nobody
--   emits  –
create function api.tier_explain(p_who text, p_club bigint, p_member bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_head   bigint := lib.sys_head();
    v_member bigint := lib.membership_subject(p_who, p_member);
    v_shown  lib.shown;
begin
    if lib.staff_of(p_who) is not null then
        perform lib.require_staff(p_who, '{agent}', p_club);
    end if;
    v_shown := lib.tier_view(v_member, p_club);
    if not v_shown.shown then
        perform lib.refuse('ZC014');
    end if;
    if lib.staff_of(p_who) is null then
        return row(v_shown.view, null, v_head, '{}')::lib.answer;
    end if;
    perform lib.audit(p_who, 'tier.explain', v_member, jsonb_build_object('club', p_club::text));
    return row(v_shown.view, null, v_head, array[v_member])::lib.answer;
end $$;

-- setting -----------------------------------------------------------------------------------------------------

-- The tier that a manager means, which the member's track must allow.
create function lib.tier_meant(p_at lib.tier_at, p_rank bigint)
returns tier language plpgsql stable as $$
declare
    v_tier tier;
begin
    select * into v_tier from tier t where t.club_id = (p_at).club and t.rank = p_rank;
    if not found then
        perform lib.invalid('rank', 'is no tier of this club');
    end if;
    if not lib.tier_open(v_tier, (p_at).track) then
        perform lib.invalid('rank', 'is a tier for members on another track');
    end if;
    return v_tier;
end $$;

-- tier.set   Gives a member a tier up to a day: as a courtesy (staff), because another programme gave one (match), or
--            because what it was given for was reversed and that was abuse (reversal).  One set lower rises again only
--            after that day.
--   who    manager
--   raises ZC001 not a manager of the club; ZC014 nothing to do with the club; ZC017 not a member now {"state"}, club
--          frozen or closed; ZC602 rank, until, cause
--   emits  tier.changed, notify.added on me:<member>; sys
create function api.tier_set(p_who text, p_idem text, p_hash bytea, p_club bigint, p_member bigint, p_rank bigint,
                             p_until timestamptz, p_reason text, p_cause text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_head   bigint := lib.sys_head();
    v_reason text := nullif(normalize(btrim(p_reason, E' \n')), '');
    v_cause  text := coalesce(p_cause, 'staff');
    v_at     lib.tier_at;
    v_tier   tier;
    v_event  lib.event_row;
begin
    v_old := lib.idem_begin(p_who, 'tier.set', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    perform lib.require_staff(p_who, '{manager}', p_club);
    perform from membership where club_id = p_club and member_id = p_member for no key update;
    v_at := lib.tier_look(p_member, p_club);
    if v_at.status is null then
        perform lib.refuse('ZC014');
    end if;
    if v_at.club_status <> 'active' or v_at.status not in ('active', 'paused', 'lapsed') then
        perform lib.refuse('ZC017', jsonb_build_object(
            'state', case when v_at.club_status <> 'active' then v_at.club_status else v_at.status end));
    end if;
    if v_reason is null then
        perform lib.invalid('reason', 'must say why');
    end if;
    if p_until <= now() or p_until > now() + interval '5 years' then
        perform lib.invalid('until', 'must lie ahead, by 5 years at most');
    end if;
    v_tier := lib.tier_meant(v_at, p_rank);
    if v_cause = 'reversal' and v_tier.rank >= v_at.rank then
        perform lib.invalid('cause', 'is one for a lower tier');
    end if;

    v_event := lib.tier_move(v_at, v_tier, p_until, v_cause, p_who, v_tier.rank < v_at.rank
                             or v_at.fixed and v_tier.rank = v_at.rank, v_reason);
    perform lib.audit(p_who, 'tier.set', p_member, jsonb_build_object(
        'club', p_club::text, 'from', v_at.rank, 'to', v_tier.rank, 'cause', v_cause));
    v_old.events := lib.emit_all(
        array[v_event]
        || lib.notify(p_member, 'tier', 'club:' || p_club,
                      jsonb_build_object('club', p_club::text, 'rank', v_tier.rank, 'cause', v_cause), 'svc.account')
        || lib.sys(p_reload => array[p_member], p_shown => array[p_member]));
    v_old.reply := (
        select jsonb_build_object('club', p_club::text, 'member', p_member::text, 'rank', v_tier.rank,
                                  'since', lib.iso(m.tier_since), 'until', lib.iso(m.tier_until), 'version', m.version)
          from membership m
         where m.member_id = p_member
           and m.club_id = p_club);
    return lib.idem_end(p_who, 'tier.set', p_idem, row(v_old.reply, v_old.events,
                        coalesce(lib.sys_seq_of(v_old.events), v_head), array[p_member])::lib.answer);
end $$;
