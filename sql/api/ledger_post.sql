-- ledger_post.sql -- the one function that writes the ledger.

-- The account of the system on the other side.
create function lib.ledger_contra(p_kind text, p_club bigint)
returns bigint language plpgsql stable as $$
begin
    return (
        select account_id
          from ledger_account
         where cur = case when p_club = 0 then 'RP' else 'TP' end
           and kind = p_kind
           and owner_kind = 's'
           and owner_id = 0
           and club_id = p_club);
end $$;

-- Posts transactions, in order: the only writer of ledger_tx, ledger_entry, point_lot, lot_use, point_hold_lot, balances
-- and wallets.  The caller holds the locks of lib.points_lock.  Answers what became of each owner, in order; an owner
-- who is debited loses what is past its expiry first, by a transaction of its own, and so does one who gets back what
-- expired meanwhile.
--   raises ZC017 debt; ZC024 over 2^53-1; ZC027 not enough; ZC028 frozen; 40001 a key was posted meanwhile (look again
--          under the locks); 23514 a floor; P0001 entries that do not add up to 0
create function lib.ledger_post(p_posts lib.posting[])
returns lib.posted[] language plpgsql volatile as $$
declare
    c_max      constant bigint := 9007199254740991;
    v_now      timestamptz := clock_timestamp();
    v_count    int := cardinality(p_posts);
    v_p        lib.posting;
    v_row      record;
    v_tx       bigint[];            -- by posting
    v_posted   lib.posted[] := '{}';
    v_late     lib.posted[];
    v_keys     bigint[] := '{}';    -- owners: the id, that of families negative
    v_owner_of int[];               -- by posting
    v_spends   boolean[];           -- is debited
    v_ends     boolean[];           -- got back what is past its expiry
    v_vers     bigint[];
    v_due      bigint[];            -- past its expiry and still there
    v_frozen   boolean[];
    v_account  bigint[];            -- four to an owner: redeemable, held, pending, debt; then those of tier points
    v_balance  bigint[];
    v_ver      bigint[];
    v_changed  boolean[];           -- of those above
    v_tiers    text[] := '{}';      -- owner and club of those of tier points
    v_is_tier  boolean := false;
    v_is_back  boolean := false;
    v_contras  text[] := '{}';
    v_contra_of bigint[] := '{}';
    v_e_post   int[];               -- entries
    v_e_at     bigint[];
    v_e_amt    bigint[];
    v_e_after  bigint[];
    v_e_ver    bigint[];
    v_n_post   int[];               -- lots of credits
    v_n_at     bigint[];
    v_n_origin bigint[];
    v_n_earned bigint[];
    v_n_amt    bigint[];
    v_n_end    timestamptz[];
    v_parts    lib.lot_part[];
    v_part     lib.lot_part;
    v_o        int;                 -- the owner, and the first of the four places before
    v_b        int;
    v_to       int;                 -- whom it is credited to
    v_credit   bigint;
    v_repaid   bigint;
    v_spend    bigint;              -- taken first-in-first-out from redeemable
    v_place    int[];               -- the places this posting changes, and by how much
    v_amt      bigint[];
    v_sum      bigint;
    v_delta    bigint;
    v_contra   text;
    v_at       int;
    v_key      bigint;
begin
    foreach v_p in array p_posts loop
        v_key := case when v_p.owner_kind = 'f' then -v_p.owner_id else v_p.owner_id end;
        if v_o is null or v_key <> v_keys[v_o] then
            v_o := array_position(v_keys, v_key);
            if v_o is null then
                v_keys := v_keys || v_key;
                v_o := cardinality(v_keys);
                v_spends[v_o] := false;
            end if;
        end if;
        v_owner_of := v_owner_of || v_o;
        case v_p.kind
        when 'earn', 'mature', 'capture', 'release', 'expire' then
            null;
        when 'tier_earn', 'tier_reverse' then
            v_is_tier := true;
        when 'adjust' then
            v_spends[v_o] := v_spends[v_o] or v_p.mode is not null;
        when 'reverse' then
            v_spends[v_o] := v_spends[v_o] or v_p.mode = 'earn';
        else
            v_spends[v_o] := v_spends[v_o] or v_p.hold is null or v_p.kind = 'hold';
        end case;
        v_is_back := v_is_back or v_p.reverses is not null;
        if v_p.to_id is not null then
            v_key := case when v_p.to_kind = 'f' then -v_p.to_id else v_p.to_id end;
            if array_position(v_keys, v_key) is null then
                v_keys := v_keys || v_key;
                v_spends[cardinality(v_keys)] := false;
            end if;
        end if;
    end loop;

    <<load>>
    loop
        v_account := array_fill(null::bigint, array[4 * cardinality(v_keys)]);
        v_balance := array_fill(0::bigint, array[4 * cardinality(v_keys)]);
        v_ver := v_account;
        v_vers := array_fill(null::bigint, array[cardinality(v_keys)]);
        v_due := v_vers;
        v_frozen := array_fill(false, array[cardinality(v_keys)]);
        v_ends := v_frozen;
        v_tiers := '{}';
        for v_row in
            select k.no, a.account_id, a.kind, a.club_id, a.balance, a.ver, a.frozen,
                   case when a.kind = 'redeemable'
                        then (select w.ver from wallet w
                               where w.owner_kind = a.owner_kind and w.owner_id = a.owner_id) end as wallet_ver,
                   case when a.kind = 'redeemable' and a.balance > 0
                        then (select sum(l.remaining)::bigint from point_lot l
                               where l.account_id = a.account_id and l.live and l.expires_at <= v_now) end as due
              from unnest(v_keys) with ordinality as k (key, no)
             cross join lateral (
                   select x.account_id, x.kind, x.owner_kind, x.owner_id, x.club_id, x.balance, x.ver, x.frozen
                     from ledger_account x
                    where x.owner_kind = case when k.key < 0 then 'f' else 'm' end::char(1)
                      and x.owner_id = abs(k.key)
                      and (x.cur = 'RP' or v_is_tier)
                   offset 0) a
        loop
            case v_row.kind
            when 'redeemable' then
                v_at := 4 * v_row.no - 3;
                v_vers[v_row.no] := v_row.wallet_ver;
                v_due[v_row.no] := coalesce(v_row.due, 0);
                v_frozen[v_row.no] := v_row.frozen;
                if v_due[v_row.no] > 0 and v_spends[v_row.no] then
                    v_key := v_keys[v_row.no];
                    v_posted := v_posted || lib.points_expire(case when v_key < 0 then 'f' else 'm' end, abs(v_key),
                                                              v_now);
                    continue load;
                end if;
            when 'held' then
                v_at := 4 * v_row.no - 2;
            when 'pending' then
                v_at := 4 * v_row.no - 1;
            when 'debt' then
                v_at := 4 * v_row.no;
            else
                v_tiers := v_tiers || (v_row.no || ' ' || v_row.club_id);
                v_at := 4 * cardinality(v_keys) + cardinality(v_tiers);
            end case;
            v_account[v_at] := v_row.account_id;
            v_balance[v_at] := v_row.balance;
            v_ver[v_at] := v_row.ver;
        end loop;
        exit load;
    end loop;
    v_changed := array_fill(false, array[cardinality(v_account)]);

    for i in 1 .. v_count loop
        v_tx[i] := nextval('club.ledger_tx_tx_id_seq');
    end loop;
    insert into ledger_tx (tx_id, kind, idem, amount, reverses, club_id, hold_id, ref_kind, ref_id, actor, reason,
                           detail, effective_at)
    overriding system value
    select v_tx[p.no], p.kind, p.idem, p.amount, p.reverses, p.club, p.hold, p.ref_kind, p.ref_id, p.actor, p.reason,
           coalesce(p.detail, '{}'), coalesce(p.effective_at, now())
      from unnest(p_posts) with ordinality as p (kind, idem, amount, club, ref_kind, ref_id, actor, reason, reverses,
                                                 hold, detail, effective_at, expires_at, owner_kind, owner_id, to_kind,
                                                 to_id, mode, origin, earned, matures_at, no)
     order by p.idem collate "C"
        on conflict (idem) do nothing;
    get diagnostics v_at = row_count;
    if v_at < v_count then
        raise exception using errcode = '40001', message = 'a ledger key was posted meanwhile';
    end if;

    for i in 1 .. v_count loop
        v_p := p_posts[i];
        v_o := v_owner_of[i];
        v_b := 4 * v_o - 4;
        v_to := null;
        v_credit := null;
        v_spend := null;
        v_contra := null;
        v_place := '{}';
        v_amt := '{}';

        -- what goes where; what is credited comes after
        case v_p.kind
        when 'earn' then
            v_contra := 'issuance';
            if v_p.mode = 'pending' then
                v_place := array[v_b + 3];
                v_amt := array[v_p.amount];
                insert into point_pending (tx_id, account_id, matures_at)
                values (v_tx[i], v_account[v_b + 3], v_p.matures_at);
            else
                v_to := v_o;
                v_credit := v_p.amount;
            end if;
        when 'tier_earn', 'tier_reverse' then
            v_contra := 'issuance';
            v_place := array[4 * cardinality(v_keys) + array_position(v_tiers, v_o || ' ' || v_p.club)];
            v_amt := array[case v_p.kind when 'tier_earn' then v_p.amount else -v_p.amount end];
        when 'mature' then
            v_place := array[v_b + 3];
            v_amt := array[-v_p.amount];
            v_to := v_o;
            v_credit := v_p.amount;
        when 'hold' then
            v_spend := v_p.amount;
            v_place := array[v_b + 2];
            v_amt := array[v_p.amount];
        when 'capture' then
            v_contra := 'redemption';
            v_place := array[v_b + 2];
            v_amt := array[-v_p.amount];
        when 'release' then
            v_place := array[v_b + 2];
            v_amt := array[-v_p.amount];
            v_to := v_o;
            v_credit := v_p.amount;
        when 'redeem' then
            v_contra := 'redemption';
            v_spend := v_p.amount;
        when 'transfer', 'contribute', 'return_share' then
            v_to := array_position(v_keys, case when v_p.to_kind = 'f' then -v_p.to_id else v_p.to_id end);
            v_credit := v_p.amount;
            if v_p.hold is null then
                v_spend := v_p.amount;
            else
                v_place := array[v_b + 2];
                v_amt := array[-v_p.amount];
            end if;
            if v_frozen[v_o] then
                perform lib.refuse('ZC028');
            end if;
            if v_p.kind <> 'return_share' and (v_balance[v_b + 4] < 0 or v_balance[4 * v_to] < 0) then
                perform lib.refuse('ZC017', '{"state":"debt"}');
            end if;
        when 'expire' then
            v_contra := 'breakage';
            v_spend := v_p.amount;
        when 'adjust' then
            v_contra := 'adjustment';
            if v_p.mode is not null then
                v_spend := v_p.amount;
            else
                v_to := v_o;
                v_credit := v_p.amount;
            end if;
        when 'forfeit' then
            v_contra := 'forfeit';
            v_spend := least(v_p.amount, v_balance[v_b + 1]);
            v_place := array[v_b + 3];
            v_amt := array[v_spend - v_p.amount];
        when 'reverse' then
            case v_p.mode
            when 'pending' then
                v_contra := 'issuance';
                v_place := array[v_b + 3];
                v_amt := array[-v_p.amount];
            when 'earn' then
                v_contra := 'issuance';
                v_spend := least(v_p.amount, v_balance[v_b + 1]);
                v_place := array[v_b + 4];
                v_amt := array[v_spend - v_p.amount];
            else
                v_contra := 'redemption';
                v_to := v_o;
                v_credit := v_p.amount;
            end case;
        end case;

        -- debits: never more than there is, those that expire first before others
        if v_spend > 0 then
            if v_p.kind in ('hold', 'redeem', 'adjust') and v_frozen[v_o] then
                perform lib.refuse('ZC028');
            end if;
            if v_spend > v_balance[v_b + 1] then
                perform lib.refuse('ZC027', jsonb_build_object('have', v_balance[v_b + 1], 'need', v_spend));
            end if;
            if v_n_post is not null then
                insert into point_lot (account_id, origin_member, earned_tx, amount, remaining, expires_at, made_tx)
                select n.at, n.origin, coalesce(n.earned, v_tx[n.post]), n.amt, n.amt, n.ends, v_tx[n.post]
                  from unnest(v_n_post, v_n_at, v_n_origin, v_n_earned, v_n_amt, v_n_end)
                    as n (post, at, origin, earned, amt, ends);
                v_n_post := null;
            end if;
            v_place := v_place || (v_b + 1);
            v_amt := v_amt || -v_spend;
            v_parts := lib.lots_take(v_account[v_b + 1], v_spend, v_p.origin,
                                     case when v_p.mode = 'earn' then v_p.reverses end);
            if v_p.kind = 'expire' then
                v_due[v_o] := v_due[v_o] - v_spend;
            end if;
            if v_p.kind = 'hold' then
                insert into point_hold_lot (hold_id, lot_id, amt)
                select v_p.hold, p.lot, p.amt from unnest(v_parts) p;
            else
                insert into lot_use (tx_id, lot_id, amt)
                select v_tx[i], p.lot, p.amt from unnest(v_parts) p;
            end if;
        elsif v_p.kind = 'capture' or v_p.hold is not null and v_p.kind = 'transfer' then
            v_parts := lib.lots_held(v_p.hold, 0, v_p.amount);
            insert into lot_use (tx_id, lot_id, amt)
            select v_tx[i], p.lot, p.amt from unnest(v_parts) p;
        end if;

        -- credits: debt is repaid first, of points with lots by those that expire first
        if v_to is not null then
            v_b := 4 * v_to - 4;
            v_repaid := least(v_credit, -v_balance[v_b + 4]);
            v_credit := v_credit - v_repaid;
            v_place := v_place || (v_b + 4) || (v_b + 1);
            v_amt := v_amt || v_repaid || v_credit;
            case v_p.kind
            when 'earn', 'mature', 'adjust' then
                if v_credit > 0 then
                    if v_n_post is null then
                        v_n_at := null;
                        v_n_origin := null;
                        v_n_earned := null;
                        v_n_amt := null;
                        v_n_end := null;
                    end if;
                    v_n_post := v_n_post || i;
                    v_n_at := v_n_at || v_account[v_b + 1];
                    v_n_origin := v_n_origin || v_p.owner_id;
                    v_n_earned := v_n_earned || v_p.earned;
                    v_n_amt := v_n_amt || v_credit;
                    v_n_end := v_n_end || v_p.expires_at;
                    if v_p.expires_at <= v_now then
                        v_due[v_to] := v_due[v_to] + v_credit;
                        v_ends[v_to] := true;
                    end if;
                end if;
            when 'release' then
                v_sum := (select sum(amt) from point_hold_lot where hold_id = v_p.hold) - v_p.amount;
                if v_repaid > 0 then
                    v_parts := lib.lots_held(v_p.hold, v_sum, v_repaid);
                    insert into lot_use (tx_id, lot_id, amt)
                    select v_tx[i], p.lot, p.amt from unnest(v_parts) p;
                end if;
                v_parts := lib.lots_held(v_p.hold, v_sum + v_repaid, v_credit);
                if v_credit > 0 then
                    foreach v_part in array v_parts loop
                        update point_lot set remaining = remaining + v_part.amt where lot_id = v_part.lot;
                    end loop;
                end if;
                v_sum := lib.lots_due(v_parts, v_now);
                v_due[v_to] := v_due[v_to] + v_sum;
                v_ends[v_to] := v_ends[v_to] or v_sum > 0;
            when 'reverse' then
                v_parts := lib.lots_used(v_p.reverses, v_p.amount);
                if v_repaid > 0 then
                    insert into lot_use (tx_id, lot_id, amt)
                    select v_tx[i], p.lot, p.amt - coalesce(r.amt, 0)
                      from unnest(v_parts) p
                      left join unnest(lib.lots_after(v_parts, v_repaid)) r on r.lot = p.lot
                     where p.amt > coalesce(r.amt, 0);
                end if;
                v_parts := lib.lots_after(v_parts, v_repaid);
                if v_parts is not null then
                    foreach v_part in array v_parts loop
                        if v_p.mode = 'operator' and v_part.expires_at <= v_now then
                            v_part.expires_at := v_now + interval '30 days';
                            perform lib.lots_make(v_account[v_b + 1], v_tx[i], array[v_part]);
                            continue;
                        end if;
                        update point_lot set remaining = remaining + v_part.amt where lot_id = v_part.lot;
                        if v_part.expires_at <= v_now then
                            v_due[v_to] := v_due[v_to] + v_part.amt;
                            v_ends[v_to] := true;
                        end if;
                    end loop;
                end if;
            else
                v_parts := lib.lots_after(v_parts, v_repaid);
                perform lib.lots_make(v_account[v_b + 1], v_tx[i], v_parts,
                                      case v_p.kind when 'contribute' then v_p.owner_id
                                                    when 'return_share' then v_p.to_id end);
                v_sum := lib.lots_due(v_parts, v_now);
                v_due[v_to] := v_due[v_to] + v_sum;
                v_ends[v_to] := v_ends[v_to] or v_sum > 0;
            end case;
        end if;

        -- entries
        v_sum := 0;
        for j in 1 .. cardinality(v_place) loop
            continue when v_amt[j] = 0;
            v_at := v_place[j];
            v_sum := v_sum + v_amt[j];
            v_balance[v_at] := v_balance[v_at] + v_amt[j];
            v_ver[v_at] := v_ver[v_at] + 1;
            if v_balance[v_at] > c_max then
                perform lib.refuse('ZC024', jsonb_build_object('max', c_max));
            end if;
            v_changed[v_at] := true;
            v_e_post := v_e_post || i;
            v_e_at := v_e_at || v_account[v_at];
            v_e_amt := v_e_amt || v_amt[j];
            v_e_after := v_e_after || v_balance[v_at];
            v_e_ver := v_e_ver || v_ver[v_at];
        end loop;
        v_delta := case when v_contra is not null then v_sum when v_to <> v_o then -v_p.amount else 0 end;
        if v_contra is not null then
            v_key := case when left(v_p.kind, 4) = 'tier' then v_p.club else 0 end;
            v_at := array_position(v_contras, v_contra || v_key);
            if v_at is null then
                v_contras := v_contras || (v_contra || v_key);
                v_contra_of := v_contra_of || lib.ledger_contra(v_contra, v_key);
                v_at := cardinality(v_contras);
            end if;
            v_e_post := v_e_post || i;
            v_e_at := v_e_at || v_contra_of[v_at];
            v_e_amt := v_e_amt || -v_sum;
            v_e_after := v_e_after || null::bigint;
            v_e_ver := v_e_ver || null::bigint;
            v_sum := abs(v_sum) - v_p.amount;
        end if;
        if v_sum <> 0 then
            raise exception 'the entries of transaction % (%) do not add up', v_tx[i], v_p.kind;
        end if;

        -- what the owners have now
        v_b := 4 * v_o - 4;
        v_vers[v_o] := v_vers[v_o] + 1;
        v_posted := v_posted || row(
            i, v_tx[i], v_p.owner_kind, v_p.owner_id, v_vers[v_o], v_balance[v_b + 1] - v_due[v_o], v_balance[v_b + 2],
            v_balance[v_b + 3], v_balance[v_b + 4],
            v_delta, v_p.kind)::lib.posted;
        if v_to <> v_o then
            v_b := 4 * v_to - 4;
            v_vers[v_to] := v_vers[v_to] + 1;
            v_posted := v_posted || row(
                i, v_tx[i], v_p.to_kind, v_p.to_id, v_vers[v_to], v_balance[v_b + 1] - v_due[v_to], v_balance[v_b + 2],
                v_balance[v_b + 3], v_balance[v_b + 4], v_p.amount, v_p.kind)::lib.posted;
        end if;
    end loop;

    insert into ledger_entry (tx_id, account_id, amt, bal_after, ver)
    select v_tx[e.post], e.at, e.amt, e.bal_after, e.ver
      from unnest(v_e_post, v_e_at, v_e_amt, v_e_after, v_e_ver) as e (post, at, amt, bal_after, ver);
    if v_n_post is not null then
        insert into point_lot (account_id, origin_member, earned_tx, amount, remaining, expires_at, made_tx)
        select n.at, n.origin, coalesce(n.earned, v_tx[n.post]), n.amt, n.amt, n.ends, v_tx[n.post]
          from unnest(v_n_post, v_n_at, v_n_origin, v_n_earned, v_n_amt, v_n_end)
            as n (post, at, origin, earned, amt, ends);
    end if;
    -- The rows are locked, so their places do not change: a join by key, planned while the tables were empty and kept,
    -- may walk them.
    update ledger_account a
       set balance = u.balance, ver = u.ver
      from (select c.balance, c.ver, x.place
              from unnest(v_account, v_balance, v_ver, v_changed) as c (account, balance, ver, changed)
             cross join lateral (select y.ctid as place from ledger_account y where y.account_id = c.account offset 0) x
             where c.changed) u
     where a.ctid = u.place;
    update wallet w
       set ver = u.ver
      from (select c.ver, x.place
              from unnest(v_keys, v_vers) as c (key, ver)
             cross join lateral (select y.ctid as place
                                   from wallet y
                                  where y.owner_kind = case when c.key < 0 then 'f' else 'm' end::char(1)
                                    and y.owner_id = abs(c.key)
                                 offset 0) x) u
     where w.ctid = u.place;
    if v_is_back then
        foreach v_p in array p_posts loop
            if v_p.reverses is not null then
                update ledger_tx set reversed = reversed + v_p.amount where tx_id = v_p.reverses;
            end if;
        end loop;
    end if;

    if v_is_tier then
        perform lib.tier_posted(p_posts);
    end if;

    for i in 1 .. cardinality(v_keys) loop
        if v_ends[i] then
            v_posted := v_posted || lib.points_expire(case when v_keys[i] < 0 then 'f' else 'm' end, abs(v_keys[i]),
                                                      v_now);
        end if;
    end loop;
    return v_posted;
end $$;

-- Breakage: ends what is past its expiry.  Nothing due, nothing posted.
create function lib.points_expire(p_owner_kind text, p_owner bigint, p_now timestamptz default clock_timestamp())
returns lib.posted[] language plpgsql volatile as $$
declare
    v_post   lib.posting;
    v_posted lib.posted[];
    v_due    bigint;
    v_no     bigint;
begin
    select a.account_id, a.ver, lib.points_due(a.account_id, p_now)
      into v_no, v_post.earned, v_due
      from ledger_account a
     where a.cur = 'RP'
       and a.kind = 'redeemable'
       and a.owner_kind = p_owner_kind::char(1)
       and a.owner_id = p_owner
       and a.club_id = 0;
    if coalesce(v_due, 0) = 0 then
        return '{}';
    end if;
    v_post.kind := 'expire';
    v_post.idem := 'exp:' || v_no || ':' || v_post.earned;
    v_post.amount := v_due;
    v_post.actor := 'job:lots';
    v_post.owner_kind := p_owner_kind;
    v_post.owner_id := p_owner;
    v_post.earned := null;
    v_posted := lib.ledger_post(array[v_post]);
    for i in 1 .. cardinality(v_posted) loop
        v_posted[i].post := 0;
    end loop;
    return v_posted;
end $$;
