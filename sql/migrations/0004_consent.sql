-- 0004_consent -- purposes, channels, texts, evidence and the present state of every triple.

create table channel (
    channel_id smallint primary key,
    code       text not null unique
);

create table purpose (
    purpose_id            smallint primary key,
    code                  text not null unique,
    basis                 text not null
                          check (basis in ('role', 'contract', 'legal', 'li', 'consent', 'explicit_consent')),
    scope_kind            text not null check (scope_kind in ('none', 'category', 'club', 'offer')),
    per_channel           boolean not null,
    closed_while          text not null default 'never'
                          check (closed_while in ('never', 'under_consent_age', 'under_18')),
    guardian_ok           boolean not null default false,
    max_age               interval,
    double_optin_channels smallint[] not null default '{}',
    retention             text not null,
    active                boolean not null default true
);

create table consent_text (
    purpose_id   smallint references purpose,
    ver          int check (ver > 0),
    locale       text,
    title        text not null,
    body         text not null,
    change_note  text not null default '',
    sha256       bytea not null check (length(sha256) = 32),
    material     boolean not null,
    valid_from   timestamptz not null,
    published_by text not null,
    primary key (purpose_id, ver, locale),
    check (ver > 1 or material),
    check (ver = 1 or change_note <> '')
);

-- The least version that still counts: derived, never stored.
create view consent_min_ver as
select purpose_id, max(ver) as min_ver
  from consent_text
 where material
   and valid_from <= now()
 group by purpose_id;

-- Append-only evidence, hash-chained per member.
create table consent_event (
    event_id    bigint generated always as identity primary key,
    member_id   bigint not null references member,
    seq         bigint not null check (seq > 0),
    purpose_id  smallint not null references purpose,
    scope_id    bigint not null default 0,
    channel_id  smallint not null default 0 references channel,
    action      text not null
                check (action in ('request', 'give', 'confirm', 'refuse', 'withdraw', 'object', 'unobject',
                                  'expire', 'supersede', 'import')),
    text_ver    int,
    locale      text,
    actor       text not null,
    by_guardian bigint references member,
    method      text not null,
    evidence    jsonb not null,
    at          timestamptz not null default now(),
    prev_hash   bytea,
    hash        bytea not null check (length(hash) = 32),
    unique (member_id, seq),
    check ((seq = 1) = (prev_hash is null))
);

-- What is in force per triple; no wildcard rows; no row is unknown and means no.
create table consent_state (
    member_id  bigint references member,
    purpose_id smallint references purpose,
    scope_id   bigint not null default 0,
    channel_id smallint not null default 0 references channel,
    state      text not null
               check (state in ('requested', 'pending_confirm', 'given', 'refused', 'withdrawn', 'expired',
                                'stale', 'objected')),
    text_ver   int,
    event_id   bigint not null references consent_event,
    expires_at timestamptz,
    primary key (member_id, purpose_id, scope_id, channel_id),
    check (state <> 'given' or text_ver is not null)
) with (fillfactor = 80);
create index consent_given on consent_state (purpose_id, scope_id, channel_id, member_id) where state = 'given';
create index consent_due on consent_state (expires_at) where state = 'given' and expires_at is not null;

insert into channel (channel_id, code)
values (0, 'none'), (1, 'inapp'), (2, 'push'), (3, 'email'), (4, 'sms'), (5, 'phone'), (6, 'post');

insert into purpose (purpose_id, code, basis, scope_kind, per_channel, closed_while, guardian_ok, max_age,
                     double_optin_channels, retention)
values
    (0,  'staff',            'role',             'none',     false, 'never',             false, null, '{}', 'outbox 30 days'),
    (1,  'svc.account',      'contract',         'none',     false, 'never',             false, null, '{}', 'outbox 30 days; membership while it lasts'),
    (2,  'svc.points',       'contract',         'none',     false, 'never',             false, null, '{}', 'outbox 30 days; ledger 10 years'),
    (3,  'svc.resv',         'contract',         'none',     false, 'never',             false, null, '{}', 'outbox 30 days; reservations as accounting'),
    (4,  'svc.plan',         'contract',         'none',     false, 'never',             false, null, '{}', 'outbox 30 days; plans while they last'),
    (5,  'svc.family',       'contract',         'none',     false, 'never',             false, null, '{}', 'outbox 30 days'),
    (6,  'svc.support',      'contract',         'none',     false, 'never',             false, null, '{}', 'outbox 30 days; cases 3 years'),
    (7,  'svc.benefit',      'contract',         'none',     false, 'never',             false, null, '{}', 'outbox 30 days'),
    (8,  'svc.feed',         'contract',         'none',     false, 'never',             false, null, '{}', 'outbox 30 days; posts until deleted'),
    (10, 'legal.privacy',    'legal',            'none',     false, 'never',             false, null, '{}', 'evidence for life and 3 years'),
    (11, 'legal.moderation', 'legal',            'none',     false, 'never',             false, null, '{}', '12 months after the decision closes'),
    (12, 'legal.accounting', 'legal',            'none',     false, 'never',             false, null, '{}', '10 years'),
    (13, 'legal.safety',     'legal',            'none',     false, 'never',             false, null, '{}', 'outbox 30 days'),
    (20, 'li.security',      'li',               'none',     false, 'never',             false, null, '{}', 'outbox 30 days'),
    (21, 'li.survey',        'li',               'none',     true,  'under_18',          false, null, '{}', 'outbox 30 days'),
    (30, 'mkt.offers',       'consent',          'category', true,  'under_18',          false, '24 months', '{3,4}', 'consent for life and 3 years'),
    (31, 'mkt.magazine',     'consent',          'club',     true,  'under_18',          false, '24 months', '{3,4}', 'consent for life and 3 years'),
    (32, 'mkt.events',       'consent',          'category', true,  'under_18',          false, '24 months', '{3,4}', 'consent for life and 3 years'),
    (33, 'mkt.early_access', 'consent',          'category', true,  'under_18',          false, '24 months', '{3,4}', 'consent for life and 3 years'),
    (34, 'mkt.surprise',     'consent',          'none',     true,  'under_18',          false, '24 months', '{3,4}', 'consent for life and 3 years'),
    (40, 'prof.personalise', 'consent',          'club',     false, 'under_18',          false, null, '{}', 'consent for life and 3 years'),
    (50, 'com.profile',      'consent',          'club',     false, 'under_consent_age', false, null, '{}', 'consent for life and 3 years'),
    (51, 'com.travel',       'consent',          'club',     false, 'under_consent_age', false, null, '{}', 'consent for life and 3 years'),
    (52, 'com.tag',          'consent',          'club',     false, 'under_consent_age', false, null, '{}', 'consent for life and 3 years'),
    (53, 'com.presence',     'consent',          'club',     true,  'under_consent_age', false, null, '{}', 'consent for life and 3 years'),
    (54, 'com.badge',        'consent',          'club',     false, 'under_consent_age', false, null, '{}', 'consent for life and 3 years'),
    (55, 'com.match',        'consent',          'club',     false, 'under_18',          false, null, '{}', 'consent for life and 3 years'),
    (60, 'special.access',   'explicit_consent', 'offer',    false, 'never',             true,  null, '{}', 'needs 30 days after the trip; consent for life and 3 years');
