-- feed.*: who may post, what is listed, what deleting leaves.
begin;
\ir noun.psql
select plan(48);

create temp table first as select pg_temp.post(8201, 'Hello') as r;
select is(r ->> 'state', 'published', 'a post is published') from first;
select is((r #> '{_events,0}') - '{at,seq}'::text[], jsonb_build_object('stream', 'club:8001', 'type', 'post.published',
          'gate', 'svc.feed', 'scope', '0', 'audience', null, 'subjects', '["8201"]'::jsonb, 'actor', '8201',
          'object', 'post:' || (r ->> 'post'), 'key', null, 'refs', jsonb_build_object('post', r ->> 'post')),
          'its event names it and nothing else') from first;

-- who may
select is(pg_temp.post(8207, 'x') ->> 'refused', 'ZC014', 'not a member');
select is(pg_temp.post(8203, 'x') ->> 'state', 'paused', 'a paused membership');
select is(pg_temp.post(8205, 'x') ->> 'refused', 'ZC034', 'children do not write in clubs');
select is(pg_temp.post(8208, 'x') ->> 'status', 'suspended', 'a suspended member');
select is(pg_temp.post(8201, 'x', 8999) ->> 'refused', 'ZC002', 'no such club');
select is(pg_temp.post(8201, E' \n') ->> 'path', 'body', 'an empty text');
select is(pg_temp.post(8201, 'x', p_rating => 3) ->> 'path', 'rating', 'only recommendations are rated');
select is(pg_temp.post(8201, 'x', p_kind => 'recommendation', p_rating => 3) ->> 'refused', null, 'a recommendation');
select is(pg_temp.post(8201, 'x', p_audience => '{"min_rank":1}') ->> 'refused', 'ZC001', 'an audience above one''s tier');
update member set silenced_until = now() + interval '1 day' where member_id = 8202;
select is(pg_temp.post(8202, 'x') ->> 'status', 'silenced', 'a silenced member');
update member set silenced_until = null where member_id = 8202;
update club set status = 'frozen' where club_id = 8001;
select is(pg_temp.post(8201, 'x') ->> 'state', 'frozen', 'a frozen club');
update club set status = 'active' where club_id = 8001;

-- limits by the age of the membership
select is((select string_agg(coalesce(pg_temp.post(8206, 'n' || g) ->> 'refused', 'ok'), ' ') from generate_series(1, 6) g),
          'ok ok ok ok ok ZC024', 'five a day in the first week');
select is(pg_temp.post(8206, 'n7') -> 'max', '5', 'which is said');
create temp table batch as
select b.* from api.feed_post_many(
    array(select 'm:' || case when g % 2 = 0 then 8205 else 8204 end from generate_series(1, 64) g),
    array(select 'feed-key-' || g from generate_series(1, 64) g), array(select sha256('x') from generate_series(1, 64)),
    array(select 8001 from generate_series(1, 64))::bigint[], array(select 'story' from generate_series(1, 64)),
    array(select null::text from generate_series(1, 64)), array(select 'b' || g from generate_series(1, 64) g),
    array(select null::bigint from generate_series(1, 64)), array(select null::text from generate_series(1, 64)),
    array(select null::jsonb from generate_series(1, 64))) b;
select is((select count(*) from batch where idx % 2 = 0 and sqlstate = 'ZC034'), 32::bigint, 'every second one is refused');
select is((select string_agg(coalesce(sqlstate, 'ok'), ' ' order by idx) from batch where idx >= 57 and idx % 2 = 1),
          'ok ok ZC024 ZC024', 'thirty a day later on, in order of arrival');
select ok((select bool_and(s > coalesce(p, 0)) from (select (events #>> '{0,seq}')::int as s,
          lag((events #>> '{0,seq}')::int) over (order by idx) as p from batch where sqlstate is null) x),
          'numbers rise in order of arrival');
select is((select count(*) from idempotency where key like 'feed-key-%' and response is null), 0::bigint, 'keys of refusals are forgotten');
select is((select posts_count from membership where member_id = 8204 and club_id = 8001), 30, 'refusals do not count');
update membership set posts_on = posts_on - 1 where member_id = 8206 and club_id = 8001;
select is(pg_temp.post(8206, 'n8') ->> 'state', 'published', 'yesterday''s posts do not count today');
select is((select posts_count from membership where member_id = 8206), 1, 'and a new day starts from one');
delete from post where author_id in (8204, 8206);
update membership set posts_on = posts_on - 1 where member_id = 8204 and club_id = 8001;

-- reading: a tier, blocks, children, real names
create temp table tiered as select pg_temp.post(8204, 'for the second tier', p_audience => '{"min_rank":1}') as r;
select is(r #>> '{_events,0,audience}', 'rank:1', 'the audience is a gate key') from tiered;
create function pg_temp.page(p_member bigint, p_offers boolean default false, p_limit int default 100, p_cursor text default null)
returns jsonb language sql as $$ select (api.feed_list('m:' || p_member, 8001, p_limit, p_cursor, p_offers)).reply $$;
create function pg_temp.bodies(p_member bigint, p_offers boolean default false) returns text[] language sql as $$
    select array(select p ->> 'body' from jsonb_array_elements(pg_temp.page(p_member, p_offers) -> 'posts') p order by 1) $$;
select is(pg_temp.bodies(8201), '{Hello,x}', 'not for the first tier');
select is(pg_temp.bodies(8204), '{"Hello","for the second tier","x"}', 'for the second');
select is(pg_temp.try(format('select * from api.feed_get(%L, %s)', 'm:8201', (r ->> 'post'))) ->> 'refused', 'ZC002', 'nor by its number') from tiered;
select is(pg_temp.page(8202) #> '{posts,1,author}', '{"handle":"nn8201","member":"8201"}', 'a handle, no name');
select is((api.feed_list('m:8202', 8001, null, null, null)).subjects, '{8201}'::bigint[], 'its subjects');
select pg_temp.call('m:8201', 'consent_give', format('%L, 0, null, null', jsonb_build_array(pg_temp.item('com.profile', '8001', 'none')))) \g /dev/null
select is(pg_temp.page(8202) #>> '{posts,1,author,name}', 'Real Name 8201', 'the name, once com.profile allows it');
select pg_temp.call('m:8201', 'consent_withdraw', $q$ 'com.profile', null, null, null, null $q$) \g /dev/null
select is(pg_temp.page(8202) #>> '{posts,1,author,name}', null, 'and not after it was withdrawn');
select pg_temp.call('m:8202', 'member_block', '8201') \g /dev/null
select is(pg_temp.bodies(8202), '{}', 'a block hides');
select is(pg_temp.bodies(8201), '{Hello,x}', 'own posts stay');
select pg_temp.call('m:8202', 'member_unblock', '8201') \g /dev/null
update member set under_consent_age = true, under_18 = true where member_id = 8201;
select is(pg_temp.bodies(8202), '{}', 'children are not shown in a club');
update member set under_consent_age = false, under_18 = false where member_id = 8201;
select is(pg_temp.try($q$ select * from api.feed_list('m:8207', 8001, null, null, null) $q$) ->> 'refused', 'ZC002', 'for members only');

-- pages
select is((with recursive page as (
              select pg_temp.page(8204, false, 1) as p
               union all
              select pg_temp.page(8204, false, 1, p ->> 'cursor') from page where p ->> 'cursor' is not null)
           select count(*) from page, jsonb_array_elements(p -> 'posts')), 3::bigint, 'pages cover every post once');
insert into post (post_id, club_id, author_kind, author_id, kind, audience, gate_cat, body, state, published_at)
select lib.new_id(), 8002, 's', 8301, 'announcement', 'club', 'svc.account', repeat('ש', 10000), 'published', now() - g * interval '1 hour'
  from generate_series(1, 20) g;
insert into membership (member_id, club_id, track_id, status, tier_id, joined_at) values (8201, 8002, 8052, 'active', 8062, now());
select ok(octet_length(reply::text) < 131072 and reply ->> 'cursor' is not null, 'an answer ends early')
  from api.feed_list('m:8201', 8002, 100, null, null);

-- offer news
create temp table offer as select pg_temp.call('s:8301', 'feed_offer_news', $q$ 8001, 8101, 'May', 'Cabins', null, null $q$) as r;
select is((r #> '{_events,0}') - '{at,seq,object,refs}'::text[], '{"stream":"club:8001","type":"post.published","gate":"mkt.offers",
          "scope":"8101","audience":null,"subjects":[],"actor":null,"key":null}', 'always marketing, of its category') from offer;
select is(pg_temp.call('s:8302', 'feed_offer_news', $q$ 8001, 8101, 'May', 'Cabins', null, null $q$) ->> 'refused', 'ZC001', 'editors only');
select is(pg_temp.call('s:8301', 'feed_offer_news', $q$ 8001, 8102, 'May', 'Cabins', null, null $q$) ->> 'refused', 'ZC002', 'a category of this club');
select is('Cabins' = any (pg_temp.bodies(8201)), false, 'not listed without consent');
select is('Cabins' = any (pg_temp.bodies(8201, true)), true, 'but when asked for');
select pg_temp.call('m:8201', 'consent_give', format('%L, 2, null, null', jsonb_build_array(pg_temp.item('mkt.offers', '8101', 'inapp')))) \g /dev/null
select is('Cabins' = any (pg_temp.bodies(8201)), true, 'and with consent');

-- deleting
insert into post_version (post_id, version, body) select (r ->> 'post')::bigint, 1, 'earlier text' from first;
select is(pg_temp.call('m:8202', 'feed_delete', r ->> 'post') ->> 'refused', 'ZC001', 'not somebody else''s') from first;
create temp table gone as select pg_temp.call('m:8201', 'feed_delete', r ->> 'post') as r from first;
select is(jsonb_path_query_array(r, '$._events[*].type'), '["post.removed","sys.changed"]', 'the club and the nodes are told') from gone;
select is(r #>> '{_events,1,refs,object}', 'post:' || (r ->> 'post'), 'P5: what was rendered of it is void') from gone;
select is((select body || coalesce(title, '') || (select count(*) from post_version v where v.post_id = p.post_id) from post p, first
            where post_id = (r ->> 'post')::bigint), '0', 'no text is left');
select is(pg_temp.call('m:8201', 'feed_delete', r ->> 'post') ->> 'refused', 'ZC003', 'gone is gone') from first;
select is((select posts_count from membership where member_id = 8201 and club_id = 8001), 2, 'but was one of today''s');
select * from finish();
rollback;
