-- waitlist.sql -- the waiting list: who is offered which seats and until when (domain.md 9.7).
--
--   waiting -> offered      fill, while the offer is on sale
--   waiting -> passed       fill: protected for 24 hours, or less than 72 before the start
--   waiting -> withdrawn    waitlist.leave; fill, of who cannot book any more
--   waiting -> closed       lib.waitlist_close
--   offered -> converted    waitlist.accept
--   offered -> declined     waitlist.decline
--   offered -> waiting      the deadline, the first time: at the end of the same priority
--   offered -> lapsed       the deadline, the second time, or when the list is closed
--   offered -> closed       lib.waitlist_close of a cancelled offer
--
-- Everything here runs under the lock of the offer.  What changed is collected first and told at the end, by member, so
-- that the locks of notifications are taken in their order.

-- What is still to be told of an entry: its state after the change.
create type lib.waitlist_told as (entry bigint, member bigint, state text);

-- An offer as one pass of the list sees it: pools and classes by place.  mask: the pools of the class, as bits.
-- last: the last entry in the order that was offered seats of a class that shares a pool; kept: the first that keeps one.
create type lib.waitlist_book as (
    pools bigint[], free int[], classes bigint[], masks bigint[],
    last_prio int[], last_ord bigint[], kept_prio int[], kept_ord bigint[]);

-- Pools that are kept for a protected head of the list.
create function lib.waitlist_kept(p_offer bigint) returns bigint[] language plpgsql stable as $$
declare
    v_classes bigint[];
begin
    v_classes := array(select class_id
                         from waitlist_entry
                        where offer_id = p_offer
                          and state = 'waiting'
                          and accumulate_since is not null);
    if v_classes = '{}' then
        return '{}';
    end if;
    return array(select distinct pool_id from seat_class_pool where class_id = any (v_classes));
end $$;

-- Until when seats are kept for who is offered them: a twentieth of the time to the start, at least 30 minutes, at most 24
-- hours; from 22:00 to 08:00 in the member's zone the clock rests, unless the start is less than 48 hours away.
create function lib.waitlist_deadline(p_at timestamptz, p_starts_at timestamptz, p_tz text) returns timestamptz
language plpgsql stable strict as $$
declare
    v_left  interval := make_interval(secs => least(greatest(extract(epoch from p_starts_at - p_at) / 20, 1800), 86400));
    v_at    timestamptz := p_at;
    v_night timestamptz;
begin
    if p_starts_at - p_at < interval '48 hours' then
        return p_at + v_left;
    end if;
    loop
        v_at := coalesce(lib.quiet_until(v_at, p_tz, '22:00', '08:00'), v_at);
        v_night := ((v_at at time zone p_tz)::date + time '22:00') at time zone p_tz;
        exit when v_at + v_left <= v_night;
        v_left := v_left - (v_night - v_at);
        v_at := v_night;
    end loop;
    return v_at + v_left;
end $$;

-- Are seats of this offer given to the list now?
create function lib.waitlist_runs(p_offer offer, p_at timestamptz) returns boolean language sql immutable as $$
    select (p_offer).state in ('announced', 'open')
           and (p_offer).public_open_at <= p_at
           and (p_offer).booking_close_at > p_at
$$;

-- Could this member still book?  Who paused the membership can end the pause.
create function lib.waitlist_may(p_offer offer, p_member bigint) returns boolean language plpgsql stable as $$
begin
    return (select status = 'active' from member where member_id = p_member) and lib.offer_sees(p_offer, p_member);
end $$;

create function lib.waitlist_book(p_offer bigint) returns lib.waitlist_book language plpgsql stable as $$
declare
    v_book lib.waitlist_book;
begin
    select array_agg(pool_id order by pool_id), array_agg(capacity - held - confirmed - offered order by pool_id)
      into v_book.pools, v_book.free
      from seat_pool
     where offer_id = p_offer;
    select array_agg(c.class_id order by c.class_id), array_agg(c.mask order by c.class_id)
      into v_book.classes, v_book.masks
      from (select class_id, bit_or(1::bigint << array_position(v_book.pools, pool_id) - 1) as mask
              from seat_class_pool
             where offer_id = p_offer
             group by class_id) c;
    return v_book;
end $$;

-- So many units of the class at place p_class fit into the pools.
create function lib.waitlist_fit(p_book lib.waitlist_book, p_class int) returns int language plpgsql immutable as $$
declare
    v_fit int;
begin
    for i in 1 .. cardinality((p_book).pools) loop
        if (p_book).masks[p_class] >> i - 1 & 1 = 1 then
            v_fit := least(v_fit, (p_book).free[i]);
        end if;
    end loop;
    return v_fit;
end $$;

-- Seats of the class at place p_class for one entry; the pools are written at the end of the pass.
create function lib.waitlist_give(p_offer offer, p_at timestamptz, p_book lib.waitlist_book, p_class int,
                                  p_entry waitlist_entry)
returns lib.waitlist_book language plpgsql volatile as $$
begin
    update waitlist_entry
       set state = 'offered', offered_at = p_at, accumulate_since = null, version = version + 1,
           offer_expires = lib.waitlist_deadline(p_at, (p_offer).starts_at, (
               select tz from member where member_id = (p_entry).member_id))
     where entry_id = (p_entry).entry_id;
    for i in 1 .. cardinality((p_book).pools) loop
        if (p_book).masks[p_class] >> i - 1 & 1 = 1 then
            p_book.free[i] := (p_book).free[i] - (p_entry).qty;
        end if;
    end loop;
    for i in 1 .. cardinality((p_book).classes) loop
        if (p_book).masks[i] & (p_book).masks[p_class] <> 0 then
            p_book.last_prio[i] := (p_entry).prio_class;
            p_book.last_ord[i] := (p_entry).ord;
        end if;
    end loop;
    return p_book;
end $$;

-- The head that does not fit after three skips: from now on its pools are kept for it.
create function lib.waitlist_keep(p_at timestamptz, p_book lib.waitlist_book, p_class int, p_entry waitlist_entry)
returns lib.waitlist_book language plpgsql volatile as $$
begin
    update waitlist_entry
       set accumulate_since = p_at, version = version + 1
     where entry_id = (p_entry).entry_id
       and accumulate_since is null;
    for i in 1 .. cardinality((p_book).classes) loop
        if (p_book).masks[i] & (p_book).masks[p_class] <> 0 and (p_book).kept_ord[i] is null then
            p_book.kept_prio[i] := (p_entry).prio_class;
            p_book.kept_ord[i] := (p_entry).ord;
        end if;
    end loop;
    return p_book;
end $$;

-- Writes what a pass gave away, and counts a skip for all those whom it went past: who did not fit, was not held back,
-- and shares a pool with somebody later who was offered seats.
create function lib.waitlist_passed_over(p_offer bigint, p_before lib.waitlist_book, p_after lib.waitlist_book)
returns void language plpgsql volatile as $$
begin
    update seat_pool p
       set offered = p.offered + n.given
      from (select pool, was - now as given
              from unnest((p_before).pools, (p_before).free, (p_after).free) as x (pool, was, now)
             where was > now) n
     where p.pool_id = n.pool;
    for i in 1 .. cardinality((p_after).classes) loop
        continue when (p_after).last_ord[i] is null;
        update waitlist_entry
           set skips = skips + 1, version = version + 1
         where offer_id = p_offer
           and state = 'waiting'
           and class_id = (p_after).classes[i]
           and skips < 3
           and (prio_class > (p_after).last_prio[i]
                or prio_class = (p_after).last_prio[i] and ord < (p_after).last_ord[i])
           and ((p_after).kept_ord[i] is null
                or prio_class > (p_after).kept_prio[i]
                or prio_class = (p_after).kept_prio[i] and ord < (p_after).kept_ord[i]);
    end loop;
end $$;

-- Goes once through the list.  Only those are looked at who fit at its beginning, because seats only become fewer in it,
-- and those who were skipped three times.
create function lib.waitlist_pass(p_offer offer, p_at timestamptz) returns lib.waitlist_told[]
language plpgsql volatile as $$
declare
    v_before lib.waitlist_book := lib.waitlist_book((p_offer).offer_id);
    v_book   lib.waitlist_book := v_before;
    v_fit    int[];
    v_entry  waitlist_entry;
    v_class  int;
    v_fits   boolean;
    v_told   lib.waitlist_told[] := '{}';
begin
    v_fit := array(select lib.waitlist_fit(v_book, i) from generate_subscripts(v_book.classes, 1) i order by i);
    for v_entry in
        select *
          from waitlist_entry
         where offer_id = (p_offer).offer_id
           and state = 'waiting'
           and (skips = 3 or qty <= v_fit[array_position(v_book.classes, class_id)])
         order by prio_class desc, ord
    loop
        v_class := array_position(v_book.classes, v_entry.class_id);
        continue when v_book.kept_ord[v_class] is not null;
        v_fits := v_entry.qty <= lib.waitlist_fit(v_book, v_class);
        continue when not v_fits and v_entry.skips < 3;
        if not lib.waitlist_may(p_offer, v_entry.member_id) then
            update waitlist_entry
               set state = 'withdrawn', why = 'unable', closed_at = p_at, accumulate_since = null, version = version + 1
             where entry_id = v_entry.entry_id;
            v_told := v_told || row(v_entry.entry_id, v_entry.member_id, 'withdrawn')::lib.waitlist_told;
        elsif v_fits then
            v_book := lib.waitlist_give(p_offer, p_at, v_book, v_class, v_entry);
            v_told := v_told || row(v_entry.entry_id, v_entry.member_id, 'offered')::lib.waitlist_told;
        else
            v_book := lib.waitlist_keep(p_at, v_book, v_class, v_entry);
        end if;
    end loop;
    perform lib.waitlist_passed_over((p_offer).offer_id, v_before, v_book);
    return v_told;
end $$;

-- Ends the protection of heads whose time is over.
create function lib.waitlist_release(p_offer offer, p_at timestamptz) returns lib.waitlist_told[]
language plpgsql volatile as $$
declare
    v_near boolean := (p_offer).starts_at - p_at < interval '72 hours';
    v_told lib.waitlist_told[];
begin
    with gone as (
        update waitlist_entry
           set state = 'passed', why = case when v_near then 'near' else 'waited' end, accumulate_since = null,
               closed_at = p_at, version = version + 1
         where offer_id = (p_offer).offer_id
           and state = 'waiting'
           and accumulate_since is not null
           and (v_near or accumulate_since < p_at - interval '24 hours')
        returning entry_id, member_id
    )
    select coalesce(array_agg(row(g.entry_id, g.member_id, 'passed')::lib.waitlist_told), '{}') into v_told from gone g;
    return v_told;
end $$;

-- Gives free seats to the list, without telling anybody yet.
create function lib.waitlist_serve(p_offer offer) returns lib.waitlist_told[] language plpgsql volatile as $$
declare
    v_at     timestamptz := clock_timestamp();
    v_told   lib.waitlist_told[] := '{}';
    v_passed lib.waitlist_told[];
begin
    if not lib.waitlist_runs(p_offer, v_at)
       or not exists (select from waitlist_entry where offer_id = (p_offer).offer_id and state = 'waiting') then
        return '{}';
    end if;
    loop
        v_told := v_told || lib.waitlist_pass(p_offer, v_at);
        v_passed := lib.waitlist_release(p_offer, v_at);
        exit when v_passed = '{}';
        v_told := v_told || v_passed;
    end loop;
    insert into waitlist_news (offer_id) values ((p_offer).offer_id) on conflict do nothing;
    return v_told;
end $$;

-- The event of an entry; p_state is what happened to it.
create function lib.waitlist_event(p_entry waitlist_entry, p_state text) returns lib.event_row language sql stable as $$
    select lib.event('me:' || (p_entry).member_id,
                     case p_state when 'offered' then 'waitlist.offered' else 'waitlist.changed' end, 'svc.resv',
                     jsonb_strip_nulls(jsonb_build_object(
                         'entry', (p_entry).entry_id::text, 'offer', (p_entry).offer_id::text,
                         'state', p_state,
                         'expires_at', case p_state when 'offered' then lib.iso((p_entry).offer_expires) end)),
                     p_object => 'waitlist:' || (p_entry).entry_id)
$$;

-- Tells the members, in the order of their numbers: those who are offered seats, who are passed or whom the end of the
-- list thanks also outside the app.  At most 200 at once, so that a long list holds nobody up: the job tells the others.
create function lib.waitlist_tell(p_told lib.waitlist_told[]) returns lib.event_row[] language plpgsql volatile as $$
declare
    c_most   constant int := 200;
    v_told   lib.waitlist_told;
    v_entry  waitlist_entry;
    v_refs   jsonb;
    v_count  int := 0;
    v_rest   bigint[] := '{}';
    v_events lib.event_row[] := '{}';
begin
    for v_told in
        select t.entry, t.member, t.state
          from unnest(p_told) with ordinality as t (entry, member, state, no)
         order by t.member, t.no
    loop
        v_count := v_count + 1;
        if v_count > c_most then
            v_rest := v_rest || v_told.entry;
            continue;
        end if;
        select * into v_entry from waitlist_entry where entry_id = v_told.entry;
        v_events := v_events || lib.waitlist_event(v_entry, v_told.state);
        if v_told.state in ('offered', 'passed', 'closed') then
            v_refs := jsonb_strip_nulls(jsonb_build_object(
                'waitlist', v_entry.entry_id::text, 'offer', v_entry.offer_id::text,
                'until', to_char(v_entry.offer_expires at time zone (
                    select tz from member where member_id = v_entry.member_id), 'YYYY-MM-DD HH24:MI')));
            v_events := v_events || lib.notify(v_entry.member_id, 'waitlist_' || v_told.state,
                                               'waitlist:' || v_entry.entry_id
                                               || case when v_entry.offers_missed > 0 then ':2' else '' end,
                                               v_refs, 'svc.resv');
        end if;
    end loop;
    update waitlist_entry set untold = true where entry_id = any (v_rest);
    return v_events;
end $$;

-- Gives free seats of an offer to its list and tells those who get them; called by whoever frees seats or raises a
-- capacity, under the lock of the offer, after the pools have changed and before lib.offer_pulse.
create function lib.waitlist_fill(p_offer bigint) returns lib.event_row[] language plpgsql volatile as $$
declare
    v_offer offer;
begin
    if not exists (select from waitlist_entry where offer_id = p_offer and state = 'waiting') then
        return '{}';
    end if;
    select * into v_offer from offer where offer_id = p_offer;
    return lib.waitlist_tell(lib.waitlist_serve(v_offer));
end $$;

-- The same for several offers, all locked: their members are told together, in order.
create function lib.waitlist_fill_all(p_offers bigint[]) returns lib.event_row[] language plpgsql volatile as $$
declare
    v_offer offer;
    v_told  lib.waitlist_told[] := '{}';
begin
    for v_offer in select * from offer where offer_id = any (p_offers) order by offer_id loop
        v_told := v_told || lib.waitlist_serve(v_offer);
    end loop;
    return lib.waitlist_tell(v_told);
end $$;

-- Takes back what is offered on these entries, all of one offer.
create function lib.waitlist_take_back(p_entries bigint[]) returns void language plpgsql volatile as $$
begin
    update seat_pool p
       set offered = p.offered - n.qty
      from (select c.pool_id, sum(e.qty)::int as qty
              from waitlist_entry e
              join seat_class_pool c on c.class_id = e.class_id
             where e.entry_id = any (p_entries)
             group by c.pool_id) n
     where p.pool_id = n.pool_id;
end $$;

-- Ends a list, with thanks: p_why is staff, cancelled (the offer is: then what is offered ends too) or else booking.  The
-- offer is locked.
create function lib.waitlist_close(p_offer bigint, p_why text) returns lib.event_row[] language plpgsql volatile as $$
declare
    v_told lib.waitlist_told[];
begin
    update offer set waitlist_state = 'closed' where offer_id = p_offer and waitlist_state <> 'closed';
    if p_why = 'cancelled' then
        perform lib.waitlist_take_back(array(
            select entry_id from waitlist_entry where offer_id = p_offer and state = 'offered'));
    else
        insert into waitlist_figure (offer_id, club_id, entries, offered)
        select p_offer, o.club_id, count(*), count(*) filter (where e.offered_at is not null)
          from waitlist_entry e
          join offer o on o.offer_id = p_offer
         where e.offer_id = p_offer
         group by o.club_id
            on conflict (offer_id) do nothing;
    end if;
    delete from waitlist_news where offer_id = p_offer;
    with gone as (
        update waitlist_entry
           set state = 'closed', why = case when p_why in ('staff', 'cancelled') then p_why else 'booking' end,
               accumulate_since = null, offer_expires = null, closed_at = clock_timestamp(), version = version + 1
         where offer_id = p_offer
           and (state = 'waiting' or state = 'offered' and p_why = 'cancelled')
        returning entry_id, member_id
    )
    select coalesce(array_agg(row(g.entry_id, g.member_id, 'closed')::lib.waitlist_told), '{}') into v_told from gone g;
    return lib.waitlist_tell(v_told);
end $$;
