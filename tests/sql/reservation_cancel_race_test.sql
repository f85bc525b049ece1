-- Two sessions at once (dblink) about one booking: cancelled while it is confirmed, swept, cancelled again, renamed, called
-- off by the operator; needs said while their consent goes.  They commit for real and clean up after themselves.
begin;
select plan(29);
\ir two_sessions.psql

create function pg_temp.clean() returns text language sql as $$
    select dblink_exec('own', $q$
        delete from outbox where stream like '%:9975___'; delete from stream where stream like '%:9975___';
        delete from idempotency where principal like '%:9975___' or principal = 'v:cancel-desk';
        delete from notification where member_id between 9975000 and 9975999;
        delete from notification_head where member_id between 9975000 and 9975999;
        delete from send_job where member_id between 9975000 and 9975999;
        set clubhub.retention = 'on'; delete from audit_log where subject_member between 9975000 and 9975999;
        delete from consent_state where member_id between 9975000 and 9975999; delete from consent_head where member_id between 9975000 and 9975999;
        delete from consent_event where member_id between 9975000 and 9975999; reset clubhub.retention;
        delete from consent_text where published_by = 'cancel-race';
        delete from api_key where service = 'cancel-desk'; delete from moment where club_id = 9975001; delete from support_case where club_id = 9975001;
        delete from refund where resv_id between 9975000 and 9975999; delete from payment where resv_id between 9975000 and 9975999;
        delete from reservation_party where resv_id between 9975000 and 9975999;
        delete from reservation_leg where resv_id between 9975000 and 9975999;
        delete from reservation_item where resv_id between 9975000 and 9975999;
        delete from reservation where resv_id between 9975000 and 9975999;
        delete from offer_pulse where offer_id = 9975021; delete from seat_class_pool where offer_id = 9975021;
        delete from seat_class where offer_id = 9975021; delete from seat_pool where offer_id = 9975021; delete from offer where club_id = 9975001;
        delete from membership where club_id = 9975001; delete from member where member_id between 9975000 and 9975999;
        delete from tier where club_id = 9975001; delete from track where club_id = 9975001; delete from club where club_id = 9975001$q$)
$$;
select pg_temp.clean();
select dblink_exec('own', $q$
    insert into club (club_id, slug, name, form, join_policy) values (9975001, 'race-cancel', 'Race', 'benefit', 'open');
    insert into track (track_id, club_id, code, name, fee_kind) values (9975002, 9975001, 'free', 'Free', 'free');
    insert into tier (tier_id, club_id, rank, name, qualify_tp, retain_tp, window_kind) values (9975003, 9975001, 0, 'One', 0, 0, 'rolling');
    insert into member (member_id, status, handle) values (9975011, 'active', 'crace.1'), (9975012, 'active', 'crace.2');
    insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)
    select m, 9975001, 9975002, 'active', 9975003, now() from generate_series(9975011, 9975012) m;
    insert into api_key (key_hash, service, scopes, created_by) values (sha256('cancel-desk'), 'cancel-desk', '{booking}', 'test');
    insert into consent_text (purpose_id, ver, locale, title, body, sha256, material, valid_from, published_by)
    values (60, 1, 'en', 'Needs', 'Body', sha256('60'), true, now() - interval '1 day', 'cancel-race') on conflict do nothing;
    insert into offer (offer_id, club_id, kind, title, organiser_name, starts_at, ends_at, public_open_at, booking_close_at, name_deadline, currency, state,
                       cancel_policy)
    values (9975021, 9975001, 'trip', 'Race', 'Race', now() + interval '60 days', now() + interval '61 days', now() - interval '1 day',
            now() + interval '50 days', now() + interval '49 days', 'EUR', 'open', '[{"hours_before":0,"refund_ppm":1000000}]');
    insert into seat_pool (pool_id, offer_id, code, capacity, held) values (9975031, 9975021, 'total', 40, 20);
    insert into seat_class (class_id, offer_id, code, title, unit_price_minor) values (9975041, 9975021, 'one', 'One', 10000);
    insert into seat_class_pool (class_id, pool_id, offer_id) values (9975041, 9975031, 9975021);
    insert into reservation (resv_id, offer_id, organiser, persons, state, source, expires_at, total_minor, party)
    select r, 9975021, 9975011, 2, 'held', 'waitlist', now() + interval '10 minutes', 20000, '[{"class":"9975041","member":"9975012"}]'
      from generate_series(9975101, 9975110) r;
    insert into reservation_item (resv_id, class_id, qty, unit_minor) select r, 9975041, 2, 10000 from generate_series(9975101, 9975110) r;
    insert into reservation_leg (resv_id, pool_id, qty) select r, 9975031, 2 from generate_series(9975101, 9975110) r$q$);

create sequence pg_temp.keys;
create function pg_temp.write(p_who text, p_function text, p_arguments text, p_key text default null) returns text language sql as $$
    select format('select (api.%I(%L, %L, ''aa'', %s)).reply::text', p_function, p_who,
                  coalesce(p_key, 'cancel-race-' || nextval('pg_temp.keys')), p_arguments)
$$;
create function pg_temp.pay(p_resv bigint) returns text language sql as
$$ select pg_temp.write('v:cancel-desk', 'reservation_confirm', format('%s, ''cancel-race-%s-%s'', null', p_resv, p_resv, nextval('pg_temp.keys'))) $$;
create function pg_temp.paid(p_resv bigint) returns text language sql as $$ select t.v::jsonb ->> 'outcome' from dblink('own', pg_temp.pay(p_resv)) as t (v text) $$;
create function pg_temp.cancel(p_resv bigint, p_seats text default null) returns text language sql as
$$ select pg_temp.write('m:9975011', 'reservation_cancel', format('%s, %L, null, null', p_resv, p_seats)) $$;
create function pg_temp.name(p_resv bigint, p_seat int, p_guest text) returns text language sql as
$$ select pg_temp.write('m:9975011', 'reservation_name_seat', format('%s, %s, null, null, %L', p_resv, p_seat, p_guest)) $$;
create function pg_temp.accept(p_resv bigint) returns text language sql as $$ select pg_temp.write('m:9975012', 'reservation_accept_seat', p_resv::text) $$;
create function pg_temp.decline(p_resv bigint) returns text language sql as $$ select pg_temp.write('m:9975012', 'reservation_decline_seat', p_resv::text) $$;
create function pg_temp.needs(p_resv bigint) returns text language sql as $$ select pg_temp.write('m:9975012', 'reservation_set_needs', p_resv || ', 1, ''No nuts''') $$;
create function pg_temp.withdraw() returns text language sql as
$$ select pg_temp.write('m:9975012', 'consent_withdraw', '''{}'', ''special.access'', ''9975021'', null, null, null') $$;
create function pg_temp.give() returns text language sql as $$
    select pg_temp.write('m:9975012', 'consent_give', format('''{}'', %L, %s, null, null',
        '[{"purpose":"special.access","scope":"9975021","channel":"none","text_ver":1,"locale":"en"}]', (select consent_epoch from club.member where member_id = 9975012)))
$$;
create function pg_temp.said(p_reply jsonb) returns text language sql as $$
    select concat_ws(' ', coalesce(p_reply ->> 'outcome', p_reply ->> 'state', p_reply #>> '{states,0,state}', 'needs ' || (p_reply ->> 'needs')),
                     p_reply ->> 'reason', p_reply #>> '{refund,minor}', case when p_reply ? 'replay' then 'again' end)
$$;
create function pg_temp.money(p_resv bigint) returns text language sql as $$
    select (select refunded_minor from club.reservation where resv_id = p_resv) || ' of '
           || (select count(*) || ': ' || coalesce(sum(amount_minor), 0) from club.refund where resv_id = p_resv and src_key like 'resv:%')
$$;
create function pg_temp.run(p_conn text, p_call text) returns bigint language sql as $$ select t.n from dblink(p_conn, 'select ' || p_call) as t (n bigint) $$;

-- confirming
select is(pg_temp.race(pg_temp.pay(9975101), pg_temp.cancel(9975101)), 'confirmed, cancelled 20000', 'cancelled while it is confirmed: the one, then the other');
select is(pg_temp.money(9975101), '20000 of 1: 20000', 'and paid back once');
select is(pg_temp.paid(9975102), 'confirmed', 'a second one');
select is(pg_temp.race(pg_temp.cancel(9975102), pg_temp.pay(9975102)), 'cancelled 20000, refunded cancelled', 'paid again while it is cancelled: that goes back, too');
select is(pg_temp.money(9975102), '20000 of 1: 20000', 'which is no part of what the cancellation pays');

-- cancelling twice
select is(pg_temp.paid(9975103), 'confirmed', 'a third one');
select is(pg_temp.race(pg_temp.cancel(9975103, '[1]'), pg_temp.cancel(9975103, '[1]')), 'confirmed 10000, ZC602', 'one seat from two devices');
select is(pg_temp.race(pg_temp.cancel(9975103), pg_temp.cancel(9975103)), 'cancelled 10000, ZC017', 'the rest from two devices');
select is(pg_temp.paid(9975104), 'confirmed', 'a fourth one');
select is(pg_temp.race(pg_temp.cancel(9975104, '[1]'), pg_temp.cancel(9975104, '[2]')), 'confirmed 10000, cancelled 10000', 'one seat here, the other there');
select is(pg_temp.money(9975103) || ', ' || pg_temp.money(9975104), '20000 of 2: 20000, 20000 of 2: 20000', 'never more than was paid');
select is((select held || ' ' || confirmed from seat_pool where pool_id = 9975031), '12 0', 'each seat is freed once');

-- the sweeper
select is(pg_temp.paid(9975105), 'confirmed', 'a fifth one');
select dblink_exec('own', 'update reservation set expires_at = clock_timestamp() where resv_id = 9975106');
select dblink_exec('b', 'set lock_timeout = ''5s''');
select dblink_exec('a', 'begin');
select v from dblink('a', pg_temp.cancel(9975105, '[1]')) as t (v text);
select is(pg_temp.run('b', 'lib.reservations_run()'), 0::bigint, 'a sweep passes over an offer in which something is cancelled');
select dblink_exec('a', 'commit');
select is(pg_temp.race('select jsonb_build_object(''state'', lib.reservations_run())::text', pg_temp.cancel(9975105)), '1, cancelled 10000', 'and what is swept is waited for');
select is((select held || ' ' || confirmed from seat_pool where pool_id = 9975031), '8 0', 'both have freed what was theirs');

-- names
select is(pg_temp.paid(9975107), 'confirmed', 'a seventh one');
select is(pg_temp.race(pg_temp.accept(9975107), pg_temp.name(9975107, 1, 'May')), 'accepted, accepted', 'accepted while the seat is given to a guest');
select is((select state || ' ' || guest_label from reservation_party where resv_id = 9975107 and seat_no = 1), 'accepted May', 'whose it is then');
select is(pg_temp.paid(9975108), 'confirmed', 'an eighth one');
select is(pg_temp.race(pg_temp.cancel(9975108, '[1]'), pg_temp.accept(9975108)), 'confirmed 10000, ZC002', 'accepted while it is cancelled');

-- needs
select is(pg_temp.paid(9975109), 'confirmed', 'a ninth one');
select v::jsonb ->> 'state' from dblink('own', pg_temp.accept(9975109)) as t (v text) \g /dev/null
select v from dblink('own', pg_temp.give()) as t (v text) \g /dev/null
select is(pg_temp.race(pg_temp.needs(9975109), pg_temp.withdraw()), 'needs true, withdrawn', 'said while the consent goes');
select is((select count(*) from reservation_party where resv_id = 9975109 and needs_enc is not null), 0::bigint, 'nothing is left of it');
select v from dblink('own', pg_temp.give()) as t (v text) \g /dev/null
select is(pg_temp.race(pg_temp.withdraw(), pg_temp.needs(9975109)), 'withdrawn, ZC010', 'the other way round: not taken');

-- the operator; what dies in the middle has done nothing
select is(pg_temp.race('with o as (update offer set state = ''cancelled'' where offer_id = 9975021 returning 1) select jsonb_build_object(''state'', ''off'') from o', pg_temp.cancel(9975109)),
          'off, ZC017', 'cancelled while the offer is');
select dblink_exec('a', 'begin');
select is(pg_temp.run('a', 'lib.offer_cancellations_run(1)') + pg_temp.run('b', 'lib.offer_cancellations_run(1)'), 1::bigint, 'one job at a time');
select dblink_exec('a', 'rollback');
select pg_temp.run('b', 'lib.offer_cancellations_run(2)') from generate_series(1, 5) \g /dev/null
select is((select string_agg(r.resv_id % 100 || ' ' || r.state || ' ' || pg_temp.money(r.resv_id), ', ' order by r.resv_id) from reservation r where r.resv_id > 9975106 and r.resv_id < 9975200),
          '7 cancelled 20000 of 1: 20000, 8 cancelled 20000 of 2: 20000, 9 cancelled 20000 of 1: 20000, 10 released 0 of 0: 0', 'everybody is paid back, once');
select is((select count(*) from lib.seat_violations() where object ~ '9975'), 0::bigint, 'the invariants hold');

select pg_temp.clean();
select dblink_disconnect(c) from unnest('{a,b,own}'::text[]) c;
select * from finish();
rollback;
