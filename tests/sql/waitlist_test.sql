-- The waiting list: deadlines, the order, skips, the protection of the head (domain.md 9.7, 19.5).
begin;
\ir noun.psql
select plan(38);

-- deadlines
create function pg_temp.deadline(p_at text, p_starts text, p_tz text) returns text language sql as $$
    select lib.iso(lib.waitlist_deadline(p_at::timestamptz, p_starts::timestamptz, p_tz))
$$;
select is(pg_temp.deadline(c.at, c.starts, c.tz), c.until, c.what)
  from (values
    ('2026-06-10T12:00Z', '2026-06-10T12:10Z', 'UTC', '2026-06-10T12:30:00.000Z', 'at least 30 minutes'),
    ('2026-06-10T12:00Z', '2026-06-11T12:00Z', 'UTC', '2026-06-10T13:12:00.000Z', 'a twentieth of the time that is left'),
    ('2026-06-10T23:00Z', '2026-06-12T22:59:59Z', 'UTC', '2026-06-11T01:23:59.950Z', 'less than 48 hours: no rest at night'),
    ('2026-06-10T23:00Z', '2026-06-12T23:00Z', 'UTC', '2026-06-11T10:24:00.000Z', '48 hours: the clock starts at eight'),
    ('2026-06-10T12:00Z', '2026-09-10T12:00Z', 'UTC', '2026-06-11T22:00:00.000Z', 'at most 24 hours, of 14 a day'),
    ('2026-06-10T08:00Z', '2026-09-10T12:00Z', 'UTC', '2026-06-11T18:00:00.000Z', 'from eight: a day and ten hours'),
    ('2026-06-10T19:36Z', '2026-06-12T19:36Z', 'UTC', '2026-06-10T22:00:00.000Z', 'ends at 22:00 sharp'),
    ('2026-06-10T19:37Z', '2026-06-12T19:37Z', 'UTC', '2026-06-11T08:01:00.000Z', 'a minute later: the next morning'),
    ('2026-06-10T22:00Z', '2026-06-12T22:00Z', 'UTC', '2026-06-11T10:24:00.000Z', 'at 22:00 it rests already'),
    ('2026-06-10T07:59:59Z', '2026-06-12T08:00Z', 'UTC', '2026-06-10T10:24:00.050Z', 'a second before eight it still does'),
    ('2026-03-28T20:00Z', '2026-06-28T20:00Z', 'Europe/Oslo', '2026-03-30T15:00:00.000Z', 'spring: the night has nine hours'),
    ('2026-10-24T19:00Z', '2027-01-24T19:00Z', 'Europe/Oslo', '2026-10-26T16:00:00.000Z', 'autumn: the night has eleven'),
    ('2026-03-08T02:30Z', '2026-03-10T02:30Z', 'America/New_York', '2026-03-08T13:54:00.000Z', 'New York, the spring night'),
    ('2026-06-10T12:00Z', '2026-06-12T12:00Z', 'Asia/Kolkata', '2026-06-10T14:24:00.000Z', 'Kolkata at half past five in the afternoon'),
    ('2026-06-10T16:29Z', '2026-06-12T16:29Z', 'Asia/Kolkata', '2026-06-11T04:53:00.000Z', 'Kolkata a minute before its night'),
    ('2026-06-10T12:00Z', '2026-06-12T12:00Z', 'Pacific/Kiritimati', '2026-06-10T20:24:00.000Z', 'two in the night on Kiritimati'),
    ('2026-04-04T10:00Z', '2026-04-06T10:00Z', 'Australia/Lord_Howe', '2026-04-04T22:54:00.000Z',
     'Lord Howe sets its clocks back by half an hour')
  ) as c (at, starts, tz, until, what);

-- one class, one pool, sold out: the story of 19.5, each step with its numbers
insert into offer (offer_id, club_id, kind, title, organiser_name, starts_at, ends_at, public_open_at, booking_close_at,
                   name_deadline, currency, state)
values (8700, 8001, 'trip', 'A fjord', 'The club', now() + interval '90 days', now() + interval '97 days',
        now() - interval '1 day', now() + interval '80 days', now() + interval '77 days', 'EUR', 'open');
insert into seat_pool (pool_id, offer_id, code, capacity, confirmed) values (8710, 8700, 'boat', 100, 100), (8711, 8700, 'bus', 10, 10);
insert into seat_class (class_id, offer_id, code, title) values (8720, 8700, 'boat', 'Boat'), (8721, 8700, 'bus', 'Bus');
insert into seat_class_pool (class_id, pool_id, offer_id) values (8720, 8710, 8700), (8721, 8711, 8700);

create function pg_temp.joins(p_entry bigint, p_member bigint, p_qty int, p_class bigint default 8720, p_prio int default 0)
returns void language sql as $$
    insert into club.waitlist_entry (entry_id, offer_id, class_id, member_id, qty, prio_class)
    values (p_entry, 8700, p_class, p_member, p_qty, p_prio)
$$;
-- So many seats are given back; who is told what of it.
create function pg_temp.frees(p_count int, p_pool bigint default 8710) returns text language plpgsql as $$
declare
    v_events lib.event_row[];
begin
    perform lib.offer_lock(8700);
    update club.seat_pool set confirmed = confirmed - p_count where pool_id = p_pool;
    v_events := lib.waitlist_fill(8700);
    return (select string_agg((e).stream || ' ' || (e).type || coalesce(' ' || ((e).refs ->> 'entry'), ''), ', ' order by no)
              from unnest(v_events) with ordinality as x (stream, type, gate, scope, audience, subjects, actor, object, key, refs, no)
             cross join lateral (select x.stream, x.type, x.refs) e);
end $$;
create function pg_temp.entry(p_entry bigint) returns text language sql as $$
    select state || ' ' || skips || case when accumulate_since is not null then ' kept' else '' end
      from club.waitlist_entry where entry_id = p_entry
$$;
create function pg_temp.pool(p_pool bigint default 8710) returns text language sql as $$
    select capacity - held - confirmed - offered || ' free ' || offered || ' offered' from club.seat_pool where pool_id = p_pool
$$;

select pg_temp.joins(1, 8201, 4), pg_temp.joins(2, 8202, 1), pg_temp.joins(3, 8203, 2) \g /dev/null
select is(pg_temp.frees(2), 'me:8202 waitlist.offered 2, me:8202 notify.added', '2 freed: W2 is offered one');
select is(pg_temp.entry(1) || ', ' || pg_temp.entry(2) || ', ' || pg_temp.entry(3), 'waiting 1, offered 0, waiting 0', 'W1 is skipped once, W3 is not');
select is(pg_temp.pool(), '1 free 1 offered', 'one is left, for everybody: it fits no entry');
select is(lib.waitlist_kept(8700), '{}', 'nothing is kept');
select is(pg_temp.frees(1), 'me:8203 waitlist.offered 3, me:8203 notify.added', '1 more: W3 is offered two');
select is(pg_temp.entry(1) || ', ' || pg_temp.pool(), 'waiting 2, 0 free 3 offered', 'W1 ends with two skips');
select pg_temp.joins(4, 8204, 1), pg_temp.joins(5, 8206, 1) \g /dev/null
select is(pg_temp.frees(1), 'me:8204 waitlist.offered 4, me:8204 notify.added', '1 freed: W4 is offered one');
select is(pg_temp.entry(1), 'waiting 3', 'the third skip');
select is(pg_temp.frees(1), null, '1 freed: W1 is protected, nothing is offered');
select is(pg_temp.entry(1) || ', ' || pg_temp.entry(5) || ', ' || pg_temp.pool(), 'waiting 3 kept, waiting 0, 1 free 4 offered', 'W5 waits');
select is(lib.waitlist_kept(8700), '{8710}', 'the pool is kept');
select pg_temp.joins(6, 8202, 1, 8721) \g /dev/null
select is(pg_temp.frees(1, 8711), 'me:8202 waitlist.offered 6, me:8202 notify.added', 'a class that shares no pool is served all the time');
select is(pg_temp.frees(2), null, 'three of the four are there');
savepoint three;
select is(pg_temp.frees(1), 'me:8201 waitlist.offered 1, me:8201 notify.added', 'the fourth: W1 is offered all of them');
select is(pg_temp.entry(1) || ', ' || pg_temp.entry(5) || ', ' || pg_temp.pool(), 'offered 3, waiting 0, 0 free 8 offered', 'and W5 waits');
select is(lib.waitlist_kept(8700), '{}', 'nothing is kept any more');
rollback to three;
update waitlist_entry set accumulate_since = now() - interval '23 hours 59 minutes' where entry_id = 1;
select is(pg_temp.frees(0), null, 'not yet 24 hours');
update waitlist_entry set accumulate_since = now() - interval '24 hours 1 second' where entry_id = 1;
select is(pg_temp.frees(0), 'me:8201 waitlist.changed 1, me:8201 notify.added, me:8206 waitlist.offered 5, me:8206 notify.added', 'after 24 hours W1 is passed, W5 is offered at once');
select is(pg_temp.entry(1) || ' ' || (select why from waitlist_entry where entry_id = 1) || ', ' || pg_temp.pool(), 'passed 3 waited, 2 free 5 offered', 'it knows why');
rollback to three;
update offer set starts_at = now() + interval '71 hours', booking_close_at = now() + interval '60 hours' where offer_id = 8700;
select is(pg_temp.frees(0), 'me:8201 waitlist.changed 1, me:8201 notify.added, me:8206 waitlist.offered 5, me:8206 notify.added', 'nor is it protected in the last 72 hours');
select is((select why from waitlist_entry where entry_id = 1), 'near', 'it is told so');
rollback to three;

select * from finish();
rollback;
