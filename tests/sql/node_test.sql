-- P5, P6: node rows, renewals, fences, lineage.
begin;
set local search_path = club, public;
select plan(22);

create temp table j as select * from api.node_join('', 'one');
select is(lineage, lib.lineage(), 'joining answers the lineage') from j;
select matches(lineage, '^[0-9a-f]{16}$', '16 hex digits') from j;
select is(api.lineage(), lineage, 'the same to everybody') from j;
select is((select applied_seq from node where node_id = j.node_id), lib.sys_head(), 'begins at the head of sys') from j;
select is(s.sys_seq, lib.sys_head(), 'the start of the tail: sys head') from api.node_start() s;
select is(s.lineage, lib.lineage(), 'and lineage') from api.node_start() s;
select ok(s.snapshot::pg_snapshot is not null, 'and a snapshot') from api.node_start() s;

select is(r.hit, true, 'a renewal hits') from j, api.node_renew(j.node_id, lib.sys_head() + 5, j.lineage) r;
select is(n.beat, 1::bigint, 'raises the beat') from j, node n where n.node_id = j.node_id;
select is(n.applied_seq, lib.sys_head() + 5, 'and says what is applied') from j, node n where n.node_id = j.node_id;
select is(r.hit, true, 'a renewal that overtook another') from j, api.node_renew(j.node_id, 0, j.lineage) r;
select is(n.applied_seq, lib.sys_head() + 5, 'never goes back') from j, node n where n.node_id = j.node_id;
select ok(abs(r.now_ms - extract(epoch from clock_timestamp()) * 1000) < 5000, 'the database clock in ms')
  from j, api.node_renew(j.node_id, 0, j.lineage) r;
select is(r.beat, 3::bigint, 'node.rows shows it') from j, api.node_rows() r where r.node_id = j.node_id;

select is(api.node_fence(j.node_id, 2), false, 'a node that lives is not fenced') from j;
select is(api.node_fence(j.node_id, 3), true, 'one whose beat stood still is') from j;
select is(api.node_fence(j.node_id, 3), false, 'once') from j;
select is(r.hit, false, 'a fenced node must join again') from j, api.node_renew(j.node_id, 0, j.lineage) r;

create temp table k as select * from api.node_join((select lineage from j), 'two');
select lib.new_epoch();
select isnt(lib.lineage(), k.lineage, 'a new epoch is another lineage') from k;
select is(r.hit, false, 'no renewal in another lineage') from k, api.node_renew(k.node_id, 0, k.lineage) r;
select is(r.hit, false, 'nor with the new one on the old row') from k, api.node_renew(k.node_id, 0, lib.lineage()) r;
select api.node_leave(k.node_id) from k;
select is((select count(*) from node n, k where n.node_id = k.node_id), 0::bigint, 'leaving takes the row away');

select * from finish();
rollback;
