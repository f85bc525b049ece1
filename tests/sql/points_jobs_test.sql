-- What time does to points (domain.md 7.2, 7.3(2), 7.3(3), 18): jobs, and that nothing waits for them.
begin;
\ir noun.psql
select plan(41);

create function pg_temp.job(p_name text) returns bigint language sql as $$ select done from api.jobs_run(p_name) $$;
create function pg_temp.have(p_member bigint) returns text language sql as $$
    select format('%s+%s+%s', v -> 'available', v -> 'held', v -> 'pending') from (select (lib.points_summary_view(p_member)).view as v) x
$$;
create function pg_temp.account(p_member bigint) returns bigint language sql as
$$ select account_id from ledger_account where owner_kind = 'm' and owner_id = p_member and kind = 'redeemable' $$;
create function pg_temp.told(p_member bigint) returns text[] language sql as $$
    select array_agg(refs ->> 'kind' order by seq) from outbox where stream = 'me:' || p_member and type = 'points.changed'
$$;
create function pg_temp.hold(p_member bigint, p_amount bigint, p_for interval default '10 minutes') returns bigint
language plpgsql as $$
declare
    v_hold bigint;
    v_posted lib.posted[];
begin
    perform lib.points_lock(array[p_member]);
    select h.hold, h.posted into v_hold, v_posted
      from lib.points_hold('m', p_member, p_amount, 'v:till', 'test', null, now() + p_for,
                           lib.posting_of('hold:test:' || pg_temp.key(), 'v:till')) h;
    perform lib.emit_all(lib.points_events(v_posted));
    return v_hold;
end $$;

-- return windows
select is(pg_temp.job('points_mature'), 0::bigint, 'nothing is due');
select pg_temp.earn(8201, 'P1', 1000, p_days => 30) \g /dev/null
select pg_temp.earn(8201, 'P2', 2000, p_days => 30) \g /dev/null
select pg_temp.earn(8202, 'P3', 1000, p_days => 30) \g /dev/null
select is(pg_temp.job('points_mature'), 0::bigint, 'a window that is open stays');
update point_pending set matures_at = now() - interval '1 second'
 where tx_id in (select tx_id from ledger_tx where ref_id in ('P1', 'P3') and kind = 'earn');
select is(pg_temp.job('points_mature'), 2::bigint, 'two are over');
select is(pg_temp.have(8201), '100+0+200', 'what was pending can be spent');
select is(pg_temp.have(8202), '100+0+0', 'of each');
select is(pg_temp.told(8201), '{earn,tier_earn,earn,tier_earn,mature}', 'the member is told');
select is((select l.expires_at = (x.detail ->> 'expires_at')::timestamptz from point_lot l join ledger_tx x on x.tx_id = l.earned_tx
            where x.ref_id = 'P1'), true, 'its expiry counts from the purchase');
select is(pg_temp.job('points_mature'), 0::bigint, 'once');
do $$ begin
    perform lib.points_lock('{8201}');
    perform lib.emit_all(lib.points_events(lib.points_reverse(
        (select tx_id from ledger_tx where ref_id = 'P2' and kind = 'earn'), 50, false, lib.posting_of('rev:test:1', 'v:till'))));
end $$;
update point_pending set matures_at = now() - interval '1 second';
select is(pg_temp.job('points_mature'), 1::bigint, 'one that was taken back in part');
select is(pg_temp.have(8201), '250+0+0', 'only the rest matures');
select is((select amount from ledger_tx where idem = (select 'mat:' || tx_id from ledger_tx where ref_id = 'P2' and kind = 'earn')),
          150::bigint, 'as its transaction says');

-- lots
select is(pg_temp.job('points_expire'), 0::bigint, 'no lot is due');
update point_lot set expires_at = now() - interval '1 second' where earned_tx = (select tx_id from ledger_tx where ref_id = 'P1' and kind = 'earn');
select is(pg_temp.have(8201), '150+0+0', 'what is past its expiry is not shown as there to spend');
select is(pg_temp.job('points_expire'), 1::bigint, 'one account');
select is(pg_temp.have(8201), '150+0+0', 'nothing changes for the member');
select is((select balance from ledger_account where account_id = pg_temp.account(8201)), 150::bigint, 'but the books');
select is((select amount from ledger_tx where kind = 'expire'), 100::bigint, 'by one transaction');
select is((pg_temp.told(8201))[7:], '{mature,expire}', 'which the member is told of');
select is(pg_temp.job('points_expire'), 0::bigint, 'once');
-- the lazy path is there first, then the job
update point_lot set expires_at = now() - interval '1 second' where account_id = pg_temp.account(8202);
select throws_ok($$select pg_temp.hold(8202, 1)$$, 'ZC027', null, 'a debit finds them gone, job or not');
select pg_temp.earn(8202, 'L1', 1000) \g /dev/null
select ok(pg_temp.hold(8202, 10) is not null, 'a debit of others expires them on the way');
select is(pg_temp.job('points_expire'), 0::bigint, 'and leaves nothing for the job');
select is((select count(*) from ledger_tx x join ledger_entry e using (tx_id) where x.kind = 'expire' and e.account_id = pg_temp.account(8202)),
          1::bigint, 'one expiry');
-- 250 accounts in pieces
insert into member (member_id, status, handle) select g, 'active', 'xx' || g from generate_series(820001, 820250) g;
insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)
select g, 8001, 8051, 'active', 8061, now() - interval '90 days' from generate_series(820001, 820250) g;
select count(pg_temp.earn(g, 'X' || g, 1000)) from generate_series(820001, 820250) g \g /dev/null
update point_lot set expires_at = now() - interval '1 minute' where account_id in (
    select account_id from ledger_account where owner_id between 820001 and 820250);
select is(array[pg_temp.job('points_expire'), pg_temp.job('points_expire'), pg_temp.job('points_expire'), pg_temp.job('points_expire')],
          '{100,100,50,0}', 'many are done in pieces');

-- holds
select is(pg_temp.have(8202), '90+10+0', 'ten are held');
select is(pg_temp.job('point_holds'), 0::bigint, 'a hold that is good stays');
create temp table held as select pg_temp.hold(8202, 20) as hold;
update point_hold set expires_at = now() - interval '1 second' where hold_id = (select hold from held);
select throws_ok($$select lib.points_capture((select hold from held), 20, lib.posting_of('cap:test:1', 'v:till'))$$, 'ZC025', null,
                 'past its end it cannot be captured, though no job has run');
select is(pg_temp.job('point_holds'), 1::bigint, 'the job gives it back');
select is((select state from point_hold where hold_id = (select hold from held)), 'expired', 'as expired');
select is(pg_temp.have(8202), '90+10+0', 'to the member');
select is((select (count(*), max(amount))::text from ledger_tx where idem = 'rel:' || (select hold from held)), '(1,20)', 'by its key');
select is((pg_temp.told(8202))[cardinality(pg_temp.told(8202))], 'release', 'who is told');
select is(pg_temp.job('point_holds'), 0::bigint, 'once');
-- a lot that expired while it was held expires on release
update point_hold set expires_at = now() - interval '1 second' where state = 'active';
update point_lot set expires_at = now() - interval '1 second' where account_id = pg_temp.account(8202);
select is(pg_temp.job('point_holds'), 1::bigint, 'a hold of points that expired meanwhile');
select is(pg_temp.have(8202), '0+0+0', 'gives back nothing to spend');
select is((pg_temp.told(8202))[cardinality(pg_temp.told(8202)) - 1:], '{release,expire}', 'both are told, in order');

-- ver of what is told has no gap (I-14), and the books are in order
select is_empty('select * from lib.ledger_violations()', 'I-01 to I-15 hold');
select is_empty($$select d.* from lib.reconcile_owners(array(select owner_kind::text from wallet order by owner_id),
                  array(select owner_id from wallet order by owner_id)) d$$, 'also for the reconciliation, owner by owner');
select is_empty($$select * from lib.reconcile_transactions(0, 9000000000000000)$$, 'and transaction by transaction');
select is((select jsonb_object_agg(k, v) from jsonb_each(lib.ops_health() -> 'ledger') e (k, v) where k ~ 'due|late'),
          '{"holds_due":0,"lots_due":0,"holds_late_s":0,"lots_late_s":0}', 'nothing is late');
update point_lot set expires_at = now() - interval '90 seconds' where account_id = pg_temp.account(8201);
select is(lib.ops_health() #> '{ledger,lots_late_s}', '90', 'what is late is seen');
select * from finish();
rollback;
