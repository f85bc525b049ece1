-- What stays of items that were deleted, and how much a plan keeps: words go after 30 days, the log ends at 20,000.
begin;
\ir noun.psql
select plan(39);

insert into plan (plan_id, club_id, title, currency, state) values (8901, 8001, 'Madeira', 'EUR', 'planning');
insert into plan_member (plan_id, member_id, role, state, joined_at)
values (8901, 8201, 'owner', 'joined', now()), (8901, 8202, 'editor', 'joined', now());

create function pg_temp.new(p_title text) returns bigint language sql as $$
    select (pg_temp.call('m:8201', 'plan_item_add', format('8901, %L', jsonb_build_object(
        'kind', 'activity', 'title', p_title, 'order_key', 'V', 'place', 'Secret place', 'notes', 'Secret notes', 'start_min', 540,
        'lat_micro', 32650000, 'lon_micro', -16900000))) ->> 'item')::bigint
$$;
create function pg_temp.ask(p_method text, p_args text, variadic p_values text[] default '{}') returns jsonb language sql as
$$ select pg_temp.call('m:8202', 'plan_' || p_method, format(p_args, variadic p_values)) $$;
create function pg_temp.log(p_item bigint) returns text language sql as $$
    select string_agg(concat_ws(' ', kind, (select string_agg(k, ',' order by k) from jsonb_object_keys(patch) k),
                                '/', (select string_agg(k, ',' order by k) from jsonb_object_keys(before) k)), '; ' order by op_seq)
      from plan_op
     where object = 'item:' || p_item
$$;
create function pg_temp.propose(p_action text, p_item text, p_base int, p_set jsonb) returns bigint language sql as $$
    select (pg_temp.ask('propose', '8901, %L, %L, %L, %L, null', p_action, p_item, p_base::text, p_set::text) ->> 'proposal')::bigint
$$;
create function pg_temp.proposed(p_proposal bigint) returns text language sql as $$
    select concat_ws(' ', state, decided_by, payload ->> 'set') from plan_proposal where proposal_id = p_proposal
$$;
create function pg_temp.run() returns bigint language sql as $$ select (api.jobs_run('plan_items')).done $$;

select pg_temp.new('Secret one') as one, pg_temp.new('Secret two') as two, pg_temp.new('Kept') as kept \gset
select is(pg_temp.ask('item_set', '%s, 1, %L, null', :'one', '{"title":"Secret title","place":"Secret hut","start_min":600}') ->> 'version', '2', 'changed');
select pg_temp.propose('change', :'one', 2, '{"title":"Secret plea","notes":"Secret why","lat_micro":1,"lon_micro":2,"start_min":660}') as plea,
       pg_temp.propose('change', :'one', 2, '{"place":"Secret quay"}') as past,
       pg_temp.propose('change', :'two', 1, '{"title":"Secret wish"}') as wish, pg_temp.propose('add', null, null, '{"kind":"note","title":"Secret walk","order_key":"V"}') as walk \gset
select is(pg_temp.call('m:8201', 'plan_proposal_reject', :'past') ->> 'state', 'rejected', 'proposed for it, and rejected');
select is(pg_temp.ask('item_delete', '%s, 2', :'one') ->> 'version', '3', 'deleted');
select is(pg_temp.ask('item_delete', '%s, 1', :'two') ->> 'version', '2', 'and another');
select is(pg_temp.run(), 0::bigint, 'nothing to do before its time');
update plan_item set deleted_at = now() - interval '30 days' + interval '1 minute' where item_id in (:one, :two);
select is(pg_temp.run(), 0::bigint, 'nor a minute before');
select ok(to_jsonb(i)::text ~ 'Secret title', 'its words are there') from plan_item i where item_id = :one;
select is(pg_temp.ask('item_set', '%s, 2, %L, null', :'one', '{"title":"T"}') ->> 'refused', 'GONE', 'a change is told what was deleted');

update plan_item set deleted_at = now() - interval '30 days' - interval '1 minute' where item_id = :one;
select is(pg_temp.ask('item_set', '%s, 2, %L, null', :'one', '{"title":"T"}'), '{"refused":"ZC003"}', 'thirty days on not even before the job ran');
select is(pg_temp.ask('item_move', '%s, 2, ''a'', null', :'one'), '{"refused":"ZC003"}', 'nor who moves it');
select is(pg_temp.ask('item_delete', '%s, 3', :'one'), '{"refused":"ZC003"}', 'nor who deletes it');
select ctid as place from plan_op where object = 'item:' || :'one' and kind = 'item_delete' \gset
select is(pg_temp.run(), 1::bigint, 'its words go');
select is(pg_temp.proposed(:plea), 'stale plan:8901 {"start_min": 660}', 'those proposed for it, too: that is stale');
select is(pg_temp.proposed(:past), 'rejected m:8201 {}', 'or stays what it was');
select is((select refs ->> 'state' from outbox where type = 'plan.proposal' and refs ->> 'proposal' = :'plea' order by seq desc limit 1), 'stale', 'which the plan hears');
select is(pg_temp.proposed(:wish), 'open {"title": "Secret wish"}', 'not those for another');
select ok(pg_temp.proposed(:walk) ~ '^open .*Secret walk', 'or for none');
select is((select ctid from plan_op where object = 'item:' || :'one' and kind = 'item_delete'), :'place'::tid, 'a change without words is not written again');
select is(concat_ws(' ', title, place, notes, lat, lon, version, deleted_at is not null), ' 3 t', 'all of them') from plan_item where item_id = :one;
select is((select count(*) from plan_item i where item_id = :one and to_jsonb(i)::text ~ 'Secret'), 0::bigint, 'nowhere in its row');
select is(pg_temp.log(:one), 'item_add kind,order_key,start_min /; item_set start_min / start_min; item_delete deleted /', 'nor in the log, which keeps the rest');
select ok(to_jsonb(i)::text ~ 'Secret two', 'another has a minute left') from plan_item i where item_id = :two;
select is(pg_temp.log(:two), 'item_add kind,lat_micro,lon_micro,notes,order_key,place,start_min,title /; item_delete deleted /', 'with its log');
select is(title, 'Kept', 'what was not deleted is untouched') from plan_item where item_id = :kept;
select is(pg_temp.run(), 0::bigint, 'once');
select is((select count(*) from lib.plan_violations()), 0::bigint, 'all invariants hold');

select is(pg_temp.ask('item_restore', '%s', :'one'), '{"refused":"ZC003"}', 'it cannot be restored');
select is(pg_temp.ask('undo', '8901, 5'), '{"refused":"ZC003"}', 'nor can its deletion be undone');
select is(pg_temp.ask('undo', '8901, 4'), '{"refused":"ZC003"}', 'nor what was changed before');
select is(pg_temp.try(format('select * from api.plan_item_get(%L, %s)', 'm:8202', :one)) ->> 'refused', 'ZC003', 'nor is it shown');
select is(pg_temp.ask('item_restore', '%s', :'two') ->> 'version', '3', 'the other can');
select is(jsonb_array_length(pg_temp.try($$select * from api.plan_ops('m:8202', 8901, 0, 100)$$) -> 'ops'), 7, 'the log is whole');
select throws_ok(format($$update plan_item set title = '' where item_id = %s$$, :kept), '23514', null, 'a live item has a title');

-- how much there may be
update plan set op_seq = 20000 where plan_id = 8901;
select is(pg_temp.ask('item_add', '8901, %L', '{"kind":"meal","title":"T","order_key":"V"}'), '{"refused":"ZC024","max":20000,"what":"changes"}', 'a full log');
select is(pg_temp.ask('item_set', '%s, 1, %L, null', :'kept', '{"title":"T"}'), '{"refused":"ZC024","max":20000,"what":"changes"}', 'takes no change of an item');
select is(pg_temp.ask('item_delete', '%s, 1', :'kept') ->> 'version', '2', 'but what deletes');
select is(pg_temp.call('m:8201', 'plan_update', '8901, 1, ''Azores'', null, null, null, null, null') ->> 'version', '2', 'and what the plan says of itself');
update plan set op_seq = 21000 where plan_id = 8901;
select is(pg_temp.call('m:8201', 'plan_update', '8901, 2, ''Lisbon'', null, null, null, null, null'), '{"refused":"ZC024","max":21000,"what":"changes"}', 'a thousand times');
update plan set op_seq = 7 where plan_id = 8901;
insert into plan_item (item_id, plan_id, kind, order_key, title, deleted_at, created_by, updated_by)
select 890000000 + n, 8901, 'meal', 'V', '', now() - interval '40 days', 8201, 8201 from generate_series(1, 1997) n;
select is(pg_temp.ask('item_add', '8901, %L', '{"kind":"meal","title":"T","order_key":"V"}'), '{"refused":"ZC024","max":2000,"what":"items"}', 'nor are more than 2,000 items made');

select * from finish();
rollback;
