-- feed.report, mod.queue, mod.case: who may report what, when reports alone hide, what moderators see of it.
begin;
\ir noun.psql
select plan(55);

insert into staff (staff_id, login, roles) values (8311, 'n-mod', '{moderator}'), (8312, 'n-mod-far', '{moderator}');
insert into staff_club (staff_id, club_id) values (8311, 8001), (8312, 8002);
insert into member (member_id, status, handle) select m, 'active', 'nn' || m from generate_series(8211, 8260) m;
insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)
select m, 8001, 8051, 'active', 8061, now() - interval '90 days' from generate_series(8211, 8260) m;

create function pg_temp.report(p_who text, p_target text, p_reason text default 'spam', p_kind text default 'post',
                               p_note text default null, p_club text default null)
returns jsonb language sql as $$
    select pg_temp.call(p_who, 'feed_report', format('%L, %L, %L, %L, %L', p_kind, p_target, p_club, p_reason, p_note)) $$;
create function pg_temp.queue(p_limit int default 20, p_cursor text default null) returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.mod_queue(%L, 8001, %L, %L)', 's:8311', p_limit, p_cursor)) $$;
create function pg_temp.state(p_target text) returns text language sql as $$
    select state from post where post_id = p_target::bigint $$;
create function pg_temp.new_post(p_member bigint, p_body text default 'x') returns text language sql as $$
    insert into post (post_id, club_id, author_kind, author_id, kind, audience, gate_cat, body, state, published_at)
    values (lib.new_id(), 8001, 'm', p_member, 'story', 'club', 'svc.feed', p_body, 'published', now())
    returning post_id::text $$;

-- one report
select pg_temp.new_post(8201, 'Rude words') as post \gset
create temp table one as select pg_temp.report('m:8202', :'post', 'abuse', p_note => 'So rude') as r;
select is(r ->> 'state', 'open', 'a member reports') from one;
select is((r #> '{_events,0}') - '{at,seq}'::text[], jsonb_build_object('stream', 'moderation:8001', 'type', 'report.new',
          'gate', 'staff', 'scope', '0', 'audience', null, 'subjects', '[]'::jsonb, 'actor', null, 'object', 'post:' || :'post',
          'key', 'report:post:' || :'post', 'refs', jsonb_build_object('case', 'report', 'kind', 'post', 'target', :'post',
          'weight', 1000, 'reminder', false)), 'the event names the target, and nobody who reported') from one;
select is(jsonb_array_length(r -> '_events'), 1, 'nobody else is told') from one;
select is(pg_temp.report('m:8202', :'post') ->> 'state', 'reported', 'once');
select is(pg_temp.report('m:8201', :'post') ->> 'path', 'target', 'not one''s own');
select is(pg_temp.report('m:8207', :'post') ->> 'refused', 'ZC002', 'not from outside the club');
select is(pg_temp.report('m:8208', :'post') ->> 'status', 'suspended', 'not while suspended');
select is(pg_temp.report('m:8202', '17') ->> 'refused', 'ZC002', 'no such post');
select is(pg_temp.report('m:8202', :'post', p_club => '8002') ->> 'refused', 'ZC002', 'not in that club');
select is(pg_temp.report('s:8312', :'post') ->> 'refused', 'ZC001', 'staff of another club');
insert into post (post_id, club_id, author_kind, author_id, kind, audience, audience_ref, gate_cat, body, state, published_at)
values (8401, 8001, 'm', 8204, 'story', 'tier', 1, 'svc.feed', 'x', 'published', now()),
       (8402, 8001, 'm', 8205, 'story', 'club', null, 'svc.feed', 'x', 'published', now()),
       (8403, 8001, 'm', 8201, 'story', 'club', null, 'svc.feed', 'x', 'hidden', now()),
       (8404, 8001, 's', 8301, 'announcement', 'club', null, 'svc.account', 'x', 'published', now());
select is(pg_temp.report('m:8202', '8401') ->> 'refused', 'ZC002', 'a post above one''s tier');
select is(pg_temp.report('m:8202', '8402') ->> 'refused', 'ZC002', 'a child''s post, which nobody sees');
select is(pg_temp.report('m:8202', '8403') ->> 'refused', 'ZC002', 'a hidden post');
insert into block_rel values (8211, 8201);
select is(pg_temp.report('m:8211', :'post') ->> 'state', 'open', 'who has blocked the author may report');
select is(pg_temp.report('m:8205', :'post') ->> 'refused', null, 'and so may a child');
select is(pg_temp.state(:'post'), 'hidden', 'the third report hides it');

-- what the author is told, and everybody else
select is((select jsonb_agg(jsonb_build_array(stream, type, refs - '{post,target,decision}'::text[]) order by id)
             from outbox where object = 'post:' || :'post' and type <> 'report.new' or stream = 'me:8201' and type <> 'notify.added' or type = 'sys.changed' and refs ->> 'object' = 'post:' || :'post'),
          ('[["club:8001", "post.removed", {}], ["me:8201", "moderation.decision", {"state": "in_force", "action": "hide"}], ["sys", "sys.changed", {"object": "post:' || :'post' || '"}]]')::jsonb,
          'the post is gone from the club, its author is told why, its words are void');
select is(lib.moderation_statement(decision_id) - '{decision,at,appeal,target}'::text[],
          '{"club":"8001","kind":"post","action":"hide","ground":"terms","clause":"reports.abuse","facts":"","automated":true,"reports":3,"reason":"abuse","until":null,"state":"in_force","ended_at":null}',
          'the statement of reasons') from moderation_decision where target_id = :'post'::bigint;
select is(lib.moderation_statement(decision_id) -> 'appeal' ->> 'until', lib.iso(at + interval '6 months'), 'says until when to appeal')
  from moderation_decision where target_id = :'post'::bigint;
select ok(notified_at <= at + interval '60 seconds', 'and was sent at once') from moderation_decision where target_id = :'post'::bigint;
select unalike(lib.moderation_statement(decision_id)::text, '%"8202"%', 'no reporter in it') from moderation_decision where target_id = :'post'::bigint;
select is(pg_temp.report('m:8212', :'post') ->> 'refused', 'ZC002', 'nobody reports what is gone');

-- weights
select is(lib.report_weight(8221), 1000, 'a new reporter weighs 1');
insert into report (report_id, club_id, target_kind, target_id, reporter, reason, weight_milli, state, closed_at)
select lib.new_id(), 8001, 'post', 100 + g, 8221, 'spam', 1000, case when g <= 2 then 'upheld' else 'rejected' end, now() - interval '2 days'
  from generate_series(1, 4) g;
select is(lib.report_weight(8221), 1000, 'until 5 are decided');
insert into report (report_id, club_id, target_kind, target_id, reporter, reason, weight_milli, state, closed_at)
select lib.new_id(), 8001, 'post', 200 + g, 8221, 'spam', 1000, 'rejected', now() - interval '1 day' from generate_series(1, 1) g;
select is(lib.report_weight(8221), 400, 'then as often as it was right');
insert into report (report_id, club_id, target_kind, target_id, reporter, reason, weight_milli, state, closed_at)
select lib.new_id(), 8001, 'post', 300 + g, 8221, 'spam', 1000, 'rejected', now() from generate_series(1, 100) g;
select is(lib.report_weight(8221), 200, 'of the last 100, and never less than a fifth');
insert into report (report_id, club_id, target_kind, target_id, reporter, reason, weight_milli, state, closed_at)
select lib.new_id(), 8001, 'post', 400 + g, 8222, 'spam', 1000, 'ignored', now() from generate_series(1, 9) g;
select is(lib.report_weight(8222), 1000, 'what was never decided does not count');
update report set at = now() - interval '25 hours' where reporter in (8221, 8222);

select pg_temp.new_post(8201) as grave \gset
select pg_temp.report('m:8212', :'grave', 'safety'), pg_temp.report('m:8221', :'grave', 'spam') \g /dev/null
select is(pg_temp.state(:'grave'), 'published', 'one report about danger and a light one');
select pg_temp.report('m:8213', :'grave', 'illegal') \g /dev/null
select is(pg_temp.state(:'grave'), 'hidden', '2,000 hide when they are about danger or the law');
select pg_temp.new_post(8201) as spam \gset
select pg_temp.report('m:8212', :'spam'), pg_temp.report('m:8213', :'spam'), pg_temp.report('m:8221', :'spam') \g /dev/null
select is(pg_temp.state(:'spam'), 'published', '2,200 of another kind do not');
select pg_temp.new_post(8201) as staffed \gset
select pg_temp.report('s:8311', :'staffed') \g /dev/null
select is(pg_temp.state(:'staffed'), 'hidden', 'staff weigh 5');
select is((select count(*) from audit_log where actor = 's:8311' and action = 'feed.report' and subject_member = 8201), 1::bigint, 'and are written down');
select pg_temp.report('m:' || m, '8404', 'illegal') from generate_series(8212, 8216) m \g /dev/null
select is(pg_temp.state('8404'), 'published', 'content of the club waits for a moderator');

-- members
select is(pg_temp.report('m:8202', '8201', 'abuse', 'member') ->> 'path', 'club', 'a member is reported in a club');
select is(pg_temp.report('m:8202', '8201', 'abuse', 'member', p_club => '8001') ->> 'state', 'open', 'a member');
select is(pg_temp.report('m:8202', '8202', 'abuse', 'member', p_club => '8001') ->> 'path', 'target', 'not oneself');
select is(pg_temp.report('m:8202', '8207', 'abuse', 'member', p_club => '8001') ->> 'refused', 'ZC002', 'not one of another club');

-- twenty a day
select pg_temp.report('m:8230', pg_temp.new_post(8201)) from generate_series(1, 20) \g /dev/null
select is(pg_temp.report('m:8230', pg_temp.new_post(8201)) ->> 'max', '20', 'twenty a day');
update report set at = at - interval '24 hours' where reporter = 8230;
select is(pg_temp.report('m:8230', pg_temp.new_post(8201)) ->> 'state', 'open', 'and tomorrow again');
delete from report where reporter = 8230;

-- comments
insert into comment (comment_id, post_id, author, body) values (8501, :'spam', 8202, 'Rubbish');
update post set comment_count = 1 where post_id = :'spam';
select is(pg_temp.report('m:8202', '8501', 'abuse', 'comment') ->> 'path', 'target', 'one''s own comment');
select pg_temp.report('m:8214', '8501', 'abuse', 'comment'), pg_temp.report('m:8215', '8501', 'abuse', 'comment'),
       pg_temp.report('m:8216', '8501', 'abuse', 'comment') \g /dev/null
select is((select state from comment where comment_id = 8501), 'hidden', 'three reports hide a comment');
select is((select jsonb_agg(jsonb_build_array(stream, type) order by id) from outbox where refs ->> 'comment' = '8501' or stream = 'me:8202'),
          '[["club:8001", "comment.changed"], ["me:8202", "moderation.decision"], ["me:8202", "notify.added"]]', 'and its author is told');

-- the queue
select is((select array_agg((c ->> 'score')::bigint) from jsonb_array_elements(pg_temp.queue() -> 'cases') c),
          (select array_agg((c ->> 'score')::bigint order by (c ->> 'score')::bigint desc) from jsonb_array_elements(pg_temp.queue() -> 'cases') c),
          'heaviest first');
select is((select c - '{first_at,due_at,club,target,decision}'::text[] from jsonb_array_elements(pg_temp.queue() -> 'cases') c where c ->> 'target' = :'grave'),
          '{"case":"report","kind":"post","state":"hidden","staff":false,"reports":3,"weight":2200,"score":6200,"reasons":[{"reason":"illegal","count":1},{"reason":"safety","count":1},{"reason":"spam","count":1}],"automated":true,"appeal":null,"overdue":false}',
          'what a case says');
select is((select c ->> 'due_at' from jsonb_array_elements(pg_temp.queue() -> 'cases') c where c ->> 'target' = :'grave'), lib.iso(now() + interval '2 hours'), 'danger is due in two hours');
select is((select c ->> 'due_at' from jsonb_array_elements(pg_temp.queue() -> 'cases') c where c ->> 'target' = :'post'), lib.iso(now() + interval '24 hours'), 'the rest in a day');
insert into post (post_id, club_id, author_kind, author_id, kind, audience, gate_cat, body, state, created_at)
values (8405, 8001, 'm', 8206, 'story', 'club', 'svc.feed', 'x', 'pending', now() - interval '25 hours');
select is(pg_temp.queue() #>> '{cases,-1,case}' || ' ' || (pg_temp.queue() #>> '{cases,-1,overdue}'), 'pending true', 'what waits for its publication, and too long');
create temp table walk as
with recursive p as (
    select pg_temp.queue(2) as page union all
    select pg_temp.queue(2, page ->> 'cursor') from p where page ->> 'cursor' is not null)
select c ->> 'target' as target from p, jsonb_array_elements(page -> 'cases') c;
select is((select array_agg(target) from walk), (select array_agg(c ->> 'target') from jsonb_array_elements(pg_temp.queue() -> 'cases') c), 'pages meet');
select is(pg_temp.try($$select * from api.mod_queue('s:8312', 8001, null, null)$$) ->> 'refused', 'ZC001', 'not of another club');
select is(pg_temp.try($$select * from api.mod_queue('s:8301', 8001, null, null)$$) ->> 'refused', 'ZC001', 'not for editors');

-- one case
create temp table onecase as select pg_temp.try(format('select * from api.mod_case(%L, %L, %L, null)', 's:8311', 'post', :'post')) as r;
select is(r #>> '{words,body}' || ' ' || (r #>> '{reports,0,note}') || ' ' || (r #>> '{decisions,0,action}') || ' ' || (r #>> '{words,author,handle}'),
          'Rude words So rude hide nn8201', 'words, notes, decision, author') from onecase;
select is((select count(*) from audit_log where actor = 's:8311' and action = 'mod.case' and subject_member = 8201), 1::bigint, 'which is written down');
select is((lib.stream_snapshot('moderation:8001', null)).view -> 'cases' -> 0, pg_temp.queue() #> '{cases,0}', 'the stream begins with the queue');
-- the longest answers
update post set body = repeat('𐍈', 10000), title = repeat('𐍈', 120) where post_id = :'post';
insert into post_version (post_id, version, title, body) select :'post', -g, null, repeat('𐍈', 10000) from generate_series(1, 3) g;
insert into report (report_id, club_id, target_kind, target_id, reporter, reason, note, weight_milli)
select lib.new_id(), 8001, 'post', :'post', 8240 + g, 'abuse', repeat('𐍈', 4000), 1000 from generate_series(1, 15) g;
update moderation_decision set facts = repeat('𐍈', 4000), clause = repeat('𐍈', 200) where target_id = :'post';
insert into appeal (appeal_id, decision_id, member_id, text, state, answer, decided_by, decided_at)
select lib.new_id(), decision_id, 8201, repeat('𐍈', 4000), 'denied', repeat('𐍈', 4000), 's:8311', now() from moderation_decision where target_id = :'post';
insert into moderation_decision (decision_id, club_id, target_kind, target_id, member_id, action, ground, clause, facts, automated, decided_by, was)
select lib.new_id(), 8001, 'member', 8201, 8201, 'restore', 'terms', repeat('𐍈', 200), '', false, 's:8311', 'active' from generate_series(1, 20) g;
select cmp_ok(octet_length((api.mod_case('s:8311', 'post', :'post', null)).reply::text), '<', 131072, 'the longest case fits into an answer');
insert into report (report_id, club_id, target_kind, target_id, reporter, reason, weight_milli)
select lib.new_id(), 8001, 'member', m, 8201, 'abuse', 1000 from generate_series(8211, 8260) m;
insert into report (report_id, club_id, target_kind, target_id, reporter, reason, weight_milli)
select lib.new_id(), 8001, 'post', p.id, 8201, r, 1000 from (select lib.new_id() as id, unnest('{spam,abuse,illegal,privacy,safety}'::text[]) r from generate_series(1, 20)) p;
select cmp_ok(octet_length(pg_temp.queue(100)::text), '<', 131072, 'and so does the longest page');
select * from finish();
rollback;
