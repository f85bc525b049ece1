-- Expenses of a plan: entered, corrected, deleted, settled; what does not add up is refused and changes nothing.
begin;
\ir noun.psql
select plan(95);

insert into plan (plan_id, club_id, title, currency, state, tz) values (9501, 8001, 'Madeira', 'EUR', 'planning', 'UTC'),
                                                                       (9502, 8001, 'Others', 'EUR', 'planning', 'UTC');
insert into plan_member (plan_id, member_id, role, state, joined_at)
values (9501, 8201, 'owner', 'joined', now()), (9501, 8202, 'editor', 'joined', now()), (9501, 8204, 'voter', 'joined', now()),
       (9501, 8206, 'viewer', 'joined', now()), (9502, 8203, 'owner', 'joined', now());

create function pg_temp.add(p_who bigint, p_minor bigint, p_more jsonb default '{}', p_cur text default 'EUR') returns jsonb language sql as $$
    select pg_temp.call('m:' || p_who, 'plan_expense_add', format('%s, %L, %L, %L, %L, %L, %L, %L, %L',
        coalesce(p_more ->> 'plan', '9501'), 'Lunch', jsonb_build_object('minor', p_minor, 'cur', p_cur), p_more ->> 'fx_ppb',
        p_more ->> 'spent_on', p_more ->> 'mode', p_more -> 'payers', p_more -> 'participants', p_more ->> 'item'))
$$;
create function pg_temp.change(p_who bigint, p_expense bigint, p_base int, p_more jsonb) returns jsonb language sql as $$
    select pg_temp.call('m:' || p_who, 'plan_expense_set', format('%s, %s, %L, %L, %L, %L, %L, %L, %L', p_expense, p_base,
        p_more ->> 'title', p_more -> 'amount', p_more ->> 'fx_ppb', p_more ->> 'spent_on', p_more ->> 'mode', p_more -> 'payers',
        p_more -> 'participants'))
$$;
create function pg_temp.nets(p_plan bigint default 9501) returns text language sql as $$
    select string_agg(member_id || ' ' || net_minor, ', ' order by member_id) from lib.plan_nets(p_plan) where net_minor <> 0
$$;
create function pg_temp.shares(p_expense bigint) returns text language sql as
$$ select string_agg(owed_minor::text, ' ' order by member_id) from expense_share where expense_id = p_expense $$;
create function pg_temp.plain(p_answer jsonb) returns jsonb language sql as $$ select p_answer - '{_events,_sys,_subjects}'::text[] $$;
create function pg_temp.heard(p_answer jsonb) returns text language sql as $$
    select string_agg(e ->> 'stream' || ' ' || (e ->> 'type') || ' ' || (e #>> '{refs,state}'), ', ' order by o)
      from jsonb_array_elements(coalesce(nullif(p_answer -> '_events', 'null'), '[]')) with ordinality x (e, o)
$$;
create function pg_temp.list(variadic p_rows bigint[]) returns jsonb language sql as $$
    select jsonb_agg(jsonb_build_object('member', p_rows[i]::text, 'weight', p_rows[i + 1])) from generate_series(1, cardinality(p_rows), 2) i
$$;
create function pg_temp.paid(variadic p_rows bigint[]) returns jsonb language sql as $$
    select jsonb_agg(jsonb_build_object('member', p_rows[i]::text, 'minor', p_rows[i + 1])) from generate_series(1, cardinality(p_rows), 2) i
$$;

-- entering
create temp table made as select pg_temp.add(8202, 100) as a;
select (a ->> 'expense')::bigint as one from made \gset
select is(pg_temp.plain(a), jsonb_build_object('expense', :'one', 'plan', '9501', 'no', 1, 'version', 1, 'base', '{"minor":100,"cur":"EUR"}'::jsonb),
          'entered') from made;
select is(pg_temp.heard(a), 'plan:9501 expense.changed active', 'the plan hears of it') from made;
select is(a #> '{_events,0,subjects}', '["8201", "8202", "8204", "8206"]', 'all whom it shows') from made;
select is(pg_temp.shares(:one), '25 25 25 25', 'by default the caller has paid for all');
select is(pg_temp.nets(), '8201 -25, 8202 75, 8204 -25, 8206 -25', 'who stands where');
select is((select spent_on from expense where expense_id = :one), (now() at time zone 'UTC')::date, 'today');
select (pg_temp.add(8204, 1000, pg_temp_args.a, 'JPY') ->> 'expense')::bigint as two
  from (select jsonb_build_object('fx_ppb', 6100000, 'spent_on', '2026-05-01', 'mode', 'shares', 'payers', pg_temp.paid(8204, 400, 8206, 600),
               'participants', pg_temp.list(8206, 3, 8201, 1, 8202, 2)) as a) pg_temp_args \gset
select is((select no || ' ' || base_minor || ' ' || fx_ppb || ' ' || spent_on from expense where expense_id = :two), '2 610 6100000 2026-05-01', 'yen in euros');
select is(pg_temp.shares(:two), '102 203 305', 'one, two and three parts of 610');
select is((select string_agg(paid_base_minor::text, ' ' order by member_id) from expense_payer where expense_id = :two), '244 366', 'payers in euros');
select is((select sum(net_minor) from lib.plan_nets(9501)), 0::numeric, 'all sums to nothing');
select is(pg_temp.add(8202, 1000, jsonb_build_object('mode', 'percent', 'participants', pg_temp.list(8201, 333333, 8202, 666667))) ->> 'no', '3', 'percent');
select is(pg_temp.add(8202, 1000, jsonb_build_object('mode', 'exact', 'participants', pg_temp.list(8201, 0, 8202, 1, 8204, 999))) ->> 'no', '4', 'exact');
select is(pg_temp.shares((select expense_id from expense where plan_id = 9501 and no = 4)), '0 1 999', 'to the unit');
insert into plan_item (item_id, plan_id, kind, order_key, title, assignees, created_by, updated_by)
values (9601, 9501, 'meal', 'V', 'Fish', '{8204,8201}', 8201, 8201), (9602, 9501, 'meal', 'W', 'Nobody', '{}', 8201, 8201),
       (9603, 9502, 'meal', 'V', 'Elsewhere', '{}', 8203, 8203);
select is(pg_temp.shares((pg_temp.add(8202, 7, '{"item":"9601"}') ->> 'expense')::bigint), '3 4', 'who is assigned to the item shares it');
select is(pg_temp.shares((pg_temp.add(8202, 8, '{"item":"9602"}') ->> 'expense')::bigint), '2 2 2 2', 'nobody: all');
select is((select jsonb_agg(kind || ' ' || op_seq order by op_seq) from plan_op where plan_id = 9501),
          '["expense_add 1", "expense_add 2", "expense_add 3", "expense_add 4", "expense_add 5", "expense_add 6"]', 'logged without gaps');

-- refused
create temp table before as select (select count(*) from expense) as n, (select count(*) from plan_op) as ops, (select expense_no from plan where plan_id = 9501) as no;
select is(pg_temp.plain(pg_temp.add(8202, 1000, jsonb_build_object('mode', 'percent', 'participants', pg_temp.list(8201, 333332, 8202, 666667)))),
          '{"refused":"ZC602","path":"participants","difference":-1,"problem":"adds up to 999999 ppm, 1 less than 1000000"}', '99.9999 percent');
select is(pg_temp.plain(pg_temp.add(8202, 1000, jsonb_build_object('mode', 'exact', 'participants', pg_temp.list(8201, 1, 8202, 1000)))),
          '{"refused":"ZC602","path":"participants","difference":1,"problem":"adds up to 1001 minor units, 1 more than 1000"}', 'a unit too much');
select is(pg_temp.plain(pg_temp.add(8202, 1000, jsonb_build_object('payers', pg_temp.paid(8201, 400, 8202, 599)))),
          '{"refused":"ZC602","path":"payers","difference":-1,"problem":"adds up to 999 minor units, 1 less than 1000"}', 'payers a unit too few');
select is(pg_temp.add(8202, 1000, jsonb_build_object('participants', pg_temp.list(8201, 1, 8201, 1))) ->> 'problem', 'names a member twice', 'somebody twice');
select is(pg_temp.add(8202, 1000, jsonb_build_object('payers', pg_temp.paid(8201, 500, 8201, 500))) ->> 'path', 'payers', 'as payer');
select is(pg_temp.add(8202, 1000, jsonb_build_object('participants', pg_temp.list(8203, 1))) ->> 'problem', 'names somebody who is not in the plan', 'strangers do not share');
select is(pg_temp.add(8202, 1000, jsonb_build_object('payers', pg_temp.paid(8203, 1000))) ->> 'path', 'payers', 'nor pay');
select is(pg_temp.add(8202, 1000, jsonb_build_object('mode', 'shares', 'participants', pg_temp.list(8201, 0, 8202, 0))) ->> 'problem', 'weigh nothing', 'all 0');
select is(pg_temp.add(8202, 1000, '{"mode":"shares","participants":[{"member":"8201"}]}') ->> 'problem', 'need a weight each', 'no weight');
select is(pg_temp.add(8202, 1000, jsonb_build_object('participants', pg_temp.list(8201, 2))) ->> 'problem', 'have no weights in equal shares', 'equal is equal');
select is(pg_temp.add(8202, 1000, '{}', 'EUX') ->> 'path', 'amount.cur', 'no currency');
select is(pg_temp.add(8202, 1000, '{}', 'USD') ->> 'path', 'fx_ppb', 'no rate');
select is(pg_temp.add(8202, 1000, '{"fx_ppb":2}') ->> 'path', 'fx_ppb', 'a rate of the same');
select is(pg_temp.add(8202, 1000000000000, '{"fx_ppb":1100000000}', 'USD') ->> 'path', 'fx_ppb', 'too much');
select is(pg_temp.add(8202, 1000, '{"spent_on":"2026-02-30"}') ->> 'path', 'spent_on', 'no such day');
select is(pg_temp.add(8202, 1000, '{"item":"9603"}') ->> 'refused', 'ZC002', 'an item of another plan');
select is(pg_temp.add(8206, 1000) ->> 'refused', 'ZC001', 'a viewer looks on');
select is(pg_temp.add(8203, 1000) ->> 'refused', 'ZC002', 'others see nothing');
select is(pg_temp.add(8203, 1000, '{"plan":"777"}') ->> 'refused', 'ZC002', 'no plan');
select is((select row(count(*), (select count(*) from plan_op), (select expense_no from plan where plan_id = 9501))::before from expense), (select b from before b), 'all that changed nothing');

-- corrected
create temp table corrected as select pg_temp.change(8202, :one, 1, '{"amount":{"minor":101,"cur":"EUR"},"title":"Dinner"}') as a;
select is(pg_temp.plain(a) - 'plan', jsonb_build_object('expense', :'one', 'no', 1, 'version', 2, 'base', '{"minor":101,"cur":"EUR"}'::jsonb), 'the own one') from corrected;
select is(pg_temp.heard(a), 'plan:9501 expense.changed active', 'told') from corrected;
select is(pg_temp.shares(:one), '25 26 25 25', 'split anew by the same number');
select is((select array[patch -> 'title', before -> 'title', patch #> '{amount,minor}', before #> '{amount,minor}', to_jsonb(base_ver), to_jsonb(new_ver)]
             from plan_op where plan_id = 9501 and op_seq = 7), '{"\"Dinner\"","\"Lunch\"",101,100,1,2}', 'both values are kept');
select is((select array_agg(k order by k) from plan_op, jsonb_object_keys(patch) k where plan_id = 9501 and op_seq = 7),
          '{amount,base,payers,shares,title}', 'and nothing that stayed');
select is(pg_temp.change(8202, :one, 1, '{"title":"Tea"}') #>> '{current,title}', 'Dinner', 'who knows an old version is shown the present one');
select is(pg_temp.change(8202, :one, 1, '{"title":"Tea"}') ->> 'refused', 'CONFLICT', 'and refused: by an answer, for no log to hold what was written');
select is(pg_temp.change(8202, :one, 1, '{"title":"Tea"}') -> '_subjects', '[8201, 8204, 8206]', 'with all whom it shows');
select is(pg_temp.change(8202, :one, 3, '{"title":"Tea"}') ->> 'path', 'base', 'a version to come');
select is(pg_temp.change(8204, :one, 2, '{"title":"Tea"}') ->> 'refused', 'ZC001', 'of somebody else');
select is(pg_temp.change(8203, :one, 2, '{"title":"Tea"}') ->> 'refused', 'ZC002', 'outsiders');
select is(pg_temp.change(8202, 777, 2, '{"title":"Tea"}') ->> 'refused', 'ZC002', 'none');
create temp table same as select pg_temp.change(8202, :one, 2, '{"title":"Dinner"}') as a;
select is((a ->> 'version') || coalesce(pg_temp.heard(a), ' nobody'), '2 nobody', 'nothing new is no change') from same;
select is(pg_temp.change(8201, :one, 2, jsonb_build_object('participants', pg_temp.list(8201, 1, 8202, 1))) ->> 'version', '3', 'the owner corrects any');
select is((select actor || ' ' || kind from plan_op where plan_id = 9501 order by op_seq desc limit 1), 'm:8201 expense_set', 'logged as the owner');
select is(pg_temp.change(8204, :two, 1, '{"amount":{"minor":1001,"cur":"JPY"}}') ->> 'difference', '-1', 'of several payers somebody must say who');
select is(pg_temp.change(8204, :two, 1, jsonb_build_object('amount', '{"minor":2000,"cur":"JPY"}'::jsonb, 'payers', pg_temp.paid(8204, 2000))) #>> '{base,minor}', '1220', 'the rate stays');
select is(pg_temp.change(8204, :two, 2, '{"amount":{"minor":2000,"cur":"USD"}}') ->> 'path', 'fx_ppb', 'of another currency there is none');
select is(pg_temp.change(8204, :two, 2, '{"amount":{"minor":2000,"cur":"EUR"}}') #>> '{base,minor}', '2000', 'of the same none is needed');
select is(pg_temp.change(8204, :two, 3, '{"mode":"exact"}') ->> 'difference', '-1994', 'parts are no amounts');
select is(pg_temp.change(8204, :two, 3, '{"mode":"equal"}') ->> 'version', '4', 'equal needs no weights');
select is(pg_temp.shares(:two), '667 666 667', 'by thirds');

-- who leaves stays in what was
update plan_member set state = 'left', ended_at = now() where plan_id = 9501 and member_id = 8204;
select is(pg_temp.add(8202, 9, jsonb_build_object('participants', pg_temp.list(8202, 1, 8204, 1))) ->> 'refused', 'ZC602', 'in nothing new');
select is(pg_temp.change(8201, :two, 4, jsonb_build_object('participants', pg_temp.list(8201, 1, 8204, 1), 'payers', pg_temp.paid(8206, 2000))) ->> 'version', '5',
          'a leaver who had a part can be given another');
select is(pg_temp.change(8204, :two, 5, '{"title":"Mine"}') ->> 'refused', 'ZC002', 'but not the leaver');
select is((select sum(net_minor) from lib.plan_nets(9501)), 0::numeric, 'balances sum to nothing');
select is((select b ->> 'handle' from jsonb_array_elements(lib.plan_balances_view(9501, 8201) -> 'members') b where b ->> 'member' = '8204'), 'nn8204', 'by handle');
update member set status = 'erased', handle = null, erased_at = now() where member_id = 8204;
select is((select jsonb_agg(b -> 'former') from jsonb_array_elements(lib.plan_balances_view(9501, 8201) -> 'members') b where not b ? 'member'), '[3]', 'as a number once erased');
select is(lib.plan_balances_view(9501, 8201)::text ~ '8204', false, 'nothing tells who it was');
select is((select jsonb_agg(o) from jsonb_array_elements((api.plan_ops('m:8201', 9501, 0, 200)).reply -> 'ops') o where o::text ~ '8204'), null, 'nor the log');
select is((select o #> '{set,payers}' from jsonb_array_elements((api.plan_ops('m:8201', 9501, 0, 200)).reply -> 'ops') o where o ->> 'op' = '2'),
          '[{"paid":400,"former":3},{"paid":600,"member":"8206"}]', 'where the former member has the same number');
select is((select o ? 'by' and o ->> 'by' is null from jsonb_array_elements((api.plan_ops('m:8201', 9501, 0, 200)).reply -> 'ops') o where o ->> 'op' = '2'),
          true, 'and did it without a name');
select is((lib.expense_view(:two)).view::text ~ '8204', false, 'nor in an expense');

-- deleted
select is(pg_temp.call('m:8202', 'plan_expense_delete', :'two' || ', 5') ->> 'refused', 'ZC001', 'not of others');
select is(pg_temp.call('m:8201', 'plan_expense_delete', :'two' || ', 4') ->> 'refused', 'CONFLICT', 'an old version');
select is(pg_temp.heard(pg_temp.call('m:8201', 'plan_expense_delete', :'two' || ', 5')), 'plan:9501 expense.changed deleted', 'deleted');
select is((lib.expense_view(:two)).view, null, 'shown no more');
select is((select count(*)::int from expense_share where expense_id = :two), 2, 'but kept');
select is(pg_temp.call('m:8201', 'plan_expense_delete', :'two' || ', 6') ->> 'refused', 'ZC003', 'once');
select is(pg_temp.change(8201, :two, 6, '{"title":"Tea"}') ->> 'refused', 'ZC003', 'and changed no more');
select is((select sum(net_minor) from lib.plan_nets(9501)), 0::numeric, 'balances sum to nothing');
select is((select count(*)::int from lib.expense_violations(9501)), 0, 'all adds up');

-- reading
select is(pg_temp.try('select * from api.plan_balances(''m:8203'', 9501, null)') ->> 'refused', 'ZC002', 'outsiders see no balances');
create temp table seen as select pg_temp.try('select * from api.plan_balances(''m:8206'', 9501, null)') as a;
select is(jsonb_path_query_array(a, '$.expenses[*].no'), '[6, 5, 4, 3, 1]', 'the newest first') from seen;
select is(a -> 'next', 'null', 'no more') from seen;
select is(a -> '_subjects', '[8201, 8202]', 'others whom it shows') from seen;
select is(jsonb_path_query_array(pg_temp.try('select * from api.plan_balances(''m:8206'', 9501, 4)'), '$.expenses[*].no'), '[3, 1]', 'before number 4');
select is((select sum((b ->> 'net')::bigint) from seen, jsonb_array_elements(a -> 'members') b), 0::numeric, 'summing to nothing');
create temp table why as select pg_temp.try('select * from api.plan_expense_why(''m:8206'', 9501, 8201, 8202)') as a;
select is((select sum((e ->> 'a')::bigint) from why, jsonb_array_elements(a -> 'expenses') e)::bigint, (a #>> '{a,net}')::bigint, 'the expenses make the balance of the one') from why;
select is((select sum((e ->> 'b')::bigint) from why, jsonb_array_elements(a -> 'expenses') e)::bigint, (a #>> '{b,net}')::bigint, 'and of the other') from why;
select is(a -> 'direct', '388', 'what one owes the other') from why;
select is(pg_temp.try('select * from api.plan_expense_why(''m:8206'', 9501, 8201, 8203)') ->> 'refused', 'ZC002', 'of strangers nothing');
select is(pg_temp.try('select * from api.plan_expense_why(''m:8206'', 9501, 8201, 8201)') ->> 'refused', 'ZC002', 'nor of one alone');

-- limits
insert into expense (expense_id, plan_id, no, title, amount_minor, currency, base_minor, spent_on, mode, created_by)
select 960000 + n, 9502, n, 'x', 1, 'EUR', 1, now(), 'equal', 8203 from generate_series(1, 500) n;
update plan set expense_no = 500 where plan_id = 9502;
select is(pg_temp.plain(pg_temp.add(8203, 5, '{"plan":"9502"}')), '{"refused":"ZC024","max":500}', 'five hundred');
update expense set deleted_at = now() where plan_id = 9502 and no = 7;
select is(pg_temp.add(8203, 5, '{"plan":"9502"}') ->> 'no', '501', 'that count');
update plan set expense_no = 2000 where plan_id = 9502;
update expense set deleted_at = now() where plan_id = 9502 and no = 8;
select is(pg_temp.plain(pg_temp.add(8203, 5, '{"plan":"9502"}')), '{"refused":"ZC024","max":2000}', 'two thousand in all');

-- what is broken is told
update expense_share set owed_minor = owed_minor + 1 where expense_id = :one and member_id = 8201;
select is((select string_agg(invariant || ' ' || coalesce(expense_id::text, '-'), ', ') from lib.expense_violations(9501)), 'I-32 -, I-33 ' || :'one', 'a share too much');
update expense_share set owed_minor = owed_minor - 1 where expense_id = :one and member_id = 8201;
update expense_payer set paid_minor = paid_minor - 1 where expense_id = :one;
select is((select string_agg(invariant, ', ') from lib.expense_violations(9501)), 'I-33', 'a payer too little');

update plan_item set assignees = '{8204}' where item_id = 9602;
select is(pg_temp.shares((pg_temp.add(8202, 9, '{"item":"9602"}') ->> 'expense')::bigint), '3 3 3', 'where all who are assigned have left, all share');
select * from finish();
rollback;
