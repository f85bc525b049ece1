-- Many sessions at once (dblink): a code that 32 tills have read, a card that is locked or replaced under their hands, batches
-- in opposite orders, the same receipt twice.  They commit for real and clean up after themselves.
begin;
select plan(15);
create extension if not exists dblink with schema public;
set local search_path = club, public;
set local clubhub.pii_key = 'c0ffee';

select count(dblink_connect(c, format('host=%s port=%s dbname=%s user=%s application_name=race_code',
           (string_to_array(current_setting('unix_socket_directories'), ','))[1], current_setting('port'),
           current_database(), session_user)))
  from (select 't' || n as c from generate_series(1, 32) n union all select 'x') x;
select count(dblink_exec(c, 'set search_path = club; set clubhub.pii_key = ''c0ffee'''))
  from (select 't' || n as c from generate_series(1, 32) n union all select 'x') x;
create function pg_temp.result(p_conn text) returns text language plpgsql as $$
declare
    v_value text;
begin
    select t.v into v_value from dblink_get_result(p_conn) as t (v text);
    perform from dblink_get_result(p_conn) as t (v text);
    return v_value;
end $$;
-- Waits until so many of the sessions wait for a lock.
create function pg_temp.waiting(p_count int) returns boolean language plpgsql as $$
begin
    for i in 1 .. 600 loop
        perform pg_stat_clear_snapshot();
        if (select count(*) from pg_stat_activity where application_name = 'race_code' and wait_event_type = 'Lock') >= p_count then
            return true;
        end if;
        perform pg_sleep(0.05);
    end loop;
    return false;
end $$;

-- Members 999841..999860 with 1,000 points and a card each.
select dblink_exec('x', $q$do $d$ declare v_card text; begin
    insert into club (club_id, slug, name, form, join_policy) values (999840, 'race-code', 'Race', 'fan', 'open');
    insert into member (member_id, status, handle) select m, 'active', 'race.' || m from generate_series(999841, 999860) m;
    perform lib.points_lock(array(select m from generate_series(999841, 999860) m)::bigint[]);
    for m in 999841 .. 999860 loop
        perform lib.card_issue(m);
        perform lib.points_credit('earn', 'm', m, 1000, lib.posting_of('race:' || m, 'v:race', 999840));
    end loop; end $d$ $q$);
create temp table cards as
select m, card, secret from dblink('x', $q$select member_id, card_no, lib.card_secret(card_no) from member_card
    where member_id between 999841 and 999860$q$) as t (m bigint, card text, secret bytea);
create sequence pg_temp.calls;
-- One call; what it was answered.
create function pg_temp.call(p_member bigint, p_code text, p_receipt text, p_amount int default 10, p_card text default null) returns text
language sql as $$
    select format($q$select coalesce(sqlstate, reply ->> 'refused', (reply ->> 'state') || case when (reply ->> 'duplicate')::boolean then ' again' else '' end)
                       from api.points_redeem_code_many('{v:race}', array['race-%1$s'], array[sha256('%1$s')], array['%1$s'], array['%2$s'],
                                array['%3$s'], '{NULL}', '{%4$s}', '{redeem}', array['%5$s'], '{999840}', '{NULL}')$q$,
                  lpad(nextval('pg_temp.calls')::text, 8, '0'), coalesce(p_card, (select card from cards where m = p_member)), p_code, p_amount, p_receipt)
$$;
create function pg_temp.code(p_member bigint) returns text language sql as
$$ select lib.totp(secret, lib.totp_step(clock_timestamp())) from cards where m = p_member $$;
create function pg_temp.hold_card(p_member bigint) returns text language sql as
$$ select dblink_exec('x', 'begin') || dblink_exec('x', format('do $d$ begin perform from member_card where member_id = %s for no key update; end $d$', p_member)) $$;

-- 32 tills, one code, at the same instant
select pg_temp.hold_card(999841);
select sum(dblink_send_query('t' || n, pg_temp.call(999841, pg_temp.code(999841), 'one-' || n))) from generate_series(1, 32) n;
select ok(pg_temp.waiting(32), 'all tills wait for the card');
select dblink_exec('x', 'commit');
create temp table said as select pg_temp.result('t' || n) as r from generate_series(1, 32) n;
select is((select count(*) from said where r = 'redeemed'), 1::bigint, 'one of them redeems');
select is((select count(*) from said where r = 'ZC031'), 31::bigint, 'the others are told that it was used');
select is((select balance from ledger_account where owner_id = 999841 and kind = 'redeemable' and owner_kind = 'm'), 990::bigint, 'once');

-- the member locks the card while a till waits: the code comes too late
select pg_temp.hold_card(999842);
select dblink_send_query('t1', pg_temp.call(999842, pg_temp.code(999842), 'late-1'));
select ok(pg_temp.waiting(1), 'a till waits');
select dblink_exec('x', 'update member_card set status = ''locked'', locked_by = ''member'' where member_id = 999842');
select dblink_exec('x', 'commit');
select is(pg_temp.result('t1'), 'CARD_LOCKED', 'and finds the card locked');

-- or replaces it
select pg_temp.hold_card(999843);
select dblink_send_query('t1', pg_temp.call(999843, pg_temp.code(999843), 'late-2'));
select ok(pg_temp.waiting(1), 'a till waits');
select dblink_exec('x', 'update member_card set status = ''replaced'' where member_id = 999843');
select dblink_exec('x', 'commit');
select is(pg_temp.result('t1'), 'CODE_INVALID', 'and finds no such card');

-- one receipt with two cards: the second is asked again and finds the first
select dblink_exec('x', 'begin');
select * from dblink('x', pg_temp.call(999844, pg_temp.code(999844), 'same')) as t (v text);
select dblink_send_query('t5', pg_temp.call(999845, pg_temp.code(999845), 'same'));
select ok(pg_temp.waiting(1), 'the same receipt waits');
select dblink_exec('x', 'commit');
select throws_ok($$select pg_temp.result('t5')$$, '40001', null, 'and is to be sent again');
select is((select v from dblink('t6', pg_temp.call(999845, pg_temp.code(999845), 'same')) as t (v text)), 'ZC004', 'which tells of the first');
select is((select last_step from member_card where member_id = 999845), 0::bigint, 'and uses up no code');

-- batches over the same cards in opposite orders, right codes and wrong ones, known cards and unknown
create function pg_temp.batches(p_order text, p_run text) returns text language sql as $$
    select format($q$do $d$
        declare v_nos text[]; v_codes text[];
        begin
        for i in 1 .. 60 loop
            select array_agg(c.card_no order by c.member_id %1$s),
                   array_agg(case when (c.member_id + i) %% 3 = 0 then lib.totp(lib.card_secret(c.card_no), lib.totp_step(clock_timestamp())) else 'wrong000' end
                             order by c.member_id %1$s)
              into v_nos, v_codes
              from (select card_no, member_id from member_card where member_id between 999846 and 999860
                     union all select '94000000000000' || n || lib.luhn_digit('94000000000000' || n), 999845 + n from generate_series(1, 5) n) c;
            perform from api.points_redeem_code_many(
                array(select 'v:race' from generate_series(1, 20)), array(select '%2$s-' || i || '-' || n from generate_series(1000, 1019) n),
                array(select sha256('x') from generate_series(1, 20)), array(select 'till' || (n + i) %% 7 from generate_series(1, 20) n order by n %1$s),
                v_nos, v_codes, array_fill(null::bigint, array[20]), array_fill(1::bigint, array[20]),
                array(select case when n %% 2 = 0 then 'hold' else 'redeem' end from generate_series(1, 20) n),
                array(select '%2$s-' || i || '-' || n from generate_series(1, 20) n), array_fill(999840::bigint, array[20]), array_fill(null::bigint, array[20]));
            commit;
            if i %% 10 = 0 then
                delete from card_try where service = 'race' and ctid = any (array(select ctid from card_try where service = 'race' for update skip locked));
                commit;
                update member_card set last_step = 0, fail_count = 0, status = 'active', locked_by = null
                 where card_no in (select card_no from member_card where member_id between 999846 and 999860 order by card_no for update);
                commit;
            end if;
        end loop; end $d$ $q$, p_order, p_run)
$$;
select dblink_send_query('t1', pg_temp.batches('asc', 'asc')), dblink_send_query('t2', pg_temp.batches('desc', 'desc'));
select lives_ok($$select pg_temp.result('t1')$$, 'batches: no deadlock, one way round');
select lives_ok($$select pg_temp.result('t2')$$, 'nor the other');
select is_empty('select * from lib.ledger_violations()', 'the ledger holds');

select dblink_exec('x', $q$do $d$ declare v_accounts bigint[] := array(select account_id from ledger_account where owner_kind = 'm' and owner_id between 999841 and 999860); begin
    perform set_config('clubhub.retention', 'on', true);
    delete from outbox where stream ~ '^me:9998[4-6]'; delete from stream where stream ~ '^me:9998[4-6]';
    delete from idempotency where principal = 'v:race'; delete from card_try where service = 'race';
    delete from notification where member_id between 999841 and 999860; delete from notification_head where member_id between 999841 and 999860;
    delete from send_job where member_id between 999841 and 999860;
    delete from audit_log where subject_member between 999841 and 999860; delete from member_card where member_id between 999841 and 999860;
    delete from point_hold_lot where hold_id in (select hold_id from point_hold where account_id = any (v_accounts));
    delete from point_hold where account_id = any (v_accounts);
    delete from lot_use where lot_id in (select lot_id from point_lot where account_id = any (v_accounts));
    delete from point_lot where account_id = any (v_accounts);
    delete from ledger_entry where tx_id in (select tx_id from ledger_tx where club_id = 999840 or actor = 'v:race');
    delete from ledger_tx where club_id = 999840;
    delete from ledger_account where account_id = any (v_accounts); delete from wallet where owner_id between 999841 and 999860;
    delete from member where member_id between 999841 and 999860; delete from club where club_id = 999840;
    end $d$ $q$);
select count(dblink_disconnect(c)) from (select 't' || n as c from generate_series(1, 32) n union all select 'x') x;
select * from finish();
rollback;
