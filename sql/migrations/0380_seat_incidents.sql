-- 0380_seat_incidents -- the nightly look at the ledger looks at the pools of seats as well.

alter table incident
    drop constraint incident_kind_check,
    add constraint incident_kind_check check (kind in ('ledger', 'seats'));
alter table reconcile_run
    drop constraint reconcile_run_state_check,
    add constraint reconcile_run_state_check
        check (state in ('idle', 'waiting', 'listing', 'accounts', 'transactions', 'seats'));
