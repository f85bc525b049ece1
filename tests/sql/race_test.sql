-- Two sessions at once (dblink): one key on both (P2), opposite orders without deadlock (P3), a fence against a
-- renewal (P5).  They commit for real and clean up after themselves.
begin;
select plan(13);
create extension if not exists dblink with schema public;
set local search_path = club, public;

select dblink_connect(c, format('host=%s port=%s dbname=%s user=%s',
           (string_to_array(current_setting('unix_socket_directories'), ','))[1], current_setting('port'),
           current_database(), session_user))
  from unnest('{a,b}'::text[]) c;
select dblink_exec(c, 'set search_path = club') from unnest('{a,b}'::text[]) c;
select dblink_exec('a', 'delete from outbox where stream like ''me:997____''; delete from stream where stream like ''me:997____'';
    delete from idempotency where principal = ''m:9999001''');
create function pg_temp.begin_key(p_key text) returns text language sql as
$$ select format('select (lib.idem_begin(''m:9999001'', ''t.t'', %L, ''aa'')).reply::text', p_key) $$;
-- the one value of the statement a connection runs, waited for
create function pg_temp.result(p_conn text) returns text language plpgsql as $$
declare
    v_value text;
begin
    select t.v into v_value from dblink_get_result(p_conn) as t (v text);
    perform from dblink_get_result(p_conn) as t (v text);
    return v_value;
end $$;

-- one key on two sessions
select dblink_exec('a', 'begin');
select is((select v from dblink('a', pg_temp.begin_key('race-0001')) as t (v text)), null, 'the first goes ahead');
select dblink_send_query('b', pg_temp.begin_key('race-0001'));
select pg_sleep(0.2);
select is(dblink_is_busy('b'), 1, 'its duplicate waits');
select dblink_exec('a', 'do $d$ begin perform lib.idem_end(''m:9999001'', ''t.t'', ''race-0001'', lib.done(''{"n":1}'')); end $d$');
select dblink_exec('a', 'commit');
select is(pg_temp.result('b')::jsonb, '{"n":1,"replay":true}', 'and gets the first one''s answer');

select dblink_exec('a', 'begin');
select * from dblink('a', pg_temp.begin_key('race-0002')) as t (v text);
select dblink_send_query('b', pg_temp.begin_key('race-0002'));
select pg_sleep(0.1);
select dblink_exec('a', 'rollback');
select is(pg_temp.result('b'), null, 'after a refusal the duplicate is judged anew');

-- batches with overlapping keys in opposite orders
create function pg_temp.batch(p_order text) returns text language sql as $$
    select format($q$do $d$ begin
        for i in 1..150 loop
            perform lib.idem_begin_many(
                array(select 'm:9999001' from generate_series(1, 20)), 't.t',
                array(select 'batch-' || i || '-' || n from generate_series(1, 20) n order by n %s),
                array(select 'aa'::bytea from generate_series(1, 20)));
            commit;
        end loop; end $d$ $q$, p_order)
$$;
select dblink_send_query('a', pg_temp.batch('asc')), dblink_send_query('b', pg_temp.batch('desc'));
select lives_ok($$select pg_temp.result('a')$$, 'batches of keys: no deadlock, one way round');
select lives_ok($$select pg_temp.result('b')$$, 'nor the other');

-- streams in opposite orders, new ones and old ones
create function pg_temp.emits(p_order text) returns text language sql as $$
    select format($q$do $d$ begin
        for i in 1..150 loop
            perform lib.emit_all(array(
                select lib.event('me:' || (9970000 + n + i / 10), 't.t', 'svc.points', '{}')
                  from generate_series(1, 8) n order by n %1$s) || lib.sys(p_reload => '{1}'));
            commit;
            perform lib.emit_all(array(
                select lib.event('me:' || (9970000 + n), 't.t', 'svc.points', '{}')
                  from generate_series(1, 2) n order by n %1$s));
            commit;
        end loop; end $d$ $q$, p_order)
$$;
select dblink_send_query('a', pg_temp.emits('asc')), dblink_send_query('b', pg_temp.emits('desc'));
select lives_ok($$select pg_temp.result('a')$$, 'streams: no deadlock, one way round');
select lives_ok($$select pg_temp.result('b')$$, 'nor the other');
select is((select count(*) from outbox where stream like 'me:997____'), 150 * 2 * 10::bigint, 'every event is there');
select is((select count(*) from (
              select seq - row_number() over (partition by stream order by seq) as gap from outbox where stream like 'me:997____') g
            where gap <> 0), 0::bigint, 'without gaps');

-- a fence waits for a renewal that is not committed yet
select * from dblink('a', 'select node_id from api.node_join('''', ''race'')') as t (id bigint) \gset n_
select dblink_exec('a', 'begin');
select * from dblink('a', format('select hit from api.node_renew(%s, 0, api.lineage())', :n_id)) as t (hit boolean);
select dblink_send_query('b', format('select api.node_fence(%s, 0)::text', :n_id));
select pg_sleep(0.2);
select is(dblink_is_busy('b'), 1, 'the fence waits');
select dblink_exec('a', 'commit');
select is(pg_temp.result('b'), 'false', 'and finds a node that lives');
select is((select hit from dblink('a', format('select hit from api.node_renew(%s, 0, api.lineage())', :n_id)) as t (hit boolean)),
          true, 'which goes on');

select dblink_exec('a', format('delete from node where node_id = %s', :n_id));
select dblink_exec('a', 'delete from outbox where stream like ''me:997____''; delete from stream where stream like ''me:997____'';
    delete from idempotency where principal = ''m:9999001''');
select dblink_disconnect(c) from unnest('{a,b}'::text[]) c;
select * from finish();
rollback;
