-- P2, P8: points.redeem_code: a code works once, each step once; limits per till and card; what a refusal keeps.
begin;
\ir noun.psql
select plan(79);

-- Cards of 8201 (1,000 points), 8202 (50) and 8204 (none).
insert into member_card (card_no, member_id)
select '900000000000000' || lib.luhn_digit('900000000000000'), 8201
 union all select '900000000000001' || lib.luhn_digit('900000000000001'), 8202
 union all select '900000000000002' || lib.luhn_digit('900000000000002'), 8204
 union all select '900000000000003' || lib.luhn_digit('900000000000003'), 8208;
select pg_temp.earn(8201, 'E1', 10000), pg_temp.earn(8202, 'E2', 500) \g /dev/null
create function pg_temp.card(p_member bigint) returns text language sql as
$$ select card_no from member_card where member_id = p_member and status in ('active', 'locked') $$;
-- The code of the step p_more after the present one.
create function pg_temp.code(p_card text, p_more int default 0) returns text language sql as
$$ select lib.totp(lib.card_secret(p_card), lib.totp_step(clock_timestamp()) + p_more) $$;
-- The present step ends in no less than five seconds, so that no test sees it end.
select pg_sleep(case when extract(epoch from clock_timestamp())::numeric % 30 > 22 then 30 - extract(epoch from clock_timestamp())::numeric % 30 + 0.1 else 0 end);

create function pg_temp.redeem(p_card text, p_code text, p_amount bigint, p_receipt text, p_mode text default 'redeem',
                               p_till text default '1', p_service text default 'till', p_step bigint default null,
                               p_club bigint default 8001, p_key text default null, p_seconds bigint default null)
returns jsonb language sql as $$
    select pg_temp.try(format('select * from api.points_redeem_code(%L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L)',
                              'v:' || p_service, coalesce(p_key, pg_temp.key()),
                              sha256(convert_to(p_receipt || p_code || p_amount, 'UTF8')), p_till, p_card, p_code, p_step,
                              p_amount, p_mode, p_receipt, p_club, p_seconds));
$$;
create function pg_temp.wrong(p_card text, p_till text default '1', p_service text default 'till') returns text
language sql as $$ select pg_temp.redeem(p_card, 'wrong000', 1, 'W' || nextval('pg_temp.keys'), 'redeem', p_till, p_service) ->> 'refused' $$;
create function pg_temp.have(p_member bigint) returns bigint language sql as
$$ select ((lib.points_summary_view(p_member)).view ->> 'available')::bigint $$;
create function pg_temp.forget() returns void language sql as
$$ update member_card set last_step = 0, fail_count = 0, status = 'active', locked_by = null
     where status in ('active', 'locked'); delete from card_try $$;
-- Time passes for the tills.
create function pg_temp.later(p_by interval) returns void language sql as $$ update card_try set since = since - p_by $$;

-- once
create temp table one as select pg_temp.redeem(pg_temp.card(8201), pg_temp.code(pg_temp.card(8201)), 100, 'R1', p_key => 'redeem-one') as r;
select is(r - '{tx,_events,_sys}'::text[], '{"state":"redeemed","hold":null,"amount":100,"expires_at":null,"duplicate":false,"_subjects":[]}',
          'redeemed') from one;
select is(jsonb_path_query_array(r, '$._events[*].type'), '["points.changed"]', 'and told') from one;
select is(r #>> '{_events,0,stream}', 'me:8201', 'to the member') from one;
select is(pg_temp.have(8201), 900::bigint, 'from the balance');
select is(pg_temp.redeem(pg_temp.card(8201), pg_temp.code(pg_temp.card(8201)), 100, 'R2') ->> 'refused', 'ZC031', 'a code works once');
select is(pg_temp.redeem(pg_temp.card(8201), pg_temp.code(pg_temp.card(8201), -1), 100, 'R2') ->> 'refused', 'ZC031',
          'nor does an older one after it');
select is(pg_temp.have(8201), 900::bigint, 'nothing is taken');
select is((select count(*) from card_try), 0::bigint, 'a used code is no wrong one');
select is(pg_temp.redeem(pg_temp.card(8201), pg_temp.code(pg_temp.card(8201)), 100, 'R1', p_key => 'redeem-one') - '{_events,_sys}'::text[],
          r - '{_events,_sys}'::text[] || '{"replay":true}', 'the same key: the stored answer') from one;
select is(pg_temp.redeem(pg_temp.card(8201), pg_temp.code(pg_temp.card(8201)), 100, 'R1') - '{_events,_sys}'::text[],
          r - '{_events,_sys}'::text[] || '{"duplicate":true}', 'the same receipt under another key: the same transaction') from one;
select is(pg_temp.redeem(pg_temp.card(8201), 'whatever', 100, 'R1') -> 'tx', r -> 'tx', 'whatever code is shown then') from one;
select is(pg_temp.redeem(pg_temp.card(8201), pg_temp.code(pg_temp.card(8201)), 99, 'R1') - '{_events,_sys}'::text[],
          jsonb_build_object('refused', 'ZC004', 'tx', r -> 'tx'), 'with another amount: a conflict') from one;
select is(pg_temp.redeem(pg_temp.card(8202), pg_temp.code(pg_temp.card(8202)), 100, 'R1') ->> 'refused', 'ZC004', 'with another card');
select is(pg_temp.redeem(pg_temp.card(8201), 'whatever', 100, 'R1', 'hold') ->> 'refused', 'ZC004', 'in another mode');
select is(pg_temp.redeem('911111111111111' || lib.luhn_digit('911111111111111'), 'whatever', 100, 'R1') ->> 'refused', 'ZC004', 'with a card that is none');
select is((select count(*) from ledger_tx where ref_id = 'R1'), 1::bigint, 'one transaction');
select is((select last_step from member_card where member_id = 8202), 0::bigint, 'the other''s code was not used up');
select is((select count(*) from audit_log where subject_member = 8201 and action = 'points.redeem_code'), 1::bigint, 'and it is written down');

-- the next step, and the one before
select is(pg_temp.redeem(pg_temp.card(8201), pg_temp.code(pg_temp.card(8201), 1), 100, 'R3') ->> 'state', 'redeemed', 'the next step works');
select pg_temp.forget() \g /dev/null
select is(pg_temp.redeem(pg_temp.card(8201), pg_temp.code(pg_temp.card(8201), -1), 100, 'R4') ->> 'state', 'redeemed', 'so does the one before');
select is(pg_temp.redeem(pg_temp.card(8201), pg_temp.code(pg_temp.card(8201)), 100, 'R5') ->> 'state', 'redeemed', 'and after it the present one');
select pg_temp.forget() \g /dev/null
select is(pg_temp.redeem(pg_temp.card(8201), pg_temp.code(pg_temp.card(8201), 2), 100, 'R6') ->> 'refused', 'CODE_INVALID', 'not two steps ahead');
select is(pg_temp.redeem(pg_temp.card(8201), pg_temp.code(pg_temp.card(8201), -2), 100, 'R6') ->> 'refused', 'CODE_INVALID', 'nor two behind');
select is(pg_temp.redeem(pg_temp.card(8201), pg_temp.code(pg_temp.card(8201)), 100, 'R6',
                         p_step => lib.totp_step(clock_timestamp()) - 1) ->> 'refused', 'CODE_INVALID', 'nor as of another step');
select is(pg_temp.redeem(pg_temp.card(8201), pg_temp.code(pg_temp.card(8201)), 100, 'R6',
                         p_step => lib.totp_step(clock_timestamp())) ->> 'state', 'redeemed', 'as of its own');

-- holds
select pg_temp.forget() \g /dev/null
create temp table held as select pg_temp.redeem(pg_temp.card(8201), pg_temp.code(pg_temp.card(8201)), 200, 'H1', 'hold', p_seconds => 60) as r;
select is(r ->> 'state', 'held', 'held') from held;
select is((select requested_by || ' ' || amount || ' ' || state || ' ' || ref_id from point_hold where hold_id = (r ->> 'hold')::bigint),
          'v:till 200 active H1', 'by the till') from held;
select ok((r ->> 'expires_at')::timestamptz between clock_timestamp() and clock_timestamp() + interval '1 minute', 'for as long as it said') from held;
select is(r #>> '{_events,0,refs,held}', '200', 'and told') from held;
select is(pg_temp.redeem(pg_temp.card(8201), 'whatever', 200, 'H1', 'hold') - '{_events,_sys}'::text[],
          r - '{_events,_sys}'::text[] || '{"duplicate":true}', 'the receipt again: the same hold') from held;

-- not enough, frozen: the code is not used up
select pg_temp.forget() \g /dev/null
select pg_temp.wrong(pg_temp.card(8202)) \g /dev/null
select is(pg_temp.redeem(pg_temp.card(8202), pg_temp.code(pg_temp.card(8202)), 51, 'P1') - '{_events,_sys,_subjects}'::text[],
          '{"refused":"INSUFFICIENT_POINTS","have":50,"need":51}', 'not enough points');
select is(pg_temp.redeem(pg_temp.card(8202), pg_temp.code(pg_temp.card(8202)), 51, 'P1') -> '_subjects', 'null',
          'a refusal that counts is not asked for twice: it names nobody');
select is((select last_step || ' ' || fail_count from member_card where member_id = 8202), '0 0', 'the step is not used up, wrong codes are forgotten');
update ledger_account set frozen = true where owner_id = 8202 and kind = 'redeemable';
select is(pg_temp.redeem(pg_temp.card(8202), pg_temp.code(pg_temp.card(8202)), 50, 'P1') ->> 'refused', 'POINTS_FROZEN', 'frozen');
update ledger_account set frozen = false where owner_id = 8202 and kind = 'redeemable';
select is(pg_temp.redeem(pg_temp.card(8202), pg_temp.code(pg_temp.card(8202)), 50, 'P1') ->> 'state', 'redeemed', 'the same code, when they suffice');
select is(pg_temp.redeem(pg_temp.card(8204), pg_temp.code(pg_temp.card(8204)), 1, 'P2') -> 'have', '0', 'who never had points');

-- whose card, which club
select is(pg_temp.redeem(pg_temp.card(8208), pg_temp.code(pg_temp.card(8208)), 1, 'S1') ->> 'refused', 'CARD_LOCKED', 'a member who is suspended');
select is(pg_temp.redeem(pg_temp.card(8202), pg_temp.code(pg_temp.card(8201), 1), 1, 'S2') ->> 'refused', 'CODE_INVALID', 'the code of another''s card');
select is(pg_temp.redeem('9000000000000002', '00000000', 1, 'S3') ->> 'path', 'card', 'a wrong check digit');
select is(pg_temp.redeem('900000000000000x', '00000000', 1, 'S3') ->> 'path', 'card', 'no digits');
select is(pg_temp.redeem(pg_temp.card(8201), pg_temp.code(pg_temp.card(8201), 1), 1, 'S4', p_club => 8999) ->> 'refused', 'ZC002', 'no such club');
update club set status = 'frozen' where club_id = 8001;
select is(pg_temp.redeem(pg_temp.card(8201), pg_temp.code(pg_temp.card(8201), 1), 1, 'S4') ->> 'state', 'frozen', 'a club that is frozen');
update club set status = 'active' where club_id = 8001;
update member_card set status = 'replaced' where member_id = 8204;
select is(pg_temp.redeem((select card_no from member_card where member_id = 8204), pg_temp.code((select card_no from member_card where member_id = 8204)),
                         1, 'S5') ->> 'refused', 'CODE_INVALID', 'a card that was replaced is none, whatever its code');
update member_card set status = 'active' where member_id = 8204;

-- wrong codes of a till with a card
select pg_temp.forget() \g /dev/null
select is((select string_agg(pg_temp.wrong(pg_temp.card(8201)), ' ') from generate_series(1, 7)),
          'CODE_INVALID CODE_INVALID CODE_INVALID CODE_INVALID CODE_INVALID ZC006 ZC006', 'five wrong ones, then the till waits');
select is(pg_temp.redeem(pg_temp.card(8201), pg_temp.code(pg_temp.card(8201)), 1, 'T1') ->> 'refused', 'ZC006', 'also with the right one');
select cmp_ok((pg_temp.redeem(pg_temp.card(8201), pg_temp.code(pg_temp.card(8201)), 1, 'T1') ->> 'retry_ms')::int, '>', 890000, '15 minutes');
select is((select fail_count from member_card where member_id = 8201), 5, 'what is not looked at does not count for the card');
select is(pg_temp.wrong(pg_temp.card(8202)), 'CODE_INVALID', 'another card at that till');
select is(pg_temp.wrong(pg_temp.card(8201), '1', 'desk'), 'CODE_INVALID', 'the till of that name of another service');
select is(pg_temp.redeem(pg_temp.card(8201), pg_temp.code(pg_temp.card(8201)), 1, 'T1', p_till => '2') ->> 'state', 'redeemed', 'another till');
select is((select fail_count from member_card where member_id = 8201), 0, 'and a right code forgets the wrong ones');
select is(pg_temp.wrong(pg_temp.card(8201)), 'ZC006', 'but not for the till that waits');
select pg_temp.later('15 minutes') \g /dev/null
select is((select string_agg(pg_temp.wrong(pg_temp.card(8201)), ' ') from generate_series(1, 4)),
          'CODE_INVALID CODE_INVALID CODE_INVALID CODE_INVALID', 'until 15 minutes later');
select pg_temp.later('14 minutes') \g /dev/null
select is(pg_temp.redeem(pg_temp.card(8201), pg_temp.code(pg_temp.card(8201), 1), 1, 'T2') ->> 'state', 'redeemed', 'a right one in between');
select is((select string_agg(pg_temp.wrong(pg_temp.card(8201)), ' ') from generate_series(1, 2)), 'CODE_INVALID CODE_INVALID', 'begins anew');

select pg_temp.forget() \g /dev/null
select pg_temp.wrong(pg_temp.card(8201)) from generate_series(1, 4) \g /dev/null
select pg_temp.later('14 minutes') \g /dev/null
select pg_temp.wrong(pg_temp.card(8201)) \g /dev/null
select cmp_ok((pg_temp.redeem(pg_temp.card(8201), pg_temp.code(pg_temp.card(8201)), 1, 'T2a') ->> 'retry_ms')::int, '>', 890000,
              'the till waits 15 minutes from the fifth wrong one');

-- unknown cards answer and cost the same
select is((select string_agg(pg_temp.wrong('922222222222222' || lib.luhn_digit('922222222222222')), ' ') from generate_series(1, 6)),
          'CODE_INVALID CODE_INVALID CODE_INVALID CODE_INVALID CODE_INVALID ZC006', 'an unknown card, five times');
select pg_temp.forget() \g /dev/null
select is((select string_agg(x, ' ') from (select pg_temp.wrong(d || lib.luhn_digit(d), 'many') as x, n
             from generate_series(1, 102) n, lateral (select '91' || lpad(n::text, 13, '0') as d) l order by n) w), 
          rtrim(repeat('CODE_INVALID ', 100) || 'ZC006 ZC006'), 'a hundred wrong ones of a till over all cards');
select is(pg_temp.redeem(pg_temp.card(8201), pg_temp.code(pg_temp.card(8201)), 1, 'T3', p_till => 'many') ->> 'refused', 'ZC006', 'then it waits for all');
select is((select count(*) from card_try where till = 'many'), 101::bigint, 'and leaves no more rows');

-- twenty wrong ones in a row lock the card
select pg_temp.forget() \g /dev/null
select is((select count(*) from (select pg_temp.wrong(pg_temp.card(8201), 't' || n % 4) as x from generate_series(1, 19) n) w
            where x = 'CODE_INVALID'), 19::bigint, '19 at four tills');
select is((select status from member_card where member_id = 8201), 'active', 'not yet');
create temp table last as select pg_temp.redeem(pg_temp.card(8201), 'wrong000', 1, 'L1', p_till => 't0') as r;
select is(r ->> 'refused', 'CODE_INVALID', 'the 20th') from last;
select is((select status || ' ' || locked_by from member_card where member_id = 8201), 'locked failures', 'locks it');
select is(jsonb_path_query_array(r, '$._events[*].type'), '["code.failures","card.changed","notify.added"]', 'and the member is told') from last;
select is(pg_temp.redeem(pg_temp.card(8201), pg_temp.code(pg_temp.card(8201)), 1, 'L2', p_till => 't9') ->> 'refused', 'CARD_LOCKED', 'then the right code is refused');
select is((select count(*) from card_try where till = 't9'), 0::bigint, 'which is no wrong one');
select is(pg_temp.wrong(pg_temp.card(8201), 't9'), 'CARD_LOCKED', 'and wrong ones are, too');
select is((select fails from card_try where till = 't9' and card_no <> ''), 1, 'and cost a try');
select is((select fail_count from member_card where member_id = 8201), 20, 'but no more');
select is(pg_temp.call('m:8201', 'card_unlock', '') ->> 'status', 'active', 'the member unlocks it');
select is(pg_temp.redeem(pg_temp.card(8201), pg_temp.code(pg_temp.card(8201)), 1, 'L2', p_till => 't9') ->> 'state', 'redeemed', 'and it works');

-- a batch decides in order of arrival
select pg_temp.forget() \g /dev/null
create temp table batch as
select b.* from api.points_redeem_code_many(
    array(select 'v:till' from generate_series(1, 9)),
    '{code-key-1,code-key-2,code-key-3,code-key-4,code-key-5,code-key-1,code-key-7,code-key-8,code-key-9}',
    array(select sha256('x') from generate_series(1, 9)),
    '{1,2,3,4,5,1,7,8,9}',
    array(select pg_temp.card(8201) from generate_series(1, 9)),
    array(select case g when 3 then 'wrong000' when 5 then pg_temp.code(pg_temp.card(8201), 1)
                        when 9 then pg_temp.code(pg_temp.card(8201), 1) else pg_temp.code(pg_temp.card(8201)) end from generate_series(1, 9) g),
    array(select null::bigint from generate_series(1, 9)),
    '{100000,10,10,10,10,100000,10,11,1}', '{redeem,redeem,redeem,redeem,hold,redeem,redeem,redeem,redeem}',
    '{B1,B2,B3,B4,B5,B1,B2,B2,B9}', array(select 8001 from generate_series(1, 9))::bigint[],
    array(select null::bigint from generate_series(1, 9))) b;
select is((select string_agg(coalesce(sqlstate, reply ->> 'refused', (reply ->> 'state') || ' ' || (reply ->> 'duplicate')), ', ' order by idx) from batch),
          'INSUFFICIENT_POINTS, redeemed false, CODE_INVALID, ZC031, held false, INSUFFICIENT_POINTS, redeemed true, ZC004, ZC031',
          'too much, the same code then works, a wrong one, used, the next step, a twin, a receipt twice, with another amount, used');
select is((select string_agg(idx || ' ' || jsonb_array_length(events), ', ' order by idx) from batch where jsonb_array_length(events) > 0),
          '2 1, 5 1', 'each has its own events');

-- Two requests of a till with the card of 8201, in one batch.
create function pg_temp.two(p_code text, p_amount bigint, p_code2 text, p_amount2 bigint) returns setof lib.batch_answer language sql as $$
    select * from api.points_redeem_code_many(
        '{v:till,v:till}', array[pg_temp.key(), pg_temp.key()], array[sha256('x'), sha256('x')], '{1,1}',
        array[pg_temp.card(8201), pg_temp.card(8201)], array[p_code, p_code2], '{null,null}', array[p_amount, p_amount2],
        '{redeem,redeem}', array[pg_temp.key(), pg_temp.key()], '{8001,8001}', '{null,null}')
$$;
select pg_temp.forget() \g /dev/null
select pg_temp.two(pg_temp.code(pg_temp.card(8201)), pg_temp.have(8201) - 5, 'wrong000', 1) \g /dev/null
select is(pg_temp.have(8201), 5::bigint, 'the first took all but five');
select pg_temp.forget() \g /dev/null
select is((select string_agg(coalesce(sqlstate, (reply - 'tx')::text), ', ' order by idx)
             from pg_temp.two(pg_temp.code(pg_temp.card(8201)), 3, pg_temp.code(pg_temp.card(8201), 1), 3)),
          '{"hold": null, "state": "redeemed", "amount": 3, "duplicate": false, "expires_at": null}, {"have": 2, "need": 3, "refused": "INSUFFICIENT_POINTS"}',
          'the second has what the first has left');
select is((select string_agg(coalesce(sqlstate, reply ->> 'refused'), ' ' order by idx)
             from pg_temp.two('wrong000', 1, pg_temp.code(pg_temp.card(8201)), 1)), 'CODE_INVALID ZC031', 'a wrong code, then a used one');
select is((select fail_count from member_card where member_id = 8201), 1, 'which does not make it forgotten');
select is_empty('select * from lib.ledger_violations()', 'the ledger holds');
select * from finish();
rollback;
