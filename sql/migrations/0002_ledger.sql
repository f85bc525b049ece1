-- 0002_ledger -- points: accounts, transactions, entries, lots, holds.  Only lib.ledger_post writes them.

-- An account is (currency, kind, owner, club); club is 0 for RP and the club for TP.  Contra accounts of the
-- system are not tracked: their balance is the sum of their entries.
create table ledger_account (
    account_id bigint generated always as identity primary key,
    cur        text not null check (cur in ('RP', 'TP')),
    kind       text not null
               check (kind in ('redeemable', 'held', 'pending', 'debt', 'tier',
                               'issuance', 'redemption', 'breakage', 'adjustment', 'forfeit')),
    owner_kind char(1) not null check (owner_kind in ('m', 'f', 's')),
    owner_id   bigint not null,
    club_id    bigint not null default 0,
    tracked    boolean not null,
    floor_bal  bigint,
    ceil_bal   bigint,
    balance    bigint not null default 0,
    ver        bigint not null default 0,
    frozen     boolean not null default false,
    unique (cur, kind, owner_kind, owner_id, club_id),
    check ((cur = 'TP') = (club_id <> 0)),
    check (case cur when 'TP' then kind in ('tier', 'issuance') else kind <> 'tier' end),
    check (tracked = (owner_kind <> 's')),
    check (not tracked or case kind when 'debt' then ceil_bal = 0 else floor_bal = 0 end),
    constraint ledger_account_floor check (floor_bal is null or balance >= floor_bal),
    constraint ledger_account_ceil check (ceil_bal is null or balance <= ceil_bal)
) with (fillfactor = 70);
create index ledger_account_owner on ledger_account (owner_kind, owner_id);

-- ver rises by one per transaction that touches the owner; it is the ver of points.changed.
create table wallet (
    owner_kind char(1) check (owner_kind in ('m', 'f')),
    owner_id   bigint,
    ver        bigint not null default 0,
    primary key (owner_kind, owner_id)
) with (fillfactor = 70);

-- reversed: sum of the reversals of this transaction, the one column that changes.
create table ledger_tx (
    tx_id        bigint generated always as identity primary key,
    kind         text not null
                 check (kind in ('earn', 'mature', 'hold', 'capture', 'release', 'redeem', 'transfer', 'contribute',
                                 'return_share', 'expire', 'adjust', 'reverse', 'forfeit', 'tier_earn', 'tier_reverse')),
    idem         text not null unique,
    amount       bigint not null check (amount > 0),
    reversed     bigint not null default 0,
    reverses     bigint references ledger_tx,
    club_id      bigint references club,
    hold_id      bigint,
    ref_kind     text,
    ref_id       text,
    actor        text not null,
    reason       text,
    detail       jsonb not null default '{}',
    effective_at timestamptz not null default now(),
    created_at   timestamptz not null default now(),
    constraint ledger_tx_reversed check (reversed between 0 and amount),
    check ((kind in ('reverse', 'tier_reverse')) = (reverses is not null)),
    check (reverses is null or reversed = 0)
);
create index ledger_tx_reverses on ledger_tx (reverses) where reverses is not null;

-- account_id has no foreign key: system accounts are hot rows and a share lock on them would queue every
-- writer.  The reconciliation checks it.
create table ledger_entry (
    entry_id   bigint generated always as identity primary key,
    tx_id      bigint not null references ledger_tx,
    account_id bigint not null,
    amt        bigint not null check (amt <> 0),
    bal_after  bigint,
    ver        bigint,
    unique (account_id, ver)
);
create index ledger_entry_tx on ledger_entry (tx_id);
create index ledger_entry_account on ledger_entry (account_id, entry_id);

create table point_lot (
    lot_id        bigint generated always as identity primary key,
    account_id    bigint not null references ledger_account,
    origin_member bigint not null,
    earned_tx     bigint references ledger_tx,
    amount        bigint not null check (amount > 0),
    remaining     bigint not null check (remaining between 0 and amount),
    expires_at    timestamptz
) with (fillfactor = 80);
create index point_lot_live on point_lot (account_id, expires_at nulls last, lot_id) where remaining > 0;
create index point_lot_due on point_lot (expires_at) where remaining > 0;
create index point_lot_earned on point_lot (earned_tx);

create table lot_use (
    tx_id  bigint references ledger_tx,
    lot_id bigint references point_lot,
    amt    bigint not null check (amt > 0),
    primary key (tx_id, lot_id)
);

-- requested_by: a principal, m:<id> or v:<service>.
create table point_hold (
    hold_id      bigint generated always as identity primary key,
    account_id   bigint not null references ledger_account,
    held_account bigint not null references ledger_account,
    requested_by text not null,
    amount       bigint not null check (amount > 0),
    captured     bigint not null default 0,
    state        text not null default 'active' check (state in ('active', 'captured', 'released', 'expired')),
    purpose      text not null,
    ref_id       text,
    expires_at   timestamptz not null,
    check (captured between 0 and amount)
);
create index point_hold_due on point_hold (expires_at) where state = 'active';
create index point_hold_account on point_hold (account_id) where state = 'active';

create table point_hold_lot (
    hold_id bigint references point_hold,
    lot_id  bigint references point_lot,
    amt     bigint not null check (amt > 0),
    primary key (hold_id, lot_id)
);

create table product_category (
    category_id int primary key,
    club_id     bigint not null references club,
    code        text not null,
    active      boolean not null default true,
    unique (club_id, code),
    unique (category_id, club_id)
);

create table category_text (
    category_id int references product_category,
    locale      text,
    name        text not null,
    primary key (category_id, locale)
);

-- category_id null: every category.  rate_ppm: points per minor unit x 10^6.
create table earn_rule (
    rule_id     bigint primary key,
    club_id     bigint not null references club,
    category_id int,
    rate_ppm    bigint not null check (rate_ppm between 0 and 100000000),
    from_at     timestamptz not null,
    to_at       timestamptz,
    check (to_at > from_at),
    foreign key (category_id, club_id) references product_category (category_id, club_id)
);
create index earn_rule_club on earn_rule (club_id, category_id, from_at desc);

-- One set of contra accounts for the system; those of a club's TP are made with its first tier points.
insert into ledger_account (cur, kind, owner_kind, owner_id, tracked)
values ('RP', 'issuance', 's', 0, false),
       ('RP', 'redemption', 's', 0, false),
       ('RP', 'breakage', 's', 0, false),
       ('RP', 'adjustment', 's', 0, false),
       ('RP', 'forfeit', 's', 0, false);
