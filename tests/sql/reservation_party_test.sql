-- Parties: named, asked, accepted, declined until the deadline; needs only with consent for that offer; the deadline told
-- once.
begin;
\ir noun.psql
\ir seats.psql
select plan(86);

insert into consent_text (purpose_id, ver, locale, title, body, sha256, material, valid_from, published_by)
values (60, 1, 'en', 'Needs', 'Body', sha256('60'), true, now() - interval '1 day', 'test') on conflict do nothing;
insert into staff (staff_id, login, roles) values (8303, 'n-manager', '{manager}');
insert into staff_club (staff_id, club_id) values (8303, 8001);
create function pg_temp.seat(p_resv text, p_seat int) returns text language sql as $$
    select concat_ws(' ', state, member_id, guest_label) from reservation_party where resv_id = p_resv::bigint and seat_no = p_seat
$$;
create function pg_temp.name(p_resv text, p_seat int, p_more text default '', p_who bigint default 8201) returns jsonb language sql as $$
    select pg_temp.call('m:' || p_who, 'reservation_name_seat', format('%s, %s, %s, %s, %s', p_resv, p_seat,
        coalesce(substring(p_more from '^m:(.*)'), 'null'), coalesce(quote_literal(substring(p_more from '^h:(.*)')), 'null'),
        coalesce(quote_literal(substring(p_more from '^g:(.*)')), 'null')))
$$;
create function pg_temp.accept(p_resv text, p_who bigint) returns jsonb language sql as $$ select pg_temp.call('m:' || p_who, 'reservation_accept_seat', p_resv) $$;
create function pg_temp.decline(p_resv text, p_who bigint) returns jsonb language sql as $$ select pg_temp.call('m:' || p_who, 'reservation_decline_seat', p_resv) $$;
create function pg_temp.needs(p_resv text, p_seat int, p_text text, p_who bigint) returns jsonb language sql as
$$ select pg_temp.call('m:' || p_who, 'reservation_set_needs', format('%s, %s, %L', p_resv, p_seat, p_text)) $$;
create function pg_temp.types(p_reply jsonb) returns text language sql as $$
    select string_agg((e ->> 'stream') || ' ' || (e ->> 'type'), ', ' order by no)
      from jsonb_array_elements(p_reply -> '_events') with ordinality as x (e, no)
$$;
create function pg_temp.shown_to(p_resv text, p_viewer bigint) returns text language sql as $$
    select string_agg(coalesce(s ->> 'handle', s ->> 'guest', s ->> 'state'), ' ' order by (s ->> 'seat')::int)
      from jsonb_array_elements((lib.resv_view(p_resv::bigint, p_viewer)).view -> 'party') s
$$;

-- named with the hold: 8203 is asked, 8204 blocks the organiser, 8207 is in no club
insert into block_rel (blocker, blocked) values (8204, 8201);
update tier set seat_limit = 10 where tier_id = 8061;
create temp table h as
select pg_temp.hold_by('m:8201', 8600, jsonb_build_array(pg_temp.units(8620, 5), pg_temp.units(8622, 1)), null,
                       '[{"class":"8620","member":"8201"},{"class":"8620","member":"8203"},{"class":"8620","guest":"Aunt May"},{"class":"8620","member":"8206"}]') as r;
select r ->> 'reservation' as resv from h \gset
insert into block_rel (blocker, blocked) values (8206, 8201);
create temp table paid as select pg_temp.call('v:desk', 'reservation_confirm', format('%s, ''bank-1'', null', :resv)) as r;
select is(pg_temp.types(r), 'me:8201 resv.changed, me:8203 resv.invited, me:8203 notify.added', 'who is named is asked, when it is confirmed') from paid;
select is(pg_temp.seat(:'resv', 1) || ', ' || pg_temp.seat(:'resv', 2) || ', ' || pg_temp.seat(:'resv', 3) || ', ' || pg_temp.seat(:'resv', 4),
          'accepted 8201, invited 8203, accepted Aunt May, unnamed', 'who blocks the organiser meanwhile is not');
select is((select refs from outbox where stream = 'me:8203' and type = 'resv.invited'), jsonb_build_object('resv', :'resv', 'seat', 2, 'state', 'invited'), 'numbers only');
select is((select type || ' ' || target || ' ' || (refs - 'actor')::text from notification where member_id = 8203),
          format('resv_invited resv:%s {"resv": "%s", "offer": "8600"}', :'resv', :'resv'), 'a notification');
select is(pg_temp.shown_to(:'resv', 8203), 'nn8203', 'who is asked sees the own seat');
select is(pg_temp.shown_to(:'resv', 8202), null, 'others nothing');

-- naming
select is(pg_temp.name(:'resv', 4, 'm:8202', 8202), '{"refused":"ZC002"}', 'not the organiser''s');
select is(pg_temp.name(:'resv', 4, 'm:8202', 8203), '{"refused":"ZC002"}', 'nor one of the party''s');
select is(pg_temp.name(:'resv', 4, 'm:8204'), '{"refused":"ZC002"}', 'somebody who blocks');
insert into block_rel (blocker, blocked) values (8201, 8202);
select is(pg_temp.name(:'resv', 4, 'm:8202'), '{"refused":"ZC002"}', 'or is blocked');
delete from block_rel where blocker = 8201;
select is(pg_temp.name(:'resv', 4, 'm:8207'), '{"refused":"ZC002"}', 'of no club');
select is(pg_temp.name(:'resv', 4, 'm:8208'), '{"refused":"ZC002"}', 'suspended');
select is(pg_temp.name(:'resv', 4, 'm:8205'), '{"refused":"ZC002"}', 'a child by number');
select is(pg_temp.name(:'resv', 4, 'm:1'), '{"refused":"ZC002"}', 'nobody');
select is(pg_temp.name(:'resv', 4, 'm:8203'), '{"refused":"ZC017","state":"named"}', 'who has another seat');
select is(pg_temp.name(:'resv', 7, 'g:X'), '{"refused":"ZC602","path":"seat","problem":"is not one of the reservation"}', 'no such seat');
select is(pg_temp.call('m:8201', 'reservation_name_seat', :'resv' || ', 4, 8202, null, ''X''') ->> 'path', 'member', 'two names');
create temp table named as select pg_temp.name(:'resv', 4, 'h:NN8202') as r;
select is(r - '{_events,_sys,_subjects}'::text[], jsonb_build_object('reservation', :'resv', 'seat', 4, 'state', 'invited'), 'by handle') from named;
select is(pg_temp.types(r), 'me:8201 resv.changed, me:8202 resv.invited, me:8202 notify.added, sys sys.changed', 'who is told') from named;
select is(pg_temp.name(:'resv', 4, 'g:Uncle Ben') ->> 'state', 'accepted', 'a guest instead');
select is(pg_temp.seat(:'resv', 4), 'accepted Uncle Ben', 'whose label it is');
select is((select string_agg(refs ->> 'state', ' ' order by seq) from outbox where stream = 'me:8202' and type = 'resv.invited'), 'invited withdrawn', 'the other hears of it');
select is(pg_temp.accept(:'resv', 8202), '{"refused":"ZC002"}', 'and cannot accept');
select is(pg_temp.name(:'resv', 4) ->> 'state', 'unnamed', 'nobody again');
select pg_temp.name(:'resv', 4, 'm:8202'), pg_temp.name(:'resv', 4), pg_temp.name(:'resv', 4, 'm:8202'), pg_temp.name(:'resv', 4) \g /dev/null
select is(pg_temp.name(:'resv', 4, 'm:8202'), '{"refused":"ZC024","max":3}', 'nobody is asked a fourth time a day');
select is(pg_temp.name(:'resv', 1) ->> 'state', 'unnamed', 'the organiser''s own seat');
select is(pg_temp.types(pg_temp.name(:'resv', 5, 'm:8201')), 'me:8201 resv.changed, sys sys.changed', 'is accepted as it is named');
select is(pg_temp.seat(:'resv', 5), 'accepted 8201', 'at once');

-- accepting
create temp table yes as select pg_temp.accept(:'resv', 8203) as r;
select is(r ->> 'state', 'accepted', 'accepted') from yes;
select ok(pg_temp.types(r) in ('me:8201 resv.changed, me:8203 resv.changed', 'me:8203 resv.changed, me:8201 resv.changed'), 'both are told') from yes;
select is(pg_temp.accept(:'resv', 8203), '{"refused":"ZC017","state":"accepted"}', 'once');
select is(pg_temp.accept(:'resv', 8202), '{"refused":"ZC002"}', 'not asked');
select is(pg_temp.shown_to(:'resv', 8203), 'nn8203 nn8201', 'now the others who accepted are seen, guests are not');
select is(pg_temp.name(:'resv', 6, 'h:nn8205') ->> 'state', 'invited', 'a child by handle');
select is(pg_temp.shown_to(:'resv', 8203), 'nn8203 nn8201', 'is not seen before accepting');
select is(pg_temp.accept(:'resv', 8205) ->> 'state', 'accepted', 'takes a seat that costs nothing');
select pg_temp.name(:'resv', 6), pg_temp.name(:'resv', 4, 'h:nn8205') \g /dev/null
select is(pg_temp.accept(:'resv', 8205), '{"refused":"ZC012"}', 'not one that does');
update membership set status = 'left' where member_id = 8205 and club_id = 8001;
select is(pg_temp.accept(:'resv', 8205), '{"refused":"ZC014"}', 'nor has who left the club');
update member set status = 'suspended' where member_id = 8205;
select is(pg_temp.accept(:'resv', 8205), '{"refused":"ZC035","status":"suspended"}', 'who is suspended accepts nothing');
select is(pg_temp.decline(:'resv', 8205) ->> 'state', 'declined', 'but may say no');
select is(pg_temp.seat(:'resv', 4), 'declined', 'the name is gone');

-- needs
select is(pg_temp.needs(:'resv', 2, 'No nuts', 8203), '{"refused":"ZC010","purpose":"special.access","scope":"8600","channel":"none","text_ver":1}', 'without consent nothing is kept');
select is(pg_temp.call('m:8203', 'consent_give', format('%L, 0, null, null', jsonb_build_array(pg_temp.item('special.access', '8601', 'none')))), '{"refused":"ZC002"}', 'no such offer');
select is(pg_temp.call('m:8207', 'consent_give', format('%L, 0, null, null', jsonb_build_array(pg_temp.item('special.access', '8600', 'none')))), '{"refused":"ZC002"}', 'an offer that the member does not see');
create temp table gave as select pg_temp.call('m:8203', 'consent_give', format('%L, 0, null, null', jsonb_build_array(pg_temp.item('special.access', '8600', 'none')))) as r;
select is(r #>> '{states,0,state}', 'given', 'given for this offer') from gave;
create temp table need as select pg_temp.needs(:'resv', 2, 'No nuts', 8203) as r;
select is(r - '_sys', jsonb_build_object('reservation', :'resv', 'seat', 2, 'needs', true, '_events', null, '_subjects', '[]'::jsonb), 'kept, and nobody is told') from need;
select is(lib.party_needs(:resv, 2), 'No nuts', 'those who run the trip read it');
select ok((select needs_enc::text not like '%' || encode('No nuts', 'hex') || '%' from reservation_party where resv_id = :resv and seat_no = 2), 'sealed');
select is((select count(*) from outbox where refs::text like '%nuts%') + (select count(*) from idempotency where response::text like '%nuts%'), 0::bigint, 'and written nowhere else');
select is(pg_temp.needs(:'resv', 3, 'X', 8203), '{"refused":"ZC002"}', 'not on another''s seat');
select is(pg_temp.needs(:'resv', 2, 'X', 8201), '{"refused":"ZC002"}', 'nor by the organiser');
select is(pg_temp.needs(:'resv', 2, 'X', 8202), '{"refused":"ZC002"}', 'nor by a stranger');
select is(pg_temp.needs(:'resv', 2, null, 8203) -> 'needs', 'false', 'taken back');
select is(lib.party_needs(:resv, 2), null, 'gone');
select pg_temp.needs(:'resv', 2, 'No nuts', 8203) \g /dev/null
select is(pg_temp.call('m:8203', 'consent_withdraw_all', 'null, null') -> 'states', '[]', 'taking all consents back leaves this one');
select is(lib.party_needs(:resv, 2), 'No nuts', 'as it says');
select pg_temp.call('m:8203', 'consent_withdraw', '''special.access'', ''8601'', null, null, null') \g /dev/null
select is(lib.party_needs(:resv, 2), 'No nuts', 'that of another offer, too');
select is(pg_temp.call('m:8203', 'consent_withdraw', '''special.access'', ''8600'', null, null, null') #>> '{states,0,state}', 'withdrawn', 'withdrawn');
select is((select needs_enc from reservation_party where resv_id = :resv and seat_no = 2), null, 'what was said is deleted with it');
select is(pg_temp.needs(:'resv', 2, 'X', 8203) ->> 'refused', 'ZC010', 'nothing new is kept');
create function pg_temp.consent_again() returns void language plpgsql as $$
begin
    perform pg_temp.call('m:8203', 'consent_give', format('%L, %s, null, null', jsonb_build_array(pg_temp.item('special.access', '8600', 'none')),
                         (select consent_epoch from member where member_id = 8203)));
end $$;
select pg_temp.consent_again(), pg_temp.needs(:'resv', 2, 'No nuts', 8203) \g /dev/null
select pg_temp.call('m:8203', 'consent_refuse', format('%L, null, null', jsonb_build_array(pg_temp.item('special.access', '8600', 'none')))) \g /dev/null
select is((select needs_enc from reservation_party where resv_id = :resv and seat_no = 2), null, 'refusing deletes it as well');
select pg_temp.consent_again(), pg_temp.needs(:'resv', 2, 'No nuts', 8203) \g /dev/null
select is(lib.needs_purge(), 0::bigint, 'the job leaves what is in force');
update offer set ends_at = now() - interval '29 days', starts_at = now() - interval '30 days', booking_close_at = now() - interval '30 days', public_open_at = now() - interval '31 days', announce_at = null where offer_id = 8600;
select is(pg_temp.needs(:'resv', 2, 'X', 8203), '{"refused":"ZC034"}', 'after the end nothing is taken');
select is(lib.needs_purge(), 0::bigint, 'what there is stays 30 days');
update offer set ends_at = now() - interval '30 days 1 minute', starts_at = now() - interval '31 days', booking_close_at = now() - interval '31 days', public_open_at = now() - interval '32 days' where offer_id = 8600;
select is(lib.needs_purge(), 1::bigint, 'and goes then');
select is((select needs_enc from reservation_party where resv_id = :resv and seat_no = 2), null, 'for good');
update offer set ends_at = now() + interval '67 days', starts_at = now() + interval '60 days', booking_close_at = now() + interval '50 days' where offer_id = 8600;
select pg_temp.needs(:'resv', 2, 'No nuts', 8203) \g /dev/null
update consent_state set state = 'expired' where member_id = 8203 and purpose_id = 60;
select is(lib.party_needs(:resv, 2), null, 'a consent that is over hides them at once');
select is(lib.needs_purge(), 1::bigint, 'and the job deletes them');
select pg_temp.consent_again(), pg_temp.needs(:'resv', 2, 'No nuts', 8203) \g /dev/null

insert into offer (offer_id, club_id, kind, title, organiser_name, starts_at, ends_at, public_open_at, booking_close_at, name_deadline, currency)
values (8699, 8002, 'trip', 'Far', 'Far', now(), now(), now(), now(), now() + interval '1 day', 'EUR');
select is(lib.consent_controller('offer', 8699) ->> 'controller', 'Apply', 'the club of the offer answers for what was consented to');

-- leaving the party; the deadline
create temp table no as select pg_temp.decline(:'resv', 8203) as r;
select is(pg_temp.types(r), 'me:8201 resv.changed, sys sys.changed', 'declined after all') from no;
select is((select refs ->> 'object' from outbox where stream = 'sys' order by seq desc limit 1), 'resv:' || :'resv', 'every frame that shows it is made anew') from no;
select is(pg_temp.seat(:'resv', 2), 'declined', 'no name');
select is((select needs_enc from reservation_party where resv_id = :resv and seat_no = 2), null, 'and no needs');
select is(pg_temp.shown_to(:'resv', 8203), null, 'who is out sees nothing');
select is(pg_temp.decline(:'resv', 8203), '{"refused":"ZC002"}', 'once');
select is(lib.name_deadlines_run(), 0::bigint, 'the deadline is not over');
select pg_temp.name(:'resv', 6, 'm:8202') \g /dev/null
update notification set at = now() - interval '2 days' where member_id = 8202;
select pg_temp.name(:'resv', 6, 'm:8202') \g /dev/null
update reservation set confirmed_at = now() - interval '2 days' where resv_id = :resv;
update offer set name_deadline = now() where offer_id = 8600;
select is(pg_temp.name(:'resv', 4, 'g:X') ->> 'refused', 'ZC034', 'past the deadline nobody is named');
select is(pg_temp.accept(:'resv', 8202) ->> 'refused', 'ZC034', 'nobody accepts');
select is(pg_temp.decline(:'resv', 8202) ->> 'refused', 'ZC034', 'or declines');
select is(lib.name_deadlines_run(), 1::bigint, 'the organiser is told');
select is(lib.name_deadlines_run(), 0::bigint, 'then it is done');
select is((select string_agg(coalesce(names_told::text, 'told'), ' ' order by offer_id) from offer), 'told 0', 'with this offer');
create temp table moved as
select pg_temp.call('s:8303', 'offer_update', format('8600, 1, null, null, null, null, null, null, null, null, null, null, %L, null, null, null, null, null, null, null, null, null, null', now() + interval '1 day')) as r;
select is((r ->> 'version') || ' ' || (select names_told from offer where offer_id = 8600), '2 0', 'a deadline that is put off will be told of again') from moved;
select is(pg_temp.name(:'resv', 4, 'g:X') ->> 'state', 'accepted', 'and until then seats can be named');
select is((select count || ' ' || (refs -> 'seats')::text from notification where member_id = 8201 and type = 'resv_unnamed'), '1 [1, 2, 4, 6]', 'once, of seats without a name that said yes');
select is((select string_agg(invariant || ' ' || object || ' ' || found, ', ') from lib.seat_violations()), null, 'the invariants hold');
select * from finish();
rollback;
