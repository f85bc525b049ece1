-- double opt-in, where answers came from, messages that go with a withdrawal, and the link that stops them.
begin;
\ir noun.psql
select plan(32);

create function pg_temp.give(p_member bigint, p_base bigint, variadic p_items jsonb[]) returns jsonb language sql as
$$ select pg_temp.call('m:' || p_member, 'consent_give', format('%L, %s, %L, %L', to_jsonb(p_items), p_base, 'screen.save', '1.0')) $$;
create function pg_temp.confirm(p_who text, p_code text, p_email text default null) returns jsonb language sql as
$$ select pg_temp.try(format('select * from api.consent_confirm(%L, %L, %L, %L, null, null)', p_who, '{"address":"198.51.100.0/24"}', p_code, p_email)) $$;
create function pg_temp.code(p_member bigint) returns text language sql as
$$ select lib.token_secret(token_id) from one_time_token where member_id = p_member and kind = 'consent_confirm' order by token_id desc limit 1 $$;
create function pg_temp.state(p_member bigint) returns text language sql as
$$ select string_agg(s ->> 'state', ',') from jsonb_array_elements(lib.consent_rows(p_member, null)) s $$;

update member_pii set email_enc = lib.pii_seal('p' || member_id || '@example.org'), email_hash = lib.email_hash('p' || member_id || '@example.org');

-- a yes by e-mail waits for its code
select pg_temp.give(8201, 0, pg_temp.item('mkt.offers', '8101', 'email'), pg_temp.item('mkt.offers', '8101', 'sms'),
                    pg_temp.item('mkt.offers', '8101', 'push'), pg_temp.item('mkt.magazine', '8001', 'email')) \g /dev/null
select is(pg_temp.state(8201), 'given,pending_confirm,pending_confirm,pending_confirm', 'e-mail and text messages wait, push does not');
select is((select string_agg(channel_id || template || gate_cat, ',' order by channel_id) from send_job where member_id = 8201),
          '3consent_confirmlegal.privacy,4consent_confirmlegal.privacy', 'one message per channel');
select is((select count(*) from message_text where template = 'consent_confirm' and body ~ '\{code\}'), 5::bigint, 'in five languages');
select is((select jsonb_array_length(payload -> 'events') from one_time_token t join send_job j using (token_id) where t.member_id = 8201 and j.channel_id = 3), 2, 'the code of e-mail is for both of its triples');
select is(pg_temp.confirm('m:8201', '00000000') ->> 'refused', 'CODE_INVALID', 'not with another code');
select is((select sum(tries) from one_time_token where member_id = 8201), 2::bigint, 'which counts');
create temp table code as select lib.token_secret(token_id) as mail from send_job where member_id = 8201 and channel_id = 3;
select is(pg_temp.confirm('m:8202', (select mail from code)) ->> 'refused', 'CODE_INVALID', 'nor by another member');
select is(pg_temp.confirm('m:8201', (select mail from code)) #> '{_events,0,refs,triples}',
          '[{"scope":"8101","channel":"email","purpose":"mkt.offers"},{"scope":"8001","channel":"email","purpose":"mkt.magazine"}]', 'the right one confirms them');
select is(pg_temp.state(8201), 'given,given,pending_confirm,given', 'and no other');
select is((select count(*) from consent_state where member_id = 8201 and channel_id = 3 and expires_at > now() + interval '700 days'), 2::bigint, 'for 24 months from then on');
select is(pg_temp.confirm('m:8201', (select mail from code)) -> 'epoch', '2', 'the same code again changes nothing');
select pg_temp.call('m:8201', 'consent_withdraw', $q$ 'mkt.offers', null, 'sms', null, null $q$) \g /dev/null
select is(pg_temp.confirm('m:8201', (select lib.token_secret(token_id) from send_job where member_id = 8201 and channel_id = 4)) -> 'states', '[]', 'what was taken back is not confirmed');

-- guests and time
select pg_temp.give(8202, 0, pg_temp.item('mkt.offers', '8101', 'email')) \g /dev/null
select is(pg_temp.confirm('g', pg_temp.code(8202), null) ->> 'refused', 'CODE_INVALID', 'a guest names the address');
select is(pg_temp.confirm('g', pg_temp.code(8202), 'p8202@example.org') #>> '{states,0,state}', 'given', 'of the member');
select is((select string_agg(e.actor || ' ' || (e.evidence ->> 'address'), ',') from consent_event e where member_id = 8202 and action = 'confirm'), 'm:8202 198.51.100.0/24', 'who and from where');
select pg_temp.give(8203, 0, pg_temp.item('mkt.offers', '8101', 'email')) \g /dev/null
update consent_state set expires_at = now() where member_id = 8203;
select is(pg_temp.confirm('m:8203', pg_temp.code(8203)) -> 'states', '[]', 'after seven days the yes is over');
select is(pg_temp.state(8203), 'refused', 'it counts as a no');

-- where answers came from is part of the chain (I-53)
select is((select evidence - 'text_sha256' from consent_event where member_id = 8202 and seq = 1),
          '{"app":"1.0","agent":"Firefox","address":"203.0.113.0/24","session":"7"}', 'session, network, browser, app');
select is(reply #>> '{events,1,address}', '203.0.113.0/24', 'the member sees it') from api.consent_history('m:8202', null, 2, null);
alter table consent_event disable trigger append_only;
savepoint whole;
update consent_event set evidence = evidence || '{"address":"192.0.2.0/24"}' where member_id = 8202 and seq = 1;
select is((select broken #>> '{0,problem}' from lib.consent_verify(0, 0, 1000)), 'changed', 'the hash covers it');
rollback to whole;

-- messages that wait go with the permission
create function pg_temp.queue(p_member bigint, p_gate text, p_scope bigint, p_channel int) returns void language sql as
$$ select lib.send_queue(p_member, p_channel::smallint, 'offer.news', p_gate, p_scope) $$;
create function pg_temp.jobs(p_member bigint) returns text language sql as
$$ select string_agg(gate_cat || channel_id || ' ' || state, ', ' order by gate_cat, channel_id) from send_job where member_id = p_member and template = 'offer.news' $$;
select pg_temp.queue(8202, 'mkt.offers', 8101, 3), pg_temp.queue(8202, 'mkt.offers', 8101, 2), pg_temp.queue(8202, 'svc.points', 0, 3), pg_temp.queue(8202, 'li.survey', 0, 3) \g /dev/null
select pg_temp.call('m:8202', 'consent_withdraw', $q$ 'mkt.offers', '8101', 'email', null, null $q$) \g /dev/null
select is(pg_temp.jobs(8202), 'li.survey3 queued, mkt.offers2 queued, mkt.offers3 suppressed, svc.points3 queued', 'withdraw: that triple only');
select pg_temp.call('m:8202', 'consent_refuse', format('%L, null, null', jsonb_build_array(pg_temp.item('mkt.offers', '8101', 'push')))) \g /dev/null
select pg_temp.call('m:8202', 'consent_object', $q$ 'li.survey', null, null, null $q$) \g /dev/null
select is(pg_temp.jobs(8202), 'li.survey3 suppressed, mkt.offers2 suppressed, mkt.offers3 suppressed, svc.points3 queued', 'refuse and object: the same');
select pg_temp.queue(8201, 'mkt.offers', 8101, 3), pg_temp.queue(8201, 'mkt.magazine', 8001, 3) \g /dev/null
select pg_temp.call('m:8201', 'consent_withdraw_all', 'null, null') \g /dev/null
select is(pg_temp.jobs(8201), 'mkt.magazine3 suppressed, mkt.offers3 suppressed', 'withdraw_all: all');

-- the link in a message
select pg_temp.give(8204, 0, pg_temp.item('mkt.offers', '8101', 'push'), pg_temp.item('mkt.offers', '8101', 'inapp')) \g /dev/null
select pg_temp.queue(8204, 'mkt.offers', 8101, 2) \g /dev/null
select lib.unsubscribe_token(8204, 'mkt.offers', 8101, 'push') as token \gset
create function pg_temp.unsubscribe(p_token bigint) returns jsonb language sql as
$$ select pg_temp.try(format('select * from api.consent_unsubscribe(%L, %L, %L)', 'g', '{}', lib.token_secret(p_token))) $$;
select is(pg_temp.unsubscribe(:token) #>> '{states,0,state}', 'withdrawn', 'withdraws what it names');
select is(pg_temp.state(8204), 'given,withdrawn', 'and no other channel');
select is(pg_temp.jobs(8204), 'mkt.offers2 suppressed', 'with its messages');
select is((select method || ' ' || action from consent_event where member_id = 8204 order by seq desc limit 1), 'unsubscribe withdraw', 'on the record');
select is(pg_temp.unsubscribe(:token) -> 'states', '[]', 'once more is fine');
select is((select max(seq) from consent_event where member_id = 8204), 3::bigint, 'and leaves no trace');
select lib.unsubscribe_token(8204, 'li.survey', 0, 'email') as token \gset
select is(pg_temp.unsubscribe(:token) #>> '{states,0,state}', 'objected', 'a legitimate interest is objected to');
select is(pg_temp.try($q$ select * from api.consent_unsubscribe('g', '{}', 'nonsense') $q$) ->> 'refused', 'ZC002', 'an unknown link');
select lib.unsubscribe_token(8205, 'li.survey', 0, 'email') as token \gset
update member set status = 'erased', erased_at = now(), handle = null where member_id = 8205;
select is(pg_temp.unsubscribe(:token) ->> 'refused', 'ZC002', 'of who is erased nothing is written any more');
select * from finish();
rollback;
