-- membership.*: the state machine of domain.md 6.3.
begin;
\ir noun.psql
select plan(26);

create temp table joined as select pg_temp.call('m:8207', 'membership_apply', '8001, null, null') as r;
select is(r ->> 'status', 'active', 'an open club takes everybody') from joined;
select is(r #>> '{tier,rank}', '0', 'in its first tier') from joined;
select is(jsonb_path_query_array(r, '$._events[*].stream'), '["me:8207","staff:8001","me:8207","sys"]', 'member, staff and nodes are told') from joined;
select is(r #> '{_events,0,refs}', '{"club":"8001","status":"active"}', 'refs of membership.changed') from joined;
select is(r #> '{_events,1,gate}', '"staff"', 'the figure is for staff') from joined;
select is(pg_temp.call('m:8207', 'membership_apply', '8001, null, null') ->> 'state', 'active', 'once');

select is(pg_temp.call('m:8207', 'membership_apply', '8002, null, null') ->> 'path', 'answers', 'questions are to be answered');
select is(pg_temp.call('m:8207', 'membership_apply', $q$ 8002, null, '[{"question":"Why?","answer":"Trains."}]' $q$) ->> 'status', 'applied', 'an application');
select is(pg_temp.call('m:8207', 'membership_leave', '8002') ->> 'state', 'applied', 'which is no membership yet');
select is(pg_temp.call('m:8207', 'membership_apply', '8003, null, null') ->> 'refused', 'ZC001', 'by invitation only');
select is(pg_temp.call('m:8207', 'membership_apply', '8005, null, null') ->> 'refused', 'ZC002', 'a club that is not listed does not exist');
select is(pg_temp.call('m:8207', 'membership_apply', '8999, null, null') ->> 'refused', 'ZC002', 'nor one that is not there');
select is(pg_temp.call('m:8205', 'membership_apply', '8004, null, null'), '{"refused":"ZC013","min_age":18}', 'too young');
select is(pg_temp.call('m:8208', 'membership_apply', '8004, null, null') ->> 'status', 'suspended', 'suspended');
select is(pg_temp.call('m:8207', 'membership_apply', '8004, 8051, null') ->> 'path', 'track', 'a track of another club');

create temp table gone as select pg_temp.call('m:8204', 'membership_leave', '8001') as r;
select is(r ->> 'status', 'left', 'leaving needs no reason') from gone;
select is(r #> '{_events,2,refs}', '{"reload":["8204"],"shown":["8204"],"ends":[{"stream":"club:8001","member":"8204","reason":"LEFT"}]}',
          'the stream of the club ends') from gone;
select is(r #> '{_sys}', r #> '{_events,2,seq}', 'the reply waits for that') from gone;
select is(pg_temp.call('m:8204', 'membership_leave', '8001') ->> 'state', 'left', 'once');
select is(pg_temp.call('m:8201', 'membership_leave', '8002') ->> 'refused', 'ZC014', 'never a member');
select is(pg_temp.earn(8204, 'L1', 100) ->> 'refused', 'ZC014', 'a former member earns nothing');
select is(pg_temp.call('m:8204', 'membership_apply', '8001, null, null') #>> '{tier,rank}', '1', 'coming back: the tier is kept');
select is((select string_agg(coalesce(pg_temp.call('m:8204', f, a) ->> 'refused', 'ok'), ' ' order by o)
             from (values (1, 'membership_leave', '8001'), (2, 'membership_apply', '8001, null, null'), (3, 'membership_leave', '8001'),
                          (4, 'membership_apply', '8001, null, null'), (5, 'membership_leave', '8001'),
                          (6, 'membership_apply', '8001, null, null')) as x (o, f, a)), 'ok ok ok ok ok ZC024', 'three times a day');
update membership set status = 'expelled' where member_id = 8201;
select is(pg_temp.call('m:8201', 'membership_apply', '8001, null, null') ->> 'state', 'expelled', 'an expelled member does not come back by herself');
select is(jsonb_path_query_array(reply, '$.memberships[*].status'), '["active","applied"]', 'the list of memberships') from api.membership_list('m:8207', null);
select is(jsonb_array_length(reply -> 'memberships'), 1, 'also while suspended') from api.membership_list('m:8208', null);
select * from finish();
rollback;
