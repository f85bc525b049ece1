-- Items of a plan: merged field by field, refused with both values, moved, deleted, restored, undone; the log of it.
begin;
\ir noun.psql
select plan(92);

insert into plan (plan_id, club_id, title, currency, state) values (8901, 8001, 'Madeira', 'EUR', 'planning'), (8902, 8001, 'Other', 'EUR', 'planning');
insert into plan_member (plan_id, member_id, role, state, joined_at)
values (8901, 8201, 'owner', 'joined', now()), (8901, 8202, 'editor', 'joined', now()), (8901, 8203, 'editor', 'joined', now()),
       (8901, 8204, 'viewer', 'joined', now()), (8901, 8206, 'editor', 'left', now()), (8902, 8206, 'owner', 'joined', now());

create function pg_temp.new(p_title text, p_more jsonb default '{}', p_who bigint default 8201, p_plan bigint default 8901)
returns jsonb language sql as $$
    select pg_temp.call('m:' || p_who, 'plan_item_add', format('%s, %L', p_plan, jsonb_build_object(
        'kind', 'activity', 'title', p_title, 'order_key', 'V') || p_more))
$$;
create function pg_temp.set(p_who bigint, p_item bigint, p_base bigint, p_set jsonb, p_clear jsonb default null)
returns jsonb language sql as $$
    select pg_temp.call('m:' || p_who, 'plan_item_set', format('%s, %s, %L, %L', p_item, p_base, p_set, p_clear))
$$;
create function pg_temp.ver(p_item bigint) returns bigint language sql as $$ select version from plan_item where item_id = p_item $$;
create function pg_temp.bare(p_reply jsonb) returns jsonb language sql as $$ select p_reply - '{_events,_sys,_subjects}'::text[] $$;
create function pg_temp.undo(p_who bigint, p_op bigint) returns jsonb language sql as
$$ select pg_temp.call('m:' || p_who, 'plan_undo', '8901, ' || p_op) $$;

select is(lib.plan_items_view(8902, 8206), '[]', 'an empty plan');

-- adding
create temp table added as select pg_temp.new('Levada walk', '{"day":"2027-05-31","start_min":540,"assignees":["8202","8201","8202"]}') as a;
select (a ->> 'item') as item from added \gset
select is(pg_temp.bare(a), jsonb_build_object('plan', '8901', 'item', :'item', 'version', 1, 'op', 1), 'added') from added;
select is(a -> '_events' #> '{0,refs}', jsonb_build_object('plan', '8901', 'item', :'item', 'change', 'add', 'ver', 1, 'op', 1, 'by', '8201',
          'set', '["assignees","day","kind","order_key","start_min","title"]'::jsonb), 'told with names of fields, not with words') from added;
select is(a #>> '{_events,0,stream}' || ' ' || (a #>> '{_events,0,type}') || ' ' || (a #>> '{_events,0,gate}'), 'plan:8901 plan.item_changed svc.plan', 'on its stream') from added;
select is(a #> '{_events,0,subjects}', '["8201","8202"]', 'whom it shows') from added;
select is(lib.plan_items_view(8901, 8204) -> 0 #- '{updated_at}', jsonb_build_object('item', :'item', 'kind', 'activity', 'title', 'Levada walk',
          'order_key', 'V', 'day', '2027-05-31', 'start_min', 540, 'assignees', '["8201","8202"]'::jsonb, 'version', 1, 'updated_by', '8201'), 'seen');
select is((lib.plan_item_event_view(:item)).view ->> 'title', 'Levada walk', 'the event shows it');
select is((lib.plan_item_event_view(:item)).subjects, '{8201,8202}', 'and says whom');
select is(pg_temp.new('x', p_who => 8204) ->> 'refused', 'ZC001', 'viewers look');
select is(pg_temp.new('x', p_who => 8206) ->> 'refused', 'ZC002', 'who left has nothing here');
select is(pg_temp.new('x', '{"order_key":"a-b"}') ->> 'path', 'set.order_key', 'keys are of letters and digits');
select is(pg_temp.new('x', '{"day":"2027-02-30"}') ->> 'path', 'set.day', 'a day that is none');
select is(array(select pg_temp.new('x', jsonb_build_object('day', d)) ->> 'path' from unnest('{1999-12-31,2200-01-01,0001-01-01}'::text[]) d), '{set.day,set.day,set.day}',
          'or one that no plan can have');
select is(pg_temp.try($$select * from api.plan_ops('m:8206', 8901, null, null)$$) ->> 'refused', 'ZC002', 'the log is for who is in it');
select is(pg_temp.try($$select * from api.plan_item_get('m:8206', $$ || :item || ')') ->> 'refused', 'ZC002', 'as are items');
select is(pg_temp.new('x', '{"assignees":["8206"]}') ->> 'path', 'set.assignees', 'nobody from outside');
select is(pg_temp.new('x', '{"lat_micro":1}') ->> 'path', 'set.lat_micro', 'half a position');
select is(pg_temp.new(E' \n') ->> 'path', 'set.title', 'no title');
select is(pg_temp.new('x', jsonb_build_object('notes', repeat('é', 4001))) ->> 'path', 'set.notes', 'too long after normalising');
select is(pg_temp.bare(pg_temp.new('x', jsonb_build_object('notes', repeat(U&'e\0301', 2000)))) ->> 'version', '1', 'and not too long');
delete from plan_item where item_id <> :item; delete from plan_op where op_seq > 1; update plan set op_seq = 1 where plan_id = 8901;

-- domain.md 19.6, word for word: item v5. X sets title (base 5) -> v6. Y sets day (base 5) -> accepted, v7. Z sets title (base 5) -> CONFLICT
select pg_temp.set(8201, :item, v, jsonb_build_object('place', 'Place ' || v)) ->> 'version' from generate_series(1, 4) v \g /dev/null
select is(pg_temp.ver(:item), 5::bigint, 'item v5');
select is(pg_temp.bare(pg_temp.set(8201, :item, 5, '{"title":"X''s text"}')) ->> 'version', '6', 'X sets title (base 5) -> v6');
select is(pg_temp.bare(pg_temp.set(8202, :item, 5, '{"day":"2027-06-01"}')) ->> 'version', '7', 'Y sets day (base 5) -> accepted, v7');
create temp table z as select pg_temp.set(8203, :item, 5, '{"title":"Z''s text"}') as a;
select is(a ->> 'refused', 'CONFLICT', 'Z sets title (base 5) -> CONFLICT') from z;
select is(a -> '_subjects', '[8201, 8202, 8204]', 'and whoever withdraws before it is sent, has it judged anew') from z;
select is(a -> 'fields', '["title"]', 'fields=[title]') from z;
select is(a #>> '{current,title}', 'X''s text', 'current = X''s text') from z;
select is(a #>> '{mine,title}', 'Z''s text', 'mine = Z''s text') from z;
select is(a ->> 'by', '8201', 'by X, who wrote that, not by Y, who came later') from z;
select is(a ->> 'at', (select lib.iso(at) from plan_op where plan_id = 8901 and new_ver = 6), 'and when') from z;
select is(a #>> '{current,version}' || ' ' || (a #>> '{current,day}'), '7 2027-06-01', 'with the version to go on from') from z;
select is((select count(*) from idempotency where principal = 'm:8203' and method = 'plan.item_set'), 0::bigint, 'the refused key is free');
select is(pg_temp.ver(:item), 7::bigint, 'nothing of it was applied');
select is(pg_temp.set(8203, :item, 5, '{"title":"Z","notes":"new"}') -> 'fields', '["title"]', 'one stale field of two');
select is((select notes from plan_item where item_id = :item), null, 'holds the other back');
select is(pg_temp.set(8203, :item, 7, '{"title":"Z''s text"}') ->> 'version', '8', 'keep mine: again with the new base');

select is(pg_temp.set(8203, :item, 9, '{"title":"?"}') ->> 'path', 'base', 'a base of the future');
select is(pg_temp.set(8203, :item, 8, '{}') ->> 'path', 'set', 'nothing to set');
select is(pg_temp.set(8203, :item, 8, '{"day":"2027-06-02"}', '["day"]') ->> 'path', 'clear', 'set and emptied');
select is(pg_temp.set(8203, :item, 8, '{}', '["title"]') ->> 'path', 'set.title', 'a title stays');
select is(pg_temp.new(repeat('é', 120)) ->> 'version', '1', '120 letters');
delete from plan_op where plan_id = 8901 and op_seq = (select op_seq from plan where plan_id = 8901);
update plan set op_seq = op_seq - 1 where plan_id = 8901;
delete from plan_item where plan_id = 8901 and item_id <> :item;
select is(pg_temp.set(8203, :item, 8, '{"lat_micro":32650000,"lon_micro":-16908333}') ->> 'version', '9', 'a position');
select is(lib.plan_items_view(8901, 8201) #>> '{0,lat_micro}' || ' ' || (lib.plan_items_view(8901, 8201) #>> '{0,lon_micro}'), '32650000 -16908333', 'to the millionth');
select is(pg_temp.set(8203, :item, 9, '{}', '["position","day"]') ->> 'version', '10', 'emptied');
select is(lib.plan_items_view(8901, 8201) -> 0 ?| '{lat_micro,lon_micro,day}', false, 'gone');

-- moves
select (pg_temp.new('B', '{"order_key":"k"}')) ->> 'item' as other \gset
select is(pg_temp.call('m:8201', 'plan_item_move', format('%s, 10, %L, %L', :item, 'z', '2027-06-03')) ->> 'version', '11', 'moved');
select is(pg_temp.call('m:8202', 'plan_item_move', format('%s, 1, %L, %L', :other, 'z', '2027-06-03')) ->> 'version', '2', 'two moves of different items never conflict');
select is((select string_agg(x ->> 'item', ' ' order by n) from jsonb_array_elements(lib.plan_items_view(8901, 8201)) with ordinality e (x, n)),
          :'item' || ' ' || :'other', 'equal keys go by id');
select is(pg_temp.call('m:8202', 'plan_item_move', format('%s, 10, %L, null', :item, 'a')) -> 'fields', '["order_key"]', 'two of one do');

-- deleting
select is(pg_temp.call('m:8202', 'plan_item_delete', format('%s, 10', :item)) -> 'fields', '["day", "order_key"]', 'deleting what changed since');
create temp table gone as select pg_temp.call('m:8202', 'plan_item_delete', format('%s, 11', :item)) as a;
select is(a ->> 'version' || ' ' || (a #>> '{_events,0,refs,change}'), '12 delete', 'deleted') from gone;
select is((lib.plan_item_event_view(:item)).view, null, 'nothing to show');
select is(jsonb_path_query_array(lib.plan_items_view(8901, 8201), '$[*].item'), jsonb_build_array(:'other'), 'nor in the itinerary');
select is(pg_temp.try(format('select * from api.plan_item_get(''m:8201'', %s)', :item)) ? 'deleted_at', true, 'seen for a month');
select is(pg_temp.set(8201, :item, 12, '{"title":"T"}') #>> '{item,title}', 'Z''s text', 'a change of it is told what it was');
select is(pg_temp.set(8201, :item, 12, '{"title":"T"}') ->> 'refused', 'GONE', 'and that it is gone');
select is(pg_temp.call('m:8201', 'plan_item_restore', :'item') ->> 'version', '13', 'restored');
select is(pg_temp.call('m:8201', 'plan_item_restore', :'item') ->> 'state', 'live', 'once');
select is(pg_temp.set(8201, :item, 11, '{"notes":"N"}') ->> 'version', '14', 'what was written meanwhile still fits');
select pg_temp.call('m:8201', 'plan_item_delete', format('%s, 2', :other)) \g /dev/null
update plan_item set deleted_at = now() - interval '31 days' where item_id = :other;
select is(pg_temp.call('m:8201', 'plan_item_restore', :'other') ->> 'refused', 'ZC003', 'not for ever');
select is(pg_temp.try(format('select * from api.plan_item_get(''m:8201'', %s)', :'other')) ->> 'refused', 'ZC003', 'nor seen');

-- whose change was in the way: of that item, not of another with the same version
insert into plan_op (plan_id, op_seq, actor, kind, object, patch, new_ver) values (8901, 0, 'm:8206', 'item_set', 'item:999999999', '{}', 11);
select is(pg_temp.call('m:8202', 'plan_item_move', format('%s, 10, %L, null', :item, 'a')) ->> 'by', '8201', 'of this item');
delete from plan_op where plan_id = 8901 and op_seq = 0;

-- undoing
select op_seq as op from plan_op where plan_id = 8901 and object = 'item:' || :item and new_ver = 14 \gset
select is(pg_temp.set(8202, :item, 14, '{"title":"Newest"}') ->> 'version', '15', 'another field');
select is(pg_temp.undo(8202, :op) ->> 'version', '16', 'undone: its own was not touched');
select is((select coalesce(notes, '-') || ' ' || title from plan_item where item_id = :item), '- Newest', 'only that');
select is((select undoes || kind from plan_op where plan_id = 8901 order by op_seq desc limit 1), :'op' || 'item_set', 'the log says so');
select is(pg_temp.undo(8202, :op) ->> 'refused', 'CONFLICT', 'not twice');
select is(pg_temp.undo(8204, :op) ->> 'refused', 'ZC001', 'nor by a viewer');
select is(pg_temp.undo(8202, 9999) ->> 'refused', 'ZC002', 'nor what was never done');
select is(pg_temp.undo(8202, 1) ->> 'refused', 'CONFLICT', 'an item that was worked on is not undone');
select (pg_temp.new('Again') ->> 'item') as again \gset
select pg_temp.call('m:8201', 'plan_item_delete', :'again' || ', 1') ->> 'op' as op \gset
select pg_temp.call('m:8201', 'plan_item_restore', :'again') \g /dev/null
select is(pg_temp.undo(8201, :op) ->> 'refused', 'CONFLICT', 'nor a deletion that somebody has taken back');
select is(pg_temp.undo(8201, :op) -> '_subjects', '[8202, 8203, 8204]', 'with whom it may show');
select pg_temp.set(8201, :again, 3, '{"assignees":["8202","8203"]}') \g /dev/null
select pg_temp.set(8201, :again, 4, '{"assignees":["8201"]}') ->> 'op' as op \gset
update plan_member set state = 'left' where plan_id = 8901 and member_id = 8203;
select is(pg_temp.undo(8201, :op) ->> 'version', '6', 'of who took part');
select is((select assignees from plan_item where item_id = :again), '{8202}', 'those are back who have not left');
delete from plan_op where plan_id = 8901 and object = 'item:' || :again;
delete from plan_item where item_id = :again;
update plan set op_seq = (select max(op_seq) from plan_op where plan_id = 8901) where plan_id = 8901;
select pg_temp.set(8202, :item, 16, '{"place":"There"}') ->> 'op' as op \gset
update plan_op set patch = patch - 'place', before = before - 'place' where plan_id = 8901 and op_seq = :op;
select is(pg_temp.undo(8201, :op) ->> 'refused', 'ZC003', 'nor one of which an erasure left nothing');
select is(pg_temp.ver(:item), 17::bigint, 'it changes nothing');
select pg_temp.set(8202, :item, 17, '{"assignees":["8201","8202"]}') \g /dev/null
update plan_member set state = 'left' where plan_id = 8901 and member_id = 8202;
update member set status = 'erased', handle = null, erased_at = now() where member_id = 8202;
select is((select x -> 'set' from jsonb_array_elements((api.plan_ops('m:8201', 8901, 0, 200)).reply -> 'ops') x where x ->> 'ver' = '18' and x ->> 'object' = 'item:' || :item),
          '{"assignees":["8201"]}', 'the log names nobody who is erased');
select is((select count(*) from jsonb_array_elements((api.plan_ops('m:8201', 8901, 0, 200)).reply -> 'ops') x where x::text ~ '8202'), 0::bigint, 'nowhere');

select pg_temp.call('m:8201', 'plan_update', '8901, 1, ''Madeira 2027'', null, null, null, null, null') \g /dev/null
select is(pg_temp.undo(8201, (select op_seq from plan where plan_id = 8901)) ->> 'state', 'plan_set', 'nor a change of the plan itself');

-- applied for proposals and polls
create function pg_temp.apply(p_kind text, p_item bigint, p_set jsonb, p_base bigint) returns text language plpgsql as $$
declare
    v_detail text;
begin
    return (select coalesce(refusal, ver::text) from lib.plan_apply((select p from plan p where plan_id = 8901), 'm:8201', p_kind, p_item, p_set, p_base));
exception when others then
    get stacked diagnostics v_detail = pg_exception_detail;
    return sqlstate || coalesce(' ' || (nullif(v_detail, '')::jsonb ->> 'path'), '');
end $$;
select is(pg_temp.apply('item_set', 999999999, '{"title":"T"}', 1), 'ZC002', 'no such item');
select is(pg_temp.apply('item_set', (pg_temp.new('Elsewhere', '{}', 8206, 8902) ->> 'item')::bigint, '{"title":"T"}', 1), 'ZC002', 'one of another plan');
select is(pg_temp.apply('dates', null, '{"starts_on":"2131-02-01","ends_on":"2131-01-01"}', 2), 'ZC602 ends_on', 'dates that run backwards');
select is(pg_temp.apply('dates', null, '{"starts_on":"1999-02-01"}', 2), 'ZC602 set.starts_on', 'of another century');
select is(pg_temp.apply('dates', null, '{"starts_on":"2131-02-01"}', 3), 'ZC602 base', 'with a base of the future');
select is(pg_temp.apply('dates', null, '{"starts_on":"2131-02-01"}', 1), 'CONFLICT', 'or an old one');
select is(pg_temp.apply('dates', null, '{"starts_on":"2131-02-01"}', 2), '3', 'as they should be');

-- how many
insert into plan_item (item_id, plan_id, kind, order_key, title, created_by, updated_by, deleted_at)
select 8920000 + n, 8901, 'note', 'V', 'x', 8201, 8201, case when n > 300 then now() end from generate_series(1, 310) n;
delete from plan_item where plan_id = 8901 and item_id = 8920000 + 300;
select is((select 300 - count(*) from plan_item where plan_id = 8901 and deleted_at is null), 0::bigint, 'full, with the one that was there');
select is(pg_temp.new('x') ->> 'max', '300', '300 live items');
select is(pg_temp.call('m:8201', 'plan_item_restore', '8920301') ->> 'max', '300', 'neither more nor restored');
delete from plan_item where item_id between 8920000 and 8930000;

-- the log
select is((select array_agg(x ->> 'op' order by n) from jsonb_array_elements((api.plan_ops('m:8204', 8901, 3, 2)).reply -> 'ops') with ordinality e (x, n)),
          '{4,5}', 'read by viewers, in pages');
select is(array(select invariant || what from lib.plan_op_violations() where plan_id in (8901, 8902)), '{}', 'I-31 and I-35 hold');
update plan_op set base_ver = 5 where plan_id = 8901 and patch ->> 'title' = 'Newest';
delete from plan_op where plan_id = 8901 and op_seq = 3;
select is(array(select distinct invariant from lib.plan_op_violations() where plan_id = 8901 order by 1), '{I-31,I-35}', 'and would be missed');
select * from finish();
rollback;
