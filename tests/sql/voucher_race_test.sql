-- Two sessions at once (dblink) about one voucher or one benefit: of steps that meet, one wins.  They commit for real and
-- clean up after themselves.
begin;
select plan(15);
\ir two_sessions.psql

create function pg_temp.clean() returns text language sql as $$
    select dblink_exec('own', $q$
        delete from outbox where stream like '%:9973___'; delete from stream where stream like '%:9973___';
        delete from idempotency where principal like '%:9973___' or principal = 'v:race-till';
        delete from notification where member_id between 9973000 and 9973999;
        delete from notification_head where member_id between 9973000 and 9973999;
        delete from send_job where member_id between 9973000 and 9973999;
        set clubhub.retention = 'on'; delete from audit_log where subject_member between 9973000 and 9973999; reset clubhub.retention;
        delete from login_try where kind = 'v' and key = sha256('v:race-till'); delete from api_key where service = 'race-till';
        delete from voucher where benefit_id between 9973000 and 9973999; delete from benefit where club_id = 9973001;
        delete from family_member where family_id = 9973005; delete from family where family_id = 9973005;
        delete from membership where club_id = 9973001; delete from member where member_id between 9973000 and 9973999;
        delete from tier where club_id = 9973001; delete from track where club_id = 9973001; delete from club where club_id = 9973001$q$)
$$;
select pg_temp.clean();
select dblink_exec('own', $q$
    insert into club (club_id, slug, name, form, join_policy) values (9973001, 'race-vouchers', 'Race', 'benefit', 'open');
    insert into track (track_id, club_id, code, name, fee_kind) values (9973002, 9973001, 'free', 'Free', 'free');
    insert into tier (tier_id, club_id, rank, name, qualify_tp, retain_tp, window_kind) values (9973003, 9973001, 0, 'One', 0, 0, 'rolling');
    insert into member (member_id, status, handle) select m, 'active', 'vrace.' || m from generate_series(9973011, 9973012) m;
    insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)
    select m, 9973001, 9973002, 'active', 9973003, now() from generate_series(9973011, 9973012) m;
    insert into family (family_id, head) values (9973005, 9973011);
    insert into family_member (family_id, member_id, role, state, joined_at)
    select 9973005, m, case m when 9973011 then 'head' else 'adult' end, 'active', now() from generate_series(9973011, 9973012) m;
    insert into api_key (key_hash, service, scopes, created_by) values (sha256('race-till'), 'race-till', '{pos}', 'test');
    insert into benefit (benefit_id, club_id, kind, title, terms, stock, per_member, status)
    values (9973021, 9973001, 'gift', 'Last', 'One.', 1, null, 'active'), (9973022, 9973001, 'gift', 'Once', 'One.', null, 1, 'active'),
           (9973023, 9973001, 'gift', 'Mug', 'One.', 5, null, 'active');
    insert into voucher (voucher_id, benefit_id, member_id, holder, code_hash, cause, expires_at)
    select v, 9973023, 9973011, 9973011, lib.voucher_hash(lib.voucher_code(v, 9973011)), 'purchase',
           case when v in (9973046, 9973047) then now() end
      from generate_series(9973041, 9973048) v$q$);

create sequence pg_temp.keys;
create function pg_temp.write(p_who text, p_function text, p_arguments text) returns text language sql as $$
    select format('select (api.%I(%L, %L, ''aa'', %s)).reply::text', p_function, p_who,
                  'voucher-race-' || nextval('pg_temp.keys'), p_arguments)
$$;
create function pg_temp.redeem(p_voucher bigint, p_holder bigint default 9973011) returns text language sql as $$
    select pg_temp.write('v:race-till', 'benefit_redeem_voucher', format('lib.voucher_code(%s, %s)', p_voucher, p_holder))
$$;
create function pg_temp.give(p_voucher bigint) returns text language sql as
$$ select pg_temp.write('m:9973011', 'benefit_give', p_voucher || ', 9973012') $$;
create function pg_temp.cancel(p_voucher bigint) returns text language sql as
$$ select pg_temp.write('m:9973011', 'benefit_cancel_voucher', p_voucher || ', null') $$;
create function pg_temp.claim(p_member bigint, p_benefit bigint) returns text language sql as
$$ select pg_temp.write('m:' || p_member, 'benefit_claim', p_benefit::text) $$;

create function pg_temp.said(p_reply jsonb) returns text language sql as
$$ select coalesce(p_reply ->> 'refused', p_reply ->> 'state') $$;
select is(pg_temp.race(pg_temp.redeem(9973041), pg_temp.redeem(9973041)), 'redeemed, ZC031', 'used at two tills: once');
select is(pg_temp.race(pg_temp.redeem(9973042), pg_temp.cancel(9973042)), 'redeemed, ZC003', 'used while it is cancelled');
select is((select stock from benefit where benefit_id = 9973023), 5, 'nothing comes back of it');
select is(pg_temp.race(pg_temp.cancel(9973043), pg_temp.redeem(9973043)), 'cancelled, ZC003', 'cancelled while it is used');
select is(pg_temp.race(pg_temp.give(9973044), pg_temp.redeem(9973044)), 'given, CODE_INVALID', 'given while the old code is used');
select is(pg_temp.race(pg_temp.redeem(9973044, 9973012), pg_temp.give(9973044)), 'redeemed, ZC003', 'the new one is good');
select is(pg_temp.race(pg_temp.redeem(9973045), pg_temp.give(9973045)), 'redeemed, ZC003', 'used while it is given');
select is(pg_temp.race('select jsonb_build_object(''state'', lib.vouchers_run())::text', pg_temp.cancel(9973046)), '2, ZC003', 'cancelled while it ends');
select is((select string_agg(state, ' ' order by voucher_id) from voucher where voucher_id in (9973046, 9973047)), 'expired expired', 'it has ended');
select dblink_exec('own', 'update voucher set state = ''issued'', expires_at = now() + interval ''6 days'', warned = null where voucher_id = 9973047');
select dblink_exec('a', 'begin');
select v from dblink('a', pg_temp.give(9973047)) as t (v text);
select is((select done from dblink('b', 'select lib.vouchers_run()') as t (done bigint)), 0::bigint, 'the job passes over what is being given');
select dblink_exec('a', 'commit');
select is((select done from dblink('b', 'select lib.vouchers_run()') as t (done bigint)), 1::bigint, 'and comes back');
select dblink_exec('own', 'update voucher set state = ''issued'', expires_at = now() where voucher_id = 9973046');
select dblink_exec('b', 'set lock_timeout = ''5s''');
select dblink_exec('a', 'begin');
select v from dblink('a', 'select voucher_id from voucher where voucher_id = 9973046 for no key update') as t (v text);
select is((select done from dblink('b', 'select lib.vouchers_run()') as t (done bigint)), 0::bigint, 'nor does it wait for one that ends');
select dblink_exec('a', 'commit'), dblink_exec('b', 'reset lock_timeout');
select is(pg_temp.race(pg_temp.claim(9973011, 9973021), pg_temp.claim(9973012, 9973021)), 'issued, ZC018', 'two about the last one');
select is(pg_temp.race(pg_temp.claim(9973011, 9973022), pg_temp.claim(9973011, 9973022)), 'issued, ZC024', 'one member from two devices');
select is(pg_temp.race(pg_temp.give(9973048), pg_temp.cancel(9973048)), 'given, ZC003', 'given from one device, cancelled from the other');

select pg_temp.clean();
select dblink_disconnect(c) from unnest('{a,b,own}'::text[]) c;
select * from finish();
rollback;
