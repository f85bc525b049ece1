-- P2: one key and content, one effect and one answer; also within a batch, and while the first is running.
begin;
\ir fixture.psql
select plan(29);

select is((lib.idem_begin('m:9101', 'feed.post', 'key-00001', 'aa')).reply, null, 'a new key: go ahead');
create temp table first as
select a.* from lib.idem_end('m:9101', 'feed.post', 'key-00001', lib.done('{"post":"5"}')) a;
select is(reply, '{"post":"5"}', 'the answer comes back') from first;
select is(sys_seq, lib.sys_head(), 'with the head of sys') from first;
select is((lib.idem_begin('m:9101', 'feed.post', 'key-00001', 'aa')).reply, '{"post":"5","replay":true}', 'again: replay');
select is((lib.idem_begin('m:9101', 'feed.post', 'key-00001', 'aa')).events, null, 'a replay has no events');
select throws_ok($$select lib.idem_begin('m:9101', 'feed.post', 'key-00001', 'ab')$$, 'ZC005', null, 'other content');
select is((lib.idem_begin('m:9102', 'feed.post', 'key-00001', 'aa')).reply, null, 'another principal has its own keys');
select is((lib.idem_begin('m:9101', 'feed.like', 'key-00001', 'aa')).reply, null, 'so has another method');
select throws_ok($$select lib.idem_begin('m:9101', 'feed.post', 'short', 'aa')$$, '23514', null, 'a key has a form');
create temp table own as
select lib.idem_end('m:9101', 'feed.like', 'key-00001',
           lib.done('{}', lib.emit_all(array[lib.sys(p_reload => '{9101}')]))) as a;
select is((a).sys_seq, lib.sys_head(), 'a write''s own sys event') from own;
select lib.emit_all(array[lib.sys(p_all => true)]);
select is((lib.idem_begin('m:9101', 'feed.like', 'key-00001', 'aa')).sys_seq, lib.sys_head() - 1,
          'a replay has the number stored with it');

create temp table asked as select
    '{m:9101,m:9101,m:9101,m:9102,m:9103,m:9101,m:9103}'::text[] as who,
    '{batch-001,batch-002,batch-001,batch-001,batch-003,key-00001,batch-003}'::text[] as idem,
    '{"\\x01","\\x02","\\x01","\\x04","\\x05","aa","\\x06"}'::bytea[] as hash;
create temp table begun as
select r.* from asked, lateral unnest(lib.idem_begin_many(who, 'feed.post', idem, hash)) r;
select is(array_agg(fresh order by idx), '{t,t,f,t,t,f,f}', 'what is to be decided') from begun;
select is(array_agg(twin order by idx), '{null,null,1,null,null,null,null}', 'the twin of an earlier one') from begun;
select is(array_agg(sqlstate order by idx), '{null,null,null,null,null,null,ZC005}', 'same key, other content') from begun;
select is((select reply from begun where idx = 6), '{"post":"5","replay":true}', 'a stored answer');

create temp table ended as
select r.*
  from asked, lateral unnest(lib.idem_end_many(who, 'feed.post', idem, array(select row(b.*)::lib.idem_row from begun b order by idx),
      array[row(1, null, null, '{"n":1}', '[{"seq":1}]', null, '{7}')::lib.batch_answer,
            row(2, 'ZC024', '{"max":5}', null, null, null, null)::lib.batch_answer,
            null,
            row(4, null, null, '{"n":4}', null, null, null)::lib.batch_answer,
            row(5, 'ZC002', null, null, null, null, null)::lib.batch_answer, null, null])) r;
select is(array_agg(idx order by idx), '{1,2,3,4,5,6,7}', 'an answer each') from ended;
select is(array_agg(sqlstate order by idx), '{null,ZC024,null,null,ZC002,null,ZC005}', 'refusals') from ended;
select is((select detail from ended where idx = 2), '{"max":5}', 'with detail');
select is((select reply from ended where idx = 3), '{"n":1,"replay":true}', 'the twin gets a replay');
select is((select events from ended where idx = 3), null, 'without events');
select is((select subjects from ended where idx = 1), '{7}', 'subjects go through');
select is((select count(*) from idempotency where principal in ('m:9101', 'm:9103') and key in ('batch-002', 'batch-003')),
          0::bigint, 'a refusal leaves no key');
select is((lib.idem_begin('m:9102', 'feed.post', 'batch-001', '\x04')).reply, '{"n":4,"replay":true}',
          'a success is replayed');
select is((select count(*) from idempotency where response is null and principal like 'm:910%' and key like 'batch%'),
          0::bigint, 'nothing is left half done');

-- a refusal that keeps its writes
select is((lib.idem_begin('m:9101', 'consent.confirm', 'kept-0001', '\x01')).reply, null, 'a new key');
create temp table refusal as
select lib.refused('CODE_INVALID', '{"left":4}', lib.emit_all(array[lib.sys(p_reload => '{9101}')]),
                   'm:9101', 'consent.confirm', 'kept-0001') as a;
select is((a).reply, '{"refused":"CODE_INVALID","left":4}', 'the reason and what goes with it') from refusal;
select is((a).sys_seq, lib.sys_head(), 'with its own sys event') from refusal;
select is((lib.idem_begin('m:9101', 'consent.confirm', 'kept-0001', '\x02')).reply, null, 'the key is free again');
select is((lib.refused('CODE_INVALID')).reply, '{"refused":"CODE_INVALID"}', 'also without a key');

select * from finish();
rollback;
