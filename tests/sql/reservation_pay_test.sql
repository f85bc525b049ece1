-- reservation.confirm: by members, by the booking service in time and too late; every payment has one outcome, for ever.
begin;
\ir noun.psql
\ir seats.psql
select plan(107);

insert into api_key (key_hash, service, scopes, created_by) values (sha256('n-agency'), 'agency', '{booking}', 'test');

-- A hold that ends in so long; of the waiting list, because there may be several of those.
create function pg_temp.held(p_member bigint, p_items jsonb, p_points jsonb default null, p_party jsonb default null,
                             p_ttl interval default '10 minutes') returns bigint language plpgsql as $$
declare
    v_offer offer := lib.offer_lock(8600);
    v_made  record;
begin
    perform lib.points_lock(array[p_member]);
    v_made := lib.resv_make('m:' || p_member, v_offer, p_member, p_items, coalesce(p_points, '[]'), coalesce(p_party, '[]'), 'waitlist',
                            p_ttl, 'free');
    perform lib.emit_all(lib.resv_events(v_made.resv) || lib.points_events(v_made.posted));
    return v_made.resv;
end $$;
create function pg_temp.single(p_member bigint default 8201, p_qty int default 1, p_ttl interval default '10 minutes')
returns bigint language sql as $$ select pg_temp.held(p_member, jsonb_build_array(pg_temp.units(8620, p_qty)), p_ttl => p_ttl) $$;
create function pg_temp.late(p_resv bigint, p_by interval default '7 seconds') returns void language sql as
$$ update reservation set expires_at = clock_timestamp() - p_by where resv_id = p_resv $$;
create function pg_temp.sweep(p_resv bigint) returns void language plpgsql as $$
begin
    perform lib.holds_end(array[p_resv], 'expired');
    perform lib.points_lock(lib.holds_owners(array[p_resv]));
    perform lib.emit_all(lib.resv_events(p_resv) || lib.points_events(lib.holds_points(array[p_resv], 'job:test')));
end $$;
create function pg_temp.pay(p_resv bigint, p_ref text, p_minor bigint default null, p_cur text default 'EUR', p_service text default 'desk')
returns jsonb language sql as $$
    select pg_temp.call('v:' || p_service, 'reservation_confirm', format('%s, %L, %L', p_resv, p_ref, case when p_minor is not null then
                            jsonb_build_object('minor', p_minor, 'cur', p_cur) end))
$$;
create function pg_temp.settle(p_resv bigint, p_member bigint default 8201) returns jsonb language sql as
$$ select pg_temp.call('m:' || p_member, 'reservation_confirm', p_resv || ', null, null') $$;
create function pg_temp.said(p_reply jsonb) returns text language sql as
$$ select concat_ws(' ', p_reply ->> 'refused', p_reply ->> 'outcome', p_reply ->> 'reason', p_reply ->> 'state') $$;
create function pg_temp.told(p_reply jsonb) returns text language sql as $$
    select string_agg((e ->> 'stream') || ' ' || (e ->> 'type') || coalesce(' ' || (e -> 'refs' ->> 'kind'), ''), ', ' order by no)
      from jsonb_array_elements(p_reply -> '_events') with ordinality as x (e, no)
     where e ->> 'type' <> 'offer.availability'     -- not more often than time allows
$$;
create function pg_temp.full(p_but int) returns void language sql as    -- all but so many seats of the pool are taken
$$ update seat_pool set capacity = held + confirmed + offered + p_but where pool_id = 8610 $$;
create function pg_temp.points(p_member bigint default 8201) returns text language sql as
$$ select (v ->> 'available') || '+' || (v ->> 'held') from (select (lib.points_summary_view(p_member)).view as v) x $$;

create function pg_temp.violations() returns text language sql as
$$ select string_agg(v.invariant || ' ' || v.object || ': ' || v.found, '; ') from lib.seat_violations() v $$;
create function pg_temp.refunds(p_resv bigint) returns text language sql as $$
    select string_agg(amount_minor || currency || ' ' || src_key || ' ' || state, ', ' order by refund_id) from club.refund where resv_id = p_resv
$$;
create function pg_temp.cases(p_resv bigint) returns text language sql as $$
    select (select count(*) || ' ' || coalesce(min(topic || ' ' || cause || ' ' || state), '') from club.support_case where ref = 'resv:' || p_resv)
           || ', ' || (select count(*) || ' ' || coalesce(min(class), '') from club.moment where ref = 'resv:' || p_resv)
$$;
select pg_temp.earn(8201, 'R1', 100000) \g /dev/null
select pg_temp.earn(8202, 'R2', 100000) \g /dev/null
select is(pg_temp.points(), '10000+0', 'ten thousand points');

-- in time
select pg_temp.single() as r, pg_temp.single(8202) as other \gset
select is(pg_temp.pool(), '2 0 0', 'two are held');
create temp table one as select pg_temp.pay(:r, 'P-1', 10000) as r;
select ok((select r @> format('{"reservation":"%s","outcome":"confirmed","state":"confirmed","amount":{"minor":10000,"cur":"EUR"}}', :r)::jsonb and not r ?| '{reason,refund}' from one), 'confirmed');
select is((select pg_temp.told(r) from one), 'me:8201 resv.changed', 'the member is told');
select is(pg_temp.pool(), '1 1 0', 'the seat is confirmed');
select is((select concat_ws(' ', state, paid_minor, refunded_minor, expires_at is null, confirmed_at is not null, capture_tx, version) from reservation where resv_id = :r), 'confirmed 10000 0 t t 2', 'so is the reservation');
select is((select string_agg(concat_ws(' ', member_id, state, price_minor), ', ') from reservation_party where resv_id = :r), '8201 accepted 10000', 'the seat is the organiser''s');
select is((select concat_ws(' ', resv_id = :r, outcome, amount_minor, reason, state) from payment where payment_ref = 'P-1'), 't confirmed 10000 confirmed', 'what became of the payment is kept');
select is((select action || ' ' || (detail ->> 'outcome') from audit_log where actor = 'v:desk' and subject_member = 8201), 'reservation.confirm confirmed', 'written down');
-- once, for ever
create temp table two as select pg_temp.pay(:r, 'P-1', 10000) as r;
select is((select r - '_events' - '_sys' from two), (select r - '_events' - '_sys' from one), 'another key: the same answer');
select is((select r -> '_events' from two), 'null', 'nobody is told twice');
delete from idempotency;
select is((select pg_temp.pay(:r, 'P-1', 9999) - '_events' - '_sys'), (select r - '_events' - '_sys' from one), 'after a day, and of another sum: the same answer');
select is((select pg_temp.pay(:r, ' P-1 ', p_service => 'agency') - '_events' - '_sys'), (select r - '_events' - '_sys' from one), 'told by another desk: the same answer');
select is(pg_temp.pay(:other, 'P-1'), '{"refused":"ZC019"}', 'for another reservation: used');
select is((select state from reservation where resv_id = :other), 'held', 'which is as it was');
select is(pg_temp.pay(0, 'P-1'), '{"refused":"ZC019"}', 'for none: used as well');
-- paid twice
select is(pg_temp.said(pg_temp.pay(:r, 'P-2', 10000)), 'refunded paid confirmed', 'a second payment goes back');
select is(pg_temp.said(pg_temp.pay(:r, 'P-2')), 'refunded paid confirmed', 'once');
select is(pg_temp.refunds(:r), '10000EUR pay:P-2 queued', 'all of it');
select is((select paid_minor || ' ' || refunded_minor from reservation where resv_id = :r), '10000 0', 'it was never counted');
select is(pg_temp.cases(:r), '0 , 0 ', 'nobody was let down');
select is(pg_temp.said(pg_temp.pay(:other, 'P-3')), 'confirmed confirmed', 'no sum: what was due');
select is(pg_temp.violations(), null, 'all adds up');

-- what is wrong changes nothing
select pg_temp.single() as r, pg_temp.held(8201, jsonb_build_array(pg_temp.units(8622, 1))) as free \gset
select is(pg_temp.pay(:r, null) ->> 'path', 'payment_ref', 'a service says the reference');
select is(pg_temp.pay(:r, '  ') ->> 'path', 'payment_ref', 'not an empty one');
select is(pg_temp.pay(:r, E'two\nlines') ->> 'path', 'payment_ref', 'nor one of two lines');
select is(pg_temp.pay(:r, 'P-9', 10000, 'NOK') ->> 'path', 'amount.cur', 'another currency');
select is(pg_temp.pay(:r, 'P-9', 0) ->> 'path', 'amount.minor', 'nothing paid');
select is(pg_temp.pay(:free, 'P-9') ->> 'problem', 'nothing is due', 'nothing to pay');
select is(pg_temp.pay(987654321, 'P-9'), '{"refused":"ZC002"}', 'no such reservation');
select is(pg_temp.call('m:8201', 'reservation_confirm', :r || ', ''P-9'', null') ->> 'path', 'payment_ref', 'members tell of no payment');
select is(pg_temp.settle(:r), '{"refused":"ZC017","state":"unpaid"}', 'money is due');
select is(pg_temp.settle(:free, 8202), '{"refused":"ZC002"}', 'somebody else''s');
select is(pg_temp.settle(987654321), '{"refused":"ZC002"}', 'none');
select is((select count(*) from payment where payment_ref = 'P-9') || ' ' || (select string_agg(state, ' ') from reservation where resv_id in (:r, :free)), '0 held held', 'nothing was written');
update member set status = 'suspended' where member_id = 8201;
select is(pg_temp.settle(:free), '{"refused":"ZC035","status":"suspended"}', 'not while suspended');
update member set status = 'active' where member_id = 8201;
update membership set status = 'left' where member_id = 8201 and club_id = 8001;
select is(pg_temp.settle(:free), '{"refused":"ZC014"}', 'nor out of the club');
update membership set status = 'active' where member_id = 8201 and club_id = 8001;
update offer set state = 'cancelled' where offer_id = 8600;
select is(pg_temp.settle(:free), '{"refused":"ZC034"}', 'nor for an offer that was cancelled');
update offer set state = 'paused' where offer_id = 8600;
select pg_temp.late(:free, '1 millisecond') \g /dev/null
select is(pg_temp.settle(:free), '{"refused":"ZC025"}', 'a millisecond late is too late');
select is(pg_temp.pool(), '2 2 0', 'and changes nothing');
update reservation set expires_at = clock_timestamp() + interval '5 seconds' where resv_id = :free;
select is(pg_temp.said(pg_temp.settle(:free)), 'confirmed confirmed', 'in time, though booking rests');
update offer set state = 'open' where offer_id = 8600;
select is(pg_temp.settle(:free), '{"refused":"ZC026","state":"confirmed"}', 'decided before');
select is((select count(*) from payment where resv_id = :free), 0::bigint, 'without a payment');

-- points
select pg_temp.held(8201, jsonb_build_array(pg_temp.units(8620, 2)), jsonb_build_array(pg_temp.units(8620, 2))) as points \gset
select is(pg_temp.points(), '9000+1000', 'a thousand is held');
create temp table paid as select pg_temp.settle(:points) as r;
select is((select pg_temp.told(r) from paid), 'me:8201 resv.changed, me:8201 points.changed capture', 'points alone');
select is(pg_temp.points(), '9000+0', 'spent');
select is((select x.kind || ' ' || x.idem || ' ' || x.amount || ' ' || x.ref_kind || ' ' || x.ref_id || ' ' || x.club_id from ledger_tx x where x.tx_id = (select capture_tx from reservation where resv_id = :points)), format('capture resv:%s:capture 1000 reservation %s 8001', :points, :points), 'under a key of its own');
select is((select string_agg(price_minor || ' ' || price_points, ', ') from reservation_party where resv_id = :points), '0 500, 0 500', 'each seat in points');
select pg_temp.held(8201, jsonb_build_array(pg_temp.units(8620, 2)), jsonb_build_array(pg_temp.units(8620, 1)), jsonb_build_array(
    jsonb_build_object('class', '8620', 'member', '8202'), jsonb_build_object('class', '8620', 'guest', 'Grandmother'))) as mixed \gset
select is(pg_temp.settle(:mixed) ->> 'state', 'unpaid', 'part money, part points: money is due');
create temp table mixed as select pg_temp.pay(:mixed, 'P-4', 10000) as r;
select is((select pg_temp.said(r) || ': ' || pg_temp.told(r) from mixed), 'confirmed confirmed: me:8201 resv.changed, me:8202 resv.invited, me:8202 notify.added, me:8201 points.changed capture', 'paid, captured, and who was named is asked');
select is(pg_temp.violations(), null, 'all adds up');

-- 19.7: the hold ends at 12:10:00, the payment comes at 12:10:07
select pg_temp.late(:r) \g /dev/null
create temp table late as select pg_temp.pay(:r, 'L-1', 10000) as r;
select is((select pg_temp.said(r) from late), 'confirmed_late confirmed', 'seats free: confirmed_late');
select is((select pg_temp.pay(:r, 'L-1', 10000) - '_events' - '_sys'), (select r - '_events' - '_sys' from late), 'a replay under another key: the same answer');
select is(pg_temp.refunds(:r) , null, 'nothing goes back');
select pg_temp.single() as r \gset
select pg_temp.late(:r), pg_temp.sweep(:r) \g /dev/null
select is(pg_temp.said(pg_temp.pay(:r, 'L-2')), 'confirmed_late confirmed', 'the same when the job has been there');
select is((select concat_ws(' ', state, paid_minor, closed_at is null) from reservation where resv_id = :r), 'confirmed 10000 t', 'the reservation lives');
select is(pg_temp.violations(), null, 'all adds up');
select pg_temp.single() as r, pg_temp.single() as swept \gset
select pg_temp.late(:swept), pg_temp.sweep(:swept) \g /dev/null
select pg_temp.full(0) \g /dev/null
create temp table refused as select pg_temp.pay(:swept, 'L-3', 10000) as r;
select is((select pg_temp.said(r) from refused), 'refunded sold_out expired', 'none free: refunded');
select is(pg_temp.refunds(:swept), '10000EUR pay:L-3 queued', 'one refund row');
select is((select r ->> 'refund' from refused), (select refund_id::text from refund where src_key = 'pay:L-3'), 'which is named');
select is(pg_temp.cases(:swept), '1 booking paid_late open, 1 tragic', 'a case, a tragic moment');
select is((select pg_temp.told(r) from refused), 'me:8201 resv.changed, staff:8001 case.changed', 'the staff is told');
select is((select pg_temp.pay(:swept, 'L-3', 10000) - '_events' - '_sys'), (select r - '_events' - '_sys' from refused), 'a replay under another key: the same answer');
update seat_pool set capacity = capacity + 50 where pool_id = 8610;
delete from idempotency;
select is((select pg_temp.pay(:swept, 'L-3', 10000) - '_events' - '_sys'), (select r - '_events' - '_sys' from refused), 'for ever, though there are seats now');
select is(pg_temp.pay(:r, 'L-3'), '{"refused":"ZC019"}', 'the same payment for another reservation: used');
select is(pg_temp.refunds(:swept) || '; ' || pg_temp.cases(:swept), '10000EUR pay:L-3 queued; 1 booking paid_late open, 1 tragic', 'still one of each');
select is(pg_temp.said(pg_temp.pay(:swept, 'L-4')), 'confirmed_late confirmed', 'another payment is another matter');
select is((select paid_minor || ' ' || refunded_minor from reservation where resv_id = :swept), '10000 0', 'of which this one counts');
select is(pg_temp.violations(), null, 'all adds up');
select is(pg_temp.said(pg_temp.pay(:r, 'L-5')), 'confirmed confirmed', 'a hold in time needs no free seat');

-- who waits goes first
select pg_temp.single(8204) as r \gset
select pg_temp.full(0) \g /dev/null
insert into waitlist_entry (entry_id, offer_id, class_id, member_id, qty) values (8690, 8600, 8620, 8206, 1);
select pg_temp.late(:r) \g /dev/null
create temp table waited as select pg_temp.pay(:r, 'W-1') as r;
select is((select pg_temp.said(r) from waited), 'refunded sold_out expired', 'what a late hold frees is offered first');
select is((select state from waitlist_entry where entry_id = 8690), 'offered', 'to who waits');
select ok((select pg_temp.told(r) like 'me:8204 resv.changed, me:8206 waitlist.offered%' from waited), 'who is told');
select is(pg_temp.said(pg_temp.pay(:r, 'W-2')), 'refunded sold_out expired', 'an offered seat is not free');
select is(pg_temp.cases(:r), '1 booking paid_late open, 1 tragic', 'one case for both payments');
update seat_pool set capacity = capacity + 1 where pool_id = 8610;
insert into waitlist_entry (entry_id, offer_id, class_id, member_id, qty, skips, accumulate_since) values (8691, 8600, 8620, 8206 - 4, 4, 3, now());
select is(pg_temp.said(pg_temp.pay(:r, 'W-3')), 'refunded sold_out expired', 'nor one that is kept for the head of the list');
update waitlist_entry set state = 'withdrawn', accumulate_since = null where entry_id = 8691;
select is(pg_temp.said(pg_temp.pay(:r, 'W-4')), 'confirmed_late confirmed', 'until it is free');
select is(pg_temp.violations(), null, 'all adds up');
update seat_pool set capacity = 100 where pool_id = 8610;

-- points of a late payment
create function pg_temp.mixed(p_member bigint default 8201) returns bigint language sql as
$$ select pg_temp.held(p_member, jsonb_build_array(pg_temp.units(8620, 2)), jsonb_build_array(pg_temp.units(8620, 1))) $$;
select pg_temp.points() as before \gset
select pg_temp.mixed() as r \gset
select pg_temp.late(:r) \g /dev/null
create temp table late_points as select pg_temp.pay(:r, 'Q-1', 10000) as r;
select is((select pg_temp.said(r) || ': ' || pg_temp.told(r) from late_points), 'confirmed_late confirmed: me:8201 resv.changed, me:8201 points.changed release, me:8201 points.changed hold, me:8201 points.changed capture', 'given back, held and captured again');
select pg_temp.mixed() as r \gset
select pg_temp.late(:r), pg_temp.sweep(:r) \g /dev/null
select is(pg_temp.said(pg_temp.pay(:r, 'Q-2')), 'confirmed_late confirmed', 'also after the job');
select is(pg_temp.points(), split_part(:'before', '+', 1)::int - 1000 || '+0', 'the same points, once each');
select is(pg_temp.violations(), null, 'all adds up');
select pg_temp.mixed(8202) as r, pg_temp.mixed(8202) as swept, pg_temp.pool() as pool \gset
select pg_temp.late(:swept), pg_temp.sweep(:swept), pg_temp.late(:r) \g /dev/null
select lib.points_lock(array[8202]), lib.points_debit('redeem', 'm', 8202, split_part(pg_temp.points(8202), '+', 1)::bigint - 400, lib.posting_of('test:spent', 'job:test')) \g /dev/null
create temp table spent as select pg_temp.pay(:swept, 'Q-3') as a, pg_temp.pay(:r, 'Q-4') as b;
select is((select pg_temp.said(a) from spent), 'refunded points expired', 'points spent elsewhere: refunded');
select is((select pg_temp.said(b) from spent), 'confirmed_late confirmed', 'those the hold still had are there');
select is(pg_temp.points(8202), '400+0', 'they are taken once');
select is(pg_temp.refunds(:swept), '10000EUR pay:Q-3 queued', 'the money goes back');
update ledger_account set frozen = true where kind = 'redeemable' and owner_kind = 'm' and owner_id = 8201;
select pg_temp.points() as before \gset
select pg_temp.single() as r \gset
select is(pg_temp.said(pg_temp.pay(:r, 'Q-5')), 'confirmed confirmed', 'frozen points do not matter where none are due');
update ledger_account set frozen = false where kind = 'redeemable' and owner_kind = 'm' and owner_id = 8201;
select pg_temp.mixed() as r \gset
select pg_temp.late(:r) \g /dev/null
update ledger_account set frozen = true where kind = 'redeemable' and owner_kind = 'm' and owner_id = 8201;
select is(pg_temp.said(pg_temp.pay(:r, 'Q-6')), 'refunded points expired', 'frozen: refunded');
select is(pg_temp.points(), :'before', 'the points are the member''s again');
update ledger_account set frozen = false where kind = 'redeemable' and owner_kind = 'm' and owner_id = 8201;
select is(pg_temp.violations(), null, 'all adds up');

-- points that were given back while their hold of seats still runs
create function pg_temp.given_back(p_resv bigint) returns bigint language sql as $$
    select count(lib.points_release((select point_hold from reservation where resv_id = p_resv), 'released', lib.posting_of(null, 'job:test')))
$$;
select pg_temp.mixed() as r, pg_temp.mixed() as poor, pg_temp.held(8201, jsonb_build_array(pg_temp.units(8620, 1)), jsonb_build_array(pg_temp.units(8620, 1))) as own \gset
select pg_temp.given_back(:r), pg_temp.given_back(:poor), pg_temp.given_back(:own) \g /dev/null
create temp table taken_again as select pg_temp.pay(:r, 'G-1') as r;
select is((select pg_temp.said(r) || ': ' || pg_temp.told(r) from taken_again), 'confirmed confirmed: me:8201 resv.changed, me:8201 points.changed hold, me:8201 points.changed capture', 'are taken again');
select lib.points_debit('redeem', 'm', 8201, split_part(pg_temp.points(), '+', 1)::bigint - 100, lib.posting_of('test:all', 'job:test')) \g /dev/null
select is(pg_temp.said(pg_temp.pay(:poor, 'G-2')), 'refunded points held', 'unless they are spent');
select is(pg_temp.settle(:own), '{"refused":"ZC025"}', 'which the member is told as too late');
select pg_temp.sweep(:poor), pg_temp.sweep(:own) \g /dev/null
select is(pg_temp.violations(), null, 'all adds up');

-- decided before
select pg_temp.single() as released, pg_temp.single() as cancelled, pg_temp.single() as held, pg_temp.single() as wrong, pg_temp.single() as begun, pg_temp.single() as gone \gset
select lib.holds_end(array[:released], 'released'), lib.emit_all(lib.resv_events(:released)) \g /dev/null
select is(pg_temp.said(pg_temp.pay(:released, 'D-1')), 'refunded released released', 'released before');
select is(pg_temp.said(pg_temp.pay(:wrong, 'D-2', 9999)), 'refunded amount held', 'another sum goes back');
select is(pg_temp.refunds(:wrong), '9999EUR pay:D-2 queued', 'as it came');
select is(pg_temp.said(pg_temp.pay(:wrong, 'D-3', 10001)), 'refunded amount held', 'also a larger one');
select is(pg_temp.said(pg_temp.pay(:wrong, 'D-4', 10000)), 'confirmed confirmed', 'the hold is as it was');
update offer set state = 'cancelled' where offer_id = 8600;
select is(pg_temp.said(pg_temp.pay(:held, 'D-5')), 'refunded offer_cancelled held', 'of an offer that was cancelled');
select is(pg_temp.said(pg_temp.pay(:wrong, 'D-6')), 'refunded paid confirmed', 'paid before that');
update offer set state = 'running', public_open_at = now() - interval '3 days', booking_close_at = now() - interval '2 days', starts_at = now() - interval '1 minute' where offer_id = 8600;
select is(pg_temp.said(pg_temp.pay(:held, 'D-7')), 'confirmed confirmed', 'in time, though it has begun');
select pg_temp.late(:begun) \g /dev/null
select is(pg_temp.said(pg_temp.pay(:begun, 'D-8')), 'refunded begun held', 'too late, and it has begun');
update offer set state = 'open', public_open_at = now() - interval '1 day', booking_close_at = now() + interval '50 days', starts_at = now() + interval '60 days' where offer_id = 8600;
update reservation set state = 'cancelled', closed_at = now() where resv_id = :held;
update reservation_party set state = 'cancelled' where resv_id = :held;
select lib.seats_move(:held, 'confirmed', 'free') \g /dev/null
select is(pg_temp.said(pg_temp.pay(:held, 'D-9')), 'refunded cancelled cancelled', 'cancelled before');
update member set status = 'erased', erased_at = now(), handle = null where member_id = 8201;
create temp table gone as select pg_temp.pay(:gone, 'D-10') as r;
select is((select pg_temp.said(r) || (r ->> '_events' is null) from gone), 'refunded gone heldtrue', 'of who is erased');
select is(pg_temp.cases(:gone), '0 , 0 ', 'of whom nothing more is written');
update member set status = 'active', erased_at = null, handle = 'nn8201' where member_id = 8201;
select is(pg_temp.violations(), null, 'all adds up');

select * from finish();
rollback;
