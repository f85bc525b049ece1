-- member.block, member.unblock.
begin;
\ir noun.psql
select plan(9);

create temp table b as select pg_temp.call('m:8201', 'member_block', '8202') as r;
select is(r -> 'blocked', 'true', 'blocked') from b;
select is(r #> '{_events,0,refs}', '{"reload":["8201","8202"]}', 'both gates are read again') from b;
select is(r -> '_sys', r #> '{_events,0,seq}', 'the reply waits for that') from b;
select is((select blocks from api.gate_load('{8202}'))::text, '{8201}', 'it works both ways');
select is(pg_temp.call('m:8201', 'member_block', '8202') -> 'blocked', 'true', 'again');
select is(pg_temp.call('m:8201', 'member_block', '8201') ->> 'path', 'member', 'not oneself');
select is(pg_temp.call('m:8201', 'member_block', '8999') ->> 'refused', 'ZC002', 'no such member');
select is(pg_temp.call('m:8201', 'member_unblock', '8202') #> '{_events,0,refs}', '{"reload":["8201","8202"]}', 'unblocked');
select is(pg_temp.call('m:8201', 'member_unblock', '8202') -> '_events', 'null', 'nothing left to do');
select * from finish();
rollback;
