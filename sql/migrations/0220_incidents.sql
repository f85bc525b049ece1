-- 0220_incidents -- what operators must look at, what the jobs did last, and how far the reconciliation of the ledger is.

-- A difference that was found and not mended: the hub reports and freezes, people repair.  account_id: the account
-- that was frozen for it; null: none.  facts: numbers.
--
--      open --ops.incident_close--> closed      the same difference found again: another incident
create table incident (
    incident_id bigint primary key,
    kind        text not null check (kind in ('ledger')),
    object      text not null check (object ~ '^[a-z]{1,16}:[0-9]{1,19}$'),
    account_id  bigint references ledger_account,
    facts       jsonb not null check (jsonb_typeof(facts) = 'array'),
    opened_at   timestamptz not null default now(),
    closed_at   timestamptz,
    closed_by   text,
    reason      text check (length(reason) <= 400),
    check ((closed_at is null) = (closed_by is null))
);
create unique index incident_open on incident (kind, object) where closed_at is null;
create index incident_account on incident (account_id) where closed_at is null;

-- When a job was last seen at work, to the minute, and when it last had something to do.
create table job_run (
    job     text primary key,
    at      timestamptz not null default now(),
    did_at  timestamptz,
    did     bigint
) with (fillfactor = 50);

-- The reconciliation: one run at a time.  A run looks at what was posted since the last one ("changed"), or at
-- everything ("all").
--
--      idle --due--> waiting --older transactions over--> listing --> accounts --> transactions --> idle
--
-- before_xid: transactions below it may still have been writing when the run began.  upto_*: the last numbers that were
-- given out by then; from_*: those of the run before.  cursor_*: how far this run is.
create table reconcile_run (
    one         boolean primary key default true check (one),
    mode        text not null default 'changed' check (mode in ('changed', 'all')),
    state       text not null default 'idle' check (state in ('idle', 'waiting', 'listing', 'accounts', 'transactions')),
    before_xid  xid8,
    from_entry  bigint not null default 0,
    from_tx     bigint not null default 0,
    upto_entry  bigint not null default 0,
    upto_tx     bigint not null default 0,
    cursor_kind char(1) not null default '',
    cursor_id   bigint not null default 0,
    started_at  timestamptz,
    changed_at  timestamptz not null default now(),
    all_at      timestamptz not null default now()
);
insert into reconcile_run default values;

-- Owners of accounts that a run has still to look at.
create table reconcile_owner (
    owner_kind char(1),
    owner_id   bigint,
    primary key (owner_kind, owner_id)
);
