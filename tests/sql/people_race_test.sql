-- Two sessions at once (dblink) about one member: joining from two devices, one handle for two, two managers about one
-- application, a pause and its end.  They commit for real and clean up after themselves.
begin;
select plan(9);
\ir two_sessions.psql

create function pg_temp.clean() returns text language sql as $$
    select dblink_exec('own', $q$
        delete from outbox where stream like '%:997____'; delete from stream where stream like '%:997____';
        delete from idempotency where principal like '%:997____';
        delete from notification where member_id between 9970000 and 9979999;
        delete from notification_head where member_id between 9970000 and 9979999;
        delete from send_job where member_id between 9970000 and 9979999;
        set clubhub.retention = 'on'; delete from audit_log where subject_member between 9970000 and 9979999; reset clubhub.retention;
        delete from member_card where member_id between 9970000 and 9979999;
        delete from tier_change where club_id = 9970001; delete from membership where club_id = 9970001;
        delete from member_pii where member_id between 9970000 and 9979999;
        delete from member where member_id between 9970000 and 9979999;
        delete from staff_club where club_id = 9970001; delete from staff where staff_id between 9970000 and 9979999;
        delete from tier where club_id = 9970001; delete from track where club_id = 9970001; delete from club where club_id = 9970001$q$)
$$;
select pg_temp.clean();
select dblink_exec('own', $q$
    insert into club (club_id, slug, name, form, join_policy) values (9970001, 'race-club', 'Race', 'fan', 'open');
    insert into track (track_id, club_id, code, name, fee_kind) values (9970002, 9970001, 'free', 'Free', 'free');
    insert into tier (tier_id, club_id, rank, name, qualify_tp, retain_tp, window_kind) values (9970003, 9970001, 0, 'One', 0, 0, 'rolling');
    insert into member (member_id, status, handle) select m, 'active', 'race.' || m from generate_series(9970011, 9970014) m;
    insert into staff (staff_id, login, roles) values (9970021, 'race-one', '{manager}'), (9970022, 'race-two', '{manager}');
    insert into staff_club (staff_id, club_id) values (9970021, 9970001), (9970022, 9970001);
    insert into membership (member_id, club_id, track_id, status, tier_id, joined_at, applied_at)
    values (9970013, 9970001, 9970002, 'applied', 9970003, null, now()), (9970014, 9970001, 9970002, 'active', 9970003, now(), null)$q$);

-- A write of that principal with a key of its own; its answer's member, or the refusal.
create function pg_temp.write(p_who text, p_key text, p_function text, p_arguments text) returns text language sql as $$
    select format('select (api.%I(%L, %L, ''aa'', %s)).reply::text', p_function, p_who, p_key, p_arguments)
$$;
create function pg_temp.said(p_reply jsonb) returns text language sql as
$$ select coalesce(p_reply ->> 'refused', p_reply ->> 'status', p_reply ->> 'version') $$;

select is(pg_temp.race(pg_temp.write('m:9970011', 'race-apply-1', 'membership_apply', '9970001, null, null'),
                       pg_temp.write('m:9970011', 'race-apply-2', 'membership_apply', '9970001, null, null')), 'active, ZC017', 'joining from two devices: once');
select is((select count(*) from tier_change where member_id = 9970011), 1::bigint, 'with one history');
select is(pg_temp.race(pg_temp.write('m:9970011', 'race-name-1', 'profile_set', '1, ''race.x'', null, null, null, null, null, null'),
                       pg_temp.write('m:9970012', 'race-name-1', 'profile_set', '1, ''race.x'', null, null, null, null, null, null')), '2, ZC004', 'one handle for two: the first has it');
select is((select handle from member where member_id = 9970012), 'race.9970012', 'the other keeps its own');
select is(pg_temp.race(pg_temp.write('m:9970011', 'race-set-1', 'profile_set', '2, null, null, null, ''nb'', null, null, null'),
                       pg_temp.write('m:9970011', 'race-set-2', 'profile_set', '2, null, null, null, ''ro'', null, null, null')), '3, CONFLICT', 'one version for two');
select is((select locale || ' ' || version from member where member_id = 9970011), 'nb 3', 'no change is lost');
select is(pg_temp.race(pg_temp.write('s:9970021', 'race-decide', 'membership_decide', '9970001, 9970013, ''approve'''),
                       pg_temp.write('s:9970022', 'race-decide', 'membership_decide', '9970001, 9970013, ''decline''')), 'active, ZC017', 'two managers: the first decides');
select is((select status from membership where member_id = 9970013), 'active', 'and that stays');
select is(pg_temp.race(pg_temp.write('m:9970014', 'race-pause-1', 'membership_pause', '9970001'),
                       pg_temp.write('m:9970014', 'race-leave-2', 'membership_leave', '9970001')), 'paused, left', 'pausing and leaving: one after the other');

select pg_temp.clean();
select dblink_disconnect(c) from unnest('{a,b,own}'::text[]) c;
select * from finish();
rollback;
