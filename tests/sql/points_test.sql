-- P2, P8: points.earn and the ledger's invariants.
begin;
\ir noun.psql
select plan(50);

-- a purchase
create temp table one as select pg_temp.earn(8201, 'R1', 10055) as r;
select is(r -> 'points', '1005', 'rounded down once per purchase') from one;
select is(r -> 'tier_points', '1005', 'tier points without the factor of the tier') from one;
select is(r ->> 'state', 'credited', 'spendable at once') from one;
select is(r -> 'duplicate', 'false', 'new') from one;
select is(jsonb_array_length(r -> '_events'), 2, 'one event per ledger transaction') from one;
select is(r #> '{_events,0,refs}', jsonb_build_object('ver', 1, 'available', 1005, 'held', 0, 'pending', 0,
          'delta', 1005, 'kind', 'earn', 'ref', r ->> 'tx'), 'what points.changed tells') from one;
select is(r #>> '{_events,1,refs,ver}', '2', 'one version per ledger transaction') from one;
select is(r #>> '{_events,0,key}', 'points', 'its conflation key') from one;
select is(r ->> 'expires_at', lib.iso(((date_trunc('month', now() at time zone 'Europe/Oslo') + interval '25 months')
          at time zone 'Europe/Oslo')), 'expires with the month, in the zone of the club, after 24 months') from one;

-- domain.md 19.1 (4): the same receipt under two keys
create temp table again as select pg_temp.earn(8201, 'R1', 10055) as r;
select is(a.r ->> 'tx', o.r ->> 'tx', 'the same receipt under another key is the same transaction') from again a, one o;
select is(a.r -> 'duplicate', 'true', 'and says so') from again a;
select is(a.r -> '_events', 'null', 'and emits nothing') from again a;
select is((select count(*) from ledger_tx where ref_id = 'R1'), 2::bigint, 'one earn and one tier_earn');
select is((lib.points_summary_view(8201)).view -> 'available', '1005', 'credited once');
select is(pg_temp.earn(8202, 'R1', 10055) ->> 'refused', 'ZC004', 'the same receipt for somebody else');
select is(pg_temp.earn(8201, 'R1', 999) ->> 'refused', 'ZC004', 'the same receipt with other lines');
select is(pg_temp.earn(8201, 'R1', 100, p_service => 'desk') -> 'points', '10', 'another service has receipts of its own');
select is(pg_temp.earn(8201, 'R2', 100, p_key => 'same-key-1') -> 'replay', null, 'a key for the first time');
select is(pg_temp.earn(8201, 'R2', 100, p_key => 'same-key-1') -> 'replay', 'true', 'and again: the stored answer');
select is(pg_temp.earn(8201, 'R3', 100, p_key => 'same-key-1') ->> 'refused', 'ZC005', 'another request under it');

-- rules
select is(pg_temp.earn(8204, 'T1', 1001) -> 'points', '150', 'the tier''s factor, rounded down');
select is(pg_temp.earn(8204, 'T2', 1001) -> 'tier_points', '100', 'not on tier points');
select is(pg_temp.earn(8201, 'C1', 1000, p_more => '{"category":"8101"}') -> 'points', '300', 'the rule of the category');
select is(pg_temp.earn(8201, 'C2', 1000, p_at => now() - interval '364 days', p_more => '{"category":"8101"}') -> 'points',
          '300', 'the rule at the time of purchase');
select is(pg_temp.earn(8201, 'C3', 1000, p_more => '{"category":"8102"}') ->> 'path', 'lines', 'a category of another club');
select is(pg_temp.earn(8201, 'C4', 5) ->> 'state', 'none', 'nothing to earn');
select is(pg_temp.earn(8201, 'B1', 100, p_at => now() - interval '366 days') ->> 'path', 'at', 'too long ago');
select is(pg_temp.earn(8201, 'B2', 100, p_at => now() + interval '1 hour') ->> 'path', 'at', 'in the future');
select is(pg_temp.earn(8201, 'B3', 100, p_service => 'desk', p_at => now() - interval '2 days') ->> 'refused', 'ZC001',
          'back-dated by a service that may not');

-- return window
create temp table pending as select pg_temp.earn(8202, 'P1', 1000, p_days => 30) as r;
select is(r ->> 'state', 'pending', 'goods may come back') from pending;
select is(r #>> '{_events,0,refs,pending}', '100', 'counted as pending') from pending;
select is(r #>> '{_events,0,refs,available}', '0', 'not as available') from pending;
select is(pg_temp.earn(8202, 'P2', 1000, p_at => now() - interval '31 days', p_days => 30) ->> 'state', 'credited',
          'a window that is over');

-- who earns
select is(pg_temp.earn(8203, 'W1', 100) -> 'state', '"paused"', 'a paused membership earns nothing');
select is(pg_temp.earn(8207, 'W2', 100) ->> 'refused', 'ZC014', 'not a member');
select is(pg_temp.earn(8201, 'W3', 100, p_club => 8999) ->> 'refused', 'ZC002', 'no such club');
select is(pg_temp.earn(8201, 'W4', 1000000000000) ->> 'refused', 'ZC024', 'more points than there are');
update ledger_account set frozen = true where owner_kind = 'm' and owner_id = 8202;
select is(pg_temp.earn(8202, 'W5', 100) -> 'points', '10', 'frozen accounts take credits');

-- debt is repaid first (7.3(6))
select lib.wallet_open('{8206}') \g /dev/null
do $$
declare
    v_all lib.posted[] := lib.points_credit('earn', 'm', 8206, 40, lib.posting_of('test:earn', 'v:till'));
begin
    v_all := v_all || lib.points_debit('redeem', 'm', 8206, 40, lib.posting_of('test:redeem', 'v:till'));
    v_all := v_all || lib.points_reverse(v_all[1].tx, null, false, lib.posting_of('test:debt', 'v:till'));
    perform lib.emit_all(lib.points_events(v_all));
end $$;
select is(pg_temp.earn(8206, 'D1', 300) #>> '{_events,0,refs,available}', '0', 'the first 30 go into the debt');
select is((lib.points_summary_view(8206)).view -> 'debt', '-10', '10 are left');
select is(pg_temp.earn(8206, 'D2', 300) #>> '{_events,0,refs,available}', '20', 'then points are one''s own');

-- summary, history
select is((select sum((l ->> 'points')::bigint) from jsonb_array_elements((lib.points_summary_view(8201)).view -> 'ladder') l)
          ::text::jsonb, (lib.points_summary_view(8201)).view -> 'available', 'the ladder adds up to what is available');
select is((select reply -> 'entries' -> 0 ->> 'kind' from api.points_history('m:8201', null, 1, null)), 'tier_earn', 'newest first');
select is((with recursive page as (
              select (api.points_history('m:8201', null, 3, null)).reply as p
               union all
              select (api.points_history('m:8201', null, 3, p ->> 'cursor')).reply from page where p ->> 'cursor' is not null)
           select count(*) from page, jsonb_array_elements(p -> 'entries')),
          (select count(*) from ledger_entry e join ledger_account a using (account_id) where a.owner_kind = 'm' and a.owner_id = 8201),
          'pages cover every entry once');

-- a batch: every second request is refused, duplicates of keys and receipts inside it
create temp table batch as
select b.* from api.points_earn_many(
    array(select 'v:till' from generate_series(1, 12)),
    array(select 'batch-key-' || case g when 11 then 1 else g end from generate_series(1, 12) g),
    array(select sha256('x') from generate_series(1, 12)),
    array(select case when g in (11, 12) then 8201 when g % 2 = 0 then 8207 else 8200 + (g + 1) / 2 % 2 + 1 end from generate_series(1, 12) g)::bigint[],
    array(select 8001 from generate_series(1, 12))::bigint[],
    array(select 'batch-' || case when g in (11, 12) then 1 else g end from generate_series(1, 12) g),
    array(select '[{"amount":{"minor":100,"cur":"EUR"}}]'::jsonb from generate_series(1, 12)),
    array(select null::timestamptz from generate_series(1, 12)), array(select null::bigint from generate_series(1, 12))) b;
select is((select string_agg(coalesce(sqlstate, coalesce((reply -> 'replay')::text, 'ok') || (reply ->> 'duplicate')), ' ' order by idx) from batch),
          'okfalse ZC014 okfalse ZC014 okfalse ZC014 okfalse ZC014 okfalse ZC014 truefalse ZC004',
          'each has its own answer, a twin the answer of the first, another''s receipt a conflict');

-- a sum that JSON could not carry is refused before it is one
select count(*) as posted from ledger_tx \gset
savepoint nearly;
update ledger_account set balance = 9007190000000001 where owner_kind = 'm' and owner_id = 8202 and kind = 'redeemable';
select pg_temp.earn(8202, 'too-much', 1000) as over \gset
rollback to nearly;
select is(:'over'::jsonb - '_sys', '{"refused":"ZC024","max":9007199254740991}', 'more points than a number can hold');
select is((select count(*) from ledger_tx), :posted::bigint, 'nothing is posted');

-- a club whose points live for ever
update club set settings = settings || '{"expiry_months":0}' where club_id = 8001;
select is(pg_temp.earn(8202, 'for-ever', 1000) -> 'expires_at', 'null', 'the till is told that they do not expire');
select is((select expires_at from point_lot order by lot_id desc limit 1), null, 'nor does their lot');

select is_empty('select * from lib.ledger_violations()', 'I-01 to I-14 hold');
select * from finish();
rollback;
