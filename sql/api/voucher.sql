-- voucher.sql -- vouchers: what a member claimed or was given, and may use once (domain.md 8.2).
--
--      issued --redeem--> redeemed        issued --cancel, erasure--> cancelled        issued --time--> expired
--
-- Every step takes the voucher's row and looks at its state there, so of steps that meet one wins.  Time decides by itself:
-- a voucher past its end is expired whether or not the job has been there.  The code is derived from voucher and holder
-- with a key of the hub; the table holds its SHA-256, so a voucher that is given away has another code from then on.

-- The code of a voucher in a holder's hands: 100 bits in Crockford's base 32.
create function lib.voucher_code(p_voucher bigint, p_holder bigint) returns text language plpgsql stable as $$
declare
    v_mac  bytea := club.hmac(convert_to('voucher:' || p_voucher || ':' || p_holder, 'UTF8'), lib.pii_key('voucher'), 'sha256');
    v_bits bit(104) := ('x' || encode(substr(v_mac, 1, 13), 'hex'))::bit(104);
    v_code text := '';
begin
    for i in 0 .. 19 loop
        v_code := v_code || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', substring(v_bits from 5 * i + 1 for 5)::int + 1, 1);
    end loop;
    return v_code;
end $$;

create function lib.voucher_hash(p_code text) returns bytea language sql immutable as
$$ select sha256(convert_to(p_code, 'UTF8')) $$;

-- A code as a person types it: case, blanks and hyphens do not count, nor does 0 for O or 1 for I and L.
create function lib.voucher_typed(p_code text) returns text language sql immutable as
$$ select translate(upper(regexp_replace(p_code, '[[:space:]-]', '', 'g')), 'OIL', '011') $$;

create function lib.voucher_state_at(p_voucher voucher, p_at timestamptz) returns text language sql immutable as $$
    select case when (p_voucher).state = 'issued' and (p_voucher).expires_at <= p_at then 'expired'
                else (p_voucher).state end
$$;

create function lib.voucher_state(p_voucher voucher) returns text language sql stable as
$$ select lib.voucher_state_at(p_voucher, now()) $$;

create function lib.voucher_event(p_type text, p_member bigint, p_voucher bigint, p_giver bigint default null)
returns lib.event_row language sql immutable as $$
    select lib.event('me:' || p_member, p_type, 'svc.benefit', jsonb_build_object('voucher', p_voucher::text),
                     p_subjects => array_remove(array[p_giver], null), p_object => 'voucher:' || p_voucher)
$$;

-- Makes a voucher; null where the same cause has made one before.  The caller holds the row of the benefit and has looked
-- at its stock.
create function lib.voucher_issue(p_benefit benefit, p_member bigint, p_cause text, p_ref text default null)
returns bigint language plpgsql volatile as $$
declare
    v_id   bigint := lib.new_id();
    v_ends timestamptz := least((p_benefit).valid_to, now() + (p_benefit).voucher_days * interval '1 day');
begin
    insert into voucher (voucher_id, benefit_id, member_id, holder, code_hash, cause, cause_ref, expires_at, warned)
    values (v_id, (p_benefit).benefit_id, p_member, p_member, lib.voucher_hash(lib.voucher_code(v_id, p_member)),
            p_cause, p_ref, v_ends,
            case when v_ends <= now() + interval '7 days' then 7 when v_ends <= now() + interval '30 days' then 30 end)
        on conflict (member_id, cause, cause_ref) do nothing;
    if not found then
        return null;
    end if;
    update benefit set stock = stock - 1 where benefit_id = (p_benefit).benefit_id and stock is not null;
    return v_id;
end $$;

-- Refuses a member who holds 200 vouchers that can be used.
create function lib.voucher_room(p_member bigint) returns void language plpgsql stable as $$
begin
    if (select count(*)
          from voucher
         where holder = p_member
           and state = 'issued'
           and (expires_at is null or expires_at > now())) >= 200 then
        perform lib.refuse('ZC024', '{"max":200}');
    end if;
end $$;

-- Refuses a claim of a benefit that is not there for this member now; its row is locked.  Points are the ledger's.
create function lib.benefit_claimable(p_benefit benefit, p_member bigint) returns void language plpgsql stable as $$
declare
    v_at record;
begin
    select m.status, t.rank, c.status as club_status
      into v_at
      from membership m
      join tier t on t.tier_id = m.tier_id
      join club c on c.club_id = m.club_id
     where m.member_id = p_member
       and m.club_id = (p_benefit).club_id
       and m.status in ('active', 'paused', 'lapsed');
    if not found or (p_benefit).status = 'draft' or v_at.club_status = 'closed' then
        perform lib.refuse('ZC002');
    end if;
    if (p_benefit).status = 'retired' or (p_benefit).valid_to <= now() then
        perform lib.refuse('ZC003');
    end if;
    if (p_benefit).how <> 'code' then
        perform lib.invalid('benefit', 'is used without a voucher');
    end if;
    if v_at.club_status <> 'active' or v_at.status <> 'active' or (p_benefit).status <> 'active' then
        perform lib.refuse('ZC017', jsonb_build_object('state', case
            when v_at.club_status <> 'active' then v_at.club_status
            when v_at.status <> 'active' then v_at.status else (p_benefit).status end));
    end if;
    if (p_benefit).valid_from > now() then
        perform lib.refuse('ZC017', jsonb_build_object('state', 'not_yet', 'opens_at', lib.iso((p_benefit).valid_from)));
    end if;
    if (p_benefit).min_rank > v_at.rank then
        perform lib.refuse('ZC020', jsonb_build_object('need', (p_benefit).min_rank));
    end if;
    if (p_benefit).stock = 0 then
        perform lib.refuse('ZC018');
    end if;
    if (select count(*)
          from voucher
         where member_id = p_member
           and benefit_id = (p_benefit).benefit_id
           and cause = 'purchase'
           and state <> 'cancelled') >= (p_benefit).per_member then
        perform lib.refuse('ZC024', jsonb_build_object('max', (p_benefit).per_member));
    end if;
    perform lib.voucher_room(p_member);
end $$;

-- Takes points, stock and makes the voucher; the answer without its code.
create function lib.voucher_claim(p_who text, p_benefit bigint) returns lib.answer language plpgsql volatile as $$
declare
    v_member  bigint;
    v_benefit benefit;
    v_voucher bigint;
    v_row     voucher;
    v_post    lib.posting;
    v_posted  lib.posted[];
    v_events  lib.event_row[];
begin
    perform from member where member_id = lib.member_of(p_who) for no key update;
    v_member := lib.require_member(p_who);
    select * into v_benefit from benefit where benefit_id = p_benefit for no key update;
    if not found then
        perform lib.refuse('ZC002');
    end if;
    perform lib.benefit_claimable(v_benefit, v_member);
    v_voucher := lib.voucher_issue(v_benefit, v_member, 'purchase');
    v_events := array[lib.voucher_event('voucher.issued', v_member, v_voucher)];
    if v_benefit.cost_points > 0 then
        perform lib.points_lock(array[v_member]);
        v_post := lib.posting_of('vch:' || v_voucher || ':claim', p_who, v_benefit.club_id, 'voucher', v_voucher::text,
                                 p_detail => jsonb_build_object('benefit', p_benefit::text));
        v_posted := lib.points_debit('redeem', 'm', v_member, v_benefit.cost_points, v_post);
        update voucher
           set issue_tx = (select p.tx from unnest(v_posted) p where p.kind = 'redeem')
         where voucher_id = v_voucher;
        v_events := v_events || lib.points_events(v_posted);
    end if;
    select * into v_row from voucher where voucher_id = v_voucher;
    return lib.done(lib.entitlement_voucher(v_row, v_member), lib.emit_all(v_events));
end $$;

-- benefit.claim   Takes a benefit: its price in points, one of its stock, and a voucher for it, all or nothing.  The code
--                 is a secret: derived again for a replay, as long as the caller holds the voucher and can use it.
--   who    member
--   raises ZC002 no such benefit for the caller; ZC003 retired or over; ZC017 paused, not yet, membership or club not active
--          {"state"}; ZC018 none left; ZC020 a higher tier is needed {"need"}; ZC024 as often as a member may, or 200
--          vouchers held {"max"}; ZC027 {"have","need"}; ZC028 points frozen; ZC035 restricted; ZC602 benefit
--   emits  voucher.issued, points.changed on me:<member>
create function api.benefit_claim(p_who text, p_idem text, p_hash bytea, p_benefit bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_answer lib.answer;
begin
    v_answer := lib.idem_begin(p_who, 'benefit.claim', p_idem, p_hash);
    if v_answer.reply is null then
        v_answer := lib.idem_end(p_who, 'benefit.claim', p_idem, lib.voucher_claim(p_who, p_benefit));
    end if;
    v_answer.reply := v_answer.reply || jsonb_build_object('code', (
        select lib.voucher_code(v.voucher_id, v.holder)
          from voucher v
         where v.voucher_id = (v_answer.reply ->> 'voucher')::bigint
           and v.holder = lib.member_of(p_who)
           and lib.voucher_state(v) = 'issued'));
    return v_answer;
end $$;

-- Locks what a step about a voucher may touch, in order: the members given and those of the voucher, the benefit where
-- p_stock, the voucher; and returns the voucher as it is then.  Null row: there is none.
create function lib.voucher_lock(p_voucher bigint, p_members bigint[], p_stock boolean)
returns voucher language plpgsql volatile as $$
declare
    v_row voucher;
begin
    select * into v_row from voucher where voucher_id = p_voucher;
    if not found then
        return null;
    end if;
    perform
       from member
      where member_id = any (p_members || v_row.member_id || v_row.holder)
      order by member_id
        for no key update;
    if p_stock then
        perform from benefit where benefit_id = v_row.benefit_id for no key update;
    end if;
    select * into v_row from voucher where voucher_id = p_voucher for no key update;
    return v_row;
end $$;

-- Refuses who is not the holder: whoever gave it away learns that it is gone, everybody else that there is nothing.  And
-- refuses a voucher that cannot be used any more.
create function lib.voucher_require(p_voucher voucher, p_member bigint) returns void language plpgsql volatile as $$
declare
    v_state text := lib.voucher_state_at(p_voucher, clock_timestamp());
begin
    if (p_voucher).holder is distinct from p_member then
        if p_member in ((p_voucher).member_id, (p_voucher).given_by) then
            perform lib.refuse('ZC003', '{"state":"given"}');
        end if;
        perform lib.refuse('ZC002');
    end if;
    if v_state <> 'issued' then
        perform lib.refuse('ZC003', jsonb_build_object('state', v_state));
    end if;
end $$;

-- benefit.cancel_voucher   Gives a voucher back before it is used: its points return to the lots they came from, of who paid
--                          them, and the stock rises again.  Staff says why.
--   who    member (the holder), agent
--   raises ZC001 not an agent of the club; ZC002 no such voucher; ZC003 used, over, cancelled or given away {"state"}; ZC035
--          restricted; ZC602 reason
--   emits  voucher.changed on me:<holder>; points.changed on me:<who paid>
create function api.benefit_cancel_voucher(p_who text, p_idem text, p_hash bytea, p_voucher bigint, p_reason text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_head   bigint := lib.sys_head();
    v_member bigint := lib.member_of(p_who);
    v_reason text := lib.plain_line('reason', p_reason);
    v_row    voucher;
    v_club   bigint;
    v_events lib.event_row[];
begin
    v_old := lib.idem_begin(p_who, 'benefit.cancel_voucher', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    select b.club_id into v_club from benefit b where b.benefit_id = (
        select benefit_id from voucher where voucher_id = p_voucher);
    if v_member is null then
        perform lib.require_staff(p_who, '{agent}', v_club);
        if v_reason is null then
            perform lib.invalid('reason', 'must be said by staff');
        end if;
    end if;
    v_row := lib.voucher_lock(p_voucher, array_remove(array[v_member], null), true);
    if v_member is not null then
        perform lib.require_member(p_who);
    end if;
    if v_row.voucher_id is null then
        perform lib.refuse('ZC002');
    end if;
    perform lib.voucher_require(v_row, coalesce(v_member, v_row.holder));
    update voucher set state = 'cancelled' where voucher_id = p_voucher;
    update benefit set stock = stock + 1 where benefit_id = v_row.benefit_id and stock is not null;
    if v_member is null then
        perform lib.audit(p_who, 'benefit.cancel_voucher', v_row.holder, jsonb_build_object(
            'club', v_club::text, 'voucher', p_voucher::text, 'reason', v_reason));
    end if;
    v_events := array[lib.voucher_event('voucher.changed', v_row.holder, p_voucher)]
                || lib.voucher_refund(v_row, v_club, p_who, v_member is null);
    v_old := lib.done(jsonb_build_object('voucher', p_voucher::text, 'state', 'cancelled'), lib.emit_all(v_events),
                      case when v_member is null then array[v_row.holder] else '{}' end);
    v_old.sys_seq := v_head;
    return lib.idem_end(p_who, 'benefit.cancel_voucher', p_idem, v_old);
end $$;

-- The points of a voucher go back to who paid, as far as staff has not given them back before; not to somebody who is
-- erased, whose points are the club's.
create function lib.voucher_refund(p_voucher voucher, p_club bigint, p_actor text, p_operator boolean)
returns lib.event_row[] language plpgsql volatile as $$
begin
    if (p_voucher).issue_tx is null
       or (select status from member where member_id = (p_voucher).member_id) = 'erased' then
        return '{}';
    end if;
    perform lib.points_lock(array[(p_voucher).member_id]);
    if (select reversed = amount from ledger_tx where tx_id = (p_voucher).issue_tx) then
        return '{}';
    end if;
    return lib.points_events(lib.points_reverse(
        (p_voucher).issue_tx, null, p_operator,
        lib.posting_of('vch:' || (p_voucher).voucher_id || ':cancel', p_actor, p_club, 'voucher',
                       (p_voucher).voucher_id::text)));
end $$;

-- Whom a member may give a voucher: of the same family, or in a plan that both have joined.  That an account rests, or
-- that there is a block, is for the family alone to know: in a plan such a member is not there to be given anything.
create function lib.voucher_recipient(p_member bigint, p_to bigint) returns boolean language plpgsql stable as $$
begin
    return lib.same_family(p_member, p_to)
        or lib.same_plan(p_member, p_to)
           and not lib.blocked_pair(p_member, p_to)
           and exists (select from member where member_id = p_to and status = 'active');
end $$;

-- benefit.give   Hands a voucher on to a member of the caller's family, or of a plan that both have joined: the code in the
--                caller's hands is dead when this is answered, points and end stay as they are.
--   who    member (the holder)
--   raises ZC002 no such voucher, or nobody of the family or a plan; ZC003 used, over, cancelled or given away {"state"};
--          ZC017 the account of the other, of the family, is not active {"state"}; ZC024 the other holds 200 {"max"};
--          ZC035 restricted; ZC602 to
--   emits  voucher.changed on me:<both>; notify.added on me:<to>; sys
create function api.benefit_give(p_who text, p_idem text, p_hash bytea, p_voucher bigint, p_to bigint)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old    lib.answer;
    v_member bigint := lib.member_of(p_who);
    v_row    voucher;
    v_status text;
    v_events lib.event_row[];
begin
    v_old := lib.idem_begin(p_who, 'benefit.give', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    v_row := lib.voucher_lock(p_voucher, array[v_member, p_to], false);
    perform lib.require_member(p_who);
    if p_to = v_member then
        perform lib.invalid('to', 'is the caller');
    end if;
    if v_row.voucher_id is null then
        perform lib.refuse('ZC002');
    end if;
    perform lib.voucher_require(v_row, v_member);
    if not lib.voucher_recipient(v_member, p_to) then
        perform lib.refuse('ZC002');
    end if;
    v_status := (select status from member where member_id = p_to);
    if v_status <> 'active' then
        perform lib.refuse('ZC017', jsonb_build_object('state', v_status));
    end if;
    perform lib.voucher_room(p_to);
    update voucher
       set holder = p_to, given_by = v_member, code_hash = lib.voucher_hash(lib.voucher_code(p_voucher, p_to))
     where voucher_id = p_voucher;
    v_events := array[lib.voucher_event('voucher.changed', v_member, p_voucher),
                      lib.voucher_event('voucher.changed', p_to, p_voucher, v_member)]
                || lib.notify(p_to, 'voucher_given', 'voucher:' || p_voucher,
                              jsonb_build_object('voucher', p_voucher::text, 'actor', v_member::text), 'svc.benefit')
                || lib.sys(p_reload => array[v_member], p_object => 'voucher:' || p_voucher);
    return lib.idem_end(p_who, 'benefit.give', p_idem, lib.done(
        jsonb_build_object('voucher', p_voucher::text, 'state', 'given', 'to', p_to::text), lib.emit_all(v_events),
        array[p_to]));
end $$;

-- May this service take vouchers of that partner: a till of the club any, a partner's service those of its own.
create function lib.voucher_service(p_service text, p_partner bigint) returns boolean language plpgsql stable as $$
begin
    return exists (select
                     from api_key
                    where service = p_service
                      and revoked_at is null
                      and 'pos' = any (scopes))
        or exists (select from partner where partner_id = p_partner and service = p_service);
end $$;

-- benefit.redeem_voucher   Takes a voucher by its code, once.  A partner's service takes those of its own benefits only; a
--                          till of the club takes all.  A hundred wrong codes of a service in 15 minutes are enough.
--   who    service (pos, partner)
--   raises ZC003 over or cancelled {"state"}; ZC006 too many wrong codes; ZC017 not to be used yet {"state"}; ZC031 used;
--          replies {"refused":"CODE_INVALID"}
--   emits  voucher.redeemed on me:<holder>
create function api.benefit_redeem_voucher(p_who text, p_idem text, p_hash bytea, p_code text)
returns lib.answer language plpgsql volatile security definer set search_path = club, pg_temp as $$
declare
    v_old     lib.answer;
    v_service text := lib.require_service(p_who);
    v_key     bytea := sha256(convert_to(p_who, 'UTF8'));
    v_row     voucher;
    v_benefit benefit;
    v_state   text;
begin
    v_old := lib.idem_begin(p_who, 'benefit.redeem_voucher', p_idem, p_hash);
    if v_old.reply is not null then
        return v_old;
    end if;
    if exists (select from login_try
                where kind = 'v' and key = v_key and tries >= 100 and since > now() - interval '15 minutes') then
        perform lib.refuse('ZC006', '{"retry_ms":60000}');
    end if;
    select * into v_row from voucher where code_hash = lib.voucher_hash(lib.voucher_typed(p_code)) for no key update;
    select * into v_benefit from benefit where benefit_id = v_row.benefit_id;
    if v_row.voucher_id is null or not lib.voucher_service(v_service, v_benefit.partner_id) then
        perform lib.try_count('v', v_key, 100);
        return lib.refused('CODE_INVALID', null, null, p_who, 'benefit.redeem_voucher', p_idem);
    end if;
    v_state := lib.voucher_state_at(v_row, clock_timestamp());
    if v_state = 'redeemed' then
        perform lib.refuse('ZC031');
    end if;
    if v_state <> 'issued' then
        perform lib.refuse('ZC003', jsonb_build_object('state', v_state));
    end if;
    if v_benefit.valid_from > clock_timestamp() then
        perform lib.refuse('ZC017', '{"state":"not_yet"}');
    end if;
    update voucher
       set state = 'redeemed', redeemed_at = clock_timestamp(), redeemed_by = p_who
     where voucher_id = v_row.voucher_id
    returning * into v_row;
    perform lib.audit(p_who, 'benefit.redeem_voucher', v_row.holder, jsonb_build_object(
        'club', v_benefit.club_id::text, 'voucher', v_row.voucher_id::text));
    return lib.idem_end(p_who, 'benefit.redeem_voucher', p_idem, lib.done(
        jsonb_build_object('voucher', v_row.voucher_id::text, 'benefit', v_benefit.benefit_id::text,
                           'kind', v_benefit.kind, 'title', v_benefit.title, 'terms', v_benefit.terms,
                           'state', 'redeemed', 'redeemed_at', lib.iso(v_row.redeemed_at)),
        lib.emit_all(array[lib.voucher_event('voucher.redeemed', v_row.holder, v_row.voucher_id)])));
end $$;

-- Ends what is past its end, and tells holders 30 and 7 days before; p_limit of each.  It passes over what is locked: that
-- is being used, given or cancelled, and comes next time.
create function lib.vouchers_run(p_limit int default 200) returns bigint
language plpgsql volatile set search_path = club, pg_temp as $$
declare
    v_row    voucher;
    v_ended  voucher[];
    v_soon   voucher[];
    v_days   int;
    v_events lib.event_row[] := '{}';
begin
    v_ended := array(select v
                       from voucher v
                      where v.state = 'issued'
                        and v.expires_at <= now()
                      order by v.expires_at
                      limit p_limit
                        for no key update skip locked);
    update voucher set state = 'expired' where voucher_id in (select e.voucher_id from unnest(v_ended) e);
    foreach v_row in array v_ended loop
        v_events := v_events || lib.voucher_event('voucher.changed', v_row.holder, v_row.voucher_id);
    end loop;

    foreach v_days in array '{7,30}'::int[] loop
        v_soon := v_soon || array(select v
                                    from voucher v
                                   where v.state = 'issued'
                                     and v.warned is not distinct from case v_days when 7 then 30 end
                                     and v.expires_at > now()
                                     and v.expires_at <= now() + v_days * interval '1 day'
                                   order by v.expires_at
                                   limit p_limit
                                     for no key update skip locked);
    end loop;
    for v_row in select s.* from unnest(v_soon) s order by s.holder, s.voucher_id loop
        v_days := case when v_row.expires_at <= now() + interval '7 days' then 7 else 30 end;
        update voucher set warned = v_days where voucher_id = v_row.voucher_id;
        v_events := v_events
                    || lib.event('me:' || v_row.holder, 'voucher.expiring', 'svc.benefit',
                                 jsonb_build_object('voucher', v_row.voucher_id::text, 'days', v_days),
                                 p_object => 'voucher:' || v_row.voucher_id)
                    || lib.notify(v_row.holder, 'voucher_expiring', 'voucher:' || v_row.voucher_id,
                                  jsonb_build_object('voucher', v_row.voucher_id::text, 'days', v_days), 'svc.benefit');
    end loop;
    perform lib.emit_all(v_events);
    return coalesce(cardinality(v_ended), 0) + coalesce(cardinality(v_soon), 0);
end $$;

-- What an erased member holds is cancelled and back in stock; the points are forfeited with the rest.  Vouchers given to
-- others stay theirs.
create function lib.vouchers_forfeit(p_member bigint) returns void language plpgsql volatile as $$
begin
    perform
       from benefit
      where benefit_id in (select benefit_id from voucher where holder = p_member and state = 'issued')
      order by benefit_id
        for no key update;
    with gone as (
        update voucher set state = 'cancelled' where holder = p_member and state = 'issued'
        returning benefit_id
    )
    update benefit b
       set stock = b.stock + g.count
      from (select benefit_id, count(*)::int as count from gone group by benefit_id) g
     where b.benefit_id = g.benefit_id
       and b.stock is not null;
end $$;
