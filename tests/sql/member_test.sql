-- member.block, member.unblock, member.blocks.
begin;
\ir noun.psql
select plan(17);

create temp table b as select pg_temp.call('m:8201', 'member_block', '8202') as r;
select is(r -> 'blocked', 'true', 'blocked') from b;
select is(r #> '{_events,0,refs}', '{"reload":["8201","8202"],"shown":["8201","8202"]}', 'both gates are read again, and what shows either') from b;
select is(r -> '_sys', r #> '{_events,0,seq}', 'the reply waits for that') from b;
select is((select blocks from api.gate_load('{8202}'))::text, '{8201}', 'it works both ways');
create temp table again as select pg_temp.call('m:8201', 'member_block', '8202') as r;
select is((r -> 'blocked')::text || (r ->> '_events' is null), 'truetrue', 'again: nothing more happens') from again;
select is(again.r -> '_sys', b.r -> '_sys', 'but it waits, too') from again, b;
select is(pg_temp.call('m:8201', 'member_block', '8201') ->> 'path', 'member', 'not oneself');
select is(pg_temp.call('m:8201', 'member_block', '8999') ->> 'refused', 'ZC002', 'no such member');
select is(pg_temp.call('m:8201', 'member_unblock', '8202') #> '{_events,0,refs}', '{"reload":["8201","8202"]}', 'unblocked');
select is(pg_temp.call('m:8201', 'member_unblock', '8202') -> '_events', 'null', 'nothing left to do');

-- one's own list
insert into member (member_id, status, handle) select m, 'active', 'far' || m from generate_series(8210, 8214) m;
insert into block_rel (blocker, blocked, at) select 8201, m, now() - (9000 - m) * interval '1 second' from generate_series(8210, 8214) m;
insert into block_rel (blocker, blocked, at) values (8201, 8202, now()), (8201, 8205, now() - interval '1 hour'), (8202, 8201, now());
create temp table page as select (api.member_blocks('m:8201', 3, null)).*;
select is(jsonb_path_query_array(reply, '$.blocks[*].member'), '["8202","8214","8213"]', 'newest first') from page;
select is(jsonb_path_query_array(reply, '$.blocks[*].handle'), '["nn8202",null,null]', 'names only of those one meets') from page;
select is(subjects, '{8202}', 'who is named') from page;
create temp table next as select (api.member_blocks('m:8201', 100, reply ->> 'cursor')).* from page;
select is(jsonb_path_query_array(reply, '$.blocks[*].member'), '["8212","8211","8210","8205"]', 'the rest') from next;
select is(reply #> '{blocks,3,handle}', 'null', 'a child is not named') from next;
select is(reply -> 'cursor', 'null', 'the last page') from next;
select is(pg_temp.try($q$ select * from api.member_blocks('m:8201', 3, 'x') $q$) ->> 'path', 'cursor', 'not a cursor');
select * from finish();
rollback;
