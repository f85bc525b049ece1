-- What a club offers: partners and benefits as managers write them, as members see them, and what a member can use now.
begin;
\ir noun.psql
select plan(69);

insert into staff (staff_id, login, roles) values (8303, 'n-manager', '{manager}');
insert into staff_club (staff_id, club_id) values (8303, 8001);
insert into api_key (key_hash, service, scopes, created_by) values (sha256('n-hotel'), 'hotel', '{partner}', 'test');
create function pg_temp.partner(p_partner text, p_more text) returns jsonb language sql as
$$ select pg_temp.call('s:8303', 'partner_set', format('8001, %s, %s', p_partner, p_more)) $$;
-- A benefit of club 8001 with what is given.
create function pg_temp.offer(p_more text default '', p_who text default 's:8303') returns jsonb language sql as $$
    select pg_temp.call(p_who, 'benefit_create',
        'p_club => 8001, p_kind => ''gift'', p_title => ''A mug'', p_terms => ''One each.'', p_how => null, '
        || 'p_cost_points => null, p_min_rank => null, p_stock => null, p_per_member => null, p_valid_from => null, '
        || 'p_valid_to => null, p_voucher_days => null, p_category => null, p_partner => null, p_needs_booking => null, '
        || 'p_status => ''active''')
     where p_more = ''
     union all
    select pg_temp.call(p_who, 'benefit_create', (
        select string_agg(format('p_%s => %s', d.key, coalesce(m.value, d.value)), ', ')
          from jsonb_each_text('{"club":"8001","kind":"''gift''","title":"''A mug''","terms":"''One each.''","how":"null",
                   "cost_points":"null","min_rank":"null","stock":"null","per_member":"null","valid_from":"null",
                   "valid_to":"null","voucher_days":"null","category":"null","partner":"null","needs_booking":"null",
                   "status":"''active''"}') d
          left join jsonb_each_text(p_more::jsonb) m on m.key = d.key))
     where p_more <> ''
$$;
-- A change of a benefit: what is given, all else left out.
create function pg_temp.change(p_benefit text, p_base int, p_more text) returns jsonb language sql as $$
    select pg_temp.call('s:8303', 'benefit_update', format('%s, %s, ', p_benefit, p_base) || (
        select string_agg(format('p_%s => %s', d.key, coalesce(m.value, 'null')), ', ')
          from unnest('{kind,title,terms,how,cost_points,min_rank,stock,per_member,valid_from,valid_to,voucher_days,category,partner,needs_booking,status,clear}'::text[]) d (key)
          left join jsonb_each_text(p_more::jsonb) m on m.key = d.key))
$$;

-- partners
create temp table shop as select pg_temp.partner('null', $$null, 'Corner Shop', 'Bergen', 'NO', 'https://shop.example', 'hotel', null$$) as r;
select ok((select r @> '{"name":"Corner Shop","town":"Bergen","country":"NO","url":"https://shop.example","service":"hotel","listed":true,"version":1,"benefits":[]}' from shop), 'a partner');
select r ->> 'partner' as shop from shop \gset
select is(pg_temp.partner(:'shop', $$9, 'Late', null, null, null, null, null$$) #>> '{current,name}', 'Corner Shop', 'another version: what it is now');
select is(pg_temp.partner(:'shop', $$null, 'Late', null, null, null, null, null$$) ->> 'path', 'base', 'a change says which version');
select ok(pg_temp.partner(:'shop', $$1, 'Shop', null, null, null, 'hotel', false$$) @> '{"name":"Shop","town":null,"url":null,"listed":false,"version":2}', 'what is left out is empty');
select is(pg_temp.partner('999', $$1, 'Shop', null, null, null, null, null$$) ->> 'refused', 'ZC002', 'no such partner');
select is(pg_temp.partner('null', $$null, ' ', null, null, null, null, null$$) ->> 'path', 'name', 'a name');
select is(pg_temp.partner('null', $$null, 'A', null, 'no', null, null, null$$) ->> 'path', 'country', 'a country');
select is(pg_temp.partner('null', $$null, 'A', null, null, 'javascript:1', null, null$$) ->> 'path', 'url', 'a page');
select is(pg_temp.partner('null', $$null, 'A', null, null, null, 'till', null$$) ->> 'path', 'service', 'a till is no service of a partner');
select is(pg_temp.call('s:8301', 'partner_set', $$8001, null, null, 'A', null, null, null, null, null$$) ->> 'refused', 'ZC001', 'editors do not');
select is(pg_temp.call('s:8303', 'partner_set', $$8002, null, null, 'A', null, null, null, null, null$$) ->> 'refused', 'ZC001', 'nor managers of another club');
select is(jsonb_array_length((api.partner_list('m:8201', 8001, null, null)).reply -> 'partners'), 0, 'not listed: members do not see it');
select is((api.partner_list('s:8303', 8001, null, null)).reply #>> '{partners,0,service}', 'hotel', 'managers do');
select pg_temp.partner(:'shop', $$2, 'Shop', 'Bergen', null, null, 'hotel', true$$), pg_temp.partner('null', $$null, 'Two', null, null, null, null, null$$) \g /dev/null
select ok((api.partner_list('m:8201', 8001, 1, null)).reply @> '{"partners":[{"name":"Shop"}]}'
          and (api.partner_list('m:8201', 8001, 1, (api.partner_list('m:8201', 8001, 1, null)).reply ->> 'cursor')).reply @> '{"partners":[{"name":"Two"}],"cursor":null}', 'page by page');
select ok(not (api.partner_list('m:8201', 8001, 1, null)).reply #> '{partners,0}' ?| '{service,listed,version}', 'without what is the staff''s');
select is(pg_temp.try($$select * from api.partner_list('m:8207', 8001, null, null)$$) ->> 'refused', 'ZC014', 'members only');
select is(pg_temp.try($$select * from api.partner_list('m:8208', 8001, null, null)$$) ->> 'refused', 'ZC035', 'not while suspended');

-- the catalogue
create temp table mug as select pg_temp.offer(format('{"partner":"%s","category":"8101","cost_points":"500","stock":"3","per_member":"2","voucher_days":"60"}', :'shop')) as r;
select r ->> 'benefit' as mug from mug \gset
select ok((select r @> '{"title":"A mug","terms":"One each.","cost_points":500,"stock":3,"per_member":2,"how":"code","status":"active","category":"8101","partner":{"name":"Shop","town":"Bergen"},"version":1}' from mug), 'a benefit');
select is((select r #> '{_events,0}' ->> 'type' from mug), 'benefit.changed', 'the club is told');
select is((select r #> '{_events,0,refs}' from mug), jsonb_build_object('benefit', :'mug', 'status', 'active'), 'by numbers and states only');
select is(pg_temp.offer('{"status":"''draft''"}') -> '_events', 'null', 'nobody is told of a draft');
select benefit_id as draft from benefit where status = 'draft' and title = 'A mug' \gset
select is(jsonb_array_length((api.benefit_list('m:8201', 8001, null, null, null)).reply -> 'benefits'), 1, 'members see what is active');
select is(jsonb_array_length((api.benefit_list('s:8303', 8001, null, null, null)).reply -> 'benefits'), 2, 'managers the rest, too');
select is((api.benefit_get('s:8303', :draft)).reply ->> 'status', 'draft', 'one by one as well');
select is(pg_temp.try(format('select * from api.benefit_get(''m:8201'', %s)', :'draft')) ->> 'refused', 'ZC002', 'members not');
select is(pg_temp.try(format('select * from api.benefit_get(''m:8207'', %s)', :'mug')) ->> 'refused', 'ZC002', 'who is in no club sees none');
select is(pg_temp.try(format('select * from api.benefit_get(''s:8301'', %s)', :'mug')) ->> 'refused', 'ZC001', 'an editor is no manager');
select is(jsonb_array_length((api.benefit_list('m:8201', 8001, 8101, null, null)).reply -> 'benefits')
          + jsonb_array_length((api.benefit_list('m:8201', 8001, 8102, null, null)).reply -> 'benefits'), 1, 'by category');
select is((api.partner_list('m:8201', 8001, null, null)).reply #>> '{partners,0,benefits,0,title}', 'A mug', 'the partner shows it');
select is(pg_temp.offer('{"title":"''  ''"}') ->> 'path', 'title', 'a title');
select is(pg_temp.offer(E'{"title":"e''A\\\\nB''"}') ->> 'path', 'title', 'of one line');
select is(pg_temp.offer('{"terms":"''  ''"}') ->> 'path', 'terms', 'terms');
select is(pg_temp.offer('{"valid_from":"now()","valid_to":"now()"}') ->> 'path', 'valid_to', 'an end after the beginning');
select is(pg_temp.offer('{"how":"''card''","stock":"1"}') ->> 'path', 'how', 'a stock needs a code');
select is(pg_temp.offer('{"category":"8102"}') ->> 'path', 'category', 'a category of this club');
select is(pg_temp.offer('{"category":"99999999999"}') ->> 'path', 'category', 'one that can be');
select is(pg_temp.offer('{"partner":"999999"}') ->> 'path', 'partner', 'a partner of this club');
select is(pg_temp.offer('{}', 's:8301') ->> 'refused', 'ZC001', 'by managers');

-- changing
select is(pg_temp.change(:'mug', 7, '{"stock":"5"}') #>> '{current,version}', '1', 'another version: what it is now');
select ok(pg_temp.change(:'mug', 1, '{"stock":"5","clear":"''[\"partner\"]''"}') @> '{"stock":5,"partner":null,"title":"A mug","version":2}', 'what is given changes, the rest stays');
select is(pg_temp.change(:'draft', 1, '{"status":"''paused''"}'), '{"refused":"ZC017","state":"draft"}', 'a draft cannot be paused');
select is(pg_temp.change(:'mug', 2, '{"status":"''paused''"}') #>> '{_events,0,refs,status}', 'paused', 'paused: the club is told');
select is((lib.benefit_changed_view(:mug)).view, null, 'and nothing is shown of it');
select is((api.benefit_get('m:8201', :mug)).reply ->> 'status', 'paused', 'members can still read it');
select is(pg_temp.change(:'mug', 3, '{"status":"''active''"}') ->> 'status', 'active', 'active again');
select is(pg_temp.change(:'draft', 1, '{"title":"''A jar''"}') -> '_events', 'null', 'a draft changes in silence');
select is(pg_temp.call('s:8303', 'benefit_retire', format('%s, 1', :'draft')) #>> '{current,title}', 'A jar', 'retiring says which version');
select is(pg_temp.call('s:8303', 'benefit_retire', format('%s, 2', :'draft')) ->> 'status', 'retired', 'retired');
select is(pg_temp.change(:'draft', 3, '{"status":"''active''"}'), '{"refused":"ZC017","state":"retired"}', 'for good');
select is(pg_temp.call('s:8303', 'benefit_retire', '999, 1') ->> 'refused', 'ZC002', 'no such benefit');

-- what a member can use
update benefit set valid_to = now() + interval '9 days' where benefit_id = :mug;
insert into benefit (benefit_id, club_id, kind, title, terms, how, min_rank, status, valid_from, valid_to, stock, needs_booking)
values (8501, 8001, 'discount', 'Ten percent', 'At the till.', 'card', 0, 'active', null, null, null, false),
       (8502, 8001, 'access', 'Lounge', 'For two.', 'code', 1, 'active', now() + interval '1 day', now() + interval '5 days', 0, true),
       (8503, 8001, 'gift', 'Over', 'Was.', 'code', 0, 'active', null, now() - interval '1 s', null, false);
insert into voucher (voucher_id, benefit_id, member_id, holder, given_by, code_hash, cause, expires_at)
values (8511, :mug, 8201, 8201, null, sha256('1'), 'purchase', now() + interval '2 days'),
       (8512, :mug, 8201, 8201, null, sha256('2'), 'purchase', now() - interval '1 s'),
       (8513, :mug, 8202, 8201, 8202, sha256('3'), 'welcome', null);
create temp table mine as select (api.benefit_entitlements('m:8201', null)).*;
create temp table rows as select e, no from mine, jsonb_array_elements(reply -> 'entitlements') with ordinality as x (e, no);
select is((select array_agg(coalesce(e ->> 'voucher', e ->> 'title') order by no) from rows),
          '{Over,8511,Lounge,"A mug",8513,"Ten percent"}', 'what ends first comes first');
create function pg_temp.entitled(p_name text, p_more text) returns jsonb language sql as
$$ select e -> p_more from rows where coalesce(e ->> 'voucher', e ->> 'title') = p_name $$;
select is(pg_temp.entitled('Ten percent', 'usable'), 'true', 'usable');
select is(pg_temp.entitled('A mug', 'reasons'), '["NOT_ENOUGH_POINTS", "PER_MEMBER_LIMIT"]', 'or why not');
select is(pg_temp.entitled('A mug', 'missing_points'), '500', 'and what is missing');
select is(pg_temp.entitled('Lounge', 'reasons'), '["TIER_TOO_LOW", "OUT_OF_STOCK", "NEEDS_BOOKING", "NOT_YET"]', 'every reason');
select is(pg_temp.entitled('Lounge', 'need_rank'), '1', 'the tier it takes');
select is(pg_temp.entitled('Over', 'reasons'), '["ENDED"]', 'what has just ended');
select is(pg_temp.entitled('8511', 'usable'), 'true', 'a voucher');
select is(pg_temp.entitled('8511', 'code') #>> '{}', lib.voucher_code(8511, 8201), 'with its code');
select ok(lib.voucher_code(8511, 8201) ~ '^[0-9A-HJKMNP-TV-Z]{20}$', '20 characters that nobody mistakes');
select isnt(lib.voucher_code(8511, 8201), lib.voucher_code(8511, 8202), 'of its holder''s own');
select is(pg_temp.entitled('8513', 'giver'), '{"member": "8202", "handle": "nn8202"}', 'from whom');
select is((select subjects from mine), '{8202}'::bigint[], 'who is shown by that');
select is(jsonb_path_query_array((api.benefit_entitlements('m:8202', null)).reply, '$.entitlements[*].voucher'), '[]', 'given is given');
select ok((lib.voucher_view(8513, 8202)).view @> '{"state":"given","usable":false,"giver":null}', 'the giver learns no more than that');
select is((lib.voucher_view(8511, 8201)).view -> 'code', null, 'an event carries no code');
select is(jsonb_array_length((api.benefit_entitlements('m:8201', 8002)).reply -> 'entitlements'), 0, 'of another club');
update membership set status = 'lapsed' where member_id = 8201 and club_id = 8001;
select is(jsonb_path_query_array((api.benefit_entitlements('m:8201', null)).reply, '$.entitlements[*].what'), '["voucher", "voucher"]', 'a membership that lapsed offers nothing; what is held stays');
select is(pg_temp.try($$select * from api.benefit_entitlements('m:8208', null)$$) ->> 'refused', 'ZC035', 'not while suspended');
select * from finish();
rollback;
