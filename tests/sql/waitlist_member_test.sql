-- The waiting list for members and staff: joining and leaving, accepting and declining, lapses, places, notices, the desk.
begin;
\ir noun.psql
\ir seats.psql
select plan(104);

insert into staff (staff_id, login, roles) values (8303, 'n-manager', '{manager}');
insert into staff_club (staff_id, club_id) values (8303, 8001);
select pg_temp.earn(8201, 'W1', 100000) \g /dev/null
select pg_temp.crowd(60) \g /dev/null
update seat_pool set capacity = 8 where pool_id = 8610;

create function pg_temp.join(p_member bigint, p_class bigint, p_qty int default 1, p_offer bigint default 8600) returns jsonb language sql as
$$ select pg_temp.call('m:' || p_member, 'waitlist_join', format('%s, %s, %s', p_offer, p_class, p_qty)) $$;
create function pg_temp.entry(p_member bigint, p_class bigint default 8620) returns bigint language sql as
$$ select entry_id from club.waitlist_entry where member_id = p_member and class_id = p_class order by entry_id desc limit 1 $$;
create function pg_temp.step(p_what text, p_member bigint, p_more text default '', p_class bigint default 8620) returns jsonb language sql as
$$ select pg_temp.call('m:' || p_member, 'waitlist_' || p_what, pg_temp.entry(p_member, p_class) || p_more) $$;
create function pg_temp.status(p_member bigint) returns jsonb language sql as
$$ select (api.waitlist_status('m:' || p_member, null)).reply -> 'entries' $$;
create function pg_temp.events(p_reply jsonb) returns text language sql as $$
    select string_agg((e ->> 'stream') || ' ' || (e ->> 'type') || coalesce(' ' || (e #>> '{refs,state}'), ''), ', ' order by no)
      from jsonb_array_elements(nullif(p_reply -> '_events', 'null')) with ordinality as x (e, no)
$$;
create function pg_temp.list() returns text language sql as $$
    select string_agg(right(member_id::text, 2) || ' ' || state, ', ' order by prio_class desc, ord)
      from club.waitlist_entry where offer_id = 8600 and state in ('waiting', 'offered')
$$;
create function pg_temp.release(p_member bigint) returns jsonb language sql as $$
    select pg_temp.call('m:' || p_member, 'reservation_release', (
        select resv_id::text from club.reservation where organiser = p_member and state = 'held' order by resv_id desc limit 1))
$$;
create function pg_temp.expire(p_member bigint) returns bigint language plpgsql as $$
begin
    update club.waitlist_entry set offer_expires = clock_timestamp() - interval '1 second' where entry_id = pg_temp.entry(p_member);
    return lib.waitlist_run();
end $$;

-- joining
select is(pg_temp.join(8201, 8620), '{"refused":"ZC017","state":"available"}', 'seats are free: no need to wait');
select pg_temp.hold(8400 + m, 8622, 2) from generate_series(1, 4) m \g /dev/null
select is(pg_temp.pool(), '8 0 0', 'sold out');
select is(pg_temp.join(8207, 8620) ->> 'refused', 'ZC002', 'not of the club: no such offer');
select is(pg_temp.join(8201, 8620, 1, 999) ->> 'refused', 'ZC002', 'no such offer');
select is(pg_temp.join(8201, 999) ->> 'refused', 'ZC002', 'no such class');
select is(pg_temp.join(8208, 8620), '{"refused":"ZC035","status":"suspended"}', 'suspended');
select is(pg_temp.join(8203, 8620), '{"refused":"ZC017","state":"paused"}', 'a paused membership');
select is(pg_temp.join(8205, 8620) ->> 'refused', 'ZC012', 'a child, and it costs money');
select is(pg_temp.join(8201, 8620, 5), '{"refused":"ZC024","max":4}', 'more persons than the tier may seat');
select is(pg_temp.join(8201, 8621, 3), '{"refused":"ZC024","max":4}', 'persons, not units');
update tier set seat_limit = 20 where tier_id = 8061;
select is(pg_temp.join(8201, 8620, 9), '{"refused":"ZC024","max":8}', 'more units than there ever are');
update offer set public_open_at = now() + interval '1 hour' where offer_id = 8600;
select is(pg_temp.join(8201, 8620), jsonb_build_object('refused', 'ZC021', 'opens_at', lib.iso(now() + interval '1 hour')), 'before the public opening');
update offer set public_open_at = now() - interval '1 day', state = 'paused' where offer_id = 8600;
select is(pg_temp.join(8201, 8620) ->> 'refused', 'ZC034', 'the offer is paused');
update offer set state = 'open', booking_close_at = now() - interval '1 second' where offer_id = 8600;
select is(pg_temp.join(8201, 8620) ->> 'refused', 'ZC034', 'booking has closed');
update offer set booking_close_at = now() + interval '50 days', waitlist_cap = 0 where offer_id = 8600;
select is(pg_temp.join(8201, 8620), '{"refused":"ZC024","max":0}', 'the list is full');
update offer set waitlist_cap = null where offer_id = 8600;
select is(pg_temp.call('s:8302', 'waitlist_pause', '8600, true') ->> 'refused', 'ZC001', 'an agent pauses no list');
select is(pg_temp.call('s:8303', 'waitlist_pause', '8600, true') - '{_sys,_events,_subjects}'::text[], '{"offer":"8600","state":"paused","waiting":0}', 'a manager does');
select is(pg_temp.join(8201, 8620) ->> 'refused', 'ZC034', 'the list is paused');
select is(pg_temp.call('s:8303', 'waitlist_pause', '8600, false') ->> 'state', 'open', 'and open again');
select is((select count(*)::int from waitlist_entry), 0, 'nobody waits yet');
create temp table first as select pg_temp.join(8201, 8620) as r;
select ok((select r @> '{"offer":"8600","class":"8620","title":"Fjords","class_title":"Single cabin","qty":1,"persons":1,"state":"waiting",
    "position":1,"length":1,"chance_ppm":null,"prio":0,"why":null,"expires_at":null,"reservation":null}' from first), 'waits');
select is(pg_temp.events((select r from first)), 'me:8201 waitlist.changed waiting', 'the other devices know');
select is(pg_temp.join(8201, 8620, 2), jsonb_build_object('refused', 'ZC004', 'entry', pg_temp.entry(8201)::text), 'once for a class');
select is(pg_temp.join(8201, 8621) ->> 'position', '2', 'and for another');
select is(pg_temp.step('leave', 8201, '', 8621) ->> 'state', 'withdrawn', 'left');
select is(pg_temp.step('leave', 8201, '', 8621), '{"refused":"ZC003","state":"withdrawn"}', 'once');
select is(pg_temp.call('m:8202', 'waitlist_leave', pg_temp.entry(8201)::text) ->> 'refused', 'ZC002', 'somebody else''s entry');
select is(jsonb_path_query_array(pg_temp.status(8201), '$[*].state'), '["waiting", "withdrawn"]', 'status shows both');
select is(jsonb_array_length(lib.waitlist_live(8201)), 1, 'the snapshot of me the live one');

-- the top tier waits ahead, if the club says so
update membership set tier_id = 8061 where member_id = 8204;
select pg_temp.join(8202, 8620), pg_temp.join(8204, 8620) \g /dev/null
select is(pg_temp.list(), '01 waiting, 02 waiting, 04 waiting', 'in the order of joining');
select pg_temp.step('leave', 8204) \g /dev/null
update club set settings = settings || '{"waitlist_top_tier":true}' where club_id = 8001;
update membership set tier_id = 8071 where member_id = 8204;
select is(pg_temp.join(8204, 8620) @> '{"prio":1,"position":1,"length":3}', true, 'ahead of all');
update membership set tier_id = 8061 where member_id = 8204;
select is(pg_temp.list(), '04 waiting, 01 waiting, 02 waiting', 'fixed at joining');

-- an offer, on all channels the member has
update member set email_verified_at = now() where member_id = 8204;
insert into device (device_id, member_id, platform, push_enc, push_hash) values (8801, 8204, 'ios', lib.pii_seal('t'), lib.keyed_hash('t'));
create temp table freed as select pg_temp.release(8401) as r;
select is(pg_temp.events((select r from freed)), 'me:8201 waitlist.offered offered, me:8201 notify.added, me:8204 waitlist.offered offered, me:8204 notify.added, me:8401 resv.changed released',
          'two seats go to the first two');
select is((select string_agg(channel_id || ' ' || template || ' ' || gate_cat || ' ' || (refs ->> 'until'), ', ' order by channel_id) from send_job where member_id = 8204),
          (select string_agg(c || ' notify.waitlist_offered svc.resv ' || to_char(offer_expires at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), ', ' order by c)
             from waitlist_entry, unnest('{2,3}'::int[]) c where entry_id = pg_temp.entry(8204)), 'push and e-mail say until when');
select is((select array_agg(lib.send_words(j, l, null) ->> 'subject' order by l) from send_job j, unnest('{en,he,nb,pt,ro}'::text[]) l where j.member_id = 8204 and j.channel_id = 3),
          '{"Seats for you: Fjords","יש מקומות בשבילך: Fjords","Plasser til deg: Fjords","Lugares para si: Fjords","Locuri pentru dvs.: Fjords"}', 'in five languages');
select is((select offer_expires from waitlist_entry where entry_id = pg_temp.entry(8201)),
          (select lib.waitlist_deadline(offered_at, o.starts_at, 'UTC') from waitlist_entry w join offer o using (offer_id) where entry_id = pg_temp.entry(8201)), 'the deadline');
select is(pg_temp.pool(), '6 0 2', 'the seats are offered');
select is(pg_temp.step('leave', 8201), '{"refused":"ZC017","state":"offered"}', 'leaving is for who waits');
select is(pg_temp.step('accept', 8202, ', null'), '{"refused":"ZC017","state":"waiting"}', 'nothing to accept yet');
select is(pg_temp.step('decline', 8202), '{"refused":"ZC017","state":"waiting"}', 'nothing to decline yet');
select is(pg_temp.call('m:8202', 'waitlist_accept', pg_temp.entry(8201) || ', null') ->> 'refused', 'ZC002', 'somebody else''s');

-- accepting
create temp table taken as select pg_temp.step('accept', 8201, ', 1') as r;
select ok((select r @> '{"state":"held","persons":1,"points":500,"total":{"minor":0,"cur":"EUR"},"pay":{"amount":{"minor":0}}}' from taken), 'paid in points');
select is(pg_temp.events((select r from taken)), 'me:8201 waitlist.changed converted, me:8201 resv.changed held, me:8201 points.changed', 'told');
select is((select source || ' ' || state || ' ' || (expires_at between clock_timestamp() + interval '9 minutes' and clock_timestamp() + interval '10 minutes')
             from reservation where resv_id = (select (r ->> 'reservation')::bigint from taken)), 'waitlist held true', 'held as long as any');
select is((select w.state || ' ' || (w.resv_id = (r ->> 'reservation')::bigint) from waitlist_entry w, taken where entry_id = pg_temp.entry(8201)), 'converted true', 'converted');
select is(pg_temp.step('accept', 8201, ', null'), '{"refused":"ZC003","state":"converted"}', 'once');
select is(pg_temp.pool(), '7 0 1', 'from offered to held');
update offer set audience = '{"invite_only":true}' where offer_id = 8600;
select is(pg_temp.step('accept', 8204, ', null'), '{"refused":"ZC002"}', 'not for whom the offer is not any more');
update offer set audience = '{}' where offer_id = 8600;
update offer set state = 'cancelled' where offer_id = 8600;
select is(pg_temp.step('accept', 8204, ', null') ->> 'refused', 'ZC034', 'not of an offer that is over');
update offer set state = 'open' where offer_id = 8600;
update tier set seat_limit = 1 where tier_id = 8061;
insert into reservation (resv_id, offer_id, organiser, persons, state, total_minor) values (8890, 8600, 8204, 1, 'confirmed', 0);
select is(pg_temp.step('accept', 8204, ', null'), '{"refused":"ZC024","max":1}', 'booked seats count');
delete from reservation where resv_id = 8890;
update tier set seat_limit = 20 where tier_id = 8061;
select is(pg_temp.step('accept', 8204, ', 1'), '{"refused":"ZC027","have":0,"need":500}', 'not enough points');
update seat_class set unit_price_minor = 12000 where class_id = 8620;
update waitlist_entry set offer_expires = clock_timestamp() - interval '1 millisecond' where entry_id = pg_temp.entry(8204);
select is(pg_temp.step('accept', 8204, ', null'), '{"refused":"ZC003","state":"lapsed"}', 'a millisecond late');
select is(pg_temp.step('decline', 8204), '{"refused":"ZC003","state":"lapsed"}', 'for declining too');
update waitlist_entry set offer_expires = clock_timestamp() + interval '1 minute' where entry_id = pg_temp.entry(8204);
select pg_temp.hold(8204, 8622) \g /dev/null
select is(pg_temp.step('accept', 8204, ', null') #>> '{pay,amount,minor}', '12000', 'in time, at the price of now, beside nothing else');
update seat_class set unit_price_minor = 10000 where class_id = 8620;
-- a hold from the list that runs out frees its seats like any other
select is(pg_temp.events(pg_temp.release(8204)), 'me:8202 waitlist.offered offered, me:8202 notify.added, me:8204 resv.changed released', 'what is not paid is the next one''s');

-- declining
select is(pg_temp.join(8206, 8620) ->> 'position', '1', 'one waits');
select is(pg_temp.events(pg_temp.step('decline', 8202)), 'me:8202 waitlist.changed declined, me:8206 waitlist.offered offered, me:8206 notify.added', 'declined: the next one is offered it');
select is(pg_temp.step('accept', 8202, ', null'), '{"refused":"ZC003","state":"declined"}', 'gone');

-- lapses
select pg_temp.join(8202, 8620) \g /dev/null
select is(pg_temp.list(), '06 offered, 02 waiting', 'two');
select cmp_ok(pg_temp.expire(8206), '>', 0::bigint, 'the deadline passes');
select is(pg_temp.list(), '02 offered, 06 waiting', 'the first time: to the end of the list, and the next one is offered it');
select is((select skips || ' ' || offers_missed from waitlist_entry where entry_id = pg_temp.entry(8206)), '0 1', 'with its skips forgotten');
select is(pg_temp.step('accept', 8206, ', null'), '{"refused":"ZC003","state":"waiting"}', 'too late for accepting');
select pg_temp.step('decline', 8202) \g /dev/null
select is(pg_temp.list(), '06 offered', 'offered again');
select is((select count(*)::int from notification where member_id = 8206 and type = 'waitlist_offered' and target like 'waitlist:' || pg_temp.entry(8206) || '%'), 2, 'and told again, the same day');
select pg_temp.expire(8206) \g /dev/null
select is((select state || ' ' || (closed_at is not null) from waitlist_entry where entry_id = pg_temp.entry(8206)), 'lapsed true', 'the second time it is over');
select is(pg_temp.pool(), '7 0 0', 'the seat is public');

-- places
select pg_temp.hold(8405, 8622) \g /dev/null
select pg_temp.join(8410 + m, 8620) from generate_series(0, 3) m \g /dev/null
update waitlist_entry set told_at = now() - interval '11 seconds';
delete from waitlist_news;
select is(lib.waitlist_run(), 0::bigint, 'nothing has changed');
select pg_temp.step('leave', 8410) \g /dev/null
update waitlist_entry set told_at = now() where member_id = 8413;
create temp table mark as select coalesce(max(seq), 0) as seq from outbox where stream = 'me:8412';
select is(lib.waitlist_run(), 2::bigint, 'two of three are told their places');
select is((select string_agg(stream || ' ' || type || ' ' || (refs ->> 'pos') || ' of ' || (refs ->> 'length') || ' ' || gate_cat || ' ' || (conflate_key = 'waitlist:' || (refs ->> 'entry')), ', ' order by stream)
             from outbox where type = 'waitlist.position'), 'me:8411 waitlist.position 1 of 3 svc.resv true, me:8412 waitlist.position 2 of 3 svc.resv true', 'where they are now');
select is(lib.waitlist_run(), 0::bigint, 'not again');
select is((select count(*)::int from waitlist_news), 1, 'the third is still to be told');
update waitlist_entry set told_at = now() - interval '11 seconds' where member_id = 8413;
select is(lib.waitlist_run(), 1::bigint, 'ten seconds later');
select is((select count(*)::int from waitlist_news), 0, 'done');
insert into waitlist_figure (offer_id, club_id, entries, offered) select o, 8001, 10, n from (values (8600, 3), (8700, 1), (8701, 0)) x (o, n) where o = 8600;
select is((pg_temp.status(8411) -> 0 ->> 'chance_ppm'), null, 'one list says nothing about chances');
insert into offer (offer_id, club_id, kind, title, organiser_name, starts_at, ends_at, public_open_at, booking_close_at, name_deadline, currency, state)
select o, 8001, 'trip', 'Old', 'Open', now() - interval '9 days', now() - interval '8 days', now() - interval '20 days', now() - interval '10 days', now() - interval '12 days', 'EUR', 'done' from generate_series(8700, 8702) o;
insert into waitlist_figure (offer_id, club_id, entries, offered) values (8700, 8001, 10, 1), (8701, 8001, 10, 0), (8702, 8001, 9, 9);
select is((pg_temp.status(8411) -> 0 ->> 'chance_ppm') || ' ' || (pg_temp.status(8412) -> 0 ->> 'chance_ppm'), '800000 500000', 'three of four lists went to the first place, two to the second');
delete from waitlist_figure where offer_id = 8600;

-- the desk
create function pg_temp.desk(p_who text, p_state text default null, p_limit int default null, p_cursor text default null) returns jsonb language sql as
$$ select pg_temp.try(format('select * from api.waitlist_list(%L, 8600, %L, %L, %L)', p_who, p_state, p_limit, p_cursor)) $$;
select is(pg_temp.desk('s:8301') ->> 'refused', 'ZC001', 'an editor sees no list');
select is(jsonb_path_query_array(pg_temp.desk('s:8302'), '$.entries[*].handle'), '["crowd8411", "crowd8412", "crowd8413"]', 'an agent does');
select is((select count(*)::int from audit_log where action = 'waitlist.list' and subject_member = 8412), 1, 'and the members see it');
create temp table page as select pg_temp.desk('s:8303', null, 2) as r;
select is((select jsonb_array_length(r -> 'entries') || ' ' || (r ->> 'waiting') || ' ' || (r -> '_subjects') from page), '2 3 [8411, 8412]', 'a page');
select is(jsonb_path_query_array(pg_temp.desk('s:8303', null, 2, (select r ->> 'cursor' from page)), '$.entries[*].handle'), '["crowd8413"]', 'and the next');
select is(pg_temp.desk('s:8303', null, 2, 'x') ->> 'path', 'cursor', 'a wrong cursor');
select is(jsonb_array_length(pg_temp.desk('s:8303', 'lapsed') -> 'entries'), 1, 'those that lapsed');
select is(pg_temp.call('s:8302', 'waitlist_override', pg_temp.entry(8413) || ', 5, ''x''') ->> 'refused', 'ZC001', 'an agent moves nobody');
select is(pg_temp.call('s:8303', 'waitlist_override', pg_temp.entry(8413) || ', 5, '' ''') ->> 'path', 'reason', 'not without a reason');
select is(pg_temp.call('s:8303', 'waitlist_override', '999, 5, ''x''') ->> 'refused', 'ZC002', 'no such entry');
select is(pg_temp.call('s:8303', 'waitlist_override', pg_temp.entry(8206) || ', 5, ''x''') , '{"refused":"ZC017","state":"lapsed"}', 'one that is over');
select is(pg_temp.events(pg_temp.call('s:8303', 'waitlist_override', pg_temp.entry(8413) || ', 5, ''Left behind by us in May''')), 'me:8413 waitlist.changed waiting', 'moved');
select is(pg_temp.list(), '13 waiting, 11 waiting, 12 waiting', 'to the front');
select ok(pg_temp.status(8413) -> 0 @> '{"position":1,"prio":5,"why":"staff","note":"Left behind by us in May"}', 'and shown why');
select is((select detail ->> 'reason' from audit_log where action = 'waitlist.override'), 'Left behind by us in May', 'audited');

-- who cannot book any more is not offered anything
update member set status = 'suspended' where member_id = 8413;
select is(pg_temp.events(pg_temp.release(8405)), 'me:8411 waitlist.offered offered, me:8411 notify.added, me:8413 waitlist.changed withdrawn, me:8405 resv.changed released', 'passed over');
select is((select why from waitlist_entry where entry_id = pg_temp.entry(8413)), 'unable', 'as one who cannot');

-- closing
create temp table closed as select pg_temp.call('s:8303', 'waitlist_close', '8600') as r;
select is(pg_temp.events((select r from closed)), 'me:8412 waitlist.changed closed, me:8412 notify.added', 'who waits is thanked');
select is((select r ->> 'state' from closed) || ' ' || pg_temp.list(), 'closed 11 offered', 'what is offered stays');
select is((select entries || ' ' || offered from waitlist_figure where offer_id = 8600), '11 6', 'how far the list went is remembered');
select is(pg_temp.call('s:8303', 'waitlist_close', '8600'), '{"refused":"ZC017","state":"closed"}', 'once');
select is(pg_temp.call('s:8303', 'waitlist_pause', '8600, false'), '{"refused":"ZC017","state":"closed"}', 'for good');
select pg_temp.expire(8411) \g /dev/null
select is((select state from waitlist_entry where entry_id = pg_temp.entry(8411)), 'lapsed', 'of a closed list the first lapse is the last');

-- an offer that is cancelled takes its list along
update offer set waitlist_state = 'open' where offer_id = 8600;
update seat_pool set capacity = 7 where pool_id = 8610;
select pg_temp.join(8421, 8620), pg_temp.join(8422, 8620) \g /dev/null
select pg_temp.release(8402) \g /dev/null
select is(pg_temp.list(), '21 offered, 22 offered', 'two are offered seats');
select pg_temp.join(8423, 8620) \g /dev/null
select is(cardinality(lib.waitlist_close(8600, 'cancelled')), 6, 'three are told');
select is((select string_agg(distinct state || ' ' || why, ', ') from waitlist_entry where member_id between 8421 and 8423), 'closed cancelled', 'all are closed');
select is(pg_temp.pool() , '5 0 0', 'nothing is offered');

select is((select array_agg(v::text) from lib.seat_violations() v), null, 'the seats add up');
select * from finish();
rollback;
