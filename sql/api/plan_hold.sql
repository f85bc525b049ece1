-- plan_hold.sql -- seats for a whole plan: what its owner holds for the group, and what becomes of seats when somebody goes
-- (domain.md 9.5, 10.7).
--
-- A reservation is a contract of its organiser with the club: whatever becomes of the plan it is part of, it stands with who
-- made it, as do the seats that others have accepted.  Who leaves a plan is not asked any more for seats that are part of
-- it: those not answered yet have no name again, and those named with a hold get none when it is confirmed.

-- holding -------------------------------------------------------------------------------------------------

-- plan.group_hold   Holds seats for the whole plan, all that was asked for or nothing: a hold of its owner like any other
--                   (reservation_hold.sql), for as many persons as have joined.  Members named are of the plan, and asked
--                   once it is confirmed; till then the plan learns by plan.threshold how many seats are held for it.
--   who    member, the owner
--   raises ZC001 not the owner; ZC002 no such plan of the caller's, no such offer; ZC017 the plan is a draft or over, a
--          membership paused or lapsed, a club frozen {"state"}; ZC024 as many as have joined {"max"}; ZC602 the offer is
--          not on the plan, somebody named is not in it; all else as reservation.hold
--   emits  resv.changed, points.changed on me:<owner>; plan.changed; offer.availability; what the waiting list has to tell
create function api.plan_group_hold(p_who text, p_idem text, p_hash bytea, p_plan bigint, p_offer bigint, p_items jsonb,
                                    p_points jsonb, p_party jsonb)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    return lib.batch_single(lib.reservation_hold(
        array[p_who], array[p_idem], array[p_hash], array[p_offer], array[p_items], array[p_points], array[p_party],
        array[null::bigint], array[p_plan], true));
end $$;

create function api.plan_group_hold_many(p_who text[], p_idem text[], p_hash bytea[], p_plan bigint[], p_offer bigint[],
                                         p_items jsonb[], p_points jsonb[], p_party jsonb[])
returns setof lib.batch_answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    return query
    select *
      from unnest(lib.reservation_hold(
               p_who, p_idem, p_hash, p_offer, p_items, p_points, p_party,
               array_fill(null::bigint, array[cardinality(p_who)]), p_plan, true));
end $$;

-- leaving -------------------------------------------------------------------------------------------------

-- The offers with seats that are part of these plans and for which the member is asked, or will be when a hold is
-- confirmed: to be locked, in order, before the plans that the member leaves.
create function lib.plan_seats_asked(p_plans bigint[], p_member bigint) returns bigint[] language plpgsql stable as $$
begin
    return array(
        select distinct r.offer_id
          from reservation r
         where r.plan_id = any (p_plans)
           and (r.state = 'held' and r.party @> jsonb_build_array(jsonb_build_object('member', p_member::text))
                or r.state in ('confirmed', 'checked_in')
                   and exists (select
                                 from reservation_party s
                                where s.resv_id = r.resv_id
                                  and s.member_id = p_member
                                  and s.state = 'invited'))
         order by r.offer_id);
end $$;

-- Takes the member off the seats of a plan that were not accepted, under these offers, which the caller holds.
create function lib.plan_seats_unask(p_plan bigint, p_offers bigint[], p_member bigint)
returns lib.event_row[] language plpgsql volatile as $$
declare
    v_resv   reservation;
    v_seats  int[];
    v_events lib.event_row[] := '{}';
begin
    for v_resv in
        select *
          from reservation
         where plan_id = p_plan
           and offer_id = any (p_offers)
           and state in ('confirmed', 'checked_in')
         order by resv_id
    loop
        v_seats := array(
            select seat_no
              from reservation_party
             where resv_id = v_resv.resv_id
               and member_id = p_member
               and state = 'invited');
        continue when v_seats = '{}';
        v_events := v_events || lib.party_withdrawn(v_resv, v_seats);
        update reservation_party
           set state = 'unnamed', member_id = null
         where resv_id = v_resv.resv_id
           and seat_no = any (v_seats);
        update reservation set version = version + 1 where resv_id = v_resv.resv_id;
        v_events := v_events || lib.resv_events(v_resv.resv_id) || lib.sys(p_object => 'resv:' || v_resv.resv_id);
    end loop;
    return v_events;
end $$;

-- The handle of who is in the plan: children are found by it, and who travels with them knows them.
create function lib.plan_handle(p_plan bigint, p_member bigint) returns text language plpgsql stable as $$
begin
    return (
        select m.handle
          from plan_member s
          join member m on m.member_id = s.member_id
         where s.plan_id = p_plan
           and s.member_id = p_member
           and s.state = 'joined');
end $$;

-- Has that member been in the plan, and is not any more?
create function lib.plan_left(p_plan bigint, p_member bigint) returns boolean language plpgsql stable as $$
begin
    return exists (
        select
          from plan_member
         where plan_id = p_plan
           and member_id = p_member
           and state in ('left', 'removed'));
end $$;
