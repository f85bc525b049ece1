-- plan_offer.sql -- offers on plans, and seats that members book each for themselves but reach a group price together
-- (domain.md 9.5, 10.7).
--
-- An offer is a field of an item.  A reservation that was held for a plan counts, once it is confirmed, for the steps of
-- the offer with all others of the plan, as long as its organiser is in the plan: it stays with who leaves, at the price it
-- has then, and is none of the plan's seats any more.  When it is confirmed before booking closes, every reservation of the plan for
-- that offer is quoted anew: at the step that their seats reach together, as its organiser's tier has it, in money and in
-- points.  Prices only go down: what is cancelled later raises none.

-- the steps -----------------------------------------------------------------------------------------------------

-- The seats of a plan that count for an offer: those of who is in it.
create function lib.plan_seats(p_plan bigint, p_offer bigint) returns int language plpgsql stable as $$
begin
    return (
        select coalesce(sum(persons), 0)::int
          from reservation
         where plan_id = p_plan
           and offer_id = p_offer
           and organiser = any (lib.plan_member_ids(p_plan))
           and state in ('confirmed', 'checked_in', 'completed'));
end $$;

-- The seats held for a plan now, which do not count yet.
create function lib.plan_seats_held(p_plan bigint, p_offer bigint) returns int language plpgsql stable as $$
begin
    return (
        select coalesce(sum(persons), 0)::int
          from reservation
         where plan_id = p_plan
           and offer_id = p_offer
           and organiser = any (lib.plan_member_ids(p_plan))
           and state = 'held'
           and expires_at > clock_timestamp());
end $$;

-- The steps of an offer for a tier, each better than those below it.
create function lib.plan_steps(p_offer bigint, p_rank int) returns table (min_party int, discount_ppm int)
language plpgsql stable as $$
begin
    return query
    select s.party, s.ppm
      from (select t.min_party as party, max(t.discount_ppm) as ppm,
                   max(max(t.discount_ppm)) over (order by t.min_party rows between unbounded preceding and 1 preceding) as below
              from price_step t
             where t.offer_id = p_offer
               and t.min_rank <= p_rank
             group by t.min_party) s
     where s.ppm > coalesce(s.below, 0)
     order by s.party;
end $$;

-- The discount of so many seats for a tier.
create function lib.plan_discount(p_offer bigint, p_seats int, p_rank int) returns int language plpgsql stable as $$
begin
    return (
        select coalesce(max(discount_ppm), 0)
          from price_step
         where offer_id = p_offer
           and min_party <= p_seats
           and min_rank <= p_rank);
end $$;

-- What the seats that a reservation still has cost, and what they would at a discount: never more.
create function lib.resv_at(p_resv bigint, p_ppm int, out minor bigint, out minor_then bigint, out points bigint,
                            out points_then bigint)
language plpgsql stable as $$
declare
    v_list record;
begin
    select coalesce(sum((qty - points_qty)::numeric * unit_minor), 0) as minor,
           coalesce(sum(points_qty::numeric * unit_points), 0) as points
      into v_list
      from reservation_item
     where resv_id = p_resv;
    select coalesce(sum(price_minor), 0), coalesce(sum(price_points), 0)
      into minor, points
      from reservation_party
     where resv_id = p_resv
       and state <> 'cancelled';
    minor_then := least(minor, v_list.minor - floor(v_list.minor * p_ppm / 1000000));
    points_then := least(points, v_list.points - floor(v_list.points * p_ppm / 1000000));
end $$;

-- Shares new sums among the seats that a reservation still has, to the unit by largest remainder.
create function lib.seats_reprice(p_resv bigint, p_minor bigint, p_points bigint) returns void
language plpgsql volatile as $$
begin
    update reservation_party p
       set price_minor = n.minor + (n.minor_no <= n.minor_left)::int,
           price_points = n.points + (n.points_no <= n.points_left)::int
      from (select s.seat_no, s.minor, s.points, p_minor - sum(s.minor) over () as minor_left,
                   p_points - sum(s.points) over () as points_left,
                   row_number() over (order by s.minor_rest desc, s.seat_no) as minor_no,
                   row_number() over (order by s.points_rest desc, s.seat_no) as points_no
              from (select w.seat_no, coalesce(div(p_minor * w.minor, nullif(sum(w.minor) over (), 0)), 0)::bigint as minor,
                           coalesce(mod(p_minor * w.minor, nullif(sum(w.minor) over (), 0)), 0) as minor_rest,
                           coalesce(div(p_points * w.points, nullif(sum(w.points) over (), 0)), 0)::bigint as points,
                           coalesce(mod(p_points * w.points, nullif(sum(w.points) over (), 0)), 0) as points_rest
                      from (select r.seat_no,
                                   case when r.in_points then 0 else i.unit_minor * (27720 / c.persons)::numeric end as minor,
                                   case when r.in_points then i.unit_points * (27720 / c.persons)::numeric else 0 end as points
                              from reservation_party r
                              join reservation_item i on i.resv_id = r.resv_id and i.class_id = r.class_id
                              join seat_class c on c.class_id = r.class_id
                             where r.resv_id = p_resv
                               and r.state <> 'cancelled') w) s) n
     where p.resv_id = p_resv
       and p.seat_no = n.seat_no;
end $$;

-- booking -------------------------------------------------------------------------------------------------------

-- Before a reservation is confirmed, under the offer's lock: locks its plan, if it has one, and says whose points may come
-- back by it, for them to be locked with all others.
create function lib.plan_booking(p_resv reservation, p_offer offer, p_at timestamptz) returns bigint[]
language plpgsql volatile as $$
begin
    if (p_resv).plan_id is null then
        return '{}';
    end if;
    perform lib.plan_lock((p_resv).plan_id);
    if p_at >= (p_offer).booking_close_at
       or not exists (select from price_step where offer_id = (p_offer).offer_id) then
        return '{}';
    end if;
    return array(
        select distinct r.organiser
          from reservation r
         where r.plan_id = (p_resv).plan_id
           and r.offer_id = (p_resv).offer_id
           and r.points > 0
           and (r.state in ('confirmed', 'checked_in') or r.resv_id = (p_resv).resv_id)
         order by r.organiser);
end $$;

-- Gives back what a reservation costs less at a discount that is better than those it had; done false: it is not, or makes
-- no difference.
create function lib.resv_requote(p_resv reservation, p_club bigint, p_ppm int, p_who text, out done boolean,
                                 out posted lib.posted[])
language plpgsql volatile as $$
declare
    v_at     record;
    v_points bigint;
    v_key    text := 'resv:' || (p_resv).resv_id || ':step:' || (p_resv).version;
begin
    posted := '{}';
    select * into v_at from lib.resv_at((p_resv).resv_id, p_ppm) a;
    if p_ppm <= (p_resv).discount_ppm then
        v_at.minor_then := v_at.minor;
    end if;
    if p_ppm <= (p_resv).step_ppm
       or (select status from member where member_id = (p_resv).organiser) = 'erased' then     -- the points are the club's
        v_at.points_then := v_at.points;
    end if;
    v_points := v_at.points - v_at.points_then;
    done := v_at.minor_then < v_at.minor or v_points > 0;
    if not done then
        return;
    end if;
    perform lib.seats_reprice((p_resv).resv_id, v_at.minor_then, v_at.points_then);
    update reservation
       set total_minor = total_minor - (v_at.minor - v_at.minor_then), points = points - v_points,
           points_back = points_back + v_points, discount_ppm = greatest(discount_ppm, p_ppm),
           step_ppm = greatest(step_ppm, p_ppm), version = version + 1
     where resv_id = (p_resv).resv_id;
    perform lib.refund_add((p_resv).resv_id, v_at.minor - v_at.minor_then, v_key);
    if v_points > 0 then
        posted := lib.points_reverse((p_resv).capture_tx, v_points, false, lib.posting_of(
            v_key, p_who, p_club, 'reservation', (p_resv).resv_id::text));
    end if;
end $$;

-- Tells a plan of the steps for everybody that its seats are near or have reached, each once.
create function lib.plan_steps_told(p_plan bigint, p_offer bigint, p_seats int) returns lib.event_row[]
language plpgsql volatile as $$
declare
    v_reached int;
    v_near    int;
begin
    with told as (
        insert into plan_threshold (plan_id, offer_id, min_party, level)
        select p_plan, p_offer, s.min_party, 'reached' from lib.plan_steps(p_offer, 0) s where s.min_party <= p_seats
            on conflict (plan_id, offer_id, min_party) do update set level = 'reached', at = clock_timestamp()
            where plan_threshold.level = 'near'
        returning min_party)
    select max(min_party) into v_reached from told;
    insert into plan_threshold (plan_id, offer_id, min_party, level)
    select p_plan, p_offer, n.min_party, 'near'
      from (select min(s.min_party) as min_party from lib.plan_steps(p_offer, 0) s where s.min_party > p_seats) n
     where n.min_party - p_seats <= 2
        on conflict (plan_id, offer_id, min_party) do nothing
    returning min_party into v_near;
    return array(
        select lib.plan_event(p_plan, 'plan.threshold', jsonb_build_object(
                   'plan', p_plan::text, 'offer', p_offer::text, 'level', t.level, 'min_party', t.min_party), null)
          from (values ('reached', v_reached), ('near', v_near)) as t (level, min_party)
         where t.min_party is not null);
end $$;

-- After a reservation of a plan was confirmed: the plan is booked, and where its seats reach a step before booking closes,
-- all its reservations of the offer are quoted anew.  The caller holds the offer, the plan and the points of the payees.
create function lib.plan_booked(p_resv reservation, p_offer offer, p_who text, p_at timestamptz)
returns lib.event_row[] language plpgsql volatile as $$
declare
    v_plan   plan;
    v_seats  int;
    v_resv   reservation;
    v_new    record;
    v_events lib.event_row[] := '{}';
begin
    if (p_resv).plan_id is null or (p_resv).organiser <> all (lib.plan_member_ids((p_resv).plan_id)) then
        return '{}';
    end if;
    select * into v_plan from plan where plan_id = (p_resv).plan_id;
    if v_plan.state in ('draft', 'planning') or v_plan.state_before in ('draft', 'planning') then
        v_plan.state := 'booked';
        v_plan.state_before := null;
        v_plan := lib.plan_store(v_plan);
        v_events := array[lib.plan_changed(v_plan, null)];
    end if;
    if p_at >= (p_offer).booking_close_at or v_plan.state in ('done', 'cancelled')
       or not exists (select from price_step where offer_id = (p_offer).offer_id) then
        return v_events;
    end if;
    v_seats := lib.plan_seats(v_plan.plan_id, (p_offer).offer_id);
    for v_resv in
        select *
          from reservation
         where plan_id = v_plan.plan_id
           and offer_id = (p_offer).offer_id
           and organiser = any (lib.plan_member_ids(v_plan.plan_id))
           and state in ('confirmed', 'checked_in')
         order by resv_id
    loop
        select * into v_new
          from lib.resv_requote(v_resv, (p_offer).club_id, lib.plan_discount(
                   (p_offer).offer_id, v_seats, coalesce(lib.tier_rank(v_resv.organiser, (p_offer).club_id), 0)), p_who) q;
        continue when not v_new.done;
        v_events := v_events || lib.points_events(v_new.posted);
        if v_resv.resv_id <> (p_resv).resv_id then
            v_events := v_events || lib.resv_events(v_resv.resv_id);
        end if;
    end loop;
    return v_events || lib.plan_steps_told(v_plan.plan_id, (p_offer).offer_id, v_seats);
end $$;

-- methods -------------------------------------------------------------------------------------------------------

-- A key behind all items of a plan that have no day.
create function lib.plan_last_key(p_plan bigint) returns text language plpgsql stable as $$
declare
    c_digits constant text := '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    v_last   text := (select max(order_key) from plan_item where plan_id = p_plan and day is null and deleted_at is null);
    v_at     int;
begin
    if v_last is null then
        return 'V';
    end if;
    v_at := length(v_last) - length(ltrim(v_last, 'z')) + 1;
    if v_at <= length(v_last) then
        return left(v_last, v_at - 1) || substr(c_digits, position(substr(v_last, v_at, 1) in c_digits) + 1, 1);
    elsif v_at <= 64 then
        return v_last || 'V';
    end if;
    return v_last;      -- of equal keys the newer item comes later
end $$;

-- plan.attach_offer   Puts an offer of the plan's club on an item, or makes one of it.
--   who    member, editor of the plan
--   raises ZC001 by the role; ZC002 no such plan, item or offer for the caller; ZC003 the item is deleted; ZC004 changed
--          since, with both values; ZC014 left the club; ZC017 the plan's state; ZC024 300 items; ZC035 restricted; ZC602 base
--   emits  plan.item_changed on plan:<id>
create function api.plan_attach_offer(p_who text, p_idem text, p_hash bytea, p_plan bigint, p_offer bigint, p_item bigint,
                                      p_base bigint)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old   lib.answer := lib.idem_begin(p_who, 'plan.attach_offer', p_idem, p_hash);
    v_plan  plan;
    v_mine  plan_member;
    v_offer offer;
    v_set   jsonb;
begin
    if v_old.reply is not null then
        return v_old;
    end if;
    v_plan := lib.plan_lock(p_plan);
    v_mine := lib.plan_need(p_who, v_plan, 'attach');
    v_offer := lib.offer_seen(p_offer, v_mine.member_id);
    if v_offer.club_id <> v_plan.club_id then
        perform lib.refuse('ZC002');
    elsif (p_item is null) <> (p_base is null) then
        perform lib.invalid('base', 'goes with item');
    end if;
    v_set := jsonb_build_object('offer', p_offer::text);
    if p_item is null then
        v_set := v_set || jsonb_build_object('kind', 'activity', 'title', left(v_offer.title, 120),
                                             'order_key', lib.plan_last_key(p_plan));
    end if;
    return lib.plan_item_write(p_who, 'plan.attach_offer', p_idem, p_hash, v_plan,
                               case when p_item is null then 'item_add' else 'item_set' end, p_item, v_set, p_base);
end $$;

-- What a person would save at a discount: the caller on own seats of the plan, else who takes the cheapest one.
create function lib.plan_saving(p_plan bigint, p_offer bigint, p_member bigint, p_ppm int, p_then_ppm int, out minor bigint,
                                out points bigint)
language plpgsql stable as $$
begin
    select sum(a.minor - a.minor_then) / nullif(sum(s.money), 0), sum(a.points - a.points_then) / nullif(sum(s.points), 0)
      into minor, points
      from reservation r
     cross join lateral lib.resv_at(r.resv_id, p_then_ppm) a
     cross join lateral (select count(*) filter (where not in_points) as money, count(*) filter (where in_points) as points
                           from reservation_party
                          where resv_id = r.resv_id
                            and state <> 'cancelled') s
     where r.plan_id = p_plan
       and r.offer_id = p_offer
       and r.organiser = p_member
       and r.state in ('confirmed', 'checked_in');
    if minor is null and points is null then
        select min((floor(c.unit_price_minor::numeric * p_then_ppm / 1000000)
                    - floor(c.unit_price_minor::numeric * p_ppm / 1000000))::bigint / c.persons)
          into minor
          from seat_class c
         where c.offer_id = p_offer
           and c.unit_price_minor > 0;
    end if;
    minor := coalesce(minor, 0);
    points := coalesce(points, 0);
end $$;

-- plan.threshold   How far the seats of a plan are from the next step of an offer's prices, for the caller's tier.
--   who    member
--   raises ZC002 no such plan of the caller's, the offer is not on it or not for the caller; ZC014 left the club; ZC035
--          restricted
--   emits  –
create function api.plan_threshold(p_who text, p_plan bigint, p_offer bigint)
returns lib.answer language plpgsql stable security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_plan    plan;
    v_mine    plan_member;
    v_offer   offer;
    v_rank    int;
    v_seats   int := lib.plan_seats(p_plan, p_offer);
    v_held    int := lib.plan_seats_held(p_plan, p_offer);
    v_reached record;
    v_next    record;
    v_saving  record;
    v_reply   jsonb;
begin
    select * into v_plan from plan where plan_id = p_plan;
    v_mine := lib.plan_need(p_who, v_plan, 'see');
    v_offer := lib.offer_seen(p_offer, v_mine.member_id);
    if not exists (select from plan_item where plan_id = p_plan and offer_id = p_offer and deleted_at is null) then
        perform lib.refuse('ZC002');
    end if;
    v_rank := coalesce(lib.tier_rank(v_mine.member_id, v_offer.club_id), 0);
    v_reply := jsonb_build_object('plan', p_plan::text, 'offer', p_offer::text, 'confirmed', v_seats, 'missing', 0,
                                  'until', lib.iso(v_offer.booking_close_at))
               || case when v_held > 0 then jsonb_build_object('held', v_held) else '{}' end;
    select min_party, discount_ppm into v_reached
      from lib.plan_steps(p_offer, v_rank) where min_party <= v_seats order by min_party desc limit 1;
    if found then
        v_reply := v_reply || jsonb_build_object('reached', to_jsonb(v_reached));
    end if;
    select min_party, discount_ppm into v_next
      from lib.plan_steps(p_offer, v_rank) where min_party > v_seats order by min_party limit 1;
    if found and clock_timestamp() < v_offer.booking_close_at then
        v_saving := lib.plan_saving(p_plan, p_offer, v_mine.member_id, coalesce(v_reached.discount_ppm, 0),
                                    v_next.discount_ppm);
        v_reply := v_reply || jsonb_build_object(
            'step', to_jsonb(v_next), 'missing', v_next.min_party - v_seats,
            'saving', lib.resv_money(v_saving.minor, v_offer.currency), 'saving_points', v_saving.points);
    end if;
    return lib.done(v_reply);
end $$;
