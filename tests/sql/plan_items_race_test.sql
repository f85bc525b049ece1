-- Batches of edits of plans that meet other steps: one waits for the other, sees what it did, and nobody waits in a circle.
begin;
select plan(6);
\ir two_sessions.psql

create function pg_temp.clean() returns text language sql as $$
    select dblink_exec('own', $q$
        delete from outbox where stream like '%:9986___'; delete from stream where stream like '%:9986___';
        delete from idempotency where principal like 'm:9986___';
        delete from plan_op where plan_id between 9986000 and 9986999;
        delete from plan_item where plan_id between 9986000 and 9986999;
        delete from plan_member where plan_id between 9986000 and 9986999;
        delete from plan where plan_id between 9986000 and 9986999;
        delete from membership where club_id = 9986001; delete from member where member_id between 9986000 and 9986999;
        delete from tier where club_id = 9986001; delete from track where club_id = 9986001; delete from club where club_id = 9986001$q$)
$$;
select pg_temp.clean();
select dblink_exec('own', $q$
    insert into club (club_id, slug, name, form, join_policy) values (9986001, 'race-items', 'Race', 'benefit', 'open');
    insert into track (track_id, club_id, code, name, fee_kind) values (9986002, 9986001, 'free', 'Free', 'free');
    insert into tier (tier_id, club_id, rank, name, qualify_tp, retain_tp, window_kind) values (9986003, 9986001, 0, 'One', 0, 0, 'rolling');
    insert into member (member_id, status, handle) select m, 'active', 'irace.' || m from generate_series(9986011, 9986012) m;
    insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)
    select m, 9986001, 9986002, 'active', 9986003, now() from generate_series(9986011, 9986012) m;
    insert into plan (plan_id, club_id, title, currency, state, op_seq)
    select p, 9986001, 'Race', 'EUR', 'planning', 1 from generate_series(9986021, 9986024) p;
    insert into plan_member (plan_id, member_id, role, state, joined_at)
    select p, m, case m when 9986011 then 'owner' else 'editor' end, 'joined', now()
      from generate_series(9986021, 9986024) p, generate_series(9986011, 9986012) m;
    insert into plan_item (item_id, plan_id, kind, order_key, title, created_by, updated_by)
    select p + 100, p, 'note', 'V', 'Note', 9986011, 9986011 from generate_series(9986021, 9986024) p;
    insert into plan_op (plan_id, op_seq, actor, kind, object, patch, new_ver)
    select p, 1, 'm:9986011', 'item_add', 'item:' || p + 100, '{}', 1 from generate_series(9986021, 9986024) p$q$);

-- One edit, and a batch of them, of these plans by these members; all have seen the first version.
create function pg_temp.edit(p_member bigint, p_plan bigint, p_set text, p_key text) returns text language sql as $$
    select format('select (api.plan_item_set(%L, %L, ''aa'', %s, 1, %L, null)).reply::text', 'm:' || p_member,
                  'items-race-' || p_key, p_plan + 100, p_set)
$$;
create function pg_temp.edits(p_members bigint[], p_plans bigint[], p_sets text[], p_key text) returns text language sql as $$
    select format('select jsonb_agg(coalesce(reply, ''{}'') || jsonb_build_object(''sqlstate'', sqlstate) order by idx)::text'
                  ' from api.plan_item_set_many(%L, %L, %L, %L, %L, %L, %L)',
                  array(select 'm:' || m from unnest(p_members) m),
                  array(select format('items-race-%s%s', p_key, n) from generate_series(1, cardinality(p_plans)) n),
                  array_fill('aa'::text, array[cardinality(p_plans)]), array(select p + 100 from unnest(p_plans) p),
                  array_fill(1, array[cardinality(p_plans)]), p_sets, array_fill(null::text, array[cardinality(p_plans)]))
$$;
create function pg_temp.said(p_reply jsonb) returns text language sql as $$
    select string_agg(coalesce(r ->> 'sqlstate', concat_ws(' ', r ->> 'refused', r ->> 'by')
                               || coalesce(r ->> 'version', '') || case when r ? 'replay' then ' again' else '' end), '; ')
      from jsonb_array_elements(case jsonb_typeof(p_reply) when 'array' then p_reply else jsonb_build_array(p_reply) end) r
$$;

select is(pg_temp.race(pg_temp.edit(9986011, 9986021, '{"title":"Mine"}', 'alone'),
                       pg_temp.edits('{9986012,9986012}', '{9986021,9986021}', '{"{\"title\":\"His\"}","{\"place\":\"Quay\"}"}', 'both')),
          '2, CONFLICT 9986011; 3', 'a batch waits for an edit: what contradicts is refused, the rest merged');
select is(pg_temp.race(pg_temp.edits('{9986012,9986012}', '{9986022,9986022}', '{"{\"title\":\"His\"}","{\"place\":\"Quay\"}"}', 'first'),
                       pg_temp.edit(9986011, 9986022, '{"place":"Mine"}', 'second')),
          '2; 3, CONFLICT 9986012', 'an edit waits for a batch');
select is(pg_temp.race(pg_temp.edit(9986011, 9986023, '{"title":"Once"}', 'same1'),
                       pg_temp.edits('{9986011,9986011}', '{9986023,9986023}', '{"{\"title\":\"Once\"}","{\"notes\":\"More\"}"}', 'same')),
          '2, 2 again; 3', 'the same request in a batch is answered, not made again');
select is(pg_temp.race('select (api.plan_remove(''m:9986011'', ''items-race-out'', ''aa'', 9986023, 9986012)).reply::text',
                       pg_temp.edits('{9986012,9986011}', '{9986023,9986023}', '{"{\"place\":\"His\"}","{\"place\":\"Mine\"}"}', 'out')),
          ', ZC002; 4', 'who is removed as the batch waits has made nothing');

-- Somebody holds the plan that comes first by its id and wants the second one as well: a batch that names them the other way
-- round waits with nothing in its hands.
create function pg_temp.circle() returns text language plpgsql as $$
declare
    v_pid   int := (select t.pid from dblink('b', 'select pg_backend_pid()') as t (pid int));
    v_first text;
begin
    perform dblink_exec('a', 'begin');
    perform dblink_exec('a', 'do $d$ begin perform lib.plan_lock(9986022); end $d$');
    perform dblink_send_query('b', pg_temp.edits('{9986012,9986012}', '{9986024,9986022}', '{"{\"place\":\"x\"}","{\"start_min\":5}"}', 'circle'));
    while not exists (select from pg_locks where pid = v_pid and not granted) and dblink_is_busy('b') = 1 loop
        perform pg_sleep(0.01);
    end loop;
    perform dblink_send_query('a', 'do $d$ begin perform lib.plan_lock(9986024); end $d$');
    v_first := pg_temp.result('a');
    perform dblink_exec('a', 'commit');
    return v_first || ', ' || pg_temp.result('b');
end $$;
select is(pg_temp.circle(), 'ok, 2; 4', 'plans are locked by their ids');
select is((select count(*) from dblink('own', 'select plan_id from lib.plan_op_violations() where plan_id between 9986000 and 9986999')
             as t (plan_id bigint)), 0::bigint, 'the logs hold I-31 and I-35');

select pg_temp.clean();
select dblink_disconnect(c) from unnest('{a,b,own}'::text[]) c;
select * from finish();
rollback;
