-- points.reverse, points.adjust: limits, four eyes, keys that live for ever.
begin;
\ir noun.psql
select plan(72);
insert into staff (staff_id, login, roles) values (8303, 'n-manager', '{manager}'), (8304, 'n-other', '{manager}'), (8305, 'n-agent-two', '{agent}'),
                                                  (8306, 'n-both', '{agent,manager}');
insert into staff_club (staff_id, club_id) values (8303, 8001), (8304, 8002), (8305, 8001), (8306, 8001);

create function pg_temp.reverse(p_who text, p_tx text, p_amount bigint default null, p_return text default null, p_reason text default null,
                                p_operator boolean default null, p_key text default null) returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.points_reverse(%L, %L, %L, %L, %L, %L, %L, %L)', p_who, coalesce(p_key, pg_temp.key()),
        sha256(convert_to(concat_ws('/', p_tx, p_amount, p_return), 'UTF8')), p_tx, p_amount, p_return, p_operator, p_reason)) $$;
create function pg_temp.adjust(p_who text, p_member bigint, p_amount bigint, p_reason text default 'Lost luggage', p_case text default null,
                               p_key text default null, p_club bigint default 8001) returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.points_adjust(%L, %L, %L, %L, %L, %L, %L, %L)', p_who, coalesce(p_key, pg_temp.key()),
        sha256(convert_to(concat_ws('/', p_member, p_amount, p_reason, p_case), 'UTF8')), p_member, p_club, p_amount, p_reason, p_case)) $$;
create function pg_temp.approve(p_reply jsonb, p_who text) returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.approval_decide(%L, %L, %L, %L, true, %L)', p_who, pg_temp.key(), sha256('x'), p_reply ->> 'approval_id', '{points.adjust}')) $$;
create function pg_temp.has(p_member bigint) returns text language sql as $$
    select concat_ws('/', v -> 'available', v -> 'held', v -> 'pending', v -> 'debt') from (select (lib.points_summary_view(p_member)).view as v) x $$;
-- what a refusal must not change
create function pg_temp.rows() returns text language sql as $$
    select concat_ws(',', (select count(*) from ledger_tx), (select count(*) from ledger_entry), (select sum(ver) from wallet), (select count(*) from point_lot),
                     (select count(*) from outbox where type = 'points.changed'), (select count(*) from audit_log)) $$;
create function pg_temp.counted(p_member bigint) returns bigint language sql as $$
    select balance from ledger_account where cur = 'TP' and kind = 'tier' and owner_id = p_member and owner_kind = 'm' $$;

-- domain.md 19.1 (3): earn 100, spend 40, reverse the earn; the next earn repays
select pg_temp.earn(8201, 'A', 1000) as a \gset
select lib.points_lock('{8201}'::bigint[]) \g /dev/null
select lib.emit_all(lib.points_events(lib.points_debit('redeem', 'm', 8201, 40, lib.posting_of('pos:till:A:redeem', 'v:till')))) \g /dev/null
create temp table back as select pg_temp.reverse('v:till', :'a'::jsonb ->> 'tx', p_return => 'RET-A') as r;
select is(r - '{tx,_events,_sys,_subjects}'::text[], jsonb_build_object('reverses', :'a'::jsonb ->> 'tx', 'amount', 100, 'left', 0, 'duplicate', false), 'all of it') from back;
select is(pg_temp.has(8201), '0/0/0/-40', 'what was spent is owed');
select is(pg_temp.counted(8201), 0::bigint, 'the tier points went with it');
select is((select string_agg(e #>> '{refs,kind}', ',' order by o) from back, jsonb_array_elements(r -> '_events') with ordinality as x (e, o)), 'reverse,tier_reverse', 'each told');
select is((select array[x.idem, x.ref_kind, x.ref_id, x.actor] from back, ledger_tx x where tx_id = (r ->> 'tx')::bigint), '{pos:till:RET-A:reverse,return,RET-A,v:till}', 'under the key of the return');
select is(pg_temp.earn(8201, 'B', 500) -> 'points', '50', 'the next purchase');
select is(pg_temp.has(8201), '10/0/0/0', 'repays it');

-- the same in two parts, a third is too much
select pg_temp.earn(8202, 'C', 1000) as c \gset
select lib.points_lock('{8202}'::bigint[]) \g /dev/null
select lib.emit_all(lib.points_events(lib.points_debit('redeem', 'm', 8202, 40, lib.posting_of('pos:till:C:redeem', 'v:till')))) \g /dev/null
select is(pg_temp.reverse('v:till', :'c'::jsonb ->> 'tx', 60, 'RET-C1') -> 'left', '40', 'a part');
select is(pg_temp.counted(8202), 40::bigint, 'tier points in proportion');
select is(pg_temp.has(8202), '0/0/0/0', 'taken from what there is');
select is(pg_temp.reverse('v:till', :'c'::jsonb ->> 'tx', 41, 'RET-C2'), '{"refused":"ZC029","left":40}', 'more than is left');
select is(pg_temp.reverse('v:till', :'c'::jsonb ->> 'tx', 40, 'RET-C2') -> 'left', '0', 'the rest');
select is(pg_temp.has(8202), '0/0/0/-40', 'is owed');
select pg_temp.rows() as before \gset
select is(pg_temp.reverse('v:till', :'c'::jsonb ->> 'tx', 1, 'RET-C3'), '{"refused":"ZC029","left":0}', 'a third part');
select is(pg_temp.reverse('v:till', :'c'::jsonb ->> 'tx', null, 'RET-C4'), '{"refused":"ZC029","left":0}', 'or all of nothing');
select is(pg_temp.rows(), :'before', 'changes nothing');

-- a return counts once, whatever key the till sends it under
select is(pg_temp.reverse('v:till', :'c'::jsonb ->> 'tx', 60, 'RET-C1') - '{tx,_events,_sys,_subjects}'::text[],
          jsonb_build_object('reverses', :'c'::jsonb ->> 'tx', 'amount', 60, 'left', 0, 'duplicate', true), 'the same return again');
select is(pg_temp.reverse('v:till', :'c'::jsonb ->> 'tx', null, 'RET-C1') -> 'duplicate', 'true', 'without an amount too');
select is(pg_temp.reverse('v:till', :'c'::jsonb ->> 'tx', 59, 'RET-C1') ->> 'refused', 'ZC004', 'with another amount');
select is(pg_temp.reverse('v:till', :'a'::jsonb ->> 'tx', 60, 'RET-C1') ->> 'refused', 'ZC004', 'of another purchase');
select is(pg_temp.rows(), :'before', 'changes nothing');

-- spending given back: whole lots with their expiry; what expired meanwhile only when it was our mistake
select pg_temp.earn(8204, 'D', 2000) as d \gset
select lib.points_lock('{8204}'::bigint[]) \g /dev/null
select lib.emit_all(lib.points_events(lib.points_debit('redeem', 'm', 8204, 100, lib.posting_of('pos:till:D:redeem', 'v:till')))) \g /dev/null
select tx_id as spent from ledger_tx where idem = 'pos:till:D:redeem' \gset
select is(pg_temp.reverse('v:till', :'spent', 30, 'RET-D1') -> 'left', '70', 'a part of what was spent');
select is(pg_temp.has(8204), '230/0/0/0', 'is there again');
select is(pg_temp.counted(8204), 200::bigint, 'tier points stay');
update point_lot set expires_at = now() - interval '1 second' where account_id = (select account_id from ledger_account where kind = 'redeemable' and owner_id = 8204);
select is(pg_temp.reverse('v:till', :'spent', 30, 'RET-D2') -> 'left', '40', 'of points that have expired since');
select is(pg_temp.has(8204), '0/0/0/0', 'they expire at once');
select is(pg_temp.reverse('v:till', :'spent', null, 'RET-D3', p_operator => true) -> 'amount', '40', 'when it was our mistake');
select is(pg_temp.has(8204), '40/0/0/0', 'they can be spent');
select is((select count(*) from point_lot where account_id = (select account_id from ledger_account where kind = 'redeemable' and owner_id = 8204) and remaining = 40
            and expires_at between now() + interval '30 days' and now() + interval '30 days 1 minute'), 1::bigint, 'for 30 days');

-- in its return window: the pending points go
select pg_temp.earn(8206, 'E', 1000, p_days => 30) as e \gset
select is(pg_temp.reverse('v:till', :'e'::jsonb ->> 'tx', 30, 'RET-E') -> 'left', '70', 'not matured');
select is(pg_temp.has(8206), '0/0/70/0', 'pending points go');

-- who may: services what they posted, staff what is of members of their clubs
select pg_temp.earn(8201, 'BIG', 200000) as big \gset
select pg_temp.rows() as before \gset
select is(array[pg_temp.reverse('v:desk', :'big'::jsonb ->> 'tx', 1, 'X') ->> 'refused', pg_temp.reverse('v:till', '999999999', 1, 'X') ->> 'refused', pg_temp.reverse('v:till', :'big'::jsonb ->> 'tx', 1) ->> 'path',
                pg_temp.reverse('s:8304', :'big'::jsonb ->> 'tx', 1, p_reason => 'x') ->> 'refused', pg_temp.reverse('s:8301', :'big'::jsonb ->> 'tx', 1, p_reason => 'x') ->> 'refused',
                pg_temp.reverse('s:8303', :'big'::jsonb ->> 'tx', 1) ->> 'path', pg_temp.reverse('s:8303', :'big'::jsonb ->> 'tx', 1, p_reason => ' ') ->> 'path',
                pg_temp.reverse('m:8201', :'big'::jsonb ->> 'tx', 1, p_reason => 'x') ->> 'refused', pg_temp.reverse('s:8303', '999999999', 1, p_reason => 'x') ->> 'refused'],
          '{ZC002,ZC002,return,ZC002,ZC001,reason,reason,ZC001,ZC002}', 'another service, nothing, no number, another club, an editor, no reason, a member');
select is(array[pg_temp.reverse('v:till', :'big'::jsonb ->> 'tier_tx', 1, 'X') ->> 'state', pg_temp.reverse('s:8303', (select r ->> 'tx' from back), 1, p_reason => 'x') ->> 'state'],
          '{tier_earn,reverse}', 'tier points go with their purchase, and no reversal is reversed');
select is(pg_temp.rows(), :'before', 'none of it changes anything');
select is(pg_temp.reverse('s:8302', :'big'::jsonb ->> 'tx', 5001, p_reason => 'Returned'), '{"refused":"ZC024","max":5000}', 'an agent up to 5,000 points');
select is(pg_temp.reverse('s:8302', :'big'::jsonb ->> 'tx', p_reason => 'Returned') ->> 'refused', 'ZC024', 'all of it is more');
select is(pg_temp.reverse('s:8302', :'big'::jsonb ->> 'tx', 3000, p_reason => 'Returned') -> 'left', '17000', 'a part');
select is(pg_temp.reverse('s:8302', :'big'::jsonb ->> 'tx', 2001, p_reason => 'Returned') ->> 'refused', 'ZC024', 'not in many parts either');
select is(pg_temp.reverse('s:8305', :'big'::jsonb ->> 'tx', 2001, p_reason => 'Returned') ->> 'refused', 'ZC024', 'nor by many agents');
select is(pg_temp.reverse('s:8305', :'big'::jsonb ->> 'tx', 2000, p_reason => 'Returned') -> 'left', '15000', 'up to 5,000 together');
select is(pg_temp.reverse('s:8306', :'big'::jsonb ->> 'tx', 6000, p_reason => 'Returned') -> 'left', '9000', 'one who is a manager too');
select is(pg_temp.reverse('s:8303', :'big'::jsonb ->> 'tx', p_reason => 'Returned', p_key => 'manager-1') -> 'left', '0', 'a manager without that limit');
delete from idempotency where key = 'manager-1';
select is(pg_temp.reverse('s:8303', :'big'::jsonb ->> 'tx', p_reason => 'Returned', p_key => 'manager-1') -> 'duplicate', 'true', 'the ledger knows the call when nobody else does');
select is((select string_agg(actor || ' ' || (detail -> 'amount') || ' ' || (detail ->> 'reason'), ', ' order by id) from audit_log
            where action = 'points.reverse' and subject_member = 8201 and actor like 's:%'), 's:8302 3000 Returned, s:8305 2000 Returned, s:8306 6000 Returned, s:8303 9000 Returned', 'all of it is written down');

-- goodwill
select is(pg_temp.adjust('s:8302', 8201, 500, p_case => 'C-7') - '{tx,_events,_sys,_subjects}'::text[], '{"member":"8201","amount":500}', 'an agent gives');
select is((select array[x.idem ~ '^adj:s:8302:', x.ref_kind = 'case', x.ref_id = 'C-7', x.reason = 'Lost luggage', x.club_id = 8001] from ledger_tx x where kind = 'adjust'), '{t,t,t,t,t}', 'why, and for which case');
select is((select expires_at from point_lot where earned_tx = (select tx_id from ledger_tx where kind = 'adjust')), lib.points_expiry(now(), 24, 'Europe/Oslo'), 'such points expire as others do');
select pg_temp.rows() as before \gset
select is(array[pg_temp.adjust('s:8302', 8201, -1) ->> 'refused', pg_temp.adjust('s:8302', 8201, 0) ->> 'path', pg_temp.adjust('s:8302', 8201, 1, ' ') ->> 'path',
                pg_temp.adjust('s:8302', 8207, 1) ->> 'refused', pg_temp.adjust('s:8304', 8201, 1) ->> 'refused', pg_temp.adjust('s:8304', 8201, 1, p_club => 8002) ->> 'refused',
                pg_temp.adjust('s:8301', 8201, 1) ->> 'refused', pg_temp.adjust('s:8303', 1, 1) ->> 'refused', pg_temp.adjust('m:8201', 8201, 1) ->> 'refused'],
          '{ZC001,amount,reason,ZC002,ZC001,ZC002,ZC001,ZC002,ZC001}', 'an agent takes nothing; nothing; no reason; strangers; other clubs; other roles');
select is(pg_temp.adjust('s:8303', 8201, -1000000) ->> 'refused', 'APPROVAL_REQUIRED', 'a large one asks first, one that takes as well');
delete from approval; delete from outbox where type = 'approval.needed';
select is(pg_temp.adjust('s:8303', 8201, -9000)::text, '{"have": 510, "need": 9000, "refused": "ZC027"}', 'no more than there is');
select is(pg_temp.rows(), :'before', 'none of it changes anything');
select is(pg_temp.adjust('s:8303', 8201, -510, p_key => 'manager-2') -> 'amount', '-510', 'a manager takes');
select is(pg_temp.has(8201), '0/0/0/0', 'what there is');
delete from idempotency where key = 'manager-2';
select is(pg_temp.adjust('s:8303', 8201, -510, p_key => 'manager-2') -> '_events', 'null', 'the ledger knows the call when nobody else does');
delete from idempotency where key = 'manager-2';
select is(pg_temp.adjust('s:8303', 8201, -511, p_key => 'manager-2') ->> 'refused', 'ZC004', 'another under the same key is another');
update ledger_account set frozen = true where owner_id = 8204 and kind = 'redeemable';
select is(pg_temp.adjust('s:8303', 8204, -1) ->> 'refused', 'ZC028', 'nothing is taken from what is frozen');
select is(pg_temp.adjust('s:8303', 8204, 1) ->> 'refused', null, 'but given');

-- four eyes: above 10,000 by one person for one member within a day, in one call or in many
select is(pg_temp.adjust('s:8302', 8202, 10000) ->> 'refused', null, '10,000 need nobody');
select is(pg_temp.adjust('s:8302', 8202, 1) ->> 'refused', 'APPROVAL_REQUIRED', 'one more does');
select is(pg_temp.adjust('s:8302', 8206, 1) ->> 'refused', null, 'not for another member');
select is(pg_temp.adjust('s:8305', 8202, 1) ->> 'refused', null, 'nor by another agent');
select pg_temp.rows() as before \gset
select pg_temp.adjust('s:8303', 8202, 10001, 'Cancelled cruise') as asked \gset
select is(:'asked'::jsonb ->> 'refused', 'APPROVAL_REQUIRED', 'more than that takes two');
select is(pg_temp.rows(), :'before', 'and changes nothing at first');
select is((select params from approval where approval_id = (:'asked'::jsonb ->> 'approval_id')::bigint), '{"member":"8202","club":"8001","amount":10001,"reason":"Cancelled cruise"}', 'the second one reads what for');
select is(pg_temp.approve(:'asked', 's:8303') ->> 'refused', 'ZC001', 'not the first one');
select is(pg_temp.approve(:'asked', 's:8305') ->> 'state', 'granted', 'but who may do that, too');
select is(pg_temp.adjust('s:8303', 8202, 10001, 'Cancelled cruise') -> 'amount', '10001', 'then it goes through');
select is(pg_temp.adjust('s:8303', 8202, 10001, 'Cancelled cruise') ->> 'refused', 'APPROVAL_REQUIRED', 'once');

-- sums that no number can hold
select is(pg_temp.adjust('s:8303', 8206, 9007199254740991) ->> 'refused', 'APPROVAL_REQUIRED', 'a balance at its end');
update approval set state = 'granted', decided_by = 8305, decided_at = now() where state = 'asked';
select pg_temp.rows() as before \gset
select is(pg_temp.adjust('s:8303', 8206, 9007199254740991), '{"refused":"ZC024","max":9007199254740991}', 'and past it');
select is(pg_temp.rows(), :'before', 'changes nothing');
select is_empty('select * from lib.ledger_violations()', 'the ledger adds up');
select * from finish();
rollback;
