-- Offers on plans: attached to items, seats held for a plan, price steps reached together.
begin;
\ir noun.psql
\ir seats.psql
select no_plan();
select pg_temp.crowd(12) \g /dev/null

-- Plan 8800 of the first club with offer 8600 on it: 8201 owns it, 8202 edits, 8401 and 8402 vote, 8204 looks.
insert into plan (plan_id, club_id, title, currency, state) values (8800, 8001, 'Fjords', 'EUR', 'planning');
insert into plan_member (plan_id, member_id, role, state, joined_at)
values (8800, 8201, 'owner', 'joined', now()), (8800, 8202, 'editor', 'joined', now()),
       (8800, 8401, 'voter', 'joined', now()), (8800, 8402, 'voter', 'joined', now()),
       (8800, 8204, 'viewer', 'joined', now()), (8800, 8403, 'voter', 'left', now());

create function pg_temp.held(p_member bigint, p_plan bigint default 8800, p_class bigint default 8620, p_qty int default 1)
returns jsonb language sql as $$
    select pg_temp.hold_by('m:' || p_member, 8600, jsonb_build_array(pg_temp.units(p_class, p_qty)), p_plan => p_plan)
           - '_events' - '_sys' - '_subjects' $$;

-- holding -------------------------------------------------------------------------------------------------------

select is(pg_temp.held(8401), '{"refused":"ZC602","path":"plan","problem":"does not have the offer among its items"}', 'an offer that is not on the plan');
insert into plan_item (item_id, plan_id, kind, order_key, title, offer_id, created_by, updated_by, deleted_at)
values (8810, 8800, 'activity', 'V', 'Fjords', 8600, 8201, 8201, now());
select is(pg_temp.held(8401) ->> 'refused', 'ZC602', 'nor any more');
update plan_item set deleted_at = null where item_id = 8810;
select is(pg_temp.held(8204), '{"refused":"ZC001"}', 'not for who looks only');
select is(pg_temp.held(8403), '{"refused":"ZC002"}', 'nor for who has left');
select is(pg_temp.held(8404), '{"refused":"ZC002"}', 'nor for who was never in it');
select is(pg_temp.held(8401, 8801), '{"refused":"ZC002"}', 'no such plan');
update plan set state = 'cancelled' where plan_id = 8800;
select is(pg_temp.held(8401), '{"refused":"ZC017","state":"cancelled"}', 'nor for a plan that is over');
update plan set state = 'locked', state_before = 'planning' where plan_id = 8800;
select is(pg_temp.pool(), '0 0 0', 'nothing was held by any of these');
create temp table mine as select (pg_temp.held(8401) ->> 'reservation')::bigint as r;
select is((select plan_id from reservation where resv_id = r), 8800::bigint, 'who votes books seats for the plan, also for a locked one') from mine;
select is((select v.view ->> 'plan' from lib.resv_view(r, v_who) v), v_plan, v_what)
  from mine, (values (8401, '8800', 'its organiser is told'), (0, '8800', 'and the club')) as w (v_who, v_plan, v_what);
create temp table theirs as
select pg_temp.held(8404, null) as plain,
       pg_temp.hold_by('s:8302', 8600, jsonb_build_array(pg_temp.units(8620, 1)), p_member => 8402, p_plan => 8800) as agents;
select is(r.plan_id, null, 'a hold need not name one') from theirs, reservation r where r.resv_id = (plain ->> 'reservation')::bigint;
select is(r.plan_id, 8800::bigint, 'an agent holds for who is in it') from theirs, reservation r where r.resv_id = (agents ->> 'reservation')::bigint;
-- each request of a batch is as if alone
select is((select array_agg(coalesce(r.sqlstate, 'ok') order by r.idx)
             from api.reservation_hold_many('{m:8201,m:8403,m:8202,m:8405}', array[pg_temp.key(), pg_temp.key(), pg_temp.key(), pg_temp.key()],
                      array_fill(sha256('x'), '{4}'), array_fill(8600::bigint, '{4}'),
                      array_fill('[{"class":"8620","qty":1}]'::jsonb, '{4}'), '{null,null,null,null}', '{null,null,null,null}',
                      '{null,null,null,null}', '{8800,8800,null,null}') r),
          '{ok,ZC002,ok,ok}', 'in a batch some are for plans, some are not');
select is((select string_agg(organiser || ':' || coalesce(plan_id::text, '-'), ' ' order by organiser) from reservation where organiser in (8201, 8202, 8405)),
          '8201:8800 8202:- 8405:-', 'each for its own');
select is((select string_agg(t::text, '; ') from lib.seat_violations() t), null, 'seats add up');


-- attaching -----------------------------------------------------------------------------------------------------

insert into plan (plan_id, club_id, title, currency, state) values (8850, 8001, 'Coast', 'EUR', 'draft');
insert into plan_member (plan_id, member_id, role, state, joined_at)
values (8850, 8201, 'owner', 'joined', now()), (8850, 8202, 'editor', 'joined', now()), (8850, 8204, 'viewer', 'joined', now()),
       (8850, 8401, 'voter', 'joined', now()), (8850, 8402, 'voter', 'joined', now()), (8850, 8403, 'voter', 'joined', now()),
       (8850, 8404, 'voter', 'joined', now()), (8850, 8405, 'voter', 'joined', now()), (8850, 8406, 'voter', 'joined', now());
create function pg_temp.attach(p_member bigint, p_offer bigint, p_item bigint default null, p_base bigint default null)
returns jsonb language sql as $$
    select pg_temp.call('m:' || p_member, 'plan_attach_offer', format('8850, %s, %L, %L', p_offer, p_item, p_base)) $$;
create function pg_temp.item(p_item bigint) returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.plan_item_get(''m:8204'', %s)', p_item)) - '_events' - '_sys' - '_subjects' $$;

insert into offer (offer_id, club_id, kind, title, organiser_name, starts_at, ends_at, public_open_at, booking_close_at, name_deadline, currency, audience, state)
select o, case o when 8605 then 8002 else 8001 end, 'trip', repeat('Long ', 23) || o, 'Open', now() + interval '60 days', now() + interval '61 days',
       now() - interval '1 day', now() + interval '50 days', now() + interval '47 days', 'EUR', case o when 8606 then '{"invite_only":true}'::jsonb else '{}' end,
       case o when 8607 then 'draft' else 'open' end
  from generate_series(8604, 8607) o;
select is(pg_temp.attach(8204, 8604) ->> 'refused', 'ZC001', 'who looks attaches nothing');
select is(pg_temp.attach(8401, 8604) ->> 'refused', 'ZC001', 'nor does who votes');
select is(pg_temp.attach(8206, 8604) ->> 'refused', 'ZC002', 'nor somebody else');
select is(pg_temp.attach(8202, o) ->> 'refused', 'ZC002', 'an offer ' || w)
  from (values (8605, 'of another club'), (8606, 'for others'), (8607, 'not announced'), (8699, 'that is not there')) as x (o, w);
select is((select count(*) from plan_item where plan_id = 8850), 0::bigint, 'none of these made an item');
create temp table made as select pg_temp.attach(8202, 8604) as r;
select is(r - '_events' - '_sys' - '_subjects', jsonb_build_object('plan', '8850', 'item', r ->> 'item', 'version', 1, 'op', 1), 'attached') from made;
select is(pg_temp.item((r ->> 'item')::bigint) - '{updated_at,item}'::text[], jsonb_build_object('kind', 'activity', 'title', repeat('Long ', 23) || 8604,
    'order_key', 'V', 'offer', '8604', 'version', 1, 'assignees', '[]'::jsonb, 'updated_by', '8202'), 'an activity with its title and its number') from made;
select is((select e -> 'refs' -> 'set' from made, jsonb_array_elements(r -> '_events') e where e ->> 'type' = 'plan.item_changed'),
          '["kind","offer","order_key","title"]', 'told');
select is((pg_temp.item((pg_temp.attach(8202, 8600) ->> 'item')::bigint)) ->> 'order_key', 'W', 'the next one comes after it');
create temp table third as select (r ->> 'item')::bigint as i from made;
select is(pg_temp.attach(8202, 8600, i) ->> 'path', 'base', 'an item needs the version that was seen') from third;
select is(pg_temp.attach(8202, 8600, null, 1) ->> 'path', 'base', 'a new one has none');
select is(pg_temp.attach(8202, 8600, 8810, 1) ->> 'refused', 'ZC002', 'an item of another plan');
select is(pg_temp.attach(8201, 8600, i, 1) ->> 'version', '2', 'another offer on it') from third;
select is((a ->> 'refused') || ' ' || (a ->> 'fields') || ' ' || (a -> 'current' ->> 'offer'),
          'CONFLICT ["offer"] 8600', 'two at once contradict') from third, pg_temp.attach(8202, 8604, i, 1) a;
select is(pg_temp.call('m:8202', 'plan_item_set', format('%s, 2, null, ''["offer"]''', i)) ->> 'version', '3', 'taken off') from third;
select is(pg_temp.item(i) ? 'offer', false, 'it is') from third;
select is(pg_temp.call('m:8202', 'plan_undo', '8850, 4') ->> 'version', '4', 'undone') from third;
select is(pg_temp.item(i) ->> 'offer', '8600', 'on it again') from third;
select is((select string_agg(t::text, '; ') from lib.plan_op_violations() t where plan_id = 8850), null, 'the log is whole');
select is(lib.plan_last_key(8850), 'X', 'a key behind the last one');
update plan_item set order_key = 'zzA' where item_id = (select i from third);
select is(lib.plan_last_key(8850), 'zzB', 'behind a long one');
update plan_item set order_key = repeat('z', 64) where item_id = (select i from third);
select is(lib.plan_last_key(8850), repeat('z', 64), 'where there is none left, the newer item comes later');
update plan_item set order_key = 'V' where item_id = (select i from third);

-- reaching a step together ----------------------------------------------------------------------------------------

update reservation set state = 'released', closed_at = now() where offer_id = 8600;
update seat_pool set held = 0 where offer_id = 8600;
delete from outbox where type = 'resv.changed';
update tier set seat_limit = 20 where club_id = 8001;
insert into price_step (offer_id, min_party, min_rank, discount_ppm) values (8600, 4, 0, 100000), (8600, 6, 0, 200000), (8600, 6, 1, 300000), (8600, 5, 0, 50000);
select pg_temp.earn(m, 'P' || m, 100000) from unnest('{8401,8402,8404,8204}'::bigint[]) m \g /dev/null

create function pg_temp.book(p_member bigint, p_items jsonb, p_points jsonb default null, p_plan bigint default 8850) returns bigint language sql as $$
    select (pg_temp.hold_by('m:' || p_member, 8600, p_items, p_points, p_plan => p_plan) ->> 'reservation')::bigint $$;
create function pg_temp.pay(p_resv bigint, p_ref text default null) returns jsonb language sql as $$
    select pg_temp.call('v:desk', 'reservation_confirm', format('%s, %L, null', p_resv, coalesce(p_ref, 'R' || p_resv))) $$;
create function pg_temp.settle(p_resv bigint) returns jsonb language sql as $$
    select pg_temp.call('m:' || (select organiser from reservation where resv_id = p_resv), 'reservation_confirm', p_resv || ', null, null') $$;
create function pg_temp.told(p_reply jsonb) returns text language sql as $$
    select string_agg((e ->> 'stream') || ' ' || (e ->> 'type') || coalesce(' ' || (e #>> '{refs,level}') || ' ' || (e #>> '{refs,min_party}'), ''), ', ' order by no)
      from jsonb_array_elements(p_reply -> '_events') with ordinality as x (e, no)
     where e ->> 'type' <> 'offer.availability' $$;
-- What a reservation costs: total, points, discount, paid, refunded, points given back; its seats.
create function pg_temp.costs(p_resv bigint) returns text language sql as $$
    select concat_ws(' ', total_minor, points, discount_ppm, paid_minor, refunded_minor, points_back) || ': '
           || (select string_agg(price_minor || '/' || price_points, ' ' order by seat_no) from reservation_party where resv_id = p_resv)
      from reservation where resv_id = p_resv $$;
create function pg_temp.sums() returns text language sql as $$
    select concat((select string_agg(v.invariant || ' ' || v.object || ': ' || v.found, '; ') from lib.seat_violations() v),
                  (select string_agg(l::text, '; ') from lib.ledger_violations() l)) $$;
create function pg_temp.step(p_member bigint, p_plan bigint default 8850) returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.plan_threshold(''m:%s'', %s, 8600)', p_member, p_plan)) - '{_events,_sys,_subjects,plan,offer,until}'::text[] $$;

select is(pg_temp.step(8206), '{"refused":"ZC002"}', 'who is not in the plan is told nothing');
select is(pg_temp.try('select * from api.plan_threshold(''m:8204'', 8850, 8604)') ->> 'refused', 'ZC002', 'nor of an offer that is not on it');
select is(pg_temp.step(8401), '{"confirmed":0,"missing":4,"step":{"min_party":4,"discount_ppm":100000},"saving":{"minor":1000,"cur":"EUR"},"saving_points":0}',
          'four are missing, and each would save on the cheapest seat');
select is(pg_temp.step(8204), '{"confirmed":0,"missing":4,"step":{"min_party":4,"discount_ppm":100000},"saving":{"minor":1000,"cur":"EUR"},"saving_points":0}', 'who looks is told, too');

-- a booking of two: the plan is booked, the step is near
select pg_temp.book(8401, jsonb_build_array(pg_temp.units(8620, 2)), jsonb_build_array(pg_temp.units(8620, 1))) as first \gset
create temp table said as select pg_temp.pay(:first) as r;
select is(pg_temp.told(r), 'me:8401 resv.changed, me:8401 points.changed, plan:8850 plan.changed, plan:8850 plan.threshold near 4', 'the plan is booked, a step is near') from said;
select is(pg_temp.costs(:first), '10000 500 0 10000 0 0: 0/500 10000/0', 'nothing is cheaper yet');
select is((select state from plan where plan_id = 8850), 'booked', 'booked');
select is(pg_temp.step(8401), '{"confirmed":2,"missing":2,"step":{"min_party":4,"discount_ppm":100000},"saving":{"minor":1000,"cur":"EUR"},"saving_points":50}', 'saved on the own seats');

-- what is not of the plan does not count
select pg_temp.book(8405, jsonb_build_array(pg_temp.units(8622, 2)), p_plan => null) as apart \gset
select is(pg_temp.told(pg_temp.settle(:apart)), 'me:8405 resv.changed', 'a booking apart from the plan');
select is(pg_temp.step(8402) ->> 'confirmed', '2', 'does not count');
select pg_temp.book(8402, jsonb_build_array(pg_temp.units(8621, 1))) as second \gset
select is(pg_temp.step(8402) ->> 'confirmed', '2', 'nor does what is held only');

-- the step is reached: both are quoted anew, in money and in points
truncate said;
insert into said select pg_temp.pay(:second);
select is(cardinality(lib.plan_steps_told(8899, 8600, 1)), 0, 'three seats to the step are not near');
select is(cardinality(lib.plan_steps_told(8899, 8600, 2)), 1, 'two are');
delete from plan_threshold where plan_id = 8899;
update seat_class set unit_price_minor = 12000 where class_id = 8621;
select is((lib.plan_saving(8899, 8600, 8401, 0, 100000)).minor, 600::bigint, 'a person in a double cabin has half of what it costs less');
update seat_class set unit_price_minor = 30000 where class_id = 8621;
select is(pg_temp.told(r), 'me:8402 resv.changed, me:8401 points.changed, me:8401 resv.changed, plan:8850 plan.threshold reached 4, plan:8850 plan.threshold near 6', 'reached: each is told, the next is near') from said;
select is(pg_temp.costs(:first), '9000 450 100000 10000 1000 50: 0/450 9000/0', 'a tenth comes back, in money and in points');
select is(pg_temp.costs(:second), '27000 0 100000 30000 3000 0: 13500/0 13500/0', 'also of who came last');
select is((select string_agg(amount_minor || ' ' || (src_key ~ '^resv:[0-9]+:step:[0-9]+$') || ' ' || payment_ref || ' ' || state, ', ' order by amount_minor) from refund where resv_id in (:first, :second)),
          format('1000 true R%s queued, 3000 true R%s queued', :first, :second), 'refunds are for the payments');
select is((select (view ->> 'available')::bigint from lib.points_summary_view(8401)), 9550::bigint, 'points are there again');
select is(pg_temp.sums(), '', 'seats and points add up');
select is(pg_temp.step(8401), '{"confirmed":4,"missing":2,"reached":{"min_party":4,"discount_ppm":100000},"step":{"min_party":6,"discount_ppm":200000},
                               "saving":{"minor":1000,"cur":"EUR"},"saving_points":50}', 'a step that is no better does not count');
select is(pg_temp.step(8204) -> 'step' ->> 'discount_ppm', '300000', 'a tier has steps of its own');

select is((select minor || ' ' || minor_then || ' ' || points || ' ' || points_then from lib.resv_at(:first, 0)), '9000 9000 450 450', 'no discount makes it dearer');

-- a cancellation raises nothing, and what comes back is the price that was left
select is(pg_temp.call('m:8402', 'reservation_cancel', format('%s, null, %s, null', :second, (select version from reservation where resv_id = :second))) #>> '{refund,minor}', '27000', 'cancelled for what it cost');
select is(pg_temp.costs(:first), '9000 450 100000 10000 1000 50: 0/450 9000/0', 'the others keep their prices');
select is(pg_temp.step(8401), '{"confirmed":2,"missing":2,"step":{"min_party":4,"discount_ppm":100000},"saving":{"minor":0,"cur":"EUR"},"saving_points":0}', 'two again; nothing more to be saved by that step');
select is(pg_temp.sums(), '', 'seats and points add up');

-- by tiers; three more and the sixth: each at their own
select pg_temp.book(8404, jsonb_build_array(pg_temp.units(8620, 3), pg_temp.units(8622, 1)), jsonb_build_array(pg_temp.units(8620, 2))) as third \gset
update plan_member set role = 'editor' where plan_id = 8850 and member_id = 8204;
select pg_temp.book(8204, jsonb_build_array(pg_temp.units(8620, 2)), jsonb_build_array(pg_temp.units(8620, 2))) as fourth \gset
truncate said;
insert into said select pg_temp.pay(:third);
select is(pg_temp.told(r), 'me:8404 resv.changed, me:8404 points.changed, me:8401 points.changed, me:8401 resv.changed, me:8404 points.changed, plan:8850 plan.threshold reached 6', 'six: told of what was not told before') from said;
select is(pg_temp.costs(:first), '8000 400 200000 10000 2000 100: 0/400 8000/0', 'a fifth');
select is(pg_temp.costs(:third), '8000 800 200000 9000 1000 200: 0/400 0/400 8000/0 0/0', 'of a party of four that had its own step');
truncate said;
insert into said select pg_temp.settle(:fourth);
select is(pg_temp.told(r), 'me:8204 resv.changed, me:8204 points.changed, me:8204 points.changed', 'eight: nothing new for the others') from said;
select is(pg_temp.costs(:fourth), '0 700 300000 0 0 300: 0/350 0/350', 'the step of the tier, in points only');
select is(pg_temp.sums(), '', 'seats and points add up');

-- whose points may come back, to be locked with all others; none when booking closes
select is(lib.plan_booking(r, o, o.booking_close_at), '{}', 'at the moment booking closes no points come back') from reservation r, offer o where r.resv_id = :first and o.offer_id = 8600;
select is(lib.plan_booking(r, o, o.booking_close_at - interval '1 ms'), '{8204,8401,8404}', 'a millisecond before they do') from reservation r, offer o where r.resv_id = :first and o.offer_id = 8600;

-- part of it cancelled: points by the price that was left, and which seats are paid in points is known though they cost nothing
update price_step set discount_ppm = 1000000 where offer_id = 8600 and min_party = 6 and min_rank = 0;
select pg_temp.book(8406, jsonb_build_array(pg_temp.units(8622, 1))) as free \gset
select pg_temp.settle(:free) \g /dev/null
select is(pg_temp.costs(:third), '0 0 1000000 9000 9000 1000: 0/0 0/0 0/0 0/0', 'a step of all there is');
select is(pg_temp.sums(), '', 'seats and points add up');
select is(pg_temp.call('m:8404', 'reservation_cancel', format('%s, ''[2]'', %s, null', :third, (select version from reservation where resv_id = :third))) #>> '{refund,minor}', '0', 'a seat that cost points once');
select is((select qty || ' ' || points_qty from reservation_item where resv_id = :third and class_id = 8620), '2 1', 'one less of those');
select is(pg_temp.sums(), '', 'seats and points add up');

-- when booking closes ---------------------------------------------------------------------------------------------

insert into plan (plan_id, club_id, title, currency, state, state_before) values (8860, 8001, 'Coast', 'EUR', 'locked', 'planning');
insert into plan_member (plan_id, member_id, role, state, joined_at)
select 8860, m, case m when 8407 then 'owner' else 'voter' end, 'joined', now() from generate_series(8407, 8410) m;
insert into plan_item (item_id, plan_id, kind, order_key, title, offer_id, created_by, updated_by) values (8861, 8860, 'activity', 'V', 'Fjords', 8600, 8407, 8407);
update price_step set discount_ppm = 200000 where offer_id = 8600 and min_party = 6 and min_rank = 0;
select pg_temp.book(8407, jsonb_build_array(pg_temp.units(8620, 2)), p_plan => 8860) as a, pg_temp.book(8408, jsonb_build_array(pg_temp.units(8620, 2)), p_plan => 8860) as b,
       pg_temp.book(8409, jsonb_build_array(pg_temp.units(8620, 1)), p_plan => 8860) as c \gset
select pg_temp.pay(:a) \g /dev/null
select is((select state || coalesce(state_before, '') from plan where plan_id = 8860), 'booked', 'a lock ends with a booking');
update plan set state = 'locked', state_before = 'booked' where plan_id = 8860;
-- what is decided at the very moment is too late, a moment before it is not
create temp table close as select now() + interval '1 day' as t;
update offer set booking_close_at = (select t from close) where offer_id = 8600;
select is((select count(*) from unnest(lib.plan_booked((select r from reservation r where resv_id = :a), (select o from offer o where offer_id = 8600), 'v:desk', t)) e), 0::bigint, 'at the moment booking closes nobody is told of steps') from close;
select is((select string_agg(e.type || ' ' || (e.refs ->> 'level'), ', ') from unnest(lib.plan_booked((select r from reservation r where resv_id = :a), (select o from offer o where offer_id = 8600), 'v:desk', t - interval '1 ms')) e), null, 'told once: near was, when the first was paid') from close;
select is((select string_agg(level || min_party, ' ') from plan_threshold where plan_id = 8860), 'near4', 'near');
-- paid after it: confirmed, counted, but nothing is quoted anew
update offer set booking_close_at = clock_timestamp() where offer_id = 8600;
truncate said;
insert into said select pg_temp.pay(:b);
select is(pg_temp.told(r) || ' ' || (r ->> 'outcome'), 'me:8408 resv.changed confirmed', 'paid after booking has closed') from said;
select is(pg_temp.costs(:a) || ', ' || pg_temp.costs(:b), '20000 0 0 20000 0 0: 10000/0 10000/0, 20000 0 0 20000 0 0: 10000/0 10000/0', 'four, and no step');
select is(pg_temp.step(8407, 8860), '{"confirmed":4,"held":1,"missing":0,"reached":{"min_party":4,"discount_ppm":100000}}', 'there is no next step any more');
select is((select state || ' ' || state_before from plan where plan_id = 8860), 'locked booked', 'who locks a booked plan keeps it locked');
-- decided at the very moment is too late; a millisecond before it is not
select is((select count(*) from reservation r, offer o, unnest(lib.plan_booked(r, o, 'v:desk', o.booking_close_at)) e where r.resv_id = :b and o.offer_id = 8600), 0::bigint, 'at the moment booking closes nothing happens');
select is(pg_temp.costs(:a), '20000 0 0 20000 0 0: 10000/0 10000/0', 'prices are as they were');
select is((select string_agg(e.type || coalesce(' ' || (e.refs ->> 'level'), ''), ', ') from reservation r, offer o, unnest(lib.plan_booked(r, o, 'v:desk', o.booking_close_at - interval '1 ms')) e
            where r.resv_id = :b and o.offer_id = 8600), 'resv.changed, plan.threshold reached, plan.threshold near', 'a millisecond before it they fall');
select is(pg_temp.costs(:a), '18000 0 100000 20000 2000 0: 9000/0 9000/0', 'by the step');
-- late, and in time for the step
update offer set booking_close_at = now() + interval '1 day' where offer_id = 8600;
update reservation set expires_at = clock_timestamp() - interval '7 seconds' where resv_id = :c;
truncate said;
insert into said select pg_temp.pay(:c);
select is((r ->> 'outcome') || ' ' || pg_temp.costs(:a) || ', ' || pg_temp.costs(:c), 'confirmed_late 18000 0 100000 20000 2000 0: 9000/0 9000/0, 9000 0 100000 10000 1000 0: 9000/0', 'what was paid late counts with the others') from said;
select is((select payment_ref from refund where resv_id = :c), 'R' || :c, 'for the payment that just came');
select is(pg_temp.sums(), '', 'seats and points add up');
-- a plan that is over: who pays has the seats, nobody gets anything back
update plan set state = 'cancelled', state_before = null where plan_id = 8860;
update plan_member set role = 'voter' where plan_id = 8860;
insert into plan_member (plan_id, member_id, role, state, joined_at) values (8860, 8411, 'voter', 'joined', now());
select pg_temp.book(8411, jsonb_build_array(pg_temp.units(8620, 3)), p_plan => null) as d \gset
update reservation set plan_id = 8860 where resv_id = :d;
select is(pg_temp.told(pg_temp.pay(:d)), 'me:8411 resv.changed', 'of a plan that was cancelled');
select is(pg_temp.costs(:d), '30000 0 0 30000 0 0: 10000/0 10000/0 10000/0', 'as it was held');
select is(pg_temp.sums(), '', 'seats and points add up');

select * from finish();
rollback;
