-- What is told about expenses: why two stand as they do, to whom a change is shown, page by page, who is who after an erasure.
begin;
\ir noun.psql
select plan(25);

insert into plan (plan_id, club_id, title, currency, state) select p, 8001, 'Told', 'EUR', 'planning' from generate_series(9701, 9704) p;
insert into plan_member (plan_id, member_id, role, state, joined_at)
select p, m, r, 'joined', now() from (values (8201, 'owner'), (8202, 'editor'), (8203, 'voter'), (8204, 'voter'), (8206, 'voter')) t (m, r), generate_series(9701, 9704) p;
create function pg_temp.add(p_plan bigint, p_who bigint, p_minor bigint, p_paid text, p_parts text, p_cur text default 'EUR', p_fx bigint default null) returns jsonb language sql as $$
    select pg_temp.call('m:' || p_who, 'plan_expense_add', format('%s, ''x'', %L, %L, null, null, %L, %L, null', p_plan, jsonb_build_object('minor', p_minor, 'cur', p_cur), p_fx,
        (select jsonb_agg(jsonb_build_object('member', split_part(x, ':', 1), 'minor', split_part(x, ':', 2)::bigint)) from unnest(string_to_array(p_paid, ' ')) x),
        (select jsonb_agg(jsonb_build_object('member', x)) from unnest(string_to_array(p_parts, ' ')) x)))
$$;
create function pg_temp.why(p_a bigint, p_b bigint, p_plan bigint default 9701) returns jsonb language sql as
$$ select pg_temp.try(format('select * from api.plan_expense_why(''m:8206'', %s, %s, %s)', p_plan, p_a, p_b)) $$;

-- why
create temp table first as select pg_temp.add(9701, 8202, 1000, '8201:600 8202:400', '8201 8203') as a;
create temp table second as select pg_temp.add(9701, 8204, 100, '8201:100', '8203') as a;
select is(a #> '{_events,0,subjects}', '["8201", "8202", "8203"]', 'payers and sharers are shown') from first;
select is(a #> '{_events,0,subjects}', '["8201", "8203", "8204"]', 'and who has entered it') from second;
select is(pg_temp.add(9701, 8202, 100, '8202:100', '8204') ->> 'no', '3', 'one of others');
insert into settlement (settlement_id, plan_id, payer, payee, amount_minor, state)
values (97001, 9701, 8203, 8201, 50, 'confirmed'), (97002, 9701, 8203, 8201, 7, 'marked_paid'), (97003, 9701, 8203, 8201, 9, 'disputed'), (97004, 9701, 8204, 8202, 3, 'confirmed');
select is((select string_agg(member_id || ' ' || net_minor, ', ' order by member_id) from lib.plan_nets(9701)), '8201 150, 8202 497, 8203 -550, 8204 -97', 'only what is confirmed counts, for both');
select is(w -> 'direct', '350', 'by what each owed of what the other paid, less what was sent') from pg_temp.why(8203, 8201) w;
select is(w -> 'direct', '-350', 'the other way') from pg_temp.why(8201, 8203) w;
select is(jsonb_path_query_array(w, '$.expenses[*].no'), '[2, 1]', 'those in which either had a part') from pg_temp.why(8203, 8201) w;
select is((w -> 'settlements')::text, '[{"a": 50, "b": -50, "direct": -50, "settlement": "97001"}]', 'and what was confirmed') from pg_temp.why(8203, 8201) w;
select is((w #>> '{b,net}') || (w ->> 'direct') || (w -> 'expenses')::text, '00[]', 'who has no part in any may be asked about') from pg_temp.why(8203, 8206, 9703) w;

-- to whom
select is(pg_temp.call('m:8201', 'plan_expense_set', format('%s, 1, null, null, null, null, null, null, ''[{"member":"8201"}]''', (select a ->> 'expense' from first))) #> '{_events,0,subjects}',
          '["8201", "8202", "8203"]', 'who has no part in it any more is shown too');
select is(pg_temp.call('m:8201', 'plan_expense_delete', (select a ->> 'expense' from second) || ', 1') ->> 'version', '2', 'deleted is another version');
select is((select version from expense where expense_id = (select (a ->> 'expense')::bigint from second)), 2::bigint, 'kept so');
select is((select new_ver from plan_op where plan_id = 9701 order by op_seq desc limit 1), 2::bigint, 'and logged');

-- what payers paid is split by the number of the expense, as shares are
select is((select string_agg((pg_temp.add(9703, 8201, 3, '8201:1 8202:1 8203:1', '8201', 'USD', 500000000) #>> '{base,minor}'), ' ') from generate_series(1, 3)), '2 2 2', 'three pay two');
select is((select string_agg(so, ', ' order by no) from (select no, string_agg(paid_base_minor::text, ' ' order by member_id) as so
             from expense join expense_payer using (expense_id) where plan_id = 9703 group by no) t), '0 1 1, 1 0 1, 1 1 0', 'the missing one rotates');
select is((select count(*) from lib.expense_violations(9703)), 0::bigint, 'as it must be');
update expense_payer set paid_base_minor = 1 - paid_base_minor from expense e where e.expense_id = expense_payer.expense_id and e.plan_id = 9703 and e.no = 1 and member_id in (8201, 8202);
select is((select string_agg(invariant, ' ') from lib.expense_violations(9703)), 'I-33', 'split otherwise is told, whatever the sum');
select is(pg_temp.add(9704, 8201, 3, '8201:3', '8201 8202') ->> 'no', '1', 'of shares');
update expense_share set owed_minor = 3 - owed_minor from expense e where e.expense_id = expense_share.expense_id and e.plan_id = 9704;
select is((select string_agg(invariant, ' ') from lib.expense_violations(9704)), 'I-33', 'the same');

-- so many
insert into settlement (settlement_id, plan_id, payer, payee, amount_minor, state) select 98000 + n, 9704, -n, -n - 1, 1, 'confirmed' from generate_series(1, 199) n;
select is(pg_temp.add(9704, 8201, 3, '8201:3', '8201 8202') - '_sys', '{"refused":"ZC024","max":200}', 'two hundred participants');

select is(jsonb_array_length(pg_temp.try('select * from api.plan_balances(''m:8206'', 9704, null)') -> 'settlements'), 100, 'a hundred settlements are shown');

-- page by page
select is((select count(pg_temp.add(9702, 8206, 5, '8206:5', '8204') ->> 'no') from generate_series(1, 20)), 20::bigint, 'twenty');
select is(pg_temp.add(9702, 8203, 5, '8203:5', '8203') ->> 'no', '21', 'and one');
select is((select jsonb_array_length(b -> 'expenses') || ' ' || (b ->> 'next') from pg_temp.try('select * from api.plan_balances(''m:8206'', 9702, null)') b), '20 2', 'twenty at a time');

-- a number after an erasure goes by the first expense, not by the member's
update member set status = 'erased', handle = null, erased_at = now() where member_id = 8203;
select is(lib.expense_person(9702, 8203), '{"former":3}', 'third');
select * from finish();
rollback;
