-- points.hold, single and in sets, points.capture, points.release.
begin;
\ir noun.psql
select plan(41);

create function pg_temp.hold(p_who text, p_points bigint, p_member bigint default null, p_seconds bigint default null,
                             p_key text default null, p_ref text default null)
returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.points_hold(%L, %L, %L, %L, %L, %L, null, %L)', p_who,
                              coalesce(p_key, pg_temp.key()), sha256(convert_to(p_points::text, 'UTF8')), p_member, p_points,
                              p_seconds, p_ref));
$$;
create function pg_temp.end_of(p_who text, p_hold text, p_rest text)
returns jsonb language sql as $$
    select pg_temp.call(p_who, case when p_rest = '' then 'points_release' else 'points_capture' end, p_hold || p_rest);
$$;
select pg_temp.earn(8201, 'H1', 1000), pg_temp.earn(8202, 'H2', 1000) \g /dev/null

-- a member's own
create temp table one as select pg_temp.hold('m:8201', 60, p_key => 'hold-key-1') as r;
select is(r -> 'available', '40', '60 of 100 are held') from one;
select is(r #> '{_events,0,refs}', jsonb_build_object('ver', 3, 'available', 40, 'held', 60, 'pending', 0, 'delta', 0,
          'kind', 'hold', 'ref', r ->> 'tx'), 'and told') from one;
select is((select requested_by || ' ' || purpose || ' ' || state from point_hold where hold_id = (r ->> 'hold')::bigint),
          'm:8201 purchase active', 'its row') from one;
select ok((r ->> 'expires_at')::timestamptz between now() + interval '599 s' and clock_timestamp() + interval '600 s', 'for ten minutes') from one;
select is(pg_temp.hold('m:8201', 60, p_key => 'hold-key-1') ->> 'replay', 'true', 'the same key: the same answer');
delete from idempotency where key = 'hold-key-1';
select is(pg_temp.hold('m:8201', 60, p_key => 'hold-key-1') ->> 'hold', r ->> 'hold', 'also when that is forgotten') from one;
delete from idempotency where key = 'hold-key-1';
select is(pg_temp.hold('m:8201', 61, p_key => 'hold-key-1') ->> 'refused', 'ZC005', 'not for another request');
select is((select count(*) from audit_log where action = 'points.hold'), 0::bigint, 'one''s own is not written down');
select is(pg_temp.hold('m:8201', 41), '{"refused":"ZC027","have":40,"need":41}', 'not enough');
select is(pg_temp.hold('m:8201', 1, 8202), '{"refused":"ZC001"}', 'not somebody else''s');
select is(pg_temp.hold('m:8201', 1, p_seconds => 1801), '{"refused":"ZC024","max":1800}', '30 minutes at most');
select is(pg_temp.hold('m:8201', 1, p_seconds => 1800) ->> 'available', '39', 'not less');
select is(pg_temp.hold('m:8208', 1), '{"refused":"ZC035","status":"suspended"}', 'not while suspended');
select is(pg_temp.hold('m:8207', 1), '{"refused":"ZC027","have":0,"need":1}', 'who never had a point');

-- a service's
create temp table till as select pg_temp.hold('v:till', 50, 8202, 86400, p_ref => 'B-1') as r;
select is(r -> 'available', '50', 'a service holds as well') from till;
select is((select count(*) from audit_log where action = 'points.hold' and subject_member = 8202 and actor = 'v:till'), 1::bigint, 'which is written down');
select is(pg_temp.hold('v:till', 1, 8202, 86401), '{"refused":"ZC024","max":86400}', '24 hours at most');
select is(pg_temp.hold('v:till', 1) ->> 'path', 'member', 'it says whose');
select is(pg_temp.hold('v:till', 1, 8299), '{"refused":"ZC002"}', 'of somebody who is there');
select is(pg_temp.end_of('v:desk', r ->> 'hold', ', 1'), '{"refused":"ZC002"}', 'another service''s hold') from till;
select is(pg_temp.end_of('m:8202', r ->> 'hold', ''), '{"refused":"ZC002"}', 'the member does not release it') from till;
select is(pg_temp.end_of('m:8202', o.r ->> 'hold', ''), '{"refused":"ZC002"}', 'nor another member''s') from one o;
select is(pg_temp.end_of('v:till', r ->> 'hold', ', 51'), '{"refused":"ZC024","max":50}', 'not more than it keeps') from till;
create temp table spent as select pg_temp.end_of('v:till', r ->> 'hold', ', 30') as r from till;
select is(s.r - '{_events,_sys,_subjects,tx}'::text[], jsonb_build_object('hold', t.r ->> 'hold', 'captured', 30, 'released', 20, 'available', 70),
          'captured in part') from spent s, till t;
select is((select string_agg(e #>> '{refs,kind}' || (e #>> '{refs,delta}'), ' ') from spent, jsonb_array_elements(r -> '_events') e),
          'capture-30 release0', 'one event per transaction');
select is((select idem || ' ' || ref_kind || ' ' || ref_id from ledger_tx, spent where tx_id = (r ->> 'tx')::bigint),
          (select 'cap:' || (r ->> 'hold') || ' purchase B-1' from till), 'its key and its reference');
select is(pg_temp.end_of('v:till', r ->> 'hold', ', 30'), '{"refused":"ZC026","state":"captured"}', 'once') from till;
select is(pg_temp.end_of('v:till', r ->> 'hold', ''), '{"refused":"ZC026","state":"captured"}', 'and not released after') from till;
select is((select count(*) from audit_log where action = 'points.capture' and subject_member = 8202), 1::bigint, 'written down');

-- released, expired
select is(pg_temp.end_of('m:8201', r ->> 'hold', '') - '{_events,_sys,_subjects,tx,hold}'::text[],
          '{"captured":0,"released":60,"available":99}', 'the member''s own is given back') from one;
create temp table late as select pg_temp.hold('v:till', 5, 8202) as r;
update point_hold set expires_at = clock_timestamp() where hold_id = (select (r ->> 'hold')::bigint from late);
select is(pg_temp.end_of('v:till', r ->> 'hold', ', null'), '{"refused":"ZC025"}', 'too late') from late;
select is(pg_temp.end_of('v:till', r ->> 'hold', '') ->> 'released', '5', 'but it can be released') from late;

-- holds of a transfer or a reservation are resolved by what made them
create temp table other as select h.hold, h.posted from lib.points_hold('m', 8202, 5, 'm:8202', 'transfer', null, now() + interval '7 days',
    lib.posting_of('test:transfer', 'm:8202')) h;
select is(pg_temp.end_of('m:8202', hold::text, ''), '{"refused":"ZC002"}', 'not by points.release') from other;
do $$ begin
    perform lib.emit_all(lib.points_events(posted || lib.points_release(hold, 'released', lib.posting_of(null, 'm:8202')))) from other;
end $$;

-- one by a card's code is the till's, as its own
create temp table coded as select h.hold, h.posted from lib.points_hold('m', 8202, 5, 'v:till', 'pos', 'r', now() + interval '1 hour',
    lib.posting_of('test:pos', 'v:till')) h;
do $$ begin
    perform lib.emit_all(lib.points_events(posted)) from coded;
end $$;
select is(pg_temp.end_of('v:till', hold::text, '') -> 'released', '5', 'given back') from coded;

-- frozen
update ledger_account set frozen = true where kind = 'redeemable' and owner_id = 8201;
select is(pg_temp.hold('m:8201', 1), '{"refused":"ZC028"}', 'frozen');
update ledger_account set frozen = false where kind = 'redeemable' and owner_id = 8201;

-- a batch decides in order of arrival, for each alone; an expiry goes first
select pg_temp.earn(8206, 'H3', 1000) \g /dev/null
update point_lot l set expires_at = clock_timestamp() from ledger_account a where a.account_id = l.account_id and a.owner_id = 8206;
select pg_temp.earn(8206, 'H4', 500) \g /dev/null
create temp table batch as
select b.* from api.points_hold_many(
    '{m:8201,m:8206,v:till,m:8201,v:till,v:till,m:8206,m:8201}',
    '{batch-01,batch-02,batch-03,batch-04,batch-05,batch-06,batch-07,batch-01}', array(select sha256('x') from generate_series(1, 8)),
    '{null,8206,8201,null,8202,8299,8201,null}'::bigint[], '{90,40,10,9,50,1,1,90}', array_fill(null::bigint, array[8]),
    array_fill(null::text, array[8]), array_fill(null::text, array[8])) b;
select is((select string_agg(coalesce(sqlstate || coalesce(detail ->> 'have', ''), 'ok' || (reply ->> 'available') || coalesce(reply ->> 'replay', '')), ' ' order by idx) from batch),
          'ok9 ok10 ZC0279 ok0 ok20 ZC002 ZC001 ok9true', 'each has its own answer');
select is((select count(*) from batch, jsonb_array_elements(events)), 5::bigint, 'four holds and an expiry are told');
select is((select count(*) from point_hold where state = 'active'), 5::bigint, 'and nothing else is written');

-- 20 of one's own
select pg_temp.earn(8202, 'H5', 1000) \g /dev/null
select pg_temp.hold('m:8202', 1) from generate_series(1, 20) \g /dev/null
select is(pg_temp.hold('m:8202', 1), '{"refused":"ZC024","max":20}', '20 of one''s own at a time');
select is(pg_temp.hold('v:till', 1, 8202) -> 'points', '1', 'a service holds beside them');

select is((select string_agg(invariant || ' ' || what || ' ' || detail, ', ') from lib.ledger_violations()), null, 'I-01 to I-15 hold');
select * from finish();
rollback;
