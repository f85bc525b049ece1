-- seats.sql -- the lock of an offer and the counters of its pools, which every path to a seat goes through (domain.md 9.2).

-- Locks an offer and so all that is sold under it; refuses ZC002 where there is none.
create function lib.offer_lock(p_offer bigint) returns offer language plpgsql volatile as $$
declare
    v_offer offer;
begin
    select * into v_offer from offer where offer_id = p_offer for no key update;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    return v_offer;
end $$;

-- Moves the seats of a reservation from one counter of its pools to another: free, held, confirmed, offered.  The offer
-- is locked; a move to what is not there breaks the CHECK of the pool.
create function lib.seats_move(p_resv bigint, p_from text, p_to text) returns void language plpgsql volatile as $$
begin
    update seat_pool p
       set held = held + l.qty * ((p_to = 'held')::int - (p_from = 'held')::int),
           confirmed = confirmed + l.qty * ((p_to = 'confirmed')::int - (p_from = 'confirmed')::int),
           offered = offered + l.qty * ((p_to = 'offered')::int - (p_from = 'offered')::int)
      from reservation_leg l
     where l.resv_id = p_resv
       and p.pool_id = l.pool_id;
end $$;

-- Are the seats of a reservation free now, outside pools that are kept for the head of the waiting list?
create function lib.seats_are_free(p_resv bigint) returns boolean language plpgsql stable as $$
begin
    return not exists (
        select
          from reservation_leg l
          join seat_pool p on p.pool_id = l.pool_id
         where l.resv_id = p_resv
           and (p.capacity - p.held - p.confirmed - p.offered < l.qty
                or p.pool_id = any (lib.waitlist_kept(p.offer_id))));
end $$;
