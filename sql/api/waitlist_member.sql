-- waitlist_member.sql -- the waiting list as members see it: joining, leaving, their place, and what to do with an offer.

-- The waiting entries of an offer, and how many of them are not behind this one.
create function lib.waitlist_place(p_entry waitlist_entry, out pos int, out length int) language plpgsql stable as $$
begin
    select count(*), count(*) filter (where e.prio_class > (p_entry).prio_class
                                         or e.prio_class = (p_entry).prio_class and e.ord <= (p_entry).ord)
      into length, pos
      from waitlist_entry e
     where e.offer_id = (p_entry).offer_id
       and e.state = 'waiting';
end $$;

-- How often a place like this was offered seats: of the club's last 20 lists the share that went so far, in tenths.  Null
-- while there are less than three.
create function lib.waitlist_chance(p_club bigint, p_pos int) returns int language plpgsql stable as $$
begin
    return (
        select case when count(*) >= 3 then (round(10.0 * count(*) filter (where f.offered >= p_pos) / count(*)) * 100000)::int end
          from (select offered from waitlist_figure where club_id = p_club order by closed_at desc limit 20) f);
end $$;

-- An entry as its member sees it: one row of waitlist.status.  p_pos, p_length: its place, where it is known.
create function lib.waitlist_row(p_entry waitlist_entry, p_pos int default null, p_length int default null)
returns jsonb language plpgsql stable as $$
declare
    v_offer offer;
    v_class seat_class;
    v_pos   int := case when (p_entry).state = 'waiting' then p_pos end;
    v_len   int := case when (p_entry).state = 'waiting' then p_length end;
begin
    select * into v_offer from offer where offer_id = (p_entry).offer_id;
    select * into v_class from seat_class where class_id = (p_entry).class_id;
    if (p_entry).state = 'waiting' and v_pos is null then
        select p.pos, p.length into v_pos, v_len from lib.waitlist_place(p_entry) p;
    end if;
    return jsonb_build_object(
        'entry', (p_entry).entry_id::text, 'offer', (p_entry).offer_id::text, 'title', v_offer.title,
        'class', (p_entry).class_id::text, 'class_title', v_class.title, 'qty', (p_entry).qty,
        'persons', (p_entry).qty * v_class.persons, 'state', (p_entry).state, 'position', v_pos, 'length', v_len,
        'chance_ppm', lib.waitlist_chance(v_offer.club_id, v_pos), 'prio', (p_entry).prio_class, 'why', (p_entry).why,
        'note', (p_entry).note, 'expires_at', lib.iso((p_entry).offer_expires), 'reservation', (p_entry).resv_id::text,
        'joined_at', lib.iso((p_entry).joined_at));
end $$;

-- An entry, for the events of its member; an event about its place says which that is.
create function lib.waitlist_view(p_member bigint, p_refs jsonb) returns lib.shown language plpgsql stable as $$
declare
    v_entry waitlist_entry;
begin
    select * into v_entry from waitlist_entry where entry_id = (p_refs ->> 'entry')::bigint and member_id = p_member;
    return row(case when found then lib.waitlist_row(v_entry, (p_refs ->> 'pos')::int, (p_refs ->> 'length')::int) end, found, false, '{}'::bigint[])::lib.shown;
end $$;

-- A member's live entries.
create function lib.waitlist_live(p_member bigint) returns jsonb language plpgsql stable as $$
begin
    return (
        select coalesce(jsonb_agg(lib.waitlist_row(e) order by e.entry_id desc), '[]')
          from (select *
                  from waitlist_entry
                 where member_id = p_member
                   and state in ('waiting', 'offered')
                 order by entry_id desc
                 limit 20) e);
end $$;

-- waitlist.status   The caller's entries, live ones first; those that ended are shown for 30 days, 20 at most.
--   who    member
--   raises –
--   emits  –
create function api.waitlist_status(p_who text, p_offer bigint) returns lib.answer
language plpgsql stable security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_member bigint := lib.require_member(p_who, true);
begin
    return lib.done(jsonb_build_object('entries', (
        select coalesce(jsonb_agg(lib.waitlist_row(e) order by e.closed_at is not null, e.entry_id desc), '[]')
          from (select *
                  from waitlist_entry
                 where member_id = v_member
                   and (p_offer is null or offer_id = p_offer)
                   and (closed_at is null or closed_at > now() - interval '30 days')
                 order by closed_at is not null, entry_id desc
                 limit 40) e)));
end $$;

-- May this member book under this offer, and so many persons of that price?  p_booked: persons booked before.
create function lib.waitlist_require(p_offer offer, p_member bigint, p_persons int, p_minor bigint, p_booked bigint)
returns void language plpgsql stable as $$
declare
    v_at record;
begin
    select m.status, t.seat_limit, c.status as club, b.under_18
      into v_at
      from membership m
      join tier t on t.tier_id = m.tier_id
      join club c on c.club_id = m.club_id
      join member b on b.member_id = m.member_id
     where m.member_id = p_member
       and m.club_id = (p_offer).club_id;
    if v_at.club <> 'active' or v_at.status <> 'active' then
        perform lib.refuse('ZC017', jsonb_build_object(
            'state', case when v_at.club <> 'active' then v_at.club else v_at.status end));
    elsif v_at.under_18 and p_minor > 0 then
        perform lib.refuse('ZC012');
    elsif p_persons + p_booked > v_at.seat_limit then
        perform lib.refuse('ZC024', jsonb_build_object('max', v_at.seat_limit));
    elsif p_persons > 1 and lib.early_access_off(p_member) then
        perform lib.refuse('ZC024', '{"max":1}');
    end if;
end $$;

-- Is there a list to join now, with room in it?
create function lib.waitlist_require_open(p_offer offer, p_member bigint) returns void language plpgsql stable as $$
declare
    c_list constant int := 10000;       -- of an offer without a cap of its own
    c_own  constant int := 20;          -- of one member, over all offers
begin
    if (p_offer).public_open_at > clock_timestamp() and (p_offer).state in ('announced', 'open', 'paused') then
        perform lib.refuse('ZC021', jsonb_build_object('opens_at', lib.iso((p_offer).public_open_at)));
    elsif not lib.waitlist_runs(p_offer, clock_timestamp()) or (p_offer).waitlist_state <> 'open' then
        perform lib.refuse('ZC034');
    elsif (select count(*)
             from waitlist_entry
            where member_id = p_member
              and state in ('waiting', 'offered')) >= c_own then
        perform lib.refuse('ZC024', jsonb_build_object('max', c_own));
    elsif (select count(*)
             from waitlist_entry
            where offer_id = (p_offer).offer_id
              and state = 'waiting') >= least((p_offer).waitlist_cap, c_list) then
        perform lib.refuse('ZC024', jsonb_build_object('max', least((p_offer).waitlist_cap, c_list)));
    end if;
end $$;

-- Refuses who could simply book, and who asks for more than there ever is.
create function lib.waitlist_require_full(p_offer bigint, p_class bigint, p_qty int) returns void
language plpgsql stable as $$
declare
    v_kept bigint[] := lib.waitlist_kept(p_offer);
    v_pool record;
begin
    select min(p.capacity) as capacity, min(p.capacity - p.held - p.confirmed - p.offered) as free,
           bool_or(p.pool_id = any (v_kept)) as kept
      into v_pool
      from seat_pool p
     where p.pool_id in (select pool_id from seat_class_pool where class_id = p_class);
    if p_qty > v_pool.capacity then
        perform lib.refuse('ZC024', jsonb_build_object('max', v_pool.capacity));
    elsif p_qty <= v_pool.free and not v_pool.kept then
        perform lib.refuse('ZC017', '{"state":"available"}');
    end if;
end $$;

-- Does the club put this member's tier ahead?
create function lib.waitlist_prio(p_club bigint, p_member bigint) returns int language plpgsql stable as $$
begin
    return (
        select (coalesce((c.settings ->> 'waitlist_top_tier')::boolean, false)
                and lib.tier_rank(p_member, p_club) = (select max(rank) from tier where club_id = p_club))::int
          from club c
         where c.club_id = p_club);
end $$;

-- waitlist.join   Waits for units of a class that is sold out.  Who is of the top tier waits ahead of the others, if the club
--                 says so, and gets at once what is being kept for one of them.
--   who    member
--   raises ZC002 no such offer for the member, or no such class of it; ZC004 waits for this class before {"entry"}; ZC012 a
--          child, and it costs money; ZC017 seats are free {"state":"available"}, membership or club not active {"state"};
--          ZC021 before the public opening {"opens_at"}; ZC024 more persons than the tier's limit, more units than a pool
--          has, the list is full, 20 entries {"max"}; ZC034 the offer is not on sale, the list is paused or closed; ZC035
--          restricted
--   emits  waitlist.changed on me; waitlist.offered where the entry is served at once
create function api.waitlist_join(p_who text, p_idem text, p_hash bytea, p_offer bigint, p_class bigint, p_qty bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer := lib.idem_begin(p_who, 'waitlist.join', p_idem, p_hash);
    v_member bigint;
    v_offer  offer;
    v_class  seat_class;
    v_entry  waitlist_entry;
    v_events lib.event_row[];
begin
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    perform lib.offer_seen(p_offer, v_member);
    v_offer := lib.offer_lock(p_offer);
    select * into v_class from seat_class where class_id = p_class and offer_id = p_offer;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    select * into v_entry
      from waitlist_entry
     where offer_id = p_offer and class_id = p_class and member_id = v_member and state in ('waiting', 'offered');
    if found then
        perform lib.refuse('ZC004', jsonb_build_object('entry', v_entry.entry_id::text));
    end if;
    perform lib.waitlist_require_open(v_offer, v_member);
    perform lib.waitlist_require(v_offer, v_member, (p_qty * v_class.persons)::int, v_class.unit_price_minor, 0);
    perform lib.waitlist_require_full(p_offer, p_class, p_qty::int);

    insert into waitlist_entry (entry_id, offer_id, class_id, member_id, qty, prio_class)
    values (lib.new_id(), p_offer, p_class, v_member, p_qty, lib.waitlist_prio(v_offer.club_id, v_member))
    returning * into v_entry;
    update waitlist_entry set told_pos = (lib.waitlist_place(v_entry)).pos, told_at = now() where entry_id = v_entry.entry_id;
    v_events := array[lib.waitlist_event(v_entry, 'waiting')];
    if v_entry.prio_class > 0 then
        insert into waitlist_news (offer_id) values (p_offer) on conflict do nothing;
        if lib.waitlist_kept(p_offer) <> '{}' then
            v_events := v_events || lib.waitlist_fill(p_offer);
            select * into v_entry from waitlist_entry where entry_id = v_entry.entry_id;
        end if;
    end if;
    return lib.idem_end(p_who, 'waitlist.join', p_idem, lib.done(
        lib.waitlist_row(v_entry), lib.emit_all(v_events || lib.offer_pulse(p_offer))));
end $$;

-- The entry of a member, under the lock of its offer.
create function lib.waitlist_locked(p_entry bigint, p_member bigint, out entry waitlist_entry, out offer offer)
language plpgsql volatile as $$
begin
    select * into entry from waitlist_entry w where w.entry_id = p_entry;
    if entry.member_id is distinct from p_member then
        perform lib.refuse('ZC002');
    end if;
    offer := lib.offer_lock(entry.offer_id);
    select * into entry from waitlist_entry w where w.entry_id = p_entry;
end $$;

-- Refuses an entry without seats to decide about.
create function lib.waitlist_require_offered(p_entry waitlist_entry) returns void language plpgsql stable as $$
begin
    if (p_entry).state = 'waiting' and (p_entry).offers_missed = 0 then
        perform lib.refuse('ZC017', '{"state":"waiting"}');
    elsif (p_entry).state <> 'offered' then
        perform lib.refuse('ZC003', jsonb_build_object('state', (p_entry).state));
    elsif (p_entry).offer_expires <= clock_timestamp() then
        perform lib.refuse('ZC003', '{"state":"lapsed"}');
    end if;
end $$;

-- waitlist.leave   Stops waiting.  What was kept for the entry goes to the next.
--   who    member
--   raises ZC002 no such entry of the caller's; ZC017 seats are offered: accept or decline {"state"}; ZC003 it has ended
--          {"state"}
--   emits  waitlist.changed on me; waitlist.offered on me of others; offer.availability
create function api.waitlist_leave(p_who text, p_idem text, p_hash bytea, p_entry bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer := lib.idem_begin(p_who, 'waitlist.leave', p_idem, p_hash);
    v_at     record;
    v_entry  waitlist_entry;
    v_events lib.event_row[];
begin
    if v_old.reply is not null then
        return v_old;
    end if;
    select * into v_at from lib.waitlist_locked(p_entry, lib.require_member(p_who, true));
    v_entry := v_at.entry;
    if v_entry.state = 'offered' then
        perform lib.refuse('ZC017', '{"state":"offered"}');
    elsif v_entry.state <> 'waiting' then
        perform lib.refuse('ZC003', jsonb_build_object('state', v_entry.state));
    end if;
    update waitlist_entry
       set state = 'withdrawn', why = 'left', accumulate_since = null, closed_at = clock_timestamp(), version = version + 1
     where entry_id = p_entry;
    insert into waitlist_news (offer_id) values (v_entry.offer_id) on conflict do nothing;
    if v_entry.accumulate_since is not null then
        v_events := lib.waitlist_fill(v_entry.offer_id) || lib.offer_pulse(v_entry.offer_id);
    end if;
    select * into v_entry from waitlist_entry where entry_id = p_entry;
    return lib.idem_end(p_who, 'waitlist.leave', p_idem, lib.done(
        lib.waitlist_row(v_entry), lib.emit_all(lib.waitlist_event(v_entry, 'withdrawn') || v_events)));
end $$;

-- waitlist.decline   Lets the offered seats go; they are the next one's at once.
--   who    member
--   raises ZC002 no such entry of the caller's; ZC003 too late, or it has ended {"state"}; ZC017 still waiting {"state"}
--   emits  waitlist.changed on me; waitlist.offered on me of others; offer.availability
create function api.waitlist_decline(p_who text, p_idem text, p_hash bytea, p_entry bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer := lib.idem_begin(p_who, 'waitlist.decline', p_idem, p_hash);
    v_at     record;
    v_entry  waitlist_entry;
    v_events lib.event_row[];
begin
    if v_old.reply is not null then
        return v_old;
    end if;
    select * into v_at from lib.waitlist_locked(p_entry, lib.require_member(p_who, true));
    perform lib.waitlist_require_offered(v_at.entry);
    perform lib.waitlist_take_back(array[p_entry]);
    update waitlist_entry
       set state = 'declined', offer_expires = null, closed_at = clock_timestamp(), version = version + 1
     where entry_id = p_entry
    returning * into v_entry;
    v_events := lib.waitlist_event(v_entry, 'declined') || lib.waitlist_fill(v_entry.offer_id)
                || lib.offer_pulse(v_entry.offer_id);
    return lib.idem_end(p_who, 'waitlist.decline', p_idem,
                        lib.done(lib.waitlist_row(v_entry), lib.emit_all(v_events)));
end $$;

-- How long seats from the list are held for who is paying: as those of a hold.
create function lib.waitlist_ttl(p_offer offer, p_member bigint) returns interval language plpgsql stable as $$
begin
    return (
        select least(greatest(least(greatest(t.hold_ttl, (lib.club_settings(c.form, c.settings) ->> 'hold_minutes')::int
                                                         * interval '1 minute'), interval '30 minutes'),
                              interval '2 minutes'),
                     (p_offer).starts_at - clock_timestamp())
          from membership m
          join tier t on t.tier_id = m.tier_id
          join club c on c.club_id = m.club_id
         where m.member_id = p_member
           and m.club_id = (p_offer).club_id);
end $$;
