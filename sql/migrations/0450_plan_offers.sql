-- 0450_plan_offers -- seats that members of a plan book each for themselves count together (domain.md 10.7).

-- points: what the seats cost now; points_back: what price steps of the plan gave back of what was captured; step_ppm: the
-- best of these steps (discount_ppm is of money, and may come of the party's own size).
alter table reservation
    add points_back bigint not null default 0 check (points_back >= 0),
    add step_ppm    int not null default 0 check (step_ppm between 0 and 1000000);

-- Paid in points: a price step can take a seat down to nothing, in either money or points.
alter table reservation_party add in_points boolean not null default false;
update reservation_party set in_points = true where price_points > 0;

create index plan_item_offer on plan_item (plan_id, offer_id) where offer_id is not null;

-- Which steps of an offer a plan was told of, each once: that it is near, that it is reached.
create table plan_threshold (
    plan_id   bigint,
    offer_id  bigint,
    min_party int,
    level     text not null check (level in ('near', 'reached')),
    at        timestamptz not null default clock_timestamp(),
    primary key (plan_id, offer_id, min_party)
);
