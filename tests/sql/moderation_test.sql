-- mod.decide, member.suspend, mod.appeal, mod.appeal_decide, mod.decisions, their timers, and I-41.
begin;
\ir noun.psql
select plan(103);

insert into staff (staff_id, login, roles)
values (8311, 'n-mod', '{moderator}'), (8312, 'n-mod-far', '{moderator}'), (8313, 'n-mod-two', '{moderator,editor}');
insert into staff_club (staff_id, club_id) values (8311, 8001), (8312, 8002), (8313, 8001);
create function pg_temp.new_post(p_member bigint, p_state text default 'published') returns text language sql as $$
    insert into post (post_id, club_id, author_kind, author_id, kind, audience, gate_cat, body, state, published_at)
    values (lib.new_id(), 8001, 'm', p_member, 'story', 'club', 'svc.feed', 'x', p_state, case p_state when 'pending' then null else now() end)
    returning post_id::text $$;
create function pg_temp.report(p_who text, p_target text, p_reason text default 'spam', p_kind text default 'post', p_club text default null)
returns jsonb language sql as $$
    select pg_temp.call(p_who, 'feed_report', format('%L, %L, %L, %L, null', p_kind, p_target, p_club, p_reason)) $$;
create function pg_temp.decide(p_action text, p_target text, p_kind text default 'post', p_days text default null,
                               p_club text default null, p_who text default 's:8311', p_clause text default '4.2', p_facts text default 'Facts.')
returns jsonb language sql as $$
    select pg_temp.call(p_who, 'mod_decide', format('%L, %L, %L, %L, %L, %L, %L, %L', p_kind, p_target, p_club, p_action, 'terms', p_clause, p_facts, p_days)) $$;
create function pg_temp.appeal(p_who text, p_decision text, p_text text default 'Wrong.') returns jsonb language sql as $$
    select pg_temp.call(p_who, 'mod_appeal', format('%L, %L', p_decision, p_text)) $$;
create function pg_temp.answer(p_who text, p_appeal text, p_outcome text, p_facts text default 'Because.') returns jsonb language sql as $$
    select pg_temp.call(p_who, 'mod_appeal_decide', format('%L, %L, %L', p_appeal, p_outcome, p_facts)) $$;
create function pg_temp.state(p_target text) returns text language sql as $$ select state from post where post_id = p_target::bigint $$;
create function pg_temp.events(p_r jsonb) returns text language sql as $$
    select string_agg((e ->> 'stream') || ' ' || (e ->> 'type'), ', ' order by o) from jsonb_array_elements(p_r -> '_events') with ordinality x (e, o)
     where e ->> 'type' <> 'notify.added' $$;
create function pg_temp.wrong() returns bigint language sql as $$ select count(*) from lib.moderation_violations() v
    where v.kind <> 'member' or v.id <> 8208 $$;      -- 8208 is suspended from the start

-- who may decide what
select pg_temp.new_post(8201) as post \gset
select is(pg_temp.decide('hide', :'post', p_who => 's:8312') ->> 'refused', 'ZC001', 'not a moderator of another club');
select is(pg_temp.decide('hide', :'post', p_who => 's:8301') ->> 'refused', 'ZC001', 'not an editor');
select is(pg_temp.decide('hide', :'post', p_who => 'm:8202') ->> 'refused', 'ZC001', 'not a member');
select is(pg_temp.decide('hide', '17') ->> 'refused', 'ZC002', 'there is none');
select is(pg_temp.decide('hide', '8201', 'member', p_club => '8001') ->> 'path', 'action', 'members are not hidden');
select is(pg_temp.decide('silence', '8201', 'member', '3') ->> 'path', 'club', 'a member is one of a club');
select is(pg_temp.decide('hide', :'post', p_clause => null) ->> 'path', 'clause', 'a clause');
select is(pg_temp.decide('hide', :'post', p_facts => ' ') ->> 'path', 'facts', 'and facts are given');
select is(pg_temp.decide('silence', :'post') ->> 'path', 'days', 'a silence has an end');
select is(pg_temp.decide('silence', :'post', p_days => '31') ->> 'path', 'days', 'within thirty days');
select is(pg_temp.decide('hide', :'post', p_days => '3') ->> 'path', 'days', 'hiding has none');
select is(pg_temp.decide('none', :'post') ->> 'state', 'published', 'nothing to decide without a report');
select is(pg_temp.decide('restore', :'post') ->> 'state', 'published', 'nothing to restore');
select is(pg_temp.decide('publish', :'post') ->> 'state', 'published', 'nothing to publish');
insert into post (post_id, club_id, author_kind, author_id, kind, audience, gate_cat, body, state, published_at)
values (8404, 8001, 's', 8313, 'announcement', 'club', 'svc.account', 'x', 'published', now());
select is(pg_temp.decide('hide', '8404', p_who => 's:8313') ->> 'why', 'own_case', 'not about one''s own');
select is(pg_temp.decide('silence', '8404', p_days => '3') ->> 'path', 'action', 'the club itself is not silenced');
select is(pg_temp.decide('hide', '8404') ->> 'state', 'hidden', 'but its posts can be hidden');
select is((select member_id from moderation_decision where target_id = 8404), null, 'which concerns no member');

-- nothing wrong with it
select pg_temp.report('m:8202', :'post', 'abuse'), pg_temp.report('m:8203', :'post') \g /dev/null
create temp table none as select pg_temp.decide('none', :'post') as r;
select is(r - '{decision,_events,_sys}'::text[], '{"action":"none","state":"published","until":null,"reports":2,"_subjects":[]}', 'reports are closed') from none;
select is(pg_temp.events(r), 'me:8202 report.closed, me:8203 report.closed, moderation:8001 report.decided', 'and only who reported is told') from none;
select is(r #> '{_events,0,refs}' ->> 'outcome', 'no_action', 'what came of it') from none;
select is((select array_agg(state || ' ' || weight_milli) from report where target_id = :'post'::bigint), '{"rejected 1000","rejected 1000"}', 'and they were wrong');

-- removed, and back
select pg_temp.new_post(8201) as post \gset
select pg_temp.report('m:8202', :'post'), pg_temp.report('m:8204', :'post'), pg_temp.report('m:8206', :'post') \g /dev/null
select is(pg_temp.state(:'post'), 'hidden', 'three reports hide');
select is(pg_temp.decide('none', :'post') ->> 'state', 'hidden', 'what is hidden is restored or stays');
create temp table removed as select pg_temp.decide('remove', :'post') as r;
select is(r ->> 'state' || ' ' || (r ->> 'reports'), 'removed 3', 'a moderator removes it') from removed;
select is(pg_temp.events(r), 'me:8201 moderation.decision, me:8202 report.closed, me:8204 report.closed, me:8206 report.closed, moderation:8001 report.decided',
          'it was gone already; author and reporters are told') from removed;
select is((select string_agg(action || ' ' || coalesce(ended_by, 'in force'), ', ' order by decision_id) from moderation_decision where target_id = :'post'::bigint),
          'hide decision, remove in force', 'one decision in force');
select is(pg_temp.appeal('m:8201', (select decision_id::text from moderation_decision where target_id = :'post'::bigint and automated)) ->> 'state', 'undone', 'the first is not appealed any more');
select is(pg_temp.appeal('m:8202', (r ->> 'decision')) ->> 'refused', 'ZC002', 'nor by another member') from removed;
create temp table appealed as select pg_temp.appeal('m:8201', (r ->> 'decision')) as r from removed;
select is(r ->> 'state' || ' ' || pg_temp.events(r), 'open moderation:8001 report.new', 'the second is') from appealed;
select is(pg_temp.appeal('m:8201', (r ->> 'decision')) ->> 'state', 'appealed', 'once') from removed;
select is(pg_temp.decide('restore', :'post', p_who => 's:8313') ->> 'state', 'appealed', 'now the appeal is what is decided');
select is(pg_temp.answer('s:8311', r ->> 'appeal', 'granted') ->> 'why', 'own_case', 'not by who took the decision') from appealed;
select is(pg_temp.answer('s:8312', r ->> 'appeal', 'granted') ->> 'refused', 'ZC001', 'nor in another club') from appealed;
select is(pg_temp.answer('s:8313', r ->> 'appeal', 'granted', ' ') ->> 'path', 'facts', 'a reason is given') from appealed;
select is(pg_temp.wrong(), 0::bigint, 'all is as I-41 wants it');
create temp table granted as select pg_temp.answer('s:8313', r ->> 'appeal', 'granted') as r from appealed;
select is(r - '{_events,_sys,_subjects,appeal,decision}'::text[], '{"outcome":"granted","state":"appeal","reports":3}', 'another one grants it') from granted;
select is(pg_temp.state(:'post'), 'published', 'the post is back');
select is(pg_temp.events(r), 'club:8001 post.published, me:8201 moderation.decision, me:8202 report.closed, me:8204 report.closed, me:8206 report.closed, moderation:8001 report.decided',
          'everybody learns it') from granted;
select is((select array_agg(distinct state) from report where target_id = :'post'::bigint), '{rejected}', 'the reports were wrong');
select is((api.mod_decisions('m:8201', 1, null)).reply #>> '{decisions,0,appeal,state}', 'granted', 'and so says the statement');
select is(pg_temp.answer('s:8313', r ->> 'appeal', 'denied') ->> 'state', 'granted', 'decided once') from appealed;
select is((api.mod_decisions('m:8202', null, null)).reply -> 'decisions', '[]', 'nobody else''s list has it');
create temp table walk as
with recursive p as (
    select (api.mod_decisions('m:8201', 1, null)).reply as page union all
    select (api.mod_decisions('m:8201', 1, page ->> 'cursor')).reply from p where page ->> 'cursor' is not null)
select d ->> 'action' as action from p, jsonb_array_elements(page -> 'decisions') d;
select is((select array_agg(action) from walk), '{remove,hide}', 'pages of the list meet; what changed nothing is not in it');

-- an automated decision is for anybody to decide
select pg_temp.new_post(8201) as post \gset
select pg_temp.report('m:8202', :'post'), pg_temp.report('m:8204', :'post'), pg_temp.report('m:8206', :'post') \g /dev/null
create temp table auto as select pg_temp.appeal('m:8201', decision_id::text) as r from moderation_decision where target_id = :'post'::bigint;
select is((select string_agg(k.what || ' ' || k.reports, ',') from lib.moderation_open(8001, :'post'::bigint) k), 'appeal 3', 'its reports belong to the appeal');
select is(pg_temp.answer('s:8311', r ->> 'appeal', 'denied') - '{_events,_sys,_subjects,appeal,decision}'::text[],
          '{"outcome":"denied","state":"in_force","reports":3}', 'denied') from auto;
select is((select array_agg(distinct state) from report where target_id = :'post'::bigint), '{upheld}', 'the reports were right');
select is(pg_temp.state(:'post'), 'hidden', 'and it stays hidden');
select is(pg_temp.decide('restore', :'post') ->> 'state', 'published', 'a moderator may still restore it');
select is((select count(*) from moderation_decision where target_id = :'post'::bigint and ended_at is null and action = 'hide'), 0::bigint, 'then nothing is in force');

-- staff who reported is a party
select pg_temp.new_post(8201) as post \gset
select pg_temp.report('s:8311', :'post') \g /dev/null
select is(pg_temp.decide('remove', :'post') ->> 'why', 'own_case', 'who reported does not decide');
select is(pg_temp.decide('hide', :'post', p_who => 's:8313') ->> 'state', 'hidden', 'another one confirms');
select is(pg_temp.decide('hide', :'post', p_who => 's:8313') ->> 'refused', 'ZC017', 'once');

-- pending, deleted
select pg_temp.new_post(8206, 'pending') as post \gset
select is(pg_temp.events(pg_temp.decide('publish', :'post')), 'club:8001 post.published, me:8206 moderation.decision, moderation:8001 report.decided', 'a post that waited is published');
select pg_temp.new_post(8206, 'pending') as post \gset
select is(pg_temp.events(pg_temp.decide('remove', :'post')), 'me:8206 moderation.decision, moderation:8001 report.decided', 'or removed, which only its author sees');
select pg_temp.new_post(8201) as post \gset
select pg_temp.report('m:8202', :'post') \g /dev/null
update post set state = 'deleted', body = '', title = null where post_id = :'post';
select is(pg_temp.decide('remove', :'post') ->> 'refused', 'ZC003', 'deleted is deleted');
select is(pg_temp.decide('none', :'post') #>> '{_events,0,refs,outcome}', 'gone', 'its reports are put aside');
select is((select state from report where target_id = :'post'::bigint), 'ignored', 'and count for nobody');

-- silence
select pg_temp.new_post(8202) as post \gset
select pg_temp.report('m:8201', :'post') \g /dev/null
create temp table silenced as select pg_temp.decide('silence', :'post', p_days => '7') as r;
select is(r ->> 'until', lib.iso(now() + interval '7 days'), 'a member is silenced for a post') from silenced;
select is(pg_temp.post(8202, 'x') ->> 'status', 'silenced', 'and cannot write');
select is((select state from report where target_id = :'post'::bigint), 'upheld', 'its report is closed');
select is(pg_temp.state(:'post'), 'published', 'the post stays');
select pg_temp.decide('silence', '8202', 'member', '3', '8001') \g /dev/null
select is((select silenced_until from member where member_id = 8202), now() + interval '7 days', 'a shorter one changes nothing');
select is(pg_temp.wrong(), 0::bigint, 'all is as I-41 wants it');
create temp table plea as select pg_temp.appeal('m:8202', r ->> 'decision') as r from silenced;
select pg_temp.answer('s:8313', r ->> 'appeal', 'granted') from plea \g /dev/null
select is((select silenced_until from member where member_id = 8202), now() + interval '3 days', 'until the longer one falls');
select is((select state from report where target_id = :'post'::bigint), 'rejected', 'with its report');
update moderation_decision set until = now() where member_id = 8202 and ended_at is null;
select is((api.jobs_run('moderation')).done, 1::bigint, 'its time comes');
select is(pg_temp.post(8202, 'x') ->> 'state', 'published', 'and the member writes again');
select is((select ended_by from moderation_decision where member_id = 8202 order by decision_id desc limit 1), 'until', 'as is written');

-- suspension
create temp table suspended as select pg_temp.call('s:8311', 'member_suspend', $q$ 8204, 8001, 'illegal', '9', 'Threats.', 30 $q$) as r;
select is(r ->> 'state' || ' ' || pg_temp.events(r), 'suspended me:8204 moderation.decision, moderation:8001 report.decided, sys sys.changed', 'a member is suspended') from suspended;
select is(r #> '{_events,-1,refs}', '{"reload":["8204"],"shown":["8204"]}', 'and every node knows, for links to them as well') from suspended;
select is(pg_temp.call('s:8311', 'member_suspend', $q$ 8204, 8001, null, '9', 'Threats.', null $q$) ->> 'state', 'suspended', 'once');
select is((api.mod_decisions('m:8204', null, null)).reply #>> '{decisions,0,facts}', 'Threats.', 'who is suspended reads the statement');
create temp table plead as select pg_temp.appeal('m:8204', r ->> 'decision') as r from suspended;
select is(r ->> 'state', 'open', 'and appeals') from plead;
select is(pg_temp.call('s:8313', 'member_restore', '8204, 8001, null') ->> 'state', 'appealed', 'which is decided first');
select pg_temp.answer('s:8313', r ->> 'appeal', 'denied') from plead \g /dev/null
select is(pg_temp.call('s:8313', 'member_restore', '8204, 8001, null') ->> 'state', 'active', 'then it can be lifted');
select pg_temp.call('s:8311', 'member_suspend', $q$ 8204, 8001, null, '9', 'Threats.', 1 $q$) \g /dev/null
update moderation_decision set until = now() where member_id = 8204 and ended_at is null and action = 'suspend';
select (api.jobs_run('moderation')).done \gset
select is(:done || ' ' || (select status from member where member_id = 8204), '1 active', 'or ends by itself');
select is((select count(*) from audit_log where actor = 's:8311' and action = 'member.suspend' and subject_member = 8204), 2::bigint, 'all on the record');

-- a suspension that ends while the member waits for the erasure
select pg_temp.call('s:8311', 'member_suspend', $q$ 8204, 8001, null, '9', 'Threats.', 1 $q$) \g /dev/null
update member set status = 'closing' where member_id = 8204;
insert into dsr (dsr_id, member_id, kind, due_at, run_at, options) values (8701, 8204, 'erase', now() + interval '1 month', now() + interval '7 days', '{"previous":"suspended"}');
update moderation_decision set until = now() where member_id = 8204 and ended_at is null and action = 'suspend';
select (api.jobs_run('moderation')).done as closing \gset
select is((select status from member where member_id = 8204) || ' ' || (select options ->> 'previous' from dsr where dsr_id = 8701), 'closing active',
          'who thinks better of it comes back as active');
update member set status = 'active' where member_id = 8204;

-- expulsion takes two people
create temp table first as select pg_temp.decide('expel', '8204', 'member', p_club => '8001') as r;
select is(r ->> 'refused' || ' ' || pg_temp.events(r), 'APPROVAL_REQUIRED staff:8001 approval.needed', 'one person only asks') from first;
select is((select status from membership where member_id = 8204 and club_id = 8001), 'active', 'nothing has changed');
update approval set state = 'granted', decided_by = 8313, decided_at = now() where approval_id = (select (r ->> 'approval_id')::bigint from first);
create temp table expelled as select pg_temp.decide('expel', '8204', 'member', p_club => '8001') as r;
select is(pg_temp.events(r), 'me:8204 membership.changed, staff:8001 metric.updated, me:8204 moderation.decision, moderation:8001 report.decided, sys sys.changed', 'another one agreed') from expelled;
select is(r #> '{_events,-1,refs}', '{"ends":[{"member":"8204","reason":"EXPELLED","stream":"club:8001"}],"reload":["8204"],"shown":["8204"]}', 'the streams of the club end') from expelled;
select is((select status from membership where member_id = 8204 and club_id = 8001), 'expelled', 'expelled');
select is(pg_temp.decide('expel', '8204', 'member', p_club => '8001') ->> 'refused', 'APPROVAL_REQUIRED', 'an approval is used once');
select is(pg_temp.call('s:8313', 'member_restore', '8204, 8001, null') ->> 'state' || ' ' || (select status from membership where member_id = 8204 and club_id = 8001), 'active expelled', 'lifted');
select is((select status from membership where member_id = 8204 and club_id = 8001), 'active', 'a member again');

-- reminders
select pg_temp.new_post(8201) as post \gset
select pg_temp.report('m:8202', :'post', 'safety') \g /dev/null
select is((api.jobs_run('moderation')).done, 0::bigint, 'no reminder at once');
update report set at = now() - interval '1 hour' where target_id = :'post';
select is((api.jobs_run('moderation')).done, 1::bigint, 'one at half of its time');
select is((api.jobs_run('moderation')).done, 0::bigint, 'once');

-- planted violations
select is(pg_temp.wrong(), 0::bigint, 'all is as I-41 wants it');
select pg_temp.new_post(8201, 'hidden') \g /dev/null
insert into comment (comment_id, post_id, author, body, state) values (8501, :'post', 8202, 'x', 'removed');
update member set silenced_until = now() + interval '1 day' where member_id = 8203;
update member set status = 'suspended' where member_id = 8206;
update membership set status = 'expelled' where member_id = 8205;
select is((select string_agg(v.kind || ' ' || v.problem, ', ' order by v.kind, v.id) from lib.moderation_violations() v where v.id <> 8208),
          'comment no decision for this state, member no decision for this state, member no decision for this state, member no decision for this state, post no decision for this state',
          'states without decisions are found');
insert into moderation_decision (decision_id, club_id, target_kind, target_id, member_id, action, ground, clause, facts, automated, decided_by, was, until, notified_at)
select lib.new_id(), 8001, 'member', m, m, 'silence', 'terms', 'x', 'x', false, 's:8311', 'active', now() + interval '1 day', n
  from (values (8203, null::timestamptz), (8201, now() + interval '61 seconds'), (8202, now())) v (m, n);
select is((select string_agg(d.member_id::text, ',' order by d.member_id) from lib.moderation_violations() v join moderation_decision d on d.decision_id = v.id
            where v.problem = 'nobody was told in time'), '8201,8202,8203', 'and decisions that nobody was told of, or late, or only said to be');

-- notices and e-mail
select is((select string_agg(distinct type || ' ' || member_id, ', ' order by type || ' ' || member_id) from notification where member_id in (8201, 8204)),
          'appeal 8201, appeal 8204, decision 8201, decision 8204, report_closed 8201, report_closed 8204', 'notices of decisions, appeals, reports');
update member set email_verified_at = now() where member_id in (8202, 8203);
insert into channel_pref (member_id, topic, channel_id, enabled) values (8203, 'moderation', 3, false);
delete from send_job;
select pg_temp.decide('silence', m::text, 'member', '1', '8001') from unnest('{8202,8203}'::bigint[]) m \g /dev/null
select is((select jsonb_object_agg(member_id, template || ' ' || channel_id || ' ' || gate_cat) from send_job),
          '{"8202":"notify.decision 3 legal.moderation","8203":"moderation_decision 3 legal.moderation"}', 'a decision is mailed, whatever the member prefers');
select is((select count(*) from message_text where template = 'moderation_decision'), 5::bigint, 'in five languages');

-- retention
select count(*) as decisions from moderation_decision \gset
update report set closed_at = now() - interval '13 months' where state <> 'open';
update moderation_decision set ended_at = now() - interval '13 months' where ended_at is not null;
update moderation_decision set at = now() - interval '19 months' where ended_at is null and action in ('hide', 'remove', 'none', 'restore', 'publish');
update appeal set decided_at = now() - interval '13 months';
select ok((api.jobs_run('moderation_purge')).done > 10, 'what is closed for a year goes');
select is((select array_agg(distinct action order by action) from moderation_decision), '{silence}', 'what is in force stays');
select is((select count(*) from report where state <> 'open'), 0::bigint, 'reports go');
select is((select count(*) from post p where p.state in ('hidden', 'removed') and p.post_id in (select target_id from moderation_decision)), 0::bigint, 'and words that nobody may see any more');

-- normalizing makes a text longer; what a check of the table refuses would be in the server's log
select is(pg_temp.call('m:8202', 'feed_report', format('%L, %L, null, %L, %L', 'post', pg_temp.new_post(8201), 'spam', repeat(U&'\FB2C', 2000))) ->> 'path', 'note', 'a note that is too long as it is kept');
select throws_ok($$select lib.moderation_text('facts', repeat(U&'\FB2C', 1334), 4000)$$, 'ZC602', null, 'any text of moderation');
select is(length(lib.moderation_text('facts', repeat(U&'\FB2C', 1333), 4000)), 3999, 'up to its limit');
select * from finish();
rollback;
