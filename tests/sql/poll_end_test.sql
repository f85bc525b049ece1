-- How polls and proposals end: by the plan that is locked, called off or over, by the members who go; what cannot be applied;
-- and days that no plan can have.
begin;
\ir noun.psql
select plan(84);

create function pg_temp.heard(p_answer jsonb) returns text language sql as $$
    select string_agg((e ->> 'type') || coalesce(' ' || (e #>> '{refs,state}'), ''), ', ' order by o)
      from jsonb_array_elements(nullif(p_answer -> '_events', 'null')) with ordinality x (e, o)
     where e ->> 'stream' like 'plan:%'
$$;
create function pg_temp.nth(p_poll bigint, p_pos int) returns bigint language sql as
$$ select option_id from poll_option where poll_id = p_poll and pos = p_pos $$;
create function pg_temp.vote(p_member bigint, p_poll bigint, p_pos int) returns jsonb language sql as $$
    select pg_temp.call('m:' || p_member, 'plan_vote', format('%s, %L', p_poll, jsonb_build_array(
        jsonb_build_object('option', pg_temp.nth(p_poll, p_pos)::text))))
$$;
create function pg_temp.open(p_plan bigint, p_title text, p_more jsonb default '{}') returns bigint language plpgsql as $$
declare
    v_answer jsonb := pg_temp.call('m:8201', 'plan_poll_open', concat_ws(', ',
        p_plan, quote_literal(coalesce(p_more ->> 'kind', 'single')), quote_literal(p_title),
        quote_literal(coalesce(p_more -> 'options', '[{"label":"A"},{"label":"B"}]')::text),
        quote_literal(now() + interval '1 day'), 'null', coalesce(p_more ->> 'secret', 'null'), coalesce(p_more ->> 'quorum', 'null'),
        quote_nullable(p_more ->> 'tie_rule'), coalesce(p_more ->> 'all', 'null'), quote_nullable(p_more ->> 'on_close')));
begin
    if v_answer ? 'refused' then
        raise exception 'refused: %', v_answer;
    end if;
    return (v_answer ->> 'poll')::bigint;
end $$;
create function pg_temp.close(p_poll bigint, p_option bigint default null) returns jsonb language sql as
$$ select pg_temp.call('m:8201', 'plan_poll_close', p_poll || ', ' || coalesce(p_option::text, 'null')) $$;
create function pg_temp.propose(p_plan bigint, p_action text, p_item bigint, p_base bigint, p_set jsonb) returns bigint language sql as $$
    select (pg_temp.call('m:8202', 'plan_propose', concat_ws(', ', p_plan, quote_literal(p_action), coalesce(p_item::text, 'null'),
                         coalesce(p_base::text, 'null'), quote_nullable(p_set), 'null')) ->> 'proposal')::bigint
$$;
create function pg_temp.days(p_from text, p_to text) returns jsonb language sql as
$$ select jsonb_build_array(jsonb_build_object('from', p_from, 'to', p_to), '{"from":"2027-09-01","to":"2027-09-02"}'::jsonb) $$;
-- What became of the polls and proposals of a plan, and whether anything else was done to it.
create function pg_temp.ended(p_plan bigint) returns text language sql as $$
    select (select string_agg(p.title || ' ' || p.state || coalesce(' ' || (p.result ->> 'outcome') || ' ' || (p.result ->> 'effect'), '')
                              || coalesce(' ' || o.label, '') || case when p.state in ('open', 'tied') = (p.closed_at is null) then '' else ' when?' end,
                              ', ' order by p.poll_id)
              from poll p left join poll_option o on o.option_id = (p.result ->> 'winner')::bigint where p.plan_id = p_plan)
           || '; ' || (select string_agg(action || ' ' || state, ', ' order by proposal_id) from plan_proposal where plan_id = p_plan)
           || '; ' || (select count(*) from plan_op where plan_id = p_plan and actor like 'poll:%') || ' '
           || (select count(*) from plan_item where plan_id = p_plan and deleted_at is null)
$$;
-- A plan of an owner, an editor, two voters and a viewer with every sort of poll and of proposal.
create function pg_temp.furnish(p_plan bigint) returns void language plpgsql as $$
declare
    v_poll bigint;
begin
    insert into plan (plan_id, club_id, title, currency, state, starts_on, ends_on) values (p_plan, 8001, 'Plan', 'EUR', 'planning', '2027-05-01', '2027-05-08');
    insert into plan_member (plan_id, member_id, role, state, joined_at)
    select p_plan, m, r, 'joined', now() from (values (8201, 'owner'), (8202, 'editor'), (8203, 'voter'), (8204, 'voter'), (8206, 'viewer')) t (m, r);
    v_poll := pg_temp.open(p_plan, 'over');
    perform pg_temp.vote(8203, v_poll, 0), pg_temp.close(v_poll);
    v_poll := pg_temp.open(p_plan, 'dates', jsonb_build_object('kind', 'dates', 'options', pg_temp.days('2027-06-01', '2027-06-08'), 'on_close', '{"set_dates":true}'::jsonb));
    perform pg_temp.vote(8203, v_poll, 0);
    v_poll := pg_temp.open(p_plan, 'secret', jsonb_build_object('secret', true, 'quorum', 1, 'all', true, 'on_close',
        jsonb_build_object('apply_proposal', pg_temp.propose(p_plan, 'add', null, null, '{"title":"Walk","kind":"activity","order_key":"c"}')::text)));
    perform pg_temp.vote(8203, v_poll, 0), pg_temp.vote(8204, v_poll, 0);
    v_poll := pg_temp.open(p_plan, 'equal');
    perform pg_temp.vote(8203, v_poll, 0), pg_temp.vote(8204, v_poll, 1), pg_temp.close(v_poll);
    perform pg_temp.propose(p_plan, 'add', null, null, '{"title":"Swim","kind":"activity","order_key":"d"}');
    perform pg_temp.call('m:8202', 'plan_proposal_withdraw', pg_temp.propose(p_plan, 'add', null, null, '{"title":"No","kind":"activity","order_key":"d"}')::text);
end $$;
select pg_temp.furnish(9000 + n) from generate_series(1, 9) n;
select is(pg_temp.ended(9001), 'over closed decided none A, dates open, secret open, equal tied tied none; add open, add open, add withdrawn; 0 0', 'so they stand');

-- the plan ends them
select is(pg_temp.heard(pg_temp.call('m:8201', 'plan_lock', '9001')),
          'plan.changed locked, poll.changed closed, poll.changed closed, poll.changed closed, plan.proposal stale, plan.proposal stale', 'a lock');
select is(pg_temp.ended(9001), 'over closed decided none A, dates closed ended none, secret closed ended none, equal closed ended none; add stale, add stale, add withdrawn; 0 0',
          'closes what is open, without effect');
select is((select string_agg(decided_by, ' ') from plan_proposal where plan_id = 9001 and state = 'stale'), 'plan:9001 plan:9001', 'of itself');
select is((select result - '{options,best}'::text[] from poll where plan_id = 9001 and title = 'secret'), '{"voters":2,"outcome":"ended","winner":null,"effect":"none"}', 'what was said is told');
select is((select pg_temp.vote(8203, poll_id, 0) ->> 'state' from poll where plan_id = 9001 and title = 'secret'), 'locked', 'nobody votes then');
select pg_temp.call('m:8201', 'plan_unlock', '9001') as done \gset
select is((select pg_temp.vote(8203, poll_id, 0) ->> 'state' from poll where plan_id = 9001 and title = 'secret'), 'closed', 'nor after unlocking');
select is((select pg_temp.close(poll_id) ->> 'state' from poll where plan_id = 9001 and title = 'equal'), 'closed', 'nobody decides a tie');
select is(pg_temp.heard(pg_temp.call('m:8201', 'plan_lock', '9001')), 'plan.changed locked', 'nothing is ended twice');

create temp table gone as select 'over closed decided none A, dates cancelled ended none, secret cancelled ended none, equal cancelled ended none; add stale, add stale, add withdrawn; 0 0' as so;
select is(pg_temp.heard(pg_temp.call('m:8201', 'plan_cancel', '9002')),
          'plan.changed cancelled, poll.changed cancelled, poll.changed cancelled, poll.changed cancelled, plan.proposal stale, plan.proposal stale', 'called off');
select is(pg_temp.ended(9002), so, 'they are cancelled') from gone;
select is((select pg_temp.vote(8203, poll_id, 0) ->> 'state' from poll where plan_id = 9002 and title = 'secret'), 'cancelled', 'nobody votes');
update plan_member set role = 'viewer' where plan_id = 9003 and role in ('editor', 'voter');
select is(pg_temp.heard(pg_temp.call('m:8201', 'plan_leave', '9003')),
          'plan.member left, plan.changed cancelled, poll.changed cancelled, poll.changed cancelled, poll.changed cancelled, plan.proposal stale, plan.proposal stale', 'nobody is left to own it');
select is(pg_temp.ended(9003), so, 'cancelled') from gone;
update plan set starts_on = current_date - 9, ends_on = current_date - 2 where plan_id = 9004;
select is((select done from api.jobs_run('plans')), 1::bigint, 'its days are over');
select is((select state from plan where plan_id = 9004) || '; ' || pg_temp.ended(9004), 'done; ' || so, 'cancelled') from gone;
select is((select count(*) from outbox where stream = 'plan:9004' and refs ->> 'state' in ('cancelled', 'stale')), 5::bigint, 'and told');
select is(pg_temp.heard(pg_temp.call('m:8201', 'plan_update', '9005, 1, null, null, ''2020-01-01'', ''2020-01-02'', null, null')),
          'plan.changed done, poll.changed cancelled, poll.changed cancelled, poll.changed cancelled, plan.proposal stale, plan.proposal stale', 'other days end it, too');
select is(pg_temp.ended(9005), so, 'cancelled') from gone;
update plan set starts_on = current_date, ends_on = current_date + 2 where plan_id = 9006;
select is((select done from api.jobs_run('plans')), 1::bigint, 'it begins');
select is((select state from plan where plan_id = 9006) || '; ' || pg_temp.ended(9006),
          'travelling; over closed decided none A, dates open, secret open, equal tied tied none; add open, add open, add withdrawn; 0 0', 'and polls go on');

-- days of a poll or of a proposal that end the plan
select pg_temp.open(9007, 'past', jsonb_build_object('kind', 'dates', 'options', pg_temp.days('2020-06-01', '2020-06-08'), 'on_close', '{"set_dates":true}'::jsonb)) as poll \gset
select pg_temp.vote(8203, :poll, 0) as done \gset
select is(pg_temp.heard(pg_temp.close(:poll)),
          'plan.changed done, poll.changed closed, poll.changed cancelled, poll.changed cancelled, poll.changed cancelled, plan.proposal stale, plan.proposal stale', 'a poll sets them');
select is((select state || ' ' || starts_on || ' ' || version from plan where plan_id = 9007), 'done 2020-06-01 2', 'it is over');
select is(pg_temp.ended(9007), replace(so, '; add', ', past closed decided applied 2020-06-01 / 2020-06-08; add') , 'the others are cancelled') from (select replace(so, '0 0', '1 0') as so from gone) g;
select pg_temp.propose(9008, 'dates', null, null, '{"starts_on":"2020-06-01","ends_on":"2020-06-08"}') as proposal \gset
select is(pg_temp.heard(pg_temp.call('m:8201', 'plan_proposal_accept', :'proposal')),
          'plan.changed done, plan.proposal accepted, poll.changed cancelled, poll.changed cancelled, poll.changed cancelled, plan.proposal stale, plan.proposal stale', 'a proposal does');
select is(pg_temp.ended(9008), replace(so, 'withdrawn', 'withdrawn, dates accepted'), 'the same') from gone;
select pg_temp.open(9009, 'past', jsonb_build_object('kind', 'dates', 'options', pg_temp.days('2020-06-01', '2020-06-08'), 'on_close', '{"set_dates":true}'::jsonb)) as poll \gset
select pg_temp.vote(8203, :poll, 0) as done \gset
update poll set closes_at = now() - case title when 'past' then interval '1 second' else interval '0' end where plan_id = 9009 and state = 'open';
select is((select done from api.jobs_run('polls')), 1::bigint, 'what the timer''s first poll ends');
select is(pg_temp.ended(9009), replace(so, '; add', ', past closed decided applied 2020-06-01 / 2020-06-08; add') , 'it does not end again') from (select replace(so, '0 0', '1 0') as so from gone) g;
select is((select count(*) from outbox where stream = 'plan:9009' and type = 'poll.changed' and refs ->> 'state' in ('closed', 'cancelled')), 5::bigint, 'each tells once');

-- days no plan can have
create function pg_temp.wrong(p_from text, p_to text) returns text language sql as $$
    select concat_ws(' ',
        pg_temp.call('m:8201', 'plan_poll_open', format('9006, ''dates'', ''x'', %L, %L, null, null, null, null, null, null', pg_temp.days(p_from, p_to), now() + interval '1 day')) ->> 'path',
        pg_temp.call('m:8201', 'plan_propose', format('9006, ''dates'', null, null, %L, null', jsonb_build_object('starts_on', p_from, 'ends_on', p_to))) ->> 'path')
$$;
select is(pg_temp.wrong('1999-12-31', '2000-01-01'), 'options[0].from set.from', 'before 2000');
select is(pg_temp.wrong('2199-12-31', '2200-01-01'), 'options[0].to set.to', 'after 2199');
select is(pg_temp.wrong('2027-02-29', '2027-03-01'), 'options[0].from set.from', 'no such day');
select is(pg_temp.wrong('2027-01-01', '2028-01-03'), 'options[0].to set.to', 'more than 366 days');
select is(pg_temp.wrong('2027-01-02', '2027-01-01'), 'options[0].to set.to', 'backwards');
select is(pg_temp.wrong('', '2027-01-01'), 'options[0] set', 'half of them');
select is(pg_temp.wrong('2027-01-01', '2028-01-02'), '', '366 may be');
select is((select array_agg(x.refused order by n) from (values (1, '2027-01-01', '2028-01-03'), (2, '2027-01-02', '2027-01-01'), (3, '1999-12-31', '2000-01-01')) d (n, a, b)
            cross join lateral (select pg_temp.try(format('select lib.done(null) from (select lib.plan_apply((select p from plan p where plan_id = 9006), ''m:8201'', ''dates'', null, %L, null)) x',
                jsonb_build_object('starts_on', a, 'ends_on', b))) ->> 'path' as refused) x), '{ends_on,ends_on,set.starts_on}', 'nor by any other way');

-- who goes takes the votes in open polls along
insert into plan (plan_id, club_id, title, currency, state) values (9021, 8001, 'Going', 'EUR', 'planning'), (9022, 8001, 'Roles', 'EUR', 'planning');
insert into plan_member (plan_id, member_id, role, state, joined_at)
select p, m, r, 'joined', now() from (values (8201, 'owner'), (8202, 'editor'), (8203, 'voter'), (8204, 'voter'), (8206, 'viewer')) t (m, r), unnest('{9021,9022}'::bigint[]) p;
select pg_temp.open(9021, 'plain') as plain, pg_temp.open(9021, 'secret', '{"secret":true}') as secret, pg_temp.open(9021, 'unsaid') as unsaid,
       pg_temp.open(9021, 'old') as old,
       pg_temp.open(9021, 'last', jsonb_build_object('all', true, 'on_close', jsonb_build_object('apply_proposal',
           pg_temp.propose(9021, 'add', null, null, '{"title":"Walk","kind":"activity","order_key":"c"}')::text))) as last \gset
select count(pg_temp.vote(m, p, 0)) as done from unnest('{8201,8202,8203}'::bigint[]) m, unnest(array[:plain, :secret, :old, :last]) p \gset
select count(pg_temp.vote(8203, p, 1)) as done from unnest(array[:plain, :secret, :old]) p \gset
select pg_temp.close(:old) as done \gset
create temp table left_it as select pg_temp.call('m:8204', 'plan_leave', '9021') as a;
select is(pg_temp.heard(a), 'plan.member left, plan.item_changed, plan.proposal accepted, poll.changed closed', 'all others have voted: it closes as the last one leaves') from left_it;
select is((select state || ' ' || (result ->> 'outcome') || ' ' || (result ->> 'effect') from poll where poll_id = :last), 'closed decided applied', 'with what it does');
select is((select actor from plan_op where plan_id = 9021), 'poll:' || :'last', 'as the poll');
select version as was from poll where poll_id = :plain \gset
select pg_temp.call('m:8201', 'plan_remove', '9021, 8203') as a \gset
select is(pg_temp.heard(:'a'), 'plan.member removed, poll.changed open', 'whose vote goes: the poll where it is seen tells so, no other');
select is((select version from poll where poll_id = :plain), :was::bigint + 1, 'and is another version');
select is((select string_agg(poll_id || ' ' || version, ',') from poll where poll_id in (:secret, :unsaid)), :'secret' || ' 1,' || :'unsaid' || ' 1', 'the others are not');
select is((select string_agg(poll_id::text, ',' order by poll_id) from poll_vote where member_id = 8203 and poll_id in (:plain, :secret, :unsaid, :old, :last)), concat_ws(',', :old, :last), 'what is closed stays as it was');
update plan_member set state = 'joined' where plan_id = 9021 and member_id = 8203;
select is((select voters || ' ' || (options #>> '{1,score}') from lib.poll_count((select p from poll p where poll_id = :plain))), '2 0', 'who comes back votes anew');
select pg_temp.open(9022, 'seen') as seen, pg_temp.open(9022, 'last', '{"all":true,"secret":true}') as last \gset
select count(pg_temp.vote(m, :last, 0)) as done from unnest('{8201,8202,8203}'::bigint[]) m \gset
select pg_temp.vote(8204, :seen, 0) as done \gset
select is(pg_temp.heard(pg_temp.call('m:8201', 'plan_set_role', '9022, 8203, ''editor''')), 'plan.member joined', 'an editor votes as well');
select is(pg_temp.heard(pg_temp.call('m:8201', 'plan_set_role', '9022, 8204, ''viewer''')), 'plan.member joined, poll.changed open, poll.changed closed', 'a viewer does not');
select is((select count(*) from poll_vote where poll_id = :seen), 0::bigint, 'any more');
select is((select state || (result ->> 'voters') from poll where poll_id = :last), 'closed3', 'and is not waited for');
select is(pg_temp.heard(pg_temp.call('m:8201', 'plan_set_role', '9022, 8204, ''voter''')), 'plan.member joined', 'nor are votes given back');
select pg_temp.open(9022, 'none', '{"all":true}') as poll \gset
select is((select string_agg(pg_temp.heard(pg_temp.call('m:8201', 'plan_remove', '9022, ' || m)), '; ') from unnest('{8202,8203,8204,8206}'::bigint[]) m),
          'plan.member removed; plan.member removed; plan.member removed; plan.member removed', 'where nobody has said anything nothing closes');
select is(pg_temp.heard(pg_temp.vote(8201, :poll, 0)), 'poll.changed closed', 'the last one decides');

-- what cannot be applied
insert into plan (plan_id, club_id, title, currency, state) values (9031, 8001, 'Full', 'EUR', 'planning'), (9032, 8001, 'Fine', 'EUR', 'planning');
insert into plan_member (plan_id, member_id, role, state, joined_at) select p, m, r, 'joined', now() from (values (8201, 'owner'), (8202, 'editor')) t (m, r), unnest('{9031,9032}'::bigint[]) p;
create function pg_temp.ask(p_plan bigint) returns bigint language plpgsql as $$
declare
    v_poll bigint := pg_temp.open(p_plan, 'q', jsonb_build_object('on_close', jsonb_build_object('apply_proposal',
        pg_temp.propose(p_plan, 'add', null, null, '{"title":"Walk","kind":"activity","order_key":"c"}')::text)));
begin
    perform pg_temp.vote(8201, v_poll, 0);
    return v_poll;
end $$;
insert into plan_item (item_id, plan_id, kind, order_key, title, created_by, updated_by) select 93000 + n, 9031, 'meal', 'a', 'Lunch', 8201, 8201 from generate_series(1, 300) n;
select pg_temp.ask(9031) as full \gset
select is(pg_temp.heard(pg_temp.close(:full)), 'poll.changed closed', 'one item too many');
select is(pg_temp.ended(9031), 'q closed decided refused A; add open; 0 300', 'the proposal stays, for when there is room');
delete from plan_item where item_id = 93300;
select pg_temp.ask(9031) as bad, pg_temp.ask(9032) as good \gset
update plan_proposal set payload = jsonb_set(payload, '{set,kind}', '"nonsense"') where poll_id = :bad;
update poll set closes_at = now() where poll_id in (:bad, :good);
select is((select done from api.jobs_run('polls')), 2::bigint, 'a proposal that breaks something holds up no others');
select is(pg_temp.ended(9031), 'q closed decided refused A, q closed decided refused A; add open, add open; 0 299', 'it comes to nothing');
select is(pg_temp.ended(9032), 'q closed decided applied A; add accepted; 1 1', 'they do');

-- what a poll may be about
select pg_temp.propose(9032, 'add', null, null, '{"title":"Walk","kind":"activity","order_key":"c"}') as theirs,
       pg_temp.propose(9031, 'add', null, null, '{"title":"Walk","kind":"activity","order_key":"c"}') as ours \gset
create function pg_temp.about(p_proposal bigint) returns text language sql as $$
    select coalesce(a ->> 'refused', a ->> 'poll') from (select pg_temp.call('m:8201', 'plan_poll_open', format('9031, ''single'', ''q'', %L, %L, null, null, null, null, null, %L',
        '[{"label":"A"},{"label":"B"}]', now() + interval '1 day', jsonb_build_object('apply_proposal', p_proposal::text))) as a) x
$$;
select is(pg_temp.about(:theirs), 'ZC002', 'no proposal of another plan');
select pg_temp.about(:ours) as poll \gset
select pg_temp.vote(8201, :poll, 0), pg_temp.vote(8202, :poll, 1) \g /dev/null
select is(pg_temp.close(:poll) ->> 'state', 'tied', 'equal');
select is(pg_temp.about(:ours), 'ZC017', 'and none that waits for its owner to decide');
select pg_temp.close(:poll, pg_temp.nth(:poll, 1)) \g /dev/null
select pg_temp.ask(9032) as poll \gset
update plan set state = 'locked', state_before = 'planning' where plan_id = 9032;
update poll set closes_at = now() where poll_id = :poll;
select done from api.jobs_run('polls') \g /dev/null
select is((select result ->> 'effect' from poll where poll_id = :poll), 'refused', 'what is locked no poll changes');

-- a secret poll that others cannot tell from one nobody votes in: all that they can read, before and after
insert into plan (plan_id, club_id, title, currency, state) values (9041, 8001, 'Secrets', 'EUR', 'planning');
insert into plan_member (plan_id, member_id, role, state, joined_at)
select 9041, m, r, 'joined', now() from (values (8201, 'owner'), (8202, 'editor'), (8203, 'voter'), (8204, 'voter'), (8206, 'viewer')) t (m, r);
create function pg_temp.readable(p_member bigint, p_poll bigint) returns text language sql as $$
    select concat_ws(E'\n',
        (select array_agg(pg_temp.try(format(q, 'm:' || p_member)) order by no)::text
           from unnest(array['select * from api.plan_get(%L, 9041)', 'select * from api.plan_list(%L, false, 50, null)', 'select * from api.plan_ops(%L, 9041, 0, 100)',
                             'select * from api.plan_balances(%L, 9041, null)', 'select * from api.plan_poll(%L, ' || p_poll || ')']) with ordinality x (q, no)),
        (select (s.view, s.subjects)::text from lib.plan_snapshot(9041, p_member) s),
        (select (s.view, s.subjects)::text from lib.poll_event_view(p_poll, p_member) s), (select (s.view, s.subjects)::text from lib.poll_event_view(p_poll, 0) s),
        (select string_agg(f.file || ' ' || r.line, E'\n' order by f.file, r.key) from lib.export_files() f cross join lateral lib.export_rows(f.file, p_member, 0, 1000) r),
        (select string_agg(o::text, E'\n' order by o.stream, o.seq) from outbox o where o.stream in ('plan:9041', 'me:' || p_member, 'club:8001')),
        (select string_agg(s::text, E'\n' order by s.stream) from stream s where s.stream in ('plan:9041', 'me:' || p_member, 'club:8001')))
$$;
select pg_temp.open(9041, 'hush', '{"secret":true,"all":true,"quorum":2}') as hush, pg_temp.open(9041, 'loud') as loud \gset
create temp table read_before as select m, pg_temp.readable(m, :hush) as r from unnest('{8201,8202,8206}'::bigint[]) m;
select pg_temp.vote(8203, :hush, 0), pg_temp.vote(8204, :hush, 1), pg_temp.vote(8204, :hush, 0), pg_temp.call('m:8203', 'plan_unvote', :'hush'), pg_temp.vote(8203, :hush, 1) \g /dev/null
select is((select count(*) from poll_vote where poll_id = :hush), 2::bigint, 'two have voted');
select is((select string_agg(m::text, ' ') from read_before where pg_temp.readable(m, :hush) <> r), null, 'and nobody else can read anything that they could not');
select is((select string_agg(m::text, ' ') from unnest('{8203,8204}'::bigint[]) m where pg_temp.readable(m, :hush) not like '%poll.changed%'), null, 'they know what they have said');
select pg_temp.vote(8203, :loud, 0) \g /dev/null
select is((select count(*) from read_before where pg_temp.readable(m, :hush) <> r), 3::bigint, 'a vote that is not secret is read by all');

-- a vote is the caller's: there is no way to say whose
select is((select array_agg(proname || ' ' || n::text) from pg_proc, unnest(proargnames) n where pronamespace = 'api'::regnamespace and proname in ('plan_vote', 'plan_unvote')
             and n not in ('p_who', 'p_idem', 'p_hash', 'p_poll', 'p_votes')), null, 'there is no argument for it');
select is(pg_temp.call('m:8203', 'plan_vote', format('%s, %L', :loud, jsonb_build_array(jsonb_build_object('option', pg_temp.nth(:loud, 1)::text, 'member', '8204', 'member_id', '8204')))) ->> 'state', 'open', 'what a vote says of another');
select is((select string_agg(member_id || ' ' || pos, ',') from poll_vote join poll_option using (option_id) where poll_vote.poll_id = :loud), '8203 1', 'is nothing');
select is((select count(*) from unnest('{s:8302,v:desk,g,m:8208}'::text[]) w cross join lateral (select pg_temp.call(w, 'plan_vote', format('%s, %L', :loud, '[{"option":"1"}]')) as a offset 0) x where a ? 'refused'),
          4::bigint, 'nobody but members votes');
select is(pg_temp.call('m:8203', 'plan_vote', format('%s, %L', :loud, jsonb_build_array(jsonb_build_object('option', pg_temp.nth(:hush, 0)::text)))) ->> 'path', 'votes', 'nor for an option of another poll');
update poll set closes_at = now() where poll_id = :loud;
select is(pg_temp.call('m:8203', 'plan_unvote', :'loud') ->> 'refused', 'ZC017', 'too late to take back is too late before the timer');
select pg_temp.close(:loud), pg_temp.call('m:8203', 'plan_leave', '9041') \g /dev/null
select is(pg_temp.try(format('select * from api.plan_poll(''m:8201'', %s)', :loud)) -> 'votes', '[]', 'who has left is shown in none');
select is((select string_agg((p ->> 'title') || ' ' || (p ? 'options'), ',' order by p ->> 'title') from jsonb_array_elements(lib.plan_polls_view(9041, 8201)) p), 'hush true,loud false', 'the options of what is closed are read one by one');
-- so many; what is long is cut in the list; who has left is not named
insert into plan (plan_id, club_id, title, currency, state) values (9051, 8001, 'Many', 'EUR', 'planning');
insert into plan_member (plan_id, member_id, role, state, joined_at) values (9051, 8201, 'owner', 'joined', now()), (9051, 8202, 'editor', 'joined', now());
select pg_temp.propose(9051, 'add', null, null, jsonb_build_object('title', 'Walk', 'kind', 'activity', 'order_key', 'c', 'notes', repeat('x', 201))) as long \gset
select is((select length(p #>> '{set,notes}') || ' ' || (p ->> 'notes_cut') || ' ' || (p ->> 'by') from jsonb_array_elements(lib.plan_proposals_view(9051, 8201)) p), '200 true 8202', 'notes in the list');
select is((select length(view #>> '{set,notes}') || ' ' || (view ? 'notes_cut') from lib.proposal_event_view(:long)), '201 false', 'are whole in the event');
update plan_member set state = 'left' where plan_id = 9051 and member_id = 8202;
select is((select p -> 'by' from jsonb_array_elements(lib.plan_proposals_view(9051, 8201)) p), 'null', 'of somebody');
update plan_member set state = 'joined' where plan_id = 9051 and member_id = 8202;
insert into plan_proposal (proposal_id, plan_id, author, action, payload, state) select 95000 + n, 9051, 8202, 'add', '{}', 'withdrawn' from generate_series(1, 998) n;
select is(pg_temp.propose(9051, 'add', null, null, '{"title":"Walk","kind":"activity","order_key":"c"}') is not null, true, 'a thousand proposals');
select is(pg_temp.call('m:8202', 'plan_propose', '9051, ''add'', null, null, ''{"title":"Walk","kind":"activity","order_key":"c"}'', null') - '_sys', '{"refused":"ZC024","max":1000}', 'not one more');
create function pg_temp.so_many() returns jsonb language sql as $$
    select pg_temp.call('m:8201', 'plan_poll_open', format('9051, ''single'', ''q'', ''[{"label":"A"},{"label":"B"}]'', %L, null, null, null, null, null, null', now() + interval '1 day')) - '_sys'
$$;
select is((select count(pg_temp.so_many() ->> 'poll') from generate_series(1, 10)), 10::bigint, 'ten polls at a time');
select is(pg_temp.so_many(), '{"refused":"ZC024","max":10}', 'not one more');
insert into poll (poll_id, plan_id, kind, title, closes_at, state, created_by) select 95000 + n, 9051, 'single', 'q', now(), 'closed', 8201 from generate_series(1, 39) n;
update poll set state = 'closed' where plan_id = 9051;
select is(pg_temp.so_many() ? 'poll', true, 'fifty in all');
select is(pg_temp.so_many(), '{"refused":"ZC024","max":50}', 'not one more');
-- who opened a poll may have become a viewer since: what it was to do is the plan's, done as poll:<poll>, and the opener may end it
insert into plan (plan_id, club_id, title, currency, state, starts_on, ends_on) values (9091, 8001, 'Plan', 'EUR', 'planning', '2027-05-01', '2027-05-08');
insert into plan_member (plan_id, member_id, role, state, joined_at)
select 9091, m, r, 'joined', now() from (values (8201, 'owner'), (8202, 'editor'), (8203, 'voter')) t (m, r);
select pg_temp.open(9091, 'first', jsonb_build_object('kind', 'dates', 'options', pg_temp.days('2027-06-01', '2027-06-08'), 'on_close', '{"set_dates":true}'::jsonb)) as first,
       pg_temp.open(9091, 'second', jsonb_build_object('kind', 'dates', 'options', pg_temp.days('2027-06-02', '2027-06-08'), 'on_close', '{"set_dates":true}'::jsonb)) as second \gset
update poll set created_by = 8202 where poll_id in (:first, :second);
select pg_temp.vote(8203, :first, 0), pg_temp.vote(8203, :second, 0) \g /dev/null
update plan_member set role = 'viewer' where plan_id = 9091 and member_id = 8202;
update poll set closes_at = now() where poll_id = :first;
select api.jobs_run('polls') \g /dev/null
select is((select p.result ->> 'effect' || ' ' || o.actor || ' ' || (o.patch ->> 'starts_on') from poll p, plan_op o where p.poll_id = :first and o.plan_id = 9091),
          'applied poll:' || :first || ' 2027-06-01', 'at the deadline');
select is(pg_temp.call('m:8202', 'plan_poll_close', :second || ', null') #>> '{result,effect}', 'applied', 'or before, by the opener');

select * from finish();
rollback;
