-- 0100_approval -- calls that need a second person (domain.md 5.2).  params: ids, numbers and words only.

create table approval (
    approval_id   bigint primary key,
    method        text not null,
    params_sha256 bytea not null check (length(params_sha256) = 32),
    params        jsonb not null,
    clubs         bigint[] not null,
    asked_by      bigint not null references staff,
    decided_by    bigint references staff,
    state         text not null default 'asked' check (state in ('asked', 'granted', 'denied', 'used', 'expired')),
    asked_at      timestamptz not null default now(),
    decided_at    timestamptz,
    expires_at    timestamptz not null,
    constraint approval_four_eyes check (decided_by <> asked_by),
    constraint approval_decided check (decided_by is not null or state in ('asked', 'expired'))
);
create unique index one_live_approval on approval (method, params_sha256, asked_by) where state in ('asked', 'granted');
create index approval_live on approval (expires_at) where state in ('asked', 'granted');
