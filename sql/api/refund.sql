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
            coalesce(p_payment_ref, (select payment_ref from payment where resv_id = p_resv and outcome <> 'refunded')))
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
