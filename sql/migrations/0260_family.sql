-- 0260_family -- families and their members; what they share is the account of the pool, owner 'f'.

-- dissolve_at: when its points go back to where they came from; the job looks no earlier.
create table family (
    family_id    bigint primary key,
    head         bigint not null references member,
    status       text not null default 'active' check (status in ('active', 'dissolving', 'dissolved')),
    max_members  int not null default 7 check (max_members between 2 and 11),
    version      bigint not null default 1,
    created_at   timestamptz not null default now(),
    dissolve_at  timestamptz,
    dissolved_at timestamptz,
    check ((status = 'active') = (dissolve_at is null)),
    check ((status = 'dissolved') = (dissolved_at is not null))
);
create index family_head on family (head);
create index family_due on family (dissolve_at) where status = 'dissolving';

-- One row per member and family: who comes back takes up the old one.
create table family_member (
    family_id      bigint not null references family,
    member_id      bigint not null references member,
    role           text not null check (role in ('head', 'adult', 'child')),
    state          text not null check (state in ('invited', 'active', 'left', 'removed')),
    can_redeem     boolean not null default false,
    contribution   text not null default 'manual' check (contribution in ('manual', 'percent', 'all')),
    percent        int not null default 0 check (percent between 0 and 100),
    share_activity boolean not null default false,
    invited_at     timestamptz,
    joined_at      timestamptz,
    left_at        timestamptz,
    primary key (family_id, member_id),
    check ((contribution = 'percent') = (percent > 0)),
    check (state <> 'active' or joined_at is not null),
    check ((state in ('left', 'removed')) = (left_at is not null))
);
create unique index one_live_family on family_member (member_id) where state = 'active';
create index family_member_member on family_member (member_id);
