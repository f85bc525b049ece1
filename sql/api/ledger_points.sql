-- ledger_points.sql -- what can be done with points: each function posts one step of domain.md 7.2.
--
-- The caller has locked everybody concerned with lib.points_lock, and gives what they return, through
-- lib.points_events, to its one lib.emit_all.

-- The header of a transaction; the step fills in kind, amount and owner.
create function lib.posting_of(p_idem text, p_actor text, p_club bigint default null, p_ref_kind text default null,
                               p_ref_id text default null, p_reason text default null, p_detail jsonb default '{}',
                               p_effective_at timestamptz default null, p_expires_at timestamptz default null)
returns lib.posting language sql stable as $$
    select row(null, p_idem, null, p_club, p_ref_kind, p_ref_id, p_actor, p_reason, null, null, p_detail,
               p_effective_at, p_expires_at, null, null, null, null, null, null, null, null)::lib.posting;
$$;

-- The transaction posted under a key, for who repeats it; null: none.
create function lib.ledger_tx_by_key(p_idem text)
returns ledger_tx language plpgsql stable as $$
declare
    v_tx ledger_tx;
begin
    select * into v_tx from ledger_tx where idem = p_idem;
    return v_tx;
end $$;

-- Whose points a transaction moved; of a move between two: whose they were.
create function lib.tx_owner(p_tx bigint, out owner_kind text, out owner_id bigint)
language plpgsql stable as $$
begin
    select a.owner_kind, a.owner_id
      into owner_kind, owner_id
      from ledger_entry e
      join ledger_account a on a.account_id = e.account_id and a.tracked
     where e.tx_id = p_tx
     order by e.entry_id
     limit 1;
end $$;

-- Whose points a hold keeps.
create function lib.hold_owner(p_hold bigint, out owner_kind text, out owner_id bigint)
language plpgsql stable as $$
begin
    select a.owner_kind, a.owner_id
      into owner_kind, owner_id
      from ledger_account a
     where a.account_id = (select h.account_id from point_hold h where h.hold_id = p_hold);
end $$;

-- points.changed of postings, one each, in order.
create function lib.points_events(p_posted lib.posted[])
returns lib.event_row[] language plpgsql stable as $$
declare
    v_posted lib.posted;
    v_events lib.event_row[] := '{}';
begin
    foreach v_posted in array p_posted loop
        v_events := v_events || lib.event(
            case v_posted.owner_kind when 'f' then 'family:' else 'me:' end || v_posted.owner_id, 'points.changed',
            case v_posted.owner_kind when 'f' then 'svc.family' else 'svc.points' end,
            jsonb_build_object('ver', v_posted.ver, 'available', v_posted.available, 'held', v_posted.held,
                               'pending', v_posted.pending, 'delta', v_posted.delta, 'kind', v_posted.kind,
                               'ref', v_posted.tx::text),
            p_audience => case v_posted.owner_kind when 'f' then 'adults' end,
            p_subjects => case v_posted.owner_kind when 'f' then '{}' else array[v_posted.owner_id] end,
            p_key => 'points');
    end loop;
    return v_events;
end $$;

-- Would a debit of these points be refused?  For batches, which answer each request for itself; p_spent: what the batch
-- has promised before.  No row: it would not.  The debit itself decides again.
create function lib.points_can(p_owner_kind text, p_owner bigint, p_amount bigint, p_spent bigint default 0,
                               out sqlstate text, out error jsonb)
language plpgsql stable as $$
declare
    v_own lib.ledger_owner := lib.ledger_owner_of(p_owner_kind, p_owner);
begin
    if v_own.frozen then
        sqlstate := 'ZC028';
    elsif v_own.available - p_spent < p_amount then
        sqlstate := 'ZC027';
        error := jsonb_build_object('have', v_own.available - p_spent, 'need', p_amount);
    end if;
end $$;

-- earn, adjust: debt first, the rest is a new lot.
create function lib.points_credit(p_kind text, p_owner_kind text, p_owner bigint, p_amount bigint, p_post lib.posting)
returns lib.posted[] language plpgsql volatile as $$
begin
    p_post.kind := p_kind;
    p_post.amount := p_amount;
    p_post.owner_kind := p_owner_kind;
    p_post.owner_id := p_owner;
    return lib.ledger_post(array[p_post]);
end $$;

-- redeem, adjust, forfeit: from the lots that expire first.
create function lib.points_debit(p_kind text, p_owner_kind text, p_owner bigint, p_amount bigint, p_post lib.posting)
returns lib.posted[] language plpgsql volatile as $$
begin
    p_post.kind := p_kind;
    p_post.amount := p_amount;
    p_post.owner_kind := p_owner_kind;
    p_post.owner_id := p_owner;
    p_post.mode := case p_kind when 'adjust' then 'debit' end;
    return lib.ledger_post(array[p_post]);
end $$;

-- The row of a hold; its points are posted with its number.
create function lib.hold_new(p_owner_kind text, p_owner bigint, p_amount bigint, p_who text, p_purpose text, p_ref text,
                             p_expires_at timestamptz)
returns bigint language plpgsql volatile as $$
declare
    v_hold bigint;
begin
    insert into point_hold (account_id, held_account, requested_by, amount, purpose, ref_id, expires_at)
    select r.account_id, h.account_id, p_who, p_amount, p_purpose, p_ref, p_expires_at
      from (select account_id from ledger_account
             where cur = 'RP' and kind = 'redeemable' and owner_kind = p_owner_kind::char(1) and owner_id = p_owner
               and club_id = 0) r,
           (select account_id from ledger_account
             where cur = 'RP' and kind = 'held' and owner_kind = p_owner_kind::char(1) and owner_id = p_owner
               and club_id = 0) h
    returning hold_id into v_hold;
    return v_hold;
end $$;

-- Puts points aside until p_expires_at.
create function lib.points_hold(p_owner_kind text, p_owner bigint, p_amount bigint, p_who text, p_purpose text,
                                p_ref text, p_expires_at timestamptz, p_post lib.posting, out hold bigint,
                                out posted lib.posted[])
language plpgsql volatile as $$
begin
    hold := lib.hold_new(p_owner_kind, p_owner, p_amount, p_who, p_purpose, p_ref, p_expires_at);
    p_post.kind := 'hold';
    p_post.amount := p_amount;
    p_post.owner_kind := p_owner_kind;
    p_post.owner_id := p_owner;
    p_post.hold := hold;
    posted := lib.ledger_post(array[p_post]);
end $$;

-- The hold, which is decided on under the lock of its account.
create function lib.hold_active(p_hold bigint)
returns point_hold language plpgsql volatile as $$
declare
    v_hold point_hold;
begin
    select * into v_hold from point_hold where hold_id = p_hold;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    if v_hold.state <> 'active' then
        perform lib.refuse('ZC026', jsonb_build_object('state', v_hold.state));
    end if;
    return v_hold;
end $$;

-- Spends a hold, wholly or in part; the rest goes back to the lots that expire last.
--   raises ZC002 no such hold; ZC024 more than it holds; ZC025 expired; ZC026 resolved before
create function lib.points_capture(p_hold bigint, p_amount bigint, p_post lib.posting)
returns lib.posted[] language plpgsql volatile as $$
declare
    v_hold point_hold := lib.hold_active(p_hold);
    v_rest lib.posting;
begin
    if v_hold.expires_at <= clock_timestamp() then
        perform lib.refuse('ZC025');
    end if;
    if p_amount > v_hold.amount then
        perform lib.refuse('ZC024', jsonb_build_object('max', v_hold.amount));
    end if;
    update point_hold set state = 'captured', captured = p_amount where hold_id = p_hold;
    p_post.kind := 'capture';
    p_post.amount := p_amount;
    p_post.hold := p_hold;
    select owner_kind, owner_id into p_post.owner_kind, p_post.owner_id from lib.hold_owner(p_hold);
    if p_amount = v_hold.amount then
        return lib.ledger_post(array[p_post]);
    end if;
    v_rest := p_post;
    v_rest.kind := 'release';
    v_rest.idem := 'rel:' || p_hold;
    v_rest.amount := v_hold.amount - p_amount;
    return lib.ledger_post(array[p_post, v_rest]);
end $$;

-- Gives a hold back.  p_state: released or expired.
--   raises ZC002 no such hold; ZC026 resolved before
create function lib.points_release(p_hold bigint, p_state text, p_post lib.posting)
returns lib.posted[] language plpgsql volatile as $$
declare
    v_hold point_hold := lib.hold_active(p_hold);
begin
    update point_hold set state = p_state where hold_id = p_hold;
    p_post.kind := 'release';
    p_post.idem := coalesce(p_post.idem, 'rel:' || p_hold);
    p_post.amount := v_hold.amount;
    p_post.hold := p_hold;
    select owner_kind, owner_id into p_post.owner_kind, p_post.owner_id from lib.hold_owner(p_hold);
    return lib.ledger_post(array[p_post]);
end $$;

-- transfer, contribute, return_share: lots move with their expiry.  What a member gives a family has that member as its
-- origin from then on.  p_origin: only lots of that member.
create function lib.points_move(p_kind text, p_from_kind text, p_from bigint, p_to_kind text, p_to bigint,
                                p_amount bigint, p_post lib.posting, p_origin bigint default null)
returns lib.posted[] language plpgsql volatile as $$
begin
    p_post.kind := p_kind;
    p_post.amount := p_amount;
    p_post.owner_kind := p_from_kind;
    p_post.owner_id := p_from;
    p_post.to_kind := p_to_kind;
    p_post.to_id := p_to;
    p_post.origin := p_origin;
    return lib.ledger_post(array[p_post]);
end $$;

-- What is held becomes the recipient's.
--   raises ZC002 no such hold; ZC025 expired; ZC026 resolved before
create function lib.points_move_hold(p_hold bigint, p_to bigint, p_post lib.posting)
returns lib.posted[] language plpgsql volatile as $$
declare
    v_hold point_hold := lib.hold_active(p_hold);
begin
    if v_hold.expires_at <= clock_timestamp() then
        perform lib.refuse('ZC025');
    end if;
    update point_hold set state = 'captured', captured = amount where hold_id = p_hold;
    p_post.kind := 'transfer';
    p_post.amount := v_hold.amount;
    p_post.hold := p_hold;
    p_post.to_kind := 'm';
    p_post.to_id := p_to;
    select owner_kind, owner_id into p_post.owner_kind, p_post.owner_id from lib.hold_owner(p_hold);
    return lib.ledger_post(array[p_post]);
end $$;

-- Reverses an earn, a redeem or a capture, wholly or in part (null: all that is left).  p_operator: it was our mistake,
-- so spent points that expired meanwhile can be spent for 30 days more.
--   raises ZC002 no such transaction; ZC017 none that can be reversed; ZC029 more than is left
create function lib.points_reverse(p_tx bigint, p_amount bigint, p_operator boolean, p_post lib.posting)
returns lib.posted[] language plpgsql volatile as $$
declare
    v_tx     ledger_tx;
    v_posted lib.posted[];
begin
    select * into v_tx from ledger_tx where tx_id = p_tx;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    if v_tx.kind not in ('earn', 'redeem', 'capture') then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_tx.kind));
    end if;
    p_post.amount := coalesce(p_amount, v_tx.amount - v_tx.reversed);
    if p_post.amount > v_tx.amount - v_tx.reversed or p_post.amount = 0 then
        perform lib.refuse('ZC029', jsonb_build_object('left', v_tx.amount - v_tx.reversed));
    end if;
    p_post.kind := 'reverse';
    p_post.reverses := p_tx;
    p_post.club := coalesce(p_post.club, v_tx.club_id);
    select owner_kind, owner_id into p_post.owner_kind, p_post.owner_id from lib.tx_owner(p_tx);
    if v_tx.kind <> 'earn' then
        p_post.mode := case when p_operator then 'operator' else 'redeem' end;
    elsif exists (select from point_pending where tx_id = p_tx) then
        p_post.mode := 'pending';
        if p_post.amount = v_tx.amount - v_tx.reversed then
            delete from point_pending where tx_id = p_tx;
        end if;
    else
        p_post.mode := 'earn';
    end if;
    v_posted := lib.ledger_post(array[p_post]);
    if p_post.owner_kind = 'f' then
        return v_posted || lib.family_strays(p_post.owner_id, p_post.actor);
    end if;
    return v_posted;
end $$;

-- Gives back points that a reversal has brought into a pool whose owner is not in the family any more.
create function lib.family_strays(p_family bigint, p_actor text)
returns lib.posted[] language plpgsql volatile as $$
declare
    v_share  record;
    v_posted lib.posted[] := '{}';
begin
    for v_share in
        select l.origin_member as member, sum(l.remaining)::bigint as points, max(l.lot_id) as lot
          from point_lot l
         where l.account_id = lib.family_account(p_family)
           and l.live
           and not lib.in_family(l.origin_member, p_family)
         group by l.origin_member
         order by l.origin_member
    loop
        v_posted := v_posted || lib.points_move(
            'return_share', 'f', p_family, 'm', v_share.member, v_share.points,
            lib.posting_of('fam:' || p_family || ':stray:' || v_share.member || ':' || v_share.lot || ':'
                           || (select ver from wallet where owner_kind = 'f' and owner_id = p_family),
                           p_actor, p_ref_kind => 'family', p_ref_id => p_family::text),
            v_share.member);
    end loop;
    return v_posted;
end $$;

-- Reverses tier points.  p_tx: their transaction, or the earn of the same receipt.  p_amount null: all that is left; of
-- an earn, as large a part as is reversed of it by now.  Nothing to reverse, nothing posted.
create function lib.tier_reverse(p_tx bigint, p_amount bigint, p_post lib.posting)
returns lib.posted[] language plpgsql volatile as $$
declare
    v_earn   ledger_tx;
    v_tier   ledger_tx;
    v_amount bigint := p_amount;
begin
    select * into v_tier from ledger_tx where tx_id = p_tx;
    if v_tier.kind = 'earn' then
        v_earn := v_tier;
        select * into v_tier from ledger_tx where idem = left(v_earn.idem, -length('earn')) || 'tier';
        if not found then
            return '{}';
        end if;
        v_amount := coalesce(p_amount,
                             trunc(v_tier.amount::numeric * v_earn.reversed / v_earn.amount)::bigint - v_tier.reversed);
    end if;
    if v_tier.kind is distinct from 'tier_earn' then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_tier.kind));
    end if;
    v_amount := coalesce(v_amount, v_tier.amount - v_tier.reversed);
    if v_amount <= 0 then
        return '{}';
    end if;
    if v_amount > v_tier.amount - v_tier.reversed then
        perform lib.refuse('ZC029', jsonb_build_object('left', v_tier.amount - v_tier.reversed));
    end if;
    p_post.kind := 'tier_reverse';
    p_post.amount := v_amount;
    p_post.reverses := v_tier.tx_id;
    p_post.club := v_tier.club_id;
    select owner_kind, owner_id into p_post.owner_kind, p_post.owner_id from lib.tx_owner(v_tier.tx_id);
    return lib.ledger_post(array[p_post]);
end $$;

-- Ends the return window of an earn that is due: what is left of it can be spent.  Not due or done before: nothing.
create function lib.points_mature(p_tx bigint, p_post lib.posting)
returns lib.posted[] language plpgsql volatile as $$
declare
    v_tx ledger_tx;
begin
    delete from point_pending where tx_id = p_tx and matures_at <= clock_timestamp();
    if not found then
        return '{}';
    end if;
    select * into v_tx from ledger_tx where tx_id = p_tx;
    p_post.kind := 'mature';
    p_post.idem := coalesce(p_post.idem, 'mat:' || p_tx);
    p_post.amount := v_tx.amount - v_tx.reversed;
    p_post.club := v_tx.club_id;
    p_post.ref_kind := v_tx.ref_kind;
    p_post.ref_id := v_tx.ref_id;
    p_post.effective_at := v_tx.effective_at;
    p_post.expires_at := (v_tx.detail ->> 'expires_at')::timestamptz;
    p_post.earned := p_tx;
    select owner_kind, owner_id into p_post.owner_kind, p_post.owner_id from lib.tx_owner(p_tx);
    return lib.ledger_post(array[p_post]);
end $$;

-- Everything a member has goes back to the club: holds are given up first, then one transaction takes it.
create function lib.points_forfeit(p_member bigint, p_key text)
returns lib.posted[] language plpgsql volatile as $$
declare
    v_hold   bigint;
    v_own    lib.ledger_owner;
    v_posted lib.posted[] := '{}';
begin
    for v_hold in
        select h.hold_id
          from point_hold h
         where h.account_id = (select account_id from ledger_account
                                where cur = 'RP' and kind = 'redeemable' and owner_kind = 'm' and owner_id = p_member
                                  and club_id = 0)
           and h.state = 'active'
         order by h.hold_id
    loop
        v_posted := v_posted || lib.points_release(v_hold, 'released', lib.posting_of(null, 'job:erasures'));
    end loop;
    v_posted := v_posted || lib.points_expire('m', p_member);
    delete from point_pending
     where account_id = (select account_id from ledger_account
                          where cur = 'RP' and kind = 'pending' and owner_kind = 'm' and owner_id = p_member
                            and club_id = 0);
    v_own := lib.ledger_owner_of('m', p_member);
    if v_own.available + v_own.pending > 0 then
        v_posted := v_posted || lib.points_debit('forfeit', 'm', p_member, v_own.available + v_own.pending,
                                                 lib.posting_of(p_key, 'job:erasures', p_ref_kind => 'erasure'));
    end if;
    return v_posted;
end $$;
