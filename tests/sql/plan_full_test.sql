-- A plan with as much in it as may be: one answer holds it, whatever its members write.
begin;
\ir noun.psql
select plan(16);

-- As full as it gets, of texts that the letter p_x makes.
create function pg_temp.fill(p_plan bigint, p_x text, p_part numeric default 1) returns void language sql as $$
    insert into plan (plan_id, club_id, title, dest, currency, state)
    values (p_plan, 8001, repeat(p_x, 120), repeat(p_x, 120), 'EUR', 'planning');
    insert into member (member_id, status, handle) select p_plan + m, 'active', 'full.' || (p_plan + m) || '.abcdefg' from generate_series(1, 200) m;
    insert into member_pii (member_id, name_enc, town_enc)
    select p_plan + m, lib.pii_seal(repeat(p_x, 120)), lib.pii_seal(repeat(p_x, 120)) from generate_series(1, 200) m;
    insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)
    select p_plan + m, 8001, 8051, 'active', 8061, now() from generate_series(1, 50) m;
    insert into plan_member (plan_id, member_id, role, state, share_level, joined_at)
    select p_plan, p_plan + m, case m when 1 then 'owner' else 'editor' end, case when m <= 50 then 'joined' else 'left' end,
           'profile', now()
      from generate_series(1, 200) m;
    insert into plan_item (item_id, plan_id, kind, day, start_min, end_min, order_key, title, place, lat, lon, notes, assignees,
                           created_by, updated_by)
    select p_plan + 1000 + n, p_plan, 'transport', '2027-05-31', 1439, 2879, repeat('z', 60) || lpad(n::text, 4, '0'), repeat(p_x, 120),
           repeat(p_x, 200), -89.999999, -179.999999, repeat(p_x, 4000), (select array_agg(p_plan + m) from generate_series(1, 50) m),
           p_plan + 1, p_plan + 1
      from generate_series(1, 300 * p_part) n;
    insert into poll (poll_id, plan_id, kind, title, closes_at, state, result, closed_at, created_by)
    select p_plan + 2000 + n, p_plan, 'approval', repeat(p_x, 120), now() + interval '1 day', case when n <= 10 then 'open' else 'closed' end,
           case when n > 10 then jsonb_build_object('voters', 50, 'options', '[]'::jsonb, 'winner', (p_plan + 3000 + n)::text) end,
           case when n > 10 then now() end, p_plan + 1
      from generate_series(1, 50 * p_part) n;
    insert into poll_option (option_id, poll_id, label, pos)
    select p_plan + 10000 + n * 20 + o, p_plan + 2000 + n, repeat(p_x, 60), o from generate_series(1, 50 * p_part) n, generate_series(0, 19) o;
    insert into poll_vote (poll_id, option_id, member_id, choice)
    select p_plan + 2000 + n, p_plan + 10000 + n * 20 + o, p_plan + m, 'maybe'
      from generate_series(1, 10) n, generate_series(0, 19) o, generate_series(1, 50) m;
    insert into plan_proposal (proposal_id, plan_id, author, action, payload)
    select p_plan + 20000 + n, p_plan, p_plan + 1, 'add', jsonb_build_object('set', jsonb_build_object(
               'kind', 'transport', 'title', repeat(p_x, 120), 'place', repeat(p_x, 200), 'notes', repeat(p_x, 4000),
               'order_key', repeat('z', 64), 'assignees', (select jsonb_agg((p_plan + m)::text) from generate_series(1, 50) m)))
      from generate_series(1, 20 * p_part) n;
    insert into expense (expense_id, plan_id, no, title, amount_minor, currency, base_minor, spent_on, mode, created_by)
    select p_plan + 30000 + n, p_plan, n, repeat(p_x, 120), 200000000000, 'EUR', 200000000000, '2027-05-31', 'equal', p_plan + 1
      from generate_series(1, 500 * p_part) n;
    insert into expense_payer (expense_id, member_id, paid_minor, paid_base_minor)
    select p_plan + 30000 + n, p_plan + m, 4000000000, 4000000000 from generate_series(1, 500 * p_part) n, generate_series(1, 50) m;
    insert into expense_share (expense_id, member_id, owed_minor)
    select p_plan + 30000 + n, p_plan + m, 1000000000 from generate_series(1, 500 * p_part) n, generate_series(1, 200) m
$$;
create function pg_temp.get(p_plan bigint, p_who bigint) returns jsonb language sql as
$$ select pg_temp.try(format('select * from api.plan_get(%L, %s)', 'm:' || p_plan + p_who, p_plan)) - '{_events,_sys,_subjects}'::text[] $$;

-- the widest letters there are
select pg_temp.fill(900000000, U&'\+01F98A') \g /dev/null
create temp table wide as select pg_temp.get(900000000, 1) as a;
select cmp_ok((select octet_length(a::text) from wide), '<', 128000, 'the fullest plan fits into one answer');
select is((select a -> 'cut' from wide), 'true', 'which says that it does not hold all');
select is((select jsonb_array_length(a -> 'members') from wide), 50, 'all members');
select is((select a -> 'members' -> 7 ->> 'name' from wide), repeat(U&'\+01F98A', 20), 'the beginnings of their names');
select is((select jsonb_array_length(a -> 'proposals') from wide), 20, 'all proposals');
select is((select count(*) from wide, jsonb_array_elements(a -> 'polls') p where p ->> 'state' = 'open'), 10::bigint, 'the open polls before others');
select cmp_ok((select jsonb_array_length(a -> 'items') from wide), '>=', 100, 'a good part of the items');
select is((select a #>> '{items,0,cut}' || (a #>> '{items,0,order_key}') from wide), 'true' || repeat('z', 60) || '0001', 'from the first on');
select cmp_ok((select octet_length((s.snapshot)::text) from api.stream_open('{m:900000002}', '{plan:900000000}', '{null}') s), '<', 128000, 'the snapshot too');

-- letters that JSON writes as two
select pg_temp.fill(910000000, '"') \g /dev/null
create temp table quoted as select pg_temp.get(910000000, 1) as a;
select cmp_ok((select octet_length(a::text) from quoted), '<', 128000, 'so does one of quotes');
select is((select jsonb_array_length(a -> 'members') from quoted), 50, 'with all members');

-- a full plan of the usual kind
select pg_temp.fill(920000000, 'x', 0.1) \g /dev/null
update plan_item set notes = 'See there.', order_key = 'V', assignees = '{}' where plan_id = 920000000;
delete from poll_option where poll_id between 920002000 and 920002999 and pos > 2;
delete from poll_vote where poll_id between 920002000 and 920002999;
delete from expense_share where expense_id between 920030000 and 920039999 and member_id > 920000050;
update plan_proposal set payload = '{"set":{"title":"Sail"}}' where plan_id = 920000000;
create temp table usual as select pg_temp.get(920000000, 1) as a;
select is((select a -> 'cut' from usual), null, 'a usual one is whole');
select is((select jsonb_array_length(a -> 'items') from usual), 30, 'with all items');
select is((select count(*) from usual, jsonb_array_elements(a -> 'items') i where i ->> 'notes' = 'See there.' and length(i ->> 'title') = 120), 30::bigint, 'and what they say');
select is((select jsonb_array_length(a #> '{polls,0,options}') from usual), 3, 'polls with their options');
select is((select jsonb_array_length(a #> '{balances,members}') from usual), 50, 'and balances');
select * from finish();
rollback;
