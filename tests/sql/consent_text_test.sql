-- consent.publish_text and .texts, feed.preview, and old lists that are taken over.
begin;
\ir noun.psql
select plan(47);

insert into staff (staff_id, login, roles) values (8311, 'n-privacy', '{privacy}'), (8312, 'n-privacy-2', '{privacy}');
insert into staff_club (staff_id, club_id) values (8311, 8001), (8312, 8001);

create function pg_temp.texts(p_note text, variadic p_locales text[]) returns jsonb language sql as $$
    select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('locale', l, 'title', 'Title ' || l, 'body', 'Body ' || l || coalesce(p_note, ''),
                                                          'change_note', p_note)))
      from unnest(p_locales) l $$;
create function pg_temp.publish(p_staff bigint, p_purpose text, p_ver int, p_texts jsonb, p_material boolean, p_from timestamptz default null)
returns jsonb language sql as $$
    select pg_temp.call('s:' || p_staff, 'consent_publish_text', format('%L, %L, %L, %L, %L', p_purpose, p_ver, p_texts, p_material, p_from)) $$;
create function pg_temp.grant_all() returns void language sql as
$$ update approval set state = 'granted', decided_by = 8312, decided_at = now() where state = 'asked' $$;

-- what is refused
select is(pg_temp.publish(8301, 'mkt.offers', null, pg_temp.texts('n', 'en'), false) ->> 'refused', 'ZC001', 'not the editor');
select is(pg_temp.publish(8311, 'svc.points', null, pg_temp.texts('n', 'en'), false) ->> 'path', 'purpose', 'contracts have no text');
select is(pg_temp.publish(8311, 'mkt.offers', null, pg_temp.texts('n', 'en', 'nb'), false) ->> 'problem', 'lack he, pt, ro', 'every language, or nobody is asked');
select is(pg_temp.publish(8311, 'mkt.offers', null, pg_temp.texts('n', 'en', 'en'), false) ->> 'path', 'texts', 'lacks come first');
select is(pg_temp.publish(8311, 'mkt.offers', null, pg_temp.texts('n', 'en', 'nb', 'ro', 'pt', 'he', 'en'), false) ->> 'path', 'texts[5].locale', 'each once');
select is(pg_temp.publish(8311, 'mkt.offers', null, pg_temp.texts('n', 'en', 'nb', 'ro', 'pt', 'he', 'norsk'), false) ->> 'problem', 'is no language', 'languages');
select is(pg_temp.publish(8311, 'mkt.offers', null, pg_temp.texts(null, 'en', 'nb', 'ro', 'pt', 'he'), false) ->> 'path', 'texts[0].change_note', 'a later version says what is new');
select is(pg_temp.publish(8311, 'mkt.surprise', null, pg_temp.texts(null, 'en', 'nb', 'ro', 'pt', 'he'), false) ->> 'path', 'material', 'the first version is material');
select is(pg_temp.publish(8311, 'mkt.offers', null, pg_temp.texts('n', 'en', 'nb', 'ro', 'pt', 'he'), null) ->> 'path', 'material', 'one says which');
select is(pg_temp.publish(8311, 'mkt.offers', null, pg_temp.texts('n', 'en', 'nb', 'ro', 'pt', 'he'), false, now() - interval '2 days') ->> 'path', 'valid_from', 'not in the past');
select is(pg_temp.publish(8311, 'mkt.offers', null, jsonb_set(pg_temp.texts('n', 'en', 'nb', 'ro', 'pt', 'he'), '{1,body}', '"  "'), false) ->> 'path', 'texts[1]', 'not empty');

-- a material version takes two people, and consents to older ones end at its instant
select pg_temp.call('m:8201', 'consent_give', format('%L, 0, null, null', jsonb_build_array(pg_temp.item('mkt.offers', '8101', 'inapp'), pg_temp.item('com.badge', '8001', 'none')))) \g /dev/null
create temp table asked as select pg_temp.publish(8311, 'mkt.offers', null, pg_temp.texts('Partners.', 'en', 'nb', 'ro', 'pt', 'he'), true, now() + interval '2 days') as r;
select is(r ->> 'refused', 'APPROVAL_REQUIRED', 'a second person is asked') from asked;
select is((select count(*) from consent_text where purpose_id = 30 and ver = 2), 0::bigint, 'nothing is published');
select is((select params ->> 'purpose' || ' ' || (select count(*) from jsonb_object_keys(params -> 'sha256')) from approval where method = 'consent.publish_text'), 'mkt.offers 5', 'who decides sees which text, by its hash');
select pg_temp.grant_all() \g /dev/null
create temp table done as select pg_temp.publish(8311, 'mkt.offers', null, pg_temp.texts('Partners.', 'en', 'nb', 'ro', 'pt', 'he'), true, now() + interval '2 days') as r;
select is(r -> 'ver', '2', 'then it is published') from done;
select is(r #> '{_events,0,refs}', '{"all":true}', 'every node learns of it, ahead') from done;
select is((select state from approval where method = 'consent.publish_text'), 'used', 'the approval is used up');
select is(pg_temp.publish(8311, 'mkt.offers', null, pg_temp.texts('Partners.', 'en', 'nb', 'ro', 'pt', 'he'), true, now() + interval '2 days') ->> 'refused', 'APPROVAL_REQUIRED', 'for one call');
select is(lib.consent_ok(8201, 30::smallint, 8101, 1::smallint), true, 'until then the yes counts');
select is(reply #> '{purposes,0,text_ver}', '1', 'and nobody reads the text before') from api.consent_catalog('m:8201', null, null);
select is((select grants from api.gate_load('{8201}')), '30:8101:' || (extract(epoch from (select min(valid_from) from consent_text where purpose_id = 30 and ver = 2)) * 1000)::bigint || ',54:8001:0', 'nodes know the instant');
select is(pg_temp.publish(8311, 'mkt.offers', null, pg_temp.texts('n', 'en', 'nb', 'ro', 'pt', 'he'), false) ->> 'path', 'valid_from', 'versions come into force in their order');
alter table consent_text disable trigger all;
update consent_text set valid_from = now() - interval '1 second' where purpose_id = 30 and ver = 2;
select is(lib.consent_ok(8201, 30::smallint, 8101, 1::smallint), false, 'from that instant it does not');
select is(lib.consent_rows(8201, null) #>> '{0,change_note}', 'Partners.', 'what is new is told');
select is((select detail ->> 'ver' from audit_log where action = 'consent.publish_text' and actor = 's:8311'), '2', 'on the record');

-- a version that is not material, and further languages
create temp table minor as select pg_temp.publish(8311, 'com.badge', null, pg_temp.texts('Typo.', 'en', 'nb', 'ro', 'pt', 'he'), false) as r;
select is(r -> 'ver', '2', 'what is not material needs nobody else') from minor;
select is(r -> '_events', 'null', 'and ends nothing') from minor;
select is(lib.consent_ok(8201, 54::smallint, 8001, 0::smallint), true, 'an older yes counts on');
select is(pg_temp.publish(8311, 'com.badge', 2, pg_temp.texts('Typo.', 'pt-BR', 'de'), null) -> 'ver', '2', 'further languages of a version');
select is((select string_agg(locale, ',' order by locale) from consent_text where purpose_id = 54 and ver = 2), 'de,en,he,nb,pt,pt-BR,ro', 'are there');
select is(pg_temp.publish(8311, 'com.badge', 2, pg_temp.texts('Typo.', 'de'), null) ->> 'locale', 'de', 'none is changed');
select is(pg_temp.publish(8311, 'com.badge', 9, pg_temp.texts('Typo.', 'de'), null) ->> 'refused', 'ZC002', 'no such version');
select is(pg_temp.publish(8311, 'com.badge', 2, pg_temp.texts('Typo.', 'fr'), true) ->> 'path', 'ver', 'a translation is not material by itself');
select is(pg_temp.publish(8311, 'com.badge', null, pg_temp.texts('Next.', 'en', 'nb', 'ro', 'pt', 'he'), false) ->> 'problem', 'lack de, pt-BR', 'nobody loses a language');
select is(pg_temp.publish(8311, 'com.badge', 2, pg_temp.texts('Typo.', 'a' || 'a', 'bb', 'cc', 'dd', 'ee', 'ff'), null) ->> 'refused', 'ZC024', 'twelve languages');
select is(reply #>> '{versions,0,texts,2,body}', 'Body heTypo.', 'a version with its bodies') from api.consent_texts('s:8311', 'com.badge', 2, null);
select is(reply #> '{versions,0,current}', 'true', 'the one that is shown') from api.consent_texts('s:8311', 'com.badge', null, null);
select is(pg_temp.try($q$ select * from api.consent_texts('s:8301', 'com.badge', null, null) $q$) ->> 'refused', 'ZC001', 'for the privacy team');

-- whom an offer reaches: full tens, nothing below ten
select is(reply #> '{channels,0,unknown}', 'null', 'few are not counted') from api.feed_preview('s:8301', 8001, 8101);
insert into member (member_id, status, handle) select g, 'active', 'pv' || g from generate_series(8401, 8437) g;
insert into membership (member_id, club_id, track_id, status, tier_id, joined_at) select g, 8001, 8051, 'active', 8061, now() from generate_series(8401, 8437) g;
select pg_temp.call('m:' || g, 'consent_give', format('%L, 0, null, null', jsonb_build_array(pg_temp.item('mkt.offers', '8101', 'inapp', 2), pg_temp.item('mkt.offers', '8101', 'push', 2))))
  from generate_series(8401, 8424) g \g /dev/null
select is((reply #> '{channels,0}') - '{unreachable,inactive,closed,waiting,stale,refused}'::text[], '{"channel":"inapp","will":20,"unknown":10}', 'full tens: 24 and 18') from api.feed_preview('s:8301', 8001, 8101);
select is((reply #> '{channels,1}') - '{unknown,inactive,closed,waiting,stale,refused}'::text[], '{"channel":"push","will":null,"unreachable":20}', 'no device, no push') from api.feed_preview('s:8301', 8001, 8101);
select is(pg_temp.try('select * from api.feed_preview($$s:8301$$, 8001, 8102)') ->> 'refused', 'ZC002', 'of another club');

-- old lists
create temp table taken as select lib.consent_import(g, 'mkt.offers', 8101, 'email', 'newsletter 2019') as r, g from generate_series(8401, 8437) g;
select is((select string_agg(distinct r, ',') from taken), 'recorded', 'without proof an entry is recorded');
select is((select count(*) from consent_state where channel_id = 3 and member_id between 8401 and 8437), 0::bigint, 'and gives nothing');
select is(lib.consent_import(8401, 'mkt.offers', 8101, 'email', 'newsletter 2025', 2, 'en', now() - interval '1 month', 'form and link in mail'), 'given', 'with text, time and method it counts');
select is(lib.consent_ok(8401, 30::smallint, 8101, 3::smallint)::text || lib.consent_import(8402, 'mkt.offers', 8101, 'email', 'x', 99, 'en', now(), 'form')
          || lib.consent_import(8401, 'mkt.offers', 8101, 'inapp', 'x', 2, 'en', now(), 'form') || lib.consent_import(8205, 'mkt.offers', 8101, 'email', 'x', 2, 'en', now(), 'form'),
          'truerecordedskippedskipped', 'an unknown text does not; what was answered here stays; nothing for children');
select is_empty('select * from lib.consent_violations()', 'the chains are whole');
select * from finish();
rollback;
