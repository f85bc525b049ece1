-- Comments on plans: who may, how many, what is left of one that was deleted, and what many or long items cost plan.get.
begin;
\ir noun.psql
select plan(14);

insert into plan (plan_id, club_id, title, currency, state) values (8901, 8001, 'Madeira', 'EUR', 'done');
insert into plan_member (plan_id, member_id, role, state, joined_at)
values (8901, 8201, 'owner', 'joined', now()), (8901, 8202, 'voter', 'joined', now()), (8901, 8204, 'viewer', 'joined', now());
create function pg_temp.page(p_more text default 'null, null, null') returns jsonb language sql as
$$ select pg_temp.try(format('select * from api.plan_comments(%L, 8901, %s)', 'm:8204', p_more)) $$;

create temp table said as select pg_temp.call('m:8202', 'plan_comment', '8901, ''Was it good?'', null') as a;
select (a ->> 'comment') as first from said \gset
select is(a #> '{_events,0,refs}', jsonb_build_object('plan', '8901', 'comment', :'first', 'state', 'published'), 'told by reference, in a plan that is done too') from said;
select is((lib.plan_comment_view(:first)).view - 'at', jsonb_build_object('comment', :'first', 'plan', '8901', 'body', 'Was it good?',
          'author', '{"member":"8202","handle":"nn8202"}'::jsonb), 'seen');
select is(pg_temp.page() -> '_subjects', '[8202]', 'whom a page shows');
insert into block_rel (blocker, blocked) values (8204, 8202);
select is(jsonb_array_length(pg_temp.page() -> 'comments'), 1, 'blocks do not divide a plan');
select is(pg_temp.call('m:8202', 'plan_comment', format('8901, %L, null', repeat('é', 2001))) ->> 'path', 'body', 'too long');
select pg_temp.call('m:8201', 'plan_comment', format('8901, %L, null', 'No ' || n)) from generate_series(1, 5) n \g /dev/null
select is(jsonb_path_query_array(pg_temp.page('null, null, 2'), '$.comments[*].body'), '["No 5", "No 4"]', 'the newest first');
select is(jsonb_path_query_array(pg_temp.page(format('null, %s, 2', pg_temp.page('null, null, 2') ->> 'before')), '$.comments[*].body'), '["No 3", "No 2"]', 'page by page');

create temp table gone as select pg_temp.call('m:8201', 'plan_comment_delete', :'first') as a;
select is(a #>> '{_events,0,refs,state}' || ' ' || (a #>> '{_events,1,refs,object}'), 'deleted plan_comment:' || :'first', 'deleted, and every view of it is void') from gone;
select is((select state || body from plan_comment where comment_id = :first), 'deleted', 'the text is gone');
select is((lib.plan_comment_view(:first)).view, null, 'nothing to show');
select is(jsonb_path_query_array(pg_temp.page(), '$.comments[*].body'), '["No 5", "No 4", "No 3", "No 2", "No 1"]', 'nor in the list');

-- the size of plan.get
insert into plan_item (item_id, plan_id, kind, day, order_key, title, notes, created_by, updated_by)
select 9000000 + n, 8901, 'note', '2027-05-31', 'V' || n, 'Item ' || n, repeat('word ', 400), 8201, 8201 from generate_series(1, 300) n;
select ok(octet_length(lib.plan_items_view(8901, 8201)::text) < 90000, 'notes are cut where they are too many');
select is((select count(*) from jsonb_array_elements(lib.plan_items_view(8901, 8201)) x where x ? 'notes_cut' or x ? 'cut'), 300::bigint, 'and it says so');
update plan_item set title = repeat('語', 120), place = repeat('語', 200) where plan_id = 8901;
select ok(octet_length(lib.plan_items_view(8901, 8201)::text) < 90000
          and jsonb_array_length(lib.plan_items_view(8901, 8201)) = 300, 'no plan is too full to be shown');
select * from finish();
rollback;
