-- lib.ledger_violations sees each kind of damage that domain.md 17 (I-01 to I-15) rules out, and nothing where there is none.
begin;
\ir noun.psql
\ir everything.psql
select plan(48);

-- An active hold, a redemption reversed in part, tier points, a debt, a family's lot: something to damage of each kind.
do $$
declare
    v_hold   bigint;
    v_posted lib.posted[];
    v_all    lib.posted[];
begin
    perform lib.points_lock('{8201,8202}'::bigint[], '{8481}'::bigint[]);
    select hold, posted into v_hold, v_posted
      from lib.points_hold('m', 8201, 20, 'm:8201', 'resv', null, now() + interval '5 minutes',
                           lib.posting_of('check:1', 'm:8201'));
    v_all := v_posted || lib.points_debit('redeem', 'm', 8201, 30, lib.posting_of('check:2', 'v:till'));
    v_all := v_all || lib.points_move('contribute', 'm', 8201, 'f', 8481, 15, lib.posting_of('check:3', 'm:8201'));
    perform lib.emit_all(lib.points_events(v_all));
end $$;

-- 8202 owed 40 once, and the next purchase repaid it.
select pg_temp.earn(8202, 'check-1', 1000) ->> 'tx' as earn \gset
select lib.points_lock('{8202}'::bigint[]) \g /dev/null
select lib.emit_all(lib.points_events(lib.points_debit('redeem', 'm', 8202, 40, lib.posting_of('check:4', 'v:till'))
                                    || lib.points_reverse(:earn, null, false, lib.posting_of('check:5', 'v:till')))) \g /dev/null
select pg_temp.earn(8202, 'check-2', 500) is not null as repaid \gset

-- What is seen after a statement, "I-01 detail" a line; what it did is undone.  Foreign keys do not look.
create function pg_temp.breaks(p_sql text) returns text language plpgsql as $$
declare
    v_broken text;
begin
    begin
        set local session_replication_role = replica;
        execute p_sql;
        v_broken := (select string_agg(invariant || ' ' || detail, E'\n') from lib.ledger_violations());
        raise exception using errcode = 'ZZ999', message = coalesce(v_broken, 'nothing');
    exception when sqlstate 'ZZ999' then
        return sqlerrm;
    end;
end $$;
-- Is that invariant among them, with that detail?
create function pg_temp.sees(p_invariant text, p_what text, p_sql text, p_detail text default '%') returns text language sql as $$
    select ok(exists (select from string_to_table(broken, E'\n') line where line like p_invariant || ' ' || p_detail), p_invariant || ': ' || p_what)
      from pg_temp.breaks(p_sql) broken
$$;
create temp table known as
select (select account_id from ledger_account where owner_kind = 'm' and owner_id = 8201 and kind = 'redeemable') as spend,
       (select account_id from ledger_account where owner_kind = 'm' and owner_id = 8201 and kind = 'held') as held,
       (select tx_id from ledger_tx where kind = 'earn' order by tx_id limit 1) as earn,
       (select tx_id from ledger_tx where kind = 'redeem' and idem like '%check:2') as redeem,
       (select tx_id from ledger_tx where kind = 'reverse' order by tx_id limit 1) as back,
       (select hold_id from point_hold where state = 'active') as hold;
select ok(spend + held + earn + redeem + back + hold is not null, 'there is something to damage') from known;
select is(pg_temp.breaks('select 1'), 'nothing', 'without damage nothing is seen');

select pg_temp.sees('I-01', 'an entry with another amount', 'update ledger_entry set amt = amt + 1 where tx_id = ' || earn || ' and amt > 0') from known;
select pg_temp.sees('I-01', 'a transaction without entries', 'delete from ledger_entry where tx_id = ' || earn) from known;
select pg_temp.sees('I-02', 'all entries together', 'update ledger_entry set amt = amt + 1 where tx_id = ' || earn || ' and amt > 0') from known;
select pg_temp.sees('I-02', 'an entry of no account', 'update ledger_entry set account_id = -1 where tx_id = ' || earn || ' and amt < 0', 'no account%') from known;
select pg_temp.sees('I-03', 'a balance', 'update ledger_account set balance = balance + 1 where account_id = ' || spend) from known;
select pg_temp.sees('I-04', 'a version', 'update ledger_account set ver = ver + 1 where account_id = ' || spend) from known;
select pg_temp.sees('I-04', 'a gap between entries', 'update ledger_entry set ver = ver - 1 where ver = 1 and account_id = ' || spend) from known;
select pg_temp.sees('I-04', 'a balance after', 'update ledger_entry set bal_after = bal_after + 1 where tx_id = ' || redeem || ' and account_id = ' || spend) from known;
select pg_temp.sees('I-04', 'a balance after that is missing', 'update ledger_entry set bal_after = null where tx_id = ' || redeem || ' and account_id = ' || spend) from known;
select pg_temp.sees('I-05', 'what is left of a lot', 'update point_lot set remaining = remaining - 1 where live and account_id = ' || spend, 'balance%lots%') from known;
select pg_temp.sees('I-05', 'a lot of no account', 'update point_lot set account_id = -1 where live', 'no account%') from known;
select pg_temp.sees('I-05', 'a lot of points that are put aside', 'update point_lot set account_id = ' || held || ' where live and account_id = ' || spend) from known;
select pg_temp.sees('I-05', 'the size of a lot', 'update point_lot set amount = amount + 1 where live and account_id = ' || spend) from known;
select pg_temp.sees('I-05', 'a use that is missing', 'delete from lot_use where tx_id = ' || redeem) from known;
select pg_temp.sees('I-05', 'a use given back too often', 'update lot_use set restored = restored + 1 where tx_id = ' || redeem) from known;
select pg_temp.sees('I-05', 'a use by no transaction', 'update lot_use set tx_id = -1 where tx_id = ' || redeem) from known;
select pg_temp.sees('I-05', 'a use of no lot', 'update lot_use set lot_id = -1 where tx_id = ' || redeem) from known;
select pg_temp.sees('I-06', 'a hold that keeps nothing', 'update point_hold set state = ''released'' where hold_id = ' || hold) from known;
select pg_temp.sees('I-06', 'what is put aside', 'update ledger_account set balance = balance + 1 where account_id = ' || held) from known;
select pg_temp.sees('I-07', 'a hold of more than its lots', 'update point_hold set amount = amount + 1 where hold_id = ' || hold) from known;
select pg_temp.sees('I-07', 'a hold without lots', 'delete from point_hold_lot where hold_id = ' || hold) from known;
select pg_temp.sees('I-07', 'a hold resolved by nothing', 'update point_hold set state = ''captured'' where hold_id = ' || hold) from known;
select pg_temp.sees('I-07', 'a capture of another amount', 'update point_hold set captured = 1 where hold_id = ' || hold) from known;
select pg_temp.sees('I-07', 'another''s lot', 'update point_hold_lot set lot_id = -1 where hold_id = ' || hold) from known;
select pg_temp.sees('I-08', 'less than nothing', 'alter table ledger_account drop constraint if exists ledger_account_floor; update ledger_account set floor_bal = -1000000, balance = -1 where account_id = ' || spend) from known;
select pg_temp.sees('I-08', 'a debt that is a credit', 'update ledger_account set ceil_bal = 10, balance = 1 where kind = ''debt'' and owner_id = 8201');
select pg_temp.sees('I-09', 'a key used twice', 'alter table ledger_tx drop constraint ledger_tx_idem_key; update ledger_tx set idem = (select idem from ledger_tx where tx_id = ' || earn || ') where tx_id = ' || redeem) from known;
select pg_temp.sees('I-09', 'a receipt credited twice', 'update ledger_tx x set ref_kind = e.ref_kind, ref_id = e.ref_id, actor = e.actor, kind = e.kind from ledger_tx e where e.tx_id = ' || earn || ' and x.tx_id = ' || redeem) from known;
select pg_temp.sees('I-10', 'a reversal that is not counted', 'update ledger_tx o set reversed = 0 from ledger_tx r where r.reverses = o.tx_id and r.tx_id = ' || back) from known;
select pg_temp.sees('I-10', 'a reversal of a reversal', 'update ledger_tx set reverses = ' || back || ' where tx_id = ' || back, 'reverses reverse%') from known;
select pg_temp.sees('I-10', 'a reversal of nothing', 'update ledger_tx set reverses = null where tx_id = ' || back, '% nothing') from known;
select pg_temp.sees('I-10', 'an earning that reverses', 'update ledger_tx set reverses = ' || redeem || ' where tx_id = ' || earn) from known;
select pg_temp.sees('I-11', 'a lot that moved and lives longer', 'update point_lot set expires_at = null where from_lot is not null');
select pg_temp.sees('I-11', 'a lot that lives longer than it was earned for', 'update point_lot set expires_at = expires_at + interval ''1 day'' where from_lot is null and expires_at is not null');
select pg_temp.sees('I-12', 'points of somebody who left the pool', 'update family_member set state = ''left'', left_at = now() where member_id = 8201');
select pg_temp.sees('I-13', 'an account that cannot be', 'update ledger_account set kind = ''tier'' where account_id = ' || spend) from known;
select pg_temp.sees('I-13', 'a kind that cannot be', 'update ledger_tx set kind = ''gift'' where tx_id = ' || redeem) from known;
select pg_temp.sees('I-13', 'points among tier points', 'update ledger_tx set kind = ''redeem'' where kind = ''tier_earn''');
select pg_temp.sees('I-13', 'tier points of another club', 'update ledger_tx set club_id = 8002 where kind = ''tier_earn''');
select pg_temp.sees('I-14', 'a wallet''s version', 'update wallet set ver = ver + 1 where owner_id = 8201', 'ver%transactions%');
select pg_temp.sees('I-14', 'an event that is missing', 'delete from outbox where type = ''points.changed'' and stream = ''me:8201'' and refs ->> ''ver'' = ''2''');
select pg_temp.sees('I-14', 'the newest event', 'delete from outbox o where type = ''points.changed'' and stream = ''me:8201'' and refs ->> ''ver'' = (select ver::text from wallet where owner_kind = ''m'' and owner_id = 8201)');
select pg_temp.sees('I-14', 'an event of somebody else''s transaction', 'update outbox set stream = ''me:8203'' where type = ''points.changed'' and stream = ''me:8201''');
select pg_temp.sees('I-15', 'a credit while points are owed', 'update ledger_entry e set bal_after = -10 from ledger_account a where a.account_id = e.account_id and a.kind = ''debt'' and a.owner_id = 8202 and e.bal_after = 0');

select pg_temp.sees('tiers', 'what counts for a tier', 'update tier_day set total = total + 1 where member_id = 8201');
select pg_temp.sees('I-14', 'a wallet ahead of its events', 'update wallet set ver = ver + 1 where owner_id = 8201', 'ver%newest%');

select * from finish();
rollback;
