-- insight_seats.sql -- figures about the reservations of a club, for its analysts and managers (domain.md 13.5).
--
-- Counted by the month in which the offers begin, in the zone of the club.  Every reservation is in one part of its month:
--
--      open        held now                                   coming      confirmed, still to come
--      abandoned   held and never confirmed                   came        somebody checked in
--      cancelled   confirmed and cancelled as a whole         no_show     nobody came
--
-- and every entry of a waiting list in one of converted, missed (offered, not taken), waiting, other.  A part about fewer
-- than 10 members is null.  All else is made of the parts that are shown, so that no difference of two figures tells what
-- is hidden.

create type lib.seats_part as (month date, part text, count bigint, seats bigint, shown boolean);

-- Parts of reservations, by month.  seats: of all pools.
create function lib.resv_parts(p_club bigint, p_tz text, p_from date, p_to date) returns setof lib.seats_part
language plpgsql stable as $$
begin
    return query
    select k.month, k.part, count(*), sum(k.seats)::bigint, count(distinct k.organiser) >= 10
      from (select date_trunc('month', o.starts_at at time zone p_tz)::date as month, r.organiser,
                   case when r.state = 'held' and r.expires_at > now() then 'open'
                        when r.state = 'confirmed' then 'coming'
                        when r.state in ('checked_in', 'completed') then 'came'
                        when r.state = 'no_show' then 'no_show'
                        when r.confirmed_at is not null then 'cancelled'
                        else 'abandoned' end as part,
                   coalesce((select sum(l.qty) from reservation_leg l where l.resv_id = r.resv_id), 0) as seats
              from offer o
              join reservation r on r.offer_id = o.offer_id
             where o.club_id = p_club
               and o.starts_at >= p_from::timestamp at time zone p_tz
               and o.starts_at < p_to::timestamp at time zone p_tz) k
     group by k.month, k.part;
end $$;

-- Parts of waiting lists, by month.
create function lib.wait_parts(p_club bigint, p_tz text, p_from date, p_to date) returns setof lib.seats_part
language plpgsql stable as $$
begin
    return query
    select k.month, k.part, count(*), 0::bigint, count(distinct k.member_id) >= 10
      from (select date_trunc('month', o.starts_at at time zone p_tz)::date as month, e.member_id,
                   case when e.state in ('waiting', 'offered') then 'waiting'
                        when e.state = 'converted' then 'converted'
                        when e.offered_at is not null then 'missed'
                        else 'other' end as part
              from offer o
              join waitlist_entry e on e.offer_id = o.offer_id
             where o.club_id = p_club
               and o.starts_at >= p_from::timestamp at time zone p_tz
               and o.starts_at < p_to::timestamp at time zone p_tz) k
     group by k.month, k.part;
end $$;

create function lib.part_count(p_parts lib.seats_part[], p_part text) returns bigint language sql immutable as
$$ select sum(p.count)::bigint from unnest(p_parts) p where p.part = p_part and p.shown $$;

-- The figures that parts make: sums of what is shown, and shares of these.
create function lib.seats_figures(p_parts lib.seats_part[], p_capacity bigint) returns jsonb language plpgsql immutable as $$
declare
    v_open      bigint := lib.part_count(p_parts, 'open');
    v_abandoned bigint := lib.part_count(p_parts, 'abandoned');
    v_coming    bigint := lib.part_count(p_parts, 'coming');
    v_came      bigint := lib.part_count(p_parts, 'came');
    v_no_show   bigint := lib.part_count(p_parts, 'no_show');
    v_cancelled bigint := lib.part_count(p_parts, 'cancelled');
    v_converted bigint := lib.part_count(p_parts, 'converted');
    v_missed    bigint := lib.part_count(p_parts, 'missed');
    v_taken     bigint := (select sum(p.seats) from unnest(p_parts) p
                            where p.part in ('coming', 'came', 'no_show') and p.shown);
    v_confirmed bigint := case when coalesce(v_coming, v_came, v_no_show, v_cancelled) is not null
                               then coalesce(v_coming, 0) + coalesce(v_came, 0) + coalesce(v_no_show, 0) + coalesce(v_cancelled, 0) end;
begin
    return jsonb_build_object(
        'holds', case when coalesce(v_confirmed, v_open, v_abandoned) is not null
                      then coalesce(v_confirmed, 0) + coalesce(v_open, 0) + coalesce(v_abandoned, 0) end,
        'open', v_open, 'abandoned', v_abandoned, 'confirmed', v_confirmed, 'coming', v_coming, 'came', v_came,
        'no_show', v_no_show, 'cancelled', v_cancelled, 'capacity', p_capacity,
        'fill_ppm', lib.ppm(v_taken, p_capacity),
        'abandoned_ppm', case when v_confirmed is not null then lib.ppm(v_abandoned, v_abandoned + v_confirmed) end,
        'cancelled_ppm', lib.ppm(v_cancelled, v_confirmed),
        'no_show_ppm', lib.ppm(v_no_show, v_no_show + v_came),
        'waiting', lib.part_count(p_parts, 'waiting'), 'converted', v_converted, 'missed', v_missed,
        'conversion_ppm', lib.ppm(v_converted, v_converted + v_missed));
end $$;

-- Seconds that members waited, of lists and queues: quantiles, null about fewer than 10 members.
create function lib.seats_waits(p_club bigint, p_tz text, p_from date, p_to date) returns jsonb language plpgsql stable as $$
declare
    v_offers bigint[] := array(
        select offer_id
          from offer
         where club_id = p_club
           and starts_at >= p_from::timestamp at time zone p_tz
           and starts_at < p_to::timestamp at time zone p_tz);
begin
    return (
        select jsonb_build_object('time_to_offer_s', case when count(distinct e.member_id) >= 10 then round(
                   percentile_cont(0.5) within group (order by extract(epoch from e.offered_at - e.joined_at)))::bigint end)
          from waitlist_entry e
         where e.offer_id = any (v_offers)
           and e.offered_at is not null) || (
        select jsonb_build_object('queue_p50_s', round(w.q[1])::bigint, 'queue_p95_s', round(w.q[2])::bigint)
          from (select case when count(distinct t.member_id) >= 10
                            then percentile_cont('{0.5,0.95}'::float8[]) within group (order by greatest(0, extract(
                                     epoch from t.admitted_until - interval '10 minutes'
                                                - greatest(t.at, case when t.early then o.public_open_at else t.at end))))
                            end as q
                  from queue_ticket t
                  join offer o on o.offer_id = t.offer_id
                 where t.offer_id = any (v_offers)
                   and t.admitted_until is not null) w);
end $$;

-- insight.reservations   How offers fill: holds and what becomes of them, no-shows, waiting lists, queues.
--   who    analyst, manager
--   raises ZC001 not of this club
--   emits  –
create function api.insight_reservations(p_who text, p_club bigint, p_months bigint)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_months bigint := coalesce(p_months, 12);
    v_tz     text;
    v_from   date;
    v_to     date;
    v_parts  lib.seats_part[];
    v_rows   jsonb;
    v_whole  bigint;
begin
    perform lib.require_staff(p_who, '{analyst,manager}', p_club);
    v_tz := (select tz from club where club_id = p_club);
    v_from := (date_trunc('month', now() at time zone v_tz) - make_interval(months => v_months::int - 1))::date;
    v_to := (date_trunc('month', now() at time zone v_tz) + interval '13 months')::date;
    v_parts := array(
        select p from lib.resv_parts(p_club, v_tz, v_from, v_to) p
         union all
        select p from lib.wait_parts(p_club, v_tz, v_from, v_to) p);
    select coalesce(jsonb_agg(jsonb_build_object('month', to_char(m.month, 'YYYY-MM'), 'offers', m.offers)
                              || lib.seats_figures(array(select p from unnest(v_parts) p where p.month = m.month), m.capacity)
                              order by m.month desc), '[]'), sum(m.capacity)
      into v_rows, v_whole
      from (select date_trunc('month', o.starts_at at time zone v_tz)::date as month, count(*) as offers,
                   sum((select sum(s.capacity) from seat_pool s where s.offer_id = o.offer_id))::bigint as capacity
              from offer o
             where o.club_id = p_club
               and o.state not in ('draft', 'cancelled')
               and o.starts_at >= v_from::timestamp at time zone v_tz
               and o.starts_at < v_to::timestamp at time zone v_tz
             group by 1) m;
    return lib.done(jsonb_build_object('club', p_club::text, 'as_of', lib.iso(now()), 'months_back', v_months,
                                       'months', v_rows)
                    || lib.seats_figures(v_parts, v_whole) || lib.seats_waits(p_club, v_tz, v_from, v_to));
end $$;
