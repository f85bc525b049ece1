-- Two sessions at once (dblink) about one payment, one reservation, the last seat, one refund: of what meets, one wins, and
-- no money is lost.  They commit for real and clean up after themselves.
begin;
select plan(22);
\ir two_sessions.psql

create function pg_temp.clean() returns text language sql as $$
    select dblink_exec('own', $q$
        delete from waitlist_news where offer_id between 9974000 and 9974999; delete from waitlist_entry where offer_id between 9974000 and 9974999;
        delete from notification where member_id between 9974000 and 9974999; delete from notification_head where member_id between 9974000 and 9974999;
        delete from outbox where stream like '%:9974___'; delete from stream where stream like '%:9974___';
        delete from idempotency where principal like '%:9974___' or principal = 'v:race-desk';
        set clubhub.retention = 'on'; delete from audit_log where subject_member between 9974000 and 9974999; reset clubhub.retention;
        delete from api_key where service = 'race-desk';
        delete from moment where club_id = 9974001; delete from support_case where club_id = 9974001;
        delete from refund where resv_id between 9974000 and 9974999; delete from payment where resv_id between 9974000 and 9974999;
        delete from reservation_party where resv_id between 9974000 and 9974999;
        delete from reservation_leg where resv_id between 9974000 and 9974999;
        delete from reservation_item where resv_id between 9974000 and 9974999;
        delete from reservation where resv_id between 9974000 and 9974999;
        delete from offer_pulse where offer_id between 9974000 and 9974999;
        delete from seat_class_pool where offer_id between 9974000 and 9974999;
        delete from seat_class where offer_id between 9974000 and 9974999;
        delete from seat_pool where offer_id between 9974000 and 9974999; delete from offer where club_id = 9974001;
        delete from wallet where owner_id between 9974000 and 9974999; delete from ledger_account where owner_id between 9974000 and 9974999;
        delete from membership where club_id = 9974001; delete from member where member_id between 9974000 and 9974999;
        delete from tier where club_id = 9974001; delete from track where club_id = 9974001; delete from club where club_id = 9974001$q$)
$$;
select pg_temp.clean();
select dblink_exec('own', $q$
    insert into club (club_id, slug, name, form, join_policy) values (9974001, 'race-seats', 'Race', 'benefit', 'open');
    insert into track (track_id, club_id, code, name, fee_kind) values (9974002, 9974001, 'free', 'Free', 'free');
    insert into tier (tier_id, club_id, rank, name, qualify_tp, retain_tp, window_kind) values (9974003, 9974001, 0, 'One', 0, 0, 'rolling');
    insert into member (member_id, status, handle) values (9974011, 'active', 'prace.1');
    insert into membership (member_id, club_id, track_id, status, tier_id, joined_at) values (9974011, 9974001, 9974002, 'active', 9974003, now());
    insert into api_key (key_hash, service, scopes, created_by) values (sha256('race-desk'), 'race-desk', '{booking}', 'test');
    insert into offer (offer_id, club_id, kind, title, organiser_name, starts_at, ends_at, public_open_at, booking_close_at, name_deadline, currency, state)
    select o, 9974001, 'trip', 'Race', 'Race', now() + interval '60 days', now() + interval '61 days', now() - interval '1 day',
           now() + interval '50 days', now() + interval '49 days', 'EUR', 'open' from unnest('{9974021,9974022}'::bigint[]) o;
    insert into seat_pool (pool_id, offer_id, code, capacity, held) values (9974031, 9974021, 'total', 20, 9), (9974032, 9974022, 'total', 5, 1);
    insert into seat_class (class_id, offer_id, code, title, unit_price_minor) values (9974041, 9974021, 'one', 'One', 10000), (9974042, 9974022, 'one', 'One', 10000);
    insert into seat_class_pool (class_id, pool_id, offer_id) values (9974041, 9974031, 9974021), (9974042, 9974032, 9974022);
    insert into reservation (resv_id, offer_id, organiser, persons, state, source, expires_at, total_minor)
    select r, case r when 9974110 then 9974022 else 9974021 end, 9974011, 1, 'held', 'waitlist', now() + interval '10 minutes',
           case r when 9974109 then 0 else 10000 end from generate_series(9974101, 9974110) r;
    insert into reservation_item (resv_id, class_id, qty, unit_minor)
    select r, case r when 9974110 then 9974042 else 9974041 end, 1, case r when 9974109 then 0 else 10000 end from generate_series(9974101, 9974110) r;
    insert into reservation_leg (resv_id, pool_id, qty) select r, case r when 9974110 then 9974032 else 9974031 end, 1 from generate_series(9974101, 9974110) r$q$);

create sequence pg_temp.keys;
create function pg_temp.write(p_who text, p_function text, p_arguments text, p_key text default null) returns text language sql as $$
    select format('select (api.%I(%L, %L, ''aa'', %s)).reply::text', p_function, p_who,
                  coalesce(p_key, 'pay-race-' || nextval('pg_temp.keys')), p_arguments)
$$;
create function pg_temp.pay(p_resv bigint, p_ref text, p_key text default null) returns text language sql as
$$ select pg_temp.write('v:race-desk', 'reservation_confirm', format('%s, %L, null', p_resv, p_ref), p_key) $$;
create function pg_temp.settle(p_resv bigint) returns text language sql as
$$ select pg_temp.write('m:9974011', 'reservation_confirm', p_resv || ', null, null') $$;
create function pg_temp.release(p_resv bigint) returns text language sql as
$$ select pg_temp.write('m:9974011', 'reservation_release', p_resv::text) $$;
create function pg_temp.said(p_reply jsonb) returns text language sql as
$$ select concat_ws(' ', coalesce(p_reply ->> 'outcome', p_reply ->> 'state'), p_reply ->> 'reason', case when p_reply ? 'replay' then 'again' end) $$;
create function pg_temp.pool() returns text language sql as $$ select held || ' ' || confirmed from club.seat_pool where pool_id = 9974031 $$;
create function pg_temp.money(p_resv bigint) returns text language sql as $$
    select (select string_agg(payment_ref || ' ' || outcome, ', ' order by payment_ref) from club.payment where resv_id = p_resv)
           || coalesce('; ' || (select string_agg(src_key || ' ' || amount_minor, ', ' order by src_key) from club.refund where resv_id = p_resv), '')
$$;

select is(pg_temp.race(pg_temp.pay(9974101, 'race-1'), pg_temp.pay(9974101, 'race-1')), 'confirmed, confirmed', 'one payment told by two: one answer');
select is(pg_temp.money(9974101), 'race-1 confirmed', 'once');
select is(pg_temp.race(pg_temp.pay(9974102, 'race-2', 'pay-race-same'), pg_temp.pay(9974102, 'race-2', 'pay-race-same')), 'confirmed, confirmed again', 'the same call twice');
select is(pg_temp.race(pg_temp.pay(9974103, 'race-3'), pg_temp.pay(9974103, 'race-4')), 'confirmed, refunded paid', 'two payments of one reservation');
select is(pg_temp.money(9974103), 'race-3 confirmed, race-4 refunded; pay:race-4 10000', 'the second goes back');
select is(pg_temp.race(pg_temp.pay(9974104, 'race-5'), pg_temp.pay(9974110, 'race-5')), 'confirmed, ZC019', 'one payment for two reservations of two offers');
select is((select state from reservation where resv_id = 9974110), 'held', 'the other is as it was');
select is(pg_temp.race(pg_temp.release(9974105), pg_temp.pay(9974105, 'race-6')), 'released, refunded released', 'paid while it is given up');
select is(pg_temp.race(pg_temp.pay(9974106, 'race-7'), pg_temp.release(9974106)), 'confirmed, ZC026', 'given up while it is paid');
select is(pg_temp.race(pg_temp.settle(9974109), pg_temp.settle(9974109)), 'confirmed, ZC026', 'confirmed on two devices');
select is(pg_temp.pool(), '2 6', 'each seat is counted once');

-- two that are late, one seat
select dblink_exec('own', 'update reservation set expires_at = clock_timestamp() - interval ''7 seconds'' where resv_id in (9974107, 9974108)');
select dblink_exec('own', 'update reservation set state = ''expired'', closed_at = now() where resv_id in (9974107, 9974108)');
select dblink_exec('own', 'update seat_pool set held = 0, capacity = 7 where pool_id = 9974031');
select is(pg_temp.race(pg_temp.pay(9974107, 'race-8'), pg_temp.pay(9974108, 'race-9')), 'confirmed_late, refunded sold_out', 'two late payments, one seat');
select is(pg_temp.pool(), '0 7', 'which is sold once');
select is((select count(*) || ' ' || min(cause) from support_case where ref = 'resv:9974108'), '1 paid_late', 'the other is looked at');

-- who waits and who was named are told in one order: while the first is not free, the other is
select dblink_exec('own', $q$
    insert into member (member_id, status, handle) values (9974012, 'active', 'prace.2'), (9974013, 'active', 'prace.3');
    insert into membership (member_id, club_id, track_id, status, tier_id, joined_at) select m, 9974001, 9974002, 'active', 9974003, now() from generate_series(9974012, 9974013) m;
    insert into notification_head (member_id, num) values (9974012, 1), (9974013, 1);
    insert into waitlist_entry (entry_id, offer_id, class_id, member_id, qty) values (9974201, 9974022, 9974042, 9974013, 1);
    update reservation set expires_at = clock_timestamp() - interval '7 seconds', party = '[{"class":"9974042","member":"9974012"}]' where resv_id = 9974110$q$);
select dblink_exec('own', 'begin');
select v from dblink('own', 'select member_id from notification_head where member_id = 9974012 for update') as t (v text);
select t.pid as waits from dblink('a', 'select pg_backend_pid()') as t (pid int) \gset
select dblink_send_query('a', pg_temp.pay(9974110, 'race-10'));
create function pg_temp.waits(p_pid int) returns boolean language plpgsql as $$
begin
    while dblink_is_busy('a') = 1 loop
        if exists (select from pg_locks where pid = p_pid and not granted) then
            return true;
        end if;
        perform pg_sleep(0.01);
    end loop;
    return false;
end $$;
select ok(pg_temp.waits(:waits), 'the payment waits for the first');
select is((select n from dblink('b', 'select member_id from notification_head where member_id = 9974013 for update skip locked') as t (n bigint)), 9974013::bigint, 'and holds no other');
select dblink_exec('own', 'commit');
select is(pg_temp.result('a'), 'confirmed_late', 'then it goes on');

-- refunds
select dblink_exec('own', 'update refund set state = ''done'' where resv_id not between 9974000 and 9974999 and state = ''queued''');
select dblink_exec('b', 'set lock_timeout = ''5s''');
select dblink_exec('a', 'begin');
select count(*) from dblink('a', 'select jsonb_array_length((api.refund_take(''v:race-desk'', 1)).reply -> ''refunds'')') as t (n int);
select is((select n from dblink('b', 'select jsonb_array_length((api.refund_take(''v:race-desk'', 100)).reply -> ''refunds'')') as t (n int)), 2, 'what another takes is passed over');
select dblink_exec('a', 'commit');
select is((select n from dblink('b', 'select jsonb_array_length((api.refund_take(''v:race-desk'', 100)).reply -> ''refunds'')') as t (n int)), 0, 'and taken by it');
select refund_id as refund from refund where src_key = 'pay:race-4' \gset
select is(pg_temp.race(pg_temp.write('v:race-desk', 'refund_done', :'refund' || ', ''done'''), pg_temp.write('v:race-desk', 'refund_done', :'refund' || ', ''failed''')), 'done, ZC017', 'said by two: the first counts');
select dblink_exec('own', 'update refund set lease_until = now() where resv_id = 9974105');
select dblink_exec('a', 'begin');
select v from dblink('a', 'select refund_id from refund where resv_id = 9974105 for update') as t (v text);
select is((select n from dblink('b', 'select lib.refunds_run()') as t (n int)), 0, 'a lapsed one that is being settled is passed over');
select dblink_exec('a', 'commit');
select is((select n from dblink('b', 'select lib.refunds_run()') as t (n int)), 1, 'and comes back');

select pg_temp.clean();
select dblink_disconnect(c) from unnest('{a,b,own}'::text[]) c;
select * from finish();
rollback;
