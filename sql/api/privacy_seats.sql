-- privacy_seats.sql -- reservations, waiting lists and queues of a member who leaves a club, asks for an archive or is
-- erased (domain.md 12.9).

-- leaving -------------------------------------------------------------------------------------------------

-- Ends what a member waits for under these offers: entries, and tickets of queues that are not over.  The caller holds the
-- offers, in order; seats that were offered are free for the next.
create function lib.seats_waive(p_member bigint, p_offers bigint[])
returns lib.event_row[] language plpgsql volatile as $$
declare
    v_entry  waitlist_entry;
    v_queue  offer_queue;
    v_offer  bigint;
    v_freed  bigint[] := '{}';
    v_events lib.event_row[] := '{}';
begin
    for v_entry in
        select *
          from waitlist_entry
         where member_id = p_member
           and offer_id = any (p_offers)
           and state in ('waiting', 'offered')
         order by offer_id, entry_id
    loop
        if v_entry.state = 'offered' then
            perform lib.waitlist_take_back(array[v_entry.entry_id]);
        end if;
        update waitlist_entry
           set state = 'withdrawn', why = 'left', accumulate_since = null, offer_expires = null, closed_at = clock_timestamp(),
               version = version + 1
         where entry_id = v_entry.entry_id;
        v_events := v_events || lib.waitlist_event(v_entry, 'withdrawn');
        v_freed := v_freed || v_entry.offer_id;
    end loop;
    for v_queue in
        select * from offer_queue where offer_id = any (p_offers) order by offer_id for no key update
    loop
        v_events := v_events || lib.queue_quit(v_queue, p_member);
    end loop;
    v_freed := array(select distinct f from unnest(v_freed) f order by f);
    v_events := v_events || lib.waitlist_fill_all(v_freed);
    foreach v_offer in array v_freed loop
        v_events := v_events || lib.offer_pulse(v_offer);
    end loop;
    return v_events;
end $$;

-- What follows for seats and plans when a member is not in a club any more: nothing is waited for there, no reminder comes,
-- plans go on without the member.  What is booked stays booked.  Plans are locked between the offers and all that is
-- under these, because places that become free are told of at once.
create function lib.seats_leave(p_member bigint, p_club bigint)
returns lib.event_row[] language plpgsql volatile as $$
declare
    v_asked  bigint[] := lib.plan_seats_asked(lib.plans_with(p_member, p_club), p_member);
    v_offers bigint[] := array(
        select o.offer_id
          from offer o
         where o.club_id = p_club
           and (o.offer_id in (select offer_id from waitlist_entry
                                where member_id = p_member and state in ('waiting', 'offered'))
                or o.offer_id in (select offer_id from queue_ticket
                                   where member_id = p_member and state in ('queued', 'admitted')))
         order by o.offer_id);
    v_events lib.event_row[] := '{}';
begin
    perform from offer where offer_id = any (v_offers || v_asked) order by offer_id for no key update;
    v_events := lib.plans_leave(p_member, p_club, v_asked);
    if v_offers <> '{}' then
        v_events := v_events || lib.seats_waive(p_member, v_offers);
    end if;
    delete from offer_reminder
     where member_id = p_member
       and sent_at is null
       and offer_id in (select offer_id from offer where club_id = p_club);
    return v_events;
end $$;

-- the end of an account -----------------------------------------------------------------------------------

-- Gives up the live holds of a member who is being erased, whose points are given back with all others by the caller.
create function lib.seats_forfeit(p_member bigint)
returns lib.event_row[] language plpgsql volatile as $$
declare
    v_offers bigint[] := array(
        select distinct offer_id from reservation where organiser = p_member and state = 'held' order by offer_id);
    v_resv   reservation;
    v_offer  bigint;
    v_events lib.event_row[] := '{}';
begin
    if v_offers = '{}' then
        return v_events;
    end if;
    perform from offer where offer_id = any (v_offers) order by offer_id for no key update;
    for v_resv in
        select * from reservation where organiser = p_member and state = 'held' and offer_id = any (v_offers) order by resv_id
    loop
        perform lib.holds_end(array[v_resv.resv_id], 'released');
        v_events := v_events || lib.resv_events(v_resv.resv_id);
    end loop;
    v_events := v_events || lib.waitlist_fill_all(v_offers);
    foreach v_offer in array v_offers loop
        v_events := v_events || lib.offer_pulse(v_offer);
    end loop;
    return v_events;
end $$;

-- An offer under which something of an erased member is still to be ended; null: none.
create function lib.seats_left_of(p_member bigint) returns bigint language plpgsql stable as $$
begin
    return (
        select min(x.offer_id)
          from (select r.offer_id
                  from reservation r
                  join offer o on o.offer_id = r.offer_id
                 where r.organiser = p_member
                   and (r.state = 'held'
                        or r.state = 'confirmed' and o.starts_at > now() and o.state <> 'cancelled'
                        or r.party is not null
                        or exists (select from reservation_party p
                                    where p.resv_id = r.resv_id and p.guest_label is not null))
                 union all
                select r.offer_id
                  from reservation_party p
                  join reservation r on r.resv_id = p.resv_id
                 where p.member_id = p_member
                 union all
                select offer_id from waitlist_entry where member_id = p_member and state in ('waiting', 'offered')
                 union all
                select offer_id from queue_ticket where member_id = p_member and state in ('queued', 'admitted')) x);
end $$;

-- What an erasure now would cancel, and the money that would come back; points would be the club's.
create function lib.seats_at_erasure(p_member bigint)
returns jsonb language plpgsql stable as $$
begin
    return (
        select coalesce(jsonb_agg(jsonb_build_object(
                   'reservation', x.resv_id::text, 'title', x.title, 'starts_at', lib.iso(x.starts_at),
                   'refund', jsonb_build_object('minor', x.minor, 'cur', x.currency)) order by x.starts_at, x.resv_id), '[]')
          from (select r.resv_id, o.title, o.starts_at, o.currency, (lib.cancel_terms(r, o, null)).amount_minor as minor
                  from reservation r
                  join offer o on o.offer_id = r.offer_id
                 where r.organiser = p_member
                   and r.state = 'confirmed'
                   and o.starts_at > now()
                   and o.state <> 'cancelled'
                 order by o.starts_at, r.resv_id
                 limit 100) x);
end $$;

-- Takes an erased member out of all that is under one offer: what has not begun is cancelled under the policy, whose
-- money goes back the way it came; names, needs and guests go; what is waited for ends.
create function lib.seats_erase(p_member bigint)
returns int language plpgsql volatile as $$
declare
    v_offer  offer;
    v_resv   reservation;
    v_terms  lib.cancel_terms;
    v_resvs  bigint[] := '{}';      -- of others, who see that a name is gone
    v_freed  boolean := false;
    v_events lib.event_row[] := '{}';
begin
    select * into v_offer from offer where offer_id = lib.seats_left_of(p_member);
    if not found then
        update waitlist_entry set note = null where member_id = p_member and note is not null;
        return 0;
    end if;
    v_offer := lib.offer_lock(v_offer.offer_id);
    for v_resv in
        select * from reservation where organiser = p_member and offer_id = v_offer.offer_id order by resv_id
    loop
        if v_resv.state = 'held' then
            perform lib.holds_end(array[v_resv.resv_id], 'released');
            v_freed := true;
            v_events := v_events || lib.resv_events(v_resv.resv_id);
        elsif v_resv.state = 'confirmed' and v_offer.starts_at > now() and v_offer.state <> 'cancelled' then
            v_terms := lib.cancel_terms(v_resv, v_offer, null);
            v_events := v_events || lib.cancel_apply(v_resv, v_terms);
            perform lib.cancel_refund(v_resv, v_terms);
            v_freed := true;
            v_events := v_events || lib.resv_events(v_resv.resv_id);
        end if;
        update reservation set party = null where resv_id = v_resv.resv_id and party is not null;
        update reservation_party set guest_label = null where resv_id = v_resv.resv_id and guest_label is not null;
    end loop;
    with gone as (
        update reservation_party p
           set member_id = null, needs_enc = null,
               state = case when p.state in ('invited', 'accepted') and v_offer.starts_at > now() then 'declined'
                            else p.state end
          from reservation r
         where p.member_id = p_member
           and r.resv_id = p.resv_id
           and r.offer_id = v_offer.offer_id
        returning p.resv_id
    )
    select coalesce(array_agg(distinct resv_id order by resv_id), '{}') into v_resvs from gone;
    for v_resv in
        update reservation set version = version + 1 where resv_id = any (v_resvs) returning *
    loop
        v_events := v_events || lib.resv_events(v_resv.resv_id) || lib.sys(p_object => 'resv:' || v_resv.resv_id);
    end loop;
    v_events := v_events || lib.seats_waive(p_member, array[v_offer.offer_id]);
    if v_freed then
        v_events := v_events || lib.waitlist_fill(v_offer.offer_id) || lib.offer_pulse(v_offer.offer_id);
    end if;
    perform lib.emit_all(v_events);
    return 1;
end $$;

-- the archive ---------------------------------------------------------------------------------------------

-- Rows of what was booked.
create function lib.export_bookings(p_file text, p_member bigint)
returns setof lib.export_row language plpgsql stable as $$
begin
    case p_file
    when 'reservations' then
        return query
        select r.resv_id, jsonb_build_object(
                   'reservation', r.resv_id::text, 'offer', r.offer_id::text, 'title', o.title,
                   'organiser', o.organiser_name, 'starts_at', lib.iso(o.starts_at), 'state', r.state,
                   'source', r.source, 'plan', r.plan_id::text, 'persons', r.persons, 'discount_ppm', r.discount_ppm,
                   'total', jsonb_build_object('minor', r.total_minor, 'cur', o.currency), 'points', r.points,
                   'points_back', r.points_back, 'paid_minor', r.paid_minor, 'refunded_minor', r.refunded_minor,
                   'items', (select coalesce(jsonb_agg(jsonb_build_object(
                                        'class', c.title, 'qty', i.qty, 'points_qty', i.points_qty,
                                        'unit_minor', i.unit_minor, 'unit_points', i.unit_points) order by i.class_id), '[]')
                               from reservation_item i
                               join seat_class c on c.class_id = i.class_id
                              where i.resv_id = r.resv_id),
                   'named', (select jsonb_agg(case when n ->> 'member' is null then n
                                                   else (n - 'member') || jsonb_build_object(
                                                       'member', lib.handle_met((n ->> 'member')::bigint, p_member)) end)
                               from jsonb_array_elements(r.party) n),
                   'created_at', lib.iso(r.created_at), 'expires_at', lib.iso(r.expires_at),
                   'confirmed_at', lib.iso(r.confirmed_at), 'closed_at', lib.iso(r.closed_at))
          from reservation r
          join offer o on o.offer_id = r.offer_id
         where r.organiser = p_member;
    when 'seats' then
        return query
        select row_number() over (order by p.resv_id, p.seat_no), jsonb_build_object(
                   'reservation', p.resv_id::text, 'seat', p.seat_no, 'class', c.title, 'state', p.state,
                   'me', p.member_id is not distinct from p_member, 'guest', case when r.organiser = p_member then p.guest_label end,
                   'price_minor', case when r.organiser = p_member then p.price_minor end,
                   'price_points', case when r.organiser = p_member then p.price_points end,
                   'needs', case when p.member_id = p_member then lib.pii_open(p.needs_enc) end,
                   'checked_in_at', lib.iso(p.checked_in_at))
          from reservation_party p
          join reservation r on r.resv_id = p.resv_id
          join seat_class c on c.class_id = p.class_id
         where p.member_id = p_member
            or r.organiser = p_member;
    when 'payments' then
        return query
        select row_number() over (order by p.at, p.payment_ref), jsonb_build_object(
                   'reservation', p.resv_id::text, 'reference', p.payment_ref, 'outcome', p.outcome,
                   'amount_minor', p.amount_minor, 'reason', p.reason, 'at', lib.iso(p.at))
          from payment p
          join reservation r on r.resv_id = p.resv_id
         where r.organiser = p_member;
    when 'refunds' then
        return query
        select f.refund_id, jsonb_build_object(
                   'refund', f.refund_id::text, 'reservation', f.resv_id::text, 'state', f.state,
                   'amount', jsonb_build_object('minor', f.amount_minor, 'cur', f.currency),
                   'payment', f.payment_ref, 'at', lib.iso(f.at), 'done_at', lib.iso(f.done_at))
          from refund f
          join reservation r on r.resv_id = f.resv_id
         where r.organiser = p_member;
    else
        null;
    end case;
end $$;

-- Rows of what was waited for, and of what came of bookings.
create function lib.export_waiting(p_file text, p_member bigint)
returns setof lib.export_row language plpgsql stable as $$
begin
    case p_file
    when 'waiting_lists' then
        return query
        select e.entry_id, jsonb_build_object(
                   'entry', e.entry_id::text, 'offer', e.offer_id::text, 'title', o.title, 'class', c.title, 'qty', e.qty,
                   'priority', e.prio_class, 'skips', e.skips, 'state', e.state, 'why', e.why, 'note', e.note, 'reservation', e.resv_id::text,
                   'joined_at', lib.iso(e.joined_at), 'offered_at', lib.iso(e.offered_at),
                   'offer_expires', lib.iso(e.offer_expires), 'closed_at', lib.iso(e.closed_at))
          from waitlist_entry e
          join offer o on o.offer_id = e.offer_id
          join seat_class c on c.class_id = e.class_id
         where e.member_id = p_member;
    when 'queue_tickets' then
        return query
        select t.ticket_id, jsonb_build_object(
                   'ticket', t.ticket_id::text, 'offer', t.offer_id::text, 'title', o.title, 'early', t.early,
                   'place', t.place, 'state', t.state, 'at', lib.iso(t.at))
          from queue_ticket t
          join offer o on o.offer_id = t.offer_id
         where t.member_id = p_member;
    when 'offer_reminders' then
        return query
        select r.offer_id, jsonb_build_object('offer', r.offer_id::text, 'title', o.title, 'sent_at', lib.iso(r.sent_at))
          from offer_reminder r
          join offer o on o.offer_id = r.offer_id
         where r.member_id = p_member;
    when 'offer_invitations' then
        return query
        select i.offer_id, jsonb_build_object('offer', i.offer_id::text, 'title', o.title, 'at', lib.iso(i.at))
          from offer_invite i
          join offer o on o.offer_id = i.offer_id
         where i.member_id = p_member;
    when 'strikes' then
        return query
        select s.strike_id, jsonb_build_object(
                   'reservation', s.resv_id::text, 'state', s.state, 'at', lib.iso(s.at),
                   'disputed_at', lib.iso(s.disputed_at), 'decided_at', lib.iso(s.decided_at))
          from strike s
         where s.member_id = p_member;
    when 'support_cases' then
        return query
        select c.case_id, jsonb_build_object(
                   'case', c.case_id::text, 'club', c.club_id::text, 'topic', c.topic, 'cause', c.cause, 'about', c.ref,
                   'state', c.state, 'created_at', lib.iso(c.created_at), 'due_at', lib.iso(c.due_at),
                   'resolved_at', lib.iso(c.resolved_at))
          from support_case c
         where c.member_id = p_member;
    when 'moments' then
        return query
        select m.moment_id, jsonb_build_object(
                   'club', m.club_id::text, 'touchpoint', m.touchpoint, 'about', m.ref, 'class', m.class,
                   'source', m.source, 'at', lib.iso(m.at))
          from moment m
         where m.member_id = p_member;
    else
        null;
    end case;
end $$;
