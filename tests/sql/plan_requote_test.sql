-- What members of a plan pay, against a plain model: random offers, steps of several tiers, bookings in money, in points and
-- mixed, paid in time and too late, cancelled wholly and in part, before and after booking closes.
begin;
\ir noun.psql
\ir seats.psql
select no_plan();
select pg_temp.crowd(4) \g /dev/null
update tier set seat_limit = 50 where club_id = 8001;
select pg_temp.earn(m, 'M' || m, 1000000) from unnest('{8401,8402,8403,8204}'::bigint[]) m \g /dev/null
update membership set tier_id = case when member_id = 8204 then 8071 else 8061 end where club_id = 8001 and member_id in (8401, 8402, 8403, 8204);
select setseed(0.5) \g /dev/null

-- What the model keeps: each unit that was booked, and of each reservation what its seats cost, what came back.
create temp table unit (resv bigint, class bigint, unit int, persons int, in_points boolean, price bigint, gone boolean default false);
create temp table bill (resv bigint primary key, member bigint, rank int, minor bigint, points bigint, back_minor bigint default 0, back_points bigint default 0, minor_ppm int, points_ppm int default 0,
                        state text default 'held');
create temp table step (party int, rank int, ppm int);

create function pg_temp.any(p_n int) returns int language sql volatile as $$ select floor(random() * p_n)::int $$;

-- A fresh offer with three classes of random prices and random steps, on a fresh plan of everybody.
create function pg_temp.stage(p_no int) returns void language plpgsql as $$
declare
    o bigint := 700000 + p_no * 10;
begin
    insert into offer (offer_id, club_id, kind, title, organiser_name, starts_at, ends_at, announce_at, public_open_at, booking_close_at, name_deadline, currency,
                       cancel_policy, state)
    values (o, 8001, 'trip', 'Random', 'Open', now() + interval '60 days', now() + interval '67 days', now() - interval '10 days', now() - interval '1 day',
            now() + interval '50 days', now() + interval '47 days', 'EUR',
            jsonb_build_array(jsonb_build_object('hours_before', 0, 'refund_ppm', pg_temp.any(4) * 333333)), 'open');
    insert into seat_pool (pool_id, offer_id, code, capacity) values (o, o, 'total', 1000);
    insert into seat_class (class_id, offer_id, code, title, persons, unit_price_minor, points_price)
    select o + c, o, 'c' || c, 'Class', (array[1, 2, 3])[c], (array[1 + pg_temp.any(20000), 7 + pg_temp.any(99), pg_temp.any(3) * 5555])[c],
           (array[1 + pg_temp.any(900), 1 + pg_temp.any(5), 301])[c]
      from generate_series(1, 3) c;
    insert into seat_class_pool (class_id, pool_id, offer_id) select o + c, o, o from generate_series(1, 3) c;
    insert into price_step (offer_id, min_party, min_rank, discount_ppm)
    select o, 2 + pg_temp.any(12), pg_temp.any(2), pg_temp.any(1000001) from generate_series(1, pg_temp.any(6)) on conflict do nothing;
    truncate step, unit, bill;
    insert into step select min_party, min_rank, discount_ppm from price_step where offer_id = o;
    insert into plan (plan_id, club_id, title, currency, state) values (o, 8001, 'Random', 'EUR', 'planning');
    insert into plan_member (plan_id, member_id, role, state, joined_at)
    select o, m, case m when 8401 then 'owner' else 'voter' end, 'joined', now() from unnest('{8401,8402,8403,8204}'::bigint[]) m;
    insert into plan_item (item_id, plan_id, kind, order_key, title, offer_id, created_by, updated_by) values (o, o, 'activity', 'V', 'Random', o, 8401, 8401);
end $$;

-- The best step of so many persons.
create function pg_temp.ppm(p_persons bigint, p_rank int) returns int language sql as
$$ select coalesce(max(ppm), 0) from step where party <= p_persons and rank <= p_rank $$;

-- A hold of random units, by the member.
create function pg_temp.book(p_offer bigint, p_member bigint) returns bigint language plpgsql as $$
declare
    v_items  jsonb := '[]';
    v_points jsonb := '[]';
    v_resv   bigint;
    v_qty    int;
    v_paid   int;
    v_n      bigint;
begin
    for c in 1 .. 3 loop
        v_qty := pg_temp.any(4);
        continue when v_qty = 0 and (c < 3 or v_items <> '[]');
        v_qty := greatest(v_qty, 1);
        v_paid := pg_temp.any(v_qty + 1);
        v_items := v_items || pg_temp.units(p_offer + c, v_qty);
        if v_paid > 0 then
            v_points := v_points || pg_temp.units(p_offer + c, v_paid);
        end if;
    end loop;
    v_resv := (pg_temp.hold_by('m:' || p_member, p_offer, v_items, v_points, p_plan => p_offer) ->> 'reservation')::bigint;
    if v_resv is null then      -- booking has closed, or these are more than the tier's seats
        return null;
    end if;
    update reservation set created_at = created_at - interval '2 days' where resv_id = v_resv;
    insert into unit (resv, class, unit, persons, in_points, price)
    select v_resv, c.class_id, u, c.persons, u <= coalesce((select (p ->> 'qty')::int from jsonb_array_elements(v_points) p where (p ->> 'class')::bigint = c.class_id), 0),
           case when u <= coalesce((select (p ->> 'qty')::int from jsonb_array_elements(v_points) p where (p ->> 'class')::bigint = c.class_id), 0)
                then c.points_price else c.unit_price_minor end
      from jsonb_array_elements(v_items) i
      join seat_class c on c.class_id = (i ->> 'class')::bigint
     cross join generate_series(1, (i ->> 'qty')::int) u;
    insert into bill (resv, member, rank, minor, points)
    select v_resv, p_member, (p_member = 8204)::int, coalesce(sum(price) filter (where not in_points), 0), coalesce(sum(price) filter (where in_points), 0)
      from unit where resv = v_resv;
    select sum(persons) into v_n from unit where resv = v_resv;
    update bill set minor = minor - floor(minor::numeric * pg_temp.ppm(v_n, rank) / 1000000), minor_ppm = pg_temp.ppm(v_n, rank) where resv = v_resv;
    return v_resv;
end $$;

-- Everything that is confirmed is looked at anew: whole reservation sums, in the plainest words.
create function pg_temp.anew() returns void language plpgsql as $$
declare
    v_n    bigint := (select sum(u.persons) from unit u join bill b using (resv) where b.state = 'confirmed' and not u.gone);
    v_bill bill;
    v_m    numeric;
    v_p    numeric;
    v_d    int;
begin
    for v_bill in select * from bill where state = 'confirmed' loop
        v_d := pg_temp.ppm(v_n, v_bill.rank);
        select coalesce(sum(price) filter (where not in_points), 0), coalesce(sum(price) filter (where in_points), 0) into v_m, v_p
          from unit where resv = v_bill.resv and not gone;
        v_m := case when v_d > v_bill.minor_ppm then least(v_bill.minor, v_m - floor(v_m * v_d / 1000000)) else v_bill.minor end;
        v_p := case when v_d > v_bill.points_ppm then least(v_bill.points, v_p - floor(v_p * v_d / 1000000)) else v_bill.points end;
        update bill set minor_ppm = greatest(minor_ppm, v_d) where resv = v_bill.resv and v_m < v_bill.minor;
        update bill set points_ppm = greatest(points_ppm, v_d) where resv = v_bill.resv and v_p < v_bill.points;
        update bill set back_minor = back_minor + minor - v_m, back_points = back_points + points - v_p, minor = v_m, points = v_p where resv = v_bill.resv;
    end loop;
end $$;

create function pg_temp.confirm(p_resv bigint) returns text language plpgsql as $$
declare
    v_reply jsonb;
    v_paid  boolean := (select total_minor > 0 from reservation where resv_id = p_resv);
begin
    v_reply := case when v_paid then pg_temp.call('v:desk', 'reservation_confirm', format('%s, %L, null', p_resv, 'Q' || p_resv))
                    else pg_temp.call('m:' || (select organiser from reservation where resv_id = p_resv), 'reservation_confirm', p_resv || ', null, null') end;
    if v_reply ? 'refused' or v_reply ->> 'outcome' = 'refunded' then
        return coalesce(v_reply ->> 'refused', v_reply ->> 'reason');
    end if;
    update bill set state = 'confirmed' where resv = p_resv;
    if (select booking_close_at > clock_timestamp() from offer where offer_id = (select offer_id from reservation where resv_id = p_resv)) then
        perform pg_temp.anew();
    end if;
    return v_reply ->> 'outcome';
end $$;

-- Cancels all of a reservation, or one unit of it: what comes back is reckoned from what its seats cost.
create function pg_temp.cancel(p_resv bigint) returns text language plpgsql as $$
declare
    v_one   unit;       -- without a class: all of it
    v_seats int[];
    v_m     bigint;
    v_p     bigint;
    v_ppm   int := (select (o.cancel_policy -> 0 ->> 'refund_ppm')::int from offer o join reservation r using (offer_id) where resv_id = p_resv);
    v_reply jsonb;
begin
    select * into v_one from unit where resv = p_resv and not gone order by random() limit 1;
    if pg_temp.any(3) = 0 then
        v_one := null;
    end if;
    select array_agg(seat_no), coalesce(sum(price_minor), 0), coalesce(sum(price_points), 0) into v_seats, v_m, v_p
      from reservation_party
     where resv_id = p_resv and state <> 'cancelled' and (v_one.class is null or (class_id, unit_no) = (v_one.class, v_one.unit));
    v_reply := pg_temp.call((select 'm:' || organiser from reservation where resv_id = p_resv), 'reservation_cancel',
                            format('%s, %L, %s, null', p_resv, to_jsonb(v_seats), (select version from reservation where resv_id = p_resv)));
    if v_reply ? 'refused' then
        return v_reply::text;
    end if;
    update unit set gone = true where resv = p_resv and (v_one.class is null or (class, unit) = (v_one.class, v_one.unit));
    update bill
       set minor = minor - v_m, points = points - v_p, back_minor = back_minor + trunc(v_m::numeric * v_ppm / 1000000),
           back_points = back_points + trunc(v_p::numeric * v_ppm / 1000000),
           state = case when exists (select from unit where resv = p_resv and not gone) then state else 'cancelled' end
     where resv = p_resv;
    return 'cancelled';
end $$;

-- Where the hub and the model differ.
create function pg_temp.differ() returns text language sql as $$
    select nullif(concat_ws('; ',
        (select string_agg(format('%s: %s/%s, %s/%s back', b.resv, b.minor, b.points, b.back_minor, b.back_points) || ' <> ' || format('%s/%s, %s/%s', s.minor, s.points, r.refunded_minor, x.reversed), '; ')
           from bill b
           join reservation r on r.resv_id = b.resv
           left join ledger_tx x on x.tx_id = r.capture_tx
          cross join lateral (select coalesce(sum(price_minor), 0) as minor, coalesce(sum(price_points), 0) as points from reservation_party
                               where resv_id = b.resv and state <> 'cancelled') s
          where b.state <> 'held'
            and (b.minor, b.points, b.back_minor, b.back_points) is distinct from (s.minor::bigint, s.points::bigint, r.refunded_minor, coalesce(x.reversed, 0))),
        -- a seat costs its share, but for less than a unit
        (select string_agg('seat ' || p.seat_no || ' of ' || p.resv_id || ' costs ' || p.price_minor || '/' || p.price_points, '; ')
           from bill b
           join reservation_party p on p.resv_id = b.resv and p.state <> 'cancelled'
           join unit u on u.resv = b.resv and u.class = p.class_id and u.unit = p.unit_no
          cross join lateral (select sum(price) filter (where not in_points) as minor, sum(price) filter (where in_points) as points from unit where resv = b.resv and not gone) w
          where b.state = 'confirmed'
            and (p.in_points <> u.in_points
                 or b.back_minor > 0 and not u.in_points and not exists (select from unit g where g.resv = b.resv and g.gone)
                    and abs(p.price_minor - b.minor::numeric * u.price / u.persons / nullif(w.minor, 0)) >= 1
                 or b.back_points > 0 and u.in_points and not exists (select from unit g where g.resv = b.resv and g.gone)
                    and abs(p.price_points - b.points::numeric * u.price / u.persons / nullif(w.points, 0)) >= 1)),
        (select string_agg(r.resv_id || ': points ' || r.points || ', ' || r.points_back || ' back, hold ' || h.captured, '; ')
           from bill b join reservation r on r.resv_id = b.resv join point_hold h on h.hold_id = r.point_hold
          where b.state <> 'held' and h.captured <> r.points + r.points_back)), '') $$;

create function pg_temp.run(p_no int) returns text language plpgsql as $$
declare
    o      bigint := 700000 + p_no * 10;
    v_last bigint;      -- held before booking closes, paid after it
    v_resv bigint;
    v_said text := '';
    v_diff text;
begin
    perform pg_temp.stage(p_no);
    for i in 1 .. 14 loop
        case (case when i = 13 then 3 else pg_temp.any(3) end)
        when 3 then
            continue when v_last is null;
            v_said := v_said || ' ' || pg_temp.confirm(v_last);
        when 0 then
            select resv into v_resv from bill where state = 'confirmed' order by random() limit 1;
            if found then
                v_said := v_said || ' ' || pg_temp.cancel(v_resv);
            end if;
        else
            v_resv := pg_temp.book(o, (array[8401, 8402, 8403, 8204])[1 + pg_temp.any(4)]);
            continue when v_resv is null;
            if pg_temp.any(3) = 0 then      -- paid too late, or given back by the job before
                update reservation set expires_at = clock_timestamp() - interval '1 second' where resv_id = v_resv;
                if (select total_minor from reservation where resv_id = v_resv) = 0 then
                    delete from bill where resv = v_resv;
                    delete from unit where resv = v_resv;
                    continue;
                end if;
            end if;
            v_said := v_said || ' ' || pg_temp.confirm(v_resv);
        end case;
        v_diff := pg_temp.differ();
        if v_diff is not null then
            return format('run %s, step %s (%s): %s', p_no, i, v_said, v_diff);
        end if;
        if i = 12 then
            v_last := pg_temp.book(o, 8401);
            update offer set booking_close_at = clock_timestamp() where offer_id = o and p_no % 2 = 0;
        end if;
    end loop;
    insert into ran select unnest(string_to_array(trim(v_said), ' '));
    return null;
end $$;
create temp table ran (what text);

select is(string_agg(pg_temp.run(n), E'\n'), null, 'twenty-four plans, as the model has them') from generate_series(1, 24) n;
select is((select string_agg(v.invariant || ' ' || v.object || ': ' || v.found, '; ') from lib.seat_violations() v), null, 'seats add up');
select is((select string_agg(l::text, '; ') from lib.ledger_violations() l), null, 'so do points');
select is((select array_agg(distinct what order by what) from ran), '{cancelled,confirmed,confirmed_late}', 'all that can happen did');
select cmp_ok((select count(*) from refund where src_key like '%:step:%'), '>', 20::bigint, 'money came back by steps');
select cmp_ok((select count(*) from reservation where points_back > 0), '>', 20::bigint, 'and points');
select * from finish();
rollback;
