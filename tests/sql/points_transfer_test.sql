-- points.transfer, .transfer_accept, .transfer_decline; what points.history says of every kind.
begin;
\ir noun.psql
select plan(71);
insert into staff (staff_id, login, roles) values (8303, 'n-manager', '{manager}');
insert into staff_club (staff_id, club_id) values (8303, 8001);
update club set settings = settings || '{"transfers":true}' where club_id = 8001;

create function pg_temp.give(p_member bigint, p_to bigint, p_amount bigint, p_key text default null, p_handle text default null) returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.points_transfer(%L, %L, %L, %L, %L, %L)', 'm:' || p_member, coalesce(p_key, pg_temp.key()),
        sha256(convert_to(concat_ws('/', p_to, p_handle, p_amount), 'UTF8')), p_to, p_handle, p_amount)) $$;
create function pg_temp.resolve(p_how text, p_member bigint, p_hold text) returns jsonb language sql as $$
    select pg_temp.call('m:' || p_member, 'points_transfer_' || p_how, quote_literal(p_hold)) $$;
create function pg_temp.has(p_member bigint) returns text language sql as $$
    select concat_ws('/', v -> 'available', v -> 'held', v -> 'pending', v -> 'debt') from (select (lib.points_summary_view(p_member)).view as v) x $$;
create function pg_temp.rows() returns text language sql as $$
    select concat_ws(',', (select count(*) from ledger_tx), (select count(*) from ledger_entry), (select sum(ver) from wallet), (select count(*) from point_hold),
                     (select count(*) from outbox where type in ('points.changed', 'transfer.offered')), (select count(*) from notification)) $$;
create function pg_temp.lots(p_member bigint) returns jsonb language sql as $$
    select jsonb_agg(jsonb_build_array(remaining, round(extract(epoch from expires_at - now()) / 86400), origin_member) order by expires_at, lot_id)
      from point_lot where remaining > 0 and account_id = (select account_id from ledger_account where kind = 'redeemable' and owner_kind = 'm' and owner_id = p_member) $$;
create function pg_temp.credit(p_member bigint, p_amount bigint, p_days int) returns void language plpgsql as $$
begin
    perform lib.points_lock(array[p_member]);
    perform lib.emit_all(lib.points_events(lib.points_credit('adjust', 'm', p_member, p_amount, lib.posting_of(
        'test:' || lib.new_id(), 's:8303', 8001, p_reason => 'test', p_expires_at => now() + p_days * interval '1 day'))));
end $$;
select pg_temp.credit(8201, 50, 5), pg_temp.credit(8201, 100, 10) \g /dev/null

-- an offer: a hold, told to the other; accepted, the lots move with their expiry (domain.md 19.1 (2))
create temp table offer as select pg_temp.give(8201, 8202, 70) as r;
select is(r - '{hold,tx,expires_at,_events,_sys,_subjects}'::text[], '{"member":"8202","amount":70,"state":"offered"}', 'offered') from offer;
select is(pg_temp.has(8201), '80/70/0/0', 'held meanwhile');
select is((select row(purpose, ref_id, requested_by, expires_at = created_at + interval '7 days')::text from point_hold, offer where hold_id = (r ->> 'hold')::bigint),
          '(transfer,8202,m:8201,t)', 'for seven days');
select is((select string_agg((e ->> 'stream') || ' ' || (e ->> 'type'), ', ' order by o) from offer, jsonb_array_elements(r -> '_events') with ordinality as x (e, o)),
          'me:8201 points.changed, me:8202 notify.added, me:8202 transfer.offered', 'both are told');
select is((e -> 'refs') - 'expires_at', jsonb_build_object('hold', r -> 'hold', 'amount', 70, 'from', '8201'), 'the offer names numbers only') from offer, jsonb_array_elements(r -> '_events') e where e ->> 'type' = 'transfer.offered';
select is(e -> 'subjects', '["8201"]', 'and shows the sender') from offer, jsonb_array_elements(r -> '_events') e where e ->> 'type' = 'transfer.offered';
select is((lib.transfer_view((r ->> 'hold')::bigint)).view - '{expires_at,hold}'::text[], '{"amount":70,"from":{"member":"8201","handle":"nn8201"},"state":"offered"}', 'in words') from offer;
select pg_temp.rows() as before \gset
select is(array[pg_temp.resolve('accept', 8201, r ->> 'hold') ->> 'refused', pg_temp.resolve('accept', 8204, r ->> 'hold') ->> 'refused', pg_temp.resolve('decline', 8204, r ->> 'hold') ->> 'refused',
                pg_temp.resolve('accept', 8202, '999999') ->> 'refused'], '{ZC002,ZC002,ZC002,ZC002}', 'nobody else resolves it') from offer;
select is(pg_temp.rows(), :'before', 'and nothing happens');
select is(pg_temp.resolve('accept', 8202, r ->> 'hold') - '{tx,expires_at,_events,_sys,_subjects}'::text[],
          jsonb_build_object('hold', r -> 'hold', 'member', '8201', 'amount', 70, 'state', 'accepted'), 'accepted') from offer;
select is(pg_temp.lots(8202), '[[50,5,8201],[20,10,8201]]', 'the recipient''s lots have the sender''s expiry and origin');
select is(pg_temp.lots(8201), '[[80,10,8201]]', 'the sender''s those that expire last');
select is(pg_temp.has(8201) || ' ' || pg_temp.has(8202), '80/0/0/0 70/0/0/0', 'moved');
select is((select idem from ledger_tx where kind = 'hold' and hold_id = (r ->> 'hold')::bigint) ~ '^xfer:8201:', true, 'under the sender''s key') from offer;
select is(array[pg_temp.resolve('accept', 8202, r ->> 'hold') ->> 'state', pg_temp.resolve('decline', 8202, r ->> 'hold') ->> 'state', pg_temp.resolve('decline', 8201, r ->> 'hold') ->> 'refused'],
          '{captured,captured,ZC026}', 'once') from offer;

-- turned down, taken back, too late
create temp table second as select pg_temp.give(8202, null, 60, p_handle => 'NN8204') as r;
select is(r ->> 'member', '8204', 'by handle') from second;
select is(pg_temp.resolve('decline', 8204, r ->> 'hold') ->> 'state', 'declined', 'turned down') from second;
select is(pg_temp.lots(8202), '[[50,5,8201],[20,10,8201]]', 'the lots are as before');
create temp table third as select pg_temp.give(8202, 8204, 60) as r;
select is(pg_temp.resolve('decline', 8202, r ->> 'hold') - '{hold,tx,expires_at,_events,_sys,_subjects}'::text[], '{"member":"8204","amount":60,"state":"declined"}', 'taken back') from third;
select is(pg_temp.resolve('accept', 8204, r ->> 'hold') ->> 'state', 'released', 'then it is gone') from third;
create temp table fourth as select pg_temp.give(8202, 8204, 60) as r;
update point_hold set expires_at = now() - interval '1 second' where hold_id = (select (r ->> 'hold')::bigint from fourth);
select is(pg_temp.resolve('accept', 8204, r ->> 'hold') ->> 'refused', 'ZC025', 'after seven days, though no job has run') from fourth;
select lib.emit_all(lib.points_events(lib.points_release((r ->> 'hold')::bigint, 'expired', lib.posting_of(null, 'job:point_holds')))) from fourth \g /dev/null
select is(array[pg_temp.resolve('accept', 8204, r ->> 'hold') ->> 'state', pg_temp.resolve('decline', 8204, r ->> 'hold') ->> 'state'], '{expired,expired}', 'nor after it has') from fourth;
select is((lib.transfer_reply((r ->> 'hold')::bigint, null, 8204, 60)) ->> 'state', 'lapsed', 'the offer has lapsed') from fourth;
select is(pg_temp.has(8202), '70/0/0/0', 'and the points are back');

-- limits of the sender: 3 offers a day, 20,000 points in 30 days
select is(pg_temp.give(8202, 8204, 1), '{"refused":"ZC024","max":3}', 'three offers in 24 hours, whatever became of them');
update point_hold set created_at = now() - interval '24 hours 1 second' where ref_id = '8204';
select pg_temp.credit(8202, 100000, 100) \g /dev/null
select is(pg_temp.give(8202, 8204, 20001), '{"refused":"ZC024","max":20000}', 'too much at once');
create temp table big as select pg_temp.give(8202, 8204, 20000) as r;
select is(r ->> 'state', 'offered', '20,000') from big;
select is(pg_temp.give(8202, 8206, 1), '{"refused":"ZC024","max":20000}', 'and no more');
select is(pg_temp.resolve('accept', 8204, r ->> 'hold') ->> 'state', 'accepted', 'accepted') from big;
update point_hold set created_at = now() - interval '29 days' where ref_id = '8204';
select is(pg_temp.give(8202, 8206, 1), '{"refused":"ZC024","max":20000}', 'for 30 days');
update point_hold set created_at = now() - interval '30 days 1 second' where ref_id = '8204';
select is(pg_temp.give(8202, 8206, 1) ->> 'state', 'offered', 'after them it can');
select is(pg_temp.give(8204, 8206, 20000) ->> 'state', 'offered', 'what one got is no part of it');
select is(pg_temp.resolve('decline', 8204, hold_id::text) ->> 'state', 'declined', 'what was not accepted neither') from point_hold where ref_id = '8206' and requested_by = 'm:8204';
select is(pg_temp.give(8204, 8206, 20000) ->> 'state', 'offered', 'so again');
select is(pg_temp.resolve('decline', 8204, hold_id::text) ->> 'state', 'declined', 'and back') from point_hold where ref_id = '8206' and requested_by = 'm:8204' and state = 'active';

-- who cannot be given to, and when
select pg_temp.rows() as before \gset
select is(array[pg_temp.give(8201, 8201, 1) ->> 'path', pg_temp.give(8201, null, 1, p_handle => 'nn8201') ->> 'path', pg_temp.give(8201, null, 1) ->> 'path', pg_temp.give(8201, 8202, 1, p_handle => 'nn8202') ->> 'path'],
          '{member,handle,member,member}', 'oneself, nobody, two');
select is(array[pg_temp.give(8201, 8207, 1) ->> 'refused', pg_temp.give(8201, 999, 1) ->> 'refused', pg_temp.give(8201, null, 1, p_handle => 'nobody') ->> 'refused', pg_temp.give(8201, 8205, 1) ->> 'refused',
                pg_temp.give(8201, 8208, 1) ->> 'refused'], '{ZC002,ZC002,ZC002,ZC002,ZC002}', 'in no club, nobody, a child, one who is suspended');
select is(array[pg_temp.give(8201, 8203, 1), pg_temp.give(8203, 8201, 1)], array['{"refused":"ZC034","setting":"transfers"}', '{"refused":"ZC034","setting":"transfers"}']::jsonb[], 'who pauses');
insert into block_rel (blocker, blocked) values (8204, 8201);
select is(array[pg_temp.give(8201, 8204, 1) ->> 'refused', pg_temp.give(8204, 8201, 1) ->> 'refused'], '{ZC002,ZC002}', 'blocked either way');
delete from block_rel;
update club set settings = settings - 'transfers' where club_id = 8001;
select is(pg_temp.give(8201, 8202, 1), '{"refused":"ZC034","setting":"transfers"}', 'a program that does not allow it');
update club set settings = settings || '{"transfers":true}', status = 'frozen' where club_id = 8001;
select is(pg_temp.give(8201, 8202, 1) ->> 'refused', 'ZC034', 'a frozen club');
update club set status = 'active' where club_id = 8001;
select is(array[pg_temp.give(8208, 8201, 1) ->> 'refused', pg_temp.resolve('accept', 8208, '1') ->> 'refused', pg_temp.resolve('decline', 8208, '999999') ->> 'refused'], '{ZC035,ZC035,ZC002}',
          'who is suspended gives and takes nothing, but may decline');
select is(pg_temp.give(8201, 8202, 81), '{"refused":"ZC027","have":80,"need":81}', 'more than there is');
update ledger_account set frozen = true where owner_id = 8201 and kind = 'redeemable';
select is(pg_temp.give(8201, 8202, 1) ->> 'refused', 'ZC028', 'frozen');
update ledger_account set frozen = false where owner_id = 8201 and kind = 'redeemable';
select is(pg_temp.rows(), :'before', 'none of it changes anything');

-- debt: neither side's, and not told of the other
select pg_temp.earn(8206, 'D', 1000) as d \gset
create temp table owing as select pg_temp.give(8206, 8201, 60) as r;
select pg_temp.try(format('select * from api.points_reverse(%L, %L, %L, %L, null, %L, null, null)', 'v:till', pg_temp.key(), sha256('x'), :'d'::jsonb ->> 'tx', 'RET-D')) ->> 'left' as left \gset
select is(pg_temp.has(8206), '0/60/0/-60', 'the purchase was returned while the points were offered');
select pg_temp.rows() as before \gset
select is(pg_temp.resolve('accept', 8201, r ->> 'hold'), '{"refused":"ZC017","state":"sender"}', 'not now') from owing;
select is(pg_temp.give(8201, 8206, 1), '{"refused":"ZC017","state":"recipient"}', 'nor the other way');
select is(pg_temp.give(8206, 8201, 1), '{"refused":"ZC017","state":"debt"}', 'one''s own is told');
update ledger_account set frozen = true where owner_id = 8206 and kind = 'redeemable';
select is(pg_temp.resolve('accept', 8201, r ->> 'hold'), '{"refused":"ZC017","state":"sender"}', 'nor from who is frozen') from owing;
update ledger_account set frozen = false where owner_id = 8206 and kind = 'redeemable';
select is(pg_temp.rows(), :'before', 'none of it changes anything');
select is(pg_temp.resolve('decline', 8201, r ->> 'hold') ->> 'state', 'declined', 'back') from owing;
select is(pg_temp.has(8206), '0/0/0/0', 'it repays what was owed');

-- a key of the ledger lives for ever
create temp table again as select pg_temp.give(8201, 8202, 10, 'transfer-1') as r;
delete from idempotency where key = 'transfer-1';
select is(pg_temp.give(8201, 8202, 10, 'transfer-1') - '{_events,_sys,_subjects}'::text[], r - '{_events,_sys,_subjects}'::text[], 'the same call later: the same offer') from again;
delete from idempotency where key = 'transfer-1';
select is(pg_temp.give(8201, 8204, 10, 'transfer-1') ->> 'refused', 'ZC004', 'another under that key');

update ledger_account set frozen = true where owner_id = 8201 and kind = 'redeemable';
select is(pg_temp.resolve('accept', 8202, r ->> 'hold'), '{"refused":"ZC017","state":"sender"}', 'a sender who was frozen since') from again;
update ledger_account set frozen = false where owner_id = 8201 and kind = 'redeemable';

-- an erasure of the sender gives the offer up, one of the recipient leaves it to lapse
update member set status = 'closing' where member_id = 8202;
select is(pg_temp.resolve('accept', 8202, r ->> 'hold') ->> 'refused', 'ZC035', 'who closes the account takes nothing more') from again;
update member set status = 'active' where member_id = 8202;
select lib.points_lock('{8201}'::bigint[]) \g /dev/null
select lib.emit_all(lib.points_events(lib.points_forfeit(8201, 'forfeit:m:8201'))) \g /dev/null
update member set status = 'erased', erased_at = now(), handle = null where member_id = 8201;
select is(pg_temp.resolve('accept', 8202, r ->> 'hold') ->> 'state', 'released', 'the sender is erased') from again;
select is((lib.transfer_view((r ->> 'hold')::bigint)).view -> 'from', '{"former":true}', 'and nobody any more') from again;
select pg_temp.give(8202, 8204, 10) as r \gset
update member set status = 'erased', erased_at = now(), handle = null where member_id = 8204;
select is(pg_temp.resolve('decline', 8202, :'r'::jsonb ->> 'hold') ->> 'state', 'declined', 'the recipient is: the sender takes it back');

-- inside a family: at once, without limits, whatever the club says, a child too
update club set settings = settings - 'transfers' where club_id = 8001;
insert into family (family_id, head) values (8901, 8202);
insert into family_member (family_id, member_id, role, state, joined_at) values (8901, 8202, 'head', 'active', now()), (8901, 8205, 'child', 'active', now()), (8901, 8207, 'adult', 'active', now());
select is(pg_temp.give(8202, 8205, 30000) - '{tx,_events,_sys,_subjects}'::text[], '{"hold":null,"member":"8205","amount":30000,"state":"accepted","expires_at":null}', 'at once');
select is(pg_temp.has(8205), '30000/0/0/0', 'it is there');
select is(pg_temp.give(8205, 8207, 1) ->> 'state', 'accepted', 'to one in no club');
update family_member set state = 'left', left_at = now() where member_id = 8207;
select is(pg_temp.give(8202, 8207, 1) ->> 'refused', 'ZC002', 'not to one who has left');

select is_empty('select * from lib.ledger_violations()', 'the ledger adds up');

-- what history says of every kind; the sentence can be taken back where points.reverse can
select pg_temp.earn(8206, 'H1', 1000), pg_temp.earn(8206, 'H2', 1000, p_days => 10) \g /dev/null
do $$
declare
    v_hold bigint;
    v_key  int := 0;
    v_post lib.posting;
begin
    perform lib.points_lock('{8206,8202}'::bigint[], '{8901}');
    v_post := lib.posting_of('test:h1', 'v:till');
    perform lib.emit_all(lib.points_events(
        lib.points_debit('redeem', 'm', 8206, 10, v_post)));
    select hold into v_hold from lib.points_hold('m', 8206, 20, 'v:till', 'purchase', null, now() + interval '1 hour', lib.posting_of('test:h2', 'v:till'));
    perform lib.points_capture(v_hold, 15, lib.posting_of('cap:' || v_hold, 'v:till'));
    select hold into v_hold from lib.points_hold('m', 8206, 20, 'v:till', 'purchase', null, now() + interval '1 hour', lib.posting_of('test:h3', 'v:till'));
    perform lib.points_release(v_hold, 'expired', lib.posting_of(null, 'job:point_holds'));
    perform lib.points_reverse((select tx_id from ledger_tx where idem = 'test:h1'), 10, false, lib.posting_of('test:h4', 'v:till'));
    perform lib.points_move('contribute', 'm', 8206, 'f', 8901, 5, lib.posting_of('test:h5', 'm:8206'));
    perform lib.points_move('return_share', 'f', 8901, 'm', 8206, 5, lib.posting_of('test:h6', 'm:8206'));
    perform lib.points_credit('earn', 'm', 8206, 7, lib.posting_of('welcome:8206:8001', 'job:welcome', 8001, 'welcome', '8001'));
    update point_lot set expires_at = now() - interval '1 second' where made_tx = (select tx_id from ledger_tx where idem = 'welcome:8206:8001');
    perform lib.points_expire('m', 8206);
end $$;
select is((select string_agg(distinct e #>> '{cause,key}' || case when e -> 'reversible' = 'true' then '!' else '' end, ' ') from jsonb_array_elements((api.points_history('m:8206', null, 100, null)).reply -> 'entries') e),
          'points.capture! points.contribute.out points.earn points.earn! points.earn.welcome! points.expire points.hold points.hold.transfer points.redeem points.release points.release.expired '
          || 'points.release.transfer points.return_share.in points.reverse.earn points.reverse.redeem points.tier_earn points.tier_reverse.tier_earn', 'every kind has its key');
select is((select jsonb_agg(distinct e #> '{cause,params,member}') from jsonb_array_elements((api.points_history('m:8207', null, 100, null)).reply -> 'entries') e), '[null]', 'a child is not named');
select is((api.points_history('m:8202', null, 100, null)).subjects @> '{8205}', false, 'nor shown');
select is((select jsonb_agg(distinct e #> '{cause,params,member}') from jsonb_array_elements((api.points_history('m:8205', null, 100, null)).reply -> 'entries') e where e #>> '{cause,key}' = 'points.transfer.in'),
          '[{"member":"8202","handle":"nn8202"}]', 'the child sees who gave');
select is((api.points_history('m:8205', null, 100, null)).subjects, '{8202,8207}', 'of whom the answer tells');
insert into block_rel (blocker, blocked) values (8202, 8205);
select is((api.points_history('m:8205', null, 100, null)).subjects, '{8207}', 'not of one who blocks the member');
select * from finish();
rollback;
