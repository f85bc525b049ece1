-- Polls of plans: opened, voted in, closed; what closing does; what is told while they are secret.
begin;
\ir noun.psql
select plan(82);

create function pg_temp.heard(p_answer jsonb) returns text language sql as $$
    select string_agg(e ->> 'stream' || ' ' || (e ->> 'type') || coalesce(' ' || (e #>> '{refs,state}'), ''), ', ' order by o)
      from jsonb_array_elements(nullif(p_answer -> '_events', 'null')) with ordinality x (e, o)
$$;
create function pg_temp.bare(p_answer jsonb) returns jsonb language sql as $$ select p_answer - '{_events,_sys,_subjects}'::text[] $$;
create function pg_temp.nth(p_poll bigint, p_pos int) returns bigint language sql as
$$ select option_id from poll_option where poll_id = p_poll and pos = p_pos $$;
-- '0 2no' are votes: yes for the first option, no for the third.
create function pg_temp.vote(p_member bigint, p_poll bigint, p_votes text, p_key text default null) returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.plan_vote(%L, %L, %L, %s, %L)', 'm:' || p_member, coalesce(p_key, pg_temp.key()),
                              sha256(convert_to(p_votes, 'UTF8')), p_poll, (
        select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                   'option', coalesce(pg_temp.nth(p_poll, substring(w, '^[0-9]+')::int), 1)::text,
                   'choice', substring(w, '[a-z]+$'))))
          from unnest(string_to_array(p_votes, ' ')) w)));
$$;
create function pg_temp.open(p_who bigint, p_more jsonb default '{}') returns jsonb language sql as $$
    select pg_temp.call('m:' || p_who, 'plan_poll_open', concat_ws(', ',
        coalesce(p_more ->> 'plan', '9001'), quote_literal(coalesce(p_more ->> 'kind', 'single')), quote_literal('Where to?'),
        quote_literal(coalesce(p_more -> 'options', '[{"label":"A"},{"label":"B"},{"label":"C"}]')::text),
        quote_literal(coalesce(p_more ->> 'closes_at', (now() + interval '1 day')::text)),
        coalesce(p_more ->> 'max_choices', 'null'), coalesce(p_more ->> 'secret', 'null'), coalesce(p_more ->> 'quorum', 'null'),
        quote_nullable(p_more ->> 'tie_rule'), coalesce(p_more ->> 'all', 'null'), quote_nullable(p_more ->> 'on_close')))
$$;
create function pg_temp.close(p_who bigint, p_poll bigint, p_option bigint default null) returns jsonb language sql as
$$ select pg_temp.call('m:' || p_who, 'plan_poll_close', p_poll || ', ' || coalesce(p_option::text, 'null')) $$;
create function pg_temp.seen(p_who bigint, p_poll bigint) returns jsonb language sql as
$$ select pg_temp.try(format('select * from api.plan_poll(%L, %s)', 'm:' || p_who, p_poll)) $$;
create function pg_temp.result(p_poll bigint) returns text language sql as $$
    select p.state || ' ' || (p.result ->> 'outcome') || coalesce(' ' || o.label, '') || ' ' || (p.result ->> 'effect')
      from poll p left join poll_option o on o.option_id = (p.result ->> 'winner')::bigint where p.poll_id = p_poll
$$;

-- a plan with an owner, an editor, two voters, a viewer and one who has left; 8207 is in no club
insert into plan (plan_id, club_id, title, currency, state, starts_on, ends_on)
values (9001, 8001, 'North', 'EUR', 'planning', '2027-05-01', '2027-05-08'), (9002, 8001, 'South', 'EUR', 'planning', null, null);
insert into plan_member (plan_id, member_id, role, state)
values (9001, 8201, 'owner', 'joined'), (9001, 8202, 'editor', 'joined'), (9001, 8203, 'voter', 'joined'),
       (9001, 8204, 'voter', 'joined'), (9001, 8205, 'viewer', 'joined'), (9001, 8206, 'voter', 'left'),
       (9002, 8206, 'owner', 'joined');

-- opening
select is(pg_temp.open(8206) ->> 'refused', 'ZC002', 'who is not in the plan asks nobody');
select is(pg_temp.open(8203) ->> 'refused', 'ZC001', 'voters do not ask');
select is(pg_temp.open(8201, '{"plan":4711}') ->> 'refused', 'ZC002', 'no such plan');
select is(pg_temp.open(8201, '{"options":[]}') ->> 'path', 'options', 'a poll with no options');
select is(pg_temp.open(8201, '{"options":[{"label":"A"}]}') ->> 'path', 'options', 'or with one');
select is(pg_temp.open(8201, jsonb_build_object('options', (select jsonb_agg(jsonb_build_object('label', n::text)) from generate_series(1, 21) n))) ->> 'path',
          'options', 'or 21');
select is(pg_temp.open(8201, '{"options":[{"label":"A"},{"label":"A "}]}') ->> 'path', 'options[1].label', 'twice the same');
select is(pg_temp.open(8201, '{"options":[{"label":"A"},{"label":" "}]}') ->> 'path', 'options[1].label', 'or nothing');
select is(pg_temp.open(8201, '{"options":[{"label":"A"},{"label":"B","from":"2027-01-01"}]}') ->> 'path', 'options[1].from', 'days are for dates');
select is(pg_temp.open(8201, '{"kind":"dates"}') ->> 'path', 'options[0]', 'which need them');
select is(pg_temp.open(8201, '{"kind":"dates","options":[{"from":"2027-02-28","to":"2027-02-29"},{"from":"2027-03-01","to":"2027-03-02"}]}') ->> 'path',
          'options[0].to', 'and real ones');
select is(pg_temp.open(8201, '{"kind":"dates","options":[{"from":"2027-02-28","to":"2027-02-27"},{"from":"2027-03-01","to":"2027-03-02"}]}') ->> 'path',
          'options[0].to', 'in order');
select is(pg_temp.open(8201, '{"kind":"multi"}') ->> 'path', 'max_choices', 'multi says how many');
select is(pg_temp.open(8201, '{"kind":"multi","max_choices":4}') ->> 'path', 'max_choices', 'no more than there are');
select is(pg_temp.open(8201, '{"max_choices":2}') ->> 'path', 'max_choices', 'others do not');
select is(pg_temp.open(8201, jsonb_build_object('closes_at', now() + interval '90 days 1 second')) ->> 'path', 'closes_at', '90 days at most');
select is(pg_temp.open(8201, jsonb_build_object('closes_at', now())) ->> 'path', 'closes_at', 'and not now');
select is(pg_temp.open(8201, '{"on_close":{"set_dates":true}}') ->> 'path', 'on_close.set_dates', 'dates are set by polls on dates');
select is(pg_temp.open(8201, '{"on_close":{"apply_proposal":"4711"}}') ->> 'refused', 'ZC002', 'no such proposal');
select is((select count(*) from poll), 0::bigint, 'nothing came of these');
create temp table made as select pg_temp.open(8202) as a;
select (a ->> 'poll')::bigint as poll from made \gset
select is(pg_temp.bare(a), jsonb_build_object('plan', '9001', 'poll', :'poll', 'state', 'open', 'version', 1), 'an editor asks') from made;
select is(pg_temp.heard(a), 'plan:9001 poll.changed open', 'the plan hears of it') from made;

-- voting
select is(pg_temp.vote(8205, :poll, '0') ->> 'refused', 'ZC001', 'viewers do not vote');
select is(pg_temp.vote(8206, :poll, '0') ->> 'refused', 'ZC002', 'nor who has left');
select is(pg_temp.vote(8207, :poll, '0') ->> 'refused', 'ZC002', 'nor strangers');
select is(pg_temp.vote(8203, :poll, '0 1') ->> 'path', 'votes', 'one option of single');
select is(pg_temp.vote(8203, :poll, '7') ->> 'path', 'votes', 'one that there is');
select is(pg_temp.vote(8203, :poll, '0no') ->> 'path', 'votes', 'yes is all there is');
create temp table voted as select pg_temp.vote(8203, :poll, '0', 'same-key') as a;
select is(pg_temp.bare(a), jsonb_build_object('plan', '9001', 'poll', :'poll', 'state', 'open', 'version', 2), 'voted') from voted;
select is(pg_temp.heard(a), 'plan:9001 poll.changed open', 'which the plan hears') from voted;
select is(pg_temp.bare(pg_temp.vote(8203, :poll, '0', 'same-key')) ->> 'version', '2', 'the same call once more is the same vote');
select is(pg_temp.heard(pg_temp.vote(8203, :poll, '0')), null, 'the same vote is nothing new');
select is(pg_temp.vote(8203, :poll, '1') ->> 'version', '3', 'another one is');
select is((select string_agg(member_id || ':' || pos, ' ') from poll_vote join poll_option using (option_id) where poll_vote.poll_id = :poll), '8203:1',
          'in its place, and the caller''s alone');
select is(pg_temp.heard(pg_temp.call('m:8204', 'plan_unvote', :'poll')), null, 'who said nothing has nothing to take back');
select is(pg_temp.call('m:8203', 'plan_unvote', :'poll') ->> 'version', '4', 'who did has');
select is((select count(*) from poll_vote), 0::bigint, 'gone');
select is(pg_temp.vote(8204, :poll, '2') ->> 'version', '5', 'another member''s');
select is(pg_temp.vote(8201, :poll, '2') ->> 'version', '6', 'the owner votes, too');
select is(pg_temp.vote(8203, :poll, '1') ->> 'version', '7', 'and the first again');
select is((select jsonb_path_query_array(v, '$.options[*].yes')::text || (v ->> 'voters') || (v #>> '{mine,0,choice}')
             from lib.poll_view((select p from poll p where poll_id = :poll), 8203) v), '[0, 1, 2]3yes', 'what is seen');
select is(jsonb_path_query_array(pg_temp.seen(8205, :poll), '$.votes[*].member'), '["8201", "8203", "8204"]', 'a viewer sees who');
select is(pg_temp.seen(8205, :poll) -> '_subjects', '[8201, 8203, 8204]', 'they are the subjects of it');
select is(pg_temp.seen(8206, :poll) ->> 'refused', 'ZC002', 'who has left sees nothing');

-- closing
select is(pg_temp.close(8203, :poll) ->> 'refused', 'ZC001', 'voters do not close');
select is(pg_temp.close(8201, :poll, pg_temp.nth(:poll, 0)) ->> 'path', 'option', 'the votes say which option');
update poll set closes_at = now() where poll_id = :poll;
select is(pg_temp.bare(pg_temp.vote(8204, :poll, '1')), '{"refused":"ZC017","state":"closed"}'::jsonb, 'too late is too late before the timer');
update plan_member set role = 'voter' where member_id = 8202;
select is(pg_temp.close(8202, :poll) #>> '{result,outcome}', 'decided', 'who opened it may close it');
update plan_member set role = 'editor' where member_id = 8202;
select is(pg_temp.result(:poll), 'closed decided C none', 'most votes win');
select is(pg_temp.close(8201, :poll) ->> 'state', 'closed', 'once');
update plan_member set state = 'left' where member_id = 8204;
select is(jsonb_path_query_array(lib.poll_view((select p from poll p where poll_id = :poll), 0), '$.options[*].yes'), '[0, 1, 2]', 'what was counted stays');
update plan_member set state = 'joined' where member_id = 8204 and plan_id = 9001;

-- quorum, ties, nothing, who counts
select (pg_temp.open(8201, '{"quorum":3,"kind":"approval"}') ->> 'poll')::bigint as poll \gset
select is(pg_temp.vote(8203, :poll, '0yes 1maybe 2no') ->> 'state', 'open', 'one says something to each');
select is(pg_temp.vote(8204, :poll, '0no 1yes') ->> 'state', 'open', 'another to some');
insert into poll_vote (poll_id, option_id, member_id, choice) values (:poll, pg_temp.nth(:poll, 0), 8206, 'yes'), (:poll, pg_temp.nth(:poll, 0), 8205, 'yes');
select is(pg_temp.close(8201, :poll) #>> '{result,outcome}', 'no_quorum', 'who has left or may not vote does not count');
select is((select string_agg(o ->> 'score', ' ') from poll, jsonb_array_elements(result -> 'options') o where poll_id = :poll), '2 3 0', 'the scores');
select (pg_temp.open(8201, '{"kind":"approval"}') ->> 'poll')::bigint as poll \gset
select is((pg_temp.vote(8203, :poll, '0no 1no'), pg_temp.vote(8204, :poll, '0no'), pg_temp.close(8201, :poll) #>> '{result,outcome}')::text ~ 'none\)$',
          true, 'what nobody wants does not win');
select (pg_temp.open(8201, '{"kind":"multi","max_choices":2}') ->> 'poll')::bigint as poll \gset
select is(pg_temp.vote(8203, :poll, '0 1 2') ->> 'path', 'votes', 'two at most');
select is((pg_temp.vote(8203, :poll, '2 1') ->> 'version') || (pg_temp.vote(8204, :poll, '0 2') ->> 'version') || (pg_temp.vote(8201, :poll, '1') ->> 'version'),
          '234', 'two and two and one');
select is(pg_temp.close(8202, :poll) ->> 'state', 'tied', 'twice two: tied');
select is(pg_temp.vote(8201, :poll, '0') ->> 'state', 'tied', 'nobody votes then');
select is(pg_temp.close(8202, :poll, pg_temp.nth(:poll, 1)) ->> 'refused', 'ZC001', 'the owner decides');
select is(pg_temp.close(8201, :poll) ->> 'path', 'option', 'for one');
select is(pg_temp.close(8201, :poll, pg_temp.nth(:poll, 0)) ->> 'path', 'option', 'of the best');
select is(pg_temp.close(8201, :poll, pg_temp.nth(:poll, 2)) ->> 'state', 'closed', 'so it is');
select is(pg_temp.result(:poll), 'closed decided C none', 'as the owner said');
select (pg_temp.open(8201, '{"tie_rule":"earliest_option","all":true}') ->> 'poll')::bigint as poll \gset
select is((pg_temp.vote(8201, :poll, '2') ->> 'state') || (pg_temp.vote(8202, :poll, '1') ->> 'state') || (pg_temp.vote(8203, :poll, '2') ->> 'state'),
          'openopenopen', 'one is missing');
select is(pg_temp.heard(pg_temp.vote(8204, :poll, '1')), 'plan:9001 poll.changed closed', 'the last vote closes it');
select is(pg_temp.result(:poll), 'closed decided B none', 'for the earliest of the best');

-- what closing does: dates, in the log of the plan
select (pg_temp.open(8202, '{"kind":"dates","secret":true,"on_close":{"set_dates":true},"options":[{"from":"2027-06-01","to":"2027-06-10"},
    {"label":"July","from":"2027-07-01","to":"2027-07-10"}]}') ->> 'poll')::bigint as poll \gset
create temp table secret as select pg_temp.vote(8203, :poll, '1 0no') as a;
select is(pg_temp.heard(a), 'me:8203 poll.changed open', 'a secret vote is told to the voter alone') from secret;
select is(a ->> 'version', '1', 'and counted nowhere') from secret;
select is((select response from idempotency where method = 'plan.vote' order by at desc, response ->> 'poll' desc limit 1) - '{plan,poll,state,version}'::text[], '{}'::jsonb,
          'nor is it in the answer kept');
select is((select string_agg(k, ' ' order by k) from jsonb_array_elements(lib.poll_view((select p from poll p where poll_id = :poll), 8201) -> 'options') o,
           jsonb_object_keys(o) k), 'from from label label option option to to', 'no counts in the view');
select is((lib.poll_view((select p from poll p where poll_id = :poll), 8201) ? 'voters')::text || (pg_temp.seen(8201, :poll) -> 'votes')
          || (lib.plan_polls_view(9001, 8201) -> 0 ? 'voters'), 'false[]false', 'no voters in any');
select is(jsonb_array_length(pg_temp.seen(8203, :poll) -> 'mine'), 2, 'one''s own are one''s own');
select is((select shown from lib.poll_event_view(:poll, 8203)), true, 'it is on the voter''s own stream');
update plan_member set state = 'removed' where plan_id = 9001 and member_id = 8203;
select is((select shown from lib.poll_event_view(:poll, 8203)), false, 'but not for who has been removed');
update plan_member set state = 'joined' where plan_id = 9001 and member_id = 8203;
update poll set closes_at = now() where poll_id = :poll;
select is((select done from api.jobs_run('polls')), 1::bigint, 'the timer closes it');
select is(pg_temp.result(:poll) || (select starts_on || ' ' || ends_on from plan where plan_id = 9001), 'closed decided July applied2027-07-01 2027-07-10', 'and sets the dates');
select is((select string_agg(actor || ' ' || kind, ',') from plan_op where plan_id = 9001), 'poll:' || :'poll' || ' dates', 'as the poll');
select is(jsonb_path_query_array(pg_temp.seen(8201, :poll), '$.votes[*].member'), '["8203"]', 'now it is told who');
select (pg_temp.open(8201, '{"secret":true}') ->> 'poll')::bigint as poll \gset
select pg_temp.vote(8203, :poll, '0'), pg_temp.vote(8204, :poll, '1') \g /dev/null
select is(pg_temp.close(8201, :poll) ->> 'state', 'tied', 'a secret poll that nobody votes in any more');
select is(jsonb_path_query_array(pg_temp.seen(8205, :poll), '$.votes[*].member'), '["8203", "8204"]', 'is no secret: the owner decides in the open');
select * from finish();
rollback;
