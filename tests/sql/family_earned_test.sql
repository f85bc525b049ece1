-- What members let go to the pool of each earning: the job shares it, once, and nothing that is owed, spent or frozen.
begin;
\ir noun.psql
select plan(22);

create function pg_temp.own(p_member bigint)
returns text language sql as $$
    select format('%s %s %s %s', o.available, o.held, o.pending, o.debt) from lib.ledger_owner_of('m', p_member) o
$$;
create function pg_temp.pool() returns text language sql as
$$ select lib.family_pool(lib.family_of(8201)) ->> 'available' $$;
create function pg_temp.breaches() returns text language sql as
$$ select string_agg(invariant || ' ' || what || ' ' || detail, '; ') from lib.ledger_violations() $$;
select pg_temp.earn(8202, 'before', 1000) \g /dev/null
select pg_temp.call('m:8201', 'family_create', 'null') ->> 'family' as fam \gset
select pg_temp.call('m:8201', 'family_invite', 'null, ''nn8202'''), pg_temp.call('m:8202', 'family_accept', :'fam') \g /dev/null
select is(lib.family_contributions(), 0::bigint, 'nobody shares unasked');
select pg_temp.call('m:8202', 'family_set_member', 'null, null, ''percent'', 25, null') \g /dev/null
select is(lib.family_contributions(), 0::bigint, 'what was earned before is not shared');
select pg_temp.earn(8202, 'one', 1030), pg_temp.earn(8202, 'two', 70), pg_temp.earn(8201, 'hers', 500) \g /dev/null
select is(lib.family_contributions(), 1::bigint, 'one member shares');
select is(pg_temp.pool() || ' / ' || pg_temp.own(8202), '26 / 184 0 0 0', 'a quarter of each purchase, rounded down');
select is((select string_agg(stream || ' ' || (refs ->> 'kind') || ' ' || (refs ->> 'delta'), ', ' order by stream) from outbox where refs ->> 'kind' = 'contribute'),
          'family:' || :'fam' || ' contribute 26, me:8202 contribute -26', 'both are told');
select is(lib.family_contributions(), 0::bigint, 'once');
select is(pg_temp.pool(), '26', 'and what was shared is no earning');

-- points of a return window go when it ends
select pg_temp.earn(8202, 'three', 400, p_days => 10) \g /dev/null
select is(lib.family_contributions() || ' ' || pg_temp.own(8202), '0 184 0 40 0', 'pending points stay');
update point_pending set matures_at = now() - interval '1 minute';
select lib.points_lock('{8202}'), lib.emit_all(lib.points_events(lib.points_mature((select max(tx_id) from point_pending), lib.posting_of(null, 'job:test')))) \g /dev/null
select is(lib.family_contributions(), 1::bigint, 'until they are the member''s');
select is(pg_temp.pool() || ' / ' || pg_temp.own(8202), '36 / 214 0 0 0', 'then a quarter of them goes');

-- what comes back is no earning
select pg_temp.call('v:till', 'points_hold', '8202, 40, null, null, null') ->> 'hold' as hold \gset
select pg_temp.call('v:till', 'points_release', :'hold') \g /dev/null
select lib.family_contributions() \g /dev/null
select is(pg_temp.pool() || ' / ' || pg_temp.own(8202), '36 / 214 0 0 0', 'what comes back is no earning');

-- all; what is spent meanwhile; frozen; owed
select pg_temp.call('m:8202', 'family_set_member', 'null, null, ''all'', null, null') \g /dev/null
select pg_temp.earn(8202, 'four', 300), lib.points_lock('{8202}'),
       lib.emit_all(lib.points_events(lib.points_debit('redeem', 'm', 8202, 234, lib.posting_of(pg_temp.key(), 'v:till')))) \g /dev/null
select is(lib.family_contributions(), 1::bigint, 'all of it');
select is(pg_temp.pool() || ' / ' || pg_temp.own(8202), '46 / 0 0 0 0', 'as far as it is there');
select pg_temp.earn(8202, 'five', 100) \g /dev/null
update ledger_account set frozen = true where owner_kind = 'm' and owner_id = 8202 and kind = 'redeemable';
select is(lib.family_contributions() || ' ' || pg_temp.pool(), '0 46', 'frozen points wait');
update ledger_account set frozen = false where owner_kind = 'm' and owner_id = 8202 and kind = 'redeemable';
select is(lib.family_contributions(), 1::bigint, 'until they are free');
select is(pg_temp.pool(), '56', 'and go then');
select is(pg_temp.breaches(), null, 'the ledger holds');
select pg_temp.earn(8202, 'six', 100) \g /dev/null
select pg_temp.call('m:8201', 'family_dissolve', '') \g /dev/null
select is(lib.family_contributions(), 1::bigint, 'a family that ends');
select is(pg_temp.pool(), '56', 'takes nothing');
select pg_temp.call('m:8202', 'family_leave', '') \g /dev/null
select is(pg_temp.pool() || ' / ' || pg_temp.own(8202), '0 / 66 0 0 0', 'and who leaves has all of it back');
select pg_temp.earn(8202, 'seven', 100) \g /dev/null
select is(lib.family_contributions(), 0::bigint, 'and shares no more');
select is(pg_temp.breaches(), null, 'the ledger holds');
select * from finish();
rollback;
