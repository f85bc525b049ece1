-- refund.sql -- money that goes back: queued by what owes it, handed out to the booking service, which moves it.
--
--      queued --take--> taken --done--> done          taken --done--> failed --done--> done
--                         | lease over: queued again, the fifth time failed
--
-- The hub moves no money itself.  The key of a refund says what it is for, so that nothing is given back twice.

-- Queues money of a reservation to go back, once per key, and counts it; a payment that was never counted as paid is not
-- counted as refunded either.  The caller holds the offer.  Nothing to give back: null.
create function lib.refund_add(p_resv bigint, p_amount_minor bigint, p_src_key text, p_payment_ref text default null)
returns bigint language plpgsql volatile as $$
declare
    v_offer  bigint;
    v_refund bigint;
begin
    if p_amount_minor = 0 then
        return null;
    end if;
    select offer_id into v_offer from reservation where resv_id = p_resv;
    insert into refund (refund_id, resv_id, amount_minor, currency, src_key, payment_ref)
    values (lib.new_id(), p_resv, p_amount_minor, (select currency from offer where offer_id = v_offer), p_src_key,
            coalesce(p_payment_ref,
                     (select payment_ref from payment where resv_id = p_resv and outcome <> 'refunded')))
        on conflict (src_key) do nothing
    returning refund_id into v_refund;
    if not found then
        return (select refund_id from refund where src_key = p_src_key);
    end if;
    if p_src_key is distinct from 'pay:' || p_payment_ref then
        update reservation set refunded_minor = refunded_minor + p_amount_minor where resv_id = p_resv;
    end if;
    return v_refund;
end $$;

-- Returns refunds whose lease has lapsed; the fifth time they have failed, and somebody has to look.
create function lib.refund_leases(out done bigint, out events lib.event_row[]) language plpgsql volatile as $$
declare
    v_refund refund;
begin
    done := 0;
    events := '{}';
    for v_refund in
        select *
          from refund
         where state = 'taken'
           and lease_until < clock_timestamp()
         order by lease_until
         limit 200
           for update skip locked
    loop
        update refund
           set state = case when v_refund.tries >= 5 then 'failed' else 'queued' end, lease_until = null
         where refund_id = v_refund.refund_id;
        if v_refund.tries >= 5 then
            events := events || lib.refund_failed(v_refund);
        end if;
        done := done + 1;
    end loop;
end $$;

-- The job: correctness never waits for it, because refund.take looks at leases itself.
create function lib.refunds_run() returns bigint language plpgsql volatile as $$
declare
    v_lapsed record;
begin
    select l.done, l.events into v_lapsed from lib.refund_leases() l;
    perform lib.emit_all(v_lapsed.events);
    return v_lapsed.done;
end $$;

-- Opens the case of a refund that did not arrive.
create function lib.refund_failed(p_refund refund) returns lib.event_row[] language plpgsql volatile as $$
declare
    v_at record;
begin
    select o.club_id, r.organiser
      into v_at
      from reservation r
      join offer o on o.offer_id = r.offer_id
     where r.resv_id = (p_refund).resv_id;
    return lib.case_events(lib.case_open(v_at.club_id, v_at.organiser, 'booking', 'refund_failed',
                                         'refund:' || (p_refund).refund_id));
end $$;

-- refund.take   Hands out refunds that are due, the oldest first, under a lease of 60 seconds, five times at most.  No key:
--               what a lost answer held comes back when its lease lapses.
--   who    service booking
--   raises ZC001 not a service
--   emits  case.changed on staff:<club> of those that were taken too often
create function api.refund_take(p_who text, p_limit bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_limit   int := coalesce(p_limit, 20);
    v_lease   timestamptz;
    v_lapsed  record;
    v_due     bigint[];
    v_refund  record;
    v_refunds jsonb := '[]';
begin
    perform lib.require_service(p_who);
    select l.done, l.events into v_lapsed from lib.refund_leases() l;
    v_due := array(
        select refund_id
          from refund
         where state = 'queued'
         order by at, refund_id
         limit v_limit
           for update skip locked);
    v_lease := clock_timestamp() + interval '60 seconds';
    for v_refund in
        select f.refund_id, f.resv_id, f.amount_minor, f.currency, f.payment_ref,
               (select r.organiser from reservation r where r.resv_id = f.resv_id) as organiser
          from unnest(v_due) with ordinality as d (id, no)
         cross join lateral (select * from refund x where x.refund_id = d.id offset 0) f
         order by d.no
    loop
        update refund
           set state = 'taken', lease_until = v_lease, tries = tries + 1
         where refund_id = v_refund.refund_id;
        perform lib.audit(p_who, 'refund.take', v_refund.organiser,
                          jsonb_build_object('refund', v_refund.refund_id::text));
        v_refunds := v_refunds || jsonb_build_object(
            'refund', v_refund.refund_id::text, 'reservation', v_refund.resv_id::text,
            'amount', jsonb_build_object('minor', v_refund.amount_minor, 'cur', v_refund.currency),
            'payment_ref', v_refund.payment_ref, 'lease_until', lib.iso(v_lease));
    end loop;
    return lib.done(jsonb_build_object('refunds', v_refunds, 'more', exists (select from refund where state = 'queued')),
                    lib.emit_all(v_lapsed.events));
end $$;

-- refund.done   What became of a refund that was taken; also late, and after it was given up.
--   who    service booking
--   raises ZC002 no such refund; ZC017 never taken, or said before {"state"}
--   emits  resv.changed on me:<organiser> when done; case.changed on staff:<club> when failed
create function api.refund_done(p_who text, p_idem text, p_hash bytea, p_refund bigint, p_state text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_answer lib.answer := lib.idem_begin(p_who, 'refund.done', p_idem, p_hash);
    v_refund refund;
    v_events lib.event_row[];
begin
    if v_answer.reply is not null then
        return v_answer;
    end if;
    perform lib.require_service(p_who);
    select * into v_refund from refund where refund_id = p_refund for update;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    if v_refund.tries = 0 or v_refund.state in ('done', p_state) then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_refund.state));
    end if;
    update refund
       set state = p_state, lease_until = null, done_at = case p_state when 'done' then clock_timestamp() end
     where refund_id = p_refund;
    v_events := case p_state when 'done' then lib.resv_events(v_refund.resv_id) else lib.refund_failed(v_refund) end;
    perform lib.audit(p_who, 'refund.done', (select organiser from reservation where resv_id = v_refund.resv_id),
                      jsonb_build_object('refund', p_refund::text, 'state', p_state));
    return lib.idem_end(p_who, 'refund.done', p_idem, lib.done(
        jsonb_build_object('refund', p_refund::text, 'state', p_state), lib.emit_all(v_events)));
end $$;
