-- P3: the tail reads every row exactly once although transactions commit out of order and one stays open.
-- Two more sessions (dblink) commit for real; their rows are removed at the end.
begin;
select plan(14);
create extension if not exists dblink with schema public;
set local search_path = club, public;

create function pg_temp.open(p_name text) returns text language sql as $$
    select dblink_connect(p_name, format('host=%s port=%s dbname=%s user=%s',
        (string_to_array(current_setting('unix_socket_directories'), ','))[1], current_setting('port'),
        current_database(), session_user))
$$;
select pg_temp.open('a'), pg_temp.open('b');
select dblink_exec(c, 'set search_path = club; set clubhub.origin = ''9.1''') from unnest('{a,b}'::text[]) c;

-- commits of a session: one event with mark p_n on its own stream
create function pg_temp.emit(p_conn text, p_stream text, p_n int) returns text language sql as $$
    select t.e from dblink(p_conn, format(
        'select lib.emit_all(array[lib.event(%L, ''test.mark'', ''svc.account'', jsonb_build_object(''n'', %s))])',
        p_stream, p_n)) as t (e text)
$$;
create temp table cursor_at (snapshot text);
create temp table seen (n int, stream text, seq bigint, origin text);
create function pg_temp.tail() returns bigint language plpgsql as $$
declare
    v_row   record;
    v_count bigint;
begin
    select * into v_row from api.tail((select snapshot from cursor_at));
    update cursor_at set snapshot = v_row.snapshot;
    insert into seen
    select (e -> 'refs' ->> 'n')::int, e ->> 'stream', (e ->> 'seq')::bigint, e ->> 'origin'
      from jsonb_array_elements(v_row.events) e
     where e ->> 'type' = 'test.mark';
    get diagnostics v_count = row_count;
    return v_count;
end $$;

select dblink_exec('b', 'delete from outbox where stream like ''%:999000_''; delete from stream where stream like ''%:999000_''');
insert into cursor_at select snapshot from api.node_start();
select is(pg_temp.tail(), 0::bigint, 'nothing yet');

select dblink_exec('a', 'begin');
select pg_temp.emit('a', 'me:9990001', 1);
select is(pg_temp.tail(), 0::bigint, 'not before the commit');
select pg_temp.emit('b', 'me:9990002', 2);
select pg_temp.emit('b', 'me:9990002', 3);
select is(pg_temp.tail(), 2::bigint, 'a later transaction that committed first');
select pg_temp.emit('b', 'club:9990003', 4);
select is(pg_temp.tail(), 1::bigint, 'only what is new');
select is(pg_temp.tail(), 0::bigint, 'nothing twice');
select dblink_exec('a', 'commit');
select is(pg_temp.tail(), 1::bigint, 'the old transaction, once it commits');
select is((select array_agg(n order by n) from seen), '{1,2,3,4}', 'each exactly once');
select is((select array_agg(distinct origin) from seen), '{9.1}', 'with its origin');

select dblink_exec('a', 'begin');
select pg_temp.emit('a', 'me:9990001', 5);
select pg_temp.emit('b', 'me:9990002', n) from generate_series(6, 305) n;
select pg_temp.tail();
select dblink_exec('a', 'rollback');
select pg_temp.emit('b', 'me:9990001', 306);
select pg_temp.tail();
select is((select count(*) from seen), 305::bigint, 'none lost, none doubled, an aborted one not seen');
select is((select seq from seen where n = 306), 2::bigint, 'an aborted number is used again');
select is((select count(*) from (select seq - lag(seq) over (partition by stream order by ctid) as step from seen) s
            where step <> 1), 0::bigint, 'numbers of a stream come in order');

-- Two sessions on one stream: the second waits for the first, so commit order is number order.
select dblink_exec('a', 'begin');
select pg_temp.emit('a', 'me:9990004', 400);
select dblink_send_query('b',
    'select lib.emit_all(array[lib.event(''me:9990004'', ''test.mark'', ''svc.account'', ''{"n":401}'')])::text');
select pg_sleep(0.2);
select is(dblink_is_busy('b'), 1, 'the second writer waits');
select dblink_exec('a', 'commit');
select is((select t.e::jsonb -> 0 ->> 'seq' from dblink_get_result('b') as t (e text)), '2', 'and gets the next number');
select * from dblink_get_result('b') as t (e text);
select is(pg_temp.tail(), 2::bigint, 'both are read');

select dblink_exec('b', 'delete from outbox where stream like ''%:999000_''; delete from stream where stream like ''%:999000_''');
select dblink_disconnect(c) from unnest('{a,b}'::text[]) c;
select * from finish();
rollback;
