-- 0006_identity -- passwords, tokens, keys.  Kind m is a member, s is staff.

create table credential (
    principal_kind char(1) check (principal_kind in ('m', 's')),
    principal_id   bigint,
    password_phc   text not null check (password_phc like '$argon2id$%'),
    changed_at     timestamptz not null default now(),
    primary key (principal_kind, principal_id)
);

-- One sign-in on one device.  A revoked family opens no session and rotates no token.
create table token_family (
    family_id      bigint primary key,
    principal_kind char(1) not null check (principal_kind in ('m', 's')),
    principal_id   bigint not null,
    device         text check (length(device) <= 200),
    created_at     timestamptz not null default now(),
    revoked_at     timestamptz
);
create index token_family_principal on token_family (principal_kind, principal_id);

create table refresh_token (
    token_hash     bytea primary key check (length(token_hash) = 32),
    principal_kind char(1) not null check (principal_kind in ('m', 's')),
    principal_id   bigint not null,
    family_id      bigint not null references token_family on delete cascade,
    used_at        timestamptz,
    expires_at     timestamptz not null
);
create index refresh_token_family on refresh_token (family_id);
create index refresh_token_due on refresh_token (expires_at);

-- Attempts to sign in per keyed hash: e of an e-mail, a of an address, s of a principal's step-ups.
create table login_try (
    kind  char(1) check (kind in ('e', 'a', 's')),
    key   bytea,
    tries int not null check (tries > 0),
    since timestamptz not null,
    primary key (kind, key)
) with (fillfactor = 50);

-- Outside identity providers.
create table identity (
    issuer         text,
    subject        text,
    principal_kind char(1) not null check (principal_kind in ('m', 's')),
    principal_id   bigint not null,
    primary key (issuer, subject)
);

-- Keys of services; several per service so that one can be replaced.
create table api_key (
    key_hash   bytea primary key check (length(key_hash) = 32),
    service    text not null check (service ~ '^[a-z][a-z0-9_-]{0,39}$'),
    scopes     text[] not null check (scopes <@ '{pos,booking,crm,mailer,partner,ops}'::text[] and scopes <> '{}'),
    created_by text not null,
    created_at timestamptz not null default now(),
    revoked_at timestamptz
);
create index api_key_service on api_key (service) where revoked_at is null;
