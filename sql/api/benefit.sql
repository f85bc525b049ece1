-- benefit.sql -- what a club offers its members, and what a member can use now (domain.md 8.1).
--
-- No price, tier or entitlement hangs on a consent: nothing here looks at one.

-- A benefit as benefit.get answers it and benefit.changed carries it: the same for everybody.
create function lib.benefit_view(p_benefit benefit) returns jsonb language plpgsql stable as $$
begin
    return jsonb_build_object(
        'benefit', (p_benefit).benefit_id::text, 'club', (p_benefit).club_id::text,
        'category', (p_benefit).category_id::text, 'kind', (p_benefit).kind, 'title', (p_benefit).title,
        'terms', (p_benefit).terms, 'how', (p_benefit).how, 'cost_points', (p_benefit).cost_points,
        'min_rank', (p_benefit).min_rank,
        'min_tier', (select name
                       from tier
                      where club_id = (p_benefit).club_id
                        and rank >= (p_benefit).min_rank
                      order by rank
                      limit 1),
        'stock', (p_benefit).stock, 'per_member', (p_benefit).per_member,
        'valid_from', lib.iso((p_benefit).valid_from), 'valid_to', lib.iso((p_benefit).valid_to),
        'voucher_days', (p_benefit).voucher_days, 'needs_booking', (p_benefit).needs_booking,
        'partner', lib.partner_card((p_benefit).partner_id), 'status', (p_benefit).status,
        'version', (p_benefit).version);
end $$;

-- What benefit.changed shows: the benefit while it is active, else only that it is gone.
create function lib.benefit_changed_view(p_benefit bigint) returns lib.shown language plpgsql stable as $$
declare
    v_row benefit;
begin
    select * into v_row from benefit where benefit_id = p_benefit and status = 'active';
    return row(case when found then lib.benefit_view(v_row) end, true, false, '{}'::bigint[])::lib.shown;
end $$;

-- benefit.get   One benefit: to members of the club while it is active or paused, to its managers always.
--   who    member, manager
--   raises ZC001 not a manager of the club; ZC002 no such benefit, or not of the caller's clubs; ZC003 retired; ZC035
--          restricted
--   emits  –
create function api.benefit_get(p_who text, p_benefit bigint)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_row    benefit;
    v_member bigint := lib.member_of(p_who);
begin
    if v_member is not null then
        perform lib.require_member(p_who);
    end if;
    select * into v_row from benefit where benefit_id = p_benefit;
    if not found
       or v_member is not null and (v_row.status = 'draft' or not lib.in_club(v_member, v_row.club_id)) then
        perform lib.refuse('ZC002');
    end if;
    if v_member is null then
        perform lib.require_staff(p_who, '{manager}', v_row.club_id);
    elsif v_row.status = 'retired' then
        perform lib.refuse('ZC003');
    end if;
    return lib.done(lib.benefit_view(v_row));
end $$;

-- benefit.list   The catalogue of a club, whole: also what the caller's tier or points do not reach; to its managers also
--                what is not active.
--   who    member, manager
--   raises ZC001 not a manager of the club; ZC014 not a member of it; ZC035 restricted; ZC602 cursor
--   emits  –
create function api.benefit_list(p_who text, p_club bigint, p_category bigint, p_limit bigint, p_cursor text)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_staff boolean := lib.benefit_reader(p_who, p_club);
    v_limit int := coalesce(p_limit, 20);
    v_reply jsonb;
begin
    if p_cursor !~ '^[0-9]{1,18}$' then
        perform lib.invalid('cursor', 'is not one of ours');
    end if;
    select jsonb_build_object(
               'benefits', coalesce(jsonb_agg(l.view order by l.benefit_id desc) filter (where l.no <= v_limit), '[]'),
               'cursor', case when max(l.no) > v_limit
                              then min(l.benefit_id) filter (where l.no <= v_limit)::text end)
      into v_reply
      from (select b.benefit_id, lib.benefit_view(b) as view, row_number() over (order by b.benefit_id desc) as no
              from benefit b
             where b.club_id = p_club
               and (v_staff or b.status = 'active')
               and (p_category is null or b.category_id = p_category)
               and (p_cursor is null or b.benefit_id < p_cursor::bigint)
             order by b.benefit_id desc
             limit v_limit + 1) l;
    return lib.done(v_reply);
end $$;

-- Why a member cannot use a benefit now; the words of benefit.entitlements, in their order.  p_rank null: not a member.
create function lib.benefit_reasons(p_benefit benefit, p_rank int, p_available bigint, p_claimed bigint)
returns text[] language sql stable as $$
    select array_remove(array[
        case when (p_benefit).min_rank > coalesce(p_rank, -1) then 'TIER_TOO_LOW' end,
        case when (p_benefit).cost_points > p_available then 'NOT_ENOUGH_POINTS' end,
        case when (p_benefit).stock = 0 then 'OUT_OF_STOCK' end,
        case when (p_benefit).needs_booking then 'NEEDS_BOOKING' end,
        case when (p_benefit).valid_from > now() then 'NOT_YET' end,
        case when (p_benefit).valid_to <= now() then 'ENDED' end,
        case when p_claimed >= (p_benefit).per_member then 'PER_MEMBER_LIMIT' end], null)
$$;

-- One row of benefit.entitlements about a benefit that is offered.
create function lib.entitlement_benefit(p_benefit benefit, p_rank int, p_available bigint, p_claimed bigint)
returns jsonb language plpgsql stable as $$
declare
    v_reasons text[] := lib.benefit_reasons(p_benefit, p_rank, p_available, p_claimed);
begin
    return jsonb_build_object(
        'what', 'benefit', 'benefit', (p_benefit).benefit_id::text, 'club', (p_benefit).club_id::text,
        'kind', (p_benefit).kind, 'title', (p_benefit).title, 'terms', (p_benefit).terms, 'how', (p_benefit).how,
        'cost_points', (p_benefit).cost_points, 'usable', v_reasons = '{}', 'reasons', to_jsonb(v_reasons),
        'need_rank', case when 'TIER_TOO_LOW' = any (v_reasons) then (p_benefit).min_rank end,
        'missing_points', case when 'NOT_ENOUGH_POINTS' = any (v_reasons)
                               then (p_benefit).cost_points - p_available end,
        'from', lib.iso((p_benefit).valid_from), 'until', lib.iso((p_benefit).valid_to),
        'partner', lib.partner_card((p_benefit).partner_id));
end $$;

-- One row of benefit.entitlements about a voucher, as p_viewer may see it.  Whoever is not the holder learns that it was
-- given away, and nothing that the holder did with it.  The code is told by p_code, and to the holder only.
create function lib.entitlement_voucher(p_voucher voucher, p_viewer bigint, p_code boolean default false)
returns jsonb language plpgsql stable as $$
declare
    v_benefit benefit;
    v_state   text := case when (p_voucher).holder <> p_viewer then 'given' else lib.voucher_state(p_voucher) end;
    v_reasons text[];
begin
    select * into v_benefit from benefit where benefit_id = (p_voucher).benefit_id;
    v_reasons := array_remove(array[
        case when v_state = 'issued' and v_benefit.needs_booking then 'NEEDS_BOOKING' end,
        case when v_state = 'issued' and v_benefit.valid_from > now() then 'NOT_YET' end,
        case when v_state <> 'issued' then 'ENDED' end], null);
    return jsonb_build_object(
               'what', 'voucher', 'voucher', (p_voucher).voucher_id::text, 'state', v_state,
               'cause', (p_voucher).cause, 'benefit', v_benefit.benefit_id::text, 'club', v_benefit.club_id::text,
               'kind', v_benefit.kind, 'title', v_benefit.title, 'terms', v_benefit.terms, 'how', v_benefit.how,
               'cost_points', v_benefit.cost_points, 'usable', v_reasons = '{}', 'reasons', to_jsonb(v_reasons),
               'need_rank', null, 'missing_points', null, 'from', lib.iso(v_benefit.valid_from),
               'until', lib.iso((p_voucher).expires_at), 'partner', lib.partner_card(v_benefit.partner_id),
               'giver', case when (p_voucher).holder = p_viewer then lib.actor_view((p_voucher).given_by) end)
           || case when p_code and v_state = 'issued'
                   then jsonb_build_object('code', lib.voucher_code((p_voucher).voucher_id, (p_voucher).holder))
                   else '{}' end;
end $$;

-- The row of a voucher as an event carries it: without the code, which is asked for.
create function lib.voucher_view(p_voucher bigint, p_viewer bigint) returns lib.shown language plpgsql stable as $$
declare
    v_row voucher;
begin
    select * into v_row from voucher where voucher_id = p_voucher;
    if not found then
        return row(null, false, false, '{}'::bigint[])::lib.shown;
    end if;
    return row(lib.entitlement_voucher(v_row, p_viewer), true, false,
               array_remove(array[p_viewer, case when v_row.holder = p_viewer then v_row.given_by end], null))::lib.shown;
end $$;

-- benefit.entitlements   Everything the caller can use: vouchers held, with their codes, and what the caller's clubs offer,
--                        each with why it cannot be used now; what ends first comes first, and what has ended is shown for
--                        seven days.  The codes are secrets: derived, told to the holder only.
--   who    member
--   raises ZC035 restricted
--   emits  –
create function api.benefit_entitlements(p_who text, p_club bigint)
returns lib.answer language plpgsql stable security definer set search_path = club, pg_temp as $$
declare
    v_member    bigint := lib.require_member(p_who);
    v_available bigint := coalesce((lib.ledger_owner_of('m', v_member)).available, 0);
    v_rows      jsonb;
    v_more      boolean;
    v_givers    bigint[];
begin
    with held as (
        select v.expires_at as until, v.voucher_id as id, v.given_by,
               lib.entitlement_voucher(v, v_member, true) as row
          from voucher v
          join benefit b on b.benefit_id = v.benefit_id
         where v.holder = v_member
           and v.state = 'issued'
           and (v.expires_at is null or v.expires_at > now())
           and (p_club is null or b.club_id = p_club)
    ), offered as (
        select b.valid_to as until, b.benefit_id as id, null::bigint as given_by,
               lib.entitlement_benefit(b, t.rank, v_available, (
                   select count(*)
                     from voucher v
                    where v.member_id = v_member
                      and v.benefit_id = b.benefit_id
                      and v.cause = 'purchase'
                      and v.state <> 'cancelled')) as row
          from membership m
          join club c on c.club_id = m.club_id and c.status <> 'closed'
          join tier t on t.tier_id = m.tier_id
          join benefit b on b.club_id = m.club_id and b.status = 'active'
                        and (b.valid_to is null or b.valid_to > now() - interval '7 days')
         where m.member_id = v_member
           and m.status = 'active'
           and (p_club is null or m.club_id = p_club)
    ), numbered as (
        select x.row, x.given_by, row_number() over (order by x.until nulls last, x.row ->> 'what' desc, x.id) as no
          from (select * from held union all select * from offered) x
    )
    select coalesce(jsonb_agg(n.row order by n.no) filter (where n.no <= 1000), '[]'), count(*) > 1000,
           coalesce(array_agg(distinct n.given_by) filter (where n.given_by is not null), '{}')
      into v_rows, v_more, v_givers
      from numbered n;
    return lib.done(jsonb_build_object('entitlements', v_rows, 'more', v_more), null, v_givers);
end $$;
