-- 0201_system_accounts -- the accounts of the system share an owner, one per club and kind: found by all four.

drop index ledger_account_owner;
create index ledger_account_owner on ledger_account (owner_kind, owner_id, club_id, kind);
