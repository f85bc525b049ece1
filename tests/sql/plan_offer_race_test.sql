-- Two sessions at once (dblink) about one plan: two reservations confirmed, one cancelled while another is confirmed, a hold
-- while its member leaves or its offer is taken off.  They commit for real and clean up after themselves.
begin;
select no_plan();
\ir two_sessions.psql

create function pg_temp.clean() returns text language sql as $$
    select dblink_exec('own', $q$
        delete from notification where member_id between 9986000 and 9986999; delete from notification_head where member_id between 9986000 and 9986999;
        delete from outbox where stream like '%:9986___'; delete from stream where stream like '%:9986___';
        delete from idempotency where principal like '%:9986___' or principal = 'v:race-tour';
        set clubhub.retention = 'on'; delete from audit_log where subject_member between 9986000 and 9986999; reset clubhub.retention;
        delete from api_key where service = 'race-tour';
        delete from refund where currency = 'EUR' and resv_id in (select resv_id from reservation where offer_id = 9986021);
        delete from payment where resv_id in (select resv_id from reservation where offer_id = 9986021);
        delete from reservation_party where resv_id in (select resv_id from reservation where offer_id = 9986021);
        delete from reservation_leg where resv_id in (select resv_id from reservation where offer_id = 9986021);
        delete from reservation_item where resv_id in (select resv_id from reservation where offer_id = 9986021);
        delete from reservation where offer_id = 9986021;
        delete from plan_threshold where plan_id between 9986000 and 9986999; delete from plan_op where plan_id between 9986000 and 9986999;
        delete from plan_item where plan_id between 9986000 and 9986999; delete from plan_member where plan_id between 9986000 and 9986999;
        delete from plan where plan_id between 9986000 and 9986999;
        delete from offer_pulse where offer_id = 9986021; delete from price_step where offer_id = 9986021;
        delete from seat_class_pool where offer_id = 9986021; delete from seat_class where offer_id = 9986021;
        delete from seat_pool where offer_id = 9986021; delete from offer where club_id = 9986001;
        delete from wallet where owner_id between 9986000 and 9986999; delete from ledger_account where owner_id between 9986000 and 9986999;
        delete from membership where club_id = 9986001; delete from member where member_id between 9986000 and 9986999;
        delete from tier where club_id = 9986001; delete from track where club_id = 9986001; delete from club where club_id = 9986001$q$)
$$;
select pg_temp.clean();
-- Plans 9986050 to 9986059 with offer 9986021; members 9986011 to 9986013 are in each; steps from three and from five persons on.
select dblink_exec('own', $q$
    insert into club (club_id, slug, name, form, join_policy) values (9986001, 'race-tour', 'Race', 'benefit', 'open');
    insert into track (track_id, club_id, code, name, fee_kind) values (9986002, 9986001, 'free', 'Free', 'free');
    insert into tier (tier_id, club_id, rank, name, qualify_tp, retain_tp, window_kind) values (9986003, 9986001, 0, 'One', 0, 0, 'rolling');
    update tier set seat_limit = 100 where tier_id = 9986003;
    insert into member (member_id, status, handle) select m, 'active', 'trace.' || m from generate_series(9986011, 9986013) m;
    insert into membership (member_id, club_id, track_id, status, tier_id, joined_at) select m, 9986001, 9986002, 'active', 9986003, now() from generate_series(9986011, 9986013) m;
    insert into api_key (key_hash, service, scopes, created_by) values (sha256('race-tour'), 'race-tour', '{booking}', 'test');
    insert into offer (offer_id, club_id, kind, title, organiser_name, starts_at, ends_at, public_open_at, booking_close_at, name_deadline, currency, cancel_policy, state)
    values (9986021, 9986001, 'trip', 'Race', 'Race', now() + interval '60 days', now() + interval '61 days', now() - interval '1 day',
           now() + interval '50 days', now() + interval '49 days', 'EUR', '[{"hours_before":0,"refund_ppm":1000000}]', 'open');
    insert into seat_pool (pool_id, offer_id, code, capacity) values (9986031, 9986021, 'total', 100);
    insert into seat_class (class_id, offer_id, code, title, unit_price_minor) values (9986041, 9986021, 'one', 'One', 10000);
    insert into seat_class_pool (class_id, pool_id, offer_id) values (9986041, 9986031, 9986021);
    insert into price_step (offer_id, min_party, discount_ppm) values (9986021, 3, 100000), (9986021, 5, 200000);
    insert into plan (plan_id, club_id, title, currency, state) select p, 9986001, 'Race', 'EUR', 'planning' from generate_series(9986050, 9986059) p;
    insert into plan_member (plan_id, member_id, role, state, joined_at)
    select p, m, case m when 9986011 then 'owner' else 'voter' end, 'joined', now() from generate_series(9986050, 9986059) p, generate_series(9986011, 9986013) m;
    insert into plan_item (item_id, plan_id, kind, order_key, title, offer_id, created_by, updated_by)
    select p + 100, p, 'activity', 'V', 'Race', 9986021, 9986011, 9986011 from generate_series(9986050, 9986059) p;
    insert into plan_op (plan_id, op_seq, actor, kind, object, patch, new_ver)
    select p, 1, 'm:9986011', 'item_add', 'item:' || p + 100, '{"kind":"activity","title":"Race","order_key":"V","offer":"9986021"}', 1 from generate_series(9986050, 9986059) p;
    update plan set op_seq = 1 where plan_id between 9986050 and 9986059$q$);

create sequence pg_temp.keys;
create function pg_temp.write(p_who text, p_function text, p_arguments text) returns text language sql as
$$ select format('select (api.%I(%L, %L, ''aa'', %s)).reply::text', p_function, p_who, 'tour-race-' || nextval('pg_temp.keys'), p_arguments) $$;
create function pg_temp.hold(p_member bigint, p_plan bigint, p_qty int) returns text language sql as $$
    select pg_temp.write('m:' || p_member, 'reservation_hold', format('9986021, %L, null, null, null, %s',
                         jsonb_build_array(jsonb_build_object('class', '9986041', 'qty', p_qty)), p_plan))
$$;
create function pg_temp.said(p_reply jsonb) returns text language sql as
$$ select coalesce(p_reply ->> 'outcome', p_reply ->> 'state', p_reply ->> 'refused', 'item ' || (p_reply ->> 'version')) $$;
-- A hold over a connection of its own, committed; its number.
create function pg_temp.held(p_member bigint, p_plan bigint, p_qty int) returns bigint language plpgsql as $$
declare
    v_reply jsonb := (select t.v::jsonb from dblink('own', pg_temp.hold(p_member, p_plan, p_qty)) as t (v text));
begin
    perform dblink_exec('own', 'update reservation set created_at = created_at - interval ''2 days'' where offer_id = 9986021');
    return (v_reply ->> 'reservation')::bigint;
end $$;
create function pg_temp.pay(p_resv bigint) returns text language sql as
$$ select pg_temp.write('v:race-tour', 'reservation_confirm', format('%s, %L, null', p_resv, 'tour-' || p_resv)) $$;
create function pg_temp.cancel(p_resv bigint, p_member bigint) returns text language sql as
$$ select pg_temp.write('m:' || p_member, 'reservation_cancel', p_resv || ', null, ' || (select version from club.reservation where resv_id = p_resv) || ', null') $$;
create function pg_temp.bills(p_plan bigint) returns text language sql as $$
    select string_agg(concat_ws(' ', state, total_minor, refunded_minor), ', ' order by resv_id) from club.reservation where plan_id = p_plan
$$;
create function pg_temp.told(p_plan bigint) returns text language sql as $$
    select string_agg(type || coalesce(' ' || (refs ->> 'level') || ' ' || (refs ->> 'min_party'), ''), ', ' order by seq)
      from club.outbox where stream = 'plan:' || p_plan and type in ('plan.changed', 'plan.threshold')
$$;

-- two of a plan at once
select pg_temp.held(9986011, 9986051, 1) as one, pg_temp.held(9986012, 9986051, 2) as two \gset
select is(pg_temp.race(pg_temp.pay(:one), pg_temp.pay(:two)), 'confirmed, confirmed', 'two of a plan are paid at once');
select is(pg_temp.bills(9986051), 'confirmed 9000 1000, confirmed 18000 2000', 'both at the price they reach together');
select is(pg_temp.told(9986051), 'plan.changed, plan.threshold near 3, plan.threshold reached 3, plan.threshold near 5', 'booked once, each step told once');
select pg_temp.held(9986011, 9986051, 1) as three, pg_temp.held(9986013, 9986051, 2) as four \gset
select is(pg_temp.race(pg_temp.pay(:three), pg_temp.pay(:four)), 'confirmed, confirmed', 'two more');
select is(pg_temp.bills(9986051), 'confirmed 8000 2000, confirmed 16000 4000, confirmed 8000 2000, confirmed 16000 4000', 'all at the next step');
select is((select count(*) from refund where resv_id in (:one, :two, :three, :four) and payment_ref = 'tour-' || resv_id), 7::bigint, 'a refund for each time a price fell');

-- one is cancelled while another is confirmed
select pg_temp.held(9986011, 9986052, 2) as one, pg_temp.held(9986012, 9986052, 1) as two \gset
select v from dblink('own', pg_temp.pay(:one)) as t (v text) \g /dev/null
select is(pg_temp.race(pg_temp.cancel(:one, 9986011), pg_temp.pay(:two)), 'cancelled, confirmed', 'cancelled first: the step is not reached');
select is(pg_temp.bills(9986052), 'cancelled 20000 20000, confirmed 10000 0', 'each as it was booked');
select pg_temp.held(9986011, 9986053, 2) as one, pg_temp.held(9986012, 9986053, 1) as two \gset
select v from dblink('own', pg_temp.pay(:one)) as t (v text) \g /dev/null
select is(pg_temp.race(pg_temp.pay(:two), pg_temp.cancel(:one, 9986011)), 'confirmed, ZC004', 'confirmed first: what is cancelled has changed');
select is(pg_temp.bills(9986053), 'confirmed 18000 2000, confirmed 9000 1000', 'the step is reached');
select v::jsonb ->> 'state' as state from dblink('own', pg_temp.cancel(:one, 9986011)) as t (v text) \gset
select is(:'state' || ': ' || pg_temp.bills(9986053), 'cancelled: cancelled 18000 20000, confirmed 9000 1000', 'cancelled again: never more than was paid');

-- a hold while its member leaves, while its offer is taken off
select is(pg_temp.race(pg_temp.write('m:9986012', 'plan_leave', '9986054'), pg_temp.hold(9986012, 9986054, 1)), 'left, ZC002', 'who has just left holds nothing for the plan');
select is(pg_temp.race(pg_temp.hold(9986012, 9986055, 1), pg_temp.write('m:9986012', 'plan_leave', '9986055')), 'held, left', 'who leaves later held for it');
select is(pg_temp.race(pg_temp.write('m:9986011', 'plan_item_set', '9986156, 1, null, ''["offer"]'''), pg_temp.hold(9986013, 9986056, 1)), 'item 2, ZC602', 'an offer just taken off');
select is(pg_temp.race(pg_temp.hold(9986013, 9986057, 1), pg_temp.write('m:9986011', 'plan_item_set', '9986157, 1, null, ''["offer"]''')), 'held, item 2', 'and one that is taken off later');
select is(pg_temp.race(pg_temp.write('m:9986011', 'plan_attach_offer', '9986056, 9986021, 9986156, 2'), pg_temp.write('m:9986011', 'plan_attach_offer', '9986056, 9986021, 9986156, 2')), 'item 3, CONFLICT', 'two attach at once');
-- and an edit while a booking makes the plan a booked one: neither is lost
select pg_temp.held(9986011, 9986058, 3) as one \gset
select is(pg_temp.race(pg_temp.pay(:one), pg_temp.write('m:9986011', 'plan_lock', '9986058')), 'confirmed, locked', 'booked, then locked');
select is((select state || ' ' || state_before from plan where plan_id = 9986058), 'locked booked', 'it stays booked');
select pg_temp.held(9986011, 9986059, 3) as one \gset
select is(pg_temp.race(pg_temp.write('m:9986011', 'plan_lock', '9986059'), pg_temp.pay(:one)), 'locked, confirmed', 'locked, then booked');
select is((select state || ' ' || coalesce(state_before, '-') from plan where plan_id = 9986059), 'booked -', 'it is booked');

select pg_temp.held(9986011, 9986050, 3) as one \gset
select is(pg_temp.race(pg_temp.write('m:9986011', 'plan_update', '9986050, 1, ''Renamed'', null, null, null, null, null'), pg_temp.pay(:one)), 'planning, confirmed', 'renamed, then booked');
select is((select title || ' ' || state || ' ' || version from plan where plan_id = 9986050), 'Renamed booked 3', 'both stand');

select is((select string_agg(v.invariant || ' ' || v.object || ': ' || v.found, '; ') from lib.seat_violations() v
            where v.object ~ '998603|998602' or v.object in (select 'reservation ' || resv_id from reservation where offer_id = 9986021)), null, 'seats add up');
select is((select string_agg(v.what, '; ') from lib.plan_op_violations() v where v.plan_id between 9986000 and 9986999), null, 'the logs are whole');

select pg_temp.clean();
select dblink_disconnect(c) from unnest('{a,b,own}'::text[]) c;
select * from finish();
rollback;
