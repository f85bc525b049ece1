-- Comments on plans: who may, how many, what is left of one that was deleted, and what many or long items cost plan.get.
begin;
\ir noun.psql
select plan(32);

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

select is(pg_temp.call('m:8201', 'plan_comment_delete', :'first') ->> 'refused', 'ZC003', 'once');

-- on items
insert into plan (plan_id, club_id, title, currency, state) values (8902, 8001, 'Other', 'EUR', 'planning');
insert into plan_member (plan_id, member_id, role, state, joined_at) values (8902, 8201, 'owner', 'joined', now());
insert into plan_item (item_id, plan_id, kind, order_key, title, created_by, updated_by, deleted_at)
values (8911, 8901, 'note', 'V', 'Item', 8201, 8201, null), (8912, 8901, 'note', 'V', 'Gone', 8201, 8201, now()), (8913, 8902, 'note', 'V', 'Theirs', 8201, 8201, null);
create function pg_temp.say(p_who bigint, p_body text, p_item bigint default null, p_plan bigint default 8901) returns jsonb language sql as
$$ select pg_temp.call('m:' || p_who, 'plan_comment', format('%s, %L, %L', p_plan, p_body, p_item)) $$;
select is(pg_temp.say(8204, 'x') ->> 'refused', 'ZC001', 'viewers are silent');
select is(pg_temp.say(8206, 'x') ->> 'refused', 'ZC002', 'as is who is not in the plan');
select is(pg_temp.say(8202, E' \n\t') ->> 'path', 'body', 'nothing is no comment');
select is(pg_temp.say(8202, repeat('é', 2000)) ->> 'state', 'published', '2000 letters are one');
select is(pg_temp.say(8201, 'x', 8913) ->> 'refused', 'ZC002', 'an item of another plan');
select is(pg_temp.say(8201, 'x', 8912) ->> 'refused', 'ZC003', 'a deleted item');
select pg_temp.say(8201, 'Item ' || n, 8911) from generate_series(1, 4) n \g /dev/null
select pg_temp.say(8201, 'Theirs', 8913, 8902) \g /dev/null
select is(jsonb_path_query_array(pg_temp.page('8911, null, 2'), '$.comments[*].body'), '["Item 4", "Item 3"]', 'of one item, the newest first');
select is(jsonb_path_query_array(pg_temp.page(format('8911, %s, 2', pg_temp.page('8911, null, 2') ->> 'before')), '$.comments[*].body'),
          '["Item 2", "Item 1"]', 'page by page');
select is(pg_temp.page('8911, null, 4') -> 'before', 'null', 'the last one says so');
select is(pg_temp.page('8913, null, null') -> 'comments', '[]', 'of an item of another plan nothing is told');
select pg_temp.call('m:8201', 'plan_comment_delete', max(comment_id)::text) from plan_comment where item_id = 8911 \g /dev/null
select is(jsonb_path_query_array(pg_temp.page('8911, null, 9'), '$.comments[*].body'), '["Item 3", "Item 2", "Item 1"]', 'nor a deleted one');
select max(comment_id) filter (where author = 8201) as theirs, max(comment_id) filter (where author = 8202) as own from plan_comment where plan_id = 8901 and state = 'published' \gset
select is(pg_temp.call('m:8202', 'plan_comment_delete', :'theirs') ->> 'refused', 'ZC001', 'who does not own the plan deletes no other''s');
select is(pg_temp.call('m:8206', 'plan_comment_delete', :'theirs') ->> 'refused', 'ZC002', 'who is not in it sees none');
select is(pg_temp.call('m:8202', 'plan_comment_delete', :'own') ->> 'state', 'deleted', 'but the own ones');
insert into plan_comment (comment_id, plan_id, author, body, at)
select 9800000000 + n, 8901, 8202, 'x', now() - interval '24 hours' + case when n <= 197 then interval '1 minute' else interval '-1 minute' end
  from generate_series(1, 240) n;
select is(pg_temp.say(8202, 'The last') ->> 'state', 'published', 'the 200th in 24 hours, deleted ones count');
select is(pg_temp.say(8202, 'x') ->> 'max', '200', 'no more');
delete from plan_comment where comment_id > 9800000000;
insert into plan_comment (comment_id, plan_id, author, body) select 9800000000 + n, 8901, 8202, repeat('語', 2000) from generate_series(1, 30) n;
select ok(octet_length(pg_temp.page('null, null, 100')::text) < 110000 and pg_temp.page('null, null, 100') ->> 'before' is not null
          and jsonb_array_length(pg_temp.page('null, null, 100') -> 'comments') = 16, 'long ones make a page shorter');
delete from plan_comment where comment_id > 9800000000;
delete from plan_item where plan_id = 8901;

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
