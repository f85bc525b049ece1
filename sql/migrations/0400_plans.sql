-- 0400_plans -- travel plans that members make together: items, proposals and polls, expenses (domain.md 10).
--
-- The row of a plan is the lock of all that belongs to it (lib.plan_lock), so the rows below need no foreign keys among
-- one another: lib.plan_violations looks for orphans.

create table plan (
    plan_id     bigint primary key,
    club_id     bigint not null references club,
    title       text not null check (title <> ''),
    dest        text,
    starts_on   date,
    ends_on     date,
    tz          text not null default 'UTC',
    currency    char(3) not null,
    visibility  text not null default 'private' check (visibility in ('private', 'club')),
    state       text not null default 'draft'
                check (state in ('draft', 'planning', 'locked', 'booked', 'travelling', 'done', 'cancelled')),
    state_before text,                                      -- of a locked plan: where unlocking leads
    op_seq      bigint not null default 0,
    expense_no  int not null default 0,
    version     bigint not null default 1,
    created_at  timestamptz not null default now(),
    cancelled_at timestamptz,
    check (ends_on is null or ends_on >= starts_on),
    check ((state = 'locked') = (state_before is not null))
) with (fillfactor = 70);
create index plan_of_club on plan (club_id);
create index plan_by_date on plan (starts_on) where state in ('planning', 'locked', 'booked', 'travelling');
alter table reservation add foreign key (plan_id) references plan;
create index reservation_of_plan on reservation (plan_id, offer_id) where plan_id is not null;

create table plan_member (
    plan_id     bigint references plan,
    member_id   bigint references member,
    role        text not null check (role in ('owner', 'editor', 'voter', 'viewer')),
    state       text not null check (state in ('invited', 'joined', 'declined', 'left', 'removed')),
    share_level text not null default 'handle' check (share_level in ('handle', 'profile')),
    invited_by  bigint,
    joined_at   timestamptz,
    ended_at    timestamptz,
    primary key (plan_id, member_id)
);
create unique index one_owner on plan_member (plan_id) where role = 'owner' and state = 'joined';
create index plan_member_of on plan_member (member_id) where state in ('invited', 'joined');

create table plan_invite (
    invite_id  bigint primary key,
    plan_id    bigint not null references plan,
    token_hash bytea not null unique check (length(token_hash) = 32),
    role       text not null check (role in ('editor', 'voter', 'viewer')),
    max_uses   int not null check (max_uses between 1 and 100),
    uses       int not null default 0,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    created_by bigint not null,
    created_at timestamptz not null default now(),
    check (uses between 0 and max_uses)
);
create index plan_invite_of on plan_invite (plan_id);

-- Who is asked to take the plan over.
create table plan_handover (
    plan_id  bigint primary key references plan,
    to_member bigint not null,
    asked_at timestamptz not null default now()
);

-- fields_ver: for each field the version of the item in which it last changed.
create table plan_item (
    item_id    bigint primary key,
    plan_id    bigint not null,
    kind       text not null check (kind in ('transport', 'lodging', 'activity', 'meal', 'note', 'task')),
    day        date,
    start_min  int check (start_min between 0 and 1439),
    end_min    int check (end_min between 0 and 2879),
    order_key  text collate "C" not null check (order_key ~ '^[0-9A-Za-z]{1,64}$'),
    title      text not null check (title <> ''),
    place      text,
    lat        double precision check (lat between -90 and 90),
    lon        double precision check (lon between -180 and 180),
    notes      text,
    offer_id   bigint,
    resv_id    bigint,
    assignees  bigint[] not null default '{}',
    fields_ver jsonb not null default '{}',
    version    bigint not null default 1,
    deleted_at timestamptz,
    created_by bigint not null,
    updated_by bigint not null,
    updated_at timestamptz not null default now()
) with (fillfactor = 70);
create index plan_item_of on plan_item (plan_id, day, order_key, item_id);

-- Every accepted change, numbered without gaps per plan.  before: the values it replaced, for the inverse.
create table plan_op (
    plan_id  bigint,
    op_seq   bigint,
    actor    text not null,                                 -- m:<member> or poll:<id>
    kind     text not null,
    object   text not null,                                 -- item:<id>, expense:<id>, plan:<id>
    patch    jsonb not null,
    before   jsonb not null default '{}',
    base_ver bigint,
    new_ver  bigint,
    undoes   bigint,
    at       timestamptz not null default now(),
    primary key (plan_id, op_seq)
);

create table plan_comment (
    comment_id bigint primary key,
    plan_id    bigint not null,
    item_id    bigint,
    author     bigint not null,
    body       text not null,
    state      text not null default 'published' check (state in ('published', 'deleted')),
    at         timestamptz not null default now()
);
create index plan_comment_of on plan_comment (plan_id, comment_id);
create index plan_comment_by on plan_comment (author);

create table plan_proposal (
    proposal_id bigint primary key,
    plan_id     bigint not null,
    author      bigint not null,
    action      text not null check (action in ('add', 'change', 'remove', 'dates')),
    item_id     bigint,
    payload     jsonb not null,
    base_ver    bigint,
    poll_id     bigint,
    state       text not null default 'open' check (state in ('open', 'accepted', 'rejected', 'withdrawn', 'stale')),
    at          timestamptz not null default now(),
    decided_at  timestamptz,
    decided_by  text
);
create index plan_proposal_of on plan_proposal (plan_id, proposal_id);

create table poll (
    poll_id               bigint primary key,
    plan_id               bigint not null,
    kind                  text not null check (kind in ('single', 'multi', 'approval', 'dates')),
    title                 text not null check (title <> ''),
    secret_until_close    boolean not null default false,
    quorum                int not null default 1 check (quorum between 1 and 100),
    max_choices           int check (max_choices between 1 and 20),
    closes_at             timestamptz not null,
    tie_rule              text not null default 'owner' check (tie_rule in ('owner', 'earliest_option')),
    close_when_all_voted  boolean not null default false,
    on_close              jsonb,
    state                 text not null default 'open' check (state in ('open', 'tied', 'closed', 'cancelled')),
    result                jsonb,
    created_by            bigint not null,
    at                    timestamptz not null default now(),
    closed_at             timestamptz,
    version               bigint not null default 1
);
create index poll_of on poll (plan_id, poll_id);
create index poll_due on poll (closes_at) where state = 'open';
create table poll_option (
    option_id bigint primary key,
    poll_id   bigint not null,
    label     text not null check (label <> ''),
    value     jsonb,
    pos       int not null,
    unique (poll_id, pos)
);
create table poll_vote (
    poll_id   bigint,
    option_id bigint,
    member_id bigint,
    choice    text not null check (choice in ('yes', 'maybe', 'no')),
    at        timestamptz not null default now(),
    primary key (option_id, member_id)
);
create index poll_vote_of on poll_vote (poll_id, member_id);
create index poll_vote_by on poll_vote (member_id);

create table expense (
    expense_id   bigint primary key,
    plan_id      bigint not null,
    no           int not null check (no > 0),
    title        text not null check (title <> ''),
    amount_minor bigint not null check (amount_minor > 0),
    currency     char(3) not null,
    fx_ppb       bigint not null default 1000000000 check (fx_ppb > 0),
    base_minor   bigint not null check (base_minor >= 0),
    spent_on     date not null,
    mode         text not null check (mode in ('equal', 'shares', 'percent', 'exact')),
    item_id      bigint,
    version      bigint not null default 1,
    deleted_at   timestamptz,
    created_by   bigint not null,
    created_at   timestamptz not null default now(),
    unique (plan_id, no)
);
create table expense_payer (
    expense_id      bigint,
    member_id       bigint,
    paid_minor      bigint not null check (paid_minor > 0),
    paid_base_minor bigint not null check (paid_base_minor >= 0),
    primary key (expense_id, member_id)
);
create index expense_payer_of on expense_payer (member_id);
create table expense_share (
    expense_id bigint,
    member_id  bigint,
    weight     bigint not null default 1 check (weight >= 0),
    owed_minor bigint not null check (owed_minor >= 0),     -- in the plan's currency
    primary key (expense_id, member_id)
);
create index expense_share_of on expense_share (member_id);
create table settlement (
    settlement_id bigint primary key,
    plan_id       bigint not null,
    payer         bigint not null,
    payee         bigint not null,
    amount_minor  bigint not null check (amount_minor > 0),
    state         text not null check (state in ('marked_paid', 'confirmed', 'disputed')),
    at            timestamptz not null default now(),
    decided_at    timestamptz,
    check (payer <> payee)
);
create index settlement_of on settlement (plan_id, settlement_id);
create index settlement_by on settlement (payer);
create index settlement_to on settlement (payee);
