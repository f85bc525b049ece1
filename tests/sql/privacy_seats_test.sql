-- Seats of who leaves a club, and of who is erased: holds and waiting go, what is to come is cancelled under the policy, what
-- was stays without names; others see that somebody is gone.
begin;
\ir noun.psql
\ir seats.psql
select plan(39);

create function pg_temp.paid(p_hold jsonb, p_ref text) returns jsonb language sql as $$
    select pg_temp.call('v:desk', 'reservation_confirm', format('%s, %L, null', p_hold ->> 'reservation', p_ref))
$$;
create function pg_temp.erase(p_member bigint) returns int language plpgsql as $$
begin
    perform pg_temp.call('m:' || p_member, 'privacy_erase', $q$'delete', true$q$);
    for i in 1 .. 100 loop
        if lib.erasures_run('0') = 0 then
            return i;
        end if;
    end loop;
    raise exception 'the erasure never ends';
end $$;
create function pg_temp.told(p_member bigint, p_type text) returns text language sql as $$
    select string_agg(coalesce(refs ->> 'state', refs ->> 'type'), ' ' order by seq)
      from outbox where stream = 'me:' || p_member and type = p_type
$$;
select pg_temp.crowd(4) \g /dev/null
update offer set cancel_policy = '[{"hours_before":0,"refund_ppm":500000}]' where offer_id = 8600;
update tier set seat_limit = 20 where tier_id = 8061;

-- leaving a club
insert into seat_pool (pool_id, offer_id, code, capacity) values (8612, 8600, 'one', 1);
insert into seat_class (class_id, offer_id, code, title, unit_price_minor) values (8623, 8600, 'suite', 'Suite', 90000);
insert into seat_class_pool (class_id, pool_id, offer_id) values (8623, 8612, 8600);
insert into waitlist_entry (entry_id, offer_id, class_id, member_id, qty) values (8691, 8600, 8623, 8401, 1), (8692, 8600, 8623, 8402, 1);
select lib.waitlist_fill(8600) \g /dev/null
insert into offer_queue (offer_id, seed_hash, seed_enc, sealed_at) values (8600, sha256('8600'), '', now());
insert into queue_ticket (ticket_id, offer_id, member_id, early, place) values (8693, 8600, 8401, false, 1), (8694, 8600, 8402, false, 2);
insert into offer_reminder (offer_id, member_id) values (8600, 8401), (8600, 8402);
create temp table kept as select pg_temp.hold_by('m:8401', 8600, jsonb_build_array(pg_temp.units(8622, 1))) as r;
create temp table left_ as select pg_temp.call('m:8401', 'membership_leave', '8001') as r;
select is(r ->> 'status', 'left', 'left') from left_;
select is((select string_agg(member_id || ' ' || state || ' ' || coalesce(why, '-'), ', ' order by entry_id) from waitlist_entry), '8401 withdrawn left, 8402 offered -', 'nothing is waited for; the next gets what was offered');
select is((select string_agg(member_id || ' ' || state, ', ' order by ticket_id) from queue_ticket), '8401 left, 8402 queued', 'the ticket is given up');
select is((select count(*) from queue_gap where offer_id = 8600 and place = 1), 1::bigint, 'its place is passed over');
select is((select string_agg(member_id::text, ' ') from offer_reminder), '8402', 'no reminder comes');
select is(pg_temp.told(8401, 'waitlist.changed') || ', ' || pg_temp.told(8402, 'waitlist.offered'), 'withdrawn, offered', 'both are told');
select is((select string_agg(state, ' ') from reservation where organiser = 8401), null, 'had booked nothing') where (select r ? 'refused' from kept);
select pg_temp.call('m:8402', 'membership_leave', '8001') \g /dev/null
select is((select string_agg(held || ' ' || confirmed || ' ' || offered, ', ') from seat_pool where pool_id = 8612), '0 0 0', 'no seat stays behind');
select is((select count(*) from lib.seat_violations() where invariant <> 'I-28'), 0::bigint, 'the invariants hold');
delete from queue_ticket; delete from queue_gap; delete from offer_queue;

-- somebody with all there is
select pg_temp.earn(8201, 'E1', 20000), pg_temp.earn(8202, 'E2', 5000) \g /dev/null
create temp table past as select pg_temp.hold_by('m:8201', 8600, jsonb_build_array(pg_temp.units(8620, 2)), null, '[{"class":"8620","member":"8201"},{"class":"8620","guest":"Aunt May"}]') as r;
select r ->> 'reservation' as past from past \gset
select pg_temp.paid((select r from past), 'bank-1') \g /dev/null
update reservation set state = 'completed', closed_at = now() where resv_id = :past;
update reservation_party set state = 'checked_in', checked_in_at = now() where resv_id = :past;
select lib.emit_all(lib.resv_events(:past)) \g /dev/null
update outbox set refs = refs || '{"state":"checked_in"}' where type = 'resv.changed' and refs ->> 'state' = 'confirmed' and refs ->> 'resv' = :'past';
update outbox set refs = refs || '{"state":"confirmed"}' where type = 'resv.changed' and refs ->> 'state' = 'held' and refs ->> 'resv' = :'past';
create temp table next as
select pg_temp.hold_by('m:8201', 8600, jsonb_build_array(pg_temp.units(8620, 3)), jsonb_build_array(pg_temp.units(8620, 1)), '[{"class":"8620","member":"8203"},{"class":"8620","guest":"Uncle Ben"}]') as r;
select r ->> 'reservation' as next from next \gset
select pg_temp.paid((select r from next), 'bank-2') \g /dev/null
create temp table hers as select pg_temp.hold_by('m:8202', 8600, jsonb_build_array(pg_temp.units(8620, 2)), null, '[{"class":"8620","member":"8202"},{"class":"8620","member":"8201"}]') as r;
select r ->> 'reservation' as hers from hers \gset
select pg_temp.paid((select r from hers), 'bank-3'), pg_temp.call('m:8201', 'reservation_accept_seat', :'hers') \g /dev/null
update reservation_party set needs_enc = lib.pii_seal('A ramp') where resv_id = :hers and member_id = 8201;
create temp table held as select pg_temp.hold_by('m:8201', 8600, jsonb_build_array(pg_temp.units(8620, 1)), jsonb_build_array(pg_temp.units(8620, 1)), '[{"class":"8620","guest":"Dora"}]') as r;
select r ->> 'reservation' as held from held \gset
insert into waitlist_entry (entry_id, offer_id, class_id, member_id, qty) values (8695, 8600, 8623, 8201, 9);
update waitlist_entry set why = 'staff', note = 'Left behind in May' where entry_id = 8695;
select is((select string_agg(state, ' ' order by resv_id) from reservation where organiser = 8201), 'completed confirmed held', 'a trip that was, one to come, a hold');
select is(pg_temp.pool(), '1 7 0', 'seats');

-- what would happen, and what is in the archive
select is((api.privacy_erase_preview('m:8201')).reply -> 'reservations', jsonb_build_array(jsonb_build_object(
              'reservation', :'next', 'title', 'Fjords', 'starts_at', (select lib.iso(starts_at) from offer where offer_id = 8600),
              'refund', '{"minor":10000,"cur":"EUR"}'::jsonb)), 'the preview names what is to be cancelled, and what comes back');
select is((select string_agg(line ->> 'state', ' ' order by key) from lib.export_rows('reservations', 8201, 0, 100)), 'completed confirmed held', 'reservations are in the archive');
select is((select string_agg(concat_ws('/', line ->> 'state', line ->> 'guest', line ->> 'needs', line ->> 'me'), ' ' order by key) from lib.export_rows('seats', 8201, 0, 100)),
          'checked_in/true checked_in/Aunt May/false invited/false accepted/Uncle Ben/false unnamed/false accepted/A ramp/true', 'seats, with what is known of whose');
select ok(not exists (select from lib.export_rows('seats', 8202, 0, 100) where line::text ~ 'ramp'), 'not what others need');
select is((select line -> 'named' from lib.export_rows('reservations', 8201, 0, 100) where line ->> 'reservation' = :'held'), '[{"class":"8620","guest":"Dora"}]', 'names given with a hold');
select is((select string_agg(line ->> 'reference', ' ' order by key) from lib.export_rows('payments', 8201, 0, 100)), 'bank-1 bank-2', 'payments');

select is((select line ->> 'note' from lib.export_rows('waiting_lists', 8201, 0, 100)), 'Left behind in May', 'what was waited for, with what staff wrote');
select cmp_ok(pg_temp.erase(8201), '<', 20, 'erased, in a few pieces');
select is((select string_agg(state, ' ' order by resv_id) from reservation where organiser = 8201), 'completed cancelled released', 'what is to come is cancelled, the hold given up');
select is((select string_agg(src_key || ' ' || amount_minor || ' ' || payment_ref, ', ') from refund), format('resv:%s:cancel:2 10000 bank-2', :'next'), 'half, as the policy says, goes back the way it came');
select is((select string_agg(state || ' ' || confirmed, ', ') from (select h.state, p.confirmed from point_hold h, seat_pool p where h.ref_id = :'held' and p.pool_id = 8610) x), 'released 4', 'points of the hold and seats are free');
select is((lib.points_summary_view(8201)).view ->> 'available', '0', 'points are the club''s');
select is((select reversed from ledger_tx where tx_id = (select capture_tx from reservation where resv_id = :next)), 0::bigint, 'none come back to who is gone');
select is((select count(*) from reservation where party is not null and organiser = 8201), 0::bigint, 'no name is kept with the hold');
select is((select string_agg(state || coalesce(' ' || member_id, '') || coalesce(' ' || guest_label, ''), ', ' order by seat_no) from reservation_party where resv_id = :past), 'checked_in, checked_in', 'the trip that was has no names');
select is((select string_agg(state || coalesce(' ' || member_id, ''), ', ' order by seat_no) from reservation_party where resv_id = :hers), 'accepted 8202, declined', 'on another''s the seat is free again');
select is((select count(*) from reservation_party where needs_enc is not null), 0::bigint, 'no needs');
select is((select state || coalesce(note, '') from waitlist_entry where entry_id = 8695), 'withdrawn', 'nothing is waited for, and no reason stays');
select is(pg_temp.told(8202, 'resv.changed'), 'held confirmed confirmed confirmed', 'the organiser of the other is told');
select is(pg_temp.told(8203, 'resv.invited'), 'invited withdrawn', 'and who was asked');
select ok(exists (select from outbox where stream = 'sys' and refs ->> 'object' = 'resv:' || :'hers'), 'frames are made anew');
select is((select count(*) from lib.export_rows('seats', 8201, 0, 10) where line ->> 'guest' is not null or line ->> 'needs' is not null), 0::bigint, 'nothing is left to say');
select is((select string_agg(invariant || ' ' || object || ' ' || found, ', ') from lib.seat_violations()), null, 'the invariants hold');
select is((select count(*) from lib.ledger_violations()), 0::bigint, 'and those of the ledger');

-- while it is thought over nothing happens
create temp table more as select pg_temp.hold_by('m:8206', 8600, jsonb_build_array(pg_temp.units(8620, 1))) as r;
select pg_temp.paid((select r from more), 'bank-4') \g /dev/null
select pg_temp.call('m:8206', 'privacy_erase', $$'anonymise', false$$), lib.erasures_run('0') \g /dev/null
select is((select state from reservation where organiser = 8206), 'confirmed', 'a booking stays during the days of thought');
select is(pg_temp.call('m:8206', 'reservation_cancel', format('%s, null, null, null', (select r ->> 'reservation' from more))) ->> 'state', 'cancelled', 'in which the member may cancel it');
select is((api.privacy_erase_preview('m:8206')).reply -> 'reservations', '[]', 'then nothing is left to cancel');
select is((select count(*) from lib.seat_violations()), 0::bigint, 'the invariants hold');
select * from finish();
rollback;
