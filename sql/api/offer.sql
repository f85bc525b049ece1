-- offer.sql -- offers as members see them: who may, when they may book, how much is left (domain.md 9.1 to 9.3).
--
--      draft --announce--> announced --at public_open_at--> open <--pause, resume--> paused
--      announced, open, paused --at booking_close_at--> closed --at starts_at--> running --at ends_at--> done
--      any but running and done --cancel--> cancelled
--
-- An audience that is {} is the whole club.  Any other makes the offer a closed one: outside of it there is no such offer,
-- for no method and for no stream.  Whether an offer is closed is settled when it is announced, because the events of its
-- stream carry it: audience club:<club>, or offer:<offer> for a closed one.

-- who ---------------------------------------------------------------------------------------------------------

-- Is the offer there for members at all?
create function lib.offer_is_out(p_state text, p_announce_at timestamptz) returns boolean language sql immutable as
$$ select p_state <> 'draft' and (p_state <> 'cancelled' or p_announce_at is not null) $$;

-- Is a member of the club, with that rank, of the audience?
create function lib.offer_means(p_offer offer, p_member bigint, p_rank int) returns boolean language plpgsql stable as $$
declare
    v_audience jsonb := (p_offer).audience;
begin
    if v_audience = '{}' then
        return true;
    end if;
    if p_rank < coalesce((v_audience ->> 'min_rank')::int, 0)
       or v_audience ? 'min_age'
          and lib.club_too_young(p_member, (v_audience ->> 'min_age')::int, (
              select tz from club where club_id = (p_offer).club_id)) then
        return false;
    end if;
    if not v_audience ?| '{segments,invite_only}' then
        return true;
    end if;
    return exists (select
                     from segment_member
                    where member_id = p_member
                      and segment_id = any (array(select jsonb_array_elements_text(v_audience -> 'segments')::bigint)))
        or v_audience ? 'invite_only'
           and exists (select from offer_invite where offer_id = (p_offer).offer_id and member_id = p_member);
end $$;

-- Does a member see the offer?  Where not, the answer is ZC002, whatever was asked.
create function lib.offer_sees(p_offer offer, p_member bigint) returns boolean language plpgsql stable as $$
declare
    v_rank int;
begin
    if not lib.offer_is_out((p_offer).state, (p_offer).announce_at) then
        return false;
    end if;
    v_rank := lib.tier_rank(p_member, (p_offer).club_id);
    return v_rank is not null and lib.offer_means(p_offer, p_member, v_rank);
end $$;

-- The offer, for a member who sees it.
create function lib.offer_seen(p_offer bigint, p_member bigint) returns offer language plpgsql stable as $$
declare
    v_offer offer;
begin
    select * into v_offer from offer where offer_id = p_offer;
    if not found or not lib.offer_sees(v_offer, p_member) then
        perform lib.refuse('ZC002');
    end if;
    return v_offer;
end $$;

-- The audience that events of its stream carry.
create function lib.offer_audience(p_offer offer) returns text language sql immutable as $$
    select case when (p_offer).audience = '{}' then 'club:' || (p_offer).club_id else 'offer:' || (p_offer).offer_id end
$$;

-- streams -----------------------------------------------------------------------------------------------------

-- The stream of an offer is there from its announcement to a day after its end.
create function lib.offer_streams(p_member bigint, p_offer bigint) returns boolean language plpgsql stable as $$
declare
    v_offer offer;
begin
    select * into v_offer from offer where offer_id = p_offer and ends_at > now() - interval '1 day';
    return found and lib.offer_sees(v_offer, p_member);
end $$;

-- The streams that a sign-in tells of: those of the next 50 offers to come that the member sees and can book or will.  Others
-- are subscribed to by name.
create function lib.offer_stream_names(p_member bigint) returns jsonb language plpgsql stable as $$
begin
    return (
        select coalesce(jsonb_agg('offer:' || l.offer_id), '[]')
          from (select n.offer_id
                  from membership m
                  join tier t on t.tier_id = m.tier_id
                 cross join lateral (
                       select o.offer_id, o.starts_at
                         from offer o
                        where o.club_id = m.club_id
                          and o.starts_at > now()
                          and o.state in ('announced', 'open', 'paused')
                          and (o.audience = '{}' or lib.offer_means(o, p_member, t.rank))
                        order by o.starts_at, o.offer_id
                        limit 50) n
                 where m.member_id = p_member
                   and m.status in ('active', 'paused', 'lapsed')
                 order by n.starts_at, n.offer_id
                 limit 50) l);
end $$;

-- The closed offers that are for a member, while they have a stream: what the gate knows of them.  lib.offer_means for many
-- at once, without its calls.
create function lib.offers_closed(p_member bigint) returns bigint[] language plpgsql stable as $$
begin
    return array(
        select o.offer_id
          from membership m
          join tier t on t.tier_id = m.tier_id
          join offer o on o.club_id = m.club_id
                      and o.audience <> '{}'
                      and o.state <> 'draft'
                      and o.ends_at > now() - interval '1 day'
         where m.member_id = p_member
           and m.status in ('active', 'paused', 'lapsed')
           and (o.state <> 'cancelled' or o.announce_at is not null)
           and t.rank >= coalesce((o.audience ->> 'min_rank')::int, 0)
           and (not o.audience ?| '{segments,invite_only}'
                or o.audience ? 'segments'
                   and exists (select from segment_member g
                                where g.member_id = p_member and o.audience -> 'segments' ? g.segment_id::text)
                or o.audience ? 'invite_only'
                   and exists (select from offer_invite i where i.offer_id = o.offer_id and i.member_id = p_member))
           and (not o.audience ? 'min_age'
                or not lib.club_too_young(p_member, (o.audience ->> 'min_age')::int, (
                       select tz from club where club_id = o.club_id)))
         order by 1);
end $$;

-- when --------------------------------------------------------------------------------------------------------

-- How much of each pool a member may book into at a time: the highest cap of the windows open for the member, 0 where none
-- is; when the earliest one opens that is not over; when the next one opens with a higher cap.  The public opening is a
-- window for everybody, whether or not a row says so, and the only one left to who lost early access by strikes.
create function lib.offer_access(p_offer offer, p_member bigint, p_at timestamptz,
                                 out cap_ppm int, out opens_at timestamptz, out next_cap_at timestamptz)
language plpgsql stable as $$
declare
    v_rank  int := lib.tier_rank(p_member, (p_offer).club_id);
    v_opens timestamptz[];
    v_caps  int[];
begin
    cap_ppm := 0;
    if v_rank is null then
        return;
    end if;
    opens_at := (p_offer).public_open_at;
    if opens_at <= p_at then
        cap_ppm := 1000000;
        return;
    end if;
    next_cap_at := opens_at;
    select array_agg(w.opens_at), array_agg(w.cum_cap_ppm)
      into v_opens, v_caps
      from access_window w
     where w.offer_id = (p_offer).offer_id
       and w.min_rank <= v_rank
       and (w.closes_at is null or w.closes_at > p_at)
       and (w.segment_id is null or exists (
               select from segment_member g where g.segment_id = w.segment_id and g.member_id = p_member));
    if v_opens is null or lib.early_access_off(p_member) then
        return;
    end if;
    select coalesce(max(w.cap) filter (where w.at <= p_at), 0), least(opens_at, min(w.at))
      into cap_ppm, opens_at
      from unnest(v_opens, v_caps) as w (at, cap);
    next_cap_at := case when cap_ppm < 1000000 then least(next_cap_at, (
        select min(w.at) from unnest(v_opens, v_caps) as w (at, cap) where w.at > p_at and w.cap > cap_ppm)) end;
end $$;

-- how much is left --------------------------------------------------------------------------------------------

-- The classes of an offer and what is left of each for everybody, in units: the least over its pools, nothing in one that is
-- kept for the head of the waiting list; p_cap_ppm of the capacity at most.  {"<class>": [level, free]}
create function lib.offer_left(p_offer bigint, p_cap_ppm int default 1000000) returns jsonb language plpgsql stable as $$
declare
    v_kept bigint[] := lib.waitlist_kept(p_offer);
begin
    return (
        select coalesce(jsonb_object_agg(l.class_id, jsonb_build_array(
                   case when l.free = 0 then 'none' when l.free <= greatest(3, l.capacity / 10) then 'few' else 'many' end,
                   l.free)), '{}')
          from (select k.class_id, min(p.capacity) as capacity,
                       min(case when p.pool_id = any (v_kept) then 0
                                else greatest(0, (p.capacity::bigint * p_cap_ppm / 1000000)::int
                                                 - p.held - p.confirmed - p.offered) end) as free
                  from seat_class_pool k
                  join seat_pool p on p.pool_id = k.pool_id
                 where k.offer_id = p_offer
                 group by k.class_id) l);
end $$;

create function lib.offer_changed(p_offer offer) returns lib.event_row language sql immutable as $$
    select lib.event('offer:' || (p_offer).offer_id, 'offer.changed', 'svc.feed',
                     jsonb_build_object('offer', (p_offer).offer_id::text, 'state', (p_offer).state,
                                        'version', (p_offer).version),
                     p_audience => lib.offer_audience(p_offer), p_object => 'offer:' || (p_offer).offer_id)
$$;

create function lib.offer_availability(p_offer offer, p_left jsonb) returns lib.event_row language sql stable as $$
    select lib.event('offer:' || (p_offer).offer_id, 'offer.availability', 'svc.feed',
                     jsonb_build_object('offer', (p_offer).offer_id::text, 'classes', (
                         select coalesce(jsonb_agg(jsonb_build_object('class', l.key, 'level', l.value ->> 0)
                                                   order by l.key::bigint), '[]')
                           from jsonb_each(p_left) l)),
                     p_audience => lib.offer_audience(p_offer), p_key => 'availability')
$$;

-- The levels alone: {"<class>": level}
create function lib.offer_levels(p_left jsonb) returns jsonb language sql immutable as
$$ select jsonb_object_agg(l.key, l.value -> 0) from jsonb_each(p_left) l $$;

-- What to tell of the seats that are left, after a transaction has changed pools or classes of an offer that it holds
-- locked: at once when a class changed its level, else four times a second at most; the job tells what was left out.
create function lib.offer_pulse(p_offer bigint) returns lib.event_row[] language plpgsql volatile as $$
declare
    v_offer offer;
    v_was   offer_pulse;
    v_left  jsonb;
begin
    select * into v_offer from offer where offer_id = p_offer;
    if v_offer.state not in ('announced', 'open', 'paused', 'closed') then
        return '{}';
    end if;
    v_left := lib.offer_left(p_offer);
    select * into v_was from offer_pulse where offer_id = p_offer;
    if v_was.levels = v_left then
        return '{}';
    end if;
    if v_was.emitted_at > clock_timestamp() - interval '250 milliseconds'
       and lib.offer_levels(v_was.levels) = lib.offer_levels(v_left) then
        if not v_was.dirty then
            update offer_pulse set dirty = true where offer_id = p_offer;
        end if;
        return '{}';
    end if;
    insert into offer_pulse as p (offer_id, levels, emitted_at) values (p_offer, v_left, clock_timestamp())
    on conflict (offer_id) do update set levels = excluded.levels, emitted_at = excluded.emitted_at, dirty = false;
    return array[lib.offer_availability(v_offer, v_left)];
end $$;

-- Tells what lib.offer_pulse left out.
create function lib.offer_pulses_run() returns bigint language plpgsql volatile as $$
declare
    v_id     bigint;
    v_events lib.event_row[] := '{}';
    v_count  bigint := 0;
begin
    for v_id in
        select o.offer_id
          from offer o
         where o.offer_id = any (array(
                   select offer_id
                     from offer_pulse
                    where dirty
                      and emitted_at <= clock_timestamp() - interval '250 milliseconds'
                    limit 200))
         order by o.offer_id
           for no key update skip locked
    loop
        v_events := v_events || lib.offer_pulse(v_id);
        update offer_pulse set dirty = false where offer_id = v_id and dirty;
        v_count := v_count + 1;
    end loop;
    perform lib.emit_all(v_events);
    return v_count;
end $$;

-- reading -----------------------------------------------------------------------------------------------------

create function lib.offer_money(p_minor bigint, p_currency text) returns jsonb language sql immutable as
$$ select jsonb_build_object('minor', p_minor, 'cur', p_currency) $$;

create function lib.offer_classes(p_offer offer) returns jsonb language plpgsql stable as $$
declare
    v_left jsonb := lib.offer_left((p_offer).offer_id);
begin
    return (
        select coalesce(jsonb_agg(jsonb_build_object(
                   'class', c.class_id::text, 'code', c.code, 'title', c.title, 'persons', c.persons,
                   'price', lib.offer_money(c.unit_price_minor, (p_offer).currency), 'points_price', c.points_price,
                   'level', coalesce(v_left -> c.class_id::text ->> 0, 'none'),
                   'free', coalesce((v_left -> c.class_id::text ->> 1)::int, 0)) order by c.class_id), '[]')
          from seat_class c
         where c.offer_id = (p_offer).offer_id);
end $$;

-- An offer as offer.get answers it and its events carry it: the same for everybody.
create function lib.offer_view(p_offer offer) returns jsonb language plpgsql stable as $$
begin
    return jsonb_build_object(
        'offer', (p_offer).offer_id::text, 'club', (p_offer).club_id::text, 'category', (p_offer).category_id::text,
        'kind', (p_offer).kind, 'title', (p_offer).title, 'organiser_name', (p_offer).organiser_name, 'body', (p_offer).body,
        'state', (p_offer).state, 'closed', (p_offer).audience <> '{}',
        'min_age', (p_offer).audience -> 'min_age',
        'starts_at', lib.iso((p_offer).starts_at), 'ends_at', lib.iso((p_offer).ends_at),
        'public_open_at', lib.iso((p_offer).public_open_at), 'booking_close_at', lib.iso((p_offer).booking_close_at),
        'name_deadline', lib.iso((p_offer).name_deadline),
        'waitlist', (p_offer).waitlist_state, 'currency', (p_offer).currency, 'points_allowed', (p_offer).points_allowed,
        'cancel_policy', (p_offer).cancel_policy,
        'steps', (select coalesce(jsonb_agg(jsonb_build_object('min_party', s.min_party, 'min_rank', s.min_rank,
                                                               'discount_ppm', s.discount_ppm)
                                            order by s.min_party, s.min_rank), '[]')
                    from price_step s
                   where s.offer_id = (p_offer).offer_id),
        'queue', lib.queue_view(p_offer), 'classes', lib.offer_classes(p_offer), 'version', (p_offer).version);
end $$;

create function lib.offer_event_view(p_offer bigint) returns lib.shown language plpgsql stable as $$
declare
    v_offer offer;
begin
    select * into v_offer from offer where offer_id = p_offer;
    return row(case when found then lib.offer_view(v_offer) end, true, false, '{}'::bigint[])::lib.shown;
end $$;

-- What holds for one member: when the own booking opens and how much of each class is there for it now.
create function lib.offer_mine(p_offer offer, p_member bigint) returns jsonb language plpgsql stable as $$
declare
    v_access record;
    v_books  boolean;
    v_left   jsonb;
begin
    select * into v_access from lib.offer_access(p_offer, p_member, now());
    v_books := v_access.cap_ppm > 0 and (p_offer).state in ('announced', 'open') and (p_offer).booking_close_at > now();
    v_left := lib.offer_left((p_offer).offer_id, case when v_books then v_access.cap_ppm else 0 end);
    return jsonb_build_object(
        'opens_at', lib.iso(v_access.opens_at), 'cap_ppm', v_access.cap_ppm,
        'next_cap_at', lib.iso(v_access.next_cap_at), 'open', v_books,
        'reminder', exists (select from offer_reminder
                             where offer_id = (p_offer).offer_id and member_id = p_member),
        'classes', (select coalesce(jsonb_agg(jsonb_build_object('class', l.key, 'free', l.value -> 1)
                                              order by l.key::bigint), '[]')
                      from jsonb_each(v_left) l));
end $$;

create function lib.offer_snapshot(p_offer bigint, p_member bigint) returns lib.shown language plpgsql stable as $$
declare
    v_offer offer;
begin
    select * into v_offer from offer where offer_id = p_offer;
    return row(lib.offer_read(v_offer, p_member), true, false, '{}'::bigint[])::lib.shown;
end $$;

-- What managers see beside: the audience, the pools, the windows.
create function lib.offer_desk(p_offer offer) returns jsonb language plpgsql stable as $$
begin
    return jsonb_build_object(
        'audience', (p_offer).audience, 'announced_at', lib.iso((p_offer).announce_at),
        'waitlist_cap', (p_offer).waitlist_cap, 'queue_rate', (p_offer).queue_rate,
        'invited', (select count(*) from offer_invite where offer_id = (p_offer).offer_id),
        'pools', (select coalesce(jsonb_agg(jsonb_build_object(
                             'pool', p.pool_id::text, 'code', p.code, 'capacity', p.capacity, 'held', p.held,
                             'confirmed', p.confirmed, 'offered', p.offered,
                             'classes', (select lib.ids(array_agg(k.class_id order by k.class_id))
                                           from seat_class_pool k
                                          where k.pool_id = p.pool_id)) order by p.pool_id), '[]')
                    from seat_pool p
                   where p.offer_id = (p_offer).offer_id),
        'windows', (select coalesce(jsonb_agg(jsonb_build_object(
                               'min_rank', w.min_rank, 'segment', w.segment_id::text, 'opens_at', lib.iso(w.opens_at),
                               'closes_at', lib.iso(w.closes_at), 'cum_cap_ppm', w.cum_cap_ppm)
                               order by w.opens_at, w.window_id), '[]')
                      from access_window w
                     where w.offer_id = (p_offer).offer_id));
end $$;

-- An offer as a principal reads it.
create function lib.offer_read(p_offer offer, p_member bigint) returns jsonb language sql stable as $$
    select lib.offer_view(p_offer) || case when p_member is null
        then jsonb_build_object('desk', lib.offer_desk(p_offer))
        else jsonb_build_object('mine', lib.offer_mine(p_offer, p_member)) end
$$;

-- offer.get   One offer: to the members it is meant for, with what holds for the caller; to managers and agents of its club,
--             with pools and windows.
--   who    member, manager, agent
--   raises ZC001 not of the club's staff; ZC002 no such offer for the caller; ZC035 restricted
--   emits  –
create function api.offer_get(p_who text, p_offer bigint)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_member bigint := lib.member_of(p_who);
    v_offer  offer;
begin
    if v_member is not null then
        perform lib.require_member(p_who);
        v_offer := lib.offer_seen(p_offer, v_member);
    else
        select * into v_offer from offer where offer_id = p_offer;
        perform lib.require_staff(p_who, '{manager,agent}', v_offer.club_id);
        if v_offer.offer_id is null then
            perform lib.refuse('ZC002');
        end if;
    end if;
    return lib.done(lib.offer_read(v_offer, v_member));
end $$;

-- An offer as a row of the list: without its text.
create function lib.offer_row(p_offer offer, p_member bigint) returns jsonb language sql stable as $$
    select lib.offer_view(p_offer) - 'body'
           || case when p_member is null then '{}' else jsonb_build_object('mine', lib.offer_mine(p_offer, p_member)) end
$$;

-- offer.list   The offers of a club by their start: to members those that they are meant for, to managers and agents all,
--              drafts, too.  Those to come or under way; with p_past those that are over or called off, the latest first.
--   who    member, manager, agent
--   raises ZC001 not of the club's staff; ZC014 not a member of it; ZC035 restricted; ZC602 cursor
--   emits  –
create function api.offer_list(p_who text, p_club bigint, p_category bigint, p_past boolean, p_limit bigint, p_cursor text)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_member bigint := lib.member_of(p_who);
    v_limit  int := coalesce(p_limit, 20);
    v_past   boolean := coalesce(p_past, false);
    v_after  timestamptz;
    v_id     bigint;
    v_rank   int;
    v_reply  jsonb;
begin
    if v_member is not null then
        perform lib.require_member(p_who);
        v_rank := lib.tier_rank(v_member, p_club);
        if v_rank is null then
            perform lib.refuse('ZC014');
        end if;
    else
        perform lib.require_staff(p_who, '{manager,agent}', p_club);
    end if;
    if p_cursor !~ '^[0-9]{1,16}-[0-9]{1,18}$' then
        perform lib.invalid('cursor', 'is not one of ours');
    end if;
    v_after := timestamptz 'epoch' + split_part(p_cursor, '-', 1)::bigint * interval '1 microsecond';
    v_id := split_part(p_cursor, '-', 2)::bigint;
    with page as (
        select o as offer, o.starts_at, o.offer_id,
               row_number() over (order by case when v_past then null else o.starts_at end, o.starts_at desc,
                                           case when v_past then -o.offer_id else o.offer_id end) as no
          from offer o
         where o.club_id = p_club
           and (o.ends_at <= now() or o.state in ('done', 'cancelled')) = v_past
           and (p_category is null or o.category_id = lib.category_number(p_category))
           and (p_cursor is null
                or case when v_past then (o.starts_at, o.offer_id) < (v_after, v_id)
                        else (o.starts_at, o.offer_id) > (v_after, v_id) end)
           and (v_member is null
                or lib.offer_is_out(o.state, o.announce_at) and lib.offer_means(o, v_member, v_rank))
         order by no
         limit v_limit + 1
    ), viewed as (
        select g.*, v.view, sum(octet_length(v.view::text) + 200) over (order by g.no) as bytes
          from page g
         cross join lateral (select lib.offer_row(g.offer, v_member) as view offset 0) v
         where g.no <= v_limit
    ), kept as (
        select * from viewed where bytes <= 120000 or no = 1
    )
    select jsonb_build_object(
               'offers', coalesce(jsonb_agg(k.view order by k.no), '[]'),
               'cursor', case when count(*) < (select count(*) from page)
                              then (select (extract(epoch from l.starts_at) * 1000000)::bigint || '-' || l.offer_id
                                      from kept l
                                     order by l.no desc
                                     limit 1) end)
      into v_reply
      from kept k;
    return lib.done(v_reply);
end $$;
