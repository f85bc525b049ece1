-- 0470_plan_incidents -- the nightly look goes on to plans.

alter table incident
    drop constraint incident_kind_check,
    add constraint incident_kind_check check (kind in ('ledger', 'seats', 'plans'));
alter table reconcile_run
    drop constraint reconcile_run_state_check,
    add constraint reconcile_run_state_check
        check (state in ('idle', 'waiting', 'listing', 'accounts', 'transactions', 'seats', 'plans'));
create index plan_open on plan (plan_id) where state not in ('done', 'cancelled');
