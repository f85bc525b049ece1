-- reservation.quote, .hold, .extend, .release, .payment_started, .get, .list, and the job of holds that ran out.
begin;
\ir noun.psql
\ir seats.psql
select no_plan();
select pg_temp.crowd(30) \g /dev/null

create temp table one as select pg_temp.hold(8201, 8620) as r;
select is(r - '_events' - '_sys' - '_subjects' - 'expires_at', jsonb_build_object(
    'reservation', r ->> 'reservation', 'state', 'held', 'pay', jsonb_build_object(
        'amount', '{"minor":10000,"cur":"EUR"}'::jsonb, 'reference', r ->> 'reservation'),
    'persons', 1, 'discount_ppm', 0, 'total', '{"minor":10000,"cur":"EUR"}'::jsonb, 'points', 0), 'a seat is held') from one;
select is(pg_temp.pool(), '1 0 0', 'and counted');
select is(pg_temp.hold(8201, 8620), '{"refused":"ZC024","max":1}', 'one live hold');
select is((select count(*) from lib.seat_violations()), 0::bigint, 'all adds up');
select * from finish();
rollback;
