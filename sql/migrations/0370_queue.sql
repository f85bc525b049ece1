-- 0370_queue -- the sealed list of early tickets, and what admission keeps count of (domain.md 9.6).

-- Drawn under the lock of the queue, so that numbers are in the order of arrival.
create sequence queue_ticket_id as bigint;

-- One live ticket at a time: whose turn has passed may queue again, at the end.
alter table queue_ticket drop constraint queue_ticket_offer_id_member_id_key;
alter table queue_ticket add told_at timestamptz not null default clock_timestamp();
create unique index one_live_ticket on queue_ticket (offer_id, member_id) where state in ('queued', 'admitted');
create unique index one_place on queue_ticket (offer_id, place);
create index queue_ticket_admitted on queue_ticket (offer_id, admitted_until) where state = 'admitted';

-- front: every place up to it has had its turn.  ticked_at: up to then admission has been worked out.  from_, since_:
-- the time and the count from which the rate is measured, and those that take their place.  told_place: so far the
-- round has come that tells positions, null between two of them; round_at: when it began.
alter table offer_queue
    add front          bigint not null default 0,
    add ticked_at      timestamptz,
    add from_at        timestamptz,
    add from_admitted  bigint not null default 0,
    add since_at       timestamptz,
    add since_admitted bigint not null default 0,
    add told_place     bigint,
    add round_at       timestamptz,
    add ended_at       timestamptz;
create index offer_queue_live on offer_queue (offer_id) where ended_at is null;

-- The early tickets as they were sealed: numbers only, never changed, so that the draw can be checked for ever.
create table queue_draw (
    offer_id  bigint references offer,
    ticket_id bigint,
    primary key (offer_id, ticket_id)
);

-- Places ahead of which nobody waits any more, because who had them left.
create table queue_gap (
    offer_id bigint references offer,
    place    bigint,
    primary key (offer_id, place)
);
