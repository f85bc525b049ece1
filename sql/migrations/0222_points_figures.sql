-- 0222_points_figures -- sums over the ledger for those who look after a club (domain.md 7.6).

-- One row per club, month and figure.  By month of the posting: issued, returned, redeemed, given_back, expired,
-- adjusted_up, adjusted_down, forfeited, cause_goodwill, cause_case, cause_correction, cause_other.  By month in which
-- the points were earned: cohort_issued, cohort_returned, cohort_redeemed, cohort_expired.  Months are those of the
-- club's zone.  Club 0: what cannot be said to be of one club.
-- days: points x days from the purchase to the redemption, of cohort_redeemed.  members: ten at most of those it is
-- about, enough to know that they are ten.
create table points_figure (
    club_id bigint,
    month   date,
    figure  text,
    points  bigint not null default 0,
    count   bigint not null default 0,
    days    numeric not null default 0,
    members bigint[] not null default '{}' check (cardinality(members) <= 10),
    primary key (club_id, figure, month)
) with (fillfactor = 70);

-- How far the summing is.  Transactions up to upto_tx are next, once those that were writing when that number was given
-- out (numbered below before_xid) are over.
create table points_figure_run (
    one        boolean primary key default true check (one),
    done_tx    bigint not null default 0,
    upto_tx    bigint not null default 0,
    before_xid xid8,
    at         timestamptz not null default now()
);
insert into points_figure_run default values;
