-- reservation_party.sql -- who travels: the seats of a reservation and the people on them (domain.md 9.5).
--
--      unnamed, declined --name_seat, confirm--> invited --accept_seat--> accepted
--      invited, accepted --decline_seat--> declined (the name is gone)      --name_seat--> invited | accepted | unnamed
--
-- A member is shown to nobody before accepting, and not after having left.  The organiser's own seat is accepted as it is
-- named, and so is a guest's label, which is the organiser's word and nobody's account.
--
-- Needs of diet, access and health are sealed, there only while the member on the seat consents to special.access for
-- this offer, never sent, and gone 30 days after its end.

-- A member whom the organiser may name: of the club, and no block between them.  Children are found by handle only.
create function lib.party_invitee(p_organiser bigint, p_club bigint, p_member bigint, p_handle text)
returns bigint language plpgsql stable as $$
begin
    return (
        select m.member_id
          from member m
         where (m.member_id = p_member or m.handle = lower(p_handle))
           and m.status = 'active'
           and (not m.under_consent_age or p_handle is not null)
           and not lib.is_blocked(p_organiser, m.member_id)
           and lib.in_club(m.member_id, p_club));
end $$;

-- What somebody who is named on a seat is told.
create function lib.party_asked(p_resv reservation, p_seat int, p_member bigint)
returns lib.event_row[] language plpgsql volatile as $$
begin
    return lib.event('me:' || p_member, 'resv.invited', 'svc.resv',
                     jsonb_build_object('resv', (p_resv).resv_id::text, 'seat', p_seat, 'state', 'invited'),
                     p_actor => (p_resv).organiser, p_subjects => array[(p_resv).organiser],
                     p_object => 'resv:' || (p_resv).resv_id)
           || lib.notify(p_member, 'resv_invited', 'resv:' || (p_resv).resv_id,
                         jsonb_build_object('actor', (p_resv).organiser::text, 'resv', (p_resv).resv_id::text,
                                            'offer', (p_resv).offer_id::text), 'svc.resv');
end $$;

-- Puts a member on a seat: the organiser at once, others are asked.  The caller holds the offer and has looked at both.
create function lib.party_put(p_resv reservation, p_seat int, p_member bigint)
returns lib.event_row[] language plpgsql volatile as $$
begin
    update reservation_party
       set member_id = p_member, guest_label = null, needs_enc = null,
           state = case p_member when (p_resv).organiser then 'accepted' else 'invited' end
     where resv_id = (p_resv).resv_id
       and seat_no = p_seat;
    if p_member = (p_resv).organiser then
        return '{}';
    end if;
    return lib.party_asked(p_resv, p_seat, p_member);
end $$;

-- Asks those who were named with the hold, after lib.resv_seats has put them on their seats.  Who cannot be named any more,
-- or not in time, or has left the plan that the seats are part of, is taken off again.  The caller holds the offer and has locked the notifications of those named.
create function lib.party_invite(p_resv bigint)
returns lib.event_row[] language plpgsql volatile as $$
declare
    v_resv   reservation;
    v_offer  offer;
    v_seat   record;
    v_events lib.event_row[] := '{}';
begin
    for v_seat in
        select seat_no, member_id
          from reservation_party
         where resv_id = p_resv
           and state = 'invited'
         order by member_id
    loop
        if v_resv.resv_id is null then
            select * into v_resv from reservation where resv_id = p_resv;
            select * into v_offer from offer where offer_id = v_resv.offer_id;
        end if;
        if v_offer.name_deadline <= clock_timestamp()
           or lib.party_invitee(v_resv.organiser, v_offer.club_id, v_seat.member_id,
                                lib.plan_handle(v_resv.plan_id, v_seat.member_id)) is null
           or lib.plan_left(v_resv.plan_id, v_seat.member_id) then
            update reservation_party
               set state = 'unnamed', member_id = null
             where resv_id = p_resv
               and seat_no = v_seat.seat_no;
        else
            v_events := v_events || lib.party_asked(v_resv, v_seat.seat_no, v_seat.member_id);
        end if;
    end loop;
    return v_events;
end $$;

-- The reservation and its offer, locked, for who changes its party; refuses when that is over.
create function lib.party_open(p_resv bigint, out resv reservation, out offer offer)
language plpgsql volatile as $$
begin
    select offer_id into resv.offer_id from reservation where resv_id = p_resv;
    offer := lib.offer_lock(resv.offer_id);
    select * into resv from reservation where resv_id = p_resv;
    if resv.state not in ('confirmed', 'checked_in') then
        perform lib.refuse('ZC017', jsonb_build_object('state', resv.state));
    end if;
    if offer.state = 'cancelled' then
        perform lib.refuse('ZC017', '{"state":"cancelled"}');
    end if;
    if offer.name_deadline <= clock_timestamp() then
        perform lib.refuse('ZC034');
    end if;
end $$;

-- The end of a change of a party.  p_lost: somebody may not see the reservation any more.
create function lib.party_changed(p_resv reservation, p_events lib.event_row[], p_lost boolean)
returns jsonb language plpgsql volatile as $$
begin
    update reservation set version = version + 1 where resv_id = (p_resv).resv_id;
    return lib.emit_all(
        lib.resv_events((p_resv).resv_id) || p_events
        || case when p_lost then array[lib.sys(p_object => 'resv:' || (p_resv).resv_id)] else '{}'::lib.event_row[] end);
end $$;

-- Refuses to ask the same member into the same party a fourth time within a day.
create function lib.party_pace(p_resv bigint, p_member bigint) returns void language plpgsql stable as $$
begin
    if (select coalesce(sum(count), 0)
          from notification
         where member_id = p_member
           and type = 'resv_invited'
           and target = 'resv:' || p_resv
           and at > now() - interval '1 day') >= 3 then
        perform lib.refuse('ZC024', '{"max":3}');
    end if;
end $$;

-- reservation.name_seat   Says who sits on a seat: a member of the club, who is asked; a guest, by a label; nobody again.
--                         Whoever was there before is off it when this is answered.
--   who    member (the organiser)
--   raises ZC002 no such reservation of the caller's, or nobody the caller may name; ZC017 not confirmed, the seat is
--          cancelled or taken in, or the member has another {"state"}; ZC024 asked three times today {"max"}; ZC034 past the
--          deadline; ZC035 restricted; ZC602 seat, more than one name
--   emits  resv.changed on me:<who is in it>; resv.invited on me:<who was, who is named>; notify.added; sys
create function api.reservation_name_seat(p_who text, p_idem text, p_hash bytea, p_resv bigint, p_seat bigint,
                                          p_member bigint, p_handle text, p_guest text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_me     bigint;
    v_at     record;
    v_row    reservation_party;
    v_other  bigint;
    v_guest  text := lib.plain_line('guest', p_guest);
    v_events lib.event_row[];
begin
    v_old := lib.idem_begin(p_who, 'reservation.name_seat', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_me := lib.require_member(p_who);
    if num_nonnulls(p_member, p_handle, p_guest) > 1 then
        perform lib.invalid('member', 'handle or guest: one of them at most');
    end if;
    if not exists (select from reservation where resv_id = p_resv and organiser = v_me) then
        perform lib.refuse('ZC002');
    end if;
    select * into v_at from lib.party_open(p_resv);
    select * into v_row from reservation_party where resv_id = p_resv and seat_no = p_seat;
    if not found then
        perform lib.invalid('seat', 'is not one of the reservation');
    end if;
    if v_row.state in ('cancelled', 'checked_in', 'no_show') then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_row.state));
    end if;
    if p_member is not null or p_handle is not null then
        v_other := lib.party_invitee(v_me, (v_at.offer).club_id, p_member, p_handle);
        if v_other is null then
            perform lib.refuse('ZC002');
        end if;
        if exists (select from reservation_party
                    where resv_id = p_resv and member_id = v_other and state <> 'cancelled') then
            perform lib.refuse('ZC017', '{"state":"named"}');
        end if;
        perform lib.party_pace(p_resv, v_other);
    end if;
    v_events := lib.party_withdrawn(v_at.resv, array[p_seat::int]);
    if v_other is not null then
        v_events := v_events || lib.party_put(v_at.resv, p_seat::int, v_other);
    else
        update reservation_party
           set member_id = null, guest_label = v_guest, needs_enc = null,
               state = case when v_guest is null then 'unnamed' else 'accepted' end
         where resv_id = p_resv
           and seat_no = p_seat;
    end if;
    select * into v_row from reservation_party where resv_id = p_resv and seat_no = p_seat;
    return lib.idem_end(p_who, 'reservation.name_seat', p_idem, lib.done(
        jsonb_build_object('reservation', p_resv::text, 'seat', p_seat, 'state', v_row.state),
        lib.party_changed(v_at.resv, v_events, true)));
end $$;

-- The seat that waits for the caller's answer, or has it.
create function lib.party_mine(p_resv bigint, p_member bigint)
returns reservation_party language plpgsql stable as $$
declare
    v_row reservation_party;
begin
    select *
      into v_row
      from reservation_party
     where resv_id = p_resv
       and member_id = p_member
       and state <> 'cancelled';
    if not found then
        perform lib.refuse('ZC002');
    end if;
    return v_row;
end $$;

create function lib.party_reply(p_seat reservation_party, p_state text) returns jsonb language sql immutable as $$
    select jsonb_build_object('reservation', (p_seat).resv_id::text, 'seat', (p_seat).seat_no, 'state', p_state)
$$;

-- reservation.accept_seat   Takes the seat one was named for; from then on the others of the party see it.
--   who    member
--   raises ZC002 not asked; ZC012 a child, and the seat costs money; ZC014 not in the club any more; ZC017 not asked now
--          {"state"}; ZC034 past the deadline; ZC035 restricted
--   emits  resv.changed on me:<who is in it>
create function api.reservation_accept_seat(p_who text, p_idem text, p_hash bytea, p_resv bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_at     record;
    v_row    reservation_party;
begin
    v_old := lib.idem_begin(p_who, 'reservation.accept_seat', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    perform from member where member_id = lib.member_of(p_who) for share;
    v_member := lib.require_member(p_who);
    perform lib.party_mine(p_resv, v_member);
    select * into v_at from lib.party_open(p_resv);
    v_row := lib.party_mine(p_resv, v_member);
    if v_row.state <> 'invited' then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_row.state));
    end if;
    if not lib.in_club(v_member, (v_at.offer).club_id) then
        perform lib.refuse('ZC014');
    end if;
    if v_row.price_minor > 0 and (select under_18 from member where member_id = v_member) then
        perform lib.refuse('ZC012');
    end if;
    update reservation_party set state = 'accepted' where resv_id = p_resv and seat_no = v_row.seat_no;
    return lib.idem_end(p_who, 'reservation.accept_seat', p_idem, lib.done(
        lib.party_reply(v_row, 'accepted'), lib.party_changed(v_at.resv, '{}', false)));
end $$;

-- reservation.decline_seat   Says no to a seat, also after having accepted it: the name is off it when this is answered.
--                            Open in every status: it is a way to say no.
--   who    member
--   raises ZC002 not asked; ZC017 taken in, or not confirmed any more {"state"}; ZC034 past the deadline
--   emits  resv.changed on me:<who is in it>; sys
create function api.reservation_decline_seat(p_who text, p_idem text, p_hash bytea, p_resv bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_at     record;
    v_row    reservation_party;
begin
    v_old := lib.idem_begin(p_who, 'reservation.decline_seat', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who, true);
    perform lib.party_mine(p_resv, v_member);
    select * into v_at from lib.party_open(p_resv);
    v_row := lib.party_mine(p_resv, v_member);
    if v_row.state not in ('invited', 'accepted') then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_row.state));
    end if;
    update reservation_party
       set state = 'declined', member_id = null, needs_enc = null
     where resv_id = p_resv
       and seat_no = v_row.seat_no;
    return lib.idem_end(p_who, 'reservation.decline_seat', p_idem, lib.done(
        lib.party_reply(v_row, 'declined'), lib.party_changed(v_at.resv, '{}', true)));
end $$;

-- needs ---------------------------------------------------------------------------------------------------

-- Does the member consent to special.access for this offer?
create function lib.needs_ok(p_member bigint, p_offer bigint) returns boolean language sql stable as
$$ select lib.consent_ok(p_member, 60::smallint, p_offer, 0::smallint) $$;

-- reservation.set_needs   What the member on a seat needs of diet, access or health, for those who run the trip; no text
--                         takes it back.  Nobody is told.
--   who    member, who has accepted that seat
--   raises ZC002 not on that seat; ZC010 special.access for this offer is not given {"purpose","scope","channel",
--          "text_ver"}; ZC017 not confirmed {"state"}; ZC034 it is over; ZC035 restricted
--   emits  –
create function api.reservation_set_needs(p_who text, p_idem text, p_hash bytea, p_resv bigint, p_seat bigint,
                                          p_text text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_row    reservation_party;
    v_resv   reservation;
    v_offer  offer;
begin
    v_old := lib.idem_begin(p_who, 'reservation.set_needs', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    perform lib.consent_lock(lib.member_of(p_who));     -- a withdrawal is wholly before or wholly after this
    v_member := lib.require_member(p_who, p_text is null);
    v_row := lib.party_mine(p_resv, v_member);
    v_offer := lib.offer_lock((select offer_id from reservation where resv_id = p_resv));
    v_row := lib.party_mine(p_resv, v_member);
    if v_row.seat_no <> p_seat or v_row.state not in ('accepted', 'checked_in') then
        perform lib.refuse('ZC002');
    end if;
    select * into v_resv from reservation where resv_id = p_resv;
    if v_resv.state not in ('confirmed', 'checked_in') then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_resv.state));
    end if;
    if v_offer.ends_at <= clock_timestamp() then
        perform lib.refuse('ZC034');
    end if;
    if p_text is not null and not lib.needs_ok(v_member, v_offer.offer_id) then
        perform lib.refuse('ZC010', jsonb_build_object(
            'purpose', 'special.access', 'scope', v_offer.offer_id::text, 'channel', 'none',
            'text_ver', lib.consent_text_now(60::smallint)));
    end if;
    update reservation_party
       set needs_enc = lib.pii_seal(p_text)
     where resv_id = p_resv
       and seat_no = p_seat;
    return lib.idem_end(p_who, 'reservation.set_needs', p_idem, lib.done(
        jsonb_build_object('reservation', p_resv::text, 'seat', p_seat, 'needs', p_text is not null)));
end $$;

-- What is needed on a seat, for those who run the trip, as long as its member consents; the caller has looked at the role
-- and writes it down.
create function lib.party_needs(p_resv bigint, p_seat int) returns text language plpgsql stable as $$
begin
    return (
        select lib.pii_open(p.needs_enc)
          from reservation_party p
         where p.resv_id = p_resv
           and p.seat_no = p_seat
           and p.needs_enc is not null
           and lib.needs_ok(p.member_id, (select offer_id from reservation where resv_id = p_resv)));
end $$;

-- Deletes what a member has said of needs, for offer p_scope or for all, because the consent goes.  The caller holds the
-- member's row.
create function lib.needs_withdrawn(p_member bigint, p_scope bigint) returns void language plpgsql volatile as $$
declare
    v_offer bigint;
begin
    for v_offer in
        select distinct r.offer_id
          from reservation_party p
          join reservation r on r.resv_id = p.resv_id
         where p.member_id = p_member
           and p.needs_enc is not null
           and (p_scope is null or r.offer_id = p_scope)
         order by r.offer_id
    loop
        perform lib.offer_lock(v_offer);
        update reservation_party
           set needs_enc = null
         where member_id = p_member
           and resv_id in (select resv_id from reservation where offer_id = v_offer);
    end loop;
end $$;

-- Deletes needs 30 days after the end, and those whose consent is over without anybody having withdrawn it: those of one
-- offer a run.
create function lib.needs_purge() returns bigint language plpgsql volatile as $$
declare
    v_offer bigint;
    v_count bigint;
begin
    select o.offer_id
      into v_offer
      from reservation_party p
      join reservation r on r.resv_id = p.resv_id
      join offer o on o.offer_id = r.offer_id
     where p.needs_enc is not null
       and (o.ends_at < now() - interval '30 days' or not lib.needs_ok(p.member_id, o.offer_id))
     order by o.offer_id
     limit 1;
    if not found then
        return 0;
    end if;
    perform lib.offer_lock(v_offer);
    update reservation_party p
       set needs_enc = null
     where p.needs_enc is not null
       and p.resv_id in (select resv_id from reservation where offer_id = v_offer)
       and (not lib.needs_ok(p.member_id, v_offer)
            or exists (select from offer where offer_id = v_offer and ends_at < now() - interval '30 days'));
    get diagnostics v_count = row_count;
    return v_count;
end $$;

-- the deadline --------------------------------------------------------------------------------------------

-- Tells the organisers of one offer whose name deadline is over which seats have no name, p_limit reservations a run, each
-- once.  Offers with nobody to tell are passed over many at a time.
create function lib.name_deadlines_run(p_limit int default 200) returns bigint language plpgsql volatile as $$
declare
    v_offer  offer;
    v_last   bigint;
    v_row    record;
    v_events lib.event_row[] := '{}';
begin
    update offer
       set names_told = null
     where offer_id = any (array(
               select o.offer_id
                 from offer o
                where o.names_told is not null
                  and o.name_deadline <= now()
                  and not exists (select from reservation r where r.offer_id = o.offer_id and r.resv_id > o.names_told)
                order by o.name_deadline
                limit 1000
                  for no key update skip locked));
    select *
      into v_offer
      from offer
     where names_told is not null
       and name_deadline <= now()
     order by name_deadline
     limit 1
       for no key update skip locked;
    if not found then
        return 0;
    end if;
    select max(p.resv_id)
      into v_last
      from (select resv_id
              from reservation
             where offer_id = v_offer.offer_id
               and resv_id > v_offer.names_told
             order by resv_id
             limit p_limit) p;
    for v_row in
        select r.resv_id, r.organiser, jsonb_agg(p.seat_no order by p.seat_no) as seats
          from reservation r
          join reservation_party p on p.resv_id = r.resv_id
         where r.offer_id = v_offer.offer_id
           and r.resv_id > v_offer.names_told
           and r.resv_id <= v_last
           and r.state in ('confirmed', 'checked_in')
           and r.confirmed_at < v_offer.name_deadline       -- who comes later has no names to give
           and p.state in ('unnamed', 'invited', 'declined')
           and v_offer.state <> 'cancelled'
         group by r.resv_id, r.organiser
         order by r.organiser, r.resv_id
    loop
        v_events := v_events || lib.notify(v_row.organiser, 'resv_unnamed', 'resv:' || v_row.resv_id, jsonb_build_object(
            'resv', v_row.resv_id::text, 'offer', v_offer.offer_id::text, 'seats', v_row.seats), 'svc.resv');
    end loop;
    update offer set names_told = v_last where offer_id = v_offer.offer_id;
    perform lib.emit_all(v_events);
    return 1;
end $$;
