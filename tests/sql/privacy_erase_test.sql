-- privacy.erase: asked for, thought over, carried out in pieces; what others see of it; and again after a restore.
begin;
\ir noun.psql
select plan(42);

insert into post (post_id, club_id, author_kind, author_id, kind, audience, gate_cat, title, body, state, published_at)
select g, 8001, 'm', case when g < 8520 then 8201 else 8202 end, 'story', 'club', 'svc.feed', 'T', 'Words ' || g, 'published', now()
  from generate_series(8501, 8522) g;
insert into comment (comment_id, post_id, author, body)
values (8601, 8520, 8201, 'Mine'), (8602, 8501, 8202, 'Hers'), (8603, 8520, 8202, 'Hers too');
update post set comment_count = 2 where post_id = 8520;
update post set comment_count = 1 where post_id = 8501;
select pg_temp.earn(8201, 'E1', 10000), pg_temp.earn(8201, 'E2', 5000, p_days => 30), pg_temp.earn(8202, 'E3', 700) \g /dev/null
create function pg_temp.left_over() returns bigint language sql as $$
    select count(*) from post where author_id = 8201 and author_kind = 'm' and body <> '';
$$;

-- asking
select is((api.privacy_erase_preview('m:8201')).reply - 'kept',
          '{"points":{"available":1000,"held":0,"pending":500},"clubs":[{"club":"8001","name":"Open"}],"posts":19,"comments":1,"reservations":[],"cooling_days":7}',
          'what it would do');
create temp table a as select pg_temp.call('m:8201', 'privacy_erase', $$'delete', false$$) as r;
select is(r ->> 'status', 'closing', 'asked for') from a;
select cmp_ok((r ->> 'execute_at')::timestamptz, '>=', now() + interval '7 days' - interval '1 second', 'seven days to think') from a;
select is(r #> '{_events,0,refs}', jsonb_build_object('dsr', r ->> 'request', 'kind', 'erase', 'state', 'received'), 'told') from a;
select is(r #> '{_events,1,refs,reload}', '["8201"]', 'the gate is read again') from a;
select is(lib.erasures_run('0'), 0::bigint, 'nothing happens before that');
select is(pg_temp.call('m:8201', 'privacy_erase', $$'delete', true$$), '{"refused":"ZC017","state":"closing"}', 'asked for once');
select is(pg_temp.post(8201, 'x') ->> 'refused', 'ZC035', 'a closing member only looks');
create temp table c as select pg_temp.call('m:8201', 'privacy_erase_cancel', '') as r;
select is(c.r ->> 'status', 'active', 'taken back') from c;
select is((select state from dsr where dsr_id = (select (r ->> 'request')::bigint from c)), 'withdrawn', 'the request says so');
select is(pg_temp.call('m:8201', 'privacy_erase_cancel', ''), '{"refused":"ZC017","state":"active"}', 'once');
select pg_temp.call('m:8208', 'privacy_erase', $$'anonymise', false$$) \g /dev/null
select is(pg_temp.call('m:8208', 'privacy_erase_cancel', '') ->> 'status', 'suspended', 'back to what was before');

-- carrying it out
insert into tier_change (member_id, club_id, to_tier, cause, actor, reason) values (8201, 8001, 8071, 'match', 's:8301', 'Gold elsewhere');
update member set pseudonym = '00000000-0000-0000-0000-000000008201' where member_id = 8201;
select pg_temp.call('m:8201', 'privacy_erase', $$'delete', true$$) \g /dev/null
create temp table before as select (select max(id) from outbox) as id;
select is(lib.erasures_run(), 1::bigint, 'the first piece');
select is((select row(status, handle, pseudonym)::text from member where member_id = 8201),
          '(erased,,00000000-0000-0000-0000-000000008201)', 'nobody any more');
select is((select count(*) from member_pii where member_id = 8201), 0::bigint, 'no name');
select is((select refs -> 'revoke' from outbox where stream = 'sys' order by seq desc limit 1), '{"who":"m:8201"}', 'signed out everywhere');
select is((select refs ->> 'available' from outbox where stream = 'me:8201' and type = 'points.changed' order by seq desc limit 1),
          '0', 'the points are gone');
select is((select sum(balance) from ledger_account where owner_kind = 'm' and owner_id = 8201 and cur = 'RP'), 0::numeric, 'all of them');
select is((select x.amount from ledger_tx x where x.kind = 'forfeit'), 1500::bigint, 'in one posting');
select is((select sum(amt) from lot_use u join ledger_tx x using (tx_id) where x.kind = 'forfeit'), 1000::numeric, 'from their lots');
select is((select array_agg(invariant || ' ' || what || ' ' || detail) from lib.ledger_violations()), null, 'the ledger holds');
select is((select status from membership where member_id = 8201), 'left', 'the club is left');
select is((select array_agg(reason) from tier_change where member_id = 8201), '{NULL}', 'and no reason stays for a tier');
select is(pg_temp.left_over(), 19::bigint, 'the words follow in pieces');
select is((select (v.card).card from (select lib.author_card(8201, 8202, 8001) as card) v), '{"former":true}', 'but nobody sees whose');
select is(lib.erasures_run(), 1::bigint, 'the comments');
select is((select comment_count from post where post_id = 8520), 1, 'are counted no more');
select is((select row(state, body)::text from comment where comment_id = 8602), '(published,Hers)', 'those of others stay');
select is(lib.erasures_run(), 19::bigint, 'then the posts');
select is(pg_temp.left_over(), 0::bigint, 'all blank');
select is((select count(*) from outbox where type = 'post.removed' and id > (select id from before)), 19::bigint, 'those who have them are told');
select is((select count(*) from outbox where stream = 'sys' and refs ->> 'object' like 'post:85%' and id > (select id from before)),
          20::bigint, 'and every view of them is void');
select cmp_ok(lib.erasures_run(), '>=', 1::bigint, 'the rows that may be many');
select is((select state from dsr where member_id = 8201 and kind = 'erase' and closed_at is null), 'executing',
          'not done before every call that was on its way is over');
update member set erased_at = now() - interval '6 seconds' where member_id = 8201;
select is(lib.erasures_run(), 1::bigint, 'then it is');
select is((select state from dsr where member_id = 8201 and kind = 'erase' order by dsr_id desc limit 1), 'done', 'done');
select is(lib.erasures_run(), 0::bigint, 'nothing is left to do');

-- posts that stay, of nobody
select pg_temp.call('m:8202', 'privacy_erase', $$'anonymise', true$$) \g /dev/null
select lib.erasures_run('0') from generate_series(1, 5) \g /dev/null
select is((select body from post where post_id = 8521), 'Words 8521', 'anonymise keeps the words');

-- a restore brings them back; the journal tells
select is((select content from erasure_journal where pseudonym = '00000000-0000-0000-0000-000000008201'), 'delete', 'noted outside of the backup');
update member set status = 'active', erased_at = null, handle = 'nn8201' where member_id = 8201;
select is(lib.erasure_replay('00000000-0000-0000-0000-000000008201', 'delete'), true, 'erased again');
select lib.erasures_run('0') from generate_series(1, 5) \g /dev/null
select is((select status from member where member_id = 8201), 'erased', 'gone again');
select is(lib.erasure_replay('00000000-0000-0000-0000-000000008201', 'delete'), false, 'who is gone already needs nothing');
select * from finish();
rollback;
