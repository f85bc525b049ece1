-- points_correct.sql -- points.reverse and points.adjust: taking back what was posted, and correcting a balance.
--
-- A key of the ledger lives for ever: what was posted under one is told again, whatever key the repeated call has.  Every
-- call is written to the audit log, with the reason that was given.

-- taking back ---------------------------------------------------------------------------------------------

-- The key under which a reversal is posted: a till's return, else the call.
create function lib.reverse_key(p_who text, p_idem text, p_return text)
returns text language sql immutable as $$
    select case when lib.service_of(p_who) is not null
                then 'pos:' || lib.service_of(p_who) || ':' || p_return || ':reverse'
                else 'rev:' || p_who || ':' || p_idem end;
$$;

-- A transaction that the caller may reverse: a service what it posted, staff what was posted for members of its clubs.
create function lib.reverse_target(p_who text, p_tx bigint)
returns ledger_tx language plpgsql stable as $$
declare
    v_tx    ledger_tx;
    v_staff bigint;
begin
    select * into v_tx from ledger_tx where tx_id = p_tx;
    if lib.service_of(p_who) is not null then
        if v_tx.actor is distinct from p_who then
            perform lib.refuse('ZC002');
        end if;
        return v_tx;
    end if;
    v_staff := lib.require_staff(p_who, '{agent,manager}');
    if v_tx.tx_id is null
       or v_tx.club_id <> all (lib.staff_clubs(v_staff))
       or not exists (select
                        from lib.tx_owner(p_tx) o
                       where lib.staff_has_member(v_staff, case o.owner_kind
                                                               when 'f' then (select head from family
                                                                               where family_id = o.owner_id)
                                                               else o.owner_id end)) then
        perform lib.refuse('ZC002');
    end if;
    return v_tx;
end $$;

-- What an agent who is no manager may still reverse of a transaction: 5,000 points by agents in all.
create function lib.reverse_limit(p_who text, p_tx bigint, p_amount bigint)
returns void language plpgsql stable as $$
declare
    v_max int := 5000;
begin
    if exists (select from staff where staff_id = lib.staff_of(p_who) and not 'manager' = any (roles))
       and p_amount + (select coalesce(sum(amount), 0)
                         from ledger_tx
                        where reverses = p_tx
                          and detail ->> 'role' = 'agent') > v_max then
        perform lib.refuse('ZC024', jsonb_build_object('max', v_max));
    end if;
end $$;

-- As whom a staff member acts: the higher of the two roles.
create function lib.points_role(p_who text)
returns text language plpgsql stable as $$
begin
    return (select case when 'manager' = any (roles) then 'manager' else 'agent' end
              from staff
             where staff_id = lib.staff_of(p_who));
end $$;

create function lib.reversed_reply(p_tx ledger_tx, p_duplicate boolean)
returns jsonb language plpgsql stable as $$
begin
    return (
        select jsonb_build_object(
                   'tx', p_tx.tx_id::text, 'reverses', o.tx_id::text, 'amount', p_tx.amount,
                   'left', o.amount - o.reversed, 'duplicate', p_duplicate)
          from ledger_tx o
         where o.tx_id = p_tx.reverses);
end $$;

-- points.reverse   Takes a purchase's points back, or gives spent ones back; the whole, or a part.  Tier points of a
--                  purchase go in proportion.
--   who    service pos, booking, crm: what it posted; agent up to 5,000 points; manager
--   raises ZC001 not in this role; ZC002 none that the caller may reverse; ZC004 the return was posted with other content
--          {"tx"}; ZC017 of this kind none is reversed {"state"}; ZC024 more than an agent may {"max"}; ZC029 more than is
--          left {"left"}; ZC602 what is missing
--   emits  points.changed on me:<owner>, family:<owner>
create function api.points_reverse(p_who text, p_idem text, p_hash bytea, p_tx bigint, p_amount bigint, p_return text,
                                   p_operator boolean, p_reason text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_answer lib.answer;
    v_tx     ledger_tx;
    v_done   ledger_tx;
    v_key    text := lib.reverse_key(p_who, p_idem, p_return);
    v_reason text := p_reason;
    v_post   lib.posting;
    v_kind   text;      -- the owner
    v_id     bigint;
    v_posted lib.posted[];
begin
    v_answer := lib.idem_begin(p_who, 'points.reverse', p_idem, p_hash);
    if v_answer.reply is not null then
        return v_answer;
    end if;
    v_tx := lib.reverse_target(p_who, p_tx);
    if lib.service_of(p_who) is null then
        v_reason := lib.reason_given(p_reason);
    elsif p_return is null then
        perform lib.invalid('return', 'must be named by services');
    end if;
    if v_tx.kind not in ('earn', 'redeem', 'capture') then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_tx.kind));
    end if;
    if v_tx.ref_kind in ('voucher', 'reservation') then     -- its points come back when it is cancelled; else it could be used as well
        perform lib.refuse('ZC017', jsonb_build_object('state', v_tx.ref_kind));
    end if;
    select owner_kind, owner_id into v_kind, v_id from lib.tx_owner(p_tx);
    perform lib.points_lock(case v_kind when 'm' then array[v_id] else '{}' end,
                            case v_kind when 'f' then array[v_id] else '{}' end,
                            case v_tx.kind when 'earn' then array[v_id] else '{}' end,
                            case v_tx.kind when 'earn' then array[v_tx.club_id] else '{}' end);
    v_done := lib.ledger_tx_by_key(v_key);
    if v_done.tx_id is not null then
        if v_done.reverses <> p_tx or v_done.amount <> p_amount then
            perform lib.refuse('ZC004', jsonb_build_object('tx', v_done.tx_id::text));
        end if;
        return lib.idem_end(p_who, 'points.reverse', p_idem, lib.done(lib.reversed_reply(v_done, true)));
    end if;
    perform lib.reverse_limit(p_who, p_tx, coalesce(p_amount, (select amount - reversed from ledger_tx where tx_id = p_tx)));
    v_post := lib.posting_of(v_key, p_who, v_tx.club_id, case when p_return is not null then 'return' end, p_return,
                             v_reason, jsonb_strip_nulls(jsonb_build_object('of', v_tx.kind, 'role', lib.points_role(p_who))));
    v_posted := lib.points_reverse(p_tx, p_amount, coalesce(p_operator, false), v_post);
    v_done := lib.ledger_tx_by_key(v_key);
    if v_tx.kind = 'earn' then
        v_post.idem := v_key || ':tier';
        v_posted := v_posted || lib.tier_reverse(p_tx, null, v_post);
    end if;
    perform lib.audit(p_who, 'points.reverse', case v_kind when 'm' then v_id end, jsonb_build_object(
        'tx', p_tx::text, 'amount', v_done.amount, 'reason', v_reason));
    return lib.idem_end(p_who, 'points.reverse', p_idem, lib.done(
        lib.reversed_reply(v_done, false), lib.emit_all(lib.points_events(v_posted))));
end $$;

-- correcting ----------------------------------------------------------------------------------------------

-- Does this correction need a second person?  More than 10,000 points by one person for one member within 24 hours do,
-- in one call or in many.
create function lib.adjust_is_large(p_who text, p_member bigint, p_amount bigint)
returns boolean language plpgsql stable as $$
begin
    return abs(p_amount) + (
        select coalesce(sum(x.amount), 0)
          from ledger_tx x
         where x.actor = p_who
           and x.kind = 'adjust'
           and x.created_at > now() - interval '24 hours'
           and x.detail ->> 'member' = p_member::text) > 10000;
end $$;

-- When points that a club gives today expire.
create function lib.points_expiry_of(p_club bigint)
returns timestamptz language plpgsql stable as $$
begin
    return (
        select lib.points_expiry(now(), coalesce((settings ->> 'expiry_months')::int, 24), tz)
          from club
         where club_id = p_club);
end $$;

-- points.adjust   Gives a member points as goodwill, or corrects a balance, either way.  More than 10,000 points take a
--                 second person.
--   who    agent: goodwill; manager
--   raises ZC001 not in this role, or an agent that takes points; ZC002 nobody of that club of the caller's; ZC004 the key
--          was posted with other content {"tx"}; ZC016 four eyes; ZC024 more points than there can be; ZC027 not so many
--          there {"have","need"}; ZC028 frozen; ZC602 amount, reason
--   emits  points.changed on me:<member>; approval.needed on staff:<club>
create function api.points_adjust(p_who text, p_idem text, p_hash bytea, p_member bigint, p_club bigint, p_amount bigint,
                                  p_reason text, p_case text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_answer lib.answer;
    v_staff  bigint;
    v_role   text := lib.points_role(p_who);
    v_reason text;
    v_key    text := 'adj:' || p_who || ':' || p_idem;
    v_done   ledger_tx;
    v_post   lib.posting;
    v_posted lib.posted[];
begin
    v_answer := lib.idem_begin(p_who, 'points.adjust', p_idem, p_hash);
    if v_answer.reply is not null then
        return v_answer;
    end if;
    v_staff := lib.require_staff(p_who, '{agent,manager}', p_club);
    v_reason := lib.reason_given(p_reason);
    if p_amount = 0 then
        perform lib.invalid('amount', 'must not be 0');
    end if;
    if p_amount < 0 and v_role = 'agent' then
        perform lib.refuse('ZC001');
    end if;
    if not exists (select
                     from membership m
                     join member b on b.member_id = m.member_id
                    where m.member_id = p_member
                      and m.club_id = p_club
                      and m.joined_at is not null
                      and b.status <> 'erased') then
        perform lib.refuse('ZC002');
    end if;
    perform from staff where staff_id = v_staff for no key update;
    v_done := lib.ledger_tx_by_key(v_key);
    if v_done.tx_id is null and lib.adjust_is_large(p_who, p_member, p_amount) then
        v_answer := lib.approval_check(p_who, 'points.adjust', p_idem, p_hash, jsonb_strip_nulls(jsonb_build_object(
            'member', p_member::text, 'club', p_club::text, 'amount', p_amount, 'reason', v_reason, 'case', p_case)),
            array[p_club]);
        if v_answer.reply is not null then
            return v_answer;
        end if;
    end if;
    perform from member where member_id = p_member and status <> 'erased' for share;
    if not found then
        perform lib.refuse('ZC002');
    end if;

    perform lib.points_lock(array[p_member]);
    if v_done.tx_id is not null then
        if (v_done.detail ->> 'member', v_done.detail ->> 'amount') is distinct from (p_member::text, p_amount::text) then
            perform lib.refuse('ZC004', jsonb_build_object('tx', v_done.tx_id::text));
        end if;
    else
        v_post := lib.posting_of(v_key, p_who, p_club, case when p_case is not null then 'case' end, p_case, v_reason,
                                 jsonb_build_object('member', p_member::text, 'amount', p_amount, 'role', v_role),
                                 p_expires_at => lib.points_expiry_of(p_club));
        if p_amount > 0 then
            v_posted := lib.points_credit('adjust', 'm', p_member, p_amount, v_post);
        else
            v_posted := lib.points_debit('adjust', 'm', p_member, -p_amount, v_post);
        end if;
        v_done := lib.ledger_tx_by_key(v_key);
        perform lib.audit(p_who, 'points.adjust', p_member, jsonb_strip_nulls(jsonb_build_object(
            'club', p_club::text, 'amount', p_amount, 'reason', v_reason, 'case', p_case)));
    end if;
    return lib.idem_end(p_who, 'points.adjust', p_idem, lib.done(
        jsonb_build_object('tx', v_done.tx_id::text, 'member', p_member::text, 'amount', p_amount),
        lib.emit_all(lib.points_events(coalesce(v_posted, '{}'))), array[p_member]));
end $$;
