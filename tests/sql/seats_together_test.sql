-- Where the nouns of seats meet: whatever frees seats fills the list, the queue stands before holds, ends are ends.
begin;
\ir noun.psql
\ir seats.psql
select plan(19);

insert into staff (staff_id, login, roles) values (8303, 'n-manager', '{manager}');
insert into staff_club (staff_id, club_id) values (8303, 8001);
insert into offer (offer_id, club_id, kind, title, organiser_name, starts_at, ends_at, announce_at, public_open_at, booking_close_at,
                   name_deadline, currency, cancel_policy, state)
values (8700, 8001, 'trip', 'Lakes', 'Open', now() + interval '60 days', now() + interval '61 days', now() - interval '2 days',
        now() - interval '1 day', now() + interval '50 days', now() + interval '49 days', 'EUR',
        '[{"hours_before":48,"refund_ppm":500000}]', 'open');
insert into seat_pool (pool_id, offer_id, code, capacity) values (8701, 8700, 'boat', 2);
insert into seat_class (class_id, offer_id, code, title) values (8702, 8700, 'seat', 'Seat');
insert into seat_class_pool (class_id, pool_id, offer_id) values (8702, 8701, 8700);
create function pg_temp.waits(p_member bigint) returns text language sql as
$$ select state from club.waitlist_entry where offer_id = 8700 and member_id = p_member order by entry_id desc limit 1 $$;
create function pg_temp.version() returns bigint language sql as $$ select version from club.offer where offer_id = 8700 $$;

-- a hold is over with its last millisecond
select pg_temp.hold(8201, 8702, 2, 8700) ->> 'reservation' as held \gset
update reservation set expires_at = clock_timestamp() where resv_id = :held;
select is(pg_temp.call('m:8201', 'reservation_confirm', :'held' || ', null, null'), '{"refused":"ZC025"}', 'confirmed a moment late');
select is(pg_temp.call('m:8202', 'reservation_confirm', :'held' || ', null, null'), '{"refused":"ZC002"}', 'by somebody else: there is none');
select is((select state from reservation where resv_id = :held), 'held', 'nothing was written');

-- capacity that grows, and the end of a pause
select pg_temp.hold(8202, 8702, 2, 8700) ->> 'reservation' as booked \gset
select pg_temp.call('m:8202', 'reservation_confirm', :'booked' || ', null, null') ->> 'state' as state \gset
select is(:'state'::text, 'confirmed', 'sold out');
select pg_temp.call('m:8204', 'waitlist_join', '8700, 8702, 1') ->> 'state' as s \gset
select pg_temp.call('s:8303', 'offer_set_capacity', '8700, 8701, 3') ->> 'state' as s \gset
select is(pg_temp.waits(8204), 'offered', 'a seat more is theirs who wait');
select pg_temp.call('m:8206', 'waitlist_join', '8700, 8702, 2') ->> 'state' as s \gset
select pg_temp.call('s:8303', 'offer_pause', '8700, ' || pg_temp.version()) ->> 'state' as s \gset
select is(pg_temp.call('m:8202', 'reservation_cancel', format('%s, null, null, null', :'booked')) ->> 'state', 'cancelled', 'seats are freed in a pause');
select is(pg_temp.waits(8206), 'waiting', 'and wait');
select pg_temp.call('s:8303', 'offer_resume', '8700, ' || pg_temp.version()) ->> 'state' as s \gset
select is(pg_temp.waits(8206), 'offered', 'for its end');
select is(pg_temp.pool(8701), '0 0 3', 'all are offered');

-- the public opening: before it nothing is filled, whatever waits
update waitlist_entry set state = 'waiting', offer_expires = null where offer_id = 8700;
update seat_pool set offered = 0 where pool_id = 8701;
update offer set public_open_at = now() + interval '1 hour' where offer_id = 8700;
select is(lib.waitlist_fill(8700), '{}', 'before the opening nothing is given to a list');
update offer set public_open_at = now() - interval '1 day' where offer_id = 8700;
select lib.waitlist_close(8700, 'staff') \g /dev/null

-- four strikes: one seat at a time, also from a list
insert into strike (strike_id, member_id, resv_id) select 8780 + n, 8206, 8780 + n from generate_series(1, 4) n;
select is(pg_temp.hold(8206, 8702, 2, 8700), '{"refused":"ZC024","max":1}', 'four strikes: no two seats');
update seat_pool set held = held + 3 where pool_id = 8701;
update offer set waitlist_state = 'open' where offer_id = 8700;
select is(pg_temp.call('m:8206', 'waitlist_join', '8700, 8702, 2'), '{"refused":"ZC024","max":1}', 'nor by waiting');
update seat_pool set held = held - 3 where pool_id = 8701;
delete from strike where member_id = 8206;

-- no hold outlives the start
update offer set starts_at = now() + interval '3 minutes', booking_close_at = now() + interval '3 minutes' where offer_id = 8700;
select is((pg_temp.hold(8203 + 3, 8702, 1, 8700) ->> 'expires_at')::timestamptz, date_trunc('milliseconds', now() + interval '3 minutes'), 'a hold ends with the start');
update offer set starts_at = now() + interval '60 days', booking_close_at = now() + interval '50 days' where offer_id = 8700;

-- the queue stands before holds, but not before an agent's
select lib.queue_make(8700, 50) \g /dev/null
select is(pg_temp.hold(8204, 8702, 1, 8700), '{"refused":"ZC022","ticket":null,"position":null}', 'who has no ticket');
select is(pg_temp.hold_by('s:8302', 8700, jsonb_build_array(pg_temp.units(8702, 1)), p_member => 8204) ->> 'state', 'held', 'an agent needs none');
delete from offer_queue where offer_id = 8700;

-- a step of the policy holds to its last moment
select is((lib.cancel_step(o, o.starts_at - interval '48 hours')).refund_ppm || ' '
          || (lib.cancel_step(o, o.starts_at - interval '48 hours' + interval '1 microsecond')).refund_ppm, '500000 0', 'half, and then nothing')
  from offer o where offer_id = 8700;

-- nobody is let in to what is cancelled
update offer set state = 'cancelled' where offer_id = 8700;
insert into reservation (resv_id, offer_id, organiser, persons, state, total_minor, confirmed_at) values (8790, 8700, 8201, 1, 'confirmed', 0, now());
insert into reservation_item (resv_id, class_id, qty, unit_minor) values (8790, 8702, 1, 0);
insert into reservation_leg (resv_id, pool_id, qty) values (8790, 8701, 1);
insert into reservation_party (resv_id, seat_no, class_id, unit_no, state, member_id) values (8790, 1, 8702, 1, 'invited', 8202);
update seat_pool set confirmed = confirmed + 1 where pool_id = 8701;
select is(pg_temp.call('s:8302', 'reservation_check_in', '8790, null, null, null, null, null, null'), '{"refused":"ZC017","state":"cancelled"}', 'an offer that is cancelled');
-- and who did not say yes is not told of it
select is(lib.cancelled_people(r), '{8201}', 'who was only asked did not book') from reservation r where resv_id = 8790;

select is((select array_agg(v::text) from lib.seat_violations() v where v.object not like '%8790%'), null, 'the seats add up');
select * from finish();
rollback;
