-- Jobs of the ledger and whoever is there at the same instant (dblink): a debit that expires lots on its way, a capture of
-- a hold that lapses, a reversal of an earn that matures.  One is wholly before the other, and there is one effect.
-- They commit for real and clean up after themselves.
begin;
select plan(16);
create extension if not exists dblink with schema public;
set local search_path = club, public;

select dblink_connect(c, format('host=%s port=%s dbname=%s user=%s',
           (string_to_array(current_setting('unix_socket_directories'), ','))[1], current_setting('port'),
           current_database(), session_user))
  from unnest('{a,b}'::text[]) c \g /dev/null
select dblink_exec(c, 'set search_path = club') from unnest('{a,b}'::text[]) c \g /dev/null
create function pg_temp.tidy() returns text language sql as $$
    select public.dblink_exec('a', 'begin; set local session_replication_role = replica;
        create temp table mine on commit drop as select account_id from ledger_account where owner_id = 9999201;
        create temp table posted on commit drop as select distinct tx_id from ledger_entry where account_id in (select account_id from mine);
        delete from lot_use where tx_id in (select tx_id from posted); delete from point_hold_lot where lot_id in (select lot_id from point_lot where origin_member = 9999201);
        delete from point_hold where account_id in (select account_id from mine); delete from point_lot where origin_member = 9999201;
        delete from point_pending where account_id in (select account_id from mine);
        delete from ledger_entry where tx_id in (select tx_id from posted); delete from ledger_tx where tx_id in (select tx_id from posted);
        delete from ledger_account where owner_id = 9999201; delete from wallet where owner_id = 9999201;
        delete from outbox where stream = ''me:9999201''; delete from stream where stream = ''me:9999201'';
        delete from member where member_id = 9999201; commit') $$;
create function pg_temp.does(p_conn text, p_sql text) returns text language sql as
$$ select public.dblink_exec(p_conn, 'do $d$ begin perform lib.points_lock(array[9999201]); ' || p_sql || ' end $d$') $$;
create function pg_temp.posts(p_sql text) returns text language sql as
$$ select 'perform lib.emit_all(lib.points_events(' || p_sql || '));' $$;
-- sends a job to the second session while the first holds the member's accounts, lets the first go, and waits for it
create function pg_temp.meet(p_job text) returns text language plpgsql as $$
declare
    v_value text;
begin
    perform public.dblink_send_query('b', format('select done::text from api.jobs_run(%L)', p_job));
    while public.dblink_is_busy('b') = 1 and not exists (select from pg_stat_activity where wait_event_type = 'Lock' and query like '%jobs_run%' and pid <> pg_backend_pid()) loop
        perform pg_sleep(0.02), pg_stat_clear_snapshot();
    end loop;
    perform public.dblink_exec('a', 'commit');
    select t.v into v_value from public.dblink_get_result('b') as t (v text);
    perform from public.dblink_get_result('b') as t (v text);
    return v_value;
end $$;
create function pg_temp.kinds() returns text language sql as $$
    select v from public.dblink('a', 'select string_agg(kind, '' '' order by tx_id) from ledger_tx
        where tx_id in (select e.tx_id from ledger_entry e join ledger_account using (account_id) where owner_id = 9999201)') as t (v text) $$;
create function pg_temp.value(p_sql text) returns text language sql as
$$ select v from public.dblink('a', 'select (' || p_sql || ')::text') as t (v text) $$;

select pg_temp.tidy() \g /dev/null
select dblink_exec('a', $$insert into member (member_id, status) values (9999201, 'active')$$) \g /dev/null
select pg_temp.does('a', pg_temp.posts($$lib.points_credit('adjust', 'm', 9999201, 100, lib.posting_of('race:1', 's:1', p_expires_at => now() + interval '1 day'))$$)
                         || pg_temp.posts($$lib.points_credit('adjust', 'm', 9999201, 50, lib.posting_of('race:2', 's:1'))$$)) \g /dev/null

-- a debit and the expiry
select dblink_exec('a', $$update point_lot set expires_at = now() - interval '1 second' where origin_member = 9999201 and expires_at is not null$$) \g /dev/null
select dblink_exec('a', 'begin') \g /dev/null
select pg_temp.does('a', pg_temp.posts($$lib.points_debit('redeem', 'm', 9999201, 20, lib.posting_of('race:3', 'v:till'))$$)) \g /dev/null
select is(pg_temp.meet('points_expire'), '1', 'the job waits for a debit that is on its way');
select is(pg_temp.kinds(), 'adjust adjust expire redeem', 'which expired what was due: the job has nothing left to do');
select is(pg_temp.value('select balance from ledger_account where owner_id = 9999201 and kind = ''redeemable'''), '30', 'once');

-- the expiry is first
select pg_temp.does('a', pg_temp.posts($$lib.points_credit('adjust', 'm', 9999201, 100, lib.posting_of('race:4', 's:1', p_expires_at => now() + interval '1 day'))$$)) \g /dev/null
select dblink_exec('a', $$update point_lot set expires_at = now() - interval '1 second' where origin_member = 9999201 and expires_at is not null and live$$) \g /dev/null
select is(pg_temp.value('select done from api.jobs_run(''points_expire'')'), '1', 'the job is first');
select throws_like($$select pg_temp.does('a', pg_temp.posts('lib.points_debit(''redeem'', ''m'', 9999201, 31, lib.posting_of(''race:5'', ''v:till''))'))$$,
                   '%refused%', 'and a debit finds what it left');
select is(pg_temp.kinds(), 'adjust adjust expire redeem adjust expire', 'one expiry more');

-- a capture and the sweeper: the capture began in time
create function pg_temp.hold(p_key text) returns text language sql as $$
    select pg_temp.does('a', pg_temp.posts(format($q$(select posted from lib.points_hold('m', 9999201, 10, 'v:till', 'race', %L, now() + interval '1 hour', lib.posting_of(%L, 'v:till')))$q$, p_key, p_key))) $$;
select pg_temp.hold('race:h1') \g /dev/null
select dblink_exec('a', 'begin') \g /dev/null
select pg_temp.does('a', pg_temp.posts($$lib.points_capture((select hold_id from point_hold where ref_id = 'race:h1'), 10, lib.posting_of('race:6', 'v:till'))$$)) \g /dev/null
select dblink_exec('b', $$update point_hold set expires_at = now() where ref_id = 'none'$$) \g /dev/null
select is(pg_temp.value('select done from api.jobs_run(''point_holds'')'), '0', 'a hold in its time is nothing for the job');
select dblink_exec('a', 'commit') \g /dev/null
select is(pg_temp.kinds(), 'adjust adjust expire redeem adjust expire hold capture', 'it is captured');
-- it lapses while somebody gives it back
select pg_temp.hold('race:h2') \g /dev/null
select dblink_exec('a', $$update point_hold set expires_at = now() - interval '1 second' where ref_id = 'race:h2'$$) \g /dev/null
select dblink_exec('a', 'begin') \g /dev/null
select pg_temp.does('a', pg_temp.posts($$lib.points_release((select hold_id from point_hold where ref_id = 'race:h2'), 'released', lib.posting_of(null, 'm:9999201'))$$)) \g /dev/null
select is(pg_temp.meet('point_holds'), '1', 'the job waits for a release that is on its way');
select is(pg_temp.value('select state from point_hold where ref_id = ''race:h2'''), 'released', 'and finds it resolved');
select is(pg_temp.value('select count(*) from ledger_tx where idem = ''rel:'' || (select hold_id from point_hold where ref_id = ''race:h2'')'), '1', 'once');
select is(pg_temp.value('select balance from ledger_account where owner_id = 9999201 and kind = ''redeemable'''), '20', 'the points are back');

-- a reversal and the maturity of the same earn
select pg_temp.does('a', pg_temp.posts($$lib.points_credit('earn', 'm', 9999201, 40, jsonb_populate_record(
    lib.posting_of('race:7', 'v:till', p_detail => jsonb_build_object('expires_at', lib.iso(now() + interval '1 year'))),
    jsonb_build_object('mode', 'pending', 'matures_at', now() + interval '1 day')))$$)) \g /dev/null
select is(pg_temp.value('select balance from ledger_account where owner_id = 9999201 and kind = ''pending'''), '40', 'pending');
select dblink_exec('a', $$update point_pending set matures_at = now() where account_id = (select account_id from ledger_account where owner_id = 9999201 and kind = 'pending')$$) \g /dev/null
select dblink_exec('a', 'begin') \g /dev/null
select pg_temp.does('a', pg_temp.posts($$lib.points_reverse((select tx_id from ledger_tx where idem = 'race:7'), 15, false, lib.posting_of('race:8', 'v:till'))$$)) \g /dev/null
select is(pg_temp.meet('points_mature'), '1', 'the job waits for a reversal that is on its way');
select is(pg_temp.value('select array_agg(balance order by kind) from ledger_account where owner_id = 9999201 and cur = ''RP'' and kind in (''pending'', ''redeemable'')'),
          '{0,45}', 'and what it left matures');
select is_empty('select * from lib.ledger_violations()', 'I-01 to I-15 hold');
select pg_temp.tidy() \g /dev/null
select dblink_disconnect(c) from unnest('{a,b}'::text[]) c \g /dev/null
select * from finish();
rollback;
