-- Steps about polls and settlements that meet: one waits for the other, and sees what it did.
begin;
select plan(19);
\ir two_sessions.psql

create function pg_temp.clean() returns text language sql as $$
    select dblink_exec('own', $q$
        delete from outbox where stream like '%:9984___'; delete from stream where stream like '%:9984___';
        delete from idempotency where principal like 'm:9984___';
        delete from poll_vote where poll_id between 9984000 and 9984999; delete from poll_option where poll_id between 9984000 and 9984999;
        delete from poll where poll_id between 9984000 and 9984999; delete from plan_proposal where plan_id between 9984000 and 9984999;
        delete from settlement where plan_id between 9984000 and 9984999;
        delete from expense_share s using expense e where e.expense_id = s.expense_id and e.plan_id between 9984000 and 9984999;
        delete from expense_payer s using expense e where e.expense_id = s.expense_id and e.plan_id between 9984000 and 9984999;
        delete from expense where plan_id between 9984000 and 9984999;
        delete from plan_op where plan_id between 9984000 and 9984999; delete from plan_item where plan_id between 9984000 and 9984999;
        delete from plan_member where plan_id between 9984000 and 9984999;
        delete from plan where plan_id between 9984000 and 9984999;
        delete from membership where club_id = 9984001; delete from member where member_id between 9984000 and 9984999;
        delete from tier where club_id = 9984001; delete from track where club_id = 9984001; delete from club where club_id = 9984001$q$)
$$;
select pg_temp.clean();
-- Plans 9984021 to 9984036, each with poll 99841nn on proposal 99842nn to change item 99843nn, options 99844nn and 99845nn.
select dblink_exec('own', $q$
    insert into club (club_id, slug, name, form, join_policy) values (9984001, 'race-polls', 'Race', 'benefit', 'open');
    insert into track (track_id, club_id, code, name, fee_kind) values (9984002, 9984001, 'free', 'Free', 'free');
    insert into tier (tier_id, club_id, rank, name, qualify_tp, retain_tp, window_kind) values (9984003, 9984001, 0, 'One', 0, 0, 'rolling');
    insert into member (member_id, status, handle) select m, 'active', 'qrace.' || m from generate_series(9984011, 9984014) m;
    insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)
    select m, 9984001, 9984002, 'active', 9984003, now() from generate_series(9984011, 9984014) m;
    insert into plan (plan_id, club_id, title, currency, state) select 9984000 + n, 9984001, 'Race', 'EUR', 'planning' from generate_series(21, 36) n;
    insert into plan_member (plan_id, member_id, role, state, joined_at)
    select 9984000 + n, m, case m when 9984011 then 'owner' when 9984012 then 'editor' else 'voter' end, 'joined', now()
      from generate_series(21, 36) n, generate_series(9984011, 9984014) m;
    insert into plan_item (item_id, plan_id, kind, order_key, title, created_by, updated_by)
    select 9984300 + n, 9984000 + n, 'meal', 'a', 'Lunch', 9984011, 9984011 from generate_series(21, 36) n;
    insert into plan_op (plan_id, op_seq, actor, kind, object, patch, new_ver)
    select 9984000 + n, 1, 'm:9984011', 'item_add', 'item:' || 9984300 + n, '{}', 1 from generate_series(21, 36) n;
    update plan set op_seq = 1 where plan_id between 9984021 and 9984036;
    insert into plan_proposal (proposal_id, plan_id, author, action, item_id, payload, base_ver, poll_id)
    select 9984200 + n, 9984000 + n, 9984013, 'change', 9984300 + n, '{"set":{"title":"Dinner"}}', 1, 9984100 + n from generate_series(21, 36) n;
    insert into poll (poll_id, plan_id, kind, title, closes_at, tie_rule, close_when_all_voted, on_close, created_by)
    select 9984100 + n, 9984000 + n, 'single', 'Dinner?', now() + interval '1 day', 'owner', true, jsonb_build_object('apply_proposal', (9984200 + n)::text), 9984012
      from generate_series(21, 36) n;
    insert into poll_option (option_id, poll_id, label, pos) select 9984400 + 100 * p + n, 9984100 + n, 'Option ' || p, p from generate_series(21, 36) n, generate_series(0, 1) p;
    insert into poll_vote (poll_id, option_id, member_id, choice) select 9984100 + n, 9984400 + n, m, 'yes' from generate_series(21, 36) n, generate_series(9984011, 9984012) m$q$);

create sequence pg_temp.keys;
create function pg_temp.write(p_member bigint, p_function text, p_arguments text, p_key text default null) returns text language sql as $$
    select format('select (api.%I(%L, %L, ''aa'', %s)).reply::text', p_function, 'm:' || p_member,
                  coalesce(p_key, 'poll-race-' || nextval('pg_temp.keys')), p_arguments)
$$;
create function pg_temp.vote(p_member bigint, p_n int, p_pos int, p_key text default null) returns text language sql as $$
    select pg_temp.write(p_member, 'plan_vote', format('%s, %L', 9984100 + p_n, jsonb_build_array(jsonb_build_object('option', (9984400 + 100 * p_pos + p_n)::text))), p_key)
$$;
create function pg_temp.close(p_member bigint, p_n int, p_option text default 'null') returns text language sql as
$$ select pg_temp.write(p_member, 'plan_poll_close', 9984100 + p_n || ', ' || p_option) $$;
create function pg_temp.edit(p_n int) returns text language sql as
$$ select pg_temp.write(9984012, 'plan_item_set', format('%s, 1, ''{"title":"Tea"}'', null', 9984300 + p_n)) $$;
create function pg_temp.said(p_reply jsonb) returns text language sql as
$$ select concat_ws(' ', coalesce(p_reply ->> 'refused', p_reply ->> 'state', 'item ' || (p_reply ->> 'version')), p_reply #>> '{result,effect}') $$;
-- The poll, its proposal, the item's title and version, how many changes the log has, and how often the end was told.
create function pg_temp.so(p_n int) returns text language sql as $$
    select concat_ws(' ', q.state, q.result ->> 'outcome', q.result ->> 'effect', q.result ->> 'voters', r.state, i.title, i.version,
                     (select count(*) from club.plan_op where plan_id = q.plan_id),
                     (select count(*) from club.outbox where stream = 'plan:' || q.plan_id and type = 'poll.changed' and refs ->> 'state' = 'closed'))
      from club.poll q join club.plan_proposal r on r.poll_id = q.poll_id join club.plan_item i on i.plan_id = q.plan_id
     where q.poll_id = 9984100 + p_n
$$;
create function pg_temp.due(p_n int) returns text language sql as
$$ select dblink_exec('own', format('update club.poll set closes_at = now() where poll_id = %s', 9984100 + p_n)) $$;
create function pg_temp.settle(p_n int, p_id bigint) returns text language sql as $$
    select dblink_exec('own', format('insert into club.settlement (settlement_id, plan_id, payer, payee, amount_minor, state) values (%s, %s, 9984013, 9984011, 500, ''marked_paid'')', p_id, 9984000 + p_n))
$$;
create function pg_temp.nets(p_n int) returns text language sql as
$$ select string_agg(member_id % 10 || ':' || net_minor, ' ' order by member_id) from lib.plan_nets(9984000 + p_n) $$;

select is(pg_temp.race(pg_temp.close(9984011, 21), pg_temp.close(9984012, 21)), 'closed applied, ZC017', 'two close a poll');
select is(pg_temp.so(21), 'closed decided applied 2 accepted Dinner 2 2 1', 'it is done once');
select is(pg_temp.race(pg_temp.vote(9984013, 22, 1), pg_temp.vote(9984014, 22, 0)), 'open, closed', 'the last two vote at once');
select is(pg_temp.so(22), 'closed decided applied 4 accepted Dinner 2 2 1', 'the second one closes it');
select is(pg_temp.race(pg_temp.close(9984011, 23), pg_temp.vote(9984013, 23, 1)), 'closed applied, ZC017', 'a vote that comes as it closes');
select is(pg_temp.so(23), 'closed decided applied 2 accepted Dinner 2 2 1', 'is not counted');
select is(pg_temp.race(pg_temp.vote(9984013, 24, 1), pg_temp.close(9984011, 24)) || ' ' || pg_temp.so(24), 'open, closed applied closed decided applied 3 accepted Dinner 2 2 1', 'one that comes before is');
select is(pg_temp.race(pg_temp.edit(25), pg_temp.close(9984011, 25)) || ' ' || pg_temp.so(25), 'item 2, closed stale closed decided stale 2 stale Tea 2 2 1', 'what the poll was to change is changed before');
select is(pg_temp.race(pg_temp.close(9984011, 26), pg_temp.edit(26)) || ' ' || pg_temp.so(26), 'closed applied, CONFLICT closed decided applied 2 accepted Dinner 2 2 1', 'or after, by who has seen the old one');
select is(pg_temp.race(pg_temp.write(9984011, 'plan_lock', '9984027'), pg_temp.vote(9984013, 27, 1)) || ' ' || pg_temp.so(27), 'locked, ZC017 closed ended none 2 stale Lunch 1 1 1', 'a lock and a vote');
select is(pg_temp.race(pg_temp.write(9984011, 'plan_lock', '9984028'), pg_temp.close(9984012, 28)) || ' ' || pg_temp.so(28), 'locked, ZC017 closed ended none 2 stale Lunch 1 1 1', 'a lock and who closes');
select is(pg_temp.race(pg_temp.vote(9984013, 29, 0), pg_temp.write(9984014, 'plan_leave', '9984029')) || ' ' || pg_temp.so(29), 'open, left closed decided applied 3 accepted Dinner 2 2 1',
          'all but the one who leaves have voted');
select is(pg_temp.race(pg_temp.write(9984013, 'plan_leave', '9984030'), pg_temp.vote(9984014, 30, 1)) || ' ' || pg_temp.so(30), 'left, closed closed decided applied 3 accepted Dinner 2 2 1',
          'the last one votes as another leaves');
select is(pg_temp.race(pg_temp.write(9984012, 'plan_proposal_accept', '9984231'), pg_temp.close(9984011, 31)) || ' ' || pg_temp.so(31), 'accepted, closed none closed decided none 2 accepted Dinner 2 2 1',
          'accepted by hand as the poll closes: once');
select is(pg_temp.race(pg_temp.vote(9984013, 32, 1, 'poll-race-the-same'), pg_temp.vote(9984013, 32, 1, 'poll-race-the-same')), 'open, open', 'the same call twice');
-- the timer takes what nobody holds; who holds it decides alone, and the timer comes again
select pg_temp.due(33), pg_temp.due(34) \g /dev/null
select dblink_exec('b', 'set lock_timeout = ''10s''') \g /dev/null
select dblink_exec('a', 'begin') \g /dev/null
select v from dblink('a', pg_temp.close(9984011, 33)) t (v text) \g /dev/null
select is((select done::text || ' ' || pg_temp.so(34) from dblink('b', 'select done from api.jobs_run(''polls'')') t (done bigint)), '1 closed decided applied 2 accepted Dinner 2 2 1', 'the timer passes over what somebody else closes');
select dblink_exec('a', 'commit') \g /dev/null
select is((select done::text || ' ' || pg_temp.so(33) from dblink('b', 'select done from api.jobs_run(''polls'')') t (done bigint)), '0 closed decided applied 2 accepted Dinner 2 2 1', 'which is closed once');

-- money
select pg_temp.settle(35, 9984901), pg_temp.settle(36, 9984902) \g /dev/null
select is(pg_temp.race(pg_temp.write(9984011, 'plan_settle_confirm', '9984901'), pg_temp.write(9984011, 'plan_settle_confirm', '9984901')) || ' ' || pg_temp.nets(35), 'confirmed, ZC017 1:-500 3:500', 'confirmed twice, counted once');
select is(pg_temp.race(pg_temp.write(9984011, 'plan_settle_dispute', '9984902'), pg_temp.write(9984011, 'plan_settle_confirm', '9984902')) || coalesce(' ' || pg_temp.nets(36), ''), 'disputed, ZC017', 'disputed and confirmed');

select pg_temp.clean();
select dblink_disconnect(c) from unnest('{a,b,own}'::text[]) c;
select * from finish();
rollback;
