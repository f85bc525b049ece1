-- Two sessions at once (dblink) about the seats of one offer: all who want them wait for its lock, and what the second is
-- told is what the first has left.  They commit for real and clean up after themselves.
begin;
select plan(15);
\ir two_sessions.psql

create function pg_temp.clean() returns text language sql as $$
    select dblink_exec('own', $q$
        delete from outbox where stream ~ ':9974[0-9]{3}$'; delete from stream where stream ~ ':9974[0-9]{3}$';
        delete from idempotency where principal like '%:9974___' or principal = 'v:race-desk';
        delete from reservation_leg where pool_id = 9974031; delete from reservation_item where class_id = 9974041;
        delete from reservation where offer_id = 9974021; delete from offer_pulse where offer_id = 9974021;
        delete from seat_class_pool where offer_id = 9974021; delete from seat_class where offer_id = 9974021;
        delete from seat_pool where offer_id = 9974021; delete from offer where offer_id = 9974021;
        set clubhub.retention = 'on'; delete from audit_log where subject_member between 9974000 and 9974999; reset clubhub.retention;
        delete from membership where club_id = 9974001; delete from member where member_id between 9974000 and 9974999;
        delete from tier where club_id = 9974001; delete from track where club_id = 9974001; delete from club where club_id = 9974001$q$)
$$;
select pg_temp.clean();
select dblink_exec('own', $q$
    insert into club (club_id, slug, name, form, join_policy) values (9974001, 'race-seats', 'Race', 'benefit', 'open');
    insert into track (track_id, club_id, code, name, fee_kind) values (9974002, 9974001, 'free', 'Free', 'free');
    insert into tier (tier_id, club_id, rank, name, qualify_tp, retain_tp, window_kind) values (9974003, 9974001, 0, 'One', 0, 0, 'rolling');
    insert into member (member_id, status, handle) select m, 'active', 'srace.' || m from generate_series(9974011, 9974016) m;
    insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)
    select m, 9974001, 9974002, 'active', 9974003, now() from generate_series(9974011, 9974016) m;
    insert into offer (offer_id, club_id, kind, title, organiser_name, starts_at, ends_at, public_open_at, booking_close_at,
                       name_deadline, currency, state)
    values (9974021, 9974001, 'trip', 'Race', 'Race', now() + interval '9 days', now() + interval '9 days', now(),
            now() + interval '8 days', now() + interval '7 days', 'EUR', 'open');
    insert into seat_pool (pool_id, offer_id, code, capacity) values (9974031, 9974021, 'total', 1);
    insert into seat_class (class_id, offer_id, code, title) values (9974041, 9974021, 'deck', 'Deck');
    insert into seat_class_pool (class_id, pool_id, offer_id) values (9974041, 9974031, 9974021)$q$);

create sequence pg_temp.keys;
create function pg_temp.write(p_who text, p_function text, p_arguments text) returns text language sql as $$
    select format('select (api.%I(%L, %L, ''aa'', %s)).reply::text', p_function, p_who,
                  'seats-race-' || nextval('pg_temp.keys'), p_arguments)
$$;
create function pg_temp.hold(p_member bigint) returns text language sql as $$
    select pg_temp.write('m:' || p_member, 'reservation_hold', '9974021, ''[{"class":"9974041","qty":1}]'', null, null, null')
$$;
create function pg_temp.held(p_member bigint) returns bigint language sql volatile as
$$ select resv_id from reservation where offer_id = 9974021 and state = 'held' and organiser = p_member $$;
create function pg_temp.seats(p_capacity int) returns text language sql as
$$ select dblink_exec('own', format('update seat_pool set capacity = %s where pool_id = 9974031', p_capacity)) $$;
create function pg_temp.late() returns text language sql as
$$ select dblink_exec('own', 'update reservation set expires_at = clock_timestamp() where offer_id = 9974021 and state = ''held''') $$;
create function pg_temp.pool() returns int language sql volatile as $$ select held from seat_pool where pool_id = 9974031 $$;
create function pg_temp.said(p_reply jsonb) returns text language sql as $$ select p_reply ->> 'state' $$;

select is(pg_temp.race(pg_temp.hold(9974011), pg_temp.hold(9974012)), 'held, ZC009', 'two about the last seat');
select is(pg_temp.race(pg_temp.write('m:9974011', 'reservation_release', pg_temp.held(9974011)::text), pg_temp.hold(9974012)), 'released, held', 'held when it is given up');
select is(pg_temp.pool(), 1, 'by one');
select pg_temp.seats(9);
select is(pg_temp.race(pg_temp.hold(9974013), pg_temp.hold(9974013)), 'held, ZC024', 'one member from two devices');
select is(pg_temp.race(pg_temp.write('v:race-desk', 'reservation_payment_started', pg_temp.held(9974013)::text),
                       pg_temp.write('m:9974013', 'reservation_extend', pg_temp.held(9974013)::text)), 'held, held', 'extended as the payment begins');
select is(pg_temp.race(pg_temp.write('m:9974013', 'reservation_release', pg_temp.held(9974013)::text),
                       pg_temp.write('m:9974013', 'reservation_extend', pg_temp.held(9974013)::text)), 'released, ZC026', 'not when it is given up');
select is(pg_temp.pool(), 1, 'one is held');

-- time and the job
select pg_temp.late();
select is(pg_temp.race(pg_temp.hold(9974014), pg_temp.write('m:9974012', 'reservation_release', pg_temp.held(9974012)::text)), 'held, ZC026', 'what ran out goes to who asks');
select is(pg_temp.pool(), 1, 'once');
select pg_temp.late();
select is(pg_temp.race('select jsonb_build_object(''state'', lib.reservations_run())::text', pg_temp.hold(9974015)), '1, held', 'the job first, who asks after it');
select is(pg_temp.pool(), 1, 'its seat came free once');
select pg_temp.late();
select dblink_exec('b', 'set lock_timeout = ''5s''');
select dblink_exec('a', 'begin');
select is((select v::jsonb ->> 'state' from dblink('a', pg_temp.hold(9974016)) as t (v text)), 'held', 'who asks first');
select is((select done from dblink('b', 'select lib.reservations_run()') as t (done bigint)), 0::bigint, 'is not waited for by the job');
select dblink_exec('a', 'commit');
select is(pg_temp.pool(), 1, 'one is held');
select is((select string_agg(t::text, '; ') from lib.seat_violations() t where t::text like '%9974%'), null, 'seats add up');

select pg_temp.clean();
select * from finish();
rollback;
