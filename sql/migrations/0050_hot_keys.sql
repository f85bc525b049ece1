-- 0050_hot_keys -- foreign keys that the hot path of the ledger does without.
--
-- lib.ledger_post is the only writer of these tables and takes the keys from rows it has just read or written, so
-- the checks prove nothing that is not known; they cost a query per row and a share lock on the row of the club,
-- which every purchase of that club would queue for.  lib.ledger_violations looks for orphans instead.

alter table ledger_tx drop constraint ledger_tx_club_id_fkey;
alter table ledger_entry drop constraint ledger_entry_tx_id_fkey;
alter table point_lot drop constraint point_lot_account_id_fkey;
alter table point_lot drop constraint point_lot_earned_tx_fkey;
