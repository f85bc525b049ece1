-- waitlist.sql -- the waiting list (domain.md 9.7).

-- Pools that are kept for a protected head of the list.
create function lib.waitlist_kept(p_offer bigint) returns bigint[] language plpgsql stable as $$
begin
    return array(
        select distinct c.pool_id
          from waitlist_entry e
          join seat_class_pool c on c.class_id = e.class_id
         where e.offer_id = p_offer
           and e.state = 'waiting'
           and e.accumulate_since is not null);
end $$;
