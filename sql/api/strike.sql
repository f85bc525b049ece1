-- strike.sql -- strikes: a booking for which nobody came counts against who made it, for a year (domain.md 9.8).
--
--      active --reservation.dispute, 14 days--> disputed --reservation.dispute_decide--> waived | upheld
--      active, disputed, upheld --12 months--> expired
--
-- All but the waived ones count.  They cost early access and holds of several seats, never what everybody can have.

-- Has the member lost early access and holds of several seats?  So it is for six months from the fourth strike within
-- twelve months.
create function lib.early_access_off(p_member bigint) returns boolean language plpgsql stable as $$
begin
    return exists (
        select
          from strike s
         where s.member_id = p_member
           and s.state <> 'waived'
           and s.at > now() - interval '6 months'
           and (select count(*)
                  from strike e
                 where e.member_id = p_member
                   and e.state <> 'waived'
                   and e.at > s.at - interval '12 months'
                   and e.at <= s.at) >= 4);
end $$;

-- Those of a party who have accepted, but for one.
create function lib.resv_others(p_resv bigint, p_member bigint) returns bigint[] language plpgsql stable as $$
begin
    return array(
        select distinct y.member_id
          from reservation_party y
         where y.resv_id = p_resv
           and y.member_id <> p_member
           and y.state in ('accepted', 'checked_in', 'no_show'));
end $$;

create function lib.strike_event(p_type text, p_member bigint, p_resv bigint, p_state text) returns lib.event_row
language sql stable as $$
    select lib.event('me:' || p_member, p_type, 'svc.account',
                     jsonb_build_object('resv', p_resv::text, 'state', p_state),
                     p_subjects => lib.resv_others(p_resv, p_member), p_object => 'resv:' || p_resv)
$$;

-- The event about a strike; in words where it is news for the member, which the app may not be open for.
create function lib.strike_told(p_type text, p_member bigint, p_resv bigint, p_offer offer, p_state text)
returns lib.event_row[] language plpgsql volatile as $$
begin
    return array[lib.strike_event(p_type, p_member, p_resv, p_state)]
           || lib.notify(p_member, replace(p_type, '.', '_'), 'resv:' || p_resv, jsonb_build_object(
                  'resv', p_resv::text, 'offer', (p_offer).offer_id::text, 'club', (p_offer).club_id::text,
                  'state', p_state), 'svc.account');
end $$;

-- reservation.dispute   Says that a strike is wrong; an agent decides within five days.
--   who    member: the organiser
--   raises ZC002 no such reservation of the caller, or no strike for it; ZC017 disputed before, or decided {"state"}; ZC034
--          14 days have passed
--   emits  strike.changed on me:<organiser>; case.changed on staff:<club>
create function api.reservation_dispute(p_who text, p_idem text, p_hash bytea, p_reservation bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_offer  offer;
    v_strike strike;
    v_case   bigint;
begin
    v_old := lib.idem_begin(p_who, 'reservation.dispute', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who, true);
    select * into v_strike
      from strike
     where member_id = v_member
       and resv_id = p_reservation
       for no key update;
    if not found then
        perform lib.refuse('ZC002');
    elsif v_strike.state <> 'active' then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_strike.state));
    elsif v_strike.at <= now() - interval '14 days' then
        perform lib.refuse('ZC034');
    end if;
    update strike set state = 'disputed', disputed_at = now() where strike_id = v_strike.strike_id;
    select * into v_offer from offer where offer_id = (select offer_id from reservation where resv_id = p_reservation);
    v_case := lib.case_open(v_offer.club_id, v_member, 'booking', 'dispute', p_reservation::text);
    update support_case set due_at = now() + interval '5 days' where case_id = v_case;
    return lib.idem_end(p_who, 'reservation.dispute', p_idem, lib.done(
        jsonb_build_object('reservation', p_reservation::text, 'strike', 'disputed', 'due_at', (
            select lib.iso(due_at) from support_case where case_id = v_case)),
        lib.emit_all(lib.strike_event('strike.changed', v_member, p_reservation, 'disputed') || lib.case_events(v_case))));
end $$;

-- reservation.dispute_decide   Decides about a disputed strike: waived takes it away and completes the reservation, upheld
--                              leaves it.
--   who    agent
--   raises ZC001 not an agent of the club; ZC002 no such reservation, or no strike for it; ZC017 not disputed {"state"};
--          ZC602 reason
--   emits  strike.changed, notify.added on me:<organiser>; resv.changed on me:<organiser and party> where waived;
--          case.changed on staff:<club>
create function api.reservation_dispute_decide(p_who text, p_idem text, p_hash bytea, p_reservation bigint,
                                               p_outcome text, p_reason text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_head   bigint := lib.sys_head();
    v_reason text := lib.reason_given(p_reason);
    v_at     record;
    v_resv   reservation;
    v_offer  offer;
    v_strike strike;
    v_case   bigint;
    v_events lib.event_row[];
begin
    v_old := lib.idem_begin(p_who, 'reservation.dispute_decide', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_at := lib.resv_for_staff(p_who, p_reservation, '{agent}');
    v_resv := v_at.resv;
    v_offer := v_at.offer;
    select * into v_strike
      from strike
     where member_id = v_resv.organiser
       and resv_id = p_reservation
       for no key update;
    if not found then
        perform lib.refuse('ZC002');
    elsif v_strike.state <> 'disputed' then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_strike.state));
    end if;
    update strike
       set state = p_outcome, decided_at = now(), decided_by = lib.staff_of(p_who)
     where strike_id = v_strike.strike_id;
    update support_case
       set state = 'resolved', resolved_at = now()
     where cause = 'dispute'
       and ref = p_reservation::text
       and state not in ('resolved', 'closed')
    returning case_id into v_case;
    if p_outcome = 'waived' then
        update reservation set state = 'completed', version = version + 1 where resv_id = p_reservation;
        update reservation_party
           set state = 'checked_in'
         where resv_id = p_reservation
           and state = 'no_show';
    end if;
    perform lib.audit(p_who, 'reservation.dispute_decide', v_resv.organiser, jsonb_build_object(
        'club', v_offer.club_id::text, 'reservation', p_reservation::text, 'outcome', p_outcome, 'reason', v_reason));
    v_events := lib.strike_told('strike.changed', v_resv.organiser, p_reservation, v_offer, p_outcome)
                || lib.case_events(v_case);
    if p_outcome = 'waived' then
        v_events := v_events || lib.resv_events(p_reservation);
    end if;
    v_old := lib.done(jsonb_build_object('reservation', p_reservation::text, 'strike', p_outcome, 'state',
                                         (select state from reservation where resv_id = p_reservation)),
                      lib.emit_all(v_events), array[v_resv.organiser]);
    v_old.sys_seq := v_head;
    return lib.idem_end(p_who, 'reservation.dispute_decide', p_idem, v_old);
end $$;

-- Strikes end after twelve months: 200 at most.
create function lib.strikes_run() returns bigint language plpgsql volatile
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_events lib.event_row[];
begin
    with due as (
        select strike_id
          from strike
         where state in ('active', 'disputed', 'upheld')
           and at <= now() - interval '12 months'
         limit 200
           for no key update skip locked
    ), ended as (
        update strike s
           set state = 'expired'
          from due
         where s.strike_id = due.strike_id
        returning s.member_id, s.resv_id
    )
    select array_agg(lib.strike_event('strike.changed', e.member_id, e.resv_id, 'expired') order by e.member_id, e.resv_id)
      into v_events
      from ended e;
    perform lib.emit_all(v_events);
    return coalesce(cardinality(v_events), 0);
end $$;
