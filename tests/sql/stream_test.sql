-- P3, P4: positions, ranges, snapshots, and the words of events as they are now.
begin;
\ir fixture.psql
select plan(50);

-- ranges
select lib.emit_all(array_agg(lib.event('me:9101', 'n.' || i, 'svc.points', '{}') order by i)) from generate_series(1, 30) i;
create temp table r as select * from api.stream_range('me:9101', 10, 5);
select is(head, 30::bigint, 'the head') from r;
select is(jsonb_path_query_array(events, '$[*].seq'), '[11,12,13,14,15]', 'what follows, at most so many') from r;
select ok(floor <= 11, 'all of it is there') from r;
select is((select events from api.stream_range('me:9101', 30, 5)), null, 'nothing after the head');
select is((select row(head, floor)::text from api.stream_range('me:99', 0, 5)), '(0,1)', 'a stream without events');
update outbox set at = now() - interval '5 days' where stream = 'me:9101' and seq <= 20;
select is((select jsonb_path_query_array(events, '$[*].seq') from api.stream_range('me:9101', 18, 4)), '[19,20,21,22]',
          'across what is older than two days');
delete from outbox where stream = 'me:9101' and seq <= 15;
select is((select floor from api.stream_range('me:9101', 3, 5)), 16::bigint, 'the oldest that is left');
update outbox set at = now() - interval '30 days' where stream = 'me:9101' and seq <= 18;
select is((select floor from api.stream_range('me:9101', 3, 5)), 19::bigint, 'what may go any hour is not promised');
update stream set seq = 20000 where stream = 'me:9101';
select is((select floor from api.stream_range('me:9101', 3, 5)), 10001::bigint, 'nor more than 10,000 numbers');
update stream set seq = 30 where stream = 'me:9101';
select is((select array_agg(stream || '=' || seq order by stream) from api.stream_heads('{me:9101,me:99}')), '{me:9101=30}', 'heads');

-- subscriptions
create temp table o as
select * from api.stream_open(
    '{m:9101,m:9101,m:9101,m:9101,m:9101,m:9101,m:9101,s:9201,s:9201,s:9201,m:9101,m:9104,m:9101,m:9101,v:x,g}',
    '{me,me,me,me,me:9101,me:9102,club:9001,staff:9001,staff:9002,me,staff:9001,club:9001,sys,club:x,me,club:9001}',
    '{30,19,17,31,null,null,null,null,null,null,null,null,null,null,null,null}');
select is((select array_agg(idx order by idx) from o), array(select generate_series(1, 16)), 'an answer each');
select is((select row(sqlstate, stream, seq, recovered, snapshot)::text from o where idx = 1), '(,me:9101,30,t,)', 'up to date');
select is((select recovered from o where idx = 2), true, 'recoverable');
select is((select recovered from o where idx = 3), false, 'too old: a snapshot');
select is((select recovered from o where idx = 4), false, 'beyond the head: a snapshot');
select is((select recovered from o where idx = 5), false, 'without a position: a snapshot');
select is((select snapshot -> 'points' ->> 'available' from o where idx = 5), '0', 'of points') ;
select is((select sqlstate from o where idx = 6), 'ZC002', 'another''s stream is not known');
select is((select snapshot -> 'posts' from o where idx = 7), '[]', 'a club''s snapshot is its feed');
select is((select sys_seq from o where idx = 7), lib.sys_head(), 'as of this number of sys');
select is((select row(sqlstate, seq, recovered)::text from o where idx = 8), '(,0,f)', 'staff of the club');
select is((select array_agg(sqlstate order by idx) from o where idx >= 9),
          '{ZC002,ZC002,ZC002,ZC002,ZC002,ZC002,ZC002,ZC002}', 'everything else is not known');
update member set status = 'suspended' where member_id = 9101;
select is((select snapshot -> 'posts' from api.stream_open('{m:9101}', '{club:9001}', '{null}')), '[]', 'suspended: an empty page');
update member set status = 'active' where member_id = 9101;

-- words
insert into post (post_id, club_id, author_kind, author_id, kind, audience, gate_cat, body, state, published_at, category_id)
values (9301, 9001, 'm', 9102, 'story', 'club', 'svc.feed', 'first text', 'published', now(), null),
       (9302, 9001, 's', 9201, 'offer_news', 'club', 'mkt.offers', 'news', 'published', now(), 901);
select lib.emit_all(array[
    lib.event('club:9001', 'post.published', 'svc.feed', '{"post":"9301"}', p_subjects => '{9102}', p_actor => 9102, p_object => 'post:9301'),
    lib.event('club:9001', 'post.published', 'mkt.offers', '{"post":"9302"}', 901, p_object => 'post:9302')]);
create function pg_temp.words(p_seq bigint, p_viewer bigint default 0) returns setof record language sql as
$$ select x from api.render('{club:9001}', array[p_seq], array[p_viewer]) x $$;
create temp table w as select * from api.render('{club:9001}', '{1}', '{0}');
select is(shown, true, 'a post is shown') from w;
select is(redacted, true, 'without what its author withholds') from w;
select is(actor, '{"member":"9102","handle":"bo.t"}', 'its author by handle') from w;
select is(view ->> 'body', 'first text', 'its text') from w;
select is(view -> 'author', '{"member":"9102","handle":"bo.t"}', 'no name, no tier') from w;
select is(subjects, '{9102}', 'the author is a subject') from w;
select is(sys_seq, lib.sys_head(), 'as of this number of sys') from w;
select pg_temp.put_consent(9102, 'com.profile', 9001, 0, 'given');
select is((select view -> 'author' ->> 'name' from api.render('{club:9001}', '{1}', '{0}')), 'Name of bo.t', 'com.profile shows the name');
select is((select view -> 'author' ->> 'town' from api.render('{club:9001}', '{1}', '{0}')), 'Town of bo.t', 'and the town');
select is((select view -> 'author' -> 'tier' from api.render('{club:9001}', '{1}', '{0}')), null, 'not the tier');
select pg_temp.put_consent(9102, 'com.badge', 9001, 0, 'given');
select is((select row(redacted, view -> 'author' -> 'tier')::text from api.render('{club:9001}', '{1}', '{0}')),
          row(false, '{"rank":2,"name":"Gold"}'::jsonb)::text, 'com.badge shows the tier');
select pg_temp.put_consent(9102, 'com.profile', 9001, 0, 'withdrawn');
select is((select view -> 'author' ->> 'name' from api.render('{club:9001}', '{1}', '{0}')), null, 'withdrawn: gone from the next frame');
select is((select view -> 'author' ->> 'name' from api.render('{club:9001}', '{1}', '{9102}')), 'Name of bo.t', 'the author sees it');
select is((select redacted from api.render('{club:9001}', '{1}', '{9102}')), false, 'in full');
update post set body = 'second text' where post_id = 9301;
select is((select view ->> 'body' from api.render('{club:9001}', '{1}', '{0}')), 'second text', 'always the present text');
select is((select row(shown, actor, redacted, subjects)::text from api.render('{club:9001}', '{2}', '{0}')),
          row(true, '{"staff":true}'::jsonb, false, '{}'::bigint[])::text, 'staff have no name');
update member set under_18 = true, under_consent_age = true where member_id = 9102;
select is((select row(shown, view, actor, subjects)::text from api.render('{club:9001}', '{1}', '{0}')), '(f,,,{})', 'a child is not shown to the club');
select is((select shown from api.render('{club:9001}', '{1}', '{9102}')), true, 'but to itself');
update member set under_18 = false, under_consent_age = false where member_id = 9102;
update member set status = 'erased', erased_at = now(), handle = null where member_id = 9102;
select is((select row(actor, view -> 'author', subjects)::text from api.render('{club:9001}', '{1}', '{0}')),
          row('{"former":true}'::jsonb, '{"former":true}'::jsonb, '{9102}'::bigint[])::text, 'an erased author is a former member');
update post set state = 'deleted', body = '' where post_id = 9301;
select is((select row(shown, view, actor, subjects)::text from api.render('{club:9001}', '{1}', '{0}')), '(f,,,{})', 'a deleted post shows nothing');
select lib.emit_all(array[lib.event('club:9001', 'post.removed', 'svc.feed', '{"post":"9301"}', p_actor => 9102, p_object => 'post:9301')]);
select is((select row(shown, view, actor, subjects)::text from api.render('{club:9001}', '{3}', '{0}')), '(t,,,{})', 'its removal is a reference');
select is((select shown from api.render('{club:9001}', '{99}', '{0}')), false, 'an event that is gone shows nothing');
select is((select array_agg(idx || ':' || shown order by idx) from api.render('{club:9001,sys,club:9001}', '{2,1,3}', '{0,0,0}')),
          '{1:true,2:false,3:true}', 'an answer each, never sys');

-- the member's own events
select lib.emit_all(array[
    lib.event('me:9103', 'points.changed', 'svc.points', '{"ver":1}', p_key => 'points'),
    lib.event('me:9103', 'membership.changed', 'svc.account', '{"club":"9001","status":"active"}'),
    lib.event('me:9103', 'consent.changed', 'legal.privacy', '{"triples":[{"purpose":"mkt.offers","scope":"901","channel":"inapp"}]}'),
    lib.event('me:9103', 'device.new', 'li.security', '{}')]);
select is((select jsonb_typeof(view -> 'available') from api.render('{me:9103}', '{1}', '{9103}')), 'number', 'points.summary');
select is((select view ->> 'club' from api.render('{me:9103}', '{2}', '{9103}')), '9001', 'membership.get');
select ok((select view is not null from api.render('{me:9103}', '{3}', '{9103}')), 'rows of consent.catalog');
select is((select row(shown, view, actor)::text from api.render('{me:9103}', '{4}', '{9103}')), '(t,,)', 'references only');

select * from finish();
rollback;
