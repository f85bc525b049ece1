-- reservation_quote.sql -- what seats cost: the book of an offer, the price of a party, reservation.quote.
--
-- Units are paid in money or in points, each wholly.  A price step counts the persons of all items and lowers what is due
-- in money; points prices are as they are listed.

create function lib.seat_book(p_offer offer) returns lib.seat_book language plpgsql stable as $$
declare
    v_book lib.seat_book;
    v_draw record;
begin
    v_book.offer := (p_offer).offer_id;
    v_book.points_allowed := (p_offer).points_allowed;
    select array_agg(c.class_id order by c.class_id), array_agg(c.persons order by c.class_id),
           array_agg(c.unit_price_minor order by c.class_id), array_agg(c.points_price order by c.class_id)
      into v_book.classes, v_book.persons, v_book.unit_minor, v_book.points_price
      from seat_class c
     where c.offer_id = v_book.offer;
    select array_agg(p.pool_id order by p.pool_id), array_agg(p.capacity order by p.pool_id),
           array_agg(p.held + p.confirmed + p.offered order by p.pool_id)
      into v_book.pools, v_book.capacity, v_book.used
      from seat_pool p
     where p.offer_id = v_book.offer;
    v_book.draws := array_fill(false, array[cardinality(v_book.classes) * cardinality(v_book.pools)]);
    for v_draw in
        select class_id, pool_id from seat_class_pool where offer_id = v_book.offer
    loop
        v_book.draws[(array_position(v_book.classes, v_draw.class_id) - 1) * cardinality(v_book.pools)
                     + array_position(v_book.pools, v_draw.pool_id)] := true;
    end loop;
    select array_agg(s.min_party), array_agg(s.min_rank), array_agg(s.discount_ppm)
      into v_book.step_party, v_book.step_rank, v_book.step_ppm
      from price_step s
     where s.offer_id = v_book.offer;
    return v_book;
end $$;

create function lib.quote_refused(p_path text, p_problem text) returns lib.resv_quote language plpgsql immutable as $$
declare
    v_quote lib.resv_quote;
begin
    v_quote.sqlstate := 'ZC602';
    v_quote.error := jsonb_build_object('path', p_path, 'problem', p_problem);
    return v_quote;
end $$;

-- The highest discount of so many persons and that rank.
create function lib.discount_of(p_book lib.seat_book, p_persons int, p_rank int) returns int
language plpgsql immutable as $$
declare
    v_ppm int := 0;
begin
    for i in 1 .. coalesce(cardinality(p_book.step_ppm), 0) loop
        if p_book.step_party[i] <= p_persons and p_book.step_rank[i] <= p_rank then
            v_ppm := greatest(v_ppm, p_book.step_ppm[i]);
        end if;
    end loop;
    return v_ppm;
end $$;

-- Prices a party.  Classes of other offers and classes that are not there are refused alike.
create function lib.resv_price(p_book lib.seat_book, p_rank int, p_items jsonb, p_points jsonb)
returns lib.resv_quote language plpgsql immutable as $$
declare
    v_quote lib.resv_quote;
    v_pools int := cardinality(p_book.pools);
    v_class bigint;
    v_qty   int;
    v_at    int;    -- of the class in the book
    v_no    int;    -- of the item
    v_ats   int[];
begin
    v_quote.persons := 0;
    for i in 0 .. jsonb_array_length(p_items) - 1 loop
        v_class := (p_items -> i ->> 'class')::bigint;
        v_qty := (p_items -> i ->> 'qty')::int;
        v_at := array_position(p_book.classes, v_class);
        if v_at is null then
            return lib.quote_refused('items', 'names a class that the offer does not have');
        elsif v_class = any (v_quote.classes) then
            return lib.quote_refused('items', 'names a class twice');
        end if;
        v_ats[i + 1] := v_at;
        v_quote.classes[i + 1] := v_class;
        v_quote.qty[i + 1] := v_qty;
        v_quote.points_qty[i + 1] := 0;
        v_quote.unit_minor[i + 1] := p_book.unit_minor[v_at];
        v_quote.unit_points[i + 1] := coalesce(p_book.points_price[v_at], 0);
        v_quote.persons := v_quote.persons + v_qty * p_book.persons[v_at];
    end loop;
    for i in 0 .. coalesce(jsonb_array_length(p_points), 0) - 1 loop
        v_no := array_position(v_quote.classes, (p_points -> i ->> 'class')::bigint);
        if v_no is null then
            return lib.quote_refused('points', 'names a class that is not among the items');
        elsif v_quote.points_qty[v_no] > 0 then
            return lib.quote_refused('points', 'names a class twice');
        elsif not p_book.points_allowed or p_book.points_price[v_ats[v_no]] is null then
            return lib.quote_refused('points', 'names a class that is not sold for points');
        elsif (p_points -> i ->> 'qty')::int > v_quote.qty[v_no] then
            return lib.quote_refused('points', 'names more units than the item has');
        end if;
        v_quote.points_qty[v_no] := (p_points -> i ->> 'qty')::int;
    end loop;

    v_quote.list_minor := 0;
    v_quote.points := 0;
    for i in 1 .. cardinality(v_ats) loop
        v_quote.list_minor := v_quote.list_minor + (v_quote.qty[i] - v_quote.points_qty[i]) * v_quote.unit_minor[i];
        v_quote.points := v_quote.points + v_quote.points_qty[i] * v_quote.unit_points[i];
    end loop;
    v_quote.discount_ppm := lib.discount_of(p_book, v_quote.persons, p_rank);
    v_quote.total_minor := v_quote.list_minor - floor(v_quote.list_minor::numeric * v_quote.discount_ppm / 1000000)::bigint;
    v_no := 0;
    for p in 1 .. coalesce(v_pools, 0) loop
        v_qty := 0;
        for i in 1 .. cardinality(v_ats) loop
            if p_book.draws[(v_ats[i] - 1) * v_pools + p] then
                v_qty := v_qty + v_quote.qty[i];
            end if;
        end loop;
        if v_qty > 0 then
            v_no := v_no + 1;
            v_quote.pools[v_no] := p_book.pools[p];
            v_quote.pool_at[v_no] := p;
            v_quote.pool_qty[v_no] := v_qty;
        end if;
    end loop;
    return v_quote;
end $$;

-- The price of a party for a member, or the error why there is none.
create function lib.resv_quote(p_offer offer, p_member bigint, p_items jsonb, p_points jsonb)
returns lib.resv_quote language plpgsql stable as $$
declare
    v_quote lib.resv_quote := lib.resv_price(lib.seat_book(p_offer), coalesce(lib.tier_rank(p_member, (p_offer).club_id), 0),
                                             p_items, p_points);
begin
    if v_quote.sqlstate is not null then
        perform lib.refuse(v_quote.sqlstate, v_quote.error);
    end if;
    return v_quote;
end $$;

create function lib.resv_money(p_minor bigint, p_currency text) returns jsonb language sql stable as
$$ select jsonb_build_object('minor', p_minor, 'cur', p_currency) $$;

-- reservation.quote   What a party would cost the member now, the next price step, what it would be in points.
--   who    member
--   raises ZC002 no such offer, or not for the member; ZC602 items, points
--   emits  –
create function api.reservation_quote(p_who text, p_offer bigint, p_items jsonb, p_points jsonb)
returns lib.answer language plpgsql stable security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_member bigint := lib.require_member(p_who);
    v_offer  offer;
    v_book   lib.seat_book;
    v_rank   int;
    v_quote  lib.resv_quote;
    v_items  jsonb;
    v_all    bigint;    -- what it would be in points; null: not all of it is sold for points
    v_step   jsonb;
begin
    select * into v_offer from offer where offer_id = p_offer;
    if not found or lib.offer_sees(v_offer, v_member) is not true then
        perform lib.refuse('ZC002');
    end if;
    v_book := lib.seat_book(v_offer);
    v_rank := coalesce(lib.tier_rank(v_member, v_offer.club_id), 0);
    v_quote := lib.resv_price(v_book, v_rank, p_items, p_points);
    if v_quote.sqlstate is not null then
        perform lib.refuse(v_quote.sqlstate, v_quote.error);
    end if;
    select jsonb_agg(jsonb_build_object(
               'class', q.class::text, 'title', c.title, 'qty', q.qty, 'points_qty', q.points_qty,
               'unit', lib.resv_money(q.unit_minor, v_offer.currency), 'unit_points', nullif(q.unit_points, 0),
               'persons', c.persons) order by q.no),
           case when v_offer.points_allowed and bool_and(q.unit_points > 0) then sum(q.qty * q.unit_points) end
      into v_items, v_all
      from unnest(v_quote.classes, v_quote.qty, v_quote.points_qty, v_quote.unit_minor, v_quote.unit_points)
           with ordinality as q (class, qty, points_qty, unit_minor, unit_points, no)
      join seat_class c on c.class_id = q.class;
    select jsonb_build_object('min_party', s.min_party, 'discount_ppm', s.discount_ppm)
      into v_step
      from price_step s
     where s.offer_id = p_offer
       and s.min_rank <= v_rank
       and s.min_party > v_quote.persons
       and s.discount_ppm > v_quote.discount_ppm
     order by s.min_party, s.discount_ppm desc
     limit 1;
    return lib.done(jsonb_build_object(
        'offer', p_offer::text, 'items', v_items, 'persons', v_quote.persons,
        'list', lib.resv_money(v_quote.list_minor, v_offer.currency), 'discount_ppm', v_quote.discount_ppm,
        'total', lib.resv_money(v_quote.total_minor, v_offer.currency), 'points', v_quote.points, 'all_in_points', v_all,
        'next_step', v_step, 'cancel_policy', v_offer.cancel_policy));
end $$;
