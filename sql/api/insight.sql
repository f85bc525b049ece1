-- insight.sql -- figures about the points of a club, for its analysts and managers (domain.md 7.6, 13).
--
-- Points belong to members, not to clubs: what a member has is one balance.  A transaction is a club's when it says so
-- (ledger_tx.club_id); points that go are those of the club where they were earned, which their lots tell, wherever they
-- are spent.  So a club's outstanding points are what it gave less what became of these.  Club 0 gathers what no lot
-- tells: the pending part of what an erased member forfeits, and postings that name no club.  What a reversal of a
-- purchase takes back counts for the club of the purchase, also where the points of another had to make up for it.  Over
-- all clubs with club 0 it adds up to the liability of the ledger, exactly (tests/sql/insight_test.sql).
--
-- Nobody reads the ledger to answer: the job `points_figures` adds each transaction once to points_figure, a row per club,
-- month and figure.  A figure about fewer than 10 members is null (k-anonymity), and sums are those of the figures that
-- are shown, so that no difference of two tells what is hidden.

-- A transaction's share in one figure.
create type lib.figure_part as (
    club bigint, at timestamptz, figure text, points numeric, days numeric, member bigint);

-- What transactions p_after < tx <= p_upto add to the figures.
create function lib.points_figure_parts(p_after bigint, p_upto bigint)
returns setof lib.figure_part language sql stable as $$
    with tx as (
        select x.tx_id, x.kind, x.amount, coalesce(x.club_id, 0) as club, x.created_at, x.effective_at, x.reverses,
               x.ref_kind, x.detail ->> 'role' as role
          from ledger_tx x
         where x.tx_id > p_after and x.tx_id <= p_upto
           and x.kind in ('earn', 'redeem', 'capture', 'expire', 'adjust', 'forfeit', 'reverse')
    ), owned as (       -- one member each; families have none
        select t.*, (
                select a.owner_id
                  from ledger_entry e
                  join ledger_account a on a.account_id = e.account_id and a.owner_kind = 'm'
                 where e.tx_id = t.tx_id
                 limit 1) as member,
               exists (select from lot_use u where u.tx_id = t.tx_id) as takes
          from tx t
    ), back as (        -- reversals, with what they reverse
        select t.tx_id, t.amount, t.created_at, t.member, o.tx_id as of_tx, o.kind as of_kind,
               coalesce(o.club_id, 0) as of_club, o.effective_at as of_at, o.created_at as of_made,
               (select coalesce(sum(r.amount), 0) from ledger_tx r where r.reverses = o.tx_id and r.tx_id < t.tx_id) as before
          from owned t
          join ledger_tx o on o.tx_id = t.reverses
         where t.kind = 'reverse'
    ), used as (        -- points that went, by the lots they were taken from; those a reversal gave back, negative
        select t.kind, t.created_at, u.amt::numeric as points, u.lot_id, t.tx_id, t.created_at as went_at
          from owned t
          join lot_use u on u.tx_id = t.tx_id
         where t.kind in ('redeem', 'capture', 'expire', 'forfeit', 'adjust')
         union all
        select 'back', b.created_at,
               -(least(l.upto, b.before + b.amount) - greatest(l.upto - l.amt, b.before)), l.lot_id, b.tx_id, b.of_made
          from back b
         cross join lateral (
               select u.lot_id, u.amt, sum(u.amt) over (order by p.expires_at desc, p.lot_id desc) as upto
                 from lot_use u
                 join point_lot p on p.lot_id = u.lot_id
                where u.tx_id = b.of_tx) l
         where b.of_kind <> 'earn'
           and l.upto > b.before
           and l.upto - l.amt < b.before + b.amount
    ), gone as (
        select u.*, coalesce(o.club_id, 0) as club, o.effective_at as earned_at, p.origin_member as member
          from used u
          join point_lot p on p.lot_id = u.lot_id
          left join ledger_tx o on o.tx_id = p.earned_tx
    ), given as (
        select t.club, t.created_at, t.effective_at, t.kind, t.amount, t.member, t.role, t.ref_kind
          from owned t
         where t.kind = 'earn' or t.kind = 'adjust' and not t.takes
    )
    select g.club, g.created_at, case g.kind when 'earn' then 'issued' else 'adjusted_up' end, g.amount, 0::numeric, g.member
      from given g
     union all
    select g.club, g.effective_at, 'cohort_issued', g.amount, 0, g.member from given g
     union all
    select b.of_club, b.created_at, 'returned', b.amount, 0, b.member from back b where b.of_kind = 'earn'
     union all
    select b.of_club, b.of_at, 'cohort_returned', b.amount, 0, b.member from back b where b.of_kind = 'earn'
     union all
    select g.club, g.created_at,
           case g.kind when 'expire' then 'expired' when 'forfeit' then 'forfeited' when 'adjust' then 'adjusted_down'
                       when 'back' then 'given_back' else 'redeemed' end, abs(g.points), 0, g.member
      from gone g
     union all
    select g.club, coalesce(g.earned_at, g.created_at),
           case g.kind when 'expire' then 'cohort_expired' else 'cohort_redeemed' end, g.points,
           case when g.kind = 'expire' then 0
                else g.points * greatest(0, extract(epoch from g.went_at - coalesce(g.earned_at, g.went_at)) / 86400) end,
           g.member
      from gone g
     where g.kind in ('expire', 'redeem', 'capture', 'back')
     union all
    select t.club, t.created_at,
           'cause_' || case when t.ref_kind = 'case' then 'case' when t.role = 'agent' then 'goodwill'
                            when t.role = 'manager' then 'correction' else 'other' end, t.amount, 0, t.member
      from owned t
     where t.kind = 'adjust'
     union all
    select 0, t.created_at, 'forfeited', t.amount - coalesce(u.amt, 0), 0, t.member     -- what was pending
      from owned t
     cross join lateral (select sum(u.amt) as amt from lot_use u where u.tx_id = t.tx_id) u
     where t.kind = 'forfeit'
       and t.amount > coalesce(u.amt, 0);
$$;

-- Adds the next 2,000 transactions to the figures and tells the dashboards of the clubs.  Returns how many it covered.
create function lib.points_figures_run() returns bigint language plpgsql volatile as $$
declare
    v_run   points_figure_run;
    v_upto  bigint;
    v_clubs bigint[];
begin
    select * into v_run from points_figure_run;
    if v_run.done_tx >= v_run.upto_tx then
        v_upto := coalesce(pg_sequence_last_value('club.ledger_tx_tx_id_seq'), 0);
        update points_figure_run
           set upto_tx = v_upto, before_xid = pg_snapshot_xmax(pg_current_snapshot())
         where v_upto > upto_tx;
        return found::int;
    end if;
    if pg_snapshot_xmin(pg_current_snapshot()) < v_run.before_xid then
        return 0;       -- who was writing then may not have committed yet
    end if;
    v_upto := least(v_run.done_tx + 2000, v_run.upto_tx);
    with part as (
        select p.club, date_trunc('month', p.at at time zone coalesce(c.tz, 'UTC'))::date as month, p.figure,
               sum(p.points)::bigint as points, count(*) as count, sum(p.days) as days,
               (array_agg(distinct p.member) filter (where p.member is not null))[1:10] as members
          from lib.points_figure_parts(v_run.done_tx, v_upto) p
          left join club c on c.club_id = p.club
         group by p.club, month, p.figure
    ), added as (
        insert into points_figure as f (club_id, month, figure, points, count, days, members)
        select p.club, p.month, p.figure, p.points, p.count, p.days, coalesce(p.members, '{}')
          from part p
            on conflict (club_id, figure, month) do update
           set points = f.points + excluded.points, count = f.count + excluded.count, days = f.days + excluded.days,
               members = case when cardinality(f.members) = 10 then f.members
                              else (array(select distinct m from unnest(f.members || excluded.members) m order by m))[1:10] end
        returning f.club_id
    )
    select array_agg(distinct club_id) into v_clubs from added where club_id <> 0;
    update points_figure_run set done_tx = v_upto, at = now();
    perform lib.emit_all(array(
        select lib.event('staff:' || c, 'metric.updated', 'staff', '{"metric":"points"}')
          from unnest(v_clubs) c
         order by c));
    return v_upto - v_run.done_tx;
end $$;

-- A figure over some rows, null where fewer than 10 members are behind them.
create function lib.figure_shown(p_points numeric, p_members bigint[]) returns bigint language sql immutable as $$
    select case when cardinality(array(select distinct m from unnest(p_members) m)) >= 10
                then lib.number_shown(p_points) end
$$;

-- A share in millionths; null when either is hidden, or there is nothing to divide by.
create function lib.ppm(p_part numeric, p_whole numeric) returns bigint language sql immutable as $$
    select case when p_whole > 0 and p_part is not null then lib.number_shown(round(greatest(p_part, 0) * 1000000 / p_whole)) end
$$;

-- The months of a club that are shown, newest first: what was posted in each.
create function lib.points_months(p_club bigint, p_from date) returns jsonb language plpgsql stable as $$
begin
    return (
        select coalesce(jsonb_agg(jsonb_build_object('month', to_char(m.month, 'YYYY-MM')) || m.figures order by m.month desc), '[]')
          from (select f.month, '{"issued":null,"returned":null,"redeemed":null,"given_back":null,"expired":null,
                                  "adjusted_up":null,"adjusted_down":null,"forfeited":null}'::jsonb
                                || jsonb_object_agg(f.figure, lib.figure_shown(f.points, f.members)) as figures
                  from points_figure f
                 where f.club_id = p_club
                   and f.month >= p_from
                   and f.figure in ('issued', 'returned', 'redeemed', 'given_back', 'expired', 'adjusted_up',
                                    'adjusted_down', 'forfeited')
                 group by f.month) m);
end $$;

-- The same by the month in which the points were earned.  returned: by reversals of the purchases; redeemed: less what
-- was given back.
create function lib.points_cohorts(p_club bigint, p_from date) returns jsonb language plpgsql stable as $$
begin
    return (
        select coalesce(jsonb_agg(jsonb_build_object(
                   'month', to_char(s.month, 'YYYY-MM'), 'issued', s.issued, 'returned', s.returned, 'redeemed', s.redeemed,
                   'expired', s.expired, 'breakage_ppm', lib.ppm(s.expired, s.issued)) order by s.month desc), '[]')
          from (select f.month,
                       max(lib.figure_shown(f.points, f.members)) filter (where f.figure = 'cohort_issued') as issued,
                       max(lib.figure_shown(f.points, f.members)) filter (where f.figure = 'cohort_returned') as returned,
                       max(lib.figure_shown(f.points, f.members)) filter (where f.figure = 'cohort_redeemed') as redeemed,
                       max(lib.figure_shown(f.points, f.members)) filter (where f.figure = 'cohort_expired') as expired
                  from points_figure f
                 where f.club_id = p_club
                   and f.month >= p_from
                   and f.figure like 'cohort\_%'
                 group by f.month) s);
end $$;

create function lib.adjust_causes(p_club bigint, p_from date) returns jsonb language plpgsql stable as $$
begin
    return (
        select coalesce(jsonb_agg(jsonb_build_object('cause', s.cause, 'points', s.points, 'count', s.count)
                                  order by s.points desc, s.cause), '[]')
          from (select substr(f.figure, 7) as cause, sum(f.points)::bigint as points, sum(f.count)::bigint as count
                  from points_figure f
                 where f.club_id = p_club
                   and f.month >= p_from
                   and f.figure like 'cause\_%'
                   and cardinality(f.members) = 10
                 group by f.figure) s);
end $$;

-- insight.points   The points of a club: what is outstanding and what it will cost, and by month and cohort what was
--                  issued, redeemed and expired.
--   who    analyst, manager
--   raises ZC001 not of this club
--   emits  –
create function api.insight_points(p_who text, p_club bigint, p_months bigint)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_months bigint := coalesce(p_months, 12);
    v_club   club;
    v_from   date;
    v_all    record;
    v_span   record;
    v_left   bigint;
    v_value  bigint;
    v_spent  bigint;
begin
    perform lib.require_staff(p_who, '{analyst,manager}', p_club);
    select * into v_club from club where club_id = p_club;
    v_from := (date_trunc('month', now() at time zone v_club.tz) - make_interval(months => v_months::int - 1))::date;
    -- from the beginning: the liability is about everybody who ever earned here
    select sum(f.points * case when f.figure in ('issued', 'adjusted_up', 'given_back') then 1 else -1 end)
               filter (where f.figure in ('issued', 'adjusted_up', 'given_back', 'returned', 'redeemed', 'expired',
                                          'adjusted_down', 'forfeited')) as outstanding,
           sum(f.points) filter (where f.figure = 'cohort_issued' and cardinality(f.members) = 10) as issued,
           sum(f.points) filter (where f.figure = 'cohort_redeemed' and cardinality(f.members) = 10) as redeemed,
           sum(f.points) filter (where f.figure = 'cohort_expired' and cardinality(f.members) = 10) as expired,
           sum(f.days) filter (where f.figure = 'cohort_redeemed' and cardinality(f.members) = 10) as days
      into v_all
      from points_figure f
     where f.club_id = p_club;
    select sum(f.points) filter (where f.figure = 'issued') as issued,
           sum(f.points) filter (where f.figure = 'redeemed') as redeemed,
           sum(f.points) filter (where f.figure = 'expired') as expired
      into v_span
      from points_figure f
     where f.club_id = p_club
       and f.month >= v_from
       and cardinality(f.members) = 10;
    v_left := lib.points_outstanding(p_club, v_all.outstanding);
    v_value := (v_club.settings ->> 'point_value_micro')::bigint;
    v_spent := case when v_all.redeemed + v_all.expired > 0 then lib.ppm(v_all.redeemed, v_all.redeemed + v_all.expired)
                    else 1000000 end;
    return lib.done(jsonb_build_object(
        'club', p_club::text, 'as_of', (select lib.iso(at) from points_figure_run), 'months_back', v_months,
        'liability', v_left, 'issued', lib.number_shown(v_span.issued), 'redeemed', lib.number_shown(v_span.redeemed),
        'expired', lib.number_shown(v_span.expired), 'burn_earn_ppm', lib.ppm(v_span.redeemed, v_span.issued),
        'breakage_ppm', lib.ppm(v_all.expired, v_all.issued), 'redemption_ppm', lib.ppm(v_all.redeemed, v_all.issued),
        'days_to_redeem', case when v_all.redeemed > 0 then round(v_all.days / v_all.redeemed)::bigint end,
        'estimate', case when v_value is not null and v_left is not null then jsonb_build_object(
            'point_value_micro', v_value, 'expected_redemption_ppm', v_spent,
            'value', jsonb_build_object('minor', lib.number_shown(round(greatest(v_left, 0)::numeric * v_value * v_spent / 1000000000000)),
                                        'cur', v_club.currency)) end,
        'months', lib.points_months(p_club, v_from), 'cohorts', lib.points_cohorts(p_club, v_from),
        'adjust_causes', lib.adjust_causes(p_club, v_from)));
end $$;

-- The outstanding points, null while fewer than 10 members are behind them.
create function lib.points_outstanding(p_club bigint, p_points numeric) returns bigint language plpgsql stable as $$
begin
    return lib.figure_shown(p_points, array(
        select distinct m
          from (select members from points_figure where club_id = p_club order by month desc limit 1000) f,
               unnest(f.members) m
         limit 10));
end $$;
