-- 0300_seats -- offers, seats, reservations, the waiting list, the on-sale queue (domain.md 9).
--
-- The row of an offer is the lock of all that is sold under it: pools, reservations with their items, legs and party,
-- waiting entries.  Whoever changes any of these holds it (lib.offer_lock), so that the hot rows need no foreign keys:
-- lib.seat_violations looks for orphans instead.

create table offer (
    offer_id         bigint primary key,
    club_id          bigint not null references club,
    category_id      int references product_category,
    kind             text not null check (kind in ('trip', 'activity', 'event', 'attraction', 'closed_event')),
    title            text not null check (title <> ''),
    organiser_name   text not null check (organiser_name <> ''),    -- who sells: the club or whom it mediates for
    body             text,
    starts_at        timestamptz not null,
    ends_at          timestamptz not null,
    audience         jsonb not null default '{}',                   -- {"min_rank", "segments", "invite_only", "min_age"}
    announce_at      timestamptz,
    public_open_at   timestamptz not null,
    booking_close_at timestamptz not null,
    name_deadline    timestamptz not null,
    waitlist_cap     int check (waitlist_cap >= 0),
    waitlist_state   text not null default 'open' check (waitlist_state in ('open', 'paused', 'closed')),
    currency         char(3) not null,
    points_allowed   boolean not null default true,
    cancel_policy    jsonb not null default '[]',                   -- [{"hours_before", "refund_ppm"}], the most hours first
    state            text not null default 'draft'
                     check (state in ('draft', 'announced', 'open', 'paused', 'closed', 'running', 'done', 'cancelled')),
    version          bigint not null default 1,
    created_at       timestamptz not null default now(),
    check (announce_at <= public_open_at),
    check (public_open_at <= booking_close_at),
    check (booking_close_at <= starts_at),
    check (starts_at <= ends_at)
) with (fillfactor = 70);
create index offer_of_club on offer (club_id, starts_at);
create index offer_live on offer (state) where state in ('announced', 'open', 'paused', 'closed', 'running');

-- Who may see an offer with invite_only in its audience, beside those in its segments.
create table offer_invite (
    offer_id  bigint references offer,
    member_id bigint references member,
    at        timestamptz not null default now(),
    primary key (offer_id, member_id)
);
create index offer_invite_of on offer_invite (member_id);

create table seat_pool (
    pool_id   bigint primary key,
    offer_id  bigint not null references offer,
    code      text not null check (code <> ''),
    capacity  int not null check (capacity >= 0),
    held      int not null default 0 check (held >= 0),
    confirmed int not null default 0 check (confirmed >= 0),
    offered   int not null default 0 check (offered >= 0),
    unique (offer_id, code),
    check (held + confirmed + offered <= capacity)
) with (fillfactor = 50);

-- Prices and quantities are per unit; a unit seats so many persons.  points_price null: money only.
create table seat_class (
    class_id         bigint primary key,
    offer_id         bigint not null references offer,
    code             text not null check (code <> ''),
    title            text not null check (title <> ''),
    persons          int not null default 1 check (persons between 1 and 12),
    unit_price_minor bigint not null default 0 check (unit_price_minor >= 0),
    points_price     bigint check (points_price > 0),
    unique (offer_id, code)
);

-- A class draws on one pool or several: its own and the total.
create table seat_class_pool (
    class_id bigint references seat_class,
    pool_id  bigint references seat_pool,
    offer_id bigint not null references offer,
    primary key (class_id, pool_id)
);
create index seat_class_pool_of on seat_class_pool (offer_id);

create table access_window (
    window_id   bigint primary key,
    offer_id    bigint not null references offer,
    min_rank    int not null check (min_rank >= 0),
    segment_id  bigint references segment,
    opens_at    timestamptz not null,
    closes_at   timestamptz,
    cum_cap_ppm int not null default 1000000 check (cum_cap_ppm between 0 and 1000000),
    check (closes_at > opens_at)
);
create index access_window_of on access_window (offer_id, opens_at);

-- min_party counts persons; min_rank > 0: a preferential price of that tier.
create table price_step (
    offer_id     bigint references offer,
    min_party    int,
    min_rank     int not null default 0 check (min_rank >= 0),
    discount_ppm int not null check (discount_ppm between 0 and 1000000),
    primary key (offer_id, min_party, min_rank),
    check (min_party >= 2 or min_party = 1 and min_rank > 0)
);

-- total_minor: money due after the discount; points: what the seats paid in points cost.  paid_minor and refunded_minor
-- are what the booking service said it took, and what refunds give back of it.
create table reservation (
    resv_id            bigint primary key,
    offer_id           bigint not null,
    organiser          bigint not null,
    plan_id            bigint,
    persons            int not null check (persons >= 0),
    state              text not null
                       check (state in ('held', 'confirmed', 'checked_in', 'completed', 'no_show', 'expired', 'released',
                                        'cancelled')),
    source             text not null default 'direct' check (source in ('direct', 'waitlist', 'staff')),
    expires_at         timestamptz,
    extended           boolean not null default false,
    payment_started_at timestamptz,
    discount_ppm       int not null default 0 check (discount_ppm between 0 and 1000000),
    total_minor        bigint not null check (total_minor >= 0),
    points             bigint not null default 0 check (points >= 0),
    point_hold         bigint,
    capture_tx         bigint,
    paid_minor         bigint not null default 0 check (paid_minor >= 0),
    refunded_minor     bigint not null default 0 check (refunded_minor >= 0),
    party              jsonb,                               -- who was named with the hold; gone once the seats have rows
    version            bigint not null default 1,
    created_at         timestamptz not null default now(),
    confirmed_at       timestamptz,
    closed_at          timestamptz,
    check (state <> 'held' or expires_at is not null),
    check (persons > 0 or state in ('expired', 'released', 'cancelled')),
    check (refunded_minor <= paid_minor)
) with (fillfactor = 70);
create index reservation_due on reservation (expires_at) where state = 'held';
create index reservation_of on reservation (organiser, offer_id);
create index reservation_offer on reservation (offer_id, resv_id);
create unique index one_hold_per_offer on reservation (organiser, offer_id) where state = 'held' and source <> 'waitlist';

-- qty counts units, 0 after all of them are cancelled; points_qty of them are paid in points.  Prices as quoted.
create table reservation_item (
    resv_id     bigint,
    class_id    bigint,
    qty         int not null check (qty >= 0),
    points_qty  int not null default 0 check (points_qty between 0 and qty),
    unit_minor  bigint not null check (unit_minor >= 0),
    unit_points bigint not null default 0 check (unit_points >= 0),
    primary key (resv_id, class_id)
);
create table reservation_leg (
    resv_id bigint,
    pool_id bigint,
    qty     int not null check (qty > 0),
    primary key (resv_id, pool_id)
);

-- One row per person, from the confirmation on; each wholly points or wholly money.  needs_enc: special categories of
-- data, only with special.access for this offer.
create table reservation_party (
    resv_id       bigint,
    seat_no       int check (seat_no > 0),
    class_id      bigint not null,
    unit_no       int not null check (unit_no > 0),
    member_id     bigint,
    guest_label   text,
    state         text not null
                  check (state in ('unnamed', 'invited', 'accepted', 'declined', 'checked_in', 'no_show', 'cancelled')),
    price_minor   bigint not null default 0 check (price_minor >= 0),
    price_points  bigint not null default 0 check (price_points >= 0),
    needs_enc     bytea,
    checked_in_at timestamptz,
    primary key (resv_id, seat_no),
    check (price_minor = 0 or price_points = 0)
);
create unique index member_once_per_reservation on reservation_party (resv_id, member_id)
    where member_id is not null and state <> 'cancelled';
create index reservation_party_of on reservation_party (member_id) where member_id is not null;

-- What the booking service said about money: one reservation and one outcome per reference, for ever.
create table payment (
    payment_ref  text primary key check (payment_ref <> ''),
    resv_id      bigint not null,
    outcome      text not null check (outcome in ('confirmed', 'confirmed_late', 'refunded')),
    amount_minor bigint not null check (amount_minor >= 0),
    reason       text,                                      -- of a refund
    at           timestamptz not null default now()
);
create index payment_of on payment (resv_id);

create table refund (
    refund_id    bigint primary key,
    resv_id      bigint not null,
    amount_minor bigint not null check (amount_minor > 0),
    currency     char(3) not null,
    src_key      text not null unique,
    payment_ref  text,
    state        text not null default 'queued' check (state in ('queued', 'taken', 'done', 'failed')),
    lease_until  timestamptz,
    tries        int not null default 0,
    at           timestamptz not null default now(),
    done_at      timestamptz
);
create index refund_due on refund (at) where state in ('queued', 'taken');
create index refund_of on refund (resv_id);

create sequence waitlist_ord;
create table waitlist_entry (
    entry_id         bigint primary key,
    offer_id         bigint not null,
    class_id         bigint not null,
    member_id        bigint not null references member,
    qty              int not null check (qty > 0),
    prio_class       int not null default 0,
    ord              bigint not null default nextval('waitlist_ord'),
    skips            int not null default 0 check (skips between 0 and 3),
    offers_missed    int not null default 0,
    accumulate_since timestamptz,
    state            text not null default 'waiting'
                     check (state in ('waiting', 'offered', 'converted', 'declined', 'lapsed', 'passed', 'withdrawn', 'closed')),
    offered_at       timestamptz,
    offer_expires    timestamptz,
    resv_id          bigint,
    joined_at        timestamptz not null default clock_timestamp(),
    closed_at        timestamptz,
    version          bigint not null default 1,
    check ((state = 'offered') = (offer_expires is not null)),
    check (accumulate_since is null or skips = 3)
) with (fillfactor = 70);
create unique index one_live_entry on waitlist_entry (offer_id, class_id, member_id) where state in ('waiting', 'offered');
create index waitlist_order on waitlist_entry (offer_id, prio_class desc, ord) where state = 'waiting';
create index waitlist_due on waitlist_entry (offer_expires) where state = 'offered';
create index waitlist_of on waitlist_entry (member_id);

-- The on-sale queue of an offer; its row is the lock of its tickets.  seed: set when it is revealed.
create table offer_queue (
    offer_id     bigint primary key references offer,
    seed_hash    bytea not null check (length(seed_hash) = 32),
    seed_enc     bytea not null,
    seed         bytea check (length(seed) = 32),
    rate         int not null default 50 check (rate between 1 and 1000),      -- admitted per second
    early_count  int,
    early_sha256 bytea check (length(early_sha256) = 32),
    sealed_at    timestamptz,
    opened_at    timestamptz,
    last_place   bigint not null default 0,
    admitted     bigint not null default 0,
    check (seed is null or early_sha256 is not null)
) with (fillfactor = 50);

-- place: from the draw for early tickets, then one after the other; null before it.
create table queue_ticket (
    ticket_id      bigint primary key,
    offer_id       bigint not null,
    member_id      bigint not null references member,
    early          boolean not null,
    place          bigint,
    state          text not null default 'queued' check (state in ('queued', 'admitted', 'used', 'expired', 'left')),
    admitted_until timestamptz,
    at             timestamptz not null default clock_timestamp(),
    unique (offer_id, member_id)
) with (fillfactor = 70);
create index queue_ticket_order on queue_ticket (offer_id, place) where state = 'queued';
create index queue_ticket_of on queue_ticket (member_id);

create table strike (
    strike_id   bigint primary key,
    member_id   bigint not null references member,
    resv_id     bigint not null,
    state       text not null default 'active' check (state in ('active', 'disputed', 'waived', 'upheld', 'expired')),
    at          timestamptz not null default now(),
    disputed_at timestamptz,
    decided_at  timestamptz,
    decided_by  bigint references staff,
    unique (member_id, resv_id)
);
create index strike_open on strike (state, at) where state in ('active', 'disputed', 'upheld');

-- Asked for by the member.
create table offer_reminder (
    offer_id  bigint references offer,
    member_id bigint references member,
    sent_at   timestamptz,
    primary key (offer_id, member_id)
);
create index offer_reminder_due on offer_reminder (offer_id) where sent_at is null;
create index offer_reminder_of on offer_reminder (member_id);

-- What was last told of how many seats are left, and whether there is news.
create table offer_pulse (
    offer_id   bigint primary key references offer,
    levels     jsonb not null default '{}',
    emitted_at timestamptz not null default '-infinity',
    dirty      boolean not null default false
) with (fillfactor = 50);
create index offer_pulse_dirty on offer_pulse (offer_id) where dirty;

-- Safety notices, as they were written.
create table offer_notice (
    notice_id bigint primary key,
    offer_id  bigint not null references offer,
    body      text not null check (body <> ''),
    by_staff  bigint not null references staff,
    at        timestamptz not null default now()
);
create index offer_notice_of on offer_notice (offer_id);

-- Somebody of the staff has to look at something of a member's (domain.md 14).
create table support_case (
    case_id     bigint primary key,
    club_id     bigint not null references club,
    member_id   bigint not null references member,
    topic       text not null
                check (topic in ('itinerary', 'booking', 'points', 'account', 'privacy', 'complaint', 'other')),
    cause       text not null check (cause in ('paid_late', 'refund_failed', 'offer_cancelled', 'dispute')),
    ref         text,
    prio        int not null default 0,
    state       text not null default 'open' check (state in ('open', 'assigned', 'waiting_member', 'resolved', 'closed')),
    assignee    bigint references staff,
    due_at      timestamptz not null,
    created_at  timestamptz not null default now(),
    resolved_at timestamptz,
    unique (cause, ref)
);
create index support_case_open on support_case (club_id, due_at) where state in ('open', 'assigned', 'waiting_member');
create index support_case_of on support_case (member_id);

-- A moment of truth (domain.md 13.4).
create table moment (
    moment_id  bigint primary key,
    club_id    bigint not null references club,
    member_id  bigint references member,
    touchpoint text not null,
    ref        text,
    source     text not null check (source in ('survey', 'system', 'staff')),
    class      text not null check (class in ('tragic', 'apathetic', 'enchanted')),
    case_id    bigint references support_case,
    at         timestamptz not null default now()
);
create index moment_of on moment (member_id);
create index moment_club on moment (club_id, at);
