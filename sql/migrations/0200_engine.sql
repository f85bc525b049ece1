-- 0200_engine -- the ledger for every kind of transaction: where lots come from, what reversals gave back, what waits
-- for its return window.

-- from_lot: the lot these points were moved from; made_tx: the transaction that made the lot.  live is a column of its
-- own, because a change of an indexed one costs an entry in every index: taking a part of a lot leaves it as it is.
alter table point_lot
    add column from_lot bigint,
    add column made_tx bigint,
    add column live boolean not null generated always as (remaining > 0) stored;
update point_lot set made_tx = earned_tx;
drop index point_lot_live, point_lot_due, point_lot_earned;
create index point_lot_live on point_lot (account_id, expires_at nulls last, lot_id) where live;
create index point_lot_due on point_lot (expires_at) where live;
create index point_lot_made on point_lot (made_tx);

-- restored: what reversals of the transaction gave back to the lot.
alter table lot_use
    add column restored bigint not null default 0,
    add constraint lot_use_restored check (restored between 0 and amt);

-- The engine writes these rows under the lock of the account and takes the keys from rows it has just read or written;
-- lib.ledger_violations looks for orphans instead (see 0050).
alter table lot_use drop constraint lot_use_tx_id_fkey, drop constraint lot_use_lot_id_fkey;
alter table point_hold drop constraint point_hold_account_id_fkey, drop constraint point_hold_held_account_fkey;
alter table point_hold_lot drop constraint point_hold_lot_hold_id_fkey, drop constraint point_hold_lot_lot_id_fkey;
alter table point_hold add column created_at timestamptz not null default now();

-- Earnings in their return window: a row from the earn until it matures, is reversed wholly, or is forfeited.
create table point_pending (
    tx_id      bigint primary key,
    account_id bigint not null,
    matures_at timestamptz not null
);
create index point_pending_due on point_pending (matures_at);
create index point_pending_account on point_pending (account_id);

insert into point_pending (tx_id, account_id, matures_at)
select x.tx_id, a.account_id, (x.detail ->> 'matures_at')::timestamptz
  from ledger_tx x
  join ledger_entry e on e.tx_id = x.tx_id
  join ledger_account a on a.account_id = e.account_id and a.kind = 'pending'
 where x.kind = 'earn'
   and a.balance > 0;
