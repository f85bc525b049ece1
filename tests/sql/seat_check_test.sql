-- lib.seat_violations: seats in order show nothing, and each damage to them is seen for what it is (domain.md 17).
begin;
\ir noun.psql
select plan(63);

-- Nine reservations, one in each state and one of the waiting list; a list with one entry of each fate; a drawn queue.
insert into offer (offer_id, club_id, kind, title, organiser_name, starts_at, ends_at, public_open_at, booking_close_at,
                   name_deadline, currency, state)
select o, 8001, 'trip', 'Fjords', 'Open', now() + interval '90 days', now() + interval '97 days', now() - interval '1 day',
       now() + interval '80 days', now() + interval '77 days', 'EUR', 'open'
  from unnest('{8800,8801}'::bigint[]) o;
insert into seat_pool (pool_id, offer_id, code, capacity, held, confirmed, offered)
values (8810, 8800, 'total', 10, 2, 4, 1), (8811, 8800, 'double', 4, 0, 1, 0), (8819, 8801, 'total', 5, 0, 0, 0);
insert into seat_class (class_id, offer_id, code, title, persons, unit_price_minor, points_price)
values (8820, 8800, 'single', 'Single', 1, 10000, 500), (8821, 8800, 'double', 'Double', 2, 30000, null),
       (8822, 8800, 'free', 'Free', 1, 0, null), (8829, 8801, 'single', 'Single', 1, 10000, null);
insert into seat_class_pool (class_id, pool_id, offer_id)
values (8820, 8810, 8800), (8821, 8810, 8800), (8821, 8811, 8800), (8822, 8810, 8800), (8829, 8819, 8801);
create function pg_temp.points_held(p_member bigint, p_resv bigint) returns bigint language plpgsql as $$
declare
    v_hold bigint;
begin
    perform lib.points_lock(array[p_member]);
    perform lib.points_credit('earn', 'm', p_member, 1000, lib.posting_of(pg_temp.key(), 'v:till'));
    v_hold := (lib.points_hold('m', p_member, 500, 'm:' || p_member, 'reservation', p_resv::text, now() + interval '1 hour',
                               lib.posting_of(pg_temp.key(), 'm:' || p_member))).hold;
    return v_hold;
end $$;
create temp table held as
select r as resv, pg_temp.points_held(m, r) as hold from (values (8832::bigint, 8203::bigint), (8839, 8206)) as x (r, m);
select lib.points_capture(hold, 500, lib.posting_of(pg_temp.key(), 'm:8203')) from held where resv = 8832 \g /dev/null
insert into reservation (resv_id, offer_id, organiser, persons, state, source, expires_at, discount_ppm, total_minor, points,
                         paid_minor, refunded_minor, confirmed_at)
values (8830, 8800, 8201, 1, 'held', 'direct', now() + interval '9 minutes', 0, 10000, 0, 0, 0, null),
       (8831, 8800, 8202, 2, 'confirmed', 'direct', null, 100000, 27000, 0, 27000, 0, now()),
       (8832, 8800, 8203, 1, 'checked_in', 'direct', null, 0, 0, 500, 0, 0, now()),
       (8833, 8800, 8204, 0, 'cancelled', 'direct', null, 0, 10000, 0, 10000, 5000, now()),
       (8834, 8800, 8206, 1, 'expired', 'direct', now() - interval '9 minutes', 0, 10000, 0, 0, 0, null),
       (8835, 8800, 8204, 1, 'no_show', 'direct', null, 0, 0, 0, 0, 0, now()),
       (8836, 8800, 8202, 1, 'completed', 'staff', null, 0, 10000, 0, 10000, 0, now()),
       (8837, 8800, 8202, 1, 'released', 'direct', now(), 0, 10000, 0, 0, 0, null),
       (8839, 8800, 8206, 1, 'held', 'waitlist', now() + interval '9 minutes', 0, 0, 500, 0, 0, null);
update reservation r set point_hold = h.hold from held h where r.resv_id = h.resv;
update reservation r set capture_tx = x.tx_id from ledger_tx x where x.hold_id = r.point_hold and x.kind = 'capture';
insert into reservation_item (resv_id, class_id, qty, points_qty, unit_minor, unit_points)
select resv_id, case resv_id when 8831 then 8821 when 8835 then 8822 else 8820 end, (persons > 0)::int, (points > 0)::int,
       case resv_id when 8831 then 30000 when 8835 then 0 else 10000 end, case when points > 0 then 500 else 0 end
  from reservation
 where offer_id = 8800;
insert into reservation_leg (resv_id, pool_id, qty)
select i.resv_id, c.pool_id, i.qty from reservation_item i join seat_class_pool c using (class_id) where c.offer_id = 8800 and i.qty > 0;
insert into reservation_party (resv_id, seat_no, class_id, unit_no, state, price_minor, price_points)
values (8831, 1, 8821, 1, 'unnamed', 13500, 0), (8831, 2, 8821, 1, 'unnamed', 13500, 0),
       (8832, 1, 8820, 1, 'checked_in', 0, 500), (8833, 1, 8820, 1, 'cancelled', 10000, 0), (8835, 1, 8822, 1, 'no_show', 0, 0),
       (8836, 1, 8820, 1, 'checked_in', 10000, 0);
insert into payment (payment_ref, resv_id, outcome, amount_minor, state)
values ('check-1', 8831, 'confirmed', 27000, 'confirmed'), ('check-2', 8833, 'confirmed', 10000, 'confirmed'), ('check-3', 8834, 'refunded', 10000, 'confirmed'),
       ('check-4', 8836, 'confirmed_late', 10000, 'confirmed');
insert into refund (refund_id, resv_id, amount_minor, currency, src_key, payment_ref)
values (8851, 8833, 5000, 'EUR', 'check:1', null), (8852, 8834, 10000, 'EUR', 'check:2', 'check-3');
insert into strike (strike_id, member_id, resv_id) values (8853, 8204, 8835);
insert into waitlist_entry (entry_id, offer_id, class_id, member_id, qty, ord, skips, offers_missed, accumulate_since, state,
                            offered_at, offer_expires, resv_id, joined_at, closed_at)
values (8841, 8800, 8820, 8201, 5, 1, 2, 0, null, 'waiting', null, null, null, now() - interval '5 hours', null),
       (8842, 8800, 8820, 8202, 1, 2, 0, 0, null, 'offered', now() - interval '2 hours', now() + interval '1 hour', null,
        now() - interval '4 hours', null),
       (8843, 8800, 8820, 8206, 1, 3, 0, 0, null, 'converted', now() - interval '1 hour', null, 8839,
        now() - interval '3 hours', now() - interval '50 minutes'),
       (8844, 8800, 8821, 8204, 4, 4, 0, 0, null, 'waiting', null, null, null, now() - interval '1 hour', null);
insert into offer_queue (offer_id, seed_hash, seed_enc, seed, early_count, early_sha256, sealed_at, opened_at, last_place)
values (8801, '\xec4916dd28fc4c10d78e287ca5d9cc51ee1ae73cbfde08c6b37324cbfaac8bc5', '\x00',
        decode(repeat('00', 31) || '01', 'hex'), 4, '\xd052b9e51d7a3b709b8ab5297e2be6d3d648f07ef17ae6c7cb83adb12de7680e',
        now(), now(), 5);
insert into queue_ticket (ticket_id, offer_id, member_id, early, place, state, at)
values (1001, 8801, 8201, true, 3, 'queued', now() - interval '5 minutes'), (1002, 8801, 8202, true, 4, 'queued', now() - interval '4 minutes'),
       (1003, 8801, 8203, true, 1, 'used', now() - interval '3 minutes'), (1004, 8801, 8204, true, 2, 'left', now() - interval '2 minutes'),
       (1016, 8801, 8206, false, 5, 'queued', now()), (1017, 8801, 8207, true, null, 'left', now() - interval '1 minute');
create function pg_temp.told(p_resv bigint, p_states text[]) returns void language sql as $$
    insert into outbox (stream, seq, type, gate_cat, refs)
    select 'me:' || r.organiser, 880000 + 100 * (p_resv % 100) + s.n, 'resv.changed', 'svc.resv',
           jsonb_build_object('resv', p_resv::text, 'state', s.state)
      from reservation r, unnest(p_states) with ordinality as s (state, n)
     where r.resv_id = p_resv;
$$;
select pg_temp.told(r, s::text[]) from (values
    (8830, '{held}'), (8831, '{held,held,confirmed}'), (8832, '{held,confirmed,checked_in}'), (8833, '{confirmed,confirmed,cancelled}'),
    (8834, '{held,expired}'), (8835, '{held,confirmed,no_show}'), (8836, '{held,expired,confirmed,checked_in,completed}'),
    (8837, '{held,released}')) as x (r, s) \g /dev/null

-- Only what this test made.
create function pg_temp.found() returns text[] language sql as $$
    select coalesce(array_agg(invariant || ' ' || object || ': ' || found order by invariant, object, found), '{}') from lib.seat_violations()
$$;
select is(pg_temp.found(), '{}', 'seats in order');

-- Does some damage, looks, and mends it: what was seen, without the numbers of holds and transactions.
create function pg_temp.broken(p_damage text) returns text language plpgsql as $$
declare
    v_found text;
begin
    begin
        execute p_damage;
        v_found := array_to_string(pg_temp.found(), '; ');
        raise exception using errcode = 'ZZ001';
    exception when sqlstate 'ZZ001' then
        null;
    end;
    return regexp_replace(v_found, '\d+(?= of 500)|(?<=hold )\d+', 'N', 'g');
end $$;

create temp table damage (no int generated always as identity, what text, damage text, seen text);
insert into damage (what, damage, seen) values
('I-20: more sold than there are', $$alter table seat_pool drop constraint seat_pool_check; update seat_pool set capacity = 3 where pool_id = 8810$$,
 'I-20 pool 8810: capacity 3, held 2, confirmed 4, offered 1'),
('I-20: less than none', $$alter table seat_pool drop constraint seat_pool_offered_check; update seat_pool set offered = -1 where pool_id = 8819$$,
 'I-20 pool 8819: capacity 5, held 0, confirmed 0, offered -1; I-21 pool 8819: offered -1, entries 0'),
('I-21: held', $$update seat_pool set held = 1 where pool_id = 8810$$, 'I-21 pool 8810: held 1, reservations that are held 2'),
('I-21: a hold of nobody', $$update seat_pool set held = 1 where pool_id = 8819$$, 'I-21 pool 8819: held 1, reservations that are held 0'),
('I-21: confirmed', $$update seat_pool set confirmed = 3 where pool_id = 8810$$, 'I-21 pool 8810: confirmed 3, reservations 4'),
('I-21: offered', $$update seat_pool set offered = 2 where pool_id = 8810$$, 'I-21 pool 8810: offered 2, entries 1'),
('I-21: a reservation ended and kept its seats', $$update reservation set state = 'released' where resv_id = 8830$$,
 'I-21 pool 8810: held 2, reservations that are held 1; I-23 reservation 8830: is released, last told to be held'),
('I-22: a leg', $$update reservation_leg set qty = 3 where resv_id = 8837$$, 'I-22 reservation 8837: pool 8810: leg 3, items 1'),
('I-22: no leg', $$delete from reservation_leg where resv_id = 8837$$, 'I-22 reservation 8837: pool 8810: leg 0, items 1'),
('I-22: a leg too many', $$insert into reservation_leg values (8837, 8811, 1)$$, 'I-22 reservation 8837: pool 8811: leg 1, items 0'),
('I-22: a class of another offer', $$update reservation_item set class_id = 8829 where resv_id = 8837; update reservation_leg set pool_id = 8819 where resv_id = 8837$$,
 'I-22 reservation 8837: class 8829 is of offer 8801; I-22 reservation 8837: pool 8819 is of offer 8801'),
('I-22: a class on a pool of another offer', $$update seat_class_pool set pool_id = 8819 where class_id = 8821 and pool_id = 8811; update reservation_leg set pool_id = 8819 where pool_id = 8811$$,
 'I-21 pool 8811: confirmed 1, reservations 0; I-21 pool 8819: confirmed 0, reservations 1; I-22 class 8821: of offer 8800 draws on pool 8819 of offer 8801; I-22 reservation 8831: pool 8819 is of offer 8801'),
('I-22: persons', $$update reservation set persons = 5 where resv_id = 8830$$, 'I-22 reservation 8830: 5 persons, items seat 1'),
('I-23: confirmed without a time', $$update reservation set confirmed_at = null where resv_id = 8835$$, 'I-23 reservation 8835: no_show, confirmed at no time'),
('I-23: confirmed and expired', $$update reservation set confirmed_at = '2030-01-01' where resv_id = 8834; set local timezone = 'UTC'$$,
 'I-23 reservation 8834: expired, confirmed at 2030-01-01 00:00:00+00'),
('I-23: a step that there is not', $$update outbox set refs = refs || '{"state":"released"}' where stream = 'me:8204' and seq = 883302$$,
 'I-23 reservation 8833: confirmed became released; I-23 reservation 8833: released became cancelled'),
('I-23: a step that nobody was told of', $$delete from outbox where stream = 'me:8202' and seq = 883702$$, 'I-23 reservation 8837: is released, last told to be held'),
('I-24: free seats and one who waits', $$update waitlist_entry set qty = 3 where entry_id = 8841$$, 'I-24 entry 8841: waits for 3, 3 are free'),
('I-24: of another class', $$update waitlist_entry set qty = 3 where entry_id = 8844$$, 'I-24 entry 8844: waits for 3, 3 are free'),
('I-24: unless the pool is kept for one before', $$update waitlist_entry set qty = 3 where entry_id = 8844; update waitlist_entry set skips = 3, accumulate_since = now() where entry_id = 8841$$, ''),
('I-24: not for one after', $$update waitlist_entry set qty = 3 where entry_id = 8841; update waitlist_entry set skips = 3, accumulate_since = now() where entry_id = 8844$$,
 'I-24 entry 8841: waits for 3, 3 are free'),
('I-24: nor of an offer that is paused', $$update waitlist_entry set qty = 3 where entry_id = 8841; update offer set state = 'paused' where offer_id = 8800$$, ''),
('I-24: kept, and enough for whom it is kept', $$update waitlist_entry set qty = 3, skips = 3, accumulate_since = now() where entry_id = 8841$$,
 'I-24 entry 8841: waits for 3, 3 are free'),
('I-24: kept, and sold to another', $$update waitlist_entry set skips = 3, accumulate_since = now() - interval '1 second' where entry_id = 8841; update reservation set created_at = created_at - interval '1 hour' where resv_id <> 8836$$,
 'I-24 reservation 8836: took 1 of pool 8810, which is kept for entry 8841'),
('I-25: passed over without a note', $$update waitlist_entry set skips = 1 where entry_id = 8841$$, 'I-25 entry 8841: skipped 1 times, later ones were served 2 times'),
('I-25: by who needs these pools as well', $$update waitlist_entry set skips = 1 where entry_id = 8841; update waitlist_entry set class_id = 8821 where entry_id = 8842; update seat_pool set offered = 1 where pool_id = 8811$$,
 'I-25 entry 8841: skipped 1 times, later ones were served 2 times'),
('I-25: not by who needs fewer, and may not have been held back', $$update waitlist_entry set class_id = 8821, skips = 0 where entry_id = 8841$$, ''),
('I-25: served before their time', $$update waitlist_entry set offered_at = now() - interval '30 minutes' where entry_id = 8842$$,
 'I-25 entry 8842: skipped 0 times, later ones were served 1 times'),
('I-25: unless staff changed the place', $$update waitlist_entry set skips = 1, why = 'staff', note = 'promised' where entry_id = 8841$$, ''),
('I-25: protected for nothing', $$alter table waitlist_entry drop constraint waitlist_entry_check1; update waitlist_entry set accumulate_since = now() where entry_id = 8841$$,
 'I-25 entry 8841: is protected after 2 skips'),
('I-26: points that were not captured', $$update point_hold set state = 'released', captured = 0 where hold_id = (select hold from held where resv = 8832)$$,
 'I-26 reservation 8832: checked_in for 500 points, hold released of 500, captured 0'),
('I-26: points of a hold that is gone', $$update point_hold set state = 'released' where hold_id = (select hold from held where resv = 8839)$$,
 'I-26 reservation 8839: held for 500 points, hold released of 500, captured 0'),
('I-26: no capture', $$update reservation set capture_tx = null where resv_id = 8832$$, 'I-26 reservation 8832: checked_in for 500 points, captured by nothing'),
('I-26: points for nothing', $$update reservation set point_hold = 999999999 where resv_id = 8830$$,
 'I-26 reservation 8830: held for 0 points, hold none; orphan reservation 8830: no hold N'),
('I-26: points of a reservation that is not paid with them', $$update reservation set point_hold = null, capture_tx = null, points = 0 where resv_id = 8832; update reservation_party set price_points = 0 where resv_id = 8832$$,
 'I-26 hold N: captured for reservation 8832, which does not know it'),
('I-26: one hold for two', $$update reservation set point_hold = (select hold from held where resv = 8839) where resv_id = 8832$$,
 'I-26 hold N: captured for reservation 8832, which does not know it; I-26 hold N: of 2 reservations; I-26 reservation 8832: checked_in for 500 points, captured by capture N of 500; I-26 reservation 8832: checked_in for 500 points, hold active of 500, captured 0'),
('I-27: a total before it is paid', $$update reservation set total_minor = 9999 where resv_id = 8830$$, 'I-27 reservation 8830: total 9999 and 0 points, items 10000 less 0 ppm and 0'),
('I-27: a discount', $$update reservation set discount_ppm = 50000 where resv_id = 8830$$, 'I-27 reservation 8830: total 10000 and 0 points, items 10000 less 50000 ppm and 0'),
('I-27: a seat price', $$update reservation_party set price_minor = 13000 where resv_id = 8831 and seat_no = 2$$, 'I-27 reservation 8831: total 27000 and 0 points, seats 26500 and 0'),
('I-27: of a seat that was cancelled', $$update reservation_party set price_minor = 9000 where resv_id = 8833$$, 'I-27 reservation 8833: total 10000 and 0 points, seats 9000 and 0'),
('I-27: a seat without a row', $$delete from reservation_party where resv_id = 8835$$, 'I-27 reservation 8835: no_show, 1 persons, seats 0'),
('I-27: a row before the seat is sold', $$insert into reservation_party values (8830, 1, 8820, 1, null, null, 'unnamed')$$, 'I-27 reservation 8830: held, 1 persons, seats 1'),
('I-27: a seat of both', $$alter table reservation_party drop constraint reservation_party_check; update reservation_party set price_points = 1 where resv_id = 8836$$,
 'I-27 reservation 8836: seat 1 costs 10000 and 1 points; I-27 reservation 8836: total 10000 and 0 points, seats 10000 and 1'),
('I-27: a payment that does not count', $$update reservation set paid_minor = 26000 where resv_id = 8831$$, 'I-27 reservation 8831: paid 26000, payments 27000'),
('I-27: a refund that does not count', $$update refund set amount_minor = 6000 where refund_id = 8851$$, 'I-27 reservation 8833: paid 10000, refunded 5000, refunds 6000'),
('I-27: more back than was paid', $$alter table reservation drop constraint reservation_check2; update refund set amount_minor = 10001 where refund_id = 8851; update reservation set refunded_minor = 10001 where resv_id = 8833$$,
 'I-27 reservation 8833: paid 10000, refunded 10001, refunds 10001'),
('I-28: an order that is not the seed''s', $$drop index one_place; update queue_ticket set place = 7 - place where ticket_id in (1001, 1002)$$,
 'I-28 ticket 1001: has place 4, by the seed and in order of arrival it is 3; I-28 ticket 1002: has place 3, by the seed and in order of arrival it is 4'),
('I-28: one who came late', $$drop index one_place; insert into queue_ticket values (1018, 8801, 8208, false, 5, 'queued', null, now())$$,
 'I-28 ticket 1016: has place 5, which is 2 tickets''; I-28 ticket 1018: has place 5, by the seed and in order of arrival it is 6; I-28 ticket 1018: has place 5, which is 2 tickets'''),
('I-28: another list', $$update queue_ticket set ticket_id = 1005 where ticket_id = 1002$$,
 'I-28 queue of offer 8801: sealed with 4 tickets, the list has 4 others'),
('I-28: a shorter list', $$update queue_ticket set place = null where ticket_id = 1002; update queue_ticket set place = 4 where ticket_id = 1016$$,
 'I-28 queue of offer 8801: sealed with 4 tickets, the list has 3'),
('I-28: another seed', $$update offer_queue set seed_hash = sha256('x') where offer_id = 8801$$, 'I-28 queue of offer 8801: the seed is not the one whose hash was published'),
('I-29: told yes without a seat', $$update payment set outcome = 'confirmed' where payment_ref = 'check-3'; delete from refund where payment_ref = 'check-3'; update reservation set paid_minor = 10000 where resv_id = 8834$$,
 'I-29 reservation 8834: expired, 10000 to pay, 1 payments'),
('I-29: a seat without a payment', $$delete from payment where payment_ref = 'check-4'; update reservation set paid_minor = 0 where resv_id = 8836$$, 'I-29 reservation 8836: completed, 10000 to pay, 0 payments'),
('I-29: a payment that nobody gives back', $$delete from refund where refund_id = 8852$$, 'I-29 payment check-3: of 10000 is refunded by 0 refunds of 0'),
('I-29: given back twice', $$insert into refund values (8854, 8834, 10000, 'EUR', 'check:3', 'check-3')$$, 'I-29 payment check-3: of 10000 is refunded by 2 refunds of 20000'),
('I-29: to another', $$update refund set resv_id = 8837 where refund_id = 8852$$, 'I-29 payment check-3: of reservation 8834 is given back to reservation 8837'),
('orphan: an offer', $$update reservation set offer_id = 1 where resv_id = 8834$$,
 'I-22 reservation 8834: class 8820 is of offer 8800; I-22 reservation 8834: pool 8810 is of offer 8800; orphan reservation 8834: no offer 1'),
('orphan: an organiser', $$update reservation set organiser = 1 where resv_id = 8839$$,
 'orphan entry 8843: converted, reservation waitlist of 1; orphan reservation 8839: no member 1'),
('orphan: items, legs, seats, payments, refunds, strikes, entries', $$delete from reservation where resv_id in (8833, 8835, 8839)$$,
 'I-21 pool 8810: confirmed 4, reservations 3; I-21 pool 8810: held 2, reservations that are held 1; I-26 hold N: active for reservation 8839, which does not know it; orphan entry 8843: converted, reservation none; orphan entry 8843: no reservation 8839; orphan item of class 8820: no reservation 8833; orphan item of class 8820: no reservation 8839; orphan item of class 8822: no reservation 8835; orphan leg of pool 8810: no reservation 8835; orphan leg of pool 8810: no reservation 8839; orphan payment check-2: no reservation 8833; orphan refund 8851: no reservation 8833; orphan seat 1: no reservation 8833; orphan seat 1: no reservation 8835; orphan strike 8853: no reservation 8835'),
('orphan: a class', $$delete from seat_class_pool where class_id = 8822; delete from seat_class where class_id = 8822$$,
 'I-22 reservation 8835: 1 persons, items seat 0; I-22 reservation 8835: pool 8810: leg 1, items 0; orphan item of reservation 8835: no class 8822; orphan seat of reservation 8835: no class 8822'),
('orphan: a pool', $$update reservation_leg set pool_id = 1 where resv_id = 8837$$,
 'I-22 reservation 8837: pool 1: leg 1, items 0; I-22 reservation 8837: pool 8810: leg 0, items 1; orphan leg of reservation 8837: no pool 1'),
('orphan: a queue', $$delete from offer_queue$$,
 'orphan ticket 1001: no queue of offer 8801; orphan ticket 1002: no queue of offer 8801; orphan ticket 1003: no queue of offer 8801; orphan ticket 1004: no queue of offer 8801; orphan ticket 1016: no queue of offer 8801; orphan ticket 1017: no queue of offer 8801');
select is(pg_temp.broken(damage), seen, what) from damage order by no;

select * from finish();
rollback;
