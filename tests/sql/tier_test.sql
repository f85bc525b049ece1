-- Tiers: windows, counting, rising at once, explaining, setting, warnings and the end of a period.
begin;
\ir noun.psql
select plan(96);

-- Clubs 8601 rolling, six months, tiers 0 1 2 5; 8602 calendar, a tier on a track; 8603 anniversary.  Cent by cent a point.
insert into club (club_id, slug, name, form, join_policy, tz)
values (8601, 't-roll', 'Roll', 'benefit', 'open', 'Asia/Jerusalem'), (8602, 't-year', 'Year', 'benefit', 'open', 'Europe/Oslo'),
       (8603, 't-join', 'Join', 'benefit', 'open', 'America/New_York');
insert into track (track_id, club_id, code, name, fee_kind) select c + 50, c, 'free', 'Free', 'free' from generate_series(8601, 8603) c;
insert into track (track_id, club_id, code, name, fee_kind) values (8659, 8602, 'rail', 'Rail', 'free');
insert into tier (tier_id, club_id, rank, name, qualify_tp, retain_tp, window_kind, window_months, downgrade, grace_days, earn_ppm, benefits)
values (8610, 8601, 0, 'Blue', 0, 0, 'rolling', 6, 'one_down', 10, 1000000, '{}'),
       (8611, 8601, 1, 'Silver', 1000, 500, 'rolling', 6, 'one_down', 10, 2000000, '{}'),
       (8612, 8601, 2, 'Gold', 2000, 1000, 'rolling', 6, 'one_down', 10, 3000000, '{}'),
       (8615, 8601, 5, 'Black', 5000, 2500, 'rolling', 6, 'balance_based', 10, 4000000, '{}'),
       (8620, 8602, 0, 'Base', 0, 0, 'calendar', 12, 'one_down', 60, 1000000, '{}'),
       (8621, 8602, 1, 'Plus', 1000, 500, 'calendar', 12, 'one_down', 60, 1000000, '{}'),
       (8622, 8602, 2, 'Rail', 2000, 500, 'calendar', 12, 'one_down', 60, 1000000, '{"requires_track":"rail"}'),
       (8630, 8603, 0, 'Base', 0, 0, 'anniversary', 12, 'one_down', 0, 1000000, '{}'),
       (8631, 8603, 1, 'Plus', 1000, 500, 'anniversary', 12, 'one_down', 0, 1000000, '{}');
insert into earn_rule (rule_id, club_id, rate_ppm, from_at)
select c + 90, c, 1000000, now() - interval '3 years' from generate_series(8601, 8603) c;
insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)
select m, c, c + 50, 'active', t.tier_id, now() - interval '400 days'
  from generate_series(8201, 8206) m, generate_series(8601, 8603) c
  join tier t on t.club_id = c and t.rank = 0;
insert into staff (staff_id, login, roles) values (8303, 't-manager', '{manager}'), (8304, 't-agent', '{agent}');
insert into staff_club (staff_id, club_id) select s, c from unnest('{8303,8304}'::bigint[]) s, generate_series(8601, 8602) c;

create function pg_temp.buy(p_member bigint, p_points bigint, p_at timestamptz default null, p_club bigint default 8601)
returns jsonb language sql as $$ select pg_temp.earn(p_member, 'T-' || nextval('pg_temp.keys'), p_points, p_club => p_club, p_at => p_at) $$;
create function pg_temp.rank(p_member bigint, p_club bigint default 8601)
returns int language sql as $$ select lib.tier_rank(p_member, p_club) $$;
create function pg_temp.counted(p_member bigint, p_club bigint default 8601)
returns bigint language sql as $$ select (lib.tier_look(p_member, p_club)).counted $$;
create function pg_temp.today(p_tz text) returns date language sql as $$ select (now() at time zone p_tz)::date $$;

-- windows
select is(lib.tier_from('rolling', 6, null, 'Asia/Jerusalem'), (pg_temp.today('Asia/Jerusalem') - interval '6 months')::date, 'rolling: so many months ago');
select is(lib.tier_to('rolling', 6, null, 'Asia/Jerusalem'), pg_temp.today('Asia/Jerusalem') + 1, 'up to today');
select is(lib.tier_from('calendar', 12, null, 'Europe/Oslo'), date_trunc('year', now() at time zone 'Europe/Oslo')::date, 'calendar: January');
select is(lib.tier_to('calendar', 12, null, 'Europe/Oslo'), (date_trunc('year', now() at time zone 'Europe/Oslo') + interval '1 year')::date, 'to January');
select is(lib.tier_from('calendar', 3, null, 'UTC'), date_trunc('quarter', now() at time zone 'UTC')::date, 'a quarter');
select is(lib.tier_from('anniversary', 12, (pg_temp.today('UTC') - interval '3 years')::timestamp at time zone 'UTC', 'UTC'), pg_temp.today('UTC'), 'anniversary: today it begins anew');
select is(lib.tier_from('anniversary', 12, (pg_temp.today('UTC') + 1 - interval '3 years')::timestamp at time zone 'UTC', 'UTC'), (pg_temp.today('UTC') + 1 - interval '1 year')::date, 'tomorrow: not yet');
select is(lib.tier_to('anniversary', 12, (pg_temp.today('UTC') + 1 - interval '3 years')::timestamp at time zone 'UTC', 'UTC'), pg_temp.today('UTC') + 1, 'and ends with today');
select is_empty($$
    select from unnest('{1,2,3,5,6,12,13,24,36}'::int[]) months, unnest('{calendar,anniversary,rolling}'::text[]) kind,
                unnest('{UTC,Pacific/Kiritimati,Pacific/Pago_Pago}'::text[]) tz, generate_series(0, 1500, 31) days
     where not pg_temp.today(tz) between lib.tier_from(kind, months, now() - make_interval(days => days), tz)
                                     and lib.tier_to(kind, months, now() - make_interval(days => days), tz) - 1 $$,
    'today is in every window');
select is(lib.tier_from('rolling', 1, null, 'Pacific/Kiritimati') - lib.tier_from('rolling', 1, null, 'Pacific/Pago_Pago') >= 1, true, 'days are those of the zone');

-- rising at once
select is(pg_temp.buy(8201, 999) -> 'points', '999', 'nearly');
select is(pg_temp.rank(8201), 0, 'not enough');
create temp table before as select version, lib.sys_head() as sys from membership where member_id = 8201 and club_id = 8601;
create temp table rise as select pg_temp.buy(8201, 1) as r;
select is(r -> 'points', '1', 'the purchase that raises counts by the tier before it') from rise;
select is(pg_temp.rank(8201), 1, 'enough');
select is(r #> '{_events,2,refs}', jsonb_build_object('club', '8601', 'from', 0, 'to', 1, 'missing', 1000, 'until',
          lib.iso((pg_temp.today('Asia/Jerusalem') + 1 + interval '6 months') at time zone 'Asia/Jerusalem')), 'what tier.changed tells') from rise;
select is(r #>> '{_events,2,stream}' || ' ' || (r #>> '{_events,2,type}') || ' ' || (r #>> '{_events,2,gate}'), 'me:8201 tier.changed svc.account', 'to the member') from rise;
select is(r #> '{_events,3,refs}', '{"reload":["8201"],"shown":["8201"]}', 'every node asks for the rank again') from rise;
select is((r ->> '_sys')::bigint, (select sys + 1 from before), 'it is the last of the events') from rise;
select is((select (tier_since, tier_until, tier_fixed, m.version - b.version)::text from membership m, before b where member_id = 8201 and club_id = 8601),
          (now(), lib.day_start((pg_temp.today('Asia/Jerusalem') + 1 + interval '6 months')::date, 'Asia/Jerusalem'), false, 1)::text, 'since now, to the end of the window and a window on');
select is((select (from_tier, to_tier, cause, actor, tp_seen)::text from tier_change where member_id = 8201), '(8610,8611,qualified,v:till,1000)', 'it is written down');
select is(pg_temp.buy(8201, 10) -> 'points', '20', 'the next purchase counts by the new tier');
select is(pg_temp.buy(8201, 10) #> '{_events,2}', null, 'no second time');
select is((select count(*) from tier_change where member_id = 8201), 1::bigint, 'nor a second row');
select pg_temp.buy(8202, 5000) \g /dev/null
select is(pg_temp.rank(8202), 5, 'the highest at once');
select is((select array_agg(refs ->> 'to') from outbox where stream = 'me:8202' and type = 'tier.changed'), '{5}', 'in one step');

-- what counts
select pg_temp.buy(8203, 900, now() - interval '200 days'), pg_temp.buy(8203, 900) \g /dev/null
select is(pg_temp.counted(8203), 900::bigint, 'what was bought before the window counts for nothing');
select is(pg_temp.rank(8203), 0, 'a life''s points raise nobody');
select is((select balance from ledger_account where kind = 'tier' and owner_id = 8203 and club_id = 8601), 1800::bigint, 'though they are there');
select pg_temp.buy(8203, 100, now() - interval '100 days') \g /dev/null
select is(pg_temp.rank(8203), 1, 'what is posted late counts on its day');
select is((lib.points_summary_view(8203)).view #> '{next_tier,1}', '{"club":"8601","rank":1,"name":"Silver","tier_points":1000,"next_rank":2,"next_name":"Gold","missing":1000}', 'points.summary says the same');

-- a batch: two rise in it, one twice over the bar
create temp table batch as
select b.* from api.points_earn_many('{v:till,v:till,v:till}', '{tier-batch-1,tier-batch-2,tier-batch-3}', array[sha256('1'), sha256('2'), sha256('3')],
    '{8205,8204,8205}', '{8601,8601,8601}', '{TB1,TB2,TB3}',
    array(select jsonb_build_array(jsonb_build_object('amount', jsonb_build_object('minor', x, 'cur', 'EUR'))) from unnest('{600,1000,500}'::int[]) x),
    array_fill(null::timestamptz, '{3}'), array_fill(null::bigint, '{3}')) b;
select is((select string_agg(e ->> 'stream', ' ' order by no) from batch, jsonb_array_elements(events) with ordinality as x (e, no) where e ->> 'type' = 'tier.changed'),
          'me:8204 me:8205', 'each rises once');
select is((select string_agg(idx || ':' || jsonb_array_length(events), ' ' order by idx) from batch), '1:2 2:2 3:5', 'sys is the last of all');
select is((select events -> -1 -> 'refs' -> 'reload' from batch where idx = 3), '["8204","8205"]', 'one sys for both');

-- tracks
select is((pg_temp.buy(8201, 3000, p_club => 8602) #>> '{_events,2,refs,to}'), '1', 'a tier that demands a track is passed over');
select is((lib.tier_view(8201, 8602)).view -> 'next', 'null', 'and is not the next one');
update membership set track_id = 8659 where member_id = 8201 and club_id = 8602;
select is((lib.tier_view(8201, 8602)).view -> 'next' ->> 'name', 'Rail', 'on the track it is');
select is((pg_temp.buy(8201, 1, p_club => 8602) #>> '{_events,2,refs,to}'), '2', 'and is reached');
select is((select tier_until from membership where member_id = 8201 and club_id = 8602),
          (date_trunc('year', now() at time zone 'Europe/Oslo') + interval '2 years') at time zone 'Europe/Oslo', 'to the end of next year');

-- random histories against the plain sum, some of it reversed
create temp table reversible as select 0::bigint as tx limit 0;
do $$
declare
    v_tx bigint;
begin
    perform setseed(0.5);
    for i in 1 .. 250 loop
        perform pg_temp.buy(8201 + (random() * 3)::int, 1 + (random() * 50)::int, now() - random() * interval '364 days', 8601 + (random() * 2)::int);
        if i % 5 = 0 then
            select x.tx_id into v_tx from ledger_tx x where x.kind = 'tier_earn' and x.reversed = 0 and x.ref_id not like 'TB%' order by random() limit 1;
            perform lib.tier_reverse(v_tx, (select ceil(amount * random()) from ledger_tx where tx_id = v_tx)::bigint,
                                     lib.posting_of('rev:t:' || v_tx, 'v:till'));
        end if;
    end loop;
end $$;
select is_empty('select * from lib.tier_violations()', 'the days are the sums of the entries');
select cmp_ok((select count(*) from tier_day), '>', 200::bigint, 'there are many days');
select is_empty($$
    select m, c.club_id, days, lib.tier_counted(m, c.club_id, d.day)
      from generate_series(8201, 8204) m, club c, generate_series(0, 370, 13) days, lateral (select pg_temp.today(c.tz) - days as day) d
     where c.club_id between 8601 and 8603
       and lib.tier_counted(m, c.club_id, d.day) <> (
           select coalesce(sum(e.amt), 0)
             from ledger_entry e
             join ledger_account a on a.account_id = e.account_id and a.kind = 'tier' and a.owner_id = m and a.club_id = c.club_id
             join ledger_tx x on x.tx_id = e.tx_id
            where (select o.effective_at from ledger_tx o where o.tx_id = coalesce(x.reverses, x.tx_id)) >= lib.day_start(d.day, c.tz)) $$,
    'what counts from any day on is the plain sum of the entries');

-- explaining
select is(pg_temp.try($$select * from api.tier_explain('m:8205', 8601, null)$$) - '{_events,_sys,_subjects}'::text[], jsonb_build_object(
    'club', '8601', 'tier', '{"rank":1,"name":"Silver"}'::jsonb, 'since', lib.iso(now()),
    'until', lib.iso(lib.day_start((pg_temp.today('Asia/Jerusalem') + 1 + interval '6 months')::date, 'Asia/Jerusalem')), 'counted_tp', 1100,
    'window', jsonb_build_object('kind', 'rolling', 'from', lib.iso(lib.day_start((pg_temp.today('Asia/Jerusalem') - interval '6 months')::date, 'Asia/Jerusalem')),
                                 'to', lib.iso(lib.day_start(pg_temp.today('Asia/Jerusalem') + 1, 'Asia/Jerusalem'))),
    'next', '{"rank":2,"name":"Gold","qualify_tp":2000}'::jsonb, 'need_next', 900, 'kept_tp', 0, 'need_keep', 500,
    'next_check', lib.iso(lib.day_start((pg_temp.today('Asia/Jerusalem') + 1 + interval '6 months')::date + 10, 'Asia/Jerusalem'))), 'all of it');
select is((lib.tier_view(8206, 8601)).view - '{since,window}'::text[], '{"club":"8601","tier":{"rank":0,"name":"Blue"},"until":null,"counted_tp":0,
    "next":{"rank":1,"name":"Silver","qualify_tp":1000},"need_next":1000,"kept_tp":null,"need_keep":null,"next_check":null}', 'the lowest has no end');
select is((lib.tier_view(8202, 8601)).view -> 'need_next', 'null', 'the highest has no next');
select is(pg_temp.try($$select * from api.tier_explain('m:8205', 8601, 8201)$$) ->> 'refused', 'ZC001', 'not of somebody else');
select is(pg_temp.try($$select * from api.tier_explain('m:8207', 8601, null)$$) ->> 'refused', 'ZC014', 'not of a stranger');
select is(pg_temp.try($$select * from api.tier_explain('s:8304', 8601, null)$$) ->> 'path', 'member', 'an agent says whose');
select is(pg_temp.try($$select * from api.tier_explain('s:8304', 8603, 8201)$$) ->> 'refused', 'ZC001', 'of a club of theirs');
select is(pg_temp.try($$select * from api.tier_explain('s:8304', 8601, 8205)$$) -> '_subjects', '[8205]', 'an agent reads it');
select is((select (actor, detail)::text from audit_log where subject_member = 8205 and action = 'tier.explain'), '(s:8304,"{""club"": ""8601""}")', 'and that is written down');

-- setting
create function pg_temp.set(p_member bigint, p_rank int, p_until timestamptz default now() + interval '90 days',
                            p_cause text default null, p_club bigint default 8601, p_reason text default 'Because', p_who text default 's:8303')
returns jsonb language sql as $$ select pg_temp.call(p_who, 'tier_set', format('%s, %s, %s, %L, %L, %L', p_club, p_member, p_rank, p_until, p_reason, p_cause)) $$;
create temp table match as select pg_temp.set(8206, 2, p_cause => 'match') as r;
select is(r - '{_events,_sys,_subjects,version}'::text[], jsonb_build_object('club', '8601', 'member', '8206', 'rank', 2, 'since', lib.iso(now()),
          'until', lib.iso(now() + interval '90 days')), 'another programme''s tier') from match;
select is((select (from_tier, to_tier, cause, actor, reason)::text from tier_change where member_id = 8206), '(8610,8612,match,s:8303,Because)', 'who, and why');
select is((select string_agg(e ->> 'type', ' ' order by no) from match, jsonb_array_elements(r -> '_events') with ordinality as x (e, no)), 'tier.changed notify.added sys.changed', 'the member is told');
select is(pg_temp.set(8206, 7) ->> 'path', 'rank', 'no such tier');
select is(pg_temp.set(8206, 1, now()) ->> 'path', 'until', 'an end that is not ahead');
select is(pg_temp.set(8206, 1, now() + interval '6 years') ->> 'path', 'until', 'one too far ahead');
select is(pg_temp.set(8206, 1, p_reason => ' ') ->> 'path', 'reason', 'no reason');
select is(pg_temp.set(8206, 5, p_cause => 'reversal') ->> 'path', 'cause', 'nothing is taken back upwards');
select is(pg_temp.set(8202, 2, p_club => 8602) ->> 'path', 'rank', 'a tier that demands another track');
select is(pg_temp.set(8201, 1, p_club => 8603) ->> 'refused', 'ZC001', 'a club of somebody else');
select is(pg_temp.set(8207, 1) ->> 'refused', 'ZC014', 'who is no member');
select is(pg_temp.set(8206, 1, p_who => 's:8304') ->> 'refused', 'ZC001', 'agents do not');
update membership set status = 'left' where member_id = 8206 and club_id = 8601;
select is(pg_temp.set(8206, 1) ->> 'state', 'left', 'who has left');
select is((lib.tier_view(8206, 8601)).shown, false, 'nor is anything shown of it');
update membership set status = 'active' where member_id = 8206 and club_id = 8601;
select is(pg_temp.set(8202, 0, p_cause => 'reversal') -> 'rank', '0', 'a rise taken back');
select is((select refs -> 'reload' from outbox where stream = 'sys' and seq = lib.sys_head()), '["8202"]', 'is a loss of which nodes are told');
select is(pg_temp.buy(8202, 5000) #> '{_events,2}', null, 'and purchases do not undo it');
update membership set tier_until = now() - interval '1 second' where member_id = 8202 and club_id = 8601;
select is(pg_temp.buy(8202, 1) #>> '{_events,2,refs,to}', '5', 'before its end');

-- a reversal lowers the count and takes nobody's tier
do $$
declare
    v_tx bigint;
begin
    select x.tx_id into v_tx from ledger_tx x where x.kind = 'tier_earn' and x.reversed = 0 and x.amount = 1000 and x.ref_id = 'TB2';
    perform lib.tier_reverse(v_tx, null, lib.posting_of('rev:t:' || v_tx, 'v:till'));
end $$;
select is(pg_temp.counted(8204) < 1000 and pg_temp.rank(8204) >= 1, true, 'the tier stays');

-- time: 8206 has Gold, 8202 Black, each moved to where it has to be
create function pg_temp.ends(p_member bigint, p_days int, p_rank int default null)
returns void language sql as $$
    update membership m
       set tier_until = now() + make_interval(days => p_days), tier_check_at = now(), tier_fixed = false,
           tier_id = coalesce((select tier_id from tier t where t.club_id = m.club_id and t.rank = p_rank), m.tier_id)
     where m.member_id = p_member and m.club_id = 8601
$$;
create function pg_temp.told(p_member bigint, p_type text)
returns text language sql as $$ select string_agg(refs ->> 'from' || '>' || (refs ->> 'to') || ':' || (refs ->> 'missing'), ' ' order by seq) from outbox where stream = 'me:' || p_member and type = p_type $$;
select (api.jobs_run('tiers')).done \g /dev/null
delete from outbox where type in ('tier.changed', 'notify.added');
delete from tier_day where member_id in (8202, 8206);
insert into tier_day values (8206, 8601, current_date - 20, 400), (8202, 8601, current_date - 20, 1100);

select pg_temp.ends(8206, 59) \g /dev/null
select is((api.jobs_run('tiers')).done, 2::bigint, 'one is due, and told');
select is(pg_temp.told(8206, 'tier.warning'), '2>1:600', 'a warning two months before');
select is((select (type, target, refs)::text from notification where member_id = 8206 and type = 'tier_warning'),
          format('(tier_warning,club:8601,"{""on"": ""%s"", ""club"": ""8601"", ""rank"": 2, ""missing"": 600}")',
                 ((now() + interval '59 days') at time zone 'Asia/Jerusalem')::date), 'on the list, too');
select is((api.jobs_run('tiers')).done, 0::bigint, 'nothing is due twice');
update membership set tier_check_at = now() where member_id = 8206 and club_id = 8601 and tier_check_at = tier_until - interval '30 days';
select is((select count(*) from membership where tier_check_at = now()), 1::bigint, 'next a month before');
select pg_temp.ends(8206, 7) \g /dev/null
select (api.jobs_run('tiers')).done \g /dev/null
select is(pg_temp.told(8206, 'tier.warning'), '2>1:600 2>1:600', 'a warning a week before');
select is((select tier_check_at - tier_until from membership where member_id = 8206 and club_id = 8601), '10 days', 'then after the grace');
select pg_temp.ends(8206, -9) \g /dev/null
select is((api.jobs_run('tiers')).done, 1::bigint, 'in the days of grace');
select is(pg_temp.rank(8206), 2, 'it is kept');
select is((select tier_check_at - tier_until from membership where member_id = 8206 and club_id = 8601), '10 days', 'and looked at after them');
select pg_temp.ends(8206, -10) \g /dev/null
create temp table head as select lib.sys_head() as sys;
select is((api.jobs_run('tiers')).done, 2::bigint, 'the grace is over');
select is((select (rank, cause)::text from (select pg_temp.rank(8206) as rank, cause from tier_change where member_id = 8206 order by id desc limit 1) x), '(1,period_end)', 'one down');
select is(pg_temp.told(8206, 'tier.changed'), '2>1:1600', 'the member is told');
select is((select refs from outbox where stream = 'sys' and seq > (select sys from head)), '{"reload":["8206"],"shown":["8206"]}', 'and the nodes');

-- kept
update tier_day set total = 1000 where member_id = 8206;
select pg_temp.ends(8206, -10, 2) \g /dev/null
select (api.jobs_run('tiers')).done \g /dev/null
select is((select (pg_temp.rank(8206), tier_until = ((now() - interval '10 days') at time zone 'Asia/Jerusalem' + interval '6 months') at time zone 'Asia/Jerusalem')::text
             from membership where member_id = 8206 and club_id = 8601), '(2,t)', 'enough: a window on');
select is(lib.sys_head(), (select sys + 1 from head), 'no node needs to know');

-- balance based: Black falls to what the points are enough for
select pg_temp.ends(8202, -10) \g /dev/null
select (api.jobs_run('tiers')).done \g /dev/null
select is(pg_temp.told(8202, 'tier.changed'), '5>1:900', 'down to the tier that the points earn');

-- who rests, who is gone, what is frozen
select pg_temp.ends(8206, -10, 1), pg_temp.ends(8205, -10, 1), pg_temp.ends(8204, -10, 1) \g /dev/null
delete from tier_day where club_id = 8601 and member_id in (8204, 8205, 8206);
update membership set status = 'left' where member_id = 8206 and club_id = 8601;
update membership set status = 'paused', paused_at = now() where member_id = 8205 and club_id = 8601;
select (api.jobs_run('tiers')).done \g /dev/null
select is(pg_temp.rank(8205), 0, 'a pause stops no clock');
select is((select (tier_id, tier_check_at)::text from membership where member_id = 8206 and club_id = 8601), '(8611,)', 'who has left is let be');
select is(pg_temp.call('m:8206', 'membership_apply', '8601, null, null') #> '{tier,rank}', '0', 'until coming back: it has ended');
select is((select tier_until from membership where member_id = 8206 and club_id = 8601), null, 'the lowest has no end');
update club set status = 'frozen' where club_id = 8601;
select pg_temp.ends(8202, -10, 2) \g /dev/null
select (api.jobs_run('tiers')).done \g /dev/null
select is((select (tier_id, tier_check_at - now())::text from membership where member_id = 8202 and club_id = 8601), '(8612,"1 day")', 'a frozen club takes nothing');
update club set status = 'active' where club_id = 8601;

-- those whom purchases raised get a notification from the job, once
select pg_temp.buy(8206, 1000) \g /dev/null
select is((select count(*) from tier_change where told_at is null), 1::bigint, 'not told with the accounts locked');
select (api.jobs_run('tiers')).done \g /dev/null
select is((select refs from notification where member_id = 8206 and type = 'tier' order by num desc limit 1), '{"club":"8601","rank":1,"cause":"qualified"}', 'told by the job');
select is((api.jobs_run('tiers')).done, 0::bigint, 'once');

-- many at once
insert into member (member_id, status) select g, 'active' from generate_series(8700, 8849) g;
insert into membership (member_id, club_id, track_id, status, tier_id, joined_at, tier_until, tier_check_at)
select g, 8603, 8653, 'active', 8631, now() - interval '400 days', now() - interval '1 day', now() from generate_series(8700, 8849) g;
select (api.jobs_run('tiers')).done \g /dev/null
select is((select count(*) from membership where club_id = 8603 and tier_id = 8630 and member_id >= 8700), 100::bigint, 'a hundred a run');
select (api.jobs_run('tiers')).done \g /dev/null
select is((select count(*) from membership where club_id = 8603 and tier_id = 8630 and member_id >= 8700), 150::bigint, 'then the rest');
select * from finish();
rollback;
