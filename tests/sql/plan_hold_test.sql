-- Seats for a whole plan: held by its owner, answered by each who is named; what leaving, a new owner, a lock and the end of
-- a plan mean for seats.
begin;
\ir noun.psql
\ir seats.psql
select plan(96);
select pg_temp.crowd(6) \g /dev/null

-- Plan 8800 of the first club with offer 8600 on it: 8201 owns it, 8202 edits, 8205 (a child), 8206 and 8401 vote, 8402
-- looks, 8403 has left, 8404 is invited, 8405 is nobody there.  A tier seats four.
insert into plan (plan_id, club_id, title, currency, state) values (8800, 8001, 'Fjords', 'EUR', 'planning');
insert into plan_member (plan_id, member_id, role, state, joined_at)
values (8800, 8201, 'owner', 'joined', now() - interval '9 days'), (8800, 8202, 'editor', 'joined', now()), (8800, 8205, 'voter', 'joined', now()),
       (8800, 8206, 'voter', 'joined', now()), (8800, 8401, 'voter', 'joined', now()), (8800, 8402, 'viewer', 'joined', now()),
       (8800, 8403, 'voter', 'left', now()), (8800, 8404, 'voter', 'invited', null);
insert into plan_item (item_id, plan_id, kind, order_key, title, offer_id, created_by, updated_by)
values (8810, 8800, 'activity', 'V', 'Fjords', 8600, 8201, 8201);
update tier set seat_limit = 4 where tier_id = 8061;

create function pg_temp.named(p_class bigint, variadic p_members text[]) returns jsonb language sql as $$
    select jsonb_agg(jsonb_build_object('class', p_class::text, case when m ~ '^[0-9]' then 'member' else 'guest' end, m)) from unnest(p_members) m
$$;
create function pg_temp.group_hold(p_member bigint, p_qty int, p_party jsonb default null, p_class bigint default 8620, p_plan bigint default 8800,
                                   p_key text default null, p_points jsonb default null)
returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.plan_group_hold(%L, %L, ''aa'', %s, 8600, %L, %L, %L)', 'm:' || p_member,
                              coalesce(p_key, pg_temp.key()), p_plan, jsonb_build_array(pg_temp.units(p_class, p_qty)), p_points, p_party))
$$;
create function pg_temp.bare(p_reply jsonb) returns jsonb language sql as $$ select p_reply - '{_events,_sys,_subjects}'::text[] $$;
create function pg_temp.types(p_reply jsonb) returns text language sql as $$
    select string_agg((e ->> 'stream') || ' ' || (e ->> 'type'), ', ' order by e ->> 'stream', e ->> 'type')
      from jsonb_array_elements(p_reply -> '_events') e
     where e ->> 'type' <> 'offer.availability'     -- comes when its time has come
$$;
create function pg_temp.release(p_resv text, p_member bigint default 8201) returns jsonb language sql as
$$ select pg_temp.call('m:' || p_member, 'reservation_release', p_resv) $$;
create function pg_temp.paid(p_resv text) returns jsonb language sql as
$$ select pg_temp.call('v:desk', 'reservation_confirm', format('%s, %L, null', p_resv, 'bank-' || p_resv)) $$;
create function pg_temp.seats(p_resv text) returns text language sql as $$
    select string_agg(concat_ws(' ', state, member_id, guest_label), ', ' order by seat_no) from reservation_party where resv_id = p_resv::bigint
$$;
create function pg_temp.accept(p_resv text, p_who bigint) returns jsonb language sql as $$ select pg_temp.call('m:' || p_who, 'reservation_accept_seat', p_resv) $$;
create function pg_temp.state(p_to text) returns void language sql as
$$ update plan set state = p_to, state_before = case p_to when 'locked' then 'planning' end where plan_id = 8800 $$;

-- who, and when
select is(pg_temp.group_hold(8202, 2), '{"refused":"ZC001"}', 'not for an editor');
select is(pg_temp.group_hold(8402, 2), '{"refused":"ZC001"}', 'nor for who looks');
select is(pg_temp.group_hold(8403, 2), '{"refused":"ZC002"}', 'nor for who has left');
select is(pg_temp.group_hold(8404, 2), '{"refused":"ZC002"}', 'nor for who is invited');
select is(pg_temp.group_hold(8405, 2), '{"refused":"ZC002"}', 'nor for anybody else');
select is(pg_temp.group_hold(8201, 2, p_plan => 8801), '{"refused":"ZC002"}', 'nor of no plan');
create function pg_temp.group_when(p_state text) returns jsonb language plpgsql as $$
begin
    perform pg_temp.state(p_state);
    return pg_temp.group_hold(8201, 2);
end $$;
select is(pg_temp.group_when(s), jsonb_build_object('refused', 'ZC017', 'state', s), 'nor of a plan that is ' || s)
  from unnest('{draft,done,cancelled}'::text[]) s;
select pg_temp.state('planning') \g /dev/null
update plan_item set deleted_at = now() where item_id = 8810;
select is(pg_temp.group_hold(8201, 2) ->> 'path', 'plan', 'the offer has to be on the plan');
update plan_item set deleted_at = null where item_id = 8810;
select is(pg_temp.pool(), '0 0 0', 'nothing was held by any of these');

-- how many, and for whom
select is(pg_temp.group_hold(8201, 7), '{"refused":"ZC024","max":6}', 'not for more than have joined');
select is(pg_temp.group_hold(8201, 2, pg_temp.named(8620, '8405')) ->> 'problem', 'names somebody who is not in the plan', 'nobody of the club only');
select is(pg_temp.group_hold(8201, 2, pg_temp.named(8620, '8404')) ->> 'path', 'party', 'nor who has not joined');
select is(pg_temp.group_hold(8201, 2, pg_temp.named(8620, '8403')) ->> 'path', 'party', 'nor who has left');
select is(pg_temp.group_hold(8201, 2, pg_temp.named(8620, '8202', '8202')) ->> 'problem', 'names a member twice', 'one seat each');
select is(pg_temp.group_hold(8201, 1, pg_temp.named(8620, '8202', '8206')) ->> 'problem', 'names more persons than a class seats', 'not more names than seats');
select is(pg_temp.hold_by('m:8201', 8600, jsonb_build_array(pg_temp.units(8620, 6)), p_plan => 8800) ->> 'max', '4', 'six are too many for one member of that tier');
create temp table h as
select pg_temp.group_hold(8201, 6, pg_temp.named(8620, '8201', '8202', '8205', '8401', 'Aunt May'), p_key => 'the-group') as r;
select r ->> 'reservation' as resv from h \gset
select is(pg_temp.bare(r) - '{reservation,expires_at}'::text[],
          jsonb_build_object('state', 'held', 'persons', 6, 'points', 0, 'discount_ppm', 0, 'total', '{"minor":60000,"cur":"EUR"}'::jsonb,
                             'pay', jsonb_build_object('amount', '{"minor":60000,"cur":"EUR"}'::jsonb, 'reference', :'resv')), 'but not for a plan of six') from h;
select is((select format('%s %s %s %s', organiser, plan_id, source, persons) from reservation where resv_id = :resv), '8201 8800 direct 6', 'the owner''s, for the plan');
select is(pg_temp.types(r), 'me:8201 resv.changed, plan:8800 plan.changed', 'the owner and the plan are told') from h;
select is((select e -> 'refs' from h, jsonb_array_elements(r -> '_events') e where e ->> 'type' = 'plan.changed'), '{"plan":"8800","state":"planning","version":1}', 'nothing of who');
select is(pg_temp.pool(), '6 0 0', 'six seats');
select is(pg_temp.group_hold(8201, 6, pg_temp.named(8620, '8201', '8202', '8205', '8401', 'Aunt May'), p_key => 'the-group') -> 'replay', 'true', 'asked again it is answered again');
select is(pg_temp.pool(), '6 0 0', 'and holds nothing more');
select is(pg_temp.hold_by('m:8201', 8600, jsonb_build_array(pg_temp.units(8620, 1)), p_key => 'the-group'), '{"refused":"ZC024","max":1}', 'keys of the one method are not those of the other');
create function pg_temp.held_now() returns text language sql as
$$ select pg_temp.try('select * from api.plan_threshold(''m:8402'', 8800, 8600)') ->> 'held' $$;
select is(pg_temp.held_now(), '6', 'the plan sees how many are held for it');
update reservation set expires_at = clock_timestamp() - interval '1 s' where resv_id = :resv;
select is(pg_temp.held_now(), null, 'as long as they are');
update reservation set expires_at = clock_timestamp() + interval '9 minutes' where resv_id = :resv;
select is(pg_temp.group_hold(8201, 1), '{"refused":"ZC024","max":1}', 'one hold at a time');
select is(pg_temp.hold(8201, 8620), '{"refused":"ZC024","max":1}', 'of whatever kind');
select is((select count(*) from reservation_party where resv_id = :resv) + (select count(*) from outbox where stream in ('me:8202', 'me:8205', 'me:8401')), 0::bigint, 'nobody is asked yet');
select is((lib.resv_view(:resv, 8202)).view, null, 'or shown it');
select is(pg_temp.release(:'resv') ->> 'state', 'released', 'given up');
select is(pg_temp.pool(), '0 0 0', 'as any hold is');
-- all or nothing, as any hold
update seat_pool set capacity = 5 where pool_id = 8610;
select is(pg_temp.group_hold(8201, 6) - 'waitlist', '{"refused":"ZC009"}', 'five seats are none for six');
select is(pg_temp.pool(), '0 0 0', 'none is held');
update seat_pool set capacity = 100 where pool_id = 8610;
update tier set seat_limit = 10 where tier_id = 8061;
select is(pg_temp.group_hold(8201, 7), '{"refused":"ZC024","max":6}', 'a tier that seats more seats no bigger group');
update tier set seat_limit = 4 where tier_id = 8061;
insert into strike (strike_id, member_id, resv_id, state, at) select 8900 + n, 8201, :resv + n, 'active', now() - interval '1 day' from generate_series(1, 4) n;
select is(pg_temp.group_hold(8201, 2), '{"refused":"ZC024","max":1}', 'four strikes of the owner are in the way');
delete from strike where strike_id between 8901 and 8904;
update price_step set discount_ppm = 0 where offer_id = 8600;
insert into price_step (offer_id, min_party, discount_ppm) values (8600, 5, 100000);
select is(pg_temp.group_hold(8201, 2, p_points => jsonb_build_array(pg_temp.units(8620, 2))), '{"refused":"ZC027","have":0,"need":1000}', 'points are those of the owner');
select pg_temp.state('locked') \g /dev/null
create temp table k as select pg_temp.group_hold(8201, 2) as r;
select is(r ->> 'state', 'held', 'a locked plan is one that is booked') from k;
select pg_temp.release(r ->> 'reservation'), pg_temp.state('planning') from k \g /dev/null
-- each of a batch as if alone
insert into plan (plan_id, club_id, title, currency, state) values (8802, 8001, 'Two', 'EUR', 'planning');
insert into plan_member (plan_id, member_id, role, state, joined_at) values (8802, 8202, 'owner', 'joined', now()), (8802, 8201, 'voter', 'joined', now());
insert into plan_item (item_id, plan_id, kind, order_key, title, offer_id, created_by, updated_by) values (8812, 8802, 'activity', 'V', 'Fjords', 8600, 8202, 8202);
create temp table batch as
select r.* from api.plan_group_hold_many('{m:8202,m:8201,m:8202,m:8405,m:8201}', array(select pg_temp.key() from generate_series(1, 5)),
    array_fill(sha256('x'), '{5}'), '{8802,8802,8800,8800,8800}', array_fill(8600::bigint, '{5}'), array_fill('[{"class":"8620","qty":2}]'::jsonb, '{5}'),
    array_fill(null::jsonb, '{5}'), array_fill(null::jsonb, '{5}')) r;
select is((select array_agg(coalesce(sqlstate, 'ok') order by idx) from batch), '{ok,ZC001,ZC001,ZC002,ok}', 'owners hold, others do not');
select is((select string_agg(pg_temp.types(jsonb_build_object('_events', events)), '; ' order by idx) from batch where sqlstate is null),
          'me:8202 resv.changed, plan:8802 plan.changed; me:8201 resv.changed, plan:8800 plan.changed', 'each plan by its own answer');
select pg_temp.release((reply ->> 'reservation'), case idx when 1 then 8202 else 8201 end) from batch where sqlstate is null \g /dev/null

-- confirmed: who is named is asked; who has left meanwhile is not
update tier set seat_limit = 4 where tier_id = 8061;
create temp table g as select pg_temp.group_hold(8201, 6, pg_temp.named(8620, '8201', '8202', '8205', '8206', '8401', 'Aunt May')) as r;
select r ->> 'reservation' as resv from g \gset
select is(r #>> '{total,minor}', '54000', 'the price of a group of six') from g;
select is(pg_temp.call('m:8206', 'plan_leave', '8800') ->> 'state', 'left', 'one leaves before it is paid');
select is(pg_temp.hold_by('m:8201', 8600, jsonb_build_array(pg_temp.units(8620, 1)), p_plan => 8800) ->> 'max', '1', 'the hold is still there');
create temp table p as select pg_temp.paid(:'resv') as r;
select is(pg_temp.seats(:'resv'), 'accepted 8201, invited 8202, invited 8205, unnamed, invited 8401, accepted Aunt May', 'and is not asked; the child of the plan is');
select is((select count(*) from jsonb_array_elements((select r -> '_events' from p)) e where e ->> 'stream' = 'me:8206'), 0::bigint, 'nor told');
select is((select string_agg(e ->> 'stream', ' ' order by e ->> 'stream') from p, jsonb_array_elements(r -> '_events') e where e ->> 'type' = 'resv.invited'),
          'me:8202 me:8205 me:8401', 'each is asked on a stream of the own');
select is(pg_temp.accept(:'resv', 8206), '{"refused":"ZC002"}', 'who was not asked cannot accept');
select is(pg_temp.accept(:'resv', 8205), '{"refused":"ZC012"}', 'a child cannot where it costs money');
select is(pg_temp.accept(:'resv', 8202) ->> 'state', 'accepted', 'others can');
select is((lib.resv_view(:resv, 8202)).view ->> 'plan', '8800', 'and see what plan it is part of');
select is((lib.resv_view(:resv, 8202)).view - '{party}'::text[] ? 'total', false, 'but not what it costs');

-- leaving before the answer, and after it
create temp table l as select pg_temp.call('m:8401', 'plan_leave', '8800') as r;
select is(pg_temp.seats(:'resv'), 'accepted 8201, accepted 8202, invited 8205, unnamed, unnamed, accepted Aunt May', 'who leaves without an answer is not asked any more');
select is((select string_agg((e ->> 'stream') || ' ' || (e ->> 'type') || coalesce(' ' || (e #>> '{refs,state}'), ''), ', ' order by e ->> 'stream')
             from l, jsonb_array_elements(r -> '_events') e where e #>> '{refs,resv}' = :'resv'),
          'me:8201 resv.changed confirmed, me:8202 resv.changed confirmed, me:8401 resv.invited withdrawn', 'the organiser, the party and who was asked learn it');
select is((lib.resv_view(:resv, 8401)).view, null, 'and it is shown no more');
select is((select count(*) from l, jsonb_array_elements(r -> '_events') e where e ->> 'stream' = 'sys' and e -> 'refs' @> jsonb_build_object('object', 'resv:' || :'resv')), 1::bigint, 'all nodes are told at once');
select is(pg_temp.accept(:'resv', 8401), '{"refused":"ZC002"}', 'too late to accept');
select is(pg_temp.call('m:8202', 'plan_leave', '8800') ->> 'state', 'left', 'who has accepted leaves');
select is(pg_temp.seats(:'resv') ~ 'accepted 8202', true, 'and keeps the seat');
select is((lib.resv_view(:resv, 8202)).view -> 'plan', null, 'which is of no plan to who is not in it');
select is(pg_temp.call('m:8402', 'plan_remove', '8800, 8205') ->> 'refused', 'ZC001', 'a viewer removes nobody');
select is(pg_temp.seats(:'resv') ~ 'invited 8205', true, 'so the child is still asked');
select is(pg_temp.call('m:8201', 'plan_remove', '8800, 8205') ->> 'state', 'removed', 'removed by the owner');
select is(pg_temp.seats(:'resv'), 'accepted 8201, accepted 8202, unnamed, unnamed, unnamed, accepted Aunt May', 'it is not');
select is(pg_temp.call('m:8201', 'reservation_name_seat', format('%s, 3, 8405, null, null', :resv)) ->> 'state', 'invited', 'seats are the organiser''s to name, for anybody of the club');
select is(pg_temp.pool(), '0 6 0', 'and stay what they were');
select is((select string_agg(t::text, '; ') from lib.seat_violations() t), null, 'seats add up');

-- out of the club: the plan, and so what it asks
update plan_member set state = 'joined', ended_at = null where plan_id = 8800 and member_id in (8401, 8206);
select is(pg_temp.call('m:8201', 'reservation_name_seat', format('%s, 4, 8206, null, null', :resv)) ->> 'state', 'invited', 'another is asked');
select is(pg_temp.call('m:8206', 'membership_leave', '8001') ->> 'status', 'left', 'who leaves the club');
select is(pg_temp.seats(:'resv'), 'accepted 8201, accepted 8202, invited 8405, unnamed, unnamed, accepted Aunt May', 'is not asked any more');

-- another owner between hold and payment
create temp table o as select pg_temp.call('m:8201', 'reservation_cancel', format('%s, null, null, null', :resv)) as r;
select is(r ->> 'state', 'cancelled', 'the group is called off') from o;
insert into plan_member (plan_id, member_id, role, state, joined_at) select 8800, m, 'editor', 'joined', now() from generate_series(8405, 8406) m;
create temp table n as select pg_temp.group_hold(8201, 3, pg_temp.named(8620, '8201', '8405', '8406')) as r;
select r ->> 'reservation' as resv from n \gset
select is(pg_temp.call('m:8201', 'plan_transfer_ownership', '8800, 8405') ->> 'asked', '8405', 'the owner asks another');
select is(pg_temp.call('m:8405', 'plan_ownership_accept', '8800, true') ->> 'role', 'owner', 'who takes the plan over');
select is(pg_temp.release(:'resv', 8405), '{"refused":"ZC002"}', 'the hold is not theirs');
select is(pg_temp.group_hold(8201, 1), '{"refused":"ZC001"}', 'who was the owner holds no more for the plan');
select is(pg_temp.paid(:'resv') ->> 'outcome', 'confirmed', 'but what was held is confirmed');
select is(pg_temp.seats(:'resv'), 'accepted 8201, invited 8405, invited 8406', 'and all are asked');
-- the organiser leaves, the plan is called off: the seats stand
select is(pg_temp.call('m:8201', 'plan_leave', '8800') ->> 'state', 'left', 'the organiser leaves the plan');
select is(pg_temp.seats(:'resv'), 'accepted 8201, invited 8405, invited 8406', 'asked is who was asked');
select is(pg_temp.accept(:'resv', 8405) ->> 'state', 'accepted', 'and accepts');
select is(pg_temp.call('m:8405', 'plan_cancel', '8800') ->> 'state', 'cancelled', 'the plan is called off');
select is(pg_temp.accept(:'resv', 8406) ->> 'state', 'accepted', 'the journey is not');

-- seats count for a step while who booked them is in the plan
insert into plan (plan_id, club_id, title, currency, state) values (8803, 8001, 'Steps', 'EUR', 'planning');
insert into plan_member (plan_id, member_id, role, state, joined_at)
select 8803, m, case m when 8402 then 'owner' else 'voter' end, 'joined', now() from unnest('{8402,8403,8404,8202}'::bigint[]) m;
insert into plan_item (item_id, plan_id, kind, order_key, title, offer_id, created_by, updated_by) values (8813, 8803, 'activity', 'V', 'Fjords', 8600, 8402, 8402);
create function pg_temp.book(p_member bigint, p_qty int) returns text language sql as $$
    select pg_temp.hold_by('m:' || p_member, 8600, jsonb_build_array(pg_temp.units(8620, p_qty)), p_plan => 8803) ->> 'reservation' $$;
create function pg_temp.cost(p_resv text) returns text language sql as $$ select total_minor || ' ' || refunded_minor from reservation where resv_id = p_resv::bigint $$;
select pg_temp.book(8202, 2) as gone \gset
select is(pg_temp.call('m:8202', 'plan_leave', '8803') ->> 'state', 'left', 'one holds two seats and leaves');
select is(pg_temp.paid(:'gone') ->> 'outcome', 'confirmed', 'they are theirs, paid for');
select is((select state from plan where plan_id = 8803), 'planning', 'but the plan is not booked by it');
select pg_temp.book(8402, 2) as first \gset
select pg_temp.book(8403, 2) as second \gset
select pg_temp.paid(r) from unnest(array[:'first', :'second']) r \g /dev/null
select is((select state || ' ' || lib.plan_seats(8803, 8600) from plan where plan_id = 8803), 'booked 4', 'four seats of who is in it');
select is(pg_temp.call('m:8403', 'plan_leave', '8803') ->> 'state', 'left', 'two of them go');
select is(lib.plan_seats(8803, 8600), 2, 'two are left');
select is(lib.plan_seats_held(8803, 8600), 0, 'none is held');
select pg_temp.book(8404, 2) as third \gset
select is(pg_temp.paid(:'third') ->> 'outcome', 'confirmed', 'two more');
select is(pg_temp.cost(:'first'), '20000 0', 'four again, one short of the step');
update price_step set min_party = 4 where offer_id = 8600;
select pg_temp.call('m:8404', 'reservation_cancel', format('%s, null, null, null', :third)) \g /dev/null
select pg_temp.book(8404, 2) as fourth \gset
select pg_temp.paid(:'fourth') \g /dev/null
select is(pg_temp.cost(:'first') || ', ' || pg_temp.cost(:'fourth'), '18000 2000, 18000 2000', 'the step is reached by who is in the plan');
select is(pg_temp.cost(:'second') || ', ' || pg_temp.cost(:'gone'), '20000 0, 20000 0', 'and nobody else pays less by it');

-- the archive
select is((select line ->> 'plan' from lib.export_bookings('reservations', 8201) where key = :resv), '8800', 'the archive says of what plan a reservation is');
select is((select string_agg(t::text, '; ') from lib.seat_violations() t), null, 'seats add up to the end');

select * from finish();
rollback;
