-- The waiting list: deadlines, the order, skips, the protection of the head (domain.md 9.7, 19.5).
begin;
\ir noun.psql
\ir seats.psql
select plan(64);

-- deadlines
create function pg_temp.deadline(p_at text, p_starts text, p_tz text) returns text language sql as $$
    select lib.iso(lib.waitlist_deadline(p_at::timestamptz, p_starts::timestamptz, p_tz))
$$;
select is(pg_temp.deadline(c.at, c.starts, c.tz), c.until, c.what)
  from (values
    ('2026-06-10T12:00Z', '2026-06-10T12:10Z', 'UTC', '2026-06-10T12:30:00.000Z', 'at least 30 minutes'),
    ('2026-06-10T12:00Z', '2026-06-11T12:00Z', 'UTC', '2026-06-10T13:12:00.000Z', 'a twentieth of the time that is left'),
    ('2026-06-10T23:00Z', '2026-06-12T22:59:59Z', 'UTC', '2026-06-11T01:23:59.950Z', 'less than 48 hours: no rest at night'),
    ('2026-06-10T23:00Z', '2026-06-12T23:00Z', 'UTC', '2026-06-11T10:24:00.000Z', '48 hours: the clock starts at eight'),
    ('2026-06-10T12:00Z', '2026-09-10T12:00Z', 'UTC', '2026-06-11T22:00:00.000Z', 'at most 24 hours, of 14 a day'),
    ('2026-06-10T08:00Z', '2026-09-10T12:00Z', 'UTC', '2026-06-11T18:00:00.000Z', 'from eight: a day and ten hours'),
    ('2026-06-10T19:36Z', '2026-06-12T19:36Z', 'UTC', '2026-06-10T22:00:00.000Z', 'ends at 22:00 sharp'),
    ('2026-06-10T19:37Z', '2026-06-12T19:37Z', 'UTC', '2026-06-11T08:01:00.000Z', 'a minute later: the next morning'),
    ('2026-06-10T22:00Z', '2026-06-12T22:00Z', 'UTC', '2026-06-11T10:24:00.000Z', 'at 22:00 it rests already'),
    ('2026-06-10T07:59:59Z', '2026-06-12T08:00Z', 'UTC', '2026-06-10T10:24:00.050Z', 'a second before eight it still does'),
    ('2026-03-28T20:00Z', '2026-06-28T20:00Z', 'Europe/Oslo', '2026-03-30T15:00:00.000Z', 'spring: the night has nine hours'),
    ('2026-10-24T19:00Z', '2027-01-24T19:00Z', 'Europe/Oslo', '2026-10-26T16:00:00.000Z', 'autumn: the night has eleven'),
    ('2026-03-08T02:30Z', '2026-03-10T02:30Z', 'America/New_York', '2026-03-08T13:54:00.000Z', 'New York, the spring night'),
    ('2026-06-10T12:00Z', '2026-06-12T12:00Z', 'Asia/Kolkata', '2026-06-10T14:24:00.000Z', 'Kolkata at half past five in the afternoon'),
    ('2026-06-10T16:29Z', '2026-06-12T16:29Z', 'Asia/Kolkata', '2026-06-11T04:53:00.000Z', 'Kolkata a minute before its night'),
    ('2026-06-10T12:00Z', '2026-06-12T12:00Z', 'Pacific/Kiritimati', '2026-06-10T20:24:00.000Z', 'two in the night on Kiritimati'),
    ('2026-04-04T10:00Z', '2026-04-06T10:00Z', 'Australia/Lord_Howe', '2026-04-04T22:54:00.000Z',
     'Lord Howe sets its clocks back by half an hour')
  ) as c (at, starts, tz, until, what);


-- 19.5, early access: platinum may take 40 of 100, gold 70; at the public opening at least 30 are free
insert into tier (tier_id, club_id, rank, name, qualify_tp, retain_tp, window_kind)
values (8072, 8001, 2, 'Gold', 0, 0, 'rolling'), (8073, 8001, 3, 'Platinum', 0, 0, 'rolling');
select pg_temp.crowd(1100) \g /dev/null
update membership
   set tier_id = case when member_id <= 8900 then 8073 when member_id <= 9400 then 8072 else 8061 end
 where member_id between 8401 and 9500;
update offer set state = 'announced', public_open_at = now() + interval '48 hours' where offer_id = 8600;
insert into access_window (window_id, offer_id, min_rank, opens_at, cum_cap_ppm)
values (1, 8600, 3, now(), 400000), (2, 8600, 2, now() + interval '24 hours', 700000);
create temp table sale (no int generated always as identity, reply jsonb);
-- So many members, from this one on, ask at once; a batch decides as single calls would.
create function pg_temp.rush(p_from bigint, p_count int) returns setof jsonb language sql as $$
    select coalesce(b.reply, '{}') || coalesce(b.detail, '{}') || jsonb_build_object('refused', b.sqlstate)
      from (select array_agg(m) as m from generate_series(p_from, p_from + p_count - 1) m) w
     cross join api.reservation_hold_many(
               array(select 'm:' || x from unnest(w.m) x), array(select 'rush-key-' || x from unnest(w.m) x),
               array_fill(sha256('rush'), array[p_count]), array_fill(8600::bigint, array[p_count]),
               array_fill(jsonb_build_array(pg_temp.units(8622, 1)), array[p_count]),
               array_fill(null::jsonb, array[p_count]), array_fill(null::jsonb, array[p_count]),
               array_fill(null::bigint, array[p_count])) b
     order by b.idx
$$;
insert into sale (reply) select pg_temp.rush(8401, 500);
select is((select count(*)::int from sale where reply ->> 'state' = 'held'), 40, '500 platinum clients: exactly 40 hold seats');
select is((select count(*)::int from sale where no > 40 and reply ->> 'refused' = 'ZC009'
              and reply ->> 'opens_at' = lib.iso(now() + interval '24 hours')), 460,
          'it is sold out for the others, until the next window opens');
select is(pg_temp.hold(8950, 8622), jsonb_build_object('refused', 'ZC021', 'opens_at', lib.iso(now() + interval '24 hours')),
          'for gold it has not opened yet');
select is(pg_temp.call('m:8950', 'waitlist_join', '8600, 8622, 1'),
          jsonb_build_object('refused', 'ZC021', 'opens_at', lib.iso(now() + interval '48 hours')),
          'the waiting list opens with the public sale');
update access_window set opens_at = opens_at - interval '24 hours' where offer_id = 8600;
update offer set public_open_at = public_open_at - interval '24 hours' where offer_id = 8600;
truncate sale restart identity;
insert into sale (reply) select pg_temp.rush(8901, 500);
select is((select count(*)::int from sale where reply ->> 'state' = 'held'), 30, '500 of gold: 30 more');
select is((select reply from sale where no = 31), jsonb_build_object('refused', 'ZC009', 'waitlist', false,
          'opens_at', lib.iso(now() + interval '24 hours')), 'then it is sold out until the public opening');
update offer set public_open_at = now(), state = 'open' where offer_id = 8600;
select is(pg_temp.pool(), '70 0 0', 'at the opening 30 are free');

-- 19.5, the waiting list.  Offer p_offer has a boat of 100 seats, class p_offer + 2, and a bus of one, class p_offer + 3; both
-- are sold out.  W1 to W6 are 9451 to 9456
create function pg_temp.boat(p_offer bigint) returns void language plpgsql as $$
begin
    insert into club.offer (offer_id, club_id, kind, title, organiser_name, starts_at, ends_at, public_open_at,
                            booking_close_at, name_deadline, currency, state)
    values (p_offer, 8001, 'trip', 'Fjords', 'Open', now() + interval '60 days', now() + interval '67 days',
            now() - interval '1 day', now() + interval '50 days', now() + interval '47 days', 'EUR', 'open');
    insert into club.seat_pool (pool_id, offer_id, code, capacity)
    values (p_offer, p_offer, 'boat', 100), (p_offer + 1, p_offer, 'bus', 1);
    insert into club.seat_class (class_id, offer_id, code, title)
    values (p_offer + 2, p_offer, 'boat', 'Boat'), (p_offer + 3, p_offer, 'bus', 'Bus');
    insert into club.seat_class_pool (class_id, pool_id, offer_id)
    values (p_offer + 2, p_offer, p_offer), (p_offer + 3, p_offer + 1, p_offer);
    for i in 1 .. 46 loop
        perform pg_temp.hold(9400 + i, p_offer + 2, case when i <= 10 then 1 when i <= 23 then 2 when i <= 44 then 3 else 0 end,
                             p_offer) where i <= 44;
    end loop;
    perform pg_temp.hold(9446, p_offer + 3, 1, p_offer);
end $$;
create function pg_temp.joins(p_offer bigint, p_w int, p_qty int, p_class int default 2) returns text language sql as $$
    select j ->> 'state' || ' at ' || (j ->> 'position') || ' of ' || (j ->> 'length')
      from pg_temp.call('m:' || 9450 + p_w, 'waitlist_join', format('%s, %s, %s', p_offer, p_offer + p_class, p_qty)) j
$$;
-- Who is told what of the waiting list.
create function pg_temp.told(p_reply jsonb) returns text language sql as $$
    select coalesce(string_agg('W' || (right(e ->> 'stream', 1)) || ' ' || (e #>> '{refs,state}'), ', ' order by no), 'nobody')
      from jsonb_array_elements(nullif(p_reply -> '_events', 'null')) with ordinality as x (e, no)
     where e ->> 'type' in ('waitlist.offered', 'waitlist.changed')
$$;
-- Somebody gives so many seats of a class back.
create function pg_temp.frees(p_offer bigint, p_qty int, p_class int default 2) returns text language sql as $$
    select pg_temp.told(pg_temp.call('m:' || r.organiser, 'reservation_release', r.resv_id::text))
      from (select h.organiser, h.resv_id
              from club.reservation h
              join club.reservation_item i on i.resv_id = h.resv_id
             where h.offer_id = p_offer and h.state = 'held' and h.source = 'direct' and i.class_id = p_offer + p_class
               and i.qty = p_qty
             order by h.resv_id
             limit 1) r
$$;
create function pg_temp.lists(p_offer bigint) returns text language sql as $$
    select string_agg(format('W%s %s %s%s', right(member_id::text, 1), state, skips,
                             case when accumulate_since is not null then ' kept' else '' end), ', ' order by entry_id)
      from club.waitlist_entry where offer_id = p_offer
$$;
create function pg_temp.free(p_pool bigint) returns int language sql as
$$ select capacity - held - confirmed - offered from club.seat_pool where pool_id = p_pool $$;

select pg_temp.boat(8700), pg_temp.boat(8710), pg_temp.boat(8720) \g /dev/null
select is(pg_temp.free(8700) || ' ' || pg_temp.free(8701), '1 0', 'the boat has one seat left');
select is((pg_temp.call('m:9451', 'waitlist_join', '8700, 8702, 1')), '{"refused":"ZC017","state":"available"}', 'who could book need not wait');
select pg_temp.hold(9447, 8702, 1, 8700), pg_temp.hold(9447, 8712, 1, 8710), pg_temp.hold(9447, 8722, 1, 8720) \g /dev/null
-- W1 wants four, W2 one, W3 two
create function pg_temp.begins(p_offer bigint) returns text language sql as $$
    select pg_temp.joins(p_offer, 1, 4) || '; ' || pg_temp.joins(p_offer, 2, 1) || '; ' || pg_temp.joins(p_offer, 3, 2)
$$;
select is(pg_temp.begins(8700), 'waiting at 1 of 1; waiting at 2 of 2; waiting at 3 of 3', 'three join');
select is(pg_temp.frees(8700, 2), 'W2 offered', '2 freed: W2 is offered one');
select is(pg_temp.lists(8700), 'W1 waiting 1, W2 offered 0, W3 waiting 0', 'W1 is skipped once, W3 is not');
select is(pg_temp.free(8700) || ' ' || lib.waitlist_kept(8700)::text, '1 {}', 'one is left, and public: it fits no entry');
select is(pg_temp.frees(8700, 1), 'W3 offered', '1 freed: W3 is offered two');
select is(pg_temp.lists(8700) || '; ' || pg_temp.free(8700), 'W1 waiting 2, W2 offered 0, W3 offered 0; 0', 'W1 ends with two skips');
select is(pg_temp.joins(8700, 4, 1) || '; ' || pg_temp.joins(8700, 5, 1), 'waiting at 2 of 2; waiting at 3 of 3', 'W4 and W5 join');
select is(pg_temp.frees(8700, 1), 'W4 offered', '1 freed: W4 is offered it');
select is(pg_temp.lists(8700), 'W1 waiting 3, W2 offered 0, W3 offered 0, W4 offered 0, W5 waiting 0', 'W1 has three skips');
select is(pg_temp.frees(8700, 1), 'nobody', '1 freed: nothing is offered');
select is(pg_temp.lists(8700) || '; ' || pg_temp.free(8700), 'W1 waiting 3 kept, W2 offered 0, W3 offered 0, W4 offered 0, W5 waiting 0; 1',
          'W1 is protected, W5 waits');
select is(pg_temp.hold(9460, 8702, 1, 8700), '{"refused":"ZC009","waitlist":true}', 'a public hold of one: sold out, with a waiting list');
select is(pg_temp.joins(8700, 6, 1, 3), 'waiting at 3 of 3', 'W6 waits for the bus');
select is(pg_temp.frees(8700, 1, 3), 'W6 offered', 'a class that shares no pool with W1 is served all the time');
select is(pg_temp.frees(8700, 2), 'nobody', '2 freed: three are there');
select is(pg_temp.free(8700), 3, 'and kept');
select is(pg_temp.frees(8700, 1), 'W1 offered', '1 freed: W1 is offered four');
select is(pg_temp.lists(8700) || '; ' || pg_temp.free(8700),
          'W1 offered 3, W2 offered 0, W3 offered 0, W4 offered 0, W5 waiting 0, W6 offered 0; 0', 'and W5 waits');
select is(lib.waitlist_kept(8700), '{}', 'nothing is kept any more');
select is((select offer_expires from waitlist_entry where member_id = 9451 and offer_id = 8700),
          (select lib.waitlist_deadline(offered_at, now() + interval '60 days', 'UTC') from waitlist_entry where member_id = 9451 and offer_id = 8700),
          'until the deadline');

-- the same, but the four never come together: W1 is passed after 24 hours
create function pg_temp.protects(p_offer bigint) returns text language sql as $$
    select pg_temp.begins(p_offer);
    select pg_temp.frees(p_offer, 2);
    select pg_temp.frees(p_offer, 1);
    select pg_temp.joins(p_offer, 4, 1) || pg_temp.joins(p_offer, 5, 1);
    select pg_temp.frees(p_offer, 1);
    select pg_temp.frees(p_offer, 1);
    select pg_temp.frees(p_offer, 2);
    select pg_temp.lists(p_offer)
$$;
select is(pg_temp.protects(8710), 'W1 waiting 3 kept, W2 offered 0, W3 offered 0, W4 offered 0, W5 waiting 0', 'W1 is protected');
update waitlist_entry set accumulate_since = now() - interval '23 hours 59 minutes' where member_id = 9451 and offer_id = 8710;
select lib.waitlist_run() \g /dev/null
select is(pg_temp.lists(8710) || '; ' || pg_temp.free(8710), 'W1 waiting 3 kept, W2 offered 0, W3 offered 0, W4 offered 0, W5 waiting 0; 3',
          'still so a minute before 24 hours');
update waitlist_entry set accumulate_since = now() - interval '24 hours 1 second' where member_id = 9451 and offer_id = 8710;
select lib.waitlist_run() \g /dev/null
select is(pg_temp.lists(8710) || '; ' || pg_temp.free(8710), 'W1 passed 3, W2 offered 0, W3 offered 0, W4 offered 0, W5 offered 0; 2',
          'after 24 hours it is passed, and W5 is offered one at once');
select is((select why from waitlist_entry where member_id = 9451 and offer_id = 8710), 'waited', 'and knows why');
select is((select string_agg(type || ' ' || target, ', ' order by num) from notification where member_id = 9451 and target = (
              select 'waitlist:' || entry_id from waitlist_entry where member_id = 9451 and offer_id = 8710)),
          (select 'waitlist_passed waitlist:' || entry_id from waitlist_entry where member_id = 9451 and offer_id = 8710), 'it was told');

-- or the start is less than 72 hours away
select is(pg_temp.protects(8720), 'W1 waiting 3 kept, W2 offered 0, W3 offered 0, W4 offered 0, W5 waiting 0', 'W1 is protected');
update offer set starts_at = now() + interval '71 hours', booking_close_at = now() + interval '70 hours' where offer_id = 8720;
select lib.waitlist_run() \g /dev/null
select is(pg_temp.lists(8720) || '; ' || pg_temp.free(8720), 'W1 passed 3, W2 offered 0, W3 offered 0, W4 offered 0, W5 offered 0; 2',
          'in the last 72 hours nobody is protected');
select is((select why from waitlist_entry where member_id = 9451 and offer_id = 8720), 'near', 'it knows why');

-- pools in a chain: who is held back by a kept pool is not skipped when somebody later is served from the other one
insert into offer (offer_id, club_id, kind, title, organiser_name, starts_at, ends_at, public_open_at, booking_close_at,
                   name_deadline, currency, state)
select 8730, club_id, kind, 'Chain', organiser_name, starts_at, ends_at, public_open_at, booking_close_at, name_deadline, currency, 'open'
  from offer where offer_id = 8700;
insert into seat_pool (pool_id, offer_id, code, capacity) values (8730, 8730, 'a', 2), (8731, 8730, 'b', 2);
insert into seat_class (class_id, offer_id, code, title) values (8732, 8730, 'a', 'A'), (8733, 8730, 'ab', 'AB'), (8734, 8730, 'b', 'B');
insert into seat_class_pool (class_id, pool_id, offer_id)
values (8732, 8730, 8730), (8733, 8730, 8730), (8733, 8731, 8730), (8734, 8731, 8730);
select pg_temp.hold(9401, 8732, 2, 8730), pg_temp.hold(9402, 8734, 1, 8730), pg_temp.hold(9403, 8734, 1, 8730) \g /dev/null
select pg_temp.joins(8730, 1, 2), pg_temp.joins(8730, 2, 1, 3), pg_temp.joins(8730, 3, 1, 4) \g /dev/null
update waitlist_entry set skips = 3 where offer_id = 8730 and member_id = 9451;
select is(pg_temp.frees(8730, 1, 4), 'W3 offered', 'W3 is served');
select is(pg_temp.lists(8730), 'W1 waiting 3 kept, W2 waiting 0, W3 offered 0', 'W2, held back, is not skipped');

-- who is of the top tier comes before the protected head
update club set settings = settings || '{"waitlist_top_tier":true}' where club_id = 8001;
update membership set tier_id = 8073 where member_id = 9454 and club_id = 8001;
update seat_pool set capacity = capacity + 1 where pool_id = 8730;
select is(pg_temp.told(pg_temp.call('m:9454', 'waitlist_join', '8730, 8732, 1')), 'W4 waiting, W4 offered', 'and gets at once what was kept for it');

-- a list is as long as it may be: what becomes of it is decided at once, 200 are told at once, the others by the job
select pg_temp.boat(8740) \g /dev/null
insert into waitlist_entry (entry_id, offer_id, class_id, member_id, qty) select 880000 + m, 8740, 8742, m, 1 from generate_series(8401, 8900) m;
create function pg_temp.noticed(p_type text) returns text language sql as $$
    select count(*) || ' ' || count(distinct member_id)
      from club.notification where type = p_type and member_id between 8401 and 8900 and refs ->> 'offer' = '8740'
$$;
update seat_pool set capacity = 349 where pool_id = 8740;
select is(cardinality(lib.waitlist_fill(8740)), 400, 'many seats are free');
select is((select count(*)::int from waitlist_entry where offer_id = 8740 and state = 'offered'), 250, 'and offered');
select lib.waitlist_run() \g /dev/null
select is(pg_temp.noticed('waitlist_offered'), '250 250', 'the job tells who was not told, each once');
select lib.waitlist_run() \g /dev/null
select is(cardinality(lib.waitlist_close(8740, 'cancelled')), 400, 'its end is one of all');
select is((select count(*)::int from waitlist_entry where offer_id = 8740 and state = 'closed'), 500, 'at once');
select lib.waitlist_run(), lib.waitlist_run(), lib.waitlist_run() \g /dev/null
select is(pg_temp.noticed('waitlist_closed'), '500 500', 'and thanked bit by bit');
update offer set state = 'cancelled' where offer_id = 8740;

select is((select array_agg(v::text) from lib.seat_violations() v), null, 'the seats add up');
select * from finish();
rollback;
