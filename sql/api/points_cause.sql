-- points_cause.sql -- why an entry is in a member's history: the key of a sentence, and what goes into it.
--
-- The keys: points.<kind>, with what sets the sentence apart behind it: points.hold.transfer, points.release.transfer,
-- points.release.expired, points.transfer.in, points.transfer.out, points.reverse.<kind of what was reversed>,
-- points.contribute.in (a family's view of points.contribute.out), points.earn.<why, when it was no purchase>.

-- The member at the other end of a transaction, for this member: of a transfer, of the offer of one.  Null: nobody, or
-- somebody who may not be named.
create function lib.points_partner(p_tx ledger_tx, p_hold point_hold, p_member bigint)
returns bigint language plpgsql stable as $$
declare
    v_other bigint;
begin
    if p_tx.kind = 'transfer' then
        select a.owner_id
          into v_other
          from ledger_entry e
         cross join lateral (select owner_kind, owner_id from ledger_account where account_id = e.account_id offset 0) a
         where e.tx_id = p_tx.tx_id
           and a.owner_kind = 'm'
           and a.owner_id <> p_member
         limit 1;
    elsif p_hold.purpose = 'transfer' then
        v_other := p_hold.ref_id::bigint;
    end if;
    return (
        select member_id
          from member
         where member_id = v_other
           and not under_consent_age
           and not lib.blocked_pair(p_member, v_other));
end $$;

-- What sets the sentence apart, or null.
create function lib.points_cause_variant(p_tx ledger_tx, p_hold point_hold, p_amount bigint)
returns text language sql stable as $$
    select case
               when p_tx.kind = 'hold' and p_hold.purpose = 'transfer' then 'transfer'
               when p_tx.kind = 'release' and p_hold.state = 'expired' then 'expired'
               when p_tx.kind = 'release' and p_hold.purpose = 'transfer' then 'transfer'
               when p_tx.kind in ('transfer', 'contribute', 'return_share')
               then case when p_amount > 0 then 'in' else 'out' end
               when p_tx.kind in ('reverse', 'tier_reverse')
               then (select o.kind from ledger_tx o where o.tx_id = p_tx.reverses)
               when p_tx.kind = 'earn' and p_tx.ref_kind <> 'receipt' then p_tx.ref_kind
           end;
$$;

-- The cause of an entry of p_amount on one of this member's accounts; subject: another member whom it names.
create function lib.points_cause(p_tx ledger_tx, p_amount bigint, p_member bigint, out cause jsonb, out subject bigint)
language plpgsql stable as $$
declare
    v_hold point_hold;
begin
    if p_tx.hold_id is not null then
        select * into v_hold from point_hold where hold_id = p_tx.hold_id;
    end if;
    subject := lib.points_partner(p_tx, v_hold, p_member);
    cause := jsonb_build_object(
        'key', concat_ws('.', 'points', p_tx.kind, lib.points_cause_variant(p_tx, v_hold, p_amount)),
        'params', jsonb_build_object(
            'actor', split_part(p_tx.actor, ':', 1), 'reason', p_tx.reason, 'member', lib.actor_view(subject)));
end $$;

-- Can what is left of a transaction be taken back?  As points.reverse decides.
create function lib.points_reversible(p_tx ledger_tx)
returns boolean language sql stable as $$
    select p_tx.kind in ('earn', 'redeem', 'capture') and p_tx.reversed < p_tx.amount
           and p_tx.ref_kind is distinct from 'voucher';
$$;
