-- insight_seats_test.sql -- figures of reservations: what they count, and that nothing about fewer than ten is told.
begin;
\ir noun.psql
select plan(17);

insert into staff (staff_id, login, roles) values (8391, 'n-analyst', '{analyst}'), (8392, 'n-elsewhere', '{manager}');
insert into staff_club (staff_id, club_id) values (8391, 8001), (8392, 8002);
insert into member (member_id, status, handle) select m, 'active', 'seats' || m from generate_series(8501, 8560) m;

-- Offers of this month and of the month before: 8600, 8601.
insert into offer (offer_id, club_id, kind, title, organiser_name, starts_at, ends_at, public_open_at, booking_close_at,
                   name_deadline, currency, state)
select 8600 + n, 8001, 'trip', 'Fjords', 'Open', t.at, t.at, t.at, t.at, t.at, 'EUR', 'done'
  from (select n, date_trunc('month', now() at time zone 'Europe/Oslo') at time zone 'Europe/Oslo' - n * interval '20 days'
                  + interval '1 hour' as at
          from generate_series(0, 1) n) t;
insert into seat_pool (pool_id, offer_id, code, capacity) values (8610, 8600, 'total', 100), (8611, 8601, 'total', 50);
insert into seat_class (class_id, offer_id, code, title) values (8620, 8600, 'one', 'One'), (8621, 8601, 'one', 'One');

create function pg_temp.made(p_offer bigint, p_members int[], p_state text, p_confirmed boolean) returns void
language sql as $$
    with made as (
        insert into reservation (resv_id, offer_id, organiser, persons, state, expires_at, total_minor, confirmed_at)
        select lib.new_id(), p_offer, 8500 + m, 2, p_state, now() + interval '1 minute', 0, case when p_confirmed then now() end
          from unnest(p_members) m
        returning resv_id)
    insert into reservation_leg (resv_id, pool_id, qty) select resv_id, p_offer + 10, 2 from made;
$$;
create function pg_temp.told(p_who text default 's:8391', p_months text default 'null') returns jsonb language sql as
$$ select pg_temp.try(format('select * from api.insight_reservations(%L, 8001, %s)', p_who, p_months)) $$;
create function pg_temp.some(p_from int, p_to int) returns int[] language sql as
$$ select array(select generate_series(p_from, p_to)) $$;

select is(pg_temp.told() ->> 'holds', null, 'nothing is told where there is nothing');
select pg_temp.made(8600, pg_temp.some(1, 9), 'completed', true);
select is(pg_temp.told() ->> 'came', null, 'nothing about nine');
select pg_temp.made(8600, '{9,9,9}', 'completed', true);
select is(pg_temp.told() ->> 'came', null, 'nor about nine who came twelve times');
select pg_temp.made(8600, '{10}', 'completed', true);
select is(pg_temp.told() - '{months,as_of,_events,_sys,_subjects}'::text[],
          '{"club":"8001","months_back":12,"holds":13,"open":null,"abandoned":null,"confirmed":13,"coming":null,"came":13,
            "no_show":null,"cancelled":null,"capacity":150,"fill_ppm":173333,"abandoned_ppm":null,"cancelled_ppm":null,
            "no_show_ppm":null,"waiting":null,"converted":null,"missed":null,"conversion_ppm":null,"time_to_offer_s":null,
            "queue_p50_s":null,"queue_p95_s":null}'::jsonb, 'ten are told of, seats by the pools');
select pg_temp.made(8600, pg_temp.some(1, 9), 'no_show', true);
select is(pg_temp.told() ->> 'confirmed', '13', 'a sum holds nothing that is hidden');
select is(pg_temp.told() ->> 'fill_ppm', '173333', 'nor does a share');
select pg_temp.made(8600, '{20}', 'no_show', true);
select is(pg_temp.told() ->> 'no_show_ppm', lib.ppm(10, 23)::text, 'no-shows of all whose time has come');
select pg_temp.made(8600, pg_temp.some(1, 6), 'expired', false);
select pg_temp.made(8600, pg_temp.some(7, 12), 'released', false);
select is(pg_temp.told() ->> 'abandoned', '12', 'expired and released holds are abandoned');
select is(pg_temp.told() ->> 'abandoned_ppm', lib.ppm(12, 35)::text, 'as a share of all that ended');
select pg_temp.made(8600, pg_temp.some(1, 10), 'cancelled', true);
select is(pg_temp.told() ->> 'cancelled_ppm', lib.ppm(10, 33)::text, 'cancelled ones were confirmed');
select pg_temp.made(8601, pg_temp.some(1, 10), 'completed', true);
select is(pg_temp.told() #>> '{months,1,came}', '10', 'by month');
select is(jsonb_array_length(pg_temp.told(p_months => '1') -> 'months'), 1, 'as many months as were asked for');
insert into waitlist_entry (entry_id, offer_id, class_id, member_id, qty, state, joined_at, offered_at)
select lib.new_id(), 8600, 8620, 8500 + n, 1, case when n <= 10 then 'converted' else 'lapsed' end, now() - n * interval '1 minute', now()
  from generate_series(1, 20) n;
select is(array[pg_temp.told() ->> 'conversion_ppm', pg_temp.told() ->> 'time_to_offer_s'], array['500000', '630'],
          'the waiting list: who took the offer, and how long the wait was');
insert into queue_ticket (ticket_id, offer_id, member_id, early, state, at, admitted_until)
select n, 8600, 8500 + n, false, 'used', now(), now() + interval '10 minutes' + n * interval '1 second' from generate_series(1, 21) n;
select is(array[pg_temp.told() ->> 'queue_p50_s', pg_temp.told() ->> 'queue_p95_s'], array['11', '20'], 'the queue');
delete from queue_ticket where ticket_id > 9;
select is(pg_temp.told() ->> 'queue_p50_s', null, 'not of nine');
select is(pg_temp.told('s:8392') ->> 'refused', 'ZC001', 'to nobody of another club');
select is(pg_temp.told('s:8302') ->> 'refused', 'ZC001', 'nor to agents');

select * from finish();
rollback;
