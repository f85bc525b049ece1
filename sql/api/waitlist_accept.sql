-- waitlist_accept.sql -- waitlist.accept: offered seats become a held reservation.

-- waitlist.accept   Takes the offered seats: a reservation held for who is paying, at the price of now.  It needs no ticket
--                   of the on-sale queue and is not counted among the holds of the offer.
--   who    member
--   raises ZC002 no such entry of the caller's, or the offer is not for the member any more; ZC003 too late, or it has ended
--          {"state"}; ZC012 a child, and it costs money; ZC017 still waiting, membership or club not active {"state"}; ZC024
--          with the persons booked before more than the tier's limit {"max"}; ZC027 {"have","need"}; ZC028 points frozen;
--          ZC034 the offer is over; ZC035 restricted; ZC602 points
--   emits  waitlist.changed, resv.changed, points.changed on me
create function api.waitlist_accept(p_who text, p_idem text, p_hash bytea, p_entry bigint, p_points bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer := lib.idem_begin(p_who, 'waitlist.accept', p_idem, p_hash);
    v_member bigint;
    v_at     record;
    v_entry  waitlist_entry;
    v_offer  offer;
    v_items  jsonb;
    v_points jsonb;
    v_quote  lib.resv_quote;
    v_made   record;
begin
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    select * into v_at from lib.waitlist_locked(p_entry, v_member);
    v_entry := v_at.entry;
    v_offer := v_at.offer;
    perform lib.waitlist_require_offered(v_entry);
    if not lib.offer_sees(v_offer, v_member) then
        perform lib.refuse('ZC002');
    end if;
    if v_offer.state not in ('announced', 'open', 'paused', 'closed') or v_offer.starts_at <= clock_timestamp() then
        perform lib.refuse('ZC034');
    end if;
    v_items := jsonb_build_array(jsonb_build_object('class', v_entry.class_id::text, 'qty', v_entry.qty));
    if p_points > 0 then
        v_points := jsonb_build_array(jsonb_build_object('class', v_entry.class_id::text, 'qty', p_points));
    end if;
    v_quote := lib.resv_quote(v_offer, v_member, v_items, v_points);
    perform lib.waitlist_require(v_offer, v_member, v_quote.persons, v_quote.total_minor, (
        select coalesce(sum(persons), 0)
          from reservation
         where organiser = v_member
           and offer_id = v_offer.offer_id
           and state in ('held', 'confirmed', 'checked_in', 'completed', 'no_show')));
    if v_quote.points > 0 then
        perform lib.points_lock(array[v_member]);
    end if;
    select * into v_made
      from lib.resv_make(p_who, v_offer, v_member, v_items, v_points, null, 'waitlist',
                         lib.waitlist_ttl(v_offer, v_member), 'offered');
    update waitlist_entry
       set state = 'converted', resv_id = v_made.resv, offer_expires = null, closed_at = clock_timestamp(),
           version = version + 1
     where entry_id = p_entry
    returning * into v_entry;
    return lib.idem_end(p_who, 'waitlist.accept', p_idem, lib.done(
        jsonb_build_object(
            'reservation', v_made.resv::text, 'state', 'held',
            'expires_at', (select lib.iso(expires_at) from reservation where resv_id = v_made.resv),
            'pay', jsonb_build_object('amount', lib.resv_money(v_quote.total_minor, v_offer.currency),
                                      'reference', v_made.resv::text),
            'persons', v_quote.persons, 'discount_ppm', v_quote.discount_ppm,
            'total', lib.resv_money(v_quote.total_minor, v_offer.currency), 'points', v_quote.points),
        lib.emit_all(lib.waitlist_event(v_entry, 'converted') || lib.resv_events(v_made.resv)
                     || lib.points_events(v_made.posted))));
end $$;
