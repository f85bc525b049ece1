-- The welcome package: on the first active of a membership, once for life, whichever way one comes in, on no condition.
begin;
\ir noun.psql
select plan(30);

insert into staff (staff_id, login, roles) values (8303, 'n-manager', '{manager}');
insert into staff_club (staff_id, club_id) select 8303, c from generate_series(8001, 8003) c;
insert into benefit (benefit_id, club_id, kind, title, terms, stock, min_rank, status)
values (8611, 8001, 'gift', 'Mug', 'One.', 5, 0, 'active'), (8612, 8001, 'access', 'Lounge', 'Once.', null, 1, 'active'),
       (8613, 8001, 'gift', 'Paused', 'No.', null, 0, 'paused'), (8614, 8001, 'gift', 'None left', 'No.', 0, 0, 'active'),
       (8615, 8002, 'gift', 'Ticket', 'One.', null, 0, 'active'), (8616, 8003, 'gift', 'Dinner', 'One.', null, 0, 'active');
create function pg_temp.types(p_reply jsonb, p_stream text) returns text language sql as $$
    select string_agg(e ->> 'type', ' ' order by no) from jsonb_array_elements(p_reply -> '_events') with ordinality as x (e, no)
     where e ->> 'stream' = p_stream
$$;
create function pg_temp.held(p_member bigint, p_club bigint) returns text language sql as $$
    select string_agg(b.title || ' ' || v.cause || ' ' || v.state, ', ' order by b.benefit_id)
      from club.voucher v join club.benefit b using (benefit_id) where v.holder = p_member and b.club_id = p_club
$$;

-- what a manager may set
create function pg_temp.settings(p_welcome text, p_base bigint default 1) returns jsonb language sql as $$
    select pg_temp.call('s:8303', 'club_update', format('8001, %s, null, null, %L, null', p_base, '{"welcome":' || p_welcome || '}'))
$$;
select is((api.club_get('s:8303', 8001, 'en')).reply #> '{settings,welcome}', '{"points": 0, "benefits": []}', 'nothing at first');
select is(pg_temp.settings('{"points":5,"benefits":["8615"]}') ->> 'path', 'settings.welcome', 'a benefit of another club');
update benefit set status = 'retired' where benefit_id = 8613;
select is(pg_temp.settings('{"points":5,"benefits":["8613"]}') ->> 'path', 'settings.welcome', 'one that is retired');
update benefit set status = 'paused' where benefit_id = 8613;
select is(pg_temp.settings('{"points":250,"benefits":["8611","8612","8613","8614"]}') #>> '{settings,welcome,points}', '250', 'set');

-- joining
create temp table joined as select pg_temp.call('m:8207', 'membership_apply', '8001, null, null') as r;
select is(pg_temp.types((select r from joined), 'me:8207'), 'membership.changed card.changed voucher.issued voucher.issued notify.added points.changed', 'all of it, told in one commit');
select is(pg_temp.held(8207, 8001), 'Mug welcome issued, Lounge welcome issued', 'what is active and in stock, whatever the tier');
select is((select stock from benefit where benefit_id = 8611), 4, 'from the stock');
select is((lib.points_summary_view(8207)).view ->> 'available', '250', 'points');
select is((select kind || ' ' || ref_kind from ledger_tx where idem = 'welcome:8207:8001'), 'earn welcome', 'under a key for life');
select is((select l.expires_at from point_lot l join ledger_account a using (account_id) where a.owner_kind = 'm' and a.owner_id = 8207), lib.points_expiry(now(), 24, 'Europe/Oslo'), 'that expire like others of the club');
select is((select count(*) from member_card where member_id = 8207), 1::bigint, 'a card');
select is((select welcome_state from membership where member_id = 8207 and club_id = 8001), 'granted', 'and it is noted');
select is((select string_agg(template, ' ') from send_job where member_id = 8207), null, 'no mail without a verified address');
select is(jsonb_path_query_array((api.benefit_entitlements('m:8207', 8001)).reply, '$.entitlements[*] ? (@.what == "voucher").usable'), '[true, true]', 'to be used at once');
-- once for life
select pg_temp.call('m:8207', 'membership_leave', '8001') \g /dev/null
select is(pg_temp.types(pg_temp.call('m:8207', 'membership_apply', '8001, null, null'), 'me:8207'), 'membership.changed', 'who comes back gets none');
select pg_temp.call('m:8201', 'membership_leave', '8001') \g /dev/null
select is(pg_temp.types(pg_temp.call('m:8201', 'membership_apply', '8001, null, null'), 'me:8201'), 'membership.changed', 'nor who had joined before there was one');
select is(lib.welcome_grant(8207, 8001, false), '{}', 'whoever asks for it again');
select is((select count(*) from ledger_tx where idem like 'welcome:%'), 1::bigint, 'one gift of points in all');

-- by application, by invitation
update club set settings = settings || '{"welcome":{"points":0,"benefits":["8615"]}}' where club_id = 8002;
update club set settings = settings || '{"welcome":{"points":7,"benefits":[]},"expiry_months":0}' where club_id = 8003;
update member set email_verified_at = now() where member_id = 8204;
select is(pg_temp.types(pg_temp.call('m:8204', 'membership_apply', '8002, null, ''[{"question":"Why?","answer":"So"}]'''), 'me:8204'), 'membership.changed', 'not for applying');
select is(pg_temp.types(pg_temp.call('s:8303', 'membership_decide', '8002, 8204, ''approve'''), 'me:8204'),
          'membership.changed card.changed voucher.issued notify.added notify.added', 'for being taken in');
select is(pg_temp.held(8204, 8002), 'Ticket welcome issued', 'the voucher');
select is((select string_agg(template, ' ' order by job_id) from send_job where member_id = 8204), 'notify.membership notify.welcome', 'and the mail');
select is(pg_temp.types(pg_temp.call('s:8303', 'membership_decide', '8002, 8204, ''decline'''), 'me:8204'), null, 'a second decision changes nothing');
select pg_temp.call('s:8303', 'membership_invite', '8003, 8204, null, ''Good customer''') \g /dev/null
select is(pg_temp.types(pg_temp.call('m:8204', 'membership_accept_invite', '8003, null'), 'me:8204'), 'membership.changed notify.added points.changed', 'for accepting; one card is enough');
select is((select expires_at from point_lot l join ledger_account a using (account_id) where a.owner_kind = 'm' and a.owner_id = 8204), null, 'points that never expire where the club says so');
select is((select count(*) from member_card where member_id = 8204), 1::bigint, 'one card');

-- refuse-all and accept-all get the same (I-56)
create temp table twin (m bigint, consent jsonb);
insert into member (member_id, status, handle) values (8291, 'active', 'yes.t'), (8292, 'active', 'no.t');
insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)
select m, 8002, 8052, 'active', 8062, now() from generate_series(8291, 8292) m;
insert into twin values
    (8291, pg_temp.call('m:8291', 'consent_give', format('%L, 0, null, null', jsonb_build_array(pg_temp.item('com.profile', '8002', 'none'), pg_temp.item('mkt.offers', '8102', 'inapp'))))),
    (8292, pg_temp.call('m:8292', 'consent_refuse', format('%L, null, null', jsonb_build_array(pg_temp.item('com.profile', '8002', 'none'), pg_temp.item('mkt.offers', '8102', 'inapp')))));
select is((select count(*) from twin where consent ? 'refused'), 0::bigint, 'one says yes to all, the other no');
create temp table come as select m, pg_temp.types(pg_temp.call('m:' || m, 'membership_apply', '8001, null, null'), 'me:' || m) as told from twin;
select is((select count(distinct told) || ' ' || max(told) from come), '1 membership.changed card.changed voucher.issued voucher.issued notify.added points.changed', 'both are told the same');
select is((select count(distinct jsonb_path_query_array((api.benefit_entitlements('m:' || m, null)).reply, '$.entitlements[*].title')
                               || jsonb_path_query_array((api.benefit_entitlements('m:' || m, null)).reply, '$.entitlements[*].reasons')
                               || ((lib.points_summary_view(m)).view -> 'available')) from twin), 1::bigint, 'and have the same');
select is((select count(*) from lib.ledger_violations()), 0::bigint, 'the ledger holds');
select * from finish();
rollback;
