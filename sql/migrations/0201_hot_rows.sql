-- 0201_hot_rows -- what every posting reads and writes.

-- The accounts of the system share an owner, one per club and kind: found by all four.
drop index ledger_account_owner;
create index ledger_account_owner on ledger_account (owner_kind, owner_id, club_id, kind);

-- PostgreSQL reads the text of every check anew for each statement that writes a row.  These say what lib.wallet_open,
-- lib.tier_account_open and lib.ledger_post never change; lib.ledger_violations looks for it instead (see 0050).  What
-- guards balances and amounts stays.
alter table ledger_account
    drop constraint ledger_account_cur_check,
    drop constraint ledger_account_kind_check,
    drop constraint ledger_account_owner_kind_check,
    drop constraint ledger_account_check,
    drop constraint ledger_account_check1,
    drop constraint ledger_account_check2,
    drop constraint ledger_account_check3;
alter table wallet drop constraint wallet_owner_kind_check;
alter table ledger_tx
    drop constraint ledger_tx_kind_check,
    drop constraint ledger_tx_check,
    drop constraint ledger_tx_check1;
