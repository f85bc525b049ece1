-- P2, P5: member cards: numbers, the codes of RFC 6238, locking, replacing, which device may show them.
begin;
\ir noun.psql
select plan(51);

-- numbers
select is(lib.luhn_digit('7992739871'), '3', 'the check digit of Luhn');
select is(lib.luhn_digit('411111111111111'), '1', 'of a number with 15 digits');
create temp table numbers as select lib.card_number() as n from generate_series(1, 200);
select is((select count(*) from numbers where n !~ '^9[0-9]{15}$' or right(n, 1) <> lib.luhn_digit(left(n, 15))), 0::bigint,
          'numbers have 16 digits, begin with 9 and end with their check digit');
select is((select count(distinct n) from numbers), 200::bigint, 'and differ');

-- RFC 6238, appendix B (SHA-1, 8 digits, steps of 30 s)
select is(lib.totp('12345678901234567890', lib.totp_step(to_timestamp(t))), code, 'RFC 6238 at ' || t)
  from (values (59, '94287082'), (1111111109, '07081804'), (1111111111, '14050471'), (1234567890, '89005924'),
               (2000000000, '69279037'), (20000000000, '65353130')) v (t, code);
-- RFC 4226, appendix D: a counter of 0, whose six digits are the last six of eight
select is(right(lib.totp('12345678901234567890', 0), 6), '755224', 'RFC 4226 at 0');

-- which step a code is of
create temp table at as select '9000000000000018'::text as card, 1000::bigint as step;
create function pg_temp.code(p_card text, p_step bigint) returns text language sql as
$$ select lib.totp(lib.card_secret(p_card), p_step) $$;
select is((select lib.card_match(card, pg_temp.code(card, step + d), null, step) from at),
          case when abs(d) <= 1 then 1000 + d end::bigint, 'a code of step ' || d) from generate_series(-2, 2) d;
select is((select lib.card_match(card, pg_temp.code(card, step), step - 1, step) from at), null, 'of another step than it says');
select is((select lib.card_match(card, pg_temp.code('9000000000000026', step), null, step) from at), null, 'of another card');
select is((select lib.card_match(card, 'abcdefgh', null, step) from at), null, 'no digits');

-- a card
select is(pg_temp.try($$select * from api.card_get('m:8207')$$) ->> 'refused', 'ZC002', 'who is in no club has no card');
select is(pg_temp.try($$select * from api.card_get('m:8208')$$) ->> 'refused', 'ZC035', 'nor has who is suspended');
select is(pg_temp.try($$select * from api.card_get('v:till')$$) ->> 'refused', 'ZC001', 'nor has a till');
create temp table first as select pg_temp.try($$select * from api.card_get('m:8201')$$) as r;
select matches(r ->> 'card', '^9[0-9]{15}$', 'the first look issues a card') from first;
select is(r - '{card,issued_at,_sys}'::text[], '{"status":"active","locked_by":null,"devices":0,"_events":null,"_subjects":[]}',
          'which is active') from first;
select is(pg_temp.try($$select * from api.card_get('m:8201')$$) ->> 'card', r ->> 'card', 'the second shows the same') from first;
select is(lib.card_issue(8201), '{}', 'who has a card is given none');
select is((select array_agg((e).type || ' ' || (e).stream || ' ' || (e).gate) from unnest(lib.card_issue(8202)) e),
          '{card.changed me:8202 li.security}', 'a new one is told');

-- locking
create temp table locked as select pg_temp.call('m:8201', 'card_lock', '') as r;
select is(r ->> 'status' || ' by ' || (r ->> 'locked_by'), 'locked by member', 'locked') from locked;
select is(r #>> '{_events,0,type}', 'card.changed', 'and told') from locked;
select is(pg_temp.call('m:8201', 'card_lock', '') -> '_events', 'null', 'twice is once');
select is(pg_temp.try($$select * from api.card_code('m:8201', 0, true)$$) ->> 'refused', 'ZC032', 'it has no codes then');
update member_card set locked_by = 'failures', fail_count = 20 where member_id = 8201;
select is(pg_temp.call('m:8201', 'card_lock', '') ->> 'locked_by', 'failures', 'locking again does not hide why');
select is(pg_temp.call('m:8201', 'card_unlock', '') ->> 'status', 'active', 'unlocked');
select is((select fail_count from member_card where member_id = 8201), 0, 'wrong codes are forgotten');
select is(pg_temp.call('m:8201', 'card_unlock', '') -> '_events', 'null', 'twice is once');
select throws_ok($$update member_card set fail_count = 20 where member_id = 8201$$, '23514', null,
                 'a card with 20 wrong codes cannot be active');

-- codes on a device
insert into token_family (family_id, principal_kind, principal_id, created_at) select f, 'm', 8201, now() from generate_series(8501, 8525) f;
select is(pg_temp.try($$select * from api.card_code('m:8201', 8501, false)$$) ->> 'refused', 'ZC015', 'the first time on a device needs a proof');
create temp table shown as select pg_temp.try($$select * from api.card_code('m:8201', 8501, true)$$) as r;
select is(lib.card_match(r ->> 'card', lib.totp(decode(r ->> 'secret', 'hex'), lib.totp_step(now())), null, lib.totp_step(now())),
          lib.totp_step(now()), 'with one it gets what makes the codes') from shown;
select is(r #>> '{_events,0,type}', 'card.changed', 'which is told to the others') from shown;
select is(pg_temp.try($$select * from api.card_code('m:8201', 8501, false)$$) - '{server_time,_sys}'::text[],
          r - '{server_time,_sys}'::text[] || '{"_events":null}', 'from then on without, and the same') from shown;
select is(pg_temp.try($$select * from api.card_code('m:8201', 0, true)$$) -> '_events', 'null', 'a token of no sign-in');
select is(pg_temp.try($$select * from api.card_code('m:8201', 0, false)$$) ->> 'refused', 'ZC015', 'proves itself each time');
select is(count(pg_temp.try(format($$select * from api.card_code('m:8201', %s, true)$$, f)) ->> 'secret'), 24::bigint, '24 more devices')
  from generate_series(8502, 8525) f;
select is((lib.card_view(8201)).view -> 'devices', '20', 'of which 20 stay known');
update token_family set revoked_at = now() where family_id between 8520 and 8525;
select is((lib.card_view(8201)).view -> 'devices', '14', 'those that signed out do not count');
select is(pg_temp.try($$select * from api.card_code('m:8201', 8999, true)$$) ->> 'refused', 'ZC000', 'a sign-in that is over');

-- replacing
create temp table next as select pg_temp.call('m:8201', 'card_replace', '') as r;
select isnt(n.r ->> 'card', f.r ->> 'card', 'another number') from next n, first f;
select is((select status from member_card where card_no = f.r ->> 'card'), 'replaced', 'the old one is dead') from first f;
select is(pg_temp.try($$select * from api.card_code('m:8201', 8501, false)$$) ->> 'refused', 'ZC015', 'devices prove themselves anew');
insert into member_card (card_no, member_id, status) select n, 8201, 'replaced' from (select n from numbers limit 8) x;
select is(pg_temp.call('m:8201', 'card_replace', '') ->> 'max', '10', '10 cards in 30 days');

-- the secret is in no table
select is((select count(*) from (select reply::text as t from (select response as reply from idempotency) i
            union all select refs::text from outbox union all select detail::text from audit_log
            union all select c::text from member_card c) x
            where x.t like '%' || (select r ->> 'secret' from shown) || '%'), 0::bigint, 'the secret is kept nowhere');
select * from finish();
rollback;
