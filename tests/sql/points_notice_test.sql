-- domain.md 7.5: members are told before points expire, at 09:00 of their day, once a day, of what expires soonest.
begin;
\ir noun.psql
select plan(31);
update member set email_verified_at = now() where member_id between 8201 and 8208;
update member set tz = 'Pacific/Auckland' where member_id = 8202;
update member set tz = 'America/New_York', quiet_from = '00:00', quiet_to = '00:00' where member_id = 8204;

-- Points of a member that can be spent until so many days after today; the club is in Oslo.
create temp table today as select (now() at time zone 'UTC')::date as day;
create function pg_temp.points(p_member bigint, p_points bigint, p_days int) returns void language plpgsql as $$
begin
    perform pg_temp.earn(p_member, 'N' || nextval('pg_temp.keys'), p_points * 10);
    update point_lot
       set expires_at = (((select day from today) + p_days + 1)::timestamp at time zone 'Europe/Oslo')
     where lot_id = (select max(lot_id) from point_lot);
end $$;
create function pg_temp.plan() returns void language plpgsql as $$
begin
    update points_notice_plan set day = (select day - 1 from today), account_id = null;
    for i in 1 .. 20 loop
        perform lib.points_notices_plan();
        exit when (select account_id is null from points_notice_plan);
    end loop;
end $$;
create function pg_temp.planned() returns text language sql as $$
    select string_agg(member_id || ' ' || step, ', ' order by member_id) from points_notice where day = (select day from today)
$$;
create function pg_temp.told(p_member bigint) returns text language sql as $$
    select string_agg(type || coalesce(' ' || (refs ->> 'points'), ''), ', ' order by seq) from outbox
     where stream = 'me:' || p_member and type in ('points.expiring', 'notify.added')
$$;

select pg_temp.plan() \g /dev/null
select is(pg_temp.planned(), null, 'nobody has points');
select pg_temp.points(8201, 30, 7), pg_temp.points(8201, 20, 7), pg_temp.points(8201, 5, 30), pg_temp.points(8201, 9, 8),
       pg_temp.points(8202, 60, 60), pg_temp.points(8204, 10, 1), pg_temp.points(8205, 10, 2), pg_temp.points(8206, 10, 59) \g /dev/null
select pg_temp.plan() \g /dev/null
select is(pg_temp.planned(), '8201 7, 8202 60, 8204 1', '60, 30, 7 and 1 days before, and of several what is nearest');
select is((select (due_at at time zone 'Pacific/Auckland')::text from points_notice where member_id = 8202),
          (select day || ' 09:00:00' from today), 'at nine of the member''s own day');
select is((select (due_at at time zone 'America/New_York')::time::text from points_notice where member_id = 8204), '09:00:00', 'wherever that is');
select pg_temp.plan() \g /dev/null
select is((select count(*) from points_notice where day = (select day from today)), 3::bigint, 'planned once');

-- told
update points_notice set due_at = now() + interval '1 minute';
select is(lib.points_notices_tell(), 0::bigint, 'not before it is due');
update member set tz = 'UTC' where member_id between 8201 and 8208;      -- so that the day is today's, whenever this runs
update points_notice set due_at = now() - interval '1 hour';
create temp table head as select lib.sys_head() as sys;
select is(lib.points_notices_tell(), 3::bigint, 'later that day is soon enough');
select is(pg_temp.told(8201), 'points.expiring 50, notify.added', 'how many, all that end that day');
select is((select refs from outbox where stream = 'me:8201' and type = 'points.expiring'),
          (select jsonb_build_object('on', day + 7, 'points', 50, 'benefits', '[]'::jsonb) from today), 'and the last day they can be spent');
select is((select (gate_cat, subjects)::text from outbox where stream = 'me:8201' and type = 'points.expiring'), '(svc.points,{8201})', 'a service message');
select is((select (type, target, gate_cat)::text from notification where member_id = 8201),
          (select '(points_expiring,on:' || day + 7 || ',svc.points)' from today), 'it stays in the list of notifications');
select is((select string_agg(template || ' ' || channel_id, ',') from send_job where member_id = 8201), 'notify.points_expiring 3',
          'and goes by e-mail, which is on for points');
select is((select points from points_notice where member_id = 8201 and day = (select day from today)), 50::bigint, 'it is written down');
select is(lib.points_notices_tell(), 0::bigint, 'once');
select pg_temp.plan() \g /dev/null
select is(lib.points_notices_tell(), 0::bigint, 'also when the day is planned again after a restart');
select is((select (lib.event_view(o, 8201)).view -> 'available' from outbox o where stream = 'me:8201' and type = 'points.expiring'), '64',
          'the event shows the balance');

-- what they buy
insert into benefit (benefit_id, club_id, kind, title, terms, cost_points, min_rank, status, stock)
values (8901, 8001, 'gift', 'Cup', 'One', 10, 0, 'active', null), (8902, 8001, 'gift', 'Bag', 'One', 40, 0, 'active', 3),
       (8903, 8001, 'gift', 'Car', 'One', 51, 0, 'active', null), (8904, 8001, 'gift', 'None left', 'One', 30, 0, 'active', 0),
       (8905, 8001, 'gift', 'For others', 'One', 30, 1, 'active', null), (8906, 8001, 'gift', 'Draft', 'One', 30, 0, 'draft', null),
       (8907, 8001, 'gift', 'Pen', 'One', 5, 0, 'active', null), (8908, 8001, 'gift', 'Pin', 'One', 4, 0, 'active', null),
       (8909, 8002, 'gift', 'Of another club', 'One', 20, 0, 'active', null), (8910, 8001, 'discount', 'Free', 'One', 0, 0, 'active', null);
select is(lib.points_buy(8201, 50), '["8902","8901","8907"]', 'three things that the points buy, of the member''s clubs and tier');
select is(lib.points_buy(8208, 50), '["8902","8901","8907"]', 'a membership counts, not the status of the member');
select is(lib.points_buy(8203, 50), '[]', 'but an active one');

-- what is not told
delete from points_notice;
select pg_temp.plan() \g /dev/null
update points_notice set due_at = now() - interval '1 second';
do $$ declare v_posted lib.posted[]; begin
    perform lib.points_lock('{8204}');
    v_posted := lib.points_debit('redeem', 'm', 8204, 15, lib.posting_of('notice:1', 'v:till'));
    perform lib.emit_all(lib.points_events(v_posted));
end $$;
update member set status = 'restricted' where member_id = 8202;
select is(lib.points_notices_tell(), 3::bigint, 'looked at again when it is due');
select is(pg_temp.told(8204), 'points.expiring 15, notify.added', 'points that were spent meanwhile need no notice');
select is(pg_temp.told(8202), 'points.expiring 60, notify.added', 'nor those of a member who is restricted');
select is((select count from notification where member_id = 8201), 2, 'others are told');
delete from points_notice;
select pg_temp.plan() \g /dev/null
select pg_temp.points(8201, 3, 6) \g /dev/null
update points_notice set due_at = now() - interval '1 day', day = day - 1;
select lib.points_notices_tell() \g /dev/null
select is(pg_temp.told(8201), 'points.expiring 50, notify.added, points.expiring 50, notify.added', 'a day that is over is not told of');

-- the calendar
update points_notice_plan set day = (select day - 30 from today), account_id = null;
select lib.points_notices_plan() \g /dev/null
select is((select p.day >= t.day - 1 from points_notice_plan p, today t), true, 'after a long stop only days that are not over are planned');
update points_notice_plan set day = (select day + 1 from today), account_id = null;
select is(lib.points_notices_plan(), 0::bigint, 'no further ahead than the next day');
select is((api.jobs_run('points_notices')).ran, true, 'the job does both');
insert into points_notice (member_id, day, step, due_at, told_at) select 8201, day - 95, 7, now(), now() from today;
select pg_temp.plan() \g /dev/null
select is((select count(*) from points_notice p, today t where p.day < t.day - 90), 0::bigint, 'notes of 90 days go');
-- an empty day costs nothing
delete from points_notice;
update point_lot set expires_at = null;
select pg_temp.plan() \g /dev/null
select is(pg_temp.planned(), null, 'points that never expire');
select is((select account_id from points_notice_plan), null, 'no account was looked at');
select is_empty($$select locale from unnest('{en,nb,ro,pt,he}'::text[]) locale where not exists (
    select from message_text m where m.template = 'notify.points_expiring' and m.locale = locale.locale and m.body like '%{points}%{on}%')$$, 'words in five languages');
select * from finish();
rollback;
