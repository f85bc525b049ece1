-- Cancelling by the organiser: whole units, by the policy and the clock, from each seat's own price, points to their lots,
-- freed seats to the waiting list in the same transaction.
begin;
\ir noun.psql
\ir seats.psql
select plan(64);

insert into price_step (offer_id, min_party, min_rank, discount_ppm) values (8600, 4, 0, 100000);
insert into staff (staff_id, login, roles) values (8309, 'n-far-agent', '{agent}');
insert into staff_club (staff_id, club_id) values (8309, 8002);

create function pg_temp.paid(p_hold jsonb, p_ref text) returns jsonb language sql as $$
    select pg_temp.call('v:desk', 'reservation_confirm', format('%s, %L, null', p_hold ->> 'reservation', p_ref))
$$;
create function pg_temp.cancel(p_resv text, p_seats text default null, p_base text default null, p_who text default 'm:8201',
                               p_reason text default null) returns jsonb language sql as $$
    select pg_temp.call(p_who, 'reservation_cancel', format('%s, %L, %L, %L', p_resv, p_seats, p_base, p_reason))
$$;
create function pg_temp.preview(p_resv text, p_seats text default null, p_who text default 'm:8201') returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.reservation_cancel_preview(%L, %s, %L)', p_who, p_resv, p_seats))
$$;
create function pg_temp.types(p_reply jsonb) returns text language sql as $$
    select string_agg((e ->> 'stream') || ' ' || (e ->> 'type'), ', ' order by no)
      from jsonb_array_elements(p_reply -> '_events') with ordinality as x (e, no)
$$;
create function pg_temp.starts_in(p_hours numeric) returns void language sql as $$
    update offer
       set starts_at = c.at, ends_at = now() + interval '200 days', booking_close_at = least(booking_close_at, c.at)
      from (select clock_timestamp() + p_hours * interval '1 hour' as at) c
     where offer_id = 8600
$$;
create function pg_temp.short(p_reply jsonb) returns jsonb language sql as $$
    select jsonb_build_object('seats', p_reply -> 'seats', 'minor', p_reply #> '{refund,minor}', 'points', p_reply -> 'points')
           || case when p_reply ? 'state' then jsonb_build_object('state', p_reply -> 'state') else '{}' end
$$;
create function pg_temp.lots() returns text language sql as $$
    select string_agg(remaining::text, ' ' order by expires_at, lot_id) from point_lot where origin_member = 8201
$$;

select pg_temp.earn(8201, 'E1', 3000, p_at => now() - interval '60 days'), pg_temp.earn(8201, 'E2', 4000) \g /dev/null
select is(pg_temp.lots(), '300 400', 'two lots');
create temp table held as
select pg_temp.hold_by('m:8201', 8600, jsonb_build_array(pg_temp.units(8620, 2), pg_temp.units(8621, 1)),
                       jsonb_build_array(pg_temp.units(8620, 1))) as r;
select r ->> 'reservation' as resv from held \gset
select is(pg_temp.cancel(:'resv'), '{"refused":"ZC017","state":"held"}', 'a hold is released, not cancelled');
select is(pg_temp.paid((select r from held), 'bank-1') ->> 'outcome', 'confirmed', 'two singles, one in points, and a double');
select is(pg_temp.lots() || ' ' || pg_temp.pool() || ' ' || pg_temp.pool(8611), '0 200 0 3 0 0 1 0', 'taken from the lot that ends first');
select is((select string_agg(price_minor || '/' || price_points, ' ' order by seat_no) from reservation_party where resv_id = :resv),
          '0/500 9000/0 13500/0 13500/0', 'what the seats cost');

-- the preview
select is(pg_temp.short(pg_temp.preview(:'resv')), '{"seats":[1,2,3,4],"minor":36000,"points":500}', 'all of it, 60 days before');
select is(pg_temp.short(pg_temp.preview(:'resv', '[3,4]')), '{"seats":[3,4],"minor":27000,"points":0}', 'the double');
select is((pg_temp.preview(:'resv') ->> 'until')::timestamptz,
          date_trunc('milliseconds', (select starts_at - interval '168 hours' from offer where offer_id = 8600)), 'until a week before');
select is(pg_temp.preview(:'resv') -> 'whole', 'true', 'the whole');
select is(pg_temp.preview(:'resv', '[1]') -> 'whole', 'false', 'or not');
select is((select count(*) from refund where resv_id = :resv) || ' ' || pg_temp.pool(), '0 0 3 0', 'which changes nothing');
select is(pg_temp.preview(:'resv', '[3]'), '{"refused":"ZC602","path":"seats","problem":"leaves out seat 4 of a unit"}', 'half a unit');
select is(pg_temp.preview(:'resv', '[4,1]') ->> 'problem', 'leaves out seat 3 of a unit', 'the other half');
select is(pg_temp.preview(:'resv', '[1,1]') ->> 'problem', 'names a seat twice', 'twice');
select is(pg_temp.preview(:'resv', '[]') ->> 'problem', 'names no seat', 'none');
select is(pg_temp.cancel(:'resv', '[]') ->> 'refused', 'ZC602', 'and pays nothing back for it');
select is(pg_temp.preview(:'resv', '[1,9]') ->> 'problem', 'names seat 9, which is not there', 'no such seat');
select is(pg_temp.preview(:'resv', null, 'm:8202'), '{"refused":"ZC002"}', 'somebody else''s');
select is(pg_temp.preview(:'resv', null, 's:8301'), '{"refused":"ZC001"}', 'staff who is no agent');
select is(pg_temp.preview(:'resv', null, 's:8309'), '{"refused":"ZC002"}', 'an agent of another club');
select is(pg_temp.short(pg_temp.preview(:'resv', null, 's:8302')), '{"seats":[1,2,3,4],"minor":36000,"points":500}', 'an agent of the club');
select is((select action from audit_log where subject_member = 8201 and actor = 's:8302'), 'reservation.cancel_preview', 'which is written down');
select is(pg_temp.preview('8600'), '{"refused":"ZC002"}', 'none at all');

-- some units
select pg_temp.preview(:'resv') ->> 'version' as version \gset
select is(pg_temp.cancel(:'resv', '[3]') ->> 'refused', 'ZC602', 'half a unit is refused');
select is(pg_temp.cancel(:'resv', '[3,4]', (:version - 1)::text), jsonb_build_object('refused', 'ZC004', 'current', :version), 'not what was looked at');
update offer_pulse set emitted_at = '-infinity' where offer_id = 8600;
create temp table part as
select pg_temp.try(format('select * from api.reservation_cancel(''m:8201'', ''cancel-part'', ''aa'', %s, ''[3,4]'', %s, null)', :resv, :version)) as r;
select is(pg_temp.short(r), '{"seats":[3,4],"minor":27000,"points":0,"state":"confirmed"}', 'as it was previewed') from part;
select is(pg_temp.pool() || ' ' || pg_temp.pool(8611), '0 2 0 0 0 0', 'its seats are free in both pools');
select is((select string_agg(class_id || ':' || qty || ':' || points_qty, ' ' order by class_id) from reservation_item where resv_id = :resv),
          '8620:2:1 8621:0:0', 'items are lowered');
select is((select string_agg(pool_id || ':' || qty, ' ' order by pool_id) from reservation_leg where resv_id = :resv), '8610:2', 'and legs');
select is((select persons || ' ' || refunded_minor || ' ' || total_minor from reservation where resv_id = :resv), '2 27000 36000', 'two persons are left, what was sold stays');
select is((select string_agg(src_key || ' ' || amount_minor || ' ' || payment_ref || ' ' || state, ', ') from refund where resv_id = :resv),
          format('resv:%s:cancel:%s 27000 bank-1 queued', :resv, :version), 'money goes to where it came from');
select is(pg_temp.types(r), 'me:8201 resv.changed, offer:8600 offer.availability', 'who is told') from part;
select is(pg_temp.try(format('select * from api.reservation_cancel(''m:8201'', ''cancel-part'', ''aa'', %s, ''[3,4]'', %s, null)', :resv, :version)) - '{_events,_sys,_subjects}'::text[],
          (select r - '{_events,_sys,_subjects}'::text[] || '{"replay":true}' from part), 'the same call again: the same answer');
select is((select count(*) from refund where resv_id = :resv), 1::bigint, 'and nothing more');
select is(pg_temp.cancel(:'resv', '[3,4]') ->> 'problem', 'names seat 3, which is not there', 'cancelled is cancelled');

-- the clock of the policy
select pg_temp.starts_in(168.01) \g /dev/null
select is(pg_temp.preview(:'resv') -> 'refund_ppm', '1000000', 'more than a week');
select pg_temp.starts_in(167.99) \g /dev/null
select is(pg_temp.preview(:'resv') -> 'refund_ppm', '500000', 'less than a week');
select is(pg_temp.short(pg_temp.cancel(:'resv', '[1]')), '{"seats":[1],"minor":0,"points":250,"state":"confirmed"}', 'half the points of a seat');
select is(pg_temp.lots(), '50 400', 'to the lots they came from, those that end last first');
select is((select kind || ' ' || amount || ' ' || ref_kind from ledger_tx where idem = format('resv:%s:cancel:%s', :resv, :version + 1)), 'reverse 250 reservation', 'under a key of its own');
update reservation_party set price_minor = 9001 where resv_id = :resv and seat_no = 2;
update reservation_party set price_minor = 13499 where resv_id = :resv and seat_no = 3;
create temp table rest as select pg_temp.cancel(:'resv') as r;
select is(pg_temp.short(r), '{"seats":[2],"minor":4500,"points":0,"state":"cancelled"}', 'the rest, rounded down') from rest;
select is((select state || ' ' || persons || ' ' || (closed_at is not null) || ' ' || refunded_minor from reservation where resv_id = :resv), 'cancelled 0 true 31500', 'cancelled');
select is(pg_temp.pool(), '0 0 0', 'nothing is taken any more');
select is(pg_temp.cancel(:'resv'), '{"refused":"ZC017","state":"cancelled"}', 'once');
select is((select count(*) from reservation_party where resv_id = :resv and (state <> 'cancelled' or member_id is not null)), 0::bigint, 'nobody is on its seats');
select is((select count(*) from lib.seat_violations()), 0::bigint, 'the invariants hold');

-- never more than was paid; nothing where nothing comes back
create temp table small as select pg_temp.hold(8201, 8620, 3) as r;
select r ->> 'reservation' as three from small \gset
select pg_temp.paid((select r from small), 'bank-2') \g /dev/null
select lib.refund_add(:three, 20000, 'goodwill', 'bank-2') \g /dev/null
select pg_temp.starts_in(1000) \g /dev/null
select is(pg_temp.short(pg_temp.cancel(:'three', '[1]')), '{"seats":[1],"minor":10000,"points":0,"state":"confirmed"}', 'what was paid');
select is(pg_temp.short(pg_temp.preview(:'three', '[2]')), '{"seats":[2],"minor":0,"points":0}', 'no more than is left of it');
select pg_temp.starts_in(1) \g /dev/null
select is(pg_temp.short(pg_temp.cancel(:'three', '[2]')), '{"seats":[2],"minor":0,"points":0,"state":"confirmed"}', 'in the last hours nothing comes back');
select is((select count(*) from refund where resv_id = :three), 2::bigint, 'so there is no refund');
update offer set cancel_policy = '[]' where offer_id = 8600;
select is(pg_temp.preview(:'three') -> 'refund_ppm', '0', 'no policy: nothing');
update offer set state = 'cancelled' where offer_id = 8600;
select is(pg_temp.cancel(:'three'), '{"refused":"ZC017","state":"cancelled"}', 'the operator cancels it, with all that was paid');
update offer set state = 'open', booking_close_at = now(), starts_at = clock_timestamp() where offer_id = 8600;
select is(pg_temp.cancel(:'three'), '{"refused":"ZC034"}', 'it has begun');
select is(pg_temp.preview(:'three'), '{"refused":"ZC034"}', 'nothing to preview');
update offer set starts_at = now() + interval '60 days', booking_close_at = now() + interval '59 days', cancel_policy = '[{"hours_before":0,"refund_ppm":333333}]' where offer_id = 8600;

-- an agent for the member; a member who may do little else
select is(pg_temp.cancel(:'three', null, null, 's:8302')::jsonb - '_x', '{"refused":"ZC602","path":"reason","problem":"must be said by staff"}', 'an agent says why');
update member set status = 'suspended' where member_id = 8201;
select is(pg_temp.cancel(:'three', null, null, 's:8302', 'On the phone') ->> 'state', 'cancelled', 'for the member');
select is((select detail ->> 'reason' from audit_log where subject_member = 8201 and action = 'reservation.cancel'), 'On the phone', 'written down');
update member set status = 'active' where member_id = 8201;

-- what is freed goes to who waits, in the same transaction
create temp table last as select pg_temp.hold(8202, 8621, 1) as r;
select r ->> 'reservation' as double from last \gset
select pg_temp.paid((select r from last), 'bank-3') \g /dev/null
update seat_pool set capacity = 1 where pool_id = 8611;
insert into waitlist_entry (entry_id, offer_id, class_id, member_id, qty) values (8690, 8600, 8621, 8203, 1);
update member set status = 'suspended' where member_id = 8202;
create temp table freed as select pg_temp.cancel(:'double', null, null, 'm:8202') as r;
update member set status = 'active' where member_id = 8202;
select is(r ->> 'state', 'cancelled', 'a suspended member may say no') from freed;
select is((select state from waitlist_entry where entry_id = 8690), 'offered', 'who waits is offered the seat');
select ok(pg_temp.types(r) like '%me:8203 waitlist.offered%', 'and told at once') from freed;
select is(r #> '{refund,minor}', '9999', 'a third, rounded down') from freed;
select is(pg_temp.pool(8611), '0 0 1', 'it was free for nobody else');
select is((select string_agg(invariant || ' ' || object || ' ' || found, ', ') from lib.seat_violations()), null, 'the invariants hold');
select is((select count(*) from lib.ledger_violations()), 0::bigint, 'and those of the ledger');
select * from finish();
rollback;
