-- strike_test.sql -- what strikes cost, and for how long.
begin;
\ir noun.psql
select plan(6);

-- Strikes of 8201, so many days ago.
create function pg_temp.strikes(p_days int[], p_state text default 'active') returns boolean language plpgsql as $$
begin
    delete from strike where member_id = 8201;
    insert into strike (strike_id, member_id, resv_id, state, at)
    select lib.new_id(), 8201, n, p_state, now() - p_days[n] * interval '1 day' from generate_subscripts(p_days, 1) n;
    return lib.early_access_off(8201);
end $$;

select is(pg_temp.strikes('{1,2,3}'), false, 'three strikes cost nothing');
select is(pg_temp.strikes('{1,2,3,300}'), true, 'four in twelve months do');
select is(pg_temp.strikes('{1,2,3,400}'), false, 'an older one does not count');
select is(pg_temp.strikes('{170,200,300,400}'), true, 'for six months from the fourth');
select is(pg_temp.strikes('{190,200,300,400}'), false, 'and no longer');
select is(pg_temp.strikes('{1,2,3,4}', 'waived'), false, 'waived ones do not count');

select * from finish();
rollback;
