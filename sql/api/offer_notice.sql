-- offer_notice.sql -- what members are told of an offer: that it opens for them, and of danger; and who is booked on it.
--
-- An offer opens at several instants: of each window, and for everybody.  When one has come, those who asked for a
-- reminder (svc.resv) and those who gave mkt.early_access for its category are walked through in pieces; who finds it open
-- is told, once.  The walks are the job's own: offer_opening and the cursor of a notice are written under its lock only.

-- offer.remind   One notice when the caller's own booking opens, on or off.
--   who    member
--   raises ZC002 no such offer for the caller; ZC024 200 reminders {"max"}; ZC034 open already, or over; ZC035 restricted
--   emits  – ; at the opening offer.reminder, notify.added on me:<member>
create function api.offer_remind(p_who text, p_idem text, p_hash bytea, p_offer bigint, p_on boolean)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_offer  offer;
    v_opens  timestamptz;
begin
    v_old := lib.idem_begin(p_who, 'offer.remind', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who, not p_on);
    delete from offer_reminder where offer_id = p_offer and member_id = v_member;
    if p_on or not found then
        v_offer := lib.offer_seen(p_offer, v_member);
    end if;
    if p_on then
        v_opens := (lib.offer_access(v_offer, v_member, now())).opens_at;
        if v_offer.state not in ('announced', 'open', 'paused') or v_opens is null or v_opens <= now() then
            perform lib.refuse('ZC034');
        elsif (select count(*) from offer_reminder where member_id = v_member and sent_at is null) >= 200 then
            perform lib.refuse('ZC024', '{"max":200}');
        end if;
        insert into offer_reminder (offer_id, member_id) values (p_offer, v_member);
    end if;
    return lib.idem_end(p_who, 'offer.remind', p_idem, lib.done(
        jsonb_build_object('offer', p_offer::text, 'on', p_on, 'opens_at', lib.iso(v_opens))));
end $$;

-- openings ------------------------------------------------------------------------------------------------

-- An instant that has come at which an offer opens for somebody, and has not been walked through; half a minute later it is
-- walked through once more, for reminders that were being asked for just then.
create function lib.opening_due(out p_offer bigint, out opens_at timestamptz) language plpgsql stable as $$
begin
    select o.offer_id, x.at
      into p_offer, opens_at
      from offer o
     cross join lateral (select w.opens_at as at from access_window w where w.offer_id = o.offer_id
                          union select o.public_open_at) x
     where o.state in ('announced', 'open')
       and o.booking_close_at > now()
       and x.at <= now()
       and not exists (
               select
                 from offer_opening g
                where g.offer_id = o.offer_id
                  and g.opens_at = x.at
                  and (g.pass = 2 or g.pass = 1 and x.at > now() - interval '30 seconds'))
     order by x.at, o.offer_id
     limit 1;
end $$;

-- The next p_most members after p_after who asked to be reminded of an offer, or who want to be told of its category.
create function lib.opening_members(p_offer offer, p_after bigint, p_most int) returns bigint[]
language plpgsql stable as $$
begin
    return array(
        select u.member_id
          from (select r.member_id
                  from (select member_id
                          from offer_reminder
                         where offer_id = (p_offer).offer_id
                           and member_id > p_after
                           and sent_at is null
                         order by member_id
                         limit p_most) r
                 union
                select s.member_id
                  from unnest('{1,2,3,4}'::smallint[]) as c (id)
                 cross join lateral (
                       select s.member_id
                         from consent_state s
                        where s.purpose_id = 33
                          and s.scope_id = (p_offer).category_id
                          and s.channel_id = c.id
                          and s.state = 'given'
                          and s.member_id > p_after
                        order by s.member_id
                        limit p_most) s) u
         order by u.member_id
         limit p_most);
end $$;

-- The in-app event for those who gave mkt.early_access for it, and messages on the other channels that they gave it for; of
-- members who see the offer and have not been told before.
create function lib.opening_told(p_offer offer, p_members bigint[]) returns lib.event_row[] language plpgsql volatile as $$
declare
    v_told   bigint[];
    v_events lib.event_row[];
begin
    with told as (
        insert into offer_told (offer_id, member_id)
        select (p_offer).offer_id, m
          from unnest(p_members) m
         where exists (select from unnest('{1,2,3,4}'::smallint[]) c
                        where lib.consent_ok(m, 33::smallint, (p_offer).category_id, c))
         order by m
            on conflict do nothing
        returning member_id
    )
    select array_agg(member_id order by member_id) into v_told from told;
    insert into send_job (member_id, channel_id, template, gate_cat, scope_id, club_id, refs, prio)
    select m, c, 'early.opening', 'mkt.early_access', (p_offer).category_id, (p_offer).club_id,
           jsonb_build_object('offer', (p_offer).offer_id::text), 2
      from unnest(v_told) m
     cross join unnest('{2,3,4}'::smallint[]) c
     where lib.consent_ok(m, 33::smallint, (p_offer).category_id, c)
     order by m, c;
    return array(
        select lib.event('me:' || m, 'early.opening', 'mkt.early_access', lib.opening_refs(p_offer, m),
                         p_scope => (p_offer).category_id, p_object => 'offer:' || (p_offer).offer_id)
          from unnest(v_told) m
         where lib.consent_ok(m, 33::smallint, (p_offer).category_id, 1::smallint));
end $$;

create function lib.opening_refs(p_offer offer, p_member bigint) returns jsonb language sql stable as $$
    select jsonb_build_object('offer', (p_offer).offer_id::text,
                              'opens_at', lib.iso((lib.offer_access(p_offer, p_member, now())).opens_at))
$$;

-- Tells the next 500 members of an opening that has come.
create function lib.openings_run() returns bigint language plpgsql volatile
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    c_most     constant int := 500;
    v_due      record;
    v_offer    offer;
    v_walk     offer_opening;
    v_looked   bigint[];
    v_open     bigint[];
    v_reminded bigint[];
    v_member   bigint;
    v_events   lib.event_row[] := '{}';
begin
    select d.p_offer, d.opens_at into v_due from lib.opening_due() d;
    if v_due.p_offer is null then
        return 0;
    end if;
    select * into v_offer from offer where offer_id = v_due.p_offer;
    insert into offer_opening as g (offer_id, opens_at) values (v_due.p_offer, v_due.opens_at)
        on conflict (offer_id, opens_at) do update set cursor_id = g.cursor_id
    returning * into v_walk;
    if v_walk.pass = 1 then
        v_offer.category_id := null;
    end if;
    v_looked := lib.opening_members(v_offer, v_walk.cursor_id, c_most);
    v_open := array(
        select m
          from unnest(v_looked) m
         where lib.offer_sees(v_offer, m)
           and (lib.offer_access(v_offer, m, now())).opens_at <= now()
         order by m);
    with due as (
        select member_id
          from offer_reminder
         where offer_id = v_due.p_offer
           and member_id = any (v_open)
           and sent_at is null
         order by member_id
           for no key update
    ), sent as (
        update offer_reminder r
           set sent_at = now()
          from due
         where r.offer_id = v_due.p_offer
           and r.member_id = due.member_id
        returning r.member_id
    )
    select array_agg(member_id order by member_id) into v_reminded from sent;
    update offer_opening
       set cursor_id = case when cardinality(v_looked) = c_most then v_looked[c_most] else 0 end,
           pass = pass + (cardinality(v_looked) < c_most)::int
     where offer_id = v_due.p_offer
       and opens_at = v_due.opens_at;
    foreach v_member in array coalesce(v_reminded, '{}') loop
        v_events := v_events
                    || lib.event('me:' || v_member, 'offer.reminder', 'svc.resv', lib.opening_refs(v_offer, v_member),
                                 p_object => 'offer:' || v_due.p_offer)
                    || lib.notify(v_member, 'offer_reminder', 'offer:' || v_due.p_offer, jsonb_build_object(
                           'offer', v_due.p_offer::text, 'club', v_offer.club_id::text), 'svc.resv');
    end loop;
    if v_offer.category_id is not null then
        v_events := v_events || lib.opening_told(v_offer, v_open);
    end if;
    perform lib.emit_all(v_events);
    return greatest(cardinality(v_looked), 1);
end $$;

-- Forgets who was told of offers that are over for 30 days.
create function lib.openings_purge() returns bigint language sql volatile as $$
    with over as (
        select offer_id from offer where ends_at between now() - interval '60 days' and now() - interval '30 days'
    ), told as (
        delete from offer_told
         where ctid = any (array(select t.ctid from offer_told t join over using (offer_id) limit 20000))
        returning 1
    ), openings as (
        delete from offer_opening where offer_id in (select offer_id from over) returning 1
    )
    select (select count(*) from told) + (select count(*) from openings)
$$;

-- safety --------------------------------------------------------------------------------------------------

-- Those registered for an offer with a number above p_after: organisers, and who has accepted a seat.
create function lib.offer_registered(p_offer bigint, p_after bigint, p_most int) returns bigint[]
language plpgsql stable as $$
begin
    return array(
        select distinct m.member_id
          from reservation r
         cross join lateral (
               select r.organiser as member_id
                union all
               select y.member_id
                 from reservation_party y
                where y.resv_id = r.resv_id
                  and y.state in ('accepted', 'checked_in')) m
         where r.offer_id = p_offer
           and r.state in ('confirmed', 'checked_in', 'completed')
           and m.member_id > p_after
         order by m.member_id
         limit p_most);
end $$;

-- offer.safety_notice   Warns everybody who is registered for an offer, whatever else they refused to be sent.
--   who    manager
--   raises ZC001 not a manager of the club; ZC002 no such offer; ZC024 20 in a day {"max"}; ZC602 body
--   emits  – ; within seconds offer.safety, notify.added on me:<each>
create function api.offer_safety_notice(p_who text, p_idem text, p_hash bytea, p_offer bigint, p_body text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_staff  bigint;
    v_body   text := nullif(normalize(btrim(p_body, E' \n')), '');
    v_notice bigint := lib.new_id();
begin
    v_old := lib.idem_begin(p_who, 'offer.safety_notice', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_staff := lib.require_staff(p_who, '{manager}', (select club_id from offer where offer_id = p_offer));
    perform lib.offer_lock(p_offer);
    if v_body is null then
        perform lib.invalid('body', 'must say something');
    elsif (select count(*) from offer_notice where offer_id = p_offer and at > now() - interval '1 day') >= 20 then
        perform lib.refuse('ZC024', '{"max":20}');
    end if;
    insert into offer_notice (notice_id, offer_id, body, by_staff) values (v_notice, p_offer, v_body, v_staff);
    return lib.idem_end(p_who, 'offer.safety_notice', p_idem, lib.done(jsonb_build_object(
        'notice', v_notice::text, 'offer', p_offer::text,
        'recipients', cardinality(lib.offer_registered(p_offer, 0, 1000000)))));
end $$;

-- What offer.safety carries: the offer and the notice.
create function lib.offer_safety_view(p_offer bigint, p_notice bigint) returns lib.shown language plpgsql stable as $$
declare
    v_shown lib.shown := lib.offer_event_view(p_offer);
begin
    v_shown.view := v_shown.view || jsonb_build_object('notice', (
        select jsonb_build_object('notice', n.notice_id::text, 'body', n.body, 'at', lib.iso(n.at))
          from offer_notice n
         where n.notice_id = p_notice));
    return v_shown;
end $$;

-- Tells the next 200 members of the oldest notice.  Beside the channels they chose for their bookings the others too, where
-- they can be reached there.
create function lib.safety_run() returns bigint language plpgsql volatile
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    c_most    constant int := 200;
    v_notice  offer_notice;
    v_club    bigint;
    v_members bigint[];
    v_member  bigint;
    v_refs    jsonb;
    v_events  lib.event_row[] := '{}';
begin
    select * into v_notice from offer_notice where sent_at is null order by notice_id limit 1;
    if not found then
        return 0;
    end if;
    v_club := (select club_id from offer where offer_id = v_notice.offer_id);
    v_members := lib.offer_registered(v_notice.offer_id, v_notice.cursor_id, c_most);
    update offer_notice
       set cursor_id = coalesce(v_members[cardinality(v_members)], cursor_id),
           sent_at = case when cardinality(v_members) < c_most then now() end
     where notice_id = v_notice.notice_id;
    v_refs := jsonb_build_object('offer', v_notice.offer_id::text, 'notice', v_notice.notice_id::text, 'club', v_club::text);
    foreach v_member in array v_members loop
        v_events := v_events
                    || lib.event('me:' || v_member, 'offer.safety', 'legal.safety', v_refs - 'club',
                                 p_object => 'offer:' || v_notice.offer_id)
                    || lib.notify(v_member, 'offer_safety', 'notice:' || v_notice.notice_id, v_refs, 'legal.safety');
        perform lib.send_queue(v_member, c, 'notify.offer_safety', 'legal.safety', p_refs => v_refs, p_topic => 'reservation')
           from unnest('{2,3}'::smallint[]) c
          where not lib.pref_on(v_member, 'reservation', c)
            and case c when 2 then exists (select from device where member_id = v_member and push_enc is not null)
                       else exists (select from member where member_id = v_member and email_verified_at is not null) end;
    end loop;
    perform lib.emit_all(v_events);
    return greatest(cardinality(v_members), 1);
end $$;

-- Danger first.
create function lib.offer_notices_run() returns bigint language plpgsql volatile as $$
declare
    v_done bigint := lib.safety_run();
begin
    return case when v_done > 0 then v_done else lib.openings_run() end;
end $$;

-- who is booked -------------------------------------------------------------------------------------------

-- The seats of an offer after a place in the list, in its order.  A member is named who has said yes.
create function lib.manifest_rows(p_offer bigint, p_resv bigint, p_seat int, p_most int)
returns table (resv bigint, seat int, row_view jsonb, members bigint[]) language plpgsql stable as $$
begin
    return query
    select y.resv_id, y.seat_no,
           jsonb_build_object(
               'reservation', y.resv_id::text, 'seat', y.seat_no, 'class', c.code, 'unit', y.unit_no, 'state', y.state,
               'member', lib.actor_view(n.named), 'guest', y.guest_label, 'by', lib.actor_view(r.organiser),
               'checked_in_at', lib.iso(y.checked_in_at)),
           array_remove(array[r.organiser, n.named], null)
      from reservation r
      join reservation_party y on y.resv_id = r.resv_id
      join seat_class c on c.class_id = y.class_id
     cross join lateral (select case when y.state in ('accepted', 'checked_in', 'no_show') then y.member_id end as named) n
     where r.offer_id = p_offer
       and r.state in ('confirmed', 'checked_in', 'completed', 'no_show')
       and r.resv_id >= p_resv
       and (y.resv_id, y.seat_no) > (p_resv, p_seat)
       and y.state <> 'cancelled'
     order by y.resv_id, y.seat_no
     limit p_most;
end $$;

-- offer.bookings   Who is booked on an offer, seat by seat, in the order of the list a guide carries: handles, numbers and
--                  guests by the words of who booked, no contact data.  Needs for a manager who asks for them.  Volatile,
--                  because it is written down who looked.
--   who    manager, agent
--   raises ZC001 not of the club's staff, or needs for an agent; ZC002 no such offer; ZC602 cursor
--   emits  –
create function api.offer_bookings(p_who text, p_offer bigint, p_needs boolean, p_limit bigint, p_cursor text)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_head    bigint := lib.sys_head();
    v_limit   int := coalesce(p_limit, 50);
    v_offer   offer;
    v_row     record;
    v_rows    jsonb := '[]';
    v_members bigint[] := '{}';
    v_more    boolean := false;
    v_bytes   int := 0;
begin
    if p_cursor !~ '^[0-9]{1,18}[.][0-9]{1,5}$' then
        perform lib.invalid('cursor', 'is not from this list');
    end if;
    select * into v_offer from offer where offer_id = p_offer;
    perform lib.require_staff(p_who, case when p_needs then '{manager}'::text[] else '{manager,agent}' end, v_offer.club_id);
    if v_offer.offer_id is null then
        perform lib.refuse('ZC002');
    end if;
    for v_row in
        select m.resv, m.seat, m.row_view, m.members
          from lib.manifest_rows(p_offer, coalesce(split_part(p_cursor, '.', 1)::bigint, 0),
                                 coalesce(split_part(p_cursor, '.', 2)::int, 0), v_limit + 1) m
    loop
        if jsonb_array_length(v_rows) = v_limit or v_bytes > 64000 then
            v_more := true;
            exit;
        end if;
        if p_needs then
            v_row.row_view := v_row.row_view || jsonb_build_object('needs', lib.party_needs(v_row.resv, v_row.seat));
        end if;
        v_rows := v_rows || v_row.row_view;
        v_bytes := v_bytes + octet_length(v_row.row_view::text);
        v_members := v_members || v_row.members;
    end loop;
    v_members := array(select distinct m from unnest(v_members) m order by m);
    insert into audit_log (actor, action, subject_member, detail)
    select p_who, 'offer.bookings', m, jsonb_strip_nulls(jsonb_build_object(
               'club', v_offer.club_id::text, 'offer', p_offer::text, 'needs', case when p_needs then true end))
      from unnest(v_members) m;
    return row(jsonb_build_object(
                   'offer', p_offer::text, 'as_of', lib.iso(clock_timestamp()), 'seats', v_rows,
                   'cursor', case when v_more then (v_rows -> -1 ->> 'reservation') || '.' || (v_rows -> -1 ->> 'seat') end),
               null, v_head, v_members)::lib.answer;
end $$;
