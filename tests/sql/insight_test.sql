-- domain.md 7.6: the figures add up to the ledger, belong to the right club and month, and hide fewer than ten members.
begin;
\ir noun.psql
select plan(39);
insert into staff (staff_id, login, roles) values (8391, 'n-analyst', '{analyst}'), (8392, 'n-manager', '{manager}');
insert into staff_club (staff_id, club_id) values (8391, 8001), (8392, 8001);
insert into earn_rule (rule_id, club_id, rate_ppm, from_at) values (8153, 8002, 100000, now() - interval '3 years');
insert into member (member_id, status, handle) select g, 'active', 'ins' || g from generate_series(8221, 8232) g;
insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)
select g, c, c + 50, 'active', c + 60, now() - interval '900 days' from generate_series(8221, 8232) g, unnest('{8001,8002}'::bigint[]) c;

create function pg_temp.run() returns bigint language plpgsql as $$
declare
    v_sum bigint := 0;
begin
    for i in 1 .. 50 loop
        update points_figure_run set before_xid = '3'::xid8;    -- this transaction is the one that writes
        v_sum := v_sum + (api.jobs_run('points_figures')).done;
        update points_figure_run set before_xid = '3'::xid8;
        exit when (select done_tx >= pg_sequence_last_value('club.ledger_tx_tx_id_seq') from points_figure_run);
    end loop;
    return v_sum;
end $$;
create function pg_temp.figure(p_figure text, p_club bigint default 8001) returns bigint language sql as
$$ select coalesce(sum(points), 0)::bigint from points_figure where club_id = p_club and figure = p_figure $$;
create function pg_temp.out(p_club bigint) returns bigint language sql as $$
    select coalesce(sum(points * case when figure in ('issued', 'adjusted_up', 'given_back') then 1 else -1 end), 0)::bigint
      from points_figure where club_id = coalesce(p_club, club_id) and figure !~ '^(cohort|cause)_' $$;
create function pg_temp.liability() returns bigint language sql as
$$ select -sum(e.amt)::bigint from ledger_entry e join ledger_account a using (account_id) where a.cur = 'RP' and not a.tracked $$;
create function pg_temp.posts(p_member bigint, p_sql text) returns void language plpgsql as $$
declare
    v_posted lib.posted[];
begin
    perform lib.points_lock(array[p_member, 8221, 8222]);
    execute 'select ' || p_sql into v_posted;
    perform lib.emit_all(lib.points_events(v_posted));
end $$;
create function pg_temp.tx(p_receipt text) returns bigint language sql as $$ select tx_id from ledger_tx where ref_id = p_receipt and kind = 'earn' $$;
create function pg_temp.see(p_months int default null, p_who text default 's:8391') returns jsonb language sql as
$$ select pg_temp.try(format('select * from api.insight_points(%L, 8001, %L)', p_who, p_months)) $$;

select pg_temp.run() \g /dev/null
select is(pg_temp.run(), 0::bigint, 'each transaction is counted once');
select is(pg_temp.see() -> 'liability', 'null', 'nothing to see');
select is(pg_temp.see() -> 'months', '[]', 'no month');

-- nine members: nothing is told of them
select count(pg_temp.earn(g, 'I' || g, 1000)) from generate_series(8221, 8229) g \g /dev/null
select pg_temp.earn(8221, 'I-more', 500) \g /dev/null
select pg_temp.run() \g /dev/null
select is(pg_temp.figure('issued'), 950::bigint, 'it is counted');
select is(pg_temp.see() -> 'liability', 'null', 'but of nine members nobody is told');
select is(pg_temp.see() #> '{months,0,issued}', 'null', 'nor what they were given');
select is(pg_temp.see() -> 'issued', 'null', 'nor in the sum');
select pg_temp.earn(8230, 'I8230', 1000) \g /dev/null
select pg_temp.run() \g /dev/null
select is(pg_temp.see() -> 'liability', '1050', 'ten may be told of');
select is(pg_temp.see() #> '{months,0,issued}', '1050', 'and of their month');
select is((select cardinality(members) from points_figure where figure = 'issued' and club_id = 8001), 10, 'ten are remembered');
select pg_temp.earn(8231, 'I8231', 1000) \g /dev/null
select pg_temp.run() \g /dev/null
select is((select cardinality(members) from points_figure where figure = 'issued' and club_id = 8001), 10, 'and no more');

-- every kind, over two clubs
select pg_temp.earn(8221, 'II1', 3000, p_club => 8002) \g /dev/null
select pg_temp.earn(8222, 'P1', 1000, p_days => 30), pg_temp.earn(8223, 'P2', 1000, p_days => 30) \g /dev/null
select pg_temp.posts(8221, $$lib.points_debit('redeem', 'm', 8221, 200, lib.posting_of('ins:1', 'v:till', 8002))$$) \g /dev/null
select pg_temp.posts(8221, $$lib.points_reverse((select tx_id from ledger_tx where idem = 'ins:1'), 80, false, lib.posting_of('ins:2', 'v:till'))$$) \g /dev/null
select pg_temp.posts(8221, $$lib.points_reverse((select tx_id from ledger_tx where idem = 'ins:1'), 30, false, lib.posting_of('ins:3', 'v:till'))$$) \g /dev/null
select pg_temp.posts(8224, $$lib.points_reverse(pg_temp.tx('I8224'), 60, false, lib.posting_of('ins:4', 'v:till'))$$) \g /dev/null
select pg_temp.posts(8223, $$lib.points_reverse(pg_temp.tx('P2'), 100, false, lib.posting_of('ins:5', 'v:till'))$$) \g /dev/null
select pg_temp.posts(8225, $$lib.points_credit('adjust', 'm', 8225, 70, lib.posting_of('ins:6', 's:1', 8001, p_detail => '{"role":"agent"}'))$$) \g /dev/null
select pg_temp.posts(8225, $$lib.points_debit('adjust', 'm', 8225, 20, lib.posting_of('ins:7', 's:1', 8001, p_detail => '{"role":"manager"}'))$$) \g /dev/null
select pg_temp.posts(8226, $$(select posted from lib.points_hold('m', 8226, 50, 'v:till', 'test', null, now() + interval '1 hour', lib.posting_of('ins:8', 'v:till')))$$) \g /dev/null
select pg_temp.posts(8226, $$lib.points_capture((select max(hold_id) from point_hold), 30, lib.posting_of('ins:9', 'v:till'))$$) \g /dev/null
update point_lot set expires_at = now() - interval '1 second' where earned_tx = pg_temp.tx('I8227');
select pg_temp.posts(8227, $$lib.points_expire('m', 8227)$$) \g /dev/null
select pg_temp.posts(8228, $$lib.points_move('transfer', 'm', 8228, 'm', 8222, 40, lib.posting_of('ins:10', 'm:8228'))$$) \g /dev/null
select pg_temp.run() \g /dev/null
select is((select string_agg(f || ' ' || pg_temp.figure(f), ', ' order by f)
             from unnest('{issued,returned,redeemed,given_back,expired,adjusted_up,adjusted_down,cause_goodwill,cause_correction}'::text[]) f),
          'adjusted_down 20, adjusted_up 70, cause_correction 20, cause_goodwill 70, expired 100, given_back 60, issued 1350, redeemed 180, returned 160',
          'each kind in its place');
select is(pg_temp.figure('redeemed', 8002), 50::bigint, 'points that are spent count where they were earned, wherever that is');
select is(pg_temp.figure('given_back', 8002), 50::bigint, 'those that were given back too: the later lots first');
select is(pg_temp.out(null), pg_temp.liability(), 'over all clubs it adds up to the liability of the ledger');
select is(pg_temp.out(8001), (select sum(l.remaining) from point_lot l join ledger_tx x on x.tx_id = l.earned_tx where x.club_id = 8001 and l.live)::bigint
          + 100, 'and a club''s to its lots and what is pending');
select is((pg_temp.see() ->> 'liability')::bigint, pg_temp.out(8001), 'which is told');
select is(pg_temp.figure('cohort_redeemed'), 120::bigint, 'the cohort has what was spent less what was given back');
select is(pg_temp.see() #> '{months,0,expired}', 'null', 'what befell one member is hidden');
select is(pg_temp.see() -> 'adjust_causes', '[]', 'and what was adjusted for one');
select is(pg_temp.see() #> '{cohorts,0,breakage_ppm}', 'null', 'and so is what is made of it');
select is(pg_temp.run(), 0::bigint, 'nothing is counted twice');
select is((select count(*) > 0 from outbox where stream = 'staff:8001' and type = 'metric.updated' and refs = '{"metric":"points"}'), true, 'dashboards are told');
select is((select count(*) from outbox where stream = 'staff:0'), 0::bigint, 'not those of no club');

-- months and shares: ten members earn two years ago, a fifth expires, half is spent after 100 days
select count(pg_temp.earn(g, 'O' || g, 1000, p_at => now() - interval '200 days')) from generate_series(8221, 8230) g \g /dev/null
update ledger_tx set created_at = now() - interval '200 days' where ref_id like 'O%';
do $$ declare v_member bigint; begin
    for v_member in select generate_series(8221, 8230) loop
        update point_lot set expires_at = now() + interval '1 day' where earned_tx = pg_temp.tx('O' || v_member);
        perform pg_temp.posts(v_member, format($q$lib.points_debit('redeem', 'm', %s, 50, lib.posting_of('old:%s', 'v:till'))$q$, v_member, v_member));
        update point_lot set expires_at = now() - interval '1 second' where earned_tx = pg_temp.tx('O' || v_member);
        perform pg_temp.posts(v_member, format($q$lib.points_expire('m', %s)$q$, v_member));
    end loop;
end $$;
update ledger_tx set created_at = now() - interval '100 days' where idem like 'old:%';
select pg_temp.run() \g /dev/null
create temp table old as
select c from jsonb_array_elements(pg_temp.see(24) -> 'cohorts') c
 where c ->> 'month' = to_char((now() - interval '200 days') at time zone 'Europe/Oslo', 'YYYY-MM');
select is((select c - 'month' from old), '{"issued":1000,"returned":null,"redeemed":500,"expired":500,"breakage_ppm":500000}', 'a cohort');
select is(pg_temp.see(24) #> '{months,0,expired}', '600', 'its expiry is of this month');
select is((select m -> 'redeemed' from jsonb_array_elements(pg_temp.see(24) -> 'months') m
            where m ->> 'month' = to_char((now() - interval '100 days') at time zone 'Europe/Oslo', 'YYYY-MM')), '500', 'what was spent is of its own');
select is(pg_temp.see(1) #> '{cohorts,1}', null, 'one month back shows one month');
select is((pg_temp.see(24) ->> 'days_to_redeem')::int between 80 and 100, true, 'days to redeem: 100, or none, by points');
select is(pg_temp.see(24) -> 'breakage_ppm', to_jsonb(round(500 * 1000000.0 / (1350 + 70 + 1000))::bigint), 'breakage: expired of issued, ever, of what is shown');
select is(pg_temp.see(24) -> 'redemption_ppm', to_jsonb(round(500 * 1000000.0 / (1350 + 70 + 1000))::bigint), 'redemption: spent of issued, ever');
select is(pg_temp.see(24) -> 'burn_earn_ppm', to_jsonb(round(500 * 1000000.0 / (1350 + 1000))::bigint), 'burn to earn, in these months');
select is(pg_temp.see() -> 'estimate', 'null', 'nobody said what a point costs');
update club set settings = '{"point_value_micro":500000}' where club_id = 8001;
select is(pg_temp.see() -> 'estimate', jsonb_build_object('point_value_micro', 500000, 'expected_redemption_ppm', 500000,
              'value', jsonb_build_object('minor', round(pg_temp.out(8001) * 0.25)::bigint, 'cur', 'EUR')),
          'outstanding x value x expected redemption');
select is(pg_temp.out(null), pg_temp.liability(), 'it still adds up');

-- who
select is(pg_temp.see(p_who => 's:8392') ->> 'club', '8001', 'a manager too');
select is(pg_temp.see(p_who => 's:8301') ->> 'refused', 'ZC001', 'no editor');
select is(pg_temp.try($$select * from api.insight_points('s:8391', 8002, null)$$) ->> 'refused', 'ZC001', 'not of another club');
select is_empty('select * from lib.ledger_violations()', 'the ledger is in order');
select * from finish();
rollback;
