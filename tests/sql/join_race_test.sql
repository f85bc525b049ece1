-- Two sessions at once (dblink): a ticket shown to two nodes, one address that joins twice, one code typed twice.
-- They commit for real and clean up after themselves.
begin;
select plan(12);
create extension if not exists dblink with schema public;
set local search_path = club, public;

select dblink_connect(c, format('host=%s port=%s dbname=%s user=%s',
           (string_to_array(current_setting('unix_socket_directories'), ','))[1], current_setting('port'),
           current_database(), session_user))
  from unnest('{a,b}'::text[]) c;
select dblink_exec(c, 'set search_path = club; set clubhub.pii_key = ''c0ffee''') from unnest('{a,b}'::text[]) c;
select set_config('clubhub.pii_key', 'c0ffee', true) is not null as key \gset
-- the one value of the statement a connection runs, waited for
create function pg_temp.result(p_conn text) returns text language plpgsql as $$
declare
    v_value text;
begin
    select t.v into v_value from dblink_get_result(p_conn) as t (v text);
    perform from dblink_get_result(p_conn) as t (v text);
    return v_value;
end $$;

-- one ticket, two nodes
select dblink_exec('a', $q$insert into session_ticket
    select sha256('one'), 'm:9999001', 0, '\x00112233445566778899aabbccddeeff', 0, 0, now() + interval '1 minute'$q$);
select dblink_exec('a', 'begin');
select is((select v from dblink('a', $q$select who from api.session_ticket_take(array[encode(sha256('one'), 'hex')])$q$) as t (v text)),
          'm:9999001', 'the first node gets it');
select dblink_send_query('b', $q$select who from api.session_ticket_take(array[encode(sha256('one'), 'hex')])$q$);
select pg_sleep(0.2);
select is(dblink_is_busy('b'), 1, 'the second waits');
select dblink_exec('a', 'commit');
select is(pg_temp.result('b'), null, 'and gets nothing');

-- the same tickets in opposite orders
create function pg_temp.takes(p_order text) returns text language sql as $$
    select format($q$do $d$ begin
        for i in 1..100 loop
            insert into session_ticket
            select sha256((i || '-' || n)::bytea), 'm:9999001', 0, '\x00112233445566778899aabbccddeeff', 0, 0,
                   now() + interval '1 minute'
              from generate_series(1, 10) n
             order by 1
                on conflict do nothing;
            commit;
            perform api.session_ticket_take(array(select encode(sha256((i || '-' || n)::bytea), 'hex')
                                                    from generate_series(1, 10) n order by n %s));
            commit;
        end loop; end $d$ $q$, p_order)
$$;
select dblink_send_query('a', pg_temp.takes('asc')), dblink_send_query('b', pg_temp.takes('desc'));
select lives_ok($$select pg_temp.result('a')$$, 'many tickets: no deadlock, one way round');
select lives_ok($$select pg_temp.result('b')$$, 'nor the other');

-- one address joins twice at once
select dblink_exec('a', $q$insert into club (club_id, slug, name, form, join_policy) values (999801, 'race-join', 'Race', 'fan', 'open');
    insert into track (track_id, club_id, code, name, fee_kind) values (999801, 999801, 'free', 'Free', 'free');
    insert into tier (tier_id, club_id, rank, name, qualify_tp, retain_tp, window_kind)
    values (999801, 999801, 0, 'Base', 0, 0, 'rolling')$q$);
create function pg_temp.joins() returns text language sql as $$
    select 'select (api.join_start(999801, ''race@example.org'', null, null, null, null, null, null, null, null,
                                   ''$argon2id$x'', null)).reply ->> ''join''' $$;
select dblink_exec('a', 'begin');
select v as first from dblink('a', pg_temp.joins()) as t (v text) \gset
select dblink_send_query('b', pg_temp.joins());
select pg_sleep(0.2);
select is(dblink_is_busy('b'), 1, 'the second form waits for the first');
select dblink_exec('a', 'commit');
select pg_temp.result('b') as second \gset
select is((select count(*) from member_pii where email_hash = lib.email_hash('race@example.org')), 1::bigint, 'one pending member');
select is((select array_agg(token_id) from one_time_token where token_id in (:first, :second) and expires_at > clock_timestamp()), array[:second]::bigint[],
          'the newest code is good');

-- one code, typed twice at once
create function pg_temp.verifies(p_join text) returns text language sql as $$
    select format('select coalesce(r ->> %L, r ->> %L) from (select (api.join_verify(%s, %L, 1, 1, %L, null, null, null, null, null)).reply as r) x',
                  'refused', 'who', p_join, lib.token_secret(p_join::bigint), '1990-01-01') $$;
select dblink_exec('a', 'begin');
select matches((select v from dblink('a', pg_temp.verifies(:'second')) as t (v text)), '^m:', 'the first makes the member');
select dblink_exec('b', 'begin');
select dblink_send_query('b', pg_temp.verifies(:'second'));
select pg_sleep(0.2);
select is(dblink_is_busy('b'), 1, 'the second waits');
select dblink_exec('a', 'rollback');
select matches(pg_temp.result('b'), '^m:', 'and makes it, as the first did not');
select is((select v from dblink('b', pg_temp.verifies(:'second')) as t (v text)), 'CODE_INVALID', 'once');
select dblink_exec('b', 'rollback');

select dblink_exec('a', $q$
    create temp table race as select member_id from member_pii where email_hash = lib.email_hash('race@example.org');
    delete from send_job where member_id in (select member_id from race);
    delete from one_time_token where member_id in (select member_id from race);
    delete from member_pii where member_id in (select member_id from race);
    delete from member where member_id in (select member_id from race);
    delete from login_try where kind in ('j', 'k', 'm');
    delete from session_ticket where who = 'm:9999001';
    delete from tier where club_id = 999801;
    delete from track where club_id = 999801;
    delete from club where club_id = 999801;
    drop table race$q$);
select dblink_disconnect(c) from unnest('{a,b}'::text[]) c;
select * from finish();
rollback;
