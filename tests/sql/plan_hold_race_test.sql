-- Two sessions at once (dblink) about seats of a plan: who leaves it, owns it, books for it or answers waits for the other,
-- and sees what that did.  Plan 9985001 to 9985009, its owner 998510n1, who else is in it 998510n2 and 998510n3.
begin;
select plan(31);
\ir two_sessions.psql

create function pg_temp.clean() returns text language sql as $$
    select dblink_exec('own', $q$
        delete from outbox where stream ~ ':9985[0-9]{3,4}$'; delete from stream where stream ~ ':9985[0-9]{3,4}$';
        delete from idempotency where principal ~ '^m:9985[0-9]{4}$';
        delete from notification where member_id between 99850000 and 99859999; delete from notification_head where member_id between 99850000 and 99859999;
        delete from send_job where member_id between 99850000 and 99859999;
        delete from reservation_party where class_id = 9985041; delete from reservation_leg where pool_id = 9985031; delete from reservation_item where class_id = 9985041;
        delete from reservation where offer_id = 9985021; delete from offer_pulse where offer_id = 9985021;
        delete from seat_class_pool where offer_id = 9985021; delete from seat_class where offer_id = 9985021;
        delete from seat_pool where offer_id = 9985021; delete from offer where offer_id = 9985021;
        delete from plan_handover where plan_id between 9985000 and 9985099; delete from plan_item where plan_id between 9985000 and 9985099;
        delete from plan_op where plan_id between 9985000 and 9985099;
        delete from plan_member where plan_id between 9985000 and 9985099; delete from plan where plan_id between 9985000 and 9985099;
        set clubhub.retention = 'on'; delete from audit_log where subject_member between 99850000 and 99859999; reset clubhub.retention;
        delete from tier_change where club_id = 9985091;
        delete from membership where club_id = 9985091; delete from member where member_id between 99850000 and 99859999;
        delete from tier where club_id = 9985091; delete from track where club_id = 9985091; delete from club where club_id = 9985091$q$)
$$;
select pg_temp.clean();
select dblink_exec('own', $q$
    insert into club (club_id, slug, name, form, join_policy) values (9985091, 'race-groups', 'Race', 'benefit', 'open');
    insert into track (track_id, club_id, code, name, fee_kind) values (9985092, 9985091, 'free', 'Free', 'free');
    insert into tier (tier_id, club_id, rank, name, qualify_tp, retain_tp, window_kind) values (9985093, 9985091, 0, 'One', 0, 0, 'rolling');
    insert into member (member_id, status, handle) select 99851000 + p * 10 + m, 'active', 'grace.' || p || m from generate_series(1, 9) p, generate_series(1, 3) m;
    insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)
    select member_id, 9985091, 9985092, 'active', 9985093, now() from member where member_id between 99851000 and 99851999;
    insert into offer (offer_id, club_id, kind, title, organiser_name, starts_at, ends_at, public_open_at, booking_close_at,
                       name_deadline, currency, state)
    values (9985021, 9985091, 'trip', 'Race', 'Race', now() + interval '9 days', now() + interval '9 days', now(),
            now() + interval '8 days', now() + interval '7 days', 'EUR', 'open');
    insert into seat_pool (pool_id, offer_id, code, capacity) values (9985031, 9985021, 'total', 100);
    insert into seat_class (class_id, offer_id, code, title) values (9985041, 9985021, 'deck', 'Deck');
    insert into seat_class_pool (class_id, pool_id, offer_id) values (9985041, 9985031, 9985021);
    insert into plan (plan_id, club_id, title, currency, state) select 9985000 + p, 9985091, 'Race', 'EUR', 'planning' from generate_series(1, 9) p;
    insert into plan_item (item_id, plan_id, kind, order_key, title, offer_id, created_by, updated_by)
    select 9985050 + p, 9985000 + p, 'activity', 'V', 'Race', 9985021, 1, 1 from generate_series(1, 9) p;
    insert into plan_member (plan_id, member_id, role, state, joined_at)
    select 9985000 + p, 99851000 + p * 10 + m, case m when 1 then 'owner' when 2 then 'editor' else 'voter' end, 'joined', now()
      from generate_series(1, 9) p, generate_series(1, 3) m$q$);

create sequence pg_temp.keys;
create function pg_temp.who(p_plan int, p_no int) returns bigint language sql as $$ select 99851000::bigint + p_plan * 10 + p_no $$;
create function pg_temp.write(p_plan int, p_no int, p_function text, p_arguments text) returns text language sql as $$
    select format('select (api.%I(''m:%s'', %L, ''aa'', %s)).reply::text', p_function, pg_temp.who(p_plan, p_no),
                  'group-race-' || nextval('pg_temp.keys'), p_arguments)
$$;
-- The owner holds for p_qty, with the second and the third of the plan named.
create function pg_temp.group_hold(p_plan int, p_qty int default 3, p_named int[] default '{2,3}') returns text language sql as $$
    select pg_temp.write(p_plan, 1, 'plan_group_hold', format('%s, 9985021, ''[{"class":"9985041","qty":%s}]'', null, %L', 9985000 + p_plan, p_qty,
        (select jsonb_agg(jsonb_build_object('class', '9985041', 'member', pg_temp.who(p_plan, n)::text)) from unnest(p_named) n)))
$$;
create function pg_temp.leave(p_plan int, p_no int) returns text language sql as $$ select pg_temp.write(p_plan, p_no, 'plan_leave', (9985000 + p_plan)::text) $$;
create function pg_temp.remove(p_plan int, p_no int) returns text language sql as
$$ select pg_temp.write(p_plan, 1, 'plan_remove', format('%s, %s', 9985000 + p_plan, pg_temp.who(p_plan, p_no))) $$;
create function pg_temp.resv(p_plan int) returns bigint language sql volatile as
$$ select max(resv_id) from reservation where offer_id = 9985021 and organiser = pg_temp.who(p_plan, 1) $$;
create function pg_temp.confirm(p_plan int) returns text language sql volatile as
$$ select pg_temp.write(p_plan, 1, 'reservation_confirm', pg_temp.resv(p_plan) || ', null, null') $$;
create function pg_temp.accept(p_plan int, p_no int) returns text language sql volatile as
$$ select pg_temp.write(p_plan, p_no, 'reservation_accept_seat', pg_temp.resv(p_plan)::text) $$;
create function pg_temp.said(p_reply jsonb) returns text language sql as $$ select coalesce(p_reply ->> 'state', p_reply ->> 'role', p_reply ->> 'status') $$;
create function pg_temp.run(p_sql text) returns text language sql volatile as $$ select pg_temp.said(v::jsonb) from dblink('own', p_sql) as t (v text) $$;
create function pg_temp.seats(p_plan int) returns text language sql volatile as $$
    select string_agg(concat_ws(' ', state, member_id % 10), ', ' order by seat_no) from reservation_party where resv_id = pg_temp.resv(p_plan)
$$;

select is(pg_temp.race(pg_temp.leave(1, 1), pg_temp.group_hold(1)), 'left, ZC002', 'the owner leaves while holding: there is no plan to hold for');
select is(pg_temp.resv(1), null, 'and no seat');
select is(pg_temp.race(pg_temp.group_hold(2), pg_temp.leave(2, 1)), 'held, left', 'holds, and leaves then');
select is(pg_temp.run(pg_temp.confirm(2)), 'confirmed', 'the hold is good');
select is(pg_temp.seats(2), 'invited 2, invited 3, unnamed', 'for all who are named');
select is(pg_temp.race(pg_temp.remove(3, 2), pg_temp.group_hold(3)), 'removed, ZC602', 'who is removed just now is not named');
select is(pg_temp.race(pg_temp.group_hold(3, 2, '{3}'), pg_temp.leave(3, 3)), 'held, left', 'named by a hold, while leaving');
select is(pg_temp.run(pg_temp.confirm(3)), 'confirmed', 'confirmed later');
select is(pg_temp.seats(3), 'unnamed, unnamed', 'they are not asked');

-- a payment and somebody who leaves
select is(pg_temp.run(pg_temp.group_hold(4)), 'held', 'a hold');
select is(pg_temp.race(pg_temp.confirm(4), pg_temp.leave(4, 2)), 'confirmed, left', 'confirmed while one leaves');
select is(pg_temp.seats(4), 'unnamed, invited 3, unnamed', 'who was asked, and is not any more');
select is(pg_temp.race(pg_temp.accept(4, 3), pg_temp.leave(4, 3)), 'accepted, left', 'accepted while leaving');
select is(pg_temp.seats(4), 'unnamed, accepted 3, unnamed', 'is accepted');
select is(pg_temp.run(pg_temp.group_hold(5)), 'held', 'another hold');
select is(pg_temp.race(pg_temp.leave(5, 2), pg_temp.confirm(5)), 'left, confirmed', 'leaving while it is confirmed');
select is(pg_temp.seats(5), 'unnamed, invited 3, unnamed', 'and so not asked');
select is(pg_temp.race(pg_temp.remove(5, 3), pg_temp.accept(5, 3)), 'removed, ZC002', 'removed while accepting');
select is(pg_temp.seats(5), 'unnamed, unnamed, unnamed', 'is not on the list');
select is(pg_temp.run(pg_temp.group_hold(6)), 'held', 'one more hold');
select is(pg_temp.race(pg_temp.write(6, 2, 'membership_leave', '9985091'), pg_temp.confirm(6)), 'left, confirmed', 'out of the club while it is confirmed');
select is(pg_temp.seats(6), 'unnamed, invited 3, unnamed', 'and so not asked either');
select is(pg_temp.race(pg_temp.accept(6, 3), pg_temp.write(6, 3, 'membership_leave', '9985091')), 'accepted, left', 'accepted while leaving the club');
select is(pg_temp.seats(6), 'unnamed, accepted 3, unnamed', 'what is booked stays booked');

-- another owner, another group
select dblink_exec('own', format('insert into plan_handover (plan_id, to_member) values (9985007, %s)', pg_temp.who(7, 2)));
select is(pg_temp.race(pg_temp.write(7, 2, 'plan_ownership_accept', '9985007, true'), pg_temp.group_hold(7)), 'joined, ZC001', 'taken over while the old owner holds');
select is(pg_temp.race(pg_temp.group_hold(8), pg_temp.write(8, 1, 'plan_cancel', '9985008')), 'held, cancelled', 'held while it is called off');
select dblink_exec('own', 'update seat_pool set capacity = held + confirmed + 3 where pool_id = 9985031');
select dblink_exec('own', 'update plan set state = ''planning'', cancelled_at = null where plan_id = 9985008');
select is(pg_temp.run(pg_temp.write(8, 1, 'reservation_release', pg_temp.resv(8)::text)), 'released', 'its hold is given up');
select dblink_exec('own', 'update seat_pool set capacity = held + confirmed + 5 where pool_id = 9985031');
select is(pg_temp.race(pg_temp.group_hold(8), pg_temp.group_hold(9)), 'held, ZC009', 'two groups about the last five seats: three are held, and none of the other three');
select is(pg_temp.race(pg_temp.write(9, 1, 'reservation_hold', '9985021, ''[{"class":"9985041","qty":2}]'', null, null, null, 9985009'), pg_temp.group_hold(9, 2)),
          'held, ZC024', 'one member, one hold, by whichever way');
select is((select capacity - held - confirmed - offered from seat_pool where pool_id = 9985031), 0, 'every seat is taken once');
select is((select string_agg(t::text, '; ') from lib.seat_violations() t), null, 'seats add up');

select pg_temp.clean();
select dblink_disconnect(c) from unnest('{a,b,own}'::text[]) c;
select * from finish();
rollback;
