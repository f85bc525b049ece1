-- Timers: they only tidy up, run once at a time, and say what they did.
begin;
\ir fixture.psql
select plan(26);

-- partitions
select is((select count(*) from pg_inherits where inhparent = 'outbox'::regclass), 5::bigint,
          'a partition for each of the next days, and the default');
select lib.emit_all(array[lib.event('me:9101', 'a.b', 'svc.account', '{}')]);
select is((select tableoid::regclass::text from outbox where stream = 'me:9101'),
          'outbox_' || to_char(now() at time zone 'UTC', 'YYYYMMDD'), 'events go to their day');
select is(lib.outbox_partitions(), 0::bigint, 'nothing to do twice');
select is(lib.outbox_partitions(5), 2::bigint, 'two more days ahead');
create table outbox_20200101 partition of outbox for values from ('2020-01-01T00:00Z') to ('2020-01-02T00:00Z');
insert into outbox_default (stream, seq, type, gate_cat, refs, at)
values ('me:9101', 99, 't', 'svc.account', '{}', now() - interval '40 days'),
       ('me:9101', 100, 't', 'svc.account', '{}', date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' + interval '9 days');
select is((api.jobs_run('outbox_partitions')).done, 1::bigint, 'a day older than 30 is dropped');
select is(to_regclass('club.outbox_20200101'), null, 'it is gone');
select is((select count(*) from outbox_default), 1::bigint, 'also out of the default partition');
select lib.outbox_partitions(9);
select is(to_regclass('club.outbox_' || to_char(now() at time zone 'UTC' + interval '9 days', 'YYYYMMDD')), null,
          'a day that the default partition holds rows of stays there');

-- purges
insert into idempotency (principal, method, key, req_hash, at)
values ('m:1', 'a.b', 'old-key-1', 'a', now() - interval '25 hours'), ('m:1', 'a.b', 'new-key-1', 'a', now() - interval '23 hours');
select is((api.jobs_run('idempotency')).done, 1::bigint, 'keys of 24 hours go');
insert into login_try (kind, key, tries, since) values ('e', 'x', 3, now() - interval '16 minutes'), ('e', 'y', 3, now());
insert into token_family (family_id, principal_kind, principal_id, created_at)
values (9501, 'm', 9101, now() - interval '40 days'), (9502, 'm', 9101, now() - interval '40 days'), (9503, 'm', 9101, now());
insert into refresh_token (token_hash, principal_kind, principal_id, family_id, expires_at)
values (sha256('1'), 'm', 9101, 9501, now() - interval '1 s'), (sha256('2'), 'm', 9101, 9502, now() + interval '1 s');
select is((api.jobs_run('logins')).done, 3::bigint, 'an old attempt, a token, its family');
select is((select array_agg(family_id order by family_id) from token_family where family_id between 9501 and 9503),
          '{9502,9503}', 'living families stay');
select throws_ok($$select api.jobs_run('nothing')$$, 'ZC002', null, 'no such job');

-- delivery counts
select api.delivery_note(1, '{club:9001,me:9101}', '{5,6}', '{3,1}', '{0,0}', '{2,0}', '{"{\"basis\":2}",null}');
select api.delivery_note(1, '{club:9001}', '{5}', '{4}', '{1}', '{3}', '{"{\"basis\":1,\"blocked\":2}"}');
select is((select row(sent, redacted, suppressed, reasons)::text from delivery_inapp where stream = 'club:9001' and seq = 5),
          row(7, 1, 5, '{"basis": 3, "blocked": 2}'::jsonb)::text, 'counts add up');
update delivery_inapp set at = now() - interval '25 months' where stream = 'me:9101';
select is((api.jobs_run('deliveries')).done, 1::bigint, 'and live 24 months');

-- consents and ages
select pg_temp.put_consent(9101, 'mkt.offers', 901, 1, 'given', 1, now() - interval '1 hour');
select pg_temp.put_consent(9101, 'mkt.events', 901, 1, 'given', 1, now() + interval '1 hour');
create temp table before as select lib.sys_head() as sys, consent_epoch from member where member_id = 9101;
select is((api.jobs_run('consents')).done, 1::bigint, 'one consent is over');
select is((select state from consent_state where member_id = 9101 and purpose_id = 30), 'expired', 'it is marked');
select is((select state from consent_state where member_id = 9101 and purpose_id = 32), 'given', 'the other is not');
select is((select consent_epoch from member where member_id = 9101), (select consent_epoch + 1 from before), 'the epoch rises');
select is((select refs from outbox where stream = 'sys' and seq = (select sys + 1 from before)),
          '{"reload":["9101"],"shown":["9101"]}', 'nodes are told');
select is((select refs from outbox where stream = 'me:9101' and type = 'consent.changed'),
          '{"triples":[{"purpose":"mkt.offers","scope":"901","channel":"inapp"}]}', 'and the member');
select is((select count(*) from (
              select e.hash = sha256(coalesce(e.prev_hash, '') || convert_to(lib.consent_canonical(e), 'UTF8'))
                     and e.prev_hash is not distinct from lag(e.hash) over (order by e.seq) as ok
                from consent_event e where member_id = 9101) c where not ok), 0::bigint, 'I-52: the chain verifies');
select throws_ok($$update consent_event set action = 'give' where member_id = 9101$$, 'P0001', null, 'evidence cannot be changed');
select throws_ok($$delete from consent_event where member_id = 9101$$, 'P0001', null, 'nor deleted');

update member set under_18 = true, under_consent_age = true, consent_age_on = current_date, adult_on = current_date + 700
 where member_id = 9102;
update member set under_18 = true, adult_on = current_date where member_id = 9103;
select is((api.jobs_run('ages')).done, 2::bigint, 'two birthdays');
select is((select array_agg(under_consent_age || '/' || under_18 order by member_id) from member where member_id in (9102, 9103)),
          '{false/true,false/false}', 'what they end');
select is((select refs -> 'reload' from outbox where stream = 'sys' and seq = lib.sys_head()), '["9102","9103"]', 'nodes are told');

select * from finish();
rollback;
