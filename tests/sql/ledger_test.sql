-- The ledger's engine: every kind of transaction of domain.md 7.2, its worked example, scenarios 1 to 5 of 19.1.
begin;
\ir noun.psql
select plan(104);

-- Runs one step and emits what it posted; answers the transactions, or {"refused": sqlstate, ...detail}.
create function pg_temp.step(p_sql text)
returns jsonb language plpgsql as $$
declare
    v_posted lib.posted[];
    v_detail text;
begin
    perform lib.points_lock('{8201,8202,8203,8204}');
    execute 'select ' || p_sql into v_posted;
    perform lib.emit_all(lib.points_events(v_posted));
    return jsonb_build_object('tx', (select jsonb_agg(tx order by n) from unnest(v_posted) with ordinality
                                         as p (post, tx, ok, oi, ver, a, h, p, d, de, kind, n)),
                              'kinds', (select string_agg(p.kind, ' ' order by n) from unnest(v_posted) with ordinality
                                         as p (post, tx, ok, oi, ver, a, h, p, d, de, kind, n)));
exception when others then
    get stacked diagnostics v_detail = pg_exception_detail;
    if left(sqlstate, 2) <> 'ZC' then
        raise;
    end if;
    return coalesce(nullif(v_detail, '')::jsonb, '{}') || jsonb_build_object('refused', sqlstate);
end $$;

create function pg_temp.header(p_at interval default null)
returns lib.posting language sql as $$
    select lib.posting_of(pg_temp.key(), 'v:till', p_expires_at => now() + p_at);
$$;
create function pg_temp.credit(p_member bigint, p_amount bigint, p_at interval default null, p_kind text default 'earn')
returns jsonb language sql as $$
    select pg_temp.step(format('lib.points_credit(%L, ''m'', %s, %s, pg_temp.header(%L))', p_kind, p_member, p_amount, p_at));
$$;
create function pg_temp.debit(p_member bigint, p_amount bigint, p_kind text default 'redeem')
returns jsonb language sql as $$
    select pg_temp.step(format('lib.points_debit(%L, ''m'', %s, %s, pg_temp.header())', p_kind, p_member, p_amount));
$$;
create function pg_temp.hold(p_member bigint, p_amount bigint, p_for interval default '10 minutes')
returns jsonb language sql as $$
    select pg_temp.step(format('posted from lib.points_hold(''m'', %s, %s, ''v:till'', ''test'', null, clock_timestamp() + %L, pg_temp.header())',
                               p_member, p_amount, p_for));
$$;
create function pg_temp.newest() returns bigint language sql as $$ select max(hold_id) from point_hold $$;
create function pg_temp.capture(p_amount bigint, p_hold bigint default pg_temp.newest())
returns jsonb language sql as $$
    select pg_temp.step(format('lib.points_capture(%s, %s, pg_temp.header())', p_hold, p_amount));
$$;
create function pg_temp.release(p_hold bigint default pg_temp.newest())
returns jsonb language sql as $$
    select pg_temp.step(format('lib.points_release(%s, ''released'', lib.posting_of(null, ''v:till''))', p_hold));
$$;
create function pg_temp.reverse(p_tx text, p_amount bigint default null, p_operator boolean default false)
returns jsonb language sql as $$
    select pg_temp.step(format('lib.points_reverse(%s, %L, %L, pg_temp.header())', p_tx, p_amount, p_operator));
$$;
create function pg_temp.move(p_from bigint, p_to bigint, p_amount bigint, p_kind text default 'transfer')
returns jsonb language sql as $$
    select pg_temp.step(format('lib.points_move(%L, ''m'', %s, ''m'', %s, %s, pg_temp.header())', p_kind, p_from, p_to, p_amount));
$$;
-- redeemable held pending debt
create function pg_temp.has(p_member bigint)
returns text language sql as $$
    select string_agg(balance::text, ' ' order by array_position('{redeemable,held,pending,debt}', kind)) from ledger_account
     where owner_kind = 'm' and owner_id = p_member and cur = 'RP';
$$;
create function pg_temp.own(p_member bigint)
returns text language sql as $$
    select format('%s %s %s %s', o.available, o.held, o.pending, o.debt) from lib.ledger_owner_of('m', p_member) o;
$$;
-- what is left of the lots, in the order in which they go
create function pg_temp.lots(p_member bigint)
returns text language sql as $$
    select string_agg(l.remaining::text, ' ' order by l.expires_at, l.lot_id)
      from point_lot l join ledger_account a using (account_id) where a.owner_kind = 'm' and a.owner_id = p_member;
$$;
create function pg_temp.contra(p_kind text)
returns bigint language sql as $$
    select coalesce(sum(amt), 0)::bigint from ledger_entry
     where account_id = (select account_id from ledger_account where cur = 'RP' and kind = p_kind and owner_kind = 's');
$$;
create function pg_temp.holds(p_what text)
returns text language sql as $$
    select is_empty('select * from lib.ledger_violations()', 'I-01 to I-15 hold: ' || p_what);
$$;

-- 1: the worked example
select pg_temp.credit(8201, 100, '10 days'), pg_temp.credit(8201, 50, '5 days'), pg_temp.credit(8201, 30) \g /dev/null
select is(pg_temp.lots(8201), '50 100 30', '1: lots of d+5, d+10, never');
select is(pg_temp.hold(8201, 120) ->> 'kinds', 'hold', '1: hold 120');
select is(pg_temp.lots(8201), '0 30 30', '1: takes 50 of d+5 and 70 of d+10');
select is(pg_temp.own(8201), '60 120 0 0', '1: and keeps them apart');
select is((select string_agg(h.amt::text, ' ' order by l.expires_at) from point_hold_lot h join point_lot l using (lot_id)
            where h.hold_id = pg_temp.newest()), '50 70', '1: the hold knows its lots');
select pg_temp.holds('1, held');
select is(pg_temp.capture(90) ->> 'kinds', 'capture release', '1: capture 90, the rest is released');
select is(pg_temp.own(8201), '90 0 0 0', '1: balance 90');
select is(pg_temp.lots(8201), '0 60 30', '1: lots 60, 0, 30');
select is(pg_temp.contra('redemption'), 90::bigint, '1: redeemed 90');
select is(pg_temp.capture(90), '{"refused":"ZC026","state":"captured"}', '1: captured once');
select is(pg_temp.release(), '{"refused":"ZC026","state":"captured"}', '1: release after capture');
select is(pg_temp.hold(8201, 200), '{"refused":"ZC027","have":90,"need":200}', '1: hold 200 of 90');
select is((select captured from point_hold where hold_id = pg_temp.newest()), 90::bigint, '1: nothing of it is written');
select pg_temp.holds('1');

-- 2: transfer
select is(pg_temp.move(8201, 8202, 40) ->> 'kinds', 'transfer transfer', '2: both sides');
select is(pg_temp.own(8201) || ', ' || pg_temp.own(8202), '50 0 0 0, 40 0 0 0', '2: 40 went over');
select is((select jsonb_agg(jsonb_build_array(l.remaining, l.expires_at = now() + interval '10 days', l.origin_member))
             from point_lot l join ledger_account a using (account_id) where a.owner_id = 8202),
          '[[40, true, 8201]]', '2: with the sender''s expiry and origin');
select is((select string_agg(stream || ' ' || (refs ->> 'delta'), ', ' order by stream) from outbox where refs ->> 'kind' = 'transfer'),
          'me:8201 -40, me:8202 40', '2: each is told on their own stream');
select is(pg_temp.move(8201, 8202, 51), '{"refused":"ZC027","have":50,"need":51}', '2: not more than there is');
select pg_temp.holds('2');

-- 3: reversal with debt, at once and in parts
create temp table three as select pg_temp.credit(8203, 100) #>> '{tx,0}' as tx;
select pg_temp.debit(8203, 40) \g /dev/null
create temp table issued as select pg_temp.contra('issuance') as before;
select is(pg_temp.reverse(tx) ->> 'kinds', 'reverse', '3: reversed') from three;
select is(pg_temp.own(8203), '0 0 0 -40', '3: redeemable -60, debt -40');
select is(pg_temp.contra('issuance') - before, 100::bigint, '3: issuance +100') from issued;
select is(pg_temp.move(8203, 8202, 1), '{"refused":"ZC017","state":"debt"}', 'who owes gives nothing away');
select is(pg_temp.move(8202, 8203, 1), '{"refused":"ZC017","state":"debt"}', 'nor is given anything');
select pg_temp.holds('3, owing');
select is(pg_temp.credit(8203, 50) ->> 'kinds', 'earn', '3: the next earn');
select is(pg_temp.own(8203), '10 0 0 0', '3: debt 0, redeemable +10');
select is(pg_temp.lots(8203), '0 10', '3: a lot of 10');
select is(pg_temp.reverse(tx), '{"refused":"ZC029","left":0}', '3: reversed once') from three;
create temp table parts as select pg_temp.credit(8204, 100) #>> '{tx,0}' as tx;
select pg_temp.debit(8204, 40) \g /dev/null
select pg_temp.reverse(tx, 60) from parts \g /dev/null
select is(pg_temp.own(8204), '0 0 0 0', '3: the first part takes what is there');
select is(pg_temp.reverse(tx, 41), '{"refused":"ZC029","left":40}', '3: not more than is left') from parts;
select pg_temp.reverse(tx, 40) from parts \g /dev/null
select is(pg_temp.own(8204), '0 0 0 -40', '3: the second the debt');
select is(pg_temp.reverse(tx, 1), '{"refused":"ZC029","left":0}', '3: a third part') from parts;
select pg_temp.credit(8204, 50) \g /dev/null
select is(pg_temp.own(8204), '10 0 0 0', '3: ends the same');
select pg_temp.holds('3');

-- an earn's own lot goes first, then those that expire first
create temp table mine as select pg_temp.credit(8203, 20, '20 days') #>> '{tx,0}' as tx;
select pg_temp.credit(8203, 5, '1 day') \g /dev/null
select is(pg_temp.lots(8203), '5 20 0 10', 'three lots');
select pg_temp.reverse(tx, 15) from mine \g /dev/null
select is(pg_temp.lots(8203), '5 5 0 10', 'its own lot first');
select pg_temp.debit(8203, 8) \g /dev/null
select is(pg_temp.lots(8203), '0 2 0 10', 'spent first-in-first-out');
select pg_temp.reverse(tx) from mine \g /dev/null
select is(pg_temp.lots(8203), '0 0 0 7', 'the rest of the reversal from the others');
select pg_temp.holds('own lot');

-- 5: lazy expiry
select pg_temp.credit(8202, 25, '2 days') \g /dev/null
select is(pg_temp.own(8202), '65 0 0 0', '5: 40 and 25');
create temp table broken as select pg_temp.contra('breakage') as before;
update point_lot set expires_at = clock_timestamp() where remaining = 25;
select is(pg_temp.own(8202), '40 0 0 0', '5: what is due cannot be spent, job or not') ;
select is(pg_temp.hold(8202, 65), '{"refused":"ZC027","have":40,"need":65}', '5: a hold of all fails');
select is(pg_temp.hold(8202, 10) ->> 'kinds', 'expire hold', '5: a debit ends it first');
select is(pg_temp.contra('breakage') - before, 25::bigint, '5: breakage + the lot') from broken;
select is(pg_temp.own(8202), '30 10 0 0', '5: balance without it');
select is((select x.idem from ledger_tx x where x.kind = 'expire' order by tx_id desc limit 1),
          (select 'exp:' || a.account_id || ':' || e.ver - 1 from ledger_entry e join ledger_account a using (account_id)
             join ledger_tx x using (tx_id) where x.kind = 'expire' and a.tracked), '5: its key');
select pg_temp.holds('5');

-- what expired while it was held
update point_lot l set expires_at = clock_timestamp()
  from ledger_account a where a.account_id = l.account_id and a.owner_id = 8202 and l.live;
select is(pg_temp.capture(4) ->> 'kinds', 'capture release expire', 'captured all the same; what comes back ends at once');
select is(pg_temp.own(8202), '0 0 0 0', 'nothing is left');
select pg_temp.credit(8202, 30, '1 day'), pg_temp.hold(8202, 30) \g /dev/null
update point_lot l set expires_at = clock_timestamp() where l.lot_id = (select max(lot_id) from point_lot);
select is(pg_temp.release() ->> 'kinds', 'release expire', 'released: expires in the same transaction');
select is((select refs ->> 'available' from outbox where stream = 'me:8202' order by seq desc limit 1 offset 1), '0',
          'at no time can it be spent');
select pg_temp.holds('expired while held');

-- holds are resolved once, and not after their end
select pg_temp.credit(8202, 30), pg_temp.hold(8202, 30) \g /dev/null
select is(pg_temp.capture(31), '{"refused":"ZC024","max":30}', 'not more than is held');
update point_hold set expires_at = clock_timestamp() where hold_id = pg_temp.newest();
select is(pg_temp.capture(30), '{"refused":"ZC025"}', 'an expired hold is not captured, sweeper or not');
select is(pg_temp.release() ->> 'kinds', 'release', 'but given back');
select is(pg_temp.release() ->> 'state', 'released', 'once');
select is(pg_temp.release(4711) ->> 'refused', 'ZC002', 'no such hold');

-- debt comes before all that is given back
create temp table owes as select pg_temp.credit(8202, 12) #>> '{tx,0}' as tx;
select pg_temp.hold(8202, 42) \g /dev/null
select pg_temp.reverse(tx) from owes \g /dev/null
select is(pg_temp.own(8202), '0 42 0 -12', 'reversed while it was held');
select is(pg_temp.capture(20) ->> 'kinds', 'capture release', 'the rest of a capture');
select is(pg_temp.own(8202), '10 0 0 0', 'repays the debt first');
select pg_temp.holds('debt before the rest');

-- a redeem is reversed
select pg_temp.credit(8202, 20, '3 days') \g /dev/null
select is(pg_temp.own(8202), '30 0 0 0', '20 more');
create temp table spent as select pg_temp.debit(8202, 25) #>> '{tx,0}' as tx;
select is(pg_temp.own(8202), '5 0 0 0', 'spent 20 of three days and 5 of never');
select pg_temp.reverse(tx, 10) from spent \g /dev/null
select is((select string_agg(u.restored::text, ' ' order by l.expires_at) from lot_use u join point_lot l using (lot_id), spent s
            where u.tx_id = s.tx::bigint), '5 5', 'a part of it: to the lots that expire last');
update point_lot l set expires_at = clock_timestamp() from lot_use u, spent s where u.lot_id = l.lot_id and u.tx_id = s.tx::bigint and l.expires_at is not null;
select is(pg_temp.reverse(tx, 5) ->> 'kinds', 'reverse expire', 'expired since: ends at once') from spent;
select is(pg_temp.own(8202), '10 0 0 0', 'so do the 5 of before');
select is(pg_temp.reverse(tx, null, true) ->> 'kinds', 'reverse', 'our mistake') from spent;
select is(pg_temp.own(8202), '20 0 0 0', 'can be spent');
select ok((select expires_at between now() + interval '29 days' and clock_timestamp() + interval '30 days'
             from point_lot where lot_id = (select max(lot_id) from point_lot)), 'for 30 days');
select is(pg_temp.reverse(tx), '{"refused":"ZC029","left":0}', 'and no more') from spent;
select is(pg_temp.reverse((select max(tx_id) from ledger_tx)::text) ->> 'state', 'reverse', 'a reversal is not reversed');
select is(pg_temp.reverse('4711') ->> 'refused', 'ZC002', 'no such transaction');
select pg_temp.holds('reverse of redeem');

-- return window
create temp table goods as select pg_temp.earn(8201, 'G1', 1000, p_days => 30) ->> 'tx' as tx;
select is(pg_temp.has(8201), '50 0 100 0', 'pending');
select is(pg_temp.step(format('lib.points_mature(%s, lib.posting_of(null, ''job:maturity''))', tx)) ->> 'kinds', null, 'not yet') from goods;
select is(pg_temp.reverse(tx, 30) ->> 'kinds', 'reverse', 'a part comes back') from goods;
select is(pg_temp.has(8201), '50 0 70 0', 'from what is pending');
update point_pending set matures_at = clock_timestamp();
select is(pg_temp.step(format('lib.points_mature(%s, lib.posting_of(null, ''job:maturity''))', tx)) ->> 'kinds', 'mature', 'over') from goods;
select is(pg_temp.has(8201), '120 0 0 0', 'the rest is spendable');
select is(pg_temp.step(format('lib.points_mature(%s, lib.posting_of(null, ''job:maturity''))', tx)) ->> 'kinds', null, 'once') from goods;
select is((select l.earned_tx || ' ' || lib.iso(l.expires_at) from point_lot l order by lot_id desc limit 1),
          (select tx || ' ' || (x.detail ->> 'expires_at') from goods, ledger_tx x where x.tx_id = tx::bigint),
          'it expires as counted from the purchase');
select is(pg_temp.reverse(tx) ->> 'kinds', 'reverse', 'the rest comes back after all') from goods;
select is(pg_temp.has(8201), '50 0 0 0', 'from its lot');
create temp table gone as select pg_temp.earn(8201, 'G2', 1000, p_days => 30) ->> 'tx' as tx;
select pg_temp.reverse(tx) from gone \g /dev/null
select is((select count(*) from point_pending), 0::bigint, 'nothing is left to mature');
select pg_temp.holds('return window');

-- tier points of a receipt
create temp table receipt as select pg_temp.earn(8204, 'T9', 1000) as r;
select pg_temp.reverse(r ->> 'tx', 50) from receipt \g /dev/null
select is(pg_temp.step(format('lib.tier_reverse(%s, null, pg_temp.header())', r ->> 'tx')) ->> 'kinds', 'tier_reverse', 'tier points') from receipt;
select is((select reversed from ledger_tx x, receipt where x.tx_id = (r ->> 'tier_tx')::bigint), 33::bigint, 'in proportion: 50 of 150 are 33 of 100');
select pg_temp.reverse(r ->> 'tx') from receipt \g /dev/null
select pg_temp.step(format('lib.tier_reverse(%s, null, pg_temp.header())', r ->> 'tx')) from receipt \g /dev/null
select is((select balance from ledger_account where kind = 'tier' and owner_id = 8204), 0::bigint, 'all of it, all of them');
select pg_temp.holds('tier points');

-- frozen
update ledger_account set frozen = true where kind = 'redeemable' and owner_id = 8201;
select is(pg_temp.debit(8201, 1) || pg_temp.hold(8201, 1) || pg_temp.move(8201, 8202, 1) || pg_temp.debit(8201, 1, 'adjust'),
          '{"refused":"ZC028"}', 'a frozen account gives nothing');
select is(pg_temp.credit(8201, 1, null, 'adjust') ->> 'kinds', 'adjust', 'but takes');
update ledger_account set frozen = false where kind = 'redeemable' and owner_id = 8201;

-- a held amount becomes somebody else's
select pg_temp.hold(8201, 21) \g /dev/null
select is(pg_temp.step(format('lib.points_move_hold(%s, 8202, pg_temp.header())', pg_temp.newest())) ->> 'kinds', 'transfer transfer', 'accepted');
select is(pg_temp.own(8201) || ', ' || pg_temp.own(8202), '30 0 0 0, 41 0 0 0', 'theirs now');

-- a redeem is reversed while its member owes: what repays the debt comes from the lots, too
create temp table owing as select pg_temp.credit(8202, 59) #>> '{tx,0}' as tx;
create temp table bought as select pg_temp.debit(8202, 100) #>> '{tx,0}' as tx;
select pg_temp.reverse(tx, 30) from owing \g /dev/null
select is(pg_temp.own(8202), '0 0 0 -30', 'it owes');
select pg_temp.reverse(tx, 45) from bought \g /dev/null
select is(pg_temp.own(8202), '15 0 0 0', 'the debt first, the rest to spend');
select pg_temp.holds('reverse of a redeem by who owes');
select pg_temp.reverse(tx) from bought \g /dev/null
select is(pg_temp.own(8202), '70 0 0 0', 'and the other part');
select pg_temp.debit(8202, 29) \g /dev/null

-- sums
select is(pg_temp.credit(8201, 9007199254740991) , '{"refused":"ZC024","max":9007199254740991}', 'no sum over 2^53-1');
select is(pg_temp.debit(8201, 30, 'adjust') ->> 'kinds', 'adjust', 'all of it');
select throws_ok($q$ select lib.points_credit('earn', 'm', 8201, 1, lib.posting_of(idem, 'v:till')) from (select idem from ledger_tx limit 1) x $q$,
                 '40001', null, 'a key is posted once');
select pg_temp.holds('the end');
select * from finish();
rollback;
