-- reservation.sql -- reservations: how they are written, shown and told of; extending, giving up, running out (domain.md 9.4).
--
--      held --confirm--> confirmed --check_in--> checked_in --> completed
--      held --ttl--> expired        held --release--> released        confirmed --cancel--> cancelled
--
-- Every operation compares expires_at with the clock under the offer's lock, so a hold past its end is over whether or
-- not the sweeper has been there.  The points of a hold are kept an hour longer than its seats: what was decided in time
-- can be captured in time, and only the end of the reservation gives them back.

-- What is sold under an offer, each kind in an order of its own.  draws: does class c draw on pool p, at place
-- (c - 1) * (number of pools) + p?  used: held, confirmed and offered.
create type lib.seat_book as (
    offer bigint, points_allowed boolean,
    classes bigint[], persons int[], unit_minor bigint[], points_price bigint[],
    pools bigint[], capacity int[], used int[], draws boolean[],
    step_party int[], step_rank int[], step_ppm int[]);

-- A party and its price.  items by place: the class, its units, those of them paid in points, prices of one; legs by
-- place: the pool and its seats.  sqlstate, error: why there is no price.
create type lib.resv_quote as (
    sqlstate text, error jsonb,
    classes bigint[], qty int[], points_qty int[], unit_minor bigint[], unit_points bigint[],
    pools bigint[], pool_at int[], pool_qty int[],
    persons int, discount_ppm int, list_minor bigint, total_minor bigint, points bigint);

-- One reservation to write.
create type lib.resv_new as (
    resv bigint, offer bigint, member bigint, source text, expires_at timestamptz, party jsonb, point_hold bigint,
    persons int, discount_ppm int, total_minor bigint, points bigint,
    classes bigint[], qty int[], points_qty int[], unit_minor bigint[], unit_points bigint[],
    pools bigint[], pool_qty int[], plan bigint);

-- writing -------------------------------------------------------------------------------------------------------

-- Writes reservations with their items and legs, and moves their seats from p_from (free or offered) to held.  The offers
-- are locked.
create function lib.resv_write(p_new lib.resv_new[], p_from text) returns void language plpgsql volatile as $$
begin
    insert into reservation (resv_id, offer_id, organiser, persons, state, source, expires_at, discount_ppm, total_minor,
                             points, point_hold, party, plan_id)
    select n.resv, n.offer, n.member, n.persons, 'held', n.source, n.expires_at, n.discount_ppm, n.total_minor, n.points,
           n.point_hold, n.party, n.plan
      from unnest(p_new) n;
    insert into reservation_item (resv_id, class_id, qty, points_qty, unit_minor, unit_points)
    select n.resv, i.class, i.qty, i.points_qty, i.unit_minor, i.unit_points
      from unnest(p_new) n
     cross join lateral unnest(n.classes, n.qty, n.points_qty, n.unit_minor, n.unit_points)
                     as i (class, qty, points_qty, unit_minor, unit_points);
    insert into reservation_leg (resv_id, pool_id, qty)
    select n.resv, l.pool, l.qty
      from unnest(p_new) n
     cross join lateral unnest(n.pools, n.pool_qty) as l (pool, qty);
    perform lib.pools_add(array(select l from unnest(p_new) n cross join lateral unnest(n.pools) l),
                          array(select l from unnest(p_new) n cross join lateral unnest(n.pool_qty) l), p_from, 'held');
end $$;

-- Moves seats of pools, each named as often as need be, from one counter to another.
create function lib.pools_add(p_pools bigint[], p_qty int[], p_from text, p_to text) returns void
language plpgsql volatile as $$
declare
    v_pool record;
begin
    for v_pool in
        select x.pool, sum(x.qty)::int as qty from unnest(p_pools, p_qty) as x (pool, qty) group by x.pool order by x.pool
    loop
        update seat_pool
           set held = held + v_pool.qty * ((p_to = 'held')::int - (p_from = 'held')::int),
               confirmed = confirmed + v_pool.qty * ((p_to = 'confirmed')::int - (p_from = 'confirmed')::int),
               offered = offered + v_pool.qty * ((p_to = 'offered')::int - (p_from = 'offered')::int)
         where pool_id = v_pool.pool;
    end loop;
end $$;

-- A posting that puts points of a member aside for a reservation.
create function lib.resv_posting(p_who text, p_member bigint, p_resv bigint, p_hold bigint, p_points bigint)
returns lib.posting language sql immutable as $$
    select row('hold', 'resv:' || p_resv, p_points, null, 'reservation', p_resv::text, p_who, null, null, p_hold, '{}',
               null, null, 'm', p_member, null, null, null, null, null, null)::lib.posting
$$;

create function lib.resv_new_of(p_offer offer, p_member bigint, p_source text, p_expires_at timestamptz, p_party jsonb,
                                p_quote lib.resv_quote, p_plan bigint default null)
returns lib.resv_new language plpgsql volatile as $$
begin
    return row(lib.new_id(), p_offer.offer_id, p_member, p_source, p_expires_at, p_party,
               case when p_quote.points > 0 then nextval('club.point_hold_hold_id_seq') end,
               p_quote.persons, p_quote.discount_ppm, p_quote.total_minor, p_quote.points, p_quote.classes, p_quote.qty,
               p_quote.points_qty, p_quote.unit_minor, p_quote.unit_points, p_quote.pools, p_quote.pool_qty,
               p_plan)::lib.resv_new;
end $$;

-- Makes a held reservation of seats that are there: the caller has locked offer and points, and looked.
--   raises ZC027 not enough points; ZC028 frozen; ZC602 items, points
create function lib.resv_make(p_who text, p_offer offer, p_member bigint, p_items jsonb, p_points jsonb, p_party jsonb,
                              p_source text, p_ttl interval, p_from text, out resv bigint, out posted lib.posted[])
language plpgsql volatile as $$
declare
    v_new   lib.resv_new;
    v_can   record;
begin
    v_new := lib.resv_new_of(p_offer, p_member, p_source, clock_timestamp() + p_ttl, p_party,
                             lib.resv_quote(p_offer, p_member, p_items, p_points));
    resv := v_new.resv;
    perform lib.resv_write(array[v_new], p_from);
    posted := '{}';
    if v_new.points > 0 then
        v_can := lib.points_can('m', p_member, v_new.points);
        if v_can.sqlstate is not null then
            perform lib.refuse(v_can.sqlstate, v_can.error);
        end if;
        insert into point_hold (hold_id, account_id, held_account, requested_by, amount, purpose, ref_id, expires_at)
        overriding system value
        select v_new.point_hold, r.account_id, h.account_id, p_who, v_new.points, 'reservation', resv::text,
               v_new.expires_at + interval '1 hour'
          from (select account_id from ledger_account
                 where cur = 'RP' and kind = 'redeemable' and owner_kind = 'm' and owner_id = p_member and club_id = 0) r,
               (select account_id from ledger_account
                 where cur = 'RP' and kind = 'held' and owner_kind = 'm' and owner_id = p_member and club_id = 0) h;
        posted := lib.ledger_post(array[lib.resv_posting(p_who, p_member, resv, v_new.point_hold, v_new.points)]);
    end if;
end $$;

-- Ends held reservations of locked offers, released or expired, and frees their seats.  Their points: lib.holds_points.
create function lib.holds_end(p_resvs bigint[], p_state text) returns void language plpgsql volatile as $$
begin
    update reservation
       set state = p_state, closed_at = clock_timestamp(), version = version + 1
     where resv_id = any (p_resvs);
    perform lib.pools_add(array(select l.pool_id from reservation_leg l where l.resv_id = any (p_resvs) order by l.resv_id, l.pool_id),
                          array(select l.qty from reservation_leg l where l.resv_id = any (p_resvs) order by l.resv_id, l.pool_id),
                          'held', 'free');
end $$;

-- Those whose points these reservations keep: to be locked before lib.holds_points.
create function lib.holds_owners(p_resvs bigint[]) returns bigint[] language plpgsql stable as $$
begin
    return array(select distinct r.organiser
                   from reservation r
                  where r.resv_id = any (p_resvs)
                    and r.point_hold is not null
                  order by r.organiser);
end $$;

-- Gives back the points that these ended reservations keep; whose they are is locked.
create function lib.holds_points(p_resvs bigint[], p_who text) returns lib.posted[] language plpgsql volatile as $$
declare
    v_hold  record;
    v_posts lib.posting[] := '{}';
begin
    for v_hold in
        select r.resv_id, r.organiser, r.state, h.hold_id, h.amount
          from reservation r
         cross join lateral (select x.hold_id, x.amount, x.state from point_hold x
                              where x.hold_id = r.point_hold offset 0) h
         where r.resv_id = any (p_resvs)
           and h.state = 'active'
         order by h.hold_id
    loop
        update point_hold set state = v_hold.state where hold_id = v_hold.hold_id;
        v_posts := v_posts || row('release', 'rel:' || v_hold.hold_id, v_hold.amount, null, 'reservation',
                                  v_hold.resv_id::text, p_who, null, null, v_hold.hold_id, '{}', null, null, 'm',
                                  v_hold.organiser, null, null, null, null, null, null)::lib.posting;
    end loop;
    if cardinality(v_posts) = 0 then
        return '{}';
    end if;
    return lib.ledger_post(v_posts);
end $$;

-- The seats of a reservation that is confirmed: a row per person, in the order of classes, units and persons.  The first
-- units of a class are those paid in points.  Each seat has its share of the price, to the unit by largest remainder.
-- Who was named with the hold gets the first seats of the class; where nobody was, the first seat is the organiser's.
create function lib.resv_seats(p_resv bigint) returns void language plpgsql volatile as $$
declare
    v_resv  reservation;
    v_party jsonb;
begin
    select * into v_resv from reservation where resv_id = p_resv;
    v_party := case when jsonb_array_length(v_resv.party) > 0 then v_resv.party else jsonb_build_array(jsonb_build_object(
        'class', (select min(class_id)::text from reservation_item where resv_id = p_resv),
        'member', v_resv.organiser::text)) end;
    insert into reservation_party (resv_id, seat_no, class_id, unit_no, member_id, guest_label, state, price_minor,
                                   price_points, in_points)
    select p_resv, s.seat, s.class_id, s.unit, n.member, n.guest,
           case when n.member = v_resv.organiser or n.guest is not null then 'accepted'
                when n.member is not null then 'invited'
                else 'unnamed' end,
           s.minor + (row_number() over (order by s.rest desc, s.seat) <= v_resv.total_minor - s.minors)::int, s.points,
           s.in_points
      from (select b.*, sum(b.minor) over () as minors
              from (select a.*, case when a.whole > 0 then floor(a.share / a.whole)::bigint else 0 end as minor,
                           case when a.whole > 0 then a.share - floor(a.share / a.whole) * a.whole else 0 end as rest
                      from (select i.class_id, u.unit, p.person, u.unit <= i.points_qty as in_points,
                                   (row_number() over (order by i.class_id, u.unit, p.person))::int as seat,
                                   row_number() over (partition by i.class_id order by u.unit, p.person) as class_seat,
                                   case when u.unit <= i.points_qty then 0
                                        else v_resv.total_minor::numeric * i.unit_minor * (m.parts / c.persons) end as share,
                                   m.whole * m.parts as whole,
                                   case when u.unit <= i.points_qty
                                        then i.unit_points / c.persons + (p.person <= i.unit_points % c.persons)::int
                                        else 0 end as points
                              from reservation_item i
                              join seat_class c on c.class_id = i.class_id
                             cross join (select sum((x.qty - x.points_qty)::numeric * x.unit_minor) as whole, 27720 as parts
                                           from reservation_item x
                                          where x.resv_id = p_resv) m
                             cross join generate_series(1, i.qty) as u (unit)
                             cross join generate_series(1, c.persons) as p (person)
                             where i.resv_id = p_resv) a) b) s
      left join (select (t.row ->> 'class')::bigint as class, (t.row ->> 'member')::bigint as member, t.row ->> 'guest' as guest,
                        row_number() over (partition by t.row ->> 'class' order by t.no) as class_seat
                   from jsonb_array_elements(v_party) with ordinality as t (row, no)) n
        on n.class = s.class_id and n.class_seat = s.class_seat;
    update reservation set party = null where resv_id = p_resv;
end $$;

-- showing -------------------------------------------------------------------------------------------------------

create function lib.resv_state(p_resv reservation) returns text language sql stable as $$
    select case when (p_resv).state = 'held' and (p_resv).expires_at <= clock_timestamp() then 'expired'
                else (p_resv).state end
$$;

-- A reservation as the organiser, one of its party or the club (viewer 0) sees it; view null: not for the viewer.
-- Prices, and guests by the organiser's words, are the organiser's and the club's.  Who has accepted a seat sees who
-- else has; who is invited sees the own seat alone.
create function lib.resv_view(p_resv bigint, p_viewer bigint) returns lib.shown language plpgsql stable as $$
declare
    v_resv     reservation;
    v_offer    offer;
    v_whole    boolean;     -- the viewer is the organiser or the club
    v_party    boolean;     -- has accepted a seat
    v_seats    jsonb;
    v_subjects bigint[];
    v_view     jsonb;
begin
    select * into v_resv from reservation where resv_id = p_resv;
    v_whole := p_viewer in (v_resv.organiser, 0);
    if v_whole is not true then
        select bool_or(state <> 'invited') into v_party
          from reservation_party
         where resv_id = p_resv
           and member_id = p_viewer
           and state in ('invited', 'accepted', 'checked_in', 'no_show');
        if v_resv.resv_id is null or v_party is null then
            return row(null, true, false, '{}'::bigint[])::lib.shown;
        end if;
    end if;
    select * into v_offer from offer where offer_id = v_resv.offer_id;
    select jsonb_agg(jsonb_build_object('seat', s.seat_no, 'class', s.class_id::text, 'unit', s.unit_no, 'state', s.state)
                     || case when s.member_id is not null
                             then coalesce(lib.actor_view(s.member_id), '{"former":true}') else '{}' end
                     || case when v_whole
                             then jsonb_strip_nulls(jsonb_build_object('guest', s.guest_label))
                                  || jsonb_build_object('price', lib.resv_money(s.price_minor, v_offer.currency),
                                                        'price_points', s.price_points)
                             else '{}' end
                     order by s.seat_no),
           array_agg(distinct s.member_id) filter (where s.member_id is not null)
      into v_seats, v_subjects
      from reservation_party s
     where s.resv_id = p_resv
       and (v_whole or s.member_id = p_viewer
            or v_party and s.member_id is not null and s.state in ('accepted', 'checked_in'));
    v_subjects := coalesce(v_subjects, '{}');
    if v_resv.organiser <> all (v_subjects) then
        v_subjects := v_subjects || v_resv.organiser;
    end if;

    v_view := jsonb_build_object(
        'reservation', p_resv::text, 'offer', v_resv.offer_id::text, 'club', v_offer.club_id::text, 'title', v_offer.title,
        'organiser_name', v_offer.organiser_name, 'starts_at', lib.iso(v_offer.starts_at),
        'ends_at', lib.iso(v_offer.ends_at), 'by', coalesce(lib.actor_view(v_resv.organiser), '{"former":true}'),
        'state', lib.resv_state(v_resv), 'persons', v_resv.persons, 'version', v_resv.version,
        'party', coalesce(v_seats, '[]'));
    if v_resv.plan_id is not null and (v_whole or exists (
           select from plan_member where plan_id = v_resv.plan_id and member_id = p_viewer and state = 'joined')) then
        v_view := v_view || jsonb_build_object('plan', v_resv.plan_id::text);
    end if;
    if v_whole then
        v_view := v_view || jsonb_build_object(
            'source', v_resv.source, 'expires_at', case when v_resv.state = 'held' then lib.iso(v_resv.expires_at) end,
            'extended', v_resv.extended,
            'items', (select jsonb_agg(jsonb_build_object(
                                 'class', i.class_id::text, 'title', c.title, 'qty', i.qty, 'points_qty', i.points_qty,
                                 'unit', lib.resv_money(i.unit_minor, v_offer.currency),
                                 'unit_points', nullif(i.unit_points, 0), 'persons', c.persons) order by i.class_id)
                        from reservation_item i
                        join seat_class c on c.class_id = i.class_id
                       where i.resv_id = p_resv),
            'discount_ppm', v_resv.discount_ppm, 'total', lib.resv_money(v_resv.total_minor, v_offer.currency),
            'points', v_resv.points, 'paid', lib.resv_money(v_resv.paid_minor, v_offer.currency),
            'refunded', lib.resv_money(v_resv.refunded_minor, v_offer.currency), 'created_at', lib.iso(v_resv.created_at));
    end if;
    return row(v_view, true, false, v_subjects)::lib.shown;
end $$;

-- resv.changed to the organiser and to those of the party who have accepted.
create function lib.resv_events(p_resv bigint) returns lib.event_row[] language plpgsql stable as $$
declare
    v_resv    reservation;
    v_members bigint[];
begin
    select * into v_resv from reservation where resv_id = p_resv;
    v_members := array(
        select distinct p.member_id
          from reservation_party p
         where p.resv_id = p_resv
           and p.state in ('accepted', 'checked_in', 'no_show')
           and p.member_id <> v_resv.organiser) || v_resv.organiser;
    return array(
        select lib.event('me:' || m, 'resv.changed', 'svc.resv', lib.resv_refs(v_resv.resv_id, v_resv.state, v_resv.expires_at),
                         p_subjects => array_remove(v_members, m), p_object => 'resv:' || p_resv, p_key => 'resv:' || p_resv)
          from unnest(v_members) m);
end $$;

create function lib.resv_refs(p_resv bigint, p_state text, p_expires_at timestamptz) returns jsonb
language sql stable as $$
    select jsonb_build_object('resv', p_resv::text, 'state', p_state,
                              'expires_at', case when p_state = 'held' then lib.iso(p_expires_at) end)
$$;

-- resv.changed of many that were held: those have no party yet.
create function lib.holds_events(p_resvs bigint[]) returns lib.event_row[] language plpgsql stable as $$
begin
    return array(
        select lib.event('me:' || r.organiser, 'resv.changed', 'svc.resv', lib.resv_refs(r.resv_id, r.state, r.expires_at),
                         p_object => 'resv:' || r.resv_id, p_key => 'resv:' || r.resv_id)
          from unnest(p_resvs) with ordinality as p (resv, no)
         cross join lateral (select * from reservation x where x.resv_id = p.resv offset 0) r
         order by p.no);
end $$;

-- The live reservations of a member, the newest first, for the snapshot of me.
create function lib.resv_live(p_member bigint, out views jsonb, out subjects bigint[]) language plpgsql stable as $$
declare
    v_shown lib.shown;
begin
    views := '[]';
    subjects := '{}';
    for v_shown in
        select v.*
          from (select x.resv_id
                  from (select resv_id from reservation
                         where organiser = p_member
                           and state in ('held', 'confirmed', 'checked_in')
                         union
                        select p.resv_id
                          from reservation_party p
                         cross join lateral (select state from reservation y where y.resv_id = p.resv_id offset 0) y
                         where p.member_id = p_member
                           and p.state in ('accepted', 'checked_in')
                           and y.state in ('confirmed', 'checked_in')) x
                 order by x.resv_id desc
                 limit 50) r
         cross join lateral lib.resv_view(r.resv_id, p_member) v
         order by r.resv_id desc
    loop
        continue when v_shown.view ->> 'state' = 'expired';
        views := views || v_shown.view;
        subjects := array(select distinct s from unnest(subjects || v_shown.subjects) s);
    end loop;
end $$;

-- Who looks at a reservation: the member, or 0 for an agent of its club.
create function lib.resv_viewer(p_who text, p_club bigint) returns bigint language plpgsql stable as $$
begin
    if lib.staff_of(p_who) is not null then
        perform lib.require_staff(p_who, '{agent}', p_club);
        return 0;
    end if;
    return lib.require_member(p_who, true);
end $$;

-- reservation.get   A reservation: all of it to its organiser, the part that concerns them to its party.
--   who    member, agent
--   raises ZC001 an agent of another club; ZC002 no such reservation, or not the caller's
--   emits  –
create function api.reservation_get(p_who text, p_reservation bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_head  bigint := lib.sys_head();
    v_resv  reservation;
    v_club  bigint;
    v_me    bigint;
    v_shown lib.shown;
begin
    select * into v_resv from reservation where resv_id = p_reservation;
    v_club := (select club_id from offer where offer_id = v_resv.offer_id);
    if v_club is null then
        perform lib.refuse('ZC002');
    end if;
    v_me := lib.resv_viewer(p_who, v_club);
    v_shown := lib.resv_view(p_reservation, v_me);
    if v_shown.view is null then
        perform lib.refuse('ZC002');
    end if;
    if v_me = 0 then
        perform lib.audit(p_who, 'reservation.get', v_resv.organiser, jsonb_build_object('reservation', p_reservation::text));
    end if;
    return row(v_shown.view, null, v_head, array_remove(v_shown.subjects, v_me))::lib.answer;
end $$;

-- reservation.list   The caller's reservations, and those of others in which the caller has a seat, the newest first.
--   who    member, agent
--   raises ZC001 somebody else's; ZC002 nobody of the agent's clubs; ZC602 an agent that names nobody, cursor
--   emits  –
create function api.reservation_list(p_who text, p_member bigint, p_live boolean, p_limit bigint, p_cursor text)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_head     bigint := lib.sys_head();
    v_member   bigint := lib.points_subject(p_who, p_member);
    v_staff    bigint := lib.staff_of(p_who);
    v_limit    int := coalesce(p_limit, 20);
    v_resv     bigint;
    v_shown    lib.shown;
    v_views    jsonb := '[]';
    v_subjects bigint[] := '{}';
    v_cursor   bigint;
begin
    if p_cursor !~ '^[0-9]{1,18}$' then
        perform lib.invalid('cursor', 'is not one of ours');
    end if;
    for v_resv in
        select x.resv_id
          from (select resv_id from reservation where organiser = v_member
                 union
                select resv_id from reservation_party
                 where member_id = v_member
                   and state in ('invited', 'accepted', 'checked_in', 'no_show')) x
          join reservation r on r.resv_id = x.resv_id
          join offer o on o.offer_id = r.offer_id
         where x.resv_id < coalesce(p_cursor::bigint, 9223372036854775807)
           and (p_live is null or p_live = (lib.resv_state(r) in ('held', 'confirmed', 'checked_in')))
           and (v_staff is null or exists (select from staff_club c where c.staff_id = v_staff and c.club_id = o.club_id))
         order by x.resv_id desc
         limit v_limit + 1
    loop
        if jsonb_array_length(v_views) = v_limit then
            v_cursor := (v_views -> -1 ->> 'reservation')::bigint;
            exit;
        end if;
        v_shown := lib.resv_view(v_resv, v_member);
        continue when v_shown.view is null;     -- the seat was given up meanwhile
        v_views := v_views || v_shown.view;
        v_subjects := v_subjects || v_shown.subjects;
    end loop;
    if v_staff is not null then
        perform lib.audit(p_who, 'reservation.list', v_member, '{}');
    end if;
    return row(jsonb_build_object('reservations', v_views, 'cursor', v_cursor::text), null, v_head,
               array(select distinct s from unnest(v_subjects) s where s <> coalesce(lib.member_of(p_who), 0)))::lib.answer;
end $$;

-- steps of a hold -------------------------------------------------------------------------------------------------

-- The reservation, under the lock of its offer; refuses what is not p_organiser's (null: anybody's).
create function lib.resv_locked(p_resv bigint, p_organiser bigint default null) returns reservation
language plpgsql volatile as $$
declare
    v_resv reservation;
begin
    select * into v_resv from reservation where resv_id = p_resv;
    if not found or v_resv.organiser <> p_organiser then
        perform lib.refuse('ZC002');
    end if;
    perform lib.offer_lock(v_resv.offer_id);
    select * into v_resv from reservation where resv_id = p_resv;
    return v_resv;
end $$;

-- Refuses what is not held, or no longer.
create function lib.resv_require_held(p_resv reservation) returns void language plpgsql stable as $$
begin
    if lib.resv_state(p_resv) <> 'held' then
        perform lib.refuse('ZC026', jsonb_build_object('state', lib.resv_state(p_resv)));
    end if;
end $$;

create function lib.resv_step_reply(p_resv bigint) returns jsonb language plpgsql stable as $$
declare
    v_resv reservation;
begin
    select * into v_resv from reservation where resv_id = p_resv;
    return jsonb_build_object('reservation', p_resv::text, 'state', v_resv.state,
                              'expires_at', case when v_resv.state = 'held' then lib.iso(v_resv.expires_at) end);
end $$;

-- reservation.payment_started   The payment of a hold has begun: it may be extended once.
--   who    service booking
--   raises ZC002 no such reservation; ZC026 not held any more {"state"}
--   emits  resv.changed on me
create function api.reservation_payment_started(p_who text, p_idem text, p_hash bytea, p_reservation bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_answer lib.answer := lib.idem_begin(p_who, 'reservation.payment_started', p_idem, p_hash);
    v_resv   reservation;
begin
    if v_answer.reply is not null then
        return v_answer;
    end if;
    perform lib.require_service(p_who);
    v_resv := lib.resv_locked(p_reservation);
    perform lib.resv_require_held(v_resv);
    update reservation
       set payment_started_at = coalesce(payment_started_at, clock_timestamp()), version = version + 1
     where resv_id = p_reservation;
    perform lib.audit(p_who, 'reservation.payment_started', v_resv.organiser,
                      jsonb_build_object('reservation', p_reservation::text));
    return lib.idem_end(p_who, 'reservation.payment_started', p_idem,
                        lib.done(lib.resv_step_reply(p_reservation), lib.emit_all(lib.resv_events(p_reservation))));
end $$;

-- reservation.extend   Five more minutes for a hold whose payment has begun, once.
--   who    member
--   raises ZC002 no such reservation of the member's; ZC017 no payment has begun; ZC024 extended before; ZC026 not held
--          any more {"state"}
--   emits  resv.changed on me
create function api.reservation_extend(p_who text, p_idem text, p_hash bytea, p_reservation bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_answer lib.answer := lib.idem_begin(p_who, 'reservation.extend', p_idem, p_hash);
    v_resv   reservation;
begin
    if v_answer.reply is not null then
        return v_answer;
    end if;
    v_resv := lib.resv_locked(p_reservation, lib.require_member(p_who));
    perform lib.resv_require_held(v_resv);
    if v_resv.extended then
        perform lib.refuse('ZC024', '{"max":1}');
    elsif v_resv.payment_started_at is null then
        perform lib.refuse('ZC017', '{"state":"not_paying"}');
    end if;
    update reservation
       set expires_at = expires_at + interval '5 minutes', extended = true, version = version + 1
     where resv_id = p_reservation;
    return lib.idem_end(p_who, 'reservation.extend', p_idem,
                        lib.done(lib.resv_step_reply(p_reservation), lib.emit_all(lib.resv_events(p_reservation))));
end $$;

-- reservation.release   Gives a hold up: its seats are free at once, its points the member's again.
--   who    member, agent
--   raises ZC001 an agent of another club; ZC002 no such reservation, or not the caller's; ZC026 not held any more {"state"}
--   emits  resv.changed, points.changed on me; offer.availability; what the waiting list has to tell
create function api.reservation_release(p_who text, p_idem text, p_hash bytea, p_reservation bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_answer lib.answer := lib.idem_begin(p_who, 'reservation.release', p_idem, p_hash);
    v_resv   reservation;
    v_events lib.event_row[];
begin
    if v_answer.reply is not null then
        return v_answer;
    end if;
    if lib.staff_of(p_who) is not null then
        perform lib.require_staff(p_who, '{agent}', coalesce(
            (select o.club_id from reservation r join offer o on o.offer_id = r.offer_id where r.resv_id = p_reservation), 0));
    end if;
    v_resv := lib.resv_locked(p_reservation,
                              case when lib.staff_of(p_who) is null then lib.require_member(p_who, true) end);
    perform lib.resv_require_held(v_resv);
    if lib.staff_of(p_who) is not null then
        perform lib.audit(p_who, 'reservation.release', v_resv.organiser,
                          jsonb_build_object('reservation', p_reservation::text));
    end if;
    perform lib.holds_end(array[p_reservation], 'released');
    v_events := lib.waitlist_fill(v_resv.offer_id);
    if v_resv.point_hold is not null then
        perform lib.points_lock(array[v_resv.organiser]);
        v_events := v_events || lib.points_events(lib.holds_points(array[p_reservation], p_who));
    end if;
    return lib.idem_end(p_who, 'reservation.release', p_idem,
                        lib.done(lib.resv_step_reply(p_reservation), lib.emit_all(
                            v_events || lib.offer_pulse(v_resv.offer_id) || lib.resv_events(p_reservation))));
end $$;

-- Ends what is past its end, 200 at a time; offers locked elsewhere are left for the next run.  Of those with a waiting
-- list one in a run: filling it takes locks that come after all offers.
create function lib.reservations_run() returns bigint language plpgsql volatile
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_now    timestamptz := clock_timestamp();
    v_offer  bigint;
    v_offers bigint[] := '{}';
    v_waits  bigint;
    v_due    bigint[];
    v_owners bigint[];
    v_events lib.event_row[] := '{}';
begin
    for v_offer in
        select o.offer_id
          from offer o
         where o.offer_id in (
                   select d.offer_id
                     from (select offer_id from reservation
                            where state = 'held' and expires_at <= v_now
                            order by expires_at limit 200) d)
         order by o.offer_id
           for no key update skip locked
    loop
        if exists (select from waitlist_entry where offer_id = v_offer and state = 'waiting') then
            continue when v_waits is not null;
            v_waits := v_offer;
        end if;
        v_offers := v_offers || v_offer;
    end loop;
    v_due := array(
        select d.resv_id
          from (select resv_id, offer_id from reservation
                 where state = 'held' and expires_at <= v_now
                 order by expires_at limit 200) d
         where d.offer_id = any (v_offers));
    if cardinality(v_due) = 0 then
        return 0;
    end if;
    perform lib.holds_end(v_due, 'expired');
    if v_waits is not null then
        v_events := lib.waitlist_fill(v_waits);
    end if;
    v_owners := lib.holds_owners(v_due);
    if cardinality(v_owners) > 0 then
        perform lib.points_lock(v_owners);
        v_events := v_events || lib.points_events(lib.holds_points(v_due, 'job:reservations'));
    end if;
    foreach v_offer in array v_offers loop
        v_events := v_events || lib.offer_pulse(v_offer);
    end loop;
    perform lib.emit_all(v_events || lib.holds_events(v_due));
    return cardinality(v_due);
end $$;
