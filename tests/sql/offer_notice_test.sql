-- offer_notice_test.sql -- reminders, openings in pieces, safety notices, who is booked.
begin;
\ir noun.psql
\ir seats.psql
select plan(39);
update tier set seat_limit = 50;
insert into staff (staff_id, login, roles) values (8303, 'n-manager', '{manager}'), (8304, 'n-manager2', '{manager}');
insert into staff_club (staff_id, club_id) values (8303, 8001), (8304, 8002);
insert into consent_text (purpose_id, ver, locale, title, body, sha256, material, valid_from, published_by)
values (33, 1, 'en', 'Early', 'Early', sha256('early'), true, now() - interval '1 day', 'test') on conflict do nothing;

create function pg_temp.allow(p_member bigint, p_channel int) returns void language sql as $$
    insert into consent_state (member_id, purpose_id, scope_id, channel_id, state, text_ver, event_id)
    values (p_member, 33, 8101, p_channel, 'given', 1, lib.consent_record(p_member, 33::smallint, 8101, p_channel::smallint, 'give', 1,
                                                                         'en', 'm:' || p_member, 'test', '{}'));
$$;
create function pg_temp.remind(p_member bigint, p_on boolean default true, p_offer bigint default 8600) returns jsonb language sql as
$$ select pg_temp.call('m:' || p_member, 'offer_remind', format('%s, %L', p_offer, p_on)) $$;
-- What the job tells: the events of its run, as type and member.
create function pg_temp.run(out done bigint, out told text) language plpgsql as $$
declare
    v_upto bigint := coalesce((select sum(seq) from stream), 0);
begin
    create temp table if not exists seen (stream text, seq bigint);
    insert into seen select stream, seq from stream;
    done := lib.offer_notices_run();
    select string_agg(o.type || ' ' || substr(o.stream, 4), ', ' order by o.stream, o.seq) into told
      from outbox o
     where o.type <> 'notify.added'
       and o.seq > coalesce((select s.seq from seen s where s.stream = o.stream), 0);
    drop table seen;
end $$;
create function pg_temp.told() returns text language sql as $$ select told from pg_temp.run() $$;

-- 8600 opens in an hour for the second tier, in two for all
update offer set category_id = 8101, state = 'announced', public_open_at = now() + interval '2 hours' where offer_id = 8600;
insert into access_window (window_id, offer_id, min_rank, opens_at, cum_cap_ppm) values (8630, 8600, 1, now() + interval '1 hour', 400000);
select pg_temp.allow(8202, 1), pg_temp.allow(8202, 3), pg_temp.allow(8203, 3), pg_temp.allow(8204, 1), pg_temp.allow(8207, 1), pg_temp.allow(8205, 1) \g /dev/null

-- asking
select is(pg_temp.remind(8201) ->> 'opens_at', (select lib.iso(public_open_at) from offer where offer_id = 8600), 'when it opens for all');
select is(pg_temp.remind(8204) ->> 'opens_at', (select lib.iso(opens_at) from access_window), 'or earlier, for the second tier');
select is(pg_temp.remind(8207) ->> 'refused', 'ZC002', 'not outside the club');
select is(pg_temp.remind(8206, false) ->> 'on', 'false', 'off is off');
select is(pg_temp.remind(8201, false) ->> 'on', 'false', 'taken back');
select is(pg_temp.remind(8201) ->> 'on', 'true', 'and asked for again');
update offer set state = 'closed' where offer_id = 8600;
select is(pg_temp.remind(8206) ->> 'refused', 'ZC034', 'not when booking is over');
update offer set state = 'announced' where offer_id = 8600;
select is(pg_temp.told(), null, 'nothing is open, nothing is told');

-- opening
update access_window set opens_at = now() - interval '1 second';
select is(pg_temp.told(), 'offer.reminder 8204, early.opening 8204', 'the window of the second tier');
select is(pg_temp.told(), null, 'once');
select is(pg_temp.remind(8204) ->> 'refused', 'ZC034', 'who can book is not reminded');
update membership set tier_id = 8061 where member_id = 8204;
update offer set state = 'paused', public_open_at = now() - interval '100 milliseconds' where offer_id = 8600;
select is(pg_temp.told(), null, 'what is paused is not open');
update offer set state = 'open' where offer_id = 8600;
select is(pg_temp.told(), 'offer.reminder 8201, early.opening 8202',
          'for all: not again to who fell back, not to a child, not outside the club');
select is((select array_agg(member_id || ' ' || channel_id order by member_id) from send_job where template = 'early.opening'), '{"8202 3","8203 3"}',
          'outside, on the channels that were agreed to');
select is((select array_agg(member_id order by member_id) from send_job where template = 'early.opening' and (lib.send_gate(send_job)).reason is not null),
          null, 'which the gate lets go');
update offer set audience = '{"min_rank":1}' where offer_id = 8600;
select is((select array_agg(member_id order by member_id) from send_job where template = 'early.opening' and (lib.send_gate(send_job)).reason = 'subject'),
          '{8202,8203}', 'unless they may not see it any more');
update offer set audience = '{}' where offer_id = 8600;
insert into offer_reminder (offer_id, member_id) values (8600, 8206);
select is(pg_temp.told(), null, 'a reminder that came at the last moment');
update offer set public_open_at = now() - interval '31 seconds' where offer_id = 8600;
update offer_opening set opens_at = now() - interval '31 seconds' where opens_at = now() - interval '100 milliseconds';
select is(pg_temp.told(), 'offer.reminder 8206', 'is found half a minute later');
select is(pg_temp.told(), null, 'and that is all');

-- closed offers: nobody outside
update offer set audience = '{"invite_only":true}' where offer_id = 8600;
insert into offer_invite (offer_id, member_id) values (8600, 8203);
delete from offer_told;
delete from offer_opening;
update offer_reminder set sent_at = null;
select is(pg_temp.told(), null, 'an offer for the invited is told to nobody else');
select is((select array_agg(member_id) from offer_told), '{8203}', 'but to them');
update offer set audience = '{}' where offer_id = 8600;

-- in pieces
select pg_temp.crowd(1100);
insert into offer_reminder (offer_id, member_id) select 8600, m from generate_series(8401, 9500) m;
delete from offer_opening;
select is(array[(pg_temp.run()).done, (pg_temp.run()).done, (pg_temp.run()).done], '{500,500,107}', 'five hundred at a time');
select is((select count(*) from offer_reminder where sent_at is null), 0::bigint, 'nobody is left out');

-- safety
select (pg_temp.hold_by('m:8201', 8600, jsonb_build_array(pg_temp.units(8622, 4)), null,
                        '[{"class":"8622","member":"8202"},{"class":"8622","member":"8203"},{"class":"8622","guest":"Aunt"}]') ->> 'reservation')::bigint as resv \gset
select pg_temp.call('m:8201', 'reservation_confirm', format('%s, null, null', :resv)), pg_temp.call('m:8202', 'reservation_accept_seat', :'resv') \g /dev/null
select pg_temp.hold(8206, 8622) \g /dev/null
select is(pg_temp.call('s:8303', 'offer_safety_notice', $$8600, 'Ice'$$) ->> 'recipients', '2', 'who has confirmed, and who has accepted');
select is(pg_temp.told(), 'offer.safety 8201, offer.safety 8202', 'are told');
select is((select count(*) from offer_notice where sent_at is null), 0::bigint, 'all of them');
select is(pg_temp.call('s:8304', 'offer_safety_notice', $$8600, 'Ice'$$) ->> 'refused', 'ZC001', 'no manager of another club');
select is(pg_temp.call('s:8302', 'offer_safety_notice', $$8600, 'Ice'$$) ->> 'refused', 'ZC001', 'no agent');

-- the list
create function pg_temp.list(p_who text, p_limit int default null, p_cursor text default null) returns jsonb language sql as
$$ select pg_temp.try(format('select * from api.offer_bookings(%L, 8600, null, %L, %L)', p_who, p_limit, p_cursor)) $$;
select is((select string_agg((s ->> 'seat') || coalesce(s #>> '{member,handle}', s ->> 'guest', '-'), ' ' order by s ->> 'seat')
             from jsonb_array_elements(pg_temp.list('s:8302') -> 'seats') s), '1nn8202 2- 3Aunt 4-', 'who has said yes, guests, seats');
select is(pg_temp.list('s:8302', 1, pg_temp.list('s:8303', 3) ->> 'cursor') -> 'seats' -> 0 ->> 'seat', '4', 'page by page');
select is(pg_temp.list('s:8304') ->> 'refused', 'ZC001', 'for the staff of the club');
select is((select count(distinct subject_member) from audit_log where action = 'offer.bookings'), 2::bigint, 'each who was shown can read so');

-- needs: for a manager who asks, as long as the member consents
insert into consent_text (purpose_id, ver, locale, title, body, sha256, material, valid_from, published_by)
values (60, 1, 'en', 'Needs', 'Needs', sha256('needs'), true, now() - interval '1 day', 'test') on conflict do nothing;
insert into consent_state (member_id, purpose_id, scope_id, channel_id, state, text_ver, event_id)
values (8202, 60, 8600, 0, 'given', 1, lib.consent_record(8202, 60::smallint, 8600, 0::smallint, 'give', 1, 'en', 'm:8202', 'test', '{}'));
update reservation_party set needs_enc = lib.pii_seal('No gluten') where resv_id = :resv and seat_no = 1;
create function pg_temp.needs(p_who text) returns jsonb language sql as
$$ select pg_temp.try(format('select * from api.offer_bookings(%L, 8600, true, null, null)', p_who)) $$;
select is((select array_agg(s -> 'needs' order by s ->> 'seat') from jsonb_array_elements(pg_temp.needs('s:8303') -> 'seats') s),
          array['"No gluten"', 'null', 'null', 'null']::jsonb[], 'a manager sees what is needed');
select is(pg_temp.needs('s:8302') ->> 'refused', 'ZC001', 'an agent does not');
select is((select s ->> 'needs' from jsonb_array_elements(pg_temp.list('s:8303') -> 'seats') s limit 1), null, 'nor a manager who did not ask');
select is((select detail ->> 'needs' from audit_log where action = 'offer.bookings' and subject_member = 8202 and detail ? 'needs' limit 1),
          'true', 'the member can read that it was looked at');
update consent_state set state = 'withdrawn' where member_id = 8202 and purpose_id = 60;
select is((select pg_temp.needs('s:8303') #> '{seats,0,needs}'), 'null'::jsonb, 'not without the consent');

-- in the end
update offer set announce_at = null, public_open_at = now() - interval '50 days', booking_close_at = now() - interval '40 days',
       name_deadline = now() - interval '40 days', starts_at = now() - interval '33 days', ends_at = now() - interval '31 days';
select cmp_ok(lib.openings_purge(), '>', 1::bigint, 'who was told is forgotten 30 days after the end');
select is((select count(*) from offer_told) + (select count(*) from offer_opening), 0::bigint, 'wholly');

select * from finish();
rollback;
