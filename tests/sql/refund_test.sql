-- Refunds: queued once per key, taken under a lease, done or failed; cases and moments: who was let down, how soon to look.
begin;
\ir noun.psql
\ir seats.psql
select plan(61);

insert into reservation (resv_id, offer_id, organiser, persons, state, total_minor, paid_minor, confirmed_at)
values (8651, 8600, 8201, 1, 'confirmed', 10000, 10000, now()), (8652, 8600, 8202, 1, 'confirmed', 10000, 10000, now());
insert into payment (payment_ref, resv_id, outcome, amount_minor, state)
values ('R-1', 8651, 'confirmed', 10000, 'confirmed'), ('R-2', 8652, 'confirmed', 10000, 'confirmed'),
       ('R-3', 8652, 'refunded', 700, 'confirmed');
create function pg_temp.take(p_limit int default null) returns jsonb language sql as
$$ select pg_temp.try(format('select * from api.refund_take(''v:desk'', %L)', p_limit)) $$;
create function pg_temp.taken(p_reply jsonb) returns text language sql as
$$ select string_agg(e ->> 'payment_ref', ' ' order by no) || ' ' || (p_reply ->> 'more') from jsonb_array_elements(p_reply -> 'refunds') with ordinality as x (e, no) $$;
create function pg_temp.done(p_refund bigint, p_state text) returns jsonb language sql as
$$ select pg_temp.call('v:desk', 'refund_done', format('%s, %L', p_refund, p_state)) $$;
create function pg_temp.told(p_reply jsonb) returns text language sql as
$$ select string_agg((e ->> 'stream') || ' ' || (e ->> 'type'), ', ' order by no) from jsonb_array_elements(p_reply -> '_events') with ordinality as x (e, no) $$;
create function pg_temp.lapse() returns void language sql as
$$ update refund set lease_until = clock_timestamp() - interval '1 millisecond' where state = 'taken' $$;
create function pg_temp.stands(p_refund bigint) returns text language sql as
$$ select concat_ws(' ', state, tries, lease_until > clock_timestamp(), done_at is not null) from club.refund where refund_id = p_refund $$;

-- adding
select is(lib.refund_add(8651, 0, 'resv:8651:cancel:0'), null, 'nothing to give back');
select lib.refund_add(8651, 4000, 'resv:8651:cancel:1') as one \gset
select is((select concat_ws(' ', resv_id, amount_minor, currency, payment_ref, state, tries) from refund where refund_id = :one), '8651 4000 EUR R-1 queued 0', 'queued, to the payment that was counted');
select is((select refunded_minor from reservation where resv_id = 8651), 4000::bigint, 'and counted');
select is(lib.refund_add(8651, 4000, 'resv:8651:cancel:1'), :one::bigint, 'once per key');
select is((select refunded_minor from reservation where resv_id = 8651), 4000::bigint, 'counted once');
select throws_ok($$ select lib.refund_add(8651, 6001, 'resv:8651:cancel:2') $$, '23514', null, 'never more than was paid');
select lib.refund_add(8652, 700, 'pay:R-3', 'R-3') as two \gset
select is((select refunded_minor from reservation where resv_id = 8652), 0::bigint, 'a payment that was never counted is not counted now');
select is((select payment_ref from refund where refund_id = :two), 'R-3', 'it goes where it came from');
select lib.refund_add(8652, 10000, 'resv:8652:cancel:1') as three \gset
update refund set at = now() + interval '1 second' * (refund_id - :one) where resv_id in (8651, 8652);

-- taking
select is(pg_temp.try('select * from api.refund_take(''m:8201'', 1)'), '{"refused":"ZC001"}', 'a service takes');
create temp table first as select pg_temp.take(1) as r;
select is((select pg_temp.taken(r) from first), 'R-1 true', 'the oldest first');
select ok((select r -> 'refunds' -> 0 @> format('{"refund":"%s","reservation":"8651","amount":{"minor":4000,"cur":"EUR"}}', :one)::jsonb from first), 'with its sum');
select ok((select (r -> 'refunds' -> 0 ->> 'lease_until')::timestamptz between clock_timestamp() + interval '50 seconds' and clock_timestamp() + interval '60 seconds' from first), 'for sixty seconds');
select is(pg_temp.stands(:one), 'taken 1 t f', 'taken');
select is(pg_temp.taken(pg_temp.take()), 'R-3 R-2 false', 'then the others');
select is(pg_temp.take() - '_sys', '{"refunds":[],"more":false,"_events":null,"_subjects":[]}', 'and no more');
select is((select string_agg(subject_member || ' ' || (detail ->> 'refund'), ', ' order by id) from audit_log where action = 'refund.take'), format('8201 %s, 8202 %s, 8202 %s', :one, :two, :three), 'written down');

-- what became of it
select is(pg_temp.done(987654321, 'done'), '{"refused":"ZC002"}', 'none');
create temp table ended as select pg_temp.done(:one, 'done') as r;
select is((select pg_temp.told(r) from ended), 'me:8201 resv.changed', 'the member is told');
select is((select r ->> 'state' from ended), 'done', 'done');
select is(pg_temp.stands(:one), 'done 1 t', 'for good');
select is(pg_temp.done(:one, 'done'), '{"refused":"ZC017","state":"done"}', 'said before');
select is(pg_temp.done(:one, 'failed'), '{"refused":"ZC017","state":"done"}', 'nor can it fail any more');
select is((select action || ' ' || (detail ->> 'state') from audit_log where action = 'refund.done' and subject_member = 8201), 'refund.done done', 'written down');
create temp table failed as select pg_temp.done(:two, 'failed') as r;
select is((select pg_temp.told(r) from failed), 'staff:8001 case.changed', 'one that failed is the staff''s');
select is((select concat_ws(' ', club_id, member_id, topic, cause, state) from support_case where ref = 'refund:' || :two), '8001 8202 booking refund_failed open', 'a case');
select is(pg_temp.done(:two, 'failed'), '{"refused":"ZC017","state":"failed"}', 'said before');
select is(pg_temp.take() -> 'refunds', '[]', 'it is not handed out again');
select is(pg_temp.told(pg_temp.done(:two, 'done')), 'me:8202 resv.changed', 'mended by hand');

-- leases
select is(lib.refunds_run(), 0::bigint, 'a lease that runs is left alone');
select pg_temp.lapse() \g /dev/null
select is(lib.refunds_run(), 1::bigint, 'one that is over is not');
select is(pg_temp.stands(:three), 'queued 1 f', 'queued again');
select is(pg_temp.told(pg_temp.done(:three, 'failed')) , 'staff:8001 case.changed', 'what became of it can be said late');
update refund set state = 'queued' where refund_id = :three;
delete from support_case where ref = 'refund:' || :three;
select is(pg_temp.taken(pg_temp.take()), 'R-2 false', 'the second time');
select pg_temp.lapse() \g /dev/null
select is(pg_temp.taken(pg_temp.take()), 'R-2 false', 'the third, without a job between');
select pg_temp.lapse(), pg_temp.take(), pg_temp.lapse() \g /dev/null
select is(pg_temp.taken(pg_temp.take()), 'R-2 false', 'the fifth');
select pg_temp.lapse() \g /dev/null
create temp table last as select pg_temp.take() as r;
select is((select r -> 'refunds' from last), '[]', 'no sixth');
select is((select pg_temp.told(r) from last), 'staff:8001 case.changed', 'but a case');
select is(pg_temp.stands(:three), 'failed 5 f', 'it has failed');
select is((select count(*) from support_case where ref = 'refund:' || :three), 1::bigint, 'one');
select is(pg_temp.done(:three, 'done') ->> 'state', 'done', 'unless it went all the same');
select lib.refund_add(8651, 100, 'resv:8651:cancel:3') as four \gset
select is(pg_temp.done(:four, 'done'), '{"refused":"ZC017","state":"queued"}', 'what nobody has taken cannot be done');
update refund set state = 'taken', lease_until = now(), tries = 5 where refund_id = :four;
select is(lib.refunds_run(), 1::bigint, 'the job gives up as well');
select is((select refs ->> 'cause' from outbox where stream = 'staff:8001' order by seq desc limit 1), 'refund_failed', 'and tells of it');

-- cases
create temp table opened as select lib.case_open(8001, 8201, 'booking', 'dispute', 'strike:1') as id;
select is((select prio || ' ' || (due_at - created_at)::text || ' ' || state from support_case where case_id = (select id from opened)), '0 1 day open', 'a day');
select is(lib.case_open(8001, 8201, 'booking', 'dispute', 'strike:1'), null, 'once per cause and ref');
select ok(lib.case_open(8001, 8201, 'booking', 'refund_failed', 'strike:1') is not null, 'another cause is another case');
select is(cardinality(lib.case_events(null)), 0, 'of none nothing is told');
create function pg_temp.prio(p_member bigint, p_cause text, p_ref text, p_club bigint default 8001) returns bigint language sql as
$$ select lib.case_open(p_club, p_member, 'booking', p_cause, p_ref) $$;
select pg_temp.prio(8201, 'paid_late', 'a') as let_down, pg_temp.prio(8206, 'dispute', 'b') as new, pg_temp.prio(8206, 'paid_late', 'c') as new_let_down, pg_temp.prio(8201, 'offer_cancelled', 'd', 8003) as vip \gset
update tier set support_prio = 2 where tier_id = 8071;
update club set settings = settings || '{"support_prio":1}' where club_id = 8001;
select pg_temp.prio(8204, 'dispute', 'e') as high \gset
create function pg_temp.due(p_case bigint) returns text language sql as
$$ select prio || ' ' || (due_at - created_at)::text from club.support_case where case_id = p_case $$;
select is(pg_temp.due(:let_down), '3 04:00:00', 'who was let down: four hours');
select is(pg_temp.due(:new), '1 1 day', 'a new member: one more');
select is(pg_temp.due(:new_let_down), '4 01:00:00', 'both: one hour');
select is(pg_temp.due(:vip), '5 01:00:00', 'a vip club looks sooner, also at who is no member');
select is(pg_temp.due(:high), '3 04:00:00', 'what club and tier say');
select lib.moment_add(8001, 8201, 'payment', 'resv:8651', 'tragic', (select id from opened)) as moment \gset
select is((select concat_ws(' ', club_id, member_id, touchpoint, ref, source, class, case_id = (select id from opened)) from moment where moment_id = :moment), '8001 8201 payment resv:8651 system tragic t', 'a moment');

-- the staff
insert into staff (staff_id, login, roles) values (8303, 'n-manager', '{manager}');
insert into staff_club (staff_id, club_id) values (8303, 8001);
create function pg_temp.list(p_who text, p_state text default null, p_limit int default 100, p_cursor text default null) returns jsonb language sql as
$$ select pg_temp.try(format('select * from api.support_list(%L, 8001, %L, %s, %L)', p_who, p_state, p_limit, p_cursor)) $$;
select is(pg_temp.list('s:8301'), '{"refused":"ZC001"}', 'not an editor');
select is(pg_temp.list('s:8302') -> 'cases' -> 0 ->> 'case', :'new_let_down', 'the one due first in front');
create temp table page as select pg_temp.list('s:8303', null, 2) as r;
select is((select count(distinct c ->> 'case') from page, jsonb_array_elements((r -> 'cases') || (pg_temp.list('s:8303', null, 100, r ->> 'cursor') -> 'cases')) c),
          (select count(*) from support_case where club_id = 8001), 'page by page: each once');
select is(pg_temp.list('s:8302', null, 1, 'x') ->> 'path', 'cursor', 'a cursor of ours');
select is(pg_temp.call('s:8302', 'support_close', :'let_down') ->> 'state', 'closed', 'closed');
select is((select concat_ws(' ', state, resolved_at is not null) from support_case where case_id = :let_down), 'closed t', 'with a time');
select is(pg_temp.call('s:8302', 'support_close', :'vip'), '{"refused":"ZC001"}', 'not of another club');
select is(pg_temp.list('s:8302', 'closed') -> 'cases' -> 0 ->> 'case', :'let_down', 'those can be asked for');

select * from finish();
rollback;
