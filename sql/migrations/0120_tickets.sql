-- 0120_tickets -- tickets for the upgrade of a WebSocket, and tokens that were revoked before their time.

-- What a ticket stands for: the sign-in it was made in.  Unlogged: after a crash of the database all of them are void.
create unlogged table session_ticket (
    ticket_hash     bytea primary key check (length(ticket_hash) = 32),
    who             text not null check (who ~ '^[ms]:[0-9]{1,18}$'),
    family_id       bigint not null,
    token_id        bytea not null check (length(token_id) = 16),
    token_expires_s bigint not null,
    auth_time_s     bigint not null,
    expires_at      timestamptz not null
);
create index session_ticket_who on session_ticket (who);
create index session_ticket_due on session_ticket (expires_at);

-- Kept until the token would have ended by itself.
create table revoked_token (
    token_id   bytea primary key check (length(token_id) = 16),
    expires_at timestamptz not null
);
create index revoked_token_due on revoked_token (expires_at);
