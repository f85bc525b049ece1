-- 0170_privacy -- requests of members about their own data, and what is left of an erased one.

-- One request with its clock.  run_at: an erasure is carried out from then on.  log: its states with their times.
create table dsr (
    dsr_id     bigint primary key,
    member_id  bigint not null references member,
    kind       text not null check (kind in ('access', 'portability', 'rectify', 'erase', 'restrict', 'object')),
    state      text not null default 'received'
               check (state in ('received', 'verified', 'executing', 'done', 'refused', 'partly', 'withdrawn')),
    due_at     timestamptz not null,
    extended   boolean not null default false,
    options    jsonb not null default '{}' check (jsonb_typeof(options) = 'object'),
    result_ref text,
    run_at     timestamptz,
    log        jsonb not null default '[]' check (jsonb_typeof(log) = 'array'),
    at         timestamptz not null default now(),
    closed_at  timestamptz,
    check ((state in ('done', 'refused', 'partly', 'withdrawn')) = (closed_at is not null)),
    check ((run_at is not null) = (kind = 'erase'))
);
create index dsr_member on dsr (member_id, dsr_id);
create unique index dsr_erasure on dsr (member_id) where kind = 'erase' and closed_at is null;
create index dsr_due on dsr (run_at) where kind = 'erase' and closed_at is null;

-- Who was erased and how: kept outside of backups, and applied again after one was restored.
create table erasure_journal (
    pseudonym uuid primary key,
    content   text not null check (content in ('delete', 'anonymise')),
    at        timestamptz not null default now()
);

-- After an erasure the log names its subject by pseudonym.
alter table audit_log add column subject_pseudonym uuid,
    add check (subject_member is null or subject_pseudonym is null);
create index audit_log_staff on audit_log (actor, id) where actor like 's:%';
