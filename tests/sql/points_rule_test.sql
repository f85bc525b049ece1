-- points.rule_list, .rule_set, .quote_earn, .explain.
begin;
\ir noun.psql
select plan(49);
insert into staff (staff_id, login, roles) values (8303, 'n-manager', '{manager}'), (8304, 'n-other', '{manager}');
insert into staff_club (staff_id, club_id) values (8303, 8001), (8304, 8002);

-- rule, base, category, rate, from, to: what is named of them
create function pg_temp.rule(p_of jsonb, p_who text default 's:8303', p_club bigint default 8001)
returns jsonb language sql as $$
    select pg_temp.call(p_who, 'points_rule_set', format('%s, %L, %L, %L, %L, %L, %L', p_club, p_of ->> 'rule', p_of ->> 'base',
        p_of ->> 'category', p_of ->> 'rate', p_of ->> 'from', p_of ->> 'to'))
$$;
create function pg_temp.quote(p_who text, p_member bigint, p_minor bigint, p_more jsonb default '{}', p_at timestamptz default null, p_days bigint default null)
returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.points_quote_earn(%L, %L, 8001, %L, %L, %L)', p_who, p_member, jsonb_build_array(
        '{}'::jsonb || p_more || jsonb_build_object('amount', jsonb_build_object('minor', p_minor, 'cur', 'EUR'))), p_at, p_days))
$$;
create function pg_temp.rules(p_who text default 's:8303', p_limit bigint default null, p_cursor text default null)
returns jsonb language sql as $$ select pg_temp.try(format('select * from api.points_rule_list(%L, 8001, %L, %L)', p_who, p_limit, p_cursor)) $$;

-- the list
select is(jsonb_array_length(pg_temp.rules() -> 'rules'), 2, 'the rules of the club');
select is((pg_temp.rules() #> '{rules,0}') - '{from,to}'::text[], '{"rule":"8152","category":"8101","rate_ppm":300000,"state":"running","wins":true,"version":1}',
          'the one that began last first');
select is(pg_temp.rules('s:8303', 1) ->> 'cursor' ~ '^\d+/8152$', true, 'there is another page');
select is(pg_temp.rules('s:8303', 1, pg_temp.rules('s:8303', 1) ->> 'cursor') #>> '{rules,0,rule}', '8151', 'which begins after it');
select is(pg_temp.rules('s:8303', 1, pg_temp.rules('s:8303', 1) ->> 'cursor') -> 'cursor', 'null', 'and is the last');
select is(pg_temp.rules('s:8303', 1, 'x') ->> 'path', 'cursor', 'a cursor of somebody else');
select is(pg_temp.rules('s:8302') ->> 'refused', 'ZC001', 'an agent sets no rules');
select is(pg_temp.rules('s:8304') ->> 'refused', 'ZC001', 'nor a manager of another club');

-- a season: it wins while it runs, the rule before it afterwards
create temp table season as select pg_temp.rule('{"rate":900000,"category":8101}'::jsonb || jsonb_build_object('to', now() + interval '10 days')) as r;
select is(r ->> 'state', 'running', 'begins now') from season;
select is(pg_temp.earn(8201, 'S1', 1000, p_more => '{"category":"8101"}') -> 'points', '900', 'the latest from_at wins (7.3(11))');
select is(pg_temp.rules() #> '{rules,1,wins}', 'false', 'the one before does not');
select is(pg_temp.earn(8201, 'S2', 1000, p_at => now() - interval '1 hour', p_more => '{"category":"8101"}') -> 'points', '300',
          'a purchase of before takes the rule of its time');
select is(pg_temp.rule('{"rate":5,"category":8101}') ->> 'refused', 'ZC004', 'two that begin at one instant');
select is(pg_temp.rule('{"rate":5}') ->> 'refused', null, 'of another category it is no conflict');

-- one that has begun may have been used: only its end moves
select is(pg_temp.rule('{"rate":800000}'::jsonb || jsonb_build_object('rule', r ->> 'rule', 'base', 1)), '{"refused":"ZC017","state":"running"}', 'no other rate') from season;
select is(pg_temp.rule(jsonb_build_object('rule', r ->> 'rule', 'base', 1, 'from', now() + interval '1 day')) ->> 'refused', 'ZC017', 'no other beginning') from season;
select is(pg_temp.rule(jsonb_build_object('rule', r ->> 'rule', 'base', 2)) #>> '{current,version}', '1', 'the screen shows an older one') from season;
select is(pg_temp.rule(jsonb_build_object('rule', r ->> 'rule')) ->> 'path', 'base', 'which it must say') from season;
select is(pg_temp.rule(jsonb_build_object('rule', r ->> 'rule', 'base', 1, 'to', now() - interval '1 minute')) ->> 'path', 'to', 'it did not end in the past') from season;
select is(pg_temp.rule(jsonb_build_object('rule', r ->> 'rule', 'base', 1, 'to', now() + interval '1 day')) - '{from,to,_events,_sys,_subjects}'::text[],
          (r || '{"version":2}') - '{from,to,_events,_sys,_subjects}'::text[], 'another end') from season;
select is(pg_temp.rule('{"rule":8151,"base":1,"category":8101}') ->> 'refused', 'ZC017', 'a rule keeps its category');
update earn_rule set to_at = now() - interval '1 day' where rule_id = 8152;
select is(pg_temp.rule('{"rule":8152,"base":1}'), '{"refused":"ZC017","state":"over"}', 'what is over stays over');

-- one to come changes in everything
create temp table coming as select pg_temp.rule('{"rate":1}'::jsonb || jsonb_build_object('from', now() + interval '20 days', 'to', now() + interval '30 days')) as r;
select is(r ->> 'state', 'coming', 'a rule to come') from coming;
select is(pg_temp.rule(jsonb_build_object('rule', r ->> 'rule', 'base', 1, 'rate', 7, 'from', now() + interval '25 days')) - '{rule,from,_events,_sys,_subjects}'::text[],
          '{"category":null,"rate_ppm":7,"to":null,"state":"coming","wins":false,"version":2}', 'rate, beginning and end') from coming;
select is(pg_temp.rule(jsonb_build_object('rule', r ->> 'rule', 'base', 2, 'from', now() - interval '1 hour')) ->> 'path', 'from', 'it does not begin in the past') from coming;

-- what is no rule
select is(pg_temp.rule('{}') ->> 'path', 'rate_ppm', 'no rate');
select is(pg_temp.rule('{"rate":1}'::jsonb || jsonb_build_object('from', now() - interval '1 second')) ->> 'path', 'from', 'not for purchases that were');
select is(pg_temp.rule('{"rate":1}'::jsonb || jsonb_build_object('from', now() + interval '2 days', 'to', now() + interval '1 day')) ->> 'path', 'to', 'ends before it begins');
select is(pg_temp.rule('{"rate":1,"category":8102}') ->> 'path', 'category', 'a category of another club');
select is(pg_temp.rule('{"rate":1,"category":9999999999}') ->> 'path', 'category', 'a number that is no category');
select is(pg_temp.rule('{"rule":8151,"base":1}', 's:8304', 8002) ->> 'refused', 'ZC002', 'a rule of another club');
select is(pg_temp.rule('{"rate":1}', 's:8304') ->> 'refused', 'ZC001', 'a manager of another club');
insert into earn_rule (rule_id, club_id, rate_ppm, from_at)
select 81000 + n, 8001, 1, now() + n * interval '1 year' from generate_series(1, 200) n;
select is(pg_temp.rule('{"rate":1,"category":8101}'::jsonb || jsonb_build_object('from', now() + interval '1 hour')), '{"refused":"ZC024","max":200}', 'too many rules');
delete from earn_rule where rule_id > 81000 and rule_id <= 81200;
select is((select count(*) from audit_log where action = 'points.rule_set'), 5::bigint, 'who set what is written down');
delete from earn_rule where rule_id not in (8151, 8152);
update earn_rule set to_at = null;

-- a quote is what the purchase then earns, and leaves nothing
create temp table before as select count(*) as n from ledger_tx;
select is(pg_temp.quote('m:8201', null, 10055) - '{matures_at,expires_at,earn,_events,_sys,_subjects}'::text[],
          '{"points":1005,"tier_points":1005,"state":"credited"}', 'what the caller would earn');
select is(pg_temp.quote('v:till', 8204, 1001) #> '{earn}', '{"lines":[{"category":null,"amount":{"minor":1001,"cur":"EUR"},"rule":"8151","rate_ppm":100000}],
          "earn_ppm":1500000,"lost_ppm":150000}', 'a till asks for a member of the second tier: 150.15 are 150');
select is(pg_temp.quote('v:till', 8204, 1001, p_days => 14) ->> 'state', 'pending', 'with a return window');
select is((select count(*) from ledger_tx), (select n from before), 'nothing is posted');
select is((select count(*) from ledger_account where owner_id = 8204), 0::bigint, 'no account is opened');
select is((select count(*) from audit_log where action = 'points.quote_earn' and subject_member = 8204), 2::bigint, 'a till''s question is written down');
select is((select jsonb_object_agg(k, (pg_temp.quote('v:till', 8204, 1001) -> k) = (e.r -> k)) from pg_temp.earn(8204, 'Q1', 1001) as e (r),
          unnest('{points,tier_points,state,matures_at}'::text[]) k), '{"points":true,"tier_points":true,"state":true,"matures_at":true}', 'points.earn says the same');
select is(array[pg_temp.quote('m:8201', 8202, 1) ->> 'refused', pg_temp.quote('v:till', null, 1) ->> 'path', pg_temp.quote('v:till', 8207, 1) ->> 'refused',
                pg_temp.quote('m:8203', null, 1) ->> 'refused', pg_temp.quote('m:8201', null, 1, p_at => now() - interval '2 days') ->> 'refused',
                pg_temp.quote('v:till', 8201, 1000000000000) ->> 'refused', pg_temp.quote('m:8201', null, 1, '{"category":"8102"}') ->> 'path'],
          '{ZC001,member,ZC014,ZC017,ZC001,ZC024,lines}', 'and refuses as it does');

-- why
create function pg_temp.why(p_who text, p_tx text, p_member bigint default null) returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.points_explain(%L, %L, %L)', p_who, p_tx, p_member)) $$;
select pg_temp.earn(8204, 'E1', 1003) as e \gset
select is(pg_temp.why('m:8204', :'e'::jsonb ->> 'tx') #> '{earn}', '{"lines":[{"category":null,"amount":{"minor":1003,"cur":"EUR"},"rule":"8151","rate_ppm":100000}],
          "earn_ppm":1500000,"lost_ppm":450000}', 'base, rate, factor, rounding');
select is(pg_temp.why('m:8204', :'e'::jsonb ->> 'tier_tx') #> '{earn,lost_ppm}', '300000', 'tier points: without the factor');
select is(pg_temp.why('s:8302', :'e'::jsonb ->> 'tx', 8204) -> 'amount', '150', 'an agent looks');
select is((select count(*) from audit_log where action = 'points.explain' and actor = 's:8302'), 1::bigint, 'which is written down');
select is(array[pg_temp.why('m:8201', :'e'::jsonb ->> 'tx') ->> 'refused', pg_temp.why('m:8204', '999999999') ->> 'refused',
                pg_temp.why('m:8204', :'e'::jsonb ->> 'tx', 8201) ->> 'refused', pg_temp.why('s:8302', :'e'::jsonb ->> 'tx') ->> 'path',
                pg_temp.why('s:8302', :'e'::jsonb ->> 'tx', 8207) ->> 'refused', pg_temp.why('s:8302', :'e'::jsonb ->> 'tx', 8201) ->> 'refused'],
          '{ZC002,ZC002,ZC001,member,ZC002,ZC002}', 'not what is somebody else''s');
update membership set joined_at = null, status = 'invited' where member_id = 8204;
select is(pg_temp.why('s:8302', :'e'::jsonb ->> 'tx', 8204) ->> 'refused', 'ZC002', 'nor of one who was only invited');
select is_empty('select * from lib.ledger_violations()', 'the ledger adds up');
select * from finish();
rollback;
