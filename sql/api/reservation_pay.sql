-- reservation_pay.sql -- reservation.confirm: a hold becomes a booking, and money that comes too late is never lost.
--
--      held, in time --> confirmed
--      held or expired, too late --> confirmed_late: the same items from free seats, the same points once more
--                                --> refunded: seats or points are not there any more
--      released, cancelled, of a cancelled offer, paid before, another sum than was due --> refunded
--
-- What became of a payment is a row of `payment`, found again by its reference for ever.  The row is made before anything
-- is locked: two calls with one reference wait for each other there.

-- Why a payment goes back whatever seats there are; null: it does not.  p_at: the moment it is decided at.
create function lib.payment_refusal(p_resv reservation, p_offer offer, p_amount_minor bigint, p_at timestamptz)
returns text language plpgsql stable as $$
begin
    return case
               when (select status from member where member_id = (p_resv).organiser) = 'erased' then 'gone'
               when (p_resv).state in ('confirmed', 'checked_in', 'completed', 'no_show') then 'paid'
               when (p_resv).state in ('released', 'cancelled') then (p_resv).state
               when (p_offer).state = 'cancelled' then 'offer_cancelled'
               when p_amount_minor <> (p_resv).total_minor then 'amount'
               when (p_offer).starts_at <= p_at
                    and ((p_resv).state = 'expired' or (p_resv).expires_at <= p_at) then 'begun'
           end;
end $$;

-- Locks the notifications of those who were named with the hold, because they are invited after the points are locked, and
-- of p_others, who are told before: all in one order.
create function lib.party_lock(p_resv reservation, p_others bigint[] default '{}') returns void language plpgsql volatile as $$
declare
    v_member bigint;
begin
    for v_member in
        select (e ->> 'member')::bigint
          from jsonb_array_elements(case jsonb_typeof((p_resv).party) when 'array' then (p_resv).party else '[]' end) e
         where e ->> 'member' is not null
         union
        select unnest(p_others)
         order by 1
    loop
        perform lib.notify_lock(v_member);
    end loop;
end $$;

-- Spends the points of a reservation: what its hold keeps, or as many again where that is over; p_late: it is, whether or
-- not a job has been there.  p_take false: only gives back what the hold keeps.  tx: the capture; short: the points are not
-- there.
create function lib.resv_points(p_resv reservation, p_late boolean, p_take boolean, p_who text, p_club bigint,
                                out tx bigint, out short boolean, out posted lib.posted[])
language plpgsql volatile as $$
declare
    v_hold   point_hold;
    v_owner  record;
    v_new    record;
    v_spent  lib.posted[];
    v_key    text := 'resv:' || (p_resv).resv_id;
begin
    posted := '{}';
    short := false;
    if (p_resv).points = 0 then
        return;
    end if;
    select owner_kind, owner_id into v_owner from lib.hold_owner((p_resv).point_hold);
    perform lib.points_lock(case v_owner.owner_kind when 'm' then array[v_owner.owner_id] else '{}' end,
                            case v_owner.owner_kind when 'f' then array[v_owner.owner_id] else '{}' end);
    select * into v_hold from point_hold where hold_id = (p_resv).point_hold;
    if p_late and v_hold.state = 'active' then
        posted := lib.points_release(v_hold.hold_id, 'expired', lib.posting_of(
            null, p_who, p_club, 'reservation', (p_resv).resv_id::text));
        v_hold.state := 'expired';
    end if;
    if not p_take then
        return;
    end if;
    if v_hold.state = 'active' then     -- what was decided in time is carried out, though the time is over meanwhile
        update point_hold
           set expires_at = greatest(expires_at, clock_timestamp() + interval '1 minute')
         where hold_id = v_hold.hold_id;
    else
        short := (lib.points_can(v_owner.owner_kind, v_owner.owner_id, (p_resv).points)).sqlstate is not null;
        if short then
            return;
        end if;
        select h.hold, h.posted
          into v_new
          from lib.points_hold(
                   v_owner.owner_kind, v_owner.owner_id, (p_resv).points, v_hold.requested_by, v_hold.purpose,
                   v_hold.ref_id, clock_timestamp() + interval '1 minute',
                   lib.posting_of(v_key || ':again', p_who, p_club, 'reservation', (p_resv).resv_id::text)) h;
        v_hold.hold_id := v_new.hold;
        posted := posted || v_new.posted;
        update reservation set point_hold = v_new.hold where resv_id = (p_resv).resv_id;
    end if;
    v_spent := lib.points_capture(v_hold.hold_id, (p_resv).points, lib.posting_of(
        v_key || ':capture', p_who, p_club, 'reservation', (p_resv).resv_id::text));
    tx := (select p.tx from unnest(v_spent) p where p.kind = 'capture');
    posted := posted || v_spent;
end $$;

-- The seats are the organiser's: counted as confirmed, a row for each, and those who were named with the hold are asked.
create function lib.resv_confirmed(p_resv bigint, p_from text, p_paid_minor bigint, p_capture bigint)
returns lib.event_row[] language plpgsql volatile as $$
begin
    perform lib.seats_move(p_resv, p_from, 'confirmed');
    update reservation
       set state = 'confirmed', expires_at = null, closed_at = null, confirmed_at = clock_timestamp(),
           paid_minor = p_paid_minor, capture_tx = p_capture, version = version + 1
     where resv_id = p_resv;
    perform lib.resv_seats(p_resv);
    return lib.party_invite(p_resv);
end $$;

-- Money goes back.  Who has no seat for it was let down: somebody has to look at it.
create function lib.payment_refund(p_resv reservation, p_club bigint, p_payment_ref text, p_amount_minor bigint,
                                   p_reason text)
returns lib.event_row[] language plpgsql volatile as $$
declare
    v_case bigint;
begin
    perform lib.refund_add((p_resv).resv_id, p_amount_minor, 'pay:' || p_payment_ref, p_payment_ref);
    if p_reason in ('paid', 'gone') then
        return '{}';
    end if;
    v_case := lib.case_open(p_club, (p_resv).organiser, 'booking', 'paid_late', 'resv:' || (p_resv).resv_id);
    if v_case is null then
        return '{}';
    end if;
    perform lib.moment_add(p_club, (p_resv).organiser, 'payment', 'resv:' || (p_resv).resv_id, 'tragic', v_case);
    return lib.case_events(v_case);
end $$;

-- What the booking service is answered, the first time and ever after: nothing but the row of the payment.
create function lib.payment_view(p_payment payment) returns jsonb language plpgsql stable as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'reservation', (p_payment).resv_id::text, 'outcome', (p_payment).outcome, 'state', (p_payment).state,
        'amount', jsonb_build_object('minor', (p_payment).amount_minor, 'cur', (
            select currency from offer where offer_id = (
                select offer_id from reservation where resv_id = (p_payment).resv_id))),
        'reason', (p_payment).reason,
        'refund', (select refund_id::text from refund where src_key = 'pay:' || (p_payment).payment_ref)));
end $$;

-- The decision on a payment whose row was made just now.
create function lib.payment_decide(p_who text, p_payment payment, p_amount jsonb) returns lib.answer
language plpgsql volatile as $$
declare
    v_resv   reservation := lib.resv_locked((p_payment).resv_id);
    v_offer  offer;
    v_now    timestamptz := clock_timestamp();
    v_due    bigint := greatest(v_resv.total_minor, v_resv.paid_minor);
    v_late   boolean := v_resv.state = 'expired' or v_resv.state = 'held' and v_resv.expires_at <= v_now;
    v_moved  boolean := false;
    v_free   boolean := true;
    v_payees bigint[] := '{}';       -- whose points its plan may give back
    v_points record;
    v_told   lib.waitlist_told[] := '{}';
    v_events lib.event_row[] := '{}';
begin
    select * into v_offer from offer where offer_id = v_resv.offer_id;
    if p_amount ->> 'cur' <> v_offer.currency then
        perform lib.invalid('amount.cur', 'is not the currency of the offer');
    end if;
    p_payment.amount_minor := coalesce((p_amount ->> 'minor')::bigint, v_due);
    if p_payment.amount_minor = 0 then
        perform lib.invalid('amount.minor', case v_due when 0 then 'nothing is due' else 'must be what was paid' end);
    end if;

    p_payment.outcome := 'refunded';
    p_payment.reason := lib.payment_refusal(v_resv, v_offer, p_payment.amount_minor, v_now);
    if p_payment.reason is null then
        if v_late then
            if v_resv.state = 'held' then
                perform lib.holds_end(array[v_resv.resv_id], 'expired');
                v_told := lib.waitlist_serve(v_offer);      -- the seats of a hold that is over are theirs first
                v_moved := true;
            end if;
            v_free := lib.seats_are_free(v_resv.resv_id);
        end if;
        if v_free then
            v_payees := lib.plan_booking(v_resv, v_offer, v_now);
            perform lib.party_lock(v_resv, array(select t.member from unnest(v_told) t));
        end if;
        v_events := lib.waitlist_tell(v_told);
        if v_payees <> '{}' then
            perform lib.points_lock(v_payees);
        end if;
        select p.tx, p.short, p.posted
          into v_points
          from lib.resv_points(v_resv, v_late, v_free, p_who, v_offer.club_id) p;
        if v_free and not v_points.short then
            p_payment.outcome := case when v_late then 'confirmed_late' else 'confirmed' end;
            v_events := v_events || lib.resv_confirmed(v_resv.resv_id, case when v_late then 'free' else 'held' end,
                                                       p_payment.amount_minor, v_points.tx);
            v_moved := true;
        else
            p_payment.reason := case when v_free then 'points' else 'sold_out' end;
        end if;
        v_events := v_events || lib.points_events(v_points.posted);
    end if;
    if p_payment.reason is not null then
        v_events := v_events || lib.payment_refund(v_resv, v_offer.club_id, p_payment.payment_ref,
                                                   p_payment.amount_minor, p_payment.reason);
    end if;
    if v_moved then
        v_events := v_events || lib.offer_pulse(v_resv.offer_id);
    end if;

    update payment
       set outcome = p_payment.outcome, reason = p_payment.reason, amount_minor = p_payment.amount_minor,
           state = (select state from reservation where resv_id = v_resv.resv_id)
     where payment_ref = p_payment.payment_ref
    returning * into p_payment;
    if p_payment.outcome <> 'refunded' then
        v_events := v_events || lib.plan_booked(v_resv, v_offer, p_who, v_now);
    end if;
    perform lib.audit(p_who, 'reservation.confirm',
                      case when p_payment.reason is distinct from 'gone' then v_resv.organiser end,
                      jsonb_build_object('reservation', v_resv.resv_id::text, 'outcome', p_payment.outcome));
    if p_payment.reason is distinct from 'gone' then
        v_events := lib.resv_events(v_resv.resv_id) || v_events;
    end if;
    return lib.done(lib.payment_view(p_payment), lib.emit_all(v_events));
end $$;

-- A service that was paid.  A reference that is known gets the answer it got.
create function lib.reservation_paid(p_who text, p_resv bigint, p_payment_ref text, p_amount jsonb) returns lib.answer
language plpgsql volatile as $$
declare
    v_payment payment;
begin
    if p_payment_ref is null then
        perform lib.invalid('payment_ref', 'must be said by a service');
    end if;
    insert into payment (payment_ref, resv_id, outcome, amount_minor, state)
    values (p_payment_ref, p_resv, 'refunded', 0, '')
        on conflict (payment_ref) do nothing
    returning * into v_payment;
    if found then
        return lib.payment_decide(p_who, v_payment, p_amount);
    end if;
    select * into v_payment from payment where payment_ref = p_payment_ref;
    if v_payment.resv_id <> p_resv then
        perform lib.refuse('ZC019');
    end if;
    return lib.done(lib.payment_view(v_payment));
end $$;

-- A member who owes no money.
create function lib.reservation_settled(p_who text, p_resv bigint) returns lib.answer language plpgsql volatile as $$
declare
    v_member bigint := lib.require_member(p_who);
    v_resv   reservation;
    v_offer  offer;
    v_now    timestamptz;
    v_payees bigint[];
    v_points record;
    v_events lib.event_row[];
begin
    v_resv := lib.resv_locked(p_resv, v_member);
    v_now := clock_timestamp();
    select * into v_offer from offer where offer_id = v_resv.offer_id;
    if v_resv.state = 'expired' or v_resv.state = 'held' and v_resv.expires_at <= v_now then
        perform lib.refuse('ZC025');
    elsif v_resv.state <> 'held' then
        perform lib.refuse('ZC026', jsonb_build_object('state', v_resv.state));
    elsif v_offer.state = 'cancelled' then
        perform lib.refuse('ZC034');
    elsif not lib.in_club(v_member, v_offer.club_id) then
        perform lib.refuse('ZC014');
    elsif v_resv.total_minor > 0 then
        perform lib.refuse('ZC017', '{"state":"unpaid"}');
    end if;
    v_payees := lib.plan_booking(v_resv, v_offer, v_now);
    perform lib.party_lock(v_resv);
    if v_payees <> '{}' then
        perform lib.points_lock(v_payees);
    end if;
    select p.tx, p.short, p.posted into v_points from lib.resv_points(v_resv, false, true, p_who, v_offer.club_id) p;
    if v_points.short then      -- given back by a job in this moment, and spent elsewhere
        perform lib.refuse('ZC025');
    end if;
    v_events := lib.resv_confirmed(p_resv, 'held', 0, v_points.tx) || lib.points_events(v_points.posted)
                || lib.plan_booked(v_resv, v_offer, p_who, v_now);
    return lib.done(jsonb_build_object('reservation', p_resv::text, 'outcome', 'confirmed', 'state', 'confirmed'),
                    lib.emit_all(lib.resv_events(p_resv) || v_events || lib.offer_pulse(v_resv.offer_id)));
end $$;

-- reservation.confirm   Makes a booking of a hold: a member whose hold costs no money, or the booking service, which was
--                       paid and is always answered with an outcome.
--   who    member (the organiser); service booking
--   raises ZC002 no such reservation, somebody else's; ZC014 not in the club any more; ZC017 money is due
--          {"state":"unpaid"}; ZC019 the reference belongs to another reservation; ZC025 too late; ZC026 decided before
--          {"state"}; ZC034 the offer was cancelled; ZC035 restricted; ZC602 payment_ref, amount
--   emits  resv.changed on me:<organiser>; resv.invited on me:<who was named>; points.changed on me:<organiser> or
--          family:<family>; offer.availability on offer:<offer>; waitlist.offered; case.changed on staff:<club>; of a plan
--          also plan.changed, plan.threshold on plan:<plan>, and resv.changed, points.changed of all whose price it lowers
create function api.reservation_confirm(p_who text, p_idem text, p_hash bytea, p_resv bigint, p_payment_ref text,
                                        p_amount jsonb)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_answer lib.answer := lib.idem_begin(p_who, 'reservation.confirm', p_idem, p_hash);
begin
    if v_answer.reply is not null then
        return v_answer;
    end if;
    if lib.member_of(p_who) is null then
        perform lib.require_service(p_who);
        v_answer := lib.reservation_paid(p_who, p_resv, lib.plain_line('payment_ref', p_payment_ref), p_amount);
    elsif p_payment_ref is not null or p_amount is not null then
        perform lib.invalid('payment_ref', 'is for the booking service to say');
    else
        v_answer := lib.reservation_settled(p_who, p_resv);
    end if;
    return lib.idem_end(p_who, 'reservation.confirm', p_idem, v_answer);
end $$;
