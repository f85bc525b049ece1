-- feed.comment, feed.react, feed.edit, mentions: who may, what is told, what is left; the numbers of a post are its rows.
begin;
\ir noun.psql
select plan(102);

insert into consent_text (purpose_id, ver, locale, title, body, sha256, material, valid_from, published_by)
values (52, 1, 'en', 'Title', 'Body', sha256('52en'), true, now() - interval '1 day', 'test') on conflict do nothing;
create function pg_temp.comment(p_member bigint, p_post bigint, p_body text, p_parent bigint default null)
returns jsonb language sql as $$
    select pg_temp.call('m:' || p_member, 'feed_comment', format('%s, %L, %L', p_post, p_body, p_parent)) $$;
create function pg_temp.react(p_member bigint, p_post bigint, p_kind text, p_verb text default 'react')
returns jsonb language sql as $$
    select pg_temp.call('m:' || p_member, 'feed_' || p_verb, format('%s, %L', p_post, p_kind)) $$;
create function pg_temp.allow_tags(p_member bigint) returns void language sql as $$
    insert into consent_state (member_id, purpose_id, scope_id, channel_id, state, text_ver, event_id)
    values (p_member, 52, 8001, 0, 'given', 1,
            lib.consent_record(p_member, 52::smallint, 8001, 0::smallint, 'give', 1, 'en', 'm:' || p_member, 'test', '{}'));
    select $$;
create function pg_temp.types(p_answer jsonb) returns jsonb language sql as
$$ select jsonb_path_query_array(p_answer, '$._events[*].type') $$;

create temp table hello as select (pg_temp.post(8201, 'Hello') ->> 'post')::bigint as id;

-- comments
create temp table first as select pg_temp.comment(8202, (select id from hello), 'Fine') as r;
select is((r #> '{_events,0}') - '{at,seq}'::text[], jsonb_build_object('stream', 'club:8001', 'type', 'post.comment',
          'gate', 'svc.feed', 'scope', '0', 'audience', null, 'subjects', '["8202"]'::jsonb, 'actor', '8202',
          'object', 'post:' || id, 'key', null, 'refs', jsonb_build_object('post', id::text, 'comment', r ->> 'comment')),
          'its event names it and nothing else') from first, hello;
select is(r #>> '{_events,1,stream}', 'me:8201', 'the author of the post is told') from first;
select is(r #>> '{_events,1,refs,type}', 'reply', 'that somebody answered') from first;
select is(pg_temp.comment(8202, id, E' \n') ->> 'path', 'body', 'an empty text') from hello;
select is(pg_temp.comment(8202, id, repeat(U&'\0958', 1001)) ->> 'problem', 'is too long', 'a text that grows when it is normalized') from hello;
select is(pg_temp.comment(8203, id, 'x') ->> 'state', 'paused', 'a paused membership') from hello;
select is(pg_temp.comment(8205, id, 'x') ->> 'refused', 'ZC034', 'children') from hello;
select is(pg_temp.comment(8207, id, 'x') ->> 'refused', 'ZC002', 'not in the club') from hello;
select is(pg_temp.comment(8202, 17, 'x') ->> 'refused', 'ZC002', 'no such post');
update member set silenced_until = now() + interval '1 day' where member_id = 8202;
select is(pg_temp.comment(8202, id, 'x') ->> 'status', 'silenced', 'a silenced member') from hello;
update member set silenced_until = null where member_id = 8202;
select pg_temp.call('m:8201', 'member_block', '8204') \g /dev/null
select is(pg_temp.comment(8204, id, 'x') ->> 'refused', 'ZC002', 'blocked by the author') from hello;
select pg_temp.call('m:8201', 'member_unblock', '8204') \g /dev/null

create temp table reply as select pg_temp.comment(8204, (select id from hello), 'Yes', (r ->> 'comment')::bigint) as r from first;
select is(r #>> '{_events,0,refs,parent}', (select r ->> 'comment' from first), 'an answer names its parent') from reply;
select is((select array_agg(e ->> 'stream' order by e ->> 'stream') from jsonb_array_elements(r -> '_events') e),
          '{club:8001,me:8201,me:8202}', 'both authors are told') from reply;
select is(pg_temp.comment(8201, id, 'x', (r ->> 'comment')::bigint) ->> 'path', 'parent', 'one level deep') from reply, hello;
select is(pg_temp.comment(8201, (pg_temp.post(8201, 'Other') ->> 'post')::bigint, 'x', (r ->> 'comment')::bigint) ->> 'refused',
          'ZC002', 'a parent of the same post') from first;
select pg_temp.call('m:8202', 'member_block', '8206') \g /dev/null
select is(pg_temp.comment(8206, id, 'x', (r ->> 'comment')::bigint) ->> 'refused', 'ZC002', 'a parent one does not see') from first, hello;
select pg_temp.call('m:8202', 'member_unblock', '8206') \g /dev/null
update membership set comments_on = current_date + 1, comments_count = 19 where member_id = 8206;
select is((select string_agg(coalesce(pg_temp.comment(8206, id, 'n' || g) ->> 'refused', 'ok'), ' ') from generate_series(1, 2) g),
          'ok ZC024', 'twenty a day in the first week') from hello;
update membership set comments_on = current_date + 1, comments_count = 199 where member_id = 8204;
select is((select string_agg(coalesce(pg_temp.comment(8204, id, 'n' || g) ->> 'max', 'ok'), ' ') from generate_series(1, 2) g),
          'ok 200', 'two hundred later on') from hello;

-- the list
create function pg_temp.comments(p_member bigint, p_limit int default null, p_cursor text default null) returns jsonb language sql as $$
    select (api.feed_comments('m:' || p_member, (select id from hello), p_limit, p_cursor)).reply $$;
select is((select array_agg(c ->> 'body') from jsonb_array_elements(pg_temp.comments(8203) -> 'comments') c), '{Fine,Yes,n1,n1}', 'oldest first');
select is(pg_temp.comments(8202) #> '{comments,0,can}', '["edit","delete"]', 'one''s own');
select is(pg_temp.comments(8201) #> '{comments,0,can}', '["report"]', 'somebody else''s');
select is(pg_temp.comments(8201) #> '{comments,0,author}', '{"handle":"nn8202","member":"8202"}', 'a handle, no name');
select is((api.feed_comments('m:8201', id, null, null)).subjects, '{8202,8204,8206}'::bigint[], 'its subjects') from hello;
select is((with recursive page as (select pg_temp.comments(8201, 1) as p union all
              select pg_temp.comments(8201, 1, p ->> 'cursor') from page where p ->> 'cursor' is not null)
           select count(*) from page, jsonb_array_elements(p -> 'comments')), 4::bigint, 'pages cover every comment once');
select is(pg_temp.try(format('select * from api.feed_comments(%L, %s, null, %L)', 'm:8201', id, 'x')) ->> 'path', 'cursor', 'a cursor') from hello;
select pg_temp.call('m:8201', 'member_block', '8204') \g /dev/null
select is(jsonb_array_length(pg_temp.comments(8201) -> 'comments'), 2, 'a block hides');
select is(jsonb_array_length(pg_temp.comments(8202) -> 'comments'), 4, 'from nobody else');
select pg_temp.call('m:8201', 'member_unblock', '8204') \g /dev/null
update member set under_consent_age = true, under_18 = true where member_id = 8202;
select is(jsonb_array_length(pg_temp.comments(8201) -> 'comments'), 3, 'children are not shown in a club');
update member set under_consent_age = false, under_18 = false where member_id = 8202;

-- editing a comment
create temp table edit as select pg_temp.call('m:8202', 'feed_comment_edit', (r ->> 'comment') || $q$, 1, 'Finer'$q$) as r from first;
select is(r ->> 'version', '2', 'edited') from edit;
select is(pg_temp.types(r), '["comment.changed","sys.changed"]', 'the club and the nodes are told') from edit;
select is(r #>> '{_events,1,refs,object}', 'post:' || id, 'what was rendered of the post is void') from edit, hello;
create temp table stale as select pg_temp.call('m:8202', 'feed_comment_edit', (r ->> 'comment') || $q$, 1, 'Finest'$q$) as r from first;
select is(r ->> 'refused', 'CONFLICT', 'another version') from stale;
select is(r #>> '{current,body}', 'Finer', 'which comes with it') from stale;
select is(count(*), 1::bigint, 'the text before is kept for moderation') from comment_version v, first where v.comment_id = (r ->> 'comment')::bigint and body = 'Fine';
select is(pg_temp.call('m:8201', 'feed_comment_edit', (r ->> 'comment') || $q$, 2, 'x'$q$) ->> 'refused', 'ZC002', 'one''s own only') from first;
insert into comment_version (comment_id, version, body) select (r ->> 'comment')::bigint, g, 'x' from first, generate_series(100, 148) g;
select is(pg_temp.call('m:8202', 'feed_comment_edit', (r ->> 'comment') || $q$, 2, 'x'$q$) ->> 'max', '50', 'fifty times') from first;

-- deleting a comment
create temp table gone as select pg_temp.call('m:8202', 'feed_comment_delete', r ->> 'comment') as r from first;
select is(pg_temp.types(r), '["comment.changed","sys.changed"]', 'the club and the nodes are told') from gone;
select is(r #>> '{_events,1,refs,object}', 'post:' || id, 'P5: what was rendered of it is void') from gone, hello;
select is(r #> '{_events,0,refs}', jsonb_build_object('post', id::text, 'comment', r ->> 'comment', 'state', 'deleted'), 'that it is gone') from gone, hello;
select is(c.body || (select count(*) from comment_version v where v.comment_id = c.comment_id), '0', 'no text is left')
  from comment c, gone where c.comment_id = (r ->> 'comment')::bigint;
select is(pg_temp.call('m:8202', 'feed_comment_delete', r ->> 'comment') ->> 'refused', 'ZC003', 'gone is gone') from first;
select is(pg_temp.call('m:8202', 'feed_comment_edit', (r ->> 'comment') || $q$, 2, 'x'$q$) ->> 'refused', 'ZC003', 'for good') from first;
select is(pg_temp.comment(8201, id, 'x', (r ->> 'comment')::bigint) ->> 'refused', 'ZC002', 'nobody answers it') from first, hello;
select is(pg_temp.comments(8201) #>> '{comments,0,parent}', r ->> 'comment', 'answers stay') from first;
select is(comment_count, 3, 'and it does not count') from hello p join club.post b on b.post_id = p.id;

-- reactions
select is(pg_temp.react(8202, id, 'like') ->> 'likes', '1', 'a like') from hello;
select is(pg_temp.react(8202, id, 'like') -> 'reacted', '["like"]', 'counts once') from hello;
select is(pg_temp.react(8202, id, 'wow') - '{_events,_sys,_subjects}'::text[], jsonb_build_object('post', id::text, 'reacted', '["like","wow"]'::jsonb,
          'likes', 1, 'thanks', 0, 'wow', 1, 'going', 0, 'comments', 3), 'one of each kind') from hello;
select is(pg_temp.react(8202, id, 'like', 'unreact') ->> 'likes', '0', 'taken back') from hello;
select is(pg_temp.react(8202, id, 'like', 'unreact') ->> 'likes', '0', 'once') from hello;
select is(pg_temp.react(8203, id, 'like') ->> 'state', 'paused', 'a paused membership') from hello;
select is(pg_temp.react(8207, id, 'like') ->> 'refused', 'ZC002', 'not in the club') from hello;
select is((api.feed_get('m:8202', id)).reply -> 'reacted', '["wow"]', 'one''s own in the answer') from hello;
select is((lib.post_view(id, 8202)).view ? 'reacted', false, 'and not in what is shared') from hello;
select is((api.feed_get('m:8202', id)).reply -> 'can', '["comment","hide","react","report"]', 'what one may do') from hello;
select is((api.feed_get('m:8201', id)).reply -> 'can', '["comment","delete","edit","react"]', 'with one''s own') from hello;

-- the numbers are sent
select is(lib.post_counters_send() > 0, true, 'marked posts are sent');
select is(o.refs || jsonb_build_object('key', conflate_key, 'actor', actor, 'subjects', subjects),
          jsonb_build_object('post', p.id::text, 'likes', 0, 'thanks', 0, 'wow', 1, 'going', 0, 'comments', 3,
                             'key', 'post:' || p.id, 'actor', null, 'subjects', '[]'::jsonb), 'numbers only')
  from outbox o, hello p where o.type = 'post.counters' and object = 'post:' || p.id;
select pg_temp.react(8202, id, 'like') from hello \g /dev/null
select is(lib.post_counters_send(), 0::bigint, 'not twice within a second');
update post_dirty set sent_at = sent_at - interval '2 seconds';
select is(lib.post_counters_send(), 1::bigint, 'but then');
select is(lib.post_counters_send(), 0::bigint, 'and not again while nothing changes');

-- mentions: the words before the consent, with it, after its withdrawal
create temp table tag as select (pg_temp.post(8201, '@nn8202, hello') ->> 'post')::bigint as id;
select is((lib.post_view(id, 0)).view -> 'mentions', '[]', 'without com.tag a handle is text') from tag;
select pg_temp.allow_tags(8202) \g /dev/null
select pg_temp.allow_tags(8204) \g /dev/null
create temp table named as select pg_temp.post(8201, 'Ask @nn8202 (or @NN8204.) at a@nn8202.example, @nn8203 or @nn8202!') as r;
select is((lib.post_view((r ->> 'post')::bigint, 0)).view -> 'mentions', '[{"member":"8202","handle":"nn8202","from":4,"to":11},
          {"member":"8204","handle":"nn8204","from":16,"to":23},{"member":"8202","handle":"nn8202","from":58,"to":65}]', 'where they stand') from named;
select is(r #> '{_events,0,subjects}', '["8201","8202","8204"]', 'the mentioned are subjects') from named;
select is((select string_agg((e ->> 'stream') || ' ' || (e #>> '{refs,type}'), ', ' order by e ->> 'stream')
             from jsonb_array_elements(r -> '_events') e where e ->> 'type' = 'notify.added'), 'me:8202 mention, me:8204 mention', 'and told') from named;
select is((lib.post_view((r ->> 'post')::bigint, 0)).subjects, '{8201,8202,8204}'::bigint[], 'and subjects of what is rendered') from named;
update consent_state set state = 'withdrawn' where member_id = 8204 and purpose_id = 52;
select is(jsonb_path_query_array((lib.post_view((r ->> 'post')::bigint, 0)).view, '$.mentions[*].member'), '["8202","8202"]', 'a withdrawal takes the link away') from named;
select is((lib.post_view((r ->> 'post')::bigint, 0)).redacted, true, 'which is a redaction') from named;
select pg_temp.call('m:8202', 'member_block', '8201') \g /dev/null
select is((lib.post_view((r ->> 'post')::bigint, 0)).view -> 'mentions', '[]', 'and so does a block') from named;
select pg_temp.call('m:8202', 'member_unblock', '8201') \g /dev/null
update membership set comments_on = null, comments_count = 0;
select is(pg_temp.types(pg_temp.comment(8204, id, 'and @nn8202')), '["post.comment","notify.added","notify.added"]', 'comments mention, too') from tag;
select is(cardinality(lib.mention_find(8001, 8201, '@@nn8202 x@nn8202 @nn8202x @nn @nn8202_ /@nn8202 @' || repeat('n', 30))), 0, 'what is no mention');

-- editing a post
create temp table edited as select pg_temp.call('m:8201', 'feed_edit', format('%s, 1, %L, %L, null, null', r ->> 'post', 'T', 'Now @nn8202 only')) as r from named;
select is(pg_temp.types(r), '["post.edited","sys.changed"]', 'whom it named before is not told again') from edited;
select is(r #>> '{_events,1,refs,object}', 'post:' || (r ->> 'post'), 'P5: what was rendered of the earlier text is void') from edited;
select is(jsonb_path_query_array((lib.post_view((r ->> 'post')::bigint, 0)).view, '$.mentions[*].from'), '[4]', 'mentions are those of the new text') from edited;
select is(pg_temp.call('m:8201', 'feed_edit', format('%s, 1, null, %L, null, null', r ->> 'post', 'x')) #>> '{current,title}', 'T', 'a conflict shows the post as it is') from edited;
select is(pg_temp.call('m:8202', 'feed_edit', format('%s, 2, null, %L, null, null', r ->> 'post', 'x')) ->> 'refused', 'ZC002', 'one''s own only') from edited;
select is(pg_temp.call('m:8201', 'feed_edit', format('%s, 2, null, %L, 3, null', r ->> 'post', 'x')) ->> 'path', 'rating', 'only recommendations are rated') from edited;

-- whoever may not be sent a post is not sent the talk about it
create temp table tiered as select (pg_temp.post(8204, 'for the second tier', p_audience => '{"min_rank":1}') ->> 'post')::bigint as id;
select is(pg_temp.comment(8204, id, 'x') #>> '{_events,0,audience}', 'rank:1', 'the audience of the post') from tiered;
select is(pg_temp.comment(8202, id, 'x') ->> 'refused', 'ZC002', 'is asked of who comments, too') from tiered;
create temp table offer as select (pg_temp.call('s:8301', 'feed_offer_news', $q$ 8001, 8101, 'May', 'Cabins', null, null $q$) ->> 'post')::bigint as id;
create temp table talk as select pg_temp.comment(8202, id, 'How much?') as r, id from offer;
select is((r #>> '{_events,0,gate}') || (r #>> '{_events,0,scope}'), 'mkt.offers8101', 'talk about an offer needs the consent for the offer') from talk;
select is(pg_temp.call('m:8202', 'feed_comment_delete', r ->> 'comment') #>> '{_events,0,gate}', 'svc.feed', 'that it is gone does not') from talk;
select is((api.feed_get('m:8202', id)).reply -> 'basis', 'null', 'an offer one asked for rests on no consent') from offer;
select pg_temp.call('m:8202', 'consent_give', format('%L, 0, null, null', jsonb_build_array(pg_temp.item('mkt.offers', '8101', 'inapp')))) \g /dev/null
select is((api.feed_get('m:8202', id)).reply -> 'basis', '{"purpose":"mkt.offers","scope":"8101","channel":"inapp"}', 'one that was allowed names it') from offer;

-- announcements
create temp table news as select pg_temp.call('s:8301', 'feed_announce', $q$ 8001, 'Ferry', 'It leaves at nine', null, null $q$) as r;
select is((r #>> '{_events,0,gate}') || (r #>> '{_events,0,actor}') is null and r #>> '{_events,0,gate}' = 'svc.account', true, 'are about the service') from news;
select is((select array_agg(t) from unnest('{see offer:17,Category=5 now,/offer/x,https://x.example/offers/4}'::text[]) t where lib.refers_to_offer(t)),
          '{see offer:17,Category=5 now,/offer/x,https://x.example/offers/4}', 'and point to no offer');
select is((select array_agg(t) from unnest('{We offer 5 boats,coffer:17,category five,offers}'::text[]) t where lib.refers_to_offer(t)), null, 'other words are fine');
select is(pg_temp.call('s:8302', 'feed_announce', $q$ 8001, 'x', 'x', null, null $q$) ->> 'refused', 'ZC001', 'editors only');
delete from staff_club where staff_id = 8301;
select is(pg_temp.call('s:8301', 'feed_delete', r ->> 'post') ->> 'refused', 'ZC001', 'who left the club leaves its posts alone') from news;
insert into staff_club (staff_id, club_id) values (8301, 8001);
select is(pg_temp.call('s:8301', 'feed_delete', r ->> 'post') #>> '{_events,0,gate}', 'svc.account', 'who got it learns that it is gone') from news;

-- posts that wait: nobody hears of them, and whom they mention hears when they are published
update club set settings = '{"moderate_new_authors":true}' where club_id = 8001;
update membership set posts_on = null, posts_count = 0;
create temp table waiting as select pg_temp.post(8206, 'Hello @nn8202 #cruise') as r;
select is(jsonb_path_query_array(r, '$._events[*].stream'), '["moderation:8001"]', 'moderators hear of it, nobody else') from waiting;
select is(r ->> 'state', 'pending', 'it waits') from waiting;
select pg_temp.call('m:8203', 'feed_follow', $q$ 8001, 'cruise', true $q$) \g /dev/null
select is((select array_agg((e).type || ' ' || (e).stream order by ord) from unnest(lib.post_publish((r ->> 'post')::bigint)) with ordinality as u(stream, type, gate, scope, audience, subjects, actor, object, key, refs, ord)
            cross join lateral (select u.type, u.stream) e), '{post.published club:8001,notify.added me:8202}', 'published, the mentioned are told') from waiting;
select is((select topic from topic_notice where post_id = (r ->> 'post')::bigint), 'cruise', 'and the followers will be') from waiting;
select is(lib.followers_tell(), 1::bigint, 'by a job');
select is((select count(*) from notification where member_id = 8203 and type = 'followed'), 1::bigint, 'once');
select is(lib.followers_tell(), 0::bigint, 'and done');
select is(lib.post_publish((r ->> 'post')::bigint), '{}', 'what is published is not published again') from waiting;
select is((select array_agg((e).type || ' ' || coalesce((e).refs ->> 'object', '')) from unnest(lib.post_hide((r ->> 'post')::bigint, 'hidden')) as e),
          array['post.removed ', 'sys.changed post:' || (r ->> 'post')], 'hidden, and what was rendered of it is void') from waiting;
select is(pg_temp.call('m:8206', 'feed_edit', format('%s, 1, null, %L, null, null', r ->> 'post', 'x')) ->> 'state', 'hidden', 'what is hidden is not edited') from waiting;
select is(pg_temp.comment(8202, (r ->> 'post')::bigint, 'x') ->> 'refused', 'ZC002', 'nor commented on') from waiting;
select is((api.feed_get('m:8206', (r ->> 'post')::bigint)).reply ->> 'state', 'hidden', 'its author sees that it is') from waiting;
select is(pg_temp.call('m:8206', 'feed_delete', r ->> 'post') -> '_events', 'null', 'a hidden post is deleted without a word') from waiting;
select * from finish();
rollback;
