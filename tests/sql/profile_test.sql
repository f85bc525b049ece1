-- profile.get, profile.set, profile.view, member.blocks.
begin;
\ir noun.psql
select plan(57);

-- what one says of oneself
create function pg_temp.set(p_member bigint, p_base int, p_more jsonb)
returns jsonb language sql as $$
    select pg_temp.call('m:' || p_member, 'profile_set', format('%s, %L, %L, %L, %L, %L, %L, %L', p_base,
                        p_more ->> 'handle', p_more ->> 'name', p_more ->> 'town', p_more ->> 'locale', p_more ->> 'tz',
                        p_more ->> 'country', p_more -> 'interests'));
$$;
create function pg_temp.mine(p_member bigint)
returns jsonb language sql as $$ select reply from api.profile_get('m:' || p_member) $$;

select is(pg_temp.mine(8201) - 'member', '{"handle":"nn8201","name":"Real Name 8201","town":"Town","email":null,"email_verified":false,
    "locale":"en","tz":"UTC","country":null,"under_18":false,"under_consent_age":false,"interests":[],"version":1}', 'what there is');
create temp table done as select pg_temp.set(8201, 1, jsonb_build_object('handle', 'Noa.B', 'name', ' Noa' || chr(769) || ' Berg ', 'town', '',
    'locale', 'nb', 'tz', 'Europe/Oslo', 'country', 'NO', 'interests', '["Fjords","  slow   Food ","FJORDS","ÅRE"]'::jsonb)) as r;
select is(r - '_events' - '_sys' - '_subjects', '{"version":2}', 'the answer that is kept holds no name') from done;
select is(jsonb_path_query_array(r, '$._events[*].stream'), '["me:8201","sys"]', 'the member is told, and the nodes') from done;
select is(r #> '{_events,0,refs}', '{"version":2}', 'by number only') from done;
select is(r #> '{_events,1,refs}', '{"shown":["8201"]}', 'others see another name from now on') from done;
select is(pg_temp.mine(8201) ->> 'handle', 'noa.b', 'the handle is lower case');
select is(pg_temp.mine(8201) ->> 'name', 'Noá Berg', 'the name is trimmed and composed');
select is(pg_temp.mine(8201) -> 'town', 'null', 'empty takes the town away');
select is(pg_temp.mine(8201) -> 'interests', '["fjords","slow food","åre"]', 'tags are lower case, trimmed, each once');
select is(pg_temp.mine(8201) - '{member,handle,name,town,interests,email,email_verified,under_18,under_consent_age}'::text[],
          '{"locale":"nb","tz":"Europe/Oslo","country":"NO","version":2}', 'the rest');
select is((select count(*) from member_pii where member_id = 8201 and position('Noa'::bytea in name_enc) > 0), 0::bigint, 'sealed');
create temp table late as select pg_temp.set(8201, 1, '{"locale":"en"}') as r;
select is(r ->> 'refused', 'CONFLICT', 'somebody was faster') from late;
select is(r -> 'current', pg_temp.mine(8201), 'and this is what there is') from late;
select is(jsonb_path_query_array(pg_temp.set(8201, 2, '{"locale":"en"}'), '$._events[*].stream'), '["me:8201"]', 'what others do not see concerns no node');
select is(pg_temp.mine(8201) ->> 'name', 'Noá Berg', 'what is not given stays');
select is(pg_temp.set(8201, 3, '{"interests":[]}') ->> 'version', '4', 'no interests');
select is(pg_temp.mine(8201) -> 'interests', '[]', 'are none');
select is(pg_temp.set(8201, 4, '{"handle":"other"}'), '{"refused":"ZC024","max":1}', 'one handle a day');
select is(pg_temp.set(8201, 4, '{"handle":"noa.b"}') ->> 'version', '5', 'its own it keeps');
select is(pg_temp.set(8202, 1, '{"handle":"NOA.B"}'), '{"refused":"ZC004","taken":"handle"}', 'taken');
select is(pg_temp.mine(8202) ->> 'version', '1', 'and nothing is changed');
update member set handle_at = now() - interval '25 hours' where member_id = 8201;
select is(pg_temp.set(8201, 5, '{"handle":"other"}') ->> 'version', '6', 'the next day');

-- what is refused
select is(pg_temp.set(8202, 1, p) ->> 'path', path, p::text)
  from (values ('{"handle":"ab"}'::jsonb, 'handle'), ('{"handle":"a-b-c"}', 'handle'), ('{"handle":"Ünlü"}', 'handle'),
               ('{"handle":"ad.min"}', 'handle'), ('{"handle":"support2"}', 'handle'), ('{"handle":"n_open"}', 'handle'),
               ('{"handle":"12.34"}', 'handle'), ('{"name":"One\nTwo"}', 'name'), ('{"town":"\u202eolsO"}', 'town'),
               ('{"tz":"Europe/Nowhere"}', 'tz'), ('{"tz":"FOO+3"}', 'tz'), ('{"tz":"Foo/Bar+3"}', 'tz'), ('{"country":"no"}', 'country'),
               ('{"interests":["  "]}', 'interests'), ('{"interests":["a\nb"]}', 'interests')) v (p, path);
select is(pg_temp.mine(8202) ->> 'version', '1', 'nothing of that was kept');
select is(pg_temp.set(8202, 1, jsonb_build_object('interests', jsonb_build_array(repeat('İ', 40)))) ->> 'path', 'interests', 'forty as it is kept');
select is(pg_temp.set(8208, 1, '{}') ->> 'status', 'suspended', 'suspended');
select is(pg_temp.try('select * from api.profile_get(''m:8208'')') ->> 'status', 'suspended', 'nor looked at');
select is(pg_temp.try('select * from api.profile_get(''s:8302'')') ->> 'refused', 'ZC001', 'staff has none');

-- minors
select is(pg_temp.set(8205, 1, '{"country":"NO"}'), '{"refused":"ZC013","min_age":18}', 'a minor does not pick the age of consent');
select is(pg_temp.set(8205, 1, '{"country":"","name":"Kim"}') ->> 'version', '2', 'what is so already is no change');

-- what others see
create function pg_temp.seen(p_who text, p_member bigint, p_club bigint default 8001)
returns jsonb language sql as $$ select pg_temp.try(format('select * from api.profile_view(%L, %s, %s)', p_who, p_member, p_club)) $$;
insert into member_interest values (8202, 'trains');
select is(pg_temp.seen('m:8201', 8202) - '_sys' - '_events', '{"member":"8202","handle":"nn8202","_subjects":[8202]}', 'the handle, without consent');
select is(pg_temp.seen('m:8202', 8202) - '_sys' - '_events',
          '{"member":"8202","handle":"nn8202","name":"Real Name 8202","town":"Town","tier":{"rank":0,"name":"First"},"interests":["trains"],"_subjects":[]}', 'all, to oneself');
select is(pg_temp.call('m:8202', 'consent_give', format('%L, 0, null, null', jsonb_build_array(pg_temp.item('com.profile', '8001', 'none')))) ->> 'epoch', '1', 'name and town are allowed');
select is(pg_temp.seen('m:8201', 8202) - '_sys' - '_events' - '_subjects', '{"member":"8202","handle":"nn8202","name":"Real Name 8202","town":"Town"}', 'and seen');
select is(pg_temp.call('m:8202', 'consent_withdraw', $q$ 'com.profile', null, null, null, null $q$) ->> 'epoch', '2', 'no longer');
select is(pg_temp.seen('m:8201', 8202) ? 'name', false, 'and seen no longer');
select is((select array_agg(distinct pg_temp.seen(who, member, club) ->> 'refused')
             from (values ('m:8207', 8202, 8001), ('m:8201', 8207, 8001), ('m:8201', 8205, 8001), ('m:8201', 8202, 8002),
                          ('m:8201', 8999, 8001)) v (who, member, club)),
          '{ZC002}', 'not from outside, not who is outside, no child, no other club, nobody');
select is(pg_temp.seen('m:8205', 8205) ->> 'name', 'Kim', 'a child sees itself');
insert into block_rel values (8203, 8201);
select is(pg_temp.seen('m:8201', 8203) ->> 'refused', 'ZC002', 'who has blocked one');
select is(pg_temp.seen('m:8203', 8201) ->> 'refused', 'ZC002', 'whom one has blocked');

-- staff
select is(pg_temp.seen('s:8302', 8205) - '_sys' - '_events' - 'joined_at', '{"member":"8205","handle":"nn8205","name":"Kim","town":"Town",
    "tier":{"rank":0,"name":"First"},"interests":[],"status":"active","_subjects":[8205]}', 'an agent of the club sees more');
select is((select count(*) from audit_log where subject_member = 8205 and actor = 's:8302' and action = 'profile.view'), 1::bigint, 'on the record');
select is(pg_temp.seen('s:8302', 8205, 8002) ->> 'refused', 'ZC001', 'not of another club');

select * from finish();
rollback;
