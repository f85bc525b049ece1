-- reservation_cancel.sql -- cancelling what was confirmed: by its organiser under the policy of the offer, wholly or some
-- units of it, or because the operator cancels the offer, then with all that was paid (domain.md 9.4).
--
-- Seats keep their prices for ever, also cancelled ones: together they are what was sold.  What comes back of a seat is
-- reckoned from its own price.

-- What a cancellation does.  until: to then it is so; null: for ever.
create type lib.cancel_terms as (seats int[], whole boolean, refund_ppm int, until timestamptz, amount_minor bigint,
                                 points bigint);

-- The step of the policy that is in force: of those whose hours are still to come, the one with the most.
create function lib.cancel_step(p_offer offer, p_at timestamptz, out refund_ppm int, out until timestamptz)
language plpgsql immutable as $$
begin
    select s.refund_ppm, (p_offer).starts_at - s.hours_before * interval '1 hour'
      into refund_ppm, until
      from jsonb_to_recordset((p_offer).cancel_policy) as s (hours_before int, refund_ppm int)
     where p_at <= (p_offer).starts_at - s.hours_before * interval '1 hour'
     order by s.hours_before desc
     limit 1;
    if not found then
        refund_ppm := 0;
        until := (p_offer).starts_at;
    end if;
end $$;

-- The seats that are meant, all that are left where none are named.
--   raises ZC602 none, twice, not there, or part of a unit
create function lib.cancel_seats(p_resv bigint, p_seats jsonb)
returns int[] language plpgsql stable as $$
declare
    v_seats int[];
    v_bad   int;
begin
    if p_seats is null then
        return array(
            select seat_no
              from reservation_party
             where resv_id = p_resv
               and state <> 'cancelled'
             order by seat_no);
    end if;
    select coalesce(array_agg(distinct s::int order by s::int), '{}') into v_seats from jsonb_array_elements_text(p_seats) s;
    if v_seats = '{}' then
        perform lib.invalid('seats', 'names no seat');
    elsif cardinality(v_seats) < jsonb_array_length(p_seats) then
        perform lib.invalid('seats', 'names a seat twice');
    end if;
    select min(s)
      into v_bad
      from unnest(v_seats) s
     where not exists (
               select
                 from reservation_party
                where resv_id = p_resv
                  and seat_no = s
                  and state <> 'cancelled');
    if v_bad is not null then
        perform lib.invalid('seats', 'names seat ' || v_bad || ', which is not there');
    end if;
    select min(r.seat_no)
      into v_bad
      from reservation_party r
     where r.resv_id = p_resv
       and r.seat_no <> all (v_seats)
       and exists (
               select
                 from reservation_party x
                where x.resv_id = p_resv
                  and x.seat_no = any (v_seats)
                  and x.class_id = r.class_id
                  and x.unit_no = r.unit_no);
    if v_bad is not null then
        perform lib.invalid('seats', 'leaves out seat ' || v_bad || ' of a unit');
    end if;
    return v_seats;
end $$;

-- What of the points of a reservation has not come back.
create function lib.cancel_points_left(p_resv reservation)
returns bigint language plpgsql stable as $$
begin
    return coalesce((select amount - reversed from ledger_tx where tx_id = (p_resv).capture_tx), 0);
end $$;

-- The one computation behind the preview, the cancellation and the operator's.  Sums are rounded down, and are never
-- more than what was paid and has not come back.
create function lib.cancel_terms(p_resv reservation, p_offer offer, p_seats jsonb, p_operator boolean default false)
returns lib.cancel_terms language plpgsql stable as $$
declare
    v_terms lib.cancel_terms;
begin
    v_terms.seats := lib.cancel_seats((p_resv).resv_id, p_seats);
    v_terms.refund_ppm := 1000000;
    if not p_operator then
        select s.refund_ppm, s.until
          into v_terms.refund_ppm, v_terms.until
          from lib.cancel_step(p_offer, clock_timestamp()) s;
    end if;
    select least(trunc(sum(price_minor) filter (where seat_no = any (v_terms.seats)) * v_terms.refund_ppm / 1000000),
                 (p_resv).paid_minor - (p_resv).refunded_minor),
           least(trunc(sum(price_points) filter (where seat_no = any (v_terms.seats)) * v_terms.refund_ppm / 1000000),
                 lib.cancel_points_left(p_resv)),
           count(*) filter (where state <> 'cancelled') = cardinality(v_terms.seats)
      into v_terms.amount_minor, v_terms.points, v_terms.whole
      from reservation_party
     where resv_id = (p_resv).resv_id;
    return v_terms;
end $$;

-- The key under which this cancellation of a reservation pays back, money and points.
create function lib.cancel_key(p_resv reservation) returns text language sql immutable as
$$ select 'resv:' || (p_resv).resv_id || ':cancel:' || (p_resv).version $$;

-- Takes the seats away from who was named there: asked or accepted, they are told.
create function lib.party_withdrawn(p_resv reservation, p_seats int[])
returns lib.event_row[] language plpgsql stable as $$
begin
    return array(
        select lib.event('me:' || p.member_id, 'resv.invited', 'svc.resv',
                         jsonb_build_object('resv', p.resv_id::text, 'seat', p.seat_no, 'state', 'withdrawn'),
                         p_object => 'resv:' || p.resv_id)
          from reservation_party p
         where p.resv_id = (p_resv).resv_id
           and p.seat_no = any (p_seats)
           and p.member_id <> (p_resv).organiser
         order by p.seat_no);
end $$;

-- Cancels seats of a reservation and frees their places in the pools.  The caller holds the offer, and pays back.
create function lib.cancel_apply(p_resv reservation, p_terms lib.cancel_terms)
returns lib.event_row[] language plpgsql volatile as $$
declare
    v_unit record;
    v_gone lib.event_row[] := lib.party_withdrawn(p_resv, (p_terms).seats);
begin
    if v_gone <> '{}' then
        v_gone := v_gone || lib.sys(p_object => 'resv:' || (p_resv).resv_id);
    end if;
    for v_unit in
        select u.class_id, count(*)::int as qty, count(*) filter (where u.in_points)::int as points_qty
          from (select class_id, unit_no, bool_or(in_points) as in_points
                  from reservation_party
                 where resv_id = (p_resv).resv_id
                   and seat_no = any ((p_terms).seats)
                 group by class_id, unit_no) u
         group by u.class_id
         order by u.class_id
    loop
        update reservation_item
           set qty = qty - v_unit.qty, points_qty = points_qty - v_unit.points_qty
         where resv_id = (p_resv).resv_id
           and class_id = v_unit.class_id;
        update seat_pool
           set confirmed = confirmed - v_unit.qty
         where pool_id in (select pool_id from seat_class_pool where class_id = v_unit.class_id);
        delete from reservation_leg
         where resv_id = (p_resv).resv_id
           and pool_id in (select pool_id from seat_class_pool where class_id = v_unit.class_id)
           and qty = v_unit.qty;
        update reservation_leg
           set qty = qty - v_unit.qty
         where resv_id = (p_resv).resv_id
           and pool_id in (select pool_id from seat_class_pool where class_id = v_unit.class_id)
           and qty > v_unit.qty;
    end loop;
    update reservation_party
       set state = 'cancelled', member_id = null, guest_label = null, needs_enc = null
     where resv_id = (p_resv).resv_id
       and seat_no = any ((p_terms).seats);
    update reservation
       set persons = persons - cardinality((p_terms).seats), version = version + 1,
           state = case when (p_terms).whole then 'cancelled' else state end,
           closed_at = case when (p_terms).whole then clock_timestamp() end
     where resv_id = (p_resv).resv_id;
    return v_gone;
end $$;

-- Gives the points of a cancellation back to the lots they came from; not to who is erased, whose points are the club's.
-- The organiser's points are locked.
create function lib.cancel_points(p_resv reservation, p_offer offer, p_points bigint, p_actor text, p_operator boolean)
returns lib.posted[] language plpgsql volatile as $$
declare
    v_points bigint := least(p_points, lib.cancel_points_left(p_resv));
begin
    if v_points is null or v_points <= 0
       or (select status from member where member_id = (p_resv).organiser) = 'erased' then
        return '{}';
    end if;
    return lib.points_reverse((p_resv).capture_tx, v_points, p_operator,
                              lib.posting_of(lib.cancel_key(p_resv), p_actor, (p_offer).club_id, 'reservation',
                                             (p_resv).resv_id::text));
end $$;

-- The reservation that a call means, its organiser's or one of the agent's clubs.
create function lib.cancel_target(p_who text, p_resv bigint, out resv reservation, out offer offer)
language plpgsql stable as $$
declare
    v_staff bigint;
begin
    if lib.member_of(p_who) is null then
        v_staff := lib.require_staff(p_who, '{agent}');
    end if;
    select * into resv from reservation where resv_id = p_resv;
    select * into offer from club.offer o where o.offer_id = (resv).offer_id;
    if resv.resv_id is null or offer.offer_id is null
       or v_staff is null and resv.organiser <> lib.member_of(p_who)
       or v_staff is not null
          and not exists (select from staff_club where staff_id = v_staff and club_id = offer.club_id) then
        perform lib.refuse('ZC002');
    end if;
end $$;

-- Refuses what cannot be cancelled now.
create function lib.cancel_check(p_resv reservation, p_offer offer)
returns void language plpgsql volatile as $$
begin
    if (p_resv).state <> 'confirmed' then
        perform lib.refuse('ZC017', jsonb_build_object('state', (p_resv).state));
    end if;
    if (p_offer).state = 'cancelled' then      -- all that was paid is on its way
        perform lib.refuse('ZC017', '{"state":"cancelled"}');
    end if;
    if (p_offer).starts_at <= clock_timestamp() then
        perform lib.refuse('ZC034');
    end if;
end $$;

create function lib.cancel_reply(p_resv reservation, p_offer offer, p_terms lib.cancel_terms)
returns jsonb language sql immutable as $$
    select jsonb_build_object(
        'reservation', (p_resv).resv_id::text, 'seats', to_jsonb((p_terms).seats), 'whole', (p_terms).whole,
        'refund_ppm', (p_terms).refund_ppm, 'points', (p_terms).points,
        'refund', jsonb_build_object('minor', (p_terms).amount_minor, 'cur', (p_offer).currency))
$$;

-- reservation.cancel_preview   What a cancellation would give back now, and until when that is so.  Volatile, because what
--                              staff reads is written down.
--   who    member (the organiser), agent
--   raises ZC001 not an agent; ZC002 no such reservation for the caller; ZC017 not confirmed {"state"}; ZC034 it has begun;
--          ZC602 seats
--   emits  –
create function api.reservation_cancel_preview(p_who text, p_resv bigint, p_seats jsonb)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_at    record;
    v_terms lib.cancel_terms;
begin
    if lib.member_of(p_who) is not null then
        perform lib.require_member(p_who, true);
    end if;
    select * into v_at from lib.cancel_target(p_who, p_resv);
    if lib.member_of(p_who) is null then
        perform lib.audit(p_who, 'reservation.cancel_preview', (v_at.resv).organiser, jsonb_build_object(
            'reservation', p_resv::text));
    end if;
    perform lib.cancel_check(v_at.resv, v_at.offer);
    v_terms := lib.cancel_terms(v_at.resv, v_at.offer, p_seats);
    return lib.done(lib.cancel_reply(v_at.resv, v_at.offer, v_terms) || jsonb_build_object(
        'version', (v_at.resv).version, 'until', lib.iso(v_terms.until)));
end $$;

-- reservation.cancel   Cancels a reservation, or whole units of it, under the policy of its offer: money goes to a refund,
--                      points to the lots they came from, and the seats to who waits for them.  Open in every status: it
--                      is a way to say no.
--   who    member (the organiser), agent of the club, who says why
--   raises ZC001 not an agent; ZC002 no such reservation for the caller; ZC004 changed since {"current"}; ZC017 not
--          confirmed {"state"}; ZC034 it has begun; ZC602 seats, reason
--   emits  resv.changed, resv.invited, points.changed, waitlist.offered on me:<who is concerned>; offer.availability; sys
create function api.reservation_cancel(p_who text, p_idem text, p_hash bytea, p_resv bigint, p_seats jsonb,
                                       p_base bigint, p_reason text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_at     record;
    v_resv   reservation;
    v_offer  offer;
    v_terms  lib.cancel_terms;
    v_gone   lib.event_row[];
    v_events lib.event_row[];
    v_reason text := lib.plain_line('reason', p_reason);
begin
    v_old := lib.idem_begin(p_who, 'reservation.cancel', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    if lib.member_of(p_who) is not null then
        perform lib.require_member(p_who, true);
    end if;
    select * into v_at from lib.cancel_target(p_who, p_resv);
    if lib.member_of(p_who) is null and v_reason is null then
        perform lib.invalid('reason', 'must be said by staff');
    end if;
    v_offer := lib.offer_lock((v_at.offer).offer_id);
    select * into v_resv from reservation where resv_id = p_resv;
    perform lib.cancel_check(v_resv, v_offer);
    if p_base <> v_resv.version then
        perform lib.refuse('ZC004', jsonb_build_object('current', v_resv.version));
    end if;
    v_terms := lib.cancel_terms(v_resv, v_offer, p_seats);
    v_gone := lib.cancel_apply(v_resv, v_terms);
    perform lib.cancel_refund(v_resv, v_terms);
    v_events := lib.waitlist_fill(v_offer.offer_id) || lib.offer_pulse(v_offer.offer_id);
    if v_terms.points > 0 then
        perform lib.points_lock(lib.holds_owners(array[p_resv]));
        v_events := v_events || lib.points_events(
            lib.cancel_points(v_resv, v_offer, v_terms.points, p_who, false));
    end if;
    if lib.member_of(p_who) is null then
        perform lib.audit(p_who, 'reservation.cancel', v_resv.organiser, jsonb_build_object(
            'reservation', p_resv::text, 'seats', to_jsonb(v_terms.seats), 'reason', v_reason));
    end if;
    select * into v_resv from reservation where resv_id = p_resv;
    return lib.idem_end(p_who, 'reservation.cancel', p_idem, lib.done(
        lib.cancel_reply(v_resv, v_offer, v_terms) || jsonb_build_object(
            'state', v_resv.state, 'version', v_resv.version),
        lib.emit_all(lib.resv_events(p_resv) || v_events || v_gone)));
end $$;

-- The money of a cancellation, as work for the booking service, to the payment it came with.
create function lib.cancel_refund(p_resv reservation, p_terms lib.cancel_terms)
returns void language plpgsql volatile as $$
begin
    perform lib.refund_add(
        (p_resv).resv_id, (p_terms).amount_minor, lib.cancel_key(p_resv),
        (select payment_ref
           from payment
          where resv_id = (p_resv).resv_id
            and outcome in ('confirmed', 'confirmed_late')
          order by at
          limit 1));
end $$;
