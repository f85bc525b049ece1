-- reservation_arrive_test.sql -- codes, cards, seats of a group, no-shows, and what a strike goes through.
begin;
\ir noun.psql
\ir seats.psql
select plan(66);
update tier set seat_limit = 50;
insert into api_key (key_hash, service, scopes, created_by) values (sha256('n-gate'), 'gate', '{pos}', 'test');
insert into staff (staff_id, login, roles) values (8303, 'n-agent2', '{agent}');
insert into staff_club (staff_id, club_id) values (8303, 8002);

-- A confirmed reservation of so many seats: 8201's, with 8202 who has accepted and 8203 who has not.
create function pg_temp.booked(p_member bigint, p_seats int, p_party jsonb default null) returns bigint
language plpgsql as $$
declare
    v_resv bigint;
begin
    v_resv := (pg_temp.hold_by('m:' || p_member, 8600, jsonb_build_array(pg_temp.units(8622, p_seats)), null, p_party)
               ->> 'reservation')::bigint;
    perform pg_temp.call('m:' || p_member, 'reservation_confirm', format('%s, null, null', v_resv));
    return v_resv;
end $$;
create function pg_temp.arrive(p_who text, p_resv bigint, p_code text default null, p_seats text default null,
                               p_card text default null, p_offer bigint default null, p_step bigint default null,
                               p_till text default '1') returns jsonb language sql as $$
    select pg_temp.call(p_who, 'reservation_check_in', format('%L::bigint, %L::bigint, %L, %L, %L::bigint, %L::jsonb, %L',
                                                             p_resv, p_offer, p_code, p_card, p_step, p_seats, p_till))
$$;
create function pg_temp.code(p_resv bigint, p_ago int default 0) returns text language sql as
$$ select lib.resv_code(p_resv, lib.totp_step(clock_timestamp()) - p_ago) $$;
create function pg_temp.seats_of(p_resv bigint) returns text language sql as
$$ select string_agg(state, ' ' order by seat_no) from reservation_party where resv_id = p_resv $$;
create function pg_temp.event(p_reply jsonb, p_type text) returns jsonb language sql as
$$ select jsonb_agg(e -> 'stream' order by e ->> 'stream') from jsonb_array_elements(nullif(p_reply -> '_events', 'null')) e where e ->> 'type' = p_type $$;

select pg_temp.booked(8201, 4, '[{"class":"8622","member":"8202"},{"class":"8622","member":"8204"},{"class":"8622","guest":"Aunt"}]') as resv \gset
select pg_temp.call('m:8202', 'reservation_accept_seat', :'resv') \g /dev/null

-- the code
select is(length(pg_temp.try(format('select * from api.reservation_code(%L, %s)', 'm:8201', :resv)) ->> 'code'), 6, 'six digits');
select is(pg_temp.try(format('select * from api.reservation_code(%L, %s)', 'm:8202', :resv)) ->> 'text',
          'clubhub:r:' || :resv || ':' || pg_temp.code(:resv), 'also for who has accepted');
select is(pg_temp.try(format('select * from api.reservation_code(%L, %s)', 'm:8204', :resv)) ->> 'refused', 'ZC002', 'not for who has not');
select is(pg_temp.try(format('select * from api.reservation_code(%L, %s)', 'm:8206', :resv)) ->> 'refused', 'ZC002', 'nor for others');
select is(lib.resv_code(12345, 59 / 30), right(lib.totp(lib.resv_secret(12345), 1), 6), 'the code of a step is TOTP of the derived key');
select isnt(lib.resv_secret(1), lib.resv_secret(2), 'each reservation has a key of its own');

-- who may
select is(pg_temp.arrive('v:gate', :resv) ->> 'path', 'code', 'a till needs a code');
select is(pg_temp.arrive('s:8303', :resv) ->> 'refused', 'ZC001', 'an agent of another club may not');
select is(pg_temp.arrive('s:8301', :resv) ->> 'refused', 'ZC001', 'nor an editor');
select is(pg_temp.arrive('s:8302', 999999) ->> 'refused', 'ZC002', 'there is no such reservation');
select is(pg_temp.arrive('v:gate', null, pg_temp.code(:resv)) ->> 'path', 'reservation', 'one must be named');
select is(pg_temp.arrive('v:gate', :resv, pg_temp.code(:resv, 2)) ->> 'refused', 'CODE_INVALID', 'an old code');
select is(pg_temp.arrive('v:gate', 999999, pg_temp.code(999999)) ->> 'refused', 'CODE_INVALID', 'an unknown reservation is as a wrong code');
select is(pg_temp.arrive('v:gate', :resv, pg_temp.code(:resv), '[5]') ->> 'path', 'seats', 'a seat of nobody');
select is((select state from reservation where resv_id = :resv), 'confirmed', 'nothing was written');

-- seat by seat
select pg_temp.arrive('v:gate', :resv, pg_temp.code(:resv), '[2]') as first \gset
select is(:'first'::jsonb - '{_events,_sys,_subjects,seats}'::text[], jsonb_build_object(
    'reservation', :'resv', 'offer', '8600', 'state', 'checked_in', 'checked_in', 1), 'the first seat is in');
select is(pg_temp.event(:'first', 'resv.invited'), '["me:8204"]', 'as is who was invited and did not say yes, that it is over');
select is(pg_temp.event(:'first', 'resv.changed'), '["me:8201", "me:8202"]', 'organiser and party are told');
select is(pg_temp.seats_of(:resv), 'accepted checked_in accepted unnamed', 'the seat alone; who was invited and did not say yes is not named');
select is((select member_id from reservation_party where resv_id = :resv and seat_no = 2), null, 'nor kept on it');
select is(pg_temp.arrive('v:gate', :resv, pg_temp.code(:resv), '[2]') - '{_events,_sys}'::text[],
          (:'first'::jsonb || '{"checked_in":0}') - '{_events,_sys}'::text[], 'the same seat again answers the same');
select is(pg_temp.arrive('v:gate', :resv, pg_temp.code(:resv), '[2]') -> '_events', 'null', 'and tells nobody');
select is(pg_temp.arrive('v:gate', :resv, pg_temp.code(:resv), '[1,3]') ->> 'checked_in', '2', 'the same code for other seats');
select is(pg_temp.arrive('v:gate', :resv, pg_temp.code(:resv, 1), '[4]') ->> 'refused', 'ZC031', 'an older code once a newer was shown');
select is(pg_temp.arrive('v:gate', :resv, pg_temp.code(:resv, 1), '[1]') ->> 'checked_in', '0', 'but who is in is in');
select is(pg_temp.arrive('s:8302', :resv) ->> 'checked_in', '1', 'an agent lets the rest in without a code');
select is((select count(*) from audit_log where action = 'reservation.check_in' and subject_member = 8201), 3::bigint, 'written down');

-- by card
select lib.card_issue(8201), lib.card_issue(8202) \g /dev/null
select card_no as organiser from member_card where member_id = 8201 \gset
select card_no as friend from member_card where member_id = 8202 \gset
create function pg_temp.card(p_card text, p_ago int default 0) returns text language sql as
$$ select lib.totp(lib.card_secret(p_card), lib.totp_step(clock_timestamp()) - p_ago) $$;
select pg_temp.booked(8201, 3, '[{"class":"8622","member":"8201"},{"class":"8622","member":"8202"}]') as group \gset
select pg_temp.call('m:8202', 'reservation_accept_seat', :'group') \g /dev/null
select is(pg_temp.arrive('v:gate', :group, pg_temp.card(:'friend'), '[3]', :'friend') ->> 'path', 'seats', 'a card of the party lets in its member');
select is(pg_temp.arrive('v:gate', null, pg_temp.card(:'friend'), null, :'friend', 8600) -> 'seats' -> 0 ->> 'seat', '2', 'whose seat is found by the offer');
select is(pg_temp.seats_of(:group), 'accepted checked_in unnamed', 'that one alone');
select is(pg_temp.arrive('v:gate', null, pg_temp.card(:'friend'), null, :'friend', 8600) ->> 'checked_in', '0', 'the same again answers the same');
select is(pg_temp.arrive('v:gate', :group, pg_temp.card(:'organiser'), null, :'organiser') ->> 'checked_in', '2', 'the organiser''s lets in all');
select pg_temp.booked(8201, 1) as next \gset
select is(pg_temp.arrive('v:gate', :next, pg_temp.card(:'organiser'), null, :'organiser') ->> 'refused', 'ZC031', 'a code of a card is good once');
select is(pg_temp.arrive('v:gate', :next, pg_temp.card(:'friend', -1), null, :'friend') ->> 'refused', 'ZC002', 'a card of somebody else');
select is(pg_temp.arrive('v:gate', :next, 'nonsense', null, :'organiser') ->> 'refused', 'CODE_INVALID', 'a wrong code');
select is((select fail_count from member_card where card_no = :'organiser'), 1, 'counts against the card');
select is(pg_temp.arrive('v:gate', :next, 'nonsense', null, '9000000000000000') ->> 'path', 'card', 'no card number');

-- too many wrong codes
select pg_temp.arrive('v:gate', :next, '000-00', null, p_till => '7') from generate_series(1, 5) \g /dev/null
select is(pg_temp.arrive('v:gate', :next, pg_temp.code(:next), null, p_till => '7') ->> 'refused', 'ZC006', 'the till waits, also with a right code');
select is(pg_temp.arrive('v:gate', :next, '000-00', null, p_till => '7') ->> 'refused', 'ZC006', 'and guesses no more');
select pg_temp.arrive('v:gate', :next, '000-00', null, p_till => 't' || n / 4) from generate_series(0, 14) n \g /dev/null
select is(pg_temp.arrive('v:gate', :next, pg_temp.code(:next), null, p_till => 'new') ->> 'refused', 'ZC006', 'after twenty, all tills do');
select is(pg_temp.arrive('s:8302', :next) ->> 'checked_in', '1', 'but an agent who sees the member does not');

-- nobody comes
select pg_temp.booked(8206, 2, '[{"class":"8622","member":"8206"},{"class":"8622","member":"8202"}]') as gone \gset
select pg_temp.booked(8201, 1) as late \gset
select is(pg_temp.call('s:8302', 'reservation_no_show', :'gone') ->> 'state', 'not_yet', 'before the start nobody is late');
update offer set booking_close_at = now() - interval '3 hours', name_deadline = now() - interval '3 hours', public_open_at = now() - interval '1 day',
       starts_at = now() - interval '2 hours', ends_at = now() + interval '1 hour' where offer_id = 8600;
select is(pg_temp.call('s:8302', 'reservation_no_show', :'group') ->> 'state', 'checked_in', 'who came is no no-show');
select pg_temp.call('s:8302', 'reservation_no_show', :'gone') as marked \gset
select is((select string_agg(e ->> 'type', ' ' order by e ->> 'type') from jsonb_array_elements(:'marked'::jsonb -> '_events') e),
          'notify.added resv.changed resv.invited strike.added sys.changed', 'a no-show is told');
select is((select count(*) from reservation_party where resv_id = :gone and member_id = 8202), 0::bigint, 'who had not said yes is off the list');
select is(pg_temp.seats_of(:gone), 'no_show no_show', 'of all its seats');
select is(pg_temp.arrive('s:8302', :gone) ->> 'state', 'no_show', 'too late');
update offer set starts_at = now() - interval '119 minutes' where offer_id = 8600;
select is(lib.no_shows_run(), 0::bigint, 'the job waits two hours');
update offer set starts_at = now() - interval '2 hours', state = 'cancelled' where offer_id = 8600;
select is(lib.no_shows_run(), 0::bigint, 'and strikes nobody for what was cancelled');
update offer set state = 'running' where offer_id = 8600;
select is(lib.no_shows_run(), 1::bigint, 'then it marks who is left');
select is((select count(*) from strike where member_id = 8201 and state = 'active'), 1::bigint, 'with a strike');

-- disputes
select is(pg_temp.call('m:8202', 'reservation_dispute', :'gone') ->> 'refused', 'ZC002', 'not somebody else''s');
select is(pg_temp.call('m:8206', 'reservation_dispute', :'gone') ->> 'strike', 'disputed', 'the member disputes');
select is((select date_trunc('minute', due_at - now()) from support_case where cause = 'dispute' and ref = :'gone'), interval '5 days', 'a case, due in five days');
select is(pg_temp.call('m:8206', 'reservation_dispute', :'gone') ->> 'state', 'disputed', 'once');
select is(pg_temp.call('s:8302', 'reservation_dispute_decide', format('%s, %L, %L', :gone, 'waived', 'The gate was shut')) ->> 'state', 'completed', 'a granted one completes');
update strike set at = now() - interval '14 days' where resv_id = :late;
select is(pg_temp.call('m:8201', 'reservation_dispute', :'late') ->> 'refused', 'ZC034', 'not after 14 days');

-- the end
update offer set ends_at = now() - interval '1 minute' where offer_id = 8600;
update offer set state = 'cancelled' where offer_id = 8600;
select is(lib.completed_run(), 0::bigint, 'what is cancelled is paid back, not completed');
update offer set state = 'running' where offer_id = 8600;
select is(lib.completed_run(), 3::bigint, 'when it is over, who came is completed');

-- an offer where nobody looked who came: nobody is marked, and all are completed in pieces
insert into offer (offer_id, club_id, kind, title, organiser_name, starts_at, ends_at, public_open_at, booking_close_at, name_deadline, currency, state)
select 8690, club_id, kind, title, organiser_name, now() - interval '3 hours', now() - interval '1 minute', public_open_at, now() - interval '4 hours',
       now() - interval '4 hours', currency, 'running' from offer where offer_id = 8600;
insert into reservation (resv_id, offer_id, organiser, persons, state, total_minor, confirmed_at)
select 869000 + n, 8690, 8202, 1, 'confirmed', 0, now() from generate_series(1, 201) n;
insert into reservation_party (resv_id, seat_no, class_id, unit_no, member_id, state)
select 869000 + n, 1, 8622, 1, 8202, 'accepted' from generate_series(1, 201) n;
select is(lib.no_shows_run(), 0::bigint, 'where nobody looked who came nobody is a no-show');
select is(lib.completed_run(), 200::bigint, 'they are completed when it is over');
select is(lib.no_shows_run(), 0::bigint, 'which is no sign that somebody looked');
select is(lib.completed_run(), 1::bigint, 'the rest too');
select is((select string_agg(distinct r.state || ' ' || y.state, ',') from reservation r join reservation_party y using (resv_id) where r.offer_id = 8690),
          'completed accepted', 'and their seats stay as they were');
select is((select count(*) from strike where member_id = 8202), 0::bigint, 'without a strike');
delete from reservation_party where resv_id between 869001 and 869201;
delete from reservation where offer_id = 8690;
delete from outbox where refs ->> 'resv' like '869___';

select is((select string_agg(v::text, ' ') from lib.seat_violations() v), null, 'the books of the seats are in order');

select * from finish();
rollback;
