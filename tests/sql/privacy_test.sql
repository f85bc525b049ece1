-- privacy.*: restricting, the requests and their clocks, who has looked at what.
begin;
\ir noun.psql
select plan(33);

insert into staff (staff_id, login, roles) values (8305, 'n-privacy', '{privacy}'), (8306, 'n-elsewhere', '{agent}');
insert into staff_club (staff_id, club_id) values (8305, 8001), (8306, 8002);

-- restricting
create temp table r as select pg_temp.call('m:8201', 'privacy_restrict', '') as r;
select is(r ->> 'status', 'restricted', 'restricted') from r;
select is(r #> '{_events,0,refs}', jsonb_build_object('dsr', r ->> 'request', 'kind', 'restrict', 'state', 'done'),
          'the member is told') from r;
select is(r #> '{_events,1,refs}', '{"reload":["8201"],"shown":["8201"]}', 'the gate is read again') from r;
select is(r -> '_sys', r #> '{_events,1,seq}', 'the reply waits for that') from r;
select is((select status from api.gate_load('{8201}')), 'restricted', 'and finds it');
select is(pg_temp.call('m:8201', 'privacy_restrict', ''), '{"refused":"ZC017","state":"restricted"}', 'once only');
select is(pg_temp.post(8201, 'x') ->> 'refused', 'ZC035', 'no writing now');
select is((api.points_summary('m:8201', null)).reply ->> 'available', '0', 'looking at the own points goes on');
select is(((api.privacy_status('m:8201')).reply #> '{requests,0}') - '{at,due_at,closed_at,request}'::text[],
          '{"kind":"restrict","state":"done","extended":false,"execute_at":null,"content":null}', 'a request of its own');
select is((select due_at = at + interval '1 month' from dsr where member_id = 8201), true, 'due within a month');
create temp table u as select pg_temp.call('m:8201', 'privacy_unrestrict', '') as r;
select is(u.r ->> 'status', 'active', 'lifted') from u;
select is(u.r -> 'request', r.r -> 'request', 'of the same request') from u, r;
select is((select jsonb_path_query_array(log, '$[*].state') from dsr where member_id = 8201), '["done","lifted"]', 'which says so');
select is(pg_temp.call('m:8201', 'privacy_unrestrict', ''), '{"refused":"ZC017","state":"active"}', 'nothing left to lift');
select is(pg_temp.call('m:8208', 'privacy_restrict', ''), '{"refused":"ZC017","state":"suspended"}', 'nor to restrict');
select is((api.privacy_status('m:8208')).reply ->> 'status', 'suspended', 'everybody may look');

-- the log
select pg_temp.earn(8201, 'A1', 1000), pg_temp.earn(8201, 'A2', 1000), pg_temp.earn(8202, 'A3', 1000) \g /dev/null
insert into audit_log (actor, action, subject_member, detail)
values ('s:8302', 'points.summary', 8201, '{}'), ('m:8201', 'member.x', 8201, '{}'), ('job:x', 'member.y', 8201, '{}'),
       ('m:8202', 'member.z', 8201, '{}');
create temp table log as select (api.privacy_access_log('m:8201', 100, null)).reply -> 'entries' as l;
select is(jsonb_path_query_array(l, '$[*].action'),
          '["member.z","member.y","points.summary","points.earn","points.earn"]', 'all but what one does oneself') from log;
select is(l #> '{2,by}', '{"kind":"staff","roles":["agent"],"service":null}', 'staff by role') from log;
select is(l #> '{3,by}', '{"kind":"service","roles":[],"service":"till"}', 'a service by name') from log;
select is((l #> '{0,by,kind}') || (l #> '{1,by,kind}'), '["member","job"]', 'and who else') from log;
create temp table p1 as select (api.privacy_access_log('m:8201', 2, null)).reply as r;
select is((api.privacy_access_log('m:8201', 100, (select r ->> 'cursor' from p1))).reply #>> '{entries,0,action}',
          'points.summary', 'the next page begins where the first ended');
select is((api.privacy_access_log('m:8201', 5, null)).reply -> 'cursor', 'null', 'the last page says so');
select throws_ok($$select api.privacy_access_log('m:8201', 5, 'x')$$, 'ZC602', null, 'not any cursor');

-- the log as the privacy officer reads it
select is(jsonb_path_query_array((api.privacy_audit('s:8305', 8201, null, null, null)).reply, '$.entries[*].staff'),
          '[null,null,null,"8302",null,null]', 'who it was');
select is((api.privacy_audit('s:8305', null, 8302, null, null)).reply #>> '{entries,0,member}', '8201', 'by member of staff');
select is((select array_agg(coalesce(subject_member::text, detail ->> 'staff') order by id) from audit_log where action = 'privacy.audit'),
          '{8201,8302}', 'looking is logged');
select throws_ok($$select api.privacy_audit('s:8302', 8201, null, null, null)$$, 'ZC001', null, 'for the privacy role only');
select throws_ok($$select api.privacy_audit('s:8305', 8201, 8302, null, null)$$, 'ZC602', null, 'one of the two');
insert into membership (member_id, club_id, track_id, status, tier_id, invited_at) values (8207, 8001, 8051, 'invited', 8061, now());
select throws_ok($$select api.points_summary('s:8302', 8207)$$, 'ZC002', null, 'whom the club has only invited is no member of the agent''s');
select throws_ok($$select api.consent_history('s:8305', 8207, null, null)$$, 'ZC002', null, 'nor of the privacy officer''s');
select throws_ok($$select api.privacy_audit('s:8305', 8207, null, null, null)$$, 'ZC002', null, 'nor is the log about them');
select throws_ok($$select api.privacy_audit('s:8305', null, 8306, null, null)$$, 'ZC002', null, 'nor that of other clubs'' staff');
select throws_ok($$update audit_log set actor = 'x'$$, 'P0001', null, 'nobody rewrites the log');
select * from finish();
rollback;
