-- points_transfer.sql -- points from one member to another (domain.md 7.3(7)).
--
--      (none) --transfer--> offered --accept--> accepted
--                              \--decline, by either side--> declined
--                               \--seven days, the sweeper of holds--> lapsed
--      inside a family: (none) --transfer--> accepted
--
-- An offer is a hold of the sender's: purpose `transfer`, ref_id the recipient.  Whoever resolves it first under the locks
-- of both has resolved it, the sender's erasure too, which gives up all holds.  What one side owes, or that it is frozen,
-- is not told to the other.

-- A transfer as its methods answer it: numbers only, for the answer is kept.  p_member: the other side.
create function lib.transfer_reply(p_hold bigint, p_tx bigint, p_member bigint, p_amount bigint)
returns jsonb language plpgsql stable as $$
declare
    v_hold point_hold;
begin
    select * into v_hold from point_hold where hold_id = p_hold;
    return jsonb_build_object(
        'hold', v_hold.hold_id::text, 'tx', p_tx::text, 'member', p_member::text, 'amount', p_amount,
        'state', case v_hold.state when 'active' then 'offered' when 'released' then 'declined' when 'expired' then 'lapsed'
                                   else 'accepted' end,
        'expires_at', lib.iso(v_hold.expires_at));
end $$;

-- What transfer.offered carries, for the recipient: who offers how much, and what became of it.
create function lib.transfer_view(p_hold bigint)
returns lib.shown language plpgsql stable as $$
declare
    v_hold point_hold;
    v_from bigint;
begin
    select * into v_hold from point_hold where hold_id = p_hold;
    v_from := (select owner_id from lib.hold_owner(p_hold));
    return row(lib.transfer_reply(p_hold, null, v_from, v_hold.amount) - '{member,tx}'::text[]
               || jsonb_build_object('from', lib.actor_view(v_from)), true, false, array[v_from])::lib.shown;
end $$;

-- Do these two block each other, either way?
create function lib.blocked_pair(p_one bigint, p_other bigint)
returns boolean language plpgsql stable as $$
begin
    return exists (
        select
          from block_rel
         where blocker = p_one and blocked = p_other
            or blocker = p_other and blocked = p_one);
end $$;

-- Whom a member gives points to, and whether they are of one family.  Else both are active in one club whose program
-- allows it, neither blocks the other, and the recipient is one whom others may know of.
--   raises ZC002 nobody one may know of; ZC034 no club of both allows it; ZC602 who, oneself
create function lib.transfer_recipient(p_member bigint, p_to bigint, p_handle text, out recipient bigint, out family boolean)
language plpgsql stable as $$
declare
    v_young   boolean;
    v_allowed boolean;
begin
    if (p_to is null) = (p_handle is null) then
        perform lib.invalid('member', 'must be given, or else a handle');
    end if;
    select member_id, under_consent_age
      into recipient, v_young
      from member
     where (member_id = p_to or handle = lower(p_handle))
       and status = 'active';
    if recipient = p_member then
        perform lib.invalid(case when p_to is null then 'handle' else 'member' end, 'is the caller');
    end if;
    family := lib.same_family(p_member, recipient);
    if family then
        return;
    end if;
    select bool_or(coalesce((c.settings ->> 'transfers')::boolean, false)
                   and mine.status = 'active' and theirs.status = 'active' and c.status = 'active')
      into v_allowed
      from membership mine
      join membership theirs on theirs.club_id = mine.club_id
      join club c on c.club_id = mine.club_id
     where mine.member_id = p_member
       and theirs.member_id = recipient
       and mine.status in ('active', 'paused', 'lapsed')
       and theirs.status in ('active', 'paused', 'lapsed');
    if v_allowed is null or v_young or lib.blocked_pair(p_member, recipient) then
        perform lib.refuse('ZC002');
    end if;
    if not v_allowed then
        perform lib.refuse('ZC034', '{"setting":"transfers"}');
    end if;
end $$;

-- Locks the rows of both members, so that neither is erased before the offer is there.
create function lib.transfer_lock(p_one bigint, p_other bigint)
returns void language plpgsql volatile as $$
begin
    perform
       from member
      where member_id in (p_one, p_other)
      order by member_id
        for share;
end $$;

-- Neither side may owe.  p_other_state: how the caller is told of the other side.
create function lib.transfer_debt(p_member bigint, p_other bigint, p_other_state text)
returns void language plpgsql stable as $$
begin
    if (lib.ledger_owner_of('m', p_member)).debt < 0 then
        perform lib.refuse('ZC017', '{"state":"debt"}');
    end if;
    if (lib.ledger_owner_of('m', p_other)).debt < 0 then
        perform lib.refuse('ZC017', jsonb_build_object('state', p_other_state));
    end if;
end $$;

-- Three offers in 24 hours; 20,000 points in 30 days, of what was accepted or still can be.
create function lib.transfer_limits(p_member bigint, p_amount bigint)
returns void language plpgsql stable as $$
declare
    v_account bigint := (select account_id
                           from ledger_account
                          where cur = 'RP' and kind = 'redeemable' and owner_kind = 'm' and owner_id = p_member
                            and club_id = 0);
    v_day     bigint;
    v_sum     numeric;
begin
    select count(*) filter (where created_at > now() - interval '24 hours'),
           coalesce(sum(amount) filter (where state in ('active', 'captured')), 0)
      into v_day, v_sum
      from point_hold
     where account_id = v_account
       and purpose = 'transfer'
       and created_at > now() - interval '30 days';
    if v_day >= 3 then
        perform lib.refuse('ZC024', '{"max":3}');
    end if;
    if v_sum + p_amount > 20000 then
        perform lib.refuse('ZC024', '{"max":20000}');
    end if;
end $$;

-- points.transfer   Gives points to another member: inside a family at once, else when the other accepts, within seven
--                   days.
--   who    member
--   raises ZC002 nobody one may know of; ZC004 the key was posted with other content {"tx"}; ZC017 one side owes
--          {"state":"debt"}, {"state":"recipient"}; ZC024 too many or too much {"max"}; ZC027 not so many there
--          {"have","need"}; ZC028 frozen; ZC034 no club of both allows it; ZC035 restricted; ZC602 who
--   emits  points.changed on me:<member>; transfer.offered, notify.added on me:<recipient>, inside a family points.changed
create function api.points_transfer(p_who text, p_idem text, p_hash bytea, p_to bigint, p_handle text, p_amount bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_to     bigint;
    v_family boolean;
    v_key    text;
    v_done   ledger_tx;
    v_post   lib.posting;
    v_posted lib.posted[];
    v_hold   bigint;
    v_events lib.event_row[] := '{}';
begin
    v_old := lib.idem_begin(p_who, 'points.transfer', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    select recipient, family into v_to, v_family from lib.transfer_recipient(v_member, p_to, p_handle);
    perform lib.transfer_lock(v_member, v_to);
    perform lib.require_member(p_who);
    if (select status from member where member_id = v_to) <> 'active' then
        perform lib.refuse('ZC002');
    end if;
    perform lib.notify_lock(v_to);
    perform lib.points_lock(array[v_member, v_to]);
    v_key := 'xfer:' || v_member || ':' || p_idem;
    v_done := lib.ledger_tx_by_key(v_key);
    if v_done.tx_id is not null then
        if v_done.ref_id is distinct from v_to::text or v_done.amount <> p_amount then
            perform lib.refuse('ZC004', jsonb_build_object('tx', v_done.tx_id::text));
        end if;
        return lib.idem_end(p_who, 'points.transfer', p_idem, lib.done(
            lib.transfer_reply(v_done.hold_id, v_done.tx_id, v_to, p_amount), null, array[v_to]));
    end if;
    perform lib.transfer_debt(v_member, v_to, 'recipient');
    v_post := lib.posting_of(v_key, p_who, p_ref_kind => 'member', p_ref_id => v_to::text);
    if v_family then
        v_posted := lib.points_move('transfer', 'm', v_member, 'm', v_to, p_amount, v_post);
    else
        perform lib.transfer_limits(v_member, p_amount);
        select hold, posted
          into v_hold, v_posted
          from lib.points_hold('m', v_member, p_amount, p_who, 'transfer', v_to::text, now() + interval '7 days', v_post);
        v_events := lib.notify(v_to, 'transfer', 'hold:' || v_hold, jsonb_build_object(
                                   'hold', v_hold::text, 'amount', p_amount, 'actor', v_member::text), 'svc.points')
                    || lib.event('me:' || v_to, 'transfer.offered', 'svc.points', jsonb_build_object(
                                     'hold', v_hold::text, 'amount', p_amount, 'from', v_member::text,
                                     'expires_at', lib.iso(now() + interval '7 days')),
                                 p_subjects => array[v_member], p_actor => v_member, p_object => 'hold:' || v_hold);
    end if;
    return lib.idem_end(p_who, 'points.transfer', p_idem, lib.done(
        lib.transfer_reply(v_hold, (lib.ledger_tx_by_key(v_key)).tx_id, v_to, p_amount),
        lib.emit_all(lib.points_events(v_posted) || v_events), array[v_to]));
end $$;

-- The two sides of an offer, for one of them; their accounts are locked then.  Whoever is erased gives up what the
-- accounts hold under the same locks, so what is read afterwards stays so.
--   raises ZC002 none of the caller's
create function lib.transfer_begin(p_member bigint, p_hold bigint, out sender bigint, out recipient bigint)
language plpgsql volatile as $$
begin
    select (select owner_id from lib.hold_owner(h.hold_id)), h.ref_id::bigint
      into sender, recipient
      from point_hold h
     where h.hold_id = p_hold
       and h.purpose = 'transfer';
    if p_member not in (sender, recipient) or sender is null then
        perform lib.refuse('ZC002');
    end if;
    perform lib.points_lock(array[sender, recipient]);
end $$;

-- points.transfer_accept   Takes points that another member has offered.
--   who    member
--   raises ZC002 nothing offered to the caller; ZC017 one side owes or cannot give {"state":"debt"}, {"state":"sender"};
--          ZC024 more points than there can be; ZC025 too late; ZC026 resolved before {"state"}; ZC035 restricted
--   emits  points.changed on me:<member> of both
create function api.points_transfer_accept(p_who text, p_idem text, p_hash bytea, p_hold bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_sides  record;
    v_hold   point_hold;
    v_posted lib.posted[];
begin
    v_old := lib.idem_begin(p_who, 'points.transfer_accept', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who);
    select sender, recipient into v_sides from lib.transfer_begin(v_member, p_hold);
    perform lib.require_member(p_who);
    if v_sides.recipient <> v_member then
        perform lib.refuse('ZC002');
    end if;
    v_hold := lib.hold_active(p_hold);
    if v_hold.expires_at > clock_timestamp() then
        perform lib.transfer_debt(v_member, v_sides.sender, 'sender');
        if (lib.ledger_owner_of('m', v_sides.sender)).frozen then
            perform lib.refuse('ZC017', '{"state":"sender"}');
        end if;
    end if;
    v_posted := lib.points_move_hold(p_hold, v_member, lib.posting_of('cap:' || p_hold, p_who));
    return lib.idem_end(p_who, 'points.transfer_accept', p_idem, lib.done(
        lib.transfer_reply(p_hold, (lib.ledger_tx_by_key('cap:' || p_hold)).tx_id, v_sides.sender, v_hold.amount),
        lib.emit_all(lib.points_events(v_posted)), array[v_sides.sender]));
end $$;

-- points.transfer_decline   Turns offered points down, or takes the caller's own offer back.
--   who    member
--   raises ZC002 no offer of the caller's, or to the caller; ZC026 resolved before {"state"}
--   emits  points.changed on me:<sender>
create function api.points_transfer_decline(p_who text, p_idem text, p_hash bytea, p_hold bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint;
    v_sides  record;
    v_amount bigint;
    v_posted lib.posted[];
begin
    v_old := lib.idem_begin(p_who, 'points.transfer_decline', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_member := lib.require_member(p_who, true);
    select sender, recipient into v_sides from lib.transfer_begin(v_member, p_hold);
    v_amount := (lib.hold_active(p_hold)).amount;
    v_posted := lib.points_release(p_hold, 'released', lib.posting_of('rel:' || p_hold, p_who));
    return lib.idem_end(p_who, 'points.transfer_decline', p_idem, lib.done(
        lib.transfer_reply(p_hold, (lib.ledger_tx_by_key('rel:' || p_hold)).tx_id,
                           case when v_member = v_sides.sender then v_sides.recipient else v_sides.sender end, v_amount),
        lib.emit_all(lib.points_events(v_posted)),
        array[case when v_member = v_sides.sender then v_sides.recipient else v_sides.sender end]));
end $$;
