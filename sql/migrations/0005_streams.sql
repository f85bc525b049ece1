-- 0005_streams -- streams, outbox, nodes, idempotency, delivery counts.

-- One row per stream; its lock is held to commit, so commit order is seq order.
create table stream (
    stream text collate "C" primary key,
    seq    bigint not null default 0 check (seq >= 0)
) with (fillfactor = 50);

insert into stream (stream) values ('sys');

create sequence outbox_id_seq as bigint cache 100;

-- References only: ids, numbers, states; never names or texts.  Partitions are one per day (UTC), made ahead
-- and dropped by lib.outbox_partitions.  Uniqueness of (stream, seq) over all days follows from the stream's row.
create table outbox (
    tx           xid8 not null default pg_current_xact_id(),
    id           bigint not null default nextval('outbox_id_seq'),
    stream       text collate "C" not null,
    seq          bigint not null check (seq > 0),
    type         text not null,
    gate_cat     text not null,
    scope_id     bigint not null default 0,
    audience     text check (audience ~ '^(rank|segment):[0-9]+$'),
    subjects     bigint[] not null default '{}',
    actor        bigint,
    object       text,
    conflate_key text,
    origin       text,
    refs         jsonb not null,
    at           timestamptz not null default now(),
    primary key (tx, id, at),
    unique (stream, seq, at)
) partition by range (at);

create table outbox_default partition of outbox default;

-- One row per worker; deleting it is the fence.
create table node (
    node_id     bigint primary key,
    name        text not null default '',
    beat        bigint not null default 0,
    applied_seq bigint not null,
    lineage     text not null,
    started_at  timestamptz not null default now()
) with (fillfactor = 20);

-- Raised after a volume was rolled back, so that clients and nodes see another lineage.
create table lineage_counter (
    one     boolean primary key default true check (one),
    counter bigint not null default 0
);

insert into lineage_counter default values;

-- principal: m:<id>, s:<id> or v:<service>.  response holds no secrets.
create table idempotency (
    principal text collate "C",
    method    text collate "C",
    key       text collate "C" check (key ~ '^[A-Za-z0-9_-]{8,64}$'),
    req_hash  bytea not null,
    response  jsonb,
    sys_seq   bigint,
    at        timestamptz not null default now(),
    primary key (principal, method, key)
) with (fillfactor = 50);
create index idempotency_at on idempotency using brin (at);

-- In-app deliveries: counts by verdict and reason, per event and node; no row per recipient.
create table delivery_inapp (
    stream     text collate "C",
    seq        bigint,
    node_id    bigint,
    sent       int not null default 0 check (sent >= 0),
    redacted   int not null default 0 check (redacted >= 0),
    suppressed int not null default 0 check (suppressed >= 0),
    reasons    jsonb not null default '{}',
    at         timestamptz not null default now(),
    primary key (stream, seq, node_id)
);
create index delivery_inapp_at on delivery_inapp using brin (at);
