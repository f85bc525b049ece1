-- 0001_people -- clubs, members, memberships, tiers, staff, segments.
--
-- Ids are bigint, made by one sequence; money is integer minor units with an ISO 4217 code; points are
-- bigint; times are timestamptz; enumerations are text with a check.

create extension if not exists pgcrypto with schema club;

create sequence id_seq as bigint cache 50;

create table club (
    club_id     bigint primary key,
    slug        text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{1,39}$'),
    name        text not null check (length(name) between 1 and 120),
    form        text not null check (form in ('vip', 'fan', 'product_interest', 'benefit')),
    join_policy text not null check (join_policy in ('open', 'application', 'invitation')),
    tz          text not null default 'UTC',
    locale      text not null default 'en',
    currency    char(3) not null default 'EUR' check (currency ~ '^[A-Z]{3}$'),
    settings    jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
    status      text not null default 'active' check (status in ('active', 'frozen', 'closed'))
);

-- A membership track: free, a fee once, or a fee every period.
create table track (
    track_id  bigint primary key,
    club_id   bigint not null references club,
    code      text not null,
    name      text not null,
    fee_kind  text not null check (fee_kind in ('free', 'one_off', 'periodic')),
    fee_minor bigint not null default 0 check (fee_minor >= 0),
    period    interval,
    active    boolean not null default true,
    unique (club_id, code),
    check ((fee_kind = 'periodic') = (period is not null))
);

-- Age of digital consent by country; no row means 16; a row without checked_on is still to be checked.
create table age_rule (
    country     char(2) primary key check (country ~ '^[A-Z]{2}$'),
    consent_age int not null check (consent_age between 13 and 16),
    checked_on  date
);

create table member (
    member_id         bigint primary key,
    pseudonym         uuid not null unique default gen_random_uuid(),
    status            text not null default 'pending'
                      check (status in ('pending', 'active', 'suspended', 'restricted', 'closing', 'erased')),
    handle            text unique check (handle ~ '^[a-z0-9_.]{3,24}$'),
    locale            text not null default 'en',
    tz                text not null default 'UTC',
    country           char(2),
    under_consent_age boolean not null default false,
    under_18          boolean not null default false,
    consent_age_on    date,
    adult_on          date,
    email_verified_at timestamptz,
    terms_ver         int,
    terms_at          timestamptz,
    silenced_until    timestamptz,
    quiet_from        time not null default '21:00',
    quiet_to          time not null default '08:00',
    notify_read_upto  bigint not null default 0,
    consent_epoch     bigint not null default 0,
    created_at        timestamptz not null default now(),
    last_activity_at  timestamptz,
    erased_at         timestamptz,
    check ((status = 'erased') = (erased_at is not null)),
    check (status <> 'erased' or handle is null),
    check (under_18 or not under_consent_age),
    check ((terms_ver is null) = (terms_at is null))
) with (fillfactor = 80);
create index member_consent_age_due on member (consent_age_on) where under_consent_age;
create index member_adult_due on member (adult_on) where under_18;

-- The only table with direct identifiers, all sealed; one delete erases them.
create table member_pii (
    member_id  bigint primary key references member,
    name_enc   bytea,
    town_enc   bytea,
    email_enc  bytea,
    birth_enc  bytea,
    email_hash bytea unique check (length(email_hash) = 32),
    updated_at timestamptz not null default now()
);

-- Tags a member declares; never inferred.
create table member_interest (
    member_id bigint references member,
    tag       text check (length(tag) between 1 and 40),
    primary key (member_id, tag)
);

create table tier (
    tier_id       bigint primary key,
    club_id       bigint not null references club,
    rank          int not null check (rank >= 0),
    name          text not null,
    qualify_tp    bigint not null check (qualify_tp >= 0),
    retain_tp     bigint not null check (retain_tp >= 0),
    window_kind   text not null check (window_kind in ('rolling', 'anniversary', 'calendar')),
    window_months int not null default 12 check (window_months between 1 and 36),
    downgrade     text not null default 'one_down' check (downgrade in ('one_down', 'balance_based')),
    grace_days    int not null default 60 check (grace_days >= 0),
    earn_ppm      int not null default 1000000 check (earn_ppm between 0 and 10000000),
    early_lead    interval not null default '0',
    seat_limit    int not null default 4 check (seat_limit > 0),
    hold_ttl      interval not null default '10 min',
    support_prio  int not null default 0,
    benefits      jsonb not null default '{}',
    unique (club_id, rank),
    unique (tier_id, club_id)
);

create table staff (
    staff_id bigint primary key,
    login    text not null unique check (login = lower(login)),
    roles    text[] not null
             check (roles <@ '{agent,moderator,editor,manager,analyst,privacy,admin}'::text[]),
    locale   text not null default 'en',
    active   boolean not null default true
);

create table staff_club (
    staff_id bigint references staff,
    club_id  bigint references club,
    primary key (staff_id, club_id)
);

create table membership (
    member_id        bigint references member,
    club_id          bigint references club,
    track_id         bigint not null references track,
    status           text not null
                     check (status in ('applied', 'invited', 'active', 'paused', 'lapsed', 'left', 'expelled', 'declined')),
    tier_id          bigint not null,
    tier_since       timestamptz not null default now(),
    tier_until       timestamptz,
    joined_at        timestamptz,
    paid_until       timestamptz,
    welcome_state    text not null default 'none' check (welcome_state in ('none', 'granted')),
    applied_answers  jsonb,
    invite_criterion text,
    paused_days      int not null default 0 check (paused_days between 0 and 184),
    agent            bigint references staff,
    sponsor          bigint references member,
    version          bigint not null default 1,
    primary key (member_id, club_id),
    foreign key (tier_id, club_id) references tier (tier_id, club_id),
    check (status not in ('active', 'paused', 'lapsed') or joined_at is not null)
) with (fillfactor = 80);
create index membership_by_club on membership (club_id, member_id);

create table tier_change (
    id        bigint generated always as identity primary key,
    member_id bigint not null,
    club_id   bigint not null,
    from_tier bigint,
    to_tier   bigint not null,
    cause     text not null
              check (cause in ('join', 'qualified', 'period_end', 'staff', 'switch', 'match', 'reversal')),
    actor     text not null,
    tp_seen   bigint,
    at        timestamptz not null default now(),
    foreign key (member_id, club_id) references membership
);

create table block_rel (
    blocker bigint references member,
    blocked bigint references member,
    at      timestamptz not null default now(),
    primary key (blocker, blocked),
    check (blocker <> blocked)
);
create index block_rel_blocked on block_rel (blocked, blocker);

create table segment (
    segment_id bigint primary key,
    club_id    bigint not null references club,
    name       text not null,
    rule       jsonb not null,
    basis      text not null check (basis in ('contract', 'consent:prof.personalise', 'manual')),
    version    int not null default 1
);

create table segment_member (
    segment_id bigint references segment,
    member_id  bigint references member,
    since      timestamptz not null default now(),
    primary key (segment_id, member_id)
);
create index segment_member_of on segment_member (member_id, segment_id);

-- What staff and services read or changed of one member; append-only.
create table audit_log (
    id             bigint generated always as identity primary key,
    actor          text not null,
    action         text not null,
    subject_member bigint,
    detail         jsonb not null,
    at             timestamptz not null default now()
);
create index audit_log_subject on audit_log (subject_member, id) where subject_member is not null;
