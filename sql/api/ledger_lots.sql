-- ledger_lots.sql -- lots of points: taking them first-in-first-out, and giving them back.

-- Takes points from the lots of an account, those that expire first before others; with p_earned, what that earn made
-- before all; with p_origin, only lots of that member.
create function lib.lots_take(p_account bigint, p_amount bigint, p_origin bigint default null,
                              p_earned bigint default null)
returns lib.lot_part[] language plpgsql volatile as $$
declare
    v_lot   record;
    v_left  bigint := p_amount;
    v_parts lib.lot_part[];
begin
    if p_earned is not null then
        for v_lot in
            select lot_id, remaining, expires_at, origin_member, earned_tx
              from point_lot
             where account_id = p_account
               and live
               and earned_tx = p_earned
             order by expires_at, lot_id
        loop
            exit when v_left = 0;
            v_lot.remaining := least(v_lot.remaining, v_left);
            update point_lot set remaining = remaining - v_lot.remaining where lot_id = v_lot.lot_id;
            v_parts := v_parts || row(v_lot.lot_id, v_lot.remaining, v_lot.expires_at, v_lot.origin_member,
                                      v_lot.earned_tx)::lib.lot_part;
            v_left := v_left - v_lot.remaining;
        end loop;
    end if;
    if v_left > 0 then
        for v_lot in
            select lot_id, remaining, expires_at, origin_member, earned_tx
              from point_lot
             where account_id = p_account
               and live
               and (p_origin is null or origin_member = p_origin)
             order by expires_at, lot_id
        loop
            v_lot.remaining := least(v_lot.remaining, v_left);
            update point_lot set remaining = remaining - v_lot.remaining where lot_id = v_lot.lot_id;
            v_parts := v_parts || row(v_lot.lot_id, v_lot.remaining, v_lot.expires_at, v_lot.origin_member,
                                      v_lot.earned_tx)::lib.lot_part;
            v_left := v_left - v_lot.remaining;
            exit when v_left = 0;
        end loop;
    end if;
    if v_left > 0 then
        if p_origin is not null then
            perform lib.refuse('ZC027', jsonb_build_object('have', p_amount - v_left, 'need', p_amount));
        end if;
        raise exception 'the lots of account % are % points short', p_account, v_left;
    end if;
    return v_parts;
end $$;

-- A stretch of the lots a hold was made of, those that expire first in front.
create function lib.lots_held(p_hold bigint, p_skip bigint, p_amount bigint)
returns lib.lot_part[] language plpgsql stable as $$
declare
    v_lot   record;
    v_skip  bigint := p_skip;
    v_left  bigint := p_amount;
    v_take  bigint;
    v_parts lib.lot_part[];
begin
    for v_lot in
        select h.lot_id, h.amt, l.expires_at, l.origin_member, l.earned_tx
          from point_hold_lot h
         cross join lateral (select * from point_lot where lot_id = h.lot_id offset 0) l
         where h.hold_id = p_hold
         order by l.expires_at, l.lot_id
    loop
        v_take := least(v_skip, v_lot.amt);
        v_skip := v_skip - v_take;
        v_take := least(v_lot.amt - v_take, v_left);
        continue when v_take = 0;
        v_parts := v_parts || row(v_lot.lot_id, v_take, v_lot.expires_at, v_lot.origin_member,
                                  v_lot.earned_tx)::lib.lot_part;
        v_left := v_left - v_take;
        exit when v_left = 0;
    end loop;
    if v_left > 0 then
        raise exception 'the lots of hold % are % points short', p_hold, v_left;
    end if;
    return v_parts;
end $$;

-- What a reversal gives back of the lots a transaction used: those that expire last; in the answer those that expire
-- first are in front.
create function lib.lots_used(p_tx bigint, p_amount bigint)
returns lib.lot_part[] language plpgsql volatile as $$
declare
    v_lot   record;
    v_left  bigint := p_amount;
    v_take  bigint;
    v_parts lib.lot_part[] := '{}';
begin
    for v_lot in
        select u.lot_id, u.amt - u.restored as amt, l.expires_at, l.origin_member, l.earned_tx
          from lot_use u
         cross join lateral (select * from point_lot where lot_id = u.lot_id offset 0) l
         where u.tx_id = p_tx
           and u.restored < u.amt
         order by l.expires_at desc, l.lot_id desc
    loop
        v_take := least(v_lot.amt, v_left);
        update lot_use set restored = restored + v_take where tx_id = p_tx and lot_id = v_lot.lot_id;
        v_parts := row(v_lot.lot_id, v_take, v_lot.expires_at, v_lot.origin_member, v_lot.earned_tx)::lib.lot_part
                   || v_parts;
        v_left := v_left - v_take;
        exit when v_left = 0;
    end loop;
    if v_left > 0 then
        raise exception 'the lots of transaction % are % points short', p_tx, v_left;
    end if;
    return v_parts;
end $$;

-- The parts after the first p_skip points.
create function lib.lots_after(p_parts lib.lot_part[], p_skip bigint)
returns lib.lot_part[] language plpgsql immutable as $$
declare
    v_part lib.lot_part;
    v_skip bigint := p_skip;
    v_take bigint;
    v_out  lib.lot_part[];
begin
    if p_skip = 0 then
        return p_parts;
    end if;
    foreach v_part in array p_parts loop
        v_take := least(v_skip, v_part.amt);
        v_skip := v_skip - v_take;
        continue when v_take = v_part.amt;
        v_part.amt := v_part.amt - v_take;
        v_out := v_out || v_part;
    end loop;
    return v_out;
end $$;

-- Makes lots of parts that come into an account.
create function lib.lots_make(p_account bigint, p_tx bigint, p_parts lib.lot_part[], p_origin bigint default null)
returns void language plpgsql volatile as $$
begin
    insert into point_lot (account_id, origin_member, earned_tx, amount, remaining, expires_at, from_lot, made_tx)
    select p_account, coalesce(p_origin, p.origin), p.earned, p.amt, p.amt, p.expires_at, p.lot, p_tx
      from unnest(p_parts) with ordinality as p (lot, amt, expires_at, origin, earned, no)
     order by p.no;
end $$;

-- What of these parts is past its expiry.
create function lib.lots_due(p_parts lib.lot_part[], p_now timestamptz)
returns bigint language plpgsql immutable as $$
declare
    v_part lib.lot_part;
    v_due  bigint := 0;
begin
    if p_parts is not null then
        foreach v_part in array p_parts loop
            if v_part.expires_at <= p_now then
                v_due := v_due + v_part.amt;
            end if;
        end loop;
    end if;
    return v_due;
end $$;
