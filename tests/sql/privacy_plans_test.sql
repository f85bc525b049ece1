-- Plans in the archive, and what an erasure leaves of them: the group's work and balances stay, the words of the member go.
begin;
\ir noun.psql
select no_plan();
\ir everything.psql

-- the archive
create function pg_temp.file(p_file text) returns jsonb language sql as $$
    select jsonb_agg(line order by key) from lib.export_rows(p_file, 8201, 0, 100)
$$;
select is(jsonb_path_query_array(pg_temp.file('plans'), '$[*].title'), '["Mine","Hers"]', 'the plans');
select ok(pg_temp.file('plans') -> 1 ->> 'asked_to_own' is not null, 'and that somebody asks');
select is(pg_temp.file('plan_items') #>> '{0,notes}', 'Bring water', 'items');
select is(jsonb_array_length(pg_temp.file('plan_changes')), 1, 'own changes, not those of others');
select is(jsonb_path_query_array(pg_temp.file('plan_comments'), '$[*].body'), '["My remark"]', 'own comments');
select is(pg_temp.file('votes') #>> '{0,option}', 'Here', 'votes');
select is(pg_temp.file('expenses') #>> '{0,owed_minor}', '500', 'what the member owes');
select is((pg_temp.file('settlements') -> 0) ->> 'from', null, 'no handle of who is blocked');
delete from block_rel;
select is((pg_temp.file('settlements') -> 0) ->> 'from', 'nn8202', 'others by their handles');
insert into plan_op (plan_id, op_seq, actor, kind, object, patch, before)
select 8601, 3, 'm:8201', 'expense_set', 'expense:8610', p, p from (values ('{"base":1000,"payers":[{"member":"8202","paid":1000}],"shares":[{"member":"8202","owed":500}]}'::jsonb)) t (p);
select is(pg_temp.file('plan_changes') #>> '{1,set}', '{"base": 1000}', 'what an own change did to the money of others is theirs');
select is(pg_temp.file('plan_proposals') #>> '{0,set}', '{"title": "A swim"}', 'what was proposed');
insert into plan_proposal (proposal_id, plan_id, author, action, payload) values (8690, 8601, 8202, 'add', '{"set":{"title":"A dive"}}');
select is(jsonb_array_length(pg_temp.file('plan_proposals')), 1, 'by the member, not by others');
delete from plan_proposal where proposal_id = 8690;
select ok(not exists (select from lib.export_files() f, lib.export_rows(f.file, 8201, 0, 100) r
                       where f.file in ('plans', 'plan_items', 'expenses', 'settlements', 'plan_changes', 'plan_proposals') and r.line::text like '%8202%'
                         and r.line::text not like '%nn8202%'), 'and no numbers of others');
delete from plan_op where plan_id = 8601 and op_seq = 3;
select is((select count(*) from lib.export_rows('plans', 8201, 8601, 1)), 1::bigint, 'a page at a time');

-- who is not in a plan any more
savepoint went;
update plan_member set state = 'removed' where plan_id = 8601 and member_id = 8201;
select is(pg_temp.file('plans') #> '{0,title}', 'null', 'what the plan is called by now is for those in it');
select is(pg_temp.file('plan_items') #>> '{0,notes}', 'Bring water', 'own words stay in the archive');
update plan_item set notes = 'After that', updated_by = 8202 where item_id = 8604;
select is(pg_temp.file('plan_items'), null, 'what others wrote since is not told');
update plan_member set state = 'joined' where plan_id = 8601 and member_id = 8201;
select is(pg_temp.file('plan_items') #>> '{0,notes}', 'After that', 'but to who is in it');
rollback to went;

-- the erasure; content=anonymise keeps the comments
savepoint anonymised;
select pg_temp.call('m:8201', 'privacy_erase', $$'anonymise', true$$) \g /dev/null
create function pg_temp.erase() returns void language plpgsql as $$
begin
    for i in 1 .. 100 loop
        if lib.erasures_run('0') = 0 then
            return;
        end if;
    end loop;
    raise exception 'the erasure never ends';
end $$;
select pg_temp.erase();
select is((select body from plan_comment where comment_id = 8605), 'My remark', 'anonymised: comments stay');
rollback to anonymised;
create function pg_temp.erase() returns void language plpgsql as $$
begin
    for i in 1 .. 100 loop
        if lib.erasures_run('0') = 0 then
            return;
        end if;
    end loop;
    raise exception 'the erasure never ends';
end $$;
select pg_temp.call('m:8201', 'privacy_erase', $$'delete', true$$) \g /dev/null
select pg_temp.erase();
select is((select state from dsr where member_id = 8201 and kind = 'erase'), 'done', 'erased');
select is((select string_agg(plan_id || ' ' || member_id || role || ' ' || state || ' ' || share_level, ', ' order by plan_id, member_id) from plan_member),
          '8601 8201owner left handle, 8601 8202owner joined handle, 8602 8201editor left handle, 8602 8202owner joined handle', 'the plan passes on');
select is((select count(*) from plan_handover), 0::bigint, 'nobody is asked');
select ok((select revoked_at is not null from plan_invite), 'links lead nowhere');
select is((select string_agg(state || ':' || body, ' ' order by comment_id) from plan_comment), 'deleted: published:Hers', 'comments are blanked');
select is((select string_agg(patch::text, ' ' order by op_seq) from plan_op), '{"day": "2027-05-01"} {"title": "A walk"}', 'the words of the changes go, no number');
select is((select title || ' ' || notes from plan_item), 'A walk Bring water', 'items stay');
select is((select count(*) from poll_vote), 1::bigint, 'votes in polls that are over count');
select is((select sum(y.paid_base_minor) from expense_payer y) - (select sum(owed_minor) from expense_share), 0::numeric, 'balances add up');
select ok(exists (select from outbox where stream = 'plan:8601' and type = 'plan.member' and refs ->> 'state' = 'left'), 'the others are told');
select is((lib.plan_members_view(8601, 8202) -> 0) ->> 'handle', 'nn8202', 'they are alone');
select is((select lib.plan_member_row(s) - '{role,state,share_level,joined_at,is_asked}'::text[] from plan_member s where member_id = 8201 limit 1),
          '{"former": true}', 'who is gone is a former member');
-- what it costs is what is to be done: not the logs of all plans again for each
insert into plan (plan_id, club_id, title, currency, state) select 880000 + n, 8001, 'Many', 'EUR', 'planning' from generate_series(1, 60) n;
insert into plan_member (plan_id, member_id, role, state, joined_at)
select 880000 + n, m, case m when 8204 then 'owner' else 'editor' end, case when m = 8203 and n > 30 then 'left' else 'joined' end, now()
  from generate_series(1, 60) n, unnest('{8203,8204}'::bigint[]) m;
insert into plan_op (plan_id, op_seq, actor, kind, object, patch)
select 880000 + n, o, case when o = 1 then 'm:8203' else 'm:8204' end, 'item_set', 'item:1', '{"title":"Words","day":"2027-05-31"}'
  from generate_series(1, 60) n, generate_series(1, 40) o;
insert into plan_comment (comment_id, plan_id, author, body)
select 880000 + n * 100 + c, 880000 + n, case when c = 1 then 8203 else 8204 end, 'Words' from generate_series(1, 60) n, generate_series(1, 10) c;
update member set status = 'erased', handle = null, erased_at = now() where member_id = 8203;
create function pg_temp.read() returns bigint language sql volatile as $$
    select sum(pg_stat_get_xact_tuples_fetched(c) + pg_stat_get_xact_tuples_returned(c))::bigint
      from (select unnest('{plan_op,plan_comment,plan_member}'::regclass[])
             union all
            select indexrelid from pg_index where indrelid = any ('{plan_op,plan_comment,plan_member}'::regclass[])) as r (c)
$$;
insert into plan_member (plan_id, member_id, role, state) select 880000 + n, 8206, 'viewer', 'left' from generate_series(1, 60) n;
insert into plan_op (plan_id, op_seq, actor, kind, object, patch) values (880060, 41, 'm:8206', 'item_set', 'item:1', '{"title":"Words"}');
create function pg_temp.look(out plan bigint, out cost bigint) language plpgsql as $$
begin
    cost := -pg_temp.read();
    plan := lib.plans_left_of(8206, true);
    cost := cost + pg_temp.read();
end $$;
create temp table look as select * from pg_temp.look();
select is(plan, 880060::bigint, 'the one plan of sixty where something is left') from look;
select cmp_ok(cost, '<', 10::bigint, 'is found without looking at the others') from look;
create function pg_temp.erase_all() returns int language plpgsql as $$
declare
    v_steps int := 0;
begin
    while lib.plans_erase(8203, true) > 0 loop
        v_steps := v_steps + 1;
    end loop;
    return v_steps;
end $$;
select is(pg_temp.erase_all(), 60, 'a step for each plan');
select is((select count(*) from plan_op where actor = 'm:8203' and patch = '{"day":"2027-05-31"}'), 60::bigint, 'the words of its changes are gone');
select is((select count(*) from plan_op where plan_id > 880000 and patch ? 'title'), 39 * 60 + 1::bigint, 'those of others are not');
select is((select string_agg(distinct state || ' ' || body, '/') from plan_comment where author = 8203 and plan_id > 880000), 'deleted ', 'nor is a remark left');
select is((select count(*) from plan_member where member_id = 8203 and state = 'joined'), 0::bigint, 'nor a place in a plan');

select * from finish();
rollback;
