-- send.*: the gate again when the mailer takes a message, quiet hours, the cap, leases, results, fan-out.
begin;
\ir noun.psql
select plan(95);
update member set email_verified_at = now(), quiet_from = '00:00', quiet_to = '00:00' where member_id between 8201 and 8208;
insert into member_pii (member_id, name_enc, email_enc, email_hash)
select member_id, lib.pii_seal('Name ' || member_id), lib.pii_seal(member_id || '@example.org'), lib.email_hash(member_id || '@example.org')
  from member where member_id between 8201 and 8208
    on conflict (member_id) do update set email_enc = excluded.email_enc, email_hash = excluded.email_hash, name_enc = excluded.name_enc;
delete from consent_state where member_id between 8201 and 8208;

create function pg_temp.allow(p_member bigint, p_code text, p_scope bigint, p_channel int, p_state text default 'given') returns void language sql as $$
    insert into club.consent_state (member_id, purpose_id, scope_id, channel_id, state, text_ver, event_id)
    select p_member, purpose_id, p_scope, p_channel::smallint, p_state, 1,
           lib.consent_record(p_member, purpose_id, p_scope, p_channel::smallint, case when p_state = 'given' then 'give' else 'withdraw' end, 1, 'en', 'm:' || p_member, 'test', '{}')
      from club.purpose where code = p_code
        on conflict (member_id, purpose_id, scope_id, channel_id) do update set state = excluded.state, event_id = excluded.event_id $$;
create function pg_temp.take(p_limit int default 50, p_channels jsonb default null) returns jsonb language sql as $$
    select reply || jsonb_build_object('_subjects', to_jsonb(subjects)) from api.send_take('v:mail', p_limit, p_channels) $$;
-- Empties the queue, adds one message, takes: what came and what the log says.
create function pg_temp.verdict(p_member bigint, p_channel int, p_gate text, p_scope bigint default 0, p_refs jsonb default '{}') returns text language plpgsql as $$
declare v_count int; v_reason text;
begin
    delete from club.send_job where state = 'queued';
    perform lib.send_queue(p_member, p_channel::smallint, 'test.words', p_gate, p_scope, p_refs => p_refs);
    v_count := jsonb_array_length(pg_temp.take() -> 'jobs');
    select verdict || coalesce(':' || reason, '') into v_reason from club.delivery_log where member_id = p_member order by id desc limit 1;
    if (v_count = 1) <> (v_reason = 'sent') then return 'handed out ' || v_count || ' but ' || v_reason; end if;
    return v_reason;
end $$;
create function pg_temp.set(p_sql text) returns void language plpgsql as $$ begin execute p_sql; end $$;
insert into message_text (template, locale, subject, body) values ('test.words', 'en', 'For {name}', 'Hello {handle}, {n} {unknown} {'), ('test.words', 'nb', 'Til {name}', 'Hei');
insert into post (post_id, club_id, author_kind, author_id, kind, audience, gate_cat, category_id, title, body, state, published_at)
values (8901, 8001, 's', 8301, 'offer_news', 'club', 'mkt.offers', 8101, 'Fjords' || chr(10) || 'now {code}', 'x', 'published', now());

-- one service message
select throws_ok($$select api.send_take('m:8201', 1, null)$$, 'ZC001', null, 'services only');
select is(pg_temp.take() - '_subjects', '{"jobs":[],"more":false}', 'nothing to do');
update member set locale = 'en' where member_id = 8201;
select lib.send_queue(8201, 3::smallint, 'test.words', 'svc.account', p_refs => '{"n":"{name}"}') \g /dev/null
create temp table taken as select pg_temp.take() as r;
select is(r #> '{jobs,0,to}', '["8201@example.org"]', 'the address') from taken;
select is(r #>> '{jobs,0,subject}', 'For Name 8201', 'words filled in') from taken;
select is(r #>> '{jobs,0,body}', 'Hello ' || (select handle from member where member_id = 8201) || ', {name} {unknown} {', 'values are not looked at again') from taken;
select is(r #> '{_subjects}', '[8201]', 'whom it is for guards the answer') from taken;
select is(r #> '{jobs,0,unsubscribe}', null, 'no link out of service messages') from taken;
select is((select jsonb_array_length(pg_temp.take() -> 'jobs')), 0, 'taken once');
select is((select count(*) from audit_log where subject_member = 8201 and action = 'send.take' and actor = 'v:mail'), 1::bigint, 'in the member''s access log');
select is((select count(*) from send_job j, audit_log a where j::text like '%@example%' or a.detail::text like '%@example%'), 0::bigint, 'addresses are stored nowhere else');
update member set locale = 'nb' where member_id = 8201;
select lib.send_queue(8201, 3::smallint, 'test.words', 'svc.account') \g /dev/null
select is(pg_temp.take() #>> '{jobs,0,subject}', 'Til Name 8201', 'in the member''s language');
select lib.send_queue(8201, 3::smallint, 'no.words', 'svc.account') \g /dev/null
select pg_temp.take() \g /dev/null
select is((select reason from delivery_log order by id desc limit 1), 'no_text', 'none without words');

select is_empty($$select template, l from (select template from message_text where template not like 'test.%' union select 'notify.' || type from notify_type) t, unnest('{en,nb,ro,pt,he}'::text[]) l
                   where not exists (select from message_text m where m.template = t.template and m.locale = l)$$, 'all there is has words in five languages');

-- codes, links, invitations, order
delete from send_job;
select pg_temp.allow(8202, 'mkt.offers', 8101, 3);
select lib.send_queue(8202, 3::smallint, 'offer.news', 'mkt.offers', 8101, p_refs => '{"post":"8901","club":"8001"}'), lib.send_queue(8202, 3::smallint, 'test.words', 'svc.account') \g /dev/null
select lib.token_new('verify', 8203, '{}', '1 hour') as token \gset
update member set email_verified_at = null where member_id = 8203;
select lib.send_queue(8203, 3::smallint, 'test.words', 'svc.account', p_token => :token) \g /dev/null
select lib.send_queue(null, 3::smallint, 'test.words', 'svc.account', p_token => lib.token_new('invite', null, '{}', '1 day'), p_contact => lib.pii_seal('new@example.org')) \g /dev/null
drop table taken;
create temp table taken as select pg_temp.take(3) as r;
select is(jsonb_path_query_array(r, '$.jobs[*].code'), to_jsonb(array[lib.token_secret(:token)]), 'a code goes to an address not yet verified') from taken;
select is(jsonb_path_query_array(r, '$.jobs[*].member'), '["8203","8202"]', 'codes first, then service') from taken;
select is(r #>> '{jobs,1,to,0}' || left(r #>> '{jobs,1,link}', 27), 'new@example.orghttp://127.0.0.1:8080/join/', 'an invitation to somebody who is no member') from taken;
select is(r -> 'more', 'true', 'more are due') from taken;
set local clubhub.public_url = 'https://club.example';
drop table taken;
create temp table taken as select pg_temp.take(3) as r;
select ok(r #>> '{jobs,0,unsubscribe}' ~ '^https://club\.example/v1/unsubscribe/[A-Za-z0-9_-]{43}$', 'marketing has a one-click link') from taken;
select is((lib.token_link('unsubscribe', right(r #>> '{jobs,0,unsubscribe}', 43), false)).payload, '{"purpose":"mkt.offers","scope":"8101","channel":"email"}', 'of that triple') from taken;
select is(r #>> '{jobs,0,subject}', 'Open: Fjords now {code}', 'the title of a post of staff, on one line') from taken;
select is((r -> 'more')::text || (r #>> '{jobs,0,link}'), 'falsehttps://club.example/posts/8901', 'and where it is') from taken;
select lib.send_queue(8203, 3::smallint, 'test.words', 'svc.account', p_token => lib.token_new('reset', 8203, '{}', '-1 s')) \g /dev/null
select pg_temp.take() \g /dev/null
select is((select reason from delivery_log where member_id = 8203 order by id desc limit 1), 'expired', 'a code past its end stays');

insert into message_text (template, locale, subject, body) values ('test.long', 'en', 'Long', repeat('מ', 2000));
insert into send_job (member_id, channel_id, template, gate_cat, prio) select 8204, 3, 'test.long', 'svc.account', 1 from generate_series(1, 60);
drop table taken;
create temp table taken as select pg_temp.take(100) as r;
select is((octet_length(r::text) < 100000)::text || (r -> 'more'), 'truetrue', 'an answer is as long as a call may answer') from taken;
delete from send_job;
delete from delivery_log;

-- the gate, step by step
select is(pg_temp.verdict(8203, 3, 'svc.account'), 'suppressed:no_contact', 'an address that nobody verified gets no service mail');
select is(pg_temp.verdict(8204, 2, 'svc.account'), 'suppressed:no_contact', 'no push without a device');
insert into device (device_id, member_id, platform, push_enc, push_hash) values (91, 8204, 'ios', lib.pii_seal('t1'), lib.keyed_hash('t1')), (92, 8204, 'web', lib.pii_seal('t2'), lib.keyed_hash('t2'));
select is(pg_temp.verdict(8204, 2, 'svc.account'), 'sent', 'push to every device');
select is(pg_temp.verdict(8208, 3, 'svc.account'), 'sent', 'suspended: account');
select is(pg_temp.verdict(8208, 3, 'svc.feed'), 'suppressed:inactive', 'but nothing of the feed');
update member set status = 'restricted' where member_id = 8208;
select is(pg_temp.verdict(8208, 3, 'svc.points') || pg_temp.verdict(8208, 3, 'legal.privacy'), 'suppressed:inactivesent', 'restricted: essentials');
select is(pg_temp.verdict(8204, 2, 'svc.feed', 0, '{"actor":"8206"}'), 'sent', 'a reply');
insert into block_rel (blocker, blocked) values (8206, 8204);
select is(pg_temp.verdict(8204, 2, 'svc.feed', 0, '{"actor":"8206"}'), 'suppressed:blocked', 'not of who blocked the member');
select is(pg_temp.verdict(8204, 2, 'svc.plan', 0, '{"actor":"8206"}'), 'sent', 'a block touches no plan');
insert into channel_pref values (8204, 'points', 3, false);
select is(pg_temp.verdict(8204, 3, 'svc.points'), 'suppressed:preference', 'a channel that is switched off');
select is(pg_temp.verdict(8204, 3, 'legal.privacy'), 'sent', 'the law asks no preference');
select is(pg_temp.verdict(8204, 3, 'staff'), 'suppressed:basis', 'nothing of the staff');
select is(pg_temp.verdict(8204, 3, 'li.survey'), 'sent', 'a survey');
select lib.send_queue(8204, 3::smallint, 'test.words', 'li.survey'), lib.send_queue(8204, 3::smallint, 'test.words', 'li.security') \g /dev/null
drop table taken;
create temp table taken as select pg_temp.take() as r;
select is((select (lib.token_link('unsubscribe', right(r #>> '{jobs,0,unsubscribe}', 43), false)).payload), '{"purpose":"li.survey","scope":"0","channel":"email"}', 'with a link to object') from taken;
select is(r #> '{jobs,1,unsubscribe}', null, 'one click ends no warnings') from taken;
select pg_temp.allow(8204, 'li.survey', 0, 3, 'objected');
select is(pg_temp.verdict(8204, 3, 'li.survey'), 'suppressed:basis', 'unless objected to');
select is(pg_temp.verdict(8205, 3, 'li.survey'), 'suppressed:basis', 'or closed');
select is(pg_temp.verdict(8201, 3, 'mkt.offers', 8101), 'suppressed:basis', 'no consent: no offer');
select pg_temp.allow(8201, 'mkt.offers', 8101, 1), pg_temp.allow(8201, 'mkt.offers', 8102, 3) \g /dev/null
select is(pg_temp.verdict(8201, 3, 'mkt.offers', 8101), 'suppressed:basis', 'for another channel or category is none');
select pg_temp.allow(8201, 'mkt.offers', 8101, 3);
select is(pg_temp.verdict(8201, 3, 'mkt.offers', 8101), 'sent', 'consent given');
select is((select consent_event from delivery_log order by id desc limit 1), (select event_id from consent_state where member_id = 8201 and scope_id = 8101 and channel_id = 3), 'the log points to it');
select is(pg_temp.verdict(8201, 3, 'mkt.offers', 8101, '{"post":"1"}'), 'suppressed:subject', 'what is gone is not told');
update consent_state set expires_at = now() where member_id = 8201 and scope_id = 8101 and channel_id = 3;
select is(pg_temp.verdict(8201, 3, 'mkt.offers', 8101), 'suppressed:basis', 'consent expired');
update consent_state set expires_at = null where member_id = 8201;
update member set under_18 = true where member_id = 8201;
select is(pg_temp.verdict(8201, 3, 'mkt.offers', 8101), 'suppressed:basis', 'closed to the young');
update member set under_18 = false where member_id = 8201;
insert into send_job (member_id, channel_id, template, gate_cat, club_id, audience, prio) values (8201, 3, 'test.words', 'svc.account', 8001, 'rank:1', 1), (8207, 3, 'test.words', 'svc.account', 8001, null, 1);
select is(jsonb_array_length(pg_temp.take() -> 'jobs'), 0, 'neither below the tier nor outside the club');

-- quiet hours and the cap
select is(lib.quiet_until('2026-06-30T22:30Z', 'UTC', '21:00', '08:00'), '2026-07-01T08:00Z', 'quiet until the morning');
select is(lib.quiet_until('2026-07-01T05:30Z', 'Europe/Oslo', '21:00', '08:00'), '2026-07-01T06:00Z', 'in the member''s zone');
select is(lib.quiet_until('2026-07-01T08:00Z', 'UTC', '21:00', '08:00'), null, 'not by day');
select is(lib.quiet_until('2026-07-01T13:00Z', 'UTC', '12:00', '14:00'), '2026-07-01T14:00Z', 'a siesta');
update member set quiet_from = ((now() at time zone tz) - interval '1 hour')::time, quiet_to = ((now() at time zone tz) + interval '1 hour')::time where member_id = 8201;
select is(pg_temp.verdict(8201, 3, 'mkt.offers', 8101), 'deferred:quiet', 'marketing waits');
select ok((select not_before > now() + interval '59 minutes' and not_before <= now() + interval '1 hour' and deferrals = 0 from send_job where state = 'queued'), 'to the end of the quiet hours');
select is(pg_temp.verdict(8201, 3, 'svc.account'), 'sent', 'service does not');
update member set quiet_to = quiet_from where member_id = 8201;
select is(pg_temp.verdict(8201, 3, 'mkt.offers', 8101), 'sent', 'the second of a day');
select is(pg_temp.verdict(8201, 3, 'mkt.offers', 8101), 'deferred:cap', 'the third is put off');
select ok((select not_before = now() + interval '24 hours' and deferrals = 1 from send_job where state = 'queued'), 'by 24 hours');
update send_job set not_before = now() where state = 'queued';
select pg_temp.take() \g /dev/null
select is((select state || (select reason from delivery_log order by id desc limit 1) from send_job order by job_id desc limit 1), 'droppedcap', 'once, then it is dropped');
update delivery_log set at = now() - interval '25 hours' where member_id = 8201 and gate_cat = 'mkt.offers';
select is(pg_temp.verdict(8201, 3, 'mkt.offers', 8101), 'sent', 'another day');
insert into delivery_log (member_id, job_id, channel_id, gate_cat, scope_id, verdict, consent_event, at) select 8201, -n, 2, 'mkt.magazine', 8001, 'sent', 1, now() - interval '6 days' from generate_series(1, 3) n;
select is(pg_temp.verdict(8201, 3, 'mkt.offers', 8101), 'deferred:cap', 'six in a week');
update club set settings = settings || '{"marketing_per_day":9,"marketing_per_week":9}' where club_id = 8001;
insert into send_job (member_id, channel_id, template, gate_cat, scope_id, club_id, prio) values (8201, 3, 'test.words', 'mkt.offers', 8101, 8001, 2);
select is(jsonb_array_length(pg_temp.take() -> 'jobs'), 1, 'a club may allow more');

-- leases and results
create function pg_temp.result(p_job bigint, p_outcome text) returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.send_result(%L, %L, %L, %s, %L)', 'v:mail', pg_temp.key(), sha256('x'), p_job, p_outcome)) $$;
create function pg_temp.taken_job(p_member bigint) returns bigint language sql as $$
    select lib.send_queue(p_member, 3::smallint, 'test.words', 'svc.account');
    select pg_temp.take();
    select max(job_id) from club.send_job where member_id = p_member and state = 'taken' $$;
create function pg_temp.lapse(p_job bigint) returns text language plpgsql as $$
begin
    update club.send_job set lease_until = now() - interval '1 s' where job_id = p_job and state = 'taken';
    perform lib.send_leases();
    return (select state || ' ' || tries from club.send_job where job_id = p_job);
end $$;
delete from send_job;
select pg_temp.taken_job(8206) as job \gset
select is(pg_temp.lapse(:job), 'queued 1', 'a lapsed lease returns the message');
select is(pg_temp.take() #>> '{jobs,0,job}', :'job', 'to be taken again');
update send_job set lease_until = now() - interval '1 s' where job_id = :job;
select is(pg_temp.take() #>> '{jobs,0,job}', :'job', 'also without the job');
select pg_temp.lapse(:job), pg_temp.take(), pg_temp.lapse(:job), pg_temp.take(), pg_temp.lapse(:job), pg_temp.take() \g /dev/null
select is(pg_temp.lapse(:job), 'dropped 6', 'the sixth time it is dropped');
select pg_temp.taken_job(8206) as job \gset
select is(pg_temp.result(:job, 'sent') - '{_events,_sys,_subjects}'::text[], jsonb_build_object('job', :'job', 'state', 'sent'), 'sent');
select is(pg_temp.result(:job, 'sent'), '{"state":"sent","refused":"ZC017"}', 'once');
select is(pg_temp.result(:job, 'complaint') ->> 'state', 'complaint', 'a complaint comes later');
select is(pg_temp.result(1, 'sent') ->> 'refused', 'ZC002', 'no such message');
select is(pg_temp.verdict(8206, 3, 'svc.account'), 'sent', 'a complaint stops no service mail');
select pg_temp.allow(8206, 'mkt.offers', 8101, 3);
update suppression set at = clock_timestamp() + interval '1 s';
select is(pg_temp.verdict(8206, 3, 'mkt.offers', 8101), 'suppressed:complaint', 'but marketing');
update suppression set at = now() - interval '1 day';
select is(pg_temp.verdict(8206, 3, 'mkt.offers', 8101), 'sent', 'until a consent given later');
select pg_temp.taken_job(8206) as job \gset
select pg_temp.result(:job, 'bounced') \g /dev/null
update member set email_verified_at = now() - interval '1 day' where member_id = 8206;
select is(pg_temp.verdict(8206, 3, 'svc.account'), 'suppressed:bounced', 'a bounced address gets nothing');
select lib.send_queue(8206, 3::smallint, 'test.words', 'svc.account', p_token => lib.token_new('verify', 8206, '{}', '1 h')) \g /dev/null
select is(jsonb_array_length(pg_temp.take() -> 'jobs'), 1, 'but a code that was just asked for');
update member set email_verified_at = now() + interval '1 s' where member_id = 8206;
select is(pg_temp.verdict(8206, 3, 'svc.account'), 'sent', 'and is well again once verified');
select is((select count(*) from suppression where length(contact_hash) = 32 and contact_hash = lib.email_hash('8206@example.org')), 1::bigint, 'known by its keyed hash');
insert into suppression (contact_hash, channel_id, reason) values (lib.keyed_hash('t1'), 2, 'bounced');
select lib.send_queue(8204, 2::smallint, 'test.words', 'svc.account') \g /dev/null
select is(pg_temp.take() #> '{jobs,0,to}', '["t2"]', 'of several devices those that work');
select pg_temp.taken_job(8204) as job \gset
update send_job set at = now() - interval '8 days', state = 'queued', lease_until = null where job_id = :job;
update send_job set ended_at = now() - interval '31 days', state = 'sent', lease_until = null where member_id = 8206;
select cmp_ok((api.jobs_run('messages')).done, '>', 1::bigint, 'a week old, or ended a month ago');
select is((select state from send_job where job_id = :job), 'dropped', 'what nobody took is dropped');
select is((select count(*) from send_job where member_id = 8206), 0::bigint, 'what is over is gone');

-- events to everybody who agreed
delete from send_job;
delete from consent_state where purpose_id = 30;
select pg_temp.allow(8201, 'mkt.offers', 8101, 1), pg_temp.allow(8201, 'mkt.offers', 8101, 2), pg_temp.allow(8201, 'mkt.offers', 8101, 3), pg_temp.allow(8202, 'mkt.offers', 8101, 3),
       pg_temp.allow(8203, 'mkt.offers', 8102, 3), pg_temp.allow(8204, 'mkt.offers', 8101, 4), pg_temp.allow(8206, 'mkt.offers', 8101, 3, 'withdrawn'), pg_temp.allow(8207, 'mkt.offers', 8101, 3) \g /dev/null
select is((select e ->> 'type' from jsonb_array_elements(
    (select events from api.feed_offer_news('s:8301', 'offer-key-1', sha256('o'), 8001, 8101, 'Offer', 'Body', null, null))) e), 'post.published', 'the writer adds one row');
select is((select count(*) from send_job), 0::bigint, 'and no messages');
select lib.send_fanout((select jsonb_agg(jsonb_build_object('stream', 'club:8001', 'seq', '1', 'gate', 'svc.feed', 'scope', '0', 'refs', '{}'::jsonb))), 'x.y') \g /dev/null
select is((select count(*) from send_fanout), 1::bigint, 'events that ask for no consent are left alone');
select is(lib.send_expand_oldest(4), 3::bigint, 'a part of them'); 
select is((api.jobs_run('fanout')).done, 1::bigint, 'the rest');
select is((select string_agg(member_id || '/' || channel_id, ' ' order by member_id, channel_id) from send_job where template = 'offer.news' and stream = 'club:8001' and seq > 0 and prio = 2), '8201/2 8201/3 8202/3 8204/4', 'one per recipient and channel outside, in the club, in force');
select is((api.jobs_run('fanout')).done, 0::bigint, 'then it is over');
select pg_temp.allow(8202, 'mkt.offers', 8101, 3, 'withdrawn');
delete from delivery_log;
delete from suppression;
select pg_temp.take() \g /dev/null
select is((select string_agg(member_id || verdict || coalesce(reason, ''), ' ' order by member_id, channel_id) from delivery_log), '8201suppressedno_contact 8201sent 8202suppressedbasis 8204suppressedno_contact', 'gated again one by one');

-- I-50, I-51
select is_empty('select * from lib.delivery_violations()', 'every message had its consent');
select event_id as event from consent_state where member_id = 8201 and channel_id = 3 and purpose_id = 30 \gset
insert into delivery_log (member_id, job_id, channel_id, gate_cat, scope_id, verdict, consent_event)
values (8202, 1, 3, 'mkt.offers', 8101, 'sent', null), (8202, 2, 3, 'mkt.offers', 8101, 'sent', :event), (8201, 3, 2, 'mkt.offers', 8101, 'sent', :event);
insert into delivery_log (member_id, job_id, channel_id, gate_cat, scope_id, verdict, consent_event, at) values (8201, 4, 3, 'mkt.offers', 8101, 'sent', :event, now() - interval '1 h');
select pg_temp.allow(8201, 'mkt.offers', 8101, 3, 'withdrawn');
insert into delivery_log (member_id, job_id, channel_id, gate_cat, scope_id, verdict, consent_event) values (8201, 5, 3, 'mkt.offers', 8101, 'sent', :event);
select results_eq('select wrong from lib.delivery_violations() order by delivery', array['no consent of this member for this triple', 'no consent of this member for this triple', 'no consent of this member for this triple', 'consent given later', 'after a withdrawal'], 'and planted violations are found');
delete from delivery_log where job_id in (1, 2, 3, 4, 5);
insert into consent_text (purpose_id, ver, locale, title, body, change_note, sha256, material, valid_from, published_by) values (30, 2, 'en', 't', 'b', 'n', sha256('2'), true, clock_timestamp(), 'test');
insert into delivery_log (member_id, job_id, channel_id, gate_cat, scope_id, verdict, consent_event) values (8201, 6, 3, 'mkt.offers', 8101, 'sent', :event);
select is((select count(*) from lib.delivery_violations() where wrong = 'consent to an older text'), 1::bigint, 'also of texts');

-- partitions
select is(lib.delivery_partitions(), 2::bigint, 'months ahead; this one stays in the default partition, which has rows of it');
select is(lib.delivery_partitions(), 0::bigint, 'nothing to do twice');
create table delivery_log_202001 partition of delivery_log for values from ('2020-01-01T00:00Z') to ('2020-02-01T00:00Z');
select is((api.jobs_run('delivery_partitions')).done, 1::bigint, 'what is older than two years is dropped');
select * from finish();
rollback;
