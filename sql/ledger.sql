-- ledger.sql -- what `clubhub migrate` needs before the first migration.  Idempotent; runs at every start of it.
set client_min_messages = warning;

create schema if not exists club;

create table if not exists club.migration (
    number int primary key check (number > 0),
    name   text not null,
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    at     timestamptz not null default now()
);

-- The hash of the function files that schemas api and lib were built from; at most one row.
create table if not exists club.api_state (
    one    boolean primary key default true check (one),
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    at     timestamptz not null default now()
);

reset client_min_messages;
