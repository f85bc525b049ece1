-- offer_cancellation.sql -- what follows when the operator cancels an offer: holds are given up, and everybody who booked
-- gets all back that was paid (domain.md 9.4).
--
-- offer.cancel sets the state and closes the list; the job `offer_cancellations` does the rest, a transaction for some
-- reservations each.  A reservation that is done is in a final state, so that each is done once whatever ends between.

-- Who of the party is told: its organiser and who has accepted, as [member, reservation].
create function lib.cancelled_people(p_resv reservation) returns bigint[] language plpgsql stable as $$
begin
    return array(
        select (p_resv).organiser
         union
        select member_id
          from reservation_party
         where resv_id = (p_resv).resv_id
           and member_id is not null
           and state in ('accepted', 'checked_in'));
end $$;

-- Does some reservations of a cancelled offer, p_limit at most; returns how many, 0: none is left.  The caller holds the
-- offer.
create function lib.offer_cancelled(p_offer bigint, p_limit int) returns bigint language plpgsql volatile as $$
declare
    v_offer  offer;
    v_resv   reservation;
    v_resvs  reservation[];
    v_ids    bigint[];
    v_held   bigint[];
    v_terms  lib.cancel_terms[];
    v_told   jsonb := '[]';
    v_gone   lib.event_row[] := '{}';
    v_events lib.event_row[] := '{}';
    v_posted lib.posted[] := '{}';
    v_owners bigint[];
    v_row    record;
begin
    select * into v_offer from offer where offer_id = p_offer;
    v_resvs := array(
        select r
          from reservation r
         where r.offer_id = p_offer
           and r.state in ('held', 'confirmed', 'checked_in')
         order by r.resv_id
         limit p_limit);
    if v_resvs = '{}' then
        return 0;
    end if;
    select array_agg(r.resv_id), coalesce(array_agg(r.resv_id) filter (where r.state = 'held'), '{}')
      into v_ids, v_held
      from unnest(v_resvs) r;
    perform lib.holds_end(v_held, 'released');
    for i in 1 .. cardinality(v_resvs) loop
        v_resv := v_resvs[i];
        continue when v_resv.state = 'held';
        v_told := v_told || (select jsonb_agg(jsonb_build_object('member', m, 'resv', v_resv.resv_id))
                               from unnest(lib.cancelled_people(v_resv)) m);
        v_terms[i] := lib.cancel_terms(v_resv, v_offer, null, true);
        v_gone := v_gone || lib.cancel_apply(v_resv, v_terms[i]);
        perform lib.cancel_refund(v_resv, v_terms[i]);
    end loop;
    foreach v_resv in array v_resvs loop
        continue when v_resv.state = 'held'
                      or (select status from member where member_id = v_resv.organiser) = 'erased';
        v_events := v_events || lib.case_events(lib.case_open(
            v_offer.club_id, v_resv.organiser, 'booking', 'offer_cancelled', 'resv:' || v_resv.resv_id));
    end loop;
    for v_row in
        select (t ->> 'member')::bigint as member, t ->> 'resv' as resv
          from jsonb_array_elements(v_told) t
         order by 1, 2
    loop
        v_events := v_events || lib.notify(v_row.member, 'resv_cancelled', 'resv:' || v_row.resv, jsonb_build_object(
            'resv', v_row.resv, 'offer', p_offer::text), 'svc.resv');
    end loop;
    v_owners := lib.holds_owners(v_ids);
    if v_owners <> '{}' then
        perform lib.points_lock(v_owners);
        v_posted := lib.holds_points(v_held, 'job:offer_cancellations');
    end if;
    for i in 1 .. cardinality(v_resvs) loop
        continue when v_resvs[i].state = 'held';
        v_posted := v_posted || lib.cancel_points(v_resvs[i], v_offer, (v_terms[i]).points, 'job:offer_cancellations', true);
    end loop;
    foreach v_resv in array v_resvs loop
        v_events := v_events || lib.resv_events(v_resv.resv_id);
    end loop;
    perform lib.emit_all(v_events || lib.points_events(v_posted) || lib.offer_pulse(p_offer) || v_gone);
    return cardinality(v_resvs);
end $$;

-- A piece of the cancelled offer that waits longest; 0: nothing is left to do anywhere.
create function lib.offer_cancellations_run(p_limit int default 50) returns bigint
language plpgsql volatile set search_path = club, pg_temp as $$
declare
    v_offer bigint;
    v_done  bigint;
begin
    select offer_id
      into v_offer
      from offer
     where state = 'cancelled'
       and not settled
     order by offer_id
     limit 1
       for no key update skip locked;
    if not found then
        return 0;
    end if;
    v_done := lib.offer_cancelled(v_offer, p_limit);
    if v_done < p_limit then
        update offer set settled = true where offer_id = v_offer;
    end if;
    return greatest(v_done, 1);
end $$;
