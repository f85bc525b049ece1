-- offer_step.sql -- what becomes of an offer once it is announced: changes, pauses, capacity, invitations, its dates.
--
-- Whatever frees seats or lets more in fills the waiting list under the same lock, then tells what is left.

-- Which fields of an offer can still be changed.  What was promised stays: what is sold and how it is given back at any
-- time after the announcement, when it opens once it is open.
create function lib.offer_changeable(p_offer offer) returns text[] language sql stable as $$
    select case
        when (p_offer).state = 'draft' then
            '{category,kind,title,organiser_name,body,starts_at,ends_at,audience,public_open_at,booking_close_at,name_deadline,waitlist_cap,currency,points_allowed,cancel_policy,pools,classes,windows,steps,queue}'::text[]
        when (p_offer).state = 'announced' and (p_offer).public_open_at > clock_timestamp() then
            '{category,kind,title,organiser_name,body,starts_at,ends_at,audience,public_open_at,booking_close_at,name_deadline,waitlist_cap,points_allowed,windows,steps}'
        when (p_offer).state in ('announced', 'open', 'paused') then
            '{category,kind,title,organiser_name,body,starts_at,ends_at,audience,booking_close_at,name_deadline,waitlist_cap,points_allowed,steps}'
        when (p_offer).state = 'closed' then '{title,organiser_name,body,starts_at,ends_at,audience,name_deadline}'
        when (p_offer).state = 'running' then '{title,body,ends_at}'
        else '{}'
    end
$$;

-- What of an offer cannot be changed any more is refused, by its name.
create function lib.offer_may_change(p_offer offer, p_given text[]) returns void language plpgsql stable as $$
declare
    v_may   text[] := lib.offer_changeable(p_offer);
    v_field text;
begin
    if v_may = '{}' then
        perform lib.refuse('ZC017', jsonb_build_object('state', (p_offer).state));
    end if;
    foreach v_field in array p_given loop
        if v_field <> all (v_may) then
            perform lib.refuse('ZC017', jsonb_build_object('state', (p_offer).state, 'path', v_field));
        end if;
    end loop;
end $$;

-- Is another audience one that the stream of an announced offer can have?  Its events say whether it is closed.
create function lib.offer_audience_kept(p_old jsonb, p_new jsonb, p_state text) returns void language plpgsql immutable as $$
begin
    if p_state <> 'draft' and (p_old = '{}') <> (p_new = '{}') then
        perform lib.invalid('audience', case when p_old = '{}' then 'must stay the whole club once announced'
                                             else 'must stay closed once announced; a min_rank of 0 is every member' end);
    end if;
end $$;

-- offer.update   Changes what is given of an offer and keeps the rest; `clear` names what is to be empty.  Windows and the
--                deadline for names move with the dates they hang on unless they are given, too.  What the offer may not be
--                changed in any more is refused; registered members are told of other dates.
--   who    manager
--   raises ZC001 not a manager of the club; ZC002 no such offer; ZC004 base is not the current version {"current"}; ZC017 too
--          late for this {"state","path"?}; ZC602 what does not fit, dates out of order
--   emits  offer.changed on offer:<id> once announced; within seconds resv.changed, notify.added on me:<each registered>
create function api.offer_update(p_who text, p_idem text, p_hash bytea, p_offer bigint, p_base bigint, p_category bigint,
                                 p_kind text, p_title text, p_organiser text, p_body text, p_starts_at timestamptz,
                                 p_ends_at timestamptz, p_audience jsonb, p_public_open_at timestamptz,
                                 p_booking_close_at timestamptz, p_name_deadline timestamptz, p_waitlist_cap bigint,
                                 p_currency text, p_points_allowed boolean, p_cancel_policy jsonb, p_pools jsonb,
                                 p_classes jsonb, p_windows jsonb, p_steps jsonb, p_queue jsonb, p_clear jsonb)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_was    offer;
    v_row    offer;
    v_clear  text[] := array(select jsonb_array_elements_text(coalesce(p_clear, '[]')));
    v_events lib.event_row[] := '{}';
begin
    v_old := lib.idem_begin(p_who, 'offer.update', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_was := lib.offer_managed(p_who, p_offer);
    if v_was.version <> p_base then
        return lib.offer_conflict(p_who, 'offer.update', p_idem, v_was);
    end if;
    perform lib.offer_may_change(v_was, v_clear || array(
        select k from jsonb_object_keys(jsonb_strip_nulls(jsonb_build_object(
            'category', p_category, 'kind', p_kind, 'title', p_title, 'organiser_name', p_organiser, 'body', p_body,
            'starts_at', p_starts_at, 'ends_at', p_ends_at, 'audience', p_audience, 'public_open_at', p_public_open_at,
            'booking_close_at', p_booking_close_at, 'name_deadline', p_name_deadline, 'waitlist_cap', p_waitlist_cap,
            'currency', p_currency, 'points_allowed', p_points_allowed, 'cancel_policy', p_cancel_policy, 'pools', p_pools,
            'classes', p_classes, 'windows', p_windows, 'steps', p_steps, 'queue', p_queue))) k));
    v_row := v_was;
    v_row.category_id := case when 'category' <> all (v_clear)
                              then coalesce(lib.category_number(p_category), v_row.category_id) end;
    v_row.kind := coalesce(p_kind, v_row.kind);
    v_row.title := case when p_title is null then v_row.title else lib.plain_line('title', p_title) end;
    v_row.organiser_name := case when p_organiser is null then v_row.organiser_name
                                 else lib.plain_line('organiser_name', p_organiser) end;
    v_row.body := case when 'body' <> all (v_clear)
                       then coalesce(nullif(normalize(btrim(p_body, E' \n')), ''), v_row.body) end;
    v_row.starts_at := coalesce(p_starts_at, v_row.starts_at);
    v_row.ends_at := coalesce(p_ends_at, v_row.ends_at);
    v_row.audience := case when p_audience is null then v_row.audience
                           else lib.offer_audience_of(v_row.club_id, p_audience) end;
    v_row.public_open_at := coalesce(p_public_open_at, v_row.public_open_at);
    v_row.booking_close_at := coalesce(p_booking_close_at, v_row.booking_close_at);
    v_row.name_deadline := coalesce(p_name_deadline, v_was.name_deadline + (v_row.booking_close_at - v_was.booking_close_at));
    v_row.waitlist_cap := case when 'waitlist_cap' <> all (v_clear) then coalesce(p_waitlist_cap, v_row.waitlist_cap) end;
    v_row.currency := coalesce(p_currency, v_row.currency);
    v_row.points_allowed := coalesce(p_points_allowed, v_row.points_allowed);
    v_row.cancel_policy := case when p_cancel_policy is null then v_row.cancel_policy
                                else lib.offer_policy_of(p_cancel_policy) end;
    v_row.queue_rate := case when p_queue is null then v_row.queue_rate else lib.offer_queue_rate(p_queue) end;
    v_row.version := v_row.version + 1;
    perform lib.offer_check(v_row);
    perform lib.offer_audience_kept(v_was.audience, v_row.audience, v_was.state);
    perform lib.offer_store(v_row, v_was);
    perform lib.offer_parts(v_row, v_was, p_pools, p_classes, p_windows, p_steps);
    if v_row.state <> 'draft' then
        v_events := array[lib.offer_changed(v_row)];
        if (v_row.starts_at, v_row.ends_at) <> (v_was.starts_at, v_was.ends_at) then
            perform lib.offer_moved(p_offer);
        end if;
        if v_row.audience <> v_was.audience then
            v_events := v_events || lib.sys(p_all => true);
        end if;
    end if;
    return lib.idem_end(p_who, 'offer.update', p_idem, lib.done(lib.offer_read(v_row, null), lib.emit_all(v_events)));
end $$;

-- Writes what an update has made of an offer.
create function lib.offer_store(p_row offer, p_was offer) returns void language sql volatile as $$
    update offer
       set category_id = (p_row).category_id, kind = (p_row).kind, title = (p_row).title,
           organiser_name = (p_row).organiser_name, body = (p_row).body, starts_at = (p_row).starts_at,
           ends_at = (p_row).ends_at, audience = (p_row).audience, public_open_at = (p_row).public_open_at,
           booking_close_at = (p_row).booking_close_at, name_deadline = (p_row).name_deadline,
           names_told = case when name_deadline <= now() and (p_row).name_deadline > now() then 0 else names_told end,
           waitlist_cap = (p_row).waitlist_cap, currency = (p_row).currency, points_allowed = (p_row).points_allowed,
           cancel_policy = (p_row).cancel_policy, queue_rate = (p_row).queue_rate, version = (p_row).version
     where offer_id = (p_row).offer_id;
    update access_window
       set opens_at = opens_at + ((p_row).public_open_at - (p_was).public_open_at),
           closes_at = closes_at + ((p_row).public_open_at - (p_was).public_open_at)
     where offer_id = (p_row).offer_id
       and (p_row).public_open_at <> (p_was).public_open_at
$$;

-- Says anew what is given of pools with classes, windows and steps.
create function lib.offer_parts(p_row offer, p_was offer, p_pools jsonb, p_classes jsonb, p_windows jsonb, p_steps jsonb)
returns void language plpgsql volatile as $$
begin
    if (p_pools is null) <> (p_classes is null) then
        perform lib.invalid(case when p_pools is null then 'pools' else 'classes' end, 'must be given with the other');
    elsif p_classes is null and (p_row).currency <> (p_was).currency then
        perform lib.invalid('currency', 'changes only with classes and their prices');
    end if;
    if p_pools is not null then
        perform lib.offer_seats_set(p_row, p_pools, p_classes);
    end if;
    if p_windows is not null then
        perform lib.offer_windows_set(p_row, p_windows);
    end if;
    if p_steps is not null then
        perform lib.offer_steps_set(p_row, p_steps);
    end if;
end $$;

-- Registered members are to be told that an offer has other dates; the job does.
create function lib.offer_moved(p_offer bigint) returns void language sql volatile as $$
    insert into offer_moved (offer_id) values (p_offer) on conflict (offer_id) do update set cursor_id = 0
$$;

-- Sets the state of an offer.
create function lib.offer_to(p_offer bigint, p_state text) returns offer language sql volatile as
$$ update offer set state = p_state, version = version + 1 where offer_id = p_offer returning * $$;

-- offer.pause   Stops booking for the time being; holds stay good, what is freed waits for the end of the pause.
--   who    manager
--   raises ZC001 not a manager of the club; ZC002 no such offer; ZC004 base is not the current version {"current"}; ZC017
--          neither announced nor open {"state"}
--   emits  offer.changed on offer:<id>
create function api.offer_pause(p_who text, p_idem text, p_hash bytea, p_offer bigint, p_base bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old   lib.answer;
    v_offer offer;
begin
    v_old := lib.idem_begin(p_who, 'offer.pause', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_offer := lib.offer_managed(p_who, p_offer);
    if v_offer.version <> p_base then
        return lib.offer_conflict(p_who, 'offer.pause', p_idem, v_offer);
    end if;
    perform lib.offer_require(v_offer, '{announced,open}');
    v_offer := lib.offer_to(p_offer, 'paused');
    return lib.idem_end(p_who, 'offer.pause', p_idem, lib.done(
        lib.offer_read(v_offer, null), lib.emit_all(array[lib.offer_changed(v_offer)])));
end $$;

-- offer.resume   Ends a pause: the offer is open again, or announced while its opening is to come.
--   who    manager
--   raises ZC001 not a manager of the club; ZC002 no such offer; ZC004 base is not the current version {"current"}; ZC017 not
--          paused {"state"}
--   emits  offer.changed on offer:<id>; what lib.waitlist_fill emits
create function api.offer_resume(p_who text, p_idem text, p_hash bytea, p_offer bigint, p_base bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_offer  offer;
    v_events lib.event_row[];
begin
    v_old := lib.idem_begin(p_who, 'offer.resume', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_offer := lib.offer_managed(p_who, p_offer);
    if v_offer.version <> p_base then
        return lib.offer_conflict(p_who, 'offer.resume', p_idem, v_offer);
    end if;
    perform lib.offer_require(v_offer, '{paused}');
    v_offer := lib.offer_to(p_offer, case when v_offer.public_open_at > now() or exists (
        select from offer_queue where offer_id = p_offer and opened_at is null) then 'announced' else 'open' end);
    v_events := lib.waitlist_fill(p_offer);
    v_events := lib.offer_changed(v_offer) || v_events || lib.offer_pulse(p_offer);
    return lib.idem_end(p_who, 'offer.resume', p_idem, lib.done(lib.offer_read(v_offer, null), lib.emit_all(v_events)));
end $$;

-- offer.cancel   Calls an offer off.  Its waiting list is closed at once; a job gives back to all who booked what they paid.
--   who    manager
--   raises ZC001 not a manager of the club; ZC002 no such offer; ZC004 base is not the current version {"current"}; ZC017
--          running, done or cancelled before {"state"}
--   emits  offer.changed on offer:<id>; what lib.waitlist_close emits; within seconds what lib.offer_cancelled emits
create function api.offer_cancel(p_who text, p_idem text, p_hash bytea, p_offer bigint, p_base bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_offer  offer;
    v_events lib.event_row[];
begin
    v_old := lib.idem_begin(p_who, 'offer.cancel', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_offer := lib.offer_managed(p_who, p_offer);
    if v_offer.version <> p_base then
        return lib.offer_conflict(p_who, 'offer.cancel', p_idem, v_offer);
    end if;
    perform lib.offer_require(v_offer, '{draft,announced,open,paused,closed}');
    v_events := lib.waitlist_close(p_offer, 'cancelled');
    v_offer := lib.offer_to(p_offer, 'cancelled');
    if v_offer.announce_at is not null then
        v_events := lib.offer_changed(v_offer) || v_events;
    end if;
    return lib.idem_end(p_who, 'offer.cancel', p_idem, lib.done(lib.offer_read(v_offer, null), lib.emit_all(v_events)));
end $$;

-- offer.invite   Adds members to those whom an offer by invitation is for, or takes them off again.
--   who    manager
--   raises ZC001 not a manager of the club; ZC002 no such offer; ZC014 one is no member of the club; ZC017 done or cancelled
--          {"state"}; ZC024 10,000 are invited {"max"}; ZC602 the offer is not by invitation
--   emits  nothing but sys.changed
create function api.offer_invite(p_who text, p_idem text, p_hash bytea, p_offer bigint, p_members jsonb, p_on boolean)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old     lib.answer;
    v_offer   offer;
    v_members bigint[] := array(select distinct m::bigint from jsonb_array_elements_text(p_members) m order by 1);
    v_changed bigint[];
    v_events  lib.event_row[];
begin
    v_old := lib.idem_begin(p_who, 'offer.invite', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_offer := lib.offer_managed(p_who, p_offer);
    perform lib.offer_require(v_offer, '{draft,announced,open,paused,closed,running}');
    if not v_offer.audience ? 'invite_only' then
        perform lib.invalid('offer', 'is not by invitation');
    end if;
    if p_on and exists (select from unnest(v_members) m where not lib.in_club(m, v_offer.club_id)) then
        perform lib.refuse('ZC014');
    end if;
    if p_on then
        with added as (
            insert into offer_invite (offer_id, member_id)
            select p_offer, m from unnest(v_members) m order by m
                on conflict do nothing
            returning member_id
        )
        select array_agg(member_id order by member_id) into v_changed from added;
        if (select count(*) from offer_invite where offer_id = p_offer) > 10000 then
            perform lib.refuse('ZC024', '{"max":10000}');
        end if;
    else
        with gone as (
            delete from offer_invite where offer_id = p_offer and member_id = any (v_members) returning member_id
        )
        select array_agg(member_id order by member_id) into v_changed from gone;
    end if;
    perform lib.audit(p_who, 'offer.invite', m, jsonb_build_object('offer', p_offer::text, 'on', p_on))
       from unnest(v_changed) m;
    if v_changed is not null then
        v_events := array[lib.sys(p_reload => v_changed, p_ends => lib.offer_ends(v_offer, v_changed))];
    end if;
    return lib.idem_end(p_who, 'offer.invite', p_idem, lib.done(
        jsonb_build_object('offer', p_offer::text,
                           'invited', (select count(*) from offer_invite where offer_id = p_offer)),
        lib.emit_all(v_events)));
end $$;

-- The subscriptions of members who do not see an offer any more.
create function lib.offer_ends(p_offer offer, p_members bigint[]) returns jsonb language sql stable as $$
    select jsonb_agg(jsonb_build_object('stream', 'offer:' || (p_offer).offer_id, 'member', m::text, 'reason', 'LEFT'))
      from unnest(p_members) m
     where not lib.offer_sees(p_offer, m)
$$;

-- offer.set_capacity   Sets the capacity of a pool; what it frees goes to the waiting list first.
--   who    manager
--   raises ZC001 not a manager of the club; ZC002 no such offer, no such pool of it; ZC017 running, done or cancelled
--          {"state"}; ZC024 fewer than are held, sold or offered {"min"}
--   emits  offer.availability on offer:<id>; what lib.waitlist_fill emits
create function api.offer_set_capacity(p_who text, p_idem text, p_hash bytea, p_offer bigint, p_pool bigint,
                                       p_capacity bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_offer  offer;
    v_pool   seat_pool;
    v_events lib.event_row[];
begin
    v_old := lib.idem_begin(p_who, 'offer.set_capacity', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_offer := lib.offer_managed(p_who, p_offer);
    select * into v_pool from seat_pool where pool_id = p_pool and offer_id = p_offer;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    perform lib.offer_require(v_offer, '{draft,announced,open,paused,closed}');
    if p_capacity < v_pool.held + v_pool.confirmed + v_pool.offered then
        perform lib.refuse('ZC024', jsonb_build_object('min', v_pool.held + v_pool.confirmed + v_pool.offered));
    end if;
    update seat_pool set capacity = p_capacity where pool_id = p_pool;
    if p_capacity > v_pool.capacity then
        v_events := lib.waitlist_fill(p_offer);
    end if;
    v_events := v_events || lib.offer_pulse(p_offer);
    return lib.idem_end(p_who, 'offer.set_capacity', p_idem, lib.done(lib.offer_read(v_offer, null), lib.emit_all(v_events)));
end $$;

-- dates -------------------------------------------------------------------------------------------------------

-- The state that the dates of an offer ask for now.
create function lib.offer_due(p_offer offer) returns text language sql stable as $$
    select case
        when (p_offer).state = 'announced' and (p_offer).public_open_at <= now() then 'open'
        when (p_offer).state in ('open', 'paused') and (p_offer).booking_close_at <= now() then 'closed'
        when (p_offer).state = 'closed' and (p_offer).starts_at <= now() then 'running'
        when (p_offer).state = 'running' and (p_offer).ends_at <= now() then 'done'
    end
$$;

-- Moves the next offer on whose date has come, as far as its dates ask; one with a queue opens with its queue.  One at a
-- time, because closing its waiting list takes the notices of its members in their order.
create function lib.offers_run() returns bigint language plpgsql volatile as $$
declare
    v_offer  offer;
    v_state  text;
    v_events lib.event_row[] := '{}';
begin
    select o.* into v_offer
      from offer o
     where case o.state when 'announced' then o.public_open_at when 'open' then o.booking_close_at
                        when 'paused' then o.booking_close_at when 'closed' then o.starts_at
                        when 'running' then o.ends_at end <= now()
       and (o.state <> 'announced' or not exists (
               select from offer_queue q where q.offer_id = o.offer_id and q.opened_at is null))
     limit 1
       for no key update skip locked;
    if not found then
        return 0;
    end if;
    loop
        v_state := lib.offer_due(v_offer);
        exit when v_state is null;
        if v_state = 'closed' then
            v_events := v_events || lib.waitlist_close(v_offer.offer_id, 'booking');
        end if;
        v_offer := lib.offer_to(v_offer.offer_id, v_state);
        v_events := v_events || lib.offer_changed(v_offer);
    end loop;
    perform lib.emit_all(v_events);
    return 1;
end $$;

-- Tells the next 100 reservations of an offer that has other dates, and who travels on them.
create function lib.offers_moved_run() returns bigint language plpgsql volatile as $$
declare
    v_offer  bigint;
    v_resvs  bigint[];
    v_events lib.event_row[] := '{}';
    v_id     bigint;
begin
    select m.offer_id into v_offer from offer_moved m order by m.offer_id limit 1;
    if not found then
        return 0;
    end if;
    perform from offer where offer_id = v_offer for no key update skip locked;
    if not found then
        return 0;
    end if;
    v_resvs := array(
        select r.resv_id
          from reservation r
         where r.offer_id = v_offer
           and r.resv_id > (select cursor_id from offer_moved where offer_id = v_offer)
           and r.state in ('confirmed', 'checked_in')
         order by r.resv_id
         limit 100);
    if cardinality(v_resvs) < 100 then
        delete from offer_moved where offer_id = v_offer;
    else
        update offer_moved set cursor_id = v_resvs[100] where offer_id = v_offer;
    end if;
    for v_id in
        select r.organiser from reservation r where r.resv_id = any (v_resvs)
         union
        select y.member_id from reservation_party y where y.resv_id = any (v_resvs) and y.state in ('accepted', 'checked_in')
         order by 1
    loop
        v_events := v_events || lib.notify(v_id, 'offer_moved', 'offer:' || v_offer,
                                           jsonb_build_object('offer', v_offer::text), 'svc.resv');
    end loop;
    foreach v_id in array v_resvs loop
        v_events := v_events || lib.resv_events(v_id);
    end loop;
    perform lib.emit_all(v_events);
    return 1 + cardinality(v_resvs);
end $$;
