-- consent.*: the state machine of domain.md 12.3, evidence, and saying no.
begin;
\ir noun.psql
select plan(49);

create function pg_temp.give(p_member bigint, p_base bigint, variadic p_items jsonb[]) returns jsonb language sql as
$$ select pg_temp.call('m:' || p_member, 'consent_give', format('%L, %s, %L, %L', to_jsonb(p_items), p_base, 'screen.save', '1.0')) $$;
create function pg_temp.state(p_member bigint, p_purpose text) returns text language sql as
$$ select string_agg(s ->> 'state', ',') from jsonb_array_elements(lib.consent_rows(p_member, null)) s where s ->> 'purpose' = p_purpose $$;

-- catalogue
select is(reply -> 'epoch', 'null', 'guests have no epoch') from api.consent_catalog('g', 'nb', 8001);
select is(jsonb_array_length(reply -> 'states'), 0, 'and no states') from api.consent_catalog('g', 'nb', 8001);
select is(reply #>> '{purposes,0,locale}', 'nb', 'words in the language asked for') from api.consent_catalog('g', 'nb', 8001);
select is(reply #>> '{purposes,0,locale}', 'en', 'or in English') from api.consent_catalog('g', 'xx', 8001);
select is(reply #> '{categories,0,category}', '"8101"', 'the scopes of the club') from api.consent_catalog('g', 'nb', 8001);
select throws_ok($$select api.consent_catalog('g', 'nb', 8005)$$, 'ZC002', null, 'a club that is not listed is not there for guests');
select throws_ok($$select api.consent_catalog('m:8201', 'nb', 8005)$$, 'ZC002', null, 'nor for whoever has nothing to do with it');
insert into membership (member_id, club_id, track_id, status, tier_id) values (8201, 8005, 8055, 'invited', 8065);
select is(reply #>> '{clubs,0,name}', 'Hidden', 'for the invited it is') from api.consent_catalog('m:8201', 'nb', 8005);
select is(reply #> '{purposes,0,closed}', 'true', 'closed to children') from api.consent_catalog('m:8205', null, null);

-- shown, refused, given
select is(pg_temp.call('m:8201', 'consent_shown', format('%L, null, null', jsonb_build_array(pg_temp.item('mkt.offers', '8101', 'inapp')))) -> 'recorded',
          '1', 'what was shown is recorded');
select is(pg_temp.state(8201, 'mkt.offers'), 'requested', 'requested');
select is((select consent_epoch from member where member_id = 8201), 0::bigint, 'and no epoch');
create temp table refused as select pg_temp.call('m:8201', 'consent_refuse', format('%L, null, null', jsonb_build_array(pg_temp.item('mkt.offers', '8101', 'inapp')))) as r;
select is(pg_temp.state(8201, 'mkt.offers'), 'refused', 'refused');
select is(jsonb_path_query_array(r, '$._events[*].stream'), '["me:8201","sys"]', 'devices and nodes are told') from refused;
select is(r #> '{_events,1,refs}', '{"reload":["8201"],"shown":["8201"]}', 'as recipient and as subject') from refused;
select is(r ->> '_sys', r #>> '{_events,1,seq}', 'sys_seq is that of its own entry') from refused;
create temp table given as select pg_temp.give(8201, 1, pg_temp.item('mkt.offers', '8101', 'inapp'), pg_temp.item('mkt.offers', '8101', 'email')) as r;
select is(pg_temp.state(8201, 'mkt.offers'), 'given,pending_confirm', 'given; e-mail waits for its confirmation');
select is(r -> 'epoch', '2', 'one epoch per call') from given;
select is(r #> '{_events,0,refs,triples,0}', '{"purpose":"mkt.offers","scope":"8101","channel":"inapp"}', 'which triples') from given;
select is(lib.consent_ok(8201, 30::smallint, 8101, 1::smallint), true, 'in force in the app');
select is(lib.consent_ok(8201, 30::smallint, 8101, 3::smallint), false, 'not by e-mail');
select is(lib.consent_ok(8201, 30::smallint, 8101, 2::smallint), false, 'no wildcards: not by push');
select is(pg_temp.give(8201, 2, pg_temp.item('mkt.offers', '8101', 'inapp')) -> 'epoch', '2', 'what is given already changes nothing');

-- a yes that is refused
select is(pg_temp.give(8201, 1, pg_temp.item('com.badge', '8001', 'none')), '{"refused":"ZC004","current":2}', 'another epoch');
select is(pg_temp.give(8201, 2, pg_temp.item('com.badge', '8001', 'none', 7)), '{"refused":"ZC033","purpose":"com.badge","text_ver":1}', 'not the current text');
select is(pg_temp.give(8201, 2, pg_temp.item('mkt.offers', '8102', 'inapp')) ->> 'refused', 'ZC002', 'a category of a club one is not in');
select is(pg_temp.give(8201, 2, pg_temp.item('svc.points', '0', 'none')) ->> 'path', 'items[0].purpose', 'nobody is asked for that');
select is(pg_temp.give(8201, 2, pg_temp.item('mkt.offers', '0', 'inapp')) ->> 'path', 'items[0].scope', 'it needs a scope');
select is(pg_temp.give(8201, 2, pg_temp.item('mkt.offers', '8101', 'none')) ->> 'path', 'items[0].channel', 'and a channel');
select is(pg_temp.give(8201, 2, pg_temp.item('com.badge', '8001', 'none'), pg_temp.item('com.badge', '8001', 'none')) ->> 'path', 'items[1]', 'once');
select is(pg_temp.give(8205, 0, pg_temp.item('mkt.offers', '8101', 'inapp')) ->> 'refused', 'ZC034', 'closed under 18');
select is(pg_temp.give(8205, 0, pg_temp.item('com.badge', '8001', 'none')) ->> 'refused', 'ZC034', 'closed under the age of consent');
select is(pg_temp.give(8208, 0, pg_temp.item('com.badge', '8001', 'none')) ->> 'status', 'suspended', 'not while suspended');

-- time and texts
update consent_state set expires_at = now() - interval '1 second' where member_id = 8201 and channel_id = 1;
select is(pg_temp.state(8201, 'mkt.offers'), 'expired,pending_confirm', 'expired at once, without a job');
select is(pg_temp.give(8201, 2, pg_temp.item('mkt.offers', '8101', 'inapp')) -> 'epoch', '3', 'can be given again');
insert into consent_text (purpose_id, ver, locale, title, body, change_note, sha256, material, valid_from, published_by)
values (30, 2, 'en', 'Title', 'New', 'what is new', sha256('2'), true, now(), 'test');
select is(pg_temp.state(8201, 'mkt.offers'), 'stale,pending_confirm', 'stale from the instant of a new material text');
select is(lib.consent_ok(8201, 30::smallint, 8101, 1::smallint), false, 'and not in force');
select is(pg_temp.give(8201, 3, pg_temp.item('mkt.offers', '8101', 'inapp')) -> 'text_ver', '2', 'the old text is STALE');
select is(pg_temp.give(8201, 3, pg_temp.item('mkt.offers', '8101', 'inapp', 2)) -> 'epoch', '4', 'the new one counts');

-- taking back
create temp table back as select pg_temp.call('m:8201', 'consent_withdraw', $q$ 'mkt.offers', null, null, null, null $q$) as r;
select is(pg_temp.state(8201, 'mkt.offers'), 'withdrawn,withdrawn', 'all channels');
select is(r -> 'epoch', '5', 'its epoch') from back;
select is(pg_temp.call('m:8201', 'consent_withdraw', $q$ 'mkt.offers', null, null, null, null $q$) - '{_events,_sys,_subjects}'::text[],
          '{"epoch":5,"states":[]}', 'nothing left to take back');
select pg_temp.give(8202, 0, pg_temp.item('com.badge', '8001', 'none'), pg_temp.item('mkt.magazine', '8001', 'inapp')) \g /dev/null
update member set status = 'suspended' where member_id = 8202;
select is(pg_temp.call('m:8202', 'consent_withdraw_all', 'null, null') #> '{_events,0,refs,triples}',
          '[{"purpose":"mkt.magazine","scope":"8001","channel":"inapp"},{"purpose":"com.badge","scope":"8001","channel":"none"}]',
          'all of them, whatever one''s status');
update member set status = 'active' where member_id = 8202;
select pg_temp.give(8204, 0, pg_temp.item('com.badge', '8001', 'none')) \g /dev/null
select pg_temp.call('m:8204', 'consent_refuse', format('%L, null, null', jsonb_build_array(pg_temp.item('com.badge', '8001', 'none')))) \g /dev/null
select is((select action from consent_event where member_id = 8204 order by seq desc limit 1), 'withdraw', 'refusing what was given is a withdrawal');

-- evidence
select is((select string_agg(action, ' ' order by seq) from consent_event where member_id = 8201),
          'request refuse give give give give withdraw withdraw', 'every answer is in the chain');
select is(reply #>> '{events,0,action}', 'withdraw', 'history, newest first') from api.consent_history('m:8201', null, 2, null);
select is(reply ->> 'state' || jsonb_array_length(reply -> 'events'), 'withdrawn6', 'the receipt of one triple') from api.consent_receipt('m:8201', null, 'mkt.offers', '8101', 'inapp');
select is_empty('select * from lib.consent_violations()', 'the chain verifies');
alter table consent_event disable trigger append_only;
update consent_event set method = 'forged' where member_id = 8201 and seq = 3;
select is((select count(*) from lib.consent_violations()), 1::bigint, 'and shows a forgery');
select * from finish();
rollback;
