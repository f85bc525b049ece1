-- club.list, club.get, club.update.
begin;
\ir noun.psql
select plan(42);

create temp table seen as
with recursive page as (
    select (api.club_list('g', 2, null)).reply as p
     union all
    select (api.club_list('g', 2, p ->> 'cursor')).reply from page where p ->> 'cursor' is not null)
select c ->> 'slug' as slug from page, jsonb_array_elements(p -> 'clubs') c;
select is((select count(*) from seen where slug in ('n-open', 'n-apply', 'n-invite', 'n-adult')), 4::bigint, 'listed clubs, each once');
select is((select count(*) from seen where slug = 'n-hidden'), 0::bigint, 'not the others');
select is(reply ->> 'join_policy', 'invitation', 'a club by its number') from api.club_get('g', 8003, null);
select is(jsonb_path_query_array(reply, '$.tiers[*].name'), '["First","Second"]', 'its tiers') from api.club_get('g', 8001, null);
select is(reply #>> '{tracks,0,fee}', null, 'its tracks') from api.club_get('g', 8001, null);
select is(reply -> 'questions', '["Why?"]', 'what one is asked') from api.club_get('g', 8002, null);
select is(pg_temp.try($q$ select * from api.club_get('g', 8005, null) $q$) ->> 'refused', 'ZC002', 'not listed, not there');
insert into membership (member_id, club_id, track_id, status, tier_id, joined_at) values (8201, 8005, 8055, 'active', 8065, now());
select is(reply ->> 'slug', 'n-hidden', 'but for its members') from api.club_get('m:8201', 8005, null);

-- settings: what the form says, what the club says
select is(lib.club_settings(form, '{"posts_per_day":9}') -> key, value::jsonb, form || ' ' || key)
  from (values ('vip', 'support_prio', '2'), ('vip', 'hold_minutes', '30'), ('vip', 'dedicated_agent', 'true'), ('vip', 'magazine', 'false'),
               ('fan', 'magazine', 'true'), ('fan', 'hold_minutes', '10'), ('benefit', 'support_prio', '0'), ('product_interest', 'posts_per_day', '9'))
       v (form, key, value);
select is(array(select jsonb_object_keys(lib.club_defaults(f)) order by 1), array(select jsonb_object_keys(lib.club_defaults('vip')) order by 1), f || ': the same keys')
  from unnest('{fan,benefit,product_interest}'::text[]) f;

insert into staff (staff_id, login, roles) values (8311, 'n-manager', '{manager}'), (8312, 'n-other', '{manager}');
insert into staff_club (staff_id, club_id) values (8311, 8001), (8311, 8005), (8312, 8002);
create function pg_temp.update(p_who text, p_club bigint, p_base int, p_more jsonb)
returns jsonb language sql as $$
    select pg_temp.call(p_who, 'club_update', format('%s, %s, %L, %L, %L, %L', p_club, p_base, p_more ->> 'name', p_more ->> 'join_policy',
                                                     p_more -> 'settings', p_more -> 'clear') || coalesce(format(', %L', p_more -> 'tiers'), ''));
$$;
select is(reply #> '{settings,expiry_months}', '24', 'staff of the club reads its settings') from api.club_get('s:8311', 8001, null);
select is(reply -> 'version', '1', 'and the version') from api.club_get('s:8301', 8001, null);
select ok(not reply ?| '{settings,version}', 'other staff does not') from api.club_get('s:8312', 8001, null);
select ok(not reply ?| '{settings,version}', 'nor members') from api.club_get('m:8201', 8001, null);
select is(reply ->> 'slug', 'n-hidden', 'staff sees a club that is not listed') from api.club_get('s:8311', 8005, null);
create temp table done as select pg_temp.update('s:8311', 8001, 1, '{"name":" Nova ","join_policy":"application",
    "settings":{"posts_per_day":3,"min_age":16,"questions":[" Why?","Who?"]}}') as r;
select is(r - '{club,slug,form,locale,tz,currency,status,tracks,tiers,categories,settings,_events,_sys,_subjects}'::text[],
          '{"name":"Nova","join_policy":"application","min_age":16,"questions":["Why?","Who?"],"version":2}', 'what is given changes') from done;
select is(r -> 'settings', lib.club_defaults('benefit') || '{"posts_per_day":3,"min_age":16,"questions":["Why?","Who?"]}', 'the rest stays') from done;
select is(r -> '_events' #- '{0,at}' #- '{0,seq}', '[{"stream":"staff:8001","type":"club.changed","gate":"staff","scope":"0","audience":null,"subjects":[],
    "actor":null,"object":null,"key":null,"refs":{"club":"8001","version":2}}]', 'the staff is told, by number') from done;
create temp table late as select pg_temp.update('s:8311', 8001, 1, '{"name":"Late"}') as r;
select is(r ->> 'refused' || ' ' || (r #>> '{current,name}') || ' ' || (r #>> '{current,version}'), 'CONFLICT Nova 2', 'somebody was faster') from late;
select is(pg_temp.update('s:8311', 8001, 2, '{"clear":["posts_per_day","min_age"]}') -> 'settings', lib.club_defaults('benefit') || '{"questions":["Why?","Who?"]}',
          'back to what the form says');
select is((select settings from club where club_id = 8001), '{"questions":["Why?","Who?"]}', 'which is not written down');
select is(pg_temp.update('s:8311', 8001, 3, p) ->> 'path', path, p::text)
  from (values ('{"name":"  "}'::jsonb, 'name'), ('{"name":"a\nb"}', 'name'), ('{"settings":{"free_beer":true}}', 'settings'),
               ('{"settings":{"questions":["Why?","Why?"]}}', 'settings'), ('{"settings":{"questions":["Why?"," "]}}', 'settings'),
               ('{"settings":{"topics":["two words"]}}', 'settings')) v (p, path);
select is(pg_temp.update('s:8311', 8001, 3, '{"tiers":[{"rank":1,"seat_limit":2},{"rank":9,"seat_limit":2}]}') ->> 'path', 'tiers[1].rank', 'no such tier');
select is((select seat_limit from tier where tier_id = 8071), 4, 'then none is changed');
select is((select array_agg(distinct pg_temp.update(who, 8001, 3, '{"name":"Mine"}') ->> 'refused') from unnest('{s:8312,s:8301,s:8302,m:8201,v:till}'::text[]) who),
          '{ZC001}', 'only a manager of the club');

update club set status = 'closed' where club_id = 8001;
select is(pg_temp.try($q$ select * from api.club_get('m:8201', 8001, null) $q$) ->> 'refused', 'ZC002', 'closed clubs are gone');
select is(reply ->> 'status', 'closed', 'but for staff') from api.club_get('s:8311', 8001, null);
select is(pg_temp.update('s:8311', 8001, 3, '{}'), '{"refused":"ZC017","state":"closed"}', 'which does not change them any more');
select * from finish();
rollback;
