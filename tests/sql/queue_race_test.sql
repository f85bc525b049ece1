-- Two sessions at once about one queue: a ticket is in the sealed list exactly if it is early, and there is one draw.  They
-- commit for real and clean up after themselves.
begin;
select plan(14);
\ir two_sessions.psql

create function pg_temp.clean() returns text language sql as $$
    select dblink_exec('own', $q$
        delete from outbox where stream like '%:9978___'; delete from stream where stream like '%:9978___';
        delete from idempotency where principal like '%:9978___';
        delete from queue_gap where offer_id between 9978000 and 9978999; delete from queue_draw where offer_id between 9978000 and 9978999;
        delete from queue_ticket where offer_id between 9978000 and 9978999; delete from offer_queue where offer_id between 9978000 and 9978999;
        delete from offer where club_id = 9978001;
        delete from membership where club_id = 9978001; delete from member where member_id between 9978000 and 9978999;
        delete from tier where club_id = 9978001; delete from track where club_id = 9978001; delete from club where club_id = 9978001$q$)
$$;
select pg_temp.clean();
select dblink_exec('own', $q$
    insert into club (club_id, slug, name, form, join_policy) values (9978001, 'race-queue', 'Race', 'benefit', 'open');
    insert into track (track_id, club_id, code, name, fee_kind) values (9978002, 9978001, 'free', 'Free', 'free');
    insert into tier (tier_id, club_id, rank, name, qualify_tp, retain_tp, window_kind) values (9978003, 9978001, 0, 'One', 0, 0, 'rolling');
    insert into member (member_id, status, handle) select m, 'active', 'qrace.' || m from generate_series(9978011, 9978016) m;
    insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)
    select m, 9978001, 9978002, 'active', 9978003, now() from generate_series(9978011, 9978016) m;
    insert into offer (offer_id, club_id, kind, title, organiser_name, starts_at, ends_at, announce_at, public_open_at,
                       booking_close_at, name_deadline, currency, state)
    select o, 9978001, 'trip', 'Fjords', 'Open', now() + interval '60 days', now() + interval '62 days', now() - interval '1 day',
           now() + interval '10 minutes', now() + interval '50 days', now() + interval '55 days', 'EUR', 'announced'
      from generate_series(9978021, 9978022) o;
    do $x$ begin perform lib.queue_make(9978021); perform lib.queue_make(9978022); end $x$$q$);

create sequence pg_temp.keys;
create function pg_temp.said(p_reply jsonb) returns text language sql as
$$ select coalesce(p_reply ->> 'refused', p_reply ->> 'early', p_reply ->> 'state', p_reply ->> 'did') $$;
create function pg_temp.join(p_member bigint, p_offer bigint) returns text language sql as $$
    select format('select (api.queue_join(%L, %L, ''aa'', %s)).reply::text', 'm:' || p_member, 'queue-race-' || nextval('pg_temp.keys'), p_offer)
$$;
create function pg_temp.leave(p_member bigint, p_offer bigint) returns text language sql as $$
    select format('select (api.queue_leave(%L, %L, ''aa'', %s)).reply::text', 'm:' || p_member, 'queue-race-' || nextval('pg_temp.keys'), p_offer)
$$;
-- The job, as two nodes would run it if the lock of jobs did not keep them apart.
create function pg_temp.run() returns text language sql as $$ select 'select jsonb_build_object(''did'', lib.queue_run())::text'::text $$;
create function pg_temp.own(p_sql text) returns text language sql as $$ select dblink_exec('own', p_sql) $$;

select is(pg_temp.race(pg_temp.join(9978011, 9978021), pg_temp.join(9978011, 9978021)), 'true, true', 'the same member twice');
select is((select count(*) from queue_ticket where offer_id = 9978021), 1::bigint, 'has one ticket');

-- The clock strikes between a join and its commit: the sealing waits for it, so the list has it.
create function pg_temp.strikes(p_join text) returns text language plpgsql as $$
declare
    v_pid  int := (select t.pid from dblink('b', 'select pg_backend_pid()') as t (pid int));
    v_said text;
begin
    perform dblink_exec('a', 'begin');
    perform dblink_send_query('a', p_join);
    v_said := pg_temp.result('a');
    perform pg_temp.own('update offer set public_open_at = clock_timestamp() where offer_id = 9978021');
    perform dblink_send_query('b', pg_temp.run());
    while dblink_is_busy('b') = 1 and not exists (select from pg_locks where pid = v_pid and not granted) loop
        perform pg_sleep(0.01);
    end loop;
    v_said := v_said || case dblink_is_busy('b') when 1 then ', waits' else ', does not wait' end;
    perform dblink_exec('a', 'commit');
    return v_said || ', ' || pg_temp.result('b');
end $$;
select is(pg_temp.strikes(pg_temp.join(9978012, 9978021)), 'true, waits, 1', 'a join that is under way at T');
select is((select early_count from offer_queue where offer_id = 9978021), 2, 'is in the list');
select pg_temp.own('update offer_queue set sealed_at = null, early_count = null, early_sha256 = null where offer_id = 9978021; delete from queue_draw where offer_id = 9978021');
select is(pg_temp.race(pg_temp.run(), pg_temp.join(9978013, 9978021)), '1, false', 'one that waits for the sealing is not early');
select is((select array_agg(t.early order by t.ticket_id) from queue_ticket t where t.offer_id = 9978021), '{t,t,f}', 'as they came');
select is((select count(*) from queue_draw d join queue_ticket t using (ticket_id) where d.offer_id = 9978021 and t.early), 2::bigint,
          'the sealed list is those who are early');
select is((select array_agg(place) from queue_ticket where offer_id = 9978021 and not early), '{3}', 'the other is behind');
select is(pg_temp.race(pg_temp.run(), pg_temp.run()), '1, 0', 'two nodes draw: one draw');
select is((select array_agg(t.ticket_id order by t.place) from queue_ticket t where t.offer_id = 9978021 and t.early),
          (select array_agg(o.ticket_id order by o.place)
             from offer_queue q, lib.queue_order(q.seed, array(select ticket_id from queue_draw where offer_id = 9978021)) o
            where q.offer_id = 9978021), 'one order');

-- Who draws dies before the commit: nothing is drawn, and the next one comes to the same order.
select dblink_exec('own', format('do $x$ begin perform %s; end $x$', replace(pg_temp.join(m, 9978022), 'select ', '')))
  from generate_series(9978011, 9978016) m;
select pg_temp.own('update offer set public_open_at = clock_timestamp() where offer_id = 9978022');
select pg_temp.own('do $x$ begin perform lib.queue_run(); end $x$');
select is((select early_count from offer_queue where offer_id = 9978022), 6, 'six are sealed');
create function pg_temp.order_of(p_conn text) returns text language sql as $$
    select t.v from dblink(p_conn, 'select string_agg(ticket_id::text, '','' order by place) from queue_ticket where offer_id = 9978022 and place is not null') as t (v text)
$$;
select dblink_exec('a', 'begin');
select dblink_exec('a', 'do $x$ begin perform lib.queue_run(); end $x$');
create temp table died as select pg_temp.order_of('a') as tickets, t.pid from dblink('a', 'select pg_backend_pid()') as t (pid int);
select pg_terminate_backend(pid, 5000) from died;
select is(pg_temp.order_of('own'), null, 'nothing is left of a draw that was not committed');
select pg_temp.own('do $x$ begin perform lib.queue_run(); end $x$');
select is(pg_temp.order_of('own'), (select tickets from died), 'the next one draws the same order');
select is((select count(distinct refs ->> 'seed') from outbox where stream = 'offer:9978022' and type = 'offer.opened'), 1::bigint, 'told once');

select pg_temp.clean();
select * from finish();
rollback;
