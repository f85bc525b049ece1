-- pref.*, notify.*, device.*: what a member chooses, sees and registers.
begin;
\ir noun.psql
select plan(25);

-- preferences
select is(pg_temp.call('m:8201', 'pref_set', $$null, null, null, null, '[{"topic":"security","channel":"email","enabled":false}]'$$) ->> 'locale', 'en', 'an address that nobody verified keeps nothing on');
update member set email_verified_at = now() where member_id = 8202;
select is(pg_temp.call('m:8202', 'pref_set', $$null, null, null, null, '[{"topic":"security","channel":"email","enabled":false},{"topic":"security","channel":"sms","enabled":true}]'$$) ->> 'topic', 'security', 'a verified one keeps a channel that reaches the member');
select is((select count(*) from channel_pref where member_id = 8202), 0::bigint, 'a refusal changes nothing');
select is(pg_temp.call('m:8202', 'pref_set', $$null, null, null, null, '[{"topic":"support","channel":"email","enabled":false}]'$$) #>> '{_events,0,type}', 'pref.changed', 'what is not essential may go');
select is(lib.pref_on(8202, 'support', 3::smallint), false, 'and is off');
select is(pg_temp.call('m:8202', 'pref_set', $$'pt', 'Europe/Lisbon', '00:00', '00:00', null$$) ->> 'tz', 'Europe/Lisbon', 'language, zone, quiet hours');
select is((select locale || quiet_from || quiet_to from member where member_id = 8202), 'pt00:00:0000:00:00', 'are the member''s');
select is(lib.is_zone(z), e, 'zone ' || z)
  from (values ('UTC', true), ('America/Argentina/Ushuaia', true), ('EST5EDT', false), ('Europe/Nowhere', false), ('<+03>-3', false), ('+03', false)) t (z, e);
update member set status = 'suspended' where member_id = 8202;
select is(pg_temp.call('m:8202', 'pref_set', $$'nb', null, null, null, null$$) ->> 'locale', 'nb', 'open to whoever is restricted');

-- notifications
create function pg_temp.list(p_member bigint, p_limit int default null) returns jsonb language sql as $$
    select reply || jsonb_build_object('_subjects', to_jsonb(subjects)) from api.notify_list('m:' || p_member, p_limit, null) $$;
select lib.notify(8201, 'reply', 'post:1', '{"actor":"8204","post":"1"}', 'svc.feed'), lib.notify(8201, 'reply', 'post:2', '{"actor":"8205"}', 'svc.feed'), lib.notify(8201, 'reply', 'post:3', '{"actor":"8206"}', 'svc.feed') \g /dev/null
insert into block_rel (blocker, blocked) values (8206, 8201);
select is(jsonb_path_query_array(pg_temp.list(8201), '$.notifications[*].actor.member'), '["8204"]', 'neither a child nor who is blocked is named');
select is(pg_temp.list(8201) -> '_subjects', '[8204]', 'who is named is a subject of the reply');
select is(pg_temp.list(8201) #> '{notifications,2,data}', '{"post":"1"}', 'references, without the actor');
select is(pg_temp.list(8203), '{"notifications":[],"unread":0,"read_upto":"0","cursor":null,"_subjects":[]}', 'nobody else''s');
select is(pg_temp.call('m:8203', 'notify_read', '9') - '_sys', '{"read_upto":"0","unread":0,"_events":null,"_subjects":[]}', 'nothing to read');
select is((lib.stream_snapshot('me:8201', 8201)).view -> 'unread', '3', 'the snapshot of me counts');
update notification set at = now() - interval '91 days' where member_id = 8201 and num < 3;
select is(lib.notifications_purge(), 2::bigint, 'gone after 90 days');

-- devices
select pg_temp.call('m:8201', 'device_register', $$'ios', 'secret-token-1', null, null$$) \g /dev/null
select is((select lib.pii_open(push_enc) from device where member_id = 8201), 'secret-token-1', 'a push token is kept');
select is((select count(*) from device d where d::text like '%secret-token%' or d::text like '%' || encode('secret-token-1', 'hex') || '%'), 0::bigint, 'sealed');
insert into suppression (contact_hash, channel_id, reason) values (lib.keyed_hash('secret-token-1'), 2, 'bounced');
select is(pg_temp.call('m:8201', 'device_register', $$'ios', 'secret-token-1', null, null$$) -> '_events', 'null', 'the same device again is no news');
select is((select count(*) from suppression), 0::bigint, 'but reachable again');
select * from finish();
rollback;
