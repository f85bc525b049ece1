-- The pool of a family: scenario 7 of domain.md 19.1, and what leaving, dissolving and erasing give back.
begin;
\ir noun.psql
select plan(78);

-- Points of a member that expire at p_at.
create function pg_temp.credit(p_member bigint, p_amount bigint, p_at timestamptz default null)
returns void language plpgsql as $$
begin
    perform lib.points_lock(array[p_member]);
    perform lib.emit_all(lib.points_events(lib.points_credit('earn', 'm', p_member, p_amount,
                                                             lib.posting_of(pg_temp.key(), 'v:till', p_expires_at => p_at))));
end $$;
-- A till spends of the pool.
create function pg_temp.spend(p_family bigint, p_amount bigint)
returns bigint language plpgsql as $$
declare
    v_posted lib.posted[];
begin
    perform lib.points_lock('{}', array[p_family]);
    v_posted := lib.points_debit('redeem', 'f', p_family, p_amount, lib.posting_of(pg_temp.key(), 'v:till'));
    perform lib.emit_all(lib.points_events(v_posted));
    return (v_posted[cardinality(v_posted)]).tx;
end $$;
create function pg_temp.hold(p_family bigint, p_amount bigint)
returns bigint language plpgsql as $$
declare
    v_hold   bigint;
    v_posted lib.posted[];
begin
    perform lib.points_lock('{}', array[p_family]);
    select h.hold, h.posted into v_hold, v_posted
      from lib.points_hold('f', p_family, p_amount, 'v:till', 'test', null, now() + interval '1 hour',
                           lib.posting_of(pg_temp.key(), 'v:till')) h;
    perform lib.emit_all(lib.points_events(v_posted));
    return v_hold;
end $$;
create function pg_temp.reverse(p_family bigint, p_tx bigint)
returns void language plpgsql as $$
begin
    perform lib.points_lock('{}', array[p_family]);
    perform lib.emit_all(lib.points_events(lib.points_reverse(p_tx, null, false, lib.posting_of(pg_temp.key(), 's:8302'))));
end $$;
-- What is left, in the order in which it goes: member, points, expiry.
create function pg_temp.lots(p_kind text, p_owner bigint)
returns text language sql as $$
    select string_agg(l.origin_member || ' ' || l.remaining || ' ' || coalesce((l.expires_at at time zone 'UTC')::date::text, 'never'), ', ' order by l.expires_at, l.lot_id)
      from point_lot l join ledger_account a using (account_id)
     where a.owner_kind = p_kind and a.owner_id = p_owner and l.live
$$;
create function pg_temp.newest() returns bigint language sql as $$ select max(hold_id) from point_hold $$;
create function pg_temp.own(p_member bigint)
returns text language sql as $$
    select format('%s %s %s %s', o.available, o.held, o.pending, o.debt) from lib.ledger_owner_of('m', p_member) o
$$;
create function pg_temp.pool(p_family bigint) returns text language sql as
$$ select (p ->> 'available') || ' ' || (p ->> 'held') from lib.family_pool(p_family) p $$;
create function pg_temp.heard(p_answer jsonb) returns text language sql as $$
    select string_agg(e ->> 'stream' || ' ' || (e ->> 'type') || coalesce(' ' || coalesce(e #>> '{refs,state}', e #>> '{refs,kind}'), ''), ', ' order by o)
      from jsonb_array_elements(p_answer -> '_events') with ordinality x (e, o)
$$;
create function pg_temp.breaches() returns text language sql as
$$ select string_agg(invariant || ' ' || what || ' ' || detail, '; ') from lib.ledger_violations() $$;
-- A family of these, the first its head.
create function pg_temp.family(p_members bigint[])
returns bigint language plpgsql as $$
declare
    v_family bigint := (pg_temp.call('m:' || p_members[1], 'family_create', 'null') ->> 'family')::bigint;
begin
    for i in 2 .. cardinality(p_members) loop
        perform pg_temp.call('m:' || p_members[1], 'family_invite', 'null, ''nn' || p_members[i] || '''');
        perform pg_temp.call('m:' || p_members[i], 'family_accept', v_family::text);
    end loop;
    return v_family;
end $$;

-- 7. A 300 until the end of June, B 100 until later; the pool spends 150; A leaves
select pg_temp.family('{8203,8201,8202}') as fam \gset
select pg_temp.credit(8201, 500, '2037-07-01Z'), pg_temp.credit(8202, 100, '2038-01-01Z') \g /dev/null
select is(pg_temp.call('m:8207', 'family_contribute', '10') ->> 'refused', 'ZC002', 'no family, no pool');
select is(pg_temp.call('m:8201', 'family_contribute', '501') - '_sys', '{"refused":"ZC027","have":500,"need":501}'::jsonb, 'not more than one has');
create temp table gave as select pg_temp.call('m:8201', 'family_contribute', '300') as a;
select is(a - '{_events,_sys,_subjects,tx}'::text[], jsonb_build_object('family', :'fam', 'amount', 300), 'given') from gave;
select is(pg_temp.heard(a), 'me:8201 points.changed contribute, family:' || :'fam' || ' points.changed contribute', 'member and family are told') from gave;
select is((select a #>> '{_events,1,audience}' || ' ' || (a #>> '{_events,1,gate}') from gave), 'adults svc.family', 'the adults of it');
select is(pg_temp.call('m:8202', 'family_contribute', '100') ->> 'amount', '100', 'B gives all');
select is(pg_temp.lots('f', :fam), '8201 300 2037-07-01, 8202 100 2038-01-01', 'lots keep their expiry and whose they were');
select is(pg_temp.lots('m', 8201), '8201 200 2037-07-01', 'the rest stays');
select pg_temp.spend(:fam, 150) as bought \gset
select is(pg_temp.lots('f', :fam), '8201 150 2037-07-01, 8202 100 2038-01-01', 'A''s go first');
create temp table gone as select pg_temp.call('m:8201', 'family_leave', '') as a;
select is(a - '{_events,_sys,_subjects}'::text[], jsonb_build_object('family', :'fam', 'member', '8201', 'state', 'left', 'returned', 150), 'A leaves with 150') from gone;
select is(pg_temp.lots('f', :fam), '8202 100 2038-01-01', 'B''s 100 stay');
select is(pg_temp.lots('m', 8201), '8201 200 2037-07-01, 8201 150 2037-07-01', 'A''s are until June, as they were');
select is(pg_temp.own(8201) || ' / ' || pg_temp.pool(:fam), '350 0 0 0 / 100 0', 'balances');
select is(pg_temp.heard(a), 'family:' || :'fam' || ' family.member left, me:8201 family.member left, family:' || :'fam'
          || ' points.changed return_share, me:8201 points.changed return_share, sys sys.changed', 'all are told') from gone;
select is(a #> '{_events,4,refs}', jsonb_build_object('reload', '["8201"]'::jsonb, 'shown', '["8201"]'::jsonb, 'ends', jsonb_build_array(
              jsonb_build_object('stream', 'family:' || :'fam', 'member', '8201', 'reason', 'LEFT'))), 'and the nodes') from gone;
select is(pg_temp.breaches(), null, 'the ledger holds');
select is(pg_temp.call('m:8201', 'family_leave', '') ->> 'refused', 'ZC002', 'once');

-- what comes back to a pool later goes on to who has left
select pg_temp.reverse(:fam, :bought) \g /dev/null
select is(pg_temp.own(8201) || ' / ' || pg_temp.lots('f', :fam), '500 0 0 0 / 8202 100 2038-01-01', 'a purchase taken back, after A has left');
select is(pg_temp.breaches(), null, 'the ledger holds');

-- coming back is coming anew
update family_member set invited_at = now() - interval '2 days' where member_id = 8201;
select pg_temp.call('m:8203', 'family_invite', '8201, null'), pg_temp.call('m:8201', 'family_accept', :'fam') \g /dev/null
select is((select state || role || can_redeem || contribution from family_member where family_id = :fam and member_id = 8201), 'activeadultfalsemanual', 'into the family one has left');
select pg_temp.call('m:8201', 'family_contribute', '50'), pg_temp.credit(8203, 40) \g /dev/null
select pg_temp.call('m:8203', 'family_contribute', '40') \g /dev/null

-- holds
select pg_temp.hold(:fam, 20) as small, pg_temp.hold(:fam, 60) as large \gset
select is((select string_agg(l.origin_member || ' ' || p.amt, ', ' order by p.hold_id, l.origin_member) from point_hold_lot p join point_lot l using (lot_id) where hold_id in (:small, :large)),
          '8201 20, 8201 30, 8202 30', 'held of A, then of A and B');
select is(pg_temp.pool(:fam), '110 80', 'put aside');
select is(pg_temp.call('m:8203', 'family_remove', '8202') ->> 'returned', '100', 'B is removed: what was held of B is given up');
select is((select string_agg(state, ' ' order by hold_id) from point_hold where hold_id in (:small, :large)), 'active released', 'and only that');
select is(pg_temp.own(8202) || ' / ' || pg_temp.pool(:fam), '100 0 0 0 / 70 20', 'B has the 100 back');
select is(pg_temp.breaches(), null, 'the ledger holds');
select is(pg_temp.call('m:8203', 'family_remove', '8202') ->> 'refused', 'ZC002', 'once');
select is(pg_temp.call('m:8203', 'family_remove', '8203') ->> 'refused', 'ZC602', 'nobody removes oneself');
select is(pg_temp.call('m:8201', 'family_remove', '8203') ->> 'refused', 'ZC001', 'nor the head');
select is(pg_temp.call('m:8203', 'family_leave', '') - '_sys', '{"refused":"ZC017","state":"head"}'::jsonb, 'who cannot leave');
select is((select string_agg(stream || type, ' ' order by seq) from outbox where stream = 'me:8202' and type = 'notify.added'), 'me:8202notify.added me:8202notify.added', 'told when invited and when removed');

-- debts
select pg_temp.credit(8201, 1000) \g /dev/null
update ledger_account set balance = -30 where owner_kind = 'm' and owner_id = 8201 and kind = 'debt';
select is(pg_temp.call('m:8201', 'family_contribute', '1') - '_sys', '{"refused":"ZC017","state":"debt"}'::jsonb, 'who owes gives nothing away');
update ledger_account set balance = 0 where owner_kind = 'm' and owner_id = 8201 and kind = 'debt';
select is(pg_temp.breaches(), null, 'as before');
update ledger_account set frozen = true where owner_kind = 'm' and owner_id = 8201 and kind = 'redeemable';
select is(pg_temp.call('m:8201', 'family_contribute', '1') ->> 'refused', 'ZC028', 'nor whose points are frozen');
update ledger_account set frozen = false where owner_kind = 'm' and owner_id = 8201 and kind = 'redeemable';
update ledger_account set frozen = true where owner_kind = 'f' and owner_id = :fam and kind = 'redeemable';
select is(pg_temp.call('m:8201', 'family_leave', '') ->> 'refused', 'ZC028', 'a frozen pool keeps its members until it is looked into');
update ledger_account set frozen = false where owner_kind = 'f' and owner_id = :fam and kind = 'redeemable';

-- the summary and what the family sees
select is((lib.points_summary_view(8201)).view -> 'family', jsonb_build_object('family', :'fam', 'available', 70), 'the own summary shows the pool');
select is((lib.points_summary_view(8202)).view -> 'family', 'null', 'of the family one is in');
select is((lib.family_points_view(:fam)).view - '{ver}'::text[], jsonb_build_object('available', 70, 'held', 20, 'pending', 0, 'debt', 0, 'later', 0, 'never', 40,
              'ladder', '[{"on":"2037-06-30","points":30}]'::jsonb, 'next_tier', '[]'::jsonb, 'family', null, 'frozen', false), 'the pool as events show it');
select is((select string_agg(a ->> 'kind' || ' ' || (a ->> 'amount') || coalesce(' ' || (a ->> 'member'), ''), ', ')
             from jsonb_path_query((lib.family_view(:fam, 8203)).view, '$.activity[*]') a), 
          'return_share -100 8203, release 60 8203, hold -60, hold -20, contribute 40 8203, contribute 50, return_share -150, reverse 150, return_share -150, redeem -150, contribute 100, contribute 300',
          'what happened; who did it only of oneself');
select pg_temp.call('m:8201', 'family_set_member', 'null, null, null, null, true') \g /dev/null
select is((select string_agg(a ->> 'kind' || ' ' || (a ->> 'amount') || ' ' || (a ->> 'member'), ', ')
             from jsonb_path_query((lib.family_view(:fam, 8203)).view, '$.activity[*] ? (@.member == "8201")') a),
          'earn 1000 8201, contribute 50 8201, return_share -150 8201, contribute 300 8201, earn 500 8201', 'and of who lets it be seen');

-- the same key for ever, the same gift
create temp table again as select pg_temp.try(format('select * from api.family_contribute(''m:8201'', ''again-key-1'', %L, 5)', sha256('5'))) as a;
delete from idempotency where key = 'again-key-1';
select is(pg_temp.try(format('select * from api.family_contribute(''m:8201'', ''again-key-1'', %L, 5)', sha256('5'))) ->> 'tx', (select a ->> 'tx' from again), 'a key that is forgotten still gives once');
select is(pg_temp.try(format('select * from api.family_contribute(''m:8201'', ''again-key-1'', %L, 6)', sha256('6'))) ->> 'refused', 'ZC005', 'and not another amount');

-- dissolving
select is(pg_temp.call('m:8201', 'family_dissolve', '') ->> 'refused', 'ZC001', 'the head alone dissolves');
create temp table ending as select pg_temp.call('m:8203', 'family_dissolve', '') as a;
select is(a ->> 'status' || ((a ->> 'dissolve_at')::timestamptz > now() + interval '71 hours'), 'dissolvingtrue', '72 hours') from ending;
select is(pg_temp.heard(a), 'family:' || :'fam' || ' family.member dissolving, me:8203 family.member dissolving, me:8201 notify.added', 'all are told') from ending;
select is(pg_temp.call('m:8203', 'family_dissolve', '') - '_sys', '{"refused":"ZC017","state":"dissolving"}'::jsonb, 'once');
select is(pg_temp.call('m:8201', 'family_contribute', '1') - '_sys', '{"refused":"ZC017","state":"dissolving"}'::jsonb, 'nothing goes in any more');
select is(pg_temp.call('m:8203', 'family_invite', '8204, null') - '_sys', '{"refused":"ZC017","state":"dissolving"}'::jsonb, 'nor anybody');
select is(lib.families_run(), 0::bigint, 'not before the time');
update family set dissolve_at = now() where family_id = :fam;
select is(lib.families_run(), 0::bigint, 'nor while something is held');
select lib.points_lock('{}', array[:fam]), lib.emit_all(lib.points_events(lib.points_release(:small, 'released', lib.posting_of(null, 'v:till')))) \g /dev/null
select is(lib.families_run(), 1::bigint, 'then it is over');
select is((select status || (dissolved_at is not null) from family where family_id = :fam), 'dissolvedtrue', 'for good');
select is(pg_temp.pool(:fam) || ' / ' || pg_temp.own(8203) || ' / ' || pg_temp.own(8201), '0 0 / 40 0 0 0 / 1500 0 0 0', 'everybody has the own points back');
select is(lib.family_of(8201) is null and lib.family_of(8203) is null, true, 'and is free');
select is((select jsonb_array_length(refs -> 'ends') from outbox where stream = 'sys' order by seq desc limit 1), 2, 'both subscriptions end');
select is(pg_temp.breaches(), null, 'the ledger holds');

-- who may spend from it says so
create function pg_temp.ask(p_who text, p_points bigint, p_member bigint default null, p_from text default 'family')
returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.points_hold(%L, %L, %L, %L, %s, null, null, null, %L)', p_who, pg_temp.key(),
                              sha256(convert_to(p_who || p_points, 'UTF8')), p_member, p_points, p_from))
$$;
update family_member set left_at = now() - interval '31 days' where left_at is not null;
select pg_temp.family('{8206,8204,8203}') as fam3, pg_temp.credit(8204, 100) \gset
select pg_temp.call('m:8204', 'family_contribute', '70') \g /dev/null
select is(pg_temp.ask('m:8204', 10) - '_sys', '{"refused":"ZC001"}'::jsonb, 'not everybody spends the pool');
select is(pg_temp.ask('v:till', 10, 8204) ->> 'refused', 'ZC001', 'nor through a till');
select is(pg_temp.ask('m:8208', 10) ->> 'refused', 'ZC035', 'nor who is suspended');
select is(pg_temp.ask('m:8207', 10) ->> 'refused', 'ZC002', 'nor who has no family');
select is(pg_temp.ask('m:8206', 71) - '_sys', '{"refused":"ZC027","have":70,"need":71}'::jsonb, 'nor more than there is');
select is(pg_temp.ask('v:till', 15, 8206) ->> 'available', '55', 'a till holds for the head');
select is((select count(*) from audit_log where action = 'points.hold' and subject_member = 8206), 1::bigint, 'which is written down');
select pg_temp.newest() as held \gset
select is(pg_temp.call('v:till', 'points_capture', :'held' || ', 5') - '{tx,_events,_sys,_subjects}'::text[],
          jsonb_build_object('hold', :'held', 'captured', 5, 'released', 10, 'available', 65), 'and takes a part');
select pg_temp.call('m:8206', 'family_set_member', '8203, true, null, null, null') \g /dev/null
select is(pg_temp.heard(pg_temp.ask('m:8203', 20)), 'family:' || :'fam3' || ' points.changed hold', 'who is allowed to holds');
select pg_temp.newest() as hers \gset
select is(pg_temp.ask('m:8203', 41, p_from => 'own') - '_sys', '{"refused":"ZC027","have":40,"need":41}'::jsonb, 'own points are other points');
select is((select string_agg(b.idx || coalesce(b.sqlstate, ' left ' || (b.reply ->> 'available')), ', ' order by b.idx)
             from api.points_hold_many('{m:8203,m:8203,m:8204,m:8206}', '{batch-key-1,batch-key-2,batch-key-3,batch-key-4}',
                                       array[sha256('1'), sha256('2'), sha256('3'), sha256('4')], '{null,null,null,null}', '{40,1,1,46}',
                                       '{null,null,null,null}', '{null,null,null,null}', '{null,null,null,null}', '{family,own,family,family}') b),
          '1 left 5, 2 left 39, 3ZC001, 4ZC027', 'each for itself');
select is(pg_temp.call('m:8203', 'points_release', :'hers') ->> 'available', '25', 'and gives back');
select is(pg_temp.pool(:fam3), '25 40', 'of the pool');
select is(pg_temp.call('m:8203', 'family_leave', '') ->> 'returned', '0', 'who gave nothing leaves with nothing');
select is(pg_temp.pool(:fam3), '65 0', 'and what one holds is given up');
select pg_temp.call('m:8206', 'family_dissolve', '') \g /dev/null
select is(pg_temp.ask('m:8206', 1) - '_sys', '{"refused":"ZC017","state":"dissolving"}'::jsonb, 'a family that ends spends nothing');
select is(pg_temp.breaches(), null, 'the ledger holds');

-- children grow up; the erasure of a member, of a head
select pg_temp.family('{8202,8205,8201}') as fam2 \gset
update member set under_18 = false, under_consent_age = false where member_id = 8205;
select is(lib.families_run(), 1::bigint, 'a child that is none any more');
select is((select role from family_member where family_id = :fam2 and member_id = 8205), 'adult', 'is an adult of the family');
select pg_temp.call('m:8202', 'family_contribute', '100'), pg_temp.call('m:8201', 'family_contribute', '7') \g /dev/null
select pg_temp.call('m:8202', 'privacy_erase', $$'delete', true$$) \g /dev/null
update ledger_account set frozen = true where owner_kind = 'f' and owner_id = :fam2 and kind = 'redeemable';
select lib.erasures_run('0') \g /dev/null
select is((select state from family_member where family_id = :fam2 and member_id = 8202) || ' ' || pg_temp.own(8202) || ' / ' || pg_temp.lots('f', :fam2),
          'left 0 0 0 0 / 8201 7 2037-07-01', 'what comes back is given up, whether the pool is frozen or not');
select is((select status || (select bool_or(frozen) from ledger_account where owner_kind = 'f' and owner_id = :fam2) from family where family_id = :fam2), 'dissolvingtrue', 'nobody becomes the head unasked');
select is(pg_temp.breaches(), null, 'the ledger holds');
select * from finish();
rollback;
