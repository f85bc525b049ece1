-- Offers on plans: seats held for a plan.
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

select * from finish();
rollback;
