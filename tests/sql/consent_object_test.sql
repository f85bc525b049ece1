-- consent.object, .unobject and .check: legitimate interests, and what the operator's other systems are told.
begin;
\ir noun.psql
select plan(30);

create function pg_temp.object(p_member bigint, p_purpose text, p_channel text) returns jsonb language sql as
$$ select pg_temp.call('m:' || p_member, 'consent_object', format('%L, %L, null, null', p_purpose, p_channel)) $$;
create function pg_temp.unobject(p_member bigint, p_purpose text, p_channel text, p_base bigint) returns jsonb language sql as
$$ select pg_temp.call('m:' || p_member, 'consent_unobject', format('%L, %L, %s, null, null', p_purpose, p_channel, p_base)) $$;
create function pg_temp.check(variadic p_items jsonb[]) returns jsonb language sql as
$$ select pg_temp.try(format('select * from api.consent_check(%L, %L)', 'v:mailer', to_jsonb(p_items))) $$;
create function pg_temp.ask(p_member bigint, p_purpose text, p_scope text, p_channel text) returns jsonb language sql as
$$ select jsonb_build_object('member', p_member::text, 'purpose', p_purpose, 'scope', p_scope, 'channel', p_channel) $$;

-- objecting
select is(reply #> '{interests,1,channels,0}', '{"channel":"inapp","state":"allowed"}', 'allowed by nature') from api.consent_catalog('m:8201', null, null);
select is(reply #> '{interests,0,whole}', 'false', 'security is objected to in detail only') from api.consent_catalog('g', null, 8001);
create temp table objected as select pg_temp.object(8201, 'li.survey', null) as r;
select is(jsonb_array_length(r -> 'states'), 6, 'no channel is the whole: every channel') from objected;
select is(r #> '{states,0}' ->> 'state' || (r #>> '{states,0,in_force}'), 'objectedfalse', 'objected, not in force') from objected;
select is(r #> '{_events,1,refs}', '{"reload":["8201"],"shown":["8201"]}', 'nodes are told') from objected;
select is((select denied from api.gate_load('{8201}')), '21', 'the gate knows');
select is(reply #> '{interests,1,channels,0,state}', '"objected"', 'and the catalogue shows it') from api.consent_catalog('m:8201', null, null);
select is(pg_temp.object(8201, 'li.survey', 'email') -> 'epoch', '1', 'once is enough');
select is(pg_temp.object(8201, 'li.security', null), '{"refused":"ZC034","purpose":"li.security","channels":["push","sms","phone","post"]}', 'not to the whole of security');
select is(pg_temp.object(8201, 'li.security', 'email') ->> 'refused', 'ZC034', 'nor by e-mail: one channel must stay');
select is(pg_temp.object(8201, 'li.security', 'push') #>> '{states,0,state}', 'objected', 'but by push');
select is((select denied from api.gate_load('{8201}')), '21', 'which leaves the app alone');
select is(pg_temp.object(8201, 'mkt.offers', null) ->> 'path', 'purpose', 'a consent is withdrawn, not objected to');
select is(pg_temp.object(8208, 'li.survey', 'inapp') -> 'epoch', '1', 'whatever one''s status');

-- taking it back
select is(pg_temp.unobject(8201, 'li.survey', null, 1), '{"refused":"ZC004","current":2}', 'only from the present epoch: a late retry undoes nothing');
select is(pg_temp.unobject(8201, 'li.survey', 'inapp', 2) #>> '{states,0,state}', 'allowed', 'allowed again');
select is((select denied from api.gate_load('{8201}')), '', 'also for the gate');
select is(pg_temp.unobject(8201, 'li.survey', null, 3) -> 'epoch', '4', 'all that is left');
select is(pg_temp.unobject(8208, 'li.survey', null, 1) ->> 'status', 'suspended', 'not while suspended');
select is_empty('select * from lib.consent_violations()', 'the chain verifies');

-- what other systems are told
select pg_temp.call('m:8202', 'consent_give', format('%L, 0, null, null', jsonb_build_array(pg_temp.item('mkt.offers', '8101', 'inapp')))) \g /dev/null
select is(pg_temp.check(pg_temp.ask(8202, 'mkt.offers', '8101', 'inapp'), pg_temp.ask(8202, 'mkt.offers', '8101', 'email'),
                        pg_temp.ask(8201, 'li.security', '0', 'push'), pg_temp.ask(8202, 'li.security', '0', 'push'),
                        pg_temp.ask(8205, 'li.survey', '0', 'email'), pg_temp.ask(1, 'li.security', '0', 'push')) -> 'results',
          jsonb_build_array(jsonb_build_object('in_force', true, 'event', (select max(event_id)::text from consent_event where member_id = 8202)),
                            '{"in_force":false,"event":null}'::jsonb, '{"in_force":false,"event":null}'::jsonb, '{"in_force":true,"event":null}'::jsonb,
                            '{"in_force":false,"event":null}'::jsonb, '{"in_force":false,"event":null}'::jsonb),
          'in the order asked: given, unknown, objected, allowed, closed to children, nobody');
select is(pg_temp.check(pg_temp.ask(8202, 'svc.points', '0', 'none')) ->> 'path', 'items[0]', 'contracts are not asked about');
select is(pg_temp.check(pg_temp.ask(8202, 'mkt.offers', 'x', 'email')) ->> 'path', 'items[0]', 'a scope is a number');
select is(pg_temp.check(pg_temp.ask(8202, 'mkt.offers', '8101', 'inapp')) -> '_subjects', '[8202]', 'whom the answer is about');
select is((select count(*) from audit_log where subject_member = 8202 and action = 'consent.check'), 1::bigint, 'the member can see it, once an hour');
update consent_state set expires_at = now() where member_id = 8202;
select is(pg_temp.check(pg_temp.ask(8202, 'mkt.offers', '8101', 'inapp')) #> '{results,0,in_force}', 'false', 'expired');
update consent_state set expires_at = null where member_id = 8202;
update member set status = 'suspended' where member_id = 8202;
select is(pg_temp.check(pg_temp.ask(8202, 'mkt.offers', '8101', 'inapp')) #> '{results,0,in_force}', 'false', 'suspended: no marketing');
select is(pg_temp.check(pg_temp.ask(8202, 'li.security', null, null)) #> '{results,0,in_force}', 'true', 'but warnings');
update member set status = 'active' where member_id = 8202;
insert into consent_text (purpose_id, ver, locale, title, body, change_note, sha256, material, valid_from, published_by)
values (30, 2, 'en', 'Title', 'New', 'what is new', sha256('2'), true, now(), 'test');
select is(pg_temp.check(pg_temp.ask(8202, 'mkt.offers', '8101', 'inapp')) #> '{results,0,in_force}', 'false', 'stale');
select is(pg_temp.try($q$ select * from api.consent_check('m:8202', '[]') $q$) ->> 'refused', 'ZC001', 'services only');
select * from finish();
rollback;
