-- reservation_arrive.sql -- who comes, and who does not (domain.md 9.8, 9.9).
--
--      confirmed --first seat--> checked_in --the offer is over--> completed
--      confirmed --others came and nobody of it two hours after the start, or an agent says so--> no_show --dispute granted--> completed
--      confirmed --ends_at, where nobody looked who came--> completed
--
-- A reservation shows a code of six digits that changes every 30 seconds: TOTP of RFC 6238 as a card does, under a key that
-- is derived from its number and stored nowhere.  It lets in as many of its seats as come with it; once a newer one was
-- shown an older one is of no use.  A member's card and its code do as well, and that code is good once.  Wrong codes are
-- limited:
--
--   5 wrong codes of a till for one reservation in 15 minutes         RATE for that till and reservation for 15 minutes
--   100 wrong codes of a till in 15 minutes                           RATE for that till for 15 minutes
--   20 wrong codes for a reservation, over all tills, in 15 minutes   RATE for that reservation for 15 minutes
--
-- An unknown reservation costs the same work and the same tries as a wrong code, and answers as one.

create function lib.resv_secret(p_resv bigint) returns bytea language sql stable as
$$ select substr(club.hmac(convert_to(p_resv::text, 'UTF8'), lib.pii_key('reservation'), 'sha256'), 1, 20) $$;

-- The last six digits of eight are the six that RFC 4226 would have made.
create function lib.resv_code(p_resv bigint, p_step bigint) returns text language sql stable as
$$ select right(lib.totp(lib.resv_secret(p_resv), p_step), 6) $$;

-- The newest step, from the one before p_now to the one after, whose code this is; null: none.  All three are computed.
create function lib.resv_match(p_resv bigint, p_code text, p_now bigint) returns bigint language plpgsql stable as $$
declare
    v_is    bytea := sha256(convert_to(p_code, 'UTF8'));
    v_match bigint;
begin
    for v_step in p_now - 1 .. p_now + 1 loop
        if sha256(convert_to(lib.resv_code(p_resv, v_step), 'UTF8')) = v_is then
            v_match := v_step;
        end if;
    end loop;
    return v_match;
end $$;

-- Does the member take part: organiser, or of the party after accepting?
create function lib.resv_is_of(p_resv reservation, p_member bigint) returns boolean language plpgsql stable as $$
begin
    return (p_resv).organiser = p_member
        or exists (
               select
                 from reservation_party y
                where y.resv_id = (p_resv).resv_id
                  and y.member_id = p_member
                  and y.state in ('accepted', 'checked_in', 'no_show'));
end $$;

-- reservation.code   The code that lets the caller's seats in, as it is now.  A secret: kept and logged nowhere.
--   who    member: the organiser, or of the party after accepting
--   raises ZC002 no such reservation of the caller; ZC017 not one that is still to be used {"state"}
--   emits  –
create function api.reservation_code(p_who text, p_reservation bigint)
returns lib.answer language plpgsql stable security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_member bigint := lib.require_member(p_who, true);
    v_at     timestamptz := clock_timestamp();
    v_step   bigint := lib.totp_step(v_at);
    v_resv   reservation;
    v_code   text;
begin
    select * into v_resv from reservation where resv_id = p_reservation;
    if not found or not lib.resv_is_of(v_resv, v_member) then
        perform lib.refuse('ZC002');
    end if;
    if v_resv.state not in ('confirmed', 'checked_in') then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_resv.state));
    end if;
    v_code := lib.resv_code(p_reservation, v_step);
    return lib.done(jsonb_build_object(
        'reservation', p_reservation::text, 'code', v_code, 'text', 'clubhub:r:' || p_reservation || ':' || v_code,
        'period_s', 30, 'next_at', lib.iso(to_timestamp((v_step + 1) * 30)), 'server_time', lib.iso(v_at)));
end $$;

-- What wrong codes are counted by, in the order of their locks: over all tills, of the till, of the till here.
create function lib.resv_try_keys(p_who text, p_till text, p_resv bigint)
returns table (service text, till text, card_no text, most int) language sql immutable as $$
    values ('*', '', 'r' || p_resv, 20), (lib.try_service(p_who), coalesce(p_till, ''), '', 100),
           (lib.try_service(p_who), coalesce(p_till, ''), 'r' || p_resv, 5)
$$;

-- Refuses a till that has to wait, counts a wrong code, forgets those before a right one.
create function lib.resv_tried(p_who text, p_till text, p_resv bigint, p_wrong boolean) returns void
language plpgsql volatile as $$
declare
    v_now timestamptz := clock_timestamp();
    v_key record;
    v_try lib.code_try;
    v_wait bigint;
begin
    for v_key in select k.service, k.till, k.card_no, k.most from lib.resv_try_keys(p_who, p_till, p_resv) k loop
        if p_wrong then
            insert into card_try as t (service, till, card_no, since)
            values (v_key.service, v_key.till, v_key.card_no, v_now)
                on conflict (service, till, card_no) do update set since = t.since
            returning null, t.fails, t.since, false into v_try;
        else
            select null, t.fails, t.since, false
              into v_try
              from card_try t
             where t.service = v_key.service
               and t.till = v_key.till
               and t.card_no = v_key.card_no;
            continue when not found;
        end if;
        v_wait := lib.code_try_wait(v_try, v_key.most, v_now);
        if v_wait is not null then
            perform lib.refuse('ZC006', jsonb_build_object('retry_ms', v_wait));
        end if;
        if p_wrong then
            v_try := lib.code_try_more(v_try, v_key.most, v_now);
            update card_try t
               set fails = v_try.fails, since = v_try.since
             where t.service = v_key.service
               and t.till = v_key.till
               and t.card_no = v_key.card_no;
        elsif v_key.card_no <> '' then
            delete from card_try t
             where t.service = v_key.service
               and t.till = v_key.till
               and t.card_no = v_key.card_no;
        end if;
    end loop;
end $$;

-- Who shows up: reservation, or card; p_wrong: the reason why not; match: the step of the code.
create type lib.arrival as (resv bigint, member bigint, match bigint, used boolean, wrong text, events lib.event_row[]);

-- Looks at a card and its code as a till does (points_code.sql), under the card's lock.
create function lib.arrive_by_card(p_who text, p_till text, p_card text, p_code text, p_step bigint)
returns lib.arrival language plpgsql volatile as $$
declare
    v_cards  lib.code_card[];
    v_tries  lib.code_try[];
    v_ask    lib.code_ask;
    v_asks   lib.code_ask[];
    v_now    timestamptz;
    v_locked int[];
    v_out    lib.arrival;
begin
    if p_card !~ '^[0-9]{16}$' or right(p_card, 1) <> lib.luhn_digit(left(p_card, 15)) then
        perform lib.invalid('card', 'is no card number');
    end if;
    v_cards := lib.points_code_cards(array[p_card]);
    v_now := clock_timestamp();
    v_ask.idx := 1;
    v_ask.who := p_who;
    v_ask.till := coalesce(p_till, '');
    v_ask.card := p_card;
    v_ask.code := p_code;
    v_ask.match := lib.card_match(p_card, p_code, p_step, lib.totp_step(v_now));
    if cardinality(v_cards) = 0 then
        v_ask.match := null;
    end if;
    v_asks := array[v_ask];
    v_tries := lib.points_code_tries(v_asks);
    select j.p_asks, j.p_cards, j.p_tries, j.locked
      into v_asks, v_cards, v_tries, v_locked
      from lib.points_code_judge(v_asks, v_cards, v_tries, '{}', v_now) j;
    v_ask := v_asks[1];
    if v_ask.sqlstate = 'ZC006' then
        perform lib.refuse('ZC006', v_ask.error);
    end if;
    if cardinality(v_tries) > 0 then
        v_out.events := (lib.points_code_count(v_asks, v_cards, v_tries, v_locked, 'reservation.check_in')).events;
    end if;
    update member_card m
       set fail_count = c.fail_count, status = c.status, locked_by = c.locked_by
      from unnest(v_cards) c
     where m.card_no = c.card_no
       and c.changed;
    v_out.wrong := case v_ask.sqlstate when 'ZC030' then 'CODE_INVALID' when 'ZC032' then 'CARD_LOCKED' end;
    v_out.used := coalesce(v_ask.sqlstate = 'ZC031', false);
    v_out.match := v_ask.match;
    v_out.member := (v_cards[1]).member;
    return v_out;
end $$;

-- The reservation that a member comes for: the one named, or one of the offer, first one with somebody still to come.
create function lib.resv_of_member(p_member bigint, p_resv bigint, p_offer bigint) returns bigint
language plpgsql stable as $$
begin
    return (
        select r.resv_id
          from (select resv_id from reservation where organiser = p_member
                 union
                select resv_id from reservation_party where member_id = p_member
                                                        and state not in ('declined', 'cancelled')) o
          join reservation r on r.resv_id = o.resv_id
         where r.resv_id = coalesce(p_resv, r.resv_id)
           and r.offer_id = coalesce(p_offer, r.offer_id)
         order by r.state not in ('confirmed', 'checked_in'),
                  not exists (select from reservation_party y
                               where y.resv_id = r.resv_id and y.checked_in_at is null and y.state <> 'cancelled'),
                  r.resv_id
         limit 1);
end $$;

-- Which seats are meant: those named; else those of the card that was shown, all where it is the organiser's; else all.
create function lib.arrive_seats(p_resv reservation, p_seats jsonb, p_member bigint) returns int[]
language plpgsql stable as $$
declare
    v_mine  boolean := p_member is not null and p_member <> (p_resv).organiser;
    v_may   int[] := array(
        select y.seat_no
          from reservation_party y
         where y.resv_id = (p_resv).resv_id
           and y.state <> 'cancelled'
           and (not v_mine or y.member_id = p_member)
         order by y.seat_no);
    v_seats int[] := (select array_agg(distinct s::int order by s::int) from jsonb_array_elements_text(p_seats) s);
begin
    if not v_seats <@ v_may or v_may = '{}' then
        perform lib.invalid('seats', case when v_mine then 'are not those of this card'
                                          else 'are not of this reservation' end);
    end if;
    return coalesce(v_seats, v_may);
end $$;

create function lib.arrive_reply(p_resv bigint, p_seats int[], p_now int) returns jsonb language plpgsql stable as $$
begin
    return (
        select jsonb_build_object(
                   'reservation', r.resv_id::text, 'offer', r.offer_id::text, 'state', r.state, 'checked_in', p_now,
                   'seats', (select jsonb_agg(jsonb_build_object(
                                        'seat', y.seat_no, 'class', y.class_id::text, 'unit', y.unit_no, 'state', y.state,
                                        'checked_in_at', lib.iso(y.checked_in_at)) order by y.seat_no)
                               from reservation_party y
                              where y.resv_id = r.resv_id
                                and y.seat_no = any (p_seats)))
          from reservation r
         where r.resv_id = p_resv);
end $$;

-- Takes members off seats who were invited to them and did not say yes, but for p_but; null: of all seats.
create function lib.party_unasked(p_resv reservation, p_seats int[], p_but bigint default null)
returns lib.event_row[] language plpgsql volatile as $$
declare
    v_seats  int[] := array(
        select y.seat_no
          from reservation_party y
         where y.resv_id = (p_resv).resv_id
           and y.state = 'invited'
           and (p_seats is null or y.seat_no = any (p_seats))
           and y.member_id is distinct from p_but);
    v_events lib.event_row[];
begin
    if v_seats = '{}' then
        return '{}';
    end if;
    v_events := lib.party_withdrawn(p_resv, v_seats) || lib.sys(p_object => 'resv:' || (p_resv).resv_id);
    update reservation_party
       set state = 'unnamed', member_id = null, needs_enc = null
     where resv_id = (p_resv).resv_id
       and seat_no = any (v_seats);
    return v_events;
end $$;

-- Lets seats in, under the lock of their offer.  A member who was invited and did not say yes is on the list only after
-- coming with the own card.
create function lib.arrive(p_who text, p_at lib.arrival, p_seats jsonb, p_card text) returns lib.answer
language plpgsql volatile as $$
declare
    v_resv   reservation;
    v_offer  offer;
    v_seats  int[];
    v_now    timestamptz;
    v_count  int;
    v_events lib.event_row[];
begin
    v_offer := lib.offer_lock((select offer_id from reservation where resv_id = (p_at).resv));
    select * into v_resv from reservation where resv_id = (p_at).resv;
    if v_resv.state not in ('confirmed', 'checked_in') or v_offer.state = 'cancelled' then
        perform lib.refuse('ZC017', jsonb_build_object(
            'state', case when v_offer.state = 'cancelled' then 'cancelled' else v_resv.state end));
    end if;
    v_seats := lib.arrive_seats(v_resv, p_seats, (p_at).member);
    v_now := clock_timestamp();
    v_events := lib.party_unasked(v_resv, v_seats, (p_at).member);
    update reservation_party
       set state = 'checked_in', checked_in_at = v_now
     where resv_id = (p_at).resv
       and seat_no = any (v_seats)
       and checked_in_at is null;
    get diagnostics v_count = row_count;
    if v_count > 0 then
        if (p_at).used or p_card is null and (p_at).match < v_resv.last_step then
            perform lib.refuse('ZC031');
        end if;
        update member_card set last_step = (p_at).match where card_no = p_card;
        update reservation
           set state = 'checked_in', version = version + 1,
               last_step = case when p_card is null then coalesce((p_at).match, last_step) else last_step end
         where resv_id = (p_at).resv;
        perform lib.audit(p_who, 'reservation.check_in', v_resv.organiser, jsonb_build_object(
            'club', v_offer.club_id::text, 'reservation', (p_at).resv::text, 'seats', to_jsonb(v_seats)));
    end if;
    return lib.done(lib.arrive_reply((p_at).resv, v_seats, v_count),
                    case when v_count > 0 then lib.emit_all(lib.resv_events((p_at).resv) || v_events) end,
                    array[v_resv.organiser]);
end $$;

-- reservation.check_in   Lets in seats of a reservation: by its own code, by the card of one of its members and that card's
--                        code, or, by an agent, without a code.  Whoever is in already stays so, and the answer is the same.
--   who    service pos, agent
--   raises ZC001 not an agent of the club; ZC002 no such reservation of the card's member, or for an agent; ZC006 too many
--          wrong codes {"retry_ms"}; ZC017 not confirmed, or the offer is cancelled {"state"}; ZC030 wrong code; ZC031 the
--          code of a card was used, or a newer one of the reservation; ZC032 card locked; ZC602 card, code, reservation, seats
--   emits  resv.changed on me:<organiser and party>, resv.invited on me:<who had not said yes>; after wrong codes code.failures, card.changed, notify.added
create function api.reservation_check_in(p_who text, p_idem text, p_hash bytea, p_reservation bigint, p_offer bigint,
                                         p_code text, p_card text, p_step bigint, p_seats jsonb, p_till text)
returns lib.answer language plpgsql volatile security definer
set search_path = club, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_old   lib.answer;
    v_head  bigint := lib.sys_head();
    v_staff boolean := lib.service_of(p_who) is null;
    v_club  bigint;
    v_at    lib.arrival;
begin
    v_old := lib.idem_begin(p_who, 'reservation.check_in', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    if (p_reservation is null) = (p_offer is null) or p_offer is not null and p_card is null then
        perform lib.invalid('reservation', 'must be given; with a card its offer will do');
    elsif p_code is null and (p_card is not null or not v_staff) then
        perform lib.invalid('code', 'must be given');
    end if;
    v_club := (select club_id from offer where offer_id = coalesce(p_offer, (
        select offer_id from reservation where resv_id = p_reservation)));
    if v_staff then
        perform lib.require_staff(p_who, '{agent}', v_club);
        if v_club is null then
            perform lib.refuse('ZC002');
        end if;
    end if;
    if p_card is not null then
        v_at := lib.arrive_by_card(p_who, p_till, p_card, p_code, p_step);
        v_at.resv := lib.resv_of_member(v_at.member, p_reservation, p_offer);
    else
        v_at.resv := p_reservation;
        if p_code is not null then
            v_at.match := lib.resv_match(p_reservation, p_code, lib.totp_step(clock_timestamp()));
            if v_club is null or v_at.match is null then
                v_at.wrong := 'CODE_INVALID';
                v_at.match := null;
            end if;
            perform lib.resv_tried(p_who, p_till, p_reservation, v_at.match is null);
        end if;
    end if;
    if v_at.wrong is not null then
        return lib.refused(v_at.wrong, null, lib.emit_all(v_at.events), p_who, 'reservation.check_in', p_idem);
    elsif v_at.resv is null then
        perform lib.refuse('ZC002');
    end if;
    v_old := lib.arrive(p_who, v_at, p_seats, p_card);
    v_old.sys_seq := v_head;
    return lib.idem_end(p_who, 'reservation.check_in', p_idem, v_old);
end $$;

-- who does not come ---------------------------------------------------------------------------------------

-- Marks confirmed reservations of an offer that is locked as no-shows, strikes those who made them and tells them.
create function lib.no_shows(p_offer offer, p_resvs bigint[]) returns lib.event_row[] language plpgsql volatile as $$
declare
    v_at     record;
    v_resv   reservation;
    v_events lib.event_row[] := '{}';
begin
    for v_resv in select * from reservation where resv_id = any (p_resvs) order by resv_id loop
        v_events := v_events || lib.party_unasked(v_resv, null);
    end loop;
    update reservation
       set state = 'no_show', version = version + 1, closed_at = now()
     where resv_id = any (p_resvs);
    update reservation_party
       set state = 'no_show'
     where resv_id = any (p_resvs)
       and state <> 'cancelled';
    for v_at in
        select r.resv_id, r.organiser
          from reservation r
         where r.resv_id = any (p_resvs)
         order by r.resv_id
    loop
        insert into strike (strike_id, member_id, resv_id)
        values (lib.new_id(), v_at.organiser, v_at.resv_id)
            on conflict (member_id, resv_id) do nothing;
    end loop;
    for v_at in
        select r.resv_id, r.organiser
          from reservation r
         where r.resv_id = any (p_resvs)
         order by r.organiser, r.resv_id
    loop
        v_events := v_events || lib.strike_told('strike.added', v_at.organiser, v_at.resv_id, p_offer, 'active');
    end loop;
    for v_at in select r from unnest(p_resvs) r order by r loop
        v_events := v_events || lib.resv_events(v_at.r);
    end loop;
    return v_events;
end $$;

-- The reservation that staff calls about, whose offer is locked with it.
create function lib.resv_for_staff(p_who text, p_resv bigint, p_roles text[], out resv reservation, out offer offer)
language plpgsql volatile as $$
declare
    v_offer bigint := (select r.offer_id from reservation r where r.resv_id = p_resv);
begin
    perform lib.require_staff(p_who, p_roles, (select o.club_id from offer o where o.offer_id = v_offer));
    if v_offer is null then
        perform lib.refuse('ZC002');
    end if;
    offer := lib.offer_lock(v_offer);
    select r.* into resv from reservation r where r.resv_id = p_resv;
end $$;

-- reservation.no_show   Says that nobody came for a reservation, once its offer has begun; it costs the organiser a strike.
--   who    agent
--   raises ZC001 not an agent of the club; ZC002 no such reservation; ZC017 not confirmed, offer cancelled, or not_yet
--          {"state"}
--   emits  resv.changed on me:<organiser and party>; strike.added, notify.added on me:<organiser>
create function api.reservation_no_show(p_who text, p_idem text, p_hash bytea, p_reservation bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old   lib.answer;
    v_head  bigint := lib.sys_head();
    v_at    record;
    v_resv  reservation;
    v_offer offer;
begin
    v_old := lib.idem_begin(p_who, 'reservation.no_show', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_at := lib.resv_for_staff(p_who, p_reservation, '{agent}');
    v_resv := v_at.resv;
    v_offer := v_at.offer;
    if v_resv.state <> 'confirmed' or v_offer.state = 'cancelled' then
        perform lib.refuse('ZC017', jsonb_build_object(
            'state', case when v_offer.state = 'cancelled' then 'cancelled' else v_resv.state end));
    elsif v_offer.starts_at > now() then
        perform lib.refuse('ZC017', '{"state":"not_yet"}');
    end if;
    perform lib.audit(p_who, 'reservation.no_show', v_resv.organiser, jsonb_build_object(
        'club', v_offer.club_id::text, 'reservation', p_reservation::text));
    v_old := lib.done(jsonb_build_object('reservation', p_reservation::text, 'state', 'no_show'),
                      lib.emit_all(lib.no_shows(v_offer, array[p_reservation])), array[v_resv.organiser]);
    v_old.sys_seq := v_head;
    return lib.idem_end(p_who, 'reservation.no_show', p_idem, v_old);
end $$;

-- Did the staff look who came to this offer?  Where nobody did, nobody is marked for not coming.
create function lib.attendance_taken(p_offer bigint) returns boolean language plpgsql stable as $$
begin
    return exists (
        select
          from reservation r
         where r.offer_id = p_offer
           and (r.state in ('checked_in', 'no_show')
                or r.state = 'completed'
                   and exists (select from reservation_party y where y.resv_id = r.resv_id and y.state = 'checked_in')));
end $$;

-- An offer with something to do, locked; null: none, or others are at them.
create function lib.no_show_offer() returns offer language plpgsql volatile as $$
declare
    v_offer offer;
begin
    select o.* into v_offer
      from offer o
     where o.starts_at between now() - interval '400 days' and now() - interval '2 hours'
       and o.state not in ('draft', 'cancelled')
       and exists (select from reservation r where r.offer_id = o.offer_id and r.state = 'confirmed')
       and lib.attendance_taken(o.offer_id)
     order by o.starts_at
     limit 1
       for no key update of o skip locked;
    return v_offer;
end $$;

-- Two hours after the start: 200 reservations of one offer at most.
create function lib.no_shows_run() returns bigint language plpgsql volatile
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_offer offer := lib.no_show_offer();
    v_resvs bigint[];
begin
    if v_offer.offer_id is null then
        return 0;
    end if;
    v_resvs := array(
        select resv_id
          from reservation
         where offer_id = v_offer.offer_id
           and state = 'confirmed'
         order by resv_id
         limit 200);
    perform lib.emit_all(lib.no_shows(v_offer, v_resvs));
    return cardinality(v_resvs);
end $$;

-- The offer is over: reservations somebody came for are completed, and all of them where nobody looked who came; 200 of one
-- offer at most.
create function lib.completed_run() returns bigint language plpgsql volatile
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_offer  bigint;
    v_looked boolean;
    v_resvs  bigint[];
    v_resv   reservation;
    v_events lib.event_row[] := '{}';
begin
    select o.offer_id, lib.attendance_taken(o.offer_id) into v_offer, v_looked
      from offer o
     where o.ends_at between now() - interval '400 days' and now()
       and o.state <> 'cancelled'
       and (exists (select from reservation r where r.offer_id = o.offer_id and r.state = 'checked_in')
            or exists (select from reservation r where r.offer_id = o.offer_id and r.state = 'confirmed')
               and not lib.attendance_taken(o.offer_id))
     order by o.ends_at
     limit 1
       for no key update of o skip locked;
    if not found then
        return 0;
    end if;
    v_resvs := array(
        select resv_id
          from reservation
         where offer_id = v_offer
           and state = case when v_looked then 'checked_in' else 'confirmed' end
         order by resv_id
         limit 200);
    for v_resv in select * from reservation where resv_id = any (v_resvs) order by resv_id loop
        v_events := v_events || lib.party_unasked(v_resv, null);
    end loop;
    update reservation
       set state = 'completed', version = version + 1, closed_at = now()
     where resv_id = any (v_resvs);
    update reservation_party
       set state = 'no_show'
     where resv_id = any (v_resvs)
       and state not in ('checked_in', 'cancelled')
       and v_looked;
    for v_resv in select * from reservation where resv_id = any (v_resvs) order by resv_id loop
        v_events := v_events || lib.resv_events(v_resv.resv_id);
    end loop;
    perform lib.emit_all(v_events);
    return cardinality(v_resvs);
end $$;
