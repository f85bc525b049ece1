-- reservation.quote, .hold single and in sets, .extend, .release, .payment_started, .get, .list; holds that ran out; seats.
begin;
\ir noun.psql
\ir seats.psql
select plan(145);
select pg_temp.crowd(60) \g /dev/null

create function pg_temp.ok(p_what text) returns setof text language sql as $$
    select is((select string_agg(t::text, '; ') from lib.seat_violations() t), null, p_what || ': seats add up');
$$;
-- Requests for an offer in one batch: what each was refused with, or 'ok'; p_asks: member, class, qty.
create function pg_temp.many(p_offer bigint, p_asks bigint[], p_points jsonb default null) returns text[] language plpgsql as $$
declare
    n int := array_length(p_asks, 1);
begin
    return (
        select array_agg(coalesce(r.sqlstate || coalesce(' ' || (r.detail ->> 'max'), ''), 'ok') order by r.idx)
          from api.reservation_hold_many(
                   array(select 'm:' || p_asks[i][1] from generate_series(1, n) i),
                   array(select pg_temp.key() from generate_series(1, n) i),
                   array(select sha256('x') from generate_series(1, n) i),
                   array_fill(p_offer, array[n]),
                   array(select jsonb_build_array(pg_temp.units(p_asks[i][2], p_asks[i][3]::int)) from generate_series(1, n) i),
                   array_fill(p_points, array[n]), array_fill(null::jsonb, array[n]), array_fill(null::bigint, array[n])) r);
end $$;
-- Gives the holds of an offer back, as time would; they are forgotten.
create function pg_temp.clear(p_offer bigint default 8600) returns void language plpgsql as $$
declare
    v_held bigint[] := array(select resv_id from reservation where offer_id = p_offer and state = 'held');
begin
    perform lib.holds_end(v_held, 'released');
    perform lib.emit_all(lib.holds_events(v_held));
    update reservation set created_at = now() - interval '2 days' where offer_id = p_offer;
end $$;
create function pg_temp.late(p_resv text) returns void language sql as
$$ update reservation set expires_at = clock_timestamp() where resv_id = p_resv::bigint $$;

-- one seat
create temp table one as select pg_temp.hold_by('m:8201', 8600, jsonb_build_array(pg_temp.units(8620, 1)), p_key => 'hold-key-1') as r;
select is(r - '_events' - '_sys' - '_subjects' - 'expires_at', jsonb_build_object(
    'reservation', r ->> 'reservation', 'state', 'held', 'pay', jsonb_build_object(
        'amount', '{"minor":10000,"cur":"EUR"}'::jsonb, 'reference', r ->> 'reservation'),
    'persons', 1, 'discount_ppm', 0, 'total', '{"minor":10000,"cur":"EUR"}'::jsonb, 'points', 0), 'a seat is held') from one;
select ok((r ->> 'expires_at')::timestamptz between now() + interval '599 s' and clock_timestamp() + interval '600 s', 'for ten minutes') from one;
select is((select array_agg(e ->> 'type' order by e ->> 'type') from jsonb_array_elements(r -> '_events') e), '{offer.availability,resv.changed}', 'told') from one;
select is((select e -> 'refs' from jsonb_array_elements(r -> '_events') e where e ->> 'type' = 'resv.changed'), jsonb_build_object(
    'resv', r ->> 'reservation', 'state', 'held', 'expires_at', r ->> 'expires_at'), 'what is told') from one;
select is(pg_temp.pool(), '1 0 0', 'and counted');
select is(pg_temp.hold_by('m:8201', 8600, jsonb_build_array(pg_temp.units(8620, 1)), p_key => 'hold-key-1') ->> 'reservation', r ->> 'reservation', 'the same key: the same answer') from one;
select is(pg_temp.hold_by('m:8201', 8600, jsonb_build_array(pg_temp.units(8620, 2)), p_key => 'hold-key-1'), '{"refused":"ZC005"}', 'not for another request');
select is(pg_temp.hold(8201, 8620), '{"refused":"ZC024","max":1}', 'one live hold');
select is((select count(*) from audit_log where action = 'reservation.hold'), 0::bigint, 'one''s own is not written down');
select * from pg_temp.ok('one hold');

-- several classes and pools, all or nothing
update seat_pool set capacity = 2 where pool_id = 8611;
create temp table two as select pg_temp.hold_by('m:8202', 8600, jsonb_build_array(pg_temp.units(8620, 2), pg_temp.units(8621, 1))) as r;
select is(r ->> 'persons' || ' ' || (r #>> '{total,minor}'), '4 50000', 'two singles and a double') from two;
select is(pg_temp.pool() || ', ' || pg_temp.pool(8611), '4 0 0, 1 0 0', 'a double draws on both pools');
select is(pg_temp.hold_by('m:8204', 8600, jsonb_build_array(pg_temp.units(8622, 1), pg_temp.units(8621, 2))), '{"refused":"ZC024","max":4}', 'more persons than the tier has seats');
update tier set seat_limit = 20 where club_id = 8001;
select is(pg_temp.hold_by('m:8204', 8600, jsonb_build_array(pg_temp.units(8622, 1), pg_temp.units(8621, 2))), '{"refused":"ZC009","waitlist":true}', 'one pool has too few');
select is(pg_temp.pool() || ', ' || pg_temp.pool(8611), '4 0 0, 1 0 0', 'so nothing is taken of the other');
update offer set waitlist_state = 'paused' where offer_id = 8600;
select is(pg_temp.hold(8204, 8621, 2), '{"refused":"ZC009","waitlist":false}', 'and there may be no list');
update offer set waitlist_state = 'open' where offer_id = 8600;
update seat_pool set capacity = 40 where pool_id = 8611;
select * from pg_temp.ok('all or nothing');

-- bad parties
select is(pg_temp.hold(8204, 8699) ->> 'path', 'items', 'a class that is not there');
insert into offer select (jsonb_populate_record(o, '{"offer_id":8601}')).* from offer o where offer_id = 8600;
insert into seat_pool (pool_id, offer_id, code, capacity) values (8612, 8601, 'total', 5);
insert into seat_class (class_id, offer_id, code, title, unit_price_minor) values (8623, 8601, 'single', 'Single', 100);
insert into seat_class_pool (class_id, pool_id, offer_id) values (8623, 8612, 8601);
select is(pg_temp.hold(8204, 8623), pg_temp.hold(8204, 8699), 'another offer''s: the same');
select is(pg_temp.hold(8204, 8620, p_offer => 8699), '{"refused":"ZC002"}', 'no such offer');
select is(pg_temp.hold_by('m:8204', 8600, jsonb_build_array(pg_temp.units(8620, 1), pg_temp.units(8620, 1))) ->> 'path', 'items', 'a class twice');
select is(pg_temp.hold_by('m:8204', 8600, p.items, p.points) ->> 'problem', p.says, p.says)
  from (values (jsonb_build_array(pg_temp.units(8620, 1)), jsonb_build_array(pg_temp.units(8622, 1)), 'names a class that is not among the items'),
               (jsonb_build_array(pg_temp.units(8620, 1)), jsonb_build_array(pg_temp.units(8620, 1), pg_temp.units(8620, 1)), 'names a class twice'),
               (jsonb_build_array(pg_temp.units(8621, 1)), jsonb_build_array(pg_temp.units(8621, 1)), 'names a class that is not sold for points'),
               (jsonb_build_array(pg_temp.units(8620, 1)), jsonb_build_array(pg_temp.units(8620, 2)), 'names more units than the item has')) p (items, points, says);
select is(pg_temp.hold_by('m:8204', 8600, jsonb_build_array(pg_temp.units(8620, 1)), p_party => p.party) ->> 'problem', p.says, p.says)
  from (values ('[{"class":"8622","guest":"X"}]'::jsonb, 'names a class that is not among the items'),
               ('[{"class":"8620"}]', 'names either a member or a guest for each seat'),
               ('[{"class":"8620","guest":"X","member":"8201"}]', 'names either a member or a guest for each seat'),
               ('[{"class":"8620","member":"8207"}]', 'names somebody who is not in the club'),
               ('[{"class":"8620","guest":"X"},{"class":"8620","guest":"Y"}]', 'names more persons than a class seats')) p (party, says);
select is(pg_temp.hold_by('m:8204', 8600, jsonb_build_array(pg_temp.units(8620, 2)), p_party => '[{"class":"8620","member":"8201"},{"class":"8620","member":"8201"}]') ->> 'problem', 'names a member twice', 'a member once');
select is(pg_temp.pool(), '4 0 0', 'none of it took a seat');

-- who may
select is(pg_temp.hold(8203, 8622), '{"refused":"ZC017","state":"paused"}', 'a membership that is paused');
select is(pg_temp.hold(8208, 8622), '{"refused":"ZC035","status":"suspended"}', 'a member who is suspended');
select is(pg_temp.hold(8207, 8622), '{"refused":"ZC002"}', 'who is not in the club sees nothing');
select is(pg_temp.hold(8299, 8622) ->> 'refused', 'ZC000', 'nobody');
select is(pg_temp.hold(8205, 8620), '{"refused":"ZC012"}', 'a child with money to pay');
select is(pg_temp.hold(8205, 8622) ->> 'state', 'held', 'not one who pays nothing');
select is(pg_temp.hold_by('m:8204', 8600, jsonb_build_array(pg_temp.units(8622, 1)), p_member => 8201), '{"refused":"ZC001"}', 'for somebody else');
update club set status = 'frozen' where club_id = 8001;
select is(pg_temp.hold(8204, 8622), '{"refused":"ZC017","state":"frozen"}', 'a club that is frozen');
update club set status = 'active' where club_id = 8001;
update offer set state = 'draft' where offer_id = 8600;
select is(pg_temp.hold(8204, 8622), '{"refused":"ZC002"}', 'a draft');
update offer set state = 'paused' where offer_id = 8600;
select is(pg_temp.hold(8204, 8622), '{"refused":"ZC034"}', 'paused');
update offer set state = 'open', booking_close_at = now() where offer_id = 8600;
select is(pg_temp.hold(8204, 8622), '{"refused":"ZC034"}', 'booking is over, whatever the state says');
update offer set booking_close_at = now() + interval '50 days', audience = '{"invite_only":true}' where offer_id = 8600;
select is(pg_temp.hold(8204, 8622), '{"refused":"ZC002"}', 'a closed activity');
insert into offer_invite (offer_id, member_id) values (8600, 8204);
select is(pg_temp.hold(8204, 8622) ->> 'state', 'held', 'who is invited');
update offer set audience = '{}' where offer_id = 8600;

-- agents
create temp table desk as select pg_temp.hold_by('s:8302', 8600, jsonb_build_array(pg_temp.units(8620, 1)), p_member => 8206) as r;
select ok((r ->> 'expires_at')::timestamptz between now() + interval '23 h 59 min' and now() + interval '24 h 1 min', 'an agent holds for a day') from desk;
select is((select source || ' ' || organiser from reservation where resv_id = (r ->> 'reservation')::bigint), 'staff 8206', 'for the member') from desk;
select is((select actor || ' ' || subject_member || ' ' || (detail ->> 'reservation') from audit_log where action = 'reservation.hold'), 's:8302 8206 ' || (r ->> 'reservation'), 'which is written down') from desk;
select is(pg_temp.hold_by('s:8302', 8600, jsonb_build_array(pg_temp.units(8620, 1))) ->> 'path', 'member', 'it says for whom');
select is(pg_temp.hold_by('s:8302', 8600, jsonb_build_array(pg_temp.units(8620, 1)), p_member => 8299), '{"refused":"ZC002"}', 'somebody who is there');
select is(pg_temp.hold_by('s:8302', 8600, jsonb_build_array(pg_temp.units(8620, 1)), p_member => 8207), '{"refused":"ZC014"}', 'in the club');
select is(pg_temp.hold_by('s:8301', 8600, jsonb_build_array(pg_temp.units(8620, 1)), p_member => 8401), '{"refused":"ZC001"}', 'an editor does not');
select is(pg_temp.hold_by('s:8302', 8600, jsonb_build_array(pg_temp.units(8620, 1)), p_member => 8206), '{"refused":"ZC024","max":1}', 'one live hold here too');
select * from pg_temp.ok('who may');
select pg_temp.clear() \g /dev/null
select is(pg_temp.pool(), '0 0 0', 'all given back');

-- a batch is decided in the order of arrival, each as if it were alone
select is(pg_temp.many(8601, '{{8401,8623,3},{8402,8623,3},{8403,8623,2},{8404,8623,1},{8401,8623,1},{8208,8623,1}}'),
          '{ok,ZC009,ok,ZC009,"ZC024 1",ZC035}', 'what fits is held, what does not is refused');
select is(pg_temp.pool(8612), '5 0 0', 'exactly what there is');
select is((select count(*) from reservation where offer_id = 8601 and state = 'held'), 2::bigint, 'by two');
select is((select count(*) from idempotency where method = 'reservation.hold' and principal in ('m:8402', 'm:8404')), 0::bigint, 'the keys of the refused are free');
select throws_ok($$ select * from api.reservation_hold_many('{m:8401,m:8402}', '{kkkkkkkk1,kkkkkkkk2}', array[sha256('x'), sha256('y')], '{8600,8601}', array['[]', '[]']::jsonb[], '{null,null}', '{null,null}', '{null,null}') $$,
    'P0001', 'a batch of holds is of one offer', 'one offer at a time');
create temp table twice as
select r.idx, r.sqlstate, r.reply
  from api.reservation_hold_many('{m:8405,m:8405}', '{twin-key-1,twin-key-1}', array[sha256('x'), sha256('x')], '{8600,8600}',
           array['[{"class":"8622","qty":1}]', '[{"class":"8622","qty":1}]']::jsonb[], array[null, null]::jsonb[], array[null, null]::jsonb[], array[null, null]::bigint[]) r;
select is((select count(distinct reply ->> 'reservation') || ' ' || count(*) filter (where reply ? 'replay') from twice), '1 1', 'a request that comes twice in a batch');
select * from pg_temp.ok('a batch');
select pg_temp.clear(8601), pg_temp.clear() \g /dev/null

-- 9.3: windows with cumulative caps are exact; ranks 1 at T-48h 40 %, 0 at T-24h 70 %, all at T
update offer set state = 'announced', public_open_at = now() + interval '36 hours', announce_at = now() - interval '9 days' where offer_id = 8600;
insert into access_window (window_id, offer_id, min_rank, opens_at, cum_cap_ppm)
values (8650, 8600, 1, now() - interval '12 hours', 400000), (8651, 8600, 0, now() + interval '12 hours', 700000);
update membership set tier_id = 8071 where member_id between 8401 and 8450;
select is((select array_agg(x order by x desc) from (select distinct x from unnest(pg_temp.many(8600, (select array_agg(array[m, 8620, 1]) from generate_series(8401, 8450) m))) x) y), '{ok,ZC009}', 'fifty ask');
select is(pg_temp.pool(), '40 0 0', 'exactly 40 get a seat');
select is(pg_temp.hold(8450, 8620) - 'opens_at', '{"refused":"ZC009","waitlist":false}', 'then it is sold out for them');
select is((pg_temp.hold(8450, 8620) ->> 'opens_at')::timestamptz, date_trunc('milliseconds', now() + interval '12 hours'), 'until the next window');
update seat_pool set capacity = 0 where pool_id = 8611;
select is(pg_temp.hold(8450, 8621), '{"refused":"ZC009","waitlist":false}', 'no window helps where another pool is full');
update seat_pool set capacity = 40 where pool_id = 8611;
select is((pg_temp.hold(8455, 8620) ->> 'opens_at')::timestamptz, date_trunc('milliseconds', now() + interval '12 hours'), 'the others have a window of their own');
select is(pg_temp.hold(8455, 8620) ->> 'refused', 'ZC021', 'which is not open yet');
update access_window set opens_at = now() - interval '1 hour' where window_id = 8651;
select is(array_length(array_positions(pg_temp.many(8600, (select array_agg(array[m, 8620, 7]) from generate_series(8451, 8457) m)), 'ok'), 1), 4, 'seven at a time go into 30 four times');
select is(pg_temp.hold(8460, 8620, 2) ->> 'state', 'held', 'the last two of 70');
select is(pg_temp.hold(8459, 8620) ->> 'refused', 'ZC009', 'no more');
update offer set state = 'open', public_open_at = now() where offer_id = 8600;
select is(pg_temp.hold(8459, 8620, 20) ->> 'state', 'held', 'at T all of it');
select is(pg_temp.hold(8458, 8620, 11) - '_x', '{"refused":"ZC009","waitlist":true}', 'that is there');
select * from pg_temp.ok('windows');

-- a window of a segment is for its members alone
select pg_temp.clear() \g /dev/null
update offer set state = 'announced', public_open_at = now() + interval '1 hour' where offer_id = 8600;
insert into segment (segment_id, club_id, name, rule, basis) values (8660, 8001, 'Regulars', '{}', 'manual');
insert into segment_member (segment_id, member_id) values (8660, 8452);
delete from access_window where offer_id = 8600;
insert into access_window (window_id, offer_id, min_rank, segment_id, opens_at, cum_cap_ppm) values (8652, 8600, 0, 8660, now(), 20000);
select is(pg_temp.many(8600, '{{8451,8620,1},{8452,8620,1},{8453,8620,1}}'), '{ZC021,ok,ZC021}', 'one of three is in the segment');
select is(pg_temp.many(8600, '{{8454,8620,1},{8452,8620,1}}'), '{ZC021,"ZC024 1"}', 'in every batch');
update access_window set segment_id = null, min_rank = 1, opens_at = now() - interval '12 hours', cum_cap_ppm = 400000 where window_id = 8652;

-- strikes: no early access, one seat at a time
update offer set state = 'announced', public_open_at = now() + interval '1 hour' where offer_id = 8600;
insert into strike (strike_id, member_id, resv_id) select 8690 + n, 8441, n from generate_series(1, 4) n;
select is((pg_temp.hold(8441, 8620) ->> 'opens_at')::timestamptz, date_trunc('milliseconds', now() + interval '1 hour'), 'four strikes leave the public opening');
select pg_temp.clear() \g /dev/null
select is(pg_temp.many(8600, '{{8440,8620,1},{8441,8620,1},{8442,8620,1}}'), '{ok,ZC021,ok}', 'to that member alone');
update offer set state = 'open', public_open_at = now() where offer_id = 8600;
select is(pg_temp.hold(8441, 8620, 2), '{"refused":"ZC024","max":1}', 'and one seat');
select is(pg_temp.hold(8441, 8620) ->> 'state', 'held', 'which can be had');
delete from access_window where offer_id = 8600;
delete from strike where member_id = 8441;
select pg_temp.clear() \g /dev/null

-- five holds in 24 hours
do $$ begin
    for i in 1 .. 5 loop
        perform pg_temp.hold(8401, 8622);
        perform pg_temp.call('m:8401', 'reservation_release', (select max(resv_id)::text from reservation where organiser = 8401));
    end loop;
end $$;
select is(pg_temp.hold(8401, 8622), '{"refused":"ZC024","max":5}', 'the sixth hold of a day');
select is(pg_temp.hold_by('s:8302', 8600, jsonb_build_array(pg_temp.units(8622, 1)), p_member => 8401) ->> 'state', 'held', 'is an agent''s to make');
update reservation set created_at = now() - interval '25 hours' where organiser = 8401 and source = 'direct';
select pg_temp.clear() \g /dev/null

-- price steps: all persons count, the highest that fits; a tier's own
insert into price_step (offer_id, min_party, min_rank, discount_ppm) values (8600, 4, 0, 50000), (8600, 6, 0, 100000), (8600, 1, 1, 30000), (8600, 4, 1, 75000);
select is(lib.discount_of(lib.seat_book(o), p.persons, p.rank), p.ppm, format('%s persons of rank %s', p.persons, p.rank))
  from offer o, (values (1, 0, 0), (3, 0, 0), (4, 0, 50000), (9, 0, 100000), (1, 1, 30000), (5, 1, 75000), (6, 1, 100000)) p (persons, rank, ppm) where o.offer_id = 8600;
update seat_class set unit_price_minor = 3333 where class_id = 8620;
create temp table price as select pg_temp.hold_by('m:8204', 8600, jsonb_build_array(pg_temp.units(8620, 3), pg_temp.units(8622, 1))) as r;
select is(r ->> 'discount_ppm' || ' ' || (r #>> '{total,minor}'), '75000 9250', '9999 less floor(749.925)') from price;
select is((select r - '_events' - '_sys' - '_subjects' from pg_temp.try($$ select * from api.reservation_quote('m:8204', 8600, '[{"class":"8620","qty":3},{"class":"8622","qty":1}]', '[{"class":"8620","qty":1}]') $$) r)
          - 'cancel_policy' - 'items', '{"offer":"8600","persons":4,"list":{"minor":6666,"cur":"EUR"},"discount_ppm":75000,"total":{"minor":6167,"cur":"EUR"},"points":500,"all_in_points":null,"next_step":{"min_party":6,"discount_ppm":100000}}', 'quoted with a unit in points');
select is((pg_temp.try($$ select * from api.reservation_quote('m:8207', 8600, '[{"class":"8620","qty":3}]', null) $$)), '{"refused":"ZC002"}', 'not to strangers');

-- seats: a row per person, prices by largest remainder
update seat_class set unit_price_minor = 3334 where class_id = 8620;
select pg_temp.hold_by('m:8202', 8600, jsonb_build_array(pg_temp.units(8620, 2), pg_temp.units(8621, 2)),
    p_party => '[{"class":"8621","member":"8204"},{"class":"8621","guest":"Aunt"},{"class":"8620","member":"8202"},{"class":"8620","member":"8206"}]') ->> 'reservation' as party \gset
select lib.resv_seats(:party) \g /dev/null
select is((select string_agg(concat_ws(' ', seat_no, class_id, unit_no, member_id, guest_label, state, price_minor), ', ' order by seat_no) from reservation_party where resv_id = :party),
    '1 8620 1 8202 accepted 3001, 2 8620 2 8206 invited 3001, 3 8621 1 8204 invited 13500, 4 8621 1 Aunt accepted 13500, 5 8621 2 unnamed 13500, 6 8621 2 unnamed 13500',
    'who sits where, for what');
select is((select sum(price_minor) from reservation_party where resv_id = :party), (select total_minor from reservation where resv_id = :party)::numeric, 'the prices add up');
update reservation set state = 'confirmed', confirmed_at = now(), paid_minor = total_minor where resv_id = :party;
insert into payment (payment_ref, resv_id, outcome, amount_minor, state) values ('seats-1', :party, 'confirmed', 60002, 'confirmed');
select lib.emit_all(lib.resv_events(:party)) \g /dev/null
update seat_pool set held = held - 4, confirmed = 4 where pool_id = 8610;
update seat_pool set held = held - 2, confirmed = 2 where pool_id = 8611;
select * from pg_temp.ok('a party');

-- what of it others see
select is((select array_agg(s ->> 'seat' order by s ->> 'seat') from jsonb_array_elements((lib.resv_view(:party, 8202)).view -> 'party') s), '{1,2,3,4,5,6}', 'the organiser sees all');
select is((select array_agg((e).stream || ' ' || (e).subjects::text) from unnest(lib.resv_events(:party)) e), '{"me:8202 {}"}', 'who is only invited is not told of changes');
select is((lib.resv_view(:party, 8204)).view -> 'party', '[{"seat":3,"class":"8621","unit":1,"state":"invited","member":"8204","handle":"nn8204"}]', 'who is invited sees the own seat');
select ok(not (lib.resv_view(:party, 8204)).view ?| '{total,items,paid}', 'and no prices');
update reservation_party set state = 'accepted' where resv_id = :party and member_id = 8204;
select is((lib.resv_view(:party, 8204)).view -> 'party', '[{"seat":1,"class":"8620","unit":1,"state":"accepted","member":"8202","handle":"nn8202"},{"seat":3,"class":"8621","unit":1,"state":"accepted","member":"8204","handle":"nn8204"}]', 'who has accepted, those who have; guests are the organiser''s words');
select is((lib.resv_view(:party, 8201)).view, null, 'others nothing');
select is((select array_agg((e).stream || ' ' || (e).subjects::text order by (e).stream) from unnest(lib.resv_events(:party)) e), '{"me:8202 {8204}","me:8204 {8202}"}', 'both are told');
select is(pg_temp.try(format('select * from api.reservation_get(''m:8204'', %s)', :party)) ->> '_subjects', '[8202]', 'reservation.get names whom it shows');
select is(pg_temp.try(format('select * from api.reservation_get(''m:8201'', %s)', :party)), '{"refused":"ZC002"}', 'not to others');
select is(pg_temp.try(format('select * from api.reservation_get(''s:8302'', %s)', :party)) -> 'total', '{"minor":60002,"cur":"EUR"}', 'an agent reads it');
select is((select count(*) from audit_log where action = 'reservation.get' and subject_member = 8202), 1::bigint, 'which is written down');
select is((select array_agg(v ->> 'reservation') from jsonb_array_elements((lib.resv_live(8204)).views) v), array[:'party', (select r ->> 'reservation' from price)], 'a party is among what is live');
select is(jsonb_array_length(pg_temp.try('select * from api.reservation_list(''m:8204'', null, true, 1, null)') -> 'reservations'), 1, 'a page');
select is(pg_temp.try(format('select * from api.reservation_list(''m:8204'', null, true, 5, %L)', :'party')) #>> '{reservations,0,reservation}', (select r ->> 'reservation' from price), 'the next');
update reservation_party set state = 'declined' where resv_id = :party and member_id = 8204;
select is((lib.resv_view(:party, 8204)).view, null, 'who has declined sees nothing');

select is(pg_temp.hold(8202, 8622, 15), '{"refused":"ZC024","max":20}', 'what is confirmed counts for the tier''s seats');

-- points: put aside in the same transaction, given back with the seats
select pg_temp.earn(8206, 'S1', 10000) \g /dev/null
create temp table paid as select pg_temp.hold_by('m:8206', 8600, jsonb_build_array(pg_temp.units(8620, 2)), jsonb_build_array(pg_temp.units(8620, 2))) as r;
select is((select r from paid) ->> 'points' || ' ' || ((select r from paid) #>> '{total,minor}'), '1000 0', 'two seats for points');
select is((select h.amount || ' ' || h.state || ' ' || (h.expires_at - v.expires_at) from point_hold h join reservation v on v.point_hold = h.hold_id where v.organiser = 8206 and v.state = 'held'), '1000 active 01:00:00', 'kept an hour longer');
select is((select string_agg(e ->> 'type', ' ' order by e ->> 'type') from paid, jsonb_array_elements(r -> '_events') e where e ->> 'stream' = 'me:8206'), 'points.changed resv.changed', 'both are told');
select is(pg_temp.hold_by('m:8205', 8600, jsonb_build_array(pg_temp.units(8620, 1)), jsonb_build_array(pg_temp.units(8620, 1))), '{"refused":"ZC027","have":0,"need":500}', 'who has none');
select is(pg_temp.call('m:8206', 'reservation_release', r ->> 'reservation') ->> 'state', 'released', 'given up') from paid;
select is((select balance from ledger_account where owner_id = 8206 and kind = 'redeemable'), 1000::bigint, 'the points are the member''s again');
select is((select count(*) from lib.ledger_violations()), 0::bigint, 'the ledger adds up');
create temp table mixed as
select r.idx, r.reply #>> '{total,minor}' || ' ' || (r.reply ->> 'points') as price
  from api.reservation_hold_many('{m:8456,m:8206,m:8457}', '{mixed-key-1,mixed-key-2,mixed-key-3}', array_fill(sha256('x'), '{3}'), '{8600,8600,8600}',
           array_fill('[{"class":"8620","qty":1}]'::jsonb, '{3}'), array[null, '[{"class":"8620","qty":1}]', null]::jsonb[], array_fill(null::jsonb, '{3}'), array_fill(null::bigint, '{3}')) r;
select is((select string_agg(price, ', ' order by idx) from mixed), '3334 0, 0 500, 3334 0', 'each its own way to pay');
select pg_temp.call('m:8206', 'reservation_release', (select max(resv_id)::text from reservation where organiser = 8206 and state = 'held')) \g /dev/null
update seat_class set unit_price_minor = case class_id when 8620 then 1000 when 8621 then 2001 else 0 end where offer_id = 8600;
select pg_temp.hold_by('m:8206', 8600, jsonb_build_array(pg_temp.units(8620, 2), pg_temp.units(8621, 1)), jsonb_build_array(pg_temp.units(8620, 1))) ->> 'reservation' as half \gset
select lib.resv_seats(:half) \g /dev/null
select is((select string_agg(concat_ws(' ', seat_no, member_id, state, price_minor, price_points), ', ' order by seat_no) from reservation_party where resv_id = :half),
    '1 8206 accepted 0 500, 2 unnamed 950 0, 3 unnamed 951 0, 4 unnamed 950 0', 'a seat is paid in points or in money; the odd cent goes where most is cut off; the first is the organiser''s');
delete from reservation_party where resv_id = :half;
select pg_temp.call('m:8206', 'reservation_release', :'half') \g /dev/null
select is(pg_temp.many(8600, '{{8206,8620,2},{8205,8620,1}}', jsonb_build_array(pg_temp.units(8620, 1))), '{ok,ZC027}', 'in a batch');

-- seats that ran out: free at once for who asks, whether or not the job has been there
select resv_id as ran from reservation where organiser = 8206 and state = 'held' \gset
select pg_temp.late(:'ran') \g /dev/null
select is(pg_temp.call('m:8206', 'reservation_release', :'ran'), '{"refused":"ZC026","state":"expired"}', 'over');
select is(pg_temp.call('m:8206', 'reservation_extend', :'ran'), '{"refused":"ZC026","state":"expired"}', 'not to be extended');
select is((lib.resv_view(:ran, 8206)).view ->> 'state', 'expired', 'shown so');
select is(pg_temp.hold(8206, 8622) ->> 'state', 'held', 'the member holds anew');
select is((select state from reservation where resv_id = :ran), 'expired', 'the old one has ended with it');
select is((select refs ->> 'state' from outbox where stream = 'me:8206' and object = 'resv:' || :'ran' order by seq desc limit 1), 'expired', 'which is told');
select is((select state from point_hold where ref_id = :'ran'), 'expired', 'and gave its points back');
select * from pg_temp.ok('ran out');
select pg_temp.late((select max(resv_id)::text from reservation where organiser = 8206)) \g /dev/null
select is((select done from api.jobs_run('reservations')), 1::bigint, 'the job ends what nobody asks for');
select is((select refs ->> 'state' from outbox where stream = 'me:8206' and type = 'resv.changed' order by seq desc limit 1), 'expired', 'and tells');
select is((select done from api.jobs_run('reservations')), 0::bigint, 'once');

-- the list goes first: seats that ran out are offered to it, what is kept for its head is nobody's
select pg_temp.clear() \g /dev/null
select pg_temp.many(8601, '{{8401,8623,4},{8402,8623,1}}') \g /dev/null
insert into waitlist_entry (entry_id, offer_id, class_id, member_id, qty) values (8680, 8601, 8623, 8403, 4);
select pg_temp.late(resv_id::text) from reservation where organiser = 8401 and offer_id = 8601 and state = 'held' \g /dev/null
select is(pg_temp.many(8601, '{{8404,8623,1},{8405,8623,1}}'), '{ZC009,ZC009}', 'not for who comes later');
select is((select state from waitlist_entry where entry_id = 8680), 'offered', 'but for who waits');
update waitlist_entry set state = 'waiting', offer_expires = null, offered_at = null, skips = 3, accumulate_since = now() where entry_id = 8680;
update seat_pool set offered = 0 where pool_id = 8612;
select is(pg_temp.hold(8406, 8623, 1, 8601), '{"refused":"ZC009","waitlist":true}', 'a pool that is kept');

-- each request of a set has its own price, whatever was wrong with the one before
select is((select array_agg(coalesce(r.sqlstate, r.reply ->> 'state') order by r.idx)
             from api.reservation_hold_many('{m:8431,m:8432,m:8433}', array[pg_temp.key(), pg_temp.key(), pg_temp.key()],
                      array_fill(sha256('x'), '{3}'), '{8600,8600,8600}', array_fill('[{"class":"8622","qty":1}]'::jsonb, '{3}'),
                      array[null, '[{"class":"8622","qty":1}]', null]::jsonb[], '{null,null,null}', '{null,null,null}') r),
          '{held,ZC602,held}', 'what is not sold for points is sold for money to the next');

-- extending
update offer set starts_at = now() + interval '60 days' where offer_id = 8600;
select pg_temp.hold(8410, 8622) ->> 'reservation' as mine \gset
select is(pg_temp.call('m:8410', 'reservation_extend', :'mine'), '{"refused":"ZC017","state":"not_paying"}', 'no payment has begun');
select is(pg_temp.call('v:desk', 'reservation_payment_started', :'mine') ->> 'state', 'held', 'now one has');
select is(pg_temp.call('m:8411', 'reservation_extend', :'mine'), '{"refused":"ZC002"}', 'somebody else''s');
select expires_at as before from reservation where resv_id = :mine \gset
select is((pg_temp.call('m:8410', 'reservation_extend', :'mine') ->> 'expires_at')::timestamptz, date_trunc('milliseconds', :'before'::timestamptz + interval '5 minutes'), 'five minutes more');
select is(pg_temp.call('m:8410', 'reservation_extend', :'mine'), '{"refused":"ZC024","max":1}', 'once');
select is(pg_temp.call('s:8302', 'reservation_release', :'mine') ->> 'state', 'released', 'an agent gives up for a member');
select is(pg_temp.call('s:8301', 'reservation_release', :'mine'), '{"refused":"ZC001"}', 'an editor does not');
select is(pg_temp.call('v:desk', 'reservation_payment_started', :'mine'), '{"refused":"ZC026","state":"released"}', 'nothing begins after the end');

select * from finish();
rollback;
