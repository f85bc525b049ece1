-- The operator cancels an offer: everybody gets all back once, in pieces, whatever ends between; holds are given up; names,
-- guests and needs go; everybody concerned is told.
begin;
\ir noun.psql
\ir seats.psql
select plan(32);

create function pg_temp.paid(p_hold jsonb, p_ref text) returns jsonb language sql as $$
    select pg_temp.call('v:desk', 'reservation_confirm', format('%s, %L, null', p_hold ->> 'reservation', p_ref))
$$;
create function pg_temp.states() returns text language sql as
$$ select string_agg(state, ' ' order by resv_id) from reservation where offer_id = 8600 $$;
create function pg_temp.told(p_member bigint, p_type text) returns text language sql as $$
    select string_agg(coalesce(refs ->> 'state', refs ->> 'type'), ' ' order by seq)
      from outbox where stream = 'me:' || p_member and type = p_type
$$;
select pg_temp.crowd(4) \g /dev/null

-- 8201 paid in money and points, one part cancelled before at half; 8202 in money, with 8203 and a guest; 8401 holds; 8402
-- pays in points only; 8403 was taken in; 8404 waits
select pg_temp.earn(8201, 'E1', 5000), pg_temp.earn(8402, 'E2', 5000), pg_temp.earn(8402, 'E3', 3000), pg_temp.earn(8401, 'E4', 5000) \g /dev/null
create temp table a as select pg_temp.hold_by('m:8201', 8600, jsonb_build_array(pg_temp.units(8620, 3)), jsonb_build_array(pg_temp.units(8620, 1))) as r;
create temp table b as
select pg_temp.hold_by('m:8202', 8600, jsonb_build_array(pg_temp.units(8621, 2)), null,
                       '[{"class":"8621","member":"8202"},{"class":"8621","member":"8203"},{"class":"8621","guest":"Aunt May"}]') as r;
create temp table c as select pg_temp.hold_by('m:8401', 8600, jsonb_build_array(pg_temp.units(8620, 1)), jsonb_build_array(pg_temp.units(8620, 1))) as r;
create temp table d as select pg_temp.hold_by('m:8403', 8600, jsonb_build_array(pg_temp.units(8622, 1))) as r;
select (select r ->> 'reservation' from a) as a, (select r ->> 'reservation' from b) as b, (select r ->> 'reservation' from c) as c,
       (select r ->> 'reservation' from d) as d \gset
update offer set cancel_policy = '[{"hours_before":0,"refund_ppm":500000}]' where offer_id = 8600;
select pg_temp.paid((select r from a), 'bank-1'), pg_temp.paid((select r from b), 'bank-2'), pg_temp.call('m:8403', 'reservation_confirm', :'d' || ', null, null') \g /dev/null
select is(pg_temp.call('m:8201', 'reservation_cancel', :'a' || ', ''[2]'', null, null') #> '{refund,minor}', '5000', 'half of a seat, as long as it is the member''s wish');
select pg_temp.call('m:8203', 'reservation_accept_seat', :'b') \g /dev/null
select is(pg_temp.told(8203, 'resv.invited'), 'invited', 'somebody is in the party of somebody');
update reservation_party set needs_enc = lib.pii_seal('No nuts') where resv_id = :b and member_id = 8203;
create temp table e as select pg_temp.hold_by('m:8402', 8600, jsonb_build_array(pg_temp.units(8620, 1)), jsonb_build_array(pg_temp.units(8620, 1))) as r;
select r ->> 'reservation' as e from e \gset
select pg_temp.call('m:8402', 'reservation_confirm', :'e' || ', null, null') \g /dev/null
select is((select string_agg(remaining::text, ' ' order by expires_at, lot_id) from point_lot where origin_member = 8402), '0 300', 'points of the lot that ends first');
update point_lot set expires_at = now() - interval '1 day' where origin_member = 8402 and remaining = 0;
update reservation set state = 'checked_in' where resv_id = :d;
update reservation_party set state = 'checked_in', checked_in_at = now() where resv_id = :d;
select lib.emit_all(lib.resv_events(:d)) \g /dev/null
select is(pg_temp.states(), 'confirmed confirmed held checked_in confirmed', 'five reservations');

select is(lib.offer_cancellations_run(), 0::bigint, 'nothing to do');
update offer set state = 'cancelled', waitlist_state = 'closed' where offer_id = 8600;
select is(lib.offer_cancellations_run(2), 2::bigint, 'a piece');
select is(pg_temp.states(), 'cancelled cancelled held checked_in confirmed', 'the first two');
select is((select string_agg(invariant || ' ' || object || ' ' || found, ', ') from lib.seat_violations()), null, 'the invariants hold between the pieces');
select is(lib.offer_cancellations_run(2), 2::bigint, 'the next');
select is(lib.offer_cancellations_run(2), 1::bigint, 'the last');
select is(lib.offer_cancellations_run(2), 0::bigint, 'that was all');
select ok((select settled from offer where offer_id = 8600), 'the offer is settled');
select is(pg_temp.states(), 'cancelled cancelled released cancelled cancelled', 'all are over');
select is(pg_temp.pool() || ' ' || pg_temp.pool(8611), '0 0 0 0 0 0', 'no seat is taken');
select is((select string_agg(resv_id || ' ' || amount_minor, ', ' order by refund_id) from refund),
          format('%s 5000, %s 10000, %s 60000', :'a', :'a', :'b'), 'what was paid and had not come back');
select is((select string_agg(kind || ' ' || amount, ', ' order by tx_id) from ledger_tx where ref_kind = 'reservation' and kind in ('reverse', 'release')),
          'reverse 500, release 500, reverse 500', 'points come back');
select is((select string_agg(remaining || ' ' || (expires_at < now() + interval '31 days'), ', ' order by expires_at) from point_lot
            where origin_member = 8402 and remaining > 0 and expires_at > now() + interval '29 days'), '500 true, 300 false', 'and can be spent for 30 days, though their lot is over');
select is((select string_agg(member_id || ' ' || cause || ' ' || topic || ' ' || ref || ' ' || prio, ', ' order by case_id) from support_case),
          format('8201 offer_cancelled booking resv:%s 3, 8202 offer_cancelled booking resv:%s 3, 8403 offer_cancelled booking resv:%s 4, 8402 offer_cancelled booking resv:%s 4',
                 :'a', :'b', :'d', :'e'), 'staff looks after them, the new ones first');
select is(pg_temp.told(8201, 'resv.changed'), 'held confirmed confirmed cancelled', 'the organiser is told');
select is(pg_temp.told(8201, 'notify.added'), 'resv_cancelled', 'also outside the app');
select is((select string_agg(lib.send_words(jsonb_populate_record(null::send_job, jsonb_build_object('template', template, 'refs', '{"offer":"8600"}'::jsonb)), locale, null) ->> 'subject', ', ' order by template)
             from message_text where template in ('notify.resv_cancelled', 'notify.resv_invited', 'notify.resv_unnamed') and locale = 'nb'),
          'Avlyst: Fjords, En plass til deg: Fjords, Plasser uten navn: Fjords', 'with the name of the trip');
select is(pg_temp.told(8203, 'resv.invited'), 'invited withdrawn', 'and who was in the party');
select is(pg_temp.told(8203, 'notify.added'), 'resv_invited resv_cancelled', 'outside as well');
select is(pg_temp.told(8401, 'resv.changed'), 'held released', 'the hold is gone');
select is(pg_temp.told(8401, 'notify.added'), null, 'of which nothing else is said');
select is((select count(*) from reservation_party where member_id is not null or guest_label is not null or needs_enc is not null), 0::bigint, 'no name, no guest, no need is left');
select is((select string_agg(invariant || ' ' || object || ' ' || found, ', ') from lib.seat_violations()), null, 'the invariants hold');
select is((select count(*) from lib.ledger_violations()), 0::bigint, 'and those of the ledger');

-- somebody erased: the money goes back the way it came, the points were the club's
update offer set state = 'open', settled = false where offer_id = 8600;
create temp table f as select pg_temp.hold_by('m:8402', 8600, jsonb_build_array(pg_temp.units(8620, 2)), jsonb_build_array(pg_temp.units(8620, 1))) as r;
select r ->> 'reservation' as f from f \gset
select pg_temp.paid((select r from f), 'bank-9') \g /dev/null
update member set status = 'erased', erased_at = now(), handle = null where member_id = 8402;
update offer set state = 'cancelled' where offer_id = 8600;
select lib.offer_cancellations_run() \g /dev/null
select is((select amount_minor from refund where resv_id = :f), 10000::bigint, 'money of who is erased goes back');
select is((select reversed from ledger_tx where tx_id = (select capture_tx from reservation where resv_id = :f)), 0::bigint, 'points do not');
select is((select count(*) from support_case where ref = 'resv:' || :'f'), 0::bigint, 'nobody is left to look after');
select is((select string_agg(invariant || ' ' || object || ' ' || found, ', ') from lib.seat_violations()), null, 'the invariants hold');
select * from finish();
rollback;
