-- P3: numbers of a stream rise by one in the order of the events, sys is taken last.
begin;
set local search_path = club, public;
select plan(19);

select set_config('clubhub.origin', '7.3', true);
create temp table head as select lib.sys_head() as sys;

select is(lib.emit_all(null), null, 'no events, no answer');
select is(lib.emit_all('{}'), null, 'an empty list, no answer');

create temp table one as
select lib.emit_all(array[lib.event('me:9901', 'points.changed', 'svc.points', '{"ver":1}', 4, 'rank:2',
                                    '{9901,9902}', 9903, 'tx:5', 'points')]) as e;
select is(jsonb_array_length(e), 1, 'one event') from one;
select is(e -> 0, jsonb_build_object('stream', 'me:9901', 'seq', 1, 'type', 'points.changed', 'gate', 'svc.points',
    'scope', '4', 'audience', 'rank:2', 'subjects', '["9901","9902"]'::jsonb, 'actor', '9903', 'object', 'tx:5',
    'key', 'points', 'refs', '{"ver":1}'::jsonb, 'at', lib.iso(now())), 'its shape') from one;
select is((select origin from outbox where stream = 'me:9901'), '7.3', 'the row knows its writer');

create temp table few as
select lib.emit_all(array[
    lib.sys(p_reload => '{9901}'), lib.event('me:9902', 'a.b', 'svc.account', '{}'),
    lib.event('club:9901', 'a.c', 'svc.feed', '{}'), lib.event('me:9902', 'a.d', 'svc.account', '{}')]) as e;
select is(jsonb_path_query_array(e, '$[*].type'), '["a.b","a.c","a.d","sys.changed"]', 'order given, sys last') from few;
select is(jsonb_path_query_array(e, '$[*].seq'), jsonb_build_array(1, 1, 2, (select sys + 1 from head)), 'numbers') from few;
select is(lib.sys_seq_of(e), (select sys + 1 from head), 'the sys number of the commit') from few;
select is(e -> 3 -> 'refs', '{"reload":["9901"]}', 'absent members of a sys event are left out') from few;
select is(array(select stream::text from outbox where tx = pg_current_xact_id() and type <> 'points.changed' order by id),
          array['club:9901', 'me:9902', 'me:9902', 'sys'], 'taken by name, sys last');

create temp table many as
select r.i, r.events
  from (select array_agg(lib.event('me:' || (9910 + i % 7), 'n.' || i, 'svc.points', '{}') order by i)
               || lib.sys(p_reload => '{9901}') as rows,
               array_agg(((i - 1) / 2 + 1)::int order by i) || 20 as idx
          from generate_series(1, 40) i) x,
       lateral unnest(lib.emit_each(x.rows, x.idx)) with ordinality as r (events, i);
select is((select count(*) from many), 20::bigint, 'one row per request');
select is((select sum(jsonb_array_length(events))::int from many), 41, 'every event went to its request');
select is((select events -> 2 ->> 'stream' from many where i = 20), 'sys', 'sys is the last of its request');
select is((select count(*) from (
              select stream, seq - row_number() over (partition by stream order by seq) as gap
                from outbox where stream ~ '^me:991') g where gap <> 0), 0::bigint, 'gap-free');
select is((select count(*) from (
              select e ->> 'stream', (e ->> 'seq')::int - lag((e ->> 'seq')::int) over
                         (partition by e ->> 'stream' order by i, (e ->> 'seq')::int) as step
                from many, jsonb_array_elements(events) e) s where step <> 1), 0::bigint,
          'numbers rise with the order of the requests');
select is((select seq from stream where stream = 'me:9911'), (select max(seq) from outbox where stream = 'me:9911'),
          'the stream''s row is its last number');
select is(lib.sys_head(), (select sys + 2 from head), 'two sys events');

-- as many as a batch may have: put together in another way
create temp table crowd as
select r.i, r.events
  from (select array_agg(lib.event('me:' || (9920 + i % 7), 'n.' || i, 'svc.points', '{}') order by i)
               || lib.sys(p_reload => '{9901}') || lib.event('me:9920', 'n.241', 'svc.points', '{}') as rows,
               array_agg(((i - 1) / 2 + 1)::int order by i) || '{122,122}'::int[] as idx
          from generate_series(1, 240) i) x,
       lateral unnest(lib.emit_each(x.rows, x.idx)) with ordinality as r (events, i);
select is((select string_agg(coalesce(jsonb_path_query_array(events, '$[*].type')::text, '-'), ' ' order by i) from crowd where i in (1, 2, 120, 121, 122)),
          '["n.1", "n.2"] ["n.3", "n.4"] ["n.239", "n.240"] - ["n.241", "sys.changed"]', 'each to its request, in order, sys last');
select is((select sum(jsonb_array_length(events))::int from crowd), 242, 'every event once');

select * from finish();
rollback;
