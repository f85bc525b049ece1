-- domain.md 7.7: what does not add up is found, frozen and reported once, and never mended.
begin;
\ir noun.psql
select plan(78);
insert into staff (staff_id, login, roles) values (8391, 'n-admin', '{admin}'), (8392, 'n-manager', '{manager}');
insert into staff_club (staff_id, club_id) values (8391, 8001), (8392, 8001);

select pg_temp.earn(8201, 'A1', 10000) \g /dev/null
select pg_temp.earn(8202, 'B1', 10000) \g /dev/null
select pg_temp.earn(8204, 'C1', 10000, p_days => 30) \g /dev/null
create function pg_temp.account(p_member bigint, p_kind text default 'redeemable') returns bigint language sql as
$$ select account_id from ledger_account where owner_kind = 'm' and owner_id = p_member and kind = p_kind $$;
create function pg_temp.found(p_member bigint) returns text language sql as $$
    select string_agg(d.invariant || ' ' || split_part(d.object, ':', 1), ', ' order by d.invariant, d.object)
      from lib.reconcile_owners('{m}', array[p_member]) d
$$;
-- A whole run, as the job makes it, with what it told.
create function pg_temp.run(p_mode text default 'changed') returns text[] language plpgsql as $$
declare
    v_step  record;
    v_lines text[] := '{}';
begin
    update reconcile_run set changed_at = now() - interval '2 days', all_at = case p_mode when 'all' then now() - interval '9 days' else now() end;
    for i in 1 .. 100 loop
        select * into v_step from api.jobs_run('reconcile');
        v_lines := v_lines || v_step.alarms;
        update reconcile_run set before_xid = null where state = 'waiting';   -- this transaction is the one that writes
        exit when (select state from reconcile_run) = 'idle';
    end loop;
    return v_lines;
end $$;

select is(pg_temp.run(), '{}', 'a ledger that adds up');
select is(pg_temp.run('all'), '{}', 'all of it');
select is((select count(*) from incident), 0::bigint, 'no incident');
select is((select (from_tx, from_entry, state) = (pg_sequence_last_value('club.ledger_tx_tx_id_seq'),
                  pg_sequence_last_value('club.ledger_entry_entry_id_seq'), 'idle') from reconcile_run), true,
          'the next run begins where this one ended');
select is((select (api.jobs_run('reconcile')).done), 0::bigint, 'and not before tomorrow night');
select is((select did_at is not null from job_run where job = 'reconcile'), true, 'the job left a note');

-- each kind of damage, by one who may write the tables, is seen for what it is
create function pg_temp.tx_found() returns text language sql as $$
    select string_agg(distinct d.invariant, ', ' order by d.invariant) from lib.reconcile_transactions(0, 9000000000000) d
$$;
savepoint before;
update ledger_account set balance = balance + 5 where account_id = pg_temp.account(8201);
select is(pg_temp.found(8201), 'I-03 account, I-05 account', 'a balance');
select is(pg_temp.found(8202), null, 'of nobody else');
rollback to before;
update ledger_account set ver = ver + 1 where account_id = pg_temp.account(8201);
select is(pg_temp.found(8201), 'I-04 account, I-04 account', 'a version');
rollback to before;
update point_lot set remaining = remaining - 1 where account_id = pg_temp.account(8201);
select is(pg_temp.found(8201), 'I-05 account', 'a lot');
rollback to before;
alter table ledger_entry disable trigger append_only;
update ledger_entry set amt = amt + 7 where account_id = pg_temp.account(8201);
select is(pg_temp.found(8201), 'I-03 account, I-04 account', 'an entry');
rollback to before;
alter table ledger_entry disable trigger append_only;
update ledger_entry set bal_after = bal_after + 7 where account_id = pg_temp.account(8201);
select is(pg_temp.found(8201), 'I-04 account', 'what an entry says of the balance after it');
rollback to before;
alter table ledger_entry disable trigger append_only;
delete from ledger_entry where account_id = pg_temp.account(8204, 'pending');
select is(pg_temp.found(8204), 'I-03 account, I-04 account, I-04 account, I-14 account', 'a missing entry');
rollback to before;
update wallet set ver = ver + 1 where owner_id = 8201;
select is(pg_temp.found(8201), 'I-14 account', 'a wallet');
rollback to before;
insert into point_hold (account_id, held_account, requested_by, amount, purpose, expires_at)
values (pg_temp.account(8201), pg_temp.account(8201, 'held'), 'm:8201', 10, 'test', now());
select is(pg_temp.found(8201), 'I-06 account, I-07 hold', 'a hold of nothing');
rollback to before;
alter table ledger_account drop constraint ledger_account_floor;
update ledger_account set balance = -1 where account_id = pg_temp.account(8201);
select is(pg_temp.found(8201), 'I-03 account, I-05 account, I-08 account', 'a balance below zero');
rollback to before;
update ledger_account set balance = balance + 5 where account_id = pg_temp.account(8201, 'tier');
select is((select account from lib.reconcile_owners('{m}', '{8201}')), pg_temp.account(8201, 'tier'),
          'tier points that differ are an account of their own');
rollback to before;
select is(pg_temp.tx_found(), null, 'transactions that add up');
alter table ledger_entry disable trigger append_only;
update ledger_entry set amt = amt - 1 where account_id = (select account_id from ledger_account where cur = 'RP' and kind = 'issuance');
select is(pg_temp.tx_found(), 'I-01', 'an entry of the club''s own side');
rollback to before;
alter table ledger_entry disable trigger append_only;
update ledger_entry set account_id = 9000000000000 where account_id = (select account_id from ledger_account where cur = 'RP' and kind = 'issuance')
   and tx_id = (select min(tx_id) from ledger_tx);
select is(pg_temp.tx_found(), 'I-01, I-02', 'an entry of an account that is not there');
rollback to before;
update ledger_tx set reversed = 1 where kind = 'earn' and ref_id = 'A1';
select is(pg_temp.tx_found(), 'I-10', 'a reversal that is not there');
rollback to before;
insert into ledger_tx (kind, idem, amount, actor) values ('adjust', 'test:nothing', 1, 'test');
select is(pg_temp.tx_found(), 'I-01', 'a transaction of nothing');
rollback to before;
update ledger_tx set club_id = 8002 where kind = 'tier_earn' and ref_id = 'A1';
select is(pg_temp.tx_found(), 'I-13', 'tier points of another club');
rollback to before;

-- of a transaction between two, it is who differs; when neither does, both, and nobody of what is the club's own
create function pg_temp.blamed() returns bigint[] language sql as $$
    select array_agg(b.account order by b.account)
      from unnest(lib.reconcile_blame(array(select d from lib.reconcile_transactions(0, 9000000000000) d))) b
$$;
do $$ begin
    perform lib.points_lock('{8201,8202}');
    perform lib.emit_all(lib.points_events(lib.points_move('transfer', 'm', 8201, 'm', 8202, 10, lib.posting_of('rec:1', 'm:8201'))));
end $$;
savepoint moved;
alter table ledger_entry disable trigger append_only;
update ledger_entry set amt = amt + 7 where account_id = pg_temp.account(8202) and amt = 10;
select is(pg_temp.blamed(), array[pg_temp.account(8202)], 'of two, the one whose account differs');
rollback to moved;
insert into ledger_tx (kind, idem, amount, actor) values ('adjust', 'test:void', 1, 'test');
select is(pg_temp.blamed(), array[null::bigint], 'a transaction of nobody is nobody''s');
rollback to moved;
update ledger_tx set reversed = 1 where idem = 'rec:1';
select is(pg_temp.blamed(), (select array_agg(a order by a) from unnest(array[pg_temp.account(8201), pg_temp.account(8202)]) a),
          'where neither does, both');
rollback to before;

-- the job: exactly that account, one incident, not two
create temp table entries as select count(*) as n, (select sum(balance) from ledger_account) as sum from ledger_entry;
alter table ledger_entry disable trigger append_only;
update ledger_entry set amt = amt + 7 where account_id = pg_temp.account(8201);
alter table ledger_entry enable trigger append_only;
update reconcile_run set from_entry = 0, from_tx = 0;
create temp table told as select pg_temp.run() as lines;
select is((select cardinality(lines) from told), 1, 'one line for the log');
select matches((select lines[1] from told), '^incident=[0-9]+ account:[0-9]+: I-03 account:[0-9]+ found 1000 expected 1007, I-04 [-a-zA-Z0-9:, ]+$',
               'of numbers');
select is((select array_agg(account_id) from ledger_account where frozen), array[pg_temp.account(8201)], 'exactly that account is frozen');
select is((select array_agg(object || ' ' || account_id) from incident),
          array['account:' || pg_temp.account(8201) || ' ' || pg_temp.account(8201)], 'one incident');
select is((select array_agg(distinct f ->> 'invariant' order by f ->> 'invariant') from incident, jsonb_array_elements(facts) f),
          '{I-01,I-03,I-04}', 'with all that was found, the transaction too');
select is((select array_agg(refs ->> 'state') from outbox where stream = 'ops' and type = 'incident'), '{open}', 'operators are told once');
select is((select array_agg(stream) from outbox where type = 'account.frozen'), '{me:8201}', 'and the member');
select is((select (count(*), (select sum(balance) from ledger_account)) = (e.n, e.sum) from ledger_entry, entries e group by e.n, e.sum), true,
          'nothing was mended');
update reconcile_run set from_entry = 0, from_tx = 0;
select is(pg_temp.run(), '{}', 'the next night tells nothing new');
select is((select count(*) from incident), 1::bigint, 'there is still one incident');
select is((select count(*) from outbox where type in ('incident', 'account.frozen')), 2::bigint, 'and nobody is told again');

-- what was not posted to is found when everything is looked at
update ledger_account set balance = balance + 1 where account_id = pg_temp.account(8202, 'pending');
select is(pg_temp.run(), '{}', 'the nightly run looks at what has changed');
select is(cardinality(pg_temp.run('all')), 1, 'the weekly one at everything');
select is((select array_agg(account_id order by account_id) from ledger_account where frozen),
          (select array_agg(a order by a) from unnest(array[pg_temp.account(8201), pg_temp.account(8202)]) a),
          'whichever account differs, what can be spent is frozen');

-- closing it
create function pg_temp.close(p_who text, p_object text) returns jsonb language sql as $$
    select pg_temp.call(p_who, 'ops_incident_close', (select incident_id from incident where object = p_object) || ', ''Looked at it''')
$$;
select is(pg_temp.close('s:8301', 'account:' || pg_temp.account(8201)) ->> 'refused', 'ZC001', 'not an editor');
select is(pg_temp.close('s:8391', 'account:' || pg_temp.account(8201)) ->> 'state', 'differs', 'not while it is so');
select is(lib.incident_of('m', 8202) is not null, true, 'it is there to be asked for');
update ledger_account set balance = balance - 1 where account_id = pg_temp.account(8202, 'pending');
select is((select (c -> 'closed_at' <> 'null', c #>> '{_events,0,refs,state}')::text from pg_temp.close('s:8391', 'account:' || pg_temp.account(8202)) c),
          '(t,closed)', 'it closes once the difference is gone');
select is(pg_temp.close('s:8391', 'account:' || pg_temp.account(8202)) ->> 'state', 'closed', 'once');
select is((select frozen from ledger_account where account_id = pg_temp.account(8202)), true, 'which thaws nothing');
select is(lib.incident_of('m', 8202), null, 'but allows it');
select is(pg_temp.call('s:8392', 'points_unfreeze', '8201, ''Enough''') ->> 'state', 'incident', 'and until then nobody thaws it');
select is(pg_temp.call('s:8392', 'points_unfreeze', '8202, ''Enough''') ->> 'frozen', 'false', 'after it they can');
select is((select count(*) from audit_log where action = 'ops.incident_close' and subject_member = 8202), 1::bigint, 'the member can read of it');

-- seats: the pools of all offers that are on
\ir seats.psql
select pg_temp.hold(8202, 8621) \g /dev/null
create function pg_temp.seats() returns text language sql as $$
    select string_agg(d.invariant || ' ' || d.object || ' ' || d.found || ' for ' || d.expected, ', ' order by d.invariant, d.object, d.found)
      from lib.reconcile_seats('{8600}') d
$$;
select is(pg_temp.run(), '{}', 'pools that add up');
savepoint seats;
update seat_pool set confirmed = 2 where pool_id = 8611;
select is(pg_temp.seats(), 'I-21 pool:8611 2 for 0', 'seats of nobody');
rollback to seats;
update seat_pool set offered = 3 where pool_id = 8610;
select is(pg_temp.seats(), 'I-21 pool:8610 3 for 0', 'that nobody was offered');
rollback to seats;
update reservation set state = 'completed', confirmed_at = now() where organiser = 8202 and offer_id = 8600;
select is(pg_temp.seats(), 'I-21 pool:8610 0 for 1, I-21 pool:8610 1 for 0, I-21 pool:8611 0 for 1, I-21 pool:8611 1 for 0',
          'seats that are counted as something else');
rollback to seats;
insert into waitlist_entry (entry_id, offer_id, class_id, member_id, qty, state, offered_at, offer_expires)
values (8691, 8600, 8621, 8204, 2, 'offered', now(), now() + interval '1 hour');
select is(pg_temp.seats(), 'I-21 pool:8610 0 for 2, I-21 pool:8611 0 for 2', 'seats that were offered');
rollback to seats;
alter table seat_pool drop constraint seat_pool_check;
update seat_pool set capacity = 0 where pool_id = 8611;
select is(pg_temp.seats(), 'I-20 pool:8611 1 for 0', 'more than there are');
rollback to seats;
update seat_pool set held = held + 1 where pool_id = 8610;
create temp table seats_told as select pg_temp.run() as lines;
select matches((select array_to_string(lines, ';') from seats_told), '^incident=[0-9]+ pool:8610: I-21 pool:8610 found 2 expected 1$', 'are told of');
select is((select array_agg(kind || ' ' || object || ' ' || (account_id is null)) from incident where kind = 'seats'),
          '{seats pool:8610 true}', 'one incident, of nobody''s account');
select is(pg_temp.run(), '{}', 'not every night');
select is(pg_temp.close('s:8391', 'pool:8610') ->> 'state', 'differs', 'it stays open while it is so');
update seat_pool set held = held - 1 where pool_id = 8610;
select is(pg_temp.close('s:8391', 'pool:8610') ->> 'kind', 'seats', 'and no longer');
update seat_pool set held = held + 1 where pool_id = 8610;
update offer set state = 'done' where offer_id = 8600;
select is(pg_temp.run(), '{}', 'offers that are over are not looked at');

-- plans: all that are not over
insert into plan (plan_id, club_id, title, currency, state, op_seq, expense_no)
values (8901, 8001, 'Madeira', 'EUR', 'planning', 1, 1), (8902, 8001, 'Over', 'EUR', 'cancelled', 0, 0);
insert into plan_member (plan_id, member_id, role, state, joined_at)
values (8901, 8201, 'owner', 'joined', now()), (8901, 8202, 'editor', 'joined', now()), (8902, 8202, 'viewer', 'joined', now());
insert into plan_op (plan_id, op_seq, actor, kind, object, patch) values (8901, 1, 'm:8201', 'expense_add', 'expense:8911', '{}');
insert into expense (expense_id, plan_id, no, title, amount_minor, currency, base_minor, spent_on, mode, created_by)
values (8911, 8901, 1, 'Dinner', 1000, 'EUR', 1000, '2027-05-01', 'equal', 8201);
insert into expense_payer values (8911, 8201, 1000, 1000);
insert into expense_share values (8911, 8201, 1, 500), (8911, 8202, 1, 500);
create function pg_temp.plans() returns text language sql as $$
    select string_agg(d.invariant || ' ' || d.object || ' ' || d.found || ' for ' || d.expected, ', ' order by d.invariant, d.object, d.found)
      from lib.reconcile_plans('{8901,8902}') d
$$;
select is(pg_temp.plans(), null, 'plans that add up, one of them without an owner');
select is(pg_temp.run(), '{}', 'and all of them do');
savepoint plans;
update plan_member set role = 'editor' where plan_id = 8901;
select is(pg_temp.plans(), 'I-30 plan:8901 0 for 1', 'a plan that nobody owns');
rollback to plans;
update plan_member set role = 'voter' where plan_id = 8902;
select is(pg_temp.plans(), 'I-30 plan:8902 0 for 1', 'over, and somebody could');
rollback to plans;
update plan_op set op_seq = 2 where plan_id = 8901;
select is(pg_temp.plans(), 'I-31 plan:8901 1 for 2', 'a gap in the log');
rollback to plans;
update plan set op_seq = 2 where plan_id = 8901;
select is(pg_temp.plans(), 'I-31 plan:8901 2 for 1, I-31 plan:8901 2 for 1', 'a change without a row');
rollback to plans;
update expense_share set owed_minor = 499 where member_id = 8202;
select is(pg_temp.plans(), 'I-32 plan:8901 1 for 0, I-33 plan:8901 1 for 0', 'shares that are less than the whole');
rollback to plans;
update expense_payer set paid_minor = 999 where expense_id = 8911;
select is(pg_temp.plans(), 'I-33 plan:8901 1 for 0', 'more than was paid');
rollback to plans;
update expense_payer set paid_base_minor = 1002 where expense_id = 8911;
select is(pg_temp.plans(), 'I-32 plan:8901 2 for 0, I-33 plan:8901 2 for 0', 'less than was paid');
rollback to plans;
update plan set expense_no = 2 where plan_id = 8901;
select is(pg_temp.plans(), 'I-33 plan:8901 2 for 1, I-33 plan:8901 2 for 1', 'a number of no expense');
rollback to plans;
update expense set no = 2 where expense_id = 8911;
select is(pg_temp.plans(), 'I-33 plan:8901 1 for 2', 'a number that was not given');
rollback to plans;
update expense_share set owed_minor = 499 where member_id = 8202;
create temp table plans_told as select pg_temp.run() as lines;
select matches((select array_to_string(lines, ';') from plans_told), '^incident=[0-9]+ plan:8901: I-32 plan:8901 found 1 expected 0, I-33 plan:8901 found 1 expected 0$', 'are told of');
select is(pg_temp.run(), '{}', 'once');
select is(pg_temp.close('s:8391', 'plan:8901') ->> 'state', 'differs', 'stays open while it is so');
update expense_share set owed_minor = 500 where member_id = 8202;
select is(pg_temp.close('s:8391', 'plan:8901') ->> 'kind', 'plans', 'and no longer');
update expense_share set owed_minor = 499 where member_id = 8202;
update plan set state = 'done' where plan_id = 8901;
select is(pg_temp.run(), '{}', 'plans that are over are not looked at');
select * from finish();
rollback;
