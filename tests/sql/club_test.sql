-- club.list, club.get.
begin;
\ir noun.psql
select plan(9);

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
update club set status = 'closed' where club_id = 8001;
select is(pg_temp.try($q$ select * from api.club_get('m:8201', 8001, null) $q$) ->> 'refused', 'ZC002', 'closed clubs are gone');
select * from finish();
rollback;
