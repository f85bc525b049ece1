-- Two sessions at once (dblink) about the same points: an offer that is accepted while it is declined, lapses or its
-- sender is erased; three who give to one another in a ring; the last of what one may; one return from two tills.  They
-- commit for real and clean up after themselves.
begin;
select plan(28);
\ir two_sessions.psql
create temp sequence keys;
select pg_temp.connect('c');

create function pg_temp.clean() returns text language sql as $$
    select dblink_exec('own', $q$
        set clubhub.retention = 'on';
        create temp table mine as select account_id from ledger_account where owner_kind = 'm' and owner_id between 9980000 and 9989999;
        create temp table posted as select distinct tx_id from ledger_entry where account_id in (select account_id from mine);
        delete from outbox where stream like '%:998____'; delete from stream where stream like '%:998____';
        delete from idempotency where principal like '%:998____' or principal = 'v:race-till';
        delete from notification where member_id between 9980000 and 9989999; delete from notification_head where member_id between 9980000 and 9989999;
        delete from send_job where member_id between 9980000 and 9989999; delete from approval where asked_by between 9980000 and 9989999;
        delete from audit_log where subject_member between 9980000 and 9989999;
        delete from lot_use where tx_id in (select tx_id from posted); delete from point_pending where tx_id in (select tx_id from posted);
        delete from point_hold_lot where hold_id in (select hold_id from point_hold where account_id in (select account_id from mine));
        delete from point_hold where account_id in (select account_id from mine); delete from point_lot where account_id in (select account_id from mine);
        delete from ledger_entry where tx_id in (select tx_id from posted);
        delete from ledger_tx where tx_id in (select tx_id from posted) and reverses is not null; delete from ledger_tx where tx_id in (select tx_id from posted);
        delete from ledger_account where account_id in (select account_id from mine) or cur = 'TP' and club_id = 9980001;
        delete from wallet where owner_kind = 'm' and owner_id between 9980000 and 9989999; delete from tier_day where club_id = 9980001;
        delete from dsr where member_id between 9980000 and 9989999; delete from erasure_journal where pseudonym in (select pseudonym from member where member_id between 9980000 and 9989999);
        delete from membership where club_id = 9980001; delete from member where member_id between 9980000 and 9989999;
        delete from staff_club where club_id = 9980001; delete from staff where staff_id between 9980000 and 9989999;
        delete from api_key where service = 'race-till'; delete from earn_rule where club_id = 9980001;
        delete from tier where club_id = 9980001; delete from track where club_id = 9980001; delete from club where club_id = 9980001;
        drop table mine, posted; reset clubhub.retention$q$)
$$;
select pg_temp.clean();
select dblink_exec('own', $q$
    insert into club (club_id, slug, name, form, join_policy, settings) values (9980001, 'race-points', 'Race', 'fan', 'open', '{"transfers":true}');
    insert into track (track_id, club_id, code, name, fee_kind) values (9980002, 9980001, 'free', 'Free', 'free');
    insert into tier (tier_id, club_id, rank, name, qualify_tp, retain_tp, window_kind) values (9980003, 9980001, 0, 'One', 0, 0, 'rolling');
    insert into earn_rule (rule_id, club_id, rate_ppm, from_at) values (9980004, 9980001, 1000000, now() - interval '1 day');
    insert into member (member_id, status, handle) select m, 'active', 'race.' || m from generate_series(9980011, 9980025) m where m not between 9980020 and 9980023;
    insert into staff (staff_id, login, roles) values (9980021, 'race-points-agent', '{agent}'), (9980022, 'race-points-manager', '{manager}');
    insert into staff_club (staff_id, club_id) values (9980021, 9980001), (9980022, 9980001);
    insert into api_key (key_hash, service, scopes, created_by) values (sha256('race-till'), 'race-till', '{pos}', 'test');
    insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)
    select m, 9980001, 9980002, 'active', 9980003, now() from generate_series(9980011, 9980025) m where m not between 9980020 and 9980023$q$);

create function pg_temp.write(p_who text, p_key text, p_function text, p_arguments text) returns text language sql as $$
    select format('select (api.%I(%L, %L, %L, %s)).reply::text', p_function, p_who, p_key, md5(p_arguments), p_arguments)
$$;
create function pg_temp.said(p_reply jsonb) returns text language sql as
$$ select coalesce(p_reply ->> 'refused', p_reply ->> 'state', p_reply ->> 'duplicate', p_reply ->> 'frozen', p_reply ->> 'amount', 'ok') $$;
-- The value of a statement that has nobody to wait for.
create function pg_temp.now(p_sql text) returns text language plpgsql as $$
begin
    return (select t.v from dblink('own', p_sql) as t (v text));
end $$;
create function pg_temp.credit(p_member bigint, p_amount bigint) returns text language sql as $$
    select pg_temp.now(pg_temp.write('s:9980022', 'race-credit-' || p_member || '-' || nextval('keys'), 'points_adjust', format('%s, 9980001, %s, ''Race'', null', p_member, p_amount)))
$$;
create function pg_temp.offer(p_from bigint, p_to bigint, p_amount bigint) returns text language sql as $$
    select pg_temp.now(pg_temp.write('m:' || p_from, 'race-offer-' || nextval('keys'), 'points_transfer', format('%s, null, %s', p_to, p_amount)))::jsonb ->> 'hold'
$$;
create function pg_temp.accept(p_member bigint, p_hold text) returns text language sql as $$
    select pg_temp.write('m:' || p_member, 'race-accept-' || p_hold, 'points_transfer_accept', p_hold) $$;
create function pg_temp.decline(p_member bigint, p_hold text) returns text language sql as $$
    select pg_temp.write('m:' || p_member, 'race-decline-' || p_hold, 'points_transfer_decline', p_hold) $$;
create function pg_temp.has(p_member bigint) returns text language sql as $$
    select pg_temp.now(format($q$select concat_ws('/', v -> 'available', v -> 'held', v -> 'debt') from (select (lib.points_summary_view(%s)).view as v) x$q$, p_member)) $$;

select pg_temp.credit(9980011, 9000), pg_temp.credit(9980012, 9000), pg_temp.credit(9980013, 9000) \g /dev/null

-- one offer, resolved once
select pg_temp.offer(9980011, 9980012, 100) as hold \gset
select is(pg_temp.race(pg_temp.accept(9980012, :'hold'), pg_temp.decline(9980012, :'hold')), 'accepted, ZC026', 'accepted, then not declined');
select is(pg_temp.has(9980011) || ' ' || pg_temp.has(9980012), '8900/0/0 9100/0/0', 'it is the other''s');
select pg_temp.offer(9980011, 9980012, 100) as hold \gset
select is(pg_temp.race(pg_temp.decline(9980011, :'hold'), pg_temp.accept(9980012, :'hold')), 'declined, ZC026', 'taken back, then not accepted');
select is(pg_temp.has(9980011) || ' ' || pg_temp.has(9980012), '8900/0/0 9100/0/0', 'it stays');
select pg_temp.offer(9980011, 9980012, 100) as hold \gset
select is(pg_temp.race(pg_temp.accept(9980012, :'hold'), pg_temp.write('m:9980012', 'race-accept-twice', 'points_transfer_accept', :'hold')), 'accepted, ZC026', 'accepted on two devices: once');
select is(pg_temp.has(9980011) || ' ' || pg_temp.has(9980012), '8800/0/0 9200/0/0', 'moved once');
select dblink_exec('own', 'update point_hold set created_at = created_at - interval ''2 days''') \g /dev/null
select pg_temp.offer(9980011, 9980012, 100) as hold \gset
select dblink_exec('own', format('update point_hold set expires_at = clock_timestamp() + interval ''1 hour'' where hold_id = %s', :'hold')) \g /dev/null
select is(pg_temp.race(format($q$with locked as materialized (select lib.points_lock(array[9980011::bigint])), posted as materialized (
             select lib.points_release(%s, 'expired', lib.posting_of(null, 'job:point_holds')) as p from locked)
             select case when lib.emit_all(lib.points_events(p)) is not null then '{"state":"lapsed"}' end from posted$q$, :'hold'), pg_temp.accept(9980012, :'hold')),
          'lapsed, ZC026', 'lapsed, then not accepted');
select is(pg_temp.has(9980011) || ' ' || pg_temp.has(9980012), '8800/0/0 9200/0/0', 'it stays');

-- the sender is erased meanwhile, or the recipient is
select pg_temp.credit(9980014, 500), pg_temp.credit(9980015, 500) \g /dev/null
select dblink_exec('own', $q$update member set status = 'closing' where member_id in (9980016, 9980017);
    insert into dsr (dsr_id, member_id, kind, state, options, run_at, due_at) values (9980031, 9980016, 'erase', 'received', '{"content":"anonymise","previous":"active"}', now(), now()), (9980032, 9980017, 'erase', 'received', '{"content":"anonymise","previous":"active"}', now(), now()),
        (9980033, 9980024, 'erase', 'received', '{"content":"anonymise","previous":"active"}', now(), now()), (9980034, 9980025, 'erase', 'received', '{"content":"anonymise","previous":"active"}', now(), now());
    update member set status = 'active' where member_id in (9980016, 9980017)$q$) \g /dev/null
select pg_temp.credit(9980016, 500) \g /dev/null
select pg_temp.offer(9980016, 9980014, 100) as hold \gset
select is(pg_temp.race($q$select case when lib.erase_begin(9980031)::text = '' then '{"state":"erased"}' end$q$, pg_temp.accept(9980014, :'hold')), 'erased, ZC026', 'the sender is erased: nothing to accept');
select is(pg_temp.has(9980016) || ' ' || pg_temp.has(9980014), '0/0/0 500/0/0', 'and nothing is left there');
select pg_temp.offer(9980015, 9980017, 100) as hold \gset
select is(pg_temp.race($q$select case when lib.erase_begin(9980032)::text = '' then '{"state":"erased"}' end$q$, pg_temp.accept(9980017, :'hold')), 'erased, ZC000', 'the recipient is: nothing goes to nobody');
select is(pg_temp.has(9980017) || ' ' || pg_temp.has(9980015), '0/0/0 400/100/0', 'it is still the sender''s');
select is(pg_temp.now(pg_temp.decline(9980015, :'hold'))::jsonb ->> 'state', 'declined', 'who takes it back');

select is(pg_temp.race(pg_temp.write('m:9980015', 'race-to-nobody-1', 'points_transfer', '9980024, null, 1'), $q$select case when lib.erase_begin(9980033)::text = '' then '{"state":"erased"}' end$q$),
          'offered, erased', 'an offer to somebody who is just being erased: the erasure waits');
select is(pg_temp.race($q$select case when lib.erase_begin(9980034)::text = '' then '{"state":"erased"}' end$q$, pg_temp.write('m:9980015', 'race-to-nobody-2', 'points_transfer', '9980025, null, 1')),
          'erased, ZC002', 'or it is nobody any more');
select dblink_exec('own', 'update point_hold set created_at = created_at - interval ''2 days''') \g /dev/null

-- in a ring, again and again: nobody waits for ever.  Each gives 1 to the next and takes what was offered before.
select dblink_exec('own', 'update point_hold set created_at = created_at - interval ''2 days''') \g /dev/null
create function pg_temp.ring(p_from bigint, p_to bigint, p_before bigint) returns text language sql as $$
    select format($q$do $d$
        declare v_hold bigint;
        begin
            for i in 1..60 loop
                perform api.points_transfer('m:%1$s', 'ring-%1$s-' || i, 'x', %2$s, null, 1);
                commit;
                update point_hold set created_at = created_at - interval '2 days' where requested_by = 'm:%1$s' and created_at > now() - interval '1 day';
                commit;
                for v_hold in select hold_id from point_hold where purpose = 'transfer' and ref_id = '%1$s' and state = 'active' and requested_by = 'm:%3$s' loop
                    perform api.points_transfer_accept('m:%1$s', 'ring-%1$s-' || v_hold, 'x', v_hold);
                end loop;
                commit;
            end loop;
        end $d$ $q$, p_from, p_to, p_before)
$$;
select dblink_exec('own', $q$update membership set status = 'active' where club_id = 9980001$q$) \g /dev/null
select dblink_send_query('a', pg_temp.ring(9980011, 9980012, 9980013)), dblink_send_query('b', pg_temp.ring(9980012, 9980013, 9980011)), dblink_send_query('c', pg_temp.ring(9980013, 9980011, 9980012));
select is((select array_agg(pg_temp.result(c) order by c) from unnest('{a,b,c}'::text[]) c), '{ok,ok,ok}', 'three in a ring: no deadlock');
select is(pg_temp.now($q$select count(*)::text from point_hold where purpose = 'transfer' and requested_by in ('m:9980011', 'm:9980012', 'm:9980013') and amount = 1$q$), '180', 'each has offered 60 times');
select is(pg_temp.now($q$select (count(*) > 60)::text from point_hold where purpose = 'transfer' and requested_by in ('m:9980011', 'm:9980012', 'm:9980013') and amount = 1 and state = 'captured'$q$), 'true', 'and taken');
select is(pg_temp.now($q$select sum(balance)::text from ledger_account where cur = 'RP' and owner_kind = 'm' and owner_id in (9980011, 9980012, 9980013)$q$), '27000', 'and nothing is lost');

-- the last of what one may
select dblink_exec('own', 'update point_hold set created_at = created_at - interval ''40 days''') \g /dev/null
select pg_temp.offer(9980015, 9980014, 1), pg_temp.offer(9980015, 9980014, 1) \g /dev/null
select is(pg_temp.race(pg_temp.write('m:9980015', 'race-third-1', 'points_transfer', '9980011, null, 1'), pg_temp.write('m:9980015', 'race-third-2', 'points_transfer', '9980012, null, 1')),
          'offered, ZC024', 'a third offer of the day from two devices: one');
select is(pg_temp.race(pg_temp.write('m:9980014', 'race-all-1', 'points_transfer', '9980011, null, 400'), pg_temp.write('m:9980014', 'race-all-2', 'points_transfer', '9980012, null, 400')),
          'offered, ZC027', 'the same points to two: one gets them');
select is(pg_temp.race(pg_temp.write('s:9980021', 'race-large-1', 'points_adjust', '9980018, 9980001, 10000, ''Race'', null'), pg_temp.write('s:9980021', 'race-large-2', 'points_adjust', '9980018, 9980001, 10000, ''Race'', null')),
          '10000, APPROVAL_REQUIRED', 'one person twice: the second takes a second person');
select is(pg_temp.has(9980018), '10000/0/0', 'given once');
select is(pg_temp.race(pg_temp.write('s:9980022', 'race-freeze', 'points_freeze', '9980018, ''Race'''), pg_temp.write('m:9980018', 'race-frozen', 'points_transfer', '9980011, null, 1')),
          'true, ZC028', 'frozen: what came later finds it so');

-- one return from two tills
select pg_temp.now($q$select (api.points_earn('v:race-till', 'race-earn-1', 'x', 9980019, 9980001, 'RACE', '[{"amount":{"minor":100,"cur":"EUR"}}]', null, null)).reply ->> 'tx'$q$) as tx \gset
select is(pg_temp.race(pg_temp.write('v:race-till', 'race-return-1', 'points_reverse', format('%s, 60, ''R'', null, null', :'tx')), pg_temp.write('v:race-till', 'race-return-2', 'points_reverse', format('%s, 60, ''R'', null, null', :'tx'))),
          'false, true', 'the same return: once');
select is(pg_temp.race(pg_temp.write('v:race-till', 'race-return-3', 'points_reverse', format('%s, 30, ''R2'', null, null', :'tx')), pg_temp.write('v:race-till', 'race-return-4', 'points_reverse', format('%s, 30, ''R3'', null, null', :'tx'))),
          'false, ZC029', 'two returns that are more than the purchase: the second is too much');
select is(pg_temp.has(9980019), '10/0/0', 'what was bought and not returned');
select is(pg_temp.now('select count(*)::text from lib.ledger_violations()'), '0', 'the ledger adds up');

select pg_temp.clean();
select dblink_disconnect(c) from unnest('{a,b,c,own}'::text[]) c;
select * from finish();
rollback;
