-- One-time tokens, the queue of messages, notifications: what the methods of other nouns build on.
begin;
\ir noun.psql
select plan(47);
update member set email_verified_at = now() where member_id = 8201;

-- codes
select lib.token_new('verify', 8201, '{"a":1}', '1 hour') as code1 \gset
select ok(lib.token_secret(:code1) ~ '^[0-9]{8}$', 'a code has eight digits');
select is(lib.token_secret(:code1), lib.token_secret(:code1), 'and is derived again');
select is((select count(*) from one_time_token where payload::text like '%' || lib.token_secret(:code1) || '%'), 0::bigint, 'the table does not hold it');
select is((lib.token_code('verify', 8202, lib.token_secret(:code1))).token_id, null, 'of no use to another member');
select is((lib.token_code('reset', 8201, lib.token_secret(:code1))).token_id, null, 'nor for another purpose');
select is((lib.token_code('verify', 8201, '00000000x')).token_id, null, 'a wrong one');
select is((select tries from one_time_token where token_id = :code1), 1, 'counts as a try');
select is((lib.token_code('verify', 8201, lib.token_secret(:code1))).payload, '{"a":1}', 'the right one gives its payload');
select is((lib.token_code('verify', 8201, lib.token_secret(:code1))).token_id, null, 'once');

select lib.token_new('verify', 8201, '{}', '1 hour') as code2 \gset
select (lib.token_code('verify', 8201, 'wrong')).token_id from generate_series(1, 5) \g /dev/null
select is((lib.token_code('verify', 8201, lib.token_secret(:code2))).token_id, null, 'five wrong ones void it');
select lib.token_new('verify', 8201, '{}', '1 hour') as code3 \gset
select lib.token_new('verify', 8201, '{}', '1 hour') as code4 \gset
select isnt(lib.token_secret(:code3), lib.token_secret(:code4), 'each has its own');
select is((lib.token_code('verify', 8201, lib.token_secret(:code3))).token_id, null, 'a new one voids the older');
select is((lib.token_code('verify', 8201, lib.token_secret(:code4))).token_id, :code4::bigint, 'the newest counts');
select lib.token_new('verify', 8201, '{}', '-1 second') as code5 \gset
select is((lib.token_code('verify', 8201, lib.token_secret(:code5))).token_id, null, 'not past its end');
select lib.token_new('consent_confirm', 8201, '{"n":1}', '1 hour') as conf1 \gset
select lib.token_new('consent_confirm', 8201, '{"n":2}', '1 hour') as conf2 \gset
select is((lib.token_code('consent_confirm', 8201, lib.token_secret(:conf1))).payload, '{"n":1}', 'confirmations live side by side');
select is((lib.token_code('consent_confirm', 8201, lib.token_secret(:conf2))).payload, '{"n":2}', 'each with its own code');

-- links
select lib.token_new('unsubscribe', 8201, '{"purpose":30}', '1 hour') as link \gset
select ok(lib.token_secret(:link) ~ '^[A-Za-z0-9_-]{43}$', 'a link has 43 characters');
select is((lib.token_link('unsubscribe', lib.token_secret(:link), false)).payload, '{"purpose":30}', 'looked at');
select is((lib.token_link('unsubscribe', lib.token_secret(:link), true)).member_id, 8201::bigint, 'used');
select is((lib.token_link('unsubscribe', lib.token_secret(:link), true)).token_id, null, 'once');
select is((lib.token_link('export', lib.token_secret(lib.token_new('unsubscribe', 8201, '{}', '1 hour')), false)).token_id, null, 'only for its purpose');
select is((lib.token_link('unsubscribe', repeat('x', 43), false)).token_id, null, 'unknown');
set local clubhub.pii_key = '00aa';
select is((lib.token_code('consent_confirm', 8201, lib.token_secret(:conf2))).token_id, null, 'another key of the hub, another code');
set local clubhub.pii_key = '00ff';
update one_time_token set expires_at = now() - interval '31 days' where token_id = :link;
select is(lib.tokens_purge(), 1::bigint, 'gone 30 days past its end');

-- the queue
create function pg_temp.jobs(p_member bigint) returns text language sql as $$
    select string_agg(concat_ws('/', channel_id, template, gate_cat, scope_id, topic, prio, state), ' ' order by job_id) from club.send_job where member_id = p_member $$;
select lib.send_queue(8201, 3::smallint, 'verify', 'svc.account', p_token => :conf1) \g /dev/null
select is(pg_temp.jobs(8201), '3/verify/svc.account/0/0/queued', 'a code goes first and by no preference');
select lib.send_queue(8201, 3::smallint, 'verify', 'svc.account', p_token => :conf1) \g /dev/null
select is((select count(*) from send_job where member_id = 8201), 1::bigint, 'a token is sent once per channel');
select lib.send_queue(8202, 3::smallint, 'points.expiring', 'svc.points', p_stream => 'me:8202', p_seq => 4) \g /dev/null
select lib.send_queue(8202, 3::smallint, 'points.expiring', 'svc.points', p_stream => 'me:8202', p_seq => 4) \g /dev/null
select is(pg_temp.jobs(8202), '3/points.expiring/svc.points/0/points/1/queued', 'an event too, under the topic of its gate');
select lib.send_queue(8202, 3::smallint, 'offer.news', 'mkt.offers', 8101, p_refs => '{"actor":"8201"}') \g /dev/null
select lib.send_queue(8202, 2::smallint, 'offer.news', 'mkt.offers', 8101) \g /dev/null
select lib.send_queue(8202, 3::smallint, 'magazine', 'mkt.magazine', 8001) \g /dev/null
select is((select actor || '/' || prio from send_job where member_id = 8202 and prio = 2 order by job_id limit 1), '8201/2', 'who caused it; marketing goes last');
select throws_ok($$ select lib.send_queue(8202, 3::smallint, 'x.y', 'no.gate') $$, '23503', null, 'no message without a purpose');
select is(lib.send_suppress(8202, 30::smallint, 9::bigint), 0, 'a withdrawal for another scope ends nothing');
select is(lib.send_suppress(8202, 30::smallint, 8101, 2::smallint), 1, 'the messages of a triple');
select is(lib.send_suppress(8202, 30::smallint, null, 1::smallint), 0, 'in-app has none');
select is(lib.send_suppress(8202), 2, 'all that ask for consent');
select is(pg_temp.jobs(8202), '3/points.expiring/svc.points/0/points/1/queued 3/offer.news/mkt.offers/8101/2/suppressed '
          '2/offer.news/mkt.offers/8101/2/suppressed 3/magazine/mkt.magazine/8001/2/suppressed', 'service messages stay');
select is((select count(*) from delivery_log where member_id = 8202 and verdict = 'suppressed' and reason = 'withdrawn'), 3::bigint, 'and the log says so');

-- notifications
create temp table told as select (lib.notify(8201, 'reply', 'post:12', '{"post":"12","actor":"8202"}', 'svc.feed'))[1] as e;
select is((e).stream || ' ' || (e).type || ' ' || (e).gate || ' ' || (e).actor, 'me:8201 notify.added svc.feed 8202', 'the event for the member''s devices') from told;
select is((e).refs, '{"id":"1","type":"reply","target":"post:12","count":1,"unread":1}', 'its references') from told;
select is(((lib.notify(8201, 'reply', 'post:12', '{"post":"12"}', 'svc.feed'))[1]).refs, '{"id":"2","type":"reply","target":"post:12","count":2,"unread":1}', 'one row per kind, target and day');
select is(((lib.notify(8201, 'reply', 'post:13', '{"post":"13"}', 'svc.feed'))[1]).refs ->> 'unread', '2', 'another target counts');
select is((select count(*) from send_job where member_id = 8201 and template like 'notify.%'), 0::bigint, 'nothing is queued without a device');
insert into device (device_id, member_id, platform, push_enc, push_hash) values (1, 8201, 'ios', lib.pii_seal('t'), lib.keyed_hash('t'));
select lib.notify(8201, 'reply', 'post:14', '{}', 'svc.feed'), lib.notify(8201, 'mention', 'post:14', '{}', 'svc.feed'), lib.notify(8201, 'decision', 'd:1', '{}', 'legal.moderation') \g /dev/null
select is((select string_agg(template || '/' || channel_id || '/' || topic, ' ' order by job_id) from send_job where member_id = 8201 and template like 'notify.%'),
          'notify.reply/2/replies notify.decision/2/moderation notify.decision/3/moderation', 'push and e-mail by what is on for the topic');
insert into channel_pref values (8201, 'replies', 2, false), (8201, 'mentions', 2, true);
select lib.notify(8201, 'reply', 'post:15', '{}', 'svc.feed'), lib.notify(8201, 'mention', 'post:15', '{}', 'svc.feed') \g /dev/null
select is((select string_agg(template, ' ' order by job_id) from (select template, job_id from send_job where member_id = 8201 order by job_id desc limit 1) j), 'notify.mention', 'or by what the member chose');
select lib.notify(8201, 'mention', 'post:15', '{}', 'svc.feed') \g /dev/null
select is((select count(*) from send_job where member_id = 8201 and template = 'notify.mention'), 1::bigint, 'a second one of the day is only counted');
update member set notify_read_upto = 5 where member_id = 8201;
select is(lib.notify_unread(8201), 3, 'unread are those behind the mark');
select throws_ok($$ select lib.notify(8201, 'nonsense', 'x', '{}', 'svc.feed') $$, 'P0002', null, 'no unknown kinds');
update member set status = 'erased', erased_at = now(), handle = null where member_id = 8203;
select is(lib.notify(8203, 'decision', 'd:1', '{}', 'legal.moderation'), '{}', 'who is erased is told nothing');
select is((select count(*) from notification n full join notification_head h using (member_id) where member_id = 8203), 0::bigint, 'and no row is written');
select * from finish();
rollback;
